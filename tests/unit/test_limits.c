// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much current the cluster allows and which term says so; each case named after
 * what a user would report.
 */
#include "core_rig.h"

static void assert_limit(const struct limit *limit, u32 ma, enum limits_term winner)
{
	if (limit->value != ma || limit->winner != winner)
		fail_msg("%u mA (%s) instead of %u mA (%s)", limit->value,
			 limits_term_word(limit->winner), ma, limits_term_word(winner));
}

/* Keep to the highest currents instead of the standard ones. */
static struct rig_plan unrated(const char *key, unsigned int n)
{
	struct rig_plan plan = rig_plan(key, n);

	plan.limits.rated = false;

	return plan;
}

static struct rig *fast(const char *key, unsigned int n)
{
	struct rig_plan plan = unrated(key, n);

	return rig_running(&plan);
}

static void fifty_ampere_for_each_pack(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= 8; n++) {
		struct rig *rig = rig_simple(LESSO, n);

		assert_limit(rig_charge(rig), n * 50000, LIMITS_RATED);
		assert_limit(rig_discharge(rig), n * 50000, LIMITS_RATED);
		rig_free(rig);
	}
}

static void seventy_and_hundred_at_the_most(void **state)
{
	struct rig *rig = fast(LESSO, 4);

	(void)state;
	assert_limit(rig_charge(rig), 280000, LIMITS_MAX);
	assert_limit(rig_discharge(rig), 400000, LIMITS_MAX);
	rig_free(rig);
}

static void other_models_have_their_own_figures(void **state)
{
	static const struct {
		const char *key;
		u32 ma;
	} rows[] = {
		{ "voltium,ve-ess-r5120", 50000 }, { "zcs,zsx5120", 50000 },
		{ "zcs,zsx5000", 50000 }, { "zcs,zsx5000-pro", 50000 },
		{ "pylontech,us2000", 25000 }, { "weco,4k4", 65000 }, { "weco,5k3-xp", 65000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rig *rig = rig_simple(rows[i].key, 2);

		assert_limit(rig_charge(rig), 2 * rows[i].ma, LIMITS_RATED);
		assert_limit(rig_discharge(rig), 2 * rows[i].ma, LIMITS_RATED);
		rig_free(rig);
	}
}

static void a_us5000_has_what_its_bms_says(void **state)
{
	struct rig *rig = rig_simple("pylontech,us5000", 2);

	(void)state;
	rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, 74000);
	rig_run(rig, 1);
	assert_limit(rig_charge(rig), 148000, LIMITS_BMS);
	assert_int_equal(rig_charge(rig)->term[LIMITS_RATED], LIMITS_NONE);
	rig_free(rig);
}

static void the_bms_says_less(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);

	(void)state;
	rig_say(&rig->supply[1].reading, CELLAR_CHARGE_CURRENT_LIMIT, 10000);
	rig_all(rig, CELLAR_DISCHARGE_CURRENT_LIMIT, 20000);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 110000, LIMITS_SHARING);
	assert_int_equal(rig_charge(rig)->term[LIMITS_BMS], 210000);
	assert_limit(rig_discharge(rig), 60000, LIMITS_BMS);
	assert_int_equal(limits_own_ma(rig->limits, 1, CORE_CHARGE), 10000);
	rig_free(rig);
}

static void one_of_four_packs_unplugged_under_full_load(void **state)
{
	struct rig *rig = fast(LESSO, 4);

	(void)state;
	rig_all(rig, CELLAR_CURRENT, -95000);
	rig_run(rig, 10);
	assert_limit(rig_discharge(rig), 400000, LIMITS_MAX);
	rig->silent[2] = true;
	rig_run(rig, 3);
	assert_int_equal(rig_discharge(rig)->value, 300000);
	assert_int_equal(rig_charge(rig)->value, 210000);
	assert_int_equal(limits_own_ma(rig->limits, 2, CORE_DISCHARGE), 0);
	assert_int_equal(limits_own_ma(rig->limits, 1, CORE_DISCHARGE), 100000);
	rig_free(rig);
}

static void the_last_pack_falls_silent(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	rig->silent[0] = true;
	rig_run(rig, 3);
	assert_limit(rig_charge(rig), 0, LIMITS_STALE);
	assert_limit(rig_discharge(rig), 0, LIMITS_STALE);
	rig_free(rig);
}

static void a_pack_comes_back_slowly(void **state)
{
	struct rig *rig = fast(LESSO, 2);
	u32 last;

	(void)state;
	rig->silent[1] = true;
	rig_run(rig, 10);
	assert_int_equal(rig_charge(rig)->value, 70000);
	rig->silent[1] = false;
	rig_run(rig, 59);
	assert_int_equal(rig_charge(rig)->value, 70000);
	rig_run(rig, 29);
	assert_int_equal(rig_charge(rig)->value, 70000);
	assert_true(rig_charge(rig)->rising);
	rig_run(rig, 3);
	last = rig_charge(rig)->value;
	assert_true(last > 70000);
	rig_step(rig, 1000);
	assert_int_equal(rig_charge(rig)->value, last + 10000);
	rig_run(rig, 10);
	assert_limit(rig_charge(rig), 140000, LIMITS_MAX);
	assert_false(rig_charge(rig)->rising);
	rig_free(rig);
}

static void a_limit_falls_at_once_and_rises_after_half_a_minute(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, 5000);
	rig_step(rig, 10);
	assert_limit(rig_charge(rig), 10000, LIMITS_BMS);
	rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, 100000);
	rig_run(rig, 29);
	assert_int_equal(rig_charge(rig)->value, 10000);
	rig_step(rig, 1000);
	assert_int_equal(rig_charge(rig)->value, 20000);
	rig_step(rig, 500);
	assert_int_equal(rig_charge(rig)->value, 25000);
	rig_run(rig, 10);
	assert_limit(rig_charge(rig), 100000, LIMITS_RATED);
	rig_free(rig);
}

