/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A derating curve: what share of the highest current is left at a cell voltage, a
 * temperature or a state of charge; and the latch of a curve that has bitten.
 */
#ifndef CELLAR_CORE_CURVE_H
#define CELLAR_CORE_CURVE_H

#include "env.h"

#define CURVE_FULL	10000	/* 100.00 % */
#define CURVE_POINTS	6

/*
 * Points in rising order of @x (mV, 0.1 °C or 0.01 %); straight lines between them,
 * level before the first and after the last. @n = 0: no curve, always full.
 */
struct curve {
	u8 n;
	struct {
		s32 x;
		u16 centi;	/* 1…CURVE_FULL: a curve tapers, it never stops */
	} at[CURVE_POINTS];
};

/* 1…CURVE_FULL */
u16 curve_at(const struct curve *curve, s32 x);

/*
 * The same, held: once below full it only falls, until the curve reads full again
 * (design.md, "Limits"). @latch: where it stands, CURVE_FULL at first.
 */
u16 curve_latched(const struct curve *curve, s32 x, u16 *latch);

/* @ma × @centi, rounded down */
u32 curve_share(u32 ma, u16 centi);

#endif /* CELLAR_CORE_CURVE_H */
