// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a step of the energy management costs, for the smallest site and for the largest,
 * and how long a year of steps of a second takes. The baseline moves as much memory as a
 * step is given and gives: inputs and outputs. Everything changes every second, as sun and
 * loads do. Prints:
 *
 *	site NAME NS BASELINE-NS LEAST MOST	medians, and all rounds, of a step
 *	year NAME SECONDS CPU-SECONDS STEPS	wall time, and that of the processor
 */
#include "../../userspace/core/site.h"
#include "../../userspace/core/site_state.h"

#include <stdlib.h>
#include <time.h>

#define ROUNDS		9
#define ROUND_STEPS	200000
#define YEAR_STEPS	31536000
#define NEW_YEAR_S	1767225600	/* 2026-01-01 00:00 UTC */

struct house {
	struct site_config config;
	struct site_state state;
	struct site_inputs in;
	struct site_outputs out;
	u64 now_ms;
};

static void plan_smallest(struct site_config *c)
{
	site_preset(c, SITE_PLANT_HYBRID_1PH);
	c->inverters = 1;
	c->inverter[0].rated_w = 6000;
	c->inverter[0].battery_w = 6000;
	c->inverter[0].curtails = true;
}

static void plan_largest(struct site_config *c)
{
	char name[SITE_NAME_SIZE];
	unsigned int i;

	site_preset(c, SITE_PLANT_HYBRID_3PH);
	c->contract_w = 30000;
	c->contract_margin_w = 500;
	c->feed_in_w = 10000;
	c->grid_code = SITE_CODE_RRCR;
	c->eps = true;
	c->timed_charge = true;
	c->battery_to_cars = true;
	c->inverters = SITE_INVERTERS_MAX;
	c->chargers = SITE_CHARGERS_MAX;
	c->outputs = SITE_OUTPUTS_MAX;
	c->rules = SITE_RULES_MAX;
	for (i = 0; i < c->inverters; i++) {
		c->inverter[i].rated_w = 6000;
		c->inverter[i].battery_w = 6000;
		c->inverter[i].eps_w = 6000;
		c->inverter[i].curtails = true;
	}
	for (i = 0; i < c->chargers; i++) {
		snprintf(name, sizeof(name), "box-%u", i);
		site_charger_defaults(&c->charger[i], name);
		c->charger[i].phases = i % 2 ? 3 : 1;
		c->charger[i].phase = (u8)(i / 2 % 3);
		c->charger[i].priority = (u8)(i % 3);
		c->charger[i].strategy = (u8)(i % SITE_STRATEGIES);
		c->charger[i].mode = SITE_PLUG_AND_PLAY;
		c->charger[i].wh_per_km = 160;
		c->charger[i].km = 500;
		c->charger[i].duration_min = 720;
	}
	for (i = 0; i < c->outputs; i++) {
		snprintf(name, sizeof(name), "relay-%u", i);
		site_output_defaults(&c->output[i], name);
		c->output[i].enabled = true;
		c->output[i].variable = (u8)(i + 1);
		c->output[i].upper = 3000;
		c->output[i].lower = 1000;
		c->output[i].from_min = 360;
		c->output[i].to_min = 1320;
	}
	/* none of them is in force, so that all are looked at */
	for (i = 0; i < c->rules; i++)
		c->rule[i] = (struct site_rule){
			.enabled = true, .from_min = 60, .to_min = 120, .target_percent = 90,
			.power_w = 5000, .from_day = 1101, .to_day = 228, .weekdays = 0x7f,
		};
}

static int house_start(struct house *h, void (*plan)(struct site_config *config))
{
	const char *why = "";
	unsigned int i;

	memset(h, 0, sizeof(*h));
	site_defaults(&h->config);
	plan(&h->config);
	if (site_config_check(&h->config, &why)) {
		fprintf(stderr, "site_step: %s\n", why);
		return -EINVAL;
	}
	site_start(&h->state, &h->config);
	site_inputs_clear(&h->in);
	h->now_ms = 1000;
	h->in.wall_s = NEW_YEAR_S;
	h->in.utc_offset_s = 3600;
	h->in.grid = (struct site_value){ 1, 0 };
	h->in.drm.age_ms = 0;
	h->in.cease.age_ms = 0;
	h->in.rrcr = (struct site_value){ 8, 0 };
	h->in.battery = (struct site_battery_inputs){
		.soc_centi = 5000, .packs = 16, .voltage_mv = 52000,
		.charge_w = 40000, .discharge_w = 40000,
	};
	for (i = 0; i < h->config.inverters; i++)
		h->in.inverter[i].ok = true;
	for (i = 0; i < h->config.inverters; i++)
		h->in.inverter[i].age_ms = 0;
	for (i = 0; i < h->config.chargers; i++)
		h->in.charger[i] = (struct site_charger_inputs){
			.car = SITE_CAR_PLUGGED, .car_phases = 3, .car_ma = 16000,
		};

	return 0;
}