static void a_bms_that_wavers_gets_no_rise(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, 5000);
		rig_step(rig, 1000);
		assert_int_equal(rig_charge(rig)->value, 10000);
		rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, 100000);
		rig_run(rig, 25);
		assert_int_equal(rig_charge(rig)->value, 10000);
	}
	rig_free(rig);
}

static void a_first_start_does_not_wait(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 2);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig_run(rig, 8);
	assert_in_range(rig_charge(rig)->value, 10000, 40000);
	rig_run(rig, 10);
	assert_int_equal(rig_charge(rig)->value, 100000);
	rig_free(rig);
}

static void a_sleeping_process_gets_no_step_up(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, 0);
	rig_step(rig, 1000);
	rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, 100000);
	rig_step(rig, 86400000);
	assert_int_equal(rig_charge(rig)->value, 0);
	rig_run(rig, 29);
	rig_step(rig, 86400000);
	assert_in_range(rig_charge(rig)->value, 10000, 40000);
	rig_free(rig);
}

static void the_fullest_pack_hits_its_own_limit(void **state)
{
	struct rig *rig = fast(LESSO, 4);

	(void)state;
	rig_all(rig, CELLAR_CURRENT, 40000);
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 60000);
	rig_say(&rig->supply[0].reading, CELLAR_CHARGE_CURRENT_LIMIT, 30000);
	rig_run(rig, 2);
	/* 180 A flow, 60 of them where 30 may: half of it */
	assert_limit(rig_charge(rig), 90000, LIMITS_SHARING);
	rig_all(rig, CELLAR_CURRENT, 20000);
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 30000);
	rig_run(rig, 2);
	assert_limit(rig_charge(rig), 90000, LIMITS_SHARING);
	rig_free(rig);
}

static void the_shortest_cable_takes_the_most(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, -120000);
	rig_say(&rig->supply[1].reading, CELLAR_CURRENT, -60000);
	rig_run(rig, 2);
	/* at 150 A the first one carries its 100 */
	assert_limit(rig_discharge(rig), 150000, LIMITS_SHARING);
	rig_free(rig);
}

static void shares_are_foreseen_before_a_pack_is_over(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 50000);
	rig_say(&rig->supply[1].reading, CELLAR_CURRENT, 40000);
	rig_run(rig, 2);
	assert_limit(rig_charge(rig), 126000, LIMITS_SHARING);
	rig_free(rig);
}

/* What a part is after a change of the wiring is known when a whole round has shown it. */
static void a_share_counts_after_a_whole_round(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_all(rig, CELLAR_CURRENT, 40000);
	rig_run(rig, 2);
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 80000);
	rig_say(&rig->supply[1].reading, CELLAR_CURRENT, 0);
	rig_step(rig, 1000);
	assert_int_equal(rig_charge(rig)->value, 140000);
	rig_step(rig, 1000);
	assert_limit(rig_charge(rig), 70000, LIMITS_SHARING);
	rig_free(rig);
}

/* The packs of a bus one after the other, with steps in between, and each of them first. */
static void a_jump_that_one_pack_says_first_is_no_share(void **state)
{
	struct rig *rig = fast(LESSO, 3);
	const s32 currents[] = { -5000, -20000, -90000, -3000, -60000 };
	unsigned int n, k;

	(void)state;
	rig_all(rig, CELLAR_CURRENT, -5000);
	for (k = 0; k < 3; k++)
		rig->silent[k] = true;
	for (n = 0; n < 45; n++) {
		k = n % 3;
		rig->silent[k] = false;
		rig_say(&rig->supply[k].reading, CELLAR_CURRENT, currents[(n + n / 15) / 3 % 5]);
		rig_step(rig, 200);
		rig->silent[k] = true;
		assert_limit(rig_discharge(rig), 300000, LIMITS_MAX);
		rig_step(rig, 200);
		assert_limit(rig_discharge(rig), 300000, LIMITS_MAX);
	}
	rig_free(rig);
}

/* What was heard when the round began is not of this round. */
static void a_round_waits_for_everybody(void **state)
{
	struct rig *rig = fast(LESSO, 2);
	unsigned int i;

	(void)state;
	rig_all(rig, CELLAR_CURRENT, 40000);
	rig_run(rig, 2);
	rig->silent[1] = true;
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 120000);
	for (i = 0; i < 24; i++) {
		rig_step(rig, 100);
		assert_int_equal(rig_charge(rig)->value, 140000);
	}
	rig->silent[1] = false;
	rig_step(rig, 100);
	assert_int_equal(rig_charge(rig)->value, 140000);
	rig_step(rig, 100);
	/* 160 A flow, 120 of them where 70 may */
	assert_limit(rig_charge(rig), 93333, LIMITS_SHARING);
	rig_free(rig);
}

/* The others have been heard several times since it was. */
static void when_a_pack_goes_the_parts_of_now_count(void **state)
{
	struct rig *rig = fast(LESSO, 3);

	(void)state;
	rig_all(rig, CELLAR_CURRENT, 40000);
	rig_run(rig, 2);
	rig->silent[2] = true;
	rig_run(rig, 2);
	assert_limit(rig_charge(rig), 210000, LIMITS_MAX);
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 80000);
	rig_step(rig, 1000);
	/* 120 A flow, 80 of them where 70 may */
	assert_limit(rig_charge(rig), 105000, LIMITS_SHARING);
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 120000);
	rig_run(rig, 2);
	/* and nobody waits for it: 160 A flow, 120 of them there */
	assert_limit(rig_charge(rig), 93333, LIMITS_SHARING);
	rig_free(rig);
}

