// SPDX-License-Identifier: GPL-2.0-only
/*
 * The year is made once, at the start; asking for a moment only looks it up. Figures of
 * what happens how often are the simulator's own, on the busy side of what a house sees.
 */
#include "house.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "household.h"
#include "rng.h"

#define MINUTE_S	60
#define HOUR_S		3600
#define DAY_S		86400
#define CLOCK_S		(HOUSEHOLD_CLOCK_MIN * MINUTE_S)
#define SPANS_MAX	(2 * HOUSEHOLD_DAYS)

enum {
	STREAM_BLACKOUT = 64,
	STREAM_CALL = 72,
	STREAM_CAR = 128,	/* and eight more for each car */
	STREAMS_OF_CAR = 8,
};

#define BLACKOUT_CHANCE		0.02
#define BLACKOUT_SHORTEST_S	20
#define BLACKOUT_LONGEST_S	(3.0 * HOUR_S)
#define CALL_CHANCE		0.10
#define CALL_SHORTEST_S		(5 * MINUTE_S)
#define CALL_LONGEST_S		(90 * MINUTE_S)
#define CAR_STAYS_AWAY		0.12
/* When an RRCR receiver changes its contacts, for so long none or both are closed */
#define RRCR_CHANGE_S		2

#define RRCR_FULL		BIT(3)
#define DRM_PAIR(n)		(BIT(n) | BIT((n) + 4))

static bool spans_new(struct house_spans *spans)
{
	spans->of = calloc(SPANS_MAX, sizeof(*spans->of));
	return spans->of;
}

/* What begins before the one before has ended, or after the year, does not happen. */
static void add(struct house_spans *spans, double from_s, double to_s, u32 what)
{
	u32 after_s = spans->n ? spans->of[spans->n - 1].to_s : 0;

	if (from_s < after_s || from_s >= HOUSE_YEAR_S || spans->n == SPANS_MAX)
		return;
	spans->of[spans->n++] = (struct house_span){
		.from_s = (u32)from_s,
		.to_s = (u32)fmin(to_s, HOUSE_YEAR_S),
		.what = what,
	};
}

/* The span that @at_s lies in, or NULL; @at_s never goes back. */
static const struct house_span *now(struct house_spans *spans, u32 at_s)
{
	while (spans->next < spans->n && spans->of[spans->next].to_s <= at_s)
		spans->next++;
	if (spans->next < spans->n && spans->of[spans->next].from_s <= at_s)
		return &spans->of[spans->next];
	return NULL;
}

/* Most are short: the cube of chance */
static void make_blackouts(struct house *house)
{
	u64 seed = house->config.seed;
	unsigned int day;
	double from_s, length_s;

	for (day = 0; day < HOUSEHOLD_DAYS; day++) {
		if (rng_at(seed, STREAM_BLACKOUT, day) >= BLACKOUT_CHANCE)
			continue;
		from_s = (day + rng_at(seed, STREAM_BLACKOUT + 1, day)) * DAY_S;
		length_s = BLACKOUT_SHORTEST_S + BLACKOUT_LONGEST_S *
			   pow(rng_at(seed, STREAM_BLACKOUT + 2, day), 3);
		add(&house->blackouts, from_s, from_s + length_s, 0);
	}
}

/* The contacts of a call, by chance @kind of 0…1. */
static u32 contacts(u8 grid_code, double kind)
{
	static const u32 drm[] = {
		BIT(0), DRM_PAIR(1), DRM_PAIR(2), DRM_PAIR(2), DRM_PAIR(3), DRM_PAIR(3),
		DRM_PAIR(4),
	};
	static const u32 rrcr[] = { BIT(0), BIT(1), BIT(1), BIT(2), BIT(2) };

	const size_t drms = ARRAY_SIZE(drm), rrcrs = ARRAY_SIZE(rrcr);

	switch ((enum site_grid_code)grid_code) {
	case SITE_CODE_DRM:
		return drm[(size_t)(kind * (double)drms)];
	case SITE_CODE_RRCR:
		return rrcr[(size_t)(kind * (double)rrcrs)];
	default:
		return 1;
	}
}

/* Grid operators call by day, when there is much sun. */
static void make_calls(struct house *house)
{
	u64 seed = house->config.seed;
	unsigned int day;
	double from_s, length_s;

	for (day = 0; day < HOUSEHOLD_DAYS; day++) {
		if (rng_at(seed, STREAM_CALL, day) >= CALL_CHANCE)
			continue;
		from_s = day * (double)DAY_S +
			 (9 + 7 * rng_at(seed, STREAM_CALL + 1, day)) * HOUR_S;
		length_s = CALL_SHORTEST_S + (CALL_LONGEST_S - CALL_SHORTEST_S) *
			   rng_at(seed, STREAM_CALL + 2, day);
		add(&house->calls, from_s, from_s + length_s,
		    contacts(house->config.grid_code, rng_at(seed, STREAM_CALL + 3, day)));
	}
}

