# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises of the battery, its inverters and the house in a blackout."""
import re

from house_day import NOTHING_W, PACKS_S, REACTION_S


def adds_up(day):
    bad = [row for row in day.rows if abs(row["pv_w"] - row["load_w"] - row["cars_w"] -
           row["battery_w"] - row["grid_w"]) > 4]
    return bad, len(day.rows)


def self_use(day):
    """When nothing has changed for a while, nine of ten seconds exchange little."""
    calm, off = 0, []
    full = max(row["packs"] for row in day.rows)
    wait = int(day.site.get("return_s", "0")) + REACTION_S
    for i in range(REACTION_S, len(day.rows)):
        while_calm = day.rows[i - REACTION_S:i + 1]
        row = day.rows[i]
        # a pack that is back counts after a minute
        if any(r["packs"] < full for r in day.rows[max(0, i - 70):i + 1]):
            continue
        # the battery waits after a blackout
        if not all(r["grid"] for r in day.rows[max(0, i - wait):i]):
            continue
        if not all(r["grid"] and r["meter"] and not r["drm"] and not r["cars_w"] and
                   all(r[f"inverter{n}"] == "grid" for n in range(1, day.inverters + 1))
                   for r in while_calm):
            continue
        left = [r["pv_w"] - r["load_w"] for r in while_calm]
        if max(left) - min(left) > 400 or max(left) > day.reach() or \
                (min(left) < 0 and row["soc_percent"] < 100 - float(day.site["dod_percent"]) + 1):
            continue
        calm += 1
        if abs(row["grid_w"]) > 250:
            off.append(row)
    return off if len(off) * 10 > calm else [], calm


def packs(day):
    """The battery's current is within what its packs allow, or allowed a moment ago."""
    bad, mattered = [], 0
    for i, row in enumerate(day.rows):
        way = "allow_charge_a" if row["current_a"] > 0 else "allow_discharge_a"
        allowed = max(r[way] for r in day.rows[max(0, i - PACKS_S):i + 1])
        mattered += allowed > 0 and abs(row["current_a"]) > allowed / 2
        if abs(row["current_a"]) > allowed * 1.01 + 0.5:
            bad.append(row)
    return bad, mattered


def pack_gone(day):
    """A pack that is unplugged is counted no more: what is left is not driven harder."""
    full = max(row["packs"] for row in day.rows)
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: r["packs"] < full):
        before = max(abs(r["current_a"]) for r in day.before(a))
        for row in day.rows[a + PACKS_S:b + 1]:
            mattered += before > row["allow_charge_a"]
            if row["worst_percent"] > 101:
                bad.append(row)
    return bad, mattered


def depth(day):
    """On the grid the battery is not discharged below its depth of discharge."""
    floor = 100 - float(day.site["dod_percent"])
    low = [r for r in day.rows if r["grid"] and r["soc_percent"] < floor]
    return [r for r in low if r["battery_w"] < -NOTHING_W and
            r["soc_percent"] < floor - 0.5], sum(
        r["soc_percent"] < floor + 1 and r["load_w"] > r["pv_w"] + 100 for r in day.rows)


def stale_meter(day):
    """Without the meter at the grid, cars and battery stand still."""
    late = REACTION_S + int(day.site.get("fresh_ms", "5000")) // 1000
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: r["grid"] and not r["meter"]):
        mattered += any(abs(r["battery_w"]) > 100 for r in day.before(a)) and b - a >= late
        bad += [r for r in day.rows[a + late:b + 1]
                if abs(r["battery_w"]) > NOTHING_W or r["cars_w"]]
    return bad, mattered


def blackout_house(day):
    """In a blackout the house is served."""
    dark = [r for a, b in day.stretches(lambda r: not r["grid"])
            for r in day.rows[a + REACTION_S:b + 1]]
    return [r for r in dark if r["unserved_w"] > 1], sum(r["load_w"] > 50 for r in dark)


def grid_returns(day):
    """When the grid is back, battery and cars wait for return_s."""
    wait = int(day.site["return_s"])
    bad, mattered = [], 0
    for _, b in day.stretches(lambda r: not r["grid"]):
        after = day.rows[b + 1 + REACTION_S:b + 1 + wait - 1]
        bad += [r for r in after if abs(r["battery_w"]) > NOTHING_W or r["cars_w"]]
        later = day.rows[b + 1 + wait:b + 1 + wait + 2 * REACTION_S + 30]
        mattered += any(abs(r["battery_w"]) > 100 or r["cars_w"] for r in later)
    return bad, mattered


def eps_floor(day):
    return 100 - float(day.site["eps_dod_percent"])


def eps_use(day):
    """Of each second, may EPS use the battery? None: nobody can say just then. Down to its depth,
    and again when the buffer is there on top; packs say whole percents."""
    again = eps_floor(day) + float(day.site.get("eps_buffer_percent", "10"))
    may, since = True, 0
    for row in day.rows:
        before, since = may, since + 1
        if row["grid"] or row["soc_percent"] > again + 1:
            may = True
        elif row["soc_percent"] < eps_floor(day) + 0.5:
            may = False
        since = since if may == before else 0
        near = eps_floor(day) + 1 if may else again - 1
        sure = since >= REACTION_S and (row["soc_percent"] > near) == may
        yield may if sure else None


