#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the driver sends: nothing by default; with keepalive, 0x305 with eight
# zeros once a second, after it has listened for 5 s, and nothing while anybody
# else sends 0x305.

# shellcheck source=tests/kselftest/ktap.sh
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$(dirname "$0")/bus.sh"
# shellcheck source=tests/kselftest/frames.sh
. "$(dirname "$0")/frames.sh"

ours='305#0000000000000000'
inverter=305#0000000000000001
listening_ms=5000
declare -A dumps=()

# dump INTERFACE: all that is on it from now on
dump()
{
	candump -L "$1" >"$bus_state/$1.dump" &
	dumps[$1]=$!
	wait_until 20 grep -q "^ *$1 " /proc/net/can/rcvlist_all ||
		fail "candump does not start"
}

dump_stop()
{
	kill "${dumps[$1]}"
	wait "${dumps[$1]}"
	unset "dumps[$1]"
}

# dumped INTERFACE FRAME: $at_ms are the times at which it was seen, or with "*"
# those of all frames
dumped()
{
	local stamp frame

	at_ms=()
	while read -r stamp _ frame _; do
		# shellcheck disable=SC2053 # a pattern
		[[ $frame == $2 ]] || continue
		stamp=${stamp//[().]/}
		at_ms+=("${stamp:0:-3}")
	done <"$bus_state/$1.dump"
}

clock_ms()
{
	clock=${EPOCHREALTIME/./}
	clock=${clock:0:-3}
}

# once_a_second LEAST MOST: $at_ms are so many times, with a second between; a
# machine may be late, never early
once_a_second()
{
	local n

	expect_between "keep-alives" ${#at_ms[@]} "$1" "$2"
	for ((n = 1; n < ${#at_ms[@]}; n++)); do
		expect_between "ms since the last" $((at_ms[n] - at_ms[n - 1])) 900 3000
	done
}

silent_by_default()
{
	dumped vcan60 "*"
	expect_equal "frames on the bus" ${#at_ms[@]} "$quiet_sent"
	dumped vcan60 "305*"
	expect_equal "keep-alives" ${#at_ms[@]} 0
}

listens_first()
{
	dumped vcan61 "$ours"
	expect_between "ms from enable to the first" $((at_ms[0] - enabled_ms)) \
		$((listening_ms - 20)) $((listening_ms + 4000))
}

once_a_second_from_then_on()
{
	dumped vcan61 "305*"
	# our own frames are looped back to us; they must not silence us
	once_a_second 6 $(((stopped_ms - enabled_ms - listening_ms) / 1000 + 2))
	dumped vcan61 "*"
	expect_equal "frames on the bus" ${#at_ms[@]} \
		$((spoken_sent + spoken_ours))
}

silent_while_an_inverter_speaks()
{
	dumped vcan62 "$ours"
	expect_equal "keep-alives of ours" ${#at_ms[@]} 0
	dumped vcan62 "$inverter"
	expect_equal "keep-alives of the inverter" ${#at_ms[@]} "$inverter_sent"
}

speaks_after_the_inverter()
{
	local last_ms

	dumped vcan63 "$inverter"
	last_ms=${at_ms[-1]}
	dumped vcan63 "$ours"
	once_a_second 2 30
	expect_between "ms from the inverter's last to our first" \
		$((at_ms[0] - last_ms)) $((listening_ms - 20)) $((listening_ms + 4000))
}

silent_again_when_it_is_back()
{
	local first_ms

	dumped vcan64 "$inverter"
	first_ms=${at_ms[0]}
	expect_between "keep-alives of the inverter" ${#at_ms[@]} 5 30
	dumped vcan64 "$ours"
	expect_between "keep-alives of ours before" ${#at_ms[@]} 1 30
	expect_between "ms from the inverter's first to our last" \
		$((at_ms[-1] - first_ms)) -20000 100
}

# An interface that is down is no reason to stop trying.
goes_on_after_down_and_up()
{
	dumped vcan65 "$ours"
	once_a_second 1 30
	expect_between "ms from up to the first" $((at_ms[0] - up_ms)) -10 4000
}

clean_up()
{
	[ ${#dumps[@]} = 0 ] || kill "${dumps[@]}"
	bus_cleanup
}

bus_setup
trap clean_up EXIT
pylontech_frames
interface_add vcan60 vcan61 vcan62 vcan63 vcan64 vcan65
for interface in vcan60 vcan61 vcan62 vcan63 vcan64; do
	dump $interface
done

feed inverter --period 1000 vcan62 $inverter
feed inverter63 --period 1000 vcan63 $inverter
bus_add quiet vcan60
feed quiet --period 1000 vcan60 "${frames[@]}"
clock_ms
enabled_ms=$clock
bus_add spoken vcan61 keepalive=1
feed spoken --period 1000 vcan61 "${frames[@]}"
bus_add inverter62 vcan62 keepalive=1
bus_add inverter63 vcan63 keepalive=1
bus_add inverter64 vcan64 keepalive=1
bus_add down vcan65 keepalive=1
ip link set vcan65 down

# The inverter of vcan63 stops, that of vcan64 begins, vcan65 comes up.
nap 7.5
feed_stop inverter63
feed inverter64 --period 1000 vcan64 $inverter
clock_ms
up_ms=$clock
ip link set vcan65 up
dump vcan65
nap 8

clock_ms
stopped_ms=$clock
feed_stop inverter
inverter_sent=$sent
feed_stop quiet
quiet_sent=$sent
feed_stop spoken
spoken_sent=$sent
for interface in vcan60 vcan61 vcan62 vcan63 vcan64 vcan65; do
	dump_stop $interface
done
dumped vcan61 "$ours"
spoken_ours=${#at_ms[@]}

ktap_main silent_by_default listens_first once_a_second_from_then_on \
	silent_while_an_inverter_speaks speaks_after_the_inverter \
	silent_again_when_it_is_back goes_on_after_down_and_up
