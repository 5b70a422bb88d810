// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cluster on the monitor: what wants attention is in colour, and what is as it should
 * be takes few lines.
 */
#include "view_parts.h"

#include "print.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define BAR_MIN		6
#define BAR_MAX		40
#define WIDE		64	/* columns from which there is room for words */

#define SOC_LOW		15
#define SOC_MIDDLING	30

#define FLOWS_A		0.05	/* as small as it is shown */

enum screen_style view_soc_style(double percent)
{
	if (percent < SOC_LOW)
		return SCREEN_BAD;

	return percent < SOC_MIDDLING ? SCREEN_WARN : SCREEN_GOOD;
}

unsigned int view_permille(double percent)
{
	if (percent > 100)
		return 1000;

	return percent > 0 ? (unsigned int)(percent * 10) : 0;
}

static void add_value(char *text, size_t size, json_t *reading, const char *key,
		      const char *format)
{
	size_t length = strlen(text);
	double value;

	if (view_number(reading, key, &value))
		snprintf(text + length, size - length, format, value);
}

/* What stands behind the bar; @wide: with room for what can be reckoned from the rest */
static void flow_of(char *text, size_t size, json_t *reading, bool wide)
{
	*text = '\0';
	add_value(text, size, reading, "Voltage", "  %.2f V");
	add_value(text, size, reading, "Current", "  %+.1f A");
	if (wide)
		add_value(text, size, reading, "Power", "  %+.0f W");
}

static const char *way_of(json_t *reading)
{
	double amps;

	if (!view_number(reading, "Current", &amps))
		return "";
	if (amps > FLOWS_A)
		return "  charging";

	return amps < -FLOWS_A ? "  discharging" : "  resting";
}

/* On a narrow terminal the bar has a line of its own. */
static void draw_charge(struct screen *s, const char *name, json_t *reading, const char *stage)
{
	unsigned int columns = screen_can(s)->columns, room = columns, taken;
	bool wide = columns >= WIDE, known;
	char percent[16] = "- %", flow[64];
	double soc;

	known = view_number(reading, "StateOfCharge", &soc);
	if (known)
		snprintf(percent, sizeof(percent), "%.1f %%", soc);
	flow_of(flow, sizeof(flow), reading, wide);
	screen_line(s);
	screen_put(s, SCREEN_BOLD, "%s ", name);
	if (wide) {
		taken = screen_width(s) + (unsigned int)(strlen(percent) + strlen(flow) +
			strlen(way_of(reading)) + strlen(stage)) + 3;
		room = columns > taken ? columns - taken : 0;
		room = room < BAR_MAX ? room : BAR_MAX;
	}
	if (wide && known && room >= BAR_MIN) {
		screen_bar(s, view_soc_style(soc), room, view_permille(soc));
		screen_put(s, SCREEN_PLAIN, " ");
	}
	screen_put(s, known ? view_soc_style(soc) : SCREEN_WARN, "%s", percent);
	screen_put(s, SCREEN_BOLD, "%s", flow);
	if (wide)
		screen_put(s, SCREEN_DIM, "%s%s%s", way_of(reading), *stage ? ", " : "", stage);
	if (!wide && known) {
		screen_line(s);
		screen_bar(s, view_soc_style(soc), room, view_permille(soc));
	}
}

/* A limit that is rising, and one that lets nothing flow, are not as usual. */
static void draw_limit(struct screen *s, json_t *limit, const char *format, const char *unit)
{
	bool rises = json_is_true(json_array_get(limit, 2));
	double value = json_number_value(json_array_get(limit, 0));
	enum screen_style style = SCREEN_PLAIN;

	if (!limit)
		return;
	if (rises)
		style = SCREEN_WARN;
	if (value <= 0)
		style = SCREEN_BAD;
	screen_put(s, style, format, value);
	screen_put(s, style, " %s", unit);
	screen_put(s, SCREEN_DIM, " %s", view_text(json_array_get(limit, 1)));
	if (rises)
		screen_put(s, SCREEN_WARN, "%s", screen_can(s)->utf8 ? "↑" : "^");
}

