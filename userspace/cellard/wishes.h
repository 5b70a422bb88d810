/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What people have set of the house while cellard runs, in the words of cellard.conf(5):
 * a section, a key and a value each, as if it stood in a later file. It survives a restart
 * (memory.h) and is on top of what the files say until it is taken back.
 */
#ifndef CELLAR_CELLARD_WISHES_H
#define CELLAR_CELLARD_WISHES_H

#include "config.h"

#include <jansson.h>

struct wishes;

/* Nothing is set. NULL: no memory. */
struct wishes *wishes_new(void);
void wishes_free(struct wishes *wishes);
struct wishes *wishes_copy(const struct wishes *wishes);

/* 0 or -ENOMEM. */
int wishes_set(struct wishes *wishes, const char *section, const char *key, const char *value);
int wishes_drop_rule(struct wishes *wishes, unsigned int number);

/* @section, or "" for all; -ENOENT: nothing was set there. */
int wishes_reset(struct wishes *wishes, const char *section);

/*
 * Put on top of @config what goes with it, a section at a time. What belongs to a section
 * that is not there waits without a word; what else does not go is complained of, with
 * its section, and waits as well. Returns 0, -ENOMEM, or -EINVAL when something was
 * complained of; @config is right in any case.
 */
int wishes_apply(const struct wishes *wishes, struct config *config, config_complain complain,
		 void *user);

/*
 * As JSON: of a section, its keys; null for a rule that was dropped, and a key "anew" in
 * one that was set after that: nothing of it comes from the files. NULL: no memory.
 */
json_t *wishes_write(const struct wishes *wishes);

/* What wishes_write() has written; NULL: it is not that, or there is no memory. */
struct wishes *wishes_read(const json_t *from);

#endif /* CELLAR_CELLARD_WISHES_H */
