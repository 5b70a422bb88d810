// SPDX-License-Identifier: GPL-2.0-only
/*
 * From registers to numbers, in integers, and from the numbers that are wanted to the
 * requests that bring them.
 */
#include "registers.h"

/* Beyond this a number is no measurement, and sums of a few still fit. */
#define NUMBER_MAX	(1LL << 53)

/* SunSpec has exponents from -10 to 10 (SunSpec Information Model Specification, "sunssf") */
#define EXPONENT_MAX	10

#define NOT_AN_EXPONENT	0x8000

unsigned int register_words(enum register_type type)
{
	static const u8 words[REGISTER_TYPES] = {
		[REGISTER_U16] = 1, [REGISTER_S16] = 1, [REGISTER_U32] = 2,
		[REGISTER_S32] = 2, [REGISTER_U64] = 4, [REGISTER_F32] = 2,
		[REGISTER_F64] = 4,
	};

	return words[type];
}

/* NULL: not all of it was read. */
static const u16 *find(const struct register_image *image, u16 at, unsigned int words)
{
	if (at < image->at || at - image->at + words > image->n)
		return NULL;

	return image->value + (at - image->at);
}

static u64 join(const u16 *word, unsigned int words, enum register_order order)
{
	u64 joined = 0;

	for (unsigned int i = 0; i < words; i++)
		joined = joined << 16 | word[order == REGISTER_LOW_FIRST ? words - 1 - i : i];

	return joined;
}

/* What stands for "not implemented", by type; sums begin at 0 there. */
static bool is_none(enum register_type type, u64 raw)
{
	switch (type) {
	case REGISTER_U16:
		return raw == UINT16_MAX;
	case REGISTER_S16:
		return raw == 0x8000;
	case REGISTER_U32:
		return raw == UINT32_MAX;
	case REGISTER_S32:
		return raw == 0x80000000;
	default:
		return false;
	}
}

/* What a raw number is multiplied by, and divided by. */
struct factor {
	s64 num, den;
};

/* Below this, times 24 bits of a float, is less than 2^62. */
#define FACTOR_MAX	(1LL << 38)

static u64 size_of(s64 value)
{
	return value < 0 ? 0 - (u64)value : (u64)value;
}

/* @value × factor × 2^@shift, rounded; |@value| × num is less than 2^62. */
static int multiply(s64 value, const struct factor *factor, int shift, s64 *number)
{
	u64 size = size_of(value) * (u64)factor->num, den = (u64)factor->den;

	/* a divisor of so many bits leaves nothing of 62 */
	for (; shift < 0 && den < 1ULL << 62; shift++)
		den *= 2;
	if (shift < 0)
		size = 0;
	for (; shift > 0; shift--) {
		if (size >= 1ULL << 61)
			return -ERANGE;
		size *= 2;
	}
	size = (size + den / 2) / den;
	if (size > NUMBER_MAX)
		return -ERANGE;
	*number = value < 0 ? -(s64)size : (s64)size;

	return 0;
}

/* A float is ±1.m × 2^e: an integer of 24 bits, and a shift. */
static int from_float(u32 raw, const struct factor *factor, s64 *number)
{
	int exponent = (int)(raw >> 23 & 0xff);
	s64 value = raw & 0x7fffff;

	if (exponent == 0xff)
		return -ERANGE;
	if (exponent)
		value |= 0x800000;
	else
		exponent = 1;

	return multiply(raw >> 31 ? -value : value, factor, exponent - 150, number);
}

/* 38 bits of 53: that leaves room for factors, and is a Wh in 274 GWh. */
#define DOUBLE_BITS	38

static int from_double(u64 raw, const struct factor *factor, s64 *number)
{
	int exponent = (int)(raw >> 52 & 0x7ff);
	s64 value = (s64)((raw & ((1ULL << 52) - 1)) | 1ULL << 52);

	if (exponent == 0x7ff || factor->num >= 1 << 23)
		return -ERANGE;
	/* what is less than 2^-1022 is nothing */
	if (!exponent)
		value = 0;
	value = (value + (1LL << (52 - DOUBLE_BITS))) >> (53 - DOUBLE_BITS);

	return multiply(raw >> 63 ? -value : value, factor,
			exponent - 1023 - 52 + 53 - DOUBLE_BITS, number);
}

static int from_raw(enum register_type type, u64 raw, const struct factor *factor, s64 *number)
{
	s64 value;

	switch (type) {
	case REGISTER_F32:
		return from_float((u32)raw, factor, number);
	case REGISTER_F64:
		return from_double(raw, factor, number);
	case REGISTER_S16:
		value = (s16)raw;
		break;
	case REGISTER_S32:
		value = (s32)raw;
		break;
	default:
		if (raw > NUMBER_MAX)
			return -ERANGE;
		value = (s64)raw;
		break;
	}
	if (size_of(value) > (1ULL << 62) / (u64)factor->num)
		return -ERANGE;

	return multiply(value, factor, 0, number);
}

