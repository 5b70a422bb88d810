// SPDX-License-Identifier: GPL-2.0-only
/*
 * Up to which voltage the cluster is charged, and down to which it is discharged.
 */
#include "core_rig.h"

static struct limit *volts(struct rig *rig)
{
	return &rig->limits->out.charge_voltage;
}

static void assert_volts(struct rig *rig, u32 mv, enum limits_term winner)
{
	if (volts(rig)->value != mv || volts(rig)->winner != winner)
		fail_msg("%u mV (%s) instead of %u mV (%s)", volts(rig)->value,
			 limits_term_word(volts(rig)->winner), mv, limits_term_word(winner));
}

static void assert_stage(struct rig *rig, enum limits_stage stage)
{
	assert_int_equal(rig->limits->out.stage, stage);
}

/* Charging, at the absorption voltage, with 20 A still flowing into each pack. */
static struct rig *absorbing(unsigned int n)
{
	struct rig_plan plan = rig_plan(LESSO, n);
	struct rig *rig = rig_of(&plan);

	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 57000);
	rig_run(rig, 100);
	assert_stage(rig, LIMITS_BULK);
	rig_all(rig, CELLAR_VOLTAGE, 55950);
	rig_all(rig, CELLAR_CURRENT, 20000);
	rig_all(rig, CELLAR_SOC, 9900);
	rig_run(rig, 10);
	assert_stage(rig, LIMITS_ABSORPTION);

	return rig;
}

static void charged_to_the_absorption_voltage_of_the_model(void **state)
{
	static const struct {
		const char *key;
		u32 mv;
	} rows[] = {
		{ LESSO, 56000 }, { "zcs,zsx5120", 56000 }, { "zcs,zsx5000", 58400 },
		{ "pylontech,us2000", 53200 }, { "weco,4k4", 58400 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rig_plan plan = rig_plan(rows[i].key, 2);
		struct rig *rig = rig_of(&plan);

		rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 60000);
		rig_run(rig, 30);
		assert_int_equal(volts(rig)->value, rows[i].mv);
		assert_int_equal(volts(rig)->term[LIMITS_BMS], 60000);
		rig_free(rig);
	}
}

static void the_bms_wants_a_lower_voltage_at_once(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);

	(void)state;
	rig_say(&rig->supply[1].reading, CELLAR_CHARGE_VOLTAGE_LIMIT, 53200);
	rig_step(rig, 10);
	assert_volts(rig, 53200, LIMITS_BMS);
	rig_free(rig);
}

static void the_voltage_rises_slowly_and_late(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 54000);
	rig_step(rig, 10);
	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 56000);
	rig_run(rig, 29);
	assert_int_equal(volts(rig)->value, 54000);
	rig_run(rig, 11);
	assert_int_equal(volts(rig)->value, 54110);
	assert_true(volts(rig)->rising);
	rig_run(rig, 200);
	assert_int_equal(volts(rig)->value, 56000);
	rig_free(rig);
}

static void a_pack_says_nothing_of_voltage_but_its_system_does(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 2);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->supply[0].of_system = true;
	rig_say(&rig->supply[0].reading, CELLAR_CHARGE_VOLTAGE_LIMIT, 55200);
	cellar_say_none(&rig->supply[1].reading, CELLAR_CHARGE_VOLTAGE_LIMIT);
	rig_run(rig, 30);
	assert_volts(rig, 55200, LIMITS_BMS);
	assert_int_equal(volts(rig)->term[LIMITS_BMS], 55200);
	rig_free(rig);
}

static void nobody_says_a_voltage(void **state)
{
	struct rig *rig = rig_simple(NULL, 2);

	(void)state;
	assert_true(rig->limits->out.known);
	for (unsigned int i = 0; i < 2; i++)
		cellar_say_none(&rig->supply[i].reading, CELLAR_CHARGE_VOLTAGE_LIMIT);
	rig_step(rig, 100);
	assert_false(rig->limits->out.known);
	assert_volts(rig, 56000, LIMITS_STALE);
	assert_int_equal(rig_charge(rig)->value, 0);
	assert_int_equal(rig_charge(rig)->winner, LIMITS_STALE);
	assert_true(rig_discharge(rig)->value > 0);
	rig_free(rig);
}

