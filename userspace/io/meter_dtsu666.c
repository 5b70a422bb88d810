// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chint DTSU666 and DSSU666 (spec/field.md 1.2). Their documents differ in where energy is
 * counted and in what unit is meant: both are found out by asking, once.
 */
#include "meter_maps.h"

enum slot {
	MEASURED,	/* and the two behind it, in parts */
	PART_2,
	PART_3,
	ENERGY,
	SETUP,
	LINK,
};

/* Bits of @stage: what has been found out. */
#define RATIO_KNOWN	1	/* of the transformers */
#define SCALE_KNOWN	2	/* tenths, or the units of METER_SAYS_UNITS */
#define IN_PARTS	4	/* its line is slow, or it refuses the gaps */
#define ENERGY_FOUND	8
#define ENERGY_TRIED	16	/* in one place, in vain */
#define ENERGY_OLD	32	/* it is looked for where older ones have it */

/* A phase voltage of a house (field.md: "Sanity rule"), as if it were in tenths of V. */
#define LOW_MV		150000
#define HIGH_MV		280000

static void want_measured(struct meter *m)
{
	const struct register_map *map = m->stage & IN_PARTS ? &dtsu666_measured_in_parts :
					 &dtsu666_measured;

	for (unsigned int i = 0; i < map->blocks; i++) {
		const struct register_read read = { map->block[i].function, map->block[i].at,
						    map->block[i].n };

		/* power factors and frequency are not worth a second each */
		meter_want(m, MEASURED + i, &read, i ? METER_ENERGY_MS : m->config.period_ms);
	}
}

static void want_block(struct meter *m, enum slot slot, const struct register_map *map,
		       u32 period_ms)
{
	const struct register_read read = { map->block->function, map->block->at,
					    map->block->n };

	meter_want(m, slot, &read, period_ms);
}

static const struct register_map *energy_map(const struct meter *m)
{
	return m->stage & ENERGY_OLD ? &dtsu666_energy_old : &dtsu666_energy;
}

static void want_energy(struct meter *m)
{
	want_block(m, ENERGY, energy_map(m), METER_ENERGY_MS);
}

/*
 * Ratios first: without them nothing that it measures can be read. On a slow line it is read
 * in parts from the beginning: what the house is controlled by in time, the rest seldom.
 */
static void start(struct meter *m)
{
	if (!modbus_holds(m->config.hold, dtsu666_measured.block->n))
		m->stage |= IN_PARTS;
	if (m->config.ct) {
		m->scale.ct = m->config.ct;
		m->scale.pt_deci = m->config.pt_deci ? m->config.pt_deci : 10;
		m->stage |= RATIO_KNOWN;
	}
	want_block(m, SETUP, &dtsu666_setup, m->config.period_ms);
	want_block(m, LINK, &dtsu666_link, METER_SETUP_MS);
	want_measured(m);
	want_energy(m);
}

static void take_ratios(struct meter *m, const struct modbus_result *result)
{
	struct meter_reading setup = { 0 };
	s64 ct, pt;

	if (result->outcome == MODBUS_DONE && meter_numbers(m, &dtsu666_setup, result, 0, &setup) &&
	    setup.number[METER_CT] >= 1 && setup.number[METER_CT] <= 9999 &&
	    setup.number[METER_PT] >= 1 && setup.number[METER_PT] <= 9999) {
		ct = setup.number[METER_CT];
		pt = setup.number[METER_PT];
		m->notes &= ~BIT(METER_RATIO_UNKNOWN) & ~BIT(METER_RATIO_DIFFERS);
		if (m->config.ct && (ct != m->scale.ct || pt != m->scale.pt_deci))
			m->notes |= BIT(METER_RATIO_DIFFERS);
		if (!m->config.ct) {
			m->scale.ct = (u16)ct;
			m->scale.pt_deci = (u16)pt;
			m->stage |= RATIO_KNOWN;
		}
	} else if (!(m->stage & RATIO_KNOWN)) {
		m->notes |= BIT(METER_RATIO_UNKNOWN);
	}
	want_block(m, SETUP, &dtsu666_setup, METER_SETUP_MS);
}

static const struct register_map *map_of(const struct meter *m)
{
	return m->notes & BIT(METER_SAYS_UNITS) ? &dtsu666_units : &dtsu666_measured;
}

/*
 * Volts say which unit is meant: as tenths they are those of a phase, or a tenth of that.
 * A meter without any keeps us waiting.
 */