static void when_a_pack_comes_the_parts_of_now_count(void **state)
{
	struct rig *rig = fast(LESSO, 3);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 30000);
	rig_say(&rig->supply[2].reading, CELLAR_CURRENT, 60000);
	rig->silent[2] = true;
	rig_run(rig, 100);
	assert_limit(rig_charge(rig), 70000, LIMITS_SHARING);
	rig->silent[2] = false;
	rig_step(rig, 100);
	assert_int_equal(rig_charge(rig)->term[LIMITS_SHARING], 105000);
	rig_free(rig);
}

static void small_currents_say_nothing_of_the_wiring(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 2000);
	rig_run(rig, 2);
	assert_limit(rig_charge(rig), 140000, LIMITS_MAX);
	/* nor where a quarter of what it may is little */
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 1000);
	rig_say(&rig->supply[0].reading, CELLAR_CHARGE_CURRENT_LIMIT, 2000);
	rig_run(rig, 2);
	assert_int_equal(rig_charge(rig)->term[LIMITS_SHARING], 72000);
	rig_free(rig);
}

static void a_pack_that_may_take_nothing_takes_something(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 20000);
	rig_say(&rig->supply[1].reading, CELLAR_CURRENT, 1000);
	rig_say(&rig->supply[1].reading, CELLAR_CHARGE_CURRENT_LIMIT, 0);
	rig_run(rig, 2);
	assert_limit(rig_charge(rig), 70000, LIMITS_SHARING);
	rig_say(&rig->supply[1].reading, CELLAR_CURRENT, 1100);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 0, LIMITS_SHARING);
	rig_free(rig);
}

static void packs_charge_each_other_at_night(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CURRENT, 3000);
	rig_say(&rig->supply[1].reading, CELLAR_CURRENT, -9000);
	rig_say(&rig->supply[0].reading, CELLAR_CHARGE_CURRENT_LIMIT, 0);
	rig_step(rig, 100);
	/* no charger is to blame for that */
	assert_limit(rig_charge(rig), 70000, LIMITS_SHARING);
	rig_free(rig);
}

static void a_full_pack_does_not_stop_taking_current(void **state)
{
	struct rig *rig = fast(LESSO, 3);

	(void)state;
	rig_all(rig, CELLAR_CURRENT, 20000);
	rig_protect(rig, 2, CELLAR_CELL_OVERVOLTAGE);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 0, LIMITS_SHARING);
	assert_int_equal(limits_own_ma(rig->limits, 2, CORE_CHARGE), 0);
	rig_free(rig);
}

/* A pack that waits for its minute still hangs on the busbar and takes its share. */
static void a_waiting_pack_stops_nobody_and_is_not_overloaded(void **state)
{
	struct rig *rig = fast(LESSO, 3);

	(void)state;
	rig->silent[2] = true;
	rig_run(rig, 5);
	rig->silent[2] = false;
	rig_all(rig, CELLAR_CURRENT, 40000);
	rig_run(rig, 5);
	assert_int_equal(rig_charge(rig)->value, 140000);
	rig_say(&rig->supply[2].reading, CELLAR_CURRENT, 80000);
	rig_run(rig, 2);
	assert_int_equal(rig_charge(rig)->value, 140000);
	rig_say(&rig->supply[2].reading, CELLAR_CURRENT, 140000);
	rig_run(rig, 2);
	assert_limit(rig_charge(rig), 110000, LIMITS_SHARING);
	rig_free(rig);
}

static void one_pack_is_full_the_others_go_on(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);

	(void)state;
	rig_protect(rig, 1, CELLAR_CELL_OVERVOLTAGE);
	rig_step(rig, 100);
	assert_int_equal(rig_charge(rig)->value, 150000);
	assert_int_equal(rig_charge(rig)->term[LIMITS_PROTECTION], 300000);
	assert_limit(rig_discharge(rig), 200000, LIMITS_RATED);
	rig_free(rig);
}

static void every_pack_is_full(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	for (unsigned int i = 0; i < 2; i++)
		rig_protect(rig, i, CELLAR_CELL_OVERVOLTAGE);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 0, LIMITS_PROTECTION);
	assert_limit(rig_discharge(rig), 100000, LIMITS_RATED);
	rig_free(rig);
}

static void the_bms_forbids_charging_but_says_a_limit(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	for (unsigned int i = 0; i < 2; i++)
		rig->supply[i].reading.charge_enable = false;
	rig_step(rig, 100);
	assert_int_equal(rig_charge(rig)->value, 0);
	assert_int_equal(rig_charge(rig)->term[LIMITS_BMS], 0);
	rig_free(rig);
}

static void a_cell_runs_ahead(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CELL_VOLTAGE_MAX, 3500);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 105000, LIMITS_CELL_VOLTAGE);
	rig_say(&rig->supply[0].reading, CELLAR_CELL_VOLTAGE_MAX, 3640);
	rig_step(rig, 100);
	/* 3 % of 70 A are left */
	assert_limit(rig_charge(rig), 72100, LIMITS_CELL_VOLTAGE);
	rig_free(rig);
}

static void a_cell_that_ran_ahead_stays_limited_until_it_rests(void **state)
{
	struct rig *rig = fast(LESSO, 1);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CELL_VOLTAGE_MAX, 3550);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 10500, LIMITS_CELL_VOLTAGE);
	rig_say(&rig->supply[0].reading, CELLAR_CELL_VOLTAGE_MAX, 3460);
	rig_run(rig, 300);
	assert_limit(rig_charge(rig), 10500, LIMITS_CELL_VOLTAGE);
	rig_say(&rig->supply[0].reading, CELLAR_CELL_VOLTAGE_MAX, 3450);
	rig_run(rig, 60);
	assert_limit(rig_charge(rig), 70000, LIMITS_MAX);
	rig_free(rig);
}

