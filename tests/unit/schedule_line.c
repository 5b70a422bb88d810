// SPDX-License-Identifier: GPL-2.0-only
/*
 * The line of schedule_line.h: what packs hear and answer, and what is counted of it.
 */
#include "schedule_line.h"

static int ask_20(u8 address, u8 *wire)
{
	(void)address;
	memset(wire, '0', 20);
	return 20;
}

static int ask_8(u8 address, u8 *wire)
{
	(void)address;
	memset(wire, 0, 8);
	return 8;
}

#define QUESTION(n, u, len, ...) \
	[n] = { .name = #n, .urgency = CELLAR_URGENCY_##u, .answer_len = (len), \
		.ask = ask_20, __VA_ARGS__ }

/* Lengths: protocols.md 4.4, 4.5, 4.7, 4.3, 4.8, in characters with 18 around INFO. */
const struct cellar_rs485_question ascii_questions[] = {
	QUESTION(LIMITS, LIMITS, 38, .required = true),
	QUESTION(ALARMS, ALARMS, 84, .required = true),
	QUESTION(VALUES, VALUES, 140, .required = true),
	QUESTION(SERIAL, IDENTITY, 52),
	QUESTION(NAME, IDENTITY, 82),
	QUESTION(FIRMWARE, IDENTITY, 30),
	QUESTION(SYSTEM_VALUES, VALUES, 116, .of_system = true, .required = true),
	QUESTION(SYSTEM_LIMITS, LIMITS, 36, .of_system = true, .required = true),
};

static const struct cellar_rs485_question voltronic_questions[] = {
	{ .name = "values", .urgency = CELLAR_URGENCY_VALUES, .required = true,
	  .answer_len = 70, .ask = ask_8 },
	{ .name = "limits", .urgency = CELLAR_URGENCY_LIMITS, .required = true,
	  .answer_len = 22, .ask = ask_8 },
};

#define GROUP(n) 0x0##n, 0x1##n, 0x2##n, 0x3##n, 0x4##n, 0x5##n, 0x6##n, 0x7##n

const u8 pylontech_addresses[] = {
	GROUP(2), GROUP(3), GROUP(4), GROUP(5), GROUP(6), GROUP(7),
	GROUP(8), GROUP(9), GROUP(A), GROUP(B), GROUP(C), GROUP(D),
};

const u8 dip_addresses[] = { 1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
static const u8 common_address[] = { 1 };

static u8 group_of_twelve(u8 address)
{
	return (address & 0xf0) | 2;
}

static u8 one_group_only(u8 address)
{
	(void)address;
	return 1;
}

#define ASCII(a, g) { .questions = ascii_questions, .n_questions = QUESTIONS, \
	.probe = VALUES, .addresses = (a), .n_addresses = ARRAY_SIZE(a), .group = (g) }

static const struct cellar_rs485_dialect dialects[CELLAR_RS485_DIALECTS] = {
	[CELLAR_RS485_PYLONTECH] = ASCII(pylontech_addresses, group_of_twelve),
	[CELLAR_RS485_PACE] = ASCII(dip_addresses, one_group_only),
	[CELLAR_RS485_SEPLOS] = ASCII(dip_addresses, one_group_only),
	[CELLAR_RS485_VOLTRONIC] = {
		.questions = voltronic_questions,
		.n_questions = ARRAY_SIZE(voltronic_questions),
		.addresses = common_address, .n_addresses = 1, .group = one_group_only,
	},
};

const struct cellar_rs485_dialect *
cellar_rs485_dialect(enum cellar_rs485_dialect_id dialect)
{
	return dialect == CELLAR_RS485_NONE ? NULL : &dialects[dialect];
}

struct line *line_new(enum cellar_rs485_dialect_id dialect, unsigned int baud)
{
	struct line *line = calloc(1, sizeof(*line));

	assert_non_null(line);
	line->dialect = dialect;
	line->baud = baud;
	line->now_us = 5 * SECOND;
	cellar_rs485_schedule_init(&line->schedule, dialect, baud, line->now_us);

	return line;
}

struct pack *add(struct line *line, u8 address)
{
	struct pack *pack = &line->pack[line->packs++];

	assert_true(line->packs <= PACKS_MAX);
	pack->address = address;
	pack->until_us = NEVER;
	pack->back_us = NEVER;
	pack->delay_us = 5 * MS;
	pack->found_us = NEVER;

	return pack;
}

struct line *rack(unsigned int n, unsigned int baud)
{
	struct line *line = line_new(CELLAR_RS485_PYLONTECH, baud);

	for (unsigned int i = 0; i < n; i++)
		add(line, 0x10 * (i / 12) + 2 + i % 12);

	return line;
}

static struct pack *pack_at(struct line *line, u8 address)
{
	for (unsigned int i = 0; i < line->packs; i++)
		if (line->pack[i].address == address)
			return &line->pack[i];

	return NULL;
}

static bool hears(const struct line *line, const struct pack *pack,
		  const struct cellar_rs485_step *step)
{
	bool here = (line->now_us >= pack->from_us && line->now_us < pack->until_us) ||
		    line->now_us >= pack->back_us;

	return here && step->baud == line->baud && step->dialect == line->dialect &&
	       line->now_us - line->quiet_since_us >= pack->gap_us;
}

unsigned int index_of(const struct cellar_rs485_step *step)
{
	return step->question - dialects[step->dialect].questions;
}

static void owe(struct pack *pack, u64 at_us, unsigned int question)
{
	for (unsigned int i = 0; i < OWED_MAX; i++)
		if (!pack->owed[i].at_us) {
			pack->owed[i] = (struct owed){ at_us, question };
			return;
		}
	fail_msg("more answers owed than can be");
}

