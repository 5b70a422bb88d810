// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a wallbox is told, and never more: limits, silence, cars that are full and boxes
 * that do not obey. Each case named after the sentence of the manual or what a user wants.
 */
#include "loads_rig.h"

static struct rig one(void)
{
	struct rig rig = rig_of(1);

	rig.config.charger[0].min_run_s = 0;
	rig.config.charger[0].min_pause_s = 0;
	rig_plug(&rig, 0);

	return rig;
}

static struct rig two(s32 total_w)
{
	struct rig rig = rig_of(2);

	for (unsigned int i = 0; i < 2; i++) {
		rig.config.charger[i].min_run_s = 0;
		rig.config.charger[i].min_pause_s = 0;
		rig.config.charger[i].step_ma = 100;
		rig_plug(&rig, i);
	}
	rig_budget(&rig, total_w, SITE_NO_LIMIT);

	return rig;
}

/* row: ems.md "Safety limits" never exceed */
static void never_more_than_the_wallbox_the_cable_and_the_car_bear(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].cable_ma = 20000;
	rig.config.charger[0].box_ma = 32000;
	rig_seconds(&rig, 2);
	assert_told(&rig, 0, 20000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CABLE);
	rig.config.charger[0].box_ma = 16000;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_BOX);
	rig.car[0].max_ma = 10500;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CAR);
}

static void six_ampere_is_the_least_that_can_be_said_to_a_car(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].min_ma = 1000;
	rig_budget(&rig, 4139, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	rig_budget(&rig, 4140, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 6000);
	rig.config.charger[0].min_ma = 8500;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	rig_budget(&rig, 690 * 9, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 9000);
}

static void who_bears_less_than_that_gets_nothing(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].min_run_s = 3600;
	rig_seconds(&rig, 2);
	rig.car[0].max_ma = 5999;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_CAR);
	rig.car[0].max_ma = 0;
	rig.config.charger[0].cable_ma = 5000;
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_CABLE);
	rig.config.charger[0].cable_ma = 16000;
	rig.config.charger[0].box_ma = 0;
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_BOX);
}

/* row: ems.md "Reading the plant" wallbox state */
static void the_power_shown_is_what_the_current_makes(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].step_ma = 1;
	rig_budget(&rig, 7001, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10146);
	assert_int_equal(rig.out.charger[0].power_w, 7000);
	rig.car[0].phases = 1;
	rig.config.charger[0].box_ma = 13333;
	rig_seconds(&rig, 1);
	assert_int_equal(rig.out.charger[0].phases, 1);
	assert_int_equal(rig.out.charger[0].power_w, 3066);
}

static void a_car_says_more_phases_than_the_box_has(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].phases = 1;
	rig.car[0].phases = 3;
	rig_seconds(&rig, 1);
	assert_int_equal(rig.out.charger[0].phases, 1);
	assert_int_equal(rig.out.charger[0].power_w, 3680);
}

/* row: ems.md "Reading the plant" connection */
static void a_box_that_says_nothing_is_absent_and_told_nothing(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].min_run_s = 3600;
	rig_seconds(&rig, 5);
	rig.silent[0] = true;
	rig_seconds(&rig, 5);
	assert_told(&rig, 0, 16000);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_ABSENT, SITE_BY_STALE);
	assert_true(rig.out.charger[0].in_session);
}

static void a_box_that_was_never_heard_is_absent(void **state)
{
	struct rig rig = rig_of(1);

	(void)state;
	rig.silent[0] = true;
	rig_seconds(&rig, 1);
	rig.in.charger[0].age_ms = SITE_NEVER;
	rig.config.fresh_ms = SITE_NEVER;
	rig_pass(&rig, 0);
	assert_state(&rig, 0, SITE_CHARGER_ABSENT, SITE_BY_STALE);
}

