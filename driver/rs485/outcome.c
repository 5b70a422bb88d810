// SPDX-License-Identifier: GPL-2.0-only
/*
 * How an exchange on an RS-485 line ended, and what that shows: about time-outs,
 * pauses, intervals, and whether a pack is there (the rules of schedule.h).
 */
#include "deadline.h"
#include "search.h"

#define GAP_MAX_US	(50 * MS)
#define GAP_FAILED	4	/* weight of a failure against one success */
#define GAP_DOUBT_MAX	8
#define GAP_GOOD_MAX	1000	/* successes in a row before the gap shrinks */

#define TIMEOUTS_MAX	(8 * CELLAR_RS485_PATIENCE)

#define REST_US		SECOND
#define REST_MAX_US	(60 * SECOND)
#define SILENCES_MAX	5

#define AGE_MIN_MS	5000
#define AGE_MAX_MS	60000

static unsigned int question_index(const struct cellar_rs485_step *step)
{
	return step->question - cellar_rs485_dialect(step->dialect)->questions;
}

/* Whatever came of it, the exchange is over. */
static void end_exchange(struct cellar_rs485_schedule *s, bool answer, u64 now_us)
{
	struct cellar_rs485_place *place = &s->place[s->step.index];
	struct cellar_rs485_asking *asking = &place->asking[question_index(&s->step)];
	u32 used = since(s->sent_us, now_us);

	if (answer)
		asking->exchange_us = max_u32(used, asking->exchange_us - asking->exchange_us / 8);

	s->quiet_since_us = now_us;
	s->answer_before = answer;

	if (s->step.probe)
		return;
	if (!place->exchange_us)
		place->exchange_us = used;
	else
		place->exchange_us += ((s32)used - (s32)place->exchange_us) / 8;
}

static void widen_gap(struct cellar_rs485_schedule *s)
{
	s->gap_good = 0;
	s->gap_doubt += GAP_FAILED;
	if (s->gap_doubt < GAP_DOUBT_MAX)
		return;

	s->gap_doubt = 0;
	s->gap_us = min_u32(2 * s->gap_us, GAP_MAX_US);
}

static void narrow_gap(struct cellar_rs485_schedule *s)
{
	if (s->gap_doubt)
		s->gap_doubt--;
	if (++s->gap_good < GAP_GOOD_MAX)
		return;

	s->gap_good = 0;
	s->gap_us = max_u32(s->gap_us - s->gap_us / 8, cellar_rs485_gap_min_us(s->baud));
}

/* A question was repeated and one answer is there: leave time for the other one. */
static void rest(const struct cellar_rs485_schedule *s, struct cellar_rs485_place *place,
		 u64 now_us)
{
	place->rests_until_us = now_us + max_u32(s->step.timeout_us,
						 cellar_rs485_timeout_start_us(s->dialect));
}

/*
 * What an answer shows about time-outs and pauses. One to a question that was repeated
 * may have been to the first of the two: then it says little about latency, and the
 * other answer is still to come.
 */
static void learn_pace(struct cellar_rs485_schedule *s, struct cellar_rs485_place *place,
		       u32 latency_us, u64 now_us)
{
	bool repeated = place->timeouts == 1;

	if (repeated && place->failed_right_behind)
		widen_gap(s);
	else if (!place->timeouts && s->right_behind)
		narrow_gap(s);

	if (repeated) {
		place->slowest_us = max_u32(place->slowest_us, s->step.timeout_us / 2);
		rest(s, place, now_us);
	} else {
		u32 decayed = place->slowest_us - place->slowest_us / 8;

		place->slowest_us = max_u32(max_u32(latency_us, decayed), 1);
	}
}

/* At what interval @question is answered at the slowest of places: a first guess. */
static u32 interval_elsewhere(const struct cellar_rs485_schedule *s, unsigned int question)
{
	unsigned int i, n = cellar_rs485_places(s);
	u32 interval = 0;

	for (i = 0; i < n; i++)
		if (s->place[i].known)
			interval = max_u32(interval, s->place[i].asking[question].interval_us);

	return interval;
}

/* Intervals grow at once and shrink slowly; a rest in between is none. */
static void learn_interval(const struct cellar_rs485_schedule *s,
			   struct cellar_rs485_place *place, unsigned int question, u64 now_us)
{
	struct cellar_rs485_asking *asking = &place->asking[question];
	u32 interval = since(asking->answered_us, now_us);

	if (!asking->answered_us)
		asking->interval_us = interval_elsewhere(s, question);
	else if (interval < asking->interval_us)
		asking->interval_us -= (asking->interval_us - interval) / 4;
	else if (asking->answered_us >= place->back_us)
		asking->interval_us = interval;

	asking->answered_us = now_us;
}

