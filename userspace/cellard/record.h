/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of the batteries and of the house becomes history: minutes, in which every step
 * counts for its time, and what begins and ends. No file and no clock in here.
 */
#ifndef CELLAR_CELLARD_RECORD_H
#define CELLAR_CELLARD_RECORD_H

#include "../history/tables.h"
#include "house.h"

struct record;

/* @add: takes a row, whose texts live as long as the call; without a time: of now */
struct record_hooks {
	void (*add)(void *user, const struct history_row *row, u64 now_ms);
};

/* @hooks outlives it. Returns 0 or -ENOMEM. */
int record_new(struct record **record, const struct record_hooks *hooks, void *user);
void record_free(struct record *record);

/* After each step of both. @house without a [site] is none. */
void record_step(struct record *record, const struct plant *plant, const struct house *house,
		 u64 now_ms, s64 wall_s);

/* The daemon ends: the minute that is not over, and what is running. */
void record_end(struct record *record, u64 now_ms, s64 wall_s);

void record_event(struct record *record, const struct event *event);

#endif /* CELLAR_CELLARD_RECORD_H */
