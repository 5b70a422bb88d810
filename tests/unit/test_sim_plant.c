// SPDX-License-Identifier: GPL-2.0-only
/*
 * The physics of the simulated cluster: what goes in must be somewhere, packs
 * share as their resistances say, and a stopped pack stays stopped.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../userspace/sim/ocv.h"
#include "../../userspace/sim/plant.h"

#define STEP_MS		100

static struct plant *new_plant(const char *key, unsigned int packs, u64 seed, double soc)
{
	struct plant *plant = malloc(sizeof(*plant));

	assert_non_null(plant);
	plant_start(plant, cellar_model_by_key(key), packs, seed, soc, 25);
	return plant;
}

static void run(struct plant *plant, unsigned int seconds)
{
	unsigned int i;

	for (i = 0; i < seconds * 1000 / STEP_MS; i++)
		plant_step(plant, STEP_MS);
}

static double sum_a(const struct plant *plant)
{
	double sum = 0;
	unsigned int i;

	for (i = 0; i < plant->packs; i++)
		sum += plant->pack[i].current_a;
	return sum;
}

static void assert_near(double a, double b, double tolerance)
{
	if (!(fabs(a - b) <= tolerance))
		fail_msg("%.9g is not %.9g ± %.3g", a, b, tolerance);
}

static void curve_rises(void **state)
{
	int i;

	(void)state;
	for (i = -20; i < 1030; i++)
		assert_true(ocv_mv((i + 1) / 1000.0) > ocv_mv(i / 1000.0));
	assert_near(ocv_mv(0.5), 3295, 10);
}

static void currents_sum_to_the_demand(void **state)
{
	static const double demands[] = { 300, 12.5, 0, -0.3, -640 };
	static const unsigned int counts[] = { 1, 2, 7, 32, 64 };
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		for (k = 0; k < ARRAY_SIZE(demands); k++) {
			struct plant *plant = new_plant("lesso,lsrr51v100ah",
							counts[i], i + k, 0.5);

			/* Kept small for a pack: nothing trips here. */
			plant->demand = demands[k] * counts[i] / 64;
			run(plant, 10);
			assert_near(sum_a(plant), plant->demand, 1e-6);
			assert_near(plant->current_a, plant->demand, 1e-6);
			free(plant);
		}
	}
}

static void packs_share_by_resistance(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 6, 11, 0.5);
	unsigned int i, k;
	double least = 1e9, most = 0;

	(void)state;
	/* Same charge everywhere, so that only resistance makes a difference. */
	for (i = 0; i < plant->packs; i++)
		for (k = 0; k < 16; k++)
			plant->pack[i].soc[k] = 0.5;
	plant->demand = 180;
	plant_step(plant, STEP_MS);
	for (i = 0; i < plant->packs; i++) {
		const struct plant_pack *pack = &plant->pack[i];
		double ohm = pack->lead_ohm;

		for (k = 0; k < 16; k++)
			ohm += pack->cell_ohm[k];
		assert_near(pack->current_a * ohm,
			    plant->bus_v - 16 * ocv_mv(0.5) / 1000, 1e-9);
		least = fmin(least, pack->current_a);
		most = fmax(most, pack->current_a);
	}
	assert_true(most - least > 1);
	free(plant);
}

static void load_is_power(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 4, 2, 0.6);

	(void)state;
	plant->kind = PLANT_LOAD;
	plant->demand = 3000;
	run(plant, 5);
	assert_near(plant->bus_v * plant->current_a, -3000, 0.5);
	plant->demand = -2000;
	run(plant, 5);
	assert_near(plant->bus_v * plant->current_a, 2000, 0.5);
	free(plant);
}

