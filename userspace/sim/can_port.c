// SPDX-License-Identifier: GPL-2.0-only
/*
 * An interface that is deleted leaves its sockets behind, bound to nothing; one that is
 * only down keeps them.
 */
#include "can_port.h"

#include <errno.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pace.h"

#define NS_PER_MS	1000000ULL

void can_port_start(struct can_port *port, const char *name, bool hears)
{
	*port = (struct can_port){ .name = name, .fd = -1, .hears = hears };
}

int can_port_open(struct can_port *port)
{
	struct sockaddr_can address = { .can_family = AF_CAN };
	int err;

	if (port->fd >= 0)
		return 0;
	if (pace_clock_ns() < port->retry_ns)
		return -ENODEV;
	port->retry_ns = pace_clock_ns() + CAN_PORT_RETRY_MS * NS_PER_MS;
	address.can_ifindex = (int)if_nametoindex(port->name);
	if (!address.can_ifindex)
		return -ENODEV;
	port->fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_RAW);
	/* Who hears nothing has no filter, so that the socket's own queue stays empty. */
	if (port->fd >= 0 &&
	    (port->hears || !setsockopt(port->fd, SOL_CAN_RAW, CAN_RAW_FILTER, NULL, 0)) &&
	    !bind(port->fd, (struct sockaddr *)&address, sizeof(address)))
		return 0;
	err = -errno;
	can_port_close(port);
	return err;
}

/* What an operation on the socket ended with; one that has lost its interface is closed. */
static int lost(struct can_port *port, int err)
{
	if (err != -ENODEV && err != -ENXIO)
		return err;
	can_port_close(port);
	return -ENODEV;
}

int can_port_send(struct can_port *port, const struct can_frame *frame)
{
	int err = can_port_open(port);

	if (err)
		return err;
	if (write(port->fd, frame, sizeof(*frame)) != (ssize_t)sizeof(*frame))
		return lost(port, errno == EAGAIN ? -ENOBUFS : -errno);
	port->told = false;
	return 0;
}

bool can_port_hear(struct can_port *port, struct can_frame *frame)
{
	ssize_t len;

	/* After an error, of an interface that went down, there may be frames. */
	while (!can_port_open(port)) {
		len = read(port->fd, frame, sizeof(*frame));
		if (len == (ssize_t)sizeof(*frame))
			return true;
		if (len >= 0 || errno == EAGAIN)
			break;
		lost(port, -errno);
	}
	return false;
}

void can_port_tell(struct can_port *port, int err)
{
	if (port->told || err == -ENOBUFS)
		return;
	port->told = true;
	if (err == -ENETDOWN)
		fprintf(stderr, "cellar-sim: %s is down, waiting (ip link set %s up)\n",
			port->name, port->name);
	else
		fprintf(stderr, "cellar-sim: there is no CAN interface %s, waiting "
			"(ip link add dev %s type vcan)\n", port->name, port->name);
}

void can_port_close(struct can_port *port)
{
	if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
}
