// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cells of each pack, eight in a row, and what is measured between them.
 */
#include "print.h"

#include <stdio.h>
#include <string.h>

#define IN_A_ROW	8

static const char *serial_of(json_t *pack)
{
	const char *serial = json_string_value(
		json_object_get(json_object_get(pack, "Identity"), "Serial"));

	return serial ? serial : "-";
}

static void print_volts(json_t *cells)
{
	double min = json_number_value(json_array_get(cells, 0)), max = min, volts;
	json_t *cell;
	size_t i;

	json_array_foreach(cells, i, cell) {
		volts = json_number_value(cell);
		min = volts < min ? volts : min;
		max = volts > max ? volts : max;
	}
	printf("%zu cells, %.3f to %.3f V, %.0f mV apart", json_array_size(cells), min, max,
	       (max - min) * 1000);
	json_array_foreach(cells, i, cell) {
		volts = json_number_value(cell);
		if (i % IN_A_ROW == 0)
			printf("\n  %2zu ", i + 1);
		printf(" %.3f%c", volts, volts == max && max > min ? '+' :
		       volts == min && max > min ? '-' : ' ');
	}
	putchar('\n');
}

static void print_celsius(json_t *temperatures)
{
	const char *label, *before = "     ";
	json_t *celsius;

	json_object_foreach(temperatures, label, celsius) {
		printf("%s%s %.1f C", before, label, json_number_value(celsius));
		before = ", ";
	}
	if (json_object_size(temperatures))
		putchar('\n');
}

/* What the BMS says of the extreme ones, when it does not say all. */
static void print_extremes(json_t *reading)
{
	json_t *min = json_object_get(reading, "CellVoltageMin");
	json_t *max = json_object_get(reading, "CellVoltageMax");

	if (min && max)
		printf("cells not known one by one, %.3f to %.3f V, %.0f mV apart\n",
		       json_number_value(min), json_number_value(max),
		       (json_number_value(max) - json_number_value(min)) * 1000);
	else
		printf("cells not known\n");
}

void print_cells(json_t *objects)
{
	json_t *object, *pack, *cells;
	const char *path;

	json_object_foreach(objects, path, object) {
		pack = print_properties(object, "org.cellar1.Pack");
		if (!pack)
			continue;
		cells = json_object_get(pack, "Cells");
		printf("%s  %s  ", json_string_value(json_object_get(pack, "Supply")),
		       serial_of(pack));
		if (json_array_size(cells))
			print_volts(cells);
		else
			print_extremes(json_object_get(pack, "Reading"));
		print_celsius(json_object_get(pack, "Temperatures"));
	}
}
