// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is asked what on a Modbus line, and when, on a fake clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/io/modbus_plan.h"

#define T0		1000000u
#define GAP		30u
#define TIMEOUT		1000u
#define ANSWER		100u	/* from a request to its answer */
#define SEEN		4096

/*
 * @dead: devices that do not answer; @busy, @refuses: that refuse
 * @seen: what was asked, and when
 */
struct line {
	struct modbus_plan plan;
	u64 now;
	u32 dead, busy, refuses, garbled;
	unsigned int n;
	struct {
		u64 at;
		bool told;
		struct modbus_ask ask;
	} seen[SEEN];
};

static const struct modbus_device any = {
	.address = 1, .tries = 3, .timeout_ms = TIMEOUT, .gap_ms = 0,
};

static const struct register_read fast = { 3, 0x2000, 70 };
static const struct register_read slow = { 3, 0x101E, 12 };

static void line_start(struct line *l, unsigned int devices)
{
	memset(l, 0, sizeof(*l));
	l->now = T0;
	l->plan.gap_ms = GAP;
	l->plan.again_gap_ms = GAP;
	for (unsigned int i = 0; i < devices; i++) {
		struct modbus_device device = any;

		device.address = (u8)(1 + i);
		modbus_plan_device(&l->plan, i, &device);
	}
}

static enum modbus_outcome outcome_of(const struct line *l, const struct modbus_ask *ask, u8 *code)
{
	*code = 0;
	if (l->dead & BIT(ask->device))
		return MODBUS_LOST;
	if (l->garbled & BIT(ask->device))
		return MODBUS_GARBLED;
	if (l->busy & BIT(ask->device)) {
		*code = MODBUS_NAK;
		return MODBUS_REFUSED;
	}
	if (l->refuses & BIT(ask->device)) {
		*code = MODBUS_ILLEGAL_ADDRESS;
		return MODBUS_REFUSED;
	}

	return MODBUS_DONE;
}

/* As modbus.c does it. */
static void run(struct line *l, u64 until)
{
	struct modbus_ask ask;
	enum modbus_outcome outcome;
	u8 code;

	while (l->now < until) {
		if (!modbus_plan_next(&l->plan, l->now, &ask)) {
			assert_true(ask.at_ms > l->now);
			l->now = ask.at_ms < until ? ask.at_ms : until;
			continue;
		}
		assert_true(ask.at_ms <= l->now);
		assert_true(l->n < SEEN);
		l->seen[l->n].at = l->now;
		l->seen[l->n].ask = ask;
		outcome = outcome_of(l, &ask, &code);
		l->now += outcome == MODBUS_LOST ? TIMEOUT : ANSWER;
		l->seen[l->n++].told = modbus_plan_done(&l->plan, &ask, outcome, code, l->now);
	}
}

static unsigned int count(const struct line *l, unsigned int device, bool write)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < l->n; i++)
		n += l->seen[i].ask.device == device && l->seen[i].ask.write == write;

	return n;
}

static void test_a_line_without_devices_waits_for_one(void **state)
{
	struct modbus_ask ask;
	struct line l;

	(void)state;
	line_start(&l, 1);
	assert_false(modbus_plan_next(&l.plan, T0, &ask));
	assert_int_equal(ask.at_ms, MODBUS_NEVER);
}

static void test_each_is_read_in_its_period(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 2);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	modbus_plan_read(&l.plan, 1, 3, &slow, 10000, T0);
	run(&l, T0 + 60000);
	assert_in_range(count(&l, 0, false), 60, 61);
	assert_in_range(count(&l, 1, false), 6, 7);
	assert_int_equal(l.seen[0].ask.address, 1);
	assert_int_equal(l.seen[0].ask.at, 0x2000);
	assert_int_equal(l.seen[0].ask.n, 70);
	assert_int_equal(l.seen[0].ask.function, 3);
	assert_int_equal(l.seen[0].ask.timeout_ms, TIMEOUT);
	assert_int_equal(l.seen[1].ask.address, 2);
	assert_int_equal(l.seen[1].ask.slot, 3);
}

static void test_a_full_line_serves_everybody_in_turn(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 16);
	for (unsigned int i = 0; i < 16; i++)
		modbus_plan_read(&l.plan, i, 0, &fast, 1000, T0);
	run(&l, T0 + 130 * 160);
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(count(&l, i, false), 10);
}

/* Somebody wants more of the line than there is: it has no rest but that of the frames. */
static void test_what_is_read_late_is_read_again_at_once(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 2);
	modbus_plan_read(&l.plan, 0, 0, &fast, 100, T0);
	run(&l, T0 + 13000);
	assert_int_equal(count(&l, 0, false), 13000 / (ANSWER + GAP));
	/* one that is asked rarely has its turn all the same */
	modbus_plan_read(&l.plan, 1, 0, &slow, 1000, l.now);
	run(&l, l.now + 13000);
	assert_in_range(count(&l, 1, false), 12, 14);
	assert_in_range(count(&l, 0, false), 2 * 13000 / (ANSWER + GAP) - 14,
			2 * 13000 / (ANSWER + GAP) - 12);
}

