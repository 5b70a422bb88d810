// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a step says besides the set-point: currents for an inverter that only listens to the
 * battery and what cannot be done that way, flows, energies, events, winners. Each case named
 * after the sentence of the manual or what a user wants.
 */
#include "site_rig.h"

/* The inverter listens to the battery alone, which is at 50 V. */
static struct house by_limits(void)
{
	struct house h = house();

	h.config.control = SITE_BY_LIMITS;
	h.in.inverter[0].age_ms = SITE_NEVER;

	return h;
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

#define assert_currents(h, charge, discharge, force) do { \
	assert_int_equal((h)->out.charge_ma, charge); \
	assert_int_equal((h)->out.discharge_ma, discharge); \
	assert_int_equal((h)->out.force_charge, force); \
} while (0)

/* row: inverter.md "Battery side" current in force */
static void by_limits_self_consumption_is_the_inverter_s_within_the_currents(void **state)
{
	struct house h = by_limits();

	(void)state;
	h.in.battery.discharge_w = 4000;
	house_see(&h, 4000, 1000);
	assert_currents(&h, 100000, 80000, false);
	assert_int_equal(h.out.unable, 0);
	house_see(&h, 1000, 4000);
	assert_currents(&h, 100000, 80000, false);
	assert_int_equal(h.out.unable, 0);
}

static void currents_are_rounded_down(void **state)
{
	struct house h = by_limits();

	(void)state;
	h.in.battery.voltage_mv = 51300;
	house_see(&h, 4000, 1000);
	assert_currents(&h, 97465, 97465, false);
}

static void a_single_watt_and_fifty_kilowatts_have_their_currents(void **state)
{
	struct house h = by_limits();

	(void)state;
	rule_of_3_kw(&h);
	h.in.battery.charge_w = 1;
	house_see(&h, 0, 1000);
	assert_currents(&h, 20, 0, true);
	assert_mode(&h, SITE_CHARGING);
	assert_int_equal(h.out.unable, SITE_CANNOT_CHARGE_FROM_GRID);
	h.config.inverters = 0;
	h.config.timed_charge = false;
	h.in.battery.charge_w = 50000;
	h.in.battery.discharge_w = 50000;
	house_see(&h, 0, 1000);
	assert_currents(&h, 1000000, 1000000, false);
}

static void without_a_voltage_there_is_no_current(void **state)
{
	struct house h = by_limits();

	(void)state;
	h.in.battery.voltage_mv = 0;
	house_see(&h, 4000, 1000);
	assert_currents(&h, 0, 0, false);
	h.in.battery.voltage_mv = 1;
	house_see(&h, 4000, 1000);
	assert_currents(&h, UINT32_MAX, UINT32_MAX, false);
}

/* row: inverter.md "% charge mode (timed charging from the grid)" power */
static void by_limits_a_rule_asks_by_force_charge_with_the_current_of_its_power(void **state)
{
	struct house h = by_limits();

	(void)state;
	rule_of_3_kw(&h);
	house_see(&h, 0, 1000);
	assert_currents(&h, 60000, 0, true);
	assert_int_equal(h.out.unable, SITE_CANNOT_CHARGE_FROM_GRID);
	house_see(&h, 4000, 1000);
	assert_currents(&h, 100000, 100000, false);
	assert_int_equal(h.out.unable, 0);
}

static void by_set_points_nothing_is_asked_by_force_charge(void **state)
{
	struct house h = by_limits();

	(void)state;
	h.config.control = SITE_BY_SET_POINTS;
	h.in.inverter[0].age_ms = 0;
	rule_of_3_kw(&h);
	house_see(&h, 0, 1000);
	assert_currents(&h, 100000, 100000, false);
	assert_int_equal(h.out.unable, 0);
}

static void by_limits_a_battery_that_asks_is_charged_by_force_charge(void **state)
{
	struct house h = by_limits();

	(void)state;
	h.in.battery.force_charge = true;
	house_see(&h, 0, 1000);
	assert_currents(&h, 10000, 0, true);
}

static void by_limits_a_rule_that_has_its_target_allows_no_discharge(void **state)
{
	struct house h = by_limits();

	(void)state;
	rule_of_3_kw(&h);
	h.in.battery.soc_centi = 8000;
	house_see(&h, 0, 1000);
	assert_currents(&h, 100000, 0, false);
}

