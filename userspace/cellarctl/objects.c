// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals of org.freedesktop.DBus.Properties and ObjectManager, merged into JSON.
 */
#include "objects.h"

#include "message.h"

/* The interfaces of @path, which are made if there are none. */
static json_t *object_of(json_t *objects, const char *path)
{
	json_t *object = json_object_get(objects, path);

	if (!object && !json_object_set_new(objects, path, json_object()))
		object = json_object_get(objects, path);

	return object;
}

static json_t *merge(json_t *objects, const char *path, json_t *interfaces)
{
	json_t *object = object_of(objects, path), *properties, *known;
	const char *interface;

	json_object_foreach(interfaces, interface, properties) {
		known = json_object_get(object, interface);
		if (known)
			json_object_update(known, properties);
		else
			json_object_set_new(object, interface, json_deep_copy(properties));
	}

	return interfaces;
}

/* s a{sv} as. What is invalidated is not known until it is said again. */
static json_t *properties_changed(json_t *objects, const char *path, sd_bus_message *m)
{
	json_t *properties = NULL, *invalid = NULL, *known, *name;
	const char *interface;
	size_t i;

	if (sd_bus_message_read_basic(m, 's', &interface) < 0 ||
	    message_to_json(m, &properties) < 0)
		return NULL;
	if (message_to_json(m, &invalid) >= 0) {
		known = json_object_get(json_object_get(objects, path), interface);
		json_array_foreach(invalid, i, name)
			json_object_del(known, json_string_value(name));
		json_decref(invalid);
	}

	return merge(objects, path, json_pack("{s:o}", interface, properties));
}

static const char *interfaces_added(json_t *objects, sd_bus_message *m, json_t **changed)
{
	const char *path;

	if (sd_bus_message_read_basic(m, 'o', &path) < 0 || message_to_json(m, changed) < 0)
		return NULL;
	merge(objects, path, *changed);

	return path;
}

static const char *interfaces_removed(json_t *objects, sd_bus_message *m, json_t **changed)
{
	json_t *names, *name, *object;
	const char *path;
	size_t i;

	if (sd_bus_message_read_basic(m, 'o', &path) < 0 || message_to_json(m, &names) < 0)
		return NULL;
	object = json_object_get(objects, path);
	json_array_foreach(names, i, name)
		json_object_del(object, json_string_value(name));
	if (!json_object_size(object))
		json_object_del(objects, path);
	json_decref(names);
	*changed = json_null();

	return path;
}

const char *objects_apply(json_t *objects, sd_bus_message *m, json_t **changed)
{
	const char *path = NULL;
	json_t *news = NULL;

	if (sd_bus_message_is_signal(m, "org.freedesktop.DBus.Properties",
				     "PropertiesChanged")) {
		path = sd_bus_message_get_path(m);
		news = properties_changed(objects, path, m);
		path = news ? path : NULL;
	} else if (sd_bus_message_is_signal(m, "org.freedesktop.DBus.ObjectManager",
					    "InterfacesAdded")) {
		path = interfaces_added(objects, m, &news);
	} else if (sd_bus_message_is_signal(m, "org.freedesktop.DBus.ObjectManager",
					    "InterfacesRemoved")) {
		path = interfaces_removed(objects, m, &news);
	}
	if (path && changed)
		*changed = news;
	else
		json_decref(news);

	return path;
}
