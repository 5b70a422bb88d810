// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Voltronic's registers say, as four block reads (protocols.md 5.1). One pack
 * answers for all: with the sums of all packs, and with its own cells.
 */
#include "bytes.h"
#include "voltronic.h"
#include "voltronic_block.h"

/* Every BMS answers it; whether others do by this port is not known. */
#define COMMON_ID	1

/* More is no battery of 16 packs: 65 kAh, as on CAN */
#define MAH_MAX		65534000

/* 0x70…: of all packs, enable flags and limits as they apply to the whole */
static const struct cellar_voltronic_number limits_numbers[] = {
	{ CELLAR_CHARGE_VOLTAGE_LIMIT, 0x70, 1, false, 100, 0, 700 },
	{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 0x71, 1, true, 100, 0, 700 },
	{ CELLAR_CHARGE_CURRENT_LIMIT, 0x72, 1, false, 100, 0, 0x7fff },
	{ CELLAR_DISCHARGE_CURRENT_LIMIT, 0x73, 1, false, 100, 0, 0x7fff },
	{ CELLAR_REMAINING, 0x76, 2, false, 1, 0, MAH_MAX },
};

/* 0x30…: sums and averages of all packs, and alarms of any of them */
static const struct cellar_voltronic_number sums_numbers[] = {
	{ CELLAR_VOLTAGE, 0x32, 1, false, 100, 200, 700 },
	{ CELLAR_SOC, 0x33, 1, false, 100, 0, 100 },
	{ CELLAR_FULL, 0x34, 2, false, 1, 1, MAH_MAX },
	{ CELLAR_PACKS_ONLINE, 0x36, 1, false, 1, 0, VOLTRONIC_ID_MAX },
};

static const struct cellar_voltronic_number design_numbers[] = {
	{ CELLAR_DESIGN, 0x3e, 2, false, 1, 1, MAH_MAX },
};

static const struct cellar_voltronic_block limits = {
	.reg = 0x70, .words = 8, .numbers = limits_numbers, .n = ARRAY_SIZE(limits_numbers),
};

static const struct cellar_voltronic_block sums = {
	.reg = 0x30, .words = 13, .numbers = sums_numbers, .n = ARRAY_SIZE(sums_numbers),
};

static const struct cellar_voltronic_block design = {
	.reg = 0x3e, .words = 2, .numbers = design_numbers, .n = ARRAY_SIZE(design_numbers),
};

/* Counts before them, and room for the most of them */
static const struct cellar_voltronic_block cells = { .reg = 0x10, .words = 32 };

/* 0x74 */
#define FLAGS_REG		0x74
#define CHARGE_ENABLE		0x80
#define DISCHARGE_ENABLE	0x40
#define CHARGE_NOW		0x30	/* SOC ≤ 9 %, SOC ≤ 14 % */
#define CHARGE_NOW_FIRST	0x20
#define FULL_CHARGE		0x08

static int ask_limits(u8 address, u8 *wire)
{
	return cellar_voltronic_ask(address, &limits, wire);
}

static int decode_limits(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	int err = cellar_voltronic_decode(address, &limits, answer, news);
	u16 flags;

	if (err)
		return err;

	flags = cellar_be16(answer->data + cellar_voltronic_at(&limits, FLAGS_REG));
	news->charge_enable = flags & CHARGE_ENABLE;
	news->discharge_enable = flags & DISCHARGE_ENABLE;
	news->force_charge = flags & CHARGE_NOW;
	news->full_charge_request = flags & FULL_CHARGE;
	cellar_say(news, CELLAR_CHARGE_ENABLE);
	cellar_say(news, CELLAR_DISCHARGE_ENABLE);
	cellar_say(news, CELLAR_FORCE_CHARGE);
	cellar_say(news, CELLAR_FULL_CHARGE_REQUEST);

	return 0;
}

static bool is_set(const struct cellar_reading *reading, enum cellar_field field)
{
	return cellar_has(reading, field) && cellar_reading_number(reading, field);
}

