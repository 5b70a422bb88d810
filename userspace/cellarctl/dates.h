/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dates that people type and read, by the clocks of the machine that they sit at.
 */
#ifndef CELLAR_CELLARCTL_DATES_H
#define CELLAR_CELLARCTL_DATES_H

#include <stdbool.h>
#include <stdint.h>

#define DATES_TEXT_SIZE	32

/*
 * "2026-01-31", "2026-01", "2026" or "2026-01-31T13:45": seconds since the epoch of its
 * beginning, or of its end when @end. False: it is none of these.
 */
bool dates_parse(const char *text, bool end, int64_t *time_s);

/* The same as if the clocks had no zone: midnight of a day is a multiple of 86400. */
bool dates_parse_day(const char *text, bool end, int64_t *local_s);

/* "2026-01-31 13:45:00"; @zoned: "2026-01-31T13:45:00+01:00". "-" of 0. */
const char *dates_text(int64_t time_s, bool zoned, char *text);

#endif /* CELLAR_CELLARCTL_DATES_H */
