// SPDX-License-Identifier: GPL-2.0-only
/*
 * Figures of the simulator's own, such as such houses have. Each size steers its battery
 * another way, and each climate has another grid operator, so that three times three
 * houses try what the energy management can.
 */
#include "year_houses.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct climate {
	const char *word;
	double latitude, longitude, tilt;
	double mean_c, season_c;
	struct sky_climate sky;
	u8 grid_code;
};

static const struct climate climates[YEAR_CLIMATES] = {
	[YEAR_NORTH] = { "north", 59.3, 18.1, 40, 7, 11, { 0.8, 1.3 }, SITE_CODE_RRCR },
	[YEAR_MIDDLE] = { "middle", 43.5, 11.6, 25, 14, 10, { 1, 1 }, SITE_CODE_CEASE },
	[YEAR_SOUTH] = { "south", 35.3, 25.1, 25, 19, 8, { 1.4, 0.5 }, SITE_CODE_DRM },
};

struct size {
	const char *word;
	u8 plant, control;
	unsigned int inverters;
	u32 rated_w;	/* of each inverter, and of its battery side */
	double kwp, kwh;
	const char *model;
	unsigned int packs;
	s32 contract_w, feed_in_w;
	struct site_charger_config charger[2];
	unsigned int chargers;
	struct site_output_config output[2];
	unsigned int outputs;
};

static const struct size sizes[YEAR_SIZES] = {
	[YEAR_SMALL] = {
		.word = "small", .plant = SITE_PLANT_HYBRID_1PH, .control = SITE_BY_LIMITS,
		.inverters = 1, .rated_w = 3000, .kwp = 3, .kwh = 2500,
		.model = "pylontech,us2000", .packs = 2,
		.contract_w = 4500, .feed_in_w = SITE_NO_LIMIT,
		.chargers = 1,
		.charger = {
			{
				.name = "yard", .strategy = SITE_KILOMETRES_REPEATED,
				.phases = 1, .box_ma = 16000, .cable_ma = 16000,
				.wh_per_km = 160, .km = 40,
			},
		},
	},
	[YEAR_MEDIUM] = {
		.word = "medium", .plant = SITE_PLANT_HYBRID_1PH, .control = SITE_BY_SET_POINTS,
		.inverters = 1, .rated_w = 5000, .kwp = 5, .kwh = 3500,
		.model = "zcs,zsx5120", .packs = 2,
		.contract_w = 6000, .feed_in_w = 0,
		.chargers = 1,
		.charger = {
			{
				.name = "garage", .strategy = SITE_ECOLOGICAL_MIXED,
				.phases = 1, .box_ma = 32000, .cable_ma = 32000,
			},
		},
		.outputs = 1,
		.output = {
			{
				.name = "boiler", .variable = SITE_PV_POWER,
				.upper = 3000, .lower = 2000, .load_w = 1200,
				.min_on_s = 900, .min_off_s = 900,
			},
		},
	},
	[YEAR_LARGE] = {
		.word = "large", .plant = SITE_PLANT_HYBRID_3PH, .control = SITE_BY_SET_POINTS,
		.inverters = 2, .rated_w = 6000, .kwp = 12, .kwh = 7000,
		.model = "lesso,lsrr51v100ah", .packs = 4,
		.contract_w = 10000, .feed_in_w = 6000,
		.chargers = 2,
		.charger = {
			{
				.name = "left", .strategy = SITE_FAST,
				.phases = 3, .box_ma = 16000, .cable_ma = 20000, .priority = 1,
			},
			{
				.name = "right", .strategy = SITE_ECOLOGICAL_PURE,
				.phases = 1, .phase = 1, .box_ma = 32000, .cable_ma = 32000,
				.priority = 2,
			},
		},
		.outputs = 2,
		.output = {
			{
				.name = "heat_pump", .variable = SITE_SOC,
				.upper = 80, .lower = 40, .load_w = 1500,
				.min_on_s = 1800, .min_off_s = 1800,
				.from_min = 8 * 60, .to_min = 20 * 60,
			},
			{
				.name = "pool", .variable = SITE_FEED_IN_POWER,
				.upper = 2000, .lower = 300, .load_w = 800,
				.min_on_s = 1800, .min_off_s = 900,
				.from_day = 501, .to_day = 930,
			},
		},
	},
};

#define CHARGER_LAG_MS	5000	/* IEC 61851: what a car may take to follow */
#define INVERTER_LAG_MS	1000
#define CAR_MA		16000
#define EFFICIENCY	0.96	/* spec/field.md 8.4 */
#define START		0.5
/* On the grid and off it: the reserve for a blackout is where the day's discharge ends */
#define DOD_PERCENT		90
#define EPS_DOD_PERCENT		95
#define EPS_BUFFER_PERCENT	5

