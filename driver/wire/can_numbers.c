// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decode and encode the numbers of a frame from their table.
 */
#include "bytes.h"
#include "can_numbers.h"

static const struct {
	u8 size;
	s64 invalid;
} kinds[] = {
	[CELLAR_U8] = { 1, -1 },
	[CELLAR_U16] = { 2, CELLAR_NO_U16 },
	[CELLAR_S16] = { 2, CELLAR_NO_S16 },
	[CELLAR_MAGNITUDE] = { 2, CELLAR_NO_S16 },
	[CELLAR_U32] = { 4, CELLAR_NO_U32 },
};

static s64 raw_of(const struct cellar_can_number *number, const u8 *p)
{
	switch (number->kind) {
	case CELLAR_U8:
		return p[0];
	case CELLAR_U16:
		return cellar_le16(p);
	case CELLAR_U32:
		return cellar_le32(p);
	default:
		return cellar_le16s(p);
	}
}

int cellar_numbers_decode(const struct cellar_can_number *numbers,
			  unsigned int n, const struct cellar_can_frame *frame,
			  struct cellar_reading *news)
{
	const struct cellar_can_number *number;

	for (number = numbers; number < numbers + n; number++) {
		s64 raw;

		if (number->at + kinds[number->kind].size > frame->len)
			continue;

		raw = raw_of(number, frame->data + number->at);
		if (raw == number->absent || raw == kinds[number->kind].invalid) {
			cellar_say_none(news, number->field);
			continue;
		}
		if (number->kind == CELLAR_MAGNITUDE && raw < 0)
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

static s64 raw_for(const struct cellar_can_number *number,
		   const struct cellar_reading *reading)
{
	s64 missing = number->kind == CELLAR_U8 ? 0 : number->absent;
	s64 raw;

	if (!cellar_has(reading, number->field))
		return missing;

	raw = cellar_reading_number(reading, number->field);
	raw = steps(raw, number->scale, number->up) - number->offset;
	if (raw < number->min)
		return missing;

	return raw > number->max ? number->max : raw;
}

int cellar_numbers_encode(const struct cellar_can_number *numbers,
			  unsigned int n, const struct cellar_reading *reading,
			  struct cellar_can_frame *frame)
{
	const struct cellar_can_number *number;
	u64 fields = 0;

	for (number = numbers; number < numbers + n; number++)
		fields |= BIT_ULL(number->field);
	if (!(reading->have & fields))
		return -ENODATA;

	for (number = numbers; number < numbers + n; number++) {
		s64 raw = raw_for(number, reading);
		u8 *p = frame->data + number->at;

		switch (kinds[number->kind].size) {
		case 1:
			p[0] = (u8)raw;
			break;
		case 2:
			cellar_put_le16(p, (u16)raw);
			break;
		default:
			cellar_put_le32(p, (u32)raw);
		}
	}

	return 0;
}
