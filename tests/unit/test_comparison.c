// SPDX-License-Identifier: GPL-2.0-only
/*
 * A battery's limits beside cellard's.
 */
#include "can_bus.h"

#include "../../userspace/cellard/comparison.h"

static struct cellar_reading limits(u32 charge_ma, u32 discharge_ma, u32 charge_mv)
{
	struct cellar_reading r = { 0 };

	cellar_say_number(&r, CELLAR_CHARGE_CURRENT_LIMIT, charge_ma);
	cellar_say_number(&r, CELLAR_DISCHARGE_CURRENT_LIMIT, discharge_ma);
	cellar_say_number(&r, CELLAR_CHARGE_VOLTAGE_LIMIT, charge_mv);

	return r;
}

static void above_below_and_the_same(void **state)
{
	struct cellar_reading battery = limits(100000, 100000, 56000);
	struct cellar_reading ours = limits(70000, 130000, 56100);
	struct comparison c = { 0 };

	(void)state;
	comparison_step(&c, &battery, &ours, 1000);
	ours = limits(100101, 99899, 55900);
	comparison_step(&c, &battery, &ours, 250);
	ours = limits(100100, 99900, 56000);
	comparison_step(&c, &battery, &ours, 30);
	for (unsigned int i = 0; i < COMPARISON_OF; i++)
		assert_true(c.row[i].known);
	assert_int_equal(c.row[COMPARISON_CHARGE_CURRENT].less_ms, 1000);
	assert_int_equal(c.row[COMPARISON_CHARGE_CURRENT].more_ms, 250);
	assert_int_equal(c.row[COMPARISON_CHARGE_CURRENT].same_ms, 30);
	assert_int_equal(c.row[COMPARISON_CHARGE_CURRENT].most, 101);
	assert_int_equal(c.row[COMPARISON_CHARGE_CURRENT].least, -30000);
	assert_int_equal(c.row[COMPARISON_CHARGE_CURRENT].battery, 100000);
	assert_int_equal(c.row[COMPARISON_CHARGE_CURRENT].ours, 100100);
	assert_int_equal(c.row[COMPARISON_DISCHARGE_CURRENT].more_ms, 1000);
	assert_int_equal(c.row[COMPARISON_DISCHARGE_CURRENT].less_ms, 250);
	assert_int_equal(c.row[COMPARISON_DISCHARGE_CURRENT].same_ms, 30);
	assert_int_equal(c.row[COMPARISON_DISCHARGE_CURRENT].most, 30000);
	assert_int_equal(c.row[COMPARISON_CHARGE_VOLTAGE].same_ms, 1280);
	assert_int_equal(c.row[COMPARISON_CHARGE_VOLTAGE].most, 100);
	assert_int_equal(c.row[COMPARISON_CHARGE_VOLTAGE].least, -100);
}

static void silence_is_not_compared(void **state)
{
	struct cellar_reading battery = limits(100000, 100000, 56000), ours = limits(1, 2, 3);
	struct comparison c = { 0 };

	(void)state;
	comparison_step(&c, NULL, &ours, 1000);
	comparison_step(&c, &battery, NULL, 1000);
	assert_false(c.row[COMPARISON_CHARGE_CURRENT].known);
	battery.have &= ~BIT_ULL(CELLAR_CHARGE_VOLTAGE_LIMIT);
	ours.have &= ~BIT_ULL(CELLAR_CHARGE_CURRENT_LIMIT);
	comparison_step(&c, &battery, &ours, 1000);
	assert_false(c.row[COMPARISON_CHARGE_CURRENT].known);
	assert_false(c.row[COMPARISON_CHARGE_VOLTAGE].known);
	assert_true(c.row[COMPARISON_DISCHARGE_CURRENT].known);
	assert_int_equal(c.row[COMPARISON_DISCHARGE_CURRENT].less_ms, 1000);
}

/* 4000 A and nothing */
static void far_apart(void **state)
{
	struct cellar_reading battery = limits(UINT32_MAX, 0, 0), ours = limits(0, UINT32_MAX, 0);
	struct comparison c = { 0 };

	(void)state;
	comparison_step(&c, &battery, &ours, 1);
	assert_true(c.row[COMPARISON_CHARGE_CURRENT].least == -(s64)UINT32_MAX);
	assert_true(c.row[COMPARISON_DISCHARGE_CURRENT].most == UINT32_MAX);
	assert_int_equal(c.row[COMPARISON_CHARGE_CURRENT].less_ms, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(above_below_and_the_same),
		cmocka_unit_test(silence_is_not_compared),
		cmocka_unit_test(far_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
