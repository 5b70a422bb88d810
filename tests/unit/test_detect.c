// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dialect detection against every public capture: the verdict of each, of each
 * beginning of it, of any two on one bus, and of a bus that changes.
 */
#include "../../driver/wire/can_detect.h"
#include "../../userspace/dump/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define FRAMES_MAX	128
#define ROUNDS		12

/* Who speaks in a capture; two captures of one speaker cannot contradict. */
enum speaker {
	PYLON,
	PYLON_NAMELESS,		/* Pylontech frames, but no 0x35E among them */
	BYD,
	PYTES,
	PYTES_NATIVE,
	DEYE_NATIVE,
	DEYE_VICTRON,
};

struct capture {
	const char *file;
	enum speaker speaker;
	enum cellar_dialect dialect;
	size_t rounds;		/* how often each frame comes */
	size_t n;
	struct cellar_can_frame frames[FRAMES_MAX];
};

#define CAPTURE(f, s, d)	{ .file = (f), .speaker = (s), .dialect = (d), .rounds = 1 }

static struct capture captures[] = {
	CAPTURE("be_pylon_lv_emulator_idle", PYLON, CELLAR_DIALECT_PYLONTECH),
	CAPTURE("byd_lvs_dfch", BYD, CELLAR_DIALECT_VICTRON),
	{
		.file = "deye_sef12c_native_5min_head", .speaker = DEYE_NATIVE,
		.dialect = CELLAR_DIALECT_DEYE, .rounds = 5,
	},
	CAPTURE("deye_victronCAN_profile_cycle", DEYE_VICTRON, CELLAR_DIALECT_DEYE),
	CAPTURE("ecoworthy_cubix_pylon_v206", PYLON, CELLAR_DIALECT_PYLONTECH),
	CAPTURE("pylontech_lv_4modules", PYLON, CELLAR_DIALECT_PYLONTECH),
	CAPTURE("pylontech_single_frames", PYLON_NAMELESS, CELLAR_DIALECT_PYLONTECH),
	CAPTURE("pylontech_us5000_v13", PYLON, CELLAR_DIALECT_PYLONTECH),
	CAPTURE("pytes_native_pr1466", PYTES_NATIVE, CELLAR_DIALECT_NONE),
	CAPTURE("pytes_opendtu_pr1262", PYTES, CELLAR_DIALECT_VICTRON),
};

static int load(void **state)
{
	const char *error;
	char path[256], buf[512];
	struct line line;
	FILE *file;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		struct capture *c = &captures[i];

		snprintf(path, sizeof(path), "tests/data/can/%s.log", c->file);
		file = fopen(path, "r");
		assert_non_null(file);
		while (fgets(buf, sizeof(buf), file)) {
			assert_int_equal(line_parse(buf, strlen(buf), &line, &error), 0);
			if (line.kind != LINE_CAN)
				continue;
			assert_true(c->n < FRAMES_MAX);
			c->frames[c->n++] = line.can;
		}
		fclose(file);
		assert_true(c->n >= 5 || c->speaker == PYLON_NAMELESS);
	}

	return 0;
}

static const struct capture *by_name(const char *file)
{
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++)
		if (!strcmp(captures[i].file, file))
			return &captures[i];

	fail_msg("no capture %s", file);
	return NULL;
}

/* Frame number @i of an endless repetition of the capture. */
static const struct cellar_can_frame *frame(const struct capture *c, size_t i)
{
	return &c->frames[i % c->n];
}

static void each_capture_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		const struct capture *c = &captures[i];
		struct cellar_can_detect detect = { 0 };
		struct cellar_can_verdict verdict;

		for (size_t f = 0; f < c->n; f++)
			cellar_can_detect_feed(&detect, frame(c, f));
		verdict = cellar_can_detect_verdict(&detect, true);

		print_message("%s: %s\n", c->file, verdict.why);
		assert_int_equal(verdict.dialect, c->dialect);
		assert_false(verdict.mixed);
	}
}

static void native_pytes_is_named(void **state)
{
	const struct capture *c = by_name("pytes_native_pr1466");
	struct cellar_can_detect detect = { 0 };

	(void)state;
	for (size_t f = 0; f < c->n; f++)
		cellar_can_detect_feed(&detect, frame(c, f));

	assert_non_null(strstr(cellar_can_detect_verdict(&detect, true).why, "Pytes"));
}

