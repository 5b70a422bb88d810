/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of Sofar's and ZCS's "G3" inverters (spec/field.md 2) and of the ones before
 * them (3), for the daemon and the simulator. Rows are at the place of their enum hybrid_number.
 */
#ifndef CELLAR_IO_HYBRID_MAPS_H
#define CELLAR_IO_HYBRID_MAPS_H

#include "hybrid.h"

/* One map a block: none is read together with another (field.md 2.1). */
/*
 * No two are of the same length: so no late answer is taken for another one.
 *
 * Two of them are in halves as well, for lines that the whole would hold for longer than
 * MODBUS_HOLD_MS: at 9600 Bd 148 and 116 ms. 0x0445 × 45 is not, which is read every ten
 * minutes and takes 118 ms.
 */
extern const struct register_map sofar_system;
extern const struct register_map sofar_system_1;
extern const struct register_map sofar_system_2;
extern const struct register_map sofar_grid_1;
extern const struct register_map sofar_grid_2;
extern const struct register_map sofar_identity;
extern const struct register_map sofar_grid;
extern const struct register_map sofar_eps;
extern const struct register_map sofar_pv;
extern const struct register_map sofar_battery;
extern const struct register_map sofar_energy;
extern const struct register_map sofar_rated;
extern const struct register_map sofar_mode;
extern const struct register_map sofar_points;
extern const struct register_map sofar_lapse;
extern const struct register_map sofar_feed_in;
extern const struct register_map sofar_eps_mode;

#define SOFAR_SERIAL		0x0445	/* 8 registers of text, and two at … */
#define SOFAR_SERIAL_REST	0x0470
#define SOFAR_VERSION		0x044F	/* 4 */
#define SOFAR_STATE		0x0404
#define SOFAR_FAULTS_1		0x0405	/* 18 words */
#define SOFAR_FAULTS_2		0x0432	/* 12 */

#define SOFAR_MODE		0x1110
#define SOFAR_MODE_SELF_USE	0
#define SOFAR_MODE_PASSIVE	3
#define SOFAR_LAPSE		0x1184	/* seconds, and what then: */
#define SOFAR_LAPSE_RETURNS	1
#define SOFAR_POINTS		0x1187	/* grid, least and most of the battery, s32 each */

/*
 * How feed-in is limited: not at all, the sum of phases that feed in, the sum of all, each, or
 * that of a plant by its master; and to how much, 100 W.
 */
#define SOFAR_FEED_IN		0x1023
#define SOFAR_FEED_IN_OFF	0
#define SOFAR_FEED_IN_EXPORTED	1
#define SOFAR_FEED_IN_NET	2
#define SOFAR_FEED_IN_EACH	3
#define SOFAR_FEED_IN_MASTER	4

/* What a configuration register says that nobody has ever set. */
#define SOFAR_NEVER_SET		0xffff

/* The map before G3: all that is measured in one block, longer where there is PV. */
extern const struct register_map legacy_me3000;
extern const struct register_map legacy_hyd_es;
extern const struct register_map legacy_settings;
extern const struct register_map legacy_identity;

#define LEGACY_STATE		0x0200
#define LEGACY_FAULTS		0x0201
#define LEGACY_FAULT_WORDS	5
#define LEGACY_BATTERY_FAULTS	0x023D
#define LEGACY_BATTERY_FAULT	100	/* number of the first one's first bit */
#define LEGACY_SERIAL		0x2001	/* 7 registers of text */
#define LEGACY_VERSION		0x2008	/* 2 */

/* What it is told with MODBUS_COMMAND, and MODBUS_HEARTBEAT (field.md 3.1). */
#define LEGACY_STANDBY		0x0100
#define LEGACY_STANDBY_VALUE	0x5555
#define LEGACY_DISCHARGE	0x0101	/* W */
#define LEGACY_CHARGE		0x0102	/* W */
#define LEGACY_AUTO		0x0103	/* 0: as it likes */
#define LEGACY_HEARTBEAT	0x2201
#define LEGACY_HEARTBEAT_VALUE	0x2202

/* At least once a minute, at most once a second (field.md 3.1). */
#define LEGACY_HEARTBEAT_MS	10000

#define LEGACY_EPS		0x0000	/* with MODBUS_EPS */
#define LEGACY_EPS_ON		0x0055
#define LEGACY_EPS_OFF		0x00AA

/* High byte of what it answers to a command. */
#define LEGACY_FULL		BIT(10)
#define LEGACY_FLAT		BIT(11)

/* SunSpec models (field.md 5); addresses are from the model's id. */
extern const struct register_map sunspec_inverter;	/* 101 to 103 */
extern const struct register_map sunspec_inverter_float;	/* 111 to 113 */
extern const struct register_map sunspec_nameplate;	/* 120 */
extern const struct register_map sunspec_settings;	/* 121 */
extern const struct register_map sunspec_status;	/* 122 */
extern const struct register_map sunspec_storage;	/* 124 */
extern const struct register_map sunspec_battery;	/* 802 */

#define SUNSPEC_EVENTS		40	/* of 103; two registers */
#define SUNSPEC_EVENTS_FLOAT	50
#define SUNSPEC_PV		2	/* of 122: sets of bits */
#define SUNSPEC_STORAGE		3
#define SUNSPEC_GRID		4
#define SUNSPEC_LIMITS		33	/* two registers */
#define SUNSPEC_CONTROLS	35	/* two registers */
#define SUNSPEC_RIDES		43
#define SUNSPEC_CONTROLS_N	26	/* of 123, id and length included */
#define SUNSPEC_LIMIT		5	/* % of the most of 121, and for how long … */
#define SUNSPEC_LIMIT_REVERT	7	/* … s */
#define SUNSPEC_LIMIT_ENABLE	9
#define SUNSPEC_LIMIT_SCALE	23
#define SUNSPEC_STORAGE_MODE	5	/* of 124 */
#define SUNSPEC_RATES		12	/* out, in: % of the most of 124 */
#define SUNSPEC_REVERT		15	/* s */
#define SUNSPEC_GRID_CHARGE	17	/* 0: PV alone, 1: the grid, too */
#define SUNSPEC_RATES_SCALE	25
#define SUNSPEC_BOTH_LIMITS	3

/* Of 124 and 802 */
#define SUNSPEC_DISCHARGING	3
#define SUNSPEC_CHARGING	4

#endif /* CELLAR_IO_HYBRID_MAPS_H */
