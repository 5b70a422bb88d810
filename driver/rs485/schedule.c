// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is asked what on an RS-485 line, and when: the rules of schedule.h. How packs
 * are looked for is search.c.
 */
#include "schedule.h"
#include "search.h"

#define MS	1000u
#define SECOND	(1000 * MS)

/*
 * Time-outs: USB dongles deliver in chunks of 16 ms, and a busy host may be late by a
 * few of them; the documents of PACE and Seplos name 500 ms (protocols.md 4.10, 5.3),
 * and no document more.
 */
#define TIMEOUT_MIN_US	(60 * MS)
#define TIMEOUT_MAX_US	(1000 * MS)

static const u32 timeout_start_us[CELLAR_RS485_DIALECTS] = {
	[CELLAR_RS485_PYLONTECH] = 300 * MS,
	[CELLAR_RS485_PACE] = 500 * MS,
	[CELLAR_RS485_SEPLOS] = 500 * MS,
	[CELLAR_RS485_VOLTRONIC] = 300 * MS,
};

/* An answer may have more cells than usual, and come in chunks. */
#define ANSWER_SLACK_US	(100 * MS)

#define GAP_MAX_US	(50 * MS)
#define GAP_FAILED	4	/* weight of a failure against one success */
#define GAP_DOUBT_MAX	8
#define GAP_GOOD_MAX	1000	/* successes in a row before the gap shrinks */

/* What a host needs to send after the gap is over, when it means to. */
#define GAP_LAG_US	(2 * MS)

/* Time-outs in a row: a pack that is asked the probe, and one that is dead. */
#define RESTING		2
#define DEAD		3

/* Every so many time-outs, a dead pack, or a new one, is thought to be a slow one. */
#define PATIENCE	CELLAR_RS485_PATIENCE
#define TIMEOUTS_MAX	(8 * PATIENCE)

#define REST_US		SECOND
#define REST_MAX_US	(60 * SECOND)
#define REFUSALS_MAX	3
#define SILENCES_MAX	5
#define STRETCH_ONE	16
#define STRETCH_MAX	(16 * STRETCH_ONE)
#define ALL_LOST_US	(60 * SECOND)

#define AGE_MIN_MS	5000
#define AGE_MAX_MS	60000

/* Periods at the least, and as wanted. */
static const u32 must_us[CELLAR_URGENCIES] = {
	[CELLAR_URGENCY_LIMITS] = SECOND,
	[CELLAR_URGENCY_ALARMS] = SECOND,
	[CELLAR_URGENCY_VALUES] = 3 * SECOND,
	[CELLAR_URGENCY_IDENTITY] = 3 * SECOND,	/* until it was heard */
};

static const u32 wanted_us[CELLAR_URGENCIES] = {
	[CELLAR_URGENCY_LIMITS] = SECOND,
	[CELLAR_URGENCY_ALARMS] = SECOND,
	[CELLAR_URGENCY_VALUES] = SECOND,
	[CELLAR_URGENCY_IDENTITY] = 600 * SECOND,
};

#define REFRESH_US	(600 * SECOND)
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

struct choice {
	const struct cellar_rs485_question *question;
	unsigned int index;
	u32 elapsed_us;
	u32 period_us;
};

static u32 min_u32(u32 a, u32 b)
{
	return a < b ? a : b;
}

static u32 max_u32(u32 a, u32 b)
{
	return a > b ? a : b;
}

/* Times since, as far as 32 bits go: 71 minutes, longer than any period. */
static u32 since(u64 then_us, u64 now_us)
{
	u64 elapsed = now_us - then_us;

	return elapsed < ~0u ? elapsed : ~0u;
}

u32 cellar_rs485_wire_us(unsigned int baud, unsigned int characters)
{
	/* ten bits each, in sixteenths of a microsecond */
	u32 character = 10 * 1000000u / baud * 16 + 10 * 1000000u % baud * 16 / baud;

	return (u32)(((u64)character * characters) >> 4);
}

/* 3.5 characters, and the EOI: an answer is whole without it (wire/rs485.h). */
static u32 gap_min_us(unsigned int baud)
{
	return cellar_rs485_wire_us(baud, 9) / 2;
}

