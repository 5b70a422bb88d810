// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switched outputs: heat pumps, boilers, lamps. Each case named after the sentence of the
 * manual or what a user wants.
 */
#include "loads_rig.h"

/* One output by production, closed from 3000 W on until it falls to 2000 W. */
static struct rig heat_pump(void)
{
	struct rig rig = rig_of(0);

	rig.config.outputs = 1;
	site_output_defaults(&rig.config.output[0], "heat-pump");
	rig.config.output[0].enabled = true;

	return rig;
}

static struct rig checked_each_second(void)
{
	struct rig rig = heat_pump();

	rig.config.output[0].check_s = 1;

	return rig;
}

static bool closed(struct rig *rig, s32 pv_w)
{
	rig->image.pv_w = pv_w;
	rig_seconds(rig, 1);
	assert_int_equal(rig->out.output[0].closed, rig->output[0].closed);

	return rig->out.output[0].closed;
}

/* row: ems.md "Switched outputs (dry contacts)" example */
/* row: ems.md "Switched outputs (dry contacts)" PV power */
static void upper_3000_w_and_2000_w_produced_leaves_the_heat_pump_off(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	assert_false(closed(&rig, 2000));
	assert_int_equal(rig.out.output[0].winner, SITE_NOBODY);
	assert_int_equal(rig.out.output[0].value, 2000);
	assert_true(rig.out.output[0].known);
	assert_int_equal(rig.events[SITE_EVENT_OUTPUT_SWITCHED], 0);
}

/* row: ems.md "Switched outputs (dry contacts)" upper threshold */
static void open_until_the_variable_reaches_the_upper_threshold(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	assert_false(closed(&rig, 2999));
	assert_true(closed(&rig, 3000));
	assert_int_equal(rig.events[SITE_EVENT_OUTPUT_SWITCHED], 1);
	assert_int_equal(rig.last[SITE_EVENT_OUTPUT_SWITCHED].figure, 1);
}

/* row: ems.md "Switched outputs (dry contacts)" lower threshold */
static void then_closed_until_it_falls_to_the_lower_threshold(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	assert_true(closed(&rig, 3000));
	assert_true(closed(&rig, 2001));
	assert_false(closed(&rig, 2000));
	assert_int_equal(rig.last[SITE_EVENT_OUTPUT_SWITCHED].figure, 0);
	assert_int_equal(rig.events[SITE_EVENT_OUTPUT_SWITCHED], 2);
	assert_false(closed(&rig, 2999));
}

/* row: ems.md "Switched outputs (dry contacts)" 15 min */
static void the_threshold_is_checked_every_15_min(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	assert_false(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].next_ms, 900000);
	for (unsigned int i = 1; i < 900; i++)
		assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].next_ms, 1000);
	assert_true(closed(&rig, 5000));
	for (unsigned int i = 1; i < 900; i++)
		assert_true(closed(&rig, 0));
	assert_false(closed(&rig, 0));
}

/* row: ems.md "Switched outputs (dry contacts)" 15 min */
static void how_often_it_is_checked_is_adjustable(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	rig.config.output[0].check_s = 60;
	assert_false(closed(&rig, 0));
	for (unsigned int i = 1; i < 60; i++)
		assert_false(closed(&rig, 5000));
	assert_true(closed(&rig, 5000));
}

static void who_wants_it_checked_more_often_need_not_wait_for_15_min(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	assert_false(closed(&rig, 0));
	rig_seconds(&rig, 60);
	rig.config.output[0].check_s = 90;
	for (unsigned int i = 1; i < 30; i++)
		assert_false(closed(&rig, 5000));
	assert_true(closed(&rig, 5000));
}

static void a_check_that_cannot_be_in_time_is_made_at_the_next_step(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	assert_false(closed(&rig, 0));
	rig.image.pv_w = 5000;
	rig_pass(&rig, 1000000);
	assert_true(rig.out.output[0].closed);
	assert_int_equal(rig.out.output[0].next_ms, 900000);
}

/* row: ems.md "Switched outputs (dry contacts)" one by one */
static void a_logic_that_is_enabled_looks_at_once(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	rig.config.output[0].enabled = false;
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].winner, SITE_NOBODY);
	assert_int_equal(rig.out.output[0].next_ms, SITE_NO_TIME);
	assert_int_equal(rig.out.output[0].value, 5000);
	rig.config.output[0].enabled = true;
	assert_true(closed(&rig, 5000));
}

