// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions of a wallbox: who may charge, since when, and how much it has got.
 *
 * A session begins when a car is plugged in and somebody, or the box's mode, lets it
 * charge, and ends when the car leaves, a person or the card that began it says so, or it
 * has what it wanted. A pause, a fault and a box that is silent for a while do not end it.
 * Its strategy is the one that was set when it began, with its energy or its hours; limits
 * that are changed (its set maximum, currents) count at once.
 *
 * SITE_REMOTE: somebody starts it; SITE_TIME_POWER is a start that was set beforehand and
 * needs no other. SITE_PLUG_AND_PLAY: the car starts it. SITE_OFFLINE_CARDS: a card of
 * this box does, before or after the car was plugged in; the same card again ends it, any
 * other is refused while it lasts. In each mode a person may start and stop; who was
 * stopped waits for a start, a card, or to be plugged in again.
 *
 * SITE_KILOMETRES_ONCE serves the first session after it was set; the next needs another
 * order: other figures, or a start by a person. SITE_TIME_POWER goes by the clock on the
 * wall, and by its duration where that clock shows an hour twice.
 */
#include "charger_parts.h"

#include "smaller.h"

#define MJ_PER_WH	3600000

static void see_order(const struct site_charger_config *config, struct charger *c)
{
	if (c->order_strategy == config->strategy && c->order_km == config->km &&
	    c->order_wh_per_km == config->wh_per_km)
		return;
	c->order_strategy = config->strategy;
	c->order_km = config->km;
	c->order_wh_per_km = config->wh_per_km;
	c->order_used = false;
}

static bool is_kilometres(u8 strategy)
{
	return strategy == SITE_KILOMETRES_ONCE || strategy == SITE_KILOMETRES_REPEATED;
}

bool charger_in_time(unsigned int minute, unsigned int start_min, unsigned int duration_min)
{
	if (duration_min >= CIVIL_DAY_MIN)
		return true;

	return duration_min &&
	       civil_in_hours(minute, start_min, (start_min + duration_min) % CIVIL_DAY_MIN);
}

static bool is_let(const struct charger_now *box)
{
	const struct charger *c = box->state;

	if (c->stopped || c->done)
		return false;
	if (box->config->mode == SITE_PLUG_AND_PLAY)
		return true;

	return c->started || (box->config->mode == SITE_REMOTE &&
			      box->config->strategy == SITE_TIME_POWER);
}

static bool is_its_turn(const struct charger_now *box, const struct site_image *image)
{
	const struct site_charger_config *config = box->config;

	switch (config->strategy) {
	case SITE_KILOMETRES_ONCE:
		return !box->state->order_used;
	case SITE_TIME_POWER:
		return image->timed && charger_in_time(image->civil.minute, config->start_min,
						       config->duration_min);
	default:
		return true;
	}
}

static s32 figure(u32 wh)
{
	return wh < INT32_MAX ? (s32)wh : INT32_MAX;
}

static bool counter_of(const struct charger_now *box, u32 fresh_ms, u32 *wh)
{
	const struct site_value *energy = &box->in->energy_wh;

	*wh = (u32)energy->value;

	return energy->age_ms != SITE_NEVER && energy->age_ms <= fresh_ms && energy->value >= 0;
}

static void begin(struct charger_now *box, const struct site_image *image,
		  struct site_outputs *out)
{
	const struct site_charger_config *config = box->config;
	struct charger *c = box->state;
	u64 wanted = is_kilometres(config->strategy) ?
		     (u64)config->wh_per_km * config->km : 0;

	c->in_session = true;
	c->strategy = config->strategy;
	c->start_min = config->start_min;
	c->duration_min = config->duration_min;
	c->wanted_wh = wanted < UINT32_MAX ? (u32)wanted : UINT32_MAX;
	c->order_used = config->strategy == SITE_KILOMETRES_ONCE;
	c->began_ms = image->now_ms;
	c->session_mj = 0;
	c->before_mj = c->counter_known ? c->since_mj : 0;
	c->since_mj = 0;
	c->session_wh = 0;
	if (!c->counter_known)
		c->counter_known = counter_of(box, box->fresh_ms, &c->counter_wh);
	site_say(out, SITE_EVENT_SESSION_BEGINS, box->index, figure(c->wanted_wh));
}

static void end(struct charger_now *box, const struct site_image *image,
		struct site_outputs *out)
{
	struct charger *c = box->state;

	c->started = false;
	c->card = 0;
	if (!c->in_session)
		return;
	c->in_session = false;
	c->ended_ms = image->now_ms;
	site_say(out, SITE_EVENT_SESSION_ENDS, box->index, figure(c->session_wh));
}

static void stop(struct charger_now *box, const struct site_image *image,
		 struct site_outputs *out)
{
	end(box, image, out);
	box->state->stopped = box->state->plugged;
}

static void let(struct charger *c)
{
	c->started = true;
	c->stopped = false;
	c->done = false;
}

static void leave(struct charger_now *box, const struct site_image *image,
		  struct site_outputs *out)
{
	struct charger *c = box->state;

