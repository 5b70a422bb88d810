// SPDX-License-Identifier: GPL-2.0-only
/*
 * What people may type as a date, by clocks that have a summer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../userspace/cellarctl/dates.h"

#define HOUR_S	3600
#define DAY_S	86400

/* 2026-01-01T00:00:00Z */
#define YEAR_2026_S	1767225600

struct typed {
	const char *text;
	int64_t begin_s, end_s;
};

static void check(const struct typed *typed, size_t n,
		  bool (*parse)(const char *, bool, int64_t *))
{
	int64_t begin_s, end_s;

	for (; n--; typed++) {
		assert_true(parse(typed->text, false, &begin_s));
		assert_true(parse(typed->text, true, &end_s));
		if (begin_s != typed->begin_s || end_s != typed->end_s)
			fail_msg("%s: %lld to %lld", typed->text, (long long)begin_s,
				 (long long)end_s);
	}
}

/* Central Europe: an hour ahead, two in summer. */
static void a_date_is_as_long_as_its_last_part(void **state)
{
	static const struct typed typed[] = {
		{ "2026", YEAR_2026_S - HOUR_S, YEAR_2026_S - HOUR_S + 365 * DAY_S },
		{ "2026-01", YEAR_2026_S - HOUR_S, YEAR_2026_S - HOUR_S + 31 * DAY_S },
		{ "2026-12", YEAR_2026_S - HOUR_S + 334 * DAY_S,
		  YEAR_2026_S - HOUR_S + 365 * DAY_S },
		{ "2026-01-31", YEAR_2026_S - HOUR_S + 30 * DAY_S,
		  YEAR_2026_S - HOUR_S + 31 * DAY_S },
		{ "2026-01-01T13:45", YEAR_2026_S + 45900, YEAR_2026_S + 45960 },
		/* the days on which clocks are set have 23 and 25 hours */
		{ "2026-03-29", YEAR_2026_S - HOUR_S + 87 * DAY_S,
		  YEAR_2026_S - 2 * HOUR_S + 88 * DAY_S },
		{ "2026-10-25", YEAR_2026_S - 2 * HOUR_S + 297 * DAY_S,
		  YEAR_2026_S - HOUR_S + 298 * DAY_S },
		/* 2024 had a 29th of February */
		{ "2024-02-29", YEAR_2026_S - HOUR_S - 672 * DAY_S,
		  YEAR_2026_S - HOUR_S - 671 * DAY_S },
	};

	(void)state;
	check(typed, sizeof(typed) / sizeof(*typed), dates_parse);
}

static void a_day_begins_at_a_multiple_of_24_hours(void **state)
{
	static const struct typed typed[] = {
		{ "2026-01-31", YEAR_2026_S + 30 * DAY_S, YEAR_2026_S + 31 * DAY_S },
		{ "2026-03-29", YEAR_2026_S + 87 * DAY_S, YEAR_2026_S + 88 * DAY_S },
		{ "2026", YEAR_2026_S, YEAR_2026_S + 365 * DAY_S },
	};

	(void)state;
	check(typed, sizeof(typed) / sizeof(*typed), dates_parse_day);
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", "yesterday", "26", "1969", "2900", "2026-", "2026-13", "2026-00",
		"2026-02-30", "2026-02-29", "2026-04-31", "2026-01-32", "2026-01-31 ",
		"2026-01-31T", "2026-01-31T25:00", "2026-01-31T13:60", "2026-01-31T13:45:10",
		"2026/01/31", "31.01.2026",
	};
	int64_t at_s = 5;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (dates_parse(wrong[i], false, &at_s) || dates_parse_day(wrong[i], true, &at_s))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_int_equal(at_s, 5);
}

static void times_are_written_as_the_clock_shows_them(void **state)
{
	char text[DATES_TEXT_SIZE];

	(void)state;
	assert_string_equal(dates_text(YEAR_2026_S, false, text), "2026-01-01 01:00:00");
	assert_string_equal(dates_text(YEAR_2026_S, true, text), "2026-01-01T01:00:00+01:00");
	assert_string_equal(dates_text(YEAR_2026_S + 181 * DAY_S + 59, true, text),
			    "2026-07-01T02:00:59+02:00");
	assert_string_equal(dates_text(0, true, text), "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_is_as_long_as_its_last_part),
		cmocka_unit_test(a_day_begins_at_a_multiple_of_24_hours),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(times_are_written_as_the_clock_shows_them),
	};

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
