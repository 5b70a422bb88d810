// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of driver/rs485/schedule.h, each on a simulated line. What has to be
 * answered within a second, whatever else is on the line, is in test_deadlines.c.
 */
#include "schedule_line.h"

static void wire_time_is_that_of_8n1(void **state)
{
	(void)state;
	assert_in_range(cellar_rs485_wire_us(9600, 96), 99990, 100000);
	assert_in_range(cellar_rs485_wire_us(115200, 1152), 99900, 100000);
}

static void everything_once_a_second_when_there_is_time(void **state)
{
	struct line *line = rack(1, 115200);
	struct pack *pack = &line->pack[0];

	(void)state;
	run(line, 10 * SECOND);
	for (unsigned int q = SERIAL; q <= FIRMWARE; q++)
		assert_int_equal(pack->answered[q], 1);

	zero(line);
	run(line, 500 * SECOND);
	for (unsigned int q = LIMITS; q <= ALARMS; q++)
		assert_in_range(pack->answered[q], 640, 700);
	assert_in_range(pack->answered[VALUES], 498, 502);
	for (unsigned int q = SERIAL; q <= FIRMWARE; q++)
		assert_int_equal(pack->answered[q], 0);

	/* and identity every ten minutes */
	run(line, 20 * MINUTE);
	for (unsigned int q = SERIAL; q <= FIRMWARE; q++)
		assert_int_equal(pack->answered[q], 2);
	free(line);
}

static void what_is_urgent_is_asked_first(void **state)
{
	struct line *line = rack(1, 115200);
	struct cellar_rs485_step step;
	enum cellar_rs485_urgency urgency = CELLAR_URGENCY_LIMITS;
	const struct pack *pack = &line->pack[0];

	(void)state;
	time_to_find(line, &line->pack[0], 10 * SECOND);
	for (unsigned int i = 0; i < QUESTIONS - 2; i++) {
		/* what was asked before may come again, so that a probe fits */
		while (!advance(line, &step) || step.probe || pack->asked[index_of(&step)] > 1)
			;
		assert_true(step.question->urgency >= urgency);
		urgency = step.question->urgency;
	}
	assert_int_equal(urgency, CELLAR_URGENCY_IDENTITY);
	free(line);
}

/* In the stated order, and the same for every pack. */
static void degrades_as_stated(void **state)
{
	static const unsigned int packs[] = { 1, 4, 16, 32 };
	static const unsigned int bauds[] = { 9600, 115200 };

	(void)state;
	for (unsigned int b = 0; b < ARRAY_SIZE(bauds); b++) {
		for (unsigned int p = 0; p < ARRAY_SIZE(packs); p++) {
			struct line *line = rack(packs[p], bauds[b]);
			unsigned int limits, values, alarms, n = packs[p];
			bool full;

			run(line, 5 * MINUTE);
			assert_int_equal(line->schedule.known, n);
			/* all identities are known in spite of everything */
			for (unsigned int i = 0; i < n; i++)
				assert_true(line->pack[i].answered[SERIAL] > 0);

			zero(line);
			run(line, 30 * MINUTE);
			limits = answered(line, LIMITS);
			alarms = answered(line, ALARMS);
			values = answered(line, VALUES);
			full = limits < 0.97 * n * 30 * 60;

			print_message("%2u packs at %6u baud: worst age of limits %5.2f s, alarms %5.2f s, values %5.2f s\n",
				      n, bauds[b], worst(line, LIMITS) / 1e6,
				      worst(line, ALARMS) / 1e6, worst(line, VALUES) / 1e6);

			assert_true(abs((int)limits - (int)alarms) <= (int)limits / 20);
			assert_true(values * 3.2 > limits && values < limits * 1.03);
			if (full) {
				assert_true(values < limits / 2.7);
				assert_int_equal(answered(line, SERIAL), 0);
				assert_true(line->busy_us > 0.95 * 30 * MINUTE);
			}
			if (values < 0.97 * n * 30 * 60)
				assert_int_equal(answered(line, FIRMWARE), 0);
			else
				assert_in_range(answered(line, FIRMWARE), 2 * n, 4 * n);
			/* an unlucky second: the search waits for a slow pack */
			if (n <= 4 && bauds[b] == 115200)
				assert_true(worst(line, VALUES) < 2200 * MS);

			for (unsigned int i = 0; i < n; i++)
				for (unsigned int q = LIMITS; q <= VALUES; q++)
					assert_in_range(line->pack[i].answered[q] * 100,
							answered(line, q) * 94 / n,
							answered(line, q) * 106 / n);
			free(line);
		}
	}
}

