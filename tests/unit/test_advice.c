// SPDX-License-Identifier: GPL-2.0-only
/*
 * Advice on packs in use: over-discharge, what protections want of a person, silence,
 * full charges and calibration, new packs, packs that are kept out.
 */
#include "advice_home.h"

#define A(word)		BIT_ULL(CELLAR_##word)

static void two_healthy_packs_for_a_day_say_nothing(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 2);
	home_wait(&h, DAY);
	assert_int_equal(home_items(&h), 0);
	assert_false(advice_wants_full_charge(h.advice));
	home_close(&h);
}

static void flat_pack_must_be_charged_within_24_h(void **state)
{
	static const char *const keys[] = { LESSO, VOLTIUM };
	struct home h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		home_new(&h, keys[i], 2);
		home_soc(&h, 1, 2);
		home_protect(&h, 1, A(CELL_UNDERVOLTAGE));
		home_run(&h, 10);
		assert_in_range(home_left_s(&h, 1, ADVICE_OVER_DISCHARGED), DAY - 11, DAY);
		assert_true(home_has(&h, 1, ADVICE_LOW_POWER));
		assert_false(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
		assert_string_equal(home_words(&h, 1, ADVICE_OVER_DISCHARGED),
				    "cellar0-02: it is over-discharged (SOC 2.00 %): charge it within "
				    "24 h, as it is connected to the inverter");
		home_disconnect(&h, 1);
		home_run(&h, 2);
		assert_in_range(home_left_s(&h, 1, ADVICE_OVER_DISCHARGED), DAY - 13, DAY);
		home_close(&h);
	}
}

static void four_percent_is_the_end_and_five_is_not(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_soc(&h, 0, 5);
	home_run(&h, 100);
	assert_false(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_soc(&h, 0, 4);
	home_run(&h, 10);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	assert_false(home_has(&h, 0, ADVICE_LOW_POWER));
	home_close(&h);
}

static void flat_pack_that_is_charged_again_is_forgotten(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_soc(&h, 0, 3);
	home_protect(&h, 0, A(PACK_UNDERVOLTAGE));
	home_run(&h, 10);
	home_current(&h, 0, 20000);
	home_run(&h, 30);
	assert_true(home_has(&h, 0, ADVICE_LOW_POWER));
	home_run(&h, 40);
	assert_false(home_has(&h, 0, ADVICE_LOW_POWER));
	home_protect(&h, 0, 0);
	home_soc(&h, 0, 8);
	home_run(&h, 100);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_soc(&h, 0, 9);
	home_run(&h, 50);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_run(&h, 20);
	assert_false(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_close(&h);
}

static void one_bad_sample_is_no_flat_pack(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_protect(&h, 0, A(CELL_UNDERVOLTAGE) | A(SENSOR_FAILURE));
	home_run(&h, 1);
	home_protect(&h, 0, 0);
	home_run(&h, 10);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void undervoltage_that_comes_and_goes_is_one_item(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	for (unsigned int i = 0; i < 20; i++) {
		home_protect(&h, 0, A(CELL_UNDERVOLTAGE));
		home_run(&h, 20);
		home_protect(&h, 0, 0);
		home_run(&h, 20);
	}
	assert_int_equal(h.came[ADVICE_OVER_DISCHARGED], 1);
	assert_int_equal(h.came[ADVICE_LOW_POWER], 1);
	home_close(&h);
}

static void flat_pack_that_says_no_soc_is_known_by_its_voltage(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_reading(&h, 0)->have &= ~BIT_ULL(CELLAR_SOC);
	home_protect(&h, 0, A(CELL_UNDERVOLTAGE));
	rig_say(home_reading(&h, 0), CELLAR_VOLTAGE, 45000);
	home_run(&h, 10);
	home_protect(&h, 0, 0);
	rig_say(home_reading(&h, 0), CELLAR_VOLTAGE, 51900);
	home_run(&h, 200);
	assert_true(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	rig_say(home_reading(&h, 0), CELLAR_VOLTAGE, 52000);
	home_run(&h, 70);
	assert_false(home_has(&h, 0, ADVICE_OVER_DISCHARGED));
	home_close(&h);
}

/* ZSX5120, after 90 % DoD: what it is worth by temperature and connection */
static const struct {
	const char *says;
	bool disconnected;
	int coldest, warmest;
	s64 left_s;
} azzurro[] = {
	{ "connected", false, 200, 220, 12 * HOUR },
	{ "connected and warm", false, 300, 350, 12 * HOUR },
	{ "connected, too hot for any time", false, 300, 451, 0 },
	{ "cool", true, -100, 249, 15 * DAY },
	{ "where the two meet", true, 200, 250, 7 * DAY },
	{ "warm", true, 300, 450, 7 * DAY },
	{ "one cell warm", true, 200, 300, 7 * DAY },
	{ "hot", true, 300, 451, 0 },
	{ "frozen", true, -101, 50, 0 },
};

static void azzurro_at_ten_percent_has_the_time_of_its_page(void **state)
{
	struct home h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(azzurro); i++) {
		s64 left_s;

		home_new(&h, ZSX5120, 1);
		home_warmth(&h, 0, azzurro[i].coldest, azzurro[i].warmest);
		if (azzurro[i].disconnected)
			home_disconnect(&h, 0);
		home_soc(&h, 0, 10);
		home_run(&h, 10);
		left_s = home_left_s(&h, 0, ADVICE_OVER_DISCHARGED);
		if (left_s > azzurro[i].left_s || left_s < azzurro[i].left_s - 12)
			fail_msg("%s: %lld s left", azzurro[i].says, (long long)left_s);
		home_close(&h);
	}
}

static void warm_afternoon_in_the_cellar_is_not_forgotten(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, ZSX5120, 1);
	home_disconnect(&h, 0);
	home_soc(&h, 0, 9);
	home_run(&h, 5);
	home_wait(&h, DAY);
	assert_in_range(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), 14 * DAY - 10, 14 * DAY + 10);
	home_warmth(&h, 0, 250, 270);
	home_run(&h, 2);
	home_warmth(&h, 0, 200, 210);
	home_run(&h, 100);
	assert_in_range(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), 6 * DAY - 120, 6 * DAY + 10);
	home_close(&h);
}

