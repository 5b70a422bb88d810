/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `cellarctl monitor`: what cellard knows, as it changes.
 */
#ifndef CELLAR_CELLARCTL_MONITOR_H
#define CELLAR_CELLARCTL_MONITOR_H

#include <stdbool.h>

/*
 * On a terminal a page that is kept up to date, else a line for each change; @as_json: an
 * object for each. Goes on without cellard until it is there again. Returns an exit
 * status.
 */
int monitor(bool as_json);

#endif /* CELLAR_CELLARCTL_MONITOR_H */
