// SPDX-License-Identifier: GPL-2.0-only
/*
 * The power_supply face of a pack: which properties it has, what they read, and
 * what a reading means in the words of the power_supply class
 * (spec/kernel-facts.md, section 3).
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "pack.h"

/* Below this a BMS reports no current at all (spec/packs.md, "Reading quirks"). */
#define DEAD_BAND_MA	500

/* Low SOC cut-off and the higher of the low SOC limits (spec/packs.md). */
#define SOC_CRITICAL	4
#define SOC_LOW		10

/* Most the class can carry: union power_supply_propval.intval is an int. */
#define MILLI_MAX	(INT_MAX / 1000)

static u64 class_alarms[CELLAR_CLASSES] __ro_after_init;

#define FIELD(f)	BIT_ULL(CELLAR_##f)

/*
 * The order of the properties, and what each needs to have been heard; 0 means
 * always. The identity and the design values, which do not come from fields
 * alone, are decided in property_known().
 */
static const struct {
	enum power_supply_property property;
	u64 needs;
} property_table[] = {
	{ POWER_SUPPLY_PROP_STATUS },
	{ POWER_SUPPLY_PROP_PRESENT },
	{ POWER_SUPPLY_PROP_HEALTH },
	{ POWER_SUPPLY_PROP_TECHNOLOGY },
	{ POWER_SUPPLY_PROP_SCOPE },
	{ POWER_SUPPLY_PROP_VOLTAGE_NOW, FIELD(VOLTAGE) },
	{ POWER_SUPPLY_PROP_CURRENT_NOW, FIELD(CURRENT) },
	{ POWER_SUPPLY_PROP_CAPACITY, FIELD(SOC) },
	{ POWER_SUPPLY_PROP_CAPACITY_LEVEL, FIELD(SOC) },
	{ POWER_SUPPLY_PROP_TEMP, FIELD(TEMPERATURE) | FIELD(CELL_TEMPERATURE_MAX) },
	{ POWER_SUPPLY_PROP_CONSTANT_CHARGE_VOLTAGE_MAX, FIELD(CHARGE_VOLTAGE_LIMIT) },
	{ POWER_SUPPLY_PROP_CONSTANT_CHARGE_CURRENT_MAX, FIELD(CHARGE_CURRENT_LIMIT) },
	{ POWER_SUPPLY_PROP_VOLTAGE_MIN, FIELD(DISCHARGE_VOLTAGE_LIMIT) },
	{ POWER_SUPPLY_PROP_CHARGE_NOW, FIELD(REMAINING) },
	{ POWER_SUPPLY_PROP_CHARGE_FULL, FIELD(FULL) },
	{ POWER_SUPPLY_PROP_CHARGE_FULL_DESIGN, FIELD(DESIGN) },
	{ POWER_SUPPLY_PROP_CYCLE_COUNT, FIELD(CYCLES) },
#ifdef CELLAR_HAVE_PROP_STATE_OF_HEALTH
	{ POWER_SUPPLY_PROP_STATE_OF_HEALTH, FIELD(SOH) },
#endif
	{ POWER_SUPPLY_PROP_VOLTAGE_MIN_DESIGN },
	{ POWER_SUPPLY_PROP_VOLTAGE_MAX_DESIGN },
	{ POWER_SUPPLY_PROP_MANUFACTURER },
	{ POWER_SUPPLY_PROP_MODEL_NAME },
	{ POWER_SUPPLY_PROP_SERIAL_NUMBER },
};

/*
 * Design capacity: as the BMS says, else from the model, times the packs that
 * the BMS counts where the supply is the whole system. 0 if nobody knows.
 */
static u64 design_mah(const struct cellar_pack *pack, const struct cellar_reading *r)
{
	const struct cellar_model *model = pack->config.model;

	if (cellar_has(r, CELLAR_DESIGN))
		return r->design_mah;
	if (!model)
		return 0;
	if (!pack->config.of_system)
		return model->capacity_mah;
	if (cellar_has(r, CELLAR_PACKS_ONLINE))
		return (u64)model->capacity_mah * r->packs_online;

	return 0;
}

