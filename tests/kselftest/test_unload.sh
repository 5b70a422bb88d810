#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The modules go while batteries talk, and come again. Runs last: on a kernel
# with sanitizers it then asks them what they found during all the tests.

# shellcheck source=tests/kselftest/ktap.sh
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$(dirname "$0")/bus.sh"
# shellcheck source=tests/kselftest/frames.sh
. "$(dirname "$0")/frames.sh"
# shellcheck source=tests/kselftest/cells.sh
. "$(dirname "$0")/cells.sh"
# shellcheck source=tests/kselftest/rack.sh
. "$(dirname "$0")/rack.sh"

kmemleak=/sys/kernel/debug/kmemleak

live()
{
	property "$1" capacity && [ "$value" = 90 ]
}

expect_live()
{
	wait_until 20 live "$1" || fail "$1 is not live: capacity is \"$value\""
}

not_while_there_are_buses()
{
	expect_not "rmmod" rmmod cellar_can 2>/dev/null
	expect_live "$kept"
	expect_live "$other"
	wait_until 20 test -e "$cellar_class/$other-08" || fail "a pack is missing"
}

# The line keeps the module. No module goes before this: on UML its pages would be
# poisoned for the line that gets them (and_loaded_again).
while_a_rack_is_asked()
{
	[ -d /sys/module/cellar_rs485 ] || {
		skip "no module cellar_rs485"
		return
	}
	sim=$(program cellar-sim) && attach=$(program cellar-attach) ||
		fail "no cellar-sim or cellar-attach" || return
	rack asked --packs 4 --baud 115200 --delay 1
	attach asked "$tty" --baud 115200 --dialect pylontech
	echo 1 >/sys/bus/platform/devices/cellar-rs485.0/free_run
	wait_for_pack "$bus-05"
	wait_for_iio "$bus-05"
	expect_not "rmmod" rmmod cellar_rs485 2>/dev/null
	expect "$bus-05" pack_live "$bus-05"
	attach_end asked 0 TERM
	expect "no supply" no_supply "$bus"
	rack_end asked
}

# IIO keeps the core, whose device is open, but not the pack.
while_somebody_reads_cells()
{
	test_packs_setup || {
		skip "no module cellar_test_packs"
		return
	}
	pack 0 1 F0
	scans_begin 9999 30
	order run 0 1 10 2000
	nap 0.3
	expect "rmmod cellar_test_packs" rmmod cellar_test_packs
	scans_end
	expect_equal "last line" "${scans[-1]}" gone
	expect_between "scans before" ${#scans[@]} 2 9999
	expect "no IIO device" no_iio_of "$supply"
}

under_traffic()
{
	bus_remove kept
	bus_remove other
	expect "rmmod cellar_can" rmmod cellar_can
	[ ! -d /sys/module/cellar_rs485 ] || expect "rmmod cellar_rs485" rmmod cellar_rs485
	supplies cellar
	expect_equal "supplies that are left" "${found[*]}" ""
	expect_not "configfs/cellar" test -e "$cellar_configfs"
	expect "rmmod cellar" rmmod cellar
}

and_loaded_again()
{
	if grep -q 'User Mode Linux' /proc/cpuinfo; then
		skip "KASAN on UML forgets nothing of a module that was at the same address"
		return
	fi
	modprobe cellar_can
	bus_add again vcan50
	expect_live "$supply"
	bus_remove again
	expect "rmmod" rmmod cellar_can cellar
}

# The second scan reports what has not changed since the first. Many packs,
# since a pointer that is left on some stack hides a leak.
kmemleak_finds_nothing()
{
	local line

	[ -w "$kmemleak" ] || {
		skip "this kernel has no kmemleak"
		return
	}
	echo scan >"$kmemleak" || fail "kmemleak is disabled"
	nap 6
	echo scan >"$kmemleak"
	while IFS= read -r line; do
		fail "$line"
	done <"$kmemleak"
}

lockdep_is_still_alive()
{
	[ -r /proc/lockdep_stats ] || {
		skip "this kernel has no lockdep"
		return
	}
	expect "lockdep" grep -q 'debug_locks: *1$' /proc/lockdep_stats
}

bus_setup
modprobe -q cellar_rs485
interface_add vcan50 vcan51
pylontech_frames soc=90
feed system --period 200 vcan50 "${frames[@]}"
deye_system_frames soc=90 packs=8
cluster=("${frames[@]}")
for address in 1 2 3 4 5 6 7 8; do
	deye_pack_frames $address
	cluster+=("${frames[@]}")
done
feed cluster --period 500 vcan51 "${cluster[@]}"
bus_add kept vcan50
kept=$supply
bus_add other vcan51
other=$supply
ktap_main not_while_there_are_buses while_a_rack_is_asked while_somebody_reads_cells \
	under_traffic and_loaded_again kmemleak_finds_nothing lockdep_is_still_alive
