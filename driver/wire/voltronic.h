/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Voltronic's RS-485 protocol (protocols.md 5.1): how its telegrams are found. It
 * looks like Modbus and is not: a reply counts words, in two bytes. Its questions
 * are in struct cellar_rs485_dialect cellar_rs485_voltronic.
 */
#ifndef CELLAR_WIRE_VOLTRONIC_H
#define CELLAR_WIRE_VOLTRONIC_H

#include "rs485.h"

/* Functions; a refusal has one byte of reason instead of words. */
#define VOLTRONIC_READ		0x03
#define VOLTRONIC_REFUSED	0x83

#define VOLTRONIC_ID_MAX		16

/* On the wire: ID, FC and number of words; CRC; whole telegrams */
#define VOLTRONIC_HEAD_LEN	4
#define VOLTRONIC_CRC_LEN	2
#define VOLTRONIC_REPLY_LEN(words) \
	(VOLTRONIC_HEAD_LEN + 2 * (words) + VOLTRONIC_CRC_LEN)
#define VOLTRONIC_REQUEST_LEN	8
#define VOLTRONIC_REFUSAL_LEN	5

/*
 * cellar_rs485_feed() for CELLAR_FRAMING_VOLTRONIC. A telegram is what has a right
 * CRC and a length that its head allows, wherever it begins: neither noise nor
 * another telegram before it can hide it.
 */
bool cellar_voltronic_feed(struct cellar_rs485_deframer *deframer, u8 byte,
			   struct cellar_rs485_telegram *telegram);

/* cellar_rs485_reset() for CELLAR_FRAMING_VOLTRONIC. */
void cellar_voltronic_reset(struct cellar_rs485_deframer *deframer);

/* CRC-16/Modbus; of a telegram with its CRC, low byte first: 0. */
u16 cellar_voltronic_crc(const u8 *data, size_t len);

#endif /* CELLAR_WIRE_VOLTRONIC_H */
