// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an inverter takes, against what it was told.
 */
#include "obey.h"

#include "smaller.h"

void obey_start(struct obey *obey)
{
	unsigned int way;

	memset(obey, 0, sizeof(*obey));
	for (way = 0; way < CORE_WAYS; way++)
		obey->way[way].cap_ma = LIMITS_NONE;
}

u32 obey_limit_ma(const struct limits_out *limits, enum core_way way)
{
	const struct limit *limit = &limits->current[way];
	u32 least = LIMITS_NONE;
	unsigned int i;

	if (limit->winner != LIMITS_INVERTER)
		return limit->value;
	for (i = 0; i < LIMITS_TERMS; i++)
		if (i != LIMITS_INVERTER && limit->term[i] < least)
			least = limit->term[i];

	return least;
}

static bool is_above(s64 current_ma, u32 limit_ma)
{
	u64 most = limit_ma + (u64)limit_ma * OBEY_OVER_PERMILLE / 1000;

	if (most < (u64)limit_ma + OBEY_FLOOR_MA)
		most = (u64)limit_ma + OBEY_FLOOR_MA;

	return current_ma > 0 && (u64)current_ma > most;
}

static void tell_less(struct obey_way *w, s64 current_ma, u32 limit_ma)
{
	u64 excess = limit_ma ? (u64)(current_ma - limit_ma) * 1000 / limit_ma : UINT16_MAX;
	u32 told = smaller(limit_ma, w->cap_ma);

	w->over = true;
	w->over_ms = 0;
	w->excess_permille = excess < UINT16_MAX ? (u16)excess : UINT16_MAX;
	w->cap_ma = (u32)((u64)told * limit_ma / (u64)current_ma);
	if (w->cap_ma < OBEY_LEAST_MA)
		w->cap_ma = OBEY_LEAST_MA;
}

static void trust_more(struct obey_way *w, u32 limit_ma)
{
	u64 more = w->cap_ma + (u64)limit_ma * OBEY_TRUST_PERMILLE / 1000 + 1;

	w->kept_ms = 0;
	w->cap_ma = more < limit_ma ? (u32)more : LIMITS_NONE;
}

static void way_step(struct obey_way *w, u32 limit_ma, s64 current_ma, u32 step_ms)
{
	u32 followed = (u32)recent_high(&w->limit_ma, limit_ma, step_ms, OBEY_FOLLOW_MS);

	if (is_above(current_ma, followed)) {
		w->over_ms += step_ms;
		w->kept_ms = 0;
		if (w->over_ms > OBEY_OVER_MS)
			tell_less(w, current_ma, followed);
		return;
	}
	w->over_ms = 0;
	w->over = false;
	if (w->cap_ma == LIMITS_NONE)
		return;

	w->kept_ms = is_above(current_ma, smaller(limit_ma, w->cap_ma)) ? 0 :
		     w->kept_ms + step_ms;
	if (w->kept_ms >= OBEY_TRUST_MS)
		trust_more(w, limit_ma);
}

void obey_step(struct obey *obey, const u32 limit_ma[CORE_WAYS], bool known, s32 current_ma,
	       u32 step_ms)
{
	if (!known)
		return;

	if (step_ms > CLUSTER_STEP_MAX_MS)
		step_ms = CLUSTER_STEP_MAX_MS;
	way_step(&obey->way[CORE_CHARGE], limit_ma[CORE_CHARGE], current_ma, step_ms);
	way_step(&obey->way[CORE_DISCHARGE], limit_ma[CORE_DISCHARGE], -(s64)current_ma, step_ms);
}
