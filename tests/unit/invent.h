/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What inventing readings takes, whatever they are said in: an endless stream from a
 * seed, and numbers and texts drawn from it.
 */
#ifndef CELLAR_TESTS_INVENT_H
#define CELLAR_TESTS_INVENT_H

#include "../../driver/wire/state.h"

struct random {
	u64 state;
};

/* A number can be said if it is @min + n × @step, and no more than @max. */
struct number {
	u8 field;
	s64 min, max, step;
};

struct random random_of(u64 seed, u64 state);

/* Any 64 bits */
u64 draw(struct random *random);

/* 0…n - 1 */
u64 pick(struct random *random, u64 n);

/* One that can be said; the ends of the range are where the mistakes are. */
s64 invent_number(struct random *random, const struct number *number);

/* The row of @field in a table that ends with a step of 0, or NULL */
const struct number *find_number(const struct number *numbers, unsigned int field);

void set_number(struct cellar_reading *reading, unsigned int field, s64 value);

/* 1…@max printable characters, no space at the end */
void invent_text(struct random *random, char *to, size_t max);

#endif /* CELLAR_TESTS_INVENT_H */
