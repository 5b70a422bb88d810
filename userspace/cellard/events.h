/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has happened, in words, for people who ask later: the last EVENTS_KEPT of them
 * in memory, and each of them in the journal when it comes. What was said is not kept
 * over a restart; the journal has it.
 */
#ifndef CELLAR_CELLARD_EVENTS_H
#define CELLAR_CELLARD_EVENTS_H

#include "../../driver/wire/env.h"

#define EVENTS_KEPT		256

/*
 * One code about one subject so often; a pack that comes and goes with a loose plug
 * must not push everything else out of the ring, nor fill a journal. What was held back
 * is counted, and the next that is said tells how many.
 */
#define EVENTS_BURST		5
#define EVENTS_BURST_MS		60000

#define EVENT_CODE_SIZE		32
#define EVENT_SUBJECT_SIZE	48
#define EVENT_WORDS_SIZE	200

/*
 * @sequence: from 1, without a gap
 * @wall_s: 0 while nobody has set the clock
 * @code: for programs, "pack-left"
 * @subject: serial number or name of a pack, name of a cluster or an inverter, or ""
 */
struct event {
	u64 sequence;
	s64 wall_s;
	u64 now_ms;
	char code[EVENT_CODE_SIZE];
	char subject[EVENT_SUBJECT_SIZE];
	char words[EVENT_WORDS_SIZE];
};

struct events;

/*
 * @now_ms of CLOCK_BOOTTIME, @wall_s as advice_step(). @said hears each event when it has
 * been added; it must not add one itself.
 */
struct events_hooks {
	u64 (*now_ms)(void);
	s64 (*wall_s)(void);
	void (*said)(void *user, const struct event *event);
};

/* @hooks outlives the events. Returns 0 or -ENOMEM. */
int events_new(struct events **events, const struct events_hooks *hooks, void *user);
void events_free(struct events *events);

/* Something has happened. @events may be NULL: then nobody wants to know. */
void events_add(struct events *events, const char *code, const char *subject,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The event @sequence, or the oldest that is kept if it is gone by now; NULL if it is
 * still to come.
 */
const struct event *events_from(const struct events *events, u64 sequence);

#endif /* CELLAR_CELLARD_EVENTS_H */
