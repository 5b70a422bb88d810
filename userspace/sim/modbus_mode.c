// SPDX-License-Identifier: GPL-2.0-only
/*
 * `cellar-sim modbus`: the command line, and the loop between a serial port or TCP, the
 * clock and the devices behind it.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "modes.h"
#include "options.h"
#include "pace.h"
#include "slave_port.h"

#include "../io/wallbox_profile.h"

#define DURATION_MAX_S	1e9
#define ADDRESS_MAX	255	/* of TCP; those between it and 247 are nobody's */
#define WALLBOX		"wallbox:"

enum {
	OPT_TTY = 256,
	OPT_PTY,
	OPT_TCP,
	OPT_BAUD,
	OPT_PACED,
	OPT_DEVICE,
	OPT_SEED,
	OPT_SCRIPT,
	OPT_DURATION,
	OPT_LOG,
	OPT_COMMANDS,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "tty", required_argument, NULL, OPT_TTY },
	{ "pty", required_argument, NULL, OPT_PTY },
	{ "tcp", required_argument, NULL, OPT_TCP },
	{ "baud", required_argument, NULL, OPT_BAUD },
	{ "paced", no_argument, NULL, OPT_PACED },
	{ "device", required_argument, NULL, OPT_DEVICE },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "script", required_argument, NULL, OPT_SCRIPT },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "commands", no_argument, NULL, OPT_COMMANDS },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 }
};

/* @kind, @address: of each device; @duration_s: 0: for ever */
struct modbus_options {
	const char *tty, *pty, *script_path, *log_path;
	bool has_tcp, paced, commands, help;
	uint64_t tcp, seed;
	unsigned int baud, n;
	const struct slave_kind *kind[SLAVE_LINE_DEVICES_MAX];
	uint8_t address[SLAVE_LINE_DEVICES_MAX];
	struct wallbox_profile profile[SLAVE_LINE_DEVICES_MAX];
	double duration_s;
};

void modbus_help(FILE *to)
{
	fputs("cellar-sim modbus - let simulated meters, inverters and wallboxes answer a Modbus\n"
	      "master\n"
	      "\n"
	      "Where\n"
	      "  --pty LINK         make a pseudo-terminal, and LINK to its other end\n"
	      "  --tty PATH         or use this serial port\n"
	      "  --tcp PORT         or listen at this port of 127.0.0.1; 0: any, standard\n"
	      "                     output is told\n"
	      "  --baud N           9600 or 115200 (9600)\n"
	      "  --paced            answers take as long as on a wire of that speed\n"
	      "\n"
	      "What\n"
	      "  --device KIND@ADDRESS  a device; again for each of them\n"
	      "  --seed N           chance; same seed, same faults (1)\n"
	      "  --script FILE      events in time, see below\n"
	      "  --commands         and lines of VERB ARGUMENTS from standard input, at once\n"
	      "\n"
	      "Time\n"
	      "  --duration S       end after S seconds (never)\n"
	      "  --log FILE         each request, and what became of it\n"
	      "\n"
	      "Devices\n", to);
	slave_kinds_help(to);
	fputs("\n"
	      "A script has one event per line, `at SECONDS VERB ARGUMENTS`; # begins a\n"
	      "comment. PACK is the number of a device, in the order of --device. Verbs:\n", to);
	script_help(to, SCRIPT_MODBUS);
	fputs("\n"
	      "Examples\n"
	      "  cellar-sim modbus --tcp 1502 --device dtsu666@1 --device ddsu666@2\n"
	      "  cellar-sim modbus --pty /tmp/meters --device dtsu666@32\n", to);
}

static void complain(void *user, const char *text)
{
	(void)user;
	fprintf(stderr, "cellar-sim: %s\n", text);
}

