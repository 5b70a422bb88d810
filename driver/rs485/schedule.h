/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is asked what on an RS-485 line, and when. Nothing here sends, waits, decodes
 * or looks at a clock: times are arguments, in microseconds of any clock that does
 * not jump. One thread at a time may use a schedule.
 *
 * The rules:
 *
 * One question is in flight. Limits and alarms are due 750 ms after they were asked
 * last, and have a deadline: the answer is to be there within a second of the one
 * before. Values are due a second after they were due last; identity until it was heard,
 * then after 10 minutes, and at once when a pack that had failed three times is back: it
 * may be another one. Lateness is time since asked over period; the latest of those that
 * are due is next, and among equals the more urgent.
 *
 * Whatever has no deadline is asked when the time it takes on the line, the wait for an
 * answer that does not come included, fits before the deadlines of others. Where it
 * does not, what is urgent is asked early, until it does; for no longer than a second.
 * What could never fit, because limits and alarms alone leave too little of a second, is
 * not held back: a line with no room for a probe is full. What a full line cannot do is
 * left out in this order: identity is not refreshed; values are asked down to a third as
 * often as limits and alarms; all three become rarer in that proportion. Free-running
 * never idles, and keeps the proportions.
 *
 * A pack is slow when its exchanges take more than twice the line time of the others',
 * and all that all could be asked takes more than 0.6 s of each second. It is asked
 * when that makes neither limits and alarms nor values of the others late, which are
 * asked early if that helps; and in any case as much more rarely as it takes longer, but
 * for every 16 s, which costs the others about as much as a quick pack would, or a sixth
 * of the line.
 *
 * An answer must begin within a time that follows the slowest seen lately at that
 * address, 60 ms to 1 s; where nobody answered yet, within 300 ms (PACE and Seplos:
 * 500 ms) and, each 16th time, 1 s, or less if only less fits before deadlines. After a
 * time-out the same question is the next at that address, at once if it fits; then the
 * address rests for 1, 2, 4 ... 60 s and is asked the probe question, which every pack
 * answers. So a late answer meets its own question or none. A pack that answered
 * a repeated question is left alone until the other answer, too, must have come.
 *
 * A question that is refused three times in a row at an address is asked there every
 * 10 minutes only. Refusals do not name their question, so they count only when no
 * time-out came before. One that is met with silence while the probe is answered is
 * asked four times more rarely each time, down to once in 60 s if a sample needs it,
 * or else in 10 minutes.
 *
 * The pause between an answer and the next question is 3.5 characters; it doubles, up
 * to 50 ms, when questions right behind an answer fail and succeed when repeated, and
 * shrinks slowly.
 *
 * The search for packs never ends. While packs are known, probes that nobody answers
 * take 2 % of line time; besides, each pack that is found has the next address of its
 * group probed at once, and a second time if need be; so has the first pack the first
 * address of its group. In turn are probed: addresses behind a known pack, first
 * addresses of groups, all. While no pack is known there is nothing but probes, of all
 * dialects and speeds that are possible; what was found stays until no pack has
 * answered for 60 s, and then each round begins with a pack that was known before.
 *
 * Questions about the system are put to the first address of the group, and only while
 * exactly one group is known: an answer speaks of one group.
 */
#ifndef CELLAR_RS485_SCHEDULE_H
#define CELLAR_RS485_SCHEDULE_H

#include "../wire/rs485.h"

/* Pylontech: twelve packs in each of eight groups (protocols.md 4.2). */
#define CELLAR_RS485_ADDRESSES_MAX	96
#define CELLAR_RS485_QUESTIONS_MAX	12

/* One question at one address. */
struct cellar_rs485_asking {
	u64 asked_us;
	u64 answered_us;	/* 0: never */
	u32 interval_us;	/* between answers */
	u32 exchange_us;	/* line time it takes, at least that of those lately */
	u8 refusals;		/* in a row */
	u8 silences;		/* in a row, while the probe was answered */
};

/* One address of the dialect. */
struct cellar_rs485_place {
	struct cellar_rs485_asking asking[CELLAR_RS485_QUESTIONS_MAX];
	u64 rests_until_us;
	u64 back_us;		/* when it answered after a rest last */
	u32 slowest_us;		/* from question to answer, lately; 0: unknown */
	u32 exchange_us;	/* line time an exchange takes, smoothed */
	u8 timeouts;		/* in a row */
	u8 failed;		/* the question that the last of them met */
	bool failed_right_behind;
	bool known;		/* a pack has answered here */
	bool remembered;	/* a pack was known here before all were lost */
	u8 invited;		/* probes at no cost */
};

