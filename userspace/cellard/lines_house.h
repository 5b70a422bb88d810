/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What meters, inverters and wallboxes on Modbus lines say, told to the house, and what it
 * wants of them.
 */
#ifndef CELLAR_CELLARD_LINES_HOUSE_H
#define CELLAR_CELLARD_LINES_HOUSE_H

#include "house.h"
#include "lines.h"

/* Before each house_step(). */
void lines_tell(struct lines *lines, struct house *house, u64 now_ms);

/* After it: what the inverters and wallboxes are to do. */
void lines_steer(struct lines *lines, const struct house *house, u64 now_ms);

/* The same of wallboxes alone. */
void lines_tell_chargers(struct lines *lines, struct house *house, u64 now_ms);
void lines_tell_wallboxes(struct lines *lines, const struct house *house, u64 now_ms);

#endif /* CELLAR_CELLARD_LINES_HOUSE_H */
