// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters that take more than they are told; each case named after what a user would
 * report.
 */
#include "../../userspace/core/obey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define LIMIT_MA	200000

/* @share_permille: what it takes of what it is told; @wants_ma: what it would like */
struct house {
	struct obey obey;
	u32 limit_ma[CORE_WAYS];
	u32 share_permille;
	s64 wants_ma;
	u32 taken_ma;		/* by the last step */
	enum core_way way;
};

static struct house house_of(u32 share_permille, s64 wants_ma)
{
	struct house house = {
		.limit_ma = { LIMIT_MA, LIMIT_MA },
		.share_permille = share_permille,
		.wants_ma = wants_ma,
	};

	obey_start(&house.obey);

	return house;
}

static struct obey_way *seen(struct house *house)
{
	return &house->obey.way[house->way];
}

static u32 told(struct house *house)
{
	u32 limit = house->limit_ma[house->way], cap = seen(house)->cap_ma;

	return cap < limit ? cap : limit;
}

static void second(struct house *house)
{
	s64 most = (s64)told(house) * house->share_permille / 1000;

	house->taken_ma = (u32)(house->wants_ma < most ? house->wants_ma : most);
	obey_step(&house->obey, house->limit_ma, true,
		  house->way == CORE_CHARGE ? (s32)house->taken_ma : -(s32)house->taken_ma, 1000);
}

static void seconds(struct house *house, unsigned int n)
{
	while (n--)
		second(house);
}

static void an_honest_inverter_is_left_alone(void **state)
{
	struct house house = house_of(1000, INT32_MAX);

	(void)state;
	seconds(&house, 3600);
	assert_int_equal(seen(&house)->cap_ma, LIMITS_NONE);
	assert_int_equal(seen(&house)->excess_permille, 0);
}

static void five_percent_more_is_a_meter(void **state)
{
	struct house house = house_of(1050, INT32_MAX);

	(void)state;
	seconds(&house, 3600);
	assert_int_equal(seen(&house)->cap_ma, LIMITS_NONE);
	house.share_permille = 1051;
	seconds(&house, 6);
	assert_true(seen(&house)->over);
	assert_int_equal(seen(&house)->excess_permille, 51);
}

static void ignores_its_limit_by_17_percent(void **state)
{
	(void)state;
	for (enum core_way way = 0; way < CORE_WAYS; way++) {
		struct house house = house_of(1170, INT32_MAX);

		house.way = way;
		seconds(&house, 5);
		assert_false(seen(&house)->over);
		assert_int_equal(seen(&house)->cap_ma, LIMITS_NONE);
		second(&house);
		assert_true(seen(&house)->over);
		assert_int_equal(seen(&house)->excess_permille, 170);
		second(&house);
		assert_in_range(house.taken_ma, LIMIT_MA * 99 / 100, LIMIT_MA);
		assert_false(seen(&house)->over);
		assert_int_equal(house.obey.way[!way].cap_ma, LIMITS_NONE);
	}
}

/* What it keeps to is what the packs allow: it is not trusted, and not told ever less. */
static void a_steady_liar_stays_where_it_is(void **state)
{
	struct house house = house_of(1170, INT32_MAX);
	u32 cap;

	(void)state;
	seconds(&house, 10);
	cap = seen(&house)->cap_ma;
	seconds(&house, 3600);
	assert_int_equal(seen(&house)->cap_ma, cap);
}

static void one_that_was_mended_is_trusted_again(void **state)
{
	struct house house = house_of(1300, INT32_MAX);
	unsigned int minutes = 0;
	u32 before;

	(void)state;
	seconds(&house, 10);
	house.share_permille = 1000;
	while (seen(&house)->cap_ma != LIMITS_NONE) {
		before = seen(&house)->cap_ma;
		seconds(&house, 59);
		assert_int_equal(seen(&house)->cap_ma, before);
		second(&house);
		assert_true(seen(&house)->cap_ma > before);
		if (seen(&house)->cap_ma != LIMITS_NONE)
			assert_in_range(seen(&house)->cap_ma - before, LIMIT_MA / 10,
					LIMIT_MA / 10 + 1);
		assert_true(++minutes <= 10);
	}
	assert_int_equal(minutes, 3);
}

/* Trust is for a whole minute, not for the sum of good moments. */
static void one_that_is_mended_now_and_then(void **state)
{
	struct house house = house_of(1300, INT32_MAX);
	u32 cap;

	(void)state;
	seconds(&house, 10);
	cap = seen(&house)->cap_ma;
	for (unsigned int i = 0; i < 10; i++) {
		house.share_permille = 1000;
		seconds(&house, 40);
		house.share_permille = i % 2 ? 1200 : 1500;
		second(&house);
	}
	assert_int_equal(seen(&house)->cap_ma, cap);
}

static void one_that_does_what_it_likes(void **state)
{
	struct house house = house_of(1000000, 300000);

	(void)state;
	seconds(&house, 6);
	assert_int_equal(seen(&house)->cap_ma, LIMIT_MA * 2 / 3);
	seconds(&house, 600);
	assert_int_equal(seen(&house)->cap_ma, OBEY_LEAST_MA);
	assert_true(seen(&house)->over);
}

