// SPDX-License-Identifier: GPL-2.0-only
/*
 * The currents of the cluster: its terms from those of the packs, the smallest of them,
 * and the ramp up. One pack is limits_pack.c, how they share limits_share.c, cut-offs and
 * floors limits_floor.c, the voltages limits_voltage.c.
 */
#include "limits_parts.h"

#include <stdlib.h>

/* 100 A continuous, 125 A highest per pair of cables (packs.md, "Models") */
#define CABLE_MA	100000
#define CABLE_PEAK_MA	125000

static const char *const term_words[LIMITS_TERMS] = {
	[LIMITS_BMS] = "bms",
	[LIMITS_RATED] = "rated",
	[LIMITS_MAX] = "max",
	[LIMITS_SHARING] = "sharing",
	[LIMITS_CELL_VOLTAGE] = "cell-voltage",
	[LIMITS_TEMPERATURE] = "temperature",
	[LIMITS_SOC] = "soc",
	[LIMITS_CABLE] = "cable",
	[LIMITS_INVERTER] = "inverter",
	[LIMITS_PROTECTION] = "protection",
	[LIMITS_STARTUP] = "startup",
	[LIMITS_POLICY] = "policy",
	[LIMITS_STALE] = "stale",
	[LIMITS_CONTACT] = "contact",
	[LIMITS_HOUSE] = "house",
};

/* Of equal terms the one that says most is named: the cause, then its consequences. */
static const u8 naming_order[LIMITS_TERMS] = {
	LIMITS_STALE, LIMITS_PROTECTION, LIMITS_CONTACT, LIMITS_STARTUP, LIMITS_POLICY,
	LIMITS_INVERTER, LIMITS_CELL_VOLTAGE, LIMITS_TEMPERATURE, LIMITS_SOC, LIMITS_BMS,
	LIMITS_RATED, LIMITS_MAX, LIMITS_CABLE, LIMITS_SHARING, LIMITS_HOUSE,
};

const char *limits_term_word(enum limits_term term)
{
	return term_words[term];
}

void limits_defaults(struct limits_config *config)
{
	*config = (struct limits_config){
		.rated = true,
		.force_charge = true,
		.charge_ma = LIMITS_NONE,
		.discharge_ma = LIMITS_NONE,
		/* what an inverter has before its installer changes it [H] */
		.eps_dod_percent = 80,
		.eps_buffer_percent = 10,
	};
}

int limits_config_check(const struct limits_config *config, const char **why)
{
	const u32 cutoff = config->cutoff_mv, recharge = config->recharge_mv;
	const u32 restart = config->restart_mv;

	*why = NULL;
	if (config->dod_percent > 100)
		*why = "depth of discharge must be 1 to 100 %";
	else if (!config->eps_dod_percent || config->eps_dod_percent > 100)
		*why = "EPS depth of discharge must be 1 to 100 %";
	else if (config->eps_buffer_percent > config->eps_dod_percent)
		*why = "EPS safety buffer must not be more than the EPS depth of discharge";
	else if (config->low_soc_percent > 100)
		*why = "low SOC limit must be 0 to 100 %";
	else if (config->absorption_mv && config->float_mv > config->absorption_mv)
		*why = "float voltage must not be above the absorption voltage";
	else if ((cutoff && recharge && cutoff >= recharge) ||
		 (recharge && restart && recharge >= restart) ||
		 (cutoff && restart && cutoff >= restart))
		*why = "cut-off, recharge and restart voltage must rise in this order";

	return *why ? -EINVAL : 0;
}

int limits_new(struct limits **limits, const struct limits_config *config, unsigned int n,
	       bool started)
{
	struct limits *l;
	const char *why;

	if (!n || n > CLUSTER_PACKS_MAX || limits_config_check(config, &why))
		return -EINVAL;

	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;

	l->pack = calloc(n, sizeof(*l->pack));
	l->wired = calloc(n, sizeof(*l->wired));
	if (!l->pack || !l->wired) {
		limits_free(l);
		return -ENOMEM;
	}
	l->config = *config;
	l->out.started = started;
	*limits = l;

	return 0;
}

void limits_free(struct limits *limits)
{
	if (!limits)
		return;

	free(limits->wired);
	free(limits->pack);
	free(limits);
}

int limits_configure(struct limits *limits, const struct limits_config *config)
{
	const char *why;
	int err = limits_config_check(config, &why);

	if (err)
		return err;
	limits->config = *config;

	return 0;
}

static u32 to_term(u64 ma)
{
	return ma < LIMITS_NONE ? (u32)ma : LIMITS_NONE - 1;
}

/* What the BMS of members allow, of those that carry, and what these may by themselves. */
struct totals {
	u64 allowed, carried, own;
};

static void add(struct totals *to, const struct limits *l, const struct cluster *c,
		unsigned int i, enum core_way way)
{
	if (c->pack[i].state != CLUSTER_MEMBER)
		return;

	to->allowed += c->pack[i].allowed_ma[way];
	if (!c->pack[i].carries[way])
		return;

	to->carried += c->pack[i].allowed_ma[way];
	to->own += l->pack[i].own_ma[way];
}

/* Take from @total what its part @ma is above @cap; two systems of one bus both do. */
static void take_above(u64 *total, u64 ma, u32 cap)
{
	u64 above = ma > cap ? ma - cap : 0;

	*total = *total > above ? *total - above : 0;
}