static void disconnected_azzurro_nobody_hears_is_taken_for_warm(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, ZSX5120, 1);
	home_disconnect(&h, 0);
	home_soc(&h, 0, 9);
	home_run(&h, 10);
	h.rig->silent[0] = true;
	home_run(&h, 1200);
	assert_true(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED) > 14 * DAY);
	home_run(&h, 2600);
	assert_true(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED) < 7 * DAY);
	home_close(&h);
}

static void flat_azzurro_is_taken_off_the_inverter(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, ZSX5120, 1);
	home_soc(&h, 0, 9);
	home_run(&h, 10);
	assert_true(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED) <= 12 * HOUR);
	home_disconnect(&h, 0);
	home_run(&h, 2);
	assert_in_range(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), 15 * DAY - 20, 15 * DAY);
	home_close(&h);
}

static void a_current_proves_that_a_pack_is_connected(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, ZSX5120, 1);
	home_disconnect(&h, 0);
	home_soc(&h, 0, 9);
	home_run(&h, 10);
	assert_non_null(strstr(home_words(&h, 0, ADVICE_OVER_DISCHARGED), "disconnected from"));
	home_current(&h, 0, -600);
	home_run(&h, 2);
	assert_true(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED) <= 12 * HOUR);
	assert_non_null(strstr(home_words(&h, 0, ADVICE_OVER_DISCHARGED), "connected to"));
	home_close(&h);
}

static void no_hours_are_invented_for_other_makers(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, "pylontech,us5000", 1);
	home_soc(&h, 0, 3);
	home_run(&h, 10);
	assert_int_equal(home_items(&h), 0);
	home_protect(&h, 0, A(UNDERVOLTAGE));
	home_run(&h, 10);
	assert_int_equal(home_left_s(&h, 0, ADVICE_OVER_DISCHARGED), ADVICE_NO_DEADLINE);
	assert_non_null(strstr(home_words(&h, 0, ADVICE_OVER_DISCHARGED), ": charge it soon"));
	home_close(&h);
}

