// SPDX-License-Identifier: GPL-2.0-only
/*
 * Advice on packs that are put away (spec/packs.md, "Storage"): when to charge again, by
 * temperature, and which SOC to keep.
 */
#include "advice_home.h"

#define MONTH		(30 * DAY)

/* Put away at the temperature it says, its BMS still on. */
static void store_away(struct home *h, const char *key, int coldest, int warmest)
{
	home_new(h, key, 1);
	home_warmth(h, 0, coldest, warmest);
	home_current(h, 0, 5000);
	home_run(h, 2);
	home_current(h, 0, 0);
	home_run(h, 2);
	home_disconnect(h, 0);
}

static const struct {
	const char *key;
	int coldest, warmest;
	s64 limit_s;
	bool forbidden;
} pages[] = {
	{ LESSO, 0, 299, 6 * MONTH, false },
	{ LESSO, 0, 300, 3 * MONTH, false },
	{ LESSO, -1, 200, 3 * MONTH, false },
	{ LESSO, -100, 450, 3 * MONTH, false },
	{ LESSO, -101, 200, 3 * MONTH, true },
	{ LESSO, 200, 451, 3 * MONTH, true },
	{ VOLTIUM, 100, 200, 6 * MONTH, false },
	{ ZSX5120, -100, 249, 12 * MONTH, false },
	{ ZSX5120, 200, 250, 6 * MONTH, false },
	{ ZSX5120, 300, 349, 6 * MONTH, false },
	{ ZSX5120, 300, 350, 3 * MONTH, false },
	{ ZSX5120, 300, 450, 3 * MONTH, false },
	{ ZSX5120, 300, 451, 3 * MONTH, true },
	{ ZSX5120, -101, 100, 3 * MONTH, true },
};

static void stored_pack_is_charged_again_by_the_page(void **state)
{
	struct home h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		s64 left_s;

		store_away(&h, pages[i].key, pages[i].coldest, pages[i].warmest);
		home_wait(&h, 7 * DAY - HOUR);
		assert_false(home_has(&h, 0, ADVICE_STORAGE_RECHARGE));
		home_wait(&h, 2 * HOUR);
		left_s = home_left_s(&h, 0, ADVICE_STORAGE_RECHARGE) + 7 * DAY + HOUR;
		if (left_s < pages[i].limit_s - 60 || left_s > pages[i].limit_s + 60)
			fail_msg("%s at %d to %d: %lld s", pages[i].key, pages[i].coldest,
				 pages[i].warmest, (long long)left_s);
		assert_int_equal(home_has(&h, 0, ADVICE_STORAGE_TEMPERATURE), pages[i].forbidden);
		home_close(&h);
	}
}

static void words_name_current_soc_and_humidity(void **state)
{
	struct home h;

	(void)state;
	store_away(&h, ZSX5120, 180, 200);
	home_wait(&h, 8 * DAY);
	assert_string_equal(home_words(&h, 0, ADVICE_STORAGE_RECHARGE),
			    "cellar0-01: it is stored at 20.0 °C: charge it again at most 360 days "
			    "after the last charge, at 20 A to 50 %; its humidity is not measured: "
			    "5 to 70 %");
	home_close(&h);
	store_away(&h, LESSO, 180, 200);
	home_wait(&h, 8 * DAY);
	assert_string_equal(home_words(&h, 0, ADVICE_STORAGE_RECHARGE),
			    "cellar0-01: it is stored at 20.0 °C: charge it again at most 180 days "
			    "after the last charge, to near 50 %; its humidity is not measured: "
			    "5 to 75 %");
	home_close(&h);
}

static void pack_that_was_switched_off_has_the_shortest_time(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_current(&h, 0, 5000);
	home_run(&h, 2);
	h.rig->silent[0] = true;
	home_wait(&h, 8 * DAY);
	assert_in_range(home_left_s(&h, 0, ADVICE_STORAGE_RECHARGE), 3 * MONTH - 8 * DAY - 60,
			3 * MONTH - 8 * DAY + 60);
	assert_non_null(strstr(home_words(&h, 0, ADVICE_STORAGE_RECHARGE), "how warm nobody knows"));
	home_wait(&h, 3 * MONTH);
	assert_true(home_left_s(&h, 0, ADVICE_STORAGE_RECHARGE) < 0);
	assert_int_equal(h.came[ADVICE_STORAGE_RECHARGE], 1);
	home_close(&h);
}

static void pack_used_for_a_month_is_stored_a_week_after_its_last_current(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_current(&h, 0, 5000);
	home_wait(&h, 10 * DAY);
	home_current(&h, 0, -5000);
	home_wait(&h, 4 * DAY);
	h.rig->silent[0] = true;
	home_wait(&h, 6 * DAY);
	assert_false(home_has(&h, 0, ADVICE_STORAGE_RECHARGE));
	home_wait(&h, 2 * DAY);
	assert_in_range(home_left_s(&h, 0, ADVICE_STORAGE_RECHARGE), 3 * MONTH - 12 * DAY - 60,
			3 * MONTH - 12 * DAY + 60);
	home_close(&h);
}

static void hot_week_shortens_the_storage_for_good(void **state)
{
	struct home h;

	(void)state;
	store_away(&h, ZSX5120, 180, 200);
	home_wait(&h, 8 * DAY);
	home_warmth(&h, 0, 280, 300);
	home_wait(&h, HOUR);
	home_warmth(&h, 0, 180, 200);
	home_wait(&h, HOUR);
	assert_in_range(home_left_s(&h, 0, ADVICE_STORAGE_RECHARGE), 6 * MONTH - 8 * DAY - 2 * HOUR - 60,
			6 * MONTH - 8 * DAY);
	home_close(&h);
}

