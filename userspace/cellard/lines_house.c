// SPDX-License-Identifier: GPL-2.0-only
/*
 * From meters to the house: what is drawn and produced, when that was measured, and whether
 * a meter looks as if it were the wrong way round.
 */
#include "lines_house.h"

#include "lines_parts.h"

/* Nearest W. */
static s32 watts(s64 mw)
{
	return (s32)((mw + (mw < 0 ? -500 : 500)) / 1000);
}

static void tell_exchange(const struct lines_meter *m, struct house *house)
{
	unsigned int phases = house->config->house.site.phases;
	u64 at_ms = m->meter.reading.at_ms;
	s64 mw;

	if (phases == 1) {
		if (meter_power_mw(&m->meter, 0, &mw))
			house_hears(house, HOUSE_EXCHANGE_1, watts(mw), at_ms);
		return;
	}
	for (unsigned int phase = 1; phase <= phases; phase++)
		if (meter_power_mw(&m->meter, phase, &mw))
			house_hears(house, HOUSE_EXCHANGE_1 + phase - 1, watts(mw), at_ms);
}

static const struct lines_inverter *first_inverter(const struct lines *lines)
{
	for (unsigned int i = 0; i < lines->inverters; i++)
		if (lines->inverter[i].config.of_house)
			return &lines->inverter[i];

	return NULL;
}

/* The meter at the grid is the primary inverter's (spec/inverter.md, "Parallel inverters"). */
static void tell_exchange_of_inverter(const struct lines *lines, struct house *house)
{
	const struct lines_inverter *i = first_inverter(lines);
	unsigned int phases = house->config->house.site.phases;
	s64 mw;

	if (!i || !i->hybrid.reading.at_ms)
		return;
	for (unsigned int phase = 1; phase <= phases; phase++)
		if (hybrid_exchange_mw(&i->hybrid, phases == 1 ? 0 : phase, &mw))
			house_hears(house, HOUSE_EXCHANGE_1 + phase - 1, watts(mw),
				    i->hybrid.reading.at_ms);
}

static void tell_production_of_inverters(const struct lines *lines, struct house *house)
{
	u64 at_ms = MODBUS_NEVER;
	s64 sum = 0, mw;

	for (unsigned int i = 0; i < lines->inverters; i++) {
		const struct hybrid *h = &lines->inverter[i].hybrid;

		if (!hybrid_pv_mw(h, &mw))
			return;
		sum += mw;
		if (h->reading.pv_ms < at_ms)
			at_ms = h->reading.pv_ms;
	}
	if (at_ms != MODBUS_NEVER)
		house_hears(house, HOUSE_PRODUCTION, watts(sum), at_ms);
}

/*
 * All that measure the grid, and say so now, say that it has gone: one alone may have lost its
 * own line. It is seen in what is read each period, long before they are asked for their state.
 */
static bool no_grid(const struct lines *lines, u64 now_ms)
{
	bool gone = false;

	for (unsigned int k = 0; k < lines->inverters; k++) {
		const struct lines_inverter *i = &lines->inverter[k];

		if (!i->config.of_house || i->hybrid.state == HYBRID_SILENT ||
		    !hybrid_is_fresh(&i->hybrid, now_ms))
			continue;
		if (hybrid_grid(&i->hybrid) == HYBRID_GRID_THERE)
			return false;
		gone |= hybrid_grid(&i->hybrid) == HYBRID_GRID_GONE;
	}

	return gone;
}

/*
 * As old as the older of what it says of itself and of its battery. Its state is asked for
 * every HYBRID_STATE_MS: so long it counts as that of now. That the grid is there is its state's
 * word alone; but who measures no frequency, or no voltage, does not say it.
 */
static void tell_inverter(const struct lines_inverter *i, bool gone, struct house *house)
{
	const struct hybrid_reading *r = &i->hybrid.reading;
	u64 state_ms = r->state_ms ? r->state_ms + HYBRID_STATE_MS : 0;
	u64 at_ms = r->at_ms < state_ms ? r->at_ms : state_ms;
	enum hybrid_state state = i->hybrid.state;
	struct house_inverter said = {
		.ok = state == HYBRID_ON_GRID || state == HYBRID_EPS,
		.off_grid = state == HYBRID_EPS || (gone && state == HYBRID_ON_GRID),
	};
	enum hybrid_grid grid = hybrid_grid(&i->hybrid);
	s64 mw;

	if (!i->config.of_house || !at_ms || state == HYBRID_SILENT)
		return;
	said.pv_known = hybrid_pv_mw(&i->hybrid, &mw);
	said.pv_w = watts(mw);
	said.battery_known = hybrid_battery_mw(&i->hybrid, &mw);
	said.battery_w = watts(mw);
	house_hears_inverter(house, i->config.of_house - 1u, &said, at_ms);
	if (gone && grid == HYBRID_GRID_GONE)
		house_hears(house, HOUSE_GRID, 0, r->at_ms);
	else if (said.off_grid || (said.ok && grid != HYBRID_GRID_GONE &&
				   grid != HYBRID_GRID_UNCLEAR))
		house_hears(house, HOUSE_GRID, !said.off_grid, at_ms);
}

/*
 * Half of the way with each step of the house, which @anew is one of. Exchange and battery are
 * measured at moments up to a second apart: while the battery moves, what the house seems to
 * draw is wrong by as much as it has moved, and who believes all of that at once never comes to
 * rest. What is allowed holds at once.
 */
