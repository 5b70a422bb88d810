// SPDX-License-Identifier: GPL-2.0-only
/*
 * When which frame goes to an inverter, on a fake clock and a fake line.
 */
#include "can_bus.h"

#include "../../userspace/io/inverter_plan.h"

#define T0	1000000u
#define HOLD	2000u
#define SEEN	4096

/*
 * @deaf: nobody acknowledges; @full: the kernel has no room
 * @seen: what went over the wire, and when
 * @kept: what is in the kernel of a line that is deaf
 */
struct line {
	struct inverter_plan plan;
	u64 now;
	bool deaf, full;
	unsigned int n, refused, n_kept;
	struct cellar_can_frame kept[16];
	struct {
		u64 at;
		struct cellar_can_frame frame;
	} seen[SEEN];
};

static struct cellar_reading battery(void)
{
	struct cellar_reading r = { 0 };

	cellar_say_number(&r, CELLAR_VOLTAGE, 52800);
	cellar_say_number(&r, CELLAR_CURRENT, 12000);
	cellar_say_number(&r, CELLAR_TEMPERATURE, 210);
	cellar_say_number(&r, CELLAR_SOC, 5000);
	cellar_say_number(&r, CELLAR_SOH, 9900);
	cellar_say_number(&r, CELLAR_CHARGE_VOLTAGE_LIMIT, 56000);
	cellar_say_number(&r, CELLAR_DISCHARGE_VOLTAGE_LIMIT, 48000);
	cellar_say_number(&r, CELLAR_CHARGE_CURRENT_LIMIT, 200000);
	cellar_say_number(&r, CELLAR_DISCHARGE_CURRENT_LIMIT, 150000);
	cellar_say_number(&r, CELLAR_GRID_CHARGE_CURRENT_LIMIT, 200000);
	cellar_say_number(&r, CELLAR_GRID_DISCHARGE_CURRENT_LIMIT, 150000);
	r.charge_enable = true;
	r.discharge_enable = true;
	r.force_charge = false;
	r.full_charge_request = false;
	cellar_say(&r, CELLAR_CHARGE_ENABLE);
	cellar_say(&r, CELLAR_DISCHARGE_ENABLE);
	cellar_say(&r, CELLAR_FORCE_CHARGE);
	cellar_say(&r, CELLAR_FULL_CHARGE_REQUEST);
	cellar_say(&r, CELLAR_PROTECTIONS);
	cellar_say(&r, CELLAR_WARNINGS);
	cellar_say_number(&r, CELLAR_PACKS_ONLINE, 4);
	cellar_say_number(&r, CELLAR_DESIGN, 400000);
	cellar_say_number(&r, CELLAR_FULL, 400000);
	cellar_say_number(&r, CELLAR_REMAINING, 200000);

	return r;
}

/* What is said when no pack is there (one_battery.h). */
static struct cellar_reading no_battery(void)
{
	struct cellar_reading all = battery(), r = { 0 };

	r = all;
	r.have &= ~(A(VOLTAGE) | A(CURRENT) | A(TEMPERATURE) | A(SOC) | A(SOH) | A(DESIGN) |
		    A(FULL) | A(REMAINING));
	r.charge_current_limit_ma = 0;
	r.discharge_current_limit_ma = 0;
	r.grid_charge_current_limit_ma = 0;
	r.grid_discharge_current_limit_ma = 0;
	r.charge_enable = false;
	r.discharge_enable = false;
	r.packs_online = 0;
	r.protections = A(INTERNAL_COMMUNICATION);

	return r;
}

static void line_start(struct line *l, enum cellar_dialect dialect)
{
	memset(l, 0, sizeof(*l));
	l->now = T0;
	inverter_plan_start(&l->plan, cellar_can_dialect(dialect));
}

/* As inverter_can.c does it: after each event, and when the plan wants to be called. */
static void go_on(struct line *l)
{
	struct cellar_can_frame frame;

	inverter_plan_tick(&l->plan, l->now);
	while (inverter_plan_take(&l->plan, l->now, &frame)) {
		if (l->full) {
			l->refused++;
			inverter_plan_full(&l->plan, l->now);
			return;
		}
		assert_true(l->plan.under_way);
		if (l->deaf) {
			assert_true(l->n_kept < ARRAY_SIZE(l->kept));
			l->kept[l->n_kept++] = frame;
			return;
		}
		assert_true(l->n < SEEN);
		l->seen[l->n].at = l->now;
		l->seen[l->n++].frame = frame;
		inverter_plan_echo(&l->plan, &frame, l->now);
	}
}

