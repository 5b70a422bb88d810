/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does an inverter keep to the limits? One that takes more than OBEY_OVER_PERMILLE above
 * them for OBEY_OVER_MS is told less, in proportion, so that what it takes comes down to
 * what the packs allow. It is trusted again, little by little, when it keeps to that.
 */
#ifndef CELLAR_CORE_OBEY_H
#define CELLAR_CORE_OBEY_H

#include "limits.h"
#include "recent.h"

/* More than so much above the limit, for more than so long (the project's promise). */
#define OBEY_OVER_PERMILLE	50
#define OBEY_OVER_MS		5000

/* What a meter, and an inverter that stands by, may be off besides; ours. */
#define OBEY_FLOOR_MA		2000

/* A limit that fell counts for so long, less than twice that; ours: inverters ramp. */
#define OBEY_FOLLOW_MS		2000

/*
 * When it has kept to what it is told for so long, it is told more again, by so much of
 * what the packs allow; ours.
 */
#define OBEY_TRUST_MS		60000
#define OBEY_TRUST_PERMILLE	100

/* It is not told less than this: 0 A is for protections and stale data (design.md). */
#define OBEY_LEAST_MA		1000

/*
 * Of one way.
 *
 * @cap_ma: what it may be told at most; LIMITS_NONE when it obeys
 * @over: it takes too much, and has for OBEY_OVER_MS
 * @excess_permille: how much above the limit, when it was last found out; 0 for never,
 *                   UINT16_MAX also for more, and for a limit of 0
 */
struct obey_way {
	u32 cap_ma;
	bool over;
	u16 excess_permille;

	/* the core's own */
	u32 over_ms, kept_ms;
	struct recent limit_ma;	/* in slots of OBEY_FOLLOW_MS */
};

struct obey {
	struct obey_way way[CORE_WAYS];
};

void obey_start(struct obey *obey);

/*
 * @limit_ma: what it would be told if it obeyed; what it is told is that, or .cap_ma where
 * that is less. @known: its current is known, and is @current_ma, > 0 charges. @step_ms:
 * since the last call. While the current is not known nothing is learned.
 */
void obey_step(struct obey *obey, const u32 limit_ma[CORE_WAYS], bool known, s32 current_ma,
	       u32 step_ms);

/* What the limit of @way would be without the term LIMITS_INVERTER: for obey_step(). */
u32 obey_limit_ma(const struct limits_out *limits, enum core_way way);

#endif /* CELLAR_CORE_OBEY_H */
