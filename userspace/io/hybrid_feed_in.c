// SPDX-License-Identifier: GPL-2.0-only
/*
 * The limit of feed-in that a G3 keeps itself (spec/field.md 2.5): what is left of the house's
 * when cellard is not there. It is in an EEPROM, so it is written only when the configuration
 * asks for it and it is not so already, read back, and never said again:
 *
 * less than it has, or than it was told, is told at once; more only when that has been wanted
 * for HYBRID_FEED_IN_LATE_MS. Whatever else there is to write waits until so much time has
 * passed since the last write. Who changes it when it was as told is not fought.
 *
 * How it counts is left as it was set, if it counts all of the house; no limit at all is
 * never told.
 */
#include "hybrid_maps.h"
#include "hybrid_parts.h"

static bool keeps(const struct hybrid *h)
{
	return h->config.keep_feed_in && h->config.kind == HYBRID_SOFAR_G3;
}

void hybrid_feed_in_start(struct hybrid *h)
{
	struct hybrid_feed_in *f = &h->feed_in;

	if (!keeps(h))
		return;
	f->state = HYBRID_FEED_IN_ASKS;
	f->saw = false;
	f->kept = false;
	f->looser_ms = 0;
	hybrid_write_none(h, HYBRID_WRITES_FEED_IN);
	hybrid_want(h, HYBRID_READS_FEED_IN, &sofar_feed_in, HYBRID_SLOW_MS);
}

void hybrid_feed_in_remember(struct hybrid *h, const struct hybrid *was)
{
	if (!keeps(h))
		return;
	h->feed_in.told = was->feed_in.told;
	h->feed_in.told_counts = was->feed_in.told_counts;
	h->feed_in.told_ms = was->feed_in.told_ms;
}

/* A limit of each phase is none of their sum. */
static bool counts_all(u16 mode)
{
	return mode == SOFAR_FEED_IN_EXPORTED || mode == SOFAR_FEED_IN_NET ||
	       mode == SOFAR_FEED_IN_MASTER;
}

static bool has_limit(const u16 seen[2])
{
	return counts_all(seen[0]) && seen[1] <= INT16_MAX;
}

bool hybrid_feed_in_w(const struct hybrid *h, s32 *watts)
{
	const struct hybrid_feed_in *f = &h->feed_in;

	*watts = f->seen[1] * HYBRID_FEED_IN_STEP_W;

	return f->saw && has_limit(f->seen);
}

static void tell(struct hybrid *h, u64 now_ms)
{
	struct hybrid_feed_in *f = &h->feed_in;
	u16 mode = counts_all(f->seen[0]) ? f->seen[0] : h->config.phases == 3 ?
		   SOFAR_FEED_IN_NET : SOFAR_FEED_IN_EXPORTED;
	const u16 value[] = { mode, f->wanted };

	hybrid_write(h, HYBRID_WRITES_FEED_IN, SOFAR_FEED_IN, ARRAY_SIZE(value), value);
	f->seen[1] = SOFAR_NEVER_SET;
	f->state = HYBRID_FEED_IN_SETS;
	f->told = true;
	f->told_counts = f->wanted;
	f->told_ms = now_ms;
}

static bool may_tell(struct hybrid_feed_in *f, u64 now_ms)
{
	bool looser = has_limit(f->seen) && f->seen[1] < f->wanted;

	if (looser && !f->looser_ms)
		f->looser_ms = now_ms;
	if (looser && now_ms < f->looser_ms + HYBRID_FEED_IN_LATE_MS)
		return false;

	return !f->told || (!looser && f->wanted < f->told_counts) ||
	       now_ms >= f->told_ms + HYBRID_FEED_IN_LATE_MS;
}

/* What it was told last is what is still wanted, and it may yet take it. */
static bool is_under_way(const struct hybrid_feed_in *f, u64 now_ms)
{
	return f->state == HYBRID_FEED_IN_SETS && f->told_counts == f->wanted &&
	       now_ms < f->told_ms + HYBRID_FEED_IN_TAKES_MS;
}