static void charge_is_conserved(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 5, 3, 0.4);
	double before[PLANT_PACKS_MAX];
	unsigned int i;
	double ah = 0;

	(void)state;
	for (i = 0; i < plant->packs; i++)
		before[i] = plant_pack_soc(plant, &plant->pack[i]);
	plant->demand = 200;
	for (i = 0; i < 36000; i++) {
		if (i == 20000)
			plant->demand = -150;
		plant_step(plant, STEP_MS);
		ah += plant->current_a * STEP_MS / 3.6e6;
	}
	for (i = 0; i < plant->packs; i++) {
		const struct plant_pack *pack = &plant->pack[i];
		double gained = (plant_pack_soc(plant, pack) - before[i]) *
				pack->capacity_ah;

		assert_near(pack->charged_ah - pack->discharged_ah, gained, 1e-6);
		ah -= gained;
	}
	assert_near(ah, 0, 1e-6);
	free(plant);
}

/* What is put in and taken out again has left I²R behind, no more and no less. */
static void energy_is_conserved(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 1, 3, 0.4);
	struct plant_pack *pack = &plant->pack[0];
	double ohm = pack->lead_ohm, loss_wh = 0, in_wh;
	unsigned int i;

	(void)state;
	for (i = 0; i < 16; i++)
		ohm += pack->cell_ohm[i];
	for (i = 0; i < 36000; i++) {
		plant->demand = i < 18000 ? 40 : -40;
		plant_step(plant, STEP_MS);
		loss_wh += pack->current_a * pack->current_a * ohm * STEP_MS / 3.6e6;
	}
	in_wh = pack->charged_wh - pack->discharged_wh;
	assert_true(loss_wh > 20);
	assert_near(in_wh, loss_wh, loss_wh * 0.001);
	free(plant);
}

static void losses_warm_and_the_room_cools(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 1, 3, 0.2);
	double warm;

	(void)state;
	plant->demand = 50;
	run(plant, 1800);
	warm = plant->pack[0].temperature_c;
	assert_true(warm > 26 && warm < 30);
	plant->demand = 0;
	run(plant, 7200);
	assert_true(plant->pack[0].temperature_c < warm - 0.5);
	assert_true(plant->pack[0].temperature_c > 25);
	free(plant);
}

static void forcing_is_quick(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 2, 3, 0.5);

	(void)state;
	plant->pack[1].force = PLANT_HEAT;
	plant->pack[1].force_c = 75;
	run(plant, 20);
	assert_near(plant->pack[1].temperature_c, 75, 2);
	assert_near(plant->pack[0].temperature_c, 25, 0.1);
	plant->pack[1].force = PLANT_COOL;
	run(plant, 60);
	assert_near(plant->pack[1].temperature_c, 25, 0.6);
	assert_int_equal(plant->pack[1].force, PLANT_FREE);
	free(plant);
}

/* Whatever the others do, a pack whose BMS forbids it takes or gives nothing. */
static void stopped_packs_carry_nothing(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 4, 9, 0.5);

	(void)state;
	plant->demand = 90;
	plant->pack[1].force = PLANT_HEAT;
	plant->pack[1].force_c = 57;
	plant->pack[2].plugged = false;
	run(plant, 60);
	assert_false(plant->pack[1].bms.charge_enable);
	assert_true(plant->pack[1].bms.discharge_enable);
	assert_true(plant->pack[1].current_a <= 0);
	assert_true(plant->pack[2].current_a == 0);
	assert_near(sum_a(plant), 90, 1e-6);
	assert_true(plant->pack[0].current_a > 30);

	plant->demand = -60;
	run(plant, 2);
	assert_true(plant->pack[1].current_a < -5);
	assert_near(sum_a(plant), -60, 1e-6);
	free(plant);
}

static void nobody_left_carries_nothing(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 3, 9, 0.5);
	unsigned int i;

	(void)state;
	plant->demand = -60;
	for (i = 0; i < plant->packs; i++)
		bms_fail(&plant->pack[i].bms, CELLAR_SENSOR_FAILURE);
	run(plant, 10);
	assert_true(plant->current_a == 0);
	assert_int_equal(plant_limits(plant).dcl_ma, 0);
	assert_int_equal(plant_limits(plant).ccl_ma, 0);
	free(plant);
}

