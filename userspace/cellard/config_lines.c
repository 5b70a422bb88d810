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

/* How much one request may bring on that line; until it is found, of any. */
static u16 hold_of(const struct config *config, u8 line_at)
{
	return line_at < config->lines ?
	       modbus_hold_registers(modbus_port_baud(&config->line[line_at].port)) : 0;
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
	meter->meter.hold = hold_of(config, meter->line_at);
	for (const struct config_meter *m = config->meter; m < meter; m++)
		if (m->line_at == meter->line_at && m->meter.address == meter->meter.address)
			config_wrong(reader,
				     "[meter %s]: address = %u of line %s is that of [meter %s] as well: must be of one",
				     meter->name, meter->meter.address, meter->line, m->name);
}

/* It is set in the inverter's EEPROM: only where that can be what the house means. */
static void check_feed_in(struct config_reader *reader, struct config_inverter *inverter)
{
	const struct config_house *house = &reader->config->house;
	const char *name = inverter->name;

	if (!inverter->hybrid.keep_feed_in)
		return;
	inverter->hybrid.phases = house->site.phases;
	if (inverter->hybrid.kind != HYBRID_KINDS && inverter->hybrid.kind != HYBRID_SOFAR_G3)
		config_wrong(reader,
			     "[inverter %s]: keep_feed_in_limit: a %s has none that is known: must go, or map be %s",
			     name, hybrid_kind_word(inverter->hybrid.kind),
			     hybrid_kind_word(HYBRID_SOFAR_G3));
	else if (!house->given || house->site.feed_in_w == SITE_NO_LIMIT)
		config_wrong(reader,
			     "[inverter %s]: keep_feed_in_limit: there is no feed_in_w of a [site] to keep: must be there, or keep_feed_in_limit must go",
			     name);
	else if (inverter->of_house != 1)
		config_wrong(reader,
			     "[inverter %s]: keep_feed_in_limit: the meter at the grid is that of the first inverter with a rated_w: must be of that one",
			     name);
}

