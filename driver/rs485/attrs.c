// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of a device that carries an RS-485 bus; what they mean is in
 * Documentation/ABI/testing/sysfs-bus-cellar-rs485.
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/sysfs.h>

#include "facts.h"

struct counter_attr {
	struct device_attribute attr;
	size_t offset;	/* in struct cellar_rs485_facts */
};

static struct cellar_rs485_facts facts_of(struct device *dev)
{
	struct cellar_rs485_facts facts;

	cellar_rs485_bus_facts(dev_get_drvdata(dev), &facts);

	return facts;
}

static ssize_t dialect_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct cellar_rs485_dialect *dialect = cellar_rs485_dialect(facts_of(dev).dialect);

	return sysfs_emit(buf, "%s\n", dialect ? dialect->name : "auto");
}
static DEVICE_ATTR_RO(dialect);

static ssize_t baud_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	unsigned int baud = facts_of(dev).baud;

	return baud ? sysfs_emit(buf, "%u\n", baud) : sysfs_emit(buf, "auto\n");
}
static DEVICE_ATTR_RO(baud);

static ssize_t free_run_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", cellar_rs485_bus_free_run(dev_get_drvdata(dev)));
}

static ssize_t free_run_store(struct device *dev, struct device_attribute *attr,
			      const char *buf, size_t count)
{
	bool free_run;
	int ret;

	ret = kstrtobool(buf, &free_run);
	if (ret)
		return ret;

	cellar_rs485_bus_set_free_run(dev_get_drvdata(dev), free_run);

	return count;
}
static DEVICE_ATTR_RW(free_run);

static ssize_t probing_permille_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct cellar_rs485_facts facts = facts_of(dev);
	u64 permille = 0;

	if (facts.known_us)
		permille = div64_u64(1000 * facts.probing_us, facts.known_us);

	return sysfs_emit(buf, "%llu\n", permille);
}
static DEVICE_ATTR_RO(probing_permille);

static ssize_t counter_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct counter_attr *counter = container_of(attr, struct counter_attr, attr);
	struct cellar_rs485_facts facts = facts_of(dev);

	return sysfs_emit(buf, "%lu\n", *(unsigned long *)((void *)&facts + counter->offset));
}

static struct counter_attr dev_attr_telegrams = {
	__ATTR(telegrams, 0444, counter_show, NULL),
	offsetof(struct cellar_rs485_facts, telegrams)
};

static struct counter_attr dev_attr_malformed = {
	__ATTR(malformed, 0444, counter_show, NULL),
	offsetof(struct cellar_rs485_facts, malformed)
};

static struct counter_attr dev_attr_timeouts = {
	__ATTR(timeouts, 0444, counter_show, NULL),
	offsetof(struct cellar_rs485_facts, timeouts)
};

static struct counter_attr dev_attr_late = {
	__ATTR(late, 0444, counter_show, NULL),
	offsetof(struct cellar_rs485_facts, late)
};

static struct counter_attr dev_attr_strays = {
	__ATTR(strays, 0444, counter_show, NULL),
	offsetof(struct cellar_rs485_facts, strays)
};

static struct attribute *cellar_rs485_bus_attrs[] = {
	&dev_attr_dialect.attr,
	&dev_attr_baud.attr,
	&dev_attr_free_run.attr,
	&dev_attr_probing_permille.attr,
	&dev_attr_telegrams.attr.attr,
	&dev_attr_malformed.attr.attr,
	&dev_attr_timeouts.attr.attr,
	&dev_attr_late.attr.attr,
	&dev_attr_strays.attr.attr,
	NULL
};

static const struct attribute_group cellar_rs485_bus_group = {
	.attrs = cellar_rs485_bus_attrs,
};

const struct attribute_group *cellar_rs485_bus_groups[] = {
	&cellar_rs485_bus_group,
	NULL
};