static void a_box_that_is_back_waits_for_its_minimum_pause(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].min_pause_s = 60;
	rig_seconds(&rig, 5);
	rig.silent[0] = true;
	rig_seconds(&rig, 6);
	assert_told(&rig, 0, 0);
	rig.silent[0] = false;
	rig_seconds(&rig, 59);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_MIN_TIME);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

/* It may not hear that it is told nothing, and charge on until its fail-safe acts. */
static void what_a_silent_box_was_told_is_kept_free_for_a_minute(void **state)
{
	struct rig rig = two(690 * 20);

	(void)state;
	rig_seconds(&rig, 20);
	assert_told(&rig, 0, 10000);
	rig.car[1].mute = true;
	rig_seconds(&rig, 1);
	rig.silent[1] = true;
	rig_seconds(&rig, 6);
	assert_told(&rig, 1, 0);
	for (unsigned int i = 0; i < 60; i++) {
		assert_told(&rig, 0, 10000);
		rig_seconds(&rig, 1);
	}
	assert_told(&rig, 0, 16000);
}

static void on_each_of_its_phases_too(void **state)
{
	struct rig rig = two(SITE_NO_LIMIT);

	(void)state;
	rig_budget(&rig, SITE_NO_LIMIT, 230 * 20);
	rig.config.charger[0].phases = 1;
	rig.config.charger[0].phase = 2;
	rig_seconds(&rig, 20);
	assert_told(&rig, 0, 10000);
	rig.car[1].mute = true;
	rig_seconds(&rig, 1);
	rig.silent[1] = true;
	rig_seconds(&rig, 30);
	assert_told(&rig, 0, 10000);
}

/* After that minute its meter is believed: it draws on. */
static void a_silent_box_that_is_seen_to_draw_is_counted_on(void **state)
{
	struct rig rig = two(690 * 20);

	(void)state;
	rig_seconds(&rig, 20);
	rig.silent[1] = true;
	for (unsigned int i = 0; i < 300; i++) {
		rig.in.charger[1].power_w = (struct site_value){ 6900, 0 };
		rig_seconds(&rig, 1);
		assert_told(&rig, 0, 10000);
	}
	assert_told(&rig, 1, 0);
}

/* 253 V are allowed (EN 50160): 10 % more than was reckoned with. */
static void a_high_voltage_does_not_carry_the_cars_over_the_contract(void **state)
{
	struct rig rig = two(13800);
	unsigned int changed = 0;
	u32 was = 0;

	(void)state;
	rig.car[0].volt = 253;
	rig.car[1].volt = 253;
	for (unsigned int i = 0; i < 600; i++) {
		rig_seconds(&rig, 1);
		if (i > 60)
			assert_in_range(rig.in.charger[0].power_w.value +
					rig.in.charger[1].power_w.value, 13600, 13800);
		changed += rig.out.charger[0].current_ma != was;
		was = rig.out.charger[0].current_ma;
	}
	assert_in_range(changed, 2, 4);
}

static void what_is_drawn_too_much_counts_once_the_car_had_time_to_follow(void **state)
{
	struct rig rig = two(13800);

	(void)state;
	rig_seconds(&rig, 20);
	assert_told(&rig, 0, 10000);
	rig_budget(&rig, 690 * 16, SITE_NO_LIMIT);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 8000);
	rig.silent[1] = true;	/* as said here: it goes on with 10 A */
	for (unsigned int i = 1; i <= 10; i++) {
		rig.in.charger[1].age_ms = 0;
		rig.in.charger[1].power_w = (struct site_value){ 6900, 1000 };
		rig_pass(&rig, 1000);
		assert_told(&rig, 0, i < 7 ? 8000 : 7000);
		rig.in.charger[1].energy_wh.age_ms = 0;
	}
}

static void what_was_drawn_too_much_counts_for_half_a_minute(void **state)
{
	struct rig rig = two(690 * 20);
	unsigned int i;

	(void)state;
	rig_seconds(&rig, 20);
	rig.car[1].volt = 276;
	rig_seconds(&rig, 120);
	assert_in_range(rig.out.charger[0].current_ma, 9000, 9300);
	rig.car[1].volt = 230;
	for (i = 0; i < 60 && rig.out.charger[0].current_ma < 10000; i++)
		rig_seconds(&rig, 1);
	assert_in_range(i, 29, 31);
}

