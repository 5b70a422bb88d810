// SPDX-License-Identifier: GPL-2.0-only
/*
 * What cellar-attach never does to a serial line: attach_probe TTY STEP... takes the
 * steps in order on one open line and prints a line for each, the step and "ok", the
 * number of the bus, or the name of the error. TTY "master" is the master side of a
 * new pty. Steps:
 *
 *   discipline=N, speed=BAUD, exclusive, drop (all privileges), hold (until a signal)
 *   attach=DIALECT,MODEL,FLAGS      the ioctl; FLAGS in C's notation
 *   endless=dialect, endless=model  the ioctl, with a name that has no end
 *   nowhere                         the ioctl, with a wrong address
 *   flood=BYTES                     master: so many, as fast as the other side takes them,
 *                                   while its bus is begun anew again and again
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../../driver/rs485/cellar-attach.h"

#define NOBODY	65534

static int do_attach(int fd, const char *text)
{
	struct cellar_attach attach = { .bus = ~0U };
	const char *model = strchr(text, ','), *flags = strrchr(text, ',');

	if (!model || model == flags)
		return -EBADMSG;
	memcpy(attach.dialect, text, (size_t)(model - text));
	memcpy(attach.model, model + 1, (size_t)(flags - model - 1));
	attach.flags = (__u32)strtoul(flags + 1, NULL, 0);

	return ioctl(fd, CELLAR_ATTACH, &attach) ? -errno : (int)attach.bus;
}

static int do_endless(int fd, const char *which)
{
	struct cellar_attach attach = { .dialect = "auto" };

	if (!strcmp(which, "dialect"))
		memset(attach.dialect, 'x', sizeof(attach.dialect));
	else
		memset(attach.model, 'x', sizeof(attach.model));

	return ioctl(fd, CELLAR_ATTACH, &attach) ? -errno : 0;
}

static int do_discipline(int fd, int discipline)
{
	return ioctl(fd, TIOCSETD, &discipline) ? -errno : 0;
}

static int do_speed(int fd, int baud)
{
	struct termios termios;

	if (tcgetattr(fd, &termios))
		return -errno;
	cfsetspeed(&termios, baud == 115200 ? B115200 : baud == 9600 ? B9600 : B0);

	return tcsetattr(fd, TCSANOW, &termios) ? -errno : 0;
}

static int write_noise(int fd, long bytes)
{
	static const char noise[1000];
	ssize_t written;

	for (; bytes > 0; bytes -= written) {
		written = write(fd, noise, sizeof(noise));
		if (written < 0)
			return -errno;
	}

	return 0;
}

/* As a pack that babbles faster than any wire; 20 s are enough for it. */
static int do_flood(int master, long bytes)
{
	int slave, ret, status = 0;
	pid_t child;

	if (unlockpt(master) || fcntl(master, F_SETFL, 0))
		return -errno;
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	if (slave < 0)
		return -errno;
	ret = do_discipline(slave, CELLAR_ATTACH_LDISC);
	if (ret)
		return ret;

	child = fork();
	if (!child) {
		alarm(20);
		_exit(-write_noise(master, bytes));
	}
	while (!ret && !waitpid(child, &status, WNOHANG))
		ret = do_attach(slave, "pylontech,,0");
	close(slave);

	return ret < 0 ? ret : status ? -EIO : 0;
}

static int step(int fd, const char *text)
{
	const char *value = strchr(text, '=');

	value = value ? value + 1 : "";
	if (!strncmp(text, "discipline=", 11))
		return do_discipline(fd, atoi(value));
	if (!strncmp(text, "speed=", 6))
		return do_speed(fd, atoi(value));
	if (!strncmp(text, "attach=", 7))
		return do_attach(fd, value);
	if (!strncmp(text, "endless=", 8))
		return do_endless(fd, value);
	if (!strncmp(text, "flood=", 6))
		return do_flood(fd, atol(value));
	if (!strcmp(text, "nowhere"))
		return ioctl(fd, CELLAR_ATTACH, 8) ? -errno : 0;
	if (!strcmp(text, "exclusive"))
		return ioctl(fd, TIOCEXCL) ? -errno : 0;
	if (!strcmp(text, "drop"))
		return setresuid(NOBODY, NOBODY, NOBODY) ? -errno : 0;
	if (!strcmp(text, "hold"))
		return pause();

	return -EBADMSG;
}

int main(int argc, char **argv)
{
	int fd, i, ret;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3) {
		fputs("usage: attach_probe TTY STEP...\n", stderr);
		return 2;
	}
	fd = open(strcmp(argv[1], "master") ? argv[1] : "/dev/ptmx",
		  O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}

	for (i = 2; i < argc; i++) {
		ret = step(fd, argv[i]);
		if (ret == -EBADMSG) {
			fprintf(stderr, "attach_probe: what is %s?\n", argv[i]);
			return 2;
		}
		if (ret < 0)
			printf("%s %s\n", argv[i], strerrorname_np(-ret));
		else if (!strncmp(argv[i], "attach=", 7))
			printf("%s %d\n", argv[i], ret);
		else
			printf("%s ok\n", argv[i]);
	}

	return 0;
}
