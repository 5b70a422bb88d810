// SPDX-License-Identifier: GPL-2.0-only
/*
 * G3 inverters: what they say in the house's signs, faults as words, and how they are told
 * what their battery is to do, frame by frame (spec/field.md 2.6).
 */
#include "hybrid_rig.h"

static const struct hybrid_config watched = RIG_CONFIG(HYBRID_SOFAR_G3, 5000);

/* On a line of 9600 Bd. */
static const struct hybrid_config slow = RIG_CONFIG(HYBRID_SOFAR_G3, 5000, .hold = 37);

static const struct hybrid_config steered = RIG_CONFIG(HYBRID_SOFAR_G3, 5000, .steer = true);

static void test_the_grid_block_is_read_in_one_request(void **state)
{
	struct register_read reads[REGISTER_READS_MAX];

	(void)state;
	/* 01 03 04 84 00 2C and 01 03 06 04 00 0E */
	assert_int_equal(register_plan(&sofar_grid, UINT64_MAX, reads), 1);
	assert_int_equal(reads[0].at, 0x0484);
	assert_int_equal(reads[0].n, 0x2C);
	assert_int_equal(sofar_battery.block->at, 0x0604);
	assert_int_equal(sofar_battery.block->n, 0x0E);
}

static void test_no_request_is_longer_than_sixty_registers_or_as_long_as_another(void **state)
{
	const struct hybrid_config *const configs[] = { &watched, &slow };
	struct hybrid h;

	(void)state;
	for (unsigned int c = 0; c < ARRAY_SIZE(configs); c++) {
		hybrid_start(&h, configs[c]);
		for (unsigned int i = 0; i < HYBRID_SLOTS; i++) {
			if (!h.want[i].period_ms)
				continue;
			assert_in_range(h.want[i].read.n, 1, 60);
			for (unsigned int k = 0; k < i; k++)
				assert_int_not_equal(h.want[i].read.n, h.want[k].read.n);
		}
	}
}

static void test_on_a_slow_line_no_request_but_its_name_is_a_long_one(void **state)
{
	struct rig fast, halves;

	(void)state;
	rig_start(&fast, &watched);
	rig_start(&halves, &slow);
	for (unsigned int i = 0; i < HYBRID_SLOTS; i++)
		if (i != HYBRID_READS_IDENTITY)
			assert_true(halves.hybrid.want[i].read.n <= slow.hold);
	assert_int_equal(fast.hybrid.want[HYBRID_READS_GRID].read.n, 44);
	assert_int_equal(fast.hybrid.want[HYBRID_READS_SYSTEM].read.n, 58);
	assert_int_equal(fast.hybrid.want[HYBRID_READS_GRID_2].period_ms, 0);
	for (unsigned int fault = 0; fault <= 480; fault += 32) {
		fast.slave->fault = (u16)fault;
		halves.slave->fault = (u16)fault;
		slave_set_power(fast.slave, 2000 + (int)fault);
		slave_set_power(halves.slave, 2000 + (int)fault);
		rig_run(&fast, 1);
		rig_run(&halves, 1);
		assert_memory_equal(&fast.hybrid.reading, &halves.hybrid.reading,
				    sizeof(fast.hybrid.reading));
		assert_int_equal(fast.hybrid.state, halves.hybrid.state);
	}
	/* one half says nothing of the other one's faults */
	assert_true(halves.hybrid.reading.fault[29]);
	rig_read(&halves, HYBRID_READS_SYSTEM);
	assert_true(halves.hybrid.reading.fault[29]);
	rig_end(&fast);
	rig_end(&halves);
}

/* Whichever of them is missing: what is known of the other is not all of it. */
static void test_half_of_what_it_says_of_the_grid_is_as_old_as_the_other_half(void **state)
{
	static const unsigned int slots[] = { HYBRID_READS_GRID, HYBRID_READS_GRID_2 };
	struct rig rig;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(slots); i++) {
		u64 at_ms;

		rig_start(&rig, &slow);
		rig_read(&rig, slots[i]);
		assert_int_equal(rig.hybrid.reading.at_ms, 0);
		assert_false(hybrid_is_fresh(&rig.hybrid, rig.now_ms));
		rig_run(&rig, 2);
		at_ms = rig.hybrid.reading.at_ms;
		assert_int_equal(at_ms, rig.now_ms - 1000);
		for (unsigned int k = 0; k < 10; k++) {
			rig_read(&rig, slots[i]);
			rig.now_ms += 1000;
		}
		assert_int_equal(rig.hybrid.reading.at_ms, at_ms);
		assert_false(hybrid_is_fresh(&rig.hybrid, rig.now_ms));
		rig_read(&rig, slots[!i]);
		assert_int_equal(rig.hybrid.reading.at_ms, rig.now_ms - 1000);
		rig_end(&rig);
	}
}

