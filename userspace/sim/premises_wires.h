/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of a whole house is on no bus: contacts of the grid operator and wallboxes, for a
 * program at the other end of a socket. It is told once a second, and at once of news, a
 * block of lines that ends with a dot:
 *
 *	drm MASK
 *	box NAME none|plugged|charges W WH CAR-MA PHASES [CARD]
 *	.
 *
 * and says `box NAME MA` to let a car take so much per phase, 0: nothing.
 */
#ifndef CELLAR_SIM_PREMISES_WIRES_H
#define CELLAR_SIM_PREMISES_WIRES_H

#include "premises.h"

/* @fd: who is there, -1: nobody; @text, @n: what it has said of a line */
struct premises_wires {
	const char *path;
	int listener, fd;
	char text[256];
	size_t n;
	u64 next_ms;
};

/* Listen at @path, NULL: nowhere. 0, or a negative errno after saying what is wrong. */
int premises_wires_open(struct premises_wires *w, const char *path);
void premises_wires_close(struct premises_wires *w);

/* Hear, and tell what is due; @news: at once. */
void premises_wires_run(struct premises_wires *w, struct premises *p, u64 now_ms, bool news);

/* What to wait for, -1: nothing. */
int premises_wires_fd(const struct premises_wires *w);

#endif /* CELLAR_SIM_PREMISES_WIRES_H */
