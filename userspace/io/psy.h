/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The supplies of the driver, as readings for the core
 * (Documentation/ABI/testing/sysfs-class-power-cellar). The kernel says when one comes,
 * has a sample, falls silent or goes; nothing is polled.
 */
#ifndef CELLAR_IO_PSY_H
#define CELLAR_IO_PSY_H

#include "../core/supply.h"

#include <systemd/sd-event.h>

#define PSY_CLASS	"/sys/class/power_supply"

struct psy_source;

/*
 * @heard: a supply has been read; the reading is the caller's for the call
 * @gone: it is not there any more; it may come back under the same name
 */
struct psy_hooks {
	void (*heard)(void *user, const struct supply *supply);
	void (*gone)(void *user, const char *name);
};

/* Files of a supply that are read with each sample. */
#define PSY_FILES	17

/*
 * So many files of all supplies stay open (each costs the kernel a page): those of some 40
 * packs. The others are opened each time. The daemon has descriptors for other things, too,
 * and libmodbus none above 1023.
 */
#define PSY_OPEN_MAX	512

/*
 * What is known of a supply for as long as it is registered, and its files that stay open:
 * opening is half of what reading costs.
 *
 * @absent: bits of files that it has not: they are not looked for again
 * @known: that its role is that of its name
 * @room: how many more may stay open; NULL: none does, and nothing is known for longer than
 *	  psy_read() takes but @absent
 */
struct psy_files {
	u32 absent;
	bool known;
	unsigned int *room;
	int fd[PSY_FILES];
};

void psy_files_begin(struct psy_files *files, unsigned int *room);
void psy_files_end(struct psy_files *files);

/*
 * What the folder @name in @class_fd says: everything but .out and what
 * cells_read() adds, which are 0. Files that are missing, say ENODATA or make no sense
 * leave their field out. @files: as it was left the last time. Returns 0, or -ENODEV if this
 * is no supply of ours; @supply is then as it was.
 */
int psy_read(int class_fd, const char *name, struct psy_files *files, struct supply *supply);

/*
 * Watch the supplies in @class, and report those that are there from within. A folder
 * that is not PSY_CLASS announces nothing: it is read whenever psy_source_tick() is
 * called. Returns 0 or a negative errno; free with psy_source_free(), before @event.
 */
int psy_source_new(struct psy_source **source, sd_event *event, const char *class,
		   const struct psy_hooks *hooks, void *user);
void psy_source_free(struct psy_source *source);
void psy_source_tick(struct psy_source *source);

#endif /* CELLAR_IO_PSY_H */
