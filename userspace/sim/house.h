/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole year around a house, made by a seed: sun and clouds, what the family draws, cars
 * that come and go, blackouts, and what the grid operator wants. The year is 2025, from
 * 00:00 UTC; nothing of it needs a download.
 */
#ifndef CELLAR_SIM_HOUSE_H
#define CELLAR_SIM_HOUSE_H

#include "home.h"
#include "sky.h"
#include "sun.h"

#define HOUSE_BEGIN_S	1735689600	/* 2025-01-01 00:00 UTC */
#define HOUSE_YEAR_S	(365 * 86400)
#define HOUSE_CARS_MAX	SITE_CHARGERS_MAX

/*
 * @car_ma, @car_phases: what each car takes
 * @grid_code: by which contacts the operator speaks, enum site_grid_code
 */
struct house_config {
	u64 seed;
	struct sun_roof roof;
	struct sky_climate climate;
	double kwh;
	unsigned int cars;
	u32 car_ma[HOUSE_CARS_MAX];
	u8 car_phases[HOUSE_CARS_MAX];
	u8 grid_code;
};

/* From, to (not itself): seconds of the year; @what: contacts, or nothing */
struct house_span {
	u32 from_s, to_s;
	u32 what;
};

/* @next: the first one that has not ended */
struct house_spans {
	struct house_span *of;
	unsigned int n, next;
};

struct house {
	struct house_config config;
	s32 *pv_w, *load_w;	/* of each minute */
	struct house_spans blackouts, calls;
	struct house_spans visits[HOUSE_CARS_MAX];	/* @what: Wh that the car wants */
};

/* 0 or -ENOMEM; @config is copied. */
int house_start(struct house *house, const struct house_config *config);
void house_stop(struct house *house);

/*
 * The moment @at_s of the year, to @moment; times never go back. Local time and limits of
 * the battery are left to the caller.
 */
void house_at(struct house *house, u32 at_s, struct home_moment *moment);

#endif /* CELLAR_SIM_HOUSE_H */
