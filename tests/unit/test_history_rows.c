// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows of a history as bytes, and several of them as one.
 */
#include <setjmp.h>
#include <stdarg.h>

#include "../../userspace/history/fold.h"
#include "../../userspace/history/rows.h"

#include <cmocka.h>

#include <stdlib.h>

static void tables_say_what_they_are(void **state)
{
	(void)state;
	for (unsigned int t = 0; t < HISTORY_TABLES_ALL; t++) {
		const struct history_table *table = &history_tables[t];

		assert_in_range(table->columns, 2, HISTORY_COLUMNS_MAX);
		assert_in_range(table->keys, 1, 2);
		if (t < HISTORY_TABLES) {
			assert_ptr_equal(history_table_by_name(table->name), table);
			assert_int_equal(table->column[0].type,
					 t == HISTORY_ENERGY ? HISTORY_DAY : HISTORY_TIME);
		}
		if (table->thinned) {
			assert_string_equal(table->column[history_seconds_column(table)].name,
					    "seconds");
			assert_string_equal(table->column[0].name, "time");
		}
		for (unsigned int i = 0; i < table->columns; i++) {
			/* a text cannot be the least of several */
			if (table->thinned)
				assert_int_not_equal(table->column[i].type, HISTORY_TEXT);
			for (unsigned int j = 0; j < i; j++)
				assert_string_not_equal(table->column[i].name,
							table->column[j].name);
		}
	}
	assert_null(history_table_by_name("totals"));
	assert_null(history_table_by_name(""));
}

static s64 invent(void)
{
	s64 any = (s64)((u64)random() << 33 ^ (u64)random() << 11 ^ (u64)random());

	return any >> random() % 64;
}

static void row_comes_back_as_it_went(void **state)
{
	u8 bytes[ROWS_ROW_SIZE];
	const u8 *at;

	(void)state;
	srandom(1);
	for (unsigned int n = 0; n < 20000; n++) {
		struct history_row row, back;
		const struct history_table *table;
		size_t size;

		history_row_clear(&row, (unsigned int)random() % HISTORY_TABLES_ALL);
		table = &history_tables[row.table];
		for (unsigned int i = 0; i < table->columns; i++) {
			if (random() % 4 == 0)
				continue;
			if (history_is_text(&table->column[i]))
				row.value[i].text = random() % 2 ? "contract" : "";
			else
				row.value[i].number = invent();
		}
		size = rows_put(bytes, sizeof(bytes), &row);
		assert_true(size);
		assert_int_equal(rows_put(bytes, size - 1, &row), 0);
		assert_int_equal(rows_size(bytes, size), size);
		assert_int_equal(rows_size(bytes, size - 1), 0);
		at = bytes;
		assert_true(rows_take(&at, bytes + size, &back));
		assert_ptr_equal(at, bytes + size);
		assert_int_equal(back.table, row.table);
		for (unsigned int i = 0; i < table->columns; i++) {
			if (!history_is_text(&table->column[i]))
				assert_int_equal(back.value[i].number, row.value[i].number);
			else if (!row.value[i].text)
				assert_null(back.value[i].text);
			else
				assert_string_equal(back.value[i].text, row.value[i].text);
		}
	}
}

static void numbers_at_the_edge_of_their_bytes_come_back(void **state)
{
	struct history_row row, back;
	u8 bytes[ROWS_ROW_SIZE];
	const u8 *at;

	(void)state;
	for (unsigned int bit = 0; bit < 64; bit++) {
		for (int more = -1; more <= 1; more++) {
			s64 number = (s64)((1ull << bit) + (u64)(s64)more);

			history_row_clear(&row, HISTORY_FLOWS);
			row.value[FLOWS_PV].number = number;
			row.value[FLOWS_GRID].number = (s64)(0 - (u64)number);
			at = bytes;
			assert_true(rows_take(&at, bytes + rows_put(bytes, sizeof(bytes), &row),
					      &back));
			assert_int_equal(back.value[FLOWS_PV].number, number);
			assert_int_equal(back.value[FLOWS_GRID].number,
					 row.value[FLOWS_GRID].number);
		}
	}
}

