// SPDX-License-Identifier: GPL-2.0-only
/*
 * A house under ems_step(): what flows, what is measured of it, what devices make of a
 * command and when, and what is summed up. Not a watt-hour is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

#include "../../userspace/sim/home.h"
#include "../../userspace/sim/home_line.h"
#include "../../userspace/sim/home_sum.h"
#include "../../userspace/sim/rng.h"
#include "../../userspace/sim/year_houses.h"

#define SECOND_MS	1000
#define NOON_S		1750500000	/* 2025-06-21 10:00 UTC */

struct rig {
	struct home_config config;
	struct home home;
	struct home_sum sum;
	struct home_moment moment;
};

/* A hybrid of 5 kW with two packs at 50 %, that nothing restricts. */
static struct rig *rig_new(void)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	site_defaults(&rig->config.site);
	site_preset(&rig->config.site, SITE_PLANT_HYBRID_1PH);
	rig->config.site.dod_percent = 90;
	rig->config.site.inverters = 1;
	rig->config.site.inverter[0] = (struct site_inverter_config){
		.name = "roof", .rated_w = 5000, .battery_w = 4000, .eps_w = 3000,
		.curtails = true,
	};
	rig->config.battery = (struct home_battery_config){
		.model = cellar_model_by_key("zcs,zsx5120"), .packs = 2, .start = 0.5,
		.efficiency = 0.96,
	};
	rig->moment = (struct home_moment){
		.wall_s = NOON_S, .utc_offset_s = 7200, .grid = true, .meter_ok = true,
		.charge_ma = HOME_BY_MODEL, .discharge_ma = HOME_BY_MODEL,
	};
	return rig;
}

static void start(struct rig *rig)
{
	const char *why;

	if (site_config_check(&rig->config.site, &why))
		fail_msg("%s", why);
	home_start(&rig->home, &rig->config);
	home_sum_start(&rig->sum, &rig->home, SECOND_MS);
}

/* So many seconds of @pv_w and @load_w; the balance closes in each. */
static const struct home_flow *pass(struct rig *rig, unsigned int seconds, s32 pv_w, s32 load_w)
{
	const struct home_flow *flow = &rig->home.flow;

	rig->moment.pv_w = pv_w;
	rig->moment.load_w = load_w;
	for (; seconds; seconds--) {
		home_step(&rig->home, &rig->moment, SECOND_MS);
		home_sum_add(&rig->sum, &rig->home, &rig->moment, SECOND_MS);
		assert_int_equal(flow->grid_w,
				 flow->pv_w - flow->load_w - flow->cars_w - flow->battery_w);
		rig->moment.wall_s++;
	}
	return flow;
}

static void charger(struct rig *rig, u8 strategy, u8 mode)
{
	struct site_charger_config *box = &rig->config.site.charger[0];

	site_charger_defaults(box, "garage");
	box->strategy = strategy;
	box->mode = mode;
	rig->config.site.chargers = 1;
}

static void surplus_charges_and_lack_is_covered(void **state)
{
	struct rig *rig = rig_new();
	const struct home_flow *flow = &rig->home.flow;

	(void)state;
	start(rig);
	pass(rig, 1, 3000, 500);
	assert_int_equal(flow->battery_w, 2500);
	assert_int_equal(flow->grid_w, 0);
	pass(rig, 1, 0, 1200);
	assert_int_equal(flow->battery_w, -1200);
	assert_int_equal(flow->grid_w, 0);
	/* no more than its inverter can */
	pass(rig, 1, 0, 9000);
	assert_int_equal(flow->battery_w, -4000);
	assert_int_equal(flow->grid_w, -5000);
	free(rig);
}

static void inverter_that_is_told_by_limits_balances_the_house_itself(void **state)
{
	struct rig *rig = rig_new();
	const struct home_flow *flow = &rig->home.flow;

	(void)state;
	rig->config.site.control = SITE_BY_LIMITS;
	start(rig);
	pass(rig, 2, 3000, 500);
	assert_int_equal(flow->battery_w, 2500);
	pass(rig, 1, 0, 1200);
	assert_int_equal(flow->battery_w, -1200);
	rig->moment.discharge_ma = 10000;
	pass(rig, 2, 0, 1200);
	assert_in_range(-flow->battery_w, 511, 512);
	free(rig);
}

