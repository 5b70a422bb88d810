// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order of frames. Each row has its own place in its period; what goes at once does
 * not move that place, so that frames that hurried together do not stay together.
 */
#include "inverter_plan.h"

/* Without these everything else would keep alive the limits of before. */
#define CURRENTS \
	(BIT_ULL(CELLAR_CHARGE_CURRENT_LIMIT) | BIT_ULL(CELLAR_DISCHARGE_CURRENT_LIMIT))

/* What is only there to be known. */
#define MEASURED							\
	(BIT_ULL(CELLAR_VOLTAGE) | BIT_ULL(CELLAR_CURRENT) |		\
	 BIT_ULL(CELLAR_TEMPERATURE) | BIT_ULL(CELLAR_SOC) | BIT_ULL(CELLAR_SOH))

/* Less of any of these is said at once. */
static const u8 limits[] = {
	CELLAR_CHARGE_VOLTAGE_LIMIT, CELLAR_CHARGE_CURRENT_LIMIT, CELLAR_DISCHARGE_CURRENT_LIMIT,
	CELLAR_GRID_CHARGE_CURRENT_LIMIT, CELLAR_GRID_DISCHARGE_CURRENT_LIMIT,
	CELLAR_CHARGE_ENABLE, CELLAR_DISCHARGE_ENABLE,
};

void inverter_plan_start(struct inverter_plan *plan, const struct cellar_can_dialect *dialect)
{
	_Static_assert(INVERTER_PLAN_ROWS_MAX >= 24, "the longest dialect has 23 rows");

	memset(plan, 0, sizeof(*plan));
	plan->dialect = dialect;
	plan->stuck_ms = INVERTER_PLAN_NEVER;
	plan->sign_ms = INVERTER_PLAN_NEVER;
}

bool inverter_plan_speaks(const struct inverter_plan *plan, u64 now_ms)
{
	return now_ms < plan->until_ms;
}

void inverter_plan_renew(struct inverter_plan *plan)
{
	unsigned int i;

	for (i = 0; i < plan->dialect->n_rows; i++)
		plan->row[i].at_once = true;
}

/* The next place of row @i in its period that is not too soon after @now_ms. */
static void put_off(struct inverter_plan *plan, unsigned int i, u64 now_ms)
{
	u64 period = plan->dialect->rows[i].period_ms;
	u64 first = plan->start_ms + i * period / plan->dialect->n_rows;
	u64 soonest = now_ms + period / 2;
	u64 periods = soonest > first ? (soonest - first + period - 1) / period : 0;

	plan->row[i].due_ms = first + periods * period;
	plan->row[i].at_once = false;
}

/* Fields of which @to says less than @from did. */
static u64 taken_away(const struct cellar_reading *from, const struct cellar_reading *to)
{
	u64 worse = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(limits); i++)
		if (cellar_has(from, limits[i]) &&
		    (!cellar_has(to, limits[i]) || cellar_reading_number(to, limits[i]) <
		     cellar_reading_number(from, limits[i])))
			worse |= BIT_ULL(limits[i]);
	if (cellar_has(to, CELLAR_DISCHARGE_VOLTAGE_LIMIT) &&
	    (!cellar_has(from, CELLAR_DISCHARGE_VOLTAGE_LIMIT) ||
	     to->discharge_voltage_limit_mv > from->discharge_voltage_limit_mv))
		worse |= BIT_ULL(CELLAR_DISCHARGE_VOLTAGE_LIMIT);
	if (cellar_has(to, CELLAR_PROTECTIONS) &&
	    (to->protections & ~(cellar_has(from, CELLAR_PROTECTIONS) ? from->protections : 0)))
		worse |= BIT_ULL(CELLAR_PROTECTIONS);

	return worse;
}

/* What the frame of row @i carries is what its own decoder finds in it. */
static u64 look_at(struct inverter_plan *plan, unsigned int i, const struct cellar_reading *say)
{
	const struct cellar_can_row *row = &plan->dialect->rows[i];
	struct cellar_can_memory memory = plan->memory;
	struct cellar_can_frame frame;
	struct cellar_reading news;

	plan->row[i].carries = 0;
	plan->row[i].mute = cellar_can_encode(row, 0, &plan->memory, say, &frame);
	if (!plan->row[i].mute && !cellar_can_decode(row, &memory, &frame, &news))
		plan->row[i].carries = news.have;

	return plan->row[i].carries;
}

int inverter_plan_say(struct inverter_plan *plan, const struct cellar_reading *say,
		      u32 hold_ms, u64 now_ms)
{
	bool spoke = inverter_plan_speaks(plan, now_ms);
	u64 worse, all = 0;
	unsigned int i;

	plan->until_ms = 0;
	if (!say)
		return 0;
	/* what is in its frames is known */
	if (spoke && cellar_reading_equal(&plan->say, say)) {
		plan->until_ms = now_ms + hold_ms;
		return 0;
	}

	for (i = 0; i < plan->dialect->n_rows; i++)
		all |= look_at(plan, i, say);
	if ((all & CURRENTS) != CURRENTS)
		return -ENODATA;

	worse = taken_away(&plan->say, say);
	plan->say = *say;
	plan->until_ms = now_ms + hold_ms;
	if (!spoke) {
		plan->start_ms = now_ms;
		inverter_plan_renew(plan);
	}
	for (i = 0; i < plan->dialect->n_rows; i++)
		if (plan->row[i].carries & worse)
			plan->row[i].at_once = true;

	return 0;
}

/* The first frame that takes nothing from anybody, and gives nothing, when it is old. */
static unsigned int probe_row(const struct inverter_plan *plan)
{
	unsigned int i;

	for (i = 0; i < plan->dialect->n_rows; i++)
		if (plan->row[i].carries && !(plan->row[i].carries & ~MEASURED))
			break;

	return i;
}