static void follows_within_three_seconds(void **state)
{
	struct house house = house_of(1000, INT32_MAX);
	unsigned int i;

	(void)state;
	seconds(&house, 60);
	house.limit_ma[CORE_CHARGE] = 100000;
	for (i = 0; i < 3; i++)
		obey_step(&house.obey, house.limit_ma, true, LIMIT_MA, 1000);
	seconds(&house, 60);
	assert_int_equal(seen(&house)->cap_ma, LIMITS_NONE);
	assert_int_equal(seen(&house)->excess_permille, 0);
}

/* Two to four seconds in which the old limit may count, then more than five. */
static void does_not_follow_at_all(void **state)
{
	struct house house = house_of(1000, INT32_MAX);
	unsigned int i;

	(void)state;
	seconds(&house, 60);
	house.limit_ma[CORE_CHARGE] = 100000;
	for (i = 0; !seen(&house)->over && i < 60; i++)
		obey_step(&house.obey, house.limit_ma, true, LIMIT_MA, 1000);
	assert_in_range(i, 7, 10);
	assert_int_equal(seen(&house)->cap_ma, 50000);
}

static void lags_behind_a_limit_that_tapers(void **state)
{
	struct house house = house_of(1000, INT32_MAX);

	(void)state;
	for (u32 ma = LIMIT_MA; ma > 20000; ma -= 8000) {
		house.limit_ma[CORE_CHARGE] = ma;
		obey_step(&house.obey, house.limit_ma, true, (s32)(ma + 16000), 1000);
	}
	assert_int_equal(seen(&house)->cap_ma, LIMITS_NONE);
}

static void stands_by_with_two_ampere(void **state)
{
	struct house house = house_of(1000, 0);

	(void)state;
	house.limit_ma[CORE_CHARGE] = 0;
	house.limit_ma[CORE_DISCHARGE] = 0;
	for (unsigned int i = 0; i < 60; i++)
		obey_step(&house.obey, house.limit_ma, true, -OBEY_FLOOR_MA, 1000);
	assert_int_equal(house.obey.way[CORE_DISCHARGE].cap_ma, LIMITS_NONE);
	for (unsigned int i = 0; i < 10; i++)
		obey_step(&house.obey, house.limit_ma, true, -OBEY_FLOOR_MA - 1, 1000);
	assert_true(house.obey.way[CORE_DISCHARGE].over);
	assert_int_equal(house.obey.way[CORE_DISCHARGE].excess_permille, UINT16_MAX);
	assert_int_equal(house.obey.way[CORE_CHARGE].cap_ma, LIMITS_NONE);
}

static void a_short_peak_every_five_seconds(void **state)
{
	struct house house = house_of(1000, INT32_MAX);

	(void)state;
	for (unsigned int i = 0; i < 600; i++) {
		house.share_permille = i % 6 ? 1500 : 1000;
		second(&house);
	}
	assert_int_equal(seen(&house)->cap_ma, LIMITS_NONE);
}

static void nothing_is_learned_without_a_current(void **state)
{
	struct house house = house_of(1300, INT32_MAX);
	struct obey before;

	(void)state;
	seconds(&house, 10);
	before = house.obey;
	for (unsigned int i = 0; i < 600; i++)
		obey_step(&house.obey, house.limit_ma, false, 0, 1000);
	assert_memory_equal(&house.obey, &before, sizeof(before));
}

/* A process that slept for an hour has not seen an hour of excess, nor of obedience. */
static void a_long_sleep_counts_for_two_seconds(void **state)
{
	struct house house = house_of(1000, INT32_MAX);

	(void)state;
	seconds(&house, 10);
	obey_step(&house.obey, house.limit_ma, true, 300000, 3600000);
	assert_false(seen(&house)->over);
}

static void the_limit_without_the_inverter(void **state)
{
	struct limits_out out = { 0 };
	struct limit *limit = &out.current[CORE_CHARGE];

	(void)state;
	for (unsigned int i = 0; i < LIMITS_TERMS; i++)
		limit->term[i] = LIMITS_NONE;
	limit->term[LIMITS_BMS] = 280000;
	limit->term[LIMITS_RATED] = 200000;
	limit->term[LIMITS_INVERTER] = 150000;
	limit->winner = LIMITS_INVERTER;
	limit->value = 150000;
	assert_int_equal(obey_limit_ma(&out, CORE_CHARGE), 200000);
	limit->winner = LIMITS_RATED;
	limit->value = 120000;
	assert_int_equal(obey_limit_ma(&out, CORE_CHARGE), 120000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_inverter_is_left_alone),
		cmocka_unit_test(five_percent_more_is_a_meter),
		cmocka_unit_test(ignores_its_limit_by_17_percent),
		cmocka_unit_test(a_steady_liar_stays_where_it_is),
		cmocka_unit_test(one_that_was_mended_is_trusted_again),
		cmocka_unit_test(one_that_is_mended_now_and_then),
		cmocka_unit_test(one_that_does_what_it_likes),
		cmocka_unit_test(follows_within_three_seconds),
		cmocka_unit_test(does_not_follow_at_all),
		cmocka_unit_test(lags_behind_a_limit_that_tapers),
		cmocka_unit_test(stands_by_with_two_ampere),
		cmocka_unit_test(a_short_peak_every_five_seconds),
		cmocka_unit_test(nothing_is_learned_without_a_current),
		cmocka_unit_test(a_long_sleep_counts_for_two_seconds),
		cmocka_unit_test(the_limit_without_the_inverter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
