// SPDX-License-Identifier: GPL-2.0-only
/*
 * SunSpec inverters: found model by model, read in the house's signs, their battery told what
 * to do (124) and their production limited (123), both for a time only (spec/field.md 5).
 */
#include "hybrid_rig.h"

static const struct hybrid_config watched = RIG_CONFIG(HYBRID_SUNSPEC, 4000);

static const struct hybrid_config steered = 
	RIG_CONFIG(HYBRID_SUNSPEC, 4000, .steer = true, .limit = true);

#define AT_INVERTER	(40002 + 68)
#define AT_CONTROLS	(AT_INVERTER + 52 + 28 + 32)
#define AT_STORAGE	(AT_CONTROLS + 26)
#define AT_BATTERY	(AT_STORAGE + 26)
#define AT_STATUS	(AT_BATTERY + 64)

static void order_of(struct rig *rig, s32 battery_w, s32 pv_max_w, unsigned int seconds)
{
	const struct hybrid_order order = { battery_w, -5000, 5000, pv_max_w };

	while (seconds--) {
		hybrid_steer(&rig->hybrid, &order, rig->now_ms);
		rig_run(rig, 1);
	}
}

static s64 produced(const struct rig *rig)
{
	s64 mw = -1;

	assert_true(hybrid_pv_mw(&rig->hybrid, &mw));

	return mw;
}

static void test_its_models_are_found_and_read(void **state)
{
	const s64 *number;
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	number = rig.hybrid.reading.number;
	rig.slave->sun_w = 3000;
	slave_set_power(rig.slave, 1000);
	rig_run(&rig, 15);
	assert_int_equal(rig.hybrid.state, HYBRID_ON_GRID);
	assert_string_equal(rig.hybrid.name, "Cellar Simulated inverter");
	assert_string_equal(rig.hybrid.serial, "SIM000042");
	assert_string_equal(rig.hybrid.version, "1.0");
	assert_int_equal(number[HYBRID_V_1], 230000);
	assert_int_equal(number[HYBRID_HZ], 50000);
	assert_int_equal(number[HYBRID_RATED_W], 5000000);
	assert_int_equal(number[HYBRID_AC_MAX_W], 5000000);
	assert_int_equal(number[HYBRID_CHARGE_MAX_W], 4000000);
	assert_int_equal(number[HYBRID_BATTERY_V], 51200);
	assert_int_equal(number[HYBRID_HEATSINK_C], 350);
	assert_in_range(number[HYBRID_SOC], 5000, 5100);
	assert_in_range(number[HYBRID_ALL_PV], 1000000, 1000100);
	assert_true(hybrid_is_fresh(&rig.hybrid, rig.now_ms));
	/* nothing at the grid: that is a meter's */
	assert_false(rig.hybrid.reading.known & HYBRID_BIT(HYBRID_GRID_W));
	assert_int_equal(rig.n, 0);
	rig_end(&rig);
}

static void test_the_sign_of_its_battery_is_that_of_what_it_does(void **state)
{
	struct rig rig;
	s64 mw;

	(void)state;
	rig_start(&rig, &watched);
	rig.slave->sun_w = 3000;
	slave_set_power(rig.slave, 1000);
	rig_run(&rig, 15);
	assert_int_equal(battery_of(&rig), 2000000);
	assert_int_equal(produced(&rig), 3000000);
	rig.slave->sun_w = 500;
	rig_run(&rig, 2);
	assert_int_equal(battery_of(&rig), -500000);
	assert_int_equal(produced(&rig), 500000);
	/* at work, and nobody says which way: that is no number */
	rig.slave->frozen = true;
	rig.slave->value[AT_BATTERY + 16] = 6;
	rig_run(&rig, 1);
	assert_false(hybrid_battery_mw(&rig.hybrid, &mw));
	assert_false(hybrid_pv_mw(&rig.hybrid, &mw));
	rig_end(&rig);
}

static void test_what_it_takes_at_night_is_no_production(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 15);
	rig.slave->frozen = true;
	rig.slave->value[AT_INVERTER + 14] = (u16)-10;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_AC_W], -10000);
	assert_int_equal(produced(&rig), 0);
	rig_end(&rig);
}

