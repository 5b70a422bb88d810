// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Gregorian calendar by arithmetic, also for the days before it was made and before
 * 1970. Years are counted from 1 March inside, so that the leap day comes last; 0000-03-01
 * begins a cycle of 400 of them.
 */
#include "civil.h"

#define CYCLE_DAYS	146097	/* 400 years */
#define CENTURY_DAYS	36524	/* the fourth of a cycle has one more */
#define LEAP_DAYS	1461	/* 4 years; the last of a century may have one less */
#define YEAR_DAYS	365

#define MARCH_0000	(-719468)	/* 0000-03-01 */
#define THURSDAY	3		/* 1970-01-01 */

/* Days of the year before each month, from March on. */
static const u16 before_month[] = { 0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337 };

static s64 floor_div(s64 value, s64 by)
{
	return value / by - (value % by < 0);
}

static void date_of(s32 day, struct civil *civil)
{
	s64 from_march = (s64)day - MARCH_0000;
	s32 cycle = (s32)floor_div(from_march, CYCLE_DAYS);
	u32 rest = (u32)(from_march - (s64)cycle * CYCLE_DAYS);
	u32 century = rest / CENTURY_DAYS, leaps, year, month;

	if (century > 3)
		century = 3;
	rest -= century * CENTURY_DAYS;
	leaps = rest / LEAP_DAYS;
	rest -= leaps * LEAP_DAYS;
	year = rest / YEAR_DAYS;
	if (year > 3)
		year = 3;
	rest -= year * YEAR_DAYS;

	/* five months from March, and from August, have 153 days */
	month = (rest * 5 + 2) / 153;
	civil->of_month = (u8)(rest - before_month[month] + 1);
	civil->month = (u8)(month < 10 ? month + 3 : month - 9);
	civil->year = cycle * 400 + (s32)(century * 100 + leaps * 4 + year) + (month >= 10);
}

void civil_of(s64 local_s, struct civil *civil)
{
	u32 second;

	if (local_s > CIVIL_MAX_S)
		local_s = CIVIL_MAX_S;
	if (local_s < -CIVIL_MAX_S)
		local_s = -CIVIL_MAX_S;

	civil->day = (s32)floor_div(local_s, CIVIL_DAY_S);
	second = (u32)(local_s - (s64)civil->day * CIVIL_DAY_S);
	civil->minute = (u16)(second / 60);
	civil->second = (u8)(second % 60);
	civil->weekday = (u8)(civil->day + THURSDAY - 7 * civil_week(civil->day));
	date_of(civil->day, civil);
}

s32 civil_week(s32 day)
{
	return (s32)floor_div((s64)day + THURSDAY, 7);
}

s32 civil_day(s32 year, unsigned int month, unsigned int of_month)
{
	unsigned int from_march = month > 2 ? month - 3 : month + 9;
	s32 march_year = year - (month <= 2);
	s32 cycle = (s32)floor_div(march_year, 400);
	s32 of_cycle = march_year - cycle * 400;

	return cycle * CYCLE_DAYS + of_cycle * YEAR_DAYS + of_cycle / 4 - of_cycle / 100 +
	       before_month[from_march] + (s32)of_month - 1 + MARCH_0000;
}

bool civil_is_month_day(unsigned int month_day)
{
	static const u8 days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned int month = month_day / 100, of_month = month_day % 100;

	return month >= 1 && month <= 12 && of_month >= 1 && of_month <= days[month - 1];
}

bool civil_in_hours(unsigned int minute, unsigned int from, unsigned int to)
{
	if (from == to || from + CIVIL_DAY_MIN == to || to + CIVIL_DAY_MIN == from)
		return true;

	return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

bool civil_in_days(const struct civil *civil, unsigned int from, unsigned int to)
{
	unsigned int today = civil->month * 100u + civil->of_month;

	if (!from && !to)
		return true;

	return from <= to ? today >= from && today <= to : today >= from || today <= to;
}

u32 civil_until_ms(const struct civil *civil, unsigned int minute)
{
	u32 now_s = civil->minute * 60u + civil->second, then_s;

	then_s = (minute < CIVIL_DAY_MIN ? minute : minute - CIVIL_DAY_MIN) * 60;

	return (then_s > now_s ? then_s - now_s : then_s + CIVIL_DAY_S - now_s) * 1000;
}

void civil_yesterday(const struct civil *civil, struct civil *before)
{
	*before = *civil;
	before->day--;
	before->weekday = civil->weekday ? civil->weekday - 1 : 6;
	date_of(before->day, before);
}
