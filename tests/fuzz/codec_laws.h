/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must hold for any sequence of CAN frames, whatever it says. A broken law
 * ends the program.
 */
#ifndef CELLAR_FUZZ_CODEC_LAWS_H
#define CELLAR_FUZZ_CODEC_LAWS_H

#include "../../driver/wire/can.h"

/* Identifier (low byte, high byte), length, eight data bytes. */
#define CODEC_FRAME_BYTES	11
#define CODEC_ID_MASK		0x7FF
#define CODEC_ID_EXTENDED	0x8000	/* the same number, but as one of 29 bits */

/* Run @size bytes of such frames through detection and through @dialect. */
void codec_laws(enum cellar_dialect dialect, const u8 *data, size_t size);

#endif /* CELLAR_FUZZ_CODEC_LAWS_H */
