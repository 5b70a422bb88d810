// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small file at one stroke.
 */
#include "read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

ssize_t read_open_file(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	if (n < 0)
		return -errno;
	if (n && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';

	return n;
}

ssize_t read_file(int dir_fd, const char *path, char *buf, size_t size)
{
	ssize_t n;
	int fd;

	fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read_open_file(fd, buf, size);
	close(fd);

	return n;
}
