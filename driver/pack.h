/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside cellar.ko: a pack as core.c, psy.c and attrs.c see it.
 */
#ifndef CELLAR_PACK_H
#define CELLAR_PACK_H

#include <linux/power_supply.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "cellar.h"

#define CELLAR_PROPERTIES_MAX	30	/* what a uevent can hold: kernel-facts 0.4 */

struct kernfs_node;

/*
 * What people act on: a change of any of it is worth a uevent (design.md,
 * "Core"). Compared as bytes, so it is always filled from all zero.
 */
struct cellar_notice {
	u64 protections;
	u64 warnings;
	int status;
	int health;
	int level;
	s16 capacity;	/* %, -1: unknown */
	u8 enables;	/* the four flags */
	u8 present;
};

/* The fields that a notice is made of. */
#define CELLAR_NOTICE_FIELDS						\
	(BIT_ULL(CELLAR_PROTECTIONS) | BIT_ULL(CELLAR_WARNINGS) |	\
	 BIT_ULL(CELLAR_CURRENT) | BIT_ULL(CELLAR_SOC) |		\
	 BIT_ULL(CELLAR_CHARGE_ENABLE) | BIT_ULL(CELLAR_DISCHARGE_ENABLE) | \
	 BIT_ULL(CELLAR_FORCE_CHARGE) | BIT_ULL(CELLAR_FULL_CHARGE_REQUEST))

/* Identity, fixed as long as a supply is registered: readers hold the pointer. */
struct cellar_identity {
	char manufacturer[CELLAR_TEXT_MAX + 1];
	char model[CELLAR_TEXT_MAX + 1];
	char serial[CELLAR_SERIAL_SIZE];
};

struct cellar_pack {
	struct cellar_pack_config config;
	char name[20];

	/*
	 * Protects all up to @work; taken from softirq. until[] is when a field
	 * stops being live, in ticks of boot time (core.c): what was heard before
	 * a suspend is old after it.
	 */
	spinlock_t lock;
	struct cellar_reading reading;
	u16 until[CELLAR_FIELDS];
	u64 lasting;		/* fields without an end */
	u64 pruned_ns;		/* when until[] was looked at last */
	u64 known;		/* fields heard since the pack's birth */
	u64 owed;		/* the same, less what the sender said it has not */
	u64 known_since_ns;	/* when @known grew last */
	u64 heard_ns;
	u64 sample_ns;
	u32 samples;
	u32 frames;
	u32 malformed;
	bool present;
	bool shown;		/* @psy is registered: changes are worth a uevent */
	bool kicked;		/* the work is queued to tell of a change */
	bool samples_read;	/* since pollers were woken last */
	struct cellar_notice noticed;
	u64 noticed_ns;
	struct kernfs_node *samples_file;

	/* Only from the work, and from destroy after it. */
	struct delayed_work work;
	u64 retry_ns;
	struct power_supply *psy;
	struct power_supply_desc desc;
	enum power_supply_property properties[CELLAR_PROPERTIES_MAX];
	struct cellar_identity identity;
};

/* core.c */

/*
 * Copy what is live to @reading; its ->none are the fields that were heard once
 * and are too old now. Returns whether the pack is present; if not, nothing is
 * live. Any context.
 */
bool cellar_pack_read(struct cellar_pack *pack, struct cellar_reading *reading);

/* The number of samples; the next one wakes pollers. Process context. */
u32 cellar_pack_read_samples(struct cellar_pack *pack);

/* psy.c */

/*
 * Register the supply with the properties that @known can serve, and with
 * pack->identity. Process context; sets pack->psy.
 */
int cellar_psy_register(struct cellar_pack *pack, u64 known);
void cellar_psy_unregister(struct cellar_pack *pack);

/* The properties that @known can serve; returns how many. */
unsigned int cellar_psy_properties(const struct cellar_pack *pack, u64 known,
				   enum power_supply_property *properties);

/*
 * A current limit of a snapshot in mA, on grid or off: which of the two the house
 * is, nobody knows here, so the lower one holds, and none while one of them is too
 * old: a limit must not rise because a frame is missing. -ENODATA then.
 */
int cellar_psy_charge_limit(const struct cellar_reading *reading, u32 *limit_ma);
int cellar_psy_discharge_limit(const struct cellar_reading *reading, u32 *limit_ma);

/* What a reading means for people. */
void cellar_psy_notice(const struct cellar_reading *reading, bool present,
		       struct cellar_notice *notice);
void cellar_psy_init(void);

/* attrs.c */
extern const struct attribute_group *cellar_attr_groups[];
#define CELLAR_ATTR_GROUP	"cellar"
#define CELLAR_ATTR_SAMPLES	"samples"

#endif /* CELLAR_PACK_H */
