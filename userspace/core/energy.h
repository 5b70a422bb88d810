/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Energies of today, this week, month, year and of life, in the site's own time, to the
 * millijoule: what flows is counted once, split at midnight, and moved from one period to
 * the next. Time in which something was not known is counted as a gap, not as zero.
 *
 * Time is what a clock counted that only goes forward; the site's own clock only says into
 * which day it belongs. A day of 23 or 25 hours has the energy of so many hours.
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
 * @days_ended: grows when a day ends. A clock that is set back over midnight lets the same
 *	day end again: each time with what came since, so that a history adds them up
 * @begun: a time of day has been known; before, only life counts
 *
 * Plain: who restarts gives back what it kept, and the first step with a time of day ends
 * the periods that have passed meanwhile. A u64 holds a century at 1 MW five times.
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
 * @ms passed up to @local_s, in which @flow flowed; it is split where it passes midnight.
 * @local_s 0, or beyond what civil.h can: the time of day is not known, and the periods
 * that are go on. A clock that was set puts what comes into the period that it then
 * shows; nothing is counted twice, nothing is lost. A step of which nothing was known
 * (@flow->known 0) is how a time that nobody saw becomes a gap.
 */
void energy_step(struct energy *energy, const struct energy_flow *flow, u32 ms, s64 local_s);

/* mJ as Wh, rounded down. */
u64 energy_wh(u64 mj);

#endif /* CELLAR_CORE_ENERGY_H */
