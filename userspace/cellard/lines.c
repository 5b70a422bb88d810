// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the configuration to lines and meters, and from answers to readings and events.
 */
#include "lines_parts.h"

#include <stdlib.h>

/* What is still to be written when the daemon ends may take so long. */
#define LAST_WORDS_MS	2500

static const struct {
	const char *code, *words;
} states[METER_STATES] = {
	[METER_STARTING] = { "meter-heard", "it answers" },
	[METER_WELL] = { "meter-well", "it says what it measures" },
	[METER_NONSENSE] = { "meter-nonsense",
			     "what it says does not fit together, and is not used" },
	[METER_REFUSES] = { "meter-refuses", "it refuses to say what it measures" },
	[METER_SILENT] = { "meter-silent", "it does not answer" },
};

/* A silent meter that is back begins anew: that alone is no news. */
static void tell_state(struct lines *lines, struct lines_meter *m)
{
	enum meter_state state = m->meter.state;

	if (state == m->told_state || state == METER_UNHEARD || state == METER_STARTING)
		return;
	m->told_state = state;
	events_add(lines->events, states[state].code, m->config.name, "%s", states[state].words);
}

static void tell_notes(struct lines *lines, struct lines_meter *m)
{
	u32 news = m->meter.notes & ~m->told_notes;

	for (unsigned int note = 0; note < METER_NOTES; note++)
		if (news & BIT(note))
			events_add(lines->events, "meter-note", m->config.name, "%s",
				   meter_note_words(note));
	m->told_notes |= news;
}

/* What a full queue did not take is tried again with the next step. */
static void ask(struct lines *lines, struct lines_meter *m)
{
	struct lines_line *line = &lines->line[m->line];

	for (unsigned int slot = 0; slot < METER_SLOTS; slot++) {
		const struct meter_want *want = &m->meter.want[slot];

		if (lines_same(want, &m->asked[slot], sizeof(*want)))
			continue;
		if (modbus_line_read(line->modbus, m->device, slot, &want->read,
				     want->period_ms))
			return;
		m->asked[slot] = *want;
	}
}

static void heard(void *user, const struct modbus_result *result)
{
	struct lines_line *line = user;
	struct lines *lines = line->lines;
	unsigned int at = (unsigned int)(line - lines->line);

	for (unsigned int i = 0; i < lines->meters; i++) {
		struct lines_meter *m = &lines->meter[i];

		if (m->line != at || m->device != result->device)
			continue;
		meter_take(&m->meter, result);
		tell_state(lines, m);
		tell_notes(lines, m);
		ask(lines, m);
	}
	for (unsigned int i = 0; i < lines->inverters; i++)
		if (lines->inverter[i].line == at && lines->inverter[i].device == result->device)
			lines_inverter_heard(lines, &lines->inverter[i], result);
	for (unsigned int i = 0; i < lines->wallboxes; i++)
		if (lines->wallbox[i].line == at && lines->wallbox[i].device == result->device)
			lines_wallbox_heard(lines, &lines->wallbox[i], result);
	lines->changed(lines->user);
}

static const char *place_of(const struct lines_line *line)
{
	return line->config.port.device[0] ? line->config.port.device : line->config.port.host;
}

static void line_changed(void *user, int error)
{
	struct lines_line *line = user;
	struct lines *lines = line->lines;

	if (error)
		events_add(lines->events, "line-lost", line->config.name, "%s: %s",
			   place_of(line), strerror(-error));
	else
		events_add(lines->events, "line-open", line->config.name, "%s is open",
			   place_of(line));
	line->known = true;
	line->error = error;
	for (unsigned int i = 0; error && i < lines->inverters; i++)
		if (&lines->line[lines->inverter[i].line] == line)
			lines_inverter_lost(lines, &lines->inverter[i]);
	for (unsigned int i = 0; error && i < lines->wallboxes; i++)
		if (&lines->line[lines->wallbox[i].line] == line)
			lines_wallbox_lost(lines, &lines->wallbox[i]);
	lines->changed(lines->user);
}

static const struct modbus_hooks hooks = { .heard = heard, .line = line_changed };

/* One that could not be made has its place, and nothing on it. */
static int start_line(struct lines *lines, const struct config_line *config)
{
	struct lines_line *line = &lines->line[lines->n++];

	*line = (struct lines_line){ .lines = lines, .config = *config };

	return modbus_line_new(&line->modbus, lines->event, &config->port, &hooks, line);
}

static bool has_room(const struct lines *lines, unsigned int line)
{
	return lines->line[line].modbus && lines->line[line].devices < MODBUS_DEVICES_MAX;
}

