// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calendar that rules, outputs and energies go by.
 */
#include "../../userspace/core/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

static struct civil at(s32 year, unsigned int month, unsigned int day, unsigned int hour,
		       unsigned int minute)
{
	struct civil civil;

	civil_of((s64)civil_day(year, month, day) * CIVIL_DAY_S + hour * 3600 + minute * 60,
		 &civil);

	return civil;
}

static void assert_date(const struct civil *civil, s32 year, unsigned int month,
			unsigned int day)
{
	assert_int_equal(civil->year, year);
	assert_int_equal(civil->month, month);
	assert_int_equal(civil->of_month, day);
}

static void first_of_january_1970_is_a_thursday(void **state)
{
	struct civil civil;

	(void)state;
	civil_of(0, &civil);
	assert_date(&civil, 1970, 1, 1);
	assert_int_equal(civil.day, 0);
	assert_int_equal(civil.weekday, 3);
	assert_int_equal(civil.minute, 0);
	assert_int_equal(civil.second, 0);
}

static void a_second_before_1970_is_the_end_of_1969(void **state)
{
	struct civil civil;

	(void)state;
	civil_of(-1, &civil);
	assert_date(&civil, 1969, 12, 31);
	assert_int_equal(civil.day, -1);
	assert_int_equal(civil.weekday, 2);
	assert_int_equal(civil.minute, 1439);
	assert_int_equal(civil.second, 59);
}

static bool is_leap(s32 year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Written down as a person would: one day after the other, from 1 March of the year -2000. */
static void every_day_of_twelve_thousand_years_follows_the_one_before(void **state)
{
	static const u8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	s32 year = -2000, day = civil_day(-2000, 3, 1);
	unsigned int month = 3, of_month = 1, weekday = 2;

	(void)state;
	while (year < 10000) {
		struct civil civil;

		civil_of((s64)day * CIVIL_DAY_S + 4321, &civil);
		assert_date(&civil, year, month, of_month);
		assert_int_equal(civil.day, day);
		assert_int_equal(civil.weekday, weekday);
		assert_int_equal(civil.minute, 72);
		assert_int_equal(civil.second, 1);
		assert_int_equal(civil_day(year, month, of_month), day);

		day++;
		weekday = (weekday + 1) % 7;
		if (++of_month <= days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0))
			continue;
		of_month = 1;
		month = month % 12 + 1;
		year += month == 1;
	}
}

static void the_c_library_says_the_same(void **state)
{
	u32 noise = 1;

	(void)state;
	for (unsigned int i = 0; i < 100000; i++) {
		struct civil civil;
		struct tm tm;
		time_t second;

		noise = noise * 1664525 + 1013904223;
		second = (time_t)(s32)noise * 37;
		civil_of(second, &civil);
		assert_non_null(gmtime_r(&second, &tm));
		assert_date(&civil, tm.tm_year + 1900, (unsigned int)tm.tm_mon + 1,
			    (unsigned int)tm.tm_mday);
		assert_int_equal(civil.weekday, (tm.tm_wday + 6) % 7);
		assert_int_equal(civil.minute, tm.tm_hour * 60 + tm.tm_min);
		assert_int_equal(civil.second, tm.tm_sec);
	}
}

static void a_time_beyond_9999_is_its_last_second(void **state)
{
	struct civil civil;

	(void)state;
	civil_of(CIVIL_MAX_S, &civil);
	assert_date(&civil, 9999, 12, 31);
	assert_int_equal(civil.minute, 1439);
	assert_int_equal(civil.second, 59);
	civil_of(INT64_MAX, &civil);
	assert_date(&civil, 9999, 12, 31);
	civil_of(INT64_MIN, &civil);
	assert_int_equal(civil.year, -6060);
}

static void a_week_begins_on_monday(void **state)
{
	s32 monday = civil_day(2026, 10, 19);

	(void)state;
	assert_int_equal(civil_week(monday - 1) + 1, civil_week(monday));
	assert_int_equal(civil_week(monday + 6), civil_week(monday));
	assert_int_equal(civil_week(monday + 7), civil_week(monday) + 1);
	assert_int_equal(civil_week(-4), civil_week(-3) - 1);
	assert_int_equal(at(2026, 10, 19, 0, 0).weekday, 0);
	assert_int_equal(at(2026, 10, 25, 23, 59).weekday, 6);
}

