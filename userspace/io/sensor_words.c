// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words and units of sensors.
 */
#include "sensor_value.h"

const char *sensor_kind_word(enum sensor_kind kind)
{
	static const char *const words[SENSOR_KINDS] = {
		[SENSOR_CT] = "ct",
		[SENSOR_PT100] = "pt100",
		[SENSOR_CHANNEL] = "channel",
	};

	return words[kind];
}

const char *sensor_unit(const struct sensor_scale *scale, enum sensor_quantity quantity)
{
	static const char *const units[SENSOR_QUANTITIES] = {
		[SENSOR_VOLTS] = "V",
		[SENSOR_AMPERES] = "A",
		[SENSOR_WATTS] = "W",
		[SENSOR_DEGREES] = "°C",
		[SENSOR_OHMS] = "Ω",
		[SENSOR_PER_CENT] = "%",
		[SENSOR_OTHER] = "",
	};

	if (scale->kind == SENSOR_CT)
		return units[SENSOR_WATTS];
	if (scale->kind == SENSOR_PT100)
		return units[SENSOR_DEGREES];

	return units[quantity];
}
