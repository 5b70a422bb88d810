/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a model wants to be treated beyond the figures of its row in wire/models.h:
 * derating curves, cut-off voltages, peak windows, the first full charge.
 */
#ifndef CELLAR_CORE_PROFILE_H
#define CELLAR_CORE_PROFILE_H

#include "curve.h"
#include "models.h"
#include "supply.h"

/* packs.md, "Mixing and wiring rules": what the makers want before regular use */
enum profile_startup {
	PROFILE_STARTS_AS_IS,
	PROFILE_STARTS_AT_FLOAT,	/* new packs to the float voltage only, if unbalanced */
	PROFILE_FILLS_FIRST,		/* charges to 100 % at first start */
	PROFILE_FILLS_BEFORE_USE	/* and serves only when all have been full together */
};

/*
 * Highest discharge current for as long; 0 without such a window. @rest_ms below the
 * continuous current before the next; @start_decic: warmest pack that may begin.
 */
struct profile_peak {
	u32 long_ma, long_ms;
	u32 short_ma, short_ms;
	u32 rest_ms;
	s16 start_decic;
};

/*
 * @cell, @temperature, @soc: of mV, 0.1 °C and 0.01 %, one for each way
 * @cutoff_mv, @recharge_mv, @restart_mv: low-voltage cut-off of the cluster, where it
 *     asks to be charged, where it serves again; rising
 */
struct profile {
	const char *key;
	u8 startup;	/* enum profile_startup */
	u32 cutoff_mv, recharge_mv, restart_mv;
	struct curve cell[CORE_WAYS];
	struct curve temperature[CORE_WAYS];
	struct curve soc[CORE_WAYS];
	struct profile_peak peak;
};

/* One per key of cellar_models, in its order, ended by a row whose key is NULL. */
extern const struct profile profiles[];

/* NULL for a model that is not known: its BMS alone says what it may do. */
const struct profile *profile_of(const struct cellar_model *model);

#endif /* CELLAR_CORE_PROFILE_H */
