/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cluster of packs on one busbar: charge, voltage, heat, and how the packs
 * share a current. Nothing here knows a wire, a file or a clock: time passes
 * when plant_step() is called.
 */
#ifndef CELLAR_SIM_PLANT_H
#define CELLAR_SIM_PLANT_H

#include "bms.h"
#include "rng.h"

#define PLANT_PACKS_MAX		64
/* The physics is stable and its timers exact up to here. */
#define PLANT_STEP_MAX_MS	1000

enum plant_demand {
	PLANT_CURRENT,
	PLANT_LOAD,
};

enum plant_force {
	PLANT_FREE,
	PLANT_HEAT,		/* towards force_c, and stay there */
	PLANT_COOL,		/* back to the ambient temperature, then free */
};

/*
 * @soc: of each cell, 0…1, a little beyond when it was forced there
 * @cell_ohm: of each cell; @lead_ohm: leads, busbar and MOSFETs
 * @current_a: > 0 charges
 */
struct plant_pack {
	double soc[CELLAR_CELLS_MAX];
	double cell_ohm[CELLAR_CELLS_MAX];
	double lead_ohm;
	double capacity_ah;
	double soh;
	double current_a;
	double temperature_c;
	double sensor_offset_c[4];
	double charged_ah, discharged_ah;
	double charged_wh, discharged_wh;
	double force_c;
	enum plant_force force;
	bool plugged;
	bool asleep;
	u16 balancing;		/* bit n: cell n + 1 is being drained */
	u32 serial;
	u32 cycles_before;
	struct bms bms;
};

/*
 * @demand: what the house or the inverter asks of the battery: A (> 0 charges)
 *          or W (> 0 discharges)
 * @obey: the inverter keeps the limits the BMS publishes
 * @driven: inverters take @drive_a of the battery instead, > 0 charges
 * @bus_v: of the busbar after the last step
 */
struct plant {
	struct bms_rules rules;
	struct plant_pack pack[PLANT_PACKS_MAX];
	unsigned int packs;
	enum plant_demand kind;
	double demand;
	bool obey;
	bool driven;
	double drive_a;
	double ambient_c;
	double bus_v;
	double current_a;
};

/* What the master BMS asks of the inverter for all packs together. */
struct plant_limits {
	u32 cvl_mv, dvl_mv;
	u32 ccl_ma, dcl_ma;
	bool charge_enable, discharge_enable;
};

/*
 * @packs: 1…PLANT_PACKS_MAX; @soc: 0…1. Packs differ a little, by @seed, in
 * resistance, health and charge, and so do their cells.
 */
void plant_start(struct plant *plant, const struct cellar_model *model,
		 unsigned int packs, u64 seed, double soc, double ambient_c);

/* @dt_ms: 0…PLANT_STEP_MAX_MS; 0 only brings currents up to date. */
void plant_step(struct plant *plant, u32 dt_ms);

/* What the house asks for now, in A, > 0 charges. */
double plant_demand_a(const struct plant *plant);

/* The current at which the busbar comes to @bus_v. */
double plant_current_at(const struct plant *plant, double bus_v);

/* From the next step on the current is @a, as far as packs conduct it. */
void plant_drive(struct plant *plant, double a);

/* On the busbar and talking. */
bool plant_online(const struct plant_pack *pack);

struct plant_limits plant_limits(const struct plant *plant);

/* What the first pack of a group asks for: @members is a set of BIT_ULL(pack). */
struct plant_limits plant_limits_of(const struct plant *plant, u64 members);

/* The voltage of a cell under the pack's current, in mV. */
double plant_cell_mv(const struct plant_pack *pack, unsigned int cell);

/* At the pack's terminals, whether they are on the busbar or not, in V. */
double plant_pack_v(const struct plant *plant, const struct plant_pack *pack);

/* Mean of the cells, 0…1. */
double plant_pack_soc(const struct plant *plant, const struct plant_pack *pack);

double plant_mosfet_c(const struct plant_pack *pack);

/* What the BMS of a pack measures now. */
void plant_sense(const struct plant *plant, const struct plant_pack *pack,
		 struct bms_sense *sense);

/* Another pack of the same model, as full as the old one, takes its place. */
void plant_swap(struct plant *plant, unsigned int n, u64 seed);

/* One cell of a pack gets @by more charge (0…1) than the others. */
void plant_unbalance(struct plant_pack *pack, double by);

#endif /* CELLAR_SIM_PLANT_H */
