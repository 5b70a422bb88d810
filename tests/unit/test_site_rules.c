// SPDX-License-Identifier: GPL-2.0-only
/*
 * "% charge mode": hours, days, targets and precedence of the rules, and what clocks do to
 * them. Each case named after the sentence of the manual or what a user wants.
 */
#include "site_rig.h"

#define HOUR_MS		3600000
#define EVERY_DAY	0x7f
#define MONDAY		0x01
#define WEDNESDAY	0x04
#define THURSDAY	0x08

static struct site_rule *add_rule(struct house *h, unsigned int from_hour, unsigned int to_hour)
{
	struct site_rule *rule = &h->config.rule[h->config.rules++];

	*rule = (struct site_rule){
		.enabled = true,
		.from_min = (u16)(from_hour * 60),
		.to_min = (u16)(to_hour * 60),
		.target_percent = 80,
		.power_w = 3000,
		.weekdays = EVERY_DAY,
	};

	return rule;
}

/* One rule, 80 % with 3 kW; a house of 500 W at night. */
static struct house night(unsigned int from_hour, unsigned int to_hour)
{
	struct house h = house();

	h.config.timed_charge = true;
	add_rule(&h, from_hour, to_hour);
	house_clock(&h, 2026, 6, 10, from_hour % 24, 30);
	h.load_w = 500;

	return h;
}

/* Which rule is in force at that time? In June 2026 the 8th is a Monday. */
static int rule_at(struct house *h, unsigned int month, unsigned int day, unsigned int hour,
		   unsigned int minute)
{
	house_clock(h, 2026, month, day, hour, minute);
	h->in.wall_s--;
	house_step(h, 1000);

	return h->out.rule;
}