/* A KEBA says one number in half a second: nine that are asked once a minute are due at once. */
static void test_what_is_asked_rarely_keeps_nobody_from_what_is_asked_often(void **state)
{
	u64 last[12] = { 0 }, longest = 0;
	unsigned int rarely = 0;
	struct line l;

	(void)state;
	line_start(&l, 1);
	l.plan.device[0].config.gap_ms = 400;
	for (unsigned int slot = 0; slot < 12; slot++)
		modbus_plan_read(&l.plan, 0, slot, &fast, slot < 3 ? 2000 : 60000, T0);
	run(&l, T0 + 130000);
	for (unsigned int i = 0; i < l.n; i++) {
		unsigned int slot = l.seen[i].ask.slot;

		if (slot < 3 && last[slot] && l.seen[i].at - last[slot] > longest)
			longest = l.seen[i].at - last[slot];
		rarely += slot >= 3;
		last[slot] = l.seen[i].at;
	}
	assert_in_range(longest, 2000, 3500);
	assert_in_range(rarely, 2 * 9, 3 * 9);
}

static void test_what_was_missed_is_not_made_up_for(void **state)
{
	struct line l;
	unsigned int n;

	(void)state;
	line_start(&l, 2);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	modbus_plan_read(&l.plan, 1, 0, &fast, 1000, T0);
	run(&l, T0 + 5000);
	l.dead = BIT(1);
	run(&l, l.now + 1500);
	n = count(&l, 0, false);
	l.now += 10000;
	run(&l, l.now + 5000);
	assert_in_range(count(&l, 0, false) - n, 5, 6);
}

static void test_the_line_rests_between_frames_and_a_device_for_its_own_gap(void **state)
{
	struct modbus_device patient = any;
	struct line l;

	(void)state;
	line_start(&l, 2);
	patient.gap_ms = 500;
	modbus_plan_device(&l.plan, 0, &patient);
	modbus_plan_read(&l.plan, 0, 0, &fast, 100, T0);
	modbus_plan_read(&l.plan, 1, 0, &fast, 100, T0);
	run(&l, T0 + 20000);
	for (unsigned int i = 1; i < l.n; i++) {
		assert_true(l.seen[i].at >= l.seen[i - 1].at + ANSWER + GAP);
		for (unsigned int k = 0; k < i; k++)
			if (l.seen[i].ask.device == 0 && l.seen[k].ask.device == 0)
				assert_true(l.seen[i].at >= l.seen[k].at + ANSWER + 500);
	}
	/* meanwhile the other one is asked */
	assert_true(count(&l, 1, false) > 2 * count(&l, 0, false));
}

static void test_what_is_to_be_written_goes_before_what_is_to_be_read(void **state)
{
	static const u16 value[] = { 1, 2 };
	struct line l;

	(void)state;
	line_start(&l, 2);
	for (unsigned int slot = 0; slot < 10; slot++)
		modbus_plan_read(&l.plan, 0, slot, &fast, 100, T0);
	run(&l, T0 + 5000);
	modbus_plan_write(&l.plan, 1, 4, 0x1187, 2, value, 0, false, l.now);
	run(&l, l.now + 1);
	run(&l, l.now + ANSWER + GAP);
	assert_true(l.seen[l.n - 1].ask.write || l.seen[l.n - 2].ask.write);
	assert_int_equal(count(&l, 1, true), 1);
	for (unsigned int i = 0; i < l.n; i++) {
		if (!l.seen[i].ask.write)
			continue;
		assert_int_equal(l.seen[i].ask.address, 2);
		assert_int_equal(l.seen[i].ask.slot, 4);
		assert_int_equal(l.seen[i].ask.function, 16);
		assert_int_equal(l.seen[i].ask.at, 0x1187);
		assert_int_equal(l.seen[i].ask.n, 2);
		assert_memory_equal(l.seen[i].ask.value, value, sizeof(value));
		assert_true(l.seen[i].told);
	}
}