static void by_limits_a_car_is_kept_from_the_battery_by_the_discharge_current(void **state)
{
	struct house h = by_limits();

	(void)state;
	house_car(&h);
	house_settle(&h, 0, 1000);
	assert_int_equal(h.out.charger[0].current_ma, 16000);
	assert_currents(&h, 100000, 20000, false);
	h.config.battery_to_cars = true;
	house_settle(&h, 0, 1000);
	assert_currents(&h, 100000, 100000, false);
}

static void off_the_grid_no_car_keeps_the_house_from_the_battery(void **state)
{
	struct house h = by_limits();

	(void)state;
	h.config.eps = true;
	house_car(&h);
	house_settle(&h, 0, 1000);
	house_blackout(&h, true);
	house_step(&h, 1000);
	assert_currents(&h, 100000, 100000, false);
}

static void by_limits_nothing_can_be_discharged_into_the_grid(void **state)
{
	struct house h = by_limits();

	(void)state;
	h.config.grid_code = SITE_CODE_DRM;
	h.in.drm = (struct site_value){ BIT(8), 0 };
	house_see(&h, 0, 1000);
	assert_int_equal(h.out.battery_w, -5000);
	assert_int_equal(h.out.unable, SITE_CANNOT_FORCE_DISCHARGE);
	house_see(&h, 0, 5000);
	assert_int_equal(h.out.unable, 0);
}

/* row: inverter.md "Demand response and remote power limits" DRM0 */
static void by_limits_nothing_can_be_disconnected_or_curtailed(void **state)
{
	struct house h = by_limits();

	(void)state;
	h.config.grid_code = SITE_CODE_DRM;
	h.in.drm = (struct site_value){ BIT(0), 0 };
	house_see(&h, 3000, 1000);
	assert_int_equal(h.out.unable, SITE_CANNOT_DISCONNECT | SITE_CANNOT_CURTAIL);
	assert_currents(&h, 0, 0, false);
	h.config.control = SITE_BY_SET_POINTS;
	h.in.inverter[0].age_ms = 0;
	house_see(&h, 3000, 1000);
	assert_int_equal(h.out.unable, 0);
}

static void a_plant_without_sun_has_nothing_to_curtail(void **state)
{
	struct house h = by_limits();

	(void)state;
	site_preset(&h.config, SITE_PLANT_NO_PV_1PH);
	h.in.production_w.age_ms = SITE_NEVER;
	h.config.feed_in_w = 0;
	house_see(&h, 0, 1000);
	assert_battery(&h, -1000, SITE_NOBODY);
	assert_int_equal(h.out.unable, 0);
	assert_true(h.out.flows_known & BIT(SITE_FLOW_PV));
	h.in.production_w = (struct site_value){ 500, 0 };
	ems_step(&h.config, &h.state, &h.in, h.now_ms + 1000, &h.out);
	assert_int_equal(h.out.flow_w[SITE_FLOW_PV], 0);
}

static void one_inverter_of_several_that_can_be_told_is_enough(void **state)
{
	struct house h = house();

	(void)state;
	h.config.feed_in_w = 0;
	h.in.battery.charge_w = 0;
	h.config.inverter[0].curtails = false;
	house_inverter(&h);
	house_see(&h, 3000, 1000);
	assert_int_equal(h.out.unable, 0);
}

/* row: inverter.md "Reading the plant" status */
static void the_mode_says_what_the_battery_does(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 3000, 1000);
	assert_mode(&h, SITE_CHARGING);
	house_see(&h, 1000, 3000);
	assert_mode(&h, SITE_DISCHARGING);
	house_see(&h, 1000, 1000);
	assert_mode(&h, SITE_STANDBY);
	h.in.battery.age_ms = SITE_NEVER;
	house_see(&h, 1000, 1000);
	assert_mode(&h, SITE_STOPPED);
	house_blackout(&h, true);
	house_see(&h, 1000, 1000);
	assert_mode(&h, SITE_OFF_GRID);
}

