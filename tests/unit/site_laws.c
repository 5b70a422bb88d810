// SPDX-License-Identifier: GPL-2.0-only
/*
 * A house lives on, a step at a time, beside it a second one that knows one thing less; and
 * which laws are held against both.
 */
#include "site_laws.h"

typedef const char *(*step_law)(const struct site_view *view);

/* row: inverter.md "EPS (off-grid, emergency power)" switches over */
static const char *law_of_return(const struct site_view *v)
{
	if (!v->returns || !site_is_fresh(v->config, &v->in->grid))
		return NULL;

	/* what a grid operator wants of the battery does not wait */
	return v->told_w || v->out->battery_min_w != v->out->battery_max_w ?
	       "the grid is just back, and battery or cars are used" : NULL;
}

/* Of one step alone, whatever happened before. */
static const step_law step_laws[] = {
	site_law_of_battery, site_law_of_inverters, site_law_of_grid_code,
	site_law_of_contract, site_law_of_feed_in, site_law_of_words, site_law_of_depth,
	site_law_of_rules, site_law_of_self_use, site_law_of_shares, site_law_of_room,
	site_law_of_figures, site_law_of_flows, site_law_of_listeners, law_of_return,
};

typedef const char *(*house_law)(struct site_house *house, const struct site_view *view);

static const house_law house_laws[] = {
	site_law_of_sessions, site_law_of_outputs, site_law_of_energy, site_law_of_events,
};

static const char *check_step(const struct site_view *v)
{
	const char *broken = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(step_laws) && !broken; i++)
		broken = step_laws[i](v);
	for (i = 0; i < v->config->chargers && !broken; i++)
		broken = site_law_of_charger(v, i);

	return broken;
}

/* Who was heard last of the contacts that know of it. */
static void remember_contacts(struct site_past *past, const struct site_view *v)
{
	u32 rrcr = (u32)v->in->rrcr.value & 15;

	if (v->in->rrcr.age_ms > v->config->contact_fresh_ms || v->in->rrcr.value < 0 ||
	    v->in->rrcr.value > SITE_POWER_MAX_W || !rrcr || rrcr & (rrcr - 1))
		return;
	past->had_rrcr = true;
	past->rrcr = (u8)cellar_lowest_bit(rrcr);
	past->rrcr_ms = v->now_ms;
}

/* A grid that is away counts until a fresh word says that it is back. */
static bool sees_return(struct site_past *past, const struct site_view *v)
{
	bool heard = site_is_fresh(v->config, &v->in->grid);

	if (!v->grid) {
		past->away = true;
		past->back = false;
	} else if (past->away && (heard || !past->heard)) {
		past->away = false;
		past->back = true;
		past->back_ms = v->now_ms;
	}
	past->heard |= heard;
	if (v->now_ms - past->back_ms >= 1000ULL * v->config->return_s)
		past->back = false;

	return past->back;
}

/* One value is as old as can be. */
static void forget(struct site_inputs *in, unsigned int what)
{
	unsigned int i;

	switch (what) {
	case SITE_SILENT_EXCHANGE:
		for (i = 0; i < SITE_PHASES; i++)
			in->exchange_w[i].age_ms = SITE_NEVER;
		break;
	case SITE_SILENT_PRODUCTION:
		in->production_w.age_ms = SITE_NEVER;
		break;
	case SITE_SILENT_GRID:
		in->grid.age_ms = SITE_NEVER;
		break;
	case SITE_SILENT_CONTACTS:
		in->drm.age_ms = SITE_NEVER;
		in->rrcr.age_ms = SITE_NEVER;
		in->cease.age_ms = SITE_NEVER;
		break;
	case SITE_SILENT_BATTERY:
		in->battery.age_ms = SITE_NEVER;
		break;
	case SITE_SILENT_BATTERY_POWER:
		in->battery.battery_w.age_ms = SITE_NEVER;
		break;
	default:
		if (what >= SITE_SILENT_CHARGER_POWER)
			in->charger[what - SITE_SILENT_CHARGER_POWER].power_w.age_ms = SITE_NEVER;
		else if (what >= SITE_SILENT_CHARGER)
			in->charger[what - SITE_SILENT_CHARGER].age_ms = SITE_NEVER;
		else
			in->inverter[what - SITE_SILENT_INVERTER].age_ms = SITE_NEVER;
	}
}

