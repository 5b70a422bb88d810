// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dialect of Pylontech's low-voltage packs: V1.2, the V1.3 set with 0x35A in
 * place of 0x359, clones that send both, and what Luxpower and Seplos made of it
 * (protocols.md 1).
 */
#include "bytes.h"
#include "can_alarms.h"
#include "can_numbers.h"
#include "can_victron.h"

#define W(word)	CELLAR_ALARM_BIT(word)

/*
 * 0x359, bytes 0 and 1 (protocols.md 1.2). Emulators put charge over-current or
 * the system error at b7 of the second byte; which one cannot be told.
 */
static const u8 protections[] = {
	[1] = W(OVERVOLTAGE), [2] = W(UNDERVOLTAGE),
	[3] = W(OVERTEMPERATURE), [4] = W(UNDERTEMPERATURE),
	[7] = W(DISCHARGE_OVERCURRENT),
	[8 + 0] = W(CHARGE_OVERCURRENT), [8 + 3] = W(SYSTEM_ERROR),
	[8 + 7] = W(GENERAL),
};

/* Bytes 2 and 3; b4 of the latter is Seplos's */
static const u8 warnings[] = {
	[1] = W(OVERVOLTAGE), [2] = W(UNDERVOLTAGE),
	[3] = W(OVERTEMPERATURE), [4] = W(UNDERTEMPERATURE),
	[7] = W(DISCHARGE_OVERCURRENT),
	[8 + 0] = W(CHARGE_OVERCURRENT), [8 + 3] = W(INTERNAL_COMMUNICATION),
	[8 + 4] = W(CELL_FAILURE), [8 + 7] = W(GENERAL),
};

#define ALARM_BYTES	2

static const struct cellar_can_number modules[] = {
	CELLAR_COUNT8(PACKS_ONLINE, 4),
};

/* Luxpower has the capacity where "PN" stands, Seplos the packs on line after it */
static const struct cellar_can_number lux_capacity[] = {
	CELLAR_SIZE(DESIGN, 5, 1000),
};

/* Bytes 5 and 6 */
#define PN		0x4e50
#define ONLINE_MAP	7

static CELLAR_CAN_DECODER(bits)
{
	u16 pn = frame->len >= 7 ? cellar_le16(frame->data + 5) : 0;
	struct cellar_alarm_source *source = &memory->bits;

	cellar_numbers_decode(modules, ARRAY_SIZE(modules), frame, news);

	if (pn == PN) {
		memory->lux = false;
	} else if (pn) {
		memory->lux = true;
		cellar_numbers_decode(lux_capacity, ARRAY_SIZE(lux_capacity), frame,
				      news);
	}

	if (frame->len == 8 && frame->data[ONLINE_MAP]) {
		news->online_map = frame->data[ONLINE_MAP];
		cellar_say(news, CELLAR_ONLINE_MAP);
	}

	source->protections = cellar_alarms_from_bits(protections, frame->data,
						      ALARM_BYTES);
	source->warnings = cellar_alarms_from_bits(warnings,
						   frame->data + ALARM_BYTES,
						   ALARM_BYTES);
	source->have = CELLAR_KNOWS_PROTECTIONS | CELLAR_KNOWS_WARNINGS;
	cellar_alarms_say(source, &memory->pairs, news);

	return 0;
}

/* No inverter looks at b7, so "general" goes out as an error it knows. */
static u64 fit(const u8 *table, u64 alarms, bool warning)
{
	u64 known = cellar_alarms_of_table(table, ALARM_BYTES);

	return cellar_alarms_fit(alarms, known & ~BIT_ULL(CELLAR_GENERAL), warning);
}

/* Without protections there is no frame: all-zero would say that all is well. */
static CELLAR_CAN_ENCODER(bits)
{
	u64 prot, warn;

	if (!cellar_has(reading, CELLAR_PROTECTIONS))
		return -ENODATA;

	prot = fit(protections, reading->protections, false);
	cellar_alarms_to_bits(protections, frame->data, ALARM_BYTES, prot);

	if (cellar_has(reading, CELLAR_WARNINGS)) {
		warn = fit(warnings, reading->warnings, true);
		cellar_alarms_to_bits(warnings, frame->data + ALARM_BYTES, ALARM_BYTES,
				      warn);
	}

	cellar_numbers_encode(modules, ARRAY_SIZE(modules), reading, frame);

	memcpy(frame->data + 5, "PN", 2);
	if (memory->lux)
		cellar_numbers_encode(lux_capacity, ARRAY_SIZE(lux_capacity), reading,
				      frame);

	if (cellar_has(reading, CELLAR_ONLINE_MAP))
		frame->data[ONLINE_MAP] = (u8)reading->online_map;
	frame->len = frame->data[ONLINE_MAP] ? 8 : 7;

	return 0;
}

