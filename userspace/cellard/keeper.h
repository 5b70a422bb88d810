/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When the memory of a plant is written to the disk, and by whom: a thread of its own,
 * since a card may take seconds and no battery waits for it. memory.h says what, store.h
 * how.
 *
 * What a person has decided and a first full charge are written by the next step; advice
 * that came or went and trips at most every KEEPER_NEWS_MS; timers, which change with
 * every reading, every KEEPER_TIMERS_MS, to spare the flash: after a loss of power they
 * are at most so old, and the calendar makes up for it.
 */
#ifndef CELLAR_CELLARD_KEEPER_H
#define CELLAR_CELLARD_KEEPER_H

#include "memory.h"

#define KEEPER_FOLDER		"/var/lib/cellar"
#define KEEPER_NAME		"cellard.state"
#define KEEPER_NEWS_MS		60000
#define KEEPER_TIMERS_MS	600000
#define KEEPER_RETRY_MS		60000	/* after it could not be written */

struct keeper;

/*
 * Something people should know, as a sentence. @code: "state-refused" (what stood there
 * cannot be used; we go on without), "state-unwritable", "state-written" (again).
 */
typedef void (*keeper_said)(void *user, const char *code, const char *text);

/* What else than the plant is remembered: it is about to be written, and goes into @memory. */
typedef void (*keeper_gather)(void *user, struct memory *memory);

/*
 * Read what was kept in @folder, which outlives the keeper. Whatever is wrong with it is
 * said, and nothing is remembered then. Returns 0 or -ENOMEM.
 */
int keeper_new(struct keeper **keeper, const char *folder, keeper_said said,
	       keeper_gather gather, void *user);

/* For plant_new(). It lives as long as the keeper. */
struct memory *keeper_memory(struct keeper *keeper);

/* After each step of the plant. Does not wait for the disk. */
void keeper_step(struct keeper *keeper, const struct plant *plant, u64 now_ms);

/* Write @plant once more, if there was a step, and wait for it. @plant may be NULL. */
void keeper_free(struct keeper *keeper, const struct plant *plant);

#endif /* CELLAR_CELLARD_KEEPER_H */