/* Sleeps as the plan says; every wake-up before its time would be one too many. */
static void run(struct line *l, u64 ms)
{
	u64 end = l->now + ms, next;
	unsigned int calls = 0;

	go_on(l);
	while ((next = inverter_plan_next_ms(&l->plan, l->now)) <= end) {
		assert_true(calls++ < 10000);
		if (next > l->now)
			l->now = next;
		go_on(l);
	}
	l->now = end;
}

/* The daemon's step, once a second. */
static void run_told(struct line *l, const struct cellar_reading *say, unsigned int seconds)
{
	while (seconds--) {
		inverter_plan_say(&l->plan, say, HOLD, l->now);
		run(l, 1000);
	}
}

static unsigned int count(const struct line *l, u32 id, u64 since)
{
	unsigned int i, n = 0;

	for (i = 0; i < l->n; i++)
		n += l->seen[i].frame.id == id && l->seen[i].at >= since;

	return n;
}

/* The last frame with @id. */
static const struct cellar_can_frame *last(const struct line *l, u32 id)
{
	for (unsigned int i = l->n; i--;)
		if (l->seen[i].frame.id == id)
			return &l->seen[i].frame;

	return NULL;
}

static void nothing_before_there_is_something_to_say(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_VICTRON);
	run(&l, 60000);
	assert_int_equal(l.n, 0);
	assert_true(inverter_plan_next_ms(&l.plan, l.now) == INVERTER_PLAN_NEVER);
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_int_equal(l.seen[0].frame.id, 0x351);
	assert_int_equal(l.seen[0].at, l.now);
	assert_non_null(last(&l, 0x356));
}

static void every_frame_in_its_period(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	for (unsigned int d = 1; d < CELLAR_DIALECTS; d++) {
		const struct cellar_can_dialect *dialect = cellar_can_dialect(d);

		line_start(&l, d);
		run_told(&l, &say, 3);
		l.n = 0;
		run_told(&l, &say, 20);
		for (unsigned int i = 0; i < dialect->n_rows; i++) {
			const struct cellar_can_row *row = &dialect->rows[i];
			unsigned int n = count(&l, row->id, 0);
			struct cellar_can_frame frame;

			if (cellar_can_encode(row, 0, &l.plan.memory, &say, &frame))
				assert_int_equal(n, 0);
			else if (n != 20000u / row->period_ms)
				fail_msg("%s 0x%X: %u frames", dialect->name, row->id, n);
		}
		assert_int_equal(l.plan.unsent, 0);
	}
}

/* A dozen frames at one instant every second would hold up others on the bus. */
static void frames_are_spread(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;
	u64 gap = 1000;

	(void)state;
	line_start(&l, CELLAR_DIALECT_VICTRON);
	run_told(&l, &say, 3);
	l.n = 0;
	run_told(&l, &say, 5);
	assert_true(l.n >= 5 * 7);
	for (unsigned int i = 1; i < l.n; i++)
		if (l.seen[i].at - l.seen[i - 1].at < gap)
			gap = l.seen[i].at - l.seen[i - 1].at;
	assert_in_range(gap, 20, 1000);
}

static u16 le16(const struct cellar_can_frame *frame, unsigned int at)
{
	return (u16)(frame->data[at] | frame->data[at + 1] << 8);
}

