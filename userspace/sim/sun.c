// SPDX-License-Identifier: GPL-2.0-only
/*
 * The formulas of spec/field.md 8.3, in its order.
 */
#include "sun.h"

#include <math.h>

#define DEGREE			(M_PI / 180)
#define SOLAR_CONSTANT_WM2	1361.0
/* Below, the sun is as good as gone; beams along the ground are not believed either. */
#define LOWEST_COS_ZENITH	0.01
#define LEVEL_COS_ZENITH	0.087
#define ALBEDO			0.2
/* What cables, dirt and an inverter leave */
#define SYSTEM_SHARE		(0.90 * 0.965)
/* A cell is so much warmer than the air in 800 W/m², and loses so much for each K */
#define CELL_K_PER_WM2		(25.0 / 800)
#define LOSS_PER_K		0.004
#define DAY_K			5.0

struct sun sun_at(const struct sun_roof *roof, unsigned int day, double utc_min)
{
	double g = 2 * M_PI * (day - 1) / 365, latitude = roof->latitude * DEGREE;
	struct sun sun;

	sun.declination = 0.006918 - 0.399912 * cos(g) + 0.070257 * sin(g) -
			  0.006758 * cos(2 * g) + 0.000907 * sin(2 * g) -
			  0.002697 * cos(3 * g) + 0.00148 * sin(3 * g);
	sun.equation_min = 229.18 * (0.000075 + 0.001868 * cos(g) - 0.032077 * sin(g) -
				     0.014615 * cos(2 * g) - 0.040849 * sin(2 * g));
	sun.hour_angle = ((utc_min + 4 * roof->longitude + sun.equation_min) / 4 - 180) *
			 DEGREE;
	sun.cos_zenith = sin(latitude) * sin(sun.declination) +
			 cos(latitude) * cos(sun.declination) * cos(sun.hour_angle);
	sun.clear_wm2 = 0;
	sun.beyond_wm2 = 0;
	if (sun.cos_zenith > LOWEST_COS_ZENITH) {
		sun.clear_wm2 = 1098 * sun.cos_zenith * exp(-0.059 / sun.cos_zenith);
		sun.beyond_wm2 = SOLAR_CONSTANT_WM2 *
				 (1 + 0.033 * cos(2 * M_PI * day / 365)) * sun.cos_zenith;
	}
	return sun;
}

static double diffuse_share(double kt)
{
	if (kt <= 0.22)
		return 1 - 0.09 * kt;
	if (kt <= 0.80)
		return 0.9511 - 0.1604 * kt + 4.388 * pow(kt, 2) - 16.638 * pow(kt, 3) +
		       12.336 * pow(kt, 4);
	return 0.165;
}

/* Cosine of the angle at which beams meet the roof */
static double cos_incidence(const struct sun_roof *roof, const struct sun *sun)
{
	double phi = roof->latitude * DEGREE, beta = roof->tilt * DEGREE;
	double gamma = roof->azimuth * DEGREE;
	double delta = sun->declination, omega = sun->hour_angle;

	return sin(delta) * sin(phi) * cos(beta) -
	       sin(delta) * cos(phi) * sin(beta) * cos(gamma) +
	       cos(delta) * cos(phi) * cos(beta) * cos(omega) +
	       cos(delta) * sin(phi) * sin(beta) * cos(gamma) * cos(omega) +
	       cos(delta) * sin(beta) * sin(gamma) * sin(omega);
}

static double air_c(const struct sun_roof *roof, unsigned int day, double utc_min)
{
	return roof->mean_c - roof->season_c * cos(2 * M_PI * (day - 17.0) / 365) +
	       DAY_K * cos(2 * M_PI * (utc_min / 60 - 14) / 24);
}

double sun_roof_w(const struct sun_roof *roof, unsigned int day, double utc_min,
		  double clearness)
{
	struct sun sun = sun_at(roof, day, utc_min);
	double all, diffuse, on_roof, cell_c, w, tilt = cos(roof->tilt * DEGREE);

	if (sun.cos_zenith <= LOWEST_COS_ZENITH)
		return 0;
	all = sun.clear_wm2 * clearness;
	diffuse = all * diffuse_share(fmin(all / sun.beyond_wm2, 1));
	on_roof = (all - diffuse) * fmax(cos_incidence(roof, &sun), 0) /
		  fmax(sun.cos_zenith, LEVEL_COS_ZENITH) +
		  diffuse * (1 + tilt) / 2 + ALBEDO * all * (1 - tilt) / 2;
	cell_c = air_c(roof, day, utc_min) + on_roof * CELL_K_PER_WM2;
	w = roof->kwp * on_roof * (1 - LOSS_PER_K * (cell_c - 25)) * SYSTEM_SHARE;
	return fmin(w, roof->most_w);
}
