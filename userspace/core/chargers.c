// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wallboxes: what each is told, and why not more (spec/ems.md).
 *
 * A box is told nothing, or from its minimum up to the least of what it, its cable and the
 * car bear. Together they are never told more than the budget, in all and of each phase,
 * and these count against it besides:
 *
 * - what a box was told when it fell silent, for CHARGER_GONE_MS: it is told 0 now, but may
 *   not hear that before its own fail-safe acts. After that only what it is seen to draw;
 * - what a car draws beyond what it was told (more than 230 V, or a box that does not obey),
 *   once it has had the time to follow, and for CHARGER_EXCESS_MS after it was seen last.
 *
 * Contract, grid code, a fault, silence, a person and the car itself switch off at once.
 * The minimum pause holds whoever switched off.
 *
 * A car that could charge and does not is full, or not ready: its box stands by, is told
 * its minimum after CHARGER_FULL_MS, so that it may begin again at any time, and the others
 * have the rest.
 */
#include "charger_parts.h"

#include "smaller.h"

static bool is_fresh(u32 age_ms, u32 fresh_ms)
{
	return age_ms != SITE_NEVER && age_ms <= fresh_ms;
}

/* Those wired, or those of them that the car uses, from the box's own on. */
static void see_phases(const struct site_config *config, struct charger_now *box)
{
	static const u8 masks[SITE_PHASES][SITE_PHASES] = {
		{ 1, 2, 4 }, { 3, 6, 5 }, { 7, 7, 7 },
	};
	u8 car_phases = box->heard ? box->in->car_phases : 0;
	u8 phases = config->phases == 1 ? 1 : site_car_phases(box->config, car_phases);

	box->phases = phases;
	box->mask = config->phases == 1 ? 1 : masks[phases - 1][box->config->phase];
	box->weight = phases | (box->mask & 1u) << 8 | (box->mask & 2u) << 15 |
		      (box->mask & 4u) << 22;
}

/* What it draws beyond what it was told, when it has had the time to follow. */
static void see_excess(struct charger_now *box, u64 now_ms)
{
	struct charger *c = box->state;
	s32 excess_w = 0;

	if (box->power_known) {
		u64 settled_ms = (u64)CHARGER_FOLLOW_MS + box->in->power_w.age_ms;

		if (charger_rest_ms(now_ms, c->changed_ms, settled_ms))
			return;
		excess_w = box->power_w - (s32)charger_power_w(c->current_ma, box->phases);
	}
	/* what stays about the same is the same: no step up, and down again */
	if (excess_w < c->excess_w - c->excess_w / 16 &&
	    charger_rest_ms(now_ms, c->excess_ms, CHARGER_EXCESS_MS))
		return;
	if (excess_w > c->excess_w || excess_w < c->excess_w - c->excess_w / 16)
		c->excess_w = higher(excess_w, 0);
	c->excess_ms = now_ms;
}

/* What can be told at the most, whatever there is to give. */
static void see_bounds(struct charger_now *box, u64 now_ms)
{
	const struct site_charger_config *config = box->config;
	const struct charger *c = box->state;
	u32 step = larger(config->step_ma, 1), least = larger(config->min_ma, CHARGER_FLOOR_MA);

	box->step_ma = step;
	box->min_ma = least + (step - least % step) % step;
	box->max_ma = config->cable_ma;
	box->winner = SITE_BY_CABLE;
	charger_at_most(box, config->box_ma, SITE_BY_BOX);
	if (box->in->car_ma)
		charger_at_most(box, box->in->car_ma, SITE_BY_CAR);
	/* a kilometre or a fast charge has no set maximum */
	if (c->strategy >= SITE_ECOLOGICAL_PURE && config->power_w < SITE_POWER_MAX_W)
		charger_at_most(box, charger_all_ma(higher(config->power_w, 0)) / box->phases,
				SITE_BY_PERSON);
	if (c->on && !charger_rest_ms(now_ms, c->idle_ms, CHARGER_FULL_MS))
		charger_at_most(box, box->min_ma, SITE_BY_CAR);
	box->max_ma -= box->max_ma % step;
}

