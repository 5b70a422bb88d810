// SPDX-License-Identifier: GPL-2.0-only
/*
 * A CAN bus with a battery on it: frames become readings, the first frames
 * decide the dialect, and packs appear as they are heard. Which frames arrive is
 * filters.c; what they mean is wire/.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "bus.h"

/* What failed for lack of memory is tried again, as supplies are (core.c). */
#define RETRY		(10 * HZ)

static struct cellar_can_member *member_of(struct cellar_can_bus *bus, u8 address)
{
	return &bus->member[address];
}

/* Which rows make a complete sample, as bits of their place in the table. */
static u32 required_rows(const struct cellar_can_dialect *dialect, bool of_packs)
{
	u32 required = 0;
	unsigned int i;

	/* the member keeps one bit per row */
	if (WARN_ON_ONCE(dialect->n_rows > 32))
		return 0;

	for (i = 0; i < dialect->n_rows; i++)
		if (dialect->rows[i].required && !!dialect->rows[i].packs == of_packs)
			required |= BIT(i);

	return required;
}

/* Whether @row completes a sample of @member; begins the next one if so. */
static bool completes(const struct cellar_can_bus *bus, const struct cellar_can_row *row,
		      struct cellar_can_member *member)
{
	const struct cellar_can_dialect *dialect = cellar_can_dialect(bus->dialect);
	u32 required = row->packs ? bus->pack_required : bus->required;

	member->heard |= BIT(row - dialect->rows) & required;
	if (member->heard != required)
		return false;

	member->heard = 0;

	return true;
}

/* Any context. */
static void work_now(struct cellar_can_bus *bus)
{
	mod_delayed_work(system_unbound_wq, &bus->work, 0);
}

void cellar_can_bus_retry(struct cellar_can_bus *bus)
{
	queue_delayed_work(system_unbound_wq, &bus->work, RETRY);
}

/* In auto mode: does this frame change what the bus seems to speak? */
static void watch_dialect(struct cellar_can_bus *bus, const struct cellar_can_frame *frame)
{
	struct cellar_can_verdict verdict;

	if (!cellar_can_detect_feed(&bus->detect, frame))
		return;

	/* a bus that has its dialect is judged again once in a window of 4 to 8 s */
	if (bus->dialect != CELLAR_DIALECT_NONE && bus->detect.window)
		return;

	verdict = cellar_can_detect_verdict(&bus->detect, false);
	if (verdict.dialect == bus->verdict.dialect && verdict.mixed == bus->verdict.mixed)
		return;

	bus->verdict = verdict;
	work_now(bus);
}

static void count_malformed(struct cellar_can_bus *bus, u8 address)
{
	struct cellar_can_member *member = member_of(bus, address);

	if (member->pack)
		cellar_pack_count_malformed(member->pack, 1);
	else if (member_of(bus, 0)->pack)
		cellar_pack_count_malformed(member_of(bus, 0)->pack, 1);
	else
		bus->malformed++;
}

static void decode(struct cellar_can_bus *bus, const struct cellar_can_filter *filter,
		   const struct cellar_can_frame *frame)
{
	struct cellar_can_member *member = member_of(bus, filter->address);
	const struct cellar_can_row *row = filter->row;
	struct cellar_reading news;

	if (!member->pack) {
		/* a supply for a pack takes process context; its next frame counts */
		if (filter->address && !(bus->new_packs & BIT(filter->address - 1))) {
			bus->new_packs |= BIT(filter->address - 1);
			work_now(bus);
		}
		return;
	}

	if (cellar_can_decode(row, &bus->memory, frame, &news)) {
		cellar_pack_count_malformed(member->pack, 1);
		return;
	}

	cellar_pack_update(member->pack, &news, row->max_age_ms,
			   completes(bus, row, member));
}

void cellar_can_bus_frame(const struct cellar_can_filter *filter,
			  const struct cellar_can_frame *frame)
{
	struct cellar_can_bus *bus = filter->bus;

	spin_lock(&bus->lock);
	if (bus->settings.dialect == CELLAR_DIALECT_NONE)
		watch_dialect(bus, frame);
	if (filter->row && bus->dialect != CELLAR_DIALECT_NONE)
		decode(bus, filter, frame);
	spin_unlock(&bus->lock);
}

