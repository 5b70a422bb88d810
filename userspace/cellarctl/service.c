// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls to cellard.
 */
#include "service.h"

#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer than cellard waits for a person at a password. */
#define CHANGE_US	(330 * 1000000ull)

int service_open(sd_bus **bus)
{
	int r;

	r = sd_bus_open_system(bus);
	if (r < 0) {
		fprintf(stderr, "cellarctl: no system bus: %s\n", strerror(-r));
		return EXIT_NO_SERVICE;
	}

	return EXIT_SUCCESS;
}

static bool is_one_of(const sd_bus_error *error, const char *const *names)
{
	for (; *names; names++)
		if (sd_bus_error_has_name(error, *names))
			return true;

	return false;
}

int service_failed(const sd_bus_error *error, int r)
{
	static const char *const refused[] = {
		SD_BUS_ERROR_ACCESS_DENIED, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
		NULL
	};
	static const char *const absent[] = {
		SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
		SD_BUS_ERROR_NO_REPLY, SD_BUS_ERROR_TIMEOUT, SD_BUS_ERROR_DISCONNECTED,
		"org.freedesktop.DBus.Error.Spawn.ChildExited",
		"org.freedesktop.systemd1.NoSuchUnit", NULL
	};
	const char *words = error && error->message ? error->message : strerror(-r);

	if (is_one_of(error, absent) || r == -ECONNRESET || r == -ENOTCONN) {
		fprintf(stderr, "cellarctl: cellard does not answer: %s\n", words);
		return EXIT_NO_SERVICE;
	}
	fprintf(stderr, "cellarctl: %s\n", words);

	return is_one_of(error, refused) ? EXIT_NOT_AUTHORISED : EXIT_FAILURE;
}

int service_objects(sd_bus *bus, json_t **objects)
{
	sd_bus_error error = { 0 };
	sd_bus_message *reply = NULL;
	int r, status = EXIT_SUCCESS;

	r = sd_bus_call_method(bus, SERVICE, SERVICE_ROOT, "org.freedesktop.DBus.ObjectManager",
			       "GetManagedObjects", &error, &reply, NULL);
	if (r >= 0)
		r = message_to_json(reply, objects);
	if (r < 0)
		status = service_failed(&error, r);
	sd_bus_message_unref(reply);
	sd_bus_error_free(&error);

	return status;
}

static int begin_change(sd_bus *bus, const char *path, const char *interface,
			const char *method, sd_bus_message **call)
{
	int r;

	r = sd_bus_message_new_method_call(bus, call, SERVICE, path, interface, method);
	if (r >= 0)
		r = sd_bus_message_set_allow_interactive_authorization(*call, true);

	return r;
}

/* @r: of what made @call, which is gone then */
static int send_change(sd_bus *bus, sd_bus_message *call, int r)
{
	sd_bus_error error = { 0 };
	int status = EXIT_SUCCESS;

	if (r >= 0)
		r = sd_bus_call(bus, call, CHANGE_US, &error, NULL);
	if (r < 0)
		status = service_failed(&error, r);
	sd_bus_message_unref(call);
	sd_bus_error_free(&error);

	return status;
}

int service_change(sd_bus *bus, const char *path, const char *interface, const char *method,
		   const char *types, ...)
{
	sd_bus_message *call = NULL;
	va_list args;
	int r;

	r = begin_change(bus, path, interface, method, &call);
	va_start(args, types);
	if (r >= 0)
		r = sd_bus_message_appendv(call, types, args);
	va_end(args);

	return send_change(bus, call, r);
}

int service_change_by(sd_bus *bus, const char *path, const char *interface, const char *method,
		      int (*append)(sd_bus_message *call, void *user), void *user)
{
	sd_bus_message *call = NULL;
	int r;

	r = begin_change(bus, path, interface, method, &call);
	if (r >= 0)
		r = append(call, user);

	return send_change(bus, call, r);
}
