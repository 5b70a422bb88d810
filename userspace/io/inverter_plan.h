/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which frame goes to an inverter, and when: the periods of the dialect, spread over
 * time; at once what takes away; one frame under way at a time. No socket and no clock
 * in here: time is an argument, in milliseconds, and only goes forward.
 */
#ifndef CELLAR_IO_INVERTER_PLAN_H
#define CELLAR_IO_INVERTER_PLAN_H

#include "can.h"

#define INVERTER_PLAN_ROWS_MAX	32

/* Nobody acknowledges what is under way for longer. */
#define INVERTER_PLAN_ACK_MS	500

/*
 * When others are heard, a frame without its echo for so long has been lost on the way,
 * or its echo has.
 */
#define INVERTER_PLAN_LOST_MS	1000

/*
 * When nobody is heard, it is tried again after so long, so many times, with a frame that
 * carries no limit: what was lost on the way for another reason must not end in silence,
 * and what comes late from a queue must do no harm.
 */
#define INVERTER_PLAN_PROBE_MS	30000
#define INVERTER_PLAN_PROBES	3

/* A queue that others have filled may have room again after so long. */
#define INVERTER_PLAN_FULL_MS	10

#define INVERTER_PLAN_NEVER	UINT64_MAX

/*
 * @due_ms: when next, by its period
 * @at_once: do not wait for that
 * @mute: there is no frame with what is said; it goes when there is one
 * @carries: fields that are in the frame now
 */
struct inverter_plan_row {
	u64 due_ms;
	bool at_once, mute;
	u64 carries;
};

/*
 * @say: what is said until @until_ms
 * @start_ms: where the periods begin
 * @under_way: @frame, of row @taken, has been given to the kernel and is not on the wire
 * @stuck_ms: since when nothing has got through, _NEVER: all has
 * @sign_ms: when somebody else was first heard since then, _NEVER
 * @no_ack: it has been stuck for too long
 * @probes: how often it was tried again since, at @probe_ms next
 * @sent: frames that have been on the wire; @unsent: that never will be
 */
struct inverter_plan {
	const struct cellar_can_dialect *dialect;
	struct cellar_can_memory memory;
	struct cellar_reading say;
	u64 until_ms, start_ms;
	struct inverter_plan_row row[INVERTER_PLAN_ROWS_MAX];
	struct cellar_can_frame frame;
	unsigned int taken;
	u64 stuck_ms, sign_ms, full_until_ms, probe_ms;
	unsigned int probes;
	bool under_way, no_ack;
	u64 sent, unsent;
};

/* @dialect: of not more than INVERTER_PLAN_ROWS_MAX rows */
void inverter_plan_start(struct inverter_plan *plan, const struct cellar_can_dialect *dialect);

/*
 * What to say for @hold_ms; NULL: nothing. Frames that carry a limit that has become
 * smaller, an enable flag that has gone or a new protection go at once; all do when
 * nothing was said before. Returns 0, or -ENODATA when the dialect cannot say the limits
 * of the currents with this: then nothing is said.
 */
int inverter_plan_say(struct inverter_plan *plan, const struct cellar_reading *say,
		      u32 hold_ms, u64 now_ms);

/* Everything anew, at once: whoever is there now has not heard it. */
void inverter_plan_renew(struct inverter_plan *plan);

/*
 * The frame that is to be sent now; false: none. One that is taken is under way, until
 * one of the four below says what became of it.
 */
bool inverter_plan_take(struct inverter_plan *plan, u64 now_ms, struct cellar_can_frame *frame);

/* The kernel had no room for it. */
void inverter_plan_full(struct inverter_plan *plan, u64 now_ms);

/* @frame, which is ours, has been on the wire. */
void inverter_plan_echo(struct inverter_plan *plan, const struct cellar_can_frame *frame,
			u64 now_ms);

/* Queues have been emptied: what was under way never comes. */
void inverter_plan_flushed(struct inverter_plan *plan);

/* Somebody else is on the wire. */
void inverter_plan_sign(struct inverter_plan *plan, u64 now_ms);

/* Look at the time; true: @no_ack has changed. */
bool inverter_plan_tick(struct inverter_plan *plan, u64 now_ms);

/* Is anything to be said at @now_ms? */
bool inverter_plan_speaks(const struct inverter_plan *plan, u64 now_ms);

/* When to call inverter_plan_tick() and inverter_plan_take() again; _NEVER. */
u64 inverter_plan_next_ms(const struct inverter_plan *plan, u64 now_ms);

#endif /* CELLAR_IO_INVERTER_PLAN_H */