void cellar_can_bus_malformed(const struct cellar_can_filter *filter)
{
	struct cellar_can_bus *bus = filter->bus;

	spin_lock(&bus->lock);
	count_malformed(bus, filter->address);
	spin_unlock(&bus->lock);
}

void cellar_can_bus_stranger(struct cellar_can_bus *bus, u16 id)
{
	const struct cellar_can_dialect *dialect;
	u8 address;

	spin_lock(&bus->lock);
	dialect = cellar_can_dialect(bus->dialect);
	if (dialect && cellar_can_find_row(dialect, id, &address))
		count_malformed(bus, address);
	spin_unlock(&bus->lock);
}

void cellar_can_bus_inverter(struct cellar_can_bus *bus)
{
	spin_lock(&bus->lock);
	bus->inverter_heard = jiffies;
	bus->inverter_known = true;
	spin_unlock(&bus->lock);
}

static void with_all_packs(struct cellar_can_bus *bus, void (*act)(struct cellar_pack *pack))
{
	unsigned int i;

	spin_lock_bh(&bus->lock);
	for (i = 0; i < ARRAY_SIZE(bus->member); i++)
		if (bus->member[i].pack)
			act(bus->member[i].pack);
	spin_unlock_bh(&bus->lock);
}

void cellar_can_bus_expire(struct cellar_can_bus *bus)
{
	with_all_packs(bus, cellar_pack_expire);
}

void cellar_can_bus_lose(struct cellar_can_bus *bus)
{
	with_all_packs(bus, cellar_pack_lose);
}

static void destroy_packs(struct cellar_can_bus *bus)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bus->member); i++) {
		struct cellar_pack *pack;

		spin_lock_bh(&bus->lock);
		pack = bus->member[i].pack;
		bus->member[i].pack = NULL;
		bus->member[i].heard = 0;
		spin_unlock_bh(&bus->lock);

		cellar_pack_destroy(pack);
	}
}

static int create_pack(struct cellar_can_bus *bus, const struct cellar_can_dialect *dialect,
		       u8 address)
{
	struct cellar_pack_config config = {
		.parent = bus->dev,
		.bus = bus->number,
		.of_system = !address,
		.address = address,
		.dialect = dialect->name,
		.fields = address ? dialect->pack_fields : dialect->system_fields,
		.model = bus->settings.model,
		.scope_system = bus->settings.scope_system,
	};
	struct cellar_pack *pack;

	pack = cellar_pack_create(&config);
	if (IS_ERR(pack))
		return PTR_ERR(pack);

	spin_lock_bh(&bus->lock);
	bus->member[address].pack = pack;
	if (!address) {
		cellar_pack_count_malformed(pack, bus->malformed);
		bus->malformed = 0;
	}
	spin_unlock_bh(&bus->lock);

	return 0;
}

/* Process context. NULL: listen, but decode nothing. */
static int choose_dialect(struct cellar_can_bus *bus, enum cellar_dialect choice)
{
	const struct cellar_can_dialect *dialect = cellar_can_dialect(choice);
	int ret;

	/* from here on no frame is decoded, and no pack of the old one used */
	spin_lock_bh(&bus->lock);
	bus->dialect = CELLAR_DIALECT_NONE;
	bus->new_packs = 0;
	spin_unlock_bh(&bus->lock);

	destroy_packs(bus);

	ret = cellar_can_filters_set(bus, dialect);
	if (ret || !dialect)
		return ret;

	ret = create_pack(bus, dialect, 0);
	if (ret)
		return ret;

	spin_lock_bh(&bus->lock);
	memset(&bus->memory, 0, sizeof(bus->memory));
	bus->required = required_rows(dialect, false);
	bus->pack_required = required_rows(dialect, true);
	bus->dialect = choice;
	spin_unlock_bh(&bus->lock);

	return 0;
}

