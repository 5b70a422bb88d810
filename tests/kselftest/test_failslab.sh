#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A bus with too little memory: each allocation below our modules fails once, at
# every step of a bus's life. Who asked gets an error and finds all as before, or
# it is made good later; nothing crashes, and test_unload.sh looks for leaks.
# Needs a kernel with fault injection.

# shellcheck source=tests/kselftest/ktap.sh
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$(dirname "$0")/bus.sh"
# shellcheck source=tests/kselftest/frames.sh
. "$(dirname "$0")/frames.sh"
# shellcheck source=tests/kselftest/cells.sh
. "$(dirname "$0")/cells.sh"
# shellcheck source=tests/kselftest/rack.sh
. "$(dirname "$0")/rack.sh"

failslab=/sys/kernel/debug/failslab
fail_nth=/proc/self/fail-nth

# Longest time until what failed is made good: a bus and a supply try again
# after 10 s, and a supply waits 3 s for its identity.
good_again_s=30

set_failslab()
{
	printf '%s\n' "$2" >$failslab/"$1"
}

# Only allocations with a function of our modules on the stack, but not the notes
# of kmemleak, which nobody misses.
aim()
{
	local name size base low=0 high=0

	while read -r name size _ _ _ base _; do
		case $name in
		cellar | cellar_can | cellar_rs485)
			((low && low < base)) || low=$((base))
			((high > base + size)) || high=$((base + size))
			;;
		esac
	done </proc/modules
	set_failslab ignore-gfp-wait 0
	set_failslab verbose 0
	set_failslab task-filter 0
	printf '%#x\n' $low >$failslab/require-start
	printf '%#x\n' $high >$failslab/require-end
	read -r low high < <(awk '
		from && $1 != from { print "0x" from, "0x" $1; exit }
		$3 == "kmemleak_alloc" { from = $1 }' /proc/kallsyms)
	printf '%s\n' "$low" >$failslab/reject-start
	printf '%s\n' "$high" >$failslab/reject-end
}

# live SUPPLY...: all are measured just now
live()
{
	for missing; do
		property "$missing" voltage_now && [[ $value =~ ^[0-9]+$ ]] || return
	done
}

expect_live()
{
	local when=$1 missing n

	shift
	for ((n = 0; n < good_again_s; n++)); do
		! live "$@" || return 0
		nap 1
	done
	fail "$when: $missing is not live: \"$value\""
}

# failing NUMBER COMMAND [ARGUMENT]...: a program whose allocation of that number
# fails, if it has so many
failing()
{
	# shellcheck disable=SC2016 # for the inner shell
	bash -c 'echo "$0" >/proc/self/fail-nth; exec "$@"' "$@" 2>/dev/null
}

mkdir_without_memory()
{
	local bus=$cellar_configfs/failing n failures=0

	for ((n = 1; n <= 4; n++)); do
		if failing "$n" mkdir "$bus"; then
			rmdir "$bus"
		else
			failures=$((failures + 1))
			expect_not "a bus after mkdir $n" test -e "$bus"
		fi
	done
	expect_between "failures of mkdir" "$failures" 1 3
}

enable_without_memory()
{
	local bus=$cellar_configfs/enabling n left=0 failures=0 status

	bus_add enabling vcan80 dialect=pylontech
	for ((n = 1; n < 200 && left == 0; n++)); do
		echo 0 >"$bus/enable"
		echo "$n" >"$fail_nth"
		{ echo 1 >"$bus/enable"; } 2>/dev/null
		status=$?
		read -r left <"$fail_nth"
		echo 0 >"$fail_nth"
		get "$bus/enable"
		if [ "$status" != 0 ]; then
			failures=$((failures + 1))
			expect_equal "enable after failure $n" "$value" 0
			get "$bus/supply"
			expect_equal "supply after failure $n" "$value" ""
		else
			expect_equal "enable after success $n" "$value" 1
			get "$bus/supply"
			expect_live "enable with failure $n" "$value"
		fi
	done
	expect_between "allocations of enable" "$n" 10 199
	expect_between "failures of enable" "$failures" 5 199
	bus_remove enabling
}

# An interface appears, and its filters cannot all be set.
interface_without_memory()
{
	local n

	bus_add coming vcan82 dialect=pylontech
	for n in 1 2 3 5 8; do
		ip link set vcan81 down
		failing "$n" ip link set vcan81 name vcan82
		ip link set vcan82 up
		feed coming --period 1000 vcan82 "${frames[@]}"
		expect_live "interface with failure $n" "$supply"
		feed_stop coming
		echo 0 >"$cellar_configfs/coming/enable"
		ip link set vcan82 down
		ip link set vcan82 name vcan81
		echo vcan82 >"$cellar_configfs/coming/interface"
		echo 1 >"$cellar_configfs/coming/enable"
		get "$cellar_configfs/coming/supply"
		supply=$value
	done
	bus_remove coming
}

# What work in the background allocates: dialect, packs, supplies. The first
# allocation fails after so many bytes.
packs_without_memory()
{
	local bus=$cellar_configfs/packs n times=0

	bus_add packs vcan83
	for ((n = 0; n < 20 && times == 0; n++)); do
		echo 0 >"$bus/enable"
		echo 1 >"$bus/enable"
		get "$bus/supply"
		supply=$value
		set_failslab space $((n * n * 60))
		set_failslab times 1
		set_failslab probability 100
		feed packs --period 1000 vcan83 "${cluster[@]}"
		nap 10
		read -r times <"$failslab"/times
		set_failslab probability 0
		expect_live "failure after $((n * n * 60)) bytes" "$supply" "$supply-01" "$supply-02"
		feed_stop packs
	done
	expect_between "failures" "$n" 10 20
	bus_remove packs
}

