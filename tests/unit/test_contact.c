// SPDX-License-Identifier: GPL-2.0-only
/*
 * A contact that bounces, and the words for the line that it is on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "../../userspace/io/contact.h"
#include "../../userspace/io/gpio_line.h"

#define T0	1000000u

/* Open since long ago. */
static struct contact still(void)
{
	struct contact c;

	contact_start(&c, 20);
	contact_level(&c, false, T0 - 100);
	assert_true(contact_settle(&c, T0 - 80));

	return c;
}

static void nothing_is_known_at_first(void **state)
{
	struct contact c;

	(void)state;
	contact_start(&c, 20);
	assert_false(c.known);
	assert_int_equal(contact_due_ms(&c), CONTACT_NEVER);
	assert_false(contact_settle(&c, T0));
	contact_level(&c, true, T0);
	assert_false(contact_settle(&c, T0 + 19));
	assert_false(c.known);
	assert_true(contact_settle(&c, T0 + 20));
	assert_true(c.known && c.closed);
	assert_int_equal(c.since_ms, T0);
}

static void it_counts_when_it_has_stood_for_the_debounce_time(void **state)
{
	struct contact c = still();

	(void)state;
	contact_edge(&c, true, T0);
	assert_int_equal(contact_due_ms(&c), T0 + 20);
	assert_false(contact_settle(&c, T0 + 19));
	assert_false(c.closed);
	assert_true(contact_settle(&c, T0 + 20));
	assert_true(c.closed);
	assert_int_equal(c.since_ms, T0);
	assert_int_equal(c.heard_ms, T0 + 20);
	assert_int_equal(contact_due_ms(&c), CONTACT_NEVER);
}

static void it_counts_from_its_last_bounce_on(void **state)
{
	struct contact c = still();

	(void)state;
	contact_edge(&c, true, T0);
	contact_edge(&c, false, T0 + 5);
	contact_edge(&c, true, T0 + 9);
	assert_false(contact_settle(&c, T0 + 28));
	assert_true(contact_settle(&c, T0 + 29));
	assert_true(c.closed);
	assert_int_equal(c.since_ms, T0 + 9);
}

static void a_glitch_is_no_news(void **state)
{
	struct contact c = still();
	u64 since_ms = c.since_ms;

	(void)state;
	contact_edge(&c, true, T0);
	contact_edge(&c, false, T0 + 3);
	assert_false(contact_settle(&c, T0 + 23));
	assert_true(c.known);
	assert_false(c.closed);
	assert_int_equal(c.since_ms, since_ms);
	assert_int_equal(c.heard_ms, T0 + 23);
}

static void a_level_that_is_held_is_heard_again(void **state)
{
	struct contact c = still();

	(void)state;
	contact_level(&c, false, T0 + 900);
	assert_int_equal(c.heard_ms, T0 + 900);
	assert_int_equal(contact_due_ms(&c), CONTACT_NEVER);
}

static void an_edge_that_got_lost_is_seen(void **state)
{
	struct contact c = still();

	(void)state;
	contact_level(&c, true, T0);
	assert_true(contact_settle(&c, T0 + 20));
	assert_true(c.closed);
}

static void one_that_never_stands_still_grows_old(void **state)
{
	struct contact c = still();
	u64 heard_ms = c.heard_ms;

	(void)state;
	for (unsigned int i = 0; i < 500; i++) {
		contact_edge(&c, i % 2, T0 + i * 10);
		contact_level(&c, i % 2, T0 + i * 10 + 5);
		assert_false(contact_settle(&c, T0 + i * 10 + 9));
	}
	assert_int_equal(c.heard_ms, heard_ms);
}

static void being_looked_at_does_not_put_it_off(void **state)
{
	struct contact c = still();

	(void)state;
	contact_edge(&c, true, T0);
	contact_level(&c, true, T0 + 15);
	assert_int_equal(contact_due_ms(&c), T0 + 20);
}

static void without_a_debounce_time_it_counts_at_once(void **state)
{
	struct contact c;

	(void)state;
	contact_start(&c, 0);
	contact_edge(&c, true, T0);
	assert_true(contact_settle(&c, T0));
	assert_true(c.closed);
}

