// SPDX-License-Identifier: GPL-2.0-only
/*
 * Energy in, energy out, and two tapers.
 */
#include "home_battery.h"

#include <math.h>

#include "ocv.h"

#define MS_PER_H	3600000.0
/* Where a maker gives no current: half the capacity in an hour [own figure] */
#define USUAL_C		2
#define PACK_STEP_MA	1000

/* Share of the rated current over SOC [own figures, in the shape that LFP packs have] */
static const struct point charge_taper[] = {
	{ 0.90, 1.0 }, { 0.98, 0.30 }, { 0.995, 0.10 }, { 0.9999, 0.04 }, { 1.0, 0 },
};

static const struct point discharge_taper[] = {
	{ 0, 0 }, { 0.0001, 0.04 }, { 0.03, 0.30 }, { 0.06, 1.0 },
};

void home_battery_start(struct home_battery *battery, const struct home_battery_config *config)
{
	const struct cellar_model *model = config->model;
	u32 usual_ma;

	*battery = (struct home_battery){ .efficiency = config->efficiency };
	if (!config->packs)
		return;
	usual_ma = model->capacity_mah / USUAL_C;
	battery->packs = config->packs;
	battery->voltage_mv = model->nominal_mv;
	battery->capacity_wh = model->capacity_mah / 1000.0 * model->nominal_mv / 1000.0 *
			       config->packs;
	battery->stored_wh = battery->capacity_wh * config->start;
	battery->charge_ma = config->packs * (model->charge_ma ? model->charge_ma : usual_ma);
	battery->discharge_ma = config->packs *
				(model->discharge_ma ? model->discharge_ma : usual_ma);
}

double home_battery_soc(const struct home_battery *battery)
{
	return battery->packs ? battery->stored_wh / battery->capacity_wh : 0;
}

static u32 tapered_ma(const struct home_battery *battery, u32 rated_ma,
		      const struct point *taper, size_t n)
{
	double share = line_through(taper, n, home_battery_soc(battery));
	u32 step_ma = PACK_STEP_MA * battery->packs;

	return battery->packs ? (u32)(rated_ma * share + 0.5) / step_ma * step_ma : 0;
}

u32 home_battery_charge_ma(const struct home_battery *battery)
{
	return tapered_ma(battery, battery->charge_ma, charge_taper, ARRAY_SIZE(charge_taper));
}

u32 home_battery_discharge_ma(const struct home_battery *battery)
{
	return tapered_ma(battery, battery->discharge_ma, discharge_taper,
			  ARRAY_SIZE(discharge_taper));
}

s32 home_battery_can(const struct home_battery *battery, s32 w, u32 ms)
{
	double room_w = (battery->capacity_wh - battery->stored_wh) / battery->efficiency;
	double left_w = battery->stored_wh * battery->efficiency;

	room_w *= MS_PER_H / ms;
	left_w *= MS_PER_H / ms;
	if (w > room_w)
		return (s32)fmax(room_w, 0);
	if (-(double)w > left_w)
		return -(s32)fmax(left_w, 0);
	return w;
}

void home_battery_pass(struct home_battery *battery, s32 w, u32 ms)
{
	double wh = w * (ms / MS_PER_H);

	if (wh > 0) {
		battery->charged_wh += wh;
		battery->stored_wh += wh * battery->efficiency;
		battery->lost_wh += wh * (1 - battery->efficiency);
	} else {
		battery->discharged_wh -= wh;
		battery->stored_wh += wh / battery->efficiency;
		battery->lost_wh -= wh / battery->efficiency - wh;
	}
}

s32 home_battery_w(const struct home_battery *battery, u32 ma)
{
	return (s32)((u64)ma * battery->voltage_mv / 1000000);
}
