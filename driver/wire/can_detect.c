// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dialect detection: every frame is at most one clue, clues are counted in a
 * fading window, and a verdict is read from the counts. What a frame means is
 * the codecs' business; here only its identifier and what names its sender.
 */
#include "can_detect.h"

/*
 * Half of the evidence is forgotten after this many frames: 4 to 8 s of one
 * system, so that a bus that was switched over gets its new verdict within a
 * minute, and long enough to hear each frame of two systems twice.
 */
#define WINDOW_FRAMES	48

/*
 * Clues are counted in halves of a frame: what comes once in a window, because
 * another system is five times as busy, then adds up to more than one frame.
 */
#define FRAME		2

/* By then every frame that comes once a second has come (protocols.md 1, 2, 3.1). */
#define SETTLED		(3 * FRAME)

/* What was heard once when something else was heard this often is a stray frame. */
#define ESTABLISHED	(4 * FRAME)

enum clue {
	BASE_351,
	BASE_355,
	BASE_356,
	ALARMS_PN,		/* 0x359 that ends in "PN" */
	ALARMS_BARE,		/* 0x359 that does not */
	ALARM_PAIRS,		/* 0x35A */
	REQUESTS,		/* 0x35C */
	MAKER_PYLON,		/* 0x35E: "PYLON" and padding or more text */
	MAKER_PYLON_BINARY,	/* 0x35E: "PYLON" and three binary bytes */
	MAKER_DY,		/* 0x35E: "DY" and a number */
	MAKER_OTHER,		/* 0x35E: any other text … */
	MAKER_ANOTHER,		/* … and one that differs from it */
	VERSION,		/* 0x35F */
	VERSION_DY,		/* 0x35F that ends in "DY" */
	SMA_EXTRA,		/* 0x35B, 0x360, 0x382 */
	DEYE_361,
	DEYE_363,
	DEYE_364,
	PACK_110,
	PACK_150,
	PYTES_NATIVE,		/* 0x404, 0x40A as a Pytes fills them */
	CLUES,

	/* no clue: row + 1 of the contradiction there was when the window ended */
	HELD = CLUES,
};

#define BASE		(BIT(BASE_351) | BIT(BASE_355) | BIT(BASE_356))
#define OTHERS		(BIT(MAKER_OTHER) | BIT(MAKER_ANOTHER))
#define DEYE_SYSTEM	(BIT(DEYE_361) | BIT(DEYE_363) | BIT(DEYE_364))
#define DEYE_PACK	(BIT(PACK_110) | BIT(PACK_150))

static_assert(HELD < CELLAR_DETECT_CLUES, "every clue has its counter");

const u16 cellar_can_detect_ids[] = {
	0x110, 0x150, 0x351, 0x355, 0x356, 0x359, 0x35A, 0x35B, 0x35C, 0x35E,
	0x35F, 0x360, 0x361, 0x363, 0x364, 0x382, 0x404, 0x40A, 0
};

/* Clues that are the same identifier: a verdict needs three different ones. */
static const u32 identifiers[] = {
	BIT(BASE_351), BIT(BASE_355), BIT(BASE_356),
	BIT(ALARMS_PN) | BIT(ALARMS_BARE),
	BIT(ALARM_PAIRS), BIT(REQUESTS),
	BIT(MAKER_PYLON) | BIT(MAKER_PYLON_BINARY) | BIT(MAKER_DY) | OTHERS,
	BIT(VERSION) | BIT(VERSION_DY),
	BIT(SMA_EXTRA), BIT(DEYE_361), BIT(DEYE_363), BIT(DEYE_364),
	BIT(PACK_110), BIT(PACK_150),
};

