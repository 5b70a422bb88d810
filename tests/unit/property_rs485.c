// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws of the RS-485 codecs, tried on invented states: what is sent can be heard
 * unchanged, through noise and run together; no answer is one to another question;
 * nothing that is heard is out of range; no limit and no permission grows on its way.
 * property_rs485 [COUNT [SEED]].
 */
#include "property_laws.h"
#include "rs485_invent.h"

#include <stdlib.h>

#define COUNT	1000000
#define SEED	20260115

#define QUESTIONS_MAX	16
#define NOISE_MAX	12

/* ASCII counts mV in 16 bits, 0xFFFF is none */
#define HIGHEST_FLOOR_MV	65534

static const struct range ranges[] = {
	{ CELLAR_VOLTAGE, 20000, 70000 },
	{ CELLAR_CURRENT, -3276700, 3276700 },
	{ CELLAR_TEMPERATURE, -600, 1500 },
	{ CELLAR_SOC, 0, 10000 },
	{ CELLAR_SOH, 0, 10000 },
	{ CELLAR_CHARGE_VOLTAGE_LIMIT, 0, 70000 },
	{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0, 70000 },
	{ CELLAR_CHARGE_CURRENT_LIMIT, 0, 3276700 },
	{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0, 3276700 },
	{ CELLAR_PROTECTIONS, 0, BIT_ULL(CELLAR_ALARMS) - 1 },
	{ CELLAR_WARNINGS, 0, BIT_ULL(CELLAR_ALARMS) - 1 },
	{ CELLAR_PACKS_ONLINE, 0, 16 },
	{ CELLAR_CELL_VOLTAGE_MIN, 0, 5000 },
	{ CELLAR_CELL_VOLTAGE_MAX, 0, 5000 },
	{ CELLAR_CELL_TEMPERATURE_MIN, -600, 1500 },
	{ CELLAR_CELL_TEMPERATURE_MAX, -600, 1500 },
	{ CELLAR_MOSFET_TEMPERATURE, -600, 1500 },
	{ CELLAR_REMAINING, 0, 65534000 },
	{ CELLAR_FULL, 0, 65534000 },
	{ CELLAR_DESIGN, 0, 65534000 },
	{ CELLAR_CYCLES, 0, 65534 },
	{ .max = -1 },
};

static u64 fields_of(const struct cellar_rs485_dialect *dialect, bool of_system)
{
	return of_system ? dialect->system_fields : dialect->pack_fields;
}

/* What stands in arrays, too */
static int check_news(const struct run *run, const struct cellar_reading *news, u64 allowed)
{
	if (check_ranges(run, news, allowed, ranges))
		return -1;

	for (unsigned int i = 0; cellar_has(news, CELLAR_CELLS) && i < news->cells; i++)
		if (news->cells > CELLAR_CELLS_MAX || news->cells_mv[i] > 5000)
			return broken(run, "cells");
	for (unsigned int i = 0; cellar_has(news, CELLAR_TEMPERATURES) && i < news->temperatures;
	     i++)
		if (news->temperatures > CELLAR_TEMPERATURES_MAX ||
		    news->temperatures_decic[i] < -600 || news->temperatures_decic[i] > 1500)
			return broken(run, "temperatures");
	if (cellar_has(news, CELLAR_CELL_VOLTAGE_MIN) &&
	    cellar_has(news, CELLAR_CELL_VOLTAGE_MAX) &&
	    news->cell_voltage_min_mv > news->cell_voltage_max_mv)
		return broken(run, "the lowest cell is above the highest");

	return 0;
}

/* Nobody but @asked makes news of @answer. */
static int decode_one_alone(const struct run *run, const struct rs485_speech *speech,
			    const struct cellar_rs485_question *asked, u8 address,
			    const struct cellar_rs485_telegram *answer,
			    struct cellar_reading *news)
{
	const struct cellar_rs485_dialect *dialect = speech->dialect;

	for (unsigned int q = 0; q < dialect->n_questions; q++) {
		const struct cellar_rs485_question *question = &dialect->questions[q];
		int err = cellar_rs485_decode(question, address, answer, news);

		if (question != asked && err != -ENOMSG)
			return broken(run, question->name);
	}

	return cellar_rs485_decode(asked, address, answer, news) ? broken(run, asked->name) : 0;
}

