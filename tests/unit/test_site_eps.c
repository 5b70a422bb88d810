// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emergency power: the reserve on the grid, a blackout, its limits, and the way back. Each
 * case named after the sentence of the manual or what a user wants.
 */
#include "site_rig.h"

/* EPS: depth of discharge 80 %, safety buffer 10 %; on the grid down to 10 %. */
static struct house with_eps(void)
{
	struct house h = house();

	h.config.eps = true;
	h.config.dod_percent = 90;
	house_blackout(&h, false);

	return h;
}

static struct house in_the_dark(void)
{
	struct house h = with_eps();

	house_see(&h, 0, 500);
	house_blackout(&h, true);
	house_see(&h, 0, 500);

	return h;
}

static void soc(struct house *h, u16 centi)
{
	h->in.battery.soc_centi = centi;
	house_step(h, 1000);
}

/* row: inverter.md "EPS (off-grid, emergency power)" enabled */
static void eps_off_the_battery_is_not_used_in_a_blackout(void **state)
{
	struct house h = with_eps();

	(void)state;
	h.config.eps = false;
	house_blackout(&h, true);
	house_see(&h, 0, 500);
	assert_battery(&h, 0, SITE_BY_BLACKOUT);
	assert_window(&h, 0, SITE_BY_BLACKOUT, 0, SITE_BY_BLACKOUT);
	assert_mode(&h, SITE_OFF_GRID);
}

/* row: inverter.md "EPS (off-grid, emergency power)" enabled */
/* row: inverter.md "EPS (off-grid, emergency power)" critical loads */
static void eps_on_the_battery_feeds_the_loads_in_a_blackout(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	assert_battery(&h, -500, SITE_NOBODY);
	assert_mode(&h, SITE_OFF_GRID);
	assert_true(h.out.off_grid);
}

/* row: inverter.md "EPS (off-grid, emergency power)" critical loads */
static void off_the_grid_the_sun_feeds_the_loads_and_the_rest_charges(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	house_see(&h, 2000, 500);
	assert_battery(&h, 1500, SITE_NOBODY);
	house_see(&h, 550, 500);
	assert_battery(&h, 50, SITE_NOBODY);
}

static void off_the_grid_nothing_is_exchanged(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	assert_int_equal(h.out.grid_min_w, 0);
	assert_int_equal(h.out.grid_max_w, 0);
	assert_int_equal(h.out.grid_min_winner, SITE_BY_BLACKOUT);
	assert_int_equal(h.out.grid_max_winner, SITE_BY_BLACKOUT);
}

/* Otherwise a full battery would have nowhere to put it. */
static void off_the_grid_the_sun_gives_no_more_than_loads_and_battery_take(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.in.battery.charge_w = 300;
	house_see(&h, 800, 500);
	assert_int_equal(h.out.pv_max_w, 800);
	assert_int_equal(h.out.pv_winner, SITE_BY_BLACKOUT);
}

/* row: inverter.md "EPS (off-grid, emergency power)" critical loads */
static void off_the_grid_cars_get_nothing(void **state)
{
	struct house h = with_eps();

	(void)state;
	house_car(&h);
	house_see(&h, 0, 500);
	house_live(&h, 2);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
	house_blackout(&h, true);
	house_step(&h, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 0);
	assert_int_equal(h.out.charger[0].winner, SITE_BY_BLACKOUT);
}

/* row: inverter.md "EPS (off-grid, emergency power)" EPS DoD */
static void off_the_grid_the_battery_is_used_down_to_the_eps_depth(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	soc(&h, 2001);
	assert_battery(&h, -500, SITE_NOBODY);
	soc(&h, 2000);
	assert_battery(&h, 0, SITE_BY_EPS);
	assert_window(&h, 0, SITE_BY_EPS, 5000, SITE_BY_CLUSTER);
}

/* row: inverter.md "EPS (off-grid, emergency power)" safety buffer */
static void after_the_eps_depth_the_buffer_must_be_charged_first(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	soc(&h, 2000);
	soc(&h, 2999);
	assert_battery(&h, 0, SITE_BY_EPS);
	soc(&h, 3000);
	assert_battery(&h, -500, SITE_NOBODY);
	soc(&h, 2500);
	assert_battery(&h, -500, SITE_NOBODY);
}

