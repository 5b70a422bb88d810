// SPDX-License-Identifier: GPL-2.0-only
/* What one pack may carry by itself. */
#include "limits_parts.h"

static u32 times(u32 ma, unsigned int packs)
{
	u64 all = (u64)ma * packs;

	return all < LIMITS_NONE ? (u32)all : LIMITS_NONE - 1;
}

/* Which windows are left, and whether one is open (packs.md, "Models"). */
static u32 peak_ma(struct limits_pack *p, const struct supply *s, u32 continuous, u32 step_ms)
{
	const struct profile_peak *peak = &p->profile->peak;
	s32 flows = supply_current_ma(s, CORE_DISCHARGE);
	s16 coldest, warmest;

	if (flows > (s32)continuous) {
		p->long_ms += step_ms;
		p->short_ms += flows > (s32)peak->long_ma ? step_ms : 0;
		p->rest_ms = 0;
	} else if (p->rest_ms < peak->rest_ms) {
		p->rest_ms += step_ms;
	} else {
		p->long_ms = 0;
		p->short_ms = 0;
	}

	if (!cellar_has(&s->reading, CELLAR_CURRENT) ||
	    !supply_temperatures_decic(s, &coldest, &warmest) ||
	    (!p->long_ms && warmest > peak->start_decic) || p->long_ms >= peak->long_ms)
		return continuous;

	return p->short_ms < peak->short_ms ? peak->short_ma : peak->long_ma;
}

static u32 highest_ma(struct limits *l, struct limits_pack *p, const struct supply *s,
		      enum core_way way, u32 step_ms)
{
	u32 continuous = way == CORE_CHARGE ? p->model->charge_max_ma :
			 p->model->discharge_max_ma;

	if (way == CORE_CHARGE)
		return continuous;

	/* a system does not say what each of its packs carries */
	p->peaking = false;
	if (l->config.peak && p->profile && p->profile->peak.long_ma && !s->of_system) {
		u32 peak = peak_ma(p, s, continuous, step_ms);

		p->peaking = peak > continuous;
		return peak;
	}

	return continuous;
}

/* A curve says nothing as long as it leaves everything. */
static u32 curve_ma(u32 base, u16 centi)
{
	return centi < CURVE_FULL ? curve_share(base, centi) : LIMITS_NONE;
}

static void curves(struct limits_pack *p, const struct supply *s, enum core_way way)
{
	const struct profile *profile = p->profile;
	u32 *part = p->part[way], base = p->base_ma[way], mv;
	s16 coldest, warmest;
	u16 cold, warm;

	if (supply_cell_mv(s, way, &mv, NULL))
		part[LIMITS_CELL_VOLTAGE] =
			curve_ma(base, curve_latched(&profile->cell[way], (s32)mv, &p->latch[way]));
	if (supply_temperatures_decic(s, &coldest, &warmest)) {
		cold = curve_at(&profile->temperature[way], coldest);
		warm = curve_at(&profile->temperature[way], warmest);
		part[LIMITS_TEMPERATURE] = curve_ma(base, cold < warm ? cold : warm);
	}
	if (cellar_has(&s->reading, CELLAR_SOC))
		part[LIMITS_SOC] = curve_ma(base, curve_at(&profile->soc[way],
							   s->reading.soc_centi));
}

static void own_terms(struct limits *l, const struct cluster *c, const struct supply *s,
		      unsigned int i, enum core_way way)
{
	const struct cluster_pack *seen = &c->pack[i];
	struct limits_pack *p = &l->pack[i];
	unsigned int packs = seen->packs[way], term;
	u32 *part = p->part[way], rated, highest;

	for (term = 0; term < LIMITS_TERMS; term++)
		part[term] = LIMITS_NONE;
	part[LIMITS_BMS] = seen->block[way] ? 0 : seen->allowed_ma[way];
	p->base_ma[way] = part[LIMITS_BMS];

	if (p->model) {
		rated = way == CORE_CHARGE ? p->model->charge_ma : p->model->discharge_ma;
		highest = highest_ma(l, p, s, way, c->step_ms);
		if (rated && l->config.rated)
			part[LIMITS_RATED] = times(rated, packs);
		if (highest) {
			part[LIMITS_MAX] = times(highest, packs);
			p->base_ma[way] = part[LIMITS_MAX];
		}
	}
	if (p->profile)
		curves(p, s, way);

	p->own_ma[way] = LIMITS_NONE;
	for (term = 0; term < LIMITS_TERMS; term++)
		p->own_ma[way] = smaller(p->own_ma[way], part[term]);
}

void limits_pack_step(struct limits *l, const struct cluster *c, const struct supply *s,
		      unsigned int i)
{
	struct limits_pack *p = &l->pack[i];
	unsigned int way;

	if (p->model != s->model) {
		memset(p, 0, sizeof(*p));
		p->model = s->model;
		p->profile = profile_of(s->model);
		for (way = 0; way < CORE_WAYS; way++)
			p->latch[way] = CURVE_FULL;
	}

	for (way = 0; way < CORE_WAYS; way++) {
		if (c->pack[i].fresh)
			own_terms(l, c, s, i, way);
		else
			p->own_ma[way] = 0;
	}
	p->peaking = p->peaking && c->pack[i].fresh;
}

u32 limits_own_ma(const struct limits *l, unsigned int i, enum core_way way)
{
	return l->pack[i].own_ma[way];
}
