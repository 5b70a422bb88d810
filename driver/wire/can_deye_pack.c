// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frames of one Deye pack, eleven families of 32 identifiers each, and the
 * fault tables, versions and extremes that the system's frames have in the same
 * shape (protocols.md 3.1).
 */
#include "bytes.h"
#include "can_alarms.h"
#include "can_deye_pack.h"
#include "can_numbers.h"

#define W(word)	CELLAR_ALARM_BIT(word)

/* Fault tables T1…T7 of 0x359 and 0x110; a paragraph per table, b0 first */
static const u8 faults[] = {
	W(CELL_OVERVOLTAGE), W(CELL_UNDERVOLTAGE),
	W(PACK_OVERVOLTAGE), W(PACK_UNDERVOLTAGE),
	W(CHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT),
	W(CHARGE_OVERTEMPERATURE), W(CHARGE_UNDERTEMPERATURE),

	W(DISCHARGE_OVERTEMPERATURE), W(DISCHARGE_UNDERTEMPERATURE),
	W(CELL_IMBALANCE), W(TEMPERATURE_IMBALANCE),
	W(MOSFET_OVERTEMPERATURE), W(HEATER_OVERTEMPERATURE),
	W(DISCHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT),

	W(UNDERVOLTAGE), W(OVERVOLTAGE),
	W(DISCHARGE_OVERCURRENT), W(CHARGE_OVERCURRENT),
	W(SHORT_CIRCUIT), W(UNDERTEMPERATURE),
	W(OVERTEMPERATURE), W(SHORT_CIRCUIT),

	W(INTERNAL_COMMUNICATION), W(SENSOR_FAILURE),
	W(SENSOR_FAILURE), W(MOSFET_FAILURE),
	W(MEMORY_FAILURE), W(INTERNAL_COMMUNICATION),
	W(INVERTER_COMMUNICATION), W(DUPLICATE_ADDRESS),

	W(CELL_OVERVOLTAGE), W(CELL_UNDERVOLTAGE),
	W(PACK_OVERVOLTAGE), W(PACK_UNDERVOLTAGE),
	W(CHARGE_OVERCURRENT), W(DISCHARGE_OVERCURRENT),
	W(CHARGE_OVERTEMPERATURE), W(CHARGE_UNDERTEMPERATURE),

	W(DISCHARGE_OVERTEMPERATURE), W(DISCHARGE_UNDERTEMPERATURE),
	W(CELL_IMBALANCE), W(TEMPERATURE_IMBALANCE),
	W(MOSFET_OVERTEMPERATURE), W(HEATER_OVERTEMPERATURE),
	W(HEATER_FAILURE), W(HEATER_FAILURE),

	W(CONNECTOR_OVERTEMPERATURE), W(PRECHARGE_FAILURE),
	W(REVERSED_POLARITY), W(CONNECTOR_OVERTEMPERATURE),
	W(FUSE_BLOWN), W(SENSOR_FAILURE),
	W(SENSOR_FAILURE), W(GENERAL),
};

/* T1…T4 and T7 have stopped something, T5 and T6 warn */
#define STOPS		0
#define STOPS_BYTES	4
#define WARNS		4
#define WARNS_BYTES	2
#define MORE		6
#define MORE_BYTES	1

#define TABLE(first)	(faults + 8 * (first))

void cellar_deye_decode_faults(const u8 *bytes, u64 *protections, u64 *warnings)
{
	*protections =
		cellar_alarms_from_bits(TABLE(STOPS), bytes + STOPS, STOPS_BYTES) |
		cellar_alarms_from_bits(TABLE(MORE), bytes + MORE, MORE_BYTES);
	*warnings = cellar_alarms_from_bits(TABLE(WARNS), bytes + WARNS, WARNS_BYTES);
}

int cellar_deye_encode_faults(const struct cellar_reading *reading, u8 *bytes)
{
	u64 stops = cellar_alarms_of_table(TABLE(STOPS), STOPS_BYTES);
	u64 warns = cellar_alarms_of_table(TABLE(WARNS), WARNS_BYTES);
	u64 more = cellar_alarms_of_table(TABLE(MORE), MORE_BYTES);
	u64 alarms;

	if (!cellar_has(reading, CELLAR_PROTECTIONS))
		return -ENODATA;

	alarms = cellar_alarms_fit(reading->protections, stops | more, false);
	cellar_alarms_to_bits(TABLE(STOPS), bytes + STOPS, STOPS_BYTES, alarms);
	cellar_alarms_to_bits(TABLE(MORE), bytes + MORE, MORE_BYTES, alarms & ~stops);

	if (!cellar_has(reading, CELLAR_WARNINGS))
		return 0;

	alarms = cellar_alarms_fit(reading->warnings, warns, true);
	cellar_alarms_to_bits(TABLE(WARNS), bytes + WARNS, WARNS_BYTES, alarms);

	return 0;
}

