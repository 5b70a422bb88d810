#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The line to an inverter over a controller whose driver says when a frame was really sent:
# a queue that holds frames back (netem) is what a bus is on which nobody acknowledges.
# Needs a machine with two controllers on one bus (tests/vm/run --can-bus).
# shellcheck disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"

programs=$(realpath "$here/../../build")
held_ms=10000

inverter()
{
	value=$(busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" --json=short get-property \
		org.cellar1 /org/cellar1/inverter/house org.cellar1.Inverter "$1" \
		2>/dev/null | jq -c .data)
}

wait_for_state()
{
	wait_until "$2" state_is "$1" || fail "$value, not $1"
}

state_is()
{
	inverter State && [ "$value" = "\"$1\"" ]
}

# heard: $heard frames have come to the inverter
heard()
{
	mapfile -t lines <"$bus_state/dump"
	heard=${#lines[@]}
}

heard_more_than()
{
	heard
	[ "$heard" -gt "$1" ]
}

battery()
{
	feed battery --period 1000 vcan80 "351#3002$1$1E001" 355#32006300 \
		356#A0140000D200 359#0000000004504E 35C#C000
}

the_driver_confirms()
{
	battery 2C01
	wait_for_state speaking 60
	wait_until 10 heard_more_than 10 || fail "$heard frames"
	inverter Sent
	expect_match "what was sent" "$value" ChargeCurrentLimit
	inverter Counters
	expect_equal "given up" "$(jq .Unsent <<<"$value")" 0
}

# One frame waits; while it does, the limit falls to 10 A. That one comes in the end, then
# everything as it is now, and nothing of what was before. What is dropped with the queue
# is given up when the inverter says something.
nobody_acknowledges()
{
	local before n currents=()

	tc qdisc change dev can0 root netem delay "${held_ms}ms" || return
	wait_for_state no-ack 3
	battery 6400
	heard
	before=$heard
	tc -s qdisc show dev can0 >"$bus_state/queue"
	expect_match "frames in the queue" "$(<"$bus_state/queue")" 'backlog [0-9]+b 1p'
	wait_until 30 heard_more_than "$before" || fail "nothing comes"
	tc qdisc del dev can0 root
	wait_for_state no-ack 3
	cansend can1 305#0000000000000000
	wait_for_state speaking 5
	wait_until 10 heard_more_than $((before + 8)) || fail "$heard frames"
	for ((n = before + 1; n < heard; n++)); do
		[[ ${lines[n]} != *351#* ]] || currents+=("${lines[n]#*351#}")
	done
	expect_between "limits" ${#currents[@]} 1 100
	for n in "${currents[@]}"; do
		expect_match "current" "${n:4:8}" '^64006400|^0000'
	done
}

the_interface_goes_and_comes()
{
	ip link set dev can0 down
	wait_for_state down 5
	ip link set dev can0 up
	wait_for_state speaking 10
	heard
	wait_until 10 heard_more_than $((heard + 5)) || fail "$heard frames"
}

the_controller_is_unplugged()
{
	echo 1 >"$controller/remove"
	wait_for_state no-interface 10
}

modprobe -q kvaser_pci || ktap_skip_all "no driver of the controllers"
[ -e /sys/class/net/can1 ] || ktap_skip_all "no two controllers"
modprobe -q sch_netem || ktap_skip_all "no netem"
controller=$(readlink -f /sys/class/net/can0/device)
bus_setup
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus_state/bus
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile --print-address \
	>"$bus_state/dbus.out" &
bus_jobs[dbus]=$!
wait_until 20 test -S "$bus_state/bus"
interface_add vcan80
for interface in can0 can1; do
	ip link set dev $interface type can bitrate 500000
	ip link set dev $interface up
done
# It holds nothing back yet. In another queue's place frames would be lost that wait in it.
tc qdisc add dev can0 root netem || ktap_bail "no netem on can0"
candump -L can1 >"$bus_state/dump" &
bus_jobs[dump]=$!
printf '[inverter house]\ninterface = can0\nprotocol = pylontech\n' >"$bus_state/conf"
bus_add cellard vcan80 dialect=pylontech model=lesso,lsrr51v100ah
"$programs/cellard" --config "$bus_state/conf" --state "$bus_state" &
bus_jobs[cellard]=$!
wait_until 20 inverter Name || ktap_bail "no inverter on the bus"

ktap_main the_driver_confirms nobody_acknowledges the_interface_goes_and_comes \
	the_controller_is_unplugged