static void trip(struct home *h, u64 alarm, unsigned int pause)
{
	home_protect(h, 0, alarm);
	home_run(h, 20);
	home_protect(h, 0, 0);
	home_run(h, pause);
}

static void third_overcurrent_in_a_row_locks(void **state)
{
	static const struct {
		u64 alarm;
		enum advice_code code, other;
		const char *word;
	} ways[] = {
		{ A(CHARGE_OVERCURRENT), ADVICE_CHARGE_LOCKED, ADVICE_DISCHARGE_LOCKED, ": charge " },
		{ A(DISCHARGE_OVERCURRENT), ADVICE_DISCHARGE_LOCKED, ADVICE_CHARGE_LOCKED,
		  ": discharge " },
	};
	struct home h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		home_new(&h, LESSO, 1);
		home_wait(&h, 2 * HOUR);
		trip(&h, ways[i].alarm, 60);
		trip(&h, ways[i].alarm, 60);
		assert_int_equal(home_items(&h), 0);
		home_protect(&h, 0, ways[i].alarm);
		home_run(&h, 10);
		assert_true(home_has(&h, 0, ways[i].code));
		assert_false(home_has(&h, 0, ways[i].other));
		assert_non_null(strstr(home_words(&h, 0, ways[i].code), "3 times"));
		assert_non_null(strstr(home_words(&h, 0, ways[i].code), ways[i].word));
		home_protect(&h, 0, 0);
		home_run(&h, 50);
		assert_true(home_has(&h, 0, ways[i].code));
		home_run(&h, 20);
		assert_false(home_has(&h, 0, ways[i].code));
		home_close(&h);
	}
}

static void overcurrents_hours_apart_are_no_row(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	trip(&h, A(DISCHARGE_OVERCURRENT), 60);
	trip(&h, A(DISCHARGE_OVERCURRENT), 3700);
	home_protect(&h, 0, A(DISCHARGE_OVERCURRENT));
	home_run(&h, 60);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void a_charge_and_two_discharge_trips_are_no_row(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	trip(&h, A(CHARGE_OVERCURRENT), 60);
	trip(&h, A(DISCHARGE_OVERCURRENT), 60);
	home_protect(&h, 0, A(DISCHARGE_OVERCURRENT));
	home_run(&h, 60);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void row_of_overcurrents_goes_on_after_a_restart(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	trip(&h, A(CHARGE_OVERCURRENT), 60);
	home_protect(&h, 0, A(CHARGE_OVERCURRENT));
	home_run(&h, 10);
	home_restart(&h, 5);
	home_run(&h, 10);
	assert_false(home_has(&h, 0, ADVICE_CHARGE_LOCKED));
	trip(&h, 0, 30);
	home_protect(&h, 0, A(CHARGE_OVERCURRENT));
	home_run(&h, 10);
	assert_true(home_has(&h, 0, ADVICE_CHARGE_LOCKED));
	home_close(&h);
}

static const struct {
	u64 alarm;
	enum advice_code code;
	const char *words;
} failures[] = {
	{ A(REVERSED_POLARITY), ADVICE_REVERSED_POLARITY, "reversed" },
	{ A(SHORT_CIRCUIT), ADVICE_SHORT_CIRCUIT, "charging or its reset key" },
	{ A(MOSFET_FAILURE), ADVICE_MOSFET_FAILURE, "a MOSFET has failed" },
	{ A(CELL_FAILURE), ADVICE_CELL_FAILURE, "a cell has failed" },
	{ A(SENSOR_FAILURE), ADVICE_SENSOR_FAILURE, "a sensor has failed" },
	{ A(FUSE_BLOWN), ADVICE_FAILURE, "fuse_blown" },
	{ A(SYSTEM_ERROR), ADVICE_FAILURE, "system_error" },
};

static void failures_need_a_person(void **state)
{
	struct home h;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++) {
		home_new(&h, LESSO, 1);
		home_protect(&h, 0, failures[i].alarm);
		home_run(&h, 10);
		assert_int_equal(home_items(&h), 1);
		if (!strstr(home_words(&h, 0, failures[i].code), failures[i].words))
			fail_msg("\"%s\"", home_words(&h, 0, failures[i].code));
		home_protect(&h, 0, 0);
		home_run(&h, 55);
		assert_int_equal(home_items(&h), 1);
		home_run(&h, 10);
		assert_int_equal(home_items(&h), 0);
		home_close(&h);
	}
}

static void second_failure_is_named_too(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_protect(&h, 0, A(FUSE_BLOWN));
	home_run(&h, 10);
	home_protect(&h, 0, A(FUSE_BLOWN) | A(CONTACTOR));
	home_run(&h, 2);
	assert_non_null(strstr(home_words(&h, 0, ADVICE_FAILURE), "fuse_blown contactor"));
	assert_int_equal(h.came[ADVICE_FAILURE], 1);
	home_close(&h);
}

static void failed_pack_that_falls_silent_stays_failed(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 2);
	home_protect(&h, 0, A(MOSFET_FAILURE));
	home_run(&h, 10);
	h.rig->silent[0] = true;
	home_protect(&h, 0, 0);
	home_wait(&h, DAY);
	assert_true(home_has(&h, 0, ADVICE_MOSFET_FAILURE));
	assert_true(home_has(&h, 0, ADVICE_SILENT));
	h.rig->silent[0] = false;
	home_run(&h, 70);
	assert_false(home_has(&h, 0, ADVICE_MOSFET_FAILURE));
	assert_false(home_has(&h, 0, ADVICE_SILENT));
	home_close(&h);
}

