// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dialect of SMA and Victron "CAN-bus BMS": BYD, Pytes, WeCo, REC and many
 * more (protocols.md 2). Most of its frames are sent by Pylontech clones too.
 */
#include "bytes.h"
#include "can_alarms.h"
#include "can_numbers.h"
#include "can_victron.h"

/* 0x35A: protocols.md 2.2, in the order of the pairs from byte 0 b0 on */
static const u8 pair_words[] = {
	CELLAR_GENERAL,
	CELLAR_OVERVOLTAGE,
	CELLAR_UNDERVOLTAGE,
	CELLAR_OVERTEMPERATURE,
	CELLAR_UNDERTEMPERATURE,
	CELLAR_CHARGE_OVERTEMPERATURE,
	CELLAR_CHARGE_UNDERTEMPERATURE,
	CELLAR_DISCHARGE_OVERCURRENT,
	CELLAR_CHARGE_OVERCURRENT,
	CELLAR_CONTACTOR,
	CELLAR_SHORT_CIRCUIT,
	CELLAR_SYSTEM_ERROR,
	CELLAR_CELL_IMBALANCE,
};

/* 0 and 3 give no information */
#define PAIR_ACTIVE	1
#define PAIR_OK		2

#define WARNING_BYTES	4

/* False if no pair says anything: all-zero is not "OK". */
static bool decode_pairs(const u8 *bytes, u64 *alarms)
{
	bool known = false;
	unsigned int i;

	*alarms = 0;
	for (i = 0; i < ARRAY_SIZE(pair_words); i++) {
		u8 pair = bytes[i / 4] >> (i % 4 * 2) & 3;

		known |= pair == PAIR_ACTIVE || pair == PAIR_OK;
		if (pair == PAIR_ACTIVE)
			*alarms |= BIT_ULL(pair_words[i]);
	}

	return known;
}

/*
 * The warnings of Discover's 7-byte frame stand elsewhere; its protections do
 * not (protocols.md 2.2 d). So a short frame tells only the latter.
 */
CELLAR_CAN_DECODER(pairs)
{
	struct cellar_alarm_source *source = &memory->pairs;

	memset(source, 0, sizeof(*source));
	if (decode_pairs(frame->data, &source->protections))
		source->have |= CELLAR_KNOWS_PROTECTIONS;
	if (frame->len == 8 &&
	    decode_pairs(frame->data + WARNING_BYTES, &source->warnings))
		source->have |= CELLAR_KNOWS_WARNINGS;

	cellar_alarms_say(source, &memory->bits, news);

	return 0;
}

static void encode_pairs(u8 *bytes, u64 alarms, bool warnings)
{
	u64 known = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pair_words); i++)
		known |= BIT_ULL(pair_words[i]);
	alarms = cellar_alarms_fit(alarms, known, warnings);

	for (i = 0; i < ARRAY_SIZE(pair_words); i++) {
		bool active = alarms & BIT_ULL(pair_words[i]);

		bytes[i / 4] |= (u8)((active ? PAIR_ACTIVE : PAIR_OK) << (i % 4 * 2));
	}
}

CELLAR_CAN_ENCODER(pairs)
{
	bool protections = cellar_has(reading, CELLAR_PROTECTIONS);
	bool warnings = cellar_has(reading, CELLAR_WARNINGS);

	if (!protections && !warnings)
		return -ENODATA;

	if (protections)
		encode_pairs(frame->data, reading->protections, false);
	if (warnings)
		encode_pairs(frame->data + WARNING_BYTES, reading->warnings, true);

	return 0;
}

CELLAR_CAN_ENCODER(fine_charge)
{
	int err = cellar_can_encode_charge(memory, reading, frame);

	if (!err && cellar_has(reading, CELLAR_SOC) && reading->soc_centi <= 10000)
		cellar_put_le16(frame->data + 4, reading->soc_centi);

	return err;
}

CELLAR_CAN_DECODER(events)
{
	return 0;
}

CELLAR_CAN_ENCODER(events)
{
	return -ENODATA;
}

static const struct cellar_can_number available[] = {
	CELLAR_SIZE(REMAINING, 4, 1000),
};

CELLAR_CAN_DECODER(product)
{
	u16 version = cellar_le16(frame->data + 2);

	if (version == 0 || version == CELLAR_NO_U16) {
		cellar_say_none(news, CELLAR_FIRMWARE);
	} else {
		snprintf(news->firmware, sizeof(news->firmware), "%u.%u",
			 frame->data[2], frame->data[3]);
		cellar_say(news, CELLAR_FIRMWARE);
	}

	return cellar_numbers_decode(available, ARRAY_SIZE(available), frame, news);
}