static int add_device(struct modbus_options *options, const char *text)
{
	const char *at = strrchr(text, '@');
	const struct slave_kind *kind;
	uint64_t address;
	char name[WALLBOX_NAME_SIZE + sizeof(WALLBOX)];

	if (options->n == SLAVE_LINE_DEVICES_MAX)
		return option_refuse("there are too many --device");
	if (!at || (size_t)(at - text) >= sizeof(name)) {
		fprintf(stderr, "cellar-sim: --device '%s' is not KIND@ADDRESS\n", text);
		return -EINVAL;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(at - text), text);
	kind = strncmp(name, WALLBOX, strlen(WALLBOX)) ? slave_kind_by_name(name) : &slave_wallbox;
	if (!kind) {
		fprintf(stderr, "cellar-sim: there is no device '%s', see cellar-sim modbus "
			"--help\n", name);
		return -EINVAL;
	}
	if (option_whole("--device", at + 1, 1, ADDRESS_MAX, &address))
		return -EINVAL;
	if (kind == &slave_wallbox &&
	    wallbox_profile_load(&options->profile[options->n], name + strlen(WALLBOX), complain,
				 NULL))
		return -EINVAL;
	for (unsigned int i = 0; i < options->n; i++)
		if (options->address[i] == address)
			return option_refuse("two --device have one address");
	options->kind[options->n] = kind;
	options->address[options->n++] = (uint8_t)address;
	return 0;
}

static int set_option(void *user, int option, const char *text)
{
	struct modbus_options *options = user;

	switch (option) {
	case OPT_TTY:
		options->tty = text;
		return 0;
	case OPT_PTY:
		options->pty = text;
		return 0;
	case OPT_TCP:
		options->has_tcp = true;
		return option_whole("--tcp", text, 0, UINT16_MAX, &options->tcp);
	case OPT_BAUD:
		return option_baud(text, &options->baud);
	case OPT_PACED:
		options->paced = true;
		return 0;
	case OPT_DEVICE:
		return add_device(options, text);
	case OPT_SEED:
		return option_whole("--seed", text, 0, UINT64_MAX, &options->seed);
	case OPT_SCRIPT:
		options->script_path = text;
		return 0;
	case OPT_DURATION:
		return option_number("--duration", text, 0, DURATION_MAX_S,
				     &options->duration_s);
	case OPT_LOG:
		options->log_path = text;
		return 0;
	case OPT_COMMANDS:
		options->commands = true;
		return 0;
	case OPT_HELP:
		options->help = true;
		return 0;
	default:
		return -EINVAL;
	}
}

static int parse(struct modbus_options *options, int argc, char **argv)
{
	static const struct option_reader reader = { "modbus", long_options, OPT_HELP, set_option };
	int err = options_read(&reader, options, argc, argv);

	if (err || options->help)
		return err;
	if (!!options->tty + !!options->pty + options->has_tcp != 1)
		return option_refuse("give one of --pty LINK, --tty PATH and --tcp PORT");
	return options->n ? 0 : option_refuse("give a --device KIND@ADDRESS");
}

/* Lines from standard input. @n: of @text, so far */
struct commands {
	int fd;
	char text[512];
	size_t n;
};

/* What it cannot do is said, and nothing else comes of it. */
static void obey(struct slave_line *line, const char *text)
{
	const struct script_world world = { .packs = line->n, .wire = SCRIPT_MODBUS };
	struct script one = { 0 };
	char error[640], at[sizeof(((struct commands *)NULL)->text) + 8];

	snprintf(at, sizeof(at), "at 0 %s", text);
	if (script_line(&one, at, &world, error, sizeof(error)))
		fprintf(stderr, "cellar-sim: %s\n", error);
	for (size_t i = 0; i < one.n; i++)
		slave_line_do(line, &one.events[i]);
	script_free(&one);
}

static void hear_commands(struct commands *commands, struct slave_line *line)
{
	ssize_t n = read(commands->fd, commands->text + commands->n,
			 sizeof(commands->text) - 1 - commands->n);
	char *end;

	if (n <= 0) {
		commands->fd = -1;
		return;
	}
	commands->n += (size_t)n;
	commands->text[commands->n] = '\0';
	while ((end = strchr(commands->text, '\n'))) {
		*end = '\0';
		obey(line, commands->text);
		commands->n -= (size_t)(end + 1 - commands->text);
		memmove(commands->text, end + 1, commands->n + 1);
	}
	if (commands->n == sizeof(commands->text) - 1)
		commands->n = 0;
}