static int encode_limits(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	int err = cellar_voltronic_encode(address, &limits, reading, wire);
	u16 flags = 0;

	if (err)
		return err;

	if (is_set(reading, CELLAR_CHARGE_ENABLE))
		flags |= CHARGE_ENABLE;
	if (is_set(reading, CELLAR_DISCHARGE_ENABLE))
		flags |= DISCHARGE_ENABLE;
	if (is_set(reading, CELLAR_FORCE_CHARGE))
		flags |= CHARGE_NOW_FIRST;
	if (is_set(reading, CELLAR_FULL_CHARGE_REQUEST))
		flags |= FULL_CHARGE;
	cellar_put_be16(wire + cellar_voltronic_at(&limits, FLAGS_REG), flags);

	return cellar_voltronic_seal(&limits, wire);
}

#define W(word)	CELLAR_ALARM_BIT(word)

/*
 * A paragraph per register: b8…b15, then b0…b7. What somebody commanded (charge
 * protect 2 b0, discharge protect 2 b6) is no fault, and the enable flags show it.
 */
static const u8 warnings[] = {
	0, 0, 0, 0, 0, 0, 0, 0,
	W(CHARGE_OVERTEMPERATURE), W(CELL_OVERVOLTAGE),
	W(CHARGE_UNDERTEMPERATURE), W(CHARGE_OVERCURRENT),
	0, 0, 0, 0,

	0, 0, 0, 0, 0, 0, 0, 0,
	W(DISCHARGE_OVERTEMPERATURE), W(DISCHARGE_UNDERTEMPERATURE),
	W(MOSFET_OVERTEMPERATURE), W(CELL_UNDERVOLTAGE),
	0, 0, 0, 0,
};

static const u8 protections[] = {
	W(CHARGE_OVERTEMPERATURE), W(CHARGE_UNDERTEMPERATURE),
	W(OVERVOLTAGE), W(CHARGE_OVERCURRENT),
	W(OVERVOLTAGE), W(INTERNAL_COMMUNICATION),
	0, W(CHARGE_OVERCURRENT),
	W(GENERAL), W(MOSFET_FAILURE),
	W(INTERNAL_COMMUNICATION), W(CHARGE_OVERCURRENT),
	W(DISCHARGE_OVERCURRENT), W(SHORT_CIRCUIT),
	W(MOSFET_OVERTEMPERATURE), W(UNDERVOLTAGE),

	0, 0, 0, 0, 0, 0, 0, 0,
	0, W(UNDERVOLTAGE), W(SHORT_CIRCUIT), W(DUPLICATE_ADDRESS),
	0, 0, 0, 0,

	0, 0,
	W(MOSFET_OVERTEMPERATURE), W(CELL_UNDERVOLTAGE),
	W(DISCHARGE_OVERCURRENT), W(DISCHARGE_UNDERTEMPERATURE),
	W(DISCHARGE_OVERTEMPERATURE), W(UNDERVOLTAGE),
	W(GENERAL), W(MOSFET_FAILURE),
	W(CHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT),
	W(SHORT_CIRCUIT), 0,
	W(DUPLICATE_ADDRESS), 0,

	0, 0, 0, 0, 0, W(INTERNAL_COMMUNICATION), 0, 0,
	W(INTERNAL_COMMUNICATION), W(SHORT_CIRCUIT),
	W(DISCHARGE_OVERCURRENT), 0,
	W(OVERVOLTAGE), W(DISCHARGE_OVERTEMPERATURE),
	0, 0,
};

#define CHARGE_CURRENT_REG	0x30
#define DISCHARGE_CURRENT_REG	0x31
#define WARNINGS_REG		0x37
#define WARNINGS_BYTES		(ARRAY_SIZE(warnings) / 8)
#define PROTECTIONS_REG		0x39
#define PROTECTIONS_BYTES	(ARRAY_SIZE(protections) / 8)
#define CURRENT_MAX		0x7fff
#define DECIA_MA		100

