// SPDX-License-Identifier: GPL-2.0-only
/*
 * What flowed today, this week, month, year and in life, over midnight, daylight saving,
 * restarts and clocks that are set.
 */
#include "../../userspace/core/civil.h"
#include "../../userspace/core/energy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ALL		((1u << ENERGY_KINDS) - 1)
#define KWH		3600000000u	/* mJ */

/* @local_s: what the clock on the wall shows */
struct house {
	struct energy energy;
	struct energy_flow flow;
	s64 local_s;
};

static s64 clock_of(s32 year, unsigned int month, unsigned int day, unsigned int hour)
{
	return (s64)civil_day(year, month, day) * CIVIL_DAY_S + hour * 3600;
}

/* Everything flows with 1 kW. */
static struct house house_at(s64 local_s)
{
	struct house house = { .flow.known = ALL, .local_s = local_s };

	energy_start(&house.energy);
	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++)
		house.flow.w[kind] = 1000;
	energy_step(&house.energy, &house.flow, 0, local_s);

	return house;
}

static void seconds(struct house *house, unsigned int n)
{
	while (n--)
		energy_step(&house->energy, &house->flow, 1000, ++house->local_s);
}

static void hours(struct house *house, unsigned int n)
{
	seconds(house, n * 3600);
}

static u64 mj(const struct house *house, enum energy_period period)
{
	u64 pv = house->energy.sum[period].mj[ENERGY_PV];

	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++)
		assert_int_equal(house->energy.sum[period].mj[kind], pv);

	return pv;
}

static void assert_kwh(const struct house *house, unsigned int today, unsigned int week,
		       unsigned int month, unsigned int year, unsigned int life)
{
	assert_int_equal(mj(house, ENERGY_TODAY), (u64)today * KWH);
	assert_int_equal(mj(house, ENERGY_WEEK), (u64)week * KWH);
	assert_int_equal(mj(house, ENERGY_MONTH), (u64)month * KWH);
	assert_int_equal(mj(house, ENERGY_YEAR), (u64)year * KWH);
	assert_int_equal(mj(house, ENERGY_LIFE), (u64)life * KWH);
}

/* row: ems.md "Reading the plant" PV, battery */
/* row: inverter.md "Reading the plant" energy totals */
static void a_kilowatt_for_an_hour_is_a_kilowatt_hour_everywhere(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	hours(&house, 1);
	assert_kwh(&house, 1, 1, 1, 1, 1);
	assert_int_equal(house.energy.days_ended, 0);
	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++)
		assert_int_equal(house.energy.sum[ENERGY_LIFE].gap_ms[kind], 0);
}

/* row: inverter.md "Reading the plant" energy totals */
static void each_kind_has_its_own_sum(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++)
		house.flow.w[kind] = (s32)kind * 11 + 1;
	seconds(&house, 7);
	for (unsigned int period = 0; period < ENERGY_PERIODS; period++)
		for (unsigned int kind = 0; kind < ENERGY_KINDS; kind++)
			assert_int_equal(house.energy.sum[period].mj[kind],
					 (kind * 11 + 1) * 7000);
}

static void a_watt_for_a_millisecond_is_not_lost(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	house.flow.w[ENERGY_PV] = 1;
	for (unsigned int i = 0; i < 3600000; i++)
		energy_step(&house.energy, &house.flow, 1, house.local_s + i / 1000);
	assert_int_equal(house.energy.sum[ENERGY_TODAY].mj[ENERGY_PV], 3600000);
	assert_int_equal(energy_wh(house.energy.sum[ENERGY_TODAY].mj[ENERGY_PV]), 1);
	assert_int_equal(energy_wh(3599999), 0);
	assert_int_equal(energy_wh(7199999), 1);
	assert_int_equal(energy_wh(UINT64_MAX), 5124095576030u);
}

/* row: inverter.md "Reading the plant" energy totals */
static void what_flows_over_midnight_is_split_there(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 24) - 3);

	(void)state;
	house.local_s += 5;
	energy_step(&house.energy, &house.flow, 5000, house.local_s);
	assert_int_equal(house.energy.days_ended, 1);
	assert_int_equal(house.energy.ended.mj[ENERGY_PV], 3000000);
	assert_int_equal(house.energy.ended_day, civil_day(2026, 6, 10));
	assert_int_equal(house.energy.day, civil_day(2026, 6, 11));
	assert_int_equal(mj(&house, ENERGY_TODAY), 2000000);
	assert_int_equal(mj(&house, ENERGY_WEEK), 5000000);
}

