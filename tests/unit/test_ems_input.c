// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CSV that cellar-sim ems reads: columns in any order, times of the site's clocks, and
 * errors that name line and column.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../userspace/io/time_zone.h"
#include "../../userspace/sim/ems_input.h"
#include "../../userspace/sim/local_time.h"

#define HEADER	"time,pv_w,load_w\n"

static FILE *file_of(const char *text)
{
	FILE *from = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_non_null(from);
	return from;
}

/* What is wrong with @text, on whatever line it shows. */
static void complains(const char *text, const char *sentence)
{
	FILE *from = file_of(text);
	struct ems_input input;
	struct ems_line line;
	int r = ems_input_start(&input, from, "day.csv");

	while (!r && (r = ems_input_next(&input, &line)) > 0)
		r = 0;
	fclose(from);
	assert_int_equal(r, -EINVAL);
	assert_string_equal(input.wrong, sentence);
}

/* The lines of @text, all of which are right. */
static unsigned int take(const char *text, struct ems_line *lines, unsigned int most)
{
	FILE *from = file_of(text);
	struct ems_input input;
	unsigned int n = 0;
	int r = ems_input_start(&input, from, "day.csv");

	if (r)
		fail_msg("%s", input.wrong);
	while ((r = ems_input_next(&input, &lines[n])) > 0) {
		n++;
		assert_in_range(n, 1, most - 1);
	}
	fclose(from);
	if (r)
		fail_msg("%s", input.wrong);
	return n;
}

static void every_column_in_any_order(void **state)
{
	struct ems_line line[3];
	const struct home_moment *m = &line[0].moment;

	(void)state;
	assert_int_equal(take("car8,load_w,drm,rrcr,cease,meter_ok,grid,charge_limit_a,"
			      "discharge_limit_a,time,pv_w,car1,car2,car3,car4,car5,car6,car7\n"
			      "1,450,288,5,1,0,0,12.5,0,1750500000,3210,0,1,0,0,0,0,0\n",
			      line, 3), 1);
	assert_string_equal(line[0].time, "1750500000");
	assert_true(line[0].at_ms == 1750500000000);
	assert_true(m->wall_s == 1750500000);
	assert_int_equal(m->pv_w, 3210);
	assert_int_equal(m->load_w, 450);
	assert_int_equal(m->drm, 288);
	assert_int_equal(m->rrcr, 5);
	assert_true(m->cease && !m->meter_ok && !m->grid);
	assert_int_equal(m->charge_ma, 12500);
	assert_int_equal(m->discharge_ma, 0);
	assert_true(m->car[7].plugged && m->car[1].plugged);
	assert_false(m->car[0].plugged || m->car[2].plugged || m->car[6].plugged);
	assert_int_equal(m->car[7].wants_wh, HOME_CAR_OPEN);
}

static void what_is_not_there_has_its_default(void **state)
{
	struct ems_line line[3];
	const struct home_moment *m = &line[0].moment;

	(void)state;
	assert_int_equal(take(HEADER "0,1,2\n", line, 3), 1);
	assert_true(m->grid && m->meter_ok && !m->cease);
	assert_int_equal(m->drm, 0);
	assert_int_equal(m->rrcr, 0);
	assert_int_equal(m->charge_ma, HOME_BY_MODEL);
	assert_int_equal(m->discharge_ma, HOME_BY_MODEL);
	assert_false(m->car[0].plugged);
}

static void blanks_line_ends_and_fractions(void **state)
{
	struct ems_line line[4];

	(void)state;
	assert_int_equal(take("\xef\xbb\xbf" " time , pv_w,load_w \r\n"
			      " 10.250 ,\t1.4 , 2.5\r\n"
			      "11,1000000,0.9996", line, 4), 2);
	assert_true(line[0].at_ms == 10250);
	assert_string_equal(line[0].time, "10.250");
	assert_int_equal(line[0].moment.pv_w, 1);
	assert_int_equal(line[0].moment.load_w, 3);
	assert_int_equal(line[1].moment.pv_w, 1000000);
	assert_int_equal(line[1].moment.load_w, 1);
}

