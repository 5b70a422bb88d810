/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values of the core as values on D-Bus: SI units, and what nobody said is absent. Each
 * has a mark, which tells whether it is the same as before.
 */
#ifndef CELLAR_CELLARD_VALUES_H
#define CELLAR_CELLARD_VALUES_H

#include "../core/cluster.h"
#include "../core/mark.h"

#include <systemd/sd-bus.h>

/* Of what values_reading() says of it. */
u64 values_mark_reading(u64 mark, const struct cellar_reading *r);

/*
 * One entry of an open a{sv}; @type: s, b, u, t, x or d. Negative errno on error, as all below.
 */
int values_entry(sd_bus_message *m, const char *key, const char *type, ...);

/* A reading as a{sv}. */
int values_reading(sd_bus_message *m, const struct cellar_reading *r);

#endif /* CELLAR_CELLARD_VALUES_H */
