// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one inverter is told of all the packs.
 */
#include "one_battery.h"

/* What the members measure together, as a BMS would say it; limits and flags are ours. */
#define MEASURED							\
	(BIT_ULL(CELLAR_VOLTAGE) | BIT_ULL(CELLAR_CURRENT) |		\
	 BIT_ULL(CELLAR_SOC) | BIT_ULL(CELLAR_SOH) |			\
	 BIT_ULL(CELLAR_CELL_VOLTAGE_MIN) | BIT_ULL(CELLAR_CELL_VOLTAGE_MAX) | \
	 BIT_ULL(CELLAR_CELL_TEMPERATURE_MIN) | BIT_ULL(CELLAR_CELL_TEMPERATURE_MAX) | \
	 BIT_ULL(CELLAR_REMAINING) | BIT_ULL(CELLAR_FULL) | BIT_ULL(CELLAR_DESIGN))

#define COUNTED								\
	(BIT_ULL(CELLAR_PACKS_ONLINE) | BIT_ULL(CELLAR_PACKS_OFFLINE) |	\
	 BIT_ULL(CELLAR_PACKS_BLOCKING_CHARGE) | BIT_ULL(CELLAR_PACKS_BLOCKING_DISCHARGE))

static void say_flag(struct cellar_reading *say, enum cellar_field field, bool *flag, bool value)
{
	*flag = value;
	cellar_say(say, field);
}

/* Of which there is one, where the packs have many: the middle of the coldest and warmest. */
static void say_temperature(struct cellar_reading *say)
{
	int middle = (say->cell_temperature_min_decic + say->cell_temperature_max_decic) / 2;

	if (cellar_has(say, CELLAR_CELL_TEMPERATURE_MIN) &&
	    cellar_has(say, CELLAR_CELL_TEMPERATURE_MAX))
		cellar_say_number(say, CELLAR_TEMPERATURE, middle);
}

/* What no pack says, but follows from what they say. */
static void say_charge(struct cellar_reading *say)
{
	if (!cellar_has(say, CELLAR_FULL) && cellar_has(say, CELLAR_DESIGN))
		cellar_say_number(say, CELLAR_FULL, say->design_mah);
	if (!cellar_has(say, CELLAR_REMAINING) && cellar_has(say, CELLAR_FULL) &&
	    cellar_has(say, CELLAR_SOC))
		cellar_say_number(say, CELLAR_REMAINING,
				  (s64)((u64)say->full_mah * say->soc_centi / 10000));
}

/*
 * Many inverters stop for a protection. As long as other packs carry the current both
 * ways it is a warning: the limits have already taken its pack out.
 */
static void say_alarms(struct cellar_reading *say, const struct cluster_sum *sum)
{
	u64 protections = cellar_has(&sum->sum, CELLAR_PROTECTIONS) ? sum->sum.protections : 0;
	u64 warnings = cellar_has(&sum->sum, CELLAR_WARNINGS) ? sum->sum.warnings : 0;

	if (sum->carrying[CORE_CHARGE] && sum->carrying[CORE_DISCHARGE]) {
		warnings |= protections;
		protections = 0;
	} else if (!sum->members && !protections) {
		protections = BIT_ULL(CELLAR_INTERNAL_COMMUNICATION);
	}
	say->protections = protections;
	say->warnings = warnings;
	cellar_say(say, CELLAR_PROTECTIONS);
	cellar_say(say, CELLAR_WARNINGS);
}

static u32 share_ma(const struct limit *limit, u16 permille, u32 most_ma)
{
	u64 ma = (u64)limit->value * permille / ONE_BATTERY_WHOLE_PERMILLE;

	return ma < most_ma ? (u32)ma : most_ma;
}

static void say_limits(struct cellar_reading *say, const struct one_battery *battery,
		       const struct limits_out *limits, u16 permille, const u32 *most_ma)
{
	u32 charge, discharge;

	charge = share_ma(&limits->current[CORE_CHARGE], permille, most_ma[CORE_CHARGE]);
	discharge = share_ma(&limits->current[CORE_DISCHARGE], permille, most_ma[CORE_DISCHARGE]);
	cellar_say_number(say, CELLAR_CHARGE_CURRENT_LIMIT, charge);
	cellar_say_number(say, CELLAR_DISCHARGE_CURRENT_LIMIT, discharge);
	/* on the grid the same: Deye has fields of their own for that (protocols.md 3.1) */
	cellar_say_number(say, CELLAR_GRID_CHARGE_CURRENT_LIMIT, charge);
	cellar_say_number(say, CELLAR_GRID_DISCHARGE_CURRENT_LIMIT, discharge);
	cellar_say_number(say, CELLAR_CHARGE_VOLTAGE_LIMIT, battery->charge_mv);
	if (battery->discharge_mv)
		cellar_say_number(say, CELLAR_DISCHARGE_VOLTAGE_LIMIT, battery->discharge_mv);
	say_flag(say, CELLAR_CHARGE_ENABLE, &say->charge_enable, charge);
	say_flag(say, CELLAR_DISCHARGE_ENABLE, &say->discharge_enable, discharge);
	say_flag(say, CELLAR_FORCE_CHARGE, &say->force_charge, limits->force_charge && charge);
	say_flag(say, CELLAR_FULL_CHARGE_REQUEST, &say->full_charge_request,
		 limits->full_charge_request && charge);
}

static bool is_voltage(const struct limit *limit)
{
	return limit->value && limit->value != LIMITS_NONE;
}

bool one_battery_say(struct one_battery *battery, const struct cluster *cluster,
		     const struct limits_out *limits, u16 share_permille,
		     const u32 most_ma[CORE_WAYS], struct cellar_reading *say)
{
	const struct cluster_sum *sum = &cluster->out;

	memset(say, 0, sizeof(*say));
	if (limits->known && is_voltage(&limits->charge_voltage)) {
		battery->charge_mv = limits->charge_voltage.value;
		if (is_voltage(&limits->discharge_voltage))
			battery->discharge_mv = limits->discharge_voltage.value;
	}
	if (!battery->charge_mv)
		return false;

	*say = sum->sum;
	say->have &= MEASURED | COUNTED;
	say_temperature(say);
	say_charge(say);
	say_alarms(say, sum);
	say_limits(say, battery, limits, sum->members ? share_permille : 0, most_ma);

	return true;
}
