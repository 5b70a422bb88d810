// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smooth part is scaled to what the fridge and the appliances leave of the year.
 */
#include "household.h"

#include <math.h>

#include "rng.h"

#define NOISE_SHARE	0.15
#define MIN_PER_KWH	60000.0	/* W·min */

enum {
	STREAM_NOISE = 16,
	STREAM_FRIDGE,
	STREAM_APPLIANCE,	/* and so many more as there are appliances, twice */
};

/* Part of a day: so high (a mean day is 1), around which hour, how wide */
struct bump {
	double height, hour, width_h;
};

#define BUMPS	3
#define BASE	0.42

static const struct bump weekday[BUMPS] = {
	{ 0.70, 7.2, 0.9 }, { 0.70, 12.5, 1.7 }, { 1.45, 19.6, 2.1 },
};

static const struct bump saturday[BUMPS] = {
	{ 0.55, 9.0, 1.4 }, { 0.95, 12.7, 1.8 }, { 1.35, 19.4, 2.3 },
};

static const struct bump sunday[BUMPS] = {
	{ 0.55, 9.6, 1.4 }, { 1.45, 12.6, 1.6 }, { 1.10, 19.4, 2.2 },
};

/* @cycle_min: of a thermostat: on for the first half of so long, 1: always */
struct course {
	s32 w;
	unsigned int min, cycle_min;
};

#define COURSES	3

/* Is used on so many days of ten, begun within @span_h from @hour on. */
struct appliance {
	double chance, hour, span_h;
	struct course course[COURSES];
};

static const struct appliance appliances[] = {
	/* kettles */
	{ 0.95, 6.3, 1.0, { { 2000, 3, 1 } } },
	{ 0.80, 14.0, 3.0, { { 2000, 3, 1 } } },
	{ 0.60, 20.5, 2.0, { { 2000, 3, 1 } } },
	/* oven, washing machine, dishwasher */
	{ 0.45, 17.8, 1.6, { { 2200, 45, 10 } } },
	{ 0.45, 8.5, 6.0, { { 2000, 15, 1 }, { 150, 60, 1 } } },
	{ 0.65, 20.2, 1.5, { { 1900, 20, 1 }, { 60, 20, 1 }, { 1900, 15, 1 } } },
};

#define FRIDGE_W	90
#define FRIDGE_ON_MIN	18
#define FRIDGE_MIN	50

double household_season(unsigned int day)
{
	double n = day;

	return -3.92e-10 * pow(n, 4) + 3.20e-7 * pow(n, 3) - 7.02e-5 * pow(n, 2) +
	       2.10e-3 * n + 1.24;
}

static double bell(double hour, const struct bump *bump)
{
	double from = fmod(hour - bump->hour + 36, 24) - 12;

	return bump->height * exp(-0.5 * pow(from / bump->width_h, 2));
}

double household_shape(unsigned int day, double hour)
{
	unsigned int of_week = (day + 1) % 7, i;
	const struct bump *bumps = of_week == 6 ? sunday : of_week == 5 ? saturday : weekday;
	double sum = BASE;

	for (i = 0; i < BUMPS; i++)
		sum += bell(hour, &bumps[i]);
	return sum;
}

/* One use of an appliance, begun at @minute of the year; what is after the year is lost. */
static void use(const struct appliance *appliance, unsigned int minute, s32 *load_w)
{
	unsigned int i, passed;

	for (i = 0; i < COURSES; i++)
		for (passed = 0; passed < appliance->course[i].min; passed++, minute++)
			if (minute < HOUSEHOLD_MINUTES &&
			    2 * (passed % appliance->course[i].cycle_min) <
			    appliance->course[i].cycle_min)
				load_w[minute] += appliance->course[i].w;
}

static void add_appliances(u64 seed, s32 *load_w)
{
	unsigned int day, i, local;
	const struct appliance *appliance;
	double hour;

	for (day = 0; day < HOUSEHOLD_DAYS; day++)
		for (i = 0; i < ARRAY_SIZE(appliances); i++) {
			appliance = &appliances[i];
			if (rng_at(seed, STREAM_APPLIANCE + 2 * i, day) >= appliance->chance)
				continue;
			hour = appliance->hour + appliance->span_h *
			       rng_at(seed, STREAM_APPLIANCE + 2 * i + 1, day);
			local = day * HOUSEHOLD_DAY_MIN + (unsigned int)(hour * 60);
			use(appliance, local - HOUSEHOLD_CLOCK_MIN, load_w);
		}
}

/* Of the smooth part in one minute */
static double share_of(u64 seed, unsigned int minute)
{
	unsigned int local = minute + HOUSEHOLD_CLOCK_MIN;
	unsigned int day = local / HOUSEHOLD_DAY_MIN % HOUSEHOLD_DAYS + 1;

	return household_shape(day, local % HOUSEHOLD_DAY_MIN / 60.0) * household_season(day) *
	       (1 + NOISE_SHARE * (2 * rng_at(seed, STREAM_NOISE, minute) - 1));
}

void household_year(u64 seed, double kwh, s32 *load_w)
{
	unsigned int shift = (unsigned int)(rng_at(seed, STREAM_FRIDGE, 0) * FRIDGE_MIN);
	double rest = kwh * MIN_PER_KWH, shares = 0, owed = 0;
	unsigned int minute;

	for (minute = 0; minute < HOUSEHOLD_MINUTES; minute++)
		load_w[minute] = (minute + shift) % FRIDGE_MIN < FRIDGE_ON_MIN ? FRIDGE_W : 0;
	add_appliances(seed, load_w);
	for (minute = 0; minute < HOUSEHOLD_MINUTES; minute++) {
		rest -= load_w[minute];
		shares += share_of(seed, minute);
	}
	/* fractions of a watt are handed on to the next minute, not lost */
	for (minute = 0; minute < HOUSEHOLD_MINUTES; minute++) {
		owed += rest * share_of(seed, minute) / shares;
		load_w[minute] += (s32)owed;
		owed -= (s32)owed;
	}
}
