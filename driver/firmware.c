// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of a bus that the firmware describes: from its compatible, and from the
 * battery it refers to, if it does.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/property.h>

#include "firmware.h"
#include "wire/simple_battery.h"

static int apply_property(struct device *dev, struct fwnode_handle *battery,
			  struct cellar_model *model, unsigned int i)
{
	const char *property = cellar_simple_battery_property(i);
	u32 micro;
	int ret;

	ret = fwnode_property_read_u32(battery, property, &micro);
	if (ret == -EINVAL)
		return 0;
	if (ret)
		return dev_err_probe(dev, -EINVAL, "%pfw: %s is no 32-bit number\n",
				     battery, property);

	ret = cellar_simple_battery_apply(model, i, micro);
	if (ret < 0)
		return dev_err_probe(dev, ret, "%pfw: %s cannot be %u\n",
				     battery, property, micro);
	if (ret)
		dev_warn(dev, "%pfw: %s of %u ignored: %s has a safer one\n",
			 battery, property, micro, model->key);

	return 0;
}

static int apply_battery(struct device *dev, struct fwnode_handle *battery,
			 struct cellar_model *model)
{
	const char *compatible;
	unsigned int i;
	int ret;

	/* as the class reads it: the first one counts */
	ret = fwnode_property_read_string(battery, "compatible", &compatible);
	if (ret || strcmp(compatible, "simple-battery"))
		return dev_err_probe(dev, -EINVAL, "%pfw: no simple-battery\n", battery);

	for (i = 0; cellar_simple_battery_property(i); i++) {
		ret = apply_property(dev, battery, model, i);
		if (ret)
			return ret;
	}

	ret = cellar_simple_battery_check(model);
	if (ret)
		return dev_err_probe(dev, ret,
				     "%pfw: voltages are not those of a %u mV battery\n",
				     battery, model->nominal_mv);

	return 0;
}

const struct cellar_model *cellar_model_from_firmware(struct device *dev)
{
	const struct cellar_model *model = NULL;
	struct fwnode_handle *battery;
	struct cellar_model *own;
	const char *key;
	int ret;

	key = device_get_match_data(dev);
	if (key)
		model = cellar_model_by_key(key);
	if (!model || !device_property_present(dev, "monitored-battery"))
		return model;

	own = devm_kmemdup(dev, model, sizeof(*model), GFP_KERNEL);
	if (!own)
		return ERR_PTR(-ENOMEM);

	battery = fwnode_find_reference(dev_fwnode(dev), "monitored-battery", 0);
	if (IS_ERR(battery)) {
		dev_err_probe(dev, -EINVAL, "monitored-battery refers to nothing: %pe\n", battery);
		return ERR_PTR(-EINVAL);
	}

	ret = apply_battery(dev, battery, own);
	fwnode_handle_put(battery);

	return ret ? ERR_PTR(ret) : own;
}
EXPORT_SYMBOL_GPL(cellar_model_from_firmware);
