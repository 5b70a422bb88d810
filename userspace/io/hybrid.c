// SPDX-License-Identifier: GPL-2.0-only
/*
 * What inverters on Modbus lines have in common: how an answer is taken, and what a house
 * wants to know of it.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

static const struct hybrid_driver *const drivers[HYBRID_KINDS] = {
	[HYBRID_SOFAR_G3] = &hybrid_sofar,
};

void hybrid_start(struct hybrid *h, const struct hybrid_config *config)
{
	*h = (struct hybrid){ .config = *config };
	drivers[config->kind]->start(h);
	hybrid_control_start(h);
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
	hybrid_control_start(h);
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
	if (!result->write && result->slot < HYBRID_READS_MODE)
		drivers[h->config.kind]->take(h, result);
	else
		hybrid_control_take(h, result);
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

bool hybrid_exchange_mw(const struct hybrid *h, unsigned int phase, s64 *mw)
{
	*mw = h->reading.number[HYBRID_GRID_W + phase];

	return has(h, HYBRID_GRID_W + phase);
}
