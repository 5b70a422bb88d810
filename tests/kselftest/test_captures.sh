#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every shared capture shows what captures.expected says, with the dialect found
# out and set by hand; two batteries on one bus show nothing, and the log says so.
# shellcheck source-path=SCRIPTDIR disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/frames.sh"

# Two bursts of each frame settle a dialect, and 3 s the list of properties; what
# has not appeared by then never will.
nothing_seconds=10

captures=()
declare -A auto_finds=() by_hand=() expected=() supply_of=()

read_expected()
{
	local word rest name finds dialects

	while read -r word rest; do
		case $word in
		'' | '#'*) ;;
		capture)
			read -r name finds dialects <<<"$rest"
			captures+=("$name")
			auto_finds[$name]=$finds
			by_hand[$name]=$dialects
			;;
		*) expected[$name]+="$word $rest"$'\n' ;;
		esac
	done <"$here/captures.expected"
}

# Each capture on an interface of its own, heard by one bus for each dialect.
start()
{
	local number=0 capture dialect

	for capture in "${captures[@]}"; do
		interface_add "capt$number"
		for dialect in auto ${by_hand[$capture]}; do
			bus_add "capt$number-$dialect" "capt$number" "dialect=$dialect"
			supply_of[$capture-$dialect]=$supply
		done
		feed "$capture" --period 1000 "capt$number" "$(capture "$capture")"
		number=$((number + 1))
	done
	now_ms
	started=$now
}

# check_values SUPPLY LINES: as in captures.expected
check_values()
{
	local of name wanted path

	while read -r of name wanted; do
		[ -n "$of" ] || continue
		path=$cellar_class/$1
		[ "$of" = system ] || path+=-$of
		[ -e "$path/$name" ] || path+=/cellar
		[ "$wanted" != '""' ] || wanted=
		wait_for "$path/$name" "$wanted" 10
	done <<<"$2"
}

# shows CAPTURE DIALECT
shows()
{
	local supply=${supply_of[$1-$2]} lines=${expected[$1]}

	wait_for_property "$supply" present 1 60 || return
	[[ $lines != *$'\n'"01 role"* ]] || wait_for_property "$supply-01" present 1 60
	# the supply comes anew when the sign of a Deye's current is known
	wait_until 20 property "$supply" current_now
	check_values "$supply" "$lines"
}

shows_nothing()
{
	local supply=${supply_of[$1-$2]} now found

	now_ms
	while ((now < started + nothing_seconds * 1000)); do
		nap 0.5
		now_ms
	done
	supplies_of "$supply"
	expect_equal "supplies" "${found[*]-}" ""
}

log_says_what_was_found_and_why()
{
	local number dialect

	log_read
	for number in "${!captures[@]}"; do
		dialect=${auto_finds[${captures[number]}]}
		if [ "$dialect" = - ]; then
			expect_bus_log "capt$number-auto" 0 "dialect "
		else
			expect_bus_log "capt$number-auto" 1 "dialect "
			expect_bus_log "capt$number-auto" 1 "dialect $dialect: .*0x3[5-6]"
		fi
	done
}

# A Pylontech bank, and beside it from the second moment on a BYD (protocols.md
# 8.7): 0x35E names both. On another bus a Deye beside a bank, from the start: it
# sends three times as many frames.
start_mixed()
{
	local all

	interface_add mixed0 mixed1
	bus_add mixed-late mixed0
	mixed_late=$supply
	feed bank --period 1000 mixed0 "$(capture pylontech_lv_4modules)"
	bus_add mixed-both mixed1
	mixed_both=$supply
	deye_system_frames packs=1
	all=("${frames[@]}")
	deye_pack_frames 1
	feed both --period 1000 mixed1 "${all[@]}" "${frames[@]}" \
		"$(capture pylontech_lv_4modules)"
	wait_for_property "$mixed_late" capacity 90 30
	feed byd --period 1000 mixed0 "$(capture byd_lvs_dfch)"
}

two_batteries_on_one_bus_show_nothing()
{
	wait_for_property "$mixed_late" present 0 60
	expect_property "$mixed_late" capacity ENODEV
	expect_property "$mixed_late" health Unknown
	expect_property "$mixed_late" status Unknown
	log_read
	expect_bus_log mixed-late 1 "two systems contradict"
}

two_batteries_from_the_start_show_nothing()
{
	local found supply

	supplies_of "$mixed_both"
	for supply in "${found[@]}"; do
		expect_property "$supply" present 0
	done
	log_read
	expect_bus_log mixed-both 1 "two systems contradict"
}

one_of_them_alone_is_shown_again()
{
	feed_stop byd
	wait_for_property "$mixed_late" capacity 90 120
	expect_property "$mixed_late" manufacturer PYLON
	expect_property "$mixed_late" voltage_now 49960000
	log_read
	expect_bus_log mixed-late 1 "two systems contradict"
}

read_expected
bus_setup
start
start_mixed
cases=()
for capture in "${captures[@]}"; do
	for dialect in auto ${by_hand[$capture]}; do
		case=shows
		[ -n "${expected[$capture]-}" ] || case=shows_nothing
		cases+=("$case $capture $dialect")
	done
done

ktap_plan $((${#cases[@]} + 4))
for case in "${cases[@]}"; do
	read -r function capture dialect <<<"$case"
	ktap_case "$capture as $dialect" "$function" "$capture" "$dialect"
done
for case in log_says_what_was_found_and_why two_batteries_on_one_bus_show_nothing \
	two_batteries_from_the_start_show_nothing one_of_them_alone_is_shown_again; do
	ktap_case "${case//_/ }" $case
done
ktap_end
