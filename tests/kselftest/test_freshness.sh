#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Old data is never shown as live: each measurement ends 2.5 s after its frame, the
# supply is lost after 60 s, an interface that goes down ends all at once; and what
# comes back is shown again.
# shellcheck source-path=SCRIPTDIR disable=SC2119,SC2317 # cases and frames are called by name

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/frames.sh"

# How long frames that come once a second hold (CELLAR_CAN_LIVE_MS), and a supply
# of which nothing is heard (CELLAR_PRESENT_MS).
live_ms=2500
present_ms=60000

# The driver takes the time from the timer tick: 10 ms at HZ=100, and rounding.
tick_ms=30

measurements=(voltage_now current_now capacity temp constant_charge_voltage_max
	constant_charge_current_max voltage_min cellar/discharge_current_max
	cellar/protections cellar/warnings cellar/charge_enable cellar/packs_online)
limits=(constant_charge_voltage_max constant_charge_current_max voltage_min
	cellar/discharge_current_max)
others=(voltage_now current_now capacity temp cellar/protections cellar/charge_enable
	cellar/packs_online)

# ends_after SUPPLY FILE LIVE DEAD MS: FILE says LIVE until MS after the last frame,
# which was sent between $sent_after and $sent_before, and DEAD from then on. Holds
# for any delay of this test: only the moments around each reading count.
ends_after()
{
	local file=$cellar_class/$1/$2 live=$3 dead=$4 ms=$5 before now seen=0

	while :; do
		now_ms
		before=$now
		get "$file"
		now_ms
		case $value in
		"$live") seen=1 ;;
		"$dead") break ;;
		*) fail "$1 $2: got \"$value\""; return ;;
		esac
		((before <= sent_before + ms + tick_ms)) || {
			fail "$1 $2: still there after $((before - sent_before)) ms"
			return
		}
		nap 0.1
	done
	((now >= sent_after + ms - tick_ms)) ||
		fail "$1 $2: $dead already after $((now - sent_after)) ms"
	[ "$seen" = 1 ] || note "$1 $2: too slow to see it live"
}

# One second of the battery, now.
send_once()
{
	local now

	now_ms
	sent_after=$now
	send "$1" "${frames[@]}"
	now_ms
	sent_before=$now
}

all_are()
{
	local file

	for file in "${@:3}"; do
		expect_property "$1" "$file" "$2"
	done
}

none_is()
{
	local file

	for file in "${@:3}"; do
		property "$1" "$file"
		[ "$value" != "$2" ] || fail "$1 $file: $2"
	done
}

is_not()
{
	property "$1" "$2"
	[ "$value" != "$3" ]
}

all_is_live_while_frames_come()
{
	none_is "$supply" ENODATA "${measurements[@]}"
	expect_property "$supply" present 1
	expect_property "$supply" status Discharging
	expect_property "$supply" health Good
}

measurements_end_two_and_a_half_seconds_after_their_frame()
{
	feed_stop live
	wait_for_property "$supply" voltage_now ENODATA 30
	send_once fresh0
	ends_after "$supply" voltage_now 49960000 ENODATA "$live_ms"
	send_once fresh0
	ends_after "$supply" constant_charge_current_max 120000000 ENODATA "$live_ms"
	send_once fresh0
	ends_after "$supply" cellar/protections "" ENODATA "$live_ms"
	send_once fresh0
	ends_after "$supply" health Good Unknown "$live_ms"
	send_once fresh0
	ends_after "$supply" status Discharging Unknown "$live_ms"
}

the_rest_stays_and_says_that_nothing_is_known()
{
	local line lines unknown=0

	all_are "$supply" ENODATA "${measurements[@]}"
	expect_property "$supply" present 1
	expect_property "$supply" status Unknown
	expect_property "$supply" health Unknown
	expect_property "$supply" capacity_level Unknown
	expect_property "$supply" manufacturer PYLON
	expect_property "$supply" technology LiFe
	mapfile -t lines <"$cellar_class/$supply/uevent"
	for line in "${lines[@]}"; do
		case $line in
		POWER_SUPPLY_STATUS=Unknown) unknown=1 ;;
		*_NOW=* | *CAPACITY=* | *TEMP=* | *CURRENT_MAX=*) fail "uevent: $line" ;;
		esac
	done
	expect_equal "POWER_SUPPLY_STATUS=Unknown in uevent" "$unknown" 1
}

all_is_live_again_with_the_next_frames()
{
	feed live --period 1000 fresh0 "${frames[@]}"
	wait_for_property "$supply" voltage_now 49960000 20
	wait_for_property "$supply" status Discharging 20
	wait_for_property "$supply" health Good 20
	none_is "$supply" ENODATA "${measurements[@]}"
}

a_missing_frame_ends_only_its_own_fields()
{
	local before

	pylontech_frames
	unset "frames[1]"
	feed live --period 1000 fresh0 "${frames[@]}"
	wait_for_property "$supply" constant_charge_current_max ENODATA 20
	expect "voltage_now" wait_until 20 is_not "$supply" voltage_now ENODATA
	all_are "$supply" ENODATA "${limits[@]}"
	none_is "$supply" ENODATA "${others[@]}"
	expect_property "$supply" status Discharging

	# no sample is complete without it
	property "$supply" cellar/samples
	before=$value
	property "$supply" cellar/frames
	expect "frames" wait_until 20 is_not "$supply" cellar/frames "$value"
	nap 2
	expect_property "$supply" cellar/samples "$before"
}