static void test_a_write_goes_out_when_it_changes_and_only_then(void **state)
{
	u16 value = 7;
	struct line l;

	(void)state;
	line_start(&l, 1);
	for (unsigned int i = 0; i < 20; i++) {
		modbus_plan_write(&l.plan, 0, 0, 0x1110, 1, &value, 0, false, l.now);
		run(&l, l.now + 1000);
	}
	assert_int_equal(count(&l, 0, true), 1);
	value = 8;
	modbus_plan_write(&l.plan, 0, 0, 0x1110, 1, &value, 0, false, l.now);
	run(&l, l.now + 5000);
	assert_int_equal(count(&l, 0, true), 2);
	assert_int_equal(l.seen[1].ask.value[0], 8);
	modbus_plan_write(&l.plan, 0, 0, 0x1110, 1, &value, 0, true, l.now);
	run(&l, l.now + 5000);
	assert_int_equal(count(&l, 0, true), 3);
	modbus_plan_write(&l.plan, 0, 0, 0x1111, 1, &value, 0, false, l.now);
	run(&l, l.now + 5000);
	assert_int_equal(count(&l, 0, true), 4);
	modbus_plan_write(&l.plan, 0, 0, 0x1111, 0, NULL, 0, false, l.now);
	run(&l, l.now + 5000);
	assert_int_equal(count(&l, 0, true), 4);
}

static void test_a_write_is_made_again_before_it_lapses(void **state)
{
	const u16 value = 7;
	struct line l;

	(void)state;
	line_start(&l, 1);
	modbus_plan_write(&l.plan, 0, 0, 0x1187, 1, &value, 20000, false, T0);
	run(&l, T0 + 61000);
	assert_int_equal(count(&l, 0, true), 4);
	for (unsigned int i = 1; i < l.n; i++)
		assert_true(l.seen[i].at <= l.seen[i - 1].at + 20000 + ANSWER);
	/* it lapses sooner now */
	modbus_plan_write(&l.plan, 0, 0, 0x1187, 1, &value, 2000, false, l.now);
	run(&l, l.now + 10000);
	assert_in_range(count(&l, 0, true), 8, 9);
}

static void test_writes_to_a_device_keep_their_distance(void **state)
{
	struct modbus_device careful = any;
	struct line l;
	u16 value = 0;

	(void)state;
	line_start(&l, 1);
	careful.write_gap_ms = 1000;
	modbus_plan_device(&l.plan, 0, &careful);
	modbus_plan_read(&l.plan, 0, 0, &fast, 200, T0);
	for (unsigned int i = 0; i < 100; i++) {
		value++;
		modbus_plan_write(&l.plan, 0, i % 2, (u16)(0x1187 + i % 2), 1, &value, 0, false,
				  l.now);
		run(&l, l.now + 100);
	}
	for (unsigned int i = 0; i < l.n; i++)
		for (unsigned int k = 0; k < i; k++)
			if (l.seen[i].ask.write && l.seen[k].ask.write)
				assert_true(l.seen[i].at >= l.seen[k].at + ANSWER + 1000);
	assert_in_range(count(&l, 0, true), 9, 11);
	/* between two of them it is read */
	assert_true(count(&l, 0, false) > 30);
}

/* A value that nothing before had, to be written to slot 0 of @device, and urgent or not. */
static void write_new(struct line *l, unsigned int device, bool urgent)
{
	static u16 value;

	value++;
	modbus_plan_write(&l->plan, device, 0, 0x1187, 1, &value, 0, false, l->now);
	if (urgent)
		modbus_plan_hurry(&l->plan, device, 0, l->now);
}

/* An inverter that has just been written to, on a line that two meters keep busy. */
static void start_busy(struct line *l, u16 gap_ms)
{
	struct modbus_device inverter = any;

	line_start(l, 3);
	inverter.gap_ms = gap_ms;
	inverter.write_gap_ms = 1000;
	modbus_plan_device(&l->plan, 0, &inverter);
	for (unsigned int i = 0; i < 3; i++)
		modbus_plan_read(&l->plan, i, 0, &fast, 100, T0);
	run(l, T0 + 5000);
	write_new(l, 0, false);
	run(l, l->now + 2 * ANSWER + 2 * GAP);
	assert_int_equal(count(l, 0, true), 1);
}

/* The moment of the edge, in all phases of what the line does. */
static void test_what_is_urgent_is_the_next_request_after_the_one_under_way(void **state)
{
	struct line l;

	(void)state;
	for (u16 gap_ms = 0; gap_ms <= 200; gap_ms += 50) {
		for (unsigned int phase = 0; phase < 400; phase += 7) {
			struct modbus_ask ask;
			unsigned int n;
			u64 from;

			start_busy(&l, gap_ms);
			run(&l, l.now + phase);
			n = l.n;
			from = l.now;
			write_new(&l, 0, true);
			run(&l, from + ANSWER + GAP + MODBUS_URGENT_REST_MS + 1);
			assert_true(l.n > n);
			assert_true(l.seen[n].ask.write);
			assert_int_equal(l.seen[n].ask.device, 0);
			assert_true(l.seen[n].at <= from + MODBUS_URGENT_REST_MS);
			if (l.seen[n - 1].ask.device == 0)
				assert_true(l.seen[n].at >= l.seen[n - 1].at + ANSWER +
					    (gap_ms < MODBUS_URGENT_REST_MS ? gap_ms :
					     MODBUS_URGENT_REST_MS));
			assert_true(l.seen[n].at >= l.seen[n - 1].at + ANSWER + GAP);
			/* and then all goes on */
			run(&l, l.now + 1000);
			assert_int_equal(count(&l, 0, true), 2);
			assert_true(count(&l, 1, false) > 2);
			assert_false(modbus_plan_next(&l.plan, l.now, &ask) && ask.write);
		}
	}
}

