// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters before G3: what they say in the house's signs, and the commands by which they
 * are told what their battery is to do, byte by byte (spec/field.md 3).
 */
#include "hybrid_rig.h"

static const struct hybrid_config watched = RIG_CONFIG(HYBRID_ME3000, 3000);

static const struct hybrid_config steered = RIG_CONFIG(HYBRID_ME3000, 3000, .steer = true);

static const struct hybrid_config es = RIG_CONFIG(HYBRID_HYD_ES, 3000);

#define HEARTBEAT	0x01, 0x49, 0x22, 0x01, 0x22, 0x02, 0x1E, 0xDD
#define STANDBY		0x01, 0x42, 0x01, 0x00, 0x55, 0x55, 0x87, 0x56
#define DISCHARGE_1_KW	0x01, 0x42, 0x01, 0x01, 0x03, 0xE8, 0x29, 0x47
#define CHARGE_1_KW	0x01, 0x42, 0x01, 0x02, 0x03, 0xE8, 0xD9, 0x47
#define AUTO		0x01, 0x42, 0x01, 0x03, 0x00, 0x00, 0x88, 0x39

static void test_what_is_measured_comes_in_one_request_as_long_as_the_document_has_it(void **state)
{
	struct register_read reads[REGISTER_READS_MAX];

	(void)state;
	/* 01 03 02 00 00 56, and 58 of an ME3000SP */
	assert_int_equal(register_plan(&legacy_hyd_es, UINT64_MAX, reads), 1);
	assert_int_equal(reads[0].function, 3);
	assert_int_equal(legacy_hyd_es.block->at, 0x0200);
	assert_int_equal(legacy_hyd_es.block->n, 0x56);
	assert_int_equal(legacy_me3000.block->n, 58);
	assert_int_equal(legacy_settings.block->function, 4);
	assert_int_equal(legacy_identity.block->function, 4);
}

static void test_selling_and_charging_are_positive(void **state)
{
	struct rig rig;
	s64 pv;

	(void)state;
	rig_start(&rig, &watched);
	rig.slave->value[SOFAR_MODE] = 1;
	slave_set_power(rig.slave, 500);
	rig.slave->sun_w = 4500;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_ON_GRID);
	assert_int_equal(battery_of(&rig), 3000000);
	assert_int_equal(exchange_of(&rig), 1000000);
	assert_true(hybrid_pv_mw(&rig.hybrid, &pv));
	assert_int_equal(pv, 4500000);
	rig.slave->sun_w = 0;
	slave_set_power(rig.slave, 4000);
	rig_run(&rig, 2);
	assert_int_equal(battery_of(&rig), -3000000);
	assert_int_equal(exchange_of(&rig), -1000000);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_LOAD_W], 4000000);
	assert_true(hybrid_is_fresh(&rig.hybrid, rig.now_ms));
	rig_end(&rig);
}

static void test_it_says_who_it_is_what_it_may_and_what_it_has_counted(void **state)
{
	const s64 *number;
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	number = rig.hybrid.reading.number;
	rig.slave->sun_w = 3600;
	rig_run(&rig, 1001);
	assert_string_equal(rig.hybrid.serial, "ZM1ES030SIM042");
	assert_string_equal(rig.hybrid.version, "V230");
	assert_string_equal(hybrid_model(rig.hybrid.serial), "ZCS 3000SP or HYD");
	assert_in_range(number[HYBRID_DAY_PV], 990, 1010);
	assert_int_equal(number[HYBRID_ALL_PV], 1001000);
	assert_int_equal(number[HYBRID_BATTERY_V], 51200);
	assert_int_equal(number[HYBRID_HZ], 50000);
	assert_int_equal(number[HYBRID_V_1], 230000);
	assert_int_equal(number[HYBRID_CHARGE_MAX_A], 60000);
	assert_int_equal(number[HYBRID_DEPTH], 8000);
	assert_int_equal(number[HYBRID_HEATSINK_C], 350);
	assert_int_equal(number[HYBRID_INNER_C], 310);
	assert_int_equal(number[HYBRID_EPS_V], 230000);
	rig_end(&rig);
}

static void test_a_hyd_es_has_strings_and_its_own_states(void **state)
{
	struct rig rig;
	s64 pv;

	(void)state;
	rig_start(&rig, &es);
	rig.slave->sun_w = 3000;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_ON_GRID);
	assert_true(hybrid_pv_mw(&rig.hybrid, &pv));
	assert_int_equal(pv, 3000000);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_PV_W_2], 1500000);
	rig.slave->blackout = true;
	slave_set_power(rig.slave, 700);
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_EPS);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_EPS_W], 700000);
	assert_int_equal(exchange_of(&rig), 0);
	rig_end(&rig);
}

