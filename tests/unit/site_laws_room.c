// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws the other way round: nobody has less than there is. What nobody limits is not
 * limited, what is limited is so by just the figure, and what was measured is what is said.
 */
#include "site_laws.h"

static s64 lesser(s64 a, s64 b)
{
	return a < b ? a : b;
}

static s64 believed(s64 w)
{
	return w > 0 && w <= SITE_POWER_MAX_W ? w : 0;
}

static s64 eps_w(const struct site_view *v)
{
	s64 sum = 0, packs = v->in->battery.packs;
	unsigned int i;

	for (i = 0; i < v->config->inverters; i++)
		if (site_takes_part(v, i))
			sum += v->config->inverter[i].eps_w;
	switch (v->config->family) {
	case SITE_FAMILY_PYLONTECH:
		return lesser(sum, 1100 * packs);
	case SITE_FAMILY_AZZURRO:
		return lesser(sum, 2500 * packs);
	case SITE_FAMILY_WECO:
		return packs ? lesser(sum, 5000) : 0;
	default:
		return sum;
	}
}

/* Of a battery that nobody but itself, its inverters and its owner limit. */
static const char *law_of_free_battery(const struct site_view *v, s64 gives, s64 takes)
{
	const struct site_config *c = v->config;
	const struct site_outputs *out = v->out;
	s64 soc = v->in->battery.soc_centi, floor = 100 - c->dod_percent;

	if (c->eps && 100 - c->eps_dod_percent + c->eps_buffer_percent > floor)
		floor = 100 - c->eps_dod_percent + c->eps_buffer_percent;
	if (out->battery_max_w != takes)
		return "the battery takes less than it could";
	if (v->in->battery.force_charge || out->rule >= 0 || soc < floor * 100 + 100)
		return NULL;

	return out->battery_min_w != -gives ? "the battery gives less than it could" : NULL;
}

/* row: inverter.md "EPS (off-grid, emergency power)" safety buffer */
/* row: inverter.md "EPS (off-grid, emergency power)" charged enough */
static const char *law_of_eps_battery(const struct site_view *v, s64 gives, s64 takes)
{
	const struct site_config *c = v->config;
	s64 soc = v->in->battery.soc_centi;

	if (!c->eps || soc < (100 - c->eps_dod_percent + c->eps_buffer_percent) * 100)
		return NULL;
	if (v->out->battery_max_w != takes)
		return "off the grid the battery takes less than it could";

	return v->out->battery_min_w != -lesser(gives, eps_w(v)) ?
	       "off the grid the battery gives less than it could" : NULL;
}

const char *site_law_of_room(const struct site_view *v)
{
	const struct site_config *c = v->config;
	const struct site_outputs *out = v->out;
	s64 gives = 0, takes = 0;
	unsigned int i;

	if (out->battery_min_winner == SITE_NOBODY || out->battery_max_winner == SITE_NOBODY)
		return "nobody bounds the battery";
	if (c->grid_code == SITE_CODE_NONE && c->feed_in_w == SITE_NO_LIMIT && v->grid &&
	    out->pv_max_w != SITE_NO_LIMIT)
		return "production is limited, and nobody wants it";
	if (!v->battery || !v->battery_power || v->in->battery.soc_centi > 10000 || !c->inverters)
		return NULL;
	for (i = 0; i < c->inverters; i++) {
		gives += site_headroom(v, i, false);
		takes += site_headroom(v, i, true);
	}
	gives = lesser(gives, believed(v->in->battery.discharge_w));
	takes = lesser(takes, believed(v->in->battery.charge_w));
	if (!v->grid)
		return law_of_eps_battery(v, gives, takes);
	if (c->contract_w != SITE_NO_LIMIT || c->feed_in_w != SITE_NO_LIMIT ||
	    c->grid_code != SITE_CODE_NONE || !v->meter || v->returns)
		return NULL;

	return law_of_free_battery(v, gives, takes);
}

