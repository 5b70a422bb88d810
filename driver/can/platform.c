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

#include "bus.h"

static char *scope = "device";
module_param(scope, charp, 0444);
MODULE_PARM_DESC(scope,
		 "for buses described by firmware: device (default), or system if this host runs on the battery");

/* The first compatible that is the key of a model. */
static const struct cellar_model *model_of(struct device *dev)
{
	const char *compatibles[4];
	int i, n;

	/* in ACPI a string alone is no array, and no more may be asked for than is there */
	n = device_property_string_array_count(dev, "compatible");
	if (n < 0)
		n = device_property_read_string(dev, "compatible", compatibles) ? 0 : 1;
	else
		n = device_property_read_string_array(dev, "compatible", compatibles,
						      min_t(int, n, ARRAY_SIZE(compatibles)));
	for (i = 0; i < n; i++) {
		const struct cellar_model *model = cellar_model_by_key(compatibles[i]);

		if (model)
			return model;
	}

	return NULL;
}

static int settings_from_firmware(struct device *dev, struct cellar_can_settings *settings)
{
	struct fwnode_handle *controller;

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
	settings->model = model_of(dev);
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

/* Every key of wire/models.c. */
static const struct of_device_id cellar_can_of_match[] = {
	{ .compatible = "lesso,lsrr51v100ah" },
	{ .compatible = "voltium,ve-ess-r5120" },
	{ .compatible = "zcs,zsx5120" },
	{ .compatible = "zcs,zsx5000" },
	{ .compatible = "zcs,zsx5000-pro" },
	{ .compatible = "zcs,zsx5000-s" },
	{ .compatible = "pylontech,us2000" },
	{ .compatible = "pylontech,us5000" },
	{ .compatible = "weco,4k4" },
	{ .compatible = "weco,4k4-pro" },
	{ .compatible = "weco,4k4-lt" },
	{ .compatible = "weco,5k3" },
	{ .compatible = "weco,5k3-xp" },
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
