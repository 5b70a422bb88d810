#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `cellar-sim rack` on a pseudo-terminal, as a master finds it; and the verdict that
# kernel tests have of what was shown. Usage: test_rack.sh PROGRAM RACK_ASK
# shellcheck disable=SC2317 # tests are called by name
set -euo pipefail

sim=$(realpath "${1:?usage: test_rack.sh PROGRAM RACK_ASK}")
ask=$(realpath "${2:?usage: test_rack.sh PROGRAM RACK_ASK}")
tree=$(realpath "$(dirname "$0")/../..")
# shellcheck source=tests/unit/tap.sh
. "$tree/tests/unit/tap.sh"
work=$(mktemp -d)
rack=
trap 'stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
cd "$work"

# In a subshell of its own, so that the first thing that fails ends a case.
check()
{
	local what=$1 status=0
	shift
	set +e
	(
		set -e
		trap 'stop >/dev/null 2>&1' EXIT
		"$@"
	) >case.log 2>&1
	status=$?
	set -e
	[ "$status" = 0 ] || sed 's/^/# /' case.log
	verdict "$status" "$what"
}

# The rack in the background, its link at ./line; waits until it is there.
start()
{
	rm -f line said
	"$sim" rack --pty line --truth said "$@" 2>err &
	rack=$!
	for _ in {1..200}; do
		[ ! -e line ] || return 0
		sleep 0.02
	done
	cat err
	return 1
}

# Ends it; its exit status.
stop()
{
	[ -n "$rack" ] || return 0
	kill -TERM "$rack"
	local status=0
	wait "$rack" || status=$?
	rack=
	return "$status"
}

all_answer()
{
	local address arguments=()
	start --baud 115200 --packs 14 --current 20 --delay 1
	for address in {2..13} 18 19; do
		arguments+=("$address" "values" "$address" "serial number")
	done
	"$ask" line pylontech 500 "${arguments[@]}" >heard
	[ "$(grep -c ' ok ' heard)" = 28 ]
	[ "$(grep -o 'serial=SIM[0-9-]*' heard | sort -u | wc -l)" = 14 ]
	stop
	[ ! -L line ]
	[ "$(wc -l <said)" = 28 ]
	[ "$(cut -f2 said | sort -nu | xargs)" = "2 3 4 5 6 7 8 9 10 11 12 13 18 19" ]
	# word for word, but for the time and whose it was
	diff <(cut -d' ' -f4- heard | cut -f2,4-) <(cut -f2,4- said)
}

# Only lower bounds: they hold on the slowest machine.
wire_takes_its_time()
{
	local ms bytes
	start --baud 9600 --delay 30
	"$ask" line pylontech 500 2 "values" >heard
	read -r ms bytes _ <heard
	[ "$bytes" -gt 120 ]
	# 20 characters of a question, and as many as came, of 10 bits each
	[ "$ms" -ge $((30 + (20 + bytes) * 10000 / 9600 - 1)) ]
	stop
}

line_gives_back()
{
	local bytes echoed
	start --baud 115200
	"$ask" line pylontech 300 2 "values" >heard
	stop
	start --baud 115200 --echo
	"$ask" line pylontech 300 2 "values" >echoed
	stop
	grep -q ' ok ' echoed
	bytes=$(cut -d' ' -f2 heard)
	echoed=$(cut -d' ' -f2 echoed)
	[ "$echoed" = $((bytes + 20)) ]
}

# use_of WORDS: what the rack says when asked; the words without the seconds
use_of()
{
	local said
	said=$(grep -c ' of delays$' err || true)
	kill -USR1 "$rack"
	for _ in {1..200}; do
		[ "$(grep -c ' of delays$' err || true)" = "$said" ] || break
		sleep 0.02
	done
	tail -n 1 err
	tail -n 1 err | sed 's/.*in [0-9.]* s //' | grep -qx "$1"
}

