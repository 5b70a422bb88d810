// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions about one supply. The table of protections is that of spec/packs.md,
 * "Protections and what lifts them".
 */
#include "supply.h"

#define A(word)		BIT_ULL(CELLAR_##word)
#define PACKS_MAX	256u

/*
 * What leaves no doubt about the way it stops. The last three lines are failures and
 * words that say that something was stopped, and not what: both ways then.
 */
#define STOPS_BOTH \
	(A(OVERTEMPERATURE) | A(MOSFET_OVERTEMPERATURE) | A(HEATER_OVERTEMPERATURE) | \
	 A(CONNECTOR_OVERTEMPERATURE) | A(UNDERTEMPERATURE) | A(SHORT_CIRCUIT) | \
	 A(REVERSED_POLARITY) | A(PRECHARGE_FAILURE) | A(FUSE_BLOWN) | A(CONTACTOR) | \
	 A(MOSFET_FAILURE) | A(CELL_FAILURE) | A(SENSOR_FAILURE) | A(HEATER_FAILURE) | \
	 A(INTERNAL_COMMUNICATION) | A(INVERTER_COMMUNICATION) | A(MEMORY_FAILURE) | \
	 A(DUPLICATE_ADDRESS) | A(SYSTEM_ERROR) | A(GENERAL) | \
	 A(CELL_IMBALANCE) | A(TEMPERATURE_IMBALANCE))

static const u64 stops[CORE_WAYS] = {
	[CORE_CHARGE] = STOPS_BOTH | A(CELL_OVERVOLTAGE) | A(PACK_OVERVOLTAGE) | A(OVERVOLTAGE) |
		A(CHARGE_OVERTEMPERATURE) | A(CHARGE_UNDERTEMPERATURE) | A(CHARGE_OVERCURRENT),
	[CORE_DISCHARGE] = STOPS_BOTH | A(CELL_UNDERVOLTAGE) | A(PACK_UNDERVOLTAGE) |
		A(UNDERVOLTAGE) | A(DISCHARGE_OVERTEMPERATURE) | A(DISCHARGE_UNDERTEMPERATURE) |
		A(DISCHARGE_OVERCURRENT) | A(LOW_SOC),
};

/*
 * The table lets a temperature stop "charging, discharging or both", the panel says
 * both: the other way counts as stopped unless the BMS says that it is open.
 */
static const u64 may_stop[CORE_WAYS] = {
	[CORE_CHARGE] = A(DISCHARGE_OVERTEMPERATURE) | A(DISCHARGE_UNDERTEMPERATURE),
	[CORE_DISCHARGE] = A(CHARGE_OVERTEMPERATURE) | A(CHARGE_UNDERTEMPERATURE),
};

static const struct {
	u8 enable, limit, grid_limit, blocking;
} fields[CORE_WAYS] = {
	[CORE_CHARGE] = {
		CELLAR_CHARGE_ENABLE, CELLAR_CHARGE_CURRENT_LIMIT,
		CELLAR_GRID_CHARGE_CURRENT_LIMIT, CELLAR_PACKS_BLOCKING_CHARGE,
	},
	[CORE_DISCHARGE] = {
		CELLAR_DISCHARGE_ENABLE, CELLAR_DISCHARGE_CURRENT_LIMIT,
		CELLAR_GRID_DISCHARGE_CURRENT_LIMIT, CELLAR_PACKS_BLOCKING_DISCHARGE,
	},
};

static bool is_enabled(const struct cellar_reading *r, enum core_way way)
{
	return way == CORE_CHARGE ? r->charge_enable : r->discharge_enable;
}

u32 supply_fresh_ms(const struct supply *s)
{
	return s->max_age_ms ? s->max_age_ms : SUPPLY_FRESH_MS;
}

bool supply_is_fresh(const struct supply *s)
{
	return s->age_ms <= supply_fresh_ms(s);
}

unsigned int supply_wired_packs(const struct supply *s, unsigned int assumed)
{
	unsigned int packs = assumed;

	if (!s->of_system)
		return 1;
	if (cellar_has(&s->reading, CELLAR_PACKS_ONLINE))
		packs = s->reading.packs_online;

	return packs < PACKS_MAX ? packs : PACKS_MAX;
}

unsigned int supply_packs(const struct supply *s, enum core_way way, unsigned int assumed)
{
	unsigned int blocking, packs = supply_wired_packs(s, assumed);
	const struct cellar_reading *r = &s->reading;

	if (!s->of_system || !cellar_has(r, fields[way].blocking))
		return packs;

	blocking = way == CORE_CHARGE ? r->packs_blocking_charge : r->packs_blocking_discharge;

	return packs > blocking ? packs - blocking : 0;
}

static enum supply_block temperature_blocks(const struct supply *s, enum core_way way)
{
	const struct cellar_model *m = s->model;
	s16 coldest, warmest;
	int min_c, max_c;

	if (!m || !supply_temperatures_decic(s, &coldest, &warmest))
		return SUPPLY_FREE;

