// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated inverters before G3 (spec/field.md 3): an ME3000SP, which has a battery and a
 * clamp around somebody else's PV, and a HYD-ES with strings of its own. In passive mode,
 * which register 0x1110 of a G3 stands for here too although they do not show it, they do
 * what they are told for as long as they hear a sign of life, and stand by without.
 */
#include "slave.h"

#include <string.h>

#include "../io/hybrid_maps.h"

#define EPS		0x41
#define COMMAND		0x42
#define HEARTBEAT	0x49

#define BATTERY_W	3000.0
#define BATTERY_WH	5000.0
#define BATTERY_V	51.2
#define VOLTS		230.0
#define HEARTBEAT_S	60

enum { TAKEN, WRONG_MODE, BUSY = 3, BAD_VALUE };

#define MAY_CHARGE	0x0100
#define MAY_DISCHARGE	0x0200

static const struct register_map *const me3000_maps[] = {
	&legacy_me3000, &legacy_settings, &legacy_identity, NULL
};

static const struct register_map *const hyd_es_maps[] = {
	&legacy_hyd_es, &legacy_settings, &legacy_identity, NULL
};

static void begin(struct slave *s, const char *serial)
{
	s->soc = 0.5;
	s->value[SOFAR_MODE] = SOFAR_MODE_PASSIVE;
	s->told = LEGACY_STANDBY;
	s->eps = true;
	slave_put_text(s, LEGACY_SERIAL, 7, serial);
	slave_put_text(s, LEGACY_VERSION, 2, "V230");
	slave_put(s, &legacy_settings, HYBRID_CHARGE_MAX_A, 60e3);
	slave_put(s, &legacy_settings, HYBRID_DISCHARGE_MAX_A, 60e3);
	slave_put(s, &legacy_settings, HYBRID_DEPTH, 8000);
}

static void begin_me3000(struct slave *s)
{
	begin(s, "ZM1ES030SIM042");
}

static void begin_hyd_es(struct slave *s)
{
	begin(s, "SM1ES060SIM042");
}

