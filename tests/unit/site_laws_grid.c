// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws over what the battery and the inverters are told, and over what the grid is spared:
 * of one step alone.
 */
#include "site_laws.h"

bool site_is_fresh(const struct site_config *config, const struct site_value *value)
{
	return value->age_ms <= config->fresh_ms && value->value <= SITE_POWER_MAX_W &&
	       value->value >= -SITE_POWER_MAX_W;
}

static void view_chargers(struct site_view *v)
{
	unsigned int i;

	v->chargers_power = true;
	v->chargers_w = 0;
	v->told_w = 0;
	for (i = 0; i < v->config->chargers; i++) {
		const struct site_value *power = &v->in->charger[i].power_w;

		v->told_w += v->out->charger[i].power_w;
		if (!site_is_fresh(v->config, power))
			v->chargers_power = false;
		else if (power->value > 0)
			v->chargers_w += power->value;
	}
}

/* The cluster's word, or that of all inverters that have a battery. */
static void view_battery(struct site_view *v)
{
	unsigned int i, heard = 0, of = 0;
	s64 sum = 0;

	v->battery = v->in->battery.age_ms <= v->config->fresh_ms;
	v->battery_power = site_is_fresh(v->config, &v->in->battery.battery_w);
	v->battery_w = v->in->battery.battery_w.value;
	if (v->battery_power)
		return;
	for (i = 0; i < v->config->inverters; i++) {
		const struct site_value *power = &v->in->inverter[i].battery_w;

		of += v->config->inverter[i].battery_w > 0;
		if (!v->config->inverter[i].battery_w || !site_is_fresh(v->config, power))
			continue;
		heard++;
		sum += power->value;
	}
	v->battery_power = heard && heard == of;
	/* there is none */
	if (!of && v->in->battery.age_ms == SITE_NEVER &&
	    v->in->battery.battery_w.age_ms == SITE_NEVER) {
		v->battery_power = true;
		sum = 0;
	}
	v->battery_w = sum;
}

/* Of a battery that does not say what flows, all that it and its inverters could do. */
static void view_net(struct site_view *v)
{
	const struct site_battery_inputs *b = &v->in->battery;
	s64 gives = 0, takes = 0;
	unsigned int i;

	for (i = 0; i < v->config->inverters; i++)
		gives += v->config->inverter[i].battery_w;
	takes = gives;
	if (v->battery && b->discharge_w < gives)
		gives = b->discharge_w > 0 ? b->discharge_w : 0;
	if (v->battery && b->charge_w < takes)
		takes = b->charge_w > 0 ? b->charge_w : 0;
	v->net_w = v->grid_w + v->chargers_w + (v->battery_power ? v->battery_w : -gives);
	v->net_max_w = v->grid_w + v->chargers_w + (v->battery_power ? v->battery_w : takes);
	/* no house gives power */
	if (v->pv && v->net_max_w > v->pv_w)
		v->net_max_w = v->pv_w;
}

void site_view_make(struct site_view *v)
{
	const struct site_config *c = v->config;
	unsigned int i;

	v->pv = c->production == SITE_SOURCE_NONE || site_is_fresh(c, &v->in->production_w);
	v->pv_w = c->production == SITE_SOURCE_NONE || v->in->production_w.value < 0 ? 0 :
		  v->in->production_w.value;
	v->grid = !site_is_fresh(c, &v->in->grid) || v->in->grid.value;
	v->rated_w = 0;
	for (i = 0; i < c->inverters; i++) {
		const struct site_inverter_inputs *in = &v->in->inverter[i];

		v->rated_w += c->inverter[i].rated_w;
		if (in->off_grid && in->age_ms <= c->fresh_ms)
			v->grid = false;
	}
	/* without a grid nothing is exchanged, whatever a meter says */
	v->meter = true;
	v->grid_w = 0;
	for (i = 0; i < c->phases && v->grid; i++) {
		v->meter &= site_is_fresh(c, &v->in->exchange_w[i]);
		v->grid_w += v->in->exchange_w[i].value;
	}
	view_battery(v);
	view_chargers(v);
	view_net(v);
}

