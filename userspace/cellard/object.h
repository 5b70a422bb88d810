/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An object on the bus: what it shows, and which of it has changed since it was last
 * said. object_cluster.c and object_pack.c describe one kind each.
 */
#ifndef CELLAR_CELLARD_OBJECT_H
#define CELLAR_CELLARD_OBJECT_H

#include "plant.h"
#include "values.h"

#define OBJECT_PATH_SIZE	128
#define OBJECT_PROPERTIES_MAX	8
#define OBJECT_ROOT		"/org/cellar1"

struct object;

/* @mark: of the value; it changes when the value does */
struct object_property {
	const char *name;
	u64 (*mark)(const struct object *object);
};

/* @properties: those that change, ended by one without a name */
struct object_kind {
	const char *interface;
	const sd_bus_vtable *vtable;
	const struct object_property *properties;
};

/* @supply: of a pack, its index in @cluster */
struct object {
	struct object *next;
	const struct object_kind *kind;
	const struct plant_cluster *cluster;
	unsigned int supply;
	sd_bus_slot *slot;
	u64 mark[OBJECT_PROPERTIES_MAX];
	char path[OBJECT_PATH_SIZE];
};

extern const struct object_kind object_cluster;
extern const struct object_kind object_pack;

/* Path of @cluster, or of the pack at @supply: by its serial number, else by its name. */
void object_cluster_path(const struct plant_cluster *cluster, char *path);
void object_pack_path(const struct plant_cluster *cluster, unsigned int supply, char *path);

#endif /* CELLAR_CELLARD_OBJECT_H */
