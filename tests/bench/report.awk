# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the report of `make bench` from what tests/bench/guest has printed.

BEGIN {
	cost_goal = 1.20
	memory_goal = 8192
}

$1 == "cost" {
	cost[$2, $3, $4] = $5
	if (($7 - $6) / $5 > spread)
		spread = ($7 - $6) / $5
	if ($4 == "nobody")
		rows[++n] = $2 SUBSEP $3
}

$1 == "memory" {
	bytes[$4, $3, $2] = $5
	caches[$4] = 1
}

$1 == "nodes" { nodes[$2] = $3 }

$1 == "rate" { rate = $2; limit = $3 }

function verdict(value, goal)
{
	return value <= goal ? "ok" : "MISS"
}

function figure(name, measured, goal, result, how)
{
	printf "%-44s %12s %12s  %-5s %s\n", name, measured, goal, result, how
}

function worst(listener,    i, ratio, most)
{
	for (i = 1; i <= n; i++) {
		ratio = cost[rows[i], listener] / cost[rows[i], "can-bcm"]
		if (ratio > most)
			most = ratio
	}
	return most
}

function costs(    i, r, key, base, bcm)
{
	printf "\nInstructions per frame, from send() to the end of its softirq; medians of 9\n"
	printf "rounds in turn, spread at most %.1f %% (QEMU -icount: 1 ns is 1 instruction).\n", \
		spread * 100
	printf "Nobody waits for the samples of cellar, or reads can-bcm meanwhile.\n"
	printf "changing: the lowest bits of current and voltages change with every frame.\n"
	printf "net: without what the frame costs when nobody listens.\n\n"
	printf "%-20s %8s %8s %8s %8s   %14s %14s\n", "", "nobody", "can-bcm", "cellar", \
		"auto", "cellar (net)", "auto (net)"
	for (i = 1; i <= n; i++) {
		key = rows[i]
		split(key, r, SUBSEP)
		base = cost[key, "nobody"]
		bcm = cost[key, "can-bcm"]
		printf "%-20s %8.0f %8.0f %8.0f %8.0f   %6.2f (%5.1f) %6.2f (%5.1f)\n", \
			r[1] " " r[2], base, bcm, cost[key, "cellar"], cost[key, "cellar-auto"], \
			cost[key, "cellar"] / bcm, (cost[key, "cellar"] - base) / (bcm - base), \
			cost[key, "cellar-auto"] / bcm, \
			(cost[key, "cellar-auto"] - base) / (bcm - base)
	}
}

# Median of the three rounds: something else may have been cached in one.
function grown(cache, from, to,    a, b, c, lower, higher)
{
	a = bytes[cache, to, 1] - bytes[cache, from, 1]
	b = bytes[cache, to, 2] - bytes[cache, from, 2]
	c = bytes[cache, to, 3] - bytes[cache, from, 3]
	lower = a < b ? a : b
	higher = a < b ? b : a
	return c < lower ? lower : c > higher ? higher : c
}

function per_pack(cache)
{
	return grown(cache, 1, 32) / 31
}

function memory(    cache, i, most, best)
{
	printf "\nKernel memory of a pack, bytes by slab cache (the ten largest):\n"
	for (i = 0; i < 10; i++) {
		most = 0
		for (cache in caches)
			if (!(cache in shown) && per_pack(cache) > most) {
				most = per_pack(cache)
				best = cache
			}
		if (most < 1)
			break
		shown[best] = 1
		printf "  %-24s %8.0f\n", best, most
	}
	printf "  kernfs nodes: %d of the supply, %d of its hwmon device, %d in cellar/\n", \
		nodes["supply"], nodes["hwmon"], nodes["cellar"]
}

END {
	for (cache in caches) {
		pack += per_pack(cache)
		bus += grown(cache, 0, 1)
	}
	bus -= pack

	printf "\n"
	figure("figure", "measured", "goal", "", "how")
	figure("frame / can-bcm content filter, dialect set", sprintf("%.2f x", worst("cellar")), \
		"<= " cost_goal " x", verdict(worst("cellar"), cost_goal), \
		"worst row below, whole receive path")
	figure("frame / can-bcm content filter, dialect auto", \
		sprintf("%.2f x", worst("cellar-auto")), "<= " cost_goal " x", \
		verdict(worst("cellar-auto"), cost_goal), "the same")
	figure("kernel memory per Deye pack", sprintf("%.1f KiB", pack / 1024), "<= 8 KiB", \
		verdict(pack, memory_goal), \
		"slabs, percpu and vmalloc with 32 packs less with 1, / 31; median of 3")
	figure("kernel memory of a bus with its system", sprintf("%.1f KiB", bus / 1024), "-", \
		"", "the same with 1 pack, less that pack and less without a bus")
	figure("frames per second without loss", sprintf("%d", rate), "-", "", \
		limit == "sender" ? "all that the sender could send; 2 emulated CPUs, wall time" : \
				    "more was lost; 2 emulated CPUs, wall time")
	costs()
	memory()
}
