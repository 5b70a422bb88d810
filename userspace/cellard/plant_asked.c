// SPDX-License-Identifier: GPL-2.0-only
/*
 * What people ask of a cluster for a while: a full charge, and less current than the
 * configuration allows; never more.
 */
#include "plant.h"

#include "../core/smaller.h"

/* The highest figure that cellard.conf(5) takes; what is configured may be less. */
#define HIGHEST_MA	10000000u

void plant_ask_full_charge(struct plant_cluster *c, bool wanted)
{
	c->asked.full_charge = wanted;
	c->asked.clock_s = c->advice->kept->clock_s;
}

u32 plant_highest_ma(const struct plant_cluster *c, enum core_way way)
{
	return smaller(HIGHEST_MA, way == CORE_CHARGE ? c->config.charge_ma :
		       c->config.discharge_ma);
}

int plant_ask_limits(struct plant_cluster *c, const u32 ma[CORE_WAYS])
{
	struct limits_config config = c->config;
	int r;

	for (unsigned int way = 0; way < CORE_WAYS; way++)
		if (ma[way] != LIMITS_NONE && ma[way] > plant_highest_ma(c, way))
			return -EINVAL;

	config.charge_ma = smaller(config.charge_ma, ma[CORE_CHARGE]);
	config.discharge_ma = smaller(config.discharge_ma, ma[CORE_DISCHARGE]);
	r = limits_configure(c->limits, &config);
	if (!r)
		memcpy(c->asked.ma, ma, sizeof(c->asked.ma));

	return r;
}

void plant_asked_step(struct plant_cluster *c)
{
	u32 clock_s = c->advice->kept->clock_s, age_s;

	if (!c->asked.full_charge || !c->cluster->out.members)
		return;

	for (unsigned int i = 0; i < c->used; i++)
		if (c->cluster->pack[i].state == CLUSTER_MEMBER &&
		    (!advice_full_age_s(c->advice, i, &age_s) ||
		     clock_s - age_s <= c->asked.clock_s))
			return;
	c->asked.full_charge = false;
}
