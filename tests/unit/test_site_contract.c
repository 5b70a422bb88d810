// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contracted power, second by second: wallboxes give way first, then the battery stops
 * charging, then it discharges, then an overload is said. Each case named after the sentence
 * of the manual or what a user wants.
 */
#include "site_rig.h"

#define CAR_W	3680	/* 16 A of one phase */

/* Neither gives nor takes. */
static void no_battery(struct house *h)
{
	h->in.battery.charge_w = 0;
	h->in.battery.discharge_w = 0;
}

static void rule_of_3_kw(struct house *h)
{
	h->config.timed_charge = true;
	h->config.rules = 1;
	h->config.rule[0] = (struct site_rule){
		.enabled = true, .target_percent = 80, .power_w = 3000, .weekdays = 0x7f,
	};
	house_clock(h, 2026, 6, 10, 2, 0);
}

static u32 told(const struct house *h, unsigned int i)
{
	return h->out.charger[i].current_ma;
}

/* row: ems.md "Plant" contracted power */
static void without_a_contract_nothing_is_held_back(void **state)
{
	struct house h = house_under_contract(SITE_NO_LIMIT, 1);

	(void)state;
	no_battery(&h);
	house_settle(&h, 0, 20000);
	assert_int_equal(told(&h, 0), 16000);
	assert_int_equal(h.out.grid_min_w, -SITE_NO_LIMIT);
	assert_int_equal(h.out.grid_min_winner, SITE_NOBODY);
	assert_false(h.out.overload);
}

/* row: ems.md "Plant" contracted power */
static void import_is_kept_a_margin_below_the_contract(void **state)
{
	struct house h = house_under_contract(4000, 1);

	(void)state;
	no_battery(&h);
	house_settle(&h, 0, 1000);
	assert_int_equal(h.out.grid_min_w, -3900);
	assert_int_equal(h.out.grid_min_winner, SITE_BY_CONTRACT);
	assert_int_equal(told(&h, 0), 12000);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_CONTRACT);
	assert_int_equal(house_grid_w(&h), -3760);
}

static void the_margin_can_be_chosen(void **state)
{
	struct house h = house_under_contract(4000, 1);

	(void)state;
	no_battery(&h);
	h.config.contract_margin_w = 0;
	house_settle(&h, 0, 1000);
	assert_int_equal(told(&h, 0), 13000);
	h.config.contract_margin_w = 1500;
	house_settle(&h, 0, 1000);
	assert_int_equal(told(&h, 0), 6000);
	assert_int_equal(h.out.grid_min_w, -2500);
}

/* row: ems.md "Safety limits" throttling wallboxes first */
static void a_load_that_comes_throttles_the_car_in_the_same_second(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	no_battery(&h);
	house_settle(&h, 0, 1000);
	assert_int_equal(h.car_w[0], CAR_W);
	house_see(&h, 0, 4000);
	assert_int_equal(told(&h, 0), 8000);
	assert_int_equal(house_grid_w(&h), -7680);
	house_live(&h, 1);
	assert_int_equal(house_grid_w(&h), -5840);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 0);
}

/* row: ems.md "Safety limits" throttling wallboxes first */
static void first_the_car_gives_way_then_the_battery_stops_then_it_discharges(void **state)
{
	struct house h = house_under_contract(8000, 1);

	(void)state;
	rule_of_3_kw(&h);
	h.in.battery.discharge_w = 500;
	house_settle(&h, 0, 1000);
	assert_int_equal(told(&h, 0), 16000);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);

	/* the car is throttled, the battery charges on */
	house_settle(&h, 0, 3000);
	assert_int_equal(told(&h, 0), 8000);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);

	/* the car is paused, the battery charges on */
	house_settle(&h, 0, 4000);
	assert_int_equal(told(&h, 0), 0);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);

	/* the battery charges with what is left */
	house_settle(&h, 0, 6000);
	assert_battery(&h, 1900, SITE_BY_CONTRACT);

	/* it discharges */
	house_settle(&h, 0, 8000);
	assert_battery(&h, -100, SITE_BY_CONTRACT);
	assert_int_equal(house_grid_w(&h), -7900);
	house_settle(&h, 0, 8500);
	assert_battery(&h, -500, SITE_BY_CONTRACT);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 0);

	/* nothing is left */
	house_settle(&h, 0, 8501);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 1);
	assert_int_equal(h.last[SITE_EVENT_OVERLOAD].figure, 8001);
	assert_true(h.out.overload);
}

