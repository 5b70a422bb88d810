#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Wallboxes on Modbus lines, TCP and serial, as cellard uses them, from the simulator's, by their
# profiles: a car comes, its current follows the step of the house, and a daemon that is killed
# leaves a box at its fail-safe. What the boxes were told is read from the simulator's log, and what they
# do by a client that nobody here wrote.
# usage: test_wallboxes.sh FOLDER with cellard, cellarctl and cellar-sim

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_wallboxes.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh
# shellcheck source=tests/integration/devices.sh
. tests/integration/devices.sh

# box NAME FILTER VALUE: what jq makes of it
box()
{
	[ "$("$programs/cellarctl" --json chargers 2>>"$dir/chargers.log" |
		jq -c ".\"/org/cellar1/charger/$1\" | $2" 2>>"$dir/jq.log")" = "$3" ]
}

# last ADDRESS FRAME [LOG]: of all writes to a register, the last is this
last()
{
	[ "$(grep "^[0-9.]* $1 ${2:0:6}" "$dir/${3-devices}.log" | tail -n 1 |
		cut -d ' ' -f 3)" = "$2" ]
}

# reads ADDRESS TYPE REGISTER VALUE: of input registers (3) or holding registers (4)
reads()
{
	[ "$(mbpoll -q -m tcp -p "$port" -a "$1" -t "$2" -0 -r "$3" -c 1 -1 127.0.0.1 |
		sed -n "s/^\[$3\]:[[:space:]]*//p")" = "$4" ]
}

# reads_wire REGISTER VALUE: the same of the box on the serial line, when nobody else has that;
# a pseudo-terminal has no parity, and the simulator 9600 baud
reads_wire()
{
	[ "$(mbpoll -q -m rtu -b 9600 -P none -a 1 -t 3 -0 -r "$1" -c 1 -1 "$dir/tty" |
		sed -n "s/^\[$1\]:[[:space:]]*//p")" = "$2" ]
}

# wire_up: the simulated box on the serial line
wire_up()
{
	devices wire --pty "$dir/tty" --device "wallbox:$dir/quick.conf@1"
	soon 10 test -e "$dir/tty"
}

# one whose fail-safe does not take a minute to see
sed 's/^value_s = 15/value_s = 4/' userspace/wallboxes/heidelberg.conf >"$dir/quick.conf"
devices devices --tcp 0 --device dtsu666@32 --device "wallbox:$dir/quick.conf@1" \
	--device wallbox:userspace/wallboxes/go-e.conf@2
soon 10 test -s "$dir/devices.out"
verdict $? "a simulated meter and two wallboxes listen on TCP"
wire_up
verdict $? "and one on a serial line"
port=$(port_of devices)
cat >"$dir/cellard.conf" <<END
[line net]
host = 127.0.0.1
port = $port

[line wire]
device = $dir/tty

[meter grid]
line = net
address = 32
kind = dtsu666
period_ms = 500
timeout_ms = 2000

[site]
plant = no-pv-3ph
contract_w = 15000

[charger garage]
line = net
profile = $dir/quick.conf
strategy = fast
mode = plug-and-play
phases = 3
box_a = 10
min_run_s = 0
min_pause_s = 0
period_ms = 500

[charger yard]
line = net
profile = userspace/wallboxes/go-e.conf
address = 2
strategy = fast
mode = plug-and-play
phases = 3
box_a = 8
min_run_s = 0
min_pause_s = 0
period_ms = 500

[charger porch]
line = wire
profile = $dir/quick.conf
strategy = fast
mode = plug-and-play
phases = 3
box_a = 9
min_run_s = 0
min_pause_s = 0
period_ms = 500
END

cp "$dir/cellard.conf" "$dir/right.conf"
sed -i 's/^address = 2$/address = 32/' "$dir/cellard.conf"
"$programs/cellard" --config "$dir/cellard.conf" --class "$class" --state "$dir" \
	2>"$dir/wrong"
grep -q '\[charger yard\]: address = 32 of line net is that of \[meter grid\] as well' "$dir/wrong"
verdict $? "two devices of one address are refused"
echo '[power]' >"$dir/broken.conf"
echo 'scale = 0' >>"$dir/broken.conf"
sed "s|^profile = .*quick.conf|profile = $dir/broken.conf|" "$dir/right.conf" >"$dir/cellard.conf"
"$programs/cellard" --config "$dir/cellard.conf" --class "$class" --state "$dir" \
	2>"$dir/wrong"