static void long_words_are_cut(void **state)
{
	struct history_row row, back;
	u8 bytes[ROWS_ROW_SIZE];
	const u8 *at = bytes;
	char words[400];

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	history_row_clear(&row, HISTORY_EVENTS);
	row.value[EVENTS_CODE].text = words;
	row.value[EVENTS_SUBJECT].text = words;
	row.value[EVENTS_WORDS].text = words;
	assert_true(rows_take(&at, bytes + rows_put(bytes, sizeof(bytes), &row), &back));
	assert_int_equal(strlen(back.value[EVENTS_WORDS].text), ROWS_TEXT_SIZE - 1);
}

static void nonsense_is_no_row(void **state)
{
	struct history_row row, back;
	u8 bytes[ROWS_ROW_SIZE], *copy;
	unsigned int wrong = 0;
	const u8 *at;
	size_t size;

	(void)state;
	srandom(2);
	history_row_clear(&row, HISTORY_EVENTS);
	row.value[EVENTS_TIME].number = 1767225600;
	row.value[EVENTS_WORDS].text = "the grid has gone";
	size = rows_put(bytes, sizeof(bytes), &row);
	for (unsigned int n = 0; n < 50000; n++) {
		size_t left = size - (n % 3 ? 0 : (size_t)random() % size);

		copy = malloc(left);
		memcpy(copy, bytes, left);
		for (unsigned int i = 0; i < 1 + n % 4; i++)
			copy[(size_t)random() % left] ^= (u8)random();
		at = copy;
		if (!rows_take(&at, copy + left, &back))
			wrong++;
		free(copy);
	}
	assert_in_range(wrong, 1000, 50000);
	at = bytes;
	assert_false(rows_take(&at, bytes, &back));
}

static void a_text_without_its_end_is_no_text(void **state)
{
	struct history_row row, back;
	u8 bytes[ROWS_ROW_SIZE];
	const u8 *at = bytes;
	size_t size;

	(void)state;
	history_row_clear(&row, HISTORY_EVENTS);
	row.value[EVENTS_WORDS].text = "blackout";
	size = rows_put(bytes, sizeof(bytes), &row);
	assert_true(rows_take(&at, bytes + size, &back));
	bytes[size - 1] = 't';
	at = bytes;
	assert_false(rows_take(&at, bytes + size, &back));
}

static void a_row_has_no_more_than_its_columns(void **state)
{
	struct history_row row, back;
	u8 bytes[ROWS_ROW_SIZE];
	const u8 *at = bytes;
	size_t size;

	(void)state;
	history_row_clear(&row, HISTORY_FLOWS);
	size = rows_put(bytes, sizeof(bytes), &row);
	bytes[size] = 0;
	bytes[0]++;
	assert_false(rows_take(&at, bytes + size + 1, &back));
}

#define N	HISTORY_NOTHING

/* seconds, PV, SOC, battery_max and by whom, battery_min and by whom */
static void step(s64 *v, s64 time_s, s64 seconds, s64 pv_w, s64 soc, s64 max_w, s64 by,
		 s64 min_w, s64 min_by)
{
	for (unsigned int i = 0; i < HISTORY_COLUMNS_MAX; i++)
		v[i] = N;
	v[FLOWS_TIME] = time_s;
	v[FLOWS_SECONDS] = seconds;
	v[FLOWS_PV] = pv_w;
	v[FLOWS_SOC] = soc;
	v[FLOWS_BATTERY_MAX] = max_w;
	v[FLOWS_BATTERY_MAX_BY] = by;
	v[FLOWS_BATTERY_MIN] = min_w;
	v[FLOWS_BATTERY_MIN_BY] = min_by;
}

