// SPDX-License-Identifier: GPL-2.0-only
/*
 * The keys of cellard.conf(5), one table, and the reading of its files by libinih.
 */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>

#define COMPLAINT_SIZE	512

/*
 * @file, @line: where we are
 * @errors: complaints so far
 * @set: keys of each cluster that this file has given
 */
struct reader {
	struct config *config;
	config_complain complain;
	void *user;
	const char *file;
	FILE *stream;
	unsigned int line, errors;
	u64 set[CONFIG_CLUSTERS_MAX];
};

enum kind {
	BUSES,
	YES_NO,
	CURRENTS,
	NUMBER_U8,
	NUMBER_U16,
	MILLI,		/* a figure in V or A with up to three decimals, kept in mV or mA */
};

/* @right: what may stand there, as the complaint says it; @min, @max: as it is kept */
struct key {
	const char *name;
	u8 kind;
	u16 offset;
	u32 min, max;
	const char *right;
};

#define OF_CLUSTER(member)	offsetof(struct config_cluster, cluster.member)
#define OF_LIMITS(member)	offsetof(struct config_cluster, limits.member)
#define YES_OR_NO		0, 1, "yes or no"
#define AMPERES			0, 10000000, "0 to 10000, in A"
#define VOLTS			40000, 60000, "40 to 60, in V"

static const struct key keys[] = {
	{ "buses", BUSES, 0, 0, UINT16_MAX,
	  "buses as their supplies are named, cellar0 cellar1 say, at most 16" },
	{ "commissioned", YES_NO, offsetof(struct config_cluster, commissioned), YES_OR_NO },
	{ "kit", YES_NO, OF_CLUSTER(kit), YES_OR_NO },
	{ "packs", NUMBER_U16, OF_CLUSTER(packs_of_system), 1, CLUSTER_PACKS_MAX, "1 to 256" },
	{ "currents", CURRENTS, OF_LIMITS(rated), 0, 1, "standard or highest" },
	{ "peak", YES_NO, OF_LIMITS(peak), YES_OR_NO },
	{ "force_charge", YES_NO, OF_LIMITS(force_charge), YES_OR_NO },
	{ "cable_pairs", NUMBER_U8, OF_LIMITS(cable_pairs), 1, UINT8_MAX, "1 to 255" },
	{ "charge_current_a", MILLI, OF_LIMITS(charge_ma), AMPERES },
	{ "discharge_current_a", MILLI, OF_LIMITS(discharge_ma), AMPERES },
	{ "absorption_v", MILLI, OF_LIMITS(absorption_mv), VOLTS },
	{ "float_v", MILLI, OF_LIMITS(float_mv), VOLTS },
	{ "cutoff_v", MILLI, OF_LIMITS(cutoff_mv), VOLTS },
	{ "recharge_v", MILLI, OF_LIMITS(recharge_mv), VOLTS },
	{ "restart_v", MILLI, OF_LIMITS(restart_mv), VOLTS },
	{ "dod_percent", NUMBER_U8, OF_LIMITS(dod_percent), 1, 100, "1 to 100" },
	{ "low_soc_percent", NUMBER_U8, OF_LIMITS(low_soc_percent), 0, 100, "0 to 100" },
	{ "eps_dod_percent", NUMBER_U8, OF_LIMITS(eps_dod_percent), 1, 100, "1 to 100" },
	{ "eps_buffer_percent", NUMBER_U8, OF_LIMITS(eps_buffer_percent), 0, 100, "0 to 100" },
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

static bool parse_whole(const char *text, u32 *value)
{
	u64 sum = 0;

	if (!*text)
		return false;
	for (; isdigit((unsigned char)*text) && sum <= UINT32_MAX; text++)
		sum = sum * 10 + (u64)(*text - '0');
	*value = (u32)sum;

	return !*text && sum <= UINT32_MAX;
}

/* "53.25" is 53250. */
static bool parse_milli(const char *text, u32 *value)
{
	u64 sum = 0;
	unsigned int decimals = 0;
	bool point = false, digits = false;

	for (; *text && sum <= UINT32_MAX; text++) {
		if (*text == '.' && !point && digits) {
			point = true;
			continue;
		}
		if (!isdigit((unsigned char)*text) || decimals == 3)
			return false;
		sum = sum * 10 + (u64)(*text - '0');
		decimals += point;
		digits = true;
	}
	if (!digits || (point && !decimals))
		return false;
	for (; decimals < 3; decimals++)
		sum *= 10;
	*value = (u32)sum;

	return !*text && sum <= UINT32_MAX;
}

static bool parse_word(const char *text, const char *zero, const char *one, u32 *value)
{
	*value = !strcmp(text, one);

	return *value || !strcmp(text, zero);
}

static bool parse_buses(struct config_cluster *cluster, const char *text)
{
	char copy[256], *word, *rest = copy;
	unsigned int n = 0;
	u32 bus;

	if (strlen(text) >= sizeof(copy))
		return false;
	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (strncmp(word, "cellar", 6) != 0 || !parse_whole(word + 6, &bus) ||
		    bus > UINT16_MAX || n == CONFIG_BUSES_MAX)
			return false;
		cluster->bus[n++] = (u16)bus;
	}
	cluster->buses = n;

	return n;
}

