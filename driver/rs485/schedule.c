// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is asked what on an RS-485 line, and when: the rules of schedule.h. How packs
 * are looked for is search.c, what has a deadline is deadline.c, and what the end of
 * an exchange shows is outcome.c.
 */
#include "deadline.h"
#include "search.h"

/* An answer may have more cells than usual, and come in chunks. */
#define ANSWER_SLACK_US	(100 * MS)

/* What a host needs to send after the gap is over, when it means to. */
#define GAP_LAG_US	(2 * MS)

/* As long as what is urgent is asked early, at most, so that something long fits. */
#define MAKING_ROOM_US	SECOND

/* Periods as wanted: limits and alarms have a quarter of a second left then. */
static const u32 wanted_us[CELLAR_URGENCIES] = {
	[CELLAR_URGENCY_LIMITS] = 750 * MS,
	[CELLAR_URGENCY_ALARMS] = 750 * MS,
	[CELLAR_URGENCY_VALUES] = SECOND,
	[CELLAR_URGENCY_IDENTITY] = 600 * SECOND,
};

#define ALL_LOST_US	(60 * SECOND)

#define REFRESH_US	(600 * SECOND)
#define SLOW_MAX_US	(16 * SECOND)	/* a slow pack is asked this often in any case */
#define SILENT_MAX_US	(60 * SECOND)	/* what a sample needs is asked this often */

/*
 * Reasons to ask, the strongest first: a weaker one counts when no question has a
 * stronger one.
 */
enum reason {
	MUST,		/* due even when the line is full */
	WANTED,		/* due */
	SPARE,		/* due, but the pack is slow and has had its share */
	REFRESH,	/* known already, or refused before */
	FREE_RUN,	/* not due */
	REASONS
};

/* @kept: it has a deadline; @exchange_us: how long the line will be taken */
struct choice {
	const struct cellar_rs485_question *question;
	unsigned int index;
	bool kept;
	u32 exchange_us;
	u32 elapsed_us;
	u32 period_us;
};

/* What could be asked now; @best: for each reason; @next_us: until something is due */
struct plan {
	u64 now_us;
	struct cellar_rs485_load load;
	struct cellar_rs485_deadlines urgent;
	struct cellar_rs485_deadlines all;
	struct choice best[REASONS];
	u32 next_us;
};

static u32 answer_us(const struct cellar_rs485_step *step)
{
	return cellar_rs485_wire_us(step->baud, 2 * step->question->answer_len) +
	       ANSWER_SLACK_US;
}

static unsigned int question_index(const struct cellar_rs485_step *step)
{
	return step->question - cellar_rs485_dialect(step->dialect)->questions;
}

/* Put a question of the dialect that the packs speak to the place at @index. */
static void ask(const struct cellar_rs485_schedule *s, struct cellar_rs485_step *step,
		unsigned int index, const struct cellar_rs485_question *question, u32 room_us)
{
	step->dialect = s->dialect;
	step->question = question;
	step->index = index;
	step->address = cellar_rs485_dialect(s->dialect)->addresses[index];
	step->probe = !s->place[index].known;
	step->baud = s->baud;
	step->timeout_us = cellar_rs485_timeout_us(s, index, room_us);
}

static u32 stretched(u32 period_us, u32 stretch)
{
	u64 longer = ((u64)period_us * stretch) / STRETCH_ONE;

	return longer < REFRESH_US ? longer : REFRESH_US;
}