static void zero_volt_is_no_limit_but_no_answer(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 0);
	rig_all(rig, CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0);
	rig_step(rig, 100);
	assert_int_equal(volts(rig)->value, 56000);
	assert_int_equal(volts(rig)->term[LIMITS_BMS], LIMITS_NONE);
	assert_int_equal(rig->limits->out.discharge_voltage.term[LIMITS_BMS], LIMITS_NONE);
	rig_free(rig);
}

static void everything_falls_silent_at_56_volts(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 55000);
	rig_run(rig, 5);
	rig->silent[0] = true;
	rig_run(rig, 60);
	assert_volts(rig, 55000, LIMITS_STALE);
	assert_int_equal(rig_charge(rig)->value, 0);
	/* it comes back with a lower one */
	rig->silent[0] = false;
	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 54000);
	rig_run(rig, 61);
	assert_int_equal(volts(rig)->value, 54000);
	rig_free(rig);
}

static void it_comes_back_and_may_be_charged_higher(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 55000);
	rig_run(rig, 5);
	rig->silent[0] = true;
	rig_run(rig, 60);
	rig->silent[0] = false;
	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 56000);
	rig_run(rig, 85);
	assert_int_equal(rig->cluster->out.members, 1);
	assert_int_equal(volts(rig)->value, 55000);
	rig_run(rig, 10);
	assert_in_range(volts(rig)->value, 55010, 55100);
	rig_free(rig);
}

static void the_current_has_tailed_off(void **state)
{
	struct rig *rig = absorbing(2);
	u32 last;

	(void)state;
	rig_run(rig, 300);
	assert_stage(rig, LIMITS_ABSORPTION);
	rig_all(rig, CELLAR_CURRENT, 5000);
	rig_run(rig, 62);
	assert_stage(rig, LIMITS_FLOAT);
	last = volts(rig)->value;
	assert_in_range(last, 55990, 56000);
	/* a millivolt a second, no step for the grid */
	for (unsigned int i = 0; i < 100; i++) {
		rig_step(rig, 1000);
		assert_int_equal(volts(rig)->value, last - 1);
		last = volts(rig)->value;
	}
	rig_run(rig, 1400);
	assert_volts(rig, 54600, LIMITS_POLICY);
	rig_free(rig);
}

static void a_tail_of_packs_that_do_not_say_their_capacity(void **state)
{
	struct rig *rig = absorbing(2);

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		cellar_say_none(&rig->supply[i].reading, CELLAR_FULL);
		cellar_say_none(&rig->supply[i].reading, CELLAR_DESIGN);
	}
	rig_all(rig, CELLAR_CURRENT, 5001);
	rig_run(rig, 100);
	assert_stage(rig, LIMITS_ABSORPTION);
	rig_all(rig, CELLAR_CURRENT, 5000);
	rig_run(rig, 62);
	assert_stage(rig, LIMITS_FLOAT);
	rig_free(rig);
}

static void soc_stuck_at_99_percent_ends_in_float_all_the_same(void **state)
{
	struct rig *rig = absorbing(2);

	(void)state;
	rig_run(rig, 3598);
	assert_stage(rig, LIMITS_FLOAT);
	rig_run(rig, 600);
	assert_stage(rig, LIMITS_FLOAT);
	rig_free(rig);
}

static void the_bms_says_100_percent(void **state)
{
	struct rig *rig = absorbing(2);

	(void)state;
	rig_all(rig, CELLAR_SOC, 10000);
	rig_step(rig, 1000);
	assert_stage(rig, LIMITS_FLOAT);
	rig_free(rig);
}

static void clouds_during_absorption(void **state)
{
	struct rig *rig = absorbing(2);

	(void)state;
	rig_all(rig, CELLAR_CURRENT, -10000);
	rig_all(rig, CELLAR_VOLTAGE, 54900);
	rig_step(rig, 1000);
	assert_stage(rig, LIMITS_BULK);
	rig_free(rig);
}

static void discharging_at_a_high_voltage_is_no_tail(void **state)
{
	struct rig *rig = absorbing(2);

	(void)state;
	rig_all(rig, CELLAR_CURRENT, -1000);
	rig_run(rig, 120);
	assert_stage(rig, LIMITS_ABSORPTION);
	rig_free(rig);
}

