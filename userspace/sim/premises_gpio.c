// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line of gpio-sim is found by what made its chip (configfs), and is read and pulled by
 * files of the chip (Documentation/admin-guide/gpio/gpio-sim.rst of Linux).
 */
#include "premises_gpio.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE		"kernel/config/gpio-sim"
#define PATH_SIZE	300
#define NAME_SIZE	40
#define LINE		"/line"
#define LINES_MAX	1023	/* gpio-sim's own */

/* The first line of the file @name in @folder; "": there is none. */
static void read_name(const char *folder, const char *name, char text[NAME_SIZE])
{
	char path[PATH_SIZE];
	FILE *file;

	text[0] = '\0';
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (!fgets(text, NAME_SIZE, file))
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	fclose(file);
}

/* The file @name of line @offset of the chip that @bank has made. */
static void take_path(char path[PREMISES_GPIO_PATH_SIZE], const char *sys, const char *bank,
		      unsigned int offset, const char *name)
{
	char device[NAME_SIZE], chip[NAME_SIZE];

	read_name(bank, "../dev_name", device);
	read_name(bank, "chip_name", chip);
	snprintf(path, PREMISES_GPIO_PATH_SIZE, "%s/devices/platform/%s/%s/sim_gpio%u/%s", sys,
		 device, chip, offset, name);
}

static bool is_line(const char *line, const struct gpio_want *want)
{
	char name[NAME_SIZE];

	read_name(line, "name", name);
	return !strcmp(name, want->name);
}

static bool is_chip(const char *bank, const struct gpio_want *want)
{
	char name[NAME_SIZE];

	read_name(bank, "chip_name", name);
	if (!strcmp(name, want->chip))
		return true;
	read_name(bank, "label", name);
	return name[0] && !strcmp(name, want->chip);
}

/* Which line the last part of a path is of, "/line3". */
static bool take_offset(const char *last, unsigned int *offset)
{
	unsigned long value;
	char *end;

	if (strncmp(last, LINE, strlen(LINE)) != 0)
		return false;
	value = strtoul(last + strlen(LINE), &end, 10);
	if (end == last + strlen(LINE) || *end || value > LINES_MAX)
		return false;
	*offset = (unsigned int)value;
	return true;
}

bool premises_gpio_find(char path[PREMISES_GPIO_PATH_SIZE], const char *sys,
			const struct gpio_want *want, const char *name)
{
	char pattern[PATH_SIZE], bank[PATH_SIZE];
	unsigned int offset = want->offset;
	bool found = false;
	glob_t all;

	snprintf(pattern, sizeof(pattern), "%s/" MADE "/*/*/%s", sys,
		 want->chip[0] ? "chip_name" : "line*");
	if (glob(pattern, 0, NULL, &all))
		return false;
	for (size_t i = 0; i < all.gl_pathc && !found; i++) {
		const char *line = all.gl_pathv[i], *last = strrchr(line, '/');

		snprintf(bank, sizeof(bank), "%.*s", (int)(last - line), line);
		found = want->chip[0] ? is_chip(bank, want) :
			take_offset(last, &offset) && is_line(line, want);
	}
	globfree(&all);
	if (found)
		take_path(path, sys, bank, offset, name);
	return found;
}
