// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packs that a test invents, to hold the core against what they said: a module of
 * its own that is only built for the tests. Each line that is written to
 * /dev/cellar-test-packs is one order:
 *
 *   add BUS ADDRESS | remove BUS ADDRESS | lose … | expire … | timeout …
 *   say BUS ADDRESS [KEY=VALUE]...  once, and what it says now
 *   run BUS ADDRESS PERIOD COUNT    say the same COUNT times again, from softirq,
 *                                   every PERIOD ms; each cell 1 mV higher each time
 *
 * BUS is 0 or 1: the parameter "buses" has their numbers.
 */
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "cellar.h"

#define BUSES		2
#define ADDRESSES	256

#define F(f)	BIT_ULL(CELLAR_##f)

#define FIELDS	(F(VOLTAGE) | F(CURRENT) | F(SOC) | F(CHARGE_CURRENT_LIMIT) | \
		 F(PROTECTIONS) | F(CELLS) | F(TEMPERATURES) | \
		 F(SERIAL_HEAD) | F(SERIAL_TAIL))

/* @left: how often it will be said again, every @period_ms */
struct test_pack {
	struct cellar_pack *pack;
	spinlock_t lock;	/* what the pack says now; taken in softirq */
	struct cellar_reading news;
	unsigned int max_age_ms;
	bool complete;
	unsigned int left;
	unsigned int period_ms;
	struct delayed_work work;
	struct tasklet_struct say;
};

/* Under orders_lock. */
static struct test_pack *packs[BUSES][ADDRESSES];
static DEFINE_MUTEX(orders_lock);

static unsigned int buses[BUSES];
static int n_buses;
module_param_array(buses, uint, &n_buses, 0444);
MODULE_PARM_DESC(buses, "numbers of the two buses, to be read");

static struct miscdevice test_device;

static const char *const temperature_labels[CELLAR_TEMPERATURES_MAX] = {
	"bms", "cells1-4", "cells5-8", "cells9-12", "cells13-16", "five", "six", "seven",
};

static void say(struct test_pack *test)
{
	spin_lock_bh(&test->lock);
	cellar_pack_update(test->pack, &test->news, test->max_age_ms, test->complete);
	spin_unlock_bh(&test->lock);
}

static void say_next(struct tasklet_struct *tasklet)
{
	struct test_pack *test = from_tasklet(test, tasklet, say);
	unsigned int i;

	spin_lock(&test->lock);
	for (i = 0; i < test->news.cells; i++)
		test->news.cells_mv[i]++;
	spin_unlock(&test->lock);

	say(test);
}

static void run_work(struct work_struct *work)
{
	struct test_pack *test = container_of(to_delayed_work(work), struct test_pack, work);

	tasklet_schedule(&test->say);
	if (--test->left)
		schedule_delayed_work(&test->work, msecs_to_jiffies(test->period_ms));
}

static int parse_numbers(char *text, unsigned int max, s16 *numbers, u8 *count)
{
	char *number;

	for (*count = 0; (number = strsep(&text, ",")); (*count)++) {
		int value, ret;

		if (*count == max)
			return -E2BIG;
		ret = kstrtoint(number, 10, &value);
		if (ret)
			return ret;
		numbers[*count] = (s16)value;
	}

	return 0;
}

static int parse_value(struct test_pack *test, const char *key, char *value)
{
	struct cellar_reading *news = &test->news;
	int ret, number;

	if (!strcmp(key, "cells")) {
		news->have |= F(CELLS);
		return parse_numbers(value, CELLAR_CELLS_MAX, (s16 *)news->cells_mv, &news->cells);
	}
	if (!strcmp(key, "temperatures")) {
		news->have |= F(TEMPERATURES);
		return parse_numbers(value, CELLAR_TEMPERATURES_MAX, news->temperatures_decic,
				     &news->temperatures);
	}
	if (!strcmp(key, "head")) {
		news->have |= F(SERIAL_HEAD);
		memcpy(news->serial, value, strnlen(value, 8));
		return 0;
	}
	if (!strcmp(key, "tail")) {
		news->have |= F(SERIAL_TAIL);
		memcpy(news->serial + 8, value, strnlen(value, 8));
		return 0;
	}

	ret = kstrtoint(value, 10, &number);
	if (ret)
		return ret;

	if (!strcmp(key, "voltage")) {
		news->have |= F(VOLTAGE);
		news->voltage_mv = number;
	} else if (!strcmp(key, "current")) {
		news->have |= F(CURRENT);
		news->current_ma = number;
	} else if (!strcmp(key, "limit")) {
		news->have |= F(CHARGE_CURRENT_LIMIT);
		news->charge_current_limit_ma = number;
	} else if (!strcmp(key, "protections")) {
		news->have |= F(PROTECTIONS);
		news->protections = number;
	} else if (!strcmp(key, "age")) {
		test->max_age_ms = number;
	} else if (!strcmp(key, "complete")) {
		test->complete = number;
	} else {
		return -EINVAL;
	}

	return 0;
}

