// SPDX-License-Identifier: GPL-2.0-only
/*
 * A world of packs that come, go, lie, freeze and jump, and the laws over it.
 */
#include "core_laws.h"

#include <stdlib.h>

static u32 bits(u64 *what, unsigned int n)
{
	u32 value = (u32)(*what & (BIT_ULL(n) - 1));

	*what >>= n;

	return value;
}

static void healthy(struct supply *s)
{
	const struct cellar_model *m = s->model;
	struct cellar_reading *r = &s->reading;

	memset(r, 0, sizeof(*r));
	cellar_say_number(r, CELLAR_VOLTAGE, m && m->cells == 15 ? 49500 : 52800);
	cellar_say_number(r, CELLAR_CURRENT, 0);
	cellar_say_number(r, CELLAR_SOC, 5000);
	cellar_say_number(r, CELLAR_CHARGE_VOLTAGE_LIMIT, 56000);
	cellar_say_number(r, CELLAR_DISCHARGE_VOLTAGE_LIMIT, 46000);
	cellar_say_number(r, CELLAR_CHARGE_CURRENT_LIMIT, 90000);
	cellar_say_number(r, CELLAR_DISCHARGE_CURRENT_LIMIT, 130000);
	cellar_say_number(r, CELLAR_PROTECTIONS, 0);
	cellar_say_number(r, CELLAR_CELL_VOLTAGE_MIN, 3290);
	cellar_say_number(r, CELLAR_CELL_VOLTAGE_MAX, 3310);
	cellar_say_number(r, CELLAR_CELL_TEMPERATURE_MIN, 200);
	cellar_say_number(r, CELLAR_CELL_TEMPERATURE_MAX, 220);
	cellar_say_number(r, CELLAR_DESIGN, m && m->capacity_mah ? m->capacity_mah : 100000);
	r->charge_enable = true;
	r->discharge_enable = true;
	cellar_say(r, CELLAR_CHARGE_ENABLE);
	cellar_say(r, CELLAR_DISCHARGE_ENABLE);
	if (s->of_system)
		cellar_say_number(r, CELLAR_PACKS_ONLINE, 3);
}

static const struct cellar_model *any_model(u32 choice)
{
	unsigned int n = 0;

	while (cellar_models[n].key)
		n++;

	return choice % 16 == 15 ? NULL : &cellar_models[choice % n];
}

/* Mostly one bus of one model; now and then several, and systems beside packs. */
static void settle(struct core_world *w, u64 plan)
{
	const struct cellar_model *model = any_model(bits(&plan, 4));
	bool mixed = bits(&plan, 3) == 0, systems = bits(&plan, 1), buses = bits(&plan, 2) == 0;
	unsigned int i;

	for (i = 0; i < w->n; i++) {
		struct supply *s = &w->supply[i];

		s->model = mixed && i % 3 == 2 ? any_model(bits(&plan, 4)) : model;
		s->bus = buses ? i % 2 : 0;
		s->address = (u8)i;
		/* one system for a bus at the most, the first of it */
		s->of_system = systems && i < 2 && (i == 0 || buses);
		s->max_age_ms = i % 4 == 3 ? 5000 : 0;
		snprintf(s->name, sizeof(s->name), "cellar%u-%02u", s->bus, i);
		if (!s->of_system)
			snprintf(s->serial, sizeof(s->serial), "S%u", i);
		healthy(s);
	}
}

struct core_world *core_world_new(unsigned int n, u64 plan, struct core_seen *seen)
{
	struct core_world *w = calloc(1, sizeof(*w));
	struct cluster_config cluster = { .kit = plan & 1 };
	struct limits_config limits;
	bool started;

	plan >>= 1;
	limits_defaults(&limits);
	limits.rated = bits(&plan, 1);
	limits.peak = bits(&plan, 1);
	limits.force_charge = bits(&plan, 1);
	limits.cable_pairs = (u8)bits(&plan, 2);
	limits.dod_percent = bits(&plan, 1) ? 70 : 0;
	limits.low_soc_percent = bits(&plan, 1) ? 20 : 0;
	limits.charge_ma = bits(&plan, 2) ? LIMITS_NONE : 45000;
	started = bits(&plan, 2);