static int follow_verdict(struct cellar_can_bus *bus)
{
	struct cellar_can_verdict verdict;
	enum cellar_dialect current_one;
	int ret;

	spin_lock_bh(&bus->lock);
	verdict = bus->verdict;
	current_one = bus->dialect;
	spin_unlock_bh(&bus->lock);

	if (verdict.mixed) {
		if (!bus->mixed)
			dev_warn(bus->dev,
				 "two systems contradict each other: %s; nothing is shown until one is gone or the dialect is set by hand\n",
				 verdict.why);
		bus->mixed = true;
		spin_lock_bh(&bus->lock);
		bus->dialect = CELLAR_DIALECT_NONE;
		spin_unlock_bh(&bus->lock);
		cellar_can_bus_lose(bus);
		return 0;
	}

	if (verdict.dialect == CELLAR_DIALECT_NONE || verdict.dialect == current_one)
		return 0;

	bus->mixed = false;
	ret = choose_dialect(bus, verdict.dialect);
	if (ret)
		dev_err(bus->dev, "dialect %s cannot be used: %pe\n",
			cellar_can_dialect(verdict.dialect)->name, ERR_PTR(ret));
	else
		dev_info(bus->dev, "dialect %s: %s\n",
			 cellar_can_dialect(verdict.dialect)->name, verdict.why);

	return ret;
}

static int create_new_packs(struct cellar_can_bus *bus)
{
	const struct cellar_can_dialect *dialect;
	u32 new_packs;
	int err = 0;
	u8 address;

	spin_lock_bh(&bus->lock);
	new_packs = bus->new_packs;
	dialect = cellar_can_dialect(bus->dialect);
	spin_unlock_bh(&bus->lock);

	if (!dialect)
		return 0;

	for (address = 1; address <= CELLAR_CAN_PACKS_MAX; address++) {
		int ret = 0;

		if (!(new_packs & BIT(address - 1)))
			continue;

		if (!bus->member[address].pack)
			ret = create_pack(bus, dialect, address);
		if (!ret)
			ret = cellar_can_filters_add_pack(bus, dialect, address);
		if (!ret)
			continue;

		err = ret;
		dev_err(bus->dev, "pack %u cannot be shown: %pe\n", address, ERR_PTR(ret));
	}

	return err;
}

static void bus_work(struct work_struct *work)
{
	struct cellar_can_bus *bus =
		container_of(to_delayed_work(work), struct cellar_can_bus, work);
	bool failed;

	failed = cellar_can_filters_retry(bus) < 0;
	if (bus->settings.dialect == CELLAR_DIALECT_NONE)
		failed |= follow_verdict(bus) < 0;
	failed |= create_new_packs(bus) < 0;
	if (failed)
		cellar_can_bus_retry(bus);
}

static void bus_destroy(void *data)
{
	struct cellar_can_bus *bus = data;

	cellar_can_keepalive_stop(bus);
	cellar_can_filters_stop(bus);
	cancel_delayed_work_sync(&bus->work);
	cellar_can_filters_free(bus);
	destroy_packs(bus);
	fwnode_handle_put(bus->settings.controller);
	cellar_bus_number_put(bus->number);
	kfree(bus);
}

int cellar_can_bus_create(struct device *dev, const struct cellar_can_settings *settings)
{
	struct cellar_can_bus *bus;
	int ret;

	bus = kzalloc(sizeof(*bus), GFP_KERNEL);
	if (!bus)
		return -ENOMEM;

	ret = cellar_bus_number_get();
	if (ret < 0) {
		kfree(bus);
		return ret;
	}

	bus->number = ret;
	bus->dev = dev;
	bus->settings = *settings;
	fwnode_handle_get(bus->settings.controller);
	spin_lock_init(&bus->lock);
	mutex_init(&bus->filter_lock);
	INIT_DELAYED_WORK(&bus->work, bus_work);
	cellar_can_keepalive_init(bus);
	dev_set_drvdata(dev, bus);

	ret = choose_dialect(bus, settings->dialect);
	if (!ret)
		ret = cellar_can_filters_start(bus);
	if (ret) {
		bus_destroy(bus);
		return ret;
	}

	cellar_can_keepalive_start(bus);

	return devm_add_action_or_reset(dev, bus_destroy, bus);
}

static int __init cellar_can_init(void)
{
	int ret;

	ret = cellar_can_platform_init();
	if (ret)
		return ret;

	ret = cellar_can_configfs_init();
	if (ret)
		cellar_can_platform_exit();

	return ret;
}
module_init(cellar_can_init);

static void __exit cellar_can_exit(void)
{
	cellar_can_configfs_exit();
	cellar_can_platform_exit();
}
module_exit(cellar_can_exit);

MODULE_DESCRIPTION("Home battery packs on a CAN bus");
MODULE_AUTHOR("The Cellar maintainers");
MODULE_LICENSE("GPL");