static int factor_of(const struct register_row *row, const struct register_scale *scale,
		     s16 exponent, struct factor *factor)
{
	*factor = (struct factor){ row->num, row->den };
	if (row->ratios & REGISTER_CT)
		factor->num *= scale->ct;
	if (row->ratios & REGISTER_PT) {
		factor->num *= scale->pt_deci;
		factor->den *= 10;
	}
	if (exponent < -EXPONENT_MAX || exponent > EXPONENT_MAX)
		return -ERANGE;
	for (; exponent > 0; exponent--)
		if ((factor->num *= 10) >= FACTOR_MAX)
			return -ERANGE;
	for (; exponent < 0; exponent++)
		factor->den *= 10;

	return factor->num < FACTOR_MAX ? 0 : -ERANGE;
}

int register_number(const struct register_map *map, const struct register_row *row,
		    const struct register_scale *scale, const struct register_image *image,
		    s64 *number)
{
	unsigned int words = register_words(row->type);
	const u16 *word = find(image, row->at, words);
	const u16 *exponent = row->scale_at ? find(image, row->scale_at, 1) : NULL;
	struct factor factor;
	u64 raw;
	int r;

	if (!words || !word || (row->scale_at && !exponent))
		return -ENODATA;
	raw = join(word, words, scale->order);
	if (map->sunspec && (is_none(row->type, raw) ||
			     (exponent && *exponent == NOT_AN_EXPONENT)))
		return -ENODATA;

	r = factor_of(row, scale, exponent ? (s16)*exponent : 0, &factor);

	return r ? r : from_raw(row->type, raw, &factor, number);
}

void register_text(const struct register_image *image, u16 at, unsigned int n, char *text,
		   size_t size)
{
	const u16 *word = find(image, at, n);
	size_t length = 0;

	for (unsigned int i = 0; word && i < 2 * n && length + 1 < size; i++) {
		char c = (char)(i % 2 ? word[i / 2] & 0xff : word[i / 2] >> 8);

		if (c < ' ' || c > '~')
			break;
		text[length++] = c;
	}
	while (length && text[length - 1] == ' ')
		length--;
	text[length] = '\0';
}

/* The wanted number of @block at @from or after it that begins first; NULL: none. */
static const struct register_row *next_row(const struct register_map *map, u64 wanted,
					   const struct register_block *block, unsigned int from)
{
	const struct register_row *next = NULL, *row;

	for (unsigned int i = 0; i < map->rows; i++) {
		row = &map->row[i];
		if (!(wanted & BIT_ULL(i)) || row->type == REGISTER_NONE || row->at < from ||
		    row->at < block->at ||
		    row->at + register_words(row->type) > (unsigned int)block->at + block->n)
			continue;
		if (!next || row->at < next->at)
			next = row;
	}

	return next;
}

unsigned int register_plan(const struct register_map *map, u64 wanted,
			   struct register_read reads[REGISTER_READS_MAX])
{
	const struct register_block *block;
	const struct register_row *row;
	unsigned int n = 0, end;

	for (unsigned int b = 0; b < map->blocks; b++) {
		block = &map->block[b];
		row = next_row(map, wanted, block, 0);
		while (row && n < REGISTER_READS_MAX) {
			unsigned int first = row->at;

			for (end = first; row; row = next_row(map, wanted, block, row->at + 1u)) {
				unsigned int behind = row->at + register_words(row->type);

				if (behind - first > map->read_max)
					break;
				if (behind > end)
					end = behind;
			}
			reads[n++] = (struct register_read){ block->function, (u16)first,
							    (u16)(end - first) };
		}
	}

	return n;
}

/* The bits of the largest float that is not above @num / @den; @bits are behind its point. */
static u64 float_below(u64 num, u64 den, unsigned int bits, unsigned int bias)
{
	u64 fraction = 0;

	if (!num)
		return 0;
	for (; num / den >= 2; bias++)
		den *= 2;
	for (; num < den; bias--)
		num *= 2;
	/* 1 ≤ num / den < 2 */
	for (unsigned int i = 0; i <= bits; i++) {
		bool bit = num >= den;

		fraction = fraction * 2 + bit;
		num = (num - (bit ? den : 0)) * 2;
	}

	return (u64)bias << bits | (fraction & ((1ULL << bits) - 1));
}

unsigned int register_put(u16 to[4], enum register_type type, enum register_order order, u64 num,
			  u64 den)
{
	unsigned int i, words = register_words(type);
	u64 raw = num / den;

	if (type == REGISTER_F32)
		raw = float_below(num, den, 23, 127);
	else if (type == REGISTER_F64)
		raw = float_below(num, den, 52, 1023);
	else if ((type == REGISTER_S16 && raw > INT16_MAX) ||
		 (type == REGISTER_S32 && raw > INT32_MAX) ||
		 (words < 4 && raw >> (16 * words)))
		return 0;
	for (i = 0; i < words; i++)
		to[order == REGISTER_LOW_FIRST ? i : words - 1 - i] = (u16)(raw >> (16 * i));

	return words;
}

void register_put_s32(u16 to[2], s32 value)
{
	to[0] = (u16)((u32)value >> 16);
	to[1] = (u16)value;
}

u16 modbus_crc(const u8 *bytes, size_t n)
{
	u16 crc = 0xffff;

	for (size_t i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = (u16)(crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1);
	}

	return crc;
}
