// SPDX-License-Identifier: GPL-2.0-only
/*
 * interfaces.md, "cellar-sim ems": the output columns.
 */
#include "home_line.h"

void home_line_header(const struct home_line *line, const struct site_config *site, FILE *to)
{
	unsigned int i;

	fputs("time,pv_w,load_w,battery_w,grid_w,soc", to);
	for (i = 1; i <= site->chargers; i++)
		fprintf(to, ",charger%u_w", i);
	for (i = 1; i <= site->outputs; i++)
		fprintf(to, ",output%u", i);
	fprintf(to, ",limited_by%s\n", line->held_back ? ",held_back_w" : "");
}

void home_line_add(struct home_line *line, const struct home *home, u32 ms)
{
	const struct home_flow *flow = &home->flow;
	unsigned int i;

	line->ms += ms;
	line->pv += (s64)flow->pv_w * ms;
	line->lost += (s64)flow->pv_lost_w * ms;
	line->load += (s64)flow->load_w * ms;
	line->battery += (s64)flow->battery_w * ms;
	line->grid += (s64)flow->grid_w * ms;
	line->cars += (s64)flow->cars_w * ms;
	for (i = 0; i < home->config->site.chargers; i++)
		line->car[i] += (s64)flow->car_w[i] * ms;
}

/* To the nearest watt */
static long long mean(const struct home_line *line, s64 sum)
{
	s64 half = (s64)line->ms / 2;

	return (sum + (sum < 0 ? -half : half)) / (s64)line->ms;
}

void home_line_write(struct home_line *line, const struct home *home, const char *time,
		     FILE *to)
{
	const struct site_config *site = &home->config->site;
	unsigned int i;

	fprintf(to, "%s,%lld,%lld,%lld,%lld,%.2f", time, mean(line, line->pv),
		mean(line, line->load), mean(line, line->battery), mean(line, line->grid),
		100 * home_battery_soc(&home->battery));
	for (i = 0; i < site->chargers; i++)
		fprintf(to, ",%lld", mean(line, line->car[i]));
	for (i = 0; i < site->outputs; i++)
		fprintf(to, ",%d", home->out.output[i].closed);
	fprintf(to, ",%s", site_winner_word(home->out.limited_by));
	if (line->held_back)
		fprintf(to, ",%lld", mean(line, line->lost));
	fputc('\n', to);
	*line = (struct home_line){ .held_back = line->held_back };
}
