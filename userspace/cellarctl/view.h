/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What `cellarctl monitor` shows: clusters, packs, inverters and events, from the
 * objects of the service as JSON, to lines of a screen. No clock, no bus, no terminal.
 */
#ifndef CELLAR_CELLARCTL_VIEW_H
#define CELLAR_CELLARCTL_VIEW_H

#include "screen.h"

#include <jansson.h>

/*
 * @objects: as print.h; NULL while the service is not there
 * @events: arrays of sequence, time, code, subject and words, oldest first
 * @clock: the time, in words
 * @silent_s: for so long nothing has changed
 * @scroll: how many lines are above the first that is shown; view_frame() keeps it
 *          within what there is
 */
struct view {
	json_t *objects;
	json_t *events;
	char clock[16];
	unsigned int silent_s;
	unsigned int scroll;
};

/* Draw @view on @screen, which is empty, in at most @rows lines. */
void view_frame(struct view *view, struct screen *screen, unsigned int rows);

/* All that is to be seen, however long, on @screen. */
void view_body(const struct view *view, struct screen *screen);

/* What has changed of an object, as one line for a log; false if it is no object of ours. */
bool view_log(struct screen *screen, const char *clock, json_t *object);

#endif /* CELLAR_CELLARCTL_VIEW_H */
