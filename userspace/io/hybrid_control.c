// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a G3 inverter is told what its battery is to do (spec/field.md 2.6): it is put into
 * passive mode once, with a time after which it goes back by itself, and from then on only
 * hears set-points, which its RAM keeps. Set-points come before the mode, so that it never
 * acts on those of another day. The mode and that time are in an EEPROM: they are written
 * only when they are not so already, and never in turns, not even against another master.
 *
 * Set-points are said again in time by whoever calls hybrid_steer(), not by the thread of
 * the line: when the daemon hangs, the inverter's own time runs out.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

/* Its own limit of feed-in is not of this. */
static void write_nothing(struct hybrid *h)
{
	for (unsigned int slot = 0; slot < HYBRID_WRITES_FEED_IN; slot++)
		hybrid_write_none(h, slot);
}

static void start(struct hybrid *h)
{
	write_nothing(h);
	h->recents = 0;
	h->saw_mode = false;
	h->saw_lapse = false;
	h->control = h->config.steer ? HYBRID_ASKS_MODE : HYBRID_NOT_STEERED;
	if (!h->config.steer)
		return;
	hybrid_want(h, HYBRID_READS_MODE, &sofar_mode, HYBRID_STATE_MS);
	hybrid_want(h, HYBRID_READS_POINTS, &sofar_points, HYBRID_STATE_MS);
	hybrid_want(h, HYBRID_READS_LAPSE, &sofar_lapse, HYBRID_STATE_MS);
}

/* The battery does from @least_w to @most_w; of the grid nothing is asked beyond that. */
static void set_points(struct hybrid *h, s32 least_w, s32 most_w)
{
	u16 points[6] = { 0 };

	register_put_s32(points + 2, least_w);
	register_put_s32(points + 4, most_w);
	hybrid_write(h, HYBRID_WRITES_POINTS, SOFAR_POINTS, ARRAY_SIZE(points), points);
	memmove(h->recent + 1, h->recent, sizeof(h->recent) - sizeof(h->recent[0]));
	memcpy(h->recent[0], points, sizeof(points));
	if (h->recents < HYBRID_RECENT)
		h->recents++;
}

/* Nobody has said anything yet: as in self-use. */
static void set_first_points(struct hybrid *h)
{
	s32 most_w = (s32)h->config.battery_w;

	h->control = HYBRID_SETS_POINTS;
	h->point_w = h->order_w;
	if (h->ordered)
		set_points(h, h->order_w, h->order_w);
	else
		set_points(h, -most_w, most_w);
	h->has_point = h->ordered;
}

static void set_mode(struct hybrid *h)
{
	static const u16 passive = SOFAR_MODE_PASSIVE;

	h->control = HYBRID_SETS_MODE;
	if (h->mode_seen == SOFAR_MODE_PASSIVE)
		h->control = HYBRID_CHECKS;
	else
		hybrid_write(h, HYBRID_WRITES_MODE, SOFAR_MODE, 1, &passive);
}

/* One that a daemon before us left in passive mode was in self-use before. */
static void begin(struct hybrid *h)
{
	static const u16 lapse[] = { HYBRID_LAPSE_S, SOFAR_LAPSE_RETURNS };

	if (h->control != HYBRID_ASKS_MODE || !h->saw_mode || !h->saw_lapse)
		return;
	if (!h->has_mode_before)
		h->mode_before = h->mode_seen == SOFAR_MODE_PASSIVE ||
				 h->mode_seen == SOFAR_NEVER_SET ?
				 SOFAR_MODE_SELF_USE : h->mode_seen;
	h->has_mode_before = true;
	h->control = HYBRID_SETS_LAPSE;
	if (!memcmp(h->lapse_seen, lapse, sizeof(lapse)))
		set_first_points(h);
	else
		hybrid_write(h, HYBRID_WRITES_LAPSE, SOFAR_LAPSE, ARRAY_SIZE(lapse), lapse);
}

static void overruled(struct hybrid *h, u64 now_ms)
{
	write_nothing(h);
	h->control = HYBRID_OVERRULED;
	h->overruled_ms = now_ms;
}

static void check_mode(struct hybrid *h, const struct modbus_result *result)
{
	if (h->control < HYBRID_CHECKS || result->at_ms < h->mode_ms + HYBRID_CHECK_MS)
		return;
	if (result->value[0] != SOFAR_MODE_PASSIVE)
		overruled(h, result->at_ms);
	else if (h->control == HYBRID_CHECKS)
		h->control = HYBRID_STEERED;
}