static void what_takes_away_goes_at_once(void **state)
{
	static const struct {
		enum cellar_field field;
		s64 value;
		u32 id;
		bool at_once;
	} changes[] = {
		{ CELLAR_CHARGE_CURRENT_LIMIT, 199900, 0x351, true },
		{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 0x351, true },
		{ CELLAR_CHARGE_VOLTAGE_LIMIT, 55000, 0x351, true },
		{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 48100, 0x351, true },
		{ CELLAR_CHARGE_CURRENT_LIMIT, 210000, 0x351, false },
		{ CELLAR_DISCHARGE_CURRENT_LIMIT, 160000, 0x351, false },
		{ CELLAR_CHARGE_VOLTAGE_LIMIT, 57000, 0x351, false },
		{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 47000, 0x351, false },
		{ CELLAR_SOC, 4000, 0x355, false },
		{ CELLAR_VOLTAGE, 51000, 0x356, false },
	};
	struct cellar_reading say;
	static struct line l;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		line_start(&l, CELLAR_DIALECT_PYLONTECH);
		say = battery();
		run_told(&l, &say, 5);
		run(&l, 500);
		l.n = 0;
		cellar_say_number(&say, changes[i].field, changes[i].value);
		inverter_plan_say(&l.plan, &say, HOLD, l.now);
		go_on(&l);
		assert_int_equal(l.n, changes[i].at_once);
		if (l.n)
			assert_int_equal(l.seen[0].frame.id, changes[i].id);
		run(&l, 1000);
		assert_true(count(&l, changes[i].id, 0) >= 1);
	}
}

static void flags_and_protections_go_at_once(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	run_told(&l, &say, 5);
	run(&l, 500);
	l.n = 0;
	say.discharge_enable = false;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.seen[0].frame.id, 0x35c);
	assert_int_equal(l.seen[0].frame.data[0], 0x80);
	say.protections = A(CELL_OVERVOLTAGE);
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_true(l.n >= 2);
	assert_int_equal(l.seen[1].frame.id, 0x359);
	assert_int_equal(l.seen[1].frame.data[0], 0x02);
	l.n = 0;

	/* good news wait */
	say.protections = 0;
	say.discharge_enable = true;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_int_equal(l.n, 0);
}

/* Deye's inverters on the grid go by 0x371. */
static void a_dialect_with_a_second_limit_says_both(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_DEYE);
	run_told(&l, &say, 5);
	run(&l, 500);
	if (!last(&l, 0x371))
		fail_msg("0x371 is not said");
	l.n = 0;
	say.charge_current_limit_ma = 0;
	say.grid_charge_current_limit_ma = 0;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_int_equal(count(&l, 0x351, 0), 1);
	assert_int_equal(count(&l, 0x371, 0), 1);
	assert_int_equal(le16(last(&l, 0x371), 0), 0);
}

static void every_dialect_can_say_stop(void **state)
{
	struct cellar_reading say = battery(), stop = no_battery(), heard;
	static struct line l;

	(void)state;
	for (unsigned int d = 1; d < CELLAR_DIALECTS; d++) {
		struct cellar_can_memory memory = { 0 };

		line_start(&l, d);
		run_told(&l, &say, 5);
		l.n = 0;
		assert_int_equal(inverter_plan_say(&l.plan, &stop, HOLD, l.now), 0);
		go_on(&l);
		memset(&heard, 0, sizeof(heard));
		for (unsigned int i = 0; i < l.n; i++) {
			struct cellar_reading news;
			u8 address;

			assert_int_equal(cellar_can_decode(cellar_can_find_row(l.plan.dialect,
						l.seen[i].frame.id, &address),
						&memory, &l.seen[i].frame, &news), 0);
			cellar_reading_merge(&heard, &news);
		}
		if (!cellar_has(&heard, CELLAR_CHARGE_CURRENT_LIMIT) ||
		    !cellar_has(&heard, CELLAR_DISCHARGE_CURRENT_LIMIT) ||
		    heard.charge_current_limit_ma || heard.discharge_current_limit_ma)
			fail_msg("%s does not say 0 A at once", l.plan.dialect->name);
		if (l.plan.dialect->system_fields & A(PROTECTIONS) && !heard.protections)
			fail_msg("%s raises no alarm at once", l.plan.dialect->name);
	}
}

/* Sofar's limits need both voltages: without one the old ones must not be kept alive. */
static void limits_that_cannot_be_said_silence_everything(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_SOFAR);
	run_told(&l, &say, 5);
	l.n = 0;
	say.have &= ~A(DISCHARGE_VOLTAGE_LIMIT);
	assert_int_equal(inverter_plan_say(&l.plan, &say, HOLD, l.now), -ENODATA);
	run(&l, 5000);
	assert_int_equal(l.n, 0);
}

