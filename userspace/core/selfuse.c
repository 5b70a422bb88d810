// SPDX-License-Identifier: GPL-2.0-only
/*
 * Automatic mode (spec/inverter.md): what the sun gives beyond the load charges, what it
 * lacks the battery gives, and below the standby band it idles.
 *
 * Cars that the battery may not help take nothing out of it: an ecological one has the sun
 * before the house, and what the house then lacks is all that the battery covers; for
 * others the house has the sun first, and the car draws from the grid.
 *
 * A battery that asks to be charged is charged, whatever anybody else wants of it.
 */
#include "site_parts.h"

#include "smaller.h"

/* A battery that asks to be charged gets so much at least, ours: 10 A of one pack. */
#define FORCE_CHARGE_W	500

/* What the house, and the cars that may, need of the battery. */
static s32 lack(const struct site_image *image)
{
	s32 load_w = higher(image->pv_w - image->surplus_w - image->cars_w, 0);
	s32 left_w = higher(image->pv_w - image->eco_w, 0);

	return higher(lower(-image->surplus_w, load_w + image->helped_w - left_w), 0);
}

/* Off the grid there is nobody else to give or take the difference. */
static s32 wish(const struct site_config *config, const struct site_image *image)
{
	s32 w = image->surplus_w;

	if (image->off_grid)
		return w;
	if (w < 0)
		w = -lack(image);

	return w > -config->standby_w && w < config->standby_w ? 0 : w;
}

void selfuse_step(const struct site_config *config, const struct site_inputs *inputs,
		  const struct site_image *image, struct windows *windows)
{
	windows->self_w = image->balanced ? wish(config, image) : 0;
	windows_wish(windows, windows->self_w, SITE_BY_SELF_USE);

	if (image->battery_known && inputs->battery.force_charge && !image->off_grid &&
	    windows->wish_w < FORCE_CHARGE_W) {
		windows->wish_w = FORCE_CHARGE_W;
		windows->wish_winner = SITE_BY_FORCE_CHARGE;
	}
}
