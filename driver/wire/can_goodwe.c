// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dialect of GoodWe's low-voltage inverters, "Goodwe/SMA V1.2": a part of the SMA
 * set, ten times as often (protocols.md 3.10).
 */
#include "can_base.h"
#include "can_numbers.h"
#include "can_victron.h"

/* 0x355: SOC, SOH and the finer SOC; cells behind it are Luxpower's */
#define CHARGE_BYTES	6

static CELLAR_CAN_DECODER(goodwe_charge)
{
	struct cellar_can_frame cut = *frame;

	if (cut.len > CHARGE_BYTES)
		cut.len = CHARGE_BYTES;

	return cellar_can_decode_charge(memory, &cut, news);
}

/* 0x35E: its document has this name, whoever made the battery */
#define MAKER	"GoodWe"

static CELLAR_CAN_ENCODER(goodwe_maker)
{
	if (!cellar_has(reading, CELLAR_MANUFACTURER))
		return -ENODATA;

	cellar_text_to_wire(frame->data, sizeof(frame->data), MAKER, 0);

	return 0;
}

/*
 * 0x35F. Chemistry, hardware and software are numbers that no document explains and
 * stay 0. "Capacity" is what is left for some and what is built in for others: the
 * former is never more.
 */
static const struct cellar_can_number product[] = {
	CELLAR_SIZE(REMAINING, 4, 1000),
};

static CELLAR_CAN_DECODER(goodwe_product)
{
	return cellar_numbers_decode(product, ARRAY_SIZE(product), frame, news);
}

static CELLAR_CAN_ENCODER(goodwe_product)
{
	return cellar_numbers_encode(product, ARRAY_SIZE(product), reading, frame);
}

/* SMA asks for 200 ms or more; this document is GoodWe's own */
#define PERIOD	100

#define LIVE	CELLAR_CAN_LIVE_MS
#define ROW(i, min, age, what, decoder, encoder) \
	CELLAR_CAN_SYSTEM_ROW(i, min, PERIOD, age, false, what, decoder, encoder)
#define REQUIRED(i, min, age, what, decoder, encoder) \
	CELLAR_CAN_SYSTEM_ROW(i, min, PERIOD, age, true, what, decoder, encoder)

static const struct cellar_can_row rows[] = {
	REQUIRED(0x351, 6, LIVE, "limits", limits, limits),
	REQUIRED(0x355, 4, LIVE, "charge", goodwe_charge, fine_charge),
	REQUIRED(0x356, 4, LIVE, "measurements", measured, measured),
	ROW(0x35a, 4, LIVE, "alarms", pairs, pairs),
	ROW(0x35b, 0, LIVE, "events", events, events),
	ROW(0x35e, 1, 0, "manufacturer", maker, goodwe_maker),
	ROW(0x35f, 6, LIVE, "product", goodwe_product, goodwe_product),
};

const struct cellar_can_dialect cellar_can_goodwe = {
	.name = "goodwe",
	.title = "GoodWe low-voltage CAN",
	.rows = rows,
	.n_rows = ARRAY_SIZE(rows),
	.system_fields = CELLAR_CAN_BASE_FIELDS | CELLAR_CAN_ALARM_FIELDS |
			 BIT_ULL(CELLAR_REMAINING) | BIT_ULL(CELLAR_MANUFACTURER),
};
