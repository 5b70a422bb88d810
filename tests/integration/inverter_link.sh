#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The line to the inverters, in a virtual machine: a battery on one CAN bus, cellard, and
# what inverters on three others see, frame by frame. Currents are in 0.1 A as on the wire.
# shellcheck disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"
# shellcheck source=tests/kselftest/frames.sh
. "$here/../kselftest/frames.sh"

programs=$(realpath "$here/../../build")
wait_step=0.5
rival_limits=351#1C02E8030000C201	# 54 V, 100 A, 0 A
ears_limits=351#3002E803E803E001	# 56 V, 100 A, 100 A

# battery CHARGE DISCHARGE: four packs that speak as one, and what they allow
battery()
{
	local charge discharge

	le16 "$1"; charge=$hex
	le16 "$2"; discharge=$hex
	feed battery --period 1000 vcan80 "351#3002${charge}${discharge}E001" 355#32006300 \
		356#A0140000D200 359#0000000004504E 35C#C000 35E#50594C4F4E202020
}

# inverter NAME PROPERTY: $value
inverter()
{
	value=$(busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" --json=short get-property \
		org.cellar1 "/org/cellar1/inverter/$1" org.cellar1.Inverter "$2" 2>/dev/null |
		jq -c .data)
}

inverter_is()
{
	inverter "$1" "$2" && [ "$value" = "$3" ]
}

# wait_for_state NAME STATE SECONDS
wait_for_state()
{
	wait_until "$3" inverter_is "$1" State "\"$2\"" || fail "$1: $value, not $2"
}

mark()
{
	clock=${EPOCHREALTIME/./}
	clock_ms=${clock:0:-3}
}

