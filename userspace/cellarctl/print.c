// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables and sentences.
 */
#include "print.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define CLUSTER	"org.cellar1.Cluster"
#define PACK	"org.cellar1.Pack"

#define CELL_SIZE	256

static const struct {
	const char *key, *title, *unit;
} limits[] = {
	{ "ChargeCurrent", "charge current", "A" },
	{ "DischargeCurrent", "discharge current", "A" },
	{ "ChargeVoltage", "charge voltage", "V" },
	{ "DischargeVoltage", "discharge voltage", "V" },
};

json_t *print_properties(json_t *object, const char *interface)
{
	return json_object_get(object, interface);
}

static const char *text_of(json_t *value)
{
	const char *text = json_string_value(value);

	return text && *text ? text : "-";
}

const char *print_text(json_t *object, const char *key)
{
	return text_of(json_object_get(object, key));
}

double print_number(json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

bool print_is_set(json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

void print_words(const char *label, json_t *words)
{
	json_t *word;
	size_t i;

	if (!json_array_size(words))
		return;

	printf(LABEL, label);
	json_array_foreach(words, i, word)
		printf("%s%s", i ? ", " : "", json_string_value(word));
	putchar('\n');
}

static const char *number(char *buf, json_t *reading, const char *key, int decimals)
{
	json_t *value = json_object_get(reading, key);

	if (value)
		snprintf(buf, CELL_SIZE, "%.*f", decimals, json_number_value(value));
	else
		snprintf(buf, CELL_SIZE, "-");

	return buf;
}

/* The words of an array with commas, or @none. */
static const char *words(char *buf, json_t *array, const char *none)
{
	size_t i, length = 0;

	snprintf(buf, CELL_SIZE, "%s", json_array_size(array) ? "" : none);
	for (i = 0; i < json_array_size(array) && length < CELL_SIZE; i++)
		length += (size_t)snprintf(buf + length, CELL_SIZE - length, "%s%s",
					   i ? ", " : "",
					   json_string_value(json_array_get(array, i)));

	return buf;
}

static void print_limit_line(json_t *limit, size_t i)
{
	printf("  %-18s %8.2f %s, by %s%s\n", limits[i].title,
	       json_number_value(json_array_get(limit, 0)), limits[i].unit,
	       text_of(json_array_get(limit, 1)),
	       json_is_true(json_array_get(limit, 2)) ? ", rising" : "");
}

static void print_advice_lines(json_t *advice, const char *before)
{
	json_t *item;
	size_t i;

	json_array_foreach(advice, i, item) {
		json_t *deadline = json_object_get(item, "Deadline");
		json_t *pack = json_object_get(item, "Supply");
		time_t at = (time_t)json_integer_value(deadline);
		struct tm local;
		char by[32] = "";

		if (deadline && localtime_r(&at, &local))
			strftime(by, sizeof(by), " Until %Y-%m-%d %H:%M.", &local);
		printf("%s%s%s%s: %s%s\n", before, print_text(item, "Code"),
		       pack ? ", " : "", pack ? json_string_value(pack) : "",
		       print_text(item, "Words"), by);
	}
}

static void print_cluster(json_t *cluster)
{
	json_t *reading = json_object_get(cluster, "Reading");
	json_t *all = json_object_get(cluster, "Limits"), *limit;
	char soc[CELL_SIZE], volts[CELL_SIZE], amps[CELL_SIZE], watts[CELL_SIZE];
	char buf[CELL_SIZE];
	size_t i;

	printf("%s: %s %%, %s V, %s A, %s W, %s\n", print_text(cluster, "Name"),
	       number(soc, reading, "StateOfCharge", 1), number(volts, reading, "Voltage", 2),
	       number(amps, reading, "Current", 1), number(watts, reading, "Power", 0),
	       print_text(cluster, "Stage"));
	printf("  %-18s %s on line, %s not\n", "packs", number(soc, reading, "PacksOnline", 0),
	       number(volts, reading, "PacksOffline", 0));
	printf("  %-18s %s\n", "protections",
	       words(buf, json_object_get(reading, "Protections"), "-"));
	printf("  %-18s %s\n", "warnings", words(buf, json_object_get(reading, "Warnings"), "-"));
	for (i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		limit = json_object_get(all, limits[i].key);
		if (limit)
			print_limit_line(limit, i);
	}
	if (json_array_size(json_object_get(cluster, "Flags")))
		printf("  %-18s %s\n", "asks for",
		       words(buf, json_object_get(cluster, "Flags"), ""));
	print_advice_lines(json_object_get(cluster, "Advice"), "  ! ");
}

void print_status(json_t *objects)
{
	json_t *object, *cluster;
	const char *path;

	json_object_foreach(objects, path, object) {
		cluster = print_properties(object, CLUSTER);
		if (cluster)
			print_cluster(cluster);
	}
}

void print_packs(json_t *objects)
{
	json_t *object, *pack, *reading, *membership;
	char volts[CELL_SIZE], amps[CELL_SIZE], soc[CELL_SIZE], celsius[CELL_SIZE];
	char ccl[CELL_SIZE], dcl[CELL_SIZE], buf[CELL_SIZE];
	const char *path;

	printf("%-12s %-17s %7s %8s %5s %6s %7s %7s  %-10s %s\n", "SUPPLY", "SERIAL", "V", "A",
	       "SOC%", "C", "CCL A", "DCL A", "STATE", "WHY, PROTECTIONS");
	json_object_foreach(objects, path, object) {
		pack = print_properties(object, PACK);
		if (!pack)
			continue;
		reading = json_object_get(pack, "Reading");
		membership = json_object_get(pack, "Membership");
		printf("%-12s %-17s %7s %8s %5s %6s %7s %7s  %-10s %s%s%s\n",
		       print_text(pack, "Supply"),
		       print_text(json_object_get(pack, "Identity"), "Serial"),
		       number(volts, reading, "Voltage", 2), number(amps, reading, "Current", 1),
		       number(soc, reading, "StateOfCharge", 0),
		       number(celsius, reading, "Temperature", 1),
		       number(ccl, reading, "ChargeCurrentLimit", 1),
		       number(dcl, reading, "DischargeCurrentLimit", 1),
		       text_of(json_array_get(membership, 0)),
		       json_string_value(json_array_get(membership, 2)),
		       *words(buf, json_object_get(reading, "Protections"), "") ? " " : "", buf);
	}
}

/* The winner first, then every other term that says something. */
void print_limits(json_t *objects)
{
	json_t *object, *cluster, *limit, *term;
	const char *path, *word;
	size_t i;

	json_object_foreach(objects, path, object) {
		cluster = print_properties(object, CLUSTER);
		if (!cluster)
			continue;
		printf("%s\n", print_text(cluster, "Name"));
		for (i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
			limit = json_object_get(json_object_get(cluster, "Limits"),
						limits[i].key);
			if (!limit)
				continue;
			print_limit_line(limit, i);
			json_object_foreach(json_array_get(limit, 3), word, term)
				printf("    %-16s %8.2f\n", word, json_number_value(term));
		}
	}
}

void print_advice(json_t *objects)
{
	json_t *object, *advice;
	const char *path;

	json_object_foreach(objects, path, object) {
		advice = json_object_get(print_properties(object, CLUSTER), "Advice");
		print_advice_lines(advice, "");
	}
}
