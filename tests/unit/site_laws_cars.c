// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws over what cars get by their strategies, and over who is served before whom.
 */
#include "site_laws.h"

#define FULL_SUN_W	1800
#define HALF_SUN_W	500
#define ROUNDED_W	1	/* thresholds are currents of 230 V inside */

static u32 stepped_up(u32 ma, u32 step_ma)
{
	return ma + (step_ma - ma % step_ma) % step_ma;
}

static u32 least_ma(const struct site_charger_config *c)
{
	return stepped_up(c->min_ma, c->step_ma);
}

u32 site_bears_ma(const struct site_view *v, unsigned int i)
{
	const struct site_charger_config *c = &v->config->charger[i];
	const struct site_charger_inputs *in = &v->in->charger[i];
	u32 ma = c->cable_ma < c->box_ma ? c->cable_ma : c->box_ma;

	if (in->age_ms > v->config->fresh_ms ||
	    (in->car != SITE_CAR_PLUGGED && in->car != SITE_CAR_CHARGES))
		return 0;
	if (in->car_ma && in->car_ma < ma)
		ma = in->car_ma;
	ma -= ma % c->step_ma;

	return ma < least_ma(c) ? 0 : ma;
}

/* It began so lately that its strategy may not pause it, and has its least at the most. */
static bool is_held(const struct site_view *v, unsigned int i)
{
	const struct site_charger_config *c = &v->config->charger[i];
	const struct site_past_charger *past = &v->past->charger[i];

	return past->was_on && v->now_ms - past->on_ms < 1000ULL * c->min_run_s &&
	       v->out->charger[i].current_ma <= least_ma(c);
}

static bool in_hours(const struct site_view *v, const struct site_past_charger *past)
{
	s64 minute = (v->in->wall_s + v->in->utc_offset_s) / 60 % 1440;

	return v->in->wall_s > 0 &&
	       (minute + 1440 - past->start_min) % 1440 < past->duration_min;
}

/* row: ems.md "Wallbox strategies" pure standby */
/* row: ems.md "Wallbox strategies" mixed standby */
static const char *law_of_strategy(const struct site_view *v, unsigned int i)
{
	const struct site_charger_outputs *out = &v->out->charger[i];

	if (!out->current_ma || is_held(v, i))
		return NULL;
	switch (out->strategy) {
	case SITE_ECOLOGICAL_PURE:
		return v->pv && v->pv_w >= FULL_SUN_W - ROUNDED_W ? NULL :
		       "a car of pure sun charges without enough of it";
	case SITE_ECOLOGICAL_MIXED:
		return v->pv && v->pv_w >= HALF_SUN_W - ROUNDED_W ? NULL :
		       "a car of mixed sun charges without enough of it";
	case SITE_TIME_POWER:
		return in_hours(v, &v->past->charger[i]) ? NULL :
		       "a car charges outside of its time";
	default:
		return NULL;
	}
}

/* row: ems.md "Wallbox strategies" pure takes all PV */
static const char *law_of_sun(const struct site_view *v)
{
	s64 pure = 0;
	unsigned int i;

	for (i = 0; i < v->config->chargers; i++)
		if (v->out->charger[i].strategy == SITE_ECOLOGICAL_PURE && !is_held(v, i))
			pure += v->out->charger[i].power_w;

	return pure > v->pv_w ? "cars of pure sun take more than there is" : NULL;
}

/* row: ems.md "Wallbox strategies" fast */
static const char *law_of_fast(const struct site_view *v, unsigned int i)
{
	const struct site_charger_outputs *out = &v->out->charger[i];
	u32 most = site_bears_ma(v, i);

	if (out->strategy != SITE_FAST || !out->in_session || !most || !v->grid ||
	    v->in->charger[i].car != SITE_CAR_CHARGES ||
	    v->config->contract_w != SITE_NO_LIMIT || out->winner == SITE_BY_MIN_TIME ||
	    out->winner == SITE_BY_RETURN || out->winner == SITE_BY_STALE)
		return NULL;

	return out->current_ma < most ? "a fast car has less than there is" : NULL;
}

static bool runs_fast(const struct site_view *v, unsigned int i)
{
	const struct site_charger_outputs *out = &v->out->charger[i];

	return out->in_session && out->strategy == SITE_FAST && site_bears_ma(v, i) &&
	       v->in->charger[i].car == SITE_CAR_CHARGES;
}

/* @a is served before @b, or as @b is. Of one phase: no other wire stands in the way. */
static const char *law_of_service(const struct site_view *v, unsigned int a, unsigned int b)
{
	const struct site_charger_config *first = &v->config->charger[a];
	const struct site_charger_config *second = &v->config->charger[b];
	u32 has = v->out->charger[a].current_ma, other = v->out->charger[b].current_ma;
	u32 step = first->step_ma > second->step_ma ? first->step_ma : second->step_ma;

	if (!has)
		return v->out->charger[a].winner == SITE_BY_CONTRACT &&
		       first->priority < second->priority && other >= least_ma(first) &&
		       !is_held(v, b) ? "who comes first has nothing, who comes later has" : NULL;
	if (has + step > site_bears_ma(v, a) || other < has + step)
		return NULL;
	if (first->priority == second->priority && other > least_ma(second) + step)
		return other >= has + 2 * step ? "equals do not have the same" : NULL;

	return first->priority < second->priority && other > least_ma(second) + step ?
	       "who comes first has less than it bears, who comes later more than its least" :
	       NULL;
}

const char *site_law_of_cars(const struct site_view *v)
{
	const char *broken = v->config->chargers ? law_of_sun(v) : NULL;
	unsigned int i, j;

	for (i = 0; i < v->config->chargers && !broken; i++) {
		broken = law_of_strategy(v, i);
		if (!broken)
			broken = law_of_fast(v, i);
		for (j = 0; j < v->config->chargers && v->config->phases == 1 && !broken; j++)
			if (j != i && runs_fast(v, i) && runs_fast(v, j))
				broken = law_of_service(v, i, j);
	}

	return broken;
}
