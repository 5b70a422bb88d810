# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises of each strategy (spec/ems.md), of cards, and of those who share.

What people did is in the script of the day and in what they asked of cellard (Day.asked);
what came of it is in the truth.
"""
import functools
import re

from house_day import LEAST_CAR_A, REACTION_S

# spec/ems.md: an ecological car begins at so much, a mixed one goes on down to so much
SUN_FULL_W = 1800
SUN_HALF_W = 500
# An ecological car is told more no sooner than so long after the last change.
SUN_HOLD_S = 10
# A current is rounded down to 1 A.
STEP_W = 230
# The budget of the cars rises only when it has not fallen for so long.
HOLD_S = 30
# A box that is back has its fail-safe armed, and its car its pause, before it is told more.
RESTART_S = 20


def numbers(day, key, value):
    """Boxes of whose configuration that is true."""
    return [n for n in range(1, day.boxes + 1) if day.charger(n).get(key) == value]


def slow_s(day, n):
    """What a box takes beyond others: pauses between writes."""
    return int(day.profile(n)["box"].get("write_pause_ms", "0")) // 1000


def follows_s(day, n):
    return REACTION_S + slow_s(day, n)


@functools.cache
def phases(day, n):
    return int(day.charger(n).get("phases", "1"))


@functools.cache
def most_a(day, n):
    """What box n, its cable and its own maximum allow."""
    box = day.charger(n)
    return min(float(box.get("box_a", "16")), float(box.get("cable_a", "16")),
               float(day.profile(n)["set-current"]["max_a"]))


@functools.cache
def stays(day, n):
    """(first row, last row) for each car that was at box n."""
    return day.stretches(lambda r: r[f"car{n}"])


def given_wh(rows, n):
    return sum(r[f"car{n}_w"] for r in rows) / 3600


@functools.cache
def said_of(day, *words):
    """(second, words behind these) of what was done or asked in these words."""
    return [(s, w[len(words):]) for s, w in day.asked if tuple(w[:len(words)]) == words]


def is_ill(day, n, i, before_s):
    """Box n was silent, or without power, in the last @before_s seconds."""
    now, name = day.rows[i]["time_s"], day.name(n)
    away = [(s, s + float(w[0])) for s, w in said_of(day, "charger", name, "reboots")]
    away += [(s, e) for (s, _), (e, _) in zip(said_of(day, "charger", name, "unplug"),
                                              said_of(day, "charger", name, "plug"))]
    return any(s <= now and e >= now - before_s for s, e in away)


@functools.cache
def strategy(day, n, i):
    """The strategy of box n in row i: what is asked while its car is there is refused."""
    now = day.charger(n)["strategy"]
    there = stays(day, n)
    for s, words in said_of(day, "strategy", day.name(n)):
        if s <= day.rows[i]["time_s"] and not any(a < s <= b for a, b in there):
            now = words[0]
    return now


def sun_shares(day, i):
    """What the ecological cars should take in row i, by their box: W."""
    row, shares = day.rows[i], {}
    boxes = [n for n in range(1, day.boxes + 1)
             if row[f"car{n}"] and strategy(day, n, i).startswith("ecological")]
    left = row["pv_w"]
    for n in sorted(boxes, key=lambda n: int(day.charger(n)["priority"])):
        most = 230 * most_a(day, n)
        if strategy(day, n, i) == "ecological-pure":
            w = left if left >= SUN_FULL_W else 0
        else:
            w = max(left, SUN_FULL_W) if left >= SUN_HALF_W else 0
        shares[n] = min(w, most)
        left = max(0, left - shares[n])
    return shares


def ecological(day, which):
    """A car takes its share of the sun: no more soon after a change, no less a while later."""
    bad, part, nothing = [], 0, 0
    for n in range(1, day.boxes + 1):
        box = day.charger(n)
        down_s = REACTION_S + int(box["min_run_s"])
        up_s = REACTION_S + max(int(box["min_pause_s"]), SUN_HOLD_S)
        for a, b in stays(day, n):
            if strategy(day, n, a) != which:
                continue
            shares = [sun_shares(day, i).get(n, 0) for i in range(a, b + 1)]
            for i in range(a + up_s, b + 1):
                if is_ill(day, n, i, up_s + int(box["min_pause_s"])):
                    continue
                w, now = day.rows[i][f"car{n}_w"], shares[i - a]
                part += 0 < now < 230 * most_a(day, n) and w > 0
                nothing += now == 0 and w == 0
                if w > max(shares[i - a - down_s:i - a + 1]) + 1 or \
                        w < min(shares[i - a - up_s:i - a + 1]) - STEP_W - 1:
                    bad.append(day.rows[i])
    return bad, min(part, nothing)


def pure(day):
    return ecological(day, "ecological-pure")


def mixed(day):
    return ecological(day, "ecological-mixed")


@functools.cache
def asks_too_much(day, i):
    """Could all cars that are there, together or on a phase, take more than the contract?"""
    row = day.rows[i]
    at = [(n, 230 * most_a(day, n)) for n in range(1, day.boxes + 1) if row[f"car{n}"]]
    total = row["load_w"] - row["pv_w"] + sum(phases(day, n) * w for n, w in at)
    each = [(row["load_w"] - row["pv_w"]) / 3 + sum(
        w for n, w in at if phases(day, n) == 3 or int(day.charger(n)["phase"]) == k)
        for k in (1, 2, 3)]
    contract = contract_w(day, row["time_s"])
    return total > contract - 500 or max(each) > contract / 3 - 500


def contract_w(day, second):
    """The contract, as its owner has set it last."""
    now = day.contract_w()
    for s, words in said_of(day, "contract"):
        now = float(words[0]) if s <= second else now
    return now


def fast(day):
    """A fast car has all that its box and cable bear, sun or not, while the contract allows."""
    bad, mattered = [], 0
    for n in numbers(day, "strategy", "fast"):
        for a, b in stays(day, n):
            if day.charger(n)["mode"] != "plug-and-play":
                continue
            for i in range(a + follows_s(day, n), b + 1):
                if any(asks_too_much(day, k) for k in range(max(0, i - HOLD_S), i + 1)) or \
                        is_ill(day, n, i, int(day.charger(n)["min_pause_s"]) + 2 * REACTION_S):
                    continue
                told = day.rows[i][f"car{n}_told_a"]
                mattered += day.rows[i][f"car{n}_w"] > day.rows[i]["pv_w"]
                if told != most_a(day, n):
                    bad.append(day.rows[i])
    return bad, mattered


def kilometres(day):
    """Each session gives what the kilometres take, and no more; once is once."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        box = day.charger(n)
        if not box["strategy"].startswith("kilometres"):
            continue
        wanted = float(box["wh_per_km"]) * float(box["km"])
        served = False
        for a, b in stays(day, n):
            rows = day.rows[a:b + 1]
            wh = given_wh(rows, n)
            late = max(r[f"car{n}_w"] for r in rows) * follows_s(day, n) / 3600
            if served and box["strategy"] == "kilometres-once":
                mattered += 1
                bad += [r for r in rows if r[f"car{n}_w"]]
            elif wh > 0:
                served = True
                mattered += 1
                if not wanted - 1 <= wh <= wanted + 1 + late:
                    bad.append(rows[-1])
    return bad, mattered


