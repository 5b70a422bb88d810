// SPDX-License-Identifier: GPL-2.0-only
/*
 * Advice and time: calendars that jump, nights without the daemon, what is kept over a
 * restart, and whose it is.
 */
#include "advice_home.h"

#define A(word)		BIT_ULL(CELLAR_##word)

/* Down to 2 %, in steps that are no jump. */
static void flatten(struct home *h, unsigned int i)
{
	for (unsigned int soc = 50; soc > 2; soc -= 3) {
		home_soc(h, i, soc);
		home_run(h, 1);
	}
	home_soc(h, i, 2);
	home_protect(h, i, A(CELL_UNDERVOLTAGE));
	home_run(h, 10);
}

static void calendar_set_by_a_day_moves_nothing(void **state)
{
	struct advice_item before, after;
	static const s64 jumps_s[] = { DAY, -DAY, 365 * DAY, -1700000000 };
	struct home h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(jumps_s); i++) {
		u32 changes;

		home_new(&h, LESSO, 2);
		flatten(&h, 1);
		assert_true(home_item(&h, 1, ADVICE_OVER_DISCHARGED, &before));
		changes = h.advice->changes;
		h.wall_s += jumps_s[i];
		home_run(&h, 100);
		assert_true(home_item(&h, 1, ADVICE_OVER_DISCHARGED, &after));
		assert_int_equal(after.left_s, before.left_s - 100);
		assert_int_equal(after.age_s, before.age_s + 100);
		assert_int_equal(after.deadline, before.deadline + jumps_s[i]);
		assert_int_equal(h.advice->changes, changes);
		assert_int_equal(home_items(&h), 2);
		home_close(&h);
	}
}

static void calendar_set_by_a_day_makes_no_charge_due(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_wait(&h, 26 * DAY);
	h.wall_s += 20 * DAY;
	home_wait(&h, HOUR);
	assert_int_equal(home_items(&h), 0);
	h.wall_s -= 40 * DAY;
	home_wait(&h, DAY);
	assert_true(home_has(&h, 0, ADVICE_FULL_CHARGE));
	home_close(&h);
}

static void what_is_shown_of_the_calendar_does_not_tremble(void **state)
{
	struct advice_item first, item;
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	flatten(&h, 0);
	assert_true(home_item(&h, 0, ADVICE_OVER_DISCHARGED, &first));
	for (unsigned int i = 0; i < 3000; i++) {
		h.wall_s += i % 7 == 0 ? 1 : i % 7 == 3 ? -1 : 0;
		home_step(&h, 1000);
		assert_true(home_item(&h, 0, ADVICE_OVER_DISCHARGED, &item));
		assert_int_equal(item.deadline, first.deadline);
		assert_int_equal(item.since, first.since);
	}
	assert_int_equal(first.deadline - first.since, DAY);
	home_close(&h);
}

static void without_a_calendar_only_the_time_left_is_known(void **state)
{
	struct advice_item item;
	struct home h;

	(void)state;
	home_open(&h, LESSO, 1, NULL);
	h.wall_s = 0;
	home_run(&h, 10);
	flatten(&h, 0);
	assert_true(home_item(&h, 0, ADVICE_OVER_DISCHARGED, &item));
	assert_int_equal(item.since, 0);
	assert_int_equal(item.deadline, 0);
	assert_in_range(item.left_s, DAY - 11, DAY);
	home_close(&h);
}

static void night_without_the_daemon_counts(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	flatten(&h, 0);
	home_restart(&h, 8 * HOUR);
	home_run(&h, 1);
	assert_in_range(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), 16 * HOUR - 15, 16 * HOUR);
	home_run(&h, 10);
	assert_int_equal(h.came[ADVICE_OVER_DISCHARGED], 1);
	home_restart(&h, 20 * HOUR);
	home_run(&h, 1);
	assert_in_range(-home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), 4 * HOUR, 4 * HOUR + 30);
	home_close(&h);
}

