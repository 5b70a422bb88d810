/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A timer by the clock of boot_clock.h that comes once, and is asked for far more often than
 * it changes.
 */
#ifndef CELLAR_IO_BOOT_TIMER_H
#define CELLAR_IO_BOOT_TIMER_H

#include "env.h"

#include <systemd/sd-event.h>

#define BOOT_TIMER_NEVER	UINT64_MAX

/*
 * @timer, one of CLOCK_BOOTTIME, comes at @at_ms, or at once when that has passed, and not
 * before it is asked for again; BOOT_TIMER_NEVER: not at all. When that is so already
 * nothing is done. 0, or what sd-event says.
 */
int boot_timer_at(sd_event_source *timer, u64 at_ms);

#endif /* CELLAR_IO_BOOT_TIMER_H */
