#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The cells of packs on the system bus, in a virtual machine: what org.cellar1.Pack says
# is what the IIO device says, and is not there when that has nothing.
# shellcheck disable=SC2154,SC2317 # set by the libraries; cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/kselftest/ktap.sh
. "$here/../kselftest/ktap.sh"
# shellcheck source=tests/kselftest/bus.sh
. "$here/../kselftest/bus.sh"
# shellcheck source=tests/kselftest/cells.sh
. "$here/../kselftest/cells.sh"

cells=3401,3402,3403,3404,3405,3406,3407,3408,3409,3410,3411,3412,3413,3414,3415
labelled='{"bms":20.1,"cells1-4":17,"cells13-16":18.4,"cells5-8":-1.5,"cells9-12":16.8}'
programs=$(realpath "${PROGRAMS:-$here/../../build}")

# on_bus PATH NAME: $json is the value of that property of a pack, as jq has it
on_bus()
{
	json=$(busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" --json=short get-property org.cellar1 \
		"/org/cellar1/pack/$1" org.cellar1.Pack "$2" 2>/dev/null | jq -cS .data)
}

on_bus_is()
{
	on_bus "$1" "$2" && [ "$json" = "$3" ]
}

# in_kernel KIND COUNT DIVISOR: $values are those of the IIO device $iio, as JSON
in_kernel()
{
	local n all=()

	for ((n = 1; n <= $2; n++)); do
		get "$iio_class/$iio/in_$1${n}_raw"
		all+=("$value")
	done
	values=$(jq -cn --argjson by "$3" '[$ARGS.positional[] | tonumber / $by]' --args "${all[@]}")
}

# shows ADDRESS SERIAL NAME VALUE: so it is said with another sample of a pack on bus 0
shows()
{
	order say 0 "$1" age=60000
	nap 0.3
	on_bus_is "$2" "$3" "$4"
}

# wait_for_shown ADDRESS SERIAL NAME VALUE
wait_for_shown()
{
	wait_until 20 shows "$@" || fail "$3 of $2 on the bus: $json"
}

cells_are_those_of_the_kernel()
{
	pack 0 1 P1
	in_kernel voltage 15 1000
	expect_match "cells in the kernel" "$values" '^\[3.301,.*,3.315\]$'
	wait_for_shown 1 CELLTESTP1 Cells "$values"
	on_bus CELLTESTP1 Temperatures
	expect_equal "temperatures" "$json" "$labelled"
}

# A sample needs no more than its own word: nothing else would have them read.
each_sample_is_shown()
{
	order say 0 1 "cells=$cells" temperatures=201,170,-15,168,184 age=60000
	order run 0 1 1000 3
	wait_until 20 file_says "$iio_class/$iio/in_voltage1_raw" 3404 || fail "no cell of 3404 mV"
	in_kernel voltage 15 1000
	wait_until 2 on_bus_is CELLTESTP1 Cells "$values" || fail "cells on the bus: $json"
}

changes_are_one_signal()
{
	local signals=$bus_state/signals

	timeout 4 busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" --json=short monitor org.cellar1 \
		>"$signals" 2>/dev/null &
	bus_jobs[monitor]=$!
	nap 1.5
	order say 0 1 voltage=50111 age=60000 "cells=$cells"
	background_wait monitor
	expect_equal "cells in the signal with this voltage" "$(jq -sc '[.[] | select(.member ==
		"PropertiesChanged" and .path == "/org/cellar1/pack/CELLTESTP1") | .payload.data[1]
		| select(.Reading.data.Voltage.data == 50.111) | .Cells.data[14]]' "$signals")" \
		'[3.415]'
}

# Values that last a second, of a pack that still speaks.
old_cells_are_absent()
{
	order say 0 1 temperatures=201,170,-15,168,184 age=60000
	order say 0 1 "cells=$cells" age=1000
	nap 1.2
	order say 0 1 voltage=50222 age=60000
	wait_until 2 on_bus_is CELLTESTP1 Cells '[]' || fail "cells on the bus: $json"
	on_bus CELLTESTP1 Reading
	expect_match "the pack still speaks" "$json" '"data":50.222'
	on_bus CELLTESTP1 Temperatures
	expect_equal "temperatures" "$json" "$labelled"
}

# However long the kernel would keep them.
cells_of_a_silent_pack_are_absent()
{
	pack 0 2 P2
	wait_for_shown 2 CELLTESTP2 Temperatures "$labelled"
	wait_until 6 on_bus_is CELLTESTP2 Cells '[]' || fail "cells on the bus: $json"
	on_bus CELLTESTP2 Temperatures
	expect_equal "temperatures" "$json" '{}'
	expect_cell "$supply" in_voltage1_raw 3301
}

# The IIO device is another one then, perhaps with the number of one that has gone.
a_pack_with_other_cells_is_shown()
{
	order say 0 2 cells=3601,3602 age=60000
	wait_until 20 file_says "$iio_class/$iio/in_voltage15_raw" ENOENT ||
		fail "15 cells are still there"
	wait_for_shown 2 CELLTESTP2 Cells '[3.601,3.602]'
	order remove 0 2
	pack 0 3 P3
	wait_for_shown 3 CELLTESTP3 Temperatures "$labelled"
}

a_device_that_goes_while_it_is_read_is_no_error()
{
	local n

	for n in 5 6 7 8; do
		pack 0 "$n" "P$n"
		order run 0 "$n" 2 1000
	done
	nap 0.5
	for n in 5 6 7 8; do
		order remove 0 "$n"
	done
	expect "cellard runs" kill -0 "$daemon"
	pack 0 9 P9
	wait_for_shown 9 CELLTESTP9 Temperatures "$labelled"
}

bus_setup
test_packs_setup || ktap_skip_all "no module cellar_test_packs"
[ -d $iio_class ] || ktap_skip_all "this kernel has no IIO"
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$bus_state/bus
dbus-daemon --session --address="$DBUS_SYSTEM_BUS_ADDRESS" --nofork --nopidfile --print-address \
	>"$bus_state/dbus.out" &
bus_jobs[dbus]=$!
wait_until 20 test -S "$bus_state/bus"
"$programs/cellard" &
daemon=$!
bus_jobs[cellard]=$daemon

kill -0 "$daemon" || ktap_bail "no cellard"

ktap_main cells_are_those_of_the_kernel each_sample_is_shown changes_are_one_signal \
	old_cells_are_absent cells_of_a_silent_pack_are_absent a_pack_with_other_cells_is_shown \
	a_device_that_goes_while_it_is_read_is_no_error
