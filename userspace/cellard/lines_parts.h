/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of Modbus lines have of each other.
 */
#ifndef CELLAR_CELLARD_LINES_PARTS_H
#define CELLAR_CELLARD_LINES_PARTS_H

#include "lines.h"

/*
 * Of what began as zeroes and is copied whole. What is between its members can at worst have
 * something asked for again, or a line begin anew; a member that a list of them had forgotten
 * would leave a change unheard.
 */
static inline bool lines_same(const void *a, const void *b, size_t size)
{
	return !memcmp(a, b, size);
}

/* @was: the same one, as it was until now; NULL: there was none. */
void lines_start_inverter(struct lines *lines, const struct config_inverter *config,
			  unsigned int line, const struct hybrid *was);

/* Something has come for @inverter. */
void lines_inverter_heard(struct lines *lines, struct lines_inverter *inverter,
			  const struct modbus_result *result);

/* Its line has been lost: what it was told may be forgotten. */
void lines_inverter_lost(struct lines *lines, struct lines_inverter *inverter);

/* What its line is to ask and write by now; what a full queue does not take is for later. */
void lines_inverter_ask(struct lines *lines, struct lines_inverter *inverter);

void lines_start_wallbox(struct lines *lines, const struct config_charger *config,
			 unsigned int of_house, unsigned int line);

/* As those of an inverter. */
void lines_wallbox_heard(struct lines *lines, struct lines_wallbox *wallbox,
			 const struct modbus_result *result);
void lines_wallbox_lost(struct lines *lines, struct lines_wallbox *wallbox);
void lines_wallbox_ask(struct lines *lines, struct lines_wallbox *wallbox);

#endif /* CELLAR_CELLARD_LINES_PARTS_H */
