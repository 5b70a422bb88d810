// SPDX-License-Identifier: GPL-2.0-only
/*
 * Automatic mode and zero feed-in: what the sun gives beyond the load, and what it lacks.
 * Each case named after the sentence of the manual or what a user wants.
 */
#include "site_rig.h"

/* row: inverter.md "Automatic mode (self-consumption)" compares */
/* row: inverter.md "Automatic mode (self-consumption)" charge */
static void production_above_the_load_charges_the_battery(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
	assert_mode(&h, SITE_CHARGING);
	assert_window(&h, -5000, SITE_BY_CLUSTER, 5000, SITE_BY_CLUSTER);
	house_follow(&h);
	house_measure(&h);
	assert_int_equal(house_grid_w(&h), 0);
}

/* row: inverter.md "Automatic mode (self-consumption)" discharge */
static void production_below_the_load_is_covered_by_the_battery(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 1000, 4000);
	assert_battery(&h, -3000, SITE_NOBODY);
	assert_mode(&h, SITE_DISCHARGING);
	house_follow(&h);
	house_measure(&h);
	assert_int_equal(house_grid_w(&h), 0);
}

/* row: inverter.md "Automatic mode (self-consumption)" compares */
static void what_the_battery_does_already_is_not_taken_for_sun_or_load(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 4000, 1000);
	house_live(&h, 5);
	assert_battery(&h, 3000, SITE_NOBODY);
	house_see(&h, 4000, 1800);
	assert_battery(&h, 2200, SITE_NOBODY);
}

/* row: inverter.md "Automatic mode (self-consumption)" rest is exported */
static void what_a_limited_battery_cannot_take_is_exported(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.charge_w = 2000;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 2000, SITE_BY_CLUSTER);
	house_live(&h, 1);
	assert_int_equal(house_grid_w(&h), 1000);
	assert_int_equal(h.out.pv_max_w, SITE_NO_LIMIT);
}

/* row: inverter.md "Automatic mode (self-consumption)" rest is exported */
static void with_a_full_battery_all_of_the_surplus_is_exported(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.charge_w = 0;
	h.in.battery.soc_centi = 10000;
	house_settle(&h, 4000, 1000);
	assert_int_equal(house_grid_w(&h), 3000);
}

/* row: inverter.md "Automatic mode (self-consumption)" rest from the grid */
static void what_the_battery_cannot_give_comes_from_the_grid(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.discharge_w = 2000;
	house_see(&h, 1000, 4000);
	assert_battery(&h, -2000, SITE_BY_CLUSTER);
	house_live(&h, 1);
	assert_int_equal(house_grid_w(&h), -1000);
}

/* row: inverter.md "Automatic mode (self-consumption)" standby within 100 W */
static void less_than_100_w_of_surplus_is_standby(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 1099, 1000);
	assert_battery(&h, 0, SITE_NOBODY);
	assert_mode(&h, SITE_STANDBY);
	house_see(&h, 1100, 1000);
	assert_battery(&h, 100, SITE_NOBODY);
	assert_mode(&h, SITE_CHARGING);
}

/* row: inverter.md "Automatic mode (self-consumption)" standby within 100 W */
static void less_than_100_w_of_lack_is_standby(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 1000, 1099);
	assert_battery(&h, 0, SITE_NOBODY);
	assert_mode(&h, SITE_STANDBY);
	house_see(&h, 1000, 1100);
	assert_battery(&h, -100, SITE_NOBODY);
	assert_mode(&h, SITE_DISCHARGING);
}

/* row: inverter.md "Automatic mode (self-consumption)" standby within 100 W */
static void the_standby_band_can_be_made_narrower_and_wider(void **state)
{
	struct house h = house();

	(void)state;
	h.config.standby_w = 0;
	house_see(&h, 1001, 1000);
	assert_battery(&h, 1, SITE_NOBODY);
	h.config.standby_w = 500;
	house_see(&h, 1000, 1499);
	assert_battery(&h, 0, SITE_NOBODY);
}

/* row: inverter.md "Automatic mode (self-consumption)" standby full */
static void a_full_battery_idles_while_the_sun_gives_more_than_the_load(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.charge_w = 0;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 0, SITE_BY_CLUSTER);
	assert_mode(&h, SITE_STANDBY);
	house_see(&h, 1000, 4000);
	assert_battery(&h, -3000, SITE_NOBODY);
}

