// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters that say by SunSpec what they are (spec/field.md 5): models 101 to 103 or 111 to
 * 113, their battery by 124 or 802, how they are by 122, and what can be set by 121, 123 and
 * 124. They measure
 * nothing at the grid: a house needs a meter there.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

#define WALK_MS		500	/* a step of the walk; a line has more to do */

/* What a battery that is said to do nothing may still show. */
#define IDLE_MW		100000

#define NOT_IMPLEMENTED	0xffff

static const u8 states[] = {
	HYBRID_NONSENSE, HYBRID_WAITING, HYBRID_STANDBY, HYBRID_CHECKING, HYBRID_ON_GRID,
	HYBRID_ON_GRID, HYBRID_WAITING, HYBRID_FAULT, HYBRID_STANDBY,
};

/* From which model to which. 124 is read by hybrid_models.c, which hands it on. */
static const struct {
	u16 first, last;
	u8 slot;
	const struct register_map *map;
} models[] = {
	{ 101, 103, HYBRID_READS_GRID, &sunspec_inverter },
	{ 111, 113, HYBRID_READS_GRID, &sunspec_inverter_float },
	{ 120, 120, HYBRID_READS_RATED, &sunspec_nameplate },
	{ 121, 121, HYBRID_READS_SYSTEM, &sunspec_settings },
	{ 122, 122, HYBRID_READS_STATUS, &sunspec_status },
	{ 124, 124, HYBRID_READS_POINTS, &sunspec_storage },
	{ 802, 802, HYBRID_READS_BATTERY, &sunspec_battery },
};

static void want(struct hybrid *h, unsigned int slot, u16 at, u16 n, u32 period_ms)
{
	h->want[slot] = (struct hybrid_want){ { MODBUS_READ_HOLDING, at, n }, period_ms };
}

static void want_walk(struct hybrid *h, u32 period_ms)
{
	struct register_read read;

	sunspec_walk_next(&h->walk, &read);
	want(h, HYBRID_READS_EPS, read.at, read.n, period_ms);
}

static void start(struct hybrid *h)
{
	sunspec_walk_start(&h->walk);
	want_walk(h, WALK_MS);
}

static u32 period_of(const struct hybrid *h, unsigned int slot)
{
	switch (slot) {
	case HYBRID_READS_GRID:
	case HYBRID_READS_BATTERY:
	case HYBRID_READS_POINTS:
		return h->config.period_ms;
	default:
		return HYBRID_SLOW_MS;
	}
}

static void walked(struct hybrid *h)
{
	const struct sunspec_model *model;

	for (unsigned int i = 0; i < ARRAY_SIZE(models); i++) {
		model = sunspec_find(&h->walk, models[i].first, models[i].last);
		if (model && model->n >= models[i].map->block->n)
			want(h, models[i].slot, model->at, models[i].map->block->n,
			     period_of(h, models[i].slot));
	}
	model = sunspec_find(&h->walk, SUNSPEC_COMMON, SUNSPEC_COMMON);
	if (model && model->n >= SUNSPEC_COMMON_N - 1)
		want(h, HYBRID_READS_IDENTITY, model->at, SUNSPEC_COMMON_N - 2,
		     HYBRID_IDENTITY_MS);
	model = sunspec_find(&h->walk, 123, 123);
	if (model && model->n >= SUNSPEC_CONTROLS_N)
		want(h, HYBRID_READS_MODE, model->at, SUNSPEC_CONTROLS_N, HYBRID_STATE_MS);
	if (!h->want[HYBRID_READS_GRID].period_ms)
		h->state = HYBRID_REFUSES;
}

static void take_walk(struct hybrid *h, const struct modbus_result *result)
{
	sunspec_walk_take(&h->walk, result);
	if (h->walk.stage < SUNSPEC_DONE) {
		want_walk(h, WALK_MS);
		return;
	}
	want_walk(h, 0);
	walked(h);
}

static void take_identity(struct hybrid *h, const struct modbus_result *result)
{
	const struct register_image image = { 0, result->n, result->value };
	char maker[HYBRID_NAME_SIZE / 2], model[HYBRID_NAME_SIZE / 2 - 1];

	register_text(&image, SUNSPEC_MAKER, 16, maker, sizeof(maker));
	register_text(&image, SUNSPEC_MODEL, 16, model, sizeof(model));
	snprintf(h->name, sizeof(h->name), "%s %s", maker, model);
	register_text(&image, SUNSPEC_SERIAL, 16, h->serial, sizeof(h->serial));
	register_text(&image, SUNSPEC_VERSION, 8, h->version, sizeof(h->version));
}

static void take_faults(struct hybrid *h, const struct modbus_result *result, unsigned int at)
{
	const u16 *event = result->value + at;
	bool none = event[0] == NOT_IMPLEMENTED && event[1] == NOT_IMPLEMENTED;

	h->reading.fault[0] = none ? 0 : event[1];
	h->reading.fault[1] = none ? 0 : event[0];
}

