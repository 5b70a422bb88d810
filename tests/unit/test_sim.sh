#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The program cellar-sim from outside: same seed, same bytes; errors that say
# what is possible; a replay in the order and with the timing of its recording;
# the script of the demonstration. Usage: test_sim.sh PROGRAM
# shellcheck disable=SC2317 # tests are called by name
set -euo pipefail

sim=$(realpath "${1:?usage: test_sim.sh PROGRAM}")
tree=$(realpath "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

failed=0

# In a subshell of its own, so that the first thing that fails ends a test.
check() {
	local what=$1 status
	shift
	set +e
	(
		set -e
		"$@"
	)
	status=$?
	set -e
	if [ "$status" -eq 0 ]; then
		echo "ok   $what"
	else
		echo "FAIL $what"
		failed=1
	fi
}

quick() {
	"$sim" run --output - --fast "$@"
}

# The program ends with status $1 and says $2 on standard error.
refuses() {
	local status=$1 words=$2 got=0
	shift 2
	"$sim" "$@" >out 2>err || got=$?
	[ "$got" -eq "$status" ] && grep -qF -- "$words" err && return 0
	echo "status $got, said: $(cat err)"
	return 1
}

# A configuration in ./house.conf, of so many packs
house() {
	ln -sfn "$tree/userspace" userspace
	sed "s|^device = /run|device = $work|; s|^packs = .*|packs = $1|" \
		"$tree/tests/data/house/house.conf" >house.conf
}

a_plant_says_what_is_wrong() {
	house 2
	refuses 2 "give a --config FILE" plant
	refuses 2 "must be 2025-01-02 to 2025-12-30" plant --config house.conf --day 2026-01-01
	refuses 2 "from 1 to 3600" plant --config house.conf --speed 0.5
	refuses 2 "--hour '24'" plant --config house.conf --hour 24
	refuses 2 "from 0.1 to 100" plant --config house.conf --capacity 0
	refuses 2 "without a --duration" plant --config house.conf --plot day.svg
	refuses 2 "there is no dialect 'dy'" plant --config house.conf --dialect dy
	echo 'at 1 grid 2' >script
	refuses 2 "script:1: '2' is not a whole number" plant --config house.conf --script script
	house 33
	refuses 2 "must be 1 to 32 on a bus of deye" plant --config house.conf
	house 2
	sed "s|^device = .*/cellar-house|host = 192.0.2.1|; /^baud = 115200/d" house.conf >far.conf
	refuses 1 "host must be 127.0.0.1" plant --config far.conf --output /dev/null
	sed '/^line = boxes/d; /^address = [23]/d; /^profile/d' house.conf >apart.conf
	refuses 1 "[charger garage]: only a wallbox with a line" \
		plant --config apart.conf --output /dev/null
	echo >none.conf
	refuses 2 "no [site]" plant --config none.conf
}

# From noon on, with the packs' frames in a log
a_plant_is_a_house() {
	house 2
	printf 'at 1.2 grid 0\nat 2.2 pack unplug 2\n' >script
	"$sim" plant --config house.conf --script script --output frames --hour 12 \
		--duration 4 --truth truth
	grep -q ' 351#' frames
	[ "$(wc -l <truth)" -eq 5 ]
	[ "$(awk -F, '{ print NF }' truth | sort -u | wc -l)" -eq 1 ]
	awk -F, 'NR > 1 && ($3 != (NR < 4) || $16 != (NR < 5 ? 2 : 1) || $9 < 100 ||
		($3 && ($9 - $10 - $12 - $13 - $14) ^ 2 > 9)) { print; wrong = 1 }
		END { exit wrong }' truth
	[ ! -e cellar-house ] && [ ! -e cellar-boxes ]
}

same_seed() {
	local arguments=(--duration 30 --packs 4 --current 120
		--script "$tree/tests/data/scripts/demo.script")
	for dialect in pylontech victron deye growatt goodwe schneider sofar; do
		quick "${arguments[@]}" --dialect "$dialect" --seed 9 >a
		quick "${arguments[@]}" --dialect "$dialect" --seed 9 >b
		quick "${arguments[@]}" --dialect "$dialect" --seed 10 >c
		[ -s a ]
		cmp a b
		if cmp -s a c; then return 1; fi
	done
}

log_is_candump() {
	quick --duration 5 --script garbage.script >log
	if grep -vE '^\([0-9]+\.[0-9]{6}\) can0 ([0-7][0-9A-F]{2}|[0-9A-F]{8})#(R|([0-9A-F]{2}){0,8})$' log; then
		return 1
	fi
	grep -q '#R$' log
	grep -qE ' [0-9A-F]{8}#' log
}

time_is_virtual() {
	local before=$SECONDS
	quick --duration 600 >log
	[ $((SECONDS - before)) -le 30 ]
	[ "$(tail -1 log | cut -c2-4)" = 599 ]
}

