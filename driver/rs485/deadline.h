/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the schedule: by when questions must be answered, and how much line time is
 * left for others before that. Context as in schedule.h.
 */
#ifndef CELLAR_RS485_DEADLINE_H
#define CELLAR_RS485_DEADLINE_H

#include "place.h"

/*
 * Questions about limits and alarms have a deadline where a pack answers them, unless it
 * is slow, silent or rests. A later one, so that they come as often as they are due,
 * have those about values.
 *
 * @first: the question whose deadline comes first, or NULL; asked at @index
 * @slack_us: for how long something else can take the line; below 0: too late already
 * @room_us: what @slack_us is right after all of them have been answered
 */
struct cellar_rs485_deadlines {
	const struct cellar_rs485_question *first;
	unsigned int index;
	s32 slack_us;
	u32 room_us;
};

/* Of questions as urgent as @urgency or more: up to limits and alarms, or up to values. */
void cellar_rs485_deadlines(const struct cellar_rs485_schedule *schedule,
			    const struct cellar_rs485_load *load, u64 now_us,
			    enum cellar_rs485_urgency urgency,
			    struct cellar_rs485_deadlines *deadlines);

/* Whether a question has a deadline where a pack is prompt. */
bool cellar_rs485_has_deadline(const struct cellar_rs485_question *question,
			       const struct cellar_rs485_asking *asking);

/* How often a question is asked at the least, where there is time for that. */
u32 cellar_rs485_must_us(enum cellar_rs485_urgency urgency);

#endif /* CELLAR_RS485_DEADLINE_H */
