// SPDX-License-Identifier: GPL-2.0-only
/*
 * The members as one battery: SOC and SOH weighted by capacity, voltage by median,
 * currents summed, extremes with their pack and cell (design.md, "Cluster").
 */
#include "cluster.h"

/* Weighted mean: members that say nothing take no part in it. */
struct mean {
	u64 weighted, weight;
};

static void weigh(struct mean *mean, u32 value, u32 weight)
{
	mean->weighted += (u64)value * weight;
	mean->weight += weight;
}

static void say_mean(struct cellar_reading *sum, enum cellar_field field, const struct mean *mean)
{
	if (mean->weight)
		cellar_say_number(sum, field, (s64)((mean->weighted + mean->weight / 2) /
						    mean->weight));
}

/*
 * Capacities to weigh by: a member of unknown capacity counts as much as the mean of
 * the known ones, and all the same when nobody says.
 */
static u32 typical_mah(const struct cluster *c, const struct supply *supplies)
{
	unsigned int i, known = 0;
	u64 total = 0;

	for (i = 0; i < c->n; i++) {
		u32 mah = supply_capacity_mah(&supplies[i], 1);

		if (c->pack[i].state != CLUSTER_MEMBER || !mah)
			continue;
		known++;
		total += mah;
	}

	return known && total >= known ? (u32)(total / known) : 1;
}

/* What 256 liars say may add up to more than a reading holds. */
static s64 within(s64 value, s64 min, s64 max)
{
	return value < min ? min : value > max ? max : value;
}

/* @all: every member has said this field, so that the sum is no part of it. */
static void say_sum(struct cellar_reading *sum, enum cellar_field field, s64 value, bool all)
{
	if (all)
		cellar_say_number(sum, field, field == CELLAR_CURRENT ?
				  within(value, INT32_MIN, INT32_MAX) :
				  within(value, 0, UINT32_MAX));
}

static void add_cells(struct cluster_sum *out, const struct supply *s, unsigned int i)
{
	struct cellar_reading *sum = &out->sum;
	s16 coldest, warmest;
	u8 cell;
	u32 mv;

	if (supply_cell_mv(s, CORE_DISCHARGE, &mv, &cell) && mv <= UINT16_MAX &&
	    (!cellar_has(sum, CELLAR_CELL_VOLTAGE_MIN) || mv < sum->cell_voltage_min_mv)) {
		sum->cell_voltage_min_mv = (u16)mv;
		cellar_say(sum, CELLAR_CELL_VOLTAGE_MIN);
		out->cell_min = (struct cluster_place){ (u16)i, cell };
	}
	if (supply_cell_mv(s, CORE_CHARGE, &mv, &cell) && mv <= UINT16_MAX &&
	    (!cellar_has(sum, CELLAR_CELL_VOLTAGE_MAX) || mv > sum->cell_voltage_max_mv)) {
		sum->cell_voltage_max_mv = (u16)mv;
		cellar_say(sum, CELLAR_CELL_VOLTAGE_MAX);
		out->cell_max = (struct cluster_place){ (u16)i, cell };
	}
	if (!supply_temperatures_decic(s, &coldest, &warmest))
		return;
	if (!cellar_has(sum, CELLAR_CELL_TEMPERATURE_MIN) ||
	    coldest < sum->cell_temperature_min_decic) {
		sum->cell_temperature_min_decic = coldest;
		cellar_say(sum, CELLAR_CELL_TEMPERATURE_MIN);
		out->coldest = (u16)i;
	}
	if (!cellar_has(sum, CELLAR_CELL_TEMPERATURE_MAX) ||
	    warmest > sum->cell_temperature_max_decic) {
		sum->cell_temperature_max_decic = warmest;
		cellar_say(sum, CELLAR_CELL_TEMPERATURE_MAX);
		out->warmest = (u16)i;
	}
}

