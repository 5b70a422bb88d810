// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a simple-battery says over the table of models. It describes one pack, and
 * only what is fixed about it: no limit that a BMS sends ever passes here.
 */
#include "simple_battery.h"

/* Most the class can carry: union power_supply_propval.intval is an int. */
#define MILLI_MAX	(2147483647 / 1000)

/* What is the safer one of two figures. */
enum safer {
	NEITHER,	/* no limit: the firmware knows this very battery */
	HIGHER,
	LOWER,
};

/*
 * Not energy-full-design-microwatt-hours: 5 kWh do not fit into 32 bits
 * (kernel-facts, section 0.1). voltage-max-design-microvolt is where the battery is
 * full; voltage_max_design of the supply is the nominal voltage and stays the
 * model's, since UPower makes energy of it (kernel-facts 3.1). @also, if there is
 * one, is a working point that may not lie above the limit.
 */
#define AT(member)	offsetof(struct cellar_model, member)
static const struct {
	const char *property;
	size_t at;
	size_t also;
	enum safer safer;
} rows[] = {
	{ "charge-full-design-microamp-hours", AT(capacity_mah), 0, NEITHER },
	{ "voltage-min-design-microvolt", AT(voltage_min_mv), 0, HIGHER },
	{ "voltage-max-design-microvolt", AT(voltage_max_mv), AT(absorption_mv), LOWER },
	{ "constant-charge-current-max-microamp", AT(charge_max_ma), AT(charge_ma), LOWER },
	{ "constant-charge-voltage-max-microvolt", AT(absorption_mv), AT(float_mv), LOWER },
};

const char *cellar_simple_battery_property(unsigned int i)
{
	return i < ARRAY_SIZE(rows) ? rows[i].property : NULL;
}

static u32 *figure(struct cellar_model *model, size_t at)
{
	return (u32 *)((char *)model + at);
}

int cellar_simple_battery_apply(struct cellar_model *model, unsigned int i, u32 micro)
{
	u32 *limit = figure(model, rows[i].at);
	u32 milli = micro / 1000;

	if (!milli || milli > MILLI_MAX)
		return -EINVAL;

	/* 0: the makers give none */
	if (*limit && ((rows[i].safer == HIGHER && milli < *limit) ||
		       (rows[i].safer == LOWER && milli > *limit)))
		return 1;

	*limit = milli;
	if (rows[i].also && *figure(model, rows[i].also) > milli)
		*figure(model, rows[i].also) = milli;

	return 0;
}

int cellar_simple_battery_check(const struct cellar_model *model)
{
	if (model->voltage_min_mv >= model->nominal_mv)
		return -EINVAL;
	if (model->voltage_max_mv && model->voltage_max_mv < model->nominal_mv)
		return -EINVAL;
	if (model->absorption_mv < model->nominal_mv)
		return -EINVAL;

	return 0;
}
