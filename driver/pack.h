/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside cellar.ko: a pack as core.c, identity.c, psy.c, attrs.c and cells.c see it.
 */
#ifndef CELLAR_PACK_H
#define CELLAR_PACK_H

#include <linux/power_supply.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "cellar.h"

#define CELLAR_PROPERTIES_MAX	30	/* what a uevent can hold: kernel-facts 0.4 */

struct iio_dev;
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

/* What has a file that says how long ago it was heard. */
enum cellar_aged {
	CELLAR_AGED_LIMITS,
	CELLAR_AGED_ALARMS,
	CELLAR_AGED_CELLS,
	CELLAR_AGED_COUNT
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
	u64 known;		/* fields heard since the pack's birth, or since it is another */
	u64 owed;		/* the same, less what the sender said it has not */
	u64 known_since_ns;	/* when @known grew last */
	u64 heard_ns;
	u64 sample_ns;
	u64 aged_ns[CELLAR_AGED_COUNT];	/* when heard last */
	u32 samples;
	u32 frames;
	u32 malformed;
	u32 timeouts;
	u16 sample_age_ms;	/* how long the last sample may be shown as live */
	u16 coming_age_ms;	/* the same of the one that is not complete yet */
	bool present;
	bool another;		/* not the pack that @psy names: @psy has to go first */
	bool shown;		/* @psy is registered: changes are worth a uevent */
	bool kicked;		/* the work is queued to tell of a change */
	bool samples_read;	/* since pollers were woken last */
	struct cellar_notice noticed;
	u64 noticed_ns;
	struct kernfs_node *samples_file;
	struct iio_dev *cells;

	/* Only from the work, and from destroy after it. */
	struct delayed_work work;
	u64 retry_ns;
	u64 another_told_ns;
	struct power_supply *psy;
	struct power_supply_desc desc;
	struct cellar_identity identity;

	/* Under a lock of identity.c. */
	struct list_head supplies;
	bool twin_told;
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

/* Whether it is; any context. */
bool cellar_pack_is_present(struct cellar_pack *pack);

/* How long its last complete sample may be shown as live; 0: there is none. */
unsigned int cellar_pack_max_age_ms(struct cellar_pack *pack);

/* How long ago it was heard last, or -ENODATA if never. Process context. */
int cellar_pack_age_ms(struct cellar_pack *pack, enum cellar_aged aged, u64 *age_ms);

/* identity.c */

/* Who the pack is, by what is known now. Called with its lock held. */
void cellar_identity_now(const struct cellar_pack *pack, struct cellar_identity *identity);

/*
 * Whether @news name another serial number than what was heard before, be it only
 * half of it. Called with the lock held.
 */
bool cellar_identity_contradicts(const struct cellar_pack *pack,
				 const struct cellar_reading *news);

/*
 * The supply of the pack is there, is still there, or goes: one serial number that
 * two present supplies have is told once. Process context.
 */
void cellar_identity_enter(struct cellar_pack *pack);
void cellar_identity_check(struct cellar_pack *pack);
void cellar_identity_leave(struct cellar_pack *pack);

/*
 * Names of the other present supplies with the same serial number, with spaces
 * between; returns the length. Process context.
 */
size_t cellar_identity_twins(struct cellar_pack *pack, char *buf, size_t size);

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

/* cells.c */
#if IS_REACHABLE(CONFIG_IIO_KFIFO_BUF)

/*
 * Make the IIO device be as the cells of the pack are now: there if the pack has
 * said any, with so many channels. Process context, sets pack->cells. 0 or a
 * negative errno.
 */
int cellar_cells_renew(struct cellar_pack *pack);
void cellar_cells_unregister(struct cellar_pack *pack);

/* Whether cellar_cells_renew() has anything to do. Process context. */
bool cellar_cells_outgrown(struct cellar_pack *pack);

/* Whether somebody streams the cells. Called with the lock held. */
bool cellar_cells_streamed(const struct cellar_pack *pack);

/*
 * A sample is complete, and pack->reading is live: stream it if all that is wanted
 * of it is there. Called with the lock held.
 */
void cellar_cells_push(struct cellar_pack *pack);

#else

static inline int cellar_cells_renew(struct cellar_pack *pack)
{
	return 0;
}

static inline void cellar_cells_unregister(struct cellar_pack *pack)
{
}

static inline bool cellar_cells_outgrown(struct cellar_pack *pack)
{
	return false;
}

static inline bool cellar_cells_streamed(const struct cellar_pack *pack)
{
	return false;
}

static inline void cellar_cells_push(struct cellar_pack *pack)
{
}

#endif

/* attrs.c */
extern const struct attribute_group *cellar_attr_groups[];
#define CELLAR_ATTR_GROUP	"cellar"
#define CELLAR_ATTR_SAMPLES	"samples"

#endif /* CELLAR_PACK_H */
