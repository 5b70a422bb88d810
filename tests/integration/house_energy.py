# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises of its sums of energy: what cellarctl said of them at a day's end."""
import functools
import json
import math

from house_day import STATE_S

# What is summed was read once a second and counted once a second, so a jump of some W is seen
# up to so late, each by chance: the root of their squares times that is three times the deviation
# that comes of it, or more. And so late is what flows when a sum begins or ends.
LATE_S = 1.5
# cellarctl has whole Wh, and of two sums each is rounded.
ROUNDED_WH = 1
# On which side of it a second falls that something begins or ends in.
SIDE_S = 1
# A life of sums begins when each is first known: packs are members after a few seconds.
PACKS_JOIN_S = 7
# A meter that was silent is asked as seldom.
METER_BACK_S = 16
# What has changed is on the disk after so long (keeper.h), and then cellard begins.
KEPT_S = 60 + STATE_S

# Of each sum the periods, and the seconds that are in it: since midnight, or all
PERIODS = {"Today": True, "Week": True, "Month": True, "Year": False, "Life": False}


@functools.cache
def said(day, what):
    with open(day.path.replace("truth.csv", "energy.json"), encoding="ascii") as file:
        return json.load(file)["/org/cellar1/site"][what]


def flows(row):
    """What flows of each kind, W."""
    export = max(row["grid_w"], 0)
    return {
        "PV": row["pv_w"],
        "Export": export,
        "Import": max(-row["grid_w"], 0),
        "SelfConsumed": max(row["pv_w"] - export, 0),
        "Consumed": row["load_w"] + row["cars_w"],
        "Charged": max(row["battery_w"], 0),
        "Discharged": max(-row["battery_w"], 0),
    }


# What each is made of: readings of different moments.
MADE_OF = {
    "PV": ("pv_w",), "Export": ("grid_w",), "Import": ("grid_w",),
    "SelfConsumed": ("pv_w", "grid_w"), "Consumed": ("pv_w", "grid_w", "battery_w"),
    "Charged": ("battery_w",), "Discharged": ("battery_w",),
}


def jump(day, i, kind):
    return sum(abs(day.rows[i][key] - day.rows[max(0, i - 1)][key]) for key in MADE_OF[kind])


METERED = ("Export", "Import", "SelfConsumed", "Consumed")


@functools.cache
def lost(day):
    """(first, last) second of what was not on the disk when cellard was killed."""
    return day.killed[1] - said(day, "Gaps")["Life"]["PV"], day.killed[1]


@functools.cache
def unread(day):
    """(first, last) second of what was not read of the meter that had died."""
    gap = said(day, "Gaps")["Life"]
    fresh = int(day.site.get("fresh_ms", "5000")) // 1000
    died = next(r["time_s"] for r in day.rows if r["grid"] and not r["meter"])
    return died + fresh, died + fresh + gap["Import"] - gap["PV"]


def known(day, row, kind):
    """Whether it was counted: 1 yes, 0 no, None: perhaps."""
    now = row["time_s"]
    away = [(-1, SIDE_S), lost(day)] + [unread(day)] * (kind in METERED)
    if any(first + SIDE_S < now < last - SIDE_S for first, last in away):
        return 0
    if "battery_w" in MADE_OF[kind] and now <= PACKS_JOIN_S:
        return None
    return None if any(first - SIDE_S <= now <= last + SIDE_S for first, last in away) else 1


def within(day, rows, kind):
    """(least, most) that was counted of the flow in rows, Wh."""
    sure = sum(flows(day.rows[i])[kind] for i in rows if known(day, day.rows[i], kind) == 1)
    perhaps = sum(flows(day.rows[i])[kind] for i in rows if known(day, day.rows[i], kind) is None)
    jumps = LATE_S * math.sqrt(sum(jump(day, i, kind) ** 2 for i in rows
                                 if known(day, day.rows[i], kind) != 0))
    late = LATE_S * sum(flows(day.rows[i])[kind] for i in (rows[0], rows[-1]))
    return (sure - jumps - late) / 3600 - ROUNDED_WH, \
        (sure + perhaps + jumps + late) / 3600 + ROUNDED_WH


def sums(day):
    """Each sum is what flowed in its period while it was known."""
    energy, mattered, bad = said(day, "Energy"), 0, []
    every = range(len(day.rows))
    since = [i for i in every if day.rows[i]["time_s"] >= day.second_at("00:00")]
    for kind in MADE_OF:
        told = [(name, energy[name][kind], since if today else every)
                for name, today in PERIODS.items()]
        told.append(("before midnight", energy["Life"][kind] - energy["Today"][kind],
                     [i for i in every if i not in since]))
        for name, wh, rows in told:
            low, high = within(day, rows, kind)
            mattered += low > 2 * ROUNDED_WH
            if not low <= wh <= high:
                print(f"# {kind} {name}: {wh} Wh, not {low:.1f} to {high:.1f}")
                bad.append(day.rows[rows[-1]])
    return bad, mattered


def gaps(day):
    """A time in which something was not known is said, and no other."""
    gap = said(day, "Gaps")["Life"]
    first, last = lost(day)
    away = day.killed[1] - day.killed[0]
    bad = [] if away <= last - first <= away + KEPT_S else [day.rows[-1]]
    begin, end = unread(day)
    back = max(r["time_s"] for r in day.rows if r["grid"] and not r["meter"])
    if not back <= end <= back + METER_BACK_S:
        bad.append(day.rows[-1])
    for kind in MADE_OF:
        seconds = last - first + (end - begin) * (kind in METERED)
        if abs(gap[kind] - seconds) > STATE_S:
            bad.append(day.rows[-1])
    return bad, end - begin
