// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of a history: what comes back from it, what becomes fewer with age, and what
 * happens when the file or the disk is not as it should be.
 */
#include "history_disk.h"
#include "state_folder.h"

#include "history_house.h"

#include "../../userspace/history/database.h"

#define T		HOUSE_BEGIN_S
#define DAY_S		86400
#define DAMAGED(n)	DATABASE_NAME ".damaged-" #n

/* @said: codes, a blank behind each; @last: the last sentence */
static struct kept {
	struct database *db;
	char said[256], last[1024];
	u8 rows[65536];
	size_t size;
} k;

/* No two batches of a test are the same one. */
static s64 token;

static void said(void *user, const char *code, const char *text)
{
	size_t n = strlen(k.said);

	(void)user;
	snprintf(k.said + n, sizeof(k.said) - n, "%s ", code);
	snprintf(k.last, sizeof(k.last), "%s", text);
}

static void begin(const char *folder)
{
	memset(&k, 0, sizeof(k));
	assert_int_equal(database_new(&k.db, folder, said, NULL), 0);
}

static void end(void)
{
	database_free(k.db);
}

static void again(const char *folder)
{
	end();
	begin(folder);
}

static void put(const struct history_row *row)
{
	size_t n = rows_put(k.rows + k.size, sizeof(k.rows) - k.size, row);

	assert_true(n);
	k.size += n;
}

static int write_at(s64 now_s)
{
	struct database_batch batch = {
		.rows = k.rows, .size = k.size, .token = ++token, .now_s = now_s,
		.minute_days = 14,
	};

	k.size = 0;

	return database_write(k.db, &batch);
}

static void put_flows(s64 time_s, s64 pv_w, const char *limited_by)
{
	struct history_row row;

	history_row_clear(&row, HISTORY_FLOWS);
	row.value[FLOWS_TIME].number = time_s;
	row.value[FLOWS_SECONDS].number = 60;
	row.value[FLOWS_PV].number = pv_w;
	row.value[FLOWS_LIMITED_BY].text = limited_by;
	put(&row);
}

static void put_limits(s64 time_s, const char *cluster, s64 charge_ma, const char *by)
{
	struct history_row row;

	history_row_clear(&row, HISTORY_LIMITS);
	row.value[LIMITS_AT].number = time_s;
	row.value[LIMITS_OF].text = cluster;
	row.value[LIMITS_SECONDS].number = 60;
	row.value[LIMITS_CHARGE].number = charge_ma;
	row.value[LIMITS_CHARGE_BY].text = by;
	put(&row);
}

static void put_event(s64 time_s, s64 sequence, const char *words)
{
	struct history_row row;

	history_row_clear(&row, HISTORY_EVENTS);
	row.value[EVENTS_TIME].number = time_s;
	row.value[EVENTS_SEQUENCE].number = sequence;
	row.value[EVENTS_CODE].text = "grid-back";
	row.value[EVENTS_SUBJECT].text = "";
	row.value[EVENTS_WORDS].text = words;
	put(&row);
}

static void put_interval(u8 table, s64 begin_s, const char *of, s64 end_s, const char *state)
{
	struct history_row row;

	history_row_clear(&row, table);
	row.value[INTERVAL_BEGIN].number = begin_s;
	row.value[INTERVAL_OF].text = of;
	row.value[INTERVAL_END].number = end_s;
	row.value[INTERVAL_STATE].text = state;
	put(&row);
}

static void put_energy(s64 day, s64 pv_mj)
{
	struct history_row row;

	history_row_clear(&row, HISTORY_ENERGY);
	row.value[0].number = day;
	for (unsigned int i = 1; i < history_tables[HISTORY_ENERGY].columns; i++)
		row.value[i].number = pv_mj + i - 1;
	put(&row);
}

/* What was read: each row as "time a b|", as the test's columns have it. */
static struct {
	char text[4096];
	unsigned int rows;
	u8 columns[4];
} seen;