/* Forced past full, the pack protects itself; discharging lets it go again. */
static void forced_charging_trips_and_recovers(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 1, 9, 0.97);

	(void)state;
	plant->demand = 50;
	run(plant, 900);
	assert_true(plant->pack[0].bms.protections &
		    cellar_alarm_class(CELLAR_CLASS_OVERVOLTAGE));
	assert_true(plant->pack[0].current_a < 1e-6);
	assert_true(plant->bus_v < 58);
	plant->demand = -20;
	run(plant, 60);
	assert_int_equal(plant->pack[0].bms.protections, 0);
	free(plant);
}

/* An obedient inverter fills the pack to 100 % and trips nothing on the way. */
static void obedient_charging_fills(void **state)
{
	struct plant *plant = new_plant("lesso,lsrr51v100ah", 3, 4, 0.93);
	unsigned int i, seen_99 = 0;
	u16 last = 0;

	(void)state;
	plant->demand = 300;
	plant->obey = true;
	for (i = 0; i < 54000; i++) {
		const struct plant_limits limits = plant_limits(plant);
		u16 soc = bms_soc_centi(&plant->pack[0].bms);

		plant_step(plant, STEP_MS);
		assert_true(plant->current_a * 1000 <= limits.ccl_ma + 1e-3);
		assert_true(plant->bus_v * 1000 <= limits.cvl_mv + 1e-3);
		assert_int_equal(plant->pack[0].bms.protections, 0);
		assert_false(soc > 9900 && soc < 10000);
		assert_true(soc >= last);
		last = soc;
		seen_99 += soc == 9900;
	}
	assert_true(seen_99 > 600);
	assert_int_equal(last, 10000);
	free(plant);
}

static void seeds_make_the_packs(void **state)
{
	struct plant *a = new_plant("lesso,lsrr51v100ah", 8, 1, 0.5);
	struct plant *b = new_plant("lesso,lsrr51v100ah", 8, 1, 0.5);
	struct plant *c = new_plant("lesso,lsrr51v100ah", 8, 2, 0.5);
	unsigned int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		assert_true(a->pack[i].lead_ohm == b->pack[i].lead_ohm);
		assert_true(a->pack[i].lead_ohm != c->pack[i].lead_ohm);
		assert_true(a->pack[i].soc[3] != a->pack[i].soc[4]);
	}
	free(a);
	free(b);
	free(c);
}

static void every_model_runs(void **state)
{
	const struct cellar_model *model;

	(void)state;
	for (model = cellar_models; model->key; model++) {
		struct plant *plant = new_plant(model->key, 2, 5, 0.5);

		plant->demand = 20;
		run(plant, 600);
		assert_int_equal(plant->pack[0].bms.protections, 0);
		assert_int_equal(plant->pack[1].bms.protections, 0);
		assert_true(plant_limits(plant).ccl_ma > 0);
		assert_true(plant_limits(plant).dvl_mv < plant_limits(plant).cvl_mv);
		free(plant);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curve_rises),
		cmocka_unit_test(currents_sum_to_the_demand),
		cmocka_unit_test(packs_share_by_resistance),
		cmocka_unit_test(load_is_power),
		cmocka_unit_test(charge_is_conserved),
		cmocka_unit_test(energy_is_conserved),
		cmocka_unit_test(losses_warm_and_the_room_cools),
		cmocka_unit_test(forcing_is_quick),
		cmocka_unit_test(stopped_packs_carry_nothing),
		cmocka_unit_test(nobody_left_carries_nothing),
		cmocka_unit_test(forced_charging_trips_and_recovers),
		cmocka_unit_test(obedient_charging_fills),
		cmocka_unit_test(seeds_make_the_packs),
		cmocka_unit_test(every_model_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
