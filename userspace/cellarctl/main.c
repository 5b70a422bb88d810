// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellarctl: asks cellard once for all its objects, and shows what a verb wants of them;
 * verbs that do anything else are in files of their own.
 */
#include "actions.h"
#include "event_list.h"
#include "monitor.h"
#include "past.h"
#include "print.h"
#include "printable.h"
#include "scan.h"
#include "service.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* @properties: what of @interface is printed as JSON; none: all */
struct verb {
	const char *name;
	const char *interface;
	const char *properties[2];
	void (*print)(json_t *objects);
};

static const struct verb verbs[] = {
	{ "status", "org.cellar1.Cluster", { NULL }, print_status },
	{ "packs", "org.cellar1.Pack", { NULL }, print_packs },
	{ "cells", "org.cellar1.Pack", { "Cells", "Temperatures" }, print_cells },
	{ "limits", "org.cellar1.Cluster", { "Limits" }, print_limits },
	{ "advice", "org.cellar1.Cluster", { "Advice" }, print_advice },
	{ "inverters", "org.cellar1.Inverter", { NULL }, print_inverters },
	{ "meters", "org.cellar1.Meter", { NULL }, print_meters },
	{ "hybrids", "org.cellar1.Hybrid", { NULL }, print_hybrids },
	{ "contacts", "org.cellar1.Contact", { NULL }, print_contacts },
	{ "sensors", "org.cellar1.Sensor", { NULL }, print_sensors },
	{ "site", "org.cellar1.Site", { NULL }, print_site },
	{ "chargers", "org.cellar1.Charger", { NULL }, print_chargers },
	{ "outputs", "org.cellar1.Output", { NULL }, print_outputs },
	{ "rules", "org.cellar1.Site", { "Rules", "RulesEnabled" }, print_rules },
	{ "energy", "org.cellar1.Site", { "Energy", "Gaps" }, print_energy },
};

static void usage(FILE *to)
{
	fputs("Usage: cellarctl [OPTION]... [VERB]\n"
	      "Show what cellard knows of the batteries, and tell it what people want.\n"
	      "\n"
	      "  status   the clusters: charge, voltage, current, limits, advice (if no VERB is\n"
	      "           given)\n"
	      "  packs    each supply, whether it is a member, and why not\n"
	      "  cells    the voltage of each cell, and temperatures\n"
	      "  limits   how much each cluster may do, with every reason\n"
	      "  advice   what needs a person, and until when\n"
	      "  inverters\n"
	      "           what each was told, whether it obeys, and of one that is only listened\n"
	      "           to, what cellard would have said\n"
	      "  meters   what each measures, and how it is\n"
	      "  hybrids  inverters on Modbus lines: what flows, faults, what each is told\n"
	      "  contacts\n"
	      "           dry contacts, read and switched, and how they are\n"
	      "  sensors  what each measures, and how it is\n"
	      "  site     what flows in the house, what may, and who says so\n"
	      "  chargers\n"
	      "           the wallboxes, their cars and sessions\n"
	      "  outputs  the switched outputs and their logic\n"
	      "  rules    timed charging\n"
	      "  events   what has happened since cellard was started; with --from, --to or --csv,\n"
	      "           of the past\n"
	      "  energy   what has flowed today, this week, month, year, and ever; with --from,\n"
	      "           --to, --by or --csv, day by day\n"
	      "  sessions\n"
	      "           of wallboxes\n"
	      "  curtailments\n"
	      "           when the grid operator allowed less, and what was done\n"
	      "  history flows|limits|charging|switched|energy|events|sessions|curtailments\n"
	      "           all that is kept of the past\n"
	      "  monitor  all of it as it changes, until q is pressed; a line for each change if\n"
	      "           this is no terminal\n"
	      "\n"
	      "  pack NAME out|in   take a pack out of its cluster until it is put in again\n"
	      "  pack NAME disconnected|connected\n"
	      "                     it is not, or it is, wired to the inverter\n"
	      "  pack NAME forget   it will not come back\n"
	      "  full-charge CLUSTER on|off\n"
	      "                     charge it full once\n"
	      "  limit CLUSTER CHARGE DISCHARGE\n"
	      "                     no more than so many amperes, until cellard ends\n"
	      "  limit CLUSTER off  as configured again\n"
	      "  reload             read the configuration again\n"
	      "\n"
	      "  start CHARGER      let its car charge\n"
	      "  stop CHARGER       and no more\n"
	      "  strategy CHARGER STRATEGY [KEY=VALUE]...\n"
	      "                     of its next sessions\n"
	      "  contract WATTS|none\n"
	      "                     contracted power\n"
	      "  feed-in WATTS|none\n"
	      "                     the most that is fed in\n"
	      "  eps INVERTER on|off\n"
	      "                     its EPS output\n"
	      "  rule NUMBER KEY=VALUE...\n"
	      "                     a rule of timed charging\n"
	      "  rule NUMBER remove\n"
	      "  rules on|off       all of them\n"
	      "  output OUTPUT on|off\n"
	      "                     its logic\n"
	      "  output OUTPUT KEY=VALUE...\n"
	      "  outputs on|off     the logics of all\n"
	      "  reset [SECTION]    as the configuration has it again\n"
	      "  claim [USER]       own the plant: the first who does is the only one\n"
	      "  administrators add|remove USER\n"
	      "                     who may change it; the owner's to choose\n"
	      "  scan [PORT|HOST]...\n"
	      "                     what meters and inverters are connected, by reading alone, as a\n"
	      "                     configuration for cellard\n"
	      "\n"
	      "  --json   the same as D-Bus has it: objects by their path\n"
	      "  --follow with events: go on with what happens\n"
	      "  --from DATE\n"
	      "           of the past: 2026-01-31, 2026-01, 2026 or 2026-01-31T13:45; 30 days ago\n"
	      "           if it is not given\n"
	      "  --to DATE\n"
	      "           to the end of that day, month, year or minute\n"
	      "  --by PERIOD\n"
	      "           energy by day, month or year; flows, limits and charging by minute,\n"
	      "           quarter or hour\n"
	      "  --csv    the past as a table for other programs\n"
	      "  --help   show this and exit\n"
	      "  --version\n"
	      "           show the version and exit\n"
	      "\n"
	      "Exit status: 0, 1 failed, 2 wrong usage, 3 cellard does not answer, 4 not\n"
	      "authorised.\n", to);
}

