// SPDX-License-Identifier: GPL-2.0-only
/*
 * Voltronic: the exchange that was seen on hardware, every register and bit of
 * protocols.md 5.1, and a deframer that neither noise nor an echo can deceive.
 */
#include "../../driver/wire/bytes.h"
#include "../../driver/wire/voltronic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define A(word)		BIT_ULL(CELLAR_##word)
#define HAS(r, f)	(!!((r)->have & BIT_ULL(CELLAR_##f)))
#define NONE(r, f)	(!!((r)->none & BIT_ULL(CELLAR_##f)))

/* In the order of the dialect's table */
enum { LIMITS, SUMS, CELLS, DESIGN, QUESTIONS };

static const u8 words[QUESTIONS] = { 8, 13, 32, 2 };

struct line {
	struct cellar_rs485_deframer deframer;
	struct cellar_rs485_telegram last;
	unsigned int telegrams;
};

static void line_setup(struct line *line)
{
	memset(line, 0, sizeof(*line));
	line->deframer.framing = CELLAR_FRAMING_VOLTRONIC;
}

static void feed(struct line *line, const u8 *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cellar_voltronic_feed(&line->deframer, bytes[i], &line->last))
			line->telegrams++;
}

static size_t bytes_of(u8 *to, const char *hex)
{
	size_t n = 0;
	char *end;

	for (; *hex; hex = end) {
		to[n++] = (u8)strtoul(hex, &end, 16);
		assert_ptr_not_equal(end, hex);
	}

	return n;
}

static void feed_hex(struct line *line, const char *hex)
{
	u8 bytes[512];

	feed(line, bytes, bytes_of(bytes, hex));
}

/* An answer of zeros to be filled with registers */
static u8 *answer_to(u8 *wire, unsigned int question)
{
	memset(wire, 0, VOLTRONIC_REPLY_LEN(64));
	wire[0] = 1;
	wire[1] = VOLTRONIC_READ;
	wire[3] = words[question];

	return wire + VOLTRONIC_HEAD_LEN;
}

static size_t seal(u8 *wire)
{
	size_t len = VOLTRONIC_HEAD_LEN + 2 * wire[3];

	cellar_put_le16(wire + len, cellar_voltronic_crc(wire, len));

	return len + VOLTRONIC_CRC_LEN;
}

/* The content stands alone, so that reading behind its end is seen */
static int hear(u8 *wire, unsigned int question, struct cellar_reading *news)
{
	struct line line;
	u8 *content;
	int err;

	line_setup(&line);
	feed(&line, wire, seal(wire));
	assert_int_equal(line.telegrams, 1);
	memset(news, 0xa5, sizeof(*news));
	news->have = 0;
	news->none = 0;

	content = malloc(line.last.len);
	assert_non_null(content);
	memcpy(content, line.last.data, line.last.len);
	line.last.data = content;
	err = cellar_rs485_voltronic.questions[question].decode(1, &line.last, news);
	free(content);

	return err;
}

/* Answer to @question with one register set */
static int hear_register(unsigned int question, unsigned int index, u16 value,
			 struct cellar_reading *news)
{
	u8 wire[VOLTRONIC_REPLY_LEN(64)];

	cellar_put_be16(answer_to(wire, question) + 2 * index, value);

	return hear(wire, question, news);
}

static void exchange_of_the_document(void **state)
{
	struct cellar_reading news = { 0 };
	struct line line;

	(void)state;
	line_setup(&line);
	feed_hex(&line, "01 03 00 10 00 01 85 CF");
	assert_int_equal(line.telegrams, 1);
	assert_int_equal(line.last.len, 6);
	feed_hex(&line, "01 03 00 01 00 08 15 CC");
	assert_int_equal(line.telegrams, 2);
	assert_int_equal(line.last.len, 6);
	assert_int_equal(line.last.data[5], 8);
	assert_int_equal(line.deframer.malformed, 0);

	for (unsigned int q = 0; q < QUESTIONS; q++)
		assert_int_equal(cellar_rs485_voltronic.questions[q].decode(1, &line.last, &news),
				 -ENOMSG);
}

