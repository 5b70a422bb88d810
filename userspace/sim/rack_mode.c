// SPDX-License-Identifier: GPL-2.0-only
/*
 * `cellar-sim rack`: the command line, and the loop between a serial port, the
 * clock and the packs behind it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bank_options.h"
#include "inverter_lines.h"
#include "modes.h"
#include "options.h"
#include "pace.h"
#include "rack.h"
#include "serial_port.h"

#define DEFAULT_DELAY_MS	20
#define DELAY_MAX_MS		60000
#define NS_PER_MS		1000000ULL
#define READ_MAX		256

enum {
	OPT_TTY = BANK_OPTIONS_END,
	OPT_PTY,
	OPT_BAUD,
	OPT_PACED,
	OPT_DIALECT,
	OPT_ADDRESS,
	OPT_DELAY,
	OPT_ECHO,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "tty", required_argument, NULL, OPT_TTY },
	{ "pty", required_argument, NULL, OPT_PTY },
	{ "baud", required_argument, NULL, OPT_BAUD },
	{ "paced", no_argument, NULL, OPT_PACED },
	{ "dialect", required_argument, NULL, OPT_DIALECT },
	{ "address", required_argument, NULL, OPT_ADDRESS },
	{ "delay", required_argument, NULL, OPT_DELAY },
	{ "echo", no_argument, NULL, OPT_ECHO },
	{ "help", no_argument, NULL, OPT_HELP },
	BANK_LONG_OPTIONS,
	{ 0 }
};

struct rack_options {
	struct rack_config config;
	struct bank_options bank;
	const char *tty, *pty;
	unsigned int n_addresses;
	bool has_packs;
	bool help;
};

void rack_help(FILE *to)
{
	fputs("cellar-sim rack - let simulated packs answer on an RS-485 line\n"
	      "\n"
	      "Where\n"
	      "  --pty LINK         make a pseudo-terminal, and LINK to its other end\n"
	      "  --tty PATH         or use this serial port\n"
	      "  --baud N           9600 or 115200 (9600)\n"
	      "  --paced            let characters on --tty take the time that a wire would;\n"
	      "                     a pseudo-terminal of --pty always does\n"
	      "\n"
	      "What\n"
	      "  --dialect NAME     pylontech, pace, seplos or voltronic (pylontech)\n"
	      "  --packs N          how many (1)\n"
	      "  --address A,...    where they are: one address each, 0x before hexadecimal\n"
	      "                     (the lowest ones that the dialect has)\n"
	      "  --delay MS         from a question to its answer (20)\n"
	      "  --echo             the line gives back what is sent\n", to);
	bank_options_help_packs(to);
	bank_options_help_events(to);
	fputs("\n"
	      "Time\n"
	      "  --duration S       end after S seconds (never)\n"
	      "  --truth FILE       what was really said, one answer a line\n", to);
	bank_options_help_lists(to, SCRIPT_RS485);
	fputs("\n"
	      "Examples\n"
	      "  cellar-sim rack --pty /tmp/rack --packs 16 --baud 115200 --current 40\n"
	      "  cellar-sim rack --tty /dev/ttyUSB0 --dialect pace --address 1,2,5\n"
	      "\n"
	      "Packs answer questions only. What would change something in a pack is not\n"
	      "answered; it is counted, and then the exit status is 1.\n", to);
}

static int set_dialect(struct rack_options *options, const char *name)
{
	options->config.dialect = cellar_rs485_dialect_by_name(name);
	if (options->config.dialect != CELLAR_RS485_NONE)
		return 0;
	fprintf(stderr, "cellar-sim: there is no dialect '%s'; use pylontech, pace, "
		"seplos or voltronic\n", name);
	return -EINVAL;
}

static int set_addresses(struct rack_options *options, const char *text)
{
	const char *next = text;
	unsigned int n = 0;
	char *end;

	for (;;) {
		unsigned long address = strtoul(next, &end, 0);

		if (*next < '0' || *next > '9' || (*end && *end != ',') ||
		    address >= RACK_NO_ADDRESS || n == PLANT_PACKS_MAX)
			break;
		options->config.addresses[n++] = (u8)address;
		if (!*end) {
			options->n_addresses = n;
			return 0;
		}
		next = end + 1;
	}
	fprintf(stderr, "cellar-sim: --address '%s' is no list of 1 to %u addresses from "
		"0 to %u\n", text, PLANT_PACKS_MAX, RACK_NO_ADDRESS - 1);
	return -EINVAL;
}

static int set_option(void *user, int option, const char *text)
{
	struct rack_options *options = user;
	uint64_t whole = 0;
	int err;

	switch (option) {
	case OPT_TTY:
		options->tty = text;
		return 0;
	case OPT_PTY:
		options->pty = text;
		return 0;
	case OPT_BAUD:
		return option_baud(text, &options->config.baud);
	case OPT_PACED:
		options->config.paced = true;
		return 0;
	case OPT_DIALECT:
		return set_dialect(options, text);
	case OPT_ADDRESS:
		return set_addresses(options, text);
	case OPT_DELAY:
		err = option_whole("--delay", text, 0, DELAY_MAX_MS, &whole);
		options->config.delay_ms = (u32)whole;
		return err;
	case OPT_ECHO:
		options->config.echo = true;
		return 0;
	case OPT_HELP:
		options->help = true;
		return 0;
	default:
		options->has_packs |= option == BANK_PACKS;
		return bank_option(&options->bank, option, text);
	}
}

static int check_together(struct rack_options *options)
{
	struct rack_config *config = &options->config;
	const struct cellar_rs485_dialect *dialect;

	dialect = cellar_rs485_dialect(config->dialect);
	if (bank_options_check(&options->bank))
		return -EINVAL;
	if (!options->tty == !options->pty)
		return option_refuse("give either --pty LINK or --tty PATH");
	config->paced |= !!options->pty;
	if (options->n_addresses && !options->has_packs)
		options->bank.bank.packs = options->n_addresses;
	config->bank = options->bank.bank;
	if (options->n_addresses && options->n_addresses != config->bank.packs)
		return option_refuse("--address needs one address for each of the --packs");
	if (!options->n_addresses &&
	    rack_addresses(dialect, config->bank.packs, config->addresses)) {
		fprintf(stderr, "cellar-sim: %u packs are more than the dialect %s has "
			"addresses, %u\n", config->bank.packs, dialect->name,
			dialect->n_addresses);
		return -EINVAL;
	}
	return 0;
}

static int parse(struct rack_options *options, int argc, char **argv)
{
	static const struct option_reader reader = { "rack", long_options, OPT_HELP, set_option };
	int err = options_read(&reader, options, argc, argv);

	return err || options->help ? err : check_together(options);
}

/* Who wants to know when a pack has said something. */
struct listeners {
	struct inverter_lines lines;
	FILE *truth;
};

