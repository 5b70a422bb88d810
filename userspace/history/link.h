/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What cellard and cellar-history say to each other: messages over a socket that keeps
 * them apart, each a header and bytes behind it. Both are of one build. cellard asks;
 * cellar-history answers in the order of the questions, and is told to end by the end of
 * the socket.
 */
#ifndef CELLAR_HISTORY_LINK_H
#define CELLAR_HISTORY_LINK_H

#include "../../driver/wire/env.h"

#define LINK_SIZE_MAX	65536	/* with its header */

enum link_kind {
	/* to cellar-history */
	LINK_WRITE,	/* @token, @time_s now, @number days of minutes; rows */
	LINK_ASK,	/* @number table, @time_s from, @token to, @step_s */

	/* from it */
	LINK_READY,	/* it is open; rows of HISTORY_TOTALS, as they were when it ended */
	LINK_CLOSED,	/* it cannot be opened now: a text; a write tries again */
	LINK_WRITTEN,	/* @number 0, or negative errno and a text */
	LINK_ROWS,	/* of what was asked: some of the rows */
	LINK_END,	/* no more of them; @number as above, @time_s from where to go on */
	LINK_SAID	/* a code and a sentence, each with its '\0': an event */
};

struct link_header {
	u8 kind;	/* enum link_kind */
	u32 step_s;
	s64 token, time_s, number;
};

struct link_message {
	struct link_header header;
	u8 bytes[LINK_SIZE_MAX - sizeof(struct link_header)];
};

/* Send @message with @size bytes behind its header. 0 or a negative errno. */
int link_send(int fd, const struct link_message *message, size_t size);

/*
 * The next message, and how many bytes it has behind its header. 0; -EPIPE: the other one
 * has gone; -EAGAIN: there is none, of a socket that does not wait; or another errno.
 */
int link_receive(int fd, struct link_message *message, size_t *size);

#endif /* CELLAR_HISTORY_LINK_H */
