// SPDX-License-Identifier: GPL-2.0-only
/*
 * The process image: what is fresh and can be believed, what flows by that, and the worst
 * case in place of the rest. What is missing here never makes a figure better for anybody
 * than any value that could have been there.
 */
#include "site_parts.h"

#include "smaller.h"

_Static_assert(SITE_CHARGERS_MAX <= 8, "image->powers has a bit of each");

bool site_value_known(const struct site_value *value, u32 longest_ms)
{
	return value->age_ms != SITE_NEVER && value->age_ms <= longest_ms &&
	       value->value <= SITE_POWER_MAX_W && value->value >= -SITE_POWER_MAX_W;
}

static bool is_fresh(const struct site_config *config, u32 age_ms)
{
	return age_ms != SITE_NEVER && age_ms <= config->fresh_ms;
}

/* Who slept, or whose clock went back, has no time to show for it. */
static void see_time(const struct site_state *state, const struct site_inputs *inputs,
		     u64 now_ms, struct site_image *image)
{
	image->now_ms = now_ms;
	if (state->stepped && now_ms > state->last_ms)
		image->ms = now_ms - state->last_ms < SITE_STEP_MAX_MS ?
			    (u32)(now_ms - state->last_ms) : SITE_STEP_MAX_MS;

	image->timed = inputs->wall_s > 0;
	if (!image->timed)
		return;
	image->local_s = inputs->wall_s + inputs->utc_offset_s;
	civil_of(image->local_s, &image->civil);
}

/*
 * Off the grid is what an inverter says, or a fresh word of the grid itself. Where that word
 * never came nobody watches the grid, and it is there. Where it came and is lost, the grid
 * is taken as there too, so that all that protects it goes on; but cars wait, for nobody
 * can be sure.
 */
static void see_grid(const struct site_config *config, const struct site_state *state,
		     const struct site_inputs *inputs, struct site_image *image)
{
	unsigned int i;

	image->grid_word = site_value_known(&inputs->grid, config->fresh_ms);
	image->off_grid = image->grid_word && !inputs->grid.value;
	for (i = 0; i < config->inverters; i++)
		image->off_grid |= inputs->inverter[i].off_grid &&
				   is_fresh(config, inputs->inverter[i].age_ms);
	image->grid_unsure = !image->off_grid && !image->grid_word && state->eps.heard;
}

/* Without a grid nothing is exchanged, whatever a meter without power says. */
static void see_meter(const struct site_config *config, const struct site_inputs *inputs,
		      struct site_image *image)
{
	unsigned int i;

	image->meter = true;
	if (image->off_grid)
		return;
	for (i = 0; i < config->phases; i++)
		image->meter &= site_value_known(&inputs->exchange_w[i], config->fresh_ms);
	if (!image->meter)
		return;
	for (i = 0; i < config->phases; i++) {
		image->phase_w[i] = inputs->exchange_w[i].value;
		image->grid_w += inputs->exchange_w[i].value;
	}
}

/* An inverter that draws for itself at night has no negative production. */
static void see_production(const struct site_config *config, const struct site_inputs *inputs,
			   struct site_image *image)
{
	image->pv_known = config->production == SITE_SOURCE_NONE ||
			  site_value_known(&inputs->production_w, config->fresh_ms);
	if (image->pv_known && config->production != SITE_SOURCE_NONE)
		image->pv_w = higher(inputs->production_w.value, 0);
}

/* By those that have a battery; all of them, or none. */
static bool inverters_know(const struct site_config *config, const struct site_inputs *inputs,
			   s32 *battery_w)
{
	bool any = false;
	unsigned int i;

	*battery_w = 0;
	for (i = 0; i < config->inverters; i++) {
		const struct site_value *value = &inputs->inverter[i].battery_w;

		if (!config->inverter[i].battery_w)
			continue;
		if (!site_value_known(value, config->fresh_ms))
			return false;
		*battery_w += value->value;
		any = true;
	}

	return any;
}

/*
 * By the cluster, or else by the inverters, or else by what the inverters could do at the
 * most: @spread_w either way. -1: not even that is known, and there may be a battery.
 */
static s32 see_battery(const struct site_config *config, const struct site_inputs *inputs,
		       struct site_image *image)
{
	const struct site_battery_inputs *battery = &inputs->battery;
	s32 spread_w = 0;
	unsigned int i;

	if (site_value_known(&battery->battery_w, config->fresh_ms)) {
		image->battery_w = battery->battery_w.value;
		image->battery_power = true;
	} else {
		image->battery_power = inverters_know(config, inputs, &image->battery_w);
	}
	image->battery_known = image->battery_power && is_fresh(config, battery->age_ms) &&
			       battery->soc_centi <= 10000;
	if (image->battery_known)
		image->soc_centi = battery->soc_centi;
	if (image->battery_power)
		return 0;

