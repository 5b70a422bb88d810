// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the speed of a Modbus line decides: for how long it is quiet between frames, and how
 * much one request may ask for. On a fake clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/io/modbus_wire.h"

#define T0	1000000u
#define ANSWER	100u	/* from a request to its answer */
#define SEEN	4096

/* @odd: what comes of requests to these devices instead of an answer */
struct line {
	struct modbus_plan plan;
	u64 now;
	u32 odd;
	enum modbus_outcome outcome;
	unsigned int n;
	struct {
		u64 at, ended;
		struct modbus_ask ask;
	} seen[SEEN];
};

static const struct register_read fast = { 3, 0x2000, 34 };
static const struct register_read slow = { 3, 0x101E, 12 };

static void put_device(struct line *l, unsigned int at, u16 gap_ms)
{
	const struct modbus_device device = {
		.address = (u8)(1 + at), .tries = 3, .timeout_ms = 1000, .gap_ms = gap_ms,
	};

	modbus_plan_device(&l->plan, at, &device);
}

static void line_start(struct line *l, u32 baud, unsigned int devices)
{
	memset(l, 0, sizeof(*l));
	l->now = T0;
	modbus_gaps(&l->plan, baud, MODBUS_GAP_UNSAID);
	for (unsigned int i = 0; i < devices; i++)
		put_device(l, i, 0);
}

static void run(struct line *l, u64 until)
{
	enum modbus_outcome outcome;
	struct modbus_ask ask;

	while (l->now < until) {
		if (!modbus_plan_next(&l->plan, l->now, &ask)) {
			assert_true(ask.at_ms > l->now);
			l->now = ask.at_ms < until ? ask.at_ms : until;
			continue;
		}
		assert_true(l->n < SEEN);
		outcome = l->odd & BIT(ask.device) ? l->outcome : MODBUS_DONE;
		l->seen[l->n].at = l->now;
		l->seen[l->n].ask = ask;
		l->now += ANSWER;
		l->seen[l->n++].ended = l->now;
		modbus_plan_done(&l->plan, &ask, outcome,
				 outcome == MODBUS_REFUSED ? MODBUS_BUSY : 0, l->now);
	}
}

static unsigned int count(const struct line *l, unsigned int device)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < l->n; i++)
		n += l->seen[i].ask.device == device;

	return n;
}

static u64 pause_before(const struct line *l, unsigned int i)
{
	return l->seen[i].at - l->seen[i - 1].ended;
}

