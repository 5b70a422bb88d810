#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Cells of packs as IIO devices: what is read and streamed is what the pack has said,
# and is gone when it is too old.
# shellcheck source-path=SCRIPTDIR disable=SC2317 # cases are called by name

here=$(dirname "${BASH_SOURCE[0]}")
. "$here/ktap.sh"
. "$here/bus.sh"
. "$here/cells.sh"

udevd=/lib/systemd/systemd-udevd

# An address of 0 is one of a pack, too.
raw_scale_and_label()
{
	local n

	pack 0 0 A0
	expect_property "$supply" cellar/role pack
	expect_property "$supply" cellar/address 0
	for n in 1 2 14 15; do
		expect_cell "$supply" "in_voltage${n}_raw" $((3300 + n))
		expect_cell "$supply" "in_voltage${n}_label" "cell$n"
	done
	expect_cell "$supply" in_voltage_scale 1
	expect_cell "$supply" in_temp1_raw 201
	expect_cell "$supply" in_temp3_raw -15
	expect_cell "$supply" in_temp1_label bms
	expect_cell "$supply" in_temp3_label cells5-8
	expect_cell "$supply" in_temp_scale 100
	expect_cell "$supply" serial CELLTESTA0
	expect_cell "$supply" in_voltage16_raw ENOENT
	expect_cell "$supply" in_voltage0_raw ENOENT
	expect_cell "$supply" in_temp6_raw ENOENT
	order remove 0 0
	expect "no IIO device after its pack" no_iio_of "$supply"
}

as_many_cells_as_there_can_be()
{
	local numbers

	sequence 65000 24
	order add 1 255
	supply=cellar${test_buses[1]}-255
	order say 1 255 voltage=79200 "cells=$numbers" age=60000 \
		temperatures=-400,1,2,3,4,5,6,1500
	wait_for_iio "$supply" || return
	expect_cell "$supply" in_voltage1_raw 65000
	expect_cell "$supply" in_voltage24_raw 65023
	expect_cell "$supply" in_temp1_raw -400
	expect_cell "$supply" in_temp8_raw 1500
	expect_cell "$supply" in_temp8_label temperature8
	expect_cell "$supply" serial ENOENT
	expect_property "$supply" cellar/timeouts ENOENT
	order remove 1 255
}

no_cells_no_device()
{
	order add 1 3
	supply=cellar${test_buses[1]}-03
	order say 1 3 voltage=49600 temperatures=201 age=60000
	wait_for_property "$supply" present 1 20
	nap 5
	expect "no IIO device" no_iio_of "$supply"
	expect_property "$supply" cellar/cells_age_ms ENODATA
	order say 1 3 cells=3301 age=60000
	wait_for_iio "$supply"
	expect_cell "$supply" in_voltage1_raw 3301
	expect_cell "$supply" in_temp1_raw 201
	order remove 1 3
}

stale_cells_have_no_value()
{
	pack 0 5 A5
	order say 0 5 cells=3401,3402,3403,3404,3405,3406,3407,3408,3409,3410,3411,3412,3413,3414,3415 \
		age=1000
	expect_cell "$supply" in_voltage1_raw 3401
	nap 1.2
	expect_cell "$supply" in_voltage1_raw ENODATA
	expect_cell "$supply" in_temp1_raw 201
	expect_cell "$supply" in_voltage1_label cell1
	expect_property "$supply" voltage_now 49600000
	order lose 0 5
	expect_cell "$supply" in_voltage1_raw ENODEV
	expect_cell "$supply" in_temp1_raw ENODEV
	expect_cell "$supply" in_voltage_scale 1
	order remove 0 5
}

ages_and_time_outs()
{
	pack 0 6 A6
	nap 1
	order say 0 6 cells=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15 protections=1
	property "$supply" cellar/limits_age_ms
	expect_between "age of limits" "$value" 1000 30000
	property "$supply" cellar/alarms_age_ms
	expect_between "age of alarms" "$value" 0 900
	property "$supply" cellar/cells_age_ms
	expect_between "age of cells" "$value" 0 900
	# an age goes on when its value is no longer shown
	nap 3
	expect_property "$supply" cellar/protections ENODATA
	property "$supply" cellar/alarms_age_ms
	expect_between "age of old alarms" "$value" 3000 30000
	expect_property "$supply" cellar/timeouts 0
	order timeout 0 6
	order timeout 0 6
	expect_property "$supply" cellar/timeouts 2
	order remove 0 6
}

# What comes once in a while is no part of it.
a_sample_lasts_as_long_as_its_slowest_part()
{
	pack 0 8 A8
	order say 0 8 voltage=49600 age=9000 complete=0
	expect_property "$supply" cellar/max_age_ms 60000
	order say 0 8 limit=50000 age=5000
	expect_property "$supply" cellar/max_age_ms 9000
	order say 0 8 temperatures=202,170,-15,168,184 age=20000 complete=0
	order say 0 8 voltage=49600 age=2500
	expect_property "$supply" cellar/max_age_ms 2500
	order remove 0 8
}

