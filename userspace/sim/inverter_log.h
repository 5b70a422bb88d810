/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an inverter last heard beside what is true at that moment, as CSV: for tests
 * that judge whoever told it.
 */
#ifndef CELLAR_SIM_INVERTER_LOG_H
#define CELLAR_SIM_INVERTER_LOG_H

#include <stdio.h>

#include "bank.h"

/*
 * @time_ms: CLOCK_BOOTTIME, and @now_ms the same moment in the bank's time
 * @battery_ms: when the battery last said something valid, 0 when it never has
 * @frame: because a frame with limits has come just now
 */
struct inverter_moment {
	u64 time_ms, now_ms;
	u64 battery_ms;
	bool frame;
};

void inverter_log_header(FILE *to);

/* One line of inverter @n, 0…, which is one of the bank's. */
void inverter_log_write(FILE *to, const struct bank *bank, unsigned int n,
			const struct inverter_moment *moment);

#endif /* CELLAR_SIM_INVERTER_LOG_H */
