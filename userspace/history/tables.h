/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a history consists of: its tables, their columns, their names in the file and on
 * D-Bus, and how several rows become one. One description for who writes rows, who keeps
 * them, who shows them, and who exports them.
 */
#ifndef CELLAR_HISTORY_TABLES_H
#define CELLAR_HISTORY_TABLES_H

#include "../../driver/wire/env.h"

#define HISTORY_COLUMNS_MAX	24

/* How long rows by the minute stay, if nobody says how long. */
#define HISTORY_DAYS_OF_MINUTES	14

/* A number that nobody knows; a text that nobody knows is NULL. */
#define HISTORY_NOTHING		INT64_MIN

enum history_table_of {
	HISTORY_FLOWS,		/* of the site, by the minute */
	HISTORY_LIMITS,		/* of each cluster, by the minute, and who decided them */
	HISTORY_CHARGING,	/* of each charger in a session, by the minute */
	HISTORY_ENERGY,		/* by the local day */
	HISTORY_EVENTS,
	HISTORY_CURTAILMENTS,	/* by the grid operator */
	HISTORY_SESSIONS,	/* of chargers */
	HISTORY_SWITCHED,	/* when an output was closed */
	HISTORY_TABLES,

	/* the energies so far, by period, for after a restart; not for anybody to read */
	HISTORY_TOTALS = HISTORY_TABLES,
	HISTORY_TABLES_ALL
};

enum history_type {
	HISTORY_TIME,		/* s since the epoch */
	HISTORY_DAY,		/* days since 1970-01-01 of the site's own calendar */
	HISTORY_NUMBER,
	HISTORY_NAME,		/* of which there are few: stored once */
	HISTORY_TEXT
};

/* Of rows that become one: what stands there. */
enum history_fold {
	HISTORY_KEY,		/* the time at which the new row begins; or the same in all */
	HISTORY_SUM,
	HISTORY_MEAN,		/* weighted by the seconds of each row */
	HISTORY_LAST,
	HISTORY_LOWEST,
	HISTORY_HIGHEST,
	HISTORY_BY		/* as in the row that the column before this is from */
};

/*
 * @name: in the file, with its unit; @key: on D-Bus, in SI units
 * @by: so many of a HISTORY_NUMBER are one of the SI unit; 0: a whole number
 */
struct history_column {
	const char *name;
	const char *key;
	u8 type;	/* enum history_type */
	u8 fold;	/* enum history_fold */
	u32 by;
};

/*
 * @name: on D-Bus and in the file
 * @keys: the first one or two columns, of which no two rows have the same; the first is
 *	the time
 * @thinned: rows become fewer with age: the first column that is no key has the seconds
 *	that each counts for
 * @years: after which a row is forgotten; 0: never
 * @rows: at most so many, the oldest go; 0: as many as the years have
 * @adds: a row is added to the one that has its key already, and does not replace it
 */
struct history_table {
	const char *name;
	const struct history_column *column;
	u8 columns, keys;
	bool thinned, adds;
	u8 years;
	u32 rows;
};

/* Columns, in their order, for who fills them. */
enum {
	FLOWS_TIME, FLOWS_SECONDS, FLOWS_PV, FLOWS_LOAD, FLOWS_CHARGERS, FLOWS_BATTERY,
	FLOWS_GRID, FLOWS_SOC, FLOWS_BATTERY_MIN, FLOWS_BATTERY_MIN_BY, FLOWS_BATTERY_MAX,
	FLOWS_BATTERY_MAX_BY, FLOWS_GRID_MIN, FLOWS_GRID_MIN_BY, FLOWS_GRID_MAX,
	FLOWS_GRID_MAX_BY, FLOWS_PV_MAX, FLOWS_PV_MAX_BY, FLOWS_MODE, FLOWS_LIMITED_BY,
	FLOWS_COLUMNS
};

enum {
	LIMITS_AT, LIMITS_OF, LIMITS_SECONDS, LIMITS_CHARGE_LEFT, LIMITS_CURRENT,
	LIMITS_CHARGE, LIMITS_CHARGE_BY, LIMITS_DISCHARGE, LIMITS_DISCHARGE_BY,
	LIMITS_VOLTAGE, LIMITS_VOLTAGE_BY,
	LIMITS_COLUMNS
};

enum {
	CHARGING_TIME, CHARGING_CHARGER, CHARGING_SECONDS, CHARGING_POWER, CHARGING_CURRENT,
	CHARGING_CURRENT_BY, CHARGING_STATE,
	CHARGING_COLUMNS
};

enum { EVENTS_TIME, EVENTS_SEQUENCE, EVENTS_CODE, EVENTS_SUBJECT, EVENTS_WORDS, EVENTS_COLUMNS };

/* Of the three tables of intervals, the first four alike. */
enum {
	INTERVAL_BEGIN, INTERVAL_OF, INTERVAL_END, INTERVAL_STATE, SWITCHED_COLUMNS,

	CURTAILMENTS_DIRECTION = SWITCHED_COLUMNS, CURTAILMENTS_LIMIT, CURTAILMENTS_BEFORE,
	CURTAILMENTS_MOST, CURTAILMENTS_GENERATED,
	CURTAILMENTS_COLUMNS,

	SESSIONS_ENERGY = SWITCHED_COLUMNS, SESSIONS_STRATEGY, SESSIONS_CARD,
	SESSIONS_COLUMNS
};

extern const struct history_table history_tables[HISTORY_TABLES_ALL];

/* NULL: nobody may read such a table. */
const struct history_table *history_table_by_name(const char *name);

/* Index of the column with the seconds of a @thinned table. */
static inline unsigned int history_seconds_column(const struct history_table *table)
{
	return table->keys;
}

/* A row: of each column, its number or its text. */
union history_value {
	s64 number;
	const char *text;
};

struct history_row {
	u8 table;	/* enum history_table_of */
	union history_value value[HISTORY_COLUMNS_MAX];
};

static inline bool history_is_text(const struct history_column *column)
{
	return column->type == HISTORY_NAME || column->type == HISTORY_TEXT;
}

/* A row of which nothing is known. */
void history_row_clear(struct history_row *row, enum history_table_of table);

/* What an interval is that a row of the last three tables is about. */
#define HISTORY_RUNS	"running"
#define HISTORY_ENDED	"ended"
#define HISTORY_CUT	"cut"	/* it ran when cellard ended, or the power failed */

#endif /* CELLAR_HISTORY_TABLES_H */
