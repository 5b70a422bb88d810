#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""
cellarctl monitor on a terminal, in a pipe, and without cellard; TAP on standard output.
usage: test_monitor.py FOLDER with cellard and cellarctl
"""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import tap
from tap import soon, verdict

programs = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp()
supplies = os.path.join(folder, "class")
os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={folder}/bus"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def pack(address, protections="", serial=None):
    """A pack whose serial number would clear the terminal."""
    base = f"{supplies}/cellar0-{address:02}"
    serial = serial or f"S{address}\x1b[2J\x1b]0;x\x07"
    write(f"{base}/uevent", "".join(f"POWER_SUPPLY_{line}\n" for line in (
        "VOLTAGE_NOW=52800000", "CURRENT_NOW=5000000", f"CAPACITY={60 + address}",
        "TEMP=250", "CONSTANT_CHARGE_VOLTAGE_MAX=56000000",
        "CONSTANT_CHARGE_CURRENT_MAX=70000000", "VOLTAGE_MIN=46000000",
        "MANUFACTURER=LESSO", "MODEL_NAME=LSRR51V100AH-LFP", f"SERIAL_NUMBER={serial}")))
    for name, text in (("discharge_current_max", "100000000"), ("age_ms", "100"),
                       ("samples", "1"), ("warnings", ""), ("protections", protections),
                       ("role", "pack")):
        write(f"{base}/cellar/{name}", text + "\n")


def start_cellard():
    with open(f"{folder}/cellard.log", "a") as log:
        return subprocess.Popen([f"{programs}/cellard", "--config", f"{folder}/none.conf",
                                 "--class", supplies], stderr=log)


class Terminal:
    """A program on a terminal, and the page that it has drawn there."""

    def __init__(self, columns=80, rows=24, **environment):
        self.columns, self.rows = columns, rows
        self.raw, self.left, self.beyond = "", 0, False
        self.page, self.row, self.column, self.drawn = {}, 0, 0, 0
        self.red = False
        self.alternate = self.hidden = False
        self.stop = None
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.update({"TERM": "xterm", "LC_ALL": "C.UTF-8", **environment})
            os.kill(os.getpid(), signal.SIGSTOP)
            os.execv(f"{programs}/cellarctl", ["cellarctl", "monitor"])
        os.waitpid(self.pid, os.WUNTRACED)
        self.resize(columns, rows)
        self.was = termios.tcgetattr(self.fd)
        os.kill(self.pid, signal.SIGCONT)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        while select.select([self.fd], [], [], 0.02)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            if not data:
                break
            self.raw += data.decode()
        # a sequence that is not whole waits
        for match in re.finditer(r"\x1b\[(\??[0-9;]*)([A-Za-z])|([^\x1b])", self.raw[self.left:]):
            self.obey(*match.groups())
            end = match.end()
        if self.raw[self.left:]:
            self.left += end

    def obey(self, argument, code, text):
        if code == "H":
            place = (argument or "1;1").split(";")
            self.row, self.column = int(place[0]) - 1, int(place[1]) - 1
        elif code == "J":
            self.page = {}
        elif code == "K":
            for column in range(self.column, 1000):
                self.page.pop((self.row, column), None)
        elif code in ("h", "l"):
            if argument == "?1049":
                self.alternate = code == "h"
            if argument == "?25":
                self.hidden = code == "l"
        elif code == "m":
            self.red = "31" in argument
        elif text:
            self.beyond |= self.column >= self.columns or self.row >= self.rows
            self.beyond |= ord(text) < 32 and self.alternate
            self.page[self.row, self.column] = text
            self.column += 1

    def lines(self):
        self.read()
        return ["".join(self.page.get((row, column), " ") for column in range(self.columns))
                for row in range(self.rows)]

    def shows(self, text, seconds=5):
        return soon(seconds, lambda: any(text in line for line in self.lines()))

    def is_given_back(self):
        self.read()
        return not self.alternate and not self.hidden and \
            termios.tcgetattr(self.fd)[:6] == self.was[:6]

    def ends(self, seconds=5):
        """The exit status, or None."""
        status = []

        def has_ended():
            self.read()
            pid, how = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                status.append(os.waitstatus_to_exitcode(how))
            return pid
        soon(seconds, has_ended)
        self.read()
        return status[0] if status else None

    def press(self, keys):
        os.write(self.fd, keys.encode())


def test_page():
    t = Terminal()
    verdict(t.shows("cellar0-04"), "the packs are on the page")
    verdict(t.shows("4 of 4 packs in use", 10), "all are members")
    verdict(any("█" in line and "%" in line for line in t.lines()), "with bars")
    verdict(t.alternate and t.hidden, "on the other screen, without a cursor")
    pack(2, "cell_overvoltage")
    verdict(t.shows("member cell_"), "what changes is there at once")
    verdict("\x1b[0;1;31m" in t.raw, "in red")
    pack(2)
    for columns, rows in ((40, 12), (44, 12), (20, 5), (200, 50), (1, 1), (80, 24)):
        t.page, t.beyond = {}, False
        t.resize(columns, rows)
        time.sleep(0.3)
        t.lines()
        whole = rows < 12 or any("packs in use" in line for line in t.lines())
        verdict(t.page and whole and not t.beyond, f"{columns} columns, {rows} rows: all is within")
    t.resize(80, 8)
    verdict(t.shows("lines 1 to 6"), "a short page says what it shows")
    t.press("\x1b[B")
    verdict(t.shows("lines 2 to 7"), "and goes down")
    t.press("kG")
    verdict(t.shows("cellar0-04"), "to its end")
    t.press("\x1a")
    stopped = []

    def has_stopped():
        t.read()
        pid, how = os.waitpid(t.pid, os.WUNTRACED | os.WNOHANG)
        stopped.append(pid and os.WIFSTOPPED(how))
        return pid
    verdict(soon(5, has_stopped) and stopped[-1], "Ctrl-Z stops it")
    verdict(t.is_given_back(), "and gives the terminal back")
    t.page = {}
    os.kill(t.pid, signal.SIGCONT)
    verdict(t.shows("cellar0-04") and t.alternate, "fg draws the page anew")
    verdict(not termios.tcgetattr(t.fd)[3] & termios.ICANON, "and takes keys again")
    t.press("q")
    verdict(t.ends() == 0 and t.is_given_back(), "q leaves, and gives the terminal back")


def test_signals():
    for name, act in (("Ctrl-C", lambda t: t.press("\x03")),
                      ("SIGTERM", lambda t: os.kill(t.pid, signal.SIGTERM)),
                      ("SIGHUP", lambda t: os.kill(t.pid, signal.SIGHUP))):
        t = Terminal()
        t.shows("cellar0-04")
        act(t)
        verdict(t.ends() == 0 and t.is_given_back(), f"{name} leaves, too")


def colours(t):
    return [code for code in re.findall(r"\x1b\[([0-9;]*)m", t.raw) if code not in ("0", "")]


def test_terminals():
    t = Terminal()
    t.shows("cellar0-04")
    verdict(colours(t), "there are colours")
    t.press("q")
    t.ends()
    t = Terminal(NO_COLOR="1", LC_ALL="C")
    verdict(t.shows("#") and t.raw.isascii(), "without UTF-8 bars are ASCII")
    verdict(not colours(t), "NO_COLOR: no colours")
    t.press("q")
    t.ends()
    t = Terminal(TERM="dumb")
    soon(5, lambda: t.read() or "cellar0-04" in t.raw)
    verdict("cellar0-04" in t.raw and "\x1b" not in t.raw, "a dumb terminal gets lines")
    t.press("\x03")
    verdict(t.ends() is not None, "until Ctrl-C")


class Lines:
    """The monitor in a pipe."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([f"{programs}/cellarctl", *arguments, "monitor"],
                                        stdout=subprocess.PIPE)
        self.text = ""
        os.set_blocking(self.process.stdout.fileno(), False)

    def says(self, wanted, seconds=5):
        def said():
            self.text += (self.process.stdout.read() or b"").decode()
            return re.search(wanted, self.text)
        return soon(seconds, said)

    def end(self):
        self.process.terminate()
        return self.process.wait()


