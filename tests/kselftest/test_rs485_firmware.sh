#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A rack of sixteen packs behind a UART that the firmware describes, in an ACPI table
# or in the devicetree (firmware/rack.*): the module loads by itself, each pack is a
# supply named by its address, with serial number and cells, and survives that the
# rack, the driver or the module goes. Needs a machine with --serial-pair.
# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # cases are called by name; names and paths without blanks

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/cells.sh"
. "$here/rack.sh"

device=serial0-0
battery=/sys/bus/serial/devices/$device
driver=/sys/bus/serial/drivers/cellar-rs485
options=/etc/modprobe.d/cellar-test.conf
peer_slot=0000:00:12.0
cells=15

# Where pylontech packs are: 0x02 to 0x0d, and the next group.
addresses=(02 03 04 05 06 07 08 09 10 11 12 13 18 19 20 21)

# As at boot: udev hears of the device and loads what its modalias asks for.
coldplug()
{
	/lib/systemd/systemd-udevd --daemon
	udevadm settle
	udevadm trigger --action=add "$battery/"
	udevadm settle
}

start_rack()
{
	rack_port rack "/dev/$peer" --baud 115200 --dialect pylontech --packs 16 \
		--model pylontech,us5000 --delay 5 --seed 7
}

# load_again SCOPE: what modprobe.d says of the parameter
load_again()
{
	echo "options cellar_rs485 scope=$1" >"$options"
	get "$battery/modalias"
	modprobe "$value"
}

# A supply appears without its serial number when that is slow to come.
all_live()
{
	local address

	for address in "${addresses[@]}"; do
		missing=cellar0-$address
		pack_live "$missing" && property "$missing" serial_number &&
			[[ $value =~ ^SIM ]] || return
	done
}

expect_all_live()
{
	wait_until 120 all_live || fail "$missing is not live: \"$value\""
}

serial_numbers()
{
	local address

	serials=()
	for address in "${addresses[@]}"; do
		property "cellar0-$address" serial_number
		serials+=("$value")
	done
}

module_loads_by_itself()
{
	expect "the module" test -d /sys/module/cellar_rs485
	get "$battery/modalias"
	expect_match modalias "$value" '^of:N.*Cpylontech,us5000'
	expect "the driver" test -e "$battery/driver/module"
	expect_equal "dialect" "$(cat "$battery/dialect")" pylontech
	expect_equal "baud" "$(cat "$battery/baud")" 115200
}

sixteen_packs_by_address()
{
	local wanted=("${addresses[@]/#/cellar0-}")

	expect_all_live
	supplies cellar
	expect_equal "supplies" "${found[*]}" "${wanted[*]}"
}

each_with_its_serial_number()
{
	local serial
	local -A seen=()

	serial_numbers
	for serial in "${serials[@]}"; do
		expect_match "serial number" "$serial" '^[A-Z0-9-]{8,16}$'
		expect_equal "packs with serial number $serial before" "${seen[$serial]-0}" 0
		seen[$serial]=1
	done
}

model_of_the_firmware()
{
	local address

	for address in "${addresses[@]}"; do
		expect_property "cellar0-$address" manufacturer Pylontech
		expect_property "cellar0-$address" model_name US5000
		expect_property "cellar0-$address" scope Device
	done
}

# read_cells SUPPLY: $values are its cells, $volts the sum that it says, if all are known
read_cells()
{
	local n

	values=()
	for ((n = 1; n <= cells; n++)); do
		get "$iio_class/$iio/in_voltage${n}_raw" || return
		values+=("$value")
	done
	property "$1" voltage_now || return
	volts=$value
}

# Cells and pack are read one after the other, and a pack at rest changes little. On a
# busy machine one may just be silent.
each_with_its_cells()
{
	local address volts n sum values=()

	for address in "${addresses[@]}"; do
		wait_for_iio "cellar0-$address"
		if ! wait_until 120 read_cells "cellar0-$address"; then
			fail "cell $((${#values[@]} + 1)) of $address: \"$value\""
			continue
		fi
		sum=0
		for ((n = 1; n <= cells; n++)); do
			expect_between "cell $n of $address" "${values[n - 1]}" 2500 3700
			sum=$((sum + values[n - 1]))
		done
		expect_not "cell $((cells + 1))" test -e "$iio_class/$iio/in_voltage$((cells + 1))_raw"
		expect_between "volts of $address" "$sum" $((volts / 1010)) $((volts / 990))
	done
}

rack_that_falls_silent_and_comes_back()
{
	local before

	serial_numbers
	before=${serials[*]}
	rack_end rack
	wait_for_property cellar0-02 voltage_now ENODATA 60
	wait_for_property cellar0-21 voltage_now ENODATA 60
	start_rack
	expect_all_live
	serial_numbers
	expect_equal "serial numbers" "${serials[*]}" "$before"
}

unbound_and_bound_under_traffic()
{
	echo $device >$driver/unbind
	expect "no supply" no_supply cellar
	expect_not "dialect" test -e "$battery/dialect"
	echo $device >$driver/bind
	expect_all_live
}

module_removed_under_traffic()
{
	expect "rmmod" rmmod cellar_rs485
	expect "no supply" no_supply cellar
	# the modalias of a model has loaded both transports
	expect "rmmod of the rest" rmmod cellar_can cellar
}

scope_of_the_parameter()
{
	load_again system
	expect_all_live
	expect_property cellar0-02 scope System
	expect_property cellar0-21 scope System
	rmmod cellar_rs485
}

scope_that_is_none()
{
	log_mark
	load_again house
	expect_log 1 "$device: .*scope=house: possible are device and system"
	expect_not "the driver" test -e "$battery/driver"
	rmmod cellar_rs485
}

nothing_was_written_to_a_pack()
{
	rack_end rack
}

clean_up()
{
	rm -f "$options"
	bus_cleanup
}

[ -d "$battery" ] || ktap_skip_all "the firmware describes no pack behind a UART"
rack_setup
trap clean_up EXIT
serial_at "$peer_slot" || ktap_bail "no UART at slot $peer_slot: --serial-pair"
peer=$tty
start_rack
coldplug
ktap_main module_loads_by_itself sixteen_packs_by_address each_with_its_serial_number \
	model_of_the_firmware each_with_its_cells \
	rack_that_falls_silent_and_comes_back unbound_and_bound_under_traffic \
	module_removed_under_traffic scope_of_the_parameter scope_that_is_none \
	nothing_was_written_to_a_pack
