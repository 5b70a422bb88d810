/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the stages of a step have of each other: the process image, in which what is
 * missing has been replaced by its worst case, and the windows, which each stage may only
 * narrow. A stage that wants what an earlier one excluded gets the nearest of what is left.
 */
#ifndef CELLAR_CORE_SITE_PARTS_H
#define CELLAR_CORE_SITE_PARTS_H

#include "civil.h"
#include "site.h"
#include "site_state.h"

/* One charger ampere and phase is so many watts (EN 50160) */
#define SITE_PHASE_V	230

/* Bounds of a power, W, and who set each last. low ≤ high always. */
struct window {
	s32 low, high;
	u8 low_winner, high_winner;	/* enum site_winner */
};

/* From @low to @high, nobody's. */
void window_open(struct window *w, s32 low, s32 high);

/* Return whether anything was narrowed. */
bool window_at_most(struct window *w, s32 value, enum site_winner winner);
bool window_at_least(struct window *w, s32 value, enum site_winner winner);
s32 window_clamp(const struct window *w, s32 value);

/*
 * @battery: > 0 charges; @grid: > 0 feeds in; @pv: 0…; @inverter: AC power of all
 * inverters, pv - battery: > 0 generates (the grid code speaks of that one)
 * @wish_w, @wish_winner: what a stage wants of the battery; the last to want it counts
 */
struct windows {
	struct window battery, grid, pv, inverter;
	s32 wish_w;
	u8 wish_winner;
};

/*
 * Of this step. Flows are as measured, so that they belong together; without a fresh
 * meter the worst case stands in their place: the house draws the whole contract and feeds
 * in nothing that the battery could not take back.
 *
 * @ms: since the last step, 0 in the first, at most SITE_STEP_MAX_MS
 * @civil: local time, when @timed; @local_s
 * @net_w: what the grid would see without battery and chargers: pv - load
 * @phase_w: exchange of each phase; of a single-phase plant the first
 * @meter: the exchange is known; @pv_known; @battery_known
 * @soc_centi: 0 when @battery_known is not
 * @grid: it is there, and has been for @return_s
 */
struct site_image {
	u64 now_ms;
	u32 ms;
	bool timed;
	s64 local_s;
	struct civil civil;
	bool meter, pv_known, battery_known, grid, off_grid;
	s32 grid_w, pv_w, load_w, battery_w, chargers_w, net_w;
	s32 phase_w[SITE_PHASES];
	u16 soc_centi;
};

/* May be drawn by all chargers together, W, and per phase; who says so. */
struct chargers_budget {
	s32 total_w;
	s32 phase_w[SITE_PHASES];
	u8 winner;
};

/* Say that something happened; the SITE_EVENTS_MAX + 1st of a step is not said. */
void site_say(struct site_outputs *out, enum site_event_code code, unsigned int subject,
	      s32 figure);

/*
 * The stages, in the order of the design. Each has its own file with its own state in
 * site_state.h.
 */
void gridcode_step(const struct site_config *config, struct gridcode *state,
		   const struct site_inputs *inputs, const struct site_image *image,
		   struct windows *windows, struct site_outputs *out);
void contract_step(const struct site_config *config, struct contract *state,
		   const struct site_image *image, struct windows *windows,
		   struct chargers_budget *budget, struct site_outputs *out);
void feedin_step(const struct site_config *config, const struct site_image *image,
		 struct windows *windows);
void eps_step(const struct site_config *config, struct eps *state,
	      const struct site_inputs *inputs, const struct site_image *image,
	      struct windows *windows, struct site_outputs *out);
void timedcharge_step(const struct site_config *config, const struct site_image *image,
		      struct windows *windows, struct site_outputs *out);
void selfuse_step(const struct site_config *config, const struct site_image *image,
		  struct windows *windows, struct site_outputs *out);

/* @state of one charger each; fills out->charger. */
void chargers_step(const struct site_config *config, struct charger *state,
		   const struct site_inputs *inputs, const struct site_image *image,
		   const struct chargers_budget *budget, struct site_outputs *out);

/* @state of one output each; fills out->output. */
void outputs_step(const struct site_config *config, struct output *state,
		  const struct site_image *image, struct site_outputs *out);

#endif /* CELLAR_CORE_SITE_PARTS_H */
