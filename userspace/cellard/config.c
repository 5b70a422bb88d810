// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reading of the files of cellard.conf(5) by libinih: sections, keys, and where they
 * stand.
 */
#include "config_reader.h"

#include "../history/tables.h"
#include "../io/ini_line.h"

#include <ctype.h>
#include <dirent.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>

#define COMPLAINT_SIZE	640

/* Of which a key is about: @keys is NULL when there is none. */
struct section {
	const struct config_keys *keys;
	void *to;
	u64 *set;
};

void config_wrong(struct config_reader *reader, const char *format, ...)
{
	char text[COMPLAINT_SIZE];
	size_t length = 0;
	va_list args;

	if (reader->line)
		length = (size_t)snprintf(text, sizeof(text), "%s:%u: ", reader->file,
					  reader->line);
	else if (reader->file)
		length = (size_t)snprintf(text, sizeof(text), "%s: ", reader->file);
	if (length >= sizeof(text))
		length = 0;
	va_start(args, format);
	vsnprintf(text + length, sizeof(text) - length, format, args);
	va_end(args);
	reader->errors++;
	reader->complain(reader->user, text);
}

void config_cluster_defaults(struct config_cluster *cluster, const char *name)
{
	memset(cluster, 0, sizeof(*cluster));
	snprintf(cluster->name, sizeof(cluster->name), "%s", name);
	limits_defaults(&cluster->limits);
}

static bool is_name(const char *name)
{
	size_t n;

	for (n = 0; name[n]; n++)
		if (!isalnum((unsigned char)name[n]) && name[n] != '_')
			return false;

	return n > 0 && n < CONFIG_NAME_SIZE;
}

/* "0" to "15", in one way. */
static bool is_number(const char *name, unsigned int most, unsigned int *number)
{
	unsigned int digits = (unsigned int)strspn(name, "0123456789");

	if (!digits || digits > 2 || name[digits] || (digits > 1 && *name == '0'))
		return false;
	*number = (unsigned int)strtoul(name, NULL, 10);

	return *number < most;
}

static bool name_is_right(const struct config_keys *keys, const char *name)
{
	unsigned int number;

	if (keys->numbered)
		return is_number(name, keys->most, &number);

	/* the clusters that nobody has configured are called that */
	return is_name(name) && (keys != &config_keys[CONFIG_CLUSTER] ||
				 strncmp(name, "cellar", 6) != 0);
}

/* What the name of a section of @keys is; NULL: it is another section. "": it has none. */
static const char *name_in(const struct config_keys *keys, const char *section)
{
	size_t length = strlen(keys->word);

	if (strncmp(section, keys->word, length) != 0)
		return NULL;
	if (keys->most == 1)
		return section[length] ? NULL : "";

	return section[length] == ' ' && name_is_right(keys, section + length + 1) ?
		section + length + 1 : NULL;
}

/* Its place, or how many there are when it has none. */
static unsigned int place_of(const struct config *config, const struct config_keys *keys,
			     const char *name)
{
	const char *at = (const char *)config + keys->first;
	unsigned int i, number, n;

	if (keys->most == 1)
		return 0;
	if (keys->numbered)
		return is_number(name, keys->most, &number) ? number : keys->most;
	n = *(const unsigned int *)((const char *)config + keys->count);
	for (i = 0; i < n && strcmp(at + i * keys->size, name) != 0; i++)
		;

	return i;
}

static bool is_there(const struct config *config, const struct config_keys *keys,
		     unsigned int place)
{
	return !keys->count ||
	       place < *(const unsigned int *)((const char *)config + keys->count);
}

static struct section take_place(struct config_reader *reader, enum config_kind kind,
				 const char *name)
{
	const struct config_keys *keys = &config_keys[kind];
	struct config *config = reader->config;
	unsigned int place = place_of(config, keys, name);
	void *to = (char *)config + keys->first + place * keys->size;

	if (place == keys->most) {
		config_wrong(reader, "[%s %s] is one %s too many: at most %u", keys->word, name,
			     keys->word, keys->most);
		return (struct section){ 0 };
	}
	if (!is_there(config, keys, place)) {
		keys->begin(to, name);
		++*(unsigned int *)((char *)config + keys->count);
	} else if (!keys->count) {
		keys->begin(to, name);
	}

	return (struct section){ keys, to, &reader->set[kind][place] };
}

