// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the words of a command line to a method of cellard. Those of the house are
 * actions_house.c.
 */
#include "actions.h"

#include "actions_parts.h"
#include "print.h"
#include "service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANAGER	"org.cellar1.Manager"
#define CLUSTER	"org.cellar1.Cluster"
#define PACK	"org.cellar1.Pack"

static const char *serial_of(json_t *pack)
{
	return json_string_value(json_object_get(json_object_get(pack, "Identity"), "Serial"));
}

static const char *text_of(json_t *properties, const char *name)
{
	return json_string_value(json_object_get(properties, name));
}

static bool is(const char *text, const char *name)
{
	return text && !strcmp(text, name);
}

/* The path of the pack @name, by its serial number or its supply; NULL. */
static const char *path_of_pack(json_t *objects, const char *name)
{
	json_t *object, *pack;
	const char *path;

	json_object_foreach(objects, path, object) {
		pack = print_properties(object, PACK);
		if (pack && (is(serial_of(pack), name) || is(text_of(pack, "Supply"), name)))
			return path;
	}

	return NULL;
}

const char *action_path(json_t *objects, const char *interface, const char *what,
			const char *name)
{
	json_t *object, *properties;
	const char *path;
	bool any = false;

	json_object_foreach(objects, path, object) {
		properties = print_properties(object, interface);
		if (properties && is(text_of(properties, "Name"), name))
			return path;
	}
	fprintf(stderr, "cellarctl: no %s \"%s\"; there is:", what, name);
	json_object_foreach(objects, path, object) {
		properties = print_properties(object, interface);
		if (properties)
			fprintf(stderr, " %s", text_of(properties, "Name"));
		any |= properties != NULL;
	}
	fputs(any ? "\n" : " none\n", stderr);

	return NULL;
}

static void list_packs(json_t *objects)
{
	json_t *object, *pack;
	const char *path;

	fputs("cellarctl: there is:", stderr);
	json_object_foreach(objects, path, object) {
		pack = print_properties(object, PACK);
		if (pack)
			fprintf(stderr, " %s", text_of(pack, "Supply"));
		if (pack && serial_of(pack))
			fprintf(stderr, " (%s)", serial_of(pack));
	}
	fputs(json_object_size(objects) ? "\n" : " none\n", stderr);
}

static const struct {
	const char *word, *method, *by_name;
	int value;	/* -1: the method takes none */
} decisions[] = {
	{ "in", "SetMember", "SetPackMember", 1 },
	{ "out", "SetMember", "SetPackMember", 0 },
	{ "connected", "SetConnected", "SetPackConnected", 1 },
	{ "disconnected", "SetConnected", "SetPackConnected", 0 },
	{ "forget", "Forget", "ForgetPack", -1 },
};

/* A pack that is only remembered has no object: the manager knows it by its name. */
static int decide(sd_bus *bus, json_t *objects, const char *name, size_t i)
{
	const char *path = path_of_pack(objects, name);
	int status;

	if (path && decisions[i].value < 0)
		return service_change(bus, path, PACK, decisions[i].method, "");
	if (path)
		return service_change(bus, path, PACK, decisions[i].method, "b",
				      decisions[i].value);
	if (decisions[i].value < 0)
		status = service_change(bus, SERVICE_ROOT, MANAGER, decisions[i].by_name, "s",
					name);
	else
		status = service_change(bus, SERVICE_ROOT, MANAGER, decisions[i].by_name, "sb",
					name, decisions[i].value);
	if (status == EXIT_FAILURE)
		list_packs(objects);

	return status;
}

static int pack(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)n;
	for (size_t i = 0; i < sizeof(decisions) / sizeof(*decisions); i++)
		if (!strcmp(words[2], decisions[i].word))
			return decide(bus, objects, words[1], i);

	return EXIT_USAGE;
}

static int full_charge(sd_bus *bus, json_t *objects, int n, char **words)
{
	bool on = !strcmp(words[2], "on");
	const char *path;

	(void)n;
	if (!on && strcmp(words[2], "off") != 0)
		return EXIT_USAGE;
	path = action_path(objects, CLUSTER, "cluster", words[1]);

	return path ? service_change(bus, path, CLUSTER, "RequestFullCharge", "b", on) :
	       EXIT_FAILURE;
}

/* What is no current is cellard's to refuse, but for what is no number at all. */
static bool parse_amperes(const char *word, double *amperes)
{
	char *end;

	*amperes = strtod(word, &end);

	return end != word && !*end;
}

static int limit(sd_bus *bus, json_t *objects, int n, char **words)
{
	double charge = 0, discharge = 0;
	bool off = n == 3 && !strcmp(words[2], "off");
	const char *path;

	if (!off && (n != 4 || !parse_amperes(words[2], &charge) ||
		     !parse_amperes(words[3], &discharge)))
		return EXIT_USAGE;
	path = action_path(objects, CLUSTER, "cluster", words[1]);
	if (!path)
		return EXIT_FAILURE;

	return off ? service_change(bus, path, CLUSTER, "ClearLimits", "") :
	       service_change(bus, path, CLUSTER, "SetLimits", "dd", charge, discharge);
}

static int reload(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)objects, (void)n, (void)words;

	return service_change(bus, SERVICE_ROOT, MANAGER, "Reload", "");
}

const struct action actions_of_batteries[] = {
	{ "pack", 3, 3, pack },
	{ "full-charge", 3, 3, full_charge },
	{ "limit", 3, 4, limit },
	{ "reload", 1, 1, reload },
	{ NULL, 0, 0, NULL }
};

static const struct action *find(const char *name)
{
	static const struct action *const tables[] = {
		actions_of_batteries, actions_of_house, NULL
	};
	const struct action *const *table, *action;

	for (table = tables; *table; table++)
		for (action = *table; action->name; action++)
			if (!strcmp(action->name, name))
				return action;

	return NULL;
}

bool action_is(int n, char **words)
{
	const struct action *action = find(words[0]);

	return action && (n > 1 || action->least == 1);
}

int action_run(int n, char **words)
{
	const struct action *action = find(words[0]);
	json_t *objects = NULL;
	sd_bus *bus = NULL;
	int status;

	if (n < action->least || n > action->most)
		return EXIT_USAGE;

	status = service_open(&bus);
	if (!status)
		status = service_objects(bus, &objects);
	if (!status)
		status = action->run(bus, objects, n, words);
	json_decref(objects);
	sd_bus_flush_close_unref(bus);

	return status;
}
