/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of Sofar's and ZCS's "G3" inverters (spec/field.md 2), for the daemon and
 * the simulator. Rows are at the place of their enum hybrid_number.
 */
#ifndef CELLAR_IO_HYBRID_MAPS_H
#define CELLAR_IO_HYBRID_MAPS_H

#include "hybrid.h"

/* One map a block: none is read together with another (field.md 2.1). */
extern const struct register_map sofar_system;
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
extern const struct register_map sofar_eps_mode;

#define SOFAR_SERIAL		0x0445	/* 8 registers of text, and two at … */
#define SOFAR_SERIAL_REST	0x0470
#define SOFAR_VERSION		0x044F	/* 4 */
#define SOFAR_FAULTS_1		0x0405	/* 18 words */
#define SOFAR_FAULTS_2		0x0432	/* 12 */

#define SOFAR_MODE		0x1110
#define SOFAR_MODE_SELF_USE	0
#define SOFAR_MODE_PASSIVE	3
#define SOFAR_LAPSE		0x1184	/* seconds, and what then: */
#define SOFAR_LAPSE_RETURNS	1
#define SOFAR_POINTS		0x1187	/* grid, least and most of the battery, s32 each */

/* What a configuration register says that nobody has ever set. */
#define SOFAR_NEVER_SET		0xffff

#endif /* CELLAR_IO_HYBRID_MAPS_H */
