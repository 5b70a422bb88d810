// SPDX-License-Identifier: GPL-2.0-only
/*
 * The physics of the house, its instruments, and what happens to it.
 */
#include "site_world.h"

#define MJ_PER_WH	3600000

static s32 least(s32 a, s32 b)
{
	return a < b ? a : b;
}

static s32 most(s32 a, s32 b)
{
	return a > b ? a : b;
}

static s32 clamp(s32 value, s32 low, s32 high)
{
	return most(low, least(value, high));
}

static bool is_silent(const struct site_truth *truth, unsigned int what)
{
	return truth->silent & BIT_ULL(what);
}

static bool has_battery(const struct site_config *config)
{
	unsigned int i;

	for (i = 0; i < config->inverters; i++)
		if (config->inverter[i].battery_w)
			return true;

	return false;
}

/* What the panels may give: of inverters that can be told, no more than @out says. */
static s32 sun_that_is_taken(const struct site_world *w)
{
	const struct site_config *c = &w->config;
	s32 sum = 0, part;
	unsigned int i;

	if (c->production == SITE_SOURCE_NONE)
		return 0;
	if (!c->inverters)
		return w->truth.sun_w;
	for (i = 0; i < c->inverters; i++) {
		part = w->truth.sun_w / (s32)c->inverters;
		if (w->truth.off_grid && !c->inverter[i].eps_w)
			part = 0;
		if (c->inverter[i].curtails)
			part = least(part, w->out.inverter[i].pv_max_w);
		sum += part;
	}

	return sum;
}

static s32 battery_that_moves(const struct site_world *w, s32 net_w)
{
	const struct site_config *c = &w->config;
	s32 wish = w->out.battery_w, low, high;

	if (!has_battery(c))
		return 0;
	low = w->truth.stored_mj > 0 ? -w->truth.discharge_w : 0;
	high = w->truth.stored_mj < w->truth.capacity_mj ? w->truth.charge_w : 0;
	if (w->truth.off_grid)
		wish = net_w;
	else if (c->control == SITE_BY_LIMITS)
		wish = w->out.force_charge ? high :
		       clamp(net_w, w->out.battery_min_w, w->out.battery_max_w);

	return clamp(wish, low, high);
}

static void let_cars_charge(struct site_world *w, u32 ms)
{
	unsigned int i;

	for (i = 0; i < w->config.chargers; i++) {
		const struct site_charger_config *c = &w->config.charger[i];
		struct site_truth_car *car = &w->truth.car[i];
		u32 told = w->out.charger[i].current_ma, phases;

		car->power_w = 0;
		if (!w->truth.grid || car->car == SITE_CAR_NONE || car->car == SITE_CAR_FAULT)
			continue;
		car->car = told && car->wants_mj ? SITE_CAR_CHARGES : SITE_CAR_PLUGGED;
		if (car->car != SITE_CAR_CHARGES)
			continue;
		phases = car->phases < c->phases ? car->phases : c->phases;
		if (car->max_ma && told > car->max_ma)
			told = car->max_ma;
		car->power_w = (s32)(told * phases * SITE_PHASE_V / 1000);
		car->drawn_mj += (u64)car->power_w * ms;
		car->wants_mj -= (u64)car->power_w * ms < car->wants_mj ?
				 (u64)car->power_w * ms : car->wants_mj;
	}
}

/* Cars are on their own phases, the sun and the battery on all alike. */
static void share_among_phases(struct site_world *w, s32 inside_w)
{
	struct site_truth *t = &w->truth;
	u8 phases = w->config.phases;
	unsigned int i, phase;

	memset(t->exchange_w, 0, sizeof(t->exchange_w));
	if (!t->grid)
		return;
	for (phase = 0; phase < phases; phase++)
		t->exchange_w[phase] = inside_w / phases - t->load_w[phase];
	t->exchange_w[0] += inside_w % phases;
	for (i = 0; i < w->config.chargers; i++) {
		const struct site_charger_config *c = &w->config.charger[i];
		s32 power = t->car[i].power_w;

		if (c->phases == 1 || t->car[i].phases == 1) {
			t->exchange_w[c->phase] -= power;
			continue;
		}
		for (phase = 0; phase < 3; phase++)
			t->exchange_w[phase] -= power / 3;
		t->exchange_w[0] -= power % 3;
	}
}

