/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A simulated RS-485 line for tests of driver/rs485/schedule.h: packs with a delay,
 * that die, refuse, ignore, answer late or appear later; time is virtual. Dialects are
 * stand-ins with the lengths of the real ones.
 */
#ifndef CELLAR_TESTS_SCHEDULE_LINE_H
#define CELLAR_TESTS_SCHEDULE_LINE_H

#include "../../driver/rs485/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define MS	1000ull
#define SECOND	(1000 * MS)
#define MINUTE	(60 * SECOND)
#define NEVER	(~0ull)

#define PACKS_MAX	40
#define OWED_MAX	8

enum {
	LIMITS,
	ALARMS,
	VALUES,
	SERIAL,
	NAME,
	FIRMWARE,
	SYSTEM_VALUES,
	SYSTEM_LIMITS,
	QUESTIONS
};
extern const struct cellar_rs485_question ascii_questions[QUESTIONS];
extern const u8 pylontech_addresses[96];
extern const u8 dip_addresses[16];

struct owed {
	u64 at_us;
	unsigned int question;
};

/*
 * @late_until_us: until then, every @late_nth answer comes @late_us later than usual
 * @gap_us: how long the line must have been quiet before a question, for it to be heard
 * @worst_us: longest time between two answers to a question, since it was last zeroed
 * @samples: complete ones, as master.c counts them; @heard_of: answers of the next one
 */
struct pack {
	u8 address;
	u64 from_us;
	u64 until_us;
	u64 back_us;
	u32 delay_us;
	u32 late_us;
	unsigned int late_nth;
	u32 refuses;
	u32 ignores;
	u32 gap_us;

	unsigned int heard;
	struct owed owed[OWED_MAX];
	unsigned int asked[QUESTIONS];
	unsigned int answered[QUESTIONS];
	u64 answered_us[QUESTIONS];
	u64 worst_us[QUESTIONS];
	u64 used_us;
	u64 found_us;
	unsigned int fell_silent;
	unsigned int samples;
	u32 heard_of;
};

struct line {
	struct cellar_rs485_schedule schedule;
	enum cellar_rs485_dialect_id dialect;
	unsigned int baud;
	u64 now_us;
	u64 quiet_since_us;
	u32 lag_us;		/* of a busy host, before each question */
	u64 busy_us;		/* characters on the line, and packs that think */
	u64 probe_us;
	unsigned int misled;	/* a late answer met another question of that address */
	unsigned int probes;
	unsigned int failures;
	unsigned int packs;
	struct pack pack[PACKS_MAX];
};

struct line *line_new(enum cellar_rs485_dialect_id dialect, unsigned int baud);

struct pack *add(struct line *line, u8 address);

/* @n packs of full groups. */
struct line *rack(unsigned int n, unsigned int baud);

unsigned int index_of(const struct cellar_rs485_step *step);

void exchange(struct line *line, const struct cellar_rs485_step *step);

/* One step; the question that was asked, if any. */
bool advance(struct line *line, struct cellar_rs485_step *step);

void run(struct line *line, u64 duration_us);

/* Begin to count anew. */
void zero(struct line *line);

/* Of all packs. */
u64 worst(const struct line *line, unsigned int question);
unsigned int answered(const struct line *line, unsigned int question);

/* Run until @pack is found, or for @most_us; how long that took. */
u64 time_to_find(struct line *line, struct pack *pack, u64 most_us);

#endif /* CELLAR_TESTS_SCHEDULE_LINE_H */
