# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises people who have set something: a band, and a target."""
import house_outputs as outputs
from house_day import NOTHING_W, REACTION_S

# At its end a BMS lets little through.
FULL_PERCENT = 99.5


def lately(day, i, holds, seconds=REACTION_S):
    """holds(row) in row i and for a while before."""
    return i >= seconds and all(holds(r) for r in day.rows[i - seconds:i + 1])


def left(row):
    """What the sun leaves of what the house takes, W; < 0 is lacking."""
    return row["pv_w"] - row["load_w"] - row["cars_w"]


def standby(day):
    """Where sun and house differ by less than the standby band the battery stands still."""
    band = float(day.site.get("standby_w", "100"))
    bad, mattered = [], {1: 0, -1: 0}
    for i, row in enumerate(day.rows):
        if not lately(day, i, lambda r: r["grid"] and abs(left(r)) < band - 5) or \
                outputs.rule_at(day, row["time_s"]):
            continue
        if abs(left(row)) > NOTHING_W:
            mattered[1 if left(row) > 0 else -1] += 1
        if abs(row["battery_w"]) > NOTHING_W / 2:
            bad.append(row)
    return bad, min(mattered.values())


def full(day):
    """A full battery stands still, and what the sun leaves is fed in."""
    bad, mattered = [], 0
    for i, row in enumerate(day.rows):
        if lately(day, i, lambda r: r["grid"] and r["soc_percent"] > FULL_PERCENT and
                  left(r) > 2 * NOTHING_W):
            mattered += 1
            if abs(row["battery_w"]) > NOTHING_W or row["grid_w"] < left(row) - NOTHING_W:
                bad.append(row)
    return bad, mattered


def target(day):
    """At its target a rule keeps the battery from being discharged, and the grid from
    charging it."""
    bad, mattered = [], 0
    for i, row in enumerate(day.rows):
        rule = outputs.rule_at(day, row["time_s"])
        if not rule or not lately(day, i, lambda r, rule=rule:
                                  outputs.rule_at(day, r["time_s"]) == rule and
                                  r["soc_percent"] >= float(rule["target_percent"])):
            continue
        mattered += left(row) < -300
        # what people change is followed a while later
        most = max(max(left(r), 0) for r in day.before(i) + [row])
        if not -NOTHING_W <= row["battery_w"] <= most + NOTHING_W:
            bad.append(row)
    return bad, mattered
