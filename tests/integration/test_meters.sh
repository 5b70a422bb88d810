#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Meters on Modbus lines, TCP and serial, as cellard reads them from the simulator's: what it
# shows of them, and what becomes of that when a meter or a line fails. Nothing depends on how
# fast the machine is: faults come by command, and what follows is waited for.
# usage: test_meters.sh FOLDER with cellard, cellarctl and cellar-sim

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_meters.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh
# shellcheck source=tests/integration/devices.sh
. tests/integration/devices.sh

# meter NAME FILTER VALUE: what jq makes of it
meter()
{
	[ "$("$programs/cellarctl" --json meters 2>>"$dir/meters.log" |
		jq -c ".\"/org/cellar1/meter/$1\" | $2" 2>>"$dir/jq.log")" = "$3" ]
}

# asked NAME ADDRESS: how often
asked()
{
	grep -c "^[0-9.]* $2 " "$dir/$1.log"
}

# more_than N COMMAND...: it says a larger number
more_than()
{
	[ "$("${@:2}")" -gt "$1" ]
}

devices net --tcp 0 --device dtsu666@1 --device sunspec-meter@2
devices wire --pty "$dir/tty" --device ddsu666-basic@1 --device dtsu666-old@32
soon 10 test -s "$dir/net.out"
verdict $? "simulated meters listen on TCP"
soon 10 test -e "$dir/tty"
verdict $? "and on a serial line"
cat >"$dir/cellard.conf" <<END
[line net]
host = 127.0.0.1
port = $(port_of net)

[line wire]
device = $dir/tty

[meter grid]
line = net
address = 1
kind = dtsu666
period_ms = 200
timeout_ms = 2000

[meter roof]
line = net
address = 2
kind = sunspec
role = production
period_ms = 200
timeout_ms = 2000

[meter heat_pump]
line = wire
address = 1
kind = ddsu666
role = production
invert = yes
period_ms = 200
timeout_ms = 2000

[meter cabin]
line = wire
address = 32
kind = dtsu666
period_ms = 200
timeout_ms = 2000
END
tell net power 1 1500
tell net power 2 3000
tell wire power 1 800
tell wire power 2 -2400
bus_up
cellard_up || exit
verdict $? "cellard starts with four meters"

soon 20 meter grid '.State, (.Reading.Power | round)' '"well"
-1500'
verdict $? "1500 W drawn from the grid are -1500 W"
meter grid '[.Reading | .Power1, .Power2, .Power3] | map(round)' '[-500,-500,-500]'
verdict $? "on each phase"
meter grid '[.Reading | .Voltage1, .Current1, .PowerFactor, .Frequency] | map(. * 10 | round)' \
	'[2300,23,10,500]'
verdict $? "with volts, amperes, power factor and hertz"
soon 20 meter grid '[.Reading | .ImportEnergy, .ExportEnergy] | map(. / 1000 | round)' '[1235,321]' ||
	meter grid '[.Reading | .ImportEnergy, .ExportEnergy] | map(. / 1000 | round)' '[1234,321]'
verdict $? "and its counters"
soon 20 meter roof '.State, (.Reading.Power | round), .Model' '"well"
3000
"Cellar Simulated meter"'
verdict $? "production is positive, of a SunSpec meter too"
soon 20 meter heat_pump '.State, (.Reading.Power | round)' '"well"
-800'
verdict $? "an inverted meter counts the other way"
meter heat_pump '.Reading.EnergyByCellard' true
verdict $? "what a basic DDSU666 does not count is added up"
soon 20 meter cabin '.State, (.Reading.Power | round)' '"well"
2400'
# row: ems.md "Plant" address 32
verdict $? "an older DTSU666 at address 32 is read"
soon 30 meter cabin '.Notes | any(contains("0x401e"))' true
verdict $? "and where it counts is found out and said"

tell net unplug 1
soon 60 meter grid '.State, .Fresh, .Reading.Power' '"silent"
false
null'
verdict $? "a meter that dies is silent, and what it measured is not shown"
soon 10 event meter-silent grid
verdict $? "and an event says so"
before=$(asked net 2)
soon 30 more_than "$((before + 10))" asked net 2
verdict $? "its neighbour is read on"
meter roof '.Fresh' true
verdict $? "and stays fresh"
tell net plug 1
soon 90 meter grid '.State, .Fresh, (.Reading.Power | round)' '"well"
true
-1500'
verdict $? "it is back by itself"

tell wire freeze 2
tell wire words 2 1
tell wire thaw 2
soon 60 meter cabin '.State, .Fresh' '"nonsense"
false'
verdict $? "words in the wrong order are nonsense, not numbers"
tell wire words 2 0
soon 60 meter cabin '.State, (.Reading.Power | round)' '"well"
2400'
verdict $? "and right again when they are"

tell net refuse 1 6
before=$(asked net 1)
soon 60 meter grid '.Fresh' false
verdict $? "a busy meter grows old"
tell net refuse 1 0
soon 60 meter grid '.Fresh' true
verdict $? "and young again"

tell net cut 2
soon 60 event line-lost net
verdict $? "a line that is lost is told"
soon 90 meter grid '.State, .Fresh' '"well"
true'
verdict $? "and opened again"
tell wire cut 2
soon 60 event line-lost wire
verdict $? "a serial port that is pulled out is told"
soon 90 meter cabin '.State, .Fresh' '"well"
true'
verdict $? "and opened again, too"

tell wire flip 0.2
tell wire collide 20
before=$(asked wire 1)
soon 120 more_than "$((before + 40))" asked wire 1
verdict $? "a line with wrong bits and a second master is used on"
wrong=$("$programs/cellarctl" --json meters | jq '[.[] | .Counters.Garbled] | add')
[ "$wrong" -gt 0 ]
verdict $? "what came broken is counted"
tell wire flip 0
tell wire collide 0
soon 120 meter cabin '.State, .Fresh, (.Reading.Power | round)' '"well"
true
2400'
verdict $? "and never was a number"

# energy: what cellard has added up of the heat pump, in Wh
energy()
{
	"$programs/cellarctl" --json meters |
		jq '."/org/cellar1/meter/heat_pump".Reading | .ConsumedEnergy + .ProducedEnergy | floor'
}

tell wire power 1 20000
soon 60 more_than 10 energy
before=$(energy)
cellard_down
verdict $? "it ends"
tell wire power 1 0
cellard_up || exit
soon 30 meter heat_pump '.State' '"well"'
[ "$before" -gt 10 ] && [ "$(energy)" -ge "$before" ]
verdict $? "what was added up outlives it"
cellard_down
plan
