/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An object on the bus: what it shows, and which of it has changed since it was last
 * said, and what may be asked of it. object_manager.c and its neighbours describe one
 * kind each.
 */
#ifndef CELLAR_CELLARD_OBJECT_H
#define CELLAR_CELLARD_OBJECT_H

#include "bus.h"
#include "values.h"

#define OBJECT_PATH_SIZE	128
#define OBJECT_PROPERTIES_MAX	20
#define OBJECT_ROOT		"/org/cellar1"

struct object;

/* @mark: of the value; it changes when the value does */
struct object_property {
	const char *name;
	u64 (*mark)(const struct object *object);
};

/*
 * A method that changes something.
 *
 * @action: what polkit is asked for
 * @run: for a caller who may. Replies, or returns a negative errno with @error.
 */
struct object_verb {
	const char *name;
	const char *action;
	int (*run)(struct object *object, sd_bus_message *call, sd_bus_error *error);
};

/*
 * A property that comes in parts: it is said once in the time until all have come, or with
 * whatever else of the object has changed.
 */
struct object_parts {
	const char *property;
	u32 (*round_ms)(const struct object *object);
};

/*
 * @properties: those that change, @verbs: each ended by one without a name
 * @path: of an object of which only kind, bus, cluster and index are set
 * @count: how many there are; NULL: of a kind that belongs to a cluster
 * @parts: NULL: all of it is said at once
 */
struct object_kind {
	const char *interface;
	const sd_bus_vtable *vtable;
	const struct object_property *properties;
	const struct object_verb *verbs;
	void (*path)(const struct object *object, char *path);
	unsigned int (*count)(const struct bus_setup *setup);
	const struct object_parts *parts;
};

/*
 * @index: of a pack in @cluster; of what has no cluster, among its kind
 * @named, @turn: of @cluster, when its path and its marks were made
 * @said_ms: when its @parts were said last
 */
struct object {
	struct object *next;
	const struct object_kind *kind;
	struct bus *bus;
	const struct plant_cluster *cluster;
	unsigned int index;
	u32 named, turn;
	u64 said_ms;
	sd_bus_slot *slot;
	u64 mark[OBJECT_PROPERTIES_MAX];
	char path[OBJECT_PATH_SIZE];
};

extern const struct object_kind object_manager;
extern const struct object_kind object_cluster;
extern const struct object_kind object_pack;
extern const struct object_kind object_inverter;
extern const struct object_kind object_meter;
extern const struct object_kind object_hybrid;
extern const struct object_kind object_site;
extern const struct object_kind object_charger;
extern const struct object_kind object_output;
extern const struct object_kind object_contact;
extern const struct object_kind object_sensor;

/* Path of the pack @supply of @cluster: by its serial number, else by its name. */
void object_pack_path(const struct plant_cluster *cluster, unsigned int supply, char *path);

/*
 * Names of what has changed of @object and is to be said now, ended by NULL: their marks are
 * then those of now. Returns how many.
 */
size_t object_changes(struct object *object, const char *names[OBJECT_PROPERTIES_MAX + 1],
		      u64 now_ms);

/* The handler of every verb in a vtable: asks polkit first. */
int object_verb_called(sd_bus_message *call, void *user, sd_bus_error *error);

/* What plant_set_out() and the like have said of @key, as an error of D-Bus. */
int object_decided(struct object *object, sd_bus_message *call, const char *key, int result,
		   sd_bus_error *error);

#endif /* CELLAR_CELLARD_OBJECT_H */