/* What is said again and again is no news, but is said for longer. */
static void the_same_again_is_said_on(void **state)
{
	struct cellar_reading say = battery(), less = say;
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_SOFAR);
	run_told(&l, &say, 5);
	assert_int_equal(inverter_plan_say(&l.plan, &say, HOLD, l.now), 0);
	assert_true(inverter_plan_speaks(&l.plan, l.now + HOLD - 1));
	assert_false(inverter_plan_speaks(&l.plan, l.now + HOLD));

	/* after silence it is all said anew, also when it is what was said before */
	less.have &= ~A(DISCHARGE_VOLTAGE_LIMIT);
	assert_int_equal(inverter_plan_say(&l.plan, &less, HOLD, l.now), -ENODATA);
	run(&l, 5000);
	l.n = 0;
	assert_int_equal(inverter_plan_say(&l.plan, &say, HOLD, l.now), 0);
	run(&l, 10);
	assert_true(count(&l, CELLAR_CAN_EXTENDED | 0x351, 0));
}

/* Nobody wakes for a frame that there is not; when there is one it goes at once. */
static void a_frame_without_anything_in_it_is_not_waited_for(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;
	u64 next;

	(void)state;
	say.have &= ~(A(SOC) | A(SOH));
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	run_told(&l, &say, 5);
	assert_int_equal(count(&l, 0x355, 0), 0);
	for (unsigned int s = 0; s < 2; s++) {
		inverter_plan_say(&l.plan, &say, 10 * HOLD, l.now);
		for (u64 end = l.now + 1000; l.now < end; l.now = next) {
			unsigned int n = l.n;

			next = inverter_plan_next_ms(&l.plan, l.now);
			assert_true(next > l.now);
			l.now = next;
			go_on(&l);
			assert_int_equal(l.n, n + 1);
		}
	}
	say = battery();
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_int_equal(count(&l, 0x355, 0), 1);

	/* nor is its place in the first second waited for */
	say.have &= ~(A(SOC) | A(SOH));
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	run(&l, 10);
	say = battery();
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_int_equal(count(&l, 0x355, 0), 1);
}

static void what_nobody_renews_is_said_no_more(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;
	u64 told;

	(void)state;
	line_start(&l, CELLAR_DIALECT_VICTRON);
	run_told(&l, &say, 5);
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	told = l.now;
	run(&l, 60000);
	assert_int_equal(count(&l, 0x351, told), 2);
	assert_int_equal(count(&l, 0x351, told + HOLD), 0);
	assert_int_equal(count(&l, 0x356, told + HOLD), 0);
	assert_false(inverter_plan_speaks(&l.plan, l.now));

	l.n = 0;
	run_told(&l, &say, 1);
	assert_int_equal(l.seen[0].frame.id, 0x351);
	inverter_plan_say(&l.plan, NULL, HOLD, l.now);
	l.n = 0;
	run(&l, 5000);
	assert_int_equal(l.n, 0);
}

/* However long nobody is there: what is in the kernel is little, and its limits are once. */
static void nothing_old_is_sent_in_a_burst(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;
	u64 back;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	run_told(&l, &say, 5);
	l.deaf = true;
	say.charge_current_limit_ma = 190000;
	run_told(&l, &say, 1);
	assert_true(l.plan.under_way);
	assert_true(l.plan.no_ack);
	assert_int_equal(l.n_kept, 1);
	assert_int_equal(l.kept[0].id, 0x351);
	l.n = 0;
	say.charge_current_limit_ma = 50000;
	run_told(&l, &say, 28);
	assert_int_equal(l.n_kept, 1);
	run_told(&l, &say, 3600);
	assert_int_equal(l.n_kept, 1 + INVERTER_PLAN_PROBES);
	for (unsigned int i = 1; i < l.n_kept; i++)
		assert_true(l.kept[i].id == 0x355 || l.kept[i].id == 0x356);
	assert_int_equal(l.n, 0);
	assert_true(l.plan.no_ack);

	l.deaf = false;
	back = l.now;
	for (unsigned int i = 0; i < l.n_kept; i++) {
		inverter_plan_echo(&l.plan, &l.kept[i], l.now);
		assert_false(l.plan.no_ack);
	}
	go_on(&l);
	assert_int_equal(l.seen[0].frame.id, 0x351);
	assert_int_equal(l.seen[0].at, back);
	assert_int_equal(le16(&l.seen[0].frame, 2), 500);
	assert_int_equal(count(&l, 0x356, back), 1);
}

