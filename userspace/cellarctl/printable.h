/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that came over the bus, before a person's terminal gets it: a serial number could
 * steer that.
 */
#ifndef CELLAR_CELLARCTL_PRINTABLE_H
#define CELLAR_CELLARCTL_PRINTABLE_H

#include <jansson.h>

/* Control characters in all texts of @value become "?". Keys are names of the service's own. */
void printable(json_t *value);

#endif /* CELLAR_CELLARCTL_PRINTABLE_H */
