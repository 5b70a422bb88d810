/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Invented readings and frames for property_can: the ways in which a battery of
 * each dialect may speak, and states that can be said in them without a loss.
 */
#ifndef CELLAR_TESTS_CAN_INVENT_H
#define CELLAR_TESTS_CAN_INVENT_H

#include "../../driver/wire/can.h"
#include "invent.h"

/*
 * @memory: of the sender
 * @skip: identifiers it does not send, ended by 0
 * @fields: what it can say
 * @protections, @warnings: the words it has
 * @numbers: where they are not as in most dialects, ended by a step of 0
 * @groups: fields that are said together or not at all, ended by 0
 * @always: said in each state, as others could not be told without
 */
struct speech {
	const char *name;
	const struct cellar_can_dialect *dialect;
	bool pack;
	struct cellar_can_memory memory;
	u16 skip[6];
	u64 fields;
	u64 protections;
	u64 warnings;
	struct number numbers[16];
	u64 groups[8];
	u64 always;
};

extern const struct speech speeches[];
extern const unsigned int n_speeches;

/* A state that can be said without a loss. */
void invent_representable(struct random *random, const struct speech *speech,
			  struct cellar_reading *reading);

/* Any values at all, but that no lowest is above its highest. */
void invent_any(struct random *random, struct cellar_reading *reading);

/* Any length and bytes, with many of those that have a meaning of their own. */
void invent_frame(struct random *random, const struct cellar_can_row *row,
		  struct cellar_can_frame *frame);

#endif /* CELLAR_TESTS_CAN_INVENT_H */
