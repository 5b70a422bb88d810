/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The houses of cellar-sim year: three climates, three sizes, and any mixture of them.
 */
#ifndef CELLAR_SIM_YEAR_HOUSES_H
#define CELLAR_SIM_YEAR_HOUSES_H

#include "house.h"

enum year_climate {
	YEAR_NORTH,	/* Stockholm */
	YEAR_MIDDLE,	/* Tuscany: spec/field.md's own */
	YEAR_SOUTH,	/* Crete, but for its clocks */
	YEAR_CLIMATES
};

enum year_size {
	YEAR_SMALL,
	YEAR_MEDIUM,
	YEAR_LARGE,
	YEAR_SIZES
};

/* All three go by the same clocks, those of Central Europe, as POSIX has them. */
#define YEAR_TIMEZONE	"CET-1CEST,M3.5.0,M10.5.0/3"

/* NULL for no such number. */
const char *year_climate_word(unsigned int climate);
const char *year_size_word(unsigned int size);

/* Sun, sky and seasons of @climate, to @house; its roof keeps tilt, azimuth and modules. */
void year_climate_of(enum year_climate climate, struct house_config *house);

/* A whole house: what there is, and what happens to it. */
void year_house_of(enum year_climate climate, enum year_size size, struct home_config *home,
		   struct house_config *house);

#endif /* CELLAR_SIM_YEAR_HOUSES_H */
