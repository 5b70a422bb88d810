#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cellard on a private bus, with supplies in a folder that looks like sysfs.
# usage: test_cellard.sh FOLDER with cellard and cellarctl

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_cellard.sh FOLDER}
dir=$(mktemp -d)
class=$dir/class
daemons=()
trap '[ ${#daemons[@]} = 0 ] || kill "${daemons[@]}" 2>/dev/null; rm -rf "$dir"' EXIT
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$dir/bus

# pack ADDRESS [FILE=TEXT]...: a healthy pack on bus 0, with these files instead
pack()
{
	local supply=$class/cellar0-0$1 setting

	mkdir -p "$supply/cellar"
	cat >"$supply/uevent.new" <<-END
	POWER_SUPPLY_VOLTAGE_NOW=52800000
	POWER_SUPPLY_CURRENT_NOW=5000000
	POWER_SUPPLY_CAPACITY=6$1
	POWER_SUPPLY_TEMP=250
	POWER_SUPPLY_CONSTANT_CHARGE_VOLTAGE_MAX=56000000
	POWER_SUPPLY_CONSTANT_CHARGE_CURRENT_MAX=70000000
	POWER_SUPPLY_VOLTAGE_MIN=46000000
	POWER_SUPPLY_MANUFACTURER=LESSO
	POWER_SUPPLY_MODEL_NAME=LSRR51V100AH-LFP
	POWER_SUPPLY_SERIAL_NUMBER=A-00$1
	END
	mv "$supply/uevent.new" "$supply/uevent"
	echo 100000000 >"$supply/cellar/discharge_current_max"
	echo 100 >"$supply/cellar/age_ms"
	echo 1 >"$supply/cellar/samples"
	: >"$supply/cellar/protections"
	: >"$supply/cellar/warnings"
	for setting in "${@:2}"; do
		echo "${setting#*=}" >"$supply/cellar/${setting%%=*}"
	done
	echo pack >"$supply/cellar/role"
}

# on_bus ARGUMENT...: of busctl
on_bus()
{
	busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" --json=short "$@" 2>>"$dir/busctl.log"
}

# cluster FILTER: what jq makes of the properties of the cluster
cluster()
{
	"$programs/cellarctl" --json status | jq -c ".\"/org/cellar1/cluster/cellar0\" | $1"
}

# soon SECONDS COMMAND...: it succeeds within so long
soon()
{
	local end=$((SECONDS + $1))

	until "${@:2}"; do
		[ $SECONDS -lt "$end" ] || return 1
		sleep 0.1
	done
}

# is FILTER VALUE
is()
{
	[ "$(cluster "$1" 2>>"$dir/jq.log")" = "$2" ]
}

# interface NAME: its element as the service has it, then as dbus/ has it, must be the same
interface()
{
	local path=$1 name=$2

	busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" call org.cellar1 "$path" \
		org.freedesktop.DBus.Introspectable Introspect --json=short |
		jq -r '.data[0]' | element "$name" >"$dir/service.xml"
	sed ':again; s/<!--.*-->//; /<!--/{N; s/\n/ /; b again}' "dbus/$name.xml" |
		element "$name" >"$dir/file.xml"
	[ -s "$dir/file.xml" ] && diff "$dir/file.xml" "$dir/service.xml"
}

# element NAME: that interface of the XML on standard input, without its indentation
element()
{
	sed -n "/<interface name=\"$1\">/,/<\/interface>/s/^ *//p" | grep -v '^$'
}

"$programs/cellarctl" status 2>/dev/null
verdict $(($? != 3)) "cellarctl says that there is no service"
"$programs/cellarctl" stutus 2>/dev/null
verdict $(($? != 2)) "cellarctl says that a verb is wrong"

mkdir -p "$dir/etc/cellard.conf.d"
printf '[cluster roof]\nbuses = cellar0\nkit = perhaps\n' >"$dir/etc/cellard.conf"
"$programs/cellard" --config "$dir/etc/cellard.conf" --check-config 2>"$dir/errors"
verdict $(($? != 3)) "a wrong configuration is refused"
grep -q 'cellard.conf:3: kit = perhaps: must be yes or no' "$dir/errors"
verdict $? "with file, line, key and what would be right"
printf '[cluster roof]\nbuses = cellar0\n' >"$dir/etc/cellard.conf"
"$programs/cellard" --config "$dir/etc/cellard.conf" --check-config >/dev/null
verdict $? "a right one is accepted"

dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile 2>/dev/null &
dbus=$!
daemons+=("$dbus")
soon 10 test -S "$dir/bus"
for n in 1 2 3 4; do
	pack $n
done
"$programs/cellard" --config "$dir/none.conf" --class "$class" 2>"$dir/cellard.log" &
cellard=$!
daemons+=("$cellard")
soon 10 on_bus status org.cellar1 >"$dir/status"
verdict $? "cellard takes its name"
soon 15 is '.Members | length' 4
verdict $? "four packs are members"
soon 10 is '.Limits.ChargeCurrent[0:2]' '[200,"rated"]'
verdict $? "they may be charged with 4 × 50 A"
is '.Limits.ChargeCurrent[3].bms' 280
verdict $? "although their BMS allow 4 × 70 A"
is '.Reading | .Current, .Power, .Voltage' '20
1056
52.8'
verdict $? "what they are together, in SI units"
is '.Reading | has("RemainingCharge")' false
verdict $? "what nobody said is absent"

on_bus get-property org.cellar1 /org/cellar1/pack/A_2d003 org.cellar1.Pack Supply |
	grep -q '"cellar0-03"'
verdict $? "a pack is found by its serial number"
interface /org/cellar1 org.cellar1.Manager
verdict $? "org.cellar1.Manager is as described"
interface /org/cellar1/cluster/cellar0 org.cellar1.Cluster
verdict $? "org.cellar1.Cluster is as described"
interface /org/cellar1/pack/A_2d003 org.cellar1.Pack
verdict $? "org.cellar1.Pack is as described"

timeout 5 busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" monitor org.cellar1 --json=short \
	>"$dir/signals" 2>/dev/null &
monitor=$!
sleep 1
pack 2 protections=cell_overvoltage
soon 3 is '.Reading.Protections' '["cell_overvoltage"]'
verdict $? "a protection is seen"
is '.Limits.ChargeCurrent[0] <= 150 and .Limits.DischargeCurrent[0] > 0' true
verdict $? "and takes its pack's share off the charge limit alone"
"$programs/cellarctl" packs | grep -q '^cellar0-02 .* cell_overvoltage$'
verdict $? "cellarctl shows it"
wait "$monitor"
jq -s '[.[] | select(.member == "PropertiesChanged" and .path == "/org/cellar1/pack/A_2d002")
	| .payload.data[1] | keys] | .[0] | contains(["Reading", "Blocks"])' "$dir/signals" |
	grep -q true
verdict $? "in one signal of that pack"
jq -s '[.[] | select(.member == "PropertiesChanged" and .path == "/org/cellar1/pack/A_2d001")]
	| length' "$dir/signals" | grep -qx 0
verdict $? "and none of a pack that has nothing new"

pack 3 age_ms=2600
soon 3 is '.Members | length' 3
verdict $? "a pack whose data is too old is no member"
on_bus get-property org.cellar1 /org/cellar1/pack/A_2d003 org.cellar1.Pack Reading |
	jq -e '.data == {}' >/dev/null
verdict $? "and shows no reading"
"$programs/cellarctl" --json packs |
	jq -e '."/org/cellar1/pack/A_2d003".Membership[0:2] == ["suspended", "silent"]' >/dev/null
verdict $? "nor is it silent about why"
rm -r "$class/cellar0-04"
soon 3 is '.Members | length' 2
verdict $? "a supply that has gone is no member"
rm -r "$class"/cellar0-0[12]
soon 4 is '.Limits | .ChargeCurrent[0], .DischargeCurrent[0], has("ChargeVoltage")' '0
0
false'
verdict $? "without any supply nothing may flow"
for verb in status packs limits advice; do
	"$programs/cellarctl" $verb >"$dir/$verb" && "$programs/cellarctl" --json $verb |
		jq -e . >/dev/null
	verdict $? "cellarctl $verb"
done

kill "$cellard"
wait "$cellard"
verdict $? "it ends when it is told"

"$programs/cellard" --config "$dir/none.conf" --class "$class" 2>/dev/null &
cellard=$!
daemons+=("$cellard")
soon 10 on_bus status org.cellar1 >"$dir/status"
kill "$dbus"
timeout 5 tail --pid="$cellard" -f /dev/null && ! wait "$cellard"
verdict $? "it does not go on without the bus"
[ ! -s "$dir/cellard.log" ] || cat "$dir/cellard.log"
plan
