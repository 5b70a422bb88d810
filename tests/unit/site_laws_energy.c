// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws over energies and events. What flowed is summed again, with the C library's
 * calendar.
 */
#include "site_laws.h"

#include <time.h>

#define DAY_S	86400

static u64 positive(s64 w)
{
	return w > 0 ? (u64)w : 0;
}

/* W of each kind, and which are known, by what the step says of flows. */
static u32 powers(const struct site_outputs *out, u64 w[ENERGY_KINDS])
{
	const s32 *flow = out->flow_w;
	const u32 need[ENERGY_KINDS] = {
		[ENERGY_PV] = BIT(SITE_FLOW_PV),
		[ENERGY_SELF_CONSUMED] = BIT(SITE_FLOW_PV) | BIT(SITE_FLOW_GRID),
		[ENERGY_EXPORT] = BIT(SITE_FLOW_GRID),
		[ENERGY_CONSUMED] = BIT(SITE_FLOW_PV) | BIT(SITE_FLOW_GRID) |
				    BIT(SITE_FLOW_BATTERY),
		[ENERGY_IMPORT] = BIT(SITE_FLOW_GRID),
		[ENERGY_CHARGED] = BIT(SITE_FLOW_BATTERY),
		[ENERGY_DISCHARGED] = BIT(SITE_FLOW_BATTERY),
		[ENERGY_CARS] = BIT(SITE_FLOW_CHARGERS),
	};
	u32 known = 0;
	unsigned int i;

	w[ENERGY_PV] = positive(flow[SITE_FLOW_PV]);
	w[ENERGY_EXPORT] = positive(flow[SITE_FLOW_GRID]);
	w[ENERGY_SELF_CONSUMED] = positive((s64)flow[SITE_FLOW_PV] - (s64)w[ENERGY_EXPORT]);
	w[ENERGY_CONSUMED] = positive((s64)flow[SITE_FLOW_LOAD] + flow[SITE_FLOW_CHARGERS]);
	w[ENERGY_IMPORT] = positive(-(s64)flow[SITE_FLOW_GRID]);
	w[ENERGY_CHARGED] = positive(flow[SITE_FLOW_BATTERY]);
	w[ENERGY_DISCHARGED] = positive(-(s64)flow[SITE_FLOW_BATTERY]);
	w[ENERGY_CARS] = positive(flow[SITE_FLOW_CHARGERS]);
	for (i = 0; i < ENERGY_KINDS; i++)
		if ((out->flows_known & need[i]) == need[i])
			known |= BIT(i);

	return known;
}

static void add(struct energy_sum *sum, const u64 w[ENERGY_KINDS], u32 known, u32 ms)
{
	unsigned int i;

	for (i = 0; i < ENERGY_KINDS; i++) {
		if (known & BIT(i))
			sum->mj[i] += w[i] * ms;
		else
			sum->gap_ms[i] += ms;
	}
}

/* Whole days since 1970 of the clocks of the house. */
static s64 day_of(s64 local_s)
{
	return local_s < 0 ? (local_s - DAY_S + 1) / DAY_S : local_s / DAY_S;
}

static void date_of(struct site_past_energy *past, s64 day)
{
	time_t at = day * DAY_S;
	struct tm tm = { 0 };

	gmtime_r(&at, &tm);
	past->day = day;
	past->month = tm.tm_mon;
	past->year = tm.tm_year;
}

/* Monday begins a week: day 4 was one. */
static s64 week_of(s64 day)
{
	return day_of((day + 3) * DAY_S / 7);
}

static void turn(struct site_past_energy *past, s64 day)
{
	struct site_past_energy was = *past;

	date_of(past, day);
	memset(&past->sum[ENERGY_TODAY], 0, sizeof(past->sum[0]));
	if (week_of(day) != week_of(was.day))
		memset(&past->sum[ENERGY_WEEK], 0, sizeof(past->sum[0]));
	if (past->year != was.year || past->month != was.month)
		memset(&past->sum[ENERGY_MONTH], 0, sizeof(past->sum[0]));
	if (past->year != was.year)
		memset(&past->sum[ENERGY_YEAR], 0, sizeof(past->sum[0]));
}

static void count(struct site_past_energy *past, const u64 w[ENERGY_KINDS], u32 known, u32 ms)
{
	unsigned int period = past->begun ? ENERGY_TODAY : ENERGY_LIFE;

	for (; period < ENERGY_PERIODS; period++)
		add(&past->sum[period], w, known, ms);
}

static const char *law_of_order(const struct energy_sum *sum)
{
	static const u8 pairs[][2] = {
		{ ENERGY_TODAY, ENERGY_WEEK }, { ENERGY_TODAY, ENERGY_MONTH },
		{ ENERGY_MONTH, ENERGY_YEAR }, { ENERGY_WEEK, ENERGY_LIFE },
		{ ENERGY_YEAR, ENERGY_LIFE },
	};
	unsigned int i, kind;

	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		for (kind = 0; kind < ENERGY_KINDS; kind++)
			if (sum[pairs[i][0]].mj[kind] > sum[pairs[i][1]].mj[kind])
				return "a day has more than its week, month, year or life";

	return NULL;
}