static void a_gap_over_midnight_is_split_there(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 24) - 3);

	(void)state;
	house.flow.known = 0;
	house.local_s += 5;
	energy_step(&house.energy, &house.flow, 5000, house.local_s);
	assert_int_equal(house.energy.ended.gap_ms[ENERGY_CARS], 3000);
	assert_int_equal(house.energy.sum[ENERGY_TODAY].gap_ms[ENERGY_CARS], 2000);
	assert_int_equal(house.energy.sum[ENERGY_WEEK].gap_ms[ENERGY_CARS], 5000);
}

static void midnight_itself_is_tomorrow_and_what_led_to_it_today(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 24) - 1);

	(void)state;
	seconds(&house, 1);
	assert_int_equal(house.energy.days_ended, 1);
	assert_int_equal(house.energy.ended.mj[ENERGY_PV], 1000000);
	assert_int_equal(mj(&house, ENERGY_TODAY), 0);
	seconds(&house, 1);
	assert_int_equal(mj(&house, ENERGY_TODAY), 1000000);
	assert_int_equal(house.energy.days_ended, 1);
}

/* row: inverter.md "Reading the plant" energy totals */
static void a_week_begins_on_monday(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 14, 22));	/* Sunday */

	(void)state;
	hours(&house, 3);
	assert_kwh(&house, 1, 1, 3, 3, 3);
	hours(&house, 24);
	assert_kwh(&house, 1, 25, 27, 27, 27);
}

/* row: inverter.md "Reading the plant" energy totals */
static void a_month_begins_on_its_first(void **state)
{
	struct house house = house_at(clock_of(2028, 2, 29, 22));	/* Tuesday */

	(void)state;
	hours(&house, 1);
	assert_kwh(&house, 1, 1, 1, 1, 1);
	hours(&house, 2);
	assert_kwh(&house, 1, 3, 1, 3, 3);
}

/* row: inverter.md "Reading the plant" energy totals */
static void a_year_begins_at_new_year_and_its_week_goes_on(void **state)
{
	struct house house = house_at(clock_of(2025, 12, 31, 22));	/* Wednesday */

	(void)state;
	hours(&house, 3);
	assert_kwh(&house, 1, 3, 1, 1, 3);
}

static void the_same_month_of_another_year_is_another_month(void **state)
{
	struct house house = house_at(clock_of(2025, 6, 10, 10));

	(void)state;
	hours(&house, 1);
	house.local_s = clock_of(2026, 6, 10, 10);
	hours(&house, 2);
	assert_kwh(&house, 2, 2, 2, 2, 3);
}

static void the_day_when_summer_begins_has_23_hours(void **state)
{
	struct house house = house_at(clock_of(2026, 3, 29, 0));

	(void)state;
	hours(&house, 2);
	house.local_s += 3600;
	hours(&house, 21);
	assert_int_equal(house.local_s, clock_of(2026, 3, 30, 0));
	assert_int_equal(house.energy.ended.mj[ENERGY_PV], 23u * (u64)KWH);
	assert_int_equal(house.energy.days_ended, 1);
	assert_kwh(&house, 0, 0, 23, 23, 23);
}

static void the_day_when_summer_ends_has_25_hours(void **state)
{
	struct house house = house_at(clock_of(2026, 10, 25, 0));

	(void)state;
	hours(&house, 3);
	house.local_s -= 3600;
	hours(&house, 22);
	assert_int_equal(house.local_s, clock_of(2026, 10, 26, 0));
	assert_int_equal(house.energy.ended.mj[ENERGY_PV], 25u * (u64)KWH);
	assert_int_equal(house.energy.days_ended, 1);
	assert_kwh(&house, 0, 0, 25, 25, 25);
}

