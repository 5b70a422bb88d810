#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A USB dongle with a rack behind it, in a system as installed: a marked dongle is
# attached by udev and systemd when it is plugged in, its supplies go when it is
# unplugged and come back with it. Needs a machine with --usb-serial --systemd.
# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # cases are called by name; names and paths without blanks

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/rack.sh"

shipped=$here/../../userspace/attach
rules=/run/udev/rules.d
dongle=ttyUSB0
unit=cellar-attach@$dongle.service
configuration=/etc/cellar/attach-$dongle.conf
peer_slot=0000:00:13.0

# What `make install` does, and the rule of an owner.
install_unit()
{
	install -D -m 644 "$shipped/60-cellar-attach.rules" $rules/60-cellar-attach.rules
	install -D -m 644 "$shipped/cellar-attach@.service" \
		/run/systemd/system/cellar-attach@.service
	install -m 755 "$attach" /usr/local/bin/cellar-attach
	echo 'SUBSYSTEM=="tty", ATTRS{product}=="QEMU USB SERIAL", ENV{ID_CELLAR_RS485}="1"' \
		>$rules/50-battery.rules
	mkdir -p "${configuration%/*}"
	echo 'OPTIONS=--baud 9600 --model pylontech,us5000' >$configuration
	systemctl daemon-reload
	udevadm control --reload
}

unplug()
{
	echo 0 >"$usb/authorized"
}

plug()
{
	echo 1 >"$usb/authorized"
}

unit_is()
{
	[ "$(systemctl is-active $unit)" = "$1" ]
}

expect_unit()
{
	wait_until 60 unit_is "$1" || fail "$unit is $(systemctl is-active $unit), not $1"
}

attached_when_it_is_plugged_in()
{
	udevadm trigger --action=add "/sys/class/tty/$dongle"
	expect_unit active
	wait_for_pack cellar0-02
	wait_for_pack cellar0-03
	expect_property cellar0-02 model_name US5000
	property cellar0-02 serial_number
	serial=$value
	expect_match "serial number" "$serial" '^[A-Z0-9-]{8,16}$'
	expect_match "where it hangs" "$(readlink -f "$cellar_class/cellar0-02")" "$usb/"
}

unplugged_in_traffic()
{
	log_mark
	unplug
	expect "no supply" wait_until 20 no_supply cellar
	expect_not "the dongle" test -e /dev/$dongle
	expect_unit inactive
}

plugged_in_again()
{
	plug
	expect_unit active
	wait_for_pack cellar0-02
	expect_property cellar0-02 serial_number "$serial"
}

# At any moment of a question or an answer, and of the attaching.
again_and_again()
{
	local n

	for n in 1 2 3 4 5; do
		unplug
		expect "no supply" wait_until 20 no_supply cellar
		nap 0.$((n * 37 % 10))
		plug
		[ $((n % 2)) = 0 ] || wait_for_pack cellar0-02
	done
	expect_unit active
	wait_for_pack cellar0-03
}

stopped_by_its_owner()
{
	systemctl stop $unit
	expect "no supply" no_supply cellar
	expect_unit inactive
	systemctl start $unit
	expect_unit active
	wait_for_pack cellar0-02
}

wrong_options_are_not_tried_again()
{
	systemctl stop $unit
	echo 'OPTIONS=--dialect nonsense' >$configuration
	systemctl start $unit
	expect_unit failed
	expect_match "the journal" "$(journalctl -q -u $unit)" 'no dialect "nonsense", there are'
}

nothing_was_written_to_a_pack()
{
	rack_end dongle
}

clean_up()
{
	systemctl stop $unit
	rm -rf $rules/{50-battery,60-cellar-attach}.rules $configuration \
		/run/systemd/system/cellar-attach@.service
	bus_cleanup
}

[ -d /run/systemd/system ] || ktap_skip_all "no systemd: --systemd"
rack_setup
attach=$(program cellar-attach) || ktap_bail "no cellar-attach"
[ -e /sys/bus/pci/devices/$peer_slot ] || ktap_skip_all "no USB dongle: --usb-serial"
serial_at "$peer_slot" || ktap_bail "no UART at slot $peer_slot"
# its drivers are loaded at leisure, beside those of all that this machine has
wait_until 600 test -e /dev/$dongle || ktap_bail "no USB dongle"
usb=$(readlink -f /sys/class/tty/$dongle/device)
usb=${usb%/*/*}
trap clean_up EXIT
rack_port dongle "/dev/$tty" --packs 2 --model pylontech,us5000 --seed 3
install_unit
ktap_main attached_when_it_is_plugged_in unplugged_in_traffic plugged_in_again \
	again_and_again stopped_by_its_owner wrong_options_are_not_tried_again \
	nothing_was_written_to_a_pack
