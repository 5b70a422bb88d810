// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sofar and ZCS "G3": HYD-EP (ZCS 1PH HYD-ZSS-HP), HYD-3PH (ZCS 3PH HYD-ZSS) and KTLX-G3
 * (ZCS KTL-V3); spec/field.md 2. Signs of this map are those of the house: its exchange is
 * > 0 when it sells, its battery > 0 when it charges.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

static const u8 states[] = {
	HYBRID_WAITING, HYBRID_CHECKING, HYBRID_ON_GRID, HYBRID_EPS, HYBRID_FAULT,
	HYBRID_BROKEN, HYBRID_UPGRADING, HYBRID_SELF_CHARGING, HYBRID_ON_GRID, HYBRID_ON_GRID,
	HYBRID_ON_GRID, HYBRID_STANDBY,
};

static void start(struct hybrid *h)
{
	hybrid_want(h, HYBRID_READS_GRID, &sofar_grid, h->config.period_ms);
	hybrid_want(h, HYBRID_READS_BATTERY, &sofar_battery, h->config.period_ms);
	hybrid_want(h, HYBRID_READS_PV, &sofar_pv, h->config.period_ms);
	hybrid_want(h, HYBRID_READS_SYSTEM, &sofar_system, HYBRID_STATE_MS);
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
		*at_ms = result->at_ms;
	h->reading = reading;
	/* a house takes nothing below nothing */
	if (h->reading.number[HYBRID_LOAD_W] < 0)
		h->reading.number[HYBRID_LOAD_W] = 0;
}

static void take_system(struct hybrid *h, const struct modbus_result *result)
{
	const u16 *first = result->value + (SOFAR_FAULTS_1 - result->at);
	const u16 *rest = result->value + (SOFAR_FAULTS_2 - result->at);
	u16 running;

	if (result->n != sofar_system.block->n)
		return;
	hybrid_numbers(&sofar_system, result, &h->reading);
	running = (u16)h->reading.number[HYBRID_STATE];
	if (running >= ARRAY_SIZE(states)) {
		h->nonsense++;
		h->state = HYBRID_NONSENSE;
		return;
	}
	h->state = states[running];
	h->reading.state_ms = result->at_ms;
	memcpy(h->reading.fault, first, 18 * sizeof(*first));
	memcpy(h->reading.fault + 18, rest, 12 * sizeof(*rest));
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
		[HYBRID_READS_STATUS] = &sofar_eps_mode,
	};

	if (hybrid_refuses(h, result))
		return;
	switch ((enum hybrid_slot)result->slot) {
	case HYBRID_READS_SYSTEM:
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
