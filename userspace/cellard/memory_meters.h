/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is remembered of meters over a restart: the energy of those that do not count both
 * ways, and that cellard adds up, in Wh by the meter's name. What would have been added
 * while cellard was off is not known, and not made up.
 */
#ifndef CELLAR_CELLARD_MEMORY_METERS_H
#define CELLAR_CELLARD_MEMORY_METERS_H

#include "lines.h"

#include <jansson.h>

/* 0 or -EINVAL. */
int memory_check_meters(const json_t *from);

/* Into meters that have not been heard yet. @from was checked; NULL: nothing. */
void memory_read_meters(const json_t *from, struct lines *lines);

/*
 * Those of @before (NULL: none), with those that are there now in their places. NULL: nothing
 * has been added up, or there is no memory.
 */
json_t *memory_write_meters(const json_t *before, const struct lines *lines);

#endif /* CELLAR_CELLARD_MEMORY_METERS_H */