/* The probes of protocols.md 5.4, with their CRC */
static void questions_on_the_wire(void **state)
{
	static const char *const asked[QUESTIONS] = {
		"01 03 00 70 00 08 45 D7", "01 03 00 30 00 0D 84 00",
		"01 03 00 10 00 20 45 D7", "01 03 00 3E 00 02 A5 C7",
	};
	const struct cellar_rs485_dialect *dialect = &cellar_rs485_voltronic;

	(void)state;
	assert_int_equal(dialect->n_questions, QUESTIONS);
	assert_int_equal(dialect->n_addresses, 1);
	assert_int_equal(dialect->addresses[0], 1);
	assert_int_equal(dialect->group(1), 1);

	for (unsigned int q = 0; q < QUESTIONS; q++) {
		u8 wire[CELLAR_RS485_QUESTION_MAX], wanted[8];

		assert_int_equal(bytes_of(wanted, asked[q]), 8);
		assert_int_equal(dialect->questions[q].ask(1, wire), 8);
		assert_memory_equal(wire, wanted, 8);
		assert_int_equal(dialect->questions[q].answer_len, VOLTRONIC_REPLY_LEN(words[q]));
	}
}

static void limits(void **state)
{
	u8 wire[VOLTRONIC_REPLY_LEN(64)];
	struct cellar_reading news;
	u8 *regs = answer_to(wire, LIMITS);

	(void)state;
	bytes_of(regs, "02 38 01 C2 07 D0 03 E8 00 C0 00 3C 00 01 86 A0");
	assert_int_equal(hear(wire, LIMITS, &news), 0);
	assert_int_equal(news.charge_voltage_limit_mv, 56800);
	assert_int_equal(news.discharge_voltage_limit_mv, 45000);
	assert_int_equal(news.charge_current_limit_ma, 200000);
	assert_int_equal(news.discharge_current_limit_ma, 100000);
	assert_int_equal(news.remaining_mah, 100000);
	assert_true(news.charge_enable && news.discharge_enable);
	assert_false(news.force_charge || news.full_charge_request);

	assert_int_equal(hear_register(LIMITS, 0, 701, &news), -ERANGE);
	assert_int_equal(hear_register(LIMITS, 1, 701, &news), -ERANGE);
	assert_int_equal(hear_register(LIMITS, 2, 0x8000, &news), -ERANGE);
	assert_int_equal(hear_register(LIMITS, 3, 0x8000, &news), -ERANGE);
	assert_int_equal(hear_register(LIMITS, 6, 0xffff, &news), -ERANGE);
}

static void each_flag(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 16; bit++) {
		struct cellar_reading news;

		assert_int_equal(hear_register(LIMITS, 4, (u16)BIT(bit), &news), 0);
		assert_true(HAS(&news, CHARGE_ENABLE) && HAS(&news, DISCHARGE_ENABLE) &&
			    HAS(&news, FORCE_CHARGE) && HAS(&news, FULL_CHARGE_REQUEST));
		assert_int_equal(news.charge_enable, bit == 7);
		assert_int_equal(news.discharge_enable, bit == 6);
		assert_int_equal(news.force_charge, bit == 5 || bit == 4);
		assert_int_equal(news.full_charge_request, bit == 3);
	}
}

static void sums(void **state)
{
	u8 wire[VOLTRONIC_REPLY_LEN(64)];
	struct cellar_reading news;
	u8 *regs = answer_to(wire, SUMS);

	(void)state;
	bytes_of(regs, "00 7B 00 00 02 0A 00 57 00 04 93 E0 00 03");
	assert_int_equal(hear(wire, SUMS, &news), 0);
	assert_int_equal(news.current_ma, 12300);
	assert_int_equal(news.voltage_mv, 52200);
	assert_int_equal(news.soc_centi, 8700);
	assert_int_equal(news.full_mah, 300000);
	assert_int_equal(news.packs_online, 3);
	assert_true(HAS(&news, PROTECTIONS) && HAS(&news, WARNINGS));
	assert_int_equal(news.protections | news.warnings, 0);

	assert_int_equal(hear_register(SUMS, 1, 250, &news), 0);
	assert_int_equal(news.current_ma, -25000);
	assert_true(NONE(&news, VOLTAGE) && NONE(&news, FULL) && HAS(&news, SOC));

	answer_to(wire, SUMS);
	bytes_of(regs, "00 01 00 01");
	assert_int_equal(hear(wire, SUMS, &news), -ERANGE);
	assert_int_equal(hear_register(SUMS, 0, 0x8000, &news), -ERANGE);
	assert_int_equal(hear_register(SUMS, 1, 0x8000, &news), -ERANGE);
	assert_int_equal(hear_register(SUMS, 2, 199, &news), -ERANGE);
	assert_int_equal(hear_register(SUMS, 2, 701, &news), -ERANGE);
	assert_int_equal(hear_register(SUMS, 3, 101, &news), -ERANGE);
	assert_int_equal(hear_register(SUMS, 6, 17, &news), -ERANGE);
}