static void test_one_without_a_battery_produces_what_comes_out_of_it(void **state)
{
	static const struct hybrid_config limited = RIG_CONFIG(HYBRID_SUNSPEC, 4000, .limit = true);
	struct rig rig;

	(void)state;
	rig_start(&rig, &limited);
	rig.slave->value[AT_STORAGE] = 64000;
	rig.slave->value[AT_BATTERY] = 64001;
	rig.slave->sun_w = 3000;
	slave_set_power(rig.slave, 3000);
	rig_run(&rig, 15);
	assert_int_equal(produced(&rig), 3000000);
	/* what was wanted of a battery that is not told is not added to the limit */
	order_of(&rig, -1000, 2000, 3);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 5], 4000);
	rig.slave->frozen = true;
	rig.slave->value[AT_INVERTER + 14] = 1234;
	rig.slave->value[AT_INVERTER + 31] = 0x8000;
	rig_run(&rig, 1);
	assert_int_equal(produced(&rig), 1234000);
	rig_end(&rig);
}

static void test_what_is_not_implemented_is_no_number(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 15);
	assert_true(rig.hybrid.reading.known & HYBRID_BIT(HYBRID_HZ));
	rig.slave->frozen = true;
	rig.slave->value[AT_INVERTER + 16] = 0xffff;
	rig.slave->value[AT_INVERTER + 13] = 0x8000;
	rig_run(&rig, 1);
	assert_false(rig.hybrid.reading.known & HYBRID_BIT(HYBRID_HZ));
	assert_false(rig.hybrid.reading.known & HYBRID_BIT(HYBRID_V_1));
	rig.slave->value[AT_INVERTER + 38] = 9;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.state, HYBRID_NONSENSE);
	rig_end(&rig);
}

static void test_faults_are_the_bits_of_its_events(void **state)
{
	char made[HYBRID_FAULT_SIZE];
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 15);
	rig.slave->fault = 8;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.reading.fault[0], 0x80);
	assert_string_equal(hybrid_fault_word(HYBRID_SUNSPEC, 7, made), "temperature");
	rig.slave->frozen = true;
	rig.slave->value[AT_INVERTER + 40] = 0xffff;
	rig.slave->value[AT_INVERTER + 41] = 0xffff;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.reading.fault[0], 0);
	assert_int_equal(rig.hybrid.reading.fault[1], 0);
	rig_end(&rig);
}

static void test_a_device_that_is_no_inverter_refuses(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig.slave->value[AT_INVERTER] = 64000;
	rig_run(&rig, 15);
	assert_int_equal(rig.hybrid.state, HYBRID_REFUSES);
	rig_end(&rig);
}

static bool says(const struct hybrid *h, enum hybrid_status_set set, const char *word)
{
	for (unsigned int bit = 0; bit < HYBRID_STATUS_BITS; bit++) {
		const char *has = hybrid_status_word(set, bit);

		if (has && !strcmp(has, word))
			return h->status_122.set[set] & BIT(bit);
	}
	fail_msg("no word %s", word);

	return false;
}

static void test_what_is_connected_reached_and_at_work_is_read(void **state)
{
	const struct hybrid *h;
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	h = &rig.hybrid;
	assert_false(hybrid_status_is_fresh(h, rig.now_ms));
	rig.slave->sun_w = 4500;
	rig_run(&rig, 15);
	assert_true(hybrid_status_is_fresh(h, rig.now_ms));
	assert_int_equal(h->status_122.known, 0x3f);
	assert_true(says(h, HYBRID_STATUS_PV, "operating"));
	assert_false(says(h, HYBRID_STATUS_PV, "test"));
	assert_true(says(h, HYBRID_STATUS_STORAGE, "available"));
	assert_true(says(h, HYBRID_STATUS_GRID, "connected"));
	assert_false(says(h, HYBRID_STATUS_LIMITS, "power"));
	assert_false(says(h, HYBRID_STATUS_CONTROLS, "fixed-power"));
	assert_int_equal(h->reading.number[HYBRID_AVAILABLE_W], 4500000);
	assert_in_range(h->reading.number[HYBRID_ALL_GIVEN], 2000000, 2000100);
	assert_int_equal(h->reading.number[HYBRID_INSULATION], 1500);
	assert_int_equal(h->reading.number[HYBRID_SOH], 9900);
	order_of(&rig, 0, 2000, 3);
	assert_true(says(h, HYBRID_STATUS_LIMITS, "power"));
	assert_true(says(h, HYBRID_STATUS_CONTROLS, "fixed-power"));
	rig.slave->blackout = true;
	rig_run(&rig, 1);
	assert_false(says(h, HYBRID_STATUS_GRID, "connected"));
	assert_true(says(h, HYBRID_STATUS_GRID, "disconnected"));
	assert_false(hybrid_status_is_fresh(h, rig.now_ms + 90000));
	rig_end(&rig);
}