# 0x112 is pack 3: bytes 0 to 6 are its faults, byte 7 its switches.
demo_alarm_rises_and_clears() {
	quick --dialect deye --packs 4 --model lesso,lsrr51v100ah --duration 60 \
		--script "$tree/tests/data/scripts/demo.script" >log
	sed -n 's/^(\([0-9]*\)\..* 112#\(....\).*\(..\)$/\1 \2 \3/p' log >faults
	awk '$2 == "4001" && $3 == "01" { if (!first) first = $1; last = $1 }
	     $2 == "0000" && $3 == "31" && last { clear = 1 }
	     END { exit !(first >= 15 && first <= 22 && last < 35 && clear) }' faults
}

truth_is_written() {
	quick --duration 10 --packs 3 --truth truth.csv >log
	[ "$(wc -l <truth.csv)" -eq 31 ]
	[ "$(awk -F, '{ print NF }' truth.csv | sort -u)" = 14 ]
}

replay_keeps_order() {
	cat >recorded <<-'EOF'
		# a comment
		(1000.000000) can0 351#3002F401F401C001
		(1000.250000) can1 355#3C006200 R
		(1000.250000) can0 305#0000000000000000 T
		(1000.100000) can0 356#9F14000000000000

		(1001.000000) can0 35C#R
		(1001.500000) can0 35C#C000
	EOF
	"$sim" replay recorded --output - --fast >log 2>err
	cat >expected <<-'EOF'
		(0.000000) can0 351#3002F401F401C001
		(0.250000) can0 355#3C006200
		(0.250000) can0 305#0000000000000000
		(0.250000) can0 356#9F14000000000000
		(1.650000) can0 35C#C000
	EOF
	cmp log expected
	grep -q '1 lines were no 11-bit data frames' err
}

replay_loops_untimed() {
	printf 'can0  351   [8]  30 02 F4 01 F4 01 C0 01\ncan0  355   [4]  3C 00 62 00\n' >recorded
	"$sim" replay recorded --output - --fast --loop 2 | cut -d' ' -f1,3 >log
	cat >expected <<-'EOF'
		(0.000000) 351#3002F401F401C001
		(0.100000) 355#3C006200
		(0.200000) 351#3002F401F401C001
		(0.300000) 355#3C006200
	EOF
	cmp log expected
}

# A slow machine may take longer, but not a minute.
replay_takes_its_time() {
	local from to
	printf '(5.000000) can0 351#00\n(5.600000) can0 351#01\n' >recorded
	from=$(date +%s%N)
	"$sim" replay recorded --output - >log
	to=$(date +%s%N)
	[ $(((to - from) / 1000000)) -ge 590 ] || return
	printf '(5.000000) can0 351#00\n(65.000000) can0 351#01\n' >recorded
	from=$(date +%s%N)
	"$sim" replay recorded --output - --speed 100 >log
	to=$(date +%s%N)
	[ $(((to - from) / 1000000)) -ge 590 ] && [ $(((to - from) / 1000000)) -lt 55000 ]
}

# A log that is written is a log that can be read.
replay_of_a_run_is_the_run() {
	quick --duration 20 --dialect deye --packs 3 --current 30 >log
	"$sim" replay log --output - --fast | cmp - log
}

stops_when_asked() {
	local pid status=0 before=$SECONDS looks
	"$sim" run --output log --duration 600 &
	pid=$!
	# it has started when it waits for SIGINT and SIGTERM
	for ((looks = 0; looks < 600; looks++)); do
		! grep -q '^SigBlk:.*4002$' "/proc/$pid/status" || break
		sleep 0.1
	done
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 0 ]
	[ $((SECONDS - before)) -lt 300 ]
	[ -s log ]
}

# A line each 100 ms, on a machine without its interface, and the battery in a log.
inverter_without_an_interface() {
	"$sim" run --current 50 --inverter-on nope9:victron --inverter-log heard --output log \
		--duration 1.5 2>err
	grep -qF 'there is no CAN interface nope9, waiting' err
	[ "$(grep -c . err)" = 1 ]
	[ -s log ]
	awk -F, 'NR == 1 && $14 == "battery_ms" && $15 == "current_ma" { head = 1 }
		NR > 1 && $2 == 1 && $3 == 0 && $11 == 1 && $15 == 0 { n++ }
		NR > 2 && $14 > 0 && $1 - $14 < 1100 { spoken++ }
		END { exit !(head && n == NR - 1 && n >= 14 && n <= 17 && spoken >= 12) }' heard
}

every_option_is_in_the_manual() {
	"$sim" run --help >help
	"$sim" rack --help >>help
	"$sim" replay --help >>help
	sed 's/\\-/-/g' "$tree/Documentation/man/cellar-sim.1" >manual
	grep -oE '^  --[a-z]+' help | sort -u | while read -r option; do
		grep -qF -- "$option" manual || { echo "no $option"; return 1; }
	done
	sed -n '/^comment. Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p' help | while read -r verb; do
		grep -qE "^\.B $verb|^\.BI \"?$verb" manual || { echo "no $verb"; return 1; }
	done
}

printf 'at 1 garbage 60\n' >garbage.script
printf 'at 1 inverter 1 obey\n' >inverter.script
printf '# fine\nat 1 current 5\nat 2 heat 9 50\n' >bad.script
printf '(1.000000) can0 351#00\nwhat is this\n' >bad.log

