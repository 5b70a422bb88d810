// SPDX-License-Identifier: GPL-2.0-only
/*
 * `cellar-sim run`: the command line, and the loop between virtual time, the
 * clock and the bus.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "modes.h"
#include "options.h"
#include "sim.h"
#include "truth.h"

#define DEFAULT_MODEL		"lesso,lsrr51v100ah"
#define DURATION_MAX_S		1e9
#define TRUTH_EVERY_MS		1000

enum {
	OPT_INTERFACE = 256,
	OPT_OUTPUT,
	OPT_DIALECT,
	OPT_SETTING,
	OPT_PACKS,
	OPT_MODEL,
	OPT_SEED,
	OPT_SOC,
	OPT_AMBIENT,
	OPT_CURRENT,
	OPT_LOAD,
	OPT_OBEY,
	OPT_INVERTER,
	OPT_SCRIPT,
	OPT_DURATION,
	OPT_SPEED,
	OPT_FAST,
	OPT_TRUTH,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "interface", required_argument, NULL, OPT_INTERFACE },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "dialect", required_argument, NULL, OPT_DIALECT },
	{ "setting", required_argument, NULL, OPT_SETTING },
	{ "packs", required_argument, NULL, OPT_PACKS },
	{ "model", required_argument, NULL, OPT_MODEL },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "soc", required_argument, NULL, OPT_SOC },
	{ "ambient", required_argument, NULL, OPT_AMBIENT },
	{ "current", required_argument, NULL, OPT_CURRENT },
	{ "load", required_argument, NULL, OPT_LOAD },
	{ "obey", no_argument, NULL, OPT_OBEY },
	{ "inverter", no_argument, NULL, OPT_INVERTER },
	{ "script", required_argument, NULL, OPT_SCRIPT },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "speed", required_argument, NULL, OPT_SPEED },
	{ "fast", no_argument, NULL, OPT_FAST },
	{ "truth", required_argument, NULL, OPT_TRUTH },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 }
};

/* @duration_ms: UINT64_MAX runs until it is stopped */
struct run {
	struct sim_config config;
	struct out_options out;
	const char *script_path;
	const char *truth_path;
	uint64_t duration_ms;
	bool has_current, has_load, has_setting;
	bool help;
};

void run_help(FILE *to)
{
	const struct cellar_model *model;

	fputs("cellar-sim run - simulate packs and let them talk on a CAN bus\n"
	      "\n"
	      "Where to\n"
	      "  --interface NAME   SocketCAN interface (vcan0)\n"
	      "  --output FILE      instead of it: candump log lines, time from 0; - is\n"
	      "                     standard output\n"
	      "\n"
	      "What\n"
	      "  --dialect NAME     pylontech, victron or deye (pylontech); only deye tells\n"
	      "                     of every pack\n"
	      "  --setting NAME     of a deye battery: native or victron (native)\n"
	      "  --packs N          1 to 64; 1 to 32 with deye (1)\n"
	      "  --model KEY        one of the list below (" DEFAULT_MODEL ")\n"
	      "  --seed N           packs and chance; same seed, same bytes (1)\n"
	      "  --soc PERCENT      state of charge to start with (60)\n"
	      "  --ambient C        temperature of the room (25)\n"
	      "  --inverter         also send the inverter's keep-alive, 0x305\n"
	      "\n"
	      "What happens\n"
	      "  --current A        battery current, > 0 charges (0)\n"
	      "  --load W           instead of it: power, > 0 discharges\n"
	      "  --obey             the inverter keeps the limits the BMS sends; without\n"
	      "                     it the current is forced, and protections will trip\n"
	      "  --script FILE      events in time, see below\n"
	      "\n"
	      "Time\n"
	      "  --duration S       end after S simulated seconds (never)\n"
	      "  --speed X          X simulated seconds per second (1)\n"
	      "  --fast             do not wait at all; needs --duration\n"
	      "  --truth FILE       once per simulated second, the true state of every\n"
	      "                     pack as CSV\n"
	      "\n"
	      "A script has one event per line, `at SECONDS VERB ARGUMENTS`; # begins a\n"
	      "comment. Verbs:\n", to);
	script_help(to);
	fputs("\nModels:\n", to);
	for (model = cellar_models; model->key; model++)
		fprintf(to, "  %-23s %s %s\n", model->key, model->maker, model->model);
	fputs("\n"
	      "Examples\n"
	      "  cellar-sim run --dialect deye --packs 4 --current 40 --script demo.script\n"
	      "  cellar-sim run --packs 8 --soc 95 --current 200 --obey --speed 60\n"
	      "  cellar-sim run --output - --fast --duration 60 --seed 7 > seven.log\n", to);
}

