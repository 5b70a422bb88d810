// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters say what they want of the battery, the packs give what they can, and the grid,
 * or without one the house, gets what is left.
 */
#include "premises.h"

#include <math.h>
#include <string.h>

#include "../io/hybrid_maps.h"

#define PHASE_V		230.0
#define LOWEST_CAR_MA	6000	/* IEC 61851 */
#define MJ_PER_WH	3600000

#define RRCR_FULL	BIT(3)	/* L4: a receiver that wants nothing */

int premises_start(struct premises *p, const struct home_config *home,
		   const struct house_config *year, u32 begin_s, double speed)
{
	const struct site_config *site = &home->site;
	unsigned int i;

	memset(p, 0, sizeof(*p));
	p->home = home;
	p->begin_s = begin_s;
	p->speed = speed;
	p->clear = 1;
	p->grid = true;
	p->rrcr = RRCR_FULL;
	for (i = 0; i < site->inverters; i++) {
		p->inverter[i].config = &site->inverter[i];
		p->inverter[i].state = PREMISES_ON_GRID;
	}
	for (i = 0; i < site->chargers; i++) {
		p->box[i].config = &site->charger[i];
		p->box[i].car_phases = SITE_PHASES;
	}
	return house_start(&p->house, year);
}

void premises_stop(struct premises *p)
{
	house_stop(&p->house);
}

u32 premises_at_s(const struct premises *p, u64 now_ms)
{
	u32 at_s = p->begin_s + (u32)((double)now_ms / 1000 * p->speed);

	return at_s < HOUSE_YEAR_S ? at_s : HOUSE_YEAR_S - 1;
}

/* What hangs on closed outputs, where that is not in the load already. */
static double relays_w(struct premises *p)
{
	const struct site_config *site = &p->home->site;
	double w = 0;

	for (unsigned int i = 0; i < site->outputs; i++) {
		struct premises_relay *relay = &p->relay[i];

		relay->w = relay->closed && p->home->switched_loads ? site->output[i].load_w : 0;
		w += relay->w;
	}
	return w;
}

static void look_outside(struct premises *p, u64 now_ms)
{
	struct home_moment moment;

	house_at(&p->house, premises_at_s(p, now_ms), &moment);
	p->roof_w = moment.pv_w * p->clear;
	p->wanted_load_w = moment.load_w + p->more_w + relays_w(p);
}

unsigned int premises_box_phases(const struct premises_box *box)
{
	return box->car_phases < box->config->phases ? box->car_phases : box->config->phases;
}

static double box_w(const struct premises_box *box)
{
	u32 ma = box->now_ma < box->most_ma ? box->now_ma : box->most_ma;

	if (!box->plugged || box->wants_mj <= 0 || ma < LOWEST_CAR_MA)
		return 0;
	return ma / 1000.0 * premises_box_phases(box) * PHASE_V;
}

/* Without power nothing is let through, and nobody is answered. */
static bool is_off(struct premises_box *box, u64 now_ms)
{
	bool off = now_ms < box->off_until_ms;

	if (box->slave)
		box->slave->muted_by_power = off;
	if (off) {
		box->let_ma = 0;
		box->now_ma = 0;
		box->next_ms = 0;
		box->w = 0;
	}
	return off;
}

static void run_box(struct premises_box *box, u64 now_ms, u64 now_ns)
{
	if (is_off(box, now_ms))
		return;
	if (box->slave) {
		box->let_ma = (u32)lround(slave_wallbox_lets_a(box->slave, now_ns) * 1000);
		box->quiet_s = slave_wallbox_quiet_s(box->slave, now_ns);
	}
	if (box->let_ma != box->now_ma && !box->next_ms)
		box->next_ms = now_ms + PREMISES_BOX_LAG_MS;
	if (box->next_ms && now_ms >= box->next_ms) {
		box->now_ma = box->let_ma;
		box->next_ms = 0;
	}
	box->w = box_w(box);
}

void premises_car_comes(struct premises *p, unsigned int n, double wh, u32 most_ma,
			const char *card)
{
	struct premises_box *box = &p->box[n];

	box->plugged = true;
	box->most_ma = most_ma;
	box->wants_mj = (s64)(wh * MJ_PER_WH);
	if (!box->slave)
		return;
	slave_set_car(box->slave, most_ma / 1000.0);
	if (card[0])
		slave_show_card(box->slave, card);
}

