// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contracted power: what is drawn at the grid meter stays a margin below it.
 *
 * Whatever the house does, wallboxes give way first: their budget falls in the same step
 * (contract_budget()) and they follow within 5 s (IEC 61851). Until they have, and when
 * they have nothing left to give, the battery stops charging from the grid and then
 * discharges, within what it may (contract_step()): that too is in the same step, so that
 * import is back below the contract after one step and what the inverter needs. When that
 * is not enough there is an overload, and somebody should switch something off. What cars were
 * told a moment ago, and what they draw, are not yet the same: as long as they may follow it is
 * none.
 *
 * A car that is told more than it draws is not there yet, but may be before the next step:
 * the battery makes room for it at once (contract_yield()).
 *
 * What a car draws that begins is at the meter before its box says so, and what it draws that
 * ends may be there a moment after; it would count as a load of the house besides. What is
 * missing suddenly is taken for a car's, up to what cars may draw and do not say
 * (image->unsaid_w), for SITE_UNSAID_MS or up to twice that. Nothing is when more is drawn than
 * the contract leaves without the battery, or with it where it helps cars, but for what has
 * just ended: then it does not matter whose it is.
 *
 * The budget rises again only when it has not fallen for HOLD_MS, so that a load that
 * comes and goes does not carry the cars up and down.
 */
#include "site_parts.h"

#include "smaller.h"

#define HOLD_MS		30000
#define FOLLOW_MS	5000

static s32 limit_of(const struct site_config *config)
{
	return higher(config->contract_w - config->contract_margin_w, 0);
}

/* A house that nobody measures may draw all of the contract, and feed in nothing. */
void contract_step(const struct site_config *config, const struct site_image *image,
		   struct windows *windows)
{
	if (image->off_grid)
		return;

	if (!image->balanced) {
		window_at_most(&windows->battery, 0, SITE_BY_STALE);
		window_at_least(&windows->battery, 0, SITE_BY_STALE);
	}
	if (config->contract_w == SITE_NO_LIMIT)
		return;

	window_at_least(&windows->grid, -limit_of(config), SITE_BY_CONTRACT);
	if (image->balanced)
		window_at_most(&windows->battery, image->surplus_w + limit_of(config),
			       SITE_BY_CONTRACT);
}

static s32 hold(struct contract_hold *h, s32 w, u64 now_ms)
{
	if (!h->begun || w < h->w) {
		h->fell = h->begun;
		h->begun = true;
		h->fell_ms = now_ms;
		h->w = w;
	} else if (!h->fell || now_ms - h->fell_ms >= HOLD_MS) {
		h->w = w;
	}

	return h->w;
}

static void fill(struct chargers_budget *budget, s32 w, enum site_winner winner)
{
	unsigned int i;

	budget->total_w = w;
	for (i = 0; i < SITE_PHASES; i++)
		budget->phase_w[i] = w;
	budget->battery_w = 0;
	budget->unsaid_w = 0;
	budget->winner = (u8)winner;
}

/* Whoever looks too early takes a car that has begun, or that ends, for a load. */
static bool may_follow(struct contract *state, const struct site_image *image, bool exceeds)
{
	u64 now_ms = image->now_ms;

	if (image->cars_w || image->cars_told)
		state->cars_ms = now_ms;
	if (!state->exceeds)
		state->exceeds_ms = now_ms;
	state->exceeds = exceeds;

	return now_ms - state->cars_ms < FOLLOW_MS &&
	       now_ms - state->exceeds_ms < FOLLOW_MS;
}

/* Even with every car paused and all that the battery may give, more than the contract? */
static void watch(const struct site_config *config, struct contract *state,
		  const struct site_image *image, const struct windows *windows,
		  struct site_outputs *out)
{
	s32 least_w = image->net_w - windows->battery.low;
	bool over = least_w < -(state->over ? limit_of(config) : config->contract_w);