/* As in Havana: 0:00 is 1:00 in spring. */
static void summer_that_begins_at_midnight_has_a_day_of_23_hours(void **state)
{
	struct house house = house_at(clock_of(2026, 3, 7, 23));

	(void)state;
	hours(&house, 1);
	house.local_s += 3600;
	hours(&house, 23);
	assert_int_equal(house.energy.days_ended, 2);
	assert_int_equal(house.energy.ended.mj[ENERGY_PV], 23u * (u64)KWH);
}

static void a_clock_set_back_within_the_day_counts_on(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	hours(&house, 2);
	house.local_s -= 2 * 3600;
	hours(&house, 2);
	assert_kwh(&house, 4, 4, 4, 4, 4);
	assert_int_equal(house.energy.days_ended, 0);
}

/* Two parts of the same day, which a history adds up: nothing twice, nothing lost. */
static void a_clock_set_back_over_midnight_ends_the_day_again(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 23));
	u64 tenth = 0;

	(void)state;
	hours(&house, 2);
	tenth += house.energy.ended.mj[ENERGY_PV];
	house.local_s -= 2 * 3600;
	seconds(&house, 1);
	assert_int_equal(house.energy.days_ended, 2);
	assert_int_equal(house.energy.ended_day, civil_day(2026, 6, 11));
	assert_int_equal(house.energy.ended.mj[ENERGY_PV], KWH);
	assert_int_equal(mj(&house, ENERGY_TODAY), 1000000);
	seconds(&house, 3599);
	assert_int_equal(house.energy.ended_day, civil_day(2026, 6, 10));
	tenth += house.energy.ended.mj[ENERGY_PV];
	assert_int_equal(tenth, 2 * (u64)KWH);
	assert_kwh(&house, 0, 3, 3, 3, 3);
}

static void a_clock_set_ahead_ends_the_day_once(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	hours(&house, 1);
	house.local_s = clock_of(2026, 6, 12, 0) + 1;
	energy_step(&house.energy, &house.flow, 5000, house.local_s);
	assert_int_equal(house.energy.days_ended, 1);
	assert_int_equal(house.energy.ended_day, civil_day(2026, 6, 10));
	assert_int_equal(house.energy.ended.mj[ENERGY_PV], KWH);
	assert_int_equal(mj(&house, ENERGY_TODAY), 5000000);
	assert_int_equal(mj(&house, ENERGY_LIFE), KWH + 5000000u);
}

/* row: ems.md "Reading the plant" PV, battery */
static void what_is_not_known_is_a_gap_and_not_zero(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	house.flow.known = ALL & ~(1u << ENERGY_PV | 1u << ENERGY_EXPORT);
	seconds(&house, 60);
	for (unsigned int period = 0; period < ENERGY_PERIODS; period++) {
		const struct energy_sum *sum = &house.energy.sum[period];

		assert_int_equal(sum->mj[ENERGY_PV], 0);
		assert_int_equal(sum->gap_ms[ENERGY_PV], 60000);
		assert_int_equal(sum->gap_ms[ENERGY_EXPORT], 60000);
		assert_int_equal(sum->gap_ms[ENERGY_IMPORT], 0);
		assert_int_equal(sum->mj[ENERGY_IMPORT], 60000000);
	}
}

static void below_nothing_nothing_flows(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	house.flow.w[ENERGY_EXPORT] = -1;
	house.flow.w[ENERGY_IMPORT] = INT32_MIN;
	seconds(&house, 60);
	assert_int_equal(house.energy.sum[ENERGY_LIFE].mj[ENERGY_EXPORT], 0);
	assert_int_equal(house.energy.sum[ENERGY_LIFE].mj[ENERGY_IMPORT], 0);
}

static void without_a_time_of_day_only_life_counts(void **state)
{
	struct house house = house_at(0);

	(void)state;
	energy_step(&house.energy, &house.flow, 5000, 0);
	energy_step(&house.energy, &house.flow, 5000, INT64_MAX);
	energy_step(&house.energy, &house.flow, 5000, INT64_MIN);
	assert_false(house.energy.begun);
	assert_int_equal(mj(&house, ENERGY_TODAY), 0);
	assert_int_equal(mj(&house, ENERGY_YEAR), 0);
	assert_int_equal(mj(&house, ENERGY_LIFE), 15000000);

	house.flow.known = 0;
	energy_step(&house.energy, &house.flow, 5000, 0);
	assert_int_equal(house.energy.sum[ENERGY_YEAR].gap_ms[ENERGY_PV], 0);
	assert_int_equal(house.energy.sum[ENERGY_LIFE].gap_ms[ENERGY_PV], 5000);

	house.flow.known = ALL;
	energy_step(&house.energy, &house.flow, 1000, clock_of(2026, 6, 10, 10));
	assert_int_equal(mj(&house, ENERGY_TODAY), 1000000);
	assert_int_equal(mj(&house, ENERGY_LIFE), 16000000);
	assert_int_equal(house.energy.days_ended, 0);
}

