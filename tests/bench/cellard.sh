# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # programs and config are of the guest
#
# Measurements of cellard, for tests/bench/guest: simulated Deye packs, up to 32 on a bus,
# in a machine where sleeping costs no time and an instruction 1 ns. Needs $programs,
# $config, and its add_interface, add_bus and remove_buses.

cellard_state=$(mktemp -d)
declare -A cellard_jobs=()
PER_BUS=32
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$cellard_state/bus

# Packs are members after 5 s; new supplies settle within 10 s.
STEADY_S=30
MEASURE_S=20

job_start()
{
	local name=$1

	shift
	"$@" >"$cellard_state/$name.out" 2>"$cellard_state/$name.err" &
	cellard_jobs[$name]=$!
}

job_end()
{
	kill -KILL "${cellard_jobs[$1]}"
	wait "${cellard_jobs[$1]}" 2>/dev/null || true
	unset "cellard_jobs[$1]"
}

# until_true SECONDS COMMAND...
until_true()
{
	local waited

	for ((waited = 0; waited < $1 * 10; waited++)); do
		! "${@:2}" || return 0
		sleep 0.1
	done
	echo "not within $1 s: ${*:2}" >&2
	return 1
}

# A house whose load changes each second: so do all readings.
load()
{
	local second

	for ((second = 0; second < 600; second++)); do
		echo "at $second current $((20 + second % 7 * 3))"
	done
}

# packs_begin N: so many, and the systems of their buses
packs_begin()
{
	local left=$1 bus=0 packs

	while [ "$left" -gt 0 ]; do
		packs=$((left < PER_BUS ? left : PER_BUS))
		ip link show "vcan$bus" >/dev/null 2>&1 || add_interface "vcan$bus"
		add_bus "vcan$bus" deye >/dev/null
		job_start "sim$bus" "$programs/cellar-sim" run --interface "vcan$bus" \
			--dialect deye --packs $packs --seed $((bus + 1)) \
			--script "$cellard_state/load"
		left=$((left - packs))
		bus=$((bus + 1))
	done
	until_true 60 has_supplies $(($1 + bus))
}

has_supplies()
{
	[ "$(find /sys/class/power_supply -mindepth 1 | wc -l)" = "$1" ]
}

packs_end()
{
	local job

	for job in "${!cellard_jobs[@]}"; do
		[[ $job != sim* ]] || job_end "$job"
	done
	remove_buses
}

on_bus()
{
	busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" call org.freedesktop.DBus \
		/org/freedesktop/DBus org.freedesktop.DBus GetNameOwner s "$1" >/dev/null 2>&1
}

# job_ns NAME: CPU time of that process, of all its threads
job_ns()
{
	awk '{ sum += $1 } END { printf "%.0f\n", sum }' "/proc/${cellard_jobs[$1]}/task"/*/schedstat
}

# job_wakes NAME: how often one of its threads was woken
job_wakes()
{
	awk '$1 == "voluntary_ctxt_switches:" { sum += $2 } END { print sum }' \
		"/proc/${cellard_jobs[$1]}/task"/*/status
}

job_rss_kib()
{
	sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/${cellard_jobs[$1]}/status"
}

job_pss_kib()
{
	sed -n 's/^Pss:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/${cellard_jobs[$1]}/smaps_rollup"
}

# measure_job NAME PACKS LISTENERS: one line of CPU time, that of the bus, memory, and how
# often it was woken
measure_job()
{
	local name=$1 ns bus_ns wakes

	ns=$(job_ns "$name")
	bus_ns=$(job_ns dbus)
	wakes=$(job_wakes "$name")
	sleep $MEASURE_S
	echo "daemon $name $2 $3 $MEASURE_S $(($(job_ns "$name") - ns))" \
		"$(($(job_ns dbus) - bus_ns)) $(job_rss_kib "$name") $(job_pss_kib "$name")" \
		"$(($(job_wakes "$name") - wakes))"
}

# watched NAME PACKS BUS-NAME: alone on the bus, then with somebody who listens
watched()
{
	until_true 60 on_bus "$3"
	sleep $STEADY_S
	measure_job "$1" "$2" 0
	job_start listener dbus-monitor --address "$DBUS_SYSTEM_BUS_ADDRESS" --profile \
		"type='signal',sender='$3'"
	sleep 2
	: >"$cellard_state/listener.out"
	measure_job "$1" "$2" 1
	echo "signals $1 $2 $(grep -ac '^sig' "$cellard_state/listener.out") $MEASURE_S"
	job_end listener
}

# A cluster of the first bus, told to eight inverters in all dialects.
inverters_config()
{
	local dialect i=0

	printf '%s\n' '[cluster house]' 'buses = cellar0'
	for dialect in pylontech victron deye growatt goodwe schneider sofar victron; do
		printf '%s\n' "[inverter n$i]" "interface = vcan$((40 + i))" \
			"protocol = $dialect" 'cluster = house'
		i=$((i + 1))
	done
}

# driving PACKS: what inverters cost besides
driving()
{
	local i

	for ((i = 40; i < 48; i++)); do
		add_interface "vcan$i"
	done
	inverters_config >"$cellard_state/driving.conf"
	job_start driving "$programs/cellard" --config "$cellard_state/driving.conf" \
		--state "$cellard_state"
	watched driving "$1" org.cellar1
	job_end driving
}

daemon()
{
	local packs upowerd=/usr/libexec/upowerd

	load >"$cellard_state/load"
	job_start dbus dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork \
		--nopidfile
	until_true 20 test -S "$cellard_state/bus"
	for packs in 1 4 32 256; do
		packs_begin $packs
		job_start cellard "$programs/cellard" --config "$cellard_state/none" \
			--state "$cellard_state"
		watched cellard $packs org.cellar1
		job_end cellard
		[ $packs != 32 ] || driving $packs
		if [ $packs = 32 ] && [ -x $upowerd ]; then
			job_start upower $upowerd
			watched upower $packs org.freedesktop.UPower
			job_end upower
		fi
		packs_end
		job_start publish "$programs/publish" $packs
		watched publish $packs org.cellar1.bench
		job_end publish
	done
	job_end dbus
}

# From a limit frame of the battery to the one that tells the inverter.
in_out()
{
	local said

	add_interface vcan8
	add_interface vcan9
	add_bus vcan8 pylontech >/dev/null
	printf '%s\n' '[cluster house]' 'buses = cellar0' '[inverter roof]' 'interface = vcan9' \
		'protocol = pylontech' 'cluster = house' >"$cellard_state/cellard.conf"
	job_start dbus dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork \
		--nopidfile
	until_true 20 test -S "$cellard_state/bus"
	job_start cellard "$programs/cellard" --config "$cellard_state/cellard.conf" \
		--state "$cellard_state"
	said=$("$programs/in_out" vcan8 vcan9 1000)
	[ -n "$said" ] || return 1
	echo "in_out $said"
	job_end cellard
	job_end dbus
	remove_buses
}
