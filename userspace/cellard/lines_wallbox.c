// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wallboxes on Modbus lines: what of them is news, and what goes to their lines.
 */
#include "lines_parts.h"

static const struct {
	const char *code, *words;
} links[WALLBOX_LINKS] = {
	[WALLBOX_WELL] = { "charger-well", "it answers, and what it does without us is known" },
	[WALLBOX_UNSAFE] = { "charger-unsafe",
			     "its fail-safe cannot be armed: it is not used" },
	[WALLBOX_NONSENSE] = { "charger-nonsense",
			       "it says a state that its profile has not" },
	[WALLBOX_REFUSES] = { "charger-refuses", "it refuses to say its state" },
	[WALLBOX_SILENT] = { "charger-silent", "it does not answer" },
};

static const char *const settings[WALLBOX_SETTINGS] = {
	[WALLBOX_SET_CURRENT] = "its current", [WALLBOX_ENABLE] = "to be switched on or off",
	[WALLBOX_SAFE] = "the current of its fail-safe",
	[WALLBOX_LAPSE] = "the time of its fail-safe",
	[WALLBOX_KEEP_1] = "keep-1 of its profile", [WALLBOX_KEEP_2] = "keep-2 of its profile",
	[WALLBOX_KEEP_3] = "keep-3 of its profile", [WALLBOX_PHASES] = "its phases",
};

const struct lines_wallbox *lines_wallbox_of(const struct lines *lines, unsigned int of_house)
{
	for (unsigned int i = 0; i < lines->wallboxes; i++)
		if (lines->wallbox[i].of_house == of_house)
			return &lines->wallbox[i];

	return NULL;
}

/* What is not said without a car of any kind is said once. */
static void tell_unguarded(struct lines *lines, struct lines_wallbox *w)
{
	const struct wallbox_profile *p = &w->config.wallbox.profile;

	if (w->told_unguarded || p->safety != WALLBOX_UNGUARDED || w->box.link != WALLBOX_WELL)
		return;
	w->told_unguarded = true;
	events_add(lines->events, "charger-unguarded", w->name, "it has no fail-safe: %s",
		   p->words);
}

static void tell_link(struct lines *lines, struct lines_wallbox *w)
{
	enum wallbox_link link = w->box.link;

	if (link == w->told_link || !links[link].code)
		return;
	w->told_link = link;
	if (link == WALLBOX_NONSENSE &&
	    w->config.wallbox.profile.number[WALLBOX_STATE].type == WALLBOX_TEXT)
		events_add(lines->events, links[link].code, w->name, "%s: %s", links[link].words,
			   w->box.text);
	else if (link == WALLBOX_NONSENSE)
		events_add(lines->events, links[link].code, w->name, "%s: %lld",
			   links[link].words, (long long)w->box.reading.number[WALLBOX_STATE]);
	else
		events_add(lines->events, links[link].code, w->name, "%s", links[link].words);
}

static void tell_refusals(struct lines *lines, struct lines_wallbox *w)
{
	u32 news = w->box.refused & ~w->told_refused;

	for (unsigned int i = 0; i < WALLBOX_SETTINGS; i++)
		if (news & BIT(i))
			events_add(lines->events, "charger-refused", w->name,
				   "it refuses %s (exception %u)", settings[i], w->box.exception);
	w->told_refused = w->box.refused;
}

void lines_wallbox_ask(struct lines *lines, struct lines_wallbox *w)
{
	struct modbus_line *line = lines->line[w->line].modbus;
	unsigned int slot;

	for (slot = 0; slot < WALLBOX_SETTINGS; slot++) {
		const struct wallbox_write *write = &w->box.write[slot];

		if (write->turn == w->wrote[slot])
			continue;
		if (modbus_line_write_by(line, w->device, slot, (u8)write->function, write->at,
					 write->n, write->value, 0, true) ||
		    (write->first && modbus_line_first(line, w->device, slot)))
			return;
		w->wrote[slot] = write->turn;
	}
	for (slot = 0; slot < WALLBOX_READS_MAX; slot++) {
		const struct wallbox_want *want = &w->box.want[slot];

		if (lines_same(want, &w->asked[slot], sizeof(*want)))
			continue;
		if (modbus_line_read(line, w->device, slot, &want->read, want->period_ms))
			return;
		w->asked[slot] = *want;
	}
}

static void tell_all(struct lines *lines, struct lines_wallbox *w)
{
	tell_link(lines, w);
	tell_unguarded(lines, w);
	tell_refusals(lines, w);
}

void lines_wallbox_heard(struct lines *lines, struct lines_wallbox *w,
			 const struct modbus_result *result)
{
	wallbox_take(&w->box, result);
	tell_all(lines, w);
	lines_wallbox_ask(lines, w);
}

void lines_wallbox_lost(struct lines *lines, struct lines_wallbox *w)
{
	wallbox_lost(&w->box);
	tell_all(lines, w);
}

void lines_start_wallbox(struct lines *lines, const struct config_charger *config,
			 unsigned int of_house, unsigned int line)
{
	struct lines_wallbox *w = &lines->wallbox[lines->wallboxes];

	memset(w, 0, sizeof(*w));
	snprintf(w->name, sizeof(w->name), "%s", config->site.name);
	w->config = config->box;
	w->of_house = of_house;
	w->line = line;
	w->device = lines->line[line].devices;
	if (modbus_line_device(lines->line[line].modbus, w->device, &config->box.device))
		return;
	lines->line[line].devices++;
	lines->wallboxes++;
	wallbox_start(&w->box, &config->box.wallbox);
	lines_wallbox_ask(lines, w);
}
