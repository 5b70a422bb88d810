/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Energies as rows of a history, and back: the sums, for after a restart, and what each
 * local day has had. A day may come back when a clock is set: what flows then is added to
 * what it has.
 */
#ifndef CELLAR_CELLARD_HISTORY_ENERGY_H
#define CELLAR_CELLARD_HISTORY_ENERGY_H

#include "../core/energy.h"
#include "../history/rows.h"

/* Of history_energy_put(). */
#define HISTORY_ENERGY_SIZE	(ENERGY_PERIODS * 192)

/* All that a restart needs, at @wall_s, 0: nobody knows. Returns its size. */
size_t history_energy_put(const struct energy *energy, s64 wall_s, u8 *bytes, size_t room);

/* What a row of HISTORY_TOTALS says of @energy, which energy_start() has begun. */
void history_energy_take(struct energy *energy, s64 *wall_s, const struct history_row *row);

/* Do the sums of @a go on from those of @b? They only grow. */
bool history_energy_is_later(const struct energy *a, const struct energy *b);

/* What of a day has become a row already. */
struct history_days {
	bool begun;
	s32 day;
	u32 days_ended;
	struct energy_sum told;
};

typedef void (*history_day_row)(void *user, const struct history_row *row);

/* @energy: as it is written already; NULL: nothing of it is. */
void history_days_start(struct history_days *days, const struct energy *energy);

/* After each step: a day that has ended is a row at once. @all: so is what of today is new. */
void history_days_step(struct history_days *days, const struct energy *energy, bool all,
		       history_day_row row, void *user);

#endif /* CELLAR_CELLARD_HISTORY_ENERGY_H */