static void test_a_line_is_quiet_for_as_long_as_its_speed_wants(void **state)
{
	static const struct {
		u32 baud;
		u16 gap_ms;
		u32 other, same;
	} lines[] = {
		/* 3.5 characters of 11 bits are 32.1, 8.02, 4.01, 2.005 ms; then always 1.75 ms */
		{ 1200, MODBUS_GAP_UNSAID, 35, 35 }, { 4800, MODBUS_GAP_UNSAID, 30, 11 },
		{ 9600, MODBUS_GAP_UNSAID, 30, 7 }, { 19200, MODBUS_GAP_UNSAID, 30, 5 },
		{ 38400, MODBUS_GAP_UNSAID, 30, 4 }, { 115200, MODBUS_GAP_UNSAID, 30, 4 },
		/* who says how long has that between any two, but never less than the silence */
		{ 1200, 0, 33, 33 }, { 9600, 0, 5, 5 }, { 9600, 4, 5, 5 }, { 9600, 6, 6, 6 },
		{ 9600, 30, 30, 30 }, { 115200, 0, 2, 2 }, { 115200, 5000, 5000, 5000 },
		/* TCP has frames of its own */
		{ 0, MODBUS_GAP_UNSAID, 0, 0 }, { 0, 30, 0, 0 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		struct modbus_plan plan = { .gap_ms = 77, .again_gap_ms = 77 };

		modbus_gaps(&plan, lines[i].baud, lines[i].gap_ms);
		assert_int_equal(plan.gap_ms, lines[i].other);
		assert_int_equal(plan.again_gap_ms, lines[i].same);
	}
}

/* Of 11 bits a character: 8 of a request, 5 of an answer, and 2 a register. */
static void test_one_request_has_the_wire_for_no_longer_than_a_tenth_of_a_second(void **state)
{
	static const u32 bauds[] = { 2400, 4800, 9600, 19200 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(bauds); i++) {
		u64 most = modbus_hold_registers(bauds[i]);

		assert_true((13 + 2 * most) * 11 * 1000 <= MODBUS_HOLD_MS * (u64)bauds[i]);
		assert_true((15 + 2 * most) * 11 * 1000 > MODBUS_HOLD_MS * (u64)bauds[i]);
	}
	assert_int_equal(modbus_hold_registers(9600), 37);
	assert_int_equal(modbus_hold_registers(19200), 80);
	assert_int_equal(modbus_hold_registers(115200), REGISTERS_MAX);
	/* one register is the least that can be asked for, however long that takes */
	assert_int_equal(modbus_hold_registers(1200), 1);
	assert_int_equal(modbus_hold_registers(1500), 1);
	assert_int_equal(modbus_hold_registers(0), 0);
	assert_true(modbus_holds(0, REGISTERS_MAX));
	assert_true(modbus_holds(37, 37));
	assert_false(modbus_holds(37, 38));
}

static void test_one_that_is_alone_is_asked_as_soon_as_its_frame_is_over(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 115200, 1);
	modbus_plan_read(&l.plan, 0, 0, &fast, 20, T0);
	run(&l, T0 + 10000);
	assert_int_equal(l.n, (10000 + ANSWER + 3) / (ANSWER + 4));
	for (unsigned int i = 1; i < l.n; i++)
		assert_int_equal(pause_before(&l, i), 4);
}

/* A meter with a second read, one without, and one that is asked seldom. */
static void test_before_another_one_the_line_is_quiet_for_longer(void **state)
{
	unsigned int same = 0;
	struct line l;

	(void)state;
	line_start(&l, 9600, 3);
	modbus_plan_read(&l.plan, 0, 0, &fast, 20, T0);
	modbus_plan_read(&l.plan, 0, 1, &slow, 20, T0);
	modbus_plan_read(&l.plan, 1, 0, &fast, 20, T0);
	modbus_plan_read(&l.plan, 2, 0, &slow, 3000, T0);
	run(&l, T0 + 60000);
	for (unsigned int i = 1; i < l.n; i++) {
		bool is_same = l.seen[i].ask.device == l.seen[i - 1].ask.device;

		assert_int_equal(pause_before(&l, i), is_same ? 7 : MODBUS_OTHER_GAP_MS);
		same += is_same;
	}
	assert_true(same > 100);
	/* on a line that is full a read may be late by its own period */
	assert_in_range(count(&l, 2), 15, 21);
	/* who may be asked sooner is not asked more often */
	assert_in_range(count(&l, 0), 2 * count(&l, 1) - 3, 2 * count(&l, 1) + 3);
}

/* Also when what comes meanwhile has the plan looked at in each pause. */
static void test_a_full_line_serves_everybody_in_turn(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 115200, 16);
	for (unsigned int i = 0; i < 16; i++)
		modbus_plan_read(&l.plan, i, 0, &fast, 20, T0);
	while (l.now < T0 + 160 * (ANSWER + MODBUS_OTHER_GAP_MS))
		run(&l, l.now + 1);
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(count(&l, i), 10);
}

/* It is due sooner than the line could take another one. */
static void test_one_that_becomes_due_meanwhile_does_not_wait_for_the_others_pause(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 9600, 2);
	modbus_plan_read(&l.plan, 0, 0, &fast, ANSWER + 10, T0);
	run(&l, T0 + 2000);
	for (unsigned int i = 1; i < l.n; i++)
		assert_int_equal(pause_before(&l, i), 10);
	assert_true(l.n > 10);
}

