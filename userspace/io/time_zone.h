/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the clocks of the site show, by the time zone of the configuration or that of this
 * machine. One site a process: the C library knows one time zone.
 */
#ifndef CELLAR_IO_TIME_ZONE_H
#define CELLAR_IO_TIME_ZONE_H

#include "../../driver/wire/env.h"

/*
 * From now on the clocks are those of @zone: "Europe/Rome" say, which was looked for when
 * the configuration was read, or a rule as POSIX has it; "": those that the environment
 * had, or else this machine. First called before any thread is there. Not for two threads.
 */
void time_zone_set(const char *zone);

/* What they show on top of UTC at @wall_s. */
s32 time_zone_offset_s(s64 wall_s);

#endif /* CELLAR_IO_TIME_ZONE_H */
