// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs `contacts` and `sensors`: a line for each of what is wired to this machine.
 */
#include "print.h"

#include <stdio.h>

void print_contacts(json_t *objects)
{
	json_t *object, *contact;
	const char *path;

	json_object_foreach(objects, path, object) {
		contact = print_properties(object, "org.cellar1.Contact");
		if (contact)
			printf("%-18s %-8s %-4s %s\n", print_text(contact, "Name"),
			       print_text(contact, "State"), print_text(contact, "Direction"),
			       print_text(contact, "Line"));
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
		printf("%-18s ", print_text(sensor, "Name"));
		if (value)
			printf("%.3f %s", json_number_value(value), print_text(reading, "Unit"));
		else
			fputs("-", stdout);
		printf(", %s, %s, %s\n", print_text(sensor, "State"), print_text(sensor, "Kind"),
		       print_text(sensor, "Place"));
	}
}
