/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects whose properties are rows of a table: a row puts the value that its property has
 * now. What belongs to the house has them.
 */
#ifndef CELLAR_CELLARD_OBJECT_ROWS_H
#define CELLAR_CELLARD_OBJECT_ROWS_H

#include "house.h"
#include "object.h"

struct object_row {
	const char *name;
	int (*put)(sd_bus_message *reply, const struct object *object);
};

/* What a getter of a vtable returns: the value of @property by @rows, which end with NULL. */
int object_rows_get(const struct object_row *rows, const char *property, sd_bus_message *reply,
		    const struct object *object);

/* A getter of the rows of one kind. */
#define OBJECT_ROWS_GETTER(rows) \
static int get(sd_bus *bus, const char *path, const char *interface, const char *property, \
	       sd_bus_message *reply, void *user, sd_bus_error *error) \
{ \
	(void)bus, (void)path, (void)interface, (void)error; \
	return object_rows_get(rows, property, reply, user); \
}

struct house *object_house(const struct object *object);

/* The configuration of the files. */
const struct config *object_files(const struct object *object);

/*
 * When a countdown of the last step ends, s of its clock; 0: it does not run. That it
 * counts down is not said each second.
 */
u64 object_end_s(const struct object *object, u32 next_ms);

/* A step is wanted, and the caller is told that it is done. */
int object_done(struct object *object, sd_bus_message *call);

/* What house_set() and its like have said, as an error of D-Bus, or as object_done(). */
int object_was_set(struct object *object, sd_bus_message *call, int result, const char *why,
		   sd_bus_error *error);

/*
 * The a{ss} that @call has next, as settings of @section (at most @n), which are @call's
 * own. Returns how many, or a negative errno with @error.
 */
int object_read_pairs(sd_bus_message *call, const char *section, struct house_pair *pairs,
		      unsigned int n, sd_bus_error *error);

#endif /* CELLAR_CELLARD_OBJECT_ROWS_H */
