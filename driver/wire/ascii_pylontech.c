// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RS-485 dialect of Pylontech's low-voltage packs, V3.3, of which V2.8 is a part
 * (protocols.md 4): what each pack is asked. The whole system of V3.5 is in
 * ascii_system.c, the parameters nobody asks for in ascii_parameters.c.
 */
#include "ascii_pylontech.h"
#include "ascii_record.h"
#include "bytes.h"

#define W(word)	CELLAR_ALARM_BIT(word)
#define VERSION	CELLAR_ASCII_VERSION_20

#define MANAGEMENT	0x92
#define SERIAL		0x93
#define FIRMWARE	0x96

/* An answer whose INFO has just this length: the length tells it from all others */
static int check_answer_of(const struct cellar_rs485_telegram *answer, u8 address,
			   unsigned int len)
{
	int err = cellar_ascii_check_answer(answer, VERSION, address);

	if (err)
		return err;

	return cellar_ascii_info_len(answer) == len ? 0 : -ENOMSG;
}

/* The same where the command value comes first */
static int check_answer_for(const struct cellar_rs485_telegram *answer, u8 address,
			    unsigned int len)
{
	int err = check_answer_of(answer, address, len);

	if (err)
		return err;

	return cellar_ascii_info(answer)[0] == address ? 0 : -ENOMSG;
}

static int ask_values(u8 address, u8 *wire)
{
	return cellar_ascii_ask_with_address(wire, VERSION, address, CELLAR_ASCII_VALUES);
}

static int decode_values(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	return cellar_ascii_pack_decode(CELLAR_RS485_PYLONTECH, CELLAR_ASCII_VALUES, address,
					answer, news);
}

static int encode_values(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[CELLAR_ASCII_PREFIX + CELLAR_ASCII_RECORD_MAX];
	int len = cellar_ascii_values_encode(CELLAR_RS485_PYLONTECH, reading,
					     info + CELLAR_ASCII_PREFIX);

	return cellar_ascii_pack_encode(CELLAR_RS485_PYLONTECH, address, info, len, wire);
}

/*
 * After the states. A pack stops at the marks of S1, while a state says that a mark is
 * passed: 0x47 has a low mark to warn at and a lower one to stop at, so states are
 * warnings and S1 is protections (protocols.md 4.5, 4.6).
 */
static const struct cellar_ascii_state last_states[] = {
	{ W(CHARGE_OVERCURRENT), W(CHARGE_OVERCURRENT) },
	{ W(PACK_UNDERVOLTAGE), W(PACK_OVERVOLTAGE) },
	/* a negative current passes a negative mark downwards */
	{ W(DISCHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT) },
};

#define STATUS_LEN	5

/* S1, S2 and S3, which are no alarms, S4 and S5: a cell above 4.2 V or below 1 V */
static const u8 protections[8 * STATUS_LEN] = {
	W(PACK_OVERVOLTAGE), W(CELL_UNDERVOLTAGE), W(CHARGE_OVERCURRENT), 0,
	W(DISCHARGE_OVERCURRENT), W(DISCHARGE_OVERTEMPERATURE),
	W(CHARGE_OVERTEMPERATURE), W(PACK_UNDERVOLTAGE),
	[24] = W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE),
	W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE),
	W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE),
	W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE), W(CELL_FAILURE),
};

#define S2			1
#define S2_CHARGE_MOS		0x02
#define S2_RUNNING		0x0e	/* using module power, both MOSFETs on */

/*
 * S1 has no bit for a cell above its mark, and 0x47 has but one such mark: that the
 * pack has stopped shows in the charge MOSFET, which is off then.
 */
static u64 cell_overvoltage_of(u8 status2, u64 warnings)
{
	if (status2 & S2_CHARGE_MOS)
		return 0;

	return warnings & BIT_ULL(CELLAR_CELL_OVERVOLTAGE);
}

int cellar_ascii_pylontech_alarms(const u8 *p, unsigned int len, struct cellar_reading *news)
{
	u64 warnings = 0;
	const u8 *status;
	int used;

	used = cellar_ascii_states_decode(last_states, ARRAY_SIZE(last_states), 0, p, len,
					  &warnings);
	if (used < 0)
		return used;
	if (len < (unsigned int)used + STATUS_LEN)
		return -ENOMSG;

	status = p + used;
	news->warnings = warnings;
	news->protections = cellar_alarms_from_bits(protections, status, STATUS_LEN) |
			    cell_overvoltage_of(status[S2], warnings);
	cellar_say(news, CELLAR_WARNINGS);
	cellar_say(news, CELLAR_PROTECTIONS);

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
	return cellar_ascii_pack_decode(CELLAR_RS485_PYLONTECH, CELLAR_ASCII_ALARMS, address,
					answer, news);
}