static void test_on_a_slow_line_nonsense_is_nonsense_as_well(void **state)
{
	struct rig rig;
	u64 at_ms;

	(void)state;
	rig_start(&rig, &slow);
	rig_run(&rig, 2);
	at_ms = rig.hybrid.reading.at_ms;
	rig.slave->frozen = true;
	rig.slave->value[0x04A3] = 9000;	/* 900 V, of the second half */
	rig.slave->value[0x0404] = 77;
	rig.slave->value[0x0405] = 1;
	rig_run(&rig, 3);
	assert_int_equal(rig.hybrid.reading.at_ms, at_ms);
	assert_int_equal(rig.hybrid.state, HYBRID_NONSENSE);
	assert_int_equal(rig.hybrid.nonsense, 6);
	assert_int_equal(rig.hybrid.reading.fault[0], 0);
	rig_end(&rig);
}

static void test_selling_and_charging_are_positive(void **state)
{
	struct rig rig;
	s64 pv;

	(void)state;
	rig_start(&rig, &watched);
	slave_set_power(rig.slave, 500);
	rig.slave->sun_w = 4500;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_ON_GRID);
	assert_int_equal(battery_of(&rig), 3000000);
	assert_int_equal(exchange_of(&rig), 1000000);
	assert_true(hybrid_pv_mw(&rig.hybrid, &pv));
	assert_in_range(pv, 4490000, 4510000);
	rig.slave->sun_w = 0;
	slave_set_power(rig.slave, 4000);
	rig_run(&rig, 2);
	assert_int_equal(battery_of(&rig), -3000000);
	assert_int_equal(exchange_of(&rig), -1000000);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_LOAD_W], 4000000);
	rig_end(&rig);
}

static void test_it_says_who_it_is_and_what_it_has_counted(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig.slave->sun_w = 3600;
	rig_run(&rig, 1001);
	assert_string_equal(rig.hybrid.serial, "ZM2ES050SIM00042AB");
	assert_string_equal(rig.hybrid.version, "V110060");
	assert_string_equal(hybrid_model(rig.hybrid.serial), "ZCS 1PH HYD-ZSS-HP");
	assert_null(hybrid_model("XX"));
	assert_in_range(rig.hybrid.reading.number[HYBRID_DAY_PV], 990, 1010);
	assert_in_range(rig.hybrid.reading.number[HYBRID_ALL_PV], 1000900, 1001000);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_RATED_W], 5000000);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_SOH], 9900);
	assert_in_range(rig.hybrid.reading.number[HYBRID_SOC], 5000, 10000);
	rig_end(&rig);
}

static void test_without_a_grid_it_is_in_eps(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	slave_set_power(rig.slave, 700);
	rig.slave->blackout = true;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_EPS);
	assert_int_equal(rig.hybrid.reading.number[HYBRID_EPS_W], 700000);
	assert_int_equal(exchange_of(&rig), 0);
	rig_end(&rig);
}

static bool has_fault(const struct hybrid *h, const char *word)
{
	char made[HYBRID_FAULT_SIZE];
	unsigned int n = 0;
	bool found = false;

	for (unsigned int bit = 0; bit < HYBRID_FAULT_WORDS * 16; bit++) {
		if (!(h->reading.fault[bit / 16] & BIT(bit % 16)))
			continue;
		n++;
		found |= !strcmp(hybrid_fault_word(h->config.kind, bit, made), word);
	}

	return found && n == 1;
}

