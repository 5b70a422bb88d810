/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Advice to the people of the house: what a pack needs of them, until when, and since
 * when (spec/packs.md). It changes no limit; what it wants of the cluster, a full
 * charge, is asked for with advice_wants_full_charge().
 *
 * Two clocks. Holds, which keep an item from flapping, run on time that counts up to
 * ADVICE_STEP_MAX_MS a step. Deadlines run on clock_s, seconds that a pack has lived
 * through: it follows the caller's forward clock while the daemon runs and the calendar
 * while it does not, so that a calendar set by a day moves nothing.
 */
#ifndef CELLAR_CORE_ADVICE_H
#define CELLAR_CORE_ADVICE_H

#include "cluster.h"

#define ADVICE_WORDS_SIZE	320
#define ADVICE_MODEL_SIZE	24
#define ADVICE_SPARE		16	/* packs remembered beyond those that are wired */

#define ADVICE_STEP_MAX_MS	2000

/* A pack that says no serial number for so long has none, and goes by its name. */
#define ADVICE_NAMELESS_MS	60000

/* After a start packs need not be there yet; what stood before is still shown. */
#define ADVICE_STARTING_MS	120000

/* At 100 % for so long is full. */
#define ADVICE_FULL_MS		60000

/* A calendar that claims more between two runs is wrong (ours). */
#define ADVICE_DOWN_MAX_S	(2u * 365 * 86400)

#define ADVICE_NO_LIMIT		UINT32_MAX
#define ADVICE_SOC_UNKNOWN	UINT16_MAX
#define ADVICE_NO_SUPPLY	UINT16_MAX
#define ADVICE_NO_DEADLINE	INT64_MAX

/* The order is the order of urgency, in which items are listed for one pack. */
enum advice_code {
	ADVICE_REVERSED_POLARITY,
	ADVICE_SHORT_CIRCUIT,
	ADVICE_MOSFET_FAILURE,
	ADVICE_CELL_FAILURE,
	ADVICE_SENSOR_FAILURE,
	ADVICE_FAILURE,			/* any other; the maker's page does not name it */
	ADVICE_LOW_POWER,
	ADVICE_OVER_DISCHARGED,
	ADVICE_CHARGE_LOCKED,
	ADVICE_DISCHARGE_LOCKED,
	ADVICE_SILENT,
	ADVICE_ALL_SILENT,		/* of the cluster */
	ADVICE_PACKS_MISSING,		/* of the cluster */
	ADVICE_DUPLICATE,
	ADVICE_DOES_NOT_MIX,
	ADVICE_VOLTAGE_APART,
	ADVICE_NEW_PACK,
	ADVICE_IMBALANCE,
	ADVICE_STORAGE_TEMPERATURE,
	ADVICE_STORAGE_SOC,
	ADVICE_STORAGE_RECHARGE,
	ADVICE_FULL_CHARGE,
	ADVICE_CALIBRATE,
	ADVICE_SOC_JUMPED,
	ADVICE_COLD,
	ADVICE_CODES
};

/* When something last was, by clock_s; 0: not that we know. */
enum advice_timer {
	ADVICE_FIRST_HEARD,
	ADVICE_HEARD,
	ADVICE_WAS_FULL,
	ADVICE_WAS_CHARGED,
	ADVICE_HAD_CURRENT,
	ADVICE_HAD_TEMPERATURE,
	ADVICE_TRIPPED_CHARGE,
	ADVICE_TRIPPED_DISCHARGE,
	ADVICE_JUMPED,
	ADVICE_TIMERS
};

/*
 * An item that stands, as it is kept.
 *
 * @since_s: 0: it does not stand
 * @from_s, @limit_s: its deadline is their sum; ADVICE_NO_LIMIT: none, 0: at once
 * @figure: what its words speak of, as it was when the item came
 */
struct advice_kept_item {
	u32 since_s;
	u32 from_s;
	u32 limit_s;
	s64 figure[2];
};

/*
 * What is remembered of one pack.
 *
 * @key: serial number, or name of a pack that has none; "" is a free place
 * @name, @model: of its supply and cellar_model when last heard; model may be ""
 * @trips: over-currents in a row; @tripped: the last one still is
 * @disconnected: a person says that it is not connected to the inverter
 * @soc_centi: last known, ADVICE_SOC_UNKNOWN
 * @coldest_decic, @warmest_decic: at ADVICE_HAD_TEMPERATURE
 * @jump_centi: SOC before and after the jump
 */
struct advice_kept_pack {
	char key[SUPPLY_NAME_SIZE];
	char name[SUPPLY_NAME_SIZE];
	char model[ADVICE_MODEL_SIZE];
	u32 at[ADVICE_TIMERS];
	u8 trips[CORE_WAYS];
	bool tripped[CORE_WAYS];
	bool disconnected;
	u16 soc_centi;
	u16 jump_centi[2];
	s16 coldest_decic, warmest_decic;
	struct advice_kept_item item[ADVICE_CODES];
};