static void unknown_section(struct config_reader *reader, const char *text)
{
	char list[COMPLAINT_SIZE];
	size_t length = 0;

	for (unsigned int kind = 0; kind < CONFIG_KINDS; kind++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   !kind ? "" : kind + 1 == CONFIG_KINDS ? " or " : ", ",
					   config_keys[kind].title);
	config_wrong(reader,
		     "section [%s] is not known: must be %s, with NAME of up to %d letters, digits and _, and N from 0 to %d",
		     text, list, CONFIG_NAME_SIZE - 1, SITE_RULES_MAX - 1);
}

static struct section section_named(struct config_reader *reader, const char *text)
{
	const char *name;

	for (unsigned int kind = 0; kind < CONFIG_KINDS; kind++) {
		name = name_in(&config_keys[kind], text);
		if (name)
			return take_place(reader, kind, name);
	}
	unknown_section(reader, text);

	return (struct section){ 0 };
}

static void unknown_key(struct config_reader *reader, const struct config_keys *keys,
			const char *name)
{
	char list[COMPLAINT_SIZE];
	size_t i, length = 0;

	for (i = 0; i < keys->n && length < sizeof(list); i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   i ? ", " : "", keys->key[i].name);
	config_wrong(reader, "%s is no key of a %s; there are: %s", name, keys->title, list);
}

static void take(struct config_reader *reader, const struct section *at, const char *section,
		 const char *name, const char *value)
{
	const struct config_keys *keys = at->keys;
	char right[CONFIG_RIGHT_SIZE];
	const struct config_key *key;
	size_t i;

	if (!keys)
		return;

	for (i = 0; i < keys->n; i++)
		if (!strcmp(name, keys->key[i].name))
			break;
	if (i == keys->n) {
		unknown_key(reader, keys, name);
		return;
	}

	key = &keys->key[i];
	if (*at->set & BIT_ULL(i))
		config_wrong(reader, "%s is given twice in [%s]: one line must go", name, section);
	else if (!config_key_take(at->to, key, value))
		config_wrong(reader, "%s = %s: must be %s", name, value,
			     config_key_right(key, right));
	*at->set |= BIT_ULL(i);
}

/* What libinih calls for each key; always goes on, to find every error at once. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
	struct config_reader *reader = user;
	struct section at;

	if (reader->in_unknown)
		return 1;
	at = section_named(reader, section);
	if (at.keys)
		take(reader, &at, section, name, value);

	return 1;
}

/* One without a key is there as well, which libinih does not tell. */
static void take_section(struct config_reader *reader, const char *line)
{
	const char *end = strchr(line, ']');
	char section[COMPLAINT_SIZE / 2];

	reader->in_unknown = false;
	if (!end || (size_t)(end - line) > sizeof(section))
		return;
	snprintf(section, sizeof(section), "%.*s", (int)(end - line - 1), line + 1);
	reader->in_unknown = !section_named(reader, section).keys;
}

/* Counts the lines, and refuses what libinih would cut in two. */
static char *take_line(char *line, int size, void *user)
{
	struct config_reader *reader = user;
	bool whole;

	if (!ini_line(line, size, reader->stream, &whole))
		return NULL;

	reader->line++;
	if (!whole)
		config_wrong(reader, "the line is too long: at most %d characters", size - 2);
	if (line[0] == '[')
		take_section(reader, line);

	return line;
}

static void read_file(struct config_reader *reader, const char *path, bool must)
{
	int line;

	memset(reader->set, 0, sizeof(reader->set));
	reader->in_unknown = false;
	reader->file = path;
	reader->line = 0;
	reader->stream = fopen(path, "re");
	if (!reader->stream) {
		if (must || errno != ENOENT)
			config_wrong(reader, "cannot be read: %s", strerror(errno));
		return;
	}
	line = ini_parse_stream(take_line, reader, take_key, reader);
	reader->line = 0;
	if (ferror(reader->stream))
		config_wrong(reader, "cannot be read: %s", strerror(errno));
	fclose(reader->stream);
	if (line > 0) {
		reader->line = (unsigned int)line;
		config_wrong(reader, "neither a [SECTION] nor KEY = VALUE");
	} else if (line < 0) {
		config_wrong(reader, "no memory");
	}
}