void premises_car_goes(struct premises *p, unsigned int n)
{
	p->box[n].plugged = false;
	if (p->box[n].slave)
		slave_set_car(p->box[n].slave, 0);
}

void premises_show_card(struct premises *p, unsigned int n, const char *card)
{
	if (p->box[n].slave)
		slave_show_card(p->box[n].slave, card);
}

void premises_car_uses(struct premises *p, unsigned int n, unsigned int phases)
{
	p->box[n].car_phases = (u8)phases;
}

void premises_box_reboots(struct premises *p, unsigned int n, u64 now_ms, u64 off_ms)
{
	p->box[n].off_until_ms = now_ms + off_ms;
	if (p->box[n].slave)
		slave_forget(p->box[n].slave);
}

/* Off and on again it is in the mode of its EEPROM, without set-points. */
void premises_reboot(struct premises *p, unsigned int n, u64 now_ms, u64 off_ms)
{
	struct premises_inverter *inverter = &p->inverter[n];

	inverter->off_until_ms = now_ms + off_ms;
	inverter->checks_until_ms = inverter->off_until_ms + PREMISES_CHECKS_MS;
	if (inverter->slave)
		memset(inverter->slave->value + SOFAR_POINTS, 0,
		       6 * sizeof(inverter->slave->value[0]));
}

static bool works(const struct premises_inverter *inverter)
{
	return inverter->state == PREMISES_ON_GRID || inverter->state == PREMISES_ON_EPS;
}

static void run_inverter(const struct premises *p, struct premises_inverter *inverter, u64 now_ms)
{
	if (now_ms < inverter->off_until_ms)
		inverter->state = PREMISES_OFF;
	else if (!p->grid)
		inverter->state = p->home->site.eps && inverter->config->eps_w ?
				  PREMISES_ON_EPS : PREMISES_CHECKS;
	else
		inverter->state = now_ms < inverter->checks_until_ms ? PREMISES_CHECKS :
				  PREMISES_ON_GRID;
	if (!inverter->slave)
		return;
	inverter->slave->muted_by_power = inverter->state == PREMISES_OFF;
	inverter->slave->blackout = !p->grid;
}

/* Each has its part of the roof. */
static double roof_of(const struct premises *p, const struct premises_inverter *inverter)
{
	const struct site_config *site = &p->home->site;
	double rated_w = 0;

	for (unsigned int i = 0; i < site->inverters; i++)
		rated_w += site->inverter[i].rated_w;
	if (!works(inverter))
		return 0;
	return fmin(p->roof_w * inverter->config->rated_w / rated_w, inverter->config->rated_w);
}

/* What the inverters can give to the house without a grid. */
static double eps_w(const struct premises *p)
{
	double w = 0;

	for (unsigned int i = 0; i < p->home->site.inverters; i++)
		if (p->inverter[i].state == PREMISES_ON_EPS)
			w += p->inverter[i].config->eps_w;
	return w;
}

static unsigned int working(const struct premises *p)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < p->home->site.inverters; i++)
		n += works(&p->inverter[i]);
	return n;
}

static void want(struct premises *p, double surplus_w, u64 now_ns)
{
	unsigned int n = working(p);

	for (unsigned int i = 0; i < p->home->site.inverters; i++) {
		struct premises_inverter *inverter = &p->inverter[i];

		inverter->wants_w = 0;
		if (!works(inverter))
			continue;
		if (inverter->slave)
			inverter->wants_w =
				slave_sofar_wants_w(inverter->slave, surplus_w / n,
						    inverter->config->battery_w, now_ns);
		else
			inverter->wants_w = surplus_w / n;
	}
}

void premises_ask(struct premises *p, struct plant *plant, u64 now_ms, u64 now_ns)
{
	const struct site_config *site = &p->home->site;
	double used_w, wants_w = 0;
	unsigned int i;

	look_outside(p, now_ms);
	p->cars_w = 0;
	for (i = 0; i < site->chargers; i++) {
		run_box(&p->box[i], now_ms, now_ns);
		p->cars_w += p->box[i].w;
	}
	p->pv_w = 0;
	for (i = 0; i < site->inverters; i++) {
		run_inverter(p, &p->inverter[i], now_ms);
		p->inverter[i].pv_w = roof_of(p, &p->inverter[i]);
		p->pv_w += p->inverter[i].pv_w;
	}
	used_w = p->wanted_load_w + p->cars_w;
	if (!p->grid)
		used_w = fmin(used_w, eps_w(p));
	want(p, p->pv_w - used_w, now_ns);
	for (i = 0; i < site->inverters; i++)
		wants_w += p->inverter[i].wants_w;
	if (site->control == SITE_BY_LIMITS) {
		plant->kind = PLANT_LOAD;
		plant->demand = -wants_w;
	} else {
		plant_drive(plant, wants_w / plant->bus_v);
	}
}

