// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an inverter makes of the limits it hears: a course for each way, and a part of
 * the current that all of them take together.
 */
#include "inverters.h"

#include "../../driver/wire/bytes.h"
#include "../../driver/wire/inverter_said.h"

#define MS_PER_S	1000.0

static const enum cellar_field limit_of[INVERTER_WAYS] = {
	[INVERTER_CHARGE] = CELLAR_CHARGE_CURRENT_LIMIT,
	[INVERTER_DISCHARGE] = CELLAR_DISCHARGE_CURRENT_LIMIT,
};

static const enum cellar_field enable_of[INVERTER_WAYS] = {
	[INVERTER_CHARGE] = CELLAR_CHARGE_ENABLE,
	[INVERTER_DISCHARGE] = CELLAR_DISCHARGE_ENABLE,
};

bool inverter_hear(struct inverter *inverter, u64 now_ms, const struct can_frame *frame)
{
	const struct cellar_can_dialect *dialect = cellar_can_dialect(inverter->config.dialect);
	struct cellar_can_frame wire = { .id = frame->can_id, .len = frame->can_dlc };
	const struct cellar_can_row *row;
	struct cellar_reading news;
	u8 address;

	if (inverter->gone || inverter->deaf)
		return false;
	memcpy(wire.data, frame->data, sizeof(wire.data));
	/* A frame without data or of an error has a flag in its identifier that no row has. */
	row = cellar_can_find_row(dialect, wire.id, &address);
	if (!row || address || cellar_can_decode(row, &inverter->memory, &wire, &news))
		return false;
	cellar_reading_merge(&inverter->heard, &news);
	if (!cellar_has(&news, CELLAR_CHARGE_CURRENT_LIMIT) &&
	    !cellar_has(&news, CELLAR_DISCHARGE_CURRENT_LIMIT))
		return false;
	inverter->heard_ms = now_ms;
	inverter->has_heard = true;
	return true;
}

u64 inverter_age_ms(const struct inverter *inverter, u64 now_ms)
{
	if (!inverter->has_heard)
		return UINT64_MAX;
	return now_ms > inverter->heard_ms ? now_ms - inverter->heard_ms : 0;
}

bool inverter_timed_out(const struct inverter *inverter, u64 now_ms)
{
	return inverter_age_ms(inverter, now_ms) > (inverter->config.sma ?
		INVERTER_SMA_TIME_OUT_MS : INVERTER_TIME_OUT_MS);
}

double inverter_current_a(const struct inverter *inverter, const struct plant *plant)
{
	return inverter->share * plant->current_a;
}

/* SMA's 0x305: 0.1 V, 0.1 A negative while charging, 0.1 °C, 0.1 % (protocols.md 2.3). */
static void measure(const struct inverter *inverter, const struct plant *plant, u8 *data)
{
	double soc = 0, celsius = 0;
	unsigned int i, n = 0;

	for (i = 0; i < plant->packs; i++) {
		if (!plant_online(&plant->pack[i]))
			continue;
		soc += plant->pack[i].bms.gauge;
		celsius += plant->pack[i].temperature_c;
		n++;
	}
	cellar_put_le16(data, (u16)(plant->bus_v * 10));
	cellar_put_le16(data + 2, (u16)(s16)(-10 * inverter_current_a(inverter, plant)));
	cellar_put_le16(data + 4, (u16)(s16)(n ? celsius * 10 / n : 0));
	cellar_put_le16(data + 6, (u16)(n ? soc * 1000 / n : 0));
}

bool inverter_keepalive(const struct inverter *inverter, const struct plant *plant,
			struct can_frame *frame)
{
	/* protocols.md 3.5 */
	static const u8 growatt[8] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
	u32 id = cellar_inverter_keepalive_id(inverter->config.dialect);

	if (inverter->gone || !id)
		return false;
	*frame = (struct can_frame){ .can_id = id, .can_dlc = 8 };
	if (inverter->config.sma)
		measure(inverter, plant, frame->data);
	else if (inverter->config.dialect == CELLAR_DIALECT_GROWATT)
		memcpy(frame->data, growatt, sizeof(growatt));
	return true;
}

/* What it has been told that it may take. */
static double allowed_a(const struct inverter *inverter, enum inverter_way way)
{
	const struct cellar_reading *heard = &inverter->heard;

	if (cellar_has(heard, enable_of[way]) && !cellar_is_set(heard, enable_of[way]))
		return 0;
	if (!cellar_has(heard, limit_of[way]))
		return 0;
	return (double)cellar_reading_number(heard, limit_of[way]) / 1000;
}

static void follow(struct inverter_course *course, double target_a, double slow_s,
		   double dt_s)
{
	double away_a = target_a - course->at_a, step_a;

	if (target_a != course->target_a && slow_s > 0)
		course->a_per_s = (away_a > 0 ? away_a : -away_a) / slow_s;
	course->target_a = target_a;
	step_a = course->a_per_s * dt_s;
	if (slow_s <= 0 || (away_a <= step_a && away_a >= -step_a))
		course->at_a = target_a;
	else
		course->at_a += away_a > 0 ? step_a : -step_a;
}

static void steer(struct inverter *inverter, u64 now_ms, double dt_s)
{
	const struct inverter_manner *manner = &inverter->config.manner;
	unsigned int way;

	if (inverter->gone || inverter_timed_out(inverter, now_ms)) {
		memset(inverter->course, 0, sizeof(inverter->course));
		return;
	}
	for (way = 0; way < INVERTER_WAYS; way++)
		follow(&inverter->course[way], allowed_a(inverter, way), manner->slow_s, dt_s);
}