static int see(void *user, const struct history_row *row)
{
	const struct history_table *table = &history_tables[row->table];
	size_t n = strlen(seen.text), size = sizeof(seen.text);

	(void)user;
	seen.rows++;
	n += (size_t)snprintf(seen.text + n, size - n, "%lld",
			      (long long)row->value[0].number -
			      (table->column[0].type == HISTORY_TIME ? T : 0));
	for (size_t i = 0; i < 4 && seen.columns[i] && n < size; i++) {
		const union history_value *v = &row->value[seen.columns[i]];

		if (history_is_text(&table->column[seen.columns[i]]))
			n += (size_t)snprintf(seen.text + n, size - n, " %s",
					      v->text ? v->text : "-");
		else if (v->number == HISTORY_NOTHING)
			n += (size_t)snprintf(seen.text + n, size - n, " -");
		else
			n += (size_t)snprintf(seen.text + n, size - n, " %lld",
					      (long long)v->number);
	}
	if (n < size)
		snprintf(seen.text + n, size - n, "|");

	return 0;
}

static s64 read_page(u8 table, s64 from, s64 to, u32 step_s)
{
	struct database_question q = { table, from, to, step_s };
	s64 next = -1;

	assert_int_equal(database_read(k.db, &q, see, NULL, &next), 0);

	return next;
}

/* All of it, with these columns behind the time. */
static const char *read_all(u8 table, u32 step_s, u8 a, u8 b, u8 c)
{
	s64 from = 0;

	memset(&seen, 0, sizeof(seen));
	seen.columns[0] = a;
	seen.columns[1] = b;
	seen.columns[2] = c;
	while (from < T + 10000 * (s64)DAY_S)
		from = read_page(table, from, T + 10000 * (s64)DAY_S, step_s);

	return seen.text;
}

#define FLOWS()		read_all(HISTORY_FLOWS, 0, FLOWS_SECONDS, FLOWS_PV, FLOWS_LIMITED_BY)
#define LIMITS()	read_all(HISTORY_LIMITS, 0, LIMITS_OF, LIMITS_CHARGE, LIMITS_CHARGE_BY)

static void what_is_written_comes_back(void **state)
{
	begin(folder_path(state));
	put_flows(T, 1000, "contract");
	put_flows(T + 60, 0, NULL);
	put_limits(T, "roof", 50000, "bms");
	put_limits(T, "cellar", 0, "stale");
	put_event(T + 3, 7, "the grid is back, \u00b0 'and' \"more\"");
	put_event(T + 3, 8, "");
	assert_int_equal(write_at(T + 60), 0);
	for (unsigned int i = 0; i < 2; i++) {
		assert_string_equal(FLOWS(), "0 60 1000 contract|60 60 0 -|");
		assert_string_equal(LIMITS(), "0 roof 50000 bms|0 cellar 0 stale|");
		assert_string_equal(read_all(HISTORY_EVENTS, 0, EVENTS_CODE, EVENTS_WORDS, 0),
				    "3 grid-back the grid is back, \u00b0 'and' \"more\"|"
				    "3 grid-back |");
		again(folder_path(state));
	}
	assert_int_equal(database_check(k.db), 0);
	assert_string_equal(k.said, "");
	end();
}

static void a_batch_is_one_transaction_and_one_wait_for_the_disk(void **state)
{
	unsigned int syncs;

	begin(folder_path(state));
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	syncs = disk.syncs;
	for (unsigned int i = 1; i <= 20; i++) {
		put_flows(T + i * 60, i, "contract");
		put_limits(T + i * 60, "roof", i, "bms");
		put_event(T + i * 60, i, "words");
		assert_int_equal(write_at(T + i * 60), 0);
	}
	assert_int_equal(database_commits(k.db), 21);
	assert_int_equal(disk.syncs, syncs + 20);
	end();
}

static void a_minute_that_is_told_again_is_the_last_one_told(void **state)
{
	begin(folder_path(state));
	put_flows(T, 1, "contract");
	put_interval(HISTORY_SESSIONS, T, "car1", T + 60, HISTORY_RUNS);
	assert_int_equal(write_at(T), 0);
	put_flows(T, 2, NULL);
	put_interval(HISTORY_SESSIONS, T, "car1", T + 120, HISTORY_ENDED);
	put_interval(HISTORY_SESSIONS, T, "car2", T + 120, HISTORY_ENDED);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(FLOWS(), "0 60 2 -|");
	assert_string_equal(read_all(HISTORY_SESSIONS, 0, INTERVAL_OF, INTERVAL_STATE, 0),
			    "0 car1 ended|0 car2 ended|");
	end();
}