	if (c->plugged || (c->started && !charger_rest_ms(image->now_ms, c->armed_ms,
							   CHARGER_CARD_MS)))
		end(box, image, out);
	c->plugged = false;
	c->stopped = false;
	c->done = false;
}

static void see_card(struct charger_now *box, const struct site_image *image,
		     struct site_outputs *out)
{
	struct charger *c = box->state;
	u8 card = box->in->card;
	bool runs = c->in_session || c->started;

	if (card > SITE_CARDS_MAX || !(box->config->cards & 1u << (card - 1)) ||
	    (runs && c->card && c->card != card)) {
		site_say(out, SITE_EVENT_CARD_REFUSED, box->index,
			 card <= SITE_CARDS_MAX ? card : 0);
		return;
	}
	if (runs) {
		stop(box, image, out);
		return;
	}
	let(c);
	c->card = card;
	c->armed_ms = image->now_ms;
}

/* A box without a meter gives what it was told while its car draws; none gives more than it can. */
static u64 drawn_mj(const struct charger_now *box, const struct site_image *image)
{
	s32 most_w = (s32)charger_power_w(box->config->box_ma, box->phases);
	s32 power_w = box->power_w;

	if (!box->power_known && box->heard && box->in->car == SITE_CAR_CHARGES)
		power_w = (s32)charger_power_w(box->state->current_ma, box->phases);

	return (u64)(u32)lower(power_w, most_w) * image->ms;
}

/*
 * The box's own counter knows best, but many are read once a minute, or count in 100 Wh: what
 * power makes since it last moved is on top, and stands in while it is not heard, has gone
 * back, or does not move at all. What was drawn before the session and is not yet in the
 * counter is none of it, so all this is followed between sessions, too. What has been shown
 * does not become less.
 */
static void count(struct charger_now *box, const struct site_image *image)
{
	struct charger *c = box->state;
	u64 mj = drawn_mj(box, image), moved_mj;
	u32 wh;

	c->since_mj += mj;
	if (counter_of(box, box->fresh_ms, &wh) && (!c->counter_known || wh != c->counter_wh)) {
		moved_mj = c->counter_known && wh > c->counter_wh ?
			   (u64)(wh - c->counter_wh) * MJ_PER_WH : c->since_mj + c->before_mj;
		if (c->in_session && moved_mj > c->before_mj)
			c->session_mj += moved_mj - c->before_mj;
		c->since_mj = 0;
		c->before_mj = 0;
		c->counter_wh = wh;
		c->counter_known = true;
	}
	if (!c->in_session)
		return;

	mj = (c->session_mj + c->since_mj) / MJ_PER_WH;
	c->session_wh = larger(c->session_wh, mj < UINT32_MAX ? (u32)mj : UINT32_MAX);
}

static bool has_what_it_wants(const struct charger *c, const struct site_image *image)
{
	if (is_kilometres(c->strategy))
		return c->session_wh >= c->wanted_wh;
	if (c->strategy != SITE_TIME_POWER)
		return false;
	if (!charger_rest_ms(image->now_ms, c->began_ms, c->duration_min * 60000ull))
		return true;

	return image->timed &&
	       !charger_in_time(image->civil.minute, c->start_min, c->duration_min);
}

void charger_session_step(struct charger_now *box, const struct site_image *image,
			  struct site_outputs *out)
{
	struct charger *c = box->state;
	u8 car = box->in->car;

	see_order(box->config, c);
	count(box, image);
	if (box->heard && car == SITE_CAR_NONE)
		leave(box, image, out);
	if (box->heard && (car == SITE_CAR_PLUGGED || car == SITE_CAR_CHARGES))
		c->plugged = true;
	if (box->in->command == SITE_STOP)
		stop(box, image, out);
	if (!box->heard || car == SITE_CAR_UNKNOWN || car == SITE_CAR_FAULT)
		return;

	if (box->in->card && box->config->mode == SITE_OFFLINE_CARDS)
		see_card(box, image, out);
	if (!c->plugged)
		return;

	if (box->in->command == SITE_START && !c->in_session) {
		let(c);
		c->order_used = false;
	}
	if (!c->in_session && is_let(box) && is_its_turn(box, image)) {
		begin(box, image, out);
	} else if (c->in_session && has_what_it_wants(c, image)) {
		end(box, image, out);
		c->done = true;
	}
}

enum site_charger_state charger_waits(struct charger_now *box, const struct site_image *image)
{
	const struct charger *c = box->state;

	box->winner = SITE_NOBODY;
	box->next_ms = SITE_NO_TIME;
	if (!c->plugged)
		return SITE_CHARGER_FREE;
	if (c->done) {
		box->winner = SITE_BY_STRATEGY;
		return SITE_CHARGER_DONE;
	}

	box->winner = SITE_BY_PERSON;
	if (!is_let(box))
		return SITE_CHARGER_WAITING;
	box->winner = SITE_BY_STRATEGY;
	if (box->config->strategy != SITE_TIME_POWER)
		return SITE_CHARGER_WAITING;
	box->winner = SITE_BY_STALE;
	if (image->timed) {
		box->winner = SITE_BY_HOURS;
		box->next_ms = civil_until_ms(&image->civil, box->config->start_min);
	}

	return SITE_CHARGER_WAITING;
}