use_is_told()
{
	local values serial
	start --baud 115200 --packs 2 --delay 7 --echo
	"$ask" line pylontech 500 2 values 3 values 2 "serial number" 9 values >heard
	read -r _ values _ <heard
	read -r _ serial _ < <(sed -n 3p heard)
	# each question is 20 characters, and they come back; nobody is at 9
	use_of "4 questions of 80 characters and 3 answers of $((2 * values + serial - 60)), 0.021000 s of delays"
	use_of '0 questions of 0 characters and 0 answers of 0, 0.000000 s of delays'
	"$ask" line pylontech 500 3 values
	use_of "1 questions of 20 characters and 1 answers of $((values - 20)), 0.007000 s of delays"
	stop
}

# The line is gone in the middle of an answer, and a new one is there afterwards.
line_is_cut()
{
	local before
	echo 'at 0 cut 0.3' >script
	start --baud 9600 --script script
	before=$(readlink line)
	if "$ask" line pylontech 1000 2 "values" >heard; then return 1; fi
	for _ in {1..200}; do
		[ -e line ] && break
		sleep 0.02
	done
	"$ask" line pylontech 1000 2 "values" | grep ' ok '
	echo "$before, then $(readlink line)"
	stop
	[ "$(wc -l <said)" = 1 ]
}

# A command that is no question: not answered, said, and a failure.
writes_are_told()
{
	local status=0
	start --baud 115200
	# no command: its checksum is wrong
	printf '~20024695E00202FD2A\r' >line
	"$ask" line pylontech 300 2 "values" | grep ' ok '
	stop || status=$?
	[ "$status" = 0 ]

	start --baud 115200
	# 0x95 to pack 2, checksums right
	printf '~20024695E00202FD2B\r' >line
	"$ask" line pylontech 300 2 "values" | grep ' ok '
	stop || status=$?
	cat err
	[ "$status" = 1 ]
	grep -q '^cellar-sim: 1 commands.*: 20 02 46 95 E0 02 02$' err
	[ "$(wc -l <said)" = 1 ]
}

# A tty echoes until somebody has set it: so does a dongle that has just been plugged in.
answers_come_back()
{
	start --baud 115200
	exec 3<>line
	stty echo <&3
	printf '~20024642E00202FD33\r' >&3
	for _ in {1..200}; do
		[ ! -s said ] || break
		sleep 0.02
	done
	# the last character of the answer is followed by its echo
	read -r -d $'\r' -t 4 _ <&3
	stty -echo <&3
	"$ask" line pylontech 300 2 "values" | grep ' ok '
	exec 3>&-
	stop
	grep -q ' 1 came back as if asked' err
}

link_is_not_stolen()
{
	echo precious >line.file
	if "$sim" rack --pty line.file 2>err; then return 1; fi
	grep -qx precious line.file
}

# refuses STATUS WORDS ARGUMENT...
refuses()
{
	local status=$1 words=$2 got=0
	shift 2
	timeout 20 "$sim" rack "$@" 2>err || got=$?
	cat err
	[ "$got" = "$status" ]
	grep -qF -- "$words" err
}

# judge NAME=VALUE...: of the files truth and shown, with tabs for |
judge()
{
	local arguments=() argument
	for argument; do
		arguments+=(-v "$argument")
	done
	tr '|' '\t' <truth >truth.tsv
	tr '|' '\t' <shown >shown.tsv
	awk -v age=3 -v least=1 "${arguments[@]}" -f \
		"$tree/tests/kselftest/rack_verdict.awk" truth.tsv shown.tsv
}

