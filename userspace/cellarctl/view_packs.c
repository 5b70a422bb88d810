// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of supplies on the monitor, and an object as one line. What there is no room
 * for is left out, the least needed first.
 */
#include "view_parts.h"

#include "print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACK		"org.cellar1.Pack"
#define PACKS_MAX	1024
#define CELL_SIZE	64

#define BAR_MIN		6
#define BAR_MAX		24
#define STATE_MIN	9	/* "suspended" */
#define CELLS_MAX	24
#define RANGE_SIZE	13	/* "-10.0...-12.0" */

/* Cells that are closer than this look level: it is what a full balancer leaves. */
#define LEVEL_SPAN_V	0.020

enum column {
	COLUMN_NAME,
	COLUMN_BAR,
	COLUMN_SOC,
	COLUMN_VOLTS,
	COLUMN_AMPS,
	COLUMN_CELSIUS,
	COLUMN_CELLS,
	COLUMN_LEVELS,
	COLUMN_STATE,
	COLUMNS
};

static const struct {
	const char *title;
	unsigned int width;
} columns[COLUMNS] = {
	[COLUMN_NAME] = { "", 0 },
	[COLUMN_BAR] = { "", BAR_MIN },
	[COLUMN_SOC] = { "SOC", 5 },
	[COLUMN_VOLTS] = { "V", 7 },
	[COLUMN_AMPS] = { "A", 6 },
	[COLUMN_CELSIUS] = { "C", 6 },
	[COLUMN_CELLS] = { "CELLS mV", 17 },
	[COLUMN_LEVELS] = { "", 0 },
	[COLUMN_STATE] = { "STATE", STATE_MIN },
};

/* In this order, as long as they fit; what is left widens the bar. */
static const enum column wanted[] = {
	COLUMN_NAME, COLUMN_SOC, COLUMN_STATE, COLUMN_AMPS, COLUMN_BAR, COLUMN_VOLTS,
	COLUMN_CELSIUS, COLUMN_CELLS, COLUMN_LEVELS,
};

struct table {
	json_t *pack[PACKS_MAX];
	unsigned int packs;
	unsigned int width[COLUMNS];	/* 0: left out */
};

static int by_supply(const void *a, const void *b)
{
	json_t *const *one = a, *const *other = b;

	return strverscmp(view_text(json_object_get(*one, "Supply")),
			  view_text(json_object_get(*other, "Supply")));
}

static void add_packs(struct table *t, json_t *objects)
{
	json_t *object, *pack;
	const char *path;

	json_object_foreach(objects, path, object) {
		pack = print_properties(object, PACK);
		if (pack && t->packs < PACKS_MAX)
			t->pack[t->packs++] = pack;
	}
	qsort(t->pack, t->packs, sizeof(t->pack) / PACKS_MAX, by_supply);
}

/* Coldest and warmest place that is known. */
static bool temperatures_of(json_t *pack, double *min, double *max)
{
	json_t *reading = json_object_get(pack, "Reading"), *value;
	bool known = false;
	const char *label;

	json_object_foreach(json_object_get(pack, "Temperatures"), label, value) {
		double celsius = json_number_value(value);

		if (!known || celsius < *min)
			*min = celsius;
		if (!known || celsius > *max)
			*max = celsius;
		known = true;
	}
	if (known)
		return true;
	if (view_number(reading, "CellTemperatureMin", min) &&
	    view_number(reading, "CellTemperatureMax", max))
		return true;
	known = view_number(reading, "Temperature", min);
	*max = *min;

	return known;
}

static bool cells_of(json_t *pack, double *min, double *max)
{
	json_t *reading = json_object_get(pack, "Reading"), *cell;
	bool known = false;
	size_t i;

	json_array_foreach(json_object_get(pack, "Cells"), i, cell) {
		double volts = json_number_value(cell);

		if (!known || volts < *min)
			*min = volts;
		if (!known || volts > *max)
			*max = volts;
		known = true;
	}

	return known || (view_number(reading, "CellVoltageMin", min) &&
			 view_number(reading, "CellVoltageMax", max));
}

static size_t most_cells(const struct table *t)
{
	size_t most = 0, n;

	for (unsigned int i = 0; i < t->packs; i++) {
		n = json_array_size(json_object_get(t->pack[i], "Cells"));
		most = n > most ? n : most;
	}

	return most < CELLS_MAX ? most : CELLS_MAX;
}

