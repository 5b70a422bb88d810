/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rooms of the wallboxes have of each other: sessions (charger_session.c), what a
 * strategy wants (charger_strategy.c), who gets how much (charger_plan.c), and what a box
 * is told in the end (chargers.c).
 */
#ifndef CELLAR_CORE_CHARGER_PARTS_H
#define CELLAR_CORE_CHARGER_PARTS_H

#include "site_parts.h"

/* Less than this cannot be said to a car (IEC 61851-1) */
#define CHARGER_FLOOR_MA	6000

/* The car has so long to follow (IEC 61851-1) */
#define CHARGER_FOLLOW_MS	5000

/* Ours: how long a card that was shown waits for a car to be plugged in */
#define CHARGER_CARD_MS		60000

/* Ours: a car that may charge and has not for so long is kept at the minimum */
#define CHARGER_FULL_MS		30000

/* Ours: what a box that fell silent was told is kept free for it for so long */
#define CHARGER_GONE_MS		60000

/* Ours: a car that follows the sun is told more no sooner after the last change */
#define CHARGER_SUN_MS		10000

/* Ours: what is drawn beyond what was told counts for so long after it was seen */
#define CHARGER_EXCESS_MS	30000

/*
 * One box in one step.
 *
 * @fresh_ms: longest age of what counts
 * @heard: the box is; @there: so is its car, and it may be charged
 * @power_known: what it draws is, @power_w, never negative
 * @phases: on which it charges, @mask: which they are, bit n of phase n
 * @weight: the same in bytes, of all and of each phase: what one mA of it is to a pool
 * @step_ma: its steps; @min_ma, @max_ma: what it may be told now, in them; @max_ma <
 *	@min_ma: nothing
 * @winner: who set @max_ma, or said no; @next_ms: until that may change
 * @held: on, and may not be switched off by its strategy yet
 * @plain: the battery may not help it
 * @asks: takes part when currents are given out
 * @current_ma: what it gets
 */
struct charger_now {
	const struct site_charger_config *config;
	const struct site_charger_inputs *in;
	struct charger *state;
	unsigned int index;
	bool heard, there, power_known, held, asks, plain;
	u8 phases, mask, winner;
	s32 power_w;
	u32 fresh_ms, step_ma, min_ma, max_ma, next_ms, current_ma, weight;
};

/* mA of all phases together that @w, 0…SITE_POWER_MAX_W, allow */
static inline u32 charger_all_ma(s32 w)
{
	return (u32)w * 1000 / SITE_PHASE_V;
}

/* How much is left at @now_ms of @lasts_ms since @since_ms; SITE_NO_TIME - 1 at the most */
static inline u32 charger_rest_ms(u64 now_ms, u64 since_ms, u64 lasts_ms)
{
	u64 rest = now_ms - since_ms < lasts_ms ? lasts_ms - (now_ms - since_ms) : 0;

	return rest < SITE_NO_TIME ? (u32)rest : SITE_NO_TIME - 1;
}

static inline void charger_at_most(struct charger_now *box, u32 ma, enum site_winner winner)
{
	if (ma >= box->max_ma)
		return;
	box->max_ma = ma;
	box->winner = (u8)winner;
}

/* Is @minute of the day within a time that begins at @start_min and lasts @duration_min? */
bool charger_in_time(unsigned int minute, unsigned int start_min, unsigned int duration_min);

/* Begins and ends the session of @box, and counts its energy. */
void charger_session_step(struct charger_now *box, const struct site_image *image,
			  struct site_outputs *out);

/* What a box without a session waits for: its state, and @box->winner, @box->next_ms. */
enum site_charger_state charger_waits(struct charger_now *box, const struct site_image *image);

/* Who asks, and for how much at the most. @box: @n of them, in the order of service. */
void charger_strategies(struct charger_now *const box[], unsigned int n,
			const struct site_image *image);

/* What can be given, mA: of all phases together, and of each; < 0: too much is drawn */
#define CHARGER_LANES	(1 + SITE_PHASES)

struct charger_pool {
	s32 ma[CHARGER_LANES];
};

/*
 * @all: for all boxes. @plain: for those that the battery may not help, which take from
 * both; when @helped. Without it all take from @all alone.
 */
struct charger_pools {
	struct charger_pool all, plain;
	bool helped;
};

/* Gives to those of @box that ask what they can have, into @current_ma. */
void charger_plan(struct charger_now *const box[], unsigned int n, struct charger_pools *pools);

/*
 * Raises those of @n boxes that have a current, all alike, as far as each may and @pools
 * last, then to their steps. What each had is not in @pools any more.
 */
void charger_fill(struct charger_now *const box[], unsigned int n, struct charger_pools *pools);

#endif /* CELLAR_CORE_CHARGER_PARTS_H */
