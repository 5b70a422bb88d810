// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated BMS against packs.md: every protection rises, stops what it
 * says and is lifted by its rule; the gauge and its quirks; limits that never
 * pass the model's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/sim/bms.h"
#include "../../userspace/sim/rng.h"

#define LESSO		"lesso,lsrr51v100ah"
#define CAPACITY_AH	100.0
#define STEP_MS		100

struct bench {
	struct bms_rules rules;
	struct bms bms;
	struct bms_sense sense;
};

static void start(struct bench *bench, const char *key, double soc)
{
	bms_rules_of(&bench->rules, cellar_model_by_key(key));
	bms_start(&bench->bms, soc, CAPACITY_AH);
	bench->sense = (struct bms_sense){
		.value = {
			[BMS_CELL_MAX] = 3310, [BMS_CELL_MIN] = 3305,
			[BMS_CELL_SPREAD] = 5, [BMS_PACK] = 3307,
			[BMS_HOTTEST] = 25, [BMS_COLDEST] = 24, [BMS_MOSFET] = 30,
		},
	};
}

static void set_current(struct bench *bench, double a)
{
	bench->sense.current_a = a;
	bench->sense.value[BMS_CHARGE_A] = a > 0 ? a : 0;
	bench->sense.value[BMS_DISCHARGE_A] = a < 0 ? -a : 0;
}

static void run(struct bench *bench, unsigned int ms)
{
	unsigned int i;

	for (i = 0; i < ms / STEP_MS; i++)
		bms_step(&bench->bms, &bench->rules, &bench->sense, STEP_MS);
}

static bool protects(const struct bench *bench, enum cellar_alarm alarm)
{
	return bench->bms.protections & BIT_ULL(alarm);
}

static void assert_stopped(const struct bench *bench, bool charge, bool discharge)
{
	assert_int_equal(bench->bms.charge_enable, !charge);
	assert_int_equal(bench->bms.discharge_enable, !discharge);
	if (charge)
		assert_int_equal(bench->bms.ccl_ma, 0);
	else
		assert_true(bench->bms.ccl_ma > 0);
	if (discharge)
		assert_int_equal(bench->bms.dcl_ma, 0);
	else
		assert_true(bench->bms.dcl_ma > 0);
}

struct by_value {
	enum cellar_alarm alarm;
	enum bms_signal signal;
	double quiet, trips, holds, released;
	bool charge, discharge;
};

/* For the LESSO row of packs.md: 44.8…57.6 V, -5…50 and -10…50 °C. */
static const struct by_value by_value[] = {
	{ CELLAR_CELL_OVERVOLTAGE, BMS_CELL_MAX, 3645, 3655, 3505, 3495, true, false },
	{ CELLAR_PACK_OVERVOLTAGE, BMS_PACK, 3595, 3605, 3505, 3495, true, false },
	{ CELLAR_CELL_UNDERVOLTAGE, BMS_CELL_MIN, 2705, 2695, 2945, 2955, false, true },
	{ CELLAR_PACK_UNDERVOLTAGE, BMS_PACK, 2805, 2795, 2895, 2905, false, true },
	{ CELLAR_CHARGE_OVERTEMPERATURE, BMS_HOTTEST, 54.5, 55.5, 50.5, 49.5, true, false },
	{ CELLAR_DISCHARGE_OVERTEMPERATURE, BMS_HOTTEST, 59.5, 60.5, 55.5, 54.5, true, true },
	{ CELLAR_MOSFET_OVERTEMPERATURE, BMS_MOSFET, 99, 101, 81, 79, true, true },
	{ CELLAR_CHARGE_UNDERTEMPERATURE, BMS_COLDEST, -4.5, -5.5, -2.5, -1.5, true, false },
	{ CELLAR_DISCHARGE_UNDERTEMPERATURE, BMS_COLDEST, -14.5, -15.5, -10.5, -9.5,
	  true, true },
};

static void protections_rise_and_are_lifted(void **state)
{
	struct bench bench;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(by_value); i++) {
		const struct by_value *v = &by_value[i];

		start(&bench, LESSO, 0.6);
		bench.sense.value[v->signal] = v->quiet;
		run(&bench, 5000);
		assert_false(protects(&bench, v->alarm));
		bench.sense.value[v->signal] = v->trips;
		run(&bench, 5000);
		assert_true(protects(&bench, v->alarm));
		assert_stopped(&bench, v->charge, v->discharge);
		bench.sense.value[v->signal] = v->holds;
		run(&bench, 60000);
		assert_true(protects(&bench, v->alarm));
		bench.sense.value[v->signal] = v->released;
		run(&bench, 1000);
		assert_false(protects(&bench, v->alarm));
	}
}

