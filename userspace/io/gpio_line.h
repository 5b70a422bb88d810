/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line of a GPIO chip, as a contact that is read or an output that is switched. All that
 * is known here of libgpiod is in gpio_line.c.
 *
 * A line is active, "closed", or it is not. What that is in volts its words say.
 */
#ifndef CELLAR_IO_GPIO_LINE_H
#define CELLAR_IO_GPIO_LINE_H

#include "env.h"

#define GPIO_NAME_SIZE	40	/* of a chip or a line: 31 characters are the kernel's */
#define GPIO_EDGES_MAX	16	/* what the kernel keeps of a line that v1 of its ABI reads */

enum gpio_bias {
	GPIO_BIAS_AS_IS,
	GPIO_BIAS_PULL_UP,
	GPIO_BIAS_PULL_DOWN,
	GPIO_BIAS_NONE
};

enum gpio_drive {
	GPIO_PUSH_PULL,
	GPIO_OPEN_DRAIN,
	GPIO_OPEN_SOURCE
};

/*
 * @given: there is one
 * @chip: number, name or label of a chip, of which it is line @offset; "": the line @name
 * @active_low: closed is 0 V
 */
struct gpio_want {
	bool given, active_low;
	u8 bias, drive;
	u32 offset;
	char chip[GPIO_NAME_SIZE], name[GPIO_NAME_SIZE];
};

/* @at_ns: of CLOCK_MONOTONIC, when the kernel saw it */
struct gpio_edge {
	bool closed;
	u64 at_ns;
};

struct gpio_line;

/*
 * "NAME" or "CHIP:OFFSET", then, in any order, active-low, one of pull-up, pull-down and
 * no-bias, and one of open-drain and open-source. False: it is none of that.
 */
bool gpio_want_read(struct gpio_want *want, const char *text);

/* As it was given, without its words; @text has GPIO_NAME_SIZE + 12. Returns @text. */
char *gpio_want_place(const struct gpio_want *want, char *text);

/*
 * A contact, of which each edge is told, if its chip has interrupts. Returns 0, -ENODEV:
 * there is no such chip or line, -EBUSY: another program has it, or another negative errno.
 */
int gpio_line_listen(struct gpio_line **line, const struct gpio_want *want);

/* An output, which is @closed from the beginning. As gpio_line_listen(). */
int gpio_line_drive(struct gpio_line **line, const struct gpio_want *want, bool closed);

/* As whoever drives it has left it: what becomes of that is up to the chip. */
void gpio_line_close(struct gpio_line *line);

/*
 * Of a contact; there is something to read when there are edges, or the chip has gone.
 * -EOPNOTSUPP: no edge is ever told; it is to be looked at.
 */
int gpio_line_fd(const struct gpio_line *line);

/* What fd is readable for: how many, at most GPIO_EDGES_MAX, or a negative errno. */
int gpio_line_edges(struct gpio_line *line, struct gpio_edge *edges);

/* 1: closed, 0: open, or a negative errno. */
int gpio_line_closed(const struct gpio_line *line);

/* Returns 0 or a negative errno. */
int gpio_line_switch(struct gpio_line *line, bool closed);

#endif /* CELLAR_IO_GPIO_LINE_H */
