/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Alarms on CAN: the two frames (0x359, 0x35A) that may both carry the alarms of
 * one system.
 */
#ifndef CELLAR_WIRE_CAN_ALARMS_H
#define CELLAR_WIRE_CAN_ALARMS_H

#include "can.h"

#define CELLAR_KNOWS_PROTECTIONS	0x01
#define CELLAR_KNOWS_WARNINGS		0x02

/*
 * @now spoke just now, @other may have spoken before: say what both say
 * together. A source of which nothing was heard for eight frames of the other is
 * forgotten: the battery has changed what it sends.
 */
void cellar_alarms_say(struct cellar_alarm_source *now,
		       struct cellar_alarm_source *other,
		       struct cellar_reading *news);

#endif /* CELLAR_WIRE_CAN_ALARMS_H */
