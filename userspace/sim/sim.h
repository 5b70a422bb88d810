/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole simulation: a bank of packs and their CAN bus in one virtual time. It
 * sends frames through a callback and never waits, so a test runs it as fast as it
 * likes and a seed gives the same bytes.
 */
#ifndef CELLAR_SIM_SIM_H
#define CELLAR_SIM_SIM_H

#include "bank.h"
#include "talker.h"

/* @setting: of a Deye battery */
struct sim_config {
	struct bank_config bank;
	enum cellar_dialect dialect;
	enum cellar_setting setting;
	bool keepalive;
};

struct sim {
	struct bank bank;
	struct talker talker;
	bool system_frozen;
	bool speaks;		/* a pack is there to speak for the system */
	struct cellar_reading system;
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
