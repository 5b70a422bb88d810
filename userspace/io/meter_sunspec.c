// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meters that say by SunSpec what they are: models 201 (one phase) to 204. The sign of
 * their power is not in the document: most have import positive, as is taken here.
 */
#include "meter_maps.h"

enum slot {
	WALK,
	MEASURED,
	NAMES,
};

#define WALK_MS		500	/* a step of the walk; a line has more to do */

static void want_walk(struct meter *m, u32 period_ms)
{
	struct register_read read;

	sunspec_walk_next(&m->walk, &read);
	meter_want(m, WALK, &read, period_ms);
}

static void start(struct meter *m)
{
	static const struct register_read nothing;

	sunspec_walk_start(&m->walk);
	meter_want(m, MEASURED, &nothing, 0);
	meter_want(m, NAMES, &nothing, 0);
	want_walk(m, WALK_MS);
}

static void walked(struct meter *m)
{
	const struct sunspec_model *model = sunspec_find(&m->walk, 201, 204);
	const struct sunspec_model *names = sunspec_find(&m->walk, 1, 1);
	struct register_read read = { MODBUS_READ_HOLDING, 0, sunspec_meter.block->n };

	if (!model || model->n < read.n) {
		m->notes |= BIT(METER_NO_MODEL);
		m->state = METER_REFUSES;
		return;
	}
	m->at = model->at;
	m->phases = model->id == 201 ? 1 : METER_PHASES;
	read.at = model->at;
	meter_want(m, MEASURED, &read, m->config.period_ms);
	if (names && names->n >= SUNSPEC_COMMON_N - 1) {
		read.at = names->at;
		read.n = SUNSPEC_COMMON_N - 2;
		meter_want(m, NAMES, &read, METER_SETUP_MS);
	}
}

static void take_walk(struct meter *m, const struct modbus_result *result)
{
	sunspec_walk_take(&m->walk, result);
	if (m->walk.stage < SUNSPEC_DONE) {
		want_walk(m, WALK_MS);
		return;
	}
	/* the plan asks no more */
	want_walk(m, 0);
	walked(m);
}

static void take_names(struct meter *m, const struct modbus_result *result)
{
	const struct register_image image = { 0, result->n, result->value };
	char maker[METER_MODEL_SIZE / 2], model[METER_MODEL_SIZE / 2];

	register_text(&image, SUNSPEC_MAKER, 16, maker, sizeof(maker));
	register_text(&image, SUNSPEC_MODEL, 16, model, sizeof(model));
	snprintf(m->model, sizeof(m->model), "%s %s", maker, model);
}

static void take_measured(struct meter *m, const struct modbus_result *result)
{
	struct meter_reading reading = m->reading;

	reading.known = 0;
	meter_numbers(m, &sunspec_meter, result, m->at, &reading);
	if (m->phases == 1 && reading.known & METER_BIT(METER_W)) {
		reading.number[METER_W_1] = reading.number[METER_W];
		reading.known |= METER_BIT(METER_W_1);
		reading.known &= ~(METER_BIT(METER_W_2) | METER_BIT(METER_W_3));
	}
	if (meter_measured(m, &reading, result))
		m->reading.energy_ms = result->at_ms;
}

static void take(struct meter *m, const struct modbus_result *result)
{
	switch ((enum slot)result->slot) {
	case WALK:
		take_walk(m, result);
		break;
	case NAMES:
		if (result->outcome == MODBUS_DONE)
			take_names(m, result);
		break;
	case MEASURED:
		if (result->outcome == MODBUS_DONE)
			take_measured(m, result);
		else
			m->state = METER_REFUSES;
		break;
	}
}

const struct meter_driver meter_sunspec = { 3, start, take };
