// SPDX-License-Identifier: GPL-2.0-only
/*
 * The physics between two decisions, and what of it is measured.
 */
#include "home.h"

#include <string.h>

#define PHASE_V		230
#define LOWEST_CAR_MA	6000		/* IEC 61851 */
#define MJ_PER_WH	3600000

static s32 smaller(s32 a, s32 b)
{
	return a < b ? a : b;
}

static s32 larger(s32 a, s32 b)
{
	return a > b ? a : b;
}

void home_start(struct home *home, const struct home_config *config)
{
	unsigned int i;

	memset(home, 0, sizeof(*home));
	home->config = config;
	home_battery_start(&home->battery, &config->battery);
	site_start(&home->state, &config->site);
	site_inputs_clear(&home->inputs);
	for (i = 0; i < HOME_TOLD_MAX; i++)
		home->told[i].pv_max_w = SITE_NO_LIMIT;
}

/* The command that devices with this lag follow now. */
static const struct home_told *followed(const struct home *home, u32 lag_ms)
{
	unsigned int n, i = home->last_told;

	for (n = 1; n < HOME_TOLD_MAX && home->told[i].at_ms + lag_ms > home->now_ms; n++)
		i = (i + HOME_TOLD_MAX - 1) % HOME_TOLD_MAX;
	return &home->told[i];
}

static s32 car_w(const struct home *home, unsigned int n, const struct home_car *car, u32 told_ma)
{
	const struct site_charger_config *charger = &home->config->site.charger[n];
	const struct home_box *box = &home->box[n];
	u32 ma = told_ma;
	unsigned int phases = charger->phases;

	if (!car->plugged || (!box->open && box->wants_mj <= 0))
		return 0;
	if (car->most_ma && car->most_ma < ma)
		ma = car->most_ma;
	if (car->phases && car->phases < phases)
		phases = car->phases;
	return ma < LOWEST_CAR_MA ? 0 : (s32)((u64)ma * phases * PHASE_V / 1000);
}

/* Whether what shines can be held back: each inverter must be able to. */
static bool curtails(const struct site_config *site)
{
	unsigned int i;

	for (i = 0; i < site->inverters; i++)
		if (!site->inverter[i].curtails)
			return false;
	return site->inverters > 0;
}

static s32 switched_w(const struct home *home)
{
	const struct site_config *site = &home->config->site;
	unsigned int i;
	s32 w = 0;

	for (i = 0; i < site->outputs && home->config->switched_loads; i++)
		if (home->out.output[i].closed)
			w += site->output[i].load_w;
	return w;
}

/* An inverter that listens to its battery balances the house by itself. */
static s32 wanted_battery_w(const struct home *home, const struct home_told *told,
			    const struct home_flow *flow)
{
	if (home->config->site.control == SITE_BY_SET_POINTS)
		return told->battery_w;
	if (told->force_charge)
		return told->charge_w;
	return larger(smaller(flow->pv_w - flow->load_w - flow->cars_w, told->charge_w),
		      -told->discharge_w);
}

static void on_grid(const struct home *home, const struct home_told *told, u32 ms,
		    struct home_flow *flow)
{
	s32 most = 0;
	unsigned int i;

	for (i = 0; i < home->config->site.inverters; i++)
		most += (s32)home->config->site.inverter[i].battery_w;
	if (!told->disconnect)
		flow->battery_w = home_battery_can(&home->battery,
			larger(smaller(wanted_battery_w(home, told, flow), most), -most), ms);
	flow->grid_w = flow->pv_w - flow->load_w - flow->cars_w - flow->battery_w;
}

/* The inverters alone make the grid: what they cannot give is not there. */
static void off_grid(const struct home *home, const struct home_told *told, u32 ms,
		     struct home_flow *flow)
{
	const struct site_config *site = &home->config->site;
	s32 wanted = flow->load_w, most = 0, need;
	unsigned int i;

	for (i = 0; i < site->inverters && site->eps; i++)
		most += (s32)site->inverter[i].eps_w;
	flow->load_w = smaller(wanted, most);
	need = flow->load_w - smaller(flow->pv_w, flow->load_w);
	if (need > 0) {
		flow->battery_w = home_battery_can(&home->battery,
						   -smaller(need, told->discharge_w), ms);
		flow->load_w += -flow->battery_w - need;
	} else if (most) {
		flow->battery_w = home_battery_can(&home->battery,
			smaller(flow->pv_w - flow->load_w, told->charge_w), ms);
	}
	flow->pv_lost_w += flow->pv_w - flow->load_w - flow->battery_w;
	flow->pv_w = flow->load_w + flow->battery_w;
	flow->unserved_w = wanted - flow->load_w;
}

