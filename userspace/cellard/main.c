// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellard: its options. What they start is in daemon.c.
 */
#include "../io/psy.h"
#include "daemon.h"
#include "keeper.h"

#include <getopt.h>
#include <stdlib.h>

enum {
	EXIT_USAGE = 2,
	EXIT_CONFIG = 3,
};

static void usage(FILE *to)
{
	fputs("Usage: cellard [OPTION]...\n"
	      "Make clusters of the battery packs that the kernel shows, and tell the system bus\n"
	      "how they are and what they may do.\n"
	      "\n"
	      "  --config FILE      instead of " CONFIG_FILE "\n"
	      "  --check-config     read the configuration, say what is wrong, and exit\n"
	      "  --class DIRECTORY  supplies from here, not " PSY_CLASS ", to try\n"
	      "                     it out; read once a second\n"
	      "  --state DIRECTORY  keep here what must survive a restart, not in $STATE_DIRECTORY\n"
	      "                     or " KEEPER_FOLDER "\n"
	      "  --help             show this and exit\n"
	      "  --version          show the version and exit\n"
	      "\n"
	      "Exit status: 0 ended by SIGTERM or SIGINT, or the configuration is right; 1 an\n"
	      "error; 2 wrong usage; 3 the configuration is wrong.\n", to);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check-config", no_argument, NULL, 'C' },
		{ "class", required_argument, NULL, 'd' },
		{ "state", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	const char *class = PSY_CLASS;
	const char *state = getenv("STATE_DIRECTORY");
	struct settings settings = { .path = CONFIG_FILE };
	struct config *config;
	bool check = false;
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			settings.path = optarg;
			break;
		case 'C':
			check = true;
			break;
		case 'd':
			class = optarg;
			break;
		case 's':
			state = optarg;
			break;
		case 'h':
			usage(stdout);
			return EXIT_SUCCESS;
		case 'V':
			puts("cellard " CELLAR_VERSION);
			return EXIT_SUCCESS;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "cellard: what is \"%s\"?\n", argv[optind]);
		usage(stderr);
		return EXIT_USAGE;
	}

	r = settings_read(&settings, &config);
	if (r)
		return r == -EINVAL ? EXIT_CONFIG : EXIT_FAILURE;
	if (check)
		printf("%s: right; %u clusters\n", settings.path, config->clusters);
	settings_take(&settings, config, 0);
	if (!check)
		r = daemon_run(&settings, class, state ? state : KEEPER_FOLDER);
	settings_free(&settings);

	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
