#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The history of cellard as people ask for it: written, read, exported, after a restart,
# and when its file is damaged.
# usage: test_history.sh FOLDER LIBRARY with cellard, cellar-history and cellarctl; LIBRARY
# is clock_set.c

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_history.sh FOLDER LIBRARY}
library=$(realpath "${2:?usage: test_history.sh FOLDER LIBRARY}")
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh

# up: cellard, with a clock that is set
up()
{
	: >"$dir/cellard.log"
	LD_PRELOAD=$library ASAN_OPTIONS=verify_asan_link_order=0 cellard_up
}

ctl()
{
	"$programs/cellarctl" "$@"
}

# history TABLE FILTER: what jq says of its rows
history_is()
{
	ctl --json history "$1" | jq -e "$2" >/dev/null
}

# wrong WORDS ARGUMENT...: cellarctl ends with 2 and says so
wrong()
{
	ctl "${@:2}" 2>"$dir/wrong" >&2
	[ $? = 2 ] && grep -q -e "$1" "$dir/wrong" && return
	cat "$dir/wrong"
	return 1
}

cat >"$dir/cellard.conf" <<-END
[site]
plant = free
END
bus_up
up || { cat "$dir/cellard.log"; exit 1; }
for n in 1 2; do
	pack $n
done
soon 15 is '.Members | length' 2
verdict $? "two packs are members"
cellard_down
verdict $? "it ends"
[ -s "$dir/history.db" ] && [ ! -e "$dir/history.db-wal" ]
verdict $? "and has written its history"
[ "$(stat -c %a "$dir/history.db")" = 600 ]
verdict $? "for nobody else to read"

up
soon 5 history_is events 'any(.[]; .Code == "pack-joined" and .Subject == "A-001")'
verdict $? "events are there after a restart"
history_is limits 'length >= 1 and all(.[]; .Cluster == "cellar0" and .Seconds >= 0)'
verdict $? "and limits"
history_is limits 'any(.[]; has("ChargeCurrentBy"))'
verdict $? "with the term that decides"
history_is flows 'length >= 1'
verdict $? "and flows"
ctl --csv events --from 2026 >"$dir/events.csv"
head -n 1 "$dir/events.csv" | grep -qx $'Time,Sequence,Code,Subject,Words\r'
verdict $? "CSV has the names of its columns"
grep -qE '^20[0-9-]+T[0-9:]+[+-][0-9:]+,[0-9]+,pack-joined,A-001,' "$dir/events.csv"
verdict $? "and times with their zone"
ctl events --from 2026-01-01 | grep -q 'pack-joined .*A-001 .*is a member of cellar0'
verdict $? "people read it as a list"
ctl events --to 2026-01-01 | grep -qx 'nothing is known of that time'
verdict $? "of a time without events it says so"
[ "$(ctl --csv energy --from 2026 | wc -l)" -ge 1 ]
# row: ems.md "Reading the plant" history
verdict $? "energies are exported"
ctl --csv sessions | grep -qx $'Begin,Charger,End,State,Energy,Strategy,Card\r'
verdict $? "and sessions"
ctl --csv curtailments |
	grep -qx $'Begin,Cause,End,State,Direction,Limit,Before,Most,Generated\r'
verdict $? "and curtailments"
wrong 'must be one of flows limits' history nothing
verdict $? "a table that is not there is refused, with those there are"
wrong 'must be a date' events --from yesterday
verdict $? "and so is a date that is none"
wrong 'must be a date' events --from 2026-02-30
verdict $? "or not in the calendar"
wrong 'day, month or year' energy --by hour
verdict $? "and a period that does not go with it"
wrong 'no earlier than --from' events --from 2026-02 --to 2025
verdict $? "and an end before the beginning"
wrong 'are of energy' status --csv
verdict $? "a status has no past"
on_bus call org.cellar1 /org/cellar1 org.cellar1.Manager GetHistory sxxu passwords 0 1 0
verdict $(($? != 1)) "nor has D-Bus other tables"
grep -q 'no table "passwords"; there is: flows' "$dir/busctl.log"
verdict $? "and it says which"

kill -KILL "$(pgrep -P "${daemons[cellard]}" cellar-history)"
soon 5 grep -q 'history-unwritable.*has ended' "$dir/cellard.log"
verdict $? "cellard says that its helper has ended"
soon 15 is '.Members | length' 2
verdict $? "and goes on"
ctl history events 2>"$dir/none"
verdict $(($? != 1)) "there is no history then"
grep -q 'cannot be read now' "$dir/none"
verdict $? "and it says so"
cellard_down
verdict $? "it ends when it is told"

printf 'Dear diary' | dd of="$dir/history.db" conv=notrunc status=none
up
soon 5 grep -q history-damaged "$dir/cellard.log"
verdict $? "a damaged history is said"
[ -s "$dir/history.db.damaged-1" ]
verdict $? "and kept aside"
soon 5 history_is events 'any(.[]; .Time < now - 60) | not'
verdict $? "another one begins"
cellard_down

printf '[history]\nkeep = no\n' >"$dir/cellard.conf"
rm -f "$dir"/history.db*
up
ctl history events 2>"$dir/none"
verdict $(($? != 1)) "who keeps none has none"
cellard_down
[ ! -e "$dir/history.db" ]
verdict $? "nor a file"
plan || cat "$dir/cellard.log"
[ "$failures" = 0 ]
