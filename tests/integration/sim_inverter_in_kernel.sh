#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Simulated inverters on real interfaces, in a virtual machine: told by a battery that is
# written by hand, in every manner, and while interfaces come and go.
# shellcheck disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"

sim=$(realpath "$here/../../build/cellar-sim")
verdict=$here/inverter_verdict.awk

# limits AMPERES [AMPERES]: $frame is 0x351 with 56 V, for charging and discharging
limits()
{
	local ccl=$((10 * $1)) dcl=$((10 * ${2:-$1}))

	printf -v frame '351#3002%02X%02X%02X%02XC001' $((ccl & 255)) $((ccl >> 8)) \
		$((dcl & 255)) $((dcl >> 8))
}

# told AMPERES [AMPERES]: the inverter on vcan91 hears these limits from now on
told()
{
	limits "$@"
	feed limits --period 200 vcan91 "$frame"
}

# simulate MODE ARGUMENT...: four packs of which the house wants 100 A; $heard is what the
# inverters hear
simulate()
{
	background_stop sim
	heard=$bus_state/heard
	truth=$bus_state/truth
	rm -f "$heard" "$truth"
	"$sim" "$1" --packs 4 --current 100 --inverter-log "$heard" --truth "$truth" "${@:2}" &
	bus_jobs[sim]=$!
	wait_until 20 test -s "$heard"
}

run()
{
	simulate run --interface vcan90 --dialect deye "$@"
}

# at SECONDS VERB...: one more line of the script, which begin_script has emptied
at()
{
	echo "at $*" >>"$bus_state/script"
}

begin_script()
{
	: >"$bus_state/script"
}

