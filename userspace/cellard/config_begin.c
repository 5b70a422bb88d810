// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a section of each kind is before its first key.
 */
#include "config_keys.h"

void config_begin_cluster(void *section, const char *name)
{
	config_cluster_defaults(section, name);
}

void config_begin_inverter(void *section, const char *name)
{
	struct config_inverter *inverter = section;

	memset(inverter, 0, sizeof(*inverter));
	snprintf(inverter->name, sizeof(inverter->name), "%s", name);
	inverter->most_ma[CORE_CHARGE] = LIMITS_NONE;
	inverter->most_ma[CORE_DISCHARGE] = LIMITS_NONE;
	inverter->hybrid.kind = HYBRID_KINDS;
	inverter->hybrid.period_ms = HYBRID_PERIOD_MS;
	/* field.md 2.1: pauses of 100 to 500 ms, three tries; 2.6: a second between writes */
	inverter->device = (struct modbus_device){
		.tries = 3, .timeout_ms = 1000, .gap_ms = 200, .write_gap_ms = 1000,
	};
}

void config_begin_site(void *section, const char *name)
{
	struct config_house *house = section;

	(void)name;
	house->given = true;
}

void config_begin_charger(void *section, const char *name)
{
	struct config_charger *charger = section;

	memset(charger, 0, sizeof(*charger));
	site_charger_defaults(&charger->site, name);
	charger->box.safe_ma = CONFIG_AS_PROFILE;
	charger->box.wallbox.period_ms = WALLBOX_PERIOD_MS;
}

void config_begin_card(void *section, const char *name)
{
	struct config_card *card = section;

	memset(card, 0, sizeof(*card));
	snprintf(card->name, sizeof(card->name), "%s", name);
}

void config_begin_output(void *section, const char *name)
{
	struct config_output *output = section;

	memset(output, 0, sizeof(*output));
	site_output_defaults(&output->site, name);
}

/* Without hours and days it would be always. */
void config_begin_rule(void *section, const char *name)
{
	struct config_rule *rule = section;

	(void)name;
	if (!rule->given)
		rule->site = (struct site_rule){
			.enabled = true, .target_percent = 100, .weekdays = 0x7f,
		};
	rule->given = true;
}

void config_simulation_defaults(struct config_simulation *simulation)
{
	*simulation = (struct config_simulation){
		.climate = CONFIG_MIDDLE, .packs = 1,
		.start_soc_percent = 50, .efficiency_percent = 96,
		.latitude = 43500, .longitude = 11600, .tilt = 25,
		.load_kwh = 3500,
	};
}

void config_begin_simulation(void *section, const char *name)
{
	struct config_simulation *simulation = section;

	(void)name;
	simulation->given = true;
}

/* A serial line: 9600 8N1 with the pauses of modbus_wire.h. */
void config_begin_line(void *section, const char *name)
{
	struct config_line *line = section;

	memset(line, 0, sizeof(*line));
	snprintf(line->name, sizeof(line->name), "%s", name);
	line->port = (struct modbus_port_config){
		.tcp_port = MODBUS_TCP_PORT, .baud = 9600, .parity = MODBUS_PARITY_NONE,
		.stop_bits = 1, .gap_ms = MODBUS_GAP_UNSAID,
	};
}

/* What must be said is, until then, what nobody can say. */
void config_begin_meter(void *section, const char *name)
{
	struct config_meter *meter = section;

	memset(meter, 0, sizeof(*meter));
	snprintf(meter->name, sizeof(meter->name), "%s", name);
	meter->meter.kind = METER_KINDS;
	meter->meter.period_ms = METER_PERIOD_MS;
	meter->device = (struct modbus_device){ .tries = 3, .timeout_ms = 1000 };
}

/* It is there without its section, too. */
void config_begin_history(void *section, const char *name)
{
	(void)section, (void)name;
}

/* What is not said is as SI has it. */
void config_begin_sensor(void *section, const char *name)
{
	struct config_sensor *sensor = section;

	memset(sensor, 0, sizeof(*sensor));
	snprintf(sensor->name, sizeof(sensor->name), "%s", name);
	snprintf(sensor->sensor.uri, sizeof(sensor->sensor.uri), "local:");
	sensor->sensor.scale = (struct sensor_scale){
		.kind = SENSOR_KINDS, .multiply = 1, .gain_milli = 1000,
	};
	sensor->sensor.period_ms = 1000;
}

void config_begin_contacts(void *section, const char *name)
{
	(void)section, (void)name;
}
