// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inverters on Modbus lines: what of them is news, and what goes to their lines.
 */
#include "lines_parts.h"

#include "../io/hybrid_maps.h"

static const struct {
	const char *code, *words;
} states[HYBRID_STATES] = {
	[HYBRID_WAITING] = { "inverter-state", "it waits" },
	[HYBRID_CHECKING] = { "inverter-state", "it checks the grid" },
	[HYBRID_ON_GRID] = { "inverter-state", "it is on the grid" },
	[HYBRID_EPS] = { "inverter-state", "it has no grid and feeds its EPS output" },
	[HYBRID_FAULT] = { "inverter-fault", "it has a fault, from which it will come back" },
	[HYBRID_BROKEN] = { "inverter-fault", "it has a fault that needs a person" },
	[HYBRID_UPGRADING] = { "inverter-state", "its firmware is replaced" },
	[HYBRID_SELF_CHARGING] = { "inverter-state", "it charges by itself" },
	[HYBRID_STANDBY] = { "inverter-state", "it stands by" },
	[HYBRID_NONSENSE] = { "inverter-nonsense", "it says a state that there is none" },
	[HYBRID_REFUSES] = { "inverter-refuses", "it refuses to say what it measures" },
	[HYBRID_SILENT] = { "inverter-silent", "it does not answer" },
};

static void tell_state(struct lines *lines, struct lines_inverter *i)
{
	enum hybrid_state state = i->hybrid.state;

	if (state == i->told_state || state == HYBRID_UNHEARD)
		return;
	i->told_state = state;
	events_add(lines->events, states[state].code, i->config.name, "%s", states[state].words);
}

static void tell_control(struct lines *lines, struct lines_inverter *i)
{
	enum hybrid_control control = i->hybrid.control;

	if (control == i->told_control)
		return;
	if (control == HYBRID_STEERED)
		events_add(lines->events, "inverter-steered", i->config.name,
			   "its battery does what it is told");
	else if (control == HYBRID_OVERRULED)
		events_add(lines->events, "inverter-overruled", i->config.name,
			   "another master changes its mode or set-points: it is left alone for %d s",
			   HYBRID_OVERRULED_MS / 1000);
	else if (control == HYBRID_NOT_PASSIVE)
		events_add(lines->events, "inverter-not-passive", i->config.name,
			   "it takes no command: passive mode must be chosen on its screen");
	i->told_control = control;
}

static void tell_feed_in(struct lines *lines, struct lines_inverter *i)
{
	enum hybrid_feed_in_state state = i->hybrid.feed_in.state;
	const char *name = i->config.name;
	s32 watts;

	if (state == i->told_feed_in)
		return;
	if (state == HYBRID_FEED_IN_SETS)
		events_add(lines->events, "inverter-feed-in-set", name,
			   "its own limit of feed-in is written, which wears its memory");
	else if (state == HYBRID_FEED_IN_KEPT && hybrid_feed_in_w(&i->hybrid, &watts))
		events_add(lines->events, "inverter-feed-in-kept", name,
			   "by itself, too, it feeds in no more than %d W", watts);
	else if (state == HYBRID_FEED_IN_REFUSED)
		events_add(lines->events, "inverter-feed-in-refused", name,
			   "it does not take a limit of feed-in of its own: without cellard it feeds in what it likes");
	else if (state == HYBRID_FEED_IN_OVERRULED)
		events_add(lines->events, "inverter-feed-in-overruled", name,
			   "somebody else has changed its own limit of feed-in: it is left like that");
	i->told_feed_in = state;
}

static void tell_eps(struct lines *lines, struct lines_inverter *i)
{
	enum hybrid_eps eps = i->hybrid.eps;

	if (eps == i->told_eps)
		return;
	if (eps == HYBRID_EPS_TOLD_ON || eps == HYBRID_EPS_TOLD_OFF)
		events_add(lines->events, "inverter-eps-told", i->config.name,
			   "its EPS output is told to be %s", hybrid_eps_word(eps));
	else if (eps == HYBRID_EPS_REFUSED)
		events_add(lines->events, "inverter-eps-refused", i->config.name,
			   "it does not let its EPS output be switched");
	i->told_eps = eps;
}

