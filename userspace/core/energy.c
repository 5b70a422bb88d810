// SPDX-License-Identifier: GPL-2.0-only
/*
 * Energies by period, to the millijoule.
 */
#include "energy.h"

#include "civil.h"

#define DAY_MS		(CIVIL_DAY_S * 1000LL)
#define ALL_KINDS	((1u << ENERGY_KINDS) - 1)
#define MJ_PER_WH	3600000

void energy_start(struct energy *energy)
{
	memset(energy, 0, sizeof(*energy));
}

static void count(struct energy *energy, const struct energy_flow *flow, u32 ms)
{
	unsigned int first = energy->begun ? ENERGY_TODAY : ENERGY_LIFE, period, kind;
	u64 mj[ENERGY_KINDS];

	for (kind = 0; kind < ENERGY_KINDS; kind++)
		mj[kind] = flow->known & 1u << kind && flow->w[kind] > 0 ?
			   (u64)flow->w[kind] * ms : 0;
	for (period = first; period < ENERGY_PERIODS; period++)
		for (kind = 0; kind < ENERGY_KINDS; kind++)
			energy->sum[period].mj[kind] += mj[kind];

	if ((flow->known & ALL_KINDS) == ALL_KINDS)
		return;
	for (period = first; period < ENERGY_PERIODS; period++)
		for (kind = 0; kind < ENERGY_KINDS; kind++)
			if (!(flow->known & 1u << kind))
				energy->sum[period].gap_ms[kind] += ms;
}

static void begin(struct energy *energy, enum energy_period period)
{
	memset(&energy->sum[period], 0, sizeof(energy->sum[period]));
}

/* Now it is @day. */
static void turn(struct energy *energy, s32 day)
{
	struct civil was, is;

	civil_of((s64)energy->day * CIVIL_DAY_S, &was);
	civil_of((s64)day * CIVIL_DAY_S, &is);
	energy->ended = energy->sum[ENERGY_TODAY];
	energy->ended_day = energy->day;
	energy->days_ended++;
	energy->day = day;

	begin(energy, ENERGY_TODAY);
	if (civil_week(is.day) != civil_week(was.day))
		begin(energy, ENERGY_WEEK);
	if (is.year != was.year)
		begin(energy, ENERGY_YEAR);
	if (is.year != was.year || is.month != was.month)
		begin(energy, ENERGY_MONTH);
}

void energy_step(struct energy *energy, const struct energy_flow *flow, u32 ms, s64 local_s)
{
	s64 end_ms, midnight_ms;
	struct civil now;

	if (!local_s || local_s > CIVIL_MAX_S || local_s < -CIVIL_MAX_S) {
		count(energy, flow, ms);
		return;
	}
	if (!energy->begun) {
		civil_of(local_s, &now);
		energy->begun = true;
		energy->day = now.day;
	}

	/* a step that began in the day that is and passes its end belongs to both */
	end_ms = local_s * 1000;
	midnight_ms = (energy->day + 1LL) * DAY_MS;
	while (end_ms >= midnight_ms && end_ms - ms < midnight_ms) {
		u32 before_ms = (u32)(midnight_ms - (end_ms - ms));

		count(energy, flow, before_ms);
		ms -= before_ms;
		turn(energy, energy->day + 1);
		midnight_ms += DAY_MS;
	}
	if (end_ms >= midnight_ms || end_ms < midnight_ms - DAY_MS) {
		civil_of(local_s, &now);
		turn(energy, now.day);
	}
	count(energy, flow, ms);
}

u64 energy_wh(u64 mj)
{
	return mj / MJ_PER_WH;
}
