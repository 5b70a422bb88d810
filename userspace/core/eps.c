// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emergency power (spec/inverter.md, "EPS"): on the grid a reserve is kept for it; off the
 * grid the battery goes down to its own depth, and is used again only when the safety
 * buffer is there on top; cars get nothing. When the grid is back, battery and cars wait
 * for a while, for it may go again.
 */
#include "site_parts.h"

#include "smaller.h"

#define RESERVE_RISE_CENTI	100

/* AC power by battery (spec/inverter.md, "EPS"; packs.md): of each pack, or of any number */
static const struct {
	s32 each_w, any_w;
} family_power[SITE_FAMILIES] = {
	[SITE_FAMILY_PYLONTECH] = { .each_w = 1100 },
	[SITE_FAMILY_AZZURRO] = { .each_w = 2500 },
	[SITE_FAMILY_WECO] = { .any_w = 5000 },
};

void eps_watch(const struct site_config *config, struct eps *state, struct site_image *image,
	       struct site_outputs *out)
{
	u64 hold_ms = config->return_s * 1000ull, passed_ms;

	state->heard |= image->grid_word;
	if (!image->grid_unsure && image->off_grid != state->away) {
		site_say(out, image->off_grid ? SITE_EVENT_BLACKOUT : SITE_EVENT_GRID_BACK, 0, 0);
		state->away = image->off_grid;
		state->returning = !image->off_grid;
		state->back_ms = image->now_ms;
	}

	passed_ms = image->now_ms > state->back_ms ? image->now_ms - state->back_ms : 0;
	if (state->returning && passed_ms < hold_ms)
		site_until(out, hold_ms - passed_ms);
	else
		state->returning = false;
	image->grid = !state->away && !state->returning;
}

static s32 battery_power(const struct site_config *config, unsigned int packs)
{
	s32 each_w = family_power[config->family].each_w;
	s32 any_w = family_power[config->family].any_w;

	if (!each_w && !any_w)
		return SITE_NO_LIMIT;

	return packs ? each_w * (s32)packs + any_w : 0;
}

static void off_grid(const struct site_config *config, struct eps *state,
		     const struct site_inputs *inputs, const struct site_image *image,
		     const struct inverters *inverters, struct windows *windows,
		     struct site_outputs *out)
{
	struct window *battery = &windows->battery;
	s32 give_w;
	bool over;

	window_at_least(&windows->grid, 0, SITE_BY_BLACKOUT);
	window_at_most(&windows->grid, 0, SITE_BY_BLACKOUT);
	if (!config->eps) {
		window_at_least(battery, 0, SITE_BY_BLACKOUT);
		window_at_most(battery, 0, SITE_BY_BLACKOUT);
		return;
	}

	if (image->battery_known)
		state->low = soc_is_low(state->low, image->soc_centi,
					(100u - config->eps_dod_percent) * 100,
					config->eps_buffer_percent * 100u);
	if (state->low)
		window_at_least(battery, 0, SITE_BY_EPS);
	window_at_least(battery, -battery_power(config, inputs->battery.packs), SITE_BY_EPS);
	if (config->inverters)
		window_at_least(battery, -inverters->eps_w, SITE_BY_EPS);

	give_w = image->pv_w - battery->low;
	if (config->inverters)
		give_w = lower(give_w, inverters->eps_w);
	over = image->load_w > give_w;
	if (over && !state->overload)
		site_say(out, SITE_EVENT_EPS_OVERLOAD, 0, image->load_w);
	state->overload = over;
}

static void on_grid(const struct site_config *config, struct eps *state,
		    const struct site_image *image, struct windows *windows)
{
	state->overload = false;
	if (state->returning) {
		window_at_least(&windows->battery, 0, SITE_BY_RETURN);
		window_at_most(&windows->battery, 0, SITE_BY_RETURN);
	}
	if (!config->eps || !image->battery_known)
		return;

	state->reserve = soc_is_low(state->reserve, image->soc_centi,
				    (100u - config->eps_dod_percent +
				     config->eps_buffer_percent) * 100, RESERVE_RISE_CENTI);
	if (state->reserve)
		window_at_least(&windows->battery, 0, SITE_BY_EPS);
}

void eps_step(const struct site_config *config, struct eps *state,
	      const struct site_inputs *inputs, const struct site_image *image,
	      const struct inverters *inverters, struct windows *windows,
	      struct site_outputs *out)
{
	if (image->off_grid)
		off_grid(config, state, inputs, image, inverters, windows, out);
	else
		on_grid(config, state, image, windows);
}
