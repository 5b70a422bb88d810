/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sensor: one channel of IIO, on this machine or on another one, which a thread reads. A
 * context on the network may hang for as long as it likes; the caller's loop never waits.
 */
#ifndef CELLAR_IO_SENSOR_H
#define CELLAR_IO_SENSOR_H

#include "sensor_value.h"

#include <systemd/sd-event.h>

/* One that cannot be read is tried again after 1, 2, 4 … s. */
#define SENSOR_RETRY_MS		1000
#define SENSOR_RETRY_MAX_MS	30000

/* Longest wait for an answer of another machine. */
#define SENSOR_TIMEOUT_MS	2000

/*
 * @error: why there is none now: -ENODEV: no such device or channel, -ERANGE: it makes no
 *	sense, -ENOSYS: no libiio; 1: not read yet
 * @milli: thousandths; only when @error is 0; @at_ms: of CLOCK_BOOTTIME, before it was read
 */
struct sensor_reading {
	int error;
	u8 quantity;	/* enum sensor_quantity */
	s64 milli;
	u64 at_ms;
};

struct sensor;

/* @heard, in @event's loop: there is another reading. Returns 0 or a negative errno. */
int sensor_new(struct sensor **sensor, sd_event *event, const struct sensor_config *config,
	       void (*heard)(void *user), void *user);

/* Does not wait: the thread ends by itself, when what it reads lets it. */
void sensor_free(struct sensor *sensor);

void sensor_last(struct sensor *sensor, struct sensor_reading *reading);

#endif /* CELLAR_IO_SENSOR_H */
