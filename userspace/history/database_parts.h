/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the database have of each other. All return a result of SQLite.
 */
#ifndef CELLAR_HISTORY_DATABASE_PARTS_H
#define CELLAR_HISTORY_DATABASE_PARTS_H

#include "database.h"

#include <sqlite3.h>

#define SQL_SIZE	2048
#define WHY_SIZE	512
#define NAMES_KEPT	64

/* Statements that every transaction needs; before them, the inserts of each table. */
enum own_statement {
	OWN_BEGIN = HISTORY_TABLES_ALL,
	OWN_TOKEN,
	OWN_SET_TOKEN,
	OWN_COMMIT,
	OWN_ADOPT_SESSION,
	OWN_ADOPT_SWITCHED,
	OWN_STATEMENTS
};

struct known_name {
	char name[64];
	s64 id;
};

/*
 * @statement: of each table its insert, and our own; NULL until it is needed
 * @known: ids of names, found by their mark
 * @thinned_s: all before it are rows of quarter hours
 * @full: the last transaction found no room
 */
struct database {
	const char *folder;
	database_said said;
	void *user;
	sqlite3 *file;
	sqlite3_stmt *statement[OWN_STATEMENTS];
	struct known_name known[NAMES_KEPT];
	s64 thinned_s;
	bool full;
	unsigned int commits;
	char why[WHY_SIZE];
};

int database_run(struct database *d, const char *sql);

/*
 * @r is not SQLITE_OK: the errno for it, and words for database_why(). The file is shut,
 * and kept aside if it is damaged.
 */
int database_failed(struct database *d, int r);

/* The statement at *@at, made of @sql if it is not there yet. */
int database_statement(struct database *d, sqlite3_stmt **at, const char *sql);

/* The first number that @sql gives, or @otherwise. */
int database_number(struct database *d, const char *sql, s64 otherwise, s64 *number);

/* @format with numbers; makes @sql of SQL_SIZE. */
int database_runf(struct database *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Tables and columns that are not there yet, and the version. */
int schema_bring_up(struct database *d);

/* "time, pv_w, …" of @table; the rest as SQL needs it. */
void schema_columns(const struct history_table *table, char *sql);
void schema_insert(const struct history_table *table, char *sql);

/* Put what is in a batch. */
int rows_write(struct database *d, const u8 *rows, size_t size);

/* A row of @table as numbers: what an insert has, but names are ids already. */
int rows_insert_numbers(struct database *d, const struct history_table *table,
			const s64 *values);

/* The columns of the row that @statement is at, of a table without texts, as numbers. */
void rows_numbers(sqlite3_stmt *statement, const struct history_table *table, s64 *values);

/* Within a transaction: make fewer rows of those that are old. */
int trim_step(struct database *d, s64 now_s, unsigned int minute_days);

#endif /* CELLAR_HISTORY_DATABASE_PARTS_H */
