# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises of the loads on its outputs, and of the hours of its rules."""
from house_day import NOTHING_W, REACTION_S

# From what is measured to a contact: once a second each for the reading, the house and the
# truth, and the wrong side of a second.
SEEN_S = 4
# Packs say whole percents.
SOC_PERCENT = 1
# When cellard has begun it has heard everybody after so long.
BEGIN_S = 10
# A meter that was silent is asked as seldom.
METER_BACK_S = 16


class Output:
    """Output n of the house: its logic, and its states and variable second by second."""

    def __init__(self, day, n):
        names = [name for name in day.parser.sections() if name.startswith("output ")]
        section = day.parser[names[n - 1]]
        self.day = day
        self.variable = section["variable"]
        self.upper, self.lower = float(section["upper"]), float(section["lower"])
        self.check_s = int(section["check_s"])
        self.load_w = float(section["load_w"])
        self.least_s = {1: int(section["min_on_s"]), 0: int(section["min_off_s"])}
        self.without = section.get("without", "open") == "closed"
        self.out = section.get("direction") == "out" or self.variable == "feed-in-power"
        self.hours = section.get("hours")
        self.days = section.get("days")
        self.closed = [int(row[f"output{n}"]) for row in day.rows]
        self.own_w = [row[f"output{n}_w"] for row in day.rows]
        self.slack = SOC_PERCENT if self.variable == "soc" else 0

    def value(self, i, own=True):
        """The variable at row i, without the load itself; @own: what that hides is not."""
        row = self.day.rows[i]
        if self.variable == "pv-power":
            return row["pv_w"]
        if self.variable == "soc":
            return row["soc_percent"]
        if self.variable == "car-power":
            return row["cars_w"]
        sign = 1 if self.out else -1
        return sign * row["grid_w"] + (sign * self.own_w[i] if own else 0)

    def may(self, i):
        """It is one of its days, none of the other days is judged, and within its hours."""
        time_s = self.day.rows[i]["time_s"]
        if self.hours:
            begin, end = hours(self.day, self.hours)
            return begin + SEEN_S <= time_s < end - 1
        return not self.days

    def metered(self):
        return self.variable not in ("pv-power", "soc", "car-power")

    def known(self, i):
        """In this second and for a while before somebody could know the variable: without a
        grid nothing is exchanged, and when it is back the meter has yet to be asked."""
        while_known = self.day.rows[max(0, i - METER_BACK_S):i + 1]
        if i < BEGIN_S or absent(self.day, self.day.rows[i]) or not self.may(i):
            return False
        dark = not self.day.rows[i]["grid"]
        return not self.metered() or all(r["meter"] or dark and not r["grid"]
                                         for r in while_known)

    def reached(self, i, closed):
        """Row i is beyond the threshold at which it closes, or opens."""
        if closed:
            return self.value(i) >= self.upper - self.slack
        return self.value(i) <= self.lower + self.slack

    def passed(self, i, closed):
        """Row i is beyond it without doubt."""
        if closed:
            return self.value(i) >= self.upper + self.slack
        return self.value(i) < self.lower - self.slack

    def changes(self):
        """Rows in which it is another than the one before."""
        return [i for i in range(1, len(self.closed)) if self.closed[i] != self.closed[i - 1]]

    def since(self, i):
        """For how many rows it has been as it is in row i."""
        n = 0
        while n < i and self.closed[i - n - 1] == self.closed[i]:
            n += 1
        return n


def absent(day, row):
    """cellard was not there, or has only begun."""
    killed = day.killed and day.killed[0] - 1 <= row["time_s"] <= day.killed[1] + BEGIN_S
    return killed or day.ended and row["time_s"] >= day.ended - 1


def outputs(day):
    n = sum(name.startswith("output ") for name in day.parser.sections())
    return [Output(day, i) for i in range(1, n + 1)]


def hides_itself(output):
    """What hangs on it moves its own variable by more than lies between the thresholds."""
    return output.metered() and output.load_w > output.upper - output.lower


def too_early(output):
    """Rows in which it changed, though its threshold had not been reached."""
    return [i for i in output.changes() if output.known(i) and
            not any(output.reached(j, output.closed[i]) for j in range(i - SEEN_S, i))]


def too_late(output):
    """Rows in which it should have changed: its threshold is passed for longer than a check."""
    bad = []
    for i in range(BEGIN_S, len(output.closed)):
        closed = output.closed[i]
        wait = range(max(0, i - output.check_s - SEEN_S), i + 1)
        if all(output.known(j) and output.passed(j, not closed) for j in wait) and \
                output.since(i) > max(output.least_s[closed], output.check_s) + SEEN_S:
            bad.append(i)
    return bad


def thresholds(day):
    """An output closes above its upper threshold and opens below its lower one."""
    bad, mattered = [], 0
    for output in outputs(day):
        if not hides_itself(output):
            bad += [day.rows[i] for i in too_early(output) + too_late(output)]
            mattered += sum(output.known(i) for i in output.changes())
    return bad, mattered


def own_load(day):
    """The same of one whose load would open it again, were it not taken out."""
    bad, mattered = [], 0
    for output in filter(hides_itself, outputs(day)):
        bad += [day.rows[i] for i in too_early(output) + too_late(output)]
        mattered += sum(output.closed[i] and output.known(i) and
                        output.value(i, own=False) <= output.lower < output.value(i)
                        for i in range(len(day.rows)))
    return bad, mattered


