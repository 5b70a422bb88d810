/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Voltages of single cells and temperatures, from the IIO devices of the driver
 * (Documentation/ABI/testing/sysfs-bus-iio-cellar). The kernel says when a device comes;
 * its values are read when its supply has a sample.
 */
#ifndef CELLAR_IO_CELLS_H
#define CELLAR_IO_CELLS_H

#include "../core/supply.h"

#include <systemd/sd-event.h>

struct cells;

/* @complain: something that a person should know, once; @text has no newline */
struct cells_hooks {
	void (*complain)(void *user, const char *text);
};

/*
 * Watch for IIO devices, and find those that are there when @event runs next. Returns 0
 * or a negative errno; free with cells_free(), before @event, and when nobody looks at
 * the labels of supplies any more.
 */
int cells_new(struct cells **cells, sd_event *event, const struct cells_hooks *hooks, void *user);
void cells_free(struct cells *cells);

/*
 * Let the reading of @supply, which has a sample now, also say its cells and its
 * temperatures, and @supply their labels. Each are there without a gap, or not at all:
 * so they are without a device, and when they are too old.
 */
void cells_read(const struct cells *cells, struct supply *supply);

#endif /* CELLAR_IO_CELLS_H */