static void test_faults_have_words(void **state)
{
	static const struct {
		u16 id;
		const char *word;
	} cases[] = {
		{ 1, "grid-overvoltage" }, { 16, "fault-16" }, { 105, "meter-communication" },
		{ 157, "battery-communication-1" }, { 160, "battery-communication-4" },
		{ 162, "remote-shutdown" }, { 288, "fault-288" }, { 289, "fault-289" },
		{ 321, "phase-sequence" }, { 384, "dc-switch-4" }, { 480, "fault-480" },
	};
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		rig.slave->fault = cases[i].id;
		rig_run(&rig, 1);
		assert_true(has_fault(&rig.hybrid, cases[i].word));
	}
	rig.slave->fault = 0;
	rig_run(&rig, 1);
	for (unsigned int i = 0; i < HYBRID_FAULT_WORDS; i++)
		assert_int_equal(rig.hybrid.reading.fault[i], 0);
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
	rig.slave->value[0x048D] = 9000;	/* 900 V */
	rig.slave->value[0x0608] = 101;		/* % */
	rig.slave->value[0x0404] = 77;
	rig_run(&rig, 3);
	assert_int_equal(rig.hybrid.reading.at_ms, at_ms);
	assert_int_equal(rig.hybrid.reading.battery_ms, at_ms);
	assert_int_equal(rig.hybrid.state, HYBRID_NONSENSE);
	assert_int_equal(rig.hybrid.nonsense, 9);
	assert_true(rig.hybrid.reading.number[HYBRID_V_1] <= 250000);
	rig_end(&rig);
}

static void test_a_silent_inverter_is_silent_and_not_fresh(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	rig_run(&rig, 2);
	assert_true(hybrid_is_fresh(&rig.hybrid, rig.now_ms));
	rig.slave->muted = true;
	rig_run(&rig, 10);
	assert_int_equal(rig.hybrid.state, HYBRID_SILENT);
	assert_false(hybrid_is_fresh(&rig.hybrid, rig.now_ms));
	rig.slave->muted = false;
	rig_run(&rig, 2);
	assert_int_equal(rig.hybrid.state, HYBRID_ON_GRID);
	rig_end(&rig);
}

static void test_one_that_is_not_steered_is_never_written_to(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &watched);
	steer(&rig, 2000, 120);
	assert_int_equal(rig.n, 0);
	assert_false(hybrid_release(&rig.hybrid));
	assert_int_equal(rig.hybrid.control, HYBRID_NOT_STEERED);
	rig_end(&rig);
}

static void test_the_time_and_the_set_points_come_before_the_mode(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig_run(&rig, 20);
	assert_int_equal(rig.n, 3);
	assert_frame(&rig, 0, 0x01, 0x10, 0x11, 0x84, 0x00, 0x02, 0x04, 0x00, 0x3C, 0x00, 0x01,
		     0x3B, 0xA0);
	/* as in self-use, as nobody has said anything else */
	assert_frame(&rig, 1, 0x01, 0x10, 0x11, 0x87, 0x00, 0x06, 0x0C, 0x00, 0x00, 0x00, 0x00,
		     0xFF, 0xFF, 0xEC, 0x78, 0x00, 0x00, 0x13, 0x88, 0x8E, 0xEB);
	assert_frame(&rig, 2, 0x01, 0x10, 0x11, 0x10, 0x00, 0x01, 0x02, 0x00, 0x03, 0xE5, 0xC0);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig_end(&rig);
}

static void test_a_set_point_is_both_bounds_of_the_battery(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig_run(&rig, 20);
	rig.n = 0;
	steer(&rig, 2000, 1);
	assert_frame(&rig, 0, 0x01, 0x10, 0x11, 0x87, 0x00, 0x06, 0x0C, 0x00, 0x00, 0x00, 0x00,
		     0x00, 0x00, 0x07, 0xD0, 0x00, 0x00, 0x07, 0xD0, 0xB6, 0xD9);
	steer(&rig, -1000, 2);
	assert_frame(&rig, 1, 0x01, 0x10, 0x11, 0x87, 0x00, 0x06, 0x0C, 0x00, 0x00, 0x00, 0x00,
		     0xFF, 0xFF, 0xFC, 0x18, 0xFF, 0xFF, 0xFC, 0x18, 0x40, 0x0B);
	assert_int_equal(rig.n, 2);
	assert_int_equal(battery_of(&rig), -1000000);
	rig_end(&rig);
}

static void test_set_points_that_are_wanted_before_it_is_steered_are_its_first(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 2000, 20);
	assert_int_equal(rig.n, 3);
	assert_frame(&rig, 1, 0x01, 0x10, 0x11, 0x87, 0x00, 0x06, 0x0C, 0x00, 0x00, 0x00, 0x00,
		     0x00, 0x00, 0x07, 0xD0, 0x00, 0x00, 0x07, 0xD0, 0xB6, 0xD9);
	assert_int_equal(battery_of(&rig), 2000000);
	rig_end(&rig);
}

