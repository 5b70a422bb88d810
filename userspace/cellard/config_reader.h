/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the configuration have of each other.
 */
#ifndef CELLAR_CELLARD_CONFIG_READER_H
#define CELLAR_CELLARD_CONFIG_READER_H

#include "config_keys.h"

/*
 * @file, @line: where we are; NULL, 0: nowhere in particular
 * @errors: complaints so far
 * @in_unknown: the section that we are in has been complained of
 * @set: keys of each section that this file has given
 */
struct config_reader {
	struct config *config;
	config_complain complain;
	void *user;
	const char *file;
	FILE *stream;
	unsigned int line, errors;
	bool in_unknown;
	u64 set[CONFIG_KINDS][CONFIG_OF_KIND_MAX];
};

void config_wrong(struct config_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What no single line shows: of the house, of lines and what is on them, and of all else. */
void config_check_house(struct config_reader *reader);
void config_check_lines(struct config_reader *reader);
void config_check_sensors(struct config_reader *reader);
void config_check_contacts(struct config_reader *reader);
void config_check_all(struct config_reader *reader);

/* Is there a cluster @name, or would a bus that is in none make one? */
bool config_is_cluster(const struct config *config, const char *name);

#endif /* CELLAR_CELLARD_CONFIG_READER_H */