/* @was: the same one, whose energy may have been added up so far; NULL: there was none */
static void start_meter(struct lines *lines, const struct config_meter *config,
			unsigned int line, const struct lines_meter *was)
{
	struct lines_meter *m = &lines->meter[lines->meters];

	*m = (struct lines_meter){
		.config = *config, .line = line, .device = lines->line[line].devices,
	};
	if (modbus_line_device(lines->line[line].modbus, m->device, &config->device))
		return;
	lines->line[line].devices++;
	lines->meters++;
	meter_start(&m->meter, &config->meter);
	if (was) {
		m->meter.forward = was->meter.forward;
		m->meter.reverse = was->meter.reverse;
	}
	ask(lines, m);
}

static struct lines_meter *meter_named(struct lines *lines, const char *name)
{
	for (unsigned int i = 0; i < lines->meters; i++)
		if (!strcmp(lines->meter[i].config.name, name))
			return &lines->meter[i];

	return NULL;
}

static struct lines_inverter *inverter_named(struct lines *lines, const char *name)
{
	for (unsigned int i = 0; i < lines->inverters; i++)
		if (!strcmp(lines->inverter[i].config.name, name))
			return &lines->inverter[i];

	return NULL;
}

static struct lines_wallbox *wallbox_named(struct lines *lines, const char *name)
{
	for (unsigned int i = 0; i < lines->wallboxes; i++)
		if (!strcmp(lines->wallbox[i].name, name))
			return &lines->wallbox[i];

	return NULL;
}

/* Among the chargers of the house it may have another place now. */
static void keep_wallbox(struct lines *lines, const struct lines_wallbox *was,
			 unsigned int of_house)
{
	struct lines_wallbox *w = &lines->wallbox[lines->wallboxes++];

	*w = *was;
	w->of_house = of_house;
}

/*
 * Who was there before, on a line that goes on, is as it was; @before NULL: nobody was. What
 * an inverter did before it was steered is known of one that is only on another line now.
 */
static int start_all(struct lines *lines, const struct config *config, struct lines *before,
		     const bool *kept)
{
	unsigned int i, line;
	int r, result = 0;

	for (i = 0; i < config->lines; i++) {
		if (before && kept[i]) {
			lines->n++;
			continue;
		}
		r = start_line(lines, &config->line[i]);
		result = r ? r : result;
	}
	for (i = 0; i < config->meters; i++) {
		line = config->meter[i].line_at;
		if (before && kept[line])
			lines->meter[lines->meters++] =
				*meter_named(before, config->meter[i].name);
		else if (has_room(lines, line))
			start_meter(lines, &config->meter[i], line, before ?
				    meter_named(before, config->meter[i].name) : NULL);
	}
	for (i = 0; i < config->inverters; i++) {
		struct lines_inverter *was;

		line = config->inverter[i].line_at;
		if (!config->inverter[i].line[0])
			continue;
		was = before ? inverter_named(before, config->inverter[i].name) : NULL;
		if (before && kept[line])
			lines->inverter[lines->inverters++] = *was;
		else if (has_room(lines, line))
			lines_start_inverter(lines, &config->inverter[i], line,
					     was ? &was->hybrid : NULL);
	}
	for (i = 0; i < config->chargers; i++) {
		line = config->charger[i].box.line_at;
		if (!config->charger[i].box.line[0])
			continue;
		if (before && kept[line])
			keep_wallbox(lines, wallbox_named(before, config->charger[i].site.name), i);
		else if (has_room(lines, line))
			lines_start_wallbox(lines, &config->charger[i], i, line);
	}

	return result;
}

/* As many of one line as of the other, each the same as the one at its place. */
static bool are_meters_same(const struct lines *lines, const struct config *config,
			    unsigned int line)
{
	unsigned int k = 0;

	for (unsigned int i = 0; i < config->meters; i++) {
		if (config->meter[i].line_at != line)
			continue;
		while (k < lines->meters && lines->meter[k].line != line)
			k++;
		if (k == lines->meters || !lines_same(&lines->meter[k++].config,
						      &config->meter[i],
						      sizeof(config->meter[i])))
			return false;
	}
	while (k < lines->meters && lines->meter[k].line != line)
		k++;

	return k == lines->meters;
}

static bool are_inverters_same(const struct lines *lines, const struct config *config,
			       unsigned int line)
{
	unsigned int k = 0;

	for (unsigned int i = 0; i < config->inverters; i++) {
		if (!config->inverter[i].line[0] || config->inverter[i].line_at != line)
			continue;
		while (k < lines->inverters && lines->inverter[k].line != line)
			k++;
		if (k == lines->inverters || !lines_same(&lines->inverter[k++].config,
							 &config->inverter[i],
							 sizeof(config->inverter[i])))
			return false;
	}
	while (k < lines->inverters && lines->inverter[k].line != line)
		k++;

	return k == lines->inverters;
}

