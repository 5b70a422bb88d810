// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Pylontech's V3.5 says of a group of packs as one battery: commands 60 to 63
 * (protocols.md 4.8), asked at the first pack of the group.
 */
#include "ascii_pylontech.h"
#include "bytes.h"

#define W(word)	CELLAR_ALARM_BIT(word)
#define VERSION	CELLAR_ASCII_VERSION_20

#define IDENTITY	0x60
#define VALUES		0x61
#define ALARMS		0x62
#define LIMITS		0x63

/*
 * 0x60: name, maker, version, number of packs, their serial numbers. Those are of the
 * packs, not of the system, and each pack says its own.
 */
#define NAME_LEN	10
#define MAKER_AT	NAME_LEN
#define MAKER_LEN	20
#define RELEASE_AT	(MAKER_AT + MAKER_LEN)
#define PACKS_AT	(RELEASE_AT + 2)
#define SERIALS_AT	(PACKS_AT + 1)
#define SERIAL_LEN	16

/* n = 2…13 (protocols.md 4.2) */
#define PACKS_MAX	12

int cellar_ascii_system_identity_ask(u8 address, u8 *wire)
{
	return cellar_ascii_ask(wire, VERSION, address, IDENTITY);
}

/*
 * One pack makes this as long as 0x61, where the highest cell voltage stands at the
 * second character of the maker and is none; two make it as long as a 0x42 can be,
 * where the number of cells stands in the name and is no character.
 */
int cellar_ascii_system_identity_decode(u8 address,
					const struct cellar_rs485_telegram *answer,
					struct cellar_reading *news)
{
	int err = cellar_ascii_check_answer(answer, VERSION, address);
	unsigned int len;
	const u8 *info;

	if (err)
		return err;

	info = cellar_ascii_info(answer);
	len = cellar_ascii_info_len(answer);
	if (len < SERIALS_AT || !info[PACKS_AT] || info[PACKS_AT] > PACKS_MAX ||
	    len != SERIALS_AT + SERIAL_LEN * (unsigned int)info[PACKS_AT] ||
	    !cellar_ascii_is_text(info, NAME_LEN, 1) ||
	    !cellar_ascii_is_text(info + MAKER_AT, MAKER_LEN, 2))
		return -ENOMSG;

	cellar_ascii_name_decode(info, NAME_LEN, CELLAR_MODEL, news);
	cellar_ascii_name_decode(info + MAKER_AT, MAKER_LEN, CELLAR_MANUFACTURER, news);
	cellar_ascii_release_decode(info + RELEASE_AT, news);
	news->packs_online = info[PACKS_AT];
	cellar_say(news, CELLAR_PACKS_ONLINE);

	return 0;
}

int cellar_ascii_system_identity_encode(u8 address, const struct cellar_reading *reading,
					u8 *wire)
{
	u8 info[SERIALS_AT + SERIAL_LEN * PACKS_MAX] = { 0 };
	u8 packs;

	if (!cellar_has(reading, CELLAR_PACKS_ONLINE) || !reading->packs_online)
		return -ENODATA;

	packs = reading->packs_online < PACKS_MAX ? (u8)reading->packs_online : PACKS_MAX;
	cellar_ascii_name_encode(reading, CELLAR_MODEL, info, NAME_LEN, '-');
	cellar_ascii_name_encode(reading, CELLAR_MANUFACTURER, info + MAKER_AT, MAKER_LEN, '-');
	cellar_ascii_release_encode(reading, info + RELEASE_AT);
	info[PACKS_AT] = packs;

	return cellar_ascii_frame(wire, VERSION, address, 0, info,
				  SERIALS_AT + SERIAL_LEN * packs);
}

#define NUMBER	CELLAR_ASCII_NUMBER
#define KELVIN	2731

/* 0x61: of averages and extremes of the packs, the average where it is one battery's */
#define CELL_MAX_AT	11
#define VALUES_LEN	49

static const struct cellar_ascii_number values[] = {
	CELLAR_ASCII_PACK_MV(VOLTAGE, 0),
	NUMBER(CURRENT, 2, S16, 10, 0, -0x7fff, 0x7fff),
	NUMBER(SOC, 4, U8, 100, 0, 0, 100),
	NUMBER(CYCLES, 5, U16, 1, 0, 0, 0xfffe),
	NUMBER(SOH, 9, U8, 100, 0, 0, 100),
	NUMBER(CELL_VOLTAGE_MAX, CELL_MAX_AT, U16, 1, 0, 0, 5000),
	NUMBER(CELL_VOLTAGE_MIN, 15, U16, 1, 0, 0, 5000),
	CELLAR_ASCII_DECIC(TEMPERATURE, 19, KELVIN),
	CELLAR_ASCII_DECIC(CELL_TEMPERATURE_MAX, 21, KELVIN),
	CELLAR_ASCII_DECIC(CELL_TEMPERATURE_MIN, 25, KELVIN),
	CELLAR_ASCII_DECIC(MOSFET_TEMPERATURE, 31, KELVIN),
};

