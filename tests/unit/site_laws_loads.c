// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws over wallboxes, sessions and switched outputs.
 */
#include "site_laws.h"

#include <time.h>

static bool is_there(const struct site_view *v, unsigned int i)
{
	return v->in->charger[i].age_ms <= v->config->fresh_ms;
}

static const char *law_of_state(const struct site_view *v, unsigned int i)
{
	const struct site_charger_outputs *out = &v->out->charger[i];
	u8 car = v->in->charger[i].car;

	if (!is_there(v, i))
		return out->state == SITE_CHARGER_ABSENT ? NULL :
		       "a box that is silent has a state";
	if (out->state == SITE_CHARGER_ABSENT)
		return "a box that speaks is absent";
	if (car == SITE_CAR_NONE && out->state != SITE_CHARGER_FREE)
		return "a box without a car is not free";
	if (car == SITE_CAR_FAULT && out->state != SITE_CHARGER_FAULT)
		return "a box with a fault does not say so";
	if ((car == SITE_CAR_PLUGGED || car == SITE_CAR_CHARGES) &&
	    (out->state == SITE_CHARGER_FREE || out->state == SITE_CHARGER_FAULT))
		return "a car is plugged in, and the box is free or broken";
	if (car != SITE_CAR_FAULT && out->in_session != (out->state == SITE_CHARGER_STANDBY ||
							 out->state == SITE_CHARGER_CHARGING))
		return "a session that does not charge, and is not paused";

	return NULL;
}

/* row: ems.md "Safety limits" never exceed */
const char *site_law_of_charger(const struct site_view *v, unsigned int i)
{
	const struct site_charger_config *c = &v->config->charger[i];
	const struct site_charger_outputs *out = &v->out->charger[i];
	u32 most = site_bears_ma(v, i);

	if (out->current_ma > most)
		return "a car is told more than cable, box or car bear";
	if (out->current_ma && out->current_ma < c->min_ma)
		return "a car is told less than the least that its box can be told";
	if (out->current_ma && c->step_ma && out->current_ma % c->step_ma)
		return "a current that its box does not know";
	if (out->current_ma && !out->in_session)
		return "a car is told a current without a session";
	if ((out->state == SITE_CHARGER_CHARGING) !=
	    (out->current_ma && v->in->charger[i].car == SITE_CAR_CHARGES))
		return "a car draws and its box does not say so, or says so and it does not";
	if (out->current_ma && !v->grid)
		return "a car charges without a grid";
	if (out->phases > c->phases || (c->phases == 3 && out->phases == 2 && out->current_ma))
		return "a box charges on phases that it has not";
	if ((u32)out->power_w != (u32)((u64)out->current_ma * out->phases * SITE_PHASE_V / 1000))
		return "the power of a box is not what its current makes";
	if (out->power_w > c->power_w && (out->strategy == SITE_ECOLOGICAL_PURE ||
					  out->strategy == SITE_ECOLOGICAL_MIXED ||
					  out->strategy == SITE_TIME_POWER))
		return "a box takes more than what was set";
	if (out->winner >= SITE_WINNERS)
		return "nobody knows who keeps a box from more";

	return law_of_state(v, i);
}

/* Who may end a charge before its minimum run: who must not wait for it. */
static bool may_end_early(u8 winner)
{
	const u64 who = BIT_ULL(SITE_BY_DRM) | BIT_ULL(SITE_BY_RRCR) | BIT_ULL(SITE_BY_CEASE) |
			BIT_ULL(SITE_BY_CONTRACT) | BIT_ULL(SITE_BY_EPS) |
			BIT_ULL(SITE_BY_BLACKOUT) | BIT_ULL(SITE_BY_RETURN) |
			BIT_ULL(SITE_BY_PERSON) | BIT_ULL(SITE_BY_CAR) | BIT_ULL(SITE_BY_CABLE) |
			BIT_ULL(SITE_BY_BOX) | BIT_ULL(SITE_BY_STALE);

	return who & BIT_ULL(winner);
}

