/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must hold for the energy management whatever happens in the house of site_world.h:
 * the laws after every step. They are worked out from configuration and inputs again, by
 * other means than the engine does it, and from what was seen to happen before.
 */
#ifndef CELLAR_TESTS_SITE_LAWS_H
#define CELLAR_TESTS_SITE_LAWS_H

#include "site_world.h"

/* What has happened at least once, so that no law is kept for want of a case. */
struct site_seen {
	u64 limiters, battery_winners, grid_winners, pv_winners, charger_winners, output_winners;
	u64 events, modes, states, strategies, plants, unable, charger_modes, variables;
	u64 starts, stops, switches, gaps, days, stale;
};

/*
 * Of one charger. @was_on: before this step; @on_ms, @off_ms: when it was last told to
 * begin, and to end; @let: somebody has started it since its last session; @start_min,
 * @duration_min: as they were when the session began; @told_w: by what it was told last
 */
struct site_past_charger {
	bool on, was_on, was_off, in_session, let;
	u8 strategy;
	u16 start_min, duration_min;
	u32 session_wh;
	u64 on_ms, off_ms;
	s64 told_w;
};

/*
 * @high, @low: its thresholds gave a reason to switch since it last did; @waits: one is
 * there, since @waits_ms
 */
struct site_past_output {
	bool closed, switched, high, low, waits;
	u64 switched_ms, waits_ms;
};

struct site_past_energy {
	struct energy_sum sum[ENERGY_PERIODS];
	bool begun;
	s64 day;
	s32 month, year;
};

/* Of one step: how long it was ago, what house and sun came to, and what boxes said. */
struct site_past_step {
	u64 ago_ms;
	s64 net_w, said_w[SITE_CHARGERS_MAX];
};

#define SITE_PAST_STEPS	16

struct site_past {
	bool stepped, overload, curtailed, blackout, meter_stale, away, back, heard;
	bool contacts_stale;
	u64 back_ms;
	bool had_rrcr;
	u8 rrcr;
	u64 rrcr_ms;
	unsigned int configurations;	/* as of the world */
	struct site_past_charger charger[SITE_CHARGERS_MAX];
	struct site_past_output output[SITE_OUTPUTS_MAX];
	struct site_past_energy energy;
	struct site_past_step step[SITE_PAST_STEPS];	/* the last one first */
	unsigned int steps;
};

struct site_house {
	struct site_world world;
	struct site_past past;
	struct site_seen *seen;
};

void site_house_start(struct site_house *house, u64 plan, struct site_seen *seen);

/*
 * Let @ms pass in the house, the step's clock going @clock_ms on, and check. @chance
 * chooses the input that is made stale for a step beside the true one. NULL, or the law
 * that is broken.
 */
const char *site_house_step(struct site_house *house, u32 ms, u32 clock_ms, u64 chance);

/* Whether two houses that were told the same say the same. */
bool site_houses_equal(const struct site_house *a, const struct site_house *b);

/*
 * The laws by rooms, each given the house after its step: of one step alone, by what the
 * inputs say (@in may be another than the world's), and of what happened before.
 */
struct site_view {
	const struct site_config *config;
	const struct site_inputs *in;
	const struct site_outputs *out;
	const struct site_past *past;
	u64 now_ms;
	u32 ms;		/* since the last step, as energy counts it */

	/* site_view_make(): what may be believed, and what the plan comes to */
	bool meter, pv, battery, battery_power, chargers_power, grid;
	s64 grid_w, pv_w, battery_w, chargers_w;
	s64 net_w, net_max_w;	/* pv - load, at the worst for who draws, for who feeds in */
	s64 told_w;	/* what chargers may draw by what they were told */
	bool returns;	/* the grid is back, and not for long enough */
	s64 rated_w;
};

void site_view_make(struct site_view *view);
bool site_is_fresh(const struct site_config *config, const struct site_value *value);

const char *site_law_of_battery(const struct site_view *view);
const char *site_law_of_inverters(const struct site_view *view);
const char *site_law_of_grid_code(const struct site_view *view);
const char *site_law_of_contract(const struct site_view *view);
const char *site_law_of_feed_in(const struct site_view *view);
const char *site_law_of_words(const struct site_view *view);

const char *site_law_of_depth(const struct site_view *view);
const char *site_law_of_rules(const struct site_view *view);
const char *site_law_of_self_use(const struct site_view *view);
const char *site_law_of_shares(const struct site_view *view);

const char *site_law_of_room(const struct site_view *view);
const char *site_law_of_figures(const struct site_view *view);
const char *site_law_of_flows(const struct site_view *view);
const char *site_law_of_listeners(const struct site_view *view);

/* Inverter @i can be told; who only listens to the battery need not be heard. */
bool site_takes_part(const struct site_view *view, unsigned int i);

/* What inverter @i could do, by its own figures and what its sun takes of them, W. */
s64 site_headroom(const struct site_view *view, unsigned int i, bool charges);

/* The most that box, cable and car bear, in its steps, mA per phase; 0: not its least. */
u32 site_bears_ma(const struct site_view *view, unsigned int i);

const char *site_law_of_cars(const struct site_view *view);
const char *site_law_of_charger(const struct site_view *view, unsigned int i);
const char *site_law_of_sessions(struct site_house *house, const struct site_view *view);
const char *site_law_of_outputs(struct site_house *house, const struct site_view *view);
const char *site_law_of_energy(struct site_house *house, const struct site_view *view);
const char *site_law_of_events(struct site_house *house, const struct site_view *view);

#endif /* CELLAR_TESTS_SITE_LAWS_H */
