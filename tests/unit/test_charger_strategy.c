// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the strategies of the manual make of sun, grid and time. Each case named after its
 * sentence or what a user wants.
 */
#include "loads_rig.h"

/* A car at a box of @phases in @strategy, which may switch at any time. */
static struct rig car_in(enum site_strategy strategy, u8 phases)
{
	struct rig rig = rig_of(1);

	rig.config.charger[0].strategy = (u8)strategy;
	rig.config.charger[0].phases = phases;
	rig.config.charger[0].step_ma = 100;
	rig.config.charger[0].min_run_s = 0;
	rig.config.charger[0].min_pause_s = 0;
	rig_plug(&rig, 0);

	return rig;
}

/* What the car is told under @pv_w, when it has had the time to follow. */
static u32 under(struct rig *rig, s32 pv_w)
{
	rig->image.pv_w = pv_w;
	rig_seconds(rig, 11);

	return rig->out.charger[0].current_ma;
}

/* row: ems.md "Wallbox strategies" fast */
static void the_most_power_available_now_also_at_night(void **state)
{
	struct rig rig = car_in(SITE_FAST, 3);

	(void)state;
	assert_int_equal(under(&rig, 0), 16000);
	assert_int_equal(under(&rig, 20000), 16000);
	rig.image.pv_known = false;
	assert_int_equal(under(&rig, 0), 16000);
	rig_budget(&rig, 7000, SITE_NO_LIMIT);
	assert_int_equal(under(&rig, 0), 10100);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CONTRACT);
}

static void a_fast_charge_does_not_know_the_set_maximum(void **state)
{
	struct rig rig = car_in(SITE_FAST, 3);

	(void)state;
	rig.config.charger[0].power_w = 5000;
	assert_int_equal(under(&rig, 0), 16000);
}

/* row: ems.md "Wallbox strategies" pure takes all PV */
static void all_of_the_sun_goes_to_the_car(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	rig.image.load_w = 2000;
	rig.image.grid_w = -1000;
	assert_int_equal(under(&rig, 2300), 10000);
	assert_int_equal(rig.out.charger[0].power_w, 2300);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_STRATEGY);
	assert_int_equal(under(&rig, 3000), 13000);
	assert_int_equal(under(&rig, 2322), 10000);
}

/* row: ems.md "Wallbox strategies" pure within currents */
static void within_the_set_maximum_and_the_cars_own(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	assert_int_equal(under(&rig, 5000), 16000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CABLE);
	rig.car[0].max_ma = 13000;
	assert_int_equal(under(&rig, 5000), 13000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CAR);
	rig.config.charger[0].power_w = 2300;
	assert_int_equal(under(&rig, 5000), 10000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_PERSON);
	rig.config.charger[0].power_w = 2299;
	assert_int_equal(under(&rig, 5000), 9900);
}

/* row: ems.md "Wallbox strategies" pure standby */
static void below_1800_w_of_sun_it_stands_by(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	assert_int_equal(under(&rig, 1799), 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_STRATEGY);
	assert_int_equal(under(&rig, 2500), 10800);
	assert_int_equal(under(&rig, 1800), 7800);
	rig.image.pv_w = 1799;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_STRATEGY);
	assert_true(rig.out.charger[0].in_session);
}

/* row: ems.md "Wallbox strategies" pure resumes */
static void at_1800_w_of_sun_it_resumes(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	under(&rig, 3000);
	assert_int_equal(under(&rig, 1000), 0);
	rig.image.pv_w = 1800;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 7800);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);
}

/* 6 A of three phases are 4140 W: what its box needs is more than 1.8 kW. */
static void a_three_phase_box_needs_4140_w_of_sun(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 3);

	(void)state;
	assert_int_equal(under(&rig, 4139), 0);
	assert_int_equal(under(&rig, 4140), 6000);
	assert_int_equal(rig.out.charger[0].power_w, 4140);
	assert_int_equal(under(&rig, 6900), 10000);
}

