// SPDX-License-Identifier: GPL-2.0-only
/*
 * The laws of RS-485 dialects: no noise hides a telegram; an answer is one to a
 * single question; what it says is within what the dialect can say and in range, and
 * said again never allows more.
 */
#include "rs485_laws.h"
#include "reading_laws.h"

#include "../../driver/wire/ascii_pylontech.h"
#include "../../driver/wire/ascii_record.h"
#include "../../driver/wire/bytes.h"
#include "../../driver/wire/voltronic.h"

/* Version, address, return code of an ASCII answer */
#define ASCII_HEAD	3

/* @wire must be one telegram, that ends with its last byte; @deframer is fresh. */
static void find(struct cellar_rs485_deframer *deframer, const u8 *wire, int len,
		 struct cellar_rs485_telegram *telegram)
{
	bool found = false;

	for (int i = 0; i < len; i++)
		found |= cellar_rs485_feed(deframer, wire[i], telegram);
	LAW(found && !deframer->malformed);
}

static bool say_again(const struct cellar_rs485_question *question, u8 address,
		      const struct cellar_reading *reading, u8 *wire, int *len,
		      struct cellar_reading *heard)
{
	struct cellar_rs485_deframer deframer = { 0 };
	struct cellar_rs485_telegram telegram;
	struct cellar_reading news;

	*len = question->encode(address, reading, wire);
	if (*len < 0) {
		LAW(*len == -ENODATA);
		return false;
	}
	LAW(*len <= CELLAR_RS485_WIRE_MAX);

	deframer.framing = wire[0] == '~' ? CELLAR_FRAMING_ASCII : CELLAR_FRAMING_VOLTRONIC;
	find(&deframer, wire, *len, &telegram);
	LAW(!cellar_rs485_decode(question, address, &telegram, &news));
	*heard = only(&news);
	check_values(heard);
	check_safe_side(reading, heard);

	return true;
}

static void check_round_trip(const struct cellar_rs485_question *question, u8 address,
			     const struct cellar_reading *first, u32 by)
{
	u8 copy[CELLAR_RS485_WIRE_MAX], again[CELLAR_RS485_WIRE_MAX];
	struct cellar_reading second, third, wanted = *first;
	int len, len_again;

	if (!say_again(question, address, first, copy, &len, &second))
		return;
	LAW(say_again(question, address, &second, again, &len_again, &third));
	LAW(len == len_again && !memcmp(copy, again, (size_t)len));
	LAW(cellar_reading_equal(&second, &third));

	lower_limits(&wanted, by);
	say_again(question, address, &wanted, copy, &len, &second);
}

static bool check_question(const struct cellar_rs485_dialect *dialect,
			   const struct cellar_rs485_question *question, u8 address,
			   const struct cellar_rs485_telegram *telegram)
{
	u64 can = question->of_system ? dialect->system_fields : dialect->pack_fields;
	struct cellar_reading news, reading;
	int ret = cellar_rs485_decode(question, address, telegram, &news);

	if (ret) {
		LAW(ret == -ENOMSG || ret == -EREMOTEIO || ret == -ERANGE || ret == -EMSGSIZE);
		LAW(!news.have && !news.none);
		return false;
	}

	LAW(!(news.have & news.none));
	LAW(!((news.have | news.none) & ~can));
	reading = only(&news);
	check_values(&reading);
	check_round_trip(question, address, &reading, 1 + telegram->data[telegram->len - 1] % 99);

	/* nobody else's, as answers name their sender */
	LAW(cellar_rs485_decode(question, address ^ 1, telegram, &news) == -ENOMSG);

	return true;
}

static void check_all_packs(enum cellar_rs485_dialect_id id, u8 command,
			    const struct cellar_rs485_telegram *telegram)
{
	struct cellar_ascii_packs packs;
	struct cellar_reading news;
	u8 address;
	int ret;

	if (cellar_ascii_packs(&packs, id, command, telegram))
		return;
	while ((ret = cellar_ascii_packs_next(&packs, &address, &news)) > 0) {
		struct cellar_reading reading = only(&news);

		check_values(&reading);
	}
	LAW(!ret || ret == -ERANGE || ret == -ENOMSG);
}

static void check_parameters(u8 address, const struct cellar_rs485_telegram *telegram)
{
	struct cellar_rs485_deframer deframer = { .framing = CELLAR_FRAMING_ASCII };
	struct cellar_ascii_parameters first, second;
	struct cellar_rs485_telegram copy;
	u8 wire[CELLAR_RS485_WIRE_MAX];

	if (cellar_ascii_parameters_decode(address, telegram, &first))
		return;
	find(&deframer, wire, cellar_ascii_parameters_encode(address, &first, wire), &copy);
	LAW(!cellar_ascii_parameters_decode(address, &copy, &second));
	LAW(first.charge_current_ma == second.charge_current_ma &&
	    first.discharge_current_ma == second.discharge_current_ma &&
	    first.pack_high_mv == second.pack_high_mv);
}

