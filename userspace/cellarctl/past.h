/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs that show what was: tables of the history of cellard, for people, as CSV, and
 * as JSON.
 */
#ifndef CELLAR_CELLARCTL_PAST_H
#define CELLAR_CELLARCTL_PAST_H

#include <stdbool.h>

/* What stood on the command line; NULL: nothing. */
struct past_options {
	const char *from, *to, *by;
	bool as_csv, as_json;
};

/* Is @name one of them, with these options? "events" and "energy" are others without any. */
bool past_is(const char *name, const struct past_options *options);

/* The verb @words[0] with its @n - 1 words. Returns an exit status, and says what is wrong. */
int past_show(int n, char **words, const struct past_options *options);

#endif /* CELLAR_CELLARCTL_PAST_H */
