/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file of a history: SQLite in a folder, one transaction for each batch of rows, which
 * is on the disk when that returns. A file that is damaged is kept aside and another one
 * begun. Blocks for as long as the disk does.
 */
#ifndef CELLAR_HISTORY_DATABASE_H
#define CELLAR_HISTORY_DATABASE_H

#include "rows.h"

#define DATABASE_NAME		"history.db"
#define DATABASE_VERSION	1
#define DATABASE_ASIDE_MAX	2	/* "history.db.damaged-1" and "-2" */

/* All of the file, and what of it is in use before the oldest day has to go. */
#define DATABASE_SIZE_MAX	48000000
#define DATABASE_SIZE_USED	44000000

/* Rows by the minute become rows of so many seconds. */
#define DATABASE_QUARTER_S	900

/* A page of what is read has all rows of a second, and no more when it has so many. */
#define DATABASE_PAGE_ROWS	200

struct database;

/* Something people should know: a code of an event, and a sentence. */
typedef void (*database_said)(void *user, const char *code, const char *text);

/*
 * @rows, @size: as rows.h has them
 * @token: a batch with the token of the one before is that one, and is not written again;
 *	0 is never alike
 * @now_s: seconds since the epoch, 0: nobody knows, and nothing becomes too old
 * @minute_days: how long rows by the minute stay
 */
struct database_batch {
	const u8 *rows;
	size_t size;
	s64 token, now_s;
	u16 minute_days;
};

/*
 * @from ≤ time < @to, seconds since the epoch; of HISTORY_ENERGY: day × 86400
 * @step_s: rows of a thinned table become one for each so many seconds; 0: as they are
 */
struct database_question {
	u8 table;	/* enum history_table_of */
	s64 from, to;
	u32 step_s;
};

typedef int (*database_row)(void *user, const struct history_row *row);

/* In @folder, which outlives it. Nothing is opened yet. Returns 0 or -ENOMEM. */
int database_new(struct database **database, const char *folder, database_said said, void *user);
void database_free(struct database *database);

/*
 * Open the file, or begin it. What is wrong with it is said, and it has been kept aside
 * then. Intervals that were running are cut. Returns 0; 1, it was open already; or a
 * negative errno, and database_why() has words for it, as for all below.
 */
int database_open(struct database *database);

/* Look at all of it; what is damaged has been kept aside then. 0 or a negative errno. */
int database_check(struct database *database);

/* All of @batch, or nothing. It is opened if it is not. */
int database_write(struct database *database, const struct database_batch *batch);

/*
 * Tell @row each row that @question is about, in the order of time, at most about
 * DATABASE_PAGE_ROWS; *@next is from where to go on, @to of the question if that was all.
 * @row may end it with a negative errno.
 */
int database_read(struct database *database, const struct database_question *question,
		  database_row row, void *user, s64 *next);

/* What the last negative errno was about: the file, and why. */
const char *database_why(const struct database *database);

/* Transactions since it was made: for tests. */
unsigned int database_commits(const struct database *database);

#endif /* CELLAR_HISTORY_DATABASE_H */