/* protocols.md 5.1, b0 first, in the nearest words of spec/interfaces.md */
static const struct {
	u8 index;
	bool warns;
	u64 bits[16];
} alarms[] = {
	{ 7, true, {
		A(CHARGE_OVERTEMPERATURE), A(CELL_OVERVOLTAGE),
		A(CHARGE_UNDERTEMPERATURE), A(CHARGE_OVERCURRENT),
	} }, { 8, true, {
		A(DISCHARGE_OVERTEMPERATURE), A(DISCHARGE_UNDERTEMPERATURE),
		A(MOSFET_OVERTEMPERATURE), A(CELL_UNDERVOLTAGE),
	} }, { 9, false, {
		A(GENERAL), A(MOSFET_FAILURE), A(INTERNAL_COMMUNICATION),
		A(CHARGE_OVERCURRENT), A(DISCHARGE_OVERCURRENT), A(SHORT_CIRCUIT),
		A(MOSFET_OVERTEMPERATURE), A(UNDERVOLTAGE), A(CHARGE_OVERTEMPERATURE),
		A(CHARGE_UNDERTEMPERATURE), A(OVERVOLTAGE), A(CHARGE_OVERCURRENT),
		A(OVERVOLTAGE), A(INTERNAL_COMMUNICATION), 0, A(CHARGE_OVERCURRENT),
	} }, { 10, false, {
		0, A(UNDERVOLTAGE), A(SHORT_CIRCUIT), A(DUPLICATE_ADDRESS),
	} }, { 11, false, {
		A(GENERAL), A(MOSFET_FAILURE), A(CHARGE_OVERCURRENT),
		A(DISCHARGE_OVERCURRENT), A(SHORT_CIRCUIT), 0, A(DUPLICATE_ADDRESS), 0, 0, 0,
		A(MOSFET_OVERTEMPERATURE), A(CELL_UNDERVOLTAGE), A(DISCHARGE_OVERCURRENT),
		A(DISCHARGE_UNDERTEMPERATURE), A(DISCHARGE_OVERTEMPERATURE), A(UNDERVOLTAGE),
	} }, { 12, false, {
		A(INTERNAL_COMMUNICATION), A(SHORT_CIRCUIT), A(DISCHARGE_OVERCURRENT), 0,
		A(OVERVOLTAGE), A(DISCHARGE_OVERTEMPERATURE), 0, 0, 0, 0, 0, 0, 0,
		A(INTERNAL_COMMUNICATION),
	} },
};

static void each_alarm_bit(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(alarms); i++)
		for (unsigned int bit = 0; bit < 16; bit++) {
			u64 word = alarms[i].bits[bit];
			struct cellar_reading news;

			assert_int_equal(hear_register(SUMS, alarms[i].index, (u16)BIT(bit), &news),
					 0);
			assert_int_equal(news.warnings, alarms[i].warns ? word : 0);
			assert_int_equal(news.protections, alarms[i].warns ? 0 : word);
		}
}

