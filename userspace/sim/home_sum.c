// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sums over the steps, and their JSON.
 */
#include "home_sum.h"

#include <string.h>

#define MJ_PER_WH	3600000.0
#define MS_PER_S	1000.0
#define DAY_S		86400

void home_sum_start(struct home_sum *sum, const struct home *home, u32 step_ms)
{
	const struct home_config *config = home->config;

	memset(sum, 0, sizeof(*sum));
	sum->reaction_ms = step_ms + (config->charger_lag_ms > config->inverter_lag_ms ?
				      config->charger_lag_ms : config->inverter_lag_ms);
	sum->soc_start = home_battery_soc(&home->battery);
}

static void over(struct home_over *over, const struct home_sum *sum, bool is, u32 ms)
{
	u64 before = over->run_ms;

	if (!is) {
		over->run_ms = 0;
		return;
	}
	over->all_ms += ms;
	over->run_ms += ms;
	if (before >= sum->reaction_ms)
		over->late_ms += ms;
	else if (over->run_ms > sum->reaction_ms)
		over->late_ms += over->run_ms - sum->reaction_ms;
}

static void switched(struct home_switched *contact, bool closed)
{
	if (closed == contact->closed)
		return;
	contact->closed = closed;
	contact->changes++;
	contact->today++;
	if (contact->today > contact->most_a_day)
		contact->most_a_day = contact->today;
}

static void next_day(struct home_sum *sum, s64 day)
{
	unsigned int i;

	if (day == sum->day)
		return;
	sum->day = day;
	for (i = 0; i < SITE_OUTPUTS_MAX; i++)
		sum->output[i].today = 0;
	for (i = 0; i < SITE_CHARGERS_MAX; i++)
		sum->charger[i].today = 0;
}

static void add_energies(struct home_sum *sum, const struct home_flow *flow, s64 ms)
{
	sum->pv_mj += flow->pv_w * ms;
	sum->pv_lost_mj += flow->pv_lost_w * ms;
	sum->load_mj += flow->load_w * ms;
	sum->unserved_mj += flow->unserved_w * ms;
	sum->cars_mj += flow->cars_w * ms;
	if (flow->battery_w > 0)
		sum->charge_mj += flow->battery_w * ms;
	else
		sum->discharge_mj -= flow->battery_w * ms;
	if (flow->grid_w > 0)
		sum->export_mj += flow->grid_w * ms;
	else
		sum->import_mj -= flow->grid_w * ms;
}

static void add_switched(struct home_sum *sum, const struct home *home, s64 ms)
{
	const struct site_outputs *out = &home->out;
	const struct site_config *site = &home->config->site;
	unsigned int i;

	for (i = 0; i < site->outputs; i++)
		switched(&sum->output[i], out->output[i].closed);
	for (i = 0; i < site->chargers; i++) {
		switched(&sum->charger[i], out->charger[i].current_ma);
		sum->sessions[i] += out->charger[i].in_session && !sum->in_session[i];
		sum->in_session[i] = out->charger[i].in_session;
		sum->car_mj[i] += home->flow.car_w[i] * ms;
	}
}

void home_sum_add(struct home_sum *sum, const struct home *home,
		  const struct home_moment *moment, u32 ms)
{
	const struct home_flow *flow = &home->flow;
	const struct site_config *site = &home->config->site;

	next_day(sum, (moment->wall_s + moment->utc_offset_s) / DAY_S);
	add_energies(sum, flow, ms);
	add_switched(sum, home, ms);
	over(&sum->contract, sum, -(s64)flow->grid_w > site->contract_w, ms);
	over(&sum->feed_in, sum, flow->grid_w > site->feed_in_w, ms);
	over(&sum->battery, sum, flow->battery_w > home->charge_w ||
	     -flow->battery_w > home->discharge_w, ms);
	sum->ms += ms;
	sum->blackout_ms += moment->grid ? 0 : ms;
	sum->overload_ms += home->out.overload ? ms : 0;
	sum->soc_end = home_battery_soc(&home->battery);
	sum->lost_wh = home->battery.lost_wh;
}

double home_sum_self_sufficiency(const struct home_sum *sum)
{
	double used = (double)(sum->load_mj + sum->cars_mj);
	double own = used - (double)sum->import_mj;

	if (used <= 0)
		return 100;
	return own > 0 ? 100 * own / used : 0;
}

double home_sum_self_consumption(const struct home_sum *sum)
{
	double own = (double)(sum->pv_mj - sum->export_mj);

	if (!sum->pv_mj)
		return 100;
	return own > 0 ? 100 * own / (double)sum->pv_mj : 0;
}

static void write_over(FILE *to, const char *name, const struct home_over *over)
{
	fprintf(to, "  \"over_%s_s\": %.0f,\n  \"over_%s_late_s\": %.0f,\n", name,
		(double)over->all_ms / MS_PER_S, name, (double)over->late_ms / MS_PER_S);
}

