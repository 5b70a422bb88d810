#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who a pack is: another serial number is another pack, of which nothing old may be
# shown; and one serial number that two packs have is told.
# shellcheck source-path=SCRIPTDIR disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/cells.sh"

# Not one value of the first pack may be read under the name of the second.
another_serial_number_drops_all_that_was_heard()
{
	local old

	pack 0 12 B2 current=7000
	old=$iio
	log_mark
	order say 0 12 head=CELLTEST tail=B2X age=60000 complete=0
	wait_until 20 test ! -e "$cellar_class/$supply" || fail "$supply is still there"
	wait_until 5 test ! -e "$iio_class/$old/in_voltage1_raw" || fail "the old cells are still there"
	nap 6
	expect_not "a supply without a sample" test -e "$cellar_class/$supply"
	order say 0 12 voltage=51000 head=CELLTEST tail=B2X age=60000
	wait_for_property "$supply" present 1 20
	expect_property "$supply" serial_number CELLTESTB2X
	expect_property "$supply" voltage_now 51000000
	expect_property "$supply" current_now ENOENT
	expect_property "$supply" constant_charge_current_max ENOENT
	expect_property "$supply" cellar/protections ENODATA
	expect_property "$supply" cellar/limits_age_ms ENODATA
	expect "no cells of the old one" no_iio_of "$supply"
	expect_log 1 "$supply: another serial number than before, CELLTESTB2:"
	order remove 0 12
}

# Either half, before the other one has come.
half_a_serial_number_is_enough()
{
	pack 0 13 B3
	order say 0 13 head=CELLTESU age=60000 complete=0
	wait_until 20 test ! -e "$cellar_class/$supply" || fail "head: $supply is still there"
	order remove 0 13
	pack 0 13 B3
	order say 0 13 tail=B4 age=60000 complete=0
	wait_until 20 test ! -e "$cellar_class/$supply" || fail "tail: $supply is still there"
	order remove 0 13
	pack 0 13 B3
	order say 0 13 head=CELLTEST age=60000 complete=0
	order say 0 13 tail=B3 voltage=49700 age=60000
	nap 2
	expect_property "$supply" voltage_now 49700000
	order remove 0 13
}

another_pack_after_a_loss()
{
	pack 0 14 B5 current=7000
	order lose 0 14
	order say 0 14 voltage=51000 age=60000
	expect_property "$supply" current_now ENODATA
	order say 0 14 head=CELLTEST tail=B6 age=60000
	wait_for_property "$supply" serial_number CELLTESTB6 20
	expect_property "$supply" voltage_now 51000000
	expect_property "$supply" current_now ENOENT
	expect "no cells of the old one" no_iio_of "$supply"
	order remove 0 14
}

# Whose values would a supply show?
two_packs_at_one_address_are_none()
{
	local n

	log_mark
	order add 0 15
	supply=cellar${test_buses[0]}-15
	for n in 1 2 3 4 5 6 7 8 9 10; do
		order say 0 15 voltage=51000 head=CELLTEST "tail=C$((n & 1))" age=60000
		nap 1
		expect_not "a supply" test -e "$cellar_class/$supply"
	done
	expect_log 1 "$supply: another serial number than before: "
	order say 0 15 voltage=51000 head=CELLTEST tail=C0 age=60000
	wait_for_property "$supply" serial_number CELLTESTC0 20
	order remove 0 15
}

one_serial_number_at_two_addresses()
{
	local first second

	log_mark
	pack 0 20 D0
	first=$supply
	expect_property "$first" cellar/duplicates ""
	pack 0 22 D2
	pack 1 21 D0
	second=$supply
	expect_property "$first" cellar/duplicates "$second"
	expect_property "$second" cellar/duplicates "$first"
	expect_property "cellar${test_buses[0]}-22" cellar/duplicates ""
	expect_log 1 "have the same serial number CELLTESTD0"
	# one that is lost is no second one, and told of again when it is back
	order lose 1 21
	expect_property "$first" cellar/duplicates ""
	pack 1 23 D0
	expect_property "$first" cellar/duplicates "$supply"
	order say 1 21 voltage=49600 age=60000
	wait_for_property "$second" present 1 20
	expect_property "$first" cellar/duplicates "$second $supply"
	order remove 1 21
	order remove 1 23
	expect_property "$first" cellar/duplicates ""
	order remove 0 20
	order remove 0 22
	expect_log 1 "have the same serial number CELLTESTD0"
	expect_log 0 "have the same serial number CELLTESTD2"
}

bus_setup
test_packs_setup || ktap_skip_all "no module cellar_test_packs"
[ -d $iio_class ] || ktap_skip_all "this kernel has no IIO"

ktap_main \
	another_serial_number_drops_all_that_was_heard \
	half_a_serial_number_is_enough \
	another_pack_after_a_loss \
	two_packs_at_one_address_are_none \
	one_serial_number_at_two_addresses
