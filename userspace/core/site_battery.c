// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first stage: what the battery itself allows, what the inverters can do with it, and
 * how deep a person lets it be discharged on the grid.
 */
#include "site_parts.h"

/* After the depth of discharge was reached so much must come back first */
#define DEEP_RISE_CENTI	100

/* A cluster that says nonsense allows nothing. */
static s32 believed(s32 w)
{
	return w > 0 && w <= SITE_POWER_MAX_W ? w : 0;
}

void cluster_stage(const struct site_config *config, bool *deep,
		   const struct site_inputs *inputs, const struct site_image *image,
		   const struct inverters *inverters, struct windows *windows)
{
	const struct site_battery_inputs *battery = &inputs->battery;
	struct window *w = &windows->battery;
	enum site_winner winner;

	if (!image->battery_known) {
		window_open(w, 0, 0);
		w->low_winner = SITE_BY_STALE;
		w->high_winner = SITE_BY_STALE;
		return;
	}

	window_open(w, -believed(battery->discharge_w), believed(battery->charge_w));
	w->low_winner = SITE_BY_CLUSTER;
	w->high_winner = SITE_BY_CLUSTER;
	if (config->inverters) {
		winner = inverters->silent ? SITE_BY_STALE : SITE_BY_INVERTER;
		window_at_least(w, -inverters->all_discharge_w, winner);
		window_at_most(w, inverters->all_charge_w, winner);
	}
	if (image->off_grid)
		return;

	*deep = soc_is_low(*deep, image->soc_centi, (100u - config->dod_percent) * 100,
			   DEEP_RISE_CENTI);
	if (*deep)
		window_at_least(w, 0, SITE_BY_PERSON);
	if (battery->force_charge)
		window_at_least(w, 0, SITE_BY_FORCE_CHARGE);
}