const char *site_law_of_battery(const struct site_view *v)
{
	const struct site_battery_inputs *b = &v->in->battery;
	const struct site_outputs *out = v->out;
	s64 most = v->battery && b->charge_w > 0 ? b->charge_w : 0;
	s64 least = v->battery && b->discharge_w > 0 ? -(s64)b->discharge_w : 0;
	u64 mv = v->battery ? b->voltage_mv : 0;

	if (out->battery_min_w > out->battery_max_w)
		return "the bounds of the battery cross";
	if (out->battery_max_w > most || out->battery_max_w < least)
		return "the battery's upper bound is not within what the cluster allows";
	if (out->battery_min_w < least || out->battery_min_w > most)
		return "the battery's lower bound is not within what the cluster allows";
	if (out->battery_w < out->battery_min_w || out->battery_w > out->battery_max_w)
		return "the set-point is not within its bounds";
	if (v->config->control != SITE_BY_LIMITS)
		return NULL;
	if ((u64)out->charge_ma * mv > (u64)most * 1000000 ||
	    (u64)out->discharge_ma * mv > (u64)-least * 1000000)
		return "a current above what the cluster allows";
	if (!mv && (out->charge_ma || out->discharge_ma))
		return "a current at a voltage that nobody knows";

	return NULL;
}

const char *site_law_of_inverters(const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	s64 sum = 0, low = 0, high = 0, pv = 0;
	unsigned int i;

	for (i = 0; i < v->config->inverters; i++) {
		const struct site_inverter_config *c = &v->config->inverter[i];
		const struct site_inverter_inputs *in = &v->in->inverter[i];
		const struct site_inverter_outputs *o = &out->inverter[i];

		sum += o->battery_w;
		low += o->battery_min_w;
		high += o->battery_max_w;
		pv += c->curtails ? o->pv_max_w : 0;
		if (o->battery_w > (s64)c->battery_w || o->battery_w < -(s64)c->battery_w)
			return "an inverter is told more than it can";
		if (o->battery_w > o->battery_max_w || o->battery_w < o->battery_min_w)
			return "an inverter's part is not within its bounds";
		if (o->battery_w && v->config->control == SITE_BY_SET_POINTS &&
		    (!in->ok || in->age_ms > v->config->fresh_ms))
			return "an inverter that is silent has a part";
		if ((o->battery_w > 0 && out->battery_w <= 0) ||
		    (o->battery_w < 0 && out->battery_w >= 0))
			return "an inverter works against the others";
	}
	if (v->config->inverters && sum != out->battery_w)
		return "the parts of the inverters are not the set-point";
	if (v->config->inverters && (low < out->battery_min_w || high > out->battery_max_w))
		return "the parts of the bounds are more than the bounds";
	if (v->config->inverters && out->pv_max_w != SITE_NO_LIMIT && pv > out->pv_max_w)
		return "the inverters may produce more than is allowed";

	return NULL;
}

static bool is_heard(const struct site_value *contacts, u32 fresh_ms)
{
	return contacts->age_ms <= fresh_ms && contacts->value >= 0 &&
	       contacts->value <= SITE_POWER_MAX_W;
}