static const struct cellar_can_number lux_cells[] = {
	CELLAR_CELL_MV(CELL_VOLTAGE_MAX, 4),
	CELLAR_CELL_MV(CELL_VOLTAGE_MIN, 6),
};

/* What could not be told from a SOC stays out */
static bool has_lux_cells(const struct cellar_reading *reading)
{
	return cellar_has(reading, CELLAR_CELL_VOLTAGE_MAX) &&
	       cellar_has(reading, CELLAR_CELL_VOLTAGE_MIN) &&
	       cellar_can_are_cells(reading->cell_voltage_max_mv,
				    reading->cell_voltage_min_mv);
}

/* 0x355: 4 bytes since V1.2 */
static CELLAR_CAN_ENCODER(short_charge)
{
	int err = cellar_can_encode_charge(memory, reading, frame);

	if (!err && memory->lux && has_lux_cells(reading))
		cellar_numbers_encode(lux_cells, ARRAY_SIZE(lux_cells), reading, frame);
	else
		frame->len = 4;

	return err;
}

/* 0x356: 6 bytes */
static CELLAR_CAN_ENCODER(short_measured)
{
	if (!memory->lux)
		frame->len = 6;

	return cellar_can_encode_measured(memory, reading, frame);
}

/* 0x35C: 2 bytes */
static CELLAR_CAN_ENCODER(short_requests)
{
	bool cycles = memory->lux && cellar_has(reading, CELLAR_CYCLES);

	frame->len = cycles ? 4 : 2;

	return cellar_can_encode_requests(memory, reading, frame);
}

/* 0x35E: "PYLON   " */
static CELLAR_CAN_ENCODER(spaced_maker)
{
	return cellar_can_encode_text(reading, CELLAR_MANUFACTURER, ' ', frame);
}

/* 0x370, 0x371 as V2 clones send them, when there is no name to send */
static CELLAR_CAN_ENCODER(name_or_binary)
{
	if (cellar_has(reading, CELLAR_MODEL))
		return cellar_can_encode_name(memory, reading, frame);

	return cellar_can_encode_binary(reading, frame);
}

#define LIVE		CELLAR_CAN_LIVE_MS
#define ROW		CELLAR_CAN_ROW
#define REQUIRED	CELLAR_CAN_REQUIRED_ROW

static const struct cellar_can_row rows[] = {
	REQUIRED(0x351, 6, LIVE, "limits", limits, limits),
	REQUIRED(0x355, 4, LIVE, "charge", charge, short_charge),
	REQUIRED(0x356, 4, LIVE, "measurements", measured, short_measured),
	ROW(0x359, 4, LIVE, "alarms", bits, bits),
	ROW(0x35a, 4, LIVE, "alarm pairs", pairs, pairs),
	ROW(0x35c, 1, LIVE, "requests", requests, short_requests),
	ROW(0x35e, 1, 0, "manufacturer", maker, spaced_maker),
	ROW(0x370, 8, LIVE, "name 1 or extreme cells", name, name_or_binary),
	ROW(0x371, 8, LIVE, "name 2 or their places", name, name_or_binary),
	CELLAR_CAN_SUPERSET_ROWS,
};

const struct cellar_can_dialect cellar_can_pylontech = {
	.name = "pylontech",
	.title = "Pylontech low-voltage CAN",
	.rows = rows,
	.n_rows = ARRAY_SIZE(rows),
	.system_fields = CELLAR_CAN_BASE_FIELDS | CELLAR_CAN_REQUEST_FIELDS |
			 CELLAR_CAN_ALARM_FIELDS | CELLAR_CAN_SUPERSET_FIELDS |
			 BIT_ULL(CELLAR_CYCLES) | BIT_ULL(CELLAR_ONLINE_MAP),
};
