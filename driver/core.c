// SPDX-License-Identifier: GPL-2.0-only
/*
 * Life of a pack: it is created by a transport, becomes a supply when its first
 * sample is complete, goes stale, is lost, comes back, and is destroyed. Here is
 * decided what is live, and when somebody is told; what a value means is in
 * psy.c, who a pack is in identity.c.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/jiffies.h>
#include <linux/kernfs.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>

#include "pack.h"

#define NEVER		U64_MAX

/*
 * The end of a field is kept in 16 bits, in ticks of 17 ms, so that a pack fits
 * into one kilobyte: that tells 9 minutes before from 9 minutes after. Nothing
 * lives that long, and nothing may stay unlooked at for half of it.
 */
#define TICK_SHIFT	24
#define UNSURE_NS	(1ULL << (TICK_SHIFT + 14))

#define PRESENT_NS	(CELLAR_PRESENT_MS * (u64)NSEC_PER_MSEC)

/* At most one uevent a second and pack (design.md, "Core"). */
#define NOTICE_GAP_NS	NSEC_PER_SEC

/* The class sends the first one of a new supply itself, this much later or less. */
#define CLASS_NOTICE_NS	(50ULL * NSEC_PER_MSEC)

/*
 * UPower reads the serial number once, when the supply appears: wait this long
 * after the last new field for more, and for an identity; with an identity one
 * period of what all dialects send is enough (wire/can.h, period_ms).
 */
#define SETTLE_NS	(3ULL * NSEC_PER_SEC)
#define PERIOD_NS	(1100ULL * NSEC_PER_MSEC)

/* A supply that could not be registered, for lack of memory say, is tried again. */
#define RETRY_NS	(10ULL * NSEC_PER_SEC)

/* Two packs that share an address contradict each other without end. */
#define ANOTHER_GAP_NS	(60ULL * NSEC_PER_SEC)

#define IDENTITY_FIELDS	(BIT_ULL(CELLAR_MANUFACTURER) | BIT_ULL(CELLAR_MODEL) | \
			 BIT_ULL(CELLAR_FAMILY) | BIT_ULL(CELLAR_SERIAL_HEAD) | \
			 BIT_ULL(CELLAR_SERIAL_TAIL))

/*
 * What a sample is for: what is heard more seldom than this (energy, faults in words)
 * does not make it last longer.
 */
#define SAMPLE_FIELDS	(BIT_ULL(CELLAR_VOLTAGE) | BIT_ULL(CELLAR_CURRENT) | BIT_ULL(CELLAR_SOC) | \
			 BIT_ULL(CELLAR_CHARGE_CURRENT_LIMIT) | \
			 BIT_ULL(CELLAR_DISCHARGE_CURRENT_LIMIT) | \
			 BIT_ULL(CELLAR_PROTECTIONS))

/*
 * What a BMS tells those who charge and discharge it: an inverter must hear of it within
 * 10 ms (design.md, "Figures to reach"), and the sample it belongs to may last a second.
 */
#define COMMAND_FIELDS	(BIT_ULL(CELLAR_CHARGE_VOLTAGE_LIMIT) | \
			 BIT_ULL(CELLAR_DISCHARGE_VOLTAGE_LIMIT) | \
			 BIT_ULL(CELLAR_CHARGE_CURRENT_LIMIT) | \
			 BIT_ULL(CELLAR_DISCHARGE_CURRENT_LIMIT) | \
			 BIT_ULL(CELLAR_GRID_CHARGE_CURRENT_LIMIT) | \
			 BIT_ULL(CELLAR_GRID_DISCHARGE_CURRENT_LIMIT) | \
			 BIT_ULL(CELLAR_CHARGE_ENABLE) | BIT_ULL(CELLAR_DISCHARGE_ENABLE) | \
			 BIT_ULL(CELLAR_PROTECTIONS))

static struct workqueue_struct *cellar_wq;
static DEFINE_IDA(bus_numbers);