static void good_news_before_and_after_a_silence_do_not_add_up(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_protect(&h, 0, A(MOSFET_FAILURE));
	home_run(&h, 10);
	home_protect(&h, 0, 0);
	home_run(&h, 20);
	h.rig->silent[0] = true;
	home_run(&h, 300);
	h.rig->silent[0] = false;
	home_run(&h, 20);
	assert_true(home_has(&h, 0, ADVICE_MOSFET_FAILURE));
	home_run(&h, 40);
	assert_false(home_has(&h, 0, ADVICE_MOSFET_FAILURE));
	home_close(&h);
}

static void flat_pack_fell_asleep_beside_another(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 2);
	home_protect(&h, 1, A(CELL_UNDERVOLTAGE));
	home_run(&h, 10);
	h.rig->silent[1] = true;
	home_run(&h, 65);
	assert_false(home_has(&h, 1, ADVICE_SILENT));
	home_run(&h, 10);
	assert_string_equal(home_words(&h, 1, ADVICE_SILENT),
			    "cellar0-02: it does not answer, others on its bus do: it is off, asleep "
			    "(its voltage was too low before), or its cable is loose; charge or a "
			    "restart wakes it, or its reset key, held for 3 s");
	assert_true(home_has(&h, 1, ADVICE_LOW_POWER));
	assert_true(home_has(&h, 1, ADVICE_OVER_DISCHARGED));
	home_close(&h);
}

static void reset_key_is_not_promised_where_no_manual_has_it(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, VOLTIUM, 1);
	h.rig->silent[0] = true;
	home_run(&h, 80);
	assert_string_equal(home_words(&h, 0, ADVICE_SILENT),
			    "cellar0-01: it does not answer: it is off, asleep, or its cable is "
			    "loose; charge or a restart wakes it");
	home_close(&h);
}

static void pulled_cable_is_one_item_for_all(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 3);
	for (unsigned int i = 0; i < 3; i++)
		h.rig->silent[i] = true;
	home_run(&h, 400);
	assert_int_equal(home_items(&h), 1);
	assert_string_equal(home_words(&h, ADVICE_NO_SUPPLY, ADVICE_ALL_SILENT),
			    "none of 3 packs answers: look at the communication cable and the "
			    "adapter first");
	home_close(&h);
}

