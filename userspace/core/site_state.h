/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one step of the energy management leaves to the next. All of it is plain: it may
 * be copied, compared and kept. Each part is the part of one stage alone.
 */
#ifndef CELLAR_CORE_SITE_STATE_H
#define CELLAR_CORE_SITE_STATE_H

#include "energy.h"
#include "recent.h"
#include "site.h"

/*
 * A time under one limit of the grid operator, as proof of what was done: another limit is
 * another curtailment. What was held back nobody can know; what was done can be.
 *
 * @since_s: wall clock at its beginning, 0: not known; @ms: how long it has lasted
 * @drawing: it is one of drawing; else of generating. With both limited, as power flows
 * @limit_w: what may be generated; of @drawing what may be drawn, 0 or negative
 * @before_w: the inverters' AC power when it began, where @measured
 * @most_w: the most of it (of @drawing: the least) after GRIDCODE_REACT_MS
 * @generated_mj: what the inverters gave, where it was measured
 */
struct curtailment {
	s64 since_s;
	u64 ms, generated_mj;
	s32 limit_w, before_w, most_w;
	bool drawing, measured;
};

/*
 * @valid_rrcr: the last single contact, @valid_ms: when
 * @wrong: none or several are closed now; @unheard: it was said that nothing is heard of them
 * @curtailed: @session runs; @ended: the last one that has ended
 */
struct gridcode {
	bool any_valid, wrong, unheard, curtailed;
	u8 valid_rrcr;
	u64 valid_ms;
	struct curtailment session, ended;
};

/* A figure that falls at once, and rises only some time after it fell last. */
struct contract_hold {
	s32 w;
	u64 fell_ms;
	bool begun, fell;
};

/*
 * @over: an overload is on; @exceeds: there is one unless cars follow, since @exceeds_ms
 * @cars_ms: when one was told to charge, or did, last
 * @net_w, @net_phase_w: what house and sun came to lately, in all and on each phase, by
 *	boxes of which the same were known: @powers
 */
struct contract {
	bool over, exceeds;
	u64 exceeds_ms, cars_ms;
	struct contract_hold total, battery, phase[SITE_PHASES];
	struct recent net_w, net_phase_w[SITE_PHASES];
	u8 powers;
};

/*
 * @heard: whether the grid is there has been said
 * @away: the grid is, @returning: it is back, since @back_ms, and not yet used
 * @low: below the floor off the grid, @reserve: on it; until there is more again
 */
struct eps {
	bool heard, away, returning, overload, low, reserve;
	u64 back_ms;
};

/* @rule: the one that was in force, -1; @reached: its target was, and not lost since */
struct timedcharge {
	s8 rule;
	bool reached;
};

/*
 * Of one charger.
 *
 * @used: of a box that is configured; all is 0 otherwise
 * @heard: the box is; @gone_ms: since when it is not, @gone_ma: what it was told until then
 * @plugged: a car was there when the box was last heard
 * @started: somebody has let this car charge; @stopped: somebody has ended it
 * @armed_ms: when a card was shown; @card: the one that began, 0: none
 * @in_session: a car is being served, or paused; @done: it had what it wanted
 * @strategy, @start_min, @duration_min, @wanted_wh: as they were when the session began
 * @order_…: the order of SITE_KILOMETRES_ONCE that was seen last, and whether it was served
 * @on: told to charge; @switched_ms: when that changed, @switched: it ever did
 * @current_ma: what it is told per phase; @changed_ms: when that changed
 * @said_w: what its box has said lately that it draws
 * @idle_ms: when its car drew last, or it was switched on
 * @excess_w: what is drawn above what was told; @excess_ms: when it was so
 * @session_wh: as shown, of the session that runs or the last one
 * @session_mj: by the box's counter; @since_mj: by power, since the counter moved, or the
 *	session began, and @before_mj between these two
 * @counter_wh: where it stood then, when @counter_known
 */
struct charger {
	bool used, heard, plugged, started, stopped, in_session, done, on, switched;
	bool counter_known, order_used;
	u8 strategy, card, order_strategy;
	u16 start_min, duration_min;
	u32 wanted_wh, order_wh_per_km, order_km;
	u32 current_ma, gone_ma, counter_wh, session_wh;
	s32 excess_w;
	struct recent said_w;
	u64 switched_ms, changed_ms, idle_ms, gone_ms, excess_ms, armed_ms;
	u64 began_ms, ended_ms, session_mj, since_mj, before_mj;
};

/*
 * Of one output.
 *
 * @closed: the contact is; @switched_ms: when that changed, @switched: it ever did
 * @wanted: what it should be by its thresholds, or without its variable
 * @checked_ms: when the thresholds were looked at, when they were @checked
 */
struct output {
	bool closed, wanted, switched, checked;
	u64 checked_ms, switched_ms;
};

struct site_state {
	bool stepped;
	u64 last_ms;
	s64 last_wall_s;
	bool meter_was;
	bool deep;	/* down to the depth of discharge */
	struct gridcode gridcode;
	struct contract contract;
	struct eps eps;
	struct timedcharge timedcharge;
	struct charger charger[SITE_CHARGERS_MAX];
	struct output output[SITE_OUTPUTS_MAX];
	struct energy energy;
};

#endif /* CELLAR_CORE_SITE_STATE_H */