/*
 * The class (that of 6.12, not yet that of 6.1) shows what the firmware says of one
 * battery wherever a supply of its device has no such property: a fixed figure in
 * place of a limit of the BMS, and that of one pack for the whole system. A supply
 * that has the property, and no data for it, says so instead.
 */
static bool class_would_answer(const struct cellar_pack *pack)
{
	return device_property_present(pack->config.parent, "monitored-battery");
}

static bool property_known(const struct cellar_pack *pack, u64 known, unsigned int i)
{
	const struct cellar_model *model = pack->config.model;

	switch (property_table[i].property) {
	case POWER_SUPPLY_PROP_CONSTANT_CHARGE_VOLTAGE_MAX:
	case POWER_SUPPLY_PROP_CONSTANT_CHARGE_CURRENT_MAX:
		return known & property_table[i].needs || class_would_answer(pack);
	case POWER_SUPPLY_PROP_CHARGE_FULL_DESIGN:
		if (class_would_answer(pack))
			return true;
		return (known & property_table[i].needs) ||
		       (model && (!pack->config.of_system || known & FIELD(PACKS_ONLINE)));
	case POWER_SUPPLY_PROP_VOLTAGE_MIN_DESIGN:
		return model && model->voltage_min_mv;
	case POWER_SUPPLY_PROP_VOLTAGE_MAX_DESIGN:
		return model;
	case POWER_SUPPLY_PROP_MANUFACTURER:
		return model || known & FIELD(MANUFACTURER);
	case POWER_SUPPLY_PROP_MODEL_NAME:
		return model || known & (FIELD(MODEL) | FIELD(FAMILY));
	case POWER_SUPPLY_PROP_SERIAL_NUMBER:
		return known & FIELD(SERIAL_HEAD) && known & FIELD(SERIAL_TAIL);
	default:
		return !property_table[i].needs || known & property_table[i].needs;
	}
}

unsigned int cellar_psy_properties(const struct cellar_pack *pack, u64 known,
				   enum power_supply_property *properties)
{
	unsigned int i, n = 0;

	static_assert(ARRAY_SIZE(property_table) <= CELLAR_PROPERTIES_MAX);

	for (i = 0; i < ARRAY_SIZE(property_table); i++)
		if (property_known(pack, known, i))
			properties[n++] = property_table[i].property;

	return n;
}

static u64 of_class(u64 alarms, enum cellar_alarm_class class)
{
	return alarms & class_alarms[class];
}

/* First match wins; protections before warnings (kernel-facts 3.2). */
static int health_of(const struct cellar_reading *r)
{
	u64 p = cellar_has(r, CELLAR_PROTECTIONS) ? r->protections : 0;
	u64 w = cellar_has(r, CELLAR_WARNINGS) ? r->warnings : 0;

	if (of_class(p, CELLAR_CLASS_SHORT_CIRCUIT))
		return POWER_SUPPLY_HEALTH_OVERCURRENT;
	if (of_class(p, CELLAR_CLASS_OVERHEAT))
		return POWER_SUPPLY_HEALTH_OVERHEAT;
	if (of_class(p, CELLAR_CLASS_OVERVOLTAGE))
		return POWER_SUPPLY_HEALTH_OVERVOLTAGE;
	if (of_class(p, CELLAR_CLASS_OVERCURRENT))
		return POWER_SUPPLY_HEALTH_OVERCURRENT;
	if (of_class(p, CELLAR_CLASS_COLD))
		return POWER_SUPPLY_HEALTH_COLD;
	if (of_class(p, CELLAR_CLASS_UNDERVOLTAGE))
		return CELLAR_HEALTH_UNDERVOLTAGE;
	if (of_class(p, CELLAR_CLASS_FAILURE))
		return POWER_SUPPLY_HEALTH_UNSPEC_FAILURE;
	if (of_class(p, CELLAR_CLASS_IMBALANCE))
		return CELLAR_HEALTH_IMBALANCE;
	if (of_class(w, CELLAR_CLASS_IMBALANCE) &&
	    CELLAR_HEALTH_IMBALANCE_WARNING != POWER_SUPPLY_HEALTH_GOOD)
		return CELLAR_HEALTH_IMBALANCE_WARNING;
	if (of_class(w, CELLAR_CLASS_OVERHEAT))
		return POWER_SUPPLY_HEALTH_WARM;
	if (of_class(w, CELLAR_CLASS_COLD))
		return POWER_SUPPLY_HEALTH_COOL;
	if (cellar_has(r, CELLAR_PROTECTIONS))
		return POWER_SUPPLY_HEALTH_GOOD;

	/* nothing wrong was said, but nothing right either: 0x35A all zero */
	return POWER_SUPPLY_HEALTH_UNKNOWN;
}

