// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meters as a house meets them: each variety of what their documents leave open is found
 * out, signs are the house's, and what cannot be is no measurement.
 */
#include "meter_rig.h"

static struct meter_config config_of(enum meter_kind kind)
{
	return (struct meter_config){
		.kind = kind, .role = METER_EXCHANGE, .address = 1, .period_ms = METER_PERIOD_MS,
	};
}

static s64 power_of(const struct rig *rig, unsigned int phase)
{
	s64 mw = INT64_MAX;

	assert_true(meter_power_mw(&rig->meter, phase, &mw));

	return mw;
}

static void assert_about(s64 value, s64 expected, s64 slack)
{
	assert_in_range(value - expected + slack, 0, 2 * slack);
}

static void assert_energy(const struct rig *rig, bool out, u64 expected_wh, bool by_daemon)
{
	bool by;
	u64 wh;

	assert_true(meter_energy_wh(&rig->meter, out, &wh, &by));
	assert_about((s64)wh, (s64)expected_wh, 40);
	assert_int_equal(by, by_daemon);
}

static void test_drawing_from_the_grid_is_negative_on_each_phase(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 3);
	assert_int_equal(rig.meter.state, METER_WELL);
	assert_about(power_of(&rig, 0), -1500000, 10);
	for (unsigned int phase = 1; phase <= 3; phase++)
		assert_about(power_of(&rig, phase), -500000, 10);
	slave_set_power(rig.slave, -900);
	rig_run(&rig, 1);
	assert_about(power_of(&rig, 0), 900000, 10);
	rig_end(&rig);
}

static void test_production_is_positive(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	config.role = METER_PRODUCTION;
	rig_start(&rig, "dtsu666", &config);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 3);
	assert_about(power_of(&rig, 0), 1500000, 10);
	rig_end(&rig);
}

/* row: inverter.md "Metering" DDSU666 production */
/* row: inverter.md "Metering" DTSU666 production */
static void test_meters_of_production_have_the_addresses_two_to_four(void **state)
{
	static const struct {
		const char *name;
		u8 kind, address;
	} meters[] = {
		{ "ddsu666", METER_DDSU666, 2 }, { "dtsu666", METER_DTSU666, 2 },
		{ "dtsu666", METER_DTSU666, 3 }, { "dtsu666", METER_DTSU666, 4 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(meters); i++) {
		struct meter_config config = config_of(meters[i].kind);
		struct rig rig;

		config.role = METER_PRODUCTION;
		config.address = meters[i].address;
		rig_start(&rig, meters[i].name, &config);
		slave_set_power(rig.slave, 1500);
		rig_run(&rig, 3);
		assert_int_equal(rig.meter.state, METER_WELL);
		assert_about(power_of(&rig, 0), 1500000, 10);
		rig_end(&rig);
	}
}

static void test_invert_turns_the_sign_of_power_and_energy(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	config.invert = true;
	rig_start(&rig, "dtsu666", &config);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 3);
	assert_about(power_of(&rig, 0), 1500000, 10);
	assert_energy(&rig, true, 1234500, false);
	assert_energy(&rig, false, 321250, false);
	rig_end(&rig);
}

/* row: inverter.md "Metering" DTSU666 exchange */
static void test_the_ratio_is_the_meters_own(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 3);
	assert_int_equal(rig.meter.scale.ct, 40);
	assert_about(rig.meter.reading.number[METER_A_1], 2288, 2);
	assert_about(rig.meter.reading.number[METER_V_1], 230000, 1);
	assert_about(rig.meter.reading.number[METER_V_31], 398400, 10);
	assert_about(rig.meter.reading.number[METER_HZ], 50000, 1);
	assert_about(rig.meter.reading.number[METER_PF], 950, 1);
	assert_energy(&rig, false, 1234500, false);
	assert_energy(&rig, true, 321250, false);
	rig_end(&rig);
}

static void test_a_ratio_that_nobody_says_is_asked_for(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;
	s64 mw;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	slave_make_hole(rig.slave, 6);
	rig_run(&rig, 5);
	assert_true(rig.meter.notes & BIT(METER_RATIO_UNKNOWN));
	assert_false(meter_power_mw(&rig.meter, 0, &mw));
	assert_int_equal(rig.meter.state, METER_STARTING);
	rig_end(&rig);

	config.ct = 40;
	rig_start(&rig, "dtsu666", &config);
	slave_make_hole(rig.slave, 6);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 5);
	assert_false(rig.meter.notes & BIT(METER_RATIO_UNKNOWN));
	assert_about(power_of(&rig, 0), -1500000, 10);
	rig_end(&rig);
}