/* row: inverter.md "% charge mode (timed charging from the grid)" power */
static void a_rule_charges_with_its_power_from_the_grid(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	house_step(&h, 1000);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
	assert_mode(&h, SITE_CHARGING);
	assert_int_equal(h.out.rule, 0);
	house_live(&h, 1);
	assert_int_equal(house_grid_w(&h), -3500);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" power */
static void a_rule_charges_with_no_more_than_the_battery_allows(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.in.battery.charge_w = 1000;
	house_step(&h, 1000);
	assert_battery(&h, 1000, SITE_BY_CLUSTER);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" power */
static void a_rule_charges_with_no_more_than_the_contract_leaves(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.contract_w = 3000;
	house_step(&h, 1000);
	assert_battery(&h, 2400, SITE_BY_CONTRACT);
	house_live(&h, 1);
	assert_int_equal(house_grid_w(&h), -2900);
}

static void where_the_sun_gives_more_than_the_rule_the_battery_takes_that(void **state)
{
	struct house h = night(10, 16);

	(void)state;
	house_see(&h, 4500, 500);
	assert_battery(&h, 4000, SITE_NOBODY);
	house_see(&h, 3000, 500);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void from_its_first_minute_to_before_its_last(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	assert_int_equal(rule_at(&h, 6, 10, 1, 59), -1);
	assert_battery(&h, -500, SITE_NOBODY);
	assert_int_equal(rule_at(&h, 6, 10, 2, 0), 0);
	assert_int_equal(rule_at(&h, 6, 10, 4, 59), 0);
	assert_int_equal(rule_at(&h, 6, 10, 5, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void hours_may_go_over_midnight(void **state)
{
	struct house h = night(22, 6);

	(void)state;
	assert_int_equal(rule_at(&h, 6, 10, 21, 59), -1);
	assert_int_equal(rule_at(&h, 6, 10, 22, 0), 0);
	assert_int_equal(rule_at(&h, 6, 11, 0, 0), 0);
	assert_int_equal(rule_at(&h, 6, 11, 5, 59), 0);
	assert_int_equal(rule_at(&h, 6, 11, 6, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void to_24_00_ends_at_midnight(void **state)
{
	struct house h = night(22, 24);

	(void)state;
	assert_int_equal(rule_at(&h, 6, 10, 23, 59), 0);
	assert_int_equal(rule_at(&h, 6, 11, 0, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void from_24_00_begins_at_midnight_of_the_day_that_comes(void **state)
{
	struct house h = night(24, 6);

	(void)state;
	h.config.rule[0].weekdays = WEDNESDAY;
	assert_int_equal(rule_at(&h, 6, 10, 0, 0), 0);
	assert_int_equal(rule_at(&h, 6, 10, 6, 0), -1);
	assert_int_equal(rule_at(&h, 6, 11, 0, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void the_same_hour_twice_is_the_whole_day(void **state)
{
	struct house h = night(5, 5);

	(void)state;
	h.config.rule[0].weekdays = WEDNESDAY;
	assert_int_equal(rule_at(&h, 6, 10, 0, 0), 0);
	assert_int_equal(rule_at(&h, 6, 10, 4, 59), 0);
	assert_int_equal(rule_at(&h, 6, 10, 23, 59), 0);
	assert_int_equal(rule_at(&h, 6, 11, 0, 0), -1);
	assert_int_equal(rule_at(&h, 6, 11, 4, 59), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" target SOC */
static void charging_stops_at_the_target(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.in.battery.soc_centi = 7999;
	house_step(&h, 1000);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
	h.in.battery.soc_centi = 8000;
	house_step(&h, 1000);
	assert_battery(&h, 0, SITE_BY_TIMED_CHARGE);
	assert_int_equal(h.out.rule, 0);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" target SOC */
static void at_its_target_what_was_charged_is_kept_until_the_hours_end(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.in.battery.soc_centi = 8000;
	house_step(&h, 1000);
	assert_window(&h, 0, SITE_BY_TIMED_CHARGE, 5000, SITE_BY_CLUSTER);
	assert_int_equal(rule_at(&h, 6, 10, 5, 0), -1);
	assert_battery(&h, -500, SITE_NOBODY);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" target SOC */
static void at_its_target_the_sun_may_go_on_charging(void **state)
{
	struct house h = night(10, 16);

	(void)state;
	h.in.battery.soc_centi = 8000;
	house_see(&h, 2500, 500);
	assert_battery(&h, 2000, SITE_NOBODY);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" target SOC */
static void charging_begins_again_one_percent_below_the_target(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.in.battery.soc_centi = 8000;
	house_step(&h, 1000);
	h.in.battery.soc_centi = 7901;
	house_step(&h, 1000);
	assert_battery(&h, 0, SITE_BY_TIMED_CHARGE);
	h.in.battery.soc_centi = 7900;
	house_step(&h, 1000);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
	h.in.battery.soc_centi = 7950;
	house_step(&h, 1000);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" rebalance */
static void a_rule_of_100_percent_charges_until_the_last_pack_is_full(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.rule[0].target_percent = 100;
	h.in.battery.soc_centi = 9999;
	h.in.battery.charge_w = 200;
	house_step(&h, 1000);
	assert_battery(&h, 200, SITE_BY_CLUSTER);
	h.in.battery.soc_centi = 10000;
	house_step(&h, 1000);
	assert_battery(&h, 0, SITE_BY_TIMED_CHARGE);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" dates */
static void dates_from_and_to_are_both_in_it(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.rule[0].from_day = 610;
	h.config.rule[0].to_day = 905;
	assert_int_equal(rule_at(&h, 6, 9, 3, 0), -1);
	assert_int_equal(rule_at(&h, 6, 10, 3, 0), 0);
	assert_int_equal(rule_at(&h, 9, 5, 3, 0), 0);
	assert_int_equal(rule_at(&h, 9, 6, 3, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" dates */
static void dates_may_go_over_new_year(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.rule[0].from_day = 1101;
	h.config.rule[0].to_day = 228;
	assert_int_equal(rule_at(&h, 10, 31, 3, 0), -1);
	assert_int_equal(rule_at(&h, 11, 1, 3, 0), 0);
	assert_int_equal(rule_at(&h, 12, 31, 3, 0), 0);
	assert_int_equal(rule_at(&h, 1, 1, 3, 0), 0);
	assert_int_equal(rule_at(&h, 2, 28, 3, 0), 0);
	assert_int_equal(rule_at(&h, 3, 1, 3, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" dates */
static void the_night_of_the_last_date_goes_on_into_the_next_morning(void **state)
{
	struct house h = night(22, 6);

	(void)state;
	h.config.rule[0].from_day = 601;
	h.config.rule[0].to_day = 630;
	assert_int_equal(rule_at(&h, 6, 1, 5, 0), -1);
	assert_int_equal(rule_at(&h, 6, 1, 22, 0), 0);
	assert_int_equal(rule_at(&h, 6, 30, 22, 0), 0);
	assert_int_equal(rule_at(&h, 7, 1, 5, 0), 0);
	assert_int_equal(rule_at(&h, 7, 1, 22, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" dates */
static void the_night_of_new_year_s_eve_belongs_to_december(void **state)
{
	struct house h = night(22, 6);

	(void)state;
	h.config.rule[0].from_day = 1231;
	h.config.rule[0].to_day = 1231;
	assert_int_equal(rule_at(&h, 12, 31, 23, 0), 0);
	assert_int_equal(rule_at(&h, 1, 1, 5, 0), 0);
	assert_int_equal(rule_at(&h, 1, 1, 23, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" weekdays */
static void only_on_its_weekdays(void **state)
{
	struct house h = night(2, 5);
	unsigned int day, weekday;

	(void)state;
	for (weekday = 0; weekday < 7; weekday++) {
		h.config.rule[0].weekdays = (u8)BIT(weekday);
		for (day = 0; day < 7; day++)
			assert_int_equal(rule_at(&h, 6, 8 + day, 3, 0), day == weekday ? 0 : -1);
	}
}

/* row: inverter.md "% charge mode (timed charging from the grid)" weekdays */
static void the_weekday_is_the_one_on_which_the_hours_begin(void **state)
{
	struct house h = night(22, 6);

	(void)state;
	h.config.rule[0].weekdays = MONDAY;
	assert_int_equal(rule_at(&h, 6, 8, 5, 0), -1);
	assert_int_equal(rule_at(&h, 6, 8, 22, 0), 0);
	assert_int_equal(rule_at(&h, 6, 9, 5, 59), 0);
	assert_int_equal(rule_at(&h, 6, 9, 22, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" enabled */
static void a_rule_that_is_not_enabled_does_nothing(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.rule[0].enabled = false;
	house_step(&h, 1000);
	assert_battery(&h, -500, SITE_NOBODY);
	assert_int_equal(h.out.rule, -1);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" enabled */
static void no_rule_does_anything_when_the_mode_is_off(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.timed_charge = false;
	house_step(&h, 1000);
	assert_battery(&h, -500, SITE_NOBODY);
	assert_int_equal(h.out.rule, -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" numbered from 0 */
static void of_several_rules_the_first_that_fits_counts(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	add_rule(&h, 1, 6)->power_w = 1000;
	assert_int_equal(rule_at(&h, 6, 10, 1, 59), 1);
	assert_battery(&h, 1000, SITE_BY_TIMED_CHARGE);
	assert_int_equal(rule_at(&h, 6, 10, 2, 0), 0);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
	assert_int_equal(rule_at(&h, 6, 10, 5, 0), 1);
	assert_int_equal(rule_at(&h, 6, 10, 6, 0), -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" numbered from 0 */
static void the_first_counts_also_when_its_target_is_reached(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	add_rule(&h, 2, 5)->target_percent = 95;
	h.in.battery.soc_centi = 8000;
	house_step(&h, 1000);
	assert_int_equal(h.out.rule, 0);
	assert_battery(&h, 0, SITE_BY_TIMED_CHARGE);
}

static void the_next_rule_does_not_take_over_what_the_last_one_reached(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	add_rule(&h, 5, 6);
	h.in.battery.soc_centi = 8000;
	rule_at(&h, 6, 10, 4, 59);
	h.in.battery.soc_centi = 7950;
	assert_int_equal(rule_at(&h, 6, 10, 4, 59), 0);
	assert_battery(&h, 0, SITE_BY_TIMED_CHARGE);
	assert_int_equal(rule_at(&h, 6, 10, 5, 0), 1);
	assert_battery(&h, 3000, SITE_BY_TIMED_CHARGE);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" numbered from 0 */
static void sixteen_rules_are_all_looked_at(void **state)
{
	struct house h = house();
	unsigned int i;

	(void)state;
	h.config.timed_charge = true;
	for (i = 0; i < SITE_RULES_MAX; i++)
		add_rule(&h, i, i + 1);
	for (i = 0; i < SITE_RULES_MAX; i++)
		assert_int_equal(rule_at(&h, 6, 10, i, 30), (int)i);
	assert_int_equal(rule_at(&h, 6, 10, SITE_RULES_MAX, 30), -1);
}

/* On 29 March 2026 clocks go from 2:00 to 3:00. */
static void summer_time_begins(struct house *h)
{
	house_clock(h, 2026, 3, 29, 1, 59);
	h->in.wall_s += 58;
	house_step(h, 1000);
	h->in.utc_offset_s = 2 * HOUSE_OFFSET_S;
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void a_rule_that_begins_in_the_skipped_hour_begins_at_the_jump(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.rule[0].from_min = 150;
	summer_time_begins(&h);
	assert_int_equal(h.out.rule, -1);
	house_step(&h, 1000);
	assert_int_equal(h.out.rule, 0);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 0);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void a_rule_of_the_skipped_hour_alone_is_left_out_that_day(void **state)
{
	struct house h = night(2, 3);

	(void)state;
	summer_time_begins(&h);
	house_step(&h, 1000);
	assert_int_equal(h.out.rule, -1);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" hours */
static void an_hour_that_comes_twice_is_charged_in_twice(void **state)
{
	struct house h = night(2, 3);
	unsigned int minute, in_force = 0;

	(void)state;
	house_clock(&h, 2026, 10, 25, 0, 0);
	h.in.utc_offset_s = 2 * HOUSE_OFFSET_S;
	for (minute = 0; minute < 240; minute++) {
		if (minute == 119)
			h.in.utc_offset_s = HOUSE_OFFSET_S;
		house_step(&h, 60000);
		in_force += h.out.rule == 0;
	}
	assert_int_equal(in_force, 120);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 0);
}

static void a_clock_that_is_set_forward_into_the_hours_begins_them(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	assert_int_equal(rule_at(&h, 6, 10, 1, 0), -1);
	h.in.wall_s += 2 * 3600;
	house_step(&h, 1000);
	assert_int_equal(h.out.rule, 0);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 1);
	assert_int_equal(h.last[SITE_EVENT_CLOCK_MOVED].figure, 7200);
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 1);
}

static void a_clock_that_is_set_back_out_of_the_hours_ends_them(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	assert_int_equal(rule_at(&h, 6, 10, 3, 0), 0);
	h.in.wall_s -= 2 * 3600;
	house_step(&h, 1000);
	assert_int_equal(h.out.rule, -1);
	assert_int_equal(h.last[SITE_EVENT_CLOCK_MOVED].figure, -7200);
}

static void a_clock_that_is_corrected_by_2_s_is_not_worth_a_word(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	house_step(&h, 1000);
	h.in.wall_s += 2;
	house_step(&h, 1000);
	h.in.wall_s -= 2;
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 0);
	h.in.wall_s += 3;
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 1);
	h.in.wall_s -= 3;
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 2);
}

/* Also after a sleep, in which both clocks went on. */
static void a_step_that_comes_late_does_not_move_the_clock(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	house_step(&h, 1000);
	house_step(&h, 7200000);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 0);
}

static void a_clock_that_was_not_known_until_now_has_not_moved(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.in.wall_s = 0;
	house_step(&h, 1000);
	house_clock(&h, 2026, 6, 10, 3, 0);
	house_step(&h, 1000);
	h.in.wall_s = 0;
	house_step(&h, 1000);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 0);
}

static void a_clock_that_moves_by_centuries_is_said_as_far_as_can_be(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	house_step(&h, 1000);
	h.in.wall_s += 10000000000;
	house_step(&h, 1000);
	assert_int_equal(h.last[SITE_EVENT_CLOCK_MOVED].figure, INT32_MAX);
	h.in.wall_s -= 10000000000;
	house_step(&h, 1000);
	assert_int_equal(h.last[SITE_EVENT_CLOCK_MOVED].figure, INT32_MIN);
}

static void without_a_time_of_day_every_rule_waits(void **state)
{
	struct house h = night(0, 0);

	(void)state;
	h.in.wall_s = 0;
	house_step(&h, 1000);
	assert_int_equal(h.out.rule, -1);
	assert_battery(&h, -500, SITE_NOBODY);
}

static void off_the_grid_no_rule_charges(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.eps = true;
	house_blackout(&h, true);
	house_step(&h, 1000);
	assert_int_equal(h.out.rule, -1);
	assert_battery(&h, -500, SITE_NOBODY);
}

static void a_rule_does_not_charge_a_battery_that_is_not_heard(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.in.battery.age_ms = SITE_NEVER;
	house_step(&h, 1000);
	assert_int_equal(h.out.rule, 0);
	assert_battery(&h, 0, SITE_BY_STALE);
}

static void a_rule_says_how_long_it_goes_on(void **state)
{
	struct house h = night(22, 6);

	(void)state;
	rule_at(&h, 6, 10, 23, 30);
	assert_int_equal(h.out.mode_next_ms, 6 * HOUR_MS + HOUR_MS / 2);
	rule_at(&h, 6, 11, 5, 0);
	assert_int_equal(h.out.mode_next_ms, HOUR_MS);
	house_step(&h, 1000);
	assert_int_equal(h.out.mode_next_ms, HOUR_MS - 1000);
}

static void it_is_said_when_the_next_rule_begins(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	rule_at(&h, 6, 10, 1, 0);
	assert_int_equal(h.out.mode_next_ms, HOUR_MS);
	rule_at(&h, 6, 10, 5, 0);
	assert_int_equal(h.out.mode_next_ms, 21 * HOUR_MS);
	add_rule(&h, 8, 9);
	rule_at(&h, 6, 10, 5, 0);
	assert_int_equal(h.out.mode_next_ms, 3 * HOUR_MS);
}

static void a_rule_that_does_not_begin_on_the_next_day_is_not_announced(void **state)
{
	struct house h = night(2, 5);

	(void)state;
	h.config.rule[0].weekdays = WEDNESDAY;
	rule_at(&h, 6, 10, 1, 0);
	assert_int_equal(h.out.mode_next_ms, HOUR_MS);
	rule_at(&h, 6, 10, 6, 0);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
	rule_at(&h, 6, 9, 6, 0);
	assert_int_equal(h.out.mode_next_ms, 20 * HOUR_MS);
	rule_at(&h, 6, 9, 1, 0);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
}

static void a_rule_of_whole_days_ends_at_the_midnight_of_its_last(void **state)
{
	struct house h = night(5, 5);

	(void)state;
	rule_at(&h, 6, 10, 23, 0);
	assert_int_equal(h.out.rule, 0);
	assert_int_equal(h.out.mode_next_ms, SITE_NO_TIME);
	h.config.rule[0].weekdays = WEDNESDAY;
	rule_at(&h, 6, 10, 23, 0);
	assert_int_equal(h.out.mode_next_ms, HOUR_MS);
	h.config.rule[0].weekdays = THURSDAY;
	rule_at(&h, 6, 10, 23, 0);
	assert_int_equal(h.out.rule, -1);
	assert_int_equal(h.out.mode_next_ms, HOUR_MS);
}

static void an_earlier_rule_that_will_take_over_is_announced(void **state)
{
	struct house h = night(4, 5);

	(void)state;
	add_rule(&h, 2, 6);
	rule_at(&h, 6, 10, 3, 0);
	assert_int_equal(h.out.rule, 1);
	assert_int_equal(h.out.mode_next_ms, HOUR_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_charges_with_its_power_from_the_grid),
		cmocka_unit_test(a_rule_charges_with_no_more_than_the_battery_allows),
		cmocka_unit_test(a_rule_charges_with_no_more_than_the_contract_leaves),
		cmocka_unit_test(where_the_sun_gives_more_than_the_rule_the_battery_takes_that),
		cmocka_unit_test(from_its_first_minute_to_before_its_last),
		cmocka_unit_test(hours_may_go_over_midnight),
		cmocka_unit_test(to_24_00_ends_at_midnight),
		cmocka_unit_test(from_24_00_begins_at_midnight_of_the_day_that_comes),
		cmocka_unit_test(the_same_hour_twice_is_the_whole_day),
		cmocka_unit_test(charging_stops_at_the_target),
		cmocka_unit_test(at_its_target_what_was_charged_is_kept_until_the_hours_end),
		cmocka_unit_test(at_its_target_the_sun_may_go_on_charging),
		cmocka_unit_test(charging_begins_again_one_percent_below_the_target),
		cmocka_unit_test(a_rule_of_100_percent_charges_until_the_last_pack_is_full),
		cmocka_unit_test(dates_from_and_to_are_both_in_it),
		cmocka_unit_test(dates_may_go_over_new_year),
		cmocka_unit_test(the_night_of_the_last_date_goes_on_into_the_next_morning),
		cmocka_unit_test(the_night_of_new_year_s_eve_belongs_to_december),
		cmocka_unit_test(only_on_its_weekdays),
		cmocka_unit_test(the_weekday_is_the_one_on_which_the_hours_begin),
		cmocka_unit_test(a_rule_that_is_not_enabled_does_nothing),
		cmocka_unit_test(no_rule_does_anything_when_the_mode_is_off),
		cmocka_unit_test(of_several_rules_the_first_that_fits_counts),
		cmocka_unit_test(the_first_counts_also_when_its_target_is_reached),
		cmocka_unit_test(the_next_rule_does_not_take_over_what_the_last_one_reached),
		cmocka_unit_test(sixteen_rules_are_all_looked_at),
		cmocka_unit_test(a_rule_that_begins_in_the_skipped_hour_begins_at_the_jump),
		cmocka_unit_test(a_rule_of_the_skipped_hour_alone_is_left_out_that_day),
		cmocka_unit_test(an_hour_that_comes_twice_is_charged_in_twice),
		cmocka_unit_test(a_clock_that_is_set_forward_into_the_hours_begins_them),
		cmocka_unit_test(a_clock_that_is_set_back_out_of_the_hours_ends_them),
		cmocka_unit_test(a_clock_that_is_corrected_by_2_s_is_not_worth_a_word),
		cmocka_unit_test(a_step_that_comes_late_does_not_move_the_clock),
		cmocka_unit_test(a_clock_that_was_not_known_until_now_has_not_moved),
		cmocka_unit_test(a_clock_that_moves_by_centuries_is_said_as_far_as_can_be),
		cmocka_unit_test(without_a_time_of_day_every_rule_waits),
		cmocka_unit_test(off_the_grid_no_rule_charges),
		cmocka_unit_test(a_rule_does_not_charge_a_battery_that_is_not_heard),
		cmocka_unit_test(a_rule_says_how_long_it_goes_on),
		cmocka_unit_test(it_is_said_when_the_next_rule_begins),
		cmocka_unit_test(a_rule_that_does_not_begin_on_the_next_day_is_not_announced),
		cmocka_unit_test(a_rule_of_whole_days_ends_at_the_midnight_of_its_last),
		cmocka_unit_test(an_earlier_rule_that_will_take_over_is_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