static void a_car_on_one_phase_of_a_three_phase_box_needs_1800_w(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 3);

	(void)state;
	rig.car[0].phases = 1;
	assert_int_equal(under(&rig, 1799), 0);
	assert_int_equal(under(&rig, 1800), 7800);
	assert_int_equal(rig.out.charger[0].phases, 1);
	assert_int_equal(rig.out.charger[0].power_w, 1794);
}

static void a_car_on_two_phases_needs_2760_w(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 3);

	(void)state;
	rig.car[0].phases = 2;
	assert_int_equal(under(&rig, 2759), 0);
	assert_int_equal(under(&rig, 2760), 6000);
	assert_int_equal(under(&rig, 4600), 10000);
	assert_int_equal(rig.out.charger[0].power_w, 4600);
}

static void a_box_with_a_higher_minimum_needs_that(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	rig.config.charger[0].min_ma = 10000;
	assert_int_equal(under(&rig, 2299), 0);
	assert_int_equal(under(&rig, 2300), 10000);
}

/* row: ems.md "Wallbox strategies" mixed tops up */
static void between_500_and_1800_w_the_grid_tops_up(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_MIXED, 1);

	(void)state;
	assert_int_equal(under(&rig, 501), 7800);
	assert_int_equal(rig.out.charger[0].power_w, 1794);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_STRATEGY);
	assert_int_equal(under(&rig, 1799), 7800);
	assert_int_equal(under(&rig, 1800), 7800);
	assert_int_equal(under(&rig, 2300), 10000);
	assert_int_equal(under(&rig, 500), 7800);
}

/* row: ems.md "Wallbox strategies" mixed standby */
static void mixed_below_500_w_it_stands_by(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_MIXED, 1);

	(void)state;
	assert_int_equal(under(&rig, 1000), 7800);
	assert_int_equal(under(&rig, 500), 7800);
	rig.image.pv_w = 499;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_STRATEGY);
}

/* row: ems.md "Wallbox strategies" mixed resumes */
static void mixed_above_500_w_it_resumes(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_MIXED, 1);

	(void)state;
	assert_int_equal(under(&rig, 100), 0);
	assert_int_equal(under(&rig, 500), 0);
	assert_int_equal(under(&rig, 501), 7800);
}

static void mixed_a_three_phase_box_is_topped_up_to_its_own_minimum(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_MIXED, 3);

	(void)state;
	assert_int_equal(under(&rig, 501), 6000);
	assert_int_equal(rig.out.charger[0].power_w, 4140);
	assert_int_equal(under(&rig, 4140), 6000);
	assert_int_equal(under(&rig, 6900), 10000);
}

static void mixed_keeps_to_the_set_maximum_too(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_MIXED, 1);

	(void)state;
	rig.config.charger[0].power_w = 1500;
	assert_int_equal(under(&rig, 3000), 6500);
	assert_int_equal(under(&rig, 600), 6500);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_PERSON);
}

static void a_set_maximum_below_the_least_of_the_box_is_nothing(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 3);

	(void)state;
	assert_int_equal(under(&rig, 9000), 13000);
	rig.config.charger[0].min_run_s = 3600;
	rig.config.charger[0].power_w = 4139;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_PERSON);
}

static void a_sun_that_nobody_sees_is_none(void **state)
{
	static const u8 strategies[] = { SITE_ECOLOGICAL_PURE, SITE_ECOLOGICAL_MIXED };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(strategies); i++) {
		struct rig rig = car_in((enum site_strategy)strategies[i], 1);

		assert_int_equal(under(&rig, 3000), 13000);
		rig.image.pv_known = false;
		rig_seconds(&rig, 1);
		assert_told(&rig, 0, 0);
		assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_STALE);
	}
}

/* row: ems.md "Wallbox strategies" contracted power holds */
static void an_ecological_car_keeps_to_the_contract(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_MIXED, 1);

	(void)state;
	rig_budget(&rig, 1610, SITE_NO_LIMIT);
	assert_int_equal(under(&rig, 600), 7000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CONTRACT);
	rig_budget(&rig, 1379, SITE_NO_LIMIT);
	assert_int_equal(under(&rig, 600), 0);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_CONTRACT);
}

