#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What people ask of cellard, and what it says of itself: methods and who may call them,
# events, another configuration, and a bus that goes away. With clients of other makes.
# usage: test_service.sh FOLDER with cellard and cellarctl

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_service.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh

# call OBJECT INTERFACE METHOD [SIGNATURE ARGUMENT...]
call()
{
	on_bus call org.cellar1 "/org/cellar1$1" "org.cellar1.$2" "${@:3}"
}

# refused ERROR-WORDS COMMAND...: it fails, with 1, and says so
refused()
{
	"${@:2}" 2>"$dir/refusal"
	[ $? = 1 ] && grep -q "$1" "$dir/refusal" && return
	cat "$dir/refusal"
	return 1
}

# event FILTER: jq finds it in what has happened
event()
{
	"$programs/cellarctl" --json events | jq -es "any(.[]; $1)" >/dev/null
}

# pack_is ADDRESS STATE: its membership
pack_is()
{
	"$programs/cellarctl" --json packs | jq -e ".\"/org/cellar1/pack/A_2d00$1\".Membership[0] \
		== \"$2\"" >/dev/null
}

# same_process: the name belongs to the cellard that was started
same_process()
{
	on_bus call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus \
		GetConnectionUnixProcessID s org.cellar1 |
		jq -e ".data[0] == ${daemons[cellard]}" >/dev/null
}

not()
{
	! "$@"
}

bus_up
cellard_up || exit
verdict $? "it starts without a battery"
[ "$(on_bus get-property org.cellar1 /org/cellar1 org.cellar1.Manager State)" = \
	'{"type":"s","data":"waiting"}' ]
verdict $? "and says that it waits for one"
for n in 1 2 3 4; do
	pack $n
done
soon 15 is '.Members | length' 4
verdict $? "four packs are members"
[ "$(on_bus get-property org.cellar1 /org/cellar1 org.cellar1.Manager State)" = \
	'{"type":"s","data":"running"}' ]
verdict $? "and it runs"

"$programs/cellarctl" pack A-002 out && soon 3 pack_is 2 suspended
verdict $? "a pack is taken out by its serial number"
[ "$(cluster '.Members | length')" = 3 ]
verdict $? "alone"
"$programs/cellarctl" pack cellar0-02 in && soon 3 pack_is 2 checking
verdict $? "and may come back, by the name of its supply"
refused 'no pack "A-009" is known' "$programs/cellarctl" pack A-009 out &&
	grep -q 'there is: .*cellar0-01 (A-001)' "$dir/refusal"
verdict $? "a pack that nobody knows is refused, with those there are"
refused 'is here: only one that has gone' "$programs/cellarctl" pack A-001 forget
verdict $? "a pack that is here cannot be forgotten"
"$programs/cellarctl" pack A-001 disconnected && "$programs/cellarctl" pack A-001 connected
verdict $? "a pack is said to be disconnected, and connected"
"$programs/cellarctl" pack A-001 away 2>/dev/null
verdict $(($? != 2)) "but not anything else"

"$programs/cellarctl" limit cellar0 20 30.5 && soon 3 is \
	'.Limits | .ChargeCurrent[0:2], .DischargeCurrent[0:2], .ChargeCurrent[3].policy' \
	'[20,"policy"]
[30.5,"policy"]
20'
verdict $? "a person lowers the limits"
is '.Asked' '{"ChargeCurrent":20,"DischargeCurrent":30.5}'
verdict $? "and can see that"
for wrong in 'nan 1' '1 nan' '10000.1 1' '1 inf'; do
	# shellcheck disable=SC2086 # two words
	refused 'must be 0 to 10000 A' "$programs/cellarctl" limit cellar0 $wrong
	verdict $? "limits of $wrong are refused, with what may be"
done
refused 'ChargeCurrent of -1 A: must be' "$programs/cellarctl" -- limit cellar0 -1 1
verdict $? "and of less than nothing"
is '.Asked' '{"ChargeCurrent":20,"DischargeCurrent":30.5}'
verdict $? "what was asked before stays"
refused 'no cluster "roof"; there is: cellar0' "$programs/cellarctl" limit roof 1 1
verdict $? "a cluster that is not there is refused, with those there are"
"$programs/cellarctl" limit cellar0 off && soon 3 is \
	'.Asked, .Limits.ChargeCurrent[1], (.Limits.ChargeCurrent[3] | has("policy"))' '{}
"rated"
false'
verdict $? "and takes that back"
"$programs/cellarctl" full-charge cellar0 on && soon 3 is '.Flags' '["full-charge-request"]'
verdict $? "a person asks for a full charge"
"$programs/cellarctl" full-charge cellar0 off && soon 3 is '.Flags' '[]'
verdict $? "and takes it back"
refused 'Invalid arguments' busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" call org.cellar1 \
	/org/cellar1/cluster/cellar0 org.cellar1.Cluster SetLimits d 5
verdict $? "a call without its arguments is refused"