def minute_of(text):
    hours, minutes = text.split(":")[:2]
    return 60 * int(hours) + int(minutes)


def timed(day):
    """Time-power: from its start on, for its duration, with its power while the contract allows
    it, and no longer."""
    bad, mattered = [], 0
    for n in numbers(day, "strategy", "time-power"):
        box = day.charger(n)
        start, power_w = minute_of(box["start"]), float(box["power_w"])
        for a, b in stays(day, n):
            inside = [start <= minute_of(r["clock"]) < start + int(box["duration_min"])
                      for r in day.rows[a:b + 1]]
            for i in range(REACTION_S, b + 1 - a):
                row, lately = day.rows[a + i], inside[i - follows_s(day, n):i + 1]
                throttled = any(asks_too_much(day, k) for k in range(max(0, a + i - HOLD_S),
                                                                     a + i + 1))
                mattered += all(lately) and row[f"car{n}_w"] > 0 and not throttled
                if row[f"car{n}_w"] > (power_w + 1 if any(lately) else 0) or \
                        (all(lately) and not throttled and row[f"car{n}_w"] < power_w - STEP_W):
                    bad.append(row)
    return bad, mattered


def shown(day, n):
    """(second, whether it opens box n) of each card that was shown to it."""
    uids = {day.parser[f"card {name}"]["uid"] for name in day.charger(n)["cards"].split()}
    name = day.name(n)
    at = [(s, w[5]) for s, w in day.asked if w[:3] == ["car", name, "comes"] and len(w) > 5]
    at += [(s, w[3]) for s, w in day.asked if w[:3] == ["car", name, "shows"]]
    return [(s, uid in uids) for s, uid in sorted(at)]