/* Who has no line has nothing else of Modbus. */
static void check_inverter(struct config_reader *reader, struct config_inverter *inverter)
{
	const struct config *config = reader->config;
	char right[CONFIG_RIGHT_SIZE];

	if (!inverter->line[0]) {
		if (inverter->hybrid.address || inverter->hybrid.kind != HYBRID_KINDS ||
		    inverter->hybrid.keep_feed_in)
			config_wrong(reader,
				     "[inverter %s]: no line: must be the NAME of a [line NAME], or address, map and keep_feed_in_limit must go",
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
	inverter->hybrid.hold = hold_of(config, inverter->line_at);
	inverter->hybrid.battery_w = inverter->battery_w;
	inverter->hybrid.steer = config->house.given && inverter->battery_w &&
				 config->house.site.control == SITE_BY_SET_POINTS;
	inverter->hybrid.limit = config->house.given && inverter->curtails;
	check_feed_in(reader, inverter);
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

/* Where a profile is wrong is said with its own file and line. */
struct complaint {
	struct config_reader *reader;
	const char *charger;
};

static void profile_wrong(void *user, const char *text)
{
	const struct complaint *complaint = user;

	config_wrong(complaint->reader, "[charger %s]: profile: %s", complaint->charger, text);
}

/* What follows from the profile, and what the house knows of the box. */
static void take_profile(struct config_reader *reader, struct config_charger *charger)
{
	const struct site_charger_config *site = &charger->site;
	struct config_wallbox *box = &charger->box;
	const struct wallbox_profile *profile = &box->wallbox.profile;
	const struct wallbox_write_to *safe = &profile->setting[WALLBOX_SAFE];
	u32 most_ma = site->box_ma < site->cable_ma ? site->box_ma : site->cable_ma;
	u8 address = box->device.address ? box->device.address : profile->unit;

	box->device = (struct modbus_device){
		.address = address, .tries = 3, .timeout_ms = profile->timeout_ms,
		.gap_ms = profile->gap_ms, .write_gap_ms = profile->write_gap_ms,
	};
	box->wallbox.most_ma = most_ma;
	box->wallbox.phases = site->phases;
	box->wallbox.safe_ma = box->safe_ma;
	if (profile->safety != WALLBOX_ARMED) {
		box->wallbox.safe_ma = 0;
		if (box->safe_ma != CONFIG_AS_PROFILE)
			config_wrong(reader,
				     "[charger %s]: fail_safe_a: a %s takes none from us: must go",
				     site->name, profile->model);
		return;
	}
	if (box->safe_ma == CONFIG_AS_PROFILE)
		box->wallbox.safe_ma = safe->default_ma;
	if (box->wallbox.safe_ma ? box->wallbox.safe_ma < safe->min_ma ||
	    box->wallbox.safe_ma > safe->max_ma || box->wallbox.safe_ma > most_ma : !safe->zero)
		config_wrong(reader,
			     "[charger %s]: fail_safe_a = %u.%03u: must be %s%u to %u A, and no more than cable_a and box_a",
			     site->name, box->wallbox.safe_ma / 1000, box->wallbox.safe_ma % 1000,
			     safe->zero ? "0, or " : "", safe->min_ma / 1000, safe->max_ma / 1000);
}

/* What else is at the address of @charger. */
static void check_neighbours(struct config_reader *reader, const struct config_charger *charger)
{
	const struct config *config = reader->config;
	const struct config_wallbox *box = &charger->box;
	const char *kind = NULL, *name = NULL;
	unsigned int i;

	for (i = 0; i < config->meters; i++)
		if (config->meter[i].line_at == box->line_at &&
		    config->meter[i].meter.address == box->device.address) {
			kind = "meter";
			name = config->meter[i].name;
		}
	for (i = 0; i < config->inverters; i++)
		if (config->inverter[i].line[0] && config->inverter[i].line_at == box->line_at &&
		    config->inverter[i].hybrid.address == box->device.address) {
			kind = "inverter";
			name = config->inverter[i].name;
		}
	for (const struct config_charger *c = config->charger; c < charger; c++)
		if (c->box.line[0] && c->box.line_at == box->line_at &&
		    c->box.device.address == box->device.address) {
			kind = "charger";
			name = c->site.name;
		}
	if (kind)
		config_wrong(reader,
			     "[charger %s]: address = %u of line %s is that of [%s %s] as well: must be of one",
			     charger->site.name, box->device.address, box->line, kind, name);
}

/* A profile is read once: people who set something later find it as it was. */
static void check_charger(struct config_reader *reader, struct config_charger *charger)
{
	struct complaint complaint = { reader, charger->site.name };
	struct config_wallbox *box = &charger->box;
	unsigned int errors = reader->errors;

	if (!box->line[0]) {
		if (box->profile[0] || box->device.address || box->safe_ma != CONFIG_AS_PROFILE)
			config_wrong(reader,
				     "[charger %s]: no line: must be the NAME of a [line NAME], or profile, address and fail_safe_a must go",
				     charger->site.name);
		return;
	}
	find_line(reader, "charger", charger->site.name, box->line, &box->line_at);
	if (!box->profile[0])
		config_wrong(reader, "[charger %s]: no profile: must be %s", charger->site.name,
			     config_key_named(CONFIG_CHARGER, "profile")->right);
	else if (!box->wallbox.profile.unit)
		wallbox_profile_load(&box->wallbox.profile, box->profile, profile_wrong,
				     &complaint);
	if (reader->errors > errors)
		return;
	take_profile(reader, charger);
	if (box->device.address > 247 && reader->config->line[box->line_at].port.device[0])
		config_wrong(reader,
			     "[charger %s]: address = %u: must be 1 to 247 on a serial line",
			     charger->site.name, box->device.address);
	check_neighbours(reader, charger);
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
	for (i = 0; i < config->chargers; i++)
		check_charger(reader, &config->charger[i]);
	check_exchange(reader);
}