grep -q '\[charger garage\]: profile: .*/broken.conf:2: scale = 0: must be' "$dir/wrong"
verdict $? "a profile that is wrong is said with its file and line"
cp "$dir/right.conf" "$dir/cellard.conf"

tell devices power 1 500
bus_up
cellard_up || exit
verdict $? "cellard starts with three wallboxes"
soon 30 box garage '.Box | .Model, .Link, .FailSafe, .FailSafeCurrent, .FailSafeTime, .Says' \
	'"Heidelberg Energy Control"
"well"
"armed"
6
4
"no car"'
verdict $? "a box says what it is, and its fail-safe is armed"
soon 30 box yard '.Box | .Link, .FailSafe, (.FailSafeWords | length > 20)' '"well"
"none"
true'
verdict $? "one that has none says so in words"
soon 10 event charger-unguarded yard
verdict $? "and by an event"
last 1 060105003C || last 1 0601050000
verdict $? "without a car it is told 0"

tell devices car 2 16
soon 30 last 1 0601050064
verdict $? "a car comes, and the box is told what the house says: 10 A"
soon 30 box garage '.Car, .State, (.Reading.Power | round), .Box.Current1, .Box.Told' '"charges"
"charging"
6900
10
10'
verdict $? "it charges with that"
tell devices car 3 16
soon 60 box yard '.Car, (.Reading.Power | round)' '"charges"
5520'
verdict $? "another one charges with what its box bears"
tell devices power 1 40000
soon 60 last 1 0601050000
verdict $? "above the contract it is paused"
soon 30 box garage '.Car, (.Reading.Power | round)' '"plugged"
0'
verdict $? "and its car draws nothing"
soon 60 last 2 1001510001020001
verdict $? "the one that knows no 0 is switched off"
tell devices power 1 500
soon 90 last 1 0601050064
verdict $? "it goes on when there is room"

tell devices unplug 3
soon 60 box yard '.Box.Link, .State' '"silent"
"absent"'
verdict $? "a box that dies is silent"
soon 10 event charger-silent yard
verdict $? "and an event says so"
tell devices plug 3
soon 90 box yard '.Box.Link' '"well"'
verdict $? "it is back by itself"

soon 90 box yard '.Car, (.Reading.Power | round)' '"charges"
5520'
verdict $? "and charges again"
sed -i '/^\[charger yard\]/,/^$/d' "$dir/cellard.conf"
kill -HUP "${daemons[cellard]}"
soon 30 last 2 1001510001020001
verdict $? "one that is taken out of the configuration is switched off"
soon 60 box garage '.Box.Told' 10
verdict $? "while the others go on"

tell wire car 1 16
soon 30 last 1 060105005A wire
verdict $? "the box on the serial line is told its 9 A"
soon 30 box porch '.Box.Link, .Box.FailSafe, .Car, (.Reading.Power | round)' '"well"
"armed"
"charges"
6210'
verdict $? "and its car charges with that"
devices_gone wire
soon 60 box porch '.Box.Link, .State' '"silent"
"absent"'
verdict $? "a serial line that is pulled out leaves it silent"
wire_up
soon 90 box porch '.Box.Link, .Box.FailSafe' '"well"
"armed"'
verdict $? "plugged in again it is armed anew"
tell wire car 1 16
soon 60 box porch '(.Reading.Power | round), .Box.Told' '6210
9'
verdict $? "and charges again"
soon 60 box garage '.Box.Told' 10
verdict $? "the house has current for all of them"

soon 60 reads 1 3 6 100
verdict $? "another client sees the car draw 10 A"
kill -KILL "${daemons[cellard]}"
wait "${daemons[cellard]}" 2>/dev/null
unset "daemons[cellard]"
sleep 5
reads 1 3 6 60
verdict $? "a daemon that is killed leaves the box at 6 A, its fail-safe"
soon 30 reads_wire 6 60
verdict $? "and the one on the serial line, as another client sees"
plan
