// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parallel inverters (spec/inverter.md): who takes part with how much, and the parts of
 * what was decided for all of them, to the watt.
 */
#include "site_parts.h"

#include "smaller.h"

/* One that is told by set-points must be heard; one that listens to the battery need not. */
static bool is_able(const struct site_config *config, const struct site_inverter_inputs *in)
{
	return config->control == SITE_BY_LIMITS ||
	       (in->ok && in->age_ms != SITE_NEVER && in->age_ms <= config->fresh_ms);
}

/*
 * The sun goes through the same AC side: what of its rating it takes is not there to
 * discharge with, and comes on top of it to charge.
 */
void inverters_look(const struct site_config *config, const struct site_inputs *inputs,
		    struct inverters *inverters)
{
	bool with_battery = false, heard = false;
	unsigned int i;

	memset(inverters, 0, sizeof(*inverters));
	for (i = 0; i < config->inverters; i++) {
		const struct site_inverter_config *c = &config->inverter[i];
		const struct site_inverter_inputs *in = &inputs->inverter[i];
		s32 rated_w = (s32)c->rated_w, battery_w = (s32)c->battery_w, pv_w = 0;

		with_battery |= battery_w > 0;
		if (!is_able(config, in))
			continue;
		heard |= battery_w > 0;
		inverters->eps_w += (s32)c->eps_w;
		if (site_value_known(&in->pv_w, config->fresh_ms))
			pv_w = higher(in->pv_w.value, 0);
		inverters->charge_w[i] = lower(battery_w, rated_w + pv_w);
		inverters->discharge_w[i] = lower(battery_w, higher(rated_w - pv_w, 0));
		inverters->all_charge_w += inverters->charge_w[i];
		inverters->all_discharge_w += inverters->discharge_w[i];
	}
	inverters->silent = with_battery && !heard;
}

/*
 * Parts of @total ≥ 0 in proportion to @weight, the sum of which is @all: whole, together
 * exactly @total, and none above its weight when @total is not above @all. What is lost by
 * rounding goes to those that lost most, of equals to the first.
 */
static void share(s32 total, const s32 *weight, s32 all, unsigned int n, s32 *part)
{
	u64 scale = all ? ((u64)total << 32) / (u32)all : 0;
	u32 lost[SITE_INVERTERS_MAX];
	unsigned int i, most;
	s32 rest = total;

	for (i = 0; i < n; i++) {
		u64 exact = scale * (u32)weight[i];

		part[i] = (s32)(exact >> 32);
		lost[i] = (u32)exact;
		rest -= part[i];
	}
	for (; all && rest > 0; rest--) {
		for (i = 1, most = 0; i < n; i++)
			if (lost[i] > lost[most])
				most = i;
		part[most]++;
		lost[most] = 0;
	}
}

/* The same of a power that may charge or discharge. */
static void share_power(s32 power, const struct inverters *of, unsigned int n, s32 *part)
{
	unsigned int i;

	if (power >= 0) {
		share(power, of->charge_w, of->all_charge_w, n, part);
		return;
	}
	share(-power, of->discharge_w, of->all_discharge_w, n, part);
	for (i = 0; i < n; i++)
		part[i] = -part[i];
}

/* @bound is nearer to 0 than @power, on its side: in proportion to the parts of that. */
static void share_nearer(s32 bound, s32 power, const s32 *part, unsigned int n, s32 *bounds)
{
	s32 weight[SITE_INVERTERS_MAX] = { 0 };
	unsigned int i;

	for (i = 0; i < n; i++)
		weight[i] = power < 0 ? -part[i] : part[i];
	share(power < 0 ? -bound : bound, weight, power < 0 ? -power : power, n, bounds);
	for (i = 0; power < 0 && i < n; i++)
		bounds[i] = -bounds[i];
}