/* What it has is one of those that it was told lately; it may take a moment. */
static void check_points(struct hybrid *h, const struct modbus_result *result)
{
	if (h->control < HYBRID_CHECKS || result->at_ms < h->points_ms + HYBRID_SETTLE_MS ||
	    result->n != ARRAY_SIZE(h->recent[0]))
		return;
	for (unsigned int i = 0; i < h->recents; i++)
		if (!memcmp(result->value, h->recent[i], sizeof(h->recent[i])))
			return;
	overruled(h, result->at_ms);
}

static void take_read(struct hybrid *h, const struct modbus_result *result)
{
	switch ((enum hybrid_slot)result->slot) {
	case HYBRID_READS_MODE:
		h->mode_seen = result->value[0];
		h->saw_mode = true;
		check_mode(h, result);
		break;
	case HYBRID_READS_LAPSE:
		memcpy(h->lapse_seen, result->value, sizeof(h->lapse_seen));
		h->saw_lapse = true;
		break;
	default:
		check_points(h, result);
		break;
	}
	begin(h);
}

static void wrote(struct hybrid *h, const struct modbus_result *result)
{
	hybrid_wrote(h, result);
	switch ((enum hybrid_write_slot)result->slot) {
	case HYBRID_WRITES_LAPSE:
		if (h->control == HYBRID_SETS_LAPSE)
			set_first_points(h);
		break;
	case HYBRID_WRITES_POINTS:
		h->points_ms = result->at_ms;
		if (h->control == HYBRID_SETS_POINTS) {
			h->said_ms = result->at_ms;
			set_mode(h);
		}
		break;
	case HYBRID_WRITES_MODE:
		h->mode_ms = result->at_ms;
		if (h->control == HYBRID_SETS_MODE)
			h->control = HYBRID_CHECKS;
		break;
	case HYBRID_WRITES_FEED_IN:
		break;
	}
}

static void take(struct hybrid *h, const struct modbus_result *result)
{
	if (result->outcome != MODBUS_DONE || h->control == HYBRID_NOT_STEERED ||
	    h->control == HYBRID_OVERRULED)
		return;
	if (result->write)
		wrote(h, result);
	else
		take_read(h, result);
}

/*
 * The set-point is both bounds of the battery. Off the grid, where the inverter alone keeps
 * the house alight, they are what is allowed: a battery that had to do just as it is told
 * could not follow the loads. It is so from the moment on in which there is no grid, whenever
 * it is asked for its state.
 */
static void bounds(const struct hybrid *h, const struct hybrid_order *order, s32 *least_w,
		   s32 *most_w)
{
	s32 all_w = (s32)h->config.battery_w;
	bool alone = h->state == HYBRID_EPS ||
		     (h->state == HYBRID_ON_GRID && hybrid_grid(h) == HYBRID_GRID_GONE);

	*least_w = alone ? hybrid_within(order->least_w, -all_w, all_w) : h->point_w;
	*most_w = alone ? hybrid_within(order->most_w, *least_w, all_w) : h->point_w;
}

static bool has_bounds(const struct hybrid *h, s32 least_w, s32 most_w)
{
	u16 points[4];

	register_put_s32(points, least_w);
	register_put_s32(points + 2, most_w);

	return !memcmp(h->recent[0] + 2, points, sizeof(points));
}

static void steer(struct hybrid *h, const struct hybrid_order *order, u64 now_ms)
{
	s32 least_w, most_w;

	if (h->control == HYBRID_OVERRULED && now_ms >= h->overruled_ms + HYBRID_OVERRULED_MS)
		start(h);
	if (h->control < HYBRID_SETS_MODE || h->control == HYBRID_OVERRULED)
		return;
	if (hybrid_is_worth_it(h, order))
		h->point_w = h->order_w;
	bounds(h, order, &least_w, &most_w);
	if (h->has_point && has_bounds(h, least_w, most_w) &&
	    now_ms < h->said_ms + HYBRID_REFRESH_MS)
		return;
	h->has_point = true;
	h->said_ms = now_ms;
	set_points(h, least_w, most_w);
}

static bool release(struct hybrid *h)
{
	bool steered = h->control >= HYBRID_SETS_MODE && h->control != HYBRID_OVERRULED;

	write_nothing(h);
	h->control = HYBRID_NOT_STEERED;
	if (steered)
		hybrid_write(h, HYBRID_WRITES_MODE, SOFAR_MODE, 1, &h->mode_before);

	return steered;
}

const struct hybrid_control_driver hybrid_passive = { start, take, steer, release };