static void one_of_four_packs_does_not_serve(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 4);
	h.rig->silent[2] = true;
	home_run(&h, 290);
	assert_false(home_has(&h, ADVICE_NO_SUPPLY, ADVICE_PACKS_MISSING));
	home_run(&h, 20);
	assert_string_equal(home_words(&h, ADVICE_NO_SUPPLY, ADVICE_PACKS_MISSING),
			    "1 of 4 packs do not serve");
	h.rig->silent[0] = true;
	home_run(&h, 5);
	assert_string_equal(home_words(&h, ADVICE_NO_SUPPLY, ADVICE_PACKS_MISSING),
			    "2 of 4 packs do not serve");
	h.rig->silent[0] = false;
	h.rig->silent[2] = false;
	home_run(&h, 130);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void pack_a_person_took_out_is_not_missed(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 3);
	h.rig->supply[1].out = true;
	home_run(&h, 400);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void month_without_a_full_charge(void **state)
{
	struct advice_item item;
	struct home h;
	u32 age_s;

	(void)state;
	home_new(&h, LESSO, 2);
	home_soc(&h, 0, 100);
	home_run(&h, 70);
	home_soc(&h, 0, 80);
	assert_true(advice_full_age_s(h.advice, 0, &age_s));
	assert_in_range(age_s, 0, 1);
	assert_false(advice_full_age_s(h.advice, 1, &age_s));
	home_wait(&h, 27 * DAY - HOUR);
	assert_true(home_has(&h, 1, ADVICE_FULL_CHARGE) == false);
	home_wait(&h, 2 * HOUR);
	assert_true(home_item(&h, 0, ADVICE_FULL_CHARGE, &item));
	assert_in_range(item.left_s, 3 * DAY - 2 * HOUR, 3 * DAY);
	assert_string_equal(home_words(&h, 0, ADVICE_FULL_CHARGE),
			    "cellar0-01: its last full charge is long ago: charge it fully once in "
			    "30 days");
	assert_non_null(strstr(home_words(&h, 1, ADVICE_FULL_CHARGE), "since it is known"));
	assert_true(advice_wants_full_charge(h.advice));
	assert_true(advice_full_age_s(h.advice, 0, &age_s));
	assert_in_range(age_s, 27 * DAY, 27 * DAY + 2 * HOUR);
	home_soc(&h, 0, 100);
	home_soc(&h, 1, 100);
	home_run(&h, 350);
	assert_true(home_has(&h, 0, ADVICE_FULL_CHARGE));
	home_run(&h, 30);
	assert_false(home_has(&h, 0, ADVICE_FULL_CHARGE));
	assert_false(advice_wants_full_charge(h.advice));
	home_close(&h);
}

static void half_a_minute_at_100_percent_is_not_full(void **state)
{
	struct home h;
	u32 age_s;

	(void)state;
	home_new(&h, LESSO, 1);
	for (unsigned int i = 0; i < 10; i++) {
		home_soc(&h, 0, 100);
		home_run(&h, 30);
		home_soc(&h, 0, 99);
		home_run(&h, 30);
	}
	assert_false(advice_full_age_s(h.advice, 0, &age_s));
	home_soc(&h, 0, 100);
	home_run(&h, 50);
	h.rig->silent[0] = true;
	home_run(&h, 100);
	h.rig->silent[0] = false;
	home_run(&h, 50);
	assert_false(advice_full_age_s(h.advice, 0, &age_s));
	home_run(&h, 20);
	assert_true(advice_full_age_s(h.advice, 0, &age_s));
	home_close(&h);
}

