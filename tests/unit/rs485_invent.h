/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Invented readings for property_rs485: what a pack and a system can say
 * in each RS-485 dialect, and states that can be said without a loss.
 */
#ifndef CELLAR_TESTS_RS485_INVENT_H
#define CELLAR_TESTS_RS485_INVENT_H

#include "../../driver/wire/rs485.h"
#include "invent.h"

/*
 * @fields: what it can say
 * @protections, @warnings: the words it has
 * @numbers: ended by a step of 0
 * @groups: fields that are said together or not at all, ended by 0
 * @always: said in each state, as others could not be told without
 * @cells: of each cell, and how many there can be
 * @first_cell_sensor, @last_cell_sensor: temperatures of which the extremes are told
 * @mosfet: 1 + which of six temperatures is the MOSFET's too, 0: none
 */
struct rs485_speech {
	const char *name;
	const struct cellar_rs485_dialect *dialect;
	bool of_system;
	u64 fields;
	u64 protections;
	u64 warnings;
	struct number numbers[18];
	u64 groups[4];
	u64 always;
	struct number cell;
	u8 cells_min, cells_max;
	u8 first_cell_sensor, last_cell_sensor;
	u8 mosfet;
};

extern const struct rs485_speech rs485_speeches[];
extern const unsigned int n_rs485_speeches;

/* An address that @speech is asked at */
u8 invent_address(struct random *random, const struct rs485_speech *speech);

/* A state that can be said without a loss. */
void invent_rs485(struct random *random, const struct rs485_speech *speech,
		  struct cellar_reading *reading);

/* Any values at all, but that no lowest is above its highest. */
void invent_any_rs485(struct random *random, struct cellar_reading *reading);

#endif /* CELLAR_TESTS_RS485_INVENT_H */
