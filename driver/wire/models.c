// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of known packs, row by row as in spec/packs.md "Models" and in its
 * order; where two of its figures disagree, the safer one.
 */
#include "models.h"

/*
 * What the rows of one table line share. The voltage of a ZSX5000, a WeCo and a
 * Pylontech is what a ZCS inverter shows for them (packs.md, source H).
 */
#define LESSO_VOLTIUM \
	.cells = 16, .nominal_mv = 51200, .capacity_mah = 100000, \
	.dod_percent = 96, .packs_max = 32, \
	.charge_min_c = -5, .charge_max_c = 50, \
	.discharge_min_c = -10, .discharge_max_c = 50, \
	.voltage_min_mv = 44800, .voltage_max_mv = 57600, \
	.absorption_mv = 56000, .float_mv = 54600, \
	.charge_ma = 50000, .charge_max_ma = 70000, \
	.discharge_ma = 50000, .discharge_max_ma = 100000

#define ZSX5000 \
	.cells = 16, .nominal_mv = 51200, .capacity_mah = 100000, \
	.dod_percent = 90, .packs_max = 4, \
	.absorption_mv = 58400, \
	.charge_ma = 50000, .charge_max_ma = 50000, \
	.discharge_ma = 50000, .discharge_max_ma = 50000

#define PYLONTECH \
	.cells = 15, .nominal_mv = 48000, .dod_percent = 80, \
	.voltage_min_mv = 47000, .voltage_max_mv = 54000, \
	.absorption_mv = 53200

#define WECO \
	.cells = 16, .nominal_mv = 51200, .dod_percent = 90, .packs_max = 5, \
	.voltage_min_mv = 48000, .voltage_max_mv = 59300, \
	.absorption_mv = 58400, \
	.charge_ma = 65000, .charge_max_ma = 65000, \
	.discharge_ma = 65000, .discharge_max_ma = 65000

const struct cellar_model cellar_models[] = {
	{ "lesso,lsrr51v100ah", "LESSO", "LSRR51V100AH-LFP", LESSO_VOLTIUM },
	{ "voltium,ve-ess-r5120", "Voltium", "VE-ESS-R5120", LESSO_VOLTIUM },
	{
		"zcs,zsx5120", "ZCS Azzurro", "ZSX5120",
		.cells = 16, .nominal_mv = 51200, .capacity_mah = 100000,
		.dod_percent = 90, .packs_max = 4,
		.charge_min_c = 0, .charge_max_c = 50,
		.discharge_min_c = -10, .discharge_max_c = 50,
		.voltage_min_mv = 45600, .voltage_max_mv = 56160,
		.absorption_mv = 56000,
		.charge_ma = 50000, .charge_max_ma = 50000,
		.discharge_ma = 50000, .discharge_max_ma = 50000,
	},
	{ "zcs,zsx5000", "ZCS Azzurro", "ZSX5000", ZSX5000 },
	{ "zcs,zsx5000-pro", "ZCS Azzurro", "ZSX5000 PRO", ZSX5000 },
	{ "zcs,zsx5000-s", "ZCS Azzurro", "ZSX5000 S", ZSX5000 },
	{
		"pylontech,us2000", "Pylontech", "US2000", PYLONTECH,
		.capacity_mah = 50000,
		.charge_ma = 25000, .charge_max_ma = 25000,
		.discharge_ma = 25000, .discharge_max_ma = 25000,
	},
	/* the currents of a US5000 are what its BMS asks for */
	{ "pylontech,us5000", "Pylontech", "US5000", PYLONTECH, .capacity_mah = 100000 },
	{ "weco,4k4", "WeCo", "4K4", WECO, .capacity_mah = 86000 },
	{ "weco,4k4-pro", "WeCo", "4K4PRO", WECO, .capacity_mah = 86000 },
	{ "weco,4k4-lt", "WeCo", "4K4-LT", WECO, .capacity_mah = 86000 },
	{ "weco,5k3", "WeCo", "5K3", WECO, .capacity_mah = 100000 },
	{ "weco,5k3-xp", "WeCo", "5K3XP", WECO, .capacity_mah = 100000 },
	{ .key = NULL }
};
EXPORT_SYMBOL_GPL(cellar_models);

const struct cellar_model *cellar_model_by_key(const char *key)
{
	const struct cellar_model *model;

	for (model = cellar_models; model->key; model++)
		if (!strcmp(model->key, key))
			return model;

	return NULL;
}
EXPORT_SYMBOL_GPL(cellar_model_by_key);
