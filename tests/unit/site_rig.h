/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole house with a fake clock: a test says what the sun gives and what the house uses,
 * the rig makes of it what meters show, and battery and cars do what they are told when a
 * test lets them. Everything that is there is heard, until a test says otherwise.
 */
#ifndef CELLAR_TESTS_SITE_RIG_H
#define CELLAR_TESTS_SITE_RIG_H

#include "../../userspace/core/site_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define HOUSE_BEGIN_MS	1000000
#define HOUSE_OFFSET_S	3600	/* what its clocks show on top of UTC */

/*
 * @pv_w, @load_w: sun and house, the house on all phases alike; @phase_load_w: on top, of
 * each phase; @battery_w, @car_w: what they do now
 * @blackout: so it is said, and the battery gives what the sun lacks, told or not
 */
struct house {
	struct site_config config;
	struct site_state state;
	struct site_inputs in;
	struct site_outputs out;
	u64 now_ms;
	bool blackout;
	s32 pv_w, load_w, battery_w;
	s32 phase_load_w[SITE_PHASES], car_w[SITE_CHARGERS_MAX];
	u32 events[SITE_EVENT_CODES];	/* since the beginning */
	struct site_event last[SITE_EVENT_CODES];
};

/* One more inverter of 6 kW that can do everything. */
static inline void house_inverter(struct house *h)
{
	unsigned int i = h->config.inverters++;

	h->config.inverter[i] = (struct site_inverter_config){
		.rated_w = 6000, .battery_w = 6000, .eps_w = 6000, .curtails = true,
	};
	snprintf(h->config.inverter[i].name, SITE_NAME_SIZE, "inverter-%u", i);
	h->in.inverter[i] = (struct site_inverter_inputs){
		.ok = true, .pv_w.age_ms = SITE_NEVER, .battery_w.age_ms = SITE_NEVER,
	};
}

/* One more wallbox of 16 A with a car that takes all it gets, on the first phase or on all. */
static inline void house_car(struct house *h)
{
	unsigned int i = h->config.chargers++;
	struct site_charger_config *box = &h->config.charger[i];
	char name[SITE_NAME_SIZE];

	snprintf(name, sizeof(name), "box-%u", i);
	site_charger_defaults(box, name);
	box->phases = h->config.phases;
	box->mode = SITE_PLUG_AND_PLAY;
	box->min_run_s = 0;
	box->min_pause_s = 0;
	h->in.charger[i] = (struct site_charger_inputs){
		.car = SITE_CAR_PLUGGED, .energy_wh.age_ms = SITE_NEVER,
	};
}

/* Single-phase, a hybrid inverter, and a battery at 60 % that allows 5 kW either way. */
static inline struct house house_of(enum site_plant plant)
{
	struct house h = { .now_ms = HOUSE_BEGIN_MS };
	unsigned int i;

	site_defaults(&h.config);
	site_preset(&h.config, plant);
	h.config.dod_percent = 80;
	site_inputs_clear(&h.in);
	house_inverter(&h);
	for (i = 0; i < h.config.phases; i++)
		h.in.exchange_w[i].age_ms = 0;
	h.in.production_w.age_ms = 0;
	h.in.battery = (struct site_battery_inputs){
		.soc_centi = 6000, .packs = 4, .voltage_mv = 50000,
		.charge_w = 5000, .discharge_w = 5000,
	};
	site_start(&h.state, &h.config);

	return h;
}

static inline struct house house(void)
{
	return house_of(SITE_PLANT_HYBRID_1PH);
}

/* The same under a contract, 100 W of margin, with @cars. */
static inline struct house house_under_contract(s32 contract_w, unsigned int cars)
{
	struct house h = house();

	h.config.contract_w = contract_w;
	while (cars--)
		house_car(&h);

	return h;
}