	if (!w || cluster_new(&w->cluster, &cluster, n) ||
	    limits_new(&w->limits, &limits, n, started))
		abort();
	w->n = n;
	w->seen = seen;
	w->now_ms = BIT_ULL(40);	/* room to go back */
	w->input.inverter_ma[CORE_CHARGE] = LIMITS_NONE;
	w->input.inverter_ma[CORE_DISCHARGE] = LIMITS_NONE;
	settle(w, plan);

	return w;
}

void core_world_free(struct core_world *w)
{
	cluster_free(w->cluster);
	limits_free(w->limits);
	free(w);
}

/* What a pack may say of a field: near what is usual, at an edge, or anything. */
static const struct {
	u8 field;
	s64 near, step, low, high;
} sayings[] = {
	{ CELLAR_VOLTAGE, 52500, 60, 0, 70000 },
	{ CELLAR_VOLTAGE, 55900, 30, 47000, 58000 },
	{ CELLAR_CURRENT, -20000, 4000, -3276700, 3276700 },
	{ CELLAR_CURRENT, 0, 1000, INT32_MIN, INT32_MAX },
	{ CELLAR_SOC, 9990, 1, 0, 10000 },
	{ CELLAR_SOC, 390, 150, 0, 10000 },
	{ CELLAR_CHARGE_CURRENT_LIMIT, 50000, 2500, 0, UINT32_MAX },
	{ CELLAR_DISCHARGE_CURRENT_LIMIT, 50000, 2500, 0, UINT32_MAX },
	{ CELLAR_CHARGE_VOLTAGE_LIMIT, 55000, 100, 0, UINT32_MAX },
	{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 45000, 200, 0, UINT32_MAX },
	{ CELLAR_CELL_VOLTAGE_MAX, 3400, 16, 0, UINT16_MAX },
	{ CELLAR_CELL_VOLTAGE_MIN, 2900, 16, 0, UINT16_MAX },
	{ CELLAR_CELL_TEMPERATURE_MIN, -60, 16, INT16_MIN, INT16_MAX },
	{ CELLAR_CELL_TEMPERATURE_MAX, 300, 16, INT16_MIN, INT16_MAX },
	{ CELLAR_DESIGN, 100000, 0, 0, UINT32_MAX },
	{ CELLAR_GRID_CHARGE_CURRENT_LIMIT, 20000, 1000, 0, UINT32_MAX },
	{ CELLAR_PACKS_ONLINE, 0, 1, 0, UINT16_MAX },
	{ CELLAR_PACKS_BLOCKING_CHARGE, 0, 1, 0, UINT16_MAX },
};

static void say_something(struct supply *s, u64 what)
{
	unsigned int i = bits(&what, 8) % ARRAY_SIZE(sayings);
	u32 kind = bits(&what, 3), by = bits(&what, 4);
	s64 value = sayings[i].near + sayings[i].step * by;

	/* counts are what only a system says */
	if (!s->of_system && i + 2 >= ARRAY_SIZE(sayings))
		return;
	if (kind == 0)
		value = by & 1 ? sayings[i].low : sayings[i].high;
	else if (kind == 1)
		value = sayings[i].low + (s64)(bits(&what, 32) %
					       (u64)(sayings[i].high - sayings[i].low + 1));
	if (kind == 2 && !(by & 3))
		cellar_say_none(&s->reading, sayings[i].field);
	else
		cellar_say_number(&s->reading, sayings[i].field, value);
}

static void change_plant(struct core_world *w, u64 what)
{
	switch (bits(&what, 2)) {
	case 0:
		w->input.off_grid = bits(&what, 1);
		break;
	case 1:
		w->input.full_charge = bits(&what, 1);
		break;
	default:
		w->input.inverter_ma[bits(&what, 1)] = bits(&what, 2) ? LIMITS_NONE :
						       bits(&what, 17);
	}
}

