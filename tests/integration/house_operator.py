# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises the grid's operator, contact by contact, and what it keeps of that."""
import re

from house_day import DRM_S, NOTHING_W, REACTION_S

# EN 50549-1: a cease of generation within 5 s; what was done then is held against the limit.
CEASE_S = 5
# VDE-AR-N 4105: exactly one contact, L1 to L4, and what may be generated of what is rated.
RRCR_SHARES = {1: 0, 2: 0.3, 4: 0.6, 8: 1}
# AS/NZS 4777.2: so much may be drawn with DRM1…3; with DRM5…7 on the same contacts, generated.
DRM_SHARES = {1: 0, 2: 0.5, 3: 0.75}
# Less power has no direction, standby_w; a session is known to a second, and power as measured.
DIRECTION_W = 100
MEASURED_W = 150


def generated(row):
    """AC power of the inverters, < 0 is drawn."""
    return row["pv_w"] - row["battery_w"]


def alike(day, value):
    """(first row, last row, what it is) of all stretches in which value(row) is the same."""
    found = []
    for i, row in enumerate(day.rows):
        if found and found[-1][2] == value(row):
            found[-1][1] = i
        else:
            found.append([i, i, value(row)])
    return found


def rrcr_obeyed(day):
    """One contact: no more than its share of what is rated, 2 s later."""
    bad, mattered = [], {share: 0 for share in RRCR_SHARES.values() if share < 1}
    for a, b, contacts in alike(day, lambda r: int(r["rrcr"])):
        share = RRCR_SHARES.get(contacts, 1)
        most = day.rated() * share + NOTHING_W
        bad += [r for r in day.rows[a + DRM_S:b + 1] if generated(r) > most]
        if share < 1:
            # the house would have taken more
            mattered[share] += sum(r["load_w"] > most + 500 for r in day.rows[a + DRM_S:b + 1])
    return bad, min(mattered.values())


def follows_load(day, i):
    """By row i the inverters give again what the house takes, as far as they can: they go there
    by half of the way each second, a little beyond it and back."""
    return any(generated(r) >= min(r["load_w"], day.rated()) - 2 * MEASURED_W
               for r in day.rows[i - 2:i + 1])


def rrcr_over(day):
    """100 % after less: soon as much as the house takes."""
    bad, mattered = [], 0
    stretches = alike(day, lambda r: RRCR_SHARES.get(int(r["rrcr"])))
    for (_, _, was), (a, b, share) in zip(stretches, stretches[1:]):
        if share != 1 or b - a < REACTION_S - 1 or was == 1:
            continue
        mattered += 1
        if not follows_load(day, a + REACTION_S - 1):
            bad.append(day.rows[a + REACTION_S - 1])
    return bad, mattered


def rrcr_unclear(day):
    """None or several: the last valid one for the stated time, no longer; then nothing."""
    hold = int(day.site["rrcr_hold_s"])
    bad, mattered = [], 0
    for a, b, share in alike(day, lambda r: RRCR_SHARES.get(int(r["rrcr"]))):
        if share is not None or not a:
            continue
        was = day.rows[a - 1]
        most = day.rated() * RRCR_SHARES[int(was["rrcr"])] + NOTHING_W
        held = day.rows[a:min(a + hold, b + 1)]
        bad += [r for r in held if generated(r) > most]
        # it does count: nothing is held back that it would let through
        bad += [r for r in held[:hold - 1] if generated(r) < min(generated(was), r["load_w"]) - 200]
        bad += [r for r in day.rows[a + hold + DRM_S:b + 1] if generated(r) > NOTHING_W]
        mattered += generated(was) > DIRECTION_W and b - a >= hold + DRM_S
    return bad, mattered


def drawn_at_most(mode):
    """A judge: with DRM mode closed so much of what is rated is drawn at most, 2 s later."""
    def judge(day):
        most = day.rated() * DRM_SHARES[mode] + NOTHING_W
        rule_w = float(day.parser["rule 0"]["power_w"])
        bad, mattered = [], 0
        for a, b in day.stretches(lambda r: int(r["drm"]) & 1 << mode):
            closed = day.rows[a + DRM_S:b + 1]
            bad += [r for r in closed if -generated(r) > most]
            mattered += len(closed) if generated(day.rows[a]) < 0 and rule_w > most + 400 else 0
        return bad, mattered
    return judge


def generated_at_most(mode):
    """A judge: the same of generating, with DRM5, 6 or 7."""
    def judge(day):
        most = day.rated() * DRM_SHARES[mode - 4] + NOTHING_W
        bad, mattered = [], 0
        for a, b in day.stretches(lambda r: int(r["drm"]) & 1 << mode):
            closed = day.rows[a + DRM_S:b + 1]
            bad += [r for r in closed if generated(r) > most]
            # the house would have taken more, or more was generated before
            mattered += sum(r["load_w"] > most + 400 for r in closed)
            mattered += any(generated(r) > most + DIRECTION_W for r in day.before(a))
        return bad, mattered
    return judge


def hardest(day):
    """Of several modes the hardest counts, also when it is not the last that was closed."""
    bad, mattered = [], 0
    for a, b, modes in alike(day, lambda r: int(r["drm"])):
        of = [n % 4 for n in (1, 2, 3, 5, 6, 7) if modes & 1 << n]
        if len(of) < 2:
            continue
        mattered += 1
        most = day.rated() * min(DRM_SHARES[n] for n in of) + NOTHING_W
        bad += [r for r in day.rows[a + DRM_S:b + 1] if abs(generated(r)) > most]
    return bad, mattered