static void write_energies(const struct home_sum *sum, FILE *to)
{
	const struct {
		const char *name;
		s64 mj;
	} energies[] = {
		{ "pv", sum->pv_mj }, { "pv_lost", sum->pv_lost_mj },
		{ "load", sum->load_mj }, { "unserved", sum->unserved_mj },
		{ "import", sum->import_mj }, { "export", sum->export_mj },
		{ "charge", sum->charge_mj }, { "discharge", sum->discharge_mj },
		{ "cars", sum->cars_mj },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(energies); i++)
		fprintf(to, "  \"%s_wh\": %.1f,\n", energies[i].name,
			(double)energies[i].mj / MJ_PER_WH);
	fprintf(to, "  \"lost_wh\": %.1f,\n", sum->lost_wh);
}

static void write_things(const struct home_sum *sum, const struct site_config *site, FILE *to)
{
	unsigned int i;

	fputs("  \"chargers\": [", to);
	for (i = 0; i < site->chargers; i++)
		fprintf(to, "%s\n    {\"name\": \"%s\", \"strategy\": \"%s\", \"sessions\": %u, "
			"\"switches\": %u, \"most_switches_a_day\": %u, \"energy_wh\": %.1f}",
			i ? "," : "", site->charger[i].name,
			site_strategy_word((enum site_strategy)site->charger[i].strategy),
			sum->sessions[i], sum->charger[i].changes, sum->charger[i].most_a_day,
			(double)sum->car_mj[i] / MJ_PER_WH);
	fprintf(to, "%s],\n  \"outputs\": [", i ? "\n  " : "");
	for (i = 0; i < site->outputs; i++)
		fprintf(to, "%s\n    {\"name\": \"%s\", \"switches\": %u, "
			"\"most_switches_a_day\": %u}", i ? "," : "", site->output[i].name,
			sum->output[i].changes, sum->output[i].most_a_day);
	fprintf(to, "%s]\n", i ? "\n  " : "");
}

/* What @home may use of its battery on the grid: its reserve for a blackout is not in it. */
static unsigned int floor_percent(const struct site_config *site)
{
	unsigned int deep = 100u - site->dod_percent;
	unsigned int reserve = 100u - site->eps_dod_percent + site->eps_buffer_percent;

	return site->eps && reserve > deep ? reserve : deep;
}

static void write_battery(const struct home_sum *sum, const struct home *home, FILE *to)
{
	const struct home_battery *battery = &home->battery;
	const struct site_config *site = &home->config->site;
	s32 inverters_w = 0, charge_w = home_battery_w(battery, battery->charge_ma);
	s32 discharge_w = home_battery_w(battery, battery->discharge_ma);
	unsigned int i;

	for (i = 0; i < site->inverters; i++)
		inverters_w += (s32)site->inverter[i].battery_w;
	fprintf(to, "  \"battery\": {\"capacity_wh\": %.1f, \"charge_w\": %d, "
		"\"discharge_w\": %d, \"efficiency_percent\": %.1f, \"floor_percent\": %u, "
		"\"to_cars\": %s, \"start_wh\": %.1f, \"end_wh\": %.1f},\n",
		battery->capacity_wh, charge_w < inverters_w ? charge_w : inverters_w,
		discharge_w < inverters_w ? discharge_w : inverters_w,
		100 * battery->efficiency, floor_percent(site),
		site->battery_to_cars ? "true" : "false",
		battery->capacity_wh * sum->soc_start, battery->stored_wh);
}

void home_sum_write(const struct home_sum *sum, const struct home *home, FILE *to)
{
	fprintf(to, "{\n  \"seconds\": %.0f,\n", (double)sum->ms / MS_PER_S);
	write_energies(sum, to);
	fprintf(to, "  \"self_sufficiency_percent\": %.2f,\n"
		"  \"self_consumption_percent\": %.2f,\n",
		home_sum_self_sufficiency(sum), home_sum_self_consumption(sum));
	write_over(to, "contract", &sum->contract);
	write_over(to, "feed_in", &sum->feed_in);
	write_over(to, "battery", &sum->battery);
	fprintf(to, "  \"reaction_s\": %.0f,\n  \"overload_s\": %.0f,\n"
		"  \"blackout_s\": %.0f,\n", (double)sum->reaction_ms / MS_PER_S,
		(double)sum->overload_ms / MS_PER_S, (double)sum->blackout_ms / MS_PER_S);
	fprintf(to, "  \"soc_start_percent\": %.2f,\n  \"soc_end_percent\": %.2f,\n",
		100 * sum->soc_start, 100 * sum->soc_end);
	write_battery(sum, home, to);
	write_things(sum, &home->config->site, to);
	fputs("}\n", to);
}
