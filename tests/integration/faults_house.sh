# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # results are for the cases; bus.sh has the rest
#
# The plants of faults_in_kernel.sh: a battery, cellard and inverters that begin together,
# what was heard in which seconds, and the end with its verdict.

programs=$(realpath "$here/../../build")
way=charge

bus_address=
daemon=

# at SECONDS VERB...: a line of the battery's script
at()
{
	echo "at $*" >>"$bus_state/script"
}

# section NUMBER PROTOCOL [LINE...]: of the configuration, for the inverter on vcan9NUMBER
section()
{
	printf '[inverter house%d]\ninterface = vcan9%d\nprotocol = %s\n' "$1" "$1" "$2"
	[ $# = 2 ] || printf '%s\n' "${@:3}"
}

cellard_starts()
{
	"$programs/cellard" --config "$bus_state/conf" --state "$bus_state/state" \
		2>>"$bus_state/log" &
	daemon=$!
}

# cellard_ends SIGNAL STATUS: and this is its exit status
cellard_ends()
{
	[ -n "$daemon" ] || return 0
	kill "-$1" "$daemon" 2>/dev/null
	wait "$daemon" 2>/dev/null
	expect_equal "exit status of cellard" $? "$2"
	daemon=
}

# begin AMPERES ARGUMENT...: four packs of which the house wants so much, > 0 charges, and
# the inverters that ARGUMENTs of cellar-sim say; $bus_state/conf is cellard's configuration.
# All packs are in and the limits are up after 20 s.
begin()
{
	way=charge
	[ "$1" -ge 0 ] || way=discharge
	: >>"$bus_state/script"
	rm -rf "$bus_state/log" "$bus_state/heard"
	mkdir -p "$bus_state/state"
	cellard_starts
	bus_add faults vcan80 model=lesso,lsrr51v100ah
	"$programs/cellar-sim" run --interface vcan80 --dialect deye --packs 4 --seed 1 \
		--model lesso,lsrr51v100ah --current "$1" --script "$bus_state/script" \
		--inverter-log "$bus_state/heard" "${@:2}" >/dev/null &
	bus_jobs[sim]=$!
	wait_until 60 inverter_hears || fail "the battery does not begin"
}

# inverter_hears: the log of the inverters has begun, with the battery, at $start_ms
inverter_hears()
{
	start_ms=$(sed -n '2s/,.*//p' "$bus_state/heard" 2>/dev/null)
	[ -n "$start_ms" ]
}

# milliseconds SECONDS: $ms
milliseconds()
{
	local whole=${1%.*} part=

	[[ $1 != *.* ]] || part=${1#*.}
	part=${part}000
	ms=$((whole * 1000 + 10#${part:0:3}))
}

# until_second N: of the battery's own time
until_second()
{
	local wait_ms

	now_ms
	milliseconds "$1"
	wait_ms=$((start_ms + ms - now))
	[ $wait_ms -le 0 ] || nap "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
}

# heard FROM TO [INVERTER]: seconds of the battery's time; see inverter_heard.awk
heard()
{
	local from

	milliseconds "$1"
	from=$((start_ms + ms))
	milliseconds "$2"
	read -r frames lowest highest gap_ms zero_ms own worst < <(
		awk -v from="$from" -v to=$((start_ms + ms)) \
			-v who="${3:-1}" -v way="$way" -f "$here/inverter_heard.awk" "$bus_state/heard")
}

# second_by_second: what inverter 1 heard, for people
second_by_second()
{
	awk -v from="$start_ms" -v to=9e9 -v way="$way" -v each=1000 -f "$here/inverter_heard.awk" \
		"$bus_state/heard" | sed 's/^/# /'
}

# judged OPTION...: end of the plant, and the verdict of inverter_verdict.awk
judged()
{
	local judgement

	background_stop sim
	cellard_ends TERM 0
	bus_remove faults
	awk "$@" -f "$here/inverter_verdict.awk" "$bus_state/heard" >"$bus_state/verdict"
	judgement=$?
	expect_equal "verdict" $judgement 0
	note "$(grep ' frames, ' "$bus_state/verdict")"
	if [ "$ktap_complaints" -gt 0 ]; then
		sed 's/^/# /' "$bus_state/verdict" "$bus_state/log"
		second_by_second
	fi
	rm -rf "$bus_state/script" "$bus_state/state"
}

# expect_events NUMBER CODE: so many have been
expect_events()
{
	expect_equal "events $2" "$(grep -c "^cellard: $2: " "$bus_state/log")" "$1"
}

# service PATH INTERFACE NAME FILTER: $value is what jq makes of a property
service()
{
	value=$(busctl --address="$bus_address" --json=short get-property org.cellar1 \
		"/org/cellar1/$1" "org.cellar1.$2" "$3" 2>/dev/null | jq -r ".data | $4")
}

expect_members()
{
	service "cluster/$supply" Cluster Members length
	expect_equal "members" "$value" "$1"
}

# expect_limit FROM TO LOWEST HIGHEST [INVERTER]: mA, of every frame of these seconds
expect_limit()
{
	heard "$1" "$2" "${5:-1}"
	expect_between "frames from $1 s to $2 s" "$frames" $(($2 - $1 - 1)) 100000
	expect_between "ms without a frame from $1 s to $2 s" "$gap_ms" 0 2000
	expect_between "lowest limit from $1 s to $2 s, mA" "$lowest" "$3" "$4"
	expect_between "highest limit from $1 s to $2 s, mA" "$highest" "$3" "$4"
}

# expect_silence FROM TO
expect_silence()
{
	heard "$1" "$2"
	expect_equal "frames from $1 s to $2 s" "$frames" 0
}

# expect_0_a FROM: within 3 s
expect_0_a()
{
	heard "$1" $(($1 + 10))
	note "0 A $zero_ms ms after $1 s"
	expect_between "ms to 0 A" "$zero_ms" 0 3000
}

# one_inverter AMPERES [MANNER]
one_inverter()
{
	section 1 victron >"$bus_state/conf"
	begin "$1" --inverter-on "vcan91:victron${2:+:$2}"
}

# That four packs do not share evenly takes some amperes of the 200 (design.md, "Limits").
expect_four_packs()
{
	expect_limit "$1" "$2" 170000 200000
}

expect_three_packs()
{
	expect_limit "$1" "$2" 130000 150000
}

bus_starts()
{
	dbus-daemon --session --address="$bus_address" --nofork --nopidfile --print-address \
		>"$bus_state/dbus.out" &
	bus_jobs[dbus]=$!
	wait_until 20 test -S "$bus_state/bus"
}
