/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names, versions and serial numbers in answers of the ASCII dialects, and the
 * question for the maker, which most of them have alike (protocols.md 4.3).
 */
#ifndef CELLAR_WIRE_ASCII_MAKER_H
#define CELLAR_WIRE_ASCII_MAKER_H

#include "ascii.h"

/* Two bytes of a version, as text; 0.0 is none */
void cellar_ascii_release_decode(const u8 *bytes, struct cellar_reading *news);
void cellar_ascii_release_encode(const struct cellar_reading *reading, u8 *bytes);

/* A name with zeros, spaces or '-' after it; an empty one is none */
void cellar_ascii_name_decode(const u8 *bytes, unsigned int len, enum cellar_field field,
			      struct cellar_reading *news);
void cellar_ascii_name_encode(const struct cellar_reading *reading,
			      enum cellar_field field, u8 *bytes, unsigned int len, u8 pad);

/*
 * Both halves of a serial number; one without any character is none. Of a longer one
 * than a reading can hold the end is kept, where packs differ.
 */
void cellar_ascii_serial_decode(const u8 *bytes, unsigned int len,
				struct cellar_reading *news);

/*
 * 0x51: model, version, maker (protocols.md 4.3). One pack may answer for all of them,
 * so these are no texts to tell packs by.
 */
int cellar_ascii_maker_ask(u8 address, u8 *wire);
int cellar_ascii_maker_decode(u8 address, const struct cellar_rs485_telegram *answer,
			      struct cellar_reading *news);
int cellar_ascii_maker_encode(u8 address, const struct cellar_reading *reading, u8 *wire);

#define CELLAR_ASCII_MAKER_FIELDS							\
	(BIT_ULL(CELLAR_MANUFACTURER) | BIT_ULL(CELLAR_MODEL) | BIT_ULL(CELLAR_FIRMWARE))

#endif /* CELLAR_WIRE_ASCII_MAKER_H */
