// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of spec/field.md 3, to be held against "SOFARSOLAR ModBus-RTU Communication
 * Protocol" of 2017 and what later firmware added. Left out is what sources do not agree on:
 * the sign of 0x0214, and 0x0237.
 */
#include "hybrid_maps.h"

#define ROW(place, name, at, type, unit, num, den) \
	[place] = { name, at, REGISTER_##type, unit, num, den, 0, 0 }

#define MAP(map, first, count, function, rows_of)			\
	static const struct register_block map##_block[] = { { first, count, function } }; \
	const struct register_map map = {				\
		.name = #map, .block = map##_block, .blocks = 1,	\
		.row = rows_of, .rows = ARRAY_SIZE(rows_of), .read_max = REGISTERS_MAX, \
	}

/* ×10 W is 10000 mW, 0.1 V is 100 mV, 0.01 A is 10 mA. */

#define ROWS_OF_BOTH \
	ROW(HYBRID_STATE, "state", LEGACY_STATE, U16, UNIT_PLAIN, 1, 1), \
	ROW(HYBRID_V_1, "grid voltage A", 0x0206, U16, UNIT_MV, 100, 1), \
	ROW(HYBRID_A_1, "grid current A", 0x0207, S16, UNIT_MA, 10, 1), \
	ROW(HYBRID_V_2, "grid voltage B", 0x0208, U16, UNIT_MV, 100, 1), \
	ROW(HYBRID_A_2, "grid current B", 0x0209, S16, UNIT_MA, 10, 1), \
	ROW(HYBRID_V_3, "grid voltage C", 0x020A, U16, UNIT_MV, 100, 1), \
	ROW(HYBRID_A_3, "grid current C", 0x020B, S16, UNIT_MA, 10, 1), \
	ROW(HYBRID_HZ, "frequency", 0x020C, U16, UNIT_MHZ, 10, 1), \
	ROW(HYBRID_BATTERY_W, "battery power", 0x020D, S16, UNIT_MW, 10000, 1), \
	ROW(HYBRID_BATTERY_V, "battery voltage", 0x020E, U16, UNIT_MV, 100, 1), \
	ROW(HYBRID_BATTERY_A, "battery current", 0x020F, S16, UNIT_MA, 10, 1), \
	ROW(HYBRID_SOC, "SOC", 0x0210, U16, UNIT_CENTI, 100, 1), \
	ROW(HYBRID_BATTERY_C, "battery temperature", 0x0211, S16, UNIT_DECIC, 10, 1), \
	/* one register: who reads two swallows the load */ \
	ROW(HYBRID_GRID_W, "grid feed in/out", 0x0212, S16, UNIT_MW, 10000, 1), \
	ROW(HYBRID_LOAD_W, "load", 0x0213, S16, UNIT_MW, 10000, 1), \
	ROW(HYBRID_EPS_V, "EPS voltage", 0x0216, U16, UNIT_MV, 100, 1), \
	ROW(HYBRID_EPS_W, "EPS power", 0x0217, U16, UNIT_MW, 10000, 1), \
	ROW(HYBRID_DAY_PV, "generated today", 0x0218, U16, UNIT_WH, 10, 1), \
	ROW(HYBRID_DAY_SOLD, "sold today", 0x0219, U16, UNIT_WH, 10, 1), \
	ROW(HYBRID_DAY_BOUGHT, "bought today", 0x021A, U16, UNIT_WH, 10, 1), \
	ROW(HYBRID_DAY_LOAD, "load today", 0x021B, U16, UNIT_WH, 10, 1), \
	ROW(HYBRID_ALL_PV, "generated", 0x021C, U32, UNIT_WH, 1000, 1), \
	ROW(HYBRID_ALL_SOLD, "sold", 0x021E, U32, UNIT_WH, 1000, 1), \
	ROW(HYBRID_ALL_BOUGHT, "bought", 0x0220, U32, UNIT_WH, 1000, 1), \
	ROW(HYBRID_ALL_LOAD, "load", 0x0222, U32, UNIT_WH, 1000, 1), \
	ROW(HYBRID_DAY_CHARGED, "charged today", 0x0224, U16, UNIT_WH, 10, 1), \
	ROW(HYBRID_DAY_DISCHARGED, "discharged today", 0x0225, U16, UNIT_WH, 10, 1), \
	ROW(HYBRID_ALL_CHARGED, "charged", 0x0226, U32, UNIT_WH, 1000, 1), \
	ROW(HYBRID_ALL_DISCHARGED, "discharged", 0x0228, U32, UNIT_WH, 1000, 1), \
	ROW(HYBRID_CYCLES, "battery cycles", 0x022C, U16, UNIT_PLAIN, 1, 1), \
	ROW(HYBRID_INNER_C, "inner temperature", 0x0238, S16, UNIT_DECIC, 10, 1), \
	ROW(HYBRID_HEATSINK_C, "heatsink", 0x0239, S16, UNIT_DECIC, 10, 1)

/* It has no PV of its own: what a clamp around somebody else's measures. */
static const struct register_row me3000_rows[] = {
	ROWS_OF_BOTH,
	ROW(HYBRID_PV_W_1, "PV generation", 0x0215, U16, UNIT_MW, 10000, 1),
};

static const struct register_row hyd_es_rows[] = {
	ROWS_OF_BOTH,
	ROW(HYBRID_PV_V_1, "PV1 voltage", 0x0250, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_PV_W_1, "PV1 power", 0x0252, U16, UNIT_MW, 10000, 1),
	ROW(HYBRID_PV_V_2, "PV2 voltage", 0x0253, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_PV_W_2, "PV2 power", 0x0255, U16, UNIT_MW, 10000, 1),
};

static const struct register_row settings_rows[] = {
	ROW(HYBRID_CHARGE_MAX_A, "max charge current", 0x10B4, U16, UNIT_MA, 10, 1),
	ROW(HYBRID_DISCHARGE_MAX_A, "max discharge current", 0x10B7, U16, UNIT_MA, 10, 1),
	ROW(HYBRID_DEPTH, "DOD", 0x10B9, U16, UNIT_CENTI, 100, 1),
};

static const struct register_row no_rows[] = {
	ROW(0, "", 0, NONE, UNIT_PLAIN, 1, 1),
};

MAP(legacy_me3000, LEGACY_STATE, 58, MODBUS_READ_HOLDING, me3000_rows);
MAP(legacy_hyd_es, LEGACY_STATE, 86, MODBUS_READ_HOLDING, hyd_es_rows);
MAP(legacy_settings, 0x10B0, 13, MODBUS_READ_INPUT, settings_rows);
MAP(legacy_identity, 0x2000, 12, MODBUS_READ_INPUT, no_rows);
