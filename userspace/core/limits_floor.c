// SPDX-License-Identifier: GPL-2.0-only
/*
 * Below what nothing is discharged, and what is asked of the inverter: cut-offs of the
 * makers (packs.md, "Charge and discharge limits of a cluster"), floors of a person
 * (inverter.md, "Battery side", "EPS"), the first full charge.
 */
#include "limits_parts.h"

/* 4 %, and where discharge starts again: the lower of the makers' low SOC limits */
#define LOW_SOC_CENTI		400
#define LOW_SOC_RESTART_CENTI	1000

/* Above a floor of a person by so much before discharge starts again; ours. */
#define FLOOR_RESTART_CENTI	200

/* The strictest of all members. */
struct strictest {
	u32 cutoff_mv, recharge_mv, restart_mv;
	u32 dod_percent;
	u32 startup;
	bool all_full;
	bool bms_wants_charge, bms_wants_full;
};

const struct cellar_model *limits_member_model(const struct limits *l, const struct cluster *c,
					       unsigned int i)
{
	return c->pack[i].state == CLUSTER_MEMBER ? l->pack[i].model : NULL;
}

const struct profile *limits_member_profile(const struct limits *l, const struct cluster *c,
					    unsigned int i)
{
	return c->pack[i].state == CLUSTER_MEMBER ? l->pack[i].profile : NULL;
}

/* Members, and systems that speak beside their packs. */
static bool is_heard(const struct cluster_pack *p)
{
	return p->state == CLUSTER_MEMBER || (p->fresh && p->reason == CLUSTER_PACKS_SPEAK);
}

static void look_around(const struct limits *l, const struct cluster *c,
			const struct supply *supplies, struct strictest *most)
{
	const struct limits_config *config = &l->config;
	unsigned int i;

	*most = (struct strictest){ .dod_percent = 100, .all_full = c->out.members };

	for (i = 0; i < c->n; i++) {
		const struct cellar_model *model = limits_member_model(l, c, i);
		const struct profile *profile = limits_member_profile(l, c, i);
		const struct cellar_reading *r = &supplies[i].reading;

		if (is_heard(&c->pack[i])) {
			most->bms_wants_charge |= cellar_has(r, CELLAR_FORCE_CHARGE) &&
						  r->force_charge;
			most->bms_wants_full |= cellar_has(r, CELLAR_FULL_CHARGE_REQUEST) &&
						r->full_charge_request;
		}
		if (c->pack[i].state == CLUSTER_MEMBER)
			most->all_full &= cellar_has(r, CELLAR_SOC) && r->soc_centi >= 10000;
		if (model)
			most->dod_percent = smaller(most->dod_percent, model->dod_percent);
		if (profile) {
			most->cutoff_mv = larger(most->cutoff_mv, profile->cutoff_mv);
			most->recharge_mv = larger(most->recharge_mv, profile->recharge_mv);
			most->restart_mv = larger(most->restart_mv, profile->restart_mv);
			most->startup = larger(most->startup, profile->startup);
		}
	}

	most->cutoff_mv = larger(most->cutoff_mv, config->cutoff_mv);
	most->recharge_mv = larger(most->recharge_mv, config->recharge_mv);
	most->restart_mv = larger(most->restart_mv, config->restart_mv);
}

/* @latched until @value is back at @restart; nothing is decided without a value. */
static void latch(bool *latched, bool known, u32 value, u32 limit, u32 restart)
{
	if (!known || !limit)
		return;

	if (value <= limit)
		*latched = true;
	else if (value >= restart)
		*latched = false;
}

static void floor_of_person(struct limits *l, const struct strictest *most, bool known, u32 soc,
			    bool off_grid)
{
	u32 dod = most->dod_percent, reserve = FLOOR_RESTART_CENTI, floor;

	if (off_grid) {
		dod = smaller(dod, l->config.eps_dod_percent);
		reserve = larger(reserve, l->config.eps_buffer_percent * 100u);
	} else if (l->config.dod_percent) {
		dod = smaller(dod, l->config.dod_percent);
	}
	floor = (100 - dod) * 100;
	if (!off_grid)
		floor = larger(floor, l->config.low_soc_percent * 100u);

	/* the floor of the other mode says nothing about this one */
	if (off_grid != l->was_off_grid)
		l->out.below_floor = false;
	l->was_off_grid = off_grid;

	latch(&l->out.below_floor, known, soc, floor, smaller(floor + reserve, 10000));
}

void limits_floor_step(struct limits *l, const struct cluster *c, const struct supply *supplies,
		       const struct limits_input *input)
{
	const struct cellar_reading *sum = &c->out.sum;
	struct limits_out *out = &l->out;
	struct limit *discharge = &out->current[CORE_DISCHARGE];
	bool known = cellar_has(sum, CELLAR_SOC);
	struct strictest most;
	bool volts = c->out.members;

	look_around(l, c, supplies, &most);

	latch(&out->low_voltage, volts, sum->voltage_mv, most.cutoff_mv, most.restart_mv);
	latch(&l->recharging, volts, sum->voltage_mv, most.recharge_mv, most.restart_mv);
	latch(&out->low_soc, known, sum->soc_centi, LOW_SOC_CENTI, LOW_SOC_RESTART_CENTI);
	floor_of_person(l, &most, known, sum->soc_centi, input->off_grid);
	out->started |= most.all_full;

	if (out->low_voltage || out->low_soc)
		discharge->term[LIMITS_PROTECTION] = 0;
	if (out->below_floor)
		discharge->term[LIMITS_POLICY] = 0;
	if (most.startup == PROFILE_FILLS_BEFORE_USE && !out->started)
		discharge->term[LIMITS_STARTUP] = 0;

	out->full_charge_request = most.bms_wants_full || input->full_charge ||
				   (most.startup >= PROFILE_FILLS_FIRST && !out->started);
	out->force_charge = most.bms_wants_charge ||
			    (l->config.force_charge &&
			     (l->recharging || out->low_soc ||
			      (most.startup >= PROFILE_FILLS_FIRST && !out->started)));
}
