// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several cars and one contract: who gets how much. Each case named after the sentence of
 * the manual or what a user wants.
 */
#include "loads_rig.h"

/* @n cars at fast boxes of three phases that may switch at any time. */
static struct rig cars(unsigned int n)
{
	struct rig rig = rig_of(n);

	for (unsigned int i = 0; i < n; i++) {
		rig.config.charger[i].min_run_s = 0;
		rig.config.charger[i].min_pause_s = 0;
		rig.config.charger[i].step_ma = 100;
		rig_plug(&rig, i);
	}

	return rig;
}

/* … of one phase each, the first phase first. */
static struct rig small_cars(unsigned int n)
{
	struct rig rig = cars(n);

	for (unsigned int i = 0; i < n; i++) {
		rig.config.charger[i].phases = 1;
		rig.config.charger[i].phase = i % 3;
	}

	return rig;
}

static void told(const struct rig *rig, const u32 *ma)
{
	for (unsigned int i = 0; i < rig->config.chargers; i++)
		assert_told(rig, i, ma[i]);
}

#define assert_all_told(rig, ...) told(rig, (const u32[]){ __VA_ARGS__ })

/* row: ems.md "Wallbox strategies" contracted power holds */
/* row: ems.md "Safety limits" throttling wallboxes first */
static void the_sum_does_not_exceed_the_contract(void **state)
{
	static const u8 strategies[] = {
		SITE_FAST, SITE_KILOMETRES_REPEATED, SITE_ECOLOGICAL_PURE,
		SITE_ECOLOGICAL_MIXED, SITE_TIME_POWER, SITE_KILOMETRES_ONCE,
	};

	(void)state;
	for (s32 total_w = 0; total_w < 70000; total_w += 997) {
		struct rig rig = cars(ARRAY_SIZE(strategies));
		s32 sum_w = 0;

		rig.image.pv_w = 60000;
		for (unsigned int i = 0; i < ARRAY_SIZE(strategies); i++) {
			rig.config.charger[i].strategy = strategies[i];
			rig.config.charger[i].start_min = 12 * 60;
		}
		rig_budget(&rig, total_w, SITE_NO_LIMIT);
		rig_seconds(&rig, 1);
		for (unsigned int i = 0; i < ARRAY_SIZE(strategies); i++) {
			assert_true(!rig.out.charger[i].current_ma ||
				    rig.out.charger[i].current_ma >= 6000);
			sum_w += rig.out.charger[i].power_w;
		}
		assert_true(sum_w <= total_w);
		assert_true(sum_w + 69 * 6 > total_w || sum_w == 6 * 11040 || total_w < 6 * 4140);
	}
}

static void a_contract_that_falls_is_kept_in_the_same_step(void **state)
{
	struct rig rig = cars(2);

	(void)state;
	rig_seconds(&rig, 5);
	assert_all_told(&rig, 16000, 16000);
	rig_budget(&rig, 13800, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 10000, 10000);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CONTRACT);
}

static void the_contract_does_not_wait_for_a_minimum_run(void **state)
{
	struct rig rig = cars(1);

	(void)state;
	rig.config.charger[0].min_run_s = 600;
	rig.config.charger[0].min_pause_s = 60;
	rig_seconds(&rig, 5);
	rig_budget(&rig, 4139, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_CONTRACT);
	rig_budget(&rig, 9000, SITE_NO_LIMIT);
	rig_seconds(&rig, 59);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_MIN_TIME);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 13000);
}

static void who_took_it_is_named(void **state)
{
	static const u8 winners[] = { SITE_BY_BLACKOUT, SITE_BY_RETURN, SITE_BY_STALE };
	struct rig rig = cars(1);

	(void)state;
	rig_seconds(&rig, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(winners); i++) {
		rig_budget(&rig, 0, 0);
		rig.budget.winner = winners[i];
		rig_seconds(&rig, 1);
		assert_told(&rig, 0, 0);
		assert_state(&rig, 0, SITE_CHARGER_STANDBY, winners[i]);
	}
	rig.budget.winner = SITE_NOBODY;
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_CONTRACT);
}

static void a_house_that_draws_too_much_leaves_nothing(void **state)
{
	struct rig rig = cars(2);

	(void)state;
	rig_budget(&rig, -5000, 10000);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 0);
	rig_budget(&rig, 20000, -1);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 0);
	rig_budget(&rig, INT32_MIN, INT32_MIN);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 0);
}

static void equals_share_alike(void **state)
{
	struct rig rig = cars(3);

	(void)state;
	rig_budget(&rig, 3 * 6900, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 10000, 10000, 10000);
}

