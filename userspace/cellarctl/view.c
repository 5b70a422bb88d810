// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frame of the monitor: a head, as much of the body as there is room for, a foot.
 * view_cluster.c and view_packs.c draw the parts of the body.
 */
#include "view.h"

#include "print.h"
#include "view_parts.h"

#include <string.h>
#include <time.h>

#define EVENTS_SHOWN	10

/* A quiet battery changes less often; a battery that is used does every second. */
#define SILENT_S	5

bool view_number(json_t *dictionary, const char *key, double *number)
{
	json_t *value = json_object_get(dictionary, key);

	*number = json_number_value(value);

	return json_is_number(value);
}

const char *view_text(json_t *value)
{
	const char *text = json_string_value(value);

	return text ? text : "";
}

void view_words(struct screen *s, enum screen_style style, const char *before, json_t *words)
{
	json_t *word;
	size_t i;

	json_array_foreach(words, i, word) {
		if (!json_is_string(word))
			continue;
		screen_put(s, style, "%s%s", i ? ", " : before, json_string_value(word));
	}
}

static enum screen_style line_style(const char *state)
{
	if (!strcmp(state, "speaking") || !strcmp(state, "listening"))
		return SCREEN_GOOD;

	return !strcmp(state, "waiting") || !strcmp(state, "no-ack") ? SCREEN_WARN : SCREEN_BAD;
}

/* What it is told at most, and whether it keeps to that. */
static void draw_inverter(struct screen *s, json_t *inverter)
{
	static const struct {
		const char *key, *format;
	} told[] = {
		{ "ChargeCurrentLimit", "  charge %.1f A" },
		{ "DischargeCurrentLimit", "  discharge %.1f A" },
		{ "ChargeVoltageLimit", "  %.2f V" },
	};
	const char *state = view_text(json_object_get(inverter, "State"));
	const char *obeys = view_text(json_object_get(inverter, "Obeys"));
	bool good = !*obeys || !strcmp(obeys, "obeys");
	double value;

	screen_line(s);
	screen_put(s, SCREEN_BOLD, "%s", view_text(json_object_get(inverter, "Name")));
	screen_put(s, line_style(state), "  %s", state);
	if (json_is_true(json_object_get(inverter, "Silent")))
		screen_put(s, SCREEN_BAD, "  does not answer");
	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
		if (view_number(json_object_get(inverter, "Sent"), told[i].key, &value))
			screen_put(s, SCREEN_PLAIN, told[i].format, value);
	screen_put(s, good ? SCREEN_GOOD : SCREEN_BAD, "  %s", obeys);
	screen_put(s, SCREEN_DIM, "  %s %s", view_text(json_object_get(inverter, "Protocol")),
		   view_text(json_object_get(inverter, "Interface")));
}

static void draw_inverters(struct screen *s, json_t *objects)
{
	json_t *object, *inverter;
	bool is_first = true;
	const char *path;

	json_object_foreach(objects, path, object) {
		inverter = print_properties(object, "org.cellar1.Inverter");
		if (!inverter)
			continue;
		if (is_first)
			screen_line(s);
		is_first = false;
		draw_inverter(s, inverter);
	}
}

static void draw_events(struct screen *s, json_t *events)
{
	size_t n = json_array_size(events);
	struct tm local;
	char at[32];
	json_t *e;
	time_t t;

	if (n)
		screen_line(s);
	for (size_t i = n > EVENTS_SHOWN ? n - EVENTS_SHOWN : 0; i < n; i++) {
		e = json_array_get(events, i);
		t = (time_t)json_integer_value(json_array_get(e, 1));
		if (!t || !localtime_r(&t, &local) ||
		    !strftime(at, sizeof(at), "%m-%d %H:%M:%S", &local))
			snprintf(at, sizeof(at), "%-14s", "-");
		screen_line(s);
		screen_put(s, SCREEN_DIM, "%s ", at);
		screen_put(s, SCREEN_PLAIN, "%s", view_text(json_array_get(e, 3)));
		screen_put(s, SCREEN_PLAIN, "%s%s", *view_text(json_array_get(e, 3)) ? ": " : "",
			   view_text(json_array_get(e, 4)));
	}
}

void view_body(const struct view *view, struct screen *s)
{
	json_t *object, *cluster;
	const char *path;

	if (!view->objects) {
		screen_line(s);
		screen_put(s, SCREEN_WARN, "cellard is not there; waiting for it");
		draw_events(s, view->events);
		return;
	}
	json_object_foreach(view->objects, path, object) {
		cluster = print_properties(object, "org.cellar1.Cluster");
		if (cluster)
			view_cluster(s, view->objects, path, cluster);
	}
	if (!screen_lines(s)) {
		screen_line(s);
		screen_put(s, SCREEN_WARN, "no battery has been heard");
	}
	view_house(s, view->objects);
	view_packs(s, view->objects);
	draw_inverters(s, view->objects);
	draw_events(s, view->events);
}

static void draw_head(const struct view *view, struct screen *s)
{
	unsigned int columns = screen_can(s)->columns;
	size_t length = strlen(view->clock);

	screen_line(s);
	screen_put(s, SCREEN_BOLD, "Cellar");
	if (view->objects && view->silent_s >= SILENT_S)
		screen_put(s, SCREEN_WARN, "  nothing new for %u s", view->silent_s);
	if (columns > length && screen_width(s) + length < columns)
		screen_column(s, columns - (unsigned int)length);
	screen_put(s, SCREEN_DIM, "%s", view->clock);
}

static void draw_foot(struct screen *s, unsigned int first, unsigned int shown, unsigned int lines)
{
	screen_line(s);
	screen_put(s, SCREEN_DIM, "q quits");
	if (shown < lines)
		screen_put(s, SCREEN_DIM, "  up, down: lines %u to %u of %u", first + 1,
			   first + shown, lines);
}

void view_frame(struct view *view, struct screen *screen, unsigned int rows)
{
	unsigned int head = rows >= 4, foot = rows >= 6, lines, room;
	struct screen *body = screen_new(screen_can(screen));

	if (!body)
		return;

	view_body(view, body);
	lines = screen_lines(body);
	room = rows - head - foot;
	if (lines <= room)
		view->scroll = 0;
	else if (view->scroll > lines - room)
		view->scroll = lines - room;
	if (head)
		draw_head(view, screen);
	screen_copy(screen, body, view->scroll, room);
	while (foot && screen_lines(screen) < rows - 1)
		screen_line(screen);
	if (foot)
		draw_foot(screen, view->scroll, room < lines ? room : lines, lines);
	screen_free(body);
}
