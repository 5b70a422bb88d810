# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # results are for the tests
#
# Packs that a test invents (driver/test_packs.c), so that it knows what each has
# said, and when; and their IIO devices. Needs bus.sh.

iio_class=/sys/bus/iio/devices

# test_packs_setup: $test_buses is the numbers of the two buses of the invented packs;
# fails if this kernel has no module for them
test_packs_setup()
{
	[ -d /sys/module/cellar_test_packs ] || modprobe -q cellar_test_packs || return
	iio_scans=$(helper iio_scans)
	get /sys/module/cellar_test_packs/parameters/buses
	IFS=, read -r -a test_buses <<<"$value"
}

# order WORD...: what driver/test_packs.c can do; its BUS is 0 or 1
order()
{
	echo "$*" 2>/dev/null >/dev/cellar-test-packs
}

# sequence FIRST COUNT: $numbers are so many, one higher each, with commas between
sequence()
{
	local i

	numbers=$1
	for ((i = 1; i < $2; i++)); do
		numbers+=,$(($1 + i))
	done
}

# iio_of SUPPLY: $iio is the name of its IIO device
iio_of()
{
	local path

	for path in "$iio_class"/iio:device*; do
		iio=${path##*/}
		! get "$path/name" || [ "$value" != "$1" ] || return 0
	done
	iio=
	return 1
}

no_iio_of()
{
	! iio_of "$1"
}

wait_for_iio()
{
	wait_until 20 iio_of "$1" || fail "$1 has no IIO device"
}

# expect_cell SUPPLY FILE WANTED: a file of its IIO device, or the name of an error
expect_cell()
{
	if iio_of "$1"; then
		get "$iio_class/$iio/$2"
	else
		value="no IIO device"
	fi
	expect_equal "$1 $2" "$value" "$3"
}

# pack BUS ADDRESS SERIAL-TAIL [KEY=VALUE]...: a pack that has said all once, is
# shown, and has cells from 3301 mV on; $supply is its name
pack()
{
	local numbers

	sequence 3301 15
	order add "$1" "$2"
	printf -v supply 'cellar%s-%02d' "${test_buses[$1]}" "$2"
	order say "$1" "$2" voltage=49600 limit=50000 protections=0 head=CELLTEST "tail=$3" \
		"cells=$numbers" temperatures=201,170,-15,168,184 age=60000 "${@:4}"
	wait_for_property "$supply" present 1 20
	wait_for_iio "$supply"
}

# scans_begin COUNT SECONDS: read the IIO device $iio in the background
scans_begin()
{
	background scans "$iio_scans" "$iio" "$1" "$2"
}

# scans_end: $scans are the scans that were read, and perhaps "gone"
scans_end()
{
	background_wait scans
	mapfile -t scans <"$bus_state/scans.out"
	scans=("${scans[@]:1}")
}
