// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order of requests on a line.
 */
#include "modbus_plan.h"

/* A silent device rests the line for so many times what it has cost. */
#define PROBE_SHARE	3

/*
 * A request that could be next: @due_ms: since when, of a read when it is due once more;
 * @at_ms: from when it may be sent, for what its device and the line still need; @turn_ms: the
 * same if its device were not the one that has just spoken. Turns go by that: who may be asked
 * sooner is not asked more often.
 */
struct candidate {
	unsigned int device, slot;
	bool write;
	u64 due_ms, at_ms, turn_ms;
};

static u64 later(u64 a, u64 b)
{
	return a > b ? a : b;
}

static struct modbus_plan_device *device_of(struct modbus_plan *plan, const struct modbus_ask *ask)
{
	return &plan->device[ask->device];
}

void modbus_plan_device(struct modbus_plan *plan, unsigned int device,
			const struct modbus_device *config)
{
	plan->device[device] = (struct modbus_plan_device){ .config = *config };
	if (plan->devices <= device)
		plan->devices = device + 1;
	if (plan->spoke == device + 1)
		plan->spoke = 0;
}

void modbus_plan_read(struct modbus_plan *plan, unsigned int device, unsigned int slot,
		      const struct register_read *read, u32 period_ms, u64 now_ms)
{
	struct modbus_plan_read *r = &plan->device[device].read[slot];
	bool same = r->period_ms && !memcmp(&r->read, read, sizeof(*read));
	u64 due_ms = same ? r->due_ms : now_ms;

	if (due_ms > now_ms + period_ms)
		due_ms = now_ms + period_ms;
	*r = (struct modbus_plan_read){ *read, period_ms, due_ms };
}

void modbus_plan_write_by(struct modbus_plan *plan, unsigned int device, unsigned int slot,
			  u8 function, u16 at, unsigned int n, const u16 *value,
			  u32 refresh_ms, bool again, u64 now_ms)
{
	struct modbus_plan_write *w = &plan->device[device].write[slot];
	bool same = w->wanted && w->function == function && w->at == at && w->n == n &&
		    !memcmp(w->value, value, n * sizeof(*value));

	if (!n) {
		*w = (struct modbus_plan_write){ .calm_ms = w->calm_ms };
		return;
	}
	if (!same || again || !w->known) {
		w->known = false;
		if (!w->wanted || w->due_ms > now_ms)
			w->due_ms = now_ms;
	}
	w->wanted = true;
	w->function = function;
	w->at = at;
	w->n = (u16)n;
	memcpy(w->value, value, n * sizeof(*value));
	w->refresh_ms = refresh_ms;
	if (w->known && refresh_ms && w->due_ms > now_ms + refresh_ms)
		w->due_ms = now_ms + refresh_ms;
}

void modbus_plan_write(struct modbus_plan *plan, unsigned int device, unsigned int slot, u16 at,
		       unsigned int n, const u16 *value, u32 refresh_ms, bool again, u64 now_ms)
{
	modbus_plan_write_by(plan, device, slot, MODBUS_WRITES, at, n, value, refresh_ms, again,
			     now_ms);
}

void modbus_plan_hurry(struct modbus_plan *plan, unsigned int device, unsigned int slot,
		       u64 now_ms)
{
	struct modbus_plan_write *w = &plan->device[device].write[slot];

	if (w->wanted && !w->known && now_ms >= w->calm_ms)
		w->urgent = true;
}

void modbus_plan_first(struct modbus_plan *plan, unsigned int device, unsigned int slot)
{
	struct modbus_plan_write *w = &plan->device[device].write[slot];

	if (w->wanted && !w->known)
		w->due_ms = 0;
}

/* From when the device can take a request. */
static u64 free_at(const struct modbus_plan_device *d, bool write)
{
	return write ? later(d->free_ms, d->write_ms) : d->free_ms;
}

/* @ready_ms: from when its device can take it */
static struct candidate candidate(const struct modbus_plan *plan, unsigned int device,
				  unsigned int slot, bool write, u64 due_ms, u64 ready_ms)
{
	u64 line_ms = plan->spoke == device + 1 ? plan->again_ms : plan->free_ms;

	return (struct candidate){
		device, slot, write, due_ms, later(line_ms, ready_ms),
		later(plan->free_ms, ready_ms),
	};
}