static void cells(void **state)
{
	u8 wire[VOLTRONIC_REPLY_LEN(64)];
	struct cellar_reading news;
	u8 *regs = answer_to(wire, CELLS);

	(void)state;
	bytes_of(regs, "00 10 00 21 00 22");
	for (unsigned int i = 2; i < 16; i++)
		regs[3 + 2 * i] = 0x20;
	bytes_of(regs + 42, "00 06 0B A5 0B A6 0B A7 0B A8 0B A9 0C 00");
	assert_int_equal(hear(wire, CELLS, &news), 0);
	assert_int_equal(news.cells, 16);
	assert_int_equal(news.cells_mv[0], 3300);
	assert_int_equal(news.cells_mv[1], 3400);
	assert_int_equal(news.cells_mv[15], 3200);
	assert_int_equal(news.temperatures, 5);
	assert_int_equal(news.temperatures_decic[0], 250);
	assert_int_equal(news.temperatures_decic[4], 254);
	assert_int_equal(news.mosfet_temperature_decic, 341);

	regs[43] = 5;
	assert_int_equal(hear(wire, CELLS, &news), 0);
	assert_true(NONE(&news, MOSFET_TEMPERATURE) && news.temperatures == 5);

	regs[43] = 10;
	for (unsigned int i = 0; i < 10; i++)
		cellar_put_be16(regs + 44 + 2 * i, (u16)(2731 + i));
	assert_int_equal(hear(wire, CELLS, &news), 0);
	assert_int_equal(news.temperatures, 8);
	assert_int_equal(news.temperatures_decic[5], 6);
	assert_int_equal(news.temperatures_decic[7], 8);
	assert_int_equal(news.mosfet_temperature_decic, 5);

	regs[43] = 11;
	assert_int_equal(hear(wire, CELLS, &news), -ERANGE);
	regs[43] = 2;
	cellar_put_be16(regs + 46, 2130);
	assert_int_equal(hear(wire, CELLS, &news), -ERANGE);
	cellar_put_be16(regs + 46, 4232);
	assert_int_equal(hear(wire, CELLS, &news), -ERANGE);
	cellar_put_be16(regs + 46, 2732);
	assert_int_equal(hear(wire, CELLS, &news), 0);
	regs[1] = 21;
	for (unsigned int i = 0; i < 20; i++)
		regs[3 + 2 * i] = 0x20;
	regs[43] = 10;
	assert_int_equal(hear(wire, CELLS, &news), -ERANGE);
	regs[1] = 16;
	regs[5] = 9;
	assert_int_equal(hear(wire, CELLS, &news), -ERANGE);
	regs[5] = 51;
	assert_int_equal(hear(wire, CELLS, &news), -ERANGE);

	answer_to(wire, CELLS);
	assert_int_equal(hear(wire, CELLS, &news), 0);
	assert_true(NONE(&news, CELLS) && NONE(&news, TEMPERATURES));
}

static void design_capacity(void **state)
{
	u8 wire[VOLTRONIC_REPLY_LEN(64)];
	struct cellar_reading news;

	(void)state;
	bytes_of(answer_to(wire, DESIGN), "00 01 86 A0");
	assert_int_equal(hear(wire, DESIGN, &news), 0);
	assert_int_equal(news.design_mah, 100000);
	assert_int_equal(hear_register(DESIGN, 0, 0, &news), 0);
	assert_true(NONE(&news, DESIGN));
}

/* A request from register 8 on looks like the head of an answer of 8 words */
static void request_of_register_eight(void **state)
{
	u8 wire[VOLTRONIC_REQUEST_LEN];
	struct cellar_reading news = { 0 };
	struct line line;

	(void)state;
	line_setup(&line);
	bytes_of(wire, "01 03 00 08 00 01");
	cellar_put_le16(wire + 6, cellar_voltronic_crc(wire, 6));
	feed(&line, wire, sizeof(wire));
	assert_int_equal(line.telegrams, 1);
	assert_int_equal(cellar_rs485_voltronic.questions[LIMITS].decode(1, &line.last, &news),
			 -ENOMSG);
}

