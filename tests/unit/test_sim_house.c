// SPDX-License-Identifier: GPL-2.0-only
/*
 * The invented year: chance, sun, clouds and household against the check values of
 * spec/field.md section 8, and what a house makes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <math.h>
#include <cmocka.h>

#include "../../userspace/sim/house.h"
#include "../../userspace/sim/household.h"
#include "../../userspace/sim/rng.h"

#define DEGREES(rad)	((rad) * 180 / M_PI)
/* The shortest thing that lasts is a blackout of so long */
#define EVERY_S		20

/* The reference roof of field.md 8.3 */
static const struct sun_roof roof = {
	.latitude = 43.5, .longitude = 11.6, .tilt = 25, .azimuth = 0, .kwp = 5,
	.most_w = 1e9, .mean_c = 14, .season_c = 10,
};

static struct house_config reference(u64 seed)
{
	return (struct house_config){
		.seed = seed, .roof = roof, .climate = { 1, 1 }, .kwh = 3500,
		.cars = 2, .car_ma = { 16000, 10000 }, .car_phases = { 1, 3 },
		.grid_code = SITE_CODE_RRCR,
	};
}

static void about(double is, double should, double within)
{
	if (fabs(is - should) > within)
		fail_msg("%.6f is not %.6f", is, should);
}

static void chance_has_the_values_of_the_specification(void **state)
{
	struct rng rng = { 0 };

	(void)state;
	assert_true(rng_next(&rng) == 0xe220a8397b1dcdaf);
	rng.state = 1;
	assert_true(rng_next(&rng) == 0x910a2dec89025cc1);
	about(rng_at(1, 1, 1), 0.0383246387901521, 1e-15);
	about(rng_at(1, 2, 3), 0.570754717156568, 1e-15);
}

