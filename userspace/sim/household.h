/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a family draws, minute for minute of a year: the shape of its days and seasons, a
 * fridge, and things that are switched on by chance (spec/field.md 8.2). Its people live
 * by UTC + 1 all year; the year begins on a Wednesday, as 2025 did.
 */
#ifndef CELLAR_SIM_HOUSEHOLD_H
#define CELLAR_SIM_HOUSEHOLD_H

#include "env.h"

#define HOUSEHOLD_DAYS		365
#define HOUSEHOLD_DAY_MIN	1440
#define HOUSEHOLD_MINUTES	(HOUSEHOLD_DAYS * HOUSEHOLD_DAY_MIN)
#define HOUSEHOLD_CLOCK_MIN	60	/* ahead of UTC */

/* How far above (or below) the year's mean day @day is, from 1: 0.78…1.26. */
double household_season(unsigned int day);

/* The shape of day @day at @hour (0…24) of its clocks, without season: mean about 1. */
double household_shape(unsigned int day, double hour);

/*
 * All minutes of a year, from 00:00 UTC of day 1, to @load_w, HOUSEHOLD_MINUTES of them.
 * They sum up to @kwh, 1000 or more.
 */
void household_year(u64 seed, double kwh, s32 *load_w);

#endif /* CELLAR_SIM_HOUSEHOLD_H */
