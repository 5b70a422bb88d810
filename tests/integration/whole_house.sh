#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A day of a whole house in a virtual machine: packs on a CAN bus and the driver, cellard
# with the house of tests/data/house, whose meters, inverters and wallboxes answer by Modbus
# and whose contacts are lines of gpio-sim, two cars, and a script of what can go wrong. What
# cellard promises is judged by what the simulator knows, not by what cellard says
# (whole_house_verdict.py). And a morning of tests/data/house/limits.conf, whose inverter only
# listens to the battery, and a night of night.conf with a long blackout.
# usage: whole_house.sh [FOLDER], where the truth and the picture go

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"
# shellcheck source=tests/integration/gpio_chip.sh
. "$here/gpio_chip.sh"

programs=$(realpath "$here/../../build")
data=$here/../data/house

# ends NAME: a job of this test
ends()
{
	kill "${bus_jobs[$1]}"
	wait "${bus_jobs[$1]}" || true
	unset "bus_jobs[$1]"
}

# a_day HOUSE SCRIPT SECONDS PREFIX ARGUMENT...: of cellar-sim plant; what comes of it is in
# files of $out that begin with PREFIX
a_day()
{
	local sim device

	device=$(sed -n 's/^device = //p' "$data/$1" | tail -n 1)
	"$programs/cellar-sim" plant --config "$data/$1" --script "$data/$2" --duration "$3" \
		--interface vcan80 --speed 200 --capacity 2 --seed 1 "${@:5}" \
		--truth "$out/$4truth.csv" --plot "$out/$4whole-house.svg" &
	sim=$!
	wait_until 20 test -e "$device" || ktap_bail "no simulated house"
	mkdir -p "$bus_state/$1"
	"$programs/cellard" --config "$data/$1" --state "$bus_state/$1" 2>"$out/$4cellard.log" &
	bus_jobs[cellard]=$!
	wait $sim || ktap_bail "the simulated house has failed"
	"$programs/cellarctl" events >"$out/$4events"
	ends cellard
}

bus_setup
out=${1:-$bus_state}
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus_state/bus
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile \
	2>"$bus_state/dbus.log" &
bus_jobs[dbus]=$!
wait_until 20 test -S "$bus_state/bus"
gpio_chip_add house DRM_0 DRM_1_5 DRM_2_6 || ktap_bail "no gpio-sim"
interface_add vcan80 vcan81
bus_add house vcan80 model=lesso,lsrr51v100ah
a_day house.conf day.script "${SECONDS_OF_DAY:-432}" ""
a_day limits.conf limits.script "${SECONDS_OF_DAY:-134}" limits- --hour 3
a_day night.conf night.script "${SECONDS_OF_DAY:-95}" night- --hour 1
"$here/whole_house_verdict.py" "$data/house.conf" "$out/truth.csv" \
	"$data/limits.conf" "$out/limits-truth.csv" \
	"$data/night.conf" "$out/night-truth.csv"