static void what_one_cannot_take_the_others_have(void **state)
{
	struct rig rig = cars(3);

	(void)state;
	rig.car[1].max_ma = 8000;
	rig_budget(&rig, 690 * 34, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 13000, 8000, 13000);
	rig_seconds(&rig, 1);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CONTRACT);
	assert_int_equal(rig.out.charger[1].winner, SITE_BY_CAR);
}

static void a_box_with_a_higher_minimum_has_that_and_the_others_share_the_rest(void **state)
{
	struct rig rig = cars(3);

	(void)state;
	rig.config.charger[2].min_ma = 13000;
	rig_budget(&rig, 690 * 30, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 8500, 8500, 13000);
	rig_budget(&rig, 690 * 42, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 14000, 14000, 14000);
}

static void the_last_step_goes_to_the_first(void **state)
{
	struct rig rig = cars(3);

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		rig.config.charger[i].step_ma = 1000;
	rig_budget(&rig, 690 * 29, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 10000, 10000, 9000);
	rig_budget(&rig, 690 * 31 - 1, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 10000, 10000, 10000);
}

static void a_current_is_rounded_down_to_the_steps_of_the_box(void **state)
{
	struct rig rig = cars(1);

	(void)state;
	rig_budget(&rig, 7589, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10900);
	rig.config.charger[0].step_ma = 1000;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10000);
	rig.config.charger[0].step_ma = 4000;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 8000);
	rig.config.charger[0].step_ma = 0;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10998);
}

static void the_first_in_priority_is_served_to_its_most(void **state)
{
	struct rig rig = cars(3);

	(void)state;
	rig.config.charger[0].priority = 2;
	rig.config.charger[1].priority = 1;
	rig.config.charger[2].priority = 2;
	rig_budget(&rig, 690 * 30, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 7000, 16000, 7000);
	rig_budget(&rig, 690 * 27, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 11000, 16000, 0);
}

static void the_lowest_priority_is_paused_first(void **state)
{
	struct rig rig = cars(3);

	(void)state;
	for (u8 i = 0; i < 3; i++)
		rig.config.charger[i].priority = 3 - i;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 16000, 16000, 16000);
	rig_budget(&rig, 690 * 37, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 16000, 16000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CONTRACT);
	rig_budget(&rig, 690 * 21, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 0, 16000);
	rig_budget(&rig, 690 * 5, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 0, 0);
}

/* Nobody is switched off for somebody equal who has just come. */
static void of_equals_the_one_that_charges_goes_on(void **state)
{
	struct rig rig = cars(2);

	(void)state;
	rig_unplug(&rig, 0);
	rig_budget(&rig, 690 * 11, SITE_NO_LIMIT);
	rig_seconds(&rig, 2);
	assert_all_told(&rig, 0, 11000);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 2);
	assert_all_told(&rig, 0, 11000);
	rig_budget(&rig, 690 * 12, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 6000, 6000);
}

static void who_comes_first_in_priority_has_its_least_from_who_charges(void **state)
{
	struct rig rig = cars(2);

	(void)state;
	rig.config.charger[1].priority = 1;
	rig_unplug(&rig, 0);
	rig_budget(&rig, 690 * 14, SITE_NO_LIMIT);
	rig_seconds(&rig, 2);
	assert_all_told(&rig, 0, 14000);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 2);
	assert_all_told(&rig, 14000, 0);
}

static void a_minimum_run_is_not_cut_short_for_a_higher_priority(void **state)
{
	struct rig rig = cars(2);

	(void)state;
	rig.config.charger[1].priority = 1;
	rig.config.charger[1].min_run_s = 60;
	rig_unplug(&rig, 0);
	rig_budget(&rig, 690 * 14, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 14000);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 59);
	assert_all_told(&rig, 8000, 6000);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 14000, 0);
}

/* There is not enough for both that run: then it is the lower one after all. */
static void a_minimum_run_does_not_pause_a_higher_priority(void **state)
{
	struct rig rig = cars(2);

	(void)state;
	rig.config.charger[1].priority = 1;
	rig.config.charger[1].min_run_s = 600;
	rig_seconds(&rig, 2);
	assert_all_told(&rig, 16000, 16000);
	rig_budget(&rig, 690 * 11, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 11000, 0);
}