static void a_logic_that_is_disabled_opens_at_once(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	rig.config.output[0].min_on_s = 600;
	assert_true(closed(&rig, 5000));
	rig.config.output[0].enabled = false;
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.events[SITE_EVENT_OUTPUT_SWITCHED], 2);
	rig.config.output[0].enabled = true;
	assert_true(closed(&rig, 5000));
}

/* row: ems.md "Switched outputs (dry contacts)" one by one */
/* row: ems.md "Switched outputs (dry contacts)" all at once */
static void four_outputs_have_four_logics(void **state)
{
	struct rig rig = heat_pump();
	unsigned int i;

	(void)state;
	rig.config.outputs = SITE_OUTPUTS_MAX;
	for (i = 0; i < SITE_OUTPUTS_MAX; i++) {
		rig.config.output[i] = rig.config.output[0];
		rig.config.output[i].enabled = i == 2;
		rig.config.output[i].upper = 3000 + (s32)i * 1000;
	}
	rig.image.pv_w = 5000;
	rig_seconds(&rig, 1);
	for (i = 0; i < SITE_OUTPUTS_MAX; i++)
		assert_int_equal(rig.out.output[i].closed, i == 2);
	assert_int_equal(rig.last[SITE_EVENT_OUTPUT_SWITCHED].subject, 2);
	for (i = 0; i < SITE_OUTPUTS_MAX; i++)
		rig.config.output[i].enabled = true;
	rig_seconds(&rig, 1);
	for (i = 0; i < SITE_OUTPUTS_MAX; i++)
		assert_int_equal(rig.out.output[i].closed, i <= 2);
	assert_int_equal(rig.events[SITE_EVENT_OUTPUT_SWITCHED], 3);
}

static void an_output_that_was_taken_away_begins_anew_when_it_is_back(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	assert_true(closed(&rig, 5000));
	rig.config.outputs = 0;
	rig_seconds(&rig, 1);
	rig.config.outputs = 1;
	assert_false(closed(&rig, 0));
	assert_int_equal(rig.events[SITE_EVENT_OUTPUT_SWITCHED], 1);
}

/* row: ems.md "Switched outputs (dry contacts)" battery SOC */
static void by_battery_soc(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].variable = SITE_SOC;
	rig.config.output[0].upper = 80;
	rig.config.output[0].lower = 20;
	rig.image.soc_centi = 7999;
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].value, 79);
	rig.image.soc_centi = 8000;
	assert_true(closed(&rig, 0));
	rig.image.soc_centi = 2001;
	assert_true(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, 20);
	rig.image.soc_centi = 2000;
	assert_false(closed(&rig, 0));
	rig.image.battery_known = false;
	assert_false(closed(&rig, 0));
	assert_false(rig.out.output[0].known);
}

/* row: ems.md "Switched outputs (dry contacts)" car-charging power */
static void by_car_charging_power(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].variable = SITE_CAR_POWER;
	rig.config.output[0].load_w = 5000;
	rig.image.chargers_w = 2999;
	assert_false(closed(&rig, 5000));
	rig.image.chargers_w = 3000;
	assert_true(closed(&rig, 0));
	assert_true(closed(&rig, 0));
	rig.image.chargers_w = 2000;
	assert_false(closed(&rig, 5000));
	rig.image.chargers_power = false;
	assert_false(closed(&rig, 0));
	assert_false(rig.out.output[0].known);
}

/* row: ems.md "Switched outputs (dry contacts)" grid power */
static void by_what_is_drawn_from_the_grid(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].variable = SITE_GRID_POWER;
	rig.image.grid_w = 4000;
	assert_false(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, 0);
	rig.image.grid_w = -2999;
	assert_false(closed(&rig, 0));
	rig.image.grid_w = -3000;
	assert_true(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, 3000);
	rig.image.grid_w = -2000;
	assert_false(closed(&rig, 0));
	rig.image.meter = false;
	assert_false(closed(&rig, 0));
	assert_false(rig.out.output[0].known);
}

/* row: ems.md "Switched outputs (dry contacts)" grid power */
static void by_what_goes_out_to_the_grid(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].variable = SITE_GRID_POWER;
	rig.config.output[0].grid_out = true;
	rig.image.grid_w = -4000;
	assert_false(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, 0);
	rig.image.grid_w = 3000;
	assert_true(closed(&rig, 0));
	rig.image.grid_w = 2000;
	assert_false(closed(&rig, 0));
}