static void used_in_the_evening_charged_in_the_morning(void **state)
{
	struct rig *rig = absorbing(2);

	(void)state;
	rig_all(rig, CELLAR_SOC, 10000);
	rig_run(rig, 2000);
	assert_volts(rig, 54600, LIMITS_POLICY);
	rig_all(rig, CELLAR_CURRENT, -20000);
	rig_all(rig, CELLAR_VOLTAGE, 53700);
	rig_all(rig, CELLAR_SOC, 9501);
	rig_run(rig, 10);
	assert_stage(rig, LIMITS_FLOAT);
	rig_all(rig, CELLAR_SOC, 9500);
	rig_step(rig, 1000);
	assert_stage(rig, LIMITS_BULK);
	rig_run(rig, 200);
	assert_int_equal(volts(rig)->value, 56000);
	rig_free(rig);
}

static void the_voltage_sank_and_the_soc_lies(void **state)
{
	struct rig *rig = absorbing(1);

	(void)state;
	rig_all(rig, CELLAR_SOC, 10000);
	rig_run(rig, 10);
	rig_all(rig, CELLAR_VOLTAGE, 53500);
	rig_step(rig, 1000);
	assert_stage(rig, LIMITS_BULK);
	rig_free(rig);
}

static void a_model_without_a_float_voltage_stays_where_it_is(void **state)
{
	struct rig *rig = rig_simple("zcs,zsx5120", 1);

	(void)state;
	rig_all(rig, CELLAR_VOLTAGE, 55950);
	rig_all(rig, CELLAR_SOC, 10000);
	rig_run(rig, 600);
	assert_stage(rig, LIMITS_FLOAT);
	assert_int_equal(volts(rig)->value, 56000);
	assert_int_equal(volts(rig)->term[LIMITS_POLICY], 56000);
	rig_all(rig, CELLAR_VOLTAGE, 54900);
	rig_step(rig, 1000);
	assert_stage(rig, LIMITS_BULK);
	rig_free(rig);
}

static void a_full_charge_is_wanted_while_floating(void **state)
{
	struct rig *rig = absorbing(1);

	(void)state;
	rig_run(rig, 3600);
	assert_stage(rig, LIMITS_FLOAT);
	rig->input.full_charge = true;
	rig_run(rig, 1);
	assert_int_not_equal(rig->limits->out.stage, LIMITS_FLOAT);
	/* a small current does not end it, 100 % does */
	rig_all(rig, CELLAR_CURRENT, 1000);
	for (unsigned int s = 0; s < 1200; s++) {
		rig_step(rig, 1000);
		assert_int_not_equal(rig->limits->out.stage, LIMITS_FLOAT);
	}
	rig_all(rig, CELLAR_SOC, 10000);
	rig_step(rig, 1000);
	assert_stage(rig, LIMITS_FLOAT);
	rig_free(rig);
}

static void one_cell_is_above_the_end_of_its_curve(void **state)
{
	struct rig *rig = absorbing(2);
	u32 last = volts(rig)->value;

	(void)state;
	rig_say(&rig->supply[1].reading, CELLAR_CELL_VOLTAGE_MAX, 3650);
	rig_run(rig, 20);
	/* 50 mV above 3.600: towards 55.90 V, by one a second */
	assert_volts(rig, last - 20, LIMITS_CELL_VOLTAGE);
	rig_run(rig, 200);
	assert_volts(rig, 55900, LIMITS_CELL_VOLTAGE);
	rig_free(rig);
}

static void new_packs_that_are_unbalanced_go_to_float_only(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 2);
	struct rig *rig;

	(void)state;
	plan.started = false;
	rig = rig_running(&plan);
	assert_int_equal(volts(rig)->value, 56000);
	rig->supply[0].reading.warnings = BIT_ULL(CELLAR_CELL_IMBALANCE);
	rig_run(rig, 1500);
	assert_volts(rig, 54600, LIMITS_STARTUP);
	rig->supply[0].reading.warnings = 0;
	rig_run(rig, 200);
	assert_int_equal(volts(rig)->value, 56000);
	rig_free(rig);
}

static void old_packs_that_are_unbalanced_are_balanced_at_the_top(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig->supply[0].reading.warnings = BIT_ULL(CELLAR_CELL_IMBALANCE);
	rig_run(rig, 300);
	assert_int_equal(volts(rig)->value, 56000);
	assert_int_equal(volts(rig)->term[LIMITS_STARTUP], LIMITS_NONE);
	rig_free(rig);
}

