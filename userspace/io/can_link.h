/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CAN interface by its name: whether it is there, up and on the bus. The kernel says
 * when that may have changed; nothing is polled.
 */
#ifndef CELLAR_IO_CAN_LINK_H
#define CELLAR_IO_CAN_LINK_H

#include "env.h"

#include <systemd/sd-event.h>

/*
 * @index: 0: there is no such interface, or it is none of CAN
 * @carrier: its controller takes part in the bus; false: it is off it
 */
struct can_link_state {
	int index;
	bool up;
	bool carrier;
};

struct can_link;

/*
 * Watch @name, which is copied. @changed is called when the state may have changed.
 * Returns 0 or a negative errno; free with can_link_free(), before @event.
 */
int can_link_new(struct can_link **link, sd_event *event, const char *name,
		 void (*changed)(void *user), void *user);
void can_link_free(struct can_link *link);

/* As it is now. */
void can_link_look(const struct can_link *link, struct can_link_state *state);

#endif /* CELLAR_IO_CAN_LINK_H */