static void test_without_urgency_a_write_keeps_its_distance(void **state)
{
	struct line l;

	(void)state;
	start_busy(&l, 0);
	write_new(&l, 0, false);
	run(&l, l.now + 500);
	assert_int_equal(count(&l, 0, true), 1);
	run(&l, l.now + 1000);
	assert_int_equal(count(&l, 0, true), 2);
}

static void test_one_write_is_urgent_once_in_a_write_gap(void **state)
{
	u64 at[3];
	struct line l;
	unsigned int n = 0;

	(void)state;
	start_busy(&l, 0);
	for (unsigned int i = 0; i < 30; i++) {
		write_new(&l, 0, true);
		run(&l, l.now + 100);
	}
	for (unsigned int i = 0; i < l.n && n < ARRAY_SIZE(at); i++)
		if (l.seen[i].ask.write)
			at[n++] = l.seen[i].at;
	assert_int_equal(n, 3);
	assert_true(at[1] < at[0] + 1000);
	assert_true(at[2] >= at[1] + ANSWER + 1000);
	/* also when it was not wanted meanwhile */
	modbus_plan_write(&l.plan, 0, 0, 0x1187, 0, NULL, 0, false, l.now);
	n = count(&l, 0, true);
	write_new(&l, 0, true);
	run(&l, l.now + 200);
	assert_int_equal(count(&l, 0, true), n);
	/* another slot has its own */
	modbus_plan_write(&l.plan, 0, 1, 0x1110, 1, &(u16){ 3 }, 0, false, l.now);
	modbus_plan_hurry(&l.plan, 0, 1, l.now);
	n = l.n;
	run(&l, l.now + 2 * ANSWER + 2 * GAP);
	assert_int_equal(l.seen[n].ask.slot, 1);
	assert_true(l.seen[n].ask.write);
}

static void test_what_is_written_in_peace_does_not_make_the_next_urgent_one_wait(void **state)
{
	struct line l;
	unsigned int n;

	(void)state;
	start_busy(&l, 0);
	write_new(&l, 0, true);
	run(&l, l.now + 1000);
	write_new(&l, 0, false);
	run(&l, l.now + 600);
	assert_int_equal(count(&l, 0, true), 3);
	n = l.n;
	write_new(&l, 0, true);
	run(&l, l.now + ANSWER + GAP + 1);
	assert_true(l.seen[n].ask.write);
}

static void test_a_lost_write_that_is_not_urgent_keeps_its_distance(void **state)
{
	struct line l;
	unsigned int n;
	u64 lost;

	(void)state;
	start_busy(&l, 0);
	run(&l, l.now + 2000);
	n = count(&l, 0, true);
	write_new(&l, 0, false);
	l.dead = BIT(0);
	while (count(&l, 0, true) == n)
		run(&l, l.now + 1);
	l.dead = 0;
	lost = l.seen[l.n - 1].at + TIMEOUT;
	run(&l, lost + 999);
	assert_int_equal(count(&l, 0, true), n + 1);
	run(&l, lost + 2000);
	assert_int_equal(count(&l, 0, true), n + 2);
}

static void test_what_a_device_has_already_is_not_urgent(void **state)
{
	struct line l;
	unsigned int n;

	(void)state;
	start_busy(&l, 0);
	n = count(&l, 0, true);
	modbus_plan_hurry(&l.plan, 0, 0, l.now);
	modbus_plan_hurry(&l.plan, 0, 1, l.now);
	run(&l, l.now + 5000);
	assert_int_equal(count(&l, 0, true), n);
}

/* What came first waits for the pause of the device, and then for what is more to the point. */
static void test_what_is_to_be_first_goes_before_what_has_waited_for_longer(void **state)
{
	static const u16 value = 1;
	struct line l;
	unsigned int n;

	(void)state;
	for (unsigned int first = 0; first < 2; first++) {
		start_busy(&l, 0);
		n = l.n;
		modbus_plan_write(&l.plan, 0, 1, 0x20, 1, &value, 0, false, l.now);
		modbus_plan_write(&l.plan, 0, 2, 0x30, 1, &value, 0, false, l.now + 1);
		if (first)
			modbus_plan_first(&l.plan, 0, 2);
		run(&l, l.now + 3000);
		assert_int_equal(count(&l, 0, true), 3);
		while (!l.seen[n].ask.write)
			n++;
		assert_int_equal(l.seen[n].ask.slot, first ? 2 : 1);
		/* in its own time */
		for (unsigned int i = 0; i < n; i++)
			if (l.seen[i].ask.write)
				assert_true(l.seen[n].at >= l.seen[i].at + ANSWER + 1000);
		/* and once */
		modbus_plan_first(&l.plan, 0, 2);
		run(&l, l.now + 3000);
		assert_int_equal(count(&l, 0, true), 3);
	}
}