/*
 * On workdays it is back by 17:30, give or take an hour, and leaves at 7:30; on Saturdays
 * and Sundays it is back by 12:00, give or take two, and leaves at 7:30 or 10:00.
 */
static void make_visits(struct house *house, unsigned int car)
{
	u64 seed = house->config.seed, stream = STREAM_CAR + car * STREAMS_OF_CAR;
	unsigned int day, of_week, next;
	double from_h, to_h, spread, wants_wh;

	for (day = 0; day < HOUSEHOLD_DAYS; day++) {
		if (rng_at(seed, stream, day) < CAR_STAYS_AWAY)
			continue;
		of_week = (day + 2) % 7;
		next = (day + 3) % 7;
		spread = rng_at(seed, stream + 1, day) - 0.5;
		from_h = of_week < 5 ? 17.5 + 2 * spread : 12 + 4 * spread;
		to_h = 24 + (next < 5 ? 7.5 : 10) + 0.5 * (rng_at(seed, stream + 2, day) - 0.5);
		wants_wh = 5000 + 10000 * rng_at(seed, stream + 3, day);
		add(&house->visits[car], day * (double)DAY_S + from_h * HOUR_S - CLOCK_S,
		    day * (double)DAY_S + to_h * HOUR_S - CLOCK_S, (u32)wants_wh);
	}
}

static void make_sun(struct house *house)
{
	struct sky sky;
	unsigned int day, minute;
	double clearness;

	sky_start(&sky, house->config.seed, &house->config.climate);
	for (day = 1; day <= HOUSEHOLD_DAYS; day++)
		for (minute = 0; minute < HOUSEHOLD_DAY_MIN; minute++) {
			clearness = sky_minute(&sky, day, minute);
			house->pv_w[(day - 1) * HOUSEHOLD_DAY_MIN + minute] =
				(s32)lround(sun_roof_w(&house->config.roof, day, minute,
						       clearness));
		}
}

int house_start(struct house *house, const struct house_config *config)
{
	bool room = true;
	unsigned int i;

	memset(house, 0, sizeof(*house));
	house->config = *config;
	house->pv_w = malloc(HOUSEHOLD_MINUTES * sizeof(*house->pv_w));
	house->load_w = malloc(HOUSEHOLD_MINUTES * sizeof(*house->load_w));
	room = house->pv_w && house->load_w && spans_new(&house->blackouts) &&
	       spans_new(&house->calls);
	for (i = 0; i < config->cars && room; i++)
		room = spans_new(&house->visits[i]);
	if (!room) {
		house_stop(house);
		return -ENOMEM;
	}
	make_sun(house);
	household_year(config->seed, config->kwh, house->load_w);
	make_blackouts(house);
	if (config->grid_code != SITE_CODE_NONE)
		make_calls(house);
	for (i = 0; i < config->cars; i++)
		make_visits(house, i);
	return 0;
}

void house_stop(struct house *house)
{
	unsigned int i;

	free(house->pv_w);
	free(house->load_w);
	free(house->blackouts.of);
	free(house->calls.of);
	for (i = 0; i < HOUSE_CARS_MAX; i++)
		free(house->visits[i].of);
	memset(house, 0, sizeof(*house));
}

/* Contacts as they are now: an RRCR receiver closes 100 % when nothing is wanted. */
static void call_of(struct house *house, u32 at_s, struct home_moment *moment)
{
	const struct house_span *call = now(&house->calls, at_s);

	moment->drm = 0;
	moment->rrcr = RRCR_FULL;
	moment->cease = false;
	if (!call)
		return;
	switch ((enum site_grid_code)house->config.grid_code) {
	case SITE_CODE_DRM:
		moment->drm = (u16)call->what;
		break;
	case SITE_CODE_RRCR:
		moment->rrcr = (u8)call->what;
		if (at_s < call->from_s + RRCR_CHANGE_S)
			moment->rrcr = call->what & 1 ? 0 : (u8)(call->what | RRCR_FULL);
		break;
	default:
		moment->cease = true;
		break;
	}
}

void house_at(struct house *house, u32 at_s, struct home_moment *moment)
{
	u32 minute = at_s / MINUTE_S;
	unsigned int i;

	moment->wall_s = HOUSE_BEGIN_S + at_s;
	moment->pv_w = house->pv_w[minute];
	moment->load_w = house->load_w[minute];
	moment->grid = !now(&house->blackouts, at_s);
	moment->meter_ok = true;
	call_of(house, at_s, moment);
	for (i = 0; i < house->config.cars; i++) {
		const struct house_span *visit = now(&house->visits[i], at_s);

		moment->car[i] = (struct home_car){
			.plugged = visit,
			.wants_wh = visit ? visit->what : 0,
			.most_ma = house->config.car_ma[i],
			.phases = house->config.car_phases[i],
		};
	}
}
