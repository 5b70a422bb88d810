/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An inverter on a Modbus line: what to ask it, what its answers mean, and how it is told
 * what its battery is to do. No I/O and no clock here; who has the line asks what @want
 * says, writes what @write says, and brings what came of both.
 */
#ifndef CELLAR_IO_HYBRID_H
#define CELLAR_IO_HYBRID_H

#include "sunspec.h"

#define HYBRID_SLOTS		15
#define HYBRID_WRITES		6
#define HYBRID_FAULT_WORDS	30
#define HYBRID_SERIAL_SIZE	36
#define HYBRID_VERSION_SIZE	20
#define HYBRID_NAME_SIZE	68

#define HYBRID_PERIOD_MS	1000	/* of powers, unless configured */
#define HYBRID_STATE_MS		5000
#define HYBRID_SLOW_MS		30000
#define HYBRID_IDENTITY_MS	600000

/* What it says is shown as its own for three periods and so long. */
#define HYBRID_FRESH_PERIODS	3
#define HYBRID_FRESH_MS		4000

/*
 * If it hears nothing for so long it does as before it was steered (field.md 2.6); what it
 * is told is said again three times as often.
 */
#define HYBRID_LAPSE_S		60
#define HYBRID_REFRESH_MS	(HYBRID_LAPSE_S * 1000 / 3)

/* A set-point that differs less from the one that it has is not worth a write, W. */
#define HYBRID_DEADBAND_W	50

/*
 * What was written is looked at when it must have been taken: the mode, set-points. Of
 * set-points any of so many that were said last will do.
 */
#define HYBRID_CHECK_MS		10000
#define HYBRID_SETTLE_MS	3000
#define HYBRID_RECENT		8

/* Who was overruled tries again after so long: modes are kept in an EEPROM (field.md 2.6). */
#define HYBRID_OVERRULED_MS	300000

/*
 * The limit of feed-in that an inverter keeps itself is in its EEPROM (field.md 2.5): in steps
 * of so much, less at once; more, or the same again, not before so long; and what it has not
 * taken after so long it does not take.
 */
#define HYBRID_FEED_IN_STEP_W	100
#define HYBRID_FEED_IN_LATE_MS	3600000
#define HYBRID_FEED_IN_TAKES_MS	300000

enum hybrid_kind {
	HYBRID_SOFAR_G3,
	HYBRID_ME3000,
	HYBRID_HYD_ES,
	HYBRID_SUNSPEC,
	HYBRID_KINDS
};

/*
 * Numbers of an inverter, signs as the house has them: exchange > 0 feeds in, battery > 0
 * charges, production, load and what it gives to the grid side > 0.
 */
enum hybrid_number {
	HYBRID_STATE,
	HYBRID_HZ,
	HYBRID_AC_W,
	HYBRID_GRID_W, HYBRID_GRID_W_1, HYBRID_GRID_W_2, HYBRID_GRID_W_3,
	HYBRID_V_1, HYBRID_V_2, HYBRID_V_3,
	HYBRID_A_1, HYBRID_A_2, HYBRID_A_3,
	HYBRID_W_1, HYBRID_W_2, HYBRID_W_3,
	HYBRID_OTHER_PV_W,
	HYBRID_LOAD_W,
	HYBRID_EPS_W, HYBRID_EPS_V,
	HYBRID_PV_V_1, HYBRID_PV_V_2, HYBRID_PV_V_3, HYBRID_PV_V_4,
	HYBRID_PV_W_1, HYBRID_PV_W_2, HYBRID_PV_W_3, HYBRID_PV_W_4,
	HYBRID_BATTERY_V, HYBRID_BATTERY_A, HYBRID_BATTERY_W, HYBRID_BATTERY_C,
	HYBRID_SOC, HYBRID_SOH, HYBRID_CYCLES,
	HYBRID_BATTERY_2_V, HYBRID_BATTERY_2_W, HYBRID_SOC_2,
	HYBRID_DAY_PV, HYBRID_DAY_LOAD, HYBRID_DAY_BOUGHT, HYBRID_DAY_SOLD,
	HYBRID_DAY_CHARGED, HYBRID_DAY_DISCHARGED,
	HYBRID_ALL_PV, HYBRID_ALL_LOAD, HYBRID_ALL_BOUGHT, HYBRID_ALL_SOLD,
	HYBRID_ALL_CHARGED, HYBRID_ALL_DISCHARGED, HYBRID_ALL_GIVEN,
	HYBRID_HEATSINK_C, HYBRID_INNER_C, HYBRID_INSULATION,
	HYBRID_RATED_W, HYBRID_AVAILABLE_W,
	HYBRID_EPS_MODE,
	HYBRID_CHARGE_MAX_A, HYBRID_DISCHARGE_MAX_A, HYBRID_DEPTH,
	HYBRID_AC_MAX_W, HYBRID_CHARGE_MAX_W, HYBRID_BATTERY_STATE,
	HYBRID_NUMBERS
};