static void test_a_configured_ratio_counts_and_that_it_differs_is_said(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	config.ct = 20;
	rig_start(&rig, "dtsu666", &config);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 3);
	assert_true(rig.meter.notes & BIT(METER_RATIO_DIFFERS));
	assert_about(power_of(&rig, 0), -750000, 10);
	rig_end(&rig);
}

static void test_an_older_dtsu666_is_read_in_parts_and_counts_elsewhere(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	config.address = 32;
	rig_start(&rig, "dtsu666-old", &config);
	slave_set_power(rig.slave, -2400);
	rig_run(&rig, 6);
	assert_int_equal(rig.meter.state, METER_WELL);
	assert_about(power_of(&rig, 0), 2400000, 10);
	assert_about(power_of(&rig, 3), 800000, 10);
	assert_about(rig.meter.reading.number[METER_HZ], 50000, 1);
	assert_about(rig.meter.reading.number[METER_PF_2], -950, 1);
	assert_true(rig.meter.notes & BIT(METER_ENERGY_OLD));
	assert_false(rig.meter.notes & BIT(METER_ENERGY_NONE));
	assert_energy(&rig, false, 1234500, false);
	assert_energy(&rig, true, 321250, false);
	/* and has its address where the other document has it */
	assert_int_equal(rig.meter.at, 0x2d);
	rig_end(&rig);
}

static void test_a_dtsu666_on_a_slow_line_is_read_in_parts_from_the_beginning(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	const struct meter_want *want;
	struct rig rig;

	(void)state;
	config.hold = modbus_hold_registers(9600);
	rig_start(&rig, "dtsu666", &config);
	want = rig.meter.want;
	assert_int_equal(want[0].read.at, 0x2000);
	assert_int_equal(want[0].read.n, 34);
	assert_int_equal(want[0].period_ms, METER_PERIOD_MS);
	for (unsigned int slot = 0; slot < METER_SLOTS; slot++) {
		assert_true(want[slot].read.n <= config.hold);
		assert_true(!slot || slot == 4 || want[slot].period_ms >= METER_ENERGY_MS);
	}
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 3);
	assert_int_equal(rig.meter.state, METER_WELL);
	assert_about(power_of(&rig, 0), -1500000, 10);
	assert_about(power_of(&rig, 3), -500000, 10);
	assert_about(rig.meter.reading.number[METER_HZ], 50000, 1);
	assert_about(rig.meter.reading.number[METER_PF], 950, 1);
	/* also when it is back */
	rig.slave->muted = true;
	rig_run(&rig, 3);
	rig.slave->muted = false;
	rig_run(&rig, 2);
	assert_int_equal(rig.meter.state, METER_WELL);
	assert_int_equal(want[0].read.n, 34);
	rig_end(&rig);
	/* and on a line that is fast enough at once */
	config.hold = modbus_hold_registers(19200);
	rig_start(&rig, "dtsu666", &config);
	assert_int_equal(rig.meter.want[0].read.n, 70);
	rig_end(&rig);
}

static void test_a_newer_dtsu666_has_its_address_behind_its_speed(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	config.address = 4;
	rig_start(&rig, "dtsu666", &config);
	rig_run(&rig, 2);
	assert_int_equal(rig.meter.at, 0x2e);
	rig_end(&rig);
}

static void test_a_dtsu666_that_counts_in_units_is_noticed_by_its_volts(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "dtsu666-units", &config);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 3);
	assert_true(rig.meter.notes & BIT(METER_SAYS_UNITS));
	assert_about(power_of(&rig, 0), -1500000, 10);
	assert_about(rig.meter.reading.number[METER_A_1], 2288, 2);
	assert_about(rig.meter.reading.number[METER_PF], 950, 1);
	rig_end(&rig);
}

static void test_words_in_the_wrong_order_are_nonsense_and_in_the_right_one_are_not(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;
	s64 mw;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	rig.slave->swapped = true;
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 5);
	assert_int_equal(rig.meter.state, METER_NONSENSE);
	assert_true(rig.meter.nonsense > 0);
	assert_false(meter_power_mw(&rig.meter, 0, &mw));
	rig_end(&rig);

	config.order = REGISTER_LOW_FIRST;
	rig_start(&rig, "dtsu666", &config);
	rig.slave->swapped = true;
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 5);
	assert_about(power_of(&rig, 0), -1500000, 10);
	rig_end(&rig);
}