/* row: inverter.md "EPS (off-grid, emergency power)" safety buffer */
static void off_the_grid_an_empty_battery_is_charged_by_the_sun(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	soc(&h, 2000);
	house_see(&h, 1500, 500);
	assert_battery(&h, 1000, SITE_NOBODY);
}

/* row: inverter.md "Battery side" settings */
static void off_the_grid_the_depth_of_the_grid_does_not_count(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.config.dod_percent = 50;
	soc(&h, 4000);
	assert_battery(&h, -500, SITE_NOBODY);
}

/* row: inverter.md "EPS (off-grid, emergency power)" safety buffer */
static void on_the_grid_a_reserve_is_kept_for_a_blackout(void **state)
{
	struct house h = with_eps();

	(void)state;
	h.load_w = 500;
	soc(&h, 3001);
	assert_battery(&h, -500, SITE_NOBODY);
	soc(&h, 3000);
	assert_battery(&h, 0, SITE_BY_EPS);
	soc(&h, 3099);
	assert_battery(&h, 0, SITE_BY_EPS);
	soc(&h, 3100);
	assert_battery(&h, -500, SITE_NOBODY);
}

static void without_eps_no_reserve_is_kept(void **state)
{
	struct house h = with_eps();

	(void)state;
	h.config.eps = false;
	h.load_w = 500;
	soc(&h, 2000);
	assert_battery(&h, -500, SITE_NOBODY);
}

static void what_was_kept_as_a_reserve_may_be_used_in_the_blackout(void **state)
{
	struct house h = with_eps();

	(void)state;
	h.load_w = 500;
	soc(&h, 3000);
	assert_battery(&h, 0, SITE_BY_EPS);
	house_blackout(&h, true);
	house_step(&h, 1000);
	assert_battery(&h, -500, SITE_NOBODY);
}

static void a_reserve_does_not_count_while_the_battery_is_not_heard(void **state)
{
	struct house h = with_eps();

	(void)state;
	h.load_w = 500;
	h.in.battery.age_ms = SITE_NEVER;
	soc(&h, 6000);
	h.in.battery.age_ms = 0;
	soc(&h, 3050);
	assert_battery(&h, -500, SITE_NOBODY);
	house_blackout(&h, true);
	h.in.battery.age_ms = SITE_NEVER;
	soc(&h, 2500);
	assert_battery(&h, 0, SITE_BY_STALE);
	h.in.battery.age_ms = 0;
	soc(&h, 2500);
	assert_battery(&h, -500, SITE_NOBODY);
}

/* Of what, so many packs give so much. */
static void family(enum site_family family, u16 packs, s32 gives_w)
{
	struct house h = in_the_dark();

	h.config.family = (u8)family;
	h.config.inverter[0].battery_w = 50000;
	h.config.inverter[0].rated_w = 50000;
	h.config.inverter[0].eps_w = 50000;
	h.in.battery.packs = packs;
	h.in.battery.discharge_w = 40000;
	house_see(&h, 0, 500);
	assert_int_equal(h.out.battery_min_w, -gives_w);
	assert_int_equal(h.out.battery_min_winner,
			 gives_w < 40000 ? SITE_BY_EPS : SITE_BY_CLUSTER);
}

/* row: inverter.md "EPS (off-grid, emergency power)" Pylontech */
static void each_pylontech_gives_1100_w_of_emergency_power(void **state)
{
	(void)state;
	family(SITE_FAMILY_PYLONTECH, 1, 1100);
	family(SITE_FAMILY_PYLONTECH, 4, 4400);
}

/* row: inverter.md "EPS (off-grid, emergency power)" Azzurro */
static void each_azzurro_gives_2500_w_of_emergency_power(void **state)
{
	(void)state;
	family(SITE_FAMILY_AZZURRO, 1, 2500);
	family(SITE_FAMILY_AZZURRO, 3, 7500);
}

/* row: inverter.md "EPS (off-grid, emergency power)" WeCo */
static void weco_gives_5000_w_of_emergency_power(void **state)
{
	(void)state;
	family(SITE_FAMILY_WECO, 1, 5000);
	family(SITE_FAMILY_WECO, 3, 5000);
}