static void a_day_grows_with_what_is_told_of_it(void **state)
{
	begin(folder_path(state));
	put_energy(20454, 100);
	assert_int_equal(write_at(T), 0);
	put_energy(20455, 7);
	put_energy(20454, 11);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(read_all(HISTORY_ENERGY, 0, 1, 2, 16), "20454 111 113 141|"
			    "20455 7 8 22|");
	end();
}

/* cellar-history died before it could say that it had written. */
static void a_batch_that_comes_twice_is_written_once(void **state)
{
	struct database_batch batch = { .rows = k.rows, .token = 77, .now_s = T };

	begin(folder_path(state));
	put_energy(20454, 100);
	batch.size = k.size;
	assert_int_equal(database_write(k.db, &batch), 0);
	assert_int_equal(database_write(k.db, &batch), 0);
	again(folder_path(state));
	put_energy(20454, 100);
	assert_int_equal(database_write(k.db, &batch), 0);
	assert_string_equal(read_all(HISTORY_ENERGY, 0, 1, 0, 0), "20454 100|");
	batch.token = 78;
	assert_int_equal(database_write(k.db, &batch), 0);
	batch.token = 0;
	assert_int_equal(database_write(k.db, &batch), 0);
	assert_int_equal(database_write(k.db, &batch), 0);
	assert_string_equal(read_all(HISTORY_ENERGY, 0, 1, 0, 0), "20454 400|");
	end();
}

static void a_row_without_its_key_harms_no_other(void **state)
{
	begin(folder_path(state));
	put_limits(T, NULL, 1, "bms");
	put_limits(HISTORY_NOTHING, "roof", 2, "bms");
	put_limits(T, "roof", 3, "bms");
	assert_int_equal(write_at(T), 0);
	assert_string_equal(LIMITS(), "0 roof 3 bms|");
	end();
}

static void what_is_no_row_is_not_written(void **state)
{
	struct database_batch batch = { .rows = (const u8 *)"\7\0\0abcd", .size = 7, .token = 1 };

	begin(folder_path(state));
	assert_int_equal(database_write(k.db, &batch), -EINVAL);
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(FLOWS(), "0 60 1 -|");
	end();
}

/* 14 days and a quarter of an hour later they are one. */
static void minutes_become_quarters_of_an_hour(void **state)
{
	begin(folder_path(state));
	for (unsigned int i = 0; i < 30; i++) {
		put_flows(T + i * 60, i * 10, i == 3 ? "contract" : NULL);
		put_limits(T + i * 60, "roof", 1000 - i, "bms");
		put_limits(T + i * 60, "cellar", i == 7 ? 5 : 100, i == 7 ? "soc" : "bms");
	}
	assert_int_equal(write_at(T + 1800), 0);
	assert_int_equal(write_at(T + 14 * DAY_S + 899), 0);
	FLOWS();
	assert_int_equal(seen.rows, 30);
	assert_int_equal(write_at(T + 14 * DAY_S + 900), 0);
	assert_int_equal(write_at(T + 14 * DAY_S + 1799), 0);
	FLOWS();
	assert_int_equal(seen.rows, 16);
	assert_int_equal(strncmp(seen.text, "0 900 70 contract|900 60 150 -|", 31), 0);
	again(folder_path(state));
	assert_int_equal(write_at(T + 14 * DAY_S + 1800), 0);
	assert_string_equal(FLOWS(), "0 900 70 contract|900 900 220 -|");
	assert_string_equal(LIMITS(), "0 roof 986 bms|0 cellar 5 soc|"
			    "900 roof 971 bms|900 cellar 100 bms|");
	end();
}

/* A machine that was off for a year comes back: a little with each transaction. */
static void much_that_is_old_is_thinned_bit_by_bit(void **state)
{
	unsigned int was;

	begin(folder_path(state));
	for (unsigned int i = 0; i < 24 * 60; i += 5)
		put_flows(T + i * 60, i, NULL);
	assert_int_equal(write_at(T + DAY_S), 0);
	FLOWS();
	assert_int_equal(seen.rows, 288);
	was = seen.rows;
	for (unsigned int i = 0; i < 12; i++) {
		assert_int_equal(write_at(T + 300 * DAY_S + i * 60), 0);
		FLOWS();
		assert_int_equal(seen.rows, was - 16);
		was = seen.rows;
	}
	assert_int_equal(was, 96);
	assert_int_equal(write_at(T + 301 * DAY_S), 0);
	FLOWS();
	assert_int_equal(seen.rows, 96);
	end();
}