/* 0x110, byte 7 */
#define STATE		7
#define PARALLEL	0x01
#define CHARGE_MOS	0x10
#define DISCHARGE_MOS	0x20

CELLAR_CAN_DECODER(pack_faults)
{
	cellar_deye_decode_faults(frame->data, &news->protections, &news->warnings);
	cellar_say(news, CELLAR_PROTECTIONS);
	cellar_say(news, CELLAR_WARNINGS);

	news->charge_enable = frame->data[STATE] & CHARGE_MOS;
	news->discharge_enable = frame->data[STATE] & DISCHARGE_MOS;
	cellar_say(news, CELLAR_CHARGE_ENABLE);
	cellar_say(news, CELLAR_DISCHARGE_ENABLE);

	return 0;
}

CELLAR_CAN_ENCODER(pack_faults)
{
	u8 state = PARALLEL;

	if (cellar_has(reading, CELLAR_CHARGE_ENABLE) && reading->charge_enable)
		state |= CHARGE_MOS;
	if (cellar_has(reading, CELLAR_DISCHARGE_ENABLE) && reading->discharge_enable)
		state |= DISCHARGE_MOS;
	frame->data[STATE] = state;

	return cellar_deye_encode_faults(reading, frame->data);
}

/* 0x150; the current is positive while discharging, in either setting */
static const struct cellar_can_number measured[] = {
	CELLAR_NUMBER(VOLTAGE, 0, U16, 100, 200, 700, CELLAR_NO_U16),
	CELLAR_CURRENT_DECIA(CURRENT, 2),
	CELLAR_NUMBER(SOC, 4, U16, 10, 0, 1000, CELLAR_NO_U16),
	CELLAR_NUMBER(SOH, 6, U16, 10, 0, 1000, CELLAR_NO_U16),
};

CELLAR_CAN_DECODER(pack_measured)
{
	int err = cellar_numbers_decode(measured, ARRAY_SIZE(measured), frame, news);

	if (!err && cellar_has(news, CELLAR_CURRENT))
		news->current_ma = -news->current_ma;

	return err;
}

CELLAR_CAN_ENCODER(pack_measured)
{
	int err = cellar_numbers_encode(measured, ARRAY_SIZE(measured), reading, frame);

	if (!err)
		cellar_deye_invert_current(frame);

	return err;
}

void cellar_deye_invert_current(struct cellar_can_frame *frame)
{
	s16 raw = cellar_le16s(frame->data + 2);

	if (raw != CELLAR_NO_S16)
		cellar_put_le16(frame->data + 2, (u16)-raw);
}

/* 0x200 of a pack, 0x361 of the system */
static const struct cellar_can_number cell_extremes[] = {
	CELLAR_CELL_MV(CELL_VOLTAGE_MAX, 0),
	CELLAR_CELL_MV(CELL_VOLTAGE_MIN, 2),
	CELLAR_DECIC(CELL_TEMPERATURE_MAX, 4),
	CELLAR_DECIC(CELL_TEMPERATURE_MIN, 6),
};

CELLAR_CAN_DECODER(pack_extremes)
{
	int err = cellar_numbers_decode(cell_extremes, ARRAY_SIZE(cell_extremes),
					frame, news);

	return err ? err : cellar_reading_check_extremes(news);
}

CELLAR_CAN_ENCODER(pack_extremes)
{
	return cellar_numbers_encode(cell_extremes, ARRAY_SIZE(cell_extremes), reading,
				     frame);
}

/* 0x250; -40.0 °C is a sensor that is not there */
#define NO_SENSOR	(-400)

static const struct cellar_can_number limits[] = {
	CELLAR_NUMBER(MOSFET_TEMPERATURE, 0, S16, 1, -600, 1500, NO_SENSOR),
	CELLAR_NUMBER(HEATER_TEMPERATURE, 2, S16, 1, -600, 1500, NO_SENSOR),
	CELLAR_COUNT(CHARGE_CURRENT_LIMIT, 4, 1000),
	CELLAR_COUNT(DISCHARGE_CURRENT_LIMIT, 6, 1000),
};

CELLAR_CAN_DECODER(pack_limits)
{
	return cellar_numbers_decode(limits, ARRAY_SIZE(limits), frame, news);
}

CELLAR_CAN_ENCODER(pack_limits)
{
	return cellar_numbers_encode(limits, ARRAY_SIZE(limits), reading, frame);
}

/* 0x400; mode, fault level and sub-state say nothing that others do not */
static const struct cellar_can_number cycles[] = {
	CELLAR_COUNT(CYCLES, 2, 1),
};

#define BALANCING	4

CELLAR_CAN_DECODER(pack_cycles)
{
	news->balancing = cellar_le16(frame->data + BALANCING);
	cellar_say(news, CELLAR_BALANCING);

	return cellar_numbers_decode(cycles, ARRAY_SIZE(cycles), frame, news);
}