static void check_telegram(enum cellar_rs485_dialect_id id,
			   const struct cellar_rs485_telegram *telegram)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(id);
	bool ascii = dialect->framing == CELLAR_FRAMING_ASCII;
	const struct cellar_rs485_question *asked;
	u8 address = telegram->data[ascii ? 1 : 0];
	unsigned int answers = 0;
	u8 whom = 0;

	LAW(telegram->framing == dialect->framing);
	for (unsigned int i = 0; i < dialect->n_questions; i++)
		answers += check_question(dialect, &dialect->questions[i], address, telegram);
	LAW(answers <= 1);

	asked = cellar_rs485_find_question(dialect, telegram, &whom);
	LAW(!asked || (whom == address && !answers));
	LAW(cellar_rs485_identify(address, telegram) < CELLAR_RS485_DIALECTS);

	if (!ascii)
		return;
	check_all_packs(id, CELLAR_ASCII_VALUES, telegram);
	check_all_packs(id, CELLAR_ASCII_ALARMS, telegram);
	check_parameters(address, telegram);
}

/* Whatever came before, a question that is on the line is found. */
static void check_line(enum cellar_rs485_dialect_id id, const u8 *data, size_t size)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(id);
	struct cellar_rs485_deframer deframer = { .framing = dialect->framing };
	struct cellar_rs485_telegram telegram;
	u8 wire[CELLAR_RS485_QUESTION_MAX];
	bool found = false;
	int len;

	for (size_t i = 0; i < size; i++)
		if (cellar_rs485_feed(&deframer, data[i], &telegram))
			check_telegram(id, &telegram);

	len = dialect->questions[size % dialect->n_questions].ask(dialect->addresses[0], wire);
	for (int i = 0; i < len; i++)
		found |= cellar_rs485_feed(&deframer, wire[i], &telegram);
	LAW(found);

	cellar_rs485_reset(&deframer);
	deframer.malformed = 0;
	find(&deframer, wire, len, &telegram);
}

static int put_ascii(const u8 *data, size_t size, u8 *wire)
{
	if (size < ASCII_HEAD || size > CELLAR_RS485_TELEGRAM_MAX - CELLAR_ASCII_HEADER)
		return 0;

	return cellar_ascii_frame(wire, data[0], data[1], data[2], data + ASCII_HEAD,
				  (unsigned int)(size - ASCII_HEAD));
}

/* The first byte chooses whose length the answer has, the others are registers. */
static int put_voltronic(const u8 *data, size_t size, u8 *wire)
{
	const struct cellar_rs485_dialect *dialect = &cellar_rs485_voltronic;
	size_t len, room;

	if (!size)
		return 0;
	len = dialect->questions[data[0] % dialect->n_questions].answer_len;
	room = len - VOLTRONIC_HEAD_LEN - VOLTRONIC_CRC_LEN;

	memset(wire, 0, len);
	wire[0] = dialect->addresses[0];
	wire[1] = VOLTRONIC_READ;
	cellar_put_be16(wire + 2, (u16)(room / 2));
	memcpy(wire + VOLTRONIC_HEAD_LEN, data + 1, size - 1 < room ? size - 1 : room);
	len -= VOLTRONIC_CRC_LEN;
	cellar_put_le16(wire + len, cellar_voltronic_crc(wire, len));

	return (int)len + VOLTRONIC_CRC_LEN;
}

static void check_answer(enum cellar_rs485_dialect_id id, const u8 *data, size_t size)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(id);
	struct cellar_rs485_deframer deframer = { .framing = dialect->framing };
	struct cellar_rs485_telegram telegram;
	u8 wire[CELLAR_RS485_WIRE_MAX];
	int len;

	len = dialect->framing == CELLAR_FRAMING_ASCII ? put_ascii(data, size, wire) :
	      put_voltronic(data, size, wire);
	if (!len)
		return;

	find(&deframer, wire, len, &telegram);
	check_telegram(id, &telegram);
}

void rs485_laws(enum cellar_rs485_dialect_id id, const u8 *data, size_t size)
{
	if (!size)
		return;
	if (data[0] & 1)
		check_answer(id, data + 1, size - 1);
	else
		check_line(id, data + 1, size - 1);
}
