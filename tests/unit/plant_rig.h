/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A plant on a fake clock, with packs that speak each second.
 */
#ifndef CELLAR_TESTS_PLANT_RIG_H
#define CELLAR_TESTS_PLANT_RIG_H

#include "core_rig.h"

#include "../../userspace/cellard/plant.h"

#define PLANT_T0	1000000u
#define PLANT_RIG_MAX	8

/* @silent: says nothing; @supply may be changed between two seconds */
struct plant_rig {
	struct plant *plant;
	struct supply supply[PLANT_RIG_MAX];
	bool silent[PLANT_RIG_MAX];
	unsigned int n;
	u64 now;
};

/* @n packs of LESSO on bus 0 */
static inline void plant_rig_new(struct plant_rig *rig, const struct config *config,
				 unsigned int n)
{
	struct rig core = { 0 };

	memset(rig, 0, sizeof(*rig));
	rig->n = n;
	rig->now = PLANT_T0;
	for (unsigned int i = 0; i < n; i++) {
		rig_pack(&core, i, LESSO);
		rig->supply[i] = core.supply[i];
		snprintf(rig->supply[i].name, SUPPLY_NAME_SIZE, "cellar0-%02u", i + 1);
	}
	assert_int_equal(plant_new(&rig->plant, config, NULL), 0);
}

static inline void plant_rig_bus(struct plant_rig *rig, unsigned int i, u16 bus)
{
	rig->supply[i].bus = bus;
	snprintf(rig->supply[i].name, SUPPLY_NAME_SIZE, "cellar%u-%02u", bus, i + 1);
}

static inline void plant_rig_run(struct plant_rig *rig, unsigned int seconds)
{
	for (unsigned int s = 0; s < seconds; s++) {
		for (unsigned int i = 0; i < rig->n; i++)
			if (!rig->silent[i])
				plant_heard(rig->plant, &rig->supply[i], rig->now);
		plant_step(rig->plant, rig->now + 10, 0);
		rig->now += 1000;
	}
}

static inline struct plant_cluster *plant_rig_cluster(struct plant_rig *rig, const char *name)
{
	struct plant_cluster *c = rig->plant->clusters;

	while (c && strcmp(c->name, name) != 0)
		c = c->next;

	return c;
}

static inline unsigned int plant_rig_members(struct plant_rig *rig, const char *name)
{
	struct plant_cluster *c = plant_rig_cluster(rig, name);

	return c ? c->cluster->out.members : 0;
}

static inline u32 plant_rig_ma(struct plant_rig *rig, const char *name, enum core_way way)
{
	return plant_rig_cluster(rig, name)->limits->out.current[way].value;
}

#endif /* CELLAR_TESTS_PLANT_RIG_H */
