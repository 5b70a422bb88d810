// SPDX-License-Identifier: GPL-2.0-only
/*
 * `cellar-sim run`: the command line, and the loop between virtual time, the
 * clock and the bus.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bank_options.h"
#include "inverter_lines.h"
#include "modes.h"
#include "options.h"
#include "sim.h"
#include "truth.h"

#define TRUTH_EVERY_MS		1000

enum {
	OPT_INTERFACE = BANK_OPTIONS_END,
	OPT_OUTPUT,
	OPT_DIALECT,
	OPT_SETTING,
	OPT_KEEPALIVE,
	OPT_SPEED,
	OPT_FAST,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "interface", required_argument, NULL, OPT_INTERFACE },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "dialect", required_argument, NULL, OPT_DIALECT },
	{ "setting", required_argument, NULL, OPT_SETTING },
	{ "keepalive", no_argument, NULL, OPT_KEEPALIVE },
	{ "speed", required_argument, NULL, OPT_SPEED },
	{ "fast", no_argument, NULL, OPT_FAST },
	{ "help", no_argument, NULL, OPT_HELP },
	BANK_LONG_OPTIONS,
	{ 0 }
};

struct run {
	struct sim_config config;
	struct bank_options bank;
	struct out_options out;
	bool has_setting;
	bool help;
};

void run_help(FILE *to)
{
	fputs("cellar-sim run - simulate packs and let them talk on a CAN bus\n"
	      "\n"
	      "Where to\n"
	      "  --interface NAME   SocketCAN interface (vcan0)\n"
	      "  --output FILE      instead of it: candump log lines, time from 0; - is\n"
	      "                     standard output\n"
	      "\n"
	      "What\n"
	      "  --dialect NAME     pylontech, victron, deye, growatt, goodwe, schneider or\n"
	      "                     sofar (pylontech); only deye tells of every pack\n"
	      "  --setting NAME     of a deye battery: native or victron (native)\n"
	      "  --packs N          1 to 64; 1 to 32 with deye (1)\n", to);
	bank_options_help_packs(to);
	fputs("  --keepalive        also send an inverter's keep-alive, 0x305, on that bus\n", to);
	bank_options_help_events(to);
	fputs("\n"
	      "Time\n"
	      "  --duration S       end after S simulated seconds (never)\n"
	      "  --speed X          X simulated seconds per second (1)\n"
	      "  --fast             do not wait at all; needs --duration\n"
	      "  --truth FILE       once per simulated second, the true state of every\n"
	      "                     pack as CSV\n", to);
	bank_options_help_lists(to, SCRIPT_CAN);
	fputs("\n"
	      "Examples\n"
	      "  cellar-sim run --dialect deye --packs 4 --current 40 --script demo.script\n"
	      "  cellar-sim run --packs 8 --soc 95 --current 200 --obey --speed 60\n"
	      "  cellar-sim run --current 200 --inverter-on vcan1:victron:slow=5\n"
	      "  cellar-sim run --output - --fast --duration 60 --seed 7 > seven.log\n", to);
}

static int set_dialect(struct run *run, const char *name)
{
	run->config.dialect = cellar_can_dialect_by_name(name);
	if (run->config.dialect != CELLAR_DIALECT_NONE)
		return 0;
	fprintf(stderr, "cellar-sim: there is no dialect '%s'; use pylontech, victron, "
		"deye, growatt, goodwe, schneider or sofar\n", name);
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

static int set_option(void *user, int option, const char *text)
{
	struct run *run = user;

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
	case OPT_KEEPALIVE:
		run->config.keepalive = true;
		return 0;
	case OPT_SPEED:
		return option_number("--speed", text, 0.001, 1e6, &run->out.speed);
	case OPT_FAST:
		run->out.fast = true;
		return 0;
	case OPT_HELP:
		run->help = true;
		return 0;
	default:
		return bank_option(&run->bank, option, text);
	}
}

static int check_together(struct run *run)
{
	struct sim_config *config = &run->config;
	unsigned int most = sim_packs_max(config->dialect);

	config->bank = run->bank.bank;
	if (bank_options_check(&run->bank))
		return -EINVAL;
	if (run->out.fast && run->bank.duration_ms == UINT64_MAX)
		return option_refuse("--fast would never end; give it a --duration");
	if (run->bank.inverters.n && (run->out.fast || run->out.speed != 1))
		return option_refuse("an inverter is in real time: neither --fast nor --speed go "
				     "with --inverter-on");
	if (run->has_setting && config->dialect != CELLAR_DIALECT_DEYE)
		return option_refuse("--setting is only for --dialect deye");
	if (config->dialect == CELLAR_DIALECT_DEYE && !run->has_setting)
		config->setting = CELLAR_SETTING_NATIVE;
	if (config->bank.packs > most) {
		fprintf(stderr, "cellar-sim: %u packs are more than the dialect %s can "
			"tell apart, it has at most %u\n", config->bank.packs,
			cellar_can_dialect(config->dialect)->name, most);
		return -EINVAL;
	}
	return 0;
}

static int parse(struct run *run, int argc, char **argv)
{
	static const struct option_reader reader = { "run", long_options, OPT_HELP, set_option };
	int err = options_read(&reader, run, argc, argv);

	return err || run->help ? err : check_together(run);
}

static int send_out(void *to, u64 now_ms, const struct can_frame *frame)
{
	return can_out_send(to, now_ms, frame);
}

static int loop(const struct run *run, struct sim *sim, struct pace *pace,
		struct inverter_lines *lines, FILE *truth)
{
	uint64_t next_truth_ms = 0, now_ms, spoken;
	int err = 0;

	while (!err) {
		now_ms = sim_next_ms(sim);
		for (; truth && next_truth_ms <= now_ms && next_truth_ms < run->bank.duration_ms;
		     next_truth_ms += TRUTH_EVERY_MS)
			truth_write(truth, sim, next_truth_ms);
		if (now_ms >= run->bank.duration_ms)
			break;
		err = lines->inverters.n ?
			      inverter_lines_wait(lines, pace, pace_ns(pace, now_ms)) :
			      pace_until(pace, now_ms);
		spoken = sim->talker.spoken;
		if (!err)
			err = sim_run(sim, now_ms);
		if (sim->talker.spoken != spoken)
			inverter_lines_battery_spoke(lines);
	}
	return err;
}

static int simulate_on(const struct run *run, const struct script *script,
		       struct inverter_lines *lines, FILE *truth)
{
	struct sim_config config = run->config;
	struct can_out out;
	struct pace pace;
	struct sim *sim;
	int status;
	int err;

	status = out_open(&run->out, &pace, &out);
	if (status)
		return status;
	if (lines->inverters.n) {
		config.bank.inverters = &lines->inverters;
		out.live = true;
	}
	sim = malloc(sizeof(*sim));
	err = sim ? sim_start(sim, &config, script, send_out, &out) : -ENOMEM;
	if (!err) {
		inverter_lines_start(lines, &sim->bank, pace_ns(&pace, 0));
		err = loop(run, sim, &pace, lines, truth);
		sim_stop(sim);
	} else {
		fprintf(stderr, "cellar-sim: out of memory\n");
	}
	free(sim);
	return out_close(&out, err);
}

static int simulate(const struct run *run, const struct script *script, FILE *truth)
{
	struct inverter_lines lines;
	int status;

	if (inverter_lines_open(&lines, &run->bank.inverters))
		return EXIT_FAILED;
	status = simulate_on(run, script, &lines, truth);
	return inverter_lines_close(&lines) ? EXIT_FAILED : status;
}

static int simulate_with_truth(const struct run *run, const struct script *script)
{
	FILE *truth;
	int status;

	if (!run->bank.truth_path)
		return simulate(run, script, NULL);
	truth = fopen(run->bank.truth_path, "we");
	if (!truth) {
		fprintf(stderr, "cellar-sim: %s: %s\n", run->bank.truth_path,
			strerror(errno));
		return EXIT_FAILED;
	}
	truth_header(truth);
	status = simulate(run, script, truth);
	if (fclose(truth)) {
		fprintf(stderr, "cellar-sim: %s: %s\n", run->bank.truth_path,
			strerror(errno));
		return EXIT_FAILED;
	}
	return status;
}

int run_main(int argc, char **argv)
{
	struct run run = {
		.config.dialect = CELLAR_DIALECT_PYLONTECH,
		.bank = bank_options_default(),
		.out = OUT_OPTIONS_DEFAULT,
	};
	int status = EXIT_USAGE;
	struct script script;

	if (parse(&run, argc, argv))
		return EXIT_USAGE;
	if (run.help) {
		run_help(stdout);
		return EXIT_OK;
	}
	if (!bank_options_script(&run.bank, SCRIPT_CAN, &script))
		status = simulate_with_truth(&run, &script);
	script_free(&script);
	return status;
}