static void stored_pack_that_is_used_again_is_not_stored(void **state)
{
	struct home h;

	(void)state;
	store_away(&h, LESSO, 180, 200);
	home_soc(&h, 0, 90);
	home_wait(&h, 8 * DAY);
	assert_true(home_has(&h, 0, ADVICE_STORAGE_RECHARGE));
	assert_true(home_has(&h, 0, ADVICE_STORAGE_SOC));
	home_current(&h, 0, 2000);
	home_run(&h, 15);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void full_pack_on_line_all_summer_is_not_stored(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_soc(&h, 0, 100);
	home_run(&h, 2);
	home_wait(&h, 100 * DAY);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static const struct {
	const char *key;
	unsigned int soc;
	bool told;
} kept_soc[] = {
	{ LESSO, 50, false }, { LESSO, 80, false }, { LESSO, 81, true }, { LESSO, 100, true },
	{ LESSO, 10, false },
	{ ZSX5120, 29, true }, { ZSX5120, 30, false }, { ZSX5120, 60, false },
	{ ZSX5120, 61, true },
};

static void soc_kept_in_storage_is_that_of_the_page(void **state)
{
	struct home h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kept_soc); i++) {
		store_away(&h, kept_soc[i].key, 180, 200);
		home_soc(&h, 0, kept_soc[i].soc);
		home_wait(&h, 8 * DAY);
		if (home_has(&h, 0, ADVICE_STORAGE_SOC) != kept_soc[i].told)
			fail_msg("%s at %u %%", kept_soc[i].key, kept_soc[i].soc);
		home_close(&h);
	}
}

static void words_say_which_soc_to_keep(void **state)
{
	struct home h;

	(void)state;
	store_away(&h, LESSO, 180, 200);
	home_soc(&h, 0, 90);
	home_wait(&h, 8 * DAY);
	assert_string_equal(home_words(&h, 0, ADVICE_STORAGE_SOC),
			    "cellar0-01: it is stored at SOC 90.00 %: keep it near 50 %, never long "
			    "above 80 %");
	home_soc(&h, 0, 79);
	home_wait(&h, HOUR);
	assert_true(home_has(&h, 0, ADVICE_STORAGE_SOC));
	home_soc(&h, 0, 78);
	home_wait(&h, HOUR);
	assert_false(home_has(&h, 0, ADVICE_STORAGE_SOC));
	home_close(&h);
	store_away(&h, ZSX5120, 180, 200);
	home_soc(&h, 0, 20);
	home_wait(&h, 8 * DAY);
	assert_string_equal(home_words(&h, 0, ADVICE_STORAGE_SOC),
			    "cellar0-01: it is stored at SOC 20.00 %: keep it at 30 to 60 %");
	home_close(&h);
}

static void frost_in_the_shed(void **state)
{
	struct home h;

	(void)state;
	store_away(&h, ZSX5120, 50, 60);
	home_wait(&h, 8 * DAY);
	assert_false(home_has(&h, 0, ADVICE_STORAGE_TEMPERATURE));
	home_warmth(&h, 0, -112, -80);
	home_run(&h, 70);
	assert_string_equal(home_words(&h, 0, ADVICE_STORAGE_TEMPERATURE),
			    "cellar0-01: it is stored at -11.2 °C, which its maker does not allow: "
			    "bring it to -10.0 °C to 45.0 °C");
	for (unsigned int i = 0; i < 10; i++) {
		home_warmth(&h, 0, i % 2 ? -101 : -99, -80);
		home_run(&h, 300);
	}
	assert_int_equal(h.came[ADVICE_STORAGE_TEMPERATURE], 1);
	home_warmth(&h, 0, -50, -40);
	home_run(&h, 610);
	assert_false(home_has(&h, 0, ADVICE_STORAGE_TEMPERATURE));
	home_warmth(&h, 0, 400, 455);
	home_run(&h, 70);
	assert_non_null(strstr(home_words(&h, 0, ADVICE_STORAGE_TEMPERATURE), "at 45.5 °C"));
	home_close(&h);
}

static void models_without_a_page_have_no_storage_rules(void **state)
{
	struct home h;

	(void)state;
	store_away(&h, "weco,5k3", -150, 500);
	home_soc(&h, 0, 100);
	home_wait(&h, 400 * DAY);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void stored_pack_owes_no_monthly_full_charge(void **state)
{
	struct home h;

	(void)state;
	store_away(&h, LESSO, 180, 200);
	home_wait(&h, 60 * DAY);
	assert_false(home_has(&h, 0, ADVICE_FULL_CHARGE));
	assert_false(advice_wants_full_charge(h.advice));
	home_close(&h);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(stored_pack_is_charged_again_by_the_page),
		cmocka_unit_test(words_name_current_soc_and_humidity),
		cmocka_unit_test(pack_that_was_switched_off_has_the_shortest_time),
		cmocka_unit_test(pack_used_for_a_month_is_stored_a_week_after_its_last_current),
		cmocka_unit_test(hot_week_shortens_the_storage_for_good),
		cmocka_unit_test(stored_pack_that_is_used_again_is_not_stored),
		cmocka_unit_test(full_pack_on_line_all_summer_is_not_stored),
		cmocka_unit_test(soc_kept_in_storage_is_that_of_the_page),
		cmocka_unit_test(words_say_which_soc_to_keep),
		cmocka_unit_test(frost_in_the_shed),
		cmocka_unit_test(models_without_a_page_have_no_storage_rules),
		cmocka_unit_test(stored_pack_owes_no_monthly_full_charge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
