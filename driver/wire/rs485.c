// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RS-485 dialects by name and by an answer, questions by their telegram, and the
 * rules that hold for every question.
 */
#include "ascii_record.h"
#include "voltronic.h"

static const struct cellar_rs485_dialect *const dialects[CELLAR_RS485_DIALECTS] = {
	[CELLAR_RS485_PYLONTECH] = &cellar_rs485_pylontech,
	[CELLAR_RS485_PACE] = &cellar_rs485_pace,
	[CELLAR_RS485_SEPLOS] = &cellar_rs485_seplos,
	[CELLAR_RS485_VOLTRONIC] = &cellar_rs485_voltronic,
};

bool cellar_rs485_feed(struct cellar_rs485_deframer *deframer, u8 byte,
		       struct cellar_rs485_telegram *telegram)
{
	if (deframer->framing == CELLAR_FRAMING_VOLTRONIC)
		return cellar_voltronic_feed(deframer, byte, telegram);

	return cellar_ascii_feed(deframer, byte, telegram);
}

void cellar_rs485_reset(struct cellar_rs485_deframer *deframer)
{
	if (deframer->framing == CELLAR_FRAMING_VOLTRONIC)
		cellar_voltronic_reset(deframer);
	else
		cellar_ascii_reset(deframer);
}

const struct cellar_rs485_dialect *
cellar_rs485_dialect(enum cellar_rs485_dialect_id dialect)
{
	return dialects[dialect];
}

enum cellar_rs485_dialect_id cellar_rs485_dialect_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < CELLAR_RS485_DIALECTS; i++)
		if (dialects[i] && !strcmp(dialects[i]->name, name))
			return i;

	return CELLAR_RS485_NONE;
}

/*
 * An answer that reads as one of a dialect is in it: item counts and lengths leave no
 * answer to two of them (protocols.md 4.10).
 */
enum cellar_rs485_dialect_id
cellar_rs485_identify(u8 address, const struct cellar_rs485_telegram *answer)
{
	struct cellar_reading news;
	unsigned int i;

	for (i = 0; i < CELLAR_RS485_DIALECTS; i++) {
		const struct cellar_rs485_dialect *dialect = dialects[i];

		if (!dialect || dialect->framing != answer->framing)
			continue;
		if (!cellar_rs485_decode(&dialect->questions[dialect->probe], address, answer,
					 &news))
			return i;
	}

	return CELLAR_RS485_NONE;
}

/* A question of ASCII has the address as its INFO, or nothing */
#define ASCII_QUESTION_MAX	(CELLAR_ASCII_HEADER + 1)

#define CRC_LEN			2

/* Whether @wire, of @len bytes, is @telegram with what delimits it */
static bool is_on_wire(const struct cellar_rs485_telegram *telegram, const u8 *wire, int len)
{
	u8 whole[CELLAR_RS485_QUESTION_MAX];

	if (telegram->framing == CELLAR_FRAMING_VOLTRONIC)
		return len == telegram->len + CRC_LEN &&
		       !memcmp(wire, telegram->data, telegram->len);

	if (telegram->len > ASCII_QUESTION_MAX ||
	    cellar_ascii_cid1(telegram) != CELLAR_ASCII_CID1)
		return false;

	return len == cellar_ascii_frame(whole, cellar_ascii_version(telegram),
					 cellar_ascii_address(telegram),
					 cellar_ascii_cid2(telegram),
					 cellar_ascii_info(telegram),
					 cellar_ascii_info_len(telegram)) &&
	       !memcmp(wire, whole, (size_t)len);
}

const struct cellar_rs485_question *
cellar_rs485_find_question(const struct cellar_rs485_dialect *dialect,
			   const struct cellar_rs485_telegram *telegram, u8 *address)
{
	bool ascii = telegram->framing == CELLAR_FRAMING_ASCII;
	u8 whom = telegram->data[ascii ? 1 : 0];
	u8 wire[CELLAR_RS485_QUESTION_MAX];
	unsigned int i;

	if (dialect->framing != telegram->framing)
		return NULL;

	for (i = 0; i < dialect->n_questions; i++) {
		int len = dialect->questions[i].ask(whom, wire);

		if (!is_on_wire(telegram, wire, len))
			continue;
		*address = whom;
		return &dialect->questions[i];
	}

	return NULL;
}

int cellar_rs485_decode(const struct cellar_rs485_question *question, u8 address,
			const struct cellar_rs485_telegram *answer,
			struct cellar_reading *news)
{
	int err;

	news->have = 0;
	news->none = 0;

	err = question->decode(address, answer, news);
	if (err) {
		news->have = 0;
		news->none = 0;
	}

	return err;
}