static void sum_up(struct site_truth *t, s32 cars, u32 ms)
{
	s32 grid = t->exchange_w[0] + t->exchange_w[1] + t->exchange_w[2];
	s32 load = t->pv_w - t->battery_w - cars - grid;
	u32 w[ENERGY_KINDS] = {
		[ENERGY_PV] = (u32)t->pv_w,
		[ENERGY_SELF_CONSUMED] = (u32)most(t->pv_w - most(grid, 0), 0),
		[ENERGY_EXPORT] = (u32)most(grid, 0),
		[ENERGY_CONSUMED] = (u32)(load + cars),
		[ENERGY_IMPORT] = (u32)most(-grid, 0),
		[ENERGY_CHARGED] = (u32)most(t->battery_w, 0),
		[ENERGY_DISCHARGED] = (u32)most(-t->battery_w, 0),
		[ENERGY_CARS] = (u32)cars,
	};
	unsigned int i;

	for (i = 0; i < ENERGY_KINDS; i++)
		t->mj[i] += (u64)w[i] * ms;
}

static void move_plant(struct site_world *w, u32 ms)
{
	struct site_truth *t = &w->truth;
	s32 cars = 0, net;
	unsigned int i;

	t->off_grid = !t->grid && w->config.eps;
	let_cars_charge(w, ms);
	t->pv_w = t->grid || t->off_grid ? sun_that_is_taken(w) : 0;
	net = t->pv_w;
	for (i = 0; i < w->config.phases; i++)
		net -= t->load_w[i];
	for (i = 0; i < w->config.chargers; i++)
		cars += t->car[i].power_w;
	t->battery_w = t->grid || t->off_grid ? battery_that_moves(w, net - cars) : 0;
	t->stored_mj += (s64)t->battery_w * ms;
	t->stored_mj = t->stored_mj < 0 ? 0 : t->stored_mj > t->capacity_mj ? t->capacity_mj :
		       t->stored_mj;
	share_among_phases(w, t->pv_w - t->battery_w);
	sum_up(t, cars, ms);
}

static void tell_value(struct site_world *w, unsigned int what, struct site_value *v, s32 value,
		       u32 ms)
{
	if (is_silent(&w->truth, what)) {
		v->age_ms = v->age_ms > 1000000 ? v->age_ms : v->age_ms + ms;
		return;
	}
	v->value = w->truth.lies == what ? w->truth.lie : value;
	v->age_ms = w->lag_ms;
}

static void tell_age(struct site_world *w, unsigned int what, u32 *age_ms, u32 ms)
{
	if (!is_silent(&w->truth, what))
		*age_ms = w->lag_ms;
	else if (*age_ms <= 1000000)
		*age_ms += ms;
}

static void tell_of_battery(struct site_world *w, u32 ms)
{
	struct site_battery_inputs *b = &w->in.battery;
	struct site_truth *t = &w->truth;

	if (!has_battery(&w->config))
		return;
	tell_age(w, SITE_SILENT_BATTERY, &b->age_ms, ms);
	tell_value(w, SITE_SILENT_BATTERY_POWER, &b->battery_w, t->battery_w, ms);
	if (is_silent(t, SITE_SILENT_BATTERY))
		return;
	b->soc_centi = (u16)(t->stored_mj / (t->capacity_mj / 10000));
	b->soc_centi = b->soc_centi > 10000 ? 10000 : b->soc_centi;
	b->charge_w = b->soc_centi == 10000 ? 0 : t->charge_w;
	b->discharge_w = b->soc_centi ? t->discharge_w : 0;
	if (t->lies == SITE_SILENT_BATTERY) {
		b->charge_w = t->lie;
		b->discharge_w = -(t->lie / 2);
	}
}

