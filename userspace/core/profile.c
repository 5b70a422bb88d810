// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of profiles. Where a number comes from:
 *
 * - A cell curve ends at the voltage per cell at which the row of packs.md ends
 *   (highest, when charging; lowest, when discharging) with 3 %, is at 15 % at the
 *   absorption voltage per cell or just above, and leaves 100 % where the knee of LFP
 *   begins. The makers give the ends; the shape between is ours, on the low side.
 * - Temperature: the ends are "charge °C" and "discharge °C"; "below 15 °C the pack
 *   limits its own charge current" [Z]; nobody gives curves for the others, which
 *   have no range in the table: none here.
 * - SOC: the low end is 100 % − max DoD. At 100 % a small current is left: packs are
 *   balanced and calibrated there ("SOC stays at 99 %"), so 99 % is no reason.
 * - Cut-offs: 48.0 V, recharge ≥ 50 V, restart 52 V [L, V]; "min discharge V" 48.0 for
 *   Azzurro and WeCo and 47.0 for Pylontech [H], whose 15 cells have the restart and
 *   half the way to it at the same voltage per cell.
 */
#include "profile.h"

#define CURVE(...)	{ sizeof((s32[][2]){ __VA_ARGS__ }) / sizeof(s32[2]), { __VA_ARGS__ } }

#define VOLTS_16	.cutoff_mv = 48000, .recharge_mv = 50000, .restart_mv = 52000
#define VOLTS_15	.cutoff_mv = 47000, .recharge_mv = 47875, .restart_mv = 48750

/* 100 % at @low + 500, a tenth at @low, which is 100 % − max DoD */
#define SOC(low) \
	.soc = { \
		[CORE_CHARGE] = CURVE({ 9900, 10000 }, { 10000, 1000 }), \
		[CORE_DISCHARGE] = CURVE({ low, 1000 }, { (low) + 500, 10000 }), \
	}

/* 44.8…57.6 V, absorption 56.0 V, −5…50 °C charging, −10…50 °C discharging */
#define LESSO_VOLTIUM \
	.startup = PROFILE_STARTS_AT_FLOAT, VOLTS_16, SOC(400), \
	.cell = { \
		[CORE_CHARGE] = CURVE({ 3450, 10000 }, { 3500, 5000 }, { 3550, 1500 }, \
				      { 3600, 300 }), \
		[CORE_DISCHARGE] = CURVE({ 2800, 300 }, { 2900, 1500 }, { 3000, 5000 }, \
					 { 3100, 10000 }), \
	}, \
	.temperature = { \
		[CORE_CHARGE] = CURVE({ -50, 500 }, { 0, 1000 }, { 150, 10000 }, \
				      { 450, 10000 }, { 500, 500 }), \
		[CORE_DISCHARGE] = CURVE({ -100, 1000 }, { 0, 5000 }, { 100, 10000 }, \
					 { 450, 10000 }, { 500, 500 }), \
	}, \
	.peak = { \
		.long_ma = 119000, .long_ms = 5 * 60 * 1000, \
		.short_ma = 200000, .short_ms = 15 * 1000, \
		.rest_ms = 30 * 60 * 1000, .start_decic = 300, \
	}

/* 45.6…56.16 V, absorption 56.0 V, 0…50 °C charging, −10…50 °C discharging */
#define ZSX5120 \
	.startup = PROFILE_FILLS_FIRST, VOLTS_16, SOC(1000), \
	.cell = { \
		[CORE_CHARGE] = CURVE({ 3420, 10000 }, { 3470, 5000 }, { 3500, 1500 }, \
				      { 3510, 300 }), \
		[CORE_DISCHARGE] = CURVE({ 2850, 300 }, { 2900, 1500 }, { 3000, 5000 }, \
					 { 3100, 10000 }), \
	}, \
	.temperature = { \
		[CORE_CHARGE] = CURVE({ 0, 500 }, { 50, 2000 }, { 150, 10000 }, \
				      { 450, 10000 }, { 500, 500 }), \
		[CORE_DISCHARGE] = CURVE({ -100, 1000 }, { 0, 5000 }, { 100, 10000 }, \
					 { 450, 10000 }, { 500, 500 }), \
	}

/* absorption 58.4 V is the end that is known; min discharge 48.0 V */
#define ZSX5000 \
	.startup = PROFILE_FILLS_FIRST, VOLTS_16, SOC(1000), \
	.cell = { \
		[CORE_CHARGE] = CURVE({ 3550, 10000 }, { 3600, 5000 }, { 3630, 1500 }, \
				      { 3650, 300 }), \
		[CORE_DISCHARGE] = CURVE({ 3000, 300 }, { 3050, 1500 }, { 3100, 5000 }, \
					 { 3150, 10000 }), \
	}

/* 47.0…54.0 V, absorption 53.2 V */
#define PYLONTECH \
	.startup = PROFILE_STARTS_AS_IS, VOLTS_15, SOC(2000), \
	.cell = { \
		[CORE_CHARGE] = CURVE({ 3480, 10000 }, { 3530, 5000 }, { 3560, 1500 }, \
				      { 3600, 300 }), \
		[CORE_DISCHARGE] = CURVE({ 3133, 300 }, { 3150, 1500 }, { 3180, 5000 }, \
					 { 3220, 10000 }), \
	}

/* 48.0…59.3 V, absorption 58.4 V */
#define WECO \
	.startup = PROFILE_FILLS_BEFORE_USE, VOLTS_16, SOC(1000), \
	.cell = { \
		[CORE_CHARGE] = CURVE({ 3550, 10000 }, { 3600, 5000 }, { 3650, 1500 }, \
				      { 3700, 300 }), \
		[CORE_DISCHARGE] = CURVE({ 3000, 300 }, { 3050, 1500 }, { 3100, 5000 }, \
					 { 3150, 10000 }), \
	}

const struct profile profiles[] = {
	{ "lesso,lsrr51v100ah", LESSO_VOLTIUM },
	{ "voltium,ve-ess-r5120", LESSO_VOLTIUM },
	{ "zcs,zsx5120", ZSX5120 },
	{ "zcs,zsx5000", ZSX5000 },
	{ "zcs,zsx5000-pro", ZSX5000 },
	{ "zcs,zsx5000-s", ZSX5000 },
	{ "pylontech,us2000", PYLONTECH },
	{ "pylontech,us5000", PYLONTECH },
	{ "weco,4k4", WECO },
	{ "weco,4k4-pro", WECO },
	{ "weco,4k4-lt", WECO },
	{ "weco,5k3", WECO },
	{ "weco,5k3-xp", WECO },
	{ .key = NULL }
};

const struct profile *profile_of(const struct cellar_model *model)
{
	const struct profile *profile;

	if (!model)
		return NULL;

	for (profile = profiles; profile->key; profile++)
		if (!strcmp(profile->key, model->key))
			return profile;

	return NULL;
}