static int status_of(const struct cellar_reading *r)
{
	if (cellar_has(r, CELLAR_SOC) && r->soc_centi >= 10000)
		return POWER_SUPPLY_STATUS_FULL;
	if (!cellar_has(r, CELLAR_CURRENT))
		return POWER_SUPPLY_STATUS_UNKNOWN;
	if (r->current_ma <= -DEAD_BAND_MA)
		return POWER_SUPPLY_STATUS_DISCHARGING;
	if (r->current_ma >= DEAD_BAND_MA)
		return POWER_SUPPLY_STATUS_CHARGING;

	return POWER_SUPPLY_STATUS_NOT_CHARGING;
}

static int level_of(const struct cellar_reading *r, int status)
{
	u64 p = cellar_has(r, CELLAR_PROTECTIONS) ? r->protections : 0;
	u64 w = cellar_has(r, CELLAR_WARNINGS) ? r->warnings : 0;
	bool has_soc = cellar_has(r, CELLAR_SOC);
	int soc = r->soc_centi / 100;

	if (of_class(p, CELLAR_CLASS_UNDERVOLTAGE) || of_class(p, CELLAR_CLASS_LOW_SOC) ||
	    (has_soc && soc <= SOC_CRITICAL))
		return POWER_SUPPLY_CAPACITY_LEVEL_CRITICAL;
	if (of_class(w, CELLAR_CLASS_UNDERVOLTAGE) || of_class(w, CELLAR_CLASS_LOW_SOC) ||
	    (has_soc && soc <= SOC_LOW))
		return POWER_SUPPLY_CAPACITY_LEVEL_LOW;
	if (status == POWER_SUPPLY_STATUS_FULL)
		return POWER_SUPPLY_CAPACITY_LEVEL_FULL;
	if (has_soc)
		return POWER_SUPPLY_CAPACITY_LEVEL_NORMAL;

	return POWER_SUPPLY_CAPACITY_LEVEL_UNKNOWN;
}

void cellar_psy_notice(const struct cellar_reading *r, bool present,
		       struct cellar_notice *notice)
{
	memset(notice, 0, sizeof(*notice));

	notice->present = present;
	notice->status = status_of(r);
	notice->health = health_of(r);
	notice->level = level_of(r, notice->status);
	notice->capacity = cellar_has(r, CELLAR_SOC) ? r->soc_centi / 100 : -1;
	if (cellar_has(r, CELLAR_PROTECTIONS))
		notice->protections = r->protections;
	if (cellar_has(r, CELLAR_WARNINGS))
		notice->warnings = r->warnings;
	if (cellar_has(r, CELLAR_CHARGE_ENABLE))
		notice->enables |= r->charge_enable << 0;
	if (cellar_has(r, CELLAR_DISCHARGE_ENABLE))
		notice->enables |= r->discharge_enable << 1;
	if (cellar_has(r, CELLAR_FORCE_CHARGE))
		notice->enables |= r->force_charge << 2;
	if (cellar_has(r, CELLAR_FULL_CHARGE_REQUEST))
		notice->enables |= r->full_charge_request << 3;
}

/*
 * A measurement in thousandths, to millionths. What does not fit into an int is
 * not shown at all: a battery of that size is no house battery.
 */
static int measured(bool has, s64 milli, union power_supply_propval *val)
{
	if (!has || milli > MILLI_MAX || milli < -MILLI_MAX)
		return -ENODATA;

	val->intval = (int)milli * 1000;

	return 0;
}