static int set_dialect(struct run *run, const char *name)
{
	run->config.dialect = cellar_can_dialect_by_name(name);
	if (run->config.dialect != CELLAR_DIALECT_NONE)
		return 0;
	fprintf(stderr, "cellar-sim: there is no dialect '%s'; use pylontech, victron "
		"or deye\n", name);
	return -EINVAL;
}

static int set_setting(struct run *run, const char *name)
{
	run->has_setting = true;
	if (!strcmp(name, "native")) {
		run->config.setting = CELLAR_SETTING_NATIVE;
	} else if (!strcmp(name, "victron")) {
		run->config.setting = CELLAR_SETTING_VICTRON;
	} else {
		fprintf(stderr, "cellar-sim: there is no setting '%s'; use native or "
			"victron\n", name);
		return -EINVAL;
	}
	return 0;
}

static int set_model(struct run *run, const char *key)
{
	const struct cellar_model *model;

	run->config.model = cellar_model_by_key(key);
	if (run->config.model)
		return 0;
	fprintf(stderr, "cellar-sim: there is no model '%s'; use one of", key);
	for (model = cellar_models; model->key; model++)
		fprintf(stderr, " %s", model->key);
	fputc('\n', stderr);
	return -EINVAL;
}

static int set_number(struct run *run, int option, const char *text)
{
	struct sim_config *config = &run->config;
	uint64_t whole = 0;
	double number = 0;
	int err;

	switch (option) {
	case OPT_PACKS:
		err = option_whole("--packs", text, 1, PLANT_PACKS_MAX, &whole);
		config->packs = (unsigned int)whole;
		return err;
	case OPT_SEED:
		return option_whole("--seed", text, 0, UINT64_MAX, &config->seed);
	case OPT_SOC:
		err = option_number("--soc", text, 0, 100, &number);
		config->soc = number / 100;
		return err;
	case OPT_AMBIENT:
		return option_number("--ambient", text, -60, 100, &config->ambient_c);
	case OPT_CURRENT:
		run->has_current = true;
		config->kind = PLANT_CURRENT;
		return option_number("--current", text, -20000, 20000, &config->demand);
	case OPT_LOAD:
		run->has_load = true;
		config->kind = PLANT_LOAD;
		return option_number("--load", text, -1e6, 1e6, &config->demand);
	case OPT_DURATION:
		err = option_number("--duration", text, 0, DURATION_MAX_S, &number);
		run->duration_ms = (uint64_t)(number * 1000 + 0.5);
		return err;
	default:
		return option_number("--speed", text, 0.001, 1e6, &run->out.speed);
	}
}

static int set_option(struct run *run, int option, const char *text)
{
	switch (option) {
	case OPT_INTERFACE:
		run->out.interface = text;
		return 0;
	case OPT_OUTPUT:
		run->out.output = text;
		return 0;
	case OPT_DIALECT:
		return set_dialect(run, text);
	case OPT_SETTING:
		return set_setting(run, text);
	case OPT_MODEL:
		return set_model(run, text);
	case OPT_OBEY:
		run->config.obey = true;
		return 0;
	case OPT_INVERTER:
		run->config.keepalive = true;
		return 0;
	case OPT_SCRIPT:
		run->script_path = text;
		return 0;
	case OPT_FAST:
		run->out.fast = true;
		return 0;
	case OPT_TRUTH:
		run->truth_path = text;
		return 0;
	case OPT_HELP:
		run->help = true;
		return 0;
	case '?':
		fputs("cellar-sim: see cellar-sim run --help\n", stderr);
		return -EINVAL;
	default:
		return set_number(run, option, text);
	}
}

static int refuse(const char *why)
{
	fprintf(stderr, "cellar-sim: %s\n", why);
	return -EINVAL;
}