const char *year_climate_word(unsigned int climate)
{
	return climate < YEAR_CLIMATES ? climates[climate].word : NULL;
}

const char *year_size_word(unsigned int size)
{
	return size < YEAR_SIZES ? sizes[size].word : NULL;
}

void year_climate_of(enum year_climate climate, struct house_config *house)
{
	const struct climate *c = &climates[climate];

	house->roof.latitude = c->latitude;
	house->roof.longitude = c->longitude;
	house->roof.tilt = c->tilt;
	house->roof.mean_c = c->mean_c;
	house->roof.season_c = c->season_c;
	house->climate = c->sky;
}

static void take_inverters(struct site_config *site, const struct size *size)
{
	unsigned int i;

	site->inverters = size->inverters;
	for (i = 0; i < size->inverters; i++) {
		site->inverter[i] = (struct site_inverter_config){
			.rated_w = size->rated_w, .battery_w = size->rated_w,
			.eps_w = size->rated_w, .curtails = true,
		};
		snprintf(site->inverter[i].name, sizeof(site->inverter[i].name), "inverter%u",
			 i + 1);
	}
}

/* What the table has, on top of the defaults. */
static void take_chargers(struct site_config *site, const struct size *size)
{
	unsigned int i;

	site->chargers = size->chargers;
	for (i = 0; i < size->chargers; i++) {
		const struct site_charger_config *from = &size->charger[i];
		struct site_charger_config *to = &site->charger[i];

		site_charger_defaults(to, from->name);
		to->strategy = from->strategy;
		to->mode = SITE_PLUG_AND_PLAY;
		to->phases = from->phases;
		to->phase = from->phase;
		to->priority = from->priority;
		to->box_ma = from->box_ma;
		to->cable_ma = from->cable_ma;
		if (from->km) {
			to->wh_per_km = from->wh_per_km;
			to->km = from->km;
		}
	}
}

static void take_outputs(struct site_config *site, const struct size *size)
{
	unsigned int i;

	site->outputs = size->outputs;
	for (i = 0; i < size->outputs; i++) {
		const struct site_output_config *from = &size->output[i];
		struct site_output_config *to = &site->output[i];

		site_output_defaults(to, from->name);
		to->enabled = true;
		to->variable = from->variable;
		to->upper = from->upper;
		to->lower = from->lower;
		to->load_w = from->load_w;
		to->min_on_s = from->min_on_s;
		to->min_off_s = from->min_off_s;
		to->from_min = from->from_min;
		to->to_min = from->to_min;
		to->from_day = from->from_day;
		to->to_day = from->to_day;
	}
}

static void take_site(struct site_config *site, const struct size *size, u8 grid_code)
{
	site_defaults(site);
	site_preset(site, size->plant);
	site->control = size->control;
	site->grid_code = grid_code;
	site->contract_w = size->contract_w;
	site->feed_in_w = size->feed_in_w;
	site->dod_percent = DOD_PERCENT;
	site->battery_to_cars = true;
	site->eps = true;
	site->eps_dod_percent = EPS_DOD_PERCENT;
	site->eps_buffer_percent = EPS_BUFFER_PERCENT;
	take_inverters(site, size);
	take_chargers(site, size);
	take_outputs(site, size);
}

void year_house_of(enum year_climate climate, enum year_size n, struct home_config *home,
		   struct house_config *house)
{
	const struct size *size = &sizes[n];
	unsigned int i;

	memset(home, 0, sizeof(*home));
	take_site(&home->site, size, climates[climate].grid_code);
	home->battery = (struct home_battery_config){
		.model = cellar_model_by_key(size->model), .packs = size->packs,
		.start = START, .efficiency = EFFICIENCY,
	};
	home->inverter_lag_ms = INVERTER_LAG_MS;
	home->charger_lag_ms = CHARGER_LAG_MS;
	home->switched_loads = true;

	memset(house, 0, sizeof(*house));
	year_climate_of(climate, house);
	house->roof.kwp = size->kwp;
	house->roof.most_w = size->inverters * (double)size->rated_w;
	house->kwh = size->kwh;
	house->grid_code = climates[climate].grid_code;
	house->cars = size->chargers;
	for (i = 0; i < house->cars; i++) {
		house->car_ma[i] = CAR_MA;
		house->car_phases[i] = size->charger[i].phases;
	}
}
