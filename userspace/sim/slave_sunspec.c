// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated SunSpec devices (spec/field.md section 5): models one behind the other.
 */
#include "slave.h"

#include <math.h>

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