/* More than the least of its box, for the rest of its minimum run. */
static bool follows_unseen_sun(const struct site_view *fresh,
			       const struct site_charger_outputs *stale, unsigned int i)
{
	const struct site_charger_config *c = &fresh->config->charger[i];
	const struct site_past_charger *past = &fresh->past->charger[i];
	u32 least = c->min_ma + (c->step_ma - c->min_ma % c->step_ma) % c->step_ma;

	if (stale->strategy != SITE_ECOLOGICAL_PURE && stale->strategy != SITE_ECOLOGICAL_MIXED)
		return false;
	if (!past->was_on || fresh->now_ms - past->on_ms >= 1000ULL * c->min_run_s)
		least = 0;

	return stale->current_ma > least;
}

/* What a person may believe of each silence: it gives nobody more. */
static const char *compare(unsigned int what, const struct site_view *fresh,
			   const struct site_view *stale)
{
	const struct site_outputs *a = fresh->out, *b = stale->out;
	bool contract = fresh->config->contract_w != SITE_NO_LIMIT;
	unsigned int i;

	for (i = 0; i < fresh->config->chargers; i++)
		if (b->charger[i].current_ma > a->charger[i].current_ma &&
		    what == SITE_SILENT_CHARGER + i)
			return "a silent box is told more";

	switch (what) {
	case SITE_SILENT_EXCHANGE:
		if (contract && stale->told_w > fresh->told_w)
			return "cars are told more without a meter";
		if (contract && b->battery_w > (a->battery_w > 0 ? a->battery_w : 0) &&
		    b->battery_w > b->battery_min_w)
			return "the battery charges more without a meter";
		if (a->pv_max_w != SITE_NO_LIMIT &&
		    (s64)b->pv_max_w - b->battery_w > (s64)a->pv_max_w - a->battery_w)
			return "more may be generated without a meter";
		break;
	case SITE_SILENT_GRID:
		if (stale->told_w > fresh->told_w)
			return "cars are told more when nobody knows of the grid";
		break;
	case SITE_SILENT_CONTACTS:
		/* of RRCR the last valid one goes on for a while, and is held against above */
		if (fresh->config->grid_code != SITE_CODE_RRCR &&
		    (b->ac_max_w > a->ac_max_w || b->ac_min_w < a->ac_min_w))
			return "silent contacts allow more";
		break;
	case SITE_SILENT_BATTERY:
		if (b->battery_w || b->battery_min_w || b->battery_max_w)
			return "a battery that is silent is used";
		break;
	case SITE_SILENT_PRODUCTION:
		for (i = 0; i < fresh->config->chargers; i++)
			if (follows_unseen_sun(fresh, &b->charger[i], i))
				return "a car is told more of a sun that nobody sees";
		break;
	default:
		if (contract && what >= SITE_SILENT_CHARGER_POWER &&
		    stale->told_w > fresh->told_w)
			return "cars are told more when nobody knows what they draw";
	}

	return NULL;
}

/*
 * The same step, but one of what it is told is old. @was_away: the grid, before this step:
 * of a blackout that begins with what is old here nobody knows.
 */