static const char *law_of_balance(const struct site_view *v)
{
	const s32 *flow = v->out->flow_w;

	if (v->out->flows_known != BIT(SITE_FLOWS) - 1)
		return NULL;
	if (flow[SITE_FLOW_GRID] != (s64)flow[SITE_FLOW_PV] - flow[SITE_FLOW_LOAD] -
				    flow[SITE_FLOW_CHARGERS] - flow[SITE_FLOW_BATTERY])
		return "what flows in and out does not add up";

	return NULL;
}

const char *site_law_of_energy(struct site_house *house, const struct site_view *v)
{
	const struct energy *energy = &house->world.state.energy;
	struct site_past_energy *past = &house->past.energy;
	u64 w[ENERGY_KINDS];
	u32 known = powers(v->out, w), ms = v->ms;
	s64 local_s = v->in->wall_s ? v->in->wall_s + v->in->utc_offset_s : 0, day, passed_ms;
	bool turned = false;

	if (local_s) {
		day = day_of(local_s);
		passed_ms = (local_s - day * DAY_S) * 1000;
		if (!past->begun)
			date_of(past, day);
		past->begun = true;
		if (day == past->day + 1 && passed_ms < ms) {
			count(past, w, known, ms - (u32)passed_ms);
			ms = (u32)passed_ms;
			if (memcmp(&energy->ended, &past->sum[ENERGY_TODAY], sizeof(energy->ended)))
				return "the day that ended is not what it was";
		}
		turned = day != past->day;
		if (turned)
			turn(past, day);
	}
	count(past, w, known, ms);
	house->seen->days += turned;
	house->seen->gaps += known != BIT(ENERGY_KINDS) - 1;

	if (memcmp(energy->sum, past->sum, sizeof(past->sum)))
		return "energies are not what flowed";
	if (turned && law_of_order(energy->sum))
		return law_of_order(energy->sum);

	return law_of_balance(v);
}

static const char *paired(bool *is, bool begins, const char *twice)
{
	if (*is == begins)
		return twice;
	*is = begins;

	return NULL;
}

/* What begins has ended before, and the other way round. */
static const char *law_of_event(struct site_house *house, const struct site_event *e)
{
	struct site_past *past = &house->past;
	const struct site_outputs *out = &house->world.out;

	switch (e->code) {
	case SITE_EVENT_OVERLOAD:
	case SITE_EVENT_OVERLOAD_OVER:
		return paired(&past->overload, e->code == SITE_EVENT_OVERLOAD,
			      "an overload begins or ends twice");
	case SITE_EVENT_CURTAILED:
	case SITE_EVENT_CURTAILED_OVER:
		return paired(&past->curtailed, e->code == SITE_EVENT_CURTAILED,
			      "a curtailment begins or ends twice");
	case SITE_EVENT_BLACKOUT:
	case SITE_EVENT_GRID_BACK:
		return paired(&past->blackout, e->code == SITE_EVENT_BLACKOUT,
			      "a blackout begins or ends twice");
	case SITE_EVENT_METER_STALE:
	case SITE_EVENT_METER_BACK:
		return paired(&past->meter_stale, e->code == SITE_EVENT_METER_STALE,
			      "a meter falls silent or comes back twice");
	case SITE_EVENT_CONTACTS_STALE:
	case SITE_EVENT_CONTACTS_BACK:
		return paired(&past->contacts_stale, e->code == SITE_EVENT_CONTACTS_STALE,
			      "contacts fall silent or come back twice");
	case SITE_EVENT_OUTPUT_SWITCHED:
		return e->subject >= SITE_OUTPUTS_MAX ||
		       out->output[e->subject].closed != (e->figure == 1) ?
		       "an output was switched to where it is not" : NULL;
	case SITE_EVENT_SESSION_BEGINS:
	case SITE_EVENT_SESSION_ENDS:
	case SITE_EVENT_CARD_REFUSED:
		return e->subject >= SITE_CHARGERS_MAX ? "an event of a box that is not" : NULL;
	default:
		return e->code >= SITE_EVENT_CODES ? "an event that nobody knows" : NULL;
	}
}

const char *site_law_of_events(struct site_house *house, const struct site_view *v)
{
	const struct site_outputs *out = v->out;
	const char *broken = NULL;
	unsigned int i;

	if (out->events > SITE_EVENTS_MAX)
		return "more events than there is room for";
	for (i = 0; i < out->events && !broken; i++) {
		broken = law_of_event(house, &out->event[i]);
		house->seen->events |= BIT_ULL(out->event[i].code);
	}
	/* what was not said for want of room is made up for */
	if (out->events == SITE_EVENTS_MAX) {
		house->past.overload = out->overload;
		return broken;
	}
	if (!broken && out->overload != house->past.overload)
		broken = "an overload without its event";

	return broken;
}
