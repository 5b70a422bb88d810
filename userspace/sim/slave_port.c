// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors of the masters of simulated Modbus devices.
 */
#include "slave_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_MAX	256

static void clear(struct slave_port *port)
{
	*port = (struct slave_port){ .listener = -1, .serial = { .fd = -1 } };
	for (unsigned int i = 0; i < SLAVE_CONNECTIONS_MAX; i++)
		port->fd[i] = -1;
}

int slave_port_open_serial(struct slave_port *port, const char *path, const char *link,
			   unsigned int baud)
{
	clear(port);
	return serial_port_open(&port->serial, path, link, baud);
}

static int listen_at(struct slave_port *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	const int on = 1;

	port->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (port->listener < 0)
		return -errno;
	setsockopt(port->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(port->listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(port->listener, SLAVE_CONNECTIONS_MAX) ||
	    getsockname(port->listener, (struct sockaddr *)&address, &size))
		return -errno;
	port->port = ntohs(address.sin_port);
	return 0;
}

static int open_listener(struct slave_port *port)
{
	int err = listen_at(port);

	if (err) {
		fprintf(stderr, "cellar-sim: port %u of 127.0.0.1: %s\n", port->port,
			strerror(-err));
		slave_port_close(port);
	}
	return err;
}

int slave_port_open_tcp(struct slave_port *port, uint16_t number)
{
	int err;

	clear(port);
	port->tcp = true;
	port->port = number;
	err = open_listener(port);
	if (!err) {
		printf("127.0.0.1:%u\n", port->port);
		fflush(stdout);
	}
	return err;
}

int slave_port_reopen(struct slave_port *port)
{
	return port->tcp ? open_listener(port) : serial_port_reopen(&port->serial);
}

static void hang_up(struct slave_port *port, unsigned int i)
{
	if (port->fd[i] >= 0)
		close(port->fd[i]);
	port->fd[i] = -1;
	port->wire[i] = (struct slave_wire){ 0 };
}

void slave_port_close(struct slave_port *port)
{
	for (unsigned int i = 0; i < SLAVE_CONNECTIONS_MAX; i++)
		hang_up(port, i);
	if (port->listener >= 0)
		close(port->listener);
	port->listener = -1;
	serial_port_close(&port->serial);
}

static void take_connections(struct slave_port *port)
{
	const int on = 1;
	int fd;

	while ((fd = accept4(port->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		unsigned int i = 0;

		while (i < SLAVE_CONNECTIONS_MAX && port->fd[i] >= 0)
			i++;
		if (i == SLAVE_CONNECTIONS_MAX) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		port->fd[i] = fd;
	}
}

static void run_connection(struct slave_port *port, unsigned int i, struct slave_line *line,
			   uint64_t now_ns)
{
	uint8_t bytes[SLAVE_OUT_MAX];
	ssize_t heard;
	size_t n;

	while ((heard = read(port->fd[i], bytes, READ_MAX)) > 0)
		slave_line_hear(line, &port->wire[i], now_ns, bytes, (size_t)heard);
	if (!heard || (errno != EAGAIN && errno != EINTR)) {
		hang_up(port, i);
		return;
	}
	n = slave_line_run(line, &port->wire[i], now_ns, bytes);
	if (n && send(port->fd[i], bytes, n, MSG_NOSIGNAL) < 0)
		hang_up(port, i);
}

static int run_serial(struct slave_port *port, struct slave_line *line, uint64_t now_ns)
{
	uint8_t bytes[SLAVE_OUT_MAX];
	long heard;
	size_t n;

	while ((heard = serial_port_read(&port->serial, bytes, READ_MAX)) > 0)
		slave_line_hear(line, &port->wire[0], now_ns, bytes, (size_t)heard);
	if (heard < 0)
		return (int)heard;
	n = slave_line_run(line, &port->wire[0], now_ns, bytes);
	return n ? serial_port_write(&port->serial, bytes, n) : 0;
}

int slave_port_run(struct slave_port *port, struct slave_line *line, uint64_t now_ns)
{
	if (!port->tcp)
		return port->serial.fd < 0 ? 0 : run_serial(port, line, now_ns);
	if (port->listener < 0)
		return 0;
	take_connections(port);
	for (unsigned int i = 0; i < SLAVE_CONNECTIONS_MAX; i++)
		if (port->fd[i] >= 0)
			run_connection(port, i, line, now_ns);
	return 0;
}

unsigned int slave_port_fds(const struct slave_port *port, int *fds)
{
	unsigned int n = 0;

	fds[n++] = port->tcp ? port->listener : port->serial.fd;
	for (unsigned int i = 0; i < SLAVE_CONNECTIONS_MAX; i++)
		if (port->fd[i] >= 0)
			fds[n++] = port->fd[i];
	return n;
}

uint64_t slave_port_next_ns(const struct slave_port *port)
{
	uint64_t next_ns = UINT64_MAX;

	for (unsigned int i = 0; i < SLAVE_CONNECTIONS_MAX; i++)
		if (slave_wire_next_ns(&port->wire[i]) < next_ns)
			next_ns = slave_wire_next_ns(&port->wire[i]);
	return next_ns;
}
