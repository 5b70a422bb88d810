// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellar-attach: packs on a serial line that no firmware describes. Options, and the
 * order of things.
 */
#include "../../driver/wire/models.h"
#include "../../driver/wire/rs485.h"
#include "line.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	EXIT_USAGE = 2,
	EXIT_HUNG_UP = 3,
};

static void list_dialects(FILE *out)
{
	fputs("auto", out);
	for (int d = CELLAR_RS485_NONE + 1; d < CELLAR_RS485_DIALECTS; d++)
		fprintf(out, ", %s", cellar_rs485_dialect(d)->name);
	fputc('\n', out);
}

static void usage(FILE *out)
{
	fputs("Usage: cellar-attach [OPTION]... TTY\n"
	      "Look for battery packs on the RS-485 line behind TTY, a USB dongle say, and\n"
	      "show each as a power supply, until a signal ends it or the line is unplugged.\n"
	      "\n"
	      "  --baud SPEED      9600, 115200, or auto (the default: find it)\n"
	      "  --dialect NAME    ", out);
	list_dialects(out);
	fputs("  --model KEY       what the packs are: pylontech,us5000, ...\n"
	      "  --scope SCOPE     device (the default), or system if this host runs on the\n"
	      "                    battery\n"
	      "  --help            show this and exit\n"
	      "  --version         show the version and exit\n"
	      "\n"
	      "Exit status: 0 ended by SIGTERM, SIGINT or SIGHUP, 1 not attached, 2 wrong\n"
	      "usage, 3 the line hung up: it was unplugged.\n", out);
}

static int set_baud(struct line_options *options, const char *text)
{
	static const struct {
		const char *text;
		unsigned int baud;
	} speeds[] = { { "auto", 0 }, { "9600", 9600 }, { "115200", 115200 } };

	for (size_t i = 0; i < sizeof(speeds) / sizeof(*speeds); i++) {
		if (!strcmp(text, speeds[i].text)) {
			options->baud = speeds[i].baud;
			return 0;
		}
	}
	fprintf(stderr, "cellar-attach: no speed \"%s\", there are: auto, 9600, 115200\n", text);

	return -EINVAL;
}

static int set_dialect(struct line_options *options, const char *name)
{
	options->dialect = name;
	if (!strcmp(name, "auto") || cellar_rs485_dialect_by_name(name) != CELLAR_RS485_NONE)
		return 0;

	fprintf(stderr, "cellar-attach: no dialect \"%s\", there are: ", name);
	list_dialects(stderr);

	return -EINVAL;
}

static int set_model(struct line_options *options, const char *key)
{
	options->model = key;
	if (cellar_model_by_key(key))
		return 0;

	fprintf(stderr, "cellar-attach: no model \"%s\", there are:", key);
	for (const struct cellar_model *model = cellar_models; model->key; model++)
		fprintf(stderr, " %s", model->key);
	fputc('\n', stderr);

	return -EINVAL;
}

static int set_scope(struct line_options *options, const char *scope)
{
	options->scope_system = !strcmp(scope, "system");
	if (options->scope_system || !strcmp(scope, "device"))
		return 0;

	fprintf(stderr, "cellar-attach: no scope \"%s\", there are: device, system\n", scope);

	return -EINVAL;
}

static int attach_and_hold(const struct line_options *options)
{
	struct line line;
	int ret;

	if (line_attach(options, &line))
		return EXIT_FAILURE;

	printf("%s: cellar%u\n", options->tty, line.bus);
	fflush(stdout);
	ret = line_hold(&line);
	line_release(&line);
	if (!ret)
		return EXIT_SUCCESS;

	fprintf(stderr, "cellar-attach: %s: %s\n", options->tty,
		ret == -EIO ? "hung up" : strerror(-ret));

	return ret == -EIO ? EXIT_HUNG_UP : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "baud", required_argument, NULL, 'b' },
		{ "dialect", required_argument, NULL, 'd' },
		{ "model", required_argument, NULL, 'm' },
		{ "scope", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ .name = NULL },
	};
	struct line_options options = { .dialect = "auto", .model = "" };
	int option, ret = 0;

	while (!ret && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'b':
			ret = set_baud(&options, optarg);
			break;
		case 'd':
			ret = set_dialect(&options, optarg);
			break;
		case 'm':
			ret = set_model(&options, optarg);
			break;
		case 's':
			ret = set_scope(&options, optarg);
			break;
		case 'h':
			usage(stdout);
			return EXIT_SUCCESS;
		case 'v':
			puts("cellar-attach " CELLAR_VERSION);
			return EXIT_SUCCESS;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (ret)
		return EXIT_USAGE;
	if (optind + 1 != argc) {
		fputs("cellar-attach: which TTY? One line each\n", stderr);
		usage(stderr);
		return EXIT_USAGE;
	}
	options.tty = argv[optind];

	return attach_and_hold(&options);
}
