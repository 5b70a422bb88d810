// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dialect of Schneider's inverters, "SE BMS" version 2 (protocols.md 3.6): 29-bit
 * identifiers, high byte first, one system. All that is known of it is what the code of
 * one emulator sends.
 */
#include "bytes.h"
#include "can_base.h"
#include "can_numbers.h"

#define W(word)	CELLAR_ALARM_BIT(word)

/* 0x320: another version may mean something else with every frame */
#define VERSION	2

static CELLAR_CAN_DECODER(schneider_version)
{
	return cellar_be16(frame->data) == VERSION ? 0 : -ERANGE;
}

static CELLAR_CAN_ENCODER(schneider_version)
{
	if (!reading->have)
		return -ENODATA;

	frame->len = 2;
	cellar_put_be16(frame->data, VERSION);

	return 0;
}

/* 0x321 */
static const struct cellar_can_number voltages[] = {
	CELLAR_NEEDED(CHARGE_VOLTAGE_LIMIT, 0, U32_BE, 10, 0, 7000),
	{
		.field = CELLAR_DISCHARGE_VOLTAGE_LIMIT, .at = 4, .kind = CELLAR_U32_BE,
		.scale = 10, .max = 7000, .absent = CELLAR_NO_RAW,
		.up = true, .needed = true,
	},
};

static CELLAR_CAN_DECODER(schneider_voltages)
{
	return cellar_numbers_decode(voltages, ARRAY_SIZE(voltages), frame, news);
}

static CELLAR_CAN_ENCODER(schneider_voltages)
{
	return cellar_numbers_encode(voltages, ARRAY_SIZE(voltages), reading, frame);
}

/* Currents go no further than in the 0.1 A and 16 bits of the other dialects */
#define CENTIA_MAX	327670

/* 0x322; which sign a limit has is not known */
static const struct cellar_can_number currents[] = {
	CELLAR_NEEDED(CHARGE_CURRENT_LIMIT, 0, MAGNITUDE32_BE, 10, 0, CENTIA_MAX),
	CELLAR_NEEDED(DISCHARGE_CURRENT_LIMIT, 4, MAGNITUDE32_BE, 10, 0, CENTIA_MAX),
};

static CELLAR_CAN_DECODER(schneider_currents)
{
	return cellar_numbers_decode(currents, ARRAY_SIZE(currents), frame, news);
}

static CELLAR_CAN_ENCODER(schneider_currents)
{
	return cellar_numbers_encode(currents, ARRAY_SIZE(currents), reading, frame);
}

/* 0x323; > 0 charging as in BE, whose author was not sure of it */
static const struct cellar_can_number measured[] = {
	CELLAR_NEEDED(VOLTAGE, 0, U32_BE, 10, 2000, 7000),
	CELLAR_NEEDED(CURRENT, 4, S32_BE, 10, -CENTIA_MAX, CENTIA_MAX),
};

static CELLAR_CAN_DECODER(schneider_measured)
{
	return cellar_numbers_decode(measured, ARRAY_SIZE(measured), frame, news);
}

static CELLAR_CAN_ENCODER(schneider_measured)
{
	return cellar_numbers_encode(measured, ARRAY_SIZE(measured), reading, frame);
}

/* 0x324: 4 bytes */
static const struct cellar_can_number charge[] = {
	{
		/* a sum of packs has no average, but its warmest cell */
		.field = CELLAR_TEMPERATURE, .at = 0, .kind = CELLAR_S16_BE,
		.scale = 1, .min = -600, .max = 1500, .absent = CELLAR_NO_RAW,
		.needed = true, .stand_in = CELLAR_CELL_TEMPERATURE_MAX,
	},
	CELLAR_NEEDED(SOC, 2, U16_BE, 10, 0, 1000),
};

static CELLAR_CAN_DECODER(schneider_charge)
{
	return cellar_numbers_decode(charge, ARRAY_SIZE(charge), frame, news);
}

static CELLAR_CAN_ENCODER(schneider_charge)
{
	frame->len = 4;

	return cellar_numbers_encode(charge, ARRAY_SIZE(charge), reading, frame);
}

/*
 * 0x325, 6 bytes: what is allowed, warnings, faults. "Stop" stands alone, as an
 * inverter may compare the number and not its bits: a charge is forced only where it
 * is allowed.
 */