/* row: ems.md "Safety limits" throttling wallboxes first */
static void until_the_car_has_followed_the_battery_stops_charging_at_once(void **state)
{
	struct house h = house_under_contract(8000, 1);

	(void)state;
	rule_of_3_kw(&h);
	house_settle(&h, 0, 1000);
	house_see(&h, 0, 3000);
	assert_int_equal(told(&h, 0), 8000);
	assert_battery(&h, 1220, SITE_BY_CONTRACT);
	house_live(&h, 2);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
}

/* row: ems.md "Plant" contracted power */
static void for_a_car_that_does_not_follow_the_battery_discharges(void **state)
{
	struct house h = house_under_contract(3000, 1);

	(void)state;
	h.car_w[0] = CAR_W;
	h.in.charger[0].car = SITE_CAR_CHARGES;
	house_see(&h, 0, 3000);
	assert_int_equal(told(&h, 0), 0);
	assert_battery(&h, -3780, SITE_BY_CONTRACT);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 0);
}

/* row: ems.md "Plant" contracted power */
static void whatever_the_house_does_import_is_below_the_contract_a_second_later(void **state)
{
	struct house h = house_under_contract(6000, 2);
	s32 load_w = 300;
	unsigned int s;

	(void)state;
	house_settle(&h, 0, 300);
	for (s = 0; s < 2000; s++) {
		load_w = (load_w * 31 + 977) % 10900;
		house_see(&h, 0, load_w);
		house_follow(&h);
		house_measure(&h);
		assert_true(house_grid_w(&h) >= -5900);
	}
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 0);
}

static void an_overload_is_over_when_import_is_below_the_margin_again(void **state)
{
	struct house h = house_under_contract(6000, 0);

	(void)state;
	no_battery(&h);
	house_see(&h, 0, 6000);
	assert_false(h.out.overload);
	house_see(&h, 0, 6001);
	assert_true(h.out.overload);
	assert_int_equal(h.last[SITE_EVENT_OVERLOAD].figure, 6001);
	house_see(&h, 0, 5901);
	assert_true(h.out.overload);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD_OVER], 0);
	house_see(&h, 0, 5900);
	assert_false(h.out.overload);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD_OVER], 1);
	assert_int_equal(h.last[SITE_EVENT_OVERLOAD_OVER].figure, 5900);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 1);
	house_see(&h, 0, 5950);
	assert_false(h.out.overload);
}

static void what_cars_draw_is_no_overload_while_they_can_give_way(void **state)
{
	struct house h = house_under_contract(4000, 1);

	(void)state;
	no_battery(&h);
	h.car_w[0] = CAR_W;
	h.in.charger[0].car = SITE_CAR_CHARGES;
	house_see(&h, 0, 4000);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 0);
}

/* A load of 4 kW, a battery of 2 kW, and a car that is told some current. */
static struct house with_a_car_that_begins(void)
{
	struct house h = house_under_contract(3000, 1);

	h.in.battery.discharge_w = 2000;
	house_see(&h, 0, 300);
	assert_true(told(&h, 0) >= 6000);

	return h;
}

/* The meter at the grid has it, the box has not said so yet. */
static void what_a_car_draws_that_has_just_begun_is_no_overload(void **state)
{
	struct house h = with_a_car_that_begins();
	unsigned int s;

	(void)state;
	for (s = 0; s < 4; s++) {
		house_see(&h, 0, 4000 + 2500);
		assert_false(h.out.overload);
	}
	house_see(&h, 0, 4000);
	assert_int_equal(told(&h, 0), 0);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 0);
}

static void what_lasts_for_longer_than_cars_take_to_follow_is_an_overload(void **state)
{
	struct house h = with_a_car_that_begins();
	unsigned int s;

	(void)state;
	h.car_w[0] = 2500;
	h.in.charger[0].car = SITE_CAR_CHARGES;
	for (s = 0; s < 5; s++) {
		house_see(&h, 0, 6500);
		assert_false(h.out.overload);
	}
	house_see(&h, 0, 6500);
	assert_true(h.out.overload);
	assert_int_equal(h.last[SITE_EVENT_OVERLOAD].figure, 4500);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD], 1);
}

/* A box that has not followed yet, or goes by its fail-safe. */
static void who_charges_untold_may_still_end(void **state)
{
	struct house h = house_under_contract(3000, 1);
	unsigned int s;

	(void)state;
	h.in.battery.discharge_w = 2000;
	h.in.charger[0].car = SITE_CAR_NONE;
	h.car_w[0] = 1400;
	for (s = 0; s < 9; s++)
		house_see(&h, 0, 300);
	assert_int_equal(told(&h, 0), 0);
	for (s = 0; s < 5; s++) {
		house_see(&h, 0, 5001);
		assert_false(h.out.overload);
	}
	house_see(&h, 0, 5001);
	assert_true(h.out.overload);
}

