// SPDX-License-Identifier: GPL-2.0-only
/*
 * `cellar-sim plant`: the command line, and the loop between the clock, the house, its
 * packs, and everything that is told or asked.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "local_time.h"
#include "modes.h"
#include "options.h"
#include "premises_contacts.h"
#include "premises_devices.h"
#include "premises_relays.h"
#include "premises_truth.h"
#include "premises_wires.h"
#include "sim.h"
#include "year_plot.h"

#define DURATION_MAX_S	1e6
#define SPEED_MAX	3600
#define TRUTH_EVERY_MS	1000
#define DAY_S		86400
#define DEFAULT_DAY	"2025-06-21"

enum {
	OPT_CONFIG = 256,
	OPT_SCRIPT,
	OPT_INTERFACE,
	OPT_OUTPUT,
	OPT_DIALECT,
	OPT_WIRES,
	OPT_SPEED,
	OPT_CAPACITY,
	OPT_DAY,
	OPT_HOUR,
	OPT_SEED,
	OPT_DURATION,
	OPT_TRUTH,
	OPT_PLOT,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "script", required_argument, NULL, OPT_SCRIPT },
	{ "interface", required_argument, NULL, OPT_INTERFACE },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "dialect", required_argument, NULL, OPT_DIALECT },
	{ "wires", required_argument, NULL, OPT_WIRES },
	{ "speed", required_argument, NULL, OPT_SPEED },
	{ "capacity", required_argument, NULL, OPT_CAPACITY },
	{ "day", required_argument, NULL, OPT_DAY },
	{ "hour", required_argument, NULL, OPT_HOUR },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "truth", required_argument, NULL, OPT_TRUTH },
	{ "plot", required_argument, NULL, OPT_PLOT },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 }
};

struct plant_options {
	const char *config_path, *script_path, *wires_path, *truth_path, *day;
	struct out_options out;
	enum cellar_dialect dialect;
	double speed, capacity, duration_s;
	uint64_t seed, hour;
	struct year_plots plots;
	bool help;
};

/* All of one run. @shown: what a picture is drawn of */
struct whole {
	struct plant_options options;
	struct config config;
	struct home_config home;
	struct house_config year;
	struct premises premises;
	struct premises_script script;
	struct premises_devices devices;
	struct premises_contacts contacts;
	struct premises_relays relays;
	struct premises_wires wires;
	struct sim sim;
	struct can_out out;
	struct pace pace;
	struct home shown;
	FILE *truth;
	u64 next_truth_ms;
};

void plant_help(FILE *to)
{
	fputs("cellar-sim plant - a whole house that cellard can run, as it goes\n"
	      "\n"
	      "What\n"
	      "  --config FILE      a cellard.conf: its [simulation] is the house and its packs,\n"
	      "                     and its lines, meters, inverters and chargers are simulated\n"
	      "  --script FILE      events in time, see below\n"
	      "  --seed N           chance; same seed, same sun, people and packs (1)\n"
	      "  --day YYYY-MM-DD   of 2025 (" DEFAULT_DAY ")\n"
	      "  --hour H           of it, at which it begins, 0 to 23 (0)\n"
	      "  --capacity PERCENT the packs hold only so much of what they say (100)\n"
	      "\n"
	      "Where to\n"
	      "  --interface NAME   SocketCAN interface on which the packs speak (vcan0)\n"
	      "  --output FILE      instead of it: candump log lines; - is standard output\n"
	      "  --dialect NAME     as of cellar-sim run (deye)\n"
	      "  --wires PATH       a socket for whoever is contacts to cellard without gpio-sim\n"
	      "  --truth FILE       once a second, what really flows, and who was told what\n"
	      "  --plot FILE        the day as a picture, .svg or .png\n"
	      "\n"
	      "Time\n"
	      "  --speed N          sun and people are so much faster than the clock (1)\n"
	      "  --duration S       end after S seconds of the clock (never)\n"
	      "\n"
	      "A script has one event per line, `at SECONDS WHO WHAT`, in seconds of the\n"
	      "clock; # begins a comment.\n", to);
	premises_script_help(to);
	fputs("\n"
	      "Examples\n"
	      "  cellar-sim plant --config house.conf --script day.script --speed 60 \\\n"
	      "          --duration 1440 --truth truth.csv\n", to);
}