int lines_tell_eps(struct lines *lines, unsigned int at, bool on)
{
	struct lines_inverter *i = &lines->inverter[at];
	int r;

	r = hybrid_tell_eps(&i->hybrid, on);
	if (r)
		return r;

	i->told_eps = i->hybrid.eps;
	lines_inverter_ask(lines, i);

	return 0;
}

/* What it answers to commands of its battery. */
static void tell_status(struct lines *lines, struct lines_inverter *i)
{
	u16 status = i->hybrid.status & (LEGACY_FULL | LEGACY_FLAT);

	if (status & ~i->told_status)
		events_add(lines->events, status & LEGACY_FULL ? "inverter-battery-full" :
			   "inverter-battery-flat", i->config.name, "%s",
			   status & LEGACY_FULL ? "it takes no charge: its battery is full" :
			   "it gives nothing: its battery is flat");
	i->told_status = status;
}

static void tell_faults(struct lines *lines, struct lines_inverter *i)
{
	char made[HYBRID_FAULT_SIZE];

	if (!memcmp(i->told_fault, i->hybrid.reading.fault, sizeof(i->told_fault)))
		return;

	for (unsigned int bit = 0; bit < HYBRID_FAULT_WORDS * 16; bit++) {
		bool is = i->hybrid.reading.fault[bit / 16] & BIT(bit % 16);
		bool was = i->told_fault[bit / 16] & BIT(bit % 16);

		if (is != was)
			events_add(lines->events, is ? "inverter-fault" : "inverter-fault-over",
				   i->config.name, "%s%s",
				   hybrid_fault_word(i->hybrid.config.kind, bit, made),
				   is ? "" : " is over");
	}
	memcpy(i->told_fault, i->hybrid.reading.fault, sizeof(i->told_fault));
}

void lines_inverter_ask(struct lines *lines, struct lines_inverter *i)
{
	struct modbus_line *line = lines->line[i->line].modbus;
	unsigned int slot;

	for (slot = 0; slot < HYBRID_WRITES; slot++) {
		const struct hybrid_write *w = &i->hybrid.write[slot];

		if (w->turn == i->wrote[slot])
			continue;
		if (modbus_line_write_by(line, i->device, slot,
					 w->function ? w->function : MODBUS_WRITES, w->at, w->n,
					 w->value, 0, true) ||
		    (w->urgent && modbus_line_hurry(line, i->device, slot)))
			return;
		i->wrote[slot] = w->turn;
	}
	for (slot = 0; slot < HYBRID_SLOTS; slot++) {
		const struct hybrid_want *want = &i->hybrid.want[slot];

		if (lines_same(want, &i->asked[slot], sizeof(*want)))
			continue;
		if (modbus_line_read(line, i->device, slot, &want->read, want->period_ms))
			return;
		i->asked[slot] = *want;
	}
}

void lines_inverter_heard(struct lines *lines, struct lines_inverter *i,
			  const struct modbus_result *result)
{
	hybrid_take(&i->hybrid, result);
	tell_state(lines, i);
	tell_control(lines, i);
	tell_feed_in(lines, i);
	tell_eps(lines, i);
	tell_status(lines, i);
	tell_faults(lines, i);
	lines_inverter_ask(lines, i);
}

void lines_inverter_lost(struct lines *lines, struct lines_inverter *i)
{
	hybrid_lost(&i->hybrid);
	tell_state(lines, i);
	lines_inverter_ask(lines, i);
}

void lines_start_inverter(struct lines *lines, const struct config_inverter *config,
			  unsigned int line, const struct hybrid *was)
{
	struct lines_inverter *i = &lines->inverter[lines->inverters];

	*i = (struct lines_inverter){
		.config = *config, .line = line, .device = lines->line[line].devices,
	};
	if (modbus_line_device(lines->line[line].modbus, i->device, &config->device))
		return;
	lines->line[line].devices++;
	lines->inverters++;
	hybrid_start(&i->hybrid, &config->hybrid);
	if (was)
		hybrid_remember(&i->hybrid, was);
	i->told_control = i->hybrid.control;
	lines_inverter_ask(lines, i);
}