/* What flows at @moment while devices follow what they do; @ms as home_battery_can(). */
static void flow_of(const struct home *home, const struct home_moment *moment, u32 ms,
		    struct home_flow *flow)
{
	const struct home_told *told = followed(home, home->config->inverter_lag_ms);
	const struct home_told *boxes = followed(home, home->config->charger_lag_ms);
	const struct site_config *site = &home->config->site;
	s32 most = curtails(site) ? told->pv_max_w : SITE_NO_LIMIT;
	unsigned int i;

	memset(flow, 0, sizeof(*flow));
	flow->pv_w = told->disconnect ? 0 : smaller(moment->pv_w, most);
	flow->pv_lost_w = moment->pv_w - flow->pv_w;
	flow->load_w = moment->load_w + switched_w(home);
	if (!moment->grid) {
		off_grid(home, told, ms, flow);
		return;
	}
	for (i = 0; i < site->chargers; i++) {
		flow->car_w[i] = car_w(home, i, &moment->car[i], boxes->charger_ma[i]);
		flow->cars_w += flow->car_w[i];
	}
	on_grid(home, told, ms, flow);
}

static void know(struct site_value *value, s32 w)
{
	value->value = w;
	value->age_ms = 0;
}

/* Part @n of @parts of a power; all parts together are the whole. */
static s32 part(s32 w, unsigned int n, unsigned int parts)
{
	return w / (s32)parts + (n ? 0 : w % (s32)parts);
}

/*
 * A three-phase meter: house and inverters lie evenly on their phases, a single-phase box
 * on its own.
 */
static void measure_exchange(struct home *home, bool meter_ok)
{
	const struct site_config *site = &home->config->site;
	const struct home_flow *flow = &home->flow;
	unsigned int phases = site->phases == SITE_PHASES ? SITE_PHASES : 1, i;
	s32 even = flow->grid_w, w[SITE_PHASES] = { 0 };

	for (i = 0; i < site->chargers; i++)
		if (site->charger[i].phases == 1 && phases > 1) {
			even += flow->car_w[i];
			w[site->charger[i].phase] -= flow->car_w[i];
		}
	for (i = 0; i < phases; i++) {
		know(&home->inputs.exchange_w[i], w[i] + part(even, i, phases));
		if (!meter_ok)
			home->inputs.exchange_w[i].age_ms = site->fresh_ms + 1;
	}
}

static void measure_battery(struct home *home)
{
	struct site_battery_inputs *battery = &home->inputs.battery;

	battery->age_ms = home->battery.packs ? 0 : SITE_NEVER;
	battery->packs = (u16)home->battery.packs;
	battery->soc_centi = (u16)(home_battery_soc(&home->battery) * 10000);
	battery->voltage_mv = home->battery.voltage_mv;
	battery->charge_w = home->charge_w;
	battery->discharge_w = home->discharge_w;
	know(&battery->battery_w, home->flow.battery_w);
}

static void measure_inverters(struct home *home, bool grid)
{
	const struct site_config *site = &home->config->site;
	unsigned int i;

	for (i = 0; i < site->inverters; i++) {
		struct site_inverter_inputs *inverter = &home->inputs.inverter[i];

		inverter->age_ms = 0;
		inverter->ok = true;
		inverter->off_grid = !grid && site->eps;
		know(&inverter->pv_w, part(home->flow.pv_w, i, site->inverters));
		know(&inverter->battery_w, part(home->flow.battery_w, i, site->inverters));
	}
}

/* Who plugs a car in wants it charged: they say so, or show the first card that fits. */
static void plug(struct home *home, unsigned int n, const struct home_car *car)
{
	const struct site_charger_config *charger = &home->config->site.charger[n];
	struct site_charger_inputs *inputs = &home->inputs.charger[n];
	struct home_box *box = &home->box[n];
	bool comes = car->plugged && !box->plugged;

	inputs->command = comes && charger->mode == SITE_REMOTE ? SITE_START : SITE_NO_COMMAND;
	inputs->card = 0;
	if (comes && charger->mode == SITE_OFFLINE_CARDS && charger->cards)
		inputs->card = (u8)__builtin_ffs((int)charger->cards);
	if (comes) {
		box->open = car->wants_wh == HOME_CAR_OPEN;
		box->wants_mj = (s64)car->wants_wh * MJ_PER_WH;
	}
	box->plugged = car->plugged;
}