/* row: ems.md "Switched outputs (dry contacts)" feed-in power */
static void by_feed_in_power(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].variable = SITE_FEED_IN_POWER;
	rig.image.grid_w = -4000;
	assert_false(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, 0);
	rig.image.grid_w = 3000;
	assert_true(closed(&rig, 0));
	rig.image.grid_w = 2000;
	assert_false(closed(&rig, 0));
	rig.image.meter = false;
	assert_false(closed(&rig, 0));
	assert_false(rig.out.output[0].known);
}

/* 3 kW were fed in; the boiler of 2.5 kW leaves 500 W. It would do so for ever. */
static void a_boiler_that_takes_the_surplus_does_not_switch_itself_off(void **state)
{
	struct rig rig = checked_each_second();
	unsigned int switched;

	(void)state;
	rig.config.output[0].variable = SITE_FEED_IN_POWER;
	rig.config.output[0].load_w = 2500;
	rig.image.grid_w = 3000;
	assert_true(closed(&rig, 0));
	switched = rig.events[SITE_EVENT_OUTPUT_SWITCHED];
	for (unsigned int i = 0; i < 600; i++) {
		rig.image.grid_w = 3000 - 2500;
		assert_true(closed(&rig, 0));
		assert_int_equal(rig.out.output[0].value, 3000);
	}
	assert_int_equal(rig.events[SITE_EVENT_OUTPUT_SWITCHED], switched);
	rig.image.grid_w = 2000 - 2500;
	assert_false(closed(&rig, 0));
}

static void a_boiler_that_exports_less_by_itself_does_not_switch_itself_off(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].variable = SITE_GRID_POWER;
	rig.config.output[0].grid_out = true;
	rig.config.output[0].load_w = 2500;
	rig.image.grid_w = 3000;
	assert_true(closed(&rig, 0));
	rig.image.grid_w = 500;
	assert_true(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, 3000);
}

/* Closed by what the house draws: a fan of 800 W that would keep itself on. */
static void a_load_that_draws_does_not_keep_itself_on(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].variable = SITE_GRID_POWER;
	rig.config.output[0].load_w = 800;
	rig.image.grid_w = -3000;
	assert_true(closed(&rig, 0));
	rig.image.grid_w = -3800;
	assert_true(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, 3000);
	rig.image.grid_w = -2800;
	assert_false(closed(&rig, 0));
	rig.image.grid_w = -2999;
	assert_false(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, 2999);
}

static void what_nobody_could_draw_is_not_a_negative_figure(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].variable = SITE_FEED_IN_POWER;
	rig.config.output[0].load_w = SITE_POWER_MAX_W;
	rig.image.grid_w = INT32_MAX;
	assert_true(closed(&rig, 0));
	assert_true(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, INT32_MAX);
	rig.config.output[0].variable = SITE_GRID_POWER;
	rig.image.grid_w = INT32_MIN + 1;
	assert_true(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].value, INT32_MAX - SITE_POWER_MAX_W);
}

/* row: ems.md "Switched outputs (dry contacts)" hours */
static void only_at_its_hours(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].from_min = 12 * 60;
	rig.config.output[0].to_min = 13 * 60;
	rig_clock(&rig, 2026, 6, 10, 11 * 60 + 58);
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_HOURS);
	assert_int_equal(rig.out.output[0].next_ms, 119000);
	rig_seconds(&rig, 118);
	assert_false(rig.out.output[0].closed);
	assert_true(closed(&rig, 5000));
	rig_seconds(&rig, 3599);
	assert_true(rig.out.output[0].closed);
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_HOURS);
}

static void hours_over_midnight_belong_to_the_day_on_which_they_began(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].from_min = 22 * 60;
	rig.config.output[0].to_min = 6 * 60;
	rig.config.output[0].from_day = 1101;
	rig.config.output[0].to_day = 228;
	rig_clock(&rig, 2026, 3, 1, 5 * 60);
	assert_true(closed(&rig, 5000));
	rig_clock(&rig, 2026, 3, 1, 23 * 60);
	assert_false(closed(&rig, 5000));
	rig_clock(&rig, 2026, 11, 1, 5 * 60);
	assert_false(closed(&rig, 5000));
	rig_clock(&rig, 2026, 11, 1, 22 * 60);
	assert_true(closed(&rig, 5000));
	rig_clock(&rig, 2026, 11, 2, 6 * 60);
	assert_false(closed(&rig, 5000));
}