/*
 * From any frame of a capture on, and with no end in sight, there is never a
 * wrong verdict on the way, never one before three different frames, and always
 * the right one when everything has come three times.
 */
static void no_beginning_misleads(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		const struct capture *c = &captures[i];

		for (size_t start = 0; start < c->n; start++) {
			struct cellar_can_detect detect = { 0 };
			struct cellar_can_verdict verdict;

			for (size_t f = 0; f < ROUNDS * c->n; f++) {
				cellar_can_detect_feed(&detect, frame(c, start + f));
				verdict = cellar_can_detect_verdict(&detect, false);
				assert_non_null(verdict.why);
				assert_false(verdict.mixed);
				if (f < 2 || f >= 3 * c->n)
					assert_int_equal(verdict.dialect,
							 f < 2 ? CELLAR_DIALECT_NONE : c->dialect);
				else if (verdict.dialect != CELLAR_DIALECT_NONE)
					assert_int_equal(verdict.dialect, c->dialect);
			}
		}
	}
}

/* Feeding one more frame changes no verdict that was not announced. */
static void every_change_is_announced(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		const struct capture *a = &captures[i];
		const struct capture *b = &captures[(i + 3) % ARRAY_SIZE(captures)];
		struct cellar_can_detect detect = { 0 };
		struct cellar_can_verdict before = cellar_can_detect_verdict(&detect, false);

		for (size_t f = 0; f < 1000; f++) {
			bool told = cellar_can_detect_feed(&detect, frame(f < 400 ? a : b, f));
			struct cellar_can_verdict now = cellar_can_detect_verdict(&detect, false);

			if (!told) {
				assert_int_equal(before.dialect, now.dialect);
				assert_int_equal(before.mixed, now.mixed);
				assert_ptr_equal(before.why, now.why);
			}
			before = now;
		}
	}
}

static bool can_contradict(const struct capture *a, const struct capture *b)
{
	enum speaker low = a->speaker < b->speaker ? a->speaker : b->speaker;
	enum speaker high = a->speaker < b->speaker ? b->speaker : a->speaker;

	if (low == high || (low == PYLON && high == PYLON_NAMELESS))
		return false;

	/* these lack the one frame that would tell them from one battery */
	return low != PYLON_NAMELESS || (high != BYD && high != PYTES);
}

/*
 * Two systems take turns, each round of one against a round of the other, so
 * that both are heard equally often; @skew lets one run ahead.
 */
static void interleave(const struct capture *a, const struct capture *b, size_t skew)
{
	struct cellar_can_detect detect = { 0 };
	struct cellar_can_verdict verdict;
	size_t fa = 0, fb = skew;
	bool was_mixed = false;

	while (fa * a->rounds < ROUNDS * a->n) {
		const struct cellar_can_frame *next;

		/* whoever is behind in rounds speaks */
		if (fa * a->rounds * b->n <= (fb - skew) * b->rounds * a->n)
			next = frame(a, fa++);
		else
			next = frame(b, fb++);
		cellar_can_detect_feed(&detect, next);
		verdict = cellar_can_detect_verdict(&detect, false);

		if (verdict.mixed)
			assert_int_equal(verdict.dialect, CELLAR_DIALECT_NONE);
		if (verdict.dialect != CELLAR_DIALECT_NONE &&
		    verdict.dialect != a->dialect && verdict.dialect != b->dialect)
			fail_msg("%s + %s: %s", a->file, b->file, verdict.why);
		if (was_mixed && !verdict.mixed)
			fail_msg("%s + %s: no longer mixed: %s", a->file, b->file, verdict.why);
		if (fa * a->rounds > 3 * a->n && !verdict.mixed && can_contradict(a, b))
			fail_msg("%s + %s: not mixed: %s", a->file, b->file, verdict.why);
		was_mixed = verdict.mixed;
	}
}

static void two_systems_are_mixed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++)
		for (size_t j = 0; j < ARRAY_SIZE(captures); j++)
			for (size_t skew = 0; skew < 7; skew++)
				if (captures[i].speaker != captures[j].speaker)
					interleave(&captures[i], &captures[j], skew);
}

