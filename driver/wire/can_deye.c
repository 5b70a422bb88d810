// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dialect of Deye and Sunsynk low-voltage packs: the frames of the whole
 * system, in the two settings "native" and "victronCAN" (protocols.md 3.1), and
 * the table of all rows. The frames of one pack are in can_deye_pack.c.
 */
#include "bytes.h"
#include "can_alarms.h"
#include "can_deye_pack.h"
#include "can_numbers.h"
#include "can_victron.h"

/* The setting is what the battery sends; an encoder that sets none is native. */
static bool is_native(const struct cellar_can_memory *memory)
{
	return memory->setting != CELLAR_SETTING_VICTRON;
}

/* 0x351 and 0x355 are as everywhere; 0x356 has the sign of the setting */
static CELLAR_CAN_DECODER(system_measured)
{
	int err = cellar_can_decode_measured(memory, frame, news);

	if (memory->setting == CELLAR_SETTING_UNKNOWN) {
		news->have &= ~BIT_ULL(CELLAR_CURRENT);
		news->none &= ~BIT_ULL(CELLAR_CURRENT);
	} else if (!err && is_native(memory) && cellar_has(news, CELLAR_CURRENT)) {
		news->current_ma = -news->current_ma;
	}

	return err;
}

static CELLAR_CAN_ENCODER(system_measured)
{
	int err = cellar_can_encode_measured(memory, reading, frame);

	if (!err && is_native(memory))
		cellar_deye_invert_current(frame);

	return err;
}

/* 0x359 */
static CELLAR_CAN_DECODER(faults)
{
	struct cellar_alarm_source *source = &memory->bits;

	cellar_deye_decode_faults(frame->data, &source->protections, &source->warnings);
	source->have = CELLAR_KNOWS_PROTECTIONS | CELLAR_KNOWS_WARNINGS;
	cellar_alarms_say(source, &memory->pairs, news);
	memory->setting = CELLAR_SETTING_NATIVE;

	return 0;
}

static CELLAR_CAN_ENCODER(faults)
{
	return is_native(memory) ? cellar_deye_encode_faults(reading, frame->data) : -ENODATA;
}

/* 0x35A: all zero in what was captured, "no information" (protocols.md 2.2 e) */
static CELLAR_CAN_DECODER(victron_pairs)
{
	memory->setting = CELLAR_SETTING_VICTRON;

	/* in this setting 0x371 is not sent: 0x351 holds on grid, too */
	cellar_say_none(news, CELLAR_GRID_CHARGE_CURRENT_LIMIT);
	cellar_say_none(news, CELLAR_GRID_DISCHARGE_CURRENT_LIMIT);

	return cellar_can_decode_pairs(memory, frame, news);
}

static CELLAR_CAN_ENCODER(victron_pairs)
{
	if (is_native(memory))
		return -ENODATA;

	return cellar_can_encode_pairs(memory, reading, frame);
}

/* 0x35C */
static CELLAR_CAN_DECODER(native_requests)
{
	memory->setting = CELLAR_SETTING_NATIVE;

	return cellar_can_decode_requests(memory, frame, news);
}

static CELLAR_CAN_ENCODER(native_requests)
{
	if (!is_native(memory))
		return -ENODATA;

	return cellar_can_encode_requests(memory, reading, frame);
}

/*
 * 0x35E: "DY001" or "PYLON", the maker of the cells, the capacity of the system.
 * The digits count the packs, but 0x364 says that better.
 */
static const struct cellar_can_number system_capacity[] = {
	CELLAR_SIZE(DESIGN, 6, 100),
};

static const char *const makers[] = { "DY", "PYLON" };

#define DIGITS	2

static CELLAR_CAN_DECODER(system)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(makers); i++) {
		size_t len = strlen(makers[i]);

		if (memcmp(frame->data, makers[i], len))
			continue;

		memcpy(news->manufacturer, makers[i], len + 1);
		cellar_say(news, CELLAR_MANUFACTURER);
		return cellar_numbers_decode(system_capacity,
					     ARRAY_SIZE(system_capacity), frame,
					     news);
	}

	return cellar_can_decode_maker(memory, frame, news);
}