static void measure_charger(struct home *home, unsigned int n, const struct home_car *car)
{
	struct site_charger_inputs *inputs = &home->inputs.charger[n];

	inputs->age_ms = 0;
	if (!car->plugged)
		inputs->car = SITE_CAR_NONE;
	else
		inputs->car = home->flow.car_w[n] ? SITE_CAR_CHARGES : SITE_CAR_PLUGGED;
	inputs->car_ma = car->plugged ? car->most_ma : 0;
	inputs->car_phases = car->plugged ? car->phases : 0;
	know(&inputs->power_w, home->flow.car_w[n]);
	know(&inputs->energy_wh, (s32)(home->box[n].given_mj / MJ_PER_WH));
}

static void measure(struct home *home, const struct home_moment *moment)
{
	struct site_inputs *inputs = &home->inputs;
	unsigned int i;

	inputs->wall_s = moment->wall_s;
	inputs->utc_offset_s = moment->utc_offset_s;
	know(&inputs->production_w, home->flow.pv_w);
	know(&inputs->grid, moment->grid);
	know(&inputs->drm, moment->drm);
	know(&inputs->rrcr, moment->rrcr);
	know(&inputs->cease, moment->cease);
	measure_exchange(home, moment->meter_ok);
	measure_battery(home);
	measure_inverters(home, moment->grid);
	for (i = 0; i < home->config->site.chargers; i++)
		measure_charger(home, i, &moment->car[i]);
}

/* What the BMS allows: its own word at most, as far as there is one. */
static s32 limit_w(const struct home_battery *battery, u32 model_ma, u32 said_ma)
{
	return home_battery_w(battery, said_ma == HOME_BY_MODEL ? model_ma : said_ma);
}

static void tell(struct home *home)
{
	const struct site_outputs *out = &home->out;
	const struct site_config *site = &home->config->site;
	struct home_told *told;
	unsigned int i;

	home->last_told = (home->last_told + 1) % HOME_TOLD_MAX;
	told = &home->told[home->last_told];
	told->at_ms = home->now_ms;
	told->battery_w = 0;
	for (i = 0; i < site->inverters; i++)
		told->battery_w += out->inverter[i].battery_w;
	told->pv_max_w = out->pv_max_w;
	told->charge_w = larger(out->battery_max_w, 0);
	told->discharge_w = larger(-out->battery_min_w, 0);
	if (site->control == SITE_BY_LIMITS) {
		told->charge_w = home_battery_w(&home->battery, out->charge_ma);
		told->discharge_w = home_battery_w(&home->battery, out->discharge_ma);
	}
	told->force_charge = out->force_charge;
	told->disconnect = out->disconnect;
	for (i = 0; i < site->chargers; i++)
		told->charger_ma[i] = out->charger[i].current_ma;
}

static void pass(struct home *home, u32 ms)
{
	unsigned int i;

	home_battery_pass(&home->battery, home->flow.battery_w, ms);
	for (i = 0; i < home->config->site.chargers; i++) {
		s64 mj = (s64)home->flow.car_w[i] * ms;

		home->box[i].given_mj += (u64)mj;
		home->box[i].wants_mj -= mj;
	}
	home->now_ms += ms;
}

void home_step(struct home *home, const struct home_moment *moment, u32 ms)
{
	unsigned int i;

	home->charge_w = limit_w(&home->battery, home_battery_charge_ma(&home->battery),
				 moment->charge_ma);
	home->discharge_w = limit_w(&home->battery, home_battery_discharge_ma(&home->battery),
				    moment->discharge_ma);
	for (i = 0; i < home->config->site.chargers; i++)
		plug(home, i, &moment->car[i]);
	flow_of(home, moment, ms, &home->flow);
	measure(home, moment);
	ems_step(&home->config->site, &home->state, &home->inputs, home->now_ms, &home->out);
	tell(home);
	flow_of(home, moment, ms, &home->flow);
	pass(home, ms);
}
