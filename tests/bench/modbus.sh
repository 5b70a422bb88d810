# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # programs, cellard_state and cellard_jobs are of others
#
# Measurements of what stands around the battery, for tests/bench/guest: contacts of
# gpio-sim, Modbus lines to the simulator's meters, inverters and wallboxes, in a machine
# where sleeping costs no time and an instruction 1 ns. Needs $programs, what cellard.sh
# has, and add_interface and add_bus.

# From a question to its answer, as the simulated devices have it.
THINK_MS=20

# The shortest period that cellard.conf(5) has.
SHORTEST_MS=20

EDGES=${EDGES:-300}
READ_S=${READ_S:-60}

bus_begin()
{
	job_start dbus dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork \
		--nopidfile
	until_true 20 test -S "$cellard_state/bus"
}

# cellard_begin NAME: by $cellard_state/NAME.conf
cellard_begin()
{
	job_start "$1" "$programs/cellard" --config "$cellard_state/$1.conf" \
		--state "$cellard_state"
	until_true 60 on_bus org.cellar1 || { cat "$cellard_state/$1.err" >&2; return 1; }
}

# devices_begin NAME DEVICES OPTION...: that simulator's line
devices_begin()
{
	local name=$1 device arguments=() script=$cellard_state/$1.script

	for device in $2; do
		arguments+=(--device "$device")
	done
	[ -e "$script" ] || echo "at 0 delay all $THINK_MS" >"$script"
	job_start "$name" "$programs/cellar-sim" modbus --script "$script" "${arguments[@]}" \
		"${@:3}"
}

# tcp_begin NAME DEVICES OPTION...: the same on TCP; $port is where
tcp_begin()
{
	devices_begin "$@" --tcp 0
	until_true 20 test -s "$cellard_state/$1.out"
	port=$(sed 's/.*://' "$cellard_state/$1.out")
}

# meters_config LINE METERS PERIOD: at addresses 1 and up; the first is at the grid
meters_config()
{
	local i role=exchange

	for ((i = 1; i <= $2; i++)); do
		printf '%s\n' "[meter $1$i]" "line = $1" "address = $i" 'kind = dtsu666' \
			"role = $role" "period_ms = $3"
		role=production
	done
}

# A house that draws, then sells, then draws: what its battery does changes each second.
restless()
{
	local second

	echo "at 0 delay all $THINK_MS"
	for ((second = 0; second < 3600; second++)); do
		echo "at $second power 1 $((second % 4 < 2 ? 1500 + second % 7 * 100 : 900))"
	done
}

# changing DEVICES: what so many of them measure is something else each second
changing()
{
	local second device

	echo "at 0 delay all $THINK_MS"
	for ((second = 0; second < 300; second++)); do
		for ((device = 1; device <= $1; device++)); do
			echo "at $second power $device $((1500 + (second + device) % 7 * 100))"
		done
	done
}

# contacts_config CODE: of that grid code; contact 1 is the one that is closed by edges
contacts_config()
{
	if [ "$1" = drm ]; then
		echo 'drm0 = BENCH_1'
	else
		printf 'rrcr_l%d = BENCH_%d\n' 1 1 2 2 3 3 4 4
	fi
}

# edge_config CODE BAUD: an inverter and three meters on one line; meters are read without a
# rest
edge_config()
{
	printf '%s\n' '[cluster house]' 'buses = cellar0' 'commissioned = yes' \
		'[line wire]' "device = $cellard_state/wire" "baud = $2" \
		'[inverter roof]' 'line = wire' 'address = 11' 'map = sofar-g3' \
		'rated_w = 5000' 'battery_w = 3000' \
		'[site]' 'plant = free' 'phases = 1' 'exchange = meter' 'production = meter' \
		'control = set-points' "grid_code = $1" '[contacts]'
	contacts_config "$1"
	meters_config wire 3 $SHORTEST_MS
}

# edge CODE-BAUD: from an edge to the set-point. Of DRM it is DRM0; of RRCR L1, 0 %, after L4,
# which is closed otherwise.
edge()
{
	local code=${1%-*} baud=${1#*-} rest=()

	gpio_chip_add bench BENCH_{1..5}
	add_interface vcan0
	add_bus vcan0 deye >/dev/null
	job_start sim "$programs/cellar-sim" run --interface vcan0 --dialect deye --packs 2
	bus_begin
	restless >"$cellard_state/wire.script"
	mkfifo "$cellard_state/log"
	devices_begin wire "dtsu666@1 dtsu666@2 dtsu666@3 sofar-g3@11" --baud "$baud" --paced \
		--pty "$cellard_state/wire" --log "$cellard_state/log"
	edge_config "$code" "$baud" >"$cellard_state/edge.conf"
	if [ "$code" = rrcr ]; then
		rest=("$(gpio_chip_line 4 pull)")
		echo pull-up >"${rest[0]}"
	fi
	job_start edges "$programs/edge" "$(gpio_chip_line 1 pull)" "$cellard_state/log" "$baud" \
		"$THINK_MS" "$EDGES" "${rest[@]}"
	until_true 20 test -e "$cellard_state/wire"
	cellard_begin edge
	wait "${cellard_jobs[edges]}" || { cat "$cellard_state"/edge*.err >&2; return 1; }
	echo "edge $code $baud $(<"$cellard_state/edges.out")"
}

# used NAME: of the last $READ_S in a simulator's log: seconds, requests, and characters on
# the line with those of answers
used()
{
	awk -v span="$READ_S" 'function hex(digits,    n, i) {
		for (i = 1; i <= length(digits); i++)
			n = n * 16 + index("123456789ABCDEF", substr(digits, i, 1))
		return n
	}
	{
		at[NR] = $1
		n = substr($3, 1, 2) == "10" ? 8 : 5 + 2 * hex(substr($3, 7, 4))
		chars[NR] = 3 + length($3) / 2 + ($4 == "answered" ? n : 0)
	}
	END {
		for (i = NR - 1; i > 0 && at[NR] - at[i] <= span; i--) {
			sum += chars[i]
			requests++
			seconds = at[NR] - at[i]
		}
		print seconds, requests, sum
	}' "$cellard_state/$1.log"
}