/* What it was told a second ago is what it does now. */
static void inverter_follows_after_its_lag(void **state)
{
	struct rig *rig = rig_new();
	const struct home_flow *flow = &rig->home.flow;

	(void)state;
	rig->config.inverter_lag_ms = 2000;
	start(rig);
	pass(rig, 2, 3000, 500);
	assert_int_equal(flow->battery_w, 0);
	assert_int_equal(flow->grid_w, 2500);
	pass(rig, 1, 3000, 500);
	assert_int_equal(flow->battery_w, 2500);
	pass(rig, 2, 0, 1000);
	assert_int_equal(flow->battery_w, 2500);
	assert_int_equal(flow->grid_w, -3500);
	pass(rig, 1, 0, 1000);
	assert_int_equal(flow->battery_w, -1000);
	free(rig);
}

static void limits_of_a_recording_count_instead_of_the_models(void **state)
{
	struct rig *rig = rig_new();

	(void)state;
	start(rig);
	rig->moment.charge_ma = 20000;
	assert_int_equal(pass(rig, 1, 4000, 0)->battery_w, 1024);
	assert_int_equal(rig->home.charge_w, 1024);
	rig->moment.charge_ma = 0;
	assert_int_equal(pass(rig, 1, 4000, 0)->battery_w, 0);
	rig->moment.discharge_ma = 5000;
	assert_int_equal(pass(rig, 1, 0, 2000)->battery_w, -256);
	rig->moment.charge_ma = HOME_BY_MODEL;
	assert_int_equal(pass(rig, 1, 4000, 0)->battery_w, 4000);
	free(rig);
}

static void production_is_held_back_at_zero_feed_in(void **state)
{
	struct rig *rig = rig_new();
	const struct home_flow *flow = &rig->home.flow;

	(void)state;
	rig->config.site.feed_in_w = 0;
	start(rig);
	rig->moment.charge_ma = 0;
	pass(rig, 3, 4000, 700);
	assert_int_equal(flow->pv_w, 700);
	assert_int_equal(flow->pv_lost_w, 3300);
	assert_int_equal(flow->grid_w, 0);
	/* who cannot hold back feeds in */
	rig->config.site.inverter[0].curtails = false;
	pass(rig, 3, 4000, 700);
	assert_int_equal(flow->pv_w, 4000);
	assert_int_equal(flow->grid_w, 3300);
	free(rig);
}

static void blackout_with_emergency_power(void **state)
{
	struct rig *rig = rig_new();
	const struct home_flow *flow = &rig->home.flow;

	(void)state;
	rig->config.site.eps = true;
	start(rig);
	pass(rig, 5, 0, 1000);
	rig->moment.grid = false;
	pass(rig, 2, 0, 1000);
	assert_int_equal(flow->grid_w, 0);
	assert_int_equal(flow->load_w, 1000);
	assert_int_equal(flow->battery_w, -1000);
	/* the inverter gives 3 kW */
	pass(rig, 2, 0, 4500);
	assert_int_equal(flow->load_w, 3000);
	assert_int_equal(flow->unserved_w, 1500);
	assert_int_equal(flow->battery_w, -3000);
	/* sun beyond the load charges, and what is left of that is not made */
	pass(rig, 2, 5000, 500);
	assert_int_equal(flow->battery_w, 4000);
	assert_int_equal(flow->pv_w, 4500);
	assert_int_equal(flow->pv_lost_w, 500);
	/* an empty battery gives nothing */
	rig->moment.discharge_ma = 0;
	pass(rig, 2, 300, 900);
	assert_int_equal(flow->load_w, 300);
	assert_int_equal(flow->unserved_w, 600);
	assert_int_equal(rig->sum.blackout_ms, 8000);
	free(rig);
}

static void blackout_without_emergency_power(void **state)
{
	struct rig *rig = rig_new();
	const struct home_flow *flow = &rig->home.flow;

	(void)state;
	start(rig);
	rig->moment.grid = false;
	pass(rig, 3, 3000, 1000);
	assert_int_equal(flow->load_w, 0);
	assert_int_equal(flow->unserved_w, 1000);
	assert_int_equal(flow->battery_w, 0);
	assert_int_equal(flow->pv_w, 0);
	assert_int_equal(flow->pv_lost_w, 3000);
	free(rig);
}

