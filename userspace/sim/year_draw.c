// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scripts and data for gnuplot, through a pipe: no file but the picture is left.
 */
#include "year_draw.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIN_PER_H	60.0
#define MJ_PER_KWH	3.6e9

static const char *const month_names[YEAR_MONTHS] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};

/* Colours that stay apart for the colour-blind, after Okabe and Ito */
#define SUN	"#f0b400"
#define HOUSE	"#202020"
#define CARS	"#cc79a7"
#define BATTERY	"#009e73"
#define DRAWN	"#d55e00"
#define FED_IN	"#56b4e9"
#define LOST	"#bbbbbb"

static void begin(FILE *gnuplot, const struct year_plot *plot, unsigned int height)
{
	bool svg = plot->path[strlen(plot->path) - 3] == 's';

	fprintf(gnuplot, "set terminal %s size 1000,%u %s font 'DejaVu Sans,%s' "
		"background '#ffffff'\nset output '%s'\n",
		svg ? "svg" : "pngcairo", height, svg ? "dynamic" : "", svg ? "13" : "11",
		plot->path);
	fputs("set encoding utf8\n"
	      "set border 3 lc '#808080'\nset tics nomirror textcolor '#303030'\n"
	      "set grid ytics lc '#e0e0e0' lt 1 lw 0.5\nset grid xtics lc '#e0e0e0' lt 1 lw 0.5\n"
	      "set key outside right top Left reverse samplen 1.5 spacing 1.2\n", gnuplot);
}

static void write_minutes(FILE *gnuplot, const struct year_plot *plot)
{
	unsigned int i;

	fputs("$day << END\n", gnuplot);
	for (i = 0; i < YEAR_DAY_MIN; i++) {
		const struct year_minute *m = &plot->minute[i];
		double kw = m->ms * 1000.0;

		if (m->ms)
			fprintf(gnuplot, "%.4f %.3f %.3f %.3f %.3f %.3f %.3f %.1f\n",
				i / MIN_PER_H, (double)m->pv / kw, (double)(m->pv + m->lost) / kw,
				(double)m->load / kw, (double)(m->load + m->cars) / kw,
				(double)m->battery / kw, (double)m->grid / kw, m->soc);
	}
	fputs("END\n", gnuplot);
}

/* Three strips above each other, with one axis of time. */
static void draw_day(FILE *gnuplot, const struct year_plots *plots, const struct year_plot *plot)
{
	double hours = (double)(plot->end_s - plot->begin_s) / 3600;
	bool cars = false, lost = false;
	unsigned int i;

	for (i = 0; i < YEAR_DAY_MIN; i++) {
		cars |= plot->minute[i].cars;
		lost |= plot->minute[i].lost;
	}
	begin(gnuplot, plot, 720);
	write_minutes(gnuplot, plot);
	fprintf(gnuplot, "set multiplot\nset xrange [0:%g]\nset xtics 0,3,%g\n"
		"set mxtics 3\nset lmargin 9\nset rmargin 24\nset format x ''\n"
		"set style fill solid 0.75 noborder\n", hours, hours);

	fprintf(gnuplot, "set title '%s, %s' font ',15' offset 0,-0.3\n"
		"set tmargin at screen 0.93\nset bmargin at screen 0.55\n"
		"set ylabel 'kW'\nset yrange [0:*]\nplot ", plots->title, plot->day);
	if (lost)
		fputs("$day using 1:3 with filledcurves y1=0 lc '" LOST "' "
		      "title 'sun held back', ", gnuplot);
	fputs("$day using 1:2 with filledcurves y1=0 lc '" SUN "' title 'sun', ", gnuplot);
	if (cars)
		fputs("$day using 1:4:5 with filledcurves lc '" CARS "' "
		      "fs transparent solid 0.6 title 'cars', ", gnuplot);
	fputs("$day using 1:4 with lines lw 1.3 lc '" HOUSE "' title 'house'\n", gnuplot);

	fputs("unset title\nset tmargin at screen 0.52\nset bmargin at screen 0.27\n"
	      "set ylabel 'kW'\nset yrange [*:*]\nset xzeroaxis lt 1 lw 1 lc '#808080'\n"
	      "plot $day using 1:($6 > 0 ? $6 : 0) with filledcurves y1=0 lc '" BATTERY "' "
	      "title 'battery charges', "
	      "'' using 1:($6 < 0 ? $6 : 0) with filledcurves y1=0 lc '" BATTERY "' "
	      "fs transparent solid 0.4 title 'battery discharges', "
	      "'' using 1:($7 > 0 ? $7 : NaN) with lines lw 1.5 lc '" FED_IN "' "
	      "title 'fed in', "
	      "'' using 1:($7 < 0 ? $7 : NaN) with lines lw 1.5 lc '" DRAWN "' "
	      "title 'drawn'\n", gnuplot);

	fputs("set tmargin at screen 0.24\nset bmargin at screen 0.09\nset ylabel '%'\n"
	      "set yrange [0:100]\nset ytics 50\nset format x '%g:00'\n"
	      "plot $day using 1:8 with lines lw 2 lc '" BATTERY "' title 'state of charge'\n"
	      "unset multiplot\n", gnuplot);
}