/* The line stands still meanwhile: longest only where it may bring a pack back. */
static u32 timeout_us(const struct cellar_rs485_schedule *s, unsigned int index)
{
	const struct cellar_rs485_place *place = &s->place[index];
	u32 start = timeout_start_us[s->dialect];
	u32 usual = start;

	if (place->slowest_us)
		usual = max_u32(TIMEOUT_MIN_US, min_u32(2 * place->slowest_us, TIMEOUT_MAX_US));

	if (!place->timeouts)
		return usual;
	if (place->timeouts % PATIENCE == (place->known ? DEAD : PATIENCE - 1))
		return TIMEOUT_MAX_US;
	if (place->known && place->timeouts < DEAD)
		return min_u32(usual << place->timeouts, TIMEOUT_MAX_US);

	return max_u32(usual, start);
}

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
		unsigned int index, const struct cellar_rs485_question *question)
{
	step->dialect = s->dialect;
	step->question = question;
	step->index = index;
	step->address = cellar_rs485_dialect(s->dialect)->addresses[index];
	step->probe = !s->place[index].known;
	step->baud = s->baud;
	step->timeout_us = timeout_us(s, index);
}

/* Live packs, and the line time that one exchange with each of them takes, in sum. */
struct load {
	unsigned int live;
	u32 exchanges_us;
};

static struct load load_of(const struct cellar_rs485_schedule *s, unsigned int n)
{
	struct load load = { 0 };
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!s->place[i].known || s->place[i].timeouts >= DEAD)
			continue;
		load.live++;
		load.exchanges_us += s->place[i].exchange_us;
	}

	return load;
}

/* By how much a pack is asked more rarely than others, in sixteenths. */
static u32 stretch_of(const struct cellar_rs485_place *place, const struct load *load)
{
	u32 others;

	if (load->live < 2 || place->timeouts >= DEAD)
		return STRETCH_ONE;

	others = (load->exchanges_us - place->exchange_us) / (load->live - 1);
	if (!others || place->exchange_us <= 2 * others)
		return STRETCH_ONE;

	return min_u32(place->exchange_us * STRETCH_ONE / others, STRETCH_MAX);
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

	must = must_us[question->urgency];
	wanted = min_u32(wanted_us[question->urgency], must);
	if (shift) {
		must = min_u32(must << shift, silent_max);
		wanted = min_u32(wanted << shift, silent_max);
	}

	period_us[MUST] = stretched(must, stretch);
	period_us[WANTED] = stretched(wanted, stretch);
	period_us[SPARE] = wanted;
	if (!shift && question->urgency != CELLAR_URGENCY_IDENTITY)
		period_us[FREE_RUN] = wanted;
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

static bool asked_here(const struct cellar_rs485_schedule *s,
		       const struct cellar_rs485_dialect *dialect,
		       const struct cellar_rs485_question *question, unsigned int index)
{
	u8 address = dialect->addresses[index];

	return !question->of_system || (s->groups == 1 && dialect->group(address) == address);
}

/* Hold the questions of one pack against the best so far. */
static void consider(const struct cellar_rs485_schedule *s, unsigned int index, u32 stretch,
		     u64 now_us, struct choice best[REASONS], u32 *next_us)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	u32 period_us[REASONS];
	unsigned int q, reason;

	for (q = 0; q < dialect->n_questions; q++) {
		const struct cellar_rs485_asking *asking = &s->place[index].asking[q];
		struct choice choice = {
			.question = &dialect->questions[q],
			.index = index,
			.elapsed_us = since(asking->asked_us, now_us),
		};

		if (!asked_here(s, dialect, choice.question, index))
			continue;

		periods_of(choice.question, asking, stretch, period_us);
		for (reason = 0; reason < REASONS; reason++) {
			choice.period_us = period_us[reason];
			if (!choice.period_us || (reason == FREE_RUN && !s->free_run))
				continue;
			if (reason != FREE_RUN && choice.elapsed_us < choice.period_us)
				*next_us = min_u32(*next_us,
						   choice.period_us - choice.elapsed_us);
			else if (later(&choice, &best[reason]))
				best[reason] = choice;
		}
	}
}

/* A pack that has failed: once more the same, then the probe after each rest. */
static const struct cellar_rs485_question *revival(const struct cellar_rs485_schedule *s,
						   const struct cellar_rs485_place *place)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);

	return &dialect->questions[place->timeouts < RESTING ? place->failed : dialect->probe];
}

static void ask_known(const struct cellar_rs485_schedule *s, u64 now_us,
		      struct cellar_rs485_step *step)
{
	unsigned int i, reason, n = cellar_rs485_places(s);
	struct load load = load_of(s, n);
	struct choice best[REASONS];
	u32 next_us = SECOND;

	memset(best, 0, sizeof(best));
	for (i = 0; i < n; i++) {
		const struct cellar_rs485_place *place = &s->place[i];

		if (!place->known)
			continue;
		if (place->rests_until_us > now_us) {
			next_us = min_u32(next_us, since(now_us, place->rests_until_us));
			continue;
		}
		if (place->timeouts) {
			ask(s, step, i, revival(s, place));
			return;
		}
		consider(s, i, stretch_of(place, &load), now_us, best, &next_us);
	}

