#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What cellard promises of a house, judged by the truth of cellar-sim plant.

usage: whole_house_verdict.py HOUSE.conf TRUTH.csv [HOUSE.conf TRUTH.csv]...

What cellarctl said of a day's events is in the file events beside its truth.csv, and of its
energies, where they are judged, in energy.json.
One KTAP line for each promise. A promise that nothing in the day has put to the test has
failed: for each of them there is a number of seconds in which it mattered.
"""
import os
import sys

import house_battery as battery
import house_cars as cars
import house_energy as energy
import house_grid as grid
import house_operator as contacts
import house_outputs as outputs
import house_settings as settings
import house_strategies as strategies
from house_day import Day

# What is promised, what judges it, and in how many seconds or events it must have mattered
PROMISES = (
    ("the truth adds up", battery.adds_up, 300),
    ("what is drawn stays below the contract", grid.contract, 60),
    ("what is fed in stays below its limit while the battery has room", grid.feed_in, 30),
    ("the battery takes what the house leaves, and gives what it lacks", battery.self_use, 40),
    ("the battery's current is within what its packs allow", battery.packs, 20),
    ("a pack that is unplugged is counted no more", battery.pack_gone, 5),
    ("the battery is not discharged below its depth of discharge", battery.depth, 10),
    ("DRM0: the battery stands still, 2 s later", grid.disconnected, 1),
    ("DRM5: nothing is generated, 2 s later", contacts.generated_at_most(5), 1),
    ("DRM6: no more than half is generated, 2 s later", contacts.generated_at_most(6), 1),
    ("each demand response is recorded with its length", grid.recorded, 2),
    ("without the meter battery and cars stand still", battery.stale_meter, 1),
    ("a car is told 0 A, or 6 A and more", cars.currents, 20),
    ("a car that was switched off has its pause", strategies.pauses, 2),
    ("a car that charges does so for its shortest time", cars.runs, 3),
    ("a box that nobody talks to falls back to its fail-safe", cars.left_alone, 1),
    ("in a blackout cars get nothing", cars.blackout_cars, 1),
    ("in a blackout the house is served", battery.blackout_house, 10),
    ("after a blackout battery and cars wait", battery.grid_returns, 1),
    ("the inverter that rebooted is steered again", battery.reboot, 1),
)

# Of them, what can be promised where an inverter only listens to its battery
BY_LIMITS = (
    ("the truth adds up", battery.adds_up, 100),
    ("what is drawn stays below the contract", grid.contract, 20),
    ("the battery takes what the house leaves, and gives what it lacks", battery.self_use, 10),
    ("the battery's current is within what its packs allow", battery.packs, 5),
    ("a pack that is unplugged is counted no more", battery.pack_gone, 5),
    ("the battery is not discharged below its depth of discharge", battery.depth, 5),
    ("DRM5: nothing is generated, 2 s later", contacts.generated_at_most(5), 1),
    ("without the meter battery and cars stand still", battery.stale_meter, 1),
    ("a car is told 0 A, or 6 A and more", cars.currents, 10),
    ("a car that charges does so for its shortest time", cars.runs, 1),
)

# And what a night shows that ends the battery
AT_NIGHT = (
    ("the truth adds up", battery.adds_up, 80),
    ("in a blackout the house is served while the battery may be used", battery.eps_served, 10),
    ("in a blackout the battery keeps to its depth for EPS", battery.eps_depth, 10),
    ("on the grid a reserve is kept for a blackout", battery.eps_reserve, 10),
    ("loads that take more than EPS can give are told", battery.eps_load, 1),
)

# And what loads on outputs, a rule, a midnight, a crash and unlike inverters show
AT_NOON = (
    ("the truth adds up", battery.adds_up, 140),
    ("an output closes at its upper threshold and opens at its lower one",
     outputs.thresholds, 8),
    ("a load that is switched does not switch itself", outputs.own_load, 10),
    ("an output keeps its shortest times, after a crash as well", outputs.least_times, 12),
    ("without the meter an output is as its configuration says", outputs.without, 1),
    ("in its hours a rule charges with its power", outputs.rule_charges, 6),
    ("outside of them the grid charges nothing", outputs.rule_is_over, 10),
    ("each inverter has its part of a set-point", battery.shared, 10),
    ("in a blackout the house is served", battery.blackout_house, 2),
    ("energies are what has flowed, before midnight and since", energy.sums, 15),
    ("what nobody knew is a gap in them", energy.gaps, 5),
)

# What the grid's operator is promised, by his contacts: a ripple control receiver,
BY_RRCR = (
    ("the truth adds up", battery.adds_up, 90),
    ("60, 30 and 0 % are the most that is generated, 2 s later", contacts.rrcr_obeyed, 4),
    ("with 100 % again what the house takes is generated", contacts.rrcr_over, 2),
    ("with none or several contacts the last valid one counts for its time, then nothing is "
     "generated", contacts.rrcr_unclear, 2),
    ("nothing is fed in while the battery has room", grid.feed_in, 10),
    ("each curtailment is recorded with its time and its power", contacts.recorded, 4),
)

# the modes of AS/NZS 4777.2,
BY_MODES = (
    ("the truth adds up", battery.adds_up, 90),
    ("DRM1: nothing is drawn, 2 s later", contacts.drawn_at_most(1), 3),
    ("DRM2: no more than half is drawn, 2 s later", contacts.drawn_at_most(2), 3),
    ("DRM3: no more than three quarters are drawn, 2 s later", contacts.drawn_at_most(3), 3),
    ("DRM4: more is drawn", contacts.more_drawn, 1),
    ("DRM5: nothing is generated, 2 s later", contacts.generated_at_most(5), 3),
    ("DRM6: no more than half is generated, 2 s later", contacts.generated_at_most(6), 3),
    ("DRM7: no more than three quarters are generated, 2 s later",
     contacts.generated_at_most(7), 3),
    ("DRM8: more is generated", contacts.more_generated, 1),
    ("of several modes the hardest counts", contacts.hardest, 4),
    ("each curtailment is recorded with its time and its power", contacts.recorded, 8),
)

# and a contact of EN 50549-1; and what a contract leaves, and a blackout takes
BY_CEASE = (
    ("the truth adds up", battery.adds_up, 90),
    ("5 s after the contact nothing is generated", contacts.ceased, 1),
    ("when it opens what the house takes is generated", contacts.ceased_no_more, 1),
    ("what is drawn stays below the contract", grid.contract, 5),
    ("an overload is said when nothing is left to hold back, and only then",
     contacts.overload, 1),
    ("in a blackout cars get nothing", cars.blackout_cars, 1),
    ("each curtailment is recorded with its time and its power", contacts.recorded, 1),
)

# And what people have set
AS_SET = (
    ("the truth adds up", battery.adds_up, 250),
    ("where sun and house differ by less than the standby band the battery stands still",
     settings.standby, 3),
    ("a full battery stands still, and what the sun leaves is fed in", settings.full, 10),
    ("the first rule that applies charges, up to its target", outputs.rule_charges, 5),
    ("at its target a rule keeps the battery from being discharged", settings.target, 5),
    ("an output goes by what cars take, or is fed in", outputs.thresholds, 3),
    ("an output keeps its hours and its days", outputs.times, 20),
    ("an output is as it should be when nobody drives it any more", outputs.at_exit, 1),
    ("in a blackout the house is served while the battery may be used", battery.eps_served, 10),
    ("in a blackout the battery keeps to its depth for EPS", battery.eps_depth, 3),
    ("down there it is not used before the buffer is charged again", battery.eps_buffer, 3),
)

# And many cars
WITH_CARS = (
    ("the truth adds up", battery.adds_up, 200),
    ("what is drawn, of each phase too, stays below the contract while cars or battery can "
     "give way", strategies.contract, 20),
    ("an overload is told when neither can, and only then", strategies.overload, 1),
    ("the battery gives what the house lacks, and nothing to a car", strategies.battery_left, 5),
    ("fast: a car has all that its box and cable bear, sun or not", strategies.fast, 20),
    ("ecological, pure: a car takes what the sun gives, and waits below 1.8 kW",
     strategies.pure, 10),
    ("ecological, mixed: it goes on with 1.8 kW, and waits below 500 W", strategies.mixed, 10),
    ("kilometres: a car is given what they take and no more, and once is once",
     strategies.kilometres, 4),
    ("time-power: a car charges in its minutes, with its power", strategies.timed, 20),
    ("a strategy changes between sessions", strategies.changed_between, 1),
    ("a card that opens its box lets a car charge, and no other", strategies.cards, 2),
    ("from remote a car is started and stopped", strategies.by_hand, 1),
    ("equals have the same, and who comes first has more", strategies.sharing, 10),
    ("a car is told 0 A, or 6 A and more", cars.currents, 100),
    ("a car is told no more than its cable bears", strategies.cables, 10),
    ("a car that was switched off has its pause", strategies.pauses, 3),
    ("a box that nobody talks to falls back to its fail-safe", cars.left_alone, 1),
    ("a box that was without power charges its car again", strategies.restarts, 1),
    ("what is recorded of a session is what its car was given", strategies.sessions, 7),
)

# The houses of tests/data/house: what stands before their promises, and these
DAYS = {
    "house.conf": ("", PROMISES),
    "limits.conf": ("by limits: ", BY_LIMITS),
    "night.conf": ("at night: ", AT_NIGHT),
    "noon.conf": ("at noon: ", AT_NOON),
    "rrcr.conf": ("by RRCR: ", BY_RRCR),
    "drm.conf": ("by modes: ", BY_MODES),
    "cease.conf": ("by cease: ", BY_CEASE),
    "settings.conf": ("as set: ", AS_SET),
    "cars.conf": ("with cars: ", WITH_CARS),
}


def main():
    judged = []
    for config, truth in zip(sys.argv[1::2], sys.argv[2::2]):
        day = Day(config, truth)
        prefix, promises = DAYS[os.path.basename(config)]
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
            print(f"# not at {row['time_s']:.0f} s ({row['clock']})")
        if mattered < least:
            print(f"# it has to matter {least} times: this day does not put it to the test")
    sys.exit(failures != 0)


main()