static const u8 aged_fields[CELLAR_AGED_COUNT] = {
	[CELLAR_AGED_LIMITS] = CELLAR_CHARGE_CURRENT_LIMIT,
	[CELLAR_AGED_ALARMS] = CELLAR_PROTECTIONS,
	[CELLAR_AGED_CELLS] = CELLAR_CELLS,
};

static void make_absent(struct cellar_pack *pack)
{
	pack->present = false;
	pack->reading.have = 0;
}

/* Drop what is no longer live; returns when the next field ends, or NEVER. */
static u64 prune(struct cellar_pack *pack, u64 now)
{
	u64 next = pack->present ? pack->heard_ns + PRESENT_NS : NEVER;
	bool unsure = now > pack->pruned_ns + UNSURE_NS;
	u64 left;

	lockdep_assert_held(&pack->lock);

	pack->pruned_ns = now;
	if (now >= next) {
		make_absent(pack);
		return NEVER;
	}

	for (left = pack->reading.have & ~pack->lasting; left; left &= left - 1) {
		unsigned int f = __ffs64(left);
		s16 ticks = pack->until[f] - (u16)(now >> TICK_SHIFT);

		if (unsure || ticks <= 0)
			pack->reading.have &= ~BIT_ULL(f);
		else
			next = min(next, ((now >> TICK_SHIFT) + ticks) << TICK_SHIFT);
	}

	return next;
}

static void notice_now(const struct cellar_pack *pack, struct cellar_notice *notice)
{
	cellar_psy_notice(&pack->reading, pack->present, notice);
}

