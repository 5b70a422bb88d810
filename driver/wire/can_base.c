// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that all dialects share: 0x351, 0x355, 0x356, 0x35C and text
 * (protocols.md 1.1, 1.3, 2.1 and 8).
 */
#include "bytes.h"
#include "can_base.h"
#include "can_numbers.h"

static const struct cellar_can_number limits[] = {
	CELLAR_LIMIT_DECIV(CHARGE_VOLTAGE_LIMIT, 0),
	CELLAR_LIMIT_DECIA(CHARGE_CURRENT_LIMIT, 2),
	CELLAR_LIMIT_DECIA(DISCHARGE_CURRENT_LIMIT, 4),
	CELLAR_FLOOR_DECIV(DISCHARGE_VOLTAGE_LIMIT, 6),
};

CELLAR_CAN_DECODER(limits)
{
	return cellar_numbers_decode(limits, ARRAY_SIZE(limits), frame, news);
}

CELLAR_CAN_ENCODER(limits)
{
	return cellar_numbers_encode(limits, ARRAY_SIZE(limits), reading, frame);
}

static const struct cellar_can_number charge[] = {
	CELLAR_PERCENT(SOC, 0),
	CELLAR_PERCENT(SOH, 2),
};

/* LFP cells that are alive */
#define CELL_MIN_MV	2000
#define CELL_MAX_MV	4500

bool cellar_can_are_cells(u16 max_mv, u16 min_mv)
{
	return max_mv >= min_mv && min_mv >= CELL_MIN_MV && max_mv <= CELL_MAX_MV;
}

/* Zero beside a SOC that is not is an unused field, not 0.00 % */
static bool is_fine_soc(u16 raw, u16 soc_centi)
{
	return raw <= 10000 && raw <= soc_centi + 100 && raw + 100 >= soc_centi &&
	       (raw || !soc_centi);
}

CELLAR_CAN_DECODER(charge)
{
	int err = cellar_numbers_decode(charge, ARRAY_SIZE(charge), frame, news);
	u16 first, second;

	if (err || frame->len < 6)
		return err;

	first = cellar_le16(frame->data + 4);
	second = frame->len < 8 ? 0 : cellar_le16(frame->data + 6);

	if (cellar_can_are_cells(first, second)) {
		news->cell_voltage_max_mv = first;
		news->cell_voltage_min_mv = second;
		cellar_say(news, CELLAR_CELL_VOLTAGE_MAX);
		cellar_say(news, CELLAR_CELL_VOLTAGE_MIN);
	} else if (cellar_has(news, CELLAR_SOC) &&
		   is_fine_soc(first, news->soc_centi)) {
		news->soc_centi = first;
	}

	return 0;
}

CELLAR_CAN_ENCODER(charge)
{
	return cellar_numbers_encode(charge, ARRAY_SIZE(charge), reading, frame);
}

/* 20…70 V in the two scales that are seen (protocols.md 8.1) */
#define CENTIV		CELLAR_NUMBER(VOLTAGE, 0, S16, 10, 2000, 7000, CELLAR_NO_S16)
#define DECIV		CELLAR_NUMBER(VOLTAGE, 0, S16, 100, 200, 700, CELLAR_NO_S16)
#define CURRENT		CELLAR_CURRENT_DECIA(CURRENT, 2)
#define AVERAGE_T	CELLAR_DECIC(TEMPERATURE, 4)
#define HIGHEST_T	CELLAR_DECIC(CELL_TEMPERATURE_MAX, 4)
#define LOWEST_T	CELLAR_DECIC(CELL_TEMPERATURE_MIN, 6)

#define MEASURED	3
#define MEASURED_LUX	4

static const struct cellar_can_number measured[][MEASURED] = {
	{ CENTIV, CURRENT, AVERAGE_T },
	{ DECIV, CURRENT, AVERAGE_T },
};

static const struct cellar_can_number measured_lux[][MEASURED_LUX] = {
	{ CENTIV, CURRENT, HIGHEST_T, LOWEST_T },
	{ DECIV, CURRENT, HIGHEST_T, LOWEST_T },
};

