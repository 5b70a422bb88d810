# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The part of the demo with a whole house: sun, a car, two inverters and a meter on Modbus.
# demo/guest, which sources this, has say, show, wait_for, and what demo/inverter.sh has
# left behind.
# shellcheck disable=SC2154 # house, battery, daemon

truth=$house/truth.csv

house_begins()
{
	gpio_chip_add house DRM_0 DRM_1_5 DRM_2_6 || true
	kill "$battery" "$daemon" 2>/dev/null || true
	wait "$battery" "$daemon" 2>/dev/null || true
	echo 0 >/sys/kernel/config/cellar/roof/enable
	echo 1 >/sys/kernel/config/cellar/roof/enable
	build/cellar-sim plant --config tests/data/house/house.conf --script demo/house.script \
		--interface vcan0 --hour 9 --speed 240 --capacity 4 --duration 68 \
		--wires "$house/wires" --truth "$truth" &
	plant=$!
	wait_for /run/cellar-boxes 20
	mkdir -p "$house/whole"
	build/cellard --config tests/data/house/house.conf --state "$house/whole" \
		2>"$house/cellard.log" &
	daemon=$!
	[ -n "$gpio_chip" ] || build/kselftest/house_wires "$house/wires" &
}

# minute_by_minute: every third second of the truth, as it passes; $over is for how many
# seconds on end more than the contract was drawn, $dark what cars took at the end
minute_by_minute()
{
	local row="%6s %9s %9s %8s %11s %9s  %s\n" i what now=0 grid=1 packs=0
	local -a header values
	local -A of

	over=0
	charged=0
	# shellcheck disable=SC2059 # a format
	printf "$row" clock "sun, W" "house, W" "cars, W" "battery, W" "grid, W" ""
	{
		IFS=, read -r -a header
		while IFS=, read -r -a values; do
			for i in "${!header[@]}"; do
				of[${header[i]}]=${values[i]}
			done
			what=
			[ "${of[grid]}" = "$grid" ] || what="<-- the grid fails"
			[ "${of[car1]}" = "$packs" ] || what="<-- a car comes"
			grid=${of[grid]}
			packs=${of[car1]}
			((of[grid_w] < -3000)) && now=$((now + 1)) || now=0
			((now <= over)) || over=$now
			((of[cars_w] <= charged)) || charged=${of[cars_w]}
			dark=${of[cars_w]}
			[ -n "$what" ] || ((${of[time_s]%.*} % 3 == 0)) || continue
			# shellcheck disable=SC2059 # a format
			printf "$row" "${of[clock]%:*}" "${of[pv_w]}" "${of[load_w]}" \
				"${of[cars_w]}" "${of[battery_w]}" "${of[grid_w]}" "$what"
		done
	} < <(tail -n +1 -f --pid="$plant" "$truth")
}

a_whole_house()
{
	say "The house around it: sun, people, a car, a meter and two inverters on Modbus"
	show sed -n '/^.site/,/^timezone/p' tests/data/house/house.conf
	say "A morning, four minutes each second. The battery takes what is left, the car gives way"
	house_begins
	minute_by_minute
	expect "the car was charged" [ "$charged" -ge 1380 ]
	expect "more than the contract for 8 s at most" [ "$over" -le 8 ]
	expect "no car is charged in a blackout" [ "$dark" = 0 ]
	say "What cellard says of it"
	show build/cellarctl site
}
