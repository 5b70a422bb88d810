// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chint DDSU666, one phase (spec/field.md 1.3). The basic model adds what flows back to its
 * forward counter and has no other: then none of its counters says anything, and what it
 * measures is added up instead.
 */
#include "meter_maps.h"

enum slot {
	MEASURED,
	FORWARD,
	REVERSE,
};

static void want(struct meter *m, enum slot slot, const struct register_map *map,
		 unsigned int block, u32 period_ms)
{
	const struct register_read read = { map->block[block].function, map->block[block].at,
					    map->block[block].n };

	meter_want(m, slot, &read, period_ms);
}

/* Until it has counted something back it may be a basic one. */
static void start(struct meter *m)
{
	m->notes |= BIT(METER_ENERGY_NONE);
	want(m, MEASURED, &ddsu666_measured, 0, m->config.period_ms);
	want(m, FORWARD, &ddsu666_energy, 0, METER_ENERGY_MS);
	want(m, REVERSE, &ddsu666_energy, 1, METER_ENERGY_MS);
}

static void take_measured(struct meter *m, const struct modbus_result *result)
{
	struct meter_reading reading = m->reading;

	reading.known &= METER_BIT(METER_IMPORT) | METER_BIT(METER_EXPORT);
	meter_numbers(m, &ddsu666_measured, result, 0, &reading);
	/* in a single-phase house the phase is the sum */
	if (reading.known & METER_BIT(METER_W)) {
		reading.number[METER_W_1] = reading.number[METER_W];
		reading.known |= METER_BIT(METER_W_1);
	}
	meter_measured(m, &reading, result);
}

static void take_counter(struct meter *m, const struct modbus_result *result)
{
	struct meter_reading energy = { 0 };

	if (result->outcome == MODBUS_DONE)
		meter_numbers(m, &ddsu666_energy, result, 0, &energy);
	if (energy.number[METER_IMPORT] < 0 || energy.number[METER_EXPORT] < 0 || !energy.known)
		return;
	if (energy.number[METER_EXPORT])
		m->notes &= ~BIT(METER_ENERGY_NONE);
	meter_counted(m, &energy, result);
}

static void take(struct meter *m, const struct modbus_result *result)
{
	if (result->slot != MEASURED)
		take_counter(m, result);
	else if (result->outcome == MODBUS_DONE)
		take_measured(m, result);
	else if (result->exception == MODBUS_ILLEGAL_ADDRESS)
		m->state = METER_REFUSES;
}

const struct meter_driver meter_ddsu666 = { 1, start, take };