static void a_newcomer_waits_for_a_minimum_run(void **state)
{
	struct rig rig = cars(2);

	(void)state;
	rig.config.charger[1].priority = 1;
	rig.config.charger[1].min_run_s = 60;
	rig_unplug(&rig, 0);
	rig_budget(&rig, 690 * 11, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 59);
	assert_all_told(&rig, 0, 11000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CONTRACT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 11000, 0);
}

static void each_phase_has_its_own_contract(void **state)
{
	struct rig rig = small_cars(3);

	(void)state;
	rig_budget(&rig, SITE_NO_LIMIT, SITE_NO_LIMIT);
	rig.budget.phase_w[0] = 2300;
	rig.budget.phase_w[1] = 1379;
	rig.budget.winner = SITE_BY_CONTRACT;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 10000, 0, 16000);
	rig_seconds(&rig, 1);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CONTRACT);
	assert_int_equal(rig.out.charger[1].winner, SITE_BY_CONTRACT);
	assert_int_equal(rig.out.charger[2].winner, SITE_BY_CABLE);
}

static void cars_on_one_phase_share_that_phase(void **state)
{
	struct rig rig = small_cars(4);

	(void)state;
	rig_budget(&rig, SITE_NO_LIMIT, 230 * 20);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 10000, 16000, 16000, 10000);
}

static void a_three_phase_car_is_bound_by_the_fullest_phase(void **state)
{
	struct rig rig = small_cars(2);

	(void)state;
	rig.config.charger[1].phases = 3;
	rig.config.charger[1].phase = 0;
	rig_budget(&rig, SITE_NO_LIMIT, 230 * 20);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 10000, 10000);
	rig.budget.phase_w[2] = 230 * 7;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 13000, 7000);
	rig.budget.phase_w[2] = 230 * 6 - 1;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 16000, 0);
}

static void a_box_is_wired_from_its_own_phase_on(void **state)
{
	struct rig rig = cars(1);

	(void)state;
	rig.config.charger[0].phase = 2;
	rig.car[0].phases = 2;
	rig_budget(&rig, SITE_NO_LIMIT, 230 * 20);
	rig.budget.phase_w[1] = 0;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
	rig.budget.phase_w[0] = 230 * 7;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 7000);
	rig.budget.phase_w[0] = 230 * 20;
	rig.budget.phase_w[2] = 230 * 8;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 8000);
	rig.car[0].phases = 0;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
}

static void a_single_phase_plant_has_one_phase(void **state)
{
	struct rig rig = small_cars(2);

	(void)state;
	site_preset(&rig.config, SITE_PLANT_HYBRID_1PH);
	rig_budget(&rig, 230 * 15, 0);
	rig.budget.phase_w[0] = 230 * 14;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 7000, 7000);
	rig.config.charger[0].phases = 3;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 7000, 7000);
	assert_int_equal(rig.out.charger[0].phases, 1);
}

static void the_battery_helps_fast_and_timed_charges_only(void **state)
{
	struct rig rig = cars(3);

	(void)state;
	rig.config.charger[0].strategy = SITE_KILOMETRES_REPEATED;
	rig.config.charger[1].strategy = SITE_TIME_POWER;
	rig.config.charger[1].start_min = 12 * 60;
	rig_budget(&rig, 690 * 7, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 7000, 0, 0);
	rig.budget.battery_w = 690 * 20;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 7000, 10000, 10000);
	rig.budget.total_w = 690 * 5;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 12500, 12500);
	rig.budget.total_w = -690 * 5;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 0, 7500, 7500);
}

static void the_battery_helps_each_phase_with_its_part(void **state)
{
	struct rig rig = small_cars(3);

	(void)state;
	rig_budget(&rig, 230 * 18, 230 * 6);
	rig.budget.battery_w = 690 * 3;
	rig.config.charger[2].strategy = SITE_KILOMETRES_REPEATED;
	rig_seconds(&rig, 1);
	assert_all_told(&rig, 9000, 9000, 6000);
}

static void help_that_is_negative_is_none(void **state)
{
	struct rig rig = cars(1);

	(void)state;
	rig_budget(&rig, 6900, SITE_NO_LIMIT);
	rig.budget.battery_w = -5000;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10000);
	rig.budget.battery_w = INT32_MAX;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

