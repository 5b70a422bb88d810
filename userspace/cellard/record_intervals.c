// SPDX-License-Identifier: GPL-2.0-only
/*
 * Beginnings and ends, as the steps of the house show them.
 */
#include "record_intervals.h"

#include "../core/energy.h"

/* What a step needs. */
struct now {
	const struct record_hooks *hooks;
	void *user;
	u64 ms;
	s64 wall_s;
	bool all;
};

static void tell(struct record_interval *i, const struct now *now, const char *state, s64 end_s)
{
	i->row.value[INTERVAL_BEGIN].number = i->begun_s;
	i->row.value[INTERVAL_OF].text = i->name;
	i->row.value[INTERVAL_END].number = end_s > i->begun_s ? end_s : i->begun_s;
	i->row.value[INTERVAL_STATE].text = state;
	now->hooks->add(now->user, &i->row, now->ms);
}

/*
 * @begun_s: when it began, 0: it does not run. Another one than before: that one has
 * ended. Returns whether the row is to be filled and told.
 */
static bool follow(struct record_interval *i, enum history_table_of table, const char *name,
		   s64 begun_s, const struct now *now)
{
	bool runs = begun_s, same = i->begun_s && runs && !strcmp(i->name, name);
	bool begins = runs && !same;

	if (i->begun_s && !same) {
		tell(i, now, HISTORY_ENDED, now->wall_s);
		i->begun_s = 0;
	}
	if (begins) {
		history_row_clear(&i->row, table);
		snprintf(i->name, sizeof(i->name), "%s", name);
		i->begun_s = begun_s > i->last_s ? begun_s : i->last_s + 1;
		i->last_s = i->begun_s;
	}

	return begins || (runs && now->all);
}

static void fill_session(struct record_interval *i, const struct house *house, unsigned int n)
{
	const struct site_charger_outputs *out = &house->out.charger[n];
	u8 card = house->state.charger[n].card;

	i->row.value[SESSIONS_ENERGY].number = out->session_wh;
	i->row.value[SESSIONS_STRATEGY].text = site_strategy_word(out->strategy);
	if (!card || card > house->config->cards)
		return;
	snprintf(i->card, sizeof(i->card), "%s", house->config->card[card - 1].name);
	i->row.value[SESSIONS_CARD].text = i->card;
}

/* What it had at its end is still there in the step that says that it has ended. */
static void session(struct record_interval *i, const struct house *house, unsigned int n,
		    const struct now *now)
{
	const struct site_charger_outputs *out = &house->out.charger[n];
	const char *name = house->config->house.site.charger[n].name;
	bool runs = n < house->config->house.site.chargers && out->in_session;
	s64 begun_s = i->begun_s ? i->begun_s : now->wall_s - out->session_s;

	if (i->begun_s && !strcmp(i->name, name))
		fill_session(i, house, n);
	if (!follow(i, HISTORY_SESSIONS, name, runs ? begun_s : 0, now))
		return;
	fill_session(i, house, n);
	tell(i, now, HISTORY_RUNS, now->wall_s);
}

static void closed(struct record_interval *i, const struct house *house, unsigned int n,
		   const struct now *now)
{
	bool runs = n < house->config->house.site.outputs && house->out.output[n].closed;
	const struct output *state = &house->state.output[n];
	u64 closed_ms = state->switched && state->switched_ms < now->ms ?
			now->ms - state->switched_ms : 0;
	s64 begun_s = i->begun_s ? i->begun_s : now->wall_s - (s64)(closed_ms / 1000);

	if (follow(i, HISTORY_SWITCHED, house->config->house.site.output[n].name,
		   runs ? begun_s : 0, now))
		tell(i, now, HISTORY_RUNS, now->wall_s);
}

static const char *cause_of(const struct house *house)
{
	static const char *const causes[SITE_CODES] = {
		[SITE_CODE_NONE] = "none", [SITE_CODE_DRM] = "drm", [SITE_CODE_RRCR] = "rrcr",
		[SITE_CODE_CEASE] = "cease",
	};

	return causes[house->config->house.site.grid_code];
}

static void fill_curtailment(struct record_interval *i, const struct curtailment *c)
{
	i->row.value[CURTAILMENTS_DIRECTION].text = site_direction_word(c->drawing);
	i->row.value[CURTAILMENTS_LIMIT].number = c->limit_w;
	if (!c->measured)
		return;
	i->row.value[CURTAILMENTS_BEFORE].number = c->before_w;
	i->row.value[CURTAILMENTS_MOST].number = c->most_w;
	i->row.value[CURTAILMENTS_GENERATED].number = (s64)c->generated_mj;
}

/* Does the row tell of @c? Nothing may be drawn, and nothing generated, are both 0 W. */
static bool tells_of(const struct record_interval *i, const struct curtailment *c)
{
	return i->row.value[CURTAILMENTS_LIMIT].number == c->limit_w &&
	       !strcmp(i->row.value[CURTAILMENTS_DIRECTION].text, site_direction_word(c->drawing));
}

/* Another limit is another one, even in the same second. */
static void curtailment(struct record_interval *i, const struct house *house,
			const struct now *now)
{
	const struct gridcode *code = &house->state.gridcode;
	s64 begun_s = code->session.since_s ? code->session.since_s :
		      now->wall_s - (s64)(code->session.ms / 1000);

	if (i->begun_s && (!code->curtailed || !tells_of(i, &code->session))) {
		fill_curtailment(i, &code->ended);
		tell(i, now, HISTORY_ENDED, now->wall_s);
		i->begun_s = 0;
	}
	if (!code->curtailed)
		return;
	if (i->begun_s)
		begun_s = i->begun_s;
	if (!follow(i, HISTORY_CURTAILMENTS, cause_of(house), begun_s, now))
		return;
	fill_curtailment(i, &code->session);
	tell(i, now, HISTORY_RUNS, now->wall_s);
}

void record_intervals_step(struct record_intervals *intervals, const struct house *house,
			   bool all, const struct record_hooks *hooks, void *user, u64 now_ms,
			   s64 wall_s)
{
	const struct now now = {
		.hooks = hooks, .user = user, .ms = now_ms, .wall_s = wall_s, .all = all,
	};
	unsigned int n;

	for (n = 0; n < SITE_CHARGERS_MAX; n++)
		session(&intervals->session[n], house, n, &now);
	for (n = 0; n < SITE_OUTPUTS_MAX; n++)
		closed(&intervals->closed[n], house, n, &now);
	curtailment(&intervals->curtailment, house, &now);
}

static void end(struct record_interval *i, const struct now *now)
{
	if (i->begun_s)
		tell(i, now, HISTORY_CUT, now->wall_s);
	i->begun_s = 0;
}

void record_intervals_end(struct record_intervals *intervals, const struct record_hooks *hooks,
			  void *user, u64 now_ms, s64 wall_s)
{
	const struct now now = { .hooks = hooks, .user = user, .ms = now_ms, .wall_s = wall_s };
	unsigned int n;

	for (n = 0; n < SITE_CHARGERS_MAX; n++)
		end(&intervals->session[n], &now);
	for (n = 0; n < SITE_OUTPUTS_MAX; n++)
		end(&intervals->closed[n], &now);
	end(&intervals->curtailment, &now);
}