static void a_weak_cell_at_the_low_end(void **state)
{
	struct rig *rig = fast(LESSO, 1);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CELL_VOLTAGE_MIN, 2900);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 15000, LIMITS_CELL_VOLTAGE);
	assert_limit(rig_charge(rig), 70000, LIMITS_MAX);
	rig_free(rig);
}

static void only_the_voltage_of_the_pack_is_known(void **state)
{
	struct rig *rig = fast(LESSO, 1);
	struct cellar_reading *r = &rig->supply[0].reading;

	(void)state;
	r->have &= ~(BIT_ULL(CELLAR_CELL_VOLTAGE_MIN) | BIT_ULL(CELLAR_CELL_VOLTAGE_MAX));
	rig_say(r, CELLAR_VOLTAGE, 3550 * 16);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 10500, LIMITS_CELL_VOLTAGE);
	rig_free(rig);
}

static void a_cold_morning(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MIN, 150);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 140000, LIMITS_MAX);
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MIN, 75);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 77000, LIMITS_TEMPERATURE);
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MIN, 0);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 14000, LIMITS_TEMPERATURE);
	assert_limit(rig_discharge(rig), 100000, LIMITS_TEMPERATURE);
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MIN, -50);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 7000, LIMITS_TEMPERATURE);
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MIN, -51);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 0, LIMITS_PROTECTION);
	rig_free(rig);
}

static void an_azzurro_below_fifteen_degrees(void **state)
{
	struct rig *rig = rig_simple("zcs,zsx5120", 1);

	(void)state;
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MIN, 150);
	rig_run(rig, 60);
	assert_limit(rig_charge(rig), 50000, LIMITS_RATED);
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MIN, 100);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 30000, LIMITS_TEMPERATURE);
	rig_free(rig);
}

static void a_hot_afternoon(void **state)
{
	struct rig *rig = fast(LESSO, 1);

	(void)state;
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MAX, 475);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 36750, LIMITS_TEMPERATURE);
	assert_limit(rig_discharge(rig), 52500, LIMITS_TEMPERATURE);
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MAX, 510);
	rig_step(rig, 100);
	assert_int_equal(rig_charge(rig)->value, 0);
	assert_int_equal(rig_discharge(rig)->value, 0);
	rig_free(rig);
}

static void soc_stuck_at_99_percent(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig_all(rig, CELLAR_SOC, 9900);
	rig_run(rig, 60);
	assert_limit(rig_charge(rig), 100000, LIMITS_RATED);
	rig_all(rig, CELLAR_SOC, 10000);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 14000, LIMITS_SOC);
	rig_free(rig);
}

static void nearly_empty(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_all(rig, CELLAR_SOC, 650);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 110000, LIMITS_SOC);
	rig_free(rig);
}

static void empty_to_four_percent(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	rig_all(rig, CELLAR_SOC, 401);
	rig_step(rig, 100);
	assert_true(rig_discharge(rig)->value > 0);
	rig_all(rig, CELLAR_SOC, 400);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_PROTECTION);
	assert_true(rig->limits->out.low_soc);
	assert_true(rig->limits->out.force_charge);
	assert_limit(rig_charge(rig), 100000, LIMITS_RATED);
	rig_all(rig, CELLAR_SOC, 999);
	rig_run(rig, 100);
	assert_int_equal(rig_discharge(rig)->value, 0);
	rig_all(rig, CELLAR_SOC, 1000);
	rig_run(rig, 100);
	assert_false(rig->limits->out.low_soc);
	assert_limit(rig_discharge(rig), 100000, LIMITS_RATED);
	rig_free(rig);
}

static void down_to_48_volts(void **state)
{
	struct rig *rig = rig_simple(LESSO, 3);

	(void)state;
	rig_all(rig, CELLAR_VOLTAGE, 48001);
	rig_step(rig, 100);
	assert_false(rig->limits->out.low_voltage);
	rig_all(rig, CELLAR_VOLTAGE, 48000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_PROTECTION);
	rig_all(rig, CELLAR_VOLTAGE, 51990);
	rig_run(rig, 100);
	assert_int_equal(rig_discharge(rig)->value, 0);
	rig_all(rig, CELLAR_VOLTAGE, 52000);
	rig_run(rig, 100);
	assert_limit(rig_discharge(rig), 150000, LIMITS_RATED);
	rig_free(rig);
}

static void the_owner_stops_at_49_volts(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig;

	(void)state;
	plan.limits.cutoff_mv = 49000;
	plan.limits.recharge_mv = 51000;
	plan.limits.restart_mv = 53000;
	rig = rig_running(&plan);
	rig_all(rig, CELLAR_VOLTAGE, 51000);
	rig_step(rig, 100);
	assert_true(rig->limits->out.force_charge);
	rig_all(rig, CELLAR_VOLTAGE, 49000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_PROTECTION);
	rig_all(rig, CELLAR_VOLTAGE, 52900);
	rig_run(rig, 60);
	assert_int_equal(rig_discharge(rig)->value, 0);
	rig_all(rig, CELLAR_VOLTAGE, 53000);
	rig_run(rig, 60);
	assert_limit(rig_discharge(rig), 50000, LIMITS_RATED);
	rig_free(rig);
}

/* ... and never lower than the makers do */
static void the_owner_would_go_down_to_46_volts(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig;

	(void)state;
	plan.limits.cutoff_mv = 46000;
	rig = rig_running(&plan);
	rig_all(rig, CELLAR_VOLTAGE, 48000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_PROTECTION);
	rig_free(rig);
}

static void nobody_says_a_state_of_charge(void **state)
{
	struct rig *rig = rig_simple(LESSO, 2);

	(void)state;
	for (unsigned int i = 0; i < 2; i++)
		cellar_say_none(&rig->supply[i].reading, CELLAR_SOC);
	rig_run(rig, 5);
	assert_limit(rig_discharge(rig), 100000, LIMITS_RATED);
	assert_false(rig->limits->out.low_soc);
	assert_false(rig->limits->out.below_floor);
	rig_free(rig);
}