/* @a is to be sent rather than @b, when both may be. */
static bool is_before(const struct candidate *a, const struct candidate *b)
{
	if (a->write != b->write)
		return a->write;

	return a->due_ms < b->due_ms;
}

/*
 * Of two that are due, the one that can be sent now; then the better one; of two that are
 * not, the earlier.
 */
static void consider(struct candidate *best, const struct candidate *c, u64 now_ms)
{
	bool ready = c->turn_ms <= now_ms, best_ready = best->turn_ms <= now_ms;

	if (best->at_ms == MODBUS_NEVER || (ready && !best_ready) ||
	    (ready && best_ready && is_before(c, best)) ||
	    (!ready && !best_ready && (c->turn_ms < best->turn_ms ||
				       (c->turn_ms == best->turn_ms && is_before(c, best)))))
		*best = *c;
}

/* What a device must be asked again comes alone. */
static void consider_again(const struct modbus_plan *plan, unsigned int i, u64 now_ms,
			   struct candidate *best)
{
	const struct modbus_plan_device *d = &plan->device[i];
	bool urgent = d->again_write && d->write[d->again].urgent;
	u64 ready_ms = later(urgent ? d->urgent_ms : free_at(d, d->again_write), d->try_ms);
	u32 period_ms = d->again_write ? 0 : d->read[d->again].period_ms;
	struct candidate c;

	if (d->silent)
		ready_ms = later(ready_ms, plan->probe_ms);
	c = candidate(plan, i, d->again, d->again_write, d->try_ms + period_ms, ready_ms);
	consider(best, &c, now_ms);
}

/* Nothing else is asked meanwhile, unless that would be for longer than its device rests. */
static void consider_urgent(const struct modbus_plan *plan, u64 now_ms, struct candidate *best)
{
	for (unsigned int i = 0; i < plan->devices; i++) {
		const struct modbus_plan_device *d = &plan->device[i];

		if (d->fails ||
		    d->urgent_ms > later(now_ms, plan->free_ms) + MODBUS_URGENT_REST_MS)
			continue;
		for (unsigned int slot = 0; slot < MODBUS_WRITES_MAX; slot++) {
			const struct modbus_plan_write *w = &d->write[slot];
			struct candidate c;

			if (!w->urgent)
				continue;
			c = candidate(plan, i, slot, true, w->due_ms, d->urgent_ms);
			consider(best, &c, now_ms);
		}
	}
}

/* @unknown: only what the device is not known to have taken */
static void consider_writes(const struct modbus_plan *plan, unsigned int i, bool unknown,
			    u64 now_ms, struct candidate *best)
{
	const struct modbus_plan_device *d = &plan->device[i];

	for (unsigned int slot = 0; slot < MODBUS_WRITES_MAX; slot++) {
		const struct modbus_plan_write *w = &d->write[slot];
		struct candidate c;

		if (!w->wanted || w->due_ms == MODBUS_NEVER || (unknown && w->known))
			continue;
		c = candidate(plan, i, slot, true, w->due_ms, later(free_at(d, true), w->due_ms));
		consider(best, &c, now_ms);
	}
}

static void consider_reads(const struct modbus_plan *plan, unsigned int i, u64 now_ms,
			   struct candidate *best)
{
	const struct modbus_plan_device *d = &plan->device[i];

	for (unsigned int slot = 0; slot < MODBUS_READS_MAX; slot++) {
		const struct modbus_plan_read *r = &d->read[slot];
		struct candidate c;

		if (!r->period_ms)
			continue;
		c = candidate(plan, i, slot, false, r->due_ms + r->period_ms,
			      later(free_at(d, false), r->due_ms));
		consider(best, &c, now_ms);
	}
}

static void fill(const struct modbus_plan *plan, const struct candidate *c,
		 struct modbus_ask *ask)
{
	const struct modbus_plan_device *d = &plan->device[c->device];
	const struct modbus_plan_write *w = &d->write[c->slot];
	const struct register_read *r = &d->read[c->slot].read;

