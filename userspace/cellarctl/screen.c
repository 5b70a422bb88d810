// SPDX-License-Identifier: GPL-2.0-only
/*
 * A buffer of lines, and where each begins in it. The width of a character is what the
 * C library says of this locale.
 */
#include "screen.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define PUT_SIZE	512

/*
 * @used, @lines: a line that is open has no NUL behind it yet
 * @width: of the last line; @style: at its end; @is_full: no more is shown on it
 * @last_at: where its last character begins, when that is one column wide
 * @failed: memory is short: there are no more lines
 */
struct screen {
	struct screen_can can;
	char *text;
	size_t used, size;
	size_t *line;
	unsigned int lines, lines_size;
	unsigned int width;
	enum screen_style style;
	size_t last_at;
	bool is_full, failed;
};

static const char *const codes[SCREEN_STYLES] = {
	[SCREEN_PLAIN] = "\033[0m",
	[SCREEN_BOLD] = "\033[0;1m",
	[SCREEN_DIM] = "\033[0;2m",
	[SCREEN_GOOD] = "\033[0;32m",
	[SCREEN_WARN] = "\033[0;33m",
	[SCREEN_BAD] = "\033[0;1;31m",
};

struct screen *screen_new(const struct screen_can *can)
{
	struct screen *s;

	s = calloc(1, sizeof(*s));
	if (s)
		s->can = *can;

	return s;
}

void screen_free(struct screen *s)
{
	if (!s)
		return;

	free(s->text);
	free(s->line);
	free(s);
}

const struct screen_can *screen_can(const struct screen *s)
{
	return &s->can;
}

static void append(struct screen *s, const char *text, size_t length)
{
	size_t size = s->size ? s->size : 4096;
	char *more;

	while (size - s->used <= length)
		size *= 2;
	if (size != s->size) {
		more = realloc(s->text, size);
		if (!more) {
			s->failed = true;
			return;
		}
		s->text = more;
		s->size = size;
	}
	memcpy(s->text + s->used, text, length);
	s->used += length;
	s->text[s->used] = '\0';
}

static void set_style(struct screen *s, enum screen_style style)
{
	if (s->style == style || !s->can.colours)
		return;

	append(s, codes[style], strlen(codes[style]));
	s->style = style;
}

static void end_line(struct screen *s)
{
	if (!s->lines)
		return;

	set_style(s, SCREEN_PLAIN);
	append(s, "", 1);
}

void screen_line(struct screen *s)
{
	unsigned int size = s->lines_size ? s->lines_size * 2 : 64;
	size_t *more;

	if (s->failed)
		return;

	end_line(s);
	if (s->lines == s->lines_size) {
		more = realloc(s->line, size * sizeof(*more));
		if (!more) {
			s->failed = true;
			return;
		}
		s->line = more;
		s->lines_size = size;
	}
	s->line[s->lines++] = s->used;
	s->width = 0;
	s->is_full = false;
	s->last_at = SIZE_MAX;
	append(s, "", 0);
}

/* The line goes on beyond the last column. */
static void cut(struct screen *s)
{
	const char *mark = s->can.utf8 ? "…" : ">";

	s->is_full = true;
	if (s->width < s->can.columns) {
		s->width++;
	} else if (s->last_at != SIZE_MAX) {
		s->used = s->last_at;
	} else {
		return;
	}
	append(s, mark, strlen(mark));
}

/* @character, which is so many columns wide */
static void put_character(struct screen *s, enum screen_style style, const char *character,
			  size_t length, unsigned int width)
{
	if (s->failed || s->is_full || !s->lines)
		return;
	if (s->width + width > s->can.columns) {
		cut(s);
		return;
	}
	set_style(s, style);
	s->last_at = width == 1 ? s->used : SIZE_MAX;
	append(s, character, length);
	s->width += width;
}

/* Bytes of the character at @text, at least 1, and its width; 0: it is not printed. */
static size_t character_at(const struct screen *s, const char *text, unsigned int *width)
{
	mbstate_t state = { 0 };
	wchar_t wide;
	size_t n;
	int columns;

	*width = 0;
	if (!s->can.utf8) {
		n = 1;
		while (((unsigned char)text[0] & 0xc0) == 0xc0 &&
		       ((unsigned char)text[n] & 0xc0) == 0x80)
			n++;
		if (*text >= ' ' && *text <= '~')
			*width = 1;
		return n;
	}
	n = mbrtowc(&wide, text, strlen(text), &state);
	if (n == (size_t)-1 || n == (size_t)-2 || !n)
		return 1;
	columns = wcwidth(wide);
	if (columns > 0)
		*width = (unsigned int)columns;

	return n;
}

void screen_put(struct screen *s, enum screen_style style, const char *format, ...)
{
	char text[PUT_SIZE];
	unsigned int width;
	va_list args;
	size_t i, n;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0)
		return;

	for (i = 0; text[i]; i += n) {
		n = character_at(s, text + i, &width);
		if (width)
			put_character(s, style, text + i, n, width);
		else
			put_character(s, style, "?", 1, 1);
	}
}

void screen_column(struct screen *s, unsigned int column)
{
	while (s->width < column && s->width < s->can.columns && !s->failed && !s->is_full)
		put_character(s, SCREEN_PLAIN, " ", 1, 1);
}

unsigned int screen_width(const struct screen *s)
{
	return s->width;
}

void screen_bar(struct screen *s, enum screen_style style, unsigned int width,
		unsigned int permille)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	unsigned int full, left;

	if (permille > 1000)
		permille = 1000;
	full = width * permille * 8 / 1000;
	left = s->can.utf8 ? full % 8 : 0;
	full /= 8;
	for (unsigned int i = 0; i < width; i++) {
		if (i < full)
			screen_put(s, style, "%s", s->can.utf8 ? "█" : "#");
		else if (i == full && left)
			screen_put(s, style, "%s", eighths[left]);
		else
			screen_put(s, SCREEN_DIM, "%s", s->can.utf8 ? "·" : ".");
	}
}

void screen_level(struct screen *s, enum screen_style style, unsigned int level)
{
	static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { "_", ".", ",", "-", "=", "+", "*", "#" };

	if (level > 7)
		level = 7;
	screen_put(s, style, "%s", s->can.utf8 ? blocks[level] : ascii[level]);
}

unsigned int screen_lines(const struct screen *s)
{
	return s->failed ? 0 : s->lines;
}

const char *screen_text(struct screen *s, unsigned int i)
{
	if (i + 1 == s->lines)
		set_style(s, SCREEN_PLAIN);

	return s->text + s->line[i];
}

void screen_copy(struct screen *to, struct screen *from, unsigned int first,
		 unsigned int count)
{
	const char *text;

	for (unsigned int i = first; i < screen_lines(from) && i - first < count; i++) {
		screen_line(to);
		text = screen_text(from, i);
		append(to, text, strlen(text));
	}
}
