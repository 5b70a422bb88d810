/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A copy of the objects of the service that follows its signals: as print.h has them.
 */
#ifndef CELLAR_CELLARCTL_OBJECTS_H
#define CELLAR_CELLARCTL_OBJECTS_H

#include <jansson.h>
#include <systemd/sd-bus.h>

/*
 * What the signal @m says of @objects: PropertiesChanged, InterfacesAdded or
 * InterfacesRemoved. Returns the path of the object, as long as @m lives, or NULL if @m
 * is another signal or makes no sense. @changed: NULL, or what @m has brought: of an
 * interface, its properties; JSON null when the object has gone; the caller's.
 */
const char *objects_apply(json_t *objects, sd_bus_message *m, json_t **changed);

#endif /* CELLAR_CELLARCTL_OBJECTS_H */