static void a_pylontech_stops_at_47_volts(void **state)
{
	struct rig *rig = rig_simple("pylontech,us2000", 2);

	(void)state;
	rig_all(rig, CELLAR_VOLTAGE, 47500);
	rig_run(rig, 60);
	assert_limit(rig_discharge(rig), 50000, LIMITS_RATED);
	rig_all(rig, CELLAR_VOLTAGE, 47000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_PROTECTION);
	rig_free(rig);
}

static void the_generator_is_asked_at_50_volts(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	assert_false(rig->limits->out.force_charge);
	rig_all(rig, CELLAR_VOLTAGE, 50000);
	rig_step(rig, 100);
	assert_true(rig->limits->out.force_charge);
	rig_all(rig, CELLAR_VOLTAGE, 51000);
	rig_run(rig, 10);
	assert_true(rig->limits->out.force_charge);
	rig_all(rig, CELLAR_VOLTAGE, 52000);
	rig_step(rig, 100);
	assert_false(rig->limits->out.force_charge);
	rig_free(rig);
}

static void force_charge_may_be_switched_off(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig;

	(void)state;
	plan.limits.force_charge = false;
	rig = rig_running(&plan);
	rig_all(rig, CELLAR_VOLTAGE, 49000);
	rig_step(rig, 100);
	assert_false(rig->limits->out.force_charge);
	/* what the BMS wants is passed on */
	rig->supply[0].reading.force_charge = true;
	cellar_say(&rig->supply[0].reading, CELLAR_FORCE_CHARGE);
	rig_step(rig, 100);
	assert_true(rig->limits->out.force_charge);
	rig_free(rig);
}

static void depth_of_discharge_is_eighty_percent(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 2);
	struct rig *rig;

	(void)state;
	plan.limits.dod_percent = 80;
	rig = rig_running(&plan);
	rig_all(rig, CELLAR_SOC, 2001);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 100000, LIMITS_RATED);
	rig_all(rig, CELLAR_SOC, 2000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_POLICY);
	assert_true(rig->limits->out.below_floor);
	rig_all(rig, CELLAR_SOC, 2199);
	rig_run(rig, 60);
	assert_int_equal(rig_discharge(rig)->value, 0);
	rig_all(rig, CELLAR_SOC, 2200);
	rig_run(rig, 60);
	assert_limit(rig_discharge(rig), 100000, LIMITS_RATED);
	rig_free(rig);
}

static void nobody_discharges_deeper_than_the_model(void **state)
{
	struct rig_plan plan = rig_plan("zcs,zsx5120", 1);
	struct rig *rig;

	(void)state;
	plan.limits.dod_percent = 100;
	plan.limits.eps_dod_percent = 100;
	rig = rig_running(&plan);
	rig_all(rig, CELLAR_SOC, 1000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_POLICY);
	rig->input.off_grid = true;
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_POLICY);
	rig_free(rig);
}

static void the_grid_limit_of_twenty_percent_is_for_the_grid(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig;

	(void)state;
	plan.limits.low_soc_percent = 20;
	plan.limits.eps_dod_percent = 90;
	rig = rig_running(&plan);
	rig_all(rig, CELLAR_SOC, 1900);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_POLICY);
	/* blackout: the reserve is for this */
	rig->input.off_grid = true;
	rig_run(rig, 60);
	assert_limit(rig_discharge(rig), 50000, LIMITS_RATED);
	rig_free(rig);
}

static void a_blackout_that_lasts(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig;

	(void)state;
	plan.limits.eps_buffer_percent = 20;
	rig = rig_running(&plan);
	rig->input.off_grid = true;
	rig_all(rig, CELLAR_SOC, 2000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 0, LIMITS_POLICY);
	rig_all(rig, CELLAR_SOC, 3999);
	rig_run(rig, 60);
	assert_int_equal(rig_discharge(rig)->value, 0);
	rig_all(rig, CELLAR_SOC, 4000);
	rig_run(rig, 60);
	assert_limit(rig_discharge(rig), 50000, LIMITS_RATED);
	rig_free(rig);
}

static void one_pair_of_thin_cables(void **state)
{
	struct rig_plan plan = unrated(LESSO, 4);
	struct rig *rig;

	(void)state;
	plan.limits.cable_pairs = 1;
	rig = rig_running(&plan);
	assert_limit(rig_charge(rig), 100000, LIMITS_CABLE);
	assert_limit(rig_discharge(rig), 100000, LIMITS_CABLE);
	rig_free(rig);
}

static void a_small_inverter(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);

	(void)state;
	rig->input.inverter_ma[CORE_CHARGE] = 60000;
	rig->input.inverter_ma[CORE_DISCHARGE] = 0;
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 60000, LIMITS_INVERTER);
	assert_limit(rig_discharge(rig), 0, LIMITS_INVERTER);
	rig_free(rig);
}

static void an_open_charge_enable_contact_stops_charging_only(void **state)
{
	struct rig *rig = rig_simple(LESSO, 4);
	u32 before = rig_discharge(rig)->value;

	(void)state;
	rig->input.contact_open[CORE_CHARGE] = true;
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 0, LIMITS_CONTACT);
	assert_int_equal(rig_discharge(rig)->value, before);
	rig->input.contact_open[CORE_CHARGE] = false;
	rig_step(rig, 1000);
	assert_int_equal(rig_charge(rig)->value, 0);
	assert_int_equal(rig_charge(rig)->term[LIMITS_CONTACT], LIMITS_NONE);
	rig_free(rig);
}

