// SPDX-License-Identifier: GPL-2.0-only
/*
 * What inverters on Modbus lines have in common: how an answer is taken, and what a house
 * wants to know of it.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

static const struct hybrid_driver *const drivers[HYBRID_KINDS] = {
	[HYBRID_SOFAR_G3] = &hybrid_sofar,
	[HYBRID_ME3000] = &hybrid_legacy,
	[HYBRID_HYD_ES] = &hybrid_legacy,
	[HYBRID_SUNSPEC] = &hybrid_sunspec,
};

static const struct hybrid_control_driver *control_of(const struct hybrid *h)
{
	return drivers[h->config.kind]->control;
}

void hybrid_start(struct hybrid *h, const struct hybrid_config *config)
{
	*h = (struct hybrid){ .config = *config };
	drivers[config->kind]->start(h);
	control_of(h)->start(h);
	hybrid_feed_in_start(h);
}

void hybrid_remember(struct hybrid *h, const struct hybrid *was)
{
	if (was->config.kind != h->config.kind)
		return;
	if (was->has_mode_before) {
		h->has_mode_before = true;
		h->mode_before = was->mode_before;
	}
	hybrid_feed_in_remember(h, was);
}

void hybrid_want(struct hybrid *h, unsigned int slot, const struct register_map *map,
		 u32 period_ms)
{
	h->want[slot] = (struct hybrid_want){
		{ map->block->function, map->block->at, map->block->n }, period_ms,
	};
}

unsigned int hybrid_numbers(const struct register_map *map, const struct modbus_result *result,
			    struct hybrid_reading *reading)
{
	const struct register_image image = { result->at, result->n, result->value };
	const struct register_scale scale = REGISTER_SCALE_NONE;
	unsigned int n = 0;
	s64 number;

	for (unsigned int i = 0; i < map->rows; i++) {
		if (register_number(map, &map->row[i], &scale, &image, &number))
			continue;
		reading->number[i] = number;
		reading->known |= HYBRID_BIT(i);
		n++;
	}

	return n;
}

void hybrid_lost(struct hybrid *h)
{
	if (h->state != HYBRID_UNHEARD)
		h->state = HYBRID_SILENT;
	control_of(h)->start(h);
	hybrid_feed_in_start(h);
}

void hybrid_take(struct hybrid *h, const struct modbus_result *result)
{
	bool unheard = result->outcome == MODBUS_LOST || result->outcome == MODBUS_GARBLED;

	if (unheard && result->silent && h->state != HYBRID_SILENT) {
		hybrid_lost(h);
		h->state = HYBRID_SILENT;
	}
	if (unheard)
		return;
	if (h->state == HYBRID_UNHEARD || h->state == HYBRID_SILENT)
		h->state = HYBRID_WAITING;
	if (hybrid_feed_in_take(h, result))
		return;
	if (!result->write && result->slot < HYBRID_READS_MODE)
		drivers[h->config.kind]->take(h, result);
	else
		control_of(h)->take(h, result);
}

bool hybrid_refuses(struct hybrid *h, const struct modbus_result *result)
{
	if (result->outcome == MODBUS_REFUSED && result->slot == HYBRID_READS_GRID &&
	    result->exception == MODBUS_ILLEGAL_ADDRESS)
		h->state = HYBRID_REFUSES;

	return result->outcome == MODBUS_REFUSED;
}

void hybrid_write_by(struct hybrid *h, unsigned int slot, u8 function, u16 at, unsigned int n,
		     const u16 *value)
{
	struct hybrid_write *w = &h->write[slot];

	*w = (struct hybrid_write){
		.at = at, .n = (u16)n, .function = function, .turn = w->turn + 1,
		.urgent = h->beyond,
	};
	memcpy(w->value, value, n * sizeof(*value));
}

void hybrid_write(struct hybrid *h, unsigned int slot, u16 at, unsigned int n, const u16 *value)
{
	hybrid_write_by(h, slot, 0, at, n, value);
}

void hybrid_wrote(struct hybrid *h, const struct modbus_result *result)
{
	const struct hybrid_write *w = &h->write[result->slot];

	if (w->n == result->n && !memcmp(w->value, result->value, w->n * sizeof(*w->value)))
		hybrid_write_none(h, result->slot);
}

bool hybrid_is_worth_it(const struct hybrid *h, const struct hybrid_order *order)
{
	s32 by = h->order_w - h->point_w;

	return !h->has_point || (!h->order_w && by) || h->point_w > order->most_w ||
	       h->point_w < order->least_w || by >= HYBRID_DEADBAND_W ||
	       by <= -HYBRID_DEADBAND_W;
}

void hybrid_write_none(struct hybrid *h, unsigned int slot)
{
	h->write[slot] = (struct hybrid_write){ .turn = h->write[slot].turn + 1 };
}

void hybrid_write_nothing(struct hybrid *h)
{
	for (unsigned int slot = 0; slot < HYBRID_WRITES; slot++)
		hybrid_write_none(h, slot);
}

s32 hybrid_within(s32 value, s32 least, s32 most)
{
	return value > most ? most : value < least ? least : value;
}

/* Does what it was told last go beyond what is allowed now? */
static bool is_beyond(const struct hybrid *h, const struct hybrid_order *order)
{
	return (h->has_point && (h->point_w > order->most_w || h->point_w < order->least_w)) ||
	       (h->config.limit && h->ordered && h->pv_max_w > order->pv_max_w);
}

