// SPDX-License-Identifier: GPL-2.0-only
/*
 * One process image from all that was heard, the step on it, and its word to the battery.
 */
#include "house.h"

#include "../core/smaller.h"
#include "house_news.h"
#include "wishes.h"

#include <stdlib.h>

/* A little less than a second is one: steps of the plant are not to the millisecond. */
#define EARLY_MS	100

#define MJ_PER_WH	3600000

int house_new(struct house **house, struct plant *plant, const struct config *files,
	      struct wishes *wishes)
{
	struct house *h;
	int r;

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;

	h->plant = plant;
	h->wishes = wishes ? wishes : wishes_new();
	r = h->wishes ? house_configure(h, files) : -ENOMEM;
	if (r) {
		if (wishes)
			h->wishes = NULL;
		house_free(h);
		return r;
	}
	roles_start(&h->roles, USERS_FILE);
	site_start(&h->state, &h->config->house.site);
	site_inputs_clear(&h->inputs);
	*house = h;

	return 0;
}

void house_free(struct house *house)
{
	if (!house)
		return;

	wishes_free(house->wishes);
	free(house->config);
	free(house);
}

u32 house_age_ms(bool known, u64 at_ms, u64 now_ms)
{
	u64 age_ms = now_ms > at_ms ? now_ms - at_ms : 0;

	if (!known)
		return SITE_NEVER;

	return age_ms < SITE_NEVER ? (u32)age_ms : SITE_NEVER - 1;
}

static bool is_power(s32 w)
{
	return w >= -SITE_POWER_MAX_W && w <= SITE_POWER_MAX_W;
}

void house_hears(struct house *house, enum house_figure figure, s32 value, u64 at_ms)
{
	struct house_heard *heard = &house->heard[figure];

	if (!is_power(value))
		return;

	if (figure >= HOUSE_GRID && (!heard->known || heard->value != value))
		house->hurry = true;
	*heard = (struct house_heard){ true, value, at_ms };
}

void house_hears_charger(struct house *house, unsigned int charger,
			 const struct house_charger *said, u64 at_ms)
{
	u8 card = house->charger[charger].said.card;

	if (said->power_known && !is_power(said->power_w))
		return;

	if (!house->charger[charger].known || said->card ||
	    said->car != house->charger[charger].said.car)
		house->hurry = true;
	house->charger[charger].said = *said;
	house->charger[charger].at_ms = at_ms;
	house->charger[charger].known = true;

	/* one that was shown waits for the step */
	if (!said->card)
		house->charger[charger].said.card = card;
}

void house_hears_inverter(struct house *house, unsigned int inverter,
			  const struct house_inverter *said, u64 at_ms)
{
	if ((said->pv_known && !is_power(said->pv_w)) ||
	    (said->battery_known && !is_power(said->battery_w)))
		return;

	if (!house->inverter[inverter].known ||
	    said->off_grid != house->inverter[inverter].said.off_grid)
		house->hurry = true;
	house->inverter[inverter].said = *said;
	house->inverter[inverter].at_ms = at_ms;
	house->inverter[inverter].known = true;
}

void house_command(struct house *house, unsigned int charger, enum site_command command)
{
	house->charger[charger].command = (u8)command;
	house->hurry = true;
}

struct plant_cluster *house_cluster(const struct house *house)
{
	const char *name = house->config->house.cluster;
	struct plant_cluster *c = house->plant->clusters;

	if (!*name)
		return c && !c->next ? c : NULL;
	while (c && strcmp(c->name, name) != 0)
		c = c->next;

	return c;
}

static s32 watts(u64 mv, u64 ma)
{
	u64 w = mv * ma / 1000000;

	return w < SITE_POWER_MAX_W ? (s32)w : SITE_POWER_MAX_W;
}

/* All that carry the current are members; the oldest of them is how old that is. */
static u32 age_of_members(const struct plant_cluster *c)
{
	u32 age_ms = 0;

	for (unsigned int i = 0; i < c->used; i++)
		if (c->cluster->pack[i].state == CLUSTER_MEMBER && c->supply[i].age_ms > age_ms)
			age_ms = c->supply[i].age_ms;

	return age_ms;
}

