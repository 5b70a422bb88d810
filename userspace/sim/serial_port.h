/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A serial port as the packs' end of a line: one that exists, or a pseudo-terminal
 * that is made, with a link to its other end.
 */
#ifndef CELLAR_SIM_SERIAL_PORT_H
#define CELLAR_SIM_SERIAL_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* @fd: -1 while it is closed */
struct serial_port {
	const char *path;
	const char *link;
	unsigned int baud;
	int fd;
};

/*
 * Open the port at @path, or, when it is NULL, make a pseudo-terminal and @link to
 * it. Raw, 8N1, at @baud: 9600 or 115200. Both texts outlive @port. 0, or a
 * negative errno after saying what is wrong.
 */
int serial_port_open(struct serial_port *port, const char *path, const char *link,
		     unsigned int baud);

/* The same port, after serial_port_close(). */
int serial_port_reopen(struct serial_port *port);

/*
 * What has come, at most @size bytes; 0 when nothing has, or nobody has opened the
 * other end. A negative errno when the port is no more.
 */
long serial_port_read(struct serial_port *port, uint8_t *to, size_t size);

/*
 * Send all of @bytes; what nobody takes off a pseudo-terminal is lost. 0 or a
 * negative errno.
 */
int serial_port_write(struct serial_port *port, const uint8_t *bytes, size_t n);

/* Closes, and removes the link. */
void serial_port_close(struct serial_port *port);

#endif /* CELLAR_SIM_SERIAL_PORT_H */
