// SPDX-License-Identifier: GPL-2.0-only
/*
 * The open-circuit curve of an LFP cell over its state of charge.
 */
#include "ocv.h"

/*
 * The simulator's own figures, in the shape every LFP cell has: a long plateau
 * around 3.3 V and a cliff at each end. 4 % rests at about 48.5 V for 16 cells,
 * near the low voltage cut-off of packs.md. The cliffs go on past 0 and 100 %
 * so that a pack that is forced there trips its protections.
 */
static const struct point curve[] = {
	{ -0.02, 2000 }, { 0.00, 2750 }, { 0.02, 2930 }, { 0.05, 3065 },
	{ 0.10, 3180 }, { 0.15, 3220 }, { 0.20, 3245 }, { 0.30, 3275 },
	{ 0.40, 3288 }, { 0.50, 3295 }, { 0.60, 3305 }, { 0.70, 3322 },
	{ 0.80, 3332 }, { 0.90, 3338 }, { 0.95, 3345 }, { 0.98, 3365 },
	{ 0.99, 3390 }, { 1.00, 3450 }, { 1.01, 3560 }, { 1.03, 3900 },
};

double line_through(const struct point *points, size_t n, double x)
{
	size_t i = 1;

	if (x <= points[0].x)
		return points[0].y;
	while (i < n && x > points[i].x)
		i++;
	if (i == n)
		return points[n - 1].y;
	return points[i - 1].y + (points[i].y - points[i - 1].y) *
	       (x - points[i - 1].x) / (points[i].x - points[i - 1].x);
}

double ocv_mv(double soc)
{
	return line_through(curve, sizeof(curve) / sizeof(curve[0]), soc);
}
