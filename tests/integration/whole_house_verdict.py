#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises of a house, judged by the truth of cellar-sim plant.

usage: whole_house_verdict.py HOUSE.conf TRUTH.csv [HOUSE.conf TRUTH.csv]...

What cellarctl said of a day's events is in the file events beside its truth.csv.
One KTAP line for each promise. A promise that nothing in the day has put to the test has
failed: for each of them there is a number of seconds in which it mattered.
"""
import configparser
import csv
import os
import re
import sys

TREE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")

# From a change in the house to what inverters and boxes make of it: the meter is read once
# a second, the house decides once a second, writes to an inverter are a second apart, a box
# takes 2 s, and all of it may fall on the wrong side of a second.
REACTION_S = 8
# An inverter is asked for its state, on the grid or off it, as seldom.
STATE_S = 5
# A pack that is gone is known 2.5 s after its last word (faults_in_kernel.sh).
PACKS_S = 4
# AS/NZS 4777.2: a demand response within 2 s.
DRM_S = 2
# A car follows its box after so long, and a box that nobody talks to notices in its own time.
BOX_S = 2
# What is no power: set-points differ by 50 W at most from what is wanted (hybrid.h).
NOTHING_W = 60
LEAST_CAR_A = 6  # IEC 61851


class Day:
    """The truth second by second, and the house that it is of."""

    def __init__(self, config, truth):
        parser = configparser.ConfigParser(strict=False)
        parser.read(config)
        self.site = parser["site"]
        self.parser = parser
        with open(truth, encoding="ascii") as file:
            self.rows = [self.numbers(row) for row in csv.DictReader(file)]
        with open(truth.replace("truth.csv", "events"), encoding="utf-8") as file:
            self.events = file.read()
        self.boxes = sum(name.startswith("charger ") for name in parser.sections())
        self.inverters = sum(name.startswith("inverter ") for name in parser.sections())

    @staticmethod
    def numbers(row):
        out = {}
        for key, text in row.items():
            try:
                out[key] = float(text)
            except ValueError:
                out[key] = text
        return out

    def stretches(self, holds):
        """(first row, last row) of all stretches in which holds(row)."""
        found, begin = [], None
        for i, row in enumerate(self.rows):
            if holds(row) and begin is None:
                begin = i
            if not holds(row) and begin is not None:
                found.append((begin, i - 1))
                begin = None
        if begin is not None:
            found.append((begin, len(self.rows) - 1))
        return found

    def before(self, i):
        """The seconds before row i."""
        return self.rows[max(0, i - REACTION_S):i]

    def reach(self):
        """The most that the inverters can do with the battery, W."""
        return sum(float(self.parser[name]["battery_w"]) for name in self.parser.sections()
                   if name.startswith("inverter "))

    def rated(self):
        """What the inverters are rated for together, W."""
        return sum(float(self.parser[name]["rated_w"]) for name in self.parser.sections()
                   if name.startswith("inverter "))

    def charger(self, n):
        names = [name for name in self.parser.sections() if name.startswith("charger ")]
        return self.parser[names[n - 1]]

    def fail_safe(self, n):
        """What box n lets its car take when nobody talks to it, A, and after how long, s."""
        profile = configparser.ConfigParser(strict=False)
        profile.read(os.path.join(TREE, self.charger(n)["profile"]))
        amperes = self.charger(n).get("fail_safe_a", profile["fail-safe-current"]["default_a"])
        return float(amperes), float(profile["fail-safe-time"]["value_s"])


def at(row):
    return f"{row['time_s']:.0f} s ({row['clock']})"


def adds_up(day):
    bad = [row for row in day.rows if abs(row["pv_w"] - row["load_w"] - row["cars_w"] -
           row["battery_w"] - row["grid_w"]) > 4]
    return bad, len(day.rows)


def contract(day):
    """Drawn power stays below the contract, but for the time that it takes to react."""
    most = float(day.site["contract_w"])
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


def generated_at_most(day, mode, share):
    """With DRM mode closed so much of what is rated is generated at most, 2 s later."""
    most = day.rated() * share + NOTHING_W
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: int(r["drm"]) & 1 << mode):
        closed = day.rows[a:b + 1]
        if share:
            # the house would have taken more
            mattered += sum(r["load_w"] > most + 500 for r in closed[REACTION_S:])
        else:
            mattered += any(r["pv_w"] - r["battery_w"] > 100 for r in day.before(a))
        bad += [r for r in closed[DRM_S:] if r["pv_w"] - r["battery_w"] > most]
    return bad, mattered


def nothing_generated(day):
    """DRM5."""
    return generated_at_most(day, 5, 0)


def half_generated(day):
    """DRM6."""
    return generated_at_most(day, 6, 0.5)


def disconnected(day):
    """With DRM0 closed the battery stands still, 2 s later."""
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: int(r["drm"]) & 1):
        mattered += any(abs(r["battery_w"]) > 100 for r in day.before(a))
        bad += [r for r in day.rows[a + DRM_S:b + 1] if abs(r["battery_w"]) > NOTHING_W]
    return bad, mattered


def recorded(day):
    """Each demand response is recorded with how long it lasted."""
    # until the contacts are heard, for less than a second, the worst is assumed
    said = [int(s) for s in re.findall(r"curtailed-over.* after ([1-9]\d*) s", day.events)]
    ended = [(a, b - a + 1) for a, b in day.stretches(lambda r: r["drm"])
             if b < len(day.rows) - 1]
    bad = [day.rows[a] for (a, s), t in zip(ended, said) if abs(s - t) > DRM_S]
    if len(said) != len(ended):
        bad += day.rows[-1:]
    return bad, len(ended)


def left_alone(day):
    """A box that nobody talks to lets its car take no more than its fail-safe."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        safe_a, after_s = day.fail_safe(n)
        for a, b in day.stretches(lambda r, n=n, s=after_s: r[f"car{n}_quiet_s"] > s + 1):
            mattered += any(r[f"car{n}_told_a"] > safe_a for r in day.rows[a - 2 * BOX_S:a])
            bad += [r for r in day.rows[a:b + 1] if r[f"car{n}_told_a"] > safe_a]
            bad += [r for r in day.rows[a + BOX_S:b + 1]
                    if r[f"car{n}_w"] > 230 * safe_a + 1]
    return bad, mattered


