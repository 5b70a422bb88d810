// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time zone by the C library's own variable.
 */
#include "local_time.h"

#include <stdlib.h>
#include <time.h>

#define OF_MACHINE	":/etc/localtime"

void local_time_zone(const char *zone)
{
	/* part of the environment: written in place, since other threads may read that */
	static char variable[80];
	bool first = !*variable;

	snprintf(variable, sizeof(variable), "TZ=%s%s", *zone ? ":" : OF_MACHINE, zone);
	if (first)
		putenv(variable);
	tzset();
}

s32 local_time_offset_s(s64 wall_s)
{
	time_t at = (time_t)wall_s;
	struct tm local;

	return localtime_r(&at, &local) ? (s32)local.tm_gmtoff : 0;
}
