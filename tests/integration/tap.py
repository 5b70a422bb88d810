# SPDX-License-Identifier: GPL-2.0-only
"""TAP for tests in Python: verdict() for each case, plan() at the end; soon() waits."""
import sys
import time

number = 0
failures = 0


def verdict(good, name):
    global number, failures
    number += 1
    failures += not good
    print(f"{'ok' if good else 'not ok'} {number} - {name}", flush=True)


def soon(seconds, holds):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def plan():
    """How many there were; ends with 1 if one has failed."""
    print(f"1..{number}")
    sys.exit(failures != 0)
