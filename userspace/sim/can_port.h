/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A raw CAN socket on an interface that may go and come back: it never waits, and opens
 * itself again when there is something to open.
 */
#ifndef CELLAR_SIM_CAN_PORT_H
#define CELLAR_SIM_CAN_PORT_H

#include <linux/can.h>
#include <stdbool.h>
#include <stdint.h>

/* So often it looks whether an interface is back. */
#define CAN_PORT_RETRY_MS	200

/*
 * @fd: -1 while there is no interface; then it is looked for at @retry_ns
 * @told: somebody knows that nothing can be sent
 */
struct can_port {
	const char *name;
	int fd;
	bool hears;
	bool told;
	uint64_t retry_ns;
};

/* @name outlives @port. Opens nothing yet. */
void can_port_start(struct can_port *port, const char *name, bool hears);

/*
 * Open it if that is not done. 0, -ENODEV when there is no such interface or it is too
 * early to look again, or another negative errno.
 */
int can_port_open(struct can_port *port);

/*
 * Send @frame. 0, or a negative errno: -ENETDOWN, -ENODEV and those of can_port_open()
 * while the interface is not there, -ENOBUFS while its queue is full.
 */
int can_port_send(struct can_port *port, const struct can_frame *frame);

/* True with the next frame that was heard. */
bool can_port_hear(struct can_port *port, struct can_frame *frame);

/* Say on standard error, once until something can be sent again, what is waited for. */
void can_port_tell(struct can_port *port, int err);

void can_port_close(struct can_port *port);

#endif /* CELLAR_SIM_CAN_PORT_H */
