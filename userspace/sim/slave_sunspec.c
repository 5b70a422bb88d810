// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated SunSpec devices (spec/field.md section 5): models one behind the other.
 */
#include "slave.h"

#include <math.h>

#include "../io/hybrid_maps.h"
#include "../io/meter_maps.h"
#include "../io/sunspec.h"

#define BASE		40000
#define END		0xffff
#define THREE_PHASES	203	/* model */
#define METER_LENGTH	105
#define VOLTS		230.0
#define POWER_FACTOR	0.95

#define MINUS_ONE	((uint16_t)-1)
#define MINUS_TWO	((uint16_t)-2)

static const struct register_map *const no_maps[] = { NULL };

/* The next model of @length, from @at on; returns where the one behind it begins. */
static uint16_t begin_model(struct slave *s, uint16_t at, uint16_t id, uint16_t length)
{
	slave_make_room(s, at, 2u + length);
	s->value[at] = id;
	s->value[at + 1] = length;
	return (uint16_t)(at + 2 + length);
}

static uint16_t begin_common(struct slave *s, const char *model)
{
	const uint16_t at = BASE + 2;

	slave_make_room(s, BASE, 2);
	slave_put_text(s, BASE, 2, "SunS");
	slave_put_text(s, at + SUNSPEC_MAKER, 16, "Cellar");
	slave_put_text(s, at + SUNSPEC_MODEL, 16, model);
	slave_put_text(s, at + SUNSPEC_VERSION, 8, "1.0");
	slave_put_text(s, at + SUNSPEC_SERIAL, 16, "SIM000042");
	return begin_model(s, at, SUNSPEC_COMMON, SUNSPEC_COMMON_N - 2);
}

static void end_models(struct slave *s, uint16_t at)
{
	slave_make_room(s, at, 2);
	s->value[at] = END;
	s->value[at + 1] = 0;
}

static void begin_meter(struct slave *s)
{
	uint16_t end;

	s->base = begin_common(s, "Simulated meter");
	end = begin_model(s, s->base, THREE_PHASES, METER_LENGTH);
	end_models(s, end);
	s->value[s->base + 6] = MINUS_TWO;	/* A */
	s->value[s->base + 15] = MINUS_ONE;	/* V */
	s->value[s->base + 17] = MINUS_TWO;	/* Hz */
	s->value[s->base + 22] = 0;		/* W */
	s->value[s->base + 27] = 0;
	s->value[s->base + 32] = 0;
	s->value[s->base + 37] = MINUS_ONE;	/* power factor */
	s->value[s->base + 54] = 1;		/* Wh */
	s->forward_kwh = 1234.5;
	s->reverse_kwh = 321.25;
}

static void step_meter(struct slave *s, double seconds)
{
	double watts = s->power_w[0] + s->power_w[1] + s->power_w[2];

	if (watts > 0)
		s->forward_kwh += watts * seconds / 3.6e6;
	else
		s->reverse_kwh -= watts * seconds / 3.6e6;
	for (unsigned int i = 0; i < SLAVE_PHASES; i++) {
		slave_put(s, &sunspec_meter, METER_V_1 + i, VOLTS * 1e3);
		slave_put(s, &sunspec_meter, METER_A_1 + i,
			  fabs(s->power_w[i]) / POWER_FACTOR / VOLTS * 1e3);
		slave_put(s, &sunspec_meter, METER_W_1 + i, s->power_w[i] * 1e3);
		slave_put(s, &sunspec_meter, METER_PF_1 + i, POWER_FACTOR * 1e3);
		/* it does not measure between phases */
		s->value[s->base + sunspec_meter.row[METER_V_12 + i].at] = 0x8000;
	}
	slave_put(s, &sunspec_meter, METER_W, watts * 1e3);
	slave_put(s, &sunspec_meter, METER_PF, POWER_FACTOR * 1e3);
	slave_put(s, &sunspec_meter, METER_HZ, 50000);
	slave_put(s, &sunspec_meter, METER_IMPORT, s->forward_kwh * 1e3);
	slave_put(s, &sunspec_meter, METER_EXPORT, s->reverse_kwh * 1e3);
}

const struct slave_kind slave_sunspec_meter = {
	"sunspec-meter", "a three-phase meter that says what it is by SunSpec, model 203",
	no_maps, begin_meter, step_meter, NULL, 0, NULL,
};