# dumped INTERFACE FRAME: $at_ms are the times since mark at which a frame of this
# pattern was on the wire, $data what it carried
dumped()
{
	local stamp interface frame

	at_ms=()
	data=()
	while read -r stamp interface frame _; do
		# shellcheck disable=SC2053 # a pattern
		[[ $interface == "$1" && $frame == $2 ]] || continue
		stamp=${stamp//[().]/}
		stamp=${stamp:0:-3}
		((stamp >= clock_ms)) || continue
		at_ms+=("$stamp")
		data+=("${frame#*#}")
	done <"$bus_state/dump"
}

# currents HEX: $charge and $discharge of a 0x351
currents()
{
	charge=$((0x${1:6:2}${1:4:2}))
	discharge=$((0x${1:10:2}${1:8:2}))
}

# last_currents_are CHARGE DISCHARGE: in the last frame of all
last_currents_are()
{
	local last

	last=$(grep ' vcan90 351#' "$bus_state/dump" | tail -n 1)
	[ -n "$last" ] || return
	currents "${last##*#}"
	[ "$charge $discharge" = "$1 $2" ]
}

nothing_is_said_before_there_is_data()
{
	mark
	nap 3
	dumped vcan90 '*'
	expect_equal "frames" ${#at_ms[@]} 0
	inverter house State
	expect_equal "state" "$value" '"waiting"'
}

# 160 A and 120 A are for all three, of which this one has half.
the_first_frame_comes_after_the_first_reading()
{
	local first

	mark
	battery 1200 1600
	wait_for_state house speaking 30
	nap 0.5
	dumped vcan80 '351#*'
	first=${at_ms[0]}
	dumped vcan90 '*'
	expect_between "ms from the battery's first word to ours" $((at_ms[0] - first)) 1 10000
	for frame in 351 355 356 359 35C; do
		dumped vcan90 "$frame#*"
		expect_between "frames $frame" ${#at_ms[@]} 1 100
	done
	wait_until 40 last_currents_are 600 800 || fail "$charge and $discharge"
}

no_frame_is_above_what_the_battery_allows()
{
	local frame

	clock_ms=0
	dumped vcan90 '351#*'
	for frame in "${data[@]}"; do
		currents "$frame"
		expect_between "charge" "$charge" 0 600
		expect_between "discharge" "$discharge" 0 800
	done
	expect_between "frames" ${#data[@]} 5 100000
}

# The machine may be late, never early.
each_frame_comes_once_a_second()
{
	local frame n start seconds

	mark
	start=$clock_ms
	nap 10.5
	for frame in 351 355 356 359 35C; do
		dumped vcan90 "$frame#*"
		seconds=$(((${EPOCHREALTIME/./} / 1000 - start) / 1000))
		expect_between "frames $frame" ${#at_ms[@]} $((seconds - 1)) $((seconds + 1))
		for ((n = 1; n < ${#at_ms[@]}; n++)); do
			expect_between "ms since the last $frame" $((at_ms[n] - at_ms[n - 1])) \
				700 1400
		done
	done
}

less_is_said_at_once()
{
	local at

	mark
	battery 300 1600
	wait_until 5 last_currents_are 150 800 || fail "$charge and $discharge"
	dumped vcan80 '351#30022C01*'
	at=${at_ms[0]}
	dumped vcan90 '351#30029600*'
	note "frame in to frame out: $((at_ms[0] - at)) ms"
	expect_between "ms from frame in to frame out" $((at_ms[0] - at)) 0 250
}

# Half, and two quarters of which one is not said; 0x311 has its high byte first.
three_inverters_share()
{
	dumped vcan91 '311#*'
	expect_match "a quarter of 30 A and 160 A" "${data[-1]}" '^0230004B0190'
	inverter shed Sent
	expect_equal "charge" "$(jq .ChargeCurrentLimit.data <<<"$value")" 7.5
	inverter shed Share
	expect_equal "share" "$value" 25
	inverter shed Protocol
	expect_equal "protocol" "$value" '"growatt"'
}

the_keep_alive_is_watched()
{
	inverter house Heard
	expect_equal "heard" "$value" false
	cansend vcan90 305#0000000000000000
	wait_until 3 inverter_is house Heard true || fail "not heard"
	inverter_is house Silent false || fail "silent"
	wait_until 13 inverter_is house Silent true || fail "not missed"
	cansend vcan90 305#0000000000000000
	wait_until 3 inverter_is house Silent false || fail "not heard again"
	wait_for_state house speaking 1
}

# Growatt's own, and nothing of what SMA measures
another_dialect_has_another_keep_alive()
{
	cansend vcan91 305#0000000000000000
	nap 1
	inverter shed Heard
	expect_equal "heard by 0x305" "$value" false
	cansend vcan91 301#1122334455667788
	wait_until 3 inverter_is shed Heard true || fail "not heard"
}

another_battery_silences_us()
{
	local last

	feed rival --period 500 vcan90 "$rival_limits"
	wait_for_state house conflict 3
	mark
	nap 3
	feed_stop rival
	wait_for_state house speaking 15
	nap 0.5
	dumped vcan90 "$rival_limits"
	last=${at_ms[-1]}
	dumped vcan90 "!($rival_limits)"
	expect_between "ms from its last frame to our first" $((at_ms[0] - last)) 10000 14000
	expect "that was an event" grep -q "another battery speaks on vcan90" "$bus_state/log"
}

down_and_up_again()
{
	ip link set dev vcan90 down
	wait_for_state house down 3
	nap 2
	mark
	ip link set dev vcan90 up
	wait_for_state house speaking 10
	nap 0.3
	dumped vcan90 '351#*'
	expect_between "limits at once" ${#at_ms[@]} 1 3
	expect_between "ms that others are listened to first" $((at_ms[0] - clock_ms)) 1400 9000
	expect_match "what holds now" "${data[0]}" '^30029600'
}

gone_renamed_and_back()
{
	ip link set dev vcan90 down
	ip link set dev vcan90 name vcan99
	ip link set dev vcan99 up
	wait_for_state house no-interface 3
	ip link del dev vcan99
	ip link add dev vcan90 type vcan
	wait_for_state house down 3
	ip link set dev vcan90 up
	wait_for_state house speaking 10
	mark
	wait_until 3 limits_are_said || fail "no limits"
}

limits_are_said()
{
	dumped vcan90 '351#30029600*'
	[ ${#at_ms[@]} -gt 0 ]
}

# As a controller's driver says it: CAN_ERR_BUSOFF, CAN_ERR_RESTARTED
off_the_bus_and_on_again()
{
	cansend vcan90 20000040#0000000000000000
	wait_for_state house bus-off 3
	mark
	nap 3
	dumped vcan90 '*'
	expect_equal "frames while off the bus" ${#at_ms[@]} 0
	cansend vcan90 20000100#0000000000000000
	wait_for_state house speaking 3
	inverter house Counters
	expect_equal "times off the bus" "$(jq .BusOffs <<<"$value")" 1
	wait_until 3 limits_are_said || fail "no limits"
}

# A stranger that says 56 V, 100 A, 100 A, and cellard: 56 V, 7.5 A, 40 A.
who_listens_says_nothing_and_compares()
{
	inverter ears State
	expect_equal "state" "$value" '"listening"'
	inverter ears Comparison
	expect_equal "comparison before" "$value" '{}'
	feed ears --period 1000 vcan92 "$ears_limits" 355#32006300
	nap 6
	inverter ears Comparison
	expect_equal "charge" "$(jq -c '[.ChargeCurrent | .BatterySays, .CellarWouldSay,
		.MostBelow, .MostAbove | .data]' <<<"$value")" '[100,7.5,92.5,0]'
	expect_equal "discharge" "$(jq -c '[.DischargeCurrent | .BatterySays,
		.CellarWouldSay | .data]' <<<"$value")" '[100,40]'
	expect_between "seconds below" "$(jq .ChargeCurrent.SecondsBelow.data <<<"$value")" 3 9
	expect_between "seconds the same" "$(jq .ChargeVoltage.SecondsSame.data <<<"$value")" 3 9
	expect_match "cellarctl" "$("$programs/cellarctl" inverters)" \
		'charge current +7\.5 A would be said, the battery says 100\.0 A'
	feed_stop ears
	clock_ms=0
	dumped vcan92 "!($ears_limits|355#32006300)"
	expect_equal "frames that are not the battery's" ${#at_ms[@]} 0
	dumped vcan92 '*'
	expect_between "the battery's" ${#at_ms[@]} 8 100
}

the_service_is_as_described()
{
	local name=org.cellar1.Inverter

	busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" call org.cellar1 \
		/org/cellar1/inverter/house org.freedesktop.DBus.Introspectable Introspect \
		--json=short | jq -r '.data[0]' | element "$name" >"$bus_state/service.xml"
	sed ':again; s/<!--.*-->//; /<!--/{N; s/\n/ /; b again}' "$here/../../dbus/$name.xml" |
		element "$name" >"$bus_state/file.xml"
	expect "the interface" test -s "$bus_state/file.xml"
	expect "the same" diff "$bus_state/file.xml" "$bus_state/service.xml"
}

# element NAME: that interface of the XML on standard input, without its indentation
element()
{
	sed -n "/<interface name=\"$1\">/,/<\/interface>/s/^ *//p" | grep -v '^$'
}

# design.md, "Figures to reach"
# row: inverter.md "Battery side" communication
a_silent_battery_is_0_a_within_3_s()
{
	local last

	mark
	nap 1.2
	feed_stop battery
	wait_until 6 last_currents_are 0 0 || fail "$charge and $discharge"
	dumped vcan80 '351#*'
	last=${at_ms[-1]}
	dumped vcan90 '351#300200000000*'
	note "0 A $((at_ms[0] - last)) ms after the battery's last word"
	expect_between "ms to 0 A" $((at_ms[0] - last)) 1 3000
	dumped vcan91 '311#023000000000*'
	expect_between "ms to 0 A of the other" $((at_ms[0] - last)) 1 3000
	dumped vcan90 '359#*'
	expect_match "an alarm" "${data[-1]}" '^0008|^..08|^......08'
	nap 3
	dumped vcan90 '351#*'
	expect_between "it goes on saying so" ${#at_ms[@]} 4 20
	currents "${data[-1]}"
	expect_equal "0 A" "$charge $discharge" "0 0"
}

# The pack must be heard for a minute before it is a member again.
the_end_is_0_a_with_an_alarm_and_then_silence()
{
	battery 1200 1600
	wait_until 100 last_currents_are 600 800 || fail "$charge and $discharge"
	mark
	kill "$daemon"
	wait "$daemon"
	expect_equal "exit status" $? 0
	nap 2.5
	dumped vcan90 '351#*'
	expect_equal "limits" "${data[*]: -1}" 300200000000E001
	dumped vcan90 '35C#*'
	expect_match "no charge, no discharge" "${data[-1]}" '^00'
	dumped vcan90 '359#*'
	expect_match "an alarm" "${data[-1]}" '^0008|^..08|^......08'
	dumped vcan90 '*'
	expect_between "ms from SIGTERM to the last frame" $((at_ms[-1] - clock_ms)) 0 1000
}

candump_hears()
{
	grep -q "^ *any " /proc/net/can/rcvlist_all
}

bus_setup
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus_state/bus
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile --print-address \
	>"$bus_state/dbus.out" &
bus_jobs[dbus]=$!
wait_until 20 test -S "$bus_state/bus"
interface_add vcan80 vcan90 vcan91 vcan92
candump -L any >"$bus_state/dump" &
bus_jobs[dump]=$!
wait_until 20 candump_hears || ktap_bail "candump does not start"
cat >"$bus_state/conf" <<-END
[inverter house]
interface = vcan90
protocol = pylontech
share_percent = 50
[inverter shed]
interface = vcan91
protocol = growatt
[inverter ears]
interface = vcan92
protocol = victron
listen = yes
END
bus_add cellard vcan80 dialect=pylontech model=lesso,lsrr51v100ah
"$programs/cellard" --config "$bus_state/conf" --state "$bus_state" 2>"$bus_state/log" &
daemon=$!
wait_until 20 inverter_is house Name '"house"' || ktap_bail "no inverter on the bus"

ktap_main nothing_is_said_before_there_is_data the_first_frame_comes_after_the_first_reading \
	no_frame_is_above_what_the_battery_allows each_frame_comes_once_a_second \
	less_is_said_at_once three_inverters_share the_keep_alive_is_watched \
	another_dialect_has_another_keep_alive another_battery_silences_us down_and_up_again \
	gone_renamed_and_back off_the_bus_and_on_again who_listens_says_nothing_and_compares \
	the_service_is_as_described a_silent_battery_is_0_a_within_3_s \
	the_end_is_0_a_with_an_alarm_and_then_silence
