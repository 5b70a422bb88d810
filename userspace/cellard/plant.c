// SPDX-License-Identifier: GPL-2.0-only
/*
 * Supplies find their place in a cluster and keep it; their readings grow old there.
 */
#include "memory.h"
#include "../core/mark.h"

#include "plant_parts.h"

#include <stdlib.h>

void plant_cluster_free(struct plant_cluster *c)
{
	advice_free(c->advice);
	limits_free(c->limits);
	cluster_free(c->cluster);
	free(c);
}

struct plant_cluster *plant_cluster_new(const struct plant *plant,
					const struct config_cluster *config)
{
	struct memory_cluster before = { 0 };
	struct plant_cluster *c;
	int r;

	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;

	snprintf(c->name, sizeof(c->name), "%s", config->name);
	c->config = config->limits;
	c->asked.ma[CORE_CHARGE] = c->asked.ma[CORE_DISCHARGE] = LIMITS_NONE;
	c->inverter_ma[CORE_CHARGE] = c->inverter_ma[CORE_DISCHARGE] = LIMITS_NONE;
	c->otherwise = true;
	r = plant->memory ? memory_of_cluster(plant->memory, c->name, &before) : -ENOENT;
	if ((r && r != -ENOENT) ||
	    cluster_new(&c->cluster, &config->cluster, CLUSTER_PACKS_MAX) ||
	    limits_new(&c->limits, &config->limits, CLUSTER_PACKS_MAX,
		       config->commissioned || before.started) ||
	    advice_new(&c->advice, CLUSTER_PACKS_MAX, before.advice)) {
		free(before.advice);
		plant_cluster_free(c);
		return NULL;
	}
	free(before.advice);

	return c;
}

static struct plant_cluster *cluster_add(struct plant *plant, const struct config_cluster *config)
{
	struct plant_cluster *c = plant_cluster_new(plant, config), **last;

	if (!c)
		return NULL;

	for (last = &plant->clusters; *last; last = &(*last)->next)
		;
	*last = c;

	return c;
}

int plant_new(struct plant **plant, const struct config *config, const struct memory *memory)
{
	struct plant *p;

	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;

	p->config = config;
	p->memory = memory;
	if (memory)
		p->outs = memory_of_out(memory, p->out, PLANT_OUT_MAX);
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
		plant_cluster_free(c);
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

/* Where @name stands in the table, or would. */
static u16 *slot_of(struct plant_cluster *c, const char *name)
{
	u64 mark = mark_text(MARK_START, name);
	u16 *slot;

	for (;; mark++) {
		slot = &c->slot[mark % PLANT_SLOTS];
		if (!*slot || !strcmp(c->supply[*slot - 1].name, name))
			return slot;
	}
}

/* What a BMS says to those who charge and discharge it. */
static const u8 commands[] = {
	CELLAR_CHARGE_VOLTAGE_LIMIT, CELLAR_DISCHARGE_VOLTAGE_LIMIT, CELLAR_CHARGE_CURRENT_LIMIT,
	CELLAR_DISCHARGE_CURRENT_LIMIT, CELLAR_GRID_CHARGE_CURRENT_LIMIT,
	CELLAR_GRID_DISCHARGE_CURRENT_LIMIT, CELLAR_CHARGE_ENABLE, CELLAR_DISCHARGE_ENABLE,
	CELLAR_FORCE_CHARGE, CELLAR_FULL_CHARGE_REQUEST, CELLAR_PROTECTIONS, CELLAR_WARNINGS,
	CELLAR_PACKS_ONLINE, CELLAR_PACKS_BLOCKING_CHARGE, CELLAR_PACKS_BLOCKING_DISCHARGE,
};

static bool is_otherwise(const struct supply *was, const struct supply *is)
{
	const char *a = (const char *)&was->reading, *b = (const char *)&is->reading;

	if (was->reading.have != is->reading.have || was->model != is->model ||
	    was->max_age_ms != is->max_age_ms || was->out != is->out)
		return true;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct cellar_field_info *info = &cellar_fields[commands[i]];

		if (memcmp(a + info->offset, b + info->offset, info->size))
			return true;
	}

	return false;
}

void plant_want_step(struct plant *plant, u32 gap_ms, u64 now_ms)
{
	u64 at_ms = plant->stepped_ms + gap_ms;

	if (at_ms < now_ms)
		at_ms = now_ms;
	if (at_ms < plant->due_ms)
		plant->due_ms = at_ms;
}

