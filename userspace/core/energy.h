/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Energies of today, this week, month, year and of life, in the site's own time, to the
 * millijoule: what flows is counted once, split at midnight, and moved from one period to
 * the next. Time in which something was not known is counted as a gap, not as zero.
 */
#ifndef CELLAR_CORE_ENERGY_H
#define CELLAR_CORE_ENERGY_H

#include "env.h"

enum energy_kind {	/* spec/inverter.md, "Reading the plant" */
	ENERGY_PV,
	ENERGY_SELF_CONSUMED,	/* of PV, in the house, its cars and its battery */
	ENERGY_EXPORT,
	ENERGY_CONSUMED,	/* house and cars */
	ENERGY_IMPORT,
	ENERGY_CHARGED,		/* into the battery */
	ENERGY_DISCHARGED,
	ENERGY_CARS,
	ENERGY_KINDS
};

enum energy_period {
	ENERGY_TODAY,
	ENERGY_WEEK,	/* from Monday on */
	ENERGY_MONTH,
	ENERGY_YEAR,
	ENERGY_LIFE,
	ENERGY_PERIODS
};

/* @mj: millijoules, W × ms; @gap_ms: how long each was not known */
struct energy_sum {
	u64 mj[ENERGY_KINDS];
	u64 gap_ms[ENERGY_KINDS];
};

/*
 * @sum: so far, of the period that is
 * @ended: of the day that has ended last, for who keeps a history
 * @day: the local day that @sum[ENERGY_TODAY] is of; @ended_day: of @ended
 * @days_ended: grows when a day ends
 * @begun: a time of day has been known; before, only life counts
 */
struct energy {
	struct energy_sum sum[ENERGY_PERIODS];
	struct energy_sum ended;
	s32 day, ended_day;
	u32 days_ended;
	bool begun;
};

/* What flowed: W ≥ 0 each, and whether it is known. */
struct energy_flow {
	s32 w[ENERGY_KINDS];
	u32 known;	/* bit n: of ENERGY_… n */
};

void energy_start(struct energy *energy);

/*
 * @ms passed up to @local_s (0: the time of day is not known), in which @flow flowed. A
 * clock that was set puts what comes into the period that it then shows; nothing is
 * counted twice, nothing is lost.
 */
void energy_step(struct energy *energy, const struct energy_flow *flow, u32 ms, s64 local_s);

/* mJ as Wh, rounded down. */
u64 energy_wh(u64 mj);

#endif /* CELLAR_CORE_ENERGY_H */
