# SPDX-License-Identifier: GPL-2.0-only
#
# What stands around the battery, for tests/bench/report.awk: from a contact to a set-point,
# how busy Modbus lines are kept, and all of a house at once.

BEGIN {
	edge_goal = 200
	reading_goal = 80
	bits = 11	# of a character (Modbus over serial line, 2.5.1)
}

# edge CODE BAUD EDGES UNANSWERED, then ns: p50, p95, p99, worst; p50, p99, worst of a master
# that knows at once; and how busy the line was
$1 == "edge" {
	edge = toupper($2) " " $3
	edges[++n_edges] = edge
	edge_n[edge] = $4
	edge_missed[edge] = $5
	edge_p50[edge] = $6 / 1e6
	edge_p95[edge] = $7 / 1e6
	edge_p99[edge] = $8 / 1e6
	edge_worst[edge] = $9 / 1e6
	least_p50[edge] = $10 / 1e6
	least_p99[edge] = $11 / 1e6
	least_worst[edge] = $12 / 1e6
	edge_busy[edge] = $13
}

# reading WHO BAUD METERS GAP THINK SECONDS REQUESTS CHARACTERS
$1 == "reading" {
	if ($2 == "cellard")
		readings[++n_readings] = $3 SUBSEP $4 SUBSEP $5
	if (!(($3, "think") in think_ms))
		think_ms[$3, "think"] = $6
	used[$2, $3, $4, $5] = 100 * needed($3, $6, $8, $9) / $7
	per_second[$2, $3, $4, $5] = $8 / $7
}

# The least time that so many requests and answers take: characters, the silence between
# two of them, and what the devices think. s
function needed(baud, think, requests, characters,    silence)
{
	if (baud == "tcp")
		return requests * think / 1000
	silence = baud > 19200 ? 0.00175 : 3.5 * bits / baud
	return characters * bits / baud + requests * (silence + think / 1000)
}

function edge_figures(    i, edge)
{
	for (i = 1; i <= n_edges; i++) {
		edge = edges[i]
		figure("Edge to set-point on the wire, " edge ", p99", \
			sprintf("%.0f ms", edge_p99[edge]), "<= " edge_goal " ms", \
			edge_missed[edge] ? "MISS" : verdict(edge_p99[edge], edge_goal), \
			sprintf("p50 %.0f ms, worst %.0f ms; one that writes as soon as the line is free p99 %.0f ms", \
				edge_p50[edge], edge_worst[edge], least_p99[edge]))
	}
}

# Of what poll makes of the line. @gap: "default", or the least; @meters 0: the less of all
function worst_reading(baud, gap, meters,    i, row, share, least)
{
	least = n_readings ? 100 : 0
	for (i = 1; i <= n_readings; i++) {
		split(readings[i], row, SUBSEP)
		share = 100 * used["cellard", readings[i]] / used["poll", readings[i]]
		if (row[1] == baud && row[3] == gap && (!meters || row[2] == meters) && \
		    share < least)
			least = share
	}
	return least
}

function reading_figure(name, baud, gap, meters, how,    least)
{
	least = worst_reading(baud, gap, meters)
	figure("Modbus reading / a program with libmodbus, " name, sprintf("%.1f %%", least), \
		">= " reading_goal " %", least >= reading_goal ? "ok" : "MISS", how)
}

function reading_figures(    baud, i)
{
	for (i = 0; i < 2; i++) {
		baud = i ? 115200 : 9600
		reading_figure(baud ", 1 meter", baud, "default", 1, "pauses as by default")
		reading_figure(baud ", 4 meters", baud, "default", 4, \
			"as by default: 30 ms when the next request is to another one")
		reading_figure(baud ", no gap", baud, 0, 0, \
			"gap_ms = 0: only the silence that ends a frame; less of 1 and 4 meters")
	}
	reading_figure("TCP", "tcp", 0, 0, "devices that answer after " think_ms["tcp", "think"] " ms are the limit")
}

function plant_figures()
{
	figure("cellard, 32 packs, 8 inverters, 8 wallboxes: RSS", \
		sprintf("%.1f MiB", rss["plant", 32] / 1024), "<= 6 MiB", \
		verdict(rss["plant", 32], rss_goal), \
		sprintf("its own part %.1f MiB; one that has nothing to do %.1f MiB", \
			pss["plant", 32] / 1024, rss["idle", 0] / 1024))
	figure("cellard, 32 packs, 8 inverters, 8 wallboxes: CPU", \
		sprintf("%.2f %%", cpu["plant", 32, 0]), "<= " cpu_goal " %", \
		verdict(cpu["plant", 32, 0], cpu_goal), \
		sprintf("of such a core; woken %.0f times a second; one that has nothing to do %.2f %%", \
			wakes["plant", 32], cpu["idle", 0, 0]))
}

function edge_rows(    i, edge)
{
	printf "\nFrom an edge of DRM0, or of L1 of RRCR, at gpio-sim to the last character of the write\n"
	printf "to a G3 inverter, in ms, 20 of them to debounce; on a line with three DTSU666 that are read\n"
	printf "without a rest. least: a master that knows of the edge at once and writes as soon as the\n"
	printf "request under way has been answered; cellard gives an inverter that has just answered 100 ms\n"
	printf "of rest. on the line: characters, of the time. (QEMU -icount)\n\n"
	printf "%-12s %6s %10s %7s %7s %7s %7s %11s %9s %11s %12s\n", "contact, Bd", "edges", "unanswered", \
		"p50", "p95", "p99", "worst", "least p50", "p99", "worst", "on the line"
	for (i = 1; i <= n_edges; i++) {
		edge = edges[i]
		printf "%-12s %6d %10d %7.1f %7.1f %7.1f %7.1f %11.1f %9.1f %11.1f %10.1f %%\n", edge, \
			edge_n[edge], edge_missed[edge], edge_p50[edge], edge_p95[edge], \
			edge_p99[edge], edge_worst[edge], least_p50[edge], least_p99[edge], \
			least_worst[edge], edge_busy[edge]
	}
}

function reading_rows(    i, row)
{
	printf "\nModbus lines to DTSU666 meters that are read in the shortest period that there is, and\n"
	printf "think %d ms; poll asks for 70 registers at a time, cellard for 34 at 9600 Bd. Of the time,\n", \
		think_ms[9600, "think"]
	printf "percent that the same requests and answers need at least: characters of %d bits, the\n", bits
	printf "silence that ends a frame, what devices think. poll only reads, by libmodbus; what it\n"
	printf "reaches is taken for all that the line could bear, also where that is more than this sum.\n"
	printf "(QEMU -icount)\n\n"
	printf "%-8s %6s %7s %10s %10s %10s %10s\n", "baud", "meters", "gap ms", "cellard %", \
		"requests/s", "poll %", "requests/s"
	for (i = 1; i <= n_readings; i++) {
		split(readings[i], row, SUBSEP)
		printf "%-8s %6d %7s %10.1f %10.1f %10.1f %10.1f\n", row[1], row[2], row[3], \
			used["cellard", readings[i]], per_second["cellard", readings[i]], \
			used["poll", readings[i]], per_second["poll", readings[i]]
	}
}
