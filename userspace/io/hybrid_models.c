// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a SunSpec inverter is told what its battery is to do (model 124), and how much it may
 * produce (123). What it is told lapses by itself after HYBRID_LAPSE_S; it is said again three
 * times as often by whoever calls hybrid_steer(), not by the thread of the line.
 *
 * A battery that is to take x % has at most x % in and at most -x % out: the negative one is
 * how makers have it forced (spec/field.md 5). One that does not take a negative limit is
 * told 0 instead: then it does at most what it is told, and less when there is no sun.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

#define REVERT_S	HYBRID_LAPSE_S
#define EXPONENT_MAX	3

static const struct sunspec_model *model(const struct hybrid *h, u16 id, unsigned int n)
{
	const struct sunspec_model *found = sunspec_find(&h->walk, id, id);

	return found && found->n >= n ? found : NULL;
}

static void start(struct hybrid *h)
{
	hybrid_write_nothing(h);
	h->has_point = false;
	h->saw_mode = false;
	h->saw_lapse = false;
	h->mode_ms = 0;
	h->limit_w = HYBRID_NO_LIMIT;
	h->control = h->config.steer ? HYBRID_ASKS_MODE : HYBRID_NOT_STEERED;
}

/* @part of @whole, in % × 10^-@exponent, towards nothing; INT16_MIN: it cannot be said. */
static s32 percent(s64 part, s64 whole, s16 exponent)
{
	s64 counts;

	if (whole <= 0 || exponent > 0 || exponent < -EXPONENT_MAX)
		return INT16_MIN;
	for (counts = 100 * part; exponent < 0; exponent++)
		counts *= 10;
	counts /= whole;

	return counts > INT16_MAX || counts <= INT16_MIN ? INT16_MIN : (s32)counts;
}

/* Out and in, as @scale has them. False: it is more than it can be told. */
static bool rates_of(const struct hybrid *h, s32 watts, u16 rates[2])
{
	s32 in = percent(watts * 1000LL, h->reading.number[HYBRID_CHARGE_MAX_W],
			 (s16)h->lapse_seen[0]);

	if (in == INT16_MIN)
		return false;
	rates[0] = (u16)(h->status && in > 0 ? 0 : -in);
	rates[1] = (u16)(h->status && in < 0 ? 0 : in);

	return true;
}

static void say(struct hybrid *h, u16 at, u64 now_ms)
{
	static const u16 revert = REVERT_S, grid = 1, both = SUNSPEC_BOTH_LIMITS;
	u16 rates[2];

	if (!rates_of(h, h->point_w, rates))
		return;
	hybrid_write(h, HYBRID_WRITES_REVERT, at + SUNSPEC_REVERT, 1, &revert);
	hybrid_write(h, HYBRID_WRITES_RATES, at + SUNSPEC_RATES, 2, rates);
	if (h->mode_before != grid)
		hybrid_write(h, HYBRID_WRITES_GRID_CHARGE, at + SUNSPEC_GRID_CHARGE, 1, &grid);
	hybrid_write(h, HYBRID_WRITES_STORAGE, at + SUNSPEC_STORAGE_MODE, 1, &both);
	if (h->control != HYBRID_STEERED)
		h->control = HYBRID_CHECKS;
	h->has_point = true;
	h->said_ms = now_ms;
}

static void steer_battery(struct hybrid *h, const struct hybrid_order *order, u64 now_ms)
{
	const struct sunspec_model *storage = model(h, 124, sunspec_storage.block->n);
	bool worth = hybrid_is_worth_it(h, order);

	if (h->control == HYBRID_OVERRULED && now_ms >= h->overruled_ms + HYBRID_OVERRULED_MS)
		start(h);
	if (!storage || !h->saw_mode || h->control == HYBRID_OVERRULED ||
	    (!worth && now_ms < h->said_ms + HYBRID_REFRESH_MS))
		return;
	if (worth)
		h->point_w = h->order_w;
	say(h, storage->at, now_ms);
}

/* Of 121, or what is on its plate. */
static s64 most_mw(const struct hybrid *h)
{
	const struct hybrid_reading *r = &h->reading;

	return r->known & HYBRID_BIT(HYBRID_AC_MAX_W) ? r->number[HYBRID_AC_MAX_W] :
	       r->known & HYBRID_BIT(HYBRID_RATED_W) ? r->number[HYBRID_RATED_W] : 0;
}

/* Percent, at once and not within a window, and when it lapses; then that it counts. */
static void limit(struct hybrid *h, u16 at, s32 limit_w)
{
	s32 counts = percent(limit_w * 1000LL, most_mw(h), (s16)h->lapse_seen[1]);
	s32 all = percent(1, 1, (s16)h->lapse_seen[1]);
	u16 said[] = { (u16)counts, 0, REVERT_S };
	u16 enable = limit_w != HYBRID_NO_LIMIT;

	if (enable && (counts < 0 || all < 0))
		return;
	if (enable && counts > all)
		said[0] = (u16)all;
	if (enable)
		hybrid_write(h, HYBRID_WRITES_LIMIT, at + SUNSPEC_LIMIT, ARRAY_SIZE(said), said);
	hybrid_write(h, HYBRID_WRITES_LIMITS, at + SUNSPEC_LIMIT_ENABLE, 1, &enable);
}

