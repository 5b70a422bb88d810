/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core is told of one supply of the kernel: its last reading, how old that
 * is, and who it is. Questions that need no more than that are answered here: is it
 * fresh, which way does its BMS block, how warm is it. The caller owns the array of
 * supplies; one index stays one supply for the life of a cluster.
 */
#ifndef CELLAR_CORE_SUPPLY_H
#define CELLAR_CORE_SUPPLY_H

#include "models.h"
#include "state.h"

#define SUPPLY_NAME_SIZE	20	/* "cellar<B>-<AA>" (design.md, power_supply) */
#define SUPPLY_LABEL_SIZE	24	/* where a temperature is: "cells13-16" */
#define SUPPLY_NEVER		UINT32_MAX

/*
 * Longest age of a live reading. An inverter must see 0 A within 3 s of the last
 * valid one (design.md, "Figures to reach"): half a second is left for the way there.
 */
#define SUPPLY_FRESH_MS		2500

/* How long a silent supply still counts as there (design.md, "Core"). */
#define SUPPLY_PRESENT_MS	60000

/* The two ways a current may go; also the index of whatever exists twice. */
enum core_way {
	CORE_CHARGE,
	CORE_DISCHARGE,
	CORE_WAYS
};

/*
 * @model: NULL when neither owner nor firmware said it; static or outliving the core
 * @age_ms: since the last complete sample, SUPPLY_NEVER before the first
 * @max_age_ms: what its transport promises, when polling takes longer than
 *              SUPPLY_FRESH_MS; 0 otherwise
 * @bus: the B of its name
 * @address: its place in the chain; smaller is nearer to the inverter
 * @of_system: it speaks for all packs of its bus
 * @out: a person has taken it out of the cluster
 * @serial: "" when unknown
 * @temperature_labels: of reading.temperatures_decic; outliving the core, NULL without
 */
struct supply {
	struct cellar_reading reading;
	const struct cellar_model *model;
	const char (*temperature_labels)[SUPPLY_LABEL_SIZE];
	u32 age_ms;
	u32 max_age_ms;
	u16 bus;
	u8 address;
	bool of_system;
	bool out;
	char name[SUPPLY_NAME_SIZE];
	char serial[CELLAR_SERIAL_SIZE];
};

/* Why a current of one way may not flow through a supply. */
enum supply_block {
	SUPPLY_FREE,
	SUPPLY_BMS_FORBIDS,	/* enable flag */
	SUPPLY_PROTECTS,	/* a protection that stops this way */
	SUPPLY_TOO_COLD,	/* outside the range of packs.md "Models" */
	SUPPLY_TOO_HOT,
	SUPPLY_SAYS_NO_LIMIT	/* neither it nor its system says how much */
};

/* How old it may be: SUPPLY_FRESH_MS, or what a slow transport promises. */
u32 supply_fresh_ms(const struct supply *s);
bool supply_is_fresh(const struct supply *s);

/*
 * How many packs a current of this way is shared by: 1 for a pack; for a system what
 * it says is on line and not blocking, at most 256, or @assumed when it does not say.
 */
unsigned int supply_packs(const struct supply *s, enum core_way way, unsigned int assumed);

/* How many packs it is wired to: the same, blocking or not. */
unsigned int supply_wired_packs(const struct supply *s, unsigned int assumed);

/* Why @way is blocked, but for SUPPLY_SAYS_NO_LIMIT, which needs its system. */
enum supply_block supply_blocks(const struct supply *s, enum core_way way);

/*
 * What the BMS allows of this way, mA; 0 when its enable flag forbids it. The limit
 * "while on grid" (Deye 0x371) counts unless @off_grid. Returns whether it says one.
 */
bool supply_limit_ma(const struct supply *s, enum core_way way, bool off_grid, u32 *ma);

/*
 * No pack carries more (the largest current of any wire is a third of it): what says
 * so is taken as this, so that sums and shares of CLUSTER_PACKS_MAX fit 64 bits.
 */
#define SUPPLY_CURRENT_MAX_MA	10000000

/* Current of this way, mA, negative when it flows the other; 0 when not measured. */
s32 supply_current_ma(const struct supply *s, enum core_way way);

/* Coldest and warmest of what is measured in the cells; false when nothing is. */
bool supply_temperatures_decic(const struct supply *s, s16 *min, s16 *max);

/*
 * The highest (CORE_CHARGE) or lowest (CORE_DISCHARGE) cell, mV; the mean of the cells
 * when only the voltage of the pack is known. @cell: its number from 1, 0 if not
 * known; may be NULL. False when nothing is known.
 */
bool supply_cell_mv(const struct supply *s, enum core_way way, u32 *mv, u8 *cell);

/* Capacity, mAh: as it is today, else as designed; 0 when nobody says. */
u32 supply_capacity_mah(const struct supply *s, unsigned int packs);

#endif /* CELLAR_CORE_SUPPLY_H */