static int set_dialect(struct plant_options *options, const char *name)
{
	options->dialect = cellar_can_dialect_by_name(name);
	if (options->dialect != CELLAR_DIALECT_NONE)
		return 0;
	fprintf(stderr, "cellar-sim: there is no dialect '%s'; use pylontech, victron, "
		"deye, growatt, goodwe, schneider or sofar\n", name);
	return -EINVAL;
}

static int set_option(void *user, int option, const char *text)
{
	struct plant_options *options = user;

	switch (option) {
	case OPT_CONFIG:
		options->config_path = text;
		return 0;
	case OPT_SCRIPT:
		options->script_path = text;
		return 0;
	case OPT_INTERFACE:
		options->out.interface = text;
		return 0;
	case OPT_OUTPUT:
		options->out.output = text;
		return 0;
	case OPT_DIALECT:
		return set_dialect(options, text);
	case OPT_WIRES:
		options->wires_path = text;
		return 0;
	case OPT_SPEED:
		return option_number("--speed", text, 1, SPEED_MAX, &options->speed);
	case OPT_CAPACITY:
		return option_number("--capacity", text, 0.1, 100, &options->capacity);
	case OPT_DAY:
		options->day = text;
		return 0;
	case OPT_HOUR:
		return option_whole("--hour", text, 0, 23, &options->hour);
	case OPT_SEED:
		return option_whole("--seed", text, 0, UINT64_MAX, &options->seed);
	case OPT_DURATION:
		return option_number("--duration", text, 1, DURATION_MAX_S,
				     &options->duration_s);
	case OPT_TRUTH:
		options->truth_path = text;
		return 0;
	case OPT_PLOT:
		return year_plots_add(&options->plots, text);
	case OPT_HELP:
		options->help = true;
		return 0;
	default:
		return -EINVAL;
	}
}

static int parse(struct plant_options *options, int argc, char **argv)
{
	static const struct option_reader reader = { "plant", long_options, OPT_HELP, set_option };
	int err = options_read(&reader, options, argc, argv);

	if (err || options->help)
		return err;
	if (options->plots.n && options->duration_s <= 0)
		return option_refuse("--plot has nothing to draw without a --duration");
	return options->config_path ? 0 : option_refuse("give a --config FILE with a [site]");
}

/* The second of the year at which its day begins */
static int begin_of_day(const char *day, u32 *begin_s)
{
	char text[2 * LOCAL_TIME_SIZE];
	s64 wall_s;

	snprintf(text, sizeof(text), "%.19sT00:00:00", day);
	if (local_time_read(text, INT64_MIN, &wall_s) || wall_s < HOUSE_BEGIN_S ||
	    wall_s >= HOUSE_BEGIN_S + HOUSE_YEAR_S - DAY_S) {
		fprintf(stderr, "cellar-sim: --day '%s': must be 2025-01-02 to 2025-12-30\n", day);
		return -EINVAL;
	}
	*begin_s = (u32)(wall_s - HOUSE_BEGIN_S);
	return 0;
}

static int send_out(void *to, u64 now_ms, const struct can_frame *frame)
{
	return can_out_send(to, now_ms, frame);
}

static int start_packs(struct whole *w)
{
	const struct sim_config config = {
		.dialect = w->options.dialect,
		.setting = w->options.dialect == CELLAR_DIALECT_DEYE ? CELLAR_SETTING_NATIVE :
								      CELLAR_SETTING_UNKNOWN,
		.bank = {
			.model = w->home.battery.model,
			.packs = w->home.battery.packs,
			.seed = w->options.seed,
			.soc = w->home.battery.start,
			.ambient_c = 25,
			.inverters = w->devices.can.inverters.n ? &w->devices.can.inverters : NULL,
		},
	};
	int err = sim_start(&w->sim, &config, &w->script.packs, send_out, &w->out);

	if (err)
		return option_refuse("out of memory");
	for (unsigned int i = 0; i < config.bank.packs; i++) {
		struct plant_pack *pack = &w->sim.bank.plant.pack[i];

		pack->capacity_ah *= w->options.capacity / 100;
		pack->bms.capacity_ah = pack->capacity_ah;
	}
	return 0;
}

