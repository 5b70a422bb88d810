/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The loop of the daemon, and all that it wakes: supplies, the plant, the bus.
 */
#ifndef CELLAR_CELLARD_DAEMON_H
#define CELLAR_CELLARD_DAEMON_H

#include "settings.h"

/*
 * Run on @settings, which have a configuration, until a signal ends it. @class: folder of
 * the supplies, @state: of what must survive a restart. Returns 0 or a negative errno,
 * when standard error has been told.
 */
int daemon_run(struct settings *settings, const char *class, const char *state);

#endif /* CELLAR_CELLARD_DAEMON_H */