/* row: inverter.md "Automatic mode (self-consumption)" standby empty */
static void an_empty_battery_idles_while_the_load_is_above_the_sun(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.discharge_w = 0;
	house_see(&h, 1000, 4000);
	assert_battery(&h, 0, SITE_BY_CLUSTER);
	assert_mode(&h, SITE_STANDBY);
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
}

/* row: inverter.md "Battery side" settings */
/* row: inverter.md "Automatic mode (self-consumption)" standby empty */
static void down_to_the_depth_of_discharge_the_battery_is_empty(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.soc_centi = 2001;
	house_see(&h, 0, 1000);
	assert_battery(&h, -1000, SITE_NOBODY);
	h.in.battery.soc_centi = 2000;
	house_see(&h, 0, 1000);
	assert_battery(&h, 0, SITE_BY_PERSON);
	assert_window(&h, 0, SITE_BY_PERSON, 5000, SITE_BY_CLUSTER);
}

/* row: inverter.md "Battery side" settings */
static void after_the_depth_of_discharge_one_percent_must_come_back_first(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.soc_centi = 2000;
	house_see(&h, 0, 1000);
	h.in.battery.soc_centi = 2099;
	house_see(&h, 0, 1000);
	assert_battery(&h, 0, SITE_BY_PERSON);
	h.in.battery.soc_centi = 2100;
	house_see(&h, 0, 1000);
	assert_battery(&h, -1000, SITE_NOBODY);
	h.in.battery.soc_centi = 2050;
	house_see(&h, 0, 1000);
	assert_battery(&h, -1000, SITE_NOBODY);
}

/* row: inverter.md "Battery side" settings */
static void a_battery_may_be_used_to_its_end_when_depth_of_discharge_is_100(void **state)
{
	struct house h = house();

	(void)state;
	h.config.dod_percent = 100;
	h.in.battery.soc_centi = 1;
	house_see(&h, 0, 1000);
	assert_battery(&h, -1000, SITE_NOBODY);
}

/* row: inverter.md "Battery side" current in force */
static void the_inverter_s_own_battery_power_limits_both_ways(void **state)
{
	struct house h = house();

	(void)state;
	h.config.inverter[0].battery_w = 3000;
	house_see(&h, 6000, 1000);
	assert_battery(&h, 3000, SITE_BY_INVERTER);
	assert_window(&h, -3000, SITE_BY_INVERTER, 3000, SITE_BY_INVERTER);
	house_see(&h, 0, 5000);
	assert_battery(&h, -3000, SITE_BY_INVERTER);
}

/* row: inverter.md "Battery side" current in force */
static void the_lower_of_battery_and_inverter_is_in_force_in_each_direction(void **state)
{
	struct house h = house();

	(void)state;
	h.config.inverter[0].battery_w = 3000;
	h.in.battery.charge_w = 1000;
	house_see(&h, 6000, 0);
	assert_window(&h, -3000, SITE_BY_INVERTER, 1000, SITE_BY_CLUSTER);
}

static void a_battery_that_says_nonsense_is_not_used(void **state)
{
	static const s32 nonsense[] = { -1, INT32_MIN, SITE_POWER_MAX_W + 1, INT32_MAX };
	struct house h = house();
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(nonsense); i++) {
		h.in.battery.charge_w = nonsense[i];
		h.in.battery.discharge_w = nonsense[i];
		house_see(&h, 4000, 1000);
		assert_window(&h, 0, SITE_BY_CLUSTER, 0, SITE_BY_CLUSTER);
	}
	h.config.inverters = 0;
	h.in.battery.charge_w = SITE_POWER_MAX_W;
	house_see(&h, 4000, 1000);
	assert_int_equal(h.out.battery_max_w, SITE_POWER_MAX_W);
}

/* row: inverter.md "Battery side" communication */
static void without_a_word_of_the_battery_it_is_not_used(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.age_ms = 5000;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
	h.in.battery.age_ms = 5001;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 0, SITE_BY_STALE);
	assert_mode(&h, SITE_STOPPED);
	assert_window(&h, 0, SITE_BY_STALE, 0, SITE_BY_STALE);
	house_see(&h, 1000, 4000);
	assert_battery(&h, 0, SITE_BY_STALE);
}

static void the_same_of_a_house_without_an_inverter_that_is_spoken_to(void **state)
{
	struct house h = house();

	(void)state;
	h.config.inverters = 0;
	house_see(&h, 0, 6000);
	assert_battery(&h, -5000, SITE_BY_CLUSTER);
	house_see(&h, 6000, 0);
	assert_battery(&h, 5000, SITE_BY_CLUSTER);
}

