// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any answer of a device on a Modbus line, to a meter and to an inverter that is steered:
 * what comes of it is a number that a house can have, or none; and nothing that is written
 * is beyond what was allowed, whatever the device says of itself.
 *
 * The first byte is the kind. Each step then is a byte for what happens and what to, one for
 * how many of the registers are its own and what follows, and those registers.
 */
#include "../../userspace/io/hybrid_maps.h"
#include "../../userspace/io/hybrid_parts.h"
#include "../../userspace/io/meter.h"
#include "../../userspace/io/modbus_command.h"

#include <stdlib.h>

#define BATTERY_W	5000
#define POWER_MAX_MW	1000000000LL
#define VOLTAGE_MAX_MV	520000
#define SOC_MAX		10000

struct input {
	const u8 *data;
	size_t left;
};

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static u8 byte(struct input *in)
{
	if (!in->left)
		return 0;
	in->left--;

	return *in->data++;
}

static u16 word(struct input *in)
{
	u16 high = byte(in);

	return (u16)(high << 8 | byte(in));
}

static void must_be_within(s64 value, s64 least, s64 most)
{
	must(value >= least && value <= most);
}

/* What comes of one request: mostly an answer, whose last registers are all the same. */
static void answer(struct input *in, struct modbus_result *r, u64 now_ms)
{
	u8 how = byte(in), own = byte(in);
	u16 rest;

	r->at_ms = now_ms;
	if (how % 16 == 13) {
		r->outcome = MODBUS_LOST;
		r->silent = how & 16;
	} else if (how % 16 == 14) {
		r->outcome = MODBUS_GARBLED;
	} else if (how % 16 == 15) {
		r->outcome = MODBUS_REFUSED;
		r->exception = byte(in);
	}
	if (r->outcome != MODBUS_DONE || r->write)
		return;
	for (unsigned int i = 0; i < r->n && i < own; i++)
		r->value[i] = word(in);
	rest = own < r->n ? word(in) : 0;
	for (unsigned int i = own; i < r->n; i++)
		r->value[i] = rest;
}

static void look_at_meter(const struct meter *m)
{
	bool by_daemon;
	u64 wh;
	s64 mw;

	must(meter_state_word(m->state) != NULL);
	for (unsigned int phase = 0; phase <= METER_PHASES; phase++)
		if (meter_power_mw(m, phase, &mw))
			must_be_within(mw, -POWER_MAX_MW, POWER_MAX_MW);
	for (unsigned int i = METER_V_1; i <= METER_V_3; i++)
		if (m->reading.known & METER_BIT(i))
			must_be_within(m->reading.number[i], 0, VOLTAGE_MAX_MV);
	meter_energy_wh(m, false, &wh, &by_daemon);
	meter_energy_wh(m, true, &wh, &by_daemon);
}

static void drive_meter(struct input *in, u8 kind)
{
	const struct meter_config config = {
		.kind = kind, .address = 1, .period_ms = 1000, .invert = kind & 1,
	};
	u64 now_ms = 1000000;
	struct meter m;

	meter_start(&m, &config);
	while (in->left) {
		u8 slot = byte(in) % METER_SLOTS;
		const struct meter_want *want = &m.want[slot];
		struct modbus_result r = { .slot = slot, .at = want->read.at, .n = want->read.n };

		now_ms += 1000;
		if (!want->period_ms)
			continue;
		must(want->read.n > 0 && want->read.n <= REGISTERS_MAX);
		answer(in, &r, now_ms);
		meter_take(&m, &r);
		look_at_meter(&m);
	}
}

