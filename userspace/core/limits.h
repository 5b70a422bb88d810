/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much the cluster may be charged and discharged, and up to which voltage: each the
 * smallest of named terms, all of which are there to be read (design.md, "Limits").
 *
 * Nothing here raises a limit above the sum of what the BMS of the packs that carry it
 * allow. A current falls in the step that has the cause, and rises LIMITS_HOLD_MS after
 * the last fall by LIMITS_RISE_MA_S for each pack. Curves leave a small current; 0 is
 * for protections, stale data, a pack that was never full, and floors set by a person.
 */
#ifndef CELLAR_CORE_LIMITS_H
#define CELLAR_CORE_LIMITS_H

#include "cluster.h"
#include "profile.h"

#define LIMITS_HOLD_MS		30000
#define LIMITS_RISE_MA_S	5000	/* for each pack that carries the current */
#define LIMITS_WALK_MV_S	1	/* charge voltage, down, where no BMS wants it at once */
#define LIMITS_LIFT_MV_S	10	/* charge voltage, up; ours */

#define LIMITS_NONE		UINT32_MAX	/* a term that says nothing */

enum limits_term {
	LIMITS_BMS,		/* Σ of what the members' BMS allow */
	LIMITS_RATED,		/* standard current; for voltages the figures of the model */
	LIMITS_MAX,		/* highest continuous current */
	LIMITS_SHARING,		/* no pack above its own limit, as they share it */
	LIMITS_CELL_VOLTAGE,
	LIMITS_TEMPERATURE,
	LIMITS_SOC,
	LIMITS_CABLE,
	LIMITS_INVERTER,
	LIMITS_PROTECTION,	/* without packs that block; 0 below a cut-off */
	LIMITS_STARTUP,
	LIMITS_POLICY,		/* what a person set: currents, DoD; the charge stages */
	LIMITS_STALE,
	LIMITS_CONTACT,		/* 0 while a dry contact of the packs does not allow it */
	LIMITS_HOUSE,		/* what the house around it lets it do: limits_narrow() */
	LIMITS_TERMS
};

enum limits_stage {
	LIMITS_BULK,
	LIMITS_ABSORPTION,
	LIMITS_FLOAT
};

/*
 * What a person may set. limits_defaults() fills it.
 *
 * @rated: keep to the standard currents (50 A × N) and not the highest (70, 100 A × N)
 * @peak: use the peak discharge windows of models that have them (packs.md, "Models")
 * @force_charge: ask for charge when low, or before a first start
 * @cable_pairs: pairs of power cables to the inverter; 0: one for each pack
 * @charge_ma, @discharge_ma: of the cluster; LIMITS_NONE
 * @absorption_mv, @float_mv: 0 as the model; only lower than it counts
 * @cutoff_mv, @recharge_mv, @restart_mv: 0 as the model; only higher than it counts
 * @dod_percent: 0 as the model; deeper than the model is not taken
 * @low_soc_percent: floor on the grid, 10 or 20 by inverter; 0 for none
 * @eps_dod_percent, @eps_buffer_percent: off the grid, discharge stops at 100 % − DoD and
 *     starts again when the buffer is there on top
 */
struct limits_config {
	bool rated;
	bool peak;
	bool force_charge;
	u8 cable_pairs;
	u8 dod_percent, low_soc_percent, eps_dod_percent, eps_buffer_percent;
	u32 charge_ma, discharge_ma;
	u32 absorption_mv, float_mv;
	u32 cutoff_mv, recharge_mv, restart_mv;
};

/*
 * What changes from step to step besides the packs.
 *
 * @full_charge: somebody wants a full charge (once a month, calibration)
 * @inverter_ma: what the inverters can, or may while they do not obey; LIMITS_NONE
 * @contact_open: a dry contact of the packs does not allow it, or nobody knows
 */
struct limits_input {
	bool off_grid;
	bool full_charge;
	u32 inverter_ma[CORE_WAYS];
	bool contact_open[CORE_WAYS];
};

/*
 * @value: mA or mV, what is said to the inverter
 * @term: each term, LIMITS_NONE where it says nothing
 * @winner: the term that is the smallest (the highest, of the discharge voltage)
 * @rising: @value is still below @winner's, and follows it
 */
struct limit {
	u32 value;
	u32 term[LIMITS_TERMS];
	u8 winner;	/* enum limits_term */
	bool rising;
};

/*
 * @known: there is a charge voltage to speak of; without it the charge current is 0
 * @low_voltage, @low_soc: below a cut-off, until the restart
 * @below_floor: below the DoD floor of a person
 * @started: the first full charge is behind us; the caller keeps it
 */
struct limits_out {
	struct limit current[CORE_WAYS];
	struct limit charge_voltage, discharge_voltage;
	u8 stage;	/* enum limits_stage */
	bool known;
	bool force_charge, full_charge_request;
	bool low_voltage, low_soc, below_floor;
	bool started;
};

struct limits_pack;
struct limits_wired;

/* A current on its way up: its terms are above it since @since_ms. */
struct limits_ramp {
	u64 since_ms;
	bool armed;	/* it has been up: the first way up has nothing to wait for */
};

struct limits {
	struct limits_config config;
	struct limits_pack *pack;	/* as many as it was made for */
	struct limits_wired *wired;	/* … */
	struct limits_ramp ramp[CORE_WAYS];
	/* charge voltages on their way down, µV; 0: nowhere to go */
	u64 cell_walk_uv, stage_walk_uv, startup_walk_uv;
	u64 voltage_uv, voltage_since_ms;
	u64 absorbing_ms, tail_ms;	/* since when, by the cluster's clock */
	u32 net_ma[CORE_WAYS];	/* through all on the busbar; 0 when it flows the other way */
	u64 round_ms;	/* since when packs are heard for their shares, by the cluster's clock */
	bool was_off_grid, recharging, peaking;
	struct limits_out out;
};

void limits_defaults(struct limits_config *config);

/* 0, or -EINVAL with @why: what is wrong and what would be right, static storage. */
int limits_config_check(const struct limits_config *config, const char **why);

/*
 * Limits of a cluster of @n supplies. @started: they have been full together before.
 * @config is copied. Returns 0, -EINVAL or -ENOMEM; free with limits_free().
 */
int limits_new(struct limits **limits, const struct limits_config *config, unsigned int n,
	       bool started);
void limits_free(struct limits *limits);

/* Take another configuration; -EINVAL leaves the old one. */
int limits_configure(struct limits *limits, const struct limits_config *config);

/* After each cluster_step(), with the supplies it had. The result is in limits->out. */
void limits_step(struct limits *limits, const struct cluster *cluster,
		 const struct supply *supplies, const struct limits_input *input);

/*
 * No more than @ma of the limit @way of @out, a copy of what limits_step() left: the ramp
 * goes on as if nobody had narrowed it. What is lower already stays.
 */
void limits_narrow(struct limits_out *out, enum core_way way, u32 ma);

/* "bms", "cell-voltage", …; never NULL for a term. */
const char *limits_term_word(enum limits_term term);

/* What pack @i may carry by itself, mA: the smallest of its own terms. */
u32 limits_own_ma(const struct limits *limits, unsigned int i, enum core_way way);

#endif /* CELLAR_CORE_LIMITS_H */
