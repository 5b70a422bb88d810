/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules behind the codes of advice.h: what each says of one pack at one moment. Only
 * advice.c, which keeps the items, looks in here.
 */
#ifndef CELLAR_CORE_ADVICE_RULES_H
#define CELLAR_CORE_ADVICE_RULES_H

#include "advice.h"
#include "advice_makers.h"

/* Times without a page behind them are ours. */
#define ADVICE_STORED_S		(7 * ADVICE_DAY_S)	/* off, or disconnected, for so long */
#define ADVICE_NEW_S		(30 * ADVICE_DAY_S)
#define ADVICE_NEW_CYCLES	10
#define ADVICE_NOTICE_S		(3 * ADVICE_DAY_S)	/* a full charge is announced */
#define ADVICE_JUMP_S		ADVICE_DAY_S		/* a jump is spoken of */
#define ADVICE_JUMP_CENTI	500			/* between two samples: no current does that */
#define ADVICE_SAMPLES_S	60			/* two samples are not further apart */
#define ADVICE_WARM_S		ADVICE_HOUR_S		/* a temperature is worth something */
#define ADVICE_ROW_S		ADVICE_HOUR_S		/* without a trip: the row has ended */
#define ADVICE_ROW		3			/* trips that lock [L, V] */

enum advice_says {
	ADVICE_NO,
	ADVICE_YES,
	ADVICE_KEEP	/* nobody knows: the item stays as it is */
};

/*
 * One pack, or the cluster, at one moment.
 *
 * @s: its supply with a fresh reading; NULL otherwise
 * @here: it has a supply, fresh or not
 * @silent: that has not been heard for SUPPLY_PRESENT_MS
 * @twice: another supply has its serial number
 * @neighbours: fresh supplies on its bus
 * @heard, @missing: supplies that have ever been heard, and those of them that do not
 *     serve; of the cluster, as @all_silent is
 * @protections: 0 when its BMS does not say
 * @stands: the item does
 */
struct advice_view {
	const struct supply *s;
	const struct cluster_pack *member;
	const struct cellar_model *model;
	const struct advice_maker *maker;
	const struct advice_kept_pack *kept;
	u32 clock_s;
	bool here, silent, twice, all_silent;
	bool stands;
	unsigned int neighbours, heard, missing;
	u64 protections, warnings;
};

/* What an item would speak of, and its deadline (advice_kept_item). */
struct advice_finding {
	u32 from_s;
	u32 limit_s;
	s64 figure[2];
};

/*
 * @raise_ms, @end_ms: how long the rule says so before the item comes and goes
 * @of_cluster: looked at once, with the cluster's place
 * @outlives: shown when the pack has no supply any more
 * @follows: its figures are those of now, not of the moment it came
 */
struct advice_rule {
	enum advice_says (*says)(const struct advice_view *v, struct advice_finding *f);
	const char *word;
	u32 raise_ms, end_ms;
	bool of_cluster, outlives, follows;
};

extern const struct advice_rule advice_rules[ADVICE_CODES];

#endif /* CELLAR_CORE_ADVICE_RULES_H */
