// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any text, through the line parser of cellar-dump: it accepts or explains, and
 * what it took for a frame, written as candump would write it, is that frame.
 */
#include "../../userspace/dump/line.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void write_and_read_again(const struct line *line)
{
	const struct cellar_can_frame *frame = &line->can;
	struct line again;
	const char *error;
	char text[128];
	int len;

	len = snprintf(text, sizeof(text), "%s %0*X#", line->interface, line->extended ? 8 : 3,
		       frame->id & ~CELLAR_CAN_EXTENDED);
	for (unsigned int i = 0; i < frame->len; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%02X", frame->data[i]);

	must(!line_parse(text, (size_t)len, &again, &error));
	must(again.kind == LINE_CAN && !again.not_classical);
	must(again.can.id == frame->id && again.can.len == frame->len);
	must(!memcmp(again.can.data, frame->data, frame->len));
	must(!strcmp(again.interface, line->interface));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const char *error = NULL;
	struct line line;
	int ret = line_parse((const char *)data, size, &line, &error);

	must(!ret || (ret == -EINVAL && error));
	if (ret || line.kind != LINE_CAN)
		return 0;

	must(strnlen(line.interface, sizeof(line.interface)) <= LINE_INTERFACE_MAX);
	must(*line.interface && (!line.has_time || line.time_us >= 0));
	must(line.extended || line.id <= 0x7FF);
	if (line.not_classical)
		return 0;

	must(line.can.id == (line.id | (line.extended ? CELLAR_CAN_EXTENDED : 0)));
	must(line.id <= 0x1FFFFFFF && line.can.len <= 8);
	/* an interface may be called #0 or (can0, which only starts a line here */
	if (*line.interface != '#' && *line.interface != '~' && *line.interface != '(' &&
	    !strchr(line.interface, ';'))
		write_and_read_again(&line);

	return 0;
}
