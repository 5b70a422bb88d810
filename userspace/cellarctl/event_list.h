/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has happened, as cellard remembers it, and what happens next.
 */
#ifndef CELLAR_CELLARCTL_EVENT_LIST_H
#define CELLAR_CELLARCTL_EVENT_LIST_H

#include <stdbool.h>

/* @follow: go on until the bus goes. Returns an exit status. */
int event_list(bool as_json, bool follow);

#endif /* CELLAR_CELLARCTL_EVENT_LIST_H */
