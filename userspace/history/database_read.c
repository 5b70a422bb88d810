// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of rows for who asks, as they are kept or folded to steps of time.
 */
#include "database_parts.h"

#include "fold.h"

#define DAY_S		86400
#define ALIKE_MAX	32
#define TEXTS_SIZE	256

/*
 * @group_s: the time that the rows have which came last, or the step in which it is
 * @fold: of the step, one for each key
 * @told: rows so far
 */
struct page {
	struct database *d;
	const struct history_table *table;
	database_row row;
	void *user;
	u32 step_s;
	s64 group_s;
	struct fold fold[ALIKE_MAX];
	unsigned int folds, told;
};

/* The file, or a name that has gone from it, "" then. */
static int name_of(struct database *d, s64 id, char *name)
{
	sqlite3_stmt *statement;
	int r;

	name[0] = '\0';
	r = sqlite3_prepare_v2(d->file, "SELECT name FROM names WHERE id = ?", -1, &statement,
			       NULL);
	if (r)
		return r;

	sqlite3_bind_int64(statement, 1, id);
	r = sqlite3_step(statement);
	if (r == SQLITE_ROW)
		snprintf(name, TEXTS_SIZE, "%s", sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);

	return r == SQLITE_ROW || r == SQLITE_DONE ? SQLITE_OK : r;
}

/* @texts: of the columns of HISTORY_TEXT, NULL where there are none */
static int tell(struct page *p, const s64 *values, sqlite3_stmt *texts)
{
	char name[HISTORY_COLUMNS_MAX][TEXTS_SIZE];
	struct history_row row;
	int r = SQLITE_OK;

	history_row_clear(&row, (enum history_table_of)(p->table - history_tables));
	for (unsigned int i = 0; !r && i < p->table->columns; i++) {
		switch (p->table->column[i].type) {
		case HISTORY_TEXT:
			row.value[i].text = (const char *)sqlite3_column_text(texts, (int)i);
			break;
		case HISTORY_NAME:
			if (values[i] == HISTORY_NOTHING)
				break;
			r = name_of(p->d, values[i], name[i]);
			row.value[i].text = name[i];
			break;
		default:
			row.value[i].number = values[i];
			break;
		}
	}
	p->told++;

	return r ? r : p->row(p->user, &row);
}

static int tell_folds(struct page *p)
{
	s64 values[HISTORY_COLUMNS_MAX];
	int r = SQLITE_OK;

	for (unsigned int i = 0; !r && i < p->folds; i++) {
		fold_end(&p->fold[i], values);
		r = tell(p, values, NULL);
	}
	p->folds = 0;

	return r;
}

static void add(struct page *p, s64 time_s, const s64 *values)
{
	unsigned int i;

	for (i = 0; i < p->folds && !fold_is_alike(&p->fold[i], values); i++)
		;
	if (i < p->folds)
		fold_add(&p->fold[i], values);
	else if (i < ALIKE_MAX)
		fold_begin(&p->fold[p->folds++], p->table, time_s, values);
}

/* SQLITE_DONE: the page is full, and this row is of the next one. */
static int take(struct page *p, sqlite3_stmt *rows)
{
	s64 values[HISTORY_COLUMNS_MAX], time_s;
	int r = SQLITE_OK;

	rows_numbers(rows, p->table, values);
	time_s = p->step_s ? values[0] - values[0] % p->step_s : values[0];
	if (time_s != p->group_s) {
		r = tell_folds(p);
		if (!r && p->told >= DATABASE_PAGE_ROWS)
			r = SQLITE_DONE;
		p->group_s = time_s;
	}
	if (r)
		return r;
	if (!p->step_s)
		return tell(p, values, rows);
	add(p, time_s, values);

	return r;
}

static int select_rows(struct page *p, const struct database_question *q, sqlite3_stmt **rows)
{
	const char *time = p->table->column[0].name;
	char columns[SQL_SIZE], sql[2 * SQL_SIZE];
	s64 by = p->table->column[0].type == HISTORY_DAY ? DAY_S : 1;
	int r;

	schema_columns(p->table, columns);
	snprintf(sql, sizeof(sql), "SELECT %s FROM %s WHERE %s >= ? AND %s < ? ORDER BY 1, 2",
		 columns, p->table->name, time, time);
	r = sqlite3_prepare_v2(p->d->file, sql, -1, rows, NULL);
	if (!r)
		r = sqlite3_bind_int64(*rows, 1, q->from / by + (q->from % by > 0));
	if (!r)
		r = sqlite3_bind_int64(*rows, 2, q->to / by + (q->to % by > 0));

	return r;
}

static int read_page(struct page *p, const struct database_question *q, s64 *next)
{
	s64 by = p->table->column[0].type == HISTORY_DAY ? DAY_S : 1;
	sqlite3_stmt *rows = NULL;
	int r;

	r = select_rows(p, q, &rows);
	while (!r && (r = sqlite3_step(rows)) == SQLITE_ROW)
		r = take(p, rows);
	if (r == SQLITE_DONE && p->folds)
		r = tell_folds(p);
	else if (r == SQLITE_DONE && sqlite3_stmt_busy(rows))
		*next = p->group_s * by;
	sqlite3_finalize(rows);

	return r == SQLITE_DONE ? SQLITE_OK : r;
}

int database_read(struct database *d, const struct database_question *question,
		  database_row row, void *user, s64 *next)
{
	struct page p = {
		.d = d, .table = &history_tables[question->table], .row = row, .user = user,
		.step_s = history_tables[question->table].thinned ? question->step_s : 0,
		.group_s = INT64_MIN,
	};
	s64 go_on = question->to;
	int r;

	r = database_open(d);
	if (r < 0)
		return r;

	r = read_page(&p, question, &go_on);
	*next = go_on;
	if (r > 0)
		r = database_failed(d, r);

	return r;
}