void hybrid_steer(struct hybrid *h, const struct hybrid_order *order, u64 now_ms)
{
	s32 most_w = (s32)h->config.battery_w;

	h->beyond = is_beyond(h, order);
	h->order_w = hybrid_within(order->battery_w, order->least_w, order->most_w);
	h->order_w = hybrid_within(h->order_w, -most_w, most_w);
	h->ordered = true;
	h->pv_max_w = order->pv_max_w;
	control_of(h)->steer(h, order, now_ms);
	h->beyond = false;
}

bool hybrid_release(struct hybrid *h)
{
	return control_of(h)->release(h);
}

/* Of a house: what is beyond is no measurement. */
#define POWER_MAX_MW	350000000LL
#define PHASE_MAX_MV	320000
#define HZ_MAX		70000
#define SOC_MAX		10000

/* What wires without a grid may still pick up is less. */
#define NO_GRID_MV	50000

static bool is_within(const struct hybrid_reading *r, enum hybrid_number first,
		      enum hybrid_number last, s64 least, s64 most)
{
	for (unsigned int i = first; i <= last; i++)
		if (r->number[i] < least || r->number[i] > most)
			return false;

	return true;
}

bool hybrid_is_possible(const struct hybrid_reading *r)
{
	return is_within(r, HYBRID_AC_W, HYBRID_GRID_W_3, -POWER_MAX_MW, POWER_MAX_MW) &&
	       is_within(r, HYBRID_V_1, HYBRID_V_3, 0, PHASE_MAX_MV) &&
	       is_within(r, HYBRID_HZ, HYBRID_HZ, 0, HZ_MAX) &&
	       is_within(r, HYBRID_BATTERY_W, HYBRID_BATTERY_W, -POWER_MAX_MW, POWER_MAX_MW) &&
	       is_within(r, HYBRID_PV_W_1, HYBRID_PV_W_4, 0, POWER_MAX_MW) &&
	       is_within(r, HYBRID_SOC, HYBRID_SOC, 0, SOC_MAX) &&
	       is_within(r, HYBRID_SOC_2, HYBRID_SOC_2, 0, SOC_MAX);
}

static bool has(const struct hybrid *h, enum hybrid_number number)
{
	return h->reading.known & HYBRID_BIT(number);
}

bool hybrid_is_fresh(const struct hybrid *h, u64 now_ms)
{
	u64 fresh_ms = HYBRID_FRESH_PERIODS * (u64)h->config.period_ms + HYBRID_FRESH_MS;

	return h->reading.at_ms && now_ms < h->reading.at_ms + fresh_ms;
}

bool hybrid_pv_mw(const struct hybrid *h, s64 *mw)
{
	*mw = 0;
	for (unsigned int i = HYBRID_PV_W_1; i <= HYBRID_PV_W_4; i++)
		*mw += has(h, i) ? h->reading.number[i] : 0;

	return h->reading.pv_ms;
}

bool hybrid_battery_mw(const struct hybrid *h, s64 *mw)
{
	*mw = h->reading.number[HYBRID_BATTERY_W];
	if (has(h, HYBRID_BATTERY_2_W))
		*mw += h->reading.number[HYBRID_BATTERY_2_W];

	return has(h, HYBRID_BATTERY_W);
}

enum hybrid_grid hybrid_grid(const struct hybrid *h)
{
	bool volts = false, hertz = h->reading.number[HYBRID_HZ] > 0;

	if (!drivers[h->config.kind]->sees_grid || !has(h, HYBRID_HZ) || !has(h, HYBRID_V_1))
		return HYBRID_GRID_UNKNOWN;
	for (unsigned int i = HYBRID_V_1; i <= HYBRID_V_3; i++)
		volts |= has(h, i) && h->reading.number[i] >= NO_GRID_MV;
	if (hertz != volts)
		return HYBRID_GRID_UNCLEAR;

	return volts ? HYBRID_GRID_THERE : HYBRID_GRID_GONE;
}

bool hybrid_exchange_mw(const struct hybrid *h, unsigned int phase, s64 *mw)
{
	*mw = h->reading.number[HYBRID_GRID_W + phase];

	return has(h, HYBRID_GRID_W + phase);
}