/* row: inverter.md "EPS (off-grid, emergency power)" charged enough */
static void without_a_pack_there_is_no_emergency_power(void **state)
{
	(void)state;
	family(SITE_FAMILY_PYLONTECH, 0, 0);
	family(SITE_FAMILY_AZZURRO, 0, 0);
	family(SITE_FAMILY_WECO, 0, 0);
}

/* row: inverter.md "EPS (off-grid, emergency power)" charged enough */
static void a_battery_that_is_low_gives_less_than_its_family_could(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.config.family = SITE_FAMILY_WECO;
	h.in.battery.discharge_w = 700;
	house_see(&h, 0, 500);
	assert_window(&h, -700, SITE_BY_CLUSTER, 5000, SITE_BY_CLUSTER);
	soc(&h, 2000);
	assert_window(&h, 0, SITE_BY_EPS, 5000, SITE_BY_CLUSTER);
}

static void packs_of_another_family_give_what_the_battery_allows(void **state)
{
	(void)state;
	family(SITE_FAMILY_OTHER, 1, 40000);
}

/* row: inverter.md "Parallel inverters" critical load */
static void the_battery_gives_no_more_than_the_sum_of_eps_powers(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.config.inverter[0].eps_w = 1000;
	house_inverter(&h);
	h.config.inverter[1].eps_w = 800;
	house_see(&h, 0, 500);
	assert_window(&h, -1800, SITE_BY_EPS, 5000, SITE_BY_CLUSTER);
}

/* row: inverter.md "Parallel inverters" critical load */
static void a_critical_load_above_the_sum_of_eps_powers_is_said_once(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.config.inverter[0].eps_w = 1000;
	house_inverter(&h);
	h.config.inverter[1].eps_w = 800;
	house_see(&h, 0, 1800);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 0);
	house_see(&h, 0, 1801);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 1);
	assert_int_equal(h.last[SITE_EVENT_EPS_OVERLOAD].figure, 1801);
	assert_int_equal(h.last[SITE_EVENT_EPS_OVERLOAD].subject, 0);
	house_see(&h, 0, 1900);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 1);
	house_see(&h, 0, 1000);
	house_see(&h, 0, 1900);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 2);
}

/* row: inverter.md "Parallel inverters" critical load */
static void the_sun_does_not_make_eps_give_more_than_its_power(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.config.inverter[0].eps_w = 1000;
	house_see(&h, 3000, 1000);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 0);
	house_see(&h, 3000, 1001);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 1);
}

/* row: inverter.md "EPS (off-grid, emergency power)" critical loads */
static void a_critical_load_above_sun_and_battery_is_said(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.in.battery.discharge_w = 700;
	house_see(&h, 300, 1000);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 0);
	house_see(&h, 300, 1001);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 1);
}

static void no_load_is_no_overload_of_a_battery_that_gives_nothing(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	house_see(&h, 0, 0);
	h.in.battery.discharge_w = 0;
	house_see(&h, 0, 0);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 0);
	house_see(&h, 0, 1);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 1);
}

/* It may draw all that its contract allowed. */
static void off_the_grid_a_load_that_nobody_measures_is_the_contract_s(void **state)
{
	struct house h = with_eps();

	(void)state;
	h.config.inverters = 0;
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_blackout(&h, true);
	house_see(&h, 0, 500);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 0);
	h.config.contract_w = 3000;
	house_see(&h, 0, 500);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 1);
	assert_int_equal(h.last[SITE_EVENT_EPS_OVERLOAD].figure, 3000);
}

static void an_overload_of_eps_ends_with_the_blackout(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	house_see(&h, 0, 9000);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 1);
	house_blackout(&h, false);
	house_see(&h, 0, 9000);
	house_blackout(&h, true);
	house_see(&h, 0, 9000);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 2);
}

/* row: inverter.md "EPS (off-grid, emergency power)" switches over */
static void a_blackout_and_its_end_are_said(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	assert_int_equal(h.events[SITE_EVENT_BLACKOUT], 1);
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_BLACKOUT], 1);
	assert_int_equal(h.events[SITE_EVENT_GRID_BACK], 0);
	house_blackout(&h, false);
	house_step(&h, 1000);
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_GRID_BACK], 1);
	assert_int_equal(h.last[SITE_EVENT_GRID_BACK].subject, 0);
	assert_int_equal(h.last[SITE_EVENT_GRID_BACK].figure, 0);
	assert_false(h.out.off_grid);
}

