// SPDX-License-Identifier: GPL-2.0-only
/*
 * To set a time has sd-event sort its timers and arm the kernel's anew, even to the same one.
 */
#include "boot_timer.h"

int boot_timer_at(sd_event_source *timer, u64 at_ms)
{
	int enabled, r;
	uint64_t set_us;

	if (at_ms == BOOT_TIMER_NEVER)
		return sd_event_source_set_enabled(timer, SD_EVENT_OFF);

	r = sd_event_source_get_time(timer, &set_us);
	if (r >= 0)
		r = sd_event_source_get_enabled(timer, &enabled);
	if (r < 0)
		return r;
	if (enabled == SD_EVENT_ONESHOT && set_us == at_ms * 1000)
		return 0;

	r = sd_event_source_set_time(timer, at_ms * 1000);

	return r < 0 ? r : sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}
