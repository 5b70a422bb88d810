// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk through JSON that disarms its texts.
 */
#include "printable.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Also the controls from U+0080 to U+009F, which UTF-8 writes as two bytes. */
static bool disarm(char *text)
{
	bool had = false;

	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
			c[1] = '?';
		else if (*c >= ' ' && *c != 0x7f)
			continue;
		*c = '?';
		had = true;
	}

	return had;
}

static void disarm_string(json_t *value)
{
	char *text = strdup(json_string_value(value));

	if (!text)
		json_string_set(value, "");
	else if (disarm(text))
		json_string_set(value, text);
	free(text);
}

void printable(json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		disarm_string(value);
	json_array_foreach(value, i, item)
		printable(item);
	json_object_foreach(value, key, item)
		printable(item);
}