static void a_clock_that_is_lost_later_leaves_the_day_as_it_is(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	energy_step(&house.energy, &house.flow, 5000, 0);
	energy_step(&house.energy, &house.flow, 5000, CIVIL_MAX_S + 1);
	energy_step(&house.energy, &house.flow, 5000, -CIVIL_MAX_S - 1);
	assert_int_equal(mj(&house, ENERGY_TODAY), 15000000);
	assert_int_equal(mj(&house, ENERGY_LIFE), 15000000);
	assert_int_equal(house.energy.days_ended, 0);
}

static void a_restart_within_the_day_goes_on(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10)), after = house;

	(void)state;
	hours(&house, 1);
	after.energy = house.energy;
	after.local_s = clock_of(2026, 6, 10, 15);
	energy_step(&after.energy, &after.flow, 0, after.local_s);
	hours(&after, 1);
	assert_kwh(&after, 2, 2, 2, 2, 2);
}

static void a_restart_on_the_next_day_ends_the_day_before(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	hours(&house, 1);
	house.local_s = clock_of(2026, 6, 11, 9);
	energy_step(&house.energy, &house.flow, 0, house.local_s);
	assert_int_equal(house.energy.days_ended, 1);
	assert_int_equal(house.energy.ended_day, civil_day(2026, 6, 10));
	assert_int_equal(house.energy.ended.mj[ENERGY_PV], KWH);
	assert_kwh(&house, 0, 1, 1, 1, 1);
}

static void a_restart_after_years_begins_every_period(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 10));

	(void)state;
	hours(&house, 1);
	house.local_s = clock_of(2031, 8, 20, 9);
	energy_step(&house.energy, &house.flow, 0, house.local_s);
	assert_int_equal(house.energy.days_ended, 1);
	assert_kwh(&house, 0, 0, 0, 0, 1);
}

/* A daemon that was away tells it as one step of which nothing is known. */
static void three_days_that_nobody_saw_are_three_days_of_gap(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 30, 18));

	(void)state;
	house.flow.known = 0;
	energy_step(&house.energy, &house.flow, 3 * 86400000, clock_of(2026, 7, 3, 18));
	assert_int_equal(house.energy.days_ended, 3);
	assert_int_equal(house.energy.ended_day, civil_day(2026, 7, 2));
	assert_int_equal(house.energy.ended.gap_ms[ENERGY_PV], 86400000);
	assert_int_equal(house.energy.sum[ENERGY_TODAY].gap_ms[ENERGY_PV], 64800000);
	assert_int_equal(house.energy.sum[ENERGY_MONTH].gap_ms[ENERGY_PV], 86400000 * 2 + 64800000);
	assert_int_equal(house.energy.sum[ENERGY_LIFE].gap_ms[ENERGY_PV], 86400000 * 3);
}

static void a_century_at_a_megawatt_fits(void **state)
{
	struct house house = house_at(clock_of(2000, 1, 1, 0));
	unsigned int days;

	(void)state;
	house.flow.w[ENERGY_PV] = 1000000;
	for (days = 0; days < 36525; days++) {
		house.local_s += CIVIL_DAY_S;
		energy_step(&house.energy, &house.flow, 86400000, house.local_s);
		assert_int_equal(house.energy.ended.mj[ENERGY_PV], 24000 * (u64)KWH);
	}
	assert_int_equal(house.energy.days_ended, 36525);
	assert_int_equal(energy_wh(house.energy.sum[ENERGY_LIFE].mj[ENERGY_PV]),
			 36525ull * 24000000);
	assert_int_equal(house.energy.sum[ENERGY_YEAR].mj[ENERGY_PV], 0);
}