/* Once it is said it is not over because a car comes. */
static void an_overload_goes_on_when_a_car_begins(void **state)
{
	struct house h = house_under_contract(3000, 1);

	(void)state;
	h.in.battery.discharge_w = 2000;
	h.in.charger[0].car = SITE_CAR_NONE;
	house_see(&h, 0, 5001);
	assert_true(h.out.overload);
	h.car_w[0] = 2500;
	house_see(&h, 0, 5001);
	assert_true(h.out.overload);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD_OVER], 0);
}

static void a_car_that_ended_long_ago_makes_no_overload_wait(void **state)
{
	struct house h = with_a_car_that_begins();
	unsigned int s;

	(void)state;
	h.in.charger[0].car = SITE_CAR_NONE;
	for (s = 0; s < 5; s++)
		house_see(&h, 0, 300);
	assert_int_equal(told(&h, 0), 0);
	house_see(&h, 0, 5001);
	assert_true(h.out.overload);
}

static void an_overload_ends_with_the_grid(void **state)
{
	struct house h = house_under_contract(6000, 0);

	(void)state;
	no_battery(&h);
	house_see(&h, 0, 7000);
	house_blackout(&h, true);
	house_see(&h, 0, 7000);
	assert_false(h.out.overload);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD_OVER], 1);
}

static void off_the_grid_the_contract_does_not_count(void **state)
{
	struct house h = house_under_contract(3000, 0);

	(void)state;
	h.config.eps = true;
	h.in.battery.discharge_w = 2000;
	house_blackout(&h, true);
	house_see(&h, 0, 9000);
	assert_window(&h, -2000, SITE_BY_CLUSTER, 5000, SITE_BY_CLUSTER);
	assert_int_equal(h.out.grid_min_w, 0);
}

static void an_overload_ends_with_the_contract(void **state)
{
	struct house h = house_under_contract(6000, 0);

	(void)state;
	no_battery(&h);
	house_see(&h, 0, 7000);
	h.config.contract_w = SITE_NO_LIMIT;
	house_see(&h, 0, 7000);
	assert_false(h.out.overload);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD_OVER], 1);
	assert_int_equal(h.last[SITE_EVENT_OVERLOAD_OVER].figure, 0);
	assert_int_equal(h.last[SITE_EVENT_OVERLOAD_OVER].subject, 0);
	house_see(&h, 0, 7000);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD_OVER], 1);
}

static void an_overload_goes_on_while_nobody_measures(void **state)
{
	struct house h = house_under_contract(6000, 0);

	(void)state;
	no_battery(&h);
	house_see(&h, 0, 7000);
	h.in.exchange_w[0].age_ms = SITE_NEVER;
	house_see(&h, 0, 1000);
	assert_true(h.out.overload);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD_OVER], 0);
}

static void no_overload_begins_or_ends_while_nobody_measures(void **state)
{
	struct house h = house_under_contract(6000, 0);

	(void)state;
	no_battery(&h);
	h.config.contract_margin_w = 0;
	house_see(&h, 0, 7000);
	h.in.exchange_w[0].age_ms = SITE_NEVER;
	house_see(&h, 0, 7000);
	assert_true(h.out.overload);
	assert_int_equal(h.events[SITE_EVENT_OVERLOAD_OVER], 0);
}

/* Two cars under @contract_w that may charge with 12 A each and do not yet; a load of 300 W. */
static struct house with_two_cars_that_wait(void)
{
	struct house h = house_under_contract(6000, 2);

	no_battery(&h);
	house_see(&h, 0, 300);
	assert_int_equal(told(&h, 0), 12000);
	assert_int_equal(told(&h, 1), 12000);

	return h;
}

/* What is drawn and no box says stands for a load of the house here. */
static void what_a_car_begins_to_draw_does_not_count_twice(void **state)
{
	struct house h = with_two_cars_that_wait();

	(void)state;
	house_see(&h, 0, 300 + 2760);
	assert_int_equal(told(&h, 0), 12000);
	assert_int_equal(told(&h, 1), 12000);
	h.car_w[0] = 2760;
	house_see(&h, 0, 300);
	assert_int_equal(told(&h, 1), 12000);
	house_see(&h, 0, 300 + 2760);
	assert_int_equal(told(&h, 0), 12000);
	assert_int_equal(told(&h, 1), 12000);
}

static void what_a_car_draws_yet_that_is_said_to_have_ended_is_no_load(void **state)
{
	struct house h = with_two_cars_that_wait();

	(void)state;
	house_live(&h, 10);
	h.car_w[0] = 0;
	house_see(&h, 0, 300 + 2760);
	assert_int_equal(told(&h, 1), 12000);
}