static void look(const struct site_config *config, struct charger_now *box,
		 const struct site_image *image, struct site_outputs *out)
{
	struct charger *c = box->state;
	u8 car = box->in->car;

	c->used = true;
	box->fresh_ms = config->fresh_ms;
	box->next_ms = SITE_NO_TIME;
	box->heard = is_fresh(box->in->age_ms, config->fresh_ms);
	box->power_known = site_value_known(&box->in->power_w, config->fresh_ms);
	if (box->power_known)
		box->power_w = higher(box->in->power_w.value, 0);
	recent_high(&c->said_w, box->power_w, image->ms, SITE_UNSAID_MS);
	see_phases(config, box);

	if (c->heard && !box->heard) {
		c->gone_ms = image->now_ms;
		c->gone_ma = c->current_ma;
	}
	c->heard = box->heard;
	if (!c->on || car == SITE_CAR_CHARGES)
		c->idle_ms = image->now_ms;
	see_excess(box, image->now_ms);

	charger_session_step(box, image, out);
	box->plain = c->strategy != SITE_FAST && c->strategy != SITE_TIME_POWER;
	box->there = c->in_session && box->heard &&
		     (car == SITE_CAR_PLUGGED || car == SITE_CAR_CHARGES);
	if (box->there)
		see_bounds(box, image->now_ms);
}

/* By priority; of equals those that charge already, then as they are configured. */
static void sort(struct charger_now box[], struct charger_now *order[], unsigned int n)
{
	u32 key[SITE_CHARGERS_MAX];
	unsigned int i, k;

	for (i = 0; i < n; i++) {
		u32 own = box[i].config->priority * 256u + !box[i].state->on * 128u + i;

		for (k = i; k && key[k - 1] > own; k--)
			key[k] = key[k - 1];
		key[k] = own;
	}
	for (i = 0; i < n; i++)
		order[i] = &box[key[i] % 128];
}

static s32 lane_ma(s32 w, s32 help_w)
{
	return (s32)charger_all_ma(higher(lower(w, SITE_POWER_MAX_W) + help_w, 0));
}

static void make_pool(const struct chargers_budget *budget, s32 help_w, s32 help_phase_w,
		      struct charger_pool *pool)
{
	unsigned int i;

	pool->ma[0] = lane_ma(budget->total_w, help_w);
	for (i = 0; i < SITE_PHASES; i++)
		pool->ma[1 + i] = lane_ma(budget->phase_w[i], help_phase_w);
}

static void keep_free(struct charger_pool *pool, u8 mask, s32 total_ma, s32 phase_ma)
{
	unsigned int i;

	pool->ma[0] -= total_ma;
	for (i = 0; i < SITE_PHASES; i++)
		if (mask & 1u << i)
			pool->ma[1 + i] -= phase_ma;
}

/* What counts against the budget without having been given. */
static void keep_free_for(const struct charger_now *box, u64 now_ms, struct charger_pools *pools)
{
	const struct charger *c = box->state;
	u32 total_ma = charger_all_ma(lower(c->excess_w, SITE_POWER_MAX_W)), gone_ma = 0, phase_ma;

	if (!box->heard && charger_rest_ms(now_ms, c->gone_ms, CHARGER_GONE_MS))
		gone_ma = c->gone_ma;
	total_ma = larger(total_ma, gone_ma * box->phases);
	if (!total_ma)
		return;
	phase_ma = (total_ma + box->phases - 1) / box->phases;
	keep_free(&pools->all, box->mask, (s32)total_ma, (s32)phase_ma);
	keep_free(&pools->plain, box->mask, (s32)total_ma, (s32)phase_ma);
}

