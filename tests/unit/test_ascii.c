// SPDX-License-Identifier: GPL-2.0-only
/*
 * The envelope of ASCII frames (protocols.md 4.2): both checksums, every public frame,
 * and a deframer that finds telegrams between whatever else there is.
 */
#include "rs485_line.h"

#define FRAMES	"tests/data/rs485/ascii_frames.txt"

/* LENID 012 → D012, and nibble sums of 16, 32 and 45 */
static void length_checksums(void **state)
{
	static const struct {
		unsigned int len;
		const char *length;
	} cases[] = {
		{ 0x12 / 2, "D012" }, { 0x4c / 2, "004C" }, { 0x88 / 2, "0088" },
		{ 0x7a / 2, "F07A" }, { 0xffe / 2, "4FFE" }, { 0xeec / 2, "8EEC" },
		{ 0xf8a / 2, "FF8A" }, { 0x100 / 2, "F100" },
	};
	static u8 info[2047];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		static u8 wire[CELLAR_RS485_WIRE_MAX];
		const struct cellar_rs485_telegram *telegram;
		int n = cellar_ascii_frame(wire, 0x20, 2, 0, info, cases[i].len);

		assert_int_equal(n, CELLAR_ASCII_WIRE_LEN(cases[i].len));
		assert_memory_equal(wire + 9, cases[i].length, 4);
		telegram = telegram_of(wire, (size_t)n);
		assert_int_equal(cellar_ascii_info_len(telegram), cases[i].len);
	}
}

static unsigned int hex_after(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	assert_non_null(at);

	return (unsigned int)strtoul(at + strlen(word), NULL, 16);
}

/* Each is what its comment says, and is built again to the character */
static void every_public_frame(void **state)
{
	char text[2048], comment[256] = "";
	unsigned int frames = 0, wrong = 0;
	FILE *file = fopen(FRAMES, "r");

	(void)state;
	assert_non_null(file);
	while (fgets(text, sizeof(text), file)) {
		static u8 wire[CELLAR_RS485_WIRE_MAX];
		const struct cellar_rs485_telegram *t;
		struct line line = { 0 };
		int n;

		if (strstr(text, "VER "))
			snprintf(comment, sizeof(comment), "%.255s", text);
		if (text[0] != '~')
			continue;
		text[strcspn(text, "\n")] = '\r';

		line_feed_text(&line, text);
		frames++;
		if (strstr(comment, "BAD")) {
			assert_int_equal(line.telegrams, 0);
			assert_int_equal(line.deframer.malformed, 1);
			wrong++;
			continue;
		}
		assert_int_equal(line.telegrams, 1);
		assert_int_equal(line.deframer.malformed, 0);
		t = &line.last;
		assert_int_equal(cellar_ascii_version(t), hex_after(comment, "VER "));
		assert_int_equal(cellar_ascii_address(t), hex_after(comment, "ADR "));
		assert_int_equal(cellar_ascii_cid1(t), hex_after(comment, "CID1 "));
		assert_int_equal(cellar_ascii_cid2(t), hex_after(comment, "CID2/RTN "));
		assert_int_equal(2 * cellar_ascii_info_len(t), hex_after(comment, "LENID "));

		n = cellar_ascii_frame(wire, cellar_ascii_version(t), cellar_ascii_address(t),
				       cellar_ascii_cid2(t), cellar_ascii_info(t),
				       cellar_ascii_info_len(t));
		assert_int_equal(n, strlen(text));
		assert_memory_equal(wire, text, (size_t)n);
	}
	fclose(file);
	assert_int_equal(frames, 35);
	assert_int_equal(wrong, 1);
}

#define ANSWER	"~20024600B014026EF05AA0022BFDD5C0F915"
#define QUESTION "~20024642E00202FD33"

