/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of what a simulated house did, as CSV: powers are means over the time of a line,
 * so that lines add up to the summary; SOC, contacts and who limits are as they are at
 * its end.
 */
#ifndef CELLAR_SIM_HOME_LINE_H
#define CELLAR_SIM_HOME_LINE_H

#include <stdio.h>

#include "home.h"

/*
 * Sums of the line that is being made, W·ms.
 *
 * @held_back: there is a last column for what curtailment holds back
 */
struct home_line {
	bool held_back;
	u64 ms;
	s64 pv, lost, load, battery, grid, cars, car[SITE_CHARGERS_MAX];
};

void home_line_header(const struct home_line *line, const struct site_config *site, FILE *to);

/* home_step() was called for @ms. */
void home_line_add(struct home_line *line, const struct home *home, u32 ms);

/* Write the line of @time, after @ms > 0, and begin the next one. */
void home_line_write(struct home_line *line, const struct home *home, const char *time,
		     FILE *to);

#endif /* CELLAR_SIM_HOME_LINE_H */