static void azzurro_wants_no_monthly_full_charge(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, ZSX5120, 1);
	home_wait(&h, 40 * DAY);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void soc_stuck_at_99_percent(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_soc(&h, 0, 99);
	home_current(&h, 0, 1000);
	home_run(&h, 30);
	home_restart(&h, 1);
	home_run(&h, 3590);
	assert_false(home_has(&h, 0, ADVICE_CALIBRATE));
	home_run(&h, 20);
	assert_true(home_has(&h, 0, ADVICE_CALIBRATE));
	assert_true(advice_wants_full_charge(h.advice));
	home_soc(&h, 0, 98);
	home_run(&h, 600);
	assert_true(home_has(&h, 0, ADVICE_CALIBRATE));
	home_soc(&h, 0, 100);
	home_run(&h, 70);
	assert_false(home_has(&h, 0, ADVICE_CALIBRATE));
	home_close(&h);
}

static void passing_99_percent_is_not_stuck(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 2);
	home_soc(&h, 0, 99);
	home_soc(&h, 1, 99);
	home_current(&h, 1, -5000);
	home_run(&h, 3000);
	home_soc(&h, 0, 98);
	home_run(&h, 10);
	home_soc(&h, 0, 99);
	home_run(&h, 3000);
	assert_false(home_has(&h, 0, ADVICE_CALIBRATE));
	home_soc(&h, 0, 98);
	home_run(&h, 700);
	assert_false(home_has(&h, 1, ADVICE_CALIBRATE));
	home_close(&h);
}

static void soc_jumped_to_100_while_charging(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_current(&h, 0, 30000);
	home_soc(&h, 0, 54);
	home_run(&h, 10);
	assert_int_equal(home_items(&h), 0);
	home_soc(&h, 0, 100);
	home_run(&h, 1);
	assert_string_equal(home_words(&h, 0, ADVICE_SOC_JUMPED),
			    "cellar0-01: its SOC jumped from 54.00 % to 100.00 %, it had not been "
			    "calibrated for long: charge it fully once a month");
	home_wait(&h, DAY - 100);
	assert_true(home_has(&h, 0, ADVICE_SOC_JUMPED));
	home_wait(&h, 200);
	assert_false(home_has(&h, 0, ADVICE_SOC_JUMPED));
	assert_int_equal(h.came[ADVICE_SOC_JUMPED], 1);
	home_close(&h);
}

static void soc_that_moved_while_nobody_looked_did_not_jump(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	h.rig->silent[0] = true;
	home_run(&h, 120);
	h.rig->silent[0] = false;
	home_soc(&h, 0, 80);
	home_run(&h, 30);
	assert_false(home_has(&h, 0, ADVICE_SOC_JUMPED));
	home_soc(&h, 0, 40);
	home_step(&h, 8 * HOUR * 1000);
	assert_false(home_has(&h, 0, ADVICE_SOC_JUMPED));
	home_soc(&h, 0, 80);
	home_restart(&h, 20);
	home_run(&h, 10);
	assert_false(home_has(&h, 0, ADVICE_SOC_JUMPED));
	home_close(&h);
}

static void new_pack_reports_high_voltage(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_protect(&h, 0, A(CELL_OVERVOLTAGE));
	home_run(&h, 10);
	assert_string_equal(home_words(&h, 0, ADVICE_NEW_PACK),
			    "cellar0-01: it is new and reports high voltage or imbalance: charge to "
			    "54.6 V only and float");
	for (unsigned int i = 0; i < 10; i++) {
		home_protect(&h, 0, 0);
		home_run(&h, 3000);
		home_protect(&h, 0, A(CELL_OVERVOLTAGE));
		home_run(&h, 10);
	}
	assert_int_equal(h.came[ADVICE_NEW_PACK], 1);
	home_protect(&h, 0, 0);
	home_run(&h, 3700);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void imbalance_of_a_new_pack_and_of_an_old_one(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 2);
	rig_say(home_reading(&h, 0), CELLAR_CYCLES, 3);
	rig_say(home_reading(&h, 1), CELLAR_CYCLES, 300);
	rig_say(home_reading(&h, 1), CELLAR_CELL_VOLTAGE_MAX, 3545);
	home_warn(&h, 0, A(CELL_IMBALANCE));
	home_warn(&h, 1, A(CELL_IMBALANCE));
	home_run(&h, 70);
	assert_true(home_has(&h, 0, ADVICE_NEW_PACK));
	assert_false(home_has(&h, 0, ADVICE_IMBALANCE));
	assert_false(home_has(&h, 1, ADVICE_NEW_PACK));
	assert_non_null(strstr(home_words(&h, 1, ADVICE_IMBALANCE), "250 mV"));
	home_close(&h);
}