# last INVERTER COLUMN: $value as $heard has it last
last()
{
	value=$(awk -F, -v who="$1" -v column="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; columns = NF }
		NF == columns && $2 == who { value = $at[column] }
		END { print value }' "$heard")
}

# takes INVERTER AMPERES: it does now, give or take 0.2 A
takes()
{
	last "$1" own_ma
	((value >= $2 * 1000 - 200 && value <= $2 * 1000 + 200))
}

expect_takes()
{
	wait_until "${3:-3}" takes "$1" "$2" || fail "inverter $1 takes $value mA, not $2 A"
}

# truth_at SECOND: $value is the sum of the packs' currents, in tenths of A
truth_at()
{
	value=$(awk -F, -v at="$1.000" '$1 == at { sum += $6 } END { printf "%.0f", sum * 10 }' \
		"$truth")
}

an_obedient_one_takes_what_it_hears()
{
	local delay

	told 30
	run --inverter-on vcan91:victron --duration 6
	expect_takes 1 30
	told 12
	expect_takes 1 12
	delay=$(awk -F, '$3 && $5 == 12000 && !at { at = $1 }
		at && $16 < 12200 { print $1 - at; exit }' "$heard")
	expect_between "ms from the frame to the current" "$delay" 0 150
	background_wait sim
	truth_at 5
	expect_between "sum of the packs, 0.1 A" "$value" 118 122
}

it_stops_when_limits_are_too_old()
{
	local delay

	told 30
	run --inverter-on vcan91:victron
	expect_takes 1 30
	feed_stop limits
	expect_takes 1 0 6
	delay=$(awk -F, '$3 == 1 { told = $1 } $16 > 100 { zero = 0 } $16 < 100 && !zero { zero = $1 }
		END { print zero - told }' "$heard")
	expect_between "ms from the last frame" "$delay" 3000 3250
	last 1 timed_out
	expect_equal "timed out" "$value" 1
}

manners_are_seen_in_the_packs()
{
	local gap

	begin_script
	at 0 inverter 1 lie 20
	at 2 inverter 1 ignore
	at 4 inverter 1 vanish
	at 7 inverter 1 return
	at 7 inverter 1 slow 4
	told 50
	run --inverter-on vcan91:victron --script "$bus_state/script" --duration 13
	background keepalives candump -td vcan91,305:7FF
	background_wait sim
	truth_at 1
	expect_between "a liar, 0.1 A" "$value" 598 602
	truth_at 3
	expect_between "one that ignores, 0.1 A" "$value" 998 1002
	truth_at 5
	expect_between "one that is gone, 0.1 A" "$value" -2 2
	truth_at 9
	expect_between "a slow one half way, 0.1 A" "$value" 200 270
	truth_at 12
	expect_between "a slow one that has come, 0.1 A" "$value" 498 502
	background_stop keepalives
	gap=$(tr -d '()' <"$bus_state/keepalives.out" |
		awk '$1 > 1.5 { n++; gap = $1 } END { printf "%d %.1f", n, gap }')
	expect_match "silences on the bus, and seconds of them" "$gap" '^1 (3|4)\.'
	expect_between "keep-alives" "$(wc -l <"$bus_state/keepalives.out")" 8 11
}

# Growatt's limits are 56 V, 30 A, 30 A, big-endian.
two_share_in_two_dialects()
{
	told 60
	feed growatt --period 200 vcan92 311#0230012C012C0060
	run --inverter-on vcan91:victron:sma --inverter-on vcan92:growatt
	background keepalives candump -L vcan91,305:7FF vcan92,301:7FF
	expect_takes 1 60
	expect_takes 2 30
	nap 2.2
	feed_stop growatt
	expect_takes 2 0 6
	expect_takes 1 60
	background_stop keepalives
	expect_match "of growatt" "$(<"$bus_state/keepalives.out")" '301#1122334455667788'
	# 60 A to charge are -600, at 53 V and about 25 degrees
	expect_match "of SMA" "$(<"$bus_state/keepalives.out")" '305#..02A[89]FD[EF].00..0.'
}

# alive LINES: keep-alives have come since there were so many
alive()
{
	[ "$(wc -l <"$bus_state/keepalives.out")" -gt "$1" ]
}

interfaces_may_go_and_come_back()
{
	local lines

	told 30
	run --inverter-on vcan91:victron
	expect_takes 1 30
	ip link set dev vcan91 down
	expect_takes 1 0 6
	ip link set dev vcan91 up
	told 20
	expect_takes 1 20
	feed_stop limits
	ip link del dev vcan91
	expect_takes 1 0 6
	ip link add dev vcan91 type vcan
	ip link set dev vcan91 up
	background keepalives candump -L vcan91,305:7FF
	told 25
	expect_takes 1 25
	lines=$(wc -l <"$bus_state/keepalives.out")
	wait_until 3 alive "$lines" || fail "no keep-alive on the new interface"
	background_stop keepalives
	expect "the simulation runs" kill -0 "${bus_jobs[sim]}"
}

an_interface_that_comes_later_is_found()
{
	run --inverter-on vcan93:victron
	expect_takes 1 0
	interface_add vcan93
	limits 30
	feed limits --period 200 vcan93 "$frame"
	expect_takes 1 30
}

# silent_for MS: the battery's last word is so old
silent_for()
{
	last 1 time_ms
	local now=$value

	last 1 battery_ms
	((now - value >= $1))
}

spoke_within()
{
	! silent_for "$1"
}

nothing_waits_for_the_battery_s_bus()
{
	told 30
	run --inverter-on vcan91:victron
	expect_takes 1 30
	wait_until 3 spoke_within 900 || fail "the battery does not speak"
	ip link set dev vcan90 down
	wait_until 5 silent_for 2000 || fail "battery_ms went on"
	expect_takes 1 30
	ip link set dev vcan90 up
	wait_until 3 spoke_within 900 || fail "the battery does not speak again"
	ip link del dev vcan90
	wait_until 5 silent_for 2000 || fail "battery_ms went on without an interface"
	ip link add dev vcan90 type vcan
	ip link set dev vcan90 up
	wait_until 3 spoke_within 900 || fail "the battery does not speak on the new interface"
}

# judged STATUS OPTION...: what the verdict on $heard is
judged()
{
	local status

	awk "${@:2}" -f "$verdict" "$heard" >"$bus_state/verdict"
	status=$?
	note "$(tail -2 "$bus_state/verdict" | tr '\n' ';')"
	expect_equal verdict "$status" "$1"
}

a_battery_and_an_inverter_on_one_bus()
{
	begin_script
	at 6 silent
	run --inverter-on vcan90:deye --script "$bus_state/script" --duration 12
	background_wait sim
	judged 0 -v falls=1
}

who_is_told_too_much_is_seen()
{
	told 250
	run --inverter-on vcan91:victron --duration 4
	background_wait sim
	judged 1
	expect_match "verdict" "$(<"$bus_state/verdict")" 'heard 250000 mA of charge'
	told 40
	run --inverter-on vcan91:victron --duration 4
	background_wait sim
	judged 0
}

a_rack_has_them_too()
{
	told 30
	simulate rack --pty "$bus_state/rack" --inverter-on vcan91:pylontech:lies=10
	expect_takes 1 33
	last 1 battery_ms
	expect_equal "battery_ms while nobody asks" "$value" ""
	feed_stop limits
	expect_takes 1 0 6
}

[ "$EUID" = 0 ] || ktap_skip_all "not root"
[ -d /sys/module/vcan ] || modprobe -q vcan || ktap_skip_all "no module vcan"
can_feed=$(helper can_feed)
test_setup
interface_add vcan90 vcan91 vcan92

ktap_main an_obedient_one_takes_what_it_hears it_stops_when_limits_are_too_old \
	manners_are_seen_in_the_packs two_share_in_two_dialects \
	interfaces_may_go_and_come_back an_interface_that_comes_later_is_found \
	nothing_waits_for_the_battery_s_bus a_battery_and_an_inverter_on_one_bus \
	who_is_told_too_much_is_seen a_rack_has_them_too
