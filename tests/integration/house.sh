# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A private bus, supplies in a folder that looks like sysfs, and cellard between them. Who
# sources this has sourced tests/unit/tap.sh and set $programs.
# shellcheck disable=SC2154 # programs

dir=$(mktemp -d)
class=$dir/class
mkdir "$class"
declare -A daemons
trap house_down EXIT
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$dir/bus

house_down()
{
	[ ${#daemons[@]} = 0 ] || kill "${daemons[@]}" 2>/dev/null
	rm -rf "$dir"
}

# pack ADDRESS [FILE=TEXT]...: a healthy pack on bus 0, with these files instead
pack()
{
	local supply=$class/cellar0-0$1 setting

	mkdir -p "$supply/cellar"
	cat >"$supply/uevent.new" <<-END
	POWER_SUPPLY_VOLTAGE_NOW=52800000
	POWER_SUPPLY_CURRENT_NOW=5000000
	POWER_SUPPLY_CAPACITY=6$1
	POWER_SUPPLY_TEMP=250
	POWER_SUPPLY_CONSTANT_CHARGE_VOLTAGE_MAX=56000000
	POWER_SUPPLY_CONSTANT_CHARGE_CURRENT_MAX=70000000
	POWER_SUPPLY_VOLTAGE_MIN=46000000
	POWER_SUPPLY_MANUFACTURER=LESSO
	POWER_SUPPLY_MODEL_NAME=LSRR51V100AH-LFP
	POWER_SUPPLY_SERIAL_NUMBER=A-00$1
	END
	mv "$supply/uevent.new" "$supply/uevent"
	echo 100000000 >"$supply/cellar/discharge_current_max"
	echo 100 >"$supply/cellar/age_ms"
	echo 1 >"$supply/cellar/samples"
	: >"$supply/cellar/protections"
	: >"$supply/cellar/warnings"
	for setting in "${@:2}"; do
		echo "${setting#*=}" >"$supply/cellar/${setting%%=*}"
	done
	echo pack >"$supply/cellar/role"
}

# on_bus ARGUMENT...: of busctl
on_bus()
{
	busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" --json=short "$@" 2>>"$dir/busctl.log"
}

# cluster FILTER: what jq makes of the properties of the cluster
cluster()
{
	"$programs/cellarctl" --json status | jq -c ".\"/org/cellar1/cluster/cellar0\" | $1"
}

# soon SECONDS COMMAND...: it succeeds within so long, or within five looks for each of the
# seconds, where a look takes its time
soon()
{
	local end=$((SECONDS + $1)) looks=$(($1 * 5))

	until "${@:2}"; do
		[ $SECONDS -lt "$end" ] || ((looks > 0)) || return 1
		((looks--))
		sleep 0.1
	done
}

# is FILTER VALUE
is()
{
	[ "$(cluster "$1" 2>>"$dir/jq.log")" = "$2" ]
}

# bus_up: a bus at the address that everybody here has
bus_up()
{
	dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile \
		2>>"$dir/dbus.log" &
	daemons[bus]=$!
	soon 10 test -S "$dir/bus"
}

# bus_down: it goes without a word
bus_down()
{
	kill -KILL "${daemons[bus]}"
	wait "${daemons[bus]}" 2>/dev/null
	unset "daemons[bus]"
	rm -f "$dir/bus"
}

# cellard_up [OPTION]...: it has its name
cellard_up()
{
	"$programs/cellard" --config "$dir/cellard.conf" --class "$class" --state "$dir" "$@" \
		2>>"$dir/cellard.log" &
	daemons[cellard]=$!
	soon 10 on_bus status org.cellar1 >"$dir/status" && return
	cat "$dir/cellard.log"
	return 1
}

# cellard_down: its exit status when it is told to end
cellard_down()
{
	local pid=${daemons[cellard]}

	unset "daemons[cellard]"
	kill "$pid" 2>/dev/null
	wait "$pid"
}