/* Transactions are counted; what is too old goes once an hour. */
static void run_an_hour(s64 now_s)
{
	for (unsigned int i = 0; i < 61; i++)
		assert_int_equal(write_at(now_s), 0);
}

static void what_is_too_old_is_forgotten(void **state)
{
	s64 years_2 = 2 * 366 * (s64)DAY_S, years_10 = 10 * 366 * (s64)DAY_S;

	begin(folder_path(state));
	for (unsigned int i = 0; i < 2; i++) {
		put_flows(T + i, 1, NULL);
		put_event(T + i, 1, "");
		put_interval(HISTORY_SWITCHED, T + i, "pump", T + 60, HISTORY_ENDED);
		put_interval(HISTORY_SESSIONS, T + i, "car", T + 60, HISTORY_ENDED);
		put_interval(HISTORY_CURTAILMENTS, T + i, "rrcr", T + 60, HISTORY_ENDED);
		put_energy(T / DAY_S + i, 1);
	}
	run_an_hour(T + years_2);
	read_all(HISTORY_EVENTS, 0, 0, 0, 0);
	assert_int_equal(seen.rows, 2);
	run_an_hour(T + years_2 + 1);
	assert_string_equal(read_all(HISTORY_EVENTS, 0, 0, 0, 0), "1|");
	assert_string_equal(read_all(HISTORY_SWITCHED, 0, 0, 0, 0), "1|");
	run_an_hour(T + years_2 + DAY_S);
	FLOWS();
	assert_int_equal(seen.rows, 0);
	read_all(HISTORY_SESSIONS, 0, 0, 0, 0);
	assert_int_equal(seen.rows, 2);
	run_an_hour(T + years_10 + 1);
	assert_string_equal(read_all(HISTORY_SESSIONS, 0, 0, 0, 0), "1|");
	assert_string_equal(read_all(HISTORY_CURTAILMENTS, 0, 0, 0, 0), "1|");
	run_an_hour(T + 2 * years_10);
	read_all(HISTORY_ENERGY, 0, 0, 0, 0);
	assert_int_equal(seen.rows, 2);
	end();
}

/* Nor does a clock that nobody has set, or one that is wrong for an hour, do much. */
static void a_wrong_clock_forgets_a_day_an_hour(void **state)
{
	begin(folder_path(state));
	for (unsigned int i = 0; i < 10; i++)
		put_event(T + i * DAY_S, 1, "");
	run_an_hour(0);
	run_an_hour(T + 5000 * (s64)DAY_S);
	read_all(HISTORY_EVENTS, 0, 0, 0, 0);
	assert_in_range(seen.rows, 8, 9);
	end();
}

static void too_many_events_push_out_the_oldest(void **state)
{
	const u32 most = history_tables[HISTORY_EVENTS].rows;

	begin(folder_path(state));
	for (u32 i = 0; i < most + 500; i++) {
		put_event(T + i, i, "");
		if (i % 500 == 499)
			assert_int_equal(write_at(0), 0);
	}
	run_an_hour(0);
	read_all(HISTORY_EVENTS, 0, EVENTS_SEQUENCE, 0, 0);
	assert_int_equal(seen.rows, most);
	assert_int_equal(strncmp(seen.text, "500 500|", 8), 0);
	end();
}

static void pages_are_small_and_have_all_of_a_second(void **state)
{
	unsigned int pages = 0;
	s64 from = T;

	begin(folder_path(state));
	for (unsigned int i = 0; i < 1000; i++)
		put_limits(T + i / 7 * 60, (const char *[]){ "a", "b", "c", "d", "e", "f", "g" }
			   [i % 7], i, "bms");
	assert_int_equal(write_at(T), 0);
	memset(&seen, 0, sizeof(seen));
	while (from < T + DAY_S) {
		unsigned int was = seen.rows;

		from = read_page(HISTORY_LIMITS, from, T + DAY_S, 0);
		pages++;
		assert_true(seen.rows - was <= DATABASE_PAGE_ROWS + 7);
		assert_true(from == T + DAY_S || (seen.rows - was) % 7 == 0);
	}
	assert_int_equal(seen.rows, 1000);
	assert_int_equal(pages, 5);
	end();
}

