// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all meters have in common: how a reading is taken, which are believed, signs, and
 * energy that a meter does not count.
 */
#include "meter.h"

/* Of a phase to neutral, and between phases; a phase that is off has a little at most. */
#define PHASE_MIN_MV	80000
#define PHASE_MAX_MV	300000
#define BETWEEN_MAX_MV	520000
#define OFF_MAX_MV	20000

/* 1 MW is more than any house has (SITE_POWER_MAX_W). */
#define POWER_MAX_MW	1000000000LL

/* The sum and the phases are not of one instant: they may differ by a fifth and 200 W. */
#define SUM_SLACK_MW	200000
#define SUM_SLACK_PART	5

#define UJ_PER_WH	3600000000ULL

/* What a reading without which is none. */
#define MEASURED	(METER_BIT(METER_W))

static const struct meter_driver *const drivers[METER_KINDS] = {
	[METER_DTSU666] = &meter_dtsu666,
	[METER_DDSU666] = &meter_ddsu666,
	[METER_SUNSPEC] = &meter_sunspec,
};

void meter_start(struct meter *m, const struct meter_config *config)
{
	*m = (struct meter){
		.config = *config, .driver = drivers[config->kind],
		.scale = { config->order, 1, 10 }, .phases = drivers[config->kind]->phases,
	};
	m->driver->start(m);
}

void meter_want(struct meter *m, unsigned int slot, const struct register_read *read,
		u32 period_ms)
{
	struct meter_want *want = &m->want[slot];

	if (want->period_ms == period_ms && !memcmp(&want->read, read, sizeof(*read)))
		return;
	*want = (struct meter_want){ *read, period_ms };
	m->wants++;
}

unsigned int meter_numbers(const struct meter *m, const struct register_map *map,
			   const struct modbus_result *result, u16 base,
			   struct meter_reading *reading)
{
	const struct register_image image = { (u16)(result->at - base), result->n,
					      result->value };
	unsigned int n = 0;
	s64 number;

	for (unsigned int i = 0; i < map->rows; i++) {
		if (register_number(map, &map->row[i], &m->scale, &image, &number))
			continue;
		reading->number[i] = number;
		reading->known |= METER_BIT(i);
		n++;
	}

	return n;
}

static bool has(const struct meter_reading *r, enum meter_number number)
{
	return r->known & METER_BIT(number);
}

static bool is_voltage(const struct meter_reading *r, enum meter_number number, s64 most)
{
	s64 mv = r->number[number];

	return !has(r, number) || (mv >= 0 && mv <= OFF_MAX_MV) ||
	       (mv >= PHASE_MIN_MV && mv <= most);
}

static bool is_power(const struct meter_reading *r, enum meter_number number)
{
	return !has(r, number) || (r->number[number] >= -POWER_MAX_MW &&
				   r->number[number] <= POWER_MAX_MW);
}

static s64 size_of(s64 value)
{
	return value < 0 ? -value : value;
}

/* Phases that there are add up to the sum. */
static bool adds_up(const struct meter_reading *r)
{
	s64 sum = 0, all = 0;

	for (unsigned int i = METER_W_1; i <= METER_W_3; i++) {
		if (!has(r, i))
			return true;
		sum += r->number[i];
		all += size_of(r->number[i]);
	}

	return size_of(sum - r->number[METER_W]) <= SUM_SLACK_MW + all / SUM_SLACK_PART;
}

/* A meter is fed by what it measures: one phase at least is there. */
static bool is_possible(const struct meter_reading *r)
{
	bool told = false, fed = false;
	unsigned int i;

	if ((r->known & MEASURED) != MEASURED)
		return false;
	for (i = METER_V_1; i <= METER_V_3; i++) {
		if (!is_voltage(r, i, PHASE_MAX_MV))
			return false;
		told |= has(r, i);
		fed |= has(r, i) && r->number[i] >= PHASE_MIN_MV;
	}
	if (told && !fed)
		return false;
	for (i = METER_V_12; i <= METER_V_31; i++)
		if (!is_voltage(r, i, BETWEEN_MAX_MV))
			return false;
	for (i = METER_W; i <= METER_W_3; i++)
		if (!is_power(r, i))
			return false;

	return adds_up(r);
}

static void add(struct meter_sum *sum, u64 uj)
{
	sum->uj += uj;
	sum->wh += sum->uj / UJ_PER_WH;
	sum->uj %= UJ_PER_WH;
}

/* What flowed since the last reading is the mean of both. */
static void add_up(struct meter *m, s64 mw, u64 at_ms)
{
	u64 ms = at_ms - m->summed_ms;

	if (m->summed_ms && at_ms > m->summed_ms && ms <= METER_GAP_MS) {
		s64 mean = (mw + m->summed_mw) / 2;

		add(mean > 0 ? &m->forward : &m->reverse, (u64)size_of(mean) * ms);
	}
	m->summed_ms = at_ms;
	m->summed_mw = mw;
}

bool meter_measured(struct meter *m, const struct meter_reading *reading,
		    const struct modbus_result *result)
{
	if (!is_possible(reading)) {
		m->nonsense++;
		m->state = METER_NONSENSE;
		return false;
	}
	m->reading = *reading;
	m->reading.at_ms = result->at_ms;
	add_up(m, reading->number[METER_W], result->at_ms);
	m->state = METER_WELL;

	return true;
}

void meter_counted(struct meter *m, const struct meter_reading *energy,
		   const struct modbus_result *result)
{
	for (unsigned int i = METER_IMPORT; i <= METER_EXPORT; i++) {
		if (!has(energy, i))
			continue;
		m->reading.number[i] = energy->number[i];
		m->reading.known |= METER_BIT(i);
	}
	m->reading.energy_ms = result->at_ms;
}

void meter_take(struct meter *m, const struct modbus_result *result)
{
	if (result->outcome == MODBUS_LOST || result->outcome == MODBUS_GARBLED) {
		if (result->silent)
			m->state = METER_SILENT;
		return;
	}
	if (m->state == METER_SILENT) {
		m->stage = 0;
		m->notes = 0;
		m->driver->start(m);
	}
	if (m->state == METER_UNHEARD || m->state == METER_SILENT)
		m->state = METER_STARTING;
	m->driver->take(m, result);
}

/* Forward is import at the grid, and out of what produces. */
static bool forward_is_out(const struct meter *m)
{
	return (m->config.role == METER_PRODUCTION) != m->config.invert;
}

bool meter_power_mw(const struct meter *m, unsigned int phase, s64 *mw)
{
	const struct meter_reading *r = &m->reading;

	if (!r->at_ms || !has(r, METER_W + phase))
		return false;
	*mw = forward_is_out(m) ? r->number[METER_W + phase] : -r->number[METER_W + phase];

	return true;
}

bool meter_is_fresh(const struct meter *m, u64 now_ms)
{
	u64 fresh_ms = METER_FRESH_PERIODS * (u64)m->config.period_ms + METER_FRESH_MS;

	return m->reading.at_ms && now_ms < m->reading.at_ms + fresh_ms;
}

bool meter_energy_wh(const struct meter *m, bool out, u64 *wh, bool *by_daemon)
{
	bool forward = forward_is_out(m) == out;
	enum meter_number number = forward ? METER_IMPORT : METER_EXPORT;

	*by_daemon = m->notes & BIT(METER_ENERGY_NONE);
	if (*by_daemon) {
		*wh = forward ? m->forward.wh : m->reverse.wh;
		return m->summed_ms;
	}
	*wh = (u64)m->reading.number[number];

	return m->reading.energy_ms && has(&m->reading, number);
}
