// SPDX-License-Identifier: GPL-2.0-only
/*
 * Models of SunSpec inverters and their batteries (spec/field.md 5), to be held against the
 * SunSpec Alliance's "Inverter Models", "Inverter Controls" and "Energy Storage Models". The
 * power of 124 and 802 has no sign there that all makers agree on: their drivers ask what
 * the battery does.
 */
#include "hybrid_maps.h"

#define ROW(place, name, at, type, unit, num, scale_at) \
	[place] = { name, at, REGISTER_##type, unit, num, 1, scale_at, 0 }

#define MAP(map, count, rows_of)					\
	static const struct register_block map##_block[] = { { 0, count, MODBUS_READ_HOLDING } }; \
	const struct register_map map = {				\
		.name = #map, .block = map##_block, .blocks = 1,	\
		.row = rows_of, .rows = ARRAY_SIZE(rows_of),		\
		.read_max = REGISTERS_MAX, .sunspec = true,		\
	}

static const struct register_row inverter_rows[] = {
	ROW(HYBRID_A_1, "AphA", 3, U16, UNIT_MA, 1000, 6),
	ROW(HYBRID_A_2, "AphB", 4, U16, UNIT_MA, 1000, 6),
	ROW(HYBRID_A_3, "AphC", 5, U16, UNIT_MA, 1000, 6),
	ROW(HYBRID_V_1, "PhVphA", 10, U16, UNIT_MV, 1000, 13),
	ROW(HYBRID_V_2, "PhVphB", 11, U16, UNIT_MV, 1000, 13),
	ROW(HYBRID_V_3, "PhVphC", 12, U16, UNIT_MV, 1000, 13),
	ROW(HYBRID_AC_W, "W", 14, S16, UNIT_MW, 1000, 15),
	ROW(HYBRID_HZ, "Hz", 16, U16, UNIT_MHZ, 1000, 17),
	ROW(HYBRID_ALL_PV, "WH", 24, U32, UNIT_WH, 1, 26),
	ROW(HYBRID_PV_W_1, "DCW", 31, S16, UNIT_MW, 1000, 32),
	ROW(HYBRID_HEATSINK_C, "TmpCab", 33, S16, UNIT_DECIC, 10, 37),
	ROW(HYBRID_STATE, "St", 38, U16, UNIT_PLAIN, 1, 0),
};

static const struct register_row inverter_float_rows[] = {
	ROW(HYBRID_A_1, "AphA", 4, F32, UNIT_MA, 1000, 0),
	ROW(HYBRID_A_2, "AphB", 6, F32, UNIT_MA, 1000, 0),
	ROW(HYBRID_A_3, "AphC", 8, F32, UNIT_MA, 1000, 0),
	ROW(HYBRID_V_1, "PhVphA", 16, F32, UNIT_MV, 1000, 0),
	ROW(HYBRID_V_2, "PhVphB", 18, F32, UNIT_MV, 1000, 0),
	ROW(HYBRID_V_3, "PhVphC", 20, F32, UNIT_MV, 1000, 0),
	ROW(HYBRID_AC_W, "W", 22, F32, UNIT_MW, 1000, 0),
	ROW(HYBRID_HZ, "Hz", 24, F32, UNIT_MHZ, 1000, 0),
	ROW(HYBRID_ALL_PV, "WH", 32, F32, UNIT_WH, 1, 0),
	ROW(HYBRID_PV_W_1, "DCW", 38, F32, UNIT_MW, 1000, 0),
	ROW(HYBRID_HEATSINK_C, "TmpCab", 40, F32, UNIT_DECIC, 10, 0),
	ROW(HYBRID_STATE, "St", 48, U16, UNIT_PLAIN, 1, 0),
};

static const struct register_row nameplate_rows[] = {
	ROW(HYBRID_RATED_W, "WRtg", 3, U16, UNIT_MW, 1000, 4),
};

static const struct register_row settings_rows[] = {
	ROW(HYBRID_AC_MAX_W, "WMax", 2, U16, UNIT_MW, 1000, 22),
};

static const struct register_row status_rows[] = {
	ROW(HYBRID_ALL_GIVEN, "ActWh", 5, U64, UNIT_WH, 1, 0),
	ROW(HYBRID_AVAILABLE_W, "WAval", 31, U16, UNIT_MW, 1000, 32),
	/* Ω there */
	[HYBRID_INSULATION] = { "Ris", 44, REGISTER_U16, UNIT_PLAIN, 1, 1000, 45, 0 },
};

static const struct register_row storage_rows[] = {
	ROW(HYBRID_CHARGE_MAX_W, "WChaMax", 2, U16, UNIT_MW, 1000, 18),
	ROW(HYBRID_SOC, "ChaState", 8, U16, UNIT_CENTI, 100, 22),
	ROW(HYBRID_BATTERY_V, "InBatV", 10, U16, UNIT_MV, 1000, 24),
	ROW(HYBRID_BATTERY_STATE, "ChaSt", 11, U16, UNIT_PLAIN, 1, 0),
};

static const struct register_row battery_rows[] = {
	ROW(HYBRID_SOC, "SoC", 11, U16, UNIT_CENTI, 100, 56),
	ROW(HYBRID_SOH, "SoH", 13, U16, UNIT_CENTI, 100, 58),
	ROW(HYBRID_CYCLES, "NCyc", 14, U32, UNIT_PLAIN, 1, 0),
	ROW(HYBRID_BATTERY_STATE, "ChaSt", 16, U16, UNIT_PLAIN, 1, 0),
	ROW(HYBRID_BATTERY_V, "V", 34, U16, UNIT_MV, 1000, 59),
	ROW(HYBRID_BATTERY_A, "A", 44, S16, UNIT_MA, 1000, 61),
	ROW(HYBRID_BATTERY_W, "W", 47, S16, UNIT_MW, 1000, 63),
};

MAP(sunspec_inverter, 52, inverter_rows);
MAP(sunspec_inverter_float, 62, inverter_float_rows);
MAP(sunspec_nameplate, 28, nameplate_rows);
MAP(sunspec_settings, 32, settings_rows);
MAP(sunspec_status, 46, status_rows);
MAP(sunspec_storage, 26, storage_rows);
MAP(sunspec_battery, 64, battery_rows);
