#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A day of a whole house in a virtual machine: packs on a CAN bus and the driver, cellard
# with the house of tests/data/house, whose meters and inverters answer by Modbus, two cars,
# and a script of what can go wrong. What cellard promises is judged by what the simulator
# knows, not by what cellard says (whole_house_verdict.py).
# usage: whole_house.sh [FOLDER], where the truth and the picture go

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"

programs=$(realpath "$here/../../build")
data=$here/../data/house
seconds=${SECONDS_OF_DAY:-432}

bus_setup
out=${1:-$bus_state}
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus_state/bus
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile \
	2>"$bus_state/dbus.log" &
bus_jobs[dbus]=$!
wait_until 20 test -S "$bus_state/bus"
interface_add vcan80
bus_add house vcan80 model=lesso,lsrr51v100ah
"$programs/cellar-sim" plant --config "$data/house.conf" --script "$data/day.script" \
	--interface vcan80 --speed 200 --capacity 2 --duration "$seconds" --seed 1 \
	--wires "$bus_state/wires" --truth "$out/truth.csv" --plot "$out/whole-house.svg" &
sim=$!
wait_until 20 test -e /run/cellar-house || ktap_bail "no simulated house"
"$programs/cellard" --config "$data/house.conf" --state "$bus_state" 2>"$out/cellard.log" &
bus_jobs[cellard]=$!
"$(helper house_wires)" "$bus_state/wires" &
bus_jobs[wires]=$!
wait $sim || ktap_bail "the simulated house has failed"
"$programs/cellarctl" events >"$out/events"
"$here/whole_house_verdict.py" "$data/house.conf" "$out/truth.csv"