/* A cloud that passes: less at once, more after 10 s. */
static void passing_clouds_do_not_carry_the_car_up_and_down(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	assert_int_equal(under(&rig, 3000), 13000);
	rig.image.pv_w = 2300;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10000);
	rig.image.pv_w = 3000;
	for (unsigned int i = 1; i < 10; i++) {
		rig_seconds(&rig, 1);
		assert_told(&rig, 0, 10000);
		assert_int_equal(rig.out.charger[0].winner, SITE_BY_STRATEGY);
		assert_int_equal(rig.out.charger[0].next_ms, 10000 - i * 1000);
	}
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 13000);
	assert_int_equal(rig.out.charger[0].next_ms, SITE_NO_TIME);
}

static void a_cloud_does_not_end_it_before_its_minimum_run(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	rig.config.charger[0].min_run_s = 300;
	rig.image.pv_w = 3000;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 13000);
	rig.image.pv_w = 0;
	for (unsigned int i = 1; i < 300; i++) {
		rig_seconds(&rig, 1);
		assert_told(&rig, 0, 6000);
		assert_int_equal(rig.out.charger[0].winner, SITE_BY_MIN_TIME);
		assert_int_equal(rig.out.charger[0].next_ms, 300000 - i * 1000);
	}
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_STRATEGY);
	assert_int_equal(rig.out.charger[0].next_ms, SITE_NO_TIME);
}

static void the_minimum_run_holds_without_a_sun_that_is_seen(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_MIXED, 1);

	(void)state;
	rig.config.charger[0].min_run_s = 300;
	rig.image.pv_w = 3000;
	rig_seconds(&rig, 1);
	rig.image.pv_known = false;
	rig_seconds(&rig, 299);
	assert_told(&rig, 0, 6000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_MIN_TIME);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
}

static void the_sun_is_back_within_the_minimum_run(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	rig.config.charger[0].min_run_s = 300;
	rig.image.pv_w = 3000;
	rig_seconds(&rig, 1);
	rig.image.pv_w = 0;
	rig_seconds(&rig, 100);
	rig.image.pv_w = 3000;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 13000);
	assert_int_equal(rig.events[SITE_EVENT_SESSION_BEGINS], 1);
}

static void it_does_not_begin_again_before_its_minimum_pause(void **state)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	(void)state;
	rig.config.charger[0].min_pause_s = 300;
	under(&rig, 3000);
	rig.image.pv_w = 0;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	rig.image.pv_w = 3000;
	for (unsigned int i = 1; i < 300; i++) {
		rig_seconds(&rig, 1);
		assert_told(&rig, 0, 0);
		assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_MIN_TIME);
		assert_int_equal(rig.out.charger[0].next_ms, 300000 - i * 1000);
	}
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 13000);
}

/* Whoever switched it off: here a person, and a second car. */
static void the_minimum_pause_holds_over_sessions(void **state)
{
	struct rig rig = car_in(SITE_FAST, 3);

	(void)state;
	rig.config.charger[0].min_pause_s = 60;
	rig_seconds(&rig, 5);
	rig_say(&rig, 0, SITE_STOP);
	rig_unplug(&rig, 0);
	rig_seconds(&rig, 1);
	rig_plug(&rig, 0);
	rig_seconds(&rig, 58);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_MIN_TIME);
	assert_int_equal(rig.out.charger[0].next_ms, 1000);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

static void the_first_car_need_not_wait(void **state)
{
	struct rig rig = car_in(SITE_FAST, 3);

	(void)state;
	rig.config.charger[0].min_pause_s = 3600;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

/* Minimum times are of strategies: what has its energy, or its time, ends. */
static void a_session_that_is_over_does_not_wait_for_its_minimum_run(void **state)
{
	struct rig rig = car_in(SITE_KILOMETRES_REPEATED, 3);

	(void)state;
	rig.config.charger[0].min_run_s = 3600;
	rig.config.charger[0].km = 1;
	rig_minutes(&rig, 2);
	assert_state(&rig, 0, SITE_CHARGER_DONE, SITE_BY_STRATEGY);
	assert_told(&rig, 0, 0);
}

/* row: ems.md "Wallbox strategies" time–power */
static void time_power_keeps_to_its_power(void **state)
{
	struct rig rig = car_in(SITE_TIME_POWER, 3);

	(void)state;
	rig.config.charger[0].start_min = 12 * 60;
	rig.config.charger[0].power_w = 6900;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 10000);
	rig_seconds(&rig, 1);
	assert_state(&rig, 0, SITE_CHARGER_CHARGING, SITE_BY_PERSON);
	assert_int_equal(rig.out.charger[0].next_ms, 3600000 - 2000);
}