static void days_before_1970_are_days(void **state)
{
	struct house house = house_at(clock_of(1969, 12, 30, 23));

	(void)state;
	hours(&house, 2);
	assert_int_equal(house.energy.ended_day, -2);
	assert_kwh(&house, 1, 2, 2, 2, 2);
}

/* Whatever the clock does, the days that ended and the one that is make up life. */
static void whatever_the_clock_does_nothing_is_lost_or_counted_twice(void **state)
{
	struct house house = house_at(clock_of(2026, 6, 10, 23));
	u64 ended = 0, gaps = 0;
	u32 noise = 7, seen = 0;

	(void)state;
	for (unsigned int i = 0; i < 300000; i++) {
		u32 ms;

		noise = noise * 1664525 + 1013904223;
		ms = (noise >> 8) % 5000;
		house.local_s += ms / 1000;
		if (noise >> 24 == 0)
			house.local_s += ((s32)(noise >> 8 & 0xff) - 128) * 3600;
		house.flow.known = noise >> 30 ? ALL : ALL & ~1u;
		house.flow.w[ENERGY_PV] = (s32)(noise >> 4 & 0xfff);
		energy_step(&house.energy, &house.flow, ms, noise >> 27 ? house.local_s : 0);
		assert_in_range(house.energy.days_ended - seen, 0, 1);
		if (house.energy.days_ended != seen) {
			ended += house.energy.ended.mj[ENERGY_PV];
			gaps += house.energy.ended.gap_ms[ENERGY_PV];
		}
		seen = house.energy.days_ended;
	}
	assert_true(seen > 100);
	assert_int_equal(ended + house.energy.sum[ENERGY_TODAY].mj[ENERGY_PV],
			 house.energy.sum[ENERGY_LIFE].mj[ENERGY_PV]);
	assert_int_equal(gaps + house.energy.sum[ENERGY_TODAY].gap_ms[ENERGY_PV],
			 house.energy.sum[ENERGY_LIFE].gap_ms[ENERGY_PV]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kilowatt_for_an_hour_is_a_kilowatt_hour_everywhere),
		cmocka_unit_test(each_kind_has_its_own_sum),
		cmocka_unit_test(a_watt_for_a_millisecond_is_not_lost),
		cmocka_unit_test(what_flows_over_midnight_is_split_there),
		cmocka_unit_test(a_gap_over_midnight_is_split_there),
		cmocka_unit_test(midnight_itself_is_tomorrow_and_what_led_to_it_today),
		cmocka_unit_test(a_week_begins_on_monday),
		cmocka_unit_test(a_month_begins_on_its_first),
		cmocka_unit_test(a_year_begins_at_new_year_and_its_week_goes_on),
		cmocka_unit_test(the_same_month_of_another_year_is_another_month),
		cmocka_unit_test(the_day_when_summer_begins_has_23_hours),
		cmocka_unit_test(the_day_when_summer_ends_has_25_hours),
		cmocka_unit_test(summer_that_begins_at_midnight_has_a_day_of_23_hours),
		cmocka_unit_test(a_clock_set_back_within_the_day_counts_on),
		cmocka_unit_test(a_clock_set_back_over_midnight_ends_the_day_again),
		cmocka_unit_test(a_clock_set_ahead_ends_the_day_once),
		cmocka_unit_test(what_is_not_known_is_a_gap_and_not_zero),
		cmocka_unit_test(below_nothing_nothing_flows),
		cmocka_unit_test(without_a_time_of_day_only_life_counts),
		cmocka_unit_test(a_clock_that_is_lost_later_leaves_the_day_as_it_is),
		cmocka_unit_test(a_restart_within_the_day_goes_on),
		cmocka_unit_test(a_restart_on_the_next_day_ends_the_day_before),
		cmocka_unit_test(a_restart_after_years_begins_every_period),
		cmocka_unit_test(three_days_that_nobody_saw_are_three_days_of_gap),
		cmocka_unit_test(a_century_at_a_megawatt_fits),
		cmocka_unit_test(days_before_1970_are_days),
		cmocka_unit_test(whatever_the_clock_does_nothing_is_lost_or_counted_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
