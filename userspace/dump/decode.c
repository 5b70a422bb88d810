// SPDX-License-Identifier: GPL-2.0-only
/*
 * One frame after another through the codec of one dialect. Ages are not
 * looked at: a recording is shown as what was said last. RS-485 frames go on
 * next door.
 */
#include "decode.h"

static void malformed(struct decode_result *result, const char *why)
{
	result->outcome = MALFORMED;
	result->why = why;
}

static void unknown(struct decode_result *result, const char *why)
{
	result->outcome = UNKNOWN;
	result->why = why;
}

/* A frame of the dialect, but with an identifier of 29 bits instead of 11 */
static bool is_in_other_width(const struct cellar_can_dialect *dialect, u32 id)
{
	u8 address;

	return id & CELLAR_CAN_EXTENDED &&
	       cellar_can_find_row(dialect, id & ~CELLAR_CAN_EXTENDED, &address);
}

static void decode_can(struct decode *decode, const struct cellar_can_frame *frame,
		       struct decode_result *result)
{
	const struct cellar_can_row *row;
	struct decode_news *news = result->news;
	int ret;

	if (!decode->can) {
		unknown(result, "no dialect");
		return;
	}

	row = cellar_can_find_row(decode->can, frame->id, &news->address);
	if (!row && is_in_other_width(decode->can, frame->id)) {
		malformed(result, "29-bit identifier");
		return;
	}
	if (!row) {
		unknown(result, frame->id == CELLAR_CAN_KEEPALIVE_ID ?
			"keep-alive of the inverter" : "not of this dialect");
		return;
	}
	result->name = row->name;
	news->of_pack = news->address;

	ret = cellar_can_decode(row, &decode->memory, frame, &news->reading);
	if (ret == -EMSGSIZE)
		malformed(result, "too short");
	else if (ret)
		malformed(result, "a number is out of its range");
	else
		result->n_news = 1;
}

static void merge(struct decode *decode, const struct decode_result *result)
{
	for (unsigned int i = 0; i < result->n_news; i++) {
		const struct decode_news *news = &result->news[i];

		cellar_reading_merge(news->of_pack ? &decode->packs[news->address] :
				     &decode->system, &news->reading);
	}
}

void decode_line(struct decode *decode, const struct line *line,
		 struct decode_result *result)
{
	*result = (struct decode_result){ .outcome = DECODED };
	if (line->kind == LINE_RS485)
		decode_rs485(decode, &line->rs485, result);
	else if (line->not_classical)
		malformed(result, line->not_classical);
	else
		decode_can(decode, &line->can, result);
	merge(decode, result);

	decode->frames++;
	if (result->outcome == UNKNOWN)
		decode->unknown++;
	if (result->outcome == MALFORMED)
		decode->malformed++;
}
