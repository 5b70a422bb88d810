// SPDX-License-Identifier: GPL-2.0-only
/*
 * Charge voltage: bulk and absorption at the absorption voltage, then float, and back;
 * and the discharge voltage. What a BMS says holds at once. What we want ourselves is
 * walked to, so that no step of the set-point throws energy into the grid (design.md,
 * "Limits").
 */
#include "limits_parts.h"

/*
 * When absorption has been reached, when it is over, and when charging begins again.
 * "Float 0.5–1 h to calibrate" [L, V] is the time; the rest is ours.
 */
#define NEAR_MV			100
#define TAIL_SHARE		20	/* of the capacity: 5 A of 100 Ah */
#define TAIL_MS			60000
#define ABSORPTION_MS		(60 * 60 * 1000)
#define REBULK_SOC_CENTI	9500
#define REBULK_MV		1000

static void at_most(u32 *term, u32 mv)
{
	if (mv && mv < *term)
		*term = mv;
}

static void at_least(u32 *term, u32 mv)
{
	if (mv && mv != LIMITS_NONE && (*term == LIMITS_NONE || mv > *term))
		*term = mv;
}

/* What one supply says or is; 0 V is nobody's limit. */
static void read_terms(struct limits *l, const struct cluster *c, const struct supply *s,
		       unsigned int i)
{
	const struct cellar_model *model = limits_member_model(l, c, i);
	u32 *charge = l->out.charge_voltage.term, *discharge = l->out.discharge_voltage.term;
	const struct cellar_reading *r = &s->reading;

	if (cellar_has(r, CELLAR_CHARGE_VOLTAGE_LIMIT))
		at_most(&charge[LIMITS_BMS], r->charge_voltage_limit_mv);
	if (cellar_has(r, CELLAR_DISCHARGE_VOLTAGE_LIMIT))
		at_least(&discharge[LIMITS_BMS], r->discharge_voltage_limit_mv);
	if (!model)
		return;

	at_most(&charge[LIMITS_RATED], model->absorption_mv);
	at_most(&charge[LIMITS_MAX], model->voltage_max_mv);
	at_least(&discharge[LIMITS_RATED], model->voltage_min_mv);
	if (l->pack[i].profile)
		at_least(&discharge[LIMITS_PROTECTION], l->pack[i].profile->cutoff_mv);
}

/*
 * Down to @want by LIMITS_WALK_MV_S from where the set-point is, up at once: the ramp
 * of the published voltage is the slower one. @want 0: nothing to walk to.
 */
static void walk(u64 *at_uv, u64 want_mv, u64 from_uv, u32 step_ms, u32 *term)
{
	u64 want_uv = want_mv * 1000, down = (u64)step_ms * LIMITS_WALK_MV_S;

	if (!want_uv) {
		*at_uv = 0;
		return;
	}
	if (!*at_uv)
		*at_uv = from_uv ? from_uv : want_uv;
	*at_uv = *at_uv > want_uv + down ? *at_uv - down : want_uv;
	*term = (u32)(*at_uv / 1000);
}

/* Voltage at which the highest cell would be no higher than its curve ends; 0: it is not. */
static u32 cell_ceiling(const struct limits *l, const struct cluster *c,
			const struct supply *supplies)
{
	u32 least = 0, mv, end, pack_mv;
	const struct profile *profile;
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		profile = limits_member_profile(l, c, i);
		if (!profile || !supply_cell_mv(&supplies[i], CORE_CHARGE, &mv, NULL))
			continue;
		end = (u32)profile->cell[CORE_CHARGE].at[profile->cell[CORE_CHARGE].n - 1].x;
		pack_mv = supplies[i].reading.voltage_mv;
		if (mv <= end || pack_mv <= mv - end)
			continue;
		if (!least || pack_mv - (mv - end) < least)
			least = pack_mv - (mv - end);
	}

	return least;
}

static u32 float_mv(const struct limits *l, const struct cluster *c)
{
	const struct cellar_model *model;
	u32 least = LIMITS_NONE;
	unsigned int i;

	at_most(&least, l->config.float_mv);
	for (i = 0; i < c->n; i++) {
		model = limits_member_model(l, c, i);
		if (model)
			at_most(&least, model->float_mv);
	}

	return least == LIMITS_NONE ? 0 : least;
}

/* New packs may show a high voltage or imbalance: to float only [L, V]. */
static bool starts_at_float(const struct limits *l, const struct cluster *c)
{
	const u64 signs = cellar_alarm_class(CELLAR_CLASS_IMBALANCE) |
			  cellar_alarm_class(CELLAR_CLASS_OVERVOLTAGE);
	const struct profile *profile;
	unsigned int i;

	if (l->out.started || !((c->out.sum.warnings | c->out.sum.protections) & signs))
		return false;

	for (i = 0; i < c->n; i++) {
		profile = limits_member_profile(l, c, i);
		if (profile && profile->startup == PROFILE_STARTS_AT_FLOAT)
			return true;
	}

	return false;
}

static bool is_tail(const struct cluster *c)
{
	const struct cellar_reading *sum = &c->out.sum;
	u32 capacity = cellar_has(sum, CELLAR_FULL) ? sum->full_mah : sum->design_mah;

	if (!cellar_has(sum, CELLAR_CURRENT))
		return false;
	/* without a capacity: the 5 A of a pack of 100 Ah */
	if (!cellar_has(sum, CELLAR_FULL) && !cellar_has(sum, CELLAR_DESIGN))
		capacity = c->out.packs * 100000;

	return sum->current_ma >= 0 && (u32)sum->current_ma <= capacity / TAIL_SHARE;
}

