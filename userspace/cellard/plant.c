// SPDX-License-Identifier: GPL-2.0-only
/*
 * Supplies find their place in a cluster and keep it; their readings grow old there.
 */
#include "plant.h"

#include <stdlib.h>

static void cluster_of_plant_free(struct plant_cluster *c)
{
	advice_free(c->advice);
	limits_free(c->limits);
	cluster_free(c->cluster);
	free(c);
}

static struct plant_cluster *cluster_add(struct plant *plant, const struct config_cluster *config)
{
	struct plant_cluster *c, **last;

	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;

	snprintf(c->name, sizeof(c->name), "%s", config->name);
	for (unsigned int i = 0; i < CLUSTER_PACKS_MAX; i++)
		c->supply[i].age_ms = SUPPLY_NEVER;
	if (cluster_new(&c->cluster, &config->cluster, CLUSTER_PACKS_MAX) ||
	    limits_new(&c->limits, &config->limits, CLUSTER_PACKS_MAX, config->commissioned) ||
	    advice_new(&c->advice, CLUSTER_PACKS_MAX, NULL)) {
		cluster_of_plant_free(c);
		return NULL;
	}
	for (last = &plant->clusters; *last; last = &(*last)->next)
		;
	*last = c;

	return c;
}

int plant_new(struct plant **plant, const struct config *config)
{
	struct plant *p;

	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;

	p->config = config;
	for (unsigned int i = 0; i < config->clusters; i++) {
		if (!cluster_add(p, &config->cluster[i])) {
			plant_free(p);
			return -ENOMEM;
		}
	}
	*plant = p;

	return 0;
}

void plant_free(struct plant *plant)
{
	struct plant_cluster *c;

	if (!plant)
		return;

	while ((c = plant->clusters)) {
		plant->clusters = c->next;
		cluster_of_plant_free(c);
	}
	free(plant);
}

static struct plant_cluster *cluster_of_bus(struct plant *plant, u16 bus)
{
	const struct config_cluster *config = config_of_bus(plant->config, bus);
	struct config_cluster defaults;
	char name[CONFIG_NAME_SIZE];
	struct plant_cluster *c;

	snprintf(name, sizeof(name), "cellar%u", bus);
	for (c = plant->clusters; c; c = c->next)
		if (!strcmp(c->name, config ? config->name : name))
			return c;

	config_cluster_defaults(&defaults, name);

	return cluster_add(plant, &defaults);
}

static bool place_of(const struct plant_cluster *c, const char *name, unsigned int *i)
{
	for (*i = 0; *i < c->used; (*i)++)
		if (!strcmp(c->supply[*i].name, name))
			return true;

	return false;
}

int plant_heard(struct plant *plant, const struct supply *supply, u64 now_ms)
{
	struct plant_cluster *c = cluster_of_bus(plant, supply->bus);
	unsigned int i;

	if (!c)
		return -ENOMEM;
	if (!place_of(c, supply->name, &i)) {
		if (c->used == CLUSTER_PACKS_MAX)
			return -ENOSPC;
		c->used++;
	}
	c->supply[i] = *supply;
	c->heard_ms[i] = now_ms;
	c->heard_age_ms[i] = supply->age_ms;

	return 0;
}

static u32 age_of(const struct plant_cluster *c, unsigned int i, u64 now_ms)
{
	u64 passed = now_ms > c->heard_ms[i] ? now_ms - c->heard_ms[i] : 0;

	if (c->heard_age_ms[i] == SUPPLY_NEVER)
		return SUPPLY_NEVER;
	if (passed >= SUPPLY_NEVER - c->heard_age_ms[i])
		return SUPPLY_NEVER - 1;

	return c->heard_age_ms[i] + (u32)passed;
}

void plant_gone(struct plant *plant, const char *name, u64 now_ms)
{
	struct plant_cluster *c;
	unsigned int i;
	u32 age;

	for (c = plant->clusters; c; c = c->next) {
		if (!place_of(c, name, &i))
			continue;
		age = age_of(c, i, now_ms);
		if (age < SUPPLY_FRESH_MS - PLANT_GONE_MS)
			age = SUPPLY_FRESH_MS - PLANT_GONE_MS;
		c->heard_ms[i] = now_ms;
		c->heard_age_ms[i] = age;
	}
}

void plant_step(struct plant *plant, u64 now_ms, s64 wall_s)
{
	const struct limits_input none = { .inverter_ma = { LIMITS_NONE, LIMITS_NONE } };
	struct plant_cluster *c;

	for (c = plant->clusters; c; c = c->next) {
		struct limits_input input = none;

		for (unsigned int i = 0; i < c->used; i++)
			c->supply[i].age_ms = age_of(c, i, now_ms);
		cluster_step(c->cluster, c->supply, false, now_ms);
		advice_step(c->advice, c->cluster, c->supply, now_ms, wall_s);
		input.full_charge = advice_wants_full_charge(c->advice);
		limits_step(c->limits, c->cluster, c->supply, &input);
	}
}

u32 plant_wait_ms(const struct plant *plant, u64 now_ms)
{
	const struct plant_cluster *c;
	u32 wait = PLANT_STEP_MS, age;

	for (c = plant->clusters; c; c = c->next) {
		for (unsigned int i = 0; i < c->used; i++) {
			age = age_of(c, i, now_ms);
			if (age <= SUPPLY_FRESH_MS && SUPPLY_FRESH_MS + 1 - age < wait)
				wait = SUPPLY_FRESH_MS + 1 - age;
		}
	}

	return wait;
}
