// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of spec/field.md 2.2 and 2.5, to be held against "Modbus-G3 Protocol V1.38".
 */
#include "hybrid_maps.h"

#define READ_MAX	60	/* field.md 2.1 */

#define ROW(place, name, at, type, unit, num, den) \
	[place] = { name, at, REGISTER_##type, unit, num, den, 0, 0 }

#define MAP(map, first, count, rows_of)					\
	static const struct register_block map##_block[] = { { first, count, 3 } }; \
	const struct register_map map = {				\
		.name = #map, .block = map##_block, .blocks = 1,	\
		.row = rows_of, .rows = ARRAY_SIZE(rows_of), .read_max = READ_MAX, \
	}

/* ×10 W is 10000 mW, 0.1 V is 100 mV, 0.01 A is 10 mA. */

static const struct register_row system_rows[] = {
	ROW(HYBRID_STATE, "running state", SOFAR_STATE, U16, UNIT_PLAIN, 1, 1),
	ROW(HYBRID_HEATSINK_C, "heatsink 1", 0x041A, S16, UNIT_DECIC, 10, 1),
	ROW(HYBRID_INSULATION, "insulation", 0x042B, U16, UNIT_PLAIN, 1, 1),
};

static const struct register_row grid_rows[] = {
	ROW(HYBRID_HZ, "grid frequency", 0x0484, U16, UNIT_MHZ, 10, 1),
	ROW(HYBRID_AC_W, "active power total", 0x0485, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_GRID_W, "PCC active power", 0x0488, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_V_1, "voltage R", 0x048D, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_A_1, "output current R", 0x048E, U16, UNIT_MA, 10, 1),
	ROW(HYBRID_W_1, "output active power R", 0x048F, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_GRID_W_1, "PCC active power R", 0x0493, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_V_2, "voltage S", 0x0498, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_A_2, "output current S", 0x0499, U16, UNIT_MA, 10, 1),
	ROW(HYBRID_W_2, "output active power S", 0x049A, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_GRID_W_2, "PCC active power S", 0x049E, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_V_3, "voltage T", 0x04A3, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_A_3, "output current T", 0x04A4, U16, UNIT_MA, 10, 1),
	ROW(HYBRID_W_3, "output active power T", 0x04A5, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_GRID_W_3, "PCC active power T", 0x04A9, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_OTHER_PV_W, "external generation", 0x04AE, U16, UNIT_MW, 10000, 1),
	/* u16 in the document; StephanJoubert reads it signed, and some units do say so */
	ROW(HYBRID_LOAD_W, "system load", 0x04AF, S16, UNIT_MW, 10000, 1),
};

static const struct register_row eps_rows[] = {
	ROW(HYBRID_EPS_W, "EPS load power", 0x0504, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_EPS_V, "EPS load voltage R", 0x0510, U16, UNIT_MV, 100, 1),
};

static const struct register_row pv_rows[] = {
	ROW(HYBRID_PV_V_1, "PV1 voltage", 0x0584, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_PV_W_1, "PV1 power", 0x0586, U16, UNIT_MW, 10000, 1),
	ROW(HYBRID_PV_V_2, "PV2 voltage", 0x0587, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_PV_W_2, "PV2 power", 0x0589, U16, UNIT_MW, 10000, 1),
	ROW(HYBRID_PV_V_3, "PV3 voltage", 0x058A, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_PV_W_3, "PV3 power", 0x058C, U16, UNIT_MW, 10000, 1),
	ROW(HYBRID_PV_V_4, "PV4 voltage", 0x058D, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_PV_W_4, "PV4 power", 0x058F, U16, UNIT_MW, 10000, 1),
};

static const struct register_row battery_rows[] = {
	ROW(HYBRID_BATTERY_V, "battery 1 voltage", 0x0604, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_BATTERY_A, "battery 1 current", 0x0605, S16, UNIT_MA, 10, 1),
	ROW(HYBRID_BATTERY_W, "battery 1 power", 0x0606, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_BATTERY_C, "battery 1 temperature", 0x0607, S16, UNIT_DECIC, 10, 1),
	ROW(HYBRID_SOC, "battery 1 SOC", 0x0608, U16, UNIT_CENTI, 100, 1),
	ROW(HYBRID_SOH, "battery 1 SOH", 0x0609, U16, UNIT_CENTI, 100, 1),
	ROW(HYBRID_CYCLES, "battery 1 cycles", 0x060A, U16, UNIT_PLAIN, 1, 1),
	ROW(HYBRID_BATTERY_2_V, "battery 2 voltage", 0x060B, U16, UNIT_MV, 100, 1),
	ROW(HYBRID_BATTERY_2_W, "battery 2 power", 0x060D, S16, UNIT_MW, 10000, 1),
	ROW(HYBRID_SOC_2, "battery 2 SOC", 0x060F, U16, UNIT_CENTI, 100, 1),
};

/* Of today in 0.01 kWh, of life in 0.1 kWh. */
static const struct register_row energy_rows[] = {
	ROW(HYBRID_DAY_PV, "PV today", 0x0684, U32, UNIT_WH, 10, 1),
	ROW(HYBRID_ALL_PV, "PV total", 0x0686, U32, UNIT_WH, 100, 1),
	ROW(HYBRID_DAY_LOAD, "load today", 0x0688, U32, UNIT_WH, 10, 1),
	ROW(HYBRID_ALL_LOAD, "load total", 0x068A, U32, UNIT_WH, 100, 1),
	ROW(HYBRID_DAY_BOUGHT, "bought today", 0x068C, U32, UNIT_WH, 10, 1),
	ROW(HYBRID_ALL_BOUGHT, "bought total", 0x068E, U32, UNIT_WH, 100, 1),
	ROW(HYBRID_DAY_SOLD, "sold today", 0x0690, U32, UNIT_WH, 10, 1),
	ROW(HYBRID_ALL_SOLD, "sold total", 0x0692, U32, UNIT_WH, 100, 1),
	ROW(HYBRID_DAY_CHARGED, "charged today", 0x0694, U32, UNIT_WH, 10, 1),
	ROW(HYBRID_ALL_CHARGED, "charged total", 0x0696, U32, UNIT_WH, 100, 1),
	ROW(HYBRID_DAY_DISCHARGED, "discharged today", 0x0698, U32, UNIT_WH, 10, 1),
	ROW(HYBRID_ALL_DISCHARGED, "discharged total", 0x069A, U32, UNIT_WH, 100, 1),
};

static const struct register_row rated_rows[] = {
	ROW(HYBRID_RATED_W, "rated power", 0x06ED, U16, UNIT_MW, 100000, 1),
};

static const struct register_row eps_mode_rows[] = {
	ROW(HYBRID_EPS_MODE, "EPS", 0x1029, U16, UNIT_PLAIN, 1, 1),
};

/* Of those that are written: not numbers of an inverter. */
static const struct register_row no_rows[] = {
	ROW(0, "", 0, NONE, UNIT_PLAIN, 1, 1),
};

MAP(sofar_system, 0x0404, 58, system_rows);
MAP(sofar_system_1, 0x0404, 25, system_rows);
MAP(sofar_system_2, 0x042B, 19, system_rows);
MAP(sofar_identity, SOFAR_SERIAL, 45, no_rows);
MAP(sofar_grid, 0x0484, 44, grid_rows);
MAP(sofar_grid_1, 0x0484, 21, grid_rows);
MAP(sofar_grid_2, 0x0499, 23, grid_rows);
MAP(sofar_eps, 0x0504, 36, eps_rows);
MAP(sofar_pv, 0x0584, 12, pv_rows);
MAP(sofar_battery, 0x0604, 14, battery_rows);
MAP(sofar_energy, 0x0684, 24, energy_rows);
MAP(sofar_rated, 0x06ED, 1, rated_rows);
MAP(sofar_mode, SOFAR_MODE, 1, no_rows);
MAP(sofar_points, SOFAR_POINTS, 6, no_rows);
MAP(sofar_lapse, SOFAR_LAPSE, 2, no_rows);
MAP(sofar_feed_in, SOFAR_FEED_IN, 2, no_rows);
MAP(sofar_eps_mode, 0x1029, 2, eps_mode_rows);
