// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no single line of cellard.conf(5) shows, of clusters and the inverters that are told
 * of them.
 */
#include "config_reader.h"

#include <stdlib.h>

static const char *right(enum config_kind kind, const char *name)
{
	return config_key_named(kind, name)->right;
}

static void check_cluster(struct config_reader *reader, const struct config_cluster *c)
{
	const struct config_cluster *other;
	const char *why;

	if (limits_config_check(&c->limits, &why))
		config_wrong(reader, "[cluster %s]: %s", c->name, why);
	if (!c->buses)
		config_wrong(reader, "[cluster %s]: no buses: must be %s", c->name,
			     right(CONFIG_CLUSTER, "buses"));
	for (unsigned int b = 0; b < c->buses; b++) {
		other = config_of_bus(reader->config, c->bus[b]);
		if (other != c)
			config_wrong(reader,
				     "[cluster %s]: cellar%u is in [cluster %s] as well: must be in one",
				     c->name, c->bus[b], other->name);
	}
}

bool config_is_cluster(const struct config *config, const char *name)
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

/* It charges and discharges what a cluster is. */
static bool has_battery(const struct config_inverter *inverter)
{
	return inverter->interface[0] || inverter->battery_w;
}

static void find_cluster(struct config_reader *reader, struct config_inverter *inverter)
{
	const struct config *config = reader->config;
	bool some_are_named = false;

	for (unsigned int i = 0; i < config->inverters; i++)
		some_are_named |= config->inverter[i].cluster[0];

	if (inverter->cluster[0]) {
		if (!config_is_cluster(config, inverter->cluster))
			config_wrong(reader,
				     "[inverter %s]: cluster = %s: there is no such cluster: must be the name of a [cluster NAME], or cellar0 say for a bus in none",
				     inverter->name, inverter->cluster);
	} else if (config->clusters == 1) {
		snprintf(inverter->cluster, sizeof(inverter->cluster), "%s",
			 config->cluster[0].name);
	} else if (config->clusters || some_are_named) {
		config_wrong(reader,
			     "[inverter %s]: no cluster: must be said, as there may be several",
			     inverter->name);
	}
}

/* Of one that is told nothing on a CAN bus, the house must know what it can. */
static void check_line(struct config_reader *reader, const struct config_inverter *inverter)
{
	bool on_can = inverter->interface[0] || inverter->dialect != CELLAR_DIALECT_NONE;

	if (!on_can && inverter->rated_w)
		return;
	if (!inverter->interface[0])
		config_wrong(reader,
			     "[inverter %s]: no interface: must be %s, or without interface and protocol have a rated_w",
			     inverter->name, right(CONFIG_INVERTER, "interface"));
	if (inverter->dialect == CELLAR_DIALECT_NONE)
		config_wrong(reader, "[inverter %s]: no protocol: must be %s", inverter->name,
			     right(CONFIG_INVERTER, "protocol"));
}

static void check_inverter(struct config_reader *reader, struct config_inverter *inverter)
{
	const struct config *config = reader->config;

	check_line(reader, inverter);
	for (const struct config_inverter *i = config->inverter; i < inverter; i++)
		if (i->interface[0] && !strcmp(i->interface, inverter->interface))
			config_wrong(reader,
				     "[inverter %s]: %s is the interface of [inverter %s] as well: must be of one",
				     inverter->name, i->interface, i->name);
	if (!inverter->rated_w && (inverter->battery_w || inverter->eps_w || inverter->curtails))
		config_wrong(reader, "[inverter %s]: no rated_w: must be %s", inverter->name,
			     right(CONFIG_INVERTER, "rated_w"));
	if (has_battery(inverter))
		find_cluster(reader, inverter);
}

/* Who has no share of his own has an equal part of what the others leave. */
static void share_out(struct config_reader *reader, struct config_inverter *inverter)
{
	const struct config *config = reader->config;
	unsigned int given = 0, others = 0;

	inverter->share_permille = 0;
	if (!has_battery(inverter))
		return;

	for (unsigned int i = 0; i < config->inverters; i++) {
		const struct config_inverter *other = &config->inverter[i];

		if (!has_battery(other) || strcmp(other->cluster, inverter->cluster) != 0)
			continue;
		given += other->share_percent;
		others += other != inverter && !other->share_percent;
	}
	inverter->share_permille = (u16)(inverter->share_percent * 10);
	if (given > 100) {
		config_wrong(reader,
			     "[inverter %s]: the shares of its cluster come to %u %%: must not be more than 100",
			     inverter->name, given);
	} else if (!inverter->share_percent) {
		inverter->share_permille = (u16)((100 - given) * 10 / (others + 1));
		if (given == 100)
			config_wrong(reader,
				     "[inverter %s]: the others leave nothing to share: must have a share_percent, and they less",
				     inverter->name);
	}
}

void config_check_all(struct config_reader *reader)
{
	struct config *config = reader->config;
	unsigned int i;

	for (i = 0; i < config->clusters; i++)
		check_cluster(reader, &config->cluster[i]);
	for (i = 0; i < config->inverters; i++)
		check_inverter(reader, &config->inverter[i]);
	for (i = 0; i < config->inverters && !reader->errors; i++)
		share_out(reader, &config->inverter[i]);
}
