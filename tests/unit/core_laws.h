/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must hold for a cluster and its limits whatever the packs say: a world of
 * packs that is changed at random or by a fuzzer, and the laws after every step. The
 * laws are worked out from the inputs again, by other means than the core does it.
 */
#ifndef CELLAR_TESTS_CORE_LAWS_H
#define CELLAR_TESTS_CORE_LAWS_H

#include "../../userspace/core/one_battery.h"

#define CORE_WORLD_PACKS	32

/* What has happened at least once, so that no law is kept for want of a case. */
struct core_seen {
	u64 reasons, rules, blocks, stages;
	u64 winners[CORE_WAYS], volt_winners;
	u64 joins, returns, falls, rises, volt_falls, volt_rises, shares, stale, told;
};

/*
 * What the laws remember of one supply. Times are of the world's own clock. @part: of what
 * flows through all, never less in the round before this one; @round_part: in this one.
 */
struct core_past {
	double part[CORE_WAYS], round_part[CORE_WAYS];
	bool wired;
	bool member, was_member, carried[CORE_WAYS], had[CORE_WAYS];
	u64 left_ms, closed_ms[CORE_WAYS];
};

struct core_world {
	struct cluster *cluster;
	struct limits *limits;
	struct limits_input input;
	struct supply supply[CORE_WORLD_PACKS];
	bool silent[CORE_WORLD_PACKS];
	unsigned int n;
	u64 now_ms;	/* what the core is told: may jump */
	u64 true_ms;	/* time that passed, counted up to CLUSTER_STEP_MAX_MS a step */
	u64 round_ms;	/* of it, since when everybody is heard anew */

	struct core_past past[CORE_WORLD_PACKS];
	struct one_battery told;
	u32 last_ma[CORE_WAYS], last_mv;
	u64 fell_ms[CORE_WAYS], volt_fell_ms;
	bool fell[CORE_WAYS], volt_fell;
	struct core_seen *seen;
};

/* A world of @n packs, 1…CORE_WORLD_PACKS; @plan chooses models, buses and settings. */
struct core_world *core_world_new(unsigned int n, u64 plan, struct core_seen *seen);
void core_world_free(struct core_world *world);

/* One change of what the packs say, chosen by @what. */
void core_world_change(struct core_world *world, u64 what);

/*
 * Let @ms pass as the packs see it, the clock of the core going @clock_ms on (or back),
 * and check. NULL, or the law that is broken.
 */
const char *core_world_step(struct core_world *world, u32 ms, s64 clock_ms);

/* Whether two worlds that were told the same say the same. */
bool core_worlds_equal(const struct core_world *a, const struct core_world *b);

#endif /* CELLAR_TESTS_CORE_LAWS_H */
