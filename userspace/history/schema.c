// SPDX-License-Identifier: GPL-2.0-only
/*
 * From tables.h to SQL, and files of earlier versions to this one: what is new is added,
 * nothing is ever taken away.
 */
#include "database_parts.h"

static const char *type_of(const struct history_column *column)
{
	return column->type == HISTORY_TEXT ? "TEXT" : "INTEGER";
}

static void add(char *sql, const char *text)
{
	size_t n = strlen(sql);

	snprintf(sql + n, SQL_SIZE - n, "%s", text);
}

void schema_columns(const struct history_table *table, char *sql)
{
	sql[0] = '\0';
	for (unsigned int i = 0; i < table->columns; i++) {
		add(sql, i ? ", " : "");
		add(sql, table->column[i].name);
	}
}

static void add_up(const struct history_table *table, char *sql)
{
	char part[128];

	snprintf(part, sizeof(part), " ON CONFLICT(%s) DO UPDATE SET ", table->column[0].name);
	add(sql, part);
	for (unsigned int i = table->keys; i < table->columns; i++) {
		snprintf(part, sizeof(part), "%s%s = ifnull(%s, 0) + excluded.%s",
			 i > table->keys ? ", " : "", table->column[i].name,
			 table->column[i].name, table->column[i].name);
		add(sql, part);
	}
}

void schema_insert(const struct history_table *table, char *sql)
{
	char columns[SQL_SIZE];

	schema_columns(table, columns);
	snprintf(sql, SQL_SIZE, "INSERT %sINTO %s(", table->adds ? "" : "OR REPLACE ",
		 table->name);
	add(sql, columns);
	add(sql, ") VALUES(");
	for (unsigned int i = 0; i < table->columns; i++)
		add(sql, i ? ", ?" : "?");
	add(sql, ")");
	if (table->adds)
		add_up(table, sql);
}

static void create(const struct history_table *table, char *sql)
{
	snprintf(sql, SQL_SIZE, "CREATE TABLE IF NOT EXISTS %s(", table->name);
	for (unsigned int i = 0; i < table->columns; i++) {
		add(sql, table->column[i].name);
		add(sql, " ");
		add(sql, type_of(&table->column[i]));
		add(sql, ", ");
	}
	add(sql, "PRIMARY KEY(");
	for (unsigned int i = 0; i < table->keys; i++) {
		add(sql, i ? ", " : "");
		add(sql, table->column[i].name);
	}
	/* with one number as its key a table is in its order anyway */
	add(sql, table->keys > 1 ? ")) STRICT, WITHOUT ROWID" : ")) STRICT");
}

static int add_column(struct database *d, const struct history_table *table, unsigned int i)
{
	const struct history_column *column = &table->column[i];
	s64 there;
	int r;
	char sql[SQL_SIZE];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'",
		 table->name, column->name);
	r = database_number(d, sql, 0, &there);
	if (r || there)
		return r;

	return database_runf(d, "ALTER TABLE %s ADD COLUMN %s %s", table->name, column->name,
			     type_of(column));
}

static int bring_up_table(struct database *d, const struct history_table *table)
{
	char sql[SQL_SIZE];
	int r;

	create(table, sql);
	r = database_run(d, sql);
	for (unsigned int i = 0; !r && i < table->columns; i++)
		r = add_column(d, table, i);

	return r;
}

/* @batch: token of the last one; @thinned: all rows before it are of quarter hours */
static const char own[] =
	"CREATE TABLE IF NOT EXISTS names(id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT;"
	"CREATE TABLE IF NOT EXISTS kept(name TEXT PRIMARY KEY, value INTEGER) STRICT;"
	"INSERT OR IGNORE INTO kept VALUES('batch', 0), ('thinned', 0);";

int schema_bring_up(struct database *d)
{
	int r;

	r = database_run(d, "BEGIN IMMEDIATE");
	if (!r)
		r = database_run(d, own);
	for (unsigned int i = 0; !r && i < HISTORY_TABLES_ALL; i++)
		r = bring_up_table(d, &history_tables[i]);
	if (!r)
		r = database_runf(d, "PRAGMA user_version = %d", DATABASE_VERSION);

	return r ? r : database_run(d, "COMMIT");
}
