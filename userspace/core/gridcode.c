// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the grid operator wants by contacts (spec/inverter.md, "Demand response"): how much
 * the inverters may generate and draw, of what they are rated. The battery goes along as
 * far as the cluster lets it; what is still too much of the sun is not produced
 * (site_resolve.c). Off the grid there is nobody to obey.
 *
 * Contacts of which nothing is known mean the hardest: neither generate nor draw (DRM),
 * closed (cease); of RRCR, none is closed. That is obeyed, and it is said that nothing is
 * heard of them; but it is no word of the operator's, and no curtailment.
 */
#include "site_parts.h"

#include "smaller.h"

#define UNLIMITED	100	/* % */
#define CONTACTS	9
#define RRCR_CONTACTS	0x0f

#define DRM4		BIT(4)
#define DRM8		BIT(8)

/*
 * @generate, @draw: at most so much, % of rated; @disconnect: leave the grid
 * @assumed: no contact says so, it is the worst that one could say
 */
struct order {
	u8 generate, draw;
	bool disconnect, assumed;
};

/* AS/NZS 4777.2 */
static const struct order drm_orders[CONTACTS] = {
	[0] = { .generate = 0, .draw = 0, .disconnect = true },
	[1] = { .generate = UNLIMITED, .draw = 0 },
	[2] = { .generate = UNLIMITED, .draw = 50 },
	[3] = { .generate = UNLIMITED, .draw = 75 },
	[4] = { .generate = UNLIMITED, .draw = UNLIMITED },	/* draw more: a wish */
	[5] = { .generate = 0, .draw = UNLIMITED },
	[6] = { .generate = 50, .draw = UNLIMITED },
	[7] = { .generate = 75, .draw = UNLIMITED },
	[8] = { .generate = UNLIMITED, .draw = UNLIMITED },	/* generate more: a wish */
};

/* VDE-AR-N 4105: generation by the one contact that is closed */
static const u8 rrcr_percent[] = { 0, 30, 60, UNLIMITED };

static const u8 code_winners[SITE_CODES] = {
	[SITE_CODE_DRM] = SITE_BY_DRM,
	[SITE_CODE_RRCR] = SITE_BY_RRCR,
	[SITE_CODE_CEASE] = SITE_BY_CEASE,
};

/* Off the grid nobody misses them. */
static bool contacts_of(const struct site_config *config, struct gridcode *state,
			const struct site_value *value, const struct site_image *image,
			struct site_outputs *out, u32 *contacts)
{
	bool known = site_value_known(value, config->contact_fresh_ms) && value->value >= 0;

	*contacts = known ? (u32)value->value : 0;
	if (!image->off_grid && known == state->unheard) {
		site_say(out, known ? SITE_EVENT_CONTACTS_BACK : SITE_EVENT_CONTACTS_STALE, 0, 0);
		state->unheard = !known;
	}

	return known;
}

/* Of two modes at once the harder in each direction; a shared contact sets one of each. */
static void obey_drm(u32 modes, struct order *order)
{
	unsigned int i;

	for (i = 0; i < CONTACTS; i++) {
		if (!(modes & BIT(i)))
			continue;
		order->generate = (u8)smaller(order->generate, drm_orders[i].generate);
		order->draw = (u8)smaller(order->draw, drm_orders[i].draw);
		order->disconnect |= drm_orders[i].disconnect;
	}
}

/*
 * A wish only, and only when nothing is to be reduced. Where both stand on one contact the
 * direction of power decides.
 */
static void wish_by_drm(u32 modes, const struct order *order, const struct site_image *image,
			struct windows *windows)
{
	bool draws = image->pv_w < image->battery_w;

	if (order->disconnect || order->generate < UNLIMITED || order->draw < UNLIMITED)
		return;
	if ((modes & DRM4) && (draws || !(modes & DRM8)))
		windows_wish(windows, SITE_POWER_MAX_W, SITE_BY_DRM);
	else if (modes & DRM8)
		windows_wish(windows, -SITE_POWER_MAX_W, SITE_BY_DRM);
}

/* Also in a blackout, in which contacts may well fall without anybody having wanted it. */
static bool see_rrcr(struct gridcode *state, u32 contacts, bool known,
		     const struct site_image *image, struct site_outputs *out)
{
	bool valid = contacts && !(contacts & (contacts - 1));

	if (valid) {
		state->any_valid = true;
		state->valid_rrcr = (u8)contacts;
		state->valid_ms = image->now_ms;
	}
	if (image->off_grid)
		return valid;
	if (known && !valid && !state->wrong)
		site_say(out, SITE_EVENT_CONTACTS_WRONG, 0, (s32)contacts);
	state->wrong = known && !valid;

	return valid;
}

/* Exactly one contact; none or several: the last valid one for a while, then nothing. */
static void obey_rrcr(const struct site_config *config, const struct gridcode *state, bool valid,
		      const struct site_image *image, struct order *order,
		      struct site_outputs *out)
{
	u64 hold_ms = config->rrcr_hold_s * 1000ull, passed_ms = image->now_ms - state->valid_ms;

	order->generate = 0;
	order->assumed = !valid && (!state->any_valid || passed_ms >= hold_ms);
	if (order->assumed)
		return;
	order->generate = rrcr_percent[cellar_lowest_bit(state->valid_rrcr)];
	if (!valid && order->generate)
		site_until(out, hold_ms - passed_ms);
}

