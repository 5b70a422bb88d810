// SPDX-License-Identifier: GPL-2.0-only
/*
 * cellar-table: every battery that the driver shows, a line each.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supply.h"

#define DEFAULT_CLASS	"/sys/class/power_supply"

static void usage(FILE *to)
{
	fputs("usage: cellar-table [--watch[=SECONDS]] [--class DIRECTORY]\n"
	      "\n"
	      "Shows every battery that the cellar driver knows: the system of each bus,\n"
	      "then its packs. \"-\" is a value that nobody said, or that is too old to be\n"
	      "shown as live. Current > 0 charges. Warnings stand in brackets.\n"
	      "\n"
	      "  -w, --watch[=SECONDS]  again and again, every SECONDS (1)\n"
	      "  -c, --class DIRECTORY  instead of " DEFAULT_CLASS "\n"
	      "  -h, --help             this text\n"
	      "\n"
	      "Exit status: 0, 1 no battery or not readable, 2 wrong usage.\n", to);
}

/* @value / @divisor with @decimals, or "-" */
static const char *number(char *buf, size_t size, long value, double divisor, int decimals)
{
	if (value == SUPPLY_UNKNOWN)
		snprintf(buf, size, "-");
	else
		snprintf(buf, size, "%.*f", decimals, (double)value / divisor);

	return buf;
}

static const char *or_dash(const char *text)
{
	return text[0] ? text : "-";
}

static void print_header(void)
{
	printf("%-12s %-7s %-26s %7s %8s %5s %6s %7s %7s  %-13s %-15s %s\n",
	       "NAME", "ROLE", "MODEL", "V", "A", "SOC%", "C", "CCL A", "DCL A",
	       "STATUS", "HEALTH", "ALARMS");
}

static void print_supply(const struct supply *s)
{
	char volts[16], amps[16], soc[16], celsius[16], ccl[16], dcl[16], model[80];

	snprintf(model, sizeof(model), "%s%s%s", s->maker, s->maker[0] && s->model[0] ? " " : "",
		 s->model);

	printf("%-12s %-7s %-26s %7s %8s %5s %6s %7s %7s  %-13s %-15s %s\n",
	       s->name, or_dash(s->role), or_dash(model),
	       number(volts, sizeof(volts), s->voltage_uv, 1e6, 2),
	       number(amps, sizeof(amps), s->current_ua, 1e6, 1),
	       number(soc, sizeof(soc), s->capacity, 1, 0),
	       number(celsius, sizeof(celsius), s->temperature_decic, 10, 1),
	       number(ccl, sizeof(ccl), s->charge_current_max_ua, 1e6, 1),
	       number(dcl, sizeof(dcl), s->discharge_current_max_ua, 1e6, 1),
	       s->present ? s->status : "(lost)", s->health, s->alarms);
}

static int no_dot(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* How many supplies were printed, or a negative errno. */
static int print_table(const char *class)
{
	struct dirent **names;
	int class_fd, n, i, shown = 0;

	class_fd = open(class, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (class_fd < 0)
		return -errno;

	n = scandir(class, &names, no_dot, versionsort);
	if (n < 0) {
		n = -errno;
		close(class_fd);
		return n;
	}

	for (i = 0; i < n; i++) {
		struct supply supply;

		if (!supply_read(class_fd, names[i]->d_name, &supply)) {
			if (!shown++)
				print_header();
			print_supply(&supply);
		}
		free(names[i]);
	}
	free(names);
	close(class_fd);

	return shown;
}

static int show_once(const char *class)
{
	int shown = print_table(class);

	if (shown < 0) {
		fprintf(stderr, "cellar-table: %s: %s\n", class, strerror(-shown));
		return EXIT_FAILURE;
	}
	if (!shown) {
		fprintf(stderr,
			"cellar-table: no battery in %s. Is a bus bound (README, \"Bind a real bus\"), and does the battery speak?\n",
			class);
		return EXIT_FAILURE;
	}

	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "watch", optional_argument, NULL, 'w' },
		{ "class", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	const char *class = DEFAULT_CLASS;
	unsigned long period_s = 0;
	char *end;
	int c;

	while ((c = getopt_long(argc, argv, "w::c:h", options, NULL)) != -1) {
		switch (c) {
		case 'w':
			period_s = optarg ? strtoul(optarg, &end, 10) : 1;
			if (!period_s || period_s > 3600 || (optarg && *end)) {
				fprintf(stderr,
					"cellar-table: --watch takes 1 to 3600 seconds, not \"%s\"\n",
					optarg);
				return 2;
			}
			break;
		case 'c':
			class = optarg;
			break;
		case 'h':
			usage(stdout);
			return EXIT_SUCCESS;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "cellar-table: what is \"%s\"?\n", argv[optind]);
		usage(stderr);
		return 2;
	}

	if (!period_s)
		return show_once(class);

	for (;;) {
		fputs("\033[H\033[J", stdout);
		show_once(class);
		fflush(stdout);
		sleep((unsigned int)period_s);
	}
}
