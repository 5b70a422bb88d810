// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the figure of a sensor means.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "../../userspace/io/sensor_value.h"

/* row: ems.md "Plant" multiplication constant */
static void a_current_sensor_on_one_of_three_phases_counts_three_times(void **state)
{
	struct sensor_scale scale = { SENSOR_CT, 1, 23000000, 0 };
	s64 milli;

	(void)state;
	assert_true(sensor_value(&scale, SENSOR_VOLTS, 0.1, &milli));
	assert_int_equal(milli, 2300000);
	scale.multiply = 3;
	assert_true(sensor_value(&scale, SENSOR_VOLTS, 0.1, &milli));
	assert_int_equal(milli, 6900000);
	assert_string_equal(sensor_unit(&scale, SENSOR_VOLTS), "W");
}

static void offset_and_gain(void **state)
{
	const struct sensor_scale scale = { SENSOR_CHANNEL, 1, -2500, 1250 };
	s64 milli;

	(void)state;
	assert_true(sensor_value(&scale, SENSOR_AMPERES, 2, &milli));
	assert_int_equal(milli, -3750);
	assert_string_equal(sensor_unit(&scale, SENSOR_AMPERES), "A");
}

/* The table of IEC 60751 */
/* row: ems.md "Plant" PT100 */
static void platinum(void **state)
{
	static const struct {
		double ohms, celsius;
	} table[] = {
		{ 18.52, -200 }, { 60.26, -100 }, { 80.31, -50 }, { 96.09, -10 }, { 100, 0 },
		{ 107.79, 20 }, { 119.40, 50 }, { 138.51, 100 }, { 175.86, 200 }, { 390.48, 850 },
	};
	double celsius;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		assert_true(sensor_pt100(table[i].ohms, &celsius));
		if (fabs(celsius - table[i].celsius) > 0.03)
			fail_msg("%g ohms are %g, not %g", table[i].ohms, celsius,
				 table[i].celsius);
	}
}

/* Its formula, to the last thousandth that is said, from one end to the other */
static void platinum_to_a_thousandth(void **state)
{
	double celsius;

	(void)state;
	for (int t = -200; t < 850; t += 5) {
		double below = t < 0 ? -4.183e-12 * (t - 100) * t * t * t : 0;

		assert_true(sensor_pt100(100 * (1 + 3.9083e-3 * t - 5.775e-7 * t * t + below),
					 &celsius));
		if (fabs(celsius - t) > 0.0005)
			fail_msg("%d is %g", t, celsius);
	}
}

static void a_pt100_with_a_broken_wire_is_no_temperature(void **state)
{
	const struct sensor_scale scale = { SENSOR_PT100, 1, 1000, 0 };
	const double broken[] = { 0, 18, 391, 1e6, -5, NAN, INFINITY };
	s64 milli = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++)
		assert_false(sensor_value(&scale, SENSOR_OHMS, broken[i], &milli));
	assert_int_equal(milli, 7);
	assert_true(sensor_value(&scale, SENSOR_OHMS, 138.51, &milli));
	assert_in_range(milli, 99970, 100030);
	assert_string_equal(sensor_unit(&scale, SENSOR_OHMS), "°C");
}

static void a_pt100_that_says_a_temperature_itself_is_taken_at_its_word(void **state)
{
	const struct sensor_scale scale = { SENSOR_PT100, 1, 1000, -500 };
	s64 milli;

	(void)state;
	assert_true(sensor_value(&scale, SENSOR_DEGREES, 21.5, &milli));
	assert_int_equal(milli, 21000);
}

static void kinds_and_units_have_their_words(void **state)
{
	static const char *const units[SENSOR_QUANTITIES] = { "V", "A", "W", "°C", "Ω", "%", "" };
	const struct sensor_scale scale = { .kind = SENSOR_CHANNEL };

	(void)state;
	assert_string_equal(sensor_kind_word(SENSOR_CT), "ct");
	assert_string_equal(sensor_kind_word(SENSOR_PT100), "pt100");
	assert_string_equal(sensor_kind_word(SENSOR_CHANNEL), "channel");
	for (unsigned int i = 0; i < SENSOR_QUANTITIES; i++)
		assert_string_equal(sensor_unit(&scale, i), units[i]);
}

static void what_nobody_can_measure_is_no_value(void **state)
{
	const struct sensor_scale scale = { SENSOR_CHANNEL, 1, 1000, 0 };
	s64 milli;

	(void)state;
	assert_false(sensor_value(&scale, SENSOR_OTHER, NAN, &milli));
	assert_false(sensor_value(&scale, SENSOR_OTHER, -INFINITY, &milli));
	assert_false(sensor_value(&scale, SENSOR_OTHER, 1.1e9, &milli));
	assert_true(sensor_value(&scale, SENSOR_OTHER, -1e9, &milli));
	assert_int_equal(milli, INT64_C(-1000000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_current_sensor_on_one_of_three_phases_counts_three_times),
		cmocka_unit_test(offset_and_gain),
		cmocka_unit_test(platinum),
		cmocka_unit_test(platinum_to_a_thousandth),
		cmocka_unit_test(a_pt100_with_a_broken_wire_is_no_temperature),
		cmocka_unit_test(a_pt100_that_says_a_temperature_itself_is_taken_at_its_word),
		cmocka_unit_test(kinds_and_units_have_their_words),
		cmocka_unit_test(what_nobody_can_measure_is_no_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