static bool parse_value(struct config_cluster *cluster, const struct key *key, const char *text)
{
	char *to = (char *)cluster + key->offset;
	bool right = false;
	u32 value = 0;

	switch ((enum kind)key->kind) {
	case BUSES:
		return parse_buses(cluster, text);
	case YES_NO:
		right = parse_word(text, "no", "yes", &value);
		break;
	case CURRENTS:
		right = parse_word(text, "highest", "standard", &value);
		break;
	case NUMBER_U8:
	case NUMBER_U16:
		right = parse_whole(text, &value);
		break;
	case MILLI:
		right = parse_milli(text, &value);
		break;
	}
	if (!right || value < key->min || value > key->max)
		return false;

	switch ((enum kind)key->kind) {
	case BUSES:
		break;
	case YES_NO:
	case CURRENTS:
		*(bool *)to = value;
		break;
	case NUMBER_U8:
		*(u8 *)to = (u8)value;
		break;
	case NUMBER_U16:
		*(u16 *)to = (u16)value;
		break;
	case MILLI:
		*(u32 *)to = value;
		break;
	}

	return true;
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

	/* the clusters that nobody has configured are called that */
	if (!strncmp(name, "cellar", 6))
		return false;
	for (n = 0; name[n]; n++)
		if (!isalnum((unsigned char)name[n]) && name[n] != '_')
			return false;

	return n > 0 && n < CONFIG_NAME_SIZE;
}

static struct config_cluster *cluster_of_section(struct reader *reader, const char *section)
{
	static const char prefix[] = "cluster ";
	struct config *config = reader->config;
	const char *name = section + sizeof(prefix) - 1;
	unsigned int i;

	if (strncmp(section, prefix, sizeof(prefix) - 1) != 0 || !is_name(name)) {
		complain(reader,
			 "section [%s] is not known: must be [cluster NAME], NAME of up to %d letters, "
			 "digits and _, not cellar...",
			 section, CONFIG_NAME_SIZE - 1);
		return NULL;
	}
	for (i = 0; i < config->clusters; i++)
		if (!strcmp(config->cluster[i].name, name))
			return &config->cluster[i];
	if (i == CONFIG_CLUSTERS_MAX) {
		complain(reader, "[%s] is one cluster too many: at most %d", section,
			 CONFIG_CLUSTERS_MAX);
		return NULL;
	}
	config_cluster_defaults(&config->cluster[i], name);
	config->clusters++;

	return &config->cluster[i];
}

static void unknown_key(struct reader *reader, const char *name)
{
	char list[COMPLAINT_SIZE];
	size_t i, length = 0;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   i ? ", " : "", keys[i].name);
	complain(reader, "%s is no key of a cluster; there are: %s", name, list);
}

/* What libinih calls for each key; always goes on, to find every error at once. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
	struct reader *reader = user;
	struct config_cluster *cluster;
	size_t i, at;

	cluster = cluster_of_section(reader, section);
	if (!cluster)
		return 1;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(name, keys[i].name))
			break;
	if (i == ARRAY_SIZE(keys)) {
		unknown_key(reader, name);
		return 1;
	}

	at = (size_t)(cluster - reader->config->cluster);
	if (reader->set[at] & BIT_ULL(i))
		complain(reader, "%s is given twice in [%s]: one line must go", name, section);
	else if (!parse_value(cluster, &keys[i], value))
		complain(reader, "%s = %s: must be %s", name, value, keys[i].right);
	reader->set[at] |= BIT_ULL(i);

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
		complain(reader, "neither [cluster NAME] nor KEY = VALUE");
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

/* What no single line shows. */
static void check_together(struct reader *reader)
{
	const struct config *config = reader->config;
	const struct config_cluster *other;
	const char *why;
	unsigned int i, b;

	reader->line = 0;
	for (i = 0; i < config->clusters; i++) {
		const struct config_cluster *c = &config->cluster[i];

		if (limits_config_check(&c->limits, &why))
			complain(reader, "[cluster %s]: %s", c->name, why);
		if (!c->buses)
			complain(reader, "[cluster %s]: no buses: must be %s", c->name,
				 keys[0].right);
		for (b = 0; b < c->buses; b++) {
			other = config_of_bus(config, c->bus[b]);
			if (other != c)
				complain(reader,
					 "[cluster %s]: cellar%u is in [cluster %s] as well: must be in one",
					 c->name, c->bus[b], other->name);
		}
	}
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
