/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A house for the laws of site_laws.h: sun, loads, a battery, cars, a grid that fails, its
 * operator's contacts, and instruments that tell of all that, or fall silent, or lie. What
 * happens is chosen at random or by a fuzzer; the plant does what the last step told it.
 */
#ifndef CELLAR_TESTS_SITE_WORLD_H
#define CELLAR_TESTS_SITE_WORLD_H

#include "../../userspace/core/site_parts.h"

/* What may fall silent: its age grows, its value stays. */
enum site_silent {
	SITE_SILENT_EXCHANGE,
	SITE_SILENT_PRODUCTION,
	SITE_SILENT_GRID,
	SITE_SILENT_CONTACTS,
	SITE_SILENT_BATTERY,
	SITE_SILENT_BATTERY_POWER,
	SITE_SILENT_INVERTER,	/* of the first; the others follow */
	SITE_SILENT_CHARGER = SITE_SILENT_INVERTER + SITE_INVERTERS_MAX,
	SITE_SILENT_CHARGER_POWER = SITE_SILENT_CHARGER + SITE_CHARGERS_MAX,
	SITE_SILENTS = SITE_SILENT_CHARGER_POWER + SITE_CHARGERS_MAX
};

/* A car, or none. @wants_mj: until it is full */
struct site_truth_car {
	u8 car;		/* enum site_car */
	u8 phases;
	u32 max_ma;
	u64 wants_mj, drawn_mj;
	s32 power_w;
};

/*
 * How it is, whatever the instruments say.
 *
 * @sun_w: what the panels could give; @pv_w: what they give
 * @load_w: of the house on each phase, without cars and switched loads
 */
struct site_truth {
	bool grid, off_grid;
	s32 sun_w, pv_w, load_w[SITE_PHASES], battery_w, exchange_w[SITE_PHASES];
	s32 charge_w, discharge_w;
	s64 stored_mj, capacity_mj;
	u64 mj[ENERGY_KINDS];	/* that flowed since the beginning */
	u16 drm, rrcr, cease;
	struct site_truth_car car[SITE_CHARGERS_MAX];
	u64 silent;	/* bit n: enum site_silent n */
	u8 lies;	/* enum site_silent that says @lie; SITE_SILENTS: none */
	s32 lie;
};

/* @out: of the last step */
struct site_world {
	struct site_config config;
	struct site_state state;
	struct site_inputs in;
	struct site_outputs out;
	struct site_truth truth;
	u64 now_ms;
	u32 lag_ms;	/* from what is measured to the step */
	u32 wall_ms;	/* of the second that in.wall_s is */
	unsigned int configurations;	/* how often another was taken */
};

/* A bit of chance after the other: the lowest @n bits of *@what, which go away. */
u32 site_bits(u64 *what, unsigned int n);

/* A house as the bits of @plan want it (site_plan.c), and its first moment. */
void site_world_start(struct site_world *world, u64 plan);
void site_world_configure(struct site_config *config, u64 plan);

/* One thing that happens, or changes, chosen by @what. */
void site_world_change(struct site_world *world, u64 what);

/*
 * @ms pass, all clocks of the computer going @clock_ms on: the plant does what @world->out
 * says, the instruments tell of it.
 */
void site_world_pass(struct site_world *world, u32 ms, u32 clock_ms);

#endif /* CELLAR_TESTS_SITE_WORLD_H */
