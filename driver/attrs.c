// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the power_supply class has no word for, in the group "cellar" of each
 * supply. One value, or one list of the same kind, per file; a file exists only
 * if the dialect can serve it. Documentation/ABI/testing/sysfs-class-power-cellar
 * describes each.
 */
#include <linux/device.h>
#include <linux/math64.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "pack.h"

/*
 * @field: where the value comes from: the dialect must be able to say it; -1 for
 *         a file that is always there
 * @scale: factor of a number, or its divisor where negative; of an age, an enum
 *         cellar_aged
 */
struct cellar_attr {
	struct device_attribute attr;
	s8 field;
	s16 scale;
};

static struct cellar_pack *to_pack(struct device *dev)
{
	return power_supply_get_drvdata(dev_get_drvdata(dev));
}

/* 0, -ENODEV when the pack is gone, -ENODATA when the field is not live. */
static int read_field(struct device *dev, enum cellar_field field,
		      struct cellar_reading *reading)
{
	if (!cellar_pack_read(to_pack(dev), reading))
		return -ENODEV;
	if (!cellar_has(reading, field))
		return -ENODATA;

	return 0;
}

static ssize_t number_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct cellar_attr *a = container_of(attr, struct cellar_attr, attr);
	struct cellar_reading reading;
	s64 value;
	int ret;

	ret = read_field(dev, a->field, &reading);
	if (ret)
		return ret;

	value = cellar_reading_number(&reading, a->field);
	if (a->scale < 0)
		value = div_s64(value, -a->scale);
	else
		value *= a->scale;

	return sysfs_emit(buf, "%lld\n", value);
}

static ssize_t discharge_current_max_show(struct device *dev, struct device_attribute *attr,
					  char *buf)
{
	struct cellar_reading reading;
	u32 limit_ma;
	int ret;

	if (!cellar_pack_read(to_pack(dev), &reading))
		return -ENODEV;

	ret = cellar_psy_discharge_limit(&reading, &limit_ma);
	if (ret)
		return ret;

	return sysfs_emit(buf, "%llu\n", limit_ma * 1000ULL);
}

static ssize_t words_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct cellar_attr *a = container_of(attr, struct cellar_attr, attr);
	struct cellar_reading reading;
	size_t len;
	int ret;

	ret = read_field(dev, a->field, &reading);
	if (ret)
		return ret;

	len = cellar_alarm_words((u64)cellar_reading_number(&reading, a->field),
				 buf, PAGE_SIZE - 1);
	buf[len++] = '\n';

	return len;
}

static ssize_t place_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct cellar_attr *a = container_of(attr, struct cellar_attr, attr);
	struct cellar_reading reading;
	int ret;

	ret = read_field(dev, a->field, &reading);
	if (ret)
		return ret;

	return sysfs_emit(buf, "%s\n",
			  (const char *)&reading + cellar_fields[a->field].offset);
}

static ssize_t role_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_pack(dev)->config.of_system ? "system" : "pack");
}

static ssize_t dialect_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_pack(dev)->config.dialect);
}

static ssize_t address_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", to_pack(dev)->config.address);
}

static ssize_t age_ms_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct cellar_pack *pack = to_pack(dev);
	u64 sample_ns;

	spin_lock_irq(&pack->lock);
	sample_ns = pack->sample_ns;
	spin_unlock_irq(&pack->lock);

	return sysfs_emit(buf, "%llu\n",
			  div_u64(ktime_get_boottime_ns() - sample_ns, NSEC_PER_MSEC));
}

static ssize_t max_age_ms_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	unsigned int max_age_ms = cellar_pack_max_age_ms(to_pack(dev));

	return max_age_ms ? sysfs_emit(buf, "%u\n", max_age_ms) : -ENODATA;
}

static ssize_t aged_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct cellar_attr *a = container_of(attr, struct cellar_attr, attr);
	u64 age_ms;
	int ret;

	ret = cellar_pack_age_ms(to_pack(dev), a->scale, &age_ms);
	if (ret)
		return ret;

	return sysfs_emit(buf, "%llu\n", age_ms);
}

static ssize_t duplicates_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	size_t len = cellar_identity_twins(to_pack(dev), buf, PAGE_SIZE - 1);

	buf[len++] = '\n';

	return len;
}

static ssize_t samples_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", cellar_pack_read_samples(to_pack(dev)));
}

static ssize_t frames_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_pack(dev)->frames));
}

static ssize_t malformed_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_pack(dev)->malformed));
}

static ssize_t timeouts_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_pack(dev)->timeouts));
}

#define ATTR(_name, _show, _field, _scale)					\
static struct cellar_attr attr_##_name = {					\
	.attr = __ATTR(_name, 0444, _show, NULL),				\
	.field = _field, .scale = _scale,					\
}