/* An inverter with a battery: one model behind the other, and where each of them is. */
#define AT_INVERTER	(BASE + 2 + SUNSPEC_COMMON_N)
#define AT_NAMEPLATE	(AT_INVERTER + 52)
#define AT_SETTINGS	(AT_NAMEPLATE + 28)
#define AT_CONTROLS	(AT_SETTINGS + 32)
#define AT_STORAGE	(AT_CONTROLS + 26)
#define AT_BATTERY	(AT_STORAGE + 26)
#define AT_STATUS	(AT_BATTERY + 64)

#define RATED_W		5000.0
#define BATTERY_W	4000.0
#define BATTERY_WH	5000.0
#define MPPT		4
#define HOLDING		6

static void put(struct slave *s, uint16_t at, const struct register_map *map, unsigned int place,
		double number)
{
	s->base = at;
	slave_put(s, map, place, number);
}

static void begin_scales(struct slave *s)
{
	s->value[AT_INVERTER + 6] = MINUS_TWO;
	s->value[AT_INVERTER + 13] = MINUS_ONE;
	s->value[AT_INVERTER + 17] = MINUS_TWO;
	s->value[AT_INVERTER + 37] = MINUS_ONE;
	s->value[AT_CONTROLS + SUNSPEC_LIMIT_SCALE] = MINUS_TWO;
	s->value[AT_STORAGE + SUNSPEC_RATES_SCALE] = MINUS_TWO;
	s->value[AT_STORAGE + 22] = MINUS_ONE;
	s->value[AT_STORAGE + 24] = MINUS_ONE;
	s->value[AT_BATTERY + 56] = MINUS_ONE;
	s->value[AT_BATTERY + 59] = MINUS_ONE;
	s->value[AT_BATTERY + 61] = MINUS_ONE;
	s->value[AT_STATUS + 45] = 2;
}

static void begin_inverter(struct slave *s)
{
	uint16_t at = begin_common(s, "Simulated inverter");

	at = begin_model(s, at, 103, 50);
	at = begin_model(s, at, 120, 26);
	at = begin_model(s, at, 121, 30);
	at = begin_model(s, at, 123, 24);
	at = begin_model(s, at, 124, 24);
	at = begin_model(s, at, 802, 62);
	at = begin_model(s, at, 122, 44);
	end_models(s, at);
	begin_scales(s);
	s->soc = 0.5;
	put(s, AT_NAMEPLATE, &sunspec_nameplate, HYBRID_RATED_W, RATED_W * 1e3);
	put(s, AT_SETTINGS, &sunspec_settings, HYBRID_AC_MAX_W, RATED_W * 1e3);
	put(s, AT_STORAGE, &sunspec_storage, HYBRID_CHARGE_MAX_W, BATTERY_W * 1e3);
	s->value[AT_CONTROLS + SUNSPEC_LIMIT] = 10000;
	put(s, AT_BATTERY, &sunspec_battery, HYBRID_SOH, 9900);
	put(s, AT_STATUS, &sunspec_status, HYBRID_INSULATION, 1500);
}

/* What is said lapses, each for itself; @counted_wh has how long it has been. */
enum { SINCE_RATES, SINCE_LIMIT, COUNTED };

static void lapse(struct slave *s, double seconds)
{
	s->counted_wh[SINCE_RATES] += seconds;
	s->counted_wh[SINCE_LIMIT] += seconds;
	if (s->value[AT_STORAGE + SUNSPEC_REVERT] &&
	    s->counted_wh[SINCE_RATES] > s->value[AT_STORAGE + SUNSPEC_REVERT])
		s->value[AT_STORAGE + SUNSPEC_STORAGE_MODE] = 0;
	if (s->value[AT_CONTROLS + SUNSPEC_LIMIT_REVERT] &&
	    s->counted_wh[SINCE_LIMIT] > s->value[AT_CONTROLS + SUNSPEC_LIMIT_REVERT])
		s->value[AT_CONTROLS + SUNSPEC_LIMIT_ENABLE] = 0;
}

static double rate_w(const struct slave *s, unsigned int at)
{
	return (int16_t)s->value[AT_STORAGE + at] / 10000.0 * BATTERY_W;
}