/* packs.md: "cell and pack voltage both back in the release range". */
static void overvoltage_waits_for_cell_and_pack(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, LESSO, 0.95);
	bench.sense.value[BMS_CELL_MAX] = 3700;
	bench.sense.value[BMS_PACK] = 3550;
	run(&bench, 3000);
	assert_true(protects(&bench, CELLAR_CELL_OVERVOLTAGE));
	assert_false(protects(&bench, CELLAR_PACK_OVERVOLTAGE));
	bench.sense.value[BMS_CELL_MAX] = 3400;
	run(&bench, 3000);
	assert_true(protects(&bench, CELLAR_CELL_OVERVOLTAGE));
	bench.sense.value[BMS_PACK] = 3400;
	run(&bench, 3000);
	assert_int_equal(bench.bms.protections, 0);
}

/* packs.md: "or enough discharge current", "or enough charge current". */
static void the_other_current_lifts_voltage(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, LESSO, 0.95);
	bench.sense.value[BMS_CELL_MAX] = 3700;
	run(&bench, 3000);
	set_current(&bench, -2);
	run(&bench, 3000);
	assert_true(protects(&bench, CELLAR_CELL_OVERVOLTAGE));
	set_current(&bench, -10);
	run(&bench, 3000);
	assert_false(protects(&bench, CELLAR_CELL_OVERVOLTAGE));

	start(&bench, LESSO, 0.02);
	bench.sense.value[BMS_CELL_MIN] = 2600;
	run(&bench, 3000);
	assert_true(protects(&bench, CELLAR_CELL_UNDERVOLTAGE));
	set_current(&bench, 10);
	run(&bench, 3000);
	assert_false(protects(&bench, CELLAR_CELL_UNDERVOLTAGE));
	set_current(&bench, 0);
	run(&bench, 3000);
	assert_true(protects(&bench, CELLAR_CELL_UNDERVOLTAGE));
}

/* Too much current until the BMS stops it, then none for @wait_ms. */
static void trip_and_wait(struct bench *bench, double a, enum cellar_alarm alarm,
			  unsigned int wait_ms)
{
	set_current(bench, a);
	while (!protects(bench, alarm))
		run(bench, STEP_MS);
	set_current(bench, 0);
	run(bench, wait_ms);
}

static void overcurrent_locks_the_third_time(void **state)
{
	static const struct {
		enum cellar_alarm alarm;
		double a;
	} sides[] = {
		{ CELLAR_CHARGE_OVERCURRENT, 80 },
		{ CELLAR_DISCHARGE_OVERCURRENT, -130 },
	};
	struct bench bench;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sides); i++) {
		start(&bench, LESSO, 0.6);
		trip_and_wait(&bench, sides[i].a, sides[i].alarm, 9000);
		assert_true(protects(&bench, sides[i].alarm));
		assert_stopped(&bench, i == 0, i == 1);
		run(&bench, 2000);
		assert_false(protects(&bench, sides[i].alarm));
		trip_and_wait(&bench, sides[i].a, sides[i].alarm, 11000);
		assert_false(protects(&bench, sides[i].alarm));
		trip_and_wait(&bench, sides[i].a, sides[i].alarm, 3600000);
		assert_true(protects(&bench, sides[i].alarm));
		bms_reset(&bench.bms);
		run(&bench, 1000);
		assert_false(protects(&bench, sides[i].alarm));
		/* The key makes it start anew: this is a first time again. */
		trip_and_wait(&bench, sides[i].a, sides[i].alarm, 11000);
		assert_false(protects(&bench, sides[i].alarm));
	}
}

static void a_quiet_minute_forgives_overcurrent(void **state)
{
	struct bench bench;
	unsigned int i;

	(void)state;
	start(&bench, LESSO, 0.6);
	for (i = 0; i < 5; i++) {
		set_current(&bench, 80);
		run(&bench, 6000);
		assert_true(protects(&bench, CELLAR_CHARGE_OVERCURRENT));
		set_current(&bench, 0);
		run(&bench, 61000);
		assert_false(protects(&bench, CELLAR_CHARGE_OVERCURRENT));
	}
}