static void test_a_state_that_what_it_measures_contradicts_is_nonsense(void **state)
{
	struct rig rig;
	u64 state_ms;

	(void)state;
	rig_start(&rig, &es);
	rig_run(&rig, 2);
	state_ms = rig.hybrid.reading.state_ms;
	rig.slave->frozen = true;
	/* "EPS" with 230 V of grid, "fault" with a battery that gives 1 kW: another one's list */
	rig.slave->value[LEGACY_STATE] = 3;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_NONSENSE);
	rig.slave->value[LEGACY_STATE] = 4;
	rig.slave->value[0x020D] = (u16)-100;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_NONSENSE);
	rig.slave->value[LEGACY_STATE] = 7;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.state, HYBRID_NONSENSE);
	assert_int_equal(rig.hybrid.reading.state_ms, state_ms);
	rig.slave->value[LEGACY_STATE] = 4;
	rig.slave->value[0x020D] = 0;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.state, HYBRID_FAULT);
	rig_end(&rig);
}

static void test_what_no_inverter_can_say_is_no_measurement(void **state)
{
	struct rig rig;
	u64 at_ms;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 2);
	at_ms = rig.hybrid.reading.at_ms;
	rig.slave->frozen = true;
	rig.slave->value[0x0210] = 101;		/* % */
	rig_run(&rig, 3);
	rig.slave->value[0x0210] = 50;
	rig.slave->value[0x0206] = 9000;	/* 900 V */
	rig_run(&rig, 3);
	assert_int_equal(rig.hybrid.reading.at_ms, at_ms);
	assert_int_equal(rig.hybrid.reading.battery_ms, at_ms);
	assert_int_equal(rig.hybrid.nonsense, 6);
	rig_end(&rig);
}

static void test_faults_have_words_of_this_map(void **state)
{
	static const struct {
		u16 id;
		const char *word;
	} cases[] = {
		{ 1, "grid-overvoltage" }, { 5, "battery-overvoltage" }, { 16, "fault-16" },
		{ 17, "fault-17" }, { 50, "consistency-2" }, { 52, "battery-communication" },
		{ 55, "relay-test" }, { 80, "fault-80" },
	};
	char made[HYBRID_FAULT_SIZE];
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		const u16 *fault = rig.hybrid.reading.fault;
		unsigned int bit = cases[i].id - 1u;

		rig.slave->fault = cases[i].id;
		rig_run(&rig, 1);
		assert_int_equal(fault[bit / 16], BIT(bit % 16));
		assert_string_equal(hybrid_fault_word(HYBRID_ME3000, bit, made), cases[i].word);
	}
	rig_end(&rig);

	/* its battery's have numbers of their own */
	rig_start(&rig, &es);
	rig_run(&rig, 1);
	rig.slave->frozen = true;
	rig.slave->value[0x023E] = 4;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.reading.fault[6], 4);
	assert_string_equal(hybrid_fault_word(HYBRID_HYD_ES, 6 * 16 + 2, made), "fault-118");
	rig_end(&rig);
}

static void test_one_that_is_not_steered_is_never_told_anything(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	steer(&rig, 1000, 120);
	assert_int_equal(rig.n, 0);
	assert_false(hybrid_release(&rig.hybrid));
	rig_run(&rig, 2);
	assert_int_equal(rig.n, 0);
	rig_end(&rig);
}

static void test_commands_are_those_of_the_document(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig_run(&rig, 5);
	assert_int_equal(rig.n, 0);
	steer(&rig, 1000, 2);
	assert_int_equal(rig.n, 2);
	assert_frame(&rig, 0, HEARTBEAT);
	assert_frame(&rig, 1, CHARGE_1_KW);
	assert_int_equal(battery_of(&rig), 1000000);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	steer(&rig, -1000, 2);
	assert_int_equal(rig.n, 3);
	assert_frame(&rig, 2, DISCHARGE_1_KW);
	assert_int_equal(battery_of(&rig), -1000000);
	steer(&rig, 0, 2);
	assert_int_equal(rig.n, 4);
	assert_frame(&rig, 3, STANDBY);
	assert_int_equal(battery_of(&rig), 0);
	assert_true(hybrid_release(&rig.hybrid));
	rig_run(&rig, 1);
	assert_int_equal(rig.n, 5);
	assert_frame(&rig, 4, AUTO);
	assert_int_equal(rig.slave->told, LEGACY_AUTO);
	rig_end(&rig);
}