static void refusals_and_others(void **state)
{
	u8 wire[VOLTRONIC_REPLY_LEN(64)];
	struct cellar_reading news = { 0 };
	struct line line;

	(void)state;
	for (unsigned int q = 0; q < QUESTIONS; q++) {
		const struct cellar_rs485_question *question = &cellar_rs485_voltronic.questions[q];

		line_setup(&line);
		memcpy(wire, "\x01\x83\x02", 3);
		cellar_put_le16(wire + 3, cellar_voltronic_crc(wire, 3));
		feed(&line, wire, VOLTRONIC_REFUSAL_LEN);
		assert_int_equal(line.telegrams, 1);
		assert_int_equal(question->decode(1, &line.last, &news), -EREMOTEIO);
		assert_int_equal(question->decode(2, &line.last, &news), -ENOMSG);
		line.last.framing = CELLAR_FRAMING_ASCII;
		assert_int_equal(question->decode(1, &line.last, &news), -ENOMSG);

		/* its own echo, and the answers to all others */
		line_setup(&line);
		feed(&line, wire, (size_t)question->ask(1, wire));
		assert_int_equal(line.telegrams, 1);
		assert_int_equal(question->decode(1, &line.last, &news), -ENOMSG);
		for (unsigned int other = 0; other < QUESTIONS; other++) {
			answer_to(wire, other);
			line_setup(&line);
			feed(&line, wire, seal(wire));
			assert_int_equal(question->decode(1, &line.last, &news),
					 other == q ? 0 : -ENOMSG);
			assert_int_equal(question->decode(2, &line.last, &news), -ENOMSG);
		}
	}
}

/* Whole answers, as sent by a pack that says all it can */
static const struct cellar_reading full = {
	.have = ~0ULL,
	.voltage_mv = 52250, .current_ma = -12340, .soc_centi = 8799, .full_mah = 300000,
	.packs_online = 3, .protections = A(CELL_OVERVOLTAGE), .warnings = A(CELL_OVERVOLTAGE),
	.charge_voltage_limit_mv = 56899, .discharge_voltage_limit_mv = 44901,
	.charge_current_limit_ma = 99999, .discharge_current_limit_ma = 1,
	.remaining_mah = 123456, .design_mah = 100000, .charge_enable = true,
	.full_charge_request = true, .cells = 3, .cells_mv = { 3299, 3300, 3350 },
	.temperatures = 5, .temperatures_decic = { -10, 0, 10, 20, 30 },
	.mosfet_temperature_decic = 450,
};

static void encode_to_the_safe_side(void **state)
{
	struct cellar_reading heard = { 0 };

	(void)state;
	for (unsigned int q = 0; q < QUESTIONS; q++) {
		const struct cellar_rs485_question *question = &cellar_rs485_voltronic.questions[q];
		static const struct cellar_reading nothing;
		struct cellar_reading news;
		u8 wire[CELLAR_RS485_WIRE_MAX];

		assert_int_equal(question->encode(1, &nothing, wire), -ENODATA);
		assert_int_equal(question->encode(1, &full, wire), question->answer_len);
		assert_int_equal(hear(wire, q, &news), 0);
		cellar_reading_merge(&heard, &news);
	}

	assert_int_equal(heard.charge_voltage_limit_mv, 56800);
	assert_int_equal(heard.discharge_voltage_limit_mv, 45000);
	assert_int_equal(heard.charge_current_limit_ma, 99900);
	assert_int_equal(heard.discharge_current_limit_ma, 0);
	assert_int_equal(heard.voltage_mv, 52200);
	assert_int_equal(heard.current_ma, -12400);
	assert_int_equal(heard.soc_centi, 8700);
	assert_int_equal(heard.full_mah, 300000);
	assert_int_equal(heard.remaining_mah, 123456);
	assert_int_equal(heard.design_mah, 100000);
	assert_int_equal(heard.packs_online, 3);
	assert_true(heard.charge_enable && !heard.discharge_enable);
	assert_true(heard.full_charge_request && !heard.force_charge);
	assert_int_equal(heard.protections, A(OVERVOLTAGE));
	assert_int_equal(heard.warnings, A(CELL_OVERVOLTAGE));
	assert_int_equal(heard.cells, 3);
	assert_int_equal(heard.cells_mv[2], 3300);
	assert_int_equal(heard.temperatures, 5);
	assert_int_equal(heard.temperatures_decic[0], -10);
	assert_int_equal(heard.mosfet_temperature_decic, 450);
}

static void the_highest_a_number_can_be(void **state)
{
	struct cellar_reading reading = full, news;
	u8 wire[CELLAR_RS485_WIRE_MAX];

	(void)state;
	reading.charge_voltage_limit_mv = 80000;
	reading.charge_current_limit_ma = 10000000;
	reading.discharge_current_limit_ma = 0xffffffff;
	assert_true(cellar_rs485_voltronic.questions[LIMITS].encode(1, &reading, wire) > 0);
	assert_int_equal(hear(wire, LIMITS, &news), 0);
	assert_int_equal(news.charge_voltage_limit_mv, 70000);
	assert_int_equal(news.charge_current_limit_ma, 3276700);
	assert_int_equal(news.discharge_current_limit_ma, 3276700);
}

