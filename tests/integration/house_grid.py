# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises the grid and its operator."""
import re

from house_day import DRM_S, NOTHING_W, REACTION_S


def contract(day):
    """Drawn power stays below the contract, but for the time that it takes to react."""
    most = day.contract_w()
    bad = [day.rows[a + REACTION_S] for a, b in day.stretches(lambda r: -r["grid_w"] > most)
           if b - a + 1 > REACTION_S]

    def wanted(row):
        cars = sum(230 * 16 * row[f"car{n}"] for n in range(1, day.boxes + 1))
        return row["load_w"] + cars - row["pv_w"] > most and row["grid"] and row["meter"]
    return bad, sum(map(wanted, day.rows))


def feed_in(day):
    """What is fed in stays below the limit as long as the battery can take the rest."""
    most = float(day.site["feed_in_w"])
    reach = day.reach()

    def has_room(row):
        working = all(row[f"inverter{n}"] == "grid" for n in range(1, day.inverters + 1))
        return working and row["meter"] and \
            row["battery_w"] + 200 < min(reach, row["allow_charge_a"] * 50)
    bad = [day.rows[a + 2 * REACTION_S] for a, b in
           day.stretches(lambda r: r["grid_w"] > most + NOTHING_W and has_room(r))
           if b - a + 1 > 2 * REACTION_S]
    return bad, sum(r["roof_w"] - r["load_w"] > most and has_room(r) for r in day.rows)


def disconnected(day):
    """With DRM0 closed the battery stands still, 2 s later."""
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: int(r["drm"]) & 1):
        mattered += any(abs(r["battery_w"]) > 100 for r in day.before(a))
        bad += [r for r in day.rows[a + DRM_S:b + 1] if abs(r["battery_w"]) > NOTHING_W]
    return bad, mattered


def recorded(day):
    """Each demand response is recorded with how long it lasted."""
    said = [int(s) for s in re.findall(r"curtailed-over.* after (\d+) s", day.events)]
    ended = [(a, b - a + 1) for a, b in day.stretches(lambda r: r["drm"])
             if b < len(day.rows) - 1]
    bad = [day.rows[a] for (a, s), t in zip(ended, said) if abs(s - t) > DRM_S]
    if len(said) != len(ended):
        bad += day.rows[-1:]
    return bad, len(ended)
