# SPDX-License-Identifier: GPL-2.0-only
"""A day of cellar-sim plant: its truth, what cellarctl said of it, and the house it is of."""
import configparser
import csv
import datetime
import functools
import json
import os

TREE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")

# From a change in the house to what inverters and boxes make of it: the meter is read once
# a second, the house decides once a second, writes to an inverter are a second apart, a box
# takes 2 s, and all of it may fall on the wrong side of a second.
REACTION_S = 8
# An inverter is asked for its state, on the grid or off it, as seldom.
STATE_S = 5
# A blackout is seen in what an inverter measures each second, after a time-out of the meter on
# its line; then the house decides, and a box takes its time.
BLACKOUT_S = 6
# A pack that is gone is known 2.5 s after its last word (faults_in_kernel.sh).
PACKS_S = 4
# AS/NZS 4777.2: a demand response within 2 s.
DRM_S = 2
# A car follows its box after so long, and a box that nobody talks to notices in its own time.
BOX_S = 2
# What is no power: set-points differ by 50 W at most from what is wanted (hybrid.h).
NOTHING_W = 60
# Of days whose rules or outputs go by the machine's clock, which whole_house.sh has set: what
# it shows when they begin, and the day of the week on which that counts.
CLOCKS = {"noon.conf": ("23:59", "mon"), "settings.conf": ("12:00", "sat")}
# Of days in which cellard is killed, when, and when it begins again.
KILLED = {"noon.conf": (146, 148)}
# Of days in which it ends before them.
ENDED = {"settings.conf": 310}
LEAST_CAR_A = 6  # IEC 61851
# Packs do not share the current quite alike: when one is at its limit all are not (limits.h).
SHARED = 0.9
PACK_V = 50


class Day:
    """The truth second by second, and the house that it is of."""

    def __init__(self, config, truth):
        self.path = truth
        house = os.path.basename(config)
        self.killed = KILLED.get(house)
        self.ended = ENDED.get(house)
        self.begin, self.weekday = CLOCKS.get(house, ("00:00", "mon"))
        parser = configparser.ConfigParser(strict=False)
        parser.read(config)
        self.site = parser["site"]
        self.parser = parser
        with open(truth, encoding="ascii") as file:
            self.rows = [self.numbers(row) for row in csv.DictReader(file)]
        with open(truth.replace("truth.csv", "events"), encoding="utf-8") as file:
            self.events = file.read()
        self.curtailments = []
        history = truth.replace("truth.csv", "curtailments")
        if os.path.exists(history):
            with open(history, encoding="utf-8") as file:
                self.curtailments = json.load(file)
        self.asked = self.lines(config, ".script") + self.lines(config, ".people")
        self.boxes = sum(name.startswith("charger ") for name in parser.sections())
        self.inverters = sum(name.startswith("inverter ") for name in parser.sections())

    def second_at(self, text):
        """The second of the day at which the machine's clock shows HH:MM next."""
        def minutes(of):
            at = datetime.time.fromisoformat(of)
            return at.hour * 60 + at.minute
        return 60 * ((minutes(text) - minutes(self.begin)) % 1440)

    def contract_w(self):
        return float(self.site.get("contract_w", "1e6"))

    @staticmethod
    def lines(config, suffix):
        """(second, words) of what was to happen, and of what people asked of cellard."""
        path, found = config.replace(".conf", suffix), []
        if not os.path.exists(path):
            return found
        with open(path, encoding="ascii") as file:
            for line in file:
                words = line.split("#")[0].split()
                if words:
                    found.append((float(words[1]), words[2:]))
        return found

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

    def gives(self, row):
        """The least that the battery gives when all of it is wanted, W."""
        return min(self.reach() - NOTHING_W, SHARED * row["allow_discharge_a"] * PACK_V)

    def rated(self):
        """What the inverters are rated for together, W."""
        return sum(float(self.parser[name]["rated_w"]) for name in self.parser.sections()
                   if name.startswith("inverter "))

    def charger(self, n):
        names = [name for name in self.parser.sections() if name.startswith("charger ")]
        return self.parser[names[n - 1]]

    def name(self, n):
        return self.charger(n).name.split(" ", 1)[1]

    @functools.cache
    def profile(self, n):
        profile = configparser.ConfigParser(strict=False)
        profile.read(os.path.join(TREE, self.charger(n)["profile"]))
        return profile

    def fail_safe(self, n):
        """What box n lets its car take when nobody talks to it, A, and after how long, s."""
        profile = self.profile(n)
        if "fail-safe" in profile:  # its own, 6 A in the simulator, or none
            return 6, float(profile["fail-safe"].get("lapse_s", "1e6"))
        amperes = self.charger(n).get("fail_safe_a", profile["fail-safe-current"]["default_a"])
        return float(amperes), float(profile["fail-safe-time"]["value_s"])