"$programs/cellarctl" --follow --json events >"$dir/followed" &
follower=$!
pack 3 protections=cell_overvoltage
soon 3 event '.[2:4] == ["protection", "A-003"] and (.[4] | test("cell_overvoltage"))'
verdict $? "a protection is an event"
pack 3
soon 3 event '.[2:4] == ["protection-over", "A-003"]'
verdict $? "and so is its end"
event '.[2:4] == ["pack-left", "A-002"] and (.[4] | test("by a person"))'
verdict $? "and who left, with the reason"
"$programs/cellarctl" --json events | jq -es '[.[][0]] == [range(1; length + 1)]' >/dev/null
verdict $? "events are numbered without a gap"
call "" Manager GetEvents t 3 | jq -e '.data[0][0][0] == 3' >/dev/null
verdict $? "and are to be had from any number on"
soon 3 grep -q protection-over "$dir/followed"
verdict $? "who follows them sees them come"
kill "$follower"
jq -es 'map(.[0]) == (map(.[0]) | unique) and .[0][0] == 1' "$dir/followed" >/dev/null
verdict $? "each once, and those before as well"
"$programs/cellarctl" --follow status 2>/dev/null
verdict $(($? != 2)) "a status is not followed"

printf '[cluster roof]\nbuses = cellar9\n' >"$dir/cellard.conf"
"$programs/cellarctl" limit cellar0 20 20
"$programs/cellarctl" reload && soon 3 event '.[2] == "reloaded"'
verdict $? "another configuration is taken"
on_bus tree org.cellar1 --list | grep -qx /org/cellar1/cluster/roof
verdict $? "a cluster that it names is there"
is '.Members | length' 3 && is '.Asked.ChargeCurrent' 20
verdict $? "and one that it leaves alone goes on, with what people have asked"
printf '[cluster roof]\nbuses = cellar0\nkit = perhaps\n' >"$dir/cellard.conf"
refused "cellard.conf:3: kit = perhaps: must be yes or no" "$programs/cellarctl" reload
verdict $? "a wrong one is refused, with file, line and key"
on_bus get-property org.cellar1 /org/cellar1 org.cellar1.Manager Configuration |
	jq -e '.data[2] | test("conf:3: kit = perhaps")' >/dev/null
verdict $? "the manager shows what is wrong with it"
is '.Members | length' 3 && event '.[2] == "reload-refused"'
verdict $? "what ran before goes on"
printf '[cluster house]\nbuses = cellar0\ndischarge_current_a = 40\n' >"$dir/cellard.conf"
kill -HUP "${daemons[cellard]}"
soon 3 on_bus get-property org.cellar1 /org/cellar1/cluster/house org.cellar1.Cluster Name \
	>/dev/null
verdict $? "SIGHUP reloads as well"
on_bus tree org.cellar1 --list >"$dir/tree"
not grep -q 'cluster/\(cellar0\|roof\)' "$dir/tree"
verdict $? "clusters that are named no more have gone"
soon 15 on_bus get-property org.cellar1 /org/cellar1/pack/A_2d001 org.cellar1.Pack Cluster \
	>"$dir/cluster"
grep -q cluster/house "$dir/cluster"
verdict $? "their packs are in the new one"
refused 'DischargeCurrent of 41 A: must be 0 to 40 A' "$programs/cellarctl" limit house 1 41
verdict $? "nobody asks for more than is configured"
same_process
verdict $? "all that without a restart"
rm "$dir/cellard.conf"
"$programs/cellarctl" reload && soon 15 is '.Members | length' 4
verdict $? "without the file it is as at first"

gdbus call --address "$DBUS_SYSTEM_BUS_ADDRESS" --dest org.cellar1 \
	--object-path /org/cellar1/cluster/cellar0 \
	--method org.freedesktop.DBus.Properties.Get org.cellar1.Cluster Name |
	grep -q "'cellar0'"
verdict $? "gdbus reads a cluster"
tests/integration/client.py cellar0 >"$dir/client" &&
	grep -qx 'charge 62.5 %, voltage 52.8 V' "$dir/client" &&
	grep -qx 'charge limit 12.5 A by policy' "$dir/client"
verdict $? "a client in Python reads it, changes it and watches it"
cat "$dir/client"

timeout 20 "$programs/cellard" --config "$dir/none.conf" --class "$class" --state "$dir/other" \
	2>"$dir/second"
verdict $(($? != 1)) "a second one ends when the name is taken"
grep -q 'system bus: File exists' "$dir/second"
verdict $? "and says so"
bus_down
sleep 2
pack 4 protections=cell_overvoltage
kill -0 "${daemons[cellard]}"
verdict $? "it goes on without the bus"
"$programs/cellarctl" status 2>/dev/null
verdict $(($? != 3)) "which nobody can ask"
bus_up
soon 5 same_process
verdict $? "it has its name again when the bus is back"
soon 3 is '.Limits.ChargeCurrent[0] <= 150 and .Reading.Protections == ["cell_overvoltage"]' true
verdict $? "and shows what has changed meanwhile"
event '.[2] == "bus-lost"' && event '.[2] == "bus-back"'
verdict $? "both are events"
"$programs/cellarctl" pack A-001 out && soon 3 pack_is 1 suspended
verdict $? "and can be told something as before"
kill -STOP "${daemons[bus]}"
sleep 3
kill -CONT "${daemons[bus]}"
pack 4
soon 5 is '.Reading.Protections' '[]'
verdict $? "a bus that hangs for a while does not matter"
cellard_down
verdict $? "it ends when it is told"

rm -f "$dir/bus"
bus_down
"$programs/cellard" --config "$dir/none.conf" --class "$class" --state "$dir" \
	2>>"$dir/cellard.log" &
daemons[cellard]=$!
sleep 2
kill -0 "${daemons[cellard]}"
verdict $? "it starts without a bus"
bus_up
soon 5 on_bus status org.cellar1 >"$dir/status"
verdict $? "and takes its name when there is one"
cellard_down
verdict $? "and ends when it is told"
plan || cat "$dir/cellard.log"
[ "$failures" = 0 ]