static int check_question(const struct run *run, const struct rs485_speech *speech,
			  const struct cellar_rs485_question *question, u8 address)
{
	struct cellar_rs485_deframer deframer = { .framing = speech->dialect->framing };
	struct cellar_rs485_telegram telegram;
	u8 wire[CELLAR_RS485_QUESTION_MAX], found = 0xff;
	int len = question->ask(address, wire);
	bool complete = false;

	for (int i = 0; i < len; i++)
		complete |= cellar_rs485_feed(&deframer, wire[i], &telegram);
	if (!complete ||
	    cellar_rs485_find_question(speech->dialect, &telegram, &found) != question ||
	    found != address)
		return broken(run, "a question is not found by its telegram");

	return 0;
}

/* Bytes that are on the line by chance, and often what a telegram begins with */
static size_t put_noise(struct random *random, u8 *to)
{
	static const u8 telling[] = "~\r0246\001\003\203";
	size_t n = pick(random, 3) ? 0 : pick(random, NOISE_MAX + 1);

	for (size_t i = 0; i < n; i++)
		to[i] = pick(random, 2) ? telling[pick(random, sizeof(telling))] :
			(u8)pick(random, 256);

	return n;
}

/* Put every answer on one line; hear it in one go. */
static int round_trip(struct run *run, const struct rs485_speech *speech, u64 *heard_fields)
{
	static u8 line[QUESTIONS_MAX * (CELLAR_RS485_WIRE_MAX + NOISE_MAX)];
	struct cellar_rs485_deframer deframer = { .framing = speech->dialect->framing };
	const struct cellar_rs485_question *asked[QUESTIONS_MAX];
	struct random random = random_of(run->seed, run->state);
	struct cellar_reading reading, heard = { 0 }, news;
	struct cellar_rs485_telegram telegram;
	unsigned int n = 0, next = 0;
	size_t end = 0;
	u8 address;

	invent_rs485(&random, speech, &reading);
	address = invent_address(&random, speech);

	for (unsigned int q = 0; q < speech->dialect->n_questions; q++) {
		const struct cellar_rs485_question *question = &speech->dialect->questions[q];
		int len;

		if (question->of_system != speech->of_system)
			continue;
		if (check_question(run, speech, question, address))
			return -1;
		end += put_noise(&random, line + end);
		len = question->encode(address, &reading, line + end);
		if (len < 0)
			continue;
		asked[n++] = question;
		end += (size_t)len;
	}

	for (size_t i = 0; i < end; i++) {
		if (!cellar_rs485_feed(&deframer, line[i], &telegram))
			continue;
		if (next == n || decode_one_alone(run, speech, asked[next++], address, &telegram,
						  &news))
			return broken(run, "what is heard is not what was sent");
		cellar_reading_merge(&heard, &news);
	}
	if (next < n)
		return broken(run, "an answer is not found");

	*heard_fields |= heard.have;
	if (!cellar_reading_equal(&reading, &heard))
		return broken(run, first_difference(&reading, &heard));

	return 0;
}

/* An answer with some bytes of its content changed, cut or added */
static int any_answer(struct run *run, const struct rs485_speech *speech)
{
	const struct cellar_rs485_dialect *dialect = speech->dialect;
	struct cellar_rs485_deframer deframer = { .framing = dialect->framing };
	struct random random = random_of(run->seed, run->state);
	const struct cellar_rs485_question *question =
		&dialect->questions[pick(&random, dialect->n_questions)];
	static u8 content[CELLAR_RS485_TELEGRAM_MAX];
	u8 address = invent_address(&random, speech);
	static u8 wire[CELLAR_RS485_WIRE_MAX];
	struct cellar_rs485_telegram telegram;
	struct cellar_reading reading, news;
	unsigned int answers = 0;
	bool complete = false;
	int len;

	invent_rs485(&random, speech, &reading);
	len = question->encode(address, &reading, wire);
	if (len < 0)
		return 0;
	for (int i = 0; i < len; i++)
		complete |= cellar_rs485_feed(&deframer, wire[i], &telegram);
	if (!complete)
		return broken(run, "an answer is not found");

	memset(content, 0, sizeof(content));
	memcpy(content, telegram.data, telegram.len);
	telegram.data = content;
	for (u64 left = pick(&random, 4); left; left--)
		content[pick(&random, telegram.len)] = (u8)draw(&random);
	if (!pick(&random, 4) && telegram.len > 8)
		telegram.len = (u16)(telegram.len - 4 + pick(&random, 8));

	for (unsigned int q = 0; q < dialect->n_questions; q++) {
		int err = cellar_rs485_decode(&dialect->questions[q], address, &telegram, &news);

		if (!err && check_news(run, &news,
				       fields_of(dialect, dialect->questions[q].of_system)))
			return -1;
		answers += !err;
		if (err && (news.have | news.none))
			return broken(run, "a refused answer left something behind");
		if (err && err != -ENOMSG && err != -EREMOTEIO && err != -ERANGE &&
		    err != -EMSGSIZE)
			return broken(run, "an error of no kind");
	}

	return answers > 1 ? broken(run, "an answer to two questions") : 0;
}

