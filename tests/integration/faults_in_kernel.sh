#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an inverter hears while something fails, in a virtual machine: simulated packs on a
# CAN bus, the driver, cellard, and simulated inverters on other interfaces. Each case has
# a plant of its own (faults_house.sh) and ends with a verdict on every limit that was
# heard. Seconds are those of the battery's own time.
# usage: faults_in_kernel.sh [CASE...]
# shellcheck disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"
# shellcheck source=tests/integration/faults_house.sh
. "$here/faults_house.sh"

protocols=(victron pylontech deye growatt goodwe schneider sofar)

an_inverter_that_obeys_takes_what_the_packs_allow()
{
	one_inverter 300
	until_second 30
	expect_four_packs 22 30
	expect_between "current, mA" "$own" $((highest - 1000)) $((highest + 1000))
	expect_between "worst pack, permille" "$worst" 900 1000
	heard 0 30
	expect_between "ms without a frame" "$gap_ms" 1000 15000
	expect_members 4
	judged -v least=15 -v falls=0
}

every_protocol_says_the_same()
{
	local n inverters=()

	: >"$bus_state/conf"
	for ((n = 1; n <= 7; n++)); do
		section "$n" "${protocols[n - 1]}" "share_percent = 14" >>"$bus_state/conf"
		inverters+=(--inverter-on "vcan9$n:${protocols[n - 1]}")
	done
	begin -300 "${inverters[@]}"
	until_second 30
	for ((n = 1; n <= 7; n++)); do
		heard 22 30 "$n"
		expect_between "frames of ${protocols[n - 1]}" "$frames" 7 1000
		expect_between "limit of ${protocols[n - 1]}, mA" "$lowest" 26000 28000
		expect_equal "the same all the time, ${protocols[n - 1]}" "$highest" "$lowest"
	done
	judged -v least=100
}

a_slow_inverter_is_not_accused()
{
	at 25 unplug 2
	one_inverter -300 slow=3
	until_second 40
	expect_three_packs 30 40
	expect_events 0 inverter-exceeds
	judged -v window=3500
}

# By 17 %; what it is told rises by a tenth a minute when it obeys.
an_inverter_that_lies_is_told_less_until_it_obeys()
{
	at 25 inverter 1 lie 17
	at 50 inverter 1 obey
	one_inverter 400
	until_second 48
	expect_events 1 inverter-exceeds
	heard 25 36
	expect_between "its current at first, mA" "$own" 215000 240000
	expect_limit 38 48 150000 175000
	expect_between "its current when it is told less, mA" "$own" 170000 202000
	expect_between "worst pack then, permille" "$worst" 800 1010
	service "cluster/$supply" Cluster Limits '.ChargeCurrent[1]'
	expect_equal "why" "$value" inverter
	until_second 150
	expect_limit 145 150 177000 200000
	expect_events 1 inverter-obeys
	judged
}

an_inverter_that_ignores_is_told_the_least()
{
	at 25 inverter 1 ignore
	one_inverter -260
	until_second 60
	expect_events 1 inverter-exceeds
	heard 55 60
	expect_between "limit, mA" "$highest" 1000 100000
	expect_between "limit, mA" "$lowest" 1000 100000
	judged
}

an_inverter_that_vanishes_is_missed()
{
	at 25 inverter 1 vanish
	at 45 inverter 1 return
	one_inverter 300
	until_second 42
	expect_events 1 inverter-silent
	service inverter/house1 Inverter Silent .
	expect_equal "silent" "$value" true
	heard 26 42
	expect_equal "its current, mA" "$own" 0
	until_second 52
	service inverter/house1 Inverter Silent .
	expect_equal "silent" "$value" false
	expect_events 2 inverter-heard
	expect_events 0 inverter-exceeds
	expect_four_packs 48 52
	judged
}

# The kernel says so 2.5 s after its last word, and it is back after a minute.
an_unplugged_pack_is_taken_off_within_3_s()
{
	at 25 unplug 2
	at 40 plug 2
	one_inverter -300
	until_second 98
	expect_three_packs 28 98
	expect_members 3
	until_second 150
	expect_members 4
	expect_four_packs 145 150
	judged -v window=3500
}

a_silent_battery_is_0_a_within_3_s()
{
	at 25 silent
	at 35 resume
	one_inverter 300
	until_second 40
	expect_0_a 25
	expect_limit 29 40 0 0
	until_second 94
	expect_limit 35 94 0 0
	until_second 150
	expect_four_packs 145 150
	judged -v falls=1
}

