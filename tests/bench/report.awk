# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the report of `make bench` from what tests/bench/guest has printed.

BEGIN {
	cost_goal = 1.20
	memory_goal = 8192
	use_goal = 90
	reply_goal = 1.00
	rss_goal = 6144
	cpu_goal = 1
	linear_goal = 1.20
	in_out_goal = 10
	step_goal = 1000
	year_goal = 60
}

$1 == "cost" {
	cost[$2, $3, $4] = $5
	if (($7 - $6) / $5 > spread)
		spread = ($7 - $6) / $5
	if ($4 == "nobody")
		rows[++n] = $2 SUBSEP $3
}

$1 == "memory" {
	bytes[$2, $5, $4, $3] = $6
	caches[$5] = 1
}

$1 == "nodes" { nodes[$2, $3] = $4 }

# line BAUD PACKS MODE DELAY, then SECONDS QUESTIONS CHARACTERS ANSWERS CHARACTERS
# DELAYS, then the worst ages
$1 == "line" {
	lines[++n_lines] = $2 SUBSEP $3 SUBSEP $4 SUBSEP $5
	spoken[$2, $3, $4, $5] = spoken_of($2, $6, $8 + $10)
	waited[$2, $3, $4, $5] = 100 * $11 / $6
	rate[$2, $3, $4, $5] = $9 / $6
	limits_age[$2, $3, $4, $5] = $12
	alarms_age[$2, $3, $4, $5] = $13
}

$1 == "reply" {
	reply_spoken[$2, $3] = spoken_of($2, $5, $7 + $9)
	reply_ns[$2, $3] = $4 / $8
}

$1 == "rate" { most = $2; limit = $3 }

# daemon NAME PACKS LISTENERS SECONDS NS NS-OF-THE-BUS RSS-KIB PSS-KIB WAKES; in per cent of
# one core
$1 == "daemon" {
	if (!(($2, $3) in rss))
		watched[++n_watched] = $2 SUBSEP $3
	cpu[$2, $3, $4] = $6 / $5 / 1e7
	bus_cpu[$2, $3, $4] = $7 / $5 / 1e7
	rss[$2, $3] = $8
	if (!$4) {
		pss[$2, $3] = $9
		wakes[$2, $3] = $10 / $5
	}
}

$1 == "signals" { signals[$2, $3] = $4 / $5 }

$1 == "in_out" {
	trials = $2
	unanswered = $3
	p50 = $4 / 1e6
	p99 = $5 / 1e6
	slowest = $6 / 1e6
}

# site NAME NS BASELINE-NS LEAST MOST, year NAME SECONDS CPU-SECONDS STEPS
$1 == "site" {
	sites[++n_sites] = $2
	step_ns[$2] = $3
	moved_ns[$2] = $4
	step_least[$2] = $5
	step_most[$2] = $6
}

$1 == "year" {
	year_s[$2] = $3
	year_cpu_s[$2] = $4
	year_steps[$2] = $5
}

# Percent of the time
function spoken_of(baud, seconds, characters)
{
	return 100 * characters * 10 / baud / seconds
}

function verdict(value, goal)
{
	return value <= goal ? "ok" : "MISS"
}