static bool can_read(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return fd >= 0 && poll(&wait, 1, 0) > 0;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static int loop(struct slave_line *line, struct slave_port *port, struct commands *commands,
		struct pace *pace, uint64_t end_ns)
{
	uint64_t now_ns, away_ns, back_ns = UINT64_MAX, next_ns;
	int fds[2 + SLAVE_CONNECTIONS_MAX];
	int err = 0;

	while (!err && (now_ns = pace_clock_ns()) < end_ns) {
		if (now_ns >= back_ns) {
			back_ns = UINT64_MAX;
			err = slave_port_reopen(port);
			if (err)
				break;
		}
		slave_line_play(line, now_ns);
		if (can_read(commands->fd))
			hear_commands(commands, line);
		away_ns = slave_line_cut(line);
		if (away_ns) {
			slave_port_close(port);
			back_ns = now_ns + away_ns;
		}
		err = slave_port_run(port, line, now_ns);
		next_ns = earlier(slave_port_next_ns(port), slave_line_next_ns(line));
		next_ns = earlier(next_ns, earlier(back_ns, end_ns));
		fds[0] = commands->fd;
		if (!err)
			err = pace_poll(pace, fds, 1 + slave_port_fds(port, fds + 1), next_ns);
	}
	return err;
}

static int open_port(const struct modbus_options *options, struct slave_port *port)
{
	if (options->has_tcp)
		return slave_port_open_tcp(port, (uint16_t)options->tcp);
	return slave_port_open_serial(port, options->tty, options->pty, options->baud);
}

static void start_device(const struct modbus_options *options, unsigned int i, struct slave *s,
			 uint64_t now_ns)
{
	if (options->kind[i] == &slave_wallbox)
		slave_start_wallbox(s, &options->profile[i], options->address[i], now_ns);
	else
		slave_start(s, options->kind[i], options->address[i], now_ns);
}

static int serve(const struct modbus_options *options, struct slave_line *line,
		 const struct script *script)
{
	struct commands commands = { .fd = options->commands ? STDIN_FILENO : -1 };
	uint64_t end_ns = UINT64_MAX, now_ns;
	struct slave_port port;
	struct pace pace;
	int err;

	err = pace_start(&pace, 1, false);
	if (err || open_port(options, &port))
		return EXIT_FAILED;
	now_ns = pace_clock_ns();
	if (options->duration_s > 0)
		end_ns = now_ns + (uint64_t)(options->duration_s * 1e9);
	for (unsigned int i = 0; i < options->n; i++)
		start_device(options, i, &line->device[i], now_ns);
	line->n = options->n;
	line->tcp = options->has_tcp;
	line->baud = options->paced ? options->baud : 0;
	slave_line_start(line, script, options->seed, now_ns);
	err = loop(line, &port, &commands, &pace, end_ns);
	slave_port_close(&port);
	fprintf(stderr, "cellar-sim: %llu requests, %llu answers\n",
		(unsigned long long)line->counts.requests,
		(unsigned long long)line->counts.answers);
	return err && err != -EINTR ? EXIT_FAILED : EXIT_OK;
}

static int serve_with_log(const struct modbus_options *options, const struct script *script)
{
	struct slave_line *line = calloc(1, sizeof(*line));
	int status;

	if (!line) {
		fprintf(stderr, "cellar-sim: out of memory\n");
		return EXIT_FAILED;
	}
	if (options->log_path)
		line->log = fopen(options->log_path, "we");
	if (options->log_path && !line->log) {
		fprintf(stderr, "cellar-sim: %s: %s\n", options->log_path, strerror(errno));
		free(line);
		return EXIT_FAILED;
	}
	status = serve(options, line, script);
	if (line->log && fclose(line->log)) {
		fprintf(stderr, "cellar-sim: %s cannot be written\n", options->log_path);
		status = EXIT_FAILED;
	}
	free(line);
	return status;
}

int modbus_main(int argc, char **argv)
{
	struct modbus_options options = { .baud = 9600, .seed = 1 };
	struct script_world world = { .wire = SCRIPT_MODBUS };
	struct script script = { 0 };
	int status = EXIT_USAGE;

	if (parse(&options, argc, argv))
		return EXIT_USAGE;
	if (options.help) {
		modbus_help(stdout);
		return EXIT_OK;
	}
	world.packs = options.n;
	if (!option_script(options.script_path, &world, &script))
		status = serve_with_log(&options, &script);
	script_free(&script);
	return status;
}
