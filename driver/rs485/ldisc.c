// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bus on any serial line that somebody gives our line discipline: USB dongles,
 * UARTs that no firmware describes, ptys. cellar-attach sets it and says the rest by
 * an ioctl (cellar-attach.h); `ldattach 29 TTY` does with what is found by itself.
 * Who says nonsense gets -EINVAL and one line in the kernel log with what is possible.
 *
 * All operations of a discipline but close may run at once; close runs alone and is
 * how everything ends: close of the file, hangup, unplugging.
 */
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "../compat.h"
#include "bus.h"
#include "cellar-attach.h"
#include "lines.h"

/* What somebody wrote is printed with %pE: it may hold line breaks. */
#define line_err(line, fmt, ...) \
	pr_err("cellar: %s: " fmt, tty_name((line)->tty), ##__VA_ARGS__)

static_assert(CELLAR_ATTACH_LDISC == N_DEVELOPMENT);

static DEFINE_IDA(device_ids);

struct cellar_line {
	struct tty_struct *tty;

	/*
	 * Held while the master calls the driver of the tty, which must not happen
	 * once that has closed the line (line_flush).
	 */
	struct mutex output;

	/* One ioctl at a time. Protects what follows. */
	struct mutex restart;
	struct cellar_rs485_settings settings;
	struct platform_device *pdev;		/* carries the bus; NULL without one */
	struct cellar_rs485_bus __rcu *bus;	/* where bytes go */
	int error;				/* why there is no bus */
};

static bool is_open(struct cellar_line *line)
{
	lockdep_assert_held(&line->output);

	return !line->tty->closing && !tty_io_error(line->tty);
}

static ssize_t write_some(struct cellar_line *line, const u8 *bytes, size_t len)
{
	struct tty_struct *tty = line->tty;
	ssize_t written = -EIO;

	mutex_lock(&line->output);
	if (is_open(line))
		written = tty->ops->write(tty, bytes, len);
	mutex_unlock(&line->output);

	return written;
}

static int line_send(void *data, const u8 *bytes, size_t len)
{
	unsigned long end = jiffies + msecs_to_jiffies(CELLAR_RS485_SEND_MS);
	struct cellar_line *line = data;
	struct tty_struct *tty = line->tty;
	ssize_t written;

	do {
		written = write_some(line, bytes, len);
		if (written < 0)
			return written;
		bytes += written;
		len -= written;
		if (!len)
			return 0;
	} while (time_before(jiffies, end) &&
		 wait_event_interruptible_timeout(tty->write_wait, tty_write_room(tty) > 0,
						  end - jiffies) > 0);

	/* the rest of a question would spoil the next one */
	mutex_lock(&line->output);
	if (is_open(line))
		tty_driver_flush_buffer(tty);
	mutex_unlock(&line->output);

	return -ETIMEDOUT;
}

/*
 * 8N1 at this speed, without flow control or modem lines. Raw too, though that is not
 * ours to obey: whoever gets the line after us must not echo what a pack says.
 */
static int set_line(struct tty_struct *tty, unsigned int baud)
{
	struct ktermios termios;

	down_read(&tty->termios_rwsem);
	termios = tty->termios;
	up_read(&tty->termios_rwsem);

	termios.c_iflag &= ~(IGNBRK | BRKINT | PARMRK | INPCK | ISTRIP | INLCR | IGNCR |
			     ICRNL | IXON | IXOFF | IXANY);
	termios.c_oflag &= ~OPOST;
	termios.c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	termios.c_cflag &= ~(CSIZE | CSTOPB | PARENB | PARODD | CMSPAR | CRTSCTS);
	termios.c_cflag |= CS8 | CREAD | CLOCAL;
	tty_termios_encode_baud_rate(&termios, baud, baud);
	tty_set_termios(tty, &termios);

	return cellar_rs485_baud_is(tty_get_baud_rate(tty), baud) ? 0 : -EINVAL;
}

static int line_set_baud(void *data, unsigned int baud)
{
	struct cellar_line *line = data;
	int ret = -EIO;

	mutex_lock(&line->output);
	if (is_open(line))
		ret = set_line(line->tty, baud);
	mutex_unlock(&line->output);

	return ret;
}

static const struct cellar_rs485_line_ops line_ops = {
	.send = line_send,
	.set_baud = line_set_baud,
};

static void bus_stop(void *data)
{
	struct cellar_line *line = data;
	struct cellar_rs485_bus *bus;

	bus = rcu_replace_pointer(line->bus, NULL, true);
	synchronize_rcu();
	cellar_rs485_bus_destroy(bus);
}

static int cellar_line_probe(struct platform_device *pdev)
{
	struct cellar_line *line = *(struct cellar_line **)dev_get_platdata(&pdev->dev);
	struct cellar_rs485_bus *bus;

	bus = cellar_rs485_bus_create(&pdev->dev, &line->settings, &line_ops, line);
	if (IS_ERR(bus)) {
		line->error = PTR_ERR(bus);
		return line->error;
	}
	platform_set_drvdata(pdev, bus);
	rcu_assign_pointer(line->bus, bus);
	dev_info(&pdev->dev, "cellar%u on %s\n", cellar_rs485_bus_number(bus),
		 tty_name(line->tty));

	line->error = devm_add_action_or_reset(&pdev->dev, bus_stop, line);

	return line->error;
}

/* The line owns the device: nobody else may take the driver from it. */
static struct platform_driver cellar_line_driver = {
	.probe = cellar_line_probe,
	.driver = {
		.name = "cellar-rs485",
		.dev_groups = cellar_rs485_bus_groups,
		.suppress_bind_attrs = true,
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};

/*
 * The device hangs below what the tty hangs below, a USB interface say: the tty's own
 * device may go before the hangup comes, and a pty has none.
 */
static int line_start(struct cellar_line *line)
{
	struct platform_device_info info = {
		.name = cellar_line_driver.driver.name,
		.parent = line->tty->dev ? line->tty->dev->parent : NULL,
		.data = &line,
		.size_data = sizeof(line),
	};
	struct platform_device *pdev;

	info.id = ida_alloc(&device_ids, GFP_KERNEL);
	if (info.id < 0)
		return info.id;

	line->error = -ENOMEM;
	pdev = platform_device_register_full(&info);
	if (IS_ERR(pdev)) {
		ida_free(&device_ids, info.id);
		return PTR_ERR(pdev);
	}

	/* the driver core unbinds what it cannot make the files of, and tells nobody */
	if (!line->error && !rcu_access_pointer(line->bus))
		line->error = -ENOMEM;
	if (line->error) {
		platform_device_unregister(pdev);
		ida_free(&device_ids, info.id);
		return line->error;
	}
	line->pdev = pdev;

	return 0;
}

static void line_stop(struct cellar_line *line)
{
	int id;

	if (!line->pdev)
		return;

	id = line->pdev->id;
	platform_device_unregister(line->pdev);
	ida_free(&device_ids, id);
	line->pdev = NULL;
}

static int line_open(struct tty_struct *tty)
{
	bool is_pty = tty->driver->type == TTY_DRIVER_TYPE_PTY;
	struct cellar_line *line;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!(is_pty ? tty->driver->subtype == PTY_TYPE_SLAVE :
	      tty->driver->type == TTY_DRIVER_TYPE_SERIAL) || !tty->ops->write)
		return -EOPNOTSUPP;

	line = kzalloc(sizeof(*line), GFP_KERNEL);
	if (!line)
		return -ENOMEM;

	line->tty = tty;
	mutex_init(&line->output);
	mutex_init(&line->restart);
	line->settings.dialect = CELLAR_RS485_NONE;
	line->settings.baud = tty_get_baud_rate(tty);
	tty->receive_room = 65536;
	tty->disc_data = line;

	ret = line_start(line);
	if (ret) {
		tty->disc_data = NULL;
		kfree(line);
	}

	return ret;
}

static void line_close(struct tty_struct *tty)
{
	struct cellar_line *line = tty->disc_data;

	line_stop(line);
	tty->disc_data = NULL;
	kfree(line);
}

/*
 * With tty->closing set, the driver is about to close the line: wait until the master
 * is out of it. What it tries later, it finds the line closing or closed.
 */
static void line_flush(struct tty_struct *tty)
{
	struct cellar_line *line = tty->disc_data;

	if (!tty->closing)
		return;

	mutex_lock(&line->output);
	mutex_unlock(&line->output);
}

/* A byte that the UART had trouble with is left to the checksum. */
static void line_received(struct tty_struct *tty, const u8 *data,
			  const cellar_tty_flag_t *flags, cellar_tty_count_t count)
{
	struct cellar_line *line = tty->disc_data;
	struct cellar_rs485_bus *bus;

	rcu_read_lock();
	bus = rcu_dereference(line->bus);
	if (bus)
		cellar_rs485_bus_received(bus, data, count);
	rcu_read_unlock();

	/* a pty that was full holds its writer until it hears of this */
	tty_unthrottle(tty);
}

/* Whoever holds the line learns of its end. */
static __poll_t line_poll(struct tty_struct *tty, struct file *file, poll_table *wait)
{
	poll_wait(file, &tty->read_wait, wait);

	return tty_hung_up_p(file) ? EPOLLHUP : 0;
}

static int refuse_dialect(struct cellar_line *line, const char *name)
{
	size_t len = 0;
	char all[128];
	int i;

	for (i = CELLAR_RS485_NONE + 1; i < CELLAR_RS485_DIALECTS; i++)
		len += scnprintf(all + len, sizeof(all) - len, ", %s",
				 cellar_rs485_dialect(i)->name);
	line_err(line, "unknown dialect \"%*pE\"; possible: auto%s\n",
		 (int)strlen(name), name, all);

	return -EINVAL;
}

static int refuse_model(struct cellar_line *line, const char *key)
{
	const struct cellar_model *model;
	size_t len = 0;
	char all[384];

	for (model = cellar_models; model->key; model++)
		len += scnprintf(all + len, sizeof(all) - len, " %s", model->key);
	line_err(line, "unknown model \"%*pE\"; possible:%s, or nothing\n",
		 (int)strlen(key), key, all);

	return -EINVAL;
}

static int settings_from_user(struct cellar_line *line, const struct cellar_attach *attach,
			      struct cellar_rs485_settings *settings)
{
	if (attach->flags & ~(CELLAR_ATTACH_FIND_BAUD | CELLAR_ATTACH_SCOPE_SYSTEM)) {
		line_err(line, "unknown flags %#x: cellar-attach is newer than the module\n",
			 attach->flags);
		return -EINVAL;
	}
	settings->scope_system = attach->flags & CELLAR_ATTACH_SCOPE_SYSTEM;

	settings->dialect = cellar_rs485_dialect_by_name(attach->dialect);
	if (settings->dialect == CELLAR_RS485_NONE && strcmp(attach->dialect, "auto"))
		return refuse_dialect(line, attach->dialect);

	settings->model = attach->model[0] ? cellar_model_by_key(attach->model) : NULL;
	if (attach->model[0] && !settings->model)
		return refuse_model(line, attach->model);

	settings->baud = 0;
	if (!(attach->flags & CELLAR_ATTACH_FIND_BAUD)) {
		settings->baud = tty_get_baud_rate(line->tty);
		if (!settings->baud) {
			line_err(line, "the line has no speed: set one, or have it found\n");
			return -EINVAL;
		}
	}

	return 0;
}

static int restart(struct cellar_line *line, struct cellar_attach *attach)
{
	struct cellar_rs485_settings settings;
	int ret;

	lockdep_assert_held(&line->restart);

	ret = settings_from_user(line, attach, &settings);
	if (ret)
		return ret;

	line_stop(line);
	line->settings = settings;
	ret = line_start(line);
	if (ret)
		return ret;

	attach->bus = cellar_rs485_bus_number(platform_get_drvdata(line->pdev));

	return 0;
}

static int attach(struct cellar_line *line, struct cellar_attach __user *user)
{
	struct cellar_attach attach;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&attach, user, sizeof(attach)))
		return -EFAULT;
	if (strnlen(attach.dialect, sizeof(attach.dialect)) == sizeof(attach.dialect) ||
	    strnlen(attach.model, sizeof(attach.model)) == sizeof(attach.model)) {
		line_err(line, "a name without an end\n");
		return -EINVAL;
	}

	mutex_lock(&line->restart);
	ret = restart(line, &attach);
	mutex_unlock(&line->restart);
	if (ret)
		return ret;

	return copy_to_user(user, &attach, sizeof(attach)) ? -EFAULT : 0;
}

