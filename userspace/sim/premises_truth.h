/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What really is in a whole house, as CSV: each flow, what the packs allow, and what
 * inverters and boxes were told, for tests and pictures.
 */
#ifndef CELLAR_SIM_PREMISES_TRUTH_H
#define CELLAR_SIM_PREMISES_TRUTH_H

#include "premises_devices.h"

void premises_truth_header(FILE *to, const struct premises *p);

/* One line. */
void premises_truth_write(FILE *to, const struct premises *p, const struct premises_devices *d,
			  const struct plant *plant, u64 now_ms);

#endif /* CELLAR_SIM_PREMISES_TRUTH_H */
