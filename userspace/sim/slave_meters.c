// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated meters of Chint, in the varieties that their documents leave room for
 * (spec/field.md 1.2, 1.3).
 */
#include "slave.h"

#include <math.h>

#include "../io/meter_maps.h"

#define VOLTS		230.0
#define BETWEEN_VOLTS	398.4
#define HERTZ		50.0
#define POWER_FACTOR	0.95

#define BAUD_9600	3	/* of the registers for the speed */
#define PROTOCOL_8N1	3

static const struct register_map *const dtsu666_maps[] = {
	&dtsu666_measured, &dtsu666_energy, &dtsu666_setup, &dtsu666_link, NULL
};

static const struct register_map *const dtsu666_old_maps[] = {
	&dtsu666_measured_in_parts, &dtsu666_energy_old, &dtsu666_setup, &dtsu666_link, NULL
};

static const struct register_map *const dtsu666_units_maps[] = {
	&dtsu666_units, &dtsu666_energy, &dtsu666_setup, &dtsu666_link, NULL
};

static const struct register_map *const ddsu666_maps[] = {
	&ddsu666_measured, &ddsu666_energy, NULL
};

static double total(const struct slave *s)
{
	return s->power_w[0] + s->power_w[1] + s->power_w[2];
}

static void count(struct slave *s, double seconds)
{
	double kwh = total(s) * seconds / 3.6e6;

	if (kwh > 0)
		s->forward_kwh += kwh;
	else
		s->reverse_kwh -= kwh;
}

static double reactive(double watts)
{
	return watts * sqrt(1 / (POWER_FACTOR * POWER_FACTOR) - 1);
}

/* One that counts the other way says so by the sign of its power factor, too. */
static double factor(double watts)
{
	return watts < 0 ? -POWER_FACTOR : POWER_FACTOR;
}

static void begin_ratios(struct slave *s)
{
	slave_put(s, &dtsu666_setup, METER_NET, 0);
	slave_put(s, &dtsu666_setup, METER_CT, s->ct);
	slave_put(s, &dtsu666_setup, METER_PT, s->pt_deci);
	slave_put(s, &dtsu666_link, METER_PROTOCOL, PROTOCOL_8N1);
}

static void begin_dtsu666(struct slave *s)
{
	s->ct = 40;	/* as ZCS has it (inverter.md, "Metering") */
	s->forward_kwh = 1234.5;
	s->reverse_kwh = 321.25;
	begin_ratios(s);
	slave_put(s, &dtsu666_link, METER_SETUP_2D, BAUD_9600);
	slave_put(s, &dtsu666_link, METER_SETUP_2E, s->address);
}

static void begin_dtsu666_old(struct slave *s)
{
	begin_dtsu666(s);
	slave_put(s, &dtsu666_link, METER_SETUP_2D, s->address);
	slave_put(s, &dtsu666_link, METER_SETUP_2E, BAUD_9600);
}

static void measure(struct slave *s, const struct register_map *map)
{
	double watts = total(s);

	for (unsigned int i = 0; i < SLAVE_PHASES; i++) {
		double phase_w = s->power_w[i];

		slave_put(s, map, METER_V_1 + i, VOLTS * 1e3);
		slave_put(s, map, METER_V_12 + i, BETWEEN_VOLTS * 1e3);
		slave_put(s, map, METER_A_1 + i,
			  fabs(phase_w) / POWER_FACTOR / VOLTS * 1e3);
		slave_put(s, map, METER_W_1 + i, phase_w * 1e3);
		slave_put(s, map, METER_VAR_1 + i, reactive(phase_w) * 1e3);
		slave_put(s, map, METER_PF_1 + i, factor(phase_w) * 1e3);
	}
	slave_put(s, map, METER_W, watts * 1e3);
	slave_put(s, map, METER_VAR, reactive(watts) * 1e3);
	slave_put(s, map, METER_PF, factor(watts) * 1e3);
	slave_put(s, map, METER_HZ, HERTZ * 1e3);
}

static void put_energy(struct slave *s, const struct register_map *map)
{
	slave_put(s, map, METER_IMPORT, s->forward_kwh * 1e3);
	slave_put(s, map, METER_EXPORT, s->reverse_kwh * 1e3);
}

static void step_dtsu666(struct slave *s, double seconds)
{
	count(s, seconds);
	measure(s, &dtsu666_measured);
	put_energy(s, &dtsu666_energy);
}

static void step_dtsu666_old(struct slave *s, double seconds)
{
	count(s, seconds);
	measure(s, &dtsu666_measured_in_parts);
	put_energy(s, &dtsu666_energy_old);
}

static void step_dtsu666_units(struct slave *s, double seconds)
{
	count(s, seconds);
	measure(s, &dtsu666_units);
	put_energy(s, &dtsu666_energy);
}

static void begin_ddsu666(struct slave *s)
{
	s->forward_kwh = 876.5;
	s->reverse_kwh = 54.25;
}

static void begin_ddsu666_basic(struct slave *s)
{
	s->forward_kwh = 876.5;
	slave_make_hole(s, ddsu666_energy.block[1].at);
}

static void measure_one_phase(struct slave *s)
{
	double watts = total(s);

	slave_put(s, &ddsu666_measured, METER_V_1, VOLTS * 1e3);
	slave_put(s, &ddsu666_measured, METER_A_1, fabs(watts) / POWER_FACTOR / VOLTS * 1e3);
	slave_put(s, &ddsu666_measured, METER_W, watts * 1e3);
	slave_put(s, &ddsu666_measured, METER_VAR, reactive(watts) * 1e3);
	slave_put(s, &ddsu666_measured, METER_VA, fabs(watts) / POWER_FACTOR * 1e3);
	slave_put(s, &ddsu666_measured, METER_PF, factor(watts) * 1e3);
	slave_put(s, &ddsu666_measured, METER_HZ, HERTZ * 1e3);
}

static void step_ddsu666(struct slave *s, double seconds)
{
	count(s, seconds);
	measure_one_phase(s);
	put_energy(s, &ddsu666_energy);
}

/* What flows back is counted as what flows. */
static void step_ddsu666_basic(struct slave *s, double seconds)
{
	count(s, seconds);
	measure_one_phase(s);
	slave_put(s, &ddsu666_energy, METER_IMPORT, (s->forward_kwh + s->reverse_kwh) * 1e3);
}

const struct slave_kind slave_dtsu666 = {
	"dtsu666", "Chint DTSU666, three phases, current transformers of 40",
	dtsu666_maps, begin_dtsu666, step_dtsu666, NULL, 0, NULL,
};

const struct slave_kind slave_dtsu666_old = {
	"dtsu666-old", "the same, with energy and address where older ones have them, and gaps",
	dtsu666_old_maps, begin_dtsu666_old, step_dtsu666_old, NULL, 0, NULL,
};

const struct slave_kind slave_dtsu666_units = {
	"dtsu666-units", "the same, counting in V, A and W",
	dtsu666_units_maps, begin_dtsu666, step_dtsu666_units, NULL, 0, NULL,
};

const struct slave_kind slave_ddsu666 = {
	"ddsu666", "Chint DDSU666, one phase, as sold with inverters",
	ddsu666_maps, begin_ddsu666, step_ddsu666, NULL, 0, NULL,
};

const struct slave_kind slave_ddsu666_basic = {
	"ddsu666-basic", "the basic one, which counts both directions in one counter",
	ddsu666_maps, begin_ddsu666_basic, step_ddsu666_basic, NULL, 0, NULL,
};