/* packs.md: 101–119 A for 5 min, 120–200 A for 15 s, 100 A continuous. */
static void discharge_peaks_are_allowed_for_their_time(void **state)
{
	static const struct {
		double a;
		unsigned int holds_ms, trips_ms;
	} peaks[] = {
		{ 100, 3600000, 0 },
		{ 110, 299000, 2000 },
		{ 150, 14500, 1000 },
		{ 210, 0, 200 },
	};
	struct bench bench;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(peaks); i++) {
		start(&bench, LESSO, 0.9);
		set_current(&bench, -peaks[i].a);
		run(&bench, peaks[i].holds_ms);
		assert_false(protects(&bench, CELLAR_DISCHARGE_OVERCURRENT));
		run(&bench, peaks[i].trips_ms);
		assert_int_equal(protects(&bench, CELLAR_DISCHARGE_OVERCURRENT),
				 peaks[i].trips_ms > 0);
	}
}

static void failures_need_what_packs_md_says(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, LESSO, 0.6);
	bms_fail(&bench.bms, CELLAR_SHORT_CIRCUIT);
	run(&bench, 600000);
	assert_true(protects(&bench, CELLAR_SHORT_CIRCUIT));
	assert_stopped(&bench, false, true);
	set_current(&bench, 5);
	run(&bench, 1000);
	assert_false(protects(&bench, CELLAR_SHORT_CIRCUIT));

	bms_fail(&bench.bms, CELLAR_SENSOR_FAILURE);
	run(&bench, 600000);
	assert_true(protects(&bench, CELLAR_SENSOR_FAILURE));
	assert_stopped(&bench, true, true);
	bms_reset(&bench.bms);
	run(&bench, 1000);
	assert_int_equal(bench.bms.protections, 0);
}

static void faults_are_counted(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, LESSO, 0.6);
	trip_and_wait(&bench, 80, CELLAR_CHARGE_OVERCURRENT, 11000);
	bench.sense.value[BMS_HOTTEST] = 57;
	run(&bench, 3000);
	bms_fail(&bench.bms, CELLAR_SHORT_CIRCUIT);
	assert_int_equal(bench.bms.fault_counts[0], 0);
	assert_int_equal(bench.bms.fault_counts[2], 1);
	assert_int_equal(bench.bms.fault_counts[4], 1);
	assert_int_equal(bench.bms.fault_counts[6], 1);
	assert_int_equal(bench.bms.fault_counts[7], 0);
}

static void gauge_waits_at_99_for_the_voltage_mark(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, LESSO, 0.97);
	set_current(&bench, 30);
	bench.sense.value[BMS_PACK] = 3490;
	run(&bench, 600000);
	assert_int_equal(bms_soc_centi(&bench.bms), 9900);
	bench.sense.value[BMS_PACK] = 3500;
	run(&bench, STEP_MS);
	assert_int_equal(bms_soc_centi(&bench.bms), 10000);
	/* It counts down from there, and no jump on the way. */
	set_current(&bench, -36);
	bench.sense.value[BMS_PACK] = 3300;
	run(&bench, 50000);
	assert_in_range(bms_soc_centi(&bench.bms), 9945, 9955);
}

static void gauge_waits_at_99_for_the_cut_off_current(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, LESSO, 0.985);
	bench.sense.value[BMS_PACK] = 3420;
	set_current(&bench, 6);
	run(&bench, 1200000);
	assert_int_equal(bms_soc_centi(&bench.bms), 9900);
	set_current(&bench, 4.9);
	run(&bench, STEP_MS);
	assert_int_equal(bms_soc_centi(&bench.bms), 10000);
}

/* packs.md: a pack that was not calibrated for long jumps while charging. */
static void an_uncalibrated_gauge_jumps(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, LESSO, 0.80);
	set_current(&bench, 20);
	bench.sense.value[BMS_PACK] = 3505;
	run(&bench, STEP_MS);
	assert_int_equal(bms_soc_centi(&bench.bms), 10000);
}