static bool notice_equal(const struct cellar_notice *a, const struct cellar_notice *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/*
 * Called with the lock held, so that the file cannot go meanwhile. Who waits has
 * read the file since it was woken last: without a reader nobody waits, and a
 * sample then costs no wake-up, which is dearer than all its frames.
 */
static void wake_pollers(struct cellar_pack *pack)
{
	if (!pack->samples_file || !pack->samples_read)
		return;

	pack->samples_read = false;
	sysfs_notify_dirent(pack->samples_file);
}

u32 cellar_pack_read_samples(struct cellar_pack *pack)
{
	unsigned long flags;
	u32 samples;

	spin_lock_irqsave(&pack->lock, flags);
	pack->samples_read = true;
	samples = pack->samples;
	spin_unlock_irqrestore(&pack->lock, flags);

	return samples;
}

bool cellar_pack_read(struct cellar_pack *pack, struct cellar_reading *reading)
{
	unsigned long flags;
	bool present;

	spin_lock_irqsave(&pack->lock, flags);
	prune(pack, ktime_get_boottime_ns());
	*reading = pack->reading;
	present = pack->present && !pack->another;
	if (!present)
		reading->have = 0;
	reading->none = pack->owed & ~reading->have;
	spin_unlock_irqrestore(&pack->lock, flags);

	return present;
}

bool cellar_pack_is_present(struct cellar_pack *pack)
{
	unsigned long flags;
	bool present;

	spin_lock_irqsave(&pack->lock, flags);
	prune(pack, ktime_get_boottime_ns());
	present = pack->present && !pack->another;
	spin_unlock_irqrestore(&pack->lock, flags);

	return present;
}

unsigned int cellar_pack_max_age_ms(struct cellar_pack *pack)
{
	return READ_ONCE(pack->sample_age_ms);
}

int cellar_pack_age_ms(struct cellar_pack *pack, enum cellar_aged aged, u64 *age_ms)
{
	bool known;
	u64 age_ns;

	spin_lock_irq(&pack->lock);
	known = pack->known & BIT_ULL(aged_fields[aged]) && !pack->another;
	age_ns = ktime_get_boottime_ns() - pack->aged_ns[aged];
	spin_unlock_irq(&pack->lock);

	*age_ms = div_u64(age_ns, NSEC_PER_MSEC);

	return known ? 0 : -ENODATA;
}

/*
 * People are to be told, but not more often than once a second: choose when.
 * Called with the lock held; does nothing if that is already arranged.
 */
static void arrange_notice(struct cellar_pack *pack, u64 now)
{
	u64 earliest = pack->noticed_ns + NOTICE_GAP_NS;
	unsigned long delay = 0;

	if (pack->kicked)
		return;

	if (now < earliest)
		delay = nsecs_to_jiffies(earliest - now) + 1;
	pack->kicked = true;
	mod_delayed_work(cellar_wq, &pack->work, delay);
}

/* Whether news are worth a uevent. */
static bool notices(const struct cellar_pack *pack, const struct cellar_reading *news)
{
	struct cellar_notice notice;

	if (!((news->have | news->none) & CELLAR_NOTICE_FIELDS))
		return false;

	notice_now(pack, &notice);

	return !notice_equal(&notice, &pack->noticed);
}

/*
 * Another pack speaks from this address: nothing of what was heard is its own. The
 * supply goes, and one for the new pack appears as for any other, when its own
 * sample is complete. Called with the lock held.
 */
static void begin_anew(struct cellar_pack *pack, u64 now)
{
	pack->reading.have = 0;
	pack->lasting = 0;
	pack->known = 0;
	pack->owed = 0;
	pack->samples = 0;
	pack->coming_age_ms = 0;
	pack->known_since_ns = now;
	pack->another = true;
	pack->kicked = true;
	mod_delayed_work(cellar_wq, &pack->work, 0);
}

/* Whether somebody waits who must not wait for the sample to be complete. */
static bool commands_otherwise(const struct cellar_pack *pack, const struct cellar_reading *news)
{
	u64 left = news->have & COMMAND_FIELDS;

	if (!left || !pack->samples_read)
		return false;
	if (left & ~pack->reading.have)
		return true;

	for (; left; left &= left - 1) {
		const struct cellar_field_info *info = &cellar_fields[__ffs64(left)];

		if (memcmp((const char *)&pack->reading + info->offset,
			   (const char *)news + info->offset, info->size))
			return true;
	}

	return false;
}

/* Whether @news add to what the supply and the IIO device are made of. */
static bool grows(const struct cellar_pack *pack, const struct cellar_reading *news)
{
	const struct cellar_reading *r = &pack->reading;

	return news->have & ~pack->known ||
	       (cellar_has(news, CELLAR_CELLS) && news->cells != r->cells) ||
	       (cellar_has(news, CELLAR_TEMPERATURES) && news->temperatures != r->temperatures);
}

static void count_sample(struct cellar_pack *pack, u64 now)
{
	pack->sample_age_ms = pack->coming_age_ms;
	pack->coming_age_ms = 0;
	pack->samples++;
	pack->sample_ns = now;
	wake_pollers(pack);

	if (cellar_cells_streamed(pack) && !pack->another) {
		prune(pack, now);
		cellar_cells_push(pack);
	}
}

void cellar_pack_update(struct cellar_pack *pack, const struct cellar_reading *news,
			unsigned int max_age_ms, bool complete)
{
	u64 now = ktime_get_coarse_boottime_ns();
	u16 until = (now + max_age_ms * (u64)NSEC_PER_MSEC) >> TICK_SHIFT;
	u64 lasting = max_age_ms ? news->have & IDENTITY_FIELDS : news->have;
	bool grew, returned, commanded;
	unsigned long flags;
	unsigned int i;
	u64 left;

	spin_lock_irqsave(&pack->lock, flags);

	if (cellar_identity_contradicts(pack, news))
		begin_anew(pack, now);

	grew = grows(pack, news);
	commanded = commands_otherwise(pack, news);
	cellar_reading_merge(&pack->reading, news);
	for (left = news->have; left; left &= left - 1)
		pack->until[__ffs64(left)] = until;
	pack->lasting = (pack->lasting & ~news->have) | lasting;
	for (i = 0; i < CELLAR_AGED_COUNT; i++)
		if (cellar_has(news, aged_fields[i]))
			pack->aged_ns[i] = now;

	pack->owed = (pack->owed | news->have) & ~news->none;
	if (grew) {
		pack->known |= news->have;
		pack->known_since_ns = now;
	}
	pack->heard_ns = now;
	returned = !pack->present;
	pack->present = true;
	pack->frames++;
	if (news->have & SAMPLE_FIELDS && max_age_ms > pack->coming_age_ms)
		pack->coming_age_ms = min(max_age_ms, (unsigned int)U16_MAX);
	if (complete)
		count_sample(pack, now);
	else if (commanded)
		wake_pollers(pack);

	if (pack->shown ? returned || notices(pack, news) : grew)
		arrange_notice(pack, now);
	else if (!pack->kicked &&
		 (!delayed_work_pending(&pack->work) ||
		  (grew && time_after(pack->work.timer.expires, jiffies + HZ))))
		mod_delayed_work(cellar_wq, &pack->work, HZ);

	spin_unlock_irqrestore(&pack->lock, flags);
}
EXPORT_SYMBOL_GPL(cellar_pack_update);

void cellar_pack_count_malformed(struct cellar_pack *pack, unsigned int count)
{
	unsigned long flags;

	spin_lock_irqsave(&pack->lock, flags);
	pack->malformed += count;
	spin_unlock_irqrestore(&pack->lock, flags);
}
EXPORT_SYMBOL_GPL(cellar_pack_count_malformed);

void cellar_pack_count_timeout(struct cellar_pack *pack)
{
	unsigned long flags;

	spin_lock_irqsave(&pack->lock, flags);
	pack->timeouts++;
	spin_unlock_irqrestore(&pack->lock, flags);
}
EXPORT_SYMBOL_GPL(cellar_pack_count_timeout);

void cellar_pack_expire(struct cellar_pack *pack)
{
	unsigned long flags;

	spin_lock_irqsave(&pack->lock, flags);
	pack->reading.have &= pack->lasting;
	spin_unlock_irqrestore(&pack->lock, flags);

	mod_delayed_work(cellar_wq, &pack->work, 0);
}
EXPORT_SYMBOL_GPL(cellar_pack_expire);

void cellar_pack_lose(struct cellar_pack *pack)
{
	unsigned long flags;

	spin_lock_irqsave(&pack->lock, flags);
	make_absent(pack);
	spin_unlock_irqrestore(&pack->lock, flags);

	mod_delayed_work(cellar_wq, &pack->work, 0);
}
EXPORT_SYMBOL_GPL(cellar_pack_lose);

/* From here on updates are told of; registration itself is the first uevent. */
static void announce(struct cellar_pack *pack)
{
	struct kernfs_node *group, *file = NULL;

	group = sysfs_get_dirent(pack->psy->dev.kobj.sd, CELLAR_ATTR_GROUP);
	if (group)
		file = sysfs_get_dirent(group, CELLAR_ATTR_SAMPLES);
	sysfs_put(group);

	spin_lock_irq(&pack->lock);
	pack->samples_file = file;
	notice_now(pack, &pack->noticed);
	pack->noticed_ns = ktime_get_boottime_ns() + CLASS_NOTICE_NS;
	pack->shown = true;
	spin_unlock_irq(&pack->lock);
}

static void hide(struct cellar_pack *pack)
{
	struct kernfs_node *file;

	if (!pack->psy)
		return;

	spin_lock_irq(&pack->lock);
	file = pack->samples_file;
	pack->samples_file = NULL;
	pack->shown = false;
	spin_unlock_irq(&pack->lock);

	sysfs_put(file);
	cellar_identity_leave(pack);
	cellar_cells_unregister(pack);
	cellar_psy_unregister(pack);
}

static int show(struct cellar_pack *pack, u64 known, const struct cellar_identity *identity)
{
	int ret;

	pack->identity = *identity;
	ret = cellar_psy_register(pack, known);
	if (ret)
		return ret;

	announce(pack);
	cellar_identity_enter(pack);

	return 0;
}

/*
 * The list of properties of a registered supply cannot grow, nor its identity
 * change: when the bus has said more, the supply is registered anew.
 */
static bool outgrown(const struct cellar_pack *pack, u64 known,
		     const struct cellar_identity *identity)
{
	enum power_supply_property properties[CELLAR_PROPERTIES_MAX];
	bool said_more = cellar_psy_properties(pack, known, properties) !=
			 pack->desc.num_properties;

	return said_more || memcmp(identity, &pack->identity, sizeof(*identity));
}

/*
 * A supply whose pack is another one now goes at once. Which one that is may be
 * known while it speaks (cellar_pack_update()) or, when it came after the old one
 * was lost, when it has said all of its serial number.
 */
static void hide_if_another(struct cellar_pack *pack, u64 now)
{
	struct cellar_identity *old = &pack->identity;
	struct cellar_identity identity;
	bool another;

	spin_lock_irq(&pack->lock);
	cellar_identity_now(pack, &identity);
	if (!pack->another && pack->psy && old->serial[0] &&
	    strcmp(identity.serial, old->serial)) {
		pack->another = true;
		pack->known = pack->reading.have;
		pack->owed = pack->reading.have;
		pack->known_since_ns = now;
	}
	another = pack->another;
	spin_unlock_irq(&pack->lock);

	if (!another)
		return;

	if (now >= pack->another_told_ns) {
		dev_warn(pack->config.parent,
			 "%s: another serial number than before%s%s: another pack, or two that share the address\n",
			 pack->name, old->serial[0] ? ", " : "", old->serial);
		pack->another_told_ns = now + ANOTHER_GAP_NS;
	}
	hide(pack);

	spin_lock_irq(&pack->lock);
	pack->another = false;
	spin_unlock_irq(&pack->lock);
}

/*
 * Make the supply appear, or renew it, when its time has come. Returns when that
 * will be, NEVER if there is nothing to wait for.
 */
static u64 appear(struct cellar_pack *pack, u64 now)
{
	u64 wanted = pack->config.fields & IDENTITY_FIELDS;
	bool identified, first = !pack->psy;
	struct cellar_identity identity;
	u64 known, settled;
	bool sampled;

	spin_lock_irq(&pack->lock);
	cellar_identity_now(pack, &identity);
	known = pack->known;
	settled = pack->known_since_ns;
	sampled = pack->samples && pack->present;
	spin_unlock_irq(&pack->lock);

	if (!sampled || (!first && !outgrown(pack, known, &identity)))
		return NEVER;

	identified = (known & wanted) == wanted;
	settled += first && identified ? PERIOD_NS : SETTLE_NS;
	settled = max(settled, pack->retry_ns);
	if (now < settled)
		return settled;

	hide(pack);
	if (show(pack, known, &identity)) {
		pack->retry_ns = now + RETRY_NS;
		return pack->retry_ns;
	}

	if (first)
		dev_info(pack->config.parent, "%s appeared%s%s%s%s%s%s\n", pack->name,
			 identity.manufacturer[0] ? ": " : "", identity.manufacturer,
			 identity.model[0] ? " " : "", identity.model,
			 identity.serial[0] ? ", serial number " : "", identity.serial);

	return NEVER;
}

/* The same for the cells of a supply that is there; they come and go without it. */
static u64 appear_cells(struct cellar_pack *pack, u64 now)
{
	u64 settled = pack->retry_ns;

	if (!pack->psy || !cellar_cells_outgrown(pack))
		return NEVER;

	if (pack->cells) {
		spin_lock_irq(&pack->lock);
		settled = max(settled, pack->known_since_ns + SETTLE_NS);
		spin_unlock_irq(&pack->lock);
	}
	if (now < settled)
		return settled;

	if (!cellar_cells_renew(pack))
		return NEVER;

	pack->retry_ns = now + RETRY_NS;

	return pack->retry_ns;
}

/* All that happens in process context, and the choice of the next such moment. */
static void pack_work(struct work_struct *work)
{
	struct cellar_pack *pack = container_of(to_delayed_work(work), struct cellar_pack, work);
	u64 now = ktime_get_boottime_ns();
	struct cellar_notice notice;
	bool was_present, tell;
	u64 next;

	spin_lock_irq(&pack->lock);
	pack->kicked = false;
	spin_unlock_irq(&pack->lock);

	hide_if_another(pack, now);
	next = appear(pack, now);
	next = min(next, appear_cells(pack, now));

	spin_lock_irq(&pack->lock);
	next = min(next, prune(pack, now));
	notice_now(pack, &notice);
	was_present = pack->noticed.present;
	tell = pack->shown && !notice_equal(&notice, &pack->noticed);
	if (tell && now < pack->noticed_ns + NOTICE_GAP_NS) {
		tell = false;
		arrange_notice(pack, now);
	}
	if (tell) {
		pack->noticed = notice;
		pack->noticed_ns = now;
		wake_pollers(pack);
	}
	if (next != NEVER && !pack->kicked)
		mod_delayed_work(cellar_wq, &pack->work,
				 nsecs_to_jiffies(next > now ? next - now : 0) + 1);
	spin_unlock_irq(&pack->lock);

	if (!tell)
		return;

	if (notice.present && !was_present)
		dev_info(pack->config.parent, "%s is back\n", pack->name);
	else if (!notice.present && was_present)
		dev_warn(pack->config.parent, "%s is lost\n", pack->name);
	power_supply_changed(pack->psy);
	cellar_identity_check(pack);
}

struct cellar_pack *cellar_pack_create(const struct cellar_pack_config *config)
{
	struct cellar_pack *pack;

	pack = kzalloc(sizeof(*pack), GFP_KERNEL);
	if (!pack)
		return ERR_PTR(-ENOMEM);

	pack->config = *config;
	if (config->of_system)
		snprintf(pack->name, sizeof(pack->name), "cellar%u", config->bus);
	else
		snprintf(pack->name, sizeof(pack->name), "cellar%u-%02u",
			 config->bus, config->address);

	spin_lock_init(&pack->lock);
	pack->pruned_ns = ktime_get_boottime_ns();
	INIT_DELAYED_WORK(&pack->work, pack_work);

	return pack;
}
EXPORT_SYMBOL_GPL(cellar_pack_create);

void cellar_pack_destroy(struct cellar_pack *pack)
{
	if (IS_ERR_OR_NULL(pack))
		return;

	cancel_delayed_work_sync(&pack->work);
	hide(pack);
	kfree(pack);
}
EXPORT_SYMBOL_GPL(cellar_pack_destroy);

int cellar_bus_number_get(void)
{
	return ida_alloc(&bus_numbers, GFP_KERNEL);
}
EXPORT_SYMBOL_GPL(cellar_bus_number_get);

void cellar_bus_number_put(unsigned int number)
{
	ida_free(&bus_numbers, number);
}
EXPORT_SYMBOL_GPL(cellar_bus_number_put);

static int __init cellar_init(void)
{
	cellar_wq = alloc_workqueue("cellar", WQ_UNBOUND, 0);
	if (!cellar_wq)
		return -ENOMEM;

	cellar_psy_init();

	return 0;
}
module_init(cellar_init);

static void __exit cellar_exit(void)
{
	destroy_workqueue(cellar_wq);
}
module_exit(cellar_exit);

MODULE_DESCRIPTION("Home battery packs as power supplies");
MODULE_AUTHOR("The Cellar maintainers");
MODULE_LICENSE("GPL");
