#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A day of a whole house in a virtual machine: packs on a CAN bus and the driver, cellard
# with the house of tests/data/house, whose meters, inverters and wallboxes answer by Modbus
# and whose contacts are lines of gpio-sim, two cars, and a script of what can go wrong. What
# cellard promises is judged by what the simulator knows, not by what cellard says
# (whole_house_verdict.py). And a morning of tests/data/house/limits.conf, whose inverter only
# listens to the battery, a night of night.conf with a long blackout, a noon of noon.conf
# with loads on outputs, a rule, and a midnight of the machine's clock, in which cellard is
# killed and begins again, some minutes of each kind of contacts of the grid's operator
# (drm.conf, rrcr.conf, cease.conf), a noon of settings.conf, in which people have set much, and
# one of cars.conf with many cars, in which they ask for something (cars.people).
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

# cellard_begins HOUSE PREFIX
cellard_begins()
{
	LD_PRELOAD=$clock_set "$programs/cellard" --config "$data/$1" --state "$bus_state/$1" \
		2>>"$out/$2cellard.log" &
	bus_jobs[cellard]=$!
}

# people FILE: what they ask of cellard, and when
people()
{
	local at words before=0

	while read -r at words; do
		sleep $((at - before))
		before=$at
		# shellcheck disable=SC2086 # these are several
		"$programs/cellarctl" $words 2>&1 || true
	done < <(sed -n 's/#.*//; s/^at *//p' "$1")
}

# day_begins HOUSE SCRIPT SECONDS PREFIX ARGUMENT...: of cellar-sim plant; what comes of it is
# in files of $out that begin with PREFIX
day_begins()
{
	local device asked=$data/${2%.script}.people

	device=$(sed -n 's/^device = //p' "$data/$1" | tail -n 1)
	"$programs/cellar-sim" plant --config "$data/$1" --script "$data/$2" --duration "$3" \
		--interface vcan80 --speed 200 --capacity 2 --seed 1 "${@:5}" \
		--truth "$out/$4truth.csv" --plot "$out/$4whole-house.svg" &
	sim=$!
	if [ -e "$asked" ]; then
		people "$asked" >"$out/$4said" &
		bus_jobs[people]=$!
	fi
	wait_until 20 test -e "$device" || ktap_bail "no simulated house"
	mkdir -p "$bus_state/$1"
	: >"$out/$4cellard.log"
	cellard_begins "$1" "$4"
}

# cellard_ends PREFIX: after it has said what there was
cellard_ends()
{
	"$programs/cellarctl" events >"$out/$1events"
	"$programs/cellarctl" --json energy >"$out/$1energy.json"
	ends cellard
}

# day_ends PREFIX
day_ends()
{
	wait $sim || ktap_bail "the simulated house has failed"
	cellard_ends "$1"
}

# a_day HOUSE SCRIPT SECONDS PREFIX ARGUMENT...
a_day()
{
	day_begins "$@"
	day_ends "$4"
}

# For noon.script the machine's clock is set: it is midnight after 60 s, of a day, a week and
# a month. At 146 s cellard is killed.
a_noon()
{
	clock_set=$programs/tests/clock_set.so
	TZ=Europe/Rome date -s "2024-06-30 23:59:00" >"$out/noon-date"
	day_begins noon.conf noon.script "${SECONDS_OF_DAY:-160}" noon- --hour 10
	nap 146
	kill -KILL "${bus_jobs[cellard]}"
	wait "${bus_jobs[cellard]}" 2>"$bus_state/killed" || true
	nap 2
	cellard_begins noon.conf noon-
	day_ends noon-
	clock_set=
}

# past NAME: what the history has of its curtailments
past()
{
	"$programs/cellarctl" --json curtailments >"$out/$1-curtailments" 2>>"$out/$1-cellard.log"
}

# by_contacts NAME SECONDS ARGUMENT...: a day of NAME.conf with a clock that is set; what the
# history has of it is asked after a restart
by_contacts()
{
	clock_set=$programs/tests/clock_set.so
	a_day "$1.conf" "$1.script" "${SECONDS_OF_DAY:-$2}" "$1-" --speed 1 "${@:3}"
	cellard_begins "$1.conf" "$1-"
	wait_until 20 past "$1" || ktap_bail "no history"
	ends cellard
	clock_set=
}

# noon_begins NAME SECONDS ARGUMENT...: a day of NAME.conf; the machine's clock is set to what
# that of the day shows.
noon_begins()
{
	clock_set=$programs/tests/clock_set.so
	TZ=Europe/Rome date -s "2025-06-21 12:00:00" >"$out/$1-date"
	day_begins "$1.conf" "$1.script" "${SECONDS_OF_DAY:-$2}" "$1-" --hour 12 --speed 1 "${@:3}"
}

# At 310 s cellard ends, and the house goes on.
a_noon_as_set()
{
	noon_begins settings 318 --capacity 1
	nap 310
	cellard_ends settings-
	wait $sim || ktap_bail "the simulated house has failed"
	clock_set=
}

a_noon_with_cars()
{
	noon_begins cars 234 --capacity 10
	day_ends cars-
	clock_set=
}

bus_setup
out=${1:-$bus_state}
clock_set=
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus_state/bus
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile \
	2>"$bus_state/dbus.log" &
bus_jobs[dbus]=$!
wait_until 20 test -S "$bus_state/bus"
gpio_chip_add house DRM_0 DRM_1_5 DRM_2_6 OUT_1 OUT_2 OUT_3 OUT_4 DRM_3_7 DRM_4_8 \
	L_1 L_2 L_3 L_4 CEASE RELAY_1 RELAY_2 || ktap_bail "no gpio-sim"
gpio_keeper_add house 15-16 || ktap_bail "no gpio-aggregator"
interface_add vcan80 vcan81
bus_add house vcan80 model=lesso,lsrr51v100ah
a_day house.conf day.script "${SECONDS_OF_DAY:-432}" ""
a_day limits.conf limits.script "${SECONDS_OF_DAY:-134}" limits- --hour 3
a_day night.conf night.script "${SECONDS_OF_DAY:-95}" night- --hour 1
a_noon
date -s "2025-06-21 01:00:00 +0200" >/dev/null # the rule of drm.conf counts
by_contacts drm 111 --hour 1
by_contacts rrcr 116 --hour 12
by_contacts cease 131 --hour 12
a_noon_as_set
a_noon_with_cars
"$here/whole_house_verdict.py" "$data/house.conf" "$out/truth.csv" \
	"$data/limits.conf" "$out/limits-truth.csv" \
	"$data/night.conf" "$out/night-truth.csv" \
	"$data/noon.conf" "$out/noon-truth.csv" \
	"$data/drm.conf" "$out/drm-truth.csv" \
	"$data/rrcr.conf" "$out/rrcr-truth.csv" \
	"$data/cease.conf" "$out/cease-truth.csv" \
	"$data/settings.conf" "$out/settings-truth.csv" \
	"$data/cars.conf" "$out/cars-truth.csv"