/* The periods that count for each reason; 0: this is no reason to ask. */
static void periods_of(const struct cellar_rs485_question *question,
		       const struct cellar_rs485_asking *asking, u32 stretch,
		       u32 period_us[REASONS])
{
	u32 silent_max = question->required ? SILENT_MAX_US : REFRESH_US;
	unsigned int shift = 2 * asking->silences;
	u32 must, wanted;

	memset(period_us, 0, REASONS * sizeof(*period_us));

	if (asking->refusals >= REFUSALS_MAX ||
	    (question->urgency == CELLAR_URGENCY_IDENTITY && asking->answered_us)) {
		period_us[REFRESH] = REFRESH_US;
		return;
	}

	must = cellar_rs485_must_us(question->urgency);
	wanted = min_u32(wanted_us[question->urgency], must);
	if (shift) {
		must = min_u32(must << shift, silent_max);
		wanted = min_u32(wanted << shift, silent_max);
	}

	period_us[MUST] = stretch == STRETCH_ONE ? must :
			  min_u32(stretched(must, stretch), max_u32(must, SLOW_MAX_US));
	period_us[stretch == STRETCH_ONE ? WANTED : SPARE] = wanted;
	if (!shift && question->urgency != CELLAR_URGENCY_IDENTITY)
		period_us[FREE_RUN] = stretched(wanted, stretch);
}

/* Whether @a is later than @b, in proportion to their periods. */
static bool later(const struct choice *a, const struct choice *b)
{
	u64 a_late = (u64)a->elapsed_us * b->period_us;
	u64 b_late = (u64)b->elapsed_us * a->period_us;

	if (!b->question)
		return true;
	if (a_late != b_late)
		return a_late > b_late;

	return a->question->urgency < b->question->urgency;
}

static bool fits(u32 exchange_us, s32 slack_us)
{
	return slack_us >= 0 && exchange_us <= (u32)slack_us;
}

/* Hold the questions of one pack against the best so far. */
static void consider(const struct cellar_rs485_schedule *s, unsigned int index,
		     struct plan *plan)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	u32 stretch = cellar_rs485_stretch(&s->place[index], &plan->load);
	u32 period_us[REASONS];
	unsigned int q, reason;

	for (q = 0; q < dialect->n_questions; q++) {
		const struct cellar_rs485_asking *asking = &s->place[index].asking[q];
		struct choice choice = {
			.question = &dialect->questions[q],
			.index = index,
			.elapsed_us = since(asking->asked_us, plan->now_us),
		};

		if (!cellar_rs485_asked_here(s, index, choice.question))
			continue;

		choice.kept = stretch == STRETCH_ONE &&
			      cellar_rs485_has_deadline(choice.question, asking);
		choice.exchange_us = cellar_rs485_exchange_us(s, index, choice.question);
		periods_of(choice.question, asking, stretch, period_us);
		if (!s->free_run || (stretch > STRETCH_ONE &&
				     !fits(choice.exchange_us, plan->all.slack_us)))
			period_us[FREE_RUN] = 0;
		if (s->free_run)
			period_us[SPARE] = 0;
		for (reason = 0; reason < REASONS; reason++) {
			choice.period_us = period_us[reason];
			if (!choice.period_us)
				continue;
			if (reason != FREE_RUN && choice.elapsed_us < choice.period_us)
				plan->next_us = min_u32(plan->next_us,
							choice.period_us - choice.elapsed_us);
			else if (later(&choice, &plan->best[reason]))
				plan->best[reason] = choice;
		}
	}
}

/* Look through all packs; those that have failed or rest are asked nothing new. */
static void make_plan(const struct cellar_rs485_schedule *s, u64 now_us, struct plan *plan)
{
	unsigned int i, n = cellar_rs485_places(s);

	memset(plan, 0, sizeof(*plan));
	plan->now_us = now_us;
	plan->next_us = SECOND;
	cellar_rs485_load(s, &plan->load);
	cellar_rs485_deadlines(s, &plan->load, now_us, CELLAR_URGENCY_ALARMS, &plan->urgent);
	cellar_rs485_deadlines(s, &plan->load, now_us, CELLAR_URGENCY_VALUES, &plan->all);

	for (i = 0; i < n; i++) {
		const struct cellar_rs485_place *place = &s->place[i];

		if (place->known && place->rests_until_us > now_us)
			plan->next_us = min_u32(plan->next_us,
						since(now_us, place->rests_until_us));
		else if (place->known && !place->timeouts)
			consider(s, i, plan);
	}
}