/* @from for 300 frames, then @to for 600: right at the end, and no flapping. */
static void change(const struct capture *from, const struct capture *to)
{
	struct cellar_can_detect detect = { 0 };
	struct cellar_can_verdict verdict = { 0 };
	enum cellar_dialect last = from->dialect;
	unsigned int changes = 0;

	for (size_t f = 0; f < 300; f++)
		cellar_can_detect_feed(&detect, frame(from, f));
	assert_int_equal(cellar_can_detect_verdict(&detect, false).dialect, from->dialect);

	for (size_t f = 0; f < 600; f++) {
		cellar_can_detect_feed(&detect, frame(to, f));
		verdict = cellar_can_detect_verdict(&detect, false);
		changes += verdict.dialect != last;
		last = verdict.dialect;
		if (verdict.dialect != from->dialect && verdict.dialect != to->dialect)
			assert_int_equal(verdict.dialect, CELLAR_DIALECT_NONE);
	}

	if (verdict.dialect != to->dialect || changes > 2)
		fail_msg("%s to %s: %u changes, at last: %s", from->file, to->file, changes,
			 verdict.why);
}

static void a_verdict_is_changed(void **state)
{
	const struct capture *pylon = by_name("pylontech_lv_4modules");
	const struct capture *v13 = by_name("pylontech_us5000_v13");
	const struct capture *deye = by_name("deye_sef12c_native_5min_head");
	const struct capture *setting = by_name("deye_victronCAN_profile_cycle");
	const struct capture *byd = by_name("byd_lvs_dfch");

	(void)state;
	change(pylon, deye);
	change(v13, deye);
	change(deye, pylon);
	change(deye, setting);
	change(setting, deye);
	change(pylon, byd);
	change(byd, pylon);
	change(byd, v13);
	change(byd, deye);
}

/* On a settled bus one frame of any other capture changes nothing, whenever it comes. */
static void a_stray_frame_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		const struct capture *c = &captures[i];
		struct cellar_can_detect settled = { 0 };

		for (size_t f = 0; f < 500; f++) {
			cellar_can_detect_feed(&settled, frame(c, f));
			if (f < 300)
				continue;

			for (size_t j = 0; j < ARRAY_SIZE(captures); j++) {
				for (size_t k = 0; k < captures[j].n; k++) {
					struct cellar_can_detect detect = settled;
					struct cellar_can_verdict verdict;

					cellar_can_detect_feed(&detect, frame(&captures[j], k));
					verdict = cellar_can_detect_verdict(&detect, false);
					if (verdict.dialect != c->dialect || verdict.mixed)
						fail_msg("%s and a stray %03X of %s: %s", c->file,
							 frame(&captures[j], k)->id,
							 captures[j].file, verdict.why);
				}
			}
		}
	}
}

/* Only the listed identifiers are evidence, so exact-id filters lose nothing. */
static void the_list_of_ids_is_complete(void **state)
{
	/* starts like a name, a native Pytes and everything else */
	static const u8 data[8] = { 'P', 'Y', 'T', 'E', 'S', ' ', ' ', ' ' };
	static const struct cellar_can_detect fresh;

	(void)state;
	for (u16 id = 0; id < 0x800; id++) {
		struct cellar_can_frame f = { .id = id, .len = 8 };
		struct cellar_can_detect detect = { 0 };
		bool listed = false;

		for (size_t i = 0; cellar_can_detect_ids[i]; i++)
			listed |= cellar_can_detect_ids[i] == id;

		memcpy(f.data, data, sizeof(data));
		assert_int_equal(cellar_can_detect_feed(&detect, &f), listed);
		assert_int_equal(!!memcmp(&detect, &fresh, sizeof(fresh)), listed);
	}
}

static void feed(struct cellar_can_detect *detect, u16 id, const char *text, u8 len)
{
	struct cellar_can_frame f = { .id = id, .len = len };

	memcpy(f.data, text, len);
	cellar_can_detect_feed(detect, &f);
}

static void feed_base(struct cellar_can_detect *detect)
{
	feed(detect, 0x351, "\x14\x02\xb0\x04\x40\x06\xc2\x01", 8);
	feed(detect, 0x355, "\x5a\0\x64\0", 4);
	feed(detect, 0x356, "\x84\x13\xf1\xff\x37\0", 6);
}

