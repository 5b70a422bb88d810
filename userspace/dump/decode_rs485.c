// SPDX-License-Identifier: GPL-2.0-only
/*
 * RS-485 frames. An answer does not name its question: it is taken for one to the
 * last request to its address that was recorded, and else told by its shape.
 */
#include "../../driver/wire/ascii_record.h"
#include "decode.h"

/* Return codes of an answer (protocols.md 4.2); what is greater is a command */
#define RTN_MAX		0x06
#define RTN_ADDRESS	0x90
#define RTN_INTERNAL	0x91

/* There 0x90 is a command (protocols.md 5.3) */
#define VERSION_PACE	0x25

static const struct {
	u8 code;
	const char *words;
} refusals[] = {
	{ 0x01, "refused: version" },
	{ 0x02, "refused: checksum" },
	{ 0x03, "refused: checksum of the length" },
	{ 0x04, "refused: unknown command" },
	{ 0x05, "refused: format" },
	{ 0x06, "refused: data" },
	{ RTN_ADDRESS, "refused: address" },
	{ RTN_INTERNAL, "refused: internal communication" },
};

/* What is no question of a master and yet has a name (protocols.md 4.3) */
static const struct {
	u8 command;
	const char *name;
} others[] = {
	{ CELLAR_ASCII_PARAMETERS, "system parameters" },
	{ CELLAR_ASCII_PROTOCOL, "protocol version" },
	{ 0x94, "setting of limits" },
	{ 0x95, "turning off" },
};

static void malformed(struct decode_result *result, const char *why)
{
	result->outcome = MALFORMED;
	result->why = why;
}

static void unknown(struct decode_result *result, const char *why)
{
	result->outcome = UNKNOWN;
	result->why = why;
}

/* 0 with a telegram in @deframer, or -EINVAL */
static int telegram_of(const struct line_rs485 *line,
		       struct cellar_rs485_deframer *deframer,
		       struct cellar_rs485_telegram *telegram)
{
	bool complete = false;

	for (size_t i = 0; i < line->len && !complete; i++) {
		complete = cellar_rs485_feed(deframer, (u8)line->text[i], telegram);
		if (complete && i + 1 < line->len)
			return -EINVAL;
	}

	return complete ? 0 : -EINVAL;
}

/* The question of @dialect that @command asks, NULL if none */
static const struct cellar_rs485_question *
question_of(const struct cellar_rs485_dialect *dialect, u8 address, u8 command)
{
	static const u8 digits[] = "0123456789ABCDEF";
	u8 wire[CELLAR_RS485_QUESTION_MAX];

	for (unsigned int i = 0; i < dialect->n_questions; i++) {
		const struct cellar_rs485_question *question = &dialect->questions[i];

		/* SOI VER ADR CID1, two characters each but SOI */
		question->ask(address, wire);
		if (wire[7] == digits[command >> 4] && wire[8] == digits[command & 0xf])
			return question;
	}

	return NULL;
}

