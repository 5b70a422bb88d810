// SPDX-License-Identifier: GPL-2.0-only
/*
 * Encoding and decoding of rows.
 */
#include "rows.h"

#define HEADER	3	/* size of all, two bytes; the table */

static size_t put_number(u8 *to, s64 number)
{
	u64 bits = (u64)number;
	size_t n = 1;

	if (number == HISTORY_NOTHING) {
		to[0] = 0;
		return 1;
	}
	while (n < 8 && number >> (8 * n - 1) != 0 && number >> (8 * n - 1) != -1)
		n++;
	to[0] = (u8)n;
	for (size_t i = 1; i <= n; i++, bits >>= 8)
		to[i] = (u8)bits;

	return 1 + n;
}

static size_t put_text(u8 *to, const char *text)
{
	size_t n;

	if (!text) {
		to[0] = 0;
		return 1;
	}
	n = strnlen(text, ROWS_TEXT_SIZE - 1);
	to[0] = (u8)(n + 1);
	memcpy(to + 1, text, n);
	to[1 + n] = '\0';

	return n + 2;
}

size_t rows_put(u8 *bytes, size_t room, const struct history_row *row)
{
	const struct history_table *table = &history_tables[row->table];
	u8 encoded[HEADER + HISTORY_COLUMNS_MAX * (1 + ROWS_TEXT_SIZE)];
	size_t n = HEADER;

	for (unsigned int i = 0; i < table->columns; i++)
		n += history_is_text(&table->column[i]) ?
		     put_text(encoded + n, row->value[i].text) :
		     put_number(encoded + n, row->value[i].number);
	if (n > room || n > UINT16_MAX)
		return 0;
	encoded[0] = (u8)n;
	encoded[1] = (u8)(n >> 8);
	encoded[2] = row->table;
	memcpy(bytes, encoded, n);

	return n;
}

size_t rows_size(const u8 *bytes, size_t room)
{
	size_t n;

	if (room < HEADER)
		return 0;
	n = (size_t)(bytes[0] | bytes[1] << 8);

	return n >= HEADER && n <= room ? n : 0;
}

static s64 take_number(const u8 *from, size_t n)
{
	u64 bits = n && from[n - 1] & 0x80 ? ~0ull : 0;

	if (!n)
		return HISTORY_NOTHING;
	while (n--)
		bits = bits << 8 | from[n];

	return (s64)bits;
}

static bool take_value(const u8 *from, size_t n, bool is_text, union history_value *value)
{
	if (!is_text && n > 8)
		return false;
	if (!is_text)
		value->number = take_number(from, n);
	else if (n && from[n - 1])
		return false;
	else
		value->text = n ? (const char *)from : NULL;

	return true;
}

bool rows_take(const u8 **bytes, const u8 *end, struct history_row *row)
{
	size_t size = rows_size(*bytes, (size_t)(end - *bytes)), n;
	const u8 *at = *bytes + HEADER, *behind = *bytes + size;
	const struct history_table *table;

	if (!size || (*bytes)[2] >= HISTORY_TABLES_ALL)
		return false;

	row->table = (*bytes)[2];
	table = &history_tables[row->table];
	for (unsigned int i = 0; i < table->columns; i++) {
		if (at >= behind)
			return false;
		n = *at++;
		if (n > (size_t)(behind - at) ||
		    !take_value(at, n, history_is_text(&table->column[i]), &row->value[i]))
			return false;
		at += n;
	}
	if (at != behind)
		return false;
	*bytes = behind;

	return true;
}