static void tell_of_inverters(struct site_world *w, u32 ms)
{
	s32 n = (s32)w->config.inverters;
	s32 i;

	for (i = 0; i < n; i++) {
		struct site_inverter_inputs *in = &w->in.inverter[i];
		unsigned int what = SITE_SILENT_INVERTER + (unsigned int)i;

		tell_age(w, what, &in->age_ms, ms);
		tell_value(w, what, &in->pv_w,
			   w->truth.pv_w / n + (i ? 0 : w->truth.pv_w % n), ms);
		tell_value(w, what, &in->battery_w,
			   w->truth.battery_w / n + (i ? 0 : w->truth.battery_w % n), ms);
		if (!is_silent(&w->truth, what))
			in->off_grid = w->truth.off_grid;
	}
}

static void tell_of_chargers(struct site_world *w, u32 ms)
{
	unsigned int i;

	for (i = 0; i < w->config.chargers; i++) {
		struct site_charger_inputs *in = &w->in.charger[i];
		const struct site_truth_car *car = &w->truth.car[i];
		unsigned int what = SITE_SILENT_CHARGER_POWER + i;
		u32 age = in->age_ms;

		tell_value(w, what, &in->power_w, car->power_w, ms);
		in->energy_wh.value = (s32)(car->drawn_mj / MJ_PER_WH);
		in->energy_wh.age_ms = in->power_w.age_ms;
		tell_age(w, SITE_SILENT_CHARGER + i, &in->age_ms, ms);
		if (in->age_ms > age)
			continue;
		in->car = car->car;
		in->car_ma = car->max_ma;
		in->car_phases = car->phases;
	}
}

static void tell(struct site_world *w, u32 ms)
{
	const struct site_truth *t = &w->truth;
	unsigned int i;

	for (i = 0; i < w->config.phases; i++)
		tell_value(w, SITE_SILENT_EXCHANGE, &w->in.exchange_w[i], t->exchange_w[i], ms);
	if (w->config.production != SITE_SOURCE_NONE)
		tell_value(w, SITE_SILENT_PRODUCTION, &w->in.production_w, t->pv_w, ms);
	tell_value(w, SITE_SILENT_GRID, &w->in.grid, t->grid, ms);
	tell_value(w, SITE_SILENT_CONTACTS, &w->in.drm, t->drm, ms);
	tell_value(w, SITE_SILENT_CONTACTS, &w->in.rrcr, t->rrcr, ms);
	tell_value(w, SITE_SILENT_CONTACTS, &w->in.cease, t->cease, ms);
	tell_of_battery(w, ms);
	tell_of_inverters(w, ms);
	tell_of_chargers(w, ms);
}

void site_world_pass(struct site_world *w, u32 ms, u32 clock_ms)
{
	move_plant(w, ms);
	tell(w, ms);
	w->now_ms += clock_ms;
	w->wall_ms += clock_ms;
	if (w->in.wall_s)
		w->in.wall_s += w->wall_ms / 1000;
	w->wall_ms %= 1000;
}

static void plug_in(struct site_truth_car *car, u64 what)
{
	car->car = SITE_CAR_PLUGGED;
	car->max_ma = site_bits(&what, 2) ? 16000 : site_bits(&what, 1) ? 0 : 7400;
	car->phases = site_bits(&what, 1) ? 3 : 1;
	car->wants_mj = (site_bits(&what, 2) ? 20000ULL : 200) * MJ_PER_WH;
}

/* A car that comes, or goes. */
static void change_car(struct site_world *w, u64 what)
{
	struct site_truth_car *car = &w->truth.car[site_bits(&what, 3) % SITE_CHARGERS_MAX];

	if (w->config.chargers)
		car = &w->truth.car[site_bits(&what, 3) % w->config.chargers];
	if (car->car != SITE_CAR_NONE && site_bits(&what, 1)) {
		car->car = site_bits(&what, 3) ? SITE_CAR_NONE : SITE_CAR_FAULT;
		return;
	}
	plug_in(car, what);
}

