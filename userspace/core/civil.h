/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The civil calendar: from seconds of a site's own clocks to days, hours and weekdays, and
 * whether a time lies within hours and days that a person gave. No time zone in here: the
 * caller says what the clocks of the site show (UTC plus its offset now).
 */
#ifndef CELLAR_CORE_CIVIL_H
#define CELLAR_CORE_CIVIL_H

#include "env.h"

#define CIVIL_DAY_S	86400
#define CIVIL_DAY_MIN	1440
#define CIVIL_MAX_S	253402300799	/* the last second of 9999; as many before 1970 */

/* @day: days since 1970-01-01; @weekday: 0 is Monday; @minute: of the day */
struct civil {
	s32 day;
	s32 year;
	u8 month;	/* 1…12 */
	u8 of_month;	/* 1…31 */
	u8 weekday;
	u16 minute;	/* 0…1439 */
	u8 second;
};

/*
 * @local_s: what the site's clocks show, as seconds since 1970-01-01 00:00 of theirs,
 * -CIVIL_MAX_S…CIVIL_MAX_S; what is beyond is taken for the nearest of these
 */
void civil_of(s64 local_s, struct civil *civil);

/* Weeks since the one of 1970-01-01, from Monday on. */
s32 civil_week(s32 day);

/* Days since 1970-01-01 of a date of the Gregorian calendar; month 1…12, day from 1 on. */
s32 civil_day(s32 year, unsigned int month, unsigned int of_month);

/* Is month × 100 + day a day of some year? 229 is. */
bool civil_is_month_day(unsigned int month_day);

/*
 * Is @minute within @from…@to (not @to itself), each 0…1440, over midnight when from > to;
 * equal, as 0 and 1440 are: always
 */
bool civil_in_hours(unsigned int minute, unsigned int from, unsigned int to);

/* Is the date within @from…@to (both in it), month × 100 + day, over New Year; 0, 0: always */
bool civil_in_days(const struct civil *civil, unsigned int from, unsigned int to);

/* How long until the clock next shows @minute, 0…2879, ms; a day if it has just begun to. */
u32 civil_until_ms(const struct civil *civil, unsigned int minute);

/* The day before, at the same time: of hours that began yesterday and go over midnight. */
void civil_yesterday(const struct civil *civil, struct civil *before);

#endif /* CELLAR_CORE_CIVIL_H */
