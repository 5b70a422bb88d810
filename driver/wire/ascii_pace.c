// SPDX-License-Identifier: GPL-2.0-only
/*
 * PACE's RS-485 dialect V2.5 (protocols.md 5.3). It says no limits: what may flow is
 * seen in the MOSFETs alone.
 */
#include "ascii_maker.h"
#include "ascii_record.h"
#include "bytes.h"

#define W(word)	CELLAR_ALARM_BIT(word)
#define VERSION	CELLAR_ASCII_PACE

#define RELEASE	0xc1
#define SERIAL	0xc2

static int ask_values(u8 address, u8 *wire)
{
	return cellar_ascii_ask_with_address(wire, VERSION, address, CELLAR_ASCII_VALUES);
}

static int decode_values(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	return cellar_ascii_pack_decode(CELLAR_RS485_PACE, CELLAR_ASCII_VALUES, address,
					answer, news);
}

static int encode_values(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[CELLAR_ASCII_PREFIX + CELLAR_ASCII_RECORD_MAX];
	int len = cellar_ascii_values_encode(CELLAR_RS485_PACE, reading,
					     info + CELLAR_ASCII_PREFIX);

	return cellar_ascii_pack_encode(CELLAR_RS485_PACE, address, info, len, wire);
}

static const struct cellar_ascii_state last_states[] = {
	{ W(CHARGE_OVERCURRENT), W(CHARGE_OVERCURRENT) },
	{ W(PACK_UNDERVOLTAGE), W(PACK_OVERVOLTAGE) },
	{ W(DISCHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT) },
};

/* After the states: protections 1 and 2, indication, control, fault, balancing, warnings */
#define PROTECTIONS_AT	0
#define PROTECTIONS_LEN	5
#define INDICATION_AT	2
#define BALANCING_AT	5
#define WARNINGS_AT	7
#define WARNINGS_LEN	2
#define STATUS_LEN	9

#define CHARGE_FET	0x02	/* of the indication */
#define DISCHARGE_FET	0x04

/* b7 of the second: full, which is no trouble; reversed polarity is an indication */
static const u8 protections[8 * PROTECTIONS_LEN] = {
	W(CELL_OVERVOLTAGE), W(CELL_UNDERVOLTAGE), W(PACK_OVERVOLTAGE),
	W(PACK_UNDERVOLTAGE), W(CHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT),
	W(SHORT_CIRCUIT),
	[8] = W(CHARGE_OVERTEMPERATURE), W(DISCHARGE_OVERTEMPERATURE),
	W(CHARGE_UNDERTEMPERATURE), W(DISCHARGE_UNDERTEMPERATURE),
	W(MOSFET_OVERTEMPERATURE), W(OVERTEMPERATURE), W(UNDERTEMPERATURE),
	[16 + 4] = W(REVERSED_POLARITY),
	[32] = W(MOSFET_FAILURE), W(MOSFET_FAILURE), W(SENSOR_FAILURE),
	[32 + 4] = W(CELL_FAILURE), W(SENSOR_FAILURE),
};

/* The bits as in nkinnan/esphome-pace-bms, pace_bms_protocol_v25.h */
static const u8 warnings[8 * WARNINGS_LEN] = {
	W(CELL_OVERVOLTAGE), W(CELL_UNDERVOLTAGE), W(PACK_OVERVOLTAGE),
	W(PACK_UNDERVOLTAGE), W(CHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT),
	[8] = W(CHARGE_OVERTEMPERATURE), W(DISCHARGE_OVERTEMPERATURE),
	W(CHARGE_UNDERTEMPERATURE), W(DISCHARGE_UNDERTEMPERATURE),
	W(OVERTEMPERATURE), W(UNDERTEMPERATURE), W(MOSFET_OVERTEMPERATURE), W(LOW_SOC),
};

#define MOSFET	5