/* Without the house's own word: what it held back it could never let go. */
static void hear_battery(const struct plant_cluster *c, struct site_battery_inputs *battery)
{
	const struct cellar_reading *sum = c ? &c->cluster->out.sum : NULL;
	const struct limits_out *limits = c ? &c->limits->out : NULL;

	*battery = (struct site_battery_inputs){
		.age_ms = SITE_NEVER, .battery_w.age_ms = SITE_NEVER,
	};
	if (!c || !c->cluster->out.members || !cellar_has(sum, CELLAR_SOC) ||
	    !cellar_has(sum, CELLAR_VOLTAGE))
		return;

	battery->age_ms = age_of_members(c);
	battery->soc_centi = sum->soc_centi;
	battery->packs = (u16)c->cluster->out.members;
	battery->voltage_mv = sum->voltage_mv;
	battery->charge_w = watts(sum->voltage_mv, limits->current[CORE_CHARGE].value);
	battery->discharge_w = watts(sum->voltage_mv, limits->current[CORE_DISCHARGE].value);
	battery->force_charge = limits->force_charge;
	if (!cellar_has(sum, CELLAR_CURRENT))
		return;
	battery->battery_w.age_ms = battery->age_ms;
	battery->battery_w.value = sum->current_ma < 0 ?
		-watts(sum->voltage_mv, (u64)-(s64)sum->current_ma) :
		watts(sum->voltage_mv, (u64)sum->current_ma);
}

static struct site_value value_of(bool known, s32 value, u64 at_ms, u64 now_ms)
{
	return (struct site_value){ known ? value : 0, house_age_ms(known, at_ms, now_ms) };
}

static struct site_value figure(const struct house *h, enum house_figure figure, u64 now_ms)
{
	const struct house_heard *heard = &h->heard[figure];

	return value_of(heard->known, heard->value, heard->at_ms, now_ms);
}

static void hear_chargers(struct house *h, u64 now_ms)
{
	for (unsigned int i = 0; i < SITE_CHARGERS_MAX; i++) {
		const struct house_charger *said = &h->charger[i].said;
		struct site_charger_inputs *in = &h->inputs.charger[i];
		u64 at_ms = h->charger[i].at_ms;
		bool known = h->charger[i].known;

		*in = (struct site_charger_inputs){
			.car = said->car, .command = h->charger[i].command, .card = said->card,
			.car_phases = said->car_phases, .car_ma = said->car_ma,
			.power_w = value_of(known && said->power_known, said->power_w, at_ms,
					    now_ms),
			.energy_wh = value_of(known && said->energy_known, said->energy_wh, at_ms,
					      now_ms),
			.age_ms = house_age_ms(known, at_ms, now_ms),
		};
	}
}

static void hear_inverters(struct house *h, u64 now_ms)
{
	for (unsigned int i = 0; i < SITE_INVERTERS_MAX; i++) {
		const struct house_inverter *said = &h->inverter[i].said;
		u64 at_ms = h->inverter[i].at_ms;
		bool known = h->inverter[i].known;

		h->inputs.inverter[i] = (struct site_inverter_inputs){
			.age_ms = house_age_ms(known, at_ms, now_ms),
			.ok = said->ok, .off_grid = said->off_grid,
			.pv_w = value_of(known && said->pv_known, said->pv_w, at_ms, now_ms),
			.battery_w = value_of(known && said->battery_known, said->battery_w, at_ms,
					      now_ms),
		};
	}
}

static void hear_all(struct house *h, u64 now_ms, s64 wall_s, s32 utc_offset_s)
{
	struct site_inputs *in = &h->inputs;

	in->wall_s = wall_s;
	in->utc_offset_s = utc_offset_s;
	for (unsigned int phase = 0; phase < SITE_PHASES; phase++)
		in->exchange_w[phase] = figure(h, HOUSE_EXCHANGE_1 + phase, now_ms);
	in->production_w = figure(h, HOUSE_PRODUCTION, now_ms);
	in->grid = figure(h, HOUSE_GRID, now_ms);
	in->drm = figure(h, HOUSE_DRM, now_ms);
	in->rrcr = figure(h, HOUSE_RRCR, now_ms);
	in->cease = figure(h, HOUSE_CEASE, now_ms);
	hear_battery(house_cluster(h), &in->battery);
	hear_chargers(h, now_ms);
	hear_inverters(h, now_ms);
}

