/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must hold for whatever a codec says, of CAN or of RS-485. A broken law ends
 * the program.
 */
#ifndef CELLAR_FUZZ_READING_LAWS_H
#define CELLAR_FUZZ_READING_LAWS_H

#include "../../driver/wire/state.h"

#define LAW(condition) law(condition, #condition, __FILE__, __LINE__)

void law(bool holds, const char *condition, const char *file, int line);

/* Only the fields that are present may be looked at: the rest is undefined. */
struct cellar_reading only(const struct cellar_reading *news);

/* In range, and texts that end. */
void check_values(const struct cellar_reading *reading);

/* Nothing of @before grew on its way to @after, and no alarm got lost. */
void check_safe_side(const struct cellar_reading *before, const struct cellar_reading *after);

/* Take @by off each limit: less than any step of the wire. */
void lower_limits(struct cellar_reading *reading, u32 by);

#endif /* CELLAR_FUZZ_READING_LAWS_H */
