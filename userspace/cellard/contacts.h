/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dry contacts of the configuration: those that are read, and those that are switched. A
 * line that is not there, or that another program has, is tried again each second.
 *
 * What a contact that is lost means is for who needs it: the grid operator's grow old, and
 * the packs' count as open.
 */
#ifndef CELLAR_CELLARD_CONTACTS_H
#define CELLAR_CELLARD_CONTACTS_H

#include "../io/contact.h"
#include "config.h"
#include "events.h"
#include "house.h"

#include <systemd/sd-event.h>

/* How often a contact that does not move is looked at. */
#define CONTACTS_LOOK_MS	1000

/*
 * How often one whose chip has no interrupts is: a quarter of what an edge may take to the
 * inverter (design.md). An expander at I2C takes about 0.5 ms each time.
 */
#define CONTACTS_POLL_MS	50

/* So old, what a contact of the packs says counts no more. */
#define CONTACTS_FRESH_MS	3000

/* Between 0 A to the inverters and the packs' rapid shutdown (packs.md: AC first). */
#define CONTACTS_SHUTDOWN_MS	5000

struct contacts;

/*
 * @error: why it is not open, 0: it is; 1: not tried yet; @told: what an event has told
 * @mute: it is open, and its edges are not told
 * @closed: of an output: what it is switched to
 */
struct contacts_line {
	struct contacts *contacts;
	struct gpio_want want;
	struct gpio_line *line;
	sd_event_source *io;
	int error, told;
	struct contact contact;
	bool mute, closed;
};

/*
 * @line: as enum config_contact has them
 * @look_ms: when all are looked at; @poll_ms: those that are mute
 * @shutdown_ms: when the packs shut down; CONTACT_NEVER: nobody wants that
 */
struct contacts {
	sd_event *event;
	struct events *events;
	void (*changed)(void *user);
	void *user;
	sd_event_source *timer;
	struct config_contacts config;
	struct contacts_line line[CONFIG_CONTACTS];
	u64 look_ms, poll_ms, shutdown_ms;
};

/*
 * The contacts of @config. @changed: one of them is another than before, or lost. @event and
 * @events (may be NULL) outlive them. Returns 0 or a negative errno.
 */
int contacts_new(struct contacts **contacts, sd_event *event, struct events *events,
		 const struct config *config, void (*changed)(void *user), void *user);

/* Outputs are left as the configuration has it for then. */
void contacts_free(struct contacts *contacts);

/* Another configuration: what it leaves as it was goes on. */
void contacts_reconfigure(struct contacts *contacts, const struct config *config);

/* Before each plant_step(): what the packs' contacts allow. */
void contacts_narrow(struct contacts *contacts, struct plant *plant, u64 now_ms);

/* Before each house_step(): what the grid operator's say. */
void contacts_tell(const struct contacts *contacts, struct house *house);

/* After it: what is to be switched. */
void contacts_switch(struct contacts *contacts, const struct house *house, u64 now_ms);

/* Its line has gone, -@error; it is tried again. */
void contacts_lose(struct contacts_line *line, int error);

/* "open", "closed", "bounces", "gone" or "busy"; @now_ms: by CLOCK_BOOTTIME. */
const char *contacts_state_word(const struct contacts_line *line, u64 now_ms);

#endif /* CELLAR_CELLARD_CONTACTS_H */
