// SPDX-License-Identifier: GPL-2.0-only
/*
 * One frame as one line of text, whatever its fields are: names, units and
 * kinds come from the table of fields.
 */
#include "print.h"

#include <inttypes.h>

/*
 * A unit of the table, what people say instead, and what then no longer belongs
 * to the name.
 */
static const struct unit {
	const char *wire;
	const char *suffix;
	const char *people;
	unsigned int decimals;
} units[] = {
	{ "mV", "_mv", "V", 3 },
	{ "mA", "_ma", "A", 3 },
	{ "mAh", "_mah", "Ah", 3 },
	{ "Wh", "_wh", "Wh", 0 },
	{ "0.1 °C", "_decic", "°C", 1 },
	{ "0.01 %", "_centi", "%", 2 },
	{ "", "", "", 0 },
};

static const struct unit *unit_of(const char *wire)
{
	const struct unit *unit;

	for (unit = units; *unit->wire; unit++)
		if (!strcmp(unit->wire, wire))
			break;

	return unit;
}

static void print_name(FILE *out, const struct cellar_field_info *info,
		       const struct unit *unit)
{
	size_t len = strlen(info->name);
	size_t cut = strlen(unit->suffix);

	if (len > cut && !strcmp(info->name + len - cut, unit->suffix))
		len -= cut;

	fprintf(out, "%.*s", (int)len, info->name);
}

/* 53200 with 3 decimals is 53.2 */
static void print_number(FILE *out, s64 number, const struct unit *unit)
{
	u64 size = number < 0 ? -(u64)number : (u64)number;
	unsigned int decimals = unit->decimals;
	u64 scale = 1;
	unsigned int i;

	for (; decimals && size % 10 == 0; decimals--)
		size /= 10;
	for (i = 0; i < decimals; i++)
		scale *= 10;

	fprintf(out, " %s%" PRIu64, number < 0 ? "-" : "", size / scale);
	if (decimals)
		fprintf(out, ".%0*" PRIu64, (int)decimals, size % scale);
}

static void print_alarms(FILE *out, u64 alarms)
{
	unsigned int i;

	if (!alarms)
		fputs(" no alarm", out);
	for (i = 0; i < CELLAR_ALARMS; i++)
		if (alarms & BIT_ULL(i))
			fprintf(out, " %s", cellar_alarm_word(i));
}

static void print_value(FILE *out, const struct cellar_reading *r, enum cellar_field f,
			const struct unit *unit)
{
	const struct cellar_field_info *info = &cellar_fields[f];
	const u8 *at = (const u8 *)r + info->offset;
	unsigned int i;

	switch ((enum cellar_kind)info->kind) {
	case CELLAR_KIND_UNSIGNED:
	case CELLAR_KIND_SIGNED:
		print_number(out, cellar_reading_number(r, f), unit);
		break;
	case CELLAR_KIND_BOOL:
		fputs(cellar_reading_number(r, f) ? " yes" : " no", out);
		break;
	case CELLAR_KIND_ALARMS:
		print_alarms(out, (u64)cellar_reading_number(r, f));
		break;
	case CELLAR_KIND_TEXT:
		fprintf(out, " \"%.*s\"", (int)info->size, (const char *)at);
		break;
	case CELLAR_KIND_CELLS:
		for (i = 0; i < r->cells; i++)
			print_number(out, r->cells_mv[i], unit);
		break;
	case CELLAR_KIND_TEMPERATURES:
		for (i = 0; i < r->temperatures; i++)
			print_number(out, r->temperatures_decic[i], unit);
		break;
	case CELLAR_KIND_COUNTS:
		for (i = 0; i < info->size / sizeof(u16); i++)
			print_number(out, ((const u16 *)at)[i], unit);
		break;
	}

	if (*unit->people)
		fprintf(out, " %s", unit->people);
}

static void print_news(FILE *out, const struct cellar_reading *news)
{
	const char *gap = ": ";
	unsigned int f;

	for (f = 0; f < CELLAR_FIELDS; f++) {
		const struct cellar_field_info *info = &cellar_fields[f];
		const struct unit *unit = unit_of(info->unit);

		if (!((news->have | news->none) & BIT_ULL(f)))
			continue;

		fputs(gap, out);
		gap = ", ";
		print_name(out, info, unit);
		if (cellar_has(news, f))
			print_value(out, news, f, unit);
		else
			fputs(" not known to the sender", out);
	}
}

static void print_head(FILE *out, const struct line *line)
{
	if (line->has_time)
		fprintf(out, "(%010" PRId64 ".%06" PRId64 ") ",
			line->time_us / 1000000, line->time_us % 1000000);

	if (line->kind == LINE_RS485)
		fprintf(out, "~ address %02X CID %02X %02X", line->rs485.address,
			line->rs485.group, line->rs485.command);
	else
		fprintf(out, "%s %0*X", line->interface, line->extended ? 8 : 3, line->id);
}

/* RS-485 0x47: marks at which a pack warns and protects itself */
static void print_parameters(FILE *out, const struct cellar_ascii_parameters *p)
{
	const struct {
		const char *name;
		s64 value;
		const char *unit;
	} rows[] = {
		{ "cell_high", p->cell_high_mv, "mV" },
		{ "cell_low_alarm", p->cell_low_alarm_mv, "mV" },
		{ "cell_low_protection", p->cell_low_protection_mv, "mV" },
		{ "charge_temperature_high", p->charge_high_decic, "0.1 °C" },
		{ "charge_temperature_low", p->charge_low_decic, "0.1 °C" },
		{ "charge_current", p->charge_current_ma, "mA" },
		{ "pack_high", p->pack_high_mv, "mV" },
		{ "pack_low_alarm", p->pack_low_alarm_mv, "mV" },
		{ "pack_low_protection", p->pack_low_protection_mv, "mV" },
		{ "discharge_temperature_high", p->discharge_high_decic, "0.1 °C" },
		{ "discharge_temperature_low", p->discharge_low_decic, "0.1 °C" },
		{ "discharge_current", p->discharge_current_ma, "mA" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct unit *unit = unit_of(rows[i].unit);

		fprintf(out, "%s%s", i ? ", " : ": ", rows[i].name);
		print_number(out, rows[i].value, unit);
		fprintf(out, " %s", unit->people);
	}
}

static void print_all_news(FILE *out, const struct decode_result *result)
{
	for (unsigned int i = 0; i < result->n_news; i++) {
		const struct decode_news *news = &result->news[i];

		fputs(i ? ";" : "", out);
		if (news->of_pack)
			fprintf(out, " of pack %u", news->address);
		print_news(out, &news->reading);
	}
}

void print_frame(FILE *out, const struct line *line, const struct decode_result *result)
{
	print_head(out, line);
	if (result->name)
		fprintf(out, " %s", result->name);
	if (result->outcome != DECODED) {
		if (result->name && result->news[0].of_pack)
			fprintf(out, " of pack %u", result->news[0].address);
		fprintf(out, " %s: %s\n", result->outcome == UNKNOWN ? "unknown" : "malformed",
			result->why);
		return;
	}

	print_all_news(out, result);
	if (result->has_parameters)
		print_parameters(out, &result->parameters);
	if (result->version)
		fprintf(out, ": V%u.%u", result->version >> 4, result->version & 0xf);
	if (result->remark)
		fprintf(out, ": %s", result->remark);
	fputc('\n', out);
}