/* Why a box that is in a session, or was until now, is told nothing. */
static void explain(struct charger_now *box, const struct chargers_budget *budget)
{
	if (!box->heard || box->in->car == SITE_CAR_UNKNOWN)
		box->winner = SITE_BY_STALE;
	else if (box->in->car == SITE_CAR_FAULT)
		box->winner = SITE_BY_BOX;
	else if (box->asks)
		box->winner = budget->winner ? budget->winner : (u8)SITE_BY_CONTRACT;
}

static u8 state_of(struct charger_now *box, const struct site_image *image)
{
	const struct charger *c = box->state;

	if (!box->heard)
		return SITE_CHARGER_ABSENT;
	if (box->in->car == SITE_CAR_FAULT)
		return SITE_CHARGER_FAULT;
	if (!c->in_session)
		return (u8)charger_waits(box, image);

	return box->current_ma && box->in->car == SITE_CAR_CHARGES ? SITE_CHARGER_CHARGING :
	       SITE_CHARGER_STANDBY;
}

static void tell(struct charger_now *box, const struct site_image *image,
		 const struct chargers_budget *budget, struct site_charger_outputs *out)
{
	struct charger *c = box->state;
	bool on = box->current_ma;
	u64 session_ms;

	if (on != c->on) {
		c->on = on;
		c->switched = true;
		c->switched_ms = image->now_ms;
	}
	if (box->current_ma != c->current_ma) {
		c->current_ma = box->current_ma;
		c->changed_ms = image->now_ms;
	}

	if (!on)
		explain(box, budget);
	else if (box->in->car == SITE_CAR_PLUGGED)
		box->winner = SITE_BY_CAR;
	else if (box->current_ma < box->max_ma)
		box->winner = budget->winner ? budget->winner : (u8)SITE_BY_CONTRACT;

	session_ms = (c->in_session ? image->now_ms : c->ended_ms) - c->began_ms;
	*out = (struct site_charger_outputs){
		.state = state_of(box, image),
		.strategy = c->in_session ? c->strategy : box->config->strategy,
		.phases = box->phases,
		.current_ma = box->current_ma,
		.power_w = (s32)charger_power_w(box->current_ma, box->phases),
		.session_wh = c->session_wh,
		.session_s = (u32)(session_ms / 1000),
		.wanted_wh = c->wanted_wh,
		.in_session = c->in_session,
	};
	out->winner = box->winner;
	out->next_ms = box->next_ms;
}

void chargers_step(const struct site_config *config, struct charger *state,
		   const struct site_inputs *inputs, const struct site_image *image,
		   const struct chargers_budget *budget, struct site_outputs *out)
{
	struct charger_now box[SITE_CHARGERS_MAX], *order[SITE_CHARGERS_MAX];
	s32 help_w = higher(lower(budget->battery_w, SITE_POWER_MAX_W), 0);
	struct charger_pools pools = { .helped = help_w > 0 };
	unsigned int i;

	for (i = 0; i < config->chargers; i++) {
		box[i] = (struct charger_now){
			.config = &config->charger[i],
			.in = &inputs->charger[i],
			.state = &state[i],
			.index = i,
		};
		look(config, &box[i], image, out);
	}
	for (; i < SITE_CHARGERS_MAX; i++)
		if (state[i].used)
			memset(&state[i], 0, sizeof(state[i]));
	if (!config->chargers)
		return;

	sort(box, order, config->chargers);
	charger_strategies(order, config->chargers, image);
	make_pool(budget, help_w, help_w / config->phases, &pools.all);
	if (pools.helped)
		make_pool(budget, 0, 0, &pools.plain);
	for (i = 0; i < config->chargers; i++)
		keep_free_for(&box[i], image->now_ms, &pools);
	charger_plan(order, config->chargers, &pools);
	for (i = 0; i < config->chargers; i++)
		tell(&box[i], image, budget, &out->charger[i]);
}