/*
 * What the address asked sends until @end_us: the beginning of the first answer to this
 * question, or NEVER. Answers to older ones are lost while another question waits.
 */
static u64 answer_until(struct line *line, struct pack *pack, unsigned int question,
			u64 end_us)
{
	struct owed *first = NULL;
	u64 at_us;

	for (unsigned int i = 0; i < OWED_MAX; i++) {
		struct owed *owed = &pack->owed[i];

		if (!owed->at_us || owed->at_us > end_us)
			continue;
		if (owed->at_us < line->now_us) {
			owed->at_us = 0;	/* nobody waited */
		} else if (owed->question != question) {
			line->misled++;
			owed->at_us = 0;
		} else if (!first || owed->at_us < first->at_us) {
			first = owed;
		}
	}

	if (!first)
		return NEVER;
	at_us = first->at_us;
	first->at_us = 0;

	return at_us;
}

static void count_answer(struct line *line, struct pack *pack, unsigned int q)
{
	static const u32 sample = BIT(LIMITS) | BIT(ALARMS) | BIT(VALUES);
	u64 interval = line->now_us - pack->answered_us[q];

	if (pack->answered_us[q] && interval > pack->worst_us[q])
		pack->worst_us[q] = interval;
	pack->answered_us[q] = line->now_us;
	pack->answered[q]++;

	pack->heard_of |= BIT(q) & sample;
	if (pack->heard_of == sample) {
		pack->heard_of = 0;
		pack->samples++;
	}
}

void exchange(struct line *line, const struct cellar_rs485_step *step)
{
	struct pack *pack = pack_at(line, step->address);
	unsigned int news, q = index_of(step);
	u8 wire[CELLAR_RS485_QUESTION_MAX];
	u64 begin_us, begun_us = line->now_us;
	u64 end_us, answer_us = NEVER;

	cellar_rs485_schedule_sent(&line->schedule, step, line->now_us);
	end_us = line->now_us + cellar_rs485_wire_us(step->baud, step->question->ask(0, wire));
	line->probes += step->probe;

	if (pack && hears(line, pack, step) && !(pack->ignores & BIT(q))) {
		bool late = pack->late_nth && ++pack->heard % pack->late_nth == 0;

		owe(pack, end_us + pack->delay_us + (late ? pack->late_us : 0), q);
	}
	if (pack) {
		pack->asked[q] += !step->probe;
		answer_us = answer_until(line, pack, q, end_us + step->timeout_us);
	}

	if (answer_us == NEVER) {
		line->now_us = end_us + step->timeout_us;
		line->failures++;
		if (step->probe)
			line->probe_us += line->now_us - begun_us;
		news = cellar_rs485_schedule_failed(&line->schedule, line->now_us);
		if (pack)
			pack->fell_silent += news & CELLAR_RS485_SILENT ? 1 : 0;
	} else {
		u32 latency = answer_us > end_us ? answer_us - end_us : 0;
		u32 characters = pack->refuses & BIT(q) ? 18 : step->question->answer_len;

		begin_us = answer_us > end_us ? answer_us : end_us;
		line->now_us = begin_us + cellar_rs485_wire_us(step->baud, characters);
		if (pack->refuses & BIT(q)) {
			news = cellar_rs485_schedule_refused(&line->schedule, line->now_us);
		} else {
			news = cellar_rs485_schedule_answered(&line->schedule, line->dialect,
							      latency, line->now_us);
			count_answer(line, pack, q);
		}
		if (news & CELLAR_RS485_FOUND)
			pack->found_us = line->now_us;
	}

	line->busy_us += line->now_us - begun_us;
	line->quiet_since_us = answer_us == NEVER ? end_us : line->now_us;
	if (pack)
		pack->used_us += line->now_us - begun_us;
}

bool advance(struct line *line, struct cellar_rs485_step *step)
{
	cellar_rs485_schedule_next(&line->schedule, line->now_us, step);
	assert_true(step->question || step->at_us > line->now_us);
	assert_true(step->at_us <= line->now_us + 1100 * MS);
	if (step->at_us > line->now_us)
		line->now_us = step->at_us;
	if (!step->question)
		return false;
	line->now_us += line->lag_us;

	assert_true(step->timeout_us >= 60 * MS && step->timeout_us <= SECOND);
	exchange(line, step);

	return true;
}

void run(struct line *line, u64 duration_us)
{
	u64 end_us = line->now_us + duration_us;
	struct cellar_rs485_step step;

	while (line->now_us < end_us)
		advance(line, &step);
}

void zero(struct line *line)
{
	for (unsigned int i = 0; i < line->packs; i++) {
		struct pack *pack = &line->pack[i];

		memset(pack->asked, 0, sizeof(pack->asked));
		memset(pack->answered, 0, sizeof(pack->answered));
		memset(pack->worst_us, 0, sizeof(pack->worst_us));
		pack->used_us = 0;
		pack->samples = 0;
		pack->fell_silent = 0;
	}
	line->busy_us = 0;
	line->probe_us = 0;
	line->probes = 0;
	line->failures = 0;
}

u64 worst(const struct line *line, unsigned int question)
{
	u64 worst_us = 0;

	for (unsigned int i = 0; i < line->packs; i++)
		if (line->pack[i].worst_us[question] > worst_us)
			worst_us = line->pack[i].worst_us[question];

	return worst_us;
}

unsigned int answered(const struct line *line, unsigned int question)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < line->packs; i++)
		n += line->pack[i].answered[question];

	return n;
}

u64 time_to_find(struct line *line, struct pack *pack, u64 most_us)
{
	u64 begin_us = line->now_us;
	struct cellar_rs485_step step;

	while (pack->found_us == NEVER && line->now_us < begin_us + most_us)
		advance(line, &step);
	assert_true(pack->found_us != NEVER);

	return line->now_us - begin_us;
}