static int ask_sums(u8 address, u8 *wire)
{
	return cellar_voltronic_ask(address, &sums, wire);
}

/* One of the two is 0, as a battery does not charge and discharge. */
static int decode_current(const u8 *content, struct cellar_reading *news)
{
	u16 charge = cellar_be16(content + cellar_voltronic_at(&sums, CHARGE_CURRENT_REG));
	u16 discharge = cellar_be16(content + cellar_voltronic_at(&sums, DISCHARGE_CURRENT_REG));

	if ((charge && discharge) || charge > CURRENT_MAX || discharge > CURRENT_MAX)
		return -ERANGE;

	news->current_ma = (charge - discharge) * DECIA_MA;
	cellar_say(news, CELLAR_CURRENT);

	return 0;
}

static int decode_sums(u8 address, const struct cellar_rs485_telegram *answer,
		       struct cellar_reading *news)
{
	int err = cellar_voltronic_decode(address, &sums, answer, news);
	const u8 *bits;

	if (!err)
		err = decode_current(answer->data, news);
	if (err)
		return err;

	bits = answer->data + cellar_voltronic_at(&sums, WARNINGS_REG);
	news->warnings = cellar_alarms_from_bits(warnings, bits, WARNINGS_BYTES);
	bits = answer->data + cellar_voltronic_at(&sums, PROTECTIONS_REG);
	news->protections = cellar_alarms_from_bits(protections, bits, PROTECTIONS_BYTES);
	cellar_say(news, CELLAR_WARNINGS);
	cellar_say(news, CELLAR_PROTECTIONS);

	return 0;
}

/* Rounds down, so that a discharge looks rather stronger than it is. */
static void encode_current(const struct cellar_reading *reading, u8 *wire)
{
	bool discharges = reading->current_ma < 0;
	u32 ma = discharges ? 0 - (u32)reading->current_ma : (u32)reading->current_ma;
	u8 reg = discharges ? DISCHARGE_CURRENT_REG : CHARGE_CURRENT_REG;
	u32 raw = ma / DECIA_MA + (discharges && ma % DECIA_MA);

	cellar_put_be16(wire + cellar_voltronic_at(&sums, reg),
			(u16)(raw > CURRENT_MAX ? CURRENT_MAX : raw));
}

static void encode_alarms(const u8 *table, unsigned int bytes, u8 *to, u64 alarms,
			  bool are_warnings)
{
	u64 known = cellar_alarms_of_table(table, bytes);

	cellar_alarms_to_bits(table, to, bytes, cellar_alarms_fit(alarms, known, are_warnings));
}

static int encode_sums(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	static const u64 needed = BIT_ULL(CELLAR_CURRENT) | BIT_ULL(CELLAR_PROTECTIONS) |
				  BIT_ULL(CELLAR_WARNINGS);
	int err = cellar_voltronic_encode(address, &sums, reading, wire);

	if (err || (reading->have & needed) != needed)
		return -ENODATA;

	encode_current(reading, wire);
	encode_alarms(warnings, WARNINGS_BYTES, wire + cellar_voltronic_at(&sums, WARNINGS_REG),
		      reading->warnings, true);
	encode_alarms(protections, PROTECTIONS_BYTES,
		      wire + cellar_voltronic_at(&sums, PROTECTIONS_REG),
		      reading->protections, false);

	return cellar_voltronic_seal(&sums, wire);
}

static int ask_design(u8 address, u8 *wire)
{
	return cellar_voltronic_ask(address, &design, wire);
}

static int decode_design(u8 address, const struct cellar_rs485_telegram *answer,
			 struct cellar_reading *news)
{
	return cellar_voltronic_decode(address, &design, answer, news);
}

static int encode_design(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	if (!cellar_has(reading, CELLAR_DESIGN) ||
	    cellar_voltronic_encode(address, &design, reading, wire))
		return -ENODATA;

	return cellar_voltronic_seal(&design, wire);
}