/* Dyness begins with DY too, and is no Deye. */
static void dyness_is_no_deye(void **state)
{
	struct cellar_can_detect detect = { 0 };

	(void)state;
	feed_base(&detect);
	feed(&detect, 0x35E, "DYNESS  ", 8);
	assert_int_equal(cellar_can_detect_verdict(&detect, false).dialect,
			 CELLAR_DIALECT_VICTRON);
}

/* Any two names beside the same frames are two systems. */
static void two_names_are_mixed(void **state)
{
	static const char *const names[] = {
		"PYLON   ", "PYLON\x1c\xfc\x08", "DY001\x1c\xfc\x08", "BYD\0\0\0\0",
		"PYTES\0\0", "Seplos  ", "WECO    ",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(names); j++) {
			struct cellar_can_detect detect = { 0 };

			for (unsigned int k = 0; k < 8; k++) {
				feed_base(&detect);
				feed(&detect, 0x35E, names[i], 8);
				feed_base(&detect);
				feed(&detect, 0x35E, names[j], 8);
			}
			assert_int_equal(cellar_can_detect_verdict(&detect, false).mixed, i != j);
		}
	}
}

/* A name sent once a minute is still the name. */
static void a_rare_name_holds(void **state)
{
	struct cellar_can_detect detect = { 0 };

	(void)state;
	feed(&detect, 0x35E, "PYLON   ", 8);
	for (unsigned int i = 0; i < 60; i++) {
		feed_base(&detect);
		feed(&detect, 0x35A, "\0\0\0\0\0\0\0\0", 8);
		assert_int_equal(cellar_can_detect_verdict(&detect, false).dialect,
				 CELLAR_DIALECT_PYLONTECH);
	}
}

/* Neither many frames of one kind nor foreign identifiers make a battery. */
static void one_frame_is_no_battery(void **state)
{
	struct cellar_can_detect detect = { 0 };
	struct cellar_can_verdict verdict;

	(void)state;
	for (unsigned int i = 0; i < 100; i++) {
		feed(&detect, 0x359, "\0\0\0\0\x01PN", 7);
		feed(&detect, 0x35E, "PYLON   ", 8);
		verdict = cellar_can_detect_verdict(&detect, true);
		assert_int_equal(verdict.dialect, CELLAR_DIALECT_NONE);
	}

	detect = (struct cellar_can_detect){ 0 };
	feed(&detect, 0x110, "\0\0\0\0\0\0\0\x21", 8);
	feed(&detect, 0x150, "\x17\x02\0\0\xe4\x03\xe8\x03", 8);
	feed(&detect, 0x364, "\x01\x01\0\0\x01\0\0\0", 8);
	verdict = cellar_can_detect_verdict(&detect, true);
	assert_int_equal(verdict.dialect, CELLAR_DIALECT_NONE);
}

/* The pack frames of a large Deye reach the identifiers of a native Pytes. */
static void twelve_deye_packs_are_one_system(void **state)
{
	struct cellar_can_detect detect = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 10; i++) {
		feed_base(&detect);
		feed(&detect, 0x35E, "DY012\x1c\xfc\x08", 8);
		feed(&detect, 0x361, "\x2d\x0d\x08\x0d\xe6\0\xe6\0", 8);
		feed(&detect, 0x404, "\x01\0\x12\0\0\0\x12\0", 8);
		feed(&detect, 0x40A, "\x02\0\x12\0\0\0\x12\0", 8);
	}
	assert_int_equal(cellar_can_detect_verdict(&detect, false).dialect,
			 CELLAR_DIALECT_DEYE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_capture_has_its_verdict),
		cmocka_unit_test(native_pytes_is_named),
		cmocka_unit_test(no_beginning_misleads),
		cmocka_unit_test(every_change_is_announced),
		cmocka_unit_test(two_systems_are_mixed),
		cmocka_unit_test(a_verdict_is_changed),
		cmocka_unit_test(a_stray_frame_changes_nothing),
		cmocka_unit_test(the_list_of_ids_is_complete),
		cmocka_unit_test(dyness_is_no_deye),
		cmocka_unit_test(two_names_are_mixed),
		cmocka_unit_test(a_rare_name_holds),
		cmocka_unit_test(one_frame_is_no_battery),
		cmocka_unit_test(twelve_deye_packs_are_one_system),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
