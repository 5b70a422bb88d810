// SPDX-License-Identifier: GPL-2.0-only
/*
 * The envelope of ASCII frames, found in a stream and built, and numbers of INFO by
 * their table.
 */
#include "ascii.h"
#include "bytes.h"

#define SOI	'~'
#define EOI	'\r'
#define CHKSUM	2

enum { IDLE, HIGH, LOW };

static int digit_of(u8 character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;

	return -1;
}

/* Its low nibble is what makes the nibbles of LENGTH add up to 0: also after 16 (4.2) */
static u8 lchksum(u16 lenid)
{
	return (u8)(-((lenid >> 8) + (lenid >> 4 & 15) + (lenid & 15)) & 15);
}

/* How many bytes come between SOI and EOI, or 0 if LENGTH cannot be. */
static u16 expected_of(const u8 *header)
{
	u16 length = cellar_be16(header + 4);
	u16 lenid = length & 0xfff;

	if (length >> 12 != lchksum(lenid) || lenid % 2)
		return 0;

	return CELLAR_ASCII_HEADER + lenid / 2 + CHKSUM;
}

static bool malformed(struct cellar_rs485_deframer *deframer)
{
	deframer->malformed++;
	deframer->state = IDLE;

	return false;
}

static void begin(struct cellar_rs485_deframer *deframer)
{
	if (deframer->state != IDLE)
		deframer->malformed++;
	deframer->state = HIGH;
	deframer->len = 0;
	deframer->sum = 0;
	deframer->expected = CELLAR_ASCII_HEADER;
}

bool cellar_ascii_feed(struct cellar_rs485_deframer *deframer, u8 byte,
		       struct cellar_rs485_telegram *telegram)
{
	u8 *to = &deframer->data[deframer->len];
	int digit = digit_of(byte);

	if (byte == SOI) {
		begin(deframer);
		return false;
	}
	if (deframer->state == IDLE)
		return false;
	if (digit < 0)
		return malformed(deframer);

	if (deframer->len < CELLAR_ASCII_HEADER ||
	    deframer->len < deframer->expected - CHKSUM)
		deframer->sum += byte;

	if (deframer->state == HIGH) {
		*to = (u8)(digit << 4);
		deframer->state = LOW;
		return false;
	}
	*to |= (u8)digit;
	deframer->state = HIGH;

	if (++deframer->len < deframer->expected)
		return false;
	if (deframer->len == CELLAR_ASCII_HEADER) {
		deframer->expected = expected_of(deframer->data);
		return deframer->expected ? false : malformed(deframer);
	}

	deframer->len -= CHKSUM;
	if ((u16)(deframer->sum + cellar_be16(deframer->data + deframer->len)))
		return malformed(deframer);

	deframer->state = IDLE;
	telegram->framing = CELLAR_FRAMING_ASCII;
	telegram->len = deframer->len;
	telegram->data = deframer->data;

	return true;
}

void cellar_ascii_reset(struct cellar_rs485_deframer *deframer)
{
	deframer->state = IDLE;
}

static u8 *put_byte(u8 *wire, u8 byte)
{
	static const char digits[] = "0123456789ABCDEF";

	wire[0] = (u8)digits[byte >> 4];
	wire[1] = (u8)digits[byte & 15];

	return wire + 2;
}

int cellar_ascii_frame(u8 *wire, u8 version, u8 address, u8 cid2, const u8 *info,
		       unsigned int len)
{
	u8 header[CELLAR_ASCII_HEADER] = { version, address, CELLAR_ASCII_CID1, cid2 };
	u16 lenid = (u16)(2 * len);
	unsigned int i;
	u16 sum = 0;
	u8 *to = wire;
	u8 *p;

	cellar_put_be16(header + 4, (u16)(lchksum(lenid) << 12 | lenid));

	*to++ = SOI;
	for (i = 0; i < sizeof(header); i++)
		to = put_byte(to, header[i]);
	for (i = 0; i < len; i++)
		to = put_byte(to, info[i]);

	for (p = wire + 1; p < to; p++)
		sum += *p;
	sum = (u16)-sum;
	to = put_byte(to, (u8)(sum >> 8));
	to = put_byte(to, (u8)sum);
	*to++ = EOI;

	return (int)(to - wire);
}

int cellar_ascii_ask(u8 *wire, u8 version, u8 address, u8 command)
{
	return cellar_ascii_frame(wire, version, address, command, NULL, 0);
}

int cellar_ascii_ask_with_address(u8 *wire, u8 version, u8 address, u8 command)
{
	return cellar_ascii_frame(wire, version, address, command, &address, 1);
}

/*
 * RTN of protocols.md 4.2 and, from 07 on, of Seplos V2.0, table 5, and of PACE, whose
 * packs were seen to answer 09. 0x90 is a command there.
 */
