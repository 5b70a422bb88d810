/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of text for a terminal, in memory: none is wider than it, and nothing that came
 * over the bus can steer it. Knows no file descriptor.
 */
#ifndef CELLAR_CELLARCTL_SCREEN_H
#define CELLAR_CELLARCTL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum screen_style {
	SCREEN_PLAIN,
	SCREEN_BOLD,
	SCREEN_DIM,
	SCREEN_GOOD,
	SCREEN_WARN,
	SCREEN_BAD,
	SCREEN_STYLES
};

/* @utf8: blocks and an ellipsis that are not ASCII; @colours: styles are shown */
struct screen_can {
	unsigned int columns;
	bool utf8;
	bool colours;
};

struct screen;

/* NULL when memory is short. */
struct screen *screen_new(const struct screen_can *can);
void screen_free(struct screen *screen);
const struct screen_can *screen_can(const struct screen *screen);

/* All that is put from now on is on a new line. */
void screen_line(struct screen *screen);

/*
 * Put text behind what is on the line. What does not fit is cut, which the last column
 * then shows. Characters that are not printed, or that this terminal has not, are "?".
 */
void screen_put(struct screen *screen, enum screen_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Blanks up to @column, from 0; none if the line is there already. */
void screen_column(struct screen *screen, unsigned int column);

/* How much of the line is taken, in columns. */
unsigned int screen_width(const struct screen *screen);

/* @permille of @width columns are full. */
void screen_bar(struct screen *screen, enum screen_style style, unsigned int width,
		unsigned int permille);

/* One column, filled from the bottom to @level of 0...7. */
void screen_level(struct screen *screen, enum screen_style style, unsigned int level);

unsigned int screen_lines(const struct screen *screen);

/* Of line @i, from 0: with its colours switched off again at the end. */
const char *screen_text(struct screen *screen, unsigned int i);

/* The lines of @from from @first on, at most @count, below those of @to. */
void screen_copy(struct screen *to, struct screen *from, unsigned int first,
		 unsigned int count);

#endif /* CELLAR_CELLARCTL_SCREEN_H */