# A supply whose cells cannot be shown is shown without them, and they come later.
cells_without_memory()
{
	local n times=0

	[ "${#test_buses[@]}" = 2 ] || {
		skip "no module cellar_test_packs"
		return
	}
	sequence 3301 15
	for ((n = 0; n < 30 && times == 0; n++)); do
		order add 0 1
		supply=cellar${test_buses[0]}-01
		order say 0 1 voltage=49600 head=CELLTEST tail=01 age=60000
		wait_for_property "$supply" present 1 "$good_again_s"
		# what it says is shown up to 1 s later
		order say 0 1 voltage=49600 "cells=$numbers" age=60000
		set_failslab space $((n * n * 300))
		set_failslab times 1
		set_failslab probability 100
		nap 5
		read -r times <"$failslab"/times
		set_failslab probability 0
		expect_live "failure after $((n * n * 300)) bytes" "$supply"
		wait_until "$good_again_s" iio_of "$supply" || fail "no cells after failure $n"
		expect_cell "$supply" in_voltage15_raw 3315
		order remove 0 1
	done
	expect_between "failures" "$n" 5 29
}

have_racks()
{
	[ -n "$attach" ] || skip "no module cellar_rs485, or no cellar-attach"
	[ -n "$attach" ]
}

# Each allocation of a line that is attached, and of one that is given other settings:
# it is attached then, or free for the next one. A device without a name is EINVAL to
# the driver core. Ends when the last ten attempts met no failure.
attach_without_memory()
{
	local n said failures=0 good=0

	have_racks || return
	rack line --packs 1 --baud 115200
	exec {keep}<>"$tty"
	for ((n = 1; n < 200 && good < 10; n++)); do
		said=$(failing "$n" "$attach_probe" "$tty" speed=115200 discipline=29 \
			attach=pylontech,,0)
		if [[ $said == *" ok"*" ok"*" "[0-9]* ]]; then
			good=$((good + 1))
			continue
		fi
		good=0
		failures=$((failures + 1))
		expect_match "attaching with failure $n" "$said" "ENOMEM|EINVAL"
		expect_not "a device after failure $n" \
			test -e /sys/bus/platform/devices/cellar-rs485.0
	done
	expect_between "failures of attaching" "$failures" 10 190
	exec {keep}>&-
	rack_end line
}

# What the thread of a line and the work of its packs allocate: packs, supplies, cells.
rack_without_memory()
{
	local n times=0 address

	have_racks || return
	rack packs --packs 2 --baud 115200
	for ((n = 0; n < 30 && times == 0; n++)); do
		set_failslab space $((n * n * 700))
		set_failslab times 1
		attach packs "$tty" --baud 115200 --dialect pylontech
		set_failslab probability 100
		nap 12
		read -r times <"$failslab"/times
		set_failslab probability 0
		expect_live "failure after $((n * n * 700)) bytes" "$bus-02" "$bus-03"
		for address in 02 03; do
			wait_until "$good_again_s" iio_of "$bus-$address" ||
				fail "no cells of $address after failure $n"
			expect_cell "$bus-$address" in_voltage17_raw ENOENT
		done
		attach_end packs 0 TERM
	done
	expect_between "failures" "$n" 8 29
	rack_end packs
}

no_memory_at_all_for_a_while()
{
	bus_add none vcan83
	set_failslab space 0
	set_failslab times -1
	set_failslab probability 100
	feed none --period 1000 vcan83 "${cluster[@]}"
	nap 20
	set_failslab probability 0
	expect_live "memory is back" "$supply" "$supply-01" "$supply-02"
	feed_stop none
	bus_remove none
}

all_is_well_afterwards()
{
	bus_add well vcan80
	expect_live "a bus afterwards" "$supply"
	bus_remove well
}

clean_up()
{
	set_failslab probability 0
	bus_cleanup
}

[ -w $fail_nth ] || ktap_skip_all "this kernel injects no faults"
bus_setup
trap clean_up EXIT
test_buses=()
test_packs_setup
attach=
if [ -d /sys/module/cellar_rs485 ] || modprobe -q cellar_rs485; then
	sim=$(program cellar-sim) || ktap_bail "no cellar-sim"
	attach=$(program cellar-attach) || ktap_bail "no cellar-attach"
	attach_probe=$(helper attach_probe)
fi
aim
deye_system_frames packs=2
cluster=("${frames[@]}")
deye_pack_frames 1
cluster+=("${frames[@]}")
deye_pack_frames 2
cluster+=("${frames[@]}")
pylontech_frames
interface_add vcan80 vcan81 vcan83
bus_interfaces+=(vcan82)
feed vcan80 --period 1000 vcan80 "${frames[@]}"
ktap_main mkdir_without_memory enable_without_memory interface_without_memory \
	packs_without_memory cells_without_memory attach_without_memory \
	rack_without_memory no_memory_at_all_for_a_while all_is_well_afterwards