/* What is urgent for one that does not answer does not stop the others. */
static void test_an_urgent_write_to_a_silent_device_does_not_hold_the_line(void **state)
{
	struct line l;
	unsigned int n;

	(void)state;
	start_busy(&l, 200);
	l.dead = BIT(0);
	write_new(&l, 0, true);
	n = l.n;
	run(&l, l.now + 3500);
	/* again after its rest, as often as it is tried, and not after a write gap each */
	assert_true(l.seen[n].ask.write);
	for (unsigned int i = n + 1, last = n; i < l.n; i++) {
		if (!l.seen[i].ask.write)
			continue;
		assert_true(l.seen[i].at >= l.seen[last].at + TIMEOUT + MODBUS_URGENT_REST_MS);
		last = i;
	}
	assert_int_equal(count(&l, 0, true), 4);
	run(&l, l.now + 60000);
	assert_true(count(&l, 1, false) > 200);
	l.dead = 0;
	n = count(&l, 0, true);
	run(&l, l.now + 60000);
	assert_true(count(&l, 0, true) > n);
}

/* After a repeated request the other answer may still come: also before what is urgent. */
static void test_an_urgent_write_waits_for_an_answer_that_may_still_come(void **state)
{
	struct line l;
	unsigned int n;
	u64 answered;

	(void)state;
	start_busy(&l, 0);
	l.dead = BIT(0);
	while (!l.plan.device[0].late)
		run(&l, l.now + 1);
	l.dead = 0;
	while (l.plan.device[0].late)
		run(&l, l.now + 1);
	n = l.n;
	answered = l.now;
	write_new(&l, 0, true);
	run(&l, l.now + 3000);
	for (; !l.seen[n].ask.write; n++)
		assert_int_not_equal(l.seen[n].ask.device, 0);
	assert_true(l.seen[n].at >= answered - 1 + TIMEOUT);
	/* while the others were asked */
	for (answered = 0; !l.seen[--n].ask.write && l.seen[n].ask.device; )
		answered++;
	assert_true(answered > 4);
}

static void test_what_was_not_answered_is_asked_again_and_nothing_else_before(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 1);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	modbus_plan_read(&l.plan, 0, 1, &slow, 1000, T0);
	l.dead = 1;
	run(&l, T0 + 2500);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.seen[1].ask.at, l.seen[0].ask.at);
	assert_int_equal(l.seen[2].ask.at, l.seen[0].ask.at);
	assert_int_equal(l.seen[1].at, l.seen[0].at + TIMEOUT + GAP);
	assert_false(l.seen[0].told);
	assert_false(l.seen[1].told);
	assert_true(l.seen[2].told);
	assert_true(modbus_plan_silent(&l.plan, 0));
}

static void test_after_an_answer_to_a_repeated_request_the_other_one_may_still_come(void **state)
{
	struct line l;
	u64 back;

	(void)state;
	line_start(&l, 2);
	modbus_plan_read(&l.plan, 0, 0, &fast, 500, T0);
	modbus_plan_read(&l.plan, 0, 1, &slow, 500, T0);
	modbus_plan_read(&l.plan, 1, 0, &slow, 500, T0);
	l.dead = 1;
	run(&l, T0 + 1);
	l.dead = 0;
	run(&l, T0 + 4000);
	assert_int_equal(l.seen[0].ask.device, 0);
	for (unsigned int i = 1; i < l.n; i++) {
		if (l.seen[i].ask.device == 1)
			continue;
		assert_int_equal(l.seen[i].ask.at, l.seen[0].ask.at);
		back = l.seen[i].at + ANSWER;
		for (i++; l.seen[i].ask.device == 1; i++)
			;
		assert_true(l.seen[i].at >= back + TIMEOUT);
		return;
	}
	fail();
}

static void test_what_came_garbled_is_asked_again_at_once(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 1);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	modbus_plan_read(&l.plan, 0, 1, &slow, 1000, T0);
	l.garbled = 1;
	run(&l, T0 + 1);
	l.garbled = 0;
	run(&l, T0 + 500);
	assert_int_equal(l.seen[1].ask.at, l.seen[0].ask.at);
	assert_int_equal(l.seen[1].at, l.seen[0].at + ANSWER + GAP);
	/* nothing more of it can come: no wait */
	assert_int_equal(l.seen[2].at, l.seen[1].at + ANSWER + GAP);
}

