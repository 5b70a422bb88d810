// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the objects of the house share: rows of properties, and the way of a setting.
 */
#include "object_rows.h"

#include "settings.h"

int object_rows_get(const struct object_row *rows, const char *property, sd_bus_message *reply,
		    const struct object *object)
{
	while (strcmp(rows->name, property) != 0)
		rows++;

	return rows->put(reply, object);
}

struct house *object_house(const struct object *object)
{
	return bus_setup_of(object->bus)->house;
}

const struct config *object_files(const struct object *object)
{
	return bus_setup_of(object->bus)->settings->config;
}

u64 object_end_s(const struct object *object, u32 next_ms)
{
	if (next_ms == SITE_NO_TIME)
		return 0;

	return (object_house(object)->stepped_ms + next_ms + 500) / 1000;
}

int object_done(struct object *object, sd_bus_message *call)
{
	const struct bus_setup *setup = bus_setup_of(object->bus);

	setup->decided(setup->user);

	return sd_bus_reply_method_return(call, NULL);
}

int object_was_set(struct object *object, sd_bus_message *call, int result, const char *why,
		   sd_bus_error *error)
{
	if (result == -EINVAL)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, why);

	return result < 0 ? result : object_done(object, call);
}

int object_read_pairs(sd_bus_message *call, const char *section, struct house_pair *pairs,
		      unsigned int n, sd_bus_error *error)
{
	const char *key, *value;
	unsigned int i = 0;
	int r;

	r = sd_bus_message_enter_container(call, 'a', "{ss}");
	while (r >= 0 && (r = sd_bus_message_read(call, "{ss}", &key, &value)) > 0) {
		if (i == n)
			return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
						 "too many settings: must be at most %u", n);
		pairs[i++] = (struct house_pair){ section, key, value };
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(call);

	return r < 0 ? r : (int)i;
}
