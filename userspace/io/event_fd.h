/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An eventfd by which two threads wake each other.
 */
#ifndef CELLAR_IO_EVENT_FD_H
#define CELLAR_IO_EVENT_FD_H

#include "../../driver/wire/env.h"

#include <unistd.h>

static inline void event_fd_wake(int fd)
{
	const u64 one = 1;

	/* full: it is awake already */
	if (write(fd, &one, sizeof(one)) < 0)
		return;
}

static inline void event_fd_calm(int fd)
{
	u64 count;

	if (read(fd, &count, sizeof(count)) < 0)
		return;
}

#endif /* CELLAR_IO_EVENT_FD_H */
