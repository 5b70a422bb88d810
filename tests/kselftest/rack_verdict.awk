# SPDX-License-Identifier: GPL-2.0-only
#
# Was every value that rack_watch saw really said? Usage:
#   awk -v age=SECONDS -v least=N [-v shared=1] -f rack_verdict.awk TRUTH SAMPLES
# TRUTH is what `cellar-sim rack --truth` wrote. A shown value must have been said by
# the pack with the shown serial number, at most AGE before somebody looked; one that
# identifies a pack, or comes with what does, may be older. TRUTH comes later than the
# value when another answer runs into it, since both are over then. With shared=1 packs
# may share an address, and then whatever one of them said is right for all. Fails on a
# wrong value, and when fewer than LEAST were compared: then the test would have shown
# nothing.

BEGIN {
	FS = "\t"

	# key of a reading, file that shows it, factor, or divisor where negative
	n = split("voltage_mv voltage_now 1000," \
		"current_ma current_now 1000," \
		"soc_centi capacity -100," \
		"temperature_decic temp 1," \
		"charge_voltage_limit_mv constant_charge_voltage_max 1000," \
		"charge_current_limit_ma constant_charge_current_max 1000," \
		"discharge_voltage_limit_mv voltage_min 1000," \
		"discharge_current_limit_ma cellar/discharge_current_max 1000," \
		"remaining_mah charge_now 1000," \
		"full_mah charge_full 1000," \
		"design_mah charge_full_design 1000," \
		"cycles cycle_count 1," \
		"soh_centi cellar/state_of_health -100," \
		"charge_enable cellar/charge_enable 1," \
		"discharge_enable cellar/discharge_enable 1," \
		"force_charge cellar/force_charge 1," \
		"full_charge_request cellar/full_charge_request 1," \
		"packs_online cellar/packs_online 1," \
		"packs_offline cellar/packs_offline 1," \
		"cell_voltage_min_mv cellar/cell_voltage_min 1000," \
		"cell_voltage_max_mv cellar/cell_voltage_max 1000", rows, ",")
	for (i = 1; i <= n; i++) {
		split(rows[i], row, " ")
		file[row[1]] = row[2]
		factor[row[1]] = row[3]
	}
	n = split("manufacturer manufacturer,model model_name,serial serial_number," \
		"protections cellar/protections,warnings cellar/warnings," \
		"cell_voltage_min_place cellar/cell_voltage_min_place," \
		"cell_voltage_max_place cellar/cell_voltage_max_place", rows, ",")
	for (i = 1; i <= n; i++) {
		split(rows[i], row, " ")
		file[row[1]] = row[2]
	}
	n = split("manufacturer model_name serial_number charge_full_design " \
		"cellar/packs_online", rows, " ")
	for (i = 1; i <= n; i++)
		identity[rows[i]] = 1
	compared = wrong = 0
	late = 0.25	# the longest answer, at 9600 baud
}

function say(what, value,	k)
{
	known[what] = 1
	k = who SUBSEP what
	times[k, ++count[k]] = $1
	values[k, count[k]] = value
	k = "@" $2 SUBSEP what
	times[k, ++count[k]] = $1
	values[k, count[k]] = value
}

function scaled(value, by)
{
	return sprintf("%d", by < 0 ? value / -by : value * by)
}

function say_list(prefix, list,	items, n, i)
{
	n = split(list, items, ",")
	for (i = 1; i <= n; i++)
		say(prefix i "_raw", items[i])
}

function status_of(current, soc)
{
	if (soc == 10000)
		return "Full"
	if (current <= -500)
		return "Discharging"
	return current >= 500 ? "Charging" : "Not charging"
}

# The last time at which @value was said from @first to @last, or 0
function was_said(k, value, first, last,	i)
{
	i = (k in last_index) ? last_index[k] : 0
	while (i < count[k] && times[k, i + 1] <= last)
		i++
	last_index[k] = i
	for (; i > 0 && times[k, i] >= first; i--)
		if (values[k, i] == value "")
			return times[k, i]
	return 0
}

FILENAME == ARGV[1] {
	who = $3 == "-" ? "system" : $3
	current = soc = highest = ""
	for (i = 5; i <= NF; i++) {
		at = index($i, "=")
		key = substr($i, 1, at - 1)
		value = substr($i, at + 1)
		if (key == "current_ma")
			current = value
		if (key == "soc_centi")
			soc = value
		if (key == "cell_temperature_max_decic")
			highest = value
		if (key == "temperature_decic")
			has_temperature[who] = 1
		if (key == "cells_mv")
			say_list("iio/in_voltage", value)
		else if (key == "temperatures_decic")
			say_list("iio/in_temp", value)
		else if (key in factor)
			say(file[key], scaled(value, factor[key]))
		else if (key in file)
			say(file[key], value)
	}
	if (current != "" && soc != "")
		say("status", status_of(current + 0, soc + 0))
	if (highest != "" && !(who in has_temperature))
		say("temp", highest)
	next
}

{
	who = $4 == "system" ? "system" : $6
	if ($4 != "system" && (who == "-" || shared))
		who = "@" $5
	if (!($7 in known) || ($7 == "status" && $8 == "Unknown"))
		next
	compared++
	supplies[$3] = 1
	from = ($7 in identity) ? 0 : $1 - age
	if (was_said(who SUBSEP $7, $8, from, $2 + late))
		next
	if (++wrong <= 20)
		printf "wrong at %s: %s, %s of %s shows '%s'\n", $1, $3, $7, who, $8
}

END {
	for (name in supplies)
		seen++
	printf "%d values of %d supplies compared, %d wrong\n", compared, seen, wrong
	if (compared < least)
		printf "too few, at least %d were expected\n", least
	exit wrong > 0 || compared < least
}