static void test_words_that_change_places_while_it_runs_leave_the_last_good_reading(void **state)
{
	static const char *const kinds[] = { "dtsu666", "ddsu666" };

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct meter_config config = config_of(i ? METER_DDSU666 : METER_DTSU666);
		struct rig rig;
		u64 at_ms;

		rig_start(&rig, kinds[i], &config);
		slave_set_power(rig.slave, 1500);
		rig_run(&rig, 5);
		at_ms = rig.meter.reading.at_ms;
		rig.slave->swapped = true;
		rig_run(&rig, 10);
		assert_int_equal(rig.meter.state, METER_NONSENSE);
		assert_int_equal(rig.meter.reading.at_ms, at_ms);
		assert_about(power_of(&rig, 0), -1500000, 10);
		assert_false(meter_is_fresh(&rig.meter, rig.now_ms));
		rig.slave->swapped = false;
		rig_run(&rig, 2);
		assert_int_equal(rig.meter.state, METER_WELL);
		assert_true(meter_is_fresh(&rig.meter, rig.now_ms));
		rig_end(&rig);
	}
}

static void test_a_sum_that_is_not_that_of_its_phases_is_no_measurement(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;
	u64 at_ms;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	slave_set_power(rig.slave, 6000);
	rig_run(&rig, 3);
	at_ms = rig.meter.reading.at_ms;
	rig.slave->frozen = true;
	slave_put(rig.slave, &dtsu666_measured, METER_W, 9e6);
	rig_run(&rig, 1);
	assert_int_equal(rig.meter.state, METER_NONSENSE);
	assert_int_equal(rig.meter.reading.at_ms, at_ms);
	/* a little is, as the phases are not of the same instant */
	slave_put(rig.slave, &dtsu666_measured, METER_W, 6.9e6);
	rig_run(&rig, 1);
	assert_int_equal(rig.meter.state, METER_WELL);
	rig_end(&rig);
}

static void test_voltages_that_no_house_has_are_no_measurement(void **state)
{
	static const struct {
		double mv;
		enum meter_state state;
	} cases[] = {
		{ 0, METER_WELL }, { 19000, METER_WELL }, { 40000, METER_NONSENSE },
		{ 81000, METER_WELL }, { 299000, METER_WELL }, { 301000, METER_NONSENSE },
		{ -230000, METER_NONSENSE },
	};
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	rig_run(&rig, 3);
	rig.slave->frozen = true;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		slave_put(rig.slave, &dtsu666_measured, METER_V_2, cases[i].mv);
		rig_run(&rig, 1);
		assert_int_equal(rig.meter.state, cases[i].state);
	}
	rig_end(&rig);
}

static void test_a_silent_meter_is_silent_and_its_reading_grows_old(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;
	u64 at_ms;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	rig_run(&rig, 3);
	at_ms = rig.meter.reading.at_ms;
	rig.slave->muted = true;
	rig_run(&rig, 3);
	assert_int_equal(rig.meter.state, METER_SILENT);
	assert_int_equal(rig.meter.reading.at_ms, at_ms);
	rig.slave->muted = false;
	rig_run(&rig, 2);
	assert_int_equal(rig.meter.state, METER_WELL);
	rig_end(&rig);
}

static void test_another_meter_in_its_place_is_found_out_anew(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	rig_run(&rig, 3);
	rig.slave->muted = true;
	rig_run(&rig, 3);
	slave_start(rig.slave, slave_kind_by_name("dtsu666-units"), 1, rig.now_ms * 1000000);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 3);
	assert_true(rig.meter.notes & BIT(METER_SAYS_UNITS));
	assert_about(power_of(&rig, 0), -1500000, 10);
	rig_end(&rig);
}

static void test_a_meter_that_refuses_is_no_silent_one(void **state)
{
	static const char *const kinds[] = { "dtsu666", "ddsu666" };

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct meter_config config = config_of(i ? METER_DDSU666 : METER_DTSU666);
		struct rig rig;

		rig_start(&rig, kinds[i], &config);
		slave_make_hole(rig.slave, 0x2004);
		rig_run(&rig, 4);
		assert_int_equal(rig.meter.state, METER_REFUSES);
		rig_end(&rig);
	}
}