static void test_when_we_end_nothing_that_waits_is_said_after_that_it_may_do_as_it_likes(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1000, 2);
	rig.n = 0;
	rig.now_ms += LEGACY_HEARTBEAT_MS;
	hybrid_steer(&rig.hybrid, &(struct hybrid_order){ -1000, -5000, 5000, HYBRID_NO_LIMIT },
		     rig.now_ms);
	assert_int_equal(hybrid_tell_eps(&rig.hybrid, false), 0);
	assert_true(hybrid_release(&rig.hybrid));
	rig_run(&rig, 2);
	assert_int_equal(rig.n, 1);
	assert_frame(&rig, 0, AUTO);
	/* once is enough */
	assert_false(hybrid_release(&rig.hybrid));
	rig_run(&rig, 2);
	assert_int_equal(rig.n, 1);
	rig_end(&rig);
}

static void test_one_that_was_told_nothing_yet_is_not_released(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig_run(&rig, 5);
	assert_false(hybrid_release(&rig.hybrid));
	rig_run(&rig, 2);
	assert_int_equal(rig.n, 0);
	rig_end(&rig);
}

static void test_one_that_has_fallen_silent_is_not_released_either(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1000, 2);
	assert_int_equal(hybrid_tell_eps(&rig.hybrid, true), 0);
	rig_run(&rig, 1);
	rig.slave->muted = true;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_SILENT);
	assert_false(hybrid_release(&rig.hybrid));
	/* what a person had it told is still what is known of it */
	assert_int_equal(rig.hybrid.eps, HYBRID_EPS_TOLD_ON);
	rig_end(&rig);
}

static void test_a_sign_of_life_is_due_every_10_s(void **state)
{
	const struct hybrid_order order = { 1000, -5000, 5000, HYBRID_NO_LIMIT };
	struct rig rig;
	u32 turn;

	(void)state;
	rig_start(&rig, &steered);
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	turn = rig.hybrid.write[HYBRID_COMMANDS_HEARTBEAT].turn;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms + 9999);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_HEARTBEAT].turn, turn);
	hybrid_steer(&rig.hybrid, &order, rig.now_ms + 10000);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_HEARTBEAT].turn, turn + 1);
	rig_end(&rig);
}

static void test_a_command_is_urgent_when_the_one_before_is_not_allowed_any_more(void **state)
{
	const struct hybrid_write *point, *heart;
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	point = &rig.hybrid.write[HYBRID_COMMANDS_POINTS];
	heart = &rig.hybrid.write[HYBRID_COMMANDS_HEARTBEAT];
	steer(&rig, 1000, 2);
	assert_false(point->urgent || heart->urgent);
	hybrid_steer(&rig.hybrid, &(struct hybrid_order){ 1000, 0, 500, HYBRID_NO_LIMIT },
		     rig.now_ms);
	assert_int_equal(point->value[0], 500);
	assert_true(point->urgent);
	/* what was said before is said in its turn, and what nobody steers is no hurry */
	assert_false(heart->urgent);
	assert_int_equal(hybrid_tell_eps(&rig.hybrid, false), 0);
	assert_false(rig.hybrid.write[HYBRID_COMMANDS_EPS].urgent);
	rig_end(&rig);
}

static void test_a_sign_of_life_comes_at_least_once_a_minute_and_at_most_once_a_second(void **state)
{
	u64 heart = 0, point = 0;
	unsigned int hearts = 0;
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	for (unsigned int i = 0; i < 60; i++)
		steer(&rig, i % 2 ? 2000 : -2000, 1);
	steer(&rig, 1000, 240);
	for (unsigned int i = 0; i < rig.n; i++) {
		bool is_heart = rig.wrote[i].frame[1] == MODBUS_HEARTBEAT;
		u64 *last = is_heart ? &heart : &point;

		if (*last)
			assert_in_range(rig.wrote[i].at_ms - *last, 1000, 20000);
		*last = rig.wrote[i].at_ms;
		hearts += is_heart;
	}
	assert_in_range(hearts, 25, 31);
	/* and each time it is told again what it was told */
	assert_true(rig.now_ms - point <= 11000);
	rig_end(&rig);
}

static void test_a_daemon_that_hangs_is_heard_no_more_and_the_battery_rests(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1000, 20);
	rig.n = 0;
	rig_run(&rig, 62);
	assert_int_equal(rig.n, 0);
	assert_int_equal(battery_of(&rig), 0);
	rig_end(&rig);
}