/* Digits of a number 0…255, or NULL. */
static const char *parse_byte(const char *text, u8 *byte)
{
	unsigned int value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && value <= 255; p++)
		value = value * 10 + (unsigned int)(*p - '0');
	*byte = (u8)value;

	return p == text || value > 255 ? NULL : p;
}

/* "major.minor" */
static bool parse_version(const char *text, u8 version[2])
{
	const char *p = parse_byte(text, &version[0]);

	if (!p || *p != '.')
		return false;
	p = parse_byte(p + 1, &version[1]);

	return p && !*p;
}

CELLAR_CAN_ENCODER(product)
{
	bool versioned = cellar_has(reading, CELLAR_FIRMWARE) &&
			 parse_version(reading->firmware, frame->data + 2);
	int err = cellar_numbers_encode(available, ARRAY_SIZE(available), reading,
					frame);

	if (!versioned)
		memset(frame->data + 2, 0, 2);

	return versioned ? 0 : err;
}

/* 0x360 */
#define CHARGE_REQUEST	0xff

static CELLAR_CAN_DECODER(charge_request)
{
	if (frame->data[0] && frame->data[0] != CHARGE_REQUEST)
		return -ERANGE;

	news->force_charge = frame->data[0];
	cellar_say(news, CELLAR_FORCE_CHARGE);

	return 0;
}

static CELLAR_CAN_ENCODER(charge_request)
{
	if (!cellar_has(reading, CELLAR_FORCE_CHARGE))
		return -ENODATA;

	frame->data[0] = reading->force_charge ? CHARGE_REQUEST : 0;

	return 0;
}

/* Binary 0x370, 0x371 of Seplos and Pylontech V2 clones: highest first */
#define NAME_ID		0x370
#define NAME_PART	8
#define NAME_BOTH	3

static const struct cellar_can_number binary_extremes[] = {
	CELLAR_DECIC(CELL_TEMPERATURE_MAX, 0),
	CELLAR_DECIC(CELL_TEMPERATURE_MIN, 2),
	CELLAR_CELL_MV(CELL_VOLTAGE_MAX, 4),
	CELLAR_CELL_MV(CELL_VOLTAGE_MIN, 6),
};

/* Pairs of cell or sensor, then pack */
static const u8 binary_places[] = {
	CELLAR_CELL_TEMPERATURE_MAX_PLACE,
	CELLAR_CELL_TEMPERATURE_MIN_PLACE,
	CELLAR_CELL_VOLTAGE_MAX_PLACE,
	CELLAR_CELL_VOLTAGE_MIN_PLACE,
};

/* Printable from the first character on, then nothing but zeros. */
static bool is_text(const u8 *bytes, size_t len)
{
	size_t end = 0;

	while (end < len && bytes[end] >= ' ' && bytes[end] <= '~')
		end++;
	while (len > end && !bytes[len - 1])
		len--;

	return end && end == len;
}

static bool is_zero(const u8 *bytes, size_t len)
{
	while (len && !bytes[len - 1])
		len--;

	return !len;
}

/*
 * Clones that send 0x370 in 0.1 °C send 0x373 in whole kelvins too: for this many
 * of the latter the finer temperatures stand.
 */
#define FINE_KELVIN	4

static int decode_binary_extremes(struct cellar_can_memory *memory,
				  const struct cellar_can_frame *frame,
				  struct cellar_reading *news)
{
	int err;

	/* a battery that does not use the frame, not one at 0.0 °C */
	if (is_zero(frame->data, sizeof(frame->data)))
		return 0;

	err = cellar_numbers_decode(binary_extremes, ARRAY_SIZE(binary_extremes),
				    frame, news);
	if (!err)
		err = cellar_reading_check_extremes(news);
	if (!err)
		memory->fine_kelvin = FINE_KELVIN;

	return err;
}

/* As in 0x375: "0206" is cell 6 of pack 2. 0 says nothing of the place. */
static int decode_binary_places(const struct cellar_can_frame *frame,
				struct cellar_reading *news)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(binary_places); i++) {
		char *to = (char *)news + cellar_fields[binary_places[i]].offset;
		u8 cell = frame->data[2 * i];
		u8 pack = frame->data[2 * i + 1];

		if (cell > 99 || pack > 99)
			return -ERANGE;
		if (!cell && !pack)
			continue;
		snprintf(to, CELLAR_PLACE_MAX + 1, "%02u%02u", pack, cell);
		cellar_say(news, binary_places[i]);
	}

	return 0;
}