static void test_a_silent_device_is_asked_ever_more_rarely_up_to_once_a_minute(void **state)
{
	static const u32 rests[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
	struct line l;

	(void)state;
	line_start(&l, 1);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	l.dead = 1;
	run(&l, T0 + 250000);
	for (unsigned int i = 0; i < ARRAY_SIZE(rests); i++) {
		u64 rest = l.seen[3 + i].at - l.seen[2 + i].at - TIMEOUT;

		/* at first the share of the line that it may take is less */
		assert_in_range(rest, rests[i], rests[i] < 3 * TIMEOUT ? 3 * TIMEOUT : rests[i]);
	}
}

static void test_a_device_that_is_back_is_read_as_before(void **state)
{
	struct line l;
	unsigned int n;

	(void)state;
	line_start(&l, 1);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	l.dead = 1;
	run(&l, T0 + 60000);
	l.dead = 0;
	run(&l, T0 + 150000);
	assert_false(modbus_plan_silent(&l.plan, 0));
	n = l.n;
	run(&l, l.now + 10000);
	assert_in_range(l.n - n, 9, 11);
}

static void test_a_silent_device_does_not_starve_its_neighbours(void **state)
{
	struct line l;
	unsigned int before;

	(void)state;
	line_start(&l, 4);
	for (unsigned int i = 0; i < 4; i++)
		modbus_plan_read(&l.plan, i, 0, &fast, 1000, T0);
	run(&l, T0 + 60000);
	before = count(&l, 0, false);
	l.n = 0;
	l.dead = BIT(1) | BIT(2) | BIT(3);
	run(&l, T0 + 120000);
	assert_true(count(&l, 0, false) >= before * 3 / 4 - 5);
	/* and never for long */
	for (unsigned int i = 0, last = 0; i < l.n; i++) {
		if (l.seen[i].ask.device)
			continue;
		assert_true(l.seen[i].at - l.seen[last].at <= 1000 + 3 * (TIMEOUT + GAP) + ANSWER);
		last = i;
	}
}

/* An inverter with a rest between requests, and a meter that has no power in a blackout. */
static void start_with_one_that_rests(struct line *l, u16 gap_ms)
{
	struct modbus_device rests = any;

	line_start(l, 2);
	rests.gap_ms = gap_ms;
	modbus_plan_device(&l->plan, 0, &rests);
	modbus_plan_read(&l->plan, 1, 0, &fast, 1000, T0);
	for (unsigned int slot = 0; slot < 3; slot++)
		modbus_plan_read(&l->plan, 0, slot, &slow, 1000, T0);
	l->dead = BIT(1);
}

static void test_who_did_not_answer_waits_while_one_that_rests_has_been_due_for_longer(void **state)
{
	struct line l;

	(void)state;
	start_with_one_that_rests(&l, TIMEOUT / 2);
	l.now = T0 + 10;
	run(&l, T0 + 4 * TIMEOUT);
	assert_int_equal(l.seen[0].ask.device, 0);
	for (unsigned int i = 1; l.seen[i].ask.device != 1; i++)
		assert_true(i < 3);
	for (unsigned int i = 0, first = 0; i < l.n; i++) {
		if (l.seen[i].ask.device != 1)
			continue;
		/* between two tries all that was due at the first of them */
		if (first)
			assert_true(i - first >= 3);
		first = i;
	}
	assert_true(count(&l, 1, false) >= 2);
}

static void test_who_did_not_answer_does_not_wait_for_longer_than_a_try_takes(void **state)
{
	struct line l;

	(void)state;
	start_with_one_that_rests(&l, 4 * TIMEOUT);
	run(&l, T0 + 10 * TIMEOUT);
	for (unsigned int i = 0; i + 1 < l.n; i++)
		if (l.seen[i].ask.device == 1 && l.seen[i + 1].ask.device == 1)
			return;
	fail();
}

static void test_a_full_line_does_not_keep_who_did_not_answer_from_being_asked(void **state)
{
	struct line l;

	(void)state;
	start_with_one_that_rests(&l, 20);
	for (unsigned int slot = 0; slot < 3; slot++)
		modbus_plan_read(&l.plan, 0, slot, &slow, 1, T0);
	run(&l, T0 + 20 * TIMEOUT);
	assert_true(modbus_plan_silent(&l.plan, 1));
	assert_true(count(&l, 1, false) >= 4);
}

static void test_a_lost_write_does_not_wait_for_reads(void **state)
{
	static const u16 on = 1;
	struct line l;

	(void)state;
	start_with_one_that_rests(&l, TIMEOUT / 2);
	modbus_plan_read(&l.plan, 1, 0, &fast, 0, T0);
	run(&l, T0 + ANSWER + 1);
	modbus_plan_write(&l.plan, 1, 0, 0x40, 1, &on, 0, false, l.now);
	run(&l, l.now + 3 * TIMEOUT);
	for (unsigned int i = 0; i + 1 < l.n; i++)
		if (l.seen[i].ask.write && l.seen[i + 1].ask.write)
			return;
	fail();
}

static void test_a_busy_device_is_asked_again_after_a_second_and_a_refusal_later(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 2);
	modbus_plan_read(&l.plan, 0, 0, &fast, 500, T0);
	modbus_plan_read(&l.plan, 1, 0, &fast, 10000, T0);
	l.busy = BIT(0);
	l.refuses = BIT(1);
	run(&l, T0 + 99000);
	assert_in_range(count(&l, 0, false), 80, 99);
	assert_int_equal(count(&l, 1, false), 1);
	assert_true(l.seen[0].told);
	run(&l, T0 + 101000);
	assert_int_equal(count(&l, 1, false), 2);
	assert_false(modbus_plan_silent(&l.plan, 0));
}