static void look_at_hybrid(const struct hybrid *h)
{
	s64 mw;

	must(hybrid_state_word(h->state) != NULL);
	must(hybrid_control_word(h->control) != NULL);
	must(hybrid_is_possible(&h->reading));
	if (hybrid_pv_mw(h, &mw))
		must_be_within(mw, 0, POWER_MAX_MW * 2);
	if (hybrid_battery_mw(h, &mw))
		must_be_within(mw, -POWER_MAX_MW, POWER_MAX_MW);
	for (unsigned int phase = 0; phase <= 3; phase++)
		if (hybrid_exchange_mw(h, phase, &mw))
			must_be_within(mw, -POWER_MAX_MW, POWER_MAX_MW);
	if (h->reading.known & HYBRID_BIT(HYBRID_SOC))
		must_be_within(h->reading.number[HYBRID_SOC], 0, SOC_MAX);
	must(hybrid_feed_in_word(h->feed_in.state) && hybrid_eps_word(h->eps));
	must(strlen(h->serial) < sizeof(h->serial) && strlen(h->name) < sizeof(h->name));
}

static s32 s32_of(const u16 *value)
{
	return (s32)((u32)value[0] << 16 | value[1]);
}

/* Rates are of what the inverter says that its battery can: what they come to counts. */
static void look_at_rates(const struct hybrid *h, const struct hybrid_write *w,
			  const struct hybrid_order *o)
{
	s64 most_mw = h->reading.number[HYBRID_CHARGE_MAX_W], whole = 100;
	s64 in_mw, out_mw;

	for (s16 scale = (s16)h->lapse_seen[0]; scale < 0; scale++)
		whole *= 10;
	in_mw = (s16)w->value[1] * most_mw / whole;
	out_mw = (s16)w->value[0] * most_mw / whole;
	must(in_mw <= (o->most_w > 0 ? o->most_w : 0) * 1000LL);
	must(out_mw <= (o->least_w < 0 ? -o->least_w : 0) * 1000LL);
}

/* What has been said since @turn is within the order, and within the battery. */
static void look_at_writes(const struct hybrid *h, const u32 *turn, const struct hybrid_order *o)
{
	const struct hybrid_write *points = &h->write[HYBRID_WRITES_POINTS];

	for (unsigned int slot = 0; slot < HYBRID_WRITES; slot++)
		must(h->write[slot].n <= MODBUS_WRITE_MAX);
	if (points->turn == turn[HYBRID_WRITES_POINTS] || !points->n)
		return;
	switch ((enum hybrid_kind)h->config.kind) {
	case HYBRID_SOFAR_G3:
		must(points->n == 6);
		must_be_within(s32_of(points->value + 2), o->least_w, o->most_w);
		must_be_within(s32_of(points->value + 4), o->least_w, o->most_w);
		break;
	case HYBRID_ME3000:
	case HYBRID_HYD_ES:
		if (points->at == LEGACY_CHARGE)
			must_be_within(points->value[0], 0, o->most_w);
		else if (points->at == LEGACY_DISCHARGE)
			must_be_within(points->value[0], 0, -o->least_w);
		else
			must(points->at == LEGACY_STANDBY);
		break;
	case HYBRID_SUNSPEC:
		look_at_rates(h, points, o);
		break;
	case HYBRID_KINDS:
		abort();
	}
}

/* What is in an EEPROM is never told more than is allowed, nor more often than it may be. */
static void look_at_feed_in(struct hybrid *h, s32 feed_in_w, u64 now_ms)
{
	const struct hybrid_write *w = &h->write[HYBRID_WRITES_FEED_IN];
	const struct hybrid_feed_in was = h->feed_in;
	u32 turn = w->turn;

	hybrid_keep_feed_in(h, feed_in_w, now_ms);
	if (h->config.kind != HYBRID_SOFAR_G3 || w->turn == turn || !w->n)
		return;
	must(w->at == SOFAR_FEED_IN && w->n == 2 && w->value[0] != SOFAR_FEED_IN_OFF);
	must(w->value[1] * HYBRID_FEED_IN_STEP_W <= feed_in_w);
	must(!was.told || w->value[1] < was.told_counts ||
	     now_ms >= was.told_ms + HYBRID_FEED_IN_LATE_MS);
}

