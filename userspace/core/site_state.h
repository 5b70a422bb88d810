/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one step of the energy management leaves to the next. All of it is plain: it may
 * be copied, compared and kept. Each part is the part of one stage alone.
 */
#ifndef CELLAR_CORE_SITE_STATE_H
#define CELLAR_CORE_SITE_STATE_H

#include "energy.h"
#include "site.h"

/*
 * @valid_rrcr: the last single contact, @valid_ms: when
 * @curtailed: a session runs, @since_s: since when (wall), @limit_w: its hardest limit,
 *	@curtailed_mj: how much production it held back, as far as is known
 */
struct gridcode {
	bool any_valid, wrong, curtailed;
	u8 valid_rrcr;
	u64 valid_ms;
	s64 since_s;
	s32 limit_w;
};

struct contract {
	bool over;		/* an overload is on */
	u64 raised_ms;		/* chargers' budget: when it last fell */
	s32 budget_w;
	bool held;
};

struct eps {
	bool away, overload;	/* the grid is away */
	u64 back_ms;		/* since when it is there */
	bool low;		/* below the floor, until the buffer is there again */
};

/*
 * Of one charger.
 *
 * @in_session: a car is being served, or paused
 * @strategy: the one that the session began with
 * @on: told to charge; @switched_ms: when that changed
 */
struct charger {
	bool plugged, in_session, on, done, switched, asked;
	u8 strategy;
	u64 switched_ms, began_ms, raised_ms;
	u64 session_mj;
	u32 counter_wh;
	bool counter_known;
	u32 current_ma;
	u32 served;	/* sessions, for SITE_KILOMETRES_ONCE */
};

/* Of one output. */
struct output {
	bool closed, wanted, switched, checked;
	u64 checked_ms, switched_ms;
};

struct site_state {
	bool stepped;
	u64 last_ms;
	s64 last_wall_s;
	bool meter_was, grid_was;
	struct gridcode gridcode;
	struct contract contract;
	struct eps eps;
	struct charger charger[SITE_CHARGERS_MAX];
	struct output output[SITE_OUTPUTS_MAX];
	struct energy energy;
};

#endif /* CELLAR_CORE_SITE_STATE_H */
