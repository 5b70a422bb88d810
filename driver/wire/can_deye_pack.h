/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames of one Deye pack, and what the frames of a Deye system have in the same
 * shape (protocols.md 3.1). The rules of can_base.h hold.
 */
#ifndef CELLAR_WIRE_CAN_DEYE_PACK_H
#define CELLAR_WIRE_CAN_DEYE_PACK_H

#include "can_base.h"

/* Characters of a software version: "F002" */
#define CELLAR_DEYE_VERSION_DIGITS	4

CELLAR_CAN_DECODER(pack_faults);		/* 0x110 */
CELLAR_CAN_ENCODER(pack_faults);
CELLAR_CAN_DECODER(pack_measured);		/* 0x150 */
CELLAR_CAN_ENCODER(pack_measured);
CELLAR_CAN_DECODER(pack_extremes);		/* 0x200 */
CELLAR_CAN_ENCODER(pack_extremes);
CELLAR_CAN_DECODER(pack_limits);		/* 0x250 */
CELLAR_CAN_ENCODER(pack_limits);
CELLAR_CAN_DECODER(pack_cycles);		/* 0x400 */
CELLAR_CAN_ENCODER(pack_cycles);
CELLAR_CAN_DECODER(pack_version);		/* 0x500 */
CELLAR_CAN_ENCODER(pack_version);
CELLAR_CAN_DECODER(pack_energy);		/* 0x550 */
CELLAR_CAN_ENCODER(pack_energy);
CELLAR_CAN_DECODER(pack_serial_head);		/* 0x600 */
CELLAR_CAN_ENCODER(pack_serial_head);
CELLAR_CAN_DECODER(pack_serial_tail);		/* 0x650 */
CELLAR_CAN_ENCODER(pack_serial_tail);
CELLAR_CAN_DECODER(pack_counts_basic);		/* 0x700 */
CELLAR_CAN_ENCODER(pack_counts_basic);
CELLAR_CAN_DECODER(pack_counts_current);	/* 0x750 */
CELLAR_CAN_ENCODER(pack_counts_current);

/* Sets of alarms in the fault tables T1…T7: seven bytes. */
void cellar_deye_decode_faults(const u8 *bytes, u64 *protections, u64 *warnings);

/*
 * The opposite. -ENODATA without protections: all-zero would say that all is
 * well.
 */
int cellar_deye_encode_faults(const struct cellar_reading *reading, u8 *bytes);

/* Two bytes as the four digits they are on the wire, in news->firmware. */
void cellar_deye_decode_version(const u8 *bytes, struct cellar_reading *news);

/* The opposite. -ENODATA if the firmware does not begin with four such digits. */
int cellar_deye_encode_version(const struct cellar_reading *reading, u8 *bytes);

/* Give the current of 0x356 or 0x150 the other sign; "no value" has none. */
void cellar_deye_invert_current(struct cellar_can_frame *frame);

#endif /* CELLAR_WIRE_CAN_DEYE_PACK_H */