static void a_question_has_its_first_and_not_its_last_second(void **state)
{
	begin(folder_path(state));
	put_flows(T, 1, NULL);
	put_flows(T + 60, 2, NULL);
	put_flows(T + 120, 3, NULL);
	put_energy(20454, 1);
	put_energy(20455, 2);
	put_energy(20456, 3);
	assert_int_equal(write_at(T), 0);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(read_page(HISTORY_FLOWS, T, T + 120, 0), T + 120);
	assert_string_equal(seen.text, "0|60|");
	memset(&seen, 0, sizeof(seen));
	read_page(HISTORY_FLOWS, T + 1, T + 121, 0);
	assert_string_equal(seen.text, "60|120|");
	memset(&seen, 0, sizeof(seen));
	read_page(HISTORY_ENERGY, 20454 * DAY_S + 1, 20456 * DAY_S, 0);
	assert_string_equal(seen.text, "20455|");
	end();
}

static void rows_are_put_together_to_steps(void **state)
{
	begin(folder_path(state));
	for (unsigned int i = 0; i < 60 * 24; i++) {
		put_limits(T + i * 60, "roof", 60 - i % 60, "bms");
		put_limits(T + i * 60, "cellar", 100 + i, i % 60 ? "soc" : "bms");
		if (i % 240 == 239)
			assert_int_equal(write_at(T), 0);
	}
	read_all(HISTORY_LIMITS, 3600, LIMITS_OF, LIMITS_CHARGE, LIMITS_CHARGE_BY);
	assert_int_equal(seen.rows, 48);
	assert_int_equal(strncmp(seen.text, "0 roof 1 bms|0 cellar 100 bms|3600 roof 1 bms|"
				 "3600 cellar 160 bms|", 66), 0);
	/* pages of steps go on where the last one ended */
	read_all(HISTORY_LIMITS, 300, LIMITS_SECONDS, 0, 0);
	assert_int_equal(seen.rows, 576);
	assert_null(strstr(seen.text, " 240"));
	/* other tables have none */
	put_event(T, 1, "");
	put_event(T + 1, 2, "");
	assert_int_equal(write_at(T), 0);
	assert_string_equal(read_all(HISTORY_EVENTS, 3600, EVENTS_CODE, 0, 0),
			    "0 grid-back|1 grid-back|");
	end();
}

static void what_ran_when_the_power_failed_is_cut(void **state)
{
	begin(folder_path(state));
	put_interval(HISTORY_SESSIONS, T, "car", T + 60, HISTORY_RUNS);
	put_interval(HISTORY_SESSIONS, T + 1, "car", T + 60, HISTORY_ENDED);
	put_interval(HISTORY_CURTAILMENTS, T, "rrcr", T + 60, HISTORY_RUNS);
	put_interval(HISTORY_SWITCHED, T, "pump", T + 60, HISTORY_RUNS);
	assert_int_equal(write_at(T), 0);
	again(folder_path(state));
	assert_string_equal(read_all(HISTORY_SESSIONS, 0, INTERVAL_STATE, 0, 0), "0 cut|1 ended|");
	assert_string_equal(read_all(HISTORY_CURTAILMENTS, 0, INTERVAL_STATE, 0, 0), "0 cut|");
	assert_string_equal(read_all(HISTORY_SWITCHED, 0, INTERVAL_STATE, 0, 0), "0 cut|");
	end();
}

