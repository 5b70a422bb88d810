/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal as a page that is drawn again and again, on its other screen, so that what
 * was there before is there afterwards. ECMA-48 and two modes of xterm, which terminals
 * of today and the console have: no library need know the terminal by its name.
 */
#ifndef CELLAR_CELLARCTL_TERMINAL_H
#define CELLAR_CELLARCTL_TERMINAL_H

#include "screen.h"

struct terminal;

enum terminal_key {
	TERMINAL_NONE,
	TERMINAL_QUIT,
	TERMINAL_UP,
	TERMINAL_DOWN,
	TERMINAL_PAGE_UP,
	TERMINAL_PAGE_DOWN,
	TERMINAL_TOP,
	TERMINAL_BOTTOM,
};

/* Whether standard output is a terminal on which a page can be drawn. */
bool terminal_is_page(void);

/* In UTF-8? By the locale, which is set. */
bool terminal_is_utf8(void);

/* Whether colours are wanted: by TERM and NO_COLOR. */
bool terminal_has_colours(void);

/* NULL when memory is short. terminal_free() gives the terminal back. */
struct terminal *terminal_new(void);
void terminal_free(struct terminal *terminal);

/* Take the terminal, and give it back as it was; each may be called again. */
void terminal_enter(struct terminal *terminal);
void terminal_leave(struct terminal *terminal);

/* Columns and rows, at least 1 each. */
void terminal_size(unsigned int *columns, unsigned int *rows);

/* Show @screen: what is new of it, or all of it after terminal_enter() or another size. */
void terminal_show(struct terminal *terminal, struct screen *screen, unsigned int rows);

/* The next key that has been pressed, TERMINAL_NONE when there is none. Does not wait. */
enum terminal_key terminal_key(struct terminal *terminal);

#endif /* CELLAR_CELLARCTL_TERMINAL_H */