static double take_between(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

/* @sun_w: of all that the sun gives, what is taken */
static void step_status(struct slave *s, double sun_w)
{
	uint16_t *value = s->value + AT_STATUS;

	value[SUNSPEC_PV] = s->sun_w > 0 ? 7 : 3;
	value[SUNSPEC_STORAGE] = 7;
	value[SUNSPEC_GRID] = !s->blackout;
	value[SUNSPEC_LIMITS + 1] = sun_w < s->sun_w;
	value[SUNSPEC_CONTROLS + 1] = s->value[AT_CONTROLS + SUNSPEC_LIMIT_ENABLE];
	put(s, AT_STATUS, &sunspec_status, HYBRID_ALL_GIVEN, 2e6 + s->counted_wh[COUNTED]);
	put(s, AT_STATUS, &sunspec_status, HYBRID_AVAILABLE_W, s->sun_w * 1e3);
}

static void step_inverter(struct slave *s, double seconds)
{
	double house_w = s->power_w[0] + s->power_w[1] + s->power_w[2], battery_w, sun_w, ac_w;
	double least_w = -BATTERY_W, most_w = BATTERY_W, limit_w = RATED_W;
	unsigned int doing;

	lapse(s, seconds);
	if (s->value[AT_STORAGE + SUNSPEC_STORAGE_MODE] & 1)
		most_w = rate_w(s, SUNSPEC_RATES + 1);
	if (s->value[AT_STORAGE + SUNSPEC_STORAGE_MODE] & 2)
		least_w = -rate_w(s, SUNSPEC_RATES);
	battery_w = take_between(s->sun_w - house_w, least_w, most_w);
	if (s->value[AT_CONTROLS + SUNSPEC_LIMIT_ENABLE])
		limit_w = s->value[AT_CONTROLS + SUNSPEC_LIMIT] / 10000.0 * RATED_W;
	sun_w = take_between(s->sun_w, 0, limit_w + battery_w);
	ac_w = sun_w - battery_w;
	s->soc = take_between(s->soc + battery_w * seconds / 3600 / BATTERY_WH, 0, 1);
	s->counted_wh[COUNTED] += sun_w * seconds / 3600;

	step_status(s, sun_w);
	put(s, AT_INVERTER, &sunspec_inverter, HYBRID_AC_W, ac_w * 1e3);
	put(s, AT_INVERTER, &sunspec_inverter, HYBRID_V_1, VOLTS * 1e3);
	put(s, AT_INVERTER, &sunspec_inverter, HYBRID_A_1, fabs(ac_w) / VOLTS * 1e3);
	put(s, AT_INVERTER, &sunspec_inverter, HYBRID_HZ, 50000);
	put(s, AT_INVERTER, &sunspec_inverter, HYBRID_ALL_PV, 1e6 + s->counted_wh[COUNTED]);
	put(s, AT_INVERTER, &sunspec_inverter, HYBRID_PV_W_1, sun_w * 1e3);
	put(s, AT_INVERTER, &sunspec_inverter, HYBRID_HEATSINK_C, 350);
	s->value[AT_INVERTER + 38] = MPPT;
	s->value[AT_INVERTER + SUNSPEC_EVENTS + 1] =
		(uint16_t)(s->fault && s->fault <= 16 ? 1 << (s->fault - 1) : 0);
	doing = battery_w > 0 ? SUNSPEC_CHARGING : battery_w < 0 ? SUNSPEC_DISCHARGING : HOLDING;
	put(s, AT_STORAGE, &sunspec_storage, HYBRID_SOC, s->soc * 1e4);
	put(s, AT_STORAGE, &sunspec_storage, HYBRID_BATTERY_STATE, doing);
	put(s, AT_BATTERY, &sunspec_battery, HYBRID_SOC, s->soc * 1e4);
	put(s, AT_BATTERY, &sunspec_battery, HYBRID_BATTERY_STATE, doing);
	put(s, AT_BATTERY, &sunspec_battery, HYBRID_BATTERY_V, 51.2e3);
	/* without a sign, as some makers have it */
	put(s, AT_BATTERY, &sunspec_battery, HYBRID_BATTERY_W, fabs(battery_w) * 1e3);
	put(s, AT_BATTERY, &sunspec_battery, HYBRID_BATTERY_A, fabs(battery_w) / 51.2 * 1e3);
}

static bool wrote_inverter(struct slave *s, uint16_t at, unsigned int n)
{
	if (at >= AT_STORAGE && at + n <= AT_BATTERY) {
		s->counted_wh[SINCE_RATES] = 0;
		return at >= AT_STORAGE + SUNSPEC_STORAGE_MODE &&
		       s->value[AT_STORAGE + SUNSPEC_STORAGE_MODE] <= SUNSPEC_BOTH_LIMITS;
	}
	s->counted_wh[SINCE_LIMIT] = 0;
	return at >= AT_CONTROLS + SUNSPEC_LIMIT && at + n <= AT_STORAGE &&
	       s->value[AT_CONTROLS + SUNSPEC_LIMIT] <= 10000;
}

const struct slave_kind slave_sunspec_inverter = {
	"sunspec", "an inverter with a battery that says what it is by SunSpec, models 103 to 802",
	no_maps, begin_inverter, step_inverter, wrote_inverter, 0, NULL,
};