static void a_battery_that_asks_to_be_charged_is_charged(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.force_charge = true;
	house_see(&h, 0, 1000);
	assert_battery(&h, 500, SITE_BY_FORCE_CHARGE);
	assert_window(&h, 0, SITE_BY_FORCE_CHARGE, 5000, SITE_BY_CLUSTER);
}

static void a_battery_that_asks_to_be_charged_takes_more_of_the_sun(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.force_charge = true;
	house_see(&h, 1500, 1000);
	assert_battery(&h, 500, SITE_NOBODY);
	house_see(&h, 1501, 1000);
	assert_battery(&h, 501, SITE_NOBODY);
	house_see(&h, 1499, 1000);
	assert_battery(&h, 500, SITE_BY_FORCE_CHARGE);
}

static void a_battery_that_asks_to_be_charged_gets_no_more_than_it_allows(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.force_charge = true;
	h.in.battery.charge_w = 300;
	house_see(&h, 0, 1000);
	assert_battery(&h, 300, SITE_BY_CLUSTER);
}

static void the_battery_does_not_help_a_car_that_it_may_not(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	house_settle(&h, 2000, 1000);
	assert_int_equal(h.car_w[0], 3680);
	assert_battery(&h, 0, SITE_NOBODY);
	assert_int_equal(house_grid_w(&h), -2680);
}

static void the_house_is_covered_by_the_battery_while_a_car_draws_from_the_grid(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	house_settle(&h, 400, 1000);
	assert_battery(&h, -600, SITE_NOBODY);
	assert_int_equal(house_grid_w(&h), -3680);
}

static void the_battery_helps_a_fast_car_when_that_was_chosen(void **state)
{
	struct house h = house();

	(void)state;
	h.config.battery_to_cars = true;
	house_car(&h);
	house_settle(&h, 2000, 1000);
	assert_battery(&h, -2680, SITE_NOBODY);
	assert_int_equal(house_grid_w(&h), 0);
}

static void the_battery_helps_several_cars_when_that_was_chosen(void **state)
{
	struct house h = house();

	(void)state;
	h.config.battery_to_cars = true;
	house_car(&h);
	house_car(&h);
	h.in.battery.discharge_w = 9000;
	h.config.inverter[0].battery_w = 9000;
	h.config.inverter[0].rated_w = 9000;
	house_settle(&h, 0, 1000);
	assert_battery(&h, -8360, SITE_NOBODY);
}

/* Also with a band of nothing. */
static void a_house_that_uses_nothing_needs_nothing_beside_a_car(void **state)
{
	struct house h = house();

	(void)state;
	h.config.standby_w = 0;
	house_car(&h);
	house_settle(&h, 0, 0);
	assert_int_equal(h.car_w[0], 3680);
	assert_battery(&h, 0, SITE_NOBODY);
}

static void the_battery_helps_a_car_that_charges_at_its_time(void **state)
{
	struct house h = house();

	(void)state;
	h.config.battery_to_cars = true;
	house_car(&h);
	h.config.charger[0].strategy = SITE_TIME_POWER;
	h.config.charger[0].duration_min = 1440;
	house_clock(&h, 2026, 6, 10, 12, 0);
	house_settle(&h, 2000, 1000);
	assert_int_equal(h.car_w[0], 3680);
	assert_battery(&h, -2680, SITE_NOBODY);
}

static void kilometres_are_not_taken_out_of_the_battery(void **state)
{
	struct house h = house();

	(void)state;
	h.config.battery_to_cars = true;
	house_car(&h);
	h.config.charger[0].strategy = SITE_KILOMETRES_REPEATED;
	house_settle(&h, 2000, 1000);
	assert_int_equal(h.car_w[0], 3680);
	assert_battery(&h, 0, SITE_NOBODY);
}

/* An ecological car has the sun; the house has the battery. */
static void the_battery_covers_the_house_when_the_car_has_the_sun(void **state)
{
	static const u8 strategies[] = { SITE_ECOLOGICAL_PURE, SITE_ECOLOGICAL_MIXED };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(strategies); i++) {
		struct house h = house();

		h.config.battery_to_cars = true;
		house_car(&h);
		h.config.charger[0].strategy = strategies[i];
		h.config.charger[0].step_ma = 1;
		house_settle(&h, 2300, 1000);
		assert_int_equal(h.car_w[0], 2300);
		assert_battery(&h, -1000, SITE_NOBODY);
	}
}