static inline void house_clock(struct house *h, s32 year, unsigned int month, unsigned int day,
			       unsigned int hour, unsigned int minute)
{
	h->in.utc_offset_s = HOUSE_OFFSET_S;
	h->in.wall_s = (s64)civil_day(year, month, day) * CIVIL_DAY_S + hour * 3600 +
		       minute * 60 - HOUSE_OFFSET_S;
}

/* What the meters show of it. */
static inline void house_measure(struct house *h)
{
	s32 rest_w = h->pv_w - h->load_w - h->battery_w;
	s32 phases = h->config.phases;
	unsigned int i, k;

	if (h->blackout) {
		h->battery_w += rest_w;
		rest_w = 0;
	}
	for (i = 0; i < h->config.phases; i++)
		h->in.exchange_w[i].value = rest_w / phases + (i ? 0 : rest_w % phases) -
					    h->phase_load_w[i];
	for (i = 0; i < h->config.chargers; i++) {
		const struct site_charger_config *box = &h->config.charger[i];
		u8 car_phases = h->in.charger[i].car_phases;
		u8 n = car_phases ? car_phases : box->phases;

		h->in.charger[i].power_w.value = h->car_w[i];
		for (k = 0; k < n; k++)
			h->in.exchange_w[(box->phase + k) % SITE_PHASES].value -=
				h->car_w[i] / n;
	}
	h->in.production_w.value = h->pv_w;
	h->in.battery.battery_w.value = h->battery_w;
}

/* @ms pass, then comes a step; nobody has followed yet. */
static inline void house_step(struct house *h, u32 ms)
{
	unsigned int i;

	h->now_ms += ms;
	if (h->in.wall_s)
		h->in.wall_s += ms / 1000;
	house_measure(h);
	ems_step(&h->config, &h->state, &h->in, h->now_ms, &h->out);
	for (i = 0; i < h->out.events; i++) {
		h->events[h->out.event[i].code]++;
		h->last[h->out.event[i].code] = h->out.event[i];
	}
}

static inline void house_blackout(struct house *h, bool blackout)
{
	h->blackout = blackout;
	h->in.grid = (struct site_value){ !blackout, 0 };
}

/* A second later, by what sun and house do now. */
static inline void house_see(struct house *h, s32 pv_w, s32 load_w)
{
	h->pv_w = pv_w;
	h->load_w = load_w;
	house_step(h, 1000);
}

/* Battery and cars do what they were told. */
static inline void house_follow(struct house *h)
{
	unsigned int i;

	h->battery_w = h->out.battery_w;
	for (i = 0; i < h->config.chargers; i++) {
		h->car_w[i] = h->out.charger[i].power_w;
		h->in.charger[i].car = h->car_w[i] ? SITE_CAR_CHARGES : SITE_CAR_PLUGGED;
	}
}

static inline void house_live(struct house *h, unsigned int seconds)
{
	while (seconds--) {
		house_follow(h);
		house_step(h, 1000);
	}
}

/* Sun and house go on so until nothing moves any more: all holds are over. */
static inline void house_settle(struct house *h, s32 pv_w, s32 load_w)
{
	house_see(h, pv_w, load_w);
	house_live(h, 90);
	house_follow(h);
	house_measure(h);
}

static inline s32 house_grid_w(const struct house *h)
{
	s32 sum_w = 0;
	unsigned int i;

	for (i = 0; i < h->config.phases; i++)
		sum_w += h->in.exchange_w[i].value;

	return sum_w;
}

#define assert_battery(h, w, by) do { \
	assert_int_equal((h)->out.battery_w, w); \
	assert_int_equal((h)->out.limited_by, by); \
} while (0)

#define assert_mode(h, is) assert_int_equal((h)->out.mode, is)

#define assert_window(h, low, low_by, high, high_by) do { \
	assert_int_equal((h)->out.battery_min_w, low); \
	assert_int_equal((h)->out.battery_min_winner, low_by); \
	assert_int_equal((h)->out.battery_max_w, high); \
	assert_int_equal((h)->out.battery_max_winner, high_by); \
} while (0)

#endif /* CELLAR_TESTS_SITE_RIG_H */