static CELLAR_CAN_ENCODER(system)
{
	bool counted = cellar_has(reading, CELLAR_PACKS_ONLINE);
	unsigned int packs = counted ? reading->packs_online : 1;
	bool native = is_native(memory);
	int err;

	err = cellar_numbers_encode(system_capacity, ARRAY_SIZE(system_capacity),
				    reading, frame);
	if (err && !cellar_has(reading, CELLAR_MANUFACTURER))
		return err;

	cellar_text_to_wire(frame->data, 5, makers[native ? 0 : 1], 0);
	if (native) {
		packs = packs > 999 ? 999 : packs;
		frame->data[DIGITS] = (u8)('0' + packs / 100);
		frame->data[DIGITS + 1] = (u8)('0' + packs / 10 % 10);
		frame->data[DIGITS + 2] = (u8)('0' + packs % 10);
	}

	return 0;
}

/* 0x35F of the victronCAN setting: bytes 2-3 and 4-5 as in 0x363 and 0x35E */
static const struct cellar_can_number product_capacity[] = {
	CELLAR_SIZE(DESIGN, 4, 100),
};

static CELLAR_CAN_DECODER(victron_product)
{
	memory->setting = CELLAR_SETTING_VICTRON;
	cellar_deye_decode_version(frame->data + 2, news);

	return cellar_numbers_decode(product_capacity, ARRAY_SIZE(product_capacity),
				     frame, news);
}

/* Only with a version: the frame has no way to leave it out. */
static CELLAR_CAN_ENCODER(victron_product)
{
	if (is_native(memory) || cellar_deye_encode_version(reading, frame->data + 2))
		return -ENODATA;

	cellar_numbers_encode(product_capacity, ARRAY_SIZE(product_capacity), reading,
			      frame);
	memcpy(frame->data + 6, makers[0], 2);

	return 0;
}

/* 0x361 */
static CELLAR_CAN_DECODER(system_extremes)
{
	int err = cellar_can_decode_pack_extremes(memory, frame, news);

	if (!err)
		memory->setting = CELLAR_SETTING_NATIVE;

	return err;
}

static CELLAR_CAN_ENCODER(system_extremes)
{
	if (!is_native(memory))
		return -ENODATA;

	return cellar_can_encode_pack_extremes(memory, reading, frame);
}

/* 0x363 */
static CELLAR_CAN_DECODER(version)
{
	memory->setting = CELLAR_SETTING_NATIVE;
	cellar_deye_decode_version(frame->data, news);

	return 0;
}

static CELLAR_CAN_ENCODER(version)
{
	return is_native(memory) ? cellar_deye_encode_version(reading, frame->data) : -ENODATA;
}

/* 0x364; byte 0, "normal", counts packs whose charging is blocked too */
static const struct cellar_can_number pack_counts[] = {
	CELLAR_COUNT8(PACKS_BLOCKING_CHARGE, 1),
	CELLAR_COUNT8(PACKS_BLOCKING_DISCHARGE, 2),
	CELLAR_COUNT8(PACKS_OFFLINE, 3),
	CELLAR_COUNT8(PACKS_ONLINE, 4),
};

static CELLAR_CAN_DECODER(pack_counts)
{
	memory->setting = CELLAR_SETTING_NATIVE;

	return cellar_numbers_decode(pack_counts, ARRAY_SIZE(pack_counts), frame, news);
}

static CELLAR_CAN_ENCODER(pack_counts)
{
	if (!is_native(memory) || !cellar_has(reading, CELLAR_PACKS_ONLINE))
		return -ENODATA;

	cellar_numbers_encode(pack_counts, ARRAY_SIZE(pack_counts), reading, frame);
	frame->data[0] = frame->data[4];

	return 0;
}

/* 0x371; never a product name here (protocols.md 2.4) */
static const struct cellar_can_number grid_limits[] = {
	CELLAR_LIMIT_DECIA(GRID_CHARGE_CURRENT_LIMIT, 0),
	CELLAR_LIMIT_DECIA(GRID_DISCHARGE_CURRENT_LIMIT, 2),
};

static CELLAR_CAN_DECODER(grid_limits)
{
	memory->setting = CELLAR_SETTING_NATIVE;

	return cellar_numbers_decode(grid_limits, ARRAY_SIZE(grid_limits), frame, news);
}

static CELLAR_CAN_ENCODER(grid_limits)
{
	if (!is_native(memory))
		return -ENODATA;

	return cellar_numbers_encode(grid_limits, ARRAY_SIZE(grid_limits), reading,
				     frame);
}