static int order_say(struct test_pack *test, char *words)
{
	char *word, *key;
	int ret;

	memset(&test->news, 0, sizeof(test->news));
	test->max_age_ms = 2500;
	test->complete = true;

	while ((word = strsep(&words, " "))) {
		key = strsep(&word, "=");
		if (!word)
			return -EINVAL;
		ret = parse_value(test, key, word);
		if (ret)
			return ret;
	}
	say(test);

	return 0;
}

static int order_run(struct test_pack *test, char *words)
{
	if (sscanf(words, "%u %u", &test->period_ms, &test->left) != 2 || !test->left)
		return -EINVAL;

	schedule_delayed_work(&test->work, 0);

	return 0;
}

static void stop(struct test_pack *test)
{
	cancel_delayed_work_sync(&test->work);
	tasklet_kill(&test->say);
}

static void remove(unsigned int bus, unsigned int address)
{
	struct test_pack *test = packs[bus][address];

	if (!test)
		return;

	stop(test);
	cellar_pack_destroy(test->pack);
	kfree(test);
	packs[bus][address] = NULL;
}

/* Bus 0 asks and names its temperatures, bus 1 does neither. */
static int add(unsigned int bus, unsigned int address)
{
	const struct cellar_pack_config config = {
		.parent = test_device.this_device,
		.bus = buses[bus],
		.address = address,
		.dialect = "test",
		.fields = FIELDS,
		.asks = bus == 0,
		.temperature_labels = bus == 0 ? temperature_labels : NULL,
	};
	struct test_pack *test;

	test = kzalloc(sizeof(*test), GFP_KERNEL);
	if (!test)
		return -ENOMEM;

	spin_lock_init(&test->lock);
	INIT_DELAYED_WORK(&test->work, run_work);
	tasklet_setup(&test->say, say_next);
	test->pack = cellar_pack_create(&config);
	if (IS_ERR(test->pack)) {
		kfree(test);
		return -ENOMEM;
	}
	packs[bus][address] = test;

	return 0;
}

static int obey(char *line)
{
	unsigned int bus, address;
	struct test_pack *test;
	char order[8];
	int used = 0;

	if (sscanf(line, "%7s %u %u %n", order, &bus, &address, &used) < 3 ||
	    bus >= BUSES || address >= ADDRESSES)
		return -EINVAL;

	test = packs[bus][address];
	if (!strcmp(order, "add"))
		return test ? -EEXIST : add(bus, address);
	if (!test)
		return -ENOENT;

	if (!strcmp(order, "run"))
		return order_run(test, line + used);

	stop(test);
	if (!strcmp(order, "say"))
		return order_say(test, line + used);
	if (!strcmp(order, "lose"))
		cellar_pack_lose(test->pack);
	else if (!strcmp(order, "expire"))
		cellar_pack_expire(test->pack);
	else if (!strcmp(order, "timeout"))
		cellar_pack_count_timeout(test->pack);
	else if (!strcmp(order, "remove"))
		remove(bus, address);
	else
		return -EINVAL;

	return 0;
}

static ssize_t test_write(struct file *file, const char __user *text, size_t count,
			  loff_t *pos)
{
	char *line;
	int ret;

	if (count >= PAGE_SIZE)
		return -EINVAL;

	line = memdup_user_nul(text, count);
	if (IS_ERR(line))
		return PTR_ERR(line);

	mutex_lock(&orders_lock);
	ret = obey(strim(line));
	mutex_unlock(&orders_lock);
	kfree(line);

	return ret ? ret : count;
}

static const struct file_operations test_fops = {
	.owner = THIS_MODULE,
	.write = test_write,
};

static struct miscdevice test_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "cellar-test-packs",
	.fops = &test_fops,
	.mode = 0600,
};

static void put_buses(void)
{
	while (n_buses)
		cellar_bus_number_put(buses[--n_buses]);
}

static int __init test_init(void)
{
	int ret;

	while (n_buses < BUSES) {
		ret = cellar_bus_number_get();
		if (ret < 0)
			goto fail;
		buses[n_buses++] = ret;
	}

	ret = misc_register(&test_device);
	if (ret)
		goto fail;

	return 0;

fail:
	put_buses();

	return ret;
}
module_init(test_init);

static void __exit test_exit(void)
{
	unsigned int bus, address;

	for (bus = 0; bus < BUSES; bus++)
		for (address = 0; address < ADDRESSES; address++)
			remove(bus, address);
	misc_deregister(&test_device);
	put_buses();
}
module_exit(test_exit);

MODULE_DESCRIPTION("Invented packs, for the tests of cellar");
MODULE_AUTHOR("The Cellar maintainers");
MODULE_LICENSE("GPL");