static void car_takes_what_it_wants_and_its_box_counts(void **state)
{
	struct rig *rig = rig_new();
	const struct home_flow *flow = &rig->home.flow;

	(void)state;
	charger(rig, SITE_FAST, SITE_PLUG_AND_PLAY);
	rig->config.charger_lag_ms = 5000;
	start(rig);
	pass(rig, 10, 0, 300);
	rig->moment.car[0] = (struct home_car){
		.plugged = true, .wants_wh = 100, .most_ma = 10000, .phases = 1,
	};
	pass(rig, 5, 0, 300);
	assert_int_equal(flow->cars_w, 0);
	assert_int_equal(rig->home.out.charger[0].current_ma, 10000);
	pass(rig, 1, 0, 300);
	assert_int_equal(flow->car_w[0], 2300);
	pass(rig, 600, 0, 300);
	assert_int_equal(flow->cars_w, 0);
	assert_in_range(rig->home.box[0].given_mj / 3600000, 100, 101);
	assert_in_range(rig->sum.car_mj[0] / 3600000, 100, 101);
	assert_int_equal(rig->sum.sessions[0], 1);
	assert_true(rig->home.out.charger[0].in_session || rig->home.out.charger[0].state ==
		    SITE_CHARGER_DONE);
	free(rig);
}

/* Nobody is there to press a button or show a card but who plugs the car in. */
static void who_plugs_in_starts_the_session(void **state)
{
	static const u8 modes[] = { SITE_REMOTE, SITE_PLUG_AND_PLAY, SITE_OFFLINE_CARDS };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		struct rig *rig = rig_new();

		charger(rig, SITE_FAST, modes[i]);
		rig->config.site.charger[0].cards = BIT(3);
		start(rig);
		pass(rig, 3, 0, 300);
		rig->moment.car[0] = (struct home_car){
			.plugged = true, .wants_wh = HOME_CAR_OPEN,
		};
		pass(rig, 1, 0, 300);
		assert_int_equal(rig->home.inputs.charger[0].card,
				 modes[i] == SITE_OFFLINE_CARDS ? 4 : 0);
		assert_int_equal(pass(rig, 30, 0, 300)->car_w[0], 3680);
		assert_int_equal(rig->home.inputs.charger[0].card, 0);
		assert_int_equal(rig->home.inputs.charger[0].command, SITE_NO_COMMAND);
		rig->moment.car[0].plugged = false;
		assert_int_equal(pass(rig, 1, 0, 300)->car_w[0], 0);
		free(rig);
	}
}

static void switched_load_draws_when_it_is_asked_to(void **state)
{
	struct rig *rig = rig_new();

	(void)state;
	site_output_defaults(&rig->config.site.output[0], "boiler");
	rig->config.site.output[0].enabled = true;
	rig->config.site.output[0].load_w = 1200;
	rig->config.site.outputs = 1;
	start(rig);
	assert_int_equal(pass(rig, 5, 4000, 400)->load_w, 400);
	assert_true(rig->home.out.output[0].closed);
	rig->config.switched_loads = true;
	assert_int_equal(pass(rig, 2, 4000, 400)->load_w, 1600);
	assert_int_equal(rig->sum.output[0].changes, 1);
	free(rig);
}

static void single_phase_box_of_a_three_phase_plant(void **state)
{
	struct rig *rig = rig_new();
	const struct site_value *exchange = rig->home.inputs.exchange_w;

	(void)state;
	site_preset(&rig->config.site, SITE_PLANT_HYBRID_3PH);
	charger(rig, SITE_FAST, SITE_PLUG_AND_PLAY);
	rig->config.site.charger[0].phase = 2;
	start(rig);
	rig->moment.car[0] = (struct home_car){ .plugged = true, .wants_wh = HOME_CAR_OPEN };
	rig->moment.discharge_ma = 0;
	pass(rig, 20, 0, 1000);
	assert_int_equal(rig->home.flow.grid_w, -4680);
	assert_int_equal(exchange[0].value + exchange[1].value + exchange[2].value, -4680);
	assert_in_range(-exchange[0].value, 333, 334);
	assert_in_range(-exchange[2].value, 3680 + 333, 3680 + 334);
	free(rig);
}

static void stale_meter_is_one_that_nobody_believes(void **state)
{
	struct rig *rig = rig_new();

	(void)state;
	start(rig);
	assert_int_equal(pass(rig, 2, 3000, 500)->battery_w, 2500);
	rig->moment.meter_ok = false;
	assert_int_equal(pass(rig, 1, 3000, 500)->battery_w, 0);
	rig->moment.meter_ok = true;
	assert_int_equal(pass(rig, 1, 3000, 500)->battery_w, 2500);
	free(rig);
}

