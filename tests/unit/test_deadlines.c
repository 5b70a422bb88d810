// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits and alarms of every pack are answered within each second where the line has
 * time for it, and packs that are slow or dead cost the others nothing, on the
 * simulated lines of schedule_line.h.
 */
#include "schedule_line.h"

#define WATCHED	(30 * MINUTE)

/* Lines on which limits, alarms and a probe fit into a second. */
static const struct {
	unsigned int packs;
	unsigned int baud;
} with_time[] = {
	{ 1, 115200 }, { 4, 115200 }, { 16, 115200 }, { 1, 9600 }, { 2, 9600 },
};

/* Everything is found and settled. */
static void settle(struct line *line)
{
	run(line, 10 * MINUTE);
	assert_int_equal(line->schedule.known, line->packs);
	zero(line);
}

/* The longest anybody but @except waited for what is urgent. */
static u64 worst_urgent(const struct line *line, const struct pack *except)
{
	static const unsigned int urgent[] = { LIMITS, ALARMS, SYSTEM_LIMITS };
	u64 worst_us = 0;

	for (const struct pack *pack = line->pack; pack < line->pack + line->packs; pack++)
		for (unsigned int i = 0; pack != except && i < ARRAY_SIZE(urgent); i++)
			if (pack->worst_us[urgent[i]] > worst_us)
				worst_us = pack->worst_us[urgent[i]];

	return worst_us;
}

/* Of the packs but @except, the one with the fewest. */
static unsigned int fewest_samples(const struct line *line, const struct pack *except)
{
	unsigned int fewest = ~0u;

	for (const struct pack *pack = line->pack; pack < line->pack + line->packs; pack++)
		if (pack != except && pack->samples < fewest)
			fewest = pack->samples;

	return fewest;
}

static void what_is_urgent_is_answered_within_each_second(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(with_time); i++) {
		for (unsigned int free_run = 0; free_run < 2; free_run++) {
			struct line *line = rack(with_time[i].packs, with_time[i].baud);
			double share;

			line->schedule.free_run = free_run;
			settle(line);
			run(line, WATCHED);
			share = (double)line->probe_us / WATCHED;
			print_message("%2u packs at %6u baud%s: limits and alarms within %.3f s, %.2f %% for the search\n",
				      with_time[i].packs, with_time[i].baud,
				      free_run ? ", free-running" : "",
				      worst_urgent(line, NULL) / 1e6, share * 100);
			assert_true(worst_urgent(line, NULL) <= SECOND);
			/* and not because nobody looks for packs */
			assert_true(share > 0.018 && share <= 0.0206);
			free(line);
		}
	}
}

/* Where a probe does not fit, it costs no more than its own time. */
static void a_full_line_is_late_by_one_probe(void **state)
{
	struct line *line = rack(4, 9600);

	(void)state;
	settle(line);
	run(line, WATCHED);
	print_message("4 packs at 9600 baud: limits and alarms within %.3f s\n",
		      worst_urgent(line, NULL) / 1e6);
	assert_true(worst_urgent(line, NULL) < 2300 * MS);
	free(line);
}

/* Then there is less room than it seems, and what waits for it goes on after a second. */
static void a_busy_host_goes_on_looking(void **state)
{
	struct line *line = rack(16, 115200);

	(void)state;
	line->lag_us = 9 * MS;
	settle(line);
	run(line, WATCHED);
	print_message("with a busy host: %.2f %% for the search\n",
		      line->probe_us / (double)WATCHED * 100);
	assert_true(line->probe_us > 0.018 * WATCHED);
	free(line);
}

static void a_dead_pack_delays_nobody(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(with_time); i++) {
		struct line *line = rack(with_time[i].packs, with_time[i].baud);
		struct pack *dead = &line->pack[line->packs - 1];
		unsigned int before;

		if (line->packs > 1) {
			settle(line);
			run(line, 10 * MINUTE);
			before = fewest_samples(line, dead);
			zero(line);
			dead->until_us = line->now_us;
			run(line, 10 * MINUTE);
			print_message("%2u packs at %6u baud, one dies: limits and alarms within %.3f s, samples %u, then %u\n",
				      with_time[i].packs, with_time[i].baud,
				      worst_urgent(line, dead) / 1e6, before,
				      fewest_samples(line, dead));
			assert_int_equal(dead->fell_silent, 1);
			assert_true(worst_urgent(line, dead) <= SECOND);
			assert_true(fewest_samples(line, dead) >= 0.98 * before);
		}
		free(line);
	}
}

static void a_slow_pack_delays_nobody(void **state)
{
	static const unsigned int packs[] = { 2, 4, 6, 12, 16 };
	static const u32 delay_ms[] = { 20, 60, 100, 180, 250 };

	(void)state;
	for (unsigned int p = 0; p < ARRAY_SIZE(packs); p++) {
		for (unsigned int d = 0; d < ARRAY_SIZE(delay_ms); d++) {
			struct line *line = rack(packs[p], 115200);
			struct pack *slow = &line->pack[1];
			unsigned int before;

			settle(line);
			run(line, 10 * MINUTE);
			before = fewest_samples(line, slow);
			slow->delay_us = delay_ms[d] * MS;
			run(line, MINUTE);
			zero(line);
			run(line, 10 * MINUTE);
			print_message("%2u packs, one with %3u ms: limits and alarms within %.3f s, samples %u, then %u; of the slow one %u, within %.3f s\n",
				      packs[p], delay_ms[d], worst_urgent(line, slow) / 1e6,
				      before, fewest_samples(line, slow), slow->samples,
				      slow->worst_us[LIMITS] / 1e6);
			assert_true(worst_urgent(line, slow) <= SECOND);
			assert_true(fewest_samples(line, slow) >= 0.98 * before);
			free(line);
		}
	}
}

