// SPDX-License-Identifier: GPL-2.0-only
/*
 * The laws of readings: ranges, and limits that do not grow.
 */
#include "property_laws.h"

static const enum cellar_field limits[] = {
	CELLAR_CHARGE_VOLTAGE_LIMIT,
	CELLAR_CHARGE_CURRENT_LIMIT, CELLAR_DISCHARGE_CURRENT_LIMIT,
	CELLAR_GRID_CHARGE_CURRENT_LIMIT, CELLAR_GRID_DISCHARGE_CURRENT_LIMIT,
	CELLAR_CHARGE_ENABLE, CELLAR_DISCHARGE_ENABLE,
};

int broken(const struct run *run, const char *what)
{
	fprintf(stderr, "%s, %s: %s (seed %llu, state %llu)\n", run->law, run->subject, what,
		(unsigned long long)run->seed, (unsigned long long)run->state);

	return -1;
}

const char *first_difference(const struct cellar_reading *a,
				    const struct cellar_reading *b)
{
	for (unsigned int f = 0; f < CELLAR_FIELDS; f++) {
		struct cellar_reading one = *a, other = *b;

		one.have &= BIT_ULL(f);
		other.have &= BIT_ULL(f);
		if (!cellar_reading_equal(&one, &other))
			return cellar_fields[f].name;
	}

	return NULL;
}

int check_ranges(const struct run *run, const struct cellar_reading *news, u64 allowed,
		 const struct range *range)
{
	if (news->have & news->none)
		return broken(run, "a field is there and is not");
	if ((news->have | news->none) & ~allowed)
		return broken(run, "a field the dialect does not have");

	for (; range->max >= range->min; range++) {
		s64 value = cellar_reading_number(news, range->field);

		if (cellar_has(news, range->field) && (value < range->min || value > range->max))
			return broken(run, cellar_fields[range->field].name);
	}

	return 0;
}

int check_safe_side(const struct run *run, const struct cellar_reading *reading,
		    const struct cellar_reading *news, u32 highest_floor_mv)
{
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		s64 said = cellar_has(reading, limits[i]) ?
			cellar_reading_number(reading, limits[i]) : 0;

		if (cellar_has(news, limits[i]) &&
		    cellar_reading_number(news, limits[i]) > said)
			return broken(run, cellar_fields[limits[i]].name);
	}
	if (cellar_has(news, CELLAR_DISCHARGE_VOLTAGE_LIMIT) &&
	    news->discharge_voltage_limit_mv < highest_floor_mv &&
	    news->discharge_voltage_limit_mv < reading->discharge_voltage_limit_mv)
		return broken(run, "a lower discharge voltage is allowed");
	if (cellar_has(news, CELLAR_PROTECTIONS) && !news->protections &&
	    !(cellar_has(reading, CELLAR_PROTECTIONS) && !reading->protections))
		return broken(run, "a protection got lost");

	return 0;
}