static int check_packs(const struct whole *w)
{
	unsigned int most = sim_packs_max(w->options.dialect), packs = w->home.battery.packs;

	if (packs >= 1 && packs <= most)
		return 0;
	fprintf(stderr, "cellar-sim: %s: [simulation]: packs = %u: must be 1 to %u on a bus of "
		"%s\n", w->options.config_path, packs, most,
		cellar_can_dialect(w->options.dialect)->name);
	return -EINVAL;
}

/* A picture knows its house by that of a simulated year. */
static void show(struct whole *w, u64 now_ms)
{
	const struct premises *p = &w->premises;
	struct home_moment moment = { .wall_s = HOUSE_BEGIN_S + (s64)premises_at_s(p, now_ms) };

	w->shown.flow = (struct home_flow){
		.pv_w = (s32)p->pv_w,
		.pv_lost_w = (s32)(p->roof_w - p->pv_w),
		.load_w = (s32)p->load_w,
		.cars_w = (s32)p->cars_w,
		.battery_w = (s32)p->battery_w,
		.grid_w = (s32)p->grid_w,
	};
	w->shown.battery = (struct home_battery){
		.packs = 1, .capacity_wh = 1, .stored_wh = premises_soc(&w->sim.bank.plant),
	};
	year_plots_step(&w->options.plots, &w->shown, &moment,
			(u32)(TRUTH_EVERY_MS * w->options.speed));
}

static void tell_truth(struct whole *w, u64 now_ms)
{
	if (now_ms < w->next_truth_ms)
		return;
	w->next_truth_ms += TRUTH_EVERY_MS;
	show(w, now_ms);
	if (!w->truth)
		return;
	premises_truth_write(w->truth, &w->premises, &w->devices, &w->sim.bank.plant, now_ms);
	fflush(w->truth);
}

/* One instant of the packs' time: an event, a step, or frames on their bus. */
static int run_at(struct whole *w, u64 now_ms)
{
	bool steps = w->sim.bank.next_step_ms <= now_ms, news;
	u64 spoken = w->sim.talker.spoken;
	int err;

	news = premises_script_play(&w->script, &w->premises, now_ms);
	if (news && premises_contacts_move(&w->contacts, &w->premises))
		return -EINVAL;
	if (steps && premises_relays_look(&w->relays, &w->premises))
		return -EINVAL;
	if (steps)
		premises_ask(&w->premises, &w->sim.bank.plant, now_ms, pace_clock_ns());
	err = sim_run(&w->sim, now_ms);
	if (w->sim.talker.spoken != spoken)
		inverter_lines_battery_spoke(&w->devices.can);
	if (steps) {
		premises_settle(&w->premises, &w->sim.bank.plant, BANK_STEP_MS);
		premises_devices_measure(&w->devices, &w->premises);
	}
	if (steps || news)
		premises_wires_run(&w->wires, &w->premises, now_ms, news);
	if (steps)
		tell_truth(w, now_ms);
	return err;
}

/* Until virtual @now_ms has come, whoever asks is answered. */
static int wait_until(struct whole *w, u64 now_ms)
{
	u64 until_ns = pace_ns(&w->pace, now_ms), next_ns;
	int fds[PACE_FDS_MAX], err;
	unsigned int n;
	bool early;

	do {
		err = premises_devices_run(&w->devices, pace_clock_ns());
		if (err)
			return err;
		n = premises_devices_fds(&w->devices, fds);
		next_ns = premises_devices_next_ns(&w->devices);
		err = pace_poll(&w->pace, fds, n, next_ns < until_ns ? next_ns : until_ns);
		early = pace_clock_ns() < until_ns;
	} while (!err && early);
	return err;
}

