/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clouds by seed (spec/field.md 8.3): days that are clear, mixed or overcast follow each
 * other by chance and season, and within a day clouds come and go by the minute.
 */
#ifndef CELLAR_SIM_SKY_H
#define CELLAR_SIM_SKY_H

#include <stdbool.h>
#include <stdint.h>

enum sky_day {
	SKY_CLEAR,
	SKY_MIXED,
	SKY_OVERCAST,
	SKY_DAYS
};

/*
 * @clear, @overcast: how likely such days are, by the chances of central Italy
 */
struct sky_climate {
	double clear, overcast;
};

/* One sky, minute for minute. @left: minutes until cloud and sun change places */
struct sky {
	uint64_t seed;
	struct sky_climate climate;
	enum sky_day day;
	bool cloud;
	unsigned int left;
	double clearness;
};

/* The evening before day 1 of a year. */
void sky_start(struct sky *sky, uint64_t seed, const struct sky_climate *climate);

/*
 * The next minute, @day from 1 and @utc_min of it, each once and in order. Returns how
 * much of a clear sky's light comes through.
 */
double sky_minute(struct sky *sky, unsigned int day, unsigned int utc_min);

#endif /* CELLAR_SIM_SKY_H */
