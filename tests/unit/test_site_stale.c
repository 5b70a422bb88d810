// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is missing, old or cannot be: the worst case stands in its place, and it is said.
 * Each case named after what a user would report.
 */
#include "site_rig.h"

static void old(struct site_value *value)
{
	value->age_ms = 5001;
}

/* row: ems.md "Reading the plant" connection */
static void a_meter_that_falls_silent_and_comes_back_is_said_once_each(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 0, 1000);
	assert_int_equal(h.events[SITE_EVENT_METER_BACK], 0);
	old(&h.in.exchange_w[0]);
	house_see(&h, 0, 1000);
	house_see(&h, 0, 1000);
	assert_int_equal(h.events[SITE_EVENT_METER_STALE], 1);
	assert_int_equal(h.events[SITE_EVENT_METER_BACK], 0);
	h.in.exchange_w[0].age_ms = 5000;
	house_see(&h, 0, 1000);
	house_see(&h, 0, 1000);
	assert_int_equal(h.events[SITE_EVENT_METER_BACK], 1);
	assert_int_equal(h.events[SITE_EVENT_METER_STALE], 1);
	assert_int_equal(h.last[SITE_EVENT_METER_BACK].subject, 0);
	assert_int_equal(h.last[SITE_EVENT_METER_BACK].figure, 0);
}

static void a_meter_without_power_in_a_blackout_is_not_said(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 0, 1000);
	house_blackout(&h, true);
	old(&h.in.exchange_w[0]);
	house_see(&h, 0, 1000);
	assert_int_equal(h.events[SITE_EVENT_METER_STALE], 0);
	house_blackout(&h, false);
	house_see(&h, 0, 1000);
	assert_int_equal(h.events[SITE_EVENT_METER_STALE], 1);
}

static void without_the_meter_the_battery_stands_still(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 4000, 1000);
	h.battery_w = 3000;
	old(&h.in.exchange_w[0]);
	house_see(&h, 4000, 1000);
	assert_battery(&h, 0, SITE_BY_STALE);
	assert_window(&h, 0, SITE_BY_STALE, 0, SITE_BY_STALE);
	assert_mode(&h, SITE_STOPPED);
}

static void without_the_meter_cars_get_nothing_under_a_contract(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	house_settle(&h, 0, 1000);
	old(&h.in.exchange_w[0]);
	house_step(&h, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 0);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_STALE);
}

static void without_the_meter_a_rule_does_not_charge(void **state)
{
	struct house h = house();

	(void)state;
	h.config.timed_charge = true;
	h.config.rules = 1;
	h.config.rule[0] = (struct site_rule){
		.enabled = true, .target_percent = 80, .power_w = 3000, .weekdays = 0x7f,
	};
	house_clock(&h, 2026, 6, 10, 2, 0);
	old(&h.in.exchange_w[0]);
	house_see(&h, 0, 1000);
	assert_battery(&h, 0, SITE_BY_STALE);
}

/* What the sun gives may all be fed in, for who knows. */
static void without_the_meter_no_more_is_produced_than_may_be_fed_in(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 500;
	old(&h.in.exchange_w[0]);
	house_see(&h, 4000, 3000);
	assert_int_equal(h.out.pv_max_w, 500);
}

static void one_silent_phase_of_three_is_a_silent_meter(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct house h = house_of(SITE_PLANT_HYBRID_3PH);

		old(&h.in.exchange_w[i]);
		house_see(&h, 4000, 1000);
		assert_mode(&h, SITE_STOPPED);
		assert_int_equal(h.events[SITE_EVENT_METER_STALE], 1);
	}
}

static void a_phase_that_the_plant_does_not_have_is_not_missed(void **state)
{
	struct house h = house();

	(void)state;
	h.in.exchange_w[1].value = 5000;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
	h.in.exchange_w[1].age_ms = 0;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
}