void core_world_change(struct core_world *w, u64 what)
{
	unsigned int i = bits(&what, 8) % w->n;
	struct supply *s = &w->supply[i];
	struct cellar_reading *r = &s->reading;

	switch (bits(&what, 4)) {
	case 0:
		w->silent[i] = true;
		break;
	case 1:
	case 2:
		w->silent[i] = false;
		break;
	case 3:
		r->protections = BIT_ULL(bits(&what, 8) % CELLAR_ALARMS);
		break;
	case 4:
		r->charge_enable = bits(&what, 1);
		r->discharge_enable = bits(&what, 1);
		break;
	case 5:
		if (!bits(&what, 2))
			cellar_say_none(r, bits(&what, 8) % CELLAR_FIELDS);
		break;
	case 6:
		if (!bits(&what, 2) && !s->of_system)
			snprintf(s->serial, sizeof(s->serial), "S%u", bits(&what, 3));
		break;
	case 7:
		s->out = bits(&what, 2) == 0;
		break;
	case 8:
		change_plant(w, what);
		break;
	case 9:
		cellar_say_number(r, CELLAR_WARNINGS, (s64)BIT_ULL(bits(&what, 8) % CELLAR_ALARMS));
		break;
	case 10:
	case 11:
		healthy(s);
		break;
	case 12:
		if (!bits(&what, 3))
			s->model = any_model(bits(&what, 4));
		break;
	case 13:
		/* a whole cluster that charges, or discharges */
		for (i = 0; i < w->n; i++)
			cellar_say_number(&w->supply[i].reading, CELLAR_CURRENT,
					  (s64)bits(&what, 17) - 60000);
		break;
	default:
		say_something(s, what);
	}
}

static bool is_fresh(const struct supply *s)
{
	return s->age_ms <= (s->max_age_ms ? s->max_age_ms : 2500);
}

static bool has_limit(const struct supply *s, enum core_way way)
{
	return cellar_has(&s->reading, way == CORE_CHARGE ? CELLAR_CHARGE_CURRENT_LIMIT :
			  CELLAR_DISCHARGE_CURRENT_LIMIT);
}

/* Full, empty or broken, whatever its limits say. */
static bool is_stopped(const struct cellar_reading *r, enum core_way way)
{
	const u64 stops = cellar_alarm_class(CELLAR_CLASS_FAILURE) |
			  cellar_alarm_class(CELLAR_CLASS_SHORT_CIRCUIT) |
			  cellar_alarm_class(way == CORE_CHARGE ? CELLAR_CLASS_OVERVOLTAGE :
					     CELLAR_CLASS_UNDERVOLTAGE);

	return cellar_has(r, CELLAR_PROTECTIONS) && (r->protections & stops);
}

/* 0 without fresh data, without a limit, when the BMS or a person forbids it */
static u64 allowed(const struct supply *s, enum core_way way)
{
	const struct cellar_reading *r = &s->reading;

	if (!is_fresh(s) || s->out || !has_limit(s, way) || is_stopped(r, way))
		return 0;
	if (way == CORE_CHARGE)
		return cellar_has(r, CELLAR_CHARGE_ENABLE) && !r->charge_enable ? 0 :
		       r->charge_current_limit_ma;

	return cellar_has(r, CELLAR_DISCHARGE_ENABLE) && !r->discharge_enable ? 0 :
	       r->discharge_current_limit_ma;
}

/*
 * The most a bus allows: the sum of its packs where they speak, and no more than its
 * system; the system alone where they do not.
 */
static u64 bus_allows(const struct core_world *w, unsigned int bus, enum core_way way)
{
	const struct supply *system = NULL;
	bool packs = false, mute = false;
	u64 sum = 0, of_system;
	unsigned int i;

	for (i = 0; i < w->n; i++) {
		const struct supply *s = &w->supply[i];

		if (s->bus != bus || !is_fresh(s))
			continue;
		if (s->of_system) {
			system = s;
			continue;
		}
		packs = true;
		mute |= !s->out && !has_limit(s, way);
		sum += allowed(s, way);
	}
	if (!system)
		return sum;
	if (!packs)
		return allowed(system, way);
	if (!has_limit(system, way))
		return sum;

	/* taken out or not, what it says of its bus is true of its bus */
	of_system = cellar_has(&system->reading, way == CORE_CHARGE ? CELLAR_CHARGE_ENABLE :
			       CELLAR_DISCHARGE_ENABLE) &&
		    !(way == CORE_CHARGE ? system->reading.charge_enable :
		      system->reading.discharge_enable) ? 0 :
		    way == CORE_CHARGE ? system->reading.charge_current_limit_ma :
		    system->reading.discharge_current_limit_ma;
	if (mute)
		sum += of_system;

	return sum < of_system || system->out ? sum : of_system;
}

static const char *law_of_terms(const struct limit *limit)
{
	u32 least = LIMITS_NONE;
	unsigned int i;

	for (i = 0; i < LIMITS_TERMS; i++)
		least = limit->term[i] < least ? limit->term[i] : least;
	if (limit->value > least)
		return "a limit above one of its terms";
	if (limit->term[limit->winner] != least)
		return "the winner is not the smallest term";
	if (limit->rising != (limit->value < least))
		return "rising, and it is not said; or said, and not so";

	return NULL;
}