static int line_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	if (cmd == CELLAR_ATTACH)
		return attach(tty->disc_data, (struct cellar_attach __user *)arg);

	return tty_mode_ioctl(tty, cmd, arg);
}

#ifdef CONFIG_COMPAT
static int line_compat_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	if (cmd == CELLAR_ATTACH)
		return attach(tty->disc_data, compat_ptr(arg));

	return -ENOIOCTLCMD;
}
#endif

static struct tty_ldisc_ops cellar_ldisc = {
	.owner = THIS_MODULE,
	.num = CELLAR_ATTACH_LDISC,
	.name = "cellar-rs485",
	.open = line_open,
	.close = line_close,
	.flush_buffer = line_flush,
	.receive_buf = line_received,
	.poll = line_poll,
	.ioctl = line_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = line_compat_ioctl,
#endif
};

int __init cellar_rs485_ldisc_init(void)
{
	int ret;

	ret = platform_driver_register(&cellar_line_driver);
	if (ret)
		return ret;

	ret = tty_register_ldisc(&cellar_ldisc);
	if (ret)
		platform_driver_unregister(&cellar_line_driver);

	return ret;
}

void cellar_rs485_ldisc_exit(void)
{
	tty_unregister_ldisc(&cellar_ldisc);
	platform_driver_unregister(&cellar_line_driver);
}

MODULE_ALIAS_LDISC(CELLAR_ATTACH_LDISC);