static void test_no_set_point_is_beyond_what_is_allowed_or_what_its_battery_can(void **state)
{
	struct hybrid_order order = { 9000, -9000, 9000, HYBRID_NO_LIMIT };
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, 3000);
	order.battery_w = -9000;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, -3000);
	order = (struct hybrid_order){ 2000, -1000, 0, HYBRID_NO_LIMIT };
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, 0);
	order.battery_w = -2000;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, -1000);
	/* a register has sixteen bits: more is not a little */
	rig.hybrid.config.battery_w = 100000;
	order = (struct hybrid_order){ 70000, 0, 70000, HYBRID_NO_LIMIT };
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_POINTS].value[0], UINT16_MAX);
	order = (struct hybrid_order){ -70000, -70000, 0, HYBRID_NO_LIMIT };
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_POINTS].at, LEGACY_DISCHARGE);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_POINTS].value[0], UINT16_MAX);
	order = (struct hybrid_order){ 1, 1, 1, HYBRID_NO_LIMIT };
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_POINTS].at, LEGACY_CHARGE);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_POINTS].value[0], 1);
	rig_end(&rig);
}

static void test_one_whose_screen_is_not_in_passive_mode_is_not_steered_and_says_so(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->value[SOFAR_MODE] = 1;
	steer(&rig, 1000, 5);
	assert_int_equal(rig.hybrid.control, HYBRID_NOT_PASSIVE);
	assert_int_equal(rig.hybrid.status & 0xff, MODBUS_COMMAND_WRONG_MODE);
	rig.slave->value[SOFAR_MODE] = SOFAR_MODE_PASSIVE;
	steer(&rig, 1000, 12);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	assert_int_equal(battery_of(&rig), 1000000);
	rig_end(&rig);
}

static void test_a_value_that_it_does_not_take_is_not_steering_it(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.hybrid.config.battery_w = 5000;
	steer(&rig, 5000, 2);
	assert_int_equal(rig.hybrid.control, HYBRID_SETS_POINTS);
	steer(&rig, 3000, 2);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig_end(&rig);
}

static void test_it_says_when_its_battery_is_full_or_flat(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1000, 2);
	assert_int_equal(rig.hybrid.status & (LEGACY_FULL | LEGACY_FLAT), 0);
	rig.slave->soc = 1;
	steer(&rig, 1000, 12);
	assert_int_equal(rig.hybrid.status & (LEGACY_FULL | LEGACY_FLAT), LEGACY_FULL);
	rig.slave->soc = 0;
	steer(&rig, -1000, 12);
	assert_int_equal(rig.hybrid.status & (LEGACY_FULL | LEGACY_FLAT), LEGACY_FLAT);
	rig_end(&rig);
}

static void test_one_that_reboots_is_told_at_once_and_nothing_of_before(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1000, 10);
	rig.slave->muted = true;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_SILENT);
	assert_int_equal(rig.hybrid.control, HYBRID_SETS_POINTS);
	assert_int_equal(rig.hybrid.status, 0);
	for (unsigned int slot = 0; slot < HYBRID_WRITES; slot++)
		assert_int_equal(rig.hybrid.write[slot].n, 0);
	rig.slave->muted = false;
	rig.n = 0;
	steer(&rig, -500, 1);
	assert_int_equal(rig.n, 2);
	assert_frame(&rig, 0, HEARTBEAT);
	assert_int_equal(rig.slave->told, LEGACY_DISCHARGE);
	rig_end(&rig);
}

static void test_one_that_was_silent_for_a_moment_is_told_the_same_again_at_once(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1000, 12);
	rig.slave->muted = true;
	rig_run(&rig, 1);
	rig.slave->muted = false;
	rig.n = 0;
	steer(&rig, 1000, 1);
	assert_int_equal(rig.n, 2);
	assert_frame(&rig, 0, HEARTBEAT);
	assert_frame(&rig, 1, CHARGE_1_KW);
	rig_end(&rig);
}

static void test_small_changes_are_not_told_with_a_sign_of_life_either(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1000, 2);
	steer(&rig, 1030, 12);
	assert_int_equal(rig.slave->told_w, 1000);
	steer(&rig, 1050, 1);
	assert_int_equal(rig.slave->told_w, 1050);
	rig_end(&rig);
}

static void test_a_refused_sign_of_life_says_nothing_of_the_command(void **state)
{
	const struct modbus_result refused = {
		.write = true, .slot = HYBRID_COMMANDS_HEARTBEAT, .outcome = MODBUS_REFUSED,
		.exception = MODBUS_ILLEGAL_FUNCTION,
	};
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1000, 2);
	hybrid_take(&rig.hybrid, &refused);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig_end(&rig);
}