/* What one system never sends both of (protocols.md 1.2, 2, 3.1, 3.9, 8.7). */
static const struct {
	u32 one;
	u32 other;
	const char *why;
} contradictions[] = {
	{ DEYE_SYSTEM | DEYE_PACK | BIT(MAKER_DY), BIT(ALARMS_PN),
	  "0x359 with \"PN\" beside frames of a Deye" },
	{ DEYE_SYSTEM | DEYE_PACK | BIT(MAKER_DY), BIT(MAKER_PYLON) | OTHERS,
	  "frames of a Deye, but 0x35E names another maker" },
	{ DEYE_SYSTEM | BIT(MAKER_DY), BIT(MAKER_PYLON_BINARY),
	  "frames of a Deye in its native and in its victronCAN setting" },
	{ BIT(MAKER_PYLON), BIT(MAKER_PYLON_BINARY) | OTHERS,
	  "0x35E names PYLON and another maker" },
	{ BIT(MAKER_PYLON_BINARY), OTHERS,
	  "0x35E names PYLON and another maker" },
	{ BIT(MAKER_OTHER), BIT(MAKER_ANOTHER),
	  "0x35E names two makers" },
	{ BIT(PYTES_NATIVE), BASE,
	  "0x400 to 0x40B of a native Pytes beside the frames of another system" },
};

static bool printable(u8 c)
{
	return c > ' ' && c <= '~';
}

static bool padding_or_text(u8 c)
{
	return !c || (c >= ' ' && c <= '~');
}

/* A name that is neither of two takes the place of the one heard less. */
static int other_maker_clue(struct cellar_can_detect *detect,
			    const struct cellar_can_frame *frame)
{
	unsigned int i, place;
	u8 hash = 0;

	for (i = 0; i < frame->len && printable(frame->data[i]); i++)
		hash = (u8)(hash * 31 + frame->data[i]);

	for (place = 0; place < ARRAY_SIZE(detect->name); place++)
		if (detect->clue[MAKER_OTHER + place] && detect->name[place] == hash)
			return (int)(MAKER_OTHER + place);

	place = detect->clue[MAKER_ANOTHER] < detect->clue[MAKER_OTHER];
	detect->name[place] = hash;
	detect->clue[MAKER_OTHER + place] = 0;

	return (int)(MAKER_OTHER + place);
}

/*
 * A Deye writes a cell maker (1…7, 0x1C) and a capacity behind its name; and
 * Dyness is a maker too, so "DY" must be followed by a digit (protocols.md 3.1).
 */
static int maker_clue(struct cellar_can_detect *detect,
		      const struct cellar_can_frame *frame)
{
	const u8 *d = frame->data;
	unsigned int i;

	if (frame->len < 2 || !printable(d[0]))
		return -ENODATA;

	if (frame->len >= 5 && !memcmp(d, "PYLON", 5)) {
		for (i = 5; i < frame->len; i++)
			if (!padding_or_text(d[i]))
				return MAKER_PYLON_BINARY;
		return MAKER_PYLON;
	}

	if (frame->len >= 3 && d[0] == 'D' && d[1] == 'Y' && d[2] >= '0' && d[2] <= '9')
		return MAKER_DY;

	return other_maker_clue(detect, frame);
}

/*
 * The identifiers from 0x401 are also those of the second and further packs of
 * a Deye; their first byte is a mode of 0…2 (protocols.md 3.1, 3.9).
 */
static bool pytes_native(const struct cellar_can_frame *frame)
{
	return frame->len && frame->data[0] > 2;
}

static int clue_of(struct cellar_can_detect *detect, const struct cellar_can_frame *frame)
{
	const u8 *d = frame->data;

	switch (frame->id) {
	case 0x110:
		return PACK_110;
	case 0x150:
		return PACK_150;
	case 0x351:
		return BASE_351;
	case 0x355:
		return BASE_355;
	case 0x356:
		return BASE_356;
	case 0x359:
		return frame->len >= 7 && d[5] == 'P' && d[6] == 'N' ? ALARMS_PN : ALARMS_BARE;
	case 0x35A:
		return ALARM_PAIRS;
	case 0x35C:
		return REQUESTS;
	case 0x35E:
		return maker_clue(detect, frame);
	case 0x35F:
		return frame->len == 8 && d[6] == 'D' && d[7] == 'Y' ? VERSION_DY : VERSION;
	case 0x35B:
	case 0x360:
	case 0x382:
		return SMA_EXTRA;
	case 0x361:
		return DEYE_361;
	case 0x363:
		return DEYE_363;
	case 0x364:
		return DEYE_364;
	case 0x404:
	case 0x40A:
		return pytes_native(frame) ? PYTES_NATIVE : -ENODATA;
	default:
		return -ENODATA;
	}
}