/* What the packs took, to each as it wanted. */
static void share_battery(struct premises *p)
{
	double wants_w = 0;
	unsigned int i;

	for (i = 0; i < p->home->site.inverters; i++)
		wants_w += p->inverter[i].wants_w;
	for (i = 0; i < p->home->site.inverters; i++)
		p->inverter[i].battery_w = wants_w ?
			p->battery_w * p->inverter[i].wants_w / wants_w : 0;
}

/* The sun and the battery alone: nothing is produced that nobody takes. */
static void settle_off_grid(struct premises *p)
{
	double needs_w = p->wanted_load_w + p->cars_w;
	double most_w = fmin(eps_w(p), fmax(p->pv_w - p->battery_w, 0));
	double served_w = fmin(needs_w, most_w), share = needs_w > 0 ? served_w / needs_w : 0;

	p->load_w = p->wanted_load_w * share;
	for (unsigned int i = 0; i < p->home->site.chargers; i++)
		p->box[i].w *= share;
	p->cars_w *= share;
	for (unsigned int i = 0; i < p->home->site.inverters; i++)
		p->inverter[i].pv_w *= p->pv_w > 0 ?
			fmax(served_w + p->battery_w, 0) / p->pv_w : 0;
	p->pv_w = fmax(served_w + p->battery_w, 0);
	p->grid_w = 0;
}

static void show(struct premises *p, double soc)
{
	unsigned int n = working(p);

	for (unsigned int i = 0; i < p->home->site.inverters; i++) {
		struct premises_inverter *inverter = &p->inverter[i];
		struct slave *slave = inverter->slave;

		inverter->flows = (struct slave_flows){
			.state = (uint16_t)inverter->state,
			.battery_w = inverter->battery_w,
			.grid_w = p->grid_w,
			.eps_w = inverter->state == PREMISES_ON_EPS ?
				 (p->load_w + p->cars_w) / n : 0,
		};
		if (!slave)
			continue;
		slave->flows = &inverter->flows;
		slave->sun_w = inverter->pv_w;
		slave->soc = soc;
		slave_set_power(slave, p->load_w + p->cars_w);
	}
}

static void charge(struct premises_box *box, u32 dt_ms)
{
	unsigned int phases = premises_box_phases(box);
	s64 mj = (s64)(box->w * dt_ms);

	box->given_mj += (u64)mj;
	box->wants_mj -= mj;
	box->charge = (struct slave_charge){
		box->w / phases / PHASE_V, (double)box->given_mj / MJ_PER_WH, phases,
	};
}

/* A car of one phase is on the box's own, one of two on that and the next. */
static void settle_phases(struct premises *p)
{
	bool alike = !p->grid || p->home->site.phases != SITE_PHASES;
	double others_w = alike ? p->grid_w : p->grid_w + p->cars_w;
	unsigned int i, k, phases;

	for (k = 0; k < SITE_PHASES; k++)
		p->grid_phase_w[k] = others_w / SITE_PHASES;
	for (i = 0; !alike && i < p->home->site.chargers; i++) {
		phases = premises_box_phases(&p->box[i]);
		for (k = 0; k < phases; k++)
			p->grid_phase_w[(p->box[i].config->phase + k) % SITE_PHASES] -=
				p->box[i].w / phases;
	}
}

void premises_settle(struct premises *p, const struct plant *plant, u32 dt_ms)
{
	p->battery_w = plant->current_a * plant->bus_v;
	share_battery(p);
	p->load_w = p->wanted_load_w;
	if (p->grid)
		p->grid_w = p->pv_w - p->load_w - p->cars_w - p->battery_w;
	else
		settle_off_grid(p);
	for (unsigned int i = 0; i < p->home->site.chargers; i++)
		charge(&p->box[i], dt_ms);
	settle_phases(p);
	show(p, premises_soc(plant));
}

double premises_soc(const struct plant *plant)
{
	unsigned int n = 0;
	double sum = 0;

	for (unsigned int i = 0; i < plant->packs; i++)
		if (plant_online(&plant->pack[i])) {
			sum += bms_soc_centi(&plant->pack[i].bms) / 10000.0;
			n++;
		}
	return n ? sum / n : 0;
}