/* What has a battery shares its DC power with that: then the strings' is not known. */
static void find_production(const struct hybrid *h, struct hybrid_reading *r)
{
	s64 *pv_mw = &r->number[HYBRID_PV_W_1];

	if (sunspec_find(&h->walk, 124, 124) || sunspec_find(&h->walk, 802, 802)) {
		bool both = r->known & HYBRID_BIT(HYBRID_AC_W) &&
			    r->known & HYBRID_BIT(HYBRID_BATTERY_W);

		*pv_mw = both ? r->number[HYBRID_AC_W] + r->number[HYBRID_BATTERY_W] : 0;
		r->pv_ms = !both ? 0 : r->at_ms < r->battery_ms ? r->at_ms : r->battery_ms;
		r->known &= both ? UINT64_MAX : ~HYBRID_BIT(HYBRID_PV_W_1);
		r->known |= both ? HYBRID_BIT(HYBRID_PV_W_1) : 0;
	} else {
		if (!(r->known & HYBRID_BIT(HYBRID_PV_W_1)))
			*pv_mw = r->number[HYBRID_AC_W];
		r->known |= HYBRID_BIT(HYBRID_PV_W_1);
		r->pv_ms = r->at_ms;
	}
	/* what it takes at night is no production */
	if (*pv_mw < 0)
		*pv_mw = 0;
}

/* The sign of a battery's power is that of what it says it does. */
static void sign_battery(struct hybrid_reading *r)
{
	s64 *mw = &r->number[HYBRID_BATTERY_W], *ma = &r->number[HYBRID_BATTERY_A];
	s64 size = *mw < 0 ? -*mw : *mw, current = *ma < 0 ? -*ma : *ma;
	u64 both = HYBRID_BIT(HYBRID_BATTERY_W) | HYBRID_BIT(HYBRID_BATTERY_A);
	s64 doing = r->known & HYBRID_BIT(HYBRID_BATTERY_STATE) ?
		    r->number[HYBRID_BATTERY_STATE] : 0;

	if (doing == SUNSPEC_CHARGING || doing == SUNSPEC_DISCHARGING) {
		*mw = doing == SUNSPEC_CHARGING ? size : -size;
		*ma = doing == SUNSPEC_CHARGING ? current : -current;
	} else if (size >= IDLE_MW) {
		r->known &= ~both;
	} else {
		*mw = 0;
		*ma = 0;
	}
}

static const struct register_map *map_of(const struct hybrid *h, unsigned int slot)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(models); i++)
		if (models[i].slot == slot &&
		    sunspec_find(&h->walk, models[i].first, models[i].last))
			return models[i].map;

	return NULL;
}

/* Numbers that are not there any more are not the last ones. */
static u64 places_of(const struct register_map *map)
{
	u64 places = 0;

	for (unsigned int i = 0; i < map->rows; i++)
		places |= map->row[i].type != REGISTER_NONE ? HYBRID_BIT(i) : 0;

	return places;
}

static void take_state(struct hybrid *h, const struct modbus_result *result, bool is_float)
{
	u64 running = (u64)h->reading.number[HYBRID_STATE];

	if (!(h->reading.known & HYBRID_BIT(HYBRID_STATE)) || running >= ARRAY_SIZE(states)) {
		h->state = HYBRID_NONSENSE;
		h->nonsense++;
		return;
	}
	h->state = states[running];
	h->reading.state_ms = result->at_ms;
	take_faults(h, result, is_float ? SUNSPEC_EVENTS_FLOAT : SUNSPEC_EVENTS);
}

/* What 802 says as well, 124 has only for those who have no better. */
static void keep_battery(const struct hybrid *h, struct hybrid_reading *r)
{
	const u64 most = HYBRID_BIT(HYBRID_CHARGE_MAX_W);
	s64 most_mw = r->number[HYBRID_CHARGE_MAX_W];
	u64 known = r->known & most;

	*r = h->reading;
	r->number[HYBRID_CHARGE_MAX_W] = most_mw;
	r->known = (r->known & ~most) | known;
}

void hybrid_sunspec_numbers(struct hybrid *h, const struct modbus_result *result)
{
	const struct register_map *map = map_of(h, result->slot);
	struct modbus_result model = *result;
	struct hybrid_reading r = h->reading;

	if (!map || result->n != map->block->n)
		return;
	model.at = 0;
	r.known &= ~places_of(map);
	hybrid_numbers(map, &model, &r);
	if (result->slot == HYBRID_READS_POINTS && h->want[HYBRID_READS_BATTERY].period_ms)
		keep_battery(h, &r);
	if (result->slot == HYBRID_READS_BATTERY)
		sign_battery(&r);
	if (result->slot == HYBRID_READS_GRID)
		r.at_ms = result->at_ms;
	if (result->slot == HYBRID_READS_BATTERY)
		r.battery_ms = result->at_ms;
	if (result->slot == HYBRID_READS_GRID || result->slot == HYBRID_READS_BATTERY)
		find_production(h, &r);
	if (!hybrid_is_possible(&r)) {
		h->nonsense++;
		return;
	}
	h->reading = r;
	if (result->slot == HYBRID_READS_STATUS)
		hybrid_take_status(h, result);
	if (result->slot == HYBRID_READS_GRID)
		take_state(h, result, map == &sunspec_inverter_float);
}

static void take(struct hybrid *h, const struct modbus_result *result)
{
	if (result->slot == HYBRID_READS_EPS) {
		take_walk(h, result);
		return;
	}
	if (result->outcome != MODBUS_DONE)
		return;
	if (result->slot == HYBRID_READS_IDENTITY && result->n == SUNSPEC_COMMON_N - 2)
		take_identity(h, result);
	else
		hybrid_sunspec_numbers(h, result);
}

const struct hybrid_driver hybrid_sunspec = { start, take, &hybrid_models, false };
