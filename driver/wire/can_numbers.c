// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decode and encode the numbers of a frame from their table.
 */
#include "bytes.h"
#include "can_numbers.h"

static const struct kind {
	u8 size;
	bool big_endian;
	bool sign;
	bool magnitude;
	s64 invalid;
} kinds[] = {
	[CELLAR_U8] = { .size = 1, .invalid = -1 },
	[CELLAR_U16] = { .size = 2, .invalid = CELLAR_NO_U16 },
	[CELLAR_S16] = { .size = 2, .sign = true, .invalid = CELLAR_NO_S16 },
	[CELLAR_MAGNITUDE] = {
		.size = 2, .sign = true, .magnitude = true, .invalid = CELLAR_NO_S16,
	},
	[CELLAR_U32] = { .size = 4, .invalid = CELLAR_NO_U32 },
	[CELLAR_U16_BE] = { .size = 2, .big_endian = true, .invalid = CELLAR_NO_U16 },
	[CELLAR_S16_BE] = {
		.size = 2, .big_endian = true, .sign = true, .invalid = CELLAR_NO_S16,
	},
	[CELLAR_U32_BE] = { .size = 4, .big_endian = true, .invalid = CELLAR_NO_U32 },
	[CELLAR_S32_BE] = {
		.size = 4, .big_endian = true, .sign = true, .invalid = CELLAR_NO_S32,
	},
	[CELLAR_MAGNITUDE32_BE] = {
		.size = 4, .big_endian = true, .sign = true, .magnitude = true,
		.invalid = CELLAR_NO_S32,
	},
};

static s64 raw_of(const struct kind *kind, const u8 *p)
{
	u32 raw = p[0];

	if (kind->size == 2)
		raw = kind->big_endian ? cellar_be16(p) : cellar_le16(p);
	else if (kind->size == 4)
		raw = kind->big_endian ? cellar_be32(p) : cellar_le32(p);

	if (!kind->sign)
		return raw;

	return kind->size == 2 ? (s16)raw : (s32)raw;
}

static void put_raw(const struct kind *kind, u8 *p, s64 raw)
{
	switch (kind->size) {
	case 1:
		p[0] = (u8)raw;
		break;
	case 2:
		(kind->big_endian ? cellar_put_be16 : cellar_put_le16)(p, (u16)raw);
		break;
	default:
		(kind->big_endian ? cellar_put_be32 : cellar_put_le32)(p, (u32)raw);
	}
}

int cellar_numbers_decode(const struct cellar_can_number *numbers,
			  unsigned int n, const struct cellar_can_frame *frame,
			  struct cellar_reading *news)
{
	const struct cellar_can_number *number;

	for (number = numbers; number < numbers + n; number++) {
		const struct kind *kind = &kinds[number->kind];
		s64 raw;

		if (number->at + kind->size > frame->len)
			continue;

		raw = raw_of(kind, frame->data + number->at);
		if (raw == number->absent || raw == kind->invalid) {
			cellar_say_none(news, number->field);
			continue;
		}
		if (kind->magnitude && raw < 0)
			raw = -raw;
		if (raw < number->min || raw > number->max)
			return -ERANGE;

		cellar_say_number(news, number->field, (raw + number->offset) * number->scale);
	}

	return 0;
}

/* Round down, or up, without a 64-bit division: readings fit 32 bits but for energy. */
static s64 steps(s64 value, u16 scale, bool up)
{
	u32 whole;

	if (value < 0)
		return -steps(-value, scale, !up);

	/* 4.3 GWh: no house gets there, and a counter may stop but not wrap */
	whole = value > 0xffffffffLL ? 0xffffffff : (u32)value;

	return (s64)(whole / scale) + (up && whole % scale);
}

/* False if there is none, and *raw is what says so. */
static bool raw_for(const struct cellar_can_number *number,
		    const struct cellar_reading *reading, s64 *raw)
{
	u8 field = number->field;
	s64 value;

	*raw = number->kind == CELLAR_U8 ? 0 : number->absent;
	if (!cellar_has(reading, field)) {
		field = number->stand_in;
		if (!field || !cellar_has(reading, field))
			return false;
	}

	value = cellar_reading_number(reading, field);
	value = steps(value, number->scale, number->up) - number->offset;
	if (value < number->min)
		return false;

	*raw = value > number->max ? number->max : value;

	return true;
}

/* Whether there is anything to say, and nothing missing that must be said. */
static bool can_say(const struct cellar_can_number *numbers, unsigned int n,
		    const struct cellar_reading *reading)
{
	const struct cellar_can_number *number;
	u64 fields = 0;
	s64 raw;

	for (number = numbers; number < numbers + n; number++) {
		if (number->needed && !raw_for(number, reading, &raw))
			return false;
		fields |= BIT_ULL(number->field);
		if (number->stand_in)
			fields |= BIT_ULL(number->stand_in);
	}

	return reading->have & fields;
}

int cellar_numbers_encode(const struct cellar_can_number *numbers,
			  unsigned int n, const struct cellar_reading *reading,
			  struct cellar_can_frame *frame)
{
	const struct cellar_can_number *number;
	s64 raw;

	if (!can_say(numbers, n, reading))
		return -ENODATA;

	for (number = numbers; number < numbers + n; number++) {
		raw_for(number, reading, &raw);
		put_raw(&kinds[number->kind], frame->data + number->at, raw);
	}

	return 0;
}