#define assert_flow(h, which, w) \
	assert_int_equal((h)->out.flow_w[SITE_FLOW_##which], w)

/* row: inverter.md "Reading the plant" instant values */
/* row: ems.md "Reading the plant" PV, battery */
static void what_flows_adds_up(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	house_settle(&h, 5000, 700);
	h.battery_w = 400;
	house_step(&h, 1000);
	assert_flow(&h, PV, 5000);
	assert_flow(&h, LOAD, 700);
	assert_flow(&h, CHARGERS, 3680);
	assert_flow(&h, BATTERY, 400);
	assert_flow(&h, GRID, 220);
	assert_int_equal(h.out.flows_known, BIT(SITE_FLOWS) - 1);
}

/* row: inverter.md "Metering" sign */
/* row: ems.md "Plant" negative */
static void drawing_from_the_grid_is_negative_and_production_positive(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 500, 2000);
	assert_flow(&h, GRID, -1500);
	assert_flow(&h, PV, 500);
	assert_flow(&h, LOAD, 2000);
	house_see(&h, 3500, 2000);
	assert_flow(&h, GRID, 1500);
}

/* row: inverter.md "Metering" sign */
static void phases_add_up_whichever_way_each_goes(void **state)
{
	struct house h = house_of(SITE_PLANT_HYBRID_3PH);

	(void)state;
	h.phase_load_w[0] = 1000;
	h.phase_load_w[1] = -300;
	house_see(&h, 0, 0);
	assert_flow(&h, GRID, -700);
	assert_flow(&h, LOAD, 700);
	assert_battery(&h, -700, SITE_NOBODY);
}

/* Instruments that are read one after the other. */
static void more_used_than_produced_is_taken_for_production(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 0, -500);
	assert_flow(&h, GRID, 500);
	assert_flow(&h, PV, 500);
	assert_flow(&h, LOAD, 0);
}

static void a_flow_that_nobody_measures_is_not_known(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	h.in.production_w.age_ms = SITE_NEVER;
	house_see(&h, 3000, 1000);
	assert_int_equal(h.out.flows_known, BIT(SITE_FLOW_CHARGERS) | BIT(SITE_FLOW_BATTERY) |
			 BIT(SITE_FLOW_GRID));
	assert_flow(&h, LOAD, 0);
	h.in.production_w.age_ms = 0;
	h.in.exchange_w[0].age_ms = SITE_NEVER;
	house_see(&h, 3000, 1000);
	assert_int_equal(h.out.flows_known, BIT(SITE_FLOW_CHARGERS) | BIT(SITE_FLOW_BATTERY) |
			 BIT(SITE_FLOW_PV));
	h.in.exchange_w[0].age_ms = 0;
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_see(&h, 3000, 1000);
	assert_int_equal(h.out.flows_known, BIT(SITE_FLOW_CHARGERS) | BIT(SITE_FLOW_GRID) |
			 BIT(SITE_FLOW_PV));
	h.in.battery.battery_w.age_ms = 0;
	h.in.charger[0].power_w.age_ms = SITE_NEVER;
	house_see(&h, 3000, 1000);
	assert_int_equal(h.out.flows_known, BIT(SITE_FLOW_BATTERY) | BIT(SITE_FLOW_GRID) |
			 BIT(SITE_FLOW_PV));
}

static u64 life_wh(const struct house *h, enum energy_kind kind)
{
	return energy_wh(h->state.energy.sum[ENERGY_LIFE].mj[kind]);
}

static u64 gap_ms(const struct house *h, enum energy_kind kind)
{
	return h->state.energy.sum[ENERGY_LIFE].gap_ms[kind];
}

/* An hour, after a first second of which nobody knows how long it was. */
static void hour(struct house *h, s32 pv_w, s32 load_w, s32 battery_w)
{
	unsigned int s;

	h->battery_w = battery_w;
	if (!h->state.stepped)
		house_see(h, pv_w, load_w);
	for (s = 0; s < 3600; s++)
		house_see(h, pv_w, load_w);
}

/* row: inverter.md "Reading the plant" energy totals */
static void a_sunny_hour_counts_production_self_consumption_export_and_charge(void **state)
{
	struct house h = house();

	(void)state;
	house_clock(&h, 2026, 6, 10, 12, 0);
	hour(&h, 4000, 1000, 2000);
	assert_int_equal(life_wh(&h, ENERGY_PV), 4000);
	assert_int_equal(life_wh(&h, ENERGY_SELF_CONSUMED), 3000);
	assert_int_equal(life_wh(&h, ENERGY_EXPORT), 1000);
	assert_int_equal(life_wh(&h, ENERGY_CONSUMED), 1000);
	assert_int_equal(life_wh(&h, ENERGY_IMPORT), 0);
	assert_int_equal(life_wh(&h, ENERGY_CHARGED), 2000);
	assert_int_equal(life_wh(&h, ENERGY_DISCHARGED), 0);
	assert_int_equal(life_wh(&h, ENERGY_CARS), 0);
	assert_int_equal(h.state.energy.sum[ENERGY_TODAY].mj[ENERGY_PV],
			 h.state.energy.sum[ENERGY_LIFE].mj[ENERGY_PV]);
}

