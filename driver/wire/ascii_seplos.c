// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RS-485 dialect of Seplos V2.0 (protocols.md 4.10). What that section does not
 * have is from "SEPLOS BMS Communication Protocol V2.0" (2019-10-15), the tables 8 to
 * 13. It says neither limits nor serial numbers.
 */
#include "ascii_maker.h"
#include "ascii_record.h"
#include "bytes.h"

#define W(word)	CELLAR_ALARM_BIT(word)
#define VERSION	CELLAR_ASCII_VERSION_20

static int ask_values(u8 address, u8 *wire)
{
	return cellar_ascii_ask_with_address(wire, VERSION, address, CELLAR_ASCII_VALUES);
}

static int decode_values(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	return cellar_ascii_pack_decode(CELLAR_RS485_SEPLOS, CELLAR_ASCII_VALUES, address,
					answer, news);
}

static int encode_values(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[CELLAR_ASCII_PREFIX + CELLAR_ASCII_RECORD_MAX];
	int len = cellar_ascii_values_encode(CELLAR_RS485_SEPLOS, reading,
					     info + CELLAR_ASCII_PREFIX);

	return cellar_ascii_pack_encode(CELLAR_RS485_SEPLOS, address, info, len, wire);
}

/* Table 11: the current of either direction, the voltage */
static const struct cellar_ascii_state last_states[] = {
	{ W(DISCHARGE_OVERCURRENT), W(CHARGE_OVERCURRENT) },
	{ W(PACK_UNDERVOLTAGE), W(PACK_OVERVOLTAGE) },
};

/* Table 11, from the number of events on */
#define EVENTS		20
#define EVENTS_LEN	14	/* of which the rest is reserved */
#define SWITCHES_AT	6
#define BALANCING_AT	7

#define DISCHARGE_SWITCH	0x01
#define CHARGE_SWITCH		0x02

#define E(n)	(8 * ((n) - 1))	/* alarm event 1…6 */
#define E7	(8 * 12)
#define E8	(8 * 13)

/*
 * Table 13. A lock-out is the protection that no longer releases by itself. What waits
 * for a charger, or was never calibrated, is no alarm.
 */
static const u8 protections[8 * EVENTS_LEN] = {
	[E(1)] = W(SENSOR_FAILURE), W(SENSOR_FAILURE), W(SENSOR_FAILURE),
	W(SYSTEM_ERROR), W(CELL_FAILURE), W(MOSFET_FAILURE), W(MOSFET_FAILURE),
	W(MOSFET_FAILURE),
	[E(2) + 1] = W(CELL_OVERVOLTAGE), [E(2) + 3] = W(CELL_UNDERVOLTAGE),
	[E(2) + 5] = W(PACK_OVERVOLTAGE), [E(2) + 7] = W(PACK_UNDERVOLTAGE),
	[E(3) + 1] = W(CHARGE_OVERTEMPERATURE), [E(3) + 3] = W(CHARGE_UNDERTEMPERATURE),
	[E(3) + 5] = W(DISCHARGE_OVERTEMPERATURE),
	[E(3) + 7] = W(DISCHARGE_UNDERTEMPERATURE),
	[E(4) + 1] = W(OVERTEMPERATURE), [E(4) + 3] = W(UNDERTEMPERATURE),
	[E(4) + 4] = W(MOSFET_OVERTEMPERATURE),
	[E(5) + 1] = W(CHARGE_OVERCURRENT),
	[E(5) + 3] = W(DISCHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT),
	W(SHORT_CIRCUIT), W(DISCHARGE_OVERCURRENT), W(SHORT_CIRCUIT),
	[E(6)] = W(OVERVOLTAGE), [E(6) + 3] = W(LOW_SOC), W(CELL_UNDERVOLTAGE),
	W(REVERSED_POLARITY), W(CONTACTOR),
	/* disconnection of cells */
	[80] = W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE),
	W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE),
	W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE),
	W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE),
	[E8] = W(MEMORY_FAILURE),
};

static const u8 warnings[8 * EVENTS_LEN] = {
	[E(2)] = W(CELL_OVERVOLTAGE), [E(2) + 2] = W(CELL_UNDERVOLTAGE),
	[E(2) + 4] = W(PACK_OVERVOLTAGE), [E(2) + 6] = W(PACK_UNDERVOLTAGE),
	[E(3)] = W(CHARGE_OVERTEMPERATURE), [E(3) + 2] = W(CHARGE_UNDERTEMPERATURE),
	[E(3) + 4] = W(DISCHARGE_OVERTEMPERATURE),
	[E(3) + 6] = W(DISCHARGE_UNDERTEMPERATURE),
	[E(4)] = W(OVERTEMPERATURE), [E(4) + 2] = W(UNDERTEMPERATURE),
	[E(4) + 5] = W(MOSFET_OVERTEMPERATURE),
	[E(5)] = W(CHARGE_OVERCURRENT), [E(5) + 2] = W(DISCHARGE_OVERCURRENT),
	[E(6) + 2] = W(LOW_SOC),
	/* the clock is wrong */
	[E8 + 1] = W(GENERAL),
};

#define MOSFET	6