def least_times(day):
    """An output stays as it is for its shortest time; a crash opens it, and counts, too."""
    bad, mattered = [], 0
    for output in outputs(day):
        changes = output.changes()
        for a, b in zip(changes, changes[1:]):
            if day.killed and day.killed[0] - 1 <= day.rows[b]["time_s"] <= day.killed[1]:
                continue
            mattered += 1
            if b - a < output.least_s[output.closed[a]] - 1:
                bad.append(day.rows[b])
    return bad, mattered


def without(day):
    """Without the meter an output that goes by it is as its configuration says."""
    bad, mattered = [], 0
    late = int(day.site.get("fresh_ms", "5000")) // 1000 + SEEN_S
    for output in filter(Output.metered, outputs(day)):
        for a, b in day.stretches(lambda r: r["grid"] and not r["meter"]):
            first = a + late + max(output.least_s.values())
            if first > b:
                continue
            mattered += output.closed[a] != output.without
            bad += [day.rows[i] for i in range(first, b + 1)
                    if output.closed[i] != output.without]
    return bad, mattered


def hours(day, text):
    """(begin, end) of hours of the machine's clock, in seconds of the day."""
    return tuple(day.second_at(at) for at in text.split("-"))


def weekdays(text):
    """What "mon-fri sun" means."""
    names, found = ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), set()
    for part in text.split():
        first, last = (names.index(name) for name in (part.split("-") * 2)[:2])
        found.update(names[first:last + 1])
    return found


def rule_at(day, time_s):
    """The first rule that applies in this second, of those of all seasons; None."""
    for name in day.parser.sections():
        rule = day.parser[name]
        if not name.startswith("rule ") or rule.get("enabled") == "no" or "days" in rule or \
                day.weekday not in weekdays(rule.get("weekdays", "mon-sun")):
            continue
        begin, end = hours(day, rule["hours"])
        if begin <= time_s < end:
            return rule
    return None


def rule_charges(day):
    """In the hours of a rule the battery is charged with its power, or what the sun leaves, up
    to its target."""
    bad, mattered = [], 0
    for i, row in enumerate(day.rows):
        rule = rule_at(day, row["time_s"])
        if not rule or rule_at(day, row["time_s"] - REACTION_S) != rule or \
                rule_at(day, row["time_s"] + 1) != rule:
            continue
        least = float(rule["power_w"]) - day.inverters * NOTHING_W
        known = all(r["meter"] and r["grid"] for r in day.rows[max(0, i - METER_BACK_S):i + 1])
        # the contract comes first
        narrow = any(row["load_w"] + least - row["pv_w"] > day.contract_w() - 300
                     for row in day.rows[max(0, i - REACTION_S):i + 1])
        reached = any(r["soc_percent"] > float(rule["target_percent"]) - 2 * SOC_PERCENT
                      for r in day.rows[:i + 1])
        if not known or narrow or reached:
            continue
        mattered += row["load_w"] > row["pv_w"] - least
        most = max([least + 2 * day.inverters * NOTHING_W] +
                   [r["pv_w"] - r["load_w"] + NOTHING_W for r in day.before(i)])
        if not least <= row["battery_w"] <= most:
            bad.append(row)
    return bad, mattered


def rule_is_over(day):
    """Outside of them the grid does not charge it."""
    def outside(row):
        return row["grid"] and not any(rule_at(day, row["time_s"] + by)
                                       for by in (-REACTION_S, 0, 1))
    bad = [day.rows[a + REACTION_S] for a, b in day.stretches(
        lambda r: outside(r) and r["battery_w"] > NOTHING_W and r["grid_w"] < -250)
        if b - a + 1 > REACTION_S]
    return bad, sum(outside(r) and r["battery_w"] < -NOTHING_W for r in day.rows)


def times(day):
    """Outside of its hours, and on other days than its own, an output is open."""
    bad, beyond, within = [], {"hours": 0, "days": 0}, 0
    for output in outputs(day):
        if not output.hours and not output.days:
            continue
        begin, end = hours(day, output.hours) if output.hours else (0, 0)
        for i, row in enumerate(day.rows):
            if output.hours and begin <= row["time_s"] < end + SEEN_S:
                within += output.closed[i]
                continue
            beyond["hours" if output.hours else "days"] += \
                i > BEGIN_S and output.value(i) >= output.upper
            if output.closed[i]:
                bad.append(row)
    return bad, min(within, *beyond.values())


def at_exit(day):
    """When cellard has ended an output is as it should be then, where its chip keeps that."""
    bad, mattered = [], {0: 0, 1: 0}
    for n, output in enumerate(outputs(day), 1):
        if f"relay_{n}" not in day.parser["simulation"]:
            continue
        wanted = day.parser["contacts"].get(f"output_{n}_at_exit", "open") == "closed"
        before = [c for c, r in zip(output.closed, day.rows) if r["time_s"] < day.ended - 1]
        mattered[wanted] += before[-1] != wanted
        bad += [r for c, r in zip(output.closed, day.rows)
                if r["time_s"] > day.ended + 1 and c != wanted]
    return bad, min(mattered.values())
