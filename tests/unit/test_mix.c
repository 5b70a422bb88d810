// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may work beside whom (spec/packs.md, "Mixing and wiring rules"), and that a
 * refusal names both packs.
 */
#include "core_rig.h"

#include "../../userspace/core/curve.h"
#include "../../userspace/core/profile.h"

struct pair {
	const char *says;
	const char *first, *second;	/* keys, at addresses 1 and 2 */
	bool kit;
	enum mix_rule rule;
};

static const struct pair pairs[] = {
	{ "two of a kind", LESSO, LESSO, false, MIX_FITS },
	{ "the same pack under two brands", LESSO, "voltium,ve-ess-r5120", false, MIX_MAKER },
	{ "a Pylontech beside a WeCo", "pylontech,us5000", "weco,5k3", false, MIX_MAKER },
	{ "two sizes of Pylontech", "pylontech,us2000", "pylontech,us5000", false, MIX_MODEL },
	{ "5000 and 5000PRO", "zcs,zsx5000", "zcs,zsx5000-pro", false, MIX_FITS },
	{ "5000PRO and 5000", "zcs,zsx5000-pro", "zcs,zsx5000", false, MIX_FITS },
	{ "5000S and 5000 without the kit", "zcs,zsx5000-s", "zcs,zsx5000", false, MIX_KIT },
	{ "5000S and 5000PRO without the kit", "zcs,zsx5000-pro", "zcs,zsx5000-s", false, MIX_KIT },
	{ "5000S and 5000 with the kit", "zcs,zsx5000-s", "zcs,zsx5000", true, MIX_FITS },
	{ "5000S and 5000PRO with the kit", "zcs,zsx5000-pro", "zcs,zsx5000-s", true, MIX_FITS },
	{ "5120 and 5000", "zcs,zsx5120", "zcs,zsx5000", false, MIX_MODEL },
	{ "5120 and 5000PRO, kit or not", "zcs,zsx5120", "zcs,zsx5000-pro", true, MIX_MODEL },
	{ "4K4-LT before 4K4PRO", "weco,4k4-lt", "weco,4k4-pro", false, MIX_FITS },
	{ "4K4PRO before 4K4-LT", "weco,4k4-pro", "weco,4k4-lt", false, MIX_ORDER },
	{ "4K4 and 4K4PRO", "weco,4k4", "weco,4k4-pro", false, MIX_MODEL },
	{ "5K3XP as master of a 5K3", "weco,5k3-xp", "weco,5k3", false, MIX_FITS },
	{ "5K3 as master of a 5K3XP", "weco,5k3", "weco,5k3-xp", false, MIX_ORDER },
	{ "4K4 and 5K3", "weco,4k4", "weco,5k3", false, MIX_MODEL },
	{ "a named pack and a nameless one", LESSO, NULL, false, MIX_UNKNOWN },
	{ "two nameless ones of one bus", NULL, NULL, false, MIX_FITS },
};

static void pairs_are_those_of_the_page(void **state)
{
	struct rig rig = { 0 };
	char words[MIX_WORDS_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		enum mix_rule rule, back;

		rig_pack(&rig, 0, pairs[i].first);
		rig_pack(&rig, 1, pairs[i].second);
		rule = mix_pair(&rig.supply[0], &rig.supply[1], pairs[i].kit, words);
		if (rule != pairs[i].rule)
			fail_msg("%s: rule %d", pairs[i].says, rule);
		if (rule && (!strstr(words, "cellar0-01") || !strstr(words, "cellar0-02")))
			fail_msg("%s: \"%s\" does not name both", pairs[i].says, words);
		back = mix_pair(&rig.supply[1], &rig.supply[0], pairs[i].kit, NULL);
		if (back != rule)
			fail_msg("%s: not the same the other way round", pairs[i].says);
	}
}

static void another_number_of_cells_is_refused(void **state)
{
	struct rig rig = { 0 };
	char words[MIX_WORDS_SIZE];

	(void)state;
	rig_pack(&rig, 0, NULL);
	rig_pack(&rig, 1, NULL);
	for (unsigned int i = 0; i < 2; i++) {
		rig.supply[i].reading.cells = (u8)(15 + i);
		cellar_say(&rig.supply[i].reading, CELLAR_CELLS);
	}
	assert_int_equal(mix_pair(&rig.supply[0], &rig.supply[1], false, words), MIX_CELLS);
	assert_string_equal(words, "cellar0-02 has 16 cells, cellar0-01 has 15: "
			    "they must be the same");
}