static int loop(struct whole *w)
{
	u64 end_ms = w->options.duration_s > 0 ? (u64)(w->options.duration_s * 1000) : UINT64_MAX;
	u64 now_ms, event_ms;
	int err = 0;

	while (!err) {
		now_ms = sim_next_ms(&w->sim);
		event_ms = premises_script_next_ms(&w->script);
		now_ms = event_ms < now_ms ? event_ms : now_ms;
		if (now_ms >= end_ms)
			break;
		err = wait_until(w, now_ms);
		if (!err)
			err = run_at(w, now_ms);
	}
	return err;
}

static int run_open(struct whole *w)
{
	int status = out_open(&w->options.out, &w->pace, &w->out), err;

	if (status)
		return status;
	w->out.live = true;
	err = premises_wires_open(&w->wires, w->options.wires_path);
	premises_contacts_find(&w->contacts, &w->config, "/sys");
	premises_relays_find(&w->relays, &w->config, "/sys");
	if (!err)
		err = premises_contacts_move(&w->contacts, &w->premises);
	if (!err)
		err = start_packs(w);
	if (!err) {
		if (w->truth)
			premises_truth_header(w->truth, &w->premises);
		inverter_lines_start(&w->devices.can, &w->sim.bank, pace_ns(&w->pace, 0));
		err = loop(w);
		sim_stop(&w->sim);
	}
	premises_wires_close(&w->wires);
	status = out_close(&w->out, err);
	return err == -EINVAL ? EXIT_FAILED : status;
}

static int run_with_truth(struct whole *w)
{
	int status;

	if (w->options.truth_path) {
		w->truth = text_open(w->options.truth_path);
		if (!w->truth)
			return EXIT_FAILED;
	}
	status = run_open(w);
	if (w->truth && text_close(w->truth, w->options.truth_path))
		status = EXIT_FAILED;
	if (!status && year_plots_draw(&w->options.plots))
		status = EXIT_FAILED;
	return status;
}

static int read_script(struct whole *w)
{
	const char *path = w->options.script_path;
	char error[700];
	FILE *file;
	int err;

	if (!path)
		return 0;
	file = option_file(path);
	if (!file)
		return -EINVAL;
	err = premises_script_read(&w->script, file, path, &w->config, w->home.battery.packs,
				   error, sizeof(error));
	fclose(file);
	if (err)
		fprintf(stderr, "cellar-sim: %s\n", error);
	return err;
}

static int run_house(struct whole *w)
{
	u32 begin_s;
	int status = EXIT_FAILED;

	if (home_config_read(&w->config, &w->home, &w->year, w->options.config_path) ||
	    check_packs(w) || begin_of_day(w->options.day, &begin_s) ||
	    year_plots_start(&w->options.plots) || read_script(w))
		return EXIT_USAGE;
	w->year.seed = w->options.seed;
	begin_s += (u32)w->options.hour * 3600;
	if (premises_start(&w->premises, &w->home, &w->year, begin_s, w->options.speed)) {
		fprintf(stderr, "cellar-sim: out of memory\n");
		return EXIT_FAILED;
	}
	if (!premises_devices_open(&w->devices, &w->config, &w->premises, &w->script,
				   w->options.seed))
		status = run_with_truth(w);
	if (premises_devices_close(&w->devices))
		status = EXIT_FAILED;
	premises_stop(&w->premises);
	return status;
}

int plant_main(int argc, char **argv)
{
	struct whole *w = calloc(1, sizeof(*w));
	int status = EXIT_USAGE;

	if (!w) {
		fprintf(stderr, "cellar-sim: out of memory\n");
		return EXIT_FAILED;
	}
	w->options = (struct plant_options){
		.dialect = CELLAR_DIALECT_DEYE, .out = OUT_OPTIONS_DEFAULT, .speed = 1,
		.capacity = 100, .seed = 1, .day = DEFAULT_DAY,
	};
	if (!parse(&w->options, argc, argv)) {
		for (unsigned int i = 0; i < w->options.plots.n; i++)
			w->options.plots.of[i].day = w->options.day;
		if (w->options.help)
			plant_help(stdout);
		status = w->options.help ? EXIT_OK : run_house(w);
	}
	premises_script_free(&w->script);
	year_plots_stop(&w->options.plots);
	free(w);
	return status;
}
