// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gain, offset, multiplication constant, and the curve of platinum.
 */
#include "sensor_value.h"

#include <math.h>

#define BEYOND	1e9

/* IEC 60751: R = R0 (1 + A t + B t² + C (t - 100) t³), C only below 0 °C */
#define PT_R0	100.0
#define PT_A	3.9083e-3
#define PT_B	-5.775e-7
#define PT_C	-4.183e-12
#define PT_LEAST_OHMS	18.52	/* -200 °C */
#define PT_MOST_OHMS	390.48	/* 850 °C */

/* The curve is nearly straight: each step leaves at most a ninth, four less than 0.0005 °C. */
#define PT_STEPS	4

static double pt_below(double t)
{
	return PT_R0 * (1 + PT_A * t + PT_B * t * t + PT_C * (t - 100) * t * t * t);
}

bool sensor_pt100(double ohms, double *celsius)
{
	double t;

	if (!(ohms >= PT_LEAST_OHMS && ohms <= PT_MOST_OHMS))
		return false;
	t = (-PT_A + sqrt(PT_A * PT_A - 4 * PT_B * (1 - ohms / PT_R0))) / (2 * PT_B);
	for (unsigned int i = 0; t < 0 && i < PT_STEPS; i++)
		t -= (pt_below(t) - ohms) / (PT_R0 * PT_A);
	*celsius = t;

	return true;
}

bool sensor_value(const struct sensor_scale *scale, enum sensor_quantity quantity,
		  double measured, s64 *milli)
{
	double value = measured * scale->gain_milli / 1000 + scale->offset_milli / 1000.0;

	if (scale->kind == SENSOR_CT)
		value *= scale->multiply;
	if (scale->kind == SENSOR_PT100 && quantity != SENSOR_DEGREES &&
	    !sensor_pt100(value, &value))
		return false;
	if (!isfinite(value) || fabs(value) > BEYOND)
		return false;
	*milli = llround(value * 1000);

	return true;
}
