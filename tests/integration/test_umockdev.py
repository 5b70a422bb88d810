#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
Supplies that the kernel announces, without our modules: a mocked sysfs, whose uevents
cellard hears by libudev. A mocked `samples` is an ordinary file, which cannot be waited
for: what a battery says after it was announced is not heard here, so that a supply is
silent after 2.5 s. TAP on standard output.
usage: test_umockdev.py FOLDER with cellard and cellarctl
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import tap
from tap import soon, verdict

import gi
gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev  # noqa: E402

programs = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp()
os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={folder}/bus"


def add(address, role="pack"):
    """A healthy pack on bus 0; the testbed sends the uevent "add"."""
    return bed.add_device("power_supply", f"cellar0-0{address}", None, [
        "cellar/role", role,
        "cellar/samples", "1",
        "cellar/age_ms", "100",
        "cellar/protections", "",
        "cellar/warnings", "",
        "cellar/discharge_current_max", "100000000",
    ], [
        "POWER_SUPPLY_VOLTAGE_NOW", "52800000",
        "POWER_SUPPLY_CURRENT_NOW", "5000000",
        "POWER_SUPPLY_CAPACITY", f"6{address}",
        "POWER_SUPPLY_CONSTANT_CHARGE_VOLTAGE_MAX", "56000000",
        "POWER_SUPPLY_CONSTANT_CHARGE_CURRENT_MAX", "70000000",
        "POWER_SUPPLY_MANUFACTURER", "LESSO",
        "POWER_SUPPLY_MODEL_NAME", "LSRR51V100AH-LFP",
        "POWER_SUPPLY_SERIAL_NUMBER", f"A-00{address}",
    ])


def packs():
    """By the name of the supply, what is on the bus of each pack."""
    shown = subprocess.run([f"{programs}/cellarctl", "--json", "packs"],
                           capture_output=True, text=True).stdout
    return {pack["Supply"]: pack for pack in json.loads(shown or "{}").values()}


def membership(name):
    pack = packs().get(name)
    return pack and pack["Membership"][:2]


def there(name, reading):
    """It is on the bus, with a reading or without."""
    pack = packs().get(name)
    return pack is not None and bool(pack["Reading"]) == reading


bed = UMockdev.Testbed.new()
bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                        f"--address={os.environ['DBUS_SYSTEM_BUS_ADDRESS']}"],
                       env={**os.environ, "LD_PRELOAD": ""})
soon(10, lambda: os.path.exists(f"{folder}/bus"))
paths = {1: add(1)}
bed.add_device("power_supply", "AC", None, ["online", "1"], ["POWER_SUPPLY_ONLINE", "1"])
log = open(f"{folder}/log", "w")
cellard = subprocess.Popen([f"{programs}/cellard", "--config", f"{folder}/none",
                            "--state", folder], stderr=log)
try:
    verdict(soon(10, lambda: there("cellar0-01", True)), "a supply that was there is found")
    paths[2] = add(2)
    verdict(soon(1, lambda: there("cellar0-02", True)), "one that is announced is found at once")
    verdict(sorted(packs()) == ["cellar0-01", "cellar0-02"], "and none that is not ours")
    bed.uevent(paths[2], "remove")
    bed.remove_device(paths[2])
    verdict(soon(1, lambda: there("cellar0-02", False)), "one that is taken away has no reading")
    verdict(membership("cellar0-02") == ["suspended", "silent"], "and is no member")
    paths[2] = add(2)
    verdict(soon(1, lambda: there("cellar0-02", True)), "it is found again")
    verdict(soon(4, lambda: there("cellar0-02", False)), "without samples it is silent soon")
    bed.uevent(paths[1], "change")
    time.sleep(0.2)
    verdict(cellard.poll() is None and "cellar0-01" in packs(), "a change is nothing to fear")
    cellard.terminate()
    verdict(cellard.wait() == 0, "it ends when it is told")
finally:
    cellard.kill()
    bus.kill()
    log.close()
    if tap.failures:
        print(open(f"{folder}/log").read())
    shutil.rmtree(folder)
tap.plan()
