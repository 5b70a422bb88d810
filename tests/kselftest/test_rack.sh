#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Racks of simulated packs behind RS-485 lines on which everything goes wrong: what is
# shown is compared, value for value, with what the packs have really said. On a
# kernel where waiting takes time only the shorter part.
# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2154,SC2317 # cases are called by name; numbers and paths without blanks

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/cells.sh"
. "$here/rack.sh"

lines=/sys/bus/platform/devices/cellar-rs485

# Longest time a value is shown (driver/rs485/schedule.h), and half a second for a
# machine that is busy when it has come.
age_max_s=60.5

# no_time_for_it: whether this case has to be skipped, for it waits for minutes
no_time_for_it()
{
	[ -n "${CELLAR_VIRTUAL_TIME-}" ] || skip "it takes minutes in real time"
	[ -z "${CELLAR_VIRTUAL_TIME-}" ]
}

# script LINE...: $script is a file of them
script()
{
	script=$bus_state/script
	printf '%s\n' "$@" >"$script"
}

# truth_serial RACK ADDRESS: $serial is what the pack there has said it is, at last
truth_serial()
{
	local address said name question

	serial=
	while IFS=$'\t' read -r _ address said question _; do
		[ "$address" != "$2" ] || [ "$question" != "serial number" ] || serial=$said
	done <"$bus_state/$1.truth"
}

# watch SECONDS PAUSE-MS: look at all supplies of $bus
watch()
{
	"$rack_watch" "$bus" "$1" "$2" >"$bus_state/samples"
}

# expect_truth RACK LEAST [AGE]: so many values were seen, and each of them was said
expect_truth()
{
	local said

	said=$(awk -v age="${3-$age_max_s}" -v least="$2" -v shared="${shared-0}" \
		-f "$here/rack_verdict.awk" "$bus_state/$1.truth" "$bus_state/samples") ||
		fail "$1: not as it was said"
	while IFS= read -r line; do
		note "$1: $line"
	done <<<"$said"
}

# begin NAME RACK-OPTION... [-- ATTACH-OPTION...]: a rack, and its line attached
begin()
{
	local name=$1 options=()

	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	rack "$name" "${options[@]}"
	attach "$name" "$tty" "${@:2}"
}

# end NAME: nothing was written to a pack meanwhile
end()
{
	attach_end "$1" 0 TERM
	expect "no supply" no_supply "$bus"
	rack_end "$1"
}

# wait_for_all ADDRESS...: on $bus, by address in decimal
wait_for_all()
{
	local address

	for address; do
		wait_for_pack "$bus-$address" 120
	done
}