poller_is_ready()
{
	[ -s "$bus_state/samples" ]
}

# woken_by ORDER...: $wakeups and $counted are how often a poller of `samples` has woken
# within 2 s, and how many samples there were
woken_by()
{
	local job first last

	: >"$bus_state/samples"
	"$(helper poll_samples)" "$cellar_class/$supply/cellar/samples" 2 >"$bus_state/samples" &
	job=$!
	wait_until 10 poller_is_ready || fail "no poller"
	order "$@"
	wait "$job"
	{ read -r; read -r _ wakeups _ first _ last; } <"$bus_state/samples"
	counted=$((last - first))
}

# An inverter must not wait for the rest of a sample to be told of a lower limit.
a_command_wakes_before_its_sample_is_complete()
{
	local wakeups counted

	pack 0 9 A9
	woken_by say 0 9 voltage=49700 limit=50000 protections=0 age=60000 complete=0
	expect_equal "wake-ups by the same limit" "$wakeups" 0
	woken_by say 0 9 limit=20000 age=60000 complete=0
	expect_equal "wake-ups by a lower limit" "$wakeups" 1
	expect_equal "samples" "$counted" 0
	# and by the notice that people get
	woken_by say 0 9 protections=1 age=60000 complete=0
	expect_between "wake-ups by a protection" "$wakeups" 1 2
	woken_by say 0 9 limit=10000 age=60000
	expect_equal "wake-ups by a sample with a lower limit" "$wakeups" 1
	expect_equal "samples" "$counted" 1
	order remove 0 9
}

# A pack that is exchanged while nobody looks, say, for one with more cells.
other_cells_are_another_device()
{
	pack 0 7 A7
	order say 0 7 cells=3501,3502 age=60000
	expect_cell "$supply" in_voltage15_raw ENODATA
	wait_until 20 file_says "$iio_class/$iio/in_voltage15_raw" ENOENT ||
		fail "15 cells are still there"
	wait_for_iio "$supply"
	expect_cell "$supply" in_voltage2_raw 3502
	expect_cell "$supply" in_voltage3_raw ENOENT
	expect_cell "$supply" in_temp1_raw 201
	order remove 0 7
}