static void values_give_way_before_limits(void **state)
{
	struct line *line = rack(3, 9600);

	(void)state;
	/* limits and alarms take 0.63 s, values 0.68: they get what is left of each second */
	run(line, 2 * MINUTE);
	zero(line);
	run(line, 10 * MINUTE);
	assert_true(answered(line, LIMITS) > 3 * 600);
	assert_true(answered(line, ALARMS) > 3 * 600);
	assert_in_range(answered(line, VALUES), 3 * 600 / 3.1, 3 * 600 * 0.9);
	free(line);
}

static void free_running_leaves_nothing_idle(void **state)
{
	static const unsigned int packs[] = { 1, 4, 16, 32 };
	static const unsigned int bauds[] = { 9600, 115200 };

	(void)state;
	for (unsigned int b = 0; b < ARRAY_SIZE(bauds); b++) {
		for (unsigned int p = 0; p < ARRAY_SIZE(packs); p++) {
			struct line *line = rack(packs[p], bauds[b]);

			line->schedule.free_run = true;
			run(line, 2 * MINUTE);
			zero(line);
			run(line, 5 * MINUTE);
			print_message("%2u packs at %6u baud: %4.1f %% busy, limits every %.3f s\n",
				      packs[p], bauds[b], line->busy_us / (5.0 * MINUTE) * 100,
				      300.0 * packs[p] / answered(line, LIMITS));
			assert_true(line->busy_us > 0.95 * 5 * MINUTE);
			assert_true(answered(line, VALUES) * 3.2 > answered(line, LIMITS));
			assert_true(answered(line, VALUES) < answered(line, LIMITS) * 1.05);
			free(line);
		}
	}
}

static void a_dead_pack_rests_longer_and_longer(void **state)
{
	struct line *line = rack(4, 115200);
	struct pack *dead = &line->pack[2];
	u64 asked_us[12], end_us;
	struct cellar_rs485_step step, first = { 0 };
	unsigned int n = 0;

	(void)state;
	run(line, 2 * MINUTE);
	zero(line);
	dead->until_us = line->now_us;
	end_us = line->now_us + 4 * MINUTE;
	while (n < ARRAY_SIZE(asked_us) && line->now_us < end_us) {
		u64 before = line->now_us;

		if (!advance(line, &step) || step.address != dead->address)
			continue;
		if (!n)
			first = step;
		/* the same again, then what every pack answers */
		assert_ptr_equal(step.question,
				 n < 2 ? first.question : &ascii_questions[VALUES]);
		assert_int_equal(dead->fell_silent, n >= 2);
		asked_us[n++] = step.at_us > before ? step.at_us : before;
	}

	assert_true(n >= 8);
	assert_true(asked_us[1] - asked_us[0] < 150 * MS);
	for (unsigned int i = 2; i < n; i++) {
		u64 rest = i < 8 ? SECOND << (i - 2) : MINUTE;

		assert_in_range(asked_us[i] - asked_us[i - 1], rest, rest + 1500 * MS);
	}

	for (unsigned int i = 0; i < line->packs; i++)
		if (i != 2)
			assert_true(line->pack[i].worst_us[LIMITS] < 2200 * MS);

	/* back again, it is heard within a minute, and everything is as before */
	dead->back_us = line->now_us;
	run(line, 62 * SECOND);
	zero(line);
	run(line, MINUTE);
	assert_true(dead->answered[LIMITS] > 55 && dead->answered[VALUES] > 55);
	free(line);
}