/* The most that it would take when @want_a ≥ 0 is wanted of all. */
static double reach_a(const struct inverter *inverter, enum inverter_way way, double want_a)
{
	const struct inverter_manner *manner = &inverter->config.manner;

	if (inverter->gone)
		return 0;
	if (manner->ignores)
		return want_a;
	return inverter->course[way].at_a * (1 + manner->more_percent / 100);
}

/* The lowest charge voltage that one of those who keep to one has heard, in V. */
static double charge_v(const struct inverters *inverters, const double *take_a)
{
	double lowest = 0;
	unsigned int i;

	for (i = 0; i < inverters->n; i++) {
		const struct inverter *inverter = &inverters->of[i];
		double v = inverter->heard.charge_voltage_limit_mv / 1000.0;

		if (take_a[i] <= 0 || inverter->config.manner.ignores ||
		    !cellar_has(&inverter->heard, CELLAR_CHARGE_VOLTAGE_LIMIT))
			continue;
		if (lowest == 0 || v < lowest)
			lowest = v;
	}
	return lowest;
}

static double sum_a(const struct inverters *inverters, const double *take_a, bool ignoring)
{
	unsigned int i;
	double sum = 0;

	for (i = 0; i < inverters->n; i++)
		if (inverters->of[i].config.manner.ignores == ignoring)
			sum += take_a[i];
	return sum;
}

/* Who keeps to a charge voltage takes less where all together would go above it. */
static void keep_voltage(const struct inverters *inverters, const struct plant *plant,
			 double *take_a)
{
	double kept_a = sum_a(inverters, take_a, false), free_a, room_a, v;
	unsigned int i;

	v = charge_v(inverters, take_a);
	if (v <= 0)
		return;
	free_a = sum_a(inverters, take_a, true);
	room_a = plant_current_at(plant, v) - free_a;
	if (room_a >= kept_a)
		return;
	for (i = 0; i < inverters->n; i++)
		if (!inverters->of[i].config.manner.ignores)
			take_a[i] *= room_a > 0 ? room_a / kept_a : 0;
}

/* A battery that asks for it is charged with what it allows, of the grid if need be. */
static double asked_a(const struct inverters *inverters)
{
	unsigned int i;
	double sum = 0;

	for (i = 0; i < inverters->n; i++)
		if (cellar_is_set(&inverters->of[i].heard, CELLAR_FORCE_CHARGE))
			sum += inverters->of[i].course[INVERTER_CHARGE].at_a;
	return sum;
}

void inverters_drive(struct inverters *inverters, struct plant *plant, u64 now_ms,
		     u32 dt_ms)
{
	double want_a = plant_demand_a(plant), forced_a, sign, all_a = 0;
	double take_a[INVERTERS_MAX] = { 0 };
	enum inverter_way way;
	unsigned int i;

	for (i = 0; i < inverters->n; i++)
		steer(&inverters->of[i], now_ms, dt_ms / MS_PER_S);
	forced_a = asked_a(inverters);
	if (forced_a > 0 && forced_a > want_a)
		want_a = forced_a;
	sign = want_a < 0 ? -1 : 1;
	way = want_a < 0 ? INVERTER_DISCHARGE : INVERTER_CHARGE;
	want_a *= sign;
	for (i = 0; i < inverters->n; i++) {
		take_a[i] = reach_a(&inverters->of[i], way, want_a);
		all_a += take_a[i];
	}
	/* Each in proportion to that: nobody takes more, all no more than is wanted. */
	for (i = 0; i < inverters->n && all_a > want_a; i++)
		take_a[i] *= want_a / all_a;
	if (way == INVERTER_CHARGE)
		keep_voltage(inverters, plant, take_a);

	all_a = sum_a(inverters, take_a, false) + sum_a(inverters, take_a, true);
	for (i = 0; i < inverters->n; i++)
		inverters->of[i].share = all_a > 0 ? take_a[i] / all_a : 0;
	plant_drive(plant, sign * all_a);
}

static void forget(struct inverter *inverter)
{
	const struct inverter_config config = inverter->config;

	*inverter = (struct inverter){ .config = config };
}

void inverters_happen(struct inverters *inverters, const struct script_event *event)
{
	struct inverter *inverter = &inverters->of[event->inverter - 1];
	struct inverter_manner *manner = &inverter->config.manner;

	switch (event->verb) {
	case SCRIPT_INVERTER_OBEY:
		*manner = (struct inverter_manner){ 0 };
		break;
	case SCRIPT_INVERTER_SLOW:
		*manner = (struct inverter_manner){ .slow_s = event->value };
		break;
	case SCRIPT_INVERTER_LIE:
		*manner = (struct inverter_manner){ .more_percent = event->value };
		break;
	case SCRIPT_INVERTER_IGNORE:
		*manner = (struct inverter_manner){ .ignores = true };
		break;
	case SCRIPT_INVERTER_VANISH:
	case SCRIPT_INVERTER_RETURN:
		forget(inverter);
		inverter->gone = event->verb == SCRIPT_INVERTER_VANISH;
		break;
	case SCRIPT_INVERTER_DEAF:
	case SCRIPT_INVERTER_HEAR:
		inverter->deaf = event->verb == SCRIPT_INVERTER_DEAF;
		break;
	default:
		break;
	}
}
