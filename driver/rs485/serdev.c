// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bus on a UART that the firmware describes: a child of the UART with the
 * compatible of a model, in a devicetree or, as PRP0001, in ACPI. And the module.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/property.h>
#include <linux/rcupdate.h>
#include <linux/serdev.h>
#include <linux/string.h>

#include "../compat.h"
#include "../firmware.h"
#include "bus.h"
#include "lines.h"

static char *scope = "device";
module_param(scope, charp, 0444);
MODULE_PARM_DESC(scope,
		 "for buses described by firmware: device (default), or system if this host runs on the battery");

/*
 * @ops: of this line alone. They lead back here: the drvdata of the device is the bus
 * @bus: NULL while nobody wants what comes
 */
struct cellar_serdev {
	struct serdev_device *serdev;
	struct serdev_device_ops ops;
	struct cellar_rs485_bus __rcu *bus;
};

static cellar_received_t serdev_received(struct serdev_device *serdev, const u8 *data,
					 size_t count)
{
	struct cellar_serdev *line = container_of(serdev->ops, struct cellar_serdev, ops);
	struct cellar_rs485_bus *bus;

	rcu_read_lock();
	bus = rcu_dereference(line->bus);
	if (bus)
		cellar_rs485_bus_received(bus, data, count);
	rcu_read_unlock();

	return count;
}

static int serdev_send(void *data, const u8 *bytes, size_t len)
{
	struct cellar_serdev *line = data;
	ssize_t sent;

	sent = serdev_device_write(line->serdev, bytes, len,
				   msecs_to_jiffies(CELLAR_RS485_SEND_MS));
	if (sent < 0)
		return sent;
	if (sent < len) {
		/* the rest of a question would spoil the next one */
		serdev_device_write_flush(line->serdev);
		return -ETIMEDOUT;
	}

	return 0;
}

static int serdev_set_baud(void *data, unsigned int baud)
{
	struct cellar_serdev *line = data;
	unsigned int got;

	got = serdev_device_set_baudrate(line->serdev, baud);

	return cellar_rs485_baud_is(got, baud) ? 0 : -EINVAL;
}

static const struct cellar_rs485_line_ops serdev_line_ops = {
	.send = serdev_send,
	.set_baud = serdev_set_baud,
};

static int settings_from_firmware(struct device *dev, struct cellar_rs485_settings *settings)
{
	int ret;

	if (strcmp(scope, "device") && strcmp(scope, "system"))
		return dev_err_probe(dev, -EINVAL,
				     "scope=%s: possible are device and system\n", scope);
	settings->scope_system = !strcmp(scope, "system");

	settings->model = cellar_model_from_firmware(dev);
	if (IS_ERR(settings->model))
		return PTR_ERR(settings->model);

	if (!device_property_present(dev, "current-speed"))
		return 0;
	ret = device_property_read_u32(dev, "current-speed", &settings->baud);
	if (ret || !settings->baud)
		return dev_err_probe(dev, -EINVAL,
				     "current-speed is no speed; without it, 9600 and 115200 are tried\n");

	return 0;
}

/* Before the line is closed: the master may be sending. */
static void serdev_stop(void *data)
{
	struct cellar_serdev *line = data;
	struct cellar_rs485_bus *bus;

	bus = rcu_replace_pointer(line->bus, NULL, true);
	synchronize_rcu();
	cellar_rs485_bus_destroy(bus);
}

static int cellar_serdev_probe(struct serdev_device *serdev)
{
	struct cellar_rs485_settings settings = { .dialect = CELLAR_RS485_NONE };
	struct device *dev = &serdev->dev;
	struct cellar_rs485_bus *bus;
	struct cellar_serdev *line;
	int ret;

	ret = settings_from_firmware(dev, &settings);
	if (ret)
		return ret;

	line = devm_kzalloc(dev, sizeof(*line), GFP_KERNEL);
	if (!line)
		return -ENOMEM;
	line->serdev = serdev;
	line->ops.receive_buf = serdev_received;
	line->ops.write_wakeup = serdev_device_write_wakeup;
	serdev_device_set_client_ops(serdev, &line->ops);

	ret = devm_serdev_device_open(dev, serdev);
	if (ret)
		return dev_err_probe(dev, ret, "the UART cannot be opened\n");
	serdev_device_set_flow_control(serdev, false);
	ret = serdev_device_set_parity(serdev, SERDEV_PARITY_NONE);
	if (ret)
		return dev_err_probe(dev, ret, "the UART has no 8N1\n");

	bus = cellar_rs485_bus_create(dev, &settings, &serdev_line_ops, line);
	if (IS_ERR(bus))
		return PTR_ERR(bus);
	dev_set_drvdata(dev, bus);
	rcu_assign_pointer(line->bus, bus);

	return devm_add_action_or_reset(dev, serdev_stop, line);
}

static const struct of_device_id cellar_serdev_of_match[] = {
	CELLAR_MODEL_KEYS(CELLAR_OF_MATCH)
	{ }
};
MODULE_DEVICE_TABLE(of, cellar_serdev_of_match);

static struct serdev_device_driver cellar_serdev_driver = {
	.probe = cellar_serdev_probe,
	.driver = {
		.name = "cellar-rs485",
		.of_match_table = cellar_serdev_of_match,
		.dev_groups = cellar_rs485_bus_groups,
	},
};

static int __init cellar_rs485_init(void)
{
	int ret;

	ret = serdev_device_driver_register(&cellar_serdev_driver);
	if (ret)
		return ret;

	ret = cellar_rs485_ldisc_init();
	if (ret)
		serdev_device_driver_unregister(&cellar_serdev_driver);

	return ret;
}
module_init(cellar_rs485_init);

static void __exit cellar_rs485_exit(void)
{
	cellar_rs485_ldisc_exit();
	serdev_device_driver_unregister(&cellar_serdev_driver);
}
module_exit(cellar_rs485_exit);

MODULE_DESCRIPTION("Home battery packs on an RS-485 line");
MODULE_AUTHOR("The Cellar maintainers");
MODULE_LICENSE("GPL");
