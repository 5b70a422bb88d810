// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small file at one stroke.
 */
#include "read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

ssize_t read_file(int dir_fd, const char *path, char *buf, size_t size)
{
	ssize_t n;
	int fd;

	fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;

	if (n && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';

	return n;
}
