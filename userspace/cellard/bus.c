// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection, the Manager, and which objects there are.
 */
#include "bus.h"

#include "object.h"

#include <stdlib.h>

#define BUS_NAME	"org.cellar1"

struct bus {
	const struct plant *plant;
	sd_bus *bus;
	sd_bus_slot *manager_objects, *manager;
	struct object *objects;
};

static int get_version(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *user,
		       sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)user, (void)error;

	return sd_bus_message_append_basic(reply, 's', CELLAR_VERSION);
}

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_VTABLE_END
};

static void object_remove(struct bus *bus, struct object **at)
{
	struct object *o = *at;

	*at = o->next;
	sd_bus_emit_object_removed(bus->bus, o->path);
	sd_bus_slot_unref(o->slot);
	free(o);
}

static int object_add(struct bus *bus, struct object **at, const struct object *as)
{
	const struct object_kind *kind = as->kind;
	struct object *o;
	int r;

	o = calloc(1, sizeof(*o));
	if (!o)
		return -ENOMEM;

	*o = *as;
	for (size_t i = 0; kind->properties[i].name; i++)
		o->mark[i] = kind->properties[i].mark(o);
	r = sd_bus_add_object_vtable(bus->bus, &o->slot, o->path, kind->interface,
				     kind->vtable, o);
	if (r < 0) {
		free(o);
		return r;
	}
	o->next = *at;
	*at = o;

	return sd_bus_emit_object_added(bus->bus, o->path);
}

static int object_say_changes(struct bus *bus, struct object *o)
{
	char *names[OBJECT_PROPERTIES_MAX + 1];
	size_t i, n = 0;
	u64 mark;

	for (i = 0; o->kind->properties[i].name; i++) {
		mark = o->kind->properties[i].mark(o);
		if (mark != o->mark[i])
			names[n++] = (char *)o->kind->properties[i].name;
		o->mark[i] = mark;
	}
	if (!n)
		return 0;

	names[n] = NULL;

	return sd_bus_emit_properties_changed_strv(bus->bus, o->path, o->kind->interface, names);
}

/*
 * The object at *@at must be @as. A pack whose path has changed, because it has said its
 * serial number by now, is another object.
 */
static int object_keep(struct bus *bus, struct object **at, const struct object *as)
{
	struct object *o;

	while ((o = *at) && (o->cluster != as->cluster || o->kind != as->kind ||
			     o->supply != as->supply))
		at = &o->next;
	if (o && !strcmp(o->path, as->path))
		return object_say_changes(bus, o);
	if (o)
		object_remove(bus, at);

	return object_add(bus, at, as);
}

int bus_publish(struct bus *bus)
{
	const struct plant_cluster *c;
	int r;

	for (c = bus->plant->clusters; c; c = c->next) {
		struct object as = { .cluster = c, .kind = &object_cluster };

		object_cluster_path(c, as.path);
		r = object_keep(bus, &bus->objects, &as);
		for (unsigned int i = 0; r >= 0 && i < c->used; i++) {
			as.kind = &object_pack;
			as.supply = i;
			object_pack_path(c, i, as.path);
			r = object_keep(bus, &bus->objects, &as);
		}
		if (r < 0)
			return r;
	}

	return 0;
}

int bus_new(struct bus **bus, sd_event *event, const struct plant *plant)
{
	struct bus *b;
	int r;

	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;

	b->plant = plant;
	r = sd_bus_open_system(&b->bus);
	if (r >= 0)
		r = sd_bus_set_exit_on_disconnect(b->bus, true);
	if (r >= 0)
		r = sd_bus_add_object_manager(b->bus, &b->manager_objects, OBJECT_ROOT);
	if (r >= 0)
		r = sd_bus_add_object_vtable(b->bus, &b->manager, OBJECT_ROOT,
					     "org.cellar1.Manager", manager_vtable, b);
	if (r >= 0)
		r = bus_publish(b);
	if (r >= 0)
		r = sd_bus_attach_event(b->bus, event, 0);
	if (r >= 0)
		r = sd_bus_request_name(b->bus, BUS_NAME, 0);
	if (r < 0) {
		bus_free(b);
		return r;
	}
	*bus = b;

	return 0;
}

void bus_free(struct bus *bus)
{
	struct object *o;

	if (!bus)
		return;

	while ((o = bus->objects)) {
		bus->objects = o->next;
		sd_bus_slot_unref(o->slot);
		free(o);
	}
	sd_bus_slot_unref(bus->manager);
	sd_bus_slot_unref(bus->manager_objects);
	sd_bus_flush_close_unref(bus->bus);
	free(bus);
}