# Said 40 times, each 1 mV higher, after once without a reader.
each_sample_is_one_scan()
{
	local i n wanted

	pack 0 8 A8
	scans_begin 40 5
	order run 0 8 20 40
	scans_end
	expect_equal "scans" ${#scans[@]} 40
	for i in "${!scans[@]}"; do
		wanted=
		for ((n = 1; n <= 15; n++)); do
			wanted+="$((3301 + n + i)) "
		done
		expect_equal "scan $i" "${scans[i]% *}" "${wanted}201 170 -15 168 184"
		expect_match "time of scan $i" "${scans[i]##* }" '^[0-9]{15,}$'
		((i == 0)) || expect "time grows" \
			test "${scans[i]##* }" -gt "${scans[i - 1]##* }"
	done
	order remove 0 8
}

# Each of these samples lacks something that the scan would hold.
no_scan_is_partial_or_stale()
{
	local numbers

	pack 0 9 A9
	sequence 3401 15
	order say 0 9 "cells=$numbers" temperatures=1,2,3,4,5 age=1000
	scans_begin 99 8
	order say 0 9 voltage=49601 complete=0 "cells=$numbers" age=1000
	nap 1.2
	order say 0 9 voltage=49602
	order say 0 9 "cells=$numbers" age=60000
	order say 0 9 temperatures=1,2,3,4
	order say 0 9 temperatures=1,2,3,4,5 cells=3401,3402
	sequence 3501 15
	order say 0 9 temperatures=6,7,8,9,10 "cells=$numbers"
	order lose 0 9
	order say 0 9 voltage=49603
	scans_end
	expect_equal "scans" "${#scans[@]}" 1
	expect_equal "the only scan" "${scans[*]% *}" "${numbers//,/ } 6 7 8 9 10"
	order remove 0 9
}

# enable_and_disable DEVICE TIMES
enable_and_disable()
{
	local buffer=$iio_class/$1/buffer n

	echo 64 >"$buffer/length"
	for ((n = 0; n < $2; n++)); do
		echo 1 >"$buffer/enable" || return
		echo 0 >"$buffer/enable" || return
	done
}

enabled_and_disabled_under_traffic()
{
	local before

	pack 0 10 B0
	property "$supply" cellar/samples
	before=$value
	echo 1 >"$iio_class/$iio/scan_elements/in_voltage7_en"
	order run 0 10 1 400
	expect "enabling and disabling" enable_and_disable "$iio" 300
	wait_for_property "$supply" cellar/samples $((before + 400)) 20
	scans_begin 1 5
	order run 0 10 1 1
	scans_end
	expect_equal "a scan afterwards" "${#scans[@]}" 1
	order remove 0 10
}

gone_while_somebody_reads()
{
	pack 0 11 B1
	scans_begin 9999 20
	order run 0 11 10 2000
	nap 0.5
	order remove 0 11
	scans_end
	expect_equal "last line" "${scans[-1]}" gone
	expect_between "scans before" ${#scans[@]} 2 9999
}

# libiio's own program; its answer is raw, 15 cells and 5 temperatures of 2 bytes,
# and 8 of time.
libiio_streams()
{
	command -v iio_readdev >/dev/null || {
		skip "no libiio-utils"
		return
	}
	pack 0 30 E0
	order run 0 30 50 400
	iio_readdev -b 8 -s 16 "$supply" >"$bus_state/raw" 2>"$bus_state/error" ||
		fail "iio_readdev: $(<"$bus_state/error")"
	expect_raw_scans 16
	order remove 0 30
}

# expect_raw_scans COUNT: in $bus_state/raw, by the distance of cells 2 and 15 from
# cell 1, which is another one in each scan, and temperatures 1 and 3
expect_raw_scans()
{
	local scans scan first

	mapfile -t scans < <(od -An -v -w48 -t d2 "$bus_state/raw")
	expect_equal "scans of libiio" "${#scans[@]}" "$1"
	first=
	for scan in "${scans[@]}"; do
		read -r -a values <<<"$scan"
		expect_equal "scan of libiio" "${values[1]} ${values[14]} ${values[*]:15:3}" \
			"$((values[0] + 1)) $((values[0] + 14)) 201 170 -15"
		[ -z "$first" ] || expect_equal "cell 1 of the next scan" "${values[0]}" $((first + 1))
		first=${values[0]}
	done
}

libiio_serves_the_network()
{
	local text

	command -v iiod >/dev/null || {
		skip "no iiod"
		return
	}
	[ -e /proc/net/tcp ] || {
		skip "this kernel has no TCP"
		return
	}
	ip link set lo up
	pack 0 31 E1
	iiod >/dev/null 2>&1 &
	bus_jobs[iiod]=$!
	wait_until 20 iiod_answers || fail "iiod does not answer"
	text=$(<"$bus_state/iio_info")
	expect_match "iio_info" "$text" "$supply"
	expect_match "iio_info" "$text" 'voltage15:.*value: 3315'
	expect_match "iio_info" "$text" 'value: cell15'
	expect_match "iio_info" "$text" 'value: CELLTESTE1'
	order run 0 31 50 400
	iio_readdev -u ip:127.0.0.1 -b 8 -s 8 "$supply" >"$bus_state/raw" 2>"$bus_state/error" ||
		fail "iio_readdev by network: $(<"$bus_state/error")"
	expect_raw_scans 8
	background_stop iiod
	order remove 0 31
}

iiod_answers()
{
	iio_info -u ip:127.0.0.1 >"$bus_state/iio_info" 2>&1
}

# By the rule that is installed. A serial number that would lead elsewhere is none.
udev_links_the_serial_number()
{
	local rule=$here/60-cellar-cells.rules link=/dev/cellar/by-serial

	[ -e "$rule" ] || rule=$here/../../userspace/attach/60-cellar-cells.rules
	if [ ! -x "$udevd" ] || [ -e /run/udev/control ]; then
		skip "no udevd, or one that runs"
		return
	fi
	mkdir -p /run/udev/rules.d
	cp "$rule" /run/udev/rules.d/
	"$udevd" >/dev/null 2>&1 &
	bus_jobs[udevd]=$!
	wait_until 20 test -e /run/udev/control
	pack 0 32 E2
	wait_until 20 test -e "$link/CELLTESTE2" || fail "no link $link/CELLTESTE2"
	expect_equal "$link/CELLTESTE2" "$(readlink -f "$link/CELLTESTE2")" "/dev/$iio"
	pack 0 33 /../E3
	pack 0 34 E4
	wait_until 20 test -e "$link/CELLTESTE4" || fail "no link $link/CELLTESTE4"
	expect_equal "links" "$(cd "$link" && echo *)" "CELLTESTE2 CELLTESTE4"
	expect_not "/dev/cellar/E3" test -e /dev/cellar/E3
	order remove 0 33
	order remove 0 34
	order remove 0 32
	wait_until 20 test ! -e "$link/CELLTESTE2" || fail "$link/CELLTESTE2 is still there"
	background_stop udevd
	rm -f /run/udev/rules.d/60-cellar-cells.rules /run/udev/control
}

bus_setup
test_packs_setup || ktap_skip_all "no module cellar_test_packs"
[ -d $iio_class ] || ktap_skip_all "this kernel has no IIO"

ktap_main \
	raw_scale_and_label \
	as_many_cells_as_there_can_be \
	no_cells_no_device \
	stale_cells_have_no_value \
	ages_and_time_outs \
	a_sample_lasts_as_long_as_its_slowest_part \
	a_command_wakes_before_its_sample_is_complete \
	other_cells_are_another_device \
	each_sample_is_one_scan \
	no_scan_is_partial_or_stale \
	enabled_and_disabled_under_traffic \
	gone_while_somebody_reads \
	libiio_streams \
	libiio_serves_the_network \
	udev_links_the_serial_number