static void the_owner_charges_to_55_volts(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig;

	(void)state;
	plan.limits.absorption_mv = 55000;
	plan.limits.float_mv = 54000;
	rig = rig_running(&plan);
	assert_int_equal(volts(rig)->value, 55000);
	rig_all(rig, CELLAR_SOC, 10000);
	rig_all(rig, CELLAR_VOLTAGE, 54950);
	rig_run(rig, 1100);
	assert_volts(rig, 54000, LIMITS_POLICY);
	rig_free(rig);
}

static void the_owner_charges_unknown_packs_to_55_volts(void **state)
{
	struct rig_plan plan = rig_plan(NULL, 1);
	struct rig *rig;

	(void)state;
	plan.limits.absorption_mv = 55000;
	rig = rig_running(&plan);
	assert_volts(rig, 55000, LIMITS_POLICY);
	rig_free(rig);
}

static void nobody_charges_above_the_model(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig;

	(void)state;
	plan.limits.absorption_mv = 58000;
	plan.limits.float_mv = 57000;
	rig = rig_of(&plan);
	rig_all(rig, CELLAR_CHARGE_VOLTAGE_LIMIT, 60000);
	rig_run(rig, 60);
	assert_int_equal(volts(rig)->value, 56000);
	assert_int_equal(volts(rig)->term[LIMITS_MAX], 57600);
	rig_free(rig);
}

static void discharged_to_the_highest_of_all_floors(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);
	const struct limit *floor = &rig->limits->out.discharge_voltage;

	(void)state;
	assert_int_equal(floor->value, 48000);
	assert_int_equal(floor->winner, LIMITS_PROTECTION);
	assert_int_equal(floor->term[LIMITS_RATED], 44800);
	rig_say(&rig->supply[1].reading, CELLAR_DISCHARGE_VOLTAGE_LIMIT, 49000);
	rig_step(rig, 100);
	assert_int_equal(floor->value, 49000);
	assert_int_equal(floor->winner, LIMITS_BMS);
	/* an answer that is none takes nothing from the others */
	rig_say(&rig->supply[0].reading, CELLAR_DISCHARGE_VOLTAGE_LIMIT, 49000);
	rig_say(&rig->supply[1].reading, CELLAR_DISCHARGE_VOLTAGE_LIMIT, UINT32_MAX);
	rig_step(rig, 100);
	assert_int_equal(floor->value, 49000);
	rig->silent[0] = rig->silent[1] = true;
	rig_run(rig, 10);
	assert_int_equal(floor->value, 49000);
	assert_int_equal(floor->winner, LIMITS_STALE);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(charged_to_the_absorption_voltage_of_the_model),
		cmocka_unit_test(the_bms_wants_a_lower_voltage_at_once),
		cmocka_unit_test(the_voltage_rises_slowly_and_late),
		cmocka_unit_test(a_pack_says_nothing_of_voltage_but_its_system_does),
		cmocka_unit_test(nobody_says_a_voltage),
		cmocka_unit_test(zero_volt_is_no_limit_but_no_answer),
		cmocka_unit_test(everything_falls_silent_at_56_volts),
		cmocka_unit_test(it_comes_back_and_may_be_charged_higher),
		cmocka_unit_test(the_current_has_tailed_off),
		cmocka_unit_test(a_tail_of_packs_that_do_not_say_their_capacity),
		cmocka_unit_test(soc_stuck_at_99_percent_ends_in_float_all_the_same),
		cmocka_unit_test(the_bms_says_100_percent),
		cmocka_unit_test(clouds_during_absorption),
		cmocka_unit_test(discharging_at_a_high_voltage_is_no_tail),
		cmocka_unit_test(used_in_the_evening_charged_in_the_morning),
		cmocka_unit_test(the_voltage_sank_and_the_soc_lies),
		cmocka_unit_test(a_model_without_a_float_voltage_stays_where_it_is),
		cmocka_unit_test(a_full_charge_is_wanted_while_floating),
		cmocka_unit_test(one_cell_is_above_the_end_of_its_curve),
		cmocka_unit_test(new_packs_that_are_unbalanced_go_to_float_only),
		cmocka_unit_test(old_packs_that_are_unbalanced_are_balanced_at_the_top),
		cmocka_unit_test(the_owner_charges_to_55_volts),
		cmocka_unit_test(the_owner_charges_unknown_packs_to_55_volts),
		cmocka_unit_test(nobody_charges_above_the_model),
		cmocka_unit_test(discharged_to_the_highest_of_all_floors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