/* It began when it began, give or take what is reckoned. */
static void what_goes_on_after_a_restart_is_what_was_cut(void **state)
{
	begin(folder_path(state));
	put_interval(HISTORY_SESSIONS, T, "car", T + 600, HISTORY_RUNS);
	put_interval(HISTORY_SESSIONS, T, "van", T + 600, HISTORY_RUNS);
	put_interval(HISTORY_SWITCHED, T, "pump", T + 600, HISTORY_RUNS);
	put_interval(HISTORY_CURTAILMENTS, T, "rrcr", T + 600, HISTORY_RUNS);
	assert_int_equal(write_at(T), 0);
	again(folder_path(state));
	put_interval(HISTORY_SESSIONS, T + 3, "car", T + 700, HISTORY_RUNS);
	put_interval(HISTORY_SESSIONS, T + 400, "van", T + 700, HISTORY_RUNS);
	put_interval(HISTORY_SWITCHED, T - 120, "pump", T + 700, HISTORY_RUNS);
	put_interval(HISTORY_CURTAILMENTS, T + 3, "rrcr", T + 700, HISTORY_RUNS);
	assert_int_equal(write_at(T), 0);
	put_interval(HISTORY_SESSIONS, T + 3, "car", T + 760, HISTORY_ENDED);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(read_all(HISTORY_SESSIONS, 0, INTERVAL_OF, INTERVAL_STATE, 0),
			    "0 van cut|3 car ended|400 van running|");
	assert_string_equal(read_all(HISTORY_SWITCHED, 0, INTERVAL_STATE, 0, 0), "-120 running|");
	assert_string_equal(read_all(HISTORY_CURTAILMENTS, 0, INTERVAL_STATE, 0, 0),
			    "0 cut|3 running|");
	end();
}

