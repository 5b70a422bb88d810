// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of fields and what can be done with a reading through it.
 */
#include "state.h"

#define MEMBER(m)	.offset = offsetof(struct cellar_reading, m), \
			.size = sizeof_field(struct cellar_reading, m)
#ifndef sizeof_field
#define sizeof_field(type, m)	sizeof(((type *)0)->m)
#endif

#define NUMBER(m, u)	{ #m, u, MEMBER(m), CELLAR_KIND_UNSIGNED, true }
#define SIGNED(m, u)	{ #m, u, MEMBER(m), CELLAR_KIND_SIGNED, true }
#define FLAG(m)		{ #m, "", MEMBER(m), CELLAR_KIND_BOOL, true }
#define WORDS(m)	{ #m, "", MEMBER(m), CELLAR_KIND_ALARMS, true }
#define TEXT(m)		{ #m, "", MEMBER(m), CELLAR_KIND_TEXT, true }
#define EXTRA(m, u, k)	{ #m, u, MEMBER(m), CELLAR_KIND_##k, false }

const struct cellar_field_info cellar_fields[CELLAR_FIELDS] = {
	[CELLAR_VOLTAGE] = NUMBER(voltage_mv, "mV"),
	[CELLAR_CURRENT] = SIGNED(current_ma, "mA"),
	[CELLAR_TEMPERATURE] = SIGNED(temperature_decic, "0.1 °C"),
	[CELLAR_SOC] = NUMBER(soc_centi, "0.01 %"),
	[CELLAR_SOH] = NUMBER(soh_centi, "0.01 %"),
	[CELLAR_CHARGE_VOLTAGE_LIMIT] = NUMBER(charge_voltage_limit_mv, "mV"),
	[CELLAR_DISCHARGE_VOLTAGE_LIMIT] = NUMBER(discharge_voltage_limit_mv, "mV"),
	[CELLAR_CHARGE_CURRENT_LIMIT] = NUMBER(charge_current_limit_ma, "mA"),
	[CELLAR_DISCHARGE_CURRENT_LIMIT] = NUMBER(discharge_current_limit_ma, "mA"),
	[CELLAR_CHARGE_ENABLE] = FLAG(charge_enable),
	[CELLAR_DISCHARGE_ENABLE] = FLAG(discharge_enable),
	[CELLAR_FORCE_CHARGE] = FLAG(force_charge),
	[CELLAR_FULL_CHARGE_REQUEST] = FLAG(full_charge_request),
	[CELLAR_PROTECTIONS] = WORDS(protections),
	[CELLAR_WARNINGS] = WORDS(warnings),
	[CELLAR_PACKS_ONLINE] = NUMBER(packs_online, ""),
	[CELLAR_PACKS_OFFLINE] = NUMBER(packs_offline, ""),
	[CELLAR_PACKS_BLOCKING_CHARGE] = NUMBER(packs_blocking_charge, ""),
	[CELLAR_PACKS_BLOCKING_DISCHARGE] = NUMBER(packs_blocking_discharge, ""),
	[CELLAR_CELL_VOLTAGE_MIN] = NUMBER(cell_voltage_min_mv, "mV"),
	[CELLAR_CELL_VOLTAGE_MAX] = NUMBER(cell_voltage_max_mv, "mV"),
	[CELLAR_CELL_TEMPERATURE_MIN] = SIGNED(cell_temperature_min_decic, "0.1 °C"),
	[CELLAR_CELL_TEMPERATURE_MAX] = SIGNED(cell_temperature_max_decic, "0.1 °C"),
	[CELLAR_CELLS] = {
		"cells_mv", "mV", MEMBER(cells_mv), CELLAR_KIND_CELLS, true
	},
	[CELLAR_TEMPERATURES] = {
		"temperatures_decic", "0.1 °C", MEMBER(temperatures_decic),
		CELLAR_KIND_TEMPERATURES, true
	},
	[CELLAR_REMAINING] = NUMBER(remaining_mah, "mAh"),
	[CELLAR_FULL] = NUMBER(full_mah, "mAh"),
	[CELLAR_DESIGN] = NUMBER(design_mah, "mAh"),
	[CELLAR_CYCLES] = NUMBER(cycles, ""),
	[CELLAR_ENERGY_CHARGED] = NUMBER(energy_charged_wh, "Wh"),
	[CELLAR_ENERGY_DISCHARGED] = NUMBER(energy_discharged_wh, "Wh"),
	[CELLAR_MANUFACTURER] = TEXT(manufacturer),
	[CELLAR_MODEL] = TEXT(model),
	[CELLAR_SERIAL_HEAD] = {
		"serial", "", offsetof(struct cellar_reading, serial), 8,
		CELLAR_KIND_TEXT, true
	},
	[CELLAR_SERIAL_TAIL] = {
		"serial_tail", "", offsetof(struct cellar_reading, serial) + 8, 8 + 1,
		CELLAR_KIND_TEXT, false
	},
	[CELLAR_FIRMWARE] = TEXT(firmware),
	[CELLAR_FAMILY] = EXTRA(family, "", TEXT),
	[CELLAR_CELL_VOLTAGE_MIN_PLACE] = EXTRA(cell_voltage_min_place, "", TEXT),
	[CELLAR_CELL_VOLTAGE_MAX_PLACE] = EXTRA(cell_voltage_max_place, "", TEXT),
	[CELLAR_CELL_TEMPERATURE_MIN_PLACE] = EXTRA(cell_temperature_min_place, "", TEXT),
	[CELLAR_CELL_TEMPERATURE_MAX_PLACE] = EXTRA(cell_temperature_max_place, "", TEXT),
	[CELLAR_GRID_CHARGE_CURRENT_LIMIT] =
		EXTRA(grid_charge_current_limit_ma, "mA", UNSIGNED),
	[CELLAR_GRID_DISCHARGE_CURRENT_LIMIT] =
		EXTRA(grid_discharge_current_limit_ma, "mA", UNSIGNED),
	[CELLAR_ONLINE_MAP] = EXTRA(online_map, "", UNSIGNED),
	[CELLAR_MOSFET_TEMPERATURE] = EXTRA(mosfet_temperature_decic, "0.1 °C", SIGNED),
	[CELLAR_HEATER_TEMPERATURE] = EXTRA(heater_temperature_decic, "0.1 °C", SIGNED),
	[CELLAR_BALANCING] = EXTRA(balancing, "", UNSIGNED),
	[CELLAR_FAULT_COUNTS_BASIC] = {
		"fault_counts", "", offsetof(struct cellar_reading, fault_counts), 8,
		CELLAR_KIND_COUNTS, false
	},
	[CELLAR_FAULT_COUNTS_CURRENT] = {
		"fault_counts_current", "",
		offsetof(struct cellar_reading, fault_counts) + 8, 8,
		CELLAR_KIND_COUNTS, false
	},
};
EXPORT_SYMBOL_GPL(cellar_fields);

