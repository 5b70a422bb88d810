/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A folder for state, empty before each test, and what stands in its files.
 */
#ifndef CELLAR_TESTS_STATE_FOLDER_H
#define CELLAR_TESTS_STATE_FOLDER_H

#include "fake_class.h"

#include <errno.h>
#include <stdbool.h>

#define FILE_MAX	(1 << 20)

static inline const char *folder_path(void **state)
{
	const struct fake_class *folder = *state;

	return folder->path;
}

static inline void put_file(void **state, const char *name, const void *bytes, size_t size)
{
	const struct fake_class *folder = *state;
	int fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

/* Its size, or negative errno; @bytes must hold FILE_MAX. */
static inline ssize_t get_file(void **state, const char *name, char *bytes)
{
	const struct fake_class *folder = *state;
	int fd = openat(folder->fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;

	n = read(fd, bytes, FILE_MAX);
	close(fd);

	return n;
}

static inline bool has_file(void **state, const char *name)
{
	const struct fake_class *folder = *state;

	return !faccessat(folder->fd, name, F_OK, AT_SYMLINK_NOFOLLOW);
}

#endif /* CELLAR_TESTS_STATE_FOLDER_H */
