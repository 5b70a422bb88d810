/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mark tells whether something is the same as before, or where it stands in a table: a hash
 * in the manner of FNV-1a, of words of 64 bits, from MARK_START on. What changes in one word is
 * always another mark. It is of this process only: a word is as this machine has it.
 */
#ifndef CELLAR_CORE_MARK_H
#define CELLAR_CORE_MARK_H

#include "env.h"

#define MARK_START	0xcbf29ce484222325u

/* The product carries upwards only: its upper half comes down, or sign bits would cancel out. */
static inline u64 mark_word(u64 mark, u64 word)
{
	mark = (mark ^ word) * 0x100000001b3u;

	return mark ^ mark >> 32;
}

/* With how many there are: two bytes and a zero are not the two. */
static inline u64 mark_bytes(u64 mark, const void *bytes, size_t size)
{
	const u8 *byte = (const u8 *)bytes;
	u64 word;

	mark = mark_word(mark, size);
	for (; size >= sizeof(word); size -= sizeof(word), byte += sizeof(word)) {
		memcpy(&word, byte, sizeof(word));
		mark = mark_word(mark, word);
	}
	if (!size)
		return mark;

	word = 0;
	memcpy(&word, byte, size);

	return mark_word(mark, word);
}

static inline u64 mark_numbers(u64 mark, const s64 *number, size_t n)
{
	while (n--)
		mark = mark_word(mark, (u64)*number++);

	return mark;
}

/* With its length: "ab", "c" is not "a", "bc". */
static inline u64 mark_text(u64 mark, const char *text)
{
	return mark_bytes(mark, text, strlen(text));
}

#endif /* CELLAR_CORE_MARK_H */