static void test_a_set_point_is_said_again_before_it_lapses_and_the_mode_never(void **state)
{
	struct rig rig;
	u64 last;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1500, 20);
	last = rig.wrote[rig.n - 1].at_ms;
	rig.n = 0;
	steer(&rig, 1500, 200);
	assert_in_range(rig.n, 9, 11);
	for (unsigned int i = 0; i < rig.n; i++) {
		assert_int_equal(rig.wrote[i].frame[3], 0x87);
		assert_true(rig.wrote[i].at_ms <= last + 21000);
		last = rig.wrote[i].at_ms;
	}
	rig_end(&rig);
}

/* The house would be dark when a kettle is switched on. */
static void test_off_the_grid_its_battery_follows_the_loads_within_what_is_allowed(void **state)
{
	struct hybrid_order order = { -700, -2000, 9000, HYBRID_NO_LIMIT };
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1500, 20);
	rig.slave->blackout = true;
	rig_run(&rig, 1);
	assert_int_equal(rig.hybrid.state, HYBRID_EPS);
	rig.n = 0;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	rig_run(&rig, 1);
	assert_frame(&rig, 0, 0x01, 0x10, 0x11, 0x87, 0x00, 0x06, 0x0C, 0x00, 0x00, 0x00, 0x00,
		     0xFF, 0xFF, 0xF8, 0x30, 0x00, 0x00, 0x13, 0x88, 0x6D, 0xF1);
	/* what is wanted of it is no matter, what is allowed is */
	order.battery_w = -1900;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	rig_run(&rig, 1);
	assert_int_equal(rig.n, 1);
	order.least_w = 0;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	rig_run(&rig, 1);
	assert_int_equal(rig.n, 2);
	assert_memory_equal(rig.wrote[1].frame + 11, "\0\0\0\0\0\0\x13\x88", 8);
	/* and on the grid again it does as it is told */
	rig.slave->blackout = false;
	rig_run(&rig, 1);
	steer(&rig, 1500, 1);
	assert_int_equal(rig.n, 3);
	assert_memory_equal(rig.wrote[2].frame + 11, "\0\0\x05\xdc\0\0\x05\xdc", 8);
	rig_end(&rig);
}

static s32 told_least_w(const struct rig *rig)
{
	const u16 *points = rig->hybrid.write[HYBRID_WRITES_POINTS].value;

	return (s32)((u32)points[2] << 16 | points[3]);
}

/* Frequency and voltage are read each second, its state is not. */
static void test_when_the_grid_has_gone_it_follows_the_loads_at_once(void **state)
{
	const struct hybrid_order order = { -700, -2000, 9000, HYBRID_NO_LIMIT };
	static const struct {
		enum hybrid_state state;
		s64 mhz, mv;
		s32 least_w;
	} cases[] = {
		{ HYBRID_ON_GRID, 0, 0, -2000 },
		{ HYBRID_ON_GRID, 0, 230000, -700 },
		{ HYBRID_ON_GRID, 50000, 0, -700 },
		{ HYBRID_CHECKING, 0, 0, -700 },
		{ HYBRID_EPS, 50000, 230000, -2000 },
	};
	struct rig rig;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		rig_start(&rig, &steered);
		steer(&rig, 1500, 20);
		rig.hybrid.state = cases[i].state;
		rig.hybrid.reading.number[HYBRID_HZ] = cases[i].mhz;
		rig.hybrid.reading.number[HYBRID_V_1] = cases[i].mv;
		hybrid_steer(&rig.hybrid, &order, rig.now_ms);
		assert_int_equal(told_least_w(&rig), cases[i].least_w);
		rig_end(&rig);
	}
}

static void test_a_daemon_that_hangs_says_nothing_again(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1500, 20);
	rig.n = 0;
	rig_run(&rig, 100);
	assert_int_equal(rig.n, 0);
	/* and when the line falls silent, too, the inverter goes back by itself */
	rig.now_ms += 61000;
	rig_run(&rig, 1);
	assert_int_equal(rig.slave->value[SOFAR_MODE], SOFAR_MODE_SELF_USE);
	rig_end(&rig);
}

