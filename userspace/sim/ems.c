// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode ems: what the energy management would have done with recorded or invented data.
 * A line's values hold until the next line; between them ems_step() runs as it does in the
 * house, every --step.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "ems_input.h"
#include "../io/time_zone.h"
#include "home_config.h"
#include "home_line.h"
#include "home_sum.h"
#include "modes.h"
#include "options.h"

#define MS_PER_S	1000

/* @step_ms: longest time between two steps; @summary: NULL: none is wanted */
struct ems_options {
	const char *config, *input, *summary;
	u32 step_ms;
};

struct ems {
	struct home_config config;
	struct home home;
	struct home_sum sum;
	struct home_line line;
	u32 step_ms;
};

void ems_help(FILE *to)
{
	fputs("usage: cellar-sim ems --config FILE --input FILE [OPTIONS]\n"
	      "\n"
	      "Run the energy management of cellard over recorded or invented data, as fast\n"
	      "as it goes, and write a CSV line for each line of input.\n"
	      "\n"
	      "  --config FILE      a cellard.conf(5): the site with its chargers, outputs and\n"
	      "                     rules, and [simulation] with its battery\n"
	      "  --input FILE       CSV with a header; - is standard input. Columns in any\n"
	      "                     order: time (seconds since the epoch, or local time as\n"
	      "                     2025-06-21T12:00:00), pv_w, load_w; and if wanted grid,\n"
	      "                     drm, rrcr, cease, meter_ok, charge_limit_a,\n"
	      "                     discharge_limit_a, car1 to car8\n"
	      "  --step SECONDS     longest time between two steps, 1 to 5; values hold from\n"
	      "                     line to line (1)\n"
	      "  --summary FILE     energies, time over limits and switchings, as JSON; - is\n"
	      "                     standard output, behind the lines\n"
	      "\n"
	      "Powers of an output line are means over the time up to the next line; soc,\n"
	      "outputs and limited_by are as they are at its end. The last line lasts as long\n"
	      "as the one before, or one step.\n", to);
}

/* 0, EXIT_USAGE, or -1 when help was all. */
static int take_options(struct ems_options *options, int argc, char **argv)
{
	enum { CONFIG, INPUT, STEP, SUMMARY, HELP };
	static const struct option names[] = {
		{ "config", required_argument, NULL, CONFIG },
		{ "input", required_argument, NULL, INPUT },
		{ "step", required_argument, NULL, STEP },
		{ "summary", required_argument, NULL, SUMMARY },
		{ "help", no_argument, NULL, HELP },
		{ 0 }
	};
	uint64_t step = 1;
	int name;

	while ((name = getopt_long(argc, argv, "h", names, NULL)) != -1) {
		switch (name) {
		case CONFIG:
			options->config = optarg;
			break;
		case INPUT:
			options->input = optarg;
			break;
		case STEP:
			if (option_whole("--step", optarg, 1, HOME_STEP_MAX_MS / MS_PER_S, &step))
				return EXIT_USAGE;
			break;
		case SUMMARY:
			options->summary = optarg;
			break;
		case 'h':
		case HELP:
			ems_help(stdout);
			return -1;
		default:
			return EXIT_USAGE;
		}
	}
	options->step_ms = (u32)step * MS_PER_S;
	if (optind == argc && options->config && options->input)
		return 0;
	fprintf(stderr, optind < argc ? "cellar-sim: '%s' is too much; see --help\n" :
		"cellar-sim: ems wants --config and --input%.0s; see --help\n", argv[optind]);
	return EXIT_USAGE;
}

/* What the input has and nobody reads, or lacks and somebody does. */
static void remark(const struct ems_input *input, const struct site_config *site)
{
	static const struct {
		const char *column;
		enum site_grid_code code;
	} contacts[] = {
		{ "drm", SITE_CODE_DRM }, { "rrcr", SITE_CODE_RRCR }, { "cease", SITE_CODE_CEASE },
	};
	char car[] = "car1";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(contacts); i++)
		if (ems_input_has(input, contacts[i].column) !=
		    (contacts[i].code == site->grid_code))
			fprintf(stderr, contacts[i].code == site->grid_code ?
				"cellar-sim: note: no column %s: those contacts are open\n" :
				"cellar-sim: note: the grid_code of [site] does not read column %s\n",
				contacts[i].column);
	for (; car[3] <= '0' + SITE_CHARGERS_MAX; car[3]++)
		if ((unsigned int)(car[3] - '0') > site->chargers && ems_input_has(input, car))
			fprintf(stderr, "cellar-sim: note: there is no [charger NAME] for column %s\n",
				car);
}

/* The moment of @line lasts until @until_ms. */
static void last(struct ems *ems, struct ems_line *line, s64 until_ms)
{
	struct home_moment *moment = &line->moment;
	s64 at_ms = line->at_ms;

	while (at_ms < until_ms) {
		s64 left_ms = until_ms - at_ms;
		u32 ms = left_ms < ems->step_ms ? (u32)left_ms : ems->step_ms;

		moment->wall_s = at_ms / MS_PER_S;
		moment->utc_offset_s = time_zone_offset_s(moment->wall_s);
		home_step(&ems->home, moment, ms);
		home_sum_add(&ems->sum, &ems->home, moment, ms);
		home_line_add(&ems->line, &ems->home, ms);
		at_ms += ms;
	}
	home_line_write(&ems->line, &ems->home, line->time, stdout);
}

static int run(struct ems *ems, struct ems_input *input)
{
	struct ems_line line, next;
	s64 lasts_ms = ems->step_ms;
	int r = ems_input_next(input, &line);

	while (r > 0) {
		r = ems_input_next(input, &next);
		if (r > 0)
			lasts_ms = next.at_ms - line.at_ms;
		if (r >= 0)
			last(ems, &line, line.at_ms + lasts_ms);
		line = next;
	}
	if (r < 0)
		fprintf(stderr, "cellar-sim: %s\n", input->wrong);
	return r;
}

static int write_summary(const struct ems *ems, const char *path)
{
	FILE *to = text_open(path);

	if (!to)
		return -EIO;
	home_sum_write(&ems->sum, &ems->home, to);
	return text_close(to, path);
}

int ems_main(int argc, char **argv)
{
	struct ems_options options = { 0 };
	static struct ems ems;
	struct ems_input input;
	FILE *from;
	int r = take_options(&options, argc, argv);

	if (r)
		return r < 0 ? EXIT_OK : r;
	if (home_config_load(&ems.config, NULL, options.config))
		return EXIT_FAILED;
	from = strcmp(options.input, "-") ? fopen(options.input, "re") : stdin;
	if (!from) {
		fprintf(stderr, "cellar-sim: %s cannot be read: %s\n", options.input,
			strerror(errno));
		return EXIT_FAILED;
	}
	r = ems_input_start(&input, from, options.input);
	if (r) {
		fprintf(stderr, "cellar-sim: %s\n", input.wrong);
	} else {
		remark(&input, &ems.config.site);
		ems.step_ms = options.step_ms;
		home_start(&ems.home, &ems.config);
		home_sum_start(&ems.sum, &ems.home, ems.step_ms);
		home_line_header(&ems.line, &ems.config.site, stdout);
		r = run(&ems, &input);
	}
	if (from != stdin)
		fclose(from);
	if (!r && options.summary)
		r = write_summary(&ems, options.summary);
	if (text_close(stdout, "standard output"))
		r = -EIO;
	return r ? EXIT_FAILED : EXIT_OK;
}
