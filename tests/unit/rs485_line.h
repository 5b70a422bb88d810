/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line for the tests of the ASCII dialects: characters go in, telegrams and readings
 * come out.
 */
#ifndef CELLAR_TESTS_RS485_LINE_H
#define CELLAR_TESTS_RS485_LINE_H

#include "../../driver/wire/ascii_pylontech.h"
#include "../../driver/wire/ascii_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define A(word)		BIT_ULL(CELLAR_##word)
#define HAS(r, f)	(!!((r)->have & BIT_ULL(CELLAR_##f)))
#define NONE(r, f)	(!!((r)->none & BIT_ULL(CELLAR_##f)))

/* @said: content of the last telegram, which outlives the deframer's */
struct line {
	struct cellar_rs485_deframer deframer;
	struct cellar_rs485_telegram last;
	unsigned int telegrams;
	u8 said[CELLAR_RS485_TELEGRAM_MAX];
};

static inline void line_feed(struct line *line, const void *bytes, size_t n)
{
	struct cellar_rs485_telegram telegram;
	const u8 *p = bytes;

	for (size_t i = 0; i < n; i++) {
		if (!cellar_rs485_feed(&line->deframer, p[i], &telegram))
			continue;
		memcpy(line->said, telegram.data, telegram.len);
		line->last = telegram;
		line->last.data = line->said;
		line->telegrams++;
	}
}

static inline void line_feed_text(struct line *line, const char *text)
{
	line_feed(line, text, strlen(text));
}

/* Exactly one telegram, until the next call */
static inline const struct cellar_rs485_telegram *telegram_of(const void *bytes, size_t n)
{
	static struct line line;

	memset(&line, 0, sizeof(line));
	line_feed(&line, bytes, n);
	assert_int_equal(line.telegrams, 1);
	assert_int_equal(line.deframer.malformed, 0);

	return &line.last;
}

static inline const struct cellar_rs485_telegram *telegram_of_text(const char *text)
{
	return telegram_of(text, strlen(text));
}

static inline const struct cellar_rs485_question *
question_of(const struct cellar_rs485_dialect *dialect, const char *name)
{
	for (unsigned int i = 0; i < dialect->n_questions; i++)
		if (!strcmp(dialect->questions[i].name, name))
			return &dialect->questions[i];

	fail_msg("%s has no question \"%s\"", dialect->name, name);

	return NULL;
}

/* What the decoder makes of an answer */
static inline int hear(const struct cellar_rs485_dialect *dialect, const char *name,
		       u8 address, const char *text, struct cellar_reading *news)
{
	int err;

	memset(news, 0xa5, sizeof(*news));
	err = cellar_rs485_decode(question_of(dialect, name), address,
				  telegram_of_text(text), news);
	assert_int_equal(news->have & news->none, 0);
	if (err)
		assert_int_equal(news->have | news->none, 0);

	return err;
}

/* The same of an answer with @info */
static inline int hear_info(const struct cellar_rs485_dialect *dialect, const char *name,
			    u8 version, u8 address, const u8 *info, unsigned int len,
			    struct cellar_reading *news)
{
	u8 wire[CELLAR_RS485_WIRE_MAX];
	int n = cellar_ascii_frame(wire, version, address, 0, info, len);
	int err;

	memset(news, 0xa5, sizeof(*news));
	err = cellar_rs485_decode(question_of(dialect, name), address,
				  telegram_of(wire, (size_t)n), news);
	if (err)
		assert_int_equal(news->have | news->none, 0);

	return err;
}

/* Send @reading and hear it again */
static inline int round_trip(const struct cellar_rs485_dialect *dialect, const char *name,
			     u8 address, const struct cellar_reading *reading,
			     struct cellar_reading *news)
{
	const struct cellar_rs485_question *question = question_of(dialect, name);
	u8 wire[CELLAR_RS485_WIRE_MAX];
	int n = question->encode(address, reading, wire);

	if (n < 0)
		return n;

	return cellar_rs485_decode(question, address, telegram_of(wire, (size_t)n), news);
}

static inline void assert_asks(const struct cellar_rs485_dialect *dialect, const char *name,
			       u8 address, const char *text)
{
	char wire[CELLAR_RS485_QUESTION_MAX + 1] = "";
	int n = question_of(dialect, name)->ask(address, (u8 *)wire);

	assert_true(n > 0 && n <= CELLAR_RS485_QUESTION_MAX);
	assert_int_equal(wire[n - 1], '\r');
	wire[n - 1] = '\0';
	assert_string_equal(wire, text);
}

#endif /* CELLAR_TESTS_RS485_LINE_H */
