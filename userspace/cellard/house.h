/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The house around a battery, while it runs: what has been heard of it, when, and each
 * second a step of the energy management (core/site.h) on that. No file, no bus and no
 * clock in here.
 *
 * Who measures something tells by house_heard_…(), with the time of the measurement by
 * the clock that house_step() has; it is for the step to say when that is too old. Who
 * switches something reads @out after the step. An inverter that only listens to its
 * battery is steered by the limits of the cluster: they are narrowed, never raised.
 */
#ifndef CELLAR_CELLARD_HOUSE_H
#define CELLAR_CELLARD_HOUSE_H

#include "../core/site_state.h"
#include "plant.h"
#include "roles.h"

/* Between two steps, if nothing happens that cannot wait. */
#define HOUSE_STEP_MS	1000

struct wishes;

/* What is heard as one figure each. */
enum house_figure {
	HOUSE_EXCHANGE_1,	/* W at the grid meter, < 0 draws; of a single-phase plant this one */
	HOUSE_EXCHANGE_2,
	HOUSE_EXCHANGE_3,
	HOUSE_PRODUCTION,	/* W of all PV */
	HOUSE_GRID,		/* 1 there, 0 blackout */
	HOUSE_DRM,		/* contacts, a bit each (struct site_inputs) */
	HOUSE_RRCR,
	HOUSE_CEASE,
	HOUSE_FIGURES
};

/* What is heard of an inverter of the house, and of what it measures. */
struct house_inverter {
	bool ok, off_grid;
	bool pv_known, battery_known;
	s32 pv_w, battery_w;
};

/*
 * What is heard of a wallbox. @car: enum site_car; @car_ma, @car_phases: 0: not known;
 * @card: as struct site_charger_inputs, of the card that was shown just now
 */
struct house_charger {
	u8 car, car_phases, card;
	bool power_known, energy_known;
	u32 car_ma;
	s32 power_w, energy_wh;
};

struct house_heard {
	bool known;
	s32 value;
	u64 at_ms;
};

/*
 * @config: of the files, with what people have set; its house.site is stepped
 * @wishes: what people have set (wishes.h)
 * @roles: who may change that
 * @heard, @charger, @inverter: as last heard; @command: of a person, for the next step
 * @inputs, @out: of the last step
 * @hurry: something cannot wait for the next second
 * @changes: grows with everything that a person has set, or the files have
 * @was_wall_s: when the last run ended, of which nobody knows what flowed since; 0
 */
struct house {
	struct plant *plant;
	struct config *config;
	struct wishes *wishes;
	struct roles roles;
	struct house_heard heard[HOUSE_FIGURES];
	struct {
		struct house_charger said;
		u64 at_ms;
		bool known;
		u8 command;
	} charger[SITE_CHARGERS_MAX];
	struct {
		struct house_inverter said;
		u64 at_ms;
		bool known;
	} inverter[SITE_INVERTERS_MAX];
	struct site_state state;
	struct site_inputs inputs;
	struct site_outputs out;
	u64 stepped_ms;
	s64 wall_s;
	bool stepped, hurry;
	u32 changes;
	s64 was_wall_s;
};

/*
 * A house of @plant with the configuration of its files; both outlive it. @wishes is the
 * house's from then on; NULL: nobody has set anything. Returns 0 or -ENOMEM.
 */
int house_new(struct house **house, struct plant *plant, const struct config *files,
	      struct wishes *wishes);
void house_free(struct house *house);

/*
 * The files have been read anew. What people have set stays on top; what of it does not
 * go with them is told as an event and waits. What runs on by its name keeps its state.
 * -ENOMEM: nothing has changed.
 */
int house_configure(struct house *house, const struct config *files);

/*
 * What a person sets in @section of cellard.conf(5): @n pairs of keys and values, all or
 * none. Returns 0, -ENOMEM, or -EINVAL with what is wrong in @why (HOUSE_WHY_SIZE).
 */
#define HOUSE_WHY_SIZE	640

struct house_pair {
	const char *section, *key, *value;
};

int house_set(struct house *house, const struct house_pair *pairs, unsigned int n, char *why);

/* The rule @number is none any more, whatever the files say. As house_set(). */
int house_drop_rule(struct house *house, const struct config *files, unsigned int number,
		    char *why);

/* As the files have it again: @section, or "" for all. -ENOENT: nothing was set there. */
int house_reset(struct house *house, const struct config *files, const char *section);

/* @value: beyond ±SITE_POWER_MAX_W it is not taken. A contact that moved hurries. */
void house_hears(struct house *house, enum house_figure figure, s32 value, u64 at_ms);
void house_hears_charger(struct house *house, unsigned int charger,
			 const struct house_charger *said, u64 at_ms);
void house_hears_inverter(struct house *house, unsigned int inverter,
			  const struct house_inverter *said, u64 at_ms);

/* A person starts or stops a charger: with the next step, which hurries. */
void house_command(struct house *house, unsigned int charger, enum site_command command);

/*
 * After each plant_step(): the step of the house when it is due, and what its battery may
 * do by that. @wall_s, @utc_offset_s: as struct site_inputs.
 */
void house_step(struct house *house, u64 now_ms, s64 wall_s, s32 utc_offset_s);

/* The battery of the house; NULL: there is none yet. */
struct plant_cluster *house_cluster(const struct house *house);

/* Index of the charger, output or inverter @name, -ENOENT. */
int house_charger_named(const struct house *house, const char *name);
int house_output_named(const struct house *house, const char *name);
int house_inverter_named(const struct house *house, const char *name);

/* How old a figure is now; SITE_NEVER. */
u32 house_age_ms(bool known, u64 at_ms, u64 now_ms);

#endif /* CELLAR_CELLARD_HOUSE_H */