static void local_time_of_the_site(void **state)
{
	struct ems_line line[4];

	(void)state;
	assert_int_equal(take(HEADER "2025-01-01T00:00:00,0,0\n2025-06-21T12:00:00,0,0\n",
			      line, 4), 2);
	assert_true(line[0].at_ms == 1735686000000);	/* 23:00 UTC */
	assert_true(line[1].at_ms == 1750500000000);	/* 10:00 UTC */
	assert_string_equal(line[1].time, "2025-06-21T12:00:00");
}

/* 2:00 to 3:00 is there twice; a file goes on with the second one. */
static void hour_that_is_there_twice_in_autumn(void **state)
{
	struct ems_line line[8];
	unsigned int i;

	(void)state;
	assert_int_equal(take(HEADER
			      "2025-10-26T02:00:00,0,0\n2025-10-26T02:30:00,0,0\n"
			      "2025-10-26T02:00:00,0,0\n2025-10-26T02:30:00,0,0\n"
			      "2025-10-26T03:00:00,0,0\n", line, 8), 5);
	for (i = 0; i < 5; i++)
		assert_true(line[i].at_ms == 1761436800000 + i * 1800000);
}

static void wrong_headers(void **state)
{
	(void)state;
	complains("", "day.csv:1: no header: the first line must name the columns, time, pv_w "
		  "and load_w at least");
	complains("\n1,2,3\n", "day.csv:1: no header: the first line must name the columns, "
		  "time, pv_w and load_w at least");
	complains("time,pv_w\n", "day.csv:1: no column load_w: time, pv_w and load_w must be "
		  "there");
	complains("pv_w,load_w\n", "day.csv:1: no column time: time, pv_w and load_w must be "
		  "there");
	complains("time,load_w\n", "day.csv:1: no column pv_w: time, pv_w and load_w must be "
		  "there");
	complains("time,pv_w,load_w,soc\n", "day.csv:1: column 4: 'soc' is no column; there are "
		  "time, pv_w, load_w, grid, drm, rrcr, cease, meter_ok, charge_limit_a, "
		  "discharge_limit_a and car1 to car8");
	complains("time,pv_w,pv_w,load_w\n", "day.csv:1: column 3: there is a column pv_w "
		  "already");
}

static void wrong_numbers(void **state)
{
	static const char *const bad[] = {
		"", "-1", "x", "12x", "1e3", "1000001", "1000000.001", ".5", "5.", "0x10", "nan",
		"99999999999999999999999",
	};
	char text[200], sentence[200];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), HEADER "1,2,3\n2,4,%s\n", bad[i]);
		snprintf(sentence, sizeof(sentence), "day.csv:3: column 3 (load_w): '%s' is not "
			 "a number of W from 0 to 1000000", bad[i]);
		complains(text, sentence);
	}
}

static void each_column_says_what_would_be_right(void **state)
{
	static const struct {
		const char *name, *value, *right;
	} bad[] = {
		{ "grid", "2", "0 or 1" }, { "grid", "0.5", "0 or 1" },
		{ "cease", "yes", "0 or 1" }, { "meter_ok", "-1", "0 or 1" },
		{ "car1", "2", "0 or 1" }, { "car8", "x", "0 or 1" },
		{ "drm", "512", "a whole number from 0 to 511" },
		{ "drm", "1.5", "a whole number from 0 to 511" },
		{ "rrcr", "16", "a whole number from 0 to 15" },
		{ "charge_limit_a", "10000.1", "a number of A from 0 to 10000" },
		{ "discharge_limit_a", "-5", "a number of A from 0 to 10000" },
	};
	char text[200], sentence[200];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "%s,time,pv_w,load_w\n%s,1,2,3\n", bad[i].name,
			 bad[i].value);
		snprintf(sentence, sizeof(sentence), "day.csv:2: column 1 (%s): '%s' is not %s",
			 bad[i].name, bad[i].value, bad[i].right);
		complains(text, sentence);
	}
}

