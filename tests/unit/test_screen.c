// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines that never leave the terminal's width, and never steer it.
 */
#include "page.h"

static struct screen *screen_of(unsigned int columns, bool utf8, bool colours)
{
	const struct screen_can can = { columns, utf8, colours };
	struct screen *s = screen_new(&can);

	assert_non_null(s);
	screen_line(s);

	return s;
}

static void shows(struct screen *s, const char *wanted)
{
	char line[PAGE_TEXT];

	page_line(screen_text(s, screen_lines(s) - 1), line);
	assert_string_equal(line, wanted);
}

static void what_fits_is_shown(void **state)
{
	struct screen *s = screen_of(10, true, true);

	(void)state;
	screen_put(s, SCREEN_GOOD, "%s", "0123456789");
	shows(s, "0123456789");
	assert_int_equal(screen_width(s), 10);
	screen_free(s);
}

static void what_does_not_fit_is_cut_where_it_is_seen(void **state)
{
	struct screen *s = screen_of(10, true, true);

	(void)state;
	screen_put(s, SCREEN_GOOD, "%s", "0123456789");
	screen_put(s, SCREEN_BAD, "%s", "x");
	shows(s, "012345678…");
	screen_put(s, SCREEN_BAD, "%s", "y");
	screen_column(s, 30);
	shows(s, "012345678…");
	screen_line(s);
	screen_put(s, SCREEN_PLAIN, "%s", "next");
	shows(s, "next");
	screen_free(s);

	s = screen_of(4, false, false);
	screen_put(s, SCREEN_PLAIN, "%s", "°12345");
	shows(s, "?12>");
	screen_free(s);
}

static void wide_characters_count_twice(void **state)
{
	struct screen *s = screen_of(5, true, false);
	char line[PAGE_TEXT];

	(void)state;
	screen_put(s, SCREEN_PLAIN, "%s", "電池");
	assert_int_equal(screen_width(s), 4);
	screen_put(s, SCREEN_PLAIN, "%s", "槽");
	assert_in_range(page_line(screen_text(s, 0), line), 4, 5);
	assert_string_equal(line, "電池…");
	screen_free(s);
}

static void nothing_steers_the_terminal(void **state)
{
	static const char *const evil[] = {
		"\033[2J", "\007", "\b\b", "\r", "\n", "\t", "\177", "\033]0;title\007",
		"\xc2\x9b", "\xe2\x80\xae", "\xff\xfe", "\xc3", "\xe2\x80", "\xf0\x9f",
	};
	char line[PAGE_TEXT];

	(void)state;
	for (unsigned int utf8 = 0; utf8 < 2; utf8++) {
		for (size_t i = 0; i < sizeof(evil) / sizeof(*evil); i++) {
			struct screen *s = screen_of(40, utf8, true);

			screen_put(s, SCREEN_BAD, "A%sZ", evil[i]);
			page_line(screen_text(s, 0), line);
			assert_int_equal(line[0], 'A');
			assert_int_equal(line[1], '?');
			assert_int_equal(line[strlen(line) - 1], 'Z');
			screen_free(s);
		}
	}
}

static void without_colours_there_is_no_escape(void **state)
{
	struct screen *s = screen_of(20, false, false);

	(void)state;
	for (unsigned int style = 0; style < SCREEN_STYLES; style++)
		screen_put(s, style, "x");
	screen_bar(s, SCREEN_GOOD, 4, 500);
	assert_string_equal(screen_text(s, 0), "xxxxxx##..");
	screen_free(s);
}

static void bars_are_as_long_as_they_are_full(void **state)
{
	static const struct {
		unsigned int permille;
		const char *utf8, *ascii;
	} bars[] = {
		{ 0, "····", "...." }, { 30, "····", "...." }, { 32, "▏···", "...." },
		{ 250, "█···", "#..." }, { 375, "█▌··", "#..." }, { 990, "███▉", "###." },
		{ 1000, "████", "####" }, { 5000, "████", "####" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bars) / sizeof(*bars); i++) {
		struct screen *s = screen_of(9, true, true);

		screen_bar(s, SCREEN_GOOD, 4, bars[i].permille);
		shows(s, bars[i].utf8);
		screen_free(s);
		s = screen_of(9, false, true);
		screen_bar(s, SCREEN_GOOD, 4, bars[i].permille);
		shows(s, bars[i].ascii);
		screen_free(s);
	}
}

static void levels_are_in_order(void **state)
{
	struct screen *s = screen_of(9, true, true);

	(void)state;
	for (unsigned int level = 0; level < 9; level++)
		screen_level(s, SCREEN_PLAIN, level);
	shows(s, "▁▂▃▄▅▆▇██");
	screen_free(s);
}

static void columns_are_blanks_up_to_them(void **state)
{
	struct screen *s = screen_of(9, true, true);

	(void)state;
	screen_put(s, SCREEN_BAD, "ab");
	screen_column(s, 4);
	screen_put(s, SCREEN_BAD, "c");
	screen_column(s, 2);
	screen_put(s, SCREEN_BAD, "d");
	shows(s, "ab  cd");
	screen_free(s);
}

static void many_lines_are_copied(void **state)
{
	struct screen *from = screen_of(300, true, true), *to = screen_of(300, true, true);
	char line[PAGE_TEXT];

	(void)state;
	for (unsigned int i = 0; i < 1000; i++) {
		screen_put(from, SCREEN_GOOD, "%u %0200u", i, i);
		if (i < 999)
			screen_line(from);
	}
	screen_copy(to, from, 990, 100);
	assert_int_equal(screen_lines(to), 11);
	page_line(screen_text(to, 1), line);
	assert_memory_equal(line, "990 ", 4);
	page_line(screen_text(to, 10), line);
	assert_memory_equal(line, "999 ", 4);
	screen_copy(to, from, 2000, 1);
	assert_int_equal(screen_lines(to), 11);
	screen_free(from);
	screen_free(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_shown),
		cmocka_unit_test(what_does_not_fit_is_cut_where_it_is_seen),
		cmocka_unit_test(wide_characters_count_twice),
		cmocka_unit_test(nothing_steers_the_terminal),
		cmocka_unit_test(without_colours_there_is_no_escape),
		cmocka_unit_test(bars_are_as_long_as_they_are_full),
		cmocka_unit_test(levels_are_in_order),
		cmocka_unit_test(columns_are_blanks_up_to_them),
		cmocka_unit_test(many_lines_are_copied),
	};

	return cmocka_run_group_tests(tests, page_setup, NULL);
}