	*ask = (struct modbus_ask){
		.device = (u8)c->device, .slot = (u8)c->slot, .address = d->config.address,
		.write = c->write, .timeout_ms = d->config.timeout_ms, .at_ms = c->at_ms,
	};
	if (c->write) {
		ask->function = w->function;
		ask->at = w->at;
		ask->n = w->n;
		memcpy(ask->value, w->value, sizeof(ask->value));
	} else {
		ask->function = (u8)r->function;
		ask->at = r->at;
		ask->n = r->n;
	}
}

static bool take(struct modbus_plan *plan, const struct candidate *c, u64 now_ms,
		 struct modbus_ask *ask)
{
	ask->at_ms = c->at_ms;
	if (c->at_ms > now_ms)
		return false;

	fill(plan, c, ask);
	plan->asked_ms = now_ms;

	return true;
}

/* What was to be asked again may be wanted no more: then anything will do. */
static void forget_again(struct modbus_plan_device *d)
{
	bool wanted = d->again_write ? d->write[d->again].wanted :
		      d->read[d->again].period_ms != 0;

	for (unsigned int slot = 0; !wanted && slot < MODBUS_READS_MAX; slot++) {
		if (!d->read[slot].period_ms)
			continue;
		d->again_write = false;
		d->again = (u8)slot;
		wanted = true;
	}
	if (!wanted) {
		d->fails = 0;
		d->silent = false;
		d->rest_ms = 0;
	}
}

/*
 * Who did not answer does not come in between while another device, whose request has been due
 * for longer, rests for a moment: that may cost the line a whole time-out.
 */
static bool is_owed(const struct modbus_plan *plan, const struct candidate *c,
		    const struct candidate *again, u64 now_ms)
{
	u64 most_ms = plan->device[again->device].config.timeout_ms;

	return !again->write && c->at_ms != MODBUS_NEVER && c->due_ms < again->due_ms &&
	       c->at_ms < now_ms + most_ms;
}

bool modbus_plan_next(struct modbus_plan *plan, u64 now_ms, struct modbus_ask *ask)
{
	struct candidate best = { .at_ms = MODBUS_NEVER }, again = best;

	consider_urgent(plan, now_ms, &best);
	if (best.at_ms != MODBUS_NEVER)
		return take(plan, &best, now_ms, ask);
	for (unsigned int i = 0; i < plan->devices; i++) {
		struct modbus_plan_device *d = &plan->device[i];

		if (d->fails)
			forget_again(d);
		if (d->fails) {
			consider_again(plan, i, now_ms, &again);
			continue;
		}
		consider_writes(plan, i, false, now_ms, &best);
		consider_reads(plan, i, now_ms, &best);
	}
	if (again.at_ms != MODBUS_NEVER && !is_owed(plan, &best, &again, now_ms))
		consider(&best, &again, now_ms);

	return take(plan, &best, now_ms, ask);
}

bool modbus_plan_next_write(struct modbus_plan *plan, u64 now_ms, struct modbus_ask *ask)
{
	struct candidate best = { .at_ms = MODBUS_NEVER };

	for (unsigned int i = 0; i < plan->devices; i++)
		if (!plan->device[i].silent)
			consider_writes(plan, i, true, now_ms, &best);

	return take(plan, &best, now_ms, ask);
}

static void lost(struct modbus_plan *plan, struct modbus_plan_device *d,
		 const struct modbus_ask *ask, bool late, u64 now_ms)
{
	d->fails++;
	d->late |= late;
	d->again = ask->slot;
	d->again_write = ask->write;
	d->try_ms = now_ms;
	if (d->fails < d->config.tries)
		return;

	d->rest_ms = d->silent ? d->rest_ms * 2 : MODBUS_SILENT_MS;
	if (d->rest_ms > MODBUS_SILENT_MAX_MS)
		d->rest_ms = MODBUS_SILENT_MAX_MS;
	d->try_ms = now_ms + d->rest_ms;
	d->silent = true;
	plan->probe_ms = now_ms + PROBE_SHARE * (now_ms - plan->asked_ms);
}

