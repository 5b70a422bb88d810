// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellar-sim: home batteries for those who have none at hand. Picks the mode.
 */
#include <string.h>

#include "modes.h"
#include "options.h"

struct mode {
	const char *name;
	int (*main)(int argc, char **argv);
	void (*help)(FILE *to);
};

static const struct mode modes[] = {
	{ "run", run_main, run_help },
	{ "rack", rack_main, rack_help },
	{ "modbus", modbus_main, modbus_help },
	{ "replay", replay_main, replay_help },
	{ "ems", ems_main, ems_help },
	{ "year", year_main, year_help },
	{ "plant", plant_main, plant_help },
};

static void help(FILE *to)
{
	fputs("cellar-sim - simulated 48 V home batteries, on a wire or in a house\n"
	      "\n"
	      "  cellar-sim run [OPTIONS]          let simulated packs talk on a CAN bus\n"
	      "  cellar-sim rack [OPTIONS]         let them answer on an RS-485 line\n"
	      "  cellar-sim modbus [OPTIONS]       let meters and inverters answer by Modbus\n"
	      "  cellar-sim replay FILE [OPTIONS]  play a recorded bus\n"
	      "  cellar-sim ems [OPTIONS]          what the energy management does with data\n"
	      "  cellar-sim year [OPTIONS]         ... with a year of an invented house\n"
	      "  cellar-sim plant [OPTIONS]        a whole house that cellard can run, as it goes\n"
	      "  cellar-sim MODE --help            all about a mode\n"
	      "  cellar-sim --version\n"
	      "\n"
	      "No battery yet? On a machine with a virtual CAN interface:\n"
	      "\n"
	      "  ip link add dev vcan0 type vcan && ip link set vcan0 up\n"
	      "  cellar-sim run --dialect deye --packs 4 --current 40\n"
	      "\n"
	      "and everything that listens to a battery on vcan0 sees four packs being\n"
	      "charged. Without any interface, look at what they say:\n"
	      "\n"
	      "  cellar-sim run --packs 2 --output - --fast --duration 5 | cellar-dump\n",
	      to);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		help(stderr);
		return EXIT_USAGE;
	}
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(argv[1], modes[i].name))
			return modes[i].main(argc - 1, argv + 1);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		help(stdout);
		return EXIT_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("cellar-sim " CELLAR_VERSION);
		return EXIT_OK;
	}
	fprintf(stderr, "cellar-sim: there is no mode '%s'; use run, rack, modbus, replay, "
		"ems, year or plant, or --help\n", argv[1]);
	return EXIT_USAGE;
}