static void a_clock_that_is_lost_pauses_a_timed_charge(void **state)
{
	struct rig rig = car_in(SITE_TIME_POWER, 3);

	(void)state;
	rig.config.charger[0].start_min = 12 * 60;
	rig.config.charger[0].min_run_s = 60;
	rig_seconds(&rig, 1);
	rig.image.timed = false;
	rig_seconds(&rig, 59);
	assert_told(&rig, 0, 6000);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_MIN_TIME);
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 0);
	assert_state(&rig, 0, SITE_CHARGER_STANDBY, SITE_BY_STALE);
	rig.image.timed = true;
	rig_seconds(&rig, 1);
	assert_told(&rig, 0, 16000);
}

/* Two ecological cars at boxes of one phase. */
static struct rig two_in_the_sun(u8 priority, u8 other)
{
	struct rig rig = car_in(SITE_ECOLOGICAL_PURE, 1);

	rig.config.charger[1] = rig.config.charger[0];
	rig.config.chargers = 2;
	rig.config.charger[0].priority = priority;
	rig.config.charger[1].priority = other;
	rig.config.charger[1].phase = 1;
	rig_plug(&rig, 1);

	return rig;
}

static void two_cars_share_the_sun_alike(void **state)
{
	struct rig rig = two_in_the_sun(1, 1);

	(void)state;
	assert_int_equal(under(&rig, 4600), 10000);
	assert_told(&rig, 1, 10000);
	assert_int_equal(under(&rig, 3600), 7800);
	assert_told(&rig, 1, 7800);
}

static void where_the_sun_is_not_enough_for_two_one_has_it(void **state)
{
	struct rig rig = two_in_the_sun(1, 1);

	(void)state;
	assert_int_equal(under(&rig, 3590), 15600);
	assert_told(&rig, 1, 0);
	assert_state(&rig, 1, SITE_CHARGER_STANDBY, SITE_BY_STRATEGY);
}

/* The second one charges: it goes on when the first one comes back to little sun. */
static void the_car_that_charges_keeps_the_sun(void **state)
{
	struct rig rig = two_in_the_sun(1, 1);

	(void)state;
	rig_unplug(&rig, 0);
	assert_int_equal(under(&rig, 3000), 0);
	assert_told(&rig, 1, 13000);
	rig_plug(&rig, 0);
	assert_int_equal(under(&rig, 3000), 0);
	assert_told(&rig, 1, 13000);
}

static void the_first_in_priority_has_the_sun_first(void **state)
{
	struct rig rig = two_in_the_sun(2, 1);

	(void)state;
	assert_int_equal(under(&rig, 5000), 0);
	assert_told(&rig, 1, 16000);
	assert_int_equal(under(&rig, 3680 + 1800), 7800);
	assert_told(&rig, 1, 16000);
}

static void what_one_cannot_take_of_the_sun_the_other_has(void **state)
{
	struct rig rig = two_in_the_sun(1, 1);

	(void)state;
	rig.car[0].max_ma = 8000;
	assert_int_equal(under(&rig, 5060), 8000);
	assert_told(&rig, 1, 14000);
}

static void mixed_the_second_car_is_topped_up_as_well(void **state)
{
	struct rig rig = two_in_the_sun(1, 1);

	(void)state;
	rig.config.charger[0].strategy = SITE_ECOLOGICAL_MIXED;
	rig.config.charger[1].strategy = SITE_ECOLOGICAL_MIXED;
	assert_int_equal(under(&rig, 2400), 7800);
	assert_told(&rig, 1, 7800);
	assert_int_equal(under(&rig, 2290), 9900);
	assert_told(&rig, 1, 0);
}