def stale_meter(day):
    """Without the meter at the grid, cars and battery stand still."""
    late = REACTION_S + int(day.site.get("fresh_ms", "5000")) // 1000
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: r["grid"] and not r["meter"]):
        mattered += any(abs(r["battery_w"]) > 100 for r in day.before(a)) and b - a >= late
        bad += [r for r in day.rows[a + late:b + 1]
                if abs(r["battery_w"]) > NOTHING_W or r["cars_w"]]
    return bad, mattered


def currents(day):
    """A car is told nothing, or at least 6 A and no more than its box and cable bear."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        most = float(day.charger(n)["box_a"])
        told = [(r, r[f"car{n}_told_a"]) for r in day.rows]
        bad += [r for r, a in told if a and not LEAST_CAR_A <= a <= most]
        mattered += sum(0 < a < most for r, a in told)
    return bad, mattered


def pauses(day):
    """A car that was switched off stays so for its minimum time."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        least = int(day.charger(n)["min_pause_s"])
        charging = day.stretches(lambda r, n=n: r[f"car{n}_told_a"] > 0)
        for (_, end), (begin, _) in zip(charging, charging[1:]):
            mattered += 1
            if begin - end - 1 < least - 1:
                bad.append(day.rows[begin])
    return bad, mattered


def runs(day):
    """And once it charges, that long, unless the grid or the car leaves no choice."""
    contract_w = float(day.site["contract_w"])
    bad, mattered = [], 0

    # what boxes were told will be drawn, though it is not yet
    def told_w(row):
        cars_a = sum(row[f"car{n}_told_a"] for n in range(1, day.boxes + 1))
        return row["load_w"] + 230 * cars_a - row["pv_w"]
    for n in range(1, day.boxes + 1):
        least = int(day.charger(n)["min_run_s"])
        for a, b in day.stretches(lambda r, n=n: r[f"car{n}_told_a"] > 0):
            mattered += 1
            around = day.rows[max(0, b - REACTION_S):b + 3]
            forced = any(not r["grid"] or not r["meter"] or not r[f"car{n}"] or
                         max(-r["grid_w"], told_w(r)) > contract_w - 500 for r in around)
            if b - a + 1 < least - 1 and not forced and b < len(day.rows) - 1:
                bad.append(day.rows[b])
    return bad, mattered


