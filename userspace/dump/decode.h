/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a recording says, frame by frame and at its end: the readings of the
 * system and of every pack, and how many frames could not be used. No I/O.
 */
#ifndef CELLAR_DUMP_DECODE_H
#define CELLAR_DUMP_DECODE_H

#include "line.h"

struct decode {
	const struct cellar_can_dialect *dialect;	/* NULL: all are unknown */
	struct cellar_can_memory memory;
	struct cellar_reading system;
	struct cellar_reading packs[CELLAR_CAN_PACKS_MAX];	/* [address - 1] */
	u64 frames;
	u64 malformed;
	u64 unknown;
};

enum decode_outcome {
	DECODED,
	UNKNOWN,
	MALFORMED,
};

/*
 * @row: NULL if the frame is unknown, or malformed before its row was looked up
 * @address: 0 for the system, 1…32 for a pack
 * @why: words for people, NULL if DECODED
 */
struct decode_result {
	enum decode_outcome outcome;
	const struct cellar_can_row *row;
	u8 address;
	const char *why;
	struct cellar_reading news;
};

/* Decode a line that is not LINE_EMPTY, count it and merge what it says. */
void decode_line(struct decode *decode, const struct line *line,
		 struct decode_result *result);

#endif /* CELLAR_DUMP_DECODE_H */