CELLAR_CAN_DECODER(measured)
{
	s16 raw = cellar_le16s(frame->data);
	bool deciv = raw >= 200 && raw <= 700;
	int err;

	if (!memory->lux || frame->len < 8)
		return cellar_numbers_decode(measured[deciv], MEASURED, frame, news);

	err = cellar_numbers_decode(measured_lux[deciv], MEASURED_LUX, frame, news);
	if (err)
		return err;

	cellar_say_none(news, CELLAR_TEMPERATURE);

	return cellar_reading_check_extremes(news);
}

CELLAR_CAN_ENCODER(measured)
{
	if (memory->lux)
		return cellar_numbers_encode(measured_lux[0], MEASURED_LUX, reading,
					     frame);

	return cellar_numbers_encode(measured[0], MEASURED, reading, frame);
}

/* protocols.md 1.3; which of b4 and b5 is "I" is disputed, both force */
#define CHARGE_ENABLE		0x80
#define DISCHARGE_ENABLE	0x40
#define FORCE_CHARGE_I		0x20
#define FORCE_CHARGE_II		0x10
#define FULL_CHARGE_REQUEST	0x08

static const struct cellar_can_number lux_cycles[] = {
	CELLAR_COUNT(CYCLES, 2, 1),
};

CELLAR_CAN_DECODER(requests)
{
	u8 bits = frame->data[0];

	news->charge_enable = bits & CHARGE_ENABLE;
	news->discharge_enable = bits & DISCHARGE_ENABLE;
	news->force_charge = bits & (FORCE_CHARGE_I | FORCE_CHARGE_II);
	news->full_charge_request = bits & FULL_CHARGE_REQUEST;
	cellar_say(news, CELLAR_CHARGE_ENABLE);
	cellar_say(news, CELLAR_DISCHARGE_ENABLE);
	cellar_say(news, CELLAR_FORCE_CHARGE);
	cellar_say(news, CELLAR_FULL_CHARGE_REQUEST);

	if (!memory->lux)
		return 0;

	return cellar_numbers_decode(lux_cycles, ARRAY_SIZE(lux_cycles), frame, news);
}

CELLAR_CAN_ENCODER(requests)
{
	static const u64 fields = BIT_ULL(CELLAR_CHARGE_ENABLE) |
				  BIT_ULL(CELLAR_DISCHARGE_ENABLE) |
				  BIT_ULL(CELLAR_FORCE_CHARGE) |
				  BIT_ULL(CELLAR_FULL_CHARGE_REQUEST);
	u8 bits = 0;

	if (!(reading->have & fields))
		return -ENODATA;

	/* what is not known is not enabled */
	if (cellar_is_set(reading, CELLAR_CHARGE_ENABLE))
		bits |= CHARGE_ENABLE;
	if (cellar_is_set(reading, CELLAR_DISCHARGE_ENABLE))
		bits |= DISCHARGE_ENABLE;
	if (cellar_is_set(reading, CELLAR_FORCE_CHARGE))
		bits |= FORCE_CHARGE_I;
	if (cellar_is_set(reading, CELLAR_FULL_CHARGE_REQUEST))
		bits |= FULL_CHARGE_REQUEST;
	frame->data[0] = bits;

	if (memory->lux)
		cellar_numbers_encode(lux_cycles, ARRAY_SIZE(lux_cycles), reading,
				      frame);

	return 0;
}

CELLAR_CAN_DECODER(maker)
{
	cellar_can_decode_text(frame, news, CELLAR_MANUFACTURER);

	return 0;
}

CELLAR_CAN_ENCODER(maker)
{
	return cellar_can_encode_text(reading, CELLAR_MANUFACTURER, 0, frame);
}

void cellar_can_decode_text(const struct cellar_can_frame *frame,
			    struct cellar_reading *news, enum cellar_field field)
{
	char *to = (char *)news + cellar_fields[field].offset;

	if (cellar_text_from_wire(to, frame->data, frame->len))
		cellar_say(news, field);
	else
		cellar_say_none(news, field);
}

int cellar_can_encode_text(const struct cellar_reading *reading,
			   enum cellar_field field, u8 pad,
			   struct cellar_can_frame *frame)
{
	const char *text = (const char *)reading + cellar_fields[field].offset;

	if (!cellar_has(reading, field))
		return -ENODATA;

	cellar_text_to_wire(frame->data, sizeof(frame->data), text, pad);

	return 0;
}
