/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The outputs of the house as lines of a simulated GPIO chip (gpio-sim), which whoever drives
 * them has switched: those of [simulation], and else of [contacts], that there are on this
 * machine. One that is on no such chip stays open.
 */
#ifndef CELLAR_SIM_PREMISES_RELAYS_H
#define CELLAR_SIM_PREMISES_RELAYS_H

#include "../cellard/config.h"
#include "premises.h"
#include "premises_gpio.h"

/* @value: the file that says how the line stands; @output: whose it is, of the house */
struct premises_relay_line {
	char value[PREMISES_GPIO_PATH_SIZE];
	unsigned int output;
	bool low;
};

struct premises_relays {
	struct premises_relay_line of[SITE_OUTPUTS_MAX];
	unsigned int n;
};

/* Find the lines of @config below @sys, where sysfs is, and say which are nowhere. */
void premises_relays_find(struct premises_relays *r, const struct config *config,
			  const char *sys);

/* Before a step: what is closed in @p. 0, or a negative errno after saying which is gone. */
int premises_relays_look(const struct premises_relays *r, struct premises *p);

#endif /* CELLAR_SIM_PREMISES_RELAYS_H */