static bool is_refusal(const struct cellar_rs485_telegram *answer)
{
	u8 rtn = cellar_ascii_cid2(answer);

	if (!rtn || cellar_ascii_info_len(answer))
		return false;
	if (rtn == 0x90 || rtn == 0x91)
		return cellar_ascii_version(answer) != CELLAR_ASCII_PACE;

	return rtn <= 0x09 || (rtn >= 0xe1 && rtn <= 0xe4);
}

int cellar_ascii_check_answer(const struct cellar_rs485_telegram *answer, u8 version,
			      u8 address)
{
	if (answer->framing != CELLAR_FRAMING_ASCII ||
	    cellar_ascii_cid1(answer) != CELLAR_ASCII_CID1 ||
	    cellar_ascii_address(answer) != address)
		return -ENOMSG;
	if (is_refusal(answer))
		return -EREMOTEIO;

	if (cellar_ascii_version(answer) != version || cellar_ascii_cid2(answer))
		return -ENOMSG;

	return 0;
}

static const struct {
	u8 size;
	s32 invalid;
} kinds[] = {
	[CELLAR_ASCII_U8] = { 1, 0xff },
	[CELLAR_ASCII_U16] = { 2, 0xffff },
	[CELLAR_ASCII_S16] = { 2, -0x8000 },
	[CELLAR_ASCII_MAGNITUDE] = { 2, -0x8000 },
	[CELLAR_ASCII_U24] = { 3, 0xffffff },
};

static s32 raw_of(const struct cellar_ascii_number *number, const u8 *p)
{
	switch (number->kind) {
	case CELLAR_ASCII_U8:
		return p[0];
	case CELLAR_ASCII_U16:
		return cellar_be16(p);
	case CELLAR_ASCII_U24:
		return (s32)cellar_be24(p);
	default:
		return cellar_be16s(p);
	}
}

int cellar_ascii_numbers_decode(const struct cellar_ascii_number *numbers,
				unsigned int n, const u8 *bytes,
				struct cellar_reading *news)
{
	const struct cellar_ascii_number *number;

	for (number = numbers; number < numbers + n; number++) {
		s32 raw = raw_of(number, bytes + number->at);

		if (raw == kinds[number->kind].invalid) {
			cellar_say_none(news, number->field);
			continue;
		}
		if (number->kind == CELLAR_ASCII_MAGNITUDE && raw < 0)
			raw = -raw;
		raw -= number->zero;
		if (raw < number->min || raw > number->max)
			return -ERANGE;

		cellar_say_number(news, number->field, (s64)raw * number->scale);
	}

	return 0;
}

/* Round down, or up, without a 64-bit division */
static s64 steps(s64 value, u16 scale, bool up)
{
	u32 whole;

	if (value < 0)
		return -steps(-value, scale, !up);

	whole = value > 0xffffffffLL ? 0xffffffff : (u32)value;

	return (s64)(whole / scale) + (up && whole % scale);
}

static s32 raw_for(const struct cellar_ascii_number *number,
		   const struct cellar_reading *reading)
{
	s32 missing = kinds[number->kind].invalid;
	s64 raw;

	if (!cellar_has(reading, number->field))
		return missing;

	raw = steps(cellar_reading_number(reading, number->field), number->scale, number->up);
	if (raw < number->min)
		return missing;
	if (raw > number->max)
		raw = number->max;
	raw += number->zero;

	return (s32)(number->kind == CELLAR_ASCII_MAGNITUDE ? -raw : raw);
}

void cellar_ascii_numbers_encode(const struct cellar_ascii_number *numbers,
				 unsigned int n, const struct cellar_reading *reading,
				 u8 *bytes)
{
	const struct cellar_ascii_number *number;

	for (number = numbers; number < numbers + n; number++) {
		s32 raw = raw_for(number, reading);
		u8 *p = bytes + number->at;

		switch (kinds[number->kind].size) {
		case 1:
			p[0] = (u8)raw;
			break;
		case 2:
			cellar_put_be16(p, (u16)raw);
			break;
		default:
			cellar_put_be24(p, (u32)raw);
		}
	}
}

u64 cellar_ascii_numbers_fields(const struct cellar_ascii_number *numbers,
				unsigned int n)
{
	u64 fields = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		fields |= BIT_ULL(numbers[i].field);

	return fields;
}

bool cellar_ascii_is_text(const u8 *bytes, unsigned int len, unsigned int len_min)
{
	unsigned int i = 0;

	while (i < len && bytes[i] >= ' ' && bytes[i] <= '~')
		i++;
	if (i < len_min)
		return false;
	while (i < len && !bytes[i])
		i++;

	return i == len;
}

const u8 cellar_ascii_dip_addresses[CELLAR_ASCII_DIP_ADDRESSES] = {
	1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
};

u8 cellar_ascii_dip_group(u8 address)
{
	return address < CELLAR_ASCII_DIP_ADDRESSES ? cellar_ascii_dip_addresses[0] : address;
}