/* US2000 to US5000 (protocols.md 4.4) */
#define CELLS		15
#define TEMPERATURES	5

#define BELOW	0x01
#define ABOVE	0x02
#define OTHER	0xf0

/* Where a state may say a word: the cells and sensors from the first, or the last */
static const struct {
	u8 word;
	u8 state;
	bool of_temperature;
	bool from_end;
	u8 nth;
} first_states[] = {
	{ CELLAR_CELL_OVERVOLTAGE, ABOVE, false, false, 0 },
	{ CELLAR_GENERAL, OTHER, false, false, 1 },
	{ CELLAR_CELL_UNDERVOLTAGE, BELOW, false, true, 0 },
	{ CELLAR_OVERTEMPERATURE, ABOVE, true, false, 0 },
	{ CELLAR_UNDERTEMPERATURE, BELOW, true, true, 0 },
};

static const struct {
	u8 word;
	u8 state;
	u8 nth;
} pack_states[] = {
	{ CELLAR_CHARGE_OVERCURRENT, ABOVE, 0 },
	{ CELLAR_PACK_UNDERVOLTAGE, BELOW, 1 },
	{ CELLAR_PACK_OVERVOLTAGE, ABOVE, 1 },
	{ CELLAR_DISCHARGE_OVERCURRENT, ABOVE, 2 },
};

static u64 state_words(void)
{
	u64 words = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(first_states); i++)
		words |= BIT_ULL(first_states[i].word);
	for (i = 0; i < ARRAY_SIZE(pack_states); i++)
		words |= BIT_ULL(pack_states[i].word);

	return words;
}

static void put_states(u64 warnings, u8 *p)
{
	u8 *cells = p + 1, *temperatures = cells + p[0] + 1;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(first_states); i++) {
		u8 *states = first_states[i].of_temperature ? temperatures : cells;
		u8 nth = first_states[i].nth;

		if (first_states[i].from_end)
			nth = states[-1] - 1 - nth;
		if (warnings & BIT_ULL(first_states[i].word))
			states[nth] = first_states[i].state;
	}
	for (i = 0; i < ARRAY_SIZE(pack_states); i++)
		if (warnings & BIT_ULL(pack_states[i].word))
			temperatures[temperatures[-1] + pack_states[i].nth] = pack_states[i].state;
}

/* Without protections there is no answer: all-zero would say that all is well. */
static int encode_alarms(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u64 known = cellar_alarms_of_table(protections, STATUS_LEN) |
		    BIT_ULL(CELLAR_CELL_OVERVOLTAGE);
	u8 info[CELLAR_ASCII_PREFIX + CELLAR_ASCII_RECORD_MAX];
	u8 *record = info + CELLAR_ASCII_PREFIX;
	u64 stopped, warned = 0;
	u8 *status;
	int len;

	if (!cellar_has(reading, CELLAR_PROTECTIONS))
		return -ENODATA;

	stopped = cellar_alarms_fit(reading->protections, known, false);
	if (cellar_has(reading, CELLAR_WARNINGS))
		warned = cellar_alarms_fit(reading->warnings, state_words(), true);

	len = cellar_ascii_states_encode(reading, CELLS, TEMPERATURES,
					 ARRAY_SIZE(last_states), record);
	put_states(warned | (stopped & BIT_ULL(CELLAR_CELL_OVERVOLTAGE)), record);

	status = record + len;
	memset(status, 0, STATUS_LEN);
	cellar_alarms_to_bits(protections, status, STATUS_LEN, stopped);
	status[S2] = S2_RUNNING;
	if (stopped & BIT_ULL(CELLAR_CELL_OVERVOLTAGE))
		status[S2] &= ~S2_CHARGE_MOS;

	return cellar_ascii_pack_encode(CELLAR_RS485_PYLONTECH, address, info,
					len + STATUS_LEN, wire);
}

#define CHARGE_ENABLE		0x80
#define DISCHARGE_ENABLE	0x40
#define CHARGE_IMMEDIATELY	0x20
#define CHARGE_IMMEDIATELY_2	0x10
#define FULL_CHARGE		0x08

void cellar_ascii_requests_decode(u8 status, struct cellar_reading *news)
{
	news->charge_enable = status & CHARGE_ENABLE;
	news->discharge_enable = status & DISCHARGE_ENABLE;
	news->force_charge = status & (CHARGE_IMMEDIATELY | CHARGE_IMMEDIATELY_2);
	news->full_charge_request = status & FULL_CHARGE;
	news->have |= CELLAR_ASCII_REQUESTS;
}

