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

/*
 * Ours: what a car draws may be at the meter before its box says so, and still be there when
 * the box says that it has ended, for so long at least, and for less than twice that, the 5 s
 * that a car has to follow (IEC 61851-1).
 */
#define SITE_UNSAID_MS		2500

/* So long may an inverter take to do what a grid code asks (EN 50549-1; spec/inverter.md) */
#define GRIDCODE_REACT_MS	5000

/* Bounds of a power, W, and who set each last. low ≤ high always. */
struct window {
	s32 low, high;
	u8 low_winner, high_winner;	/* enum site_winner */
};

/* From @low to @high, nobody's. */
void window_open(struct window *w, s32 low, s32 high);

/*
 * Return whether anything was narrowed. Beyond the other bound is not gone: what is asked
 * for then ends at that bound.
 */
bool window_at_most(struct window *w, s32 value, enum site_winner winner);
bool window_at_least(struct window *w, s32 value, enum site_winner winner);
s32 window_clamp(const struct window *w, s32 value);

/*
 * @battery: > 0 charges; @grid: > 0 feeds in; @pv: 0…; @inverter: AC power of all
 * inverters, pv - battery: > 0 generates (the grid code speaks of that one)
 * @wish_w, @wish_winner: what a stage wants of the battery; the first to want it counts,
 *	SITE_NOBODY: nobody yet
 * @self_w: what self-consumption alone would want
 */
struct windows {
	struct window battery, grid, pv, inverter;
	s32 wish_w, self_w;
	u8 wish_winner;
};

void windows_wish(struct windows *windows, s32 wish_w, enum site_winner winner);

/* Below @floor_centi, until @rise_centi above it; at the floor is below. */
static inline bool soc_is_low(bool was, u32 soc_centi, u32 floor_centi, u32 rise_centi)
{
	return soc_centi <= floor_centi || (was && soc_centi < floor_centi + rise_centi);
}

/*
 * Of this step. Flows are as measured, so that they belong together; without a fresh
 * meter the worst case stands in their place: the house draws the whole contract and feeds
 * in nothing that the battery could not take back.
 *
 * @ms: since the last step, 0 in the first, at most SITE_STEP_MAX_MS
 * @civil: local time, when @timed; @local_s
 * @meter: the exchange is known; @pv_known: production is (0 of a plant without)
 * @battery_known: what the cluster allows is fresh, and what flows is known
 * @battery_power: what flows is known
 * @chargers_power: what every one of them draws is known; @powers: bit n of charger n
 * @balanced: exchange and battery are known, or bounded: @surplus_w counts
 * @grid: it is there, and has been for @return_s; @off_grid: it is not there
 * @grid_word: somebody says whether it is; @grid_unsure: somebody did, and does no more
 *
 * @battery_w, @pv_w: 0 when not known; @chargers_w: of those that are known
 * @surplus_w, @surplus_max_w: grid + battery = pv - load - chargers. They differ when the
 *	battery's power is not known: what it may give is missing from the one, what it may
 *	take has been added to the other
 * @net_w: what the grid would see without battery and chargers, at the worst: @surplus_w
 *	and @chargers_w; @load_w: the same of the house, never negative
 * @phase_w: exchange of each phase; of a single-phase plant the first
 * @net_phase_w: @net_w of each phase, the battery on all alike
 * @unsaid_w, @unsaid_phase_w: what cars may draw beyond what their boxes say, for these were
 *	told more, or have just said more; the latter alone: @ended_w, @ended_phase_w
 * @soc_centi: 0 when @battery_known is not
 *
 * Of cars, by what they draw, or may draw by what their boxes were told:
 * @cars_w: all; @eco_w: those that the sun feeds before the house; @helped_w: those that
 *	the battery may feed; @cars_told: one was told to charge
 */
struct site_image {
	u64 now_ms;
	u32 ms;
	bool timed;
	s64 local_s;
	struct civil civil;
	bool meter, pv_known, battery_known, battery_power, chargers_power, balanced;
	bool grid, off_grid, grid_word, grid_unsure, cars_told;
	s32 grid_w, pv_w, load_w, battery_w, chargers_w, net_w;
	s32 surplus_w, surplus_max_w;
	s32 phase_w[SITE_PHASES], net_phase_w[SITE_PHASES];
	s32 unsaid_w, unsaid_phase_w[SITE_PHASES], ended_w, ended_phase_w[SITE_PHASES];
	s32 cars_w, eco_w, helped_w;
	u16 soc_centi;
	u8 powers;
};

/* On so many phases a car charges: those wired, or @car_phases of them; 0: not known. */
static inline u8 site_car_phases(const struct site_charger_config *box, u8 car_phases)
{
	return car_phases && car_phases < box->phases ? car_phases : box->phases;
}