/* The box that was told less says so before the meter does. */
static void nor_is_what_a_car_draws_yet_that_was_told_to_end(void **state)
{
	struct house h = with_two_cars_that_wait();

	(void)state;
	house_live(&h, 10);
	house_see(&h, 0, 3000);
	assert_int_equal(told(&h, 0) + told(&h, 1), 12000);
	house_follow(&h);
	house_see(&h, 0, 3000 + 2760);
	assert_int_equal(told(&h, 0) + told(&h, 1), 12000);
}

/* Two seconds and a half at least, less than five. */
static void what_no_box_says_in_time_is_a_load(void **state)
{
	struct house h = with_two_cars_that_wait();
	unsigned int s;

	(void)state;
	house_live(&h, 20);
	h.car_w[1] = 0;
	h.in.charger[1].car = SITE_CAR_PLUGGED;
	for (s = 0; s < 10; s++)
		house_see(&h, 0, 300);
	for (s = 0; s < 3; s++) {
		house_see(&h, 0, 300 + 2300);
		assert_int_equal(told(&h, 0) + told(&h, 1), 24000);
	}
	house_see(&h, 0, 300 + 2300);
	house_see(&h, 0, 300 + 2300);
	assert_int_equal(told(&h, 0) + told(&h, 1), 14000);
}

/* A cloud has had its time; a car that begins after it has its own. */
static void each_of_what_comes_one_after_the_other_has_its_time(void **state)
{
	struct house h = with_two_cars_that_wait();
	unsigned int s;

	(void)state;
	for (s = 0; s < 5; s++)
		house_see(&h, 0, 1300);
	assert_int_equal(told(&h, 0), 10000);
	assert_int_equal(told(&h, 1), 10000);
	house_see(&h, 0, 1300 + 2300);
	assert_int_equal(told(&h, 0), 10000);
	assert_int_equal(told(&h, 1), 10000);
}

static void what_is_more_than_cars_were_told_is_a_load(void **state)
{
	struct house h = house_under_contract(6000, 2);

	(void)state;
	no_battery(&h);
	h.config.charger[0].box_ma = 6000;
	h.in.charger[1].car = SITE_CAR_NONE;
	house_see(&h, 0, 300);
	assert_int_equal(told(&h, 0), 6000);
	/* 1380 W of it may be the first car's, 1620 W are not, and not the second one's */
	h.in.charger[1].car = SITE_CAR_PLUGGED;
	house_see(&h, 0, 300 + 3000);
	assert_int_equal(told(&h, 0), 6000);
	assert_int_equal(told(&h, 1), 11000);
}

static void above_the_contract_it_does_not_matter_whose_it_is(void **state)
{
	struct house h = with_two_cars_that_wait();

	(void)state;
	house_see(&h, 0, 5900);
	assert_int_equal(told(&h, 0) + told(&h, 1), 24000);
	h = with_two_cars_that_wait();
	house_see(&h, 0, 5901);
	assert_int_equal(told(&h, 0) + told(&h, 1), 0);
}

static void the_battery_that_helps_cars_does_not_stop_because_one_begins(void **state)
{
	struct house h = house_under_contract(3000, 2);

	(void)state;
	h.config.battery_to_cars = true;
	house_see(&h, 0, 300);
	assert_int_equal(told(&h, 0), 16000);
	assert_int_equal(told(&h, 1), 16000);
	house_see(&h, 0, 300 + CAR_W);
	assert_int_equal(told(&h, 0), 16000);
	assert_int_equal(told(&h, 1), 16000);
}

/* It was made before, and the car is not in it twice. */
static void the_battery_makes_room_for_a_car_that_begins_only_once(void **state)
{
	struct house h = house_under_contract(3000, 1);

	(void)state;
	house_see(&h, 6000, 1000);
	assert_int_equal(h.out.battery_max_w, 4220);
	house_see(&h, 6000, 1000 + CAR_W);
	assert_int_equal(h.out.battery_max_w, 4220);
}

/* Three phases, a third of the contract each: 3000 W. */
static struct house with_cars_on_two_phases(void)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);

	no_battery(&h);
	h.config.contract_w = 9100;
	house_car(&h);
	house_car(&h);
	h.config.charger[0].phases = 1;
	h.config.charger[1].phases = 1;
	h.config.charger[1].phase = 1;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 13000);
	assert_int_equal(told(&h, 1), 13000);

	return h;
}