static const char *law_of_toggling(struct site_house *house, const struct site_view *v,
				   unsigned int i)
{
	const struct site_charger_config *c = &v->config->charger[i];
	const struct site_charger_outputs *out = &v->out->charger[i];
	struct site_past_charger *past = &house->past.charger[i];
	bool on = out->current_ma;

	if (on && !past->on) {
		if (past->was_off && v->now_ms - past->off_ms < 1000ULL * c->min_pause_s)
			return "a car is told to go on within the minimum pause";
		past->on_ms = v->now_ms;
		house->seen->starts++;
	}
	if (!on && past->on) {
		if (v->now_ms - past->on_ms < 1000ULL * c->min_run_s && out->in_session &&
		    !may_end_early(out->winner))
			return "a strategy pauses a car within the minimum run";
		past->off_ms = v->now_ms;
		past->was_off = true;
		house->seen->stops++;
	}
	past->was_on = past->on;
	past->on = on;

	return NULL;
}

/* Somebody may: who starts it, a card of this box, its mode. */
static bool may_begin(const struct site_charger_config *c, const struct site_past_charger *past)
{
	return past->let || c->mode == SITE_PLUG_AND_PLAY ||
	       (c->mode == SITE_REMOTE && c->strategy == SITE_TIME_POWER);
}

static void see_person(const struct site_charger_config *c, const struct site_charger_inputs *in,
		       struct site_past_charger *past)
{
	past->let |= in->command == SITE_START;
	if (in->card && in->card <= SITE_CARDS_MAX && c->cards & BIT(in->card - 1))
		past->let = true;
}

/* row: ems.md "Wallbox strategies" changed only */
/* row: ems.md "Wallbox strategies" start and stop */
/* row: ems.md "Wallbox strategies" offline with cards */
static const char *law_of_session(struct site_house *house, const struct site_view *v,
				  unsigned int i)
{
	const struct site_charger_config *c = &v->config->charger[i];
	const struct site_charger_inputs *in = &v->in->charger[i];
	const struct site_charger_outputs *out = &v->out->charger[i];
	struct site_past_charger *past = &house->past.charger[i];
	bool goes_on = out->in_session && past->in_session;

	see_person(c, in, past);
	if (in->command == SITE_STOP && past->in_session && out->in_session)
		return "a car that was stopped charges";
	if (out->in_session && !past->in_session) {
		if (!may_begin(c, past))
			return "a session begins, and nobody has begun it";
		past->start_min = c->start_min;
		past->duration_min = c->duration_min;
	}
	if (past->in_session && !out->in_session)
		past->let = false;

	if (goes_on && out->strategy != past->strategy)
		return "a strategy changes within a session";
	if (goes_on && out->session_wh < past->session_wh)
		return "the energy of a session falls";
	if (out->in_session && out->wanted_wh && out->session_wh >= out->wanted_wh &&
	    out->current_ma)
		return "a car is given more than was wanted";

	past->in_session = out->in_session;
	past->strategy = out->strategy;
	past->session_wh = out->session_wh;

	return NULL;
}

const char *site_law_of_sessions(struct site_house *house, const struct site_view *v)
{
	struct site_seen *seen = house->seen;
	const char *broken = NULL;
	unsigned int i;

	for (i = 0; i < v->config->chargers && !broken; i++) {
		const struct site_charger_outputs *out = &v->out->charger[i];

		broken = law_of_session(house, v, i);
		if (!broken)
			broken = law_of_toggling(house, v, i);
		if (out->in_session) {
			seen->strategies |= BIT_ULL(out->strategy);
			seen->charger_modes |= BIT_ULL(v->config->charger[i].mode);
		}
		seen->states |= BIT_ULL(out->state);
		seen->charger_winners |= BIT_ULL(out->winner);
	}
	for (; i < SITE_CHARGERS_MAX; i++)
		memset(&house->past.charger[i], 0, sizeof(house->past.charger[i]));

	return broken;
}

/* What is held against the thresholds of an output, in @unit of them, without its own load. */
static bool variable(const struct site_view *v, const struct site_output_config *c, bool closed,
		     s64 *value, s64 *unit)
{
	s64 own = closed ? c->load_w : 0;

	*unit = c->variable == SITE_SOC ? 100 : 1;
	switch (c->variable) {
	case SITE_SOC:
		*value = v->in->battery.soc_centi;
		return v->battery && v->battery_power;
	case SITE_PV_POWER:
		*value = v->pv_w;
		return v->pv;
	case SITE_CAR_POWER:
		*value = v->chargers_w;
		return v->chargers_power;
	case SITE_GRID_POWER:
		*value = c->grid_out ? v->grid_w + own : -v->grid_w - own;
		break;
	default:
		*value = v->grid_w + own;
	}
	*value = *value < 0 ? 0 : *value;

	return v->meter;
}

