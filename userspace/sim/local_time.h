/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the clocks of a simulated site show (io/time_zone.h), and what that means.
 */
#ifndef CELLAR_SIM_LOCAL_TIME_H
#define CELLAR_SIM_LOCAL_TIME_H

#include "env.h"

#define LOCAL_TIME_SIZE	20	/* of "2025-06-21T12:00:00" */

/* 0 is January. */
unsigned int local_time_month(s64 wall_s);

/* As "2025-06-21T12:00:00" */
void local_time_write(s64 wall_s, char text[LOCAL_TIME_SIZE]);

/*
 * The UTC second at which clocks show @text, and which is not before @after_s if there is
 * one: an hour that is there twice in autumn goes on with its second half. -EINVAL: not of
 * that form, or no date; -ERANGE: clocks leave that time out.
 */
int local_time_read(const char *text, s64 after_s, s64 *wall_s);

#endif /* CELLAR_SIM_LOCAL_TIME_H */