/* What is not known is not permitted, and not asked for */
u8 cellar_ascii_requests_encode(const struct cellar_reading *reading)
{
	u8 status = 0;

	if (cellar_has(reading, CELLAR_CHARGE_ENABLE) && reading->charge_enable)
		status |= CHARGE_ENABLE;
	if (cellar_has(reading, CELLAR_DISCHARGE_ENABLE) && reading->discharge_enable)
		status |= DISCHARGE_ENABLE;
	if (cellar_has(reading, CELLAR_FORCE_CHARGE) && reading->force_charge)
		status |= CHARGE_IMMEDIATELY;
	if (cellar_has(reading, CELLAR_FULL_CHARGE_REQUEST) && reading->full_charge_request)
		status |= FULL_CHARGE;

	return status;
}

/* 0x92, after the command value (protocols.md 4.7) */
static const struct cellar_ascii_number limits[] = {
	CELLAR_ASCII_LIMIT_MV(CHARGE_VOLTAGE_LIMIT, 1),
	CELLAR_ASCII_LIMIT_MV(DISCHARGE_VOLTAGE_LIMIT, 3),
	CELLAR_ASCII_NUMBER(CHARGE_CURRENT_LIMIT, 5, S16, 100, 0, 0, 0x7fff),
	CELLAR_ASCII_NUMBER(DISCHARGE_CURRENT_LIMIT, 7, MAGNITUDE, 100, 0, 0, 0x7fff),
};

#define LIMITS_STATUS	9
#define LIMITS_LEN	10

static int ask_limits(u8 address, u8 *wire)
{
	return cellar_ascii_ask_with_address(wire, VERSION, address, MANAGEMENT);
}

static int decode_limits(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	int err = check_answer_for(answer, address, LIMITS_LEN);
	const u8 *info;

	if (err)
		return err;

	info = cellar_ascii_info(answer);
	cellar_ascii_requests_decode(info[LIMITS_STATUS], news);

	return cellar_ascii_numbers_decode(limits, ARRAY_SIZE(limits), info, news);
}

static int encode_limits(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[LIMITS_LEN] = { address };

	if (!(reading->have & (CELLAR_ASCII_LIMITS | CELLAR_ASCII_REQUESTS)))
		return -ENODATA;

	cellar_ascii_numbers_encode(limits, ARRAY_SIZE(limits), reading, info);
	info[LIMITS_STATUS] = cellar_ascii_requests_encode(reading);

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}

#define SERIAL_LEN	16

static int ask_serial(u8 address, u8 *wire)
{
	return cellar_ascii_ask_with_address(wire, VERSION, address, SERIAL);
}

static int decode_serial(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	int err = check_answer_for(answer, address, 1 + SERIAL_LEN);
	const u8 *serial;

	if (err)
		return err;

	serial = cellar_ascii_info(answer) + 1;
	if (!cellar_ascii_is_text(serial, SERIAL_LEN, 0))
		return -ERANGE;
	cellar_ascii_serial_decode(serial, SERIAL_LEN, news);

	return 0;
}

static int encode_serial(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	char serial[CELLAR_SERIAL_SIZE];
	u8 info[1 + SERIAL_LEN] = { address };

	if (!cellar_reading_serial(reading, serial))
		return -ENODATA;

	cellar_text_to_wire(info + 1, SERIAL_LEN, serial, 0);

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}

/* 0x96: the maker's version, and the main line's, which is of the platform and no field */
#define FIRMWARE_LEN	6

static int ask_firmware(u8 address, u8 *wire)
{
	return cellar_ascii_ask_with_address(wire, VERSION, address, FIRMWARE);
}

static int decode_firmware(u8 address, const struct cellar_rs485_telegram *answer,
			   struct cellar_reading *news)
{
	int err = check_answer_for(answer, address, FIRMWARE_LEN);

	if (!err)
		cellar_ascii_release_decode(cellar_ascii_info(answer) + 1, news);

	return err;
}

static int encode_firmware(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	u8 info[FIRMWARE_LEN] = { address };

	if (!cellar_has(reading, CELLAR_FIRMWARE))
		return -ENODATA;

	cellar_ascii_release_encode(reading, info + 1);

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}

#define FIRST_OF_GROUP	2

static u8 group_of(u8 address)
{
	return (address & 0xf0) | FIRST_OF_GROUP;
}

/* The first pack answers for all of its group (4.3): the version is but its own */
static int decode_maker(u8 address, const struct cellar_rs485_telegram *answer,
			struct cellar_reading *news)
{
	int err = cellar_ascii_maker_decode(address, answer, news);

	if (address != group_of(address)) {
		news->have &= ~BIT_ULL(CELLAR_FIRMWARE);
		news->none &= ~BIT_ULL(CELLAR_FIRMWARE);
	}

	return err;
}

