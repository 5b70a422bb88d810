/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an LFP cell shows when it rests, and other straight lines through points.
 */
#ifndef CELLAR_SIM_OCV_H
#define CELLAR_SIM_OCV_H

#include <stddef.h>

struct point {
	double x, y;
};

/* The polyline through @points (x ascending, n > 0), flat beyond both ends. */
double line_through(const struct point *points, size_t n, double x);

/* Open-circuit voltage of a cell in mV; @soc in 0…1, a little beyond is allowed. */
double ocv_mv(double soc);

#endif /* CELLAR_SIM_OCV_H */