def cards(day):
    """A car gets nothing before a card was shown that opens its box, and then it does."""
    bad, refused, opened = [], 0, 0
    for n in numbers(day, "mode", "cards"):
        asks_s = int(day.profile(n)["card"]["every_s"])
        once = day.charger(n)["strategy"] == "kilometres-once"
        for k, (a, b) in enumerate(stays(day, n)):
            there = [(s, opens) for s, opens in shown(day, n)
                     if day.rows[a]["time_s"] - 1 <= s <= day.rows[b]["time_s"]]
            first = min([s for s, opens in there if opens], default=day.rows[b]["time_s"] + 1)
            refused += sum(not opens for _, opens in there)
            bad += [r for r in day.rows[a:b + 1]
                    if r["time_s"] < first and (r[f"car{n}_told_a"] or r[f"car{n}_w"])]
            if first > day.rows[b]["time_s"] or (once and k):
                continue
            opened += 1
            soon = [r for r in day.rows[a:b + 1]
                    if first <= r["time_s"] <= first + asks_s + follows_s(day, n)]
            if not any(r[f"car{n}_w"] for r in soon):
                bad.append(soon[-1])
    return bad, min(refused, opened)


def by_hand(day):
    """From remote a car is started and stopped; a box of plug and play needs nobody."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        mode, name = day.charger(n)["mode"], day.name(n)
        if mode == "cards" or day.charger(n)["strategy"] == "time-power":
            continue
        for a, b in stays(day, n):
            begin, end = day.rows[a]["time_s"], day.rows[b]["time_s"] + 1
            if mode == "remote":
                begin = min([s for s, _ in said_of(day, "start", name)], default=end)
                end = min([s for s, _ in said_of(day, "stop", name)], default=end)
                mattered += 1
            for row in day.rows[a:b + 1]:
                if row[f"car{n}_told_a"] and not begin <= row["time_s"] <= end + REACTION_S:
                    bad.append(row)
            soon = [r for r in day.rows[a:b + 1] if begin <= r["time_s"] <= begin + HOLD_S]
            if soon and not any(r[f"car{n}_w"] for r in soon):
                bad.append(soon[-1])
    return bad, mattered


def changed_between(day):
    """A strategy that is asked for while its session runs is not taken, one after it is."""
    bad, refused, taken = [], 0, 0
    for n in range(1, day.boxes + 1):
        for s, words in said_of(day, "strategy", day.name(n)):
            there = [(a, b) for a, b in stays(day, n) if day.rows[b]["time_s"] >= s]
            during = bool(there) and day.rows[there[0][0]]["time_s"] < s
            a, b = there[0]
            wait = REACTION_S + int(day.charger(n)["min_run_s"])
            dark = [r for i, r in enumerate(day.rows[a:b + 1], a) if r["time_s"] > s and all(
                x["pv_w"] < SUN_HALF_W for x in day.rows[i - wait:i + 1])]
            drawn = [r for r in dark if r[f"car{n}_w"]]
            if during:
                refused += bool(dark)
                bad += drawn
            else:
                taken += bool(drawn)
                bad += dark[-1:] if words[0] == "fast" and not drawn else []
    return bad, min(refused, taken)


def contract(day):
    """Below the contract, in all and of each phase, until neither car nor battery is left."""
    bad, mattered = [], 0

    def over(row):
        most = contract_w(day, row["time_s"])
        return max(-row["grid_w"], 3 * max(-row[f"grid_{k}_w"] for k in (1, 2, 3))) > most

    def spent(row):
        return not row["cars_w"] and row["battery_w"] < -day.gives(row)
    for a, b in day.stretches(lambda r: over(r) and not spent(r)):
        if b - a + 1 > REACTION_S:
            bad.append(day.rows[a + REACTION_S])
    for i in range(HOLD_S, len(day.rows)):
        mattered += asks_too_much(day, i) and day.rows[i]["cars_w"] > 0
    return bad, mattered


def overload(day):
    """An overload is told when nothing is left to hold back, and only then."""
    rows = [(a, b) for a, b in day.stretches(
        lambda r: -r["grid_w"] > contract_w(day, r["time_s"]) and not r["cars_w"] and
        r["battery_w"] < -day.gives(r)) if b - a >= 2]
    # the hour is of another time zone; while measurements settle it may be told twice
    told = re.findall(r":(\d\d:\d\d) +overload ", day.events)
    when = [{r["clock"][3:] for r in day.rows[a - REACTION_S:b + REACTION_S]} for a, b in rows]
    good = all(any(t in w for w in when) for t in told) and \
        all(any(t in w for t in told) for w in when) and \
        len(re.findall(r" overload-over ", day.events)) == len(told)
    return [] if good else day.rows[-1:], len(rows)


def battery_left(day):
    """When all stands still, the battery gives what the house lacks, and nothing to a car."""
    bad, mattered = [], 0
    for i in range(HOLD_S, len(day.rows)):
        lately = day.rows[i - REACTION_S - 4:i + 1]
        row = day.rows[i]
        still = all(max(r[k] for r in lately) - min(r[k] for r in lately) < 100
                    for k in ("load_w", "pv_w", "cars_w"))
        ill = any(is_ill(day, n, i, 2 * HOLD_S) and row[f"car{n}"]
                  for n in range(1, day.boxes + 1))
        if not still or ill or not row["cars_w"]:
            continue
        mattered += asks_too_much(day, i) and row["battery_w"] > 500 - day.reach()
        if row["battery_w"] < -row["load_w"] - 150:
            bad.append(row)
    return bad, mattered


def sharing(day):
    """Who comes first has his most before another has more than the least; equals share."""
    bad, mattered = [], 0
    for i in range(HOLD_S, len(day.rows)):
        lately = day.rows[i - REACTION_S - 4:i + 1]
        row = day.rows[i]
        told = [row[f"car{n}_told_a"] for n in range(1, day.boxes + 1)]
        if any([r[f"car{n}_told_a"] for n in range(1, day.boxes + 1)] != told for r in lately):
            continue
        draw = [n for n in range(1, day.boxes + 1) if row[f"car{n}_w"] and
                not strategy(day, n, i).startswith("ecological")]
        for n in draw:
            for m in draw:
                if phases(day, n) != phases(day, m) or n == m:
                    continue
                first, second = (int(day.charger(k)["priority"]) for k in (n, m))
                mine, other = told[n - 1], told[m - 1]
                if first == second and mine < most_a(day, n):
                    mattered += 1
                    bad += [row] if mine < other - 1 else []
        for n in draw:
            for m in draw:
                if int(day.charger(n)["priority"]) >= int(day.charger(m)["priority"]) or \
                        (phases(day, n) == 1 and phases(day, m) == 1 and
                         day.charger(n)["phase"] != day.charger(m)["phase"]):
                    continue
                mattered += told[n - 1] > told[m - 1]
                power_w = float(day.charger(n).get("power_w", "1e6"))
                if told[m - 1] > LEAST_CAR_A and \
                        told[n - 1] < min(most_a(day, n), power_w // 230) and \
                        phases(day, n) == 1:
                    bad.append(row)
    return bad, mattered


def pauses(day):
    """A car that was switched off has its pause, but for what a box does that hears nobody."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        least = int(day.charger(n)["min_pause_s"])
        charging = day.stretches(lambda r, n=n: r[f"car{n}_told_a"] > 0)
        for (_, end), (begin, _) in zip(charging, charging[1:]):
            if is_ill(day, n, begin, begin - end + 2 * REACTION_S):
                continue
            mattered += 1
            if begin - end - 1 < least - 1:
                bad.append(day.rows[begin])
    return bad, mattered