the_battery_s_interface_goes_down_and_up()
{
	one_inverter -300
	until_second 25
	ip link set dev vcan80 down
	until_second 40
	expect_0_a 25
	expect_limit 29 40 0 0
	ip link set dev vcan80 up
	until_second 150
	expect_four_packs 145 150
	judged -v falls=1
}

# What a person decided is remembered. Programs may be slow to start.
killed_it_is_silent_and_begins_anew()
{
	one_inverter 300
	until_second 22
	expect "a pack is taken out" "$programs/cellarctl" pack "$supply-02" out
	until_second 30
	expect_three_packs 28 30
	cellard_ends KILL 137
	until_second 36
	expect_silence 30 36
	expect_0_a 30
	cellard_starts
	until_second 75
	heard 36 75
	expect_between "the first it says, mA" "$lowest" 0 20000
	expect_three_packs 70 75
	expect_members 3
	judged -v falls=1
}

stopped_it_is_silent()
{
	one_inverter 300
	until_second 25
	kill -STOP "$daemon"
	until_second 35
	kill -CONT "$daemon"
	expect_silence 26 34.9
	expect_0_a 25
	until_second 110
	expect_four_packs 105 110
	judged -v falls=1
}

stopped_while_the_battery_falls_silent_it_says_0_a_first()
{
	at 27 silent
	one_inverter 300
	until_second 25
	kill -STOP "$daemon"
	until_second 35
	kill -CONT "$daemon"
	until_second 45
	expect_silence 26 34.9
	expect_limit 36 45 0 0
	heard 35 36
	expect_between "the first it says, mA" "$highest" -1 0
	judged -v falls=1
}

stopped_while_a_pack_goes_it_says_the_rest_first()
{
	at 27 unplug 2
	one_inverter -300
	until_second 25
	kill -STOP "$daemon"
	until_second 35
	kill -CONT "$daemon"
	until_second 45
	heard 35 45
	expect_between "the most it says, mA" "$highest" 0 150000
	judged -v falls=1
}

# The battery's last word is 3 s old, and what is said holds for less.
stopped_for_a_moment_it_says_nothing_old()
{
	at 25 silent
	one_inverter 300
	until_second 26.9
	kill -STOP "$daemon"
	until_second 28.4
	kill -CONT "$daemon"
	until_second 35
	heard 28.4 35
	expect_between "frames" "$frames" 5 100
	expect_equal "the most it says, mA" "$highest" 0
	judged -v falls=1 -v silent=4500
}

the_system_bus_goes_and_comes_back()
{
	one_inverter 300
	until_second 25
	kill -KILL "${bus_jobs[dbus]}"
	background_wait dbus 2>/dev/null
	rm -f "$bus_state/bus"
	until_second 32
	bus_starts
	until_second 45
	expect_four_packs 22 45
	expect_members 4
	expect_events 1 bus-back
	judged
}

out_is_on_the_disk()
{
	grep -q '"key"' "$bus_state/state/cellard.state"
}

# It is tried each minute.
a_full_disk_is_said_once_and_written_later()
{
	mkdir -p "$bus_state/state"
	mount -t tmpfs -o size=64k none "$bus_state/state"
	one_inverter 300
	until_second 23
	cat /dev/zero >"$bus_state/state/filler" 2>/dev/null
	expect "a pack is taken out" "$programs/cellarctl" pack "$supply-02" out
	until_second 30
	expect_three_packs 24 30
	expect_events 1 state-unwritable
	until_second 92
	expect_events 1 state-unwritable
	rm "$bus_state/state/filler"
	until_second 155
	expect_events 1 state-unwritable
	expect_events 1 state-written
	expect "it is on the disk" out_is_on_the_disk
	expect_three_packs 24 155
	cellard_ends TERM 0
	umount "$bus_state/state"
	judged
}

a_clock_that_jumps_by_a_day_changes_nothing()
{
	local advice

	one_inverter 300
	until_second 24
	service "cluster/$supply" Cluster Advice .
	advice=$value
	date -s "+1 day" >/dev/null
	until_second 32
	service "cluster/$supply" Cluster Advice .
	expect_equal "advice a day later" "$value" "$advice"
	date -s "-1 day" >/dev/null
	until_second 33
	date -s "-1 day" >/dev/null
	until_second 45
	date -s "+1 day" >/dev/null
	service "cluster/$supply" Cluster Advice .
	expect_equal "advice a day before" "$value" "$advice"
	expect_four_packs 22 45
	expect_events 0 pack-left
	expect_members 4
	judged
}

