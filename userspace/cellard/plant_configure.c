// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another configuration for a plant that runs: which clusters go on, which go and which
 * come. What runs on keeps its members, its ramps and its holds.
 */
#include "plant_parts.h"

#include <stdlib.h>

/* Would a supply of @bus be in the cluster @name? */
static bool owns(const struct config *config, const char *name, u16 bus)
{
	const struct config_cluster *owner = config_of_bus(config, bus);
	char by_itself[CONFIG_NAME_SIZE];

	snprintf(by_itself, sizeof(by_itself), "cellar%u", bus);

	return !strcmp(name, owner ? owner->name : by_itself);
}

static const struct config_cluster *config_named(const struct config *config, const char *name)
{
	for (unsigned int i = 0; i < config->clusters; i++)
		if (!strcmp(config->cluster[i].name, name))
			return &config->cluster[i];

	return NULL;
}

static bool goes_on(const struct plant_cluster *c, const struct config *config)
{
	for (unsigned int i = 0; i < c->used; i++)
		if (!owns(config, c->name, c->supply[i].bus))
			return false;

	return c->used || config_named(config, c->name);
}

static struct plant_cluster *running(const struct plant *plant, const struct config *config,
				     const char *name)
{
	struct plant_cluster *c;

	for (c = plant->clusters; c; c = c->next)
		if (!strcmp(c->name, name) && goes_on(c, config))
			return c;

	return NULL;
}

static void free_all(struct plant_cluster *list)
{
	struct plant_cluster *c;

	while ((c = list)) {
		list = c->next;
		plant_cluster_free(c);
	}
}

/* The clusters that @config names and that do not go on, all of them or none. */
static int make(const struct plant *plant, const struct config *config,
		struct plant_cluster **made)
{
	struct plant_cluster **last = made;

	*made = NULL;
	for (unsigned int i = 0; i < config->clusters; i++) {
		if (running(plant, config, config->cluster[i].name))
			continue;
		*last = plant_cluster_new(plant, &config->cluster[i]);
		if (!*last) {
			free_all(*made);
			return -ENOMEM;
		}
		last = &(*last)->next;
	}

	return 0;
}

/* As plant_new() would have it, but that what was full together stays commissioned. */
static void take(struct plant_cluster *c, const struct config_cluster *config)
{
	u32 ma[CORE_WAYS];

	c->config = config->limits;
	c->cluster->config = config->cluster;
	c->limits->out.started |= config->commissioned;
	for (unsigned int way = 0; way < CORE_WAYS; way++) {
		ma[way] = c->asked.ma[way];
		if (ma[way] != LIMITS_NONE && ma[way] > plant_highest_ma(c, way))
			ma[way] = LIMITS_NONE;
	}
	plant_ask_limits(c, ma);
}

/* In the order of @config, as if the plant were new; then those nobody has configured. */
static void sort(struct plant *plant, const struct config *config)
{
	struct plant_cluster *sorted = NULL, **last = &sorted, **at, *c;

	for (unsigned int i = 0; i < config->clusters; i++) {
		for (at = &plant->clusters; (c = *at); at = &c->next) {
			if (strcmp(c->name, config->cluster[i].name) != 0)
				continue;
			*at = c->next;
			*last = c;
			last = &c->next;
			break;
		}
	}
	*last = plant->clusters;
	plant->clusters = sorted;
}

int plant_configure(struct plant *plant, const struct config *config,
		    void (*goes)(void *user, struct plant_cluster *cluster), void *user)
{
	struct plant_cluster *made, *gone = NULL, *c, **at;
	struct config_cluster by_itself;
	int r;

	r = make(plant, config, &made);
	if (r)
		return r;

	plant->config = config;
	for (at = &plant->clusters; (c = *at);) {
		const struct config_cluster *named = config_named(config, c->name);

		if (goes_on(c, config)) {
			config_cluster_defaults(&by_itself, c->name);
			take(c, named ? named : &by_itself);
			at = &c->next;
			continue;
		}
		*at = c->next;
		c->next = gone;
		gone = c;
	}
	*at = made;
	sort(plant, config);
	for (c = gone; c; c = c->next) {
		goes(user, c);
		for (unsigned int i = 0; i < c->used; i++) {
			c->supply[i].age_ms = c->heard_age_ms[i];
			plant_heard(plant, &c->supply[i], c->heard_ms[i]);
		}
	}
	free_all(gone);

	return 0;
}
