/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a meter at the grid the right way round? While the sun is off and the battery does
 * nothing a house can only draw: every phase must read negative (spec/inverter.md,
 * "Metering"). What is found is said to people; no sign is ever turned by it.
 */
#ifndef CELLAR_IO_METER_CHECK_H
#define CELLAR_IO_METER_CHECK_H

#include "meter.h"

/* Less than this in a phase says nothing; PV and battery below it are off. */
#define METER_CHECK_MW		50000

/* So much drawn with every phase negative is right (spec/inverter.md). */
#define METER_CHECK_LOAD_MW	1000000

/* Readings in a row until it is believed. */
#define METER_CHECK_READINGS	10

/* @wrong, @right: readings in a row; @wrong of the sum, then of each phase */
struct meter_check {
	u8 wrong[1 + METER_PHASES], right;
	u64 at_ms;
	bool done;
	u8 reversed;
};

/*
 * A reading of @m, if it is a new one, while PV makes @pv_mw and the battery takes
 * @battery_mw (> 0 charges); what is not known is not to be told. Returns whether it is now
 * found out that something is reversed: check->reversed has bit 0 for the sum, 1…3 for
 * phases, as house powers count.
 */
bool meter_check(struct meter_check *check, const struct meter *m, s64 pv_mw, s64 battery_mw);

#endif /* CELLAR_IO_METER_CHECK_H */