/*
 * Whether the line can be taken for @exchange_us, or it is no use to wait until it can.
 * If not, what is urgent has to be asked first, early or not.
 */
static bool is_time_for(struct cellar_rs485_schedule *s, const struct plan *plan,
			u32 exchange_us)
{
	if (!plan->urgent.first || fits(exchange_us, plan->urgent.slack_us) ||
	    exchange_us > plan->urgent.room_us)
		return true;

	if (!s->making_room_us)
		s->making_room_us = plan->now_us;

	return plan->now_us - s->making_room_us >= MAKING_ROOM_US;
}

static void ask_first(const struct cellar_rs485_schedule *s,
		      const struct cellar_rs485_deadlines *deadlines,
		      struct cellar_rs485_step *step)
{
	ask(s, step, deadlines->index, deadlines->first, 0);
}

/* A pack that has failed: once more the same, then the probe after each rest. */
static const struct cellar_rs485_question *revival(const struct cellar_rs485_schedule *s,
						   const struct cellar_rs485_place *place)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);

	return &dialect->questions[place->timeouts < RESTING ? place->failed : dialect->probe];
}

/* @least, @most: time-outs in a row of the pack that is to be asked again. */
static bool ask_failed(struct cellar_rs485_schedule *s, const struct plan *plan,
		       unsigned int least, unsigned int most, struct cellar_rs485_step *step)
{
	unsigned int i, n = cellar_rs485_places(s);

	for (i = 0; i < n; i++) {
		const struct cellar_rs485_place *place = &s->place[i];

		if (!place->known || place->rests_until_us > plan->now_us ||
		    place->timeouts < least || place->timeouts > most)
			continue;

		ask(s, step, i, revival(s, place), plan->urgent.room_us);
		if (!is_time_for(s, plan, cellar_rs485_silence_us(s, step->timeout_us)))
			ask_first(s, &plan->urgent, step);

		return true;
	}

	return false;
}

static bool ask_new(struct cellar_rs485_schedule *s, const struct plan *plan,
		    struct cellar_rs485_step *step)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	unsigned int index;
	u32 cost_us;

	if (!cellar_rs485_search_probe(s, &index))
		return false;

	cost_us = cellar_rs485_silence_us(s, cellar_rs485_timeout_us(s, index,
								     plan->urgent.room_us));
	if (!cellar_rs485_search_affords(s, index, cost_us))
		return false;

	if (is_time_for(s, plan, cost_us))
		ask(s, step, index, &dialect->questions[dialect->probe],
		    plan->urgent.room_us);
	else
		ask_first(s, &plan->urgent, step);

	return true;
}

/* What must not be delayed by a question that is asked for @reason. */
static const struct cellar_rs485_deadlines *kept_by(const struct plan *plan, enum reason reason)
{
	return reason == SPARE ? &plan->all : &plan->urgent;
}

static bool is_time(struct cellar_rs485_schedule *s, const struct plan *plan,
		    enum reason reason, const struct choice *choice)
{
	if (choice->kept && (reason == MUST || choice->question->urgency < CELLAR_URGENCY_VALUES))
		return true;
	if (reason == MUST)
		return choice->elapsed_us >= choice->period_us + MAKING_ROOM_US ||
		       is_time_for(s, plan, choice->exchange_us);

	return fits(choice->exchange_us, kept_by(plan, reason)->slack_us);
}

/* What is not asked now waits for others to be asked early, if that makes room for it. */
static bool waits(const struct plan *plan, enum reason reason, const struct choice *choice)
{
	if (reason == SPARE)
		return choice->exchange_us <= min_u32(plan->urgent.room_us, plan->all.room_us);

	return reason != REFRESH;
}

static void ask_live(struct cellar_rs485_schedule *s, const struct plan *plan,
		     struct cellar_rs485_step *step)
{
	unsigned int reason;

	for (reason = 0; reason < REASONS; reason++) {
		const struct choice *choice = &plan->best[reason];

		if (!choice->question)
			continue;
		if (is_time(s, plan, reason, choice)) {
			ask(s, step, choice->index, choice->question, 0);
			return;
		}
		if (waits(plan, reason, choice)) {
			ask_first(s, kept_by(plan, reason), step);
			return;
		}
	}

