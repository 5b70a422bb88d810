// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chain of days, and the clouds of a day.
 */
#include "sky.h"

#include <math.h>

#include "rng.h"

/* Streams of chance: what is drawn from one is drawn for one thing. */
enum {
	STREAM_DAY = 1,
	STREAM_OVERCAST,
	STREAM_CLOUD,
};

#define QUARTER_MIN	15
#define DAY_MIN		1440

/* From the day before (row) to the next one */
static const double chances[SKY_DAYS][SKY_DAYS] = {
	{ 0.70, 0.22, 0.08 },
	{ 0.40, 0.35, 0.25 },
	{ 0.20, 0.35, 0.45 },
};

void sky_start(struct sky *sky, uint64_t seed, const struct sky_climate *climate)
{
	*sky = (struct sky){ .seed = seed, .climate = *climate, .day = SKY_CLEAR };
}

static void next_day(struct sky *sky, unsigned int day)
{
	double summer = 0.5 - 0.5 * cos(2 * M_PI * (day - 15.0) / 365);
	double chance[SKY_DAYS], drawn;

	chance[SKY_CLEAR] = chances[sky->day][SKY_CLEAR] * (0.65 + 0.7 * summer) *
			    sky->climate.clear;
	chance[SKY_MIXED] = chances[sky->day][SKY_MIXED];
	chance[SKY_OVERCAST] = chances[sky->day][SKY_OVERCAST] * (1.5 - summer) *
			       sky->climate.overcast;
	drawn = rng_at(sky->seed, STREAM_DAY, day) *
		(chance[SKY_CLEAR] + chance[SKY_MIXED] + chance[SKY_OVERCAST]);
	if (drawn < chance[SKY_CLEAR])
		sky->day = SKY_CLEAR;
	else if (drawn < chance[SKY_CLEAR] + chance[SKY_MIXED])
		sky->day = SKY_MIXED;
	else
		sky->day = SKY_OVERCAST;
	sky->cloud = false;
	sky->left = 0;
	sky->clearness = 1;
}

static double mixed(struct sky *sky, unsigned int minute)
{
	double drawn;

	if (!sky->left) {
		sky->cloud = !sky->cloud;
		drawn = rng_at(sky->seed, STREAM_CLOUD, minute);
		sky->left = (unsigned int)(-(sky->cloud ? 6 : 9) * log(1 - drawn)) + 1;
	}
	sky->left--;
	return sky->cloud ? 0.35 : 1.02;
}

double sky_minute(struct sky *sky, unsigned int day, unsigned int utc_min)
{
	unsigned int minute = DAY_MIN * day + utc_min;
	double target = 0.97;

	if (!utc_min)
		next_day(sky, day);
	if (sky->day == SKY_MIXED)
		target = mixed(sky, minute);
	else if (sky->day == SKY_OVERCAST)
		target = 0.22 + 0.10 * sin(2 * M_PI * utc_min / 197) +
			 0.06 * (rng_at(sky->seed, STREAM_OVERCAST, minute / QUARTER_MIN) -
				 0.5);
	sky->clearness += 0.5 * (target - sky->clearness);
	return sky->clearness;
}