static void test_a_busy_meter_is_not_asked_otherwise_for_it(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	rig.slave->refuse = MODBUS_BUSY;
	rig_run(&rig, 3);
	assert_int_equal(rig.meter.want[0].read.n, 70);
	assert_int_equal(rig.meter.state, METER_STARTING);
	rig.slave->refuse = 0;
	slave_set_power(rig.slave, 1500);
	rig.meter.want[3].period_ms = 0;	/* not yet its counters */
	rig_run(&rig, 3);
	rig.slave->refuse = MODBUS_BUSY;
	for (unsigned int i = 0; i < 5; i++)
		rig_ask(&rig, 3);
	assert_int_equal(rig.meter.want[3].read.at, 0x101E);
	assert_false(rig.meter.notes & BIT(METER_ENERGY_NONE));
	rig_end(&rig);
}

static void test_a_counter_at_zero_is_looked_for_elsewhere_and_then_added_up(void **state)
{
	struct meter_config config = config_of(METER_DTSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "dtsu666", &config);
	rig.slave->forward_kwh = 0;
	rig.slave->reverse_kwh = 0;
	slave_set_power(rig.slave, 0);
	rig_run(&rig, 5);
	assert_int_equal(rig.meter.want[3].read.at, 0x101E);
	assert_false(rig.meter.notes & BIT(METER_ENERGY_NONE));
	rig.slave->frozen = true;
	slave_put(rig.slave, &dtsu666_measured, METER_W, 1500e3);
	slave_put(rig.slave, &dtsu666_measured, METER_W_1, 1500e3);
	rig_run(&rig, 5);
	assert_true(rig.meter.notes & BIT(METER_ENERGY_NONE));
	/* until it has counted something */
	rig.slave->frozen = false;
	slave_set_power(rig.slave, 360000);
	rig_run(&rig, 5);
	assert_false(rig.meter.notes & BIT(METER_ENERGY_NONE));
	assert_false(rig.meter.notes & BIT(METER_ENERGY_OLD));
	rig_end(&rig);
}

/* row: inverter.md "Metering" DDSU666 exchange */
static void test_a_ddsu666_counts_in_kilowatts(void **state)
{
	struct meter_config config = config_of(METER_DDSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "ddsu666", &config);
	slave_set_power(rig.slave, 802.5);
	rig_run(&rig, 3);
	assert_int_equal(rig.meter.state, METER_WELL);
	assert_about(power_of(&rig, 0), -802500, 1);
	assert_about(power_of(&rig, 1), -802500, 1);
	assert_about(rig.meter.reading.number[METER_V_1], 230000, 1);
	assert_energy(&rig, false, 876500, false);
	assert_energy(&rig, true, 54250, false);
	rig_end(&rig);
}

static void test_a_basic_ddsu666_is_added_up_by_the_daemon(void **state)
{
	struct meter_config config = config_of(METER_DDSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "ddsu666-basic", &config);
	slave_set_power(rig.slave, 3600);
	rig_run(&rig, 1001);
	assert_true(rig.meter.notes & BIT(METER_ENERGY_NONE));
	assert_energy(&rig, false, 1000, true);
	assert_energy(&rig, true, 0, true);
	slave_set_power(rig.slave, -7200);
	rig_run(&rig, 500);
	assert_energy(&rig, false, 1000, true);
	assert_energy(&rig, true, 1000, true);
	rig_end(&rig);
}

static void test_what_flowed_while_a_meter_was_silent_is_not_added_up(void **state)
{
	struct meter_config config = config_of(METER_DDSU666);
	struct rig rig;

	(void)state;
	rig_start(&rig, "ddsu666-basic", &config);
	slave_set_power(rig.slave, 3600000);
	slave_set_power(rig.slave, 360000);
	rig_run(&rig, 11);
	assert_energy(&rig, false, 1000, true);
	rig.slave->muted = true;
	rig_run(&rig, 3600);
	rig.slave->muted = false;
	rig_run(&rig, 11);
	assert_energy(&rig, false, 2000, true);
	rig_end(&rig);
}