static void test_small_changes_are_not_worth_a_write_but_limits_and_zero_are(void **state)
{
	struct hybrid_order order = { 1500, -5000, 5000, HYBRID_NO_LIMIT };
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1500, 12);
	rig.n = 0;
	steer(&rig, 1549, 1);
	steer(&rig, 1451, 1);
	assert_int_equal(rig.n, 0);
	steer(&rig, 1550, 1);
	assert_int_equal(rig.n, 1);
	order.most_w = 1530;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	rig_run(&rig, 1);
	assert_int_equal(rig.n, 2);
	assert_in_range(battery_of(&rig), 1490000, 1510000);
	steer(&rig, 40, 1);
	steer(&rig, 0, 1);
	assert_int_equal(rig.n, 4);
	assert_int_equal(battery_of(&rig), 0);
	rig_end(&rig);
}

static void test_a_set_point_that_is_no_longer_allowed_is_urgent_and_no_other(void **state)
{
	struct hybrid_order order = { 1500, -5000, 5000, HYBRID_NO_LIMIT };
	struct hybrid_write *points;
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	points = &rig.hybrid.write[HYBRID_WRITES_POINTS];
	steer(&rig, 1500, 12);
	order.battery_w = 2500;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, 2500);
	assert_false(points->urgent);
	rig_run(&rig, 1);
	order.most_w = 2000;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, 2000);
	assert_true(points->urgent);
	rig_run(&rig, 1);
	/* obeyed: what follows is no hurry */
	order.battery_w = -1000;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_false(points->urgent);
	rig_run(&rig, 1);
	order.least_w = 0;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, 0);
	assert_true(points->urgent);
	rig_end(&rig);
}

static void test_no_set_point_is_beyond_what_is_allowed_or_what_its_battery_can(void **state)
{
	struct hybrid_order order = { 9000, -9000, 9000, HYBRID_NO_LIMIT };
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig_run(&rig, 20);
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, 5000);
	order.battery_w = -9000;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, -5000);
	order = (struct hybrid_order){ 3000, -1000, 0, HYBRID_NO_LIMIT };
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, 0);
	order.battery_w = -3000;
	hybrid_steer(&rig.hybrid, &order, rig.now_ms);
	assert_int_equal(rig.hybrid.point_w, -1000);
	rig_end(&rig);
}

static void test_when_we_end_it_is_in_the_mode_that_it_was_in(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->value[SOFAR_MODE] = 1;
	steer(&rig, 1500, 20);
	assert_int_equal(rig.slave->value[SOFAR_MODE], SOFAR_MODE_PASSIVE);
	rig.n = 0;
	assert_true(hybrid_release(&rig.hybrid));
	rig_run(&rig, 1);
	assert_int_equal(rig.n, 1);
	assert_int_equal(rig.slave->value[SOFAR_MODE], 1);
	rig_end(&rig);
}

static void test_one_left_in_passive_mode_was_in_self_use_and_is_not_written_again(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	rig.slave->value[SOFAR_MODE] = SOFAR_MODE_PASSIVE;
	rig.slave->value[SOFAR_LAPSE] = 60;
	rig.slave->value[SOFAR_LAPSE + 1] = 1;
	steer(&rig, 1500, 20);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	/* set-points alone: the rest is in an EEPROM, and right */
	for (unsigned int i = 0; i < rig.n; i++)
		assert_int_equal(rig.wrote[i].frame[3], 0x87);
	rig.n = 0;
	hybrid_release(&rig.hybrid);
	rig_run(&rig, 1);
	assert_frame(&rig, 0, 0x01, 0x10, 0x11, 0x10, 0x00, 0x01, 0x02, 0x00, 0x00, 0xA5, 0xC1);
	rig_end(&rig);
}

static void test_another_master_is_noticed_and_not_fought(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1500, 30);
	rig.slave->value[SOFAR_MODE] = SOFAR_MODE_SELF_USE;
	steer(&rig, 1500, 2);
	assert_int_equal(rig.hybrid.control, HYBRID_OVERRULED);
	rig.n = 0;
	steer(&rig, 1500, 290);
	assert_int_equal(rig.n, 0);
	assert_false(hybrid_release(&rig.hybrid));
	rig_end(&rig);

	/* after a while it is tried once more */
	rig_start(&rig, &steered);
	steer(&rig, 1500, 30);
	rig.slave->value[SOFAR_MODE] = SOFAR_MODE_SELF_USE;
	steer(&rig, 1500, 330);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig_end(&rig);
}