/* row: inverter.md "Reading the plant" energy totals */
static void an_hour_of_the_night_counts_consumption_import_and_discharge(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	h.car_w[0] = 500;
	hour(&h, 0, 3000, -1000);
	assert_int_equal(life_wh(&h, ENERGY_PV), 0);
	assert_int_equal(life_wh(&h, ENERGY_SELF_CONSUMED), 0);
	assert_int_equal(life_wh(&h, ENERGY_EXPORT), 0);
	assert_int_equal(life_wh(&h, ENERGY_CONSUMED), 3500);
	assert_int_equal(life_wh(&h, ENERGY_IMPORT), 2500);
	assert_int_equal(life_wh(&h, ENERGY_CHARGED), 0);
	assert_int_equal(life_wh(&h, ENERGY_DISCHARGED), 1000);
	assert_int_equal(life_wh(&h, ENERGY_CARS), 500);
}

/* row: inverter.md "Reading the plant" energy totals */
static void a_battery_that_feeds_in_is_not_self_consumption(void **state)
{
	struct house h = house();

	(void)state;
	hour(&h, 500, 0, -1000);
	assert_int_equal(life_wh(&h, ENERGY_EXPORT), 1500);
	assert_int_equal(life_wh(&h, ENERGY_SELF_CONSUMED), 0);
}

/* row: inverter.md "Reading the plant" energy totals */
static void the_day_ends_at_midnight_of_the_house(void **state)
{
	struct house h = house();

	(void)state;
	house_clock(&h, 2026, 6, 10, 23, 30);
	hour(&h, 2000, 0, 0);
	assert_int_equal(energy_wh(h.state.energy.ended.mj[ENERGY_PV]), 999);
	assert_int_equal(energy_wh(h.state.energy.sum[ENERGY_TODAY].mj[ENERGY_PV]), 1000);
	assert_int_equal(energy_wh(h.state.energy.sum[ENERGY_WEEK].mj[ENERGY_PV]), 2000);
	assert_int_equal(h.state.energy.ended_day, civil_day(2026, 6, 10));
}

static void what_is_not_known_is_a_gap_of_what_hangs_on_it(void **state)
{
	struct house h = house();

	(void)state;
	house_car(&h);
	house_see(&h, 3000, 1000);
	h.in.production_w.age_ms = SITE_NEVER;
	house_step(&h, 1000);
	h.in.production_w.age_ms = 0;
	h.in.exchange_w[0].age_ms = SITE_NEVER;
	house_step(&h, 2000);
	h.in.exchange_w[0].age_ms = 0;
	h.in.battery.battery_w.age_ms = SITE_NEVER;
	house_step(&h, 4000);
	h.in.battery.battery_w.age_ms = 0;
	h.in.charger[0].power_w.age_ms = SITE_NEVER;
	house_step(&h, 500);
	assert_int_equal(gap_ms(&h, ENERGY_PV), 1000);
	assert_int_equal(gap_ms(&h, ENERGY_SELF_CONSUMED), 3000);
	assert_int_equal(gap_ms(&h, ENERGY_EXPORT), 2000);
	assert_int_equal(gap_ms(&h, ENERGY_IMPORT), 2000);
	assert_int_equal(gap_ms(&h, ENERGY_CONSUMED), 7000);
	assert_int_equal(gap_ms(&h, ENERGY_CHARGED), 4000);
	assert_int_equal(gap_ms(&h, ENERGY_DISCHARGED), 4000);
	assert_int_equal(gap_ms(&h, ENERGY_CARS), 500);
}

/* Who slept has no energy to show for it. */
static void between_two_steps_count_5_s_at_most(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 3600, 0);
	assert_int_equal(h.state.energy.sum[ENERGY_LIFE].mj[ENERGY_PV], 0);
	house_step(&h, 4999);
	assert_int_equal(h.state.energy.sum[ENERGY_LIFE].mj[ENERGY_PV], 3600 * 4999);
	house_step(&h, 60000);
	assert_int_equal(h.state.energy.sum[ENERGY_LIFE].mj[ENERGY_PV], 3600 * 9999);
	h.now_ms -= 30000;
	house_step(&h, 1000);
	assert_int_equal(h.state.energy.sum[ENERGY_LIFE].mj[ENERGY_PV], 3600 * 9999);
	assert_int_equal(h.events[SITE_EVENT_CLOCK_MOVED], 0);
}

