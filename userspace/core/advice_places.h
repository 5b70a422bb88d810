/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory of advice: one place for each pack, found by its serial number, whatever
 * address it has today. Only advice.c looks in here.
 */
#ifndef CELLAR_CORE_ADVICE_PLACES_H
#define CELLAR_CORE_ADVICE_PLACES_H

#include "advice.h"

/* Places of packs; the one behind them is the cluster's. */
unsigned int advice_places(const struct advice *advice);

/* The place of @key, ADVICE_NO_SUPPLY when there is none. */
unsigned int advice_place_of(const struct advice *advice, const char *key);

/* Give supply @i the place that its pack has, if it is known who it is. */
void advice_bind(struct advice *advice, const struct cluster *cluster,
		 const struct supply *supplies, unsigned int i);

/* What later steps, and later runs, must know of the fresh reading of @s. */
void advice_note(struct advice *advice, const struct supply *s, unsigned int place);

#endif /* CELLAR_CORE_ADVICE_PLACES_H */
