/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What holds for whatever a codec says, and how a broken law is told with what it
 * takes to see it again.
 */
#ifndef CELLAR_TESTS_PROPERTY_LAWS_H
#define CELLAR_TESTS_PROPERTY_LAWS_H

#include "../../driver/wire/state.h"

struct run {
	u64 seed;
	u64 state;
	const char *law;
	const char *subject;
};

/* Always -1 */
int broken(const struct run *run, const char *what);

/* Name of the first field that is not the same, NULL if all are */
const char *first_difference(const struct cellar_reading *a, const struct cellar_reading *b);

/* Ends with a row whose @max is below its @min. */
struct range {
	u8 field;
	s64 min, max;
};

/* All of it is among @allowed and in its range. 0, or -1 having told. */
int check_ranges(const struct run *run, const struct cellar_reading *news, u64 allowed,
		 const struct range *ranges);

/*
 * @news, heard of somebody who meant @reading, allow no more than it does, and have an
 * alarm if it has. Lowest voltages above @highest_floor_mv cannot be said. 0, or -1
 * having told.
 */
int check_safe_side(const struct run *run, const struct cellar_reading *reading,
		    const struct cellar_reading *news, u32 highest_floor_mv);

#endif /* CELLAR_TESTS_PROPERTY_LAWS_H */