/* Least and most AC power that the operator wants, W; the last valid contact for RRCR. */
static bool wanted_by_operator(const struct site_view *v, s64 *low, s64 *high)
{
	const s64 rrcr_w[] = { 0, v->rated_w * 3 / 10, v->rated_w * 6 / 10, INT32_MAX };
	const struct site_inputs *in = v->in;
	u32 fresh = v->config->contact_fresh_ms;
	u32 drm = (u32)in->drm.value, rrcr = (u32)in->rrcr.value & 15;

	*low = INT32_MIN;
	*high = INT32_MAX;
	switch (v->config->grid_code) {
	case SITE_CODE_CEASE:
		if (is_heard(&in->cease, fresh) && in->cease.value)
			*high = 0;
		return is_heard(&in->cease, fresh);
	case SITE_CODE_DRM:
		if (drm & BIT(1))
			*low = 0;
		else if (drm & BIT(2))
			*low = -v->rated_w / 2;
		else if (drm & BIT(3))
			*low = -v->rated_w * 3 / 4;
		if (drm & (BIT(5) | BIT(0)))
			*high = 0;
		else if (drm & BIT(6))
			*high = v->rated_w / 2;
		else if (drm & BIT(7))
			*high = v->rated_w * 3 / 4;
		return is_heard(&in->drm, fresh);
	case SITE_CODE_RRCR:
		if (is_heard(&in->rrcr, fresh) && rrcr && !(rrcr & (rrcr - 1)))
			*high = rrcr_w[cellar_lowest_bit(rrcr)];
		else if (!v->past->had_rrcr || v->now_ms - v->past->rrcr_ms >
					       1000ULL * v->config->rrcr_hold_s)
			*high = 0;
		else
			*high = rrcr_w[v->past->rrcr];
		return true;
	default:
		return false;
	}
}

/* row: inverter.md "Demand response and remote power limits" in time */
const char *site_law_of_grid_code(const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	s64 low, high, made, pv = v->pv ? v->pv_w : 0;

	if (!v->config->inverters || !v->grid || !wanted_by_operator(v, &low, &high))
		return NULL;
	if (v->config->grid_code == SITE_CODE_DRM && v->in->drm.value & 1) {
		if (out->battery_w || !(out->disconnect || out->unable & SITE_CANNOT_DISCONNECT))
			return "DRM0 does not disconnect";
		return NULL;
	}
	if (out->ac_max_w > high || out->ac_min_w < low)
		return "the inverters are told more than the operator wants";
	made = v->pv && v->pv_w < out->pv_max_w ? v->pv_w : out->pv_max_w;
	if (high < INT32_MAX && made - out->battery_w > high) {
		if (out->battery_w < out->battery_max_w)
			return "less is to be generated, and the battery could take it";
		if (out->pv_max_w > 0 && !(out->unable & SITE_CANNOT_CURTAIL))
			return "more is generated than the operator wants";
	}
	if (out->battery_w - pv > -low && out->battery_w > 0)
		return "more is consumed than the operator wants";

	return NULL;
}

/* What the grid would give if all did what they were told, and the margin. */
static s64 planned_import(const struct site_view *v)
{
	return v->told_w + v->out->battery_w - v->net_w + v->config->contract_margin_w;
}

/* So long a car has to follow: what it draws may be at the meter and not be said yet. */
#define UNSAID_MS	5000

/*
 * What cars may draw beyond what their boxes say: these were told more, or said more lately.
 * @ended_w: the latter alone.
 */
static s64 may_draw(const struct site_view *v, s64 *ended_w)
{
	s64 sum = 0;
	unsigned int i, k;

	*ended_w = 0;
	for (i = 0; i < v->config->chargers; i++) {
		const struct site_value *power = &v->in->charger[i].power_w;
		s64 now = power->value > 0 ? power->value : 0, said = now;
		s64 told = v->past->charger[i].told_w;

		if (!site_is_fresh(v->config, power))
			continue;
		for (k = 0; k < v->past->steps && v->past->step[k].ago_ms < UNSAID_MS; k++)
			if (v->past->step[k].said_w[i] > said)
				said = v->past->step[k].said_w[i];
		*ended_w += said - now;
		sum += (told > said ? told : said) - now;
	}

	return sum;
}

/*
 * It fits when what is missing at the meter is no load but cars': no more than these may draw,
 * for no longer than they have to follow, and within the contract as it is drawn now.
 */