/* A frame that was dropped on its way, and an inverter that never says a word */
static void a_frame_that_is_dropped_is_no_end(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_SOFAR);
	run_told(&l, &say, 3);
	l.deaf = true;
	run_told(&l, &say, 2);
	l.deaf = false;
	l.n = 0;
	run_told(&l, &say, INVERTER_PLAN_PROBE_MS / 1000);
	assert_true(l.n > 0);
	assert_false(l.plan.no_ack);
	assert_int_equal(count(&l, CELLAR_CAN_EXTENDED | 0x351, 0) > 0, 1);
}

static void a_short_absence_is_enough_to_say_all_anew(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;
	u64 back;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	run_told(&l, &say, 5);
	l.deaf = true;
	while (!l.n_kept)
		run(&l, 10);
	run(&l, INVERTER_PLAN_ACK_MS);
	assert_true(l.plan.no_ack);
	l.deaf = false;
	back = l.now;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	inverter_plan_echo(&l.plan, &l.kept[0], l.now);
	go_on(&l);
	for (unsigned int id = 0x351; id <= 0x35c; id++)
		if (last(&l, id))
			assert_int_equal(count(&l, id, back), 1);

	/* as is a word that was not said for a moment */
	inverter_plan_say(&l.plan, NULL, 0, l.now);
	run(&l, 50);
	back = l.now;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	for (unsigned int id = 0x351; id <= 0x35c; id++)
		if (last(&l, id))
			assert_int_equal(count(&l, id, back), 1);
}

static void half_a_second_without_an_echo(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	l.deaf = true;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_true(inverter_plan_next_ms(&l.plan, l.now) == T0 + INVERTER_PLAN_ACK_MS);
	l.now = T0 + INVERTER_PLAN_ACK_MS - 1;
	assert_false(inverter_plan_tick(&l.plan, l.now));
	assert_false(l.plan.no_ack);
	l.now++;
	assert_true(inverter_plan_tick(&l.plan, l.now));
	assert_true(l.plan.no_ack);
	assert_false(inverter_plan_tick(&l.plan, l.now + 1));
}

/* Another frame of ours, from before the queues were emptied, is not this one. */
static void only_its_own_echo_counts(void **state)
{
	struct cellar_reading say = battery();
	struct cellar_can_frame other;
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	l.deaf = true;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	other = l.plan.frame;
	other.data[2] ^= 1;
	inverter_plan_echo(&l.plan, &other, l.now);
	assert_true(l.plan.under_way);
	other = l.plan.frame;
	other.id++;
	inverter_plan_echo(&l.plan, &other, l.now);
	assert_true(l.plan.under_way);
	inverter_plan_echo(&l.plan, &l.plan.frame, l.now);
	assert_false(l.plan.under_way);
}

/* A lost echo must not silence the line for ever when somebody is there. */
static void a_lost_frame_is_given_up_when_others_are_heard(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;
	u64 sign;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	run_told(&l, &say, 3);
	l.deaf = true;
	run_told(&l, &say, 5);
	assert_true(l.plan.no_ack);
	l.n = 0;
	l.deaf = false;
	sign = l.now;
	inverter_plan_sign(&l.plan, l.now);
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	run(&l, INVERTER_PLAN_LOST_MS - 1);
	assert_int_equal(l.n, 0);
	inverter_plan_sign(&l.plan, l.now);
	run(&l, 1);
	assert_true(l.n > 0);
	assert_int_equal(l.seen[0].at, sign + INVERTER_PLAN_LOST_MS);
	assert_int_equal(l.plan.unsent, 1);
	assert_false(l.plan.no_ack);
}

static void after_a_flush_all_is_said_anew(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	run_told(&l, &say, 3);
	l.deaf = true;
	run_told(&l, &say, 3);
	l.n = 0;
	l.deaf = false;
	inverter_plan_flushed(&l.plan);
	assert_int_equal(l.plan.unsent, 1);
	assert_false(l.plan.no_ack);
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	go_on(&l);
	assert_int_equal(l.seen[0].frame.id, 0x351);
	assert_int_equal(count(&l, 0x355, 0), 1);
}

