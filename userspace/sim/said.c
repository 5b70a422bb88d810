// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readings as text, by the table of fields.
 */
#include "said.h"

#define NS_PER_S	1000000000ULL
#define NS_PER_US	1000ULL

static void write_cells(FILE *to, const struct cellar_reading *r)
{
	unsigned int i;

	for (i = 0; i < r->cells; i++)
		fprintf(to, "%s%u", i ? "," : "", r->cells_mv[i]);
}

static void write_temperatures(FILE *to, const struct cellar_reading *r)
{
	unsigned int i;

	for (i = 0; i < r->temperatures; i++)
		fprintf(to, "%s%d", i ? "," : "", r->temperatures_decic[i]);
}

static void write_counts(FILE *to, const struct cellar_field_info *info,
			 const struct cellar_reading *r)
{
	const u16 *counts = (const u16 *)((const char *)r + info->offset);
	unsigned int i;

	for (i = 0; i < info->size / sizeof(*counts); i++)
		fprintf(to, "%s%u", i ? "," : "", counts[i]);
}

static void write_value(FILE *to, const struct cellar_reading *r, enum cellar_field f)
{
	const struct cellar_field_info *info = &cellar_fields[f];
	char text[1024];

	if (f == CELLAR_SERIAL_HEAD) {
		cellar_reading_serial(r, text);
		fputs(text, to);
		return;
	}

	switch ((enum cellar_kind)info->kind) {
	case CELLAR_KIND_UNSIGNED:
	case CELLAR_KIND_SIGNED:
	case CELLAR_KIND_BOOL:
		fprintf(to, "%lld", (long long)cellar_reading_number(r, f));
		break;
	case CELLAR_KIND_ALARMS:
		cellar_alarm_words((u64)cellar_reading_number(r, f), text, sizeof(text));
		fputs(text, to);
		break;
	case CELLAR_KIND_TEXT:
		fputs((const char *)r + info->offset, to);
		break;
	case CELLAR_KIND_CELLS:
		write_cells(to, r);
		break;
	case CELLAR_KIND_TEMPERATURES:
		write_temperatures(to, r);
		break;
	case CELLAR_KIND_COUNTS:
		write_counts(to, info, r);
		break;
	}
}

void said_write(FILE *to, u64 now_ns, const struct said *said)
{
	enum cellar_field f;

	fprintf(to, "%llu.%06llu\t%u\t%s\t%s", (unsigned long long)(now_ns / NS_PER_S),
		(unsigned long long)(now_ns % NS_PER_S / NS_PER_US), said->address,
		*said->serial ? said->serial : "-", said->question);
	for (f = 0; f < CELLAR_FIELDS; f++) {
		if (!cellar_has(said->reading, f) || f == CELLAR_SERIAL_TAIL)
			continue;
		fprintf(to, "\t%s=", cellar_fields[f].name);
		write_value(to, said->reading, f);
	}
	fputc('\n', to);
}