/* row: ems.md "Switched outputs (dry contacts)" open-collector and relays */
static void lines_in_words(void **state)
{
	char place[GPIO_NAME_SIZE + 12];
	struct gpio_want w;

	(void)state;
	assert_true(gpio_want_read(&w, "gpiochip0:17"));
	assert_true(w.given);
	assert_string_equal(w.chip, "gpiochip0");
	assert_int_equal(w.offset, 17);
	assert_false(w.active_low);
	assert_int_equal(w.bias, GPIO_BIAS_AS_IS);
	assert_string_equal(gpio_want_place(&w, place), "gpiochip0:17");

	assert_true(gpio_want_read(&w, "  DRM-0\tpull-up  active-low"));
	assert_string_equal(w.chip, "");
	assert_string_equal(w.name, "DRM-0");
	assert_true(w.active_low);
	assert_int_equal(w.bias, GPIO_BIAS_PULL_UP);
	assert_string_equal(gpio_want_place(&w, place), "DRM-0");

	assert_true(gpio_want_read(&w, "usb:1-2:7 open-drain no-bias"));
	assert_string_equal(w.chip, "usb:1-2");
	assert_int_equal(w.offset, 7);
	assert_int_equal(w.drive, GPIO_OPEN_DRAIN);
	assert_int_equal(w.bias, GPIO_BIAS_NONE);

	assert_true(gpio_want_read(&w, "0:65535 open-source pull-down"));
	assert_int_equal(w.offset, 65535);
	assert_int_equal(w.drive, GPIO_OPEN_SOURCE);
	assert_int_equal(w.bias, GPIO_BIAS_PULL_DOWN);

	assert_true(gpio_want_read(&w, "PIN:A"));
	assert_string_equal(w.name, "PIN:A");
	assert_true(gpio_want_read(&w, "PIN: active-low no-bias"));
	assert_string_equal(w.name, "PIN:");
	assert_true(w.active_low);
	assert_int_equal(w.bias, GPIO_BIAS_NONE);
}

static void what_is_no_line(void **state)
{
	static const char *const wrong[] = {
		"", "  ", ":3", "chip:65536", "chip:99999999999", "chip:3 upside-down",
		"chip:3 pull-up pull-down", "chip:3 open-drain open-source",
		"chip:3 active-low active-low", "chip:3 4",
		"a_name_that_is_longer_than_any_chip_would_have_it:1",
		"a_name_that_is_longer_than_any_line_would_have_it",
	};
	struct gpio_want w;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		memset(&w, 0, sizeof(w));
		if (gpio_want_read(&w, wrong[i]) || w.given)
			fail_msg("taken: '%s'", wrong[i]);
	}
}

static void a_name_has_at_most_39_characters_that_can_be_seen(void **state)
{
	const char name[] = "a_name_that_has_exactly_39_characters__";
	char text[GPIO_NAME_SIZE + 160], place[GPIO_NAME_SIZE + 12];
	struct gpio_want w;

	(void)state;
	assert_int_equal(strlen(name), GPIO_NAME_SIZE - 1);
	assert_true(gpio_want_read(&w, name));
	assert_string_equal(w.name, name);
	assert_string_equal(gpio_want_place(&w, place), name);
	snprintf(text, sizeof(text), "%s:12", name);
	assert_true(gpio_want_read(&w, text));
	assert_string_equal(w.chip, name);
	assert_int_equal(w.offset, 12);
	assert_string_equal(gpio_want_place(&w, place), text);
	snprintf(text, sizeof(text), "%s_", name);
	assert_false(gpio_want_read(&w, text));
	assert_false(gpio_want_read(&w, "bell\a"));
	assert_false(gpio_want_read(&w, "\abell:1"));
	/* as long as a line may be in all: what is cut off is not taken */
	snprintf(text, sizeof(text), "%-159s", "WIRE_1");
	assert_true(gpio_want_read(&w, text));
	snprintf(text, sizeof(text), "%-160s", "WIRE_1");
	assert_false(gpio_want_read(&w, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_at_first),
		cmocka_unit_test(it_counts_when_it_has_stood_for_the_debounce_time),
		cmocka_unit_test(it_counts_from_its_last_bounce_on),
		cmocka_unit_test(a_glitch_is_no_news),
		cmocka_unit_test(a_level_that_is_held_is_heard_again),
		cmocka_unit_test(an_edge_that_got_lost_is_seen),
		cmocka_unit_test(one_that_never_stands_still_grows_old),
		cmocka_unit_test(being_looked_at_does_not_put_it_off),
		cmocka_unit_test(without_a_debounce_time_it_counts_at_once),
		cmocka_unit_test(lines_in_words),
		cmocka_unit_test(what_is_no_line),
		cmocka_unit_test(a_name_has_at_most_39_characters_that_can_be_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
