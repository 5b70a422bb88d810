// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dialect of Growatt's low-voltage inverters, V1.04 (protocols.md 3.5): 11-bit
 * identifiers, high byte first, one system. A field is either said or its frame is
 * not sent, as the document has no "no value".
 */
#include "bytes.h"
#include "can_base.h"
#include "can_numbers.h"

#define W(word)	CELLAR_ALARM_BIT(word)

/*
 * 0x311. The sign that a limit cannot have is left out of its range: whoever reads it
 * as a signed number sees the same.
 */
static const struct cellar_can_number limits[] = {
	CELLAR_NEEDED(CHARGE_VOLTAGE_LIMIT, 0, U16_BE, 100, 0, 700),
	CELLAR_NEEDED(CHARGE_CURRENT_LIMIT, 2, U16_BE, 100, 0, 0x7fff),
	CELLAR_NEEDED(DISCHARGE_CURRENT_LIMIT, 4, U16_BE, 100, 0, 0x7fff),
};

/*
 * What the battery does, at b0 of the last byte and again, as "SP status", at b2 of
 * the one before. The document is a machine translation: of the other bits only "error"
 * says what no other frame says better, and the code of BE sends none of them.
 */
#define STATE		7
#define SP_STATE	6
#define SP_SHIFT	2
#define STANDBY		1
#define CHARGING	2
#define DISCHARGING	3
#define ERROR		0x04

static CELLAR_CAN_DECODER(growatt_limits)
{
	return cellar_numbers_decode(limits, ARRAY_SIZE(limits), frame, news);
}

static u8 state_of(const struct cellar_reading *reading)
{
	if (!cellar_has(reading, CELLAR_CURRENT) || !reading->current_ma)
		return STANDBY;

	return reading->current_ma > 0 ? CHARGING : DISCHARGING;
}

static CELLAR_CAN_ENCODER(growatt_limits)
{
	int err = cellar_numbers_encode(limits, ARRAY_SIZE(limits), reading, frame);
	u8 state = state_of(reading);

	if (err)
		return err;

	frame->data[STATE] = state;
	frame->data[SP_STATE] = (u8)(state << SP_SHIFT);
	if (cellar_has(reading, CELLAR_PROTECTIONS) && reading->protections)
		frame->data[STATE] |= ERROR;

	return 0;
}

/*
 * 0x312, bytes 0 and 1. The columns of the four low bits of byte 1 cannot be told
 * apart for certain in the document: what is heard there is believed, what must be
 * said is said at another bit, too.
 */
static const u8 protections[] = {
	[0] = W(PRECHARGE_FAILURE),
	[1] = W(PACK_UNDERVOLTAGE), [2] = W(PACK_OVERVOLTAGE),
	[3] = W(CELL_UNDERVOLTAGE), [4] = W(CELL_OVERVOLTAGE),
	[5] = W(SHORT_CIRCUIT),
	[6] = W(CHARGE_OVERCURRENT), [7] = W(DISCHARGE_OVERCURRENT),
	[8 + 0] = W(GENERAL), [8 + 1] = W(GENERAL),
	[8 + 2] = W(CELL_IMBALANCE), [8 + 3] = W(SYSTEM_ERROR),
	[8 + 4] = W(CHARGE_UNDERTEMPERATURE), [8 + 5] = W(DISCHARGE_UNDERTEMPERATURE),
	[8 + 6] = W(CHARGE_OVERTEMPERATURE), [8 + 7] = W(DISCHARGE_OVERTEMPERATURE),
};

#define UNCERTAIN	(BIT_ULL(CELLAR_GENERAL) | BIT_ULL(CELLAR_CELL_IMBALANCE) | \
			 BIT_ULL(CELLAR_SYSTEM_ERROR))

/* Bytes 2 and 3; b1 of the latter is "about to turn off" */
static const u8 warnings[] = {
	[1] = W(PACK_UNDERVOLTAGE), [2] = W(PACK_OVERVOLTAGE),
	[3] = W(CELL_UNDERVOLTAGE), [4] = W(CELL_OVERVOLTAGE),
	[6] = W(CHARGE_OVERCURRENT), [7] = W(DISCHARGE_OVERCURRENT),
	[8 + 0] = W(INTERNAL_COMMUNICATION), [8 + 1] = W(GENERAL),
	[8 + 2] = W(CELL_IMBALANCE),
	[8 + 4] = W(CHARGE_UNDERTEMPERATURE), [8 + 5] = W(DISCHARGE_UNDERTEMPERATURE),
	[8 + 6] = W(CHARGE_OVERTEMPERATURE), [8 + 7] = W(DISCHARGE_OVERTEMPERATURE),
};

#define ALARM_BYTES	2

