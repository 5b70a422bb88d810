// SPDX-License-Identifier: GPL-2.0-only
/*
 * The laws of readings, whatever codec they come from.
 */
#include "reading_laws.h"

#include <stdlib.h>

void law(bool holds, const char *condition, const char *file, int line)
{
	if (holds)
		return;

	fprintf(stderr, "broken law, %s:%d: %s\n", file, line, condition);
	abort();
}

/* A limit that grows on its way is the one thing that must never happen. */
static const enum cellar_field limits[] = {
	CELLAR_CHARGE_VOLTAGE_LIMIT,
	CELLAR_CHARGE_CURRENT_LIMIT,
	CELLAR_DISCHARGE_CURRENT_LIMIT,
	CELLAR_GRID_CHARGE_CURRENT_LIMIT,
	CELLAR_GRID_DISCHARGE_CURRENT_LIMIT,
	CELLAR_CHARGE_ENABLE,
	CELLAR_DISCHARGE_ENABLE,
};

/* Largest magnitude a 16-bit field can have in its coarsest unit (protocols.md 1-3). */
static const struct {
	enum cellar_field field;
	s64 max;
} ranges[] = {
	{ CELLAR_VOLTAGE, 6553500 },
	{ CELLAR_CURRENT, 3276800 },
	{ CELLAR_TEMPERATURE, 32767 },
	{ CELLAR_SOC, 10000 },
	{ CELLAR_SOH, 10000 },
	{ CELLAR_CHARGE_VOLTAGE_LIMIT, 6553500 },
	{ CELLAR_DISCHARGE_VOLTAGE_LIMIT, 6553500 },
	{ CELLAR_CHARGE_CURRENT_LIMIT, 65535000 },
	{ CELLAR_DISCHARGE_CURRENT_LIMIT, 65535000 },
	{ CELLAR_GRID_CHARGE_CURRENT_LIMIT, 6553500 },
	{ CELLAR_GRID_DISCHARGE_CURRENT_LIMIT, 6553500 },
	{ CELLAR_PROTECTIONS, BIT_ULL(CELLAR_ALARMS) - 1 },
	{ CELLAR_WARNINGS, BIT_ULL(CELLAR_ALARMS) - 1 },
};

static void check_text(const struct cellar_reading *r, enum cellar_field f)
{
	const struct cellar_field_info *info = &cellar_fields[f];
	const char *text = (const char *)r + info->offset;
	size_t i, len = strnlen(text, info->size);
	/* the first half of a serial number does, into the second (state.h) */
	bool runs_on = f == CELLAR_SERIAL_HEAD && len == info->size && text[len];

	LAW(len < info->size || f == CELLAR_SERIAL_HEAD);
	for (i = 0; i < len; i++)
		LAW(text[i] >= ' ' && text[i] <= '~');
	LAW(!len || text[len - 1] != ' ' || runs_on);
}

void check_values(const struct cellar_reading *r)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		s64 number = cellar_reading_number(r, ranges[i].field);

		if (cellar_has(r, ranges[i].field))
			LAW(number <= ranges[i].max && number >= -ranges[i].max);
	}

	for (i = 0; i < CELLAR_FIELDS; i++) {
		if (!cellar_has(r, i))
			continue;
		if (cellar_fields[i].kind == CELLAR_KIND_TEXT)
			check_text(r, i);
		if (cellar_fields[i].kind == CELLAR_KIND_BOOL)
			LAW(cellar_reading_number(r, i) <= 1);
	}

	if (cellar_has(r, CELLAR_CELLS))
		LAW(r->cells <= CELLAR_CELLS_MAX);
	if (cellar_has(r, CELLAR_TEMPERATURES))
		LAW(r->temperatures <= CELLAR_TEMPERATURES_MAX);
	if (cellar_has(r, CELLAR_CELL_VOLTAGE_MIN) && cellar_has(r, CELLAR_CELL_VOLTAGE_MAX))
		LAW(r->cell_voltage_min_mv <= r->cell_voltage_max_mv);
}

struct cellar_reading only(const struct cellar_reading *news)
{
	struct cellar_reading r = { 0 };

	cellar_reading_merge(&r, news);

	return r;
}

void check_safe_side(const struct cellar_reading *before, const struct cellar_reading *after)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++)
		if (cellar_has(before, limits[i]) && cellar_has(after, limits[i]))
			LAW(cellar_reading_number(after, limits[i]) <=
			    cellar_reading_number(before, limits[i]));

	if (cellar_has(before, CELLAR_PROTECTIONS) && before->protections &&
	    cellar_has(after, CELLAR_PROTECTIONS))
		LAW(after->protections);
}

void lower_limits(struct cellar_reading *r, u32 by)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct cellar_field_info *info = &cellar_fields[limits[i]];
		u32 *value = (u32 *)((u8 *)r + info->offset);

		if (info->kind == CELLAR_KIND_UNSIGNED && cellar_has(r, limits[i]) && *value > by)
			*value -= by;
	}
}