static void too_few_and_too_many_fields(void **state)
{
	(void)state;
	complains(HEADER "1,2\n", "day.csv:2: column 3 (load_w) is missing: the line ends before "
		  "it");
	complains(HEADER "\n", "day.csv:2: column 1 (time): '' is not seconds since the epoch, or "
		  "local time as 2025-06-21T12:00:00");
	complains(HEADER "1,2,3,4\n", "day.csv:2: column 4: the header has only 3");
}

static void time_goes_forward(void **state)
{
	(void)state;
	complains(HEADER "10,0,0\n11,0,0\n10,0,0\n", "day.csv:4: column 1 (time): 10 is not after "
		  "the line before: time must go forward");
	complains(HEADER "10,0,0\n10.000,0,0\n", "day.csv:3: column 1 (time): 10.000 is not after "
		  "the line before: time must go forward");
	complains(HEADER "2025-06-21T12:00:00,0,0\n2025-06-21T11:59:59,0,0\n",
		  "day.csv:3: column 1 (time): 2025-06-21T11:59:59 is not after the line before: "
		  "time must go forward");
}

static void wrong_times(void **state)
{
	static const char *const bad[] = {
		"2025-06-21 12:00:00", "2025-06-21T12:00", "2025-06-21T12:00:00Z", "21.6.2025",
		"2025-13-01T00:00:00", "2025-02-29T00:00:00", "2025-06-21T24:00:00",
		"2025-06-21T12:60:00", "-5", "noon", "2025-06-21T12:00:00.5",
		"2025-06-21T12:00:00 and much more than a time can have",
	};
	char text[200], sentence[300];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), HEADER "%s,0,0\n", bad[i]);
		snprintf(sentence, sizeof(sentence), "day.csv:2: column 1 (time): '%s' is not "
			 "seconds since the epoch, or local time as 2025-06-21T12:00:00", bad[i]);
		complains(text, sentence);
	}
	complains(HEADER "2025-03-30T02:30:00,0,0\n", "day.csv:2: column 1 (time): there is no "
		  "2025-03-30T02:30:00: clocks are put forward over it");
}

static void line_that_is_too_long(void **state)
{
	char *text = malloc(2 * EMS_LINE_SIZE);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', 2 * EMS_LINE_SIZE);
	memcpy(text, HEADER, strlen(HEADER));
	text[2 * EMS_LINE_SIZE - 1] = '\0';
	complains(text, "day.csv:2: the line is too long: at most 4094 characters");
	free(text);
}

static void asks_for_a_column_by_name(void **state)
{
	FILE *from = file_of("time,pv_w,load_w,car3\n");
	struct ems_input input;

	(void)state;
	assert_int_equal(ems_input_start(&input, from, "x"), 0);
	fclose(from);
	assert_true(ems_input_has(&input, "car3") && ems_input_has(&input, "time"));
	assert_false(ems_input_has(&input, "car4") || ems_input_has(&input, "drm") ||
		     ems_input_has(&input, "nothing"));
}

/* As Europe/Rome has it; without its file of zones. */
static int in_rome(void **state)
{
	(void)state;
	time_zone_set("CET-1CEST,M3.5.0,M10.5.0/3");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_in_any_order),
		cmocka_unit_test(what_is_not_there_has_its_default),
		cmocka_unit_test(blanks_line_ends_and_fractions),
		cmocka_unit_test(local_time_of_the_site),
		cmocka_unit_test(hour_that_is_there_twice_in_autumn),
		cmocka_unit_test(wrong_headers),
		cmocka_unit_test(wrong_numbers),
		cmocka_unit_test(each_column_says_what_would_be_right),
		cmocka_unit_test(too_few_and_too_many_fields),
		cmocka_unit_test(time_goes_forward),
		cmocka_unit_test(wrong_times),
		cmocka_unit_test(line_that_is_too_long),
		cmocka_unit_test(asks_for_a_column_by_name),
	};

	return cmocka_run_group_tests(tests, in_rome, NULL);
}
