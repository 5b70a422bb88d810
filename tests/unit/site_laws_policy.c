// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws over what the battery is kept for and what it does within its bounds: depth of
 * discharge, emergency power, timed charge, self-consumption; and over who shares it.
 */
#include "site_laws.h"

#include <time.h>

#define DAY_S	86400

/* spec/inverter.md, "EPS": of one, of two packs, … */
static s64 family_w(const struct site_view *v)
{
	s64 packs = v->in->battery.packs;

	switch (v->config->family) {
	case SITE_FAMILY_PYLONTECH:
		return 1100 * packs;
	case SITE_FAMILY_AZZURRO:
		return 2500 * packs;
	case SITE_FAMILY_WECO:
		return packs ? 5000 : 0;
	default:
		return SITE_NO_LIMIT;
	}
}

/* row: inverter.md "EPS (off-grid, emergency power)" EPS DoD */
/* row: inverter.md "EPS (off-grid, emergency power)" enabled */
const char *site_law_of_depth(const struct site_view *v)
{
	const struct site_config *c = v->config;
	const struct site_outputs *out = v->out;
	s64 soc = v->in->battery.soc_centi, floor, eps_w = 0;
	unsigned int i;

	if (!v->battery || !v->battery_power)
		return NULL;
	if (v->grid) {
		if (out->battery_min_w >= 0)
			return NULL;
		if (soc <= (100 - c->dod_percent) * 100)
			return "the battery is discharged deeper than it may";
		/* the contract comes before what is kept for a blackout */
		floor = 100 - c->eps_dod_percent + c->eps_buffer_percent;
		return c->eps && soc <= floor * 100 && out->battery_max_w >= 0 ?
		       "what is kept for a blackout is used" : NULL;
	}
	if (!c->eps)
		return out->battery_min_w || out->battery_max_w ?
		       "the battery is used off the grid, and it should not" : NULL;
	if (soc <= (100 - c->eps_dod_percent) * 100 && out->battery_min_w < 0)
		return "the battery is discharged deeper than EPS may";
	if (-(s64)out->battery_min_w > family_w(v))
		return "off the grid more is taken than packs of this family give";
	for (i = 0; i < c->inverters; i++)
		eps_w += c->inverter[i].eps_w;
	if (c->inverters && -(s64)out->battery_min_w > eps_w)
		return "off the grid more is taken than EPS outputs give";

	return NULL;
}

/* Is the moment @since_s before now on a day of @rule? */
static bool on_day(const struct site_rule *rule, s64 local_s, s64 since_s)
{
	time_t began = local_s - since_s;
	struct tm tm = { 0 };
	u32 today;

	gmtime_r(&began, &tm);
	if (!(rule->weekdays & BIT((tm.tm_wday + 6) % 7)))
		return false;
	if (!rule->from_day && !rule->to_day)
		return true;
	today = (u32)(tm.tm_mon + 1) * 100 + (u32)tm.tm_mday;

	return (today + 10000 - rule->from_day) % 10000 <=
	       (rule->to_day + 10000u - rule->from_day) % 10000;
}