static void test_each_bit_of_the_status_has_its_word(void **state)
{
	static const struct {
		u16 at, value;
		enum hybrid_status_set set;
		const char *word;
	} cases[] = {
		{ 2, 0x0008, HYBRID_STATUS_PV, "test" },
		{ 3, 0x0002, HYBRID_STATUS_STORAGE, "available" },
		{ 34, 0x0001, HYBRID_STATUS_LIMITS, "power" },
		{ 34, 0x0080, HYBRID_STATUS_LIMITS, "power-factor-1" },
		{ 34, 0x0400, HYBRID_STATUS_LIMITS, "power-factor-4" },
		{ 36, 0x0004, HYBRID_STATUS_CONTROLS, "fixed-power-factor" },
		{ 36, 0x1000, HYBRID_STATUS_CONTROLS, "scheduled" },
		{ 36, 0x4000, HYBRID_STATUS_CONTROLS, "high-frequency-ride-through" },
		{ 43, 0x0008, HYBRID_STATUS_RIDES, "high-frequency" },
	};
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 15);
	rig.slave->frozen = true;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		u16 *value = &rig.slave->value[AT_STATUS + cases[i].at];

		*value = cases[i].value;
		rig_run(&rig, 1);
		assert_int_equal(rig.hybrid.status_122.set[cases[i].set], cases[i].value);
		assert_true(says(&rig.hybrid, cases[i].set, cases[i].word));
		*value = 0;
	}
	for (unsigned int set = 0; set < HYBRID_STATUS_SETS; set++)
		for (unsigned int bit = 0; bit < HYBRID_STATUS_BITS; bit++)
			for (unsigned int other = 0; other < bit; other++) {
				const char *a = hybrid_status_word(set, bit);
				const char *b = hybrid_status_word(set, other);

				assert_false(a && b && !strcmp(a, b));
			}
	/* a bit that has no meaning has no word */
	assert_null(hybrid_status_word(HYBRID_STATUS_CONTROLS, 11));
	assert_null(hybrid_status_word(HYBRID_STATUS_RIDES, 4));
	rig_end(&rig);
}

static void test_a_set_that_is_not_implemented_is_not_known(void **state)
{
	static const u16 all[] = { 2, 3, 4, 33, 34, 35, 36, 43 };
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 15);
	rig.slave->frozen = true;
	rig.slave->value[AT_STATUS + 34] = 0xffff;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.status_122.known, 0x3f);
	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++)
		rig.slave->value[AT_STATUS + all[i]] = 0xffff;
	rig.slave->value[AT_STATUS + 31] = 0xffff;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.status_122.known, 0);
	assert_false(rig.hybrid.reading.known & HYBRID_BIT(HYBRID_AVAILABLE_W));
	/* and one that is too short is not read */
	rig_end(&rig);
	rig_start(&rig, &watched);
	rig.slave->value[AT_STATUS + 1] = 43;
	rig_run(&rig, 20);
	assert_int_equal(rig.hybrid.status_122.at_ms, 0);
	assert_int_equal(rig.hybrid.state, HYBRID_ON_GRID);
	rig_end(&rig);
}

