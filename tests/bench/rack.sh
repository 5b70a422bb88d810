# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # programs is the folder of the programs
#
# Measurements of RS-485 lines, for tests/bench/guest: simulated racks on
# pseudo-terminals, in machines where sleeping costs no time. Needs $programs.

rack_state=$(mktemp -d)
rack_device=
rack_bus=
declare -A rack_jobs=()

# Slowest to be found are the packs of a second group: every 16 s one probe is free.
FOUND_S=600

# Serial numbers come once, and a supply settles within 3 s of its last new field.
SETTLE_S=30

rack_packs()
{
	find /sys/class/power_supply -name "$rack_bus-*" | wc -l
}

# until_packs PACKS
until_packs()
{
	local waited

	for ((waited = 0; waited < FOUND_S; waited += 5)); do
		[ "$(rack_packs)" != "$1" ] || return 0
		sleep 5
	done
	echo "$1 packs: $(rack_packs) supplies" >&2
	return 1
}

# rack_begin PACKS BAUD DELAY_MS: $rack_bus has found them all and settled;
# $rack_device has the files of the bus
rack_begin()
{
	local packs=$1 baud=$2 delay=$3 line=$rack_state/line

	rack_line_begin "$packs" "$baud" "$delay"
	rm -f "$rack_state/attached"
	"$programs/cellar-attach" --baud "$baud" --dialect pylontech "$line" \
		>"$rack_state/attached" &
	rack_jobs[attach]=$!
	until [ -s "$rack_state/attached" ]; do
		kill -0 "${rack_jobs[attach]}"
		sleep 0.1
	done
	rack_bus=$(sed 's/.*: //' "$rack_state/attached")
	rack_device=$(echo /sys/bus/platform/devices/cellar-rs485.*)
	until_packs "$packs"
	sleep $SETTLE_S
}

# rack_line_begin PACKS BAUD DELAY_MS: a rack that nobody asks
rack_line_begin()
{
	"$programs/cellar-sim" rack --pty "$rack_state/line" --packs "$1" --baud "$2" \
		--delay "$3" --current 40 2>"$rack_state/said" &
	rack_jobs[sim]=$!
	until [ -e "$rack_state/line" ]; do
		kill -0 "${rack_jobs[sim]}"
		sleep 0.1
	done
}

rack_end()
{
	local job

	for job in attach sim; do
		[ -n "${rack_jobs[$job]-}" ] || continue
		kill -TERM "${rack_jobs[$job]}"
		wait "${rack_jobs[$job]}"
		unset "rack_jobs[$job]"
	done
}

# What the rack says of its line since it was last asked: seconds, questions, their
# characters, answers, their characters, seconds of delays
rack_use()
{
	local lines

	lines=$(grep -c ' of delays$' "$rack_state/said" || true)
	kill -USR1 "${rack_jobs[sim]}"
	until [ "$(grep -c ' of delays$' "$rack_state/said")" != "$lines" ]; do
		sleep 0.1
	done
	tail -n 1 "$rack_state/said" | tr -cs '0-9.\n' ' ' | sed 's/^ *//'
}

# use_of FREE_RUN SECONDS NAME...: what the rack and, of all supplies, the ages say
use_of()
{
	local free_run=$1 seconds=$2 ages use

	shift 2
	echo "$free_run" >"$rack_device/free_run"
	sleep 10
	rack_use >/dev/null
	ages=$("$programs/ages" "$seconds" "$rack_bus")
	use=$(rack_use)
	echo "line $* $use $ages"
}

# How busy a line is kept, and how old what is urgent becomes.
line()
{
	local packs baud=$1

	for packs in 1 4 16 32; do
		rack_begin $packs "$baud" 0
		use_of 1 60 "$baud" $packs free 0
		rack_end
		rack_begin $packs "$baud" 20
		use_of 1 60 "$baud" $packs free 20
		use_of 0 180 "$baud" $packs due 20
		rack_end
	done
}

# cpu_ns [PID]: of all kernel threads and that process
cpu_ns()
{
	awk -v reader="${1-}" 'FNR == 1 {
		split(FILENAME, path, "/")
		cmdline = "/proc/" path[3] "/cmdline"
		is_process = (getline nothing <cmdline) > 0
		close(cmdline)
		if (!is_process || path[3] == reader)
			sum += $1
	}
	END { print sum }' /proc/[0-9]*/schedstat 2>/dev/null || true
}

# reply_cost NAME SECONDS [PID]
reply_cost()
{
	local before after use

	rack_use >/dev/null
	before=$(cpu_ns "${3-}")
	sleep "$2"
	after=$(cpu_ns "${3-}")
	use=$(rack_use)
	echo "reply $1 $((after - before)) $use"
}

# What an answer costs the machine, from the driver and from a program that asks the
# same in the same proportions; and how busy the line is when computing takes time.
reply()
{
	local baud addresses reader

	for baud in 9600 115200; do
		rack_begin 16 $baud 0
		mapfile -t addresses < <(cat /sys/class/power_supply/"$rack_bus"-*/cellar/address)
		echo 1 >"$rack_device/free_run"
		sleep 5
		reply_cost "$baud cellar" 20
		rack_end
	done

	rack_line_begin 16 $baud 0
	"$programs/reader" "$rack_state/line" $baud "${addresses[@]}" &
	reader=$!
	sleep 5
	reply_cost "$baud reader" 20 $reader
	kill $reader
	wait $reader || true
	rack_end
}