static int check_together(struct run *run)
{
	struct sim_config *config = &run->config;
	unsigned int most = sim_packs_max(config->dialect);

	if (run->has_current && run->has_load)
		return refuse("--current and --load exclude each other");
	if (run->out.fast && run->duration_ms == UINT64_MAX)
		return refuse("--fast would never end; give it a --duration");
	if (run->has_setting && config->dialect != CELLAR_DIALECT_DEYE)
		return refuse("--setting is only for --dialect deye");
	if (config->dialect == CELLAR_DIALECT_DEYE && !run->has_setting)
		config->setting = CELLAR_SETTING_NATIVE;
	if (config->packs > most) {
		fprintf(stderr, "cellar-sim: %u packs are more than the dialect %s can "
			"tell apart, it has at most %u\n", config->packs,
			cellar_can_dialect(config->dialect)->name, most);
		return -EINVAL;
	}
	return 0;
}

static int parse(struct run *run, int argc, char **argv)
{
	int option, err;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		err = set_option(run, option == 'h' ? OPT_HELP : option, optarg);
		if (err)
			return err;
	}
	if (optind < argc) {
		fprintf(stderr, "cellar-sim: '%s' is not expected, see cellar-sim run "
			"--help\n", argv[optind]);
		return -EINVAL;
	}
	return run->help ? 0 : check_together(run);
}

static int read_script(const struct run *run, struct script *script)
{
	char error[640];
	FILE *file;
	int err;

	if (!run->script_path)
		return 0;
	file = fopen(run->script_path, "re");
	if (!file) {
		fprintf(stderr, "cellar-sim: %s: %s\n", run->script_path,
			strerror(errno));
		return -EINVAL;
	}
	err = script_read(script, file, run->script_path, run->config.packs, error,
			  sizeof(error));
	fclose(file);
	if (err)
		fprintf(stderr, "cellar-sim: %s\n", error);
	return err;
}

static int send_out(void *to, u64 now_ms, const struct can_frame *frame)
{
	return can_out_send(to, now_ms, frame);
}

static int loop(const struct run *run, struct sim *sim, struct pace *pace, FILE *truth)
{
	uint64_t next_truth_ms = 0, now_ms;
	int err = 0;

	while (!err) {
		now_ms = sim_next_ms(sim);
		for (; truth && next_truth_ms <= now_ms && next_truth_ms < run->duration_ms;
		     next_truth_ms += TRUTH_EVERY_MS)
			truth_write(truth, sim, next_truth_ms);
		if (now_ms >= run->duration_ms)
			break;
		err = pace_until(pace, now_ms);
		if (!err)
			err = sim_run(sim, now_ms);
	}
	return err;
}

static int simulate(const struct run *run, const struct script *script, FILE *truth)
{
	struct can_out out;
	struct pace pace;
	struct sim *sim;
	int status;
	int err;

	status = out_open(&run->out, &pace, &out);
	if (status)
		return status;
	sim = malloc(sizeof(*sim));
	err = sim ? sim_start(sim, &run->config, script, send_out, &out) : -ENOMEM;
	if (!err) {
		err = loop(run, sim, &pace, truth);
		sim_stop(sim);
	} else {
		fprintf(stderr, "cellar-sim: out of memory\n");
	}
	free(sim);
	return out_close(&out, err);
}

static int simulate_with_truth(const struct run *run, const struct script *script)
{
	FILE *truth;
	int status;

	if (!run->truth_path)
		return simulate(run, script, NULL);
	truth = fopen(run->truth_path, "we");
	if (!truth) {
		fprintf(stderr, "cellar-sim: %s: %s\n", run->truth_path,
			strerror(errno));
		return EXIT_FAILED;
	}
	truth_header(truth);
	status = simulate(run, script, truth);
	if (fclose(truth)) {
		fprintf(stderr, "cellar-sim: %s: %s\n", run->truth_path,
			strerror(errno));
		return EXIT_FAILED;
	}
	return status;
}

int run_main(int argc, char **argv)
{
	struct run run = {
		.config = {
			.model = cellar_model_by_key(DEFAULT_MODEL),
			.dialect = CELLAR_DIALECT_PYLONTECH,
			.packs = 1,
			.seed = 1,
			.soc = 0.6,
			.ambient_c = 25,
		},
		.out = OUT_OPTIONS_DEFAULT,
		.duration_ms = UINT64_MAX,
	};
	struct script script = { 0 };
	int status = EXIT_USAGE;

	if (parse(&run, argc, argv))
		return EXIT_USAGE;
	if (run.help) {
		run_help(stdout);
		return EXIT_OK;
	}
	if (!read_script(&run, &script))
		status = simulate_with_truth(&run, &script);
	script_free(&script);
	return status;
}
