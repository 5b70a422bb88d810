/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows that wait to be written, the oldest first, and the oldest go when there is no more
 * room. A row whose time nobody knew knows when it came.
 */
#ifndef CELLAR_CELLARD_HISTORY_QUEUE_H
#define CELLAR_CELLARD_HISTORY_QUEUE_H

#include "../history/rows.h"

/*
 * @size: of the rows, @room: of the bytes there are for them, @most: that there may be
 * @taken: of the first rows, that a batch has now
 * @lost: rows that had to go, since somebody looked
 */
struct history_queue {
	u8 *bytes;
	size_t size, room, most, taken;
	u64 lost;
};

void history_queue_free(struct history_queue *queue);

/* @now_ms: of the boot clock */
void history_queue_add(struct history_queue *queue, const struct history_row *row, u64 now_ms);

/*
 * Put what fits into @bytes of @room, in order, and mark it as taken; returns its size.
 * Rows without a time get theirs from @wall_s at @now_ms; while that is 0 they wait, and
 * so does what came after them. @again: as much as was taken the last time, and no more.
 */
size_t history_queue_take(struct history_queue *queue, u8 *bytes, size_t room, u64 now_ms,
			  s64 wall_s, bool again);

/* What was taken has been written. */
void history_queue_written(struct history_queue *queue);

#endif /* CELLAR_CELLARD_HISTORY_QUEUE_H */