static void test_a_refused_write_is_told_and_tried_rarely(void **state)
{
	const u16 value = 1;
	struct line l;

	(void)state;
	line_start(&l, 1);
	modbus_plan_write(&l.plan, 0, 0, 0x1110, 1, &value, 0, false, T0);
	l.refuses = 1;
	run(&l, T0 + 59000);
	assert_int_equal(l.n, 1);
	assert_true(l.seen[0].told);
	run(&l, T0 + 61000);
	assert_int_equal(l.n, 2);
}

static void test_what_was_written_is_written_again_when_a_device_is_back(void **state)
{
	const u16 value = 1;
	struct line l;

	(void)state;
	line_start(&l, 1);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	modbus_plan_write(&l.plan, 0, 0, 0x1110, 1, &value, 0, false, T0);
	run(&l, T0 + 10000);
	assert_int_equal(count(&l, 0, true), 1);
	l.dead = 1;
	run(&l, T0 + 20000);
	l.dead = 0;
	run(&l, T0 + 60000);
	assert_int_equal(count(&l, 0, true), 2);
	/* one lost answer is no reason */
	l.dead = 1;
	run(&l, l.now + 500);
	l.dead = 0;
	run(&l, l.now + 30000);
	assert_int_equal(count(&l, 0, true), 2);
}

static void test_a_lost_write_is_made_again_with_what_is_wanted_by_then(void **state)
{
	struct line l;
	u16 value = 1;

	(void)state;
	line_start(&l, 1);
	modbus_plan_write(&l.plan, 0, 0, 0x1110, 1, &value, 0, false, T0);
	l.dead = 1;
	run(&l, T0 + 1);
	l.dead = 0;
	value = 2;
	modbus_plan_write(&l.plan, 0, 0, 0x1110, 1, &value, 0, false, l.now);
	run(&l, l.now + 10000);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.seen[1].ask.value[0], 2);
}

static void test_all_is_read_and_written_again_when_the_line_is_back(void **state)
{
	const u16 value = 1;
	struct line l;

	(void)state;
	line_start(&l, 2);
	modbus_plan_read(&l.plan, 0, 0, &slow, 600000, T0);
	modbus_plan_write(&l.plan, 0, 0, 0x1110, 1, &value, 0, false, T0);
	modbus_plan_read(&l.plan, 1, 0, &fast, 1000, T0);
	l.dead = BIT(1);
	run(&l, T0 + 30000);
	l.n = 0;
	l.dead = 0;
	modbus_plan_renew(&l.plan, l.now);
	run(&l, l.now + 400);
	assert_int_equal(l.n, 3);
	assert_true(l.seen[0].ask.write);
	assert_int_equal(count(&l, 0, false), 1);
	assert_int_equal(count(&l, 1, false), 1);
}

static void test_what_is_no_longer_wanted_is_not_asked(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 1);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	run(&l, T0 + 10);
	modbus_plan_read(&l.plan, 0, 0, &fast, 0, l.now);
	run(&l, T0 + 10000);
	assert_int_equal(l.n, 1);
	/* not even by a device that did not answer it */
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, l.now);
	l.dead = 1;
	run(&l, l.now + 10);
	modbus_plan_read(&l.plan, 0, 0, &fast, 0, l.now);
	run(&l, l.now + 10000);
	assert_int_equal(l.n, 2);
	/* something else is asked instead */
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, l.now);
	run(&l, l.now + 10);
	modbus_plan_read(&l.plan, 0, 0, &fast, 0, l.now);
	modbus_plan_read(&l.plan, 0, 5, &slow, 1000, l.now);
	l.dead = 0;
	run(&l, l.now + 500);
	assert_int_equal(l.seen[l.n - 1].ask.at, slow.at);
}

static void test_another_period_moves_the_next_time_and_asks_no_more_than_that(void **state)
{
	struct line l;

	(void)state;
	line_start(&l, 1);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	run(&l, T0 + 500);
	modbus_plan_read(&l.plan, 0, 0, &fast, 100000, l.now);
	run(&l, T0 + 90000);
	assert_int_equal(l.n, 2);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, l.now);
	run(&l, l.now + 5500);
	assert_in_range(l.n, 6, 8);
	/* other registers are asked at once */
	l.n = 0;
	modbus_plan_read(&l.plan, 0, 0, &slow, 100000, l.now);
	run(&l, l.now + 200);
	assert_int_equal(l.n, 1);
}

