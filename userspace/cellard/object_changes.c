// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of an object has changed since it was last said, and whether it is time to say so.
 */
#include "object.h"

static bool is_in_parts(const struct object *o, const char *property)
{
	return o->kind->parts && !strcmp(property, o->kind->parts->property);
}

/* Of what comes in parts, some may still come. */
static bool is_time(const struct object *o, const char *property, u64 now_ms)
{
	return !is_in_parts(o, property) ||
	       now_ms >= o->said_ms + o->kind->parts->round_ms(o);
}

size_t object_changes(struct object *o, const char *names[OBJECT_PROPERTIES_MAX + 1], u64 now_ms)
{
	const struct object_property *property = o->kind->properties;
	u64 mark[OBJECT_PROPERTIES_MAX];
	bool say = false;
	size_t i, n = 0;

	for (i = 0; property[i].name; i++) {
		mark[i] = property[i].mark(o);
		say |= mark[i] != o->mark[i] && is_time(o, property[i].name, now_ms);
	}
	for (i = 0; say && property[i].name; i++) {
		if (mark[i] == o->mark[i])
			continue;
		names[n++] = property[i].name;
		o->mark[i] = mark[i];
		if (is_in_parts(o, property[i].name))
			o->said_ms = now_ms;
	}
	names[n] = NULL;

	return n;
}
