/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frames that all dialects share (protocols.md 1.1, 2.1): limits 0x351,
 * charge 0x355, measurements 0x356, requests 0x35C, and text.
 *
 * A frame's two functions are cellar_can_decode_NAME and cellar_can_encode_NAME
 * with the rules of struct cellar_can_row. They are called by way of
 * cellar_can_decode() and cellar_can_encode() only: news->have and ->none start
 * at 0, a frame to fill starts as eight zeros with its identifier set.
 */
#ifndef CELLAR_WIRE_CAN_BASE_H
#define CELLAR_WIRE_CAN_BASE_H

#include "can.h"

#define CELLAR_CAN_DECODER(name)					\
	int cellar_can_decode_##name(					\
		struct cellar_can_memory *memory __maybe_unused,	\
		const struct cellar_can_frame *frame __maybe_unused,	\
		struct cellar_reading *news __maybe_unused)

#define CELLAR_CAN_ENCODER(name)					\
	int cellar_can_encode_##name(					\
		const struct cellar_can_memory *memory __maybe_unused,	\
		const struct cellar_reading *reading __maybe_unused,	\
		struct cellar_can_frame *frame __maybe_unused)

/* A row of the system. */
#define CELLAR_CAN_SYSTEM_ROW(i, min, period, age, needed, what, decoder, encoder) \
	{								\
		.id = i, .len_min = min, .period_ms = period,		\
		.max_age_ms = age, .required = needed, .name = what,	\
		.decode = cellar_can_decode_##decoder,			\
		.encode = cellar_can_encode_##encoder,			\
	}

/* One that is sent each second (protocols.md 1, 2, 3.1, 3.3 and 3.5). */
#define CELLAR_CAN_ROW(i, min, age, what, decoder, encoder) \
	CELLAR_CAN_SYSTEM_ROW(i, min, 1000, age, false, what, decoder, encoder)
#define CELLAR_CAN_REQUIRED_ROW(i, min, age, what, decoder, encoder) \
	CELLAR_CAN_SYSTEM_ROW(i, min, 1000, age, true, what, decoder, encoder)

/* Two periods and a half of a second; 0 is for what does not change (can.h). */
#define CELLAR_CAN_LIVE_MS	2500

/* What 0x351, 0x355 and 0x356 say, and what 0x35C does, as sets of fields. */
#define CELLAR_CAN_BASE_FIELDS						\
	(BIT_ULL(CELLAR_VOLTAGE) | BIT_ULL(CELLAR_CURRENT) |		\
	 BIT_ULL(CELLAR_TEMPERATURE) | BIT_ULL(CELLAR_SOC) |		\
	 BIT_ULL(CELLAR_SOH) | BIT_ULL(CELLAR_CHARGE_VOLTAGE_LIMIT) |	\
	 BIT_ULL(CELLAR_DISCHARGE_VOLTAGE_LIMIT) |			\
	 BIT_ULL(CELLAR_CHARGE_CURRENT_LIMIT) |				\
	 BIT_ULL(CELLAR_DISCHARGE_CURRENT_LIMIT))
#define CELLAR_CAN_REQUEST_FIELDS					\
	(BIT_ULL(CELLAR_CHARGE_ENABLE) | BIT_ULL(CELLAR_DISCHARGE_ENABLE) | \
	 BIT_ULL(CELLAR_FORCE_CHARGE) | BIT_ULL(CELLAR_FULL_CHARGE_REQUEST))
#define CELLAR_CAN_ALARM_FIELDS						\
	(BIT_ULL(CELLAR_PROTECTIONS) | BIT_ULL(CELLAR_WARNINGS))
#define CELLAR_CAN_PACK_COUNT_FIELDS					\
	(BIT_ULL(CELLAR_PACKS_ONLINE) | BIT_ULL(CELLAR_PACKS_OFFLINE) |	\
	 BIT_ULL(CELLAR_PACKS_BLOCKING_CHARGE) |			\
	 BIT_ULL(CELLAR_PACKS_BLOCKING_DISCHARGE))
#define CELLAR_CAN_EXTREME_FIELDS					\
	(BIT_ULL(CELLAR_CELL_VOLTAGE_MIN) | BIT_ULL(CELLAR_CELL_VOLTAGE_MAX) | \
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MIN) |				\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MAX))

/* 0x351. The encoder sends all 8 bytes. */
CELLAR_CAN_DECODER(limits);
CELLAR_CAN_ENCODER(limits);

/*
 * 0x355: SOC and SOH; high-resolution SOC (SMA, Victron) or extreme cell
 * voltages (Luxpower) where bytes 4-7 look like either. The encoder sends 8
 * bytes with whole percents only.
 */
CELLAR_CAN_DECODER(charge);
CELLAR_CAN_ENCODER(charge);

/*
 * 0x356: voltage in 0.01 or 0.1 V, current > 0 charging, temperature. The
 * encoder sends 8 bytes, 0.01 V.
 */
CELLAR_CAN_DECODER(measured);
CELLAR_CAN_ENCODER(measured);

/* 0x35C. The encoder sends 8 bytes. */
CELLAR_CAN_DECODER(requests);
CELLAR_CAN_ENCODER(requests);

/* 0x35E as text. The encoder pads 8 bytes with zeros. */
CELLAR_CAN_DECODER(maker);
CELLAR_CAN_ENCODER(maker);

/* The whole frame as the text of @field; an empty one says none. */
void cellar_can_decode_text(const struct cellar_can_frame *frame,
			    struct cellar_reading *news, enum cellar_field field);

/* 8 bytes of text. 0, or -ENODATA. */
int cellar_can_encode_text(const struct cellar_reading *reading,
			   enum cellar_field field, u8 pad,
			   struct cellar_can_frame *frame);

/* Whether bytes 4-5 and 6-7 of 0x355 are cell voltages, and nothing else. */
bool cellar_can_are_cells(u16 max_mv, u16 min_mv);

#endif /* CELLAR_WIRE_CAN_BASE_H */
