// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a house is set to: its files, what people set on top of them, and how what runs
 * goes on when that changes.
 */
#include "house.h"

#include "wishes.h"

#include <stdlib.h>

int house_charger_named(const struct house *house, const char *name)
{
	const struct site_config *site = &house->config->house.site;

	for (unsigned int i = 0; i < site->chargers; i++)
		if (!strcmp(site->charger[i].name, name))
			return (int)i;

	return -ENOENT;
}

int house_output_named(const struct house *house, const char *name)
{
	const struct site_config *site = &house->config->house.site;

	for (unsigned int i = 0; i < site->outputs; i++)
		if (!strcmp(site->output[i].name, name))
			return (int)i;

	return -ENOENT;
}

int house_inverter_named(const struct house *house, const char *name)
{
	const struct site_config *site = &house->config->house.site;

	for (unsigned int i = 0; i < site->inverters; i++)
		if (!strcmp(site->inverter[i].name, name))
			return (int)i;

	return -ENOENT;
}

/* What stands at an index of ems_step() goes with its name. */
static void move_states(struct house *to, const struct house *from)
{
	const struct site_config *site = &to->config->house.site;
	int was;

	memset(to->charger, 0, sizeof(to->charger));
	memset(to->state.charger, 0, sizeof(to->state.charger));
	memset(to->out.charger, 0, sizeof(to->out.charger));
	for (unsigned int i = 0; i < site->chargers; i++) {
		was = house_charger_named(from, site->charger[i].name);
		if (was < 0)
			continue;
		to->charger[i] = from->charger[was];
		to->state.charger[i] = from->state.charger[was];
		to->out.charger[i] = from->out.charger[was];
	}
	memset(to->state.output, 0, sizeof(to->state.output));
	memset(to->out.output, 0, sizeof(to->out.output));
	for (unsigned int i = 0; i < site->outputs; i++) {
		was = house_output_named(from, site->output[i].name);
		if (was < 0)
			continue;
		to->state.output[i] = from->state.output[was];
		to->out.output[i] = from->out.output[was];
	}
	memset(to->inverter, 0, sizeof(to->inverter));
	for (unsigned int i = 0; i < site->inverters; i++) {
		was = house_inverter_named(from, site->inverter[i].name);
		if (was >= 0)
			to->inverter[i] = from->inverter[was];
	}
}

/* @config is the house's from now on. */
static int take(struct house *h, struct config *config)
{
	struct house *before = NULL;

	if (h->config) {
		before = malloc(sizeof(*before));
		if (!before)
			return -ENOMEM;
		*before = *h;
	}
	h->config = config;
	if (before) {
		move_states(h, before);
		free(before->config);
		free(before);
	}
	h->hurry = true;
	h->changes++;

	return 0;
}

static void tell_event(void *user, const char *text)
{
	struct house *h = user;

	events_add(h->plant->events, "setting-waits", "",
		   "%s; what was set there waits for other files", text);
}

static int take_with_wishes(struct house *h, const struct config *files,
			    const struct wishes *wishes)
{
	struct config *config = malloc(sizeof(*config));
	int r;

	if (!config)
		return -ENOMEM;

	*config = *files;
	r = wishes_apply(wishes, config, tell_event, h);
	if (r != -ENOMEM)
		r = take(h, config);
	if (r)
		free(config);

	return r;
}

int house_configure(struct house *house, const struct config *files)
{
	return take_with_wishes(house, files, house->wishes);
}

static void keep_first(void *user, const char *text)
{
	char *why = user;

	if (!*why)
		snprintf(why, HOUSE_WHY_SIZE, "%s", text);
}

/* @wishes and @config, which are right together; both are the house's or gone. */
static int take_both(struct house *h, struct wishes *wishes, struct config *config)
{
	int r = take(h, config);

	if (r) {
		wishes_free(wishes);
		free(config);
		return r;
	}
	wishes_free(h->wishes);
	h->wishes = wishes;

	return 0;
}

int house_set(struct house *house, const struct house_pair *pairs, unsigned int n, char *why)
{
	struct wishes *wishes = wishes_copy(house->wishes);
	struct config *config = malloc(sizeof(*config));
	int r = wishes && config ? 0 : -ENOMEM;

	*why = '\0';
	if (!r)
		*config = *house->config;
	for (unsigned int i = 0; i < n && !r; i++) {
		r = config_put(config, pairs[i].section, pairs[i].key, pairs[i].value, keep_first,
			       why);
		if (!r)
			r = wishes_set(wishes, pairs[i].section, pairs[i].key, pairs[i].value);
	}
	if (!r)
		r = config_finish(config, keep_first, why);
	if (!r)
		return take_both(house, wishes, config);

	wishes_free(wishes);
	free(config);

	return r;
}

int house_drop_rule(struct house *house, const struct config *files, unsigned int number,
		    char *why)
{
	struct wishes *wishes;
	struct config *config;
	char section[16];
	int r;

	*why = '\0';
	if (number >= SITE_RULES_MAX || !house->config->rule[number].given) {
		snprintf(why, HOUSE_WHY_SIZE, "there is no rule %u", number);
		return -EINVAL;
	}
	wishes = wishes_copy(house->wishes);
	config = malloc(sizeof(*config));
	r = wishes && config ? 0 : -ENOMEM;
	if (!r) {
		*config = *house->config;
		config_drop_rule(config, number);
		r = config_finish(config, keep_first, why);
	}
	if (!r && files->rule[number].given) {
		r = wishes_drop_rule(wishes, number);
	} else if (!r) {
		snprintf(section, sizeof(section), "rule %u", number);
		wishes_reset(wishes, section);
	}
	if (!r)
		return take_both(house, wishes, config);

	wishes_free(wishes);
	free(config);

	return r;
}

int house_reset(struct house *house, const struct config *files, const char *section)
{
	struct wishes *wishes = wishes_copy(house->wishes);
	int r = wishes ? wishes_reset(wishes, section) : -ENOMEM;

	if (!r)
		r = take_with_wishes(house, files, wishes);
	if (r) {
		wishes_free(wishes);
		return r;
	}
	wishes_free(house->wishes);
	house->wishes = wishes;

	return 0;
}
