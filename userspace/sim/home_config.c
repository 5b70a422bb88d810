// SPDX-License-Identifier: GPL-2.0-only
/*
 * From sections to what a house is made of.
 */
#include "home_config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../io/time_zone.h"
#include "year_houses.h"

/* The same climates, under the names of two rooms */
_Static_assert((int)YEAR_NORTH == CONFIG_NORTH && (int)YEAR_MIDDLE == CONFIG_MIDDLE &&
	       (int)YEAR_SOUTH == CONFIG_SOUTH, "climates");

#define MS_PER_S	1000
#define PER_MILLI	1000.0
#define CAR_MA		16000

static void complain(void *user, const char *text)
{
	(void)user;
	fprintf(stderr, "cellar-sim: %s\n", text);
}

static void take_home(struct home_config *home, const struct config *config)
{
	const struct config_simulation *simulation = &config->simulation;

	memset(home, 0, sizeof(*home));
	home->site = config->house.site;
	home->battery = (struct home_battery_config){
		.model = &cellar_models[simulation->model],
		.packs = simulation->packs,
		.start = simulation->start_soc_percent / 100.0,
		.efficiency = simulation->efficiency_percent / 100.0,
	};
	home->inverter_lag_ms = simulation->inverter_lag_s * MS_PER_S;
	home->charger_lag_ms = simulation->charger_lag_s * MS_PER_S;
	home->switched_loads = simulation->switched_loads;
}

static void take_house(struct house_config *house, const struct config *config)
{
	const struct config_simulation *simulation = &config->simulation;
	const struct site_config *site = &config->house.site;
	unsigned int i;

	memset(house, 0, sizeof(*house));
	year_climate_of((enum year_climate)simulation->climate, house);
	house->roof.latitude = simulation->latitude / PER_MILLI;
	house->roof.longitude = simulation->longitude / PER_MILLI;
	house->roof.tilt = simulation->tilt;
	house->roof.azimuth = simulation->azimuth / PER_MILLI;
	for (i = 0; i < site->inverters; i++)
		house->roof.most_w += site->inverter[i].rated_w;
	house->roof.kwp = simulation->pv_wp / PER_MILLI;
	if (!simulation->pv_wp)
		house->roof.kwp = house->roof.most_w / PER_MILLI;
	if (!site->inverters)
		house->roof.most_w = simulation->pv_wp;
	if (site->production == SITE_SOURCE_NONE)
		house->roof.kwp = 0;
	house->kwh = simulation->load_kwh;
	house->grid_code = site->grid_code;
	house->cars = site->chargers;
	for (i = 0; i < house->cars; i++) {
		house->car_ma[i] = CAR_MA;
		house->car_phases[i] = site->charger[i].phases;
	}
}

int home_config_read(struct config *config, struct home_config *home,
		     struct house_config *house, const char *path)
{
	if (access(path, R_OK)) {
		fprintf(stderr, "cellar-sim: %s cannot be read: %s\n", path, strerror(errno));
		return -EINVAL;
	}
	if (config_load(config, path, complain, NULL))
		return -EINVAL;
	if (!config->house.given) {
		fprintf(stderr, "cellar-sim: %s: no [site]: there is no house to simulate\n",
			path);
		return -EINVAL;
	}
	time_zone_set(config->house.timezone);
	take_home(home, config);
	if (house)
		take_house(house, config);
	return 0;
}

int home_config_load(struct home_config *home, struct house_config *house, const char *path)
{
	static struct config config;

	return home_config_read(&config, home, house, path);
}
