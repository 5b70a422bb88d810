/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A contact that bounces: what its edges and its level make of it. No file and no clock; all
 * times are ms of one clock that only goes forward.
 *
 * A level counts when it has stood for the debounce time, from its last edge on. One that
 * never stands is not heard: what depends on it grows old, and is not what it was before.
 */
#ifndef CELLAR_IO_CONTACT_H
#define CELLAR_IO_CONTACT_H

#include "env.h"

#define CONTACT_NEVER	UINT64_MAX

/*
 * @known: what @closed says counts; @since_ms: since when; @heard_ms: when it was last seen so
 * @moving: it is @next since @moved_ms, and that is still to be trusted
 */
struct contact {
	u32 debounce_ms;
	bool known, closed, moving, next;
	u64 since_ms, heard_ms, moved_ms;
};

/* Nothing is known of it. */
void contact_start(struct contact *contact, u32 debounce_ms);

/* It moved at @at_ms, and is @closed from then on. */
void contact_edge(struct contact *contact, bool closed, u64 at_ms);

/* It is looked at: an edge that nobody told is one now. */
void contact_level(struct contact *contact, bool closed, u64 now_ms);

/* What has stood long enough counts. Returns whether that is something new. */
bool contact_settle(struct contact *contact, u64 now_ms);

/* When contact_settle() has something to do; CONTACT_NEVER. */
u64 contact_due_ms(const struct contact *contact);

#endif /* CELLAR_IO_CONTACT_H */
