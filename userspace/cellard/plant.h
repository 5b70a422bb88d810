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
#include "events.h"

/* Between two steps, however quiet the batteries are: walks, ramps and holds go on. */
#define PLANT_STEP_MS		1000

/*
 * What goes and is registered anew by the driver (its ABI page: when it has heard more
 * of a battery) is back within so long; what is not counts as silent then.
 */
#define PLANT_GONE_MS		300

/* Advice is of hours and days: it is looked at so often, and when a BMS says something else. */
#define PLANT_ADVICE_MS		1000

#define PLANT_OUT_MAX		256
#define PLANT_SLOTS		(2 * CLUSTER_PACKS_MAX)	/* of a table with room to spare */

struct house;
struct memory;

/*
 * Readings, also those of Modbus lines, that come within so long of the last step share the
 * next one; so little when a BMS says something else than before, and an inverter must be told
 * at once (design.md, "Figures to reach": 10 ms). So steps do not become more with the packs.
 */
#define PLANT_GATHER_MS		100
#define PLANT_HURRY_MS		5

/*
 * What people ask for until the daemon ends.
 *
 * @full_charge: until every member has been full since @clock_s of its advice
 * @ma: LIMITS_NONE, or less than the configuration allows
 */
struct plant_asked {
	bool full_charge;
	u32 clock_s;
	u32 ma[CORE_WAYS];
};

/*
 * What the house around a battery makes of it (house.h).
 *
 * @is: it has its say
 * @off_grid: the inverter is on its own
 * @force_charge: ask the inverter for charge
 * @ma: the most, either way
 */
struct plant_house {
	bool is, off_grid, force_charge;
	u32 ma[CORE_WAYS];
};

/*
 * @config: what limits keep to without what people ask for
 * @inverter_ma: what its inverters can, or may while they do not obey (inverters.h);
 *               LIMITS_NONE
 * @contact_open: as struct limits_input (contacts.h)
 * @advised_ms: when @advice was looked at last; @otherwise: a pack says something since then
 *		that it did not say before
 * @told: what inverters are told and people see: what @limits says, narrowed by @house
 * @used: places of @supply that are taken, one after the other
 * @heard_ms, @heard_age_ms: when each was read, and how old it was then
 * @turn: of each, grows when it was read, or the cluster sees it otherwise
 * @named: grows when a supply comes or changes its serial number
 * @slot: where a name is found: index + 1, 0: nobody
 * @seen: of each, as the last step left it
 */
struct plant_cluster {
	struct plant_cluster *next;
	char name[CONFIG_NAME_SIZE];
	struct limits_config config;
	struct plant_asked asked;
	u32 inverter_ma[CORE_WAYS];
	bool contact_open[CORE_WAYS];
	struct cluster *cluster;
	struct limits *limits;
	struct plant_house house;
	struct limits_out told;
	struct advice *advice;
	u64 advised_ms;
	bool otherwise;
	unsigned int used;
	struct supply supply[CLUSTER_PACKS_MAX];
	u64 heard_ms[CLUSTER_PACKS_MAX];
	u32 heard_age_ms[CLUSTER_PACKS_MAX];
	u32 turn[CLUSTER_PACKS_MAX];
	u32 named;
	u16 slot[PLANT_SLOTS];
	struct plant_seen {
		u32 told;
		u8 block[CORE_WAYS];
		bool fresh;
	} seen[CLUSTER_PACKS_MAX];
};

/*
 * A pack that a person has taken out.
 *
 * @key: as below
 * @name: of its supply when last heard, by which it is known until it says its serial
 *        number; "" when another pack has that name now
 */
struct plant_out {
	char key[SUPPLY_NAME_SIZE];
	char name[SUPPLY_NAME_SIZE];
};

/*
 * @decisions: grows with everything that a person has decided of a pack
 */
struct plant {
	const struct config *config;
	const struct memory *memory;
	struct events *events;	/* the caller's; may be NULL */
	const struct house *house;	/* the caller's; NULL: none yet */
	struct plant_cluster *clusters;	/* as configured, then as they were first heard */
	struct plant_out out[PLANT_OUT_MAX];
	unsigned int outs;
	u32 decisions;
	u64 stepped_ms, due_ms;		/* the last step, and the next one */
};

/*
 * @memory: what was known of clusters before; may be NULL. Both outlive the plant.
 * Returns 0 or -ENOMEM.
 */
int plant_new(struct plant **plant, const struct config *config, const struct memory *memory);
void plant_free(struct plant *plant);

/*
 * Another configuration, which outlives the plant from then on. A cluster goes on as it
 * is when all supplies that it has are still its own; the supplies of one that goes, of
 * which @goes is told before, are heard by others. -ENOMEM: nothing has changed.
 */
int plant_configure(struct plant *plant, const struct config *config,
		    void (*goes)(void *user, struct plant_cluster *cluster), void *user);

/*
 * A supply has been read. A bus that nobody has configured is a cluster by itself, with
 * the name of its system. -ENOSPC: more supplies than a cluster holds.
 */
int plant_heard(struct plant *plant, const struct supply *supply, u64 now_ms);
void plant_gone(struct plant *plant, const char *name, u64 now_ms);

/* The next step comes at most @gap_ms after the last one, or now. */
void plant_want_step(struct plant *plant, u32 gap_ms, u64 now_ms);

/* @now_ms, @wall_s: as advice_step() */
void plant_step(struct plant *plant, u64 now_ms, s64 wall_s);

/* Until the next step is due: PLANT_STEP_MS after the last one, or less. */
u32 plant_wait_ms(const struct plant *plant, u64 now_ms);

/*
 * What a person decides of the pack @pack_key: its serial number, or the name of its
 * supply when it has none. The next step acts on it, and memory.h keeps it. -ENOENT:
 * nobody knows such a pack.
 *
 * plant_set_out(): out of the cluster until it is put in again, wherever it is plugged;
 * -ENOSPC: PLANT_OUT_MAX are out already. plant_set_disconnected(), plant_forget(): as
 * advice.h has it; -EBUSY: it is here.
 */
int plant_set_out(struct plant *plant, const char *pack_key, bool out);
int plant_set_disconnected(struct plant *plant, const char *pack_key, bool disconnected);
int plant_forget(struct plant *plant, const char *pack_key);

/*
 * What people ask of a cluster. Currents in mA, LIMITS_NONE for no more than the
 * configuration says: up to plant_highest_ma(), else -EINVAL.
 */
void plant_ask_full_charge(struct plant_cluster *c, bool wanted);
u32 plant_highest_ma(const struct plant_cluster *c, enum core_way way);
int plant_ask_limits(struct plant_cluster *c, const u32 ma[CORE_WAYS]);

/*
 * What the house makes of @c from now on: its limits are narrowed at once, and never
 * raised. A house that has no say any more is all zero.
 */
void plant_set_house(struct plant_cluster *c, const struct plant_house *house);

/* After a step: a full charge that has come is asked for no more. */
void plant_asked_step(struct plant_cluster *c);

/* Has a person taken it out? Notes by which name it was heard. */
bool plant_is_out(struct plant *plant, const struct supply *supply);

#endif /* CELLAR_CELLARD_PLANT_H */