/* What of the limits is missing cannot be said, and then nothing is */
static void no_half_limits(void **state)
{
	static const u8 needed[] = {
		CELLAR_CHARGE_VOLTAGE_LIMIT, CELLAR_DISCHARGE_VOLTAGE_LIMIT,
		CELLAR_CHARGE_CURRENT_LIMIT, CELLAR_DISCHARGE_CURRENT_LIMIT, CELLAR_REMAINING,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		struct cellar_reading reading = full;
		u8 wire[CELLAR_RS485_WIRE_MAX];

		reading.have &= ~BIT_ULL(needed[i]);
		assert_int_equal(cellar_rs485_voltronic.questions[LIMITS].encode(1, &reading, wire),
				 -ENODATA);
	}
}

/* Other batteries count bytes, in one: 16 of them here, for the limits */
static void plain_modbus(void **state)
{
	u8 wire[5 + 128];
	struct line line;

	(void)state;
	for (unsigned int bytes = 2; bytes <= 126; bytes += 2) {
		memset(wire, 0x11, sizeof(wire));
		memcpy(wire, "\x01\x03", 2);
		wire[2] = (u8)bytes;
		cellar_put_le16(wire + 3 + bytes, cellar_voltronic_crc(wire, 3 + bytes));
		assert_int_equal(cellar_voltronic_crc(wire, 5 + bytes), 0);
		line_setup(&line);
		feed(&line, wire, 5 + bytes);
		assert_int_equal(line.telegrams, 0);
		assert_int_equal(line.deframer.malformed, 1);
	}
}

static size_t all_answers(u8 *to)
{
	size_t n = 0;

	for (unsigned int q = 0; q < QUESTIONS; q++)
		n += (size_t)cellar_rs485_voltronic.questions[q].encode(1, &full, to + n);

	return n;
}

static void run_together(void **state)
{
	u8 wire[8 * VOLTRONIC_REPLY_LEN(64)];
	size_t n = all_answers(wire);
	struct line line;

	(void)state;
	line_setup(&line);
	feed(&line, wire, n);
	assert_int_equal(line.telegrams, QUESTIONS);
	assert_int_equal(line.deframer.malformed, 0);
}

/* Also noise that looks like the head of a long reply, of a request, of a refusal */
static void noise_costs_nothing(void **state)
{
	static const char *const noises[] = {
		"00", "FF FF FF", "01", "01 03", "01 03 00", "01 03 00 40", "01 03 00 01",
		"01 03 00 70 00 08", "01 83", "01 83 02", "10 03 00 20 01 03", "01 01 01 01 03",
	};
	u8 wire[8 * VOLTRONIC_REPLY_LEN(64)];
	size_t n = all_answers(wire);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(noises); i++) {
		struct line line;

		line_setup(&line);
		feed_hex(&line, noises[i]);
		feed(&line, wire, n);
		assert_int_equal(line.telegrams, QUESTIONS);
		assert_true(line.deframer.malformed <= 1);
	}
}

/* Its first register is one that the reply's length could be */
static void echo_before_the_answer(void **state)
{
	const struct cellar_rs485_question *question = &cellar_rs485_voltronic.questions[SUMS];
	u8 wire[CELLAR_RS485_WIRE_MAX];
	struct cellar_reading news = { 0 };
	struct line line;

	(void)state;
	line_setup(&line);
	feed(&line, wire, (size_t)question->ask(1, wire));
	assert_int_equal(line.telegrams, 1);
	feed(&line, wire, (size_t)question->encode(1, &full, wire));
	assert_int_equal(line.telegrams, 2);
	assert_int_equal(question->decode(1, &line.last, &news), 0);
	assert_int_equal(line.deframer.malformed, 0);
}