/*
 * What to do next.
 *
 * @question: NULL: nothing now
 * @at_us: when to send it; without a question, when to look again
 * @index: of @address in @dialect->addresses
 * @probe: nobody is known at @address
 * @identify: the answer may be in another dialect: cellar_rs485_identify() tells
 * @baud: what the line must run at
 * @timeout_us: how long after the end of the question the answer may begin
 * @answer_us: how long it may take from then on
 */
struct cellar_rs485_step {
	enum cellar_rs485_dialect_id dialect;
	const struct cellar_rs485_question *question;
	u64 at_us;
	u8 index;
	u8 address;
	bool probe;
	bool identify;
	unsigned int baud;
	u32 timeout_us;
	u32 answer_us;
};

/* A set of what the end of an exchange has brought about. */
#define CELLAR_RS485_FOUND	BIT(0)	/* a pack, in schedule->dialect */
#define CELLAR_RS485_SILENT	BIT(1)	/* a pack that has just failed three times */

/*
 * @free_run: the caller's to change between steps
 * @dialect, @baud: what packs answer in; CELLAR_RS485_NONE and 0 before the first did
 * @known: how many packs
 * @groups: how many groups they are in
 * @probing_us: line time spent on probes that nobody answered while packs were known
 * @known_us: how long packs have been known
 */
struct cellar_rs485_schedule {
	bool free_run;
	enum cellar_rs485_dialect_id dialect;
	unsigned int baud;
	unsigned int known;
	unsigned int groups;
	u64 probing_us;
	u64 known_us;

	/* what the owner said, or CELLAR_RS485_NONE and 0 */
	enum cellar_rs485_dialect_id fixed_dialect;
	unsigned int fixed_baud;

	/* the line */
	struct cellar_rs485_step step;
	u64 sent_us;
	u64 quiet_since_us;
	u64 heard_us;
	u32 gap_us;
	u16 gap_good;		/* questions right behind an answer that were answered */
	u8 gap_doubt;
	bool answer_before;	/* what was last on the line was an answer */
	bool right_behind;	/* the question under way followed an answer closely */
	u64 making_room_us;	/* since when what is urgent is asked early; 0: it is not */

	/* the search while packs are known */
	u64 credit_since_us;
	s32 credit_us;
	u8 turn;
	u8 cursor[3];

	/* the search while none is */
	u32 round;
	u8 try_baud;
	u8 try_dialect;		/* CELLAR_RS485_NONE: a remembered place */
	u8 revisit;

	struct cellar_rs485_place place[CELLAR_RS485_ADDRESSES_MAX];
};

/* @schedule zeroed; @dialect CELLAR_RS485_NONE and @baud 0: find out. */
void cellar_rs485_schedule_init(struct cellar_rs485_schedule *schedule,
				enum cellar_rs485_dialect_id dialect, unsigned int baud,
				u64 now_us);

/* What is next; the same again until a question was sent or time has passed. */
void cellar_rs485_schedule_next(struct cellar_rs485_schedule *schedule, u64 now_us,
				struct cellar_rs485_step *step);

/* The question of @step is being sent from now on. */
void cellar_rs485_schedule_sent(struct cellar_rs485_schedule *schedule,
				const struct cellar_rs485_step *step, u64 now_us);

/*
 * How the exchange ended; each returns a set of CELLAR_RS485_FOUND and ..._SILENT.
 *
 * @latency_us: from the end of the question to the beginning of the answer
 * @dialect: of the answer: that of the step, unless identify said another one
 */
unsigned int cellar_rs485_schedule_answered(struct cellar_rs485_schedule *schedule,
					    enum cellar_rs485_dialect_id dialect,
					    u32 latency_us, u64 now_us);
unsigned int cellar_rs485_schedule_refused(struct cellar_rs485_schedule *schedule, u64 now_us);
unsigned int cellar_rs485_schedule_failed(struct cellar_rs485_schedule *schedule, u64 now_us);

/*
 * After an answer: how long it may be shown as live, for cellar_pack_update(): 2.5
 * times the interval at which this question is answered there, 5 s to 60 s; 0 for
 * identity.
 */
unsigned int
cellar_rs485_schedule_max_age_ms(const struct cellar_rs485_schedule *schedule);

/*
 * Whether @question (its place in the table of the dialect) is answered at the address
 * of @index as far as is known: a sample need not wait for what is not.
 */
bool cellar_rs485_schedule_answers(const struct cellar_rs485_schedule *schedule, u8 index,
				   unsigned int question);

/* How long @characters are on the line, 8N1. @baud: at least 300. */
u32 cellar_rs485_wire_us(unsigned int baud, unsigned int characters);

#endif /* CELLAR_RS485_SCHEDULE_H */
