// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buses by hand: mkdir /sys/kernel/config/cellar/NAME, write `interface`, write 1
 * to `enable`. Documentation/ABI/testing/configfs-cellar describes the files.
 * Who writes nonsense gets -EINVAL and one line in the kernel log that says what
 * is possible.
 */
#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/if_arp.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "bus.h"

/* What somebody wrote is printed with %pE: it may hold line breaks. */
#define pr_item(item, fmt, ...) \
	pr_err("cellar: %s: " fmt, config_item_name(item), ##__VA_ARGS__)

static DEFINE_IDA(device_ids);

struct cellar_can_item {
	struct config_item item;
	struct mutex lock;	/* settings and pdev */
	struct cellar_can_settings settings;
	struct platform_device *pdev;
	unsigned int id;
};

static struct cellar_can_item *to_item(struct config_item *item)
{
	return container_of(item, struct cellar_can_item, item);
}

/* The written line without its newline, or ERR_PTR(-EINVAL) if too long. */
static char *written(const char *page, size_t count, char *buf, size_t size)
{
	if (count >= size)
		return ERR_PTR(-EINVAL);

	memcpy(buf, page, count);
	buf[count] = '\0';

	return strim(buf);
}

static int refuse_while_enabled(struct cellar_can_item *bus)
{
	lockdep_assert_held(&bus->lock);

	if (!bus->pdev)
		return 0;

	pr_item(&bus->item, "write 0 to enable before changing a bus\n");

	return -EBUSY;
}

/* The interface may have been renamed while it was bound. */
static void follow_rename(struct cellar_can_item *bus)
{
	lockdep_assert_held(&bus->lock);

	if (bus->pdev)
		cellar_can_bus_interface(bus->pdev, bus->settings.interface);
}

/* Names that interfaces get from the kernel, and may get later. */
static bool may_appear(const char *name)
{
	static const char * const kinds[] = { "can", "vcan", "vxcan", "slcan" };
	unsigned int number, i;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		len = strlen(kinds[i]);
		if (!strncmp(name, kinds[i], len) && !kstrtouint(name + len, 10, &number))
			return true;
	}

	return false;
}

static int check_interface(struct config_item *item, const char *name)
{
	struct net_device *netdev;
	bool possible = false;
	char there[640];

	if (dev_valid_name(name)) {
		rcu_read_lock();
		netdev = dev_get_by_name_rcu(&init_net, name);
		possible = netdev ? netdev->type == ARPHRD_CAN : may_appear(name);
		rcu_read_unlock();
	}
	if (possible)
		return 0;

	cellar_can_interfaces(there, sizeof(there));
	pr_item(item,
		"\"%*pE\" is no CAN interface; there are:%s; one that is not there yet can be named if it is called can0, vcan0, vxcan0 or slcan0 with any number\n",
		(int)strlen(name), name, there[0] ? there : " none");

	return -EINVAL;
}

static ssize_t cellar_can_item_interface_show(struct config_item *item, char *page)
{
	struct cellar_can_item *bus = to_item(item);
	ssize_t len;

	mutex_lock(&bus->lock);
	follow_rename(bus);
	len = sysfs_emit(page, "%s\n", bus->settings.interface);
	mutex_unlock(&bus->lock);

	return len;
}

static ssize_t cellar_can_item_interface_store(struct config_item *item, const char *page,
					       size_t count)
{
	struct cellar_can_item *bus = to_item(item);
	char buf[64], *name;
	int ret;

	name = written(page, count, buf, sizeof(buf));
	if (IS_ERR(name) || strlen(name) >= IFNAMSIZ) {
		pr_item(item, "an interface name has at most %d characters\n", IFNAMSIZ - 1);
		return -EINVAL;
	}

	ret = check_interface(item, name);
	if (ret)
		return ret;

	mutex_lock(&bus->lock);
	ret = refuse_while_enabled(bus);
	if (!ret)
		strscpy(bus->settings.interface, name, sizeof(bus->settings.interface));
	mutex_unlock(&bus->lock);

	return ret ?: count;
}

static ssize_t cellar_can_item_dialect_show(struct config_item *item, char *page)
{
	const struct cellar_can_dialect *dialect =
		cellar_can_dialect(to_item(item)->settings.dialect);

	return sysfs_emit(page, "%s\n", dialect ? dialect->name : "auto");
}

