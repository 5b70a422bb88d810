/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mark tells whether something is the same as before, or where it stands in a table:
 * FNV-1a with 64 bits, from MARK_START on.
 */
#ifndef CELLAR_CORE_MARK_H
#define CELLAR_CORE_MARK_H

#include "env.h"

#define MARK_START	0xcbf29ce484222325u

static inline u64 mark_byte(u64 mark, u8 byte)
{
	return (mark ^ byte) * 0x100000001b3u;
}

static inline u64 mark_bytes(u64 mark, const void *bytes, size_t size)
{
	const u8 *byte = (const u8 *)bytes;

	while (size--)
		mark = mark_byte(mark, *byte++);

	return mark;
}

static inline u64 mark_numbers(u64 mark, const s64 *number, size_t n)
{
	for (; n--; number++)
		for (unsigned int bit = 0; bit < 64; bit += 8)
			mark = mark_byte(mark, (u8)((u64)*number >> bit));

	return mark;
}

/* With its end: "ab", "c" is not "a", "bc". */
static inline u64 mark_text(u64 mark, const char *text)
{
	do
		mark = mark_byte(mark, (u8)*text);
	while (*text++);

	return mark;
}

#endif /* CELLAR_CORE_MARK_H */
