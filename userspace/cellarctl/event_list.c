// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events, a line each.
 */
#include "event_list.h"

#include "message.h"
#include "service.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MANAGER	"org.cellar1.Manager"

/* @last: sequence of the last event shown */
struct list {
	bool as_json;
	json_int_t last;
};

/* [sequence, time, code, subject, words], as a signal or an element has them */
static void show(struct list *list, json_t *event)
{
	json_int_t sequence = json_integer_value(json_array_get(event, 0));
	time_t at = (time_t)json_integer_value(json_array_get(event, 1));
	char when[32] = "-";
	struct tm local;

	if (sequence <= list->last)
		return;
	list->last = sequence;
	if (list->as_json) {
		json_dumpf(event, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		if (at && localtime_r(&at, &local))
			strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &local);
		printf("%-19s  %-16s %-17s %s\n", when,
		       json_string_value(json_array_get(event, 2)),
		       json_string_value(json_array_get(event, 3)),
		       json_string_value(json_array_get(event, 4)));
	}
	fflush(stdout);
}

static int take_fields(sd_bus_message *m, json_t **event)
{
	json_t *field;
	int r = 0;

	*event = json_array();
	while (r >= 0 && !sd_bus_message_at_end(m, false)) {
		r = message_to_json(m, &field);
		if (r >= 0)
			json_array_append_new(*event, field);
	}

	return r;
}

static int on_event(sd_bus_message *m, void *user, sd_bus_error *error)
{
	json_t *event;
	int r;

	(void)error;
	r = take_fields(m, &event);
	if (r >= 0)
		show(user, event);
	json_decref(event);

	return r;
}

/* Another cellard counts from 1. */
static int on_owner(sd_bus_message *m, void *user, sd_bus_error *error)
{
	struct list *list = user;

	(void)m, (void)error;
	list->last = 0;

	return 0;
}

static int subscribe(sd_bus *bus, struct list *list)
{
	int r;

	r = sd_bus_match_signal(bus, NULL, SERVICE, SERVICE_ROOT, MANAGER, "EventAdded", on_event,
				list);
	if (r >= 0)
		r = sd_bus_add_match(bus, NULL, "type='signal',sender='org.freedesktop.DBus',"
				     "member='NameOwnerChanged',arg0='" SERVICE "'", on_owner, list);

	return r < 0 ? service_failed(NULL, r) : EXIT_SUCCESS;
}

static int show_all(sd_bus *bus, struct list *list)
{
	json_t *events = NULL, *event;
	sd_bus_error error = { 0 };
	sd_bus_message *reply = NULL;
	int r, status = EXIT_SUCCESS;
	size_t i;

	r = sd_bus_call_method(bus, SERVICE, SERVICE_ROOT, MANAGER, "GetEvents", &error, &reply,
			       "t", UINT64_C(0));
	if (r >= 0)
		r = message_to_json(reply, &events);
	if (r < 0)
		status = service_failed(&error, r);
	json_array_foreach(events, i, event)
		show(list, event);
	json_decref(events);
	sd_bus_message_unref(reply);
	sd_bus_error_free(&error);

	return status;
}

static int show_next(sd_bus *bus)
{
	int r;

	do {
		r = sd_bus_process(bus, NULL);
		if (!r)
			r = sd_bus_wait(bus, UINT64_MAX);
	} while (r >= 0);

	return service_failed(NULL, r);
}

int event_list(bool as_json, bool follow)
{
	struct list list = { .as_json = as_json };
	sd_bus *bus = NULL;
	int status;

	status = service_open(&bus);
	if (!status && follow)
		status = subscribe(bus, &list);
	if (!status)
		status = show_all(bus, &list);
	if (!status && follow)
		status = show_next(bus);
	sd_bus_flush_close_unref(bus);

	return status;
}