/* Numbers that a reading has no field for, sent like the one it has */
static const struct {
	u8 to;
	u8 from;
	u8 len;
} likewise[] = {
	{ 7, 5, 2 },	/* cycles: highest */
	{ 10, 9, 1 },	/* SOH: lowest */
	{ 29, 31, 2 },	/* MOSFETs: average and lowest */
	{ 35, 31, 2 },
};

/* Module and cell, one byte each; 0xFF: not known */
static const struct {
	u8 at;
	u8 field;
} places[] = {
	{ 13, CELLAR_CELL_VOLTAGE_MAX_PLACE },
	{ 17, CELLAR_CELL_VOLTAGE_MIN_PLACE },
	{ 23, CELLAR_CELL_TEMPERATURE_MAX_PLACE },
	{ 27, CELLAR_CELL_TEMPERATURE_MIN_PLACE },
};

static void decode_place(const u8 *p, enum cellar_field field, struct cellar_reading *news)
{
	char *place = (char *)news + cellar_fields[field].offset;

	if (p[0] > 99 || p[1] > 99) {
		cellar_say_none(news, field);
		return;
	}
	snprintf(place, CELLAR_PLACE_MAX + 1, "%02u%02u", p[0], p[1]);
	cellar_say(news, field);
}

static void encode_place(const struct cellar_reading *reading, enum cellar_field field, u8 *p)
{
	const char *place = (const char *)reading + cellar_fields[field].offset;
	unsigned int i;

	memset(p, 0xff, 2);
	if (!cellar_has(reading, field))
		return;
	for (i = 0; i < 4; i++)
		if (place[i] < '0' || place[i] > '9')
			return;
	if (place[4])
		return;

	p[0] = (u8)(10 * (place[0] - '0') + place[1] - '0');
	p[1] = (u8)(10 * (place[2] - '0') + place[3] - '0');
}

int cellar_ascii_system_values_ask(u8 address, u8 *wire)
{
	return cellar_ascii_ask(wire, VERSION, address, VALUES);
}

/*
 * 0x60 can be as long, with a character in the highest cell voltage; 0x42 too, with
 * flags where the voltage of a battery is never as low (NO_FLAGS in ascii_record.c).
 */
static bool are_values(const u8 *info, unsigned int len)
{
	return len == VALUES_LEN && info[0] & 0xc0 &&
	       !cellar_ascii_is_text(info + CELL_MAX_AT, 1, 1);
}

int cellar_ascii_system_values_decode(u8 address,
				      const struct cellar_rs485_telegram *answer,
				      struct cellar_reading *news)
{
	int err = cellar_ascii_check_answer(answer, VERSION, address);
	unsigned int i;
	const u8 *info;

	if (err)
		return err;
	info = cellar_ascii_info(answer);
	if (!are_values(info, cellar_ascii_info_len(answer)))
		return -ENOMSG;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		decode_place(info + places[i].at, places[i].field, news);

	err = cellar_ascii_numbers_decode(values, ARRAY_SIZE(values), info, news);

	return err ? err : cellar_reading_check_extremes(news);
}

int cellar_ascii_system_values_encode(u8 address, const struct cellar_reading *reading,
				      u8 *wire)
{
	u8 info[VALUES_LEN];
	unsigned int i;

	if (!(reading->have & cellar_ascii_numbers_fields(values, ARRAY_SIZE(values))))
		return -ENODATA;

	memset(info, 0xff, sizeof(info));
	cellar_ascii_numbers_encode(values, ARRAY_SIZE(values), reading, info);
	for (i = 0; i < ARRAY_SIZE(likewise); i++)
		memcpy(info + likewise[i].to, info + likewise[i].from, likewise[i].len);
	for (i = 0; i < ARRAY_SIZE(places); i++)
		encode_place(reading, places[i].field, info + places[i].at);

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}

/* 0x62 */
#define ALARM_BYTES	2
#define ALARMS_LEN	(2 * ALARM_BYTES)

static const u8 warnings[8 * ALARM_BYTES] = {
	W(CELL_IMBALANCE), W(MOSFET_OVERTEMPERATURE),
	W(UNDERTEMPERATURE), W(OVERTEMPERATURE),
	W(CELL_UNDERVOLTAGE), W(CELL_OVERVOLTAGE),
	W(PACK_UNDERVOLTAGE), W(PACK_OVERVOLTAGE),
	[8 + 4] = W(INTERNAL_COMMUNICATION), W(DISCHARGE_OVERCURRENT),
	W(CHARGE_OVERCURRENT), W(TEMPERATURE_IMBALANCE),
};