static bool any_has(const struct table *t, bool (*of)(json_t *pack, double *min, double *max))
{
	double min, max;

	for (unsigned int i = 0; i < t->packs; i++)
		if (of(t->pack[i], &min, &max))
			return true;

	return false;
}

static bool has_range(json_t *pack, double *min, double *max)
{
	return temperatures_of(pack, min, max) && *min < *max;
}

static unsigned int name_width(const struct table *t)
{
	size_t width = 4, n;

	for (unsigned int i = 0; i < t->packs; i++) {
		n = strlen(view_text(json_object_get(t->pack[i], "Supply")));
		width = n > width ? n : width;
	}

	return (unsigned int)width;
}

static void set_widths(struct table *t, unsigned int room)
{
	unsigned int width, used = 0;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		width = columns[wanted[i]].width;
		if (wanted[i] == COLUMN_NAME)
			width = name_width(t);
		if (wanted[i] == COLUMN_CELSIUS && any_has(t, has_range))
			width = RANGE_SIZE;
		if (wanted[i] == COLUMN_LEVELS)
			width = (unsigned int)most_cells(t);
		if ((wanted[i] == COLUMN_CELLS && !any_has(t, cells_of)) ||
		    (wanted[i] == COLUMN_CELSIUS && !any_has(t, temperatures_of)))
			continue;
		if (!width || used + width + 1 > room + 1)
			continue;
		t->width[wanted[i]] = width;
		used += width + 1;
	}
	/* half of the rest is for the words behind the state */
	if (t->width[COLUMN_BAR] && room > used) {
		width = BAR_MIN + (room - used) / 2;
		t->width[COLUMN_BAR] = width < BAR_MAX ? width : BAR_MAX;
	}
}

static void draw_title(struct screen *s, const struct table *t)
{
	unsigned int at = 0;

	screen_line(s);
	for (unsigned int c = 0; c < COLUMNS; c++) {
		if (!t->width[c])
			continue;
		screen_column(s, at);
		screen_put(s, SCREEN_DIM, "%*s", c == COLUMN_STATE ? 0 : (int)t->width[c],
			   columns[c].title);
		at += t->width[c] + 1;
	}
}

/* From lowest to highest cell of this pack. */
static void draw_levels(struct screen *s, json_t *pack)
{
	double min = 0, max = 0, span, volts;
	json_t *cell;
	size_t i;

	if (!json_array_size(json_object_get(pack, "Cells")))
		return;
	cells_of(pack, &min, &max);
	span = max - min < LEVEL_SPAN_V ? LEVEL_SPAN_V : max - min;
	json_array_foreach(json_object_get(pack, "Cells"), i, cell) {
		volts = json_number_value(cell);
		if (i < CELLS_MAX)
			screen_level(s, SCREEN_PLAIN, (unsigned int)((volts - min) / span * 7));
	}
}

static enum screen_style state_style(const char *state)
{
	if (!strcmp(state, "member"))
		return SCREEN_GOOD;

	return strcmp(state, "suspended") != 0 ? SCREEN_WARN : SCREEN_BAD;
}

/* A system speaks for its packs, and is a member only where they do not speak. */
static void draw_state(struct screen *s, json_t *pack)
{
	json_t *membership = json_object_get(pack, "Membership"), *why, *words;
	const char *state = view_text(json_array_get(membership, 0)), *way;
	json_t *reading = json_object_get(pack, "Reading");
	bool of_system = !strcmp(view_text(json_object_get(pack, "Role")), "system");

	screen_put(s, of_system ? SCREEN_DIM : state_style(state), "%s", state);
	words = json_object_get(reading, "Protections");
	view_words(s, SCREEN_BAD, " ", words);
	view_words(s, SCREEN_WARN, " ", json_object_get(reading, "Warnings"));
	if (strcmp(state, "member") != 0)
		screen_put(s, SCREEN_DIM, " %s", view_text(json_array_get(membership, 1)));
	else
		json_object_foreach(json_object_get(pack, "Blocks"), way, why)
			screen_put(s, SCREEN_DIM, " no %s: %s", way, view_text(why));
}

