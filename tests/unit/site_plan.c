// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configurations for the world of site_world.h: every plant, grid code, strategy, mode and
 * variable, usual figures and those at an edge. All of them are right.
 */
#include "site_world.h"

u32 site_bits(u64 *what, unsigned int n)
{
	u32 value = (u32)(*what & (BIT_ULL(n) - 1));

	*what >>= n;

	return value;
}

/* More chance than one word has. */
static u64 more(u64 *seed)
{
	u64 z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;

	return z ^ z >> 31;
}

static const u16 minutes[] = { 0, 1, 60, 420, 719, 720, 1080, 1320, 1380, 1439, 1440 };
static const u16 month_days[] = { 101, 105, 228, 229, 301, 331, 630, 1101, 1215, 1231 };

static void hours(u64 *chance, u16 *from, u16 *to)
{
	*from = minutes[site_bits(chance, 8) % (ARRAY_SIZE(minutes) - 1)];
	*to = minutes[site_bits(chance, 8) % ARRAY_SIZE(minutes)];
	if (site_bits(chance, 2) == 0)
		*to = *from;
}

static void days(u64 *chance, u16 *from, u16 *to)
{
	*from = 0;
	*to = 0;
	if (site_bits(chance, 1))
		return;
	*from = month_days[site_bits(chance, 8) % ARRAY_SIZE(month_days)];
	*to = month_days[site_bits(chance, 8) % ARRAY_SIZE(month_days)];
}

static void plan_inverter(struct site_inverter_config *c, u64 chance)
{
	static const u16 sizes[] = { 3000, 5000, 6000, 20000 };

	c->rated_w = sizes[site_bits(&chance, 2)];
	c->battery_w = site_bits(&chance, 3) ? c->rated_w : site_bits(&chance, 1) ? 0 : 2500;
	c->eps_w = site_bits(&chance, 1) ? c->rated_w : 0;
	c->curtails = site_bits(&chance, 2) != 0;
}

static void plan_charger(struct site_charger_config *c, const struct site_config *config,
			 u64 chance)
{
	static const u16 currents[] = { 16000, 32000, 20000, 13000 };

	c->strategy = site_bits(&chance, 8) % SITE_STRATEGIES;
	c->mode = site_bits(&chance, 1) ? SITE_PLUG_AND_PLAY : site_bits(&chance, 4) % 3;
	c->phases = config->phases == 3 && site_bits(&chance, 1) ? 3 : 1;
	c->phase = config->phases == 3 ? site_bits(&chance, 4) % 3 : 0;
	c->priority = (u8)site_bits(&chance, 1);
	c->cable_ma = currents[site_bits(&chance, 2)];
	c->box_ma = currents[site_bits(&chance, 2)];
	c->min_ma = site_bits(&chance, 2) ? 6000 : 8000;
	c->step_ma = site_bits(&chance, 1) ? 1000 : 100;
	c->wh_per_km = 150 + site_bits(&chance, 4);
	c->km = site_bits(&chance, 4) ? 1 + site_bits(&chance, 4) : 200;
	c->start_min = minutes[site_bits(&chance, 8) % (ARRAY_SIZE(minutes) - 1)];
	c->duration_min = site_bits(&chance, 1) ? 120 : 720;
	c->power_w = site_bits(&chance, 1) ? SITE_NO_LIMIT : 3000 + (s32)site_bits(&chance, 12);
	c->min_run_s = site_bits(&chance, 1) ? 60 : 300;
	c->min_pause_s = site_bits(&chance, 1) ? 60 : 300;
	c->cards = site_bits(&chance, 2) ? 0x0f : 0xa5;
}

static void plan_output(struct site_output_config *c, u64 chance)
{
	static const struct {
		s32 upper, lower;
	} thresholds[SITE_VARIABLES] = {
		[SITE_SOC] = { 80, 40 },
		[SITE_PV_POWER] = { 3000, 1000 },
		[SITE_CAR_POWER] = { 2000, 100 },
		[SITE_GRID_POWER] = { 1500, 200 },
		[SITE_FEED_IN_POWER] = { 1000, 0 },
	};

	c->enabled = site_bits(&chance, 3) != 0;
	c->grid_out = site_bits(&chance, 1);
	c->closed_without = site_bits(&chance, 1);
	c->variable = site_bits(&chance, 8) % SITE_VARIABLES;
	c->upper = thresholds[c->variable].upper;
	c->lower = thresholds[c->variable].lower;
	c->check_s = site_bits(&chance, 2) ? 1 + site_bits(&chance, 6) : 900;
	c->min_on_s = site_bits(&chance, 1) ? 0 : site_bits(&chance, 8);
	c->min_off_s = site_bits(&chance, 1) ? 0 : site_bits(&chance, 8);
	if (site_bits(&chance, 1))
		hours(&chance, &c->from_min, &c->to_min);
	if (site_bits(&chance, 1))
		days(&chance, &c->from_day, &c->to_day);
	c->load_w = site_bits(&chance, 1) ? 0 : 1500;
}

