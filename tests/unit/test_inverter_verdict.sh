#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The verdict on what inverters were told, on logs made by hand: it passes what is right,
# finds each thing that is not, and judges nothing that shows nothing.
# shellcheck disable=SC2317 # cases are called by name
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/unit/tap.sh
. tests/unit/tap.sh
log=$(mktemp)
trap 'rm -f "$log"' EXIT

header=time_ms,inverter,frame,cvl_mv,ccl_ma,dcl_ma,charge_enable,discharge_enable,alarm
header+=,age_ms,timed_out,allowed_charge_ma,allowed_discharge_ma,battery_ms
header+=,current_ma,own_ma,worst_permille

# A second of inverter 1 that is told 100 A both ways, of 200 A: a frame, then nine lines.
# usual SECOND [FIELD=VALUE]...: of all ten lines
usual()
{
	local second=$1 i

	shift
	for i in {0..9}; do
		line $((second * 1000 + i * 100)) frame=$((i == 0)) age=$((i * 100)) \
			battery=$((second * 1000)) "$@"
	done
}

# line TIME [FIELD=VALUE]...
line()
{
	local -A f=([who]=1 [frame]=0 [ccl]=100000 [dcl]=100000 [age]=0 [out]=0
		[charge]=200000 [discharge]=200000 [battery]=$1 [worst]=500)
	local setting

	for setting in "${@:2}"; do
		f[${setting%%=*}]=${setting#*=}
	done
	printf '%s,%s,%s,56000,%s,%s,1,1,0,%s,%s,%s,%s,%s,0,0,%s\n' "$1" "${f[who]}" \
		"${f[frame]}" "${f[ccl]}" "${f[dcl]}" "${f[age]}" "${f[out]}" "${f[charge]}" \
		"${f[discharge]}" "${f[battery]}" "${f[worst]}"
}

begin()
{
	local second

	echo $header >"$log"
	for second in {1..10}; do
		usual "$second" "$@"
	done >>"$log"
}

# judge STATUS WORDS [OPTION]...
judge()
{
	local said status

	said=$(awk "${@:3}" -f tests/integration/inverter_verdict.awk "$log")
	status=$?
	[ "$status" = "$1" ] && [[ $said == *"$2"* ]] && return
	echo "# status $status: $said"
	return 1
}

good_is_good()
{
	begin
	judge 0 "100 lines, 9.9 s, 10 frames, 10 of them above 0 A, 0 falls to 0 A, 0 wrong"
}

a_limit_may_come_a_window_late()
{
	begin
	line 11000 frame=1 ccl=200000 charge=50000 >>"$log"
	judge 0 "0 wrong"
}

a_limit_that_was_never_allowed()
{
	begin
	line 11000 frame=1 ccl=200100 >>"$log"
	judge 1 "inverter 1 heard 200100 mA of charge, the packs allowed 200000"
}

a_limit_of_discharge_that_was_never_allowed()
{
	begin
	line 11000 frame=1 dcl=200100 >>"$log"
	judge 1 "inverter 1 heard 200100 mA of discharge, the packs allowed 200000"
}

a_limit_that_is_no_longer_allowed()
{
	begin
	usual 11 charge=50000 frame=0 >>"$log"
	usual 12 charge=50000 ccl=100000 >>"$log"
	judge 0 "0 wrong" -v window=2000 && judge 1 "the packs allowed 50000" -v window=900
}

nothing_is_judged_between_frames()
{
	begin
	usual 11 charge=0 discharge=0 frame=0 >>"$log"
	usual 12 charge=0 discharge=0 frame=0 battery=12900 >>"$log"
	judge 0 "0 wrong"
}

two_inverters_share()
{
	begin ccl=100000 dcl=0
	line 10950 who=2 frame=1 ccl=100000 dcl=0 >>"$log"
	judge 0 "0 wrong"
	line 10960 who=2 frame=1 ccl=101000 dcl=0 >>"$log"
	judge 1 "inverters heard 201000 mA of charge in sum, the packs allowed 200000"
}

# What inverter 2 heard when more was allowed counts until it hears something else.
an_older_limit_may_be_in_the_sum()
{
	begin
	{
		line 10950 who=2 frame=1
		usual 11 charge=150000 frame=0
		usual 12 charge=150000 frame=0
		line 12950 who=2 age=2000 charge=150000
		line 13000 frame=1 charge=150000
	} >>"$log"
	judge 0 "0 wrong" -v gap=3000 || return
	line 13050 who=2 frame=1 charge=150000 >>"$log"
	judge 1 "200000 mA of charge in sum, the packs allowed 150000" -v gap=3000
}

who_has_timed_out_has_no_part_in_the_sum()
{
	begin ccl=100000
	line 10940 out=1 >>"$log"
	line 10950 who=2 frame=1 ccl=150000 >>"$log"
	judge 0 "1 falls to 0 A, 0 wrong"
}

a_silent_battery_means_none()
{
	begin
	{
		usual 11 battery=10900
		usual 12 battery=10900
		usual 13 battery=10900
	} >>"$log"
	judge 0 "at most 3000 ms after" && judge 1 "may take current" -v silent=2000
	line 14000 battery=10900 >>"$log"
	line 14100 battery=10900 >>"$log"
	judge 1 "1 wrong"
}

a_silent_battery_and_an_inverter_that_timed_out()
{
	begin
	usual 11 battery=8000 out=1 >>"$log"
	judge 0 "1 falls to 0 A, 0 wrong"
}

a_silent_battery_and_no_current_one_way()
{
	begin
	usual 11 battery=8000 ccl=0 >>"$log"
	judge 1 "inverter 1 may take current" && begin &&
		usual 11 battery=8000 ccl=0 dcl=0 >>"$log"
	judge 0 "1 falls to 0 A, 0 wrong"
}

a_battery_that_never_spoke()
{
	begin battery=
	judge 1 "the battery's last word is none"
}

falls_are_counted()
{
	begin
	{
		line 11000 frame=1 ccl=0 dcl=0
		line 11100 frame=1
		line 11200 ccl=0 dcl=0 out=1
	} >>"$log"
	judge 0 "2 falls to 0 A" -v falls=2 && judge 1 "too few falls" -v falls=3
}

the_worst_pack_is_told()
{
	begin
	line 11000 worst=1170 >>"$log"
	judge 0 "a pack had at most 1170 permille"
}

too_little_is_no_proof()
{
	begin
	judge 2 "too few frames above 0 A" -v least=11 && begin ccl=0 dcl=0 &&
		judge 2 "too few frames above 0 A" && begin frame=0 &&
		judge 2 "too few frames above 0 A"
}

a_gap_is_no_proof()
{
	begin
	line 12000 >>"$log"
	judge 2 "nothing is known of inverter 1 from 10900 to 12000 ms" &&
		judge 0 "0 wrong" -v gap=1100 || return
	begin
	line 9000 who=2 >>"$log"
	line 10900 >>"$log"
	judge 2 "nothing is known of inverter 2 from 9000 to 10900 ms"
}

an_empty_log_is_no_proof()
{
	: >"$log"
	judge 2 "0 lines" || return
	echo $header >"$log"
	judge 2 "too few frames" || return
	echo time_ms,inverter >"$log"
	judge 2 "no log of inverters: no frame"
}

wrong_is_more_than_too_little()
{
	echo $header >"$log"
	line 1000 frame=1 ccl=300000 >>"$log"
	judge 1 "1 wrong"
}

for case in good_is_good a_limit_may_come_a_window_late a_limit_that_was_never_allowed \
		a_limit_of_discharge_that_was_never_allowed a_limit_that_is_no_longer_allowed \
		nothing_is_judged_between_frames two_inverters_share \
		an_older_limit_may_be_in_the_sum \
		who_has_timed_out_has_no_part_in_the_sum a_silent_battery_means_none \
		a_silent_battery_and_an_inverter_that_timed_out \
		a_silent_battery_and_no_current_one_way a_battery_that_never_spoke \
		falls_are_counted the_worst_pack_is_told too_little_is_no_proof \
		a_gap_is_no_proof an_empty_log_is_no_proof wrong_is_more_than_too_little; do
	$case
	verdict $? "${case//_/ }"
done
plan