/* Two columns a month: where power came from, and where the sun's went. */
static void draw_year(FILE *gnuplot, const struct year_plots *plots,
		      const struct year_plot *plot)
{
	unsigned int i;

	fputs("$year << END\n", gnuplot);
	for (i = 0; i < YEAR_MONTHS; i++) {
		const struct year_month *m = &plots->month[i];
		s64 used = m->load + m->cars;

		fprintf(gnuplot, "%u %s %.1f %.1f %.1f %.1f %.1f %.1f\n", i, month_names[i],
			(double)(used - m->import) / MJ_PER_KWH, (double)used / MJ_PER_KWH,
			(double)(m->pv - m->export) / MJ_PER_KWH, (double)m->pv / MJ_PER_KWH,
			(double)(m->pv + m->lost) / MJ_PER_KWH,
			used ? 100.0 * (double)(used - m->import) / (double)used : 100);
	}
	fputs("END\n", gnuplot);
	begin(gnuplot, plot, 520);
	fprintf(gnuplot, "set title '%s, 2025' font ',15'\n", plots->title);
	fputs("set ylabel 'kWh a month'\nset yrange [0:*]\nset xrange [-0.6:11.6]\n"
	      "set xtics ('' 0)\nset for [i=1:12] xtics add (word($year[i], 2) i - 1)\n"
	      "set y2range [0:105]\nset y2tics 25 textcolor '#303030'\n"
	      "set y2label 'self-sufficiency, %'\nset border 11\nunset grid\n"
	      "set grid ytics lc '#e0e0e0' lt 1 lw 0.5\n"
	      "set style fill solid 0.85 noborder\n"
	      "plot $year using ($1 - 0.19):7:(0.34) with boxes lc '" LOST "' "
	      "title 'sun: held back', "
	      "'' using ($1 - 0.19):6:(0.34) with boxes lc '" FED_IN "' title 'sun: fed in', "
	      "'' using ($1 - 0.19):5:(0.34) with boxes lc '" SUN "' title 'sun: used here', "
	      "'' using ($1 + 0.19):4:(0.34) with boxes lc '" DRAWN "' "
	      "title 'used: from the grid', "
	      "'' using ($1 + 0.19):3:(0.34) with boxes lc '" BATTERY "' "
	      "title 'used: own', "
	      "'' using 1:8 axes x1y2 with linespoints lw 1.5 pt 7 ps 0.6 lc '" HOUSE "' "
	      "title 'self-sufficiency'\n", gnuplot);
}

/* gnuplot, and a pipe to its standard input; NULL after saying why not. */
static FILE *start_gnuplot(pid_t *pid)
{
	char *const arguments[] = { (char[]){ "gnuplot" }, NULL };
	posix_spawn_file_actions_t actions;
	FILE *to = NULL;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC)) {
		fprintf(stderr, "cellar-sim: no pipe to gnuplot: %s\n", strerror(errno));
		return NULL;
	}
	err = posix_spawn_file_actions_init(&actions);
	if (!err) {
		err = posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
		if (!err)
			err = posix_spawnp(pid, arguments[0], &actions, NULL, arguments, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[0]);
	if (!err)
		to = fdopen(ends[1], "w");
	if (to)
		return to;
	close(ends[1]);
	fprintf(stderr, "cellar-sim: gnuplot cannot be started: %s%s\n",
		strerror(err ? err : errno),
		err == ENOENT ? "; Debian has it as gnuplot-nox" : "");
	return NULL;
}

int year_draw(const struct year_plots *plots, const struct year_plot *plot)
{
	FILE *gnuplot;
	pid_t pid;
	int status;

	/* one that ends before it has read all is told by its status */
	signal(SIGPIPE, SIG_IGN);
	gnuplot = start_gnuplot(&pid);
	if (!gnuplot)
		return -EIO;
	if (plot->day)
		draw_day(gnuplot, plots, plot);
	else
		draw_year(gnuplot, plots, plot);
	fclose(gnuplot);
	if (waitpid(pid, &status, 0) == pid && !status)
		return 0;
	fprintf(stderr, "cellar-sim: no picture %s: gnuplot has failed\n", plot->path);
	return -EIO;
}