static void say_dialects(struct config_item *item, const char *name)
{
	size_t len = 0;
	char all[128];
	int i;

	for (i = CELLAR_DIALECT_NONE + 1; i < CELLAR_DIALECTS; i++)
		len += scnprintf(all + len, sizeof(all) - len, ", %s",
				 cellar_can_dialect(i)->name);
	pr_item(item, "unknown dialect \"%*pE\"; possible: auto%s\n",
		(int)strlen(name), name, all);
}

static ssize_t cellar_can_item_dialect_store(struct config_item *item, const char *page,
					     size_t count)
{
	struct cellar_can_item *bus = to_item(item);
	enum cellar_dialect dialect = CELLAR_DIALECT_NONE;
	char buf[32], *name;
	int ret;

	name = written(page, count, buf, sizeof(buf));
	if (!IS_ERR(name))
		dialect = cellar_can_dialect_by_name(name);
	if (IS_ERR(name) || (dialect == CELLAR_DIALECT_NONE && strcmp(name, "auto"))) {
		say_dialects(item, IS_ERR(name) ? "(too long)" : name);
		return -EINVAL;
	}

	mutex_lock(&bus->lock);
	ret = refuse_while_enabled(bus);
	if (!ret)
		bus->settings.dialect = dialect;
	mutex_unlock(&bus->lock);

	return ret ?: count;
}

static ssize_t cellar_can_item_model_show(struct config_item *item, char *page)
{
	const struct cellar_model *model = to_item(item)->settings.model;

	return sysfs_emit(page, "%s\n", model ? model->key : "");
}

static void say_models(struct config_item *item, const char *key)
{
	const struct cellar_model *model;
	size_t len = 0;
	char all[384];

	for (model = cellar_models; model->key; model++)
		len += scnprintf(all + len, sizeof(all) - len, " %s", model->key);
	pr_item(item, "unknown model \"%*pE\"; possible:%s, or an empty line for none\n",
		(int)strlen(key), key, all);
}

static ssize_t cellar_can_item_model_store(struct config_item *item, const char *page,
					   size_t count)
{
	struct cellar_can_item *bus = to_item(item);
	const struct cellar_model *model = NULL;
	char buf[64], *key;
	int ret;

	key = written(page, count, buf, sizeof(buf));
	if (!IS_ERR(key))
		model = cellar_model_by_key(key);
	if (IS_ERR(key) || (!model && key[0])) {
		say_models(item, IS_ERR(key) ? "(too long)" : key);
		return -EINVAL;
	}

	mutex_lock(&bus->lock);
	ret = refuse_while_enabled(bus);
	if (!ret)
		bus->settings.model = model;
	mutex_unlock(&bus->lock);

	return ret ?: count;
}

static ssize_t cellar_can_item_scope_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%s\n", to_item(item)->settings.scope_system ? "system" : "device");
}

static ssize_t cellar_can_item_scope_store(struct config_item *item, const char *page,
					   size_t count)
{
	struct cellar_can_item *bus = to_item(item);
	bool is_system = sysfs_streq(page, "system");
	int ret;

	if (!is_system && !sysfs_streq(page, "device")) {
		pr_item(item,
			"unknown scope; possible: device, or system if this host runs on the battery\n");
		return -EINVAL;
	}

	mutex_lock(&bus->lock);
	ret = refuse_while_enabled(bus);
	if (!ret)
		bus->settings.scope_system = is_system;
	mutex_unlock(&bus->lock);

	return ret ?: count;
}

static ssize_t cellar_can_item_keepalive_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", to_item(item)->settings.keepalive);
}

static ssize_t cellar_can_item_keepalive_store(struct config_item *item, const char *page,
					       size_t count)
{
	struct cellar_can_item *bus = to_item(item);
	bool keepalive;
	int ret;

	if (kstrtobool(page, &keepalive)) {
		pr_item(item, "keepalive is 1 or 0\n");
		return -EINVAL;
	}

	mutex_lock(&bus->lock);
	ret = refuse_while_enabled(bus);
	if (!ret)
		bus->settings.keepalive = keepalive;
	mutex_unlock(&bus->lock);

	return ret ?: count;
}

static int enable(struct cellar_can_item *bus)
{
	struct platform_device *pdev;

	lockdep_assert_held(&bus->lock);

	if (bus->pdev)
		return 0;

	if (!bus->settings.interface[0]) {
		pr_item(&bus->item, "write the name of a CAN interface to interface first\n");
		return -EINVAL;
	}

	strscpy(bus->settings.label, config_item_name(&bus->item), sizeof(bus->settings.label));
	pdev = cellar_can_platform_device(bus->id, &bus->settings);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	bus->pdev = pdev;

	return 0;
}

