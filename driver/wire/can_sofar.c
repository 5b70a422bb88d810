// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dialect of Sofar's extended CAN (protocols.md 3.3): 29-bit identifiers, low
 * byte first, of the battery with the number 0. Sofar's "general standard frames" are
 * the SMA set: can_victron.c.
 */
#include "bytes.h"
#include "can_base.h"
#include "can_numbers.h"

/* As in 0x351 of 11 bits, but no raw value is said to mean "no value" */
static const struct cellar_can_number limits[] = {
	CELLAR_NEEDED(CHARGE_VOLTAGE_LIMIT, 0, U16, 100, 0, 700),
	CELLAR_NEEDED(CHARGE_CURRENT_LIMIT, 2, U16, 100, 0, 0x7fff),
	CELLAR_NEEDED(DISCHARGE_CURRENT_LIMIT, 4, U16, 100, 0, 0x7fff),
	{
		.field = CELLAR_DISCHARGE_VOLTAGE_LIMIT, .at = 6, .kind = CELLAR_U16,
		.scale = 100, .max = 700, .absent = CELLAR_NO_RAW,
		.up = true, .needed = true,
	},
};

static CELLAR_CAN_DECODER(sofar_limits)
{
	return cellar_numbers_decode(limits, ARRAY_SIZE(limits), frame, news);
}

static CELLAR_CAN_ENCODER(sofar_limits)
{
	return cellar_numbers_encode(limits, ARRAY_SIZE(limits), reading, frame);
}

/* 0x355. Bytes 4-5 are 0xFFFF in the one template there is; 6-7 fit its capacity */
static const struct cellar_can_number charge[] = {
	CELLAR_NEEDED(SOC, 0, U16, 100, 0, 100),
	CELLAR_NEEDED(SOH, 2, U16, 100, 0, 100),
	CELLAR_NUMBER(REMAINING, 6, U16, 100, 1, 0xfffe, 0),
};

#define UNUSED	4

static CELLAR_CAN_DECODER(sofar_charge)
{
	return cellar_numbers_decode(charge, ARRAY_SIZE(charge), frame, news);
}

static CELLAR_CAN_ENCODER(sofar_charge)
{
	cellar_put_le16(frame->data + UNUSED, CELLAR_NO_U16);

	return cellar_numbers_encode(charge, ARRAY_SIZE(charge), reading, frame);
}

/* 0x356, > 0 charging as in BE; what bytes 6-7 hold is a guess and left out */
static const struct cellar_can_number measured[] = {
	CELLAR_NEEDED(VOLTAGE, 0, S16, 100, 200, 700),
	CELLAR_NEEDED(CURRENT, 2, S16, 100, -0x7fff, 0x7fff),
	{
		/* a sum of packs has no average, but its warmest cell */
		.field = CELLAR_TEMPERATURE, .at = 4, .kind = CELLAR_S16,
		.scale = 1, .min = -600, .max = 1500, .absent = CELLAR_NO_RAW,
		.needed = true, .stand_in = CELLAR_CELL_TEMPERATURE_MAX,
	},
};

static CELLAR_CAN_DECODER(sofar_measured)
{
	return cellar_numbers_decode(measured, ARRAY_SIZE(measured), frame, news);
}

static CELLAR_CAN_ENCODER(sofar_measured)
{
	return cellar_numbers_encode(measured, ARRAY_SIZE(measured), reading, frame);
}

/* 0x30F: byte 0 is a remote command, 0 for "normal" */
#define ENABLES			1
#define DISCHARGE_ENABLE	0x01
#define CHARGE_ENABLE		0x02

static CELLAR_CAN_DECODER(sofar_enables)
{
	news->charge_enable = frame->data[ENABLES] & CHARGE_ENABLE;
	news->discharge_enable = frame->data[ENABLES] & DISCHARGE_ENABLE;
	cellar_say(news, CELLAR_CHARGE_ENABLE);
	cellar_say(news, CELLAR_DISCHARGE_ENABLE);

	return 0;
}

static CELLAR_CAN_ENCODER(sofar_enables)
{
	if (!cellar_has(reading, CELLAR_CHARGE_ENABLE) &&
	    !cellar_has(reading, CELLAR_DISCHARGE_ENABLE))
		return -ENODATA;

	/* what is not known is not enabled */
	if (cellar_is_set(reading, CELLAR_CHARGE_ENABLE))
		frame->data[ENABLES] |= CHARGE_ENABLE;
	if (cellar_is_set(reading, CELLAR_DISCHARGE_ENABLE))
		frame->data[ENABLES] |= DISCHARGE_ENABLE;

	return 0;
}

/* 0x35F: type of cells, version in a form that nobody explains, capacity */
#define LITHIUM_ION	1

static const struct cellar_can_number product[] = {
	CELLAR_SIZE(DESIGN, 4, 1000),
};

static CELLAR_CAN_DECODER(sofar_product)
{
	return cellar_numbers_decode(product, ARRAY_SIZE(product), frame, news);
}

static CELLAR_CAN_ENCODER(sofar_product)
{
	frame->data[0] = LITHIUM_ION;

	return cellar_numbers_encode(product, ARRAY_SIZE(product), reading, frame);
}

#define LIVE	CELLAR_CAN_LIVE_MS
#define ROW(i, min, age, what, decoder, encoder) \
	CELLAR_CAN_ROW(CELLAR_CAN_EXTENDED | (i), min, age, what, decoder, encoder)
#define REQUIRED(i, min, age, what, decoder, encoder) \
	CELLAR_CAN_REQUIRED_ROW(CELLAR_CAN_EXTENDED | (i), min, age, what, decoder, encoder)

static const struct cellar_can_row rows[] = {
	ROW(0x30f, 2, LIVE, "enables", sofar_enables, sofar_enables),
	REQUIRED(0x351, 8, LIVE, "limits", sofar_limits, sofar_limits),
	REQUIRED(0x355, 4, LIVE, "charge", sofar_charge, sofar_charge),
	REQUIRED(0x356, 6, LIVE, "measurements", sofar_measured, sofar_measured),
	ROW(0x35e, 1, 0, "manufacturer", maker, maker),
	ROW(0x35f, 6, 0, "product", sofar_product, sofar_product),
};

#define F(f)	BIT_ULL(CELLAR_##f)

const struct cellar_can_dialect cellar_can_sofar = {
	.name = "sofar",
	.title = "Sofar extended CAN",
	.rows = rows,
	.n_rows = ARRAY_SIZE(rows),
	.system_fields = CELLAR_CAN_BASE_FIELDS | F(CHARGE_ENABLE) | F(DISCHARGE_ENABLE) |
			 F(REMAINING) | F(DESIGN) | F(MANUFACTURER),
};