static double within(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

static double wanted_w(const struct slave *s, double house_w)
{
	bool passive = s->value[SOFAR_MODE] == SOFAR_MODE_PASSIVE;

	if (passive && s->heard_s > HEARTBEAT_S)
		return 0;
	if (!passive || s->told == LEGACY_AUTO)
		return s->sun_w - house_w;
	return s->told == LEGACY_CHARGE ? s->told_w :
	       s->told == LEGACY_DISCHARGE ? -(double)s->told_w : 0;
}

static void put_faults(struct slave *s)
{
	memset(s->value + LEGACY_FAULTS, 0, LEGACY_FAULT_WORDS * sizeof(s->value[0]));
	if (s->fault && s->fault <= LEGACY_FAULT_WORDS * 16)
		s->value[LEGACY_FAULTS + (s->fault - 1) / 16] =
			(uint16_t)(1 << (s->fault - 1) % 16);
}

static void count(struct slave *s, const struct register_map *map, unsigned int place,
		  double watts, double seconds)
{
	double *wh = &s->counted_wh[place - HYBRID_DAY_PV];

	*wh += watts > 0 ? watts * seconds / 3600 : 0;
	slave_put(s, map, place, *wh);
	slave_put(s, map, place - HYBRID_DAY_PV + HYBRID_ALL_PV, 1e6 + *wh);
}

/* Of what both have; what the battery takes, W. */
static double step(struct slave *s, const struct register_map *map, double seconds)
{
	double house_w = s->power_w[0] + s->power_w[1] + s->power_w[2];
	double battery_w, grid_w;

	s->heard_s += seconds;
	battery_w = within(wanted_w(s, house_w), s->soc <= 0.1 ? 0 : -BATTERY_W,
			   s->soc >= 1 ? 0 : BATTERY_W);
	grid_w = s->blackout ? 0 : s->sun_w - battery_w - house_w;
	s->soc = within(s->soc + battery_w * seconds / 3600 / BATTERY_WH, 0, 1);

	put_faults(s);
	slave_put(s, map, HYBRID_V_1, s->blackout ? 0 : VOLTS * 1e3);
	slave_put(s, map, HYBRID_HZ, s->blackout ? 0 : 50000);
	slave_put(s, map, HYBRID_BATTERY_W, battery_w * 1e3);
	slave_put(s, map, HYBRID_BATTERY_V, BATTERY_V * 1e3);
	slave_put(s, map, HYBRID_BATTERY_A, battery_w / BATTERY_V * 1e3);
	slave_put(s, map, HYBRID_BATTERY_C, 230);
	slave_put(s, map, HYBRID_SOC, s->soc * 1e4);
	slave_put(s, map, HYBRID_GRID_W, grid_w * 1e3);
	slave_put(s, map, HYBRID_LOAD_W, house_w * 1e3);
	slave_put(s, map, HYBRID_EPS_W, s->blackout && s->eps ? house_w * 1e3 : 0);
	slave_put(s, map, HYBRID_EPS_V, s->eps ? VOLTS * 1e3 : 0);
	slave_put(s, map, HYBRID_INNER_C, 310);
	slave_put(s, map, HYBRID_CYCLES, 123);
	slave_put(s, map, HYBRID_HEATSINK_C, 350);
	count(s, map, HYBRID_DAY_PV, s->sun_w, seconds);
	count(s, map, HYBRID_DAY_LOAD, house_w, seconds);
	count(s, map, HYBRID_DAY_BOUGHT, -grid_w, seconds);
	count(s, map, HYBRID_DAY_SOLD, grid_w, seconds);
	count(s, map, HYBRID_DAY_CHARGED, battery_w, seconds);
	count(s, map, HYBRID_DAY_DISCHARGED, -battery_w, seconds);
	return battery_w;
}

static void step_me3000(struct slave *s, double seconds)
{
	double battery_w = step(s, &legacy_me3000, seconds);

	slave_put(s, &legacy_me3000, HYBRID_PV_W_1, s->sun_w * 1e3);
	s->value[LEGACY_STATE] = s->blackout ? 5 : battery_w > 0 ? 2 : battery_w < 0 ? 4 : 0;
}

static void step_hyd_es(struct slave *s, double seconds)
{
	step(s, &legacy_hyd_es, seconds);
	slave_put(s, &legacy_hyd_es, HYBRID_PV_V_1, s->sun_w > 0 ? 350e3 : 0);
	slave_put(s, &legacy_hyd_es, HYBRID_PV_W_1, s->sun_w / 2 * 1e3);
	slave_put(s, &legacy_hyd_es, HYBRID_PV_W_2, s->sun_w / 2 * 1e3);
	s->value[LEGACY_STATE] = s->blackout ? 3 : 2;
}

static unsigned int word_at(const uint8_t *bytes)
{
	return (unsigned int)bytes[0] << 8 | bytes[1];
}

static unsigned int obey(struct slave *s, unsigned int what, unsigned int value)
{
	if (s->value[SOFAR_MODE] != SOFAR_MODE_PASSIVE)
		return WRONG_MODE;
	switch (what) {
	case LEGACY_STANDBY:
		if (value != LEGACY_STANDBY_VALUE)
			return BAD_VALUE;
		break;
	case LEGACY_CHARGE:
	case LEGACY_DISCHARGE:
		if (value > BATTERY_W)
			return BAD_VALUE;
		break;
	case LEGACY_AUTO:
		break;
	default:
		return BAD_VALUE;
	}
	s->told = (uint16_t)what;
	s->told_w = (uint16_t)value;
	return TAKEN;
}

/* What it answers is not documented either: this one repeats where, and how many. */
static size_t switch_eps(struct slave *s, const uint8_t *request, uint8_t *answer)
{
	unsigned int value = word_at(request + 5);

	if (word_at(request + 1) != LEGACY_EPS || word_at(request + 3) != 1 ||
	    (value != LEGACY_EPS_ON && value != LEGACY_EPS_OFF)) {
		answer[0] = EPS | 0x80;
		answer[1] = SLAVE_ILLEGAL_VALUE;
		return 2;
	}
	s->eps = value == LEGACY_EPS_ON;
	memcpy(answer, request, 5);
	return 5;
}

/* The answer to a heartbeat is nobody's knowledge: this one counts bytes, as of a read. */
static size_t command(struct slave *s, const uint8_t *request, size_t n, uint8_t *answer)
{
	unsigned int status;

	if (n == 7 && request[0] == EPS)
		return switch_eps(s, request, answer);
	if (n != 5 || (request[0] != COMMAND && request[0] != HEARTBEAT))
		return 0;
	answer[0] = request[0];
	answer[1] = 2;
	if (request[0] == HEARTBEAT) {
		s->heard_s = 0;
		answer[2] = 0;
		answer[3] = 0;
		return 4;
	}
	status = obey(s, word_at(request + 1), word_at(request + 3));
	status |= s->soc < 1 ? MAY_CHARGE : LEGACY_FULL;
	status |= s->soc > 0.1 ? MAY_DISCHARGE : LEGACY_FLAT;
	answer[2] = (uint8_t)(status >> 8);
	answer[3] = (uint8_t)status;
	return 4;
}

const struct slave_kind slave_me3000 = {
	"sofar-me3000", "an ME3000SP or ZCS 3000SP: a battery beside somebody else's PV",
	me3000_maps, begin_me3000, step_me3000, NULL, 0, command,
};

const struct slave_kind slave_hyd_es = {
	"sofar-hyd-es", "a HYD-ES or old ZCS HYD, of the same map, with strings of its own",
	hyd_es_maps, begin_hyd_es, step_hyd_es, NULL, 0, command,
};