static void what_a_car_begins_to_draw_does_not_count_twice_on_its_phase(void **state)
{
	struct house h = with_cars_on_two_phases();

	(void)state;
	h.phase_load_w[1] = 2990;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 13000);
	assert_int_equal(told(&h, 1), 13000);
	/* so much is not left to one that begins, and is not within the phase */
	h.phase_load_w[1] = 3001;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 13000);
	assert_int_equal(told(&h, 1), 0);
}

static void nor_does_it_matter_which_phase_draws_it(void **state)
{
	struct house h = with_cars_on_two_phases();

	(void)state;
	h.phase_load_w[2] = 9050;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 0);
	assert_int_equal(told(&h, 1), 0);
}

/* Without it the phase is above its part: what it gives is no room for a car. */
static void what_the_battery_gives_a_phase_is_not_within_the_contract(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);

	(void)state;
	no_battery(&h);
	h.config.contract_w = 9100;
	house_car(&h);
	h.config.charger[0].phases = 1;
	h.battery_w = -3000;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 13000);
	h.phase_load_w[0] = 3001;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 0);
}

/* It is not drawn at all: it is what nobody knows. */
static void a_battery_that_falls_silent_is_not_taken_for_a_car(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	h.config.inverter[0].battery_w = 2000;
	h.in.battery.discharge_w = 2000;
	house_see(&h, 0, 2000);
	assert_int_equal(told(&h, 0), 16000);
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_see(&h, 0, 2000);
	assert_int_equal(told(&h, 0), 8000);
}

static void nor_is_a_box_that_falls_silent(void **state)
{
	struct house h = with_two_cars_that_wait();

	(void)state;
	h.car_w[0] = 2760;
	house_see(&h, 0, 300);
	h.in.charger[0].power_w.age_ms = SITE_NEVER;
	house_see(&h, 0, 300);
	assert_int_equal(told(&h, 0) + told(&h, 1), 12000);
}

static void nor_is_it_on_a_phase(void **state)
{
	struct house h = with_cars_on_two_phases();

	(void)state;
	h.config.inverter[0].battery_w = 2000;
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 10000);
	assert_int_equal(told(&h, 1), 10000);
}

static void nor_is_it_of_all_phases(void **state)
{
	struct house h = with_cars_on_two_phases();

	(void)state;
	h.config.inverter[0].battery_w = 2000;
	h.in.charger[0].car = SITE_CAR_NONE;
	h.phase_load_w[2] = 5000;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 1), 13000);
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 1), 8000);
}

static void what_a_car_draws_as_it_was_told_explains_no_more(void **state)
{
	struct house h = with_cars_on_two_phases();

	(void)state;
	h.in.charger[0].car = SITE_CAR_NONE;
	h.car_w[1] = 2990;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 0);
	h.in.charger[0].car = SITE_CAR_PLUGGED;
	h.phase_load_w[2] = 4000;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0) + told(&h, 1), 21000);
}

static void what_begins_where_no_car_may_is_a_load(void **state)
{
	struct house h = with_cars_on_two_phases();

	(void)state;
	h.config.charger[1].phase = 2;
	house_see(&h, 0, 0);
	h.config.charger[1].phase = 1;
	house_live(&h, 10);
	h.car_w[0] = 0;
	h.phase_load_w[1] = 1000;
	house_see(&h, 0, 0);
	assert_int_equal(told(&h, 0), 13000);
	assert_int_equal(told(&h, 1), 8000);
}

/* Not a watt is left that a car could have. */
static void a_car_has_all_that_the_contract_leaves(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	no_battery(&h);
	house_settle(&h, 0, 5900 - 12 * SITE_PHASE_V);
	assert_int_equal(told(&h, 0), 12000);
	house_settle(&h, 0, 5901 - 12 * SITE_PHASE_V);
	assert_int_equal(told(&h, 0), 11000);
}

/* A load that comes and goes does not carry the cars up and down. */
static void a_car_that_was_throttled_is_told_more_after_30_s(void **state)
{
	struct house h = house_under_contract(6000, 1);
	unsigned int s;

	(void)state;
	no_battery(&h);
	house_settle(&h, 0, 1000);
	house_see(&h, 0, 4000);
	house_follow(&h);
	for (s = 1; s < 30; s++) {
		house_see(&h, 0, 1000);
		house_follow(&h);
		assert_int_equal(told(&h, 0), 8000);
	}
	house_see(&h, 0, 1000);
	assert_int_equal(told(&h, 0), 16000);
}

static void a_load_that_comes_again_begins_the_30_s_again(void **state)
{
	struct house h = house_under_contract(6000, 1);
	unsigned int s;

	(void)state;
	no_battery(&h);
	house_settle(&h, 0, 1000);
	house_see(&h, 0, 4000);
	house_follow(&h);
	for (s = 0; s < 20; s++) {
		house_see(&h, 0, 1000);
		house_follow(&h);
	}
	house_see(&h, 0, 4001);
	house_follow(&h);
	for (s = 1; s < 30; s++) {
		house_see(&h, 0, 1000);
		house_follow(&h);
		assert_int_equal(told(&h, 0), 8000);
	}
	house_see(&h, 0, 1000);
	assert_int_equal(told(&h, 0), 16000);
}

