// SPDX-License-Identifier: GPL-2.0-only
/*
 * From windows and wishes to what is told: the set-point, its bounds, the production that
 * is allowed, who decided, and what this plant cannot do.
 */
#include "site_parts.h"

#include "smaller.h"

/* What is too much for @most where @more of it finds another way. */
static void cap(struct window *pv, const struct window *most, s32 more_w)
{
	if (most->high != SITE_NO_LIMIT)
		window_at_most(pv, lower(most->high, SITE_POWER_MAX_W) + more_w,
			       (enum site_winner)most->high_winner);
}

/*
 * The battery takes what it can of the sun, by its bound and not by its set-point: the sun
 * may rise before the next step, and the set-point follows what is seen of it. At least
 * what house and cars now take is not fed in; when the exchange is not known, nothing is
 * certain to be taken.
 */
static void cap_production(const struct site_image *image, struct windows *windows, s32 battery_w)
{
	s32 follows_w = windows->battery.high;
	s32 taken_w = image->balanced ? higher(image->pv_w - image->surplus_max_w, 0) : 0;

	cap(&windows->pv, &windows->inverter, image->pv_known ? follows_w : battery_w);
	cap(&windows->pv, &windows->grid, follows_w + taken_w);
}

/* Where nobody knows what flows, that is why the battery does nothing. */
static void decide(const struct site_image *image, const struct windows *windows,
		   struct site_outputs *out)
{
	const struct window *w = &windows->battery;

	out->battery_w = window_clamp(w, windows->wish_w);
	if (out->battery_w > windows->wish_w)
		out->limited_by = w->low_winner;
	else if (out->battery_w < windows->wish_w)
		out->limited_by = w->high_winner;
	else if (!image->balanced)
		out->limited_by = SITE_BY_STALE;
	else
		out->limited_by = out->battery_w == windows->self_w ? SITE_NOBODY :
				  windows->wish_winner;
}

static void publish(const struct windows *windows, struct site_outputs *out)
{
	out->battery_min_w = windows->battery.low;
	out->battery_max_w = windows->battery.high;
	out->battery_min_winner = windows->battery.low_winner;
	out->battery_max_winner = windows->battery.high_winner;
	out->grid_min_w = windows->grid.low;
	out->grid_max_w = windows->grid.high;
	out->grid_min_winner = windows->grid.low_winner;
	out->grid_max_winner = windows->grid.high_winner;
	out->pv_max_w = windows->pv.high;
	out->pv_winner = windows->pv.high_winner;
	out->ac_min_w = windows->inverter.low;
	out->ac_max_w = windows->inverter.high;
}

static enum site_mode mode_of(const struct site_image *image, const struct site_outputs *out)
{
	if (image->off_grid)
		return SITE_OFF_GRID;
	if (out->disconnect || !image->battery_known || !image->balanced)
		return SITE_STOPPED;
	if (!out->battery_w)
		return SITE_STANDBY;

	return out->battery_w > 0 ? SITE_CHARGING : SITE_DISCHARGING;
}

static bool can_curtail(const struct site_config *config)
{
	bool can = false;
	unsigned int i;

	for (i = 0; i < config->inverters; i++)
		can |= config->inverter[i].curtails;

	return can && config->control == SITE_BY_SET_POINTS;
}

/* Rounded down: never more than the power allows. */
static u32 current_of(s32 w, u32 mv)
{
	u64 ma = w > 0 && mv ? (u64)w * 1000000 / mv : 0;

	return ma < UINT32_MAX ? (u32)ma : UINT32_MAX;
}

/*
 * An inverter that only listens to the battery runs its own self-consumption. It is kept
 * within the bounds by charge and discharge current; it charges beyond the surplus by the
 * battery's word for it; and a car that is to have nothing of the battery is kept from it
 * by a discharge current that is just enough for the house.
 */
static void by_limits(const struct site_config *config, const struct site_inputs *inputs,
		      const struct site_image *image, struct site_outputs *out)
{
	u32 mv = inputs->battery.voltage_mv;
	bool from_grid = out->battery_w > 0 && out->battery_w > image->surplus_w;
	bool cars = image->cars_w > image->helped_w && !image->off_grid;

	out->charge_ma = current_of(out->battery_max_w, mv);
	out->discharge_ma = current_of(-(cars ? out->battery_w : out->battery_min_w), mv);
	if (config->control != SITE_BY_LIMITS)
		return;

	if (from_grid) {
		out->force_charge = true;
		out->charge_ma = current_of(out->battery_w, mv);
		out->discharge_ma = 0;
		out->unable |= SITE_CANNOT_CHARGE_FROM_GRID;
	}
	if (out->battery_w < 0 && out->battery_w < image->surplus_w)
		out->unable |= SITE_CANNOT_FORCE_DISCHARGE;
	if (out->disconnect)
		out->unable |= SITE_CANNOT_DISCONNECT;
}

void resolve_step(const struct site_config *config, const struct site_inputs *inputs,
		  const struct site_image *image, struct windows *windows,
		  struct site_outputs *out)
{
	bool sun = config->production != SITE_SOURCE_NONE;

	decide(image, windows, out);
	cap_production(image, windows, out->battery_w);
	publish(windows, out);
	out->off_grid = image->off_grid;
	out->mode = (u8)mode_of(image, out);
	by_limits(config, inputs, image, out);
	if (sun && (image->pv_known ? out->pv_max_w < image->pv_w :
				      out->pv_max_w != SITE_NO_LIMIT) && !can_curtail(config))
		out->unable |= SITE_CANNOT_CURTAIL;
}
