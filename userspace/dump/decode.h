/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a recording says, frame by frame and at its end: the readings of the
 * system and of every pack, and how many frames could not be used. No I/O.
 */
#ifndef CELLAR_DUMP_DECODE_H
#define CELLAR_DUMP_DECODE_H

#include "../../driver/wire/ascii_pylontech.h"
#include "line.h"

/* A group has twelve, PACE and Seplos have sixteen (protocols.md 4.2, 4.10) */
#define DECODE_PACKS_MAX	16

/* On one line there may be packs of two versions, with a dialect each */
#define DECODE_RS485_MAX	2

/*
 * @can: NULL: all CAN frames are unknown
 * @rs485, @n_rs485: dialects that RS-485 frames may be in
 * @rs485_heard: set of those that gave a reading, as bits of their index
 * @asked: the last command to an address, 0 if none was heard
 * @packs: [address]
 */
struct decode {
	const struct cellar_can_dialect *can;
	enum cellar_rs485_dialect_id rs485[DECODE_RS485_MAX];
	unsigned int n_rs485;
	unsigned int rs485_heard;
	u8 asked[256];
	struct cellar_can_memory memory;
	struct cellar_reading system;
	struct cellar_reading packs[256];
	u64 frames;
	u64 malformed;
	u64 unknown;
};

enum decode_outcome {
	DECODED,
	UNKNOWN,
	MALFORMED,
};

/* What was said of a pack, or of the whole system. */
struct decode_news {
	bool of_pack;
	u8 address;
	struct cellar_reading reading;
};

/*
 * @name: of the frame, NULL if it is unknown, or malformed before it was looked up
 * @remark: more about it for people, or NULL: that it is a request, or a refusal
 * @why: words for people, NULL if DECODED
 * @news, @n_news: only an answer for all packs has several
 * @parameters: if @has_parameters (RS-485 0x47)
 * @version: of the protocol, or 0 (RS-485 0x4F)
 */
struct decode_result {
	enum decode_outcome outcome;
	const char *name;
	const char *remark;
	const char *why;
	bool has_parameters;
	u8 version;
	unsigned int n_news;
	struct cellar_ascii_parameters parameters;
	struct decode_news news[DECODE_PACKS_MAX];
};

/*
 * Decode a line that is not LINE_EMPTY, count it and merge what it says. The text
 * of an RS-485 frame must still be there.
 */
void decode_line(struct decode *decode, const struct line *line,
		 struct decode_result *result);

/* A frame on RS-485; in decode_rs485.c, called by decode_line(). */
void decode_rs485(struct decode *decode, const struct line_rs485 *line,
		  struct decode_result *result);

/*
 * Which dialect an RS-485 frame must be in, as far as it tells by itself:
 * CELLAR_RS485_NONE for most.
 */
enum cellar_rs485_dialect_id decode_identify(const struct line_rs485 *line);

#endif /* CELLAR_DUMP_DECODE_H */