static const void *field_of(const struct cellar_reading *r, unsigned int f)
{
	return (const u8 *)r + cellar_fields[f].offset;
}

void cellar_reading_merge(struct cellar_reading *to,
			  const struct cellar_reading *news)
{
	unsigned int f;
	u64 left;

	for (left = news->have; left; left &= left - 1) {
		f = cellar_lowest_bit(left);
		memcpy((u8 *)to + cellar_fields[f].offset, field_of(news, f),
		       cellar_fields[f].size);
	}

	if (cellar_has(news, CELLAR_CELLS))
		to->cells = news->cells;
	if (cellar_has(news, CELLAR_TEMPERATURES))
		to->temperatures = news->temperatures;

	to->have = (to->have | news->have) & ~news->none;
}

static bool field_equal(const struct cellar_reading *a,
			const struct cellar_reading *b, unsigned int f)
{
	size_t size = cellar_fields[f].size;

	switch (cellar_fields[f].kind) {
	case CELLAR_KIND_TEXT:
		return !strncmp(field_of(a, f), field_of(b, f), size);
	case CELLAR_KIND_CELLS:
		size = a->cells * sizeof(a->cells_mv[0]);
		return a->cells == b->cells && !memcmp(a->cells_mv, b->cells_mv, size);
	case CELLAR_KIND_TEMPERATURES:
		size = a->temperatures * sizeof(a->temperatures_decic[0]);
		return a->temperatures == b->temperatures &&
		       !memcmp(a->temperatures_decic, b->temperatures_decic, size);
	default:
		return !memcmp(field_of(a, f), field_of(b, f), size);
	}
}

