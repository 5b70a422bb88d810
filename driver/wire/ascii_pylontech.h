/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Pylontech's dialect has beside the questions to one pack (protocols.md 4):
 * system parameters (0x47) and the protocol version (0x4F), which are no readings and
 * which no master asks for; and the questions about the system, of ascii_system.c.
 */
#ifndef CELLAR_WIRE_ASCII_PYLONTECH_H
#define CELLAR_WIRE_ASCII_PYLONTECH_H

#include "ascii_maker.h"

#define CELLAR_ASCII_PARAMETERS		0x47
#define CELLAR_ASCII_PROTOCOL		0x4f

/*
 * 0x47: the marks at which a pack warns and protects itself (protocols.md 4.6), as on
 * the wire: the discharge current is negative.
 */
struct cellar_ascii_parameters {
	s32 cell_high_mv;
	s32 cell_low_alarm_mv;
	s32 cell_low_protection_mv;
	s32 charge_high_decic;
	s32 charge_low_decic;
	s32 charge_current_ma;
	s32 pack_high_mv;
	s32 pack_low_alarm_mv;
	s32 pack_low_protection_mv;
	s32 discharge_high_decic;
	s32 discharge_low_decic;
	s32 discharge_current_ma;
};

/* 0, or as a decoder of struct cellar_rs485_question */
int cellar_ascii_parameters_decode(u8 address, const struct cellar_rs485_telegram *answer,
				   struct cellar_ascii_parameters *parameters);
int cellar_ascii_parameters_encode(u8 address,
				   const struct cellar_ascii_parameters *parameters,
				   u8 *wire);

/* The version stands where other answers have that of the frame: 0x21 is V2.1 (4.2) */
int cellar_ascii_protocol_decode(u8 address, const struct cellar_rs485_telegram *answer,
				 u8 *version);
int cellar_ascii_protocol_encode(u8 address, u8 version, u8 *wire);

/* Status of 92 and 63: what may be done, and what is asked for (protocols.md 4.7) */
void cellar_ascii_requests_decode(u8 status, struct cellar_reading *news);
u8 cellar_ascii_requests_encode(const struct cellar_reading *reading);

#define CELLAR_ASCII_REQUESTS							\
	(BIT_ULL(CELLAR_CHARGE_ENABLE) | BIT_ULL(CELLAR_DISCHARGE_ENABLE) |	\
	 BIT_ULL(CELLAR_FORCE_CHARGE) | BIT_ULL(CELLAR_FULL_CHARGE_REQUEST))

#define CELLAR_ASCII_LIMITS							\
	(BIT_ULL(CELLAR_CHARGE_VOLTAGE_LIMIT) |					\
	 BIT_ULL(CELLAR_DISCHARGE_VOLTAGE_LIMIT) |				\
	 BIT_ULL(CELLAR_CHARGE_CURRENT_LIMIT) |					\
	 BIT_ULL(CELLAR_DISCHARGE_CURRENT_LIMIT))

/* Of the whole system, asked at the first pack of a group: 60 to 63 of V3.5 (4.8) */
#define CELLAR_ASCII_QUESTION(what)						\
	int cellar_ascii_##what##_ask(u8 address, u8 *wire);			\
	int cellar_ascii_##what##_decode(u8 address,				\
					 const struct cellar_rs485_telegram *answer, \
					 struct cellar_reading *news);		\
	int cellar_ascii_##what##_encode(u8 address,				\
					 const struct cellar_reading *reading, u8 *wire)

CELLAR_ASCII_QUESTION(system_identity);
CELLAR_ASCII_QUESTION(system_values);
CELLAR_ASCII_QUESTION(system_alarms);
CELLAR_ASCII_QUESTION(system_limits);

#define CELLAR_ASCII_SYSTEM_FIELDS						\
	(CELLAR_ASCII_MAKER_FIELDS | CELLAR_ASCII_REQUESTS | CELLAR_ASCII_LIMITS | \
	 BIT_ULL(CELLAR_PACKS_ONLINE) |						\
	 BIT_ULL(CELLAR_VOLTAGE) | BIT_ULL(CELLAR_CURRENT) |			\
	 BIT_ULL(CELLAR_SOC) | BIT_ULL(CELLAR_SOH) | BIT_ULL(CELLAR_CYCLES) |	\
	 BIT_ULL(CELLAR_TEMPERATURE) | BIT_ULL(CELLAR_MOSFET_TEMPERATURE) |	\
	 BIT_ULL(CELLAR_CELL_VOLTAGE_MIN) | BIT_ULL(CELLAR_CELL_VOLTAGE_MAX) |	\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MIN) |					\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MAX) |					\
	 BIT_ULL(CELLAR_CELL_VOLTAGE_MIN_PLACE) |				\
	 BIT_ULL(CELLAR_CELL_VOLTAGE_MAX_PLACE) |				\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MIN_PLACE) |				\
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MAX_PLACE) |				\
	 BIT_ULL(CELLAR_PROTECTIONS) | BIT_ULL(CELLAR_WARNINGS))

#endif /* CELLAR_WIRE_ASCII_PYLONTECH_H */
