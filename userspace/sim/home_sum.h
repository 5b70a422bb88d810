/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What became of a simulated house: energies, time over a limit, and how often things were
 * switched.
 */
#ifndef CELLAR_SIM_HOME_SUM_H
#define CELLAR_SIM_HOME_SUM_H

#include <stdio.h>

#include "home.h"

/*
 * Time over a limit. @late_ms: of it, what came after the time that a plant needs to react
 * to whatever has just happened (home_sum_start()).
 */
struct home_over {
	u64 all_ms, late_ms;
	u64 run_ms;	/* of the stretch that lasts */
};

/* Of a contact: how often it changed, and on the busiest day of the site's calendar. */
struct home_switched {
	bool closed;
	u32 changes, today, most_a_day;
};

/* Energies in mJ (W·ms) */
struct home_sum {
	u64 ms, reaction_ms, blackout_ms, overload_ms;
	s64 day;
	s64 pv_mj, pv_lost_mj, load_mj, unserved_mj, cars_mj;
	s64 charge_mj, discharge_mj, import_mj, export_mj;
	double soc_start, soc_end, lost_wh;
	struct home_over contract, feed_in, battery;
	struct home_switched output[SITE_OUTPUTS_MAX], charger[SITE_CHARGERS_MAX];
	u32 sessions[SITE_CHARGERS_MAX];
	bool in_session[SITE_CHARGERS_MAX];
	s64 car_mj[SITE_CHARGERS_MAX];
};

/*
 * Before the first step of @home, whose control steps are @step_ms apart: it reacts within
 * one of them and what its slowest device takes.
 */
void home_sum_start(struct home_sum *sum, const struct home *home, u32 step_ms);

/* home_step() was called for @moment and @ms. */
void home_sum_add(struct home_sum *sum, const struct home *home,
		  const struct home_moment *moment, u32 ms);

/* Parts of 100; 100 when there was nothing to cover, or to consume. */
double home_sum_self_sufficiency(const struct home_sum *sum);
double home_sum_self_consumption(const struct home_sum *sum);

/* One object, to --summary. */
void home_sum_write(const struct home_sum *sum, const struct home *home, FILE *to);

#endif /* CELLAR_SIM_HOME_SUM_H */
