// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verb `hybrids`: inverters on Modbus lines, what flows through each, and what it is told.
 */
#include "print.h"

#include <stdio.h>
#include <string.h>

#define HYBRID	"org.cellar1.Hybrid"

static const struct {
	const char *key, *label, *unit;
	double by;
	int decimals;
} rows[] = {
	{ "PVPower", "sun", "W", 1, 0 },
	{ "BatteryPower", "battery", "W", 1, 0 },
	{ "StateOfCharge", "charge", "%", 1, 0 },
	{ "GridPower", "grid", "W", 1, 0 },
	{ "LoadPower", "house", "W", 1, 0 },
	{ "EPSPower", "EPS", "W", 1, 0 },
	{ "EPSVoltage", "EPS voltage", "V", 1, 1 },
	{ "Power", "it gives", "W", 1, 0 },
	{ "Voltage1", "voltage", "V", 1, 1 },
	{ "Frequency", "frequency", "Hz", 1, 2 },
	{ "Temperature", "temperature", "°C", 1, 0 },
	{ "InnerTemperature", "temperature inside", "°C", 1, 0 },
	{ "Insulation", "insulation", "kΩ", 1000, 0 },
	{ "StateOfHealth", "battery's health", "%", 1, 0 },
	{ "Cycles", "battery's cycles", "", 1, 0 },
	{ "ChargeCurrentMax", "charges at most", "A", 1, 1 },
	{ "DischargeCurrentMax", "discharges at most", "A", 1, 1 },
	{ "DepthOfDischarge", "depth of discharge", "%", 1, 0 },
	{ "TodayProduced", "produced today", "kWh", 1000, 1 },
	{ "TodayImported", "drawn today", "kWh", 1000, 1 },
	{ "TodayExported", "fed in today", "kWh", 1000, 1 },
};

static void print_sets(json_t *hybrid)
{
	json_t *words, *word;
	const char *key;
	size_t i;

	json_object_foreach(json_object_get(hybrid, "Status"), key, words) {
		if (json_array_size(words))
			printf(LABEL, key);
		json_array_foreach(words, i, word)
			printf("%s%s", i ? ", " : "", json_string_value(word));
		if (json_array_size(words))
			putchar('\n');
	}
}

/* Only of one that is to keep it. */
static void print_feed_in(json_t *hybrid)
{
	json_t *feed_in = json_object_get(hybrid, "FeedIn");
	json_t *power = json_object_get(feed_in, "Power");
	const char *state = print_text(feed_in, "State");

	if (!strcmp(state, "-") || !strcmp(state, "not-kept"))
		return;
	printf(LABEL, "own feed-in limit");
	if (power)
		printf("%.0f W, ", json_number_value(power));
	printf("%s\n", state);
}

static void print_hybrid(json_t *hybrid)
{
	json_t *reading = json_object_get(hybrid, "Reading"), *told, *fault;
	size_t i;

	printf("%s: %s, %s, %s at %s, address %.0f\n", print_text(hybrid, "Name"),
	       print_text(hybrid, "State"), print_text(hybrid, "Model"), print_text(hybrid, "Map"),
	       print_text(hybrid, "Line"), print_number(hybrid, "Address"));
	printf(LABEL "%s, firmware %s\n", "serial number", print_text(hybrid, "Serial"),
	       print_text(hybrid, "Firmware"));
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json_t *value = json_object_get(reading, rows[i].key);

		if (value)
			printf(LABEL "%.*f %s\n", rows[i].label, rows[i].decimals,
			       json_number_value(value) / rows[i].by, rows[i].unit);
	}
	json_array_foreach(json_object_get(hybrid, "Faults"), i, fault)
		printf(LABEL "%s\n", i ? "" : "faults", json_string_value(fault));
	told = json_object_get(json_object_get(hybrid, "Told"), "BatteryPower");
	if (told)
		printf(LABEL "%s, battery told %.0f W\n", "control", print_text(hybrid, "Control"),
		       json_number_value(told));
	else
		printf(LABEL "%s\n", "control", print_text(hybrid, "Control"));
	print_feed_in(hybrid);
	if (strcmp(print_text(hybrid, "EPS"), "-") != 0)
		printf(LABEL "%s\n", "EPS output", print_text(hybrid, "EPS"));
	print_sets(hybrid);
}

void print_hybrids(json_t *objects)
{
	json_t *object, *hybrid;
	const char *path;

	json_object_foreach(objects, path, object) {
		hybrid = print_properties(object, HYBRID);
		if (hybrid)
			print_hybrid(hybrid);
	}
}