/* row: inverter.md "Battery side" current in force */
static void the_owner_wants_it_gentle(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 4);
	struct rig *rig;

	(void)state;
	plan.limits.charge_ma = 80000;
	plan.limits.discharge_ma = 120000;
	rig = rig_running(&plan);
	assert_limit(rig_charge(rig), 80000, LIMITS_POLICY);
	assert_limit(rig_discharge(rig), 120000, LIMITS_POLICY);
	rig_free(rig);
}

static void new_wecos_must_be_full_together(void **state)
{
	struct rig_plan plan = rig_plan("weco,5k3", 3);
	struct rig *rig;

	(void)state;
	plan.started = false;
	rig = rig_running(&plan);
	assert_limit(rig_discharge(rig), 0, LIMITS_STARTUP);
	assert_limit(rig_charge(rig), 195000, LIMITS_RATED);
	assert_true(rig->limits->out.full_charge_request);
	assert_true(rig->limits->out.force_charge);
	rig_all(rig, CELLAR_SOC, 10000);
	rig_say(&rig->supply[1].reading, CELLAR_SOC, 9900);
	rig_run(rig, 60);
	assert_limit(rig_discharge(rig), 0, LIMITS_STARTUP);
	rig_say(&rig->supply[1].reading, CELLAR_SOC, 10000);
	rig_run(rig, 60);
	assert_true(rig->limits->out.started);
	assert_false(rig->limits->out.full_charge_request);
	assert_limit(rig_discharge(rig), 195000, LIMITS_RATED);
	rig_all(rig, CELLAR_SOC, 5000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 195000, LIMITS_RATED);
	rig_free(rig);
}

static void a_new_azzurro_asks_to_be_filled_and_serves(void **state)
{
	struct rig_plan plan = rig_plan("zcs,zsx5120", 1);
	struct rig *rig;

	(void)state;
	plan.started = false;
	rig = rig_running(&plan);
	assert_true(rig->limits->out.full_charge_request);
	assert_limit(rig_discharge(rig), 50000, LIMITS_RATED);
	rig_free(rig);
}

static void somebody_wants_a_full_charge(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	assert_false(rig->limits->out.full_charge_request);
	rig->input.full_charge = true;
	rig_step(rig, 100);
	assert_true(rig->limits->out.full_charge_request);
	rig->input.full_charge = false;
	rig->supply[0].reading.full_charge_request = true;
	cellar_say(&rig->supply[0].reading, CELLAR_FULL_CHARGE_REQUEST);
	rig_step(rig, 100);
	assert_true(rig->limits->out.full_charge_request);
	rig_free(rig);
}

static void a_lone_system_of_four_packs(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 1);
	struct rig *rig = rig_of(&plan);
	struct cellar_reading *r = &rig->supply[0].reading;

	(void)state;
	rig->supply[0].of_system = true;
	rig_say(r, CELLAR_PACKS_ONLINE, 4);
	rig_say(r, CELLAR_CHARGE_CURRENT_LIMIT, 280000);
	rig_say(r, CELLAR_DISCHARGE_CURRENT_LIMIT, 140000);
	rig_run(rig, 60);
	assert_limit(rig_charge(rig), 200000, LIMITS_RATED);
	assert_limit(rig_discharge(rig), 140000, LIMITS_BMS);
	rig_say(r, CELLAR_PACKS_BLOCKING_CHARGE, 1);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 150000, LIMITS_RATED);
	rig_free(rig);
}

static void the_system_allows_less_than_its_packs(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 4);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->supply[0].of_system = true;
	rig_say(&rig->supply[0].reading, CELLAR_CHARGE_CURRENT_LIMIT, 90000);
	rig_say(&rig->supply[0].reading, CELLAR_DISCHARGE_CURRENT_LIMIT, 900000);
	rig_run(rig, 60);
	assert_limit(rig_charge(rig), 90000, LIMITS_BMS);
	assert_limit(rig_discharge(rig), 150000, LIMITS_RATED);
	rig->supply[0].reading.charge_enable = false;
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 0, LIMITS_BMS);
	/* what it said is no data when it is old: its packs speak for themselves */
	rig->silent[0] = true;
	rig_run(rig, 60);
	assert_limit(rig_charge(rig), 150000, LIMITS_RATED);
	rig_free(rig);
}

/* What one bus may not, another cannot lend it. */
static void two_systems_each_cap_their_own_bus(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 4);
	struct rig *rig = rig_of(&plan);

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		rig->supply[i].bus = i / 2;
		rig->supply[i].of_system = i % 2 == 0;
	}
	rig_run(rig, 60);
	assert_limit(rig_charge(rig), 100000, LIMITS_RATED);
	rig->supply[0].reading.charge_enable = false;
	rig_step(rig, 100);
	assert_int_equal(rig_charge(rig)->term[LIMITS_BMS], 100000);
	assert_limit(rig_charge(rig), 50000, LIMITS_SHARING);
	rig_protect(rig, 3, CELLAR_CELL_OVERVOLTAGE);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 0, LIMITS_PROTECTION);
	rig_free(rig);
}

static void two_systems_claim_one_bus(void **state)
{
	struct rig_plan plan = rig_plan(LESSO, 3);
	struct rig *rig = rig_of(&plan);

	(void)state;
	rig->supply[0].of_system = true;
	rig->supply[1].of_system = true;
	rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, 20000);
	rig_say(&rig->supply[2].reading, CELLAR_CHARGE_CURRENT_LIMIT, 50000);
	rig_run(rig, 60);
	assert_true(rig_charge(rig)->value <= 20000);
	assert_true(rig_charge(rig)->term[LIMITS_BMS] <= 20000);
	rig_free(rig);
}

static void a_deye_allows_less_from_the_grid(void **state)
{
	struct rig *rig = rig_simple(LESSO, 1);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_GRID_CHARGE_CURRENT_LIMIT, 20000);
	rig_step(rig, 100);
	assert_limit(rig_charge(rig), 20000, LIMITS_BMS);
	rig->input.off_grid = true;
	rig_run(rig, 60);
	assert_limit(rig_charge(rig), 50000, LIMITS_RATED);
	rig_free(rig);
}