	if (!image->off_grid && !image->balanced)
		return;
	if (image->off_grid)
		over = false;
	if (may_follow(state, image, over) && !state->over)
		over = false;
	if (over != state->over)
		site_say(out, over ? SITE_EVENT_OVERLOAD : SITE_EVENT_OVERLOAD_OVER, 0, -least_w);
	state->over = over;
}

/*
 * How much of what is missing in @net_w against what there was of it lately may be what cars
 * draw and their boxes do not say, up to @unsaid_w. @known: that it is a flow at all, no box
 * that is not heard any more, and within the contract.
 */
static s32 unsaid(struct recent *lately, bool known, s32 net_w, s32 unsaid_w, u32 ms)
{
	if (!known)
		memset(lately, 0, sizeof(*lately));

	return lower((s32)recent_high(lately, net_w, ms, SITE_UNSAID_MS) - net_w, unsaid_w);
}

/* Each phase has its part of the contract; what the battery gives, it gives to all alike. */
static void share(const struct site_config *config, struct contract *state,
		  const struct site_image *image, const struct windows *windows,
		  s32 planned_w, struct chargers_budget *budget)
{
	s32 room_w = limit_of(config) - planned_w, phases = config->phases;
	s32 help_w = config->battery_to_cars ? higher(-windows->battery.low, 0) : 0;
	bool known = image->balanced && image->battery_power && image->powers == state->powers;
	bool within;
	u64 now_ms = image->now_ms;
	unsigned int i;

	state->powers = image->powers;
	budget->winner = image->balanced ? SITE_BY_CONTRACT : SITE_BY_STALE;
	if (!image->balanced)
		help_w = 0;
	within = image->surplus_w + image->ended_w >= -room_w - help_w;
	budget->unsaid_w = unsaid(&state->net_w, known && within, image->net_w, image->unsaid_w,
				  image->ms);
	budget->total_w = hold(&state->total, image->balanced ?
			       room_w + image->net_w + budget->unsaid_w : 0, now_ms);
	budget->battery_w = hold(&state->battery, help_w, now_ms);
	for (i = 0; i < config->phases; i++) {
		s32 surplus_w = image->phase_w[i] + image->battery_w / phases;
		s32 net_w = image->net_phase_w[i];

		within = surplus_w + image->ended_phase_w[i] >= (-room_w - help_w) / phases;
		net_w += unsaid(&state->net_phase_w[i], known && within, net_w,
				image->unsaid_phase_w[i], image->ms);
		budget->phase_w[i] = hold(&state->phase[i], image->balanced ?
					  room_w / phases + net_w : 0, now_ms);
	}
}

void contract_budget(const struct site_config *config, struct contract *state,
		     const struct site_image *image, const struct windows *windows,
		     s32 planned_w, struct chargers_budget *budget, struct site_outputs *out)
{
	if (config->contract_w == SITE_NO_LIMIT) {
		if (state->over)
			site_say(out, SITE_EVENT_OVERLOAD_OVER, 0, 0);
		memset(state, 0, sizeof(*state));
		fill(budget, SITE_NO_LIMIT, SITE_NOBODY);
	} else {
		watch(config, state, image, windows, out);
		fill(budget, 0, SITE_BY_CONTRACT);
		share(config, state, image, windows, planned_w, budget);
	}
	out->overload = state->over;

	if (image->off_grid)
		fill(budget, 0, SITE_BY_BLACKOUT);
	else if (image->grid_unsure)
		fill(budget, 0, SITE_BY_STALE);
	else if (!image->grid)
		fill(budget, 0, SITE_BY_RETURN);
}

void contract_yield(const struct site_config *config, const struct site_image *image,
		    const struct chargers_budget *budget, const struct site_outputs *out,
		    struct windows *windows)
{
	s32 told_w = 0;
	unsigned int i;

	if (config->contract_w == SITE_NO_LIMIT || image->off_grid || !image->balanced)
		return;

	for (i = 0; i < config->chargers; i++)
		told_w += out->charger[i].power_w;
	window_at_most(&windows->battery,
		       image->net_w + budget->unsaid_w - told_w + limit_of(config),
		       SITE_BY_CONTRACT);
}