def blackout_cars(day):
    """In a blackout cars get nothing."""
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: not r["grid"]):
        mattered += any(r["cars_w"] for r in day.before(a))
        bad += [r for r in day.rows[a + STATE_S + REACTION_S:b + 1] if r["cars_w"]]
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


def eps_served(day):
    """In a blackout the house is served as long as the battery may be used; it says whole %."""
    dark = [r for a, b in day.stretches(lambda r: not r["grid"])
            for r in day.rows[a + REACTION_S:b + 1] if r["soc_percent"] > eps_floor(day) + 1]
    return [r for r in dark if r["unserved_w"] > 1], sum(r["load_w"] > 50 for r in dark)


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


# What is promised, what judges it, and in how many seconds or events it must have mattered
PROMISES = (
    ("the truth adds up", adds_up, 300),
    ("what is drawn stays below the contract", contract, 60),
    ("what is fed in stays below its limit while the battery has room", feed_in, 30),
    ("the battery takes what the house leaves, and gives what it lacks", self_use, 40),
    ("the battery's current is within what its packs allow", packs, 20),
    ("a pack that is unplugged is counted no more", pack_gone, 5),
    ("the battery is not discharged below its depth of discharge", depth, 10),
    ("DRM0: the battery stands still, 2 s later", disconnected, 1),
    ("DRM5: nothing is generated, 2 s later", nothing_generated, 1),
    ("DRM6: no more than half is generated, 2 s later", half_generated, 1),
    ("each demand response is recorded with its length", recorded, 2),
    ("without the meter battery and cars stand still", stale_meter, 1),
    ("a car is told 0 A, or 6 A and more", currents, 20),
    ("a car that was switched off has its pause", pauses, 2),
    ("a car that charges does so for its shortest time", runs, 3),
    ("a box that nobody talks to falls back to its fail-safe", left_alone, 1),
    ("in a blackout cars get nothing", blackout_cars, 1),
    ("in a blackout the house is served", blackout_house, 10),
    ("after a blackout battery and cars wait", grid_returns, 1),
    ("the inverter that rebooted is steered again", reboot, 1),
)

# Of them, what can be promised where an inverter only listens to its battery
BY_LIMITS = (
    ("the truth adds up", adds_up, 100),
    ("what is drawn stays below the contract", contract, 20),
    ("the battery takes what the house leaves, and gives what it lacks", self_use, 10),
    ("the battery's current is within what its packs allow", packs, 5),
    ("a pack that is unplugged is counted no more", pack_gone, 5),
    ("the battery is not discharged below its depth of discharge", depth, 5),
    ("DRM5: nothing is generated, 2 s later", nothing_generated, 1),
    ("without the meter battery and cars stand still", stale_meter, 1),
    ("a car is told 0 A, or 6 A and more", currents, 10),
    ("a car that charges does so for its shortest time", runs, 1),
)

# And what a night shows that ends the battery
AT_NIGHT = (
    ("the truth adds up", adds_up, 80),
    ("in a blackout the house is served while the battery may be used", eps_served, 10),
    ("in a blackout the battery keeps to its depth for EPS", eps_depth, 10),
    ("on the grid a reserve is kept for a blackout", eps_reserve, 10),
)


def promises_of(day):
    """Their prefix, and they."""
    if day.site["control"] == "limits":
        return "by limits: ", BY_LIMITS
    return ("", PROMISES) if day.boxes else ("at night: ", AT_NIGHT)


def main():
    judged = []
    for config, truth in zip(sys.argv[1::2], sys.argv[2::2]):
        day = Day(config, truth)
        prefix, promises = promises_of(day)
        judged += [(day, prefix + name, judge, least) for name, judge, least in promises]
    failures = 0
    print("TAP version 13")
    print(f"1..{len(judged)}")
    for number, (day, name, judge, least) in enumerate(judged, 1):
        bad, mattered = judge(day)
        good = not bad and mattered >= least
        failures += not good
        print(f"{'ok' if good else 'not ok'} {number} {name}")
        print(f"# it mattered {mattered:.0f} times")
        for row in bad[:5]:
            print(f"# not at {at(row)}")
        if mattered < least:
            print(f"# it has to matter {least} times: this day does not put it to the test")
    sys.exit(failures != 0)


main()