static void take_note(void *to, u64 now_ns, const struct said *said)
{
	struct listeners *listeners = to;

	inverter_lines_battery_spoke(&listeners->lines);
	if (!listeners->truth)
		return;
	said_write(listeners->truth, now_ns, said);
	fflush(listeners->truth);
}

static int exchange(struct rack *rack, struct serial_port *port, u64 now_ns)
{
	u8 bytes[RACK_RUN_MAX];
	long heard = 0;
	size_t n;

	while (port->fd >= 0 && (heard = serial_port_read(port, bytes, READ_MAX)) > 0)
		rack_hear(rack, now_ns, bytes, (size_t)heard);
	if (heard < 0)
		return (int)heard;
	n = rack_run(rack, now_ns, bytes);
	return port->fd < 0 ? 0 : serial_port_write(port, bytes, n);
}

/* What had been counted at @since_ns. */
struct use {
	u64 since_ns;
	struct rack_counts counts;
	u64 asked, said;
};

static struct use use_until_now(const struct rack *rack)
{
	return (struct use){
		.since_ns = pace_clock_ns(),
		.counts = rack->counts,
		.asked = rack->line.asked,
		.said = rack->line.said,
	};
}

/* Tells of it, and begins anew. */
static void report_use(const struct rack *rack, struct use *use)
{
	struct use now = use_until_now(rack);

	fprintf(stderr, "cellar-sim: in %.6f s %llu questions of %llu characters and %llu "
		"answers of %llu, %.6f s of delays\n",
		(double)(now.since_ns - use->since_ns) / 1e9,
		(unsigned long long)(now.counts.questions - use->counts.questions),
		(unsigned long long)(now.asked - use->asked),
		(unsigned long long)(now.counts.answers - use->counts.answers),
		(unsigned long long)(now.said - use->said),
		(double)(now.counts.delay_ns - use->counts.delay_ns) / 1e9);
	*use = now;
}

static sigset_t wish(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	return signals;
}

/* The bank's steps are close enough: nothing needs to wake up for it. */
static bool report_is_wanted(void)
{
	const struct timespec at_once = { 0 };
	const sigset_t signals = wish();

	return sigtimedwait(&signals, NULL, &at_once) == SIGUSR1;
}

static u64 earlier(u64 a, u64 b)
{
	return a < b ? a : b;
}

static int loop(const struct rack_options *options, struct rack *rack,
		struct serial_port *port, struct inverter_lines *lines, struct pace *pace)
{
	struct use use = use_until_now(rack);
	u64 end_ns = options->bank.duration_ms == UINT64_MAX ? UINT64_MAX :
		     rack->start_ns + options->bank.duration_ms * NS_PER_MS;
	u64 now_ns, next_ns, away_ns, back_ns = UINT64_MAX;
	int fds[1 + INVERTERS_MAX];
	int err = 0;