static void a_meter_that_says_more_than_a_megawatt_is_not_believed(void **state)
{
	static const s32 nonsense[] = {
		SITE_POWER_MAX_W + 1, -SITE_POWER_MAX_W - 1, INT32_MAX, INT32_MIN,
	};
	struct house h = house();
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(nonsense); i++) {
		h.in.exchange_w[0].value = nonsense[i];
		ems_step(&h.config, &h.state, &h.in, h.now_ms, &h.out);
		assert_mode(&h, SITE_STOPPED);
	}
	h.in.exchange_w[0].value = SITE_POWER_MAX_W;
	ems_step(&h.config, &h.state, &h.in, h.now_ms, &h.out);
	assert_battery(&h, 5000, SITE_BY_CLUSTER);
	h.in.exchange_w[0].value = -SITE_POWER_MAX_W;
	ems_step(&h.config, &h.state, &h.in, h.now_ms, &h.out);
	assert_battery(&h, -5000, SITE_BY_CLUSTER);
}

/* The exchange is enough for self-consumption. */
static void without_production_the_battery_still_follows_the_meter(void **state)
{
	struct house h = house();

	(void)state;
	old(&h.in.production_w);
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
	house_see(&h, 1000, 4000);
	assert_battery(&h, -3000, SITE_NOBODY);
}

static void an_inverter_that_draws_at_night_has_no_negative_production(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, -30, 970);
	assert_battery(&h, -1000, SITE_NOBODY);
	assert_int_equal(h.out.flow_w[SITE_FLOW_PV], 0);
	assert_int_equal(h.out.flow_w[SITE_FLOW_LOAD], 1000);
}

/* row: inverter.md "Battery side" communication */
static void a_battery_of_which_the_power_is_not_known_is_not_used(void **state)
{
	struct house h = house();

	(void)state;
	old(&h.in.battery.battery_w);
	house_see(&h, 4000, 1000);
	assert_battery(&h, 0, SITE_BY_STALE);
	assert_window(&h, 0, SITE_BY_STALE, 0, SITE_BY_STALE);
}

static void the_inverters_know_the_battery_s_power_as_well(void **state)
{
	struct house h = house();

	(void)state;
	house_inverter(&h);
	old(&h.in.battery.battery_w);
	h.battery_w = 1000;
	h.in.inverter[0].battery_w = (struct site_value){ 300, 0 };
	h.in.inverter[1].battery_w = (struct site_value){ 700, 0 };
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
	assert_int_equal(h.out.flow_w[SITE_FLOW_BATTERY], 1000);
	old(&h.in.inverter[1].battery_w);
	house_see(&h, 4000, 1000);
	assert_battery(&h, 0, SITE_BY_STALE);
}

static void an_inverter_without_a_battery_need_not_know_its_power(void **state)
{
	struct house h = house();

	(void)state;
	house_inverter(&h);
	h.config.inverter[0].battery_w = 0;
	old(&h.in.battery.battery_w);
	h.in.inverter[1].battery_w = (struct site_value){ 0, 0 };
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
}

/* It may take or give as much as the inverter can. */
static void a_battery_that_might_be_discharging_is_taken_out_of_the_cars_budget(void **state)
{
	struct house h = house_under_contract(9000, 1);

	(void)state;
	old(&h.in.battery.battery_w);
	h.config.inverter[0].battery_w = 4000;
	house_settle(&h, 0, 2000);
	assert_int_equal(h.out.charger[0].current_ma, 12000);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_CONTRACT);
}

static void a_battery_that_might_be_discharging_is_taken_out_of_each_phase(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);

	(void)state;
	h.config.contract_w = 15100;
	house_car(&h);
	old(&h.in.battery.battery_w);
	h.config.inverter[0].battery_w = 6000;
	h.phase_load_w[0] = 1000;
	house_settle(&h, 0, 0);
	assert_int_equal(h.out.charger[0].current_ma, 8000);
}

static void a_battery_that_might_be_charging_is_taken_as_feed_in(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 0;
	old(&h.in.battery.battery_w);
	house_see(&h, 4000, 3000);
	assert_int_equal(h.out.pv_max_w, 0);
	h.config.inverter[0].battery_w = 1500;
	house_see(&h, 4000, 3000);
	assert_int_equal(h.out.pv_max_w, 1500);
}

static void nobody_knows_what_a_battery_without_an_inverter_does(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	h.config.inverters = 0;
	old(&h.in.battery.battery_w);
	house_settle(&h, 0, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 0);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_STALE);
}

static void a_house_without_a_battery_misses_none(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	h.config.inverters = 0;
	h.in.battery.age_ms = SITE_NEVER;
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_settle(&h, 0, 3000);
	assert_int_equal(h.out.charger[0].current_ma, 12000);
	assert_int_equal(h.out.battery_w, 0);
	assert_true(h.out.flows_known & BIT(SITE_FLOW_BATTERY));
}