static void without_a_time_of_day_only_life_is_counted(void **state)
{
	struct house h = house();

	(void)state;
	house_see(&h, 3600, 0);
	house_see(&h, 3600, 0);
	assert_int_equal(life_wh(&h, ENERGY_PV), 1);
	assert_int_equal(h.state.energy.sum[ENERGY_TODAY].mj[ENERGY_PV], 0);
	h.in.utc_offset_s = 7200;
	house_see(&h, 3600, 0);
	assert_int_equal(life_wh(&h, ENERGY_PV), 2);
	assert_false(h.state.energy.begun);
}

/* row: inverter.md "Reading the plant" events */
static void of_one_step_sixteen_events_are_said(void **state)
{
	struct site_outputs out = { .events = 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 20; i++)
		site_say(&out, SITE_EVENT_CARD_REFUSED, i, -(s32)i);
	assert_int_equal(out.events, SITE_EVENTS_MAX);
	for (i = 0; i < SITE_EVENTS_MAX; i++) {
		assert_int_equal(out.event[i].code, SITE_EVENT_CARD_REFUSED);
		assert_int_equal(out.event[i].subject, i);
		assert_int_equal(out.event[i].figure, -(s32)i);
	}
}

/* row: ems.md "Plant" outputs */
static void outputs_follow_what_flows_in_the_same_step(void **state)
{
	struct house h = house();
	unsigned int i;

	(void)state;
	h.config.outputs = SITE_OUTPUTS_MAX;
	for (i = 0; i < SITE_OUTPUTS_MAX; i++) {
		site_output_defaults(&h.config.output[i], "");
		h.config.output[i].enabled = true;
	}
	house_see(&h, 3000, 1000);
	for (i = 0; i < SITE_OUTPUTS_MAX; i++)
		assert_true(h.out.output[i].closed);
	assert_int_equal(h.events[SITE_EVENT_OUTPUT_SWITCHED], SITE_OUTPUTS_MAX);
}

static void the_countdown_is_of_what_changes_first(void **state)
{
	struct site_outputs out = { .mode_next_ms = SITE_NO_TIME };

	(void)state;
	site_until(&out, 0x100000000ull);
	assert_int_equal(out.mode_next_ms, SITE_NO_TIME);
	site_until(&out, 5000);
	site_until(&out, 6000);
	assert_int_equal(out.mode_next_ms, 5000);
	site_until(&out, 4000);
	assert_int_equal(out.mode_next_ms, 4000);
}

static void a_bound_can_only_come_closer_and_says_who_moved_it(void **state)
{
	struct window w;

	(void)state;
	window_open(&w, -100, 100);
	assert_int_equal(w.low_winner, SITE_NOBODY);
	assert_int_equal(w.high_winner, SITE_NOBODY);
	assert_false(window_at_most(&w, 100, SITE_BY_EPS));
	assert_false(window_at_least(&w, -100, SITE_BY_EPS));
	assert_int_equal(w.high_winner, SITE_NOBODY);
	assert_true(window_at_most(&w, 50, SITE_BY_CONTRACT));
	assert_false(window_at_most(&w, 60, SITE_BY_EPS));
	assert_int_equal(w.high, 50);
	assert_int_equal(w.high_winner, SITE_BY_CONTRACT);
	assert_true(window_at_least(&w, -50, SITE_BY_FEED_IN));
	assert_false(window_at_least(&w, -60, SITE_BY_EPS));
	assert_int_equal(w.low, -50);
	assert_int_equal(w.low_winner, SITE_BY_FEED_IN);
	assert_int_equal(window_clamp(&w, -51), -50);
	assert_int_equal(window_clamp(&w, 51), 50);
	assert_int_equal(window_clamp(&w, 7), 7);
}

static void who_asks_for_what_is_excluded_gets_the_nearest(void **state)
{
	struct window w;

	(void)state;
	window_open(&w, -100, 100);
	assert_true(window_at_most(&w, -300, SITE_BY_CONTRACT));
	assert_int_equal(w.low, -100);
	assert_int_equal(w.high, -100);
	window_open(&w, -100, 100);
	assert_true(window_at_least(&w, 300, SITE_BY_FEED_IN));
	assert_int_equal(w.low, 100);
	assert_int_equal(w.high, 100);
	assert_false(window_at_most(&w, 20, SITE_BY_CONTRACT));
	assert_int_equal(w.high, 100);
}

