// SPDX-License-Identifier: GPL-2.0-only
/*
 * By when questions must be answered, and how much line time is left for others before
 * that: what all that is due by a time takes, held against that time.
 */
#include "deadline.h"
#include "search.h"

/* From answer to answer: a second, less what a host may be late by in the meantime. */
#define URGENT_US	(950 * MS)

/*
 * From when values were due last: they keep their beat unless they are three quarters
 * of a second late (schedule.c), less the same.
 */
#define VALUES_US	(1700 * MS)

#define NOTHING_DUE_US	(60 * (s32)SECOND)

/* Deadlines are rounded down to steps. */
#define STEP_US		(20 * MS)
#define STEPS		(VALUES_US / STEP_US + 1)

static const u32 must_us[CELLAR_URGENCIES] = {
	[CELLAR_URGENCY_LIMITS] = SECOND,
	[CELLAR_URGENCY_ALARMS] = SECOND,
	[CELLAR_URGENCY_VALUES] = 3 * SECOND,
	[CELLAR_URGENCY_IDENTITY] = 3 * SECOND,	/* until it was heard */
};

u32 cellar_rs485_must_us(enum cellar_rs485_urgency urgency)
{
	return must_us[urgency];
}

struct question_at {
	const struct cellar_rs485_question *question;
	unsigned int index;
	u32 exchange_us;
};

/*
 * What is to be answered until the end of each step, and all of it.
 *
 * @first_us: deadline of the first
 */
struct demand {
	u32 until_us[STEPS];
	u32 all_us;
	u64 first_us;
};

static void add_demand(struct demand *demand, struct cellar_rs485_deadlines *deadlines,
		       const struct question_at *at, u64 deadline_us, u64 now_us)
{
	u32 step = deadline_us > now_us ? since(now_us, deadline_us) / STEP_US : 0;

	demand->until_us[min_u32(step, STEPS - 1)] += at->exchange_us;
	demand->all_us += at->exchange_us;
	if (deadlines->first && (deadline_us > demand->first_us ||
				 (deadline_us == demand->first_us &&
				  at->question->urgency >= deadlines->first->urgency)))
		return;

	demand->first_us = deadline_us;
	deadlines->first = at->question;
	deadlines->index = at->index;
}

static s32 slack_of(const struct demand *demand)
{
	s32 slack_us = NOTHING_DUE_US, needed_us = 0;
	u32 step;

	for (step = 0; step < STEPS; step++) {
		if (!demand->until_us[step])
			continue;
		needed_us += demand->until_us[step];
		if ((s32)(step * STEP_US) - needed_us < slack_us)
			slack_us = (s32)(step * STEP_US) - needed_us;
	}

	return slack_us;
}

/* Nothing is left of @period_us but what is rounded off and what all take. */
static u32 room_of(const struct demand *demand, u32 period_us)
{
	u32 needed_us = demand->all_us + STEP_US;

	return needed_us < period_us ? period_us - needed_us : 0;
}

bool cellar_rs485_has_deadline(const struct cellar_rs485_question *question,
			       const struct cellar_rs485_asking *asking)
{
	return question->urgency <= CELLAR_URGENCY_VALUES &&
	       asking->refusals < REFUSALS_MAX && !asking->silences;
}

static u64 deadline_of(const struct cellar_rs485_question *question,
		       const struct cellar_rs485_asking *asking)
{
	if (question->urgency == CELLAR_URGENCY_VALUES)
		return asking->asked_us + VALUES_US;

	return URGENT_US + (asking->answered_us > asking->asked_us ? asking->answered_us :
								     asking->asked_us);
}

static void add_place(const struct cellar_rs485_schedule *s, unsigned int index, u64 now_us,
		      enum cellar_rs485_urgency urgency, struct demand *demand,
		      struct cellar_rs485_deadlines *deadlines)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	unsigned int q;

	for (q = 0; q < dialect->n_questions; q++) {
		const struct cellar_rs485_asking *asking = &s->place[index].asking[q];
		struct question_at at = {
			.question = &dialect->questions[q],
			.index = index,
		};

		if (at.question->urgency > urgency ||
		    !cellar_rs485_asked_here(s, index, at.question) ||
		    !cellar_rs485_has_deadline(at.question, asking))
			continue;

		at.exchange_us = cellar_rs485_exchange_us(s, index, at.question);
		add_demand(demand, deadlines, &at, deadline_of(at.question, asking), now_us);
	}
}

void cellar_rs485_deadlines(const struct cellar_rs485_schedule *s,
			    const struct cellar_rs485_load *load, u64 now_us,
			    enum cellar_rs485_urgency urgency,
			    struct cellar_rs485_deadlines *deadlines)
{
	unsigned int i, n = cellar_rs485_places(s);
	struct demand demand;

	memset(&demand, 0, sizeof(demand));
	memset(deadlines, 0, sizeof(*deadlines));
	for (i = 0; i < n; i++) {
		const struct cellar_rs485_place *place = &s->place[i];

		if (place->known && !place->timeouts && place->rests_until_us <= now_us &&
		    cellar_rs485_stretch(place, load) == STRETCH_ONE)
			add_place(s, i, now_us, urgency, &demand, deadlines);
	}

	deadlines->slack_us = slack_of(&demand);
	deadlines->room_us = room_of(&demand,
				     urgency == CELLAR_URGENCY_VALUES ? VALUES_US : URGENT_US);
}
