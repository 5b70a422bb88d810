// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ask for a block of Voltronic's registers, decode and encode its numbers.
 */
#include "bytes.h"
#include "voltronic.h"
#include "voltronic_block.h"

int cellar_voltronic_ask(u8 address, const struct cellar_voltronic_block *block, u8 *wire)
{
	wire[0] = address;
	wire[1] = VOLTRONIC_READ;
	cellar_put_be16(wire + 2, block->reg);
	cellar_put_be16(wire + 4, block->words);
	cellar_put_le16(wire + 6, cellar_voltronic_crc(wire, 6));

	return VOLTRONIC_REQUEST_LEN;
}

unsigned int cellar_voltronic_at(const struct cellar_voltronic_block *block, u8 reg)
{
	return VOLTRONIC_HEAD_LEN + 2 * (reg - block->reg);
}

static int decode_numbers(const struct cellar_voltronic_block *block, const u8 *content,
			  struct cellar_reading *news)
{
	unsigned int i;

	for (i = 0; i < block->n; i++) {
		const struct cellar_voltronic_number *number = &block->numbers[i];
		const u8 *p = content + cellar_voltronic_at(block, number->reg);
		u32 raw = number->words == 2 ? cellar_be32(p) : cellar_be16(p);

		if (!raw && number->min) {
			cellar_say_none(news, number->field);
			continue;
		}
		if (raw < number->min || raw > number->max)
			return -ERANGE;

		cellar_say_number(news, number->field, raw * number->scale);
	}

	return 0;
}

/* The words of @answer are those of @block, or it is no answer to it. */
static int check_answer(u8 address, const struct cellar_voltronic_block *block,
			const struct cellar_rs485_telegram *answer)
{
	const u8 *content = answer->data;

	if (answer->framing != CELLAR_FRAMING_VOLTRONIC || content[0] != address)
		return -ENOMSG;
	if (content[1] == VOLTRONIC_REFUSED)
		return -EREMOTEIO;

	return answer->len == VOLTRONIC_HEAD_LEN + 2 * block->words ? 0 : -ENOMSG;
}

int cellar_voltronic_decode(u8 address, const struct cellar_voltronic_block *block,
			    const struct cellar_rs485_telegram *answer,
			    struct cellar_reading *news)
{
	int err = check_answer(address, block, answer);

	return err ? err : decode_numbers(block, answer->data, news);
}

static u32 raw_for(const struct cellar_voltronic_number *number,
		   const struct cellar_reading *reading)
{
	u32 value = (u32)cellar_reading_number(reading, number->field);
	u32 raw = value / number->scale + (number->up && value % number->scale);

	if (!cellar_has(reading, number->field) || raw < number->min)
		return 0;

	return raw > number->max ? number->max : raw;
}

int cellar_voltronic_encode(u8 address, const struct cellar_voltronic_block *block,
			    const struct cellar_reading *reading, u8 *wire)
{
	unsigned int i;

	memset(wire, 0, VOLTRONIC_REPLY_LEN(block->words));
	wire[0] = address;
	wire[1] = VOLTRONIC_READ;
	cellar_put_be16(wire + 2, block->words);

	for (i = 0; i < block->n; i++) {
		const struct cellar_voltronic_number *number = &block->numbers[i];
		u8 *p = wire + cellar_voltronic_at(block, number->reg);
		u32 raw = raw_for(number, reading);

		if (!number->min && !cellar_has(reading, number->field))
			return -ENODATA;
		if (number->words == 2)
			cellar_put_be32(p, raw);
		else
			cellar_put_be16(p, (u16)raw);
	}

	return 0;
}

int cellar_voltronic_seal(const struct cellar_voltronic_block *block, u8 *wire)
{
	u16 len = VOLTRONIC_HEAD_LEN + 2 * block->words;

	cellar_put_le16(wire + len, cellar_voltronic_crc(wire, len));

	return len + VOLTRONIC_CRC_LEN;
}
