// SPDX-License-Identifier: GPL-2.0-only
/*
 * Alarm words and their classes (spec/interfaces.md, "Alarm words"), bit tables of
 * them, and stand-ins for words that a protocol does not have.
 */
#include "alarms.h"

static const struct {
	const char *word;
	enum cellar_alarm_class class;
} words[CELLAR_ALARMS] = {
	[CELLAR_CELL_OVERVOLTAGE] = { "cell_overvoltage", CELLAR_CLASS_OVERVOLTAGE },
	[CELLAR_PACK_OVERVOLTAGE] = { "pack_overvoltage", CELLAR_CLASS_OVERVOLTAGE },
	[CELLAR_OVERVOLTAGE] = { "overvoltage", CELLAR_CLASS_OVERVOLTAGE },
	[CELLAR_CELL_UNDERVOLTAGE] = { "cell_undervoltage", CELLAR_CLASS_UNDERVOLTAGE },
	[CELLAR_PACK_UNDERVOLTAGE] = { "pack_undervoltage", CELLAR_CLASS_UNDERVOLTAGE },
	[CELLAR_UNDERVOLTAGE] = { "undervoltage", CELLAR_CLASS_UNDERVOLTAGE },
	[CELLAR_CHARGE_OVERTEMPERATURE] = { "charge_overtemperature", CELLAR_CLASS_OVERHEAT },
	[CELLAR_DISCHARGE_OVERTEMPERATURE] = { "discharge_overtemperature", CELLAR_CLASS_OVERHEAT },
	[CELLAR_OVERTEMPERATURE] = { "overtemperature", CELLAR_CLASS_OVERHEAT },
	[CELLAR_MOSFET_OVERTEMPERATURE] = { "mosfet_overtemperature", CELLAR_CLASS_OVERHEAT },
	[CELLAR_HEATER_OVERTEMPERATURE] = { "heater_overtemperature", CELLAR_CLASS_OVERHEAT },
	[CELLAR_CONNECTOR_OVERTEMPERATURE] = { "connector_overtemperature", CELLAR_CLASS_OVERHEAT },
	[CELLAR_CHARGE_UNDERTEMPERATURE] = { "charge_undertemperature", CELLAR_CLASS_COLD },
	[CELLAR_DISCHARGE_UNDERTEMPERATURE] = { "discharge_undertemperature", CELLAR_CLASS_COLD },
	[CELLAR_UNDERTEMPERATURE] = { "undertemperature", CELLAR_CLASS_COLD },
	[CELLAR_CHARGE_OVERCURRENT] = { "charge_overcurrent", CELLAR_CLASS_OVERCURRENT },
	[CELLAR_DISCHARGE_OVERCURRENT] = { "discharge_overcurrent", CELLAR_CLASS_OVERCURRENT },
	[CELLAR_SHORT_CIRCUIT] = { "short_circuit", CELLAR_CLASS_SHORT_CIRCUIT },
	[CELLAR_REVERSED_POLARITY] = { "reversed_polarity", CELLAR_CLASS_FAILURE },
	[CELLAR_PRECHARGE_FAILURE] = { "precharge_failure", CELLAR_CLASS_FAILURE },
	[CELLAR_FUSE_BLOWN] = { "fuse_blown", CELLAR_CLASS_FAILURE },
	[CELLAR_CONTACTOR] = { "contactor", CELLAR_CLASS_FAILURE },
	[CELLAR_MOSFET_FAILURE] = { "mosfet_failure", CELLAR_CLASS_FAILURE },
	[CELLAR_CELL_FAILURE] = { "cell_failure", CELLAR_CLASS_FAILURE },
	[CELLAR_SENSOR_FAILURE] = { "sensor_failure", CELLAR_CLASS_FAILURE },
	[CELLAR_HEATER_FAILURE] = { "heater_failure", CELLAR_CLASS_FAILURE },
	[CELLAR_INTERNAL_COMMUNICATION] = { "internal_communication", CELLAR_CLASS_FAILURE },
	[CELLAR_INVERTER_COMMUNICATION] = { "inverter_communication", CELLAR_CLASS_FAILURE },
	[CELLAR_MEMORY_FAILURE] = { "memory_failure", CELLAR_CLASS_FAILURE },
	[CELLAR_DUPLICATE_ADDRESS] = { "duplicate_address", CELLAR_CLASS_FAILURE },
	[CELLAR_SYSTEM_ERROR] = { "system_error", CELLAR_CLASS_FAILURE },
	[CELLAR_GENERAL] = { "general", CELLAR_CLASS_FAILURE },
	[CELLAR_CELL_IMBALANCE] = { "cell_imbalance", CELLAR_CLASS_IMBALANCE },
	[CELLAR_TEMPERATURE_IMBALANCE] = { "temperature_imbalance", CELLAR_CLASS_IMBALANCE },
	[CELLAR_LOW_SOC] = { "low_soc", CELLAR_CLASS_LOW_SOC },
};

const char *cellar_alarm_word(enum cellar_alarm alarm)
{
	return words[alarm].word;
}

u64 cellar_alarm_class(enum cellar_alarm_class class)
{
	u64 set = 0;
	unsigned int i;

	for (i = 0; i < CELLAR_ALARMS; i++)
		if (words[i].class == class)
			set |= BIT_ULL(i);

	return set;
}
EXPORT_SYMBOL_GPL(cellar_alarm_class);

size_t cellar_alarm_words(u64 set, char *buf, size_t size)
{
	size_t len = 0;
	unsigned int i;

	if (!size)
		return 0;

	for (i = 0; i < CELLAR_ALARMS; i++) {
		size_t word = strlen(words[i].word);
		size_t gap = len ? 1 : 0;

		if (!(set & BIT_ULL(i)) || len + gap + word >= size)
			continue;

		if (gap)
			buf[len++] = ' ';
		memcpy(buf + len, words[i].word, word);
		len += word;
	}
	buf[len] = '\0';

	return len;
}

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
EXPORT_SYMBOL_GPL(cellar_alarms_from_bits);

u64 cellar_alarms_of_table(const u8 *table, unsigned int n)
{
	u64 alarms = 0;
	unsigned int i;

	for (i = 0; i < n * 8; i++)
		if (table[i])
			alarms |= BIT_ULL(table[i] - 1);

	return alarms;
}
EXPORT_SYMBOL_GPL(cellar_alarms_of_table);

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
EXPORT_SYMBOL_GPL(cellar_alarms_to_bits);

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

static u64 first_of(u64 set)
{
	return set & -set;
}

static u64 stand_in(enum cellar_alarm_class class, u64 known)
{
	unsigned int i;

	if (known & BIT_ULL(plain[class]))
		return BIT_ULL(plain[class]);

	for (i = 0; i < ARRAY_SIZE(last_resort); i++)
		if (known & BIT_ULL(last_resort[i]))
			return BIT_ULL(last_resort[i]);

	if (known & cellar_alarm_class(class))
		return first_of(known & cellar_alarm_class(class));

	return first_of(known & cellar_alarm_class(CELLAR_CLASS_FAILURE));
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
EXPORT_SYMBOL_GPL(cellar_alarms_fit);
