/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * org.cellar1 on the system bus: an object for each cluster and each supply, and one
 * PropertiesChanged for each of them when a step has changed it.
 */
#ifndef CELLAR_CELLARD_BUS_H
#define CELLAR_CELLARD_BUS_H

#include "plant.h"

#include <systemd/sd-bus.h>

struct bus;

/*
 * Take the name org.cellar1 and show @plant, which outlives the bus. Returns 0 or a
 * negative errno, -EEXIST when the name is taken; free with bus_free().
 */
int bus_new(struct bus **bus, sd_event *event, const struct plant *plant);
void bus_free(struct bus *bus);

/* After each step: say what came, went and changed. */
int bus_publish(struct bus *bus);

#endif /* CELLAR_CELLARD_BUS_H */
