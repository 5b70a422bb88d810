/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wallboxes and outputs of a house with a fake clock, and a budget and a sun as a test
 * wants them. Its cars do what they are told, at 230 V, unless a test says otherwise.
 */
#ifndef CELLAR_TESTS_LOADS_RIG_H
#define CELLAR_TESTS_LOADS_RIG_H

#include "../../userspace/core/site_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define RIG_BEGIN_MS	1000000

/*
 * @phases: that it charges on, 0: those of its box; @max_ma: that it says, 0: nothing
 * @wants_wh: until it is full; @drawn_mj: so far; @volt: of its socket
 * @mute: its box says nothing of power and energy, @no_counter: of energy
 * @stuck: its box's counter stands at @stuck_wh
 */
struct rig_car {
	bool there, mute, no_counter, stuck;
	s32 stuck_wh;
	u8 phases;
	u32 max_ma, wants_wh, volt;
	u64 drawn_mj;
};

struct rig {
	struct site_config config;
	struct site_inputs in;
	struct site_image image;
	struct chargers_budget budget;
	struct site_outputs out;
	struct charger charger[SITE_CHARGERS_MAX];
	struct output output[SITE_OUTPUTS_MAX];
	struct rig_car car[SITE_CHARGERS_MAX];
	bool silent[SITE_CHARGERS_MAX];
	u32 events[SITE_EVENT_CODES];	/* since the beginning */
	struct site_event last[SITE_EVENT_CODES];
};

static inline void rig_clock(struct rig *rig, s32 year, unsigned int month, unsigned int day,
			     unsigned int minute)
{
	rig->image.local_s = (s64)civil_day(year, month, day) * CIVIL_DAY_S + minute * 60;
	civil_of(rig->image.local_s, &rig->image.civil);
}

/* What may be drawn in all and, of three phases, of each; the contract says so. */
static inline void rig_budget(struct rig *rig, s32 total_w, s32 phase_w)
{
	rig->budget.total_w = total_w;
	for (unsigned int i = 0; i < SITE_PHASES; i++)
		rig->budget.phase_w[i] = phase_w;
	rig->budget.winner = total_w == SITE_NO_LIMIT ? SITE_NOBODY : SITE_BY_CONTRACT;
}

/* Three phases, @chargers boxes of three with 16 A, plug & play and fast; at noon in June. */
static inline struct rig rig_of(unsigned int chargers)
{
	struct rig rig = { .image = { .now_ms = RIG_BEGIN_MS, .timed = true, .meter = true } };
	unsigned int i;

	site_defaults(&rig.config);
	site_preset(&rig.config, SITE_PLANT_HYBRID_3PH);
	rig.config.chargers = chargers;
	for (i = 0; i < chargers; i++) {
		char name[SITE_NAME_SIZE];

		snprintf(name, sizeof(name), "box-%u", i);
		site_charger_defaults(&rig.config.charger[i], name);
		rig.config.charger[i].phases = 3;
		rig.config.charger[i].mode = SITE_PLUG_AND_PLAY;
	}
	site_inputs_clear(&rig.in);
	rig.image.pv_known = true;
	rig.image.battery_known = true;
	rig.image.chargers_power = true;
	rig.image.grid = true;
	rig_clock(&rig, 2026, 6, 10, 720);
	rig_budget(&rig, SITE_NO_LIMIT, SITE_NO_LIMIT);

	return rig;
}

static inline void rig_plug(struct rig *rig, unsigned int i)
{
	rig->car[i] = (struct rig_car){ .there = true, .wants_wh = UINT32_MAX, .volt = 230 };
}

static inline void rig_unplug(struct rig *rig, unsigned int i)
{
	rig->car[i].there = false;
}

static inline void rig_drive(struct rig *rig, unsigned int i, u32 ms)
{
	struct site_charger_inputs *in = &rig->in.charger[i];
	struct rig_car *car = &rig->car[i];
	u32 ma = rig->out.charger[i].current_ma;
	u8 phases = car->phases ? car->phases : rig->config.charger[i].phases;
	s32 power_w = 0;

	if (!car->there) {
		in->car = SITE_CAR_NONE;
	} else {
		in->car = SITE_CAR_PLUGGED;
		if (ma && car->drawn_mj < car->wants_wh * 3600000ull) {
			in->car = SITE_CAR_CHARGES;
			power_w = (s32)(ma * phases * car->volt / 1000);
		}
	}
	car->drawn_mj += (u64)(u32)power_w * ms;
	in->car_ma = car->max_ma;
	in->car_phases = car->phases;
	in->power_w.value = power_w;
	in->energy_wh.value = car->stuck ? car->stuck_wh : (s32)(car->drawn_mj / 3600000);
	in->age_ms = 0;
	in->power_w.age_ms = car->mute ? SITE_NEVER : 0;
	in->energy_wh.age_ms = car->mute || car->no_counter ? SITE_NEVER : 0;
}

static inline void rig_count(struct rig *rig)
{
	for (unsigned int i = 0; i < rig->out.events; i++) {
		rig->events[rig->out.event[i].code]++;
		rig->last[rig->out.event[i].code] = rig->out.event[i];
	}
}

/* @ms pass, then comes a step. Commands and cards were for that one. */
static inline void rig_pass(struct rig *rig, u32 ms)
{
	for (unsigned int i = 0; i < rig->config.chargers; i++) {
		if (rig->silent[i]) {
			rig->in.charger[i].age_ms += ms;
			rig->in.charger[i].power_w.age_ms += ms;
			rig->in.charger[i].energy_wh.age_ms += ms;
		} else {
			rig_drive(rig, i, ms);
		}
	}
	rig->image.ms = ms;
	rig->image.now_ms += ms;
	if (rig->image.timed) {
		rig->image.local_s += ms / 1000;
		civil_of(rig->image.local_s, &rig->image.civil);
	}
	rig->out.events = 0;
	chargers_step(&rig->config, rig->charger, &rig->in, &rig->image, &rig->budget, &rig->out);
	outputs_step(&rig->config, rig->output, &rig->image, &rig->out);
	rig_count(rig);
	for (unsigned int i = 0; i < SITE_CHARGERS_MAX; i++) {
		rig->in.charger[i].command = SITE_NO_COMMAND;
		rig->in.charger[i].card = 0;
	}
}

static inline void rig_seconds(struct rig *rig, unsigned int n)
{
	while (n--)
		rig_pass(rig, 1000);
}

static inline void rig_minutes(struct rig *rig, unsigned int n)
{
	rig_seconds(rig, n * 60);
}

static inline void rig_say(struct rig *rig, unsigned int i, enum site_command command)
{
	rig->in.charger[i].command = (u8)command;
	rig_seconds(rig, 1);
}

static inline void rig_show(struct rig *rig, unsigned int i, u8 card)
{
	rig->in.charger[i].card = card;
	rig_seconds(rig, 1);
}

#define assert_state(rig, i, is, by) do { \
	assert_int_equal((rig)->out.charger[i].state, is); \
	assert_int_equal((rig)->out.charger[i].winner, by); \
} while (0)

#define assert_told(rig, i, ma) assert_int_equal((rig)->out.charger[i].current_ma, ma)

#endif /* CELLAR_TESTS_LOADS_RIG_H */
