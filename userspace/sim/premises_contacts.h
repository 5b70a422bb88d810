/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contacts of the grid operator as lines of a simulated GPIO chip (gpio-sim), which are
 * pulled up or down: those of [contacts] that there are on this machine.
 */
#ifndef CELLAR_SIM_PREMISES_CONTACTS_H
#define CELLAR_SIM_PREMISES_CONTACTS_H

#include "../cellard/config.h"
#include "premises.h"
#include "premises_gpio.h"

/* @pull: the file that says how the line is pulled; @which: enum config_contact */
struct premises_contact {
	char pull[PREMISES_GPIO_PATH_SIZE];
	unsigned int which;
	bool low, known, closed;
};

struct premises_contacts {
	struct premises_contact of[CONFIG_CEASE - CONFIG_DRM0 + 1];
	unsigned int n;
};

/*
 * Find the lines of @config below @sys, where sysfs is, and open all contacts. Of one that is
 * on no such chip somebody else has to tell (premises_wires.h).
 */
void premises_contacts_find(struct premises_contacts *c, const struct config *config,
			    const char *sys);

/* Close and open what @p has. 0, or a negative errno after saying which line is gone. */
int premises_contacts_move(struct premises_contacts *c, const struct premises *p);

#endif /* CELLAR_SIM_PREMISES_CONTACTS_H */
