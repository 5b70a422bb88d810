/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cellard on the system bus: to find it, to ask it, and what its refusals are to a
 * caller's shell.
 */
#ifndef CELLAR_CELLARCTL_SERVICE_H
#define CELLAR_CELLARCTL_SERVICE_H

#include <jansson.h>
#include <systemd/sd-bus.h>

#define SERVICE		"org.cellar1"
#define SERVICE_ROOT	"/org/cellar1"

/* Exit statuses (spec/interfaces.md, "cellarctl"); below them EXIT_SUCCESS and _FAILURE. */
enum {
	EXIT_USAGE = 2,
	EXIT_NO_SERVICE = 3,
	EXIT_NOT_AUTHORISED = 4,
};

/* All below return an exit status, and say on standard error what went wrong. */

int service_open(sd_bus **bus);

/* What a call has said that returned @r. */
int service_failed(const sd_bus_error *error, int r);

/* All objects by their path, each its interfaces, each its properties. */
int service_objects(sd_bus *bus, json_t **objects);

/* A method that changes something; a dialog may ask who calls. @types: of what follows. */
int service_change(sd_bus *bus, const char *path, const char *interface, const char *method,
		   const char *types, ...);

/* The same, with what @append puts into the call; a negative errno fails it. */
int service_change_by(sd_bus *bus, const char *path, const char *interface, const char *method,
		      int (*append)(sd_bus_message *call, void *user), void *user);

#endif /* CELLAR_CELLARCTL_SERVICE_H */
