/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CAN line to one inverter: says what a battery would, in one dialect and with its
 * periods, from the caller's own event loop. When the caller hangs or dies the line is
 * silent, and the inverter's own time-out acts.
 *
 * A line that is not there, is down, is off the bus, or on which nobody acknowledges is a
 * state, not an error: it is watched, and comes back by itself. Of frames that could not be
 * sent yet one at most with limits is in the kernel: nothing old is sent in a burst.
 */
#ifndef CELLAR_IO_INVERTER_CAN_H
#define CELLAR_IO_INVERTER_CAN_H

#include "can.h"
#include "inverter_said.h"

#include <systemd/sd-event.h>

/* After so long without a keep-alive the inverter counts as gone, having been heard once. */
#define INVERTER_CAN_SILENT_MS		10000

/* Another sender of our identifiers is one for so long after it was last heard. */
#define INVERTER_CAN_CONFLICT_MS	10000

enum inverter_can_state {
	INVERTER_CAN_NO_INTERFACE,	/* it does not exist, or is no CAN interface */
	INVERTER_CAN_DOWN,
	INVERTER_CAN_BUS_OFF,
	INVERTER_CAN_NO_ACK,		/* nobody is on the bus */
	INVERTER_CAN_CONFLICT,		/* another battery speaks here: we are silent */
	INVERTER_CAN_WAITING,		/* nothing to say yet */
	INVERTER_CAN_SPEAKING,
	INVERTER_CAN_LISTENING,		/* listen-only */
	INVERTER_CAN_STATES
};

/*
 * @interface: name, outlives the call only
 * @dialect: not CELLAR_DIALECT_NONE
 * @listen: send nothing; hear the battery that speaks this dialect here
 */
struct inverter_can_options {
	const char *interface;
	enum cellar_dialect dialect;
	bool listen;
};

/*
 * @heard: a keep-alive has been heard, last at @heard_ms by CLOCK_BOOTTIME
 * @said: what the inverter says of itself, as far as its dialect has it
 * @sent: what has been on the wire, of frames that were really sent
 * @battery: listen-only: what the battery says, and when its last limits came
 * @frames: sent; @unsent: given up, because the line could not take them in time
 */
struct inverter_can_status {
	enum inverter_can_state state;
	bool heard;
	u64 heard_ms;
	struct cellar_inverter_said said;
	struct cellar_reading sent;
	struct cellar_reading battery;
	u64 battery_ms;
	u64 frames, unsent;
	u32 bus_offs;
};

/* @changed: the state has, or the inverter or the battery has said something */
struct inverter_can_hooks {
	void (*changed)(void *user);
};

struct inverter_can;

/* @hooks outlives the line. 0 or a negative errno; free before @event. */
int inverter_can_new(struct inverter_can **line, sd_event *event,
		     const struct inverter_can_options *options,
		     const struct inverter_can_hooks *hooks, void *user);
void inverter_can_free(struct inverter_can *line);

/*
 * What is to be said from now on, for @hold_ms; NULL: nothing. What takes away from the
 * inverter, or is an alarm, goes out at once, the rest at its time. 0, -EPERM on a line
 * that only listens, or -ENODATA when the dialect cannot say the limits with this: then
 * nothing is said.
 */
int inverter_can_say(struct inverter_can *line, const struct cellar_reading *say, u32 hold_ms);

/*
 * Say this once more, everything at once, and then nothing; waits until it is on the wire,
 * a tenth of a second at most. For a caller whose loop has ended.
 */
void inverter_can_last_words(struct inverter_can *line, const struct cellar_reading *say);

const struct inverter_can_status *inverter_can_status(const struct inverter_can *line);

/* "speaking", "no-ack", …; never NULL for a state. */
const char *inverter_can_state_word(enum inverter_can_state state);

#endif /* CELLAR_IO_INVERTER_CAN_H */