static void steer(struct input *in, struct hybrid *h, u64 now_ms)
{
	struct hybrid_order order = {
		.battery_w = (s16)word(in), .least_w = -(s32)(byte(in) * 20u),
		.most_w = (s32)(byte(in) * 20u), .pv_max_w = HYBRID_NO_LIMIT,
	};
	u32 turn[HYBRID_WRITES];

	for (unsigned int slot = 0; slot < HYBRID_WRITES; slot++)
		turn[slot] = h->write[slot].turn;
	if (byte(in) & 1)
		order.pv_max_w = word(in);
	hybrid_steer(h, &order, now_ms);
	look_at_writes(h, turn, &order);
	look_at_feed_in(h, word(in), now_ms);
	if (byte(in) & 2)
		hybrid_tell_eps(h, byte(in) & 1);
}

static void hear(struct input *in, struct hybrid *h, u8 what, u64 now_ms)
{
	struct modbus_result r = { .write = what & 64 };

	if (r.write) {
		const struct hybrid_write *w = &h->write[r.slot = what % HYBRID_WRITES];

		if (!w->n)
			return;
		r.at = w->at;
		r.n = w->n;
		memcpy(r.value, w->value, sizeof(w->value));
		if (w->function)
			r.value[0] = word(in);
	} else {
		const struct hybrid_want *want = &h->want[r.slot = what % HYBRID_SLOTS];

		if (!want->period_ms)
			return;
		must(want->read.n > 0 && want->read.n <= REGISTERS_MAX);
		r.at = want->read.at;
		r.n = want->read.n;
	}
	answer(in, &r, now_ms);
	hybrid_take(h, &r);
}

/* A SunSpec device with all models; of others the walk is the input's, too. */
static void find_models(struct hybrid *h, u64 now_ms)
{
	static const u16 said[][2] = {
		{ 0x5375, 0x6e53 }, { 1, 66 }, { 103, 50 }, { 120, 26 }, { 121, 30 }, { 122, 44 },
		{ 123, 24 }, { 124, 24 }, { 802, 62 }, { 0xffff, 0 },
	};
	struct modbus_result r = { .slot = HYBRID_READS_EPS, .n = 2, .at_ms = now_ms };

	for (unsigned int i = 0; i < ARRAY_SIZE(said); i++) {
		r.at = h->want[HYBRID_READS_EPS].read.at;
		memcpy(r.value, said[i], sizeof(said[i]));
		hybrid_take(h, &r);
	}
	must(h->walk.stage == SUNSPEC_DONE && h->want[HYBRID_READS_STATUS].period_ms);
}

static void drive_hybrid(struct input *in, u8 kind)
{
	const struct hybrid_config config = {
		.kind = kind, .address = 1, .period_ms = 1000, .battery_w = BATTERY_W,
		.steer = true, .limit = true, .keep_feed_in = true, .phases = 3,
	};
	u64 now_ms = 1000000;
	struct hybrid h;

	hybrid_start(&h, &config);
	if (kind == HYBRID_SUNSPEC && byte(in) & 1)
		find_models(&h, now_ms);
	while (in->left) {
		u8 what = byte(in);

		now_ms += what & 32 ? 11000 : 1000;
		if (what & 128)
			steer(in, &h, now_ms);
		else
			hear(in, &h, what, now_ms);
		look_at_hybrid(&h);
	}
	hybrid_release(&h);
}

/* The bytes that come back of a command. */
static void judge(struct input *in)
{
	static const u8 functions[] = { MODBUS_HEARTBEAT, MODBUS_COMMAND, MODBUS_EPS };
	const struct modbus_ask ask = {
		.address = 1, .function = functions[byte(in) % ARRAY_SIZE(functions)],
	};
	bool tcp = byte(in) & 1;
	enum modbus_outcome outcome;
	u8 exception;
	u16 status;

	outcome = modbus_command_judge(&ask, tcp, in->data, in->left, &exception, &status);
	must(outcome != MODBUS_DONE || !(status & 0xff));
	must(outcome == MODBUS_REFUSED || !exception);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u8 kind = byte(&in) % (METER_KINDS + HYBRID_KINDS + 1);

	if (kind < METER_KINDS)
		drive_meter(&in, kind);
	else if (kind < METER_KINDS + HYBRID_KINDS)
		drive_hybrid(&in, (u8)(kind - METER_KINDS));
	else
		judge(&in);

	return 0;
}
