/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A house that ems_step() runs: battery, inverters, wallboxes and cars, switched loads and
 * the grid, which closes the balance. Nothing here knows a file or a clock; a year is made
 * of calls of home_step().
 *
 * What the energy management sees at a moment is what flows while its last commands still
 * stand; then it decides, and the time up to the next moment passes under what devices
 * have made of that. With a lag they still do what they were told so long ago.
 */
#ifndef CELLAR_SIM_HOME_H
#define CELLAR_SIM_HOME_H

#include "../core/site.h"
#include "../core/site_state.h"
#include "home_battery.h"

/* The core counts a step up to so much (SITE_STEP_MAX_MS). */
#define HOME_STEP_MAX_MS	SITE_STEP_MAX_MS
#define HOME_LAG_MAX_MS		10000
/* Commands on their way: one a second for the longest lag, and the one before */
#define HOME_TOLD_MAX		12

/*
 * @inverter_lag_ms, @charger_lag_ms: from a command to what it does, up to HOME_LAG_MAX_MS
 * @switched_loads: what hangs on a closed output draws its load_w on top of the load
 */
struct home_config {
	struct site_config site;
	struct home_battery_config battery;
	u32 inverter_lag_ms, charger_lag_ms;
	bool switched_loads;
};

/* @wants_wh: what it still takes, HOME_CAR_OPEN without an end; @most_ma: 0: as told */
#define HOME_CAR_OPEN	UINT32_MAX

struct home_car {
	bool plugged;
	u32 wants_wh;	/* when it is plugged in; later ones do not count */
	u32 most_ma;
	u8 phases;
};

/*
 * What nobody in the house decides.
 *
 * @pv_w: what the roof could give; @load_w: without wallboxes and switched loads
 * @charge_ma, @discharge_ma: of the battery's BMS; HOME_BY_MODEL: as its model tapers
 */
#define HOME_BY_MODEL	UINT32_MAX

struct home_moment {
	s64 wall_s;
	s32 utc_offset_s;
	s32 pv_w, load_w;
	bool grid, meter_ok, cease;
	u16 drm;
	u8 rrcr;
	u32 charge_ma, discharge_ma;
	struct home_car car[SITE_CHARGERS_MAX];
};

/* Signs as in site.h. @unserved_w: load that a blackout leaves without */
struct home_flow {
	s32 pv_w, pv_lost_w;	/* @pv_lost_w: what curtailment holds back */
	s32 load_w, unserved_w;
	s32 cars_w, car_w[SITE_CHARGERS_MAX];
	s32 battery_w, grid_w;
};

/* What devices were told at @at_ms. */
struct home_told {
	u64 at_ms;
	s32 battery_w, pv_max_w;
	s32 charge_w, discharge_w;
	bool force_charge, disconnect;
	u32 charger_ma[SITE_CHARGERS_MAX];
};

/* One box and the car on it. @given_mj: the counter of the box */
struct home_box {
	bool plugged, open;
	s64 wants_mj;
	u64 given_mj;
};

struct home {
	const struct home_config *config;
	struct site_state state;
	struct site_inputs inputs;
	struct site_outputs out;
	struct home_battery battery;
	struct home_box box[SITE_CHARGERS_MAX];
	struct home_told told[HOME_TOLD_MAX];
	unsigned int last_told;
	u64 now_ms;

	/* of the time that has just passed */
	struct home_flow flow;
	s32 charge_w, discharge_w;	/* what the BMS allowed */
};

/* @config was checked (site_config_check()) and outlives @home. */
void home_start(struct home *home, const struct home_config *config);

/* One step at @moment; then @ms pass, 1…HOME_STEP_MAX_MS. */
void home_step(struct home *home, const struct home_moment *moment, u32 ms);

#endif /* CELLAR_SIM_HOME_H */
