/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pictures of a simulated year, drawn by gnuplot(1): a day minute by minute, or the year
 * month by month.
 */
#ifndef CELLAR_SIM_YEAR_PLOT_H
#define CELLAR_SIM_YEAR_PLOT_H

#include "home.h"

#define YEAR_PLOTS_MAX		16
#define YEAR_DAY_MIN		(25 * 60)	/* the longest day of a year */
#define YEAR_MONTHS		12

/* Means of one minute, W; @ms: how much of it has passed */
struct year_minute {
	u32 ms;
	s64 pv, lost, load, cars, battery, grid;
	double soc;
};

/* W·ms of a month */
struct year_month {
	s64 pv, lost, load, cars, import, export;
};

/*
 * One picture. @day: as "2025-06-21", NULL: the whole year.
 *
 * @begin_s: of the day, UTC; @minute: NULL for a year
 */
struct year_plot {
	const char *path, *day;
	s64 begin_s, end_s;
	struct year_minute *minute;
};

/*
 * @title: of the house
 * @month: of the site's calendar
 */
struct year_plots {
	struct year_plot of[YEAR_PLOTS_MAX];
	unsigned int n;
	char title[80];
	unsigned int this_month;
	struct year_month month[YEAR_MONTHS];
};

/*
 * One more picture, to @path, which ends in .svg or .png. 0, or -EINVAL after saying what
 * is wrong.
 */
int year_plots_add(struct year_plots *plots, const char *path);

/* The last one that was added is of @day. As year_plots_add(). */
int year_plots_day(struct year_plots *plots, const char *day);

/* The time zone is set: from here on days have a beginning. 0, -EINVAL or -ENOMEM, said. */
int year_plots_start(struct year_plots *plots);

/* home_step() was called for @ms at @moment. */
void year_plots_step(struct year_plots *plots, const struct home *home,
		     const struct home_moment *moment, u32 ms);

/* Draw them all. 0, or a negative errno after saying what is wrong. */
int year_plots_draw(const struct year_plots *plots);

void year_plots_stop(struct year_plots *plots);

#endif /* CELLAR_SIM_YEAR_PLOT_H */
