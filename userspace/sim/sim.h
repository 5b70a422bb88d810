/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole simulation: plant, script and bus in one virtual time. It sends frames
 * through a callback and never waits, so a test runs it as fast as it likes and
 * a seed gives the same bytes.
 */
#ifndef CELLAR_SIM_SIM_H
#define CELLAR_SIM_SIM_H

#include "plant.h"
#include "report.h"
#include "script.h"
#include "talker.h"

#define SIM_STEP_MS	100

/* @setting: of a Deye battery; @soc: 0…1 */
struct sim_config {
	const struct cellar_model *model;
	enum cellar_dialect dialect;
	enum cellar_setting setting;
	unsigned int packs;
	u64 seed;
	double soc;
	double ambient_c;
	enum plant_demand kind;
	double demand;
	bool obey;
	bool keepalive;
};

struct sim {
	struct plant plant;
	struct talker talker;
	const struct script *script;
	size_t next_event;
	u64 next_step_ms;
	const struct report_texts *texts;
	bool system_frozen;
	bool frozen[PLANT_PACKS_MAX];
	bool speaks;		/* a pack is there to speak for the system */
	struct cellar_reading system;
	struct cellar_reading pack[PLANT_PACKS_MAX];
};

/* Most packs this dialect can tell apart. */
unsigned int sim_packs_max(enum cellar_dialect dialect);

/*
 * @config is valid: a dialect, 1…sim_packs_max() packs. @script outlives @sim.
 * Frames go to @send with @to. -ENOMEM.
 */
int sim_start(struct sim *sim, const struct sim_config *config,
	      const struct script *script, talker_send send, void *to);

void sim_stop(struct sim *sim);

/* When sim_run() next has something to do. */
u64 sim_next_ms(const struct sim *sim);

/* Do what is due at @now_ms, a time from sim_next_ms(). 0, or a negative errno. */
int sim_run(struct sim *sim, u64 now_ms);

#endif /* CELLAR_SIM_SIM_H */