static void a_box_that_does_not_stop_is_counted(void **state)
{
	struct rig rig = two(690 * 20);

	(void)state;
	rig_seconds(&rig, 20);
	rig.silent[1] = true;	/* as said here: it goes on */
	rig_say(&rig, 1, SITE_STOP);
	for (unsigned int i = 0; i < 30; i++) {
		rig.in.charger[1].age_ms = 0;
		rig.in.charger[1].power_w = (struct site_value){ 6900, 0 };
		rig_pass(&rig, 1000);
	}
	assert_told(&rig, 1, 0);
	assert_told(&rig, 0, 10000);
}

/* Its box takes all of its phase, and more; the others are on other ones. */
static void a_phase_that_is_overdrawn_is_nothing_to_the_others(void **state)
{
	struct rig rig = two(SITE_NO_LIMIT);

	(void)state;
	rig_budget(&rig, 230 * 80, 230 * 20);
	for (unsigned int i = 0; i < 2; i++) {
		rig.config.charger[i].phases = 1;
		rig.config.charger[i].phase = (u8)i;
	}
	rig_seconds(&rig, 5);
	rig.silent[0] = true;	/* as said here */
	for (unsigned int i = 0; i < 20; i++) {
		rig.in.charger[0].age_ms = 0;
		rig.in.charger[0].power_w = (struct site_value){ 230 * 50, 0 };
		rig_pass(&rig, 1000);
	}
	assert_told(&rig, 0, 0);
	assert_told(&rig, 1, 16000);
	rig_budget(&rig, 230 * 65, 230 * 20);
	rig_seconds(&rig, 1);
	assert_told(&rig, 1, 15000);
}

static void a_fault_ends_the_current_at_once(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].min_run_s = 3600;
	rig_seconds(&rig, 5);
	rig.silent[0] = true;
	rig.in.charger[0].car = SITE_CAR_FAULT;
	rig_pass(&rig, 0);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_FAULT, SITE_BY_BOX);
}

static void an_unplugged_car_ends_the_current_at_once(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.config.charger[0].min_run_s = 3600;
	rig_seconds(&rig, 5);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_FREE, SITE_NOBODY);
}

static void a_box_that_does_not_know_its_car_charges_nobody(void **state)
{
	struct rig rig = rig_of(1);

	(void)state;
	rig.silent[0] = true;
	rig.in.charger[0].car = SITE_CAR_UNKNOWN;
	rig.in.charger[0].age_ms = 0;
	rig.in.charger[0].command = SITE_START;
	rig_pass(&rig, 0);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_FREE, SITE_NOBODY);
}

static void a_full_car_stands_by_and_the_car_is_named(void **state)
{
	struct rig rig = one();

	(void)state;
	rig.car[0].wants_wh = 100;
	rig_seconds(&rig, 30);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_CABLE);
	rig_seconds(&rig, 10);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_CAR);
	assert_told(&rig, 0, 16000);
	assert_true(rig.out.charger[0].in_session);
	rig_minutes(&rig, 2);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_CAR);
	assert_told(&rig, 0, 6000);
}

static void the_others_have_what_a_full_car_does_not_take(void **state)
{
	struct rig rig = two(690 * 20);

	(void)state;
	rig.car[1].wants_wh = 1;
	rig_seconds(&rig, 30);
	assert_told(&rig, 0, 10000);
	rig_seconds(&rig, 3);
	assert_told(&rig, 0, 14000);
	assert_told(&rig, 1, 6000);
}