/* @bound is farther from 0 than @power: what remains of each is shared, too. */
static void share_farther(s32 bound, s32 power, const s32 *part, const struct inverters *of,
			  unsigned int n, s32 *bounds)
{
	s32 weight[SITE_INVERTERS_MAX] = { 0 }, all = 0, sign = bound < 0 ? -1 : 1;
	unsigned int i;

	for (i = 0; i < n; i++) {
		weight[i] = (bound < 0 ? of->discharge_w[i] : of->charge_w[i]) - sign * part[i];
		all += weight[i];
	}
	share(sign * (bound - power), weight, all, n, bounds);
	for (i = 0; i < n; i++)
		bounds[i] = part[i] + sign * bounds[i];
}

/* So that the part of each lies between its bounds, as the whole does. */
static void share_bound(s32 bound, s32 power, const s32 *part, const struct inverters *of,
			unsigned int n, s32 *bounds)
{
	bool same_side = (bound < 0) == (power < 0);

	if (bound == power)
		memcpy(bounds, part, n * sizeof(*part));
	else if (!same_side || !power)
		share_power(bound, of, n, bounds);
	else if (bound < 0 ? bound > power : bound < power)
		share_nearer(bound, power, part, n, bounds);
	else
		share_farther(bound, power, part, of, n, bounds);
}

/* Among those that can be told, less what the others produce, or might. */
static void share_production(const struct site_config *config, const struct site_inputs *inputs,
			     s32 pv_max_w, struct site_outputs *out)
{
	s32 weight[SITE_INVERTERS_MAX] = { 0 }, part[SITE_INVERTERS_MAX];
	s32 all = 0, rest_w = pv_max_w;
	unsigned int n = config->inverters, i;

	for (i = 0; i < n; i++) {
		const struct site_inverter_config *c = &config->inverter[i];
		const struct site_value *pv = &inputs->inverter[i].pv_w;

		weight[i] = c->curtails ? (s32)c->rated_w : 0;
		all += weight[i];
		out->inverter[i].pv_max_w = SITE_NO_LIMIT;
		if (pv_max_w != SITE_NO_LIMIT && !c->curtails)
			rest_w -= site_value_known(pv, config->fresh_ms) ? higher(pv->value, 0) :
				  (s32)c->rated_w;
	}
	if (pv_max_w == SITE_NO_LIMIT)
		return;

	share(higher(rest_w, 0), weight, all, n, part);
	for (i = 0; i < n; i++)
		if (config->inverter[i].curtails)
			out->inverter[i].pv_max_w = part[i];
}

/* What a grid code allows, of what each is rated. */
static void share_ac(const struct site_config *config, s32 bound, s32 *part)
{
	s32 weight[SITE_INVERTERS_MAX] = { 0 }, all = 0;
	unsigned int n = config->inverters, i;
	bool none = bound == SITE_NO_LIMIT || bound == -SITE_NO_LIMIT;

	for (i = 0; i < n; i++) {
		weight[i] = (s32)config->inverter[i].rated_w;
		all += weight[i];
		part[i] = bound;
	}
	if (none)
		return;

	share(bound < 0 ? -bound : bound, weight, all, n, part);
	for (i = 0; bound < 0 && i < n; i++)
		part[i] = -part[i];
}

void inverters_share(const struct site_config *config, const struct site_inputs *inputs,
		     const struct inverters *inverters, struct site_outputs *out)
{
	s32 part[SITE_INVERTERS_MAX], low[SITE_INVERTERS_MAX], high[SITE_INVERTERS_MAX];
	s32 ac_low[SITE_INVERTERS_MAX], ac_high[SITE_INVERTERS_MAX];
	unsigned int n = config->inverters, i;

	if (!n)
		return;

	share_power(out->battery_w, inverters, n, part);
	share_bound(out->battery_min_w, out->battery_w, part, inverters, n, low);
	share_bound(out->battery_max_w, out->battery_w, part, inverters, n, high);
	share_ac(config, out->ac_min_w, ac_low);
	share_ac(config, out->ac_max_w, ac_high);
	share_production(config, inputs, out->pv_max_w, out);
	for (i = 0; i < n; i++) {
		struct site_inverter_outputs *o = &out->inverter[i];

		o->battery_w = part[i];
		o->battery_min_w = low[i];
		o->battery_max_w = high[i];
		o->ac_min_w = ac_low[i];
		o->ac_max_w = ac_high[i];
	}
}
