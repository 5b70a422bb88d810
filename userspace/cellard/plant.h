/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which supply belongs to which cluster, and the steps of the core: supplies in,
 * clusters with limits and advice out. No file, no bus and no clock in here.
 */
#ifndef CELLAR_CELLARD_PLANT_H
#define CELLAR_CELLARD_PLANT_H

#include "../core/advice.h"
#include "../core/limits.h"
#include "config.h"

/* Between two steps, however quiet the batteries are: walks, ramps and holds go on. */
#define PLANT_STEP_MS		1000

/*
 * What goes and is registered anew by the driver (its ABI page: when it has heard more
 * of a battery) is back within so long; what is not counts as silent then.
 */
#define PLANT_GONE_MS		300

/*
 * @used: places of @supply that are taken, one after the other
 * @heard_ms, @heard_age_ms: when each was read, and how old it was then
 */
struct plant_cluster {
	struct plant_cluster *next;
	char name[CONFIG_NAME_SIZE];
	struct cluster *cluster;
	struct limits *limits;
	struct advice *advice;
	unsigned int used;
	struct supply supply[CLUSTER_PACKS_MAX];
	u64 heard_ms[CLUSTER_PACKS_MAX];
	u32 heard_age_ms[CLUSTER_PACKS_MAX];
};

struct plant {
	const struct config *config;
	struct plant_cluster *clusters;	/* as configured, then as they were first heard */
};

/* @config outlives the plant. Returns 0 or -ENOMEM. */
int plant_new(struct plant **plant, const struct config *config);
void plant_free(struct plant *plant);

/*
 * A supply has been read. A bus that nobody has configured is a cluster by itself, with
 * the name of its system. -ENOSPC: more supplies than a cluster holds.
 */
int plant_heard(struct plant *plant, const struct supply *supply, u64 now_ms);
void plant_gone(struct plant *plant, const char *name, u64 now_ms);

/* @now_ms, @wall_s: as advice_step() */
void plant_step(struct plant *plant, u64 now_ms, s64 wall_s);

/* Until the next step: PLANT_STEP_MS, or less if a reading is too old before. */
u32 plant_wait_ms(const struct plant *plant, u64 now_ms);

#endif /* CELLAR_CELLARD_PLANT_H */
