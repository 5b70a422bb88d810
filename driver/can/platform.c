// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bus as a platform device: described by firmware (a node with the compatible
 * of a model and a `can` reference to the controller), or made by configfs.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#include "../firmware.h"
#include "bus.h"

static char *scope = "device";
module_param(scope, charp, 0444);
MODULE_PARM_DESC(scope,
		 "for buses described by firmware: device (default), or system if this host runs on the battery");

static int settings_from_firmware(struct device *dev, struct cellar_can_settings *settings)
{
	const struct cellar_model *model;
	struct fwnode_handle *controller;

	model = cellar_model_from_firmware(dev);
	if (IS_ERR(model))
		return PTR_ERR(model);

	controller = fwnode_find_reference(dev_fwnode(dev), "can", 0);
	if (IS_ERR(controller))
		return dev_err_probe(dev, PTR_ERR(controller),
				     "no reference to a CAN controller in \"can\"\n");

	if (strcmp(scope, "device") && strcmp(scope, "system")) {
		fwnode_handle_put(controller);
		return dev_err_probe(dev, -EINVAL,
				     "scope=%s: possible are device and system\n", scope);
	}

	settings->controller = controller;
	settings->model = model;
	settings->scope_system = !strcmp(scope, "system");

	return 0;
}

static int cellar_can_probe(struct platform_device *pdev)
{
	const struct cellar_can_settings *given = dev_get_platdata(&pdev->dev);
	struct cellar_can_settings settings = { };
	int ret;

	if (given)
		return cellar_can_bus_create(&pdev->dev, given);

	ret = settings_from_firmware(&pdev->dev, &settings);
	if (ret)
		return ret;

	ret = cellar_can_bus_create(&pdev->dev, &settings);
	fwnode_handle_put(settings.controller);

	return ret;
}

static const struct of_device_id cellar_can_of_match[] = {
	CELLAR_MODEL_KEYS(CELLAR_OF_MATCH)
	{ }
};
MODULE_DEVICE_TABLE(of, cellar_can_of_match);

static struct platform_driver cellar_can_driver = {
	.probe = cellar_can_probe,
	.driver = {
		.name = "cellar-can",
		.of_match_table = cellar_can_of_match,
	},
};

struct platform_device *
cellar_can_platform_device(unsigned int id, const struct cellar_can_settings *settings)
{
	struct platform_device *pdev;

	pdev = platform_device_register_data(NULL, cellar_can_driver.driver.name, id,
					     settings, sizeof(*settings));
	if (IS_ERR(pdev))
		return pdev;

	/* probing is synchronous: without a bus it has failed, for lack of memory */
	if (!platform_get_drvdata(pdev)) {
		platform_device_unregister(pdev);
		return ERR_PTR(-ENOMEM);
	}

	return pdev;
}

unsigned int cellar_can_bus_number(struct platform_device *pdev)
{
	struct cellar_can_bus *bus = platform_get_drvdata(pdev);

	return bus->number;
}

void cellar_can_bus_interface(struct platform_device *pdev, char *name)
{
	struct cellar_can_bus *bus = platform_get_drvdata(pdev);

	mutex_lock(&bus->filter_lock);
	strscpy(name, bus->settings.interface, IFNAMSIZ);
	mutex_unlock(&bus->filter_lock);
}

int __init cellar_can_platform_init(void)
{
	return platform_driver_register(&cellar_can_driver);
}

void cellar_can_platform_exit(void)
{
	platform_driver_unregister(&cellar_can_driver);
}
