#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The whole way, in a virtual machine: four simulated packs on a CAN bus, the driver,
# cellard without a configuration, and what a client on the system bus sees.
# shellcheck disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"

programs=$(realpath "$here/../../build")
unplugged_at=45
wait_step=0.3

# property PATH INTERFACE NAME: $json is its value, as busctl has it
property()
{
	json=$(busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" --json=short get-property org.cellar1 \
		"/org/cellar1/$1" "org.cellar1.$2" "$3" 2>/dev/null)
}

# limit WAY: $milli is what the cluster may do, $terms what its packs allow, both in mA
limit()
{
	property "cluster/$supply" Cluster Limits || return
	read -r milli bms < <(jq -r --arg way "$1" \
		'.data[$way] | "\(.[0] * 1000 | round) \(.[3].bms * 1000 | round)"' <<<"$json")
}

# members NUMBER: so many packs are members
members()
{
	property "cluster/$supply" Cluster Members &&
		[ "$(jq '.data | length' <<<"$json")" = "$1" ]
}

# allowed FILE: $sum is what the kernel says that all packs allow, in mA
allowed()
{
	local pack

	sum=0
	for pack in "$supply"-0{1,2,3,4}; do
		get "$cellar_class/$pack/$1"
		[[ ! $value =~ ^[0-9]+$ ]] || sum=$((sum + value / 1000))
	done
}

limit_is()
{
	limit "$1" && [ "$milli" = "$2" ]
}

limit_is_at_most()
{
	limit "$1" && [ "$milli" -le "$2" ]
}

four_packs_are_members()
{
	wait_until 30 members 4 || fail "members: $json"
	expect_equal "supplies on the bus" "$("$programs/cellarctl" --json packs |
		jq '[.[] | select(.Role == "pack")] | length')" 4
	expect_match "cellarctl packs" "$("$programs/cellarctl" packs)" \
		"$supply-04 .*member"
}

# 50 A standard current each (packs.md, "Models"): the packs allow more.
limits_are_those_of_four_packs()
{
	allowed constant_charge_current_max
	limit ChargeCurrent
	expect_equal "what the packs allow to charge" "$bms" "$sum"
	expect_between "that sum" "$sum" 200000 400000
	wait_until 60 limit_is ChargeCurrent 200000 || fail "charge limit: $milli mA"
	allowed cellar/discharge_current_max
	limit DischargeCurrent
	expect_equal "what the packs allow to discharge" "$bms" "$sum"
}

# The kernel shows nothing of a silent pack; in the same second it is not counted.
an_unplugged_pack_is_counted_no_more()
{
	local start

	wait_for_property "$supply-02" voltage_now ENODATA 60
	now_ms
	start=$now
	wait_until 3 limit_is_at_most ChargeCurrent 150000 || fail "charge limit: $milli mA"
	now_ms
	note "limits fell $((now - start)) ms after the kernel's word"
	expect_between "time to fall, ms" $((now - start)) 0 1000
	wait_until 3 members 3 || fail "members: $json"
	expect_match "why" "$("$programs/cellarctl" packs)" "$supply-02 .*suspended .*silent"
	allowed constant_charge_current_max
	limit ChargeCurrent
	expect_equal "what the others allow" "$bms" "$sum"
}

cellard_lives_and_ends_when_it_is_told()
{
	expect "cellard runs" kill -0 "$daemon"
	kill "$daemon"
	wait "$daemon"
	expect_equal "exit status" $? 0
	"$programs/cellarctl" status 2>/dev/null
	expect_equal "cellarctl without cellard" $? 3
}

bus_setup
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus_state/bus
export DBUS_SESSION_BUS_ADDRESS=$DBUS_SYSTEM_BUS_ADDRESS
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile --print-address \
	>"$bus_state/dbus.out" &
bus_jobs[dbus]=$!
wait_until 20 test -S "$bus_state/bus"
interface_add vcan80
printf 'at %d unplug 2\n' $unplugged_at >"$bus_state/script"
"$programs/cellard" &
daemon=$!
bus_add cellard vcan80 model=lesso,lsrr51v100ah
"$programs/cellar-sim" run --interface vcan80 --dialect deye --packs 4 --seed 1 \
	--model lesso,lsrr51v100ah --script "$bus_state/script" >/dev/null &
bus_jobs[sim]=$!
wait_until 30 test -e "$cellar_class/$supply-04" || ktap_bail "no $supply-04"

ktap_main four_packs_are_members limits_are_those_of_four_packs \
	an_unplugged_pack_is_counted_no_more cellard_lives_and_ends_when_it_is_told
