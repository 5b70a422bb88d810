#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Contacts, outputs and sensors on a kernel's own devices, in a virtual machine: lines of
# gpio-sim and of an expander without interrupts, a PCA9534 at i2c-stub, beside it an ADS1015,
# which iiod serves as well; as cellard shows them on the system bus. The chips are unplugged
# on the way, and so is the converter.
# usage: wires_in_kernel.sh [CASE]..., all of them by default; those that are named must do
# without what is at the i2c-stub
# shellcheck disable=SC2086,SC2154,SC2317 # no blanks; set by the libraries; called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"
# shellcheck source=tests/integration/gpio_chip.sh
. "$here/gpio_chip.sh"

programs=$(realpath "${PROGRAMS:-$here/../../build}")
converter=0x48
expander=0x20
stub=

# shown VERB NAME FILTER VALUE: what jq makes of an object
shown()
{
	[ "$("$programs/cellarctl" --json "$1s" 2>/dev/null |
		jq -c ".\"/org/cellar1/$1/$2\" | $3")" = "$4" ]
}

contact_is()
{
	wait_until 30 shown contact "$1" .State "\"$2\"" ||
		fail "$1 is $("$programs/cellarctl" contacts), not $2"
}

edges_are_heard()
{
	contact_is drm0 open
	echo pull-up >"$(gpio_chip_line 1 pull)"
	contact_is drm0 closed
	expect "DRM0 disconnects" wait_until 10 disconnects
	echo pull-down >"$(gpio_chip_line 1 pull)"
	contact_is drm0 open
}

disconnects()
{
	"$programs/cellarctl" --json site | jq -e '.. | strings | select(. == "drm")' >/dev/null
}

# What the daemon was too busy to see in time has stood since the kernel saw it.
an_edge_has_the_time_of_the_kernel()
{
	contact_is drm0 open
	kill -STOP "$daemon"
	echo pull-up >"$(gpio_chip_line 1 pull)"
	nap 2
	kill -CONT "$daemon"
	nap 0.3
	expect "closed at once" shown contact drm0 .State '"closed"'
	echo pull-down >"$(gpio_chip_line 1 pull)"
	contact_is drm0 open
}

a_contact_that_bounces_is_heard_when_it_stands()
{
	local i

	contact_is drm0 open
	for i in 1 2 3 4 5; do
		echo pull-up >"$(gpio_chip_line 1 pull)"
		nap 0.3
		expect "bounce $i" shown contact drm0 .State '"open"'
		echo pull-down >"$(gpio_chip_line 1 pull)"
		nap 0.3
	done
	echo pull-up >"$(gpio_chip_line 1 pull)"
	contact_is drm0 closed
	echo pull-down >"$(gpio_chip_line 1 pull)"
	contact_is drm0 open
}

an_active_low_line_is_closed_at_0_v()
{
	contact_is charge_enable closed
	echo pull-up >"$(gpio_chip_line 2 pull)"
	contact_is charge_enable open
}

a_shutdown_is_switched_on_the_line()
{
	expect_equal "before" "$(<"$(gpio_chip_line 4 value)")" 0
	echo pull-up >"$(gpio_chip_line 3 pull)"
	contact_is rapid_shutdown closed
	expect_equal "the line" "$(<"$(gpio_chip_line 4 value)")" 1
	echo pull-down >"$(gpio_chip_line 3 pull)"
	contact_is rapid_shutdown open
	expect_equal "the line afterwards" "$(<"$(gpio_chip_line 4 value)")" 0
}

a_chip_that_goes_is_gone_and_comes_back()
{
	echo 0 >"$gpio_chip/live"
	contact_is drm0 gone
	contact_is rapid_shutdown gone
	expect "cellard runs" kill -0 "$daemon"
	echo 1 >"$gpio_chip/live"
	contact_is drm0 open
	contact_is rapid_shutdown open
}

# 0x040 of 12 bits at 1 mV, in a register whose bytes are the other way round
a_converter_is_read()
{
	wait_until 60 shown sensor mains .State '"well"' ||
		fail "$("$programs/cellarctl" sensors)"
	i2cset -f -y "$stub" $converter 0 0x0004 w
	expect "W by gain and offset" wait_until 20 shown sensor mains .Reading.Value 140.4
	expect "W on one of three phases" wait_until 20 shown sensor roof .Reading.Value 192
}

a_pt100_with_a_broken_wire_is_no_temperature()
{
	expect "out of range" wait_until 30 shown sensor tank .State '"out-of-range"'
	expect "no reading" shown sensor tank .Reading '{}'
}

a_converter_that_is_unplugged_is_gone_and_found_again()
{
	echo $converter >"/sys/bus/i2c/devices/i2c-$stub/delete_device"
	expect "gone" wait_until 30 shown sensor mains .State '"gone"'
	expect "no reading" shown sensor mains .Reading '{}'
	echo "ads1015 $converter" >"/sys/bus/i2c/devices/i2c-$stub/new_device"
	expect "well" wait_until 60 shown sensor mains .State '"well"'
}

is_said()
{
	"$programs/cellarctl" events | grep -q "$1"
}