static void test_last_words_are_what_is_not_written_yet(void **state)
{
	const u16 value = 1;
	struct modbus_ask ask;
	struct line l;

	(void)state;
	line_start(&l, 3);
	modbus_plan_read(&l.plan, 0, 0, &fast, 1000, T0);
	modbus_plan_write(&l.plan, 0, 0, 0x1187, 1, &value, 1000, false, T0);
	modbus_plan_write(&l.plan, 2, 0, 0x1187, 1, &value, 1000, false, T0);
	l.dead = BIT(2);
	run(&l, T0 + 20500);
	assert_false(modbus_plan_next_write(&l.plan, l.now + 20000, &ask));
	assert_int_equal(ask.at_ms, MODBUS_NEVER);
	modbus_plan_write(&l.plan, 0, 1, 0x1110, 1, &value, 0, false, l.now);
	assert_true(modbus_plan_next_write(&l.plan, l.now + 20000, &ask));
	assert_int_equal(ask.at, 0x1110);
	assert_int_equal(ask.device, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_without_devices_waits_for_one),
		cmocka_unit_test(test_each_is_read_in_its_period),
		cmocka_unit_test(test_a_full_line_serves_everybody_in_turn),
		cmocka_unit_test(test_what_is_read_late_is_read_again_at_once),
		cmocka_unit_test(test_what_is_asked_rarely_keeps_nobody_from_what_is_asked_often),
		cmocka_unit_test(test_what_was_missed_is_not_made_up_for),
		cmocka_unit_test(test_the_line_rests_between_frames_and_a_device_for_its_own_gap),
		cmocka_unit_test(test_what_is_to_be_written_goes_before_what_is_to_be_read),
		cmocka_unit_test(test_a_write_goes_out_when_it_changes_and_only_then),
		cmocka_unit_test(test_a_write_is_made_again_before_it_lapses),
		cmocka_unit_test(test_writes_to_a_device_keep_their_distance),
		cmocka_unit_test(test_what_is_urgent_is_the_next_request_after_the_one_under_way),
		cmocka_unit_test(test_without_urgency_a_write_keeps_its_distance),
		cmocka_unit_test(test_one_write_is_urgent_once_in_a_write_gap),
		cmocka_unit_test(test_what_is_written_in_peace_does_not_make_the_next_urgent_one_wait),
		cmocka_unit_test(test_a_lost_write_that_is_not_urgent_keeps_its_distance),
		cmocka_unit_test(test_what_a_device_has_already_is_not_urgent),
		cmocka_unit_test(test_what_is_to_be_first_goes_before_what_has_waited_for_longer),
		cmocka_unit_test(test_an_urgent_write_to_a_silent_device_does_not_hold_the_line),
		cmocka_unit_test(test_an_urgent_write_waits_for_an_answer_that_may_still_come),
		cmocka_unit_test(test_what_was_not_answered_is_asked_again_and_nothing_else_before),
		cmocka_unit_test(test_after_an_answer_to_a_repeated_request_the_other_one_may_still_come),
		cmocka_unit_test(test_what_came_garbled_is_asked_again_at_once),
		cmocka_unit_test(test_a_silent_device_is_asked_ever_more_rarely_up_to_once_a_minute),
		cmocka_unit_test(test_a_device_that_is_back_is_read_as_before),
		cmocka_unit_test(test_a_silent_device_does_not_starve_its_neighbours),
		cmocka_unit_test(test_who_did_not_answer_waits_while_one_that_rests_has_been_due_for_longer),
		cmocka_unit_test(test_who_did_not_answer_does_not_wait_for_longer_than_a_try_takes),
		cmocka_unit_test(test_a_full_line_does_not_keep_who_did_not_answer_from_being_asked),
		cmocka_unit_test(test_a_lost_write_does_not_wait_for_reads),
		cmocka_unit_test(test_a_busy_device_is_asked_again_after_a_second_and_a_refusal_later),
		cmocka_unit_test(test_a_refused_write_is_told_and_tried_rarely),
		cmocka_unit_test(test_what_was_written_is_written_again_when_a_device_is_back),
		cmocka_unit_test(test_a_lost_write_is_made_again_with_what_is_wanted_by_then),
		cmocka_unit_test(test_all_is_read_and_written_again_when_the_line_is_back),
		cmocka_unit_test(test_what_is_no_longer_wanted_is_not_asked),
		cmocka_unit_test(test_another_period_moves_the_next_time_and_asks_no_more_than_that),
		cmocka_unit_test(test_last_words_are_what_is_not_written_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
