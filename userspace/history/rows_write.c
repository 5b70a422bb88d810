// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows into their tables, and names that are ids there.
 */
#include "database_parts.h"

#include "../core/mark.h"

#define ADOPT_S	120	/* the same beginning, reckoned twice, is not further off */

static int insert_of(struct database *d, const struct history_table *table, sqlite3_stmt **insert)
{
	sqlite3_stmt **at = &d->statement[table - history_tables];
	char sql[SQL_SIZE];
	int r = SQLITE_OK;

	if (!*at) {
		schema_insert(table, sql);
		r = database_statement(d, at, sql);
	}
	*insert = *at;

	return r;
}

static int run_insert(sqlite3_stmt *insert)
{
	int r = sqlite3_step(insert);

	sqlite3_reset(insert);
	sqlite3_clear_bindings(insert);

	return r == SQLITE_DONE ? SQLITE_OK : r;
}

static int with_name(struct database *d, const char *sql, const char *name, s64 *id)
{
	sqlite3_stmt *statement;
	int r;

	r = sqlite3_prepare_v2(d->file, sql, -1, &statement, NULL);
	if (r)
		return r;

	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	r = sqlite3_step(statement);
	if (r == SQLITE_ROW)
		*id = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);

	return r == SQLITE_ROW || r == SQLITE_DONE ? SQLITE_OK : r;
}

/* An id that is known from a transaction that failed is none: forgotten with the rest. */
static int id_of(struct database *d, const char *name, s64 *id)
{
	struct known_name *known = &d->known[mark_text(MARK_START, name) % NAMES_KEPT];
	int r = SQLITE_OK;

	*id = 0;
	if (!strcmp(known->name, name) && known->id) {
		*id = known->id;
		return r;
	}
	r = with_name(d, "SELECT id FROM names WHERE name = ?", name, id);
	if (!r && !*id)
		r = with_name(d, "INSERT INTO names(name) VALUES(?) RETURNING id", name, id);
	if (!r && strlen(name) < sizeof(known->name)) {
		snprintf(known->name, sizeof(known->name), "%s", name);
		known->id = *id;
	}

	return r;
}

static int bind(struct database *d, sqlite3_stmt *insert, unsigned int i,
		const struct history_column *column, const union history_value *value)
{
	s64 id;
	int r;

	if (history_is_text(column) ? !value->text : value->number == HISTORY_NOTHING)
		return sqlite3_bind_null(insert, (int)i);
	if (column->type == HISTORY_TEXT)
		return sqlite3_bind_text(insert, (int)i, value->text, -1, SQLITE_STATIC);
	if (column->type != HISTORY_NAME)
		return sqlite3_bind_int64(insert, (int)i, value->number);

	r = id_of(d, value->text, &id);

	return r ? r : sqlite3_bind_int64(insert, (int)i, id);
}

/*
 * A session or an output that goes on after a restart is the one that was cut, though its
 * beginning has been reckoned anew.
 */
static int adopt(struct database *d, const struct history_table *table,
		 const struct history_row *row)
{
	unsigned int which = row->table == HISTORY_SESSIONS ? OWN_ADOPT_SESSION :
			     OWN_ADOPT_SWITCHED;
	sqlite3_stmt **at = &d->statement[which];
	char sql[SQL_SIZE];
	int r;

	if (row->table != HISTORY_SESSIONS && row->table != HISTORY_SWITCHED)
		return SQLITE_OK;

	snprintf(sql, sizeof(sql), "UPDATE OR REPLACE %s SET time = ?1 WHERE time BETWEEN ?1 - %d"
		 " AND ?1 + %d AND %s = (SELECT id FROM names WHERE name = ?2) AND"
		 " state = (SELECT id FROM names WHERE name = '" HISTORY_CUT "')", table->name,
		 ADOPT_S, ADOPT_S, table->column[INTERVAL_OF].name);
	r = database_statement(d, at, sql);
	if (r)
		return r;

	sqlite3_bind_int64(*at, 1, row->value[INTERVAL_BEGIN].number);
	sqlite3_bind_text(*at, 2, row->value[INTERVAL_OF].text, -1, SQLITE_STATIC);

	return run_insert(*at);
}

static int write_row(struct database *d, const struct history_row *row)
{
	const struct history_table *table = &history_tables[row->table];
	sqlite3_stmt *insert = NULL;
	int r;

	r = adopt(d, table, row);
	if (!r)
		r = insert_of(d, table, &insert);
	for (unsigned int i = 0; !r && i < table->columns; i++)
		r = bind(d, insert, i + 1, &table->column[i], &row->value[i]);

	if (!r)
		r = run_insert(insert);

	/* a row without its key is none, and stands in nobody's way */
	return (r & 0xff) == SQLITE_CONSTRAINT ? SQLITE_OK : r;
}

int rows_write(struct database *d, const u8 *rows, size_t size)
{
	const u8 *end = rows + size;
	struct history_row row;
	int r = SQLITE_OK;

	while (!r && rows_take(&rows, end, &row))
		r = write_row(d, &row);

	return !r && rows != end ? SQLITE_MISUSE : r;
}

int rows_insert_numbers(struct database *d, const struct history_table *table, const s64 *values)
{
	sqlite3_stmt *insert;
	int r;

	r = insert_of(d, table, &insert);
	for (unsigned int i = 0; !r && i < table->columns; i++)
		r = values[i] == HISTORY_NOTHING ? sqlite3_bind_null(insert, (int)i + 1) :
		    sqlite3_bind_int64(insert, (int)i + 1, values[i]);

	return r ? r : run_insert(insert);
}

void rows_numbers(sqlite3_stmt *statement, const struct history_table *table, s64 *values)
{
	for (unsigned int i = 0; i < table->columns; i++)
		values[i] = sqlite3_column_type(statement, (int)i) == SQLITE_NULL ?
			    HISTORY_NOTHING : sqlite3_column_int64(statement, (int)i);
}