/* A second later: the sun and the house have moved a little, the plant has followed. */
static void pass(struct house *h, u32 second)
{
	s32 day = (s32)(second % 86400), sun, load, cars = 0, battery = h->out.battery_w, rest;
	struct site_inputs *in = &h->in;
	unsigned int i;

	sun = day > 21600 && day < 64800 ? (day < 43200 ? day - 21600 : 64800 - day) : 0;
	sun += (s32)(second * 2654435761u >> 24);
	load = 800 + (s32)(second / 600 % 7) * 400 + (s32)(second * 2246822519u >> 25);
	for (i = 0; i < h->config.chargers; i++) {
		s32 power = h->out.charger[i].power_w;

		in->charger[i].power_w.value = power;
		in->charger[i].car = power ? SITE_CAR_CHARGES : SITE_CAR_PLUGGED;
		cars += power;
	}
	in->production_w = (struct site_value){ sun, 0 };
	in->battery.battery_w = (struct site_value){ battery, 0 };
	in->battery.soc_centi = (u16)(500 + second / 16 % 9000);
	for (i = 0; i < h->config.inverters; i++) {
		in->inverter[i].pv_w = (struct site_value){ sun / (s32)h->config.inverters, 0 };
		in->inverter[i].battery_w = (struct site_value){ h->out.inverter[i].battery_w, 0 };
	}
	rest = sun - load - cars - battery;
	for (i = 0; i < h->config.phases; i++)
		in->exchange_w[i] = (struct site_value){ rest / h->config.phases, 0 };
	in->wall_s++;
	h->now_ms += 1000;
}

static double now_s(clockid_t clock)
{
	struct timespec at;

	clock_gettime(clock, &at);

	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static double steps_ns(struct house *h)
{
	double start = now_s(CLOCK_PROCESS_CPUTIME_ID);
	u32 i;

	for (i = 0; i < ROUND_STEPS; i++) {
		pass(h, i);
		ems_step(&h->config, &h->state, &h->in, h->now_ms, &h->out);
	}

	return (now_s(CLOCK_PROCESS_CPUTIME_ID) - start) * 1e9 / ROUND_STEPS;
}

/* The same without the step: moves what it is given and what it gives. */
static double moves_ns(struct house *h, struct house *to)
{
	double start = now_s(CLOCK_PROCESS_CPUTIME_ID);
	u32 i;

	for (i = 0; i < ROUND_STEPS; i++) {
		pass(h, i);
		to->in = h->in;
		to->out = h->out;
		/* what is moved is looked at */
		__asm__ volatile("" : : "r"(to) : "memory");
	}

	return (now_s(CLOCK_PROCESS_CPUTIME_ID) - start) * 1e9 / ROUND_STEPS;
}

static int smaller(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int measure(const char *name, void (*plan)(struct site_config *config), struct house *h,
		   struct house *other)
{
	double step[ROUNDS], move[ROUNDS], wall, cpu;
	unsigned int i;
	u32 second;

	if (house_start(h, plan))
		return -EINVAL;
	for (i = 0; i < ROUNDS; i++) {
		step[i] = steps_ns(h);
		move[i] = moves_ns(h, other);
	}
	qsort(step, ROUNDS, sizeof(step[0]), smaller);
	qsort(move, ROUNDS, sizeof(move[0]), smaller);
	printf("site %s %.1f %.1f %.1f %.1f\n", name, step[ROUNDS / 2], move[ROUNDS / 2], step[0],
	       step[ROUNDS - 1]);

	if (house_start(h, plan))
		return -EINVAL;
	wall = now_s(CLOCK_MONOTONIC);
	cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
	for (second = 0; second < YEAR_STEPS; second++) {
		pass(h, second);
		ems_step(&h->config, &h->state, &h->in, h->now_ms, &h->out);
	}
	printf("year %s %.1f %.1f %u\n", name, now_s(CLOCK_MONOTONIC) - wall,
	       now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu, second);

	return 0;
}

int main(void)
{
	struct house *h = calloc(2, sizeof(*h));
	int result = h ? measure("smallest", plan_smallest, &h[0], &h[1]) : -ENOMEM;

	if (!result)
		result = measure("largest", plan_largest, &h[0], &h[1]);
	free(h);

	return result ? EXIT_FAILURE : EXIT_SUCCESS;
}
