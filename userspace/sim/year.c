// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode year: a house that needs no download, second by second through 2025.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "../io/time_zone.h"
#include "home_config.h"
#include "home_line.h"
#include "home_sum.h"
#include "local_time.h"
#include "modes.h"
#include "options.h"
#include "year_houses.h"
#include "year_plot.h"

#define MS_PER_S	1000
#define LINE_S		900
#define OFFSET_S	900	/* no clock is moved between two of them */

/* @climate, @size: as given, YEAR_…S: not */
struct year_options {
	u64 seed;
	unsigned int climate, size;
	u32 step_s;
	const char *config, *csv, *summary;
};

struct year {
	struct home_config config;
	struct house house;
	struct home home;
	struct home_sum sum;
	struct home_line line;
	struct year_plots plots;
};

void year_help(FILE *to)
{
	fputs("usage: cellar-sim year [OPTIONS]\n"
	      "\n"
	      "Run the energy management of cellard through a year of an invented house: sun\n"
	      "and clouds, what people draw, cars that come and go, blackouts, and a grid\n"
	      "operator's calls. The same seed gives the same year.\n"
	      "\n"
	      "  --seed N           whatever happens by chance (1)\n"
	      "  --climate NAME     north, middle or south of Europe (middle)\n"
	      "  --size NAME        small, medium or large (medium)\n"
	      "  --config FILE      instead of both: the site and the [simulation] of a\n"
	      "                     cellard.conf(5)\n"
	      "  --step SECONDS     time between two steps, 1 to 5 (1)\n"
	      "  --csv FILE         a line for each quarter of an hour, as of cellar-sim ems,\n"
	      "                     and what was held back of the sun\n"
	      "  --summary FILE     energies, time over limits and switchings, as JSON; - is\n"
	      "                     standard output, where it goes if nothing is said\n"
	      "  --plot FILE        the year as a picture, month by month: .svg or .png, drawn\n"
	      "                     by gnuplot; up to 16 pictures\n"
	      "  --day YYYY-MM-DD   of the picture before: this day, minute by minute\n", to);
}

static int take_word(const char *name, const char *text, const char *(*word)(unsigned int n),
		     unsigned int *found)
{
	unsigned int n;

	for (n = 0; word(n); n++)
		if (!strcmp(word(n), text)) {
			*found = n;
			return 0;
		}
	fprintf(stderr, "cellar-sim: there is no %s '%s'; use %s, %s or %s\n", name, text, word(0),
		word(1), word(2));
	return -EINVAL;
}

/* 0, EXIT_USAGE, or -1 when help was all. */
static int take_options(struct year_options *options, struct year_plots *plots, int argc,
			char **argv)
{
	enum { SEED, CLIMATE, SIZE, CONFIG, STEP, CSV, SUMMARY, PLOT, DAY, HELP };
	static const struct option names[] = {
		{ "seed", required_argument, NULL, SEED },
		{ "climate", required_argument, NULL, CLIMATE },
		{ "size", required_argument, NULL, SIZE },
		{ "config", required_argument, NULL, CONFIG },
		{ "step", required_argument, NULL, STEP },
		{ "csv", required_argument, NULL, CSV },
		{ "summary", required_argument, NULL, SUMMARY },
		{ "plot", required_argument, NULL, PLOT },
		{ "day", required_argument, NULL, DAY },
		{ "help", no_argument, NULL, HELP },
		{ 0 }
	};
	uint64_t step = 1;
	int name, r = 0;

	while (!r && (name = getopt_long(argc, argv, "h", names, NULL)) != -1) {
		switch (name) {
		case SEED:
			r = option_whole("--seed", optarg, 0, UINT64_MAX, &options->seed);
			break;
		case CLIMATE:
			r = take_word("climate", optarg, year_climate_word, &options->climate);
			break;
		case SIZE:
			r = take_word("size", optarg, year_size_word, &options->size);
			break;
		case CONFIG:
			options->config = optarg;
			break;
		case STEP:
			r = option_whole("--step", optarg, 1, HOME_STEP_MAX_MS / MS_PER_S, &step);
			break;
		case CSV:
			options->csv = optarg;
			break;
		case SUMMARY:
			options->summary = optarg;
			break;
		case PLOT:
			r = year_plots_add(plots, optarg);
			break;
		case DAY:
			r = year_plots_day(plots, optarg);
			break;
		case 'h':
		case HELP:
			year_help(stdout);
			return -1;
		default:
			return EXIT_USAGE;
		}
	}
	options->step_s = (u32)step;
	if (r)
		return EXIT_USAGE;
	if (optind < argc) {
		fprintf(stderr, "cellar-sim: '%s' is too much; see --help\n", argv[optind]);
		return EXIT_USAGE;
	}
	if (options->config && (options->climate != YEAR_CLIMATES || options->size != YEAR_SIZES)) {
		fputs("cellar-sim: --config excludes --climate and --size\n", stderr);
		return EXIT_USAGE;
	}
	return 0;
}