/* Whatever the reading holds, what is heard of it allows no more than it does. */
static int any_reading(struct run *run, const struct rs485_speech *speech)
{
	const struct cellar_rs485_dialect *dialect = speech->dialect;
	struct random random = random_of(run->seed, run->state);
	u8 address = invent_address(&random, speech);
	static u8 wire[CELLAR_RS485_WIRE_MAX];
	struct cellar_reading reading, news;

	invent_any_rs485(&random, &reading);

	for (unsigned int q = 0; q < dialect->n_questions; q++) {
		const struct cellar_rs485_question *question = &dialect->questions[q];
		struct cellar_rs485_deframer deframer = { .framing = dialect->framing };
		int len = question->encode(address, &reading, wire);
		struct cellar_rs485_telegram telegram;
		bool complete = false;

		if (len < 0)
			continue;
		for (int i = 0; i < len; i++)
			complete |= cellar_rs485_feed(&deframer, wire[i], &telegram);
		if (!complete)
			return broken(run, question->name);
		if (cellar_rs485_decode(question, address, &telegram, &news))
			return broken(run, question->name);
		if (check_news(run, &news, fields_of(dialect, question->of_system)) ||
		    check_safe_side(run, &reading, &news, HIGHEST_FLOOR_MV))
			return -1;
	}

	return 0;
}

static int check_masks(const u64 *heard)
{
	for (unsigned int s = 0; s < n_rs485_speeches; s++) {
		const struct rs485_speech *speech = &rs485_speeches[s];

		if (heard[s] != fields_of(speech->dialect, speech->of_system)) {
			fprintf(stderr, "%s: its answers say other fields than it claims\n",
				speech->name);
			return -1;
		}
	}

	return 0;
}

int main(int argc, char **argv)
{
	u64 count = argc > 1 ? strtoull(argv[1], NULL, 0) : COUNT;
	struct run run = { .seed = argc > 2 ? strtoull(argv[2], NULL, 0) : SEED };
	static const struct {
		const char *law;
		int (*check)(struct run *run, const struct rs485_speech *speech);
	} laws[] = {
		{ "any answer", any_answer },
		{ "any reading", any_reading },
	};
	u64 heard[16] = { 0 };

	run.law = "round trip";
	for (run.state = 0; run.state < count; run.state++) {
		unsigned int s = (unsigned int)(run.state % n_rs485_speeches);

		run.subject = rs485_speeches[s].name;
		if (round_trip(&run, &rs485_speeches[s], &heard[s]))
			return EXIT_FAILURE;
	}
	if (check_masks(heard))
		return EXIT_FAILURE;

	for (size_t l = 0; l < ARRAY_SIZE(laws); l++) {
		run.law = laws[l].law;
		for (run.state = 0; run.state < count / 4; run.state++) {
			unsigned int s = (unsigned int)(run.state % n_rs485_speeches);

			run.subject = rs485_speeches[s].name;
			if (laws[l].check(&run, &rs485_speeches[s]))
				return EXIT_FAILURE;
		}
	}

	printf("property_rs485: %llu states sent and heard, %llu answers, %llu readings, seed %llu\n",
	       (unsigned long long)count, (unsigned long long)(count / 4),
	       (unsigned long long)(count / 4), (unsigned long long)run.seed);

	return EXIT_SUCCESS;
}