#define HYBRID_BIT(number)	BIT_ULL(number)

_Static_assert(HYBRID_NUMBERS <= 64, "known is a set of 64");

enum hybrid_state {
	HYBRID_UNHEARD,
	HYBRID_WAITING,
	HYBRID_CHECKING,
	HYBRID_ON_GRID,
	HYBRID_EPS,
	HYBRID_FAULT,		/* it will come back from */
	HYBRID_BROKEN,		/* it will not */
	HYBRID_UPGRADING,
	HYBRID_SELF_CHARGING,
	HYBRID_STANDBY,
	HYBRID_NONSENSE,
	HYBRID_REFUSES,
	HYBRID_SILENT,
	HYBRID_STATES
};

/* Of its being told what to do. */
enum hybrid_control {
	HYBRID_NOT_STEERED,
	HYBRID_NOT_PASSIVE,	/* its own screen does not let it be told */
	HYBRID_ASKS_MODE,	/* in which it was before */
	HYBRID_SETS_LAPSE,
	HYBRID_SETS_POINTS,
	HYBRID_SETS_MODE,
	HYBRID_CHECKS,		/* whether it took all that */
	HYBRID_STEERED,
	HYBRID_OVERRULED,	/* somebody else tells it something else */
	HYBRID_CONTROLS
};

/* What it measures of the grid. */
enum hybrid_grid {
	HYBRID_GRID_UNKNOWN,	/* nothing, or not all that it takes */
	HYBRID_GRID_THERE,
	HYBRID_GRID_GONE,
	HYBRID_GRID_UNCLEAR,	/* a frequency without a voltage, or a voltage without one */
};

/* Whether it has an EPS output at work, as far as it was told. */
enum hybrid_eps {
	HYBRID_EPS_NOT_TOLD,
	HYBRID_EPS_ASKED,	/* on its way */
	HYBRID_EPS_TOLD_OFF,
	HYBRID_EPS_TOLD_ON,
	HYBRID_EPS_REFUSED,
	HYBRID_EPS_TOLDS
};

/* Sets of bits of SunSpec's model 122. */
enum hybrid_status_set {
	HYBRID_STATUS_PV,
	HYBRID_STATUS_STORAGE,
	HYBRID_STATUS_GRID,
	HYBRID_STATUS_LIMITS,	/* reached since it was last asked */
	HYBRID_STATUS_CONTROLS,	/* at work */
	HYBRID_STATUS_RIDES,	/* through what the grid does */
	HYBRID_STATUS_SETS
};

#define HYBRID_STATUS_BITS	16

/* Of the limit of feed-in that it keeps itself. */
enum hybrid_feed_in_state {
	HYBRID_FEED_IN_NOT_KEPT,	/* nobody wants that of it */
	HYBRID_FEED_IN_ASKS,
	HYBRID_FEED_IN_WAITS,		/* it has another one, and may not be told yet */
	HYBRID_FEED_IN_SETS,
	HYBRID_FEED_IN_KEPT,
	HYBRID_FEED_IN_REFUSED,
	HYBRID_FEED_IN_OVERRULED,	/* somebody else has changed it */
	HYBRID_FEED_IN_STATES
};