int cellar_ascii_pace_alarms(const u8 *p, unsigned int len, struct cellar_reading *news)
{
	u64 warned = 0;
	const u8 *status;
	int used;

	used = cellar_ascii_states_decode(last_states, ARRAY_SIZE(last_states), MOSFET, p, len,
					  &warned);
	if (used < 0)
		return used;
	if (len < (unsigned int)used + STATUS_LEN)
		return -ENOMSG;

	status = p + used;
	news->protections = cellar_alarms_from_bits(protections, status + PROTECTIONS_AT,
						    PROTECTIONS_LEN);
	news->warnings = warned | cellar_alarms_from_bits(warnings, status + WARNINGS_AT,
							  WARNINGS_LEN);
	news->charge_enable = status[INDICATION_AT] & CHARGE_FET;
	news->discharge_enable = status[INDICATION_AT] & DISCHARGE_FET;
	news->balancing = cellar_be16(status + BALANCING_AT);
	cellar_say(news, CELLAR_PROTECTIONS);
	cellar_say(news, CELLAR_WARNINGS);
	cellar_say(news, CELLAR_CHARGE_ENABLE);
	cellar_say(news, CELLAR_DISCHARGE_ENABLE);
	cellar_say(news, CELLAR_BALANCING);

	used += STATUS_LEN;

	return used + cellar_ascii_reserved_byte(p, len, (unsigned int)used);
}

static int ask_alarms(u8 address, u8 *wire)
{
	return cellar_ascii_ask_with_address(wire, VERSION, address, CELLAR_ASCII_ALARMS);
}

static int decode_alarms(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	return cellar_ascii_pack_decode(CELLAR_RS485_PACE, CELLAR_ASCII_ALARMS, address,
					answer, news);
}

#define CELLS		16
#define TEMPERATURES	6

static void put_alarms(const u8 *table, u64 alarms, bool are_warnings, u8 *p, unsigned int n)
{
	u64 known = cellar_alarms_of_table(table, n);

	cellar_alarms_to_bits(table, p, n, cellar_alarms_fit(alarms, known, are_warnings));
}

/* Without protections there is no answer: all-zero would say that all is well. */
static int encode_alarms(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[CELLAR_ASCII_PREFIX + CELLAR_ASCII_RECORD_MAX];
	u8 *status;
	int len;

	if (!cellar_has(reading, CELLAR_PROTECTIONS))
		return -ENODATA;

	len = cellar_ascii_states_encode(reading, CELLS, TEMPERATURES,
					 ARRAY_SIZE(last_states), info + CELLAR_ASCII_PREFIX);
	status = info + CELLAR_ASCII_PREFIX + len;
	memset(status, 0, STATUS_LEN);

	put_alarms(protections, reading->protections, false, status + PROTECTIONS_AT,
		   PROTECTIONS_LEN);
	if (cellar_has(reading, CELLAR_WARNINGS))
		put_alarms(warnings, reading->warnings, true, status + WARNINGS_AT,
			   WARNINGS_LEN);
	if (cellar_has(reading, CELLAR_CHARGE_ENABLE) && reading->charge_enable)
		status[INDICATION_AT] |= CHARGE_FET;
	if (cellar_has(reading, CELLAR_DISCHARGE_ENABLE) && reading->discharge_enable)
		status[INDICATION_AT] |= DISCHARGE_FET;
	if (cellar_has(reading, CELLAR_BALANCING))
		cellar_put_be16(status + BALANCING_AT, reading->balancing);

	return cellar_ascii_pack_encode(CELLAR_RS485_PACE, address, info, len + STATUS_LEN,
					wire);
}

/* C1 and C2: nothing but a text, each of its own length (nkinnan/esphome-pace-bms) */
#define RELEASE_LEN	20
#define SERIAL_LEN	40

static int check_text(u8 address, const struct cellar_rs485_telegram *answer,
		      unsigned int len)
{
	int err = cellar_ascii_check_answer(answer, VERSION, address);

	if (err)
		return err;

	/* An answer to 0x44 can be as long, but its third byte is no character */
	if (cellar_ascii_info_len(answer) != len ||
	    !cellar_ascii_is_text(cellar_ascii_info(answer), len, 0))
		return -ENOMSG;

	return 0;
}

