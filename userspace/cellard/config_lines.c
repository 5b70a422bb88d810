// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modbus in cellard.conf(5): lines, and what is on them, as they go together.
 */
#include "config_reader.h"

static bool is_same_port(const struct modbus_port_config *a, const struct modbus_port_config *b)
{
	if (a->device[0])
		return !strcmp(a->device, b->device);

	return !b->device[0] && a->tcp_port == b->tcp_port && !strcmp(a->host, b->host);
}

static void check_line(struct config_reader *reader, const struct config_line *line)
{
	const struct config *config = reader->config;
	bool serial = line->port.device[0], tcp = line->port.host[0];

	if (serial == tcp)
		config_wrong(reader, "[line %s]: %s device %s host: must have one of them",
			     line->name, serial ? "both" : "neither", serial ? "and" : "nor");
	else
		for (const struct config_line *l = config->line; l < line; l++)
			if (is_same_port(&line->port, &l->port))
				config_wrong(reader,
					     "[line %s]: %s is of [line %s] as well: must be of one",
					     line->name, serial ? line->port.device : line->port.host,
					     l->name);
}

static void find_line(struct config_reader *reader, const char *kind, const char *name,
		      const char *line, u8 *line_at)
{
	const struct config *config = reader->config;
	unsigned int i;

	for (i = 0; i < config->lines; i++)
		if (!strcmp(config->line[i].name, line))
			break;
	*line_at = (u8)i;
	if (!line[0])
		config_wrong(reader, "[%s %s]: no line: must be the NAME of a [line NAME]", kind,
			     name);
	else if (i == config->lines)
		config_wrong(reader,
			     "[%s %s]: line = %s: there is no such line: must be the NAME of a [line NAME]",
			     kind, name, line);
}

static void check_meter(struct config_reader *reader, struct config_meter *meter)
{
	const struct config *config = reader->config;
	char right[CONFIG_RIGHT_SIZE];

	find_line(reader, "meter", meter->name, meter->line, &meter->line_at);
	if (!meter->meter.address)
		config_wrong(reader, "[meter %s]: no address: must be 1 to 247", meter->name);
	if (meter->meter.kind == METER_KINDS)
		config_wrong(reader, "[meter %s]: no kind: must be %s", meter->name,
			     config_key_right(config_key_named(CONFIG_METER, "kind"), right));
	meter->device.address = meter->meter.address;
	for (const struct config_meter *m = config->meter; m < meter; m++)
		if (m->line_at == meter->line_at && m->meter.address == meter->meter.address)
			config_wrong(reader,
				     "[meter %s]: address = %u of line %s is that of [meter %s] as well: must be of one",
				     meter->name, meter->meter.address, meter->line, m->name);
}

/* Who has no line has nothing else of Modbus. */
static void check_inverter(struct config_reader *reader, struct config_inverter *inverter)
{
	const struct config *config = reader->config;
	char right[CONFIG_RIGHT_SIZE];

	if (!inverter->line[0]) {
		if (inverter->hybrid.address || inverter->hybrid.kind != HYBRID_KINDS)
			config_wrong(reader,
				     "[inverter %s]: no line: must be the NAME of a [line NAME], or address and map must go",
				     inverter->name);
		return;
	}
	find_line(reader, "inverter", inverter->name, inverter->line, &inverter->line_at);
	if (!inverter->hybrid.address)
		config_wrong(reader, "[inverter %s]: no address: must be 1 to 247",
			     inverter->name);
	if (inverter->hybrid.kind == HYBRID_KINDS)
		config_wrong(reader, "[inverter %s]: no map: must be %s", inverter->name,
			     config_key_right(config_key_named(CONFIG_INVERTER, "map"), right));
	inverter->device.address = inverter->hybrid.address;
	inverter->hybrid.battery_w = inverter->battery_w;
	inverter->hybrid.steer = config->house.given && inverter->battery_w &&
				 config->house.site.control == SITE_BY_SET_POINTS;
	inverter->hybrid.limit = config->house.given && inverter->curtails;
	for (const struct config_inverter *i = config->inverter; i < inverter; i++)
		if (i->line[0] && i->line_at == inverter->line_at &&
		    i->hybrid.address == inverter->hybrid.address)
			config_wrong(reader,
				     "[inverter %s]: address = %u of line %s is that of [inverter %s] as well: must be of one",
				     inverter->name, inverter->hybrid.address, inverter->line,
				     i->name);
	for (unsigned int i = 0; i < config->meters; i++)
		if (config->meter[i].line_at == inverter->line_at &&
		    config->meter[i].meter.address == inverter->hybrid.address)
			config_wrong(reader,
				     "[inverter %s]: address = %u of line %s is that of [meter %s] as well: must be of one",
				     inverter->name, inverter->hybrid.address, inverter->line,
				     config->meter[i].name);
}

/* The grid has one meter: what two of them say cannot both be it. */
static void check_exchange(struct config_reader *reader)
{
	const struct config *config = reader->config;
	const struct config_meter *first = NULL;

	for (unsigned int i = 0; i < config->meters; i++) {
		const struct config_meter *m = &config->meter[i];

		if (m->meter.role != METER_EXCHANGE || !config->house.given)
			continue;
		if (first)
			config_wrong(reader,
				     "[meter %s]: role = exchange is of [meter %s] as well: must be of one, or production",
				     m->name, first->name);
		else if (m->meter.kind == METER_DDSU666 && config->house.site.phases == 3)
			config_wrong(reader,
				     "[meter %s]: kind = ddsu666 has one phase: must be a meter of three, as the plant has",
				     m->name);
		first = first ? first : m;
	}
}

void config_check_lines(struct config_reader *reader)
{
	struct config *config = reader->config;
	unsigned int i;

	for (i = 0; i < config->lines; i++)
		check_line(reader, &config->line[i]);
	for (i = 0; i < config->meters; i++)
		check_meter(reader, &config->meter[i]);
	for (i = 0; i < config->inverters; i++)
		check_inverter(reader, &config->inverter[i]);
	check_exchange(reader);
}
