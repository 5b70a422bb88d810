// SPDX-License-Identifier: GPL-2.0-only
/*
 * One step of the energy management: the image, the stages in their order, what they
 * decided, and what has flowed meanwhile.
 */
#include "site_parts.h"

#include "smaller.h"

/* So much may a clock be corrected without a word */
#define CLOCK_S		2

void site_say(struct site_outputs *out, enum site_event_code code, unsigned int subject,
	      s32 figure)
{
	if (out->events == SITE_EVENTS_MAX)
		return;

	out->event[out->events++] = (struct site_event){
		.code = (u8)code,
		.subject = (u8)subject,
		.figure = figure,
	};
}

void site_until(struct site_outputs *out, u64 ms)
{
	if (ms < out->mode_next_ms)
		out->mode_next_ms = (u32)ms;
}

void site_start(struct site_state *state, const struct site_config *config)
{
	(void)config;
	memset(state, 0, sizeof(*state));
	state->meter_was = true;
	state->timedcharge.rule = -1;
	energy_start(&state->energy);
}

static void never(struct site_value *value)
{
	value->age_ms = SITE_NEVER;
}

void site_inputs_clear(struct site_inputs *inputs)
{
	unsigned int i;

	memset(inputs, 0, sizeof(*inputs));
	for (i = 0; i < SITE_PHASES; i++)
		never(&inputs->exchange_w[i]);
	never(&inputs->production_w);
	never(&inputs->grid);
	never(&inputs->drm);
	never(&inputs->rrcr);
	never(&inputs->cease);
	inputs->battery.age_ms = SITE_NEVER;
	never(&inputs->battery.battery_w);
	for (i = 0; i < SITE_INVERTERS_MAX; i++) {
		inputs->inverter[i].age_ms = SITE_NEVER;
		never(&inputs->inverter[i].pv_w);
		never(&inputs->inverter[i].battery_w);
	}
	for (i = 0; i < SITE_CHARGERS_MAX; i++) {
		inputs->charger[i].age_ms = SITE_NEVER;
		never(&inputs->charger[i].power_w);
		never(&inputs->charger[i].energy_wh);
	}
}

/* A clock that was set; summer time does not set it, for it is UTC. */
static void watch_clock(const struct site_state *state, const struct site_inputs *inputs,
			u64 now_ms, struct site_outputs *out)
{
	s64 moved_s;

	if (!state->stepped || state->last_wall_s <= 0 || inputs->wall_s <= 0 ||
	    now_ms < state->last_ms)
		return;

	moved_s = inputs->wall_s - state->last_wall_s - (s64)((now_ms - state->last_ms) / 1000);
	if (moved_s > CLOCK_S || moved_s < -CLOCK_S)
		site_say(out, SITE_EVENT_CLOCK_MOVED, 0,
			 moved_s > INT32_MAX ? INT32_MAX : moved_s < INT32_MIN ? INT32_MIN :
			 (s32)moved_s);
}

/* Off the grid a meter has nothing to say. */
static void watch_meter(struct site_state *state, const struct site_image *image,
			struct site_outputs *out)
{
	if (image->off_grid || image->meter == state->meter_was)
		return;

	state->meter_was = image->meter;
	site_say(out, image->meter ? SITE_EVENT_METER_BACK : SITE_EVENT_METER_STALE, 0, 0);
}

/*
 * The flows add up. Instruments that were read at different moments may show less
 * production than is used: the meters of exchange and battery are then believed.
 */
static void see_flows(const struct site_image *image, struct site_outputs *out)
{
	s32 pv_w = image->pv_w, rest_w;
	u32 known = 0;

	if (image->pv_known)
		known |= BIT(SITE_FLOW_PV);
	if (image->chargers_power)
		known |= BIT(SITE_FLOW_CHARGERS);
	if (image->battery_power)
		known |= BIT(SITE_FLOW_BATTERY);
	if (image->meter)
		known |= BIT(SITE_FLOW_GRID);

	if (image->pv_known && image->battery_power && image->meter) {
		rest_w = pv_w - image->grid_w - image->battery_w - image->chargers_w;
		if (rest_w < 0) {
			pv_w -= rest_w;
			rest_w = 0;
		}
		out->flow_w[SITE_FLOW_LOAD] = rest_w;
		if (image->chargers_power)
			known |= BIT(SITE_FLOW_LOAD);
	}
	out->flow_w[SITE_FLOW_PV] = pv_w;
	out->flow_w[SITE_FLOW_CHARGERS] = image->chargers_w;
	out->flow_w[SITE_FLOW_BATTERY] = image->battery_w;
	out->flow_w[SITE_FLOW_GRID] = image->grid_w;
	out->flows_known = known;
}

