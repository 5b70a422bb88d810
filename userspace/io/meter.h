/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An energy meter: what to ask it, and what its answers mean. No I/O and no clock here; who
 * has the line asks what @want says and brings the answers.
 *
 * A reading is whole or none: what does not fit together is thrown away and counted, and
 * the last good one grows old.
 */
#ifndef CELLAR_IO_METER_H
#define CELLAR_IO_METER_H

#include "modbus_wire.h"
#include "sunspec.h"

#define METER_PHASES		3
#define METER_SLOTS		6
#define METER_PERIOD_MS		1000	/* of what it measures, unless configured */
#define METER_ENERGY_MS		10000	/* of its counters */
#define METER_SETUP_MS		600000	/* of its ratios, once they are known */
#define METER_MODEL_SIZE	66

/* What it measures is shown as its own until three of its periods and 2 s have gone. */
#define METER_FRESH_PERIODS	3
#define METER_FRESH_MS		2000

/* Two readings further apart than this are a gap in what the daemon adds up itself. */
#define METER_GAP_MS		10000

enum meter_kind {
	METER_DTSU666,		/* Chint, three phases; DSSU666 */
	METER_DDSU666,		/* Chint, one phase */
	METER_SUNSPEC,		/* models 201…204 */
	METER_KINDS
};

enum meter_role {
	METER_EXCHANGE,		/* at the grid */
	METER_PRODUCTION,
	METER_ROLES
};

/*
 * Numbers of a meter, with the signs of the meter: power > 0 flows forward. Of each that
 * has phases the sum is first, then the phases in their order.
 */
enum meter_number {
	METER_V_1, METER_V_2, METER_V_3,		/* mV, to neutral */
	METER_V_12, METER_V_23, METER_V_31,		/* mV, between phases */
	METER_A_1, METER_A_2, METER_A_3,		/* mA */
	METER_W, METER_W_1, METER_W_2, METER_W_3,	/* mW */
	METER_VAR, METER_VAR_1, METER_VAR_2, METER_VAR_3,
	METER_VA,
	METER_PF, METER_PF_1, METER_PF_2, METER_PF_3,	/* ‰ */
	METER_HZ,					/* mHz */
	METER_IMPORT, METER_IMPORT_1, METER_IMPORT_2, METER_IMPORT_3,	/* Wh, forward */
	METER_EXPORT,					/* Wh, reverse */
	METER_NET,		/* 0: three phases and neutral, 1: without neutral */
	METER_CT, METER_PT,	/* ratio; × 10 */
	METER_PROTOCOL, METER_SETUP_2D, METER_SETUP_2E,
	METER_NUMBERS
};

#define METER_BIT(number)	BIT_ULL(number)

enum meter_state {
	METER_UNHEARD,		/* since the daemon has started */
	METER_STARTING,		/* it answers, and how it counts is being found out */
	METER_WELL,
	METER_NONSENSE,		/* what it says does not fit together */
	METER_REFUSES,		/* it will not say what it measures */
	METER_SILENT,
	METER_STATES
};

/* What people should know of a meter; bits. */
enum meter_note {
	METER_SAYS_UNITS,	/* it counts in V, A and W, not in tenths */
	METER_ENERGY_OLD,	/* its counters are where older ones have them */
	METER_ENERGY_NONE,	/* it does not count both ways: the daemon does */
	METER_RATIO_UNKNOWN,	/* it does not say its ratios, and nobody has */
	METER_RATIO_DIFFERS,	/* it says others than the configuration */
	METER_NO_MODEL,		/* SunSpec: it has no meter in it */
	METER_NOTES
};

/*
 * @address: 1…247; @invert: it is wired the other way round
 * @ct, @pt_deci: 0: as it says itself
 * @order: of words; @period_ms: of what it measures
 * @hold: registers that one request may bring on its line; 0: any number (modbus_wire.h)
 */