static void run_sql(void **state, const char *sql)
{
	char path[128];
	sqlite3 *file;

	snprintf(path, sizeof(path), "%s/" DATABASE_NAME, folder_path(state));
	assert_int_equal(sqlite3_open(path, &file), SQLITE_OK);
	assert_int_equal(sqlite3_exec(file, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(file), SQLITE_OK);
}

static void a_file_of_an_earlier_version_gets_what_is_new(void **state)
{
	begin(folder_path(state));
	put_flows(T, 1, "contract");
	put_limits(T, "roof", 1, "bms");
	assert_int_equal(write_at(T), 0);
	end();
	run_sql(state, "ALTER TABLE flows DROP COLUMN soc_centi; DROP TABLE events;"
		"DROP TABLE kept; PRAGMA user_version = 0");
	begin(folder_path(state));
	put_event(T, 1, "");
	put_flows(T + 60, 2, NULL);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(k.said, "");
	assert_string_equal(FLOWS(), "0 60 1 contract|60 60 2 -|");
	assert_string_equal(read_all(HISTORY_FLOWS, 0, FLOWS_SOC, 0, 0), "0 -|60 -|");
	assert_string_equal(read_all(HISTORY_EVENTS, 0, EVENTS_CODE, 0, 0), "0 grid-back|");
	end();
}

static void a_file_of_a_newer_version_is_kept_aside(void **state)
{
	begin(folder_path(state));
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	end();
	run_sql(state, "PRAGMA user_version = 2");
	begin(folder_path(state));
	assert_int_equal(database_open(k.db), 0);
	assert_string_equal(k.said, "history-damaged ");
	assert_non_null(strstr(k.last, "newer version"));
	assert_non_null(strstr(k.last, DAMAGED(1)));
	assert_true(has_file(state, DAMAGED(1)));
	FLOWS();
	assert_int_equal(seen.rows, 0);
	end();
}

static void a_file_of_something_else_is_kept_aside(void **state)
{
	char file[FILE_MAX];

	put_file(state, DATABASE_NAME, "Dear diary, today the sun was out. It went well.", 48);
	begin(folder_path(state));
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(k.said, "history-damaged ");
	assert_int_equal(get_file(state, DAMAGED(1), file), 48);
	assert_string_equal(FLOWS(), "0 60 1 -|");
	end();
}

static void only_two_are_kept_aside(void **state)
{
	begin(folder_path(state));
	for (unsigned int i = 0; i < 3; i++) {
		end();
		put_file(state, DATABASE_NAME, "Dear diary, today it rained all day.", 34 + i);
		begin(folder_path(state));
		assert_int_equal(database_open(k.db), 0);
		assert_string_equal(k.said, "history-damaged ");
	}
	assert_non_null(strstr(k.last, "not kept"));
	assert_true(has_file(state, DAMAGED(1)) && has_file(state, DAMAGED(2)));
	assert_false(has_file(state, DAMAGED(3)));
	assert_int_equal(database_check(k.db), 0);
	end();
}

/* Far within the file, where nobody looks for a year. */
static void damage_is_found_when_all_of_it_is_looked_at(void **state)
{
	char file[FILE_MAX];
	ssize_t n;

	begin(folder_path(state));
	for (unsigned int i = 0; i < 1000; i++)
		put_flows(T + i * 60, i, NULL);
	assert_int_equal(write_at(T), 0);
	end();
	n = get_file(state, DATABASE_NAME, file);
	memset(file + n / 2 / 1024 * 1024, 0, 1024);
	put_file(state, DATABASE_NAME, file, (size_t)n);
	begin(folder_path(state));
	assert_int_equal(database_open(k.db), 0);
	assert_string_equal(k.said, "");
	assert_int_equal(database_check(k.db), 0);
	assert_string_equal(k.said, "history-damaged ");
	put_flows(T, 5, NULL);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(FLOWS(), "0 60 5 -|");
	end();
}

/* Nobody has looked at all of it yet: who writes finds it. */
static void damage_that_is_written_to_costs_no_row(void **state)
{
	char file[FILE_MAX];
	ssize_t n;

	begin(folder_path(state));
	for (unsigned int i = 0; i < 1000; i++)
		put_flows(T + i * 60, i, NULL);
	assert_int_equal(write_at(T), 0);
	end();
	n = get_file(state, DATABASE_NAME, file);
	memset(file + 2048, 0x5a, (size_t)n - 2048);
	put_file(state, DATABASE_NAME, file, (size_t)n);
	begin(folder_path(state));
	put_flows(T, 5, "contract");
	assert_int_equal(write_at(T), 0);
	assert_string_equal(k.said, "history-damaged ");
	assert_string_equal(FLOWS(), "0 60 5 contract|");
	end();
}

static void what_is_kept_aside_has_its_log(void **state)
{
	char log[FILE_MAX];

	put_file(state, DATABASE_NAME, "Dear diary, today the sun was out.", 34);
	put_file(state, DATABASE_NAME "-wal", "tomorrow", 8);
	begin(folder_path(state));
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	assert_int_equal(get_file(state, DAMAGED(1) "-wal", log), 8);
	end();
}

static void many_names_are_not_mixed_up(void **state)
{
	char name[16], expected[16];

	begin(folder_path(state));
	for (unsigned int turn = 0; turn < 2; turn++) {
		for (unsigned int i = 0; i < 150; i++) {
			snprintf(name, sizeof(name), "cluster%u", i);
			put_limits(T + i, name, i, "bms");
		}
		assert_int_equal(write_at(T), 0);
	}
	for (unsigned int i = 0; i < 150; i++) {
		snprintf(expected, sizeof(expected), " cluster%u", i);
		memset(&seen, 0, sizeof(seen));
		seen.columns[0] = LIMITS_OF;
		read_page(HISTORY_LIMITS, T + i, T + i + 1, 0);
		assert_int_equal(seen.rows, 1);
		seen.text[strlen(seen.text) - 1] = '\0';
		assert_string_equal(strchr(seen.text, ' '), expected);
	}
	end();
}

static void a_full_disk_is_said_and_taken_up_again(void **state)
{
	begin(folder_path(state));
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	disk.fails = SQLITE_FULL;
	put_flows(T + 60, 2, NULL);
	assert_int_equal(write_at(T), -ENOSPC);
	assert_non_null(strstr(database_why(k.db), DATABASE_NAME ": "));
	assert_non_null(strstr(database_why(k.db), "full"));
	assert_int_equal(write_at(T), -ENOSPC);
	disk.fails = SQLITE_IOERR_WRITE;
	put_flows(T + 60, 2, NULL);
	assert_int_equal(write_at(T), -EIO);
	disk.fails = 0;
	put_flows(T + 60, 3, NULL);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(FLOWS(), "0 60 1 -|60 60 3 -|");
	assert_string_equal(k.said, "");
	end();
}

static void a_folder_that_is_not_there_may_come_later(void **state)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/late", folder_path(state));
	begin(path);
	assert_int_equal(database_open(k.db), -ENOENT);
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), -ENOENT);
	assert_non_null(strstr(database_why(k.db), path));
	mkdir(path, 0700);
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	assert_string_equal(FLOWS(), "0 60 1 -|");
	end();
}