/* Whatever house is wanted, with its clocks; and what pictures call it. */
static int make_house(struct year *year, struct year_options *options)
{
	struct house_config config;
	int r;

	if (options->config) {
		r = home_config_load(&year->config, &config, options->config);
		snprintf(year->plots.title, sizeof(year->plots.title), "Seed %llu",
			 (unsigned long long)options->seed);
	} else {
		if (options->climate == YEAR_CLIMATES)
			options->climate = YEAR_MIDDLE;
		if (options->size == YEAR_SIZES)
			options->size = YEAR_MEDIUM;
		time_zone_set(YEAR_TIMEZONE);
		year_house_of(options->climate, options->size, &year->config, &config);
		snprintf(year->plots.title, sizeof(year->plots.title),
			 "A %s house, %s, seed %llu", year_size_word(options->size),
			 year_climate_word(options->climate), (unsigned long long)options->seed);
		r = 0;
	}
	if (r)
		return r;
	config.seed = options->seed;
	r = house_start(&year->house, &config);
	if (r)
		fputs("cellar-sim: no memory\n", stderr);
	return r;
}

static void write_line(struct year *year, s64 begun_s, FILE *csv)
{
	char time[LOCAL_TIME_SIZE];

	local_time_write(begun_s, time);
	home_line_write(&year->line, &year->home, time, csv);
}

static void pass(struct year *year, u32 step_s, FILE *csv)
{
	struct home_moment moment = {
		.charge_ma = HOME_BY_MODEL, .discharge_ma = HOME_BY_MODEL,
	};
	u32 at_s, ms = step_s * MS_PER_S;

	home_start(&year->home, &year->config);
	home_sum_start(&year->sum, &year->home, ms);
	year->line.held_back = true;
	if (csv)
		home_line_header(&year->line, &year->config.site, csv);
	for (at_s = 0; at_s < HOUSE_YEAR_S; at_s += step_s) {
		house_at(&year->house, at_s, &moment);
		if (at_s % OFFSET_S == 0)
			moment.utc_offset_s = time_zone_offset_s(moment.wall_s);
		home_step(&year->home, &moment, ms);
		home_sum_add(&year->sum, &year->home, &moment, ms);
		year_plots_step(&year->plots, &year->home, &moment, ms);
		if (!csv)
			continue;
		home_line_add(&year->line, &year->home, ms);
		if ((at_s + step_s) % LINE_S == 0)
			write_line(year, HOUSE_BEGIN_S + at_s + step_s - LINE_S, csv);
	}
}

/* Files are opened before the year begins: it would be a pity to know only then. */
static int run(struct year *year, const struct year_options *options)
{
	const char *summary_path = options->summary ? options->summary : "-";
	FILE *csv = NULL, *summary;
	int r = 0;

	if (options->csv) {
		csv = text_open(options->csv);
		if (!csv)
			return -EIO;
	}
	summary = text_open(summary_path);
	if (summary) {
		pass(year, options->step_s, csv);
		home_sum_write(&year->sum, &year->home, summary);
		r = text_close(summary, summary_path);
	} else {
		r = -EIO;
	}
	if (csv && text_close(csv, options->csv))
		r = -EIO;
	return r ? r : year_plots_draw(&year->plots);
}

int year_main(int argc, char **argv)
{
	struct year_options options = {
		.seed = 1, .climate = YEAR_CLIMATES, .size = YEAR_SIZES,
	};
	static struct year year;
	int r = take_options(&options, &year.plots, argc, argv);

	if (r)
		return r < 0 ? EXIT_OK : r;
	r = make_house(&year, &options);
	if (!r)
		r = year_plots_start(&year.plots) ? -EINVAL : run(&year, &options);
	year_plots_stop(&year.plots);
	house_stop(&year.house);
	return r ? EXIT_FAILED : EXIT_OK;
}
