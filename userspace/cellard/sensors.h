/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sensors of the configuration: what each says, what of it the house counts, and what
 * people should know of it.
 */
#ifndef CELLAR_CELLARD_SENSORS_H
#define CELLAR_CELLARD_SENSORS_H

#include "../io/sensor.h"
#include "config.h"
#include "events.h"
#include "house.h"

#include <systemd/sd-event.h>

/* So long after what was read it is what is measured now; a slow one has three periods. */
#define SENSORS_FRESH_MS	5000

struct sensors;

/* @told: of the last event, as struct sensor_reading's error */
struct sensors_one {
	struct sensors *sensors;
	struct config_sensor config;
	struct sensor *sensor;
	int told;
};

struct sensors {
	sd_event *event;
	struct events *events;
	void (*changed)(void *user);
	void *user;
	struct sensors_one one[CONFIG_SENSORS_MAX];
	unsigned int n;
};

/*
 * The sensors of @config. @changed: there is another reading. @event and @events (may be NULL)
 * outlive them. Returns 0 or a negative errno.
 */
int sensors_new(struct sensors **sensors, sd_event *event, struct events *events,
		const struct config *config, void (*changed)(void *user), void *user);
void sensors_free(struct sensors *sensors);

/* Another configuration: when nothing of it has changed they go on. As sensors_new(). */
int sensors_reconfigure(struct sensors *sensors, const struct config *config);

/* Before each house_step(): what the current-sensor inputs say. */
void sensors_tell(const struct sensors *sensors, struct house *house);

/* The last reading; false: there is none that counts now. */
bool sensors_reading(const struct sensors_one *one, struct sensor_reading *reading, u64 now_ms);

/* "starting", "well", "gone", "out-of-range", "silent" or "no-libiio". */
const char *sensors_state_word(const struct sensors_one *one, u64 now_ms);

#endif /* CELLAR_CELLARD_SENSORS_H */
