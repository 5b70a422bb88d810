#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# A client as anybody might write one, with Debian's python3-dbus: reads a cluster, asks
# it for less current, and waits until the limits have changed.
import sys

import dbus
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

bus = dbus.SystemBus(mainloop=DBusGMainLoop())
loop = GLib.MainLoop()
cluster = bus.get_object("org.cellar1", "/org/cellar1/cluster/" + sys.argv[1])
reading = cluster.Get("org.cellar1.Cluster", "Reading", dbus_interface=dbus.PROPERTIES_IFACE)
print("charge %.1f %%, voltage %.1f V" % (reading["StateOfCharge"], reading["Voltage"]))


def changed(_interface, properties, _invalidated):
    if "Limits" in properties:
        print("charge limit %.1f A by %s" % tuple(properties["Limits"]["ChargeCurrent"][:2]))
        loop.quit()


cluster.connect_to_signal("PropertiesChanged", changed, dbus_interface=dbus.PROPERTIES_IFACE)
cluster.SetLimits(12.5, 20.0, dbus_interface="org.cellar1.Cluster")
GLib.timeout_add_seconds(10, lambda: sys.exit("no change"))
loop.run()