#define ALLOWED		1
#define FORCE_CHARGE	0x01
#define CHARGE		0x02
#define DISCHARGE	0x04
#define STOP		0x08

#define WARNINGS	2
#define FAULTS		4
#define ALARM_BYTES	2

static const u8 alarms[] = {
	[0] = W(SYSTEM_ERROR),
	[8 + 0] = W(CHARGE_OVERCURRENT), [8 + 1] = W(DISCHARGE_OVERCURRENT),
	[8 + 2] = W(OVERTEMPERATURE), [8 + 3] = W(UNDERTEMPERATURE),
	[8 + 4] = W(OVERVOLTAGE), [8 + 5] = W(UNDERVOLTAGE),
	[8 + 6] = W(CELL_IMBALANCE), [8 + 7] = W(INTERNAL_COMMUNICATION),
};

static CELLAR_CAN_DECODER(schneider_commands)
{
	u8 bits = frame->data[ALLOWED];
	bool stop = bits & STOP;

	news->charge_enable = !stop && bits & CHARGE;
	news->discharge_enable = !stop && bits & DISCHARGE;
	news->force_charge = news->charge_enable && bits & FORCE_CHARGE;
	news->warnings = cellar_alarms_from_bits(alarms, frame->data + WARNINGS, ALARM_BYTES);
	news->protections = cellar_alarms_from_bits(alarms, frame->data + FAULTS, ALARM_BYTES);
	cellar_say(news, CELLAR_CHARGE_ENABLE);
	cellar_say(news, CELLAR_DISCHARGE_ENABLE);
	cellar_say(news, CELLAR_FORCE_CHARGE);
	cellar_say(news, CELLAR_WARNINGS);
	cellar_say(news, CELLAR_PROTECTIONS);

	return 0;
}

/* Without protections there is no frame: all-zero would say that all is well. */
static CELLAR_CAN_ENCODER(schneider_commands)
{
	u64 known = cellar_alarms_of_table(alarms, ALARM_BYTES);
	u8 bits = 0;
	u64 fitted;

	if (!cellar_has(reading, CELLAR_PROTECTIONS))
		return -ENODATA;

	/* what is not known is not enabled */
	if (cellar_is_set(reading, CELLAR_CHARGE_ENABLE)) {
		bits |= CHARGE;
		if (cellar_is_set(reading, CELLAR_FORCE_CHARGE))
			bits |= FORCE_CHARGE;
	}
	if (cellar_is_set(reading, CELLAR_DISCHARGE_ENABLE))
		bits |= DISCHARGE;
	frame->data[ALLOWED] = bits ? bits : STOP;
	frame->len = 6;

	fitted = cellar_alarms_fit(reading->protections, known, false);
	cellar_alarms_to_bits(alarms, frame->data + FAULTS, ALARM_BYTES, fitted);
	if (cellar_has(reading, CELLAR_WARNINGS)) {
		fitted = cellar_alarms_fit(reading->warnings, known, true);
		cellar_alarms_to_bits(alarms, frame->data + WARNINGS, ALARM_BYTES, fitted);
	}

	return 0;
}

/* 0x326: state, then what is optional; "offline" to "starting" are not ours to say */
#define STATE		1
#define ONLINE		3
#define FAULTED		4

static const struct cellar_can_number age[] = {
	CELLAR_NUMBER(CYCLES, 2, U16_BE, 1, 1, 0xfffe, 0),
	CELLAR_NUMBER(SOH, 4, U16_BE, 100, 1, 100, 0),
	CELLAR_NUMBER(FULL, 6, U16_BE, 100, 1, 0xfffe, 0),
};

static CELLAR_CAN_DECODER(schneider_state)
{
	return cellar_numbers_decode(age, ARRAY_SIZE(age), frame, news);
}

static CELLAR_CAN_ENCODER(schneider_state)
{
	bool faulted = cellar_has(reading, CELLAR_PROTECTIONS) && reading->protections;

	frame->data[STATE] = faulted ? FAULTED : ONLINE;

	return cellar_numbers_encode(age, ARRAY_SIZE(age), reading, frame);
}

