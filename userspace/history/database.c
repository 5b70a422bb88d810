// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file: opened, begun, kept aside when it is damaged, and its transactions.
 */
#include "database_parts.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#define PATH_SIZE	512
#define BUSY_MS		10000	/* who was before us is just ending */

int database_new(struct database **database, const char *folder, database_said said, void *user)
{
	struct database *d;

	/* nobody else in this process has a file */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;

	d->folder = folder;
	d->said = said;
	d->user = user;
	*database = d;

	return 0;
}

const char *database_why(const struct database *d)
{
	return d->why;
}

unsigned int database_commits(const struct database *d)
{
	return d->commits;
}

static void shut(struct database *d)
{
	for (unsigned int i = 0; i < OWN_STATEMENTS; i++) {
		sqlite3_finalize(d->statement[i]);
		d->statement[i] = NULL;
	}
	memset(d->known, 0, sizeof(d->known));
	sqlite3_close(d->file);
	d->file = NULL;
}

void database_free(struct database *d)
{
	if (!d)
		return;

	shut(d);
	free(d);
}

int database_run(struct database *d, const char *sql)
{
	return sqlite3_exec(d->file, sql, NULL, NULL, NULL);
}

int database_runf(struct database *d, const char *format, ...)
{
	char sql[SQL_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(sql, sizeof(sql), format, args);
	va_end(args);

	return database_run(d, sql);
}

int database_number(struct database *d, const char *sql, s64 otherwise, s64 *number)
{
	sqlite3_stmt *statement;
	int r;

	*number = otherwise;
	r = sqlite3_prepare_v2(d->file, sql, -1, &statement, NULL);
	if (r)
		return r;

	r = sqlite3_step(statement);
	if (r == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
		*number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);

	return r == SQLITE_ROW || r == SQLITE_DONE ? SQLITE_OK : r;
}

int database_statement(struct database *d, sqlite3_stmt **at, const char *sql)
{
	return *at ? SQLITE_OK :
	       sqlite3_prepare_v3(d->file, sql, -1, SQLITE_PREPARE_PERSISTENT, at, NULL);
}

static bool is_damage(int r)
{
	return (r & 0xff) == SQLITE_CORRUPT || (r & 0xff) == SQLITE_NOTADB ||
	       (r & 0xff) == SQLITE_FORMAT;
}

/* What SQLite says, as an errno; @d->why is told. */
static int fail(struct database *d, int r)
{
	static const struct {
		int result, error;
	} errors[] = {
		{ SQLITE_FULL, -ENOSPC }, { SQLITE_READONLY, -EROFS },
		{ SQLITE_CANTOPEN, -ENOENT }, { SQLITE_BUSY, -EBUSY },
		{ SQLITE_NOMEM, -ENOMEM }, { SQLITE_PERM, -EACCES },
		{ SQLITE_CORRUPT, -EBADMSG }, { SQLITE_NOTADB, -EBADMSG },
		{ SQLITE_MISUSE, -EINVAL },
	};
	int error = -EIO;

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].result == (r & 0xff))
			error = errors[i].error;
	snprintf(d->why, sizeof(d->why), "%s/" DATABASE_NAME ": %s", d->folder,
		 d->file && (sqlite3_errcode(d->file) & 0xff) == (r & 0xff) ? sqlite3_errmsg(d->file) :
		 sqlite3_errstr(r));

	return error;
}

/* With its log, so that somebody who wants to may still read it. */
static bool keep_aside(int folder, char *aside, size_t size)
{
	static const char *const parts[] = { "-wal", "" };
	char from[PATH_SIZE], to[PATH_SIZE];
	unsigned int n;

	for (n = 1; n <= DATABASE_ASIDE_MAX; n++) {
		snprintf(aside, size, DATABASE_NAME ".damaged-%u", n);
		if (faccessat(folder, aside, F_OK, AT_SYMLINK_NOFOLLOW))
			break;
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		snprintf(from, sizeof(from), DATABASE_NAME "%s", parts[i]);
		snprintf(to, sizeof(to), "%s%s", aside, parts[i]);
		if (n > DATABASE_ASIDE_MAX || renameat(folder, from, folder, to))
			unlinkat(folder, from, 0);
	}
	fsync(folder);

	return n <= DATABASE_ASIDE_MAX;
}