	image->battery_w = 0;
	for (i = 0; i < config->inverters; i++)
		spread_w += (s32)config->inverter[i].battery_w;
	image->battery_power = !spread_w && battery->age_ms == SITE_NEVER &&
			       battery->battery_w.age_ms == SITE_NEVER;
	if (!config->inverters && !image->battery_power)
		return -1;

	return spread_w;
}

/* On the phases on which the car charges, from the one of the box on. */
static void add_to_phases(s32 phase_w[SITE_PHASES], const struct site_charger_config *box,
			  u8 car_phases, s32 power_w)
{
	unsigned int n = site_car_phases(box, car_phases), i;

	if (n == 1) {
		phase_w[box->phase] += power_w;
		return;
	}
	for (i = 0; i < n; i++)
		phase_w[(box->phase + i) % SITE_PHASES] += power_w / (s32)n;
}

/* It was told more than its box says that it draws, or the box has just said more. */
static void see_unsaid(const struct site_charger_config *box, const struct charger *was,
		       u8 car_phases, s32 power_w, struct site_image *image)
{
	s32 told_w = (s32)charger_power_w(was->current_ma, site_car_phases(box, car_phases));
	s32 ended_w = higher((s32)recent_highest(&was->said_w) - power_w, 0);
	s32 unsaid_w = higher(told_w - power_w, ended_w);

	image->unsaid_w += unsaid_w;
	image->ended_w += ended_w;
	add_to_phases(image->unsaid_phase_w, box, car_phases, unsaid_w);
	add_to_phases(image->ended_phase_w, box, car_phases, ended_w);
}

static void see_chargers(const struct site_config *config, const struct site_state *state,
			 const struct site_inputs *inputs, struct site_image *image)
{
	unsigned int i;

	for (i = 0; i < config->chargers; i++) {
		const struct site_charger_config *box = &config->charger[i];
		const struct site_charger_inputs *in = &inputs->charger[i];
		const struct charger *was = &state->charger[i];
		u8 strategy = was->in_session ? was->strategy : box->strategy;
		s32 power_w;

		image->cars_told |= was->current_ma > 0;
		if (site_value_known(&in->power_w, config->fresh_ms)) {
			u8 car_phases = is_fresh(config, in->age_ms) ? in->car_phases : 0;

			power_w = higher(in->power_w.value, 0);
			image->powers |= (u8)BIT(i);
			image->chargers_w += power_w;
			add_to_phases(image->net_phase_w, box, car_phases, power_w);
			see_unsaid(box, was, car_phases, power_w, image);
		} else {
			power_w = (s32)charger_power_w(was->current_ma, box->phases);
		}
		if (!power_w)
			continue;

		image->cars_w += power_w;
		if (strategy == SITE_ECOLOGICAL_PURE || strategy == SITE_ECOLOGICAL_MIXED)
			image->eco_w += power_w;
		else if (config->battery_to_cars &&
			 (strategy == SITE_FAST || strategy == SITE_TIME_POWER))
			image->helped_w += power_w;
	}
	image->chargers_power = image->powers == BIT(config->chargers) - 1;
}

/* grid = pv - load - chargers - battery */
static void balance(const struct site_config *config, s32 spread_w, struct site_image *image)
{
	unsigned int i;

	image->balanced = image->meter && spread_w >= 0;
	if (!image->balanced) {
		image->net_w = config->contract_w != SITE_NO_LIMIT ? -config->contract_w : 0;
		image->load_w = -image->net_w;
		return;
	}
	image->surplus_w = image->grid_w + image->battery_w - spread_w;
	image->surplus_max_w = image->grid_w + image->battery_w + spread_w;
	image->net_w = image->surplus_w + image->chargers_w;
	image->load_w = higher(image->pv_w - image->net_w, 0);

	if (config->phases == 1) {
		image->net_phase_w[0] = image->net_w;
		return;
	}
	for (i = 0; i < SITE_PHASES; i++)
		image->net_phase_w[i] += image->phase_w[i] +
					 (image->battery_w - spread_w) / SITE_PHASES;
}

void image_make(const struct site_config *config, const struct site_state *state,
		const struct site_inputs *inputs, u64 now_ms, struct site_image *image)
{
	s32 spread_w;

	memset(image, 0, sizeof(*image));
	see_time(state, inputs, now_ms, image);
	see_grid(config, state, inputs, image);
	see_meter(config, inputs, image);
	see_production(config, inputs, image);
	spread_w = see_battery(config, inputs, image);
	see_chargers(config, state, inputs, image);
	balance(config, spread_w, image);
}
