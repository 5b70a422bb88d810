/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line of a recording (spec/interfaces.md, "cellar-dump"): candump's log
 * and screen forms, and RS-485 ASCII frames, told apart by their shape. No I/O.
 */
#ifndef CELLAR_DUMP_LINE_H
#define CELLAR_DUMP_LINE_H

#include "../../driver/wire/can.h"

#define LINE_INTERFACE_MAX	15	/* IFNAMSIZ with the NUL is 16 */

enum line_kind {
	LINE_EMPTY,		/* blank or comment only */
	LINE_CAN,
	LINE_RS485,
};

/*
 * An RS-485 ASCII frame and its head as they stand there: nothing is checked.
 *
 * @text, @len: the frame from ~ on, in the text that was parsed
 */
struct line_rs485 {
	const char *text;
	size_t len;
	u8 version;
	u8 address;
	u8 group;		/* CID1 */
	u8 command;		/* CID2: command, or return code of a reply */
};

/*
 * @has_time, @time_us: since the epoch, or since wherever candump was told to
 *                      count from
 * @interface: "" for RS-485
 * @id, @extended: of any CAN frame; @can.id is both for a classical one
 * @not_classical: why a CAN frame is not a classical data frame; NULL when it is
 *                 one, and only then @can is filled
 */
struct line {
	enum line_kind kind;
	bool has_time;
	bool extended;
	s64 time_us;
	u32 id;
	char interface[LINE_INTERFACE_MAX + 1];
	const char *not_classical;
	union {
		struct cellar_can_frame can;
		struct line_rs485 rs485;
	};
};

/*
 * Parse the @len bytes at @text, with or without the line end. 0, or -EINVAL
 * with static words for people in *@error.
 */
int line_parse(const char *text, size_t len, struct line *line, const char **error);

#endif /* CELLAR_DUMP_LINE_H */