def test_pipe():
    plain, as_json = Lines(), Lines("--json")
    verdict(plain.says(r"(?m)^\d\d:\d\d:\d\d cellar0-03 63.0 % 52.80 V \+5.0 A .*$"),
            "a line for each object")
    as_json.says("cellar0-04")
    as_json.text = as_json.text[:0]
    pack(3, "short_circuit")
    verdict(plain.says(r"cellar0-03 .* protections: short_circuit"), "and for each change")
    verdict("\x1b" not in plain.text and "\a" not in plain.text, "of plain text")
    as_json.says(r"short_circuit[^\n]*\n")
    news = [json.loads(line) for line in as_json.text.splitlines()]
    verdict(any(path.startswith("/org/cellar1/pack/") and
                what["org.cellar1.Pack"]["Reading"]["Protections"] == ["short_circuit"]
                for item in news for path, what in item.items()
                if "Reading" in what.get("org.cellar1.Pack", {})),
            "--json: as D-Bus has it, a line for each")
    shutil.rmtree(f"{supplies}/cellar0-03")
    verdict(plain.says("cellar0-03 suspended"), "a supply that has gone")
    pack(3)
    verdict(plain.end() == 0 and as_json.end() == 0, "they end when they are told")


def test_service():
    global cellard
    t, lines = Terminal(), Lines()
    t.shows("cellar0-04")
    lines.says("cellar0-04")
    cellard.kill()
    cellard.wait()
    verdict(t.shows("cellard is not there"), "without cellard the page says so")
    verdict(not any("63 %" in line or "V" in line for line in t.lines()), "and shows no old values")
    verdict(lines.says("cellard has gone"), "so do lines")
    lines.text = ""
    cellard = start_cellard()
    verdict(t.shows("cellar0-04", 10), "until it is back")
    verdict(lines.says("cellar0-04", 10), "for lines, too")
    before = time.monotonic()
    watch = subprocess.Popen(["busctl", "--address=" + os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
                              "--json=short", "monitor", "org.cellar1"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(1)
    pack(1, "cell_undervoltage")
    verdict(t.shows("cell_undervoltage"), "its changes are shown")
    soon(4, lambda: time.monotonic() > before + 4)
    watch.terminate()
    messages = [json.loads(line) for line in watch.communicate()[0].splitlines()]
    verdict(any(m["type"] == "signal" for m in messages) and
            not any(m["type"] == "method_call" for m in messages),
            "by its signals: nobody asks it")
    verdict(lines.end() == 0, "lines end")
    bus.terminate()
    verdict(t.ends() == 3 and t.is_given_back(), "without the bus it cannot go on")


def test_tables():
    text = subprocess.run([f"{programs}/cellarctl", "packs"], stdout=subprocess.PIPE,
                          check=True).stdout
    verdict(b"S1?[2J?]0;x?" in text and b"\x1b" not in text and b"\a" not in text,
            "a table is plain text, whatever a serial number is")
    text = subprocess.run([f"{programs}/cellarctl", "cells"], stdout=subprocess.PIPE,
                          check=True).stdout
    verdict(text.count(b"cells not known\n") == 4 and b"\x1b" not in text, "so are cells")


cellard = None
bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                        "--address=" + os.environ["DBUS_SYSTEM_BUS_ADDRESS"]],
                       stderr=subprocess.DEVNULL)
try:
    soon(10, lambda: os.path.exists(f"{folder}/bus"))
    for n in (1, 2, 3, 4):
        pack(n)
    cellard = start_cellard()
    test_page()
    test_signals()
    test_terminals()
    test_pipe()
    test_tables()
    test_service()
finally:
    for process in filter(None, (cellard, bus)):
        process.kill()
        process.wait()
    shutil.rmtree(folder)
tap.plan()
