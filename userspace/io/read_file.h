/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small file at one stroke, as sysfs has them.
 */
#ifndef CELLAR_IO_READ_FILE_H
#define CELLAR_IO_READ_FILE_H

#include <sys/types.h>

/*
 * Up to @size - 1 characters of the file, without its last newline, as a text. Length, or a
 * negative errno; @buf is then as it was.
 */
ssize_t read_file(int dir_fd, const char *path, char *buf, size_t size);

/* The same of one that is open, from its beginning. */
ssize_t read_open_file(int fd, char *buf, size_t size);

#endif /* CELLAR_IO_READ_FILE_H */