static const u8 protections[8 * ALARM_BYTES] = {
	[1] = W(MOSFET_OVERTEMPERATURE), W(UNDERTEMPERATURE), W(OVERTEMPERATURE),
	W(CELL_UNDERVOLTAGE), W(CELL_OVERVOLTAGE),
	W(PACK_UNDERVOLTAGE), W(PACK_OVERVOLTAGE),
	[8 + 3] = W(SYSTEM_ERROR), [8 + 5] = W(DISCHARGE_OVERCURRENT), W(CHARGE_OVERCURRENT),
};

int cellar_ascii_system_alarms_ask(u8 address, u8 *wire)
{
	return cellar_ascii_ask(wire, VERSION, address, ALARMS);
}

int cellar_ascii_system_alarms_decode(u8 address,
				      const struct cellar_rs485_telegram *answer,
				      struct cellar_reading *news)
{
	int err = cellar_ascii_check_answer(answer, VERSION, address);
	const u8 *info;

	if (err)
		return err;
	if (cellar_ascii_info_len(answer) != ALARMS_LEN)
		return -ENOMSG;

	info = cellar_ascii_info(answer);
	news->warnings = cellar_alarms_from_bits(warnings, info, ALARM_BYTES);
	news->protections = cellar_alarms_from_bits(protections, info + ALARM_BYTES,
						    ALARM_BYTES);
	cellar_say(news, CELLAR_WARNINGS);
	cellar_say(news, CELLAR_PROTECTIONS);

	return 0;
}

static void put_alarms(const u8 *table, u64 alarms, bool are_warnings, u8 *p)
{
	u64 known = cellar_alarms_of_table(table, ALARM_BYTES);

	cellar_alarms_to_bits(table, p, ALARM_BYTES,
			      cellar_alarms_fit(alarms, known, are_warnings));
}

/* Without protections there is no answer: all-zero would say that all is well. */
int cellar_ascii_system_alarms_encode(u8 address, const struct cellar_reading *reading,
				      u8 *wire)
{
	u8 info[ALARMS_LEN] = { 0 };

	if (!cellar_has(reading, CELLAR_PROTECTIONS))
		return -ENODATA;

	put_alarms(protections, reading->protections, false, info + ALARM_BYTES);
	if (cellar_has(reading, CELLAR_WARNINGS))
		put_alarms(warnings, reading->warnings, true, info);

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}

/*
 * 0x63. Its currents are in 0.01 A or in 0.1 A, depending on whom one asks (4.8): taken
 * for 0.01 A they never allow more than the battery does.
 */
static const struct cellar_ascii_number limits[] = {
	CELLAR_ASCII_LIMIT_MV(CHARGE_VOLTAGE_LIMIT, 0),
	CELLAR_ASCII_LIMIT_MV(DISCHARGE_VOLTAGE_LIMIT, 2),
	NUMBER(CHARGE_CURRENT_LIMIT, 4, S16, 10, 0, 0, 0x7fff),
	NUMBER(DISCHARGE_CURRENT_LIMIT, 6, MAGNITUDE, 10, 0, 0, 0x7fff),
};

#define LIMITS_STATUS	8
#define LIMITS_LEN	9

int cellar_ascii_system_limits_ask(u8 address, u8 *wire)
{
	return cellar_ascii_ask(wire, VERSION, address, LIMITS);
}

int cellar_ascii_system_limits_decode(u8 address,
				      const struct cellar_rs485_telegram *answer,
				      struct cellar_reading *news)
{
	int err = cellar_ascii_check_answer(answer, VERSION, address);
	const u8 *info;

	if (err)
		return err;
	if (cellar_ascii_info_len(answer) != LIMITS_LEN)
		return -ENOMSG;

	info = cellar_ascii_info(answer);
	cellar_ascii_requests_decode(info[LIMITS_STATUS], news);

	return cellar_ascii_numbers_decode(limits, ARRAY_SIZE(limits), info, news);
}

int cellar_ascii_system_limits_encode(u8 address, const struct cellar_reading *reading,
				      u8 *wire)
{
	u8 info[LIMITS_LEN];

	if (!(reading->have & (CELLAR_ASCII_LIMITS | CELLAR_ASCII_REQUESTS)))
		return -ENODATA;

	cellar_ascii_numbers_encode(limits, ARRAY_SIZE(limits), reading, info);
	info[LIMITS_STATUS] = cellar_ascii_requests_encode(reading);

	return cellar_ascii_frame(wire, VERSION, address, 0, info, sizeof(info));
}