static void the_battery_covers_the_house_when_several_cars_have_the_sun(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	house_car(&h);
	h.config.charger[0].strategy = SITE_ECOLOGICAL_PURE;
	h.config.charger[1].strategy = SITE_ECOLOGICAL_PURE;
	h.config.charger[0].step_ma = 1;
	h.config.charger[1].step_ma = 1;
	house_settle(&h, 4600, 1000);
	assert_int_equal(h.car_w[0] + h.car_w[1], 4600);
	assert_battery(&h, -1000, SITE_NOBODY);
}

static void what_a_car_leaves_of_the_sun_goes_into_the_battery(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	h.config.charger[0].strategy = SITE_ECOLOGICAL_PURE;
	house_settle(&h, 6000, 1000);
	assert_int_equal(h.car_w[0], 3680);
	assert_battery(&h, 1320, SITE_NOBODY);
}

/* row: inverter.md "Zero feed-in (anti-reflux)" on or off */
static void without_zero_feed_in_nothing_is_held_back(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.charge_w = 0;
	house_see(&h, 4000, 1000);
	assert_int_equal(h.out.grid_max_w, SITE_NO_LIMIT);
	assert_int_equal(h.out.grid_max_winner, SITE_NOBODY);
	assert_int_equal(h.out.pv_max_w, SITE_NO_LIMIT);
	assert_int_equal(h.out.pv_winner, SITE_NOBODY);
	assert_int_equal(h.out.inverter[0].pv_max_w, SITE_NO_LIMIT);
}

/* row: inverter.md "Zero feed-in (anti-reflux)" on or off */
static void zero_feed_in_the_sun_gives_no_more_than_house_and_battery_take(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 0;
	h.in.battery.charge_w = 2000;
	house_see(&h, 4000, 1000);
	assert_int_equal(h.out.grid_max_w, 0);
	assert_int_equal(h.out.grid_max_winner, SITE_BY_FEED_IN);
	assert_battery(&h, 2000, SITE_BY_CLUSTER);
	assert_int_equal(h.out.pv_max_w, 3000);
	assert_int_equal(h.out.pv_winner, SITE_BY_FEED_IN);
	assert_int_equal(h.out.inverter[0].pv_max_w, 3000);
	assert_int_equal(h.out.unable, 0);
}

/* row: inverter.md "Zero feed-in (anti-reflux)" on or off */
static void zero_feed_in_goes_into_the_battery_also_within_the_standby_band(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 0;
	house_see(&h, 1060, 1000);
	assert_battery(&h, 60, SITE_BY_FEED_IN);
	assert_int_equal(h.out.battery_min_w, 60);
	assert_int_equal(h.out.battery_min_winner, SITE_BY_FEED_IN);
}

/* row: inverter.md "Zero feed-in (anti-reflux)" reflux power */
static void the_reflux_power_is_the_most_that_may_be_exported(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 500;
	h.in.battery.charge_w = 2000;
	house_see(&h, 4000, 1000);
	assert_int_equal(h.out.grid_max_w, 500);
	assert_int_equal(h.out.pv_max_w, 3500);
	h.pv_w = h.out.pv_max_w;
	house_live(&h, 1);
	assert_int_equal(house_grid_w(&h), 500);
}

/* row: inverter.md "Zero feed-in (anti-reflux)" reflux power */
static void up_to_the_reflux_power_nothing_is_forced_into_the_battery(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 500;
	house_see(&h, 4000, 1000);
	assert_window(&h, 2500, SITE_BY_FEED_IN, 5000, SITE_BY_CLUSTER);
	assert_battery(&h, 3000, SITE_NOBODY);
}

/* row: inverter.md "Zero feed-in (anti-reflux)" reflux power */
static void the_sun_may_rise_by_what_the_battery_could_still_take(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 0;
	house_see(&h, 1500, 1000);
	assert_battery(&h, 500, SITE_NOBODY);
	assert_int_equal(h.out.pv_max_w, 6000);
}

/* row: inverter.md "Zero feed-in (anti-reflux)" reflux power */
static void a_limit_of_feed_in_never_asks_for_less_than_no_sun(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 0;
	h.in.battery.charge_w = 0;
	h.in.exchange_w[0].age_ms = SITE_NEVER;
	house_see(&h, 1500, 1000);
	assert_int_equal(h.out.pv_max_w, 0);
}

static void a_car_s_power_counts_as_taken_with_zero_feed_in(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 0;
	h.in.battery.charge_w = 0;
	house_car(&h);
	house_settle(&h, 6000, 1000);
	assert_int_equal(h.out.pv_max_w, 4680);
}