/* What was for one step is over with it. */
static void forget_moments(struct house *h)
{
	for (unsigned int i = 0; i < SITE_CHARGERS_MAX; i++) {
		h->charger[i].command = SITE_NO_COMMAND;
		h->charger[i].said.card = 0;
	}
	h->hurry = false;
}

static u8 family_of(const struct plant_cluster *c)
{
	static const struct {
		const char *maker;
		u8 family;
	} makers[] = {
		{ "Pylontech", SITE_FAMILY_PYLONTECH },
		{ "WeCo", SITE_FAMILY_WECO },
		{ "ZCS Azzurro", SITE_FAMILY_AZZURRO },
	};

	for (unsigned int i = 0; c && i < c->used; i++) {
		if (c->cluster->pack[i].state != CLUSTER_MEMBER || !c->supply[i].model)
			continue;
		for (size_t m = 0; m < ARRAY_SIZE(makers); m++)
			if (!strcmp(c->supply[i].model->maker, makers[m].maker))
				return makers[m].family;
		break;
	}

	return SITE_FAMILY_OTHER;
}

/* Only what listens to the battery is steered by what the battery says. */
static void tell_battery(const struct house *h)
{
	const struct plant_cluster *mine = house_cluster(h);
	const struct site_outputs *out = &h->out;
	struct plant_cluster *c;

	for (c = h->plant->clusters; c; c = c->next) {
		struct plant_house house = { 0 };

		if (c == mine && h->config->house.given) {
			house.off_grid = out->off_grid;
			house.is = h->config->house.site.control == SITE_BY_LIMITS;
			house.force_charge = house.is && out->force_charge;
			house.ma[CORE_CHARGE] = out->charge_ma;
			house.ma[CORE_DISCHARGE] = out->discharge_ma;
		}
		plant_set_house(c, &house);
	}
}

/* A BMS that allows less than the set-point was made for does not wait for its second. */
static bool battery_fell(const struct house *h)
{
	struct site_battery_inputs now;

	hear_battery(house_cluster(h), &now);

	return now.charge_w < h->inputs.battery.charge_w ||
	       now.discharge_w < h->inputs.battery.discharge_w;
}

static bool is_due(const struct house *h, u64 now_ms)
{
	return !h->stepped || h->hurry || now_ms >= h->stepped_ms + HOUSE_STEP_MS - EARLY_MS ||
	       battery_fell(h);
}

/* Nobody knows what flowed while cellard was not there. */
static void count_absence(struct house *h, s64 wall_s, s32 utc_offset_s)
{
	const struct energy_flow nothing = { 0 };
	s64 away_s = wall_s - h->was_wall_s;

	if (!h->was_wall_s || !wall_s)
		return;

	if (away_s > 0 && away_s <= UINT32_MAX / 1000)
		energy_step(&h->state.energy, &nothing, (u32)away_s * 1000,
			    wall_s + utc_offset_s);
	h->was_wall_s = 0;
}

void house_step(struct house *house, u64 now_ms, s64 wall_s, s32 utc_offset_s)
{
	struct site_config *site = &house->config->house.site;

	if (is_due(house, now_ms)) {
		site->family = family_of(house_cluster(house));
		hear_all(house, now_ms, wall_s, utc_offset_s);
		count_absence(house, wall_s, utc_offset_s);
		ems_step(site, &house->state, &house->inputs, now_ms, &house->out);
		forget_moments(house);
		house->stepped = true;
		house->stepped_ms = now_ms;
		house->wall_s = wall_s;
		if (house->config->house.given)
			house_news(house);
	}
	tell_battery(house);
}
