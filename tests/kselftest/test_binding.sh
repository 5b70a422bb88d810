#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How a bus finds and follows its interface: there before or after it, renamed,
# down and up, moved to another namespace, deleted and made again; and how a bus
# ends: disabled or removed. All under traffic.

# shellcheck source=tests/kselftest/ktap.sh
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$(dirname "$0")/bus.sh"
# shellcheck source=tests/kselftest/frames.sh
. "$(dirname "$0")/frames.sh"

namespace=cellar-$$
many=64

# traffic INTERFACE: a battery on it
traffic()
{
	feed "$1" --period 1000 "$1" "${frames[@]}"
}

# live SUPPLY: measured just now
live()
{
	property "$1" voltage_now && [ "$value" = 49960000 ]
}

expect_live()
{
	wait_until 20 live "$1" || fail "$1 is not live: voltage_now is \"$value\""
}

expect_gone()
{
	wait_until 10 test ! -e "$cellar_class/$1" || fail "$1 is still there"
}

# expect_heard SUPPLY: frames still arrive
expect_heard()
{
	local before

	property "$1" cellar/frames
	before=$value
	wait_until 10 heard_more "$1" "$before" || fail "$1: no frame after $before"
}

heard_more()
{
	property "$1" cellar/frames && [ "$value" -gt "$2" ]
}

# refused WHAT ERROR FILE VALUE
refused()
{
	local error=

	{ echo "$4" >"$3"; } 2>"$bus_state/error" ||
		read -r error <"$bus_state/error"
	expect_equal "$1" "${error##*: }" "$2"
}

log_says()
{
	log_count "$1"
	[ "$count" = 1 ]
}

wait_for_log()
{
	wait_until 10 log_says "$1" || fail "kernel log: $count lines \"$1\""
}

interface_that_is_there()
{
	expect_live "$early"
	log_says "bound to vcan40 as early" || fail "not one line of early and vcan40"
}

interface_that_comes_later()
{
	expect_live "$late"
	log_says "bound to vcan41 as late" || fail "not one line of late and vcan41"
}

interface_that_gets_the_name()
{
	expect_live "$named"
	log_says "bound to vcan42 as named" || fail "not one line of named and vcan42"
}

two_buses_on_one_interface()
{
	expect_live "$twin"
	expect_live "$early"
	expect_not "two supplies with one name" [ "$twin" = "$early" ]
	bus_remove twin
	expect_gone "$twin"
	expect_heard "$early"
}

# ip link refuses to rename what is up before 6.2
rename_while_bound()
{
	log_mark
	ip link set vcan40 down
	ip link set vcan40 name roofcan
	bus_interfaces+=(roofcan)
	ip link set roofcan up
	wait_for "$cellar_configfs/early/interface" roofcan 5
	expect_heard "$early"
	expect_live "$early"
	expect_log 1 "vcan40 is now called roofcan"
	expect_log 0 "released|bound to"
	expect_property "$early" present 1
}

disable_after_a_rename()
{
	echo 0 >"$cellar_configfs/early/enable"
	expect_gone "$early"
	get "$cellar_configfs/early/interface"
	expect_equal "interface of early" "$value" roofcan
	echo 1 >"$cellar_configfs/early/enable"
	expect_live "$early"
}

down_and_up()
{
	expect_live "$late"
	expect_heard "$late"
	ip link set vcan41 down
	expect_property "$late" voltage_now ENODATA
	expect_property "$late" present 1
	expect_property "$late" health Unknown
	ip link set vcan41 up
	expect_live "$late"
}

another_namespace()
{
	log_mark
	expect_live "$moved"
	ip netns add "$namespace"
	ip link set vcan43 netns "$namespace"
	feed_stop vcan43
	wait_for_property "$moved" present 0 5
	expect_property "$moved" voltage_now ENODEV
	expect_property "$moved" status Unknown
	ip netns exec "$namespace" ip link set vcan43 up
	ip netns exec "$namespace" "$can_feed" vcan43 "${frames[@]}" >/dev/null
	expect_property "$moved" present 0
	wait_for_log "released vcan43"
	wait_for_log "$moved is lost"

	ip netns exec "$namespace" ip link set vcan43 netns 1
	ip link set vcan43 up
	traffic vcan43
	expect_live "$moved"
	expect_property "$moved" present 1
	wait_for_log "bound to vcan43 as moved"
	wait_for_log "$moved is back"
	expect_log 1 "$moved is lost"
}

deleted_and_made_again()
{
	log_mark
	expect_live "$late"
	ip link del vcan41
	feed_stop vcan41
	wait_for_property "$late" present 0 5
	expect_property "$late" voltage_now ENODEV
	expect_property "$late" cellar/dialect pylontech
	get "$cellar_configfs/late/interface"
	expect_equal "interface of late" "$value" vcan41
	interface_add vcan41
	traffic vcan41
	expect_live "$late"
	expect_property "$late" present 1
	expect_log 1 "released vcan41"
	expect_log 1 "bound to vcan41 as late"
}