static void a_pack_of_unknown_model(void **state)
{
	struct rig *rig = rig_simple(NULL, 2);

	(void)state;
	assert_limit(rig_charge(rig), 200000, LIMITS_BMS);
	assert_int_equal(rig_charge(rig)->term[LIMITS_RATED], LIMITS_NONE);
	assert_int_equal(rig_charge(rig)->term[LIMITS_MAX], LIMITS_NONE);
	rig_free(rig);
}

static void absurd_limits_do_not_wrap(void **state)
{
	struct rig_plan plan = rig_plan(NULL, 8);
	struct rig *rig;

	(void)state;
	plan.limits.cable_pairs = 255;
	rig = rig_of(&plan);
	rig_all(rig, CELLAR_CHARGE_CURRENT_LIMIT, UINT32_MAX);
	rig_run(rig, 10);
	assert_int_equal(rig_charge(rig)->term[LIMITS_BMS], LIMITS_NONE - 1);
	assert_true(rig_charge(rig)->value <= 255 * 100000);
	rig_free(rig);
}

static struct rig *peaking(void)
{
	struct rig_plan plan = unrated(LESSO, 2);
	struct rig *rig;

	plan.limits.peak = true;
	plan.limits.cable_pairs = 8;
	rig = rig_of(&plan);
	rig_all(rig, CELLAR_DISCHARGE_CURRENT_LIMIT, 250000);
	rig_run(rig, 200);

	return rig;
}

static void no_peaks_unless_asked_for(void **state)
{
	struct rig *rig = fast(LESSO, 1);

	(void)state;
	assert_limit(rig_discharge(rig), 100000, LIMITS_MAX);
	rig_free(rig);
}

static void the_kettle_and_the_oven_together(void **state)
{
	struct rig *rig = peaking();

	(void)state;
	assert_limit(rig_discharge(rig), 400000, LIMITS_MAX);
	rig_all(rig, CELLAR_CURRENT, -150000);
	rig_run(rig, 14);
	assert_limit(rig_discharge(rig), 400000, LIMITS_MAX);
	rig_step(rig, 1000);
	/* 15 s of more than 119 A are over */
	assert_limit(rig_discharge(rig), 238000, LIMITS_MAX);
	rig_all(rig, CELLAR_CURRENT, -110000);
	rig_run(rig, 284);
	assert_limit(rig_discharge(rig), 238000, LIMITS_MAX);
	rig_step(rig, 1000);
	assert_limit(rig_discharge(rig), 200000, LIMITS_MAX);
	/* and stay so through the rest, and a bit of it does not do */
	rig_all(rig, CELLAR_CURRENT, -50000);
	rig_run(rig, 29 * 60);
	assert_limit(rig_discharge(rig), 200000, LIMITS_MAX);
	rig_run(rig, 3 * 60);
	assert_limit(rig_discharge(rig), 400000, LIMITS_MAX);
	rig_free(rig);
}

static void no_peaks_from_a_warm_pack(void **state)
{
	struct rig *rig = peaking();

	(void)state;
	rig_all(rig, CELLAR_CELL_TEMPERATURE_MAX, 301);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 200000, LIMITS_MAX);
	rig_free(rig);
}

static void a_peak_through_one_pair_of_cables(void **state)
{
	struct rig_plan plan = unrated(LESSO, 2);
	struct rig *rig;

	(void)state;
	plan.limits.peak = true;
	plan.limits.cable_pairs = 1;
	rig = rig_running(&plan);
	assert_limit(rig_discharge(rig), 125000, LIMITS_CABLE);
	assert_limit(rig_charge(rig), 100000, LIMITS_CABLE);
	rig_free(rig);
}

static void no_peaks_above_the_bms(void **state)
{
	struct rig *rig = peaking();

	(void)state;
	rig_all(rig, CELLAR_DISCHARGE_CURRENT_LIMIT, 105000);
	rig_step(rig, 100);
	assert_limit(rig_discharge(rig), 210000, LIMITS_BMS);
	rig_free(rig);
}

/* Two packs, each with a reason of its own: what both together may is the sum of both. */
static void two_packs_with_two_reasons(void **state)
{
	struct rig *rig = fast(LESSO, 2);

	(void)state;
	rig_say(&rig->supply[0].reading, CELLAR_CELL_VOLTAGE_MAX, 3550);
	rig_say(&rig->supply[1].reading, CELLAR_CELL_TEMPERATURE_MIN, 0);
	rig_step(rig, 100);
	assert_int_equal(rig_charge(rig)->term[LIMITS_CELL_VOLTAGE], 80500);
	assert_int_equal(rig_charge(rig)->term[LIMITS_TEMPERATURE], 77000);
	assert_limit(rig_charge(rig), 17500, LIMITS_SHARING);
	rig_free(rig);
}

