// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line of gpio-sim is found by what made its chip (configfs), and pulled by a file of the
 * chip (Documentation/admin-guide/gpio/gpio-sim.rst of Linux).
 */
#include "premises_contacts.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE		"kernel/config/gpio-sim"
#define PATH_SIZE	300
#define NAME_SIZE	40
#define LINE		"/line"
#define LINES_MAX	1023	/* gpio-sim's own */

/* Contacts that two modes share are closed by either (spec/inverter.md, "Demand response"). */
static const u16 drm_bits[] = {
	[CONFIG_DRM0] = BIT(0),
	[CONFIG_DRM1_5] = BIT(1) | BIT(5),
	[CONFIG_DRM2_6] = BIT(2) | BIT(6),
	[CONFIG_DRM3_7] = BIT(3) | BIT(7),
	[CONFIG_DRM4_8] = BIT(4) | BIT(8),
};

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

/* Where line @offset of the chip that @bank has made is pulled. */
static void take_pull(struct premises_contact *contact, const char *sys, const char *bank,
		      unsigned int offset)
{
	char device[NAME_SIZE], chip[NAME_SIZE];

	read_name(bank, "../dev_name", device);
	read_name(bank, "chip_name", chip);
	snprintf(contact->pull, sizeof(contact->pull), "%s/devices/platform/%s/%s/sim_gpio%u/pull",
		 sys, device, chip, offset);
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

static bool find(struct premises_contact *contact, const char *sys, const struct gpio_want *want)
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
		const char *path = all.gl_pathv[i], *last = strrchr(path, '/');

		snprintf(bank, sizeof(bank), "%.*s", (int)(last - path), path);
		found = want->chip[0] ? is_chip(bank, want) :
			take_offset(last, &offset) && is_line(path, want);
	}
	globfree(&all);
	if (found)
		take_pull(contact, sys, bank, offset);
	return found;
}

void premises_contacts_find(struct premises_contacts *c, const struct config *config,
			    const char *sys)
{
	c->n = 0;
	for (unsigned int i = CONFIG_DRM0; i <= CONFIG_DRM4_8; i++) {
		const struct gpio_want *want = &config->contacts.line[i];
		struct premises_contact *contact = &c->of[c->n];
		char place[GPIO_NAME_SIZE + 12];

		*contact = (struct premises_contact){ .bits = drm_bits[i], .low = want->active_low };
		if (!want->given)
			continue;
		if (find(contact, sys, want))
			c->n++;
		else
			fprintf(stderr, "cellar-sim: [contacts]: %s: no chip of gpio-sim has %s: "
				"--wires says it\n", config_contact_word(i),
				gpio_want_place(want, place));
	}
}

static int pull(const struct premises_contact *contact)
{
	FILE *file = fopen(contact->pull, "we");
	int err = file ? 0 : -errno;

	if (file && fputs(contact->closed == contact->low ? "pull-down" : "pull-up", file) < 0)
		err = -EIO;
	if (file && fclose(file))
		err = -errno;
	if (err)
		fprintf(stderr, "cellar-sim: %s: %s\n", contact->pull, strerror(-err));
	return err;
}

int premises_contacts_move(struct premises_contacts *c, const struct premises *p)
{
	int err = 0;

	for (unsigned int i = 0; i < c->n && !err; i++) {
		struct premises_contact *contact = &c->of[i];
		bool closed = p->drm & contact->bits;

		if (contact->known && contact->closed == closed)
			continue;
		contact->known = true;
		contact->closed = closed;
		err = pull(contact);
	}
	return err;
}
