// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept for a picture while the year passes. year_draw.c draws it.
 */
#include "year_plot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../io/time_zone.h"
#include "house.h"
#include "local_time.h"
#include "year_draw.h"

#define DAY_S		86400
#define HOUR_S		3600
#define MINUTE_S	60

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), of_end = strlen(end);

	return length > of_end && !strcmp(text + length - of_end, end);
}

int year_plots_add(struct year_plots *plots, const char *path)
{
	if (plots->n == YEAR_PLOTS_MAX) {
		fprintf(stderr, "cellar-sim: --plot '%s' is one too many: at most %d\n", path,
			YEAR_PLOTS_MAX);
		return -EINVAL;
	}
	if ((!ends_with(path, ".svg") && !ends_with(path, ".png")) || strchr(path, '\'')) {
		fprintf(stderr, "cellar-sim: --plot '%s' is no picture: must end in .svg or "
			".png, and have no quote in it\n", path);
		return -EINVAL;
	}
	plots->of[plots->n++] = (struct year_plot){ .path = path };
	return 0;
}

int year_plots_day(struct year_plots *plots, const char *day)
{
	struct year_plot *plot = plots->n ? &plots->of[plots->n - 1] : NULL;

	if (!plot || plot->day) {
		fprintf(stderr, "cellar-sim: --day '%s' must follow the --plot that it is of\n",
			day);
		return -EINVAL;
	}
	plot->day = day;
	return 0;
}

/* From its midnight to the next one, as clocks show it */
static int begin_day(struct year_plot *plot)
{
	char text[2 * LOCAL_TIME_SIZE];

	snprintf(text, sizeof(text), "%.19sT00:00:00", plot->day);
	if (local_time_read(text, INT64_MIN, &plot->begin_s) ||
	    plot->begin_s < HOUSE_BEGIN_S - DAY_S ||
	    plot->begin_s >= HOUSE_BEGIN_S + HOUSE_YEAR_S - DAY_S / 2) {
		fprintf(stderr, "cellar-sim: --day '%s' is no day of the simulated year: must be "
			"2025-01-01 to 2025-12-31\n", plot->day);
		return -EINVAL;
	}
	plot->end_s = plot->begin_s + DAY_S + time_zone_offset_s(plot->begin_s) -
		      time_zone_offset_s(plot->begin_s + DAY_S);
	plot->minute = calloc(YEAR_DAY_MIN, sizeof(*plot->minute));
	if (plot->minute)
		return 0;
	fprintf(stderr, "cellar-sim: no memory\n");
	return -ENOMEM;
}

int year_plots_start(struct year_plots *plots)
{
	unsigned int i;
	int r = 0;

	for (i = 0; i < plots->n && !r; i++)
		if (plots->of[i].day)
			r = begin_day(&plots->of[i]);
	return r;
}

static void add_minute(struct year_minute *minute, const struct home *home, s64 ms)
{
	const struct home_flow *flow = &home->flow;

	minute->ms += (u32)ms;
	minute->pv += flow->pv_w * ms;
	minute->lost += flow->pv_lost_w * ms;
	minute->load += flow->load_w * ms;
	minute->cars += flow->cars_w * ms;
	minute->battery += flow->battery_w * ms;
	minute->grid += flow->grid_w * ms;
	minute->soc = 100 * home_battery_soc(&home->battery);
}

static void add_month(struct year_month *month, const struct home_flow *flow, s64 ms)
{
	month->pv += flow->pv_w * ms;
	month->lost += flow->pv_lost_w * ms;
	month->load += flow->load_w * ms;
	month->cars += flow->cars_w * ms;
	if (flow->grid_w > 0)
		month->export += flow->grid_w * ms;
	else
		month->import -= flow->grid_w * ms;
}

void year_plots_step(struct year_plots *plots, const struct home *home,
		     const struct home_moment *moment, u32 ms)
{
	s64 at_s = moment->wall_s;
	unsigned int i;

	if (!plots->n)
		return;
	for (i = 0; i < plots->n; i++) {
		const struct year_plot *plot = &plots->of[i];

		if (plot->day && at_s >= plot->begin_s && at_s < plot->end_s)
			add_minute(&plot->minute[(at_s - plot->begin_s) / MINUTE_S], home, ms);
	}
	/* the hour that is next year's by the clocks is still December's */
	if (at_s % HOUR_S == 0 && at_s < HOUSE_BEGIN_S + HOUSE_YEAR_S - DAY_S)
		plots->this_month = local_time_month(at_s);
	add_month(&plots->month[plots->this_month], &home->flow, ms);
}

int year_plots_draw(const struct year_plots *plots)
{
	unsigned int i;
	int r = 0;

	for (i = 0; i < plots->n && !r; i++)
		r = year_draw(plots, &plots->of[i]);
	return r;
}

void year_plots_stop(struct year_plots *plots)
{
	unsigned int i;

	for (i = 0; i < plots->n; i++)
		free(plots->of[i].minute);
	plots->n = 0;
}
