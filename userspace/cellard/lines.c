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

static int start_line(struct lines *lines, const struct config_line *config)
{
	struct lines_line *line = &lines->line[lines->n];
	int r;

	*line = (struct lines_line){ .lines = lines, .config = *config };
	r = modbus_line_new(&line->modbus, lines->event, &config->port, &hooks, line);
	if (!r)
		lines->n++;

	return r;
}

static void start_meter(struct lines *lines, const struct config_meter *config,
			unsigned int line)
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
	ask(lines, m);
}

static int start_all(struct lines *lines, const struct config *config)
{
	unsigned int i, at[CONFIG_LINES_MAX];
	int r, result = 0;

	for (i = 0; i < config->lines; i++) {
		at[i] = lines->n;
		r = start_line(lines, &config->line[i]);
		if (r) {
			result = r;
			at[i] = CONFIG_LINES_MAX;
		}
	}
	for (i = 0; i < config->meters; i++) {
		unsigned int line = at[config->meter[i].line_at];

		if (line < CONFIG_LINES_MAX &&
		    lines->line[line].devices < MODBUS_DEVICES_MAX)
			start_meter(lines, &config->meter[i], line);
	}
	for (i = 0; i < config->inverters; i++) {
		unsigned int line = at[config->inverter[i].line_at];

		if (config->inverter[i].line[0] && line < CONFIG_LINES_MAX &&
		    lines->line[line].devices < MODBUS_DEVICES_MAX)
			lines_start_inverter(lines, &config->inverter[i], line);
	}
	for (i = 0; i < config->chargers; i++) {
		unsigned int line = at[config->charger[i].box.line_at];

		if (config->charger[i].box.line[0] && line < CONFIG_LINES_MAX &&
		    lines->line[line].devices < MODBUS_DEVICES_MAX)
			lines_start_wallbox(lines, &config->charger[i], i, line);
	}

	return result;
}

static bool are_same_wallboxes(const struct lines *lines, const struct config *config)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < config->chargers; i++) {
		const struct config_charger *c = &config->charger[i];

		if (!c->box.line[0])
			continue;
		if (n == lines->wallboxes || lines->wallbox[n].of_house != i ||
		    strcmp(lines->wallbox[n].name, c->site.name) != 0 ||
		    !lines_same(&lines->wallbox[n].config, &c->box, sizeof(c->box)))
			return false;
		n++;
	}

	return n == lines->wallboxes;
}

static bool is_same(const struct lines *lines, const struct config *config)
{
	unsigned int i, n = 0;

	for (i = 0; i < config->inverters; i++) {
		if (!config->inverter[i].line[0])
			continue;
		if (n == lines->inverters ||
		    !lines_same(&lines->inverter[n].config, &config->inverter[i],
			   sizeof(config->inverter[i])))
			return false;
		n++;
	}
	if (!are_same_wallboxes(lines, config))
		return false;
	if (lines->n != config->lines || lines->meters != config->meters ||
	    lines->inverters != n)
		return false;
	for (i = 0; i < lines->n; i++)
		if (!lines_same(&lines->line[i].config, &config->line[i], sizeof(config->line[i])))
			return false;
	for (i = 0; i < lines->meters; i++)
		if (!lines_same(&lines->meter[i].config, &config->meter[i],
			   sizeof(config->meter[i])))
			return false;

	return true;
}

static bool is_kept(const struct lines_wallbox *w, const struct config *config)
{
	for (unsigned int i = 0; i < config->chargers; i++)
		if (config->charger[i].box.line[0] &&
		    !strcmp(config->charger[i].site.name, w->name))
			return true;

	return false;
}

/* A wallbox that is ours no more is left as when we end: has @line such a one? */
static bool release_wallboxes(struct lines *lines, unsigned int line, const struct config *config)
{
	bool some = false;

	for (unsigned int i = 0; i < lines->wallboxes; i++) {
		struct lines_wallbox *w = &lines->wallbox[i];

		if (w->line != line || is_kept(w, config) || !wallbox_release(&w->box))
			continue;
		lines_wallbox_ask(lines, w);
		some = true;
	}

	return some;
}

int lines_reconfigure(struct lines *lines, const struct config *config)
{
	if (is_same(lines, config))
		return 0;

	for (unsigned int i = 0; i < lines->n; i++)
		if (release_wallboxes(lines, i, config))
			modbus_line_end(lines->line[i].modbus, LAST_WORDS_MS);
		else
			modbus_line_free(lines->line[i].modbus);
	lines->n = 0;
	lines->meters = 0;
	lines->inverters = 0;
	lines->wallboxes = 0;

	return start_all(lines, config);
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
	r = start_all(all, config);
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