/* One wrong character anywhere, of any value, is no telegram */
static void any_wrong_character(void **state)
{
	(void)state;
	for (size_t i = 1; i < strlen(ANSWER); i++)
		for (unsigned int c = 0; c < 256; c++) {
			struct line line = { 0 };
			char text[] = ANSWER "\r";

			if (text[i] == (char)c)
				continue;
			text[i] = (char)c;
			line_feed(&line, text, sizeof(text) - 1);
			assert_int_equal(line.telegrams, 0);
		}
}

static void any_lost_or_doubled_character(void **state)
{
	static const char text[] = ANSWER "\r";

	(void)state;
	for (size_t i = 0; i < strlen(ANSWER); i++) {
		struct line line = { 0 };

		line_feed(&line, text, i);
		line_feed_text(&line, text + i + 1);
		assert_int_equal(line.telegrams, 0);
		line_feed_text(&line, ANSWER "\r");
		assert_int_equal(line.telegrams, 1);

		memset(&line, 0, sizeof(line));
		line_feed(&line, text, i + 1);
		line_feed(&line, &text[i], sizeof(text) - 1 - i);
		/* a doubled SOI is another beginning, a doubled end is noise */
		assert_int_equal(line.telegrams, !i || i == strlen(ANSWER) - 1);
		line_feed_text(&line, text);
		assert_int_equal(line.telegrams, 1 + (!i || i == strlen(ANSWER) - 1));
	}
}

static void length_that_cannot_be(void **state)
{
	static const char *const frames[] = {
		"~200246001000", "~200246000001", "~20024600F001", "~20024600F0",
		"~20024600E014", "~20024600B005",
		/* their CHKSUM is right */
		"~20024642D00202FD34", "~20024642B0050202FCD1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		struct line line = { 0 };

		line_feed_text(&line, frames[i]);
		line_feed_text(&line, "\r" ANSWER "\r");
		assert_int_equal(line.telegrams, 1);
		assert_int_equal(line.deframer.malformed, 1);
	}
}

/* The helper that many use prints a check of 16 as "10" (4.2) */
static void length_check_of_sixteen(void **state)
{
	static const char pace[] =
		"~25014600004C000110000000000000000000000000000000000600000000"
		"000000000000000E000000000000EF3A\r";
	const struct cellar_rs485_telegram *t = telegram_of_text(pace);

	(void)state;
	assert_int_equal(cellar_ascii_info_len(t), 0x4c / 2);
}

