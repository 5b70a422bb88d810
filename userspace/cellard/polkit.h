/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May whoever calls a method do that? First the roles of the plant are asked (roles.h),
 * which know its owner and administrators; then polkit, while the loop goes on: the answer
 * may wait for a person at a password. Where no polkit answers, root may, and the
 * user that the daemon runs as, who could as well end it.
 */
#ifndef CELLAR_CELLARD_POLKIT_H
#define CELLAR_CELLARD_POLKIT_H

#include "roles.h"

#include <systemd/sd-bus.h>

/* Questions at once; one more is refused. */
#define POLKIT_ASKS_MAX		16

struct polkit;

/*
 * @may: what the roles say of the user @uid
 * @allowed: @call, of the user @uid, may do what it asked for: do it and reply, or return a
 *	negative errno with @error. What was there when it was asked may have gone since.
 */
struct polkit_hooks {
	enum roles_word (*may)(void *user, u32 uid, const char *action);
	int (*allowed)(void *user, sd_bus_message *call, u32 uid, sd_bus_error *error);
};

/* For one connection. Returns 0 or -ENOMEM. Nobody waits any more after polkit_free(). */
int polkit_new(struct polkit **polkit, sd_bus *bus, const struct polkit_hooks *hooks,
	       void *user);
void polkit_free(struct polkit *polkit);

/*
 * From within the handler of @call, for @action, which is static. Returns 1, the reply
 * comes later, or a negative errno with @error. When the caller leaves the bus, so does
 * the dialog.
 */
int polkit_ask(struct polkit *polkit, sd_bus_message *call, const char *action,
	       sd_bus_error *error);

#endif /* CELLAR_CELLARD_POLKIT_H */
