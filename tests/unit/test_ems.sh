#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# cellar-sim ems and year from outside: the columns and the summary of the interface, the
# configuration that cellard reads, errors with line and column, the same seed, and
# pictures. Usage: test_ems.sh PROGRAM FAST_PROGRAM, the same without sanitizers, for years
# shellcheck disable=SC2317 # tests are called by name
set -euo pipefail

sim=$(realpath "${1:?usage: test_ems.sh PROGRAM FAST_PROGRAM}")
fast=$(realpath "${2:?usage: test_ems.sh PROGRAM FAST_PROGRAM}")
here=$(realpath "$(dirname "$0")")
# shellcheck source=tests/unit/tap.sh
. "$here/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# In a subshell of its own, so that the first thing that fails ends a test.
check()
{
	local what=$1 status

	shift
	set +e
	(
		set -e
		"$@"
	)
	status=$?
	set -e
	verdict "$status" "$what"
}

# The program ends with status $1 and says $2 on standard error.
refuses()
{
	local status=$1 words=$2 got=0

	shift 2
	"$sim" "$@" >out 2>err || got=$?
	[ "$got" -eq "$status" ] && grep -qF -- "$words" err && return 0
	echo "status $got, said: $(cat err)"
	return 1
}

# A hybrid of 5 kW and two packs, with $1 in [site] and $2 behind it.
house()
{
	cat <<-END
	[site]
	plant = hybrid-1ph
	control = set-points
	timezone = Europe/Rome
	dod_percent = 90
	${1-}
	[inverter roof]
	rated_w = 5000
	battery_w = 4000
	curtails = yes
	[simulation]
	model = zcs,zsx5120
	packs = 2
	${2-}
	END
}

# The value of column $1 in line $2 of the file $3, the header is 0
field()
{
	awk -F, -v name="$1" -v line="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) n = i }
		NR == line + 1 { print $n }' "$3"
}

is()
{
	[ "$1" = "$2" ] && return 0
	echo "'$1' is not '$2'"
	return 1
}

one_line_for_each()
{
	house >conf
	printf '%s\n' time,pv_w,load_w 2025-06-21T12:00:00,3000,500 \
		2025-06-21T12:15:00,0,1200 2025-06-21T12:30:00,2000,2050 >in
	"$sim" ems --config conf --input in >out
	is "$(head -n 1 out)" "time,pv_w,load_w,battery_w,grid_w,soc,limited_by"
	is "$(wc -l <out)" 4
	is "$(cut -d, -f 1-3 out | tail -n 3 | tr '\n' ' ')" \
		"2025-06-21T12:00:00,3000,500 2025-06-21T12:15:00,0,1200 2025-06-21T12:30:00,2000,2050 "
	is "$(field battery_w 1 out)" 2500
	is "$(field grid_w 1 out)" 0
	is "$(field soc 1 out)" 55.86
	is "$(field battery_w 2 out)" -1200
	# 50 W are within the standby band
	is "$(field battery_w 3 out)" 0
	is "$(field grid_w 3 out)" -50
}

columns_in_any_order()
{
	house >conf
	printf '%s\n' load_w,grid,time,pv_w 500,1,0,3000 500,1,60,3000 >in
	"$sim" ems --config conf --input - <in >out
	is "$(field battery_w 2 out)" 2500
	is "$(field time 2 out)" 60
}

chargers_and_outputs_have_columns()
{
	house "contract_w = 4500" "
		[charger garage]
		strategy = fast
		mode = plug-and-play
		[output heat_pump]
		number = 1
		enabled = yes
		variable = pv-power
		upper = 3000
		lower = 2000" | sed 's/^\t*//' >conf
	printf '%s\n' time,pv_w,load_w,car1 0,3500,500,0 900,3500,500,1 1800,100,500,1 >in
	"$sim" ems --config conf --input in --summary sum >out
	is "$(head -n 1 out)" \
		"time,pv_w,load_w,battery_w,grid_w,soc,charger1_w,output1,limited_by"
	is "$(field charger1_w 1 out)" 0
	is "$(field charger1_w 2 out)" 3680
	is "$(field output1 1 out)" 1
	is "$(field output1 3 out)" 0
	is "$(jq -c '[.chargers[0].name, .chargers[0].sessions, .outputs[0].switches]' sum)" \
		'["garage",1,2]'
}