static void night_counts_once_the_calendar_is_known(void **state)
{
	struct home h;
	s64 wall_s;

	(void)state;
	home_new(&h, LESSO, 2);
	flatten(&h, 0);
	home_restart(&h, 8 * HOUR);
	wall_s = h.wall_s;
	h.wall_s = 0;
	home_run(&h, 100);
	flatten(&h, 1);
	assert_true(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED) > 23 * HOUR);
	h.wall_s = wall_s + 126;
	home_run(&h, 2);
	assert_in_range(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), 16 * HOUR - 150, 16 * HOUR - 120);
	assert_in_range(home_left_s(&h, 1, ADVICE_OVER_DISCHARGED), DAY - 20, DAY - 10);
	home_run(&h, 100);
	assert_in_range(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), 16 * HOUR - 250, 16 * HOUR - 220);
	home_close(&h);
}

static void calendar_that_went_back_or_wild_over_a_restart_counts_nothing(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	flatten(&h, 0);
	home_restart(&h, 0);
	h.wall_s -= 3 * DAY;
	home_run(&h, 5);
	assert_true(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED) > 23 * HOUR);
	home_restart(&h, 0);
	h.wall_s += 10u * 365 * DAY;
	home_run(&h, 5);
	assert_true(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED) > 23 * HOUR);
	home_close(&h);
}

static void suspended_machine_counts_for_deadlines_and_not_for_holds(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	flatten(&h, 0);
	home_step(&h, 6 * HOUR * 1000);
	assert_in_range(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), 18 * HOUR - 15, 18 * HOUR);
	home_protect(&h, 0, 0);
	home_soc(&h, 0, 50);
	home_run(&h, 2);
	home_step(&h, 6 * HOUR * 1000);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_run(&h, 70);
	assert_false(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_close(&h);
}

static void flat_pack_that_sleeps_over_a_restart_is_not_forgotten(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 2);
	flatten(&h, 1);
	h.rig->silent[1] = true;
	h.rig->supply[1].age_ms = SUPPLY_NEVER;
	h.rig->supply[1].serial[0] = '\0';
	home_restart(&h, HOUR);
	home_run(&h, 300);
	assert_in_range(home_left_s(&h, ADVICE_NO_SUPPLY, ADVICE_OVER_DISCHARGED), 22 * HOUR, 23 * HOUR);
	assert_non_null(strstr(home_words(&h, ADVICE_NO_SUPPLY, ADVICE_LOW_POWER), "cellar0-02: "));
	assert_int_equal(h.came[ADVICE_OVER_DISCHARGED], 1);
	assert_int_equal(advice_forget(h.advice, "S0001"), -EBUSY);
	assert_int_equal(advice_forget(h.advice, "S0002"), 0);
	assert_int_equal(advice_forget(h.advice, "S0002"), -ENOENT);
	assert_int_equal(advice_forget(h.advice, ""), -ENOENT);
	assert_false(home_has(&h, ADVICE_NO_SUPPLY, ADVICE_OVER_DISCHARGED));
	home_close(&h);
}

static void restart_neither_ends_nor_repeats_what_stands(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 2);
	home_protect(&h, 0, A(SENSOR_FAILURE));
	home_warn(&h, 1, A(CELL_IMBALANCE));
	rig_say(home_reading(&h, 1), CELLAR_CYCLES, 900);
	home_run(&h, 70);
	home_restart(&h, 3);
	assert_int_equal(home_items(&h), 2);
	home_run(&h, 300);
	assert_int_equal(h.came[ADVICE_SENSOR_FAILURE], 1);
	assert_int_equal(h.came[ADVICE_IMBALANCE], 1);
	home_close(&h);
}

static void silent_bus_at_start_is_no_news_for_two_minutes(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	h.rig->silent[0] = true;
	h.rig->supply[0].age_ms = SUPPLY_NEVER;
	home_restart(&h, 60);
	home_run(&h, 115);
	assert_false(home_has(&h, 0, ADVICE_SILENT));
	home_run(&h, 30);
	assert_true(home_has(&h, 0, ADVICE_SILENT));
	home_close(&h);
}

