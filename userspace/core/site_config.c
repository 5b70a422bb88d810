// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a site is set up before anybody changes it, and the nine plants of the manual. What of
 * a configuration cannot be is site_check.c.
 */
#include "site_parts.h"

/* spec/ems.md, "Plant" */
static const struct {
	u8 phases, exchange, production;
} plants[SITE_PLANTS] = {
	[SITE_PLANT_HYBRID_1PH] = { 1, SITE_SOURCE_INVERTER, SITE_SOURCE_INVERTER },
	[SITE_PLANT_RETROFIT_1PH] = { 1, SITE_SOURCE_INVERTER, SITE_SOURCE_INVERTER },
	[SITE_PLANT_HYBRID_3PH] = { 3, SITE_SOURCE_INVERTER, SITE_SOURCE_INVERTER },
	[SITE_PLANT_STRING_1PH] = { 1, SITE_SOURCE_SENSOR_1, SITE_SOURCE_INVERTER },
	[SITE_PLANT_STRING_3PH] = { 3, SITE_SOURCE_METER, SITE_SOURCE_INVERTER },
	[SITE_PLANT_FOREIGN_1PH] = { 1, SITE_SOURCE_SENSOR_1, SITE_SOURCE_SENSOR_2 },
	[SITE_PLANT_FOREIGN_3PH] = { 3, SITE_SOURCE_METER, SITE_SOURCE_SENSOR_2 },
	[SITE_PLANT_NO_PV_1PH] = { 1, SITE_SOURCE_SENSOR_1, SITE_SOURCE_NONE },
	[SITE_PLANT_NO_PV_3PH] = { 3, SITE_SOURCE_METER, SITE_SOURCE_NONE },
};

void site_defaults(struct site_config *config)
{
	*config = (struct site_config){
		.plant = SITE_PLANT_FREE,
		.phases = 1,
		.exchange = SITE_SOURCE_METER,
		.production = SITE_SOURCE_METER,
		.control = SITE_BY_SET_POINTS,
		/* what an inverter has before its installer changes it (packs.md) */
		.dod_percent = 50,
		.eps_dod_percent = 80,
		.eps_buffer_percent = 10,
		.contract_w = SITE_NO_LIMIT,
		.contract_margin_w = 100,
		.feed_in_w = SITE_NO_LIMIT,
		.standby_w = 100,
		.fresh_ms = 5000,
		/* within 2 s a mode must be acted on: who is silent for so long counts as on */
		.contact_fresh_ms = 2000,
		.rrcr_hold_s = 60,
		.return_s = 60,
	};
}

void site_charger_defaults(struct site_charger_config *charger, const char *name)
{
	*charger = (struct site_charger_config){
		.strategy = SITE_FAST,
		.mode = SITE_REMOTE,
		.phases = 1,
		.cable_ma = 16000,
		.box_ma = 16000,
		.min_ma = 6000,
		.step_ma = 1000,
		.wh_per_km = 180,
		.km = 50,
		.duration_min = 60,
		.power_w = SITE_NO_LIMIT,
		.min_run_s = 300,
		.min_pause_s = 300,
	};
	snprintf(charger->name, sizeof(charger->name), "%s", name);
}

void site_output_defaults(struct site_output_config *output, const char *name)
{
	*output = (struct site_output_config){
		.variable = SITE_PV_POWER,
		.upper = 3000,
		.lower = 2000,
		.check_s = 900,
	};
	snprintf(output->name, sizeof(output->name), "%s", name);
}

void site_preset(struct site_config *config, enum site_plant plant)
{
	config->plant = (u8)plant;
	if (plant == SITE_PLANT_FREE)
		return;

	config->phases = plants[plant].phases;
	config->exchange = plants[plant].exchange;
	config->production = plants[plant].production;
}

bool site_is_preset(const struct site_config *config)
{
	return config->plant == SITE_PLANT_FREE ||
	       (config->phases == plants[config->plant].phases &&
		config->exchange == plants[config->plant].exchange &&
		config->production == plants[config->plant].production);
}