static void a_budget_that_has_not_fallen_rises_at_once(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	no_battery(&h);
	house_see(&h, 0, 4000);
	assert_int_equal(told(&h, 0), 8000);
	house_see(&h, 0, 3000);
	assert_int_equal(told(&h, 0), 12000);
}

static void sun_that_is_exported_may_go_into_the_car_on_top_of_the_contract(void **state)
{
	struct house h = house_under_contract(2000, 1);

	(void)state;
	no_battery(&h);
	house_settle(&h, 3000, 1000);
	assert_int_equal(told(&h, 0), 16000);
	assert_int_equal(house_grid_w(&h), -1680);
}

/* It may draw before the next step. */
static void the_battery_makes_room_for_a_car_that_does_not_draw_yet(void **state)
{
	struct house h = house_under_contract(3000, 1);

	(void)state;
	house_see(&h, 6000, 1000);
	assert_int_equal(told(&h, 0), 16000);
	assert_battery(&h, 4220, SITE_BY_CONTRACT);
	assert_int_equal(h.out.battery_max_winner, SITE_BY_CONTRACT);
	house_live(&h, 1);
	assert_int_equal(house_grid_w(&h), -2900);
}

static void the_battery_makes_room_for_all_cars_that_do_not_draw_yet(void **state)
{
	struct house h = house_under_contract(3000, 2);

	(void)state;
	house_see(&h, 8000, 1000);
	assert_int_equal(told(&h, 0) + told(&h, 1), 32000);
	assert_battery(&h, 2540, SITE_BY_CONTRACT);
}

static void the_battery_helps_a_car_beyond_the_contract_when_that_was_chosen(void **state)
{
	struct house h = house_under_contract(3000, 1);

	(void)state;
	house_settle(&h, 0, 500);
	assert_int_equal(told(&h, 0), 10000);
	h.config.battery_to_cars = true;
	house_settle(&h, 0, 500);
	assert_int_equal(told(&h, 0), 16000);
	assert_battery(&h, -4180, SITE_NOBODY);
	h.in.battery.discharge_w = 1000;
	house_settle(&h, 0, 500);
	assert_int_equal(told(&h, 0), 14000);
	assert_battery(&h, -1000, SITE_BY_CLUSTER);
	assert_int_equal(house_grid_w(&h), -2720);
}

static void the_battery_does_not_help_a_car_in_a_blackout(void **state)
{
	struct house h = house_under_contract(3000, 1);

	(void)state;
	h.config.battery_to_cars = true;
	h.config.eps = true;
	house_settle(&h, 0, 500);
	assert_int_equal(told(&h, 0), 16000);
	house_blackout(&h, true);
	house_live(&h, 2);
	assert_int_equal(told(&h, 0), 0);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_BLACKOUT);
}

/* row: ems.md "Wallbox strategies" contracted power holds */
static void the_contract_holds_in_every_strategy(void **state)
{
	unsigned int strategy;

	(void)state;
	for (strategy = 0; strategy < SITE_STRATEGIES; strategy++) {
		struct house h = house_under_contract(3000, 1);

		no_battery(&h);
		h.config.charger[0].strategy = (u8)strategy;
		h.config.charger[0].duration_min = 1440;
		house_clock(&h, 2026, 6, 10, 12, 0);
		house_settle(&h, 2500, 3500);
		assert_int_equal(h.out.charger[0].strategy, strategy);
		assert_int_equal(told(&h, 0), 8000);
		assert_int_equal(h.out.charger[0].winner, SITE_BY_CONTRACT);
		assert_int_equal(house_grid_w(&h), -2840);
	}
}

/* row: ems.md "Plant" single-phase or three-phase */
static void each_phase_has_a_third_of_the_contract(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);
	unsigned int i;

	(void)state;
	no_battery(&h);
	h.config.contract_w = 9100;
	for (i = 0; i < 3; i++) {
		house_car(&h);
		h.config.charger[i].phases = 1;
		h.config.charger[i].phase = (u8)i;
	}
	h.phase_load_w[0] = 1100;
	h.phase_load_w[1] = 200;
	house_settle(&h, 0, 0);
	assert_int_equal(told(&h, 0), 8000);
	assert_int_equal(told(&h, 1), 12000);
	assert_int_equal(told(&h, 2), 13000);
}