/* row: ems.md "Switched outputs (dry contacts)" days */
static void only_on_its_days_of_the_year(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].from_day = 1001;
	rig.config.output[0].to_day = 331;
	rig_clock(&rig, 2026, 9, 30, 23 * 60 + 59);
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_HOURS);
	assert_int_equal(rig.out.output[0].next_ms, 59000);
	rig_seconds(&rig, 58);
	assert_true(closed(&rig, 5000));
	rig_clock(&rig, 2027, 3, 31, 12 * 60);
	assert_true(closed(&rig, 5000));
	rig_clock(&rig, 2027, 4, 1, 0);
	assert_false(closed(&rig, 5000));
}

static void the_whole_day_needs_no_clock(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.image.timed = false;
	assert_true(closed(&rig, 5000));
	rig.config.output[0].from_min = 1440;
	assert_true(closed(&rig, 5000));
	rig.config.output[0].from_min = 60;
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_HOURS);
	assert_int_equal(rig.out.output[0].next_ms, SITE_NO_TIME);
	rig.config.output[0].from_min = 0;
	rig.config.output[0].to_day = 1231;
	assert_false(closed(&rig, 5000));
}

/* A compressor that has just started is not stopped by a cloud. */
static void it_stays_closed_for_its_minimum_time(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].min_on_s = 300;
	assert_true(closed(&rig, 5000));
	for (unsigned int i = 1; i < 300; i++) {
		assert_true(closed(&rig, 0));
		assert_int_equal(rig.out.output[0].winner, SITE_BY_MIN_TIME);
		assert_int_equal(rig.out.output[0].next_ms, (300 - i) * 1000);
	}
	assert_false(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].winner, SITE_NOBODY);
}

static void it_stays_open_for_its_minimum_time(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].min_off_s = 120;
	assert_true(closed(&rig, 5000));
	assert_false(closed(&rig, 0));
	for (unsigned int i = 1; i < 120; i++) {
		assert_false(closed(&rig, 5000));
		assert_int_equal(rig.out.output[0].winner, SITE_BY_MIN_TIME);
	}
	assert_true(closed(&rig, 5000));
}

/* What was wanted five minutes ago may be wanted no more; nor must it wait for 15 min. */
static void when_a_minimum_time_is_over_it_looks_again(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	rig.config.output[0].min_on_s = 1200;
	assert_true(closed(&rig, 5000));
	rig_seconds(&rig, 899);
	assert_true(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_MIN_TIME);
	assert_int_equal(rig.out.output[0].next_ms, 300000);
	rig_seconds(&rig, 298);
	assert_true(closed(&rig, 0));
	assert_false(closed(&rig, 0));

	rig = heat_pump();
	rig.config.output[0].min_on_s = 1200;
	assert_true(closed(&rig, 5000));
	rig.image.pv_w = 0;
	rig_seconds(&rig, 1199);
	assert_true(closed(&rig, 2500));
	assert_int_equal(rig.out.output[0].winner, SITE_NOBODY);
	assert_int_equal(rig.out.output[0].next_ms, 900000);
}

static void the_first_time_it_need_not_wait(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	rig.config.output[0].min_off_s = 86400;
	assert_true(closed(&rig, 5000));
}

/* The neighbours sleep: hours do not wait for a compressor. */
static void hours_end_at_once_whatever_the_minimum_time(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].min_on_s = 600;
	rig.config.output[0].min_off_s = 600;
	rig.config.output[0].from_min = 8 * 60;
	rig.config.output[0].to_min = 22 * 60;
	rig_clock(&rig, 2026, 6, 10, 21 * 60 + 59);
	assert_true(closed(&rig, 5000));
	rig_seconds(&rig, 58);
	assert_true(rig.out.output[0].closed);
	assert_false(closed(&rig, 5000));
	rig_clock(&rig, 2026, 6, 11, 8 * 60);
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_MIN_TIME);
	assert_int_equal(rig.out.output[0].next_ms, 599000);
}

