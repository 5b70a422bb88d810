/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A serial line that the kernel looks for packs on, as long as we hold it.
 */
#ifndef ATTACH_LINE_H
#define ATTACH_LINE_H

#include <stdbool.h>
#include <termios.h>

/*
 * @tty: path
 * @dialect: name of a dialect, or "auto"
 * @model: key of a model, or ""
 * @baud: 9600 or 115200, or 0 to have it found
 */
struct line_options {
	const char *tty;
	const char *dialect;
	const char *model;
	unsigned int baud;
	bool scope_system;
};

/* @signals: those that ask us to end, from before the line was touched */
struct line {
	int fd;
	int signals;
	unsigned int bus;
	struct termios before;
};

/*
 * Hand the line to the kernel. 0, and @line->bus is the B of cellarB; or a negative
 * errno, and standard error says what is wrong.
 */
int line_attach(const struct line_options *options, struct line *line);

/* Wait for its end: 0 when a signal asks for it, -EIO when the line has hung up. */
int line_hold(const struct line *line);

/* Take it back, as it was before. */
void line_release(struct line *line);

#endif /* ATTACH_LINE_H */