static void test_a_short_answer_and_a_refusal_are_no_measurement(void **state)
{
	struct modbus_result cut = { .slot = HYBRID_READS_GRID, .at = 0x0200, .n = 20 };
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	hybrid_take(&rig.hybrid, &cut);
	assert_int_equal(rig.hybrid.reading.at_ms, 0);
	assert_int_equal(rig.hybrid.reading.known, 0);
	slave_make_hole(rig.slave, 0x0205);
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.state, HYBRID_REFUSES);
	rig_end(&rig);
}

static void test_a_house_takes_nothing_below_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 1);
	rig.slave->frozen = true;
	rig.slave->value[0x0213] = (u16)-5;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_LOAD_W], 0);
	rig_end(&rig);
}

static void test_eps_is_switched_in_the_frames_of_the_document(void **state)
{
	const struct hybrid_config *const configs[] = { &watched, &steered, &es };
	struct rig rig;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(configs); i++) {
		rig_start(&rig, configs[i]);
		rig_run(&rig, 2);
		assert_int_equal(rig.hybrid.eps, HYBRID_EPS_NOT_TOLD);
		assert_int_equal(hybrid_tell_eps(&rig.hybrid, false), 0);
		assert_int_equal(rig.hybrid.eps, HYBRID_EPS_ASKED);
		rig_run(&rig, 30);
		/* once, whatever it keeps of that */
		assert_int_equal(rig.n, 1);
		assert_frame(&rig, 0, 0x01, 0x41, 0x00, 0x00, 0x00, 0x01, 0x00, 0xAA, 0x01, 0x7C);
		assert_int_equal(rig.hybrid.eps, HYBRID_EPS_TOLD_OFF);
		assert_false(rig.slave->eps);
		assert_int_equal(hybrid_tell_eps(&rig.hybrid, true), 0);
		rig_run(&rig, 30);
		assert_int_equal(rig.n, 2);
		assert_frame(&rig, 1, 0x01, 0x41, 0x00, 0x00, 0x00, 0x01, 0x00, 0x55, 0x41, 0x3C);
		assert_int_equal(rig.hybrid.eps, HYBRID_EPS_TOLD_ON);
		assert_true(rig.slave->eps);
		rig_end(&rig);
	}
}

static void test_eps_of_others_cannot_be_switched(void **state)
{
	struct hybrid_config config = watched;
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	assert_int_equal(hybrid_tell_eps(&rig.hybrid, true), -ENOTCONN);
	rig_run(&rig, 1);
	rig.slave->muted = true;
	rig_run(&rig, 1);
	assert_int_equal(hybrid_tell_eps(&rig.hybrid, true), -ENOTCONN);
	assert_int_equal(rig.n, 0);
	rig_end(&rig);
	config.kind = HYBRID_SOFAR_G3;
	rig_start(&rig, &config);
	rig_run(&rig, 2);
	assert_int_equal(hybrid_tell_eps(&rig.hybrid, true), -EOPNOTSUPP);
	/* but it says what it is set to */
	assert_int_equal(rig.hybrid.reading.number[HYBRID_EPS_MODE], 1);
	rig_end(&rig);
	config.kind = HYBRID_SUNSPEC;
	rig_start(&rig, &config);
	rig_run(&rig, 15);
	assert_int_equal(hybrid_tell_eps(&rig.hybrid, true), -EOPNOTSUPP);
	assert_int_equal(rig.n, 0);
	rig_end(&rig);
}

static void test_eps_that_is_refused_or_lost_is_not_told(void **state)
{
	struct modbus_result said = {
		.write = true, .slot = HYBRID_COMMANDS_EPS, .outcome = MODBUS_REFUSED,
		.exception = MODBUS_ILLEGAL_FUNCTION, .n = 1, .value = { LEGACY_EPS_ON },
	};
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 1);
	hybrid_tell_eps(&rig.hybrid, true);
	hybrid_take(&rig.hybrid, &said);
	assert_int_equal(rig.hybrid.eps, HYBRID_EPS_REFUSED);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_EPS].n, 0);
	/* what was asked before is not what is asked now */
	hybrid_tell_eps(&rig.hybrid, false);
	said.outcome = MODBUS_DONE;
	hybrid_take(&rig.hybrid, &said);
	assert_int_equal(rig.hybrid.eps, HYBRID_EPS_ASKED);
	assert_int_equal(rig.hybrid.write[HYBRID_COMMANDS_EPS].n, 1);
	rig.slave->muted = true;
	rig_read(&rig, HYBRID_READS_GRID);
	assert_int_equal(rig.hybrid.eps, HYBRID_EPS_NOT_TOLD);
	rig.slave->muted = false;
	rig_run(&rig, 5);
	assert_int_equal(rig.n, 0);
	for (unsigned int i = 0; i < HYBRID_EPS_TOLDS; i++)
		assert_non_null(hybrid_eps_word(i));
	rig_end(&rig);
}

