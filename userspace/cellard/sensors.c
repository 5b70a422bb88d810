// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the configuration to sensors, and from readings to the house and events.
 */
#include "sensors.h"

#include "../io/boot_clock.h"

#include <stdlib.h>

#define NOT_READ	1

static const struct {
	int error;
	const char *word, *code, *words;
} states[] = {
	{ 0, "well", "sensor-well", "it says what it measures" },
	{ NOT_READ, "starting", "", "" },
	{ -ERANGE, "out-of-range", "sensor-nonsense",
	  "what it says cannot be, and is not used: look at its wires, gain and offset" },
	{ -ENODEV, "gone", "sensor-lost", "there is no such device or channel" },
	{ -ENOSYS, "no-libiio", "sensor-lost", "there is no libiio.so.0: install libiio0" },
};

static size_t state_of(int error)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(states) && states[i].error != error)
		i++;

	return i;
}

/* Each try of one that is lost for the same reason is no news. */
static void heard(void *user)
{
	struct sensors_one *one = user;
	struct sensors *sensors = one->sensors;
	struct sensor_reading reading;
	size_t state;

	sensor_last(one->sensor, &reading);
	state = state_of(reading.error);
	if (reading.error != one->told) {
		if (state < ARRAY_SIZE(states))
			events_add(sensors->events, states[state].code, one->config.name, "%s",
				   states[state].words);
		else
			events_add(sensors->events, "sensor-lost", one->config.name, "%s: %s",
				   one->config.sensor.uri, strerror(-reading.error));
		one->told = reading.error;
	}
	sensors->changed(sensors->user);
}

bool sensors_reading(const struct sensors_one *one, struct sensor_reading *reading, u64 now_ms)
{
	u32 fresh_ms = one->config.sensor.period_ms * 3;

	sensor_last(one->sensor, reading);
	if (fresh_ms < SENSORS_FRESH_MS)
		fresh_ms = SENSORS_FRESH_MS;

	return !reading->error && now_ms <= reading->at_ms + fresh_ms;
}

const char *sensors_state_word(const struct sensors_one *one, u64 now_ms)
{
	struct sensor_reading reading;
	bool fresh = sensors_reading(one, &reading, now_ms);
	size_t state = state_of(reading.error);

	if (state == ARRAY_SIZE(states) || (!reading.error && !fresh))
		return "silent";

	return states[state].word;
}

/* Nearest W. */
static s32 watts(s64 milli)
{
	return (s32)((milli + (milli < 0 ? -500 : 500)) / 1000);
}

void sensors_tell(const struct sensors *sensors, struct house *house)
{
	const struct site_config *site = &house->config->house.site;
	struct sensor_reading reading;

	for (unsigned int i = 0; house->config->house.given && i < sensors->n; i++) {
		u8 source = SITE_SOURCE_SENSOR_1 + sensors->one[i].config.input - 1;

		sensor_last(sensors->one[i].sensor, &reading);
		if (!sensors->one[i].config.input || reading.error)
			continue;
		/* only a plant of one phase has its exchange from a sensor (core/site_check.c) */
		if (site->exchange == source)
			house_hears(house, HOUSE_EXCHANGE_1, watts(reading.milli), reading.at_ms);
		/* what an inverter takes at night is no production */
		if (site->production == source)
			house_hears(house, HOUSE_PRODUCTION,
				    reading.milli > 0 ? watts(reading.milli) : 0, reading.at_ms);
	}
}

static int start_all(struct sensors *sensors, const struct config *config)
{
	int r, result = 0;

	for (unsigned int i = 0; i < config->sensors; i++) {
		struct sensors_one *one = &sensors->one[sensors->n];

		*one = (struct sensors_one){
			.sensors = sensors, .config = config->sensor[i], .told = NOT_READ,
		};
		r = sensor_new(&one->sensor, sensors->event, &one->config.sensor, heard, one);
		if (r)
			result = r;
		else
			sensors->n++;
	}

	return result;
}

static void stop_all(struct sensors *sensors)
{
	for (unsigned int i = 0; i < sensors->n; i++)
		sensor_free(sensors->one[i].sensor);
	sensors->n = 0;
}

static bool is_same(const struct config_sensor *a, const struct config_sensor *b)
{
	const struct sensor_config *s = &a->sensor, *t = &b->sensor;

	return !strcmp(a->name, b->name) && a->input == b->input && !strcmp(s->uri, t->uri) &&
	       !strcmp(s->device, t->device) && !strcmp(s->channel, t->channel) &&
	       s->scale.kind == t->scale.kind && s->scale.multiply == t->scale.multiply &&
	       s->scale.gain_milli == t->scale.gain_milli &&
	       s->scale.offset_milli == t->scale.offset_milli && s->period_ms == t->period_ms;
}

int sensors_reconfigure(struct sensors *sensors, const struct config *config)
{
	bool same = sensors->n == config->sensors;

	for (unsigned int i = 0; same && i < sensors->n; i++)
		same = is_same(&sensors->one[i].config, &config->sensor[i]);
	if (same)
		return 0;

	stop_all(sensors);

	return start_all(sensors, config);
}

int sensors_new(struct sensors **sensors, sd_event *event, struct events *events,
		const struct config *config, void (*changed)(void *user), void *user)
{
	struct sensors *all;
	int r;

	all = calloc(1, sizeof(*all));
	if (!all)
		return -ENOMEM;

	all->event = event;
	all->events = events;
	all->changed = changed;
	all->user = user;
	r = start_all(all, config);
	if (r < 0) {
		sensors_free(all);
		return r;
	}
	*sensors = all;

	return 0;
}

void sensors_free(struct sensors *sensors)
{
	if (!sensors)
		return;

	stop_all(sensors);
	free(sensors);
}