/* Each of its time-outs has to fit, too. */
static void a_question_that_is_not_known_delays_nobody(void **state)
{
	struct line *line = rack(2, 9600);

	(void)state;
	line->pack[1].ignores = BIT(LIMITS) | BIT(FIRMWARE);
	settle(line);
	run(line, WATCHED);
	print_message("2 packs, one without limits: limits and alarms within %.3f s\n",
		      worst_urgent(line, &line->pack[1]) / 1e6);
	assert_true(worst_urgent(line, &line->pack[1]) <= SECOND);
	free(line);
}

/* So slow that there is one gap for it if values, too, are asked early. */
static void a_very_slow_pack_delays_nobody(void **state)
{
	static const u32 delay_ms[] = { 450, 550 };

	(void)state;
	for (unsigned int d = 0; d < ARRAY_SIZE(delay_ms); d++) {
		struct line *line = rack(12, 115200);
		struct pack *slow = &line->pack[1];

		settle(line);
		slow->delay_us = delay_ms[d] * MS;
		run(line, MINUTE);
		zero(line);
		run(line, 10 * MINUTE);
		print_message("12 packs, one with %u ms: limits and alarms within %.3f s, samples %u; of the slow one %u\n",
			      delay_ms[d], worst_urgent(line, slow) / 1e6,
			      fewest_samples(line, slow), slow->samples);
		assert_true(worst_urgent(line, slow) <= SECOND);
		assert_true(fewest_samples(line, slow) >= 0.98 * 600);
		assert_true(slow->samples > 600 / 8);
		free(line);
	}
}

/* Where not everything fits, a slow pack takes about as much as a quick one would. */
static void what_a_slow_pack_costs_is_bounded(void **state)
{
	static const struct {
		unsigned int packs;
		unsigned int baud;
		u32 delay_ms;
		bool free_run;
		double kept;
	} lines[] = {
		{ 16, 115200, 350, false, 0.97 }, { 32, 115200, 250, false, 0.97 },
		{ 4, 9600, 250, false, 0.93 },    { 8, 9600, 250, false, 0.97 },
		{ 16, 9600, 250, false, 0.97 },   { 16, 9600, 900, false, 0.97 },
		{ 16, 115200, 250, true, 0.97 },  { 4, 115200, 250, true, 0.75 },
		{ 4, 115200, 60, true, 0.75 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		struct line *line = rack(lines[i].packs, lines[i].baud);
		struct pack *slow = &line->pack[1];
		unsigned int before;

		line->schedule.free_run = lines[i].free_run;
		settle(line);
		run(line, 30 * MINUTE);
		before = fewest_samples(line, slow);
		slow->delay_us = lines[i].delay_ms * MS;
		run(line, 5 * MINUTE);
		zero(line);
		run(line, 30 * MINUTE);
		print_message("%2u packs at %6u baud%s, one with %3u ms: limits and alarms within %.3f s, samples %u, then %u; of the slow one %u, within %.3f s\n",
			      lines[i].packs, lines[i].baud,
			      lines[i].free_run ? ", free-running" : "", lines[i].delay_ms,
			      worst_urgent(line, slow) / 1e6, before, fewest_samples(line, slow),
			      slow->samples, slow->worst_us[LIMITS] / 1e6);
		assert_true(fewest_samples(line, slow) >= lines[i].kept * before);
		free(line);
	}
}

/* It was there first, and is asked all the same, each of its questions every 16 s. */
static void a_pack_that_fits_nowhere_costs_a_sixth(void **state)
{
	struct line *line = rack(4, 115200);
	struct pack *slow = &line->pack[0];

	(void)state;
	slow->delay_us = 900 * MS;
	for (unsigned int i = 1; i < line->packs; i++)
		line->pack[i].from_us = NEVER;
	time_to_find(line, slow, 10 * MINUTE);
	for (unsigned int i = 1; i < line->packs; i++)
		line->pack[i].from_us = line->now_us;
	settle(line);
	run(line, 10 * MINUTE);
	print_message("4 packs, one with 900 ms: limits and alarms within %.3f s, samples %u; of the slow one %u, within %.3f s\n",
		      worst_urgent(line, slow) / 1e6, fewest_samples(line, slow), slow->samples,
		      slow->worst_us[LIMITS] / 1e6);
	assert_true(worst_urgent(line, slow) <= 2 * SECOND);
	assert_true(fewest_samples(line, slow) >= 0.8 * 600);
	assert_true(slow->samples >= 600 / 20);
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_urgent_is_answered_within_each_second),
		cmocka_unit_test(a_full_line_is_late_by_one_probe),
		cmocka_unit_test(a_busy_host_goes_on_looking),
		cmocka_unit_test(a_dead_pack_delays_nobody),
		cmocka_unit_test(a_slow_pack_delays_nobody),
		cmocka_unit_test(a_question_that_is_not_known_delays_nobody),
		cmocka_unit_test(a_very_slow_pack_delays_nobody),
		cmocka_unit_test(what_a_slow_pack_costs_is_bounded),
		cmocka_unit_test(a_pack_that_fits_nowhere_costs_a_sixth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