/* Words of both ways, which this frame has only for each */
static const struct {
	u8 word;
	u8 ways[2];
} both_ways[] = {
	{ CELLAR_OVERTEMPERATURE,
	  { CELLAR_CHARGE_OVERTEMPERATURE, CELLAR_DISCHARGE_OVERTEMPERATURE } },
	{ CELLAR_UNDERTEMPERATURE,
	  { CELLAR_CHARGE_UNDERTEMPERATURE, CELLAR_DISCHARGE_UNDERTEMPERATURE } },
};

static u64 split(u64 alarms)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(both_ways); i++) {
		if (!(alarms & BIT_ULL(both_ways[i].word)))
			continue;
		alarms &= ~BIT_ULL(both_ways[i].word);
		alarms |= BIT_ULL(both_ways[i].ways[0]) | BIT_ULL(both_ways[i].ways[1]);
	}

	return alarms;
}

/* Byte 4; the number of cells, byte 7, is not in a reading */
static const struct cellar_can_number packs[] = {
	CELLAR_NUMBER(PACKS_ONLINE, 4, U8, 1, 1, 0xff, 0),
};

static CELLAR_CAN_DECODER(growatt_alarms)
{
	news->protections = cellar_alarms_from_bits(protections, frame->data, ALARM_BYTES);
	news->warnings = cellar_alarms_from_bits(warnings, frame->data + ALARM_BYTES,
						 ALARM_BYTES);
	cellar_say(news, CELLAR_PROTECTIONS);
	cellar_say(news, CELLAR_WARNINGS);

	return cellar_numbers_decode(packs, ARRAY_SIZE(packs), frame, news);
}

/* The one failure this frame can warn of is for failures only. */
static u64 fit_warnings(u64 alarms)
{
	u64 known = cellar_alarms_of_table(warnings, ALARM_BYTES) & ~BIT_ULL(CELLAR_GENERAL);
	u64 failures = cellar_alarm_class(CELLAR_CLASS_FAILURE) |
		       cellar_alarm_class(CELLAR_CLASS_SHORT_CIRCUIT);

	return cellar_alarms_fit(split(alarms) & ~failures, known & ~failures, true) |
	       cellar_alarms_fit(alarms & failures, known, true);
}

/* Without protections there is no frame: all-zero would say that all is well. */
static CELLAR_CAN_ENCODER(growatt_alarms)
{
	u64 known = cellar_alarms_of_table(protections, ALARM_BYTES);
	u64 fitted;

	if (!cellar_has(reading, CELLAR_PROTECTIONS))
		return -ENODATA;

	fitted = cellar_alarms_fit(split(reading->protections), known & ~UNCERTAIN, false);
	fitted |= reading->protections & BIT_ULL(CELLAR_SYSTEM_ERROR);
	cellar_alarms_to_bits(protections, frame->data, ALARM_BYTES, fitted);

	if (cellar_has(reading, CELLAR_WARNINGS))
		cellar_alarms_to_bits(warnings, frame->data + ALARM_BYTES, ALARM_BYTES,
				      fit_warnings(reading->warnings));

	cellar_numbers_encode(packs, ARRAY_SIZE(packs), reading, frame);

	return 0;
}

/* 0x313, > 0 charging as in BE; b7 of the SOH is a flag of its own */
#define SOH_BYTE	7
#define SOH_MASK	0x7f

static const struct cellar_can_number measured[] = {
	CELLAR_NEEDED(VOLTAGE, 0, S16_BE, 10, 2000, 7000),
	CELLAR_NEEDED(CURRENT, 2, S16_BE, 100, -0x7fff, 0x7fff),
	{
		/* a battery that tells no cells has the average at least */
		.field = CELLAR_CELL_TEMPERATURE_MAX, .at = 4, .kind = CELLAR_S16_BE,
		.scale = 1, .min = -600, .max = 1500, .absent = CELLAR_NO_RAW,
		.needed = true, .stand_in = CELLAR_TEMPERATURE,
	},
	CELLAR_NEEDED(SOC, 6, U8, 100, 0, 100),
	CELLAR_NEEDED(SOH, SOH_BYTE, U8, 100, 0, 100),
};

static CELLAR_CAN_DECODER(growatt_measured)
{
	struct cellar_can_frame masked = *frame;

	masked.data[SOH_BYTE] &= SOH_MASK;

	return cellar_numbers_decode(measured, ARRAY_SIZE(measured), &masked, news);
}

static CELLAR_CAN_ENCODER(growatt_measured)
{
	return cellar_numbers_encode(measured, ARRAY_SIZE(measured), reading, frame);
}

/* 0x314; more than 655 Ah cannot be said */
static const struct cellar_can_number capacity[] = {
	CELLAR_NEEDED(REMAINING, 0, U16_BE, 10, 0, 0xfffe),
	CELLAR_NEEDED(FULL, 2, U16_BE, 10, 1, 0xfffe),
	CELLAR_NUMBER(CYCLES, 6, U16_BE, 1, 1, 0xfffe, 0),
};

