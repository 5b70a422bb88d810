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

/* @local_s: what the site's clocks show, as seconds since 1970-01-01 00:00 of theirs */
void civil_of(s64 local_s, struct civil *civil);

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
s32 civil_day(s32 year, unsigned int month, unsigned int of_month);

/* Is month × 100 + day a day of some year? 229 is. */
bool civil_is_month_day(unsigned int month_day);

/* Is @minute within @from…@to (not @to itself), over midnight when from > to; equal: always */
bool civil_in_hours(unsigned int minute, unsigned int from, unsigned int to);

/* Is the date within @from…@to (both in it), month × 100 + day, over New Year; 0, 0: always */
bool civil_in_days(const struct civil *civil, unsigned int from, unsigned int to);

/* The day before, at the same time: of hours that began yesterday and go over midnight. */
void civil_yesterday(const struct civil *civil, struct civil *before);

#endif /* CELLAR_CORE_CIVIL_H */