/* What comes back, byte by byte. */

static const struct modbus_ask standby = {
	.address = 1, .function = MODBUS_COMMAND, .at = LEGACY_STANDBY, .value = { 0x5555 },
};

static const struct modbus_ask heartbeat = {
	.address = 1, .function = MODBUS_HEARTBEAT, .at = LEGACY_HEARTBEAT, .value = { 0x2202 },
};

static void test_answers_to_a_command_are_told_apart(void **state)
{
	static const struct {
		u8 bytes[12];
		size_t n;
		enum modbus_outcome outcome;
		u8 exception;
		u16 status;
	} cases[] = {
		/* the document's: taken, may charge and discharge */
		{ { 0x01, 0x42, 0x02, 0x03, 0x00, 0xAC, 0x88 }, 7, MODBUS_DONE, 0, 0x0300 },
		/* nothing; cut; a bit wrong; a byte more */
		{ { 0 }, 0, MODBUS_LOST, 0, 0 },
		{ { 0x01, 0x42, 0x02, 0x03, 0x00, 0xAC }, 6, MODBUS_GARBLED, 0, 0 },
		{ { 0x01, 0x42, 0x02, 0x03, 0x01, 0xAC, 0x88 }, 7, MODBUS_GARBLED, 0, 0 },
		{ { 0x01, 0x42, 0x02, 0x03, 0x00, 0xAC, 0x88, 0 }, 8, MODBUS_GARBLED, 0, 0 },
		/* another one's; a heartbeat's; of another length */
		{ { 0x02, 0x42, 0x02, 0x03, 0x00, 0xE8, 0x88 }, 7, MODBUS_GARBLED, 0, 0 },
		/* busy, as of a G3 */
		{ { 0x01, 0x90, 0x07, 0x0D, 0xC2 }, 5, MODBUS_REFUSED, 7, 0 },
	};
	u8 exception;
	u16 status;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(modbus_command_judge(&standby, false, cases[i].bytes,
						      cases[i].n, &exception, &status),
				 cases[i].outcome);
		assert_int_equal(exception, cases[i].exception);
		assert_int_equal(status, cases[i].status);
	}
}

static void test_what_is_too_short_to_be_an_answer_is_none(void **state)
{
	static const u8 zeroes[5];
	u8 exception;
	u16 status;

	(void)state;
	for (size_t n = 1; n < sizeof(zeroes); n++) {
		u8 *bytes = malloc(n);

		assert_non_null(bytes);
		memcpy(bytes, zeroes, n);
		assert_int_equal(modbus_command_judge(&standby, false, bytes, n, &exception,
						      &status), MODBUS_GARBLED);
		free(bytes);
	}
}

static size_t framed(u8 *bytes, size_t n)
{
	u16 crc = modbus_crc(bytes, n);

	bytes[n++] = (u8)crc;
	bytes[n++] = (u8)(crc >> 8);

	return n;
}

static void test_each_status_of_a_command_has_its_outcome(void **state)
{
	static const struct {
		u8 low;
		enum modbus_outcome outcome;
		u8 exception;
	} cases[] = {
		{ 0, MODBUS_DONE, 0 }, { 1, MODBUS_REFUSED, MODBUS_FAILURE },
		{ 2, MODBUS_GARBLED, 0 }, { 3, MODBUS_REFUSED, MODBUS_BUSY },
		{ 4, MODBUS_REFUSED, MODBUS_ILLEGAL_VALUE }, { 5, MODBUS_GARBLED, 0 },
	};
	u8 exception;
	u16 status;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		u8 bytes[8] = { 1, MODBUS_COMMAND, 2, 0x07, cases[i].low };

		assert_int_equal(modbus_command_judge(&standby, false, bytes, framed(bytes, 5),
						      &exception, &status), cases[i].outcome);
		assert_int_equal(exception, cases[i].exception);
		assert_int_equal(status, 0x0700 | cases[i].low);
	}
}

