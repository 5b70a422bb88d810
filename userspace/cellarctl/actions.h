/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs that change something.
 */
#ifndef CELLAR_CELLARCTL_ACTIONS_H
#define CELLAR_CELLARCTL_ACTIONS_H

#include <stdbool.h>

/* Is @name one of them? */
bool action_is(const char *name);

/* The verb @words[0] with its @n - 1 words. Returns an exit status, EXIT_USAGE silently. */
int action_run(int n, char **words);

#endif /* CELLAR_CELLARCTL_ACTIONS_H */
