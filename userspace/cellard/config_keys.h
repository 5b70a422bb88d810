/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The keys of each kind of section of cellard.conf(5), what may stand behind them, and
 * where it is kept.
 */
#ifndef CELLAR_CELLARD_CONFIG_KEYS_H
#define CELLAR_CELLARD_CONFIG_KEYS_H

#include "config.h"

enum config_kind {
	CONFIG_CLUSTER,
	CONFIG_INVERTER,
	CONFIG_KINDS
};

/* @right: what may stand there, as a complaint says it; @min, @max: as it is kept */
struct config_key {
	const char *name;
	u8 kind;
	u16 offset;
	u32 min, max;
	const char *right;
};

/* @word: what a section of this kind begins with */
struct config_keys {
	const char *word;
	const struct config_key *key;
	size_t n;
};

extern const struct config_keys config_keys[CONFIG_KINDS];

/* Put what @text says into @section, of the kind of @key; false: it cannot stand there. */
bool config_key_take(void *section, const struct config_key *key, const char *text);

/* What may stand behind a key that every section of @kind needs. */
const char *config_key_right(enum config_kind kind, const char *name);

#endif /* CELLAR_CELLARD_CONFIG_KEYS_H */