static s32 towards(const struct hybrid *h, const struct site_inverter_outputs *out, bool anew)
{
	s32 way_w = out->battery_w - h->order_w;
	s32 w = h->order_w + (anew ? way_w / 2 : 0);

	if (!h->ordered || (way_w < HYBRID_DEADBAND_W && way_w > -HYBRID_DEADBAND_W))
		return out->battery_w;
	return w > out->battery_max_w ? out->battery_max_w :
	       w < out->battery_min_w ? out->battery_min_w : w;
}

void lines_steer(struct lines *lines, const struct house *house, u64 now_ms)
{
	for (unsigned int k = 0; k < lines->inverters; k++) {
		struct lines_inverter *i = &lines->inverter[k];
		const struct site_inverter_outputs *out;

		if (!i->config.of_house || !house->stepped)
			continue;
		out = &house->out.inverter[i->config.of_house - 1];
		hybrid_steer(&i->hybrid, &(struct hybrid_order){
			.battery_w = towards(&i->hybrid, out,
					     i->steered_ms != house->stepped_ms),
			.least_w = out->battery_min_w, .most_w = out->battery_max_w,
			.pv_max_w = out->pv_max_w,
		}, now_ms);
		i->steered_ms = house->stepped_ms;
		hybrid_keep_feed_in(&i->hybrid, house->config->house.site.feed_in_w, now_ms);
		lines_inverter_ask(lines, i);
	}
	lines_tell_wallboxes(lines, house, now_ms);
}

/* All of it, or nothing: as old as the oldest of its parts. */
static void tell_production(const struct lines *lines, struct house *house)
{
	u64 at_ms = MODBUS_NEVER;
	s64 sum = 0, mw;

	for (unsigned int i = 0; i < lines->meters; i++) {
		const struct meter *m = &lines->meter[i].meter;

		if (m->config.role != METER_PRODUCTION)
			continue;
		if (!meter_power_mw(m, 0, &mw))
			return;
		sum += mw;
		if (m->reading.at_ms < at_ms)
			at_ms = m->reading.at_ms;
	}
	/* what an inverter takes at night is no production */
	if (at_ms != MODBUS_NEVER)
		house_hears(house, HOUSE_PRODUCTION, sum > 0 ? watts(sum) : 0, at_ms);
}

static bool pv_of(const struct house *house, u64 now_ms, s64 *mw)
{
	const struct site_config *site = &house->config->house.site;
	const struct house_heard *heard = &house->heard[HOUSE_PRODUCTION];

	*mw = 0;
	if (site->production == SITE_SOURCE_NONE)
		return true;
	*mw = heard->value * 1000LL;

	return house_age_ms(heard->known, heard->at_ms, now_ms) <= site->fresh_ms;
}

/* A house without a battery has one that does nothing. */
static bool battery_of(const struct house *house, s64 *mw)
{
	const struct plant_cluster *c = house_cluster(house);

	*mw = 0;
	if (!c)
		return !house->plant->clusters;
	if (!cellar_has(&c->cluster->out.sum, CELLAR_CURRENT) ||
	    !cellar_has(&c->cluster->out.sum, CELLAR_VOLTAGE))
		return false;
	*mw = (s64)c->cluster->out.sum.voltage_mv * c->cluster->out.sum.current_ma / 1000;

	return true;
}

static void look_at(struct lines *lines, struct lines_meter *m, const struct house *house,
		    u64 now_ms)
{
	s64 pv_mw, battery_mw;
	char which[24] = "";

	if (!pv_of(house, now_ms, &pv_mw) || !battery_of(house, &battery_mw) ||
	    !meter_check(&m->check, &m->meter, pv_mw, battery_mw))
		return;
	for (unsigned int phase = 1; phase <= METER_PHASES; phase++)
		if (m->check.reversed & BIT(phase))
			snprintf(which + strlen(which), sizeof(which) - strlen(which), "%sL%u",
				 *which ? ", " : "", phase);
	events_add(lines->events, "meter-looks-reversed", m->config.name,
		   "the sun and the battery are off, and still the house feeds in%s%s: it looks reversed; turn its wiring round, or set invert",
		   *which ? " on " : "", which);
}

void lines_tell(struct lines *lines, struct house *house, u64 now_ms)
{
	const struct site_config *site = &house->config->house.site;
	bool gone = no_grid(lines, now_ms);

	if (!house->config->house.given)
		return;
	for (unsigned int i = 0; i < lines->meters; i++) {
		struct lines_meter *m = &lines->meter[i];

		if (m->meter.config.role != METER_EXCHANGE)
			continue;
		if (site->exchange == SITE_SOURCE_METER)
			tell_exchange(m, house);
		look_at(lines, m, house, now_ms);
	}
	if (site->production == SITE_SOURCE_METER)
		tell_production(lines, house);
	if (site->exchange == SITE_SOURCE_INVERTER)
		tell_exchange_of_inverter(lines, house);
	if (site->production == SITE_SOURCE_INVERTER)
		tell_production_of_inverters(lines, house);
	for (unsigned int i = 0; i < lines->inverters; i++)
		tell_inverter(&lines->inverter[i], gone, house);
	lines_tell_chargers(lines, house, now_ms);
}