static void an_inverter_that_cannot_be_told_feeds_in_and_it_is_said(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 0;
	h.config.inverter[0].curtails = false;
	h.in.battery.charge_w = 2000;
	house_see(&h, 4000, 1000);
	assert_int_equal(h.out.unable, SITE_CANNOT_CURTAIL);
	house_see(&h, 3000, 1000);
	assert_int_equal(h.out.unable, 0);
}

/* What is fed in by battery is fed in as well. */
static void the_battery_does_not_discharge_into_the_grid_by_itself(void **state)
{
	struct house h = house();

	(void)state;
	h.battery_w = -3000;
	house_see(&h, 0, 1000);
	assert_battery(&h, -1000, SITE_NOBODY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(production_above_the_load_charges_the_battery),
		cmocka_unit_test(production_below_the_load_is_covered_by_the_battery),
		cmocka_unit_test(what_the_battery_does_already_is_not_taken_for_sun_or_load),
		cmocka_unit_test(what_a_limited_battery_cannot_take_is_exported),
		cmocka_unit_test(with_a_full_battery_all_of_the_surplus_is_exported),
		cmocka_unit_test(what_the_battery_cannot_give_comes_from_the_grid),
		cmocka_unit_test(less_than_100_w_of_surplus_is_standby),
		cmocka_unit_test(less_than_100_w_of_lack_is_standby),
		cmocka_unit_test(the_standby_band_can_be_made_narrower_and_wider),
		cmocka_unit_test(a_full_battery_idles_while_the_sun_gives_more_than_the_load),
		cmocka_unit_test(an_empty_battery_idles_while_the_load_is_above_the_sun),
		cmocka_unit_test(down_to_the_depth_of_discharge_the_battery_is_empty),
		cmocka_unit_test(after_the_depth_of_discharge_one_percent_must_come_back_first),
		cmocka_unit_test(a_battery_may_be_used_to_its_end_when_depth_of_discharge_is_100),
		cmocka_unit_test(the_inverter_s_own_battery_power_limits_both_ways),
		cmocka_unit_test(the_lower_of_battery_and_inverter_is_in_force_in_each_direction),
		cmocka_unit_test(a_battery_that_says_nonsense_is_not_used),
		cmocka_unit_test(without_a_word_of_the_battery_it_is_not_used),
		cmocka_unit_test(the_same_of_a_house_without_an_inverter_that_is_spoken_to),
		cmocka_unit_test(a_battery_that_asks_to_be_charged_is_charged),
		cmocka_unit_test(a_battery_that_asks_to_be_charged_takes_more_of_the_sun),
		cmocka_unit_test(a_battery_that_asks_to_be_charged_gets_no_more_than_it_allows),
		cmocka_unit_test(the_battery_does_not_help_a_car_that_it_may_not),
		cmocka_unit_test(the_house_is_covered_by_the_battery_while_a_car_draws_from_the_grid),
		cmocka_unit_test(the_battery_helps_a_fast_car_when_that_was_chosen),
		cmocka_unit_test(the_battery_helps_several_cars_when_that_was_chosen),
		cmocka_unit_test(a_house_that_uses_nothing_needs_nothing_beside_a_car),
		cmocka_unit_test(the_battery_helps_a_car_that_charges_at_its_time),
		cmocka_unit_test(kilometres_are_not_taken_out_of_the_battery),
		cmocka_unit_test(the_battery_covers_the_house_when_the_car_has_the_sun),
		cmocka_unit_test(the_battery_covers_the_house_when_several_cars_have_the_sun),
		cmocka_unit_test(what_a_car_leaves_of_the_sun_goes_into_the_battery),
		cmocka_unit_test(without_zero_feed_in_nothing_is_held_back),
		cmocka_unit_test(zero_feed_in_the_sun_gives_no_more_than_house_and_battery_take),
		cmocka_unit_test(zero_feed_in_goes_into_the_battery_also_within_the_standby_band),
		cmocka_unit_test(the_reflux_power_is_the_most_that_may_be_exported),
		cmocka_unit_test(up_to_the_reflux_power_nothing_is_forced_into_the_battery),
		cmocka_unit_test(the_sun_may_rise_by_what_the_battery_could_still_take),
		cmocka_unit_test(a_limit_of_feed_in_never_asks_for_less_than_no_sun),
		cmocka_unit_test(a_car_s_power_counts_as_taken_with_zero_feed_in),
		cmocka_unit_test(an_inverter_that_cannot_be_told_feeds_in_and_it_is_said),
		cmocka_unit_test(the_battery_does_not_discharge_into_the_grid_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
