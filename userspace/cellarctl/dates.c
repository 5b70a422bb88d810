// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the text of a date to times, and back.
 */
#include "dates.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* What was given, from the year on. */
enum given { NOTHING, YEAR, MONTH, DAY, MINUTE };

static enum given parse(const char *text, struct tm *tm)
{
	static const struct {
		const char *format;
		enum given given;
	} formats[] = {
		{ "%Y-%m-%dT%H:%M", MINUTE }, { "%Y-%m-%d", DAY }, { "%Y-%m", MONTH },
		{ "%Y", YEAR },
	};
	const char *end;

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		*tm = (struct tm){ .tm_mday = 1, .tm_isdst = -1 };
		end = strptime(text, formats[i].format, tm);
		if (end && !*end && tm->tm_year >= 70 && tm->tm_year < 1000)
			return formats[i].given;
	}

	return NOTHING;
}

/* "2026-02-30" is a day that mktime() would make another one of. */
static bool is_there(const struct tm *tm)
{
	struct tm same = *tm;

	same.tm_hour = 12;
	timegm(&same);

	return same.tm_mday == tm->tm_mday && same.tm_mon == tm->tm_mon;
}

static bool parse_with(const char *text, bool end, time_t (*make)(struct tm *), int64_t *time_s)
{
	struct tm tm;
	enum given given = parse(text, &tm);

	if (given == NOTHING || !is_there(&tm))
		return false;
	if (end) {
		tm.tm_year += given == YEAR;
		tm.tm_mon += given == MONTH;
		tm.tm_mday += given == DAY;
		tm.tm_min += given == MINUTE;
	}
	*time_s = make(&tm);

	return true;
}

bool dates_parse(const char *text, bool end, int64_t *time_s)
{
	return parse_with(text, end, mktime, time_s);
}

bool dates_parse_day(const char *text, bool end, int64_t *local_s)
{
	return parse_with(text, end, timegm, local_s);
}

const char *dates_text(int64_t time_s, bool zoned, char *text)
{
	char zone[8];
	time_t at = (time_t)time_s;
	struct tm tm;

	snprintf(text, DATES_TEXT_SIZE, "-");
	if (!time_s || !localtime_r(&at, &tm))
		return text;

	strftime(text, DATES_TEXT_SIZE, zoned ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
	if (zoned && strftime(zone, sizeof(zone), "%z", &tm) == 5)
		snprintf(text + strlen(text), DATES_TEXT_SIZE - strlen(text), "%.3s:%.2s", zone,
			 zone + 3);

	return text;
}