/* What house and cars use is known together before each of them is. */
static void count_energy(struct energy *energy, const struct site_image *image,
			 const struct site_outputs *out)
{
	const s32 *flow_w = out->flow_w;
	s32 export_w = higher(flow_w[SITE_FLOW_GRID], 0);
	struct energy_flow flow = {
		.w = {
			[ENERGY_PV] = flow_w[SITE_FLOW_PV],
			[ENERGY_SELF_CONSUMED] = higher(flow_w[SITE_FLOW_PV] - export_w, 0),
			[ENERGY_EXPORT] = export_w,
			[ENERGY_CONSUMED] = flow_w[SITE_FLOW_LOAD] + flow_w[SITE_FLOW_CHARGERS],
			[ENERGY_IMPORT] = higher(-flow_w[SITE_FLOW_GRID], 0),
			[ENERGY_CHARGED] = higher(flow_w[SITE_FLOW_BATTERY], 0),
			[ENERGY_DISCHARGED] = higher(-flow_w[SITE_FLOW_BATTERY], 0),
			[ENERGY_CARS] = flow_w[SITE_FLOW_CHARGERS],
		},
	};

	if (image->pv_known)
		flow.known |= BIT(ENERGY_PV);
	if (image->pv_known && image->meter)
		flow.known |= BIT(ENERGY_SELF_CONSUMED);
	if (image->meter)
		flow.known |= BIT(ENERGY_EXPORT) | BIT(ENERGY_IMPORT);
	if (image->pv_known && image->meter && image->battery_power)
		flow.known |= BIT(ENERGY_CONSUMED);
	if (image->battery_power)
		flow.known |= BIT(ENERGY_CHARGED) | BIT(ENERGY_DISCHARGED);
	if (image->chargers_power)
		flow.known |= BIT(ENERGY_CARS);
	energy_step(energy, &flow, image->ms, image->timed ? image->local_s : 0);
}

/*
 * What the battery takes whatever cars want: what a rule, or the battery itself, asks for,
 * and what it has to take so that it does not go elsewhere. @most_w: before the contract.
 */
static s32 planned(const struct windows *windows, s32 most_w)
{
	s32 wish_w = 0;

	if (windows->wish_winner == SITE_BY_TIMED_CHARGE ||
	    windows->wish_winner == SITE_BY_FORCE_CHARGE)
		wish_w = lower(windows->wish_w, most_w);

	return higher(higher(wish_w, windows->battery.low), 0);
}

static void open_windows(struct windows *windows)
{
	memset(windows, 0, sizeof(*windows));
	window_open(&windows->grid, -SITE_NO_LIMIT, SITE_NO_LIMIT);
	window_open(&windows->pv, 0, SITE_NO_LIMIT);
	window_open(&windows->inverter, -SITE_NO_LIMIT, SITE_NO_LIMIT);
}

void ems_step(const struct site_config *config, struct site_state *state,
	      const struct site_inputs *inputs, u64 now_ms, struct site_outputs *out)
{
	struct chargers_budget budget;
	struct inverters inverters;
	struct site_image image;
	struct windows windows;
	s32 most_w;

	memset(out, 0, sizeof(*out));
	out->mode_next_ms = SITE_NO_TIME;
	image_make(config, state, inputs, now_ms, &image);
	watch_clock(state, inputs, now_ms, out);
	watch_meter(state, &image, out);
	eps_watch(config, &state->eps, &image, out);
	inverters_look(config, inputs, &inverters);

	open_windows(&windows);
	cluster_stage(config, &state->deep, inputs, &image, &inverters, &windows);
	gridcode_step(config, &state->gridcode, inputs, &image, &windows, out);
	most_w = windows.battery.high;
	contract_step(config, &image, &windows);
	feedin_step(config, &image, &windows);
	eps_step(config, &state->eps, inputs, &image, &inverters, &windows, out);
	timedcharge_step(config, &state->timedcharge, &image, &windows, out);
	selfuse_step(config, inputs, &image, &windows);

	contract_budget(config, &state->contract, &image, &windows, planned(&windows, most_w),
			&budget, out);
	chargers_step(config, state->charger, inputs, &image, &budget, out);
	contract_yield(config, &image, &budget, out, &windows);
	resolve_step(config, inputs, &image, &windows, out);
	inverters_share(config, inputs, &inverters, out);
	outputs_step(config, state->output, &image, out);

	see_flows(&image, out);
	count_energy(&state->energy, &image, out);
	state->stepped = true;
	state->last_ms = now_ms;
	state->last_wall_s = inputs->wall_s;
}