/* A limit that does not fit may be shown lower than it is. */
static int limited(bool has, u32 milli, union power_supply_propval *val)
{
	return measured(has, min_t(u32, milli, MILLI_MAX), val);
}

static int current_limit(const struct cellar_reading *r, enum cellar_field limit,
			 enum cellar_field grid_limit, u32 *limit_ma)
{
	if (!cellar_has(r, limit) || r->none & BIT_ULL(grid_limit))
		return -ENODATA;

	*limit_ma = (u32)cellar_reading_number(r, limit);
	if (cellar_has(r, grid_limit))
		*limit_ma = min(*limit_ma, (u32)cellar_reading_number(r, grid_limit));

	return 0;
}

int cellar_psy_charge_limit(const struct cellar_reading *r, u32 *limit_ma)
{
	return current_limit(r, CELLAR_CHARGE_CURRENT_LIMIT,
			     CELLAR_GRID_CHARGE_CURRENT_LIMIT, limit_ma);
}

int cellar_psy_discharge_limit(const struct cellar_reading *r, u32 *limit_ma)
{
	return current_limit(r, CELLAR_DISCHARGE_CURRENT_LIMIT,
			     CELLAR_GRID_DISCHARGE_CURRENT_LIMIT, limit_ma);
}

static int temperature(const struct cellar_reading *r, union power_supply_propval *val)
{
	if (cellar_has(r, CELLAR_TEMPERATURE))
		val->intval = r->temperature_decic;
	else if (cellar_has(r, CELLAR_CELL_TEMPERATURE_MAX))
		val->intval = r->cell_temperature_max_decic;
	else
		return -ENODATA;

	return 0;
}

static int live_property(const struct cellar_pack *pack, const struct cellar_reading *r,
			 enum power_supply_property property,
			 union power_supply_propval *val)
{
	u32 limit_ma = 0;
	u64 design;
	bool has;

	switch (property) {
	case POWER_SUPPLY_PROP_VOLTAGE_NOW:
		return measured(cellar_has(r, CELLAR_VOLTAGE), r->voltage_mv, val);
	case POWER_SUPPLY_PROP_CURRENT_NOW:
		return measured(cellar_has(r, CELLAR_CURRENT), r->current_ma, val);
	case POWER_SUPPLY_PROP_CAPACITY:
		if (!cellar_has(r, CELLAR_SOC))
			return -ENODATA;
		val->intval = r->soc_centi / 100;
		return 0;
	case POWER_SUPPLY_PROP_TEMP:
		return temperature(r, val);
	case POWER_SUPPLY_PROP_CONSTANT_CHARGE_VOLTAGE_MAX:
		return limited(cellar_has(r, CELLAR_CHARGE_VOLTAGE_LIMIT),
			       r->charge_voltage_limit_mv, val);
	case POWER_SUPPLY_PROP_CONSTANT_CHARGE_CURRENT_MAX:
		has = !cellar_psy_charge_limit(r, &limit_ma);
		return limited(has, limit_ma, val);
	case POWER_SUPPLY_PROP_VOLTAGE_MIN:
		return measured(cellar_has(r, CELLAR_DISCHARGE_VOLTAGE_LIMIT),
				r->discharge_voltage_limit_mv, val);
	case POWER_SUPPLY_PROP_CHARGE_NOW:
		return measured(cellar_has(r, CELLAR_REMAINING), r->remaining_mah, val);
	case POWER_SUPPLY_PROP_CHARGE_FULL:
		return measured(cellar_has(r, CELLAR_FULL), r->full_mah, val);
	case POWER_SUPPLY_PROP_CHARGE_FULL_DESIGN:
		design = design_mah(pack, r);
		return measured(design, design, val);
	case POWER_SUPPLY_PROP_CYCLE_COUNT:
		if (!cellar_has(r, CELLAR_CYCLES))
			return -ENODATA;
		val->intval = min_t(u32, r->cycles, INT_MAX);
		return 0;
#ifdef CELLAR_HAVE_PROP_STATE_OF_HEALTH
	case POWER_SUPPLY_PROP_STATE_OF_HEALTH:
		if (!cellar_has(r, CELLAR_SOH))
			return -ENODATA;
		val->intval = r->soh_centi / 100;
		return 0;
#endif
	default:
		return -EINVAL;
	}
}

