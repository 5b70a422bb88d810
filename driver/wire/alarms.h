/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one vocabulary of alarms, from the wire to D-Bus (spec/interfaces.md,
 * "Alarm words"). A set of alarms is a u64 with bit BIT_ULL(enum cellar_alarm);
 * the order of the enum is the order in which words are printed.
 */
#ifndef CELLAR_WIRE_ALARMS_H
#define CELLAR_WIRE_ALARMS_H

#include "env.h"

enum cellar_alarm {
	CELLAR_CELL_OVERVOLTAGE,
	CELLAR_PACK_OVERVOLTAGE,
	CELLAR_OVERVOLTAGE,
	CELLAR_CELL_UNDERVOLTAGE,
	CELLAR_PACK_UNDERVOLTAGE,
	CELLAR_UNDERVOLTAGE,
	CELLAR_CHARGE_OVERTEMPERATURE,
	CELLAR_DISCHARGE_OVERTEMPERATURE,
	CELLAR_OVERTEMPERATURE,
	CELLAR_MOSFET_OVERTEMPERATURE,
	CELLAR_HEATER_OVERTEMPERATURE,
	CELLAR_CONNECTOR_OVERTEMPERATURE,
	CELLAR_CHARGE_UNDERTEMPERATURE,
	CELLAR_DISCHARGE_UNDERTEMPERATURE,
	CELLAR_UNDERTEMPERATURE,
	CELLAR_CHARGE_OVERCURRENT,
	CELLAR_DISCHARGE_OVERCURRENT,
	CELLAR_SHORT_CIRCUIT,
	CELLAR_REVERSED_POLARITY,
	CELLAR_PRECHARGE_FAILURE,
	CELLAR_FUSE_BLOWN,
	CELLAR_CONTACTOR,
	CELLAR_MOSFET_FAILURE,
	CELLAR_CELL_FAILURE,
	CELLAR_SENSOR_FAILURE,
	CELLAR_HEATER_FAILURE,
	CELLAR_INTERNAL_COMMUNICATION,
	CELLAR_INVERTER_COMMUNICATION,
	CELLAR_MEMORY_FAILURE,
	CELLAR_DUPLICATE_ADDRESS,
	CELLAR_SYSTEM_ERROR,
	CELLAR_GENERAL,
	CELLAR_CELL_IMBALANCE,
	CELLAR_TEMPERATURE_IMBALANCE,
	CELLAR_LOW_SOC,
	CELLAR_ALARMS
};

/* What several words have in common, for the health of a supply. */
enum cellar_alarm_class {
	CELLAR_CLASS_OVERVOLTAGE,
	CELLAR_CLASS_UNDERVOLTAGE,
	CELLAR_CLASS_OVERHEAT,
	CELLAR_CLASS_COLD,
	CELLAR_CLASS_OVERCURRENT,
	CELLAR_CLASS_SHORT_CIRCUIT,
	CELLAR_CLASS_FAILURE,
	CELLAR_CLASS_IMBALANCE,
	CELLAR_CLASS_LOW_SOC,
	CELLAR_CLASSES
};

/* The word of one alarm, never NULL for alarm < CELLAR_ALARMS. */
const char *cellar_alarm_word(enum cellar_alarm alarm);

/* All alarms of one class, as a set. */
u64 cellar_alarm_class(enum cellar_alarm_class class);

/*
 * The words of a set, separated by one space, NUL-terminated. Returns the
 * length without the NUL; an empty set gives "". Words that do not fit are left
 * out whole.
 */
size_t cellar_alarm_words(u64 alarms, char *buf, size_t size);

/*
 * What stands in a bit table: eight entries per byte, bit 0 first; 0 is a
 * reserved bit.
 */
#define CELLAR_ALARM_BIT(word)	(CELLAR_##word + 1)

/* The words of the bits set in @n bytes. */
u64 cellar_alarms_from_bits(const u8 *table, const u8 *bytes, unsigned int n);

/* All words that a table of @n bytes has a bit for. */
u64 cellar_alarms_of_table(const u8 *table, unsigned int n);

/* Set the first bit of each word of @alarms that the table knows. */
void cellar_alarms_to_bits(const u8 *table, u8 *bytes, unsigned int n,
			   u64 alarms);

/*
 * @alarms in the words of a frame that has only @known ones: the plain word of
 * the class stands in for a finer one, an error of the system for any other, and
 * without such an error another word of the class, or any failure.
 * Imbalance and low SOC, as warnings (@warnings), are left out then: they are
 * no failure.
 */
u64 cellar_alarms_fit(u64 alarms, u64 known, bool warnings);

#endif /* CELLAR_WIRE_ALARMS_H */
