// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readings on D-Bus: the table of their names there, and how they are put.
 */
#include "values.h"

#include <stdarg.h>

/* @by: the field is so many times the SI unit; 0: yes or no, a count, or words */
static const struct {
	const char *key;
	u8 field;	/* enum cellar_field */
	u16 by;
} rows[] = {
	{ "Voltage", CELLAR_VOLTAGE, 1000 },
	{ "Current", CELLAR_CURRENT, 1000 },
	{ "StateOfCharge", CELLAR_SOC, 100 },
	{ "StateOfHealth", CELLAR_SOH, 100 },
	{ "Temperature", CELLAR_TEMPERATURE, 10 },
	{ "ChargeVoltageLimit", CELLAR_CHARGE_VOLTAGE_LIMIT, 1000 },
	{ "DischargeVoltageLimit", CELLAR_DISCHARGE_VOLTAGE_LIMIT, 1000 },
	{ "ChargeCurrentLimit", CELLAR_CHARGE_CURRENT_LIMIT, 1000 },
	{ "DischargeCurrentLimit", CELLAR_DISCHARGE_CURRENT_LIMIT, 1000 },
	{ "ChargeEnable", CELLAR_CHARGE_ENABLE, 0 },
	{ "DischargeEnable", CELLAR_DISCHARGE_ENABLE, 0 },
	{ "ForceCharge", CELLAR_FORCE_CHARGE, 0 },
	{ "FullChargeRequest", CELLAR_FULL_CHARGE_REQUEST, 0 },
	{ "Protections", CELLAR_PROTECTIONS, 0 },
	{ "Warnings", CELLAR_WARNINGS, 0 },
	{ "PacksOnline", CELLAR_PACKS_ONLINE, 0 },
	{ "PacksOffline", CELLAR_PACKS_OFFLINE, 0 },
	{ "PacksBlockingCharge", CELLAR_PACKS_BLOCKING_CHARGE, 0 },
	{ "PacksBlockingDischarge", CELLAR_PACKS_BLOCKING_DISCHARGE, 0 },
	{ "CellVoltageMin", CELLAR_CELL_VOLTAGE_MIN, 1000 },
	{ "CellVoltageMax", CELLAR_CELL_VOLTAGE_MAX, 1000 },
	{ "CellTemperatureMin", CELLAR_CELL_TEMPERATURE_MIN, 10 },
	{ "CellTemperatureMax", CELLAR_CELL_TEMPERATURE_MAX, 10 },
	{ "RemainingCharge", CELLAR_REMAINING, 1000 },
	{ "FullCharge", CELLAR_FULL, 1000 },
	{ "DesignCharge", CELLAR_DESIGN, 1000 },
	{ "Cycles", CELLAR_CYCLES, 0 },
	{ "Manufacturer", CELLAR_MANUFACTURER, 0 },
	{ "Model", CELLAR_MODEL, 0 },
};

u64 values_mark_reading(u64 mark, const struct cellar_reading *r)
{
	size_t i;

	mark = mark_bytes(mark, &r->have, sizeof(r->have));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct cellar_field_info *info = &cellar_fields[rows[i].field];

		if (!cellar_has(r, rows[i].field))
			continue;
		if (info->kind == CELLAR_KIND_TEXT)
			mark = mark_text(mark, (const char *)r + info->offset);
		else
			mark = mark_bytes(mark, (const char *)r + info->offset, info->size);
	}

	return mark;
}

/* One by one: sd_bus_message_appendv() takes more for a value than the rest of its entry does. */
static int put_basic(sd_bus_message *m, char type, va_list args)
{
	union {
		int b;
		u32 u;
		u64 t;
		s64 x;
		double d;
	} value;

	switch (type) {
	case 's':
		return sd_bus_message_append_basic(m, type, va_arg(args, const char *));
	case 'b':
		value.b = va_arg(args, int);
		break;
	case 'u':
		value.u = va_arg(args, u32);
		break;
	case 't':
		value.t = va_arg(args, u64);
		break;
	case 'x':
		value.x = va_arg(args, s64);
		break;
	case 'd':
		value.d = va_arg(args, double);
		break;
	default:
		return -EINVAL;
	}

	return sd_bus_message_append_basic(m, type, &value);
}

int values_entry(sd_bus_message *m, const char *key, const char *type, ...)
{
	va_list args;
	int r;

	r = sd_bus_message_open_container(m, 'e', "sv");
	if (r >= 0)
		r = sd_bus_message_append_basic(m, 's', key);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'v', type);
	if (r < 0)
		return r;

	va_start(args, type);
	r = put_basic(m, *type, args);
	va_end(args);
	if (r >= 0)
		r = sd_bus_message_close_container(m);

	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int put_words(sd_bus_message *m, const char *key, u64 alarms)
{
	unsigned int i;
	int r;

	r = sd_bus_message_open_container(m, 'e', "sv");
	if (r >= 0)
		r = sd_bus_message_append_basic(m, 's', key);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'v', "as");
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'a', "s");
	for (i = 0; r >= 0 && i < CELLAR_ALARMS; i++)
		if (alarms & BIT_ULL(i))
			r = sd_bus_message_append_basic(m, 's', cellar_alarm_word(i));
	for (i = 0; r >= 0 && i < 3; i++)
		r = sd_bus_message_close_container(m);

	return r;
}

static int put_row(sd_bus_message *m, const struct cellar_reading *r, size_t i)
{
	const struct cellar_field_info *info = &cellar_fields[rows[i].field];
	const char *key = rows[i].key;

	switch ((enum cellar_kind)info->kind) {
	case CELLAR_KIND_TEXT:
		return values_entry(m, key, "s", (const char *)r + info->offset);
	case CELLAR_KIND_ALARMS:
		return put_words(m, key, rows[i].field == CELLAR_PROTECTIONS ? r->protections :
				 r->warnings);
	case CELLAR_KIND_BOOL:
		return values_entry(m, key, "b", (int)cellar_reading_number(r, rows[i].field));
	default:
		break;
	}
	if (!rows[i].by)
		return values_entry(m, key, "u", (u32)cellar_reading_number(r, rows[i].field));

	return values_entry(m, key, "d",
			    (double)cellar_reading_number(r, rows[i].field) / rows[i].by);
}

int values_reading(sd_bus_message *m, const struct cellar_reading *r)
{
	int ret;
	size_t i;

	ret = sd_bus_message_open_container(m, 'a', "{sv}");
	for (i = 0; ret >= 0 && i < ARRAY_SIZE(rows); i++)
		if (cellar_has(r, rows[i].field))
			ret = put_row(m, r, i);
	if (ret >= 0 && cellar_has(r, CELLAR_VOLTAGE) && cellar_has(r, CELLAR_CURRENT))
		ret = values_entry(m, "Power", "d",
				   (double)r->voltage_mv * r->current_ma / 1e6);

	return ret < 0 ? ret : sd_bus_message_close_container(m);
}
