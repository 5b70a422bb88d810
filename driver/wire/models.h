/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is fixed about the packs we know (spec/packs.md, "Models"). A model is
 * named by its devicetree compatible.
 */
#ifndef CELLAR_WIRE_MODELS_H
#define CELLAR_WIRE_MODELS_H

#include "env.h"

/*
 * Where the table has two figures for one thing the safer one stands here; 0
 * where the makers give none.
 *
 * @charge_ma, @charge_max_ma: standard and highest continuous current per pack
 * @voltage_min_mv, @voltage_max_mv: range of the pack
 */
struct cellar_model {
	const char *key;
	const char *maker;
	const char *model;
	u8 cells;
	u8 dod_percent;
	u8 packs_max;
	s8 charge_min_c, charge_max_c;
	s8 discharge_min_c, discharge_max_c;
	u32 nominal_mv;
	u32 capacity_mah;
	u32 voltage_min_mv, voltage_max_mv;
	u32 absorption_mv, float_mv;
	u32 charge_ma, charge_max_ma;
	u32 discharge_ma, discharge_max_ma;
};

/* The keys of cellar_models, in its order, for tables that are made of them. */
#define CELLAR_MODEL_KEYS(row)		\
	row("lesso,lsrr51v100ah")	\
	row("voltium,ve-ess-r5120")	\
	row("zcs,zsx5120")		\
	row("zcs,zsx5000")		\
	row("zcs,zsx5000-pro")		\
	row("zcs,zsx5000-s")		\
	row("pylontech,us2000")		\
	row("pylontech,us5000")		\
	row("weco,4k4")			\
	row("weco,4k4-pro")		\
	row("weco,4k4-lt")		\
	row("weco,5k3")			\
	row("weco,5k3-xp")

/* Ended by a row whose key is NULL. */
extern const struct cellar_model cellar_models[];

/* NULL when no model has this key. */
const struct cellar_model *cellar_model_by_key(const char *key);

#endif /* CELLAR_WIRE_MODELS_H */
