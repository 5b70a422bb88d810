/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A block of Voltronic's registers (protocols.md 5.1), read with one question: how
 * it is asked for, and its numbers as a table that decodes and encodes them.
 */
#ifndef CELLAR_WIRE_VOLTRONIC_BLOCK_H
#define CELLAR_WIRE_VOLTRONIC_BLOCK_H

#include "rs485.h"

/*
 * A number of one or two registers, high byte and high word first. The document does
 * not say which word comes first; single registers are known to be this way round.
 *
 * Value = raw × scale. Where @min is above 0, a raw 0 says that there is no value.
 *
 * @up: round up when sending, where down would look better than it is
 */
struct cellar_voltronic_number {
	u8 field;	/* enum cellar_field */
	u8 reg;
	u8 words;
	bool up;
	u8 scale;
	u32 min;
	u32 max;
};

struct cellar_voltronic_block {
	u8 reg;
	u8 words;
	const struct cellar_voltronic_number *numbers;
	unsigned int n;
};

/* Where register @reg is in the content of an answer. */
unsigned int cellar_voltronic_at(const struct cellar_voltronic_block *block, u8 reg);

/* As struct cellar_rs485_question has it. */
int cellar_voltronic_ask(u8 address, const struct cellar_voltronic_block *block, u8 *wire);

/*
 * Whether @answer is one to @block, and its numbers. 0, or as struct
 * cellar_rs485_question has it.
 */
int cellar_voltronic_decode(u8 address, const struct cellar_voltronic_block *block,
			    const struct cellar_rs485_telegram *answer,
			    struct cellar_reading *news);

/*
 * Head and numbers of an answer; the other registers are 0. 0, or -ENODATA when a
 * number is missing for which the wire has no "no value": a pack that does not know
 * it cannot speak this dialect.
 */
int cellar_voltronic_encode(u8 address, const struct cellar_voltronic_block *block,
			    const struct cellar_reading *reading, u8 *wire);

/* Put the CRC behind an answer that is complete; returns its length on the wire. */
int cellar_voltronic_seal(const struct cellar_voltronic_block *block, u8 *wire);

#endif /* CELLAR_WIRE_VOLTRONIC_BLOCK_H */