static void another_capacity_is_refused(void **state)
{
	struct rig rig = { 0 };
	char words[MIX_WORDS_SIZE];

	(void)state;
	rig_pack(&rig, 0, LESSO);
	rig_pack(&rig, 1, LESSO);
	rig_say(&rig.supply[1].reading, CELLAR_DESIGN, 98500);
	assert_int_equal(mix_pair(&rig.supply[0], &rig.supply[1], false, words), MIX_FITS);
	rig_say(&rig.supply[1].reading, CELLAR_DESIGN, 86000);
	assert_int_equal(mix_pair(&rig.supply[0], &rig.supply[1], false, words), MIX_CAPACITY);
	assert_non_null(strstr(words, "86.0 Ah"));
	/* an aged pack is no other pack */
	rig_say(&rig.supply[1].reading, CELLAR_DESIGN, 100000);
	rig_say(&rig.supply[1].reading, CELLAR_FULL, 71000);
	assert_int_equal(mix_pair(&rig.supply[0], &rig.supply[1], false, words), MIX_FITS);
}

static void nameless_packs_go_by_what_they_say(void **state)
{
	struct rig rig = { 0 };
	char words[MIX_WORDS_SIZE];

	(void)state;
	rig_pack(&rig, 0, NULL);
	rig_pack(&rig, 1, NULL);
	rig.supply[1].bus = 1;
	assert_int_equal(mix_pair(&rig.supply[0], &rig.supply[1], false, words), MIX_UNKNOWN);
	for (unsigned int i = 0; i < 2; i++) {
		strcpy(rig.supply[i].reading.manufacturer, "PYLON");
		cellar_say(&rig.supply[i].reading, CELLAR_MANUFACTURER);
	}
	assert_int_equal(mix_pair(&rig.supply[0], &rig.supply[1], false, words), MIX_FITS);
	strcpy(rig.supply[1].reading.manufacturer, "BYD");
	assert_int_equal(mix_pair(&rig.supply[0], &rig.supply[1], false, words), MIX_MAKER);
	strcpy(rig.supply[1].reading.manufacturer, "PYLON");
	strcpy(rig.supply[1].reading.model, "US3000");
	cellar_say(&rig.supply[1].reading, CELLAR_MODEL);
	assert_int_equal(mix_pair(&rig.supply[0], &rig.supply[1], false, words), MIX_MODEL);
}

static void no_more_in_parallel_than_the_maker_allows(void **state)
{
	struct cellar_model few = *cellar_model_by_key(LESSO);
	struct rig rig = { 0 };
	char words[MIX_WORDS_SIZE];

	(void)state;
	rig_pack(&rig, 0, "zcs,zsx5120");
	rig_pack(&rig, 1, "zcs,zsx5120");
	assert_int_equal(mix_count(&rig.supply[1], 1, &rig.supply[0], 3, words), MIX_FITS);
	assert_int_equal(mix_count(&rig.supply[1], 1, &rig.supply[0], 4, words), MIX_COUNT);
	assert_non_null(strstr(words, "at most 4"));
	assert_non_null(strstr(words, "cellar0-01"));
	assert_non_null(strstr(words, "cellar0-02"));
	rig_pack(&rig, 0, LESSO);
	rig_pack(&rig, 1, LESSO);
	assert_int_equal(mix_count(&rig.supply[1], 1, &rig.supply[0], 31, words), MIX_FITS);
	assert_int_equal(mix_count(&rig.supply[1], 1, &rig.supply[0], 32, words), MIX_COUNT);
	/* the stricter of two counts, whoever joins */
	few.packs_max = 2;
	rig.supply[1].model = &few;
	assert_int_equal(mix_count(&rig.supply[0], 1, &rig.supply[1], 2, words), MIX_COUNT);
	assert_int_equal(mix_count(&rig.supply[1], 1, &rig.supply[0], 2, words), MIX_COUNT);
	assert_int_equal(mix_count(&rig.supply[0], 1, &rig.supply[1], 1, words), MIX_FITS);
	rig_pack(&rig, 1, "pylontech,us5000");
	assert_int_equal(mix_count(&rig.supply[1], 1, &rig.supply[1], 40, words), MIX_FITS);
}