function figure(name, measured, goal, result, how)
{
	printf "%-50s %12s %12s  %-5s %s\n", name, measured, goal, result, how
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
function grown(kind, cache, from, to,    a, b, c, lower, higher)
{
	a = bytes[kind, cache, to, 1] - bytes[kind, cache, from, 1]
	b = bytes[kind, cache, to, 2] - bytes[kind, cache, from, 2]
	c = bytes[kind, cache, to, 3] - bytes[kind, cache, from, 3]
	lower = a < b ? a : b
	higher = a < b ? b : a
	return c < lower ? lower : c > higher ? higher : c
}

function per_pack(kind, cache)
{
	return grown(kind, cache, 1, 32) / 31
}

function pack_memory(kind,    cache, sum)
{
	for (cache in caches)
		sum += per_pack(kind, cache)
	return sum
}

function bus_memory(kind,    cache, sum)
{
	for (cache in caches)
		sum += grown(kind, cache, 0, 1)
	return sum - pack_memory(kind)
}

function memory(kind, name,    cache, i, most_of, best, shown)
{
	printf "\nKernel memory of %s pack, bytes by slab cache (the ten largest):\n", name
	for (i = 0; i < 10; i++) {
		most_of = 0
		for (cache in caches)
			if (!(cache in shown) && per_pack(kind, cache) > most_of) {
				most_of = per_pack(kind, cache)
				best = cache
			}
		if (most_of < 1)
			break
		shown[best] = 1
		printf "  %-24s %8.0f\n", best, most_of
	}
	printf "  kernfs nodes: %d of the supply, %d of its hwmon device, %d in cellar/,\n" \
		"  %d of the IIO device of its cells\n", nodes[kind, "supply"], \
		nodes[kind, "hwmon"], nodes[kind, "cellar"], nodes[kind, "cells"]
}

function worst_use(baud, delay,    i, line, least)
{
	least = n_lines ? 100 : 0
	for (i = 1; i <= n_lines; i++) {
		split(lines[i], line, SUBSEP)
		if (line[1] == baud && line[3] == "free" && line[4] == delay && \
		    spoken[lines[i]] + waited[lines[i]] < least)
			least = spoken[lines[i]] + waited[lines[i]]
	}
	return least
}

function worst_age(ages, baud, packs)
{
	return sprintf("%.1f s", ages[baud, packs, "due", 20] / 1000)
}

function use_figures(    i, baud, delay)
{
	for (i = 0; i < 4; i++) {
		baud = i < 2 ? 9600 : 115200
		delay = i % 2 ? 20 : 0
		figure("RS-485 line use free-running, " baud " baud" (delay ? ", " delay " ms" : ""), \
			sprintf("%.1f %%", worst_use(baud, delay)), ">= " use_goal " %", \
			worst_use(baud, delay) >= use_goal ? "ok" : "MISS", \
			"least of 1, 4, 16, 32 packs" (delay ? ", which think so long: delays included" : ""))
	}
	for (i = 0; i < 2; i++) {
		baud = i ? 115200 : 9600
		figure("the same in Debian 6.12, 16 packs, " baud " baud", \
			sprintf("%.1f %%", reply_spoken[baud, "cellar"]), ">= " use_goal " %", \
			reply_spoken[baud, "cellar"] >= use_goal ? "ok" : "MISS", \
			"emulated CPU, computing takes 1 ns an instruction")
	}
	figure("CPU per answer / a program with read, write", \
		sprintf("%.2f x", reply_ns[115200, "cellar"] / reply_ns[115200, "reader"]), \
		"<= " reply_goal " x", \
		verdict(reply_ns[115200, "cellar"] / reply_ns[115200, "reader"], reply_goal), \
		"same questions, same codec, 16 packs, 115200 baud")
	for (i = 0; i < 2; i++) {
		baud = i ? 115200 : 9600
		figure("worst age of a limit, of an alarm, " baud " baud", \
			worst_age(limits_age, baud, 16) ", " worst_age(alarms_age, baud, 16), "-", \
			"", "16 packs that answer after 20 ms, in 3 minutes as users run it")
	}
}

function line_rows(    i, line)
{
	printf "\nRS-485 lines of dialect pylontech in virtual time, where computing costs nothing:\n"
	printf "what the driver leaves idle. said: characters of questions and answers, ten bits\n"
	printf "each; delays: from questions to their answers; the rest is idle or, 2 %%, spent on\n"
	printf "questions to packs that are not there.\n"
	printf "free: without a pause, 1 minute; due: as users run it, 3 minutes. Ages are the\n"
	printf "worst of all supplies, looked at every 25 ms.\n\n"
	printf "%-7s %5s %-5s %9s %7s %9s %7s %10s %10s %10s\n", "baud", "packs", "", "delay ms", \
		"said %", "delays %", "rest %", "answers/s", "limits ms", "alarms ms"
	for (i = 1; i <= n_lines; i++) {
		split(lines[i], line, SUBSEP)
		printf "%-7d %5d %-5s %9d %7.1f %9.1f %7.1f %10.1f %10d %10d\n", line[1], line[2], \
			line[3], line[4], spoken[lines[i]], waited[lines[i]], \
			100 - spoken[lines[i]] - waited[lines[i]], rate[lines[i]], \
			limits_age[lines[i]], alarms_age[lines[i]]
	}
}

# CPU per pack with @packs, against one with 32: 1 and 4 have the cost of the loop alone
function grows(packs)
{
	return cpu["cellard", packs, 0] / packs / (cpu["cellard", 32, 0] / 32)
}

function daemon_figures()
{
	figure("limit frame in to limit frame out, p99", sprintf("%.2f ms", p99), \
		"<= " in_out_goal " ms", \
		unanswered || !trials ? "MISS" : verdict(p99, in_out_goal), \
		sprintf("p50 %.2f ms, worst %.2f ms, %d trials, %d without an answer", p50, \
			slowest, trials, unanswered))
	figure("cellard, 32 packs at 1 Hz, 8 inverters: RSS", \
		sprintf("%.1f MiB", rss["driving", 32] / 1024), "<= 6 MiB", \
		verdict(rss["driving", 32], rss_goal), "on CAN, without a house")
	figure("cellard, 32 packs at 1 Hz, 8 inverters: CPU", \
		sprintf("%.2f %%", cpu["driving", 32, 0]), "<= " cpu_goal " %", \
		verdict(cpu["driving", 32, 0], cpu_goal), \
		"of a core that takes 1 ns for an instruction; the same")
	figure("cost per pack, 256 packs / 32 packs", sprintf("%.2f x", grows(256)), \
		"<= " linear_goal " x", verdict(grows(256), linear_goal), "CPU of cellard")
}

function site_figures(    i, name)
{
	for (i = 1; i <= n_sites; i++) {
		name = sites[i]
		figure("one EMS step, " name " site", sprintf("%.0f ns", step_ns[name]), \
			"<= " step_goal " ns", verdict(step_ns[name], step_goal), \
			sprintf("%.0f to %.0f; moving its inputs and outputs takes %.0f", \
				step_least[name], step_most[name], moved_ns[name]))
		figure("a year of EMS steps, " name " site", sprintf("%.1f s", year_s[name]), \
			"<= " year_goal " s", verdict(year_s[name], year_goal), \
			sprintf("%d steps of a second, wall time of this machine; its CPU %.1f s", \
				year_steps[name], year_cpu_s[name]))
	}
}

function daemons(    i, row, key)
{
	printf "\nDaemons that watch Deye packs at 1 Hz whose current changes each second; driving\n"
	printf "is cellard with eight inverters, plant with a whole house as well (on Modbus the same\n"
	printf "inverters, eight wallboxes, four meters; contacts and outputs), idle has nothing at all,\n"
	printf "publish only tells the bus as much. CPU is that of a core that takes 1 ns for an\n"
	printf "instruction, without and with somebody who listens (QEMU -icount).\n\n"
	printf "%-10s %6s %9s %9s %10s %14s %15s %10s\n", "", "packs", "RSS MiB", "CPU %", \
		"listened", "dbus-daemon %", "listened", "signals/s"
	for (i = 1; i <= n_watched; i++) {
		key = watched[i]
		split(key, row, SUBSEP)
		printf "%-10s %6d %9.1f %9.3f %10.3f %14.3f %15.3f %10.1f\n", row[1], row[2], \
			rss[key] / 1024, cpu[key, 0], cpu[key, 1], bus_cpu[key, 0], \
			bus_cpu[key, 1], signals[key]
	}
}

function replies()
{
	printf "\nInstructions per answer of a rack of 16 free-running, in kernel threads and the\n"
	printf "program itself (interrupts that find the machine idle are not in it):\n"
	printf "  cellar-rs485 %8.0f at 115200 baud, %8.0f at 9600\n", \
		reply_ns[115200, "cellar"], reply_ns[9600, "cellar"]
	printf "  program      %8.0f, keeps the line %.1f %% busy, looks for nobody\n", \
		reply_ns[115200, "reader"], reply_spoken[115200, "reader"]
}

END {
	printf "\n"
	figure("figure", "measured", "goal", "", "how")
	figure("frame / can-bcm content filter, dialect set", sprintf("%.2f x", worst("cellar")), \
		"<= " cost_goal " x", verdict(worst("cellar"), cost_goal), \
		"worst row below, whole receive path")
	figure("frame / can-bcm content filter, dialect auto", \
		sprintf("%.2f x", worst("cellar-auto")), "<= " cost_goal " x", \
		verdict(worst("cellar-auto"), cost_goal), "the same")
	figure("frames per second without loss", sprintf("%d", most), "-", "", \
		limit == "sender" ? "all that the sender could send; 2 emulated CPUs, wall time" : \
				    "more was lost; 2 emulated CPUs, wall time")
	use_figures()
	daemon_figures()
	plant_figures()
	edge_figures()
	reading_figures()
	site_figures()
	figure("kernel memory per Deye pack", sprintf("%.1f KiB", pack_memory("deye") / 1024), \
		"<= 8 KiB", verdict(pack_memory("deye"), memory_goal), \
		"slabs, percpu and vmalloc with 32 packs less with 1, / 31; median of 3")
	figure("kernel memory per RS-485 pack with its cells", \
		sprintf("%.1f KiB", pack_memory("rs485") / 1024), "<= 8 KiB", \
		verdict(pack_memory("rs485"), memory_goal), "the same")
	figure("kernel memory of a bus with its system", \
		sprintf("%.1f KiB", bus_memory("deye") / 1024), "-", "", \
		"Deye with 1 pack, less that pack and less without a bus")
	costs()
	line_rows()
	replies()
	daemons()
	edge_rows()
	reading_rows()
	memory("deye", "a Deye")
	memory("rs485", "an RS-485")
}