	for (reason = 0; reason < REASONS; reason++)
		if (best[reason].question) {
			ask(s, step, best[reason].index, best[reason].question);
			return;
		}

	step->at_us = now_us + next_us;
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

/* The pack that has just failed for the first time is asked again before anything. */
static bool ask_again(const struct cellar_rs485_schedule *s, struct cellar_rs485_step *step)
{
	const struct cellar_rs485_place *place = &s->place[s->step.index];

	if (s->step.probe || place->timeouts != 1)
		return false;

	ask(s, step, s->step.index, revival(s, place));

	return true;
}

static bool ask_new(const struct cellar_rs485_schedule *s, struct cellar_rs485_step *step)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	unsigned int index;
	u32 cost_us;

	if (!cellar_rs485_search_probe(s, &index))
		return false;

	cost_us = cellar_rs485_wire_us(s->baud, CELLAR_RS485_QUESTION_MAX) + timeout_us(s, index);
	if (!cellar_rs485_search_affords(s, index, cost_us))
		return false;

	ask(s, step, index, &dialect->questions[dialect->probe]);

	return true;
}

static void ask_anybody(const struct cellar_rs485_schedule *s, struct cellar_rs485_step *step)
{
	cellar_rs485_search_step(s, step);
	step->timeout_us = timeout_start_us[step->dialect];
	if (step->dialect == s->dialect && s->place[step->index].remembered)
		step->timeout_us = max_u32(step->timeout_us, timeout_us(s, step->index));
	if (cellar_rs485_search_patient(s))
		step->timeout_us = TIMEOUT_MAX_US;
}

void cellar_rs485_schedule_next(struct cellar_rs485_schedule *s, u64 now_us,
				struct cellar_rs485_step *step)
{
	pass_time(s, now_us);

	memset(step, 0, sizeof(*step));
	if (!s->known)
		ask_anybody(s, step);
	else if (!ask_again(s, step) && !ask_new(s, step))
		ask_known(s, now_us, step);

	if (!step->question)
		return;

	step->answer_us = answer_us(step);
	step->at_us = s->quiet_since_us + max_u32(s->gap_us, gap_min_us(step->baud));
	if (step->at_us < now_us)
		step->at_us = now_us;
}

/* Questions that were due a moment ago keep their beat: asked once a second means it. */
static u64 beat(const struct cellar_rs485_question *question, u64 asked_us, u64 now_us)
{
	u32 period = wanted_us[question->urgency];
	u32 elapsed = since(asked_us, now_us);

	return elapsed >= period && elapsed - period < period / 4 ? asked_us + period : now_us;
}

void cellar_rs485_schedule_sent(struct cellar_rs485_schedule *s,
				const struct cellar_rs485_step *step, u64 now_us)
{
	struct cellar_rs485_asking *asking;

	s->step = *step;
	s->sent_us = now_us;
	s->right_behind = s->answer_before &&
			  since(s->quiet_since_us, now_us) <= s->gap_us + GAP_LAG_US;
	if (step->probe)
		return;

	asking = &s->place[step->index].asking[question_index(step)];
	asking->asked_us = beat(step->question, asking->asked_us, now_us);
}

/* Whatever came of it, the exchange is over. */
static void end_exchange(struct cellar_rs485_schedule *s, bool answer, u64 now_us)
{
	struct cellar_rs485_place *place = &s->place[s->step.index];
	u32 used = since(s->sent_us, now_us);

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
	s->gap_us = max_u32(s->gap_us - s->gap_us / 8, gap_min_us(s->baud));
}

/* A question was repeated and one answer is there: leave time for the other one. */
static void rest(const struct cellar_rs485_schedule *s, struct cellar_rs485_place *place,
		 u64 now_us)
{
	place->rests_until_us = now_us + max_u32(s->step.timeout_us,
						 timeout_start_us[s->dialect]);
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
		s->gap_us = gap_min_us(s->baud);
		s->gap_doubt = 0;
		s->gap_good = 0;
	}
	cellar_rs485_search_found(s, now_us);

	dialect = cellar_rs485_dialect(s->dialect);
	place = &s->place[s->step.index];
	for (q = 0; q < dialect->n_questions; q++)
		place->asking[q].asked_us = now_us - must_us[dialect->questions[q].urgency];
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
		latency_us = max_u32(latency_us, timeout_start_us[s->dialect] / 2);
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
		place->timeouts -= PATIENCE;

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

bool cellar_rs485_schedule_answers(const struct cellar_rs485_schedule *s, u8 index,
				   unsigned int question)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(s->dialect);
	const struct cellar_rs485_asking *asking = &s->place[index].asking[question];

	return asked_here(s, dialect, &dialect->questions[question], index) &&
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
