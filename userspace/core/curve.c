// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a curve, and holding what it read.
 */
#include "curve.h"

u16 curve_at(const struct curve *curve, s32 x)
{
	unsigned int i;
	s64 rise, run;

	if (!curve->n)
		return CURVE_FULL;
	if (x <= curve->at[0].x)
		return curve->at[0].centi;

	for (i = 1; i < curve->n; i++) {
		if (x > curve->at[i].x)
			continue;
		rise = curve->at[i].centi - curve->at[i - 1].centi;
		run = curve->at[i].x - curve->at[i - 1].x;
		return (u16)(curve->at[i - 1].centi + rise * (x - curve->at[i - 1].x) / run);
	}

	return curve->at[curve->n - 1].centi;
}

u16 curve_latched(const struct curve *curve, s32 x, u16 *latch)
{
	u16 now = curve_at(curve, x);

	if (now == CURVE_FULL || now < *latch)
		*latch = now;

	return *latch;
}

u32 curve_share(u32 ma, u16 centi)
{
	return (u32)((u64)ma * centi / CURVE_FULL);
}
