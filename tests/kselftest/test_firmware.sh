#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Batteries that the firmware describes, in an ACPI table or in the devicetree
# (firmware/battery.*): the module loads by itself, finds the interface by its
# controller whatever its name, knows the model and the battery, and survives that
# the controller or the module goes. Needs the two controllers of the description on one bus.

# shellcheck source=tests/kselftest/ktap.sh
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$(dirname "$0")/bus.sh"
# shellcheck source=tests/kselftest/frames.sh
. "$(dirname "$0")/frames.sh"

platform=/sys/bus/platform/devices
first=PRP0001:00
second=PRP0001:01
wrong=PRP0001:02
if [ -d $platform/battery-management-0 ]; then
	first="battery-management-0"
	second="battery-management-1"
	wrong="battery-management-2"
fi
battery=$platform/$first
options=/etc/modprobe.d/cellar-test.conf
supply=cellar0

is_loaded()
{
	[ -d /sys/module/cellar_can ]
}

# As at boot: udev hears of the device and loads what its modalias asks for.
coldplug()
{
	/lib/systemd/systemd-udevd --daemon
	udevadm settle
	! is_loaded || rmmod cellar_can cellar_rs485 cellar
	udevadm trigger --action=add "$battery/"
	udevadm settle
}

# load_again SCOPE: what modprobe.d says of the parameter
load_again()
{
	echo "options cellar_can scope=$1" >"$options"
	get "$battery/modalias"
	modprobe "$value"
}

interfaces_up()
{
	local name

	for name; do
		ip link set "$name" type can bitrate 500000
		ip link set "$name" up
	done
}

live()
{
	property "$1" voltage_now && [ "$value" = 53100000 ]
}

expect_live()
{
	wait_until 30 live "$1" || fail "$1 is not live: voltage_now is \"$value\""
}

log_has()
{
	log_count "$1"
	[ "$count" -ge 1 ]
}

dmesg_has()
{
	dmesg | grep -q "$1"
}

expect_in_log()
{
	wait_until 10 log_has "$1" || fail "kernel log: no line \"$1\""
}

module_loads_by_itself()
{
	expect "the module" is_loaded
	get "$battery/modalias"
	expect_match modalias "$value" '^of:N.*Clesso,lsrr51v100ah'
	expect "the driver" test -e "$battery/driver/module"
	expect "the driver" test -e "$platform/$second/driver/module"
}

# can0 was renamed before there was a driver.
interface_of_the_controller()
{
	expect "roof" dmesg_has "cellar-can $first: bound to roof\$"
	expect "can1" dmesg_has "cellar-can $second: bound to can1\$"
	expect_live "$supply"
	expect_live "$supply"-01
	expect_live "$supply"-02
}

model_of_the_firmware()
{
	local name

	for name in $supply $supply-01 $supply-02; do
		expect_property "$name" manufacturer LESSO
		expect_property "$name" model_name LSRR51V100AH-LFP
		expect_property "$name" scope Device
		expect_property "$name" voltage_max_design 51200000
	done
	expect_property "$supply"-02 serial_number TESTPACK00000002
	expect_live cellar1
	expect_property cellar1 manufacturer Voltium
	expect_not "configfs" test -n "$(ls "$cellar_configfs")"
}

# The values of one pack; what the BMS says itself, the capacity of the system, wins.
battery_of_the_firmware()
{
	local name

	for name in "$supply-01" "$supply-02"; do
		expect_property "$name" charge_full_design 98000000
	done
	expect_property "$supply" charge_full_design 200000000
	for name in $supply $supply-01 $supply-02; do
		expect_property "$name" voltage_min_design 46000000
		expect_property "$name" voltage_max_design 51200000
	done
	expect_property cellar1 voltage_min_design 44800000
	expect "the safer voltage" dmesg_has \
		"cellar-can $first: .*voltage-max-design-microvolt of 58000000 ignored"
}

# Pack 2 says none: then there is none, whatever the class knows of its battery.
limits_are_of_the_bms_alone()
{
	local name

	expect_property "$supply" constant_charge_current_max 200000000
	expect_property "$supply" constant_charge_voltage_max 56000000
	expect_property "$supply-01" constant_charge_current_max 50000000
	for name in "$supply-01" "$supply-02"; do
		expect_property "$name" constant_charge_voltage_max ENODATA
	done
	expect_property "$supply-02" constant_charge_current_max ENODATA
}

battery_that_is_none()
{
	expect "the battery" dmesg_has "cellar-can $wrong: .*: no simple-battery"
	expect_not "the driver" test -e "$platform/$wrong/driver"
}

controller_unplugged_and_back()
{
	log_mark
	echo 1 >"$controller_pci/remove"
	wait_for_property "$supply" present 0 10
	expect_property "$supply" voltage_now ENODEV
	expect_in_log "$first: released roof"
	echo 1 >/sys/bus/pci/rescan
	wait_until 20 test -d /sys/class/net/can0 || fail "no can0 after the rescan"
	interfaces_up can0
	expect_in_log "$first: bound to can0\$"
	expect_live "$supply"
	expect_property "$supply" present 1
}

module_removed_under_traffic()
{
	expect "rmmod" rmmod cellar_can
	expect_not "$supply" test -e "$cellar_class/$supply"
	# the same models are there on RS-485, and udev has loaded that too
	expect "rmmod of the core" rmmod cellar_rs485 cellar
}

scope_of_the_parameter()
{
	load_again system
	expect_live "$supply"
	expect_property "$supply" scope System
	expect_live "$supply"-01
	expect_property "$supply"-01 scope System
	rmmod cellar_can
}

scope_that_is_none()
{
	log_mark
	load_again house
	expect_in_log "$first: .*scope=house: possible are device and system"
	expect_not "the driver" test -e "$battery/driver"
	rmmod cellar_can
}

clean_up()
{
	rm -f "$options"
	bus_cleanup
}

[ -d "$battery" ] || ktap_skip_all "the firmware describes no battery"
modprobe kvaser_pci || ktap_skip_all "no driver of the controller"
controller_pci=$(readlink -f /sys/class/net/can0/device)
ip link set can0 name roof
coldplug
bus_setup
trap clean_up EXIT
interfaces_up roof can1
deye_system_frames packs=2
cluster=("${frames[@]}")
for address in 1 2; do
	deye_pack_frames $address
	cluster+=("${frames[@]/#251#*/}")
done

# As on the wire, one after the other: the controllers keep only few frames.
for n in "${!cluster[@]}"; do
	[ -z "${cluster[n]}" ] || printf '(0.%06d) can1 %s\n' $((n * 25000)) "${cluster[n]}"
done >"$bus_state/cluster.log"
feed cluster --timed --period 1000 can1 "$bus_state/cluster.log"
ktap_main module_loads_by_itself interface_of_the_controller model_of_the_firmware \
	battery_of_the_firmware limits_are_of_the_bms_alone battery_that_is_none \
	controller_unplugged_and_back module_removed_under_traffic \
	scope_of_the_parameter scope_that_is_none
