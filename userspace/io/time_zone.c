// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time zone by the C library's own variable.
 */
#include "time_zone.h"

#include <stdlib.h>
#include <time.h>

#define OF_MACHINE	":/etc/localtime"
#define ZONE_SIZE	80

void time_zone_set(const char *zone)
{
	/* part of the environment: written in place, since other threads may read that */
	static char variable[ZONE_SIZE + sizeof("TZ=")];
	static char found[ZONE_SIZE] = OF_MACHINE;
	bool first = !*variable;
	const char *tz = getenv("TZ");

	if (first && tz)
		snprintf(found, sizeof(found), "%s", tz);
	snprintf(variable, sizeof(variable), "TZ=%s%s", *zone ? ":" : found, zone);
	if (first)
		putenv(variable);
	tzset();
}

s32 time_zone_offset_s(s64 wall_s)
{
	time_t at = (time_t)wall_s;
	struct tm local;

	return localtime_r(&at, &local) ? (s32)local.tm_gmtoff : 0;
}