#define ROW		CELLAR_CAN_ROW
#define REQUIRED	CELLAR_CAN_REQUIRED_ROW
#define LIVE		CELLAR_CAN_LIVE_MS

/* Three periods, and a bit, of what comes more seldom */
#define SLOW		16000

#define PACK(i, min, period, age, needed, what, n)			\
	{								\
		.id = i, .packs = CELLAR_CAN_PACKS_MAX, .len_min = min,	\
		.period_ms = period, .max_age_ms = age,			\
		.required = needed, .name = what,			\
		.decode = cellar_can_decode_pack_##n,			\
		.encode = cellar_can_encode_pack_##n,			\
	}

static const struct cellar_can_row rows[] = {
	REQUIRED(0x351, 6, LIVE, "limits", limits, limits),
	REQUIRED(0x355, 4, LIVE, "charge", charge, charge),
	REQUIRED(0x356, 4, LIVE, "measurements", system_measured, system_measured),
	ROW(0x359, 7, LIVE, "faults", faults, faults),
	ROW(0x35a, 4, LIVE, "alarm pairs", victron_pairs, victron_pairs),
	ROW(0x35c, 1, LIVE, "requests", native_requests, native_requests),
	ROW(0x35e, 5, 0, "manufacturer", system, system),
	ROW(0x35f, 4, 0, "product", victron_product, victron_product),
	ROW(0x361, 8, LIVE, "extreme cells", system_extremes, system_extremes),
	ROW(0x363, 2, 0, "version", version, version),
	ROW(0x364, 5, LIVE, "packs", pack_counts, pack_counts),
	ROW(0x371, 4, LIVE, "on-grid limits", grid_limits, grid_limits),
	PACK(0x110, 8, 1000, LIVE, true, "faults", faults),
	PACK(0x150, 4, 1000, LIVE, true, "measurements", measured),
	PACK(0x200, 8, 1000, LIVE, false, "extreme cells", extremes),
	PACK(0x250, 4, 1000, LIVE, false, "limits", limits),
	PACK(0x400, 6, 1000, LIVE, false, "cycles", cycles),
	PACK(0x500, 2, 2100, 0, false, "version", version),
	PACK(0x550, 4, 5300, SLOW, false, "energy", energy),
	PACK(0x600, 1, 2100, 0, false, "serial number 1", serial_head),
	PACK(0x650, 1, 2100, 0, false, "serial number 2", serial_tail),
	PACK(0x700, 8, 5300, SLOW, false, "fault counts 1", counts_basic),
	PACK(0x750, 8, 5300, SLOW, false, "fault counts 2", counts_current),
};

#define F(f)	BIT_ULL(CELLAR_##f)

const struct cellar_can_dialect cellar_can_deye = {
	.name = "deye",
	.title = "Deye / Sunsynk PCS CAN",
	.rows = rows,
	.n_rows = ARRAY_SIZE(rows),
	.system_fields =
		CELLAR_CAN_BASE_FIELDS | CELLAR_CAN_REQUEST_FIELDS |
		CELLAR_CAN_ALARM_FIELDS | CELLAR_CAN_PACK_COUNT_FIELDS |
		CELLAR_CAN_EXTREME_FIELDS |
		F(DESIGN) | F(MANUFACTURER) | F(FIRMWARE) |
		F(GRID_CHARGE_CURRENT_LIMIT) | F(GRID_DISCHARGE_CURRENT_LIMIT),
	.pack_fields =
		F(VOLTAGE) | F(CURRENT) | F(SOC) | F(SOH) |
		F(CHARGE_CURRENT_LIMIT) | F(DISCHARGE_CURRENT_LIMIT) |
		F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) |
		CELLAR_CAN_ALARM_FIELDS | CELLAR_CAN_EXTREME_FIELDS |
		F(CYCLES) | F(ENERGY_CHARGED) | F(ENERGY_DISCHARGED) |
		F(SERIAL_HEAD) | F(SERIAL_TAIL) | F(FIRMWARE) |
		F(MOSFET_TEMPERATURE) | F(HEATER_TEMPERATURE) | F(BALANCING) |
		F(FAULT_COUNTS_BASIC) | F(FAULT_COUNTS_CURRENT),
};