CELLAR_CAN_DECODER(name)
{
	unsigned int part = frame->id - NAME_ID;
	u8 parts = memory->name_parts | (u8)BIT(part);
	u8 name[2 * NAME_PART];
	int err = 0;

	memcpy(name, memory->name, sizeof(name));
	memcpy(name + part * NAME_PART, frame->data, NAME_PART);

	if (parts == NAME_BOTH && is_text(name, sizeof(name))) {
		cellar_text_from_wire(news->model, name, sizeof(name));
		cellar_say(news, CELLAR_MODEL);
	} else if (parts == NAME_BOTH || !(is_text(frame->data, NAME_PART) ||
					   is_zero(frame->data, NAME_PART))) {
		err = part ? decode_binary_places(frame, news) :
			     decode_binary_extremes(memory, frame, news);
	}
	if (err)
		return err;

	memcpy(memory->name, name, sizeof(name));
	memory->name_parts = parts;

	return 0;
}

CELLAR_CAN_ENCODER(name)
{
	u8 name[2 * NAME_PART];

	if (!cellar_has(reading, CELLAR_MODEL))
		return -ENODATA;

	cellar_text_to_wire(name, sizeof(name), reading->model, 0);
	memcpy(frame->data, name + (frame->id - NAME_ID) * NAME_PART, NAME_PART);

	return 0;
}

/* Two digits, or false. */
static bool parse_two(const char *text, u8 *byte)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return false;

	*byte = (u8)((text[0] - '0') * 10 + text[1] - '0');

	return true;
}

int cellar_can_encode_binary(const struct cellar_reading *reading,
			     struct cellar_can_frame *frame)
{
	unsigned int i;
	int err;

	if (frame->id == NAME_ID) {
		err = cellar_numbers_encode(binary_extremes,
					    ARRAY_SIZE(binary_extremes), reading,
					    frame);
		/* a temperature and zeros would be taken for half a name, or for nothing */
		if (!err && !cellar_has(reading, CELLAR_CELL_VOLTAGE_MIN))
			cellar_put_le16(frame->data + 6, CELLAR_NO_U16);
		return err;
	}

	for (i = 0; i < ARRAY_SIZE(binary_places); i++) {
		const char *text = (const char *)reading +
				   cellar_fields[binary_places[i]].offset;
		u8 *pair = frame->data + 2 * i;
		u8 pack, cell;

		if (!cellar_has(reading, binary_places[i]) || strlen(text) != 4 ||
		    !parse_two(text, &pack) || !parse_two(text + 2, &cell))
			continue;
		pair[0] = cell;
		pair[1] = pack;
	}

	return is_zero(frame->data, sizeof(frame->data)) ? -ENODATA : 0;
}

static const struct cellar_can_number packs[] = {
	CELLAR_COUNT(PACKS_ONLINE, 0, 1),
	CELLAR_COUNT(PACKS_BLOCKING_CHARGE, 2, 1),
	CELLAR_COUNT(PACKS_BLOCKING_DISCHARGE, 4, 1),
	CELLAR_COUNT(PACKS_OFFLINE, 6, 1),
};

CELLAR_CAN_DECODER(packs)
{
	return cellar_numbers_decode(packs, ARRAY_SIZE(packs), frame, news);
}

CELLAR_CAN_ENCODER(packs)
{
	return cellar_numbers_encode(packs, ARRAY_SIZE(packs), reading, frame);
}

/* Whole kelvins; the highest rounds up, so that it is never made cooler */
#define KELVIN(f, a, upwards)						\
	{								\
		.field = CELLAR_##f, .at = a, .kind = CELLAR_U16,	\
		.scale = 10, .offset = -273, .min = 213, .max = 423,	\
		.up = upwards,						\
	}

static const struct cellar_can_number extremes[] = {
	CELLAR_CELL_MV(CELL_VOLTAGE_MIN, 0),
	CELLAR_CELL_MV(CELL_VOLTAGE_MAX, 2),
	KELVIN(CELL_TEMPERATURE_MIN, 4, false),
	KELVIN(CELL_TEMPERATURE_MAX, 6, true),
};

#define KELVIN_FIELDS	(BIT_ULL(CELLAR_CELL_TEMPERATURE_MIN) | \
			 BIT_ULL(CELLAR_CELL_TEMPERATURE_MAX))