/* What hurries goes first, then what has waited longest; n_rows: nothing has to go. */
static unsigned int next_row(const struct inverter_plan *plan, u64 now_ms)
{
	unsigned int i, best = plan->dialect->n_rows;
	u64 longest = now_ms;

	if (plan->probes)
		return probe_row(plan);
	for (i = 0; i < plan->dialect->n_rows; i++)
		if (plan->row[i].at_once && !plan->row[i].mute)
			return i;
	for (i = 0; i < plan->dialect->n_rows; i++) {
		if (plan->row[i].mute || plan->row[i].due_ms > longest ||
		    (plan->row[i].due_ms == longest && best < plan->dialect->n_rows))
			continue;
		longest = plan->row[i].due_ms;
		best = i;
	}

	return best;
}

bool inverter_plan_take(struct inverter_plan *plan, u64 now_ms, struct cellar_can_frame *frame)
{
	unsigned int i;

	if (plan->under_way || !inverter_plan_speaks(plan, now_ms) || now_ms < plan->full_until_ms)
		return false;

	while ((i = next_row(plan, now_ms)) < plan->dialect->n_rows) {
		put_off(plan, i, now_ms);
		if (cellar_can_encode(&plan->dialect->rows[i], 0, &plan->memory, &plan->say,
				      frame))
			continue;
		plan->probe_ms = now_ms + INVERTER_PLAN_PROBE_MS;
		plan->frame = *frame;
		plan->taken = i;
		plan->under_way = true;
		if (plan->stuck_ms == INVERTER_PLAN_NEVER)
			plan->stuck_ms = now_ms;
		return true;
	}

	return false;
}

void inverter_plan_full(struct inverter_plan *plan, u64 now_ms)
{
	plan->under_way = false;
	plan->row[plan->taken].at_once = true;
	plan->full_until_ms = now_ms + (plan->no_ack ? INVERTER_PLAN_ACK_MS :
					INVERTER_PLAN_FULL_MS);
}

static void through(struct inverter_plan *plan)
{
	plan->under_way = false;
	plan->no_ack = false;
	plan->probes = 0;
	plan->stuck_ms = INVERTER_PLAN_NEVER;
	plan->sign_ms = INVERTER_PLAN_NEVER;
}

void inverter_plan_echo(struct inverter_plan *plan, const struct cellar_can_frame *frame,
			u64 now_ms)
{
	bool ours = plan->under_way && frame->id == plan->frame.id &&
		    frame->len == plan->frame.len &&
		    !memcmp(frame->data, plan->frame.data, frame->len);

	plan->sent++;
	if (!ours && !plan->no_ack)
		return;

	/* what was under way is old by now */
	if (plan->no_ack)
		inverter_plan_renew(plan);
	through(plan);
	if (!ours) {
		plan->under_way = true;
		plan->stuck_ms = now_ms;
	}
}

void inverter_plan_flushed(struct inverter_plan *plan)
{
	plan->unsent += plan->under_way;
	plan->full_until_ms = 0;
	through(plan);
	inverter_plan_renew(plan);
}

void inverter_plan_sign(struct inverter_plan *plan, u64 now_ms)
{
	if (plan->under_way && plan->sign_ms == INVERTER_PLAN_NEVER)
		plan->sign_ms = now_ms;
}

static bool may_probe(const struct inverter_plan *plan)
{
	return plan->under_way && plan->no_ack && plan->probes < INVERTER_PLAN_PROBES &&
	       probe_row(plan) < plan->dialect->n_rows;
}

static u64 lost_ms(const struct inverter_plan *plan)
{
	u64 since = plan->sign_ms > plan->stuck_ms ? plan->sign_ms : plan->stuck_ms;

	return since == INVERTER_PLAN_NEVER ? since : since + INVERTER_PLAN_LOST_MS;
}

bool inverter_plan_tick(struct inverter_plan *plan, u64 now_ms)
{
	bool before = plan->no_ack;

	if (plan->stuck_ms == INVERTER_PLAN_NEVER)
		return false;
	if (plan->under_way && now_ms >= lost_ms(plan))
		inverter_plan_flushed(plan);
	else if (now_ms >= plan->stuck_ms + INVERTER_PLAN_ACK_MS)
		plan->no_ack = true;
	if (may_probe(plan) && now_ms >= plan->probe_ms) {
		plan->under_way = false;
		plan->unsent++;
		plan->probes++;
	}

	return plan->no_ack != before;
}

static u64 earlier(u64 a, u64 b)
{
	return a < b ? a : b;
}

u64 inverter_plan_next_ms(const struct inverter_plan *plan, u64 now_ms)
{
	u64 next = INVERTER_PLAN_NEVER;
	unsigned int i;

	if (plan->stuck_ms != INVERTER_PLAN_NEVER && !plan->no_ack)
		next = plan->stuck_ms + INVERTER_PLAN_ACK_MS;
	if (plan->under_way)
		next = earlier(next, lost_ms(plan));
	if (!inverter_plan_speaks(plan, now_ms))
		return next;

	next = earlier(next, plan->until_ms);
	if (may_probe(plan))
		next = earlier(next, plan->probe_ms);
	if (plan->under_way)
		return next;
	if (plan->no_ack)
		return earlier(next, plan->full_until_ms > now_ms ? plan->full_until_ms : now_ms);

	for (i = 0; i < plan->dialect->n_rows; i++) {
		u64 due = plan->row[i].at_once ? now_ms : plan->row[i].due_ms;

		if (plan->row[i].mute)
			continue;
		next = earlier(next, due < plan->full_until_ms ? plan->full_until_ms : due);
	}

	return next;
}
