// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stretch of bytes that grows as it must. Of a row: when it came, then the row.
 */
#include "history_queue.h"

#include <stdlib.h>

#define MINUTE_S	60
#define GROWS_BY	4096u
#define STAMP		sizeof(u64)

void history_queue_free(struct history_queue *q)
{
	free(q->bytes);
	q->bytes = NULL;
	q->size = q->room = q->taken = 0;
}

static size_t size_at(const struct history_queue *q, size_t at)
{
	return STAMP + rows_size(q->bytes + at + STAMP, q->size - at - STAMP);
}

static void remove_first(struct history_queue *q, size_t size)
{
	q->size -= size;
	memmove(q->bytes, q->bytes + size, q->size);
	q->taken = q->taken > size ? q->taken - size : 0;
}

static bool has_room(struct history_queue *q, size_t more)
{
	size_t room = (q->size + more + GROWS_BY - 1) / GROWS_BY * GROWS_BY;
	u8 *bytes;

	if (q->size + more <= q->room)
		return true;
	if (room > q->most)
		return false;
	bytes = realloc(q->bytes, room);
	if (!bytes)
		return false;
	q->bytes = bytes;
	q->room = room;

	return true;
}

void history_queue_add(struct history_queue *q, const struct history_row *row, u64 now_ms)
{
	u8 encoded[ROWS_ROW_SIZE];
	size_t n = rows_put(encoded, sizeof(encoded), row);

	while (q->size && !has_room(q, STAMP + n)) {
		remove_first(q, size_at(q, 0));
		q->lost++;
	}
	if (!n || !has_room(q, STAMP + n)) {
		q->lost++;
		return;
	}
	memcpy(q->bytes + q->size, &now_ms, STAMP);
	memcpy(q->bytes + q->size + STAMP, encoded, n);
	q->size += STAMP + n;
}

/* Put the row at @at, with its time; its size, 0: no room, or no time yet. */
static size_t put_dated(const struct history_queue *q, size_t at, u8 *bytes, size_t room,
			u64 now_ms, s64 wall_s)
{
	const u8 *from = q->bytes + at + STAMP, *end = q->bytes + q->size;
	const struct history_table *table;
	struct history_row row;
	u64 came_ms;

	memcpy(&came_ms, q->bytes + at, STAMP);
	if (!rows_take(&from, end, &row))
		return 0;

	table = &history_tables[row.table];
	if (row.value[0].number == HISTORY_NOTHING) {
		if (!wall_s)
			return 0;
		row.value[0].number = wall_s - (s64)((now_ms - came_ms) / 1000);
		if (table->thinned)
			row.value[0].number -= row.value[0].number % MINUTE_S;
	}

	return rows_put(bytes, room, &row);
}

size_t history_queue_take(struct history_queue *q, u8 *bytes, size_t room, u64 now_ms, s64 wall_s,
			  bool again)
{
	size_t until = again ? q->taken : q->size, at = 0, used = 0, n;

	while (at < until) {
		n = put_dated(q, at, bytes + used, room - used, now_ms, wall_s);
		if (!n)
			break;
		used += n;
		at += size_at(q, at);
	}
	q->taken = at;

	return used;
}

/* Memory that a slow disk has made us take is given back. */
void history_queue_written(struct history_queue *q)
{
	if (q->taken)
		remove_first(q, q->taken);
	if (!q->size && q->room > GROWS_BY)
		history_queue_free(q);
}
