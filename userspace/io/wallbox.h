/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A wallbox on a Modbus line, as its profile has it: what to ask it, what its answers mean,
 * what it is told, and the fail-safe that is armed before it is told anything. No I/O and no
 * clock here; who has the line asks what @want says, writes what @write says, and brings what
 * came of both.
 *
 * A box is told 0 or at least 6 A, never more than the step of the house says, and nothing
 * but 0 until its fail-safe is known to be armed, unless its profile says that it has none.
 */
#ifndef CELLAR_IO_WALLBOX_H
#define CELLAR_IO_WALLBOX_H

#include "wallbox_profile.h"

#define WALLBOX_PERIOD_MS	1000	/* of what has no every_s, unless configured */

/* What it says is shown as its own for three periods and so long. */
#define WALLBOX_FRESH_PERIODS	3
#define WALLBOX_FRESH_MS	4000

/* What was written is seen in what is read within so long, or it was not taken. */
#define WALLBOX_SETTLE_MS	10000

/* What it refuses, or says that it has not, is written again so often. */
#define WALLBOX_AGAIN_MS	5000

/* A phase that carries less is not used by the car; who uses which is known after so long. */
#define WALLBOX_USED_MA		1000
#define WALLBOX_USED_MS		15000

enum wallbox_link {
	WALLBOX_UNHEARD,	/* since the daemon has started */
	WALLBOX_ARMING,		/* it answers, and its fail-safe is being armed */
	WALLBOX_WELL,
	WALLBOX_UNSAFE,		/* its fail-safe cannot be armed: it is not used */
	WALLBOX_NONSENSE,	/* it says a state that its profile has not */
	WALLBOX_REFUSES,	/* it will not say its state */
	WALLBOX_SILENT,
	WALLBOX_LINKS
};

/*
 * @period_ms: of what has no every_s
 * @safe_ma: when nobody talks to it, 0 or ≥ 6000
 * @most_ma: the least that the box and its cable bear
 * @phases: 1 or 3, as it is used
 */
struct wallbox_config {
	struct wallbox_profile profile;
	u32 period_ms, safe_ma, most_ma;
	u8 phases;
};

struct wallbox_want {
	struct register_read read;
	u32 period_ms;
};

/*
 * @turn: grows when it is to be written, also with the same @value; @n 0: nothing
 * @first: before all else, whatever has waited for longer
 */
struct wallbox_write {
	bool first;
	u16 function, at, n;
	u16 value[4];
	u32 turn;
};

/* @known: bit n: @number[n] was read, at @at_ms[n] */
struct wallbox_reading {
	u32 known;
	u64 at_ms[WALLBOX_NUMBERS];
	s64 number[WALLBOX_NUMBERS];
};

#define WALLBOX_CARD_SIZE	(2 * WALLBOX_TEXT_WORDS + 1)

/*
 * @state: as the profile has it; @text: as the box does
 * @card: that it last said, as digits; @card_shown: since somebody asked
 * @said_ms: when each was last to be written; @taken, @refused: bits, of what is in @write
 * @told_ma: what it is told now, @has_told: it was told something
 * @used: bits of phases on which its car draws, since @used_ms
 */
struct wallbox {
	struct wallbox_config config;
	enum wallbox_link link;
	struct wallbox_want want[WALLBOX_READS_MAX];
	struct wallbox_write write[WALLBOX_SETTINGS];
	struct wallbox_reading reading;
	enum wallbox_state state;
	char text[WALLBOX_TEXT_SIZE * 2];
	char card[WALLBOX_CARD_SIZE];
	bool card_known, card_shown;
	u64 said_ms[WALLBOX_SETTINGS], taken_ms[WALLBOX_SETTINGS];
	u32 taken, refused;
	u8 exception;
	u32 told_ma;
	bool has_told, silent, state_refused, nonsense;
	u8 used;
	u64 used_ms;
	u64 nonsenses;
};

void wallbox_start(struct wallbox *w, const struct wallbox_config *config);

/* Something has come of the want or write at @result->slot. */
void wallbox_take(struct wallbox *w, const struct modbus_result *result);

/*
 * Once a second, for as long as the caller stands by it: @ma per phase, 0 or more; what must
 * be written again is.
 */
void wallbox_tell(struct wallbox *w, u32 ma, u64 now_ms);

/* Its line has gone: it is silent, and may have forgotten what it was told. */
void wallbox_lost(struct wallbox *w);

/*
 * When we end: told what its fail-safe would tell it, or 0 when it has none. Returns whether
 * something may still be to be written.
 */
bool wallbox_release(struct wallbox *w);

/* Is its fail-safe armed, as far as can be known? Of one that has none, false. */
bool wallbox_is_armed(const struct wallbox *w);

/* When its state and its power were read, the older of them; 0: never. */
u64 wallbox_at_ms(const struct wallbox *w);

bool wallbox_is_fresh(const struct wallbox *w, u64 now_ms);

/* False: it does not say. */
bool wallbox_has(const struct wallbox *w, enum wallbox_number number, s64 *value);

/* On how many phases its car draws; 0: not known, or on others than its first ones. */
u8 wallbox_car_phases(const struct wallbox *w, u64 now_ms);

/* The card that was shown since this was asked last, as digits of base 16; NULL: none. */
const char *wallbox_card(struct wallbox *w);

/* Words for people; never NULL for a value of the enum. */
const char *wallbox_link_word(enum wallbox_link link);
const char *wallbox_state_word(enum wallbox_state state);

#endif /* CELLAR_IO_WALLBOX_H */
