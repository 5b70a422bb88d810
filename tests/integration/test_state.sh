#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What cellard still knows after kill -9, a damaged file and a disk that is not there.
# usage: test_state.sh FOLDER with cellard and cellarctl

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_state.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh

state=$dir/state
mkdir "$state"
file=$state/cellard.state
log=$dir/cellard.log

# kept FILTER: what jq says of the file is true
kept()
{
	sed 1d "$file" 2>/dev/null | jq -e "$1" >/dev/null 2>&1
}

# membership PACK: state, and the reason if there is one
membership()
{
	on_bus get-property org.cellar1 "/org/cellar1/pack/A_2d00$1" org.cellar1.Pack Membership |
		jq -r '.data[0:2] | map(select(. != "")) | join(", ")'
}

# is_membership PACK STATE[, REASON]
is_membership()
{
	[ "$(membership "$1")" = "$2" ]
}

# up: a new run, of which $log is all that it says
up()
{
	: >"$log"
	cellard_up --state "$state"
}

# killed: the run ends without a chance to write anything
killed()
{
	kill -9 "${daemons[cellard]}"
	wait "${daemons[cellard]}" 2>/dev/null
	unset "daemons[cellard]"
}

# set_member KEY yes|no
set_member()
{
	on_bus call org.cellar1 /org/cellar1 org.cellar1.Manager SetPackMember sb "$1" "$2"
}

bus_up
for n in 1 2 3 4; do
	pack $n
done
up
soon 5 kept '.clusters.cellar0.advice.packs | length == 5'
verdict $? "packs are on the disk when they are heard"
[ "$(stat -c '%a' "$file")" = 600 ]
verdict $? "for nobody else to read"
soon 15 is_membership 2 "member"
verdict $? "a pack is a member"
set_member A-002 no
verdict $? "a person takes it out"
soon 2 kept '.out == [{"key": "A-002", "name": "cellar0-02"}]'
verdict $? "which is on the disk within two seconds"
killed
up
soon 15 is_membership 1 "member"
verdict $? "after kill -9 the others are members"
is_membership 2 "suspended, taken out by a person"
verdict $? "and it is still out"
! grep -q state- "$log"
verdict $? "without a word about the state"

killed
size=$(stat -c %s "$file")
printf x | dd of="$file" bs=1 seek=$((size / 2)) conv=notrunc status=none
up
verdict $? "it starts on a damaged file"
[ -s "$file.damaged-1" ] && [ "$(stat -c %s "$file.damaged-1")" = "$size" ]
verdict $? "which is kept aside"
grep -q 'state-refused.*cellard.state.damaged-1' "$log"
verdict $? "and said on standard error"
on_bus call org.cellar1 /org/cellar1 org.cellar1.Manager GetEvents t 0 |
	jq -e '[.data[0][] | select(.[2] == "state-refused")] | length == 1' >/dev/null
verdict $? "and as an event"
soon 15 is_membership 2 "member"
verdict $? "it knows nothing of before"

mv "$state" "$state.away"
: >"$state"
set_member A-003 no
soon 5 grep -q state-unwritable "$log"
verdict $? "without its folder it says so"
is_membership 3 "suspended, taken out by a person"
verdict $? "and does what it is told"
sleep 3
[ "$(grep -c state-unwritable "$log")" = 1 ]
verdict $? "and says it once"
rm "$state"
mv "$state.away" "$state"
cellard_down
verdict $? "it ends when it is told"
kept '.out | map(.key) == ["A-003"]'
verdict $? "with what was decided on the disk, where there is one again"
[ ! -e "$file.new" ] && [ "$(find "$state" -type f ! -name 'history.db*' | wc -l)" = 2 ]
verdict $? "and nothing else is left lying about"
plan