static void draw_value(struct screen *s, enum column c, unsigned int width, json_t *pack)
{
	json_t *reading = json_object_get(pack, "Reading");
	char text[CELL_SIZE] = "-";
	double one, other;

	switch (c) {
	case COLUMN_SOC:
		if (view_number(reading, "StateOfCharge", &one))
			snprintf(text, sizeof(text), "%.0f %%", one);
		break;
	case COLUMN_VOLTS:
		if (view_number(reading, "Voltage", &one))
			snprintf(text, sizeof(text), "%.2f", one);
		break;
	case COLUMN_AMPS:
		if (view_number(reading, "Current", &one))
			snprintf(text, sizeof(text), one > -1000 && one < 1000 ? "%+.1f" : "%+.0f",
				 one);
		break;
	case COLUMN_CELSIUS:
		if (temperatures_of(pack, &one, &other))
			snprintf(text, sizeof(text), one < other ? "%.1f...%.1f" : "%.1f", one,
				 other);
		break;
	default:
		if (cells_of(pack, &one, &other))
			snprintf(text, sizeof(text), "%.0f...%.0f +%.0f", one * 1000,
				 other * 1000, (other - one) * 1000);
		break;
	}
	screen_put(s, SCREEN_PLAIN, "%*.*s", (int)width, (int)width, text);
}

static void draw_bar(struct screen *s, unsigned int width, json_t *pack)
{
	double soc;

	if (view_number(json_object_get(pack, "Reading"), "StateOfCharge", &soc))
		screen_bar(s, view_soc_style(soc), width, view_permille(soc));
}

static void draw_pack(struct screen *s, const struct table *t, json_t *pack)
{
	unsigned int at = 0;

	screen_line(s);
	for (unsigned int c = 0; c < COLUMNS; c++) {
		if (!t->width[c])
			continue;
		screen_column(s, at);
		if (c == COLUMN_NAME)
			screen_put(s, SCREEN_PLAIN, "%s",
				   view_text(json_object_get(pack, "Supply")));
		else if (c == COLUMN_BAR)
			draw_bar(s, t->width[c], pack);
		else if (c == COLUMN_LEVELS)
			draw_levels(s, pack);
		else if (c == COLUMN_STATE)
			draw_state(s, pack);
		else
			draw_value(s, c, t->width[c], pack);
		at += t->width[c] + 1;
	}
}

void view_packs(struct screen *s, json_t *objects)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return;

	add_packs(t, objects);
	if (t->packs) {
		screen_line(s);
		set_widths(t, screen_can(s)->columns);
		draw_title(s, t);
	}
	for (unsigned int i = 0; i < t->packs; i++)
		draw_pack(s, t, t->pack[i]);
	free(t);
}

static void log_limit(struct screen *s, const char *title, json_t *limit)
{
	if (limit)
		screen_put(s, SCREEN_PLAIN, ", %s %.1f A by %s", title,
			   json_number_value(json_array_get(limit, 0)),
			   view_text(json_array_get(limit, 1)));
}

static void log_reading(struct screen *s, json_t *reading)
{
	double soc, volts, amps;

	if (view_number(reading, "StateOfCharge", &soc))
		screen_put(s, SCREEN_PLAIN, " %.1f %%", soc);
	if (view_number(reading, "Voltage", &volts))
		screen_put(s, SCREEN_PLAIN, " %.2f V", volts);
	if (view_number(reading, "Current", &amps))
		screen_put(s, SCREEN_PLAIN, " %+.1f A", amps);
	view_words(s, SCREEN_PLAIN, " protections: ", json_object_get(reading, "Protections"));
	view_words(s, SCREEN_PLAIN, " warnings: ", json_object_get(reading, "Warnings"));
}

bool view_log(struct screen *s, const char *clock, json_t *object)
{
	json_t *cluster = print_properties(object, "org.cellar1.Cluster"), *limits;
	json_t *pack = print_properties(object, PACK);
	double min, max;

	if (!cluster && !pack)
		return view_house_log(s, clock, object);

	screen_line(s);
	screen_put(s, SCREEN_PLAIN, "%s %s", clock,
		   view_text(json_object_get(cluster ? cluster : pack, cluster ? "Name" :
					     "Supply")));
	log_reading(s, json_object_get(cluster ? cluster : pack, "Reading"));
	if (pack) {
		if (cells_of(pack, &min, &max))
			screen_put(s, SCREEN_PLAIN, " cells %.3f to %.3f V", min, max);
		if (temperatures_of(pack, &min, &max))
			screen_put(s, SCREEN_PLAIN, min < max ? " %.1f to %.1f C" : " %.1f C",
				   min, max);
		screen_put(s, SCREEN_PLAIN, " %s", view_text(json_array_get(
			   json_object_get(pack, "Membership"), 0)));
		return true;
	}
	limits = json_object_get(cluster, "Limits");
	log_limit(s, "charge", json_object_get(limits, "ChargeCurrent"));
	log_limit(s, "discharge", json_object_get(limits, "DischargeCurrent"));

	return true;
}
