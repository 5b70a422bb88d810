/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock of readings and of lines. It goes on in suspend, as the ages of the kernel do:
 * of a machine that slept all is too old afterwards.
 */
#ifndef CELLAR_IO_BOOT_CLOCK_H
#define CELLAR_IO_BOOT_CLOCK_H

#include "env.h"

#include <time.h>

static inline u64 boot_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);

	return (u64)now.tv_sec * 1000 + (u64)now.tv_nsec / 1000000;
}

#endif /* CELLAR_IO_BOOT_CLOCK_H */