static void dead_packs_cost_little(void **state)
{
	struct line *line = rack(16, 115200);
	u64 dead_us = 0;

	(void)state;
	run(line, 2 * MINUTE);
	for (unsigned int i = 1; i < 16; i++)
		line->pack[i].until_us = line->now_us;
	run(line, 5 * MINUTE);
	zero(line);
	run(line, 10 * MINUTE);
	for (unsigned int i = 1; i < 16; i++)
		dead_us += line->pack[i].used_us;
	assert_true(dead_us < 0.15 * 10 * MINUTE);
	assert_true(line->pack[0].answered[LIMITS] > 0.9 * 600);
	free(line);
}

static void a_slow_pack_gets_its_share_and_no_more(void **state)
{
	struct line *full = rack(16, 9600), *idle = rack(4, 115200);

	(void)state;
	full->pack[5].delay_us = 800 * MS;
	run(full, 60 * MINUTE);
	assert_true(full->pack[5].found_us != NEVER);
	zero(full);
	run(full, 20 * MINUTE);
	print_message("slow pack: %.1f %% of the line, its limits every %.1f s, others' %.1f s\n",
		      full->pack[5].used_us / (20.0 * MINUTE) * 100,
		      1200.0 / full->pack[5].answered[LIMITS],
		      1200.0 / full->pack[4].answered[LIMITS]);
	assert_true(full->pack[5].used_us < 1.3 * 20 * MINUTE / 16);
	assert_true(full->pack[5].used_us > 0.5 * 20 * MINUTE / 16);

	/* with time to spare it need not wait */
	idle->pack[2].delay_us = 200 * MS;
	run(idle, MINUTE);
	zero(idle);
	run(idle, 5 * MINUTE);
	assert_true(idle->pack[2].answered[LIMITS] > 0.9 * 300);
	assert_true(idle->pack[2].answered[VALUES] > 0.9 * 300);

	/* free-running, all want all of it again */
	idle->schedule.free_run = true;
	run(idle, MINUTE);
	zero(idle);
	run(idle, 5 * MINUTE);
	assert_true(idle->pack[1].answered[LIMITS] > 300);
	free(full);
	free(idle);
}

static void what_is_refused_is_left_alone(void **state)
{
	struct line *line = rack(2, 115200);
	struct pack *pack = &line->pack[1];
	unsigned int index;

	(void)state;
	pack->refuses = BIT(LIMITS) | BIT(FIRMWARE);
	run(line, 5 * MINUTE);
	assert_int_equal(pack->asked[LIMITS], 3);
	assert_int_equal(pack->asked[FIRMWARE], 3);
	for (index = 0; pylontech_addresses[index] != pack->address; index++)
		;
	assert_false(cellar_rs485_schedule_answers(&line->schedule, index, LIMITS));
	assert_true(cellar_rs485_schedule_answers(&line->schedule, index, ALARMS));
	assert_int_equal(pack->fell_silent, 0);

	run(line, 21 * MINUTE);
	assert_int_equal(pack->asked[LIMITS], 5);
	pack->refuses = 0;
	run(line, 15 * MINUTE);
	assert_true(pack->answered[LIMITS] > 100);
	assert_true(cellar_rs485_schedule_answers(&line->schedule, index, LIMITS));
	free(line);
}

/* The next question to a known pack, not sent yet. */
static void next_of_known(struct line *line, struct cellar_rs485_step *step)
{
	for (;;) {
		cellar_rs485_schedule_next(&line->schedule, line->now_us, step);
		if (step->at_us > line->now_us)
			line->now_us = step->at_us;
		if (step->question && !step->probe)
			return;
		if (step->question)
			exchange(line, step);
	}
}

/*
 * A refusal that comes after a time-out may be meant for the question before it; and
 * nothing, not even a probe, comes between a question and its repetition.
 */