static void settings_that_make_no_sense(void **state)
{
	static const struct {
		const char *says;
		size_t offset;
		u32 value;
		bool wide;
	} rows[] = {
#define NARROW(m, v)	{ #m, offsetof(struct limits_config, m), v, false }
#define WIDE(m, v)	{ #m, offsetof(struct limits_config, m), v, true }
		NARROW(dod_percent, 101), NARROW(eps_dod_percent, 0),
		NARROW(eps_dod_percent, 101), NARROW(eps_buffer_percent, 81),
		NARROW(low_soc_percent, 101), WIDE(float_mv, 56000), WIDE(cutoff_mv, 50500),
		WIDE(restart_mv, 50000), WIDE(recharge_mv, 53000),
	};
	struct limits_config good, bad;
	struct rig *rig = rig_simple(LESSO, 1);
	const char *why;

	(void)state;
	limits_defaults(&good);
	good.absorption_mv = 55000;
	good.cutoff_mv = 48500;
	good.recharge_mv = 50500;
	good.restart_mv = 52500;
	assert_int_equal(limits_config_check(&good, &why), 0);
	assert_null(why);
	assert_int_equal(limits_configure(rig->limits, &good), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bad = good;
		if (rows[i].wide)
			memcpy((u8 *)&bad + rows[i].offset, &rows[i].value, sizeof(u32));
		else
			((u8 *)&bad)[rows[i].offset] = (u8)rows[i].value;
		if (limits_config_check(&bad, &why) != -EINVAL || !why)
			fail_msg("%s = %u is taken", rows[i].says, rows[i].value);
		assert_int_equal(limits_configure(rig->limits, &bad), -EINVAL);
	}
	assert_memory_equal(&rig->limits->config, &good, sizeof(good));
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifty_ampere_for_each_pack),
		cmocka_unit_test(seventy_and_hundred_at_the_most),
		cmocka_unit_test(other_models_have_their_own_figures),
		cmocka_unit_test(a_us5000_has_what_its_bms_says),
		cmocka_unit_test(the_bms_says_less),
		cmocka_unit_test(one_of_four_packs_unplugged_under_full_load),
		cmocka_unit_test(the_last_pack_falls_silent),
		cmocka_unit_test(a_pack_comes_back_slowly),
		cmocka_unit_test(a_limit_falls_at_once_and_rises_after_half_a_minute),
		cmocka_unit_test(a_bms_that_wavers_gets_no_rise),
		cmocka_unit_test(a_first_start_does_not_wait),
		cmocka_unit_test(a_sleeping_process_gets_no_step_up),
		cmocka_unit_test(the_fullest_pack_hits_its_own_limit),
		cmocka_unit_test(the_shortest_cable_takes_the_most),
		cmocka_unit_test(shares_are_foreseen_before_a_pack_is_over),
		cmocka_unit_test(a_share_counts_after_a_whole_round),
		cmocka_unit_test(a_jump_that_one_pack_says_first_is_no_share),
		cmocka_unit_test(a_round_waits_for_everybody),
		cmocka_unit_test(when_a_pack_goes_the_parts_of_now_count),
		cmocka_unit_test(when_a_pack_comes_the_parts_of_now_count),
		cmocka_unit_test(small_currents_say_nothing_of_the_wiring),
		cmocka_unit_test(a_pack_that_may_take_nothing_takes_something),
		cmocka_unit_test(packs_charge_each_other_at_night),
		cmocka_unit_test(a_full_pack_does_not_stop_taking_current),
		cmocka_unit_test(a_waiting_pack_stops_nobody_and_is_not_overloaded),
		cmocka_unit_test(one_pack_is_full_the_others_go_on),
		cmocka_unit_test(every_pack_is_full),
		cmocka_unit_test(the_bms_forbids_charging_but_says_a_limit),
		cmocka_unit_test(a_cell_runs_ahead),
		cmocka_unit_test(a_cell_that_ran_ahead_stays_limited_until_it_rests),
		cmocka_unit_test(a_weak_cell_at_the_low_end),
		cmocka_unit_test(only_the_voltage_of_the_pack_is_known),
		cmocka_unit_test(a_cold_morning),
		cmocka_unit_test(an_azzurro_below_fifteen_degrees),
		cmocka_unit_test(a_hot_afternoon),
		cmocka_unit_test(soc_stuck_at_99_percent),
		cmocka_unit_test(nearly_empty),
		cmocka_unit_test(empty_to_four_percent),
		cmocka_unit_test(down_to_48_volts),
		cmocka_unit_test(the_owner_stops_at_49_volts),
		cmocka_unit_test(the_owner_would_go_down_to_46_volts),
		cmocka_unit_test(nobody_says_a_state_of_charge),
		cmocka_unit_test(a_pylontech_stops_at_47_volts),
		cmocka_unit_test(the_generator_is_asked_at_50_volts),
		cmocka_unit_test(force_charge_may_be_switched_off),
		cmocka_unit_test(depth_of_discharge_is_eighty_percent),
		cmocka_unit_test(nobody_discharges_deeper_than_the_model),
		cmocka_unit_test(the_grid_limit_of_twenty_percent_is_for_the_grid),
		cmocka_unit_test(a_blackout_that_lasts),
		cmocka_unit_test(one_pair_of_thin_cables),
		cmocka_unit_test(a_small_inverter),
		cmocka_unit_test(an_open_charge_enable_contact_stops_charging_only),
		cmocka_unit_test(the_owner_wants_it_gentle),
		cmocka_unit_test(new_wecos_must_be_full_together),
		cmocka_unit_test(a_new_azzurro_asks_to_be_filled_and_serves),
		cmocka_unit_test(somebody_wants_a_full_charge),
		cmocka_unit_test(a_lone_system_of_four_packs),
		cmocka_unit_test(the_system_allows_less_than_its_packs),
		cmocka_unit_test(two_systems_each_cap_their_own_bus),
		cmocka_unit_test(two_systems_claim_one_bus),
		cmocka_unit_test(a_deye_allows_less_from_the_grid),
		cmocka_unit_test(a_pack_of_unknown_model),
		cmocka_unit_test(absurd_limits_do_not_wrap),
		cmocka_unit_test(no_peaks_unless_asked_for),
		cmocka_unit_test(the_kettle_and_the_oven_together),
		cmocka_unit_test(no_peaks_from_a_warm_pack),
		cmocka_unit_test(a_peak_through_one_pair_of_cables),
		cmocka_unit_test(no_peaks_above_the_bms),
		cmocka_unit_test(two_packs_with_two_reasons),
		cmocka_unit_test(settings_that_make_no_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
