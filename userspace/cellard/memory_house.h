/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is remembered of the house over a restart: what people have set, who may, how
 * much energy has flowed, and where its chargers and outputs were.
 */
#ifndef CELLAR_CELLARD_MEMORY_HOUSE_H
#define CELLAR_CELLARD_MEMORY_HOUSE_H

#include "house.h"

#include <jansson.h>

/* 0, or -EINVAL with the part that is wrong in @fault, static storage. */
int memory_check_house(const json_t *from, const char **fault);

/* What people had set; NULL: no memory. @from was checked. */
struct wishes *memory_read_wishes(const json_t *from);

/* The rest, into a house that has not stepped yet; its clock is at @now_ms. */
void memory_read_house(const json_t *from, struct house *house, u64 now_ms);

/* NULL: no memory. */
json_t *memory_write_house(const struct house *house);

#endif /* CELLAR_CELLARD_MEMORY_HOUSE_H */
