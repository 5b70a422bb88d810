#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# A polkit that answers as it is told: a line "yes", "no" or "dialog" on standard input
# answers all who wait. What it is asked, and what is taken back, it prints.
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

AUTHORITY = "org.freedesktop.PolicyKit1.Authority"


class Authority(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(bus, "/org/freedesktop/PolicyKit1/Authority")
        self.waiting = []

    @dbus.service.method(AUTHORITY, in_signature="(sa{sv})sa{ss}us",
                         out_signature="(bba{ss})", async_callbacks=("answer", "fail"))
    def CheckAuthorization(self, subject, action, details, flags, cancel, answer, fail):
        print("asked", subject[0], action, "dialog" if flags & 1 else "silent", flush=True)
        self.waiting.append(answer)

    @dbus.service.method(AUTHORITY, in_signature="s")
    def CancelCheckAuthorization(self, cancel):
        print("cancelled", flush=True)
        self.waiting.pop()

    def tell(self, channel, _condition):
        word = channel.readline().strip()
        if not word:
            return False
        for answer in self.waiting:
            answer((word == "yes", word == "dialog", dbus.Dictionary(signature="ss")))
        self.waiting = []
        return True


bus = dbus.SystemBus(mainloop=DBusGMainLoop())
name = dbus.service.BusName("org.freedesktop.PolicyKit1", bus)
authority = Authority(bus)
GLib.io_add_watch(GLib.IOChannel.unix_new(sys.stdin.fileno()), GLib.PRIORITY_DEFAULT, GLib.IO_IN,
                  authority.tell)
print("ready", flush=True)
GLib.MainLoop().run()
