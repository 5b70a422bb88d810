// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who gets how much of what there is. A smaller priority is served first, to its most;
 * equals get the same current, as far as each can take it, and what one cannot take the
 * others have. A box that cannot have its least has nothing: the lowest priority first,
 * and of equals the one that does not charge yet.
 *
 * One thing comes before priority: a car within its minimum run is not paused to give
 * others more, only when there is not enough for the least of all that run.
 *
 * All is counted in mA at SITE_PHASE_V, of each phase and of all together, and never more
 * given than there is.
 */
#include "charger_parts.h"

#include "smaller.h"

static s32 lane(u32 weight, unsigned int i)
{
	return weight >> 8 * i & 0xff;
}

static bool pool_has(const struct charger_pool *pool, u32 weight, s32 ma)
{
	unsigned int i;

	for (i = 0; i < CHARGER_LANES; i++)
		if (lane(weight, i) && pool->ma[i] < ma * lane(weight, i))
			return false;

	return true;
}

static void pool_give(struct charger_pool *pool, u32 weight, s32 ma)
{
	unsigned int i;

	for (i = 0; i < CHARGER_LANES; i++)
		pool->ma[i] -= ma * lane(weight, i);
}

static bool have(const struct charger_pools *pools, const struct charger_now *box, u32 ma)
{
	return pool_has(&pools->all, box->weight, (s32)ma) &&
	       (!pools->helped || !box->plain || pool_has(&pools->plain, box->weight, (s32)ma));
}

static void give(struct charger_pools *pools, const struct charger_now *box, s32 ma)
{
	pool_give(&pools->all, box->weight, ma);
	if (pools->helped && box->plain)
		pool_give(&pools->plain, box->weight, ma);
}

/* How much those of @weight can be raised, each the same, of @most. */
static s32 raise_by(const struct charger_pool *pool, u32 weight, s32 most)
{
	unsigned int i;

	/* a phase that is overdrawn is nothing to those that do not use it */
	for (i = 0; i < CHARGER_LANES; i++)
		if (lane(weight, i) && pool->ma[i] < most * lane(weight, i))
			most = pool->ma[i] > 0 ? pool->ma[i] / lane(weight, i) : 0;

	return most;
}

/* Of what those of @weight take there is no mA more for each: the same lanes, all ones */
static u32 dry_lanes(const struct charger_pool *pool, u32 weight)
{
	u32 dry = 0;
	unsigned int i;

	for (i = 0; i < CHARGER_LANES; i++)
		if (pool->ma[i] < lane(weight, i))
			dry |= 0xffu << 8 * i;

	return dry;
}

/*
 * Raises the lowest of @raised until they meet the next, their own limit, or the pool's.
 * The first makes one group of two, the others take somebody out: it comes to an end.
 */
static u32 raise_lowest(struct charger_now *const box[], u32 raised, struct charger_pools *pools)
{
	u32 lowest = UINT32_MAX, next = UINT32_MAX, left, at_lowest = 0;
	u32 weight = 0, plain = 0, dry, plain_dry = 0;
	unsigned int i;
	s32 by;

	for (left = raised; left; left &= left - 1) {
		i = cellar_lowest_bit(left);
		if (box[i]->current_ma < lowest) {
			next = smaller(next, lowest);
			lowest = box[i]->current_ma;
			at_lowest = 0;
		}
		if (box[i]->current_ma == lowest)
			at_lowest |= 1u << i;
		else
			next = smaller(next, box[i]->current_ma);
	}
	for (left = at_lowest; left; left &= left - 1) {
		i = cellar_lowest_bit(left);
		next = smaller(next, box[i]->max_ma);
		weight += box[i]->weight;
		plain += box[i]->plain ? box[i]->weight : 0;
	}

	by = raise_by(&pools->all, weight, (s32)(next - lowest));
	if (pools->helped) {
		by = raise_by(&pools->plain, plain, by);
		pool_give(&pools->plain, plain, by);
		plain_dry = dry_lanes(&pools->plain, plain);
	}
	pool_give(&pools->all, weight, by);
	dry = dry_lanes(&pools->all, weight);

	for (left = at_lowest; left; left &= left - 1) {
		i = cellar_lowest_bit(left);
		box[i]->current_ma += (u32)by;
		if (box[i]->current_ma >= box[i]->max_ma || box[i]->weight & dry ||
		    (box[i]->plain && box[i]->weight & plain_dry))
			raised &= ~(1u << i);
	}

	return raised;
}

/* What is lost by rounding goes to the first for whom it makes a step. */
static void round_down(struct charger_now *const box[], unsigned int n,
		       struct charger_pools *pools)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		u32 part = box[i]->current_ma ? box[i]->current_ma % box[i]->step_ma : 0;

		if (!part)
			continue;
		box[i]->current_ma -= part;
		give(pools, box[i], -(s32)part);
	}
	for (i = 0; i < n; i++) {
		u32 step = box[i]->step_ma;

		if (!box[i]->current_ma || box[i]->current_ma + step > box[i]->max_ma ||
		    !have(pools, box[i], step))
			continue;
		box[i]->current_ma += step;
		give(pools, box[i], (s32)step);
	}
}

void charger_fill(struct charger_now *const box[], unsigned int n, struct charger_pools *pools)
{
	u32 raised = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (box[i]->current_ma && box[i]->current_ma < box[i]->max_ma)
			raised |= 1u << i;
	while (raised)
		raised = raise_lowest(box, raised, pools);
	round_down(box, n, pools);
}

static bool start(struct charger_now *box, struct charger_pools *pools)
{
	if (!have(pools, box, box->min_ma))
		return false;
	box->current_ma = box->min_ma;
	give(pools, box, (s32)box->min_ma);

	return true;
}

/* The least of those within their minimum run, where there is enough for all that run. */
static void keep_held(struct charger_now *const box[], unsigned int n,
		      struct charger_pools *pools)
{
	struct charger_pools walk;
	unsigned int i;

	for (i = 0; i < n && !box[i]->held; i++)
		;
	if (i == n)
		return;

	walk = *pools;
	for (i = 0; i < n; i++) {
		if (!box[i]->asks || !box[i]->state->on || !have(&walk, box[i], box[i]->min_ma))
			continue;
		give(&walk, box[i], (s32)box[i]->min_ma);
		if (box[i]->held)
			start(box[i], pools);
	}
}

void charger_plan(struct charger_now *const box[], unsigned int n, struct charger_pools *pools)
{
	unsigned int first, last;

	keep_held(box, n, pools);
	for (first = 0; first < n; first = last) {
		for (last = first; last < n &&
		     box[last]->config->priority == box[first]->config->priority; last++)
			if (box[last]->asks && !box[last]->current_ma)
				start(box[last], pools);
		charger_fill(box + first, last - first, pools);
	}
}
