/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a battery says to an inverter, beside what cellard would have said to it: for a
 * person who wants to know before switching over.
 */
#ifndef CELLAR_CELLARD_COMPARISON_H
#define CELLAR_CELLARD_COMPARISON_H

#include "state.h"

/* What a wire rounds to: 0.1 A and 0.1 V in most dialects. */
#define COMPARISON_SAME		100

/* A battery's limits count for so long: as the driver has it, two periods and a half. */
#define COMPARISON_FRESH_MS	2500

enum comparison_of {
	COMPARISON_CHARGE_CURRENT,
	COMPARISON_DISCHARGE_CURRENT,
	COMPARISON_CHARGE_VOLTAGE,
	COMPARISON_OF
};

/*
 * mA or mV. Differences are ours less the battery's; @most is not below 0, @least not
 * above.
 *
 * @known: the two have been there together
 * @more_ms, @less_ms, @same_ms: for how long ours would have been so
 */
struct comparison_row {
	bool known;
	u32 battery, ours;
	s64 most, least;
	u64 more_ms, less_ms, same_ms;
};

struct comparison {
	struct comparison_row row[COMPARISON_OF];
};

/* A step of @step_ms. NULL: the battery, or cellard, says nothing. */
void comparison_step(struct comparison *comparison, const struct cellar_reading *battery,
		     const struct cellar_reading *ours, u32 step_ms);

#endif /* CELLAR_CELLARD_COMPARISON_H */
