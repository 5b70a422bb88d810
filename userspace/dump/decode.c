// SPDX-License-Identifier: GPL-2.0-only
/*
 * One frame after another through the codec of one dialect. Ages are not
 * looked at: a recording is shown as what was said last.
 */
#include "decode.h"

static enum decode_outcome malformed(struct decode_result *result, const char *why)
{
	result->why = why;

	return MALFORMED;
}

static enum decode_outcome unknown(struct decode_result *result, const char *why)
{
	result->why = why;

	return UNKNOWN;
}

static enum decode_outcome decode_can(struct decode *decode,
				      const struct cellar_can_frame *frame,
				      struct decode_result *result)
{
	struct cellar_reading *to;
	int ret;

	if (!decode->dialect)
		return unknown(result, "no dialect");

	result->row = cellar_can_find_row(decode->dialect, frame->id, &result->address);
	if (!result->row)
		return unknown(result, frame->id == CELLAR_CAN_KEEPALIVE_ID ?
			       "keep-alive of the inverter" : "not of this dialect");

	ret = cellar_can_decode(result->row, &decode->memory, frame, &result->news);
	if (ret == -EMSGSIZE)
		return malformed(result, "too short");
	if (ret)
		return malformed(result, "a number is out of its range");

	to = result->address ? &decode->packs[result->address - 1] : &decode->system;
	cellar_reading_merge(to, &result->news);

	return DECODED;
}

static enum decode_outcome decode_kind(struct decode *decode, const struct line *line,
				       struct decode_result *result)
{
	if (line->kind == LINE_RS485)
		return unknown(result, "RS-485 frames are not decoded");
	if (line->not_classical)
		return malformed(result, line->not_classical);

	return decode_can(decode, &line->can, result);
}

void decode_line(struct decode *decode, const struct line *line,
		 struct decode_result *result)
{
	*result = (struct decode_result){ 0 };
	result->outcome = decode_kind(decode, line, result);

	decode->frames++;
	if (result->outcome == UNKNOWN)
		decode->unknown++;
	if (result->outcome == MALFORMED)
		decode->malformed++;
}
