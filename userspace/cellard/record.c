// SPDX-License-Identifier: GPL-2.0-only
/*
 * The minute that is: a fold (history/fold.h) of each step's figures, for the house, each
 * cluster, and each charger in a session.
 */
#include "record.h"

#include "../history/fold.h"
#include "record_intervals.h"

#include <stdlib.h>

#define MINUTE_MS	60000
#define MINUTE_S	60

/* A step counts for no more: who slept has measured nothing. */
#define STEP_MAX_MS	5000

/* @name: of the cluster or charger */
struct minute {
	struct minute *next;
	u8 table;
	char name[CONFIG_NAME_SIZE];
	struct fold fold;
};

/*
 * @begun_ms, @wall_min: when the minute began, and which it is, 0: nobody knows
 * @stepped_ms: the last step, @stepped: there was one
 * @minutes: of who has said something in it
 */
struct record {
	const struct record_hooks *hooks;
	void *user;
	bool stepped;
	u64 begun_ms, stepped_ms;
	s64 wall_min;
	struct minute *minutes;
	struct record_intervals intervals;
};

int record_new(struct record **record, const struct record_hooks *hooks, void *user)
{
	struct record *r;

	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;

	r->hooks = hooks;
	r->user = user;
	*record = r;

	return 0;
}

static void forget_minutes(struct record *r)
{
	struct minute *m;

	while ((m = r->minutes)) {
		r->minutes = m->next;
		free(m);
	}
}

void record_free(struct record *record)
{
	if (!record)
		return;

	forget_minutes(record);
	free(record);
}

static const char *word(u8 table, unsigned int column, unsigned int number)
{
	switch (table) {
	case HISTORY_LIMITS:
		return limits_term_word(number);
	case HISTORY_CHARGING:
		return column == CHARGING_STATE ? site_charger_state_word(number) :
		       site_winner_word(number);
	default:
		return column == FLOWS_MODE ? site_mode_word(number) : site_winner_word(number);
	}
}

/* Seconds were milliseconds so far, and words numbers. */
static void tell(struct record *r, const struct minute *m, u64 now_ms)
{
	const struct history_table *table = &history_tables[m->table];
	unsigned int seconds = history_seconds_column(table);
	s64 values[HISTORY_COLUMNS_MAX];
	struct history_row row;

	fold_end(&m->fold, values);
	history_row_clear(&row, m->table);
	for (unsigned int i = table->keys; i < table->columns; i++) {
		if (!history_is_text(&table->column[i]))
			row.value[i].number = values[i];
		else if (values[i] != HISTORY_NOTHING)
			row.value[i].text = word(m->table, i, (unsigned int)values[i]);
	}
	row.value[seconds].number = (values[seconds] + 500) / 1000;
	if (r->wall_min)
		row.value[0].number = r->wall_min * MINUTE_S;
	if (table->keys > 1)
		row.value[1].text = m->name;
	r->hooks->add(r->user, &row, now_ms);
}

static void end_minute(struct record *r)
{
	for (struct minute *m = r->minutes; m; m = m->next)
		tell(r, m, r->begun_ms);
	forget_minutes(r);
}

/* Without memory a minute has less. */
static void add(struct record *r, u8 table, const char *name, const s64 *values)
{
	struct minute *m;

	for (m = r->minutes; m; m = m->next) {
		if (m->table != table || strcmp(m->name, name) != 0)
			continue;
		fold_add(&m->fold, values);
		return;
	}

	m = calloc(1, sizeof(*m));
	if (!m)
		return;
	m->table = table;
	snprintf(m->name, sizeof(m->name), "%s", name);
	fold_begin(&m->fold, &history_tables[table], 0, values);
	m->next = r->minutes;
	r->minutes = m;
}

static void clear(s64 *values)
{
	for (unsigned int i = 0; i < HISTORY_COLUMNS_MAX; i++)
		values[i] = HISTORY_NOTHING;
}

static void add_cluster(struct record *r, const struct plant_cluster *c, u32 ms)
{
	const struct cellar_reading *sum = &c->cluster->out.sum;
	const struct limits_out *limits = &c->limits->out;
	const struct limit *charge = &limits->current[CORE_CHARGE];
	const struct limit *discharge = &limits->current[CORE_DISCHARGE];
	s64 v[HISTORY_COLUMNS_MAX];

	clear(v);
	v[LIMITS_SECONDS] = ms;
	if (c->cluster->out.members && cellar_has(sum, CELLAR_SOC))
		v[LIMITS_CHARGE_LEFT] = sum->soc_centi;
	if (c->cluster->out.members && cellar_has(sum, CELLAR_CURRENT))
		v[LIMITS_CURRENT] = sum->current_ma;
	v[LIMITS_CHARGE] = charge->value;
	v[LIMITS_CHARGE_BY] = charge->winner;
	v[LIMITS_DISCHARGE] = discharge->value;
	v[LIMITS_DISCHARGE_BY] = discharge->winner;
	if (limits->known) {
		v[LIMITS_VOLTAGE] = limits->charge_voltage.value;
		v[LIMITS_VOLTAGE_BY] = limits->charge_voltage.winner;
	}
	add(r, HISTORY_LIMITS, c->name, v);
}