/* What is said of the exchange, and to inverters together, is just what was set. */
const char *site_law_of_figures(const struct site_view *v)
{
	const struct site_config *c = v->config;
	const struct site_outputs *out = v->out;
	s64 contract = c->contract_w == SITE_NO_LIMIT ? -SITE_NO_LIMIT :
		       -(s64)(c->contract_w - c->contract_margin_w);
	s64 rest = out->pv_max_w, parts = 0, low = 0, high = 0;
	bool any = false;
	unsigned int i;

	if (!v->grid)
		return out->grid_min_w || out->grid_max_w ? "off the grid something is exchanged" :
							    NULL;
	if (out->grid_min_w != contract)
		return "what may be drawn is not the contract less its margin";
	if (out->grid_max_w != c->feed_in_w)
		return "what may be fed in is not what was set";
	for (i = 0; i < c->inverters; i++) {
		const struct site_value *pv = &v->in->inverter[i].pv_w;

		low += out->inverter[i].ac_min_w;
		high += out->inverter[i].ac_max_w;
		any |= c->inverter[i].curtails;
		if (c->inverter[i].curtails)
			parts += out->inverter[i].pv_max_w;
		else if (site_is_fresh(c, pv))
			rest -= pv->value > 0 ? pv->value : 0;
		else
			rest -= c->inverter[i].rated_w;
	}
	if (any && out->pv_max_w != SITE_NO_LIMIT && parts != (rest > 0 ? rest : 0))
		return "the inverters may not produce what is allowed together";
	if (c->inverters && out->ac_max_w != SITE_NO_LIMIT && high != out->ac_max_w)
		return "the inverters' parts are not what the operator allows together";
	if (c->inverters && out->ac_min_w != -SITE_NO_LIMIT && low != out->ac_min_w)
		return "the inverters' parts are not what the operator allows them to draw";

	return NULL;
}

/* row: inverter.md "Metering" sign */
/* row: inverter.md "Reading the plant" instant values */
const char *site_law_of_flows(const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	u32 known = (v->pv ? BIT(SITE_FLOW_PV) : 0) | (v->meter ? BIT(SITE_FLOW_GRID) : 0) |
		    (v->battery_power ? BIT(SITE_FLOW_BATTERY) : 0) |
		    (v->chargers_power ? BIT(SITE_FLOW_CHARGERS) : 0);

	if (v->pv && v->meter && v->battery_power && v->chargers_power)
		known |= BIT(SITE_FLOW_LOAD);
	if (out->flows_known != known)
		return "a flow is known, and it is not said; or said, and not so";
	if ((v->meter && out->flow_w[SITE_FLOW_GRID] != v->grid_w) ||
	    (v->battery_power && out->flow_w[SITE_FLOW_BATTERY] != v->battery_w) ||
	    (v->chargers_power && out->flow_w[SITE_FLOW_CHARGERS] != v->chargers_w))
		return "a flow is not what was measured";
	if (v->pv && out->flow_w[SITE_FLOW_PV] < v->pv_w)
		return "less is produced than was measured";
	if (v->pv && out->flow_w[SITE_FLOW_PV] > v->pv_w && out->flow_w[SITE_FLOW_LOAD])
		return "more is produced than was measured, and nobody needed it";

	return NULL;
}

/* An inverter that only listens: how it is told what it cannot be told. */
const char *site_law_of_listeners(const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	s64 surplus = v->grid_w + v->battery_w;
	u64 mv = v->in->battery.voltage_mv, told = (u64)(out->battery_w > 0 ? out->battery_w : 0);
	bool beyond;

	if (v->config->control != SITE_BY_LIMITS)
		return out->force_charge ? "who takes set-points is forced" : NULL;
	if (!v->meter || !v->battery || !v->battery_power)
		return NULL;
	beyond = out->battery_w > 0 && out->battery_w > surplus;
	if (out->force_charge != beyond)
		return "charge beyond the surplus is not asked for, or asked for without need";
	if (beyond && ((u64)out->charge_ma * mv > told * 1000000 || out->discharge_ma))
		return "a charge that is asked for is more than was decided";
	if (out->battery_w < 0 && out->battery_w < surplus &&
	    !(out->unable & SITE_CANNOT_FORCE_DISCHARGE))
		return "an inverter cannot be made to discharge, and it is not said";

	return NULL;
}