static void without_its_variable_it_is_open(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	assert_true(closed(&rig, 5000));
	rig.image.pv_known = false;
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_STALE);
	assert_int_equal(rig.out.output[0].value, 0);
	assert_int_equal(rig.out.output[0].next_ms, SITE_NO_TIME);
}

static void without_its_variable_it_is_closed_if_that_was_chosen(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].closed_without = true;
	assert_false(closed(&rig, 0));
	rig.image.pv_known = false;
	assert_true(closed(&rig, 0));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_STALE);
	rig.image.pv_known = true;
	assert_true(closed(&rig, 2500));
	assert_false(closed(&rig, 2000));
}

static void a_missing_variable_waits_for_the_minimum_times(void **state)
{
	struct rig rig = checked_each_second();

	(void)state;
	rig.config.output[0].min_on_s = 60;
	assert_true(closed(&rig, 5000));
	rig.image.pv_known = false;
	for (unsigned int i = 1; i < 60; i++) {
		assert_true(closed(&rig, 5000));
		assert_int_equal(rig.out.output[0].winner, SITE_BY_MIN_TIME);
	}
	assert_false(closed(&rig, 5000));
	assert_int_equal(rig.out.output[0].winner, SITE_BY_STALE);
}

/* The radio link comes and goes: its state changes once in 15 min, not with each word. */
static void a_variable_that_is_back_waits_for_the_next_check(void **state)
{
	struct rig rig = heat_pump();

	(void)state;
	assert_true(closed(&rig, 5000));
	rig.image.pv_known = false;
	assert_false(closed(&rig, 5000));
	rig.image.pv_known = true;
	for (unsigned int i = 2; i < 900; i++)
		assert_false(closed(&rig, 5000));
	assert_true(closed(&rig, 5000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(upper_3000_w_and_2000_w_produced_leaves_the_heat_pump_off),
		cmocka_unit_test(open_until_the_variable_reaches_the_upper_threshold),
		cmocka_unit_test(then_closed_until_it_falls_to_the_lower_threshold),
		cmocka_unit_test(the_threshold_is_checked_every_15_min),
		cmocka_unit_test(how_often_it_is_checked_is_adjustable),
		cmocka_unit_test(who_wants_it_checked_more_often_need_not_wait_for_15_min),
		cmocka_unit_test(a_check_that_cannot_be_in_time_is_made_at_the_next_step),
		cmocka_unit_test(a_logic_that_is_enabled_looks_at_once),
		cmocka_unit_test(a_logic_that_is_disabled_opens_at_once),
		cmocka_unit_test(four_outputs_have_four_logics),
		cmocka_unit_test(an_output_that_was_taken_away_begins_anew_when_it_is_back),
		cmocka_unit_test(by_battery_soc),
		cmocka_unit_test(by_car_charging_power),
		cmocka_unit_test(by_what_is_drawn_from_the_grid),
		cmocka_unit_test(by_what_goes_out_to_the_grid),
		cmocka_unit_test(by_feed_in_power),
		cmocka_unit_test(a_boiler_that_takes_the_surplus_does_not_switch_itself_off),
		cmocka_unit_test(a_boiler_that_exports_less_by_itself_does_not_switch_itself_off),
		cmocka_unit_test(a_load_that_draws_does_not_keep_itself_on),
		cmocka_unit_test(what_nobody_could_draw_is_not_a_negative_figure),
		cmocka_unit_test(only_at_its_hours),
		cmocka_unit_test(hours_over_midnight_belong_to_the_day_on_which_they_began),
		cmocka_unit_test(only_on_its_days_of_the_year),
		cmocka_unit_test(the_whole_day_needs_no_clock),
		cmocka_unit_test(it_stays_closed_for_its_minimum_time),
		cmocka_unit_test(it_stays_open_for_its_minimum_time),
		cmocka_unit_test(when_a_minimum_time_is_over_it_looks_again),
		cmocka_unit_test(the_first_time_it_need_not_wait),
		cmocka_unit_test(hours_end_at_once_whatever_the_minimum_time),
		cmocka_unit_test(without_its_variable_it_is_open),
		cmocka_unit_test(without_its_variable_it_is_closed_if_that_was_chosen),
		cmocka_unit_test(a_missing_variable_waits_for_the_minimum_times),
		cmocka_unit_test(a_variable_that_is_back_waits_for_the_next_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
