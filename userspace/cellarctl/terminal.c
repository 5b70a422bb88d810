// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modes, size, keys, and drawing only the lines that have changed: over a slow line that
 * is what counts.
 */
#include "terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define ENTER	"\033[?1049h\033[?25l"
#define LEAVE	"\033[0m\033[?25h\033[?1049l"

/* @was: before; @shown: the lines that are on it */
struct terminal {
	struct termios was;
	bool has_keys, entered;
	char **shown;
	unsigned int rows, columns;
	char keys[64];
	size_t pressed, taken;
};

bool terminal_is_page(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

bool terminal_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* no-color.org: set, and not empty */
bool terminal_has_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return terminal_is_page() && !(no && *no);
}

struct terminal *terminal_new(void)
{
	struct terminal *t;

	t = calloc(1, sizeof(*t));
	if (t)
		t->has_keys = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &t->was);

	return t;
}

static void forget_shown(struct terminal *t)
{
	for (unsigned int i = 0; t->shown && i < t->rows; i++)
		free(t->shown[i]);
	free(t->shown);
	t->shown = NULL;
	t->rows = 0;
}

static void say(const char *text, size_t length)
{
	ssize_t n;

	while (length) {
		n = write(STDOUT_FILENO, text, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		length -= (size_t)n;
	}
}

/* Keys come one by one and are not shown; those that send signals go on to do so. */
void terminal_enter(struct terminal *t)
{
	struct termios mode = t->was;

	if (t->entered)
		return;

	mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	mode.c_cc[VMIN] = 0;
	mode.c_cc[VTIME] = 0;
	if (t->has_keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
	say(ENTER, strlen(ENTER));
	t->entered = true;
	forget_shown(t);
}

void terminal_leave(struct terminal *t)
{
	if (!t->entered)
		return;

	say(LEAVE, strlen(LEAVE));
	if (t->has_keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &t->was);
	t->entered = false;
}

void terminal_free(struct terminal *t)
{
	if (!t)
		return;

	terminal_leave(t);
	forget_shown(t);
	free(t);
}

void terminal_size(unsigned int *columns, unsigned int *rows)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		size.ws_col = 0;
	*columns = size.ws_col ? size.ws_col : 80;
	*rows = size.ws_row ? size.ws_row : 24;
}

/* Lines of before that are not on this page are none. */
static bool make_room(struct terminal *t, unsigned int columns, unsigned int rows)
{
	if (t->shown && t->rows == rows && t->columns == columns)
		return true;

	forget_shown(t);
	t->shown = calloc(rows, sizeof(*t->shown));
	if (!t->shown)
		return false;
	t->rows = rows;
	t->columns = columns;

	return true;
}

void terminal_show(struct terminal *t, struct screen *screen, unsigned int rows)
{
	bool is_new = !t->shown || t->rows != rows || t->columns != screen_can(screen)->columns;
	size_t size = 0;
	char *page = NULL;
	const char *line;
	FILE *out;

	if (!t->entered || !make_room(t, screen_can(screen)->columns, rows))
		return;
	out = open_memstream(&page, &size);
	if (!out)
		return;

	if (is_new)
		fputs("\033[H\033[2J", out);
	for (unsigned int i = 0; i < rows; i++) {
		line = i < screen_lines(screen) ? screen_text(screen, i) : "";
		if (t->shown[i] ? !strcmp(t->shown[i], line) : !*line)
			continue;
		fprintf(out, "\033[%u;1H%s\033[K", i + 1, line);
		free(t->shown[i]);
		t->shown[i] = strdup(line);
	}
	fclose(out);
	say(page, size);
	free(page);
}

static const struct {
	const char *sequence;
	enum terminal_key key;
} keys[] = {
	{ "q", TERMINAL_QUIT }, { "Q", TERMINAL_QUIT },
	{ "\033[A", TERMINAL_UP }, { "\033OA", TERMINAL_UP }, { "k", TERMINAL_UP },
	{ "\033[B", TERMINAL_DOWN }, { "\033OB", TERMINAL_DOWN }, { "j", TERMINAL_DOWN },
	{ "\033[5~", TERMINAL_PAGE_UP }, { "\033[6~", TERMINAL_PAGE_DOWN },
	{ " ", TERMINAL_PAGE_DOWN },
	{ "\033[H", TERMINAL_TOP }, { "\033OH", TERMINAL_TOP }, { "g", TERMINAL_TOP },
	{ "\033[F", TERMINAL_BOTTOM }, { "\033OF", TERMINAL_BOTTOM }, { "G", TERMINAL_BOTTOM },
};

enum terminal_key terminal_key(struct terminal *t)
{
	const char *at;
	size_t length;
	ssize_t n;

	if (t->taken == t->pressed) {
		n = t->has_keys ? read(STDIN_FILENO, t->keys, sizeof(t->keys) - 1) : 0;
		t->taken = 0;
		t->pressed = n > 0 ? (size_t)n : 0;
		t->keys[t->pressed] = '\0';
	}
	while (t->taken < t->pressed) {
		at = t->keys + t->taken;
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
			length = strlen(keys[i].sequence);
			if (strncmp(at, keys[i].sequence, length) != 0)
				continue;
			t->taken += length;
			return keys[i].key;
		}
		t->taken++;
	}

	return TERMINAL_NONE;
}
