/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sensor: one channel of IIO, on this machine or on another one, which a thread reads. A
 * context on the network may hang for as long as it likes; the caller's loop never waits.
 */
#ifndef CELLAR_IO_SENSOR_H
#define CELLAR_IO_SENSOR_H

#include "sensor_value.h"

#include <systemd/sd-event.h>

#define SENSOR_URI_SIZE		128
#define SENSOR_NAME_SIZE	64

/* One that cannot be read is tried again after 1, 2, 4 … s. */
#define SENSOR_RETRY_MS		1000
#define SENSOR_RETRY_MAX_MS	30000

/* Longest wait for an answer of another machine. */
#define SENSOR_TIMEOUT_MS	2000

/*
 * @uri: of libiio: "local:", "ip:192.168.1.60"
 * @device: id, name or label; @channel: id or label
 */
struct sensor_config {
	char uri[SENSOR_URI_SIZE];
	char device[SENSOR_NAME_SIZE], channel[SENSOR_NAME_SIZE];
	struct sensor_scale scale;
	u32 period_ms;
};

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