static const char *law_of_ramp(struct core_world *w, enum core_way way, u32 passed_ms)
{
	u32 value = w->limits->out.current[way].value, last = w->last_ma[way];
	u64 packs = 0;
	unsigned int i;

	for (i = 0; i < w->n; i++)
		if (is_fresh(&w->supply[i]))
			packs += w->supply[i].of_system ? 256 : 1;
	if (value < last) {
		w->fell[way] = true;
		w->fell_ms[way] = w->true_ms;
		w->seen->falls++;
	} else if (value > last) {
		w->seen->rises++;
		if (value - last > 5 * packs * passed_ms)
			return "a current rises faster than 5 A/s for each pack";
		if (w->fell[way] && w->true_ms - w->fell_ms[way] < 30000)
			return "a current rises within 30 s of its fall";
	}
	w->last_ma[way] = value;

	return NULL;
}

/* On the busbar: its current is part of what flows. */
static bool is_wired(const struct core_world *w, unsigned int i)
{
	const u8 reason = w->cluster->pack[i].reason;

	return is_fresh(&w->supply[i]) && !w->supply[i].out && reason != CLUSTER_PACKS_SPEAK &&
	       reason != CLUSTER_DUPLICATE;
}

static double flow_ma(const struct core_world *w, unsigned int i, enum core_way way)
{
	const double most = SUPPLY_CURRENT_MAX_MA;
	const struct cellar_reading *r = &w->supply[i].reading;
	double flows;

	if (!is_wired(w, i) || !cellar_has(r, CELLAR_CURRENT))
		return 0;
	flows = way == CORE_CHARGE ? r->current_ma : -(double)r->current_ma;

	return flows > most ? most : flows < -most ? -most : flows;
}

static double all_flows_ma(const struct core_world *w, enum core_way way)
{
	double net = 0;
	unsigned int i;

	for (i = 0; i < w->n; i++)
		net += flow_ma(w, i, way);

	return net;
}

static double part_now(const struct core_world *w, unsigned int i, enum core_way way, double net)
{
	double flows = flow_ma(w, i, way);
	u32 own = limits_own_ma(w->limits, i, way);

	return net <= 0 || flows <= 1000 || flows < own / 4 ? 0 : flows / net;
}

/* How they share the current; once in each step. Who comes or goes makes all of it anew. */
static void hear_parts(struct core_world *w)
{
	bool over = true, anew = false;
	unsigned int i, way;

	for (i = 0; i < w->n; i++) {
		over = over && (!is_wired(w, i) ||
				w->supply[i].age_ms < w->true_ms - w->round_ms);
		anew = anew || is_wired(w, i) != w->past[i].wired;
		w->past[i].wired = is_wired(w, i);
	}
	for (way = 0; way < CORE_WAYS; way++) {
		double net = all_flows_ma(w, way);

		for (i = 0; i < w->n; i++) {
			struct core_past *past = &w->past[i];
			double now = part_now(w, i, way, net);

			if (now < past->round_part[way] || anew)
				past->round_part[way] = now;
			if (over || anew) {
				past->part[way] = past->round_part[way];
				past->round_part[way] = now;
			}
		}
	}
	if (over || anew)
		w->round_ms = w->true_ms;
}

/* At the published current, as they share it, nobody is above its own limit. */
static const char *law_of_sharing(struct core_world *w, enum core_way way)
{
	double value = w->limits->out.current[way].value, part;
	unsigned int i;
	u32 own;

	if (all_flows_ma(w, way) <= 0)
		return NULL;
	for (i = 0; i < w->n; i++) {
		own = limits_own_ma(w->limits, i, way);
		part = is_wired(w, i) ? w->past[i].part[way] : 0;
		w->seen->shares += part > 0;
		/* in doubles, of whole milliamperes */
		if (value * part > own * (1 + 1e-9) + 1e-3)
			return "a pack is above its own limit";
		if (!own && flow_ma(w, i, way) > 1000 && value > 0)
			return "a pack that may carry nothing carries something";
	}

	return NULL;
}

