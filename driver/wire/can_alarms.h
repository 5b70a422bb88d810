/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Alarms on CAN: bit tables to sets of words and back, and the two frames
 * (0x359, 0x35A) that may both carry the alarms of one system.
 */
#ifndef CELLAR_WIRE_CAN_ALARMS_H
#define CELLAR_WIRE_CAN_ALARMS_H

#include "can.h"

#define CELLAR_KNOWS_PROTECTIONS	0x01
#define CELLAR_KNOWS_WARNINGS		0x02

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
 * the class stands in for a finer one, an error of the system for any other.
 * Imbalance and low SOC, as warnings (@warnings), are left out then: they are
 * no failure.
 */
u64 cellar_alarms_fit(u64 alarms, u64 known, bool warnings);

/*
 * @now spoke just now, @other may have spoken before: say what both say
 * together. A source of which nothing was heard for eight frames of the other is
 * forgotten: the battery has changed what it sends.
 */
void cellar_alarms_say(struct cellar_alarm_source *now,
		       struct cellar_alarm_source *other,
		       struct cellar_reading *news);

#endif /* CELLAR_WIRE_CAN_ALARMS_H */
