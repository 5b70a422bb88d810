// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the words of a command line to what people set of the house. What a setting may be
 * is cellard's to say.
 */
#include "actions_parts.h"

#include "service.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SITE		"org.cellar1.Site"
#define CHARGER		"org.cellar1.Charger"
#define OUTPUT		"org.cellar1.Output"
#define HYBRID		"org.cellar1.Hybrid"
#define SITE_PATH	SERVICE_ROOT "/site"
#define WORDS_MAX	18	/* of a verb: its settings are fewer */

/* KEY=VALUE each, behind what stands before them in the call. */
struct settings {
	const char *text;	/* NULL: no string comes first */
	int number;		/* -1: no number comes first */
	char **words;
	int n;
};

static int append_pair(sd_bus_message *call, const char *word)
{
	const char *equals = strchr(word, '=');
	char key[64];

	snprintf(key, sizeof(key), "%.*s", (int)(equals - word), word);

	return sd_bus_message_append(call, "{ss}", key, equals + 1);
}

static int append_settings(sd_bus_message *call, void *user)
{
	const struct settings *settings = user;
	int r = 0;

	if (settings->text)
		r = sd_bus_message_append(call, "s", settings->text);
	if (r >= 0 && settings->number >= 0)
		r = sd_bus_message_append(call, "u", (unsigned int)settings->number);
	if (r >= 0)
		r = sd_bus_message_open_container(call, 'a', "{ss}");
	for (int i = 0; r >= 0 && i < settings->n; i++)
		r = append_pair(call, settings->words[i]);

	return r < 0 ? r : sd_bus_message_close_container(call);
}

static bool are_pairs(int n, char **words)
{
	for (int i = 0; i < n; i++)
		if (!strchr(words[i], '=') || *words[i] == '=')
			return false;

	return true;
}

static int set(sd_bus *bus, const char *path, const char *interface, const char *method,
	       struct settings *settings)
{
	if (!are_pairs(settings->n, settings->words))
		return EXIT_USAGE;

	return service_change_by(bus, path, interface, method, append_settings, settings);
}

static int command(sd_bus *bus, json_t *objects, const char *name, const char *method)
{
	const char *path = action_path(objects, CHARGER, "charger", name);

	return path ? service_change(bus, path, CHARGER, method, "") : EXIT_FAILURE;
}

static int start(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)n;

	return command(bus, objects, words[1], "Start");
}

static int stop(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)n;

	return command(bus, objects, words[1], "Stop");
}

static int strategy(sd_bus *bus, json_t *objects, int n, char **words)
{
	struct settings settings = { words[2], -1, words + 3, n - 3 };
	const char *path;

	if (!are_pairs(settings.n, settings.words))
		return EXIT_USAGE;
	path = action_path(objects, CHARGER, "charger", words[1]);

	return path ? set(bus, path, CHARGER, "SetStrategy", &settings) : EXIT_FAILURE;
}

/* What is no power is cellard's to refuse, but for what is no number at all. */
static int power(sd_bus *bus, const char *method, const char *word)
{
	double watts = INFINITY;
	char *end;

	if (strcmp(word, "none") != 0) {
		watts = strtod(word, &end);
		if (end == word || *end)
			return EXIT_USAGE;
	}

	return service_change(bus, SITE_PATH, SITE, method, "d", watts);
}

static int contract(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)objects, (void)n;

	return power(bus, "SetContract", words[1]);
}

static int feed_in(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)objects, (void)n;

	return power(bus, "SetFeedIn", words[1]);
}

/* -1: it is no number */
static int number_of(const char *word)
{
	char *end;
	long number = strtol(word, &end, 10);

	return end == word || *end || number < 0 || number > 1000 ? -1 : (int)number;
}

static int rule(sd_bus *bus, json_t *objects, int n, char **words)
{
	struct settings settings = { NULL, number_of(words[1]), words + 2, n - 2 };

	(void)objects;
	if (settings.number < 0)
		return EXIT_USAGE;
	if (n == 3 && !strcmp(words[2], "remove"))
		return service_change(bus, SITE_PATH, SITE, "RemoveRule", "u",
				      (unsigned int)settings.number);

	return set(bus, SITE_PATH, SITE, "SetRule", &settings);
}

/* 1, 0, or -1: neither on nor off */
static int on_or_off(const char *word)
{
	if (!strcmp(word, "on"))
		return 1;

	return strcmp(word, "off") ? -1 : 0;
}

static int enable(sd_bus *bus, const char *method, const char *word)
{
	int on = on_or_off(word);

	return on < 0 ? EXIT_USAGE : service_change(bus, SITE_PATH, SITE, method, "b", on);
}

static int rules(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)objects, (void)n;

	return enable(bus, "EnableRules", words[1]);
}

static int outputs(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)objects, (void)n;

	return enable(bus, "EnableOutputs", words[1]);
}

static int eps(sd_bus *bus, json_t *objects, int n, char **words)
{
	int on = on_or_off(words[2]);
	const char *path;

	(void)n;
	if (on < 0)
		return EXIT_USAGE;
	path = action_path(objects, HYBRID, "inverter on a Modbus line", words[1]);

	return path ? service_change(bus, path, HYBRID, "SetEPS", "b", on) : EXIT_FAILURE;
}

static int output(sd_bus *bus, json_t *objects, int n, char **words)
{
	struct settings settings = { NULL, -1, words + 2, n - 2 };
	int on = n == 3 ? on_or_off(words[2]) : -1;
	const char *path;

	if (on < 0 && !are_pairs(settings.n, settings.words))
		return EXIT_USAGE;
	path = action_path(objects, OUTPUT, "output", words[1]);
	if (!path)
		return EXIT_FAILURE;

	return on >= 0 ? service_change(bus, path, OUTPUT, "SetEnabled", "b", on) :
	       set(bus, path, OUTPUT, "SetLogic", &settings);
}

static int claim(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)objects;

	return service_change(bus, SITE_PATH, SITE, "Claim", "s", n > 1 ? words[1] : "");
}

static int administrators(sd_bus *bus, json_t *objects, int n, char **words)
{
	(void)objects, (void)n;
	if (!strcmp(words[1], "add"))
		return service_change(bus, SITE_PATH, SITE, "AddAdministrator", "s", words[2]);
	if (!strcmp(words[1], "remove"))
		return service_change(bus, SITE_PATH, SITE, "RemoveAdministrator", "s", words[2]);

	return EXIT_USAGE;
}

/* "charger garage" is one section. */
static int reset(sd_bus *bus, json_t *objects, int n, char **words)
{
	char section[64] = "";

	(void)objects;
	if (n > 1)
		snprintf(section, sizeof(section), "%s%s%s", words[1], n > 2 ? " " : "",
			 n > 2 ? words[2] : "");

	return service_change(bus, SITE_PATH, SITE, "Reset", "s", section);
}

const struct action actions_of_house[] = {
	{ "start", 2, 2, start },
	{ "stop", 2, 2, stop },
	{ "strategy", 3, WORDS_MAX, strategy },
	{ "contract", 2, 2, contract },
	{ "feed-in", 2, 2, feed_in },
	{ "eps", 3, 3, eps },
	{ "rule", 3, WORDS_MAX, rule },
	{ "rules", 2, 2, rules },
	{ "output", 3, WORDS_MAX, output },
	{ "outputs", 2, 2, outputs },
	{ "claim", 1, 2, claim },
	{ "administrators", 3, 3, administrators },
	{ "reset", 1, 3, reset },
	{ NULL, 0, 0, NULL }
};
