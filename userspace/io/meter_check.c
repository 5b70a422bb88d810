// SPDX-License-Identifier: GPL-2.0-only
/*
 * The look at a meter when it begins.
 */
#include "meter_check.h"

static bool is_small(s64 mw)
{
	return mw <= METER_CHECK_MW && mw >= -METER_CHECK_MW;
}

/* Feeding in with nothing that could. */
static void look(struct meter_check *check, unsigned int phase, s64 mw)
{
	u8 *wrong = &check->wrong[phase];

	if (mw <= METER_CHECK_MW)
		*wrong = 0;
	else if (*wrong < METER_CHECK_READINGS)
		++*wrong;
	if (*wrong == METER_CHECK_READINGS)
		check->reversed |= (u8)BIT(phase);
}

bool meter_check(struct meter_check *check, const struct meter *m, s64 pv_mw, s64 battery_mw)
{
	bool all_negative = true;
	s64 sum, mw;

	if (check->done || m->state != METER_WELL || m->reading.at_ms == check->at_ms ||
	    m->config.role != METER_EXCHANGE || !meter_power_mw(m, 0, &sum))
		return false;
	check->at_ms = m->reading.at_ms;
	if (!is_small(pv_mw) || !is_small(battery_mw)) {
		memset(check->wrong, 0, sizeof(check->wrong));
		check->right = 0;
		return false;
	}
	look(check, 0, sum);
	for (unsigned int phase = 1; phase <= METER_PHASES; phase++) {
		if (!meter_power_mw(m, phase, &mw))
			continue;
		look(check, phase, mw);
		all_negative &= mw < 0;
	}
	check->right = sum <= -METER_CHECK_LOAD_MW && all_negative ? check->right + 1u : 0;
	check->done = check->reversed || check->right == METER_CHECK_READINGS;

	return check->reversed;
}
