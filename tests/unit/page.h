/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a terminal of so many columns would show of a line, for tests.
 */
#ifndef CELLAR_TESTS_PAGE_H
#define CELLAR_TESTS_PAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <locale.h>
#include <wchar.h>

#include "../../userspace/cellarctl/screen.h"

#define PAGE_TEXT	2048

/*
 * @line without its colours, in @text; fails if there is anything else in it that steers a
 * terminal, or if colours are left on. Returns how many columns it takes.
 */
static inline unsigned int page_line(const char *line, char *text)
{
	bool plain = true;
	unsigned int width = 0;
	mbstate_t state = { 0 };
	wchar_t wide;
	size_t n;

	while (*line) {
		if (*line == '\033') {
			assert_int_equal(line[1], '[');
			n = strspn(line + 2, "0123456789;");
			assert_int_equal(line[2 + n], 'm');
			plain = !strncmp(line, "\033[0m", 4);
			line += n + 3;
			continue;
		}
		n = mbrtowc(&wide, line, strlen(line), &state);
		assert_in_range(n, 1, 4);
		assert_in_range(wcwidth(wide), 1, 2);
		width += (unsigned int)wcwidth(wide);
		memcpy(text, line, n);
		text += n;
		line += n;
	}
	*text = '\0';
	assert_true(plain);

	return width;
}

/* All lines of @screen into @text, each checked; the widest. */
static inline unsigned int page_of(struct screen *screen, char *text, size_t size)
{
	unsigned int widest = 0, width;
	char line[PAGE_TEXT];
	size_t used = 0;

	*text = '\0';
	for (unsigned int i = 0; i < screen_lines(screen); i++) {
		width = page_line(screen_text(screen, i), line);
		assert_in_range(width, 0, screen_can(screen)->columns);
		widest = width > widest ? width : widest;
		used += (size_t)snprintf(text + used, size - used, "%s\n", line);
		assert_in_range(used, 0, size - 1);
	}

	return widest;
}

/* For main(): the locale of which the C library knows the widths */
static inline int page_setup(void **state)
{
	(void)state;

	return !setlocale(LC_CTYPE, "C.UTF-8");
}

#endif /* CELLAR_TESTS_PAGE_H */