static bool is_maker(unsigned int clue)
{
	return clue >= MAKER_PYLON && clue <= MAKER_ANOTHER;
}

/* How often the most frequent of these clues was heard, in halves of a frame. */
static u8 most(const struct cellar_can_detect *detect, u32 clues)
{
	unsigned int i;
	u8 max = 0;

	for (i = 0; i < CLUES; i++)
		if (clues & BIT(i) && detect->clue[i] > max)
			max = detect->clue[i];

	return max;
}

static bool heard(const struct cellar_can_detect *detect, u32 clues)
{
	u8 count = most(detect, clues);

	return count > FRAME || (count && most(detect, ~0U) < ESTABLISHED);
}

static unsigned int identifiers_heard(const struct cellar_can_detect *detect)
{
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(identifiers); i++)
		n += !!most(detect, identifiers[i]);

	return n;
}

/* Row + 1 of a contradiction that is more than a stray frame, 0 if there is none. */
static unsigned int contradiction(const struct cellar_can_detect *detect)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(contradictions); i++) {
		u8 one = most(detect, contradictions[i].one);
		u8 other = most(detect, contradictions[i].other);
		u8 less = one < other ? one : other;
		u8 more = one < other ? other : one;

		if (less > FRAME || (less && more < ESTABLISHED))
			return i + 1;
	}

	return 0;
}

/*
 * Some senders name themselves rarely: a name holds until another outweighs it.
 * A contradiction holds for one more window, so that it does not come and go
 * while one of two systems fades.
 */
static void fade(struct cellar_can_detect *detect)
{
	unsigned int i;

	detect->clue[HELD] = (u8)contradiction(detect);

	for (i = 0; i < CLUES; i++)
		if (!is_maker(i) || detect->clue[i] > FRAME)
			detect->clue[i] /= 2;
	detect->window = 0;
}

bool cellar_can_detect_feed(struct cellar_can_detect *detect,
			    const struct cellar_can_frame *frame)
{
	int clue = clue_of(detect, frame);

	if (clue < 0)
		return false;

	/* no overflow: a window is 96 halves, and half of what was at most 96 */
	detect->clue[clue] += FRAME;

	if (++detect->window >= WINDOW_FRAMES) {
		fade(detect);
		return true;
	}

	/* more is no other evidence: no rule asks for it */
	return detect->clue[clue] < ESTABLISHED + FRAME;
}

/* The name heard most often, as a clue, or CLUES if none was. */
static unsigned int maker(const struct cellar_can_detect *detect)
{
	unsigned int i, best = CLUES;

	for (i = MAKER_PYLON; i <= MAKER_ANOTHER; i++)
		if (detect->clue[i] && (best == CLUES || detect->clue[i] > detect->clue[best]))
			best = i;

	return best;
}

static struct cellar_can_verdict no_verdict(const char *why)
{
	return (struct cellar_can_verdict){ CELLAR_DIALECT_NONE, false, why };
}

static struct cellar_can_verdict pylontech(const char *why)
{
	return (struct cellar_can_verdict){ CELLAR_DIALECT_PYLONTECH, false, why };
}

static struct cellar_can_verdict victron(const char *why)
{
	return (struct cellar_can_verdict){ CELLAR_DIALECT_VICTRON, false, why };
}

static struct cellar_can_verdict deye(const char *why)
{
	return (struct cellar_can_verdict){ CELLAR_DIALECT_DEYE, false, why };
}

/*
 * A clone under its own name is told from two systems only by its alarms: it
 * sends them once, and a SMA battery beside it would send 0x35A.
 */
