/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the configuration comes from, when it was last taken, and what was wrong with it
 * when it was last read.
 */
#ifndef CELLAR_CELLARD_SETTINGS_H
#define CELLAR_CELLARD_SETTINGS_H

#include "config.h"

#define SETTINGS_WRONG_SIZE	2048

/*
 * @config: what runs; NULL before the first one
 * @taken_s: since when, seconds since the epoch; 0: not known
 * @wrong: a line for each complaint about what was read last; "" when it was right
 */
struct settings {
	const char *path;
	struct config *config;
	s64 taken_s;
	char wrong[SETTINGS_WRONG_SIZE];
};

/*
 * Read the files anew: *@config is the caller's until settings_take(). Returns 0,
 * -EINVAL with @wrong, which standard error has been told as well, or -ENOMEM.
 */
int settings_read(struct settings *settings, struct config **config);

/* @config runs from now on, and the one before is freed. */
void settings_take(struct settings *settings, struct config *config, s64 wall_s);
void settings_free(struct settings *settings);

#endif /* CELLAR_CELLARD_SETTINGS_H */
