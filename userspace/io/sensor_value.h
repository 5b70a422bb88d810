/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the figure of a sensor means: from volts or ohms to watts and degrees. No file.
 */
#ifndef CELLAR_IO_SENSOR_VALUE_H
#define CELLAR_IO_SENSOR_VALUE_H

#include "env.h"

#define SENSOR_URI_SIZE		128
#define SENSOR_NAME_SIZE	64

enum sensor_kind {
	SENSOR_CT,	/* a current-sensor input: W */
	SENSOR_PT100,	/* °C; of Ω, unless the channel says a temperature itself */
	SENSOR_CHANNEL,	/* as the channel has it */
	SENSOR_KINDS
};

/* What a channel measures, in SI units. */
enum sensor_quantity {
	SENSOR_VOLTS,
	SENSOR_AMPERES,
	SENSOR_WATTS,
	SENSOR_DEGREES,
	SENSOR_OHMS,
	SENSOR_PER_CENT,
	SENSOR_OTHER,
	SENSOR_QUANTITIES
};

/*
 * value = (measured × gain + offset) × multiply
 *
 * @gain_milli, @offset_milli: thousandths, of what comes out for one that goes in
 * @multiply: 1, or 3 for one phase of three (spec/ems.md, "Plant"); of a SENSOR_CT
 */
struct sensor_scale {
	u8 kind;	/* enum sensor_kind */
	u8 multiply;
	s32 gain_milli, offset_milli;
};

/*
 * @uri: of libiio: "local:", "ip:192.168.1.60"
 * @device: id, name or label; @channel: id or label
 */
struct sensor_config {
	char uri[SENSOR_URI_SIZE];
	char device[SENSOR_NAME_SIZE], channel[SENSOR_NAME_SIZE];
	struct sensor_scale scale;
	u32 period_ms;
};

/*
 * @measured in SI units to thousandths. False: that is no value: a wire is cut or
 * short-circuited, or it is beyond what anybody could measure.
 */
bool sensor_value(const struct sensor_scale *scale, enum sensor_quantity quantity,
		  double measured, s64 *milli);

/* °C of a platinum resistor of 100 Ω by IEC 60751; false outside -200 to 850 °C. */
bool sensor_pt100(double ohms, double *celsius);

/* "ct", "pt100", "channel" */
const char *sensor_kind_word(enum sensor_kind kind);

/* "W", "°C", …; "" for SENSOR_OTHER. */
const char *sensor_unit(const struct sensor_scale *scale, enum sensor_quantity quantity);

#endif /* CELLAR_IO_SENSOR_VALUE_H */