CELLAR_CAN_DECODER(extremes)
{
	int err = cellar_numbers_decode(extremes, ARRAY_SIZE(extremes), frame, news);

	if (!err)
		err = cellar_reading_check_extremes(news);
	if (err)
		return err;

	if (memory->fine_kelvin) {
		memory->fine_kelvin--;
		news->have &= ~KELVIN_FIELDS;
		news->none &= ~KELVIN_FIELDS;
	}

	return 0;
}

CELLAR_CAN_ENCODER(extremes)
{
	return cellar_numbers_encode(extremes, ARRAY_SIZE(extremes), reading, frame);
}

/* 0x374 to 0x377 */
static const u8 place_fields[] = {
	CELLAR_CELL_VOLTAGE_MIN_PLACE,
	CELLAR_CELL_VOLTAGE_MAX_PLACE,
	CELLAR_CELL_TEMPERATURE_MIN_PLACE,
	CELLAR_CELL_TEMPERATURE_MAX_PLACE,
};

CELLAR_CAN_DECODER(place)
{
	cellar_can_decode_text(frame, news, place_fields[frame->id & 3]);

	return 0;
}

CELLAR_CAN_ENCODER(place)
{
	return cellar_can_encode_text(reading, place_fields[frame->id & 3], 0, frame);
}

static const struct cellar_can_number energy[] = {
	CELLAR_ENERGY(ENERGY_CHARGED, 0, 100),
	CELLAR_ENERGY(ENERGY_DISCHARGED, 4, 100),
};

CELLAR_CAN_DECODER(energy)
{
	return cellar_numbers_decode(energy, ARRAY_SIZE(energy), frame, news);
}

CELLAR_CAN_ENCODER(energy)
{
	return cellar_numbers_encode(energy, ARRAY_SIZE(energy), reading, frame);
}

static const struct cellar_can_number capacity[] = {
	CELLAR_SIZE(DESIGN, 0, 1000),
};

CELLAR_CAN_DECODER(capacity)
{
	return cellar_numbers_decode(capacity, ARRAY_SIZE(capacity), frame, news);
}

CELLAR_CAN_ENCODER(capacity)
{
	return cellar_numbers_encode(capacity, ARRAY_SIZE(capacity), reading, frame);
}

static enum cellar_field serial_part(u32 id)
{
	return id & 1 ? CELLAR_SERIAL_TAIL : CELLAR_SERIAL_HEAD;
}

CELLAR_CAN_DECODER(serial)
{
	cellar_can_decode_text(frame, news, serial_part(frame->id));

	return 0;
}

CELLAR_CAN_ENCODER(serial)
{
	return cellar_can_encode_text(reading, serial_part(frame->id), 0, frame);
}

CELLAR_CAN_DECODER(family)
{
	cellar_can_decode_text(frame, news, CELLAR_FAMILY);

	return 0;
}

CELLAR_CAN_ENCODER(family)
{
	return cellar_can_encode_text(reading, CELLAR_FAMILY, 0, frame);
}

#define LIVE		CELLAR_CAN_LIVE_MS
#define ROW		CELLAR_CAN_ROW
#define REQUIRED	CELLAR_CAN_REQUIRED_ROW

static const struct cellar_can_row rows[] = {
	REQUIRED(0x351, 6, LIVE, "limits", limits, limits),
	REQUIRED(0x355, 4, LIVE, "charge", charge, fine_charge),
	REQUIRED(0x356, 4, LIVE, "measurements", measured, measured),
	ROW(0x35a, 4, LIVE, "alarms", pairs, pairs),
	ROW(0x35b, 0, LIVE, "events", events, events),
	ROW(0x35e, 1, 0, "manufacturer", maker, maker),
	ROW(0x360, 1, LIVE, "charge request", charge_request, charge_request),
	ROW(0x370, 8, LIVE, "name 1 or extreme cells", name, name),
	ROW(0x371, 8, LIVE, "name 2 or their places", name, name),
	CELLAR_CAN_SUPERSET_ROWS,
};

const struct cellar_can_dialect cellar_can_victron = {
	.name = "victron",
	.title = "SMA / Victron CAN-bus BMS",
	.rows = rows,
	.n_rows = ARRAY_SIZE(rows),
	.system_fields = CELLAR_CAN_BASE_FIELDS | CELLAR_CAN_ALARM_FIELDS |
			 CELLAR_CAN_SUPERSET_FIELDS | BIT_ULL(CELLAR_FORCE_CHARGE),
};