/* row: inverter.md "EPS (off-grid, emergency power)" switches over */
static void an_inverter_that_feeds_its_eps_output_says_that_the_grid_is_away(void **state)
{
	struct house h = with_eps();

	(void)state;
	h.in.grid.age_ms = SITE_NEVER;
	h.in.inverter[0].off_grid = true;
	house_see(&h, 0, 500);
	assert_mode(&h, SITE_OFF_GRID);
	assert_int_equal(h.events[SITE_EVENT_BLACKOUT], 1);
}

static void one_inverter_of_several_off_the_grid_is_enough(void **state)
{
	struct house h = with_eps();

	(void)state;
	house_inverter(&h);
	h.in.inverter[1].off_grid = true;
	house_see(&h, 0, 500);
	assert_mode(&h, SITE_OFF_GRID);
}

static void an_inverter_that_is_no_more_heard_does_not_say_that_the_grid_is_away(void **state)
{
	struct house h = with_eps();

	(void)state;
	h.in.inverter[0].off_grid = true;
	h.in.inverter[0].age_ms = 5001;
	house_see(&h, 0, 500);
	assert_false(h.out.off_grid);
	h.in.inverter[0].age_ms = SITE_NEVER;
	house_see(&h, 0, 500);
	assert_false(h.out.off_grid);
	h.in.inverter[0].age_ms = 5000;
	house_see(&h, 0, 500);
	assert_true(h.out.off_grid);
}

/* row: inverter.md "EPS (off-grid, emergency power)" switches over */
static void back_on_the_grid_the_battery_waits_for_the_set_time(void **state)
{
	struct house h = in_the_dark();
	unsigned int s;

	(void)state;
	house_blackout(&h, false);
	h.battery_w = 0;
	for (s = 0; s < 60; s++) {
		house_step(&h, 1000);
		assert_battery(&h, 0, SITE_BY_RETURN);
		assert_window(&h, 0, SITE_BY_RETURN, 0, SITE_BY_RETURN);
		assert_int_equal(h.out.mode_next_ms, (60 - s) * 1000);
		assert_mode(&h, SITE_STANDBY);
	}
	house_step(&h, 1000);
	assert_battery(&h, -500, SITE_NOBODY);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
}

