# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises of cars and their boxes."""
from house_day import BLACKOUT_S, BOX_S, LEAST_CAR_A, REACTION_S


def currents(day):
    """A car is told nothing, or at least 6 A and no more than its box and cable bear."""
    bad, mattered = [], 0
    for n in range(1, day.boxes + 1):
        most = float(day.charger(n).get("box_a", "16"))
        told = [(r, r[f"car{n}_told_a"]) for r in day.rows]
        bad += [r for r, a in told if a and not LEAST_CAR_A <= a <= most]
        mattered += sum(0 < a < most for r, a in told)
    return bad, mattered


def runs(day):
    """And once it charges, that long, unless the grid or the car leaves no choice."""
    contract_w = day.contract_w()
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


def blackout_cars(day):
    """In a blackout cars get nothing; a box that was told something a moment before may want
    its pause between two writes."""
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: not r["grid"]):
        mattered += any(r["cars_w"] for r in day.before(a))
        for n in range(1, day.boxes + 1):
            pause_s = int(day.profile(n)["box"].get("write_pause_ms", "0")) // 1000
            bad += [r for r in day.rows[a + BLACKOUT_S + pause_s:b + 1] if r[f"car{n}_w"]]
    return bad, mattered