static void a_refusal_after_a_time_out_counts_nothing(void **state)
{
	struct line *line = rack(1, 115200);
	struct cellar_rs485_schedule *s = &line->schedule;
	struct cellar_rs485_step first, again;

	(void)state;
	run(line, 20 * SECOND);
	for (unsigned int i = 0; i < 200; i++) {
		next_of_known(line, &first);
		cellar_rs485_schedule_sent(s, &first, line->now_us);
		line->now_us += SECOND;
		cellar_rs485_schedule_failed(s, line->now_us);

		cellar_rs485_schedule_next(s, line->now_us, &again);
		assert_false(again.probe);
		assert_ptr_equal(again.question, first.question);
		line->now_us = again.at_us;
		cellar_rs485_schedule_sent(s, &again, line->now_us);
		line->now_us += 30 * MS;
		cellar_rs485_schedule_refused(s, line->now_us);

		cellar_rs485_schedule_next(s, line->now_us, &again);
		assert_true(!again.question || again.probe);
	}
	for (unsigned int q = LIMITS; q <= VALUES; q++)
		assert_true(cellar_rs485_schedule_answers(s, 0, q));
	free(line);
}

/* Packs that know no 0x96, or no 0x92, need not say so. */
static void silence_to_one_question_spoils_no_other(void **state)
{
	struct line *line = rack(2, 115200);
	struct pack *pack = &line->pack[0];

	(void)state;
	pack->ignores = BIT(FIRMWARE) | BIT(LIMITS);
	run(line, 5 * MINUTE);
	assert_false(cellar_rs485_schedule_answers(&line->schedule, 0, LIMITS));
	zero(line);
	run(line, 10 * MINUTE);
	assert_int_equal(pack->fell_silent, 0);
	/* twice each time, no more than once a minute as a sample needs it */
	assert_in_range(pack->asked[LIMITS], 16, 22);
	assert_in_range(pack->asked[FIRMWARE], 2, 4);
	assert_true(pack->answered[ALARMS] > 550);
	assert_true(worst(line, ALARMS) < 3500 * MS);
	assert_true(line->pack[1].worst_us[LIMITS] < 2200 * MS);

	pack->ignores = 0;
	run(line, 70 * SECOND);
	assert_true(cellar_rs485_schedule_answers(&line->schedule, 0, LIMITS));
	free(line);
}

static void a_late_answer_meets_no_other_question(void **state)
{
	static const u32 late_ms[] = { 50, 80, 120, 200, 400, 900, 1500 };
	unsigned int failures = 0;

	(void)state;
	for (unsigned int free_run = 0; free_run < 2; free_run++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(late_ms); i++) {
			for (unsigned int nth = 1; nth < 14; nth += 3) {
				struct line *line = rack(free_run ? 1 : 3, 115200);

				for (unsigned int p = 0; p < line->packs; p++) {
					line->pack[p].late_nth = nth + p;
					line->pack[p].late_us = late_ms[i] * MS;
				}
				line->schedule.free_run = free_run;
				run(line, 5 * MINUTE);
				failures += line->failures;
				/* what comes later, the shape of the answer must tell */
				if (late_ms[i] <= 200)
					assert_int_equal(line->misled, 0);
				free(line);
			}
		}
	}
	assert_true(failures > 1000);
}

static void time_outs_follow_the_pack(void **state)
{
	static const u32 delay_ms[] = { 0, 5, 100, 250, 290, 450, 900 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(delay_ms); i++) {
		struct line *line = rack(1, 115200);
		struct cellar_rs485_step step;

		line->pack[0].delay_us = delay_ms[i] * MS;
		time_to_find(line, &line->pack[0], 10 * MINUTE);
		line->failures = 0;
		line->probes = 0;
		while (!advance(line, &step) || step.probe)
			;
		assert_true(step.timeout_us > 250 * MS);
		run(line, MINUTE);
		/* an early probe may be answered late */
		assert_in_range(line->failures - line->probes, 0, 2);
		while (!advance(line, &step) || step.probe)
			;
		assert_in_range(step.timeout_us, delay_ms[i] * MS,
				delay_ms[i] < 30 ? 60 * MS :
				delay_ms[i] < 500 ? 2.2 * delay_ms[i] * MS : SECOND);

		/* faster again, they come down again */
		line->pack[0].delay_us = 5 * MS;
		run(line, 2 * MINUTE);
		while (!advance(line, &step) || step.probe)
			;
		assert_int_equal(step.timeout_us, 60 * MS);
		free(line);
	}
}

