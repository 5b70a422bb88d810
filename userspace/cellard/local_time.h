/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the clocks of the site show, by the time zone of the configuration or that of this
 * machine.
 */
#ifndef CELLAR_CELLARD_LOCAL_TIME_H
#define CELLAR_CELLARD_LOCAL_TIME_H

#include "../../driver/wire/env.h"

/*
 * From now on the clocks are those of @zone, "Europe/Rome" say, which was looked for when
 * the configuration was read; "": those of this machine. First called before any thread is
 * there. Not for two threads.
 */
void local_time_zone(const char *zone);

/* What they show on top of UTC at @wall_s. */
s32 local_time_offset_s(s64 wall_s);

#endif /* CELLAR_CELLARD_LOCAL_TIME_H */
