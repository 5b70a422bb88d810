/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a service says on D-Bus, as JSON: names and values unchanged.
 */
#ifndef CELLAR_CELLARCTL_MESSAGE_H
#define CELLAR_CELLARCTL_MESSAGE_H

#include <jansson.h>
#include <systemd/sd-bus.h>

/*
 * The next complete value of @m: dictionaries are objects, arrays and structs arrays,
 * variants what is in them. Returns 0 or a negative errno, -EBADMSG for a type that has
 * no place in JSON; the caller owns *@value.
 */
int message_to_json(sd_bus_message *m, json_t **value);

#endif /* CELLAR_CELLARCTL_MESSAGE_H */