static void pack_known_for_a_month_is_not_new(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_wait(&h, 31 * DAY);
	home_warn(&h, 0, A(CELL_IMBALANCE) | A(OVERVOLTAGE));
	home_run(&h, 70);
	assert_false(home_has(&h, 0, ADVICE_NEW_PACK));
	assert_true(home_has(&h, 0, ADVICE_IMBALANCE));
	home_close(&h);
}

static void cold_morning_of_an_azzurro(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, ZSX5120, 1);
	home_warmth(&h, 0, 150, 180);
	home_run(&h, 100);
	assert_int_equal(home_items(&h), 0);
	home_warmth(&h, 0, 149, 180);
	home_run(&h, 70);
	assert_string_equal(home_words(&h, 0, ADVICE_COLD),
			    "cellar0-01: at 14.9 °C it limits its own charge current, as it does "
			    "below 15.0 °C");
	for (unsigned int i = 0; i < 20; i++) {
		home_warmth(&h, 0, i % 2 ? 149 : 151, 180);
		home_run(&h, 700);
	}
	home_warmth(&h, 0, 160, 180);
	home_run(&h, 300);
	home_warmth(&h, 0, 149, 180);
	home_run(&h, 100);
	assert_int_equal(h.came[ADVICE_COLD], 1);
	home_warmth(&h, 0, 160, 180);
	home_run(&h, 610);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void cold_morning_of_a_lesso_is_no_news(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 1);
	home_warmth(&h, 0, 50, 60);
	home_run(&h, 100);
	assert_int_equal(home_items(&h), 0);
	home_close(&h);
}

static void pack_of_another_maker_is_hung_in(void **state)
{
	struct home h;

	(void)state;
	home_open(&h, LESSO, 3, NULL);
	rig_pack(h.rig, 2, "pylontech,us5000");
	snprintf(h.rig->supply[2].serial, sizeof(h.rig->supply[2].serial), "P9");
	rig_say(home_reading(&h, 2), CELLAR_VOLTAGE, 52800);
	home_run(&h, 200);
	assert_string_equal(home_words(&h, 2, ADVICE_DOES_NOT_MIX),
			    "cellar0-03: it may not serve beside the others: it is of another maker");
	home_run(&h, 1000);
	assert_int_equal(h.came[ADVICE_DOES_NOT_MIX], 1);
	home_close(&h);
}

static void pack_comes_back_with_another_voltage(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 3);
	h.rig->silent[1] = true;
	home_run(&h, 20);
	h.rig->silent[1] = false;
	rig_say(home_reading(&h, 1), CELLAR_VOLTAGE, 51230);
	home_run(&h, 130);
	assert_non_null(strstr(home_words(&h, 1, ADVICE_VOLTAGE_APART), "cellar0-02: it has 51.23 V"));
	home_close(&h);
}

static void serial_number_heard_twice(void **state)
{
	struct home h;

	(void)state;
	home_new(&h, LESSO, 2);
	snprintf(h.rig->supply[1].serial, sizeof(h.rig->supply[1].serial), "%s",
		 h.rig->supply[0].serial);
	home_run(&h, 70);
	assert_true(home_has(&h, 0, ADVICE_DUPLICATE));
	home_close(&h);
}

static void every_code_has_its_own_word(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ADVICE_CODES; i++) {
		const char *word = advice_code_word(i);

		assert_non_null(word);
		assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz-"), strlen(word));
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(word, advice_code_word(j));
	}
}