who_limits_is_named()
{
	house "grid_code = cease" >conf
	printf '%s\n' time,pv_w,load_w,cease,charge_limit_a 0,3000,500,0,100 60,3000,500,0,10 \
		120,3000,500,1,10 >in
	"$sim" ems --config conf --input in >out
	is "$(field limited_by 1 out)" ""
	is "$(field battery_w 2 out)" 512
	is "$(field limited_by 2 out)" cluster
	# nothing leaves the inverter: what the battery takes is all that shines
	is "$(field pv_w 3 out)" 512
	is "$(field grid_w 3 out)" -500
}

summary_adds_up()
{
	house >conf
	printf '%s\n' time,pv_w,load_w 0,3000,500 3600,0,1000 7200,0,1000 >in
	"$sim" ems --config conf --input in --summary sum >/dev/null
	jq -e '.seconds == 10800 and .pv_wh == 3000 and .load_wh == 2500 and .charge_wh == 2500
		and .discharge_wh == 2000 and .import_wh == 0 and .export_wh == 0
		and .cars_wh == 0 and .self_sufficiency_percent == 100
		and .self_consumption_percent == 100 and .over_contract_s == 0
		and .over_feed_in_s == 0 and .over_battery_s == 0 and .chargers == []
		and .outputs == []' sum >/dev/null
	"$sim" ems --config conf --input in --summary - | tail -n +5 | jq -e . >/dev/null
}

step_is_how_often_it_looks()
{
	house "" "inverter_lag_s = 2" >conf
	printf '%s\n' time,pv_w,load_w 0,3000,500 10,3000,500 >in
	"$sim" ems --config conf --input in >a
	"$sim" ems --config conf --input in --step 5 >b
	is "$(field battery_w 1 a)" 2000
	is "$(field battery_w 1 b)" 1250
}

blackout_and_return()
{
	house "eps = yes" >conf
	sed -i 's/^curtails/eps_w = 3000\ncurtails/' conf
	printf '%s\n' time,pv_w,load_w,grid 0,0,800,1 60,0,800,0 120,0,800,1 240,0,800,1 >in
	"$sim" ems --config conf --input in --summary sum >out
	is "$(field grid_w 2 out)" 0
	is "$(field battery_w 2 out)" -800
	is "$(field battery_w 4 out)" -800
	is "$(jq .blackout_s sum)" 60
}

errors_name_line_and_column()
{
	house >conf
	printf 'time,pv_w,load_w\n1,2,3\n2,x,3\n' >in
	refuses 1 "in:3: column 2 (pv_w): 'x' is not a number of W from 0 to 1000000" \
		ems --config conf --input in
	is "$(wc -l <out)" 1
	printf 'time,pv_w,load_w,wind_w\n' >in
	refuses 1 "in:1: column 4: 'wind_w' is no column" ems --config conf --input in
	printf 'time,pv_w\n' >in
	refuses 1 "in:1: no column load_w" ems --config conf --input in
	printf 'time,pv_w,load_w\n2,2,3\n1,2,3\n' >in
	refuses 1 "in:3: column 1 (time): 1 is not after the line before" \
		ems --config conf --input in
}

notes_on_columns_that_nobody_reads()
{
	house "grid_code = rrcr" >conf
	printf 'time,pv_w,load_w,drm,car1\n1,2,3,0,1\n' >in
	"$sim" ems --config conf --input in >out 2>err
	grep -q "note: no column rrcr: those contacts are open" err
	grep -q "note: the grid_code of \[site\] does not read column drm" err
	grep -q "note: there is no \[charger NAME\] for column car1" err
}