static void test_its_battery_does_what_it_is_told_and_no_more(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->sun_w = 3500;
	rig_run(&rig, 15);
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 3);
	assert_int_equal(battery_of(&rig), 1000000);
	/* 25 % of 4 kW: at most in, and at least; for a minute; both count */
	assert_int_equal(rig.slave->value[AT_STORAGE + 12], (u16)-2500);
	assert_int_equal(rig.slave->value[AT_STORAGE + 13], 2500);
	assert_int_equal(rig.slave->value[AT_STORAGE + 15], 60);
	assert_int_equal(rig.slave->value[AT_STORAGE + 17], 1);
	assert_int_equal(rig.slave->value[AT_STORAGE + 5], 3);
	order_of(&rig, -2000, HYBRID_NO_LIMIT, 3);
	assert_int_equal(battery_of(&rig), -2000000);
	order_of(&rig, 0, HYBRID_NO_LIMIT, 3);
	assert_int_equal(battery_of(&rig), 0);
	/* towards nothing: 1000.4 W of 4 kW is 25.01 % */
	order_of(&rig, 999, HYBRID_NO_LIMIT, 3);
	assert_int_equal(rig.slave->value[AT_STORAGE + 13], 2497);
	order_of(&rig, 9000, HYBRID_NO_LIMIT, 12);
	assert_int_equal(rig.slave->value[AT_STORAGE + 13], 10000);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig_end(&rig);
}

static void test_what_counts_is_said_last(void **state)
{
	static const u16 places[] = {
		AT_STORAGE + 15, AT_STORAGE + 12, AT_STORAGE + 17, AT_STORAGE + 5,
	};
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig_run(&rig, 15);
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 1);
	assert_int_equal(rig.n, ARRAY_SIZE(places));
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++)
		assert_int_equal(rig.wrote[i].frame[2] << 8 | rig.wrote[i].frame[3], places[i]);
	rig_end(&rig);
}

static void test_it_is_said_again_in_time_and_lapses_without(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->sun_w = 2000;
	rig_run(&rig, 15);
	order_of(&rig, 500, HYBRID_NO_LIMIT, 200);
	assert_int_equal(battery_of(&rig), 500000);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig.n = 0;
	rig_run(&rig, 62);
	assert_int_equal(rig.n, 0);
	assert_int_equal(battery_of(&rig), 2000000);
	rig_end(&rig);
}

static void test_production_is_limited_for_a_time_and_set_free(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->sun_w = 4500;
	rig_run(&rig, 15);
	order_of(&rig, 0, 2000, 3);
	assert_int_equal(produced(&rig), 2000000);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 5], 4000);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 7], 60);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 9], 1);
	/* a limit is kept up */
	order_of(&rig, 0, 2000, 120);
	assert_int_equal(produced(&rig), 2000000);
	/* what the battery gives comes out as well, and is no production */
	order_of(&rig, -1000, 2000, 3);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 5], 6000);
	assert_int_equal(produced(&rig), 2000000);
	/* nothing at all; more than it can is all of it */
	order_of(&rig, 0, 0, 3);
	assert_int_equal(produced(&rig), 0);
	order_of(&rig, 0, 9000, 3);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 5], 10000);
	order_of(&rig, 0, HYBRID_NO_LIMIT, 3);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 9], 0);
	assert_int_equal(produced(&rig), 4500000);
	/* and it lapses when nobody says it again */
	order_of(&rig, 0, 1000, 3);
	rig_run(&rig, 62);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 9], 0);
	rig_end(&rig);
}

static void test_a_lower_limit_of_production_is_urgent_and_a_higher_one_is_not(void **state)
{
	struct hybrid_order order = { 0, -4000, 4000, 3000 };
	const struct hybrid_write *limits;
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	limits = &rig.hybrid.write[HYBRID_WRITES_LIMITS];
	rig.slave->sun_w = 4500;
	rig_run(&rig, 15);
	order_of(&rig, 0, 4000, 3);
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.limit_w, 3000);
	assert_true(limits->urgent);
	assert_true(rig.hybrid.write[HYBRID_WRITES_LIMIT].urgent);
	rig_run(&rig, 1);
	order.pv_max_w = 3500;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.limit_w, 3500);
	assert_false(limits->urgent);
	rig_run(&rig, 1);
	/* what the battery gives moves the limit, and is no hurry */
	order.battery_w = -1000;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	order.battery_w = 0;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.limit_w, 3500);
	assert_false(limits->urgent);
	rig_end(&rig);
}

static void test_when_we_end_nothing_of_ours_is_left(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->sun_w = 3000;
	rig_run(&rig, 15);
	order_of(&rig, -500, 1000, 5);
	assert_true(hybrid_release(&rig.hybrid));
	rig_run(&rig, 3);
	assert_int_equal(rig.slave->value[AT_STORAGE + 5], 0);
	assert_int_equal(rig.slave->value[AT_STORAGE + 17], 0);
	assert_int_equal(rig.slave->value[AT_CONTROLS + 9], 0);
	assert_int_equal(rig.hybrid.control, HYBRID_NOT_STEERED);
	rig_end(&rig);
}