def cables(day):
    """No box lets a car take more than its cable bears."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        cable = float(day.charger(n).get("cable_a", "16"))
        box = float(day.charger(n).get("box_a", "16"))
        bad += [r for r in day.rows if r[f"car{n}_told_a"] > cable]
        mattered += sum(r[f"car{n}_told_a"] == cable < box for r in day.rows)
    return bad, mattered


def restarts(day):
    """A box that was off, and has forgotten all, is told more than its own fail-safe again."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        for s, words in said_of(day, "charger", day.name(n), "reboots"):
            back = s + float(words[0])
            after = [r for r in day.rows if back <= r["time_s"] <= back + RESTART_S]
            mattered += any(r[f"car{n}_w"] for r in day.rows if s - REACTION_S < r["time_s"] < s)
            if not any(r[f"car{n}_told_a"] > LEAST_CAR_A for r in after):
                bad.append(after[-1])
    return bad, mattered


def sessions(day):
    """
    What is recorded of a session is what its car was given, but for 3 %, and the last seconds.

    What a box gives while it is silent only its counter knows: such a session is left out.
    """
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        ended = re.findall(rf"session-ends +{day.name(n)} .* (\d+) Wh", day.events)
        there = [(a, b) for a, b in stays(day, n) if given_wh(day.rows[a:b + 1], n) > 0]
        cars = [day.rows[a:b + 1] for a, b in there]
        if len(ended) > len(cars):
            bad.append(day.rows[-1])
        for wh, rows, (_, b) in zip(ended, cars, there):
            if said_of(day, "charger", day.name(n), "unplug") and is_ill(day, n, b, len(rows)):
                continue
            given = given_wh(rows, n)
            late = max(r[f"car{n}_w"] for r in rows) * (2 + slow_s(day, n)) / 3600
            mattered += 1
            if not given * 0.97 - late - 1 <= float(wh) <= given * 1.03 + 1:
                bad.append(rows[-1])
    return bad, mattered