static void change_person(struct site_world *w, u64 what)
{
	unsigned int i = site_bits(&what, 3);
	struct site_charger_inputs *in;

	if (w->config.chargers)
		i %= w->config.chargers;
	in = &w->in.charger[i];
	switch (site_bits(&what, 2)) {
	case 0:
		in->command = SITE_STOP;
		break;
	case 1:
		in->card = site_bits(&what, 2) ? (u8)(1 + site_bits(&what, 3)) : SITE_UNKNOWN_CARD;
		break;
	default:
		in->command = SITE_START;
	}
}

static void change_contacts(struct site_truth *t, u64 what)
{
	t->drm = 0;
	t->rrcr = 8;
	t->cease = 0;
	switch (site_bits(&what, 2)) {
	case 0:
		break;
	case 1:
		/* contacts that two modes share set both */
		t->drm = site_bits(&what, 3) ? (u16)(0x22 << site_bits(&what, 2)) : 1;
		t->rrcr = (u16)BIT(site_bits(&what, 2));
		t->cease = 1;
		break;
	case 2:
		t->drm = (u16)BIT(site_bits(&what, 8) % 9);
		t->rrcr = (u16)site_bits(&what, 4);
		break;
	default:
		t->drm = (u16)(BIT(site_bits(&what, 8) % 9) | BIT(site_bits(&what, 8) % 9));
		t->rrcr = 0;
	}
}

/* A clock that is set, to where rules begin and end; summer time; none at all. */
static void change_clock(struct site_world *w, u64 what)
{
	static const s64 places[] = {
		1743296390,	/* 2025-03-30 00:59:50 UTC, before summer time */
		1761440390,	/* 2025-10-26 00:59:50 UTC, before its end */
		1735685990,	/* 2024-12-31 22:59:50 UTC */
		1709161190,	/* 2024-02-28 22:59:50 UTC, of a leap year */
		1764716390,	/* 2025-12-02 22:59:50 UTC */
	};

	switch (site_bits(&what, 3)) {
	case 0:
		w->in.wall_s = 0;
		break;
	case 1:
		w->in.utc_offset_s = site_bits(&what, 1) ? 3600 : 7200;
		break;
	case 2:
		w->in.wall_s = places[site_bits(&what, 8) % ARRAY_SIZE(places)];
		break;
	case 3:
		w->in.wall_s -= 3600;
		w->in.wall_s = w->in.wall_s < 0 ? 0 : w->in.wall_s;
		break;
	case 4:
		w->in.wall_s = 1700000000 + site_bits(&what, 28);
		break;
	case 5:
		w->in.utc_offset_s = (s32)site_bits(&what, 5) * 1800 - 43200;
		break;
	default:
		if (w->in.wall_s)
			w->in.wall_s += 60 * (s64)site_bits(&what, 10);
	}
}

static void change_battery(struct site_world *w, u64 what)
{
	struct site_truth *t = &w->truth;

	switch (site_bits(&what, 3)) {
	case 0:
		t->stored_mj = 0;
		break;
	case 1:
		t->stored_mj = t->capacity_mj;
		break;
	case 2:
		t->charge_w = site_bits(&what, 1) ? 0 : (s32)site_bits(&what, 14);
		break;
	case 3:
		t->discharge_w = site_bits(&what, 1) ? 0 : (s32)site_bits(&what, 14);
		break;
	case 4:
		w->in.battery.force_charge = site_bits(&what, 1);
		break;
	case 5:
		w->in.battery.packs = (u16)site_bits(&what, 4);
		w->in.battery.voltage_mv = site_bits(&what, 3) ? 45000 + site_bits(&what, 14) :
					   0;
		break;
	default:
		t->stored_mj = t->capacity_mj / 256 * site_bits(&what, 8);
		t->charge_w = 5000;
		t->discharge_w = 6000;
	}
}

/* Of a configuration that is taken while it runs. */
static void change_configuration(struct site_world *w, u64 what)
{
	struct site_config other;
	unsigned int i;

	site_world_configure(&other, what);
	w->configurations++;
	switch (site_bits(&what, 3)) {
	case 0:
		memcpy(w->config.rule, other.rule, sizeof(other.rule));
		w->config.rules = other.rules;
		break;
	case 1:
		memcpy(w->config.output, other.output, sizeof(other.output));
		w->config.outputs = other.outputs;
		break;
	case 2:
		w->config.contract_w = other.contract_w;
		w->config.feed_in_w = other.feed_in_w;
		w->config.grid_code = other.grid_code;
		break;
	default:
		i = site_bits(&what, 3);
		if (i < w->config.chargers)
			w->config.charger[i].strategy = site_bits(&what, 8) % SITE_STRATEGIES;
	}
}