static void draw_limits(struct screen *s, json_t *limits)
{
	static const struct {
		const char *title, *current, *voltage;
	} ways[] = {
		{ "charge", "ChargeCurrent", "ChargeVoltage" },
		{ "discharge", "DischargeCurrent", "DischargeVoltage" },
	};
	unsigned int wide = screen_can(s)->columns >= WIDE;

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		if (!json_object_get(limits, ways[i].current))
			continue;
		screen_line(s);
		screen_put(s, SCREEN_PLAIN, wide ? "  may %-10s" : " %-9s", ways[i].title);
		draw_limit(s, json_object_get(limits, ways[i].current), "%7.1f", "A");
		if (json_object_get(limits, ways[i].voltage))
			screen_column(s, wide ? 43 : 27);
		draw_limit(s, json_object_get(limits, ways[i].voltage), "%6.2f", "V");
	}
}

static void draw_members(struct screen *s, json_t *objects, const char *path, json_t *cluster)
{
	json_t *reading = json_object_get(cluster, "Reading"), *object, *pack;
	size_t members = json_array_size(json_object_get(cluster, "Members")), packs = 0;
	double min, max;
	const char *at;

	json_object_foreach(objects, at, object) {
		pack = print_properties(object, "org.cellar1.Pack");
		if (!strcmp(view_text(json_object_get(pack, "Cluster")), path) &&
		    !strcmp(view_text(json_object_get(pack, "Role")), "pack"))
			packs++;
	}
	screen_line(s);
	screen_put(s, packs && members < packs ? SCREEN_WARN : SCREEN_PLAIN, "  %zu", members);
	if (packs)
		screen_put(s, members < packs ? SCREEN_WARN : SCREEN_PLAIN, " of %zu packs", packs);
	screen_put(s, SCREEN_PLAIN, " in use");
	if (view_number(reading, "CellVoltageMin", &min) &&
	    view_number(reading, "CellVoltageMax", &max))
		screen_put(s, SCREEN_PLAIN, ", cells %.3f to %.3f V", min, max);
	if (view_number(reading, "CellTemperatureMin", &min) &&
	    view_number(reading, "CellTemperatureMax", &max))
		screen_put(s, SCREEN_PLAIN, ", %.1f to %.1f %s", min, max,
			   screen_can(s)->utf8 ? "°C" : "C");
}

static void draw_words(struct screen *s, enum screen_style style, const char *title, json_t *words)
{
	if (!json_array_size(words))
		return;

	screen_line(s);
	view_words(s, style, title, words);
}

static void draw_advice(struct screen *s, json_t *advice)
{
	json_t *item, *deadline;
	struct tm local;
	char by[32];
	time_t at;
	size_t i;

	json_array_foreach(advice, i, item) {
		deadline = json_object_get(item, "Deadline");
		at = (time_t)json_integer_value(deadline);
		*by = '\0';
		if (deadline && localtime_r(&at, &local) &&
		    !strftime(by, sizeof(by), "until %Y-%m-%d %H:%M, ", &local))
			*by = '\0';
		screen_line(s);
		screen_put(s, SCREEN_WARN, "  ! %s", by);
		screen_put(s, SCREEN_WARN, "%s", view_text(json_object_get(item, "Words")));
	}
}

void view_cluster(struct screen *s, json_t *objects, const char *path, json_t *cluster)
{
	json_t *reading = json_object_get(cluster, "Reading");

	if (screen_lines(s))
		screen_line(s);
	draw_charge(s, view_text(json_object_get(cluster, "Name")), reading,
		    view_text(json_object_get(cluster, "Stage")));
	draw_limits(s, json_object_get(cluster, "Limits"));
	draw_members(s, objects, path, cluster);
	draw_words(s, SCREEN_BAD, "  ", json_object_get(reading, "Protections"));
	draw_words(s, SCREEN_WARN, "  ", json_object_get(reading, "Warnings"));
	draw_words(s, SCREEN_WARN, "  asks for ", json_object_get(cluster, "Flags"));
	draw_advice(s, json_object_get(cluster, "Advice"));
}