static void contacts_reach_the_energy_management(void **state)
{
	struct rig *rig = rig_new();
	const struct home_flow *flow = &rig->home.flow;

	(void)state;
	rig->config.site.grid_code = SITE_CODE_CEASE;
	start(rig);
	assert_int_equal(pass(rig, 2, 4000, 1000)->pv_w, 4000);
	rig->moment.cease = true;
	rig->moment.charge_ma = 0;
	pass(rig, 3, 4000, 1000);
	assert_int_equal(flow->pv_w - flow->battery_w, 0);
	rig->config.site.grid_code = SITE_CODE_DRM;
	rig->moment.cease = false;
	rig->moment.drm = BIT(0);
	assert_int_equal(pass(rig, 3, 4000, 1000)->pv_w, 0);
	rig->config.site.grid_code = SITE_CODE_RRCR;
	rig->moment.rrcr = BIT(1);
	pass(rig, 3, 4000, 1000);
	assert_int_equal(flow->pv_w - flow->battery_w, 1500);
	free(rig);
}

/* 10 s over the contract, of which a plant may take one step and a charger's 5 s. */
static void time_over_the_contract(void **state)
{
	struct rig *rig = rig_new();

	(void)state;
	rig->config.charger_lag_ms = 5000;
	rig->config.site.contract_w = 3000;
	start(rig);
	rig->moment.discharge_ma = 0;
	pass(rig, 10, 0, 3000);
	assert_int_equal(rig->sum.contract.all_ms, 0);
	pass(rig, 10, 0, 3001);
	pass(rig, 1, 0, 1000);
	pass(rig, 3, 0, 4000);
	assert_int_equal(rig->sum.reaction_ms, 6000);
	assert_int_equal(rig->sum.contract.all_ms, 13000);
	assert_int_equal(rig->sum.contract.late_ms, 4000);
	assert_int_equal(rig->sum.overload_ms, 13000);
	free(rig);
}

/* The step before the BMS takes its limit down is no sin, the second one is. */
static void time_over_the_limits_of_feed_in_and_battery(void **state)
{
	struct rig *rig = rig_new();

	(void)state;
	rig->config.inverter_lag_ms = 3000;
	rig->config.site.feed_in_w = 1000;
	start(rig);
	pass(rig, 10, 3000, 500);
	rig->moment.charge_ma = 10000;
	rig->sum.battery = (struct home_over){ 0 };
	rig->sum.feed_in = (struct home_over){ 0 };
	pass(rig, 10, 3000, 500);
	assert_int_equal(rig->sum.battery.all_ms, 3000);
	assert_int_equal(rig->sum.battery.late_ms, 0);
	assert_int_equal(rig->sum.feed_in.all_ms, 0);
	pass(rig, 2, 3000, 0);
	assert_int_equal(rig->sum.feed_in.all_ms, 2000);
	free(rig);
}

static void switchings_are_counted_by_the_day_of_the_site(void **state)
{
	struct rig *rig = rig_new();
	unsigned int i;

	(void)state;
	site_output_defaults(&rig->config.site.output[0], "boiler");
	rig->config.site.output[0].enabled = true;
	rig->config.site.output[0].check_s = 1;
	rig->config.site.outputs = 1;
	start(rig);
	for (i = 0; i < 3; i++) {
		pass(rig, 2, 4000, 400);
		pass(rig, 2, 0, 400);
	}
	/* 22:30 UTC is past midnight there */
	rig->moment.wall_s += 45000;
	pass(rig, 2, 4000, 400);
	assert_int_equal(rig->sum.output[0].changes, 7);
	assert_int_equal(rig->sum.output[0].most_a_day, 6);
	assert_int_equal(rig->sum.output[0].today, 1);
	free(rig);
}

/* Everything that came from somewhere is somewhere: to 1 Wh. */
static void energy_is_conserved(void **state)
{
	unsigned int size, i;

	(void)state;
	for (size = 0; size < YEAR_SIZES; size++) {
		struct rig *rig = rig_new();
		struct house_config house;
		struct rng rng = { size };
		double stored_wh, in_wh, out_wh;
		const struct home_sum *sum = &rig->sum;

		year_house_of(YEAR_SOUTH, size, &rig->config, &house);
		start(rig);
		stored_wh = rig->home.battery.stored_wh;
		for (i = 0; i < 20000; i++) {
			rig->moment.grid = i % 1000 > 60;
			rig->moment.drm = i % 1777 < 100 ? BIT(i / 1777 % 9) : 0;
			rig->moment.car[0] = (struct home_car){
				.plugged = i % 3000 > 1500, .wants_wh = 500,
			};
			pass(rig, 20, (s32)rng_below(&rng, 9000), (s32)rng_below(&rng, 5000));
		}
		in_wh = (double)(sum->pv_mj + sum->import_mj) / 3.6e6;
		out_wh = (double)(sum->load_mj + sum->cars_mj + sum->export_mj) / 3.6e6;
		stored_wh = rig->home.battery.stored_wh - stored_wh + sum->lost_wh;
		if (fabs(in_wh - out_wh - stored_wh) > 1)
			fail_msg("%.2f Wh are lost", in_wh - out_wh - stored_wh);
		assert_true(in_wh > 100000);
		free(rig);
	}
}