static const char *check_stale(struct site_house *house, const struct site_state *before,
			       const struct site_view *fresh, bool was_away, u64 chance)
{
	unsigned int what = (unsigned int)(chance % SITE_SILENTS);
	struct site_state state = *before;
	struct site_inputs in = *fresh->in;
	struct site_view stale = *fresh;
	struct site_outputs out;
	const char *broken;

	forget(&in, what);
	ems_step(fresh->config, &state, &in, fresh->now_ms, &out);
	stale.in = &in;
	stale.out = &out;
	site_view_make(&stale);
	stale.returns |= was_away && stale.grid && fresh->config->return_s;
	house->seen->stale++;
	broken = check_step(&stale);

	return broken ? broken : compare(what, fresh, &stale);
}

/* No longer ago than a car has to follow, and no more of them than there is room for. */
static void remember_step(struct site_past *past, const struct site_view *v)
{
	struct site_past_step *step = past->step;
	unsigned int i;

	if (past->steps < SITE_PAST_STEPS)
		past->steps++;
	memmove(step + 1, step, (past->steps - 1) * sizeof(*step));
	for (i = 1; i < past->steps; i++)
		step[i].ago_ms += v->ms;
	*step = (struct site_past_step){ .net_w = v->net_w };
	for (i = 0; i < v->config->chargers; i++) {
		const struct site_value *power = &v->in->charger[i].power_w;

		step->said_w[i] = site_is_fresh(v->config, power) ? power->value : 0;
		past->charger[i].told_w = v->out->charger[i].power_w;
	}
}

static void remember(struct site_house *house, const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	struct site_seen *seen = house->seen;

	seen->limiters |= BIT_ULL(out->limited_by);
	seen->battery_winners |= BIT_ULL(out->battery_min_winner) |
				 BIT_ULL(out->battery_max_winner);
	seen->grid_winners |= BIT_ULL(out->grid_min_winner) | BIT_ULL(out->grid_max_winner);
	seen->pv_winners |= BIT_ULL(out->pv_winner);
	seen->modes |= BIT_ULL(out->mode);
	seen->plants |= BIT_ULL(v->config->plant);
	seen->unable |= out->unable;
}

void site_house_start(struct site_house *house, u64 plan, struct site_seen *seen)
{
	memset(house, 0, sizeof(*house));
	house->seen = seen;
	site_world_start(&house->world, plan);
}

const char *site_house_step(struct site_house *house, u32 ms, u32 clock_ms, u64 chance)
{
	struct site_world *w = &house->world;
	struct site_state before = w->state;
	struct site_view view = {
		.config = &w->config, .in = &w->in, .out = &w->out, .past = &house->past,
	};
	bool was_away = house->past.away;
	const char *broken;
	unsigned int i;

	site_world_pass(w, ms, clock_ms);
	/* what was in the outputs before is nobody's */
	memset(&w->out, (int)(chance & 0xff), sizeof(w->out));
	ems_step(&w->config, &w->state, &w->in, w->now_ms, &w->out);

	view.now_ms = w->now_ms;
	view.ms = !house->past.stepped ? 0 : clock_ms < SITE_STEP_MAX_MS ? clock_ms :
		  SITE_STEP_MAX_MS;
	house->past.stepped = true;
	site_view_make(&view);
	view.returns = sees_return(&house->past, &view);
	broken = check_step(&view);
	for (i = 0; i < ARRAY_SIZE(house_laws) && !broken; i++)
		broken = house_laws[i](house, &view);
	/* by what was just seen to begin */
	if (!broken)
		broken = site_law_of_cars(&view);
	if (!broken)
		broken = check_stale(house, &before, &view, was_away, chance >> 8);
	remember_contacts(&house->past, &view);
	remember_step(&house->past, &view);
	remember(house, &view);
	for (i = 0; i < SITE_CHARGERS_MAX; i++) {
		w->in.charger[i].command = SITE_NO_COMMAND;
		w->in.charger[i].card = 0;
	}

	return broken;
}

bool site_houses_equal(const struct site_house *a, const struct site_house *b)
{
	return !memcmp(&a->world.out, &b->world.out, sizeof(a->world.out)) &&
	       !memcmp(&a->world.state, &b->world.state, sizeof(a->world.state));
}