static void test_set_points_of_another_master_are_noticed(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1500, 30);
	rig.slave->value[SOFAR_POINTS + 5] = 2500;
	steer(&rig, 1500, 5);
	assert_int_equal(rig.hybrid.control, HYBRID_OVERRULED);
	rig_end(&rig);
}

static void test_set_points_that_change_all_the_time_are_still_our_own(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	for (unsigned int i = 0; i < 200; i++)
		steer(&rig, 100 * (s32)(i % 40), 1);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	rig_end(&rig);
}

static void test_one_that_reboots_is_steered_anew(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, &steered);
	steer(&rig, 1500, 30);
	rig.slave->muted = true;
	steer(&rig, 1500, 10);
	assert_int_equal(rig.hybrid.control, HYBRID_ASKS_MODE);
	rig.slave->muted = false;
	rig.slave->value[SOFAR_MODE] = SOFAR_MODE_SELF_USE;
	memset(rig.slave->value + SOFAR_POINTS, 0, 12);
	rig.n = 0;
	steer(&rig, 1500, 20);
	assert_int_equal(rig.hybrid.control, HYBRID_STEERED);
	assert_int_equal(rig.n, 2);
	assert_int_equal(rig.wrote[0].frame[3], 0x87);
	assert_int_equal(rig.wrote[1].frame[3], 0x10);
	assert_int_equal(battery_of(&rig), 1500000);
	rig_end(&rig);
}

static void test_each_word_is_known(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < HYBRID_STATES; i++)
		assert_non_null(hybrid_state_word(i));
	for (i = 0; i < HYBRID_CONTROLS; i++)
		assert_non_null(hybrid_control_word(i));
	for (i = 0; i < HYBRID_KINDS; i++)
		assert_non_null(hybrid_kind_word(i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_grid_block_is_read_in_one_request),
		cmocka_unit_test(test_no_request_is_longer_than_sixty_registers_or_as_long_as_another),
		cmocka_unit_test(test_on_a_slow_line_no_request_but_its_name_is_a_long_one),
		cmocka_unit_test(test_half_of_what_it_says_of_the_grid_is_as_old_as_the_other_half),
		cmocka_unit_test(test_on_a_slow_line_nonsense_is_nonsense_as_well),
		cmocka_unit_test(test_selling_and_charging_are_positive),
		cmocka_unit_test(test_it_says_who_it_is_and_what_it_has_counted),
		cmocka_unit_test(test_without_a_grid_it_is_in_eps),
		cmocka_unit_test(test_faults_have_words),
		cmocka_unit_test(test_what_no_inverter_can_say_is_no_measurement),
		cmocka_unit_test(test_a_silent_inverter_is_silent_and_not_fresh),
		cmocka_unit_test(test_one_that_is_not_steered_is_never_written_to),
		cmocka_unit_test(test_the_time_and_the_set_points_come_before_the_mode),
		cmocka_unit_test(test_a_set_point_is_both_bounds_of_the_battery),
		cmocka_unit_test(test_set_points_that_are_wanted_before_it_is_steered_are_its_first),
		cmocka_unit_test(test_a_set_point_is_said_again_before_it_lapses_and_the_mode_never),
		cmocka_unit_test(
			test_off_the_grid_its_battery_follows_the_loads_within_what_is_allowed),
		cmocka_unit_test(test_when_the_grid_has_gone_it_follows_the_loads_at_once),
		cmocka_unit_test(test_a_daemon_that_hangs_says_nothing_again),
		cmocka_unit_test(test_small_changes_are_not_worth_a_write_but_limits_and_zero_are),
		cmocka_unit_test(test_a_set_point_that_is_no_longer_allowed_is_urgent_and_no_other),
		cmocka_unit_test(test_no_set_point_is_beyond_what_is_allowed_or_what_its_battery_can),
		cmocka_unit_test(test_when_we_end_it_is_in_the_mode_that_it_was_in),
		cmocka_unit_test(test_one_left_in_passive_mode_was_in_self_use_and_is_not_written_again),
		cmocka_unit_test(test_another_master_is_noticed_and_not_fought),
		cmocka_unit_test(test_set_points_of_another_master_are_noticed),
		cmocka_unit_test(test_set_points_that_change_all_the_time_are_still_our_own),
		cmocka_unit_test(test_one_that_reboots_is_steered_anew),
		cmocka_unit_test(test_each_word_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