/* Both look like answers that go on, and the noise is given up first */
static void echo_after_noise(void **state)
{
	struct line line;
	u8 noise[128];

	(void)state;
	memset(noise, 0xff, sizeof(noise));
	line_setup(&line);
	feed_hex(&line, "01 03 00 20 01 03 00 30 00 0D 84 00");
	assert_int_equal(line.telegrams, 1);
	feed(&line, noise, sizeof(noise));
	assert_int_equal(line.telegrams, 1);
	assert_int_equal(line.deframer.malformed, 0);
}

/* The first current is such that the head of the answer is a request with its CRC */
static void answer_that_begins_like_a_request(void **state)
{
	u8 wire[VOLTRONIC_REPLY_LEN(64)];
	struct cellar_reading news;
	struct line line;
	u8 *regs = answer_to(wire, DESIGN);
	unsigned int telegrams;

	(void)state;
	cellar_put_be16(regs, 1);
	cellar_put_le16(regs + 2, cellar_voltronic_crc(wire, 6));
	line_setup(&line);
	feed(&line, wire, seal(wire));
	telegrams = line.telegrams;
	assert_int_equal(telegrams, 2);
	assert_int_equal(line.last.len, VOLTRONIC_HEAD_LEN + 4);
	news.have = 0;
	news.none = 0;
	assert_int_equal(cellar_rs485_voltronic.questions[DESIGN].decode(1, &line.last, &news), 0);
	assert_int_equal(line.deframer.malformed, 0);
}

static void malformed_is_counted_once(void **state)
{
	u8 wire[VOLTRONIC_REPLY_LEN(64)];
	size_t n = (size_t)cellar_rs485_voltronic.questions[CELLS].encode(1, &full, wire);
	struct line line;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		line_setup(&line);
		wire[i] ^= 0x40;
		feed(&line, wire, n);
		wire[i] ^= 0x40;
		assert_int_equal(line.telegrams, 0);
		assert_int_equal(line.deframer.malformed, i >= 2);
		cellar_voltronic_reset(&line.deframer);
		/* with a wrong head it is noise, but for what looks like one */
		assert_int_equal(line.deframer.malformed, i >= 2);
		feed(&line, wire, n);
		assert_int_equal(line.telegrams, 1);
	}

	line_setup(&line);
	feed(&line, wire, n - 1);
	cellar_voltronic_reset(&line.deframer);
	assert_int_equal(line.deframer.malformed, 1);
	feed(&line, wire + n - 1, 1);
	assert_int_equal(line.telegrams, 0);
	cellar_voltronic_reset(&line.deframer);
	assert_int_equal(line.deframer.malformed, 1);
	feed_hex(&line, "01 03 00 20 01 03 00 20");
	cellar_voltronic_reset(&line.deframer);
	assert_int_equal(line.deframer.malformed, 2);
}

/* A byte that is lost takes its own telegram along and no other */
static void lost_bytes(void **state)
{
	u8 wire[8 * VOLTRONIC_REPLY_LEN(64)];
	size_t n = all_answers(wire);

	(void)state;
	for (size_t lost = 0; lost < n; lost++) {
		struct line line;

		line_setup(&line);
		feed(&line, wire, lost);
		feed(&line, wire + lost + 1, n - lost - 1);
		assert_int_equal(line.telegrams, QUESTIONS - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exchange_of_the_document),
		cmocka_unit_test(questions_on_the_wire),
		cmocka_unit_test(limits),
		cmocka_unit_test(each_flag),
		cmocka_unit_test(sums),
		cmocka_unit_test(each_alarm_bit),
		cmocka_unit_test(cells),
		cmocka_unit_test(design_capacity),
		cmocka_unit_test(request_of_register_eight),
		cmocka_unit_test(refusals_and_others),
		cmocka_unit_test(encode_to_the_safe_side),
		cmocka_unit_test(the_highest_a_number_can_be),
		cmocka_unit_test(no_half_limits),
		cmocka_unit_test(plain_modbus),
		cmocka_unit_test(run_together),
		cmocka_unit_test(noise_costs_nothing),
		cmocka_unit_test(echo_before_the_answer),
		cmocka_unit_test(echo_after_noise),
		cmocka_unit_test(answer_that_begins_like_a_request),
		cmocka_unit_test(malformed_is_counted_once),
		cmocka_unit_test(lost_bytes),
	};

	return cmocka_run_group_tests_name("voltronic", tests, NULL, NULL);
}
