/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When which frame goes on the bus: every row of a dialect at its period, the
 * inverter's keep-alive, and what a bad bus adds and takes away.
 */
#ifndef CELLAR_SIM_TALKER_H
#define CELLAR_SIM_TALKER_H

#include <linux/can.h>

#include "../../driver/wire/can.h"
#include "plant.h"
#include "rng.h"

/* Takes one frame. 0, 1 when it was lost, or a negative errno: that ends the simulation. */
typedef int (*talker_send)(void *to, u64 now_ms, const struct can_frame *frame);

/* @row: NULL is the keep-alive; @address: 0 for the system */
struct talker_slot {
	const struct cellar_can_row *row;
	u8 address;
	u64 next_ms;
};

struct talker {
	const struct cellar_can_dialect *dialect;
	struct cellar_can_memory memory;
	struct talker_slot *slots;
	size_t n_slots;
	struct rng rng;
	double drop_percent;
	unsigned int garbage;	/* broken frames still to be sent */
	u64 garbage_next_ms;
	bool silent;
	u64 spoken;		/* frames of the battery that were sent, and were whole */
	talker_send send;
	void *to;
};

/*
 * What each address says now: [0] the system, NULL for an address that does not
 * talk.
 */
struct talker_voices {
	const struct cellar_reading *of[1 + PLANT_PACKS_MAX];
};

/* -ENOMEM. @setting: of a Deye battery, CELLAR_SETTING_UNKNOWN for the others. */
int talker_start(struct talker *talker, const struct cellar_can_dialect *dialect,
		 enum cellar_setting setting, unsigned int packs, bool keepalive,
		 u64 seed);

void talker_stop(struct talker *talker);

void talker_garbage(struct talker *talker, unsigned int frames, u64 now_ms);

u64 talker_next_ms(const struct talker *talker);

/* Send what is due at @now_ms. 0, or what talker->send() returned. */
int talker_run(struct talker *talker, u64 now_ms, const struct talker_voices *voices);

#endif /* CELLAR_SIM_TALKER_H */
