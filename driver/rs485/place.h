/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the schedule: one address, and how much of the line it takes: how long to
 * wait for it, how long an exchange with it is, whether it is slow. Context as in
 * schedule.h.
 */
#ifndef CELLAR_RS485_PLACE_H
#define CELLAR_RS485_PLACE_H

#include "schedule.h"

#define MS	1000u
#define SECOND	(1000 * MS)

/* Time-outs in a row: a pack that is asked the probe, and one that is dead. */
#define RESTING		2
#define DEAD		3

/* The longest to wait for an answer to begin. */
#define CELLAR_RS485_TIMEOUT_MAX_US	(1000 * MS)

/* In a row: a pack that does not know the question. */
#define REFUSALS_MAX	3

/* Sixteenths: as often as others. */
#define STRETCH_ONE	16

static inline u32 min_u32(u32 a, u32 b)
{
	return a < b ? a : b;
}

static inline u32 max_u32(u32 a, u32 b)
{
	return a > b ? a : b;
}

/* Times since, as far as 32 bits go: 71 minutes, longer than any period. */
static inline u32 since(u64 then_us, u64 now_us)
{
	u64 elapsed = now_us - then_us;

	return elapsed < ~0u ? elapsed : ~0u;
}

/*
 * Live packs, and the line time that one exchange with each of them takes, in sum.
 *
 * @crowded: there is no time for everything that they could be asked
 */
struct cellar_rs485_load {
	unsigned int live;
	u32 exchanges_us;
	bool crowded;
};

void cellar_rs485_load(const struct cellar_rs485_schedule *schedule,
		       struct cellar_rs485_load *load);

/* By how much a pack is asked more rarely than others, in sixteenths. */
u32 cellar_rs485_stretch(const struct cellar_rs485_place *place,
			 const struct cellar_rs485_load *load);

/* Whether the question is put to the pack at @index: not all are asked about the system. */
bool cellar_rs485_asked_here(const struct cellar_rs485_schedule *schedule, unsigned int index,
			     const struct cellar_rs485_question *question);

/* The shortest pause between an answer and a question. */
u32 cellar_rs485_gap_min_us(unsigned int baud);

/* Within what an answer must begin where nobody has answered yet. */
u32 cellar_rs485_timeout_start_us(enum cellar_rs485_dialect_id dialect);

/*
 * Within what an answer must begin at the place of @index. @room_us: of line time for
 * an exchange, at best; patience for packs that may be slow ends there.
 */
u32 cellar_rs485_timeout_us(const struct cellar_rs485_schedule *schedule, unsigned int index,
			    u32 room_us);

/* How long the line is taken by a question that nobody answers. */
u32 cellar_rs485_silence_us(const struct cellar_rs485_schedule *schedule, u32 timeout_us);

/* How long an exchange is likely to take; at least as long as those lately. */
u32 cellar_rs485_exchange_us(const struct cellar_rs485_schedule *schedule, unsigned int index,
			     const struct cellar_rs485_question *question);

#endif /* CELLAR_RS485_PLACE_H */