/* What the battery gives comes out as well, and is no production. */
static void steer_production(struct hybrid *h, const struct hybrid_order *order, u64 now_ms)
{
	const struct sunspec_model *controls = model(h, 123, SUNSPEC_CONTROLS_N);
	s32 limit_w = order->pv_max_w, battery_w = h->config.steer ? h->order_w : 0;

	if (!controls || !h->saw_lapse)
		return;
	if (limit_w != HYBRID_NO_LIMIT && battery_w < 0)
		limit_w = limit_w < HYBRID_NO_LIMIT + battery_w ? limit_w - battery_w :
			  HYBRID_NO_LIMIT - 1;
	if (limit_w == h->limit_w && (limit_w == HYBRID_NO_LIMIT ||
				      now_ms < h->limit_ms + HYBRID_REFRESH_MS))
		return;
	limit(h, controls->at, limit_w);
	h->limit_w = limit_w;
	h->limit_ms = now_ms;
}

static void steer(struct hybrid *h, const struct hybrid_order *order, u64 now_ms)
{
	if (h->config.steer)
		steer_battery(h, order, now_ms);
	if (h->config.limit)
		steer_production(h, order, now_ms);
}

static void check(struct hybrid *h, const struct modbus_result *result)
{
	bool both = result->value[SUNSPEC_STORAGE_MODE] == SUNSPEC_BOTH_LIMITS;

	if (h->control < HYBRID_CHECKS || h->control == HYBRID_OVERRULED || !h->mode_ms ||
	    result->at_ms < h->mode_ms + HYBRID_CHECK_MS)
		return;
	if (both) {
		h->control = HYBRID_STEERED;
		return;
	}
	hybrid_write_nothing(h);
	h->control = HYBRID_OVERRULED;
	h->overruled_ms = result->at_ms;
}

static void take_storage(struct hybrid *h, const struct modbus_result *result)
{
	hybrid_sunspec_numbers(h, result);
	if (result->n != sunspec_storage.block->n)
		return;
	if (!h->has_mode_before)
		h->mode_before = result->value[SUNSPEC_GRID_CHARGE];
	h->has_mode_before = true;
	h->lapse_seen[0] = result->value[SUNSPEC_RATES_SCALE];
	h->saw_mode = h->reading.known & HYBRID_BIT(HYBRID_CHARGE_MAX_W);
	check(h, result);
}

static void take_write(struct hybrid *h, const struct modbus_result *result)
{
	/* a limit below nothing is not for everybody; @status remembers that */
	if (result->slot == HYBRID_WRITES_RATES && result->outcome == MODBUS_REFUSED &&
	    result->exception == MODBUS_ILLEGAL_VALUE && !h->status) {
		h->status = 1;
		h->has_point = false;
	}
	if (result->slot == HYBRID_WRITES_STORAGE && result->outcome == MODBUS_DONE)
		h->mode_ms = h->mode_ms ? h->mode_ms : result->at_ms;
}

static void take(struct hybrid *h, const struct modbus_result *result)
{
	if (result->write) {
		take_write(h, result);
		return;
	}
	if (result->outcome != MODBUS_DONE)
		return;
	if (result->slot == HYBRID_READS_POINTS) {
		take_storage(h, result);
	} else if (result->slot == HYBRID_READS_MODE && result->n == SUNSPEC_CONTROLS_N) {
		h->lapse_seen[1] = result->value[SUNSPEC_LIMIT_SCALE];
		h->saw_lapse = true;
	}
}

/* As it was: no limits of its battery, and none of what it produces. */
static bool release(struct hybrid *h)
{
	const struct sunspec_model *storage = model(h, 124, sunspec_storage.block->n);
	const struct sunspec_model *controls = model(h, 123, SUNSPEC_CONTROLS_N);
	bool steered = storage && h->has_point && h->control != HYBRID_OVERRULED;
	bool limited = controls && h->limit_w != HYBRID_NO_LIMIT;
	static const u16 none;

	hybrid_write_nothing(h);
	if (steered) {
		hybrid_write(h, HYBRID_WRITES_STORAGE, storage->at + SUNSPEC_STORAGE_MODE, 1,
			     &none);
		if (h->mode_before != 1)
			hybrid_write(h, HYBRID_WRITES_GRID_CHARGE,
				     storage->at + SUNSPEC_GRID_CHARGE, 1, &h->mode_before);
	}
	if (limited)
		hybrid_write(h, HYBRID_WRITES_LIMITS, controls->at + SUNSPEC_LIMIT_ENABLE, 1,
			     &none);
	h->control = HYBRID_NOT_STEERED;

	return steered || limited;
}

const struct hybrid_control_driver hybrid_models = { start, take, steer, release };