static int is_drop_in(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot && !strcmp(dot, ".conf");
}

static void read_drop_ins(struct config_reader *reader, const char *path)
{
	char folder[4096], file[4096 + 256];
	struct dirent **entries;
	int i, n;

	snprintf(folder, sizeof(folder), "%s.d", path);
	n = scandir(folder, &entries, is_drop_in, alphasort);
	if (n < 0) {
		reader->file = folder;
		reader->line = 0;
		if (errno != ENOENT)
			config_wrong(reader, "cannot be read: %s", strerror(errno));
		reader->file = NULL;
		return;
	}
	for (i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", folder, entries[i]->d_name);
		read_file(reader, file, true);
		free(entries[i]);
	}
	free(entries);
	reader->file = NULL;
}

int config_finish(struct config *config, config_complain complain, void *user)
{
	struct config_reader reader = { .config = config, .complain = complain, .user = user };

	config_check_all(&reader);
	config_check_house(&reader);
	config_check_lines(&reader);
	config_check_contacts(&reader);
	config_check_sensors(&reader);

	return reader.errors ? -EINVAL : 0;
}

int config_load(struct config *config, const char *path, config_complain complain, void *user)
{
	struct config_reader reader = { .config = config, .complain = complain, .user = user };

	memset(config, 0, sizeof(*config));
	site_defaults(&config->house.site);
	config_simulation_defaults(&config->simulation);
	config_contacts_defaults(&config->contacts);
	config->house.phases = CONFIG_AS_PLANT;
	config->house.exchange = CONFIG_AS_PLANT;
	config->house.production = CONFIG_AS_PLANT;
	config->house.control = CONFIG_AS_PLANT;
	config->history = (struct config_history){ true, HISTORY_DAYS_OF_MINUTES };
	read_file(&reader, path, false);
	read_drop_ins(&reader, path);
	if (reader.errors)
		return -EINVAL;
	reader.line = 0;
	reader.file = NULL;
	config_check_all(&reader);
	config_check_house(&reader);
	config_check_lines(&reader);
	config_check_contacts(&reader);
	config_check_sensors(&reader);

	return reader.errors ? -EINVAL : 0;
}

/* Where a wallbox is, and what it is: nothing for people who choose a strategy. */
static bool is_of_box(const char *name)
{
	const struct config_key *key = config_key_named(CONFIG_CHARGER, name);

	return key && key->offset >= offsetof(struct config_charger, box);
}

int config_put(struct config *config, const char *section, const char *key, const char *value,
	       config_complain complain, void *user)
{
	struct config_reader reader = { .config = config, .complain = complain, .user = user };
	const struct config_keys *keys;
	const char *name = NULL;
	struct section at;
	unsigned int kind;

	for (kind = 0; kind < CONFIG_KINDS; kind++) {
		name = name_in(&config_keys[kind], section);
		if (name)
			break;
	}
	keys = name ? &config_keys[kind] : NULL;
	if (!keys || (kind == CONFIG_SITE && !config->house.given) || !is_there(config, keys, place_of(config, keys, name))) {
		config_wrong(&reader, "there is no [%s] in the configuration", section);
		return -EINVAL;
	}
	if (kind == CONFIG_CHARGER && is_of_box(key)) {
		config_wrong(&reader, "%s of [%s] is set in the files alone", key, section);
		return -EINVAL;
	}
	at = take_place(&reader, kind, name);
	take(&reader, &at, section, key, value);

	return reader.errors ? -EINVAL : 0;
}

void config_drop_rule(struct config *config, unsigned int number)
{
	memset(&config->rule[number], 0, sizeof(config->rule[number]));
}

const struct config_cluster *config_of_bus(const struct config *config, u16 bus)
{
	unsigned int i, b;

	for (i = 0; i < config->clusters; i++)
		for (b = 0; b < config->cluster[i].buses; b++)
			if (config->cluster[i].bus[b] == bus)
				return &config->cluster[i];

	return NULL;
}
