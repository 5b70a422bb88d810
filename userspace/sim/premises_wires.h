/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contacts of the grid operator where there is no line of gpio-sim for them, for a program at
 * the other end of a socket. It is told `drm MASK` once a second, and at once of news.
 */
#ifndef CELLAR_SIM_PREMISES_WIRES_H
#define CELLAR_SIM_PREMISES_WIRES_H

#include "premises.h"

/* @fd: who is there, -1: nobody */
struct premises_wires {
	const char *path;
	int listener, fd;
	u64 next_ms;
};

/* Listen at @path, NULL: nowhere. 0, or a negative errno after saying what is wrong. */
int premises_wires_open(struct premises_wires *w, const char *path);
void premises_wires_close(struct premises_wires *w);

/* Tell what is due; @news: at once. */
void premises_wires_run(struct premises_wires *w, const struct premises *p, u64 now_ms,
			bool news);

#endif /* CELLAR_SIM_PREMISES_WIRES_H */
