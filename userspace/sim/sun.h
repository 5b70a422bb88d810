/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the sun stands, and what a roof makes of it (spec/field.md 8.3): Spencer's
 * series, Haurwitz's clear sky, Erbs' share of diffuse light, cells that grow warm.
 */
#ifndef CELLAR_SIM_SUN_H
#define CELLAR_SIM_SUN_H

/*
 * @latitude, @longitude: ° north and east
 * @tilt, @azimuth: of the roof in °: 0 is flat; 0 is south, west is positive
 * @kwp: of its modules; @most_w: more does not come out
 * @mean_c, @season_c: of the year's air, and how far it is from that in July
 */
struct sun_roof {
	double latitude, longitude;
	double tilt, azimuth;
	double kwp, most_w;
	double mean_c, season_c;
};

/*
 * One moment. Angles in rad, light on the level in W/m².
 *
 * @equation_min: of time, minutes
 * @cos_zenith: ≤ 0 at night
 */
struct sun {
	double declination, equation_min, hour_angle;
	double cos_zenith;
	double clear_wm2, beyond_wm2;
};

/* @day: of the year, from 1; @utc_min: of that day */
struct sun sun_at(const struct sun_roof *roof, unsigned int day, double utc_min);

/* AC power in W when the sky lets through @clearness of the light of a clear one. */
double sun_roof_w(const struct sun_roof *roof, unsigned int day, double utc_min,
		  double clearness);

#endif /* CELLAR_SIM_SUN_H */