	while (!err && (now_ns = pace_clock_ns()) < end_ns) {
		if (now_ns >= back_ns) {
			back_ns = UINT64_MAX;
			err = serial_port_reopen(port);
			if (err)
				break;
		}
		err = exchange(rack, port, now_ns);
		if (err)
			break;
		if (report_is_wanted())
			report_use(rack, &use);
		away_ns = rack_cut(rack);
		if (away_ns) {
			serial_port_close(port);
			back_ns = now_ns + away_ns;
		}
		inverter_lines_run(lines);
		next_ns = earlier(rack_next_ns(rack), inverter_lines_next_ns(lines));
		next_ns = earlier(next_ns, earlier(back_ns, end_ns));
		fds[0] = port->fd;
		err = pace_poll(pace, fds, 1 + inverter_lines_fds(lines, fds + 1), next_ns);
	}
	return err;
}

static int report_counts(const struct rack *rack)
{
	const struct rack_counts *counts = &rack->counts;
	size_t i;

	fprintf(stderr, "cellar-sim: %llu questions, %llu of them unknown, %llu answers "
		"came through whole", (unsigned long long)counts->questions,
		(unsigned long long)counts->strange, (unsigned long long)counts->answers);
	if (counts->returned)
		fprintf(stderr, "; %llu came back as if asked",
			(unsigned long long)counts->returned);
	if (rack->line.unseen)
		fprintf(stderr, "; %llu times the errors drawn would have passed the "
			"checksum, others were drawn",
			(unsigned long long)rack->line.unseen);
	fputc('\n', stderr);
	if (!counts->writes)
		return EXIT_OK;
	fprintf(stderr, "cellar-sim: %llu commands that may change something in a pack: "
		"a monitor must not send any; the first one:", (unsigned long long)counts->writes);
	for (i = 0; i < rack->write_len; i++)
		fprintf(stderr, " %02X", rack->write[i]);
	fputc('\n', stderr);
	return EXIT_FAILED;
}

static int simulate_on(const struct rack_options *options, const struct script *script,
		       struct listeners *listeners)
{
	struct rack_config config = options->config;
	struct rack *rack = malloc(sizeof(*rack));
	const sigset_t signals = wish();
	struct serial_port port;
	int status = EXIT_FAILED;
	struct pace pace;
	int err;

	if (!rack) {
		fprintf(stderr, "cellar-sim: out of memory\n");
		return EXIT_FAILED;
	}
	err = pace_start(&pace, 1, false);
	if (!err)
		err = sigprocmask(SIG_BLOCK, &signals, NULL) ? -errno : 0;
	if (!err)
		err = serial_port_open(&port, options->tty, options->pty,
				       options->config.baud);
	if (!err) {
		if (listeners->lines.inverters.n)
			config.bank.inverters = &listeners->lines.inverters;
		rack_start(rack, &config, script, pace_clock_ns(), take_note, listeners);
		inverter_lines_start(&listeners->lines, &rack->bank, rack->start_ns);
		err = loop(options, rack, &port, &listeners->lines, &pace);
		serial_port_close(&port);
		status = report_counts(rack);
	}
	free(rack);
	return err && err != -EINTR ? EXIT_FAILED : status;
}

static int simulate(const struct rack_options *options, const struct script *script,
		    FILE *truth)
{
	struct listeners listeners = { .truth = truth };
	int status;

	if (inverter_lines_open(&listeners.lines, &options->bank.inverters))
		return EXIT_FAILED;
	status = simulate_on(options, script, &listeners);
	return inverter_lines_close(&listeners.lines) ? EXIT_FAILED : status;
}

static int simulate_with_truth(const struct rack_options *options,
			       const struct script *script)
{
	const char *path = options->bank.truth_path;
	FILE *truth;
	int status;

	if (!path)
		return simulate(options, script, NULL);
	truth = fopen(path, "we");
	if (!truth) {
		fprintf(stderr, "cellar-sim: %s: %s\n", path, strerror(errno));
		return EXIT_FAILED;
	}
	status = simulate(options, script, truth);
	if (ferror(truth) | fclose(truth)) {
		fprintf(stderr, "cellar-sim: %s cannot be written\n", path);
		return EXIT_FAILED;
	}
	return status;
}

int rack_main(int argc, char **argv)
{
	struct rack_options options = {
		.config = {
			.dialect = CELLAR_RS485_PYLONTECH,
			.baud = 9600,
			.delay_ms = DEFAULT_DELAY_MS,
		},
		.bank = bank_options_default(),
	};
	int status = EXIT_USAGE;
	struct script script;

	if (parse(&options, argc, argv))
		return EXIT_USAGE;
	if (options.help) {
		rack_help(stdout);
		return EXIT_OK;
	}
	if (!bank_options_script(&options.bank, SCRIPT_RS485, &script))
		status = simulate_with_truth(&options, &script);
	script_free(&script);
	return status;
}