# Register 0 of the expander is what its lines are.
an_expander_without_interrupts_is_looked_at()
{
	contact_is discharge_enable open
	expect "said" is_said "discharge_enable.*no interrupts: it is looked at each 50 ms"
	i2cset -f -y "$stub" $expander 0 0x04
	contact_is discharge_enable closed
	i2cset -f -y "$stub" $expander 0 0xfb
	contact_is discharge_enable open
	i2cset -f -y "$stub" $expander 0 0x04
	contact_is discharge_enable closed
	echo $expander >"/sys/bus/i2c/devices/i2c-$stub/delete_device"
	contact_is discharge_enable gone
	echo "pca9534 $expander" >"/sys/bus/i2c/devices/i2c-$stub/new_device"
	contact_is discharge_enable closed
}

# iiod_up: nobody else of this machine listens on its port
iiod_up()
{
	iiod >>"$bus_state/iiod.log" 2>&1 &
	bus_jobs[iiod]=$!
	wait_until 20 iio_attr -q -u ip:127.0.0.1 -d >/dev/null 2>&1
}

far_is_well()
{
	shown sensor far .State '"well"' && shown sensor far .Reading.Value 64
}

far_has_no_reading()
{
	shown sensor far .State '"silent"' && shown sensor far .Reading '{}'
}

# within_5_s WHAT: shows none that is older than 5 s (Documentation/sensors.md); it takes this
# machine some time to look
within_5_s()
{
	local begun

	now_ms
	begun=$now
	expect "$1: no reading" wait_until 30 far_has_no_reading
	now_ms
	note "$1: no reading after $((now - begun)) ms"
	expect_between "$1: ms until it is no reading" $((now - begun)) 0 8000
}

# The converter again, of a machine on the network: it dies, hangs and comes back.
a_sensor_of_another_machine_is_no_data_without_it()
{
	i2cset -f -y "$stub" $converter 0 0x0004 w
	expect "without a server" far_has_no_reading
	expect "iiod" iiod_up
	expect "well" wait_until 60 far_is_well
	kill -KILL "${bus_jobs[iiod]}"
	background_stop iiod
	within_5_s "killed"
	expect "iiod again" iiod_up
	expect "well again" wait_until 60 far_is_well
	kill -STOP "${bus_jobs[iiod]}"
	within_5_s "hangs"
	expect "this machine's are read" shown sensor mains .State '"well"'
	kill -CONT "${bus_jobs[iiod]}"
	expect "well at last" wait_until 60 far_is_well
	background_stop iiod
}

# The second scan reports what has not changed since the first.
nothing_leaks_and_lockdep_is_alive()
{
	local kmemleak=/sys/kernel/debug/kmemleak leak

	echo scan >$kmemleak || fail "kmemleak is disabled"
	nap 6
	echo scan >$kmemleak
	while IFS= read -r leak; do
		fail "$leak"
	done <$kmemleak
	expect "lockdep" grep -q 'debug_locks: *1$' /proc/lockdep_stats
}

make_stub()
{
	modprobe i2c-stub chip_addr=$converter,$expander
	modprobe i2c-dev
	modprobe ti-ads1015
	modprobe gpio-pca953x
	for stub in /sys/bus/i2c/devices/i2c-*; do
		stub=${stub##*-}
		[[ $(<"/sys/bus/i2c/devices/i2c-$stub/name") != SMBus\ stub* ]] || break
	done
	echo "ads1015 $converter" >"/sys/bus/i2c/devices/i2c-$stub/new_device"
	echo "pca9534 $expander" >"/sys/bus/i2c/devices/i2c-$stub/new_device"
}

[ "$EUID" = 0 ] || ktap_skip_all "not root"
test_setup
gpio_chip_add wires WIRE_1 WIRE_2 WIRE_3 WIRE_4 || ktap_skip_all "no module gpio-sim"
if [ $# = 0 ]; then
	set -- edges_are_heard an_edge_has_the_time_of_the_kernel \
		an_active_low_line_is_closed_at_0_v a_shutdown_is_switched_on_the_line \
		a_chip_that_goes_is_gone_and_comes_back a_converter_is_read \
		a_pt100_with_a_broken_wire_is_no_temperature \
		a_converter_that_is_unplugged_is_gone_and_found_again \
		an_expander_without_interrupts_is_looked_at \
		a_sensor_of_another_machine_is_no_data_without_it
	make_stub
fi
cat >"$bus_state/cellard.conf" <<END
[site]
plant = free
phases = 1
exchange = sensor-1
production = none
grid_code = drm

[inverter roof]
rated_w = 5000

[contacts]
drm0 = WIRE_1
charge_enable = WIRE_2 active-low
debounce_ms = 700
shutdown_switch = $(<"$gpio_chip/bank/chip_name"):3
rapid_shutdown = WIRE_4
${stub:+discharge_enable = $stub-00${expander#0x}:2}

[sensor mains]
device = ads1015
channel = voltage0
kind = ct
input = 1
gain = 2300
offset = -6.8

[sensor roof]
device = ads1015
channel = voltage0
kind = ct
multiply = 3
gain = 1000

[sensor tank]
device = ads1015
channel = voltage1
kind = pt100

[sensor far]
uri = ip:127.0.0.1
device = ads1015
channel = voltage0
kind = channel
gain = 1000
END
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus_state/bus
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile --print-address \
	>"$bus_state/dbus.out" &
bus_jobs[dbus]=$!
wait_until 20 test -S "$bus_state/bus"
"$programs/cellard" --config "$bus_state/cellard.conf" --state "$bus_state" &
daemon=$!
bus_jobs[cellard]=$daemon

ktap_main "$@"