#define PLAIN(_name)		ATTR(_name, _name##_show, -1, 0)
#define NUMBER(_name, _f, _s)	ATTR(_name, number_show, CELLAR_##_f, _s)
#define WORDS(_name, _f)	ATTR(_name, words_show, CELLAR_##_f, 0)
#define PLACE(_name, _f)	ATTR(_name, place_show, CELLAR_##_f, 0)
#define AGED(_name, _f, _aged)	ATTR(_name, aged_show, CELLAR_##_f, CELLAR_AGED_##_aged)

PLAIN(role);
PLAIN(dialect);
PLAIN(address);
PLAIN(samples);
PLAIN(age_ms);
PLAIN(max_age_ms);
PLAIN(frames);
PLAIN(malformed);
PLAIN(timeouts);
AGED(limits_age_ms, CHARGE_CURRENT_LIMIT, LIMITS);
AGED(alarms_age_ms, PROTECTIONS, ALARMS);
AGED(cells_age_ms, CELLS, CELLS);
ATTR(duplicates, duplicates_show, CELLAR_SERIAL_TAIL, 0);
WORDS(protections, PROTECTIONS);
WORDS(warnings, WARNINGS);
NUMBER(charge_enable, CHARGE_ENABLE, 1);
NUMBER(discharge_enable, DISCHARGE_ENABLE, 1);
NUMBER(force_charge, FORCE_CHARGE, 1);
NUMBER(full_charge_request, FULL_CHARGE_REQUEST, 1);
ATTR(discharge_current_max, discharge_current_max_show, CELLAR_DISCHARGE_CURRENT_LIMIT, 0);
NUMBER(packs_online, PACKS_ONLINE, 1);
NUMBER(packs_offline, PACKS_OFFLINE, 1);
NUMBER(packs_blocking_charge, PACKS_BLOCKING_CHARGE, 1);
NUMBER(packs_blocking_discharge, PACKS_BLOCKING_DISCHARGE, 1);
NUMBER(cell_voltage_min, CELL_VOLTAGE_MIN, 1000);
NUMBER(cell_voltage_max, CELL_VOLTAGE_MAX, 1000);
PLACE(cell_voltage_min_place, CELL_VOLTAGE_MIN_PLACE);
PLACE(cell_voltage_max_place, CELL_VOLTAGE_MAX_PLACE);
#ifndef CELLAR_HAVE_PROP_STATE_OF_HEALTH
NUMBER(state_of_health, SOH, -100);
#endif

static struct attribute *cellar_attrs[] = {
	&attr_role.attr.attr,
	&attr_dialect.attr.attr,
	&attr_address.attr.attr,
	&attr_samples.attr.attr,
	&attr_age_ms.attr.attr,
	&attr_max_age_ms.attr.attr,
	&attr_frames.attr.attr,
	&attr_malformed.attr.attr,
	&attr_timeouts.attr.attr,
	&attr_limits_age_ms.attr.attr,
	&attr_alarms_age_ms.attr.attr,
	&attr_cells_age_ms.attr.attr,
	&attr_duplicates.attr.attr,
	&attr_protections.attr.attr,
	&attr_warnings.attr.attr,
	&attr_charge_enable.attr.attr,
	&attr_discharge_enable.attr.attr,
	&attr_force_charge.attr.attr,
	&attr_full_charge_request.attr.attr,
	&attr_discharge_current_max.attr.attr,
	&attr_packs_online.attr.attr,
	&attr_packs_offline.attr.attr,
	&attr_packs_blocking_charge.attr.attr,
	&attr_packs_blocking_discharge.attr.attr,
	&attr_cell_voltage_min.attr.attr,
	&attr_cell_voltage_max.attr.attr,
	&attr_cell_voltage_min_place.attr.attr,
	&attr_cell_voltage_max_place.attr.attr,
#ifndef CELLAR_HAVE_PROP_STATE_OF_HEALTH
	&attr_state_of_health.attr.attr,
#endif
	NULL
};

static umode_t cellar_attr_visible(struct kobject *kobj, struct attribute *attr, int index)
{
	const struct cellar_attr *a = container_of(attr, struct cellar_attr, attr.attr);
	const struct cellar_pack *pack = to_pack(kobj_to_dev(kobj));

	if (a == &attr_address && pack->config.of_system)
		return 0;
	if (a == &attr_timeouts && !pack->config.asks)
		return 0;
	if (a->field >= 0 && !(pack->config.fields & BIT_ULL(a->field)))
		return 0;

	return attr->mode;
}

static const struct attribute_group cellar_attr_group = {
	.name = CELLAR_ATTR_GROUP,
	.attrs = cellar_attrs,
	.is_visible = cellar_attr_visible,
};

const struct attribute_group *cellar_attr_groups[] = { &cellar_attr_group, NULL };
