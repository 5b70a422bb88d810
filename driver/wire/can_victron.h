/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames of the SMA / Victron set (protocols.md 2.1) that other dialects send
 * too. The rules of can_base.h hold.
 */
#ifndef CELLAR_WIRE_CAN_VICTRON_H
#define CELLAR_WIRE_CAN_VICTRON_H

#include "can_base.h"

/* 0x35A: alarms as pairs of bits. */
CELLAR_CAN_DECODER(pairs);
CELLAR_CAN_ENCODER(pairs);

/* 0x35F: firmware, available capacity. */
CELLAR_CAN_DECODER(product);
CELLAR_CAN_ENCODER(product);

/*
 * 0x370, 0x371: either a product name of 16 characters or extreme cells as
 * numbers with their places (protocols.md 2.4). The encoder sends the name.
 */
CELLAR_CAN_DECODER(name);
CELLAR_CAN_ENCODER(name);

/* 0x372: packs on line, blocking, off line. */
CELLAR_CAN_DECODER(packs);
CELLAR_CAN_ENCODER(packs);

/* 0x373: extreme cells, in mV and K. */
CELLAR_CAN_DECODER(extremes);
CELLAR_CAN_ENCODER(extremes);

/* 0x374…0x377: where the extreme cells are. */
CELLAR_CAN_DECODER(place);
CELLAR_CAN_ENCODER(place);

/* 0x378: energy charged and discharged. */
CELLAR_CAN_DECODER(energy);
CELLAR_CAN_ENCODER(energy);

/* 0x379: installed capacity. */
CELLAR_CAN_DECODER(capacity);
CELLAR_CAN_ENCODER(capacity);

/* 0x380, 0x381: serial number. */
CELLAR_CAN_DECODER(serial);
CELLAR_CAN_ENCODER(serial);

/* 0x382: product family. */
CELLAR_CAN_DECODER(family);
CELLAR_CAN_ENCODER(family);

/*
 * The numbers of a binary 0x370 or the places of a binary 0x371, by
 * frame->id, for the dialect that sends them. 0, or -ENODATA.
 */
int cellar_can_encode_binary(const struct cellar_reading *reading,
			     struct cellar_can_frame *frame);

#endif /* CELLAR_WIRE_CAN_VICTRON_H */
