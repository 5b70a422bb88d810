/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows as bytes, one behind the other, as they wait in cellard and go between it and
 * cellar-history. Of a column: its length, 0 when nothing is known, and so many bytes of
 * a number (the lowest first, signed) or of a text, with its '\0'.
 */
#ifndef CELLAR_HISTORY_ROWS_H
#define CELLAR_HISTORY_ROWS_H

#include "tables.h"

/* Of texts, with the '\0'; what is longer is cut. */
#define ROWS_TEXT_SIZE	224
/* Of one row: each column its length and eight bytes, and up to three long texts. */
#define ROWS_ROW_SIZE	(3 + HISTORY_COLUMNS_MAX * 9 + 3 * ROWS_TEXT_SIZE)

/* Encoded; returns its size, or 0: there is not so much room. */
size_t rows_put(u8 *bytes, size_t room, const struct history_row *row);

/*
 * The row at *@bytes, which then is behind it. Its texts stand in @bytes. False: there is
 * none, or (*@end is then above *@bytes) it makes no sense.
 */
bool rows_take(const u8 **bytes, const u8 *end, struct history_row *row);

/* How many bytes the row at @bytes has; 0: not all of it is there. */
size_t rows_size(const u8 *bytes, size_t room);

#endif /* CELLAR_HISTORY_ROWS_H */