static const char *name_of(const struct decode *decode, u8 address, u8 command)
{
	for (unsigned int i = 0; i < decode->n_rs485; i++) {
		const struct cellar_rs485_question *question;

		question = question_of(cellar_rs485_dialect(decode->rs485[i]), address, command);
		if (question)
			return question->name;
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (others[i].command == command)
			return others[i].name;

	return NULL;
}

static void decode_request(struct decode *decode, const struct cellar_rs485_telegram *telegram,
			   struct decode_result *result)
{
	u8 address = cellar_ascii_address(telegram);
	u8 command = cellar_ascii_cid2(telegram);
	bool all = cellar_ascii_info_len(telegram) == 1 &&
		   cellar_ascii_info(telegram)[0] == CELLAR_ASCII_ALL;

	decode->asked[address] = command;
	result->name = name_of(decode, address, command);
	if (!result->name)
		unknown(result, "a request that is not covered");
	else
		result->remark = all ? "request to all packs" : "request";
}

static int decode_question(const struct cellar_rs485_question *question, u8 address,
			   const struct cellar_rs485_telegram *answer,
			   struct decode_result *result)
{
	struct decode_news *news = result->news;
	int err = cellar_rs485_decode(question, address, answer, &news->reading);

	if (err)
		return err;

	result->name = question->name;
	news->of_pack = !question->of_system;
	news->address = address;
	result->n_news = 1;

	return 0;
}

static int decode_all(enum cellar_rs485_dialect_id dialect, u8 command,
		      const struct cellar_rs485_telegram *answer,
		      struct decode_result *result)
{
	u8 address = cellar_ascii_address(answer);
	struct cellar_ascii_packs packs;
	unsigned int n = 0;
	int ret = cellar_ascii_packs(&packs, dialect, command, answer);

	while (!ret) {
		struct decode_news one = { .of_pack = true };

		ret = cellar_ascii_packs_next(&packs, &one.address, &one.reading);
		if (ret <= 0)
			break;
		if (n == ARRAY_SIZE(result->news))
			return -ERANGE;
		result->news[n++] = one;
		ret = 0;
	}
	if (ret)
		return ret;

	result->name = question_of(cellar_rs485_dialect(dialect), address, command)->name;
	result->n_news = n;

	return 0;
}

static int decode_other(const struct decode *decode, u8 address,
			const struct cellar_rs485_telegram *answer,
			struct decode_result *result)
{
	u8 command = CELLAR_ASCII_PARAMETERS;
	int err = cellar_ascii_parameters_decode(address, answer, &result->parameters);

	result->has_parameters = !err;
	if (err == -ENOMSG) {
		command = CELLAR_ASCII_PROTOCOL;
		err = cellar_ascii_protocol_decode(address, answer, &result->version);
	}
	if (!err)
		result->name = name_of(decode, address, command);

	return err;
}

/* 0, -ENOMSG when it is no answer in this dialect, or another error */
static int decode_answer(const struct decode *decode, enum cellar_rs485_dialect_id id,
			 const struct cellar_rs485_telegram *answer,
			 struct decode_result *result)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(id);
	u8 address = cellar_ascii_address(answer);
	const struct cellar_rs485_question *asked =
		question_of(dialect, address, decode->asked[address]);
	int err = asked ? decode_question(asked, address, answer, result) : -ENOMSG;

	for (unsigned int i = 0; err == -ENOMSG && i < dialect->n_questions; i++)
		err = decode_question(&dialect->questions[i], address, answer, result);
	if (err == -ENOMSG)
		err = decode_all(id, CELLAR_ASCII_VALUES, answer, result);
	if (err == -ENOMSG)
		err = decode_all(id, CELLAR_ASCII_ALARMS, answer, result);
	if (err == -ENOMSG && id == CELLAR_RS485_PYLONTECH)
		err = decode_other(decode, address, answer, result);

	return err;
}

static const char *refusal(u8 code)
{
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		if (refusals[i].code == code)
			return refusals[i].words;

	return NULL;
}

static void decode_reply(struct decode *decode, const struct cellar_rs485_telegram *telegram,
			 struct decode_result *result)
{
	u8 address = cellar_ascii_address(telegram);
	int err = -ENOMSG;

	result->remark = refusal(cellar_ascii_cid2(telegram));
	if (result->remark) {
		result->name = name_of(decode, address, decode->asked[address]);
		return;
	}

	for (unsigned int i = 0; err == -ENOMSG && i < decode->n_rs485; i++) {
		err = decode_answer(decode, decode->rs485[i], telegram, result);
		if (!err)
			decode->rs485_heard |= 1U << i;
	}
	if (err == -ENOMSG)
		unknown(result, "an answer of no shape we know");
	else if (err)
		malformed(result, "a number is out of its range");
}

static bool is_reply(const struct cellar_rs485_telegram *telegram)
{
	u8 code = cellar_ascii_cid2(telegram);

	return code <= RTN_MAX ||
	       (cellar_ascii_version(telegram) != VERSION_PACE && refusal(code));
}

void decode_rs485(struct decode *decode, const struct line_rs485 *line,
		  struct decode_result *result)
{
	struct cellar_rs485_deframer deframer = { .framing = CELLAR_FRAMING_ASCII };
	struct cellar_rs485_telegram telegram;

	if (telegram_of(line, &deframer, &telegram))
		malformed(result, "wrong length or checksum");
	else if (cellar_ascii_cid1(&telegram) != CELLAR_ASCII_CID1)
		unknown(result, "another protocol by its CID1");
	else if (is_reply(&telegram))
		decode_reply(decode, &telegram, result);
	else
		decode_request(decode, &telegram, result);
}

enum cellar_rs485_dialect_id decode_identify(const struct line_rs485 *line)
{
	struct cellar_rs485_deframer deframer = { .framing = CELLAR_FRAMING_ASCII };
	struct cellar_rs485_telegram telegram;

	if (telegram_of(line, &deframer, &telegram))
		return CELLAR_RS485_NONE;

	return cellar_rs485_identify(cellar_ascii_address(&telegram), &telegram);
}
