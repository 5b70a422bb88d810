/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages of the history on D-Bus: Manager.GetHistory. The answer comes when the disk has
 * given it; nobody waits.
 */
#ifndef CELLAR_CELLARD_HISTORY_BUS_H
#define CELLAR_CELLARD_HISTORY_BUS_H

#include "history.h"

#include <systemd/sd-bus.h>

/* From within the handler of @call. 1: the reply comes later, or a negative errno. */
int history_bus_get(struct history *history, sd_bus_message *call, sd_bus_error *error);

#endif /* CELLAR_CELLARD_HISTORY_BUS_H */