struct meter_config {
	u8 kind, role, address, order;
	bool invert;
	u16 ct, pt_deci, hold;
	u32 period_ms;
};

/*
 * @at_ms, @energy_ms: when the powers and the counters were asked for, 0: never
 * @known: bit n: @number[n] counts
 */
struct meter_reading {
	u64 at_ms, energy_ms, known;
	s64 number[METER_NUMBERS];
};

/* What to ask; @period_ms 0: nothing. */
struct meter_want {
	struct register_read read;
	u32 period_ms;
};

struct meter;

/*
 * @start: what to ask first, also of one that is back: it may be another one. @take:
 * something has come of the want at @slot; may change what is wanted.
 */
struct meter_driver {
	u8 phases;
	void (*start)(struct meter *m);
	void (*take)(struct meter *m, const struct modbus_result *result);
};

/* Energy that the daemon adds up: Wh, and what is not yet one, in µJ. */
struct meter_sum {
	u64 wh, uj;
};

/*
 * @wants: grows when @want changes
 * @scale: how it counts, as far as @stage knows
 * @stage, @at: the driver's
 * @forward, @reverse: what the daemon has added up, from @summed_ms and @summed_mw on
 * @nonsense: answers thrown away
 * @walk: of a SunSpec meter
 * @model: as it calls itself, "" if it does not
 */
struct meter {
	struct meter_config config;
	const struct meter_driver *driver;
	enum meter_state state;
	u32 notes;
	struct meter_want want[METER_SLOTS];
	u32 wants;
	struct register_scale scale;
	u8 stage, phases;
	u16 at;
	struct meter_reading reading;
	struct meter_sum forward, reverse;
	u64 summed_ms;
	s64 summed_mw;
	u64 nonsense;
	struct sunspec_walk walk;
	char model[METER_MODEL_SIZE];
};

extern const struct meter_driver meter_dtsu666;
extern const struct meter_driver meter_ddsu666;
extern const struct meter_driver meter_sunspec;

void meter_start(struct meter *m, const struct meter_config *config);

/* Something has come of the want at @result->slot. */
void meter_take(struct meter *m, const struct modbus_result *result);

/*
 * Power as the house counts it, mW: exchange < 0 draws from the grid, production > 0
 * produces (spec/inverter.md, "Metering"). @phase: 1…3, 0: the sum. False: not known.
 */
bool meter_power_mw(const struct meter *m, unsigned int phase, s64 *mw);

/* Is its last reading one of now? */
bool meter_is_fresh(const struct meter *m, u64 now_ms);

/*
 * Energy as the house counts it, Wh: @out false: drawn from the grid, or taken by what
 * produces; true: fed in, or produced. @by_daemon: it was added up here, while it was running.
 */
bool meter_energy_wh(const struct meter *m, bool out, u64 *wh, bool *by_daemon);

/* "well", "silent", …; never NULL for a value of the enum. */
const char *meter_state_word(enum meter_state state);
const char *meter_kind_word(enum meter_kind kind);
const char *meter_role_word(enum meter_role role);

/* A sentence for people. */
const char *meter_note_words(enum meter_note note);

/* For drivers -------------------------------------------------------------------- */

void meter_want(struct meter *m, unsigned int slot, const struct register_read *read,
		u32 period_ms);

/* The numbers of @map that are in the answer, into @reading; how many there were. */
unsigned int meter_numbers(const struct meter *m, const struct register_map *map,
			   const struct modbus_result *result, u16 base,
			   struct meter_reading *reading);

/*
 * A reading of what it measures is taken if it is possible: voltages are 0 or those of a
 * house, the sum is about that of its phases. Else false, and it is counted.
 */
bool meter_measured(struct meter *m, const struct meter_reading *reading,
		    const struct modbus_result *result);

/* Counters are taken: those of @energy that are known. */
void meter_counted(struct meter *m, const struct meter_reading *energy,
		   const struct modbus_result *result);

#endif /* CELLAR_IO_METER_H */
