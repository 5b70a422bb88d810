/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which dialect a bus speaks, from what is heard on it (protocols.md 1.4, 2.4,
 * 3.1 and 8.7): never from one frame, with the reason in words, and open to a
 * change of mind. Counts only; no clock.
 */
#ifndef CELLAR_WIRE_CAN_DETECT_H
#define CELLAR_WIRE_CAN_DETECT_H

#include "can.h"

/* How many different frames the detector tells apart. */
#define CELLAR_DETECT_CLUES	24

/* All zero is a fresh one. */
struct cellar_can_detect {
	u8 clue[CELLAR_DETECT_CLUES];	/* how often heard in the running window */
	u8 name[2];			/* hashes of two makers without a clue of their own */
	u16 window;			/* frames in the running window */
};

/*
 * @dialect: CELLAR_DIALECT_NONE while there is no verdict
 * @mixed: two systems that contradict each other are on the bus; no dialect is
 *         given then
 * @why: static words, never NULL: "0x359 with a module count, maker PYLON"
 */
struct cellar_can_verdict {
	enum cellar_dialect dialect;
	bool mixed;
	const char *why;
};

/* O(1); returns true if the verdict may have changed since the last frame. */
bool cellar_can_detect_feed(struct cellar_can_detect *detect,
			    const struct cellar_can_frame *frame);

/*
 * What the evidence says. With @final there will be no more frames (the end of a
 * recording): decide on what is there.
 */
struct cellar_can_verdict
cellar_can_detect_verdict(const struct cellar_can_detect *detect, bool final);

/*
 * The identifiers whose frames the detector wants, ended by 0. Those of a Deye
 * system are only of its first pack.
 */
extern const u16 cellar_can_detect_ids[];

#endif /* CELLAR_WIRE_CAN_DETECT_H */
