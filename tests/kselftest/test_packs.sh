#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packs of a Deye cluster: one supply each, with its own name, values and serial
# number; a pack that comes, goes or has a fault touches no other one.
# shellcheck source-path=SCRIPTDIR disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/frames.sh"

# feed_packs NAME INTERFACE ADDRESS...: the system and these packs; each pack has
# values of its own: 60 + A %, (A - 2) × 1.5 A, 100 + A cycles
feed_packs()
{
	local name=$1 interface=$2 all address

	shift 2
	deye_system_frames packs=$#
	all=("${frames[@]}")
	for address; do
		deye_pack_frames "$address" permille=$((605 + 10 * address)) \
			deciamps=$((15 * (address - 2))) cycles=$((100 + address)) \
			decivolts=$((520 + address)) "${pack_has[$address]-faults=00000000000000}"
		all+=("${frames[@]}")
	done
	feed "$name" --period 1000 "$interface" "${all[@]}"
}

# check_pack SUPPLY ADDRESS
check_pack()
{
	local status="Not charging" amps=$((1500000 * ($2 - 2)))

	((amps <= 0)) || status=Charging
	((amps >= 0)) || status=Discharging
	wait_for_property "$1" present 1 60 || return
	expect_property "$1" cellar/role pack
	expect_property "$1" cellar/dialect deye
	expect_property "$1" cellar/address "$2"
	wait_for_property "$1" capacity $((60 + $2)) 10
	wait_for_property "$1" voltage_now $((52000000 + 100000 * $2)) 10
	wait_for_property "$1" current_now "$amps" 10
	wait_for_property "$1" status "$status" 10
	wait_for_property "$1" cycle_count $((100 + $2)) 10
	wait_for_property "$1" constant_charge_current_max 50000000 10
	wait_for_property "$1" cellar/discharge_current_max 100000000 10
	wait_for_property "$1" cellar/cell_voltage_max 3319000 10
	wait_for_property "$1" cellar/cell_voltage_min 3309000 10
	wait_for_property "$1" temp 240 10
	wait_for_property "$1" serial_number "TESTPACK$(printf %08d "$2")" 30
}

has_only()
{
	local found

	supplies_of "$1"
	expect_equal "supplies of $1" "${found[*]}" "${*:2}"
}

a_cluster_of_one()
{
	check_pack "$one-01" 1
	wait_for_property "$one" present 1 60
	has_only "$one" "$one" "$one-01"
}

a_cluster_of_three()
{
	local address

	for address in 1 2 3; do
		check_pack "$four-0$address" "$address"
	done
	has_only "$four" "$four" "$four-01" "$four-02" "$four-03"
}

a_cluster_of_thirty_two()
{
	local address names=("$many") name

	for address in {1..32}; do
		printf -v name '%s-%02d' "$many" "$address"
		names+=("$name")
		wait_for_property "$name" present 1 60 || return
	done
	has_only "$many" "${names[@]}"
	for address in 1 2 9 10 31 32; do
		printf -v name '%s-%02d' "$many" "$address"
		check_pack "$name" "$address"
	done
	wait_for_property "$many" cellar/packs_online 32 10
	feed_stop many
}

the_system_is_no_pack()
{
	wait_for_property "$four" current_now 12500000 60
	expect_property "$four" cellar/role system
	expect_property "$four" cellar/address ENOENT
	expect_property "$four" capacity 64
	expect_property "$four" serial_number ENOENT
	wait_for_property "$four" cellar/packs_online 3 20
}

a_file_is_there_only_if_the_dialect_has_it()
{
	local file

	for file in charge_enable discharge_enable protections warnings state_of_health \
		cell_voltage_min cell_voltage_max discharge_current_max address; do
		expect "$four-01 $file" test -e "$cellar_class/$four-01/cellar/$file" -o \
			-e "$cellar_class/$four-01/$file"
	done
	for file in force_charge full_charge_request packs_online packs_offline \
		packs_blocking_charge packs_blocking_discharge cell_voltage_min_place; do
		expect_property "$four-01" "cellar/$file" ENOENT
	done
	for file in address cell_voltage_min_place cell_voltage_max_place; do
		expect_property "$four" "cellar/$file" ENOENT
	done
}

a_model_names_the_packs()
{
	expect_property "$four-02" manufacturer LESSO
	expect_property "$four-02" model_name LSRR51V100AH-LFP
	expect_property "$four-02" charge_full_design 100000000
	expect_property "$four-02" voltage_min_design 44800000
	# nominal: UPower multiplies it with the charge (kernel-facts 3.1)
	expect_property "$four-02" voltage_max_design 51200000
	expect_property "$four" manufacturer LESSO
	expect_property "$four" model_name LSRR51V100AH-LFP
	expect_property "$one-01" manufacturer ENOENT
	expect_property "$one-01" charge_full_design ENOENT
	expect_property "$one" manufacturer DY
}

# What the owner says wins over the PYLON of 0x35E; 4 modules of 50 Ah in 0x359.
a_model_names_a_bank()
{
	wait_for_property "$bank" present 1 60 || return
	wait_for_property "$bank" manufacturer Pylontech 10
	expect_property "$bank" model_name US2000
	wait_for_property "$bank" charge_full_design 200000000 10
	expect_property "$bank" voltage_min_design 47000000
	expect_property "$bank" voltage_max_design 48000000
}