static const char *law_of_sum(struct core_world *w, enum core_way way)
{
	u64 value = w->limits->out.current[way].value, sum = 0;
	unsigned int bus;

	for (bus = 0; bus < 2; bus++)
		sum += bus_allows(w, bus, way);

	return value > sum ? "a limit above what the packs on line allow" : NULL;
}

static const char *law_of_membership(struct core_world *w, unsigned int i)
{
	const struct cluster_pack *p = &w->cluster->pack[i];
	const struct supply *s = &w->supply[i];
	struct core_past *past = &w->past[i];
	bool member = p->state == CLUSTER_MEMBER;
	unsigned int way, j;

	if (member && (!is_fresh(s) || s->out || !cellar_has(&s->reading, CELLAR_VOLTAGE)))
		return "a member without data, or taken out";
	for (j = 0; member && s->of_system && j < w->n; j++)
		if (!w->supply[j].of_system && w->supply[j].bus == s->bus &&
		    w->cluster->pack[j].state == CLUSTER_MEMBER)
			return "a system and its pack counted twice";
	for (j = 0; member && *s->serial && j < i; j++)
		if (w->cluster->pack[j].state == CLUSTER_MEMBER &&
		    !strcmp(w->supply[j].serial, s->serial))
			return "a pack counted twice";

	if (member && !past->member) {
		w->seen->joins++;
		if (past->was_member) {
			w->seen->returns++;
			if (w->true_ms - past->left_ms < 60000)
				return "a pack comes back within a minute";
		}
	}
	if (!member && past->member)
		past->left_ms = w->true_ms;
	past->was_member |= member;
	past->member = member;

	for (way = 0; way < CORE_WAYS; way++) {
		bool carries = p->carries[way];

		if (carries && p->block[way])
			return "a blocked pack carries";
		if (carries && !past->carried[way] && past->had[way] &&
		    w->true_ms - past->closed_ms[way] < 60000)
			return "a way opens within a minute";
		if (!carries && past->carried[way])
			past->closed_ms[way] = w->true_ms;
		past->had[way] |= carries;
		past->carried[way] = carries;
	}

	return NULL;
}

static const char *law_of_voltage(struct core_world *w, u32 passed_ms)
{
	const struct limits_out *out = &w->limits->out;
	u32 value = out->charge_voltage.value, last = w->last_mv;
	u32 low = out->discharge_voltage.value;
	u8 winner = out->charge_voltage.winner;
	unsigned int i;

	for (i = 0; i < w->n; i++) {
		const struct cellar_reading *r = &w->supply[i].reading;

		if (w->cluster->pack[i].state != CLUSTER_MEMBER)
			continue;
		if (cellar_has(r, CELLAR_CHARGE_VOLTAGE_LIMIT) && r->charge_voltage_limit_mv &&
		    value > r->charge_voltage_limit_mv)
			return "a charge voltage above what a BMS allows";
		if (w->supply[i].model && out->known &&
		    value > w->supply[i].model->absorption_mv)
			return "a charge voltage above the model's";
		if (cellar_has(r, CELLAR_DISCHARGE_VOLTAGE_LIMIT) &&
		    low < r->discharge_voltage_limit_mv &&
		    r->discharge_voltage_limit_mv != LIMITS_NONE)
			return "a discharge voltage below what a BMS allows";
	}
	if (!out->known && value > last)
		return "a charge voltage rises without data";
	if (!out->known && out->current[CORE_CHARGE].value)
		return "charging to a voltage nobody knows";

	if (value + passed_ms / 1000 + 1 < last && winner != LIMITS_BMS &&
	    winner != LIMITS_RATED && winner != LIMITS_MAX)
		return "a charge voltage steps down, and nobody but us wants it";

	if (value < last) {
		w->volt_fell = true;
		w->volt_fell_ms = w->true_ms;
		w->seen->volt_falls++;
	} else if (value > last && last) {
		w->seen->volt_rises++;
		if (value - last > 10 * passed_ms / 1000 + 1)
			return "a charge voltage rises faster than 10 mV/s";
		if (w->volt_fell && w->true_ms - w->volt_fell_ms < 30000)
			return "a charge voltage rises within 30 s of its fall";
	}
	w->last_mv = value;

	return out->known ? law_of_terms(&out->charge_voltage) : NULL;
}

