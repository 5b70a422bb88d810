/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cluster as the one battery that an inverter is told of: a reading as a battery's own
 * BMS would give it, with this inverter's share of the limits.
 */
#ifndef CELLAR_CORE_ONE_BATTERY_H
#define CELLAR_CORE_ONE_BATTERY_H

#include "limits.h"

#define ONE_BATTERY_INVERTERS_MAX	8
#define ONE_BATTERY_WHOLE_PERMILLE	1000

/*
 * What is remembered of one inverter's battery: voltages outlive the data they came from,
 * because no dialect can say 0 A without a voltage beside it.
 */
struct one_battery {
	u32 charge_mv, discharge_mv;	/* 0: never known */
};

/*
 * What to say now. @share_permille: of the currents, 1…ONE_BATTERY_WHOLE_PERMILLE, so that
 * those of all inverters of a cluster come to no more than the whole; it rounds down.
 * @most_ma: what this inverter may be told at most, LIMITS_NONE.
 *
 * Without a member the currents are 0, both enable flags are off, and no measurement is
 * said; the alarm is what stops the packs, internal_communication when none of them says
 * anything. A protection of some packs while others carry on is a warning here. Returns
 * false while there is nothing to say, because no charge voltage has ever been known: then
 * nothing may be sent.
 */
bool one_battery_say(struct one_battery *battery, const struct cluster *cluster,
		     const struct limits_out *limits, u16 share_permille,
		     const u32 most_ma[CORE_WAYS], struct cellar_reading *say);

#endif /* CELLAR_CORE_ONE_BATTERY_H */