static int get_property(struct power_supply *psy, enum power_supply_property property,
			union power_supply_propval *val)
{
	struct cellar_pack *pack = power_supply_get_drvdata(psy);
	const struct cellar_model *model = pack->config.model;
	struct cellar_reading reading;
	bool present;
	int status;

	/* what holds whether the pack is there or not */
	switch (property) {
	case POWER_SUPPLY_PROP_TECHNOLOGY:
		val->intval = POWER_SUPPLY_TECHNOLOGY_LiFe;
		return 0;
	case POWER_SUPPLY_PROP_SCOPE:
		val->intval = pack->config.scope_system ? POWER_SUPPLY_SCOPE_SYSTEM :
							  POWER_SUPPLY_SCOPE_DEVICE;
		return 0;
	case POWER_SUPPLY_PROP_VOLTAGE_MIN_DESIGN:
		val->intval = model->voltage_min_mv * 1000;
		return 0;
	case POWER_SUPPLY_PROP_VOLTAGE_MAX_DESIGN:
		/* nominal: UPower makes energy of it (kernel-facts 3.1) */
		val->intval = model->nominal_mv * 1000;
		return 0;
	case POWER_SUPPLY_PROP_MANUFACTURER:
		val->strval = pack->identity.manufacturer;
		return 0;
	case POWER_SUPPLY_PROP_MODEL_NAME:
		val->strval = pack->identity.model;
		return 0;
	case POWER_SUPPLY_PROP_SERIAL_NUMBER:
		val->strval = pack->identity.serial;
		return 0;
	default:
		break;
	}

	present = cellar_pack_read(pack, &reading);
	status = status_of(&reading);

	switch (property) {
	case POWER_SUPPLY_PROP_PRESENT:
		val->intval = present;
		return 0;
	case POWER_SUPPLY_PROP_STATUS:
		val->intval = status;
		return 0;
	case POWER_SUPPLY_PROP_HEALTH:
		val->intval = health_of(&reading);
		return 0;
	case POWER_SUPPLY_PROP_CAPACITY_LEVEL:
		val->intval = level_of(&reading, status);
		return 0;
	default:
		break;
	}

	if (!present)
		return -ENODEV;

	return live_property(pack, &reading, property, val);
}

int cellar_psy_register(struct cellar_pack *pack, u64 known)
{
	struct power_supply_config config = {
		.drv_data = pack,
		.fwnode = dev_fwnode(pack->config.parent),
		.attr_grp = cellar_attr_groups,
	};
	enum power_supply_property properties[CELLAR_PROPERTIES_MAX];
	unsigned int n = cellar_psy_properties(pack, known, properties);
	struct power_supply_desc *desc = &pack->desc;
	struct power_supply *psy;

	desc->properties = kmemdup(properties, n * sizeof(*properties), GFP_KERNEL);
	if (!desc->properties)
		return -ENOMEM;

	desc->name = pack->name;
	desc->type = POWER_SUPPLY_TYPE_BATTERY;
	desc->num_properties = n;
	desc->get_property = get_property;
	/* one thermal zone per pack would be noise, and limits the name */
	desc->no_thermal = true;

	psy = cellar_power_supply_register(pack->config.parent, desc, &config);
	if (IS_ERR(psy)) {
		dev_err(pack->config.parent, "%s cannot be registered: %pe\n", pack->name, psy);
		kfree(desc->properties);
		return PTR_ERR(psy);
	}
	pack->psy = psy;

	return 0;
}

void cellar_psy_unregister(struct cellar_pack *pack)
{
	power_supply_unregister(pack->psy);
	pack->psy = NULL;
	kfree(pack->desc.properties);
}

void __init cellar_psy_init(void)
{
	unsigned int class;

	for (class = 0; class < CELLAR_CLASSES; class++)
		class_alarms[class] = cellar_alarm_class(class);
}