def more_drawn(day):
    """With DRM4 the battery draws all that it can, more than a rule had it do."""
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: int(r["drm"]) & 1 << 4):
        least_w = day.reach() - NOTHING_W
        mattered += day.rows[a]["battery_w"] < least_w - 300 and b - a > REACTION_S
        bad += [r for r in day.rows[a + REACTION_S:b + 1] if r["battery_w"] < least_w]
    return bad, mattered


def more_generated(day):
    """With DRM8 the battery gives all that it can, more than the house takes."""
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: int(r["drm"]) & 1 << 8):
        mattered += day.rows[a]["load_w"] < day.gives(day.rows[a]) - 300 and b - a > REACTION_S
        bad += [r for r in day.rows[a + REACTION_S:b + 1] if r["battery_w"] > -day.gives(r)]
    return bad, mattered


def ceased(day):
    """Cease: 5 s later nothing is generated."""
    bad, mattered = [], 0
    for a, b in day.stretches(lambda r: r["cease"]):
        mattered += any(generated(r) > DIRECTION_W for r in day.before(a)) and b - a > CEASE_S
        bad += [r for r in day.rows[a + CEASE_S:b + 1] if generated(r) > NOTHING_W]
    return bad, mattered


def ceased_no_more(day):
    """Its contact opens: soon the inverters give again what the house takes."""
    bad, mattered = [], 0
    for _, b in day.stretches(lambda r: r["cease"]):
        after = b + REACTION_S
        mattered += day.rows[after]["load_w"] > 500
        if not follows_load(day, after):
            bad.append(day.rows[after])
    return bad, mattered


def overload(day):
    """An overload is said when neither cars nor the battery have anything left, and only then."""
    most = day.contract_w()
    over = [(a, b) for a, b in day.stretches(
        lambda r: r["grid"] and r["load_w"] - r["pv_w"] - day.reach() > most)]
    # more than the contract, from which cars and battery help
    helped = [a for a, b in day.stretches(lambda r: -r["grid_w"] > most)
              if not any(first <= b and a <= last for first, last in over)]
    said = [int(w) for w in re.findall(r"\boverload\s+(\d+) W", day.events)]
    bad = [day.rows[a] for (a, b), w in zip(over, said)
           if abs(w - max(-r["grid_w"] for r in day.rows[a:b + 1])) > MEASURED_W]
    if len(said) != len(over):
        bad += day.rows[-1:]
    return bad, min(len(over), len(helped))


def drm_word(day, row, drawing):
    """(is it of drawing, W) that DRM contacts allow; two modes are on each, by direction."""
    modes = int(row["drm"])
    shares = [share for n, share in DRM_SHARES.items() if modes & (1 << n | 1 << n + 4)]
    if not shares:
        return None
    limit = day.rated() * min(shares)
    return drawing, -limit if drawing else limit


def words(day):
    """Of each row, what the operator's contacts say: (is it of drawing, W), None: nothing."""
    hold, since, valid, drawing = int(day.site.get("rrcr_hold_s", "0")), 0, 1, False
    for row in day.rows:
        if abs(generated(row)) >= DIRECTION_W:
            drawing = generated(row) < 0
        share = RRCR_SHARES.get(int(row["rrcr"]))
        since = since + 1 if share is None else 0
        valid = valid if share is None else share
        if day.site["grid_code"] == "drm":
            yield drm_word(day, row, drawing)
        elif day.site["grid_code"] == "cease":
            yield (False, 0) if row["cease"] else None
        else:
            yield (False, day.rated() * valid) if valid < 1 and since <= hold else None


def sessions(day):
    """(first row, last row, (is it of drawing, W)) of all curtailments."""
    of = list(words(day))
    by_time = {row["time_s"]: word for row, word in zip(day.rows, of)}
    return [s for s in alike(day, lambda r: by_time[r["time_s"]]) if s[2]]


def is_kept(day, session, kept, begin_s):
    """Is the curtailment in the history as it was? begin_s: when the first one was there."""
    a, b, (drawing, limit_w) = session
    rows = day.rows[a:b + 1]
    first_s = day.rows[sessions(day)[0][0]]["time_s"]
    before = [generated(r) for r in day.rows[max(0, a - DRM_S):a + 1]]
    # what it is held against: after the time that it had to react, or at its end
    later = [generated(r) for r in rows[CEASE_S:] or rows[-2:]]
    most = min(later) if drawing else max(later)
    return kept["Direction"] == ("drawing" if drawing else "generating") and \
        kept["Limit"] == limit_w and kept["State"] == "ended" and \
        abs(kept["Begin"] - begin_s - (rows[0]["time_s"] - first_s)) <= DRM_S and \
        abs(kept["End"] - kept["Begin"] - len(rows)) <= DRM_S and \
        min(before) - MEASURED_W <= kept["Before"] <= max(before) + MEASURED_W and \
        abs(kept["Most"] - most) <= MEASURED_W


def recorded(day):
    """Each curtailment is in the history with its begin and end, its limit and its power."""
    was = sessions(day)
    kept = day.curtailments
    bad = [day.rows[s[0]] for s, k in zip(was, kept)
           if not is_kept(day, s, k, kept[0]["Begin"])]
    if len(was) != len(kept):
        bad += day.rows[-1:]
    return bad, len(was)