static void set_aside(struct database *d, const char *fault)
{
	int folder = open(d->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char aside[64], text[WHY_SIZE + 128];
	bool kept;

	if (folder < 0) {
		shut(d);
		return;
	}

	/* before it is shut: SQLite would put the log away */
	kept = keep_aside(folder, aside, sizeof(aside));
	close(folder);
	shut(d);
	snprintf(text, sizeof(text), "%s/" DATABASE_NAME " cannot be used: %s; %s%s, and a new one"
		 " begins", d->folder, fault,
		 kept ? "kept as " : "not kept: as many as we keep are there already",
		 kept ? aside : "");
	d->said(d->user, "history-damaged", text);
}

/* Small in memory; nothing is shared with others, who could change it under us. */
static const char *const settings[] = {
	"PRAGMA page_size = 1024",
	"PRAGMA locking_mode = EXCLUSIVE",
	"PRAGMA journal_mode = WAL",
	"PRAGMA synchronous = FULL",
	"PRAGMA cache_size = -1024",
	"PRAGMA temp_store = MEMORY",
	"PRAGMA mmap_size = 0",
	"PRAGMA wal_autocheckpoint = 1024",
	"PRAGMA journal_size_limit = 1500000",
	"PRAGMA trusted_schema = OFF",
	"PRAGMA cell_size_check = ON",
};

static int cut_intervals(struct database *d)
{
	int r = SQLITE_OK;

	for (unsigned int i = HISTORY_CURTAILMENTS; !r && i <= HISTORY_SWITCHED; i++)
		r = database_runf(d, "INSERT OR IGNORE INTO names(name) VALUES('" HISTORY_CUT "');"
				  "UPDATE %s SET state = (SELECT id FROM names WHERE name = '"
				  HISTORY_CUT "') WHERE state = (SELECT id FROM names WHERE name = '"
				  HISTORY_RUNS "')", history_tables[i].name);

	return r;
}

static int prepare(struct database *d, s64 *version)
{
	s64 size;
	int r = SQLITE_OK;

	for (size_t i = 0; !r && i < ARRAY_SIZE(settings); i++)
		r = database_run(d, settings[i]);
	if (!r)
		r = database_number(d, "PRAGMA page_size", 4096, &size);
	if (!r)
		r = database_runf(d, "PRAGMA max_page_count = %lld",
				  (long long)(DATABASE_SIZE_MAX / size));
	if (!r)
		r = database_number(d, "PRAGMA user_version", 0, version);
	if (r || *version > DATABASE_VERSION)
		return r;

	if (*version < DATABASE_VERSION)
		r = schema_bring_up(d);
	if (!r)
		r = cut_intervals(d);

	return r ? r : database_number(d, "SELECT value FROM kept WHERE name = 'thinned'", 0,
				       &d->thinned_s);
}

static int open_file(struct database *d, s64 *version)
{
	char path[PATH_SIZE];
	int r;

	*version = 0;
	snprintf(path, sizeof(path), "%s/" DATABASE_NAME, d->folder);
	r = sqlite3_open_v2(path, &d->file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, NULL);
	if (r)
		return r;

	sqlite3_busy_timeout(d->file, BUSY_MS);
	sqlite3_db_config(d->file, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

	return prepare(d, version);
}

int database_open(struct database *d)
{
	s64 version;
	int r = SQLITE_CORRUPT;

	if (d->file)
		return 1;

	/* once more when what was there has been kept aside */
	for (unsigned int tries = 0; tries < 2; tries++) {
		r = open_file(d, &version);
		if (!r && version <= DATABASE_VERSION)
			return 0;
		if (r && !is_damage(r))
			break;
		set_aside(d, r ? sqlite3_errstr(r) : "it is of a newer version of this program");
	}
	r = fail(d, r);
	shut(d);

	return r;
}

int database_failed(struct database *d, int r)
{
	int error = fail(d, r);

	if (is_damage(r))
		set_aside(d, sqlite3_errstr(r));
	else
		shut(d);

	return error;
}

int database_check(struct database *d)
{
	sqlite3_stmt *statement;
	int r;

	r = database_open(d);
	if (r < 0)
		return r;

	r = sqlite3_prepare_v2(d->file, "PRAGMA quick_check(1)", -1, &statement, NULL);
	if (!r)
		r = sqlite3_step(statement);
	if (r == SQLITE_ROW)
		r = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") ?
		    SQLITE_CORRUPT : SQLITE_OK;
	sqlite3_finalize(statement);
	if (!r)
		return 0;

	r = database_failed(d, r);

	return r == -EBADMSG ? database_open(d) : r;
}

static bool has_moved(const struct database *d)
{
	int moved = 0;

	return !sqlite3_file_control(d->file, "main", SQLITE_FCNTL_HAS_MOVED, &moved) && moved;
}

/* @number: what is put in its place if there is one, and what it gives if it does. */
static int run_own(struct database *d, enum own_statement which, s64 *number)
{
	static const char *const sql[OWN_STATEMENTS] = {
		[OWN_BEGIN] = "BEGIN IMMEDIATE",
		[OWN_TOKEN] = "SELECT value FROM kept WHERE name = 'batch'",
		[OWN_SET_TOKEN] = "UPDATE kept SET value = ? WHERE name = 'batch'",
		[OWN_COMMIT] = "COMMIT",
	};
	sqlite3_stmt **at = &d->statement[which];
	int r;

	r = database_statement(d, at, sql[which]);
	if (r)
		return r;

	if (sqlite3_bind_parameter_count(*at))
		sqlite3_bind_int64(*at, 1, *number);
	r = sqlite3_step(*at);
	if (r == SQLITE_ROW)
		*number = sqlite3_column_int64(*at, 0);
	sqlite3_reset(*at);

	return r == SQLITE_ROW || r == SQLITE_DONE ? SQLITE_OK : r;
}

/* 0, SQLITE_DONE: that batch is there already, or what went wrong */
static int write_within(struct database *d, const struct database_batch *batch)
{
	s64 token = 0, new_token = batch->token;
	int r;

	r = run_own(d, OWN_TOKEN, &token);
	if (r)
		return r;
	if (batch->token && token == batch->token)
		return SQLITE_DONE;

	r = trim_step(d, batch->now_s, batch->minute_days);
	if (!r)
		r = rows_write(d, batch->rows, batch->size);

	return r ? r : run_own(d, OWN_SET_TOKEN, &new_token);
}

static int write_batch(struct database *d, const struct database_batch *batch)
{
	s64 nothing = 0;
	int r;

	r = run_own(d, OWN_BEGIN, &nothing);
	if (r)
		return r;

	r = write_within(d, batch);
	if (r == SQLITE_DONE)
		return database_run(d, "ROLLBACK");
	if (!r)
		r = run_own(d, OWN_COMMIT, &nothing);
	d->commits += !r;
	d->full = (r & 0xff) == SQLITE_FULL;

	return r;
}

int database_write(struct database *d, const struct database_batch *batch)
{
	int r;

	if (d->file && has_moved(d))
		shut(d);
	/* once more in the one that takes the place of one that is damaged */
	for (unsigned int tries = 0; ; tries++) {
		r = database_open(d);
		if (r < 0)
			return r;
		r = write_batch(d, batch);
		if (!r)
			return 0;
		if (!is_damage(r) || tries)
			return database_failed(d, r);
		database_failed(d, r);
	}
}