# reading BAUD METERS GAP: how busy cellard keeps that line; BAUD tcp, GAP default: none is said
reading()
{
	local meters devices=

	for ((meters = 1; meters <= $2; meters++)); do
		devices+=" dtsu666@$meters"
	done
	rm -f "$cellard_state/line.log" "$cellard_state/line.out"
	if [ "$1" = tcp ]; then
		tcp_begin line "$devices" --log "$cellard_state/line.log"
		place=$port
		where=("host = 127.0.0.1" "port = $port")
	else
		devices_begin line "$devices" --baud "$1" --paced --pty "$cellard_state/line" \
			--log "$cellard_state/line.log"
		until_true 20 test -e "$cellard_state/line"
		place=$cellard_state/line
		where=("device = $place" "baud = $1")
		[ "$3" = default ] || where+=("gap_ms = $3")
	fi
	printf '%s\n' '[line line]' "${where[@]}" >"$cellard_state/reading.conf"
	meters_config line "$2" $SHORTEST_MS >>"$cellard_state/reading.conf"
	cellard_begin reading
	sleep $((READ_S + 20))
	job_end reading
	sleep 1 # what it was being answered is no answer to the next one
	echo "reading cellard $1 $2 $3 $THINK_MS $(used line)"
	: >"$cellard_state/line.log"
	job_start poll "$programs/poll" "$place" "$1" "$2"
	sleep $((READ_S + 5))
	job_end poll
	echo "reading poll $1 $2 $3 $THINK_MS $(used line)"
	job_end line
}

readings()
{
	local baud meters gap

	bus_begin
	for meters in 1 4; do
		for baud in 9600 115200; do
			for gap in default 0; do
				reading $baud $meters $gap
			done
		done
		reading tcp $meters 0
	done
}

# All that a house can have: 32 packs, eight inverters on CAN that are read by Modbus as
# well, eight wallboxes, four meters, contacts and outputs.
plant_config()
{
	local i

	inverters_config | sed "s/^\[inverter n\(.*\)]/&\nline = inverters\naddress = 1\1\n\
map = sofar-g3\nrated_w = 5000\nbattery_w = 5000/"
	printf '%s\n' '[line meters]' "device = $cellard_state/meters" 'baud = 115200'
	meters_config meters 4 1000
	printf '%s\n' '[line inverters]' 'host = 127.0.0.1' "port = $inverters_port" \
		'[line boxes]' 'host = 127.0.0.1' "port = $boxes_port"
	for ((i = 1; i <= 8; i++)); do
		printf '%s\n' "[charger c$i]" 'line = boxes' "address = $i" \
			'profile = userspace/wallboxes/heidelberg.conf' 'mode = plug-and-play' \
			'strategy = ecological-mixed' 'phases = 3'
	done
	for ((i = 1; i <= 4; i++)); do
		printf '%s\n' "[output o$i]" "number = $i" 'variable = pv-power' \
			"upper = $((i * 1000))" 'lower = 500' 'check_s = 1'
	done
	printf '%s\n' '[site]' 'plant = free' 'phases = 3' 'exchange = meter' \
		'production = meter' 'control = limits' 'grid_code = drm' 'contract_w = 30000' \
		'[contacts]' 'drm0 = BENCH_1' 'output_1 = BENCH_2' 'output_2 = BENCH_3' \
		'output_3 = BENCH_4' 'output_4 = BENCH_5'
}

plant()
{
	local i devices boxes=

	gpio_chip_add bench BENCH_{1..5}
	for ((i = 40; i < 48; i++)); do
		add_interface "vcan$i"
	done
	load >"$cellard_state/load"
	restless >"$cellard_state/meters.script"
	devices_begin meters "dtsu666@1 dtsu666@2 dtsu666@3 dtsu666@4" --baud 115200 --paced \
		--pty "$cellard_state/meters"
	devices=$(printf 'sofar-g3@1%d ' 0 1 2 3 4 5 6 7)
	changing 8 >"$cellard_state/inverters.script"
	tcp_begin inverters "$devices"
	inverters_port=$port
	for ((i = 1; i <= 8; i++)); do
		boxes+=" wallbox:userspace/wallboxes/heidelberg.conf@$i"
		echo "at $((30 + i)) car $i 16"
	done >"$cellard_state/boxes.script"
	tcp_begin boxes "$boxes"
	boxes_port=$port
	bus_begin
	job_start idle "$programs/cellard" --config "$cellard_state/none" \
		--state "$cellard_state"
	watched idle 0 org.cellar1
	job_end idle
	packs_begin 32
	plant_config >"$cellard_state/plant.conf"
	cellard_begin plant
	watched plant 32 org.cellar1
	"$programs/cellarctl" hybrids >&2
	"$programs/cellarctl" chargers >&2
	"$programs/cellarctl" contacts >&2
}
