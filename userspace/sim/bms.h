/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The battery management of one simulated pack: protections and what lifts them
 * (packs.md, "Protections"), the limits it asks for, and what its gauge shows
 * (packs.md, "Reading quirks"). It sees the pack only through struct bms_sense.
 */
#ifndef CELLAR_SIM_BMS_H
#define CELLAR_SIM_BMS_H

#include "../../driver/wire/models.h"
#include "../../driver/wire/state.h"

#define BMS_GUARDS_MAX	40

/* What the guards look at; cells and pack both in mV per cell. */
enum bms_signal {
	BMS_CELL_MAX,
	BMS_CELL_MIN,
	BMS_CELL_SPREAD,
	BMS_PACK,
	BMS_HOTTEST,		/* °C */
	BMS_COLDEST,		/* °C */
	BMS_MOSFET,		/* °C */
	BMS_CHARGE_A,		/* 0 when discharging */
	BMS_DISCHARGE_A,	/* 0 when charging */
	BMS_GAUGE,		/* SOC as shown, % */
	BMS_SIGNALS
};

struct bms_sense {
	double value[BMS_SIGNALS];
	double current_a;	/* > 0 charges */
};

/* The figures of a model with every gap filled (bms_rules_of()). */
struct bms_rules {
	double cells;
	double full_mv, float_mv;	/* per cell */
	double trip[BMS_GUARDS_MAX];
	double release[BMS_GUARDS_MAX];
	double charge_min_c, charge_max_c;
	double discharge_min_c, discharge_max_c;
	const struct cellar_model *model;
	u32 charge_ma, discharge_ma;	/* standard, per pack */
	u32 cvl_mv, dvl_mv;
	bool cold_shy;			/* ZSX5120 below 15 °C */
};

/*
 * @active, @locked: guards that have tripped, and those only a hand releases
 * @pending_ms: how long a guard has seen reason to trip, or has been tripped
 * @row: trips of the two over-current guards in a row; @quiet_ms since the last
 * @capacity_ah: what the BMS takes for full
 * @gauge: the coulomb counter, 0…1
 */
struct bms {
	u64 active;
	u64 locked;
	u32 pending_ms[BMS_GUARDS_MAX];
	u8 row[2];
	u32 quiet_ms[2];
	u16 fault_counts[CELLAR_FAULT_COUNTS];
	double capacity_ah;
	double gauge;
	bool full;
	u64 protections, warnings;
	bool charge_enable, discharge_enable;
	u32 ccl_ma, dcl_ma;
};

void bms_rules_of(struct bms_rules *rules, const struct cellar_model *model);

/* @soc: 0…1, what the gauge starts with. */
void bms_start(struct bms *bms, double soc, double capacity_ah);

void bms_step(struct bms *bms, const struct bms_rules *rules,
	      const struct bms_sense *sense, u32 dt_ms);

/* SOC as the BMS reports it, in 0.01 %. */
u16 bms_soc_centi(const struct bms *bms);

/* Current as the BMS reports it: 0 below about 0.5 A. */
s32 bms_current_ma(double current_a);

/* A short circuit, or a failed sensor: trips at once. */
void bms_fail(struct bms *bms, enum cellar_alarm alarm);

/* The reset key by hand (packs.md, "Reset key"): releases what is locked. */
void bms_reset(struct bms *bms);

#endif /* CELLAR_SIM_BMS_H */
