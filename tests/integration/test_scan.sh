#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cellarctl scan: finds simulated meters and inverters by reading alone, and what it prints
# is a configuration that cellard takes; a port that another program has is left alone.
# usage: test_scan.sh FOLDER with cellard, cellarctl and cellar-sim

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
programs=${1:?usage: test_scan.sh FOLDER}
# shellcheck source=tests/integration/house.sh
. tests/integration/house.sh
# shellcheck source=tests/integration/devices.sh
. tests/integration/devices.sh

# says SECTION KEY=VALUE...: one section of what was proposed has all of these
says()
{
	awk -v RS= -v section="[$1" -v wanted="${*:2}" '
		index($0, section) {
			n = split(wanted, want, " ")
			for (i = 1; i <= n; i++) {
				sub(/=/, " = ", want[i])
				if (!index($0 "\n", want[i] "\n"))
					next
			}
			found = 1
		}
		END { exit !found }' "$dir/proposal"
}

devices wire --pty "$dir/tty" --device dtsu666@1 --device sofar-g3@2 --device sunspec@3 \
	--device ddsu666@4 --device dtsu666-units@32
devices net --tcp 0 --device sofar-me3000@1 --device sofar-hyd-es@2 --device sunspec-meter@4
devices empty --pty "$dir/empty" --device dtsu666@99
soon 20 test -e "$dir/tty" && soon 20 test -s "$dir/net.out" && soon 20 test -e "$dir/empty"
verdict $? "simulated devices on a serial line and on TCP"
net=127.0.0.1:$(port_of net)

"$programs/cellarctl" scan "$dir/tty" "$net" >"$dir/proposal" 2>"$dir/scan.err"
verdict $? "a serial port and a host are looked through"
"$programs/cellard" --check-config --config "$dir/proposal" >"$dir/check.log" 2>&1
verdict $? "and cellard takes what is proposed"
says 'line line1' "device=$dir/tty" baud=9600 parity=none stop_bits=1 &&
	says 'line line2' host=127.0.0.1 "port=${net#*:}"
verdict $? "lines have what they were found at"
says 'meter line1_1' line=line1 address=1 kind=dtsu666 && says 'meter line1_4' kind=ddsu666 &&
	says 'meter line1_32' address=32 kind=dtsu666 && says 'meter line2_4' kind=sunspec
verdict $? "meters are found by what they measure"
says 'inverter line1_2' line=line1 address=2 map=sofar-g3 rated_w=5000 &&
	says 'inverter line1_3' map=sunspec rated_w=5000 && says 'inverter line2_1' map=sofar-me3000 &&
	says 'inverter line2_2' map=sofar-hyd-es
verdict $? "and inverters by who they say they are"
grep -q '^# ZCS 1PH HYD-ZSS-HP, serial number ZM2ES050SIM00042$' "$dir/proposal"
verdict $? "which is said"
[ "$(grep -c '^role = production$' "$dir/proposal")" = 3 ] && ! says 'meter line1_1' role=production
verdict $? "of the grid there is one meter"
! grep -vhE '^[0-9.]+ [0-9]+ 0[34]' "$dir/wire.log" "$dir/net.log" && test -s "$dir/wire.log"
verdict $? "nothing but reads was sent"

"$programs/cellarctl" scan "$dir/empty" >"$dir/proposal" 2>"$dir/scan.err"
[ $? = 1 ] && [ ! -s "$dir/proposal" ] && grep -q 'nobody answers' "$dir/scan.err" &&
	grep -q '8E1' "$dir/scan.err" && grep -q 115200 "$dir/scan.err"
verdict $? "where nobody answers, at any speed, nothing is proposed"

exec {lock}<>"$dir/tty"
flock "$lock"
requests=$(wc -l <"$dir/wire.log")
"$programs/cellarctl" scan "$dir/tty" >"$dir/proposal" 2>"$dir/scan.err"
[ $? = 1 ] && [ ! -s "$dir/proposal" ] && grep -q 'another program has it' "$dir/scan.err" &&
	[ "$(wc -l <"$dir/wire.log")" = "$requests" ]
verdict $? "a port that another program has is left alone"
exec {lock}>&-

"$programs/cellarctl" scan host:99999 >"$dir/proposal" 2>"$dir/scan.err"
[ $? = 2 ] && grep -q 'HOST:PORT' "$dir/scan.err"
verdict $? "a port that there is none is wrong usage, and what is right is said"

plan
