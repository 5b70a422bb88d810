/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs that change something.
 */
#ifndef CELLAR_CELLARCTL_ACTIONS_H
#define CELLAR_CELLARCTL_ACTIONS_H

#include <stdbool.h>

/*
 * Is @words[0] one of them? One that is a verb that reads, too, changes something only with
 * more words.
 */
bool action_is(int n, char **words);

/* The verb @words[0] with its @n - 1 words. Returns an exit status, EXIT_USAGE silently. */
int action_run(int n, char **words);

#endif /* CELLAR_CELLARCTL_ACTIONS_H */