#define INFO_OF_CELLS(cells)	(CELLAR_ASCII_PREFIX + 2 * ((cells) + TEMPERATURES) + 19)

static const struct cellar_rs485_question questions[] = {
	{
		.name = "limits", .urgency = CELLAR_URGENCY_LIMITS, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(LIMITS_LEN),
		.ask = ask_limits, .decode = decode_limits, .encode = encode_limits,
	}, {
		.name = "alarms", .urgency = CELLAR_URGENCY_ALARMS, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(CELLAR_ASCII_PREFIX + 11 + CELLS +
						    TEMPERATURES),
		.ask = ask_alarms, .decode = decode_alarms, .encode = encode_alarms,
	}, {
		.name = "values", .urgency = CELLAR_URGENCY_VALUES, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(INFO_OF_CELLS(CELLS)),
		.ask = ask_values, .decode = decode_values, .encode = encode_values,
	}, {
		.name = "serial number", .urgency = CELLAR_URGENCY_IDENTITY,
		.answer_len = CELLAR_ASCII_WIRE_LEN(1 + SERIAL_LEN),
		.ask = ask_serial, .decode = decode_serial, .encode = encode_serial,
	}, {
		.name = "manufacturer", .urgency = CELLAR_URGENCY_IDENTITY,
		.answer_len = CELLAR_ASCII_WIRE_LEN(32),
		.ask = cellar_ascii_maker_ask, .decode = decode_maker,
		.encode = cellar_ascii_maker_encode,
	}, {
		.name = "firmware", .urgency = CELLAR_URGENCY_IDENTITY,
		.answer_len = CELLAR_ASCII_WIRE_LEN(FIRMWARE_LEN),
		.ask = ask_firmware, .decode = decode_firmware, .encode = encode_firmware,
	}, {
		.name = "system limits", .urgency = CELLAR_URGENCY_LIMITS,
		.of_system = true, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(9),
		.ask = cellar_ascii_system_limits_ask,
		.decode = cellar_ascii_system_limits_decode,
		.encode = cellar_ascii_system_limits_encode,
	}, {
		.name = "system alarms", .urgency = CELLAR_URGENCY_ALARMS,
		.of_system = true, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(4),
		.ask = cellar_ascii_system_alarms_ask,
		.decode = cellar_ascii_system_alarms_decode,
		.encode = cellar_ascii_system_alarms_encode,
	}, {
		.name = "system values", .urgency = CELLAR_URGENCY_VALUES,
		.of_system = true, .required = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(49),
		.ask = cellar_ascii_system_values_ask,
		.decode = cellar_ascii_system_values_decode,
		.encode = cellar_ascii_system_values_encode,
	}, {
		.name = "system identity", .urgency = CELLAR_URGENCY_IDENTITY,
		.of_system = true,
		.answer_len = CELLAR_ASCII_WIRE_LEN(33 + SERIAL_LEN),
		.ask = cellar_ascii_system_identity_ask,
		.decode = cellar_ascii_system_identity_decode,
		.encode = cellar_ascii_system_identity_encode,
	},
};

#define VALUES_QUESTION	2

/* n = 2 of groups 0…7, then n = 3…13 of each (protocols.md 4.2) */
static const u8 addresses[] = {
	0x02, 0x12, 0x22, 0x32, 0x42, 0x52, 0x62, 0x72,
	0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d,
	0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d,
	0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d,
	0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d,
	0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d,
	0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x5b, 0x5c, 0x5d,
	0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
	0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x7b, 0x7c, 0x7d,
};

/* The BMS board, then groups of cells (protocols.md 4.4) */
static const char *const temperature_labels[CELLAR_TEMPERATURES_MAX] = {
	"bms", "cells1-4", "cells5-8", "cells9-12", "cells13-16",
	"temperature6", "temperature7", "temperature8",
};

#define F(f)	BIT_ULL(CELLAR_##f)

const struct cellar_rs485_dialect cellar_rs485_pylontech = {
	.name = "pylontech",
	.title = "Pylontech RS-485",
	.framing = CELLAR_FRAMING_ASCII,
	.questions = questions,
	.n_questions = ARRAY_SIZE(questions),
	.probe = VALUES_QUESTION,
	.addresses = addresses,
	.n_addresses = ARRAY_SIZE(addresses),
	.group = group_of,
	.pack_fields = CELLAR_ASCII_VALUES_FIELDS | CELLAR_ASCII_LIMITS |
		       CELLAR_ASCII_REQUESTS | CELLAR_ASCII_MAKER_FIELDS |
		       F(PROTECTIONS) | F(WARNINGS) | F(SERIAL_HEAD) | F(SERIAL_TAIL),
	.system_fields = CELLAR_ASCII_SYSTEM_FIELDS,
	.temperature_labels = temperature_labels,
};
