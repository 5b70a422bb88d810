// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters before G3: ME3000SP (ZCS 3000SP), and HYD-ES (the old ZCS HYD); spec/field.md 3.
 * Signs of this map are those of the house. All that is measured comes in one answer.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

/* A house without a grid has less, and a battery that rests takes less. */
#define GRID_MV		150000
#define AT_WORK_MW	200000

/* The document's, of an ME3000SP; charging and discharging are both on the grid. */
static const u8 me3000_states[] = {
	HYBRID_WAITING, HYBRID_CHECKING, HYBRID_ON_GRID, HYBRID_CHECKING, HYBRID_ON_GRID,
	HYBRID_EPS, HYBRID_FAULT, HYBRID_BROKEN,
};

/* Of a HYD-ES, as Sofar2mqtt has them: others say that it has those above. */
static const u8 hyd_es_states[] = {
	HYBRID_WAITING, HYBRID_CHECKING, HYBRID_ON_GRID, HYBRID_EPS, HYBRID_FAULT,
	HYBRID_BROKEN, HYBRID_ON_GRID,
};

static const struct {
	const struct register_map *map;
	const u8 *state;
	size_t states;
} kinds[HYBRID_KINDS] = {
	[HYBRID_ME3000] = { &legacy_me3000, me3000_states, ARRAY_SIZE(me3000_states) },
	[HYBRID_HYD_ES] = { &legacy_hyd_es, hyd_es_states, ARRAY_SIZE(hyd_es_states) },
};

static void start(struct hybrid *h)
{
	hybrid_want(h, HYBRID_READS_GRID, kinds[h->config.kind].map, h->config.period_ms);
	hybrid_want(h, HYBRID_READS_RATED, &legacy_settings, HYBRID_IDENTITY_MS);
	hybrid_want(h, HYBRID_READS_IDENTITY, &legacy_identity, HYBRID_IDENTITY_MS);
}

/*
 * Off the grid with the grid's voltage, or out of order with a battery at work: then the list
 * of states is another one's, and none of them is to be believed.
 */
static bool fits(const struct hybrid_reading *r, enum hybrid_state state)
{
	s64 battery_mw = r->number[HYBRID_BATTERY_W];

	switch (state) {
	case HYBRID_EPS:
		return r->number[HYBRID_V_1] < GRID_MV;
	case HYBRID_FAULT:
	case HYBRID_BROKEN:
		return battery_mw > -AT_WORK_MW && battery_mw < AT_WORK_MW;
	default:
		return true;
	}
}

static void take_state(struct hybrid *h, const struct modbus_result *result)
{
	u64 running = (u64)h->reading.number[HYBRID_STATE];
	enum hybrid_state state = HYBRID_NONSENSE;

	if (running < kinds[h->config.kind].states)
		state = kinds[h->config.kind].state[running];
	if (!fits(&h->reading, state))
		state = HYBRID_NONSENSE;
	h->state = state;
	if (state == HYBRID_NONSENSE) {
		h->nonsense++;
		return;
	}
	h->reading.state_ms = result->at_ms;
}

static void take_faults(struct hybrid *h, const struct modbus_result *result)
{
	unsigned int battery = LEGACY_BATTERY_FAULTS - LEGACY_STATE;
	u16 *fault = h->reading.fault;

	memcpy(fault, result->value + (LEGACY_FAULTS - LEGACY_STATE),
	       LEGACY_FAULT_WORDS * sizeof(*fault));
	if (result->n >= battery + LEGACY_FAULT_WORDS)
		memcpy(fault + LEGACY_FAULT_WORDS, result->value + battery,
		       LEGACY_FAULT_WORDS * sizeof(*fault));
}

static void take_measured(struct hybrid *h, const struct modbus_result *result)
{
	const struct register_map *map = kinds[h->config.kind].map;
	struct hybrid_reading reading = h->reading;

	if (result->n != map->block->n)
		return;
	hybrid_numbers(map, result, &reading);
	if (!hybrid_is_possible(&reading)) {
		h->nonsense++;
		return;
	}
	reading.at_ms = result->at_ms;
	reading.battery_ms = result->at_ms;
	reading.pv_ms = result->at_ms;
	reading.energy_ms = result->at_ms;
	if (reading.number[HYBRID_LOAD_W] < 0)
		reading.number[HYBRID_LOAD_W] = 0;
	h->reading = reading;
	take_faults(h, result);
	take_state(h, result);
}

static void take_identity(struct hybrid *h, const struct modbus_result *result)
{
	const struct register_image image = { result->at, result->n, result->value };

	register_text(&image, LEGACY_SERIAL, 7, h->serial, sizeof(h->serial));
	register_text(&image, LEGACY_VERSION, 2, h->version, sizeof(h->version));
}

static void take(struct hybrid *h, const struct modbus_result *result)
{
	if (hybrid_refuses(h, result))
		return;
	switch ((enum hybrid_slot)result->slot) {
	case HYBRID_READS_GRID:
		take_measured(h, result);
		break;
	case HYBRID_READS_IDENTITY:
		take_identity(h, result);
		break;
	case HYBRID_READS_RATED:
		hybrid_numbers(&legacy_settings, result, &h->reading);
		break;
	default:
		break;
	}
}

const struct hybrid_driver hybrid_legacy = { start, take, &hybrid_commands, false };
