#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who is told of what: `samples` wakes a poller at every complete sample and costs
# no uevent; what people act on costs exactly one uevent each, and never more than
# one a second; and an hour of a recorded bus costs as many as it has such changes.
# shellcheck source-path=SCRIPTDIR disable=SC2119,SC2317 # cases and frames are called by name

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/frames.sh"

# A second event would come a second after the first.
two_events=1.4

# Lines of the recording for one moment.
hour_frames=9

# events SUPPLY: $changes are its change events since mark_events, each a line
events()
{
	local line lines

	mapfile -s "$events_mark" -t lines <"$bus_state/events.out"
	changes=()
	for line in "${lines[@]}"; do
		case $line in
		lost*) fail "uevent_watch: $line" ;;
		*$'\t'change$'\t'"$1"$'\t'*) changes+=("$line") ;;
		esac
	done
}

mark_events()
{
	local lines

	mapfile -t lines <"$bus_state/events.out"
	events_mark=${#lines[@]}
}

stalled()
{
	local line

	for line in "${changes[@]}"; do
		[[ $line != *$'\tSTATUS=Unknown\t'* && $line != *$'\tHEALTH=Unknown\t'* ]] || return 0
	done
	return 1
}

# Where time is real, a machine that stalls for seconds makes data stale, which is
# an event of its own: then the case is tried again.
unless_stalled()
{
	local tries=4 complaints=$ktap_complaints

	while "$@"; events "$supply"; [ -z "${CELLAR_VIRTUAL_TIME-}" ] && stalled; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || { fail "the machine stalls"; return; }
		note "the machine stalled: once more"
		ktap_complaints=$complaints
		steady
	done
}

# expect_events WHAT LEAST MOST: where time is real, a stall may cost some more
expect_events()
{
	local most=$3

	[ -n "${CELLAR_VIRTUAL_TIME-}" ] || most=$((most + 3))
	expect_between "$1" ${#changes[@]} "$2" "$most"
}

# expect_event PATTERN: the last one has it; where time is real, one of them
expect_event()
{
	if [ -n "${CELLAR_VIRTUAL_TIME-}" ]; then
		expect_match "event" "${changes[-1]-}" "$1"
	else
		expect_match "events" "${changes[*]/%/$'\t'}" "$1"
	fi
}

# The state each step below begins and ends with.
steady()
{
	pylontech_frames
	feed pylontech --period 1000 notify0 "${frames[@]}"
	wait_for_property "$supply" capacity 90 20
	wait_for_property "$supply" status Discharging 20
	wait_for_property "$supply" health Good 20
	wait_for_property "$supply" cellar/warnings "" 20
	nap "$two_events"
}

# change_of FILE VALUE KEY=VALUE...: with these frames FILE says VALUE, after one
# event; where time is real and the machine stalls, data goes stale between, which is
# an event of its own
change_of()
{
	mark_events
	pylontech_frames "${@:3}"
	feed pylontech --period 1000 notify0 "${frames[@]}"
	wait_for_property "$supply" "$1" "$2" 20
	nap "$two_events"
	events "$supply"
	expect_events "events for $1 $2" 1 1
}

one_step_of_the_charge()
{
	change_of capacity 89 soc=89
	expect_event $'\tCAPACITY=89(\t|$)'
	change_of capacity 90
	expect_event $'\tCAPACITY=90(\t|$)'
}

an_alarm_that_comes_and_goes()
{
	change_of cellar/warnings overvoltage faults=00000200
	change_of cellar/warnings ""
	change_of cellar/protections overvoltage faults=02000000
	expect_event $'\tHEALTH=Over voltage(\t|$)'
	change_of cellar/protections ""
	expect_event $'\tHEALTH=Good(\t|$)'
}

a_change_of_status()
{
	change_of status Charging deciamps=50
	expect_event $'\tSTATUS=Charging(\t|$)'
	change_of status "Not charging" deciamps=4
	change_of status Discharging
}

# Bits of 0x35C (protocols.md 1.3).
each_enable_flag()
{
	change_of cellar/charge_enable 0 requests=40
	change_of cellar/charge_enable 1
	change_of cellar/discharge_enable 0 requests=80
	change_of cellar/discharge_enable 1
	change_of cellar/force_charge 1 requests=E0
	change_of cellar/force_charge 0
	change_of cellar/full_charge_request 1 requests=C8
	change_of cellar/full_charge_request 0
}

no_change_of()
{
	mark_events
	pylontech_frames "${@:3}"
	feed pylontech --period 1000 notify0 "${frames[@]}"
	wait_for_property "$supply" "$1" "$2" 20
	nap "$two_events"
	events "$supply"
	expect_equal "events for $1 $2" ${#changes[@]} 0
}

measurements_cost_no_event()
{
	unless_stalled no_change_of current_now -20000000 deciamps=-200
	unless_stalled no_change_of voltage_now 51230000 centivolts=5123
	steady
}

data_that_goes_stale_costs_one_event()
{
	mark_events
	feed_stop pylontech
	wait_for_property "$supply" status Unknown 20
	nap "$two_events"
	events "$supply"
	expect_events "events" 1 1
	expect_event $'\tSTATUS=Unknown\t'
	mark_events
	feed pylontech --period 1000 notify0 "${frames[@]}"
	wait_for_property "$supply" status Discharging 20
	nap 3
	events "$supply"
	# health may come in the second after status: 0x359 in another frame
	expect_events "events" 1 2
}

watch_samples()
{
	mark_events
	"$poll_samples" "$cellar_class/$supply/cellar/samples" 6 >"$bus_state/samples"
	events "$supply"
	expect_equal "events" ${#changes[@]} 0
}

each_sample_wakes_a_poller_and_costs_no_event()
{
	local wakeups first last

	unless_stalled watch_samples
	{ read -r; read -r _ wakeups _ first _ last; } <"$bus_state/samples"
	if [ -n "${CELLAR_VIRTUAL_TIME-}" ]; then
		expect_between "samples in 6 s" $((last - first)) 5 7
		expect_equal "wake-ups" "$wakeups" $((last - first))
	else
		expect_between "samples in 6 s" $((last - first)) 2 12
		expect_between "wake-ups" "$wakeups" $(((last - first) / 2)) $((last - first))
	fi
}

# The charge goes up and down ten times a second.
never_more_than_one_event_a_second()
{
	local line tenth soc now start elapsed

	for ((tenth = 0; tenth < 60; tenth++)); do
		pylontech_frames soc=$((tenth & 1 ? 70 : 71))
		for line in "${frames[@]}"; do
			printf '(%d.%d00000) notify0 %s\n' $((tenth / 10)) $((tenth % 10)) "$line"
		done
	done >"$bus_state/flicker.log"
	mark_events
	now_ms
	start=$now
	feed pylontech --timed notify0 "$bus_state/flicker.log"
	feed_wait pylontech
	nap 1.5
	now_ms
	elapsed=$((now - start))
	steady
	now_ms
	events "$supply"
	expect_between "events in $((now - start)) ms" ${#changes[@]} \
		$((elapsed / 2000)) $(((now - start) / 1000 + 1))
	[ -z "${CELLAR_VIRTUAL_TIME-}" ] || event_gaps
}

event_gaps()
{
	local line at before=-1000

	for line in "${changes[@]}"; do
		at=${line%%$'\t'*}
		expect_between "ms since the event before" $((at - before)) 1000 1000000
		before=$at
	done
}

# An hour of a Deye with two packs, a frame of each kind every 2 s. The charge falls
# by 1 % in 100 s from 90 %, and rises from 2000 s on; charging begins at 2050 s; an
# alarm lasts from 1030 to 1090 s; charging is forbidden from 3050 s on. Nothing of
# it falls on the same second, so each is one event. The packs go their own way:
# 0.1 % in 23 s, 0.1 % in 40 s.
record_hour()
{
	awk -v interface="$1" '
	function le16(n) {
		n = n < 0 ? n + 65536 : n
		return sprintf("%02X%02X", n % 256, int(n / 256))
	}
	function frame(text) {
		printf "(%d.%06d) %s %s\n", second, us += 1000, interface, text
	}
	function pack(n, permille, amps) {
		frame(sprintf("%X#0000000000000031", 272 + n))
		frame(sprintf("%X#1302%s%sDE03", 336 + n, le16(-amps), le16(permille)))
	}
	BEGIN {
		for (second = 0; second < 3600; second += 2) {
			us = 0
			soc = second < 2000 ? 90 - int(second / 100) : 71 + int((second - 2000) / 100)
			alarm = second >= 1030 && second < 1090
			frame("351#3002D007A00FE001")
			frame(sprintf("355#%s630000000000", le16(soc)))
			frame(sprintf("356#BE14%sEB000000", le16(second < 2050 ? 150 : -150)))
			frame(sprintf("359#00000000%s000000", alarm ? "01" : "00"))
			frame(sprintf("35C#%s00000000000000", second < 3050 ? "C0" : "40"))
			pack(0, 900 - int(second / 23), -75)
			pack(1, 500 + int(second / 40), 75)
		}
	}'
}

# expected_changes LOG: of the system and of two packs, from the bytes of the
# recording by protocols.md 3.1
expected_changes()
{
	awk '
	function digits(text,  i, n) {
		for (i = 1; i <= length(text); i++)
			n = n * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1
		return n
	}
	function le16(text, at) {
		return digits(substr(text, at + 2, 2) substr(text, at, 2))
	}
	# what people act on, of each supply; a current is far from the dead band
	function note(supply, what, value) {
		if ((supply, what) in state && state[supply, what] != value)
			changes[supply]++
		state[supply, what] = value
	}
	{
		id = substr($3, 1, 3)
		data = substr($3, 5)
		if (id == "355")
			note("system", "soc", le16(data, 1))
		else if (id == "356")
			note("system", "sign", le16(data, 5) >= 32768)
		else if (id == "359")
			note("system", "alarms", data)
		else if (id == "35C")
			note("system", "enables", data)
		else if (id == "150" || id == "151")
			note(substr(id, 3) + 1, "soc", int(le16(data, 9) / 10))
	}
	END { print changes["system"] + 0, changes[1] + 0, changes[2] + 0 }' "$1"
}

# The hour begins when the supplies have settled on its first moment.
start_hour()
{
	record_hour notify1 >"$bus_state/hour.log"
	head -n "$hour_frames" "$bus_state/hour.log" >"$bus_state/hour.first"
	tail -n "$hour_frames" "$bus_state/hour.log" >"$bus_state/hour.last"
	interface_add notify1
	bus_add notify-hour notify1 dialect=deye
	cluster=$supply
	feed hour --period 1000 notify1 "$bus_state/hour.first"
}

# In virtual time at the pace of the recording; else as fast as it goes, when only
# an upper bound and the last state are known.
an_hour_of_a_bus()
{
	local row name wanted soc start elapsed rows now system first second
	local pace=(--timed)

	[ -n "${CELLAR_VIRTUAL_TIME-}" ] || pace=()
	for name in "$cluster" "$cluster-01" "$cluster-02"; do
		wait_for_property "$name" present 1 60 || return
	done
	wait_for_property "$cluster" current_now -15000000 60
	# the list of properties grows no more (SETTLE_NS of the driver)
	nap 4
	read -r system first second <<<"$(expected_changes "$bus_state/hour.log")"
	rows=("$cluster $system 86" "$cluster-01 $first 74" "$cluster-02 $second 58")

	mark_events
	now_ms
	start=$now
	feed hour "${pace[@]}" notify1 "$bus_state/hour.log"
	feed_wait hour
	expect_equal "frames sent" "$sent" $((1800 * hour_frames))
	feed hour --period 1000 notify1 "$bus_state/hour.last"
	for row in "${rows[@]}"; do
		read -r name wanted soc <<<"$row"
		wait_for_property "$name" capacity "$soc" 10
	done
	nap 2
	now_ms
	elapsed=$(((now - start) / 1000))
	for row in "${rows[@]}"; do
		read -r name wanted soc <<<"$row"
		events "$name"
		note "$name: $wanted changes, ${#changes[@]} events, $elapsed s"
		if [ -n "${CELLAR_VIRTUAL_TIME-}" ]; then
			expect_equal "events of $name" ${#changes[@]} "$wanted"
		else
			expect_between "events of $name" ${#changes[@]} 1 $((elapsed + 3))
		fi
		expect_match "last event of $name" "${changes[-1]-}" $'\tCAPACITY='"$soc"$'(\t|$)'
	done
}

bus_setup
poll_samples=$(helper poll_samples)
background events "$(helper uevent_watch)"

start_hour
interface_add notify0
bus_add notify notify0 dialect=pylontech
pylontech_frames
feed pylontech --period 1000 notify0 "${frames[@]}"
wait_for_property "$supply" present 1 60 || ktap_bail "no $supply"
steady

ktap_main \
	each_sample_wakes_a_poller_and_costs_no_event \
	one_step_of_the_charge \
	an_alarm_that_comes_and_goes \
	a_change_of_status \
	each_enable_flag \
	measurements_cost_no_event \
	data_that_goes_stale_costs_one_event \
	never_more_than_one_event_a_second \
	an_hour_of_a_bus
