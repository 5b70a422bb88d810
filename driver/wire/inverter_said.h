/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an inverter says to its battery: a keep-alive that each dialect has its own of, and
 * in a few of them what the inverter measures (protocols.md 1, 2.3, 3.1 to 3.6).
 */
#ifndef CELLAR_WIRE_INVERTER_SAID_H
#define CELLAR_WIRE_INVERTER_SAID_H

#include "can.h"

/*
 * @measures: it says the following; current > 0 charges the battery
 */
struct cellar_inverter_said {
	bool measures;
	u32 voltage_mv;
	s32 current_ma;
	s16 temperature_decic;
	u16 soc_centi;
};

/* Identifier of the inverter's keep-alive, 0 when the dialect has none that is known. */
u32 cellar_inverter_keepalive_id(enum cellar_dialect dialect);

/*
 * A frame with that identifier. 0 with @said, -ENOENT: another frame, -EMSGSIZE or
 * -ERANGE: a keep-alive all the same, but it measures nothing that can be.
 */
int cellar_inverter_hear(enum cellar_dialect dialect, const struct cellar_can_frame *frame,
			 struct cellar_inverter_said *said);

#endif /* CELLAR_WIRE_INVERTER_SAID_H */