static void small_currents_read_zero(void **state)
{
	(void)state;
	assert_int_equal(bms_current_ma(0.49), 0);
	assert_int_equal(bms_current_ma(-0.49), 0);
	assert_int_equal(bms_current_ma(0.5), 500);
	assert_int_equal(bms_current_ma(-0.6), -600);
	assert_int_equal(bms_current_ma(123.4567), 123457);
}

static void zsx5120_is_careful_below_15(void **state)
{
	struct bench bench;

	(void)state;
	start(&bench, "zcs,zsx5120", 0.5);
	bench.sense.value[BMS_COLDEST] = 15;
	run(&bench, 1000);
	assert_int_equal(bench.bms.ccl_ma, 50000);
	bench.sense.value[BMS_COLDEST] = 14;
	run(&bench, 1000);
	assert_in_range(bench.bms.ccl_ma, 1, 20000);
	assert_int_equal(bench.bms.dcl_ma, 50000);
	start(&bench, LESSO, 0.5);
	bench.sense.value[BMS_COLDEST] = 14;
	run(&bench, 1000);
	assert_int_equal(bench.bms.ccl_ma, 50000);
}

static void limits_taper(void **state)
{
	struct bench bench;
	u32 last = UINT32_MAX;
	unsigned int percent;

	(void)state;
	for (percent = 80; percent < 99; percent++) {
		start(&bench, LESSO, percent / 100.0);
		run(&bench, 1000);
		assert_true(bench.bms.ccl_ma <= last && bench.bms.ccl_ma > 0);
		last = bench.bms.ccl_ma;
	}
	assert_true(last < 15000);
	for (percent = 30, last = UINT32_MAX; percent > 0; percent--) {
		start(&bench, LESSO, percent / 100.0);
		run(&bench, 1000);
		assert_true(bench.bms.dcl_ma <= last && bench.bms.dcl_ma > 0);
		last = bench.bms.dcl_ma;
	}
	assert_true(last < 10000);
}

static u32 allowed(u32 max_ma, u32 standard_ma, u32 capacity_mah)
{
	u32 ma = max_ma > standard_ma ? max_ma : standard_ma;

	return ma ? ma : capacity_mah / 2;
}

static void limits_never_pass_the_model(void **state)
{
	const struct cellar_model *model;
	struct rng rng = { 4 };
	struct bench bench;
	unsigned int i;

	(void)state;
	for (model = cellar_models; model->key; model++) {
		for (i = 0; i < 2000; i++) {
			start(&bench, model->key, rng_below(&rng, 1001) / 1000.0);
			bench.sense.value[BMS_CELL_MAX] = 2500 + rng_below(&rng, 1300);
			bench.sense.value[BMS_CELL_MIN] = 2500 + rng_below(&rng, 1300);
			bench.sense.value[BMS_PACK] = 2500 + rng_below(&rng, 1300);
			bench.sense.value[BMS_COLDEST] = rng_spread(&rng, 90);
			bench.sense.value[BMS_HOTTEST] = rng_spread(&rng, 90);
			set_current(&bench, rng_spread(&rng, 300));
			run(&bench, 300);
			assert_true(bench.bms.ccl_ma <=
				    allowed(model->charge_max_ma, model->charge_ma,
					    model->capacity_mah));
			assert_true(bench.bms.dcl_ma <=
				    allowed(model->discharge_max_ma,
					    model->discharge_ma, model->capacity_mah));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protections_rise_and_are_lifted),
		cmocka_unit_test(overvoltage_waits_for_cell_and_pack),
		cmocka_unit_test(the_other_current_lifts_voltage),
		cmocka_unit_test(overcurrent_locks_the_third_time),
		cmocka_unit_test(a_quiet_minute_forgives_overcurrent),
		cmocka_unit_test(discharge_peaks_are_allowed_for_their_time),
		cmocka_unit_test(failures_need_what_packs_md_says),
		cmocka_unit_test(faults_are_counted),
		cmocka_unit_test(gauge_waits_at_99_for_the_voltage_mark),
		cmocka_unit_test(gauge_waits_at_99_for_the_cut_off_current),
		cmocka_unit_test(an_uncalibrated_gauge_jumps),
		cmocka_unit_test(small_currents_read_zero),
		cmocka_unit_test(zsx5120_is_careful_below_15),
		cmocka_unit_test(limits_taper),
		cmocka_unit_test(limits_never_pass_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
