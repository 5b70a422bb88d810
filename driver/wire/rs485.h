/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every RS-485 dialect looks like from outside: how telegrams are told from
 * the noise between them, and a table of questions, each with what asks it, what
 * reads the answer and what a pack would answer. A master asks one question at a
 * time and waits; nobody else on the line speaks unasked.
 *
 * No I/O, no clock, no allocation; any context. The caller serialises calls that
 * share a struct cellar_rs485_deframer. Only questions that read are in here: 0x94
 * and 0x95 have no encoder (design.md, "RS-485").
 */
#ifndef CELLAR_WIRE_RS485_H
#define CELLAR_WIRE_RS485_H

#include "state.h"

/* Longest telegram: ASCII with LENID 4095 (protocols.md 4.2), in bytes of content. */
#define CELLAR_RS485_TELEGRAM_MAX	(6 + 2047)

/* Room for any telegram on the wire: SOI, two characters a byte, CHKSUM, EOI. */
#define CELLAR_RS485_WIRE_MAX		(1 + 2 * CELLAR_RS485_TELEGRAM_MAX + 4 + 1)

/* Room for any question on the wire. */
#define CELLAR_RS485_QUESTION_MAX	32

enum cellar_rs485_dialect_id {
	CELLAR_RS485_NONE,
	CELLAR_RS485_PYLONTECH,
	CELLAR_RS485_PACE,
	CELLAR_RS485_SEPLOS,
	CELLAR_RS485_VOLTRONIC,
	CELLAR_RS485_DIALECTS
};

enum cellar_rs485_framing {
	CELLAR_FRAMING_ASCII,		/* protocols.md 4.2 */
	CELLAR_FRAMING_VOLTRONIC,	/* protocols.md 5.1 */
};

/*
 * A complete telegram whose checksums were right, without them and without what
 * delimits it.
 *
 * @data: ASCII: VER, ADR, CID1, CID2, LENGTH (2), INFO, as bytes, not characters;
 *        voltronic: ID, FC and what follows, without the CRC
 */
struct cellar_rs485_telegram {
	enum cellar_rs485_framing framing;
	u16 len;
	const u8 *data;
};

/*
 * Finds telegrams in whatever arrives, byte by byte: it survives any split, noise,
 * the echo of the question and telegrams that run together. Zeroed but for
 * @framing it is a fresh one.
 *
 * @malformed: telegrams that began and were broken off, or whose checksum or length
 *             was wrong, since the beginning
 */
struct cellar_rs485_deframer {
	enum cellar_rs485_framing framing;
	u8 state;
	u16 len;
	u16 expected;
	u16 sum;
	u32 malformed;
	u8 data[CELLAR_RS485_TELEGRAM_MAX + 2];
};

/*
 * Take one byte from the line. True when it has completed a telegram, which is then
 * in @telegram and lasts until the next call.
 */
bool cellar_rs485_feed(struct cellar_rs485_deframer *deframer, u8 byte,
		       struct cellar_rs485_telegram *telegram);

/* Forget what has begun: the line was silent, or another question was asked. */
void cellar_rs485_reset(struct cellar_rs485_deframer *deframer);

/*
 * How many bytes @telegram was on the wire, from SOI to the last of CHKSUM, or to the
 * CRC. EOI, which may be lost, is not counted.
 */
static inline unsigned int
cellar_rs485_wire_len(const struct cellar_rs485_telegram *telegram)
{
	return telegram->framing == CELLAR_FRAMING_ASCII ? 2 * telegram->len + 5 :
							   telegram->len + 2;
}

/* What a question is about, most urgent first (design.md, "RS-485"). */
enum cellar_rs485_urgency {
	CELLAR_URGENCY_LIMITS,		/* what may flow: 0x92, 0x63 */
	CELLAR_URGENCY_ALARMS,		/* 0x44, 0x62 */
	CELLAR_URGENCY_VALUES,		/* cells, current, charge: 0x42, 0x61 */
	CELLAR_URGENCY_IDENTITY,	/* 0x93, 0x51, 0x96, 0x60 */
	CELLAR_URGENCIES
};

