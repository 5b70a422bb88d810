/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all RS-485 dialects of ASCII frames share (protocols.md 4.2): the envelope,
 * whether an answer is one, and the big-endian numbers of its INFO as tables. What
 * the numbers mean is in ascii_pylontech.c, ascii_pace.c and ascii_seplos.c.
 */
#ifndef CELLAR_WIRE_ASCII_H
#define CELLAR_WIRE_ASCII_H

#include "rs485.h"

#define CELLAR_ASCII_HEADER	6	/* VER ADR CID1 CID2 LENGTH */
#define CELLAR_ASCII_CID1	0x46	/* lithium iron phosphate battery */
#define CELLAR_ASCII_VERSION_20	0x20	/* Pylontech, Seplos */
#define CELLAR_ASCII_PACE	0x25
#define CELLAR_ASCII_ALL	0xff	/* command value: all packs (protocols.md 4.3) */

/* Characters of a frame with @info bytes of INFO */
#define CELLAR_ASCII_WIRE_LEN(info)	(18 + 2 * (info))

/* The content of a telegram. Its accessors are for telegrams of cellar_ascii_feed(). */
static inline u8 cellar_ascii_version(const struct cellar_rs485_telegram *t)
{
	return t->data[0];
}

static inline u8 cellar_ascii_address(const struct cellar_rs485_telegram *t)
{
	return t->data[1];
}

static inline u8 cellar_ascii_cid1(const struct cellar_rs485_telegram *t)
{
	return t->data[2];
}

/* The command, or what became of it: 0 in a good answer */
static inline u8 cellar_ascii_cid2(const struct cellar_rs485_telegram *t)
{
	return t->data[3];
}

static inline const u8 *cellar_ascii_info(const struct cellar_rs485_telegram *t)
{
	return t->data + CELLAR_ASCII_HEADER;
}

static inline unsigned int cellar_ascii_info_len(const struct cellar_rs485_telegram *t)
{
	return t->len - CELLAR_ASCII_HEADER;
}

/*
 * cellar_rs485_feed() for CELLAR_FRAMING_ASCII. A telegram is complete with the last
 * character of a right CHKSUM: a lost EOI costs nothing.
 */
bool cellar_ascii_feed(struct cellar_rs485_deframer *deframer, u8 byte,
		       struct cellar_rs485_telegram *telegram);

/* cellar_rs485_reset() for CELLAR_FRAMING_ASCII */
void cellar_ascii_reset(struct cellar_rs485_deframer *deframer);

/*
 * Write a frame with @len bytes of INFO (at most CELLAR_RS485_TELEGRAM_MAX -
 * CELLAR_ASCII_HEADER) to @wire, SOI to EOI. Returns how many characters.
 */
int cellar_ascii_frame(u8 *wire, u8 version, u8 address, u8 cid2, const u8 *info,
		       unsigned int len);

/* The question @command without INFO, or with the address as its INFO. */
int cellar_ascii_ask(u8 *wire, u8 version, u8 address, u8 command);
int cellar_ascii_ask_with_address(u8 *wire, u8 version, u8 address, u8 command);

/*
 * Whether @answer is a good one from @address: 0; -EREMOTEIO: the pack refuses;
 * -ENOMSG: it is a question, or from somebody else.
 */
int cellar_ascii_check_answer(const struct cellar_rs485_telegram *answer, u8 version,
			      u8 address);

enum cellar_ascii_kind {
	CELLAR_ASCII_U8,	/* 0xFF: no value */
	CELLAR_ASCII_U16,	/* 0xFFFF: no value */
	CELLAR_ASCII_S16,	/* 0x8000: no value */
	CELLAR_ASCII_MAGNITUDE,	/* S16 whose sign says nothing; sent negative */
	CELLAR_ASCII_U24,	/* 0xFFFFFF: no value */
};

/*
 * Value = (raw - zero) × scale, in the unit of the field.
 *
 * @at: first byte
 * @min, @max: what raw - zero can be; anything else makes the answer malformed
 * @up: round up when sending, where down would look better than it is
 */
struct cellar_ascii_number {
	u8 field;	/* enum cellar_field */
	u8 at;
	u8 kind;	/* enum cellar_ascii_kind */
	bool up;
	u16 scale;
	u16 zero;
	s32 min;
	s32 max;
};

#define CELLAR_ASCII_NUMBER(f, a, k, s, z, lo, hi)				\
	{									\
		.field = CELLAR_##f, .at = a, .kind = CELLAR_ASCII_##k,		\
		.scale = s, .zero = z, .min = lo, .max = hi,			\
	}

/* 24 V and 48 V packs */
#define CELLAR_ASCII_PACK_MV(f, a) \
	CELLAR_ASCII_NUMBER(f, a, U16, 1, 0, 20000, 0xfffe)

#define CELLAR_ASCII_LIMIT_MV(f, a)	CELLAR_ASCII_NUMBER(f, a, U16, 1, 0, 0, 0xfffe)

/* Tenths of a kelvin; 0 °C is at 2731, or 2730 (protocols.md 4.4, 5.3) */
#define CELLAR_ASCII_DECIC(f, a, z)	CELLAR_ASCII_NUMBER(f, a, U16, 1, z, -600, 1500)

/* Fill @news with numbers of @bytes. 0 or -ERANGE. */
int cellar_ascii_numbers_decode(const struct cellar_ascii_number *numbers,
				unsigned int n, const u8 *bytes,
				struct cellar_reading *news);

/*
 * Write the numbers to @bytes. A value above what a number can be is sent as its
 * highest, one below as missing.
 */
void cellar_ascii_numbers_encode(const struct cellar_ascii_number *numbers,
				 unsigned int n, const struct cellar_reading *reading,
				 u8 *bytes);

/* The fields of a table, as a set */
u64 cellar_ascii_numbers_fields(const struct cellar_ascii_number *numbers,
				unsigned int n);

/*
 * Whether @len bytes are a text: printable characters and, after them, zeros. The
 * first @len_min of them must be there.
 */
bool cellar_ascii_is_text(const u8 *bytes, unsigned int len, unsigned int len_min);

/*
 * Where packs with four address switches can be, and the first of their one group:
 * they count from 1; one alone may be at 0.
 */
#define CELLAR_ASCII_DIP_ADDRESSES	16
extern const u8 cellar_ascii_dip_addresses[CELLAR_ASCII_DIP_ADDRESSES];
u8 cellar_ascii_dip_group(u8 address);

#endif /* CELLAR_WIRE_ASCII_H */