check "a plant says what is wrong" a_plant_says_what_is_wrong
check "a plant is a house" a_plant_is_a_house
check "same seed, same bytes" same_seed
check "the log is candump's" log_is_candump
check "time is virtual" time_is_virtual
check "the demonstration's alarm rises and clears" demo_alarm_rises_and_clears
check "the truth is written" truth_is_written
check "a replay keeps the order" replay_keeps_order
check "a replay loops, 100 ms without a time" replay_loops_untimed
check "a replay takes its time" replay_takes_its_time
check "a replay of a run is the run" replay_of_a_run_is_the_run
check "an inverter that hears nothing takes nothing" inverter_without_an_interface
check "it stops when asked" stops_when_asked
check "every option is in the manual" every_option_is_in_the_manual

check "no mode" refuses 2 "cellar-sim run"
check "unknown mode" refuses 2 "use run, rack, modbus, replay, ems, year or plant" walk
check "unknown option" refuses 2 "run --help" run --colour
check "unknown dialect" refuses 2 "pylontech, victron, deye, growatt, goodwe, schneider or sofar" run --dialect byd
check "unknown model" refuses 2 "lesso,lsrr51v100ah" run --model tesla
check "unknown setting" refuses 2 "native or victron" run --dialect deye --setting x
check "setting elsewhere" refuses 2 "only for --dialect deye" run --setting native
check "too many packs for deye" refuses 2 "at most 32" run --dialect deye --packs 33
check "too many packs" refuses 2 "from 1 to 64" run --packs 65
check "a bad number" refuses 2 "--soc '101'" run --soc 101
check "a negative seed" refuses 2 "--seed '-1'" run --seed -1
check "current and load" refuses 2 "exclude each other" run --current 1 --load 1
check "fast for ever" refuses 2 "--duration" run --fast --output -
check "two ways out" refuses 2 "exclude each other" run --interface a --output -
check "no interface" refuses 1 "ip link add dev nope9 type vcan" run --interface nope9
check "a bad script" refuses 2 "bad.script:3: 'heat': no pack '9', there are 1 to 2" \
	run --packs 2 --script bad.script --output -
check "no script" refuses 2 "none.script" run --script none.script --output -
check "a bad recording" refuses 1 "bad.log:2:" replay bad.log --output -
check "nothing of a bad recording is played" test ! -s out
check "no recording" refuses 1 "none.log" replay none.log --output -
check "replay of nothing" refuses 2 "replay FILE" replay
check "an inverter cannot be fast" refuses 2 "neither --fast nor --speed" \
	run --inverter-on vcan1:victron --output - --fast --duration 1
check "an inverter has no other speed" refuses 2 "neither --fast nor --speed" \
	run --inverter-on vcan1:victron --output - --speed 2
check "an inverter that obeys what?" refuses 2 "exclude each other" \
	run --inverter-on vcan1:victron --output - --obey
check "an inverter of no dialect" refuses 2 "the dialect is missing" run --inverter-on vcan1
check "an inverter of an unknown dialect" refuses 2 "no such dialect" run --inverter-on vcan1:byd
check "an inverter of no interface" refuses 2 "no interface" run --inverter-on :victron
check "an interface with a long name" refuses 2 "no interface" \
	run --inverter-on vcan123456789012:victron
check "an unknown manner" refuses 2 "use INTERFACE:DIALECT, then :obeys" \
	run --inverter-on vcan1:victron:sings
check "a manner without its number" refuses 2 "a number is missing" \
	run --inverter-on vcan1:victron:slow
check "a manner with a number too many" refuses 2 "a number too many" \
	run --inverter-on vcan1:victron:obeys=3
check "a manner with a bad number" refuses 2 "from 0 to 1000" \
	run --inverter-on vcan1:victron:lies=-1
check "sma in another dialect" refuses 2 "only for the dialect victron" \
	run --inverter-on vcan1:growatt:sma
check "two inverters on one interface" refuses 2 "one on that interface already" \
	run --inverter-on vcan1:growatt --inverter-on vcan1:victron
check "nine inverters" refuses 2 "there are eight already" \
	run --inverter-on a:victron --inverter-on b:victron --inverter-on c:victron \
	--inverter-on d:victron --inverter-on e:victron --inverter-on f:victron \
	--inverter-on g:victron --inverter-on h:victron --inverter-on i:victron
check "a log of no inverter" refuses 2 "needs an --inverter-on" run --inverter-log x
check "a log that cannot be" refuses 1 "none/log" \
	run --inverter-on vcan1:victron --inverter-log none/log --output -
check "a log on a full disk" refuses 1 "the log of the inverters" \
	run --inverter-on vcan1:victron --inverter-log /dev/full --output log --duration 0.3
check "an inverter that is not there in a script" refuses 2 "no inverter without --inverter-on" \
	run --script inverter.script --output -
check "a rack's inverter is refused the same" refuses 2 "no such dialect" \
	rack --pty x --inverter-on vcan1:byd
check "a full disk" refuses 1 "/dev/full" run --output /dev/full --fast --duration 5

exit "$failed"