/*
 * @name: for people: "analogue values"
 * @of_system: asked at the first pack of a group, answered for all of its packs
 * @required: part of a complete sample of the pack (or of the system)
 * @answer_len: bytes on the wire of a usual answer, to plan line time with
 * @ask: write the question for @address to @wire (CELLAR_RS485_QUESTION_MAX bytes),
 *       delimiters and checksums included; returns how many bytes
 * @decode: read an answer (news->have and ->none are 0 on entry, the rest is
 *          undefined). 0; -ENOMSG: not an answer of @address to this question, but
 *          an echo, another pack's, or to an older question: go on waiting;
 *          -EREMOTEIO: the pack refuses (RTN, Modbus exception); -ERANGE or
 *          -EMSGSIZE: a number outside of what it can be, or too short: malformed
 *          as a whole, @news undefined.
 * @encode: write what a pack at @address with this @reading answers to @wire (at
 *          least CELLAR_RS485_WIRE_MAX bytes); returns how many bytes, or -ENODATA
 *          when the reading holds nothing of what this answer carries. Numbers round
 *          towards the safe side, as in can.h.
 *
 * No answer to one question of a dialect decodes as the answer to another one of the
 * same dialect: answers do not name their question, so their shape must.
 */
struct cellar_rs485_question {
	const char *name;
	enum cellar_rs485_urgency urgency;
	bool of_system;
	bool required;
	u16 answer_len;
	int (*ask)(u8 address, u8 *wire);
	int (*decode)(u8 address, const struct cellar_rs485_telegram *answer,
		      struct cellar_reading *news);
	int (*encode)(u8 address, const struct cellar_reading *reading, u8 *wire);
};

/*
 * @name: in the `dialect` attribute and on command lines
 * @probe: index of the question to look for packs with: every pack answers it
 * @addresses, @n_addresses: where packs can be, masters of groups first
 * @group: the address of the first pack of the group that @address belongs to
 * @pack_fields, @system_fields: what it can ever say, as sets of
 *                               BIT_ULL(enum cellar_field); 0: nothing
 * @temperature_labels: names of temperatures_decic[0…], CELLAR_TEMPERATURES_MAX of
 *                      them: "bms", "cells1-4"
 */
struct cellar_rs485_dialect {
	const char *name;
	const char *title;
	enum cellar_rs485_framing framing;
	const struct cellar_rs485_question *questions;
	unsigned int n_questions;
	unsigned int probe;
	const u8 *addresses;
	unsigned int n_addresses;
	u8 (*group)(u8 address);
	u64 pack_fields;
	u64 system_fields;
	const char *const *temperature_labels;
};

extern const struct cellar_rs485_dialect cellar_rs485_pylontech;
extern const struct cellar_rs485_dialect cellar_rs485_pace;
extern const struct cellar_rs485_dialect cellar_rs485_seplos;
extern const struct cellar_rs485_dialect cellar_rs485_voltronic;

/* NULL for CELLAR_RS485_NONE. */
const struct cellar_rs485_dialect *
cellar_rs485_dialect(enum cellar_rs485_dialect_id dialect);

/* CELLAR_RS485_NONE when no dialect has this name. */
enum cellar_rs485_dialect_id cellar_rs485_dialect_by_name(const char *name);

/*
 * Which dialect this answer to a probe is in, told by its version, the shape of its
 * records and their item count (protocols.md 4.10). @address: who was asked.
 * CELLAR_RS485_NONE when it is no such answer, or a dialect we do not know.
 */
enum cellar_rs485_dialect_id
cellar_rs485_identify(u8 address, const struct cellar_rs485_telegram *answer);

/*
 * The other side: which question of @dialect this telegram asks, and of whom; NULL
 * if none. For the simulator and for cellar-dump.
 */
const struct cellar_rs485_question *
cellar_rs485_find_question(const struct cellar_rs485_dialect *dialect,
			   const struct cellar_rs485_telegram *telegram, u8 *address);

/*
 * question->decode() with its rules applied: news->have and ->none start at 0 and
 * stay 0 on error.
 */
int cellar_rs485_decode(const struct cellar_rs485_question *question, u8 address,
			const struct cellar_rs485_telegram *answer,
			struct cellar_reading *news);

#endif /* CELLAR_WIRE_RS485_H */
