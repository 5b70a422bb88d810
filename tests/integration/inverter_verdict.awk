# SPDX-License-Identifier: GPL-2.0-only
#
# Was every inverter told the truth? Usage:
#   awk [-v window=MS] [-v silent=MS] [-v least=N] [-v falls=N] [-v gap=MS]
#       -f inverter_verdict.awk LOG
# LOG is what `cellar-sim --inverter-log` wrote. Every limit that was heard must be one
# that the packs allowed at some moment of the WINDOW (1500) before, alone and, with
# several inverters, in sum; and when the battery has said nothing valid for SILENT
# (3000), the limits must be 0 A or the inverter have timed out. Fails with 1 for each of
# these, and when the limits fell to 0 A less than FALLS (0) times; with 2 when there is
# too little to judge: fewer than LEAST (5) frames with a limit above 0 A, or longer than
# GAP (1000) without a line.

BEGIN {
	FS = ","
	window = window == "" ? 1500 : window
	silent = silent == "" ? 3000 : silent
	least = least == "" ? 5 : least
	falls = falls == "" ? 0 : falls
	gap = gap == "" ? 1000 : gap
	n = split("time_ms inverter frame ccl_ma dcl_ma age_ms timed_out " \
		"allowed_charge_ma allowed_discharge_ma battery_ms worst_permille", names, " ")
	way_name[1] = "charge"
	way_name[2] = "discharge"
	lines = frames = above = fallen = wrong = blind = worst = stood = 0
	oldest = 1
}

function complain(text)
{
	if (++wrong <= 20)
		print "wrong at " t " ms: " text
}

# The most that the packs allowed from @since on
function most(way, since,	i, highest)
{
	for (i = lines; i >= oldest && time[i] >= since; i--)
		if (allowed[way, i] > highest)
			highest = allowed[way, i]
	return highest + 0
}

function judge_frame(i,	way, j, sum, since, others)
{
	for (way = 1; way <= 2; way++) {
		sum = others = 0
		since = t
		for (j in last) {
			sum += limit[way, j]
			if (limit[way, j] > 0 && heard_at[j] < since)
				since = heard_at[j]
			others += j != i && limit[way, j] > 0
		}
		if (limit[way, i] > most(way, t - window))
			complain(sprintf("inverter %s heard %d mA of %s, the packs allowed %d",
				i, limit[way, i], way_name[way], most(way, t - window)))
		else if (others && sum > most(way, since - window))
			complain(sprintf("inverters heard %d mA of %s in sum, the packs " \
				"allowed %d", sum, way_name[way], most(way, since - window)))
	}
}

function look_for_gap(who)
{
	if (!(who in last) || t - last[who] <= gap)
		return
	printf "nothing is known of inverter %s from %s to %s ms\n", who, last[who], t
	blind++
}

NR == 1 {
	for (i = 1; i <= NF; i++)
		column[$i] = i
	for (i = 1; i <= n; i++)
		if (!(names[i] in column)) {
			print "no log of inverters: no " names[i]
			blind = 1
			exit
		}
	next
}

{
	t = $column["time_ms"]
	who = $column["inverter"]
	lines++
	time[lines] = t
	allowed[1, lines] = $column["allowed_charge_ma"] + 0
	allowed[2, lines] = $column["allowed_discharge_ma"] + 0
	if (lines == 1)
		first = t
	look_for_gap(who)
	last[who] = t

	told = !$column["timed_out"]
	limit[1, who] = told ? $column["ccl_ma"] + 0 : 0
	limit[2, who] = told ? $column["dcl_ma"] + 0 : 0
	is_above = limit[1, who] > 0 || limit[2, who] > 0
	heard_at[who] = t - $column["age_ms"]
	if (!is_above && was_above[who])
		fallen++
	was_above[who] = is_above
	if ($column["worst_permille"] + 0 > worst)
		worst = $column["worst_permille"] + 0

	battery = $column["battery_ms"]
	if (battery == "" || t - battery > silent) {
		if (is_above && !excused[who]) {
			complain("inverter " who " may take current, the battery's last word " \
				"is " (battery == "" ? "none" : t - battery " ms old"))
			excused[who] = 1
		}
	} else {
		excused[who] = 0
	}
	if (is_above && battery != "" && t - battery > stood)
		stood = t - battery
	if ($column["frame"] + 0) {
		frames++
		above += is_above
		judge_frame(who)
	}
	# with the limits of others, which may be as old as their time-out, 60 s with SMA
	while (time[oldest] < t - window - 65000) {
		delete time[oldest]
		delete allowed[1, oldest]
		delete allowed[2, oldest]
		oldest++
	}
}

END {
	for (who in last)
		look_for_gap(who)
	printf "%d lines, %.1f s, %d frames, %d of them above 0 A, %d falls to 0 A, %d wrong\n",
		lines, (t - first) / 1000, frames, above, fallen, wrong
	printf "current was allowed at most %d ms after the battery's last word; a pack had " \
		"at most %d permille of its limit\n", stood, worst
	if (fallen < falls) {
		printf "too few falls to 0 A, at least %d were expected\n", falls
		wrong++
	}
	if (wrong)
		exit 1
	if (above < least)
		printf "too few frames above 0 A, at least %d were expected\n", least
	exit above < least || blind > 0 ? 2 : 0
}