CELLAR_CAN_ENCODER(pack_cycles)
{
	bool balancing = cellar_has(reading, CELLAR_BALANCING);
	int err;

	cellar_put_le16(frame->data + 2, CELLAR_NO_U16);
	err = cellar_numbers_encode(cycles, ARRAY_SIZE(cycles), reading, frame);
	if (balancing)
		cellar_put_le16(frame->data + BALANCING, reading->balancing);

	return balancing ? 0 : err;
}

void cellar_deye_decode_version(const u8 *bytes, struct cellar_reading *news)
{
	snprintf(news->firmware, sizeof(news->firmware), "%02X%02X", bytes[0],
		 bytes[1]);
	cellar_say(news, CELLAR_FIRMWARE);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';

	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int cellar_deye_encode_version(const struct cellar_reading *reading, u8 *bytes)
{
	const char *text = reading->firmware;
	unsigned int value = 0;
	unsigned int i;

	if (!cellar_has(reading, CELLAR_FIRMWARE))
		return -ENODATA;

	for (i = 0; i < CELLAR_DEYE_VERSION_DIGITS; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0)
			return -ENODATA;
		value = value << 4 | (unsigned int)digit;
	}
	bytes[0] = (u8)(value >> 8);
	bytes[1] = (u8)value;

	return 0;
}

/* 0x500: version, a marker, version of the boot loader as text */
#define BOOT_MARK	2
#define BOOT_MARK_VALUE	0xaa
#define BOOT		3
#define BOOT_LEN	5

CELLAR_CAN_DECODER(pack_version)
{
	char *end = news->firmware + CELLAR_DEYE_VERSION_DIGITS;

	cellar_deye_decode_version(frame->data, news);
	if (frame->len <= BOOT)
		return 0;

	if (cellar_text_from_wire(end + 1, frame->data + BOOT, frame->len - BOOT))
		*end = ' ';

	return 0;
}

CELLAR_CAN_ENCODER(pack_version)
{
	const char *end = reading->firmware + CELLAR_DEYE_VERSION_DIGITS;
	int err = cellar_deye_encode_version(reading, frame->data);

	if (err)
		return err;

	frame->data[BOOT_MARK] = BOOT_MARK_VALUE;
	if (*end == ' ')
		cellar_text_to_wire(frame->data + BOOT, BOOT_LEN, end + 1, 0);

	return 0;
}

static const struct cellar_can_number energy[] = {
	CELLAR_ENERGY(ENERGY_CHARGED, 0, 1),
	CELLAR_ENERGY(ENERGY_DISCHARGED, 4, 1),
};

CELLAR_CAN_DECODER(pack_energy)
{
	return cellar_numbers_decode(energy, ARRAY_SIZE(energy), frame, news);
}

CELLAR_CAN_ENCODER(pack_energy)
{
	return cellar_numbers_encode(energy, ARRAY_SIZE(energy), reading, frame);
}

CELLAR_CAN_DECODER(pack_serial_head)
{
	cellar_can_decode_text(frame, news, CELLAR_SERIAL_HEAD);

	return 0;
}

CELLAR_CAN_ENCODER(pack_serial_head)
{
	return cellar_can_encode_text(reading, CELLAR_SERIAL_HEAD, 0, frame);
}

CELLAR_CAN_DECODER(pack_serial_tail)
{
	cellar_can_decode_text(frame, news, CELLAR_SERIAL_TAIL);

	return 0;
}

CELLAR_CAN_ENCODER(pack_serial_tail)
{
	return cellar_can_encode_text(reading, CELLAR_SERIAL_TAIL, 0, frame);
}

/* 0x700 and 0x750, the first and the last four of fault_counts */
#define COUNTS	4

static void decode_counts(const u8 *bytes, u16 *counts)
{
	unsigned int i;

	for (i = 0; i < COUNTS; i++)
		counts[i] = cellar_le16(bytes + 2 * i);
}

static int encode_counts(const u16 *counts, u8 *bytes)
{
	unsigned int i;

	for (i = 0; i < COUNTS; i++)
		cellar_put_le16(bytes + 2 * i, counts[i]);

	return 0;
}

CELLAR_CAN_DECODER(pack_counts_basic)
{
	decode_counts(frame->data, news->fault_counts);
	cellar_say(news, CELLAR_FAULT_COUNTS_BASIC);

	return 0;
}

CELLAR_CAN_ENCODER(pack_counts_basic)
{
	if (!cellar_has(reading, CELLAR_FAULT_COUNTS_BASIC))
		return -ENODATA;

	return encode_counts(reading->fault_counts, frame->data);
}

CELLAR_CAN_DECODER(pack_counts_current)
{
	decode_counts(frame->data, news->fault_counts + COUNTS);
	cellar_say(news, CELLAR_FAULT_COUNTS_CURRENT);

	return 0;
}

CELLAR_CAN_ENCODER(pack_counts_current)
{
	if (!cellar_has(reading, CELLAR_FAULT_COUNTS_CURRENT))
		return -ENODATA;

	return encode_counts(reading->fault_counts + COUNTS, frame->data);
}