verdicts()
{
	cat >truth <<-'EOT'
		100.000000|2|AAA|values|voltage_mv=51200|current_ma=-600|cells_mv=3301,3302|soc_centi=5800
		100.500000|2|AAA|serial number|serial=AAA
		101.000000|3|BBB|values|voltage_mv=51300|current_ma=0|cells_mv=3401,3402|soc_centi=5799
		104.000000|2|AAA|values|voltage_mv=51250|current_ma=700|cells_mv=3301,3303|soc_centi=5800
		104.500000|2|-|system limits|charge_current_limit_ma=200000|protections=cell_overvoltage
	EOT
	# what is right
	cat >shown <<-'EOT'
		101.1|101.2|cellar0-02|pack|2|AAA|voltage_now|51200000
		101.1|101.2|cellar0-02|pack|2|AAA|capacity|58
		101.1|101.2|cellar0-02|pack|2|AAA|status|Discharging
		101.1|101.2|cellar0-02|pack|2|-|iio/in_voltage2_raw|3302
		101.1|101.2|cellar0-03|pack|3|BBB|iio/in_voltage2_raw|3402
		101.1|101.2|cellar0-03|pack|3|BBB|capacity|57
		104.1|104.2|cellar0-02|pack|2|AAA|voltage_now|51250000
		109.1|109.2|cellar0-02|pack|2|AAA|serial_number|AAA
		105.1|105.2|cellar0|system|-|-|constant_charge_current_max|200000000
		105.1|105.2|cellar0|system|-|-|cellar/protections|cell_overvoltage
		105.1|105.2|cellar0|system|-|-|cellar/age_ms|12
	EOT
	judge | grep '^10 values of 3 supplies compared, 0 wrong$'
	if judge least=11; then return 1; fi

	# one wrong line each: another's, nobody's, too old, too early, another name
	while read -r line; do
		echo "$line" >shown
		if judge; then
			echo "passed: $line"
			return 1
		fi
	done <<-'EOT'
		101.1|101.2|cellar0-02|pack|2|AAA|voltage_now|51300000
		101.1|101.2|cellar0-02|pack|2|AAA|voltage_now|51201000
		103.2|103.3|cellar0-02|pack|2|AAA|voltage_now|51200000
		101.1|101.2|cellar0-02|pack|2|AAA|voltage_now|51250000
		101.1|101.2|cellar0-02|pack|2|BBB|voltage_now|51200000
		101.1|101.2|cellar0-02|pack|2|AAA|iio/in_voltage1_raw|3302
		101.1|101.2|cellar0-02|pack|2|AAA|status|Charging
		105.1|105.2|cellar0|system|-|-|constant_charge_current_max|200001000
		105.1|105.2|cellar0|system|-|-|cellar/protections|
	EOT
	# of two at one address either may have been meant
	echo '101.1|101.2|cellar0-02|pack|2|CCC|voltage_now|51200000' >shown
	judge shared=1
}

check "every pack answers, and the truth says what" all_answer
check "a wire takes its time" wire_takes_its_time
check "a line gives back" line_gives_back
check "use is told" use_is_told
check "a line that is cut comes back" line_is_cut
check "commands are told" writes_are_told
check "answers that come back are no commands" answers_come_back
check "nothing but a link is replaced" link_is_not_stolen
check "verdicts" verdicts
check "neither port" refuses 2 "either --pty LINK or --tty PATH"
check "both ports" refuses 2 "either --pty LINK or --tty PATH" --pty a --tty b
check "no such port" refuses 1 "no/such: No such file" --tty no/such
check "no serial port" refuses 1 "/dev/null: " --tty /dev/null
check "a bad speed" refuses 2 "neither 9600 nor 115200" --pty a --baud 19200
check "unknown dialect" refuses 2 "pace, seplos or voltronic" --pty a --dialect deye
check "too many packs" refuses 2 "more than the dialect seplos" \
	--pty a --dialect seplos --packs 33
check "bad addresses" refuses 2 "no list of 1 to" --pty a --address 2,,3
check "addresses and packs" refuses 2 "one address for each" --pty a --address 2,3 --packs 3
check "a bad delay" refuses 2 "--delay '-1'" --pty a --delay -1
printf 'at 1 garbage 5\n' >can.script
check "a verb of the other wire" refuses 2 "unknown verb 'garbage'" --pty a --script can.script
check "no room for the truth" refuses 1 "none/said" --pty a --truth none/said

plan