/* A pack that was dead is back, or another one is: who it is comes first. */
static void ask_who(const struct cellar_rs485_schedule *s, struct cellar_rs485_place *place)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	unsigned int q;

	if (place->timeouts < DEAD)
		return;

	for (q = 0; q < dialect->n_questions; q++) {
		struct cellar_rs485_asking *asking = &place->asking[q];

		if (dialect->questions[q].urgency != CELLAR_URGENCY_IDENTITY)
			continue;
		asking->asked_us = 0;
		asking->answered_us = 0;
	}
}

/* A pack has answered at a place where nobody was known. */
static void find(struct cellar_rs485_schedule *s, u64 now_us)
{
	const struct cellar_rs485_dialect *dialect;
	struct cellar_rs485_place *place;
	unsigned int q;

	if (!s->known || s->baud != s->step.baud) {
		s->baud = s->step.baud;
		s->gap_us = cellar_rs485_gap_min_us(s->baud);
		s->gap_doubt = 0;
		s->gap_good = 0;
	}
	cellar_rs485_search_found(s, now_us);

	dialect = cellar_rs485_dialect(s->dialect);
	place = &s->place[s->step.index];
	for (q = 0; q < dialect->n_questions; q++)
		place->asking[q].asked_us = now_us -
			cellar_rs485_must_us(dialect->questions[q].urgency);
	place->asking[dialect->probe].asked_us = now_us;
}

unsigned int cellar_rs485_schedule_answered(struct cellar_rs485_schedule *s,
					    enum cellar_rs485_dialect_id id,
					    u32 latency_us, u64 now_us)
{
	struct cellar_rs485_place *place;
	unsigned int q, news = 0;

	if (s->step.probe) {
		if (!cellar_rs485_search_translate(&s->step, id))
			return cellar_rs485_schedule_failed(s, now_us);
		find(s, now_us);
		/* it may be the answer to an earlier probe: time-outs begin generously */
		latency_us = max_u32(latency_us, cellar_rs485_timeout_start_us(s->dialect) / 2);
		news = CELLAR_RS485_FOUND;
	}

	end_exchange(s, true, now_us);
	s->heard_us = now_us;

	place = &s->place[s->step.index];
	q = question_index(&s->step);
	if (place->timeouts >= RESTING)
		place->back_us = now_us;
	ask_who(s, place);
	learn_pace(s, place, latency_us, now_us);
	learn_interval(s, place, q, now_us);
	place->asking[q].refusals = 0;
	place->asking[q].silences = 0;

	/* the question that failed may be one that this pack does not know */
	if (place->timeouts == RESTING && place->failed != q &&
	    place->asking[place->failed].silences < SILENCES_MAX)
		place->asking[place->failed].silences++;
	place->timeouts = 0;

	return news;
}

unsigned int cellar_rs485_schedule_refused(struct cellar_rs485_schedule *s, u64 now_us)
{
	struct cellar_rs485_place *place = &s->place[s->step.index];
	struct cellar_rs485_asking *asking;

	if (s->step.probe)
		return cellar_rs485_schedule_failed(s, now_us);

	end_exchange(s, true, now_us);
	s->heard_us = now_us;

	asking = &place->asking[question_index(&s->step)];
	ask_who(s, place);
	if (place->timeouts)
		rest(s, place, now_us);
	else if (asking->refusals < REFUSALS_MAX)
		asking->refusals++;
	place->timeouts = 0;

	return 0;
}

unsigned int cellar_rs485_schedule_failed(struct cellar_rs485_schedule *s, u64 now_us)
{
	struct cellar_rs485_place *place = &s->place[s->step.index];
	u32 rest_us = 0;

	end_exchange(s, false, now_us);
	if (s->step.probe) {
		cellar_rs485_search_missed(s, now_us);
		return 0;
	}

	if (!place->timeouts)
		place->failed_right_behind = s->right_behind;
	/* the first failure names the question; what is asked later is only the probe */
	if (place->timeouts < RESTING)
		place->failed = question_index(&s->step);
	if (++place->timeouts == TIMEOUTS_MAX)
		place->timeouts -= CELLAR_RS485_PATIENCE;

	if (place->timeouts >= RESTING)
		rest_us = REST_US << min_u32(place->timeouts - RESTING, 6);
	place->rests_until_us = now_us + min_u32(rest_us, REST_MAX_US);

	return place->timeouts == DEAD ? CELLAR_RS485_SILENT : 0;
}

unsigned int cellar_rs485_schedule_max_age_ms(const struct cellar_rs485_schedule *s)
{
	const struct cellar_rs485_asking *asking;

	if (s->step.question->urgency == CELLAR_URGENCY_IDENTITY)
		return 0;

	asking = &s->place[s->step.index].asking[question_index(&s->step)];

	return max_u32(AGE_MIN_MS, min_u32(asking->interval_us / 1000 * 5 / 2, AGE_MAX_MS));
}