static void a_battery_that_was_heard_once_is_missed(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	h.config.inverters = 0;
	h.in.battery.age_ms = 60000;
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_settle(&h, 0, 3000);
	assert_int_equal(h.out.charger[0].current_ma, 0);
	h.in.battery.age_ms = SITE_NEVER;
	h.in.battery.battery_w.age_ms = 60000;
	house_settle(&h, 0, 3000);
	assert_int_equal(h.out.charger[0].current_ma, 0);
}

static void a_state_of_charge_above_100_percent_is_not_believed(void **state)
{
	struct house h = house();

	(void)state;
	h.in.battery.soc_centi = 10000;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 3000, SITE_NOBODY);
	h.in.battery.soc_centi = 10001;
	house_see(&h, 4000, 1000);
	assert_battery(&h, 0, SITE_BY_STALE);
}

/* It may draw what its box was told. */
static void a_car_of_which_the_power_is_not_known_still_gets_none_of_the_battery(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	house_settle(&h, 0, 1000);
	assert_battery(&h, -1000, SITE_NOBODY);
	old(&h.in.charger[0].power_w);
	house_step(&h, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
	assert_battery(&h, -1000, SITE_NOBODY);
	assert_false(h.out.flows_known & BIT(SITE_FLOW_CHARGERS));
	assert_false(h.out.flows_known & BIT(SITE_FLOW_LOAD));
}

static void a_car_of_which_the_power_is_not_known_counts_as_house_under_the_contract(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	h.in.battery.discharge_w = 0;
	house_settle(&h, 0, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
	old(&h.in.charger[0].power_w);
	house_step(&h, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 0);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_CONTRACT);
}

/* Sites that never hear of their grid go on. */
static void where_nobody_watches_the_grid_it_is_there(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	house_settle(&h, 0, 1000);
	assert_false(h.out.off_grid);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
	assert_int_equal(h.events[SITE_EVENT_BLACKOUT], 0);
}

static void when_the_word_of_the_grid_is_lost_cars_wait_and_the_battery_goes_on(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	house_blackout(&h, false);
	house_settle(&h, 0, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
	h.in.grid.age_ms = 5000;
	house_step(&h, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
	old(&h.in.grid);
	house_step(&h, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 0);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_STALE);
	assert_battery(&h, -1000, SITE_NOBODY);
	assert_false(h.out.off_grid);
	house_blackout(&h, false);
	house_step(&h, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
	assert_int_equal(h.events[SITE_EVENT_GRID_BACK], 0);
}

static void a_blackout_that_was_said_and_then_nothing_does_not_let_cars_charge(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	house_blackout(&h, true);
	house_see(&h, 0, 1000);
	old(&h.in.grid);
	h.blackout = false;
	house_live(&h, 90);
	assert_int_equal(h.out.charger[0].current_ma, 0);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_STALE);
	assert_int_equal(h.events[SITE_EVENT_GRID_BACK], 0);
	assert_false(h.out.off_grid);
}

/* The inverter knows better than who says nothing. */
static void an_inverter_s_word_counts_when_the_grid_s_is_lost(void **state)
{
	struct house h = house();

	(void)state;
	house_blackout(&h, false);
	house_see(&h, 0, 1000);
	old(&h.in.grid);
	h.in.inverter[0].off_grid = true;
	house_see(&h, 0, 1000);
	assert_true(h.out.off_grid);
	assert_int_equal(h.events[SITE_EVENT_BLACKOUT], 1);
}

static void a_house_that_hears_nothing_at_all_does_nothing(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	house_settle(&h, 3000, 1000);
	site_inputs_clear(&h.in);
	ems_step(&h.config, &h.state, &h.in, h.now_ms + 1000, &h.out);
	assert_battery(&h, 0, SITE_BY_STALE);
	assert_mode(&h, SITE_STOPPED);
	assert_window(&h, 0, SITE_BY_STALE, 0, SITE_BY_STALE);
	assert_int_equal(h.out.charger[0].current_ma, 0);
	assert_int_equal(h.out.flows_known, 0);
	assert_int_equal(h.out.charge_ma, 0);
	assert_int_equal(h.out.discharge_ma, 0);
}

/* Every age, and nothing but ages. */
static void inputs_begin_with_nothing_heard(void **state)
{
	struct site_inputs in;
	unsigned int i;

	(void)state;
	memset(&in, 0xa5, sizeof(in));
	site_inputs_clear(&in);
	assert_int_equal(in.wall_s, 0);
	for (i = 0; i < SITE_PHASES; i++)
		assert_int_equal(in.exchange_w[i].age_ms, SITE_NEVER);
	assert_int_equal(in.production_w.age_ms, SITE_NEVER);
	assert_int_equal(in.grid.age_ms, SITE_NEVER);
	assert_int_equal(in.drm.age_ms, SITE_NEVER);
	assert_int_equal(in.rrcr.age_ms, SITE_NEVER);
	assert_int_equal(in.cease.age_ms, SITE_NEVER);
	assert_int_equal(in.battery.age_ms, SITE_NEVER);
	assert_int_equal(in.battery.battery_w.age_ms, SITE_NEVER);
	for (i = 0; i < SITE_INVERTERS_MAX; i++) {
		assert_int_equal(in.inverter[i].age_ms, SITE_NEVER);
		assert_int_equal(in.inverter[i].pv_w.age_ms, SITE_NEVER);
		assert_int_equal(in.inverter[i].battery_w.age_ms, SITE_NEVER);
		assert_false(in.inverter[i].ok);
	}
	for (i = 0; i < SITE_CHARGERS_MAX; i++) {
		assert_int_equal(in.charger[i].age_ms, SITE_NEVER);
		assert_int_equal(in.charger[i].power_w.age_ms, SITE_NEVER);
		assert_int_equal(in.charger[i].energy_wh.age_ms, SITE_NEVER);
		assert_int_equal(in.charger[i].car, SITE_CAR_UNKNOWN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_meter_that_falls_silent_and_comes_back_is_said_once_each),
		cmocka_unit_test(a_meter_without_power_in_a_blackout_is_not_said),
		cmocka_unit_test(without_the_meter_the_battery_stands_still),
		cmocka_unit_test(without_the_meter_cars_get_nothing_under_a_contract),
		cmocka_unit_test(without_the_meter_a_rule_does_not_charge),
		cmocka_unit_test(without_the_meter_no_more_is_produced_than_may_be_fed_in),
		cmocka_unit_test(one_silent_phase_of_three_is_a_silent_meter),
		cmocka_unit_test(a_phase_that_the_plant_does_not_have_is_not_missed),
		cmocka_unit_test(a_meter_that_says_more_than_a_megawatt_is_not_believed),
		cmocka_unit_test(without_production_the_battery_still_follows_the_meter),
		cmocka_unit_test(an_inverter_that_draws_at_night_has_no_negative_production),
		cmocka_unit_test(a_battery_of_which_the_power_is_not_known_is_not_used),
		cmocka_unit_test(the_inverters_know_the_battery_s_power_as_well),
		cmocka_unit_test(an_inverter_without_a_battery_need_not_know_its_power),
		cmocka_unit_test(a_battery_that_might_be_discharging_is_taken_out_of_the_cars_budget),
		cmocka_unit_test(a_battery_that_might_be_discharging_is_taken_out_of_each_phase),
		cmocka_unit_test(a_battery_that_might_be_charging_is_taken_as_feed_in),
		cmocka_unit_test(nobody_knows_what_a_battery_without_an_inverter_does),
		cmocka_unit_test(a_house_without_a_battery_misses_none),
		cmocka_unit_test(a_battery_that_was_heard_once_is_missed),
		cmocka_unit_test(a_state_of_charge_above_100_percent_is_not_believed),
		cmocka_unit_test(a_car_of_which_the_power_is_not_known_still_gets_none_of_the_battery),
		cmocka_unit_test(a_car_of_which_the_power_is_not_known_counts_as_house_under_the_contract),
		cmocka_unit_test(where_nobody_watches_the_grid_it_is_there),
		cmocka_unit_test(when_the_word_of_the_grid_is_lost_cars_wait_and_the_battery_goes_on),
		cmocka_unit_test(a_blackout_that_was_said_and_then_nothing_does_not_let_cars_charge),
		cmocka_unit_test(an_inverter_s_word_counts_when_the_grid_s_is_lost),
		cmocka_unit_test(a_house_that_hears_nothing_at_all_does_nothing),
		cmocka_unit_test(inputs_begin_with_nothing_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