/*
 * Are the clocks of the house within the hours, and the day on which they began within the
 * days? Counted from where each begins it is a plain "less than".
 */
static bool within(const struct site_view *v, const struct site_output_config *c)
{
	s64 local_s = v->in->wall_s + v->in->utc_offset_s;
	u32 from = c->from_min % 1440, lasts = (c->to_min + 1440 - from) % 1440, since, today;
	struct tm tm = { 0 };
	time_t began;

	if (!lasts && !c->from_day && !c->to_day)
		return true;
	if (v->in->wall_s <= 0)
		return false;
	/* of the whole day the day itself counts, wherever it is said to begin */
	from = lasts ? from : 0;
	lasts = lasts ? lasts : 1440;
	since = (u32)(local_s / 60 + 1440 - from) % 1440;
	if (since >= lasts)
		return false;
	if (!c->from_day && !c->to_day)
		return true;
	began = local_s - since * 60;
	gmtime_r(&began, &tm);
	today = (u32)(tm.tm_mon + 1) * 100 + (u32)tm.tm_mday;

	return (today + 10000 - c->from_day) % 10000 <= (c->to_day + 10000u - c->from_day) % 10000;
}

/* Since when it should be closed, or open, and nothing keeps it from that. */
static const char *law_of_promptness(struct site_past_output *past, const struct site_view *v,
				     const struct site_output_config *c, bool should, bool closed)
{
	u64 check_ms = 1000ULL * c->check_s;
	u64 least_ms = 1000ULL * (closed ? c->min_on_s : c->min_off_s);

	if (!should) {
		past->waits = false;
		return NULL;
	}
	if (!past->waits)
		past->waits_ms = v->now_ms;
	past->waits = true;
	if (v->now_ms - past->waits_ms >= check_ms &&
	    (!past->switched || v->now_ms - past->switched_ms >= least_ms))
		return closed ? "an output does not open" : "an output does not close";

	return NULL;
}

static const char *law_of_output(struct site_house *house, const struct site_view *v,
				 unsigned int i)
{
	const struct site_output_config *c = &v->config->output[i];
	const struct site_output_outputs *out = &v->out->output[i];
	struct site_past_output *past = &house->past.output[i];
	u32 least_s = past->closed ? c->min_on_s : c->min_off_s;
	bool known, may = c->enabled && within(v, c), to_close, to_open;
	s64 value = 0, unit;

	known = variable(v, c, past->closed, &value, &unit);
	if (known != out->known)
		return "the variable of an output is known, and it is not said; or not so";
	if (known && value / unit != out->value)
		return "the variable of an output is another";

	to_close = known ? value >= c->upper * unit : c->closed_without;
	to_open = known ? value <= c->lower * unit : !c->closed_without;
	past->high = may && (past->high || to_close);
	past->low |= to_open;
	if (out->closed == past->closed)
		return law_of_promptness(past, v, c, past->closed ? to_open : may && to_close,
					 past->closed);
	house->seen->switches++;
	house->seen->variables |= BIT_ULL(c->variable);

	/* hours, and who takes it out of service, do not wait */
	if (may && past->switched && v->now_ms - past->switched_ms < 1000ULL * least_s)
		return "an output toggles faster than its minimum times";
	if (out->closed && !(may && past->high))
		return "an output closes without a reason";
	if (!out->closed && may && !past->low)
		return "an output opens without a reason";
	/* a variable that is missing ends nothing that the thresholds have said */
	past->high &= !known;
	past->low &= !known;
	past->waits = false;
	past->closed = out->closed;
	past->switched = true;
	past->switched_ms = v->now_ms;

	return NULL;
}

const char *site_law_of_outputs(struct site_house *house, const struct site_view *v)
{
	bool other = house->past.configurations != house->world.configurations;
	const char *broken = NULL;
	unsigned int i;

	/* what was so by other thresholds may have its effect now */
	for (i = 0; i < v->config->outputs && other; i++) {
		house->past.output[i].high = true;
		house->past.output[i].low = true;
		house->past.output[i].waits = false;
	}
	house->past.configurations = house->world.configurations;
	for (i = 0; i < v->config->outputs && !broken; i++) {
		broken = law_of_output(house, v, i);
		house->seen->output_winners |= BIT_ULL(v->out->output[i].winner);
	}
	for (; i < SITE_OUTPUTS_MAX; i++)
		memset(&house->past.output[i], 0, sizeof(house->past.output[i]));

	return broken;
}
