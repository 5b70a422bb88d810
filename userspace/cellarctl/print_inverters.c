// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verb `inverters`: what each was told, whether it keeps to that, and beside a battery
 * that is only listened to, what cellard would have said.
 */
#include "print.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define INVERTER	"org.cellar1.Inverter"
#define PREFIX		"/org/cellar1/cluster/"


static const struct {
	const char *key, *label, *unit;
} quantities[] = {
	{ "ChargeCurrent", "charge current", "A" },
	{ "DischargeCurrent", "discharge current", "A" },
	{ "ChargeVoltage", "charge voltage", "V" },
};

static void print_reading(const char *label, json_t *reading, const char *key, const char *unit,
			  const char *enable)
{
	json_t *value = json_object_get(reading, key);

	if (value)
		printf(LABEL "%.1f %s%s\n", label, json_number_value(value), unit,
		       json_is_false(json_object_get(reading, enable)) ? ", not enabled" : "");
}

static void print_keep_alive(json_t *inverter)
{
	time_t at = (time_t)json_integer_value(json_object_get(inverter, "LastHeard"));
	char since[32] = "";
	struct tm local;

	if (at && localtime_r(&at, &local))
		strftime(since, sizeof(since), " since %Y-%m-%d %H:%M:%S", &local);
	if (!print_is_set(inverter, "Heard"))
		printf(LABEL "not heard yet\n", "keep-alive");
	else if (print_is_set(inverter, "Silent"))
		printf(LABEL "has ceased%s%s\n", "keep-alive", since, *since ? "" : ": 10 s or more");
	else
		printf(LABEL "comes%s\n", "keep-alive", since);
}

static void print_driven(json_t *inverter)
{
	json_t *sent = json_object_get(inverter, "Sent"), *said = json_object_get(inverter, "Said");
	json_t *lowered = json_object_get(inverter, "Lowered");

	print_reading("charge current", sent, "ChargeCurrentLimit", "A", "ChargeEnable");
	print_reading("discharge current", sent, "DischargeCurrentLimit", "A", "DischargeEnable");
	print_reading("charge voltage", sent, "ChargeVoltageLimit", "V", NULL);
	print_reading("discharge voltage", sent, "DischargeVoltageLimit", "V", NULL);
	print_words("protections", json_object_get(sent, "Protections"));
	print_words("warnings", json_object_get(sent, "Warnings"));
	if (json_object_size(said))
		printf(LABEL "%.1f V, %.1f A, %.1f %%, %.1f C\n", "it measures",
		       print_number(said, "Voltage"), print_number(said, "Current"),
		       print_number(said, "StateOfCharge"), print_number(said, "Temperature"));
	printf(LABEL "%s\n", "it", print_text(inverter, "Obeys"));
	print_reading("lowered, charge", lowered, "ChargeCurrent", "A", NULL);
	print_reading("lowered, discharge", lowered, "DischargeCurrent", "A", NULL);
}

static void print_comparison(json_t *comparison)
{
	if (!json_object_size(comparison))
		printf(LABEL "no battery heard beside cellard's own words yet\n", "comparison");
	for (size_t i = 0; i < sizeof(quantities) / sizeof(*quantities); i++) {
		json_t *row = json_object_get(comparison, quantities[i].key);
		const char *unit = quantities[i].unit;

		if (!row)
			continue;
		printf(LABEL "%.1f %s would be said, the battery says %.1f %s\n",
		       quantities[i].label, print_number(row, "CellarWouldSay"), unit,
		       print_number(row, "BatterySays"), unit);
		printf(LABEL "the same for %.0f s, above for %.0f s (by up to %.1f %s), below for "
		       "%.0f s (by up to %.1f %s)\n", "", print_number(row, "SecondsSame"),
		       print_number(row, "SecondsAbove"), print_number(row, "MostAbove"), unit,
		       print_number(row, "SecondsBelow"), print_number(row, "MostBelow"), unit);
	}
}

static void print_inverter(json_t *inverter)
{
	const char *cluster = print_text(inverter, "Cluster");

	if (!strncmp(cluster, PREFIX, strlen(PREFIX)))
		cluster += strlen(PREFIX);
	else
		cluster = "no cluster";
	printf("%s: %s, %s on %s, %.1f %% of %s\n", print_text(inverter, "Name"),
	       print_text(inverter, "State"), print_text(inverter, "Protocol"),
	       print_text(inverter, "Interface"), print_number(inverter, "Share"), cluster);
	print_keep_alive(inverter);
	if (!strcmp(print_text(inverter, "Mode"), "listen"))
		print_comparison(json_object_get(inverter, "Comparison"));
	else
		print_driven(inverter);
}

void print_inverters(json_t *objects)
{
	json_t *object, *inverter;
	const char *path;

	json_object_foreach(objects, path, object) {
		inverter = print_properties(object, INVERTER);
		if (inverter)
			print_inverter(inverter);
	}
}