static void cars_on_one_phase_share_it(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);
	unsigned int i;

	(void)state;
	no_battery(&h);
	h.config.contract_w = 10500;
	for (i = 0; i < 2; i++) {
		house_car(&h);
		h.config.charger[i].phases = 1;
		h.config.charger[i].phase = 1;
	}
	house_settle(&h, 0, 0);
	assert_int_equal(told(&h, 0) + told(&h, 1), 15000);
}

/* row: ems.md "Plant" single-phase or three-phase */
static void a_three_phase_car_has_what_the_fullest_phase_leaves(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);

	(void)state;
	no_battery(&h);
	h.config.contract_w = 9100;
	house_car(&h);
	h.phase_load_w[1] = 1100;
	house_settle(&h, 0, 0);
	assert_int_equal(told(&h, 0), 8000);
	assert_int_equal(h.out.charger[0].power_w, 5520);
}

/* row: ems.md "Plant" single-phase or three-phase */
static void what_the_battery_does_is_on_all_phases_alike(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);

	(void)state;
	h.config.contract_w = 9100;
	house_car(&h);
	h.config.charger[0].phases = 1;
	rule_of_3_kw(&h);
	house_settle(&h, 0, 0);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
	assert_int_equal(told(&h, 0), 8000);
}

/* row: ems.md "Plant" wallboxes */
static void the_contract_holds_with_eight_wallboxes(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);
	unsigned int i;
	s32 told_w = 0;

	(void)state;
	no_battery(&h);
	h.config.contract_w = 40000;
	for (i = 0; i < SITE_CHARGERS_MAX; i++)
		house_car(&h);
	house_settle(&h, 0, 3000);
	for (i = 0; i < SITE_CHARGERS_MAX; i++)
		told_w += h.out.charger[i].power_w;
	assert_in_range(told_w, 36900 - 3 * SITE_PHASE_V, 36900);
	assert_true(house_grid_w(&h) >= -39900);
}

static void a_car_on_two_of_three_phases_counts_on_those(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);

	(void)state;
	no_battery(&h);
	h.config.contract_w = 9100;
	house_car(&h);
	house_car(&h);
	h.config.charger[0].phase = 1;
	h.config.charger[1].phases = 1;
	h.in.charger[0].car_phases = 2;
	house_settle(&h, 0, 0);
	assert_int_equal(h.out.charger[0].power_w, 13 * 2 * SITE_PHASE_V);
	assert_int_equal(told(&h, 0), 13000);
	assert_int_equal(told(&h, 1), 13000);
}

static void what_a_rule_charges_is_left_free_by_the_cars(void **state)
{
	struct house h = house_under_contract(6000, 1);

	(void)state;
	rule_of_3_kw(&h);
	house_settle(&h, 0, 500);
	assert_int_equal(told(&h, 0), 10000);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
	h.in.battery.charge_w = 2000;
	house_settle(&h, 0, 500);
	assert_int_equal(told(&h, 0), 14000);
	assert_battery(&h, 2000, SITE_BY_CLUSTER);
}

static void what_a_battery_asks_for_is_left_free_by_the_cars(void **state)
{
	struct house h = house_under_contract(3000, 1);

	(void)state;
	h.in.battery.force_charge = true;
	house_settle(&h, 0, 500);
	assert_int_equal(told(&h, 0), 8000);
	assert_battery(&h, 500, SITE_BY_FORCE_CHARGE);
}

static void what_a_grid_code_puts_into_the_battery_is_left_free_by_the_cars(void **state)
{
	struct house h = house_under_contract(4000, 1);

	(void)state;
	h.config.grid_code = SITE_CODE_CEASE;
	h.in.cease = (struct site_value){ 1, 0 };
	house_settle(&h, 3000, 1000);
	assert_battery(&h, 3000, SITE_BY_CEASE);
	assert_int_equal(told(&h, 0), 12000);
	assert_int_equal(house_grid_w(&h), -3760);
}

