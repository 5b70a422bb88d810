// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of models against the figures of spec/packs.md, typed in a second
 * time in the units of that page, and against what must hold for any pack.
 */
#include "../../driver/wire/models.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Columns of "Models" in their order; temperatures of none are 0. */
struct row {
	const char *key;
	int cells;
	double nominal_v, capacity_ah, min_v, max_v, charge_v, float_v;
	int charge_a, charge_max_a, discharge_a, discharge_max_a;
	int dod, charge_min_c, charge_max_c, discharge_min_c, discharge_max_c, packs;
};

static const struct row rows[] = {
	{ "lesso,lsrr51v100ah", 16, 51.2, 100, 44.8, 57.6, 56.0, 54.6,
	  50, 70, 50, 100, 96, -5, 50, -10, 50, 32 },
	{ "voltium,ve-ess-r5120", 16, 51.2, 100, 44.8, 57.6, 56.0, 54.6,
	  50, 70, 50, 100, 96, -5, 50, -10, 50, 32 },
	{ "zcs,zsx5120", 16, 51.2, 100, 45.6, 56.16, 56.0, 0,
	  50, 50, 50, 50, 90, 0, 50, -10, 50, 4 },
	{ "zcs,zsx5000", 16, 51.2, 100, 0, 0, 58.4, 0,
	  50, 50, 50, 50, 90, 0, 0, 0, 0, 4 },
	{ "zcs,zsx5000-pro", 16, 51.2, 100, 0, 0, 58.4, 0,
	  50, 50, 50, 50, 90, 0, 0, 0, 0, 4 },
	{ "zcs,zsx5000-s", 16, 51.2, 100, 0, 0, 58.4, 0,
	  50, 50, 50, 50, 90, 0, 0, 0, 0, 4 },
	{ "pylontech,us2000", 15, 48.0, 50, 47.0, 54.0, 53.2, 0,
	  25, 25, 25, 25, 80, 0, 0, 0, 0, 0 },
	{ "pylontech,us5000", 15, 48.0, 100, 47.0, 54.0, 53.2, 0,
	  0, 0, 0, 0, 80, 0, 0, 0, 0, 0 },
	{ "weco,4k4", 16, 51.2, 86, 48.0, 59.3, 58.4, 0,
	  65, 65, 65, 65, 90, 0, 0, 0, 0, 5 },
	{ "weco,4k4-pro", 16, 51.2, 86, 48.0, 59.3, 58.4, 0,
	  65, 65, 65, 65, 90, 0, 0, 0, 0, 5 },
	{ "weco,4k4-lt", 16, 51.2, 86, 48.0, 59.3, 58.4, 0,
	  65, 65, 65, 65, 90, 0, 0, 0, 0, 5 },
	{ "weco,5k3", 16, 51.2, 100, 48.0, 59.3, 58.4, 0,
	  65, 65, 65, 65, 90, 0, 0, 0, 0, 5 },
	{ "weco,5k3-xp", 16, 51.2, 100, 48.0, 59.3, 58.4, 0,
	  65, 65, 65, 65, 90, 0, 0, 0, 0, 5 },
};

static int milli(double value)
{
	return (int)(value * 1000 + 0.5);
}

static void figures_are_those_of_the_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct cellar_model *m = &cellar_models[i];
		const struct row *r = &rows[i];

		assert_non_null(m->key);
		assert_string_equal(m->key, r->key);
		assert_int_equal(m->cells, r->cells);
		assert_int_equal(m->nominal_mv, milli(r->nominal_v));
		assert_int_equal(m->capacity_mah, milli(r->capacity_ah));
		assert_int_equal(m->voltage_min_mv, milli(r->min_v));
		assert_int_equal(m->voltage_max_mv, milli(r->max_v));
		assert_int_equal(m->absorption_mv, milli(r->charge_v));
		assert_int_equal(m->float_mv, milli(r->float_v));
		assert_int_equal(m->charge_ma, milli(r->charge_a));
		assert_int_equal(m->charge_max_ma, milli(r->charge_max_a));
		assert_int_equal(m->discharge_ma, milli(r->discharge_a));
		assert_int_equal(m->discharge_max_ma, milli(r->discharge_max_a));
		assert_int_equal(m->dod_percent, r->dod);
		assert_int_equal(m->charge_min_c, r->charge_min_c);
		assert_int_equal(m->charge_max_c, r->charge_max_c);
		assert_int_equal(m->discharge_min_c, r->discharge_min_c);
		assert_int_equal(m->discharge_max_c, r->discharge_max_c);
		assert_int_equal(m->packs_max, r->packs);
	}
	assert_null(cellar_models[ARRAY_SIZE(rows)].key);
}

/* Whatever is added later: no figure may allow more than another forbids. */
static void every_row_is_sound(void **state)
{
	const struct cellar_model *m, *other;

	(void)state;
	for (m = cellar_models; m->key; m++) {
		assert_non_null(m->maker);
		assert_non_null(m->model);
		assert_true(m->charge_ma <= m->charge_max_ma);
		assert_true(m->discharge_ma <= m->discharge_max_ma);
		assert_true(m->float_mv <= m->absorption_mv);
		assert_true(!m->voltage_max_mv || m->absorption_mv <= m->voltage_max_mv);
		assert_true(m->voltage_min_mv <= m->voltage_max_mv);
		assert_true(m->nominal_mv == m->cells * 3200u);
		/* 3.65 V is where an LFP cell is full */
		assert_true(m->absorption_mv <= m->cells * 3650u);
		assert_true(m->dod_percent > 0 && m->dod_percent < 100);

		for (other = cellar_models; other->key; other++)
			assert_true(m == other || strcmp(m->key, other->key));
	}
}

static void a_model_is_found_by_its_key_only(void **state)
{
	const struct cellar_model *m;

	(void)state;
	for (m = cellar_models; m->key; m++)
		assert_ptr_equal(cellar_model_by_key(m->key), m);

	assert_null(cellar_model_by_key(""));
	assert_null(cellar_model_by_key("zcs"));
	assert_null(cellar_model_by_key("zcs,zsx51200"));
	assert_null(cellar_model_by_key("ZCS,ZSX5120"));
}

/* What the drivers bind to by firmware. */
static void keys_are_those_of_the_table(void **state)
{
#define KEY(key)	key,
	static const char *const keys[] = { CELLAR_MODEL_KEYS(KEY) };
#undef KEY
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		assert_non_null(cellar_models[i].key);
		assert_string_equal(keys[i], cellar_models[i].key);
	}
	assert_null(cellar_models[i].key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_the_page),
		cmocka_unit_test(every_row_is_sound),
		cmocka_unit_test(a_model_is_found_by_its_key_only),
		cmocka_unit_test(keys_are_those_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
