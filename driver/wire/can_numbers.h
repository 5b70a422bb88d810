/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The numbers of a CAN frame as a table: where each stands, how it is written,
 * what it is worth and what it can be. One decoder and one encoder read all
 * such tables.
 */
#ifndef CELLAR_WIRE_CAN_NUMBERS_H
#define CELLAR_WIRE_CAN_NUMBERS_H

#include "can.h"

enum cellar_number_kind {
	CELLAR_U8,
	CELLAR_U16,		/* 0xFFFF: no value */
	CELLAR_S16,		/* 0x8000: no value */
	CELLAR_MAGNITUDE,	/* S16 whose sign says nothing; always >= 0 */
	CELLAR_U32,		/* 0xFFFFFFFF: no value */

	/* high byte first: Growatt, Schneider */
	CELLAR_U16_BE,
	CELLAR_S16_BE,
	CELLAR_U32_BE,
	CELLAR_S32_BE,		/* 0x80000000: no value */
	CELLAR_MAGNITUDE32_BE,	/* S32 whose sign says nothing */
};

/*
 * Value = (raw + offset) × scale, in the unit of the field.
 *
 * @at: first byte; a number that the frame is too short for is simply absent
 * @min, @max: what raw can be; anything else makes the frame malformed
 * @absent: raw that says "no value", beside the one of the kind; also what is
 *          sent for a missing field. CELLAR_U8 has none and sends 0.
 * @up: round up when sending, where down would look better than it is
 * @needed: the frame has no way to leave it out, and is not sent without it
 * @stand_in: field that is sent for a missing @field, 0 for none
 */
struct cellar_can_number {
	u8 field;	/* enum cellar_field */
	u8 at;
	u8 kind;	/* enum cellar_number_kind */
	bool up;
	bool needed;
	u8 stand_in;	/* enum cellar_field */
	u16 scale;
	s16 offset;
	s64 min;
	s64 max;
	s64 absent;
};

#define CELLAR_NUMBER(f, a, k, s, lo, hi, none)				\
	{								\
		.field = CELLAR_##f, .at = a, .kind = CELLAR_##k,	\
		.scale = s, .min = lo, .max = hi, .absent = none,	\
	}

/* Raw values that say "no value" (protocols.md 2). */
#define CELLAR_NO_U16	0xffff
#define CELLAR_NO_S16	(-0x8000)
#define CELLAR_NO_U32	0xffffffffLL
#define CELLAR_NO_S32	(-0x80000000LL)

/* No raw value: none beside the one of the kind says "no value". */
#define CELLAR_NO_RAW	(-1 - 0xffffffffLL)

/* A number that no raw value but the one of its kind leaves out. */
#define CELLAR_NEEDED(f, a, k, s, lo, hi)				\
	{								\
		.field = CELLAR_##f, .at = a, .kind = CELLAR_##k,	\
		.scale = s, .min = lo, .max = hi, .absent = CELLAR_NO_RAW, \
		.needed = true,						\
	}

/* A count from 0 up, of two bytes. */
#define CELLAR_COUNT(f, a, s)	CELLAR_NUMBER(f, a, U16, s, 0, 0xfffe, CELLAR_NO_U16)

/* A count of one byte: every value is one. */
#define CELLAR_COUNT8(f, a)	CELLAR_NUMBER(f, a, U8, 1, 0, 0xff, -1)

/* Two-byte count for which 0 says "not known". */
#define CELLAR_SIZE(f, a, s)	CELLAR_NUMBER(f, a, U16, s, 1, 0xfffe, 0)

#define CELLAR_PERCENT(f, a)	CELLAR_NUMBER(f, a, U16, 100, 0, 100, CELLAR_NO_U16)

/* A current that is a limit: 0.1 A, with either sign (protocols.md 8.3). */
#define CELLAR_LIMIT_DECIA(f, a) \
	CELLAR_NUMBER(f, a, MAGNITUDE, 100, 0, 0x7fff, CELLAR_NO_S16)

/* Limits of a 24 V or 48 V system; no number may say more. */
#define CELLAR_LIMIT_DECIV(f, a) \
	CELLAR_NUMBER(f, a, U16, 100, 0, 700, CELLAR_NO_U16)

/* The same for a lowest voltage: it allows more the lower it is. */
#define CELLAR_FLOOR_DECIV(f, a)					\
	{								\
		.field = CELLAR_##f, .at = a, .kind = CELLAR_U16,	\
		.scale = 100, .max = 700, .absent = CELLAR_NO_U16,	\
		.up = true,						\
	}

#define CELLAR_CURRENT_DECIA(f, a) \
	CELLAR_NUMBER(f, a, S16, 100, -0x7fff, 0x7fff, CELLAR_NO_S16)

#define CELLAR_DECIC(f, a) \
	CELLAR_NUMBER(f, a, S16, 1, -600, 1500, CELLAR_NO_S16)

#define CELLAR_CELL_MV(f, a)	CELLAR_NUMBER(f, a, U16, 1, 1000, 5000, 0)

/* Energy in steps of @s Wh. */
#define CELLAR_ENERGY(f, a, s) \
	CELLAR_NUMBER(f, a, U32, s, 0, 0xfffffffeLL, CELLAR_NO_U32)

/*
 * Fill @news with the numbers of @frame. 0 or -ERANGE.
 */
int cellar_numbers_decode(const struct cellar_can_number *numbers,
			  unsigned int n, const struct cellar_can_frame *frame,
			  struct cellar_reading *news);

/*
 * Write the numbers into frame->data. A value above what the number can be is
 * sent as its highest, one below as missing: so a limit only ever shrinks.
 * -ENODATA, with nothing written, when the reading holds none of them, or one
 * that is needed is missing.
 */
int cellar_numbers_encode(const struct cellar_can_number *numbers,
			  unsigned int n, const struct cellar_reading *reading,
			  struct cellar_can_frame *frame);

#endif /* CELLAR_WIRE_CAN_NUMBERS_H */
