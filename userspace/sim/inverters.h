/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Simulated inverters: each hears on a bus of its own what it may take, keeps to it or
 * does not, and together they give the bank the current that the house wants. They read
 * no clock and no socket: frames and their time go in and come out.
 */
#ifndef CELLAR_SIM_INVERTERS_H
#define CELLAR_SIM_INVERTERS_H

#include <linux/can.h>

#include "../../driver/wire/can.h"
#include "plant.h"
#include "script.h"

#define INVERTERS_MAX			8
#define INVERTER_KEEPALIVE_MS		1000
/* protocols.md 2: of Victron, which the others are taken to follow, and of SMA. */
#define INVERTER_TIME_OUT_MS		3000
#define INVERTER_SMA_TIME_OUT_MS	60000

/*
 * All zero obeys at once.
 *
 * @slow_s: from a limit to the next one, in a straight line
 * @more_percent: than it is allowed
 * @ignores: takes what the house wants, whatever it hears or does not hear
 */
struct inverter_manner {
	double slow_s;
	double more_percent;
	bool ignores;
};

/* @sma: its keep-alive says what it measures; only of the dialect victron */
struct inverter_config {
	enum cellar_dialect dialect;
	bool sma;
	struct inverter_manner manner;
};

enum inverter_way {
	INVERTER_CHARGE,
	INVERTER_DISCHARGE,
	INVERTER_WAYS
};

/* Of one way, in A: what it is allowed, and where it is on its way there. */
struct inverter_course {
	double target_a, at_a;
	double a_per_s;
};

/*
 * @heard: all that was said to it; @heard_ms: when the limits last were, valid with
 *         @has_heard
 * @gone: switched off; @deaf: hears nothing
 * @share: 0…1, of the bank's current
 */
struct inverter {
	struct inverter_config config;
	struct cellar_can_memory memory;
	struct cellar_reading heard;
	u64 heard_ms;
	bool has_heard;
	bool gone, deaf;
	struct inverter_course course[INVERTER_WAYS];
	double share;
};

struct inverters {
	struct inverter of[INVERTERS_MAX];
	unsigned int n;
};

/*
 * A frame has come to @inverter at @now_ms, of any clock that begins with the bank's.
 * True when limits were in it.
 */
bool inverter_hear(struct inverter *inverter, u64 now_ms, const struct can_frame *frame);

/* How old the limits are that it has heard, in ms; UINT64_MAX when it has none. */
u64 inverter_age_ms(const struct inverter *inverter, u64 now_ms);

/* They are so old, or there are none, that it takes no current of its own accord. */
bool inverter_timed_out(const struct inverter *inverter, u64 now_ms);

/* What it takes of the bank's current, > 0 charges. */
double inverter_current_a(const struct inverter *inverter, const struct plant *plant);

/* False when it is gone, or when no keep-alive is known of its dialect. */
bool inverter_keepalive(const struct inverter *inverter, const struct plant *plant,
			struct can_frame *frame);

/*
 * Let them take what they will in the @dt_ms that end at @now_ms: sets what drives
 * @plant in its next step.
 */
void inverters_drive(struct inverters *inverters, struct plant *plant, u64 now_ms,
		     u32 dt_ms);

/* @event is about an inverter, and about one that is there. */
void inverters_happen(struct inverters *inverters, const struct script_event *event);

#endif /* CELLAR_SIM_INVERTERS_H */
