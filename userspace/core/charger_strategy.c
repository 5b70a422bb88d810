// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the strategies want for the cars that are in a session (spec/ems.md).
 *
 * An ecological car follows the sun: all that is produced, also when the house or the
 * battery could use it. Several share it by priority, and where that is equal alike, as
 * far as it reaches for the least that each needs.
 *
 * The manual's least is 1.8 kW: more than 6 A of one phase, so that a box of one phase has
 * something to follow. A box whose own least is more, 4.1 kW of three phases at 6 A, needs
 * that instead, pure from the sun alone, mixed with the help of the grid.
 *
 * So that passing clouds do not carry a car up and down, it is told more only when
 * CHARGER_SUN_MS have passed since it was told something else; less at once.
 *
 * Between on and off by a strategy lie the minimum run, for which a car goes on with the
 * least that its box can be told, and the minimum pause.
 */
#include "charger_parts.h"

#include "smaller.h"

/* mA of all phases together, of 1.8 and 0.5 kW */
#define SUN_FULL_MA	(1800u * 1000 / SITE_PHASE_V)
#define SUN_HALF_MA	(500u * 1000 / SITE_PHASE_V)

static bool is_ecological(const struct charger *c)
{
	return c->strategy == SITE_ECOLOGICAL_PURE || c->strategy == SITE_ECOLOGICAL_MIXED;
}

static u32 pause_ms(const struct charger_now *box, u64 now_ms)
{
	const struct charger *c = box->state;

	return !c->on && c->switched ?
	       charger_rest_ms(now_ms, c->switched_ms, box->config->min_pause_s * 1000ull) : 0;
}

static u32 run_ms(const struct charger_now *box, u64 now_ms)
{
	const struct charger *c = box->state;

	return c->on ? charger_rest_ms(now_ms, c->switched_ms, box->config->min_run_s * 1000ull) : 0;
}

static void refuse(struct charger_now *box, enum site_winner winner, u32 next_ms)
{
	box->winner = (u8)winner;
	box->next_ms = next_ms;
}

static void ask(struct charger_now *box, u64 now_ms)
{
	u32 wait_ms = pause_ms(box, now_ms);

	if (wait_ms)
		refuse(box, SITE_BY_MIN_TIME, wait_ms);
	else
		box->asks = true;
}

/* Its strategy would rather pause, because of @winner. */
static void rest(struct charger_now *box, enum site_winner winner, u64 now_ms)
{
	if (!box->held) {
		refuse(box, winner, SITE_NO_TIME);
		return;
	}
	box->asks = true;
	box->max_ma = box->min_ma;
	refuse(box, SITE_BY_MIN_TIME, run_ms(box, now_ms));
}

static void in_its_hours(struct charger_now *box, const struct site_image *image)
{
	const struct charger *c = box->state;

	if (!image->timed) {
		rest(box, SITE_BY_STALE, image->now_ms);
		return;
	}
	if (c->duration_min < CIVIL_DAY_MIN)
		box->next_ms = civil_until_ms(&image->civil, c->start_min + c->duration_min);
	ask(box, image->now_ms);
}

/* What it begins with of the sun, and of the grid when it is mixed; false: nothing. */
static bool has_its_least(struct charger_now *box, struct charger_pool *sun)
{
	u32 least_ma = larger(SUN_FULL_MA, box->min_ma * box->phases);
	u32 left = (u32)sun->ma[0], used;

	if (box->state->strategy == SITE_ECOLOGICAL_PURE ? left < least_ma :
	    left < SUN_HALF_MA + (box->state->on ? 0 : 1))
		return false;
	box->current_ma = smaller(least_ma / box->phases, box->max_ma);
	used = smaller(box->current_ma * box->phases, left);
	sun->ma[0] -= (s32)used;

	return true;
}

/* No more than @sun_ma, and no more than before too soon. */
static void follow(struct charger_now *box, u32 sun_ma, u64 now_ms)
{
	const struct charger *c = box->state;
	u32 wait_ms = charger_rest_ms(now_ms, c->changed_ms, CHARGER_SUN_MS);

	charger_at_most(box, sun_ma, SITE_BY_STRATEGY);
	if (!c->on || box->max_ma <= c->current_ma || !wait_ms)
		return;
	charger_at_most(box, larger(c->current_ma, box->min_ma), SITE_BY_STRATEGY);
	box->next_ms = wait_ms;
}

static void share_sun(struct charger_now *const box[], unsigned int n,
		      const struct site_image *image)
{
	struct charger_pools pools = { .helped = false };
	unsigned int first, last, i;

	for (i = 0; i < CHARGER_LANES; i++)
		pools.all.ma[i] = (s32)charger_all_ma(image->pv_w);

	for (first = 0; first < n; first = last) {
		for (last = first; last < n &&
		     box[last]->config->priority == box[first]->config->priority; last++)
			if (!has_its_least(box[last], &pools.all))
				rest(box[last], SITE_BY_STRATEGY, image->now_ms);
		charger_fill(box + first, last - first, &pools);
	}

	for (i = 0; i < n; i++) {
		u32 sun_ma = box[i]->current_ma;

		box[i]->current_ma = 0;
		if (!sun_ma)
			continue;
		follow(box[i], sun_ma, image->now_ms);
		box[i]->asks = true;
	}
}

void charger_strategies(struct charger_now *const box[], unsigned int n,
			const struct site_image *image)
{
	struct charger_now *sunny[SITE_CHARGERS_MAX];
	unsigned int i, n_sunny = 0;

	for (i = 0; i < n; i++) {
		struct charger_now *b = box[i];
		u32 wait_ms;

		if (!b->there || b->max_ma < b->min_ma)
			continue;
		b->held = run_ms(b, image->now_ms);
		if (!is_ecological(b->state)) {
			if (b->state->strategy == SITE_TIME_POWER)
				in_its_hours(b, image);
			else
				ask(b, image->now_ms);
			continue;
		}
		wait_ms = pause_ms(b, image->now_ms);
		if (!image->pv_known)
			rest(b, SITE_BY_STALE, image->now_ms);
		else if (wait_ms)
			refuse(b, SITE_BY_MIN_TIME, wait_ms);
		else
			sunny[n_sunny++] = b;
	}
	if (n_sunny)
		share_sun(sunny, n_sunny, image);
}
