#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a desktop sees: a real upowerd lists every pack of a cluster, does not
# believe that the host runs on battery, and shows energy, voltage and technology
# where the owner says that it does.

# shellcheck source=tests/kselftest/ktap.sh
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$(dirname "$0")/bus.sh"
# shellcheck source=tests/kselftest/frames.sh
. "$(dirname "$0")/frames.sh"

udevd=/lib/systemd/systemd-udevd
upowerd=/usr/libexec/upowerd
[ -x $upowerd ] || upowerd=/usr/lib/upower/upowerd
ac_power=/lib/systemd/systemd-ac-power
daemons=()
dump=

upower_answers()
{
	upower -e >/dev/null 2>&1
}

# field SUPPLY NAME: $value as $dump has it, or that of the daemon; empty if not
# there
field()
{
	local line object

	value=
	while IFS= read -r line; do
		case $line in
		Device:*) object=${line##*/} ;;
		Daemon:*) object=daemon ;;
		*" $2: "*)
			[ "$object" = "$1" ] || continue
			line=${line#*:}
			value=${line#"${line%%[! ]*}"}
			return
			;;
		esac
	done <<<"$dump"
}

# expect_upower SUPPLY FIELD PATTERN: now or soon
expect_upower()
{
	local n object=battery_${1//-/_}

	[ "$1" != daemon ] || object=daemon
	for ((n = 0; n < 20; n++)); do
		field "$object" "$2"
		[[ ! $value =~ ^$3$ ]] || return 0
		nap 0.5
		dump=$(upower -d 2>/dev/null)
	done
	fail "UPower: $2 of $1: \"$value\", wanted \"$3\""
}

each_pack_is_listed()
{
	local name

	for name in "$supply" "$supply"-0{1,2,3,4}; do
		expect_upower "$name" native-path "$name"
	done
	expect_not "a fifth pack" [ "${dump/"battery_${supply}_05"/}" != "$dump" ]
}

who_they_are()
{
	local n

	for n in 1 2 3 4; do
		expect_upower "$supply-0$n" model VE-ESS-R5120
		expect_upower "$supply-0$n" serial "TESTPACK0000000$n"
	done
}

how_full_they_are()
{
	expect_upower "$supply" percentage "64%"
	expect_upower "$supply-01" percentage "81%"
	expect_upower "$supply-02" percentage "62%"
	expect_upower "$supply-03" percentage "23%"
	expect_upower "$supply-01" state charging
	expect_upower "$supply-02" state discharging
	expect_upower "$supply-04" state fully-charged
}

a_change_is_seen()
{
	feed_stop third
	deye_cluster 80
	feed cluster --period 1000 vcan75 "${cluster[@]}"
	expect_upower "$supply-01" percentage "80%"
}

# Although a pack discharges.
host_is_not_on_battery()
{
	expect_property "$supply-02" status Discharging
	expect_upower daemon on-battery no
	if [ -x "$ac_power" ]; then
		expect "systemd: AC power" "$ac_power"
	fi
	expect_upower "$supply-01" "power supply" no
}

# But it is where the owner says so, and the battery discharges.
host_that_runs_on_the_battery()
{
	local fed_by

	feed system --period 1000 vcan76 "${system[@]}"
	bus_add fed vcan76 model=pylontech,us5000 scope=system
	fed_by=$supply
	supply=$cluster_supply
	expect_upower "$fed_by" "power supply" yes
	expect_upower "$fed_by" vendor Pylontech
	expect_upower "$fed_by" technology lithium-iron-phosphate
	expect_upower "$fed_by" voltage "49[.,]96 V"
	expect_upower "$fed_by" energy "[1-9][0-9]*[.,]?[0-9]* Wh"
	expect_upower "$fed_by" percentage "90%"
	expect_upower daemon on-battery yes
	if [ -x "$ac_power" ]; then
		expect_not "systemd: AC power" "$ac_power"
	fi
	bus_remove fed
}

# Its frames stop long before, since this takes a minute.
a_pack_is_unplugged()
{
	[ -n "${CELLAR_VIRTUAL_TIME-}" ] || {
		skip "takes a minute, unless time is virtual"
		return
	}
	wait_for_property "$supply-03" present 0 80
	expect_upower "$supply-03" state unknown
	expect_upower "$supply-02" percentage "62%"
}

# deye_cluster PERCENT: $cluster is a second of a cluster of 4, the first so full
deye_cluster()
{
	local soc=$1

	deye_system_frames packs=4
	cluster=("${frames[@]}")
	deye_pack_frames 1 permille=$((soc * 10)) deciamps=31
	cluster+=("${frames[@]}")
	deye_pack_frames 2 permille=620 deciamps=-45
	cluster+=("${frames[@]}")
	deye_pack_frames 4 permille=1000 deciamps=0
	cluster+=("${frames[@]}")
}

clean_up()
{
	[ ${#daemons[@]} = 0 ] || kill "${daemons[@]}"
	bus_cleanup
}

for program in $udevd $upowerd /usr/bin/dbus-daemon /usr/bin/upower; do
	[ -x "$program" ] || ktap_skip_all "no $program"
done
bus_setup
trap clean_up EXIT
interface_add vcan75 vcan76
deye_cluster 81
feed cluster --period 1000 vcan75 "${cluster[@]}"
deye_pack_frames 3 permille=230
feed third --period 1000 vcan75 "${frames[@]}"
pylontech_frames soc=90
system=("${frames[@]}")

# A test machine runs none of these yet.
if [ ! -e /run/udev/control ]; then
	$udevd >/dev/null 2>&1 &
	daemons+=($!)
	wait_until 20 test -e /run/udev/control
fi
if [ ! -S /run/dbus/system_bus_socket ]; then
	mkdir -p /run/dbus
	dbus-daemon --system --nofork --nopidfile >/dev/null 2>&1 &
	daemons+=($!)
	wait_until 20 test -S /run/dbus/system_bus_socket
fi
if ! upower --version | grep -q daemon; then
	$upowerd >/dev/null 2>&1 &
	daemons+=($!)
fi
wait_until 20 upower_answers

bus_add cluster vcan75 model=voltium,ve-ess-r5120
cluster_supply=$supply
ktap_main each_pack_is_listed who_they_are how_full_they_are host_is_not_on_battery \
	a_change_is_seen host_that_runs_on_the_battery a_pack_is_unplugged
