/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was really said on a line, one answer a line of text: for tests that hold
 * every value somebody shows against it.
 */
#ifndef CELLAR_SIM_SAID_H
#define CELLAR_SIM_SAID_H

#include <stdio.h>

#include "../../driver/wire/state.h"

/*
 * @address: of the pack, or of the group that it speaks for
 * @serial: of the pack; an empty one when it speaks for its group
 * @question: what was asked
 * @reading: what the bytes say
 */
struct said {
	u8 address;
	const char *serial;
	const char *question;
	const struct cellar_reading *reading;
};

/*
 * Fields with tabs between: seconds of CLOCK_MONOTONIC, address, serial or "-",
 * question, then KEY=VALUE for each field; lists have commas, sets of alarms spaces.
 */
void said_write(FILE *to, u64 now_ns, const struct said *said);

#endif /* CELLAR_SIM_SAID_H */