static int ask_release(u8 address, u8 *wire)
{
	return cellar_ascii_ask(wire, VERSION, address, RELEASE);
}

static int decode_release(u8 address, const struct cellar_rs485_telegram *answer,
			  struct cellar_reading *news)
{
	int err = check_text(address, answer, RELEASE_LEN);

	if (!err)
		cellar_ascii_name_decode(cellar_ascii_info(answer), RELEASE_LEN,
					 CELLAR_FIRMWARE, news);

	return err;
}

static int encode_release(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[RELEASE_LEN];

	if (!cellar_has(reading, CELLAR_FIRMWARE))
		return -ENODATA;

	cellar_ascii_name_encode(reading, CELLAR_FIRMWARE, info, sizeof(info), ' ');

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}

static int ask_serial(u8 address, u8 *wire)
{
	return cellar_ascii_ask(wire, VERSION, address, SERIAL);
}

static int decode_serial(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	int err = check_text(address, answer, SERIAL_LEN);

	if (!err)
		cellar_ascii_serial_decode(cellar_ascii_info(answer), SERIAL_LEN, news);

	return err;
}

static int encode_serial(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	char serial[CELLAR_SERIAL_SIZE];
	u8 info[SERIAL_LEN];

	if (!cellar_reading_serial(reading, serial))
		return -ENODATA;

	cellar_text_to_wire(info, sizeof(info), serial, ' ');

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}

static const struct cellar_rs485_question questions[] = {
	{
		.name = "alarms", .urgency = CELLAR_URGENCY_ALARMS, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(CELLAR_ASCII_PREFIX + 5 + CELLS +
						    TEMPERATURES + STATUS_LEN),
		.ask = ask_alarms, .decode = decode_alarms, .encode = encode_alarms,
	}, {
		.name = "values", .urgency = CELLAR_URGENCY_VALUES, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(CELLAR_ASCII_PREFIX + 15 +
						    2 * (CELLS + TEMPERATURES)),
		.ask = ask_values, .decode = decode_values, .encode = encode_values,
	}, {
		.name = "serial number", .urgency = CELLAR_URGENCY_IDENTITY,
		.answer_len = CELLAR_ASCII_WIRE_LEN(SERIAL_LEN),
		.ask = ask_serial, .decode = decode_serial, .encode = encode_serial,
	}, {
		.name = "firmware", .urgency = CELLAR_URGENCY_IDENTITY,
		.answer_len = CELLAR_ASCII_WIRE_LEN(RELEASE_LEN),
		.ask = ask_release, .decode = decode_release, .encode = encode_release,
	},
};

#define VALUES_QUESTION	1

static const char *const temperature_labels[CELLAR_TEMPERATURES_MAX] = {
	"cells1-4", "cells5-8", "cells9-12", "cells13-16", "mosfet", "environment",
	"temperature7", "temperature8",
};

#define F(f)	BIT_ULL(CELLAR_##f)

const struct cellar_rs485_dialect cellar_rs485_pace = {
	.name = "pace",
	.title = "PACE RS-485 V2.5",
	.framing = CELLAR_FRAMING_ASCII,
	.questions = questions,
	.n_questions = ARRAY_SIZE(questions),
	.probe = VALUES_QUESTION,
	.addresses = cellar_ascii_dip_addresses,
	.n_addresses = CELLAR_ASCII_DIP_ADDRESSES,
	.group = cellar_ascii_dip_group,
	.pack_fields = CELLAR_ASCII_VALUES_FIELDS | F(DESIGN) | F(MOSFET_TEMPERATURE) |
		       F(PROTECTIONS) | F(WARNINGS) | F(CHARGE_ENABLE) |
		       F(DISCHARGE_ENABLE) | F(BALANCING) | F(SERIAL_HEAD) |
		       F(SERIAL_TAIL) | F(FIRMWARE),
	.temperature_labels = temperature_labels,
};
