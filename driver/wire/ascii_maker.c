// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names, versions and serial numbers of the ASCII dialects, and 0x51.
 */
#include "ascii_maker.h"

#define MAKER	0x51

/* Decimal digits up to 255, or -1 */
static int number_at(const char **text)
{
	int n = 0;

	if (**text < '0' || **text > '9')
		return -1;
	for (; **text >= '0' && **text <= '9' && n <= 0xff; (*text)++)
		n = 10 * n + **text - '0';

	return n <= 0xff ? n : -1;
}

void cellar_ascii_release_decode(const u8 *bytes, struct cellar_reading *news)
{
	if (!bytes[0] && !bytes[1]) {
		cellar_say_none(news, CELLAR_FIRMWARE);
		return;
	}

	snprintf(news->firmware, sizeof(news->firmware), "%u.%u", bytes[0], bytes[1]);
	cellar_say(news, CELLAR_FIRMWARE);
}

void cellar_ascii_release_encode(const struct cellar_reading *reading, u8 *bytes)
{
	const char *text = reading->firmware;
	int major, minor;

	bytes[0] = 0;
	bytes[1] = 0;
	if (!cellar_has(reading, CELLAR_FIRMWARE))
		return;

	major = number_at(&text);
	if (major < 0 || *text++ != '.')
		return;
	minor = number_at(&text);
	if (minor < 0 || *text)
		return;
	bytes[0] = (u8)major;
	bytes[1] = (u8)minor;
}

static char *text_of(struct cellar_reading *reading, enum cellar_field field)
{
	return (char *)reading + cellar_fields[field].offset;
}

void cellar_ascii_name_decode(const u8 *bytes, unsigned int len, enum cellar_field field,
			      struct cellar_reading *news)
{
	char *text = text_of(news, field);
	size_t end = cellar_text_from_wire(text, bytes, len);

	while (end && (text[end - 1] == '-' || text[end - 1] == ' '))
		text[--end] = '\0';

	if (end)
		cellar_say(news, field);
	else
		cellar_say_none(news, field);
}

void cellar_ascii_name_encode(const struct cellar_reading *reading,
			      enum cellar_field field, u8 *bytes, unsigned int len, u8 pad)
{
	const char *text = NULL;

	if (cellar_has(reading, field))
		text = (const char *)reading + cellar_fields[field].offset;

	cellar_text_to_wire(bytes, len, text, pad);
}

#define SERIAL_HALF	8
#define SERIAL_MAX	(2 * SERIAL_HALF)

void cellar_ascii_serial_decode(const u8 *bytes, unsigned int len,
				struct cellar_reading *news)
{
	while (len && (!bytes[len - 1] || bytes[len - 1] == ' '))
		len--;
	if (!len) {
		cellar_say_none(news, CELLAR_SERIAL_HEAD);
		cellar_say_none(news, CELLAR_SERIAL_TAIL);
		return;
	}
	if (len > SERIAL_MAX) {
		bytes += len - SERIAL_MAX;
		len = SERIAL_MAX;
	}

	memset(news->serial, 0, sizeof(news->serial));
	memcpy(news->serial, bytes, len);
	cellar_say(news, CELLAR_SERIAL_HEAD);
	cellar_say(news, CELLAR_SERIAL_TAIL);
}

/* 0x51 (protocols.md 4.3) */
#define MODEL_LEN	10
#define RELEASE_AT	MODEL_LEN
#define MAKER_AT	(RELEASE_AT + 2)
#define MAKER_LEN	20
#define INFO_LEN	(MAKER_AT + MAKER_LEN)

int cellar_ascii_maker_ask(u8 address, u8 *wire)
{
	return cellar_ascii_ask(wire, CELLAR_ASCII_VERSION_20, address, MAKER);
}

int cellar_ascii_maker_decode(u8 address, const struct cellar_rs485_telegram *answer,
			      struct cellar_reading *news)
{
	int err = cellar_ascii_check_answer(answer, CELLAR_ASCII_VERSION_20, address);
	const u8 *info;

	if (err)
		return err;

	/* An answer to 0x44 can be as long, but its third byte is no character */
	info = cellar_ascii_info(answer);
	if (cellar_ascii_info_len(answer) != INFO_LEN ||
	    !cellar_ascii_is_text(info, MODEL_LEN, 0) ||
	    !cellar_ascii_is_text(info + MAKER_AT, MAKER_LEN, 0))
		return -ENOMSG;

	cellar_ascii_name_decode(info, MODEL_LEN, CELLAR_MODEL, news);
	cellar_ascii_release_decode(info + RELEASE_AT, news);
	cellar_ascii_name_decode(info + MAKER_AT, MAKER_LEN, CELLAR_MANUFACTURER, news);

	return 0;
}

int cellar_ascii_maker_encode(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[INFO_LEN];

	if (!(reading->have & CELLAR_ASCII_MAKER_FIELDS))
		return -ENODATA;

	cellar_ascii_name_encode(reading, CELLAR_MODEL, info, MODEL_LEN, 0);
	cellar_ascii_release_encode(reading, info + RELEASE_AT);
	cellar_ascii_name_encode(reading, CELLAR_MANUFACTURER, info + MAKER_AT, MAKER_LEN, '-');

	return cellar_ascii_frame(wire, CELLAR_ASCII_VERSION_20, address, 0, info,
				  sizeof(info));
}
