/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of the history, one after the other, in the form that somebody wants.
 */
#ifndef CELLAR_CELLARCTL_PAST_PRINT_H
#define CELLAR_CELLARCTL_PAST_PRINT_H

#include "../history/tables.h"

#include <jansson.h>

/*
 * A column for people.
 *
 * @by: so many of it are one of what is shown; 0: a text, or a time
 */
struct past_column {
	const char *key, *title;
	int width, decimals;
	double by;
};

/* @columns: for people, ended by one without a key; NULL: all of @table as they are */
struct past_form {
	const struct history_table *table;
	const struct past_column *columns;
	bool as_csv, as_json;
	unsigned int rows;
};

void past_begin(struct past_form *form);
void past_row(struct past_form *form, json_t *row);
void past_end(struct past_form *form);

#endif /* CELLAR_CELLARCTL_PAST_PRINT_H */
