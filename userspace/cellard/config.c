// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reading of the files of cellard.conf(5) by libinih, and what no single line shows.
 */
#include "config_keys.h"

#include <ctype.h>
#include <dirent.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>

#define COMPLAINT_SIZE	512

/*
 * @file, @line: where we are
 * @errors: complaints so far
 * @set, @set_of_inverter: keys of each section that this file has given
 */
struct reader {
	struct config *config;
	config_complain complain;
	void *user;
	const char *file;
	FILE *stream;
	unsigned int line, errors;
	u64 set[CONFIG_CLUSTERS_MAX];
	u64 set_of_inverter[CONFIG_INVERTERS_MAX];
};

/* Of which a key is about: @keys is NULL when there is none. */
struct section {
	const struct config_keys *keys;
	void *to;
	u64 *set;
};

static void complain(struct reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(struct reader *reader, const char *format, ...)
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

static void inverter_defaults(struct config_inverter *inverter, const char *name)
{
	memset(inverter, 0, sizeof(*inverter));
	snprintf(inverter->name, sizeof(inverter->name), "%s", name);
	inverter->most_ma[CORE_CHARGE] = LIMITS_NONE;
	inverter->most_ma[CORE_DISCHARGE] = LIMITS_NONE;
}

static bool is_name(const char *name)
{
	size_t n;

	for (n = 0; name[n]; n++)
		if (!isalnum((unsigned char)name[n]) && name[n] != '_')
			return false;

	return n > 0 && n < CONFIG_NAME_SIZE;
}

/* What the name of a section is behind @word; NULL: it is another section. */
static const char *name_behind(const char *section, const char *word)
{
	size_t length = strlen(word);

	return !strncmp(section, word, length) && section[length] == ' ' ?
		section + length + 1 : NULL;
}

static struct section cluster_named(struct reader *reader, const char *name)
{
	struct config *config = reader->config;
	unsigned int i;

	for (i = 0; i < config->clusters; i++)
		if (!strcmp(config->cluster[i].name, name))
			break;
	if (i == CONFIG_CLUSTERS_MAX) {
		complain(reader, "[cluster %s] is one cluster too many: at most %d", name,
			 CONFIG_CLUSTERS_MAX);
		return (struct section){ 0 };
	}
	if (i == config->clusters)
		config_cluster_defaults(&config->cluster[config->clusters++], name);

	return (struct section){ &config_keys[CONFIG_CLUSTER], &config->cluster[i],
				 &reader->set[i] };
}

static struct section inverter_named(struct reader *reader, const char *name)
{
	struct config *config = reader->config;
	unsigned int i;

	for (i = 0; i < config->inverters; i++)
		if (!strcmp(config->inverter[i].name, name))
			break;
	if (i == CONFIG_INVERTERS_MAX) {
		complain(reader, "[inverter %s] is one inverter too many: at most %d", name,
			 CONFIG_INVERTERS_MAX);
		return (struct section){ 0 };
	}
	if (i == config->inverters)
		inverter_defaults(&config->inverter[config->inverters++], name);

	return (struct section){ &config_keys[CONFIG_INVERTER], &config->inverter[i],
				 &reader->set_of_inverter[i] };
}

static struct section section_named(struct reader *reader, const char *text)
{
	const char *cluster = name_behind(text, config_keys[CONFIG_CLUSTER].word);
	const char *inverter = name_behind(text, config_keys[CONFIG_INVERTER].word);

	/* the clusters that nobody has configured are called that */
	if (cluster && is_name(cluster) && strncmp(cluster, "cellar", 6) != 0)
		return cluster_named(reader, cluster);
	if (inverter && is_name(inverter))
		return inverter_named(reader, inverter);

	complain(reader,
		 "section [%s] is not known: must be [cluster NAME], NAME not cellar..., or "
		 "[inverter NAME], with NAME of up to %d letters, digits and _",
		 text, CONFIG_NAME_SIZE - 1);

	return (struct section){ 0 };
}

static void unknown_key(struct reader *reader, const struct config_keys *keys, const char *name)
{
	char list[COMPLAINT_SIZE];
	size_t i, length = 0;

	for (i = 0; i < keys->n; i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   i ? ", " : "", keys->key[i].name);
	complain(reader, "%s is no key of a [%s NAME]; there are: %s", name, keys->word, list);
}

/* What libinih calls for each key; always goes on, to find every error at once. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
	struct reader *reader = user;
	struct section at = section_named(reader, section);
	const struct config_key *key;
	size_t i;

	if (!at.keys)
		return 1;

	for (i = 0; i < at.keys->n; i++)
		if (!strcmp(name, at.keys->key[i].name))
			break;
	if (i == at.keys->n) {
		unknown_key(reader, at.keys, name);
		return 1;
	}

	key = &at.keys->key[i];
	if (*at.set & BIT_ULL(i))
		complain(reader, "%s is given twice in [%s]: one line must go", name, section);
	else if (!config_key_take(at.to, key, value))
		complain(reader, "%s = %s: must be %s", name, value, key->right);
	*at.set |= BIT_ULL(i);

	return 1;
}

/* Counts the lines, and refuses what libinih would cut in two. */
static char *take_line(char *line, int size, void *user)
{
	struct reader *reader = user;
	size_t length;

	if (!fgets(line, size, reader->stream))
		return NULL;

	reader->line++;
	length = strlen(line);
	if (length && line[length - 1] != '\n' && !feof(reader->stream)) {
		complain(reader, "the line is too long: at most %d characters", size - 2);
		while ((length = strlen(line)) && line[length - 1] != '\n' &&
		       fgets(line, size, reader->stream))
			;
		line[0] = '\0';
	}

	return line;
}

static void read_file(struct reader *reader, const char *path, bool must)
{
	int line;

	memset(reader->set, 0, sizeof(reader->set));
	memset(reader->set_of_inverter, 0, sizeof(reader->set_of_inverter));
	reader->file = path;
	reader->line = 0;
	reader->stream = fopen(path, "re");
	if (!reader->stream) {
		if (must || errno != ENOENT)
			complain(reader, "cannot be read: %s", strerror(errno));
		return;
	}
	line = ini_parse_stream(take_line, reader, take_key, reader);
	reader->line = 0;
	if (ferror(reader->stream))
		complain(reader, "cannot be read: %s", strerror(errno));
	fclose(reader->stream);
	if (line > 0) {
		reader->line = (unsigned int)line;
		complain(reader, "neither [cluster NAME], [inverter NAME] nor KEY = VALUE");
	} else if (line < 0) {
		complain(reader, "no memory");
	}
}

static int is_drop_in(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot && !strcmp(dot, ".conf");
}

static void read_drop_ins(struct reader *reader, const char *path)
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
			complain(reader, "cannot be read: %s", strerror(errno));
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

static void check_cluster(struct reader *reader, const struct config_cluster *c)
{
	const struct config_cluster *other;
	const char *why;

	if (limits_config_check(&c->limits, &why))
		complain(reader, "[cluster %s]: %s", c->name, why);
	if (!c->buses)
		complain(reader, "[cluster %s]: no buses: must be %s", c->name,
			 config_key_right(CONFIG_CLUSTER, "buses"));
	for (unsigned int b = 0; b < c->buses; b++) {
		other = config_of_bus(reader->config, c->bus[b]);
		if (other != c)
			complain(reader,
				 "[cluster %s]: cellar%u is in [cluster %s] as well: must be in one",
				 c->name, c->bus[b], other->name);
	}
}

/* One that is configured, or the one that a bus makes by itself. */
static bool is_cluster(const struct config *config, const char *name)
{
	char made[CONFIG_NAME_SIZE];
	unsigned long bus;

	for (unsigned int i = 0; i < config->clusters; i++)
		if (!strcmp(config->cluster[i].name, name))
			return true;
	if (strncmp(name, "cellar", 6) != 0)
		return false;
	bus = strtoul(name + 6, NULL, 10);
	if (bus > UINT16_MAX)
		return false;
	snprintf(made, sizeof(made), "cellar%lu", bus);

	return !strcmp(made, name) && !config_of_bus(config, (u16)bus);
}

static void find_cluster(struct reader *reader, struct config_inverter *inverter)
{
	const struct config *config = reader->config;
	bool some_are_named = false;

	for (unsigned int i = 0; i < config->inverters; i++)
		some_are_named |= config->inverter[i].cluster[0];

	if (inverter->cluster[0]) {
		if (!is_cluster(config, inverter->cluster))
			complain(reader,
				 "[inverter %s]: cluster = %s: there is no such cluster: must be the name of a [cluster NAME], or cellar0 say for a bus in none",
				 inverter->name, inverter->cluster);
	} else if (config->clusters == 1) {
		snprintf(inverter->cluster, sizeof(inverter->cluster), "%s",
			 config->cluster[0].name);
	} else if (config->clusters || some_are_named) {
		complain(reader, "[inverter %s]: no cluster: must be said, as there may be several",
			 inverter->name);
	}
}

static void check_inverter(struct reader *reader, struct config_inverter *inverter)
{
	const struct config *config = reader->config;

	if (!inverter->interface[0])
		complain(reader, "[inverter %s]: no interface: must be %s", inverter->name,
			 config_key_right(CONFIG_INVERTER, "interface"));
	if (inverter->dialect == CELLAR_DIALECT_NONE)
		complain(reader, "[inverter %s]: no protocol: must be %s", inverter->name,
			 config_key_right(CONFIG_INVERTER, "protocol"));
	for (const struct config_inverter *i = config->inverter; i < inverter; i++)
		if (i->interface[0] && !strcmp(i->interface, inverter->interface))
			complain(reader,
				 "[inverter %s]: %s is the interface of [inverter %s] as well: must be of one",
				 inverter->name, i->interface, i->name);
	find_cluster(reader, inverter);
}

/* Who has no share of his own has an equal part of what the others leave. */
static void share_out(struct reader *reader, struct config_inverter *inverter)
{
	const struct config *config = reader->config;
	unsigned int given = 0, others = 0;

	for (unsigned int i = 0; i < config->inverters; i++) {
		const struct config_inverter *other = &config->inverter[i];

		if (strcmp(other->cluster, inverter->cluster) != 0)
			continue;
		given += other->share_percent;
		others += other != inverter && !other->share_percent;
	}
	inverter->share_permille = (u16)(inverter->share_percent * 10);
	if (given > 100) {
		complain(reader,
			 "[inverter %s]: the shares of its cluster come to %u %%: must not be more than 100",
			 inverter->name, given);
	} else if (!inverter->share_percent) {
		inverter->share_permille = (u16)((100 - given) * 10 / (others + 1));
		if (given == 100)
			complain(reader,
				 "[inverter %s]: the others leave nothing to share: must have a share_percent, and they less",
				 inverter->name);
	}
}

/* What no single line shows. */
static void check_together(struct reader *reader)
{
	struct config *config = reader->config;
	unsigned int i;

	reader->line = 0;
	for (i = 0; i < config->clusters; i++)
		check_cluster(reader, &config->cluster[i]);
	for (i = 0; i < config->inverters; i++)
		check_inverter(reader, &config->inverter[i]);
	for (i = 0; i < config->inverters && !reader->errors; i++)
		share_out(reader, &config->inverter[i]);
}

int config_load(struct config *config, const char *path, config_complain tell, void *user)
{
	struct reader reader = { .config = config, .complain = tell, .user = user };

	memset(config, 0, sizeof(*config));
	read_file(&reader, path, false);
	read_drop_ins(&reader, path);
	if (!reader.errors)
		check_together(&reader);

	return reader.errors ? -EINVAL : 0;
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