static bool find_scale(struct meter *m, const struct meter_reading *tenths)
{
	for (unsigned int i = METER_V_1; i <= METER_V_3; i++) {
		s64 mv = tenths->number[i] * 10 / m->scale.pt_deci;

		if (mv >= LOW_MV && mv <= HIGH_MV) {
			m->stage |= SCALE_KNOWN;
			return true;
		}
		if (mv >= LOW_MV / 10 && mv <= HIGH_MV / 10) {
			m->stage |= SCALE_KNOWN;
			m->notes |= BIT(METER_SAYS_UNITS);
			return true;
		}
	}
	m->nonsense++;
	m->state = METER_NONSENSE;

	return false;
}

/* Power factors and frequency of the other parts stay; the rest is new or not there. */
static void take_measured(struct meter *m, const struct modbus_result *result)
{
	struct meter_reading reading = m->reading;

	if (!(m->stage & RATIO_KNOWN))
		return;
	if (result->slot != MEASURED) {
		if (m->state == METER_WELL)
			meter_numbers(m, map_of(m), result, 0, &m->reading);
		return;
	}
	if (!(m->stage & SCALE_KNOWN)) {
		struct meter_reading tenths = { 0 };

		meter_numbers(m, &dtsu666_measured, result, 0, &tenths);
		if (!find_scale(m, &tenths))
			return;
	}
	reading.known &= ~(METER_BIT(METER_PF) - 1);
	meter_numbers(m, map_of(m), result, 0, &reading);
	meter_measured(m, &reading, result);
}

/* Refused for good, not for now. */
static bool is_not_there(const struct modbus_result *result)
{
	return result->outcome == MODBUS_REFUSED &&
	       (result->exception == MODBUS_ILLEGAL_ADDRESS ||
		result->exception == MODBUS_ILLEGAL_VALUE ||
		result->exception == MODBUS_ILLEGAL_FUNCTION);
}

static void refused(struct meter *m, const struct modbus_result *result)
{
	if (!is_not_there(result))
		return;
	if (result->slot == MEASURED && !(m->stage & IN_PARTS)) {
		m->stage |= IN_PARTS;
		want_measured(m);
	} else if (result->slot == MEASURED) {
		m->state = METER_REFUSES;
	}
}

/* In vain here: there, and again here. */
static void energy_elsewhere(struct meter *m)
{
	if (m->stage & ENERGY_TRIED)
		m->notes |= BIT(METER_ENERGY_NONE);
	m->stage ^= ENERGY_OLD;
	m->stage |= ENERGY_TRIED;
	want_energy(m);
}

static void take_energy(struct meter *m, const struct modbus_result *result)
{
	struct meter_reading energy = { 0 };
	s64 import, export;

	if (is_not_there(result) && !(m->stage & ENERGY_FOUND))
		energy_elsewhere(m);
	if (result->outcome != MODBUS_DONE || !(m->stage & RATIO_KNOWN))
		return;
	meter_numbers(m, energy_map(m), result, 0, &energy);
	import = energy.number[METER_IMPORT];
	export = energy.number[METER_EXPORT];
	if (import >= 0 && export >= 0 && import + export > 0) {
		m->stage |= ENERGY_FOUND;
		m->notes &= ~BIT(METER_ENERGY_NONE) & ~BIT(METER_ENERGY_OLD);
		if (m->stage & ENERGY_OLD)
			m->notes |= BIT(METER_ENERGY_OLD);
		meter_counted(m, &energy, result);
	} else if (!(m->stage & ENERGY_FOUND) && m->state == METER_WELL &&
		   m->reading.number[METER_W]) {
		energy_elsewhere(m);
	}
}

/* Which of the two registers is its address tells which document it follows. */
static void take_link(struct meter *m, const struct modbus_result *result)
{
	struct meter_reading setup = { 0 };

	if (result->outcome != MODBUS_DONE || !meter_numbers(m, &dtsu666_link, result, 0, &setup))
		return;
	if (setup.number[METER_SETUP_2E] == m->config.address)
		m->at = 0x2e;
	else if (setup.number[METER_SETUP_2D] == m->config.address)
		m->at = 0x2d;
}

static void take(struct meter *m, const struct modbus_result *result)
{
	switch ((enum slot)result->slot) {
	case SETUP:
		take_ratios(m, result);
		break;
	case LINK:
		take_link(m, result);
		break;
	case ENERGY:
		take_energy(m, result);
		break;
	default:
		if (result->outcome == MODBUS_DONE)
			take_measured(m, result);
		else
			refused(m, result);
		break;
	}
}

const struct meter_driver meter_dtsu666 = { 3, start, take };
