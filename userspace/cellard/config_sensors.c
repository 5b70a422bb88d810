// SPDX-License-Identifier: GPL-2.0-only
/*
 * [sensor NAME] of cellard.conf(5), as they go together.
 */
#include "config_reader.h"

static void check_needed(struct config_reader *reader, const struct config_sensor *sensor)
{
	char right[CONFIG_RIGHT_SIZE];

	if (!sensor->sensor.device[0])
		config_wrong(reader, "[sensor %s]: no device: must be %s", sensor->name,
			     config_key_named(CONFIG_SENSOR, "device")->right);
	if (!sensor->sensor.channel[0])
		config_wrong(reader, "[sensor %s]: no channel: must be %s", sensor->name,
			     config_key_named(CONFIG_SENSOR, "channel")->right);
	if (sensor->sensor.scale.kind == SENSOR_KINDS)
		config_wrong(reader, "[sensor %s]: no kind: must be %s", sensor->name,
			     config_key_right(config_key_named(CONFIG_SENSOR, "kind"), right));
}

void config_check_sensors(struct config_reader *reader)
{
	const struct config *config = reader->config;

	for (unsigned int i = 0; i < config->sensors; i++) {
		const struct config_sensor *sensor = &config->sensor[i];
		bool ct = sensor->sensor.scale.kind == SENSOR_CT;

		check_needed(reader, sensor);
		if (!ct && (sensor->input || sensor->sensor.scale.multiply != 1))
			config_wrong(reader,
				     "[sensor %s]: input and multiply are of kind = ct: must be that, or without them",
				     sensor->name);
		if (!sensor->sensor.scale.gain_milli)
			config_wrong(reader,
				     "[sensor %s]: gain = 0: must be another, or nothing is ever measured",
				     sensor->name);
		for (unsigned int j = 0; j < i && sensor->input; j++)
			if (config->sensor[j].input == sensor->input)
				config_wrong(reader,
					     "[sensor %s]: input = %u is of [sensor %s] as well: must be of one",
					     sensor->name, sensor->input, config->sensor[j].name);
	}
}