static void the_first_wish_counts(void **state)
{
	struct windows windows = { .wish_winner = SITE_NOBODY };

	(void)state;
	windows_wish(&windows, 1000, SITE_BY_DRM);
	windows_wish(&windows, 2000, SITE_BY_TIMED_CHARGE);
	assert_int_equal(windows.wish_w, 1000);
	assert_int_equal(windows.wish_winner, SITE_BY_DRM);
}

static void a_house_begins_with_no_rule_and_no_meter_missed(void **state)
{
	struct house h = house();

	(void)state;
	assert_int_equal(h.state.timedcharge.rule, -1);
	assert_false(h.state.stepped);
	house_see(&h, 0, 1000);
	assert_int_equal(h.out.rule, -1);
	assert_int_equal(h.out.events, 0);
}

/* Whatever stood where it writes. */
static void equal_houses_decide_equally(void **state)
{
	struct house a = house_under_contract(5000, 3), b = a;
	unsigned int s;

	(void)state;
	memset(&b.state, 0xa5, sizeof(b.state));
	site_start(&b.state, &b.config);
	house_clock(&a, 2026, 6, 10, 12, 0);
	house_clock(&b, 2026, 6, 10, 12, 0);
	for (s = 0; s < 600; s++) {
		house_follow(&a);
		house_follow(&b);
		memset(&b.out, 0x5a, sizeof(b.out));
		house_see(&a, (s32)s * 13 % 6000, (s32)s * 29 % 7000);
		house_see(&b, (s32)s * 13 % 6000, (s32)s * 29 % 7000);
		assert_memory_equal(&a.out, &b.out, sizeof(a.out));
		assert_memory_equal(&a.state, &b.state, sizeof(a.state));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_limits_self_consumption_is_the_inverter_s_within_the_currents),
		cmocka_unit_test(currents_are_rounded_down),
		cmocka_unit_test(a_single_watt_and_fifty_kilowatts_have_their_currents),
		cmocka_unit_test(without_a_voltage_there_is_no_current),
		cmocka_unit_test(by_limits_a_rule_asks_by_force_charge_with_the_current_of_its_power),
		cmocka_unit_test(by_set_points_nothing_is_asked_by_force_charge),
		cmocka_unit_test(by_limits_a_battery_that_asks_is_charged_by_force_charge),
		cmocka_unit_test(by_limits_a_rule_that_has_its_target_allows_no_discharge),
		cmocka_unit_test(by_limits_a_car_is_kept_from_the_battery_by_the_discharge_current),
		cmocka_unit_test(off_the_grid_no_car_keeps_the_house_from_the_battery),
		cmocka_unit_test(by_limits_nothing_can_be_discharged_into_the_grid),
		cmocka_unit_test(by_limits_nothing_can_be_disconnected_or_curtailed),
		cmocka_unit_test(a_plant_without_sun_has_nothing_to_curtail),
		cmocka_unit_test(one_inverter_of_several_that_can_be_told_is_enough),
		cmocka_unit_test(the_mode_says_what_the_battery_does),
		cmocka_unit_test(what_flows_adds_up),
		cmocka_unit_test(drawing_from_the_grid_is_negative_and_production_positive),
		cmocka_unit_test(phases_add_up_whichever_way_each_goes),
		cmocka_unit_test(more_used_than_produced_is_taken_for_production),
		cmocka_unit_test(a_flow_that_nobody_measures_is_not_known),
		cmocka_unit_test(a_sunny_hour_counts_production_self_consumption_export_and_charge),
		cmocka_unit_test(an_hour_of_the_night_counts_consumption_import_and_discharge),
		cmocka_unit_test(a_battery_that_feeds_in_is_not_self_consumption),
		cmocka_unit_test(the_day_ends_at_midnight_of_the_house),
		cmocka_unit_test(what_is_not_known_is_a_gap_of_what_hangs_on_it),
		cmocka_unit_test(between_two_steps_count_5_s_at_most),
		cmocka_unit_test(without_a_time_of_day_only_life_is_counted),
		cmocka_unit_test(of_one_step_sixteen_events_are_said),
		cmocka_unit_test(outputs_follow_what_flows_in_the_same_step),
		cmocka_unit_test(the_countdown_is_of_what_changes_first),
		cmocka_unit_test(a_bound_can_only_come_closer_and_says_who_moved_it),
		cmocka_unit_test(who_asks_for_what_is_excluded_gets_the_nearest),
		cmocka_unit_test(the_first_wish_counts),
		cmocka_unit_test(a_house_begins_with_no_rule_and_no_meter_missed),
		cmocka_unit_test(equal_houses_decide_equally),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
