// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a value is written in a wallbox profile.
 */
#include "wallbox_parts.h"

#include <ctype.h>
#include <stdlib.h>

#define SCALE_MAX	1000000

bool wallbox_whole(const char *text, u32 most, u32 *number)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	size_t n = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
	unsigned long long value;

	if (!n || digits[n] || n > 10)
		return false;
	value = strtoull(digits, NULL, hex ? 16 : 10);
	*number = (u32)value;

	return value <= most;
}

/* "0.001" or "1/360": parts of at most a million. */
bool wallbox_take_fraction(const char *text, s32 *num, s32 *den)
{
	u32 over = 0, under = 1, digits = 0;
	const char *c;

	for (c = text; isdigit((unsigned char)*c) && over <= SCALE_MAX; c++, digits++)
		over = over * 10 + (u32)(*c - '0');
	if (*c == '.')
		for (c++; isdigit((unsigned char)*c) && over <= SCALE_MAX && under < SCALE_MAX;
		     c++, digits++) {
			over = over * 10 + (u32)(*c - '0');
			under *= 10;
		}
	else if (*c == '/' && !wallbox_whole(c + 1, SCALE_MAX, &under))
		return false;
	else if (*c == '/')
		c = "";
	if (*c || !digits || !over || !under || over > SCALE_MAX)
		return false;
	*num = (s32)over;
	*den = (s32)under;

	return true;
}

/* Up to three decimals, in thousandths. */
bool wallbox_take_milli(const char *text, u32 most, u32 *milli)
{
	s32 num, den;

	if (!strcmp(text, "0")) {
		*milli = 0;
		return true;
	}
	if (strchr(text, '/') || !wallbox_take_fraction(text, &num, &den) || 1000 % den)
		return false;
	*milli = (u32)num * (1000 / (u32)den);

	return num <= SCALE_MAX && *milli <= most;
}

bool wallbox_take_word(const char *text, const char *const words[], u8 *number)
{
	for (u8 i = 0; words[i]; i++)
		if (words[i][0] && !strcmp(text, words[i])) {
			*number = i;
			return true;
		}

	return false;
}

bool wallbox_take_bool(const char *text, bool *to)
{
	static const char *const words[] = { "no", "yes", NULL };
	u8 number;

	if (!wallbox_take_word(text, words, &number))
		return false;
	*to = number;

	return true;
}

bool wallbox_take_text(const char *text, char *to, size_t size)
{
	if (!*text || strlen(text) >= size)
		return false;
	for (const char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			return false;
	snprintf(to, size, "%s", text);

	return true;
}

/* A function of two that read, or of three that write. */
bool wallbox_take_function(const char *text, bool writes, u8 *to)
{
	static const struct {
		const char *word;
		bool writes;
		u8 function;
	} functions[] = {
		{ "holding", false, MODBUS_READ_HOLDING }, { "input", false, MODBUS_READ_INPUT },
		{ "one", true, MODBUS_WRITES_ONE }, { "many", true, MODBUS_WRITES },
		{ "coil", true, MODBUS_WRITES_COIL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (functions[i].writes == writes && !strcmp(functions[i].word, text)) {
			*to = functions[i].function;
			return true;
		}

	return false;
}
