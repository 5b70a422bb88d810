// SPDX-License-Identifier: GPL-2.0-only
/*
 * The highest that a figure was lately: for one slot at least, for less than two.
 */
#include "../../userspace/core/recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define SLOT_MS	1000

static s64 see(struct recent *r, s64 value, u32 ms)
{
	s64 high = recent_high(r, value, ms, SLOT_MS);

	assert_int_equal(recent_highest(r), high);

	return high;
}

static void the_first_figure_is_the_highest(void **state)
{
	struct recent r = { 0 };

	(void)state;
	assert_int_equal(see(&r, -500, 0), -500);
	r = (struct recent){ 0 };
	assert_int_equal(see(&r, 500, 5000), 500);
}

static void what_is_higher_counts_at_once(void **state)
{
	struct recent r = { 0 };

	(void)state;
	see(&r, -500, 0);
	assert_int_equal(see(&r, -400, 100), -400);
	assert_int_equal(see(&r, 7, 1000), 7);
	assert_int_equal(see(&r, INT64_MAX, 0), INT64_MAX);
}

/* Whenever it was in its slot, and however long the steps are. */
static void what_was_higher_counts_for_a_slot_and_not_for_two(void **state)
{
	u32 step_ms, before_ms, ms;

	(void)state;
	for (step_ms = 10; step_ms <= 2 * SLOT_MS; step_ms += 10)
		for (before_ms = 0; before_ms < 2 * SLOT_MS; before_ms += 130) {
			struct recent r = { 0 };

			see(&r, 1, 0);
			assert_int_equal(see(&r, 9, before_ms), 9);
			for (ms = step_ms; ms <= 3 * SLOT_MS; ms += step_ms) {
				s64 high = see(&r, 1, step_ms);

				if (ms <= SLOT_MS)
					assert_int_equal(high, 9);
				if (ms >= 2 * SLOT_MS)
					assert_int_equal(high, 1);
			}
		}
}

static void after_a_long_time_only_now_counts(void **state)
{
	struct recent r = { 0 };

	(void)state;
	see(&r, 9, 0);
	assert_int_equal(see(&r, 1, UINT32_MAX), 1);
	assert_int_equal(see(&r, 2, 500), 2);
	assert_int_equal(see(&r, 0, UINT32_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_figure_is_the_highest),
		cmocka_unit_test(what_is_higher_counts_at_once),
		cmocka_unit_test(what_was_higher_counts_for_a_slot_and_not_for_two),
		cmocka_unit_test(after_a_long_time_only_now_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