static bool are_wallboxes_same(const struct lines *lines, const struct config *config,
			       unsigned int line)
{
	unsigned int k = 0;

	for (unsigned int i = 0; i < config->chargers; i++) {
		const struct config_charger *c = &config->charger[i];

		if (!c->box.line[0] || c->box.line_at != line)
			continue;
		while (k < lines->wallboxes && lines->wallbox[k].line != line)
			k++;
		if (k == lines->wallboxes || strcmp(lines->wallbox[k].name, c->site.name) != 0 ||
		    !lines_same(&lines->wallbox[k].config, &c->box, sizeof(c->box)))
			return false;
		k++;
	}
	while (k < lines->wallboxes && lines->wallbox[k].line != line)
		k++;

	return k == lines->wallboxes;
}

static bool is_kept(const struct lines *lines, const struct config *config, unsigned int line)
{
	return line < config->lines && lines->line[line].modbus &&
	       lines_same(&lines->line[line].config, &config->line[line],
			  sizeof(config->line[line])) &&
	       are_meters_same(lines, config, line) &&
	       are_inverters_same(lines, config, line) && are_wallboxes_same(lines, config, line);
}

static bool is_still_steered(const struct config *config, const struct lines_inverter *inverter)
{
	for (unsigned int i = 0; i < config->inverters; i++) {
		const struct config_inverter *c = &config->inverter[i];

		if (!strcmp(c->name, inverter->config.name))
			return c->line[0] && c->hybrid.steer == inverter->config.hybrid.steer &&
			       c->hybrid.limit == inverter->config.hybrid.limit &&
			       c->hybrid.kind == inverter->config.hybrid.kind;
	}

	return false;
}

static bool is_still_ours(const struct config *config, const struct lines_wallbox *wallbox)
{
	for (unsigned int i = 0; i < config->chargers; i++)
		if (config->charger[i].box.line[0] &&
		    !strcmp(config->charger[i].site.name, wallbox->name))
			return true;

	return false;
}

/*
 * Inverters that nobody will steer are as they were before, as far as they can be told, and
 * wallboxes as when we end.
 */
static void leave_line(struct lines *lines, const struct config *config, unsigned int line)
{
	for (unsigned int i = 0; i < lines->inverters; i++) {
		struct lines_inverter *inverter = &lines->inverter[i];

		if (inverter->line == line && !is_still_steered(config, inverter) &&
		    hybrid_release(&inverter->hybrid))
			lines_inverter_ask(lines, inverter);
	}
	for (unsigned int i = 0; i < lines->wallboxes; i++) {
		struct lines_wallbox *wallbox = &lines->wallbox[i];

		if (wallbox->line == line && !is_still_ours(config, wallbox) &&
		    wallbox_release(&wallbox->box))
			lines_wallbox_ask(lines, wallbox);
	}
	modbus_line_leave(lines->line[line].modbus, LAST_WORDS_MS);
}

int lines_reconfigure(struct lines *lines, const struct config *config)
{
	bool kept[CONFIG_LINES_MAX] = { false };
	struct lines *before;
	int r;

	before = malloc(sizeof(*before));
	if (!before)
		return -ENOMEM;

	for (unsigned int i = 0; i < lines->n; i++) {
		kept[i] = is_kept(lines, config, i);
		if (!kept[i])
			leave_line(lines, config, i);
	}
	*before = *lines;
	lines->n = 0;
	lines->meters = 0;
	lines->inverters = 0;
	lines->wallboxes = 0;
	r = start_all(lines, config, before, kept);
	free(before);

	return r;
}

void lines_step(struct lines *lines)
{
	for (unsigned int i = 0; i < lines->meters; i++)
		ask(lines, &lines->meter[i]);
	for (unsigned int i = 0; i < lines->inverters; i++)
		lines_inverter_ask(lines, &lines->inverter[i]);
	for (unsigned int i = 0; i < lines->wallboxes; i++)
		lines_wallbox_ask(lines, &lines->wallbox[i]);
}

int lines_new(struct lines **lines, sd_event *event, struct events *events,
	      const struct config *config, void (*changed)(void *user), void *user)
{
	struct lines *all;
	int r;

	all = calloc(1, sizeof(*all));
	if (!all)
		return -ENOMEM;

	all->event = event;
	all->events = events;
	all->changed = changed;
	all->user = user;
	r = start_all(all, config, NULL, NULL);
	if (r < 0) {
		lines_free(all);
		return r;
	}
	*lines = all;

	return 0;
}

void lines_free(struct lines *lines)
{
	if (!lines)
		return;

	for (unsigned int i = 0; i < lines->inverters; i++)
		if (hybrid_release(&lines->inverter[i].hybrid))
			lines_inverter_ask(lines, &lines->inverter[i]);
	for (unsigned int i = 0; i < lines->wallboxes; i++)
		if (wallbox_release(&lines->wallbox[i].box))
			lines_wallbox_ask(lines, &lines->wallbox[i]);
	for (unsigned int i = 0; i < lines->n; i++)
		modbus_line_end(lines->line[i].modbus, LAST_WORDS_MS);
	free(lines);
}