static void test_who_has_not_answered_is_asked_again_after_the_long_pause(void **state)
{
	static const enum modbus_outcome odd[] = { MODBUS_LOST, MODBUS_GARBLED };
	struct line l;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(odd); i++) {
		line_start(&l, 9600, 1);
		l.odd = BIT(0);
		l.outcome = odd[i];
		modbus_plan_read(&l.plan, 0, 0, &fast, 20, T0);
		run(&l, T0 + 2 * ANSWER + MODBUS_OTHER_GAP_MS);
		assert_int_equal(l.n, 2);
		assert_int_equal(pause_before(&l, 1), MODBUS_OTHER_GAP_MS);
	}
	/* a refusal is an answer */
	line_start(&l, 9600, 1);
	l.odd = BIT(0);
	l.outcome = MODBUS_REFUSED;
	modbus_plan_read(&l.plan, 0, 0, &fast, 20, T0);
	modbus_plan_read(&l.plan, 0, 1, &slow, 20, T0);
	run(&l, T0 + 2 * ANSWER + MODBUS_OTHER_GAP_MS);
	assert_int_equal(l.n, 2);
	assert_int_equal(pause_before(&l, 1), 7);
}

static void test_a_devices_own_pause_is_kept_as_well(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 115200, 1);
	put_device(&l, 0, 200);
	modbus_plan_read(&l.plan, 0, 0, &fast, 20, T0);
	run(&l, T0 + 5000);
	for (unsigned int i = 1; i < l.n; i++)
		assert_int_equal(pause_before(&l, i), 200);
}

static void test_one_that_is_new_at_its_place_has_not_answered_yet(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 9600, 2);
	modbus_plan_read(&l.plan, 0, 0, &fast, 20, T0);
	run(&l, T0 + 1);
	put_device(&l, 0, 0);
	modbus_plan_read(&l.plan, 0, 0, &fast, 20, l.now);
	run(&l, l.now + MODBUS_OTHER_GAP_MS + 1);
	assert_int_equal(l.n, 2);
	assert_int_equal(pause_before(&l, 1), MODBUS_OTHER_GAP_MS);
	/* another one that is new changes nothing */
	put_device(&l, 1, 0);
	run(&l, l.now + 8);
	assert_int_equal(l.n, 3);
	assert_int_equal(pause_before(&l, 2), 7);
}

/* The safe pause is that of the line, however urgent. */
static void test_what_is_urgent_keeps_the_pause_before_another_one(void **state)
{
	struct line l;

	(void)state;
	for (unsigned int phase = 0; phase < ANSWER + MODBUS_OTHER_GAP_MS; phase++) {
		unsigned int n;

		line_start(&l, 9600, 2);
		modbus_plan_read(&l.plan, 1, 0, &fast, 20, T0);
		run(&l, T0 + 1000);
		run(&l, l.now + phase);
		n = l.n;
		modbus_plan_write(&l.plan, 0, 0, 0x1187, 1, &(u16){ 3 }, 0, false, l.now);
		modbus_plan_hurry(&l.plan, 0, 0, l.now);
		run(&l, l.now + MODBUS_OTHER_GAP_MS + 1);
		assert_true(l.n > n);
		assert_int_equal(l.seen[n].ask.device, 0);
		assert_true(pause_before(&l, n) >= MODBUS_OTHER_GAP_MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_is_quiet_for_as_long_as_its_speed_wants),
		cmocka_unit_test(test_one_request_has_the_wire_for_no_longer_than_a_tenth_of_a_second),
		cmocka_unit_test(test_one_that_is_alone_is_asked_as_soon_as_its_frame_is_over),
		cmocka_unit_test(test_before_another_one_the_line_is_quiet_for_longer),
		cmocka_unit_test(test_a_full_line_serves_everybody_in_turn),
		cmocka_unit_test(test_one_that_becomes_due_meanwhile_does_not_wait_for_the_others_pause),
		cmocka_unit_test(test_who_has_not_answered_is_asked_again_after_the_long_pause),
		cmocka_unit_test(test_a_devices_own_pause_is_kept_as_well),
		cmocka_unit_test(test_one_that_is_new_at_its_place_has_not_answered_yet),
		cmocka_unit_test(test_what_is_urgent_keeps_the_pause_before_another_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