/* Those of @verb that it has; all if the verb is for all. */
static json_t *wanted_of(const struct verb *verb, json_t *properties)
{
	json_t *wanted;

	if (!verb->properties[0])
		return json_incref(properties);

	wanted = json_object();
	for (size_t i = 0; i < sizeof(verb->properties) / sizeof(*verb->properties); i++)
		if (verb->properties[i])
			json_object_set(wanted, verb->properties[i],
					json_object_get(properties, verb->properties[i]));

	return wanted;
}

static int print_json(const struct verb *verb, json_t *objects)
{
	json_t *out = json_object(), *object, *properties;
	const char *path;
	int r;

	json_object_foreach(objects, path, object) {
		properties = print_properties(object, verb->interface);
		if (!properties)
			continue;
		json_object_set_new(out, path, wanted_of(verb, properties));
	}
	r = json_dumpf(out, stdout, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(out);

	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int show(const struct verb *verb, bool as_json)
{
	json_t *objects = NULL;
	sd_bus *bus = NULL;
	int status;

	status = service_open(&bus);
	if (!status)
		status = service_objects(bus, &objects);
	if (objects) {
		if (as_json) {
			status = print_json(verb, objects);
		} else {
			printable(objects);
			verb->print(objects);
		}
		json_decref(objects);
	}
	sd_bus_flush_close_unref(bus);

	return status;
}

static const struct verb *verb_of(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];

	return NULL;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "follow", no_argument, NULL, 'f' },
		{ "from", required_argument, NULL, 'F' },
		{ "to", required_argument, NULL, 'T' },
		{ "by", required_argument, NULL, 'b' },
		{ "csv", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	struct past_options past = { 0 };
	bool as_json = false, follow = false;
	const struct verb *verb;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			as_json = true;
			break;
		case 'f':
			follow = true;
			break;
		case 'F':
			past.from = optarg;
			break;
		case 'T':
			past.to = optarg;
			break;
		case 'b':
			past.by = optarg;
			break;
		case 'c':
			past.as_csv = true;
			break;
		case 'h':
			usage(stdout);
			return EXIT_SUCCESS;
		case 'V':
			puts("cellarctl " CELLAR_VERSION);
			return EXIT_SUCCESS;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	}
	past.as_json = as_json;
	if (!follow && past_is(optind < argc ? argv[optind] : "status", &past))
		return past_show(argc - optind, argv + optind, &past);
	if (past.from || past.to || past.by || past.as_csv) {
		fprintf(stderr, "cellarctl: --from, --to, --by and --csv are of energy, events,"
			" sessions, curtailments and history\n");
		return EXIT_USAGE;
	}
	if (optind + 1 == argc && !strcmp(argv[optind], "events"))
		return event_list(as_json, follow);
	if (follow) {
		fprintf(stderr, "cellarctl: only events can be followed\n");
		return EXIT_USAGE;
	}
	if (optind < argc && !strcmp(argv[optind], "scan"))
		return scan(argc - optind - 1, argv + optind + 1);
	if (optind < argc && action_is(argc - optind, argv + optind)) {
		status = action_run(argc - optind, argv + optind);
		if (status == EXIT_USAGE)
			usage(stderr);
		return status;
	}
	if (optind + 1 == argc && !strcmp(argv[optind], "monitor"))
		return monitor(as_json);
	verb = verb_of(optind < argc ? argv[optind] : "status");
	if (!verb || argc - optind > 1) {
		fprintf(stderr, "cellarctl: what is \"%s\"?\n", argv[verb ? optind + 1 : optind]);
		usage(stderr);
		return EXIT_USAGE;
	}

	return show(verb, as_json);
}
