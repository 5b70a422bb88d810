// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk through a message. Values nest no deeper than D-Bus itself lets them.
 */
#include "message.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

static int take_basic(sd_bus_message *m, char type, json_t **value)
{
	union {
		uint8_t y;
		int b;
		int16_t n;
		uint16_t q;
		int32_t i;
		uint32_t u;
		int64_t x;
		uint64_t t;
		double d;
		const char *s;
	} basic;
	int r;

	r = sd_bus_message_read_basic(m, type, &basic);
	if (r < 0)
		return r;

	switch (type) {
	case 'y': *value = json_integer(basic.y); break;
	case 'b': *value = json_boolean(basic.b); break;
	case 'n': *value = json_integer(basic.n); break;
	case 'q': *value = json_integer(basic.q); break;
	case 'i': *value = json_integer(basic.i); break;
	case 'u': *value = json_integer(basic.u); break;
	case 'x': *value = json_integer(basic.x); break;
	case 't': *value = json_integer((json_int_t)basic.t); break;
	case 'd': *value = json_real(basic.d); break;
	case 's': case 'o': case 'g': *value = json_string(basic.s); break;
	default: return -EBADMSG;
	}

	return *value ? 0 : -ENOMEM;
}

/* The elements of the container that is open, to its end. */
static int take_elements(sd_bus_message *m, json_t *array)
{
	json_t *element;
	int r;

	while ((r = sd_bus_message_at_end(m, false)) == 0) {
		r = message_to_json(m, &element);
		if (r < 0)
			return r;
		if (json_array_append_new(array, element))
			return -ENOMEM;
	}

	return r;
}

static int take_entries(sd_bus_message *m, json_t *object)
{
	const char *key, *type;
	json_t *value;
	char kind;
	int r;

	while ((r = sd_bus_message_at_end(m, false)) == 0) {
		r = sd_bus_message_peek_type(m, &kind, &type);
		if (r >= 0)
			r = sd_bus_message_enter_container(m, 'e', type);
		if (r < 0)
			return r;
		if (type[0] != 's' && type[0] != 'o')
			return -EBADMSG;
		r = sd_bus_message_read_basic(m, type[0], &key);
		if (r >= 0)
			r = message_to_json(m, &value);
		if (r < 0)
			return r;
		if (json_object_set_new(object, key, value))
			return -ENOMEM;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}

	return r;
}

static int take_container(sd_bus_message *m, char kind, const char *type, json_t **value)
{
	bool is_map = kind == 'a' && type[0] == '{';
	int r;

	*value = is_map ? json_object() : json_array();
	if (!*value)
		return -ENOMEM;

	r = sd_bus_message_enter_container(m, kind, type);
	if (r >= 0)
		r = is_map ? take_entries(m, *value) : take_elements(m, *value);
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	if (r < 0)
		json_decref(*value);

	return r;
}

int message_to_json(sd_bus_message *m, json_t **value)
{
	const char *type;
	char kind;
	int r;

	r = sd_bus_message_peek_type(m, &kind, &type);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	if (kind == 'a' || kind == 'r')
		r = take_container(m, kind, type, value);
	else if (kind != 'v')
		return take_basic(m, kind, value);
	else if ((r = sd_bus_message_enter_container(m, kind, type)) >= 0 &&
		 (r = message_to_json(m, value)) >= 0)
		r = sd_bus_message_exit_container(m);

	return r < 0 ? r : 0;
}