/*
 * All that must survive a restart, and no pointer in it: the caller stores it as it
 * likes, at any time between two steps, and gives it back to advice_new().
 *
 * @clock_s: seconds lived through, from 1
 * @wall_s: the calendar, seconds since the epoch, that belongs to it; 0: not known
 * @n: places in @pack; the last one is the cluster's own
 */
struct advice_kept {
	s64 wall_s;
	u32 clock_s;
	u32 n;
	struct advice_kept_pack pack[];
};

/* The core's own: what a place knows while the daemon runs. */
struct advice_run {
	u64 turning_ms[ADVICE_CODES];	/* its rule has disagreed with the item since; 0 */
	u32 turning_s[ADVICE_CODES];	/* the same, by clock_s */
	u64 full_ms;			/* at 100 % since; 0 */
	u32 soc_s;			/* when soc_centi was read, by clock_s; 0: never */
	u16 soc_centi;
	u16 supply;			/* whose it is now, or ADVICE_NO_SUPPLY */
	bool twice;			/* another supply has its serial number */
	bool silent;			/* in the last step */
};

struct advice_bound {
	u16 place;		/* in kept->pack, or ADVICE_NO_SUPPLY */
	u64 nameless_ms;	/* fresh without a serial number since; 0 */
};

struct advice {
	unsigned int n;
	unsigned int places;	/* of packs: those behind were never taken */
	u64 last_ms;
	u64 hold_ms;		/* time that counts for holds, from 1 */
	u32 step_ms;		/* what the last step counted for it */
	u32 rest_ms;		/* of clock_s, below a second */
	u32 loaded_s;		/* clock_s as it was stored */
	bool stepped, dated;
	u32 changes;		/* grows with every item that comes, goes or changes */
	struct advice_kept *kept;
	struct advice_run *run;		/* kept->n of them */
	struct advice_bound *bound;	/* n of them */
};

/*
 * An item for people.
 *
 * @supply: index of its supply; ADVICE_NO_SUPPLY of the cluster, or of a pack that is
 *          only remembered
 * @key, @name, @model: of the pack; "" of the cluster
 * @age_s: how long it has stood
 * @left_s: until its deadline, negative when that has passed; ADVICE_NO_DEADLINE
 * @since, @deadline: the same by the calendar, seconds since the epoch; 0: not known
 */
struct advice_item {
	u8 code;		/* enum advice_code */
	u16 supply;
	u32 age_s;
	u32 limit_s;
	s64 left_s;
	s64 since, deadline;
	s64 figure[2];
	bool disconnected;
	const char *key, *name, *model;
};

/*
 * Advice for a cluster of @n supplies, 1…CLUSTER_PACKS_MAX. @kept: what was stored, or
 * NULL; it is copied. Returns 0, -ENOMEM, or -EINVAL for what no step can have left.
 * Free with advice_free().
 */
int advice_new(struct advice **advice, unsigned int n, const struct advice_kept *kept);
void advice_free(struct advice *advice);

/* Bytes of a struct advice_kept with @n places. */
size_t advice_kept_size(unsigned int n);

/*
 * After each cluster_step(), with the supplies it had. @now_ms: of a clock that only goes
 * forward and goes on while the machine sleeps. @wall_s: seconds since the epoch, 0 while
 * nobody vouches for the calendar.
 */
void advice_step(struct advice *advice, const struct cluster *cluster,
		 const struct supply *supplies, u64 now_ms, s64 wall_s);

/*
 * A person says whether the pack @key is connected to the inverter; a current through it
 * says that it is. -ENOENT: no such pack.
 */
int advice_set_disconnected(struct advice *advice, const char *key, bool disconnected);

/*
 * A person says that the pack @key will not come back. -ENOENT; -EBUSY: it is here, and
 * not silent.
 */
int advice_forget(struct advice *advice, const char *key);

/* The items that stand, one by one; *@cursor is 0 at first. False at the end. */
bool advice_next(const struct advice *advice, unsigned int *cursor, struct advice_item *item);

/* A pack of this cluster needs a full charge: due this month, or to calibrate. */
bool advice_wants_full_charge(const struct advice *advice);

/*
 * Seconds since supply @i was last full; false when that has never been seen, and the
 * seconds are then those it has been known.
 */
bool advice_full_age_s(const struct advice *advice, unsigned int i, u32 *age_s);

/* "over-discharged", …; stable, never NULL for a code. */
const char *advice_code_word(enum advice_code code);

/*
 * One or two sentences. Returns the length; ADVICE_WORDS_SIZE holds every one of them.
 */
size_t advice_words(const struct advice_item *item, char *buf, size_t size);

#endif /* CELLAR_CORE_ADVICE_H */
