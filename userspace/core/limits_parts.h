/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rooms of limits.h among themselves: one pack by itself, the floors below which
 * nothing is discharged, the voltages.
 */
#ifndef CELLAR_CORE_LIMITS_PARTS_H
#define CELLAR_CORE_LIMITS_PARTS_H

#include "limits.h"
#include "smaller.h"

/*
 * One pack by itself.
 *
 * @part: its own terms, mA; LIMITS_NONE where one says nothing
 * @own_ma: the smallest of them; 0 when it is blocked or not fresh
 * @base_ma: what a curve is a share of
 * @latch: of the cell curves
 * @long_ms, @short_ms: used of the peak windows; @rest_ms: without a peak since
 * @peaking: a peak window is open
 */
struct limits_pack {
	const struct cellar_model *model;
	const struct profile *profile;
	u32 part[CORE_WAYS][LIMITS_TERMS];
	u32 own_ma[CORE_WAYS];
	u32 base_ma[CORE_WAYS];
	u16 latch[CORE_WAYS];
	u32 long_ms, short_ms, rest_ms;
	bool peaking;
};

/* limits_pack.c */
void limits_pack_step(struct limits *l, const struct cluster *c, const struct supply *s,
		      unsigned int i);

/* The part of a pack in what flows; @flow_ma is 0 where that says nothing. */
struct limits_share {
	u32 flow_ma, net_ma;
};

/*
 * What is known of it.
 *
 * @share: what counts; @least: the least of this round
 * @connected: it is on the busbar, as far as anybody knows
 */
struct limits_wired {
	struct limits_share share[CORE_WAYS], least[CORE_WAYS];
	bool connected;
};

/*
 * limits_share.c, after limits_pack_step() of all: how they share the current.
 *
 * Packs are heard one after the other. When the current jumps, who is heard first seems to
 * carry all of it, and so a part counts when it was no less in a whole round, in which
 * everybody on the busbar has been heard anew: that is after two rounds at the latest, 2 to
 * 3 s where each is heard once a second. Who is not fresh is not waited for, and when one
 * comes or goes the parts of now count.
 */
void limits_shares_step(struct limits *l, const struct cluster *c,
			const struct supply *supplies);

/*
 * After that: the current of the cluster at which no pack is above its own limit, as they share
 * it; LIMITS_NONE when nothing flows this way. 0 as soon as a pack carries something that
 * may carry nothing.
 */
u32 limits_share_ma(const struct limits *l, const struct cluster *c,
		    const struct supply *supplies, enum core_way way);

/* limits_floor.c: cut-offs, DoD, first full charge, and what is asked of the inverter */
void limits_floor_step(struct limits *l, const struct cluster *c, const struct supply *supplies,
		       const struct limits_input *input);

/* limits_voltage.c: charge and discharge voltage, and the stages of charging */
void limits_voltage_step(struct limits *l, const struct cluster *c,
			 const struct supply *supplies);

/* Model of member @i; NULL for who is no member or has none. */
const struct cellar_model *limits_member_model(const struct limits *l, const struct cluster *c,
					       unsigned int i);
const struct profile *limits_member_profile(const struct limits *l, const struct cluster *c,
					    unsigned int i);

#endif /* CELLAR_CORE_LIMITS_PARTS_H */
