// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bit tables of alarms, stand-ins for words a frame does not have, and the sum
 * of the two frames that carry alarms.
 */
#include "can_alarms.h"
#include "can_numbers.h"

#define MISSED_MAX	8

u64 cellar_alarms_from_bits(const u8 *table, const u8 *bytes, unsigned int n)
{
	u64 alarms = 0;
	unsigned int i;
	u8 bits, bit;

	for (i = 0; i < n; i++)
		for (bits = bytes[i], bit = 0; bits; bits >>= 1, bit++)
			if ((bits & 1) && table[8 * i + bit])
				alarms |= BIT_ULL(table[8 * i + bit] - 1);

	return alarms;
}

u64 cellar_alarms_of_table(const u8 *table, unsigned int n)
{
	u64 alarms = 0;
	unsigned int i;

	for (i = 0; i < n * 8; i++)
		if (table[i])
			alarms |= BIT_ULL(table[i] - 1);

	return alarms;
}

void cellar_alarms_to_bits(const u8 *table, u8 *bytes, unsigned int n,
			   u64 alarms)
{
	unsigned int i;

	for (i = 0; i < n * 8 && alarms; i++) {
		if (!table[i] || !(alarms & BIT_ULL(table[i] - 1)))
			continue;

		bytes[i / 8] |= (u8)BIT(i % 8);
		alarms &= ~BIT_ULL(table[i] - 1);
	}
}

static const u8 plain[CELLAR_CLASSES] = {
	[CELLAR_CLASS_OVERVOLTAGE] = CELLAR_OVERVOLTAGE,
	[CELLAR_CLASS_UNDERVOLTAGE] = CELLAR_UNDERVOLTAGE,
	[CELLAR_CLASS_OVERHEAT] = CELLAR_OVERTEMPERATURE,
	[CELLAR_CLASS_COLD] = CELLAR_UNDERTEMPERATURE,
	[CELLAR_CLASS_OVERCURRENT] = CELLAR_DISCHARGE_OVERCURRENT,
	[CELLAR_CLASS_SHORT_CIRCUIT] = CELLAR_SHORT_CIRCUIT,
	[CELLAR_CLASS_FAILURE] = CELLAR_SYSTEM_ERROR,
	[CELLAR_CLASS_IMBALANCE] = CELLAR_CELL_IMBALANCE,
	[CELLAR_CLASS_LOW_SOC] = CELLAR_LOW_SOC,
};

static const u8 last_resort[] = {
	CELLAR_SYSTEM_ERROR, CELLAR_INTERNAL_COMMUNICATION, CELLAR_GENERAL,
};

static u64 stand_in(enum cellar_alarm_class class, u64 known)
{
	unsigned int i;

	if (known & BIT_ULL(plain[class]))
		return BIT_ULL(plain[class]);

	for (i = 0; i < ARRAY_SIZE(last_resort); i++)
		if (known & BIT_ULL(last_resort[i]))
			return BIT_ULL(last_resort[i]);

	return 0;
}

u64 cellar_alarms_fit(u64 alarms, u64 known, bool warnings)
{
	u64 left = alarms & ~known;
	u64 fitted = alarms & known;
	unsigned int class;

	for (class = 0; class < CELLAR_CLASSES && left; class++) {
		if (warnings && (class == CELLAR_CLASS_IMBALANCE ||
				 class == CELLAR_CLASS_LOW_SOC))
			continue;
		if (left & cellar_alarm_class(class))
			fitted |= stand_in(class, known);
	}

	return fitted;
}

void cellar_alarms_say(struct cellar_alarm_source *now,
		       struct cellar_alarm_source *other,
		       struct cellar_reading *news)
{
	u8 have;

	now->missed = 0;
	if (other->have && ++other->missed >= MISSED_MAX)
		memset(other, 0, sizeof(*other));

	have = now->have | other->have;
	if (have & CELLAR_KNOWS_PROTECTIONS) {
		news->protections = now->protections | other->protections;
		cellar_say(news, CELLAR_PROTECTIONS);
	} else {
		cellar_say_none(news, CELLAR_PROTECTIONS);
	}

	if (have & CELLAR_KNOWS_WARNINGS) {
		news->warnings = now->warnings | other->warnings;
		cellar_say(news, CELLAR_WARNINGS);
	} else {
		cellar_say_none(news, CELLAR_WARNINGS);
	}
}
