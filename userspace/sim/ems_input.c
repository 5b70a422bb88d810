// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of columns, and the reading of one field.
 */
#include "ems_input.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "local_time.h"

#define TIME	0	/* of the table */
#define UTF8_BOM	"\xef\xbb\xbf"

enum kind {
	TIME_OF_LINE,
	WHOLE,		/* rounded to one */
	MILLI,		/* in thousandths */
	CONTACTS,	/* bits, as a whole number */
	YES_NO,
	CAR,
};

/* @most: in the unit of the file; @offset: in struct home_moment */
struct column {
	const char *name;
	enum kind kind;
	bool needed;
	u32 most;
	size_t offset;
	const char *right;
};

#define OF(member)	offsetof(struct home_moment, member)
#define WATTS		WHOLE, true, SITE_POWER_MAX_W
#define AMPERES		MILLI, false, 10000
#define SWITCH		YES_NO, false, 1
#define WATTS_RIGHT	"a number of W from 0 to 1000000"
#define AMPERES_RIGHT	"a number of A from 0 to 10000"
#define SWITCH_RIGHT	"0 or 1"
#define CAR_COLUMN(n)	\
	{ "car" #n, CAR, false, 1, OF(car[(n) - 1]), SWITCH_RIGHT }

static const struct column columns[] = {
	{ "time", TIME_OF_LINE, true, 0, 0,
	  "seconds since the epoch, or local time as 2025-06-21T12:00:00" },
	{ "pv_w", WATTS, OF(pv_w), WATTS_RIGHT },
	{ "load_w", WATTS, OF(load_w), WATTS_RIGHT },
	{ "grid", SWITCH, OF(grid), SWITCH_RIGHT },
	{ "drm", CONTACTS, false, 0x1ff, OF(drm), "a whole number from 0 to 511" },
	{ "rrcr", CONTACTS, false, 0xf, OF(rrcr), "a whole number from 0 to 15" },
	{ "cease", SWITCH, OF(cease), SWITCH_RIGHT },
	{ "meter_ok", SWITCH, OF(meter_ok), SWITCH_RIGHT },
	{ "charge_limit_a", AMPERES, OF(charge_ma), AMPERES_RIGHT },
	{ "discharge_limit_a", AMPERES, OF(discharge_ma), AMPERES_RIGHT },
	CAR_COLUMN(1), CAR_COLUMN(2), CAR_COLUMN(3), CAR_COLUMN(4),
	CAR_COLUMN(5), CAR_COLUMN(6), CAR_COLUMN(7), CAR_COLUMN(8),
};

static int wrong(struct ems_input *input, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int wrong(struct ems_input *input, const char *format, ...)
{
	int length = snprintf(input->wrong, sizeof(input->wrong), "%s:%u: ", input->name,
			      input->line);
	va_list args;

	if (length < 0 || (size_t)length >= sizeof(input->wrong))
		length = 0;
	va_start(args, format);
	vsnprintf(input->wrong + length, sizeof(input->wrong) - (size_t)length, format, args);
	va_end(args);
	return -EINVAL;
}

/* 1, 0 at the end, or -EINVAL. Without its end of line. */
static int take_line(struct ems_input *input, char *text)
{
	size_t length;

	input->line++;
	errno = 0;
	if (!fgets(text, EMS_LINE_SIZE, input->from)) {
		if (ferror(input->from))
			return wrong(input, "cannot be read: %s", strerror(errno));
		return 0;
	}
	length = strlen(text);
	if (length == EMS_LINE_SIZE - 1 && text[length - 1] != '\n')
		return wrong(input, "the line is too long: at most %d characters",
			     EMS_LINE_SIZE - 2);
	while (length && (text[length - 1] == '\n' || text[length - 1] == '\r'))
		text[--length] = '\0';
	return 1;
}

/* The next field of *@rest, without blanks around it; NULL after the last. */
static char *field_of(char **rest)
{
	char *field = strsep(rest, ","), *end;

	if (!field)
		return NULL;
	while (isblank((unsigned char)*field))
		field++;
	end = field + strlen(field);
	while (end > field && isblank((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return field;
}

static int column_named(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(columns); i++)
		if (!strcmp(columns[i].name, name))
			return (int)i;
	return -1;
}

static int take_column(struct ems_input *input, const char *name)
{
	int row = column_named(name);

	if (row < 0)
		return wrong(input, "column %u: '%s' is no column; there are time, pv_w, load_w, "
			     "grid, drm, rrcr, cease, meter_ok, charge_limit_a, "
			     "discharge_limit_a and car1 to car8", input->columns + 1, name);
	if (input->has & BIT(row))
		return wrong(input, "column %u: there is a column %s already",
			     input->columns + 1, name);
	input->has |= (u32)BIT(row);
	input->column[input->columns++] = (u8)row;
	return 0;
}

int ems_input_start(struct ems_input *input, FILE *from, const char *name)
{
	char text[EMS_LINE_SIZE], *rest = text, *field;
	size_t i;
	int r;

	memset(input, 0, sizeof(*input));
	input->from = from;
	input->name = name;
	r = take_line(input, text);
	if (r < 0)
		return r;
	if (!r || !text[0])
		return wrong(input, "no header: the first line must name the columns, time, "
			     "pv_w and load_w at least");
	if (!strncmp(text, UTF8_BOM, strlen(UTF8_BOM)))
		rest += strlen(UTF8_BOM);
	while ((field = field_of(&rest))) {
		r = take_column(input, field);
		if (r)
			return r;
	}
	for (i = 0; i < ARRAY_SIZE(columns); i++)
		if (columns[i].needed && !(input->has & BIT(i)))
			return wrong(input, "no column %s: time, pv_w and load_w must be there",
				     columns[i].name);
	return 0;
}

bool ems_input_has(const struct ems_input *input, const char *column)
{
	int row = column_named(column);

	return row >= 0 && input->has & BIT(row);
}

/* "12.3456" is 12346 thousandths: digits, then perhaps a point and more of them. */
static bool read_milli(const char *text, u64 most, u64 *milli)
{
	u64 whole = 0, part = 0, weight = 1000;
	unsigned int decimals = 0;

	if (!isdigit((unsigned char)*text))
		return false;
	for (; isdigit((unsigned char)*text); text++) {
		whole = whole * 10 + (u64)(*text - '0');
		if (whole > most)
			return false;
	}
	if (*text == '.') {
		for (text++; isdigit((unsigned char)*text); text++, decimals++) {
			weight /= 10;
			part += weight * (u64)(*text - '0');
			if (decimals == 3 && *text >= '5')
				part++;
		}
		if (!decimals)
			return false;
	}
	*milli = whole * 1000 + part;
	return !*text && *milli <= most * 1000;
}

#define LATEST_S	32503680000	/* the year 3000 */

static int take_time(struct ems_input *input, struct ems_line *line, unsigned int place,
		     const char *text)
{
	u64 milli;
	s64 wall_s;
	int r;

	if (strlen(text) >= sizeof(line->time))
		return wrong(input, "column %u (time): '%s' is not %s", place, text,
			     columns[TIME].right);
	memcpy(line->time, text, strlen(text) + 1);
	if (read_milli(text, LATEST_S, &milli)) {
		line->at_ms = (s64)milli;
	} else {
		r = local_time_read(text, input->begun ? input->last_ms / 1000 : INT64_MIN,
				    &wall_s);
		if (r == -ERANGE)
			return wrong(input, "column %u (time): there is no %s: clocks are put "
				     "forward over it", place, text);
		if (r)
			return wrong(input, "column %u (time): '%s' is not %s", place, text,
				     columns[TIME].right);
		line->at_ms = wall_s * 1000;
	}
	if (input->begun && line->at_ms <= input->last_ms)
		return wrong(input, "column %u (time): %s is not after the line before: time must "
			     "go forward", place, text);
	input->begun = true;
	input->last_ms = line->at_ms;
	line->moment.wall_s = line->at_ms / 1000;
	return 0;
}

static int take_field(struct ems_input *input, struct ems_line *line, unsigned int place,
		      const char *text)
{
	const struct column *column = &columns[input->column[place - 1]];
	void *to = (char *)&line->moment + column->offset;
	u64 milli;

	if (column->kind == TIME_OF_LINE)
		return take_time(input, line, place, text);
	if (!read_milli(text, column->most, &milli) ||
	    (column->kind > MILLI && milli % 1000))
		return wrong(input, "column %u (%s): '%s' is not %s", place, column->name, text,
			     column->right);
	switch (column->kind) {
	case WHOLE:
		*(s32 *)to = (s32)((milli + 500) / 1000);
		break;
	case MILLI:
		*(u32 *)to = (u32)milli;
		break;
	case CONTACTS:
		if (column->most > UINT8_MAX)
			*(u16 *)to = (u16)(milli / 1000);
		else
			*(u8 *)to = (u8)(milli / 1000);
		break;
	case YES_NO:
		*(bool *)to = milli;
		break;
	default:
		*(struct home_car *)to = (struct home_car){
			.plugged = milli, .wants_wh = HOME_CAR_OPEN,
		};
		break;
	}
	return 0;
}

int ems_input_next(struct ems_input *input, struct ems_line *line)
{
	char text[EMS_LINE_SIZE], *rest = text, *field;
	unsigned int place = 0;
	int r = take_line(input, text);

	if (r <= 0)
		return r;
	*line = (struct ems_line){
		.moment = {
			.grid = true, .meter_ok = true,
			.charge_ma = HOME_BY_MODEL, .discharge_ma = HOME_BY_MODEL,
		},
	};
	while ((field = field_of(&rest))) {
		if (++place > input->columns)
			return wrong(input, "column %u: the header has only %u", place,
				     input->columns);
		r = take_field(input, line, place, field);
		if (r)
			return r;
	}
	if (place < input->columns)
		return wrong(input, "column %u (%s) is missing: the line ends before it",
			     place + 1, columns[input->column[place]].name);
	return 1;
}
