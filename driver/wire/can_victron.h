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

/* 0x355 with the SOC in 0.01 %. */
CELLAR_CAN_ENCODER(fine_charge);

/* 0x35B: events of SMA's, no reading. */
CELLAR_CAN_DECODER(events);
CELLAR_CAN_ENCODER(events);

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

/* The rows that Pylontech's clones took over as they are, and what they say. */
#define CELLAR_CAN_SUPERSET_ROWS					\
	CELLAR_CAN_ROW(0x35f, 4, CELLAR_CAN_LIVE_MS, "product", product, product), \
	CELLAR_CAN_ROW(0x372, 2, CELLAR_CAN_LIVE_MS, "packs", packs, packs), \
	CELLAR_CAN_ROW(0x373, 8, CELLAR_CAN_LIVE_MS, "extreme cells", extremes, extremes), \
	CELLAR_CAN_ROW(0x374, 1, CELLAR_CAN_LIVE_MS, "lowest cell voltage", place, place), \
	CELLAR_CAN_ROW(0x375, 1, CELLAR_CAN_LIVE_MS, "highest cell voltage", place, place), \
	CELLAR_CAN_ROW(0x376, 1, CELLAR_CAN_LIVE_MS, "lowest cell temperature", place, place), \
	CELLAR_CAN_ROW(0x377, 1, CELLAR_CAN_LIVE_MS, "highest cell temperature", place, place), \
	CELLAR_CAN_ROW(0x378, 4, CELLAR_CAN_LIVE_MS, "energy", energy, energy), \
	CELLAR_CAN_ROW(0x379, 2, 0, "capacity", capacity, capacity),	\
	CELLAR_CAN_ROW(0x380, 1, 0, "serial number 1", serial, serial),	\
	CELLAR_CAN_ROW(0x381, 1, 0, "serial number 2", serial, serial),	\
	CELLAR_CAN_ROW(0x382, 1, 0, "family", family, family)
#define CELLAR_CAN_SUPERSET_FIELDS					\
	(CELLAR_CAN_PACK_COUNT_FIELDS | CELLAR_CAN_EXTREME_FIELDS |	\
	 BIT_ULL(CELLAR_REMAINING) | BIT_ULL(CELLAR_DESIGN) |		\
	 BIT_ULL(CELLAR_ENERGY_CHARGED) | BIT_ULL(CELLAR_ENERGY_DISCHARGED) | \
	 BIT_ULL(CELLAR_MANUFACTURER) | BIT_ULL(CELLAR_MODEL) |		\
	 BIT_ULL(CELLAR_SERIAL_HEAD) | BIT_ULL(CELLAR_SERIAL_TAIL) |	\
	 BIT_ULL(CELLAR_FIRMWARE) | BIT_ULL(CELLAR_FAMILY) |		\
	 BIT_ULL(CELLAR_CELL_VOLTAGE_MIN_PLACE) |			\
	 BIT_ULL(CELLAR_CELL_VOLTAGE_MAX_PLACE) |			\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MIN_PLACE) |			\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MAX_PLACE))

/*
 * The numbers of a binary 0x370 or the places of a binary 0x371, by
 * frame->id, for the dialect that sends them. 0, or -ENODATA.
 */
int cellar_can_encode_binary(const struct cellar_reading *reading,
			     struct cellar_can_frame *frame);

#endif /* CELLAR_WIRE_CAN_VICTRON_H */
