// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring of events: what it keeps, what it holds back, what it lets nobody see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../userspace/cellard/events.h"

static u64 clock_ms;
static unsigned int told;

static u64 now_ms(void)
{
	return clock_ms;
}

static s64 wall_s(void)
{
	return (s64)clock_ms / 1000;
}

static void said(void *user, const struct event *event)
{
	*(u64 *)user = event->sequence;
	told++;
}

static const struct events_hooks hooks = { now_ms, wall_s, said };
static u64 last_told;

static struct events *new_events(void)
{
	struct events *events;

	clock_ms = 5000;
	told = 0;
	assert_int_equal(events_new(&events, &hooks, &last_told), 0);

	return events;
}

static unsigned int count(const struct events *events)
{
	const struct event *e;
	unsigned int n = 0;

	for (u64 at = 0; (e = events_from(events, at)); at = e->sequence + 1)
		n++;

	return n;
}

static const char *last_words(const struct events *events)
{
	return events_from(events, last_told)->words;
}

static void an_event_is_kept_as_it_was(void **state)
{
	struct events *events = new_events();
	const struct event *e;

	(void)state;
	assert_null(events_from(events, 0));
	events_add(events, "pack-left", "A-001", "%s has gone after %u s", "cellar0-01", 7);
	e = events_from(events, 0);
	assert_int_equal(e->sequence, 1);
	assert_int_equal(e->now_ms, 5000);
	assert_int_equal(e->wall_s, 5);
	assert_string_equal(e->code, "pack-left");
	assert_string_equal(e->subject, "A-001");
	assert_string_equal(e->words, "cellar0-01 has gone after 7 s");
	assert_int_equal(told, 1);
	assert_null(events_from(events, 2));
	events_free(events);
}

static void nobody_need_listen(void **state)
{
	static const struct events_hooks deaf = { now_ms, wall_s, NULL };
	struct events *events;

	(void)state;
	events_add(NULL, "code", "", "words");
	events_new(&events, &deaf, NULL);
	events_add(events, "code", "", "words");
	assert_int_equal(count(events), 1);
	events_free(events);
}

static void the_oldest_make_room(void **state)
{
	struct events *events = new_events();
	char subject[16];

	(void)state;
	for (unsigned int i = 1; i <= EVENTS_KEPT + 10; i++) {
		snprintf(subject, sizeof(subject), "%u", i);
		events_add(events, "code", subject, "number %u", i);
	}
	assert_int_equal(count(events), EVENTS_KEPT);
	assert_int_equal(events_from(events, 0)->sequence, 11);
	assert_string_equal(events_from(events, 3)->words, "number 11");
	assert_string_equal(events_from(events, EVENTS_KEPT)->words, "number 256");
	assert_string_equal(events_from(events, EVENTS_KEPT + 10)->words, "number 266");
	assert_null(events_from(events, EVENTS_KEPT + 11));
	events_free(events);
}

static void a_pack_with_a_loose_plug_is_no_flood(void **state)
{
	struct events *events = new_events();

	(void)state;
	for (unsigned int i = 0; i < 100; i++, clock_ms += 100)
		events_add(events, "pack-left", "A-001", "gone");
	assert_int_equal(told, EVENTS_BURST);
	assert_int_equal(count(events), EVENTS_BURST);
	/* neither others nor other things of it are held back */
	events_add(events, "pack-left", "A-002", "gone");
	events_add(events, "pack-joined", "A-001", "back");
	assert_int_equal(told, EVENTS_BURST + 2);
	events_free(events);
}

static void what_was_held_back_is_counted(void **state)
{
	struct events *events = new_events();

	(void)state;
	for (unsigned int i = 0; i < EVENTS_BURST + 3; i++)
		events_add(events, "pack-left", "A-001", "gone");
	clock_ms += EVENTS_BURST_MS - 1;
	events_add(events, "pack-left", "A-001", "gone");
	assert_int_equal(told, EVENTS_BURST);
	clock_ms += 1;
	events_add(events, "pack-left", "A-001", "gone");
	assert_int_equal(told, EVENTS_BURST + 1);
	assert_string_equal(last_words(events), "gone (and 4 more like it since the last)");
	events_add(events, "pack-left", "A-001", "gone");
	assert_string_equal(last_words(events), "gone");
	events_free(events);
}

static void a_count_has_room_behind_long_words(void **state)
{
	struct events *events = new_events();
	char words[EVENT_WORDS_SIZE + 50];

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	for (unsigned int i = 0; i < EVENTS_BURST + 1; i++)
		events_add(events, "code", "", "%s", words);
	assert_int_equal(strlen(last_words(events)), EVENT_WORDS_SIZE - 1);
	clock_ms += EVENTS_BURST_MS;
	events_add(events, "code", "", "%s", words);
	assert_int_equal(strlen(last_words(events)), EVENT_WORDS_SIZE - 1);
	assert_non_null(strstr(last_words(events), "x (and 1 more like it since the last)"));
	events_free(events);
}

/* Half a letter is where words were cut. */
static void only_text_is_kept(void **state)
{
	static const struct {
		const char *said, *kept;
	} cases[] = {
		{ "25 \u00b0C", "25 \u00b0C" },
		{ "\033[2Jcleared\n", "?[2Jcleared?" },
		{ "\xff\xfe", "??" },
		{ "half \xc2", "half ?" },
		{ "half \xc2 more", "half ? more" },
		{ "too long \xc0\x80", "too long ??" },
		{ "control \xc2\x85", "control ??" },
		{ "three \xe2\x82\xac", "three ???" },
		{ "\x7f", "?" },
	};
	struct events *events = new_events();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char code[8];

		snprintf(code, sizeof(code), "%zu", i);
		events_add(events, code, cases[i].said, "%s", cases[i].said);
		assert_string_equal(last_words(events), cases[i].kept);
		assert_string_equal(events_from(events, last_told)->subject, cases[i].kept);
	}
	events_free(events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_kept_as_it_was),
		cmocka_unit_test(nobody_need_listen),
		cmocka_unit_test(the_oldest_make_room),
		cmocka_unit_test(a_pack_with_a_loose_plug_is_no_flood),
		cmocka_unit_test(what_was_held_back_is_counted),
		cmocka_unit_test(a_count_has_room_behind_long_words),
		cmocka_unit_test(only_text_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