static void test_one_that_is_not_steered_and_cannot_be_limited_is_never_written_to(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 15);
	order_of(&rig, 1000, 1000, 60);
	assert_int_equal(rig.n, 0);
	assert_false(hybrid_release(&rig.hybrid));
	rig_end(&rig);
}

static void test_another_master_is_noticed_and_not_fought(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig_run(&rig, 15);
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 15);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig.slave->value[AT_STORAGE + 5] = 0;
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 2);
	assert_int_equal(rig.hybrid.control, HYBRID_OVERRULED);
	rig.n = 0;
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 290);
	assert_int_equal(rig.n, 0);
	assert_int_equal(rig.hybrid.control, HYBRID_OVERRULED);
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 30);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig.slave->value[AT_STORAGE + 5] = 0;
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 2);
	assert_int_equal(rig.hybrid.control, HYBRID_OVERRULED);
	assert_false(hybrid_release(&rig.hybrid));
	rig_end(&rig);
}

static void test_one_that_takes_no_negative_limit_does_at_most_what_it_is_told(void **state)
{
	const struct modbus_result refused = {
		.write = true, .slot = HYBRID_WRITES_RATES, .outcome = MODBUS_REFUSED,
		.exception = MODBUS_ILLEGAL_VALUE,
	};
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->sun_w = 3000;
	rig_run(&rig, 15);
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 3);
	hybrid_take(&rig.hybrid, &refused);
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 3);
	assert_int_equal(rig.slave->value[AT_STORAGE + 12], 0);
	assert_int_equal(rig.slave->value[AT_STORAGE + 13], 2500);
	order_of(&rig, -1000, HYBRID_NO_LIMIT, 3);
	assert_int_equal(rig.slave->value[AT_STORAGE + 12], 2500);
	assert_int_equal(rig.slave->value[AT_STORAGE + 13], 0);
	rig_end(&rig);
}

static void test_without_the_most_of_its_battery_nothing_is_said(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->value[AT_STORAGE + 2] = 0xffff;
	rig_run(&rig, 15);
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 5);
	assert_int_equal(rig.n, 0);
	rig.slave->value[AT_STORAGE + 2] = 4000;
	/* an exponent that cannot be is none */
	rig.slave->value[AT_STORAGE + 25] = 7;
	order_of(&rig, 1000, HYBRID_NO_LIMIT, 5);
	assert_int_equal(rig.n, 0);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_its_models_are_found_and_read),
		cmocka_unit_test(test_the_sign_of_its_battery_is_that_of_what_it_does),
		cmocka_unit_test(test_what_it_takes_at_night_is_no_production),
		cmocka_unit_test(test_one_without_a_battery_produces_what_comes_out_of_it),
		cmocka_unit_test(test_what_is_not_implemented_is_no_number),
		cmocka_unit_test(test_faults_are_the_bits_of_its_events),
		cmocka_unit_test(test_a_device_that_is_no_inverter_refuses),
		cmocka_unit_test(test_what_is_connected_reached_and_at_work_is_read),
		cmocka_unit_test(test_each_bit_of_the_status_has_its_word),
		cmocka_unit_test(test_a_set_that_is_not_implemented_is_not_known),
		cmocka_unit_test(test_its_battery_does_what_it_is_told_and_no_more),
		cmocka_unit_test(test_what_counts_is_said_last),
		cmocka_unit_test(test_it_is_said_again_in_time_and_lapses_without),
		cmocka_unit_test(test_production_is_limited_for_a_time_and_set_free),
		cmocka_unit_test(test_a_lower_limit_of_production_is_urgent_and_a_higher_one_is_not),
		cmocka_unit_test(test_when_we_end_nothing_of_ours_is_left),
		cmocka_unit_test(test_one_that_is_not_steered_and_cannot_be_limited_is_never_written_to),
		cmocka_unit_test(test_another_master_is_noticed_and_not_fought),
		cmocka_unit_test(test_one_that_takes_no_negative_limit_does_at_most_what_it_is_told),
		cmocka_unit_test(test_without_the_most_of_its_battery_nothing_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