static void noise_and_echo_and_two_together(void **state)
{
	static const struct {
		const char *text;
		unsigned int telegrams;
		unsigned int malformed;
	} cases[] = {
		{ ANSWER "\r", 1, 0 },
		{ "\xff\x01noise 123ABC\r" ANSWER "\r\n\xfe", 1, 0 },
		/* the echo of the question, then its answer */
		{ QUESTION "\r" ANSWER "\r", 2, 0 },
		/* run together, with and without EOI */
		{ ANSWER "\r" ANSWER "\r", 2, 0 },
		{ ANSWER ANSWER, 2, 0 },
		{ QUESTION ANSWER QUESTION, 3, 0 },
		/* a telegram that breaks off at another's beginning */
		{ "~2002460" ANSWER "\r", 1, 1 },
		{ "~20024600B014026EF05A" ANSWER "\r", 1, 1 },
		{ "~~~" ANSWER "\r", 1, 3 },
		{ "~20024600B014026EF05AA0022BFDD5C0F9" ANSWER, 1, 1 },
		/* and at a line's end, or in noise */
		{ "~20024600B014026E\r" ANSWER "\r", 1, 1 },
		{ "~20024600B0\x80" "14026EF05AA0022BFDD5C0F915\r" ANSWER "\r", 1, 1 },
		/* lower case is nobody's */
		{ "~20024600b014026ef05aa0022bfdd5c0f915\r", 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t split = 0; split <= strlen(cases[i].text); split++) {
			struct line line = { 0 };

			line_feed(&line, cases[i].text, split);
			line_feed_text(&line, cases[i].text + split);
			assert_int_equal(line.telegrams, cases[i].telegrams);
			assert_int_equal(line.deframer.malformed, cases[i].malformed);
		}
}

static void reset_forgets_what_has_begun(void **state)
{
	struct line line = { 0 };

	(void)state;
	line_feed_text(&line, "~20024600B014026EF0");
	cellar_rs485_reset(&line.deframer);
	line_feed_text(&line, "5AA0022BFDD5C0F915\r");
	assert_int_equal(line.telegrams, 0);
	assert_int_equal(line.deframer.malformed, 0);
	line_feed_text(&line, ANSWER);
	assert_int_equal(line.telegrams, 1);
}

static void longest_telegram(void **state)
{
	static u8 info[2047], wire[CELLAR_RS485_WIRE_MAX];
	const struct cellar_rs485_telegram *t;
	int n;

	(void)state;
	memset(info, 0xff, sizeof(info));
	n = cellar_ascii_frame(wire, 0xff, 0xff, 0xff, info, sizeof(info));
	assert_int_equal(n, CELLAR_RS485_WIRE_MAX);
	t = telegram_of(wire, (size_t)n);
	assert_int_equal(t->len, CELLAR_RS485_TELEGRAM_MAX);
	assert_memory_equal(cellar_ascii_info(t), info, sizeof(info));
}

static void answers_refusals_and_questions(void **state)
{
	static const struct {
		u8 version, address, cid2;
		unsigned int len;
		int expected;
	} cases[] = {
		{ 0x20, 2, 0x00, 0, 0 }, { 0x20, 2, 0x00, 1, 0 },
		{ 0x20, 3, 0x00, 1, -ENOMSG },		/* another pack */
		{ 0x25, 2, 0x00, 1, -ENOMSG },		/* another dialect */
		{ 0x20, 2, 0x42, 1, -ENOMSG },		/* the echo of a question */
		{ 0x20, 2, 0x51, 0, -ENOMSG },
		{ 0x20, 2, 0x61, 1, -ENOMSG },
		{ 0x20, 2, 0x01, 0, -EREMOTEIO }, { 0x21, 2, 0x01, 0, -EREMOTEIO },
		{ 0x20, 2, 0x02, 0, -EREMOTEIO }, { 0x20, 2, 0x03, 0, -EREMOTEIO },
		{ 0x20, 2, 0x04, 0, -EREMOTEIO }, { 0x20, 2, 0x05, 0, -EREMOTEIO },
		{ 0x20, 2, 0x06, 0, -EREMOTEIO }, { 0x20, 2, 0x90, 0, -EREMOTEIO },
		{ 0x20, 2, 0x91, 0, -EREMOTEIO }, { 0x20, 2, 0xe4, 0, -EREMOTEIO },
		{ 0x20, 3, 0x04, 0, -ENOMSG },
		{ 0x20, 2, 0x04, 1, -ENOMSG },
		{ 0x20, 2, 0x0a, 0, -ENOMSG }, { 0x20, 2, 0xe5, 0, -ENOMSG },
		{ 0x25, 2, 0x90, 0, -ENOMSG },		/* PACE's number of packs */
	};
	static const u8 info[1] = { 2 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		u8 wire[32];
		int n = cellar_ascii_frame(wire, cases[i].version, cases[i].address,
					   cases[i].cid2, info, cases[i].len);

		assert_int_equal(cellar_ascii_check_answer(telegram_of(wire, (size_t)n),
							   0x20, 2), cases[i].expected);
	}

	/* CID1 of other devices (4.10) */
	assert_int_equal(cellar_ascii_check_answer(telegram_of_text("~22024A000000FDA5\r"),
						   0x22, 2), -ENOMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(length_checksums),
		cmocka_unit_test(every_public_frame),
		cmocka_unit_test(any_wrong_character),
		cmocka_unit_test(any_lost_or_doubled_character),
		cmocka_unit_test(length_that_cannot_be),
		cmocka_unit_test(length_check_of_sixteen),
		cmocka_unit_test(noise_and_echo_and_two_together),
		cmocka_unit_test(reset_forgets_what_has_begun),
		cmocka_unit_test(longest_telegram),
		cmocka_unit_test(answers_refusals_and_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
