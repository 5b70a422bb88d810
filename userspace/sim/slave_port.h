/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the masters of simulated Modbus devices are: a serial port, or connections of TCP
 * to this machine.
 */
#ifndef CELLAR_SIM_SLAVE_PORT_H
#define CELLAR_SIM_SLAVE_PORT_H

#include "serial_port.h"
#include "slave_line.h"

#define SLAVE_CONNECTIONS_MAX	8

/* One way or the other: @tcp. A connection is there when its @fd is not -1. */
struct slave_port {
	bool tcp;
	struct serial_port serial;
	uint16_t port;
	int listener;
	int fd[SLAVE_CONNECTIONS_MAX];
	struct slave_wire wire[SLAVE_CONNECTIONS_MAX];
};

/* As serial_port_open(). */
int slave_port_open_serial(struct slave_port *port, const char *path, const char *link,
			   unsigned int baud);

/*
 * Listen on 127.0.0.1 at @number, 0: wherever is free; standard output is told. 0, or a
 * negative errno after saying what is wrong.
 */
int slave_port_open_tcp(struct slave_port *port, uint16_t number);
void slave_port_close(struct slave_port *port);

/* After slave_port_close(), the same again. */
int slave_port_reopen(struct slave_port *port);

/* What can be read goes to @line, what is due goes out. A negative errno: it is no more. */
int slave_port_run(struct slave_port *port, struct slave_line *line, uint64_t now_ns);

/* What to wait for: descriptors into @fds, room for 1 + SLAVE_CONNECTIONS_MAX; how many. */
unsigned int slave_port_fds(const struct slave_port *port, int *fds);
uint64_t slave_port_next_ns(const struct slave_port *port);

#endif /* CELLAR_SIM_SLAVE_PORT_H */