/* 0x327 */
static const struct cellar_can_number extremes[] = {
	CELLAR_NEEDED(CELL_TEMPERATURE_MAX, 0, S16_BE, 1, -600, 1500),
	CELLAR_NEEDED(CELL_TEMPERATURE_MIN, 2, S16_BE, 1, -600, 1500),
	CELLAR_NEEDED(CELL_VOLTAGE_MAX, 4, U16_BE, 1, 1000, 5000),
	CELLAR_NEEDED(CELL_VOLTAGE_MIN, 6, U16_BE, 1, 1000, 5000),
};

/* Optional: zeros are a battery that does not tell, not one at 0.0 °C */
static bool tells_cells(const struct cellar_can_frame *frame)
{
	return frame->data[4] || frame->data[5] || frame->data[6] || frame->data[7];
}

static CELLAR_CAN_DECODER(schneider_extremes)
{
	int err;

	if (!tells_cells(frame))
		return 0;

	err = cellar_numbers_decode(extremes, ARRAY_SIZE(extremes), frame, news);

	return err ? err : cellar_reading_check_extremes(news);
}

static CELLAR_CAN_ENCODER(schneider_extremes)
{
	return cellar_numbers_encode(extremes, ARRAY_SIZE(extremes), reading, frame);
}

/* 0x328, Wh; zeros are a battery that does not count */
static const struct cellar_can_number energy[] = {
	CELLAR_NUMBER(ENERGY_CHARGED, 0, U32_BE, 1, 1, 0xfffffffeLL, 0),
	CELLAR_NUMBER(ENERGY_DISCHARGED, 4, U32_BE, 1, 1, 0xfffffffeLL, 0),
};

static CELLAR_CAN_DECODER(schneider_energy)
{
	return cellar_numbers_decode(energy, ARRAY_SIZE(energy), frame, news);
}

static CELLAR_CAN_ENCODER(schneider_energy)
{
	return cellar_numbers_encode(energy, ARRAY_SIZE(energy), reading, frame);
}

/* 0x333: says that this is the protocol of Schneider's, with a zero behind */
static const u8 mark[] = { 'S', 'E', 'B', 'M', 'S', 0 };

static CELLAR_CAN_DECODER(schneider_mark)
{
	return memcmp(frame->data, mark, sizeof(mark) - 1) ? -ERANGE : 0;
}

static CELLAR_CAN_ENCODER(schneider_mark)
{
	if (!reading->have)
		return -ENODATA;

	frame->len = sizeof(mark);
	memcpy(frame->data, mark, sizeof(mark));

	return 0;
}

/* Two periods and a half of what comes every 2 s and every 10 s */
#define LIVE	CELLAR_CAN_LIVE_MS
#define SLOW	5000
#define RARE	25000

#define EVERY(i, min, period, age, needed, what, n)			\
	CELLAR_CAN_SYSTEM_ROW(CELLAR_CAN_EXTENDED | (i), min, period, age, needed, what, \
			      schneider_##n, schneider_##n)

static const struct cellar_can_row rows[] = {
	EVERY(0x321, 8, 500, LIVE, true, "voltage limits", voltages),
	EVERY(0x322, 8, 500, LIVE, true, "current limits", currents),
	EVERY(0x323, 8, 500, LIVE, true, "measurements", measured),
	EVERY(0x324, 4, 500, LIVE, true, "charge", charge),
	EVERY(0x325, 6, 500, LIVE, false, "commands and alarms", commands),
	EVERY(0x320, 2, 2000, 0, false, "version", version),
	EVERY(0x326, 8, 2000, SLOW, false, "state", state),
	EVERY(0x327, 8, 2000, SLOW, false, "extreme cells", extremes),
	EVERY(0x328, 8, 10000, RARE, false, "energy", energy),
	EVERY(0x333, 5, 10000, 0, false, "mark", mark),
};

#define F(f)	BIT_ULL(CELLAR_##f)

const struct cellar_can_dialect cellar_can_schneider = {
	.name = "schneider",
	.title = "Schneider SE BMS CAN",
	.rows = rows,
	.n_rows = ARRAY_SIZE(rows),
	.system_fields =
		CELLAR_CAN_BASE_FIELDS | CELLAR_CAN_ALARM_FIELDS |
		CELLAR_CAN_EXTREME_FIELDS |
		F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) | F(FORCE_CHARGE) |
		F(FULL) | F(CYCLES) | F(ENERGY_CHARGED) | F(ENERGY_DISCHARGED),
};