static void supply_that_was_never_heard_gets_no_advice(void **state)
{
	struct home h;

	(void)state;
	home_open(&h, LESSO, 1, NULL);
	h.rig->silent[0] = true;
	h.rig->supply[0].age_ms = SUPPLY_NEVER;
	home_wait(&h, 40 * DAY);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void week_without_the_daemon_is_no_storage(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_soc(&h, 0, 85);
	home_run(&h, 1);
	h.rig->supply[0].serial[0] = '\0';
	home_restart(&h, 10 * DAY);
	home_run(&h, 30);
	snprintf(h.rig->supply[0].serial, sizeof(h.rig->supply[0].serial), "S0001");
	home_run(&h, 400);
	assert_int_equal(h.came[ADVICE_STORAGE_RECHARGE], 0);
	assert_int_equal(h.came[ADVICE_STORAGE_SOC], 0);
	home_close(&h);
}

static void another_pack_at_the_same_place_has_its_own_advice(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	flatten(&h, 0);
	snprintf(h.rig->supply[0].serial, sizeof(h.rig->supply[0].serial), "NEW");
	home_protect(&h, 0, 0);
	home_soc(&h, 0, 50);
	home_run(&h, 5);
	assert_false(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	assert_true(home_has(&h, ADVICE_NO_SUPPLY, ADVICE_OVER_DISCHARGED));
	assert_false(home_has(&h, 0, ADVICE_SOC_JUMPED));
	snprintf(h.rig->supply[0].serial, sizeof(h.rig->supply[0].serial), "S0001");
	home_run(&h, 2);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_close(&h);
}

static void pack_moves_to_another_address_with_its_timers(void **state)
{
	struct home h;
	u32 age_s;

	(void)state;
	home_new(&h, LESSO, 2);
	home_soc(&h, 0, 100);
	home_run(&h, 70);
	h.rig->silent[0] = true;
	home_run(&h, 5);
	snprintf(h.rig->supply[1].serial, sizeof(h.rig->supply[1].serial), "S0001");
	home_run(&h, 5);
	assert_true(advice_full_age_s(h.advice, 1, &age_s));
	assert_in_range(age_s, 5, 15);
	assert_false(advice_full_age_s(h.advice, 0, &age_s));
	home_close(&h);
}

static void pack_without_a_serial_number_goes_by_its_name(void **state)
{
	struct home h;

	(void)state;
	home_open(&h, LESSO, 1, NULL);
	h.rig->supply[0].serial[0] = '\0';
	home_soc(&h, 0, 2);
	home_protect(&h, 0, A(CELL_UNDERVOLTAGE));
	home_run(&h, 50);
	assert_int_equal(home_items(&h), 0);
	home_run(&h, 20);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	assert_int_equal(advice_set_disconnected(h.advice, "cellar0-01", true), 0);
	snprintf(h.rig->supply[0].serial, sizeof(h.rig->supply[0].serial), "LATE");
	home_run(&h, 2);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	assert_int_equal(h.came[ADVICE_OVER_DISCHARGED], 1);
	assert_int_equal(advice_set_disconnected(h.advice, "cellar0-01", true), -ENOENT);
	assert_int_equal(advice_set_disconnected(h.advice, "LATE", false), 0);
	home_close(&h);
}

static void pack_that_says_its_serial_number_late_has_its_timers(void **state)
{
	struct home h;
	u32 age_s;

	(void)state;
	home_new(&h, LESSO, 1);
	home_soc(&h, 0, 100);
	home_run(&h, 70);
	for (unsigned int soc = 97; soc > 4; soc -= 3) {
		home_soc(&h, 0, soc);
		home_run(&h, 1);
	}
	home_soc(&h, 0, 2);
	home_run(&h, 10);
	h.rig->supply[0].serial[0] = '\0';
	home_restart(&h, HOUR);
	home_run(&h, 80);
	assert_int_equal(advice_set_disconnected(h.advice, "cellar0-01", false), 0);
	snprintf(h.rig->supply[0].serial, sizeof(h.rig->supply[0].serial), "S0001");
	home_run(&h, 2);
	assert_true(advice_full_age_s(h.advice, 0, &age_s));
	assert_true(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED) < 23 * HOUR);
	assert_int_equal(advice_set_disconnected(h.advice, "cellar0-01", false), -ENOENT);
	home_run(&h, 60);
	assert_false(home_has(&h, ADVICE_NO_SUPPLY, ADVICE_OVER_DISCHARGED));
	home_close(&h);
}

static void many_swapped_packs_do_not_fill_the_memory(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	flatten(&h, 0);
	for (unsigned int i = 0; i < 3 * ADVICE_SPARE; i++) {
		snprintf(h.rig->supply[0].serial, sizeof(h.rig->supply[0].serial), "T%u", i);
		home_run(&h, 2);
		assert_int_equal(advice_set_disconnected(h.advice, h.rig->supply[0].serial, false), 0);
	}
	assert_int_equal(advice_set_disconnected(h.advice, "T46", false), 0);
	assert_int_equal(advice_set_disconnected(h.advice, "T10", false), -ENOENT);
	home_close(&h);
}

static void packs_that_speak_silence_the_advice_on_their_system(void **state)
{
	struct home h;

	(void)state;
	home_open(&h, LESSO, 2, NULL);
	h.rig->supply[0].of_system = true;
	home_protect(&h, 0, A(CELL_UNDERVOLTAGE));
	home_run(&h, 100);
	assert_int_equal(home_items(&h), 0);
	h.rig->silent[1] = true;
	home_run(&h, 100);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_close(&h);
}

static void damaged_memory_is_refused(void **state)
{
	struct advice *none;
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	flatten(&h, 0);

#define REFUSED(field, bad) do { \
	__typeof__(field) good = (field); \
	(field) = (bad); \
	assert_int_equal(advice_new(&none, 1, h.advice->kept), -EINVAL); \
	(field) = good; \
} while (0)

	REFUSED(h.advice->kept->n, 0);
	REFUSED(h.advice->kept->n, 1025);
	REFUSED(h.advice->kept->clock_s, 0);
	REFUSED(h.advice->kept->wall_s, -1);
	REFUSED(h.advice->kept->pack[0].at[ADVICE_WAS_FULL], h.advice->kept->clock_s + 1);
	REFUSED(h.advice->kept->pack[0].item[ADVICE_COLD].since_s, h.advice->kept->clock_s + 1);
	REFUSED(h.advice->kept->pack[0].item[ADVICE_COLD].from_s, h.advice->kept->clock_s + 1);
	REFUSED(h.advice->kept->pack[0].soc_centi, 10001);
	memset(h.advice->kept->pack[1].key, 'x', sizeof(h.advice->kept->pack[1].key));
	assert_int_equal(advice_new(&none, 1, h.advice->kept), -EINVAL);
	assert_int_equal(advice_new(&none, 0, NULL), -EINVAL);
	assert_int_equal(advice_new(&none, CLUSTER_PACKS_MAX + 1, NULL), -EINVAL);
	home_close(&h);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(calendar_set_by_a_day_moves_nothing),
		cmocka_unit_test(calendar_set_by_a_day_makes_no_charge_due),
		cmocka_unit_test(what_is_shown_of_the_calendar_does_not_tremble),
		cmocka_unit_test(without_a_calendar_only_the_time_left_is_known),
		cmocka_unit_test(night_without_the_daemon_counts),
		cmocka_unit_test(night_counts_once_the_calendar_is_known),
		cmocka_unit_test(calendar_that_went_back_or_wild_over_a_restart_counts_nothing),
		cmocka_unit_test(suspended_machine_counts_for_deadlines_and_not_for_holds),
		cmocka_unit_test(flat_pack_that_sleeps_over_a_restart_is_not_forgotten),
		cmocka_unit_test(restart_neither_ends_nor_repeats_what_stands),
		cmocka_unit_test(silent_bus_at_start_is_no_news_for_two_minutes),
		cmocka_unit_test(supply_that_was_never_heard_gets_no_advice),
		cmocka_unit_test(week_without_the_daemon_is_no_storage),
		cmocka_unit_test(another_pack_at_the_same_place_has_its_own_advice),
		cmocka_unit_test(pack_moves_to_another_address_with_its_timers),
		cmocka_unit_test(pack_without_a_serial_number_goes_by_its_name),
		cmocka_unit_test(pack_that_says_its_serial_number_late_has_its_timers),
		cmocka_unit_test(many_swapped_packs_do_not_fill_the_memory),
		cmocka_unit_test(packs_that_speak_silence_the_advice_on_their_system),
		cmocka_unit_test(damaged_memory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