static void refused(struct hybrid *h)
{
	hybrid_write_none(h, HYBRID_WRITES_FEED_IN);
	h->feed_in.state = HYBRID_FEED_IN_REFUSED;
}

/* It has said what it has, which is not what is wanted. */
static void differs(struct hybrid *h, u64 now_ms)
{
	struct hybrid_feed_in *f = &h->feed_in;

	if (f->kept) {
		f->state = HYBRID_FEED_IN_OVERRULED;
		return;
	}
	if (f->state == HYBRID_FEED_IN_SETS && f->told_counts == f->wanted)
		refused(h);
	if (may_tell(f, now_ms))
		tell(h, now_ms);
	else if (f->state != HYBRID_FEED_IN_REFUSED)
		f->state = HYBRID_FEED_IN_WAITS;
}

static void want(struct hybrid *h, u16 counts)
{
	struct hybrid_feed_in *f = &h->feed_in;

	if (f->wants && f->wanted == counts)
		return;
	f->wants = true;
	f->wanted = counts;
	f->kept = false;
	f->looser_ms = 0;
	if (f->state == HYBRID_FEED_IN_REFUSED && f->saw)
		f->state = HYBRID_FEED_IN_WAITS;
}

static void want_none(struct hybrid *h)
{
	if (h->write[HYBRID_WRITES_FEED_IN].n)
		hybrid_write_none(h, HYBRID_WRITES_FEED_IN);
	h->feed_in.wants = false;
	h->feed_in.state = HYBRID_FEED_IN_NOT_KEPT;
}

void hybrid_keep_feed_in(struct hybrid *h, s32 feed_in_w, u64 now_ms)
{
	struct hybrid_feed_in *f = &h->feed_in;
	s32 counts = hybrid_within(feed_in_w / HYBRID_FEED_IN_STEP_W, 0, INT16_MAX);

	if (!keeps(h))
		return;
	if (feed_in_w == HYBRID_NO_LIMIT) {
		want_none(h);
		return;
	}
	want(h, (u16)counts);
	if (f->saw && has_limit(f->seen) && f->seen[1] == f->wanted) {
		f->state = HYBRID_FEED_IN_KEPT;
		f->kept = true;
	} else if (f->saw && !is_under_way(f, now_ms)) {
		differs(h, now_ms);
	} else if (f->state == HYBRID_FEED_IN_NOT_KEPT) {
		f->state = HYBRID_FEED_IN_ASKS;
	}
}

static void take_write(struct hybrid *h, const struct modbus_result *result)
{
	struct hybrid_feed_in *f = &h->feed_in;

	if (result->outcome == MODBUS_DONE) {
		hybrid_wrote(h, result);
		f->wrote_ms = result->at_ms;
	} else if (result->exception == MODBUS_ILLEGAL_FUNCTION ||
		   result->exception == MODBUS_ILLEGAL_ADDRESS ||
		   result->exception == MODBUS_ILLEGAL_VALUE) {
		refused(h);
	}
}

/* What it says before it has been written to is not what it will have. */
static void take_read(struct hybrid *h, const struct modbus_result *result)
{
	struct hybrid_feed_in *f = &h->feed_in;

	if (result->outcome == MODBUS_REFUSED) {
		if (!f->saw)
			f->state = HYBRID_FEED_IN_REFUSED;
		return;
	}
	if (result->n != ARRAY_SIZE(f->seen) || result->at_ms < f->wrote_ms ||
	    h->write[HYBRID_WRITES_FEED_IN].n)
		return;
	memcpy(f->seen, result->value, sizeof(f->seen));
	f->saw = true;
}

bool hybrid_feed_in_take(struct hybrid *h, const struct modbus_result *result)
{
	unsigned int slot = result->write ? (unsigned int)HYBRID_WRITES_FEED_IN :
			    (unsigned int)HYBRID_READS_FEED_IN;

	if (!keeps(h) || result->slot != slot)
		return false;
	if (result->write)
		take_write(h, result);
	else
		take_read(h, result);

	return true;
}
