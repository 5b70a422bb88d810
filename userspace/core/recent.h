/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The highest that a figure was lately, kept in two slots of time.
 */
#ifndef CELLAR_CORE_RECENT_H
#define CELLAR_CORE_RECENT_H

#include "env.h"

/* @high: of the slot that began @ms ago; @before: of the one before that. All 0 at first. */
struct recent {
	s64 high, before;
	u32 ms;
	bool begun;
};

static inline s64 recent_highest(const struct recent *r)
{
	return r->high > r->before ? r->high : r->before;
}

/*
 * @value is that of now, @ms after the last one. Returns the highest of the last @slot_ms at
 * least, and of less than twice that.
 */
static inline s64 recent_high(struct recent *r, s64 value, u32 ms, u32 slot_ms)
{
	u64 since_ms = (u64)r->ms + ms;

	if (!r->begun || since_ms >= 2ULL * slot_ms) {
		*r = (struct recent){ .begun = true, .high = value, .before = value };
	} else if (since_ms >= slot_ms) {
		r->before = r->high;
		r->high = value;
		r->ms = (u32)since_ms - slot_ms;
	} else {
		r->ms = (u32)since_ms;
		if (value > r->high)
			r->high = value;
	}

	return recent_highest(r);
}

#endif /* CELLAR_CORE_RECENT_H */
