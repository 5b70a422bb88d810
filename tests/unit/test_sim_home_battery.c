// SPDX-License-Identifier: GPL-2.0-only
/*
 * The battery of a simulated house: not a watt-hour is lost or made, and its limits go
 * down where a BMS takes them down.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <math.h>
#include <cmocka.h>

#include "../../userspace/sim/home_battery.h"
#include "../../userspace/sim/rng.h"

#define SECOND_MS	1000
#define YEAR_S		31536000

static struct home_battery battery_of(const char *model, unsigned int packs, double start)
{
	const struct home_battery_config config = {
		.model = cellar_model_by_key(model), .packs = packs, .start = start,
		.efficiency = 0.96,
	};
	struct home_battery battery;

	home_battery_start(&battery, &config);
	return battery;
}

static void about(double is, double should, double within)
{
	if (fabs(is - should) > within)
		fail_msg("%.6f is not %.6f", is, should);
}

static void figures_of_the_model_times_packs(void **state)
{
	struct home_battery battery = battery_of("zcs,zsx5120", 3, 0.5);

	(void)state;
	about(battery.capacity_wh, 3 * 5120, 0.001);
	about(home_battery_soc(&battery), 0.5, 1e-12);
	assert_int_equal(home_battery_charge_ma(&battery), 150000);
	assert_int_equal(home_battery_discharge_ma(&battery), 150000);
	assert_int_equal(home_battery_w(&battery, 150000), 7680);
}

/* A US5000 leaves its currents to its BMS: half its capacity in an hour is usual. */
static void model_without_currents_has_usual_ones(void **state)
{
	struct home_battery battery = battery_of("pylontech,us5000", 1, 0.5);

	(void)state;
	assert_int_equal(home_battery_charge_ma(&battery), 50000);
	assert_int_equal(home_battery_discharge_ma(&battery), 50000);
}

static void house_without_a_battery_stores_nothing(void **state)
{
	struct home_battery battery = battery_of("zcs,zsx5120", 0, 0.5);

	(void)state;
	assert_true(home_battery_soc(&battery) == 0);
	assert_int_equal(home_battery_charge_ma(&battery), 0);
	assert_int_equal(home_battery_discharge_ma(&battery), 0);
	assert_int_equal(home_battery_can(&battery, 1000, SECOND_MS), 0);
	assert_int_equal(home_battery_can(&battery, -1000, SECOND_MS), 0);
}

static void each_way_costs_its_share(void **state)
{
	struct home_battery battery = battery_of("zcs,zsx5120", 1, 0.5);

	(void)state;
	home_battery_pass(&battery, 1000, 3600000);
	about(battery.stored_wh, 2560 + 960, 1e-9);
	about(battery.lost_wh, 40, 1e-9);
	home_battery_pass(&battery, -960, 3600000);
	about(battery.stored_wh, 2560 + 960 - 1000, 1e-9);
	about(battery.lost_wh, 80, 1e-9);
	about(battery.charged_wh, 1000, 1e-9);
	about(battery.discharged_wh, 960, 1e-9);
}

static void never_above_full_nor_below_empty(void **state)
{
	struct home_battery battery = battery_of("zcs,zsx5120", 1, 0.999);
	unsigned int i;

	(void)state;
	for (i = 0; i < 3600; i++) {
		s32 w = home_battery_can(&battery, 2000, SECOND_MS);

		assert_in_range(w, 0, 2000);
		home_battery_pass(&battery, w, SECOND_MS);
		assert_true(battery.stored_wh <= battery.capacity_wh);
	}
	about(battery.stored_wh, battery.capacity_wh, 0.001);
	for (i = 0; i < 3 * 3600; i++) {
		s32 w = home_battery_can(&battery, -2000, SECOND_MS);

		assert_in_range(-w, 0, 2000);
		home_battery_pass(&battery, w, SECOND_MS);
		assert_true(battery.stored_wh >= 0);
	}
	about(battery.stored_wh, 0, 0.001);
	/* 5120 Wh give 4915 of them at 96 %, one hour of filling up gave next to nothing */
	about(battery.discharged_wh, 5120 * 0.96, 0.1);
}

/* What went in is what came out, what is there, and what was lost: to 1 Wh in a year. */
static void energy_is_conserved_over_a_year_of_seconds(void **state)
{
	struct home_battery battery = battery_of("lesso,lsrr51v100ah", 4, 0.3);
	double before = battery.stored_wh, in_j = 0, out_j = 0;
	struct rng rng = { 5 };
	s32 wanted = 0, w;
	unsigned int i;

	(void)state;
	for (i = 0; i < YEAR_S; i++) {
		if (i % 600 == 0)
			wanted = (s32)rng_below(&rng, 20001) - 10000;
		w = home_battery_can(&battery, wanted, SECOND_MS);
		home_battery_pass(&battery, w, SECOND_MS);
		in_j += w > 0 ? w : 0;
		out_j -= w < 0 ? w : 0;
	}
	about(battery.charged_wh, in_j / 3600, 0.5);
	about(battery.discharged_wh, out_j / 3600, 0.5);
	about(before + in_j / 3600 - out_j / 3600 - battery.lost_wh, battery.stored_wh, 1);
	about(battery.lost_wh, 0.04 * in_j / 3600 + out_j / 3600 * (1 / 0.96 - 1), 1);
}

static void limits_go_down_near_the_ends(void **state)
{
	static const struct {
		double soc;
		u32 charge_ma, discharge_ma;
	} rows[] = {
		{ 0, 100000, 0 }, { 0.015, 100000, 16000 }, { 0.03, 100000, 30000 },
		{ 0.045, 100000, 64000 }, { 0.06, 100000, 100000 }, { 0.5, 100000, 100000 },
		{ 0.9, 100000, 100000 }, { 0.94, 64000, 100000 }, { 0.98, 30000, 100000 },
		{ 0.999, 4000, 100000 }, { 1, 0, 100000 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct home_battery battery = battery_of("lesso,lsrr51v100ah", 2, rows[i].soc);

		assert_int_equal(home_battery_charge_ma(&battery), rows[i].charge_ma);
		assert_int_equal(home_battery_discharge_ma(&battery), rows[i].discharge_ma);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_of_the_model_times_packs),
		cmocka_unit_test(model_without_currents_has_usual_ones),
		cmocka_unit_test(house_without_a_battery_stores_nothing),
		cmocka_unit_test(each_way_costs_its_share),
		cmocka_unit_test(never_above_full_nor_below_empty),
		cmocka_unit_test(energy_is_conserved_over_a_year_of_seconds),
		cmocka_unit_test(limits_go_down_near_the_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