sixteen_packs_with_serial_numbers_and_cells()
{
	local all=(02 03 04 05 06 07 08 09 10 11 12 13 18 19 20 21) wanted address
	local -A seen=()

	begin sixteen --packs 16 --baud 115200 --delay 5 --seed 11 -- --baud 115200
	wait_for_all "${all[@]}"
	wanted=("${all[@]/#/$bus-}")
	# a system of two groups has no first pack to ask
	expect "no $bus" wait_until 60 test ! -e "$cellar_class/$bus"
	supplies "$bus"
	expect_equal "supplies" "${found[*]}" "${wanted[*]}"
	for address in "${all[@]}"; do
		truth_serial sixteen $((10#$address))
		wait_for_property "$bus-$address" serial_number "$serial" 20
		expect_match "serial number of $address" "$serial" '^SIM[0-9]{2}-[0-9]{10}$'
		expect_equal "packs with it before" "${seen[$serial]-0}" 0
		seen[$serial]=1
		wait_for_iio "$bus-$address"
		expect_cell "$bus-$address" serial "$serial"
	done
	watch 5 1000
	expect_equal "cells" "$(cut -f 3,7 "$bus_state/samples" | sort -u |
		grep -c 'iio/in_voltage[0-9]*_raw$')" 256
	expect_truth sixteen 1500
	end sixteen
}

baud_and_dialect_are_found()
{
	local line settings baud dialect address

	for settings in "115200 pylontech 3" "9600 seplos 1"; do
		read -r baud dialect address <<<"$settings"
		begin found --baud $baud --dialect $dialect --address $address
		# the only one; its number is not that of the bus
		line=$(echo "$lines".*)
		get $line/baud
		expect_match "baud before" "$value" "^(auto|$baud)\$"
		wait_for_pack "$bus-0$address" 120
		wait_for $line/baud $baud 5
		wait_for $line/dialect $dialect 5
		expect_property "$bus-0$address" cellar/dialect $dialect
		end found
	done
}

# An answer about the system speaks of one group: with two it would be half a truth.
second_group_ends_the_system()
{
	! no_time_for_it || return
	script "at 0 unplug 3" "at 0 unplug 4" "at 60 plug 3" "at 60 plug 4"
	begin groups --address 2,3,18,19 --current 20 --script "$script" -- \
		--baud 9600 --dialect pylontech
	wait_for_all 02 03
	wait_for_pack "$bus"
	expect_property "$bus" cellar/role system
	background groups "$rack_watch" "$bus" 700 20000
	expect "no $bus" wait_until 600 test ! -e "$cellar_class/$bus"
	wait_for_all 18 19
	supplies "$bus"
	expect_equal "supplies" "${found[*]}" "$bus-02 $bus-03 $bus-18 $bus-19"
	background_wait groups
	mv "$bus_state/groups.out" "$bus_state/samples"
	expect_truth groups 2500
	end groups
}

# faults NAME SECONDS PAUSE-MS LEAST RACK-OPTION... [-- ATTACH-OPTION...]: a line is
# asked so often here, even when half of it fails, that 2.5 intervals are below 30 s
faults()
{
	local name=$1 seconds=$2 pause=$3 least=$4

	shift 4
	begin "$name" --script "$faults" --delay 10 "$@"
	watch $seconds $pause
	expect_truth "$name" $least 30
	end "$name"
}

no_wrong_value_under_faults()
{
	if [ -n "${CELLAR_VIRTUAL_TIME-}" ]; then
		faults pylontech 310 1730 20000 --packs 4 -- --baud 9600 --dialect pylontech
	else
		faults pylontech 45 970 500 --packs 4 -- --baud 9600 --dialect pylontech
	fi
}

nor_in_any_other_dialect()
{
	! no_time_for_it || return
	faults pace 310 5110 3000 --packs 4 --dialect pace
	faults seplos 310 5110 3000 --packs 4 --dialect seplos --baud 115200
	faults voltronic 310 5110 1500 --packs 4 --dialect voltronic
}

# samples_in SECONDS ADDRESS...: $samples is how many of each pack of $bus are
# complete in that time, in the order of the addresses
samples_in()
{
	local before=() address

	samples=()
	for address in "${@:2}"; do
		property "$bus-$address" cellar/samples
		before+=("$value")
	done
	nap "$1"
	for address in "${@:2}"; do
		property "$bus-$address" cellar/samples
		samples+=($((value - before[${#samples[@]}])))
	done
}

# expect_pace PERCENT: so much of $before is still in $samples, but for one at the edge
expect_pace()
{
	local i

	for i in "${!before[@]}"; do
		expect_between "samples of pack $i, which were ${before[i]}" "${samples[i]}" \
			$((before[i] * $1 / 100 - 1)) 1000
	done
}

# expect_fresh ADDRESS...: for half a minute, limits and alarms of none of these packs
# are ever older than a second
expect_fresh()
{
	local address what worst=0 looks=0 end

	now_ms
	end=$((now + 30000))
	while ((now < end)); do
		for address; do
			for what in limits alarms; do
				property "$bus-$address" "cellar/${what}_age_ms"
				((value <= worst)) || worst=$value
			done
		done
		((++looks))
		nap 0.02
		now_ms
	done
	expect_between "looks" $looks 500 2000
	expect_between "oldest limits or alarms, in ms" $worst 500 1000
	note "limits and alarms up to $worst ms old"
}

# A line with time to spare, and one that is full. What the slow pack takes there is
# what it took before, at the most (driver/rs485/schedule.h).
slow_and_dead_packs_disturb_none()
{
	local before packs baud percent settings

	! no_time_for_it || return
	script "at 290 delay 1 250" "at 290 unplug 2"
	for settings in "6 115200 98" "8 9600 90"; do
		read -r packs baud percent <<<"$settings"
		begin pace --packs $packs --baud $baud --script "$script" -- --baud $baud
		wait_for_all 02 03 04 05 06 07
		samples_in 150 04 05 06 07
		before=("${samples[@]}")
		expect_between "samples without a slow pack" "${before[0]}" 15 160
		[ $percent -lt 98 ] || expect_fresh 02 03 04 05 06 07
		wait_for_property "$bus-03" voltage_now ENODATA 200
		nap 20
		samples_in 150 04 05 06 07
		expect_pace $percent
		note "$packs packs at $baud baud: ${before[*]}, then ${samples[*]}"
		[ $percent -lt 98 ] || expect_fresh 04 05 06 07
		expect "the slow pack" pack_live "$bus-02"
		end pace
	done
}

a_moved_pack_keeps_its_serial_number()
{
	local serial

	! no_time_for_it || return
	script "at 60 address 2 5"
	begin moved --packs 3 --script "$script" -- --baud 9600 --dialect pylontech
	wait_for_all 02 03 04
	truth_serial moved 3
	expect_property "$bus-03" serial_number "$serial"
	log_mark
	background moved "$rack_watch" "$bus" 130 5300
	wait_for_pack "$bus-05" 200
	expect_property "$bus-05" serial_number "$serial"
	expect_property "$bus-05" cellar/duplicates "$bus-03"
	expect_log 1 "have the same serial number $serial"
	wait_for_property "$bus-03" present 0 70
	expect_property "$bus-05" cellar/duplicates ""
	background_wait moved
	mv "$bus_state/moved.out" "$bus_state/samples"
	expect_truth moved 2500
	end moved
}

# The same pack, heard on a second line before the first one is known to be dead.
duplicates_are_reported()
{
	begin one --packs 1 --seed 5 -- --baud 9600 --dialect pylontech
	wait_for_all 02
	one=$bus
	truth_serial one 2
	log_mark
	begin twin --packs 1 --seed 5 -- --baud 9600 --dialect pylontech
	wait_for_all 02
	wait_for_property "$bus-02" serial_number "$serial" 20
	wait_for_property "$bus-02" cellar/duplicates "$one-02" 20
	expect_property "$one-02" cellar/duplicates "$bus-02"
	expect_log 1 "have the same serial number $serial"
	end twin
	expect_property "$one-02" cellar/duplicates ""
	bus=$one
	end one
}

# At once, their bytes clash, and nothing is shown; in turns, whatever is shown is
# what one of them said, and the log tells of the two when the other one, too, has been
# asked who it is, which is after each silence.
two_packs_with_one_address()
{
	local shared=1 silences=() at

	! no_time_for_it || return
	for at in 120 145 170 195 220 245; do
		silences+=("at $at silent" "at $((at + 8)) resume")
	done
	script "at 0 drift 2 9" "at 0 unbalance 2 4" "at 40 address 2 2" \
		"at 100 turns 1" "at 100 current -40" "${silences[@]}"
	begin shared --packs 3 --current 30 --script "$script" -- \
		--baud 9600 --dialect pylontech
	wait_for_all 02 03 04
	log_mark
	background shared "$rack_watch" "$bus" 280 5300
	wait_for_property "$bus-02" voltage_now ENODATA 60
	wait_until 280 log_says "$bus-02: another serial number than before" ||
		fail "nobody is told of two packs"
	background_wait shared
	mv "$bus_state/shared.out" "$bus_state/samples"
	expect_truth shared 4000
	end shared
}

log_says()
{
	log_count "$1"
	[ "$count" != 0 ] || {
		nap 5
		false
	}
}

# At another moment of a question or an answer each time, now by a signal and now by
# one that nobody can catch: then a pty lives on until its other end goes.
closed_during_traffic()
{
	local n signal status

	for ((n = 0; n < 12; n++)); do
		begin closed --packs 2 --baud 115200 --delay 1 -- --baud 115200 --dialect pylontech
		echo 1 >"$lines.0/free_run"
		[ "$n" -gt 1 ] || wait_for_all 02 03
		nap 0.$((n * 37 % 10))$((n * 3 % 10))
		signal=TERM status=0
		((n % 3)) || signal=KILL status=137
		attach_end closed $status $signal
		[ $signal = KILL ] || expect "no supply" no_supply "$bus"
		rack_end closed
		expect "no supply" wait_until 10 no_supply "$bus"
	done
}

# The other end goes while bytes of an answer are on their way, and comes back.
unplugged_in_mid_answer()
{
	local n

	script "at 6 cut 2" "at 18 cut 2" "at 30 cut 2" "at 42 cut 2"
	rack cut --packs 2 --baud 115200 --script "$script"
	for ((n = 0; n < 4; n++)); do
		wait_until 20 test -e "$tty" || fail "the line is not back"
		attach cut "$tty" --baud 115200 --dialect pylontech
		wait_for_all 02 03
		attach_end cut 3
		expect "no supply" no_supply "$bus"
	done
	rack_end cut
}

rack_setup
attach=$(program cellar-attach) || ktap_bail "no cellar-attach"
rack_watch=$(helper rack_watch)
faults=$here/rack-faults.script
[ -e "$faults" ] || faults=$here/../data/scripts/rack-faults.script
ktap_main sixteen_packs_with_serial_numbers_and_cells baud_and_dialect_are_found \
	second_group_ends_the_system no_wrong_value_under_faults nor_in_any_other_dialect \
	slow_and_dead_packs_disturb_none a_moved_pack_keeps_its_serial_number \
	duplicates_are_reported two_packs_with_one_address closed_during_traffic \
	unplugged_in_mid_answer
