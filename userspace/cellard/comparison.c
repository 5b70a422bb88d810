// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two readings side by side, over time.
 */
#include "comparison.h"

static const u8 fields[COMPARISON_OF] = {
	[COMPARISON_CHARGE_CURRENT] = CELLAR_CHARGE_CURRENT_LIMIT,
	[COMPARISON_DISCHARGE_CURRENT] = CELLAR_DISCHARGE_CURRENT_LIMIT,
	[COMPARISON_CHARGE_VOLTAGE] = CELLAR_CHARGE_VOLTAGE_LIMIT,
};

void comparison_step(struct comparison *comparison, const struct cellar_reading *battery,
		     const struct cellar_reading *ours, u32 step_ms)
{
	unsigned int i;
	s64 difference;

	if (!battery || !ours)
		return;

	for (i = 0; i < COMPARISON_OF; i++) {
		struct comparison_row *row = &comparison->row[i];

		if (!cellar_has(battery, fields[i]) || !cellar_has(ours, fields[i]))
			continue;
		row->known = true;
		row->battery = (u32)cellar_reading_number(battery, fields[i]);
		row->ours = (u32)cellar_reading_number(ours, fields[i]);
		difference = (s64)row->ours - row->battery;
		if (difference > row->most)
			row->most = difference;
		if (difference < row->least)
			row->least = difference;
		if (difference > COMPARISON_SAME)
			row->more_ms += step_ms;
		else if (difference < -COMPARISON_SAME)
			row->less_ms += step_ms;
		else
			row->same_ms += step_ms;
	}
}
