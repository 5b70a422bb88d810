/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What begins and ends: charging sessions, closed outputs, times under a grid operator's
 * limit. Each is a row from its beginning on, which is told anew each minute, so that one
 * that the power cuts off is known up to then.
 */
#ifndef CELLAR_CELLARD_RECORD_INTERVALS_H
#define CELLAR_CELLARD_RECORD_INTERVALS_H

#include "record.h"

/*
 * @begun_s: seconds since the epoch, by which it is known; 0: it does not run
 * @last_s: the same of the last one, which the next one does not have
 */
struct record_interval {
	s64 begun_s, last_s;
	struct history_row row;
	char name[CONFIG_NAME_SIZE], card[CONFIG_NAME_SIZE];
};

struct record_intervals {
	struct record_interval session[SITE_CHARGERS_MAX];
	struct record_interval closed[SITE_OUTPUTS_MAX];
	struct record_interval curtailment;
};

/* @all: tell those that run, as well as those that begin or end. @wall_s is known. */
void record_intervals_step(struct record_intervals *intervals, const struct house *house,
			   bool all, const struct record_hooks *hooks, void *user, u64 now_ms,
			   s64 wall_s);

/* The daemon ends: those that run are told up to now, as cut. */
void record_intervals_end(struct record_intervals *intervals, const struct record_hooks *hooks,
			  void *user, u64 now_ms, s64 wall_s);

#endif /* CELLAR_CELLARD_RECORD_INTERVALS_H */