/* Somebody deletes the history: that is how it is done. */
static void a_file_that_is_deleted_is_begun_anew(void **state)
{
	const struct fake_class *folder = *state;

	begin(folder_path(state));
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	assert_int_equal(unlinkat(folder->fd, DATABASE_NAME, 0), 0);
	unlinkat(folder->fd, DATABASE_NAME "-wal", 0);
	put_flows(T + 60, 2, NULL);
	assert_int_equal(write_at(T), 0);
	assert_true(has_file(state, DATABASE_NAME));
	assert_string_equal(FLOWS(), "60 60 2 -|");
	end();
}

static void nobody_else_writes_into_it(void **state)
{
	char path[128];
	sqlite3 *file;

	begin(folder_path(state));
	put_flows(T, 1, NULL);
	assert_int_equal(write_at(T), 0);
	snprintf(path, sizeof(path), "%s/" DATABASE_NAME, folder_path(state));
	assert_int_equal(sqlite3_open(path, &file), SQLITE_OK);
	assert_int_equal(sqlite3_exec(file, "DELETE FROM flows", NULL, NULL, NULL), SQLITE_BUSY);
	sqlite3_close(file);
	assert_string_equal(FLOWS(), "0 60 1 -|");
	end();
}

static int stop_at_2(void *user, const struct history_row *row)
{
	(void)row;

	return ++*(int *)user == 2 ? -EPIPE : 0;
}

static void who_has_gone_is_told_no_more(void **state)
{
	struct database_question q = { HISTORY_FLOWS, T, T + DAY_S, 0 };
	int n = 0;
	s64 next;

	begin(folder_path(state));
	for (unsigned int i = 0; i < 5; i++)
		put_flows(T + i * 60, i, NULL);
	assert_int_equal(write_at(T), 0);
	assert_int_equal(database_read(k.db, &q, stop_at_2, &n, &next), -EPIPE);
	assert_int_equal(n, 2);
	FLOWS();
	assert_int_equal(seen.rows, 5);
	end();
}

static int set_up(void **state)
{
	disk.fails = 0;

	return fake_class_new(state);
}

#define CASE(name)	cmocka_unit_test_setup_teardown(name, set_up, fake_class_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_written_comes_back),
		CASE(a_batch_is_one_transaction_and_one_wait_for_the_disk),
		CASE(a_minute_that_is_told_again_is_the_last_one_told),
		CASE(a_day_grows_with_what_is_told_of_it),
		CASE(a_batch_that_comes_twice_is_written_once),
		CASE(a_row_without_its_key_harms_no_other),
		CASE(what_is_no_row_is_not_written),
		CASE(minutes_become_quarters_of_an_hour),
		CASE(much_that_is_old_is_thinned_bit_by_bit),
		CASE(what_is_too_old_is_forgotten),
		CASE(a_wrong_clock_forgets_a_day_an_hour),
		CASE(too_many_events_push_out_the_oldest),
		CASE(pages_are_small_and_have_all_of_a_second),
		CASE(a_question_has_its_first_and_not_its_last_second),
		CASE(rows_are_put_together_to_steps),
		CASE(what_ran_when_the_power_failed_is_cut),
		CASE(what_goes_on_after_a_restart_is_what_was_cut),
		CASE(a_file_of_an_earlier_version_gets_what_is_new),
		CASE(a_file_of_a_newer_version_is_kept_aside),
		CASE(a_file_of_something_else_is_kept_aside),
		CASE(only_two_are_kept_aside),
		CASE(damage_is_found_when_all_of_it_is_looked_at),
		CASE(damage_that_is_written_to_costs_no_row),
		CASE(what_is_kept_aside_has_its_log),
		CASE(many_names_are_not_mixed_up),
		CASE(a_full_disk_is_said_and_taken_up_again),
		CASE(a_folder_that_is_not_there_may_come_later),
		CASE(a_file_that_is_deleted_is_begun_anew),
		CASE(nobody_else_writes_into_it),
		CASE(who_has_gone_is_told_no_more),
	};

	disk_begin();

	return cmocka_run_group_tests(tests, NULL, NULL);
}
