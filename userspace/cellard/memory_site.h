/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a site leaves from one step to the next (core/site_state.h), as far as it is kept
 * over a restart: by the names of its members, with times as how long ago they were.
 */
#ifndef CELLAR_CELLARD_MEMORY_SITE_H
#define CELLAR_CELLARD_MEMORY_SITE_H

#include "../core/site_state.h"

#include <jansson.h>

/* @now_ms: of the step that left it. NULL: no memory. */
json_t *memory_write_charger(const struct charger *charger, u64 now_ms);
json_t *memory_write_output(const struct output *output, u64 now_ms);
/* A battery that waits for more charge, or for a grid that stays; the last RRCR contact. */
json_t *memory_write_latches(const struct site_state *site, u64 now_ms);

/*
 * What that has written, as if it had been left at @now_ms. What is not there is as at
 * first. False: it is something else.
 */
bool memory_read_charger(const json_t *from, struct charger *charger, u64 now_ms);
bool memory_read_output(const json_t *from, struct output *output, u64 now_ms);
/* The rest of @site stays. */
bool memory_read_latches(const json_t *from, struct site_state *site, u64 now_ms);

#endif /* CELLAR_CELLARD_MEMORY_SITE_H */
