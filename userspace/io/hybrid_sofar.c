// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sofar and ZCS "G3": HYD-EP (ZCS 1PH HYD-ZSS-HP), HYD-3PH (ZCS 3PH HYD-ZSS) and KTLX-G3
 * (ZCS KTL-V3); spec/field.md 2. Signs of this map are those of the house: its exchange is
 * > 0 when it sells, its battery > 0 when it charges.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"
#include "modbus_wire.h"

static const u8 states[] = {
	HYBRID_WAITING, HYBRID_CHECKING, HYBRID_ON_GRID, HYBRID_EPS, HYBRID_FAULT,
	HYBRID_BROKEN, HYBRID_UPGRADING, HYBRID_SELF_CHARGING, HYBRID_ON_GRID, HYBRID_ON_GRID,
	HYBRID_ON_GRID, HYBRID_STANDBY,
};

/* At one stroke, or on a slow line in halves. */
static void want_whole(struct hybrid *h, unsigned int slot, unsigned int slot_2,
		       const struct register_map *const map[3], u32 period_ms)
{
	if (modbus_holds(h->config.hold, map[0]->block->n)) {
		hybrid_want(h, slot, map[0], period_ms);
		return;
	}
	hybrid_want(h, slot, map[1], period_ms);
	hybrid_want(h, slot_2, map[2], period_ms);
}

static void start(struct hybrid *h)
{
	static const struct register_map *const grid[] = {
		&sofar_grid, &sofar_grid_1, &sofar_grid_2,
	};
	static const struct register_map *const system[] = {
		&sofar_system, &sofar_system_1, &sofar_system_2,
	};

	want_whole(h, HYBRID_READS_GRID, HYBRID_READS_GRID_2, grid, h->config.period_ms);
	hybrid_want(h, HYBRID_READS_BATTERY, &sofar_battery, h->config.period_ms);
	hybrid_want(h, HYBRID_READS_PV, &sofar_pv, h->config.period_ms);
	want_whole(h, HYBRID_READS_SYSTEM, HYBRID_READS_SYSTEM_2, system, HYBRID_STATE_MS);
	hybrid_want(h, HYBRID_READS_EPS, &sofar_eps, HYBRID_SLOW_MS);
	hybrid_want(h, HYBRID_READS_ENERGY, &sofar_energy, HYBRID_SLOW_MS);
	hybrid_want(h, HYBRID_READS_IDENTITY, &sofar_identity, HYBRID_IDENTITY_MS);
	hybrid_want(h, HYBRID_READS_RATED, &sofar_rated, HYBRID_IDENTITY_MS);
	hybrid_want(h, HYBRID_READS_STATUS, &sofar_eps_mode, HYBRID_IDENTITY_MS);
}

static u64 *time_of(struct hybrid_reading *r, unsigned int slot)
{
	switch (slot) {
	case HYBRID_READS_GRID:
	case HYBRID_READS_GRID_2:
		return &r->at_ms;
	case HYBRID_READS_BATTERY:
		return &r->battery_ms;
	case HYBRID_READS_PV:
		return &r->pv_ms;
	case HYBRID_READS_ENERGY:
		return &r->energy_ms;
	default:
		return NULL;
	}
}

/* What is in halves is as old as the older one, and not there without the other. */
static u64 asked_ms(struct hybrid *h, const struct modbus_result *result)
{
	u64 *half_ms = h->grid_ms;

	if (!h->want[HYBRID_READS_GRID_2].period_ms ||
	    (result->slot != HYBRID_READS_GRID && result->slot != HYBRID_READS_GRID_2))
		return result->at_ms;
	half_ms[result->slot == HYBRID_READS_GRID_2] = result->at_ms;

	return half_ms[0] < half_ms[1] ? half_ms[0] : half_ms[1];
}

static void take_numbers(struct hybrid *h, const struct register_map *map,
			 const struct modbus_result *result)
{
	struct hybrid_reading reading = h->reading;
	u64 *at_ms = time_of(&reading, result->slot);

	hybrid_numbers(map, result, &reading);
	if (!hybrid_is_possible(&reading)) {
		h->nonsense++;
		return;
	}
	if (at_ms)
		*at_ms = asked_ms(h, result);
	h->reading = reading;
	/* a house takes nothing below nothing */
	if (h->reading.number[HYBRID_LOAD_W] < 0)
		h->reading.number[HYBRID_LOAD_W] = 0;
}

/* All @n registers from @at on have come. */
static bool has_come(const struct modbus_result *result, u16 at, unsigned int n)
{
	return at >= result->at && at + n <= (unsigned int)result->at + result->n;
}

static void take_faults(struct hybrid *h, const struct modbus_result *result, u16 at,
			unsigned int to, unsigned int n)
{
	if (has_come(result, at, n))
		memcpy(h->reading.fault + to, result->value + (at - result->at), n * sizeof(u16));
}

static void take_system(struct hybrid *h, const struct modbus_result *result)
{
	bool has_state = has_come(result, SOFAR_STATE, 1);
	u16 running;

	hybrid_numbers(&sofar_system, result, &h->reading);
	running = (u16)h->reading.number[HYBRID_STATE];
	if (has_state && running >= ARRAY_SIZE(states)) {
		h->nonsense++;
		h->state = HYBRID_NONSENSE;
		return;
	}
	if (has_state) {
		h->state = states[running];
		h->reading.state_ms = result->at_ms;
	}
	take_faults(h, result, SOFAR_FAULTS_1, 0, 18);
	take_faults(h, result, SOFAR_FAULTS_2, 18, 12);
}

static void take_identity(struct hybrid *h, const struct modbus_result *result)
{
	const struct register_image image = { result->at, result->n, result->value };
	size_t length;

	register_text(&image, SOFAR_SERIAL, 8, h->serial, sizeof(h->serial));
	length = strlen(h->serial);
	if (length == 16)
		register_text(&image, SOFAR_SERIAL_REST, 2, h->serial + length,
			      sizeof(h->serial) - length);
	register_text(&image, SOFAR_VERSION, 4, h->version, sizeof(h->version));
}

static void take(struct hybrid *h, const struct modbus_result *result)
{
	static const struct register_map *const maps[] = {
		[HYBRID_READS_GRID] = &sofar_grid, [HYBRID_READS_BATTERY] = &sofar_battery,
		[HYBRID_READS_PV] = &sofar_pv, [HYBRID_READS_SYSTEM] = &sofar_system,
		[HYBRID_READS_EPS] = &sofar_eps, [HYBRID_READS_ENERGY] = &sofar_energy,
		[HYBRID_READS_IDENTITY] = &sofar_identity, [HYBRID_READS_RATED] = &sofar_rated,
		[HYBRID_READS_STATUS] = &sofar_eps_mode, [HYBRID_READS_GRID_2] = &sofar_grid,
	};

	if (hybrid_refuses(h, result))
		return;
	switch ((enum hybrid_slot)result->slot) {
	case HYBRID_READS_SYSTEM:
	case HYBRID_READS_SYSTEM_2:
		take_system(h, result);
		break;
	case HYBRID_READS_IDENTITY:
		take_identity(h, result);
		break;
	default:
		take_numbers(h, maps[result->slot], result);
		break;
	}
}

const struct hybrid_driver hybrid_sofar = { start, take, &hybrid_passive, true };