static void every_item_has_words_that_fit(void **state)
{
	char words[ADVICE_WORDS_SIZE], few[16];
	struct advice_item item = {
		.name = "cellar255-16-longest", .model = ZSX5120, .key = "S1",
		.figure = { 0x7FFFFFFF, 9999 }, .limit_s = 12 * HOUR,
	};

	(void)state;
	for (unsigned int i = 0; i < ADVICE_CODES; i++) {
		item.code = (u8)i;
		advice_words(&item, words, sizeof(words));
		if (strlen(words) < 30 || strlen(words) > sizeof(words) - 2)
			fail_msg("%s: \"%s\"", advice_code_word(i), words);
		assert_memory_equal(words, "cellar255-16-longest: ", 22);
		assert_int_equal(advice_words(&item, few, sizeof(few)), sizeof(few) - 1);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_healthy_packs_for_a_day_say_nothing),
		cmocka_unit_test(flat_pack_must_be_charged_within_24_h),
		cmocka_unit_test(four_percent_is_the_end_and_five_is_not),
		cmocka_unit_test(flat_pack_that_is_charged_again_is_forgotten),
		cmocka_unit_test(one_bad_sample_is_no_flat_pack),
		cmocka_unit_test(undervoltage_that_comes_and_goes_is_one_item),
		cmocka_unit_test(flat_pack_that_says_no_soc_is_known_by_its_voltage),
		cmocka_unit_test(azzurro_at_ten_percent_has_the_time_of_its_page),
		cmocka_unit_test(warm_afternoon_in_the_cellar_is_not_forgotten),
		cmocka_unit_test(disconnected_azzurro_nobody_hears_is_taken_for_warm),
		cmocka_unit_test(flat_azzurro_is_taken_off_the_inverter),
		cmocka_unit_test(a_current_proves_that_a_pack_is_connected),
		cmocka_unit_test(no_hours_are_invented_for_other_makers),
		cmocka_unit_test(third_overcurrent_in_a_row_locks),
		cmocka_unit_test(overcurrents_hours_apart_are_no_row),
		cmocka_unit_test(a_charge_and_two_discharge_trips_are_no_row),
		cmocka_unit_test(row_of_overcurrents_goes_on_after_a_restart),
		cmocka_unit_test(failures_need_a_person),
		cmocka_unit_test(second_failure_is_named_too),
		cmocka_unit_test(failed_pack_that_falls_silent_stays_failed),
		cmocka_unit_test(good_news_before_and_after_a_silence_do_not_add_up),
		cmocka_unit_test(flat_pack_fell_asleep_beside_another),
		cmocka_unit_test(reset_key_is_not_promised_where_no_manual_has_it),
		cmocka_unit_test(pulled_cable_is_one_item_for_all),
		cmocka_unit_test(one_of_four_packs_does_not_serve),
		cmocka_unit_test(pack_a_person_took_out_is_not_missed),
		cmocka_unit_test(month_without_a_full_charge),
		cmocka_unit_test(half_a_minute_at_100_percent_is_not_full),
		cmocka_unit_test(azzurro_wants_no_monthly_full_charge),
		cmocka_unit_test(soc_stuck_at_99_percent),
		cmocka_unit_test(passing_99_percent_is_not_stuck),
		cmocka_unit_test(soc_jumped_to_100_while_charging),
		cmocka_unit_test(soc_that_moved_while_nobody_looked_did_not_jump),
		cmocka_unit_test(new_pack_reports_high_voltage),
		cmocka_unit_test(imbalance_of_a_new_pack_and_of_an_old_one),
		cmocka_unit_test(pack_known_for_a_month_is_not_new),
		cmocka_unit_test(cold_morning_of_an_azzurro),
		cmocka_unit_test(cold_morning_of_a_lesso_is_no_news),
		cmocka_unit_test(pack_of_another_maker_is_hung_in),
		cmocka_unit_test(pack_comes_back_with_another_voltage),
		cmocka_unit_test(serial_number_heard_twice),
		cmocka_unit_test(every_code_has_its_own_word),
		cmocka_unit_test(every_item_has_words_that_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
