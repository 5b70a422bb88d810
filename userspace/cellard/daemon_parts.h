/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the daemon have of each other: all that its loop wakes.
 */
#ifndef CELLAR_CELLARD_DAEMON_PARTS_H
#define CELLAR_CELLARD_DAEMON_PARTS_H

#include "../io/cells.h"
#include "../io/psy.h"
#include "bus.h"
#include "contacts.h"
#include "history.h"
#include "house.h"
#include "inverters.h"
#include "keeper.h"
#include "lines.h"
#include "news.h"
#include "record.h"
#include "sensors.h"
#include "settings.h"

struct daemon {
	struct settings *settings;
	struct bus_setup bus_setup;
	struct events *events;
	struct keeper *keeper;
	struct plant *plant;
	struct house *house;
	struct news *news;
	struct history *history;
	struct record *record;
	struct psy_source *source;
	struct cells *cells;	/* NULL: none are read */
	struct inverters *inverters;
	struct lines *lines;
	struct contacts *contacts;
	struct sensors *sensors;
	struct bus *bus;
	sd_event *event;
	sd_event_source *timer, *step;
};

/* Say on standard error that @what fails of @error, a negative errno. Returns @error. */
int daemon_fail(const char *what, int error);

/* Of a clock that somebody has set, since 1970; 0: of none. */
s64 daemon_wall_s(void);

/* One step when everything that is ready has been read. Returns what sd-event does. */
int daemon_want_step(struct daemon *d);

/*
 * Read the settings anew and go on with them; what is wrong is an event, and what ran before
 * goes on. @user is the struct daemon. Returns 0 or a negative errno.
 */
int daemon_reload(void *user);

#endif /* CELLAR_CELLARD_DAEMON_PARTS_H */