static void lines_are_means_that_add_up(void **state)
{
	struct rig *rig = rig_new();
	struct home_line line = { .held_back = true };
	char text[400], *at = text;
	size_t size = sizeof(text);
	FILE *to = fmemopen(text, size, "w");

	(void)state;
	charger(rig, SITE_FAST, SITE_PLUG_AND_PLAY);
	site_output_defaults(&rig->config.site.output[0], "boiler");
	rig->config.site.outputs = 1;
	start(rig);
	assert_non_null(to);
	home_line_header(&line, &rig->config.site, to);
	pass(rig, 1, 3000, 500);
	home_line_add(&line, &rig->home, SECOND_MS);
	pass(rig, 1, 0, 1000);
	home_line_add(&line, &rig->home, 2 * SECOND_MS);
	home_line_write(&line, &rig->home, "then", to);
	rig->moment.charge_ma = 0;
	pass(rig, 1, 3000, 500);
	home_line_add(&line, &rig->home, SECOND_MS);
	home_line_write(&line, &rig->home, "and then", to);
	fclose(to);
	assert_string_equal(at, "time,pv_w,load_w,battery_w,grid_w,soc,charger1_w,output1,"
			    "limited_by,held_back_w\n"
			    "then,1000,833,167,0,50.00,0,0,,0\n"
			    "and then,3000,500,0,2500,50.00,0,0,cluster,0\n");
	free(rig);
}

static void self_sufficiency_of_nothing_is_whole(void **state)
{
	struct home_sum sum = { 0 };

	(void)state;
	assert_true(home_sum_self_sufficiency(&sum) == 100);
	assert_true(home_sum_self_consumption(&sum) == 100);
	sum.load_mj = 600;
	sum.cars_mj = 200;
	sum.import_mj = 200;
	sum.pv_mj = 1000;
	sum.export_mj = 100;
	assert_true(fabs(home_sum_self_sufficiency(&sum) - 75) < 1e-9);
	assert_true(fabs(home_sum_self_consumption(&sum) - 90) < 1e-9);
	sum.import_mj = 900;
	assert_true(home_sum_self_sufficiency(&sum) == 0);
}

/* Each house of cellar-sim year is one that cellard would take. */
static void all_houses_of_the_year_can_be(void **state)
{
	struct home_config home;
	struct house_config house;
	unsigned int climate, size;
	const char *why;

	(void)state;
	for (climate = 0; climate < YEAR_CLIMATES; climate++)
		for (size = 0; size < YEAR_SIZES; size++) {
			year_house_of(climate, size, &home, &house);
			if (site_config_check(&home.site, &why))
				fail_msg("%s %s: %s", year_climate_word(climate),
					 year_size_word(size), why);
			assert_non_null(home.battery.model);
			assert_int_equal(house.cars, home.site.chargers);
			assert_int_equal(house.grid_code, home.site.grid_code);
		}
	assert_null(year_climate_word(YEAR_CLIMATES));
	assert_null(year_size_word(YEAR_SIZES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(surplus_charges_and_lack_is_covered),
		cmocka_unit_test(inverter_that_is_told_by_limits_balances_the_house_itself),
		cmocka_unit_test(inverter_follows_after_its_lag),
		cmocka_unit_test(limits_of_a_recording_count_instead_of_the_models),
		cmocka_unit_test(production_is_held_back_at_zero_feed_in),
		cmocka_unit_test(blackout_with_emergency_power),
		cmocka_unit_test(blackout_without_emergency_power),
		cmocka_unit_test(car_takes_what_it_wants_and_its_box_counts),
		cmocka_unit_test(who_plugs_in_starts_the_session),
		cmocka_unit_test(switched_load_draws_when_it_is_asked_to),
		cmocka_unit_test(single_phase_box_of_a_three_phase_plant),
		cmocka_unit_test(stale_meter_is_one_that_nobody_believes),
		cmocka_unit_test(contacts_reach_the_energy_management),
		cmocka_unit_test(time_over_the_contract),
		cmocka_unit_test(time_over_the_limits_of_feed_in_and_battery),
		cmocka_unit_test(switchings_are_counted_by_the_day_of_the_site),
		cmocka_unit_test(energy_is_conserved),
		cmocka_unit_test(lines_are_means_that_add_up),
		cmocka_unit_test(self_sufficiency_of_nothing_is_whole),
		cmocka_unit_test(all_houses_of_the_year_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