/* Two inverters, by turns the one and the other half larger. */
static const char *law_of_telling(struct core_world *w)
{
	const u32 cap[CORE_WAYS] = { LIMITS_NONE, 70000 };
	const u16 one = (u16)(1 + w->true_ms % 999);
	const u16 share[] = { one, (u16)(ONE_BATTERY_WHOLE_PERMILLE - one) };
	const struct limits_out *out = &w->limits->out;
	u64 sum[CORE_WAYS] = { 0 };
	struct cellar_reading say;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (!one_battery_say(&w->told, w->cluster, out, share[i], cap, &say))
			return say.have ? "something is said without a voltage" : NULL;
		w->seen->told++;
		sum[CORE_CHARGE] += say.charge_current_limit_ma;
		sum[CORE_DISCHARGE] += say.discharge_current_limit_ma;
		if (say.discharge_current_limit_ma > cap[CORE_DISCHARGE])
			return "an inverter is told more than it may";
		if (say.charge_enable != (say.charge_current_limit_ma > 0) ||
		    say.discharge_enable != (say.discharge_current_limit_ma > 0))
			return "an inverter may, but not how much";
		if (!w->cluster->out.members && cellar_has(&say, CELLAR_VOLTAGE))
			return "a voltage that nobody has measured is said";
		if (!w->cluster->out.members && !say.protections)
			return "a battery that is not there is no alarm";
	}
	for (i = 0; i < CORE_WAYS; i++)
		if (sum[i] > out->current[i].value || (sum[i] && !w->cluster->out.members))
			return "inverters are told more than there is";

	return NULL;
}

static void remember(struct core_world *w)
{
	const struct limits_out *out = &w->limits->out;
	struct core_seen *seen = w->seen;
	unsigned int i, way;

	for (i = 0; i < w->n; i++) {
		seen->reasons |= BIT_ULL(w->cluster->pack[i].reason);
		seen->rules |= BIT_ULL(w->cluster->pack[i].rule);
		for (way = 0; way < CORE_WAYS; way++)
			seen->blocks |= BIT_ULL(w->cluster->pack[i].block[way]);
	}
	for (way = 0; way < CORE_WAYS; way++)
		seen->winners[way] |= BIT_ULL(out->current[way].winner);
	seen->volt_winners |= BIT_ULL(out->charge_voltage.winner);
	seen->stages |= BIT_ULL(out->stage);
	seen->stale += !w->cluster->out.members;
}

static const char *check(struct core_world *w, u32 passed_ms)
{
	const char *broken = NULL;
	unsigned int i, way;

	for (i = 0; i < w->n && !broken; i++)
		broken = law_of_membership(w, i);
	for (way = 0; way < CORE_WAYS && !broken; way++) {
		broken = law_of_terms(&w->limits->out.current[way]);
		if (!broken)
			broken = law_of_sum(w, way);
		if (!broken)
			broken = law_of_ramp(w, way, passed_ms);
		if (!broken)
			broken = law_of_sharing(w, way);
	}

	if (!broken)
		broken = law_of_telling(w);

	return broken ? broken : law_of_voltage(w, passed_ms);
}

const char *core_world_step(struct core_world *w, u32 ms, s64 clock_ms)
{
	u32 passed = 0;
	unsigned int i;

	if (clock_ms > 0)
		passed = clock_ms < CLUSTER_STEP_MAX_MS ? (u32)clock_ms : CLUSTER_STEP_MAX_MS;
	w->now_ms += (u64)clock_ms;
	w->true_ms += passed;
	for (i = 0; i < w->n; i++) {
		if (!w->silent[i])
			w->supply[i].age_ms = 0;
		else if (w->supply[i].age_ms < 1000000)
			w->supply[i].age_ms += ms;
	}

	cluster_step(w->cluster, w->supply, w->input.off_grid, w->now_ms);
	limits_step(w->limits, w->cluster, w->supply, &w->input);
	hear_parts(w);
	remember(w);

	return check(w, passed);
}

bool core_worlds_equal(const struct core_world *a, const struct core_world *b)
{
	unsigned int i;

	if (memcmp(&a->limits->out, &b->limits->out, sizeof(a->limits->out)))
		return false;
	for (i = 0; i < a->n; i++) {
		const struct cluster_pack *p = &a->cluster->pack[i], *q = &b->cluster->pack[i];

		if (p->state != q->state || p->reason != q->reason ||
		    p->hold_left_ms != q->hold_left_ms || strcmp(p->why, q->why))
			return false;
	}

	return cellar_reading_equal(&a->cluster->out.sum, &b->cluster->out.sum);
}