static bool fits_but_for_cars(const struct site_view *v)
{
	s64 over_w = planned_import(v) - v->config->contract_w, lately_w = v->net_w;
	s64 drawn_w = v->chargers_w - v->net_w + v->config->contract_margin_w;
	s64 ended_w, unsaid_w = may_draw(v, &ended_w);
	unsigned int k;

	if (!v->battery_power)
		return false;
	if (v->config->battery_to_cars && v->in->battery.discharge_w > 0)
		drawn_w -= v->in->battery.discharge_w;
	for (k = 0; k < v->past->steps && v->past->step[k].ago_ms + v->ms < UNSAID_MS; k++)
		if (v->past->step[k].net_w > lately_w)
			lately_w = v->past->step[k].net_w;

	return drawn_w - ended_w <= v->config->contract_w && over_w <= lately_w - v->net_w &&
	       over_w <= unsaid_w;
}

/* row: ems.md "Plant" contracted power */
/* row: ems.md "Wallbox strategies" contracted power holds */
/* row: ems.md "Safety limits" throttling */
const char *site_law_of_contract(const struct site_view *v)
{
	const struct site_outputs *out = v->out;

	if (v->config->contract_w == SITE_NO_LIMIT || !v->grid)
		return NULL;
	if (out->grid_min_w < -v->config->contract_w)
		return "more may be drawn than the contract has";
	if (!v->meter) {
		if (v->told_w)
			return "cars charge, and nobody knows what the house draws";
		return out->battery_w > 0 && out->battery_w > out->battery_min_w ?
		       "the battery charges, and nobody knows what the house draws" : NULL;
	}
	if (planned_import(v) <= v->config->contract_w || fits_but_for_cars(v))
		return NULL;
	if (v->told_w)
		return "cars charge above the contract";
	if (out->battery_w > out->battery_min_w)
		return "above the contract, and the battery could give more";

	return NULL;
}

/* row: inverter.md "Zero feed-in (anti-reflux)" reflux power */
const char *site_law_of_feed_in(const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	s64 planned;

	if (v->config->feed_in_w == SITE_NO_LIMIT || !v->grid)
		return NULL;
	if (out->grid_max_w > v->config->feed_in_w)
		return "more may be fed in than was set";
	if (!v->meter || !v->pv || !v->chargers_power)
		return NULL;
	planned = v->net_max_w - v->pv_w + (v->pv_w < out->pv_max_w ? v->pv_w : out->pv_max_w) -
		  v->chargers_w - out->battery_w;
	if (planned <= v->config->feed_in_w)
		return NULL;
	if (out->battery_w < out->battery_max_w)
		return "more is fed in than was set, and the battery could take it";
	if (out->pv_max_w > 0 && !(out->unable & SITE_CANNOT_CURTAIL))
		return "more is fed in than was set";

	return NULL;
}

const char *site_law_of_words(const struct site_view *v)
{
	const struct site_outputs *out = v->out;

	if (out->grid_min_w > out->grid_max_w)
		return "the bounds of the exchange cross";
	if (out->limited_by >= SITE_WINNERS || out->battery_min_winner >= SITE_WINNERS ||
	    out->battery_max_winner >= SITE_WINNERS || out->grid_min_winner >= SITE_WINNERS ||
	    out->grid_max_winner >= SITE_WINNERS || out->pv_winner >= SITE_WINNERS)
		return "a winner that nobody knows";
	if (out->rule >= (int)v->config->rules)
		return "a rule is in force that there is not";
	if ((out->mode == SITE_CHARGING && out->battery_w <= 0) ||
	    (out->mode == SITE_DISCHARGING && out->battery_w >= 0) ||
	    (out->mode == SITE_STANDBY && out->battery_w))
		return "the mode is not what the battery does";
	if (out->mode == SITE_OFF_GRID && !out->off_grid)
		return "off the grid, and it is not said";

	return NULL;
}
