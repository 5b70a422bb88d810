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
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh

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

bus_up
for n in 1 2 3 4; do
	pack $n
done
cellard_up
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

cellard_down
verdict $? "it ends when it is told"
cat "$dir/cellard.log"
plan