/*
 * @steer: tell it what its battery is to do; @limit: and how much it may produce
 * @keep_feed_in: have it keep the house's limit of feed-in itself, with so many @phases
 * @battery_w: the most that its battery takes and gives
 * @hold: registers that one request may bring on its line; 0: any number (modbus_wire.h)
 */
struct hybrid_config {
	u8 kind, address;
	bool steer, limit, keep_feed_in;
	u8 phases;
	u16 hold;
	u32 period_ms, battery_w;
};

/* @at_ms: of powers of the grid side, @battery_ms, @pv_ms, @state_ms: of those; 0: never */
struct hybrid_reading {
	u64 at_ms, battery_ms, pv_ms, state_ms, energy_ms, known;
	s64 number[HYBRID_NUMBERS];
	u16 fault[HYBRID_FAULT_WORDS];
};

struct hybrid_want {
	struct register_read read;
	u32 period_ms;
};

/*
 * @turn: grows when it is to be written, also with the same @value; @n 0: nothing
 * @urgent: what it was told before is not allowed any more
 * @function: of a command (modbus_command.h); 0: registers are written
 */
struct hybrid_write {
	u16 at, n;
	u8 function;
	u16 value[MODBUS_WRITE_MAX];
	u32 turn;
	bool urgent;
};

#define HYBRID_NO_LIMIT		INT32_MAX

/*
 * What the battery is to do, W, > 0 charges, and what it may. @pv_max_w: the most that may be
 * produced, HYBRID_NO_LIMIT
 */
struct hybrid_order {
	s32 battery_w, least_w, most_w, pv_max_w;
};

/* @at_ms: 0: never; @known: bit HYBRID_STATUS_…: it has such a set */
struct hybrid_status {
	u64 at_ms;
	u8 known;
	u16 set[HYBRID_STATUS_SETS];
};

/*
 * Its own limit of feed-in, in HYBRID_FEED_IN_STEP_W.
 *
 * @seen: how it counts, and how much, when it @saw that
 * @wanted: when somebody @wants one; @kept: it has had it since
 * @told_counts, @told_ms: the last that it was @told; @wrote_ms: that it took
 * @looser_ms: since when more is wanted than it has
 */
struct hybrid_feed_in {
	enum hybrid_feed_in_state state;
	bool saw, wants, told, kept;
	u16 seen[2], wanted, told_counts;
	u64 told_ms, wrote_ms, looser_ms;
};

/*
 * @mode_before: in which it was; @mode_seen, @lapse_seen: what it says
 * @order_w, @pv_max_w: what is wanted of it, @point_w: what it was last told, at @said_ms
 * @beyond: while it is steered: what it was told last goes beyond what is allowed by now
 * @recent: the last of that, as registers; @heart_ms: the last sign of life, where it needs one
 * @status: what it answered to the last command, where it does; of SunSpec, that it takes no
 *	negative limit. There @mode_before is where it charged from, @lapse_seen what its
 *	percentages are multiplied by
 * @grid_ms: when both halves of what it says of the grid were asked for, where it is in two
 * @walk: of a SunSpec device; @name: as it calls itself, "" if it does not
 * @limit_w, @limit_ms: the limit of production that it was last told, and when
 * @points_ms, @mode_ms: when it took them; @overruled_ms: since when somebody else tells it
 *	otherwise
 */
struct hybrid {
	struct hybrid_config config;
	enum hybrid_state state;
	struct hybrid_want want[HYBRID_SLOTS];
	struct hybrid_write write[HYBRID_WRITES];
	struct hybrid_reading reading;
	char serial[HYBRID_SERIAL_SIZE];
	char version[HYBRID_VERSION_SIZE];
	u64 nonsense, grid_ms[2];