/* Who was silent may have been off: nothing of what was written to it is certain. */
static void write_all_again(struct modbus_plan_device *d, u64 now_ms)
{
	for (unsigned int slot = 0; slot < MODBUS_WRITES_MAX; slot++) {
		d->write[slot].known = false;
		d->write[slot].due_ms = now_ms;
	}
}

static void answered(struct modbus_plan_device *d, u64 now_ms)
{
	if (d->late) {
		d->free_ms = later(d->free_ms, now_ms + d->config.timeout_ms);
		d->urgent_ms = d->free_ms;
	}
	if (d->silent)
		write_all_again(d, now_ms);
	d->late = false;
	d->silent = false;
	d->fails = 0;
	d->rest_ms = 0;
}

/* One that is late is due again at once, and then once: what was missed is over. */
static void put_off_read(struct modbus_plan_read *r, enum modbus_outcome outcome, bool busy,
			 u64 now_ms)
{
	u32 refused_ms = r->period_ms < MODBUS_REFUSED_MS / 10 ? MODBUS_REFUSED_MS :
			 r->period_ms * 10;

	u32 busy_ms = r->period_ms < MODBUS_BUSY_MS ? MODBUS_BUSY_MS : r->period_ms;

	if (outcome == MODBUS_REFUSED)
		r->due_ms = now_ms + (busy ? busy_ms : refused_ms);
	else
		r->due_ms = later(r->due_ms + r->period_ms, now_ms);
}

static void put_off_write(struct modbus_plan_write *w, enum modbus_outcome outcome, bool busy,
			  u32 write_gap_ms, u64 now_ms)
{
	if (outcome == MODBUS_REFUSED)
		w->due_ms = now_ms + (busy ? MODBUS_BUSY_MS : MODBUS_REFUSED_MS);
	else
		w->due_ms = w->refresh_ms ? now_ms + w->refresh_ms : MODBUS_NEVER;
	w->known = outcome == MODBUS_DONE;
	if (w->urgent)
		w->calm_ms = now_ms + write_gap_ms;
	w->urgent = false;
}

bool modbus_plan_done(struct modbus_plan *plan, const struct modbus_ask *ask,
		      enum modbus_outcome outcome, u8 exception, u64 now_ms)
{
	struct modbus_plan_device *d = device_of(plan, ask);
	bool busy = exception == MODBUS_ACKNOWLEDGED || exception == MODBUS_BUSY ||
		    exception == MODBUS_NAK || exception == MODBUS_UNREADABLE;

	plan->free_ms = now_ms + plan->gap_ms;
	plan->again_ms = now_ms + plan->again_gap_ms;
	plan->spoke = outcome == MODBUS_DONE || outcome == MODBUS_REFUSED ? ask->device + 1 : 0;
	d->free_ms = now_ms + d->config.gap_ms;
	d->urgent_ms = now_ms + (d->config.gap_ms < MODBUS_URGENT_REST_MS ? d->config.gap_ms :
				 MODBUS_URGENT_REST_MS);
	if (ask->write)
		d->write_ms = now_ms + d->config.write_gap_ms;
	if (outcome == MODBUS_LOST || outcome == MODBUS_GARBLED) {
		lost(plan, d, ask, outcome == MODBUS_LOST, now_ms);
		return d->silent;
	}
	answered(d, now_ms);
	if (ask->write)
		put_off_write(&d->write[ask->slot], outcome, busy, d->config.write_gap_ms, now_ms);
	else
		put_off_read(&d->read[ask->slot], outcome, busy, now_ms);

	return true;
}

void modbus_plan_renew(struct modbus_plan *plan, u64 now_ms)
{
	unsigned int i, slot;

	for (i = 0; i < plan->devices; i++) {
		struct modbus_plan_device *d = &plan->device[i];

		d->fails = 0;
		d->silent = false;
		d->late = false;
		d->rest_ms = 0;
		for (slot = 0; slot < MODBUS_READS_MAX; slot++)
			d->read[slot].due_ms = now_ms;
		write_all_again(d, now_ms);
	}
}

bool modbus_plan_silent(const struct modbus_plan *plan, unsigned int device)
{
	return plan->device[device].silent;
}
