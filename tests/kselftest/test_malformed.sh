#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Frames that are none: too short, RTR, CAN FD, 29 bits, numbers out of range. Each
# is counted in `malformed` of its supply, changes nothing and is not logged.
# shellcheck source-path=SCRIPTDIR disable=SC2119,SC2317 # cases and frames are called by name

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/frames.sh"

# One frame each, of what the battery on the bus sends. 0x351 needs 6 bytes, 0x355
# and 0x356 four; no voltage limit is above 70.0 V, no SOC above 100 %, no pack
# outside 20 to 70 V, no sensor outside -60 to 150 °C (driver/wire/can_numbers.h).
pylontech_too_short=(351#1402B00440 355#5A0064 356#8413F1 359#000000 35C# 35E#)
pylontech_out_of_range=(
	351#BD02B0044006C201 351#FFFEB0044006C201 355#65006400 355#5A006500
	356#CF07F1FF3700 356#591BF1FF3700 356#8413F1FFDD05 356#8413F1FFA7FD
)
strangers=(
	351#R 351#R8 355#R4 356#R
	351##01402B0044006C201 356##18413F1FF3700
	00000351#1402B0044006C201 00000355#5A006400
)
victron_bad=(
	351#1402 355#43 356#BE 35A#AAAAAA 372#02 373#EA0C010D1F0122
	351#E80300050005AE01 355#6500640000000000 360#01 370#FF
	373#010DEA0C1F012201 373#EA0C010D22011F01 373#EA0C8913FFFF1F01
)
deye_bad=(
	351#3002D007 355#4063 359#000000000000 361#F70CED0CF000E6 364#00000000
	351#E803D007A00FE001 355#FF01630000000000 356#FF1B83FFEB000000
	361#ED0CF70CF000E600 371#D007
)
# Of the pack at address 2, which counts them itself.
deye_pack_bad=(
	111#00000000000000 151#130283 201#F70CED0C 251#FA0070
	151#BD02E1FF8002DE03 151#1302E1FFE903DE03 151#1302E1FF8002E903
	201#ED0CF70CF000E600 251#DD0570FE32006400
)
# What the dialect does not know is no business of ours.
foreign=(123#00 7FF#FFFFFFFFFFFFFFFF 350#01 00012345#00 1FFFFFFF#00)

# snapshot SUPPLY: $shot is all a reader sees but what counts by itself
snapshot()
{
	local path name

	mapfile -t shot <"$cellar_class/$1/uevent"
	for path in "$cellar_class/$1/cellar/"*; do
		name=${path##*/}
		case $name in
		*age_ms | frames | samples | malformed | duplicates) continue ;;
		esac
		get "$path"
		shot+=("$name=$value")
	done
}

# lines_of_ours: $count lines of the kernel log that speak of the buses of this test
lines_of_ours()
{
	local bus all=0

	log_read
	for bus in malf-p malf-v malf-d; do
		bus_log_count "$bus" .
		all=$((all + count))
	done
	count=$all
}

# counts_all SUPPLY INTERFACE FRAME...: each one, and nothing else changes
counts_all()
{
	local supply=$1 interface=$2 before lines before_shot shot

	shift 2
	property "$supply" cellar/malformed
	before=$value
	snapshot "$supply"
	before_shot="${shot[*]}"
	lines_of_ours
	lines=$count

	send "$interface" "$@"
	property "$supply" cellar/malformed
	[ "$value" = $((before + $#)) ] || which_is_not_counted "$supply" "$interface" "$@"

	snapshot "$supply"
	expect_equal "$supply" "${shot[*]}" "$before_shot"
	lines_of_ours
	expect_equal "lines in the kernel log" "$count" "$lines"
}

# One by one, to name them.
which_is_not_counted()
{
	local before frame

	property "$1" cellar/malformed
	fail "$1 malformed: got $value after $(($# - 2)) frames"
	for frame in "${@:3}"; do
		before=$value
		send "$2" "$frame"
		property "$1" cellar/malformed
		expect_equal "malformed after $frame" "$value" $((before + 1))
	done
}

# counts_none SUPPLY INTERFACE FRAME...
counts_none()
{
	local before

	property "$1" cellar/malformed
	before=$value
	send "$2" "${@:3}"
	expect_property "$1" cellar/malformed "$before"
}

too_short_frames_are_counted() { counts_all "$pylontech" malf0 "${pylontech_too_short[@]}"; }
numbers_out_of_range_are_counted() { counts_all "$pylontech" malf0 "${pylontech_out_of_range[@]}"; }
RTR_FD_and_29_bits_are_counted() { counts_all "$pylontech" malf0 "${strangers[@]}"; }
bad_frames_of_victron_are_counted() { counts_all "$victron" malf1 "${victron_bad[@]}"; }
bad_frames_of_deye_are_counted() { counts_all "$deye" malf2 "${deye_bad[@]}"; }
bad_frames_of_a_pack_are_counted_there() { counts_all "$deye-02" malf2 "${deye_pack_bad[@]}"; }

bad_frames_of_a_pack_are_not_the_systems()
{
	local before

	property "$deye" cellar/malformed
	before=$value
	send malf2 "${deye_pack_bad[@]}"
	expect_property "$deye" cellar/malformed "$before"
	expect_property "$deye-01" cellar/malformed 0
}

strangers_with_the_identifier_of_a_pack_are_its()
{
	counts_all "$deye-02" malf2 111#R 151#R8 151##01302E1FF8002DE03 \
		00000201#F70CED0CF000E600
}

frames_of_others_are_not_counted()
{
	counts_none "$pylontech" malf0 "${foreign[@]}"
	counts_none "$victron" malf1 "${foreign[@]}"
	counts_none "$deye" malf2 "${foreign[@]}" 399#R
}

a_malformed_frame_is_no_sign_of_life()
{
	feed_stop pylontech
	wait_for_property "$pylontech" voltage_now ENODATA 20
	send malf0 "${pylontech_too_short[@]}" "${pylontech_out_of_range[@]}" "${strangers[@]}"
	expect_property "$pylontech" voltage_now ENODATA
	expect_property "$pylontech" capacity ENODATA
}

bus_setup
interface_add malf0 malf1 malf2

bus_add malf-p malf0 dialect=pylontech
pylontech=$supply
pylontech_frames
feed pylontech --period 1000 malf0 "${frames[@]}"

bus_add malf-v malf1 dialect=victron
victron=$supply
feed victron --period 1000 malf1 "$(capture byd_lvs_dfch)"

bus_add malf-d malf2 dialect=deye
deye=$supply
deye_system_frames packs=2
all=("${frames[@]}")
for address in 1 2; do
	deye_pack_frames $address
	all+=("${frames[@]}")
done
feed deye --period 1000 malf2 "${all[@]}"

for name in "$pylontech" "$victron" "$deye" "$deye-01" "$deye-02"; do
	wait_for_property "$name" present 1 60 || ktap_bail "no $name"
done
ktap_main \
	too_short_frames_are_counted \
	numbers_out_of_range_are_counted \
	RTR_FD_and_29_bits_are_counted \
	bad_frames_of_victron_are_counted \
	bad_frames_of_deye_are_counted \
	bad_frames_of_a_pack_are_counted_there \
	bad_frames_of_a_pack_are_not_the_systems \
	strangers_with_the_identifier_of_a_pack_are_its \
	frames_of_others_are_not_counted \
	a_malformed_frame_is_no_sign_of_life