	step->at_us = plan->now_us + plan->next_us;
}

static void ask_known(struct cellar_rs485_schedule *s, u64 now_us, struct cellar_rs485_step *step)
{
	struct plan plan;

	make_plan(s, now_us, &plan);
	if (!ask_failed(s, &plan, 1, RESTING - 1, step) && !ask_new(s, &plan, step) &&
	    !ask_failed(s, &plan, RESTING, ~0u, step))
		ask_live(s, &plan, step);
}

/* Time has passed: credit for probes, and perhaps nobody is left. */
static void pass_time(struct cellar_rs485_schedule *s, u64 now_us)
{
	if (!s->known)
		return;

	cellar_rs485_search_credit(s, now_us);
	if (now_us - s->heard_us >= ALL_LOST_US)
		cellar_rs485_search_restart(s);
}

static void ask_anybody(const struct cellar_rs485_schedule *s, struct cellar_rs485_step *step)
{
	cellar_rs485_search_step(s, step);
	step->timeout_us = cellar_rs485_timeout_start_us(step->dialect);
	if (step->dialect == s->dialect && s->place[step->index].remembered)
		step->timeout_us = max_u32(step->timeout_us,
					   cellar_rs485_timeout_us(s, step->index, 0));
	if (cellar_rs485_search_patient(s))
		step->timeout_us = CELLAR_RS485_TIMEOUT_MAX_US;
}

void cellar_rs485_schedule_next(struct cellar_rs485_schedule *s, u64 now_us,
				struct cellar_rs485_step *step)
{
	pass_time(s, now_us);

	memset(step, 0, sizeof(*step));
	if (s->known)
		ask_known(s, now_us, step);
	else
		ask_anybody(s, step);

	if (!step->question)
		return;

	step->answer_us = answer_us(step);
	step->at_us = s->quiet_since_us + max_u32(s->gap_us, cellar_rs485_gap_min_us(step->baud));
	if (step->at_us < now_us)
		step->at_us = now_us;
}

/* Values that were due a moment ago keep their beat: asked once a second means it. */
static u64 beat(const struct cellar_rs485_question *question, u64 asked_us, u64 now_us)
{
	u32 period = wanted_us[question->urgency];
	u32 elapsed = since(asked_us, now_us);

	if (question->urgency != CELLAR_URGENCY_VALUES)
		return now_us;

	return elapsed >= period && elapsed - period < period * 3 / 4 ? asked_us + period : now_us;
}

void cellar_rs485_schedule_sent(struct cellar_rs485_schedule *s,
				const struct cellar_rs485_step *step, u64 now_us)
{
	struct cellar_rs485_asking *asking;

	s->step = *step;
	s->sent_us = now_us;
	s->right_behind = s->answer_before &&
			  since(s->quiet_since_us, now_us) <= s->gap_us + GAP_LAG_US;
	if (step->probe || step->question->urgency > CELLAR_URGENCY_ALARMS)
		s->making_room_us = 0;
	if (step->probe)
		return;

	asking = &s->place[step->index].asking[question_index(step)];
	asking->asked_us = beat(step->question, asking->asked_us, now_us);
}

bool cellar_rs485_schedule_answers(const struct cellar_rs485_schedule *s, u8 index,
				   unsigned int question)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	const struct cellar_rs485_asking *asking = &s->place[index].asking[question];

	return cellar_rs485_asked_here(s, index, &dialect->questions[question]) &&
	       asking->refusals < REFUSALS_MAX && asking->silences < REFUSALS_MAX;
}

void cellar_rs485_schedule_init(struct cellar_rs485_schedule *s,
				enum cellar_rs485_dialect_id dialect, unsigned int baud,
				u64 now_us)
{
	s->fixed_dialect = dialect;
	s->fixed_baud = baud;
	s->quiet_since_us = now_us;
	cellar_rs485_search_start(s);
}