static void test_a_sunspec_meter_is_found_by_walking_through_its_models(void **state)
{
	struct meter_config config = config_of(METER_SUNSPEC);
	struct rig rig;

	(void)state;
	rig_start(&rig, "sunspec-meter", &config);
	slave_set_power(rig.slave, 1500);
	rig_run(&rig, 8);
	assert_int_equal(rig.meter.state, METER_WELL);
	assert_string_equal(rig.meter.model, "Cellar Simulated meter");
	assert_int_equal(rig.meter.phases, 3);
	assert_about(power_of(&rig, 0), -1500000, 1000);
	assert_about(power_of(&rig, 2), -500000, 1000);
	assert_about(rig.meter.reading.number[METER_V_1], 230000, 100);
	assert_about(rig.meter.reading.number[METER_A_3], 2288, 10);
	assert_about(rig.meter.reading.number[METER_PF_1], 950, 1);
	/* what it does not measure is not there */
	assert_false(rig.meter.reading.known & METER_BIT(METER_V_12));
	assert_energy(&rig, false, 1234500, false);
	assert_energy(&rig, true, 321250, false);
	/* the walk is over */
	assert_int_equal(rig.meter.want[0].period_ms, 0);
	rig_end(&rig);
}

static void test_a_device_without_sunspec_is_no_sunspec_meter(void **state)
{
	struct meter_config config = config_of(METER_SUNSPEC);
	struct rig rig;
	s64 mw;

	(void)state;
	rig_start(&rig, "ddsu666", &config);
	rig_run(&rig, 8);
	assert_int_equal(rig.meter.state, METER_REFUSES);
	assert_true(rig.meter.notes & BIT(METER_NO_MODEL));
	assert_false(meter_power_mw(&rig.meter, 0, &mw));
	rig_end(&rig);
}

static void test_each_word_is_known(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < METER_STATES; i++)
		assert_non_null(meter_state_word(i));
	for (i = 0; i < METER_NOTES; i++)
		assert_non_null(meter_note_words(i));
	for (i = 0; i < METER_ROLES; i++)
		assert_non_null(meter_role_word(i));
	for (i = 0; i < METER_KINDS; i++)
		assert_non_null(meter_kind_word(i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drawing_from_the_grid_is_negative_on_each_phase),
		cmocka_unit_test(test_production_is_positive),
		cmocka_unit_test(test_meters_of_production_have_the_addresses_two_to_four),
		cmocka_unit_test(test_invert_turns_the_sign_of_power_and_energy),
		cmocka_unit_test(test_the_ratio_is_the_meters_own),
		cmocka_unit_test(test_a_ratio_that_nobody_says_is_asked_for),
		cmocka_unit_test(test_a_configured_ratio_counts_and_that_it_differs_is_said),
		cmocka_unit_test(test_an_older_dtsu666_is_read_in_parts_and_counts_elsewhere),
		cmocka_unit_test(test_a_dtsu666_on_a_slow_line_is_read_in_parts_from_the_beginning),
		cmocka_unit_test(test_a_newer_dtsu666_has_its_address_behind_its_speed),
		cmocka_unit_test(test_a_dtsu666_that_counts_in_units_is_noticed_by_its_volts),
		cmocka_unit_test(test_words_in_the_wrong_order_are_nonsense_and_in_the_right_one_are_not),
		cmocka_unit_test(test_words_that_change_places_while_it_runs_leave_the_last_good_reading),
		cmocka_unit_test(test_a_sum_that_is_not_that_of_its_phases_is_no_measurement),
		cmocka_unit_test(test_voltages_that_no_house_has_are_no_measurement),
		cmocka_unit_test(test_a_silent_meter_is_silent_and_its_reading_grows_old),
		cmocka_unit_test(test_another_meter_in_its_place_is_found_out_anew),
		cmocka_unit_test(test_a_meter_that_refuses_is_no_silent_one),
		cmocka_unit_test(test_a_busy_meter_is_not_asked_otherwise_for_it),
		cmocka_unit_test(test_a_counter_at_zero_is_looked_for_elsewhere_and_then_added_up),
		cmocka_unit_test(test_a_ddsu666_counts_in_kilowatts),
		cmocka_unit_test(test_a_basic_ddsu666_is_added_up_by_the_daemon),
		cmocka_unit_test(test_what_flowed_while_a_meter_was_silent_is_not_added_up),
		cmocka_unit_test(test_a_sunspec_meter_is_found_by_walking_through_its_models),
		cmocka_unit_test(test_a_device_without_sunspec_is_no_sunspec_meter),
		cmocka_unit_test(test_each_word_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