static void a_pack_that_becomes_slow_is_not_lost(void **state)
{
	struct line *line = rack(4, 115200);

	(void)state;
	run(line, MINUTE);
	line->pack[1].delay_us = 700 * MS;
	run(line, MINUTE);
	zero(line);
	run(line, 5 * MINUTE);
	assert_true(line->pack[1].answered[LIMITS] > 100);
	assert_int_equal(line->pack[1].fell_silent, 0);
	free(line);
}

static void the_gap_grows_as_packs_need_it(void **state)
{
	static const u32 need_ms[] = { 0, 3, 12, 40 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(need_ms); i++) {
		struct line *line = rack(4, 115200);

		for (unsigned int p = 0; p < 4; p++)
			line->pack[p].gap_us = need_ms[i] * MS;
		line->schedule.free_run = true;
		run(line, MINUTE);
		zero(line);
		run(line, 5 * MINUTE);
		print_message("packs that need %2u ms: gap %5.2f ms, %u failures\n", need_ms[i],
			      line->schedule.gap_us / 1e3, line->failures - line->probes);
		assert_in_range(line->schedule.gap_us, need_ms[i] * 0.8 * MS,
				2 * need_ms[i] * MS + 400);
		assert_true(line->failures - line->probes < 60);

		for (unsigned int p = 0; p < 4; p++)
			line->pack[p].gap_us = 0;
		run(line, 60 * MINUTE);
		assert_true(line->schedule.gap_us < MS);
		free(line);
	}
}

static void a_pack_that_merely_fails_changes_no_gap(void **state)
{
	struct line *line = rack(2, 115200);

	(void)state;
	line->pack[0].late_nth = 10;
	line->pack[0].late_us = 1500 * MS;
	line->schedule.free_run = true;
	run(line, 10 * MINUTE);
	assert_true(line->failures > 100);
	assert_true(line->schedule.gap_us < 2 * MS);
	free(line);
}

static void only_haste_changes_the_gap(void **state)
{
	struct line *line = rack(1, 115200);
	struct cellar_rs485_schedule *s = &line->schedule;
	struct cellar_rs485_step step;

	(void)state;
	run(line, 20 * SECOND);
	for (unsigned int i = 0; i < 50; i++) {
		next_of_known(line, &step);
		line->now_us += 50 * MS;
		cellar_rs485_schedule_sent(s, &step, line->now_us);
		line->now_us += 100 * MS;
		cellar_rs485_schedule_failed(s, line->now_us);
		next_of_known(line, &step);
		cellar_rs485_schedule_sent(s, &step, line->now_us);
		line->now_us += 10 * MS;
		cellar_rs485_schedule_answered(s, s->dialect, MS, line->now_us);
	}
	assert_true(s->gap_us < MS);
	free(line);
}

static void a_rack_is_found_by_its_neighbours(void **state)
{
	struct line *line = rack(12, 9600);

	(void)state;
	run(line, 30 * SECOND);
	assert_int_equal(line->schedule.known, 12);
	free(line);

	/* and one that began with a slave alone */
	line = line_new(CELLAR_RS485_PYLONTECH, 115200);
	add(line, 0x35);
	time_to_find(line, &line->pack[0], MINUTE);
	free(line);
}

static void packs_are_found_when_they_appear(void **state)
{
	struct line *line = rack(4, 115200);
	struct pack *next = add(line, 0x06), *group = add(line, 0x12), *far = add(line, 0x6B);
	u64 next_us, group_us, far_us;

	(void)state;
	next->from_us = NEVER;
	group->from_us = NEVER;
	far->from_us = NEVER;
	run(line, 5 * MINUTE);

	next->from_us = line->now_us;
	next_us = time_to_find(line, next, 10 * MINUTE);
	group->from_us = line->now_us;
	group_us = time_to_find(line, group, 30 * MINUTE);
	far->from_us = line->now_us;
	far_us = time_to_find(line, far, 3 * 60 * MINUTE);
	print_message("found after %.0f s (neighbour), %.0f s (new group), %.0f s (anywhere)\n",
		      next_us / 1e6, group_us / 1e6, far_us / 1e6);
	assert_true(next_us < 90 * SECOND);
	assert_true(group_us < 10 * MINUTE);
	free(line);
}