/* The sun that goes into it by itself is not planned: a car comes first. */
static void what_the_sun_puts_into_the_battery_a_car_may_have(void **state)
{
	struct house h = house_under_contract(1000, 1);

	(void)state;
	house_settle(&h, 3000, 0);
	assert_int_equal(told(&h, 0), 16000);
	assert_battery(&h, 0, SITE_NOBODY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_contract_nothing_is_held_back),
		cmocka_unit_test(import_is_kept_a_margin_below_the_contract),
		cmocka_unit_test(the_margin_can_be_chosen),
		cmocka_unit_test(a_load_that_comes_throttles_the_car_in_the_same_second),
		cmocka_unit_test(first_the_car_gives_way_then_the_battery_stops_then_it_discharges),
		cmocka_unit_test(until_the_car_has_followed_the_battery_stops_charging_at_once),
		cmocka_unit_test(for_a_car_that_does_not_follow_the_battery_discharges),
		cmocka_unit_test(whatever_the_house_does_import_is_below_the_contract_a_second_later),
		cmocka_unit_test(an_overload_is_over_when_import_is_below_the_margin_again),
		cmocka_unit_test(what_cars_draw_is_no_overload_while_they_can_give_way),
		cmocka_unit_test(what_a_car_draws_that_has_just_begun_is_no_overload),
		cmocka_unit_test(what_lasts_for_longer_than_cars_take_to_follow_is_an_overload),
		cmocka_unit_test(who_charges_untold_may_still_end),
		cmocka_unit_test(an_overload_goes_on_when_a_car_begins),
		cmocka_unit_test(a_car_that_ended_long_ago_makes_no_overload_wait),
		cmocka_unit_test(an_overload_ends_with_the_grid),
		cmocka_unit_test(off_the_grid_the_contract_does_not_count),
		cmocka_unit_test(an_overload_ends_with_the_contract),
		cmocka_unit_test(an_overload_goes_on_while_nobody_measures),
		cmocka_unit_test(no_overload_begins_or_ends_while_nobody_measures),
		cmocka_unit_test(what_a_car_begins_to_draw_does_not_count_twice),
		cmocka_unit_test(what_a_car_draws_yet_that_is_said_to_have_ended_is_no_load),
		cmocka_unit_test(nor_is_what_a_car_draws_yet_that_was_told_to_end),
		cmocka_unit_test(what_no_box_says_in_time_is_a_load),
		cmocka_unit_test(each_of_what_comes_one_after_the_other_has_its_time),
		cmocka_unit_test(what_is_more_than_cars_were_told_is_a_load),
		cmocka_unit_test(above_the_contract_it_does_not_matter_whose_it_is),
		cmocka_unit_test(the_battery_that_helps_cars_does_not_stop_because_one_begins),
		cmocka_unit_test(the_battery_makes_room_for_a_car_that_begins_only_once),
		cmocka_unit_test(what_a_car_begins_to_draw_does_not_count_twice_on_its_phase),
		cmocka_unit_test(nor_does_it_matter_which_phase_draws_it),
		cmocka_unit_test(what_the_battery_gives_a_phase_is_not_within_the_contract),
		cmocka_unit_test(a_battery_that_falls_silent_is_not_taken_for_a_car),
		cmocka_unit_test(nor_is_a_box_that_falls_silent),
		cmocka_unit_test(nor_is_it_on_a_phase),
		cmocka_unit_test(nor_is_it_of_all_phases),
		cmocka_unit_test(what_a_car_draws_as_it_was_told_explains_no_more),
		cmocka_unit_test(what_begins_where_no_car_may_is_a_load),
		cmocka_unit_test(a_car_has_all_that_the_contract_leaves),
		cmocka_unit_test(a_car_that_was_throttled_is_told_more_after_30_s),
		cmocka_unit_test(a_load_that_comes_again_begins_the_30_s_again),
		cmocka_unit_test(a_budget_that_has_not_fallen_rises_at_once),
		cmocka_unit_test(sun_that_is_exported_may_go_into_the_car_on_top_of_the_contract),
		cmocka_unit_test(the_battery_makes_room_for_a_car_that_does_not_draw_yet),
		cmocka_unit_test(the_battery_makes_room_for_all_cars_that_do_not_draw_yet),
		cmocka_unit_test(the_battery_helps_a_car_beyond_the_contract_when_that_was_chosen),
		cmocka_unit_test(the_battery_does_not_help_a_car_in_a_blackout),
		cmocka_unit_test(the_contract_holds_in_every_strategy),
		cmocka_unit_test(each_phase_has_a_third_of_the_contract),
		cmocka_unit_test(cars_on_one_phase_share_it),
		cmocka_unit_test(a_three_phase_car_has_what_the_fullest_phase_leaves),
		cmocka_unit_test(what_the_battery_does_is_on_all_phases_alike),
		cmocka_unit_test(the_contract_holds_with_eight_wallboxes),
		cmocka_unit_test(a_car_on_two_of_three_phases_counts_on_those),
		cmocka_unit_test(what_a_rule_charges_is_left_free_by_the_cars),
		cmocka_unit_test(what_a_battery_asks_for_is_left_free_by_the_cars),
		cmocka_unit_test(what_a_grid_code_puts_into_the_battery_is_left_free_by_the_cars),
		cmocka_unit_test(what_the_sun_puts_into_the_battery_a_car_may_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
