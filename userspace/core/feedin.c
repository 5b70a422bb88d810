// SPDX-License-Identifier: GPL-2.0-only
/*
 * Zero or limited feed-in (spec/inverter.md, "Zero feed-in"): what may not go out goes into
 * the battery first, into cars as their strategies take it, and is not produced otherwise
 * (site_resolve.c).
 */
#include "site_parts.h"

void feedin_step(const struct site_config *config, const struct site_image *image,
		 struct windows *windows)
{
	if (image->off_grid || config->feed_in_w == SITE_NO_LIMIT)
		return;

	window_at_most(&windows->grid, config->feed_in_w, SITE_BY_FEED_IN);
	if (image->balanced)
		window_at_least(&windows->battery, image->surplus_max_w - config->feed_in_w,
				SITE_BY_FEED_IN);
}
