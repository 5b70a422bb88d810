/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The battery of a simulated house: so many packs of a model as one store of energy, with
 * what is lost on the way in and out, and the limits that its BMS would say. plant.h has
 * the packs one by one; a year of seconds wants this.
 */
#ifndef CELLAR_SIM_HOME_BATTERY_H
#define CELLAR_SIM_HOME_BATTERY_H

#include "models.h"

#define HOME_BATTERY_PACKS_MAX	256

/*
 * @model: with its nominal voltage and capacity
 * @start: 0…1; @efficiency: each way, more than 0, at most 1
 */
struct home_battery_config {
	const struct cellar_model *model;
	unsigned int packs;
	double start, efficiency;
};

/* Wh in the cells; powers are AC, > 0 charges */
struct home_battery {
	double capacity_wh, stored_wh, efficiency;
	double charged_wh, discharged_wh, lost_wh;
	u32 voltage_mv;
	u32 charge_ma, discharge_ma;	/* of all packs, when nothing tapers */
	unsigned int packs;
};

/* @packs 0: a house without a battery, that allows nothing. */
void home_battery_start(struct home_battery *battery, const struct home_battery_config *config);

/* 0…1 */
double home_battery_soc(const struct home_battery *battery);

/*
 * What the BMS allows now, in whole amperes of a pack: less near full and near empty, and
 * nothing at the end.
 */
u32 home_battery_charge_ma(const struct home_battery *battery);
u32 home_battery_discharge_ma(const struct home_battery *battery);

/* What of @w can pass for @ms > 0: neither above full nor below empty. */
s32 home_battery_can(const struct home_battery *battery, s32 w, u32 ms);

/* @w, of home_battery_can(), passes for @ms. */
void home_battery_pass(struct home_battery *battery, s32 w, u32 ms);

/* A current of the battery as a power, and back; rounded down. */
s32 home_battery_w(const struct home_battery *battery, u32 ma);

#endif /* CELLAR_SIM_HOME_BATTERY_H */
