#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Modbus of others: Debian's mbpoll asks the simulator's devices, and Debian's pymodbus is
# asked by cellard. Both have numbers that are stated here, not taken from cellard's tables.
# usage: test_foreign_modbus.sh FOLDER with cellard, cellarctl and cellar-sim

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_foreign_modbus.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh

# asks OPTION...: values of registers, one to a line
asks()
{
	mbpoll -1 -0 -q "$@" 2>>"$dir/mbpoll.err" | sed -n 's/^\[[0-9]*\]:[[:space:]]*//p'
}

# about VALUE TEXT: it is, to one in a hundred
about()
{
	awk -v is="$2" -v wanted="$1" 'BEGIN {
		d = is - wanted; w = wanted < 0 ? -wanted : wanted
		exit !(is != "" && (d < 0 ? -d : d) <= w / 100 + 0.001) }'
}

# shown KIND NAME FILTER VALUE
shown()
{
	[ "$("$programs/cellarctl" --json "$1s" 2>>"$dir/ctl.log" |
		jq -c ".\"/org/cellar1/$1/$2\" | $3" 2>>"$dir/jq.log")" = "$4" ]
}

echo 'at 0 power 1 3000
at 0 power 2 -800
at 0 sun 3 2000' >"$dir/script"
"$programs/cellar-sim" modbus --tcp 0 --script "$dir/script" --device dtsu666-units@1 \
	--device ddsu666@2 --device sofar-g3@3 >"$dir/net.out" 2>"$dir/net.err" &
daemons[net]=$!
"$programs/cellar-sim" modbus --pty "$dir/tty" --device sofar-g3@1 >"$dir/tty.out" \
	2>"$dir/tty.err" &
daemons[tty]=$!
soon 20 test -s "$dir/net.out" && soon 20 test -e "$dir/tty"
verdict $? "simulated devices listen"
tcp=(-p "$(sed 's/.*://' "$dir/net.out")" 127.0.0.1)

about 75 "$(asks -a 1 -t 4:float -B -r 8210 -c 1 "${tcp[@]}")"
verdict $? "mbpoll reads 3000 W behind transformers of 40 of a three-phase meter"
about -0.8 "$(asks -a 2 -t 4:float -B -r 8196 -c 1 "${tcp[@]}")"
verdict $? "-0.8 kW of a single-phase one"
[ "$(asks -a 3 -t 4:hex -r 1092 -c 1 "${tcp[@]}")" = '' ] &&
	[ "$(asks -a 3 -t 4:hex -r 1093 -c 2 "${tcp[@]}" | tr '\n' ' ')" = '0x5A4D 0x3245 ' ]
verdict $? "and the serial number of an inverter, but not the register before it"
mbpoll -0 -q -a 1 -b 9600 -P none -r 4484 -t 4 "$dir/tty" -- 60 1 >"$dir/mbpoll.out" \
	2>>"$dir/mbpoll.err" &&
	[ "$(asks -a 1 -b 9600 -P none -t 4 -r 4484 -c 2 "$dir/tty" | tr '\n' ' ')" = '60 1 ' ]
verdict $? "on a serial line it writes two registers, and reads them again"

port=$((20000 + RANDOM % 10000))
/usr/bin/python3 tests/integration/modbus_server.py "$port" >"$dir/wrote" 2>"$dir/server.err" &
daemons[server]=$!
soon 60 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" 2>>"$dir/connect.err"
verdict $? "pymodbus listens"
pack 1
cat >"$dir/cellard.conf" <<END
[line net]
host = 127.0.0.1
port = $port

[meter grid]
line = net
address = 1
kind = dtsu666
timeout_ms = 5000

[inverter roof]
line = net
address = 2
map = sofar-g3
rated_w = 5000
battery_w = 3000
timeout_ms = 5000

[site]
plant = hybrid-1ph
phases = 1
control = set-points
END
bus_up
cellard_up || exit
verdict $? "cellard asks it"
soon 60 shown meter grid '.State, (.Reading.Power | round), (.Reading.Voltage1 * 10 | round)' '"well"
-2101
2301'
verdict $? "2100.9 W that pymodbus has are drawn from the grid"
soon 60 shown meter grid '[.Reading | .ImportEnergy, .ExportEnergy]' '[1234500,321250]'
verdict $? "with its counters"
soon 60 shown hybrid roof '.State, .Serial, ([.Reading | .GridPower, .BatteryPower, .StateOfCharge, .PVPower] | map(round))' '"on-grid"
"ZM2ES050PYMODBUS"
[1230,2000,61,3500]'
verdict $? "an inverter that pymodbus is says the same to both"
soon 60 grep -q '^1110 0003$' "$dir/wrote"
verdict $? "and is put into passive mode"
[ "$(sed -n '1p' "$dir/wrote")" = '1184 003c 0001' ] &&
	sed -n '2p' "$dir/wrote" | grep -q '^1187 0000 0000 '
verdict $? "after its time-out and set-points, as the sequence has it"

plan