static void absorb(struct limits *l, const struct cluster *c, u32 ceiling_mv)
{
	const struct cellar_reading *sum = &c->out.sum;
	bool full = cellar_has(sum, CELLAR_SOC) && sum->soc_centi >= 10000;
	bool tail = is_tail(c) && !l->out.full_charge_request;

	if (!tail)
		l->tail_ms = c->clock_ms;
	if (sum->voltage_mv + REBULK_MV < ceiling_mv)
		l->out.stage = LIMITS_BULK;
	else if (full || c->clock_ms - l->tail_ms >= TAIL_MS ||
		 c->clock_ms - l->absorbing_ms >= ABSORPTION_MS)
		l->out.stage = LIMITS_FLOAT;
}

static void next_stage(struct limits *l, const struct cluster *c, u32 ceiling_mv, u32 to_float)
{
	const struct cellar_reading *sum = &c->out.sum;
	bool has_soc = cellar_has(sum, CELLAR_SOC);

	switch (l->out.stage) {
	case LIMITS_BULK:
		if (sum->voltage_mv + NEAR_MV < smaller(ceiling_mv, (u32)(l->voltage_uv / 1000)))
			return;
		l->out.stage = LIMITS_ABSORPTION;
		l->absorbing_ms = c->clock_ms;
		l->tail_ms = c->clock_ms;
		return;
	case LIMITS_ABSORPTION:
		absorb(l, c, ceiling_mv);
		return;
	default:
		if ((has_soc && sum->soc_centi <= REBULK_SOC_CENTI) ||
		    sum->voltage_mv + REBULK_MV < to_float ||
		    (l->out.full_charge_request && has_soc && sum->soc_centi < 10000))
			l->out.stage = LIMITS_BULK;
	}
}

static void choose(struct limit *limit, bool highest)
{
	unsigned int term;
	u32 best = LIMITS_NONE;

	for (term = 0; term < LIMITS_TERMS; term++) {
		u32 mv = limit->term[term];

		if (mv == LIMITS_NONE)
			continue;
		if (best == LIMITS_NONE || (highest ? mv > best : mv < best)) {
			best = mv;
			limit->winner = (u8)term;
		}
	}
	limit->value = best;
}

/* Nobody says a voltage: what was said last stays, it is for nobody to raise. */
static void hold_last(struct limit *limit, u32 last_mv)
{
	limit->value = last_mv;
	limit->term[LIMITS_STALE] = last_mv;
	limit->winner = LIMITS_STALE;
	limit->rising = false;
}

static void publish_charge(struct limits *l, const struct cluster *c)
{
	struct limit *limit = &l->out.charge_voltage;
	u64 want_uv;

	choose(limit, false);
	want_uv = (u64)limit->value * 1000;

	if (!l->voltage_uv || want_uv <= l->voltage_uv) {
		l->voltage_uv = want_uv;
		l->voltage_since_ms = c->clock_ms;
	} else if (c->clock_ms - l->voltage_since_ms >= LIMITS_HOLD_MS) {
		l->voltage_uv += (u64)c->step_ms * LIMITS_LIFT_MV_S;
		l->voltage_uv = l->voltage_uv < want_uv ? l->voltage_uv : want_uv;
	}
	limit->value = (u32)(l->voltage_uv / 1000);
	limit->rising = l->voltage_uv < want_uv;
}

void limits_voltage_step(struct limits *l, const struct cluster *c,
			 const struct supply *supplies)
{
	struct limit *charge = &l->out.charge_voltage, *discharge = &l->out.discharge_voltage;
	u32 last_charge = charge->value, last_discharge = discharge->value;
	u32 ceiling, to_float;
	unsigned int i;

	memset(charge->term, 0xff, sizeof(charge->term));
	memset(discharge->term, 0xff, sizeof(discharge->term));
	for (i = 0; i < c->n; i++)
		if (c->pack[i].state == CLUSTER_MEMBER ||
		    (c->pack[i].fresh && c->pack[i].reason == CLUSTER_PACKS_SPEAK))
			read_terms(l, c, &supplies[i], i);
	if (l->config.cutoff_mv)
		at_least(&discharge->term[LIMITS_POLICY], l->config.cutoff_mv);

	choose(discharge, true);
	if (!c->out.members || discharge->value == LIMITS_NONE)
		hold_last(discharge, last_discharge);

	if (charge->term[LIMITS_RATED] != LIMITS_NONE)
		at_most(&charge->term[LIMITS_RATED], l->config.absorption_mv);
	ceiling = smaller(charge->term[LIMITS_BMS], charge->term[LIMITS_RATED]);
	l->out.known = c->out.members && ceiling != LIMITS_NONE;
	if (!l->out.known) {
		hold_last(charge, last_charge);
		l->voltage_since_ms = c->clock_ms;
		return;
	}

	if (l->config.absorption_mv)
		ceiling = smaller(ceiling, l->config.absorption_mv);
	to_float = float_mv(l, c);
	if (!to_float)
		to_float = ceiling;
	next_stage(l, c, ceiling, to_float);

	walk(&l->stage_walk_uv, l->out.stage == LIMITS_FLOAT ? to_float : ceiling, l->voltage_uv,
	     c->step_ms, &charge->term[LIMITS_POLICY]);
	walk(&l->cell_walk_uv, cell_ceiling(l, c, supplies), l->voltage_uv, c->step_ms,
	     &charge->term[LIMITS_CELL_VOLTAGE]);
	walk(&l->startup_walk_uv, starts_at_float(l, c) ? to_float : 0, l->voltage_uv, c->step_ms,
	     &charge->term[LIMITS_STARTUP]);

	publish_charge(l, c);
}
