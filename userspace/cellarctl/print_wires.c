// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs `contacts` and `sensors`: a line for each of what is wired to this machine.
 */
#include "print.h"

#include <stdio.h>

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : "-";
}

void print_contacts(json_t *objects)
{
	json_t *object, *contact;
	const char *path;

	json_object_foreach(objects, path, object) {
		contact = print_properties(object, "org.cellar1.Contact");
		if (contact)
			printf("%-18s %-8s %-4s %s\n", text_of(contact, "Name"),
			       text_of(contact, "State"), text_of(contact, "Direction"),
			       text_of(contact, "Line"));
	}
}

void print_sensors(json_t *objects)
{
	json_t *object, *sensor, *reading, *value;
	const char *path;

	json_object_foreach(objects, path, object) {
		sensor = print_properties(object, "org.cellar1.Sensor");
		if (!sensor)
			continue;
		reading = json_object_get(sensor, "Reading");
		value = json_object_get(reading, "Value");
		printf("%-18s ", text_of(sensor, "Name"));
		if (value)
			printf("%.3f %s", json_number_value(value), text_of(reading, "Unit"));
		else
			fputs("-", stdout);
		printf(", %s, %s, %s\n", text_of(sensor, "State"), text_of(sensor, "Kind"),
		       text_of(sensor, "Place"));
	}
}