int plant_heard(struct plant *plant, const struct supply *supply, u64 now_ms)
{
	struct plant_cluster *c = cluster_of_bus(plant, supply->bus);
	bool otherwise, renamed;
	struct supply was;
	unsigned int i;
	u16 *slot;

	if (!c)
		return -ENOMEM;
	slot = slot_of(c, supply->name);
	if (!*slot) {
		if (c->used == CLUSTER_PACKS_MAX)
			return -ENOSPC;
		*slot = (u16)++c->used;
		c->named++;
	}
	i = *slot - 1u;
	was = c->supply[i];
	c->supply[i] = *supply;
	c->supply[i].out = plant_is_out(plant, supply);
	c->heard_ms[i] = now_ms;
	c->heard_age_ms[i] = supply->age_ms;
	c->turn[i]++;
	renamed = strcmp(was.serial, supply->serial) != 0;
	c->named += renamed;
	otherwise = is_otherwise(&was, &c->supply[i]);
	c->otherwise |= otherwise || renamed;
	plant_want_step(plant, otherwise ? PLANT_HURRY_MS : PLANT_GATHER_MS, now_ms);

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
	u32 age, fresh_ms;
	unsigned int i;
	u16 slot;

	for (struct plant_cluster *c = plant->clusters; c; c = c->next) {
		slot = *slot_of(c, name);
		if (!slot)
			continue;
		i = slot - 1u;
		age = age_of(c, i, now_ms);
		fresh_ms = supply_fresh_ms(&c->supply[i]);
		if (age < fresh_ms - PLANT_GONE_MS)
			age = fresh_ms - PLANT_GONE_MS;
		c->heard_ms[i] = now_ms;
		c->heard_age_ms[i] = age;
		plant_want_step(plant, PLANT_HURRY_MS, now_ms);
	}
}

/* Readings that end before a step would come anyway. */
static u64 end_of_readings(const struct plant_cluster *c, u64 end_ms, u64 now_ms)
{
	for (unsigned int i = 0; i < c->used; i++) {
		u32 age = c->supply[i].age_ms, fresh_ms = supply_fresh_ms(&c->supply[i]);

		if (age <= fresh_ms && now_ms + fresh_ms + 1 - age < end_ms)
			end_ms = now_ms + fresh_ms + 1 - age;
	}

	return end_ms;
}

static void note_changes(struct plant_cluster *c)
{
	for (unsigned int i = 0; i < c->used; i++) {
		const struct cluster_pack *p = &c->cluster->pack[i];
		struct plant_seen *seen = &c->seen[i];

		if (seen->told == p->told && seen->fresh == p->fresh &&
		    !memcmp(seen->block, p->block, sizeof(seen->block)))
			continue;
		seen->told = p->told;
		seen->fresh = p->fresh;
		memcpy(seen->block, p->block, sizeof(seen->block));
		c->turn[i]++;
	}
}

/* Charge that is asked for is a current that may flow. */
static void tell(struct plant_cluster *c)
{
	c->told = c->limits->out;
	if (!c->house.is)
		return;

	for (unsigned int way = 0; way < CORE_WAYS; way++)
		limits_narrow(&c->told, way, c->house.ma[way]);
	if (c->house.force_charge && c->told.current[CORE_CHARGE].value)
		c->told.force_charge = true;
}

void plant_set_house(struct plant_cluster *c, const struct plant_house *house)
{
	c->house = *house;
	tell(c);
}

static void advise(struct plant_cluster *c, u64 now_ms, s64 wall_s)
{
	if (!c->otherwise && now_ms >= c->advised_ms && now_ms < c->advised_ms + PLANT_ADVICE_MS)
		return;

	c->otherwise = false;
	c->advised_ms = now_ms;
	advice_step(c->advice, c->cluster, c->supply, now_ms, wall_s);
}

void plant_step(struct plant *plant, u64 now_ms, s64 wall_s)
{
	struct plant_cluster *c;

	plant->stepped_ms = now_ms;
	plant->due_ms = now_ms + PLANT_STEP_MS;
	for (c = plant->clusters; c; c = c->next) {
		struct limits_input input = {
			.off_grid = c->house.off_grid,
			.inverter_ma = { c->inverter_ma[CORE_CHARGE],
					 c->inverter_ma[CORE_DISCHARGE] },
			.contact_open = { c->contact_open[CORE_CHARGE],
					  c->contact_open[CORE_DISCHARGE] },
		};

		for (unsigned int i = 0; i < c->used; i++)
			c->supply[i].age_ms = age_of(c, i, now_ms);
		cluster_use(c->cluster, c->used);
		cluster_step(c->cluster, c->supply, c->house.off_grid, now_ms);
		note_changes(c);
		advise(c, now_ms, wall_s);
		plant_asked_step(c);
		input.full_charge = advice_wants_full_charge(c->advice) || c->asked.full_charge;
		limits_step(c->limits, c->cluster, c->supply, &input);
		tell(c);
		plant->due_ms = end_of_readings(c, plant->due_ms, now_ms);
	}
}

u32 plant_wait_ms(const struct plant *plant, u64 now_ms)
{
	return plant->due_ms > now_ms ? (u32)(plant->due_ms - now_ms) : 0;
}