/* Whatever is added: a curve tapers within its range, rises or falls to one side. */
static void every_profile_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; cellar_models[i].key; i++) {
		const struct cellar_model *model = &cellar_models[i];
		const struct profile *p = profile_of(model);

		assert_non_null(p);
		assert_string_equal(profiles[i].key, model->key);
		assert_true(p->cutoff_mv < p->recharge_mv && p->recharge_mv < p->restart_mv);
		assert_true(p->cutoff_mv >= model->voltage_min_mv);
		assert_true(model->cells != 16 || (p->cutoff_mv == 48000 &&
			    p->recharge_mv == 50000 && p->restart_mv == 52000));

		for (unsigned int way = 0; way < CORE_WAYS; way++) {
			const struct curve *all[] = {
				&p->cell[way], &p->temperature[way], &p->soc[way]
			};

			for (size_t k = 0; k < ARRAY_SIZE(all); k++) {
				assert_true(all[k]->n <= CURVE_POINTS);
				for (unsigned int j = 0; j < all[k]->n; j++) {
					assert_in_range(all[k]->at[j].centi, 1, CURVE_FULL);
					assert_true(!j || all[k]->at[j].x > all[k]->at[j - 1].x);
				}
			}
			assert_true(curve_at(&p->cell[way], 3300) == CURVE_FULL);
			assert_true(curve_at(&p->soc[way], 5000) == CURVE_FULL);
			assert_true(curve_at(&p->temperature[way], 250) == CURVE_FULL);
		}
		assert_true(curve_at(&p->cell[CORE_CHARGE], 3700) <= 300);
		assert_true(curve_at(&p->cell[CORE_DISCHARGE], 2800) <= 300);
		assert_true(curve_at(&p->soc[CORE_DISCHARGE], (100 - model->dod_percent) * 100) <=
			    1000);
		assert_true(p->soc[CORE_CHARGE].at[0].x == 9900);
		if (model->voltage_max_mv)
			assert_true(p->cell[CORE_CHARGE].at[3].x * model->cells <=
				    (s32)model->voltage_max_mv);
		assert_true(!p->temperature[CORE_CHARGE].n ==
			    (model->charge_min_c == model->charge_max_c));
	}
	assert_null(profile_of(NULL));
}

static void a_curve_is_straight_between_its_points(void **state)
{
	static const struct curve curve = { 3, { { -10, 100 }, { 10, 10000 }, { 20, 5000 } } };
	static const struct curve none;

	(void)state;
	assert_int_equal(curve_at(&curve, -1000), 100);
	assert_int_equal(curve_at(&curve, -10), 100);
	assert_int_equal(curve_at(&curve, 0), 5050);
	assert_int_equal(curve_at(&curve, 10), 10000);
	assert_int_equal(curve_at(&curve, 15), 7500);
	assert_int_equal(curve_at(&curve, 20), 5000);
	assert_int_equal(curve_at(&curve, INT32_MAX), 5000);
	assert_int_equal(curve_at(&none, 5), CURVE_FULL);
	assert_int_equal(curve_share(70000, 1500), 10500);
	assert_int_equal(curve_share(3, 5000), 1);
	assert_int_equal(curve_share(UINT32_MAX, CURVE_FULL), UINT32_MAX);
}

static void a_curve_that_has_bitten_stays(void **state)
{
	static const struct curve curve = { 2, { { 3450, 10000 }, { 3600, 300 } } };
	u16 latch = CURVE_FULL, lowest;

	(void)state;
	assert_int_equal(curve_latched(&curve, 3400, &latch), CURVE_FULL);
	lowest = curve_latched(&curve, 3550, &latch);
	assert_true(lowest < 4000);
	assert_int_equal(curve_latched(&curve, 3460, &latch), lowest);
	assert_true(curve_latched(&curve, 3560, &latch) < lowest);
	assert_int_equal(curve_latched(&curve, 3450, &latch), CURVE_FULL);
	assert_true(curve_latched(&curve, 3460, &latch) > 9000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_those_of_the_page),
		cmocka_unit_test(another_number_of_cells_is_refused),
		cmocka_unit_test(another_capacity_is_refused),
		cmocka_unit_test(nameless_packs_go_by_what_they_say),
		cmocka_unit_test(no_more_in_parallel_than_the_maker_allows),
		cmocka_unit_test(every_profile_is_sound),
		cmocka_unit_test(a_curve_is_straight_between_its_points),
		cmocka_unit_test(a_curve_that_has_bitten_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
