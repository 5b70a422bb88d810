// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes fewer with age: rows by the minute become rows of quarter hours, what is
 * too old goes, and when the file is full the oldest day goes. A little with each
 * transaction, so that none takes long, and a clock that is wrong for a while costs little.
 */
#include "database_parts.h"

#include "fold.h"

#define DAY_S		86400
#define YEAR_DAYS	366
#define QUARTERS	8	/* of an hour with each transaction, while there are more */
#define ALIKE_MAX	32	/* rows of the same time: clusters, chargers */
#define DROP_EVERY	60	/* transactions */
#define ROOM_DAYS	8	/* that go at once when the file is full */

/* Rows of one quarter of an hour, one for each key. */
struct quarter {
	struct fold fold[ALIKE_MAX];
	unsigned int n;
};

static void add_to(struct quarter *q, const struct history_table *table, s64 time_s,
		   const s64 *values)
{
	for (unsigned int i = 0; i < q->n; i++) {
		if (!fold_is_alike(&q->fold[i], values))
			continue;
		fold_add(&q->fold[i], values);
		return;
	}
	if (q->n < ALIKE_MAX)
		fold_begin(&q->fold[q->n++], table, time_s, values);
}

static int read_quarter(struct database *d, struct quarter *q, const struct history_table *table,
			s64 time_s)
{
	char columns[SQL_SIZE], sql[2 * SQL_SIZE];
	s64 values[HISTORY_COLUMNS_MAX];
	sqlite3_stmt *rows;
	int r;

	q->n = 0;
	schema_columns(table, columns);
	snprintf(sql, sizeof(sql), "SELECT %s FROM %s WHERE time >= %lld AND time < %lld"
		 " ORDER BY time", columns, table->name, (long long)time_s,
		 (long long)time_s + DATABASE_QUARTER_S);
	r = sqlite3_prepare_v2(d->file, sql, -1, &rows, NULL);
	if (r)
		return r;

	while ((r = sqlite3_step(rows)) == SQLITE_ROW) {
		rows_numbers(rows, table, values);
		add_to(q, table, time_s, values);
	}
	sqlite3_finalize(rows);

	return r == SQLITE_DONE ? SQLITE_OK : r;
}

static int thin_table(struct database *d, const struct history_table *table, s64 time_s)
{
	s64 values[HISTORY_COLUMNS_MAX];
	struct quarter q;
	int r;

	r = read_quarter(d, &q, table, time_s);
	if (r || !q.n)
		return r;

	r = database_runf(d, "DELETE FROM %s WHERE time >= %lld AND time < %lld", table->name,
			  (long long)time_s, (long long)time_s + DATABASE_QUARTER_S);
	for (unsigned int i = 0; !r && i < q.n; i++) {
		fold_end(&q.fold[i], values);
		r = rows_insert_numbers(d, table, values);
	}

	return r;
}

/* Of the thinned tables: when the first row from @from_s on is, @otherwise if there is none. */
static int first_row(struct database *d, s64 from_s, s64 otherwise, s64 *first_s)
{
	char sql[SQL_SIZE];
	s64 time_s;
	int r = SQLITE_OK;

	*first_s = otherwise;
	for (unsigned int i = 0; !r && i < HISTORY_TABLES; i++) {
		if (!history_tables[i].thinned)
			continue;
		snprintf(sql, sizeof(sql), "SELECT min(time) FROM %s WHERE time >= %lld",
			 history_tables[i].name, (long long)from_s);
		r = database_number(d, sql, otherwise, &time_s);
		if (time_s < *first_s)
			*first_s = time_s;
	}

	return r;
}

/* All that is @minute_days old, a few quarter hours at a time. */
static int thin(struct database *d, s64 now_s, unsigned int minute_days)
{
	s64 until_s = now_s - (s64)minute_days * DAY_S, time_s;
	int r = SQLITE_OK;

	for (unsigned int n = 0; !r && n < QUARTERS; n++) {
		if (d->thinned_s + DATABASE_QUARTER_S > until_s)
			return r;
		r = first_row(d, d->thinned_s, until_s, &time_s);
		time_s -= time_s % DATABASE_QUARTER_S;
		if (r || time_s + DATABASE_QUARTER_S > until_s) {
			d->thinned_s = time_s;
			return r;
		}
		for (unsigned int i = 0; !r && i < HISTORY_TABLES; i++)
			if (history_tables[i].thinned)
				r = thin_table(d, &history_tables[i], time_s);
		d->thinned_s = time_s + DATABASE_QUARTER_S;
		if (!r)
			r = database_runf(d, "UPDATE kept SET value = %lld WHERE name = 'thinned'",
					  (long long)d->thinned_s);
	}

	return r;
}

/* No more than a day at once. */
static int drop_old(struct database *d, const struct history_table *table, s64 now_s)
{
	const char *time = table->column[0].name;

	return database_runf(d, "DELETE FROM %s WHERE %s < min(%lld,"
			     " (SELECT min(%s) FROM %s) + %d)", table->name, time,
			     (long long)now_s - (s64)table->years * YEAR_DAYS * DAY_S, time,
			     table->name, DAY_S);
}

static int drop_many(struct database *d, const struct history_table *table)
{
	const char *time = table->column[0].name;

	return database_runf(d, "DELETE FROM %s WHERE %s < (SELECT %s FROM %s"
			     " ORDER BY %s DESC LIMIT 1 OFFSET %u)", table->name, time, time,
			     table->name, time, table->rows - 1);
}

/* The oldest day of all that is by the minute or the quarter hour. */
static int drop_oldest_day(struct database *d)
{
	s64 first_s;
	int r;

	r = first_row(d, INT32_MIN, INT64_MAX - DAY_S, &first_s);
	for (unsigned int i = 0; !r && i < HISTORY_TABLES; i++)
		if (history_tables[i].thinned)
			r = database_runf(d, "DELETE FROM %s WHERE time < %lld",
					  history_tables[i].name, (long long)first_s + DAY_S);

	return r;
}

static int used_bytes(struct database *d, s64 *used)
{
	s64 pages, unused, size;
	int r;

	r = database_number(d, "PRAGMA page_size", 0, &size);
	if (!r)
		r = database_number(d, "PRAGMA page_count", 0, &pages);
	if (!r)
		r = database_number(d, "PRAGMA freelist_count", 0, &unused);
	if (!r)
		*used = (pages - unused) * size;

	return r;
}

static int make_room(struct database *d)
{
	s64 used;
	int r;

	for (unsigned int days = 0; days < ROOM_DAYS; days++) {
		r = used_bytes(d, &used);
		if (r || used <= DATABASE_SIZE_USED)
			return r;
		r = drop_oldest_day(d);
		if (r)
			return r;
	}

	return SQLITE_OK;
}

int trim_step(struct database *d, s64 now_s, unsigned int minute_days)
{
	int r = SQLITE_OK;

	if (now_s)
		r = thin(d, now_s, minute_days);
	if (d->commits % DROP_EVERY != 0 && !d->full)
		return r;

	if (!r)
		r = make_room(d);
	for (unsigned int i = 0; !r && i < HISTORY_TABLES; i++) {
		if (history_tables[i].years && now_s)
			r = drop_old(d, &history_tables[i], now_s);
		if (!r && history_tables[i].rows)
			r = drop_many(d, &history_tables[i]);
	}

	return r;
}
