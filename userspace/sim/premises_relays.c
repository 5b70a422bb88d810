// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines say how they stand in a file of theirs, "value". What nobody drives is pulled so that
 * it is open.
 */
#include "premises_relays.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* 0 or a negative errno. */
static int pull_open(const char *sys, const struct gpio_want *want)
{
	char pull[PREMISES_GPIO_PATH_SIZE];
	FILE *file;

	if (!premises_gpio_find(pull, sys, want, "pull"))
		return -ENODEV;
	file = fopen(pull, "we");
	if (!file)
		return -errno;
	fputs(want->active_low ? "pull-up" : "pull-down", file);
	return fclose(file) ? -errno : 0;
}

/* The relay's own line, where what drives it is of another chip. */
static const struct gpio_want *where(const struct config *config, unsigned int contact)
{
	const struct gpio_want *relay = &config->simulation.relay[contact - CONFIG_OUTPUT_1];

	return relay->given ? relay : &config->contacts.line[contact];
}

void premises_relays_find(struct premises_relays *r, const struct config *config,
			  const char *sys)
{
	r->n = 0;
	for (unsigned int i = 0; i < config->outputs; i++) {
		unsigned int contact = CONFIG_OUTPUT_1 + config->output[i].number - 1u;
		const struct gpio_want *want = where(config, contact);
		struct premises_relay_line *line = &r->of[r->n];
		char place[GPIO_NAME_SIZE + 12];

		*line = (struct premises_relay_line){ .output = i, .low = want->active_low };
		if (!want->given)
			continue;
		if (premises_gpio_find(line->value, sys, want, "value") && !pull_open(sys, want))
			r->n++;
		else
			fprintf(stderr, "cellar-sim: [contacts]: %s: no chip of gpio-sim has %s: "
				"it stays open\n", config_contact_word(contact),
				gpio_want_place(want, place));
	}
}

int premises_relays_look(const struct premises_relays *r, struct premises *p)
{
	for (unsigned int i = 0; i < r->n; i++) {
		const struct premises_relay_line *line = &r->of[i];
		FILE *file = fopen(line->value, "re");
		int value = file ? fgetc(file) : EOF, err = file ? -EIO : -errno;

		if (file)
			fclose(file);
		if (value != '0' && value != '1') {
			fprintf(stderr, "cellar-sim: %s: %s\n", line->value, strerror(-err));
			return err;
		}
		p->relay[line->output].closed = (value == '1') != line->low;
	}
	return 0;
}