and_comes_back_alone()
{
	pylontech_frames
	feed live --period 1000 fresh0 "${frames[@]}"
	wait_for_property "$supply" constant_charge_current_max 120000000 20
	none_is "$supply" ENODATA "${measurements[@]}"
}

# expect_limits CHARGE DISCHARGE: of the Deye, in µA or ENODATA
expect_limits()
{
	wait_for_property "$deye" constant_charge_current_max "$1" 20
	wait_for_property "$deye" cellar/discharge_current_max "$2" 20
}

# The limits are 200 and 400 A off grid (0x351), 50 and 70 A on grid (0x371). Whether
# the house is on grid is not known here: the lower one is true in both.
no_limit_rises_because_a_frame_is_missing()
{
	local without_off_grid without_on_grid

	deye_system_frames grid=F401BC02
	without_off_grid=("${frames[@]:1}")
	without_on_grid=("${frames[@]::9}")
	feed deye --period 1000 fresh2 "${frames[@]}"
	expect_limits 50000000 70000000
	feed deye --period 1000 fresh2 "${without_on_grid[@]}"
	expect_limits ENODATA ENODATA
	feed deye --period 1000 fresh2 "${frames[@]}"
	expect_limits 50000000 70000000
	feed deye --period 1000 fresh2 "${without_off_grid[@]}"
	expect_limits ENODATA ENODATA
	deye_system_frames grid=A00F401F
	feed deye --period 1000 fresh2 "${frames[@]}"
	expect_limits 200000000 400000000
	feed_stop deye
	pylontech_frames
}

age_is_the_time_since_the_last_sample()
{
	local now before

	feed_stop live
	send_once fresh0
	expect_property "$supply" cellar/max_age_ms "$live_ms"
	for _ in 1 2 3; do
		now_ms
		before=$now
		property "$supply" cellar/age_ms
		now_ms
		expect_between "age_ms" "$value" $((before - sent_before - tick_ms)) \
			$((now - sent_after + tick_ms))
		nap 1.3
	done
	feed live --period 1000 fresh0 "${frames[@]}"
	wait_for_property "$supply" voltage_now 49960000 20
}

an_interface_that_goes_down_ends_all_at_once()
{
	local now before

	now_ms
	before=$now
	ip link set fresh0 down
	property "$supply" voltage_now
	now_ms
	expect_equal "voltage_now $((now - before)) ms after down" "$value" ENODATA
	all_are "$supply" ENODATA "${measurements[@]}"
	expect_property "$supply" present 1
	expect_property "$supply" health Unknown
	expect_property "$supply" manufacturer PYLON
	ip link set fresh0 up
	wait_for_property "$supply" voltage_now 49960000 20
	wait_for_property "$supply" status Discharging 20
}

a_supply_is_lost_after_a_minute()
{
	ends_after "$lost" present 1 0 "$present_ms"
	all_are "$lost" ENODEV "${measurements[@]}"
	expect_property "$lost" status Unknown
	expect_property "$lost" health Unknown
	expect_property "$lost" capacity_level Unknown
	expect_property "$lost" manufacturer PYLON
	expect "line in the log" wait_until 20 logged 1 "$lost is lost"
	expect_log 0 "$lost is back"
	expect_property "$supply" present 1
}

logged()
{
	log_count "$2"
	[ "$count" = "$1" ]
}

and_is_back_with_its_next_sample()
{
	local samples

	property "$lost" cellar/samples
	samples=$value
	feed lost --period 1000 fresh1 "${frames[@]}"
	wait_for_property "$lost" present 1 20
	wait_for_property "$lost" voltage_now 49960000 20
	wait_for_property "$lost" manufacturer PYLON 20
	expect "line in the log" wait_until 20 logged 1 "$lost is back"
	expect_log 1 "$lost is lost"
	property "$lost" cellar/samples
	expect_between "samples" "$value" $((samples + 1)) $((samples + 100))
}

bus_setup
interface_add fresh0 fresh1 fresh2
bus_add fresh-deye fresh2 dialect=deye
deye=$supply
deye_system_frames grid=F401BC02
feed deye --period 1000 fresh2 "${frames[@]}"
bus_add fresh-lost fresh1 dialect=pylontech
lost=$supply
bus_add fresh-live fresh0 dialect=pylontech
pylontech_frames
feed lost --period 1000 fresh1 "${frames[@]}"
feed live --period 1000 fresh0 "${frames[@]}"
for name in "$lost" "$supply"; do
	wait_for_property "$name" present 1 60 || ktap_bail "no $name"
done

# The minute passes while the other cases run.
feed_stop lost
send_once fresh1
lost_sent=("$sent_after" "$sent_before")

first=(
	all_is_live_while_frames_come
	measurements_end_two_and_a_half_seconds_after_their_frame
	the_rest_stays_and_says_that_nothing_is_known
	all_is_live_again_with_the_next_frames
	a_missing_frame_ends_only_its_own_fields
	and_comes_back_alone
	no_limit_rises_because_a_frame_is_missing
	age_is_the_time_since_the_last_sample
	an_interface_that_goes_down_ends_all_at_once
)
ktap_plan $((${#first[@]} + 2))
for case in "${first[@]}"; do
	ktap_case "${case//_/ }" "$case"
done
sent_after=${lost_sent[0]}
sent_before=${lost_sent[1]}
for case in a_supply_is_lost_after_a_minute and_is_back_with_its_next_sample; do
	ktap_case "${case//_/ }" "$case"
done
ktap_end
