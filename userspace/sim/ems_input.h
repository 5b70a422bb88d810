/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The input of cellar-sim ems: a house's time, sun, load and contacts, line by line of a
 * CSV file (interfaces.md, "cellar-sim ems").
 */
#ifndef CELLAR_SIM_EMS_INPUT_H
#define CELLAR_SIM_EMS_INPUT_H

#include <stdio.h>

#include "home.h"

#define EMS_COLUMNS_MAX		32
#define EMS_LINE_SIZE		4096
#define EMS_TIME_SIZE		40
#define EMS_WRONG_SIZE		512

/*
 * @column: of each place in a line, its row in the table of columns
 * @has: bit for each row of that table: some place has it
 * @wrong: what is wrong, a whole sentence without a newline
 */
struct ems_input {
	FILE *from;
	const char *name;
	unsigned int line, columns;
	u8 column[EMS_COLUMNS_MAX];
	u32 has;
	bool begun;
	s64 last_ms;
	char wrong[EMS_WRONG_SIZE];
};

/* @time: as it stands in the file; @at_ms: since the epoch */
struct ems_line {
	char time[EMS_TIME_SIZE];
	s64 at_ms;
	struct home_moment moment;
};

/*
 * Read the header of @from, which stays the caller's; @name is what errors call it. 0, or
 * -EINVAL with @wrong.
 */
int ems_input_start(struct ems_input *input, FILE *from, const char *name);

/* Is there a column of that name? */
bool ems_input_has(const struct ems_input *input, const char *column);

/* The next line: 1, 0 at the end, or -EINVAL with @wrong. */
int ems_input_next(struct ems_input *input, struct ems_line *line);

#endif /* CELLAR_SIM_EMS_INPUT_H */