def eps_served(day):
    """In a blackout the house is served as long as the battery may be used."""
    use = list(eps_use(day))
    dark = [day.rows[i] for a, b in day.stretches(lambda r: not r["grid"])
            for i in range(a + REACTION_S, b + 1) if use[i]]
    return [r for r in dark if r["unserved_w"] > NOTHING_W / 2], \
        sum(r["load_w"] > r["pv_w"] + 50 for r in dark)


def eps_buffer(day):
    """What was used down to its depth is not used before the buffer is there, and then it is."""
    bad, kept, used = [], 0, 0
    uses = list(zip(day.rows, eps_use(day)))
    for a, b in day.stretches(lambda r: not r["grid"]):
        refused = False
        for row, use in uses[a:b + 1]:
            lacks = row["load_w"] + row["unserved_w"] > row["pv_w"] + 100
            if use is False:
                refused = True
                kept += lacks and row["soc_percent"] > eps_floor(day) + 2
                bad += [row] if row["battery_w"] < -NOTHING_W else []
            used += bool(use) and refused and lacks and row["battery_w"] < -NOTHING_W
    return bad, min(kept, used)


def eps_depth(day):
    """In a blackout the battery is not discharged below its depth for EPS."""
    def low(row):
        return not row["grid"] and row["soc_percent"] < eps_floor(day) + 1
    bad = [day.rows[a + REACTION_S] for a, b in
           day.stretches(lambda r: low(r) and r["battery_w"] < -NOTHING_W)
           if b - a + 1 > REACTION_S]
    return bad, sum(low(r) and r["unserved_w"] > 50 for r in day.rows)


def eps_reserve(day):
    """On the grid so much is left in the battery that EPS can be used."""
    reserve = eps_floor(day) + float(day.site["eps_buffer_percent"])

    def low(row):
        return row["grid"] and row["soc_percent"] < reserve
    bad = [day.rows[a + REACTION_S] for a, b in
           day.stretches(lambda r: low(r) and r["battery_w"] < -NOTHING_W)
           if b - a + 1 > REACTION_S]
    return bad, sum(low(r) and r["load_w"] > r["pv_w"] + 100 for r in day.rows)


def reboot(day):
    """An inverter that has been away is steered again, within half a minute of its return."""
    bad, mattered = [], 0
    for n in range(1, day.inverters + 1):
        for _, b in day.stretches(lambda r, n=n: r[f"inverter{n}"] in ("off", "checks")):
            mattered += 1
            after = day.rows[b + 31:b + 41]
            if not any(r[f"inverter{n}_mode"] == 3 and r[f"inverter{n}_battery_w"] and
                       r[f"inverter{n}_least_w"] == r[f"inverter{n}_most_w"] for r in after):
                bad.append(day.rows[min(b + 31, len(day.rows) - 1)])
    return bad, mattered


def headroom(day, row, n):
    """What inverter n can do with its battery, into it and out of it: its AC side is shared."""
    names = [name for name in day.parser.sections() if name.startswith("inverter ")]
    rated, most = (float(day.parser[names[n - 1]][key]) for key in ("rated_w", "battery_w"))
    pv = row[f"inverter{n}_pv_w"]
    return min(most, rated + pv), min(most, max(rated - pv, 0))


def shared(day):
    """Each inverter is told its part of the whole, by what it can do."""
    bad, mattered = [], 0
    every = range(1, day.inverters + 1)

    def told(row):
        return [row[f"inverter{n}_least_w"] for n in every]
    for i in range(REACTION_S, len(day.rows)):
        row, total = day.rows[i], sum(told(day.rows[i]))
        steered = all(row[f"inverter{n}"] == "grid" and row[f"inverter{n}_mode"] == 3 and
                      row[f"inverter{n}_least_w"] == row[f"inverter{n}_most_w"] for n in every)
        # one is written after the other
        if not steered or any(told(r) != told(row) for r in day.rows[i - 2:i]):
            continue
        can = [headroom(day, row, n)[total < 0] for n in every]
        off = [abs(part - total * mine / sum(can)) for part, mine in zip(told(row), can)]
        equal = [abs(part - total / day.inverters) for part in told(row)]
        mattered += max(equal) > 2 * NOTHING_W
        if max(off) > 2 * NOTHING_W:
            bad.append(row)
    return bad, mattered


def eps_load(day):
    """What the loads take in a blackout beyond what can be given is said."""
    said = [float(w) for w in re.findall(r"eps-overload.* take (\d+) W more", day.events)]
    short = [day.rows[a:b + 1] for a, b in
             day.stretches(lambda r: not r["grid"] and r["unserved_w"] > 100)
             if b - a + 1 > REACTION_S]
    bad = [rows[0] for rows in short
           if not any(abs(r["unserved_w"] - w) < 100 for r in rows for w in said)]
    # a load that has just gone out, or come, may be told beside it, as what it then is: little
    if len([w for w in said if w > 100]) != len(short):
        bad += day.rows[-1:]
    return bad, len(short)