bool cellar_reading_equal(const struct cellar_reading *a,
			  const struct cellar_reading *b)
{
	unsigned int f;

	if (a->have != b->have)
		return false;

	for (f = 0; f < CELLAR_FIELDS; f++)
		if (cellar_has(a, f) && !field_equal(a, b, f))
			return false;

	return true;
}

s64 cellar_reading_number(const struct cellar_reading *r, enum cellar_field f)
{
	const void *p = field_of(r, f);
	bool is_signed = cellar_fields[f].kind == CELLAR_KIND_SIGNED;

	switch (cellar_fields[f].size) {
	case 1:
		return *(const u8 *)p;
	case 2:
		return is_signed ? *(const s16 *)p : *(const u16 *)p;
	case 4:
		return is_signed ? (s64)*(const s32 *)p : (s64)*(const u32 *)p;
	default:
		return (s64)*(const u64 *)p;
	}
}
EXPORT_SYMBOL_GPL(cellar_reading_number);

void cellar_say_number(struct cellar_reading *news, enum cellar_field f, s64 value)
{
	void *p = (u8 *)news + cellar_fields[f].offset;

	switch (cellar_fields[f].size) {
	case 2:
		*(u16 *)p = (u16)value;
		break;
	case 4:
		*(u32 *)p = (u32)value;
		break;
	default:
		*(u64 *)p = (u64)value;
	}
	cellar_say(news, f);
}
EXPORT_SYMBOL_GPL(cellar_say_number);

int cellar_reading_check_extremes(const struct cellar_reading *news)
{
	if (cellar_has(news, CELLAR_CELL_VOLTAGE_MIN) &&
	    cellar_has(news, CELLAR_CELL_VOLTAGE_MAX) &&
	    news->cell_voltage_min_mv > news->cell_voltage_max_mv)
		return -ERANGE;

	if (cellar_has(news, CELLAR_CELL_TEMPERATURE_MIN) &&
	    cellar_has(news, CELLAR_CELL_TEMPERATURE_MAX) &&
	    news->cell_temperature_min_decic > news->cell_temperature_max_decic)
		return -ERANGE;

	return 0;
}
EXPORT_SYMBOL_GPL(cellar_reading_check_extremes);

size_t cellar_reading_serial(const struct cellar_reading *r, char *to)
{
	size_t head = strnlen(r->serial, 8);
	size_t tail = strnlen(r->serial + 8, 8);

	to[0] = '\0';
	if (!cellar_has(r, CELLAR_SERIAL_HEAD) || !cellar_has(r, CELLAR_SERIAL_TAIL))
		return 0;

	memcpy(to, r->serial, head);
	memcpy(to + head, r->serial + 8, tail);
	to[head + tail] = '\0';

	return head + tail;
}
EXPORT_SYMBOL_GPL(cellar_reading_serial);

size_t cellar_text_from_wire(char *to, const u8 *from, size_t len)
{
	size_t i, end = 0;

	for (i = 0; i < len && from[i]; i++) {
		bool printable = from[i] >= ' ' && from[i] <= '~';

		to[i] = printable ? (char)from[i] : '?';
		if (to[i] != ' ')
			end = i + 1;
	}
	to[end] = '\0';

	return end;
}
EXPORT_SYMBOL_GPL(cellar_text_from_wire);

void cellar_text_to_wire(u8 *to, size_t len, const char *text, u8 pad)
{
	size_t i = 0;

	for (; text && i < len && text[i]; i++)
		to[i] = (u8)text[i];
	for (; i < len; i++)
		to[i] = pad;
}
EXPORT_SYMBOL_GPL(cellar_text_to_wire);