static struct cellar_can_verdict by_pn(const struct cellar_can_detect *detect,
				       unsigned int name)
{
	if (name == MAKER_PYLON)
		return pylontech("0x359 with \"PN\", 0x35E says PYLON");
	if (name != CLUES && heard(detect, BIT(ALARM_PAIRS)))
		return no_verdict("0x359 with \"PN\" and 0x35A, 0x35E names another maker");

	return pylontech("0x359 with \"PN\"");
}

/* 0x35E says PYLON and no more: Pytes and others have names of their own. */
static struct cellar_can_verdict by_maker_pylon(const struct cellar_can_detect *detect)
{
	if (heard(detect, BIT(ALARMS_BARE)))
		return pylontech("0x359 without \"PN\", 0x35E says PYLON");
	if (heard(detect, BIT(ALARM_PAIRS) | BIT(VERSION)))
		return pylontech("0x35A or 0x35F as in V1.3, 0x35E says PYLON");

	return pylontech("0x35E says PYLON");
}

static struct cellar_can_verdict by_other_maker(const struct cellar_can_detect *detect,
						bool settled)
{
	if (!heard(detect, BIT(REQUESTS) | BIT(ALARMS_BARE)))
		return victron("no 0x359 or 0x35C, 0x35E names a maker other than PYLON");
	if (!settled)
		return no_verdict("0x359 or 0x35C, waiting for frames of a Deye");
	if (heard(detect, BIT(REQUESTS)))
		return pylontech("0x35C, and no frames of a Deye");

	return no_verdict("0x359 without \"PN\" from a maker other than PYLON");
}

static struct cellar_can_verdict by_frames(const struct cellar_can_detect *detect)
{
	if (heard(detect, BIT(REQUESTS)))
		return pylontech("0x35C, no 0x35E, and no frames of a Deye");
	if (heard(detect, BIT(ALARM_PAIRS) | BIT(VERSION) | BIT(SMA_EXTRA)))
		return victron("0x35A, 0x35F or others of SMA, no 0x35E");

	return no_verdict("only frames that all dialects share");
}

struct cellar_can_verdict
cellar_can_detect_verdict(const struct cellar_can_detect *detect, bool final)
{
	bool settled = final || most(detect, ~0U) >= SETTLED;
	unsigned int name = maker(detect);
	unsigned int row;

	if (identifiers_heard(detect) < 3) {
		if (heard(detect, BIT(PYTES_NATIVE)))
			return no_verdict("0x400 to 0x40B of a native Pytes: no dialect covers it");
		return no_verdict("fewer than three different frames of a battery");
	}

	row = contradiction(detect);
	if (!row)
		row = detect->clue[HELD];
	if (row)
		return (struct cellar_can_verdict){
			CELLAR_DIALECT_NONE, true, contradictions[row - 1].why
		};

	if (!most(detect, BASE))
		return no_verdict("none of 0x351, 0x355 and 0x356");
	if (name == CLUES && !settled)
		return no_verdict("waiting for 0x35E");

	if (heard(detect, DEYE_SYSTEM))
		return deye("0x361, 0x363 or 0x364 of a Deye system");
	if (heard(detect, DEYE_PACK) &&
	    heard(detect, BIT(ALARM_PAIRS) | BIT(VERSION) | BIT(VERSION_DY)))
		return deye("0x110 or 0x150 of a Deye pack, 0x35A or 0x35F");
	if (name == MAKER_PYLON_BINARY && heard(detect, BIT(VERSION_DY)))
		return deye("0x35E says PYLON and binary bytes, 0x35F says DY");

	if (heard(detect, BIT(ALARMS_PN)))
		return by_pn(detect, name);

	switch (name) {
	case CLUES:
		return by_frames(detect);
	case MAKER_PYLON:
		return by_maker_pylon(detect);
	case MAKER_PYLON_BINARY:
		if (settled && heard(detect, BIT(REQUESTS)))
			return pylontech("0x35C, 0x35E says PYLON, and no frames of a Deye");
		return no_verdict("0x35E as of a Deye, but no frame of a pack");
	case MAKER_DY:
		return no_verdict("0x35E says DY, but no other frame of a Deye");
	default:
		return by_other_maker(detect, settled);
	}
}