/* row: inverter.md "EPS (off-grid, emergency power)" switches over */
static void back_on_the_grid_cars_wait_for_the_set_time(void **state)
{
	struct house h = in_the_dark();
	unsigned int s;

	(void)state;
	house_car(&h);
	house_blackout(&h, false);
	h.battery_w = 0;
	for (s = 0; s < 60; s++) {
		house_step(&h, 1000);
		assert_int_equal(h.out.charger[0].current_ma, 0);
		assert_int_equal(h.out.charger[0].winner, SITE_BY_RETURN);
	}
	house_step(&h, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
}

static void another_blackout_meanwhile_begins_the_wait_again(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	house_blackout(&h, false);
	house_live(&h, 50);
	house_blackout(&h, true);
	house_step(&h, 1000);
	assert_battery(&h, -500, SITE_NOBODY);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
	house_blackout(&h, false);
	h.battery_w = 0;
	house_step(&h, 1000);
	assert_battery(&h, 0, SITE_BY_RETURN);
	assert_int_equal(h.out.mode_next_ms, 60000);
}

static void the_wait_after_a_blackout_may_be_none(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.config.return_s = 0;
	house_blackout(&h, false);
	h.battery_w = 0;
	house_step(&h, 1000);
	assert_battery(&h, -500, SITE_NOBODY);
}

static void who_begins_on_the_grid_does_not_wait(void **state)
{
	struct house h = with_eps();

	(void)state;
	house_see(&h, 0, 500);
	assert_battery(&h, -500, SITE_NOBODY);
	assert_int_equal(h.events[SITE_EVENT_GRID_BACK], 0);
}

/* row: inverter.md "EPS (off-grid, emergency power)" off-grid only */
static void a_plant_without_any_grid_lives_of_sun_and_battery(void **state)
{
	struct house h = with_eps();
	unsigned int hour;

	(void)state;
	house_blackout(&h, true);
	for (hour = 0; hour < 24; hour++) {
		s32 pv_w = hour >= 8 && hour < 16 ? 3000 : 0;

		house_see(&h, pv_w, 500);
		house_step(&h, 3600000);
		assert_battery(&h, pv_w - 500, SITE_NOBODY);
		assert_mode(&h, SITE_OFF_GRID);
	}
	assert_int_equal(h.events[SITE_EVENT_BLACKOUT], 1);
	assert_int_equal(h.events[SITE_EVENT_METER_STALE], 0);
	assert_int_equal(h.events[SITE_EVENT_EPS_OVERLOAD], 0);
}

static void a_battery_that_asks_to_be_charged_gets_the_sun_alone_off_the_grid(void **state)
{
	struct house h = in_the_dark();

	(void)state;
	h.in.battery.force_charge = true;
	house_see(&h, 0, 500);
	assert_battery(&h, -500, SITE_NOBODY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eps_off_the_battery_is_not_used_in_a_blackout),
		cmocka_unit_test(eps_on_the_battery_feeds_the_loads_in_a_blackout),
		cmocka_unit_test(off_the_grid_the_sun_feeds_the_loads_and_the_rest_charges),
		cmocka_unit_test(off_the_grid_nothing_is_exchanged),
		cmocka_unit_test(off_the_grid_the_sun_gives_no_more_than_loads_and_battery_take),
		cmocka_unit_test(off_the_grid_cars_get_nothing),
		cmocka_unit_test(off_the_grid_the_battery_is_used_down_to_the_eps_depth),
		cmocka_unit_test(after_the_eps_depth_the_buffer_must_be_charged_first),
		cmocka_unit_test(off_the_grid_an_empty_battery_is_charged_by_the_sun),
		cmocka_unit_test(off_the_grid_the_depth_of_the_grid_does_not_count),
		cmocka_unit_test(on_the_grid_a_reserve_is_kept_for_a_blackout),
		cmocka_unit_test(without_eps_no_reserve_is_kept),
		cmocka_unit_test(what_was_kept_as_a_reserve_may_be_used_in_the_blackout),
		cmocka_unit_test(a_reserve_does_not_count_while_the_battery_is_not_heard),
		cmocka_unit_test(each_pylontech_gives_1100_w_of_emergency_power),
		cmocka_unit_test(each_azzurro_gives_2500_w_of_emergency_power),
		cmocka_unit_test(weco_gives_5000_w_of_emergency_power),
		cmocka_unit_test(without_a_pack_there_is_no_emergency_power),
		cmocka_unit_test(a_battery_that_is_low_gives_less_than_its_family_could),
		cmocka_unit_test(packs_of_another_family_give_what_the_battery_allows),
		cmocka_unit_test(the_battery_gives_no_more_than_the_sum_of_eps_powers),
		cmocka_unit_test(a_critical_load_above_the_sum_of_eps_powers_is_said_once),
		cmocka_unit_test(the_sun_does_not_make_eps_give_more_than_its_power),
		cmocka_unit_test(a_critical_load_above_sun_and_battery_is_said),
		cmocka_unit_test(no_load_is_no_overload_of_a_battery_that_gives_nothing),
		cmocka_unit_test(off_the_grid_a_load_that_nobody_measures_is_the_contract_s),
		cmocka_unit_test(an_overload_of_eps_ends_with_the_blackout),
		cmocka_unit_test(a_blackout_and_its_end_are_said),
		cmocka_unit_test(an_inverter_that_feeds_its_eps_output_says_that_the_grid_is_away),
		cmocka_unit_test(one_inverter_of_several_off_the_grid_is_enough),
		cmocka_unit_test(an_inverter_that_is_no_more_heard_does_not_say_that_the_grid_is_away),
		cmocka_unit_test(back_on_the_grid_the_battery_waits_for_the_set_time),
		cmocka_unit_test(back_on_the_grid_cars_wait_for_the_set_time),
		cmocka_unit_test(another_blackout_meanwhile_begins_the_wait_again),
		cmocka_unit_test(the_wait_after_a_blackout_may_be_none),
		cmocka_unit_test(who_begins_on_the_grid_does_not_wait),
		cmocka_unit_test(a_plant_without_any_grid_lives_of_sun_and_battery),
		cmocka_unit_test(a_battery_that_asks_to_be_charged_gets_the_sun_alone_off_the_grid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