# pack ADDRESS COLUMN: $value, as cellarctl shows it
pack()
{
	value=$("$programs/cellarctl" packs | awk -v name="$supply-0$1" -v column="$2" \
		'$1 == name { print $column }')
}

another_pack_in_its_place_is_checked_first()
{
	local serial

	at 25 swap 3
	one_inverter -300
	until_second 24
	pack 3 2
	serial=$value
	until_second 40
	pack 3 2
	expect "a serial number" test -n "$serial" -a -n "$value" -a "$serial" != "$value"
	pack 3 9
	expect_equal "state" "$value" checking
	expect_three_packs 30 40
	expect_members 3
	until_second 150
	expect_members 4
	expect_four_packs 145 150
	judged -v window=3500
}

the_inverter_s_interface_goes_and_comes_back()
{
	one_inverter 300
	until_second 25
	ip link set dev vcan91 down
	until_second 32
	expect_silence 26 32
	ip link set dev vcan91 up
	until_second 40
	expect_four_packs 36 40
	ip link del dev vcan91
	until_second 47
	expect_silence 41 47
	ip link add dev vcan91 type vcan
	ip link set dev vcan91 up
	until_second 55
	expect_four_packs 51 55
	judged -v falls=2
}

# reload: what stands in the file now
reload()
{
	kill -HUP "$daemon"
}

another_configuration_leaves_no_gap()
{
	one_inverter 300
	until_second 24
	reload
	until_second 28
	expect_four_packs 22 28
	echo "charge_current_a = 100" >>"$bus_state/conf"
	reload
	until_second 34
	expect_limit 29 34 99000 100000
	echo "charge_current_a = perhaps" >>"$bus_state/conf"
	reload
	until_second 40
	expect_limit 29 40 99000 100000
	expect_events 2 reloaded
	expect_events 1 reload-refused
	heard 22 40
	expect_between "ms without a frame" "$gap_ms" 0 2000
	judged
}

the_bus_of_the_battery_is_removed_and_added_again()
{
	one_inverter 300
	until_second 25
	bus_remove faults
	until_second 35
	expect_0_a 25
	expect_limit 29 35 0 0
	bus_add faults vcan80 model=lesso,lsrr51v100ah
	until_second 150
	expect_four_packs 145 150
	judged -v falls=1
}

the_modules_are_loaded_again()
{
	one_inverter 300
	until_second 25
	bus_remove faults
	expect "rmmod" rmmod cellar_can
	until_second 35
	expect_0_a 25
	expect "modprobe" modprobe cellar_can
	bus_add faults vcan80 model=lesso,lsrr51v100ah
	until_second 165
	expect_four_packs 160 165
	judged -v falls=1
}

# In virtual time nothing waits for the host: what a program has to get from there, when it first
# needs it, takes as many seconds as others sleep meanwhile. All of it is here before.
warm()
{
	local program

	for program in "$@"; do
		echo "$program"
		ldd "$program" | sed -n 's|.*[[:space:]]\(/[^ ]*\) (.*|\1|p'
	done | sort -u | xargs cat >/dev/null
}

[ "$EUID" = 0 ] || ktap_skip_all "not root"
warm "$programs"/{cellard,cellarctl,cellar-sim} "$(command -v dbus-daemon)"
bus_setup
bus_address=unix:path=$bus_state/bus
export DBUS_SYSTEM_BUS_ADDRESS=$bus_address
bus_starts
interface_add vcan80 vcan9{1,2,3,4,5,6,7}

if [ $# = 0 ]; then
	set -- an_inverter_that_obeys_takes_what_the_packs_allow every_protocol_says_the_same \
		a_slow_inverter_is_not_accused an_inverter_that_lies_is_told_less_until_it_obeys \
		an_inverter_that_ignores_is_told_the_least an_inverter_that_vanishes_is_missed \
		an_unplugged_pack_is_taken_off_within_3_s a_silent_battery_is_0_a_within_3_s \
		the_battery_s_interface_goes_down_and_up killed_it_is_silent_and_begins_anew \
		stopped_it_is_silent stopped_while_the_battery_falls_silent_it_says_0_a_first \
		stopped_while_a_pack_goes_it_says_the_rest_first \
		stopped_for_a_moment_it_says_nothing_old the_system_bus_goes_and_comes_back \
		a_full_disk_is_said_once_and_written_later a_clock_that_jumps_by_a_day_changes_nothing \
		another_pack_in_its_place_is_checked_first the_inverter_s_interface_goes_and_comes_back \
		another_configuration_leaves_no_gap the_bus_of_the_battery_is_removed_and_added_again \
		the_modules_are_loaded_again
fi
ktap_main "$@"