/* Another program has filled the queue: tried again soon, with what holds then. */
static void a_full_queue_is_waited_for(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	run_told(&l, &say, 3);
	l.full = true;
	say.charge_current_limit_ma = 100000;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	run(&l, 100);
	assert_in_range(l.refused, 5, 11);
	assert_false(l.plan.no_ack);
	say.charge_current_limit_ma = 0;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	run(&l, 1000);
	assert_true(l.plan.no_ack);
	l.n = 0;
	l.full = false;
	run(&l, INVERTER_PLAN_ACK_MS);
	assert_int_equal(l.seen[0].frame.id, 0x351);
	assert_int_equal(le16(&l.seen[0].frame, 2), 0);
	assert_false(l.plan.no_ack);
}

/* SMA wants 200 ms between two of a kind where nothing is urgent (protocols.md 2) */
static void hurry_is_no_reason_to_say_it_twice(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;
	u64 hurried, due;

	(void)state;
	line_start(&l, CELLAR_DIALECT_VICTRON);
	run_told(&l, &say, 5);
	while (l.seen[l.n - 1].frame.id != 0x351)
		run(&l, 1);
	due = l.now + 1000;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	run(&l, due - 20 - l.now);
	l.n = 0;
	hurried = l.now;
	say.charge_current_limit_ma -= 1000;
	inverter_plan_say(&l.plan, &say, HOLD, l.now);
	run(&l, 1500);
	assert_int_equal(l.seen[0].frame.id, 0x351);
	assert_int_equal(l.seen[0].at, hurried);
	assert_int_equal(count(&l, 0x351, hurried + 1), 1);
	assert_int_equal(count(&l, 0x351, hurried + 500), 1);
}

/* Hurried frames must not make the others late for long, nor come twice. */
static void hurry_keeps_the_places(void **state)
{
	struct cellar_reading say = battery();
	static struct line l;
	u64 before = 0;

	(void)state;
	line_start(&l, CELLAR_DIALECT_PYLONTECH);
	run_told(&l, &say, 3);
	l.n = 0;
	for (unsigned int i = 0; i < 50; i++) {
		say.charge_current_limit_ma -= 1000;
		inverter_plan_say(&l.plan, &say, HOLD, l.now);
		run(&l, 700);
	}
	for (unsigned int i = 0; i < l.n; i++) {
		if (l.seen[i].frame.id != 0x355)
			continue;
		if (before)
			assert_int_equal(l.seen[i].at - before, 1000);
		before = l.seen[i].at;
	}
	assert_in_range(count(&l, 0x351, 0), 50, 85);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_before_there_is_something_to_say),
		cmocka_unit_test(every_frame_in_its_period),
		cmocka_unit_test(frames_are_spread),
		cmocka_unit_test(what_takes_away_goes_at_once),
		cmocka_unit_test(flags_and_protections_go_at_once),
		cmocka_unit_test(a_dialect_with_a_second_limit_says_both),
		cmocka_unit_test(every_dialect_can_say_stop),
		cmocka_unit_test(limits_that_cannot_be_said_silence_everything),
		cmocka_unit_test(the_same_again_is_said_on),
		cmocka_unit_test(a_frame_without_anything_in_it_is_not_waited_for),
		cmocka_unit_test(what_nobody_renews_is_said_no_more),
		cmocka_unit_test(nothing_old_is_sent_in_a_burst),
		cmocka_unit_test(a_frame_that_is_dropped_is_no_end),
		cmocka_unit_test(a_short_absence_is_enough_to_say_all_anew),
		cmocka_unit_test(half_a_second_without_an_echo),
		cmocka_unit_test(only_its_own_echo_counts),
		cmocka_unit_test(a_lost_frame_is_given_up_when_others_are_heard),
		cmocka_unit_test(after_a_flush_all_is_said_anew),
		cmocka_unit_test(a_full_queue_is_waited_for),
		cmocka_unit_test(hurry_is_no_reason_to_say_it_twice),
		cmocka_unit_test(hurry_keeps_the_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
