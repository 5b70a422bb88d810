/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * N packs as one battery: who is in, why the others are not, and what they are
 * together. How much current they may carry is limits.h.
 *
 * One state is one cluster. cluster_new() allocates, nothing else does; the same
 * inputs in the same order give the same state on every machine.
 */
#ifndef CELLAR_CORE_CLUSTER_H
#define CELLAR_CORE_CLUSTER_H

#include "mix.h"
#include "supply.h"

#define CLUSTER_PACKS_MAX	256
#define CLUSTER_OWNERS		(2 * CLUSTER_PACKS_MAX)	/* of a table with room to spare */

/* A pack that left comes back after so long of fresh data (design.md, "Cluster"). */
#define CLUSTER_HOLD_MS		60000

/*
 * When the cluster itself has just been started, a pack that was never in waits so
 * long: two samples of the slowest bus, and a restart of the daemon is no blackout.
 */
#define CLUSTER_FIRST_HOLD_MS	5000
#define CLUSTER_STARTING_MS	60000

/*
 * Time between two steps counts up to so much: a clock that jumps, or a process that
 * slept, shortens no hold.
 */
#define CLUSTER_STEP_MAX_MS	2000

enum cluster_state {
	CLUSTER_ABSENT,
	CLUSTER_CHECKING,
	CLUSTER_MEMBER,
	CLUSTER_SUSPENDED,
	CLUSTER_STATES
};

/* Why a pack is not a member; the order is the order in which they are looked at. */
enum cluster_reason {
	CLUSTER_NO_REASON,
	CLUSTER_NEVER_HEARD,
	CLUSTER_GONE,		/* silent for SUPPLY_PRESENT_MS */
	CLUSTER_BY_PERSON,
	CLUSTER_PACKS_SPEAK,	/* a system whose packs speak for themselves */
	CLUSTER_DUPLICATE,	/* same serial number as another supply */
	CLUSTER_CHANGED,	/* another serial number than before */
	CLUSTER_SILENT,
	CLUSTER_NO_VOLTAGE,
	CLUSTER_BLOCKED,	/* its BMS or a protection stops both ways */
	CLUSTER_HOLDING,	/* fresh, but not yet for long enough */
	CLUSTER_VOLTAGE,	/* too far from the members' median */
	CLUSTER_MIX,
	CLUSTER_REASONS
};

struct cluster_config {
	bool kit;		/* the Azzurro kit is fitted (mix.h) */
	u16 packs_of_system;	/* packs behind a system that does not say; 0 counts as 1 */
};

/*
 * One supply in the cluster, at its index.
 *
 * @block: why this way is stopped, of a fresh supply
 * @carries: a member, not blocked this way, nor within the last CLUSTER_HOLD_MS
 * @allowed_ma: what its BMS allows this way; 0 without fresh data or when it forbids
 * @packs: how many packs it counts for in @way
 * @hold_left_ms: until it may come back, when CLUSTER_HOLDING
 * @rule: of CLUSTER_MIX
 * @why: the reason in words, "" for a member
 * @told: grows when @state, @reason or @why changes
 */
struct cluster_pack {
	u8 state;		/* enum cluster_state */
	u8 reason;		/* enum cluster_reason */
	u8 rule;		/* enum mix_rule */
	u8 block[CORE_WAYS];	/* enum supply_block */
	bool fresh;
	bool carries[CORE_WAYS];
	u16 packs[CORE_WAYS];
	u32 allowed_ma[CORE_WAYS];
	u32 hold_left_ms;
	char why[MIX_WORDS_SIZE];
	u32 told;

	/* the core's own */
	bool was_member, changed;
	bool was_blocked[CORE_WAYS];
	u8 blocked_as[CORE_WAYS];	/* what the words of CLUSTER_BLOCKED say */
	u32 share_ma[CORE_WAYS];	/* of a fresh system: for a pack that says no limit */
	u64 serial_hash;
	u64 bad_ms, blocked_ms[CORE_WAYS];	/* when last, by the core's clock */
};

/* Where an extreme is: index of the supply, cell from 1 or 0. */
struct cluster_place {
	u16 supply;
	u8 cell;
};

/*
 * The members as one battery. @sum is a reading as a system would give it, without
 * the limits: those are for limits.c to say.
 */
struct cluster_sum {
	struct cellar_reading sum;
	unsigned int members;		/* supplies */
	unsigned int packs;		/* packs behind them */
	unsigned int carrying[CORE_WAYS];	/* packs behind those that carry */
	struct cluster_place cell_min, cell_max;
	u16 coldest, warmest;		/* index of the supply */
};

struct cluster {
	struct cluster_config config;
	unsigned int n;		/* supplies in use */
	unsigned int room;	/* … and for how many there is room */
	u64 last_ms;		/* now of the last step */
	u64 clock_ms;		/* time that counts, from the first step */
	u64 begun_ms;		/* first fresh reading, by clock_ms */
	u32 step_ms;		/* what the last step counted for */
	bool stepped, begun;
	struct cluster_sum out;
	struct cluster_pack *pack;	/* room for all, as the next three */
	u32 *sorted;			/* for a median */
	u16 *queue;			/* packs that may join in this step */
	u16 *systems;			/* the supplies that are systems … */
	unsigned int n_systems;		/* … so many */
	u16 owner[CLUSTER_OWNERS];	/* of a serial number: index + 1, 0: nobody */
};

/*
 * A cluster of @n supplies, 1…CLUSTER_PACKS_MAX. Returns 0, -EINVAL or -ENOMEM.
 * @config is copied. The caller frees with cluster_free().
 */
int cluster_new(struct cluster **cluster, const struct cluster_config *config, unsigned int n);
void cluster_free(struct cluster *cluster);

/*
 * From the next step on only the first @n supplies are looked at, at most as many as it
 * was made for: what nobody has heard of yet costs nothing. Once it has stepped, @n only
 * grows; who is new has not been heard before.
 */
void cluster_use(struct cluster *cluster, unsigned int n);

/*
 * What is known at @now_ms, of any clock that only goes forward. @supplies has n of
 * them, each at the index it always has. @off_grid: as supply_limit_ma().
 */
void cluster_step(struct cluster *cluster, const struct supply *supplies, bool off_grid,
		  u64 now_ms);

/*
 * cluster_step()'s second half, in cluster_sum.c: what the members are together.
 */
void cluster_add_up(struct cluster *cluster, const struct supply *supplies);

/* Median of @n values, which are sorted on the way; the lower of two; 0 for none. */
u32 cluster_median(u32 *values, unsigned int n);

/* "member", …; never NULL for a value of the enum. */
const char *cluster_state_word(enum cluster_state state);
const char *cluster_reason_word(enum cluster_reason reason);
const char *supply_block_word(enum supply_block block);

#endif /* CELLAR_CORE_CLUSTER_H */