static void the_search_takes_two_percent(void **state)
{
	static const unsigned int packs[] = { 1, 4, 16 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(packs); i++) {
		for (unsigned int free_run = 0; free_run < 2; free_run++) {
			struct line *line = rack(packs[i], 9600);
			double share;

			line->schedule.free_run = free_run;
			run(line, 5 * MINUTE);
			zero(line);
			run(line, 60 * MINUTE);
			share = line->probe_us / (60.0 * MINUTE);
			print_message("%2u packs, %s: %.2f %% for the search\n", packs[i],
				      free_run ? "free-running" : "once a second", share * 100);
			assert_true(share <= 0.0201);
			assert_true(share > 0.018);
			assert_true(line->schedule.probing_us <= 0.021 * line->schedule.known_us);
			free(line);
		}
	}
}

static void credit_for_the_search_is_not_hoarded(void **state)
{
	struct line *line = line_new(CELLAR_RS485_VOLTRONIC, 9600);

	(void)state;
	/* there is nobody to look for */
	add(line, 1);
	run(line, 48 * 60 * MINUTE);
	assert_in_range(line->schedule.credit_us, 0, 1200 * MS);
	free(line);
}

static void alone_it_only_searches(void **state)
{
	struct line *line = line_new(CELLAR_RS485_PYLONTECH, 9600);
	unsigned int probed[256] = { 0 };
	struct cellar_rs485_step step;

	(void)state;
	for (unsigned int i = 0; i < 128; i++) {
		assert_true(advance(line, &step));
		assert_int_equal(step.dialect, CELLAR_RS485_PYLONTECH);
		assert_int_equal(step.baud, 9600);
		assert_false(step.identify);
		probed[step.address]++;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(pylontech_addresses); i++)
		assert_true(probed[pylontech_addresses[i]]);
	assert_in_range(probed[0x02], 32, 35);
	assert_true(line->busy_us > 0.98 * (line->now_us - 5 * SECOND));
	free(line);
}

static void dialect_and_speed_are_found(void **state)
{
	static const unsigned int bauds[] = { 9600, 115200 };
	static const u8 address[CELLAR_RS485_DIALECTS] = { 0, 0x02, 1, 0, 1 };

	(void)state;
	for (unsigned int d = 1; d < CELLAR_RS485_DIALECTS; d++) {
		for (unsigned int b = 0; b < ARRAY_SIZE(bauds); b++) {
			struct line *line = line_new(CELLAR_RS485_NONE, 0);
			struct cellar_rs485_step step;
			u64 took_us;

			line->dialect = d;
			line->baud = bauds[b];
			add(line, address[d]);
			took_us = time_to_find(line, &line->pack[0], 20 * SECOND);
			print_message("dialect %u at %u baud: found in %.1f s\n", d, bauds[b],
				      took_us / 1e6);
			assert_int_equal(line->schedule.dialect, d);
			assert_int_equal(line->schedule.baud, bauds[b]);

			/* from then on nothing else is tried */
			for (unsigned int i = 0; i < 2000; i++) {
				if (!advance(line, &step))
					continue;
				assert_int_equal(step.dialect, d);
				assert_int_equal(step.baud, bauds[b]);
				assert_false(step.identify);
			}
			free(line);
		}
	}
}

