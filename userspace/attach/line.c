// SPDX-License-Identifier: GPL-2.0-only
/*
 * Setting and holding a serial line. The kernel loads cellar-rs485 by itself when its
 * line discipline is asked for.
 */
#include "line.h"

#include "../../driver/rs485/cellar-attach.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int complain(const struct line_options *options, int err, const char *what)
{
	fprintf(stderr, "cellar-attach: %s: %s\n", options->tty, what);

	return -err;
}

/* With the word of the system for @err. */
static int complain_errno(const struct line_options *options, int err, const char *what)
{
	fprintf(stderr, "cellar-attach: %s: %s: %s\n", options->tty, what, strerror(err));

	return -err;
}

/*
 * Nobody else may have the line: root gets it in spite of TIOCEXCL, and programs that
 * lock lines do so by flock().
 */
static int take(const struct line_options *options, int fd)
{
	int exclusive = 0, discipline = 0;

	if (flock(fd, LOCK_EX | LOCK_NB))
		return complain(options, EBUSY, "another program has locked this line");
	if (ioctl(fd, TIOCGETD, &discipline))
		return complain_errno(options, errno, "no line discipline");
	if (discipline == CELLAR_ATTACH_LDISC)
		return complain(options, EBUSY, "this line is attached already");
	if (discipline)
		return complain(options, EBUSY, "the kernel uses this line for something else");
	if (!ioctl(fd, TIOCGEXCL, &exclusive) && exclusive)
		return complain(options, EBUSY, "another program holds this line");
	if (ioctl(fd, TIOCEXCL))
		return complain_errno(options, errno, "cannot be had alone");

	return 0;
}

static int set_speed(const struct line_options *options, int fd, const struct termios *before)
{
	speed_t speed = options->baud == 115200 ? B115200 : B9600;
	struct termios now = *before;

	cfmakeraw(&now);
	now.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	now.c_cflag |= CREAD | CLOCAL;
	cfsetspeed(&now, speed);
	if (tcsetattr(fd, TCSANOW, &now) || tcgetattr(fd, &now))
		return complain_errno(options, errno, "cannot be set");
	if (cfgetospeed(&now) != speed)
		return complain(options, EINVAL, "this line does not know this speed");
	tcflush(fd, TCIOFLUSH);

	return 0;
}

static int set_discipline(const struct line_options *options, int fd)
{
	const int discipline = CELLAR_ATTACH_LDISC;

	if (!ioctl(fd, TIOCSETD, &discipline))
		return 0;

	switch (errno) {
	case EINVAL:
	case EAGAIN:
		return complain(options, errno, "the kernel cannot load cellar-rs485; is it installed for this kernel (make modules, make install)?");
	case EPERM:
		return complain(options, errno, "not permitted; this needs root");
	case EOPNOTSUPP:
		return complain(options, errno, "no serial line");
	default:
		return complain_errno(options, errno, "cannot be attached");
	}
}

static int set_bus(const struct line_options *options, struct line *line)
{
	struct cellar_attach attach = { .flags = 0 };

	if (!options->baud)
		attach.flags |= CELLAR_ATTACH_FIND_BAUD;
	if (options->scope_system)
		attach.flags |= CELLAR_ATTACH_SCOPE_SYSTEM;
	snprintf(attach.dialect, sizeof(attach.dialect), "%s", options->dialect);
	snprintf(attach.model, sizeof(attach.model), "%s", options->model);

	if (ioctl(line->fd, CELLAR_ATTACH, &attach)) {
		if (errno == ENOTTY)
			return complain(options, errno, "another module than cellar-rs485 has line discipline 29");
		return complain_errno(options, errno, "the kernel refuses; its log says why");
	}
	line->bus = attach.bus;

	return 0;
}

static void let_go(const struct line *line)
{
	const int discipline = 0;

	/* the packs go before the line gets its old speed */
	ioctl(line->fd, TIOCSETD, &discipline);
	tcsetattr(line->fd, TCSANOW, &line->before);
	ioctl(line->fd, TIOCNXCL);
}

static int attach(const struct line_options *options, struct line *line)
{
	int ret;

	if (tcgetattr(line->fd, &line->before)) {
		if (errno == ENOTTY)
			return complain(options, errno, "no serial line");
		return complain_errno(options, errno, "no serial line");
	}

	ret = take(options, line->fd);
	if (ret)
		return ret;

	ret = set_speed(options, line->fd, &line->before);
	if (!ret)
		ret = set_discipline(options, line->fd);
	if (!ret)
		ret = set_bus(options, line);
	if (ret)
		let_go(line);

	return ret;
}

/* A signal that comes too early waits for line_hold(). */
static int open_signals(void)
{
	sigset_t signals;
	int fd;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return -errno;
	fd = signalfd(-1, &signals, SFD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int line_attach(const struct line_options *options, struct line *line)
{
	int ret;

	line->signals = open_signals();
	if (line->signals < 0)
		return complain_errno(options, -line->signals, "no signals");

	line->fd = open(options->tty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (line->fd < 0) {
		ret = complain_errno(options, errno, "cannot be opened");
	} else {
		ret = attach(options, line);
		if (ret)
			close(line->fd);
	}
	if (ret)
		close(line->signals);

	return ret;
}

int line_hold(const struct line *line)
{
	struct pollfd files[2] = {
		{ .fd = line->fd },
		{ .fd = line->signals, .events = POLLIN },
	};

	for (;;) {
		if (poll(files, 2, -1) < 0)
			return -errno;
		if (files[1].revents)
			return 0;
		if (files[0].revents)
			return -EIO;
	}
}

void line_release(struct line *line)
{
	let_go(line);
	close(line->fd);
	close(line->signals);
}