/* Of everyone who speaks, member or not: a pack that left because of one still has it. */
static void add_alarms(struct cellar_reading *sum, const struct supply *s)
{
	const struct cellar_reading *r = &s->reading;

	if (s->out)
		return;
	if (cellar_has(r, CELLAR_PROTECTIONS)) {
		sum->protections |= r->protections;
		cellar_say(sum, CELLAR_PROTECTIONS);
	}
	if (cellar_has(r, CELLAR_WARNINGS)) {
		sum->warnings |= r->warnings;
		cellar_say(sum, CELLAR_WARNINGS);
	}
}

static bool counts_as_offline(const struct cluster_pack *p)
{
	return p->state != CLUSTER_MEMBER && p->reason != CLUSTER_NEVER_HEARD &&
	       p->reason != CLUSTER_PACKS_SPEAK && p->reason != CLUSTER_DUPLICATE;
}

static void say_counts(struct cluster *c, unsigned int offline)
{
	struct cluster_sum *out = &c->out;

	cellar_say_number(&out->sum, CELLAR_PACKS_ONLINE, out->packs);
	cellar_say_number(&out->sum, CELLAR_PACKS_OFFLINE, offline);
	cellar_say_number(&out->sum, CELLAR_PACKS_BLOCKING_CHARGE,
			  out->packs - out->carrying[CORE_CHARGE]);
	cellar_say_number(&out->sum, CELLAR_PACKS_BLOCKING_DISCHARGE,
			  out->packs - out->carrying[CORE_DISCHARGE]);
}

void cluster_add_up(struct cluster *c, const struct supply *supplies)
{
	u64 all = BIT_ULL(CELLAR_CURRENT) | BIT_ULL(CELLAR_REMAINING) | BIT_ULL(CELLAR_FULL) |
		  BIT_ULL(CELLAR_DESIGN);
	s64 current_ma = 0, remaining = 0, full = 0, design = 0;
	struct mean soc = { 0 }, soh = { 0 };
	struct cluster_sum *out = &c->out;
	unsigned int i, way, wired, offline = 0;
	u32 typical, weight, mah;

	memset(out, 0, sizeof(*out));
	typical = typical_mah(c, supplies);

	for (i = 0; i < c->n; i++) {
		const struct cellar_reading *r = &supplies[i].reading;
		const struct cluster_pack *p = &c->pack[i];

		if (p->fresh)
			add_alarms(&out->sum, &supplies[i]);
		offline += counts_as_offline(p);
		if (p->state != CLUSTER_MEMBER)
			continue;

		c->sorted[out->members++] = r->voltage_mv;
		wired = supply_wired_packs(&supplies[i], c->config.packs_of_system);
		out->packs += wired;
		for (way = 0; way < CORE_WAYS; way++)
			out->carrying[way] += p->carries[way] ? p->packs[way] : 0;

		mah = supply_capacity_mah(&supplies[i], wired);
		weight = mah ? mah : typical;
		if (cellar_has(r, CELLAR_SOC))
			weigh(&soc, r->soc_centi, weight);
		if (cellar_has(r, CELLAR_SOH))
			weigh(&soh, r->soh_centi, weight);
		all &= r->have;
		current_ma += supply_current_ma(&supplies[i], CORE_CHARGE);
		remaining += r->remaining_mah;
		full += r->full_mah;
		design += r->design_mah;
		add_cells(out, &supplies[i], i);
	}

	say_counts(c, offline);
	if (!out->members)
		return;

	cellar_say_number(&out->sum, CELLAR_VOLTAGE, cluster_median(c->sorted, out->members));
	say_sum(&out->sum, CELLAR_CURRENT, current_ma, all & BIT_ULL(CELLAR_CURRENT));
	say_sum(&out->sum, CELLAR_REMAINING, remaining, all & BIT_ULL(CELLAR_REMAINING));
	say_sum(&out->sum, CELLAR_FULL, full, all & BIT_ULL(CELLAR_FULL));
	say_sum(&out->sum, CELLAR_DESIGN, design, all & BIT_ULL(CELLAR_DESIGN));
	say_mean(&out->sum, CELLAR_SOC, &soc);
	say_mean(&out->sum, CELLAR_SOH, &soh);
}
