/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One supply of the driver as sysfs shows it: what the table needs of it, as
 * numbers with units. Reads files, prints nothing.
 */
#ifndef CELLAR_TABLE_SUPPLY_H
#define CELLAR_TABLE_SUPPLY_H

#include <limits.h>
#include <stdbool.h>

/* A number that is not known now: the file is absent or says "no data". */
#define SUPPLY_UNKNOWN	LONG_MIN

struct supply {
	char name[32];
	char role[16];
	char dialect[16];
	char maker[32];
	char model[32];
	char status[32];
	char health[32];
	char alarms[512];	/* protections, then warnings in brackets */
	bool present;
	long voltage_uv;
	long current_ua;
	long capacity;
	long temperature_decic;
	long charge_current_max_ua;
	long discharge_current_max_ua;
	long age_ms;
};

/*
 * Read the supply @name below the directory @class_fd. 0; -ENODEV if it is none
 * of ours, or gone; another negative errno if it cannot be read.
 */
int supply_read(int class_fd, const char *name, struct supply *supply);

#endif /* CELLAR_TABLE_SUPPLY_H */