static void plan_rule(struct site_rule *rule, u64 chance)
{
	rule->enabled = site_bits(&chance, 2) != 0;
	rule->target_percent = site_bits(&chance, 1) ? 100 : 40 + (u8)site_bits(&chance, 5);
	rule->power_w = site_bits(&chance, 1) ? 1500 : 20000;
	rule->weekdays = site_bits(&chance, 1) ? 0x7f : 1 + (u8)site_bits(&chance, 6);
	hours(&chance, &rule->from_min, &rule->to_min);
	days(&chance, &rule->from_day, &rule->to_day);
}

static void plan_limits(struct site_config *c, u64 chance)
{
	static const s32 contracts[] = { 3000, 4500, 6000, 15000 };

	c->contract_w = site_bits(&chance, 2) ? contracts[site_bits(&chance, 2)] : SITE_NO_LIMIT;
	c->contract_margin_w = site_bits(&chance, 1) ? 0 : 200;
	c->feed_in_w = site_bits(&chance, 1) ? SITE_NO_LIMIT : site_bits(&chance, 1) ? 0 : 3000;
	c->grid_code = (u8)site_bits(&chance, 2);
	c->rrcr_hold_s = site_bits(&chance, 1) ? 60 : 0;
	c->return_s = site_bits(&chance, 1) ? 60 : 0;
	c->family = (u8)site_bits(&chance, 2);
	c->control = site_bits(&chance, 2) ? SITE_BY_SET_POINTS : SITE_BY_LIMITS;
	c->eps = site_bits(&chance, 2) != 0;
	c->eps_dod_percent = site_bits(&chance, 1) ? 90 : 70;
	c->eps_buffer_percent = site_bits(&chance, 1) ? 5 : 20;
	c->dod_percent = site_bits(&chance, 1) ? 90 : 60;
	c->timed_charge = site_bits(&chance, 2) != 0;
	c->battery_to_cars = site_bits(&chance, 1);
}

void site_world_configure(struct site_config *config, u64 plan)
{
	u64 chance = plan, seed = plan;
	unsigned int i, plant = site_bits(&chance, 8) % SITE_PLANTS;
	bool no_pv, foreign;

	site_defaults(config);
	if (plant == SITE_PLANT_FREE) {
		config->phases = site_bits(&chance, 1) ? 1 : 3;
		config->exchange = SITE_SOURCE_METER;
		config->production = SITE_SOURCE_INVERTER;
	} else {
		site_preset(config, (enum site_plant)plant);
	}
	no_pv = plant == SITE_PLANT_NO_PV_1PH || plant == SITE_PLANT_NO_PV_3PH;
	foreign = plant == SITE_PLANT_FOREIGN_1PH || plant == SITE_PLANT_FOREIGN_3PH;

	plan_limits(config, more(&seed));
	config->inverters = site_bits(&chance, 3) ? 1 : 1 + site_bits(&chance, 3);
	if (no_pv || foreign)
		config->inverters = 0;
	config->chargers = site_bits(&chance, 1) ? site_bits(&chance, 1) : site_bits(&chance, 2);
	if (site_bits(&chance, 5) == 0)
		config->chargers = SITE_CHARGERS_MAX;
	config->outputs = site_bits(&chance, 1) ? 0 : 1 + site_bits(&chance, 2);
	config->rules = site_bits(&chance, 1) ? 0 : 1 + site_bits(&chance, 2);

	for (i = 0; i < config->inverters; i++)
		plan_inverter(&config->inverter[i], more(&seed));
	for (i = 0; i < config->chargers; i++) {
		char name[SITE_NAME_SIZE];

		snprintf(name, sizeof(name), "box-%u", i);
		site_charger_defaults(&config->charger[i], name);
		plan_charger(&config->charger[i], config, more(&seed));
	}
	for (i = 0; i < config->outputs; i++) {
		char name[SITE_NAME_SIZE];

		snprintf(name, sizeof(name), "relay-%u", i);
		site_output_defaults(&config->output[i], name);
		plan_output(&config->output[i], more(&seed));
	}
	for (i = 0; i < config->rules; i++)
		plan_rule(&config->rule[i], more(&seed));
}