static void a_car_in_its_pause_leaves_the_sun_to_the_other(void **state)
{
	struct rig rig = two_in_the_sun(1, 1);

	(void)state;
	rig.config.charger[0].min_pause_s = 600;
	under(&rig, 6000);
	rig_say(&rig, 0, SITE_STOP);
	rig_say(&rig, 0, SITE_START);
	assert_int_equal(under(&rig, 3000), 0);
	assert_int_equal(rig.out.charger[0].winner, SITE_BY_MIN_TIME);
	assert_told(&rig, 1, 13000);
}

static void a_fast_car_takes_no_sun_from_an_ecological_one(void **state)
{
	struct rig rig = two_in_the_sun(1, 1);

	(void)state;
	rig.config.charger[0].strategy = SITE_FAST;
	assert_int_equal(under(&rig, 2300), 16000);
	assert_told(&rig, 1, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_power_available_now_also_at_night),
		cmocka_unit_test(a_fast_charge_does_not_know_the_set_maximum),
		cmocka_unit_test(all_of_the_sun_goes_to_the_car),
		cmocka_unit_test(within_the_set_maximum_and_the_cars_own),
		cmocka_unit_test(below_1800_w_of_sun_it_stands_by),
		cmocka_unit_test(at_1800_w_of_sun_it_resumes),
		cmocka_unit_test(a_three_phase_box_needs_4140_w_of_sun),
		cmocka_unit_test(a_car_on_one_phase_of_a_three_phase_box_needs_1800_w),
		cmocka_unit_test(a_car_on_two_phases_needs_2760_w),
		cmocka_unit_test(a_box_with_a_higher_minimum_needs_that),
		cmocka_unit_test(between_500_and_1800_w_the_grid_tops_up),
		cmocka_unit_test(mixed_below_500_w_it_stands_by),
		cmocka_unit_test(mixed_above_500_w_it_resumes),
		cmocka_unit_test(mixed_a_three_phase_box_is_topped_up_to_its_own_minimum),
		cmocka_unit_test(mixed_keeps_to_the_set_maximum_too),
		cmocka_unit_test(a_set_maximum_below_the_least_of_the_box_is_nothing),
		cmocka_unit_test(a_sun_that_nobody_sees_is_none),
		cmocka_unit_test(an_ecological_car_keeps_to_the_contract),
		cmocka_unit_test(passing_clouds_do_not_carry_the_car_up_and_down),
		cmocka_unit_test(a_cloud_does_not_end_it_before_its_minimum_run),
		cmocka_unit_test(the_minimum_run_holds_without_a_sun_that_is_seen),
		cmocka_unit_test(the_sun_is_back_within_the_minimum_run),
		cmocka_unit_test(it_does_not_begin_again_before_its_minimum_pause),
		cmocka_unit_test(the_minimum_pause_holds_over_sessions),
		cmocka_unit_test(the_first_car_need_not_wait),
		cmocka_unit_test(a_session_that_is_over_does_not_wait_for_its_minimum_run),
		cmocka_unit_test(time_power_keeps_to_its_power),
		cmocka_unit_test(a_clock_that_is_lost_pauses_a_timed_charge),
		cmocka_unit_test(two_cars_share_the_sun_alike),
		cmocka_unit_test(where_the_sun_is_not_enough_for_two_one_has_it),
		cmocka_unit_test(the_car_that_charges_keeps_the_sun),
		cmocka_unit_test(the_first_in_priority_has_the_sun_first),
		cmocka_unit_test(what_one_cannot_take_of_the_sun_the_other_has),
		cmocka_unit_test(mixed_the_second_car_is_topped_up_as_well),
		cmocka_unit_test(a_car_in_its_pause_leaves_the_sun_to_the_other),
		cmocka_unit_test(a_fast_car_takes_no_sun_from_an_ecological_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
