# SPDX-License-Identifier: GPL-2.0-only
#
# What one inverter heard in a span of time. Usage:
#   awk -v from=MS -v to=MS [-v who=N] [-v way=charge] [-v each=MS] -f inverter_heard.awk LOG
# LOG is what `cellar-sim --inverter-log` wrote. Without EACH prints, in ms and mA: frames,
# lowest and highest limit in them, the longest time without one, when it first could take
# nothing (after FROM; -1: never), the highest current it took, and the worst pack in
# permille of its limit. With EACH prints a line for each so many ms, for people.

BEGIN {
	FS = ","
	who = who == "" ? 1 : who
	way = way == "" ? "charge" : way
	zero = lowest = -1
	highest = own = limit = worst = gap = frames = 0
	heard = next_line = from
}

NR == 1 {
	for (i = 1; i <= NF; i++)
		at[$i] = i
	limit_at = at[way == "charge" ? "ccl_ma" : "dcl_ma"]
	allowed_at = at["allowed_" way "_ma"]
	next
}

$2 != who || $1 < from || $1 > to || NF < at["worst_permille"] { next }

{
	limit = $at["timed_out"] ? 0 : $limit_at + 0
	if (zero < 0 && !limit)
		zero = $1 - from
	current = $at["own_ma"] < 0 ? -$at["own_ma"] : $at["own_ma"] + 0
	own = current > own ? current : own
	worst = $at["worst_permille"] + 0 > worst ? $at["worst_permille"] + 0 : worst
}

each && $1 >= next_line {
	printf "%5.1f s: %s of %d mA, takes %d mA, the packs allow %d mA\n",
		($1 - from) / 1000, $at["timed_out"] ? "timed out" : "told", $limit_at,
		$at["own_ma"], $allowed_at
	next_line += each
}

$3 == 1 {
	frames++
	gap = $1 - heard > gap ? $1 - heard : gap
	heard = $1
	lowest = lowest < 0 || $limit_at + 0 < lowest ? $limit_at + 0 : lowest
	highest = $limit_at + 0 > highest ? $limit_at + 0 : highest
}

END {
	gap = to - heard > gap ? to - heard : gap
	if (!each)
		print frames, lowest, highest, gap, zero, own, worst
}
