// SPDX-License-Identifier: GPL-2.0-only
/*
 * [contacts] of cellard.conf(5), as they go together and with the house.
 */
#include "config_reader.h"

static bool is_same_line(const struct gpio_want *a, const struct gpio_want *b)
{
	return a->given && b->given && a->offset == b->offset && !strcmp(a->chip, b->chip) &&
	       !strcmp(a->name, b->name);
}

static void check_line(struct config_reader *reader, unsigned int contact)
{
	const struct gpio_want *line = reader->config->contacts.line, *want = &line[contact];
	const char *word = config_contact_word(contact);
	char place[GPIO_NAME_SIZE + 12];

	if (!want->given)
		return;
	if (!config_contact_is_output(contact) && want->drive)
		config_wrong(reader,
			     "[contacts]: %s: nobody drives a contact that is read: must be without open-drain and open-source",
			     word);
	for (unsigned int i = 0; i < contact; i++)
		if (is_same_line(&line[i], want))
			config_wrong(reader, "[contacts]: %s: %s is %s as well: must be of one",
				     word, gpio_want_place(want, place), config_contact_word(i));
}

/* What is wired for a grid operator must be what the site obeys. */
static void check_code(struct config_reader *reader, unsigned int from, unsigned int to,
		       u8 code)
{
	const struct config *config = reader->config;
	const struct config_key *key = config_key_named(CONFIG_SITE, "grid_code");

	for (unsigned int i = from; i <= to; i++) {
		if (!config->contacts.line[i].given)
			continue;
		if (!config->house.given)
			config_wrong(reader,
				     "[contacts]: %s: there is no [site]: must be there, with grid_code = %s",
				     config_contact_word(i), key->word(code));
		else if (config->house.site.grid_code != code)
			config_wrong(reader,
				     "[contacts]: %s: nobody obeys it: [site] must have grid_code = %s",
				     config_contact_word(i), key->word(code));
		else
			continue;
		return;
	}
}

static void check_shutdown(struct config_reader *reader)
{
	const struct gpio_want *line = reader->config->contacts.line;

	if (line[CONFIG_RAPID_SHUTDOWN].given && !line[CONFIG_SHUTDOWN_SWITCH].given)
		config_wrong(reader,
			     "[contacts]: rapid_shutdown: nobody would ever want it: must have a shutdown_switch");
}

void config_check_contacts(struct config_reader *reader)
{
	const struct config *config = reader->config;

	for (unsigned int i = 0; i < CONFIG_CONTACTS; i++)
		check_line(reader, i);
	check_code(reader, CONFIG_DRM0, CONFIG_DRM4_8, SITE_CODE_DRM);
	check_code(reader, CONFIG_RRCR_L1, CONFIG_RRCR_L4, SITE_CODE_RRCR);
	check_code(reader, CONFIG_CEASE, CONFIG_CEASE, SITE_CODE_CEASE);
	check_shutdown(reader);
	if (config->contacts.cluster[0] && !config_is_cluster(config, config->contacts.cluster))
		config_wrong(reader,
			     "[contacts]: cluster = %s: there is no such cluster: must be the name of a [cluster NAME], or cellar0 say for a bus in none",
			     config->contacts.cluster);
}
