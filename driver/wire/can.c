// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dialects by name, the row of an identifier, and the rules that hold for
 * every row.
 */
#include "can.h"

static const struct cellar_can_dialect *const dialects[CELLAR_DIALECTS] = {
	[CELLAR_DIALECT_PYLONTECH] = &cellar_can_pylontech,
	[CELLAR_DIALECT_VICTRON] = &cellar_can_victron,
	[CELLAR_DIALECT_DEYE] = &cellar_can_deye,
	[CELLAR_DIALECT_GROWATT] = &cellar_can_growatt,
	[CELLAR_DIALECT_GOODWE] = &cellar_can_goodwe,
	[CELLAR_DIALECT_SCHNEIDER] = &cellar_can_schneider,
	[CELLAR_DIALECT_SOFAR] = &cellar_can_sofar,
};

const struct cellar_can_dialect *cellar_can_dialect(enum cellar_dialect dialect)
{
	return dialects[dialect];
}

enum cellar_dialect cellar_can_dialect_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < CELLAR_DIALECTS; i++)
		if (dialects[i] && !strcmp(dialects[i]->name, name))
			return i;

	return CELLAR_DIALECT_NONE;
}

const struct cellar_can_row *
cellar_can_find_row(const struct cellar_can_dialect *dialect, u32 id, u8 *address)
{
	const struct cellar_can_row *row = dialect->rows;
	const struct cellar_can_row *end = row + dialect->n_rows;

	for (; row < end; row++) {
		if (id < row->id || id > row->id + (row->packs ? row->packs - 1 : 0))
			continue;
		*address = row->packs ? (u8)(1 + id - row->id) : 0;
		return row;
	}

	return NULL;
}

int cellar_can_decode(const struct cellar_can_row *row,
		      struct cellar_can_memory *memory,
		      const struct cellar_can_frame *frame,
		      struct cellar_reading *news)
{
	int err = -EMSGSIZE;

	news->have = 0;
	news->none = 0;

	if (frame->len >= row->len_min && frame->len <= sizeof(frame->data))
		err = row->decode(memory, frame, news);
	if (err) {
		news->have = 0;
		news->none = 0;
	}

	return err;
}

int cellar_can_encode(const struct cellar_can_row *row, u8 address,
		      const struct cellar_can_memory *memory,
		      const struct cellar_reading *reading,
		      struct cellar_can_frame *frame)
{
	bool ours = row->packs ? address && address <= row->packs : !address;

	if (!ours)
		return -ENODATA;

	memset(frame, 0, sizeof(*frame));
	frame->id = row->id + (address ? address - 1 : 0);
	frame->len = sizeof(frame->data);

	return row->encode(memory, reading, frame);
}
