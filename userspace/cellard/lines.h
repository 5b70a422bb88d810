/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Modbus lines of the configuration and the meters, inverters and wallboxes on them: who is
 * asked for what, what came, and what people should know of it. The lines are io/modbus.h, what a
 * meter says io/meter.h, what an inverter says and is told io/hybrid.h, a
 * wallbox io/wallbox.h.
 */
#ifndef CELLAR_CELLARD_LINES_H
#define CELLAR_CELLARD_LINES_H

#include "../io/meter_check.h"
#include "../io/modbus.h"
#include "config.h"
#include "events.h"

struct lines;

/*
 * @error: why it is not open, 0: it is; only when @known
 * @devices: so many are on it
 */
struct lines_line {
	struct lines *lines;
	struct config_line config;
	struct modbus_line *modbus;
	bool known;
	int error;
	unsigned int devices;
};

/*
 * @line: its place among them, @device: its own on the line
 * @asked: what its line was told to ask, as far as it took that
 * @told_state, @told_notes: what events have told
 * @check: of one at the grid, when it begins
 */
struct lines_meter {
	struct config_meter config;
	struct meter meter;
	unsigned int line, device;
	struct meter_want asked[METER_SLOTS];
	enum meter_state told_state;
	u32 told_notes;
	struct meter_check check;
};

/*
 * @asked, @wrote: what its line was told to read, and the turns of what to write
 * @steered_ms: the step of the house that it has gone by
 * @told_…: what events have told; @told_fault: of its faults
 */
struct lines_inverter {
	struct config_inverter config;
	struct hybrid hybrid;
	unsigned int line, device;
	struct hybrid_want asked[HYBRID_SLOTS];
	u32 wrote[HYBRID_WRITES];
	u64 steered_ms;
	enum hybrid_state told_state;
	enum hybrid_control told_control;
	enum hybrid_feed_in_state told_feed_in;
	enum hybrid_eps told_eps;
	u16 told_fault[HYBRID_FAULT_WORDS];
	u16 told_status;
};

/*
 * @name: of its [charger NAME]; @of_house: its index there
 * @asked, @wrote: as those of an inverter
 * @told_…: what events have told; of refusals, bits of settings
 */
struct lines_wallbox {
	char name[CONFIG_NAME_SIZE];
	struct config_wallbox config;
	struct wallbox box;
	unsigned int of_house, line, device;
	struct wallbox_want asked[WALLBOX_READS_MAX];
	u32 wrote[WALLBOX_SETTINGS];
	enum wallbox_link told_link;
	u32 told_refused;
	bool told_unguarded;
};

struct lines {
	sd_event *event;
	struct events *events;
	void (*changed)(void *user);
	void *user;
	struct lines_line line[CONFIG_LINES_MAX];
	unsigned int n;
	struct lines_meter meter[CONFIG_METERS_MAX];
	unsigned int meters;
	struct lines_inverter inverter[CONFIG_INVERTERS_MAX];
	unsigned int inverters;
	struct lines_wallbox wallbox[SITE_CHARGERS_MAX];
	unsigned int wallboxes;
};

/* That of the charger @of_house; NULL: it is on no line. */
const struct lines_wallbox *lines_wallbox_of(const struct lines *lines, unsigned int of_house);

/*
 * The lines of @config. @changed: something new has been heard. Returns 0 or a negative
 * errno; @event and @events (may be NULL) outlive them.
 */
int lines_new(struct lines **lines, sd_event *event, struct events *events,
	      const struct config *config, void (*changed)(void *user), void *user);

/*
 * Waits a moment: inverters that were steered are left in the mode in which they were,
 * wallboxes as their fail-safe would have them.
 */
void lines_free(struct lines *lines);

/*
 * Another configuration: a line on which nothing has changed goes on without a gap, if it is at
 * its place; an inverter that is no longer steered is left as it was before. 0, or a
 * negative errno when a new one could not be made, which is left out.
 */
int lines_reconfigure(struct lines *lines, const struct config *config);

/* The EPS output of inverter @at is to be at work, or not; as hybrid_tell_eps(). */
int lines_tell_eps(struct lines *lines, unsigned int at, bool on);

/* Once a second, say: what a line could not be told before. */
void lines_step(struct lines *lines);

#endif /* CELLAR_CELLARD_LINES_H */
