#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whoever changes something needs the word of polkit, and nothing else waits for it: with
# a polkit that says what the test wants, when the test wants it.
# usage: test_polkit.sh FOLDER with cellard and cellarctl

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_polkit.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh
# shellcheck source=tests/integration/polkit.sh
. tests/integration/polkit.sh

pack_is()
{
	"$programs/cellarctl" --json packs | jq -e ".\"/org/cellar1/pack/A_2d00$1\".Membership[0] \
		== \"$2\"" >/dev/null
}

bus_up
pack 1
pack 2
cellard_up && polkit_up || exit
soon 15 pack_is 2 member
"$programs/cellarctl" events >"$dir/events"
asked 0 asked
verdict $? "who only reads is not asked about"

start pack A-001 out
soon 3 asked 1 '^asked system-bus-name org.cellar1.control-battery dialog$'
verdict $? "polkit is asked for who takes a pack out"
pack 2 protections=cell_overvoltage
soon 3 is '.Reading.Protections' '["cell_overvoltage"]'
verdict $? "the loop goes on while a person thinks"
pack_is 1 member && kill -0 "$caller"
verdict $? "and nothing happens until then"
answer yes
ends_with 0 && soon 3 pack_is 1 suspended
verdict $? "it happens when polkit agrees"
start pack A-001 in
soon 3 asked 2 control-battery
answer no
ends_with 4 && grep -q 'not authorised for org.cellar1.control-battery' "$dir/refusal"
verdict $? "who may not is refused with 4"
pack_is 1 suspended
verdict $? "and nothing happens"
start pack A-001 in
soon 3 asked 3 control-battery
answer dialog
ends_with 4
verdict $? "who would have to show who he is, too"

start pack A-001 in
soon 3 asked 4 control-battery
kill -KILL "$caller"
wait "$caller" 2>/dev/null
soon 3 asked 1 cancelled
verdict $? "the dialog goes with its caller"
pack_is 1 suspended
verdict $? "and so does what he asked for"

start reload
soon 3 asked 1 org.cellar1.add-devices
verdict $? "a reload asks for add-devices"
answer no
ends_with 4
verdict $? "and is refused"
for words in "limit cellar0 1 1" "limit cellar0 off"; do
	# shellcheck disable=SC2086 # words
	start $words
	soon 3 asked 1 org.cellar1.change-power
	verdict $? "$words asks for change-power"
	forget
	answer no
	ends_with 4
	verdict $? "and is refused"
done
is .Asked '{}'
verdict $? "nothing of it has happened"
start full-charge cellar0 on
soon 3 asked 1 org.cellar1.control-battery
verdict $? "a full charge asks for control-battery"
forget
answer no
ends_with 4
verdict $? "and is refused"
for method in "SetPackMember sb A-001 true" "SetPackConnected sb A-001 true" "ForgetPack s A-001"; do
	# shellcheck disable=SC2086 # words
	timeout 5 busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" \
		--allow-interactive-authorization=no call org.cellar1 /org/cellar1 \
		org.cellar1.Manager $method 2>"$dir/refusal" &
	caller=$!
	soon 3 asked 1 'control-battery silent'
	verdict $? "${method%% *} asks for control-battery, and for no dialog without leave"
	forget
	answer no
	ends_with 1 && grep -q 'Access denied' "$dir/refusal"
	verdict $? "and is refused"
done

callers=()
for _ in {1..16}; do
	start pack A-001 in
	callers+=("$caller")
done
soon 5 asked 16 control-battery
"$programs/cellarctl" pack A-001 in 2>"$dir/refusal"
verdict $(($? != 1)) "who comes as the 17th is refused"
grep -q 'too many' "$dir/refusal"
verdict $? "and told why"
answer no
wait "${callers[@]}"
start pack A-001 in
soon 3 asked 17 control-battery
answer yes
ends_with 0
verdict $? "and may come again"

start limit cellar0 1 1
soon 3 asked 1 change-power
printf '[cluster house]\nbuses = cellar0\n' >"$dir/cellard.conf"
kill -HUP "${daemons[cellard]}"
soon 3 on_bus get-property org.cellar1 /org/cellar1/cluster/house org.cellar1.Cluster Name \
	>/dev/null
answer yes
ends_with 1 && grep -q 'cluster/cellar0 has gone' "$dir/refusal"
verdict $? "what has gone meanwhile is not changed"

start pack A-001 out
soon 3 asked 18 control-battery
kill "${daemons[polkit]}"
wait "${daemons[polkit]}" 2>/dev/null
unset "daemons[polkit]"
ends_with 0
verdict $? "without an answer of polkit the user of the daemon may"
"$programs/cellarctl" pack A-001 in
verdict $? "and without polkit"
cellard_down
verdict $? "it ends when it is told"
plan || cat "$dir/cellard.log" "$dir/refusal"
[ "$failures" = 0 ]