/* What a system allows its bus is not more because its packs, one by one, allow it. */
static void cap_by_systems(struct totals *totals, const struct limits *l, const struct cluster *c,
			   const struct supply *supplies, enum core_way way, bool off_grid)
{
	unsigned int i, k;
	u32 cap;

	for (k = 0; k < c->n_systems; k++) {
		const struct supply *system = &supplies[c->systems[k]];
		const struct cluster_pack *seen = &c->pack[c->systems[k]];
		struct totals of_bus = { 0 };

		if (!seen->fresh || seen->reason != CLUSTER_PACKS_SPEAK ||
		    !supply_limit_ma(system, way, off_grid, &cap))
			continue;
		for (i = 0; i < c->n; i++)
			if (supplies[i].bus == system->bus)
				add(&of_bus, l, c, i, way);
		take_above(&totals->allowed, of_bus.allowed, cap);
		take_above(&totals->carried, of_bus.carried, cap);
		take_above(&totals->own, of_bus.own, cap);
	}
}

/* Terms that are sums over the packs which carry the current. */
static void sum_packs(struct limits *l, const struct cluster *c, const struct supply *supplies,
		      enum core_way way, bool off_grid)
{
	static const u8 summed[] = {
		LIMITS_RATED, LIMITS_MAX, LIMITS_CELL_VOLTAGE, LIMITS_TEMPERATURE, LIMITS_SOC,
	};
	u32 *term = l->out.current[way].term;
	u64 sum[LIMITS_TERMS] = { 0 };
	struct totals totals = { 0 };
	u64 said = 0;
	bool all = true;
	unsigned int i, k;

	for (i = 0; i < c->n; i++) {
		const struct limits_pack *p = &l->pack[i];

		if (c->pack[i].state != CLUSTER_MEMBER)
			continue;
		add(&totals, l, c, i, way);
		if (!c->pack[i].carries[way]) {
			all = false;
			continue;
		}
		for (k = 0; k < ARRAY_SIZE(summed); k++) {
			u32 part = p->part[way][summed[k]];

			if (part != LIMITS_NONE)
				said |= BIT_ULL(summed[k]);
			sum[summed[k]] += part != LIMITS_NONE ? part : p->base_ma[way];
		}
	}

	cap_by_systems(&totals, l, c, supplies, way, off_grid);
	term[LIMITS_BMS] = to_term(totals.allowed);
	if (!all)
		term[LIMITS_PROTECTION] = to_term(totals.carried);
	for (k = 0; k < ARRAY_SIZE(summed); k++)
		if (said & BIT_ULL(summed[k]))
			term[summed[k]] = to_term(sum[summed[k]]);
	term[LIMITS_SHARING] = smaller(to_term(totals.own), limits_share_ma(l, c, supplies, way));
}

static void plant_terms(struct limits *l, const struct cluster *c,
			const struct limits_input *input, enum core_way way)
{
	u32 *term = l->out.current[way].term;
	unsigned int pairs = l->config.cable_pairs ? l->config.cable_pairs : c->out.carrying[way];
	bool peaking = way == CORE_DISCHARGE && l->peaking;

	term[LIMITS_CABLE] = to_term((u64)pairs * (peaking ? CABLE_PEAK_MA : CABLE_MA));
	term[LIMITS_INVERTER] = input->inverter_ma[way];
	term[LIMITS_CONTACT] = input->contact_open[way] ? 0 : LIMITS_NONE;
	term[LIMITS_POLICY] = way == CORE_CHARGE ? l->config.charge_ma : l->config.discharge_ma;
	if (!c->out.members)
		term[LIMITS_STALE] = 0;
}

static u32 smallest(struct limit *limit)
{
	u32 least = LIMITS_NONE;
	unsigned int i;

	for (i = 0; i < LIMITS_TERMS; i++) {
		if (limit->term[naming_order[i]] < least) {
			least = limit->term[naming_order[i]];
			limit->winner = naming_order[i];
		}
	}

	return least;
}

static void publish(struct limits *l, const struct cluster *c, enum core_way way)
{
	struct limits_ramp *ramp = &l->ramp[way];
	struct limit *limit = &l->out.current[way];
	u32 want = smallest(limit);
	u64 value = limit->value;

	if (want <= value) {
		ramp->armed |= value > 0;
		ramp->since_ms = c->clock_ms;
		value = want;
	} else if (!ramp->armed || c->clock_ms - ramp->since_ms >= LIMITS_HOLD_MS) {
		value += (u64)c->step_ms * LIMITS_RISE_MA_S / 1000 * c->out.carrying[way];
		value = value < want ? value : want;
	}
	limit->value = (u32)value;
	limit->rising = value < want;
}

void limits_step(struct limits *l, const struct cluster *c, const struct supply *supplies,
		 const struct limits_input *input)
{
	unsigned int i, way;

	l->peaking = false;
	for (i = 0; i < c->n; i++) {
		limits_pack_step(l, c, &supplies[i], i);
		l->peaking |= l->pack[i].peaking && c->pack[i].carries[CORE_DISCHARGE];
	}
	limits_shares_step(l, c, supplies);

	for (way = 0; way < CORE_WAYS; way++) {
		memset(l->out.current[way].term, 0xff, sizeof(l->out.current[way].term));
		sum_packs(l, c, supplies, way, input->off_grid);
		plant_terms(l, c, input, way);
	}
	limits_floor_step(l, c, supplies, input);
	limits_voltage_step(l, c, supplies);
	if (!l->out.known)
		l->out.current[CORE_CHARGE].term[LIMITS_STALE] = 0;

	for (way = 0; way < CORE_WAYS; way++)
		publish(l, c, way);
}

void limits_narrow(struct limits_out *out, enum core_way way, u32 ma)
{
	struct limit *limit = &out->current[way];
	u32 least;

	limit->term[LIMITS_HOUSE] = smaller(limit->term[LIMITS_HOUSE], ma);
	least = smallest(limit);
	limit->value = smaller(limit->value, least);
	limit->rising = limit->value < least;
}
