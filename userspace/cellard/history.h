/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The history as the daemon has it: rows that wait in memory, and once a minute all of
 * them in one transaction on the disk, by cellar-history, a process that the daemon starts
 * (history/link.h). The loop never waits for that: a card may take seconds, and a file
 * that is damaged may be anything.
 */
#ifndef CELLAR_CELLARD_HISTORY_H
#define CELLAR_CELLARD_HISTORY_H

#include "../core/energy.h"
#include "../history/rows.h"

#include <systemd/sd-event.h>

#define HISTORY_PERIOD_MS	60000	/* between two transactions, and two tries */
#define HISTORY_QUEUE_MAX	(256u << 10)	/* hours of the largest house */
#define HISTORY_ASKED_MAX	8	/* questions at once */
#define HISTORY_BEGIN_MS	5000	/* for the first word, when the daemon begins */
#define HISTORY_END_MS		5000	/* for the last transaction, when it ends */

struct history;

/*
 * Something people should know, as a sentence. Codes: "history-damaged" (kept aside, a new
 * one begins), "history-unwritable", "history-written" (again), "history-lost" (rows, for
 * want of room in memory). What it adds to the history is written later.
 */
typedef void (*history_said)(void *user, const char *code, const char *text);

/* @from ≤ time < @to; as database_question in history/database.h. */
struct history_asked {
	u8 table;	/* enum history_table_of, below HISTORY_TABLES */
	s64 from, to;
	u32 step_s;
};

/*
 * @row: each row of the answer, whose texts live as long as the call
 * @end: once, after the last row: 0 and from where to go on, or a negative errno and why
 */
struct history_answer {
	void (*row)(void *user, const struct history_row *row);
	void (*end)(void *user, int error, const char *why, s64 next);
};

/*
 * In @folder, which outlives it. @program: the path of cellar-history, which is copied.
 * 0 or a negative errno.
 */
int history_new(struct history **history, sd_event *event, const char *program,
		const char *folder, history_said said, void *user);

/* The cellar-history that was installed beside this program. 0 or a negative errno. */
int history_program(char *program, size_t size);

/*
 * Once, before the first step: are the sums of the history later than those of @energy?
 * Then @energy is told them, and @wall_s when they were written. Waits HISTORY_BEGIN_MS
 * at most: who has a card that is slower begins with what is known without it.
 */
bool history_restore_energy(struct history *history, struct energy *energy, s64 *wall_s);

/* How many days rows by the minute stay. @keep: false: nothing is kept, nor shown. */
void history_configure(struct history *history, bool keep, unsigned int minute_days);

/*
 * A row to be kept; copied. Without a time it gets the one that it is now, when somebody
 * knows what that was.
 */
void history_add(struct history *history, const struct history_row *row, u64 now_ms);

/*
 * After each step of the plant. @energy: of the site, NULL: there is none; @wall_s: 0:
 * nobody knows. Does not wait.
 */
void history_step(struct history *history, const struct energy *energy, u64 now_ms, s64 wall_s);

/*
 * Ask it. 0: @answer comes later. -ENOTCONN: there is no history now; -EBUSY:
 * HISTORY_ASKED_MAX are waiting, or the disk is so slow.
 */
int history_ask(struct history *history, const struct history_asked *asked,
		const struct history_answer *answer, void *user);

/* Write what there is, @energy as above, and wait for that, HISTORY_END_MS at most. */
void history_free(struct history *history, const struct energy *energy, u64 now_ms, s64 wall_s);

#endif /* CELLAR_CELLARD_HISTORY_H */