static void change_lie(struct site_truth *t, u64 what)
{
	static const s32 lies[] = { INT32_MIN, INT32_MAX, -1, SITE_POWER_MAX_W + 1,
				    -SITE_POWER_MAX_W - 1, 900000, -900000, 0 };

	t->lies = (u8)(site_bits(&what, 8) % (2 * SITE_SILENTS));
	t->lie = lies[site_bits(&what, 3)];
}

static void change_instruments(struct site_world *w, u64 what)
{
	struct site_inverter_inputs *inverter = &w->in.inverter[site_bits(&what, 3)];
	unsigned int i = site_bits(&what, 8) % SITE_SILENTS;

	switch (site_bits(&what, 3)) {
	case 0:
	case 1:
		w->truth.silent |= BIT_ULL(i);
		break;
	case 2:
		inverter->ok = !inverter->ok;
		break;
	case 3:
		change_lie(&w->truth, what);
		break;
	case 4:
		w->lag_ms = site_bits(&what, 1) ? 0 : site_bits(&what, 11);
		break;
	default:
		w->truth.silent = 0;
		w->truth.lies = SITE_SILENTS;
		w->lag_ms = 0;
		inverter->ok = true;
	}
}

void site_world_change(struct site_world *w, u64 what)
{
	struct site_truth *t = &w->truth;

	switch (site_bits(&what, 4)) {
	case 0:
	case 1:
		t->sun_w = site_bits(&what, 1) ? (s32)site_bits(&what, 13) : 0;
		break;
	case 2:
	case 3:
		t->load_w[site_bits(&what, 8) % SITE_PHASES] =
			(s32)site_bits(&what, site_bits(&what, 2) ? 11 : 14);
		break;
	case 4:
	case 5:
		change_car(w, what);
		break;
	case 6:
	case 7:
		change_person(w, what);
		break;
	case 8:
		change_contacts(t, what);
		break;
	case 9:
		t->grid = site_bits(&what, 2);
		break;
	case 10:
	case 11:
		change_clock(w, what);
		break;
	case 12:
		change_battery(w, what);
		break;
	case 13:
		if (!site_bits(&what, 2))
			change_configuration(w, what);
		break;
	default:
		change_instruments(w, what);
	}
}

void site_world_start(struct site_world *w, u64 plan)
{
	struct site_truth *t = &w->truth;
	unsigned int i;

	memset(w, 0, sizeof(*w));
	site_world_configure(&w->config, plan);
	site_start(&w->state, &w->config);
	site_inputs_clear(&w->in);
	w->now_ms = BIT_ULL(40);
	w->in.wall_s = site_bits(&plan, 3) ? 1735685000 + site_bits(&plan, 24) : 0;
	w->in.utc_offset_s = 3600;
	t->grid = true;
	t->rrcr = 8;
	t->lies = SITE_SILENTS;
	t->capacity_mj = 10000LL * MJ_PER_WH;
	t->stored_mj = t->capacity_mj / 2;
	t->charge_w = 5000;
	t->discharge_w = 6000;
	w->in.battery.voltage_mv = 52000;
	w->in.battery.packs = 2;
	for (i = 0; i < SITE_CHARGERS_MAX; i++) {
		t->car[i].car = SITE_CAR_NONE;
		if (site_bits(&plan, 1))
			plug_in(&t->car[i], plan >> i);
	}
	for (i = 0; i < SITE_INVERTERS_MAX; i++)
		w->in.inverter[i].ok = true;
	for (i = 0; i < SITE_PHASES; i++)
		t->load_w[i] = 200;
	t->sun_w = site_bits(&plan, 1) ? 4000 : 0;
}