static struct order orders(const struct site_config *config, struct gridcode *state,
			   const struct site_inputs *inputs, const struct site_image *image,
			   struct windows *windows, struct site_outputs *out)
{
	struct order order = { .generate = UNLIMITED, .draw = UNLIMITED };
	bool known, valid;
	u32 contacts;

	switch (config->grid_code) {
	case SITE_CODE_DRM:
		known = contacts_of(config, state, &inputs->drm, image, out, &contacts);
		if (image->off_grid)
			break;
		order.assumed = !known;
		if (!known)
			contacts = BIT(1) | BIT(5);
		obey_drm(contacts, &order);
		wish_by_drm(contacts, &order, image, windows);
		break;
	case SITE_CODE_RRCR:
		known = contacts_of(config, state, &inputs->rrcr, image, out, &contacts);
		valid = see_rrcr(state, contacts & RRCR_CONTACTS, known, image, out);
		if (!image->off_grid)
			obey_rrcr(config, state, valid, image, &order, out);
		break;
	case SITE_CODE_CEASE:
		known = contacts_of(config, state, &inputs->cease, image, out, &contacts);
		if (image->off_grid)
			break;
		order.assumed = !known;
		if (!known || contacts)
			order.generate = 0;
		break;
	default:
		break;
	}

	return order;
}

static s32 rated(const struct site_config *config)
{
	s32 sum = 0;
	unsigned int i;

	for (i = 0; i < config->inverters; i++)
		sum += (s32)config->inverter[i].rated_w;

	return sum;
}

static void narrow(const struct order *order, s32 rated_w, enum site_winner winner,
		   const struct site_image *image, struct windows *windows)
{
	struct window *battery = &windows->battery;
	s32 most_w = rated_w * order->generate / 100, least_w = -rated_w * order->draw / 100;

	if (order->disconnect) {
		window_at_least(battery, 0, winner);
		window_at_most(battery, 0, winner);
		window_at_most(&windows->pv, 0, winner);
	}
	if (order->generate < UNLIMITED) {
		window_at_most(&windows->inverter, most_w, winner);
		window_at_least(battery, image->pv_known ? image->pv_w - most_w : 0, winner);
	}
	if (order->draw < UNLIMITED) {
		window_at_least(&windows->inverter, least_w, winner);
		window_at_most(battery, image->pv_w - least_w, winner);
	}
}

static void account(struct curtailment *session, const struct site_image *image)
{
	bool react = session->ms < GRIDCODE_REACT_MS;
	s32 ac_w = image->pv_w - image->battery_w;

	session->ms += image->ms;
	session->measured &= image->pv_known && image->battery_power;
	if (!session->measured)
		return;
	session->generated_mj += (u64)higher(ac_w, 0) * image->ms;
	if (react)
		session->most_w = ac_w;
	else
		session->most_w = session->drawing ? lower(session->most_w, ac_w) :
				  higher(session->most_w, ac_w);
}

/*
 * Of two limits the one in force follows the direction of power; where that is hardly any, the
 * one that was.
 */
static bool flows_in(const struct site_config *config, const struct gridcode *state,
		     const struct site_image *image)
{
	s32 ac_w = image->pv_w - image->battery_w;

	if (image->pv_known && image->battery_power &&
	    (ac_w >= config->standby_w || ac_w <= -config->standby_w || !state->curtailed))
		return ac_w < 0;

	return state->curtailed && state->session.drawing;
}

static void record(const struct site_config *config, struct gridcode *state,
		   const struct order *order, s32 rated_w,
		   const struct site_inputs *inputs, const struct site_image *image,
		   struct site_outputs *out)
{
	struct curtailment *session = &state->session;
	bool generates = !order->assumed && order->generate < UNLIMITED;
	bool draws = !order->assumed && order->draw < UNLIMITED;
	bool drawing = draws && (!generates || flows_in(config, state, image));
	s32 limit_w = drawing ? -(rated_w * order->draw / 100) :
		      rated_w * order->generate / 100;

	if (state->curtailed)
		account(session, image);
	if (state->curtailed && ((!generates && !draws) || limit_w != session->limit_w ||
				 drawing != session->drawing)) {
		u64 s = session->ms / 1000;

		site_say(out, SITE_EVENT_CURTAILED_OVER, 0, s < INT32_MAX ? (s32)s : INT32_MAX);
		state->ended = *session;
		state->curtailed = false;
	}
	if (state->curtailed || (!generates && !draws))
		return;

	*session = (struct curtailment){
		.since_s = inputs->wall_s,
		.drawing = drawing,
		.limit_w = limit_w,
		.before_w = image->pv_w - image->battery_w,
		.measured = image->pv_known && image->battery_power,
	};
	state->curtailed = true;
	site_say(out, SITE_EVENT_CURTAILED, 0, limit_w);
}

void gridcode_step(const struct site_config *config, struct gridcode *state,
		   const struct site_inputs *inputs, const struct site_image *image,
		   struct windows *windows, struct site_outputs *out)
{
	struct order order = orders(config, state, inputs, image, windows, out);
	s32 rated_w = rated(config);

	narrow(&order, rated_w, (enum site_winner)code_winners[config->grid_code], image, windows);
	record(config, state, &order, rated_w, inputs, image, out);
	out->disconnect = order.disconnect;
}