#define SPREAD	4

static CELLAR_CAN_DECODER(growatt_capacity)
{
	return cellar_numbers_decode(capacity, ARRAY_SIZE(capacity), frame, news);
}

static CELLAR_CAN_ENCODER(growatt_capacity)
{
	int err = cellar_numbers_encode(capacity, ARRAY_SIZE(capacity), reading, frame);
	u16 spread;

	if (err || !cellar_has(reading, CELLAR_CELL_VOLTAGE_MIN) ||
	    !cellar_has(reading, CELLAR_CELL_VOLTAGE_MAX))
		return err;

	spread = reading->cell_voltage_max_mv - reading->cell_voltage_min_mv;
	cellar_put_be16(frame->data + SPREAD, spread);

	return 0;
}

/* 0x319. The bits of 0x35C in byte 0, but for the request of a full charge */
#define CHARGE_ENABLE		0x80
#define DISCHARGE_ENABLE	0x40
#define FORCE_CHARGE_I		0x20
#define FORCE_CHARGE_II		0x10

static const struct cellar_can_number extremes[] = {
	CELLAR_NUMBER(CELL_VOLTAGE_MAX, 1, U16_BE, 1, 1000, 5000, 0),
	CELLAR_NUMBER(CELL_VOLTAGE_MIN, 3, U16_BE, 1, 1000, 5000, 0),
};

static CELLAR_CAN_DECODER(growatt_requests)
{
	u8 bits = frame->data[0];
	int err = cellar_numbers_decode(extremes, ARRAY_SIZE(extremes), frame, news);

	news->charge_enable = bits & CHARGE_ENABLE;
	news->discharge_enable = bits & DISCHARGE_ENABLE;
	news->force_charge = bits & (FORCE_CHARGE_I | FORCE_CHARGE_II);
	cellar_say(news, CELLAR_CHARGE_ENABLE);
	cellar_say(news, CELLAR_DISCHARGE_ENABLE);
	cellar_say(news, CELLAR_FORCE_CHARGE);

	return err ? err : cellar_reading_check_extremes(news);
}

static CELLAR_CAN_ENCODER(growatt_requests)
{
	if (!cellar_has(reading, CELLAR_CHARGE_ENABLE) &&
	    !cellar_has(reading, CELLAR_DISCHARGE_ENABLE) &&
	    !cellar_has(reading, CELLAR_FORCE_CHARGE))
		return -ENODATA;

	/* what is not known is not enabled */
	if (cellar_is_set(reading, CELLAR_CHARGE_ENABLE))
		frame->data[0] |= CHARGE_ENABLE;
	if (cellar_is_set(reading, CELLAR_DISCHARGE_ENABLE))
		frame->data[0] |= DISCHARGE_ENABLE;
	if (cellar_is_set(reading, CELLAR_FORCE_CHARGE))
		frame->data[0] |= FORCE_CHARGE_I;
	cellar_numbers_encode(extremes, ARRAY_SIZE(extremes), reading, frame);

	return 0;
}

#define LIVE		CELLAR_CAN_LIVE_MS
#define ROW		CELLAR_CAN_ROW
#define REQUIRED	CELLAR_CAN_REQUIRED_ROW

static const struct cellar_can_row rows[] = {
	REQUIRED(0x311, 6, LIVE, "limits", growatt_limits, growatt_limits),
	ROW(0x312, 5, LIVE, "alarms", growatt_alarms, growatt_alarms),
	REQUIRED(0x313, 8, LIVE, "measurements", growatt_measured, growatt_measured),
	ROW(0x314, 4, LIVE, "capacity", growatt_capacity, growatt_capacity),
	ROW(0x319, 5, LIVE, "requests", growatt_requests, growatt_requests),
};

#define F(f)	BIT_ULL(CELLAR_##f)

const struct cellar_can_dialect cellar_can_growatt = {
	.name = "growatt",
	.title = "Growatt low-voltage CAN",
	.rows = rows,
	.n_rows = ARRAY_SIZE(rows),
	.system_fields =
		F(VOLTAGE) | F(CURRENT) | F(SOC) | F(SOH) |
		F(CHARGE_VOLTAGE_LIMIT) | F(CHARGE_CURRENT_LIMIT) |
		F(DISCHARGE_CURRENT_LIMIT) |
		F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) | F(FORCE_CHARGE) |
		CELLAR_CAN_ALARM_FIELDS | F(PACKS_ONLINE) |
		F(CELL_VOLTAGE_MIN) | F(CELL_VOLTAGE_MAX) | F(CELL_TEMPERATURE_MAX) |
		F(REMAINING) | F(FULL) | F(CYCLES),
};
