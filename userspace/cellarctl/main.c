// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellarctl: asks cellard once for all its objects, and shows what a verb wants of them.
 */
#include "message.h"
#include "print.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE	"org.cellar1"

enum {
	EXIT_USAGE = 2,
	EXIT_NO_SERVICE = 3,
	EXIT_NOT_AUTHORISED = 4,
};

/* @property: what of @interface is printed as JSON; NULL: all */
struct verb {
	const char *name;
	const char *interface;
	const char *property;
	void (*print)(json_t *objects);
};

static const struct verb verbs[] = {
	{ "status", "org.cellar1.Cluster", NULL, print_status },
	{ "packs", "org.cellar1.Pack", NULL, print_packs },
	{ "limits", "org.cellar1.Cluster", "Limits", print_limits },
	{ "advice", "org.cellar1.Cluster", "Advice", print_advice },
};

static void usage(FILE *to)
{
	fputs("Usage: cellarctl [--json] [VERB]\n"
	      "Show what cellard knows of the batteries.\n"
	      "\n"
	      "  status   the clusters: charge, voltage, current, limits, advice (if no VERB is\n"
	      "           given)\n"
	      "  packs    each supply, whether it is a member, and why not\n"
	      "  limits   how much each cluster may do, with every reason\n"
	      "  advice   what needs a person, and until when\n"
	      "\n"
	      "  --json   the same as D-Bus has it: objects by their path\n"
	      "  --help   show this and exit\n"
	      "  --version\n"
	      "           show the version and exit\n"
	      "\n"
	      "Exit status: 0, 1 failed, 2 wrong usage, 3 cellard does not answer, 4 not\n"
	      "authorised.\n", to);
}

static int exit_status_of(const sd_bus_error *error, int r)
{
	static const char *const absent[] = {
		SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
		SD_BUS_ERROR_NO_REPLY, SD_BUS_ERROR_TIMEOUT, SD_BUS_ERROR_DISCONNECTED,
		"org.freedesktop.DBus.Error.Spawn.ChildExited",
		"org.freedesktop.systemd1.NoSuchUnit",
	};

	if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED))
		return EXIT_NOT_AUTHORISED;
	for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
		if (sd_bus_error_has_name(error, absent[i]))
			return EXIT_NO_SERVICE;

	return r == -ECONNRESET || r == -ENOTCONN ? EXIT_NO_SERVICE : EXIT_FAILURE;
}

static int ask(sd_bus *bus, json_t **objects)
{
	sd_bus_error error = { 0 };
	sd_bus_message *reply = NULL;
	int r, status = EXIT_SUCCESS;

	r = sd_bus_call_method(bus, SERVICE, "/org/cellar1",
			       "org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
			       &error, &reply, NULL);
	if (r >= 0)
		r = message_to_json(reply, objects);
	if (r < 0) {
		fprintf(stderr, "cellarctl: cellard does not answer: %s\n",
			error.message ? error.message : strerror(-r));
		status = exit_status_of(&error, r);
	}
	sd_bus_message_unref(reply);
	sd_bus_error_free(&error);

	return status;
}

static int print_json(const struct verb *verb, json_t *objects)
{
	json_t *out = json_object(), *object, *properties, *shown;
	const char *path;
	int r;

	json_object_foreach(objects, path, object) {
		properties = print_properties(object, verb->interface);
		if (!properties)
			continue;
		shown = verb->property ? json_pack("{s:O}", verb->property,
						   json_object_get(properties, verb->property)) :
			json_incref(properties);
		json_object_set_new(out, path, shown);
	}
	r = json_dumpf(out, stdout, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(out);

	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int show(const struct verb *verb, bool as_json)
{
	json_t *objects = NULL;
	sd_bus *bus;
	int r, status;

	r = sd_bus_open_system(&bus);
	if (r < 0) {
		fprintf(stderr, "cellarctl: no system bus: %s\n", strerror(-r));
		return EXIT_NO_SERVICE;
	}
	status = ask(bus, &objects);
	if (objects) {
		if (as_json)
			status = print_json(verb, objects);
		else
			verb->print(objects);
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
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	const struct verb *verb;
	bool as_json = false;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			as_json = true;
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
	verb = verb_of(optind < argc ? argv[optind] : "status");
	if (!verb || argc - optind > 1) {
		fprintf(stderr, "cellarctl: what is \"%s\"?\n", argv[verb ? optind + 1 : optind]);
		usage(stderr);
		return EXIT_USAGE;
	}

	return show(verb, as_json);
}
