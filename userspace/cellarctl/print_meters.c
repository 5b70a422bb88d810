// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verb `meters`: what each measures, and how it is.
 */
#include "print.h"

#include <stdbool.h>
#include <stdio.h>

#define METER	"org.cellar1.Meter"

static const struct {
	const char *label, *unit;
	const char *keys[4];
	double by;
	int decimals;
} rows[] = {
	{ "power", "W", { "Power", "Power1", "Power2", "Power3" }, 1, 0 },
	{ "voltage", "V", { NULL, "Voltage1", "Voltage2", "Voltage3" }, 1, 1 },
	{ "current", "A", { NULL, "Current1", "Current2", "Current3" }, 1, 2 },
	{ "power factor", "", { "PowerFactor" }, 1, 3 },
	{ "frequency", "Hz", { "Frequency" }, 1, 2 },
	{ "drawn", "kWh", { "ImportEnergy" }, 1000, 1 },
	{ "fed in", "kWh", { "ExportEnergy" }, 1000, 1 },
	{ "produced", "kWh", { "ProducedEnergy" }, 1000, 1 },
	{ "taken", "kWh", { "ConsumedEnergy" }, 1000, 1 },
};

/* The sum and then, behind a colon, the phases, as far as there are any. */
static void print_row(json_t *reading, size_t row)
{
	bool begun = false, summed = false;

	for (size_t i = 0; i < sizeof(rows[row].keys) / sizeof(*rows[row].keys); i++) {
		const char *key = rows[row].keys[i];
		json_t *value = key ? json_object_get(reading, key) : NULL;

		if (!value)
			continue;
		if (!begun)
			printf(LABEL, rows[row].label);
		else
			fputs(summed && i == 1 ? ": " : ", ", stdout);
		printf("%.*f%s%s", rows[row].decimals, json_number_value(value) / rows[row].by,
		       *rows[row].unit ? " " : "", rows[row].unit);
		begun = true;
		summed |= !i;
	}
	if (begun)
		putchar('\n');
}

static void print_meter(json_t *meter)
{
	json_t *reading = json_object_get(meter, "Reading"), *note;
	size_t i;

	printf("%s: %s, %s, %s at %s, address %.0f\n", print_text(meter, "Name"),
	       print_text(meter, "State"), print_text(meter, "Role"), print_text(meter, "Kind"),
	       print_text(meter, "Line"), print_number(meter, "Address"));
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		print_row(reading, i);
	if (print_is_set(reading, "EnergyByCellard"))
		printf(LABEL "by cellard, since it started\n", "added up");
	json_array_foreach(json_object_get(meter, "Notes"), i, note)
		printf(LABEL "%s\n", i ? "" : "note", json_string_value(note));
}

void print_meters(json_t *objects)
{
	json_t *object, *meter;
	const char *path;

	json_object_foreach(objects, path, object) {
		meter = print_properties(object, METER);
		if (meter)
			print_meter(meter);
	}
}
