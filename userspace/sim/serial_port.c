// SPDX-License-Identifier: GPL-2.0-only
/*
 * termios, and a master that is there before and after anybody opens its slave.
 */
#include "serial_port.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Longer than the longest answer takes at 9600 baud */
#define WRITE_MS	10000

/* Of those that a line can be configured for. */
static speed_t speed_of(unsigned int baud)
{
	static const struct {
		unsigned int baud;
		speed_t speed;
	} speeds[] = {
		{ 1200, B1200 }, { 2400, B2400 }, { 4800, B4800 }, { 9600, B9600 },
		{ 19200, B19200 }, { 38400, B38400 }, { 57600, B57600 },
	};

	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].baud == baud)
			return speeds[i].speed;
	return B115200;
}

static int set_line(int fd, unsigned int baud)
{
	speed_t speed = speed_of(baud);
	struct termios settings;

	if (tcgetattr(fd, &settings))
		return -errno;
	cfmakeraw(&settings);
	settings.c_cflag |= CLOCAL | CREAD;
	settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	settings.c_cc[VMIN] = 1;
	settings.c_cc[VTIME] = 0;
	cfsetispeed(&settings, speed);
	cfsetospeed(&settings, speed);
	return tcsetattr(fd, TCSANOW, &settings) ? -errno : 0;
}

static int complain(const struct serial_port *port, int err)
{
	fprintf(stderr, "cellar-sim: %s: %s\n", port->path ? port->path : port->link,
		strerror(-err));
	return err;
}

/* A link of an earlier run is replaced, anything else is not. */
static int make_link(const char *slave, const char *link)
{
	char target[64];
	ssize_t len = readlink(link, target, sizeof(target) - 1);

	if (len >= 0) {
		target[len] = '\0';
		if (strncmp(target, "/dev/pts/", strlen("/dev/pts/")))
			return -EEXIST;
		unlink(link);
	}
	return symlink(slave, link) ? -errno : 0;
}

static int open_pty(struct serial_port *port)
{
	char slave[64];

	port->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (port->fd < 0 || grantpt(port->fd) || unlockpt(port->fd))
		return -errno;
	if (ptsname_r(port->fd, slave, sizeof(slave)))
		return -ENOTTY;
	return make_link(slave, port->link);
}

int serial_port_reopen(struct serial_port *port)
{
	int err = 0;

	if (port->path) {
		port->fd = open(port->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		err = port->fd < 0 ? -errno : 0;
	} else {
		err = open_pty(port);
	}
	if (!err)
		err = set_line(port->fd, port->baud);
	if (!err)
		return 0;
	if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
	return complain(port, err);
}

int serial_port_open(struct serial_port *port, const char *path, const char *link,
		     unsigned int baud)
{
	*port = (struct serial_port){ .path = path, .link = link, .baud = baud };
	return serial_port_reopen(port);
}

/* A pty has a speed, on both ends the same, but passes bytes on at any. */
static bool is_understood(const struct serial_port *port)
{
	struct termios settings;

	return port->path || tcgetattr(port->fd, &settings) ||
	       cfgetospeed(&settings) == speed_of(port->baud);
}

long serial_port_read(struct serial_port *port, uint8_t *to, size_t size)
{
	ssize_t n = read(port->fd, to, size);

	if (n > 0 && !is_understood(port))
		memset(to, 0, (size_t)n);
	if (n > 0)
		return n;
	/* unplugged: a port that is only quiet says EAGAIN */
	if (n == 0)
		return complain(port, -EIO);
	/* a master whose slave is closed says EIO until somebody opens it */
	if (errno == EAGAIN || errno == EINTR || (errno == EIO && !port->path))
		return 0;
	return complain(port, -errno);
}

int serial_port_write(struct serial_port *port, const uint8_t *bytes, size_t n)
{
	struct pollfd wait = { .fd = port->fd, .events = POLLOUT };

	while (n > 0) {
		ssize_t done = write(port->fd, bytes, n);

		if (done >= 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (!port->path && (errno == EIO || errno == EAGAIN))
			return 0;
		if (errno != EAGAIN || poll(&wait, 1, WRITE_MS) <= 0)
			return complain(port, -errno);
	}
	return 0;
}

void serial_port_close(struct serial_port *port)
{
	if (port->fd < 0)
		return;
	if (!port->path)
		unlink(port->link);
	close(port->fd);
	port->fd = -1;
}
