#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cellar-dump against every capture and the JSON that stands in
# tests/data/expected, and against input nobody wishes for. Prints TAP.
#
# Usage: test_dump.sh PROGRAM

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/unit/tap.sh

# Runs the program with "$@"; leaves $work/out, $work/err and $status.
run()
{
	status=0
	"$program" "$@" >"$work/out" 2>"$work/err" || status=$?
}

# name, exit status, a line of standard output, words in standard error; both
# may be empty: then the stream must be, too
expect()
{
	local wrong=0

	[ "$status" = "$2" ] || wrong=1
	if [ -n "$3" ]; then
		grep -qxF -- "$3" "$work/out" || wrong=1
	else
		[ ! -s "$work/out" ] || wrong=1
	fi
	if [ -n "$4" ]; then
		grep -qF -- "$4" "$work/err" || wrong=1
	else
		[ ! -s "$work/err" ] || wrong=1
	fi
	verdict "$wrong" "$1"
	[ "$wrong" = 0 ] || sed 's/^/# /' "$work/out" "$work/err"
}

captures()
{
	local file name

	for file in tests/data/can/*.log tests/data/rs485/*.txt; do
		name=$(basename "${file%.*}")
		run --json "$file"
		diff -u "tests/data/expected/$name.json" "$work/out" >"$work/diff"
		verdict $? "$name"
		sed 's/^/# /' "$work/diff"
	done
}

parameters='~200246470000FDA7
~20024600B032100E420BEA0AF00D030A470384D2F0B3B0A7F80D030A47FC7CF27F
~200246000000FDB2
~20024642E002FFFD09
~20024695E00202FD2B
~200246040000FDAE
~200246900000FDA9
~2002467A0000FD9A
~20024A000000FDA7'

pylontech='can0 351#1402B0044006C201
can0 355#5A006400
can0 356#8413F1FF3700
can0 359#00000000045
can0 359#0000000004504E
can0 35E#50594C4F4E202020'

forms_of_lines()
{
	printf '%s\n' '(1436509052.249713) can0 351#1402B0044006C201 R' \
		'  can0  355   [4]  5A 00 64 00   ; a comment' '# a comment' '' \
		$'can0 356#8413F1FF3700\r' >"$work/in"
	run --dialect pylontech "$work/in"
	expect "log form with a time" 0 \
		"(1436509052.249713) can0 351 limits: charge_voltage_limit 53.2 V, discharge_voltage_limit 45 V, charge_current_limit 120 A, discharge_current_limit 160 A" ""
	expect "screen form" 0 "can0 355 charge: soc 90 %, soh 100 %" ""
	expect "line end of DOS" 0 \
		"can0 356 measurements: voltage 49.96 V, current -1.5 A, temperature 5.5 °C" ""
}

rs485_frames()
{
	printf '%s\n' '~20024642E00202FD33' >"$work/in"
	run "$work/in"
	expect "RS-485 request" 0 "~ address 02 CID 46 42 values: request" ""

	printf '%s\n' '~20024600B014026EF05AA0022BFDD5C0F915' >"$work/in"
	run --dialect pylontech "$work/in"
	expect "RS-485 answer without its request" 0 \
		"~ address 02 CID 46 00 limits of pack 2: charge_voltage_limit 28.4 V, discharge_voltage_limit 23.2 V, charge_current_limit 55.5 A, discharge_current_limit 55.5 A, charge_enable yes, discharge_enable yes, force_charge no, full_charge_request no" ""
	run --dialect pace "$work/in"
	expect "not of another dialect" 0 \
		"~ address 02 CID 46 00 unknown: an answer of no shape we know" ""
	run --dialect victron "$work/in"
	expect "nor of one on CAN" 0 \
		"~ address 02 CID 46 00 unknown: an answer of no shape we know" ""
	run --json "$work/in"
	expect "dialect of RS-485 in JSON" 0 '  "dialect": "pylontech",' ""

	printf '%s\n' '~20024600B014026EF05AA0022BFDD5C0F916' >"$work/in"
	run --json "$work/in"
	expect "wrong CHKSUM" 0 '  "malformed": 1,' ""
	run "$work/in"
	expect "wrong CHKSUM in words" 0 \
		"~ address 02 CID 46 00 malformed: wrong length or checksum" ""
	printf '%s\n' '~20024600B014026EF05AA0022BFDD5C0F91500' >"$work/in"
	run --json "$work/in"
	expect "longer than its LENGTH" 0 '  "malformed": 1,' ""

	printf '%s\n' "$parameters" >"$work/in"
	run "$work/in"
	expect "request of 47" 0 "~ address 02 CID 46 47 system parameters: request" ""
	expect "answer to 47" 0 \
		"~ address 02 CID 46 00 system parameters: cell_high 3.65 V, cell_low_alarm 3.05 V, cell_low_protection 2.8 V, charge_temperature_high 60 °C, charge_temperature_low -10 °C, charge_current 90 A, pack_high 54 V, pack_low_alarm 46 V, pack_low_protection 43 V, discharge_temperature_high 60 °C, discharge_temperature_low -10 °C, discharge_current -90 A" ""
	expect "answer to 4F" 0 "~ address 02 CID 46 00 protocol version: V2.0" ""
	expect "request to all packs" 0 \
		"~ address 02 CID 46 42 values: request to all packs" ""
	expect "a request we never make" 0 \
		"~ address 02 CID 46 95 turning off: request" ""
	expect "a refusal names what was asked" 0 \
		"~ address 02 CID 46 04 turning off: refused: unknown command" ""
	expect "a return code above the commands" 0 \
		"~ address 02 CID 46 90 turning off: refused: address" ""
	expect "an unknown request" 0 \
		"~ address 02 CID 46 7A unknown: a request that is not covered" ""
	expect "another CID1" 0 \
		"~ address 02 CID 4A 00 unknown: another protocol by its CID1" ""
	run --json "$work/in"
	expect "what is covered is counted as known" 0 '  "unknown": 2,' ""
}

bad_lines()
{
	printf '%s\n' "$pylontech" >"$work/in"
	run --json "$work/in"
	expect "half a byte is an error" 1 '  "bad_lines": 1,' "in:4: data bytes must be pairs"
	expect "and does not stop the rest" 1 '  "frames": 5,' "in:4:"

	printf 'can0 351#1402B0044006C20100\n' >"$work/in"
	run --json "$work/in"
	expect "nine data bytes" 1 '  "bad_lines": 1' "in:1: more than 8 data bytes"

	printf '  can0  355   [4]  5A 00 64\n' >"$work/in"
	run --json "$work/in"
	expect "fewer bytes than promised" 1 '  "frames": 0,' "in:1: fewer data bytes"

	printf '  can0  355   [2]  5A 00 64 00\n' >"$work/in"
	run --json "$work/in"
	expect "more bytes than promised" 1 '  "frames": 0,' "in:1: more data"

	printf '  can0  355   [9]  5A 00 64 00 00 00 00 00 00\n' >"$work/in"
	run --json "$work/in"
	expect "a length of nine" 1 '  "frames": 0,' "in:1: a length of [0] to [8]"

	printf 'can0 355#5A006400;comment\n' >"$work/in"
	run --json "$work/in"
	expect "a comment needs a blank" 1 '  "frames": 0,' "in:1: data bytes must be pairs"

	printf 'can0 800#00\n' >"$work/in"
	run --json "$work/in"
	expect "12 bits of identifier" 1 '  "frames": 0,' "up to 7FF"

	printf 'hello\n~2002\n~zz024642E00202FD33\n' >"$work/in"
	run --json "$work/in"
	expect "neither form" 1 '  "bad_lines": 3' "in:1: neither a candump line nor"
	expect "short RS-485 frame" 1 '  "bad_lines": 3' "in:2: an RS-485 frame has"
	expect "no hexadecimal digits" 1 '  "bad_lines": 3' "in:3: only 0 to 9 and A to F"

	head -c 100000 /dev/zero >"$work/in"
	printf '\n%s\n' 'can0 355#5A006400' >>"$work/in"
	run --json "$work/in"
	expect "an endless line" 1 '  "frames": 1,' "in:1: line too long"

	run --json "$work/nothing" tests/data/can/pylontech_lv_4modules.log
	expect "a file that is not there" 1 '  "frames": 6,' "nothing: No such file"
}

# What is on the bus but no classical data frame is counted, not decoded.
other_frames()
{
	printf '%s\n' 'can0 351#R8' 'can0 351##014020000' 'can0 00000351#1402' \
		'can0 20000004#0004000000000000' '  can0  351   [0]  remote request' \
		'  can0  351  [08]  14 02 00 00 00 00 00 00' >"$work/in"
	run --json --dialect pylontech "$work/in"
	expect "frames that are not classical" 0 '  "malformed": 6,' ""
	run --dialect pylontech "$work/in"
	expect "a remote frame in words" 0 "can0 351 malformed: remote frame" ""
	expect "a CAN FD frame in words" 0 "can0 351 malformed: CAN FD frame" ""
	expect "a 29-bit identifier in words" 0 "can0 00000351 malformed: 29-bit identifier" ""

	printf '%s\n' 'can0 18FF50E5#00' 'can0 00000321#00001518000012C0' >"$work/in"
	run --dialect pylontech "$work/in"
	expect "a foreign 29-bit frame" 0 "can0 18FF50E5 unknown: not of this dialect" ""
	run --dialect schneider "$work/in"
	expect "a 29-bit frame of the dialect" 0 \
		"can0 00000321 voltage limits: charge_voltage_limit 54 V, discharge_voltage_limit 48 V" \
		""
	printf 'can0 40000321#00\n' >"$work/in"
	run --dialect schneider "$work/in"
	expect "more than 29 bits" 1 "" "with 8 up to 1FFFFFFF"

	printf 'can0 355#5A\n' >"$work/in"
	run --dialect pylontech "$work/in"
	expect "too short for its row" 0 "can0 355 charge malformed: too short" ""
}

choices()
{
	local four=tests/data/can/pylontech_lv_4modules.log
	local byd=tests/data/can/byd_lvs_dfch.log

	run --json tests/data/can/pytes_native_pr1466.log
	expect "a protocol that is not covered" 0 '  "unknown": 12,' "native Pytes"
	cat "$four" "$byd" >"$work/in"
	run --json "$work/in"
	expect "two systems on one bus" 0 '  "unknown": 27,' "two systems are on this bus"
	verdict "$(grep -c '"dialect"\|"system"' "$work/out")" "and nothing is decoded"

	sed 's/can0/can1/' "$byd" >>"$work/in"
	run --json --interface can1 "$work/in"
	expect "one interface of two" 0 '  "dialect": "victron",' ""
	run --json --interface can2 "$work/in"
	expect "an interface that is not there" 0 '  "frames": 0,' ""
	cat "$four" <(sed 's/can0/can1/' "$four") >"$work/in"
	run --json "$work/in"
	expect "two interfaces are told of" 0 '  "frames": 12,' "several interfaces"

	status=0
	"$program" --json <"$four" >"$work/out" 2>"$work/err" || status=$?
	diff -q tests/data/expected/pylontech_lv_4modules.json "$work/out" >"$work/diff"
	verdict $? "standard input"

	run --dialect byd "$four"
	expect "an unknown dialect" 2 "" "there are: auto, pylontech, victron, deye, growatt, goodwe, schneider, sofar, pace, seplos"
	run --colour
	expect "an unknown option" 2 "" "Usage: cellar-dump"
	run --help
	expect "--help" 0 "Usage: cellar-dump [OPTION]... [FILE]..." ""
	run --version
	grep -q '^cellar-dump [^ ]' "$work/out"
	verdict $? "--version"

	status=0
	"$program" --json "$four" >/dev/full 2>"$work/err" || status=$?
	: >"$work/out"
	expect "a full disk" 1 "" "standard output"
}

captures
forms_of_lines
rs485_frames
bad_lines
other_frames
choices
plan