static bool applies(const struct site_rule *rule, s64 local_s)
{
	s64 of_day = ((local_s % DAY_S) + DAY_S) % DAY_S, from = rule->from_min % 1440 * 60;
	s64 lasts = (rule->to_min % 1440 * 60 + DAY_S - from) % DAY_S, since;

	if (!lasts) {
		from = 0;
		lasts = DAY_S;
	}
	since = (of_day + DAY_S - from) % DAY_S;

	return rule->enabled && since < lasts && on_day(rule, local_s, since);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" numbered */
const char *site_law_of_rules(const struct site_view *v)
{
	const struct site_config *c = v->config;
	const struct site_outputs *out = v->out;
	s64 local_s = v->in->wall_s + v->in->utc_offset_s;
	int first = -1;
	unsigned int i;

	if (!c->rules)
		return out->rule == -1 ? NULL : "a rule is in force that there is not";
	for (i = 0; i < c->rules && first < 0; i++)
		if (applies(&c->rule[i], local_s))
			first = (int)i;
	if (!c->timed_charge || v->in->wall_s <= 0 || !v->grid)
		first = -1;
	if (out->rule != first)
		return "the rule in force is not the first that applies";
	if (first < 0)
		return NULL;
	if (out->limited_by == SITE_BY_TIMED_CHARGE && v->meter && v->battery_power &&
	    out->battery_w > (s64)c->rule[first].power_w &&
	    out->battery_w > v->grid_w + v->battery_w)
		return "a rule charges with more than its power";
	if (v->battery && v->in->battery.soc_centi >= c->rule[first].target_percent * 100 &&
	    out->limited_by == SITE_BY_TIMED_CHARGE && out->battery_w > 0)
		return "a rule charges beyond its target";

	return NULL;
}

/*
 * Whoever does not limit it: the battery takes what is left over and gives what is lacking,
 * and below the standby band it does nothing.
 */
/* row: inverter.md "Automatic mode (self-consumption)" charge */
/* row: inverter.md "Automatic mode (self-consumption)" discharge */
/* row: inverter.md "Automatic mode (self-consumption)" standby within */
const char *site_law_of_self_use(const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	s64 surplus = v->grid_w + v->battery_w, standby = v->config->standby_w;

	if (!v->meter || !v->battery || !v->battery_power || !v->grid ||
	    out->limited_by != SITE_NOBODY)
		return NULL;
	if (surplus >= standby && out->battery_w != surplus)
		return "what the sun gives beyond the load does not charge";
	if (surplus > -standby && surplus < standby && out->battery_w)
		return "the battery does not idle in its standby band";
	if (surplus <= -standby && (out->battery_w > 0 || out->battery_w < surplus))
		return "the battery gives more than is lacking";
	if (!v->config->battery_to_cars && v->pv && v->chargers_power &&
	    -(s64)out->battery_w > (v->pv_w > v->net_w ? v->pv_w - v->net_w : 0))
		return "the battery gives cars what they may not have of it";
	/* cars may be kept from it; without them all that is lacking comes from it */
	if (surplus <= -standby && !v->chargers_w && !v->told_w && v->chargers_power &&
	    out->battery_w != surplus)
		return "the battery does not give what is lacking";

	return NULL;
}

bool site_takes_part(const struct site_view *v, unsigned int i)
{
	const struct site_inverter_inputs *in = &v->in->inverter[i];

	return v->config->control == SITE_BY_LIMITS ||
	       (in->ok && in->age_ms <= v->config->fresh_ms);
}

/* What inverter @i could do, by its own figures and what its sun takes of them. */
s64 site_headroom(const struct site_view *v, unsigned int i, bool charges)
{
	const struct site_inverter_config *c = &v->config->inverter[i];
	const struct site_inverter_inputs *in = &v->in->inverter[i];
	s64 pv = site_is_fresh(v->config, &in->pv_w) && in->pv_w.value > 0 ? in->pv_w.value : 0;
	s64 ac = charges ? (s64)c->rated_w + pv : (s64)c->rated_w - pv;

	if (!site_takes_part(v, i))
		return 0;
	ac = ac < 0 ? 0 : ac;

	return c->battery_w < ac ? c->battery_w : ac;
}

/* row: inverter.md "Parallel inverters" primary and replicas */
const char *site_law_of_shares(const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	bool charges = out->battery_w > 0;
	s64 room[SITE_INVERTERS_MAX], all = 0, off;
	unsigned int i;

	if (!out->battery_w)
		return NULL;
	for (i = 0; i < v->config->inverters; i++) {
		room[i] = site_headroom(v, i, charges);
		all += room[i];
	}
	for (i = 0; i < v->config->inverters; i++) {
		off = out->inverter[i].battery_w * all - out->battery_w * room[i];
		if (off >= all || off <= -all)
			return "an inverter's part is not in proportion to what it could do";
		if ((charges ? out->inverter[i].battery_w : -out->inverter[i].battery_w) > room[i])
			return "an inverter's part is more than it could do";
	}

	return NULL;
}