static void sun_has_the_values_of_the_specification(void **state)
{
	static const struct {
		unsigned int day;
		double utc_min, declination, equation, elevation, clear, w;
	} checks[] = {
		{ 172, 690, 23.452, -1.328, 69.713, 967.1, 3822.6 },
		{ 172, 600, 23.452, -1.328, 64.710, 930.1, 3698.1 },
		{ 355, 690, -23.420, 2.171, 22.944, 367.9, 2580.8 },
		{ 80, 720, -0.066, -7.858, 45.590, 722.2, 3652.2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		struct sun sun = sun_at(&roof, checks[i].day, checks[i].utc_min);

		about(DEGREES(sun.declination), checks[i].declination, 0.0006);
		about(sun.equation_min, checks[i].equation, 0.0006);
		about(90 - DEGREES(acos(sun.cos_zenith)), checks[i].elevation, 0.0006);
		about(sun.clear_wm2, checks[i].clear, 0.06);
		about(sun_roof_w(&roof, checks[i].day, checks[i].utc_min, 1), checks[i].w,
		      0.06);
	}
}

static void no_sun_at_night_and_no_more_than_the_inverter_gives(void **state)
{
	struct sun_roof weak = roof;

	(void)state;
	weak.most_w = 3000;
	assert_true(sun_roof_w(&roof, 172, 0, 1) == 0);
	assert_true(sun_at(&roof, 172, 0).clear_wm2 == 0);
	assert_true(sun_roof_w(&weak, 172, 690, 1) == 3000);
}

/* West is positive: it has its sun later than the east. */
static void roof_to_the_west_has_its_sun_in_the_afternoon(void **state)
{
	struct sun_roof west = roof, east = roof;

	(void)state;
	west.azimuth = 90;
	east.azimuth = -90;
	assert_true(sun_roof_w(&west, 172, 960, 1) > 1.5 * sun_roof_w(&east, 172, 960, 1));
	assert_true(sun_roof_w(&east, 172, 420, 1) > 1.5 * sun_roof_w(&west, 172, 420, 1));
}

static void clear_year_of_the_specification(void **state)
{
	unsigned int day, minute;
	double kwh = 0;

	(void)state;
	for (day = 1; day <= HOUSEHOLD_DAYS; day++)
		for (minute = 0; minute < HOUSEHOLD_DAY_MIN; minute++)
			kwh += sun_roof_w(&roof, day, minute, 1) / 60000;
	about(kwh, 9391, 0.6);
}

/* Days 191/113/61, 7299.7 kWh, at most 3974 W, and the months. */
static void clouded_year_of_the_specification(void **state)
{
	static const unsigned int lengths[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	static const double months[] = {
		318, 289, 637, 658, 869, 860, 930, 841, 699, 504, 394, 301
	};
	static const struct sky_climate climate = { 1, 1 };
	unsigned int days[SKY_DAYS] = { 0 }, day = 1, of_month, minute, month;
	double kwh = 0, most = 0, w, of_this;
	struct sky sky;

	(void)state;
	sky_start(&sky, 1, &climate);
	for (month = 0; month < ARRAY_SIZE(months); month++) {
		of_this = 0;
		for (of_month = 0; of_month < lengths[month]; of_month++, day++) {
			for (minute = 0; minute < HOUSEHOLD_DAY_MIN; minute++) {
				w = sun_roof_w(&roof, day, minute, sky_minute(&sky, day, minute));
				most = fmax(most, w);
				of_this += w / 60000;
			}
			days[sky.day]++;
		}
		about(of_this, months[month], 0.6);
		kwh += of_this;
	}
	assert_int_equal(days[SKY_CLEAR], 191);
	assert_int_equal(days[SKY_MIXED], 113);
	assert_int_equal(days[SKY_OVERCAST], 61);
	about(kwh, 7299.7, 0.06);
	about(most, 3974, 0.6);
}

static void seasons_of_the_household(void **state)
{
	static const struct {
		unsigned int day;
		double factor;
	} checks[] = {
		{ 1, 1.2420 }, { 100, 1.0288 }, { 172, 0.8096 }, { 200, 0.7848 },
		{ 300, 1.0168 }, { 365, 1.2572 },
	};
	double sum = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(checks); i++)
		about(household_season(checks[i].day), checks[i].factor, 0.00006);
	for (i = 1; i <= HOUSEHOLD_DAYS; i++)
		sum += household_season(i);
	about(sum / HOUSEHOLD_DAYS, 1.0045, 0.00006);
}

/* 2025 begins on a Wednesday; means 0.928, 1.003 and 0.995; 8345.18 h in a year. */
static void shape_of_days_and_the_sum_of_a_year(void **state)
{
	static const double means[7] = { 0.928, 0.928, 0.928, 1.003, 0.995, 0.928, 0.928 };
	double hours = 0, sum;
	unsigned int day, minute;

	(void)state;
	for (day = 1; day <= HOUSEHOLD_DAYS; day++) {
		sum = 0;
		for (minute = 0; minute < HOUSEHOLD_DAY_MIN; minute++)
			sum += household_shape(day, minute / 60.0) / HOUSEHOLD_DAY_MIN;
		about(sum, means[(day - 1) % 7], 0.0006);
		hours += 24 * sum * household_season(day);
	}
	about(hours, 8345.18, 0.006);
}

static void household_draws_what_was_wanted(void **state)
{
	static const double wanted[] = { 1000, 3500, 7000 };
	s32 *load_w = malloc(HOUSEHOLD_MINUTES * sizeof(*load_w));
	unsigned int minute, seed;
	double kwh;

	(void)state;
	assert_non_null(load_w);
	for (seed = 0; seed < ARRAY_SIZE(wanted); seed++) {
		kwh = 0;
		household_year(seed, wanted[seed], load_w);
		for (minute = 0; minute < HOUSEHOLD_MINUTES; minute++) {
			assert_in_range(load_w[minute], 1, 9000);
			kwh += load_w[minute] / 60000.0;
		}
		about(kwh, wanted[seed], 0.01);
	}
	free(load_w);
}

/* As many bits as a house has: 0, 1 contacts, 2 blackout, 4, 8 … cars */
static unsigned int happens(const struct home_moment *moment)
{
	return (unsigned int)(moment->rrcr != BIT(3)) | (moment->grid ? 0 : 2) |
	       (moment->car[0].plugged ? 4 : 0) | (moment->car[1].plugged ? 8 : 0);
}

static void same_seed_same_year(void **state)
{
	const struct house_config one = reference(9), two = reference(10);
	struct home_moment a = { 0 }, b = { 0 }, c = { 0 };
	struct house first, again, other;
	bool differs = false;
	u32 at_s;

	(void)state;
	assert_int_equal(house_start(&first, &one), 0);
	assert_int_equal(house_start(&again, &one), 0);
	assert_int_equal(house_start(&other, &two), 0);
	for (at_s = 0; at_s < HOUSE_YEAR_S; at_s += 600) {
		house_at(&first, at_s, &a);
		house_at(&again, at_s, &b);
		house_at(&other, at_s, &c);
		assert_memory_equal(&a, &b, sizeof(a));
		differs |= a.load_w != c.load_w || happens(&a) != happens(&c);
	}
	assert_true(differs);
	house_stop(&first);
	house_stop(&again);
	house_stop(&other);
}

static void cars_blackouts_and_calls_come_and_go(void **state)
{
	const struct house_config config = reference(1);
	unsigned int seconds[4] = { 0 }, times[4] = { 0 }, before = 0, now, i;
	struct home_moment moment = { 0 };
	struct house house;
	u32 at_s;

	(void)state;
	assert_int_equal(house_start(&house, &config), 0);
	for (at_s = 0; at_s < HOUSE_YEAR_S; at_s += EVERY_S) {
		house_at(&house, at_s, &moment);
		assert_true(moment.wall_s == HOUSE_BEGIN_S + (s64)at_s);
		assert_true(moment.meter_ok && !moment.cease && !moment.drm);
		now = happens(&moment);
		for (i = 0; i < 4; i++) {
			seconds[i] += now & BIT(i) ? EVERY_S : 0;
			times[i] += (now & ~before & BIT(i)) != 0;
		}
		before = now;
		for (i = 0; i < 2; i++)
			if (moment.car[i].plugged)
				assert_in_range(moment.car[i].wants_wh, 5000, 15000);
	}
	house_stop(&house);
	/* calls: 37 of at most 90 min; blackouts: 7 of at most 3 h; cars: nearly each night */
	assert_in_range(times[0], 20, 60);
	assert_in_range(seconds[0], 60000, 200000);
	assert_in_range(times[1], 2, 20);
	assert_in_range(seconds[1], 600, 70000);
	for (i = 2; i < 4; i++) {
		assert_in_range(times[i], 290, 345);
		assert_in_range(seconds[i], 290 * 12 * 3600, 345 * 20 * 3600);
	}
	assert_int_equal(moment.car[0].most_ma, 16000);
	assert_int_equal(moment.car[1].phases, 3);
}

static void every_day_of_the_year_has_its_sun(void **state)
{
	const struct house_config config = reference(1);
	struct home_moment moment = { 0 };
	struct house house;
	unsigned int day;

	(void)state;
	assert_int_equal(house_start(&house, &config), 0);
	for (day = 0; day < HOUSEHOLD_DAYS; day++) {
		house_at(&house, day * 86400, &moment);
		assert_int_equal(moment.pv_w, 0);
		house_at(&house, day * 86400 + 41400, &moment);
		assert_in_range(moment.pv_w, 200, 4000);
	}
	house_stop(&house);
}

/* At each change of a receiver's contacts none, or two, are closed for a moment. */
static void receiver_changes_its_contacts_with_a_gap(void **state)
{
	const struct house_config config = reference(1);
	unsigned int none = 0, several = 0, single = 0, hour;
	struct home_moment moment = { 0 };
	struct house house;
	u32 at_s;

	(void)state;
	assert_int_equal(house_start(&house, &config), 0);
	/* operators call by day */
	for (at_s = 0; at_s < HOUSE_YEAR_S; at_s++) {
		hour = at_s / 3600 % 24;
		if (hour < 9 || hour > 17)
			continue;
		house_at(&house, at_s, &moment);
		none += !moment.rrcr;
		several += (moment.rrcr & (moment.rrcr - 1)) != 0;
		single += moment.rrcr && !(moment.rrcr & (moment.rrcr - 1));
	}
	house_stop(&house);
	assert_in_range(none, 2, 40);
	assert_in_range(several, 20, 120);
	assert_int_equal(none + several + single, 365 * 9 * 3600);
}

static void each_grid_operator_has_contacts_of_its_own(void **state)
{
	struct house_config config = reference(3);
	struct home_moment moment = { 0 };
	unsigned int drm = 0, cease = 0;
	struct house house;
	u32 at_s;

	(void)state;
	config.grid_code = SITE_CODE_DRM;
	assert_int_equal(house_start(&house, &config), 0);
	for (at_s = 0; at_s < HOUSE_YEAR_S; at_s += 60) {
		house_at(&house, at_s, &moment);
		assert_true(moment.rrcr == BIT(3) && !moment.cease);
		drm |= moment.drm;
	}
	house_stop(&house);
	assert_int_equal(drm, 0x1ff);

	config.grid_code = SITE_CODE_CEASE;
	assert_int_equal(house_start(&house, &config), 0);
	for (at_s = 0; at_s < HOUSE_YEAR_S; at_s += 60) {
		house_at(&house, at_s, &moment);
		assert_true(moment.rrcr == BIT(3) && !moment.drm);
		cease += moment.cease;
	}
	house_stop(&house);
	assert_in_range(cease, 500, 4000);

	config.grid_code = SITE_CODE_NONE;
	assert_int_equal(house_start(&house, &config), 0);
	for (at_s = 0; at_s < HOUSE_YEAR_S; at_s += 60) {
		house_at(&house, at_s, &moment);
		assert_true(moment.rrcr == BIT(3) && !moment.drm && !moment.cease);
	}
	house_stop(&house);
}

/* A weekday's car is there by night and away at noon; local time is UTC + 1. */
static void cars_sleep_at_home_and_work_by_day(void **state)
{
	const struct house_config config = reference(1);
	unsigned int night = 0, noon = 0, day;
	struct home_moment moment = { 0 };
	struct house house;

	(void)state;
	assert_int_equal(house_start(&house, &config), 0);
	for (day = 1; day < HOUSEHOLD_DAYS; day++) {
		house_at(&house, day * 86400 + 2 * 3600, &moment);
		night += moment.car[0].plugged;
		house_at(&house, day * 86400 + 10 * 3600, &moment);
		noon += moment.car[0].plugged;
	}
	house_stop(&house);
	assert_in_range(night, 290, 345);
	assert_in_range(noon, 5, 60);	/* of Saturdays and Sundays */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chance_has_the_values_of_the_specification),
		cmocka_unit_test(sun_has_the_values_of_the_specification),
		cmocka_unit_test(no_sun_at_night_and_no_more_than_the_inverter_gives),
		cmocka_unit_test(roof_to_the_west_has_its_sun_in_the_afternoon),
		cmocka_unit_test(clear_year_of_the_specification),
		cmocka_unit_test(clouded_year_of_the_specification),
		cmocka_unit_test(seasons_of_the_household),
		cmocka_unit_test(shape_of_days_and_the_sum_of_a_year),
		cmocka_unit_test(household_draws_what_was_wanted),
		cmocka_unit_test(same_seed_same_year),
		cmocka_unit_test(cars_blackouts_and_calls_come_and_go),
		cmocka_unit_test(every_day_of_the_year_has_its_sun),
		cmocka_unit_test(receiver_changes_its_contacts_with_a_gap),
		cmocka_unit_test(each_grid_operator_has_contacts_of_its_own),
		cmocka_unit_test(cars_sleep_at_home_and_work_by_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