configuration_is_the_daemons()
{
	printf 'time,pv_w,load_w\n' >in
	house "contract_w = much" >conf
	refuses 1 "conf:6: contract_w = much: must be" ems --config conf --input in
	echo "[cluster roof]" >conf
	echo "buses = cellar0" >>conf
	refuses 1 "conf: no [site]: there is no house to simulate" ems --config conf --input in
	refuses 1 "nowhere cannot be read" ems --config nowhere --input in
	house "" "model = leadacid" | sed '/^model = zcs/d' >conf
	refuses 1 "model = leadacid: must be lesso,lsrr51v100ah, " ems --config conf --input in
	house "" "longitude = -180.001" >conf
	refuses 1 "longitude = -180.001: must be -180 to 180, in degrees" \
		ems --config conf --input in
}

usage_errors()
{
	refuses 2 "ems wants --config and --input" ems
	refuses 2 "ems wants --config and --input" ems --config x
	refuses 2 "'y' is too much" ems --config x --input x y
	refuses 2 "--step '6' is not a whole number from 1 to 5" ems --step 6
	refuses 2 "there is no climate 'moon'; use north, middle or south" year --climate moon
	refuses 2 "there is no size 'huge'; use small, medium or large" year --size huge
	refuses 2 "--config excludes --climate and --size" year --config x --size small
	refuses 2 "--plot 'a.gif' is no picture: must end in .svg or .png" year --plot a.gif
	refuses 2 "--day '2025-01-01' must follow the --plot that it is of" year --day 2025-01-01
	refuses 2 "--seed '-1' is not a whole number" year --seed -1
	refuses 1 "--day '2024-06-21' is no day of the simulated year" \
		year --plot a.svg --day 2024-06-21
	refuses 1 "--day '2025-02-30' is no day of the simulated year" \
		year --plot a.svg --day 2025-02-30
	refuses 1 "no/where cannot be written" year --summary no/where
	"$sim" ems --help | grep -q '^usage: cellar-sim ems '
	"$sim" year --help | grep -q '^usage: cellar-sim year '
}

year_with_pictures()
{
	"$fast" year --step 5 --seed 3 --size small --csv a.csv --summary a.json --plot y.svg \
		--plot d.svg --day 2025-03-30 --plot d.png --day 2025-10-26
	is "$(wc -l <a.csv)" 35041
	is "$(jq .seconds a.json)" 31536000
	is "$(head -n 1 a.csv)" "time,pv_w,load_w,battery_w,grid_w,soc,charger1_w,limited_by,held_back_w"
	is "$(cut -d, -f 1 a.csv | sed -n '2p;$p' | tr '\n' ' ')" \
		"2025-01-01T01:00:00 2026-01-01T00:45:00 "
	grep -q '<title>gnuplot\|<svg' y.svg d.svg
	grep -q 'Aug' y.svg
	# a day of 23 hours, and one of 25
	grep -q '21:00' d.svg
	is "$(head -c 4 d.png | tail -c 3)" PNG
	# lines are means that add up to the summary
	awk -F, -v import="$(jq .import_wh a.json)" '
		NR > 1 && $5 < 0 { sum -= $5 / 4 }
		END { exit !(sum > import - 40000 && sum < import) }' a.csv
}

same_seed_same_year()
{
	house "" "pv_kwp = 6
		latitude = -33.9
		azimuth = 180
		climate = south" | sed 's/^\t*//' >conf
	"$fast" year --step 5 --seed 4 --config conf --summary a
	"$fast" year --step 5 --seed 4 --config conf --summary b
	cmp a b
	jq -e '.pv_wh > 5000000 and .load_wh > 3490000 and .load_wh < 3500100' a >/dev/null
}

check "a line for each line, and what flows in it" one_line_for_each
check "columns may stand in any order, input may be piped" columns_in_any_order
check "chargers and outputs have columns of their own" chargers_and_outputs_have_columns
check "who limits the battery is named" who_limits_is_named
check "energies of the summary" summary_adds_up
check "--step is how often it looks" step_is_how_often_it_looks
check "a blackout, and a minute before the battery is used again" blackout_and_return
check "errors name line and column" errors_name_line_and_column
check "notes on columns that nobody reads, or that are missing" notes_on_columns_that_nobody_reads
check "the configuration is the daemon's, with its complaints" configuration_is_the_daemons
check "wrong options say what would be right" usage_errors
check "a year with its lines and pictures" year_with_pictures
check "the same seed makes the same year, in a house of one's own" same_seed_same_year
plan
