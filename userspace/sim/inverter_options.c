// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words with colons between them; those after the dialect may come in any number.
 */
#include "inverter_options.h"

#include <errno.h>
#include <string.h>

#include "options.h"

#define NAME	"--inverter-on"

/* A word, or up to a '=' with a number behind it from 0 to @most. */
struct manner_word {
	const char *word;
	double most;
	double slow_share, more_share;
	bool ignores;
};

static const struct manner_word manner_words[] = {
	{ "obeys", 0, 0, 0, false },
	{ "slow", 3600, 1, 0, false },
	{ "lies", 1000, 0, 1, false },
	{ "ignores", 0, 0, 0, true },
};

static int refuse(const char *text, const char *why)
{
	fprintf(stderr, "cellar-sim: " NAME " '%s': %s; use INTERFACE:DIALECT, then "
		":obeys, :slow=SECONDS, :lies=PERCENT, :ignores or :sma\n", text, why);
	return -EINVAL;
}

static int take_manner(struct inverter_manner *manner, char *word, const char *text)
{
	char *number_text = strchr(word, '=');
	const struct manner_word *row = NULL;
	double number = 0;
	size_t i;

	if (number_text)
		*number_text++ = '\0';
	for (i = 0; i < ARRAY_SIZE(manner_words); i++)
		if (!strcmp(word, manner_words[i].word))
			row = &manner_words[i];
	if (!row)
		return refuse(text, "there is no such manner");
	if (!number_text != !row->most)
		return refuse(text, row->most ? "a number is missing" :
						"there is a number too many");
	if (number_text && option_number(NAME, number_text, 0, row->most, &number))
		return -EINVAL;
	*manner = (struct inverter_manner){
		.slow_s = number * row->slow_share,
		.more_percent = number * row->more_share,
		.ignores = row->ignores,
	};
	return 0;
}

static int take_words(struct inverter_option *option, char *rest, const char *text)
{
	const char *interface = strsep(&rest, ":"), *dialect = strsep(&rest, ":");
	char *word;
	int err;

	if (!*interface || strlen(interface) >= sizeof(option->interface))
		return refuse(text, "that is no interface");
	memcpy(option->interface, interface, strlen(interface) + 1);
	if (!dialect)
		return refuse(text, "the dialect is missing");
	option->config.dialect = cellar_can_dialect_by_name(dialect);
	if (option->config.dialect == CELLAR_DIALECT_NONE)
		return refuse(text, "there is no such dialect");
	while ((word = strsep(&rest, ":"))) {
		if (!strcmp(word, "sma")) {
			option->config.sma = true;
			continue;
		}
		err = take_manner(&option->config.manner, word, text);
		if (err)
			return err;
	}
	if (option->config.sma && option->config.dialect != CELLAR_DIALECT_VICTRON)
		return refuse(text, "sma is only for the dialect victron");
	return 0;
}

int inverter_options_add(struct inverter_options *options, const char *text)
{
	struct inverter_option option = { 0 };
	char words[200];
	unsigned int i;
	int err;

	if (options->n == INVERTERS_MAX)
		return refuse(text, "there are eight already");
	if ((size_t)snprintf(words, sizeof(words), "%s", text) >= sizeof(words))
		return refuse(text, "that is too long");
	err = take_words(&option, words, text);
	if (err)
		return err;
	for (i = 0; i < options->n; i++)
		if (!strcmp(options->of[i].interface, option.interface))
			return refuse(text, "there is one on that interface already");
	options->of[options->n++] = option;
	return 0;
}

void inverter_options_help(FILE *to)
{
	fputs("  " NAME " INTERFACE:DIALECT[:MANNER]...\n"
	      "                     an inverter that hears there what it may take, sends\n"
	      "                     its keep-alive, and takes what is asked for within\n"
	      "                     that; up to eight share it. MANNER is obeys,\n"
	      "                     slow=SECONDS, lies=PERCENT or ignores, and sma says\n"
	      "                     what it measures (obeys)\n"
	      "  --inverter-log FILE\n"
	      "                     what they hear and what is true, as CSV\n", to);
}
