// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sum of the two frames that carry alarms.
 */
#include "can_alarms.h"

#define MISSED_MAX	8

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