removed_while_enabled()
{
	expect_live "$late"
	expect "rmdir of a live bus" rmdir "$cellar_configfs/late"
	expect_gone "$late"
}

changes_while_enabled()
{
	local bus=$cellar_configfs/moved setting file was

	for setting in interface=vcan40 dialect=deye model=weco,4k4 scope=system keepalive=1; do
		file=$bus/${setting%%=*}
		get "$file"
		was=$value
		log_mark
		refused "${setting%%=*}" "Device or resource busy" "$file" "${setting#*=}"
		expect_log 1 "cellar: moved: write 0 to enable before changing"
		get "$file"
		expect_equal "${setting%%=*}" "$value" "$was"
	done
	expect_live "$moved"
}

# Readers must not see what is being freed. In a process of its own.
read_all()
{
	local file enough=$bus_state/enough

	bus_state=$(mktemp -d)
	while [ ! -e "$enough" ]; do
		for file in "$cellar_class/$1/uevent" "$cellar_class/$1"/cellar/*; do
			get "$file"
		done
		nap 0.05
	done
	rm -r "$bus_state"
}

enable_twenty_times()
{
	local bus=$cellar_configfs/moved n reader

	read_all "$moved" 2>/dev/null &
	reader=$!
	for ((n = 0; n < 20; n++)); do
		expect "disable $n" eval "echo 0 >$bus/enable"
		get "$bus/supply"
		expect_equal "supply when disabled" "$value" ""
		expect_not "$moved after disable $n" test -e "$cellar_class/$moved"
		expect "enable $n" eval "echo 1 >$bus/enable"
		nap 0.$((n * 37 % 10))
	done
	expect "enable again" eval "echo 1 >$bus/enable"
	: >"$bus_state/enough"
	wait "$reader"
	get "$bus/supply"
	moved=$value
	expect_live "$moved"
}

# many_live WANTED: so many supplies of the many are live
many_live()
{
	local name

	lives=0
	for name in "${many_supplies[@]}"; do
		! live "$name" || lives=$((lives + 1))
	done
	[ "$lives" = "$1" ]
}

sixty_four_buses()
{
	local n many_supplies=() directories=() lives before
	local names=("${bus_names[@]}") interfaces=("${bus_interfaces[@]}")

	supplies cellar
	before=${found[*]}
	for ((n = 0; n < many; n++)); do
		echo "link add vcan$((100 + n)) type vcan"
		echo "link set vcan$((100 + n)) up"
		bus_interfaces+=("vcan$((100 + n))")
		directories+=("$cellar_configfs/many$n")
		bus_names+=("many$n")
	done >"$bus_state/links"
	ip -batch "$bus_state/links"
	mkdir "${directories[@]}"
	for ((n = 0; n < many; n++)); do
		echo "vcan$((100 + n))" >"${directories[n]}/interface"
		echo pylontech >"${directories[n]}/dialect"
		echo 1 >"${directories[n]}/enable"
		get "${directories[n]}/supply"
		many_supplies+=("$value")
		traffic "vcan$((100 + n))"
	done
	wait_until 60 many_live "$many" || fail "$lives of $many are live"
	expect "rmdir of all" rmdir "${directories[@]}"
	wait_until 10 many_live 0 || fail "$lives are left"
	supplies cellar
	expect_equal "supplies that are left" "${found[*]}" "$before"
	for ((n = 0; n < many; n++)); do
		feed_stop "vcan$((100 + n))"
		echo "link del vcan$((100 + n))"
	done >"$bus_state/links"
	ip -batch "$bus_state/links"
	bus_names=("${names[@]}")
	bus_interfaces=("${interfaces[@]}")
}

clean_up()
{
	bus_cleanup
	ip netns del "$namespace" 2>/dev/null
}

bus_setup
trap clean_up EXIT
pylontech_frames

interface_add vcan40 vcan43
bus_add early vcan40
early=$supply
bus_add twin vcan40 dialect=pylontech
twin=$supply
bus_add late vcan41 dialect=pylontech
late=$supply
bus_add named vcan42 dialect=pylontech
named=$supply
bus_add moved vcan43 dialect=pylontech
moved=$supply
interface_add vcan41
ip link add nocan type vcan
bus_interfaces+=(vcan42)
ip link set nocan name vcan42
ip link set vcan42 up
for interface in vcan40 vcan41 vcan42 vcan43; do
	traffic "$interface"
done

ktap_main interface_that_is_there interface_that_comes_later \
	interface_that_gets_the_name two_buses_on_one_interface \
	rename_while_bound disable_after_a_rename down_and_up another_namespace \
	deleted_and_made_again removed_while_enabled changes_while_enabled \
	enable_twenty_times sixty_four_buses