/* A question of one dialect, answered in another. */
static void an_answer_may_name_another_dialect(void **state)
{
	struct line *line = line_new(CELLAR_RS485_NONE, 9600);
	struct cellar_rs485_step step;
	unsigned int news;

	(void)state;
	do {
		cellar_rs485_schedule_next(&line->schedule, line->now_us, &step);
		line->now_us = step.at_us;
		cellar_rs485_schedule_sent(&line->schedule, &step, line->now_us);
		line->now_us += 300 * MS;
		assert_true(step.identify);
		if (step.dialect != CELLAR_RS485_PYLONTECH || step.address != 0x02)
			cellar_rs485_schedule_failed(&line->schedule, line->now_us);
	} while (step.dialect != CELLAR_RS485_PYLONTECH || step.address != 0x02);

	news = cellar_rs485_schedule_answered(&line->schedule, CELLAR_RS485_SEPLOS, 5000,
					      line->now_us);
	assert_true(news & CELLAR_RS485_FOUND);
	assert_int_equal(line->schedule.dialect, CELLAR_RS485_SEPLOS);
	assert_int_equal(line->schedule.step.address, 2);
	assert_int_equal(dip_addresses[line->schedule.step.index], 2);
	assert_true(line->schedule.place[line->schedule.step.index].known);

	/* it need not be the first of its group, which is probed at once */
	assert_true(line->schedule.place[0].invited);
	assert_true(line->schedule.place[3].invited);
	assert_int_equal(dip_addresses[0], 1);
	assert_int_equal(dip_addresses[3], 3);
	free(line);
}

static void when_all_are_lost_the_search_begins_anew(void **state)
{
	struct line *line = line_new(CELLAR_RS485_NONE, 0);
	struct pack *slave;
	u64 lost_us;

	(void)state;
	line->dialect = CELLAR_RS485_PYLONTECH;
	line->baud = 115200;
	add(line, 0x02);
	add(line, 0x03);
	slave = add(line, 0x59);
	run(line, 120 * MINUTE);
	assert_int_equal(line->schedule.known, 3);

	lost_us = line->now_us;
	for (unsigned int i = 0; i < 3; i++)
		line->pack[i].until_us = lost_us;
	run(line, 50 * SECOND);
	assert_int_equal(line->schedule.known, 3);
	run(line, 15 * SECOND);
	assert_int_equal(line->schedule.known, 0);

	/* one comes back, and the others are invited at once, wherever they are */
	run(line, 5 * MINUTE);
	slave->back_us = line->now_us;
	slave->found_us = NEVER;
	assert_true(time_to_find(line, slave, MINUTE) < 20 * SECOND);
	run(line, 5 * SECOND);
	assert_int_equal(line->schedule.known, 1);
	slave->back_us = NEVER;
	run(line, 2 * MINUTE);
	assert_int_equal(line->schedule.known, 0);
	for (unsigned int i = 0; i < 3; i++)
		line->pack[i].back_us = line->now_us;
	run(line, 30 * SECOND);
	assert_int_equal(line->schedule.known, 3);

	/* or others do */
	for (unsigned int i = 0; i < 3; i++)
		line->pack[i].back_us = NEVER;
	line->dialect = CELLAR_RS485_PACE;
	line->baud = 9600;
	add(line, 0x01);
	time_to_find(line, &line->pack[3], 2 * MINUTE);
	assert_int_equal(line->schedule.dialect, CELLAR_RS485_PACE);
	assert_int_equal(line->schedule.baud, 9600);
	assert_int_equal(line->schedule.known, 1);
	for (unsigned int i = 0; i < CELLAR_RS485_ADDRESSES_MAX; i++)
		assert_false(line->schedule.place[i].remembered);
	free(line);
}

static void the_system_is_asked_at_the_master_of_the_only_group(void **state)
{
	struct line *line = rack(4, 115200);
	struct pack *other = add(line, 0x12);

	(void)state;
	other->from_us = NEVER;
	run(line, MINUTE);
	zero(line);
	run(line, MINUTE);
	assert_true(line->pack[0].answered[SYSTEM_VALUES] > 55);
	assert_true(line->pack[0].answered[SYSTEM_LIMITS] > 55);
	for (unsigned int i = 1; i < 4; i++)
		assert_int_equal(line->pack[i].asked[SYSTEM_VALUES], 0);
	assert_int_equal(line->schedule.groups, 1);

	other->from_us = line->now_us;
	time_to_find(line, other, 30 * MINUTE);
	zero(line);
	run(line, MINUTE);
	assert_int_equal(line->schedule.groups, 2);
	for (unsigned int i = 0; i < line->packs; i++)
		assert_int_equal(line->pack[i].asked[SYSTEM_VALUES], 0);
	free(line);
}

