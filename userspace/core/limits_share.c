// SPDX-License-Identifier: GPL-2.0-only
/*
 * How packs share the current, and what all of them may carry so that none is above its
 * own limit.
 */
#include "limits_parts.h"

/* A BMS reports less than about 0.5 A as 0 (packs.md, "Reading quirks"). */
#define SHARE_FLOOR_MA	1000

/* On the busbar, as far as anybody knows. */
static bool is_connected(const struct cluster_pack *seen)
{
	return seen->fresh && seen->reason != CLUSTER_BY_PERSON &&
	       seen->reason != CLUSTER_PACKS_SPEAK && seen->reason != CLUSTER_DUPLICATE;
}

/* What flows through all that are connected; 0 when it flows the other way. */
static u32 net_ma(const struct limits *l, const struct supply *supplies, unsigned int n,
		  enum core_way way)
{
	unsigned int i;
	s64 net = 0;

	for (i = 0; i < n; i++)
		if (l->wired[i].connected)
			net += supply_current_ma(&supplies[i], way);

	return net > 0 ? (u32)net : 0;
}

/*
 * Packs that carry little of what they may are left out: there the resolution of the BMS
 * would speak, not the wiring.
 */
static struct limits_share share_now(const struct limits_pack *p, const struct supply *s,
				     enum core_way way, u32 net)
{
	s32 flows = supply_current_ma(s, way);

	if (!net || flows <= SHARE_FLOOR_MA || (u32)flows < p->own_ma[way] / 4)
		return (struct limits_share){ 0 };

	return (struct limits_share){ .flow_ma = (u32)flows, .net_ma = net };
}

static struct limits_share lesser(struct limits_share a, struct limits_share b)
{
	bool is_a = !a.flow_ma || (u64)a.flow_ma * b.net_ma < (u64)b.flow_ma * a.net_ma;

	return is_a ? a : b;
}

/* Who is on the busbar; whether others were a step ago. */
static bool look_who(struct limits *l, const struct cluster *c)
{
	bool changed = false, connected;
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		connected = is_connected(&c->pack[i]);
		changed |= l->wired[i].connected != connected;
		l->wired[i].connected = connected;
	}

	return changed;
}

/* Everybody on the busbar has been heard since the round began. */
static bool round_is_over(const struct limits *l, const struct cluster *c,
			  const struct supply *supplies)
{
	unsigned int i;

	for (i = 0; i < c->n; i++)
		if (l->wired[i].connected && supplies[i].age_ms >= c->clock_ms - l->round_ms)
			return false;

	return true;
}

void limits_shares_step(struct limits *l, const struct cluster *c,
			const struct supply *supplies)
{
	bool anew = look_who(l, c), over = anew || round_is_over(l, c, supplies);
	unsigned int i, way;

	for (way = 0; way < CORE_WAYS; way++) {
		l->net_ma[way] = net_ma(l, supplies, c->n, way);
		for (i = 0; i < c->n; i++) {
			struct limits_wired *wired = &l->wired[i];
			struct limits_share now = share_now(&l->pack[i], &supplies[i], way,
							    l->net_ma[way]);

			wired->least[way] = anew ? now : lesser(wired->least[way], now);
			if (!over)
				continue;
			wired->share[way] = wired->least[way];
			wired->least[way] = now;
		}
	}
	if (over)
		l->round_ms = c->clock_ms;
}

/* With its share a pack is at its own limit when the whole is net × own / flow. */
u32 limits_share_ma(const struct limits *l, const struct cluster *c,
		    const struct supply *supplies, enum core_way way)
{
	u32 least = LIMITS_NONE;
	unsigned int i;
	u64 whole;

	if (!l->net_ma[way])
		return LIMITS_NONE;

	for (i = 0; i < c->n; i++) {
		const struct limits_share *share = &l->wired[i].share[way];
		u32 own = l->pack[i].own_ma[way];

		if (!l->wired[i].connected)
			continue;
		if (!own && supply_current_ma(&supplies[i], way) > SHARE_FLOOR_MA)
			return 0;
		if (!share->flow_ma)
			continue;
		whole = (u64)share->net_ma * own / share->flow_ma;
		if (whole < least)
			least = (u32)whole;
	}

	return least;
}