	enum hybrid_control control;
	u16 mode_before, mode_seen, lapse_seen[2];
	s32 order_w, point_w, pv_max_w;
	bool has_mode_before, has_point, ordered, beyond, saw_mode, saw_lapse;
	u16 recent[HYBRID_RECENT][6];
	unsigned int recents;
	u16 status;
	struct sunspec_walk walk;
	char name[HYBRID_NAME_SIZE];
	s32 limit_w;
	u64 limit_ms;
	u64 said_ms, heart_ms, points_ms, mode_ms, overruled_ms;
	struct hybrid_feed_in feed_in;
	struct hybrid_status status_122;
	enum hybrid_eps eps;
};

void hybrid_start(struct hybrid *h, const struct hybrid_config *config);

/* Something has come of the want or write at @result->slot. */
void hybrid_take(struct hybrid *h, const struct modbus_result *result);

/* Once a second, for as long as the caller stands by it. */
void hybrid_steer(struct hybrid *h, const struct hybrid_order *order, u64 now_ms);

/*
 * Once a second as well: the house may feed in so much, W, HYBRID_NO_LIMIT: as much as it
 * likes, which is nothing to tell an inverter.
 */
void hybrid_keep_feed_in(struct hybrid *h, s32 feed_in_w, u64 now_ms);

/* What it feeds in at most by itself, W. False: that is not known, or it has no limit. */
bool hybrid_feed_in_w(const struct hybrid *h, s32 *watts);

/*
 * Its EPS output is to be at work, or not; a person says so. -EOPNOTSUPP: it cannot be told;
 * -ENOTCONN: it does not answer.
 */
int hybrid_tell_eps(struct hybrid *h, bool on);

/* Does what it says of model 122 count as that of now? */
bool hybrid_status_is_fresh(const struct hybrid *h, u64 now_ms);

/* It is the same inverter as @was, begun anew: what that was told is known. */
void hybrid_remember(struct hybrid *h, const struct hybrid *was);

/* Its line has gone: it is silent, and may have forgotten what it was told. */
void hybrid_lost(struct hybrid *h);

/* When we end: as it was before. Returns whether there is something to write. */
bool hybrid_release(struct hybrid *h);

/* Are its powers those of now? */
bool hybrid_is_fresh(const struct hybrid *h, u64 now_ms);

/* Production of all its strings, mW. False: not known. */
bool hybrid_pv_mw(const struct hybrid *h, s64 *mw);
bool hybrid_battery_mw(const struct hybrid *h, s64 *mw);

/* @phase: 1…3, 0: the sum; as the house counts it. */
bool hybrid_exchange_mw(const struct hybrid *h, unsigned int phase, s64 *mw);

/*
 * By frequency and voltages, which are read with the powers, @reading.at_ms. That the grid has
 * gone takes both: without a grid nobody keeps to what its operator and the contract allow.
 */
enum hybrid_grid hybrid_grid(const struct hybrid *h);

/* Words for people; never NULL for a value of the enum. */
const char *hybrid_state_word(enum hybrid_state state);
const char *hybrid_kind_word(enum hybrid_kind kind);
const char *hybrid_control_word(enum hybrid_control control);
const char *hybrid_feed_in_word(enum hybrid_feed_in_state state);
const char *hybrid_eps_word(enum hybrid_eps eps);

/* What a bit of a set means; NULL: nothing. */
const char *hybrid_status_word(enum hybrid_status_set set, unsigned int bit);

/* Word of fault @bit, of HYBRID_FAULT_WORDS × 16; "fault-123" into @made when it has none. */
#define HYBRID_FAULT_SIZE	40
const char *hybrid_fault_word(enum hybrid_kind kind, unsigned int bit,
			      char made[HYBRID_FAULT_SIZE]);

/* What its serial number says that it is; NULL: nothing. */
const char *hybrid_model(const char *serial);

#endif /* CELLAR_IO_HYBRID_H */