static unsigned int age_of(struct line *line, unsigned int question)
{
	struct cellar_rs485_step step;

	do {
		while (!advance(line, &step) || step.probe)
			;
	} while (index_of(&step) != question);

	return cellar_rs485_schedule_max_age_ms(&line->schedule);
}

static void values_live_as_long_as_they_come(void **state)
{
	struct line *quick = rack(2, 115200), *slow = rack(32, 9600);
	unsigned int limits, values;

	(void)state;
	assert_int_equal(age_of(quick, SERIAL), 0);
	run(quick, MINUTE);
	assert_int_equal(age_of(quick, LIMITS), 5000);
	assert_int_equal(age_of(quick, VALUES), 5000);

	run(slow, 10 * MINUTE);
	zero(slow);
	run(slow, 5 * MINUTE);
	limits = age_of(slow, LIMITS);
	values = age_of(slow, VALUES);
	assert_true(limits > worst(slow, LIMITS) / 1000 && values > worst(slow, VALUES) / 1000);
	assert_true(limits < 3 * worst(slow, LIMITS) / 1000);
	assert_true(values <= 60000);

	/* an absence is no interval */
	quick->pack[0].until_us = quick->now_us;
	run(quick, 40 * SECOND);
	quick->pack[0].back_us = quick->now_us;
	zero(quick);
	while (!quick->pack[0].answered[LIMITS] || !quick->pack[0].answered[VALUES])
		run(quick, 100 * MS);
	assert_int_equal(quick->schedule.known, 2);
	assert_true(quick->schedule.place[0].asking[LIMITS].interval_us < 2500 * MS);
	assert_true(quick->schedule.place[0].asking[VALUES].interval_us < 2500 * MS);
	free(quick);
	free(slow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_time_is_that_of_8n1),
		cmocka_unit_test(everything_once_a_second_when_there_is_time),
		cmocka_unit_test(what_is_urgent_is_asked_first),
		cmocka_unit_test(degrades_as_stated),
		cmocka_unit_test(values_give_way_before_limits),
		cmocka_unit_test(free_running_leaves_nothing_idle),
		cmocka_unit_test(a_dead_pack_rests_longer_and_longer),
		cmocka_unit_test(dead_packs_cost_little),
		cmocka_unit_test(a_slow_pack_gets_its_share_and_no_more),
		cmocka_unit_test(what_is_refused_is_left_alone),
		cmocka_unit_test(a_refusal_after_a_time_out_counts_nothing),
		cmocka_unit_test(silence_to_one_question_spoils_no_other),
		cmocka_unit_test(a_late_answer_meets_no_other_question),
		cmocka_unit_test(time_outs_follow_the_pack),
		cmocka_unit_test(a_pack_that_becomes_slow_is_not_lost),
		cmocka_unit_test(the_gap_grows_as_packs_need_it),
		cmocka_unit_test(a_pack_that_merely_fails_changes_no_gap),
		cmocka_unit_test(only_haste_changes_the_gap),
		cmocka_unit_test(a_rack_is_found_by_its_neighbours),
		cmocka_unit_test(packs_are_found_when_they_appear),
		cmocka_unit_test(the_search_takes_two_percent),
		cmocka_unit_test(credit_for_the_search_is_not_hoarded),
		cmocka_unit_test(alone_it_only_searches),
		cmocka_unit_test(dialect_and_speed_are_found),
		cmocka_unit_test(an_answer_may_name_another_dialect),
		cmocka_unit_test(when_all_are_lost_the_search_begins_anew),
		cmocka_unit_test(the_system_is_asked_at_the_master_of_the_only_group),
		cmocka_unit_test(values_live_as_long_as_they_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