static void february_29_is_a_day_and_30_is_not(void **state)
{
	static const u16 wrong[] = { 0, 1, 100, 132, 230, 431, 631, 931, 1131, 1232, 1300, 1301,
				     10101 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(civil_is_month_day(wrong[i]));
	assert_true(civil_is_month_day(101));
	assert_true(civil_is_month_day(229));
	assert_true(civil_is_month_day(430));
	assert_true(civil_is_month_day(1231));
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void hours_begin_at_their_first_minute_and_end_before_the_last(void **state)
{
	(void)state;
	assert_false(civil_in_hours(8 * 60 - 1, 8 * 60, 20 * 60));
	assert_true(civil_in_hours(8 * 60, 8 * 60, 20 * 60));
	assert_true(civil_in_hours(20 * 60 - 1, 8 * 60, 20 * 60));
	assert_false(civil_in_hours(20 * 60, 8 * 60, 20 * 60));
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void hours_over_midnight_are_one_night(void **state)
{
	(void)state;
	assert_true(civil_in_hours(22 * 60, 22 * 60, 6 * 60));
	assert_true(civil_in_hours(1439, 22 * 60, 6 * 60));
	assert_true(civil_in_hours(0, 22 * 60, 6 * 60));
	assert_true(civil_in_hours(6 * 60 - 1, 22 * 60, 6 * 60));
	assert_false(civil_in_hours(6 * 60, 22 * 60, 6 * 60));
	assert_false(civil_in_hours(22 * 60 - 1, 22 * 60, 6 * 60));
}

static void equal_hours_are_the_whole_day(void **state)
{
	(void)state;
	for (unsigned int minute = 0; minute < CIVIL_DAY_MIN; minute += 13) {
		assert_true(civil_in_hours(minute, 0, 0));
		assert_true(civil_in_hours(minute, 0, 1440));
		assert_true(civil_in_hours(minute, 1440, 0));
		assert_true(civil_in_hours(minute, 600, 600));
	}
	assert_true(civil_in_hours(1439, 720, 1440));
	assert_false(civil_in_hours(719, 720, 1440));
	assert_true(civil_in_hours(0, 1440, 60));
	assert_false(civil_in_hours(60, 1440, 60));
}

/* row: inverter.md "% charge mode (timed charging from the grid)" dates */
static void a_season_has_its_first_and_its_last_day(void **state)
{
	struct civil before = at(2026, 3, 31, 23, 59), first = at(2026, 4, 1, 0, 0);
	struct civil last = at(2026, 9, 30, 23, 59), after = at(2026, 10, 1, 0, 0);

	(void)state;
	assert_false(civil_in_days(&before, 401, 930));
	assert_true(civil_in_days(&first, 401, 930));
	assert_true(civil_in_days(&last, 401, 930));
	assert_false(civil_in_days(&after, 401, 930));
}

/* row: inverter.md "% charge mode (timed charging from the grid)" dates */
static void a_winter_goes_over_new_year(void **state)
{
	struct civil autumn = at(2026, 11, 14, 12, 0), first = at(2026, 11, 15, 0, 0);
	struct civil eve = at(2026, 12, 31, 23, 59), new_year = at(2027, 1, 1, 0, 0);
	struct civil last = at(2027, 2, 28, 23, 59), spring = at(2027, 3, 1, 0, 0);

	(void)state;
	assert_false(civil_in_days(&autumn, 1115, 228));
	assert_true(civil_in_days(&first, 1115, 228));
	assert_true(civil_in_days(&eve, 1115, 228));
	assert_true(civil_in_days(&new_year, 1115, 228));
	assert_true(civil_in_days(&last, 1115, 228));
	assert_false(civil_in_days(&spring, 1115, 228));
}

static void no_days_given_is_the_whole_year(void **state)
{
	struct civil civil = at(2028, 2, 29, 0, 0);

	(void)state;
	assert_true(civil_in_days(&civil, 0, 0));
	assert_true(civil_in_days(&civil, 229, 229));
	assert_false(civil_in_days(&civil, 301, 301));
}

static void how_long_until_a_minute_of_the_clock(void **state)
{
	struct civil noon = at(2026, 6, 10, 12, 0);

	(void)state;
	assert_int_equal(civil_until_ms(&noon, 12 * 60 + 1), 60000);
	assert_int_equal(civil_until_ms(&noon, 12 * 60), 86400000);
	assert_int_equal(civil_until_ms(&noon, 12 * 60 - 1), 86340000);
	assert_int_equal(civil_until_ms(&noon, 1440), 43200000);
	assert_int_equal(civil_until_ms(&noon, 1440 + 13 * 60), 3600000);
	noon.second = 1;
	assert_int_equal(civil_until_ms(&noon, 12 * 60), 86399000);
}

static void yesterday_of_a_first_of_march(void **state)
{
	struct civil now = at(2028, 3, 1, 4, 5), before;

	(void)state;
	civil_yesterday(&now, &before);
	assert_date(&before, 2028, 2, 29);
	assert_int_equal(before.day, now.day - 1);
	assert_int_equal(before.weekday, 1);
	assert_int_equal(before.minute, 245);
	now = at(2026, 1, 1, 0, 0);
	civil_yesterday(&now, &before);
	assert_date(&before, 2025, 12, 31);
	now = at(2026, 10, 19, 0, 0);
	civil_yesterday(&now, &before);
	assert_int_equal(before.weekday, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_of_january_1970_is_a_thursday),
		cmocka_unit_test(a_second_before_1970_is_the_end_of_1969),
		cmocka_unit_test(every_day_of_twelve_thousand_years_follows_the_one_before),
		cmocka_unit_test(the_c_library_says_the_same),
		cmocka_unit_test(a_time_beyond_9999_is_its_last_second),
		cmocka_unit_test(a_week_begins_on_monday),
		cmocka_unit_test(february_29_is_a_day_and_30_is_not),
		cmocka_unit_test(hours_begin_at_their_first_minute_and_end_before_the_last),
		cmocka_unit_test(hours_over_midnight_are_one_night),
		cmocka_unit_test(equal_hours_are_the_whole_day),
		cmocka_unit_test(a_season_has_its_first_and_its_last_day),
		cmocka_unit_test(a_winter_goes_over_new_year),
		cmocka_unit_test(no_days_given_is_the_whole_year),
		cmocka_unit_test(how_long_until_a_minute_of_the_clock),
		cmocka_unit_test(yesterday_of_a_first_of_march),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