static void disable(struct cellar_can_item *bus)
{
	lockdep_assert_held(&bus->lock);

	if (!bus->pdev)
		return;

	follow_rename(bus);
	platform_device_unregister(bus->pdev);
	bus->pdev = NULL;
}

static ssize_t cellar_can_item_enable_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", !!to_item(item)->pdev);
}

static ssize_t cellar_can_item_enable_store(struct config_item *item, const char *page,
					    size_t count)
{
	struct cellar_can_item *bus = to_item(item);
	bool wanted;
	int ret = 0;

	if (kstrtobool(page, &wanted)) {
		pr_item(item, "enable is 1 or 0\n");
		return -EINVAL;
	}

	mutex_lock(&bus->lock);
	if (wanted)
		ret = enable(bus);
	else
		disable(bus);
	mutex_unlock(&bus->lock);

	return ret ?: count;
}

static ssize_t cellar_can_item_supply_show(struct config_item *item, char *page)
{
	struct cellar_can_item *bus = to_item(item);
	ssize_t len = 0;

	mutex_lock(&bus->lock);
	if (bus->pdev)
		len = sysfs_emit(page, "cellar%u\n", cellar_can_bus_number(bus->pdev));
	mutex_unlock(&bus->lock);

	return len;
}

CONFIGFS_ATTR(cellar_can_item_, interface);
CONFIGFS_ATTR(cellar_can_item_, dialect);
CONFIGFS_ATTR(cellar_can_item_, model);
CONFIGFS_ATTR(cellar_can_item_, scope);
CONFIGFS_ATTR(cellar_can_item_, keepalive);
CONFIGFS_ATTR(cellar_can_item_, enable);
CONFIGFS_ATTR_RO(cellar_can_item_, supply);

static struct configfs_attribute *cellar_can_item_attrs[] = {
	&cellar_can_item_attr_interface,
	&cellar_can_item_attr_dialect,
	&cellar_can_item_attr_model,
	&cellar_can_item_attr_scope,
	&cellar_can_item_attr_keepalive,
	&cellar_can_item_attr_enable,
	&cellar_can_item_attr_supply,
	NULL
};

static void cellar_can_item_release(struct config_item *item)
{
	struct cellar_can_item *bus = to_item(item);

	ida_free(&device_ids, bus->id);
	mutex_destroy(&bus->lock);
	kfree(bus);
}

static struct configfs_item_operations cellar_can_item_ops = {
	.release = cellar_can_item_release,
};

static const struct config_item_type cellar_can_item_type = {
	.ct_item_ops = &cellar_can_item_ops,
	.ct_attrs = cellar_can_item_attrs,
	.ct_owner = THIS_MODULE,
};

static struct config_item *make_item(struct config_group *group, const char *name)
{
	struct cellar_can_item *bus;
	int id;

	bus = kzalloc(sizeof(*bus), GFP_KERNEL);
	if (!bus)
		return ERR_PTR(-ENOMEM);

	id = ida_alloc(&device_ids, GFP_KERNEL);
	if (id < 0) {
		kfree(bus);
		return ERR_PTR(id);
	}

	bus->id = id;
	mutex_init(&bus->lock);
	config_item_init_type_name(&bus->item, name, &cellar_can_item_type);

	return &bus->item;
}

static void drop_item(struct config_group *group, struct config_item *item)
{
	struct cellar_can_item *bus = to_item(item);

	mutex_lock(&bus->lock);
	disable(bus);
	mutex_unlock(&bus->lock);
	config_item_put(item);
}

static struct configfs_group_operations cellar_can_group_ops = {
	.make_item = make_item,
	.drop_item = drop_item,
};

static const struct config_item_type cellar_can_group_type = {
	.ct_group_ops = &cellar_can_group_ops,
	.ct_owner = THIS_MODULE,
};

static struct configfs_subsystem cellar_can_subsystem = {
	.su_group = {
		.cg_item = {
			.ci_namebuf = "cellar",
			.ci_type = &cellar_can_group_type,
		},
	},
};

int __init cellar_can_configfs_init(void)
{
	config_group_init(&cellar_can_subsystem.su_group);
	mutex_init(&cellar_can_subsystem.su_mutex);

	return configfs_register_subsystem(&cellar_can_subsystem);
}

void cellar_can_configfs_exit(void)
{
	configfs_unregister_subsystem(&cellar_can_subsystem);
	mutex_destroy(&cellar_can_subsystem.su_mutex);
}