static void test_answers_of_the_wrong_shape_are_none(void **state)
{
	u8 of_heartbeat[8] = { 1, MODBUS_HEARTBEAT, 2, 3, 0 };
	u8 counted_wrong[8] = { 1, MODBUS_COMMAND, 3, 3, 0 };
	u8 too_long[10] = { 1, MODBUS_COMMAND, 2, 3, 0, 0 };
	u8 exception[8] = { 1, 0xC2, 1 };
	u8 code;
	u16 status;

	(void)state;
	assert_int_equal(modbus_command_judge(&standby, false, of_heartbeat,
					      framed(of_heartbeat, 5), &code, &status),
			 MODBUS_GARBLED);
	assert_int_equal(modbus_command_judge(&standby, false, counted_wrong,
					      framed(counted_wrong, 5), &code, &status),
			 MODBUS_GARBLED);
	assert_int_equal(modbus_command_judge(&standby, false, too_long, framed(too_long, 6),
					      &code, &status), MODBUS_GARBLED);
	assert_int_equal(modbus_command_judge(&standby, false, exception, framed(exception, 3),
					      &code, &status), MODBUS_REFUSED);
	assert_int_equal(code, MODBUS_ILLEGAL_FUNCTION);
}

static void test_a_sign_of_life_needs_no_answer_and_takes_any(void **state)
{
	u8 counted[8] = { 1, MODBUS_HEARTBEAT, 2, 0, 0 };
	u8 echoed[8] = { 1, MODBUS_HEARTBEAT, 0x22, 0x01, 0x22, 0x02 };
	u8 other[8] = { 2, MODBUS_HEARTBEAT, 2, 0, 0 };
	u8 code;
	u16 status;

	(void)state;
	assert_int_equal(modbus_command_judge(&heartbeat, false, NULL, 0, &code, &status),
			 MODBUS_DONE);
	assert_int_equal(modbus_command_judge(&heartbeat, false, counted, framed(counted, 5),
					      &code, &status), MODBUS_DONE);
	assert_int_equal(modbus_command_judge(&heartbeat, false, echoed, framed(echoed, 6),
					      &code, &status), MODBUS_DONE);
	assert_int_equal(modbus_command_judge(&heartbeat, false, other, framed(other, 5),
					      &code, &status), MODBUS_GARBLED);
}

static void test_over_tcp_its_length_is_in_front(void **state)
{
	u8 bytes[] = { 0, 9, 0, 0, 0, 5, 1, MODBUS_COMMAND, 2, 3, 0 };
	u8 code;
	u16 status;

	(void)state;
	assert_int_equal(modbus_command_judge(&standby, true, bytes, sizeof(bytes), &code,
					      &status), MODBUS_DONE);
	assert_int_equal(status, 0x0300);
	assert_int_equal(modbus_command_judge(&standby, true, bytes, sizeof(bytes) - 1, &code,
					      &status), MODBUS_GARBLED);
	bytes[2] = 1;
	assert_int_equal(modbus_command_judge(&standby, true, bytes, sizeof(bytes), &code,
					      &status), MODBUS_GARBLED);
}

static void test_a_command_goes_out_like_a_write_and_once(void **state)
{
	const struct modbus_device device = {
		.address = 1, .tries = 3, .timeout_ms = 1000, .gap_ms = 200,
		.write_gap_ms = 1000,
	};
	static const u16 charge_w = 1000;
	struct modbus_plan plan = { 0 };
	struct modbus_ask ask;

	(void)state;
	modbus_plan_device(&plan, 0, &device);
	modbus_plan_write_by(&plan, 0, 1, MODBUS_COMMAND, LEGACY_CHARGE, 1, &charge_w, 0, true,
			     T0_MS);
	assert_true(modbus_plan_next(&plan, T0_MS, &ask));
	assert_true(ask.write);
	assert_int_equal(ask.function, MODBUS_COMMAND);
	assert_int_equal(ask.at, LEGACY_CHARGE);
	assert_int_equal(ask.value[0], 1000);
	modbus_plan_done(&plan, &ask, MODBUS_DONE, 0, T0_MS + 50);
	assert_false(modbus_plan_next(&plan, T0_MS + 60000, &ask));
	/* the same again, and then a register in its place */
	modbus_plan_write_by(&plan, 0, 1, MODBUS_COMMAND, LEGACY_CHARGE, 1, &charge_w, 0, true,
			     T0_MS + 60000);
	assert_true(modbus_plan_next(&plan, T0_MS + 60000, &ask));
	modbus_plan_done(&plan, &ask, MODBUS_DONE, 0, T0_MS + 60050);
	modbus_plan_write(&plan, 0, 1, 0x10, 1, (const u16[]){ 7 }, 0, false, T0_MS + 70000);
	assert_true(modbus_plan_next(&plan, T0_MS + 70000, &ask));
	assert_int_equal(ask.function, MODBUS_WRITES);
}