static void eight_boxes_of_each_kind_never_take_more_than_there_is(void **state)
{
	u32 noise = 1;

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		struct rig rig = rig_of(SITE_CHARGERS_MAX);
		s32 sum_w = 0, plain_w = 0, phase_ma[SITE_PHASES] = { 0 }, total_w, phase_w[3], help_w;
		unsigned int i, phase;

#define NOISE(n) ((noise = noise * 1664525 + 1013904223) >> 8) % (n)
		total_w = (s32)(NOISE(40000)) - 2000;
		help_w = NOISE(2) ? 0 : (s32)(NOISE(12000));
		rig_budget(&rig, total_w, 0);
		rig.budget.battery_w = help_w;
		rig.image.pv_w = (s32)(NOISE(20000));
		for (phase = 0; phase < 3; phase++)
			rig.budget.phase_w[phase] = phase_w[phase] = (s32)(NOISE(15000));
		for (i = 0; i < SITE_CHARGERS_MAX; i++) {
			struct site_charger_config *c = &rig.config.charger[i];

			c->strategy = NOISE(SITE_STRATEGIES);
			c->phases = NOISE(2) ? 3 : 1;
			c->phase = c->phases == 1 ? NOISE(3) : 0;
			c->priority = NOISE(3);
			c->step_ma = NOISE(2) ? 1000 : 100;
			c->min_ma = 6000 + NOISE(4) * 1000;
			c->box_ma = 10000 + NOISE(22000);
			c->cable_ma = 32000;
			c->start_min = 720;
			if (NOISE(5))
				rig_plug(&rig, i);
			rig.car[i].phases = NOISE(4);
			rig.car[i].max_ma = NOISE(3) ? 0 : 5000 + NOISE(20000);
		}
		for (unsigned int step = 0; step < 3; step++) {
			rig_seconds(&rig, 1);
			sum_w = 0;
			plain_w = 0;
			memset(phase_ma, 0, sizeof(phase_ma));
			for (i = 0; i < SITE_CHARGERS_MAX; i++) {
				const struct site_charger_outputs *o = &rig.out.charger[i];
				const struct site_charger_config *c = &rig.config.charger[i];

				assert_true(!o->current_ma || (o->current_ma >= c->min_ma &&
							       o->current_ma <= c->box_ma));
				assert_int_equal(o->current_ma % c->step_ma, 0);
				sum_w += o->power_w;
				if (o->strategy != SITE_FAST && o->strategy != SITE_TIME_POWER)
					plain_w += o->power_w;
				for (phase = 0; phase < o->phases; phase++)
					phase_ma[(c->phase + phase) % 3] += (s32)o->current_ma;
			}
			assert_true(!sum_w || sum_w <= total_w + help_w);
			assert_true(!plain_w || plain_w <= total_w);
			for (phase = 0; phase < 3; phase++)
				assert_true(phase_ma[phase] / 1000 * 230 <= phase_w[phase] + help_w / 3);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sum_does_not_exceed_the_contract),
		cmocka_unit_test(a_contract_that_falls_is_kept_in_the_same_step),
		cmocka_unit_test(the_contract_does_not_wait_for_a_minimum_run),
		cmocka_unit_test(who_took_it_is_named),
		cmocka_unit_test(a_house_that_draws_too_much_leaves_nothing),
		cmocka_unit_test(equals_share_alike),
		cmocka_unit_test(what_one_cannot_take_the_others_have),
		cmocka_unit_test(a_box_with_a_higher_minimum_has_that_and_the_others_share_the_rest),
		cmocka_unit_test(the_last_step_goes_to_the_first),
		cmocka_unit_test(a_current_is_rounded_down_to_the_steps_of_the_box),
		cmocka_unit_test(the_first_in_priority_is_served_to_its_most),
		cmocka_unit_test(the_lowest_priority_is_paused_first),
		cmocka_unit_test(of_equals_the_one_that_charges_goes_on),
		cmocka_unit_test(who_comes_first_in_priority_has_its_least_from_who_charges),
		cmocka_unit_test(a_minimum_run_is_not_cut_short_for_a_higher_priority),
		cmocka_unit_test(a_minimum_run_does_not_pause_a_higher_priority),
		cmocka_unit_test(a_newcomer_waits_for_a_minimum_run),
		cmocka_unit_test(each_phase_has_its_own_contract),
		cmocka_unit_test(cars_on_one_phase_share_that_phase),
		cmocka_unit_test(a_three_phase_car_is_bound_by_the_fullest_phase),
		cmocka_unit_test(a_box_is_wired_from_its_own_phase_on),
		cmocka_unit_test(a_single_phase_plant_has_one_phase),
		cmocka_unit_test(the_battery_helps_fast_and_timed_charges_only),
		cmocka_unit_test(the_battery_helps_each_phase_with_its_part),
		cmocka_unit_test(help_that_is_negative_is_none),
		cmocka_unit_test(eight_boxes_of_each_kind_never_take_more_than_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