	min_c = way == CORE_CHARGE ? m->charge_min_c : m->discharge_min_c;
	max_c = way == CORE_CHARGE ? m->charge_max_c : m->discharge_max_c;
	if (min_c == max_c)
		return SUPPLY_FREE;
	if (coldest < min_c * 10)
		return SUPPLY_TOO_COLD;

	return warmest > max_c * 10 ? SUPPLY_TOO_HOT : SUPPLY_FREE;
}

enum supply_block supply_blocks(const struct supply *s, enum core_way way)
{
	const struct cellar_reading *r = &s->reading;
	bool says = cellar_has(r, fields[way].enable);
	u64 protections = cellar_has(r, CELLAR_PROTECTIONS) ? r->protections : 0;

	if (protections & stops[way])
		return SUPPLY_PROTECTS;
	if (says && !is_enabled(r, way))
		return SUPPLY_BMS_FORBIDS;
	if (!says && (protections & may_stop[way]))
		return SUPPLY_PROTECTS;

	return temperature_blocks(s, way);
}

bool supply_limit_ma(const struct supply *s, enum core_way way, bool off_grid, u32 *ma)
{
	const struct cellar_reading *r = &s->reading;
	bool grid = !off_grid && cellar_has(r, fields[way].grid_limit);
	u32 limit = way == CORE_CHARGE ? r->charge_current_limit_ma :
		    r->discharge_current_limit_ma;
	u32 on_grid = way == CORE_CHARGE ? r->grid_charge_current_limit_ma :
		      r->grid_discharge_current_limit_ma;

	*ma = 0;
	if (!cellar_has(r, fields[way].limit))
		return false;
	if (cellar_has(r, fields[way].enable) && !is_enabled(r, way))
		return true;

	*ma = grid && on_grid < limit ? on_grid : limit;

	return true;
}

s32 supply_current_ma(const struct supply *s, enum core_way way)
{
	s32 ma = s->reading.current_ma;

	if (!cellar_has(&s->reading, CELLAR_CURRENT))
		return 0;

	if (ma > SUPPLY_CURRENT_MAX_MA)
		ma = SUPPLY_CURRENT_MAX_MA;
	if (ma < -SUPPLY_CURRENT_MAX_MA)
		ma = -SUPPLY_CURRENT_MAX_MA;

	return way == CORE_CHARGE ? ma : -ma;
}

static void widen(s16 value, bool *known, s16 *min, s16 *max)
{
	if (!*known || value < *min)
		*min = value;
	if (!*known || value > *max)
		*max = value;
	*known = true;
}

bool supply_temperatures_decic(const struct supply *s, s16 *min, s16 *max)
{
	const struct cellar_reading *r = &s->reading;
	bool known = false;
	unsigned int i;

	if (cellar_has(r, CELLAR_CELL_TEMPERATURE_MIN))
		widen(r->cell_temperature_min_decic, &known, min, max);
	if (cellar_has(r, CELLAR_CELL_TEMPERATURE_MAX))
		widen(r->cell_temperature_max_decic, &known, min, max);
	if (cellar_has(r, CELLAR_TEMPERATURE))
		widen(r->temperature_decic, &known, min, max);
	if (!known && cellar_has(r, CELLAR_TEMPERATURES))
		for (i = 0; i < r->temperatures; i++)
			widen(r->temperatures_decic[i], &known, min, max);

	return known;
}

static bool extreme_of_cells(const struct cellar_reading *r, enum core_way way, u32 *mv, u8 *cell)
{
	unsigned int i, at = 0;

	if (!cellar_has(r, CELLAR_CELLS) || !r->cells)
		return false;

	for (i = 1; i < r->cells; i++)
		if (way == CORE_CHARGE ? r->cells_mv[i] > r->cells_mv[at] :
		    r->cells_mv[i] < r->cells_mv[at])
			at = i;
	*mv = r->cells_mv[at];
	*cell = (u8)(at + 1);

	return true;
}

bool supply_cell_mv(const struct supply *s, enum core_way way, u32 *mv, u8 *cell)
{
	const struct cellar_reading *r = &s->reading;
	u8 place = 0;

	*mv = 0;
	if (!extreme_of_cells(r, way, mv, &place)) {
		if (way == CORE_CHARGE && cellar_has(r, CELLAR_CELL_VOLTAGE_MAX))
			*mv = r->cell_voltage_max_mv;
		else if (way == CORE_DISCHARGE && cellar_has(r, CELLAR_CELL_VOLTAGE_MIN))
			*mv = r->cell_voltage_min_mv;
		else if (cellar_has(r, CELLAR_VOLTAGE) && s->model && s->model->cells)
			*mv = r->voltage_mv / s->model->cells;
		else
			return false;
	}
	if (cell)
		*cell = place;

	return true;
}

u32 supply_capacity_mah(const struct supply *s, unsigned int packs)
{
	const struct cellar_reading *r = &s->reading;

	if (cellar_has(r, CELLAR_FULL) && r->full_mah)
		return r->full_mah;
	if (cellar_has(r, CELLAR_DESIGN) && r->design_mah)
		return r->design_mah;

	return s->model ? s->model->capacity_mah * packs : 0;
}