static void test_an_answer_to_eps_need_not_come(void **state)
{
	const struct modbus_ask eps = {
		.address = 1, .function = MODBUS_EPS, .at = LEGACY_EPS, .value = { LEGACY_EPS_ON },
	};
	static const struct {
		u8 bytes[8];
		size_t n;
		enum modbus_outcome outcome;
		u8 exception;
	} cases[] = {
		{ { 0 }, 0, MODBUS_DONE, 0 },
		{ { 0x01, 0x41, 0x00, 0x00, 0x00, 0x01, 0xFC, 0x05 }, 8, MODBUS_DONE, 0 },
		{ { 0x01, 0x41, 0x00, 0x00, 0x00, 0x01, 0xFC, 0x04 }, 8, MODBUS_GARBLED, 0 },
		{ { 0x01, 0x90, 0x07, 0x0D, 0xC2 }, 5, MODBUS_REFUSED, 7 },
	};
	u8 exception;
	u16 value;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(modbus_command_judge(&eps, false, cases[i].bytes, cases[i].n,
						      &exception, &value), cases[i].outcome);
		assert_int_equal(exception, cases[i].exception);
		assert_int_equal(value, LEGACY_EPS_ON);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_measured_comes_in_one_request_as_long_as_the_document_has_it),
		cmocka_unit_test(test_selling_and_charging_are_positive),
		cmocka_unit_test(test_it_says_who_it_is_what_it_may_and_what_it_has_counted),
		cmocka_unit_test(test_a_hyd_es_has_strings_and_its_own_states),
		cmocka_unit_test(test_a_state_that_what_it_measures_contradicts_is_nonsense),
		cmocka_unit_test(test_what_no_inverter_can_say_is_no_measurement),
		cmocka_unit_test(test_faults_have_words_of_this_map),
		cmocka_unit_test(test_one_that_is_not_steered_is_never_told_anything),
		cmocka_unit_test(test_commands_are_those_of_the_document),
		cmocka_unit_test(
			test_when_we_end_nothing_that_waits_is_said_after_that_it_may_do_as_it_likes),
		cmocka_unit_test(test_one_that_was_told_nothing_yet_is_not_released),
		cmocka_unit_test(test_one_that_has_fallen_silent_is_not_released_either),
		cmocka_unit_test(test_a_sign_of_life_is_due_every_10_s),
		cmocka_unit_test(
			test_a_command_is_urgent_when_the_one_before_is_not_allowed_any_more),
		cmocka_unit_test(test_a_sign_of_life_comes_at_least_once_a_minute_and_at_most_once_a_second),
		cmocka_unit_test(test_a_daemon_that_hangs_is_heard_no_more_and_the_battery_rests),
		cmocka_unit_test(test_no_set_point_is_beyond_what_is_allowed_or_what_its_battery_can),
		cmocka_unit_test(test_one_whose_screen_is_not_in_passive_mode_is_not_steered_and_says_so),
		cmocka_unit_test(test_a_value_that_it_does_not_take_is_not_steering_it),
		cmocka_unit_test(test_it_says_when_its_battery_is_full_or_flat),
		cmocka_unit_test(test_one_that_reboots_is_told_at_once_and_nothing_of_before),
		cmocka_unit_test(test_one_that_was_silent_for_a_moment_is_told_the_same_again_at_once),
		cmocka_unit_test(test_small_changes_are_not_told_with_a_sign_of_life_either),
		cmocka_unit_test(test_a_refused_sign_of_life_says_nothing_of_the_command),
		cmocka_unit_test(test_a_short_answer_and_a_refusal_are_no_measurement),
		cmocka_unit_test(test_a_house_takes_nothing_below_nothing),
		cmocka_unit_test(test_what_is_too_short_to_be_an_answer_is_none),
		cmocka_unit_test(test_answers_to_a_command_are_told_apart),
		cmocka_unit_test(test_each_status_of_a_command_has_its_outcome),
		cmocka_unit_test(test_answers_of_the_wrong_shape_are_none),
		cmocka_unit_test(test_a_sign_of_life_needs_no_answer_and_takes_any),
		cmocka_unit_test(test_over_tcp_its_length_is_in_front),
		cmocka_unit_test(test_a_command_goes_out_like_a_write_and_once),
		cmocka_unit_test(test_eps_is_switched_in_the_frames_of_the_document),
		cmocka_unit_test(test_eps_of_others_cannot_be_switched),
		cmocka_unit_test(test_eps_that_is_refused_or_lost_is_not_told),
		cmocka_unit_test(test_an_answer_to_eps_need_not_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