static void a_car_that_wants_again_is_served_again(void **state)
{
	struct rig rig = two(690 * 20);

	(void)state;
	rig.car[1].wants_wh = 1;
	rig_minutes(&rig, 2);
	assert_told(&rig, 1, 6000);
	rig.car[1].wants_wh = 50000;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10000);
	assert_told(&rig, 1, 10000);
	assert_state(&rig, 1, SITE_CHARGER_CHARGING, SITE_BY_CONTRACT);
}

static void no_car_is_switched_faster_than_its_minimum_times(void **state)
{
	struct rig rig = one();
	unsigned int on_s = 0, off_s = 0, switched = 0;
	u32 noise = 3;
	bool was = false;

	(void)state;
	rig.config.charger[0].strategy = SITE_ECOLOGICAL_PURE;
	rig.config.charger[0].min_run_s = 120;
	rig.config.charger[0].min_pause_s = 90;
	rig_seconds(&rig, 5);
	for (unsigned int i = 0; i < 20000; i++) {
		bool on;

		noise = noise * 1664525 + 1013904223;
		rig.image.pv_w = (s32)(noise >> 18);
		rig_seconds(&rig, 1);
		on = rig.out.charger[0].current_ma;
		if (on != was && switched++)
			assert_true(on ? off_s >= 90 : on_s >= 120);
		if (on != was) {
			on_s = 0;
			off_s = 0;
		}
		on_s += on;
		off_s += !on;
		was = on;
	}
	assert_true(switched > 50);
}

static void equal_houses_are_told_the_same(void **state)
{
	struct rig a = two(9000), b;

	(void)state;
	rig_seconds(&a, 10);
	b = a;
	memset(&b.out, 0xa5, sizeof(b.out));
	b.out.charger[0] = a.out.charger[0];
	b.out.charger[1] = a.out.charger[1];
	rig_seconds(&a, 1);
	rig_seconds(&b, 1);
	assert_memory_equal(a.out.charger, b.out.charger, 2 * sizeof(a.out.charger[0]));
	assert_memory_equal(a.charger, b.charger, sizeof(a.charger));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_more_than_the_wallbox_the_cable_and_the_car_bear),
		cmocka_unit_test(six_ampere_is_the_least_that_can_be_said_to_a_car),
		cmocka_unit_test(who_bears_less_than_that_gets_nothing),
		cmocka_unit_test(the_power_shown_is_what_the_current_makes),
		cmocka_unit_test(a_car_says_more_phases_than_the_box_has),
		cmocka_unit_test(a_box_that_says_nothing_is_absent_and_told_nothing),
		cmocka_unit_test(a_box_that_was_never_heard_is_absent),
		cmocka_unit_test(a_box_that_is_back_waits_for_its_minimum_pause),
		cmocka_unit_test(what_a_silent_box_was_told_is_kept_free_for_a_minute),
		cmocka_unit_test(on_each_of_its_phases_too),
		cmocka_unit_test(a_silent_box_that_is_seen_to_draw_is_counted_on),
		cmocka_unit_test(a_high_voltage_does_not_carry_the_cars_over_the_contract),
		cmocka_unit_test(what_is_drawn_too_much_counts_once_the_car_had_time_to_follow),
		cmocka_unit_test(what_was_drawn_too_much_counts_for_half_a_minute),
		cmocka_unit_test(a_box_that_does_not_stop_is_counted),
		cmocka_unit_test(a_phase_that_is_overdrawn_is_nothing_to_the_others),
		cmocka_unit_test(a_fault_ends_the_current_at_once),
		cmocka_unit_test(an_unplugged_car_ends_the_current_at_once),
		cmocka_unit_test(a_box_that_does_not_know_its_car_charges_nobody),
		cmocka_unit_test(a_full_car_stands_by_and_the_car_is_named),
		cmocka_unit_test(the_others_have_what_a_full_car_does_not_take),
		cmocka_unit_test(a_car_that_wants_again_is_served_again),
		cmocka_unit_test(no_car_is_switched_faster_than_its_minimum_times),
		cmocka_unit_test(equal_houses_are_told_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
