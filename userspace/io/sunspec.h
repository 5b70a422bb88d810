/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What models a SunSpec device has, found by walking from one to the next (spec/field.md
 * section 5). Pure: who has the line reads what sunspec_walk_next() says.
 */
#ifndef CELLAR_IO_SUNSPEC_H
#define CELLAR_IO_SUNSPEC_H

#include "modbus_plan.h"

#define SUNSPEC_MODELS_MAX	24

/* Of model 1: the names of the device. */
#define SUNSPEC_COMMON		1
#define SUNSPEC_COMMON_N	68
#define SUNSPEC_MAKER		2	/* 16 registers of text */
#define SUNSPEC_MODEL		18	/* 16 */
#define SUNSPEC_VERSION		42	/* 8 */
#define SUNSPEC_SERIAL		50	/* 16 */

/* @at: of its id; @n: registers in all, id and length included */
struct sunspec_model {
	u16 id, at, n;
};

enum sunspec_stage {
	SUNSPEC_SEEKS,		/* "SunS", at each place where it may be */
	SUNSPEC_WALKS,
	SUNSPEC_DONE,
	SUNSPEC_NONE,		/* there is no SunSpec in it */
};

/* @base: of the places tried; @at: of the next model's id */
struct sunspec_walk {
	u8 stage, base;
	u16 at;
	unsigned int models;
	struct sunspec_model model[SUNSPEC_MODELS_MAX];
};

void sunspec_walk_start(struct sunspec_walk *walk);

/* What to read now; false: the walk is over. */
bool sunspec_walk_next(const struct sunspec_walk *walk, struct register_read *read);

/* What came of it; of a request that was lost, ask again. */
void sunspec_walk_take(struct sunspec_walk *walk, const struct modbus_result *result);

/* The first model from @first to @last; NULL: it has none. */
const struct sunspec_model *sunspec_find(const struct sunspec_walk *walk, u16 first, u16 last);

#endif /* CELLAR_IO_SUNSPEC_H */