int cellar_ascii_seplos_alarms(const u8 *p, unsigned int len, struct cellar_reading *news)
{
	const u8 *events;
	u64 warned = 0;
	int used;

	used = cellar_ascii_states_decode(last_states, ARRAY_SIZE(last_states), MOSFET, p, len,
					  &warned);
	if (used < 0)
		return used;
	if (len < (unsigned int)used + 1 + EVENTS || p[used] != EVENTS)
		return -ENOMSG;

	events = p + used + 1;
	news->protections = cellar_alarms_from_bits(protections, events, EVENTS_LEN);
	news->warnings = warned | cellar_alarms_from_bits(warnings, events, EVENTS_LEN);
	news->charge_enable = events[SWITCHES_AT] & CHARGE_SWITCH;
	news->discharge_enable = events[SWITCHES_AT] & DISCHARGE_SWITCH;
	news->balancing = cellar_le16(events + BALANCING_AT);
	cellar_say(news, CELLAR_PROTECTIONS);
	cellar_say(news, CELLAR_WARNINGS);
	cellar_say(news, CELLAR_CHARGE_ENABLE);
	cellar_say(news, CELLAR_DISCHARGE_ENABLE);
	cellar_say(news, CELLAR_BALANCING);

	return used + 1 + EVENTS;
}

static int ask_alarms(u8 address, u8 *wire)
{
	return cellar_ascii_ask_with_address(wire, VERSION, address, CELLAR_ASCII_ALARMS);
}

static int decode_alarms(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	return cellar_ascii_pack_decode(CELLAR_RS485_SEPLOS, CELLAR_ASCII_ALARMS, address,
					answer, news);
}

#define CELLS		16
#define TEMPERATURES	6

static void put_alarms(const u8 *table, u64 alarms, bool are_warnings, u8 *events)
{
	u64 known = cellar_alarms_of_table(table, EVENTS_LEN);

	cellar_alarms_to_bits(table, events, EVENTS_LEN,
			      cellar_alarms_fit(alarms, known, are_warnings));
}

/* Without protections there is no answer: all-zero would say that all is well. */
static int encode_alarms(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[CELLAR_ASCII_PREFIX + CELLAR_ASCII_RECORD_MAX];
	u8 *events;
	int len;

	if (!cellar_has(reading, CELLAR_PROTECTIONS))
		return -ENODATA;

	len = cellar_ascii_states_encode(reading, CELLS, TEMPERATURES,
					 ARRAY_SIZE(last_states), info + CELLAR_ASCII_PREFIX);
	events = info + CELLAR_ASCII_PREFIX + len;
	*events++ = EVENTS;
	memset(events, 0, EVENTS);

	put_alarms(protections, reading->protections, false, events);
	if (cellar_has(reading, CELLAR_WARNINGS))
		put_alarms(warnings, reading->warnings, true, events);
	if (cellar_has(reading, CELLAR_CHARGE_ENABLE) && reading->charge_enable)
		events[SWITCHES_AT] |= CHARGE_SWITCH;
	if (cellar_has(reading, CELLAR_DISCHARGE_ENABLE) && reading->discharge_enable)
		events[SWITCHES_AT] |= DISCHARGE_SWITCH;
	if (cellar_has(reading, CELLAR_BALANCING))
		cellar_put_le16(events + BALANCING_AT, reading->balancing);

	return cellar_ascii_pack_encode(CELLAR_RS485_SEPLOS, address, info, len + 1 + EVENTS,
					wire);
}

static const struct cellar_rs485_question questions[] = {
	{
		.name = "alarms", .urgency = CELLAR_URGENCY_ALARMS, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(CELLAR_ASCII_PREFIX + 5 + CELLS +
						    TEMPERATURES + EVENTS),
		.ask = ask_alarms, .decode = decode_alarms, .encode = encode_alarms,
	}, {
		.name = "values", .urgency = CELLAR_URGENCY_VALUES, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(CELLAR_ASCII_PREFIX + 29 +
						    2 * (CELLS + TEMPERATURES)),
		.ask = ask_values, .decode = decode_values, .encode = encode_values,
	}, {
		.name = "manufacturer", .urgency = CELLAR_URGENCY_IDENTITY,
		.answer_len = CELLAR_ASCII_WIRE_LEN(32),
		.ask = cellar_ascii_maker_ask, .decode = cellar_ascii_maker_decode,
		.encode = cellar_ascii_maker_encode,
	},
};

#define VALUES_QUESTION	1

/* Table 8 */
static const char *const temperature_labels[CELLAR_TEMPERATURES_MAX] = {
	"cells1-4", "cells5-8", "cells9-12", "cells13-16", "environment", "mosfet",
	"temperature7", "temperature8",
};

#define F(f)	BIT_ULL(CELLAR_##f)

const struct cellar_rs485_dialect cellar_rs485_seplos = {
	.name = "seplos",
	.title = "Seplos RS-485 V2.0",
	.framing = CELLAR_FRAMING_ASCII,
	.questions = questions,
	.n_questions = ARRAY_SIZE(questions),
	.probe = VALUES_QUESTION,
	.addresses = cellar_ascii_dip_addresses,
	.n_addresses = CELLAR_ASCII_DIP_ADDRESSES,
	.group = cellar_ascii_dip_group,
	.pack_fields = CELLAR_ASCII_VALUES_FIELDS | F(SOH) | F(DESIGN) |
		       F(MOSFET_TEMPERATURE) | F(PROTECTIONS) | F(WARNINGS) |
		       F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) | F(BALANCING) |
		       CELLAR_ASCII_MAKER_FIELDS,
	.temperature_labels = temperature_labels,
};