# T1 b1 of protocols.md 3.1 is cell under-voltage, T5 b1 a low cell; byte 7 = 21
# leaves only the discharge MOS on.
a_fault_is_its_packs_own()
{
	pack_has[3]=faults=02000000020000
	feed_packs four packs1 1 2 3
	wait_for_property "$four-03" cellar/protections cell_undervoltage 20
	wait_for_property "$four-03" cellar/warnings cell_undervoltage 20
	wait_for_property "$four-03" capacity_level Critical 20
	wait_for_property "$four-02" cellar/protections "" 10
	wait_for_property "$four-02" capacity_level Normal 10
	wait_for_property "$four" cellar/protections "" 10
	pack_has[3]=state=21
	feed_packs four packs1 1 2 3
	wait_for_property "$four-03" cellar/charge_enable 0 20
	wait_for_property "$four-03" cellar/discharge_enable 1 20
	wait_for_property "$four-03" cellar/protections "" 20
	wait_for_property "$four-02" cellar/charge_enable 1 20
	unset "pack_has[3]"
}

a_late_pack_appears()
{
	feed_packs four packs1 1 2 3 4
	check_pack "$four-04" 4
	has_only "$four" "$four" "$four-01" "$four-02" "$four-03" "$four-04"
	wait_for_property "$four" cellar/packs_online 4 20
	expect_property "$four-04" model_name LSRR51V100AH-LFP
}

# Pack 2 of the bus "gone" has been silent since the beginning of this test.
a_pack_without_frames_is_lost_alone()
{
	local address

	wait_for_property "$gone-02" voltage_now ENODATA 20
	wait_for_property "$gone-02" present 0 90
	expect_property "$gone-02" voltage_now ENODEV
	expect_property "$gone-02" cellar/protections ENODEV
	expect_property "$gone-02" serial_number TESTPACK00000002
	for address in 1 3; do
		expect_property "$gone-0$address" present 1
		wait_for_property "$gone-0$address" capacity $((60 + address)) 10
	done
	expect_property "$gone" present 1
	expect_log 0 "$gone(-01|-03|) is lost"
}

# The serial number comes every 2.1 s, and at first only the measurements.
and_is_the_same_supply_when_it_is_back()
{
	local before frame known=()

	before=$(stat -c %i "$cellar_class/$gone-02/cellar/samples")
	deye_pack_frames 2
	for frame in "${frames[@]}"; do
		[[ $frame == 6* ]] || known+=("$frame")
	done
	feed measurements --period 1000 packs4 "${known[@]}"
	wait_for_property "$gone-02" present 1 20
	nap 5
	expect_property "$gone-02" serial_number TESTPACK00000002
	feed_stop measurements
	feed_packs gone packs4 1 2 3
	check_pack "$gone-02" 2
	expect_equal "inode of samples" "$before" \
		"$(stat -c %i "$cellar_class/$gone-02/cellar/samples")"
}

# Another pack at the same address is another supply.
another_pack_in_its_place_is_told_by_its_serial_number()
{
	local tail

	deye_pack_frames 2
	digits 99 8
	tail=$hex
	feed gone --period 1000 packs4 "${frames[@]/#651#*/651#$tail}"
	wait_for_property "$gone-02" serial_number TESTPACK00000099 30
}

# Noise, or one frame of somebody else: no complete sample of a pack.
a_single_frame_of_a_pack_makes_no_supply()
{
	wait_for_property "$stray" present 1 60
	deye_pack_frames 7
	send packs3 "${frames[0]}"
	deye_pack_frames 9
	send packs3 "${frames[0]}" "${frames[0]}"
	deye_pack_frames 11
	send packs3 "${frames[7]}" "${frames[8]}"
	nap 6
	has_only "$stray" "$stray"
	expect_property "$stray" present 1
}

declare -A pack_has=()
bus_setup
interface_add packs0 packs1 packs2 packs3 packs4 packs5

bus_add packs-gone packs4 dialect=deye
gone=$supply
feed_packs gone packs4 1 2 3
bus_add packs-one packs0
one=$supply
feed_packs one packs0 1
bus_add packs-four packs1 dialect=deye model=lesso,lsrr51v100ah
four=$supply
feed_packs four packs1 1 2 3
bus_add packs-many packs2 dialect=deye
many=$supply
feed_packs many packs2 {1..32}
bus_add packs-stray packs3 dialect=deye
stray=$supply
feed_packs stray packs3
bus_add packs-bank packs5 dialect=pylontech model=pylontech,us2000
bank=$supply
pylontech_frames
feed bank --period 1000 packs5 "${frames[@]}"

wait_for_property "$gone-02" present 1 60 || ktap_bail "no $gone-02"
wait_for_property "$gone-02" serial_number TESTPACK00000002 30
feed_packs gone packs4 1 3

ktap_main \
	a_cluster_of_one \
	a_cluster_of_three \
	a_cluster_of_thirty_two \
	the_system_is_no_pack \
	a_file_is_there_only_if_the_dialect_has_it \
	a_model_names_the_packs \
	a_model_names_a_bank \
	a_fault_is_its_packs_own \
	a_late_pack_appears \
	a_single_frame_of_a_pack_makes_no_supply \
	a_pack_without_frames_is_lost_alone \
	and_is_the_same_supply_when_it_is_back \
	another_pack_in_its_place_is_told_by_its_serial_number