#define CELLS_REG		0x10
#define CELLS			20
#define CELL_MV			100
#define CELL_MIN		10
#define CELL_MAX		50
#define SENSORS_REG		0x25
#define SENSORS			10
#define MOSFET_SENSOR		5	/* the sixth */
#define KELVIN_DECI		2731
#define DECIC_MIN		(-600)
#define DECIC_MAX		1500

static int ask_cells(u8 address, u8 *wire)
{
	return cellar_voltronic_ask(address, &cells, wire);
}

static int decode_cell_voltages(const u8 *p, struct cellar_reading *news)
{
	u16 i, n = cellar_be16(p);

	if (n > CELLS)
		return -ERANGE;
	for (i = 0; i < n; i++) {
		u16 raw = cellar_be16(p + 2 + 2 * i);

		if (raw < CELL_MIN || raw > CELL_MAX)
			return -ERANGE;
		news->cells_mv[i] = raw * CELL_MV;
	}

	news->cells = (u8)n;
	if (n)
		cellar_say(news, CELLAR_CELLS);
	else
		cellar_say_none(news, CELLAR_CELLS);

	return 0;
}

/* A reading has room for eight beside the MOSFET's: the tenth sensor is not shown. */
static int decode_sensors(const u8 *p, struct cellar_reading *news)
{
	u16 i, n = cellar_be16(p);

	if (n > SENSORS)
		return -ERANGE;
	news->temperatures = 0;
	for (i = 0; i < n; i++) {
		int decic = cellar_be16(p + 2 + 2 * i) - KELVIN_DECI;

		if (decic < DECIC_MIN || decic > DECIC_MAX)
			return -ERANGE;
		if (i == MOSFET_SENSOR)
			news->mosfet_temperature_decic = (s16)decic;
		else if (news->temperatures < CELLAR_TEMPERATURES_MAX)
			news->temperatures_decic[news->temperatures++] = (s16)decic;
	}

	if (n)
		cellar_say(news, CELLAR_TEMPERATURES);
	else
		cellar_say_none(news, CELLAR_TEMPERATURES);
	if (n > MOSFET_SENSOR)
		cellar_say(news, CELLAR_MOSFET_TEMPERATURE);
	else
		cellar_say_none(news, CELLAR_MOSFET_TEMPERATURE);

	return 0;
}

static int decode_cells(u8 address, const struct cellar_rs485_telegram *answer,
			struct cellar_reading *news)
{
	const u8 *voltages = answer->data + cellar_voltronic_at(&cells, CELLS_REG);
	const u8 *sensors = answer->data + cellar_voltronic_at(&cells, SENSORS_REG);
	int err = cellar_voltronic_decode(address, &cells, answer, news);

	if (!err)
		err = decode_cell_voltages(voltages, news);
	if (!err)
		err = decode_sensors(sensors, news);

	return err;
}

static int within(int value, int min, int max)
{
	if (value < min)
		return min;

	return value > max ? max : value;
}

static void encode_cell_voltages(const struct cellar_reading *reading, u8 *p)
{
	int i, n = within(reading->cells, 0, CELLS);

	cellar_put_be16(p, (u16)n);
	for (i = 0; i < n; i++)
		cellar_put_be16(p + 2 + 2 * i, (u16)within(reading->cells_mv[i] / CELL_MV,
							   CELL_MIN, CELL_MAX));
}

static void put_sensor(u8 *p, int i, s16 decic)
{
	cellar_put_be16(p + 2 + 2 * i,
			(u16)(within(decic, DECIC_MIN, DECIC_MAX) + KELVIN_DECI));
}

/* The sixth is the MOSFET's: five go before it and, without it, none after. */
static void encode_sensors(const struct cellar_reading *reading, u8 *p)
{
	bool mosfet = cellar_has(reading, CELLAR_MOSFET_TEMPERATURE) &&
		      reading->temperatures >= MOSFET_SENSOR;
	int i, n = within(reading->temperatures, 0,
			  mosfet ? CELLAR_TEMPERATURES_MAX : MOSFET_SENSOR);

	cellar_put_be16(p, (u16)(n + mosfet));
	for (i = 0; i < n; i++)
		put_sensor(p, i + (i >= MOSFET_SENSOR), reading->temperatures_decic[i]);
	if (mosfet)
		put_sensor(p, MOSFET_SENSOR, reading->mosfet_temperature_decic);
}

