// SPDX-License-Identifier: GPL-2.0-only
/*
 * Columns of the man page, in its order. Nothing here comes from a device's registers but
 * what the inverters were told.
 */
#include "premises_truth.h"

#include "../io/hybrid_maps.h"
#include "local_time.h"

static const char *const state_words[] = {
	[PREMISES_CHECKS] = "checks",
	[PREMISES_ON_GRID] = "grid",
	[PREMISES_ON_EPS] = "eps",
	[PREMISES_OFF] = "off",
};

void premises_truth_header(FILE *to, const struct premises *p)
{
	const struct site_config *site = &p->home->site;
	unsigned int i;

	fputs("time_s,clock,grid,drm,rrcr,cease,meter,roof_w,pv_w,load_w,unserved_w,cars_w,"
	      "battery_w,grid_w,soc_percent,packs,current_a,allow_charge_a,allow_discharge_a,"
	      "worst_percent", to);
	for (i = 1; i <= site->chargers; i++)
		fprintf(to, ",car%u,car%u_told_a,car%u_w,car%u_quiet_s", i, i, i, i);
	for (i = 1; i <= site->inverters; i++)
		fprintf(to, ",inverter%u,inverter%u_pv_w,inverter%u_battery_w,inverter%u_mode,"
			"inverter%u_least_w,inverter%u_most_w", i, i, i, i, i, i);
	for (i = 1; i <= site->outputs; i++)
		fprintf(to, ",output%u,output%u_w", i, i);
	for (i = 1; site->phases == SITE_PHASES && i <= SITE_PHASES; i++)
		fprintf(to, ",grid_%u_w", i);
	fputc('\n', to);
}

/* Of the pack that is driven hardest, in % of what its own BMS allows it. */
static double worst_percent(const struct plant *plant)
{
	double worst = 0;

	for (unsigned int i = 0; i < plant->packs; i++) {
		const struct plant_pack *pack = &plant->pack[i];
		double a = pack->current_a > 0 ? pack->current_a : -pack->current_a;
		u32 ma = pack->current_a > 0 ? pack->bms.ccl_ma : pack->bms.dcl_ma;
		double percent = ma ? a * 1e5 / ma : a > 1 ? 999 : 0;

		worst = percent > worst ? percent : worst;
	}
	return worst < 999 ? worst : 999;
}

static unsigned int online(const struct plant *plant)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < plant->packs; i++)
		n += plant_online(&plant->pack[i]);
	return n;
}

/* Whether the meter at the grid answers; 1 when there is none. */
static bool meter_answers(const struct premises_devices *d)
{
	for (unsigned int i = 0; i < d->config->meters; i++)
		if (d->config->meter[i].meter.role == METER_EXCHANGE)
			return !d->meter[i]->muted && !d->meter[i]->muted_by_power &&
			       !d->meter[i]->frozen;
	return true;
}

static int point(const struct slave *s, unsigned int at)
{
	return (int)((u32)s->value[SOFAR_POINTS + at] << 16 | s->value[SOFAR_POINTS + at + 1]);
}

static void write_inverter(FILE *to, const struct premises *p, const struct premises_devices *d,
			   unsigned int n, const struct plant *plant)
{
	const struct premises_inverter *inverter = &p->inverter[n];
	const struct slave *s = inverter->slave;

	fprintf(to, ",%s,%.0f,%.0f", state_words[inverter->state], inverter->pv_w,
		inverter->battery_w);
	if (s) {
		fprintf(to, ",%u,%d,%d", s->value[SOFAR_MODE], point(s, 2), point(s, 4));
	} else if (n < d->can.inverters.n) {
		const struct inverter *can = &d->can.inverters.of[n];

		fprintf(to, ",,%.0f,%.0f", -can->course[INVERTER_DISCHARGE].at_a * plant->bus_v,
			can->course[INVERTER_CHARGE].at_a * plant->bus_v);
	} else {
		fputs(",,,", to);
	}
}

void premises_truth_write(FILE *to, const struct premises *p, const struct premises_devices *d,
			  const struct plant *plant, u64 now_ms)
{
	const struct site_config *site = &p->home->site;
	struct plant_limits limits = plant_limits(plant);
	char clock[LOCAL_TIME_SIZE];
	unsigned int i;

	local_time_write(HOUSE_BEGIN_S + (s64)premises_at_s(p, now_ms), clock);
	fprintf(to, "%llu.%llu,%s,%d,%u,%u,%d,%d,%.0f,%.0f,%.0f,%.0f,%.0f,%.0f,%.0f,%.2f,%u,%.2f,"
		"%.1f,%.1f,%.1f", (unsigned long long)now_ms / 1000, (unsigned long long)now_ms % 1000 / 100,
		clock + 11, p->grid, p->drm, p->rrcr, p->cease, meter_answers(d), p->roof_w,
		p->pv_w, p->load_w, p->wanted_load_w - p->load_w, p->cars_w, p->battery_w, p->grid_w,
		100 * premises_soc(plant), online(plant), plant->current_a, limits.ccl_ma / 1000.0,
		limits.dcl_ma / 1000.0, worst_percent(plant));
	for (i = 0; i < site->chargers; i++)
		fprintf(to, ",%d,%.3f,%.0f,%.1f", p->box[i].plugged, p->box[i].let_ma / 1000.0,
			p->box[i].w, p->box[i].quiet_s);
	for (i = 0; i < site->inverters; i++)
		write_inverter(to, p, d, i, plant);
	for (i = 0; i < site->outputs; i++)
		fprintf(to, ",%d,%.0f", p->relay[i].closed, p->relay[i].w);
	for (i = 0; site->phases == SITE_PHASES && i < SITE_PHASES; i++)
		fprintf(to, ",%.0f", p->grid_phase_w[i]);
	fputc('\n', to);
}
