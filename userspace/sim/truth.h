/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What really is, as CSV: for tests that compare a reading with it.
 */
#ifndef CELLAR_SIM_TRUTH_H
#define CELLAR_SIM_TRUTH_H

#include <stdio.h>

#include "sim.h"

void truth_header(FILE *to);

/* One line per pack. */
void truth_write(FILE *to, const struct sim *sim, u64 now_ms);

#endif /* CELLAR_SIM_TRUTH_H */