/* What @current_ma on each of @phases comes to, W */
static inline u32 charger_power_w(u32 current_ma, u8 phases)
{
	return current_ma * phases * SITE_PHASE_V / 1000;
}

/* Does it measure as the row of its plant has it? A free plant may measure as it likes. */
bool site_is_preset(const struct site_config *config);

/* Is it as fresh as @longest_ms, and no more than SITE_POWER_MAX_W either way? */
bool site_value_known(const struct site_value *value, u32 longest_ms);

void image_make(const struct site_config *config, const struct site_state *state,
		const struct site_inputs *inputs, u64 now_ms, struct site_image *image);

/*
 * May be drawn by all chargers together, W, and per phase; who says so.
 *
 * @battery_w: on top of both, for those that the battery may help (@battery_to_cars); on
 *	each phase the same part of it
 * @unsaid_w: of what the house seems to draw at the meter, what is taken for cars instead
 */
struct chargers_budget {
	s32 total_w, unsaid_w;
	s32 phase_w[SITE_PHASES];
	s32 battery_w;
	u8 winner;
};

/*
 * What each inverter can do with its part of the battery now, W, never negative.
 *
 * @eps_w: what they can feed off the grid
 * @silent: some have a battery, and none of these is heard
 */
struct inverters {
	s32 charge_w[SITE_INVERTERS_MAX], discharge_w[SITE_INVERTERS_MAX];
	s32 all_charge_w, all_discharge_w, eps_w;
	bool silent;
};

/*
 * Which inverters take part, and by how much (site_share.c). Of several the set-point is
 * shared in proportion to that, to the watt.
 */
void inverters_look(const struct site_config *config, const struct site_inputs *inputs,
		    struct inverters *inverters);
void inverters_share(const struct site_config *config, const struct site_inputs *inputs,
		     const struct inverters *inverters, struct site_outputs *out);

/* From the windows and the wish to @out: set-point, bounds, who decided (site_resolve.c). */
void resolve_step(const struct site_config *config, const struct site_inputs *inputs,
		  const struct site_image *image, struct windows *windows,
		  struct site_outputs *out);

/* Something changes in @ms, which is shown when nothing does earlier. */
void site_until(struct site_outputs *out, u64 ms);

/* Say that something happened; the SITE_EVENTS_MAX + 1st of a step is not said. */
void site_say(struct site_outputs *out, enum site_event_code code, unsigned int subject,
	      s32 figure);

/*
 * The stages, in the order of the design. Each has its own file with its own state in
 * site_state.h.
 */
void cluster_stage(const struct site_config *config, bool *deep,
		   const struct site_inputs *inputs, const struct site_image *image,
		   const struct inverters *inverters, struct windows *windows);
void gridcode_step(const struct site_config *config, struct gridcode *state,
		   const struct site_inputs *inputs, const struct site_image *image,
		   struct windows *windows, struct site_outputs *out);
void contract_step(const struct site_config *config, const struct site_image *image,
		   struct windows *windows);
void feedin_step(const struct site_config *config, const struct site_image *image,
		 struct windows *windows);
void eps_step(const struct site_config *config, struct eps *state,
	      const struct site_inputs *inputs, const struct site_image *image,
	      const struct inverters *inverters, struct windows *windows,
	      struct site_outputs *out);
void timedcharge_step(const struct site_config *config, struct timedcharge *state,
		      const struct site_image *image, struct windows *windows,
		      struct site_outputs *out);
void selfuse_step(const struct site_config *config, const struct site_inputs *inputs,
		  const struct site_image *image, struct windows *windows);

/* Before the stages: whether the grid is there, and may be used: image->grid. */
void eps_watch(const struct site_config *config, struct eps *state, struct site_image *image,
	       struct site_outputs *out);

/*
 * After them: what chargers may draw, and whether even without them too much is drawn.
 * @planned_w: what the battery is to draw whatever they want
 */
void contract_budget(const struct site_config *config, struct contract *state,
		     const struct site_image *image, const struct windows *windows,
		     s32 planned_w, struct chargers_budget *budget, struct site_outputs *out);

/* And after the chargers: the battery makes room for what they are told beyond what they draw. */
void contract_yield(const struct site_config *config, const struct site_image *image,
		    const struct chargers_budget *budget, const struct site_outputs *out,
		    struct windows *windows);

/* @state of one charger each; fills out->charger. */
void chargers_step(const struct site_config *config, struct charger *state,
		   const struct site_inputs *inputs, const struct site_image *image,
		   const struct chargers_budget *budget, struct site_outputs *out);

/* @state of one output each; fills out->output. */
void outputs_step(const struct site_config *config, struct output *state,
		  const struct site_image *image, struct site_outputs *out);

#endif /* CELLAR_CORE_SITE_PARTS_H */
