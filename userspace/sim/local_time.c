// SPDX-License-Identifier: GPL-2.0-only
/*
 * Around localtime_r(3) and mktime(3).
 */
#include "local_time.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>

unsigned int local_time_month(s64 wall_s)
{
	time_t at = wall_s;
	struct tm tm = { 0 };

	localtime_r(&at, &tm);
	return (unsigned int)tm.tm_mon;
}

void local_time_write(s64 wall_s, char text[LOCAL_TIME_SIZE])
{
	time_t at = wall_s;
	struct tm tm = { 0 };

	localtime_r(&at, &tm);
	if (!strftime(text, LOCAL_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm))
		text[0] = '\0';
}

/* Two digits at a time; a letter of @form stands for itself. */
static bool read_fields(const char *text, struct tm *tm)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	unsigned int field[7] = { 0 }, digits = 0;
	size_t i;

	for (i = 0; form[i]; i++) {
		if (form[i] != 'd' && text[i] != form[i])
			return false;
		if (form[i] != 'd')
			continue;
		if (!isdigit((unsigned char)text[i]))
			return false;
		field[digits / 2] = field[digits / 2] * 10 + (unsigned int)(text[i] - '0');
		digits++;
	}
	*tm = (struct tm){
		.tm_year = (int)(field[0] * 100 + field[1]) - 1900,
		.tm_mon = (int)field[2] - 1, .tm_mday = (int)field[3],
		.tm_hour = (int)field[4], .tm_min = (int)field[5], .tm_sec = (int)field[6],
	};
	return !text[i];
}

static bool same_time(const struct tm *a, const struct tm *b)
{
	return a->tm_year == b->tm_year && a->tm_mon == b->tm_mon &&
	       a->tm_mday == b->tm_mday && a->tm_hour == b->tm_hour &&
	       a->tm_min == b->tm_min && a->tm_sec == b->tm_sec;
}

/* A date and a time of day, whatever clocks do. */
static bool exists(const struct tm *tm)
{
	struct tm utc = *tm;

	return timegm(&utc) != -1 && same_time(&utc, tm);
}

int local_time_read(const char *text, s64 after_s, s64 *wall_s)
{
	struct tm tm;
	int summer, err = -ERANGE;

	if (!read_fields(text, &tm) || !exists(&tm))
		return -EINVAL;
	for (summer = 1; summer >= 0; summer--) {
		struct tm guess = tm, shown = { 0 };
		time_t at;

		guess.tm_isdst = summer;
		at = mktime(&guess);
		localtime_r(&at, &shown);
		if (!same_time(&shown, &tm) || (!err && *wall_s >= after_s))
			continue;
		*wall_s = at;
		err = 0;
	}
	return err;
}
