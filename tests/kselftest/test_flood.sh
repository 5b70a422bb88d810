#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A bus at full speed, with valid, random and malformed frames: the machine and a
# second bus go on, no frame of that bus is lost, memory does not grow, and no
# supply sends more than one uevent a second.

# shellcheck source=tests/kselftest/ktap.sh
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$(dirname "$0")/bus.sh"
# shellcheck source=tests/kselftest/frames.sh
. "$(dirname "$0")/frames.sh"

# On UML with its sanitizers a frame costs 0.2 ms.
burst=5000
bursts=10
[ -z "${CELLAR_VIRTUAL_TIME-}" ] || burst=1000

# A leak of 32 bytes per frame of the last flood would be more.
growth_kb=1024

# flood ARGUMENT...: bursts of frames on vcan70; $flooded is how many. In virtual
# time a burst takes none, and the pauses are when the rest of the world lives.
flood()
{
	local n

	flooded=0
	for ((n = 0; n < bursts; n++)); do
		feed burst --flood "$burst" "$@"
		feed_wait burst
		flooded=$((flooded + sent))
		nap 0.2
	done
}

# expect_second_bus BEFORE-MS: it is live, and its frames came all along
expect_second_bus()
{
	expect_property "$steady" capacity 77
	property "$steady" cellar/age_ms
	expect_between "age of the second bus's sample" "$value" 0 2400
}

# A wait of 0.2 s may take longer on a busy machine, not for ever.
expect_answers()
{
	local before

	now_ms
	before=$now
	nap 0.2
	now_ms
	expect_between "ms of a nap of 200" $((now - before)) 190 5000
}

kernel_memory()
{
	local key value

	while read -r key value _; do
		[ "$key" != SUnreclaim: ] || memory=$value
	done </proc/meminfo
}

# Five times a second there is something to tell.
valid_frames()
{
	local all=$bursts bursts=1 before total=0 n frames

	property "$flooded_supply" cellar/frames
	before=$value
	for ((n = 0; n < all; n++)); do
		pylontech_frames soc=$((n % 2 ? 90 : 40))
		flood vcan70 "${frames[@]}"
		total=$((total + flooded))
	done
	expect_equal "frames sent" "$total" $((burst * all))
	property "$flooded_supply" cellar/frames
	expect_equal "frames heard" $((value - before)) "$total"
	expect_property "$flooded_supply" cellar/malformed 0
	expect_property "$flooded_supply" capacity 90
	expect_second_bus
	expect_answers
}

# Of every kind, and with values at both ends: what the supply makes of it does
# not matter here.
random_frames()
{
	flood --random 4711 vcan70
	expect_equal "frames sent" "$flooded" $((burst * bursts))
	expect_second_bus
	expect_answers
}

malformed_frames()
{
	local before

	property "$flooded_supply" cellar/malformed
	before=$value
	flood vcan70 351#14 '355#' 356#8413F1 359##0000000000450 351#R 00000351#1402B0044006C201
	expect_equal "frames sent" "$flooded" $((burst * bursts))
	property "$flooded_supply" cellar/malformed
	expect_equal "malformed frames" $((value - before)) "$flooded"
	expect_second_bus
	expect_answers
}

memory_does_not_grow()
{
	local before kind

	[ ! -e /sys/kernel/debug/kmemleak ] || {
		skip "KASAN keeps freed memory; kmemleak looks for leaks at the end"
		return
	}
	kernel_memory
	before=$memory
	for kind in valid random malformed; do
		case $kind in
		valid) flood vcan70 "${frames[@]}" ;;
		random) flood --random 42 vcan70 ;;
		malformed) flood vcan70 351#14 351#R 00000351#1402B0044006C201 ;;
		esac
	done
	kernel_memory
	expect_between "growth of kernel memory in kB" $((memory - before)) -100000 "$growth_kb"
}

no_frame_of_the_second_bus_is_lost()
{
	feed_stop steady
	property "$steady" cellar/frames
	expect_equal "frames of the second bus" "$value" "$sent"
	expect_property "$steady" cellar/malformed 0
}

# change_events SUPPLY: $count of them. Not how far apart they were heard: who
# listens is late in a flood.
change_events()
{
	local action name

	count=0
	while IFS=$'\t' read -r _ action name _; do
		[ "$action $name" != "change $1" ] || count=$((count + 1))
	done <"$bus_state/events"
}

one_uevent_a_second()
{
	local supply seconds

	kill "$watcher"
	wait "$watcher"
	now_ms
	seconds=$(((now - started) / 1000 + 1))
	expect_not "an event was lost" grep -q ^lost "$bus_state/events"
	for supply in "$flooded_supply" "$steady"; do
		change_events "$supply"
		expect_between "change events of $supply" "$count" 0 "$seconds"
	done
	change_events "$flooded_supply"
	expect_between "change events of $flooded_supply" "$count" 2 "$seconds"
}

bus_setup
# room for what one processor's share of the flood leaves to another
echo 100000 >/proc/sys/net/core/netdev_max_backlog
interface_add vcan70 vcan71
ip link set vcan70 mtu 72
bus_add flooded vcan70 dialect=pylontech
flooded_supply=$supply
bus_add steady vcan71 dialect=pylontech
steady=$supply
"$(helper uevent_watch)" >"$bus_state/events" &
watcher=$!
now_ms
started=$now
pylontech_frames soc=77
feed steady --period 500 vcan71 "${frames[@]}"
pylontech_frames
feed first --period 500 --times 14 vcan70 "${frames[@]}"
feed_wait first
ktap_main valid_frames malformed_frames random_frames memory_does_not_grow \
	no_frame_of_the_second_bus_is_lost one_uevent_a_second