static void put_bound(s64 *v, unsigned int column, s32 bound_w, u8 winner)
{
	if (winner == SITE_NOBODY || bound_w == SITE_NO_LIMIT)
		return;
	v[column] = bound_w;
	v[column + 1] = winner;
}

static void add_flows(struct record *r, const struct house *house, u32 ms)
{
	static const u8 columns[SITE_FLOWS] = {
		[SITE_FLOW_PV] = FLOWS_PV, [SITE_FLOW_LOAD] = FLOWS_LOAD,
		[SITE_FLOW_CHARGERS] = FLOWS_CHARGERS, [SITE_FLOW_BATTERY] = FLOWS_BATTERY,
		[SITE_FLOW_GRID] = FLOWS_GRID,
	};
	const struct site_battery_inputs *battery = &house->inputs.battery;
	const struct site_outputs *out = &house->out;
	s64 v[HISTORY_COLUMNS_MAX];

	clear(v);
	v[FLOWS_SECONDS] = ms;
	for (unsigned int flow = 0; flow < SITE_FLOWS; flow++)
		if (out->flows_known & BIT(flow))
			v[columns[flow]] = out->flow_w[flow];
	if (battery->age_ms <= house->config->house.site.fresh_ms)
		v[FLOWS_SOC] = battery->soc_centi;
	put_bound(v, FLOWS_BATTERY_MIN, out->battery_min_w, out->battery_min_winner);
	put_bound(v, FLOWS_BATTERY_MAX, out->battery_max_w, out->battery_max_winner);
	put_bound(v, FLOWS_GRID_MIN, out->grid_min_w, out->grid_min_winner);
	put_bound(v, FLOWS_GRID_MAX, out->grid_max_w, out->grid_max_winner);
	put_bound(v, FLOWS_PV_MAX, out->pv_max_w, out->pv_winner);
	v[FLOWS_MODE] = out->mode;
	if (out->limited_by != SITE_NOBODY)
		v[FLOWS_LIMITED_BY] = out->limited_by;
	add(r, HISTORY_FLOWS, "", v);
}

static void add_charger(struct record *r, const struct house *house, unsigned int i, u32 ms)
{
	const struct site_value *power = &house->inputs.charger[i].power_w;
	const struct site_charger_outputs *out = &house->out.charger[i];
	s64 v[HISTORY_COLUMNS_MAX];

	if (!out->in_session)
		return;

	clear(v);
	v[CHARGING_SECONDS] = ms;
	if (power->age_ms <= house->config->house.site.fresh_ms)
		v[CHARGING_POWER] = power->value;
	v[CHARGING_CURRENT] = out->current_ma;
	if (out->winner != SITE_NOBODY)
		v[CHARGING_CURRENT_BY] = out->winner;
	v[CHARGING_STATE] = out->state;
	add(r, HISTORY_CHARGING, house->config->house.site.charger[i].name, v);
}

static void add_step(struct record *r, const struct plant *plant, const struct house *house,
		     u32 ms)
{
	const struct plant_cluster *c;

	for (c = plant->clusters; c; c = c->next)
		add_cluster(r, c, ms);
	if (!house || !house->config->house.given)
		return;

	add_flows(r, house, ms);
	for (unsigned int i = 0; i < house->config->house.site.chargers; i++)
		add_charger(r, house, i, ms);
}

/* By the clock of the wall when there is one, so that minutes are those of a watch. */
static bool is_over(const struct record *r, u64 now_ms, s64 wall_s)
{
	if (wall_s && r->wall_min)
		return wall_s / MINUTE_S != r->wall_min;

	return wall_s || now_ms - r->begun_ms >= MINUTE_MS;
}

void record_step(struct record *r, const struct plant *plant, const struct house *house,
		 u64 now_ms, s64 wall_s)
{
	u64 passed_ms = r->stepped ? now_ms - r->stepped_ms : 0;
	bool over = r->stepped && is_over(r, now_ms, wall_s);

	if (over)
		end_minute(r);
	if (over || !r->stepped) {
		r->begun_ms = now_ms;
		r->wall_min = wall_s / MINUTE_S;
	}
	add_step(r, plant, house, passed_ms < STEP_MAX_MS ? (u32)passed_ms : STEP_MAX_MS);
	r->stepped = true;
	r->stepped_ms = now_ms;
	if (house && wall_s)
		record_intervals_step(&r->intervals, house, over, r->hooks, r->user, now_ms,
				      wall_s);
}

void record_end(struct record *r, u64 now_ms, s64 wall_s)
{
	if (r->stepped)
		end_minute(r);
	if (wall_s)
		record_intervals_end(&r->intervals, r->hooks, r->user, now_ms, wall_s);
}

void record_event(struct record *r, const struct event *event)
{
	struct history_row row;

	history_row_clear(&row, HISTORY_EVENTS);
	if (event->wall_s)
		row.value[EVENTS_TIME].number = event->wall_s;
	row.value[EVENTS_SEQUENCE].number = (s64)event->sequence;
	row.value[EVENTS_CODE].text = event->code;
	row.value[EVENTS_SUBJECT].text = event->subject;
	row.value[EVENTS_WORDS].text = event->words;
	r->hooks->add(r->user, &row, event->now_ms);
}