static int encode_cells(u8 address, const struct cellar_reading *reading, u8 *wire)
{
	bool voltages = cellar_has(reading, CELLAR_CELLS);
	bool sensors = cellar_has(reading, CELLAR_TEMPERATURES);

	if ((!voltages && !sensors) || cellar_voltronic_encode(address, &cells, reading, wire))
		return -ENODATA;

	if (voltages)
		encode_cell_voltages(reading, wire + cellar_voltronic_at(&cells, CELLS_REG));
	if (sensors)
		encode_sensors(reading, wire + cellar_voltronic_at(&cells, SENSORS_REG));

	return cellar_voltronic_seal(&cells, wire);
}

/*
 * The design capacity stands among the sums but is of the answering pack alone, so
 * it is asked for by itself. No two answers have the same number of words, and no
 * block begins at a register of such a number: behind its echo, zeros would be an
 * answer with a right CRC.
 */
static const struct cellar_rs485_question questions[] = {
	{
		.name = "limits", .urgency = CELLAR_URGENCY_LIMITS,
		.of_system = true, .required = true, .answer_len = VOLTRONIC_REPLY_LEN(8),
		.ask = ask_limits, .decode = decode_limits, .encode = encode_limits,
	}, {
		.name = "sums of all packs", .urgency = CELLAR_URGENCY_ALARMS,
		.of_system = true, .required = true, .answer_len = VOLTRONIC_REPLY_LEN(13),
		.ask = ask_sums, .decode = decode_sums, .encode = encode_sums,
	}, {
		.name = "cells", .urgency = CELLAR_URGENCY_VALUES,
		.required = true, .answer_len = VOLTRONIC_REPLY_LEN(32),
		.ask = ask_cells, .decode = decode_cells, .encode = encode_cells,
	}, {
		.name = "design capacity", .urgency = CELLAR_URGENCY_IDENTITY,
		.answer_len = VOLTRONIC_REPLY_LEN(2),
		.ask = ask_design, .decode = decode_design, .encode = encode_design,
	},
};

static const u8 addresses[] = { COMMON_ID };

static u8 group(u8 address)
{
	return address;
}

static const char *const labels[CELLAR_TEMPERATURES_MAX] = {
	"ntc1", "ntc2", "ntc3", "ntc4", "ntc5", "ntc7", "ntc8", "ntc9",
};

#define F(field)	BIT_ULL(CELLAR_##field)

const struct cellar_rs485_dialect cellar_rs485_voltronic = {
	.name = "voltronic",
	.title = "Voltronic inverter protocol: Axpert, MPP, Phocos",
	.framing = CELLAR_FRAMING_VOLTRONIC,
	.questions = questions,
	.n_questions = ARRAY_SIZE(questions),
	.probe = 0,
	.addresses = addresses,
	.n_addresses = ARRAY_SIZE(addresses),
	.group = group,
	.pack_fields = F(CELLS) | F(TEMPERATURES) | F(MOSFET_TEMPERATURE) | F(DESIGN),
	.system_fields = F(VOLTAGE) | F(CURRENT) | F(SOC) | F(CHARGE_VOLTAGE_LIMIT) |
			 F(DISCHARGE_VOLTAGE_LIMIT) | F(CHARGE_CURRENT_LIMIT) |
			 F(DISCHARGE_CURRENT_LIMIT) | F(CHARGE_ENABLE) |
			 F(DISCHARGE_ENABLE) | F(FORCE_CHARGE) | F(FULL_CHARGE_REQUEST) |
			 F(PROTECTIONS) | F(WARNINGS) | F(PACKS_ONLINE) | F(REMAINING) |
			 F(FULL),
	.temperature_labels = labels,
};