static void minutes_become_a_quarter_of_an_hour(void **state)
{
	s64 v[HISTORY_COLUMNS_MAX], out[HISTORY_COLUMNS_MAX];
	struct fold fold;

	(void)state;
	step(v, 960, 60, 1000, 5000, 3000, 7, -3000, 1);
	fold_begin(&fold, &history_tables[HISTORY_FLOWS], 900, v);
	step(v, 1020, 60, 3000, 5100, 2000, 8, -1000, 2);
	fold_add(&fold, v);
	step(v, 1080, 30, N, N, N, N, N, N);
	fold_add(&fold, v);
	step(v, 1140, 60, 1001, 5050, 2500, 9, -2000, 3);
	fold_add(&fold, v);
	fold_end(&fold, out);
	assert_int_equal(out[FLOWS_TIME], 900);
	assert_int_equal(out[FLOWS_SECONDS], 210);
	assert_int_equal(out[FLOWS_PV], 1667);
	assert_int_equal(out[FLOWS_SOC], 5050);
	assert_int_equal(out[FLOWS_BATTERY_MAX], 2000);
	assert_int_equal(out[FLOWS_BATTERY_MAX_BY], 8);
	assert_int_equal(out[FLOWS_BATTERY_MIN], -1000);
	assert_int_equal(out[FLOWS_BATTERY_MIN_BY], 2);
	assert_int_equal(out[FLOWS_GRID], N);
	assert_int_equal(out[FLOWS_MODE], N);
}

static void a_mean_is_rounded_to_the_nearest(void **state)
{
	static const s64 cases[][3] = {
		{ 1, 2, 2 }, { -1, -2, -2 }, { 0, 1, 1 }, { 0, -1, -1 }, { -3, 2, -1 },
		{ 10, 10, 10 },
	};
	s64 v[HISTORY_COLUMNS_MAX], out[HISTORY_COLUMNS_MAX];
	struct fold fold;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		step(v, 0, 60, cases[i][0], N, N, N, N, N);
		fold_begin(&fold, &history_tables[HISTORY_FLOWS], 0, v);
		step(v, 60, 60, cases[i][1], N, N, N, N, N);
		fold_add(&fold, v);
		fold_end(&fold, out);
		assert_int_equal(out[FLOWS_PV], cases[i][2]);
	}
}

static void a_short_minute_weighs_less(void **state)
{
	s64 v[HISTORY_COLUMNS_MAX], out[HISTORY_COLUMNS_MAX];
	struct fold fold;

	(void)state;
	step(v, 0, 59, 100, N, N, N, N, N);
	fold_begin(&fold, &history_tables[HISTORY_FLOWS], 0, v);
	step(v, 60, 1, 6100, N, N, N, N, N);
	fold_add(&fold, v);
	fold_end(&fold, out);
	assert_int_equal(out[FLOWS_PV], 200);
	/* nor does one without seconds that are right */
	step(v, 60, -5, 6100, N, N, N, N, N);
	fold_begin(&fold, &history_tables[HISTORY_FLOWS], 0, v);
	fold_end(&fold, out);
	assert_int_equal(out[FLOWS_PV], N);
}

static void clusters_are_not_mixed(void **state)
{
	s64 v[HISTORY_COLUMNS_MAX] = { 0 };
	struct fold fold;

	(void)state;
	v[LIMITS_OF] = 3;
	fold_begin(&fold, &history_tables[HISTORY_LIMITS], 0, v);
	v[LIMITS_AT] = 60;
	assert_true(fold_is_alike(&fold, v));
	v[LIMITS_OF] = 4;
	assert_false(fold_is_alike(&fold, v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_say_what_they_are),
		cmocka_unit_test(row_comes_back_as_it_went),
		cmocka_unit_test(numbers_at_the_edge_of_their_bytes_come_back),
		cmocka_unit_test(long_words_are_cut),
		cmocka_unit_test(nonsense_is_no_row),
		cmocka_unit_test(a_text_without_its_end_is_no_text),
		cmocka_unit_test(a_row_has_no_more_than_its_columns),
		cmocka_unit_test(minutes_become_a_quarter_of_an_hour),
		cmocka_unit_test(a_mean_is_rounded_to_the_nearest),
		cmocka_unit_test(a_short_minute_weighs_less),
		cmocka_unit_test(clusters_are_not_mixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
