/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the physics to what the BMS says of it: readings of the packs and of the
 * system, in the integers every codec takes.
 */
#ifndef CELLAR_SIM_REPORT_H
#define CELLAR_SIM_REPORT_H

#include "../../driver/wire/can.h"
#include "plant.h"

/*
 * Texts that differ between dialects.
 *
 * @maker: in the manufacturer frame; a decoder that looks for the dialect goes
 *         by it (protocols.md 1.4, 3.1, 8.7). NULL is the model's own maker
 * @firmware, @pack_firmware: in the form the frames can carry
 */
struct report_texts {
	const char *maker;
	const char *firmware;
	const char *pack_firmware;
};

/* @n: 0…plant->packs - 1; the reading is of the pack at address n + 1. */
void report_pack(const struct plant *plant, unsigned int n,
		 const struct report_texts *texts, struct cellar_reading *reading);

#define REPORT_ALL_PACKS	(~0ULL)

/*
 * @members: which packs make up the system, a set of BIT_ULL(n)
 * @packs: one reading per pack, as its BMS last gave it
 * -ENODATA when no member is on line: then nobody speaks for the system.
 */
int report_system(const struct plant *plant, u64 members,
		  const struct cellar_reading *packs,
		  const struct report_texts *texts, struct cellar_reading *reading);

#endif /* CELLAR_SIM_REPORT_H */
