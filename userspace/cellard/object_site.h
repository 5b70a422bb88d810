/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of org.cellar1.Site have of each other.
 */
#ifndef CELLAR_CELLARD_OBJECT_SITE_H
#define CELLAR_CELLARD_OBJECT_SITE_H

#include "object_rows.h"

/* Each method of the vtable has a row. */
extern const struct object_verb object_site_verbs[];

/* The method Feed: what another program has measured (object_feed.c). */
int object_site_feed(struct object *object, sd_bus_message *call, sd_bus_error *error);

/* Values of properties, as struct object_row has them (object_site_kept.c). */
int object_site_put_rules(sd_bus_message *m, const struct object *o);
int object_site_put_rules_enabled(sd_bus_message *m, const struct object *o);
int object_site_put_energy(sd_bus_message *m, const struct object *o);
int object_site_put_gaps(sd_bus_message *m, const struct object *o);
int object_site_put_owner(sd_bus_message *m, const struct object *o);
int object_site_put_administrators(sd_bus_message *m, const struct object *o);
int object_site_put_set(sd_bus_message *m, const struct object *o);

#endif /* CELLAR_CELLARD_OBJECT_SITE_H */
